//! Opening files: which format a file has, and standard input as a file.

use crate::formats::scipy::is_sparse;
use crate::positioned::read_exact_at;
use crate::{Format, Input, IoError, Location, Opened, Problem, ReadOptions, formats, nearest};
use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::Path;
use std::sync::Arc;

/// Bytes of a file that a signature may look at.
const HEAD: u64 = 512;
/// Most bytes taken from standard input or a pipe, which are kept in an unnamed temporary file.
const STREAM_LIMIT: u64 = 64 << 30;

/// Opens the array at a location: reads the file's header, and says which format it has.
///
/// `--from` decides the format; otherwise the name's ending, which the content must not contradict; otherwise
/// `--raw`, if given; otherwise the content. Text on standard input is CSV.
pub fn open(location: &Location, options: &ReadOptions) -> Result<(Opened, &'static Format), IoError> {
    with_input(location, options, |format, input| {
        let read = format.read.ok_or_else(|| input.fail(Problem::WriteOnly(format.name)))?;
        Ok((read(input)?, format))
    })
}

/// The names of the arrays in the file at a location; `None` if its format holds a single array without a name, or the
/// arrays are the parts of one sparse matrix.
pub fn members(location: &Location, options: &ReadOptions) -> Result<Option<Vec<String>>, IoError> {
    let names =
        with_input(location, options, |format, input| format.members.map(|members| members(input)).transpose())?;
    Ok(names.filter(|names| !is_sparse(names)))
}

/// Opens a file, chooses its format and hands both to `then`.
fn with_input<T>(
    location: &Location,
    options: &ReadOptions,
    then: impl FnOnce(&'static Format, &Input<'_>) -> Result<T, IoError>,
) -> Result<T, IoError> {
    let path = location.path.as_path();
    let file = if location.is_standard() { standard_input() } else { regular(path) };
    let file = file.map_err(|problem| problem.at(path))?;
    let system = |error| Problem::os("reading", error).at(path);
    let len = file.metadata().map_err(system)?.len();
    let mut head = vec![0; len.min(HEAD) as usize];
    read_exact_at(&file, &mut head, 0).map_err(system)?;
    let (format, extension) = match choose(path, &head, options) {
        // A pipe has no name to tell a table by, and each operand may need another format than `--from` would say.
        Err(Problem::UnknownFormat) if location.is_standard() && is_text(&head) => (&formats::csv::FORMAT, None),
        chosen => chosen.map_err(|problem| problem.at(path))?,
    };
    let member = location.member.as_deref();
    then(format, &Input { file: Arc::new(file), path, len, member, extension, options })
}

/// The format of a file, and the ending of its name if that told it.
fn choose(path: &Path, head: &[u8], options: &ReadOptions) -> Result<(&'static Format, Option<&'static str>), Problem> {
    let raw = &formats::raw::FORMAT;
    let named = path.file_name().and_then(|name| formats::by_file_name(&name.to_string_lossy()));
    let found = formats::by_content(head);
    let fits = |format: &Format| match format.signature {
        Some(matches) => matches(head),
        None => found.is_none(),
    };
    if let Some(name) = &options.from {
        let (format, asked) = formats::by_name(name).ok_or_else(|| Problem::NoSuchFormat { name: name.clone() })?;
        let extension = asked.or(named.filter(|(f, _)| f.name == format.name).map(|(_, extension)| extension));
        return if format.name == raw.name || fits(format) {
            Ok((format, extension))
        } else if head.is_empty() {
            Err(Problem::Empty { format: format.name })
        } else {
            Err(Problem::NotThatFormat { asked: format.name, found: found.map(|f| f.name) })
        };
    }
    match (named, found) {
        (Some((format, extension)), _) if format.name == raw.name && options.raw.is_some() => {
            Ok((format, Some(extension)))
        }
        (Some((format, _)), _) if head.is_empty() => Err(Problem::Empty { format: format.name }),
        (Some((format, extension)), _) if fits(format) => Ok((format, Some(extension))),
        (Some((format, _)), _) => Err(Problem::WrongExtension { named: format.name, found: found.map(|f| f.name) }),
        (None, _) if options.raw.is_some() => Ok((raw, None)),
        (None, Some(format)) => Ok((format, None)),
        (None, None) => Err(Problem::UnknownFormat),
    }
}

/// Whether the beginning of a file is text: no control characters but tabs and line ends.
fn is_text(head: &[u8]) -> bool {
    head.iter().all(|&b| b >= b' ' || matches!(b, b'\t' | b'\r' | b'\n'))
}

/// Opens a file by its name; what is not a regular file (a pipe) is first kept in a temporary one.
fn regular(path: &Path) -> Result<File, Problem> {
    let opened = File::open(path).map_err(|error| match Problem::os("opening", error) {
        Problem::NotFound { .. } => Problem::NotFound { near: similar(path) },
        other => other,
    })?;
    let facts = opened.metadata().map_err(|error| Problem::os("opening", error))?;
    if facts.is_dir() {
        Err(Problem::IsDirectory)
    } else if facts.is_file() {
        Ok(opened)
    } else {
        keep(opened)
    }
}

/// Standard input as a file that can be read at any position: itself if it is one from its start, else a copy.
fn standard_input() -> Result<File, Problem> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let system = |error| Problem::os("reading", error);
        let mut file = File::from(io::stdin().as_fd().try_clone_to_owned().map_err(system)?);
        if file.metadata().map_err(system)?.is_file() && file.stream_position().map_err(system)? == 0 {
            return Ok(file);
        }
    }
    keep(io::stdin().lock())
}

/// Copies a stream into an unnamed temporary file.
fn keep(stream: impl Read) -> Result<File, Problem> {
    let mut file = tempfile::tempfile().map_err(|error| Problem::os("making a temporary copy", error))?;
    let bytes = io::copy(&mut stream.take(STREAM_LIMIT + 1), &mut file)
        .map_err(|error| Problem::os("making a temporary copy", error))?;
    if bytes > STREAM_LIMIT {
        return Err(Problem::Unsupported(format!("more than {STREAM_LIMIT} bytes came from a pipe; use a file")));
    }
    Ok(file)
}

/// A file of the same folder with a similar name.
fn similar(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names: Vec<String> =
        fs::read_dir(folder).ok()?.take(10_000).filter_map(|e| e.ok()?.file_name().into_string().ok()).collect();
    let near = nearest(name, names.iter().map(String::as_str))?;
    Some(path.with_file_name(near).display().to_string())
}
