//! Complex elementary functions, in double precision, with the special values of C99's Annex G where they are
//! about zeros, infinities and branch cuts.
//!
//! They are scalar, on top of the real functions' values at a number; each is compiled for the machine's instructions,
//! as those are made of fused multiply-adds.

use hadamard_array::{Complex, c128};
use hadamard_math::exp::Exp;
use hadamard_math::hyperbolic::{Cosh, Sinh};
use hadamard_math::inverse::Atan2;
use hadamard_math::log::{Log, Log1p};
use hadamard_math::root::Hypot;
use hadamard_math::trig::{Cos, Sin};
use hadamard_math::{Function1, Function2};
use pulp::Arch;

macro_rules! compiled {
    ($($(#[$doc:meta])* $name:ident($($z:ident),*) = $definition:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name($($z: c128),*) -> c128 {
            Arch::new().dispatch(#[inline(always)] || $definition($($z),*))
        }
    )*};
}
compiled! {
    /// eᶻ
    exp(z) = exponential;
    /// The principal logarithm
    log(z) = logarithm;
    /// The principal square root
    sqrt(z) = square_root;
    /// The sine
    sin(z) = sine;
    /// The cosine
    cos(z) = cosine;
    /// zʷ: small integer exponents by squaring, otherwise e^(w log z).
    pow(z, w) = power;
}

/// The exponential beyond which [`Exp`], the hyperbolic sine or cosine may overflow where its product with a sine or
/// cosine does not.
const LARGE: f64 = 700.0;

#[inline(always)]
fn exponential(z: c128) -> c128 {
    if z.im == 0.0 {
        return Complex::new(Exp::at(z.re), z.im);
    }
    if z.re == f64::NEG_INFINITY && !z.im.is_finite() {
        return Complex::new(0.0, 0.0);
    }
    if z.re == f64::INFINITY && !z.im.is_finite() {
        return Complex::new(f64::INFINITY, f64::NAN);
    }
    let (sin, cos) = (Sin::at(z.im), Cos::at(z.im));
    if z.re > LARGE && z.re < 2.0 * LARGE + 100.0 {
        let half = Exp::at(z.re / 2.0);
        return Complex::new(half * cos * half, half * sin * half);
    }
    let modulus = Exp::at(z.re);
    Complex::new(modulus * cos, modulus * sin)
}

#[inline(always)]
fn logarithm(z: c128) -> c128 {
    Complex::new(log_modulus(z), Atan2::at(z.im, z.re))
}

/// log |z|, without overflow and without cancellation near the unit circle.
#[inline(always)]
fn log_modulus(z: c128) -> f64 {
    let (large, small) = (z.re.abs().max(z.im.abs()), z.re.abs().min(z.im.abs()));
    if (0.5..2.0).contains(&large) && !z.re.is_nan() && !z.im.is_nan() {
        // |z|² − 1 = (l − 1)(l + 1) + s², with the product and the square split so that nothing is lost.
        let product = (large - 1.0) * (large + 1.0);
        let lost = (large - 1.0).mul_add(large + 1.0, -product);
        let square = small * small;
        let square_lost = small.mul_add(small, -square);
        let excess = product + square + (lost + square_lost);
        if excess > -0.5 {
            return 0.5 * Log1p::at(excess);
        }
    }
    Log::at(Hypot::at(z.re, z.im))
}

#[inline(always)]
fn square_root(z: c128) -> c128 {
    let (re, im) = (z.re, z.im);
    if re == 0.0 && im == 0.0 {
        return Complex::new(0.0, im);
    }
    if im.is_infinite() {
        return Complex::new(f64::INFINITY, im);
    }
    if re.is_infinite() {
        let other = if im.is_nan() { im } else { 0.0 };
        return if re > 0.0 {
            Complex::new(re, other.copysign(im))
        } else {
            Complex::new(other, if im.is_nan() { f64::INFINITY } else { f64::INFINITY.copysign(im) })
        };
    }
    // Scaled by a power of four, so that the modulus neither overflows nor loses digits.
    let scale = if re.abs().max(im.abs()) > 1e300 {
        0.25
    } else if re.abs().max(im.abs()) < 1e-280 {
        2f64.powi(108)
    } else {
        1.0
    };
    let (x, y) = (re * scale, im * scale);
    let modulus = Hypot::at(x, y);
    let t = ((modulus + x.abs()) * 0.5).sqrt();
    let back = 1.0 / f64::sqrt(scale);
    if x >= 0.0 {
        Complex::new(t * back, y / (2.0 * t) * back)
    } else {
        Complex::new(y.abs() / (2.0 * t) * back, t.copysign(y) * back)
    }
}

#[inline(always)]
fn sine(z: c128) -> c128 {
    if z.im.is_infinite() && !z.re.is_finite() {
        return Complex::new(f64::NAN, f64::INFINITY);
    }
    // sin z = −i sinh(iz)
    let (x, y) = (-z.im, z.re);
    let (sin, cos) = (Sin::at(y), Cos::at(y));
    let (re, im) = if x == 0.0 {
        (if y.is_finite() { x * cos } else { x }, sin)
    } else if y == 0.0 {
        (Sinh::at(x), y)
    } else {
        scaled(x, Sinh::at, Cosh::at, cos, sin)
    };
    Complex::new(im, -re)
}

#[inline(always)]
fn cosine(z: c128) -> c128 {
    if z.im.is_infinite() && !z.re.is_finite() {
        return Complex::new(f64::INFINITY, f64::NAN);
    }
    // cos z = cosh(iz)
    let (x, y) = (-z.im, z.re);
    let (sin, cos) = (Sin::at(y), Cos::at(y));
    let (re, im) = if x == 0.0 {
        (cos, if y.is_finite() { x * sin } else { 0.0 })
    } else if y == 0.0 {
        (Cosh::at(x), if x.is_nan() { y } else { x.signum() * y })
    } else {
        scaled(x, Cosh::at, Sinh::at, cos, sin)
    };
    Complex::new(re, im)
}

/// (f(x) cos, g(x) sin), where f and g may overflow although the products do not.
#[inline(always)]
fn scaled(x: f64, f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64, cos: f64, sin: f64) -> (f64, f64) {
    if x.abs() > LARGE && x.is_finite() {
        let e = Exp::at(x.abs() / 2.0);
        return (f(x).signum() * 0.5 * e * cos * e, g(x).signum() * 0.5 * e * sin * e);
    }
    (f(x) * cos, g(x) * sin)
}

#[inline(always)]
fn power(z: c128, w: c128) -> c128 {
    if w.re == 0.0 && w.im == 0.0 {
        return Complex::new(1.0, 0.0);
    }
    if w.im == 0.0 && w.re.fract() == 0.0 && w.re.abs() <= 100.0 {
        let value = integer_power(z, w.re.abs() as u32);
        return if w.re < 0.0 { crate::kernels::float::invert(value) } else { value };
    }
    if z.re == 0.0 && z.im == 0.0 {
        return if w.re > 0.0 { Complex::new(0.0, 0.0) } else { Complex::new(f64::NAN, f64::NAN) };
    }
    exponential(crate::kernels::float::multiply(w, logarithm(z)))
}

fn integer_power(z: c128, mut n: u32) -> c128 {
    let (mut result, mut base) = (None, z);
    while n > 0 {
        if n & 1 == 1 {
            result = Some(result.map_or(base, |r| crate::kernels::float::multiply(r, base)));
        }
        n >>= 1;
        if n > 0 {
            base = crate::kernels::float::multiply(base, base);
        }
    }
    result.unwrap_or(Complex::new(1.0, 0.0))
}
