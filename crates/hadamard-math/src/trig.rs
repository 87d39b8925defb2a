//! Sine, cosine and tangent.
//!
//! In f64 the argument is reduced to `[−π/4, π/4]` by Cody and Waite's subtraction of `n·π/2` in three parts, up to
//! `REACH`; beyond it, Payne and Hanek's multiplication by as many bits of 2/π as matter takes over, one number at
//! a time. Both leave the reduced argument as a pair. In f32 everything is computed in f64, where one polynomial on
//! `[−π/2, π/2]` does for the sine and the cosine.

use crate::function::Function1;
use crate::lane::{Bits, Lane, Single};
use crate::pair::{Pair, fast_two_sum, horner, power_of_two, signed};
use std::f64::consts::{FRAC_1_PI, FRAC_2_PI, FRAC_PI_2, PI};

/// Where the reduction of [`reduce`] ends: 2²⁰·π/2. `n` then has 20 bits, as [`HALF_PI`] needs.
const REACH: f64 = 1647099.0;

/// The same for f32, where the reduced argument need not be better than 2⁻³³ and is no less than about 2⁻³⁵: the
/// error of the reduction, n·2⁻¹¹⁰, would allow for more.
const REACH_SINGLE: f64 = power_of_two(40);

/// 1.5·2⁵²: a number of moderate size plus this is an integer, and its last bits are that integer's.
const INTEGER: f64 = 1.5 * power_of_two(52);

/// π/2 in parts: rounded to nearest, 31 bits more, and the rest, rounded.
///
/// With `n` an integer near `a·2/π`, `t = a − n·π₁` is a multiple of 2⁻⁵² and below 1, thus exact. For `n < 2²⁰`,
/// `h = t − n·π₂` either is within a factor 2 of `t`, and `t − h` exact, or it is a multiple of 2⁻⁸⁵ and below 2⁻³²,
/// and both are exact. So nothing is lost before the last part, whose rounding (2⁻¹¹⁸) is far below the least reduced
/// argument of a double in reach (about 2⁻⁵⁷).
const HALF_PI: [f64; 3] = [FRAC_PI_2, 6.12323399409214e-17, 1.6446256936324258e-26];

/// π and π/2 in two parts.
const PI_LOW: f64 = 1.2246467991473532e-16;
const HALF_PI_LOW: f64 = 6.123233995736766e-17;

/// (sin √z − √z) / z√z on [0, (π/4)²], within 2⁻⁵⁸ of the sine: the coefficients of fdlibm's `k_sin.c`.
const SINE: [f64; 6] = [
    -0.16666666666666632,
    0.00833333333332249,
    -0.0001984126982985795,
    2.7557313707070068e-06,
    -2.5050760253406863e-08,
    1.58969099521155e-10,
];
/// (cos √z − 1 + z/2) / z² on [0, (π/4)²], minimax, within 2⁻⁶³ of the cosine.
const COSINE: [f64; 6] = [
    0.041666666666666595,
    -0.001388888888887334,
    2.4801587288999728e-05,
    -2.7557314216123864e-07,
    2.0875705244132173e-09,
    -1.1358740093500231e-11,
];
/// sin √z / √z on [0, (π/2)²], minimax, within 2⁻³⁵ relatively.
const SINE_HALF_TURN: [f64; 6] = [
    1.0,
    -0.16666666626133864,
    0.008333331107864302,
    -0.00019840868105807177,
    2.752537876080094e-06,
    -2.3888804263596554e-08,
];
/// sin √z / √z on [0, (π/4)²], minimax, within 2⁻³⁷ relatively.
const SINE_SHORT: [f64; 5] =
    [1.0, -0.16666666640787434, 0.008333329302736357, -0.000198393113024675, 2.7181102518842133e-06];
/// cos √z on [0, (π/4)²], minimax, within 2⁻³³ relatively.
const COSINE_SHORT: [f64; 5] =
    [1.0, -0.49999999694382896, 0.04166662034728655, -0.001388668128485954, 2.4383528261686934e-05];

/// The sine.
pub struct Sin;
/// The cosine.
pub struct Cos;
/// The tangent.
pub struct Tan;

/// An argument, less `quarters·π/2`; the last bits of `quarters` are valid.
struct Reduced<V: Lane> {
    quarters: V::Bits,
    rest: Pair<V>,
}

/// For `0 ≤ a ≤ REACH`.
#[inline(always)]
fn reduce<V: Lane>(a: V) -> Reduced<V> {
    let shifted = a.fma(a.lit(FRAC_2_PI), a.lit(INTEGER));
    let n = shifted - a.lit(INTEGER);
    let [first, second, third] = HALF_PI.map(|part| a.lit(-part));
    let t = n.fma(first, a);
    let hi = n.fma(second, t);
    let lo = n.fma(third, n.fma(second, t - hi));
    Reduced { quarters: shifted.bits(), rest: Pair { hi, lo } }
}

/// Sine and cosine of a reduced argument, not normalised: the first part is near the value, the second small.
#[inline(always)]
fn sine_and_cosine<V: Lane>(x: Pair<V>) -> (Pair<V>, Pair<V>) {
    let one = x.hi.lit(1.0);
    let square = x.hi * x.hi;
    let level = square.fma(x.hi.lit(-0.5), one);
    let sine = (x.hi * square).fma(horner(square, SINE), x.lo * level);
    // What 1 − x²/2 has lost: by rounding the difference, by rounding the square, by leaving out the low part.
    let lost = square.fma(x.hi.lit(-0.5), one - level);
    let square_lost = x.hi.fma(x.hi, -square);
    let lost = lost - square_lost.fma(x.hi.lit(0.5), x.hi * x.lo);
    let cosine = (square * square).fma(horner(square, COSINE), lost);
    (Pair { hi: x.hi, lo: sine }, Pair { hi: level, lo: cosine })
}

/// Whether a number of quarter turns is odd.
#[inline(always)]
fn odd<B: Bits>(quarters: B) -> B::Mask {
    (quarters & quarters.int(1)).eq(quarters.int(1))
}

#[inline(always)]
fn sine<V: Lane>(reduced: Reduced<V>, x: V) -> V {
    let (sine, cosine) = sine_and_cosine(reduced.rest);
    let value = V::select(odd(reduced.quarters), cosine.sum(), sine.sum());
    signed(value, reduced.quarters.shl(62) ^ x.bits())
}

#[inline(always)]
fn cosine<V: Lane>(reduced: Reduced<V>) -> V {
    let (sine, cosine) = sine_and_cosine(reduced.rest);
    let value = V::select(odd(reduced.quarters), sine.sum(), cosine.sum());
    signed(value, (reduced.quarters + reduced.quarters.int(1)).shl(62))
}

#[inline(always)]
fn tangent<V: Lane>(reduced: Reduced<V>, x: V) -> V {
    let (sine, cosine) = sine_and_cosine(reduced.rest);
    let (sine, cosine) = (fast_two_sum(sine.hi, sine.lo), fast_two_sum(cosine.hi, cosine.lo));
    let odd = odd(reduced.quarters);
    let over = Pair { hi: V::select(odd, cosine.hi, sine.hi), lo: V::select(odd, cosine.lo, sine.lo) };
    let under = Pair { hi: V::select(odd, sine.hi, cosine.hi), lo: V::select(odd, sine.lo, cosine.lo) };
    let inverse = x.lit(1.0) / under.hi;
    let quotient = over.hi * inverse;
    let rest = (-quotient).fma(under.lo, (-quotient).fma(under.hi, over.hi) + over.lo);
    signed(rest.fma(inverse, quotient), reduced.quarters.shl(63) ^ x.bits())
}

/// `(−1)ᵏ sin (x − h·π)`, with `k` in the last bit.
#[inline(always)]
fn sine_less_half_turns<V: Lane>(x: V, h: V, k: V::Bits) -> V {
    let rest = h.fma(x.lit(-PI_LOW), h.fma(x.lit(-PI), x));
    signed(rest * horner(rest * rest, SINE_HALF_TURN), k.shl(63))
}

impl Function1 for Sin {
    const NAME: &'static str = "sin";
    const SLOW: Option<fn(f64) -> f64> = Some(|x| sine(reduce_any(x), x));

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        sine(reduce(x.abs()), x)
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        let x = x.widen();
        let shifted = x.fma(x.lit(FRAC_1_PI), x.lit(INTEGER));
        V::narrow(sine_less_half_turns(x, shifted - x.lit(INTEGER), shifted.bits()))
    }

    #[inline(always)]
    fn rare<V: Lane>(x: V) -> Option<V::Mask> {
        Some(x.abs().gt(x.lit(REACH)))
    }

    #[inline(always)]
    fn rare_single<V: Single>(x: V) -> Option<V::Mask> {
        Some(x.abs().gt(x.lit(REACH_SINGLE)))
    }
}

impl Function1 for Cos {
    const NAME: &'static str = "cos";
    const SLOW: Option<fn(f64) -> f64> = Some(|x| cosine(reduce_any(x)));

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        cosine(reduce(x.abs()))
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        // cos x = sin (x + π/2), so that x is halfway between multiples of π where the polynomial is needed most.
        let x = x.widen();
        let half = x.lit(0.5);
        let shifted = x.fma(x.lit(FRAC_1_PI), half) + x.lit(INTEGER);
        V::narrow(sine_less_half_turns(x, shifted - x.lit(INTEGER) - half, shifted.bits()))
    }

    #[inline(always)]
    fn rare<V: Lane>(x: V) -> Option<V::Mask> {
        Sin::rare(x)
    }

    #[inline(always)]
    fn rare_single<V: Single>(x: V) -> Option<V::Mask> {
        Sin::rare_single(x)
    }
}

impl Function1 for Tan {
    const NAME: &'static str = "tan";
    const SLOW: Option<fn(f64) -> f64> = Some(|x| tangent(reduce_any(x), x));

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        tangent(reduce(x.abs()), x)
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        let x = x.widen();
        let shifted = x.fma(x.lit(FRAC_2_PI), x.lit(INTEGER));
        let quarters = shifted - x.lit(INTEGER);
        let rest = quarters.fma(x.lit(-HALF_PI_LOW), quarters.fma(x.lit(-FRAC_PI_2), x));
        let square = rest * rest;
        let (sine, cosine) = (rest * horner(square, SINE_SHORT), horner(square, COSINE_SHORT));
        let odd = odd(shifted.bits());
        let value = V::Double::select(odd, cosine, sine) / V::Double::select(odd, sine, cosine);
        V::narrow(signed(value, shifted.bits().shl(63)))
    }

    #[inline(always)]
    fn rare<V: Lane>(x: V) -> Option<V::Mask> {
        Sin::rare(x)
    }

    #[inline(always)]
    fn rare_single<V: Single>(x: V) -> Option<V::Mask> {
        Sin::rare_single(x)
    }
}

/// 2/π after the binary point, and before it as many zeros as one word has.
const TWO_OVER_PI: [u64; 21] = [
    0,
    0xa2f9836e4e441529,
    0xfc2757d1f534ddc0,
    0xdb6295993c439041,
    0xfe5163abdebbc561,
    0xb7246e3a424dd2e0,
    0x06492eea09d1921c,
    0xfe1deb1cb129a73e,
    0xe88235f52ebb4484,
    0xe99c7026b45f7e41,
    0x3991d639835339f4,
    0x9c845f8bbdf9283b,
    0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f,
    0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08,
    0x56033046fc7b6bab,
    0xf0cfbc209af4361d,
];

/// [`reduce`] for `|x| > REACH`, by Payne and Hanek's method.
///
/// With `|x| = m·2ᵉ`, of the bits of 2/π those of weight 2²⁻ᵉ and more only add whole turns, and 192 of the rest leave
/// an error of 2⁵³⁻¹⁹⁰ quarter turns, where no double comes closer to one than 2⁻⁶².
fn reduce_any(x: f64) -> Reduced<f64> {
    if !x.is_finite() {
        return Reduced { quarters: 0.0f64.bits(), rest: Pair::of(f64::NAN) };
    }
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as usize;
    let mantissa = u128::from(bits & ((1 << 52) - 1) | 1 << 52);
    // Of the table, from the bit of weight 2¹⁻ᵉ; e is at least −32.
    let first = exponent + 64 - 2 - 1075;
    let word = |i: usize| {
        let at = |i: usize| TWO_OVER_PI.get(first / 64 + i).copied().unwrap_or(0);
        (((u128::from(at(i)) << 64 | u128::from(at(i + 1))) << (first % 64)) >> 64) as u64
    };
    let low = mantissa * u128::from(word(2));
    let middle = mantissa * u128::from(word(1)) + (low >> 64);
    let high = mantissa.wrapping_mul(u128::from(word(0))).wrapping_add(middle >> 64) as u64;
    // Two bits of whole quarters, then the fraction, of which 128 bits are kept, as a signed number.
    let fraction = (u128::from(high) << 66 | u128::from(middle as u64) << 2 | u128::from(low as u64) >> 62) as i128;
    let quarters = (high >> 62) + u64::from(fraction < 0);
    let unit = power_of_two(-128);
    let hi = fraction as f64;
    let lo = fraction.wrapping_sub(hi as i128) as f64;
    let turned = Pair { hi: hi * unit, lo: lo * unit }.mul(Pair { hi: FRAC_PI_2, lo: HALF_PI_LOW });
    Reduced { quarters: f64::from_bits(quarters).bits(), rest: turned }
}
