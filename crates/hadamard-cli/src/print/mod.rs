//! Results on standard output: for people, and as JSON for programs.

mod digits;
mod glance;
mod json;
mod table;

pub use digits::Digits;
pub use glance::Glance;
pub use json::write as write_json;
pub use table::{Look, describe, text};
