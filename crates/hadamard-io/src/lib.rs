//! Arrays in and out of files.
//!
//! One file per format under [`formats`], named by one line in [`formats::ALL`]. Arrays are opened by reading
//! headers only and read a window at a time wherever the format allows it. Nothing here trusts a file: every
//! length is checked before it is believed, and every error names the file and what is wrong with it.

pub mod format;
pub mod formats;

mod error;
mod location;
mod open;
mod output;
mod positioned;
mod runs;
mod stored;
mod target;
mod temporary;

pub use error::{IoError, Problem};
pub use format::{Encode, Format, Input, Opened, RawSpec, ReadOptions, WriteError, WriteOptions, Writer};
pub use location::Location;
pub use open::{members, open};
pub use output::Outputs;
pub use positioned::Reader;
pub use target::{OutputPolicy, Target};
pub use temporary::remove_temporaries;

#[cfg(target_endian = "big")]
compile_error!("hadamard-io moves elements between memory and files as they are, which needs a little-endian machine");

/// The candidate most like `name`, if one is like it at all.
fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|c| (c, strsim::normalized_damerau_levenshtein(&name.to_lowercase(), &c.to_lowercase())))
        .filter(|(_, likeness)| *likeness > 0.5)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(c, _)| c)
}
