//! Exponentials: `exp`, `expm1`, `exp2`, and the reduction that everything exponential shares.
//!
//! `x = k·ln 2 + r` with `|r| ≤ ln 2 / 2` (Cody and Waite); `e^r` is a polynomial whose leading terms `1 + r` are summed
//! exactly; the scale `2^k` is multiplied in two steps, of which only the second can round, where the result is below the
//! normal range. The coefficients are those of `tests/minimax.py`.

use crate::function::Function1;
use crate::lane::{Bits, Lane, Single};
use crate::pair::{Pair, fast_two_sum, polynomial};

/// `e^x`.
pub struct Exp;
/// `e^x - 1`.
pub struct Expm1;
/// `2^x`.
pub struct Exp2;

/// What the exponential needs to know of a format.
pub(crate) trait Format {
    /// The stored bits of the significand.
    const MANTISSA: u32;
    /// The bias of the exponent.
    const BIAS: i64;
    /// `1.5 · 2^MANTISSA`: added to a number, it rounds it to an integer, and leaves that in the low bits.
    const MAGIC: f64;
    /// `ln 2`, in few enough bits that multiples of it by exponents are exact, and the rest.
    const LN_2: (f64, f64);
    /// Where `e^x` is zero below and infinite above, with room to spare.
    const EXP_RANGE: (f64, f64);
    /// Where `2^x` is so.
    const EXP2_RANGE: (f64, f64);
    /// Below this `e^x - 1` is -1.
    const EXPM1_LOW: f64;
    /// `(e^r - 1 - r) / r²`.
    const EXP: &[f64];
    /// `(e^r - 1 - r - r²/2) / r³`.
    const EXPM1: &[f64];
    /// `ln 2` to nearest and the rest, that is, what `(2^r - 1) / r` is at 0.
    const EXP2_LEAD: (f64, f64);
    /// `((2^r - 1) / r - ln 2) / r`.
    const EXP2: &[f64];
}

impl Format for f64 {
    const MANTISSA: u32 = 52;
    const BIAS: i64 = 1023;
    const MAGIC: f64 = 6755399441055744.0;
    const LN_2: (f64, f64) = (0.6931471805598903, 5.497923018708371e-14);
    const EXP_RANGE: (f64, f64) = (-746.0, 710.0);
    const EXP2_RANGE: (f64, f64) = (-1076.0, 1025.0);
    const EXPM1_LOW: f64 = -40.0;
    const EXP: &[f64] = &[
        0.5000000000000013,
        0.16666666666666688,
        0.04166666666651148,
        0.008333333333313804,
        0.0013888888947904139,
        0.00019841269903868896,
        2.480148912224823e-05,
        2.7557227863252916e-06,
        2.763154715546639e-07,
        2.5114325704733215e-08,
    ];
    const EXPM1: &[f64] = &[
        0.16666666666666677,
        0.041666666666666685,
        0.008333333333321445,
        0.001388888888887295,
        0.00019841269886552586,
        2.480158735041294e-05,
        2.755724381130975e-06,
        2.7557250428585996e-07,
        2.5109167433286824e-08,
        2.0922282444423015e-09,
    ];
    const EXP2_LEAD: (f64, f64) = (std::f64::consts::LN_2, 2.3190468138462996e-17);
    const EXP2: &[f64] = &[
        0.24022650695910097,
        0.05550410866482164,
        0.009618129107607275,
        0.0013333558146400258,
        0.00015403530441292896,
        1.5252733849628577e-05,
        1.321544278883924e-06,
        1.017805312868081e-07,
        7.072554513230585e-09,
        4.456477809978618e-10,
    ];
}

impl Format for f32 {
    const MANTISSA: u32 = 23;
    const BIAS: i64 = 127;
    const MAGIC: f64 = 12582912.0;
    const LN_2: (f64, f64) = (0.693145751953125, 1.428606765330187e-06);
    const EXP_RANGE: (f64, f64) = (-105.0, 89.0);
    const EXP2_RANGE: (f64, f64) = (-151.0, 129.0);
    const EXPM1_LOW: f64 = -20.0;
    const EXP: &[f64] = &[0.5, 0.166665181517601, 0.041666436940431595, 0.008368955925107002, 0.0013937498442828655];
    const EXPM1: &[f64] = &[
        0.1666666716337204,
        0.041666485369205475,
        0.008333198726177216,
        0.0013933010632172227,
        0.00019952665024902672,
    ];
    const EXP2_LEAD: (f64, f64) = (0.6931471824645996, -1.9046542121259336e-09);
    const EXP2: &[f64] =
        &[0.24022650718688965, 0.05550369620323181, 0.00961807556450367, 0.0013386789942160249, 0.00015457288827747107];
}

/// `x` between the bounds; NaN stays.
#[inline(always)]
pub(crate) fn clamp<V: Lane>(x: V, (low, high): (f64, f64)) -> V {
    let x = V::select(x.lt(x.lit(low)), x.lit(low), x);
    V::select(x.gt(x.lit(high)), x.lit(high), x)
}

/// An argument of the exponential as `k·ln 2 + head + tail`.
pub(crate) struct Reduced<V: Lane> {
    /// An integer whose low bits, as many as the exponent's and its sign, are those of `k`.
    pub k: V::Bits,
    /// At most half of `ln 2` in size.
    pub head: V,
    /// Small beside the rounding of 1.
    pub tail: V,
}

/// `x = k·ln 2 + head + tail`, for an `x` within a format's exponents, with `k + offset` for `k`.
#[inline(always)]
pub(crate) fn reduce<F: Format, V: Lane>(x: V, offset: i64) -> Reduced<V> {
    let magic = x.lit(F::MAGIC + offset as f64);
    let shifted = x.fma(x.lit(std::f64::consts::LOG2_E), magic);
    let k = shifted - magic;
    Reduced { k: shifted.bits(), head: k.fma(x.lit(-F::LN_2.0), x), tail: k * x.lit(-F::LN_2.1) }
}

/// `e^r` as `1 + head`, rounded, and all the rest.
#[inline(always)]
pub(crate) fn exp_reduced<F: Format, V: Lane>(r: &Reduced<V>) -> Pair<V> {
    let one = fast_two_sum(r.head.lit(1.0), r.head);
    let whole = r.head + r.tail;
    Pair { hi: one.hi, lo: (whole * whole).fma(polynomial(whole, F::EXP), one.lo + r.tail) }
}

/// `e^r - 1 - head`; the square is rounded together with what it is added to.
#[inline(always)]
pub(crate) fn expm1_rest<F: Format, V: Lane>(r: &Reduced<V>) -> V {
    let whole = r.head + r.tail;
    let cubic = (whole * whole) * whole * polynomial(whole, F::EXPM1);
    (whole * whole.lit(0.5)).fma(whole, cubic + r.tail)
}

/// Two factors, the first the square root of `2^k` or twice as small, whose product is `2^k`; `biased` is `k + 2·BIAS`.
#[inline(always)]
pub(crate) fn scales<F: Format, V: Lane>(biased: V::Bits) -> (V, V) {
    let half = biased.shr(1);
    (V::from_bits(half.shl(F::MANTISSA)), V::from_bits((biased - half).shl(F::MANTISSA)))
}

#[inline(always)]
fn exp<F: Format, V: Lane>(x: V) -> V {
    let r = reduce::<F, V>(clamp(x, F::EXP_RANGE), 2 * F::BIAS);
    let (a, b) = scales::<F, V>(r.k);
    exp_reduced::<F, V>(&r).sum() * a * b
}

/// `2^k·(e^r - 1) + (2^k - 1)`, computed halved, so that `2^k` does not overflow before the result does.
#[inline(always)]
fn expm1<F: Format, V: Lane>(x: V) -> V {
    let r = reduce::<F, V>(clamp(x, (F::EXPM1_LOW, F::EXP_RANGE.1)), F::BIAS - 1);
    let scale = V::from_bits(r.k.shl(F::MANTISSA));
    let minus = scale - x.lit(0.5);
    let lost = (scale - minus) - x.lit(0.5);
    let sum = fast_two_sum(minus, scale * r.head);
    let rest = expm1_rest::<F, V>(&r);
    let half = sum.hi + scale.fma(rest, sum.lo + lost);
    // A tiny argument is its own result; halved, it would lose bits, and -0 its sign.
    V::select(x.abs().lt(x.lit(1e-18)), x, half + half)
}

#[inline(always)]
fn exp2<F: Format, V: Lane>(x: V) -> V {
    let x = clamp(x, F::EXP2_RANGE);
    let magic = x.lit(F::MAGIC + 2.0 * F::BIAS as f64);
    let shifted = x + magic;
    let r = x - (shifted - magic);
    let slope = r.lit(F::EXP2_LEAD.0) + r.fma(polynomial(r, F::EXP2), r.lit(F::EXP2_LEAD.1));
    let (a, b) = scales::<F, V>(shifted.bits());
    r.fma(slope, r.lit(1.0)) * a * b
}

impl Function1 for Exp {
    const NAME: &'static str = "exp";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        exp::<f64, V>(x)
    }
    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        exp::<f32, V>(x)
    }
}

impl Function1 for Expm1 {
    const NAME: &'static str = "expm1";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        expm1::<f64, V>(x)
    }
    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        expm1::<f32, V>(x)
    }
}

impl Function1 for Exp2 {
    const NAME: &'static str = "exp2";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        exp2::<f64, V>(x)
    }
    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        exp2::<f32, V>(x)
    }
}
