//! Arrays that lie uncompressed in a file: read and written a window at a time, from any number of threads.

use crate::positioned::{begin_sync, read_exact_at, write_all_at};
use crate::runs::Runs;
use crate::{IoError, Problem};
use hadamard_array::{ArrayError, DType, Shape, Sink, Source, SourceError, Window};
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// Runs shorter than this are read together with the gaps between them, …
const SHORT_RUN: usize = 4 << 10;
/// … if the gaps are shorter than this: reading them costs less than another call of the system.
const SHORT_GAP: usize = 16 << 10;
/// Bytes of a scratch buffer for runs with gaps.
const GATHER: usize = 256 << 10;
/// Parts of a result of at least so many bytes start on their way to the disk when they are written.
const WORTH_BEGINNING: usize = 1 << 20;
/// Bytes of a scratch buffer for transposing.
const TILE: usize = 4 << 20;

/// Which axis of an array in a file varies fastest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// The last.
    C,
    /// The first.
    Fortran,
}

/// An uncompressed array somewhere in a file.
pub(crate) struct StoredArray {
    pub file: Arc<File>,
    /// The file's name for messages.
    pub path: PathBuf,
    /// Where the first element lies, in bytes.
    pub offset: u64,
    pub dtype: DType,
    pub shape: Shape,
    pub order: Order,
    pub big_endian: bool,
}

impl Source for StoredArray {
    fn dtype(&self) -> DType {
        self.dtype
    }
    fn shape(&self) -> &Shape {
        &self.shape
    }
    fn read(&self, window: &Window, out: &mut [u8]) -> Result<(), SourceError> {
        let lens: Shape = window.iter().map(|r| r.len()).collect();
        let size = self.dtype.size();
        if out.len() != lens.size() * size {
            let (given, needed) = (out.len() / size, lens.size());
            return Err(ArrayError::WrongLength { given, needed, shape: lens.to_string() }.into());
        }
        match self.order {
            Order::C => self.read_runs(&self.shape, window, out)?,
            Order::Fortran => {
                let file_shape: Shape = self.shape.iter().rev().copied().collect();
                let file_window: Vec<_> = window.iter().rev().cloned().collect();
                if lens.iter().filter(|&&n| n > 1).count() < 2 {
                    self.read_runs(&file_shape, &file_window, out)?; // C and Fortran order agree
                } else {
                    let (mut at, mut tile) = (vec![0; lens.ndim()], Vec::new());
                    self.read_transposed(&file_shape, &file_window, &lens, &mut at, &mut tile, out)?;
                }
            }
        }
        to_native(self.dtype, self.big_endian, out);
        Ok(())
    }
}

impl StoredArray {
    /// Reads a window of the file's own C-order `shape` into `out`.
    fn read_runs(&self, shape: &[usize], window: &Window, out: &mut [u8]) -> Result<(), SourceError> {
        let runs = Runs::new(shape, window)?;
        let size = self.dtype.size();
        let (run, pitch) = (runs.len * size, runs.pitch * size);
        if run == 0 {
            return Ok(());
        }
        if runs.count == 1 || run >= SHORT_RUN || pitch - run > SHORT_GAP {
            for (start, part) in runs.starts().zip(out.chunks_exact_mut(run)) {
                self.read_bytes(part, start * size)?;
            }
            return Ok(());
        }
        let together = (GATHER / pitch).clamp(1, runs.row);
        let mut scratch = vec![0; (together - 1) * pitch + run];
        let rows = runs.starts().step_by(runs.row);
        for (row_start, row) in rows.zip(out.chunks_exact_mut(run * runs.row)) {
            for (k, group) in row.chunks_mut(run * together).enumerate() {
                let count = group.len() / run;
                let hull = &mut scratch[..(count - 1) * pitch + run];
                self.read_bytes(hull, row_start * size + k * together * pitch)?;
                for (to, from) in group.chunks_exact_mut(run).zip(hull.chunks(pitch)) {
                    to.copy_from_slice(&from[..run]);
                }
            }
        }
        Ok(())
    }

    /// Reads a window of the file (its axes reversed against `lens`, the shape of `out`) in tiles that fit a scratch
    /// buffer, cut along the file's slowest axes so that runs stay long. `at` is where
    /// the window lies in `out`, `tile` the scratch buffer.
    fn read_transposed(
        &self,
        shape: &[usize],
        window: &[Range<usize>],
        lens: &Shape,
        at: &mut Vec<usize>,
        tile: &mut Vec<u8>,
        out: &mut [u8],
    ) -> Result<(), SourceError> {
        let size = self.dtype.size();
        let bytes = window.iter().map(|r| r.len()).product::<usize>() * size;
        let cut = window.iter().position(|r| r.len() > 1).filter(|_| bytes > TILE);
        let Some(axis) = cut else {
            tile.resize(bytes, 0);
            self.read_runs(shape, window, tile)?;
            dispatch_size(size, tile, window, lens, at, out);
            return Ok(());
        };
        let half = window[axis].len() / 2;
        let middle = window[axis].start + half;
        let mut part = window.to_vec();
        part[axis].end = middle;
        self.read_transposed(shape, &part, lens, at, tile, out)?;
        part[axis] = middle..window[axis].end;
        let out_axis = lens.ndim() - 1 - axis;
        at[out_axis] += half;
        self.read_transposed(shape, &part, lens, at, tile, out)?;
        at[out_axis] -= half;
        Ok(())
    }

    /// Reads bytes at a position counted from the array's first.
    fn read_bytes(&self, out: &mut [u8], position: usize) -> Result<(), IoError> {
        let from = self.offset + position as u64;
        read_exact_at(&self.file, out, from).map_err(|e| {
            let problem = match (e.kind(), self.file.metadata()) {
                (io::ErrorKind::UnexpectedEof, Ok(facts)) => {
                    Problem::Truncated { needed: from + out.len() as u64, has: facts.len() }
                }
                _ => Problem::os("reading", e),
            };
            problem.at(&self.path)
        })
    }
}

/// Swaps the bytes of big-endian elements and makes every true `bool` a 1.
pub(crate) fn to_native(dtype: DType, big_endian: bool, bytes: &mut [u8]) {
    if dtype == DType::Bool {
        bytes.iter_mut().for_each(|b| *b = (*b != 0) as u8);
    }
    if big_endian {
        match dtype.real().size() {
            1 => {}
            2 => bytes.as_chunks_mut::<2>().0.iter_mut().for_each(|b| b.reverse()),
            4 => bytes.as_chunks_mut::<4>().0.iter_mut().for_each(|b| b.reverse()),
            _ => bytes.as_chunks_mut::<8>().0.iter_mut().for_each(|b| b.reverse()),
        }
    }
}

/// [`transpose`] for the element size of a dtype.
fn dispatch_size(size: usize, tile: &[u8], window: &Window, lens: &Shape, at: &[usize], out: &mut [u8]) {
    match size {
        1 => transpose::<1>(tile, window, lens, at, out),
        2 => transpose::<2>(tile, window, lens, at, out),
        4 => transpose::<4>(tile, window, lens, at, out),
        8 => transpose::<8>(tile, window, lens, at, out),
        _ => transpose::<16>(tile, window, lens, at, out),
    }
}

/// Copies a C-order tile of the (reversed) box `window` to position `at` of the C-order `out` of shape `lens`.
/// The file's fastest axis is the slowest of `out`: both are walked in small squares so that cache lines are used up.
fn transpose<const N: usize>(tile: &[u8], window: &Window, lens: &Shape, at: &[usize], out: &mut [u8]) {
    const SQUARE: usize = 32;
    let (tile, out) = (tile.as_chunks::<N>().0, out.as_chunks_mut::<N>().0);
    let tile_shape: Shape = window.iter().map(|r| r.len()).collect();
    let tile_strides = tile_shape.c_strides();
    let out_strides = lens.c_strides();
    let last = lens.ndim() - 1;
    let (rows, columns) = (tile_shape[last], tile_shape[0]);
    let (row_step, column_step) = (out_strides[0] as usize, tile_strides[0] as usize);
    let origin: usize = at.iter().zip(&out_strides).map(|(&i, &s)| i * s as usize).sum();
    let middle = Shape::from(&tile_shape[1..last]);
    for k in 0..middle.size() {
        let index = middle.unravel(k);
        let from: usize = index.iter().zip(&tile_strides[1..]).map(|(&i, &s)| i * s as usize).sum();
        let to: usize = index.iter().zip(out_strides[1..last].iter().rev()).map(|(&i, &s)| i * s as usize).sum();
        for top in (0..rows).step_by(SQUARE) {
            for left in (0..columns).step_by(SQUARE) {
                for row in top..rows.min(top + SQUARE) {
                    for column in left..columns.min(left + SQUARE) {
                        out[origin + to + row * row_step + column] = tile[from + row + column * column_step];
                    }
                }
            }
        }
    }
}

/// A C-order array that is being written into a file, uncompressed.
pub(crate) struct StoredSink {
    pub file: Arc<File>,
    /// Where the first element lies, in bytes.
    pub offset: u64,
    pub dtype: DType,
    pub shape: Shape,
}

impl Sink for StoredSink {
    fn write(&mut self, window: &Window, data: &[u8]) -> Result<(), SourceError> {
        let size = self.dtype.size();
        for (start, part) in pieces(&self.shape, size, window, data)? {
            let at = self.offset + (start * size) as u64;
            write_all_at(&self.file, part, at)?;
            if part.len() >= WORTH_BEGINNING {
                begin_sync(&self.file, at, part.len());
            }
        }
        Ok(())
    }
}

/// The runs of a window's `data` with the element position each belongs to.
pub(crate) fn pieces<'a>(
    shape: &Shape,
    size: usize,
    window: &Window,
    data: &'a [u8],
) -> Result<Vec<(usize, &'a [u8])>, ArrayError> {
    let runs = Runs::new(shape, window)?;
    let needed = runs.len * runs.count;
    if data.len() != needed * size {
        return Err(ArrayError::WrongLength { given: data.len() / size, needed, shape: shape.to_string() });
    }
    Ok(runs.starts().zip(data.chunks_exact((runs.len * size).max(1))).collect())
}
