//! Eigenvalues, singular values and Cholesky factorisation, in double precision.

use super::{complex, complex_entries, complexes, doubles, real};
use crate::fault::{Fault, Faulted};
use faer::{Mat, Side};
use hadamard_algebra::Spectrum;
use hadamard_array::{Array, DType, View, c128};

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

/// A spectrum as a vector: complex for [`Spectrum::General`], else of the real dtype of `a`.
///
/// [`Fault::NotFinite`] for a matrix with an entry that is not finite, [`Fault::NotHermitian`] at the first entry that
/// is not the conjugate of its mirror image in half of its digits.
///
/// # Panics
/// If the argument is not a matrix, or is not square where eigenvalues are asked for.
pub fn spectrum(kind: Spectrum, a: &View<'_>) -> Result<Array, Faulted> {
    let single = matches!(a.dtype(), DType::F32 | DType::C64);
    let dtype = if single { DType::F32 } else { DType::F64 };
    let values = match kind {
        Spectrum::Singular => singular_values(a)?,
        Spectrum::General if first_not_hermitian(a, 0.0).is_some() => {
            let values = eigenvalues(a)?;
            let dtype = if single { DType::C64 } else { DType::C128 };
            return Ok(complex(dtype, [values.len()].into(), values.into_iter()));
        }
        Spectrum::General | Spectrum::Hermitian => {
            let half = if single { f64::from(f32::EPSILON).sqrt() } else { f64::EPSILON.sqrt() };
            all_finite(a)?;
            if let Some(at) = first_not_hermitian(a, half) {
                return Err(Faulted { at, fault: Fault::NotHermitian });
            }
            let mut values = hermitian_eigenvalues(a)?;
            values.reverse();
            values
        }
    };
    let shape = [values.len()].into();
    Ok(match kind {
        Spectrum::General => {
            let dtype = if single { DType::C64 } else { DType::C128 };
            complex(dtype, shape, values.into_iter().map(|x| c128::new(x, 0.0)))
        }
        Spectrum::Hermitian | Spectrum::Singular => real(dtype, shape, values.into_iter()),
    })
}

/// Eigenvalues by real part, then by imaginary part.
fn eigenvalues(a: &View<'_>) -> Result<Vec<c128>, Faulted> {
    all_finite(a)?;
    let found = match a.dtype().is_complex() {
        true => complexes(a).eigenvalues(),
        false => doubles(a).eigenvalues(),
    };
    let mut values = found.map_err(|_| Faulted { at: 0, fault: Fault::NotFinite })?;
    values.sort_by(|x, y| x.re.total_cmp(&y.re).then(x.im.total_cmp(&y.im)));
    Ok(values)
}

/// The position of the first entry that differs from the conjugate of its mirror image by more than that part of the
/// largest entry.
fn first_not_hermitian(a: &View<'_>, tolerance: f64) -> Option<usize> {
    let n = a.shape()[0];
    let entry = |i: usize, j: usize| a.get(&[i, j]).as_c128();
    let largest = complex_entries(a).map(|z| z.norm()).fold(0.0, f64::max);
    // Not `<=`: what is no number is not Hermitian.
    let apart = |k: usize| (entry(k / n, k % n) - entry(k % n, k / n).conj()).norm();
    // What cannot be compared, since something is NaN, is not symmetric.
    (0..n * n).find(|&k| apart(k).partial_cmp(&(tolerance * largest)).is_none_or(std::cmp::Ordering::is_gt))
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
    fn spectra_smallest_eigenvalue_first() {
        let of = |kind, v: [f64; 4]| spectrum(kind, &Array::from_slice([2, 2], &v).unwrap().view());
        near(of(Spectrum::Hermitian, [2.0, 1.0, 1.0, 2.0]).unwrap().slice::<f64>().unwrap(), &[1.0, 3.0]);
        near(of(Spectrum::Singular, [0.0, 3.0, -4.0, 0.0]).unwrap().slice::<f64>().unwrap(), &[4.0, 3.0]);
        let fault = of(Spectrum::Hermitian, [1.0, 2.0, 3.0, 4.0]).unwrap_err();
        assert_eq!(fault, Faulted { at: 1, fault: Fault::NotHermitian });
        let turned = of(Spectrum::General, [0.0, 1.0, -1.0, 0.0]).unwrap();
        let turned = turned.slice::<c128>().unwrap();
        near(&[turned[0].im, turned[1].im], &[-1.0, 1.0]);
        let nothing = Array::from_slice::<f64>([0, 0], &[]).unwrap();
        assert_eq!(spectrum(Spectrum::General, &nothing.view()).unwrap().dtype(), DType::C128);
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
