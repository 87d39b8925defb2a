//! Dense matrix kernels.

use crate::fault::Faulted;
use hadamard_algebra::Policy;
use hadamard_array::{Array, View};

/// Matrix product of an m×k and a k×n matrix of one dtype; the result has that dtype.
pub fn matmul(a: &View<'_>, b: &View<'_>, policy: &Policy) -> Result<Array, Faulted> {
    let _ = (a, b, policy);
    unimplemented!()
}
/// Inverse of a square float or complex matrix.
pub fn inv(a: &View<'_>) -> Result<Array, Faulted> {
    let _ = a;
    unimplemented!()
}
/// Determinant of a square matrix as an array without axes, of `a`'s dtype.
pub fn det(a: &View<'_>) -> Array {
    let _ = a;
    unimplemented!()
}
/// Numerical rank, an i64 array without axes.
pub fn rank(a: &View<'_>) -> Array {
    let _ = a;
    unimplemented!()
}
