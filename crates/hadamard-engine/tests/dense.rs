//! Dense kernels against the reference and against what linear algebra says.

use hadamard_algebra::{Overflow, Policy};
use hadamard_array::{Array, DType, Element, Layout, Scalar, Shape, View, c128, f16};
use hadamard_engine::dense::{det, inv, matmul, rank};
use hadamard_engine::fault::{Fault, Faulted};
use proptest::prelude::*;

fn matrix<T: Element>(rows: usize, columns: usize, values: &[T]) -> Array {
    Array::from_slice(Shape::from([rows, columns]), values).unwrap()
}

fn with(overflow: Overflow) -> Policy {
    Policy { overflow, ..Policy::default() }
}

/// Σ aᵢₗ bₗⱼ in i128.
fn integers(a: &Array, b: &Array) -> Vec<i128> {
    let (m, k, n) = (a.shape()[0], a.shape()[1], b.shape()[1]);
    let at = |x: &Array, i, j| x.get(&[i, j]).as_int().unwrap();
    (0..m * n).map(|p| (0..k).map(|l| at(a, p / n, l) * at(b, l, p % n)).sum()).collect()
}

proptest! {
    #[test]
    fn integer_products_are_exact(m in 0usize..5, k in 0usize..6, n in 0usize..5, seed in prop::collection::vec(any::<i32>(), 60)) {
        let a = matrix(m, k, &seed[..m * k]);
        let b = matrix(k, n, &seed[30..30 + k * n]);
        let exact = integers(&a, &b);
        let lost = exact.iter().position(|&v| i32::try_from(v).is_err());
        match (matmul(&a.view(), &b.view(), &with(Overflow::Error)), lost) {
            (Ok(c), None) => prop_assert!((0..m * n).all(|p| c.get(&[p / n, p % n]).as_int() == Some(exact[p]))),
            (Err(fault), Some(at)) => prop_assert_eq!(fault, Faulted { at, fault: Fault::Overflow }),
            (got, lost) => prop_assert!(false, "{:?} {:?}", got, lost),
        }
        let wrapped = matmul(&a.view(), &b.view(), &with(Overflow::Wrap)).unwrap();
        prop_assert!((0..m * n).all(|p| wrapped.get(&[p / n, p % n]) == Scalar::I32(exact[p] as i32)));
        let nearest = matmul(&a.view(), &b.view(), &with(Overflow::Saturate)).unwrap();
        let clamped = |v: i128| Scalar::I32(v.clamp(i32::MIN as i128, i32::MAX as i128) as i32);
        prop_assert!((0..m * n).all(|p| nearest.get(&[p / n, p % n]) == clamped(exact[p])));
    }

    /// Small integers as floats: every partial sum is exact, so the order of summation cannot show.
    #[test]
    fn float_products_of_small_integers_are_exact(m in 0usize..20, k in 0usize..40, n in 0usize..20, seed in any::<u32>()) {
        let value = |i: usize| ((i as u32).wrapping_mul(2654435761).wrapping_add(seed) >> 28) as f64 - 8.0;
        let a: Vec<f64> = (0..m * k).map(value).collect();
        let b: Vec<f64> = (0..k * n).map(|i| value(i + 7)).collect();
        let expected = |p: usize| (0..k).map(|l| a[p / n * k + l] * b[l * n + p % n]).sum::<f64>();
        for dtype in [DType::F16, DType::F32, DType::F64, DType::C64, DType::C128] {
            let cast = |v: f64| match dtype {
                DType::F16 => Scalar::F16(f16::from_f64(v)),
                DType::F32 => Scalar::F32(v as f32),
                DType::F64 => Scalar::F64(v),
                DType::C64 => Scalar::C64(hadamard_array::c64::new(v as f32, 0.0)),
                _ => Scalar::C128(c128::new(v, 0.0)),
            };
            let fill = |rows, columns, values: &[f64]| hadamard_array::dispatch!(dtype, T => {
                let all: Vec<T> = values.iter().map(|&v| T::from_scalar(cast(v)).unwrap()).collect();
                matrix(rows, columns, &all)
            });
            let c = matmul(&fill(m, k, &a).view(), &fill(k, n, &b).view(), &Policy::default()).unwrap();
            prop_assert!((0..m * n).all(|p| c.get(&[p / n, p % n]).as_c128().re == expected(p)), "{dtype}");
        }
    }

    #[test]
    fn an_inverse_times_its_matrix_is_the_identity(n in 1usize..9, seed in any::<u64>()) {
        let value = |k: usize| ((k as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(seed) >> 40) as f64 / 8388608.0;
        // A dominant diagonal keeps the condition number small.
        let a: Vec<f64> = (0..n * n).map(|k| value(k) + if k / n == k % n { 2.0 * n as f64 } else { 0.0 }).collect();
        let a = matrix(n, n, &a);
        let product = matmul(&a.view(), &inv(&a.view()).unwrap().view(), &Policy::default()).unwrap();
        for k in 0..n * n {
            let identity = f64::from(u8::from(k / n == k % n));
            prop_assert!((product.get(&[k / n, k % n]).as_f64().unwrap() - identity).abs() < 1e-12);
        }
        prop_assert_eq!(rank(&a.view()).unwrap().get(&[]), Scalar::I64(n as i64));
        let (d, e) = (det(&a.view()), det(&inv(&a.view()).unwrap().view()));
        prop_assert!((d.get(&[]).as_f64().unwrap() * e.get(&[]).as_f64().unwrap() - 1.0).abs() < 1e-11);
    }
}

#[test]
fn products_of_the_widest_integers() {
    let big = matrix(1, 4, &[u64::MAX; 4]);
    let column = matrix(4, 1, &[u64::MAX; 4]);
    let fault = Faulted { at: 0, fault: Fault::Overflow };
    assert_eq!(matmul(&big.view(), &column.view(), &with(Overflow::Error)).unwrap_err(), fault);
    let wrapped = matmul(&big.view(), &column.view(), &with(Overflow::Wrap)).unwrap();
    assert_eq!(wrapped.get(&[0, 0]), Scalar::U64(4));
    let a = matrix(1, 3, &[i64::MIN, i64::MAX, -1]);
    let b = matrix(3, 1, &[i64::MIN, i64::MIN, i64::MIN]);
    // 2¹²⁶ − (2⁶³ − 1) 2⁶³ + 2⁶³ = 2⁶⁴
    let nearest = matmul(&a.view(), &b.view(), &with(Overflow::Saturate)).unwrap();
    assert_eq!(nearest.get(&[0, 0]), Scalar::I64(i64::MAX));
}

#[test]
fn transposed_and_strided_arguments_are_read_through_their_layout() {
    let a = matrix(2, 3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let transposed = a.view().with_layout(a.layout().permuted(&[1, 0])).unwrap();
    let c = matmul(&transposed, &a.view(), &Policy::default()).unwrap();
    assert_eq!(c.slice::<f64>().unwrap(), [17.0, 22.0, 27.0, 22.0, 29.0, 36.0, 27.0, 36.0, 45.0]);
    let every_other = Layout::new(Shape::from([2, 2]), vec![3, 2].into(), 0, 6).unwrap();
    let corner: View<'_> = a.view().with_layout(every_other).unwrap();
    let c = matmul(&corner, &corner, &Policy::default()).unwrap();
    assert_eq!(c.slice::<f64>().unwrap(), [13.0, 21.0, 28.0, 48.0]);
}

#[test]
fn determinants_of_integer_matrices_are_exact() {
    assert_eq!(det(&matrix(2, 2, &[1.0, 2.0, 3.0, 4.0]).view()).get(&[]), Scalar::F64(-2.0));
    assert_eq!(det(&matrix::<f64>(0, 0, &[]).view()).get(&[]), Scalar::F64(1.0));
    let turn = matrix(2, 2, &[c128::new(0.0, 0.0), c128::new(0.0, 1.0), c128::new(0.0, 1.0), c128::new(0.0, 0.0)]);
    assert_eq!(det(&turn.view()).get(&[]), Scalar::C128(c128::new(1.0, 0.0)));
}

#[test]
fn singular_matrices_have_no_inverse() {
    let a = matrix(2, 2, &[1.0, 2.0, 2.0, 4.0]);
    assert_eq!(inv(&a.view()).unwrap_err(), Faulted { at: 3, fault: Fault::Singular });
    assert_eq!(rank(&a.view()).unwrap().get(&[]), Scalar::I64(1));
    assert_eq!(rank(&matrix::<f64>(0, 3, &[]).view()).unwrap().get(&[]), Scalar::I64(0));
    assert_eq!(rank(&matrix(2, 3, &[0u8; 6]).view()).unwrap().get(&[]), Scalar::I64(0));
    let nan = matrix(1, 2, &[1.0, f64::NAN]);
    assert_eq!(rank(&nan.view()).unwrap_err(), Faulted { at: 1, fault: Fault::NotFinite });
}

#[test]
fn short_floats_round_once() {
    let a = matrix(2, 2, &[f16::from_f32(3.0), f16::ZERO, f16::ZERO, f16::from_f32(7.0)]);
    let inverse = inv(&a.view()).unwrap();
    assert_eq!(inverse.get(&[0, 0]), Scalar::F16(f16::from_f64(1.0 / 3.0)));
    assert_eq!(inverse.get(&[1, 1]), Scalar::F16(f16::from_f64(1.0 / 7.0)));
}
