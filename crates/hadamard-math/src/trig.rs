//! Sine, cosine and tangent.
//!
//! The argument is reduced to `[−π/4, π/4]` by Cody and Waite's subtraction of `n·π/2` in three parts, up to a format's
//! `REACH`; beyond it, Payne and Hanek's multiplication by as many bits of 2/π as matter takes over, one number at
//! a time. Both leave the reduced argument as a pair.

use crate::function::Function1;
use crate::lane::{Bits, Lane, Single};
use crate::pair::{Pair, fast_two_sum, horner, power_of_two, signed, two_product};
use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

/// What the functions need to know of a format.
trait Circular {
    /// Where the reduction ends.
    const REACH: f64;
    /// 1.5 times the power of two from which on all numbers are integers: a number of moderate size plus this is an integer,
    /// and its last bits are that integer's.
    const INTEGER: f64;
    /// The place of the sign among the bits.
    const SIGN: u32;
    /// (sin √z − √z) / z√z on [0, (π/4)²].
    const SINE: &[f64];
    /// (cos √z − 1 + z/2) / z² on [0, (π/4)²].
    const COSINE: &[f64];
    /// `a − n·π/2`, where `n` is the nearest integer to `a·2/π`, for `0 ≤ a ≤ REACH`.
    fn less_quarters<V: Lane>(a: V, n: V) -> Pair<V>;
}

/// π/2 in parts: rounded to nearest, 31 bits more, and the rest, rounded.
///
/// With `n` an integer near `a·2/π`, `t = a − n·π₁` is a multiple of 2⁻⁵² and below 1, thus exact. For `n < 2²⁰`,
/// `h = t − n·π₂` either is within a factor 2 of `t`, and `t − h` exact, or it is a multiple of 2⁻⁸⁵ and below 2⁻³²,
/// and both are exact. So nothing is lost before the last part, whose rounding (2⁻¹¹⁸) is far below the least reduced
/// argument of a double in reach (about 2⁻⁵⁷).
const HALF_PI: [f64; 3] = [FRAC_PI_2, 6.12323399409214e-17, 1.6446256936324258e-26];

/// π/2 in parts of 24 bits.
const HALF_PI_SINGLE: [f64; 3] = [1.5707963705062866, -4.371138828673793e-08, -1.7151245100058819e-15];

/// The low part of π/2 in two parts.
const HALF_PI_LOW: f64 = 6.123233995736766e-17;

impl Circular for f64 {
    const REACH: f64 = 1647099.0;
    const INTEGER: f64 = 1.5 * power_of_two(52);
    const SIGN: u32 = 63;
    /// Within 2⁻⁵⁸ of the sine: the coefficients of fdlibm's `k_sin.c`.
    const SINE: &[f64] = &[
        -0.16666666666666632,
        0.00833333333332249,
        -0.0001984126982985795,
        2.7557313707070068e-06,
        -2.5050760253406863e-08,
        1.58969099521155e-10,
    ];
    /// Minimax, within 2⁻⁶³ of the cosine.
    const COSINE: &[f64] = &[
        0.041666666666666595,
        -0.001388888888887334,
        2.4801587288999728e-05,
        -2.7557314216123864e-07,
        2.0875705244132173e-09,
        -1.1358740093500231e-11,
    ];

    #[inline(always)]
    fn less_quarters<V: Lane>(a: V, n: V) -> Pair<V> {
        let [first, second, third] = HALF_PI.map(|part| a.lit(-part));
        let t = n.fma(first, a);
        let hi = n.fma(second, t);
        Pair { hi, lo: n.fma(third, n.fma(second, t - hi)) }
    }
}

impl Circular for f32 {
    /// 2¹⁵·π/2.
    const REACH: f64 = 51471.0;
    const INTEGER: f64 = 1.5 * power_of_two(23);
    const SIGN: u32 = 31;
    /// Those of `tests/minimax.py`, as the next.
    const SINE: &[f64] = &[-0.16666655242443085, 0.008332191966474056, -0.00019518785120453686];
    const COSINE: &[f64] = &[0.04166664555668831, -0.0013887309469282627, 2.4432332793367095e-05];

    /// As in f64 the first difference is exact; of the second, where parts of 24 bits leave no room, the roundings of the
    /// product and of the difference are computed.
    #[inline(always)]
    fn less_quarters<V: Lane>(a: V, n: V) -> Pair<V> {
        let [first, second, third] = HALF_PI_SINGLE.map(|part| a.lit(-part));
        let t = n.fma(first, a);
        let product = two_product(n, second);
        let difference = fast_two_sum(t, product.hi);
        Pair { hi: difference.hi, lo: n.fma(third, difference.lo + product.lo) }
    }
}

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
fn reduce<F: Circular, V: Lane>(a: V) -> Reduced<V> {
    let shifted = a.fma(a.lit(FRAC_2_PI), a.lit(F::INTEGER));
    Reduced { quarters: shifted.bits(), rest: F::less_quarters(a, shifted - a.lit(F::INTEGER)) }
}

/// Sine and cosine of a reduced argument, not normalised: the first part is near the value, the second small.
#[inline(always)]
fn sine_and_cosine<F: Circular, V: Lane>(x: Pair<V>) -> (Pair<V>, Pair<V>) {
    let one = x.hi.lit(1.0);
    let square = x.hi * x.hi;
    let level = square.fma(x.hi.lit(-0.5), one);
    let sine = (x.hi * square).fma(horner(square, F::SINE), x.lo * level);
    // What 1 − x²/2 has lost: by rounding the difference, by rounding the square, by leaving out the low part.
    let lost = square.fma(x.hi.lit(-0.5), one - level);
    let square_lost = x.hi.fma(x.hi, -square);
    let lost = lost - square_lost.fma(x.hi.lit(0.5), x.hi * x.lo);
    let cosine = (square * square).fma(horner(square, F::COSINE), lost);
    (Pair { hi: x.hi, lo: sine }, Pair { hi: level, lo: cosine })
}

/// Whether a number of quarter turns is odd.
#[inline(always)]
fn odd<B: Bits>(quarters: B) -> B::Mask {
    (quarters & quarters.int(1)).eq(quarters.int(1))
}

#[inline(always)]
fn sine<F: Circular, V: Lane>(reduced: Reduced<V>, x: V) -> V {
    let (sine, cosine) = sine_and_cosine::<F, V>(reduced.rest);
    let value = V::select(odd(reduced.quarters), cosine.sum(), sine.sum());
    signed(value, reduced.quarters.shl(F::SIGN - 1) ^ x.bits())
}

#[inline(always)]
fn cosine<F: Circular, V: Lane>(reduced: Reduced<V>) -> V {
    let (sine, cosine) = sine_and_cosine::<F, V>(reduced.rest);
    let value = V::select(odd(reduced.quarters), sine.sum(), cosine.sum());
    signed(value, (reduced.quarters + reduced.quarters.int(1)).shl(F::SIGN - 1))
}

#[inline(always)]
fn tangent<F: Circular, V: Lane>(reduced: Reduced<V>, x: V) -> V {
    let (sine, cosine) = sine_and_cosine::<F, V>(reduced.rest);
    let (sine, cosine) = (fast_two_sum(sine.hi, sine.lo), fast_two_sum(cosine.hi, cosine.lo));
    let odd = odd(reduced.quarters);
    let over = Pair { hi: V::select(odd, cosine.hi, sine.hi), lo: V::select(odd, cosine.lo, sine.lo) };
    let under = Pair { hi: V::select(odd, sine.hi, cosine.hi), lo: V::select(odd, sine.lo, cosine.lo) };
    let inverse = x.lit(1.0) / under.hi;
    let quotient = over.hi * inverse;
    let rest = (-quotient).fma(under.lo, (-quotient).fma(under.hi, over.hi) + over.lo);
    signed(rest.fma(inverse, quotient), reduced.quarters.shl(F::SIGN) ^ x.bits())
}

/// Where the reduction ends.
#[inline(always)]
fn beyond<F: Circular, V: Lane>(x: V) -> V::Mask {
    x.abs().gt(x.lit(F::REACH))
}

impl Function1 for Sin {
    const NAME: &'static str = "sin";
    const SLOW: Option<fn(f64) -> f64> = Some(|x| sine::<f64, f64>(reduce_any(x), x));

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        sine::<f64, V>(reduce::<f64, V>(x.abs()), x)
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        sine::<f32, V>(reduce::<f32, V>(x.abs()), x)
    }

    #[inline(always)]
    fn rare<V: Lane>(x: V) -> Option<V::Mask> {
        Some(beyond::<f64, V>(x))
    }

    #[inline(always)]
    fn rare_single<V: Single>(x: V) -> Option<V::Mask> {
        Some(beyond::<f32, V>(x))
    }
}

impl Function1 for Cos {
    const NAME: &'static str = "cos";
    const SLOW: Option<fn(f64) -> f64> = Some(|x| cosine::<f64, f64>(reduce_any(x)));

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        cosine::<f64, V>(reduce::<f64, V>(x.abs()))
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        cosine::<f32, V>(reduce::<f32, V>(x.abs()))
    }

    #[inline(always)]
    fn rare<V: Lane>(x: V) -> Option<V::Mask> {
        Some(beyond::<f64, V>(x))
    }

    #[inline(always)]
    fn rare_single<V: Single>(x: V) -> Option<V::Mask> {
        Some(beyond::<f32, V>(x))
    }
}

impl Function1 for Tan {
    const NAME: &'static str = "tan";
    const SLOW: Option<fn(f64) -> f64> = Some(|x| tangent::<f64, f64>(reduce_any(x), x));

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        tangent::<f64, V>(reduce::<f64, V>(x.abs()), x)
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        tangent::<f32, V>(reduce::<f32, V>(x.abs()), x)
    }

    #[inline(always)]
    fn rare<V: Lane>(x: V) -> Option<V::Mask> {
        Some(beyond::<f64, V>(x))
    }

    #[inline(always)]
    fn rare_single<V: Single>(x: V) -> Option<V::Mask> {
        Some(beyond::<f32, V>(x))
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

/// [`reduce`] for `|x| > 2⁻¹⁰`, by Payne and Hanek's method.
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
    // Of the table, from the bit of weight 2¹⁻ᵉ; e is at least −62.
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
