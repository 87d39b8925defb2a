//! Elementary functions in f64: the same bits on every machine.
//!
//! They are built on the pure-Rust `libm`, which takes no decision by processor. f32 results are the f64 ones rounded
//! (so all but correctly rounded); f16 and bf16 results are the f32 ones rounded once more. The accuracy of each is
//! stated in its row of the table of operations and measured in `tests/accuracy.rs`.

pub mod complex;
mod double;
mod hyperbolic;

use double::Pair;
pub use hyperbolic::{acosh, asinh, atanh, cosh, sinh, tanh};

pub use libm::{
    acos, asin, atan, atan2, cbrt, cos, erf, erfc, exp, exp2, expm1, hypot, lgamma, log, log1p, log2, log10, sin, tan,
};

/// aᵖ. Squares, first powers and inverses are the IEEE operations.
pub fn pow(a: f64, p: f64) -> f64 {
    if p == 2.0 {
        a * a
    } else if p == -1.0 {
        1.0 / a
    } else {
        libm::pow(a, p)
    }
}

/// The real n-th root: of a negative number it is negative for odd n and NaN otherwise. `n = 0` gives what
/// a^(1/0) = a^∞ does: 0 below 1, 1 at 1, infinity above.
pub fn root(a: f64, n: f64) -> f64 {
    if n == 2.0 {
        return a.sqrt();
    }
    if n == 3.0 {
        return cbrt(a);
    }
    if a < 0.0 || (a == 0.0 && a.is_sign_negative()) {
        return if libm::fmod(n, 2.0).abs() == 1.0 {
            -root(-a, n)
        } else if a == 0.0 {
            root(0.0, n)
        } else {
            f64::NAN
        };
    }
    if a == 0.0 || !a.is_finite() || n == 0.0 || !n.is_finite() {
        return libm::pow(a, 1.0 / n);
    }
    let exponent = double::log(a) / Pair::new(n);
    if exponent.hi.abs() < 1500.0 { double::exp(exponent) } else { libm::pow(a, 1.0 / n) }
}

/// 1 / (1 + e⁻ᵃ), from the side where the exponential does not overflow.
pub fn sigmoid(a: f64) -> f64 {
    if a >= 0.0 {
        1.0 / (1.0 + exp(-a))
    } else {
        let e = exp(a);
        e / (1.0 + e)
    }
}

/// log(1 + eᵃ), without overflow above and without cancellation below.
pub fn softplus(a: f64) -> f64 {
    if a > 0.0 { a + log1p(exp(-a)) } else { log1p(exp(a)) }
}

/// a Φ(a) = a erfc(−a / √2) / 2.
pub fn gelu(a: f64) -> f64 {
    use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};
    if a == f64::NEG_INFINITY {
        return -0.0;
    }
    // 1/√2 to twice the precision: far out, erfc magnifies the rounding of its argument.
    const LOW: f64 = -4.833646656726457e-17;
    let high = -a * FRAC_1_SQRT_2;
    let low = libm::fma(-a, FRAC_1_SQRT_2, -high) - a * LOW;
    let tail = erfc(high);
    let corrected = if low.is_finite() { tail - low * FRAC_2_SQRT_PI * exp(-high * high) } else { tail };
    0.5 * a * corrected
}

/// Γ(a). NaN at the negative integers, ±∞ at ±0.
pub fn gamma(a: f64) -> f64 {
    if a == f64::NEG_INFINITY { f64::NAN } else { libm::tgamma(a) }
}
