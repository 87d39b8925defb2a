//! Logarithms: `log`, `log1p`, `log2`, `log10`, and the logarithm of a number little above 1 to more digits.
//!
//! `x = 2^k·m` with `√½ ≤ m < √2`; `ln m` from the series of the inverse hyperbolic tangent of `f / (2 + f)`, where
//! `f = m - 1` (as fdlibm does: `ln m = f - f²/2 + s·(f²/2 + R(s²))`), with the leading sum `k·ln 2 + f` exact. The
//! coefficients are those of `tests/minimax.py`.

use crate::exp::Format;
use crate::function::Function1;
use crate::lane::{Bits, Lane, Single};
use crate::pair::{Pair, fast_two_sum, polynomial, power_of_two, two_product, two_sum};

/// The natural logarithm.
pub struct Log;
/// `ln(1 + x)`.
pub struct Log1p;
/// The logarithm to base 2.
pub struct Log2;
/// The logarithm to base 10.
pub struct Log10;

/// What logarithms need to know of a format.
pub(crate) trait Logarithmic: Format {
    /// The bits of `√½`.
    const ROOT_HALF: i64;
    /// The least normal number.
    const LEAST_NORMAL: f64;
    /// `(2·artanh(s) - 2·s) / s³` in `s²`, for `s` of `m` between `√½` and `√2`.
    const ARTANH: &[f64];
    /// `1 / ln 2` to nearest and the rest.
    const LOG2_E: (f64, f64);
    /// `1 / ln 10` to nearest and the rest.
    const LOG10_E: (f64, f64);
    /// `log10 2`, in few enough bits that multiples of it by exponents are exact, and the rest.
    const LOG10_2: (f64, f64);
}

impl Logarithmic for f64 {
    const ROOT_HALF: i64 = 0x3fe6_a09e_667f_3bcd;
    const LEAST_NORMAL: f64 = f64::MIN_POSITIVE;
    const ARTANH: &[f64] = &[
        0.6666666666666735,
        0.3999999999940987,
        0.2857142874349218,
        0.22222198455317896,
        0.1818357070675422,
        0.15313880583601513,
        0.14797718104445953,
    ];
    const LOG2_E: (f64, f64) = (std::f64::consts::LOG2_E, 2.0355273740931033e-17);
    const LOG10_E: (f64, f64) = (std::f64::consts::LOG10_E, 1.098319650216765e-17);
    const LOG10_2: (f64, f64) = (0.30102999566395283, 2.8363394551044964e-14);
}

impl Logarithmic for f32 {
    const ROOT_HALF: i64 = 0x3f35_04f3;
    const LEAST_NORMAL: f64 = f32::MIN_POSITIVE as f64;
    const ARTANH: &[f64] = &[0.6666677594184875, 0.3997757136821747, 0.2987135052680969];
    const LOG2_E: (f64, f64) = (1.4426950216293335, 1.925963033500011e-08);
    const LOG10_E: (f64, f64) = (0.4342944920063019, -1.0103049952192578e-08);
    const LOG10_2: (f64, f64) = (0.30103302001953125, -3.024355464731343e-06);
}

/// `x = 2^k·m` with `√½ ≤ m < √2`, for a positive normal `x`: `k`, `m` and the biased exponent field `k + BIAS`.
#[inline(always)]
fn split_normal<F: Logarithmic, V: Lane>(x: V) -> (V, V, V::Bits) {
    let (bits, mantissa) = (x.bits(), (1 << F::MANTISSA) - 1);
    let shifted = bits + bits.int((F::BIAS << F::MANTISSA) - F::ROOT_HALF);
    let field = shifted.shr(F::MANTISSA);
    let integer = F::BIAS + i64::from(F::MANTISSA); // the exponent field of a number whose low bits are an integer
    let k = V::from_bits(field | bits.int(integer << F::MANTISSA)) - x.lit(((1 << F::MANTISSA) + F::BIAS) as f64);
    (k, V::from_bits((shifted & bits.int(mantissa)) + bits.int(F::ROOT_HALF)), field)
}

/// `x = 2^k·m` with `√½ ≤ m < √2`, for a positive finite `x`: `k` and `m`.
#[inline(always)]
pub(crate) fn split<F: Logarithmic, V: Lane>(x: V) -> (V, V) {
    let up = i64::from(F::MANTISSA) + 1;
    let small = x.lt(x.lit(F::LEAST_NORMAL));
    let (k, m, _) = split_normal::<F, V>(V::select(small, x * x.lit(power_of_two(up)), x));
    (k - V::select(small, x.lit(up as f64), x.lit(0.0)), m)
}

/// `ln(1 + f) - f`.
#[inline(always)]
fn log_rest<F: Logarithmic, V: Lane>(f: V) -> V {
    let s = f / (f.lit(2.0) + f);
    let z = s * s;
    let half = f * f.lit(-0.5);
    half.fma(f, s * z.fma(polynomial(z, F::ARTANH), -(half * f)))
}

/// A logarithm's value: `result` of a positive finite `x`, and its due elsewhere.
#[inline(always)]
fn with_limits<V: Lane>(x: V, result: V) -> V {
    let outside = V::select(x.eq(x.lit(0.0)), x.lit(f64::NEG_INFINITY), x.lit(f64::NAN));
    V::select(x.gt(x.lit(0.0)), V::select(x.lt(x.lit(f64::INFINITY)), result, x), outside)
}

#[inline(always)]
fn log<F: Logarithmic, V: Lane>(x: V) -> V {
    let (k, m) = split::<F, V>(x);
    let f = m - x.lit(1.0);
    let sum = fast_two_sum(k * x.lit(F::LN_2.0), f);
    with_limits(x, sum.hi + (sum.lo + k.fma(x.lit(F::LN_2.1), log_rest::<F, V>(f))))
}

/// The logarithm to a base, given its `1 / ln base` and `log_base 2`.
#[inline(always)]
fn log_to<F: Logarithmic, V: Lane>(x: V, e: (f64, f64), two: (f64, f64)) -> V {
    let (k, m) = split::<F, V>(x);
    let f = m - x.lit(1.0);
    let product = two_product(f, x.lit(e.0));
    let sum = fast_two_sum(k * x.lit(two.0), product.hi);
    let small = f.fma(x.lit(e.1), k.fma(x.lit(two.1), product.lo));
    with_limits(x, sum.hi + (sum.lo + log_rest::<F, V>(f).fma(x.lit(e.0), small)))
}

/// `(extra·ln 2) + ln(1 + x)` for a finite `x > -1`.
#[inline(always)]
pub(crate) fn log1p_pair<F: Logarithmic, V: Lane>(x: Pair<V>, extra: V) -> V {
    log1p_with::<F, V>(x.hi, Some((x.lo, extra)))
}

/// `(extra·ln 2) + ln(1 + x + rest)`, `rest` and `extra` being 0 if not given.
#[inline(always)]
fn log1p_with<F: Logarithmic, V: Lane>(x: V, more: Option<(V, V)>) -> V {
    let one = x.lit(1.0);
    let u = two_sum(one, x);
    let (k, m, field) = split_normal::<F, V>(u.hi);
    // 2^-k; beside a large u the rest does not matter, and 2^-k may not exist.
    let scale = V::from_bits((field.int(2 * F::BIAS) - field).shl(F::MANTISSA));
    let lost = more.map_or(u.lo, |(rest, _)| u.lo + rest);
    let rest = V::select(u.hi.lt(one.lit(1e30)), lost * scale, one.lit(0.0));
    let f = fast_two_sum(m - one, rest);
    let k = more.map_or(k, |(_, extra)| k + extra);
    let sum = fast_two_sum(k * one.lit(F::LN_2.0), f.hi);
    let slope = f.lo.fma(-f.hi, f.lo); // 1 / (1 + f), nearly
    sum.hi + (sum.lo + (k.fma(one.lit(F::LN_2.1), slope) + log_rest::<F, V>(f.hi)))
}

#[inline(always)]
fn log1p<F: Logarithmic, V: Lane>(x: V) -> V {
    let zero = x.lit(0.0);
    let result = log1p_with::<F, V>(x, None);
    let outside = V::select(x.eq(x.lit(-1.0)), x.lit(f64::NEG_INFINITY), x.lit(f64::NAN));
    // Zero keeps its sign.
    let plain = x.lt(x.lit(f64::INFINITY)) & !x.eq(zero);
    V::select(x.gt(x.lit(-1.0)), V::select(plain, result, x), outside)
}

impl Function1 for Log {
    const NAME: &'static str = "log";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        log::<f64, V>(x)
    }
    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        log::<f32, V>(x)
    }
}

impl Function1 for Log1p {
    const NAME: &'static str = "log1p";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        log1p::<f64, V>(x)
    }
    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        log1p::<f32, V>(x)
    }
}

impl Function1 for Log2 {
    const NAME: &'static str = "log2";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        log_to::<f64, V>(x, f64::LOG2_E, (1.0, 0.0))
    }
    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        log_to::<f32, V>(x, f32::LOG2_E, (1.0, 0.0))
    }
}

impl Function1 for Log10 {
    const NAME: &'static str = "log10";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        log_to::<f64, V>(x, f64::LOG10_E, f64::LOG10_2)
    }
    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        log_to::<f32, V>(x, f32::LOG10_E, f32::LOG10_2)
    }
}
