//! Eigenvalues, singular values, running sums and products against NumPy's (`goldens/spectra.py`).

use hadamard::array::{Array, DType, Scalar, c64, c128};
use std::str::FromStr;

/// An array of a line.
fn array(dtype: &str, shape: &str, entries: &str) -> Array {
    fn all<T: FromStr>(entries: &str) -> Vec<T> {
        entries.split_whitespace().map(|e| e.parse().unwrap_or_else(|_| panic!("{e}"))).collect()
    }
    let shape: Vec<usize> = shape.split(',').map(|n| n.parse().unwrap()).collect();
    let shape = shape.as_slice();
    let made = match dtype {
        "f32" => Array::from_slice(shape, &all::<f32>(entries)),
        "f64" => Array::from_slice(shape, &all::<f64>(entries)),
        "i64" => Array::from_slice(shape, &all::<i64>(entries)),
        "u8" => Array::from_slice(shape, &all::<u8>(entries)),
        "u64" => Array::from_slice(shape, &all::<u64>(entries)),
        "c64" => {
            let parts = all::<f32>(entries);
            Array::from_slice(shape, &parts.chunks(2).map(|p| c64::new(p[0], p[1])).collect::<Vec<_>>())
        }
        _ => {
            let parts = all::<f64>(entries);
            Array::from_slice(shape, &parts.chunks(2).map(|p| c128::new(p[0], p[1])).collect::<Vec<_>>())
        }
    };
    made.unwrap()
}

#[test]
fn spectra_and_running_reductions_agree_with_numpy() {
    let text = include_str!("goldens/spectra.txt");
    let mut cases = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let [op, dtype, shape, entries, result, values] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let a = array(dtype, shape, entries);
        let found =
            hadamard::eval(&format!("{op}(A)"), &[("A", &a)]).unwrap_or_else(|e| panic!("{op} {dtype}{shape}: {e}"));
        let expected = array(result, &found.shape()[0].to_string(), values);
        assert_eq!(found.dtype(), expected.dtype(), "{op} of {dtype}{shape}");
        let at = |array: &Array, k: usize| array.get(&[k]);
        let exact = expected.dtype().is_int();
        let norm = (0..a.shape().size()).map(|k| a.get(&a.shape().unravel(k)).as_c128().norm()).fold(0.0, f64::max);
        let largest = (0..found.shape().size()).map(|k| at(&expected, k).as_c128().norm()).fold(norm, f64::max);
        // Both are computed in double precision and rounded once.
        let epsilon = if matches!(expected.dtype(), DType::F32 | DType::C64) { 1.2e-7 } else { 1e-12 };
        for k in 0..found.shape().size() {
            let (f, e): (Scalar, Scalar) = (at(&found, k), at(&expected, k));
            let near = (f.as_c128() - e.as_c128()).norm() <= epsilon * largest * 4.0;
            assert!(if exact { f == e } else { near }, "{op} of {dtype}{shape} at {k}: {f} and NumPy's {e}");
        }
        cases += 1;
    }
    assert!(cases > 200, "{cases}");
}

#[test]
fn what_has_no_spectrum_is_placed_in_the_matrix() {
    let fails = |text: &str| hadamard::eval(text, &[]).unwrap_err();
    let error = fails("eigvalsh([1.0 2.0; 3.0 4.0])");
    assert_eq!(error.code(), "not-hermitian");
    assert!(error.to_string().contains("at [0, 1]"), "{error}");
    let error = fails("svdvals([1.0 2.0; nan 4.0])");
    assert!(error.to_string().contains("at [1, 0]"), "{error}");
}
