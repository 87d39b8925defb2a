//! Complex elementary functions, in double precision, with the special values of C99's Annex G where they are
//! about zeros, infinities and branch cuts.

use super as real;
use hadamard_array::{Complex, c128};

/// eᶻ
pub fn exp(z: c128) -> c128 {
    if z.im == 0.0 {
        return Complex::new(real::exp(z.re), z.im);
    }
    if z.re == f64::NEG_INFINITY && !z.im.is_finite() {
        return Complex::new(0.0, 0.0);
    }
    if z.re == f64::INFINITY && !z.im.is_finite() {
        return Complex::new(f64::INFINITY, f64::NAN);
    }
    let (sin, cos) = (real::sin(z.im), real::cos(z.im));
    if z.re > 700.0 && z.re < 1500.0 {
        // eˣ alone may overflow where its product with the sine or cosine does not.
        let half = real::exp(z.re / 2.0);
        return Complex::new(half * cos * half, half * sin * half);
    }
    let modulus = real::exp(z.re);
    Complex::new(modulus * cos, modulus * sin)
}

/// The principal logarithm
pub fn log(z: c128) -> c128 {
    Complex::new(log_modulus(z), real::atan2(z.im, z.re))
}

/// log |z|, without overflow and without cancellation near the unit circle.
fn log_modulus(z: c128) -> f64 {
    let (large, small) = (z.re.abs().max(z.im.abs()), z.re.abs().min(z.im.abs()));
    if (0.5..2.0).contains(&large) && !z.re.is_nan() && !z.im.is_nan() {
        // |z|² − 1 = (l − 1)(l + 1) + s², with the square split so that nothing is lost.
        let product = (large - 1.0) * (large + 1.0);
        let lost = libm::fma(large - 1.0, large + 1.0, -product);
        let square = small * small;
        let square_lost = libm::fma(small, small, -square);
        let excess = product + square + (lost + square_lost);
        if excess > -0.5 {
            return 0.5 * real::log1p(excess);
        }
    }
    real::log(real::hypot(z.re, z.im))
}

/// The principal square root
pub fn sqrt(z: c128) -> c128 {
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
    let half = real::hypot(x, y);
    let t = ((half + x.abs()) * 0.5).sqrt();
    let back = 1.0 / f64::sqrt(scale);
    if x >= 0.0 {
        Complex::new(t * back, y / (2.0 * t) * back)
    } else {
        Complex::new(y.abs() / (2.0 * t) * back, t.copysign(y) * back)
    }
}

/// The sine
pub fn sin(z: c128) -> c128 {
    if z.im.is_infinite() && !z.re.is_finite() {
        return Complex::new(f64::NAN, f64::INFINITY);
    }
    // sin z = −i sinh(iz)
    let w = sinh(Complex::new(-z.im, z.re));
    Complex::new(w.im, -w.re)
}

/// The cosine
pub fn cos(z: c128) -> c128 {
    if z.im.is_infinite() && !z.re.is_finite() {
        return Complex::new(f64::INFINITY, f64::NAN);
    }
    // cos z = cosh(iz)
    let (x, y) = (-z.im, z.re);
    if x == 0.0 {
        return Complex::new(real::cos(y), if y.is_finite() { x * real::sin(y) } else { 0.0 });
    }
    if y == 0.0 {
        return Complex::new(real::cosh(x), if x.is_nan() { y } else { x.signum() * y });
    }
    scaled(x, real::cosh, real::sinh, real::cos(y), real::sin(y))
}

fn sinh(z: c128) -> c128 {
    let (x, y) = (z.re, z.im);
    if x == 0.0 {
        return Complex::new(if y.is_finite() { x * real::cos(y) } else { x }, real::sin(y));
    }
    if y == 0.0 {
        return Complex::new(real::sinh(x), y);
    }
    scaled(x, real::sinh, real::cosh, real::cos(y), real::sin(y))
}

/// (f(x) cos, g(x) sin), where f and g may overflow although the products do not.
fn scaled(x: f64, f: fn(f64) -> f64, g: fn(f64) -> f64, cos: f64, sin: f64) -> c128 {
    if x.abs() > 700.0 && x.is_finite() {
        let e = real::exp(x.abs() / 2.0);
        return Complex::new(f(x).signum() * 0.5 * e * cos * e, g(x).signum() * 0.5 * e * sin * e);
    }
    Complex::new(f(x) * cos, g(x) * sin)
}

/// zʷ: small integer exponents by squaring, otherwise e^(w log z).
pub fn pow(z: c128, w: c128) -> c128 {
    let one = Complex::new(1.0, 0.0);
    if w.re == 0.0 && w.im == 0.0 {
        return one;
    }
    if w.im == 0.0 && w.re.fract() == 0.0 && w.re.abs() <= 100.0 {
        let value = integer_power(z, w.re.abs() as u32);
        return if w.re < 0.0 { crate::kernels::float::invert(value) } else { value };
    }
    if z.re == 0.0 && z.im == 0.0 {
        return if w.re > 0.0 { Complex::new(0.0, 0.0) } else { Complex::new(f64::NAN, f64::NAN) };
    }
    exp(crate::kernels::float::multiply(w, log(z)))
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
