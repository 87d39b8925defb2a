//! Hyperbolic functions and their inverses.
//!
//! With `|x| = k·ln 2 + r` and `q = 4^-k`, `2^(1-k)·sinh |x|` is `(1+q)·sinh r + (1-q)·cosh r`, and `2^(1-k)·cosh |x|` is
//! `(1+q)·cosh r + (1-q)·sinh r`, neither of which cancels. `tanh` is a quotient of exponentials. The inverses are logarithms of `1 +` a pair, or in the case
//! of `atanh` the series itself, of an argument reduced like a logarithm's. The coefficients are those of
//! `tests/minimax.py`.

use crate::exp::{Reduced, clamp, expm1_rest, reduce, scales};
use crate::function::Function1;
use crate::lane::{Bits, Lane, Single};
use crate::log::{Logarithmic, log1p_pair};
use crate::pair::{Pair, fast_two_sum, polynomial, two_product, two_sum};

/// The hyperbolic sine.
pub struct Sinh;
/// The hyperbolic cosine.
pub struct Cosh;
/// The hyperbolic tangent.
pub struct Tanh;
/// The inverse hyperbolic sine.
pub struct Asinh;
/// The inverse hyperbolic cosine.
pub struct Acosh;
/// The inverse hyperbolic tangent.
pub struct Atanh;

/// What the hyperbolic functions need to know of a format.
pub(crate) trait Hyperbolic: Logarithmic {
    /// Beyond this `sinh` and `cosh` are infinite.
    const SINH_HIGH: f64;
    /// Beyond this `tanh` is 1.
    const TANH_HIGH: f64;
    /// From this on `asinh` and `acosh` are `ln 2x`.
    const LARGE: f64;
    /// `(sinh r - r) / r³` in `r²`.
    const SINH: &[f64];
    /// `(cosh r - 1) / r²` in `r²`.
    const COSH: &[f64];
    /// `(2·artanh(s) - 2·s) / s³` in `s²`, for `|s| ≤ 0.2017`.
    const ARTANH_WIDE: &[f64];
}

impl Hyperbolic for f64 {
    const SINH_HIGH: f64 = 711.0;
    const TANH_HIGH: f64 = 22.0;
    const LARGE: f64 = 1073741824.0;
    const SINH: &[f64] = &[
        0.16666666666666677,
        0.008333333333321445,
        0.00019841269886552605,
        2.7557243811270558e-06,
        2.5109167452980257e-08,
    ];
    const COSH: &[f64] = &[
        0.5,
        0.041666666666666685,
        0.0013888888888873314,
        2.480158734908578e-05,
        2.755725196137784e-07,
        2.09217145387675e-09,
    ];
    const ARTANH_WIDE: &[f64] = &[
        0.6666666666666659,
        0.40000000000064057,
        0.28571428554147654,
        0.22222224478394292,
        0.1818165535305338,
        0.1539144570256242,
        0.1316812743310272,
        0.13879275818978717,
    ];
}

impl Hyperbolic for f32 {
    const SINH_HIGH: f64 = 90.0;
    const TANH_HIGH: f64 = 10.0;
    const LARGE: f64 = 32768.0;
    const SINH: &[f64] = &[0.1666666716337204, 0.008333176374435425, 0.00019973234157077968];
    const COSH: &[f64] = &[0.5, 0.041666459292173386, 0.0013935425085946918];
    const ARTANH_WIDE: &[f64] = &[0.6666696071624756, 0.39956438541412354, 0.30390748381614685];
}

/// The parts of the sums that `2^(1-k)·sinh |x|` and `2^(1-k)·cosh |x|` are.
struct Parts<V> {
    /// `4^-k`.
    q: V,
    /// `head` of the reduction.
    head: V,
    /// `sinh r - head`.
    sinh: V,
    /// `cosh r - 1`.
    cosh: V,
}

impl<V: Lane> Parts<V> {
    #[inline(always)]
    fn new<F: Hyperbolic>(r: &Reduced<V>, q: V) -> Self {
        let whole = r.head + r.tail;
        let z = whole * whole;
        let sinh = (z * whole).fma(polynomial(z, F::SINH), r.tail);
        Parts { q, head: r.head, sinh, cosh: z * polynomial(z, F::COSH) }
    }
    /// `(1+q)·sinh r + (1-q)·cosh r`, the greater part first; not normalised.
    #[inline(always)]
    fn difference(&self) -> Pair<V> {
        let one = self.q.lit(1.0);
        let (minus, plus) = (one - self.q, one + self.q);
        let slope = self.q.fma(self.head, self.head);
        let slope_rest = self.q.fma(self.head, self.head - slope);
        let sum = fast_two_sum(minus, slope);
        let small = plus.fma(self.sinh, minus.fma(self.cosh, (one - minus) - self.q));
        Pair { hi: sum.hi, lo: (sum.lo + slope_rest) + small }
    }
    /// `(1+q)·cosh r + (1-q)·sinh r`, the greater part first; not normalised.
    #[inline(always)]
    fn sum(&self) -> Pair<V> {
        let one = self.q.lit(1.0);
        let (minus, plus) = (one - self.q, one + self.q);
        let slope = (-self.q).fma(self.head, self.head);
        let slope_rest = (-self.q).fma(self.head, self.head - slope);
        let sum = fast_two_sum(plus, slope);
        let small = minus.fma(self.sinh, plus.fma(self.cosh, self.q - (plus - one)));
        Pair { hi: sum.hi, lo: (sum.lo + slope_rest) + small }
    }
}

/// The parts for a number without its sign, and the factors whose product is `2^(k-1)`.
#[inline(always)]
fn large_parts<F: Hyperbolic, V: Lane>(size: V) -> (Parts<V>, (V, V)) {
    let r = reduce::<F, V>(clamp(size, (0.0, F::SINH_HIGH)), 0);
    let k = V::from_bits(r.k) - size.lit(F::MAGIC);
    // Where 4^-k may not exist, it does not matter.
    let q = V::from_bits(r.k.int(F::BIAS << F::MANTISSA) - r.k.shl(F::MANTISSA + 1));
    let q = V::select(k.lt(size.lit(40.0)), q, size.lit(0.0));
    (Parts::new::<F>(&r, q), scales::<F, V>(r.k + r.k.int(2 * F::BIAS - 1)))
}

#[inline(always)]
fn sinh<F: Hyperbolic, V: Lane>(x: V) -> V {
    let (parts, (a, b)) = large_parts::<F, V>(x.abs());
    (parts.difference().sum() * a * b).copysign(x)
}

#[inline(always)]
fn cosh<F: Hyperbolic, V: Lane>(x: V) -> V {
    let (parts, (a, b)) = large_parts::<F, V>(x.abs());
    parts.sum().sum() * a * b
}

/// `(e^2|x| - 1) / (e^2|x| + 1)`, both divided by `2^k`.
#[inline(always)]
fn tanh<F: Hyperbolic, V: Lane>(x: V) -> V {
    let (size, one, high) = (x.abs(), x.lit(1.0), x.lit(F::TANH_HIGH));
    let size = V::select(size.gt(high), high, size);
    let r = reduce::<F, V>(size + size, 0);
    let q = V::from_bits(r.k.int(F::BIAS << F::MANTISSA) - r.k.shl(F::MANTISSA));
    let rest = expm1_rest::<F, V>(&r);
    let (minus, plus) = (one - q, one + q);
    let above = fast_two_sum(minus, r.head);
    let above = fast_two_sum(above.hi, rest + (above.lo + ((one - minus) - q)));
    let below = fast_two_sum(plus, r.head);
    let below = fast_two_sum(below.hi, rest + (below.lo + (q - (plus - one))));
    let (q, rest, inverse) = divided(above, below);
    rest.fma(inverse, q).copysign(x)
}

/// A quotient with one division, by a pair whose `hi` is its sum, rounded; the quotient's `lo` is right to a few digits.
#[inline(always)]
pub(crate) fn ratio<V: Lane>(a: Pair<V>, b: Pair<V>) -> Pair<V> {
    let (hi, rest, inverse) = divided(a, b);
    Pair { hi, lo: rest * inverse }
}

/// A quotient, what it times `b` leaves of `a`, and the inverse of `b`, for [`ratio`].
#[inline(always)]
fn divided<V: Lane>(a: Pair<V>, b: Pair<V>) -> (V, V, V) {
    let inverse = b.hi.lit(1.0) / b.hi;
    let q = a.hi * inverse;
    (q, (-q).fma(b.hi, a.hi) + (-q).fma(b.lo, a.lo), inverse)
}

/// The square root of a pair above 0, or of 0.
#[inline(always)]
fn root<V: Lane>(square: Pair<V>) -> Pair<V> {
    let hi = square.hi.sqrt();
    let rest = (-hi).fma(hi, square.hi) + square.lo;
    let twice = hi + hi;
    Pair { hi, lo: rest / V::select(hi.eq(hi.lit(0.0)), hi.lit(1.0), twice) }
}

/// `ln(1 + x)`, or where `size` is large, `ln(2·size)`.
#[inline(always)]
fn log1p_or_twice<F: Hyperbolic, V: Lane>(x: Pair<V>, size: V) -> V {
    let (zero, large) = (size.lit(0.0), size.ge(size.lit(F::LARGE)));
    let argument = Pair { hi: V::select(large, size, x.hi), lo: V::select(large, size.lit(-1.0), x.lo) };
    log1p_pair::<F, V>(argument, V::select(large, size.lit(1.0), zero))
}

/// `ln(|x| + √(x² + 1))`.
#[inline(always)]
fn asinh<F: Hyperbolic, V: Lane>(x: V) -> V {
    let (size, one) = (x.abs(), x.lit(1.0));
    let square = two_product(size, size);
    let above = two_sum(one, square.hi);
    let root = root(Pair { hi: above.hi, lo: above.lo + square.lo });
    let sum = two_sum(size, root.hi - one);
    let result = log1p_or_twice::<F, V>(fast_two_sum(sum.hi, sum.lo + root.lo), size);
    V::select(size.lt(x.lit(f64::INFINITY)), result, size).copysign(x)
}

/// `ln(x + √(x² - 1))`.
#[inline(always)]
fn acosh<F: Hyperbolic, V: Lane>(x: V) -> V {
    let one = x.lit(1.0);
    let square = two_product(x, x);
    let below = fast_two_sum(square.hi, -one);
    let root = root(fast_two_sum(below.hi, below.lo + square.lo));
    let sum = two_sum(root.hi, x - one);
    let result = log1p_or_twice::<F, V>(fast_two_sum(sum.hi, sum.lo + root.lo), x);
    V::select(x.ge(one), V::select(x.lt(x.lit(f64::INFINITY)), result, x), x.lit(f64::NAN))
}

/// `½·ln((1+|x|) / (1-|x|))`: the ratio is `2^k·m` with `m` near 1, and `½·ln m = artanh((m-1) / (m+1))`.
#[inline(always)]
fn atanh<F: Hyperbolic, V: Lane>(x: V) -> V {
    let (size, one) = (x.abs(), x.lit(1.0));
    let (above, below) = (fast_two_sum(one, size), fast_two_sum(one, -size));
    // The bits of a number are nearly its logarithm.
    let half = above.hi.bits().int(1 << (F::MANTISSA - 1));
    let k = (above.hi.bits() - below.hi.bits() + half).shr(F::MANTISSA);
    let scale = V::from_bits((k + k.int(F::BIAS)).shl(F::MANTISSA));
    let count = V::from_bits(k + k.int((F::BIAS + i64::from(F::MANTISSA)) << F::MANTISSA));
    let count = count - x.lit((1i64 << F::MANTISSA) as f64);
    let (hi, lo) = (scale * below.hi, scale * below.lo);
    let difference = fast_two_sum(above.hi - hi, above.lo - lo);
    let total = fast_two_sum(above.hi, hi);
    let s = ratio(difference, Pair { hi: total.hi, lo: total.lo + (above.lo + lo) });
    let z = s.hi * s.hi;
    let cubic = (z * s.hi) * x.lit(0.5) * polynomial(z, F::ARTANH_WIDE);
    let sum = fast_two_sum(count * x.lit(0.5 * F::LN_2.0), s.hi);
    let small = count.fma(x.lit(0.5 * F::LN_2.1), s.lo + cubic);
    let result = sum.hi + (sum.lo + small);
    let edge = V::select(size.eq(one), x.lit(f64::INFINITY), x.lit(f64::NAN));
    V::select(size.lt(one), result, edge).copysign(x)
}

macro_rules! functions {
    ($($type:ident $function:ident)*) => {$(
        impl Function1 for $type {
            const NAME: &'static str = stringify!($function);

            #[inline(always)]
            fn double<V: Lane>(x: V) -> V {
                $function::<f64, V>(x)
            }
            #[inline(always)]
            fn single<V: Single>(x: V) -> V {
                $function::<f32, V>(x)
            }
        }
    )*};
}
functions! { Sinh sinh Cosh cosh Tanh tanh Asinh asinh Acosh acosh Atanh atanh }
