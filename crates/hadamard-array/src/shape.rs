//! Shapes: the lengths of the axes, outermost first.

use crate::{ArrayError, DType};
use smallvec::SmallVec;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// The most axes an array may have.
pub const MAX_NDIM: usize = 16;

/// As many axes lie in place: small arrays would spend their time allocating them.
const FEW: usize = 4;
/// One number for each axis.
type Axes<T> = SmallVec<[T; FEW]>;

/// The distance of neighbours along each axis, in elements.
pub type Strides = Axes<isize>;

/// The lengths of the axes, outermost first. A scalar has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shape(Axes<usize>);

impl Shape {
    /// The shape of a scalar.
    pub const SCALAR: Shape = Shape(SmallVec::new_const());

    /// Number of axes.
    #[inline]
    pub fn ndim(&self) -> usize {
        self.0.len()
    }
    /// Number of elements; saturates instead of wrapping (see [`Shape::bytes`] for the checked form).
    pub fn size(&self) -> usize {
        if self.0.contains(&0) { 0 } else { self.0.iter().fold(1, |a, &b| a.saturating_mul(b)) }
    }
    /// Bytes of an array of this shape, or an error if they do not fit the address space.
    #[inline]
    pub fn bytes(&self, dtype: DType) -> Result<usize, ArrayError> {
        if self.ndim() > MAX_NDIM {
            return Err(ArrayError::TooManyAxes(self.ndim()));
        }
        if self.0.contains(&0) {
            return Ok(0);
        }
        self.0
            .iter()
            .try_fold(dtype.size(), |a, &b| a.checked_mul(b))
            .filter(|&b| b <= isize::MAX as usize)
            .ok_or_else(|| ArrayError::TooLarge(self.to_string(), dtype))
    }
    /// Strides, in elements, of a C-order (last axis fastest) array of this shape.
    #[inline]
    pub fn c_strides(&self) -> Strides {
        let ndim = self.ndim();
        let mut step = 1isize;
        let mut next = |axis: usize| {
            let stride = step;
            step = step.saturating_mul(self.0[axis].max(1) as isize);
            stride
        };
        if ndim <= FEW {
            // A loop of known length stays in registers.
            let mut strides = [0; FEW];
            for axis in (0..FEW).rev().filter(|&axis| axis < ndim) {
                strides[axis] = next(axis);
            }
            return Strides::from_buf_and_len(strides, ndim);
        }
        let mut strides: Strides = (0..ndim).rev().map(next).collect();
        strides.reverse();
        strides
    }
    /// Strides, in elements, of a Fortran-order (first axis fastest) array of this shape.
    pub fn f_strides(&self) -> Strides {
        let reversed = Shape(self.0.iter().rev().copied().collect());
        reversed.c_strides().into_iter().rev().collect()
    }
    /// The multi-index of the element at C-order position `linear`.
    pub fn unravel(&self, mut linear: usize) -> Vec<usize> {
        let mut index = vec![0; self.ndim()];
        for (i, &n) in index.iter_mut().zip(&self.0).rev() {
            *i = linear % n.max(1);
            linear /= n.max(1);
        }
        index
    }
}

impl From<Vec<usize>> for Shape {
    fn from(dims: Vec<usize>) -> Shape {
        Shape(dims.into())
    }
}
impl From<&[usize]> for Shape {
    #[inline]
    fn from(dims: &[usize]) -> Shape {
        Shape(SmallVec::from_slice(dims))
    }
}
impl<const N: usize> From<[usize; N]> for Shape {
    fn from(dims: [usize; N]) -> Shape {
        Shape(SmallVec::from_slice(&dims))
    }
}
impl Deref for Shape {
    type Target = [usize];
    #[inline]
    fn deref(&self) -> &[usize] {
        &self.0
    }
}
impl DerefMut for Shape {
    fn deref_mut(&mut self) -> &mut [usize] {
        &mut self.0
    }
}
impl FromIterator<usize> for Shape {
    fn from_iter<I: IntoIterator<Item = usize>>(iter: I) -> Shape {
        Shape(iter.into_iter().collect())
    }
}

impl fmt::Display for Shape {
    /// `[1000, 50]`; a scalar is `[]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (i, n) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{n}")?;
        }
        f.write_str("]")
    }
}
