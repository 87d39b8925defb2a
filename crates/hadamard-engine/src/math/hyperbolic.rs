//! Hyperbolic functions and their inverses, rounded once from pairs of doubles.

use super::double::{LN_2, Pair, exp, expm1, log_of_double, log1p};

/// Below this the first term of the series is the function, rounded.
const TINY: f64 = 1e-9;
/// Above this 1 does not show beside the square.
const LARGE: f64 = 1e10;

fn one() -> Pair {
    Pair::new(1.0)
}

/// Hyperbolic sine: (p + p / (1 + p)) / 2 for p = e^|a| − 1.
pub fn sinh(a: f64) -> f64 {
    let x = a.abs();
    if x.is_nan() || x < TINY {
        return a;
    }
    if x > 40.0 {
        return half_exp(x).copysign(a);
    }
    let p = expm1(Pair::new(x));
    (p + p / (one() + p)).scaled(0.5).round().copysign(a)
}

/// Hyperbolic cosine: 1 + p² / (2 (1 + p)) for p = e^|a| − 1.
pub fn cosh(a: f64) -> f64 {
    let x = a.abs();
    if x.is_nan() {
        return a;
    }
    if x > 40.0 {
        return half_exp(x);
    }
    let p = expm1(Pair::new(x));
    (one() + (p * p / (one() + p)).scaled(0.5)).round()
}

/// e^x / 2 for x > 40, where it is both the hyperbolic sine and cosine.
fn half_exp(x: f64) -> f64 {
    if x > 711.0 { f64::INFINITY } else { exp(Pair::new(x) - LN_2) }
}

/// Hyperbolic tangent: p / (p + 2) for p = e^2|a| − 1.
pub fn tanh(a: f64) -> f64 {
    let x = a.abs();
    if x.is_nan() || x < TINY {
        return a;
    }
    if x > 25.0 {
        return 1f64.copysign(a);
    }
    let p = expm1(Pair::new(2.0 * x));
    (p / (p + Pair::new(2.0))).round().copysign(a)
}

/// Inverse hyperbolic sine: log(1 + x + x² / (1 + √(1 + x²))).
pub fn asinh(a: f64) -> f64 {
    let x = a.abs();
    if !x.is_finite() || x < TINY {
        return a;
    }
    if x > LARGE {
        return log_of_double(x).round().copysign(a);
    }
    let square = Pair::product(x, x);
    let u = Pair::new(x) + square / (one() + (one() + square).sqrt());
    log1p(u).round().copysign(a)
}

/// Inverse hyperbolic cosine: log(1 + t + √(2t + t²)) for t = a − 1; NaN below 1.
pub fn acosh(a: f64) -> f64 {
    if a.is_nan() || a < 1.0 {
        return f64::NAN;
    }
    if a == 1.0 || a == f64::INFINITY {
        return if a == 1.0 { 0.0 } else { a };
    }
    if a > LARGE {
        return log_of_double(a).round();
    }
    let t = Pair::sum(a, -1.0);
    log1p(t + (t.scaled(2.0) + t * t).sqrt()).round()
}

/// Inverse hyperbolic tangent: log(1 + 2x / (1 − x)) / 2; ±∞ at ±1, NaN beyond.
pub fn atanh(a: f64) -> f64 {
    let x = a.abs();
    if x.is_nan() || x > 1.0 {
        return f64::NAN;
    }
    if x < TINY {
        return a;
    }
    if x == 1.0 {
        return f64::INFINITY.copysign(a);
    }
    log1p(Pair::new(2.0 * x) / Pair::sum(1.0, -x)).scaled(0.5).round().copysign(a)
}
