//! The gamma function and its logarithm.
//!
//! Stirling's series where the argument is at least 5: `log gamma(a) = (a - 1/2) (log a - 1) + c + w(1/a)`, in pairs.
//! `gamma` shifts smaller arguments up by four; `lgamma` has a polynomial between 1 and 2, where its zeros are factors,
//! and shifts to there. Arguments below zero are reflected: `gamma(-a) = -pi / (sin(pi a) a gamma(a))`. In f32 `gamma` is
//! computed in f64 without pairs; `lgamma` needs them beside its zeros. The coefficients are those of `tests/remez.py`.

use crate::exp::{Exp, Format, exp_reduced, reduce, scales};
use crate::function::Function1;
use crate::lane::{Lane, Single};
use crate::log::Log;
use crate::pair::{Pair, fast_two_sum, halves, horner, horner_pairs_falling, product, two_product, two_sum};
use crate::power::log_pair;

/// The gamma function.
pub struct Gamma;
/// The logarithm of the absolute value of the gamma function.
pub struct Lgamma;

impl Function1 for Gamma {
    const NAME: &'static str = "gamma";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        let (zero, one) = (x.lit(0.0), x.lit(1.0));
        let positive = x.gt(zero);
        // Beyond 190 it is infinite, or zero but for its sign.
        let size = x.abs();
        let a = V::select(size.gt(x.lit(190.0)), x.lit(190.0), size);
        // gamma(a + 1) = exp(log gamma(b)) / shifted.
        let near = a.lt(x.lit(4.0));
        let b = two_sum(a, V::select(near, x.lit(5.0), one));
        let square = two_product(a, a);
        let five = two_product(a, x.lit(5.0));
        let sum = two_sum(square.hi, five.hi);
        let below = Pair { hi: sum.hi, lo: sum.lo + (square.lo + five.lo) };
        let shifted = select(near, product(below.plus(x.lit(4.0)), below.plus(x.lit(6.0))), Pair::of(one));
        let log = stirling(b, log_pair::<f64, V>(b.hi));
        let exponent = V::select(positive, log.hi, -log.hi);
        let mut r = reduce::<f64, V>(exponent, 2 * f64::BIAS);
        r.tail = r.tail + V::select(positive, log.lo, -log.lo);
        let exp = exp_reduced::<f64, V>(&r);
        // gamma(x) is exp / (shifted x) or -exp shifted pi / sin(pi a).
        let above = product(shifted, Pair::lit(x, -PI.0, -PI.1));
        let above = select(positive, Pair::of(one), above);
        let below = select(positive, product(shifted, Pair::of(a)), sine(size).1);
        let value = product(quotient(above, below), fast_two_sum(exp.hi, exp.lo)).sum();
        let (up, again) = scales::<f64, V>(r.k);
        V::select(size.lt(x.lit(TINY)), one / x, value * up * again)
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        let x = x.widen();
        let (zero, one) = (x.lit(0.0), x.lit(1.0));
        let positive = x.gt(zero);
        let size = x.abs();
        let a = Lane::select(size.gt(x.lit(60.0)), x.lit(60.0), size);
        let near = a.lt(x.lit(4.0));
        let b = a + Lane::select(near, x.lit(5.0), one);
        let below = a * (a + x.lit(5.0));
        let shifted = Lane::select(near, (below + x.lit(4.0)) * (below + x.lit(6.0)), one);
        let inverse = one / b;
        let rest = inverse.fma(horner(inverse * inverse, &SERIES_SINGLE), x.lit(STIRLING.0));
        let log = (b - x.lit(0.5)).fma(Log::double(b) - one, rest);
        let exp = Exp::double(Lane::select(positive, log, -log));
        let (distance, odd) = distance(size);
        let sine = distance * horner(distance * distance, &SINE_SINGLE);
        let sine = Lane::select(odd, -sine, sine);
        let above = Lane::select(positive, one, shifted * x.lit(-PI.0));
        let below = Lane::select(positive, shifted * a, sine);
        let value = Lane::select(!positive & distance.eq(zero), x.lit(f64::NAN), above / below * exp);
        V::narrow(Lane::select(size.lt(x.lit(TINY)), one / x, value))
    }
}

impl Function1 for Lgamma {
    const NAME: &'static str = "lgamma";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        let (zero, one) = (x.lit(0.0), x.lit(1.0));
        let a = x.abs();
        let whole = a.floor();
        let f = a - whole;
        // log gamma(1 + f), by its zeros at 0 and 1.
        let other = fast_two_sum(one, -f);
        let v = fast_two_sum(x.lit(-0.5), f);
        let between = horner_pairs_falling(v, halves(v.hi, &BETWEEN), &BETWEEN_LOW);
        let between = product(product(other, Pair::of(-f)), between);
        // a below 1, or what gamma(1 + f) is multiplied by.
        let large = a.ge(x.lit(5.0));
        let small = a.lt(one);
        let mut factor = Pair::of(V::select(large | small, a, one));
        for n in [1.0, 2.0, 3.0] {
            let next = product(factor, fast_two_sum(x.lit(n), f));
            factor = select(!large & whole.gt(x.lit(n)), next, factor);
        }
        let log = log_pair::<f64, V>(factor.hi);
        let log = Pair { hi: log.hi, lo: log.lo + factor.lo / factor.hi };
        let upper = stirling(Pair::of(a), log);
        // Below zero: log(pi / (a sin(pi a))) - log gamma(a), without the factor a where a is below 1.
        let negative = x.lt(x.lit(-TINY));
        let log = select(small, log.neg(), log);
        let lower = select(negative & small, between, between.add(log));
        let value = select(large, upper, lower);
        let (distance, sine) = sine(a);
        let sine = select(small, sine, product(sine, Pair::of(a)));
        let sine = select(sine.hi.lt(zero), sine.neg(), sine);
        let ratio = quotient(Pair::lit(x, PI.0, PI.1), sine);
        let reflected = log_pair::<f64, V>(ratio.hi);
        let reflected = Pair { hi: reflected.hi, lo: reflected.lo + ratio.lo / ratio.hi }.add(value.neg());
        let value = select(negative, reflected, value);
        let infinite = a.eq(zero) | a.gt(x.lit(LGAMMA_END)) | (negative & distance.eq(zero));
        V::select(infinite, x.lit(f64::INFINITY), value.sum())
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        V::narrow(Self::double(x.widen()))
    }
}

/// `a` where the mask holds, else `b`.
#[inline(always)]
fn select<V: Lane>(mask: V::Mask, a: Pair<V>, b: Pair<V>) -> Pair<V> {
    Pair { hi: V::select(mask, a.hi, b.hi), lo: V::select(mask, a.lo, b.lo) }
}

/// The quotient, with one division.
#[inline(always)]
fn quotient<V: Lane>(a: Pair<V>, b: Pair<V>) -> Pair<V> {
    let inverse = a.hi.lit(1.0) / b.hi;
    let hi = a.hi * inverse;
    let rest = (-hi).fma(b.hi, a.hi) + (-hi).fma(b.lo, a.lo);
    fast_two_sum(hi, rest * inverse)
}

/// The logarithm of the gamma function at `a`, at least 5, of which `log` is the logarithm of the leading number.
#[inline(always)]
fn stirling<V: Lane>(a: Pair<V>, log: Pair<V>) -> Pair<V> {
    let inverse = a.hi.lit(1.0) / a.hi;
    let log = Pair { hi: log.hi, lo: a.lo.fma(inverse, log.lo) }.plus(a.hi.lit(-1.0));
    let half = fast_two_sum(a.hi, a.hi.lit(-0.5));
    let main = product(Pair { hi: half.hi, lo: half.lo + a.lo }, log);
    let sum = fast_two_sum(main.hi, a.hi.lit(STIRLING.0));
    let rest = inverse.fma(horner(inverse * inverse, &SERIES), a.hi.lit(STIRLING.1));
    fast_two_sum(sum.hi, sum.lo + (main.lo + rest))
}

/// The distance of `a` from the nearest whole number, and whether that is odd.
#[inline(always)]
fn distance<V: Lane>(a: V) -> (V, V::Mask) {
    let nearest = a.round();
    let half = nearest * a.lit(0.5);
    (a - nearest, !half.eq(half.trunc()))
}

/// The distance of `a` from the nearest whole number, and `sin(pi a)`.
#[inline(always)]
fn sine<V: Lane>(a: V) -> (V, Pair<V>) {
    let (distance, odd) = distance(a);
    let square = two_product(distance, distance);
    let slope = horner_pairs_falling(square, horner(square.hi, &SINE), &SINE_LOW);
    let value = product(slope, Pair::of(distance));
    (distance, select(odd, value.neg(), value))
}

/// Below this gamma is the inverse.
const TINY: f64 = 1e-18;

/// The greatest number of which the logarithm of gamma is finite.
const LGAMMA_END: f64 = 2.5599833278516383e305;

/// `pi` to nearest, and the rest.
const PI: (f64, f64) = (std::f64::consts::PI, 1.2246467991473532e-16);

/// `log(2 pi) / 2 - 1/2`, and the rest.
const STIRLING: (f64, f64) = (0.4189385332046727, 1.6728209650585413e-17);

/// `a w(1/a)` in the square of `1/a`: to 2^-63.8 of `w`'s unit where a is 5.
const SERIES: [f64; 9] = [
    0.08333333333333333,
    -0.002777777777768797,
    0.0007936507895747239,
    -0.0005952372500885256,
    0.0008416550550005363,
    -0.0019110463507197007,
    0.0061371844745117055,
    -0.022275039937583063,
    0.056444096911083055,
];

/// `-log gamma(1 + f) / (f (1 - f))` in `f - 1/2`: to 2^-62.1.
const BETWEEN_LOW: [(f64, f64); 3] = [
    (0.4831289505409809, 1.6701947191597827e-17),
    (-0.14595989591430608, -5.180198734823122e-18),
    (0.06291140107456496, 7.333396103350781e-19),
];
/// The other coefficients.
const BETWEEN: [f64; 20] = [
    -0.03130848750100946,
    0.016797098631183283,
    -0.009425622448628936,
    0.005446457844815438,
    -0.0032120740696161445,
    0.0019229161302193225,
    -0.0011644146742424177,
    0.0007115224838289335,
    -0.00043799190026416437,
    0.0002712739000288169,
    -0.00016892747851549207,
    0.00010565338346972148,
    -6.609123726707654e-05,
    4.15936254608043e-05,
    -2.7361143983275072e-05,
    1.7466529933779467e-05,
    -8.071162114220796e-06,
    4.92090166504621e-06,
    -7.977257272904793e-06,
    5.256742360536424e-06,
];

/// `sin(pi r) / r` in the square of `r`, at most a half: to 2^-61.8.
const SINE_LOW: [(f64, f64); 3] = [
    (std::f64::consts::PI, 1.2165711069349037e-16),
    (-5.167712780049969, -1.610309258719294e-16),
    (2.550164039877294, -7.0250891058593e-17),
];
/// The other coefficients.
const SINE: [f64; 6] = [
    -0.5992645293187381,
    0.08214588656988898,
    -0.007370430478723362,
    0.000466299688561667,
    -2.1903184853488453e-05,
    7.694721313551816e-07,
];

/// As [`SERIES`], to 2^-39.4.
const SERIES_SINGLE: [f64; 4] =
    [0.08333333327242436, -0.002777757091709238, 0.0007917417427107906, -0.000528642865158788];

/// `sin(pi r) / r` in the square of `r`, to 2^-35.5.
const SINE_SINGLE: [f64; 6] = [
    3.1415926535233583,
    -5.167712762117663,
    2.550163240346855,
    -0.5992513302667863,
    0.08204647908804137,
    -0.007022163388427556,
];
