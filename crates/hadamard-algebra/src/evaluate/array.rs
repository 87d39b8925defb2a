//! Dense arrays of any kind of number.

use super::Scalar;

/// A dense array in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub struct Dense<T> {
    /// The lengths of its axes.
    pub shape: Vec<usize>,
    /// Its entries.
    pub data: Vec<T>,
}

/// Every index of an array of that shape, in row-major order.
pub(crate) fn indices(shape: &[usize]) -> impl Iterator<Item = Vec<usize>> + '_ {
    let size: usize = shape.iter().product();
    (0..size).map(move |mut k| {
        let mut at = vec![0; shape.len()];
        for (axis, &n) in shape.iter().enumerate().rev() {
            at[axis] = k % n;
            k /= n;
        }
        at
    })
}

impl<T: Scalar> Dense<T> {
    /// An array without axes.
    pub fn scalar(value: T) -> Dense<T> {
        Dense { shape: Vec::new(), data: vec![value] }
    }
    /// The array with these entries.
    pub fn from_fn(shape: &[usize], entry: impl Fn(&[usize]) -> T) -> Dense<T> {
        Dense { shape: shape.to_vec(), data: indices(shape).map(|at| entry(&at)).collect() }
    }
    /// The array with these entries, if all exist.
    pub fn try_from_fn(shape: &[usize], entry: impl Fn(&[usize]) -> Option<T>) -> Option<Dense<T>> {
        Some(Dense { shape: shape.to_vec(), data: indices(shape).map(|at| entry(&at)).collect::<Option<_>>()? })
    }
    /// The entry at an index inside.
    pub fn checked(&self, at: &[usize]) -> Option<T> {
        let mut k = 0;
        for (&n, &i) in self.shape.iter().zip(at) {
            if i >= n {
                return None;
            }
            k = k * n + i;
        }
        self.data.get(k).cloned()
    }
    /// The same entries in another shape of the same size.
    pub(super) fn with_shape(self, shape: Vec<usize>) -> Option<Dense<T>> {
        (shape.iter().product::<usize>() == self.data.len()).then_some(Dense { shape, data: self.data })
    }
    /// Rows and columns, a vector being a column.
    pub(crate) fn sides(&self) -> (usize, usize) {
        match self.shape[..] {
            [] => (1, 1),
            [m] => (m, 1),
            [m, n, ..] => (m, n),
        }
    }
    /// The entry of a matrix, or of a vector as a column.
    pub(crate) fn at(&self, i: usize, j: usize) -> T {
        let (_, n) = self.sides();
        self.data[i * n + j].clone()
    }
}
