//! Eigenvalues, singular values and Cholesky factorisation, in double precision.

use super::{complex_entries, complexes, doubles};
use crate::fault::{Fault, Faulted};
use faer::{Mat, Side};
use hadamard_array::{View, c128};

/// Eigenvalues of the Hermitian part (A + A*)/2 of a square matrix, largest first.
///
/// [`Fault::NotFinite`] for a matrix with an entry that is not finite.
///
/// # Panics
/// If the argument is not a square matrix.
pub fn hermitian_eigenvalues(a: &View<'_>) -> Result<Vec<f64>, Faulted> {
    all_finite(a)?;
    let n = a.shape()[0];
    let found = match (n, a.dtype().is_complex()) {
        (0, _) => Ok(Vec::new()),
        (_, true) => hermitian_part(a).self_adjoint_eigenvalues(Side::Lower),
        (_, false) => symmetric_part(a).self_adjoint_eigenvalues(Side::Lower),
    };
    let mut values = found.map_err(|_| Faulted { at: 0, fault: Fault::NotFinite })?;
    values.reverse();
    Ok(values)
}

/// Singular values of a matrix, largest first.
///
/// [`Fault::NotFinite`] for a matrix with an entry that is not finite.
///
/// # Panics
/// If the argument is not a matrix.
pub fn singular_values(a: &View<'_>) -> Result<Vec<f64>, Faulted> {
    all_finite(a)?;
    let found = match (a.shape().size(), a.dtype().is_complex()) {
        (0, _) => Ok(vec![0.0; a.shape()[0].min(a.shape()[1])]),
        (_, true) => complexes(a).singular_values(),
        (_, false) => doubles(a).singular_values(),
    };
    found.map_err(|_| Faulted { at: 0, fault: Fault::NotFinite })
}

/// Whether the Cholesky factorisation of the Hermitian part of a square matrix succeeds, which it does if the matrix
/// is positive definite by more than rounding.
///
/// # Panics
/// If the argument is not a square matrix.
pub fn has_cholesky(a: &View<'_>) -> bool {
    match (a.shape()[0], a.dtype().is_complex()) {
        (0, _) => true,
        (_, true) => hermitian_part(a).llt(Side::Lower).is_ok(),
        (_, false) => symmetric_part(a).llt(Side::Lower).is_ok(),
    }
}

fn all_finite(a: &View<'_>) -> Result<(), Faulted> {
    let finite = |z: c128| z.re.is_finite() && z.im.is_finite();
    match complex_entries(a).position(|z| !finite(z)) {
        Some(at) => Err(Faulted { at, fault: Fault::NotFinite }),
        None => Ok(()),
    }
}

fn symmetric_part(a: &View<'_>) -> Mat<f64> {
    let a = doubles(a);
    Mat::from_fn(a.nrows(), a.nrows(), |i, j| f64::midpoint(a[(i, j)], a[(j, i)]))
}

fn hermitian_part(a: &View<'_>) -> Mat<c128> {
    let a = complexes(a);
    Mat::from_fn(a.nrows(), a.nrows(), |i, j| (a[(i, j)] + a[(j, i)].conj()) * 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hadamard_array::Array;

    fn near(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len(), "{found:?}");
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-14 * (1.0 + b.abs())), "{found:?}");
    }

    #[test]
    fn eigenvalues_largest_first() {
        let real = Array::from_slice([2, 2], &[2.0, 1.0, 1.0, 2.0]).unwrap();
        near(&hermitian_eigenvalues(&real.view()).unwrap(), &[3.0, 1.0]);
        // [[1, i], [-i, 1]] has eigenvalues 2 and 0.
        let i = c128::new(0.0, 1.0);
        let one = c128::new(1.0, 0.0);
        let complex = Array::from_slice([2, 2], &[one, i, -i, one]).unwrap();
        near(&hermitian_eigenvalues(&complex.view()).unwrap(), &[2.0, 0.0]);
        assert_eq!(hermitian_eigenvalues(&Array::from_slice::<f64>([0, 0], &[]).unwrap().view()).unwrap(), []);
    }

    #[test]
    fn singular_values_largest_first() {
        let wide = Array::from_slice([2, 3], &[3.0f32, 0.0, 0.0, 0.0, -4.0, 0.0]).unwrap();
        near(&singular_values(&wide.view()).unwrap(), &[4.0, 3.0]);
        assert_eq!(singular_values(&Array::from_slice::<f64>([0, 3], &[]).unwrap().view()).unwrap(), []);
    }

    #[test]
    fn what_is_not_finite_has_no_spectrum() {
        let bad = Array::from_slice([2, 2], &[1.0, f64::NAN, 0.0, 1.0]).unwrap();
        assert_eq!(hermitian_eigenvalues(&bad.view()).unwrap_err().at, 1);
        assert_eq!(singular_values(&bad.view()).unwrap_err().fault, Fault::NotFinite);
    }

    #[test]
    fn cholesky_tells_definite_from_indefinite() {
        let of = |v: [f64; 4]| has_cholesky(&Array::from_slice([2, 2], &v).unwrap().view());
        assert!(of([2.0, 1.0, 1.0, 2.0]));
        assert!(!of([1.0, 2.0, 2.0, 1.0]));
        assert!(!of([0.0, 0.0, 0.0, 1.0]));
    }
}
