//! Layouts: how a shape lies in a run of elements. Every view operation (transpose, slice, broadcast,
//! diagonal) is a change of layout that moves no data.

use crate::{ArrayError, MAX_NDIM, Shape, Strides};
use std::ops::Range;

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
    strides: Strides,
    offset: usize,
}

impl Layout {
    /// Any layout; it must stay inside a buffer of `len` elements.
    pub fn new(shape: Shape, strides: Strides, offset: usize, len: usize) -> Result<Layout, ArrayError> {
        Layout { shape, strides, offset }.within(len)
    }
    /// This layout, if it stays inside a buffer of `len` elements.
    pub(crate) fn within(self, len: usize) -> Result<Layout, ArrayError> {
        if self.shape.ndim() > MAX_NDIM {
            return Err(ArrayError::TooManyAxes(self.shape.ndim()));
        }
        let fits = self.strides.len() == self.shape.ndim()
            && self.extent().is_some_and(|(low, high)| low >= 0 && high as usize <= len);
        if fits { Ok(self) } else { Err(ArrayError::OutOfBounds(self.shape.to_string())) }
    }
    /// Last axis fastest, from position 0.
    #[inline]
    pub fn c_order(shape: Shape) -> Layout {
        Layout { strides: shape.c_strides(), shape, offset: 0 }
    }
    /// First axis fastest, from position 0.
    pub fn f_order(shape: Shape) -> Layout {
        Layout { strides: shape.f_strides(), shape, offset: 0 }
    }
    /// Lowest position reached and one past the highest; an empty layout reaches nothing.
    fn extent(&self) -> Option<(isize, isize)> {
        if self.shape.contains(&0) {
            return Some((0, 0));
        }
        let first = isize::try_from(self.offset).ok()?;
        let (mut low, mut high) = (first, first);
        for (&n, &s) in self.shape.iter().zip(&self.strides).filter(|(_, s)| **s != 0) {
            let reach = isize::try_from(n - 1).ok()?.checked_mul(s)?;
            let end = if reach < 0 { &mut low } else { &mut high };
            *end = end.checked_add(reach)?;
        }
        Some((low, high.checked_add(1)?))
    }
    /// The lengths of the axes.
    #[inline]
    pub fn shape(&self) -> &Shape {
        &self.shape
    }
    /// Stride of each axis, in elements.
    #[inline]
    pub fn strides(&self) -> &[isize] {
        &self.strides
    }
    /// Position of the first element.
    #[inline]
    pub fn offset(&self) -> usize {
        self.offset
    }
    /// Whether the elements lie in C order without gaps and have the shape of `c_order`, a layout of
    /// [`Layout::c_order`]. Quicker than to ask for both, as the strides are mostly the same.
    #[inline]
    pub fn lies_as(&self, c_order: &Layout) -> bool {
        // Axis by axis: comparing them as memory is a call.
        let same = match (&self.shape[..], &self.strides[..], &c_order.shape[..], &c_order.strides[..]) {
            ([m, n], [s, t], [p, q], [u, v]) => m == p && n == q && s == u && t == v,
            (shape, strides, p, q) => shape.iter().eq(p) && strides.iter().eq(q),
        };
        same || self.lies_otherwise(c_order)
    }
    /// Axes of length 1 may have any stride.
    #[cold]
    fn lies_otherwise(&self, c_order: &Layout) -> bool {
        self.shape == c_order.shape && self.is_c_contiguous()
    }
    /// Whether the elements lie in C order without gaps.
    pub fn is_c_contiguous(&self) -> bool {
        self.c_range().is_some()
    }
    /// The positions of the elements, if they lie in C order without gaps.
    #[inline]
    pub fn c_range(&self) -> Option<Range<usize>> {
        let mut count = 1usize;
        for (&n, &s) in self.shape.iter().zip(&self.strides).rev() {
            if n != 1 && s != count as isize {
                return self.shape.contains(&0).then_some(0..0);
            }
            count = count.saturating_mul(n);
        }
        let from = if count == 0 { 0 } else { self.offset };
        Some(from..from.saturating_add(count))
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Shapes and strides of up to six axes (four lie in place), small enough that positions can be counted out.
    fn any() -> impl Strategy<Value = (Vec<usize>, Vec<isize>, usize)> {
        let axes = prop::collection::vec((0usize..4, -9isize..9), 0..7);
        (axes, 0usize..60).prop_map(|(axes, offset)| {
            let (dims, strides) = axes.into_iter().unzip();
            (dims, strides, offset)
        })
    }

    /// Where the elements lie, by definition.
    fn positions(dims: &[usize], strides: &[isize], offset: usize) -> Vec<isize> {
        let shape = Shape::from(dims);
        let place = |k| shape.unravel(k).iter().zip(strides).map(|(&i, &s)| i as isize * s).sum::<isize>();
        (0..shape.size()).map(|k| offset as isize + place(k)).collect()
    }

    proptest! {
        #[test]
        fn a_layout_is_one_exactly_if_it_stays_inside((dims, strides, offset) in any(), len in 0usize..120) {
            let places = positions(&dims, &strides, offset);
            let inside = places.iter().all(|p| (0..len as isize).contains(p));
            let layout = Layout::new(dims.as_slice().into(), strides.as_slice().into(), offset, len);
            prop_assert_eq!(layout.is_ok(), inside);
            if let Ok(layout) = layout {
                prop_assert_eq!(layout.positions().map(|p| p as isize).collect::<Vec<_>>(), places);
            }
        }

        #[test]
        fn order_without_gaps_is_what_positions_say((dims, strides, offset) in any()) {
            let places = positions(&dims, &strides, offset);
            if places.iter().all(|&p| p >= 0) {
                let layout = Layout::new(dims.into(), strides.into(), offset, 10_000).unwrap();
                let in_order = places.windows(2).all(|p| p[1] == p[0] + 1);
                let range = layout.c_range().map(|range| range.map(|p| p as isize).collect::<Vec<_>>());
                prop_assert_eq!(range, in_order.then_some(places));
            }
        }
    }

    #[test]
    fn strides_that_leave_the_numbers_and_axes_without_end_are_judged() {
        let new = |dims: &[usize], strides: &[isize]| Layout::new(dims.into(), strides.into(), 0, usize::MAX);
        assert!(new(&[3], &[isize::MAX]).is_err());
        assert!(new(&[usize::MAX], &[1]).is_err());
        assert!(new(&[usize::MAX, 2], &[0, 1]).is_ok());
        assert!(new(&[0, usize::MAX], &[isize::MAX, isize::MIN]).is_ok());
        assert!(Layout::new([2, 2].into(), [2].as_slice().into(), 0, 9).is_err());
        assert_eq!(new(&[1; MAX_NDIM + 1], &[0; MAX_NDIM + 1]), Err(ArrayError::TooManyAxes(MAX_NDIM + 1)));
    }
}
