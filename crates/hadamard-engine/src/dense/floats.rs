//! Matrix products of floats and complex numbers: faer's kernel on panels of the result, shared by the threads of the run.

use crate::workers::Workers;
use faer::traits::ComplexField;
use faer::{Accum, Mat, MatMut, MatRef, Par};
use hadamard_array::{Array, Element, View};
use std::borrow::Cow;
use std::ops::Add;
use std::ops::Range;

/// Products with fewer multiplications are not worth waking threads for.
const SHARED: usize = 1 << 20;
/// Panels are at least so wide.
const PANEL: usize = 64;
/// A result with at most so many entries is computed as a sum of products of slabs of the inner axis, each this deep: its
/// panels would be too small to keep threads busy. The slabs depend on the sizes alone.
const NARROW: usize = 1 << 14;
const SLAB: usize = 1 << 13;

/// Writes (or adds) the product of `a` and `b` to a box of `out`, an array in C order.
pub fn product<T: Element + ComplexField + Add<Output = T>>(
    out: &mut Array,
    (rows, columns): (Range<usize>, Range<usize>),
    (a, b): (&View<'_>, &View<'_>),
    accum: Accum,
    workers: Workers,
) {
    let (height, width) = (out.shape()[0], out.shape()[1]);
    let entries: &mut [T] = out.slice_mut().expect("the result is in C order and of this dtype");
    if rows.is_empty() || columns.is_empty() {
        return;
    }
    let whole = MatMut::from_row_major_slice_mut(entries, height, width);
    let mut target = whole.submatrix_mut(rows.start, columns.start, rows.len(), columns.len());
    if a.shape()[1] == 0 {
        if matches!(accum, Accum::Replace) {
            target.fill(T::zero_impl());
        }
        return;
    }
    let (a, b) = (Operand::<T>::of(a), Operand::<T>::of(b));
    let (a, b) = (a.matrix(), b.matrix());
    let size = rows.len() * columns.len();
    let inner = a.ncols();
    let tasks = if size.saturating_mul(inner) < SHARED { 1 } else { workers.tasks() };
    if size <= NARROW && inner >= 2 * SLAB {
        slabs(target, a, b, accum, workers);
    } else {
        let panels = panels(target, a, b, tasks);
        workers.map(panels, |(target, a, b)| {
            faer::linalg::matmul::matmul(target, accum, a, b, T::one_impl(), Par::Seq);
        });
    }
}

type Panel<'a, T> = (MatMut<'a, T>, MatRef<'a, T>, MatRef<'a, T>);

/// Cuts a product along the longer side of its result.
fn panels<'a, T>(mut target: MatMut<'a, T>, a: MatRef<'a, T>, b: MatRef<'a, T>, tasks: usize) -> Vec<Panel<'a, T>> {
    let (rows, columns) = (target.nrows(), target.ncols());
    let longer = rows.max(columns);
    let count = tasks.min(longer / PANEL).max(1);
    let mut panels = Vec::new();
    let mut done = 0;
    for k in 1..=count {
        let next = longer * k / count;
        let (now, later) = if rows >= columns {
            let (now, later) = target.split_at_row_mut(next - done);
            ((now, a.subrows(done, next - done), b), later)
        } else {
            let (now, later) = target.split_at_col_mut(next - done);
            ((now, a, b.subcols(done, next - done)), later)
        };
        panels.push(now);
        (target, done) = (later, next);
    }
    panels
}

/// The sum of products of slabs, always in the same order.
fn slabs<T: Element + ComplexField + Add<Output = T>>(
    mut target: MatMut<'_, T>,
    a: MatRef<'_, T>,
    b: MatRef<'_, T>,
    accum: Accum,
    workers: Workers,
) {
    let inner = a.ncols();
    let count = inner.div_ceil(SLAB);
    let cuts: Vec<Range<usize>> = (0..count).map(|k| inner * k / count..inner * (k + 1) / count).collect();
    let parts = workers.map(cuts, |cut| {
        let mut part = Mat::<T>::zeros(target.nrows(), target.ncols());
        let (a, b) = (a.subcols(cut.start, cut.len()), b.subrows(cut.start, cut.len()));
        faer::linalg::matmul::matmul(part.as_mut(), Accum::Replace, a, b, T::one_impl(), Par::Seq);
        part
    });
    for (k, part) in parts.iter().enumerate() {
        for i in 0..target.nrows() {
            for j in 0..target.ncols() {
                let entry = &mut target[(i, j)];
                let before = if k == 0 && matches!(accum, Accum::Replace) { T::zero_impl() } else { *entry };
                *entry = before + part[(i, j)];
            }
        }
    }
}

/// A matrix as faer reads it: borrowed where rows or columns lie without gaps.
struct Operand<'a, T: Clone> {
    entries: Cow<'a, [T]>,
    rows: usize,
    columns: usize,
    /// The distance of neighbouring rows or, where not by rows, columns.
    stride: usize,
    by_rows: bool,
}

impl<'a, T: Element> Operand<'a, T> {
    fn of(view: &View<'a>) -> Self {
        let (rows, columns) = (view.shape()[0], view.shape()[1]);
        let strides = view.layout().strides();
        // An axis of length 1 may have any stride.
        let apart = |n: usize, stride: isize, across: usize| match usize::try_from(stride) {
            _ if n == 1 => Some(across),
            Ok(stride) if stride >= across => Some(stride),
            _ => None,
        };
        let dense = |n: usize, stride: isize| n == 1 || stride == 1;
        let found = match (dense(columns, strides[1]), dense(rows, strides[0])) {
            (true, _) if apart(rows, strides[0], columns).is_some() => {
                apart(rows, strides[0], columns).map(|stride| (stride, true, (rows - 1) * stride + columns))
            }
            (_, true) => apart(columns, strides[1], rows).map(|stride| (stride, false, (columns - 1) * stride + rows)),
            _ => None,
        };
        if let Some((stride, by_rows, length)) = found {
            let from = view.layout().offset();
            let entries = &view.elements::<T>().expect("of this dtype")[from..from + length];
            return Operand { entries: entries.into(), rows, columns, stride, by_rows };
        }
        let copy = view.to_array();
        let entries = copy.slice::<T>().expect("a copy is in C order").to_vec().into();
        Operand { entries, rows, columns, stride: columns, by_rows: true }
    }

    fn matrix(&self) -> MatRef<'_, T> {
        let (rows, columns, stride) = (self.rows, self.columns, self.stride);
        match self.by_rows {
            true => MatRef::from_row_major_slice_with_stride(&self.entries, rows, columns, stride),
            false => MatRef::from_column_major_slice_with_stride(&self.entries, rows, columns, stride),
        }
    }
}
