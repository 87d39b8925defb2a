//! Dense matrix kernels: products, inverses, determinants, ranks, spectra. Floats and complex numbers go through `faer`, whose
//! order of summation is its own; integers are exact.

mod exact;
mod floats;
mod integers;
mod scan;
mod spectrum;
pub(crate) mod streamed;

pub use exact::ExactSum;
pub use scan::scan;
pub use spectrum::{has_cholesky, hermitian_eigenvalues, singular_values, spectrum};

use crate::fault::{Fault, Faulted};
use crate::workers::Workers;
use faer::linalg::solvers::DenseSolveCore;
use faer::{Accum, Mat};
use hadamard_algebra::Policy;
use hadamard_array::{Array, DType, Element, Scalar, Shape, View, bf16, c64, c128, f16};

/// Matrix product of an m×k and a k×n matrix of one dtype; the result has that dtype.
///
/// f16 and bf16 are multiplied in f64 and rounded once. Integers are exact, and the first entry that does not fit is
/// named as the overflow policy asks.
///
/// # Panics
/// If the arguments are not two matrices of one dtype whose inner lengths agree, or are bool: the checker rules it out.
pub fn matmul(a: &View<'_>, b: &View<'_>, policy: &Policy) -> Result<Array, Faulted> {
    matmul_by(a, b, policy, Workers { limit: None })
}

/// [`matmul`] by these threads.
pub(crate) fn matmul_by(a: &View<'_>, b: &View<'_>, policy: &Policy, workers: Workers) -> Result<Array, Faulted> {
    let shape = Shape::from([a.shape()[0], b.shape()[1]]);
    Ok(match a.dtype() {
        DType::F32 => gemm::<f32>(a, b, shape, workers),
        DType::F64 => gemm::<f64>(a, b, shape, workers),
        DType::C64 => gemm::<c64>(a, b, shape, workers),
        DType::C128 => gemm::<c128>(a, b, shape, workers),
        DType::F16 | DType::BF16 => {
            let product = doubles(a) * doubles(b);
            real(a.dtype(), shape, (0..a.shape()[0]).flat_map(|i| product.row(i).iter().copied().collect::<Vec<_>>()))
        }
        DType::I8 => integers::product::<i8>(a, b, policy.overflow)?,
        DType::I16 => integers::product::<i16>(a, b, policy.overflow)?,
        DType::I32 => integers::product::<i32>(a, b, policy.overflow)?,
        DType::I64 => integers::product::<i64>(a, b, policy.overflow)?,
        DType::U8 => integers::product::<u8>(a, b, policy.overflow)?,
        DType::U16 => integers::product::<u16>(a, b, policy.overflow)?,
        DType::U32 => integers::product::<u32>(a, b, policy.overflow)?,
        DType::U64 => integers::product::<u64>(a, b, policy.overflow)?,
        DType::Bool => unreachable!("bools are counted in i64"),
    })
}

/// Inverse of a square float or complex matrix, computed in double precision by LU with partial pivoting.
///
/// [`Fault::Singular`], placed at the diagonal entry of the vanishing pivot, for a matrix without an inverse.
pub fn inv(a: &View<'_>) -> Result<Array, Faulted> {
    let (n, shape) = (a.shape()[0], a.shape().clone());
    let singular = |zero: Option<usize>| match zero {
        Some(i) => Err(Faulted { at: i * n + i, fault: Fault::Singular }),
        None => Ok(()),
    };
    if n == 0 {
        return Ok(a.to_array());
    }
    if a.dtype().is_complex() {
        let lu = complexes(a).partial_piv_lu();
        singular(lu.U().diagonal().column_vector().iter().position(|z| z.re == 0.0 && z.im == 0.0))?;
        let inverse = lu.inverse();
        return Ok(complex(a.dtype(), shape, (0..n * n).map(|k| inverse[(k / n, k % n)])));
    }
    let lu = doubles(a).partial_piv_lu();
    singular(lu.U().diagonal().column_vector().iter().position(|&v| v == 0.0))?;
    let inverse = lu.inverse();
    Ok(real(a.dtype(), shape, (0..n * n).map(|k| inverse[(k / n, k % n)])))
}

/// Determinant of a square float or complex matrix, an array without axes of its dtype: exact (then rounded) where
/// all entries are integers and fraction-free elimination fits 128 bits, otherwise by LU in double precision.
pub fn det(a: &View<'_>) -> Array {
    if a.dtype().is_complex() {
        let value = if a.shape()[0] == 0 { c128::new(1.0, 0.0) } else { complexes(a).determinant() };
        return complex(a.dtype(), Shape::SCALAR, [value].into_iter());
    }
    let value = match exact::determinant(&entries(a).collect::<Vec<_>>(), a.shape()[0]) {
        Some(v) => v as f64,
        None => doubles(a).determinant(),
    };
    real(a.dtype(), Shape::SCALAR, [value].into_iter())
}

/// Numerical rank, an i64 array without axes: the number of singular values above max(m, n) ε σ_max, computed in double
/// precision with the ε of `a`'s dtype (f64 for integers).
///
/// [`Fault::NotFinite`] for a matrix with an entry that is not finite.
pub fn rank(a: &View<'_>) -> Result<Array, Faulted> {
    let epsilon = match a.dtype() {
        DType::F16 => f16::EPSILON.to_f64(),
        DType::BF16 => bf16::EPSILON.to_f64(),
        DType::F32 | DType::C64 => f32::EPSILON as f64,
        _ => f64::EPSILON,
    };
    let values = singular_values(a)?;
    let largest = values.iter().copied().fold(0.0, f64::max);
    let tolerance = a.shape().iter().copied().max().unwrap_or(0) as f64 * epsilon * largest;
    Ok(Array::scalar(Scalar::I64(values.iter().filter(|&&v| v > tolerance).count() as i64)))
}

/// Product through faer; arguments whose rows or columns lie without gaps are read in place.
fn gemm<T>(a: &View<'_>, b: &View<'_>, shape: Shape, workers: Workers) -> Array
where
    T: Element + faer::traits::ComplexField + std::ops::Add<Output = T>,
{
    let mut out = Array::zeros(T::DTYPE, shape.clone()).expect("checked before running");
    floats::product::<T>(&mut out, (0..shape[0], 0..shape[1]), (a, b), Accum::Replace, workers);
    out
}

/// The entries in C order.
fn complex_entries<'a>(a: &'a View<'_>) -> impl Iterator<Item = c128> + 'a {
    (0..a.shape().size()).map(|k| a.get(&a.shape().unravel(k)).as_c128())
}

/// The entries of a real matrix in C order.
fn entries<'a>(a: &'a View<'_>) -> impl Iterator<Item = f64> + 'a {
    complex_entries(a).map(|z| z.re)
}

fn doubles(a: &View<'_>) -> Mat<f64> {
    Mat::from_fn(a.shape()[0], a.shape()[1], |i, j| a.get(&[i, j]).as_c128().re)
}

fn complexes(a: &View<'_>) -> Mat<c128> {
    Mat::from_fn(a.shape()[0], a.shape()[1], |i, j| a.get(&[i, j]).as_c128())
}

/// An array of a float dtype from doubles in C order.
fn real(dtype: DType, shape: Shape, values: impl Iterator<Item = f64>) -> Array {
    use crate::kernels::float::Float;
    fn of<T: Float>(shape: Shape, values: impl Iterator<Item = f64>) -> Array {
        let all: Vec<T> = values.map(T::from_f64).collect();
        Array::from_slice(shape, &all).expect("as many entries as the shape has")
    }
    match dtype {
        DType::F16 => of::<f16>(shape, values),
        DType::BF16 => of::<bf16>(shape, values),
        DType::F32 => of::<f32>(shape, values),
        _ => of::<f64>(shape, values),
    }
}

/// An array of a complex dtype from double-precision numbers in C order.
fn complex(dtype: DType, shape: Shape, values: impl Iterator<Item = c128>) -> Array {
    use crate::kernels::float::Cplx;
    fn of<T: Cplx>(shape: Shape, values: impl Iterator<Item = c128>) -> Array {
        let all: Vec<T> = values.map(T::from_c128).collect();
        Array::from_slice(shape, &all).expect("as many entries as the shape has")
    }
    match dtype {
        DType::C64 => of::<c64>(shape, values),
        _ => of::<c128>(shape, values),
    }
}
