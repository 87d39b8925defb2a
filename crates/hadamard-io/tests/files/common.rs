//! What the tests of files share.

use hadamard_array::{Shape, Source, Window};
use hadamard_io::{IoError, Location, Opened, ReadOptions, open};
use std::path::{Path, PathBuf};

/// A file made by NumPy.
pub fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens").join(name)
}

/// Opens a file by name with default options.
pub fn open_file(path: impl Into<PathBuf>) -> Result<Opened, IoError> {
    open(&Location::file(path), &ReadOptions::default()).map(|(opened, _)| opened)
}

/// The error of a file that must not open.
pub fn refused(path: &Path, options: &ReadOptions) -> IoError {
    match open(&Location::parse(path.to_str().unwrap()), options) {
        Ok(_) => panic!("{} must not open", path.display()),
        Err(error) => error,
    }
}

/// A window of a source.
pub fn read(source: &dyn Source, window: &Window) -> Vec<u8> {
    let count: usize = window.iter().map(|r| r.len()).product();
    let mut out = vec![0xAA; count * source.dtype().size()];
    source.read(window, &mut out).unwrap();
    out
}

/// All of a source.
pub fn read_all(source: &dyn Source) -> Vec<u8> {
    let window: Vec<_> = source.shape().iter().map(|&n| 0..n).collect();
    read(source, &window)
}

/// The window that is the whole of a shape.
pub fn whole(shape: &Shape) -> Vec<std::ops::Range<usize>> {
    shape.iter().map(|&n| 0..n).collect()
}
