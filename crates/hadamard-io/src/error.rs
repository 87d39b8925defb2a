//! What can be wrong with a file. Every error names the file; most say what to do instead.

use crate::formats;
use hadamard_array::{ArrayError, DType};
use std::io;
use std::path::{Path, PathBuf};

/// A problem and the file it is about.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", .path.display())]
pub struct IoError {
    /// The file, as the user named it; `-` for standard input or output.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// There is no such file.
    #[error("no such file")]
    NotFound {
        /// A file of the same folder with a similar name.
        near: Option<String>,
    },
    /// The system does not let us.
    #[error("permission denied ({doing})")]
    Permission {
        /// `opening`, `reading`, `writing`, …
        doing: &'static str,
    },
    /// A folder where a file is needed.
    #[error("is a folder, not a file")]
    IsDirectory,
    /// The file has no bytes.
    #[error("is empty (0 bytes), which is no valid {format} file")]
    Empty {
        /// The format it was opened as.
        format: &'static str,
    },
    /// Neither extension nor content tell the format.
    #[error("neither its name nor its content says which format it has")]
    UnknownFormat,
    /// `--from` or `--to` with a name no format has.
    #[error("there is no format `{name}`")]
    NoSuchFormat {
        /// The name given.
        name: String,
    },
    /// Content and extension disagree.
    #[error("is named like {named}, but its content is {}", .found.unwrap_or("something else"))]
    WrongExtension {
        /// Format of the extension.
        named: &'static str,
        /// Format of the content, if it is a known one.
        found: Option<&'static str>,
    },
    /// `--from` names one format and the content is clearly another.
    #[error("is not {asked}: {}", .found.map_or("its signature is missing".to_string(), |f| format!("its content is {f}")))]
    NotThatFormat {
        /// Format asked for.
        asked: &'static str,
        /// Format of the content, if it is a known one.
        found: Option<&'static str>,
    },
    /// The file ends before its header says.
    #[error("is truncated: its header promises {needed} bytes, it has {has}")]
    Truncated {
        /// Bytes the file must have.
        needed: u64,
        /// Bytes it has.
        has: u64,
    },
    /// A header or structure that breaks the format's rules.
    #[error("is corrupt: {0}")]
    Corrupt(String),
    /// Text that cannot be parsed.
    #[error("line {line}: {what}")]
    Parse {
        /// Line number, from 1.
        line: u64,
        /// What is wrong there.
        what: String,
    },
    /// A header longer than any honest one.
    #[error("its header claims {bytes} bytes, more than the limit of {limit}")]
    OversizedHeader {
        /// Bytes claimed.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// A shape that is no shape: negative, not a number, too large, too many axes.
    #[error("has a bad shape: {0}")]
    BadShape(String),
    /// An archive of several members was named without one.
    #[error("holds {} arrays: say which", .members.len())]
    MemberNeeded {
        /// What it holds.
        members: Vec<String>,
    },
    /// The archive has no member of that name.
    #[error("has no member `{name}`")]
    NoSuchMember {
        /// The name given.
        name: String,
        /// What it holds.
        members: Vec<String>,
    },
    /// An archive without any array.
    #[error("holds no array")]
    NoMembers,
    /// `#member` on a format that has none.
    #[error("a {format} file has no members, but `#{member}` asks for one")]
    NotAnArchive {
        /// The format.
        format: &'static str,
        /// The member asked for.
        member: String,
    },
    /// A dtype hadamard has no place for.
    #[error("holds elements of type {given}, which hadamard cannot read")]
    UnsupportedDType {
        /// As the file says it.
        given: String,
    },
    /// A valid feature of the format that is not read here.
    #[error("{0}")]
    Unsupported(String),
    /// A compressed member that unpacks to far more than is plausible or allowed.
    #[error("`{member}` would unpack from {packed} to {unpacked} bytes, which looks like a zip bomb")]
    ZipBomb {
        /// The member.
        member: String,
        /// Bytes in the file.
        packed: u64,
        /// Bytes it unpacks to (at least).
        unpacked: u64,
    },
    /// The checksum says the data is damaged.
    #[error("the checksum of `{0}` does not match: the data is damaged")]
    Checksum(String),
    /// Decoding or encoding the whole array needs more memory than allowed.
    #[error("needs {bytes} bytes of memory, more than the limit of {limit}")]
    TooLarge {
        /// Bytes needed (at least).
        bytes: u64,
        /// `--max-memory`.
        limit: u64,
    },
    /// A sparse matrix whose dense form needs more memory than allowed.
    #[error(
        "holds a sparse {rows} x {columns} matrix of {stored} entries, which is read as a dense one: that needs {bytes} bytes of memory as {dtype}, more than the limit of {limit}"
    )]
    TooDense {
        /// Rows.
        rows: usize,
        /// Columns.
        columns: usize,
        /// Element type.
        dtype: DType,
        /// Entries in the file.
        stored: u64,
        /// Bytes of the dense matrix.
        bytes: u128,
        /// `--max-memory`, or the default.
        limit: u64,
    },
    /// A raw file without `--raw`.
    #[error("is raw: its dtype and shape are not written in it")]
    RawSpecNeeded,
    /// The size of a raw file is not what its dtype and shape need.
    #[error("has {actual} bytes, but {spec} needs exactly {expected}")]
    RawSize {
        /// Dtype and shape.
        spec: String,
        /// Bytes needed.
        expected: u64,
        /// Bytes there.
        actual: u64,
    },
    /// The format can only be written.
    #[error("{0} files can be written, not read")]
    WriteOnly(&'static str),
    /// The format can only be read.
    #[error("{0} files can be read, not written")]
    ReadOnly(&'static str),
    /// The output exists.
    #[error("exists already")]
    Exists,
    /// The output is also an input.
    #[error("is an output and also the input {}", .input.display())]
    IsInput {
        /// The input, as the user named it.
        input: PathBuf,
    },
    /// Two results would be written to the same place.
    #[error("two results would be written to it")]
    SameTarget,
    /// The folder of the output does not exist.
    #[error("its folder {} does not exist", .folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// The output's format has no place for this dtype or shape.
    #[error("{0}")]
    CannotHold(String),
    /// No space for the output.
    #[error("the disk is full: {needed} bytes are needed{}", .free.map_or(String::new(), |f| format!(", {f} are free")))]
    DiskFull {
        /// Bytes of the whole output.
        needed: u64,
        /// Bytes free on that file system, if known.
        free: Option<u64>,
    },
    /// The disk became full while writing.
    #[error("the disk is full{}", .written.map_or(String::new(), |w| format!(" after {w} bytes")))]
    DiskFilled {
        /// Bytes written until then, if known.
        written: Option<u64>,
    },
    /// Any other failure of the system.
    #[error("{doing} failed: {error}")]
    Os {
        /// `reading`, `writing`, `renaming`, …
        doing: &'static str,
        /// What the system said.
        error: io::Error,
    },
}

impl Problem {
    /// The problem with the file it is about.
    pub fn at(self, path: impl AsRef<Path>) -> IoError {
        IoError { path: path.as_ref().to_owned(), problem: self }
    }
    /// What the system said while `doing` (`"reading"`, `"writing"`) something.
    pub fn os(doing: &'static str, error: io::Error) -> Problem {
        match error.kind() {
            io::ErrorKind::NotFound => Problem::NotFound { near: None },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Problem::Permission { doing },
            io::ErrorKind::IsADirectory => Problem::IsDirectory,
            _ => Problem::Os { doing, error },
        }
    }
}

impl From<ArrayError> for Problem {
    /// A shape from a file that the array crate refuses.
    fn from(error: ArrayError) -> Problem {
        Problem::BadShape(error.to_string())
    }
}

impl IoError {
    /// A stable name of the kind of error, for tests, scripts and the manual.
    pub fn code(&self) -> &'static str {
        match &self.problem {
            Problem::NotFound { .. } => "file-not-found",
            Problem::Permission { .. } => "permission-denied",
            Problem::IsDirectory => "is-a-folder",
            Problem::Empty { .. } => "empty-file",
            Problem::UnknownFormat => "unknown-format",
            Problem::NoSuchFormat { .. } => "no-such-format",
            Problem::WrongExtension { .. } => "wrong-extension",
            Problem::NotThatFormat { .. } => "wrong-format",
            Problem::Truncated { .. } => "truncated-file",
            Problem::Corrupt(_) => "corrupt-file",
            Problem::Parse { .. } => "malformed-text",
            Problem::OversizedHeader { .. } => "oversized-header",
            Problem::BadShape(_) => "bad-shape",
            Problem::MemberNeeded { .. } => "member-needed",
            Problem::NoSuchMember { .. } => "no-such-member",
            Problem::NoMembers => "empty-archive",
            Problem::NotAnArchive { .. } => "not-an-archive",
            Problem::UnsupportedDType { .. } => "unsupported-dtype",
            Problem::Unsupported(_) => "unsupported-feature",
            Problem::ZipBomb { .. } => "zip-bomb",
            Problem::Checksum(_) => "checksum-mismatch",
            Problem::TooLarge { .. } => "too-large-for-memory",
            Problem::TooDense { .. } => "sparse-too-large",
            Problem::RawSpecNeeded => "raw-needs-shape",
            Problem::RawSize { .. } => "raw-size-mismatch",
            Problem::WriteOnly(_) => "write-only-format",
            Problem::ReadOnly(_) => "read-only-format",
            Problem::Exists => "output-exists",
            Problem::IsInput { .. } => "output-is-input",
            Problem::SameTarget => "output-twice",
            Problem::NoFolder { .. } => "no-such-folder",
            Problem::CannotHold(_) => "format-cannot-hold",
            Problem::DiskFull { .. } | Problem::DiskFilled { .. } => "disk-full",
            Problem::Os { .. } => "system-error",
        }
    }

    /// What to write or do instead, where that is known.
    pub fn help(&self) -> Option<String> {
        let path = self.path.display();
        Some(match &self.problem {
            Problem::NotFound { near } => format!("did you mean {}?", near.as_ref()?),
            Problem::UnknownFormat => format!("say which with --from or --to: {}", formats::names().join(", ")),
            Problem::NoSuchFormat { name } => match crate::nearest(name, formats::names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the formats are {}", formats::names().join(", ")),
            },
            Problem::WrongExtension { found: Some(found), .. } => {
                format!("read it as what it is with --from {found}, or rename it")
            }
            Problem::NotThatFormat { found: Some(found), .. } => format!("use --from {found}"),
            Problem::MemberNeeded { members } => match members.first() {
                Some(first) => format!("for example {path}#{first}; it holds {}", list(members)),
                None => return None,
            },
            Problem::NoSuchMember { name, members } => match crate::nearest(name, members.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {path}#{near}? It holds {}", list(members)),
                None => format!("it holds {}", list(members)),
            },
            Problem::NotAnArchive { .. } => format!("write just {path}"),
            Problem::UnsupportedDType { .. } => {
                let known: Vec<&str> = DType::ALL.iter().map(|d| d.name()).collect();
                format!("hadamard reads {}", known.join(", "))
            }
            Problem::ZipBomb { .. } => "if you trust the file, say with --max-memory how much it may need".into(),
            Problem::TooLarge { .. } => {
                "raise --max-memory, or use .npy, which is read and written a window at a time".into()
            }
            Problem::TooDense { .. } => "raise --max-memory, or cut out the rows and columns you need first".into(),
            Problem::RawSpecNeeded => "say dtype and shape, for example --raw f32:1000x500".into(),
            Problem::WriteOnly(_) | Problem::ReadOnly(_) => "use .npy for an array without loss".into(),
            Problem::Exists => "add --force to replace it".into(),
            Problem::IsInput { .. } => "add --in-place to replace the input".into(),
            Problem::SameTarget => {
                "give each result its own file, or its own member of an archive (out.npz#name)".into()
            }
            Problem::NoFolder { folder } => format!("make it first: mkdir -p {}", folder.display()),
            Problem::DiskFull { .. } | Problem::DiskFilled { .. } => {
                "free some space or write to another disk; nothing was left behind".into()
            }
            _ => return None,
        })
    }

    /// Whether the reader of our standard output has gone away: a command line ends quietly then.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(&self.problem, Problem::Os { error, .. } if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// The first few names, comma-separated.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let mut text = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(", … ({} in all)", names.len()));
    }
    text
}
