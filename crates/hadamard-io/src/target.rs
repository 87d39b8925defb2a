//! Where results shall go: everything that can be wrong with that is found before any work.

use crate::{Encode, Format, Location, Problem, WriteError, WriteOptions, Writer, formats};
use hadamard_array::{DType, Shape};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// A result and where it shall go.
#[derive(Clone, Debug)]
pub struct Target {
    /// The file; a member if several results share an archive.
    pub location: Location,
    /// Element type of the result.
    pub dtype: DType,
    /// Shape of the result.
    pub shape: Shape,
    /// What the user said about writing.
    pub options: WriteOptions,
}

/// What outputs may do to files that exist.
#[derive(Clone, Debug, Default)]
pub struct OutputPolicy {
    /// `--force`: replace files.
    pub force: bool,
    /// `--in-place`: replace files that are inputs as well.
    pub in_place: bool,
    /// The files that will be read.
    pub inputs: Vec<PathBuf>,
    /// Most bytes that all results together may need whose formats take whole arrays.
    pub max_bytes: Option<u64>,
}

/// A target that has passed every check.
pub(crate) struct Checked {
    pub format: &'static Format,
    pub writer: Writer,
    pub options: WriteOptions,
    pub place: Place,
    pub member: String,
}

/// What a target's path stands for.
pub(crate) enum Place {
    Standard,
    /// A pipe or device.
    Special(PathBuf),
    /// A file, with symbolic links followed, and what it replaces.
    File {
        path: PathBuf,
        replaces: Option<Metadata>,
    },
}

/// Everything that can be known to be wrong about a target before any work.
pub(crate) fn check(target: &Target, policy: &OutputPolicy) -> Result<Checked, Problem> {
    let Target { location, dtype, shape, options } = target;
    if location.path.is_dir() {
        return Err(Problem::IsDirectory);
    }
    let named = location.path.file_name().and_then(|name| formats::by_file_name(&name.to_string_lossy()));
    let (format, asked) = match (&options.to, named) {
        (Some(name), _) => formats::by_name(name).ok_or_else(|| Problem::NoSuchFormat { name: name.clone() })?,
        (None, Some((format, _))) => (format, None),
        (None, None) if location.is_standard() => (&formats::npy::FORMAT, None),
        (None, None) => return Err(Problem::UnknownFormat),
    };
    let extension = asked.or(named.filter(|(f, _)| f.name == format.name).map(|(_, e)| e));
    let extension = extension.unwrap_or(format.extensions[0]);
    let options = WriteOptions { extension: extension.into(), ..options.clone() };
    let writer = format.write.ok_or(Problem::ReadOnly(format.name))?;
    let member = match (&location.member, writer.encode) {
        (Some(member), Encode::Archive(_)) => member.clone(),
        (Some(member), _) => return Err(Problem::NotAnArchive { format: format.name, member: member.clone() }),
        (None, _) => options.member.clone().unwrap_or_else(|| "arr_0".into()),
    };
    shape.bytes(*dtype)?;
    let written = options.sparse.as_ref().map_or(shape, |pattern| pattern.of.shape());
    if options.sparse.is_some() && writer.sparse.is_none() {
        return Err(Problem::CannotHold(format!("{} holds no sparse matrices: write .mtx or .npz", format.name)));
    }
    (writer.check)(*dtype, written, &options).map_err(|error| match error {
        WriteError::Unsupported(what) => Problem::CannotHold(what),
        WriteError::Os(error) => Problem::os("writing", error),
    })?;
    let place = place(location, policy)?;
    Ok(Checked { format, writer, options, place, member })
}

/// What a location stands for, if it may be written.
fn place(location: &Location, policy: &OutputPolicy) -> Result<Place, Problem> {
    if location.is_standard() {
        return Ok(Place::Standard);
    }
    let path = follow(&location.path).map_err(|error| Problem::os("following the link", error))?;
    let facts = match fs::metadata(&path) {
        Ok(facts) if facts.is_dir() => return Err(Problem::IsDirectory),
        Ok(facts) if !facts.is_file() => return Ok(Place::Special(path)),
        Ok(facts) => Some(facts),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => None,
        Err(error) => return Err(Problem::os("looking at", error)),
    };
    if let Some(facts) = &facts {
        let input = policy.inputs.iter().find(|input| is_same(facts, &path, input));
        match input {
            Some(input) if !policy.in_place => return Err(Problem::IsInput { input: input.clone() }),
            None if !policy.force => return Err(Problem::Exists),
            _ => {}
        }
    }
    let name = path.file_name().ok_or(Problem::IsDirectory)?;
    let folder = folder_of(&path);
    match fs::canonicalize(folder) {
        Ok(folder) if folder.is_dir() => Ok(Place::File { path: folder.join(name), replaces: facts }),
        _ => Err(Problem::NoFolder { folder: folder.to_owned() }),
    }
}

/// The path a chain of symbolic links ends at, whether or not there is a file.
fn follow(path: &Path) -> io::Result<PathBuf> {
    const LONGEST_CHAIN: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..LONGEST_CHAIN {
        match fs::read_link(&path) {
            Ok(link) => path = folder_of(&path).join(link),
            Err(_) => return Ok(path), // no link, or nothing there
        }
    }
    Err(io::Error::other("the chain of symbolic links does not end"))
}

/// The folder a path is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether an input is the very file at `path`, under whatever name.
#[cfg(unix)]
fn is_same(facts: &Metadata, _path: &Path, input: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(input).is_ok_and(|other| (other.dev(), other.ino()) == (facts.dev(), facts.ino()))
}

/// Whether an input is the very file at `path`, under whatever name.
#[cfg(not(unix))]
fn is_same(_facts: &Metadata, path: &Path, input: &Path) -> bool {
    fs::canonicalize(input).is_ok_and(|input| fs::canonicalize(path).is_ok_and(|path| path == input))
}
