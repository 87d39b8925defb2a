//! Matrix products one of whose operands lies in a file: it is read in panels of rows and never held whole.

use super::floats;
use crate::workers::Workers;
use faer::Accum;
use hadamard_array::{Array, ArrayError, DType, Layout, Shape, Slice, Source, SourceError, View, c64, c128};
use std::ops::Range;

/// About so many bytes are read at once.
const PANEL_BYTES: usize = 32 << 20;

/// Which operand is read in panels, and whether the product has it transposed.
#[derive(Clone, Copy)]
pub struct Streamed<'a> {
    pub source: &'a dyn Source,
    pub left: bool,
    pub transposed: bool,
}

/// Whether there is a kernel that adds to what is there.
pub fn accumulates(dtype: DType) -> bool {
    matches!(dtype, DType::F32 | DType::F64 | DType::C64 | DType::C128)
}

/// The product of a matrix read in panels of its rows and another in memory.
pub fn product(
    streamed: Streamed<'_>,
    other: &View<'_>,
    shape: &Shape,
    most: usize,
    workers: Workers,
) -> Result<Array, SourceError> {
    let (rows, columns) = (streamed.source.shape()[0], streamed.source.shape()[1]);
    let dtype = streamed.source.dtype();
    let height = (PANEL_BYTES.min(most) / (columns * dtype.size()).max(1)).clamp(1, rows.max(1));
    let mut out = Array::zeros(dtype, shape.clone())?;
    let mut panel = Array::for_overwriting(dtype, [height, columns])?;
    for from in (0..rows).step_by(height) {
        let part = from..rows.min(from + height);
        if part.len() != panel.shape()[0] {
            panel = Array::for_overwriting(dtype, [part.len(), columns])?;
        }
        streamed.source.read(&[part.clone(), 0..columns], panel.bytes_mut()?)?;
        let mut view = panel.view();
        if streamed.transposed {
            view = view.with_layout(view.layout().permuted(&[1, 0]))?;
        }
        // Rows of the file are rows or columns of the product, or what it sums over.
        let kept = streamed.left != streamed.transposed;
        let all = (0..shape[0], 0..shape[1]);
        let (target, other) = match (kept, streamed.left) {
            (true, true) => ((part, all.1), other.clone()),
            (true, false) => ((all.0, part), other.clone()),
            (false, true) => (all, rows_of(other, part, 0)?),
            (false, false) => (all, rows_of(other, part, 1)?),
        };
        let pair = if streamed.left { (&view, &other) } else { (&other, &view) };
        match dtype {
            DType::F32 => floats::product::<f32>(&mut out, target, pair, Accum::Add, workers),
            DType::F64 => floats::product::<f64>(&mut out, target, pair, Accum::Add, workers),
            DType::C64 => floats::product::<c64>(&mut out, target, pair, Accum::Add, workers),
            DType::C128 => floats::product::<c128>(&mut out, target, pair, Accum::Add, workers),
            _ => unreachable!("only dtypes that accumulate are streamed"),
        }
    }
    Ok(out)
}

/// The part of a matrix along an axis.
fn rows_of<'a>(matrix: &View<'a>, part: Range<usize>, axis: usize) -> Result<View<'a>, ArrayError> {
    let slice = |k: usize| match k == axis {
        true => Slice { start: part.start, step: 1, count: part.len() },
        false => Slice { start: 0, step: 1, count: matrix.shape()[k] },
    };
    let layout: Layout = matrix.layout().sliced(&[slice(0), slice(1)]);
    matrix.with_layout(layout)
}
