//! Results on their way into files, which appear under their names only when all of them are complete.

use crate::stored::pieces;
use crate::target::{Checked, OutputPolicy, Place, Target, check, folder_of};
use crate::temporary::{self, Temporary};
use crate::{Encode, Format, IoError, Problem, WriteError, WriteOptions};
use hadamard_array::{Array, DType, Shape, Sink, SourceError, Window};
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// All outputs of one run: they are finished together or not at all. Dropped unfinished, they leave nothing.
pub struct Outputs {
    files: Vec<OutputFile>,
    parts: Vec<Part>,
}

/// One file that is being written.
struct OutputFile {
    /// As the user named it.
    name: PathBuf,
    format: &'static Format,
    encode: Encode,
    options: WriteOptions,
    destination: Destination,
}

/// Where the bytes of a file go.
enum Destination {
    /// Under a temporary name, then to the target.
    File { temporary: Temporary, target: PathBuf, replace: bool },
    /// Standard output, a pipe or a device; formats that write windows go through an unnamed file.
    Stream { stream: Box<dyn Write + Send>, spool: Option<Arc<File>> },
}

/// One result: a whole file, or a member of an archive.
struct Part {
    file: usize,
    name: PathBuf,
    member: String,
    body: Body,
}

/// What takes the windows of a result.
enum Body {
    /// The file itself.
    Windowed { sink: Box<dyn Sink>, file: Arc<File> },
    /// Memory, because the format wants the whole array.
    Collected(Array),
}

impl Outputs {
    /// Prepares the outputs, in the order of `targets`. Nothing appears under the targets' names yet.
    ///
    /// Results for different members of one archive (`out.npz#a`, `out.npz#b`) go into one file. Without a format in
    /// name or options, standard output gets `.npy`.
    pub fn create(targets: &[Target], policy: &OutputPolicy) -> Result<Outputs, IoError> {
        let checked: Vec<Checked> = targets
            .iter()
            .map(|target| check(target, policy).map_err(|problem| problem.at(&target.location.path)))
            .collect::<Result<_, _>>()?;
        let mut outputs = Outputs { files: Vec::new(), parts: Vec::new() };
        let mut collected = 0;
        for (target, checked) in targets.iter().zip(&checked) {
            if !matches!(checked.writer.encode, Encode::Windowed { .. }) {
                collected += (target.shape.size() * target.dtype.size()) as u64;
            }
            if let Some(limit) = policy.max_bytes.filter(|&limit| collected > limit) {
                return Err(Problem::TooLarge { bytes: collected, limit }.at(&target.location.path));
            }
        }
        let mut keys: Vec<PathBuf> = Vec::new();
        for (target, checked) in targets.iter().zip(checked) {
            outputs.add(target, checked, &mut keys).map_err(|problem| problem.at(&target.location.path))?;
        }
        Ok(outputs)
    }

    /// Adds a target, to a file that is there already if both are members of one archive.
    fn add(&mut self, target: &Target, checked: Checked, keys: &mut Vec<PathBuf>) -> Result<(), Problem> {
        let Checked { format, writer, options, place, member } = checked;
        let key = match &place {
            Place::Standard => PathBuf::from("-"),
            Place::Special(path) | Place::File { path, .. } => path.clone(),
        };
        let name = target.location.path.clone();
        let file = match keys.iter().position(|k| *k == key) {
            Some(file) => {
                let archive =
                    matches!(writer.encode, Encode::Archive(_)) && self.files[file].format.name == format.name;
                let taken = self.parts.iter().any(|part| part.file == file && part.member == member);
                let sparse = options.sparse.is_some() || self.files[file].options.sparse.is_some();
                if !archive || taken || sparse {
                    return Err(Problem::SameTarget);
                }
                file
            }
            None => {
                let encode = writer.encode;
                let destination = Destination::create(place, encode, &target.dtype, &target.shape, &options)?;
                self.files.push(OutputFile {
                    name: name.clone(),
                    format,
                    encode,
                    options: options.clone(),
                    destination,
                });
                keys.push(key);
                keys.len() - 1
            }
        };
        let body = match (writer.encode, self.files[file].destination.windows()) {
            (Encode::Windowed { sink, .. }, Some(file)) => {
                let sink = sink(Arc::clone(&file), target.dtype, &target.shape, &options);
                Body::Windowed { sink: sink.map_err(|error| refused(error, Some(&file)))?, file }
            }
            _ => Body::Collected(Array::zeros(target.dtype, target.shape.clone())?),
        };
        self.parts.push(Part { file, name, member, body });
        Ok(())
    }

    /// What takes the windows of each result, in the order of the targets. Every element must be written.
    pub fn sinks(&mut self) -> Vec<&mut dyn Sink> {
        self.parts.iter_mut().map(|part| part as &mut dyn Sink).collect()
    }

    /// Completes all files and gives them their names: first everything is encoded and synced, then streams are
    /// written, then all files are renamed.
    pub fn finish(self) -> Result<(), IoError> {
        let Outputs { mut files, parts } = self;
        let mut arrays: Vec<Vec<(String, Array)>> = files.iter().map(|_| Vec::new()).collect();
        for part in parts {
            if let Body::Collected(array) = part.body {
                arrays[part.file].push((part.member, array));
            }
        }
        for to_streams in [false, true] {
            for (file, arrays) in files.iter_mut().zip(&mut arrays) {
                if matches!(file.destination, Destination::Stream { .. }) == to_streams {
                    let arrays = std::mem::take(arrays);
                    file.complete(arrays).map_err(|problem| problem.at(&file.name))?;
                }
            }
        }
        commit(files)
    }
}

impl Sink for Part {
    fn write(&mut self, window: &Window, data: &[u8]) -> Result<(), SourceError> {
        match &mut self.body {
            Body::Windowed { sink, file } => {
                sink.write(window, data).map_err(|error| match error.downcast::<io::Error>() {
                    Ok(error) => failed(*error, Some(file)).at(&self.name).into(),
                    Err(other) => other,
                })
            }
            Body::Collected(array) => {
                let (shape, size) = (array.shape().clone(), array.dtype().size());
                let bytes = array.bytes_mut()?;
                for (start, part) in pieces(&shape, size, window, data)? {
                    bytes[start * size..][..part.len()].copy_from_slice(part);
                }
                Ok(())
            }
        }
    }
}

impl OutputFile {
    /// Encodes what was collected and makes sure that every byte has reached its place.
    fn complete(&mut self, arrays: Vec<(String, Array)>) -> Result<(), Problem> {
        let encode = |out: &mut dyn Write| match (self.encode, arrays.first()) {
            (_, Some((_, values))) if self.options.sparse.is_some() => sparse(self.format, &self.options, values, out),
            (Encode::Archive(write), Some(_)) => write(&arrays, out, &self.options),
            (Encode::Whole(write), Some((_, array))) => write(array, out, &self.options),
            _ => Ok(()), // its windows are in the file
        };
        match &mut self.destination {
            Destination::File { temporary, .. } => {
                let mut out = BufWriter::with_capacity(1 << 18, &*temporary.file);
                encode(&mut out).map_err(|error| refused(error, Some(&temporary.file)))?;
                out.flush().map_err(|error| failed(error, Some(&temporary.file)))?;
                drop(out);
                temporary.file.sync_all().map_err(|error| failed(error, Some(&temporary.file)))
            }
            Destination::Stream { stream, spool } => {
                let mut out = BufWriter::with_capacity(1 << 16, stream);
                let written = match spool {
                    Some(file) => {
                        (&**file).rewind().and_then(|()| io::copy(&mut &**file, &mut out)).map(drop).map_err(Into::into)
                    }
                    None => encode(&mut out),
                };
                written.and_then(|()| Ok(out.flush()?)).map_err(|error| refused(error, None))
            }
        }
    }
}

/// Encodes values as a sparse matrix.
fn sparse(format: &Format, options: &WriteOptions, values: &Array, out: &mut dyn Write) -> Result<(), WriteError> {
    let (Some(pattern), Some(write)) = (&options.sparse, format.write.and_then(|w| w.sparse)) else {
        return Err(WriteError::Unsupported(format!("{} holds no sparse matrices", format.name)));
    };
    let matrix = pattern.of.with_values(values.clone(), pattern.transposed);
    write(&matrix.map_err(|error| WriteError::Unsupported(error.to_string()))?, out)
}

/// Renames all files to their targets and syncs the folders.
fn commit(files: Vec<OutputFile>) -> Result<(), IoError> {
    let mut names = Vec::new();
    let mut ready = Vec::new();
    for file in files {
        if let Destination::File { temporary, target, replace } = file.destination {
            names.push((file.name, target));
            ready.push((temporary, replace));
        }
    }
    let renames = ready.into_iter().zip(&names).map(|((file, replace), (_, target))| (file, target.as_path(), replace));
    temporary::commit(renames.collect()).map_err(|(index, error)| {
        let problem = match error.kind() {
            io::ErrorKind::AlreadyExists => Problem::Exists,
            _ => Problem::os("giving the finished file its name", error),
        };
        problem.at(&names[index].0)
    })?;
    #[cfg(unix)]
    for folder in names.iter().map(|(_, target)| folder_of(target)).collect::<BTreeSet<_>>() {
        // The files are complete and named; a file system that cannot sync folders changes nothing about that.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(())
}

impl Destination {
    fn create(
        place: Place,
        encode: Encode,
        dtype: &DType,
        shape: &Shape,
        options: &WriteOptions,
    ) -> Result<Destination, Problem> {
        let windowed = matches!(encode, Encode::Windowed { .. });
        let spool = || -> Result<Option<Arc<File>>, Problem> {
            let file = windowed.then(tempfile::tempfile).transpose();
            Ok(file.map_err(|error| Problem::os("making a temporary file", error))?.map(Arc::new))
        };
        match place {
            Place::Standard => Ok(Destination::Stream { stream: Box::new(io::stdout()), spool: spool()? }),
            Place::Special(path) => {
                let stream = OpenOptions::new().write(true).open(path);
                let stream = stream.map_err(|error| Problem::os("opening", error))?;
                Ok(Destination::Stream { stream: Box::new(stream), spool: spool()? })
            }
            Place::File { path, replaces } => {
                let system = |error| Problem::os("making a file in its folder", error);
                let temporary = Temporary::create(folder_of(&path)).map_err(system)?;
                if let Some(facts) = &replaces {
                    temporary.set_permissions(facts.permissions()).map_err(system)?;
                }
                if let Encode::Windowed { len, .. } = encode {
                    reserve(&temporary.file, len(*dtype, shape, options))?;
                }
                Ok(Destination::File { temporary, target: path, replace: replaces.is_some() })
            }
        }
    }

    /// The file that takes windows.
    fn windows(&self) -> Option<Arc<File>> {
        match self {
            Destination::File { temporary, .. } => Some(Arc::clone(&temporary.file)),
            Destination::Stream { spool, .. } => spool.clone(),
        }
    }
}

/// Gives a fresh file its final length and, where the system can, its place on the disk.
fn reserve(file: &File, len: u64) -> Result<(), Problem> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if len > 0 {
        use rustix::fs::{FallocateFlags, fallocate, fstatvfs};
        use rustix::io::Errno;
        let free = fstatvfs(file).ok().map(|facts| facts.f_bavail.saturating_mul(facts.f_frsize));
        match fallocate(file, FallocateFlags::empty(), 0, len) {
            Ok(()) => return Ok(()),
            Err(Errno::NOSPC | Errno::DQUOT | Errno::FBIG) => return Err(Problem::DiskFull { needed: len, free }),
            Err(_) if free.is_some_and(|free| free < len) => return Err(Problem::DiskFull { needed: len, free }),
            Err(_) => {} // this file system cannot reserve
        }
    }
    file.set_len(len).map_err(|error| failed(error, Some(file)))
}

/// A writer's refusal; `file` is what it wrote to, if that is a file.
fn refused(error: WriteError, file: Option<&File>) -> Problem {
    match error {
        WriteError::Unsupported(what) => Problem::CannotHold(what),
        WriteError::Os(error) => failed(error, file),
    }
}

/// A failure of the system while writing.
fn failed(error: io::Error, file: Option<&File>) -> Problem {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            Problem::DiskFilled { written: file.and_then(written) }
        }
        _ => Problem::os("writing", error),
    }
}

/// Bytes of the file that have a place on the disk.
fn written(file: &File) -> Option<u64> {
    let facts = file.metadata().ok()?;
    #[cfg(unix)]
    let bytes = std::os::unix::fs::MetadataExt::blocks(&facts) * 512;
    #[cfg(not(unix))]
    let bytes = facts.len();
    Some(bytes)
}
