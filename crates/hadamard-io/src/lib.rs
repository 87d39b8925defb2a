//! Arrays in and out of files.
//!
//! One file per format under [`formats`], named by one line in [`formats::ALL`]. Arrays are opened by reading
//! headers only and read a window at a time wherever the format allows it. Nothing here trusts a file: every
//! length is checked before it is believed, and every error names the file and what is wrong with it.
//!
//! Results go through [`Outputs`], which refuses what can be refused before any work, and whose files appear under
//! their names only when all of them are complete.
//!
//! ```
//! use hadamard_array::DType;
//! use hadamard_io::{Location, OutputPolicy, Outputs, ReadOptions, Target, WriteOptions, open};
//!
//! let folder = tempfile::tempdir()?;
//! let location = Location::file(folder.path().join("a.npy"));
//! let options = WriteOptions::default();
//! let target = Target { location: location.clone(), dtype: DType::U8, shape: [2, 3].into(), options };
//! let mut outputs = Outputs::create(&[target], &OutputPolicy::default())?;
//! outputs.sinks()[0].write(&[0..1, 0..3], &[1, 2, 3])?;
//! outputs.sinks()[0].write(&[1..2, 0..3], &[4, 5, 6])?;
//! outputs.finish()?;
//!
//! let (opened, format) = open(&location, &ReadOptions::default())?;
//! let mut column = [0; 2];
//! opened.source.read(&[0..2, 1..2], &mut column)?;
//! assert_eq!((format.name, column), ("npy", [2, 5]));
//! # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
//! ```

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
pub use format::{Encode, Format, Input, Opened, Pattern, RawSpec, ReadOptions, WriteError, WriteOptions, Writer};
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
