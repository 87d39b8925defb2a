//! Sigmoid and softplus: of `e^-|x|` as a pair, which neither overflows nor cancels. The coefficients are those of
//! `tests/minimax.py`.

use crate::exp::{Format, clamp, exp_reduced, reduce, scales};
use crate::function::Function1;
use crate::hyperbolic::ratio;
use crate::lane::{Lane, Single};
use crate::pair::{Pair, fast_two_sum, polynomial, two_sum};

/// `1 / (1 + e^-x)`.
pub struct Sigmoid;
/// `ln(1 + e^x)`.
pub struct Softplus;

/// What softplus needs to know of a format.
trait Logistic: Format {
    /// `(2·artanh(s) - 2·s) / s³` in `s²`, for `|s| ≤ 1/3`.
    const ARTANH_THIRD: &[f64];
}

impl Logistic for f64 {
    const ARTANH_THIRD: &[f64] = &[
        0.6666666666666631,
        0.400000000001562,
        0.28571428547958677,
        0.2222222396432735,
        0.18181744087030008,
        0.1538655693243486,
        0.1330100799054533,
        0.12105845804110578,
        0.08341035207652948,
        0.17017031072293015,
    ];
}

impl Logistic for f32 {
    const ARTANH_THIRD: &[f64] = &[0.6666641235351562, 0.40021735429763794, 0.2799862027168274, 0.28026801347732544];
}

/// `e^-|x|` as a pair, and the factors that it is still to be multiplied by.
#[inline(always)]
fn exp_negative<F: Format, V: Lane>(x: V) -> (Pair<V>, (V, V)) {
    let r = reduce::<F, V>(clamp(-x.abs(), F::EXP_RANGE), 2 * F::BIAS);
    let e = exp_reduced::<F, V>(&r);
    (fast_two_sum(e.hi, e.lo), scales::<F, V>(r.k))
}

#[inline(always)]
fn sigmoid<F: Format, V: Lane>(x: V) -> V {
    let (one, zero) = (x.lit(1.0), x.lit(0.0));
    let (e, (a, b)) = exp_negative::<F, V>(x);
    let scale = a * b;
    let below = fast_two_sum(one, e.hi * scale);
    let below = Pair { hi: below.hi, lo: e.lo.fma(scale, below.lo) };
    let negative = x.lt(zero);
    let above = Pair { hi: V::select(negative, e.hi, one), lo: V::select(negative, e.lo, zero) };
    // The scale comes last, so that a result below the normal range is rounded once.
    ratio(above, below).sum() * V::select(negative, a, one) * V::select(negative, b, one)
}

/// `max(x, 0) + ln(1 + e)` with `e = e^-|x|`, where `ln(1 + e) = 2·artanh(e / (2 + e))`.
#[inline(always)]
fn softplus<F: Logistic, V: Lane>(x: V) -> V {
    let (one, half) = (x.lit(1.0), x.lit(0.5));
    let (e, (a, b)) = exp_negative::<F, V>(x);
    let e = Pair { hi: e.hi * a * b, lo: e.lo * a * b };
    let below = fast_two_sum(one, e.hi * half);
    let twice = ratio(e, Pair { hi: below.hi, lo: e.lo.fma(half, below.lo) });
    let s = twice.hi * half;
    let z = s * s;
    let rest = (z * s).fma(polynomial(z, F::ARTANH_THIRD), twice.lo);
    let sum = two_sum(V::select(x.lt(x.lit(0.0)), x.lit(0.0), x), twice.hi);
    let result = sum.hi + (sum.lo + rest);
    V::select(x.lt(x.lit(f64::INFINITY)), result, x)
}

impl Function1 for Sigmoid {
    const NAME: &'static str = "sigmoid";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        sigmoid::<f64, V>(x)
    }
    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        sigmoid::<f32, V>(x)
    }
}

impl Function1 for Softplus {
    const NAME: &'static str = "softplus";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        softplus::<f64, V>(x)
    }
    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        softplus::<f32, V>(x)
    }
}
