//! The error functions, gelu, the gamma function and its logarithm: against mpmath, at special values (C99's Annex F),
//! where the exact value is a number, beside the edges of the formulas, and f32 against f64.

mod oracle;

use hadamard_math::Function1;
use hadamard_math::erf::{Erf, Erfc, Gelu};
use hadamard_math::gamma::{Gamma, Lgamma};
use oracle::{hold1, records, ulps, ulps_single};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const LEAST: f64 = 5e-324;

#[test]
fn values_are_within_their_bounds() {
    let records = records(include_bytes!("goldens/special.bin"));
    hold1::<Erf>(&records, [1.0, 0.51]);
    hold1::<Erfc>(&records, [1.2, 0.51]);
    hold1::<Gelu>(&records, [0.9, 0.51]);
    hold1::<Gamma>(&records, [0.8, 0.51]);
    // Its zeros below zero are among the points: 1e-15 is allowed there, and what that is in ulps differs.
    let lgamma = records.iter().find(|record| record.name() == "lgamma").unwrap();
    let mut checked = 0;
    for (x, high, low) in lgamma.points() {
        let error = ulps(Lgamma::at(x), high, low);
        let near = x < 0.0 && high.abs() < 1.0 && (Lgamma::at(x) - high).abs() <= 1e-15;
        assert!(error <= 0.75 || near, "lgamma({x:e}) = {:e}, {error} units in the last place off", Lgamma::at(x));
        checked += 1;
    }
    assert!(checked > 2000, "{checked}");
}

/// Equal, zeros by their sign and any NaN to any.
fn same(got: f64, expected: f64) -> bool {
    got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan()
}

/// Holds a function to a table of exact values, in f64 and (where it has the argument) f32.
fn table<F: Function1>(table: &[(f64, f64)]) {
    for &(x, y) in table {
        assert!(same(F::at(x), y), "{}({x:e}) = {:e}, not {y:e}", F::NAME, F::at(x));
        if x.is_nan() || f64::from(x as f32) == x {
            let (single, expected) = (F::at_single(x as f32), y as f32);
            assert!(same(single.into(), expected.into()), "{}({x:e}f32) = {single:e}, not {expected:e}", F::NAME);
        }
    }
}

#[test]
fn special_and_exact_values() {
    table::<Erf>(&[(0.0, 0.0), (-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (NAN, NAN), (LEAST, LEAST)]);
    table::<Erf>(&[(6.0, 1.0), (-7.5, -1.0), (f64::MAX, 1.0)]);
    table::<Erfc>(&[(0.0, 1.0), (-0.0, 1.0), (INF, 0.0), (-INF, 2.0), (NAN, NAN), (LEAST, 1.0), (-6.0, 2.0)]);
    table::<Erfc>(&[(27.5, 0.0), (28.5, 0.0), (1e300, 0.0), (-1e300, 2.0), (1e-20, 1.0), (-1e-20, 1.0)]);
    table::<Gelu>(&[(0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, -0.0), (NAN, NAN), (-50.0, -0.0), (-1e300, -0.0)]);
    table::<Gelu>(&[
        (9.0, 9.0),
        (50.0, 50.0),
        (1e300, 1e300),
        (f64::MAX, f64::MAX),
        (1e-310, 5e-311),
        (4e-320, 2e-320),
    ]);
    table::<Gamma>(&[(0.0, INF), (-0.0, -INF), (INF, INF), (-INF, NAN), (NAN, NAN), (-1.0, NAN), (-2.0, NAN)]);
    table::<Gamma>(&[
        (-185.0, NAN),
        (-190.0, NAN),
        (-1e300, NAN),
        (172.0, INF),
        (1e300, INF),
        (LEAST, INF),
        (-LEAST, -INF),
    ]);
    table::<Gamma>(&[
        (-184.5, -0.0),
        (-185.5, 0.0),
        (-200.5, -0.0),
        (-201.5, 0.0),
        (-1001.5, 0.0),
        (-2f64.powi(-1000), -2f64.powi(1000)),
    ]);
    table::<Lgamma>(&[
        (0.0, INF),
        (-0.0, INF),
        (INF, INF),
        (-INF, INF),
        (NAN, NAN),
        (1.0, 0.0),
        (2.0, 0.0),
        (-1.0, INF),
    ]);
    table::<Lgamma>(&[(-2.0, INF), (-1e10, INF), (-1e300, INF), (f64::MAX, INF), (-f64::MAX, INF), (2.57e305, INF)]);
    assert!(Lgamma::at(2.5599833278516383e305) > 1.797e308 && Lgamma::at(2.5599833278516387e305) == INF);
}

#[test]
fn gamma_of_whole_numbers_is_exact() {
    let mut factorial = 1.0;
    for n in 1..=23 {
        assert_eq!(Gamma::at(n.into()), factorial, "gamma({n})");
        assert_eq!(Gamma::at_single(n as f32), factorial as f32);
        factorial *= f64::from(n);
    }
}

/// Both sides of the places where one formula takes over from another differ by no more than the function does there.
#[test]
fn formulas_meet() {
    fn meet<F: Function1>(edges: &[f64], slope: f64) {
        for &edge in edges {
            let (low, high) = (F::at(edge.next_down()), F::at(edge));
            let step = edge.abs() * f64::EPSILON;
            let allowed = slope * step + 2.0 * high.abs() * f64::EPSILON;
            assert!((high - low).abs() <= allowed, "{} at {edge}: {low:e}, {high:e}", F::NAME);
        }
    }
    meet::<Erf>(&[0.9375, -0.9375, 6.0, -6.0], 1.2);
    meet::<Gelu>(&[40.0, 1e-300, -1e-300], 1.2);
    meet::<Gamma>(&[1e-18], 1e36);
    meet::<Gamma>(&[4.0], 8.0);
    meet::<Lgamma>(&[1e-18], 1e18);
    meet::<Lgamma>(&[1.0, 2.0, 3.0, 4.0, 5.0], 2.0);
}

/// The error against f64 at a sample of all f32 numbers; NaN exactly where f64 is.
fn sample<F: Function1>() {
    for x in (0..u32::MAX).step_by(211_111).map(f32::from_bits) {
        let (got, exact) = (F::at_single(x), F::at(x.into()));
        let agree = if (exact as f32).is_finite() {
            ulps_single(got, exact) <= 0.51
        } else {
            same(got.into(), (exact as f32).into())
        };
        assert!(agree, "{}({x:e}f32) = {got:e}, not {exact:e}", F::NAME);
    }
}

#[test]
fn singles_agree_with_doubles() {
    sample::<Erf>();
    sample::<Erfc>();
    sample::<Gelu>();
    sample::<Gamma>();
    sample::<Lgamma>();
}
