//! Trigonometric functions, their inverses and roots: against mpmath, at special values (C99's Annex F), where the
//! exact value is a number, and f32 against f64.

mod oracle;

use hadamard_math::inverse::{Acos, Asin, Atan, Atan2};
use hadamard_math::root::{Cbrt, Hypot};
use hadamard_math::trig::{Cos, Sin, Tan};
use hadamard_math::{Function1, Function2};
use oracle::{hold1, hold2, records, ulps_single};
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const LEAST: f64 = 5e-324;

#[test]
fn values_are_within_their_bounds() {
    let records = records(include_bytes!("goldens/circular.bin"));
    hold1::<Sin>(&records, [0.7, 0.76]);
    hold1::<Cos>(&records, [0.7, 0.76]);
    hold1::<Tan>(&records, [0.8, 0.91]);
    hold1::<Asin>(&records, [0.65, 0.75]);
    hold1::<Acos>(&records, [0.65, 0.75]);
    hold1::<Atan>(&records, [0.75, 0.75]);
    hold1::<Cbrt>(&records, [0.501, 0.501]);
    hold2::<Atan2>(&records, [0.8, 0.8]);
    hold2::<Hypot>(&records, [0.8, 0.8]);
}

/// Equal, zeros by their sign and any NaN to any.
fn same(got: f64, expected: f64) -> bool {
    got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan()
}

/// Holds an odd or even function of one number to a table of exact values, in f64 and f32, at both signs.
fn table<F: Function1>(parity: f64, table: &[(f64, f64)]) {
    for &(x, y) in table {
        for (x, y) in [(x, y), (-x, parity * y)] {
            assert!(same(F::at(x), y), "{}({x}) = {}", F::NAME, F::at(x));
            let (single, expected) = (F::at_single(x as f32), y as f32);
            assert!(same(single.into(), expected.into()), "{}({x}f32) = {single}", F::NAME);
        }
    }
}

#[test]
fn special_and_exact_values_of_one_number() {
    table::<Sin>(-1.0, &[(0.0, 0.0), (INF, NAN), (NAN, NAN), (LEAST, LEAST), (1e-310, 1e-310), (1e-20, 1e-20)]);
    table::<Cos>(1.0, &[(0.0, 1.0), (INF, NAN), (NAN, NAN), (LEAST, 1.0), (1e-10, 1.0)]);
    table::<Tan>(-1.0, &[(0.0, 0.0), (INF, NAN), (NAN, NAN), (LEAST, LEAST), (1e-310, 1e-310), (1e-20, 1e-20)]);
    let asin =
        [(0.0, 0.0), (1.0, FRAC_PI_2), (1.0 + f64::from(f32::EPSILON), NAN), (INF, NAN), (NAN, NAN), (1e-310, 1e-310)];
    table::<Asin>(-1.0, &asin);
    for (x, y) in [(1.0, 0.0), (-1.0, PI), (0.0, FRAC_PI_2), (-0.0, FRAC_PI_2), (1.5, NAN), (-INF, NAN), (NAN, NAN)] {
        assert!(same(Acos::at(x), y) && same(Acos::at_single(x as f32).into(), (y as f32).into()), "acos {x}");
    }
    table::<Atan>(
        -1.0,
        &[(0.0, 0.0), (INF, FRAC_PI_2), (1.0, FRAC_PI_4), (f64::MAX, FRAC_PI_2), (1e-310, 1e-310), (NAN, NAN)],
    );
    table::<Cbrt>(-1.0, &[(0.0, 0.0), (INF, INF), (NAN, NAN), (0.125, 0.5), (1e30, 1e10)]);
    let cubes: Vec<(f64, f64)> = (1..256).map(|n| (f64::from(n * n * n), f64::from(n))).collect();
    table::<Cbrt>(-1.0, &cubes);
    for e in -358..=341 {
        assert_eq!(Cbrt::at(2f64.powi(e).powi(3)), 2f64.powi(e));
    }
}

#[test]
fn angles_of_special_points() {
    let (half, three) = (FRAC_PI_2, 3.0 * FRAC_PI_4);
    // y, x, atan2(y, x)
    let table = [
        (0.0, 0.0, 0.0),
        (0.0, -0.0, PI),
        (0.0, 3.0, 0.0),
        (0.0, -3.0, PI),
        (0.0, INF, 0.0),
        (0.0, -INF, PI),
        (2.0, 0.0, half),
        (2.0, -0.0, half),
        (LEAST, 0.0, half),
        (f64::MAX, 0.0, half),
        (2.0, INF, 0.0),
        (2.0, -INF, PI),
        (INF, 2.0, half),
        (INF, -2.0, half),
        (INF, 0.0, half),
        (INF, 1e30, half),
        (INF, INF, FRAC_PI_4),
        (INF, -INF, three),
        (7.0, 7.0, FRAC_PI_4),
        (7.0, -7.0, three),
        (f64::MAX, f64::MAX, FRAC_PI_4),
        (LEAST, LEAST, FRAC_PI_4),
        (LEAST, -LEAST, three),
        (LEAST, f64::MAX, 0.0),
        (f64::MAX, LEAST, half),
        (LEAST, -f64::MAX, PI),
        (3e-310, 1.0, 3e-310),
        (NAN, 1.0, NAN),
        (1.0, NAN, NAN),
        (NAN, INF, NAN),
        (INF, NAN, NAN),
        (0.0, NAN, NAN),
        (NAN, 0.0, NAN),
        (NAN, NAN, NAN),
    ];
    for (y, x, angle) in table {
        for (y, angle) in [(y, angle), (-y, -angle)] {
            assert!(same(Atan2::at(y, x), angle), "atan2({y}, {x}) = {}", Atan2::at(y, x));
            if [x, y].iter().all(|v| v.is_nan() || f64::from(*v as f32) == *v) {
                let got = Atan2::at_single(y as f32, x as f32);
                assert!(same(got.into(), (angle as f32).into()), "atan2({y}f32, {x}f32) = {got}");
            }
        }
    }
    let (least, most) = (f32::from_bits(1), f32::MAX);
    assert_eq!(Atan2::at_single(most, most), FRAC_PI_4 as f32);
    assert_eq!(Atan2::at_single(least, least), FRAC_PI_4 as f32);
    assert_eq!(Atan2::at_single(least, most), 0.0);
    assert_eq!(Atan2::at_single(most, -least), FRAC_PI_2 as f32);
    assert_eq!(Atan2::at_single(least, 1.0), least);
}

#[test]
fn hypotenuses_that_are_exact_or_special() {
    let triples =
        [(3.0, 4.0, 5.0), (5.0, 12.0, 13.0), (8.0, 15.0, 17.0), (20.0, 21.0, 29.0), (0.0, 7.0, 7.0), (0.0, 0.0, 0.0)];
    for (x, y, z) in triples {
        for scale in (-1022..1018).step_by(17).map(|e| 2f64.powi(e)) {
            for (x, y) in [(x, y), (y, x), (-x, y), (x, -y)] {
                assert!(same(Hypot::at(x * scale, y * scale), z * scale), "hypot({x}, {y}) * {scale:e}");
            }
        }
        for scale in (-126..122).map(|e| 2f32.powi(e)) {
            assert_eq!(Hypot::at_single(x as f32 * scale, -y as f32 * scale), z as f32 * scale);
        }
    }
    let special = [
        (INF, NAN, INF),
        (-INF, NAN, INF),
        (NAN, -INF, INF),
        (INF, 1.0, INF),
        (1.0, NAN, NAN),
        (NAN, 0.0, NAN),
        (INF, INF, INF),
        (f64::MAX, f64::MAX, INF),
        (f64::MAX, 0.0, f64::MAX),
        (LEAST, 0.0, LEAST),
        (3.0 * LEAST, 4.0 * LEAST, 5.0 * LEAST),
        (f64::MAX, 1.0, f64::MAX),
    ];
    for (x, y, z) in special {
        assert!(same(Hypot::at(x, y), z) && same(Hypot::at(y, x), z), "hypot({x}, {y}) = {}", Hypot::at(x, y));
    }
    for (x, y, z) in special.into_iter().filter(|(x, y, _)| x.abs() != f64::MAX && y.abs() > 0.5) {
        assert!(same(Hypot::at_single(x as f32, y as f32).into(), z), "hypot({x}f32, {y}f32)");
    }
    assert_eq!(Hypot::at_single(f32::MAX, f32::MAX), f32::INFINITY);
    assert_eq!(Hypot::at_single(f32::from_bits(3), f32::from_bits(4)), f32::from_bits(5));
}

/// f32 numbers of all exponents, some 20 000.
fn singles() -> impl Iterator<Item = f32> {
    (0..u32::MAX).step_by(211_111).map(f32::from_bits)
}

/// The error against f64 at a sample of all f32 numbers; NaN exactly where f64 is.
fn sample<F: Function1>(bound: f64) {
    for x in singles() {
        let (got, exact) = (F::at_single(x), F::at(x.into()));
        let error = ulps_single(got, exact);
        let agree = if (exact as f32).is_finite() { error <= bound } else { same(got.into(), exact) };
        assert!(agree, "{}({x:e}f32) = {got:e}, {error} units in the last place off", F::NAME);
    }
}

#[test]
fn singles_agree_with_doubles() {
    sample::<Sin>(0.76);
    sample::<Cos>(0.75);
    sample::<Tan>(0.91);
    sample::<Asin>(0.75);
    sample::<Acos>(0.75);
    sample::<Atan>(0.75);
    sample::<Cbrt>(0.501);
    for (x, y) in singles().zip(singles().skip(5_003)) {
        let (got, exact) = (Atan2::at_single(y, x), Atan2::at(y.into(), x.into()));
        assert!(ulps_single(got, exact) <= 0.8 || exact.is_nan() && got.is_nan(), "atan2({y:e}, {x:e}) = {got:e}");
        let (got, exact) = (Hypot::at_single(x, y), Hypot::at(x.into(), y.into()));
        let near = ulps_single(got, exact) <= 0.8 || same(got.into(), (exact as f32).into());
        assert!(near, "hypot({x:e}, {y:e}) = {got:e}");
    }
}
