//! What a file format is: one row of facts and a few functions.

use crate::{IoError, Problem, Reader};
use hadamard_array::{Array, DType, Shape, Sink, Source, Sparse};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// A format: everything the rest of hadamard knows about it.
pub struct Format {
    /// Name for `--from` and `--to`: `npy`.
    pub name: &'static str,
    /// File name endings without the dot, lower case: `["tif", "tiff"]`, `["csv", "csv.gz"]`.
    pub extensions: &'static [&'static str],
    /// One line for help.
    pub summary: &'static str,
    /// Whether the first bytes of a file (up to 512 of them) are this format's signature; `None` if it has none
    /// (CSV, raw): then content cannot contradict the extension unless another format's signature matches.
    pub signature: Option<fn(&[u8]) -> bool>,
    /// Opens a file: reads its header only, wherever the format allows that. `None` if the format is write-only.
    pub read: Option<Read>,
    /// Names the arrays inside, for archives; `None` if a file of this format holds one nameless array.
    pub members: Option<Members>,
    /// How arrays are written, if they are.
    pub write: Option<Writer>,
}

/// Opens a file of one format.
pub type Read = fn(&Input<'_>) -> Result<Opened, IoError>;
/// Names the arrays in an archive, in its order.
pub type Members = fn(&Input<'_>) -> Result<Vec<String>, IoError>;
/// Writes one whole array.
pub type EncodeWhole = fn(&Array, &mut dyn Write, &WriteOptions) -> Result<(), WriteError>;
/// Writes several named arrays.
pub type EncodeArchive = fn(&[(String, Array)], &mut dyn Write, &WriteOptions) -> Result<(), WriteError>;
/// Writes one sparse matrix.
pub type EncodeSparse = fn(&Sparse, &mut dyn Write) -> Result<(), WriteError>;
/// Writes a header and returns what takes the windows.
pub type EncodeWindowed = fn(Arc<File>, DType, &Shape, &WriteOptions) -> Result<Box<dyn Sink>, WriteError>;

/// A file about to be read.
pub struct Input<'a> {
    /// The open file, positioned anywhere: use positioned reads. Standard input arrives as an unnamed temporary file.
    pub file: Arc<File>,
    /// Its name for messages (`-` for standard input).
    pub path: &'a Path,
    /// Its length in bytes.
    pub len: u64,
    /// The member asked for with `#member`.
    pub member: Option<&'a str>,
    /// The ending of the file name that told the format (`tsv`, `csv.gz`), if one did.
    pub extension: Option<&'static str>,
    /// What the user said about reading.
    pub options: &'a ReadOptions,
}

impl Input<'_> {
    /// An error about this file.
    pub fn fail(&self, problem: Problem) -> IoError {
        problem.at(self.path)
    }
    /// A cursor of its own over the file, from its start, for decoders that want `Read + Seek`.
    pub fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.file), self.len)
    }
    /// An error about this file if `bytes` are more than a decoded array may need.
    pub fn check_memory(&self, bytes: u64) -> Result<(), IoError> {
        match self.options.max_bytes {
            Some(limit) if bytes > limit => Err(self.fail(Problem::TooLarge { bytes, limit })),
            _ => Ok(()),
        }
    }
}

/// What the user can say about reading.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// `--from`: the format, whatever the extension says.
    pub from: Option<String>,
    /// `--raw f32:1000x500`.
    pub raw: Option<RawSpec>,
    /// `--delimiter`: CSV field separator; by default `,`, or tab for `.tsv`.
    pub delimiter: Option<u8>,
    /// `--header yes|no`: whether a CSV has a header line; by default it has one if a field of line 1 is not a number.
    pub header: Option<bool>,
    /// Most bytes a decoded array may need when the format cannot be windowed.
    pub max_bytes: Option<u64>,
}

/// Dtype and shape of a raw file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawSpec {
    /// Element type, little-endian.
    pub dtype: DType,
    /// C-order shape.
    pub shape: Shape,
}

/// A file whose header has been read.
pub struct Opened {
    /// The array; its data is read when windows of it are asked for.
    pub source: Box<dyn Source>,
    /// Facts for `info`, such as `("order", "Fortran")`, `("version", "1.0")`, `("colour", "RGB")`,
    /// `("stored", "coordinate, symmetric, 12 entries")`.
    pub facts: Vec<(&'static str, String)>,
}

/// How a format writes.
#[derive(Clone, Copy)]
pub struct Writer {
    /// Refuses a dtype or shape the format cannot hold: called before any input is read.
    pub check: fn(DType, &Shape, &WriteOptions) -> Result<(), WriteError>,
    /// How the bytes come to be.
    pub encode: Encode,
    /// Writes a sparse matrix as such, if the format can.
    pub sparse: Option<EncodeSparse>,
}

/// The three ways of writing.
#[derive(Clone, Copy)]
pub enum Encode {
    /// The whole array (in C order) at once.
    Whole(EncodeWhole),
    /// Several named arrays (in C order) at once; names are distinct and there is at least one.
    Archive(EncodeArchive),
    /// A window at a time, at known positions of a fresh file.
    Windowed {
        /// Writes the header and returns what takes the windows.
        sink: EncodeWindowed,
        /// Length of the finished file in bytes, so that a full disk is found before the work.
        len: fn(DType, &Shape, &WriteOptions) -> u64,
    },
}

/// What the user can say about writing.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// `--to`: the format, whatever the extension says.
    pub to: Option<String>,
    /// `--delimiter` for CSV.
    pub delimiter: Option<u8>,
    /// Member name for archives (`out.npz#name`); by default the name of the result.
    pub member: Option<String>,
    /// The target's extension when it matters to the format (`tsv`, `csv.gz`).
    pub extension: String,
    /// For a sparse result, a vector of values: where they stand. It is written as a sparse matrix.
    pub sparse: Option<Pattern>,
}

/// Where the values of a sparse matrix stand.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// At the places of this matrix.
    pub of: Arc<Sparse>,
    /// Whether rows and columns change places.
    pub transposed: bool,
}

/// Why a writer refused: checked from dtype and shape before data exists wherever possible.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The format has no place for this dtype or shape; the text says what it has and what to write instead.
    #[error("{0}")]
    Unsupported(String),
    /// The system refused.
    #[error(transparent)]
    Os(#[from] std::io::Error),
}
