//! Exponentials, logarithms, powers, hyperbolic and logistic functions: against mpmath, at special values (C99's
//! Annex F), where the exact value is a number, and f32 against f64.

mod oracle;

use hadamard_math::exp::{Exp, Exp2, Expm1};
use hadamard_math::hyperbolic::{Acosh, Asinh, Atanh, Cosh, Sinh, Tanh};
use hadamard_math::log::{Log, Log1p, Log2, Log10};
use hadamard_math::logistic::{Sigmoid, Softplus};
use hadamard_math::power::Pow;
use hadamard_math::{Function1, Function2};
use oracle::{hold1, hold2, records, ulps_single};
use proptest::prelude::*;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const LEAST: f64 = 5e-324;

#[test]
fn values_are_within_their_bounds() {
    let records = records(include_bytes!("goldens/exponential.bin"));
    hold1::<Exp>(&records, [0.8, 0.8]);
    hold1::<Expm1>(&records, [0.85, 0.85]);
    hold1::<Exp2>(&records, [0.8, 0.95]);
    hold1::<Log>(&records, [0.75, 0.8]);
    hold1::<Log1p>(&records, [0.75, 0.8]);
    hold1::<Log2>(&records, [0.8, 0.85]);
    hold1::<Log10>(&records, [0.8, 0.85]);
    hold1::<Sinh>(&records, [0.8, 0.85]);
    hold1::<Cosh>(&records, [0.7, 0.75]);
    hold1::<Tanh>(&records, [0.85, 0.85]);
    hold1::<Asinh>(&records, [0.9, 0.9]);
    hold1::<Acosh>(&records, [0.85, 0.9]);
    hold1::<Atanh>(&records, [0.65, 0.7]);
    hold1::<Sigmoid>(&records, [0.8, 0.8]);
    hold1::<Softplus>(&records, [0.8, 0.85]);
    hold2::<Pow>(&records, [0.85, 0.9]);
}

#[test]
fn subnormal_values_are_within_one_unit() {
    let records = records(include_bytes!("goldens/subnormal.bin"));
    hold1::<Exp>(&records, [1.0, 1.0]);
    hold1::<Exp2>(&records, [1.0, 1.0]);
    hold1::<Sigmoid>(&records, [1.0, 1.0]);
    hold1::<Softplus>(&records, [1.0, 1.0]);
    hold2::<Pow>(&records, [1.0, 1.0]);
}

/// Equal, zeros by their sign and any NaN to any.
fn same(got: f64, expected: f64) -> bool {
    got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan()
}

/// Holds a function to a table of exact values, in f64 and (where the arguments are f32's) in f32.
fn table<F: Function1>(table: &[(f64, f64)]) {
    for &(x, y) in table {
        assert!(same(F::at(x), y), "{}({x:e}) = {:e}", F::NAME, F::at(x));
        if x.is_nan() || f64::from(x as f32) == x {
            let (single, expected) = (F::at_single(x as f32), y as f32);
            assert!(same(single.into(), expected.into()), "{}({x:e}f32) = {single:e}", F::NAME);
        }
    }
}

#[test]
fn special_values_of_exponentials() {
    table::<Exp>(&[(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (NAN, NAN), (LEAST, 1.0), (710.0, INF)]);
    table::<Exp>(&[(-746.0, 0.0), (f64::MAX, INF), (f64::MIN, 0.0), (-745.13, LEAST), (1024.0, INF)]);
    table::<Expm1>(&[(0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, -1.0), (NAN, NAN), (LEAST, LEAST), (-LEAST, -LEAST)]);
    table::<Expm1>(&[(f64::MAX, INF), (f64::MIN, -1.0), (-64.0, -1.0), (1e-310, 1e-310), (710.0, INF)]);
    table::<Exp2>(&[(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (NAN, NAN), (1024.0, INF), (-1076.0, 0.0)]);
    for e in -1074..1024 {
        assert_eq!(Exp2::at(e.into()), 2f64.powi(e / 2) * 2f64.powi(e - e / 2));
    }
    for e in -149i16..128 {
        assert_eq!(Exp2::at_single(e.into()), 2f64.powi(e.into()) as f32);
    }
    assert_eq!(Exp::at_single(88.8), f32::INFINITY);
    assert_eq!(Exp::at_single(-104.0), 0.0);
}

#[test]
fn special_values_of_logarithms() {
    let everywhere =
        [(0.0, -INF), (-0.0, -INF), (1.0, 0.0), (INF, INF), (-1.0, NAN), (-INF, NAN), (NAN, NAN), (-LEAST, NAN)];
    table::<Log>(&everywhere);
    table::<Log2>(&everywhere);
    table::<Log10>(&everywhere);
    for e in -1074..1024 {
        assert_eq!(Log2::at(2f64.powi(e / 2) * 2f64.powi(e - e / 2)), f64::from(e));
    }
    for e in -149i16..128 {
        assert_eq!(Log2::at_single(2f64.powi(e.into()) as f32), f32::from(e));
    }
    for e in 0..=22 {
        assert_eq!(Log10::at(10f64.powi(e)), f64::from(e));
    }
    for e in 0..=10i16 {
        assert_eq!(Log10::at_single(10f32.powi(e.into())), f32::from(e));
    }
    table::<Log1p>(&[(0.0, 0.0), (-0.0, -0.0), (-1.0, -INF), (-2.0, NAN), (-INF, NAN), (INF, INF), (NAN, NAN)]);
    table::<Log1p>(&[(LEAST, LEAST), (-LEAST, -LEAST), (1e-310, 1e-310), (f64::MAX, 709.782712893384)]);
}

#[test]
fn special_values_of_hyperbolic_functions() {
    /// The values at the arguments of the other sign.
    fn mirrored(parity: f64, table: &[(f64, f64)]) -> Vec<(f64, f64)> {
        table.iter().flat_map(|&(x, y)| [(x, y), (-x, parity * y)]).collect()
    }
    table::<Sinh>(&mirrored(
        -1.0,
        &[(0.0, 0.0), (INF, INF), (NAN, NAN), (LEAST, LEAST), (3e-310, 3e-310), (711.0, INF)],
    ));
    table::<Cosh>(&mirrored(1.0, &[(0.0, 1.0), (INF, INF), (NAN, NAN), (LEAST, 1.0), (711.0, INF), (f64::MAX, INF)]));
    table::<Tanh>(&mirrored(
        -1.0,
        &[(0.0, 0.0), (INF, 1.0), (NAN, NAN), (LEAST, LEAST), (3e-310, 3e-310), (25.0, 1.0)],
    ));
    table::<Asinh>(&mirrored(-1.0, &[(0.0, 0.0), (INF, INF), (NAN, NAN), (LEAST, LEAST), (3e-310, 3e-310)]));
    table::<Atanh>(&mirrored(
        -1.0,
        &[(0.0, 0.0), (1.0, INF), (1.5, NAN), (INF, NAN), (LEAST, LEAST), (3e-310, 3e-310)],
    ));
    table::<Acosh>(&[
        (1.0, 0.0),
        (0.5, NAN),
        (0.0, NAN),
        (-1.0, NAN),
        (-INF, NAN),
        (INF, INF),
        (NAN, NAN),
        (-1e300, NAN),
    ]);
}

#[test]
fn special_values_of_logistic_functions() {
    table::<Sigmoid>(&[(0.0, 0.5), (-0.0, 0.5), (INF, 1.0), (-INF, 0.0), (NAN, NAN), (f64::MAX, 1.0), (f64::MIN, 0.0)]);
    table::<Sigmoid>(&[(-745.13, LEAST), (64.0, 1.0), (-746.0, 0.0), (LEAST, 0.5)]);
    let ln_2 = std::f64::consts::LN_2;
    table::<Softplus>(&[(0.0, ln_2), (-0.0, ln_2), (INF, INF), (-INF, 0.0), (NAN, NAN), (f64::MAX, f64::MAX)]);
    table::<Softplus>(&[(-745.13, LEAST), (64.0, 64.0), (-746.0, 0.0), (f64::MIN, 0.0)]);
}

/// Annex F, 10.4.4, of `pow(x, y)`, for the `x` and `y` of the table.
fn annex_f(x: f64, y: f64) -> f64 {
    let odd = y.abs() < 9007199254740992.0 && y % 2.0 != 0.0 && y.trunc() == y;
    let sign = if odd && x.is_sign_negative() { -1.0 } else { 1.0 };
    if y == 0.0 || x == 1.0 {
        1.0
    } else if x.is_nan() || y.is_nan() {
        NAN
    } else if x == 0.0 || x.is_infinite() {
        if (x == 0.0) == (y < 0.0) { sign * INF } else { sign * 0.0 }
    } else if y.is_infinite() {
        match x.abs() {
            1.0 => 1.0,
            size if (size < 1.0) == (y < 0.0) => INF,
            _ => 0.0,
        }
    } else if x < 0.0 && y.trunc() != y {
        NAN
    } else {
        sign * x.abs().powf(y)
    }
}

#[test]
fn special_values_of_powers() {
    // Finite results are exact: the bases are powers of four.
    let bases = [0.0, LEAST, 0.0625, 0.25, 1.0, 4.0, 16.0, 4f64.powi(500), INF, NAN];
    let exponents = [0.0, LEAST, 0.5, 1.0, 2.0, 3.0, 4.0, 2.5, 9007199254740991.0, 9007199254740992.0, 1e300, INF, NAN];
    for x in bases.iter().flat_map(|&x| [x, -x]) {
        for y in exponents.iter().flat_map(|&y| [y, -y]) {
            let expected = annex_f(x, y);
            assert!(same(Pow::at(x, y), expected), "pow({x:e}, {y:e}) = {:e}, not {expected:e}", Pow::at(x, y));
            if [x, y].iter().all(|&v| v.is_nan() || f64::from(v as f32) == v) {
                let (got, expected) = (Pow::at_single(x as f32, y as f32), expected as f32);
                assert!(same(got.into(), expected.into()), "pow({x:e}f32, {y:e}f32) = {got:e}");
            }
        }
    }
    assert_eq!(Pow::at_single(-1.0, 16777215.0), -1.0);
    assert_eq!(Pow::at_single(-1.0, 16777216.0), 1.0);
}

#[test]
fn exact_powers() {
    for x in -100i32..=100 {
        for y in 0..=8 {
            let Some(exact) = x.checked_pow(y) else { continue };
            assert_eq!(Pow::at(x.into(), y.into()), exact.into(), "pow({x}, {y})");
            if exact.abs() < 1 << 24 {
                assert_eq!(Pow::at_single(x as f32, y as f32), exact as f32, "pow({x}f32, {y}f32)");
            }
        }
        assert_eq!(Pow::at(f64::from(x * x), 0.5), f64::from(x.abs()));
        assert_eq!(Pow::at(f64::from(x * x), -0.5) == 0.1, x.abs() == 10);
    }
}

proptest! {
    #[test]
    fn powers_that_are_numbers_or_squares(x in any::<f64>(), single in any::<f32>()) {
        prop_assert!(same(Pow::at(x, 1.0), x));
        prop_assert!(same(Pow::at(x, 2.0), x * x));
        prop_assert!(same(Pow::at_single(single, 1.0).into(), single.into()));
        prop_assert!(same(Pow::at_single(single, 2.0).into(), (single * single).into()));
    }
}

/// The error in f32 against f64 at some 20 000 numbers of all exponents; special values as in f64.
fn sample<F: Function1>(bound: f64) {
    for x in (0..u32::MAX).step_by(211_111).map(f32::from_bits) {
        let (got, exact) = (F::at_single(x), F::at(x.into()));
        let agree = if (exact as f32).is_finite() {
            ulps_single(got, exact) <= bound
        } else {
            same(got.into(), (exact as f32).into())
        };
        assert!(agree, "{}({x:e}f32) = {got:e}, {} units in the last place off", F::NAME, ulps_single(got, exact));
    }
}

#[test]
fn singles_agree_with_doubles() {
    sample::<Exp>(0.8);
    sample::<Expm1>(0.85);
    sample::<Exp2>(0.95);
    sample::<Log>(0.8);
    sample::<Log1p>(0.8);
    sample::<Log2>(0.85);
    sample::<Log10>(0.85);
    sample::<Sinh>(0.85);
    sample::<Cosh>(0.75);
    sample::<Tanh>(0.85);
    sample::<Asinh>(0.9);
    sample::<Acosh>(0.9);
    sample::<Atanh>(0.7);
    sample::<Sigmoid>(0.8);
    sample::<Softplus>(0.85);
}
