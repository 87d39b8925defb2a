//! Layouts: how a shape lies in a run of elements. Every view operation (transpose, slice, broadcast,
//! diagonal) is a change of layout that moves no data.

use crate::{ArrayError, MAX_NDIM, Shape};

/// One axis of a slicing: `count` elements from `start` in steps of `step` (negative: backwards).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// First index taken.
    pub start: usize,
    /// Step between indices; never 0 when `count > 1`.
    pub step: isize,
    /// How many are taken.
    pub count: usize,
}

/// A shape with a stride (in elements, any sign) for each axis and the position of element `[0, 0, …]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    shape: Shape,
    strides: Vec<isize>,
    offset: usize,
}

impl Layout {
    /// Any layout; it must stay inside a buffer of `len` elements.
    pub fn new(shape: Shape, strides: Vec<isize>, offset: usize, len: usize) -> Result<Layout, ArrayError> {
        if shape.ndim() > MAX_NDIM {
            return Err(ArrayError::TooManyAxes(shape.ndim()));
        }
        let layout = Layout { shape, strides, offset };
        let fits = layout.strides.len() == layout.shape.ndim()
            && layout.extent().is_some_and(|(low, high)| low >= 0 && high <= len as i128);
        if fits { Ok(layout) } else { Err(ArrayError::OutOfBounds(layout.shape.to_string())) }
    }
    /// Last axis fastest, from position 0.
    pub fn c_order(shape: Shape) -> Layout {
        Layout { strides: shape.c_strides(), shape, offset: 0 }
    }
    /// First axis fastest, from position 0.
    pub fn f_order(shape: Shape) -> Layout {
        Layout { strides: shape.f_strides(), shape, offset: 0 }
    }
    /// Lowest position reached and one past the highest; an empty layout reaches nothing.
    fn extent(&self) -> Option<(i128, i128)> {
        if self.shape.size() == 0 {
            return Some((0, 0));
        }
        let (mut low, mut high) = (self.offset as i128, self.offset as i128);
        for (&n, &s) in self.shape.iter().zip(&self.strides) {
            let reach = (n as i128 - 1).checked_mul(s as i128)?;
            if reach < 0 { low += reach } else { high += reach }
        }
        Some((low, high + 1))
    }
    /// The lengths of the axes.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }
    /// Stride of each axis, in elements.
    pub fn strides(&self) -> &[isize] {
        &self.strides
    }
    /// Position of the first element.
    pub fn offset(&self) -> usize {
        self.offset
    }
    /// Whether the elements lie in C order without gaps.
    pub fn is_c_contiguous(&self) -> bool {
        let mut step = 1isize;
        let mut in_step = self.shape.iter().zip(&self.strides).rev().map(|(&n, &s)| {
            let ok = n == 1 || s == step;
            step = step.saturating_mul(n as isize);
            ok
        });
        in_step.all(|ok| ok) || self.shape.size() == 0
    }
    /// Whether the elements lie in Fortran order without gaps.
    pub fn is_f_contiguous(&self) -> bool {
        self.permuted(&(0..self.shape.ndim()).rev().collect::<Vec<_>>()).is_c_contiguous()
    }
    /// Position of the element with that multi-index.
    pub fn position(&self, index: &[usize]) -> usize {
        debug_assert_eq!(index.len(), self.shape.ndim());
        let delta: isize = index.iter().zip(&self.strides).map(|(&i, &s)| i as isize * s).sum();
        self.offset.wrapping_add_signed(delta)
    }
    /// Axis `i` of the result is axis `axes[i]` of this layout.
    ///
    /// # Panics
    /// If `axes` names an axis that is not there.
    pub fn permuted(&self, axes: &[usize]) -> Layout {
        Layout {
            shape: axes.iter().map(|&a| self.shape[a]).collect(),
            strides: axes.iter().map(|&a| self.strides[a]).collect(),
            offset: self.offset,
        }
    }
    /// The same array seen with one slice for each axis.
    ///
    /// # Panics
    /// If the number of slices is not the number of axes, or a slice leaves its axis.
    pub fn sliced(&self, slices: &[Slice]) -> Layout {
        assert_eq!(slices.len(), self.shape.ndim(), "one slice for each axis");
        let mut out = self.clone();
        for (axis, slice) in slices.iter().enumerate() {
            if slice.count == 0 {
                out.shape[axis] = 0;
                continue;
            }
            let last = slice.start as i128 + (slice.count as i128 - 1) * slice.step as i128;
            let n = self.shape[axis] as i128;
            assert!((slice.start as i128) < n && (0..n).contains(&last), "slice leaves its axis");
            out.offset = out.offset.wrapping_add_signed(slice.start as isize * self.strides[axis]);
            out.shape[axis] = slice.count;
            out.strides[axis] = self.strides[axis].saturating_mul(slice.step);
        }
        out
    }
    /// Every element's position, in C order of the indices.
    pub fn positions(&self) -> Positions<'_> {
        Positions { layout: self, index: vec![0; self.shape.ndim()], at: self.offset as isize, left: self.shape.size() }
    }
}

/// Positions of a layout's elements in C order: an odometer over the indices.
#[derive(Clone, Debug)]
pub struct Positions<'a> {
    layout: &'a Layout,
    index: Vec<usize>,
    at: isize,
    left: usize,
}

impl Iterator for Positions<'_> {
    type Item = usize;
    fn next(&mut self) -> Option<usize> {
        self.left = self.left.checked_sub(1)?;
        let here = self.at;
        let axes = self.layout.shape.iter().zip(&self.layout.strides);
        for (i, (&n, &stride)) in self.index.iter_mut().zip(axes).rev() {
            *i += 1;
            self.at += stride;
            if *i < n {
                break;
            }
            self.at -= stride * n as isize;
            *i = 0;
        }
        Some(here as usize)
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}
