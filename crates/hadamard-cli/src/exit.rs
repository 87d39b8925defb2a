//! What the command tells its caller by its exit code.

use std::process::ExitCode;

/// The exit codes of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All went well.
    Ok = 0,
    /// The answer is no: the arrays differ, the claim does not hold or is not proved.
    Different = 1,
    /// The command line or the formula is wrong.
    Usage = 2,
    /// A file, or the data in it, is wrong.
    Data = 3,
    /// A signal ended the work.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}
