//! Arrays that are read or written a window at a time, because they may be larger than memory.

use crate::{Array, ArrayError, DType, Layout, Shape, Slice, Sparse, View, dispatch};
use std::ops::Range;

/// A box of an array: one index range for each axis.
pub type Window = [Range<usize>];

/// A failure of a source or sink, kept as its owner made it (a file error names its file).
pub type SourceError = Box<dyn std::error::Error + Send + Sync>;

/// An array that can be read a window at a time. Shape and dtype are known before any data is read.
pub trait Source: Send + Sync {
    /// The element type.
    fn dtype(&self) -> DType;
    /// The lengths of the axes.
    fn shape(&self) -> &Shape;
    /// Reads the box `window` into `out` in C order; `out` holds exactly the box's bytes.
    /// May be called from several threads at once.
    fn read(&self, window: &Window, out: &mut [u8]) -> Result<(), SourceError>;
    /// The whole array when it already lies in memory: then nobody needs to copy windows of it.
    fn in_memory(&self) -> Option<View<'_>> {
        None
    }
    /// The stored entries of a sparse matrix, which are read for that; `None` for every other array.
    ///
    /// # Errors
    /// What reading them meets.
    fn stored(&self) -> Result<Option<&Sparse>, SourceError> {
        Ok(None)
    }
}

/// An array that can be written a window at a time.
pub trait Sink: Send {
    /// Writes the box `window` from `data`, its elements in C order.
    fn write(&mut self, window: &Window, data: &[u8]) -> Result<(), SourceError>;
}

impl Source for View<'_> {
    fn dtype(&self) -> DType {
        View::dtype(self)
    }
    fn shape(&self) -> &Shape {
        View::shape(self)
    }
    fn read(&self, window: &Window, out: &mut [u8]) -> Result<(), SourceError> {
        copy_window(self, window, out).map_err(Into::into)
    }
    fn in_memory(&self) -> Option<View<'_>> {
        Some(self.clone())
    }
}

/// An array in memory as a source.
pub struct MemorySource(pub Array);

impl Source for MemorySource {
    fn dtype(&self) -> DType {
        self.0.dtype()
    }
    fn shape(&self) -> &Shape {
        self.0.shape()
    }
    fn read(&self, window: &Window, out: &mut [u8]) -> Result<(), SourceError> {
        copy_window(&self.0.view(), window, out).map_err(Into::into)
    }
    fn in_memory(&self) -> Option<View<'_>> {
        Some(self.0.view())
    }
}

/// An array in memory as a sink.
pub struct MemorySink(pub Array);

impl Sink for MemorySink {
    fn write(&mut self, window: &Window, data: &[u8]) -> Result<(), SourceError> {
        let dtype = self.0.dtype();
        let whole = window.iter().zip(self.0.shape().iter()).all(|(r, &n)| r.len() == n);
        if whole && self.0.layout().is_c_contiguous() {
            self.0.bytes_mut()?.copy_from_slice(data);
            return Ok(());
        }
        let part = part(self.0.layout(), window);
        let mut view = self.0.view_mut();
        dispatch!(dtype, T => {
            let to: &mut [T] = view.elements_mut()?;
            let from = data.chunks_exact(dtype.size()).map(bytemuck::pod_read_unaligned::<T>);
            for (at, value) in part.positions().zip(from) {
                to[at] = value;
            }
        });
        Ok(())
    }
}

/// The layout of a box of a larger layout.
fn part(layout: &Layout, window: &Window) -> Layout {
    let slices: Vec<Slice> = window.iter().map(|r| Slice { start: r.start, step: 1, count: r.len() }).collect();
    layout.sliced(&slices)
}

/// Copies the box `window` of `view` into `out` in C order.
fn copy_window(view: &View<'_>, window: &Window, out: &mut [u8]) -> Result<(), ArrayError> {
    let part = view.with_layout(part(view.layout(), window))?;
    let size = view.dtype().size();
    for (to, at) in out.chunks_exact_mut(size).zip(part.layout().positions()) {
        to.copy_from_slice(&part.bytes()[at * size..(at + 1) * size]);
    }
    Ok(())
}
