//! Sources that decode their whole array when the first window is asked for: for formats whose header tells
//! dtype and shape but whose data cannot be read in windows.

use crate::runs::Runs;
use crate::{Input, IoError, Opened, Problem, Reader};
use hadamard_array::{Array, ArrayError, DType, Shape, Source, SourceError, Sparse, View, Window};
use std::fs::File;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

/// Most bytes a decoded array may need when the user sets no limit: enough for real work, small enough that a
/// hostile header cannot take the machine down.
const DEFAULT_LIMIT: u64 = 4 << 30;

/// Most bytes a decoded array may need.
pub(super) fn limit(input: &Input<'_>) -> u64 {
    input.options.max_bytes.unwrap_or(DEFAULT_LIMIT)
}

/// Refuses an array of that dtype and shape if it needs more memory than allowed.
pub(super) fn check_size(dtype: DType, shape: &Shape, limit: u64) -> Result<(), Problem> {
    let bytes = shape.bytes(dtype)? as u64;
    if bytes > limit { Err(Problem::TooLarge { bytes, limit }) } else { Ok(()) }
}

/// Refuses a sparse matrix if its dense form needs more memory than allowed.
pub(super) fn check_dense(dtype: DType, rows: usize, columns: usize, stored: u64, limit: u64) -> Result<(), Problem> {
    let bytes = (rows as u128).saturating_mul(columns as u128).saturating_mul(dtype.size() as u128);
    if bytes > limit.into() { Err(Problem::TooDense { rows, columns, dtype, stored, bytes, limit }) } else { Ok(()) }
}

/// Refuses `#member` on a format that holds one nameless array.
pub(super) fn no_member(input: &Input<'_>, format: &'static str) -> Result<(), Problem> {
    match input.member {
        Some(member) => Err(Problem::NotAnArchive { format, member: member.to_owned() }),
        None => Ok(()),
    }
}

/// An open file that many readers may read at once, each with its own position.
#[derive(Clone)]
pub(super) struct Handle {
    file: Arc<File>,
    len: u64,
}

impl Handle {
    /// The file of an input.
    pub(super) fn of(input: &Input<'_>) -> Handle {
        Handle { file: Arc::clone(&input.file), len: input.len }
    }
    /// A buffered reader of the whole file, at its start.
    pub(super) fn reader(&self) -> BufReader<Reader> {
        BufReader::with_capacity(1 << 16, Reader::new(Arc::clone(&self.file), self.len))
    }
}

/// What a file is decoded to.
trait Decoded: Send + Sync {
    fn dtype(&self) -> DType;
    fn shape(&self) -> &Shape;
}

impl Decoded for Array {
    fn dtype(&self) -> DType {
        self.dtype()
    }
    fn shape(&self) -> &Shape {
        self.shape()
    }
}

impl Decoded for Sparse {
    fn dtype(&self) -> DType {
        Source::dtype(self)
    }
    fn shape(&self) -> &Shape {
        Source::shape(self)
    }
}

/// How a file is decoded.
type Decode<T> = Box<dyn Fn(&Handle) -> Result<T, Problem> + Send + Sync>;

/// What is decoded as a whole when first read, and kept.
struct Lazy<T> {
    dtype: DType,
    shape: Shape,
    path: PathBuf,
    handle: Handle,
    decode: Decode<T>,
    /// Arrays in C order.
    decoded: OnceLock<T>,
    /// Held while decoding, so that threads asking at once decode once.
    busy: Mutex<()>,
}

/// An opened file whose array is decoded when first read; `decode` must give the dtype and shape promised here.
pub(super) fn opened(
    input: &Input<'_>,
    dtype: DType,
    shape: Shape,
    facts: Vec<(&'static str, String)>,
    decode: impl Fn(&Handle) -> Result<Array, Problem> + Send + Sync + 'static,
) -> Opened {
    let in_order = move |handle: &Handle| decode(handle).map(|array| array.to_c_order());
    Opened { source: Box::new(Lazy::new(input, dtype, shape, in_order)), facts }
}

/// As [`opened`], for a sparse matrix.
pub(super) fn opened_sparse(
    input: &Input<'_>,
    dtype: DType,
    shape: Shape,
    facts: Vec<(&'static str, String)>,
    decode: impl Fn(&Handle) -> Result<Sparse, Problem> + Send + Sync + 'static,
) -> Opened {
    Opened { source: Box::new(Lazy::new(input, dtype, shape, decode)), facts }
}

/// Refuses a sparse matrix whose stored entries, with their places, need more memory than allowed.
pub(super) fn check_stored(dtype: DType, stored: u64, limit: u64) -> Result<(), Problem> {
    let bytes = stored.saturating_mul(dtype.size() as u64 + 8);
    if bytes > limit { Err(Problem::TooLarge { bytes, limit }) } else { Ok(()) }
}

impl<T: Decoded> Lazy<T> {
    fn new(
        input: &Input<'_>,
        dtype: DType,
        shape: Shape,
        decode: impl Fn(&Handle) -> Result<T, Problem> + Send + Sync + 'static,
    ) -> Lazy<T> {
        Lazy {
            dtype,
            shape,
            path: input.path.to_owned(),
            handle: Handle::of(input),
            decode: Box::new(decode),
            decoded: OnceLock::new(),
            busy: Mutex::new(()),
        }
    }

    fn get(&self) -> Result<&T, IoError> {
        if let Some(decoded) = self.decoded.get() {
            return Ok(decoded);
        }
        let _busy = self.busy.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(decoded) = self.decoded.get() {
            return Ok(decoded);
        }
        let decoded = (self.decode)(&self.handle).map_err(|problem| problem.at(&self.path))?;
        if decoded.dtype() != self.dtype || decoded.shape() != &self.shape {
            let promised = format!("its header promises {}{}, its data is ", self.dtype, self.shape);
            return Err(Problem::Corrupt(promised + &format!("{}{}", decoded.dtype(), decoded.shape())).at(&self.path));
        }
        Ok(self.decoded.get_or_init(|| decoded))
    }
}

impl Source for Lazy<Sparse> {
    fn dtype(&self) -> DType {
        self.dtype
    }
    fn shape(&self) -> &Shape {
        &self.shape
    }
    fn read(&self, window: &Window, out: &mut [u8]) -> Result<(), SourceError> {
        self.get()?.read(window, out)
    }
    fn stored(&self) -> Result<Option<&Sparse>, SourceError> {
        Ok(Some(self.get()?))
    }
}

impl Source for Lazy<Array> {
    fn dtype(&self) -> DType {
        self.dtype
    }
    fn shape(&self) -> &Shape {
        &self.shape
    }
    fn read(&self, window: &Window, out: &mut [u8]) -> Result<(), SourceError> {
        let array = self.get()?;
        let (size, view) = (self.dtype.size(), array.view());
        let runs = Runs::new(&self.shape, window)?;
        let run = runs.len * size;
        if run * runs.count != out.len() {
            let (given, needed) = (out.len() / size, runs.len * runs.count);
            return Err(ArrayError::WrongLength { given, needed, shape: self.shape.to_string() }.into());
        }
        for (start, part) in runs.starts().zip(out.chunks_exact_mut(run.max(1))) {
            part.copy_from_slice(&view.bytes()[start * size..][..run]);
        }
        Ok(())
    }
    /// Only once decoded: asking must not read the file.
    fn in_memory(&self) -> Option<View<'_>> {
        self.decoded.get().map(Array::view)
    }
}

/// A failure of reading compressed data: a file that ends early is named as such.
pub(super) fn io_problem(error: io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Problem::Corrupt("it ends before its data is complete".into()),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
            Problem::Corrupt(error.to_string())
        }
        _ => Problem::os("reading", error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ReadOptions;
    use std::path::Path;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn source(decode: impl Fn(&Handle) -> Result<Array, Problem> + Send + Sync + 'static) -> Box<dyn Source> {
        let input = Input {
            file: Arc::new(tempfile::tempfile().unwrap()),
            path: Path::new("x.png"),
            len: 0,
            member: None,
            extension: None,
            options: &ReadOptions::default(),
        };
        opened(&input, DType::U8, [2, 3].into(), Vec::new(), decode).source
    }

    #[test]
    fn threads_that_ask_at_once_decode_once() {
        static DECODED: AtomicUsize = AtomicUsize::new(0);
        let source = source(|_| {
            DECODED.fetch_add(1, Ordering::Relaxed);
            Ok(Array::from_slice([2, 3], &[1u8, 2, 3, 4, 5, 6])?)
        });
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let mut out = [0; 4];
                    source.read(&[0..2, 1..3], &mut out).unwrap();
                    assert_eq!(out, [2, 3, 5, 6]);
                });
            }
        });
        assert_eq!(DECODED.load(Ordering::Relaxed), 1);
        assert!(source.read(&[0..2, 1..3], &mut [0; 5]).is_err(), "a buffer of the wrong size");
        assert!(source.read(&[0..3, 1..3], &mut [0; 6]).is_err(), "a window outside");
    }

    #[test]
    fn data_that_is_not_what_the_header_promised_is_an_error() {
        let source = source(|_| Ok(Array::zeros(DType::U16, [2, 3])?));
        let error = source.read(&[0..2, 0..3], &mut [0; 6]).unwrap_err().to_string();
        assert_eq!(error, "x.png: is corrupt: its header promises u8[2, 3], its data is u16[2, 3]");
    }
}
