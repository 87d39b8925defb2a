//! Powers: `pow`.
//!
//! `|x|^y = e^(y·ln |x|)` with the logarithm to about 65 bits (f32: 35): the first two terms of the series of
//! `2·artanh(s)` as pairs, the rest as a polynomial. Signs and limits as in C99, Annex F. The coefficients are those of
//! `tests/minimax.py`.

use crate::exp::{clamp, exp_reduced, reduce, scales};
use crate::function::Function2;
use crate::lane::{Bits, Lane, Single};
use crate::log::{Logarithmic, split};
use crate::pair::{Pair, fast_two_sum, horner_pairs_falling, polynomial, product, signed, two_product};

/// `x^y`.
pub struct Pow;

/// What powers need to know of a format.
pub(crate) trait Power: Logarithmic {
    /// A `y` so great that `x^y` is 0, 1 or infinite; an even number.
    const ENDLESS: f64;
    /// The first coefficient of `(2·artanh(s) - 2·s) / s³` in `s²`, which is needed to more digits: to nearest and the rest.
    const ARTANH_FIRST: (f64, f64);
    /// The others.
    const ARTANH_HIGH: &[f64];
}

impl Power for f64 {
    const ENDLESS: f64 = 18446744073709551616.0;
    const ARTANH_FIRST: (f64, f64) = (0.6666666666666666, 3.700743415417188e-17);
    const ARTANH_HIGH: &[f64] = &[
        0.3999999999999998,
        0.2857142857144386,
        0.2222222221778257,
        0.1818181884517421,
        0.15384558331352366,
        0.13336268763922643,
        0.11675685184026346,
        0.11982612497734264,
    ];
}

impl Power for f32 {
    const ENDLESS: f64 = 4294967296.0;
    const ARTANH_FIRST: (f64, f64) = (0.6666666865348816, -1.9868215517249155e-08);
    const ARTANH_HIGH: &[f64] = &[0.40000152587890625, 0.2854708731174469, 0.23419763147830963];
}

/// `ln x` of a positive finite `x`, to more digits.
#[inline(always)]
pub(crate) fn log_pair<F: Power, V: Lane>(x: V) -> Pair<V> {
    let (k, m) = split::<F, V>(x);
    let one = x.lit(1.0);
    // s = (m - 1) / (m + 1)
    let f = m - one;
    let below = fast_two_sum(m.lit(2.0), f);
    let inverse = one / below.hi;
    let s = f * inverse;
    let s_rest = (-s).fma(below.lo, (-s).fma(below.hi, f)) * inverse;
    // v = s²·(2/3 + s²·(2/5 + …))
    let square = two_product(s, s);
    let square = Pair { hi: square.hi, lo: (s + s).fma(s_rest, square.lo) };
    let high = polynomial(square.hi, F::ARTANH_HIGH);
    let v = product(square, horner_pairs_falling(square, high, &[F::ARTANH_FIRST]));
    // k·ln 2 + 2s + s·v
    let cubic = two_product(s, v.hi);
    let cubic_rest = s.fma(v.lo, s_rest.fma(v.hi, cubic.lo));
    let first = fast_two_sum(k * x.lit(F::LN_2.0), s + s);
    let second = fast_two_sum(first.hi, cubic.hi);
    let small = k.fma(x.lit(F::LN_2.1), (s_rest + s_rest) + cubic_rest);
    Pair { hi: second.hi, lo: (first.lo + second.lo) + small }
}

#[inline(always)]
fn pow<F: Power, V: Lane>(x: V, y: V) -> V {
    let (zero, one, size) = (x.lit(0.0), x.lit(1.0), x.abs());
    let finite = clamp(y, (-F::ENDLESS, F::ENDLESS));
    let log = log_pair::<F, V>(size);
    // 0 has the logarithm -∞; ∞ and NaN are their own.
    let hi = V::select(size.lt(x.lit(f64::INFINITY)), log.hi, size);
    let hi = V::select(size.eq(zero), x.lit(f64::NEG_INFINITY), hi);
    let product = two_product(finite, hi);
    let exponent = clamp(product.hi, F::EXP_RANGE);
    let low = V::select(exponent.eq(product.hi), finite.fma(log.lo, product.lo), zero);
    let mut r = reduce::<F, V>(exponent, 2 * F::BIAS);
    r.tail = r.tail + low;
    let (a, b) = scales::<F, V>(r.k);
    let result = exp_reduced::<F, V>(&r).sum() * a * b;
    // The square is rounded once.
    let result = V::select(y.eq(x.lit(2.0)), size * size, result);
    // The sign is that of x where y is odd.
    let half = finite * x.lit(0.5);
    let whole = finite.eq(finite.trunc());
    let odd = whole & !half.eq(half.trunc());
    let result = signed(result, V::Bits::select(odd, x.bits(), x.bits().int(0)));
    let invalid = x.lt(zero) & x.gt(x.lit(f64::NEG_INFINITY)) & !whole;
    let result = V::select(invalid, x.lit(f64::NAN), result);
    V::select(x.eq(one) | y.eq(zero), one, result)
}

impl Function2 for Pow {
    const NAME: &'static str = "pow";

    #[inline(always)]
    fn double<V: Lane>(x: V, y: V) -> V {
        pow::<f64, V>(x, y)
    }
    #[inline(always)]
    fn single<V: Single>(x: V, y: V) -> V {
        pow::<f32, V>(x, y)
    }
}
