//! Elementary functions in f64: the same bits on every machine.
//!
//! They are built on the pure-Rust `libm`, which takes no decision by processor. f32 results are the f64 ones rounded
//! (so all but correctly rounded); f16 and bf16 results are the f32 ones rounded once more. The accuracy of each is
//! stated in its row of the table of operations and measured in `tests/accuracy.rs`.

pub mod complex;
mod double;

use double::Pair;

use hadamard_math::{Function1, Function2, exp, hyperbolic, inverse, log, root, trig};

/// The elementary functions that complex ones are made of, at one f64.
macro_rules! at {
    ($($name:ident = $F:path;)*) => {$(
        #[doc = concat!("`", stringify!($name), "` in f64.")]
        pub fn $name(a: f64) -> f64 {
            <$F>::at(a)
        }
    )*};
}
at! {
    exp = exp::Exp;
    log = log::Log;
    log1p = log::Log1p;
    sin = trig::Sin;
    cos = trig::Cos;
    sinh = hyperbolic::Sinh;
    cosh = hyperbolic::Cosh;
    cbrt = root::Cbrt;
}

/// The angle of the point (x, y).
pub fn atan2(y: f64, x: f64) -> f64 {
    inverse::Atan2::at(y, x)
}

/// √(a² + b²).
pub fn hypot(a: f64, b: f64) -> f64 {
    root::Hypot::at(a, b)
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
