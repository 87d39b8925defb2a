//! Why a command ended without its result. Rendered in one place, `render`.

use crate::exit::Exit;
use hadamard::RunError;
use hadamard::algebra::Diagnostic;
use hadamard::array::{ArrayError, SourceError};
use hadamard::io::IoError;
use std::io;

/// Why a command ended without its result.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The formula is wrong; `text` is what the places of the diagnostic point into.
    #[error("{diagnostic}")]
    Formula { text: String, diagnostic: Box<Diagnostic> },
    /// The formula is right, but its data is not: overflow, a zero divisor, a singular matrix.
    #[error("{diagnostic}")]
    Numbers { text: String, diagnostic: Box<Diagnostic> },
    /// The command line is wrong.
    #[error("{0}")]
    Usage(Note),
    /// A file is wrong.
    #[error(transparent)]
    File(IoError),
    /// Something else about data or the system.
    #[error("{0}")]
    Data(Note),
    /// The reader of our standard output went away.
    #[error("broken pipe")]
    BrokenPipe,
    /// The user interrupted.
    #[error("interrupted")]
    Interrupted,
}

/// An error without a place in a formula.
#[derive(Debug)]
pub struct Note {
    /// Stable kebab-case code.
    pub code: &'static str,
    /// One sentence without a final stop.
    pub message: String,
    /// What to do instead.
    pub help: Vec<String>,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl Failure {
    /// A wrong command line.
    pub fn usage(code: &'static str, message: impl Into<String>) -> Failure {
        Failure::Usage(Note { code, message: message.into(), help: Vec::new() })
    }
    /// A failure of data or the system.
    pub fn data(code: &'static str, message: impl Into<String>) -> Failure {
        Failure::Data(Note { code, message: message.into(), help: Vec::new() })
    }
    /// Adds what to do instead.
    pub fn help(mut self, text: impl Into<String>) -> Failure {
        match &mut self {
            Failure::Usage(note) | Failure::Data(note) => note.help.push(text.into()),
            Failure::Formula { diagnostic, .. } | Failure::Numbers { diagnostic, .. } => {
                diagnostic.help.push(text.into())
            }
            Failure::File(_) | Failure::BrokenPipe | Failure::Interrupted => {}
        }
        self
    }
    /// An error in the literal of an operand says whose it is.
    pub fn within(mut self, operand: &str) -> Failure {
        if let Failure::Formula { diagnostic, .. } | Failure::Numbers { diagnostic, .. } = &mut self {
            diagnostic.message = format!("in the operand `{operand}`: {}", diagnostic.message);
        }
        self
    }
    /// A formula's error.
    pub fn formula(text: &str, diagnostic: Diagnostic) -> Failure {
        Failure::Formula { text: text.to_owned(), diagnostic: Box::new(diagnostic) }
    }
    /// Why the front door refused a formula, or a run of it stopped.
    pub fn of(error: hadamard::Error, text: &str) -> Failure {
        let text = text.to_owned();
        match error {
            hadamard::Error::Formula(diagnostic) => Failure::Formula { text, diagnostic },
            hadamard::Error::Entry(diagnostic) => Failure::Numbers { text, diagnostic },
            hadamard::Error::Run(RunError::Source { error, .. } | RunError::Sink { error, .. }) => error.into(),
            hadamard::Error::Run(RunError::Cancelled) => Failure::Interrupted,
            other => Failure::data(other.code(), other.to_string()),
        }
    }
    /// What the command's exit code says about it.
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Formula { .. } | Failure::Usage(_) => Exit::Usage,
            Failure::Numbers { .. } | Failure::File(_) | Failure::Data(_) => Exit::Data,
            Failure::BrokenPipe => Exit::Ok,
            Failure::Interrupted => Exit::Interrupted,
        }
    }
}

impl From<IoError> for Failure {
    /// A file's error, unless the file is our standard output and its reader went away.
    fn from(error: IoError) -> Failure {
        if error.is_broken_pipe() { Failure::BrokenPipe } else { Failure::File(error) }
    }
}

impl From<SourceError> for Failure {
    /// An error that passed through a source or a sink: those of files come back as what they were.
    fn from(error: SourceError) -> Failure {
        match error.downcast::<IoError>() {
            Ok(error) => (*error).into(),
            Err(other) => Failure::data("data-error", other.to_string()),
        }
    }
}

impl From<io::Error> for Failure {
    /// An error of our own standard output.
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
            _ => Failure::data("system-error", format!("writing to standard output failed: {error}")),
        }
    }
}

impl From<ArrayError> for Failure {
    /// An array that does not fit memory or its own shape.
    fn from(error: ArrayError) -> Failure {
        Failure::data("array-error", error.to_string())
    }
}
