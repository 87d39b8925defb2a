//! In the making.
use crate::Format;
/// In the making.
pub static FORMAT: Format =
    Format { name: "npy", extensions: &["npy"], summary: "", signature: None, read: None, members: None, write: None };
