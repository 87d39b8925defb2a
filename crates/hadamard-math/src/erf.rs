//! The error function, its complement and gelu.
//!
//! The tail of the normal distribution is `exp(-a^2)` with the square exact, times a function of `1 / (a + shift)` that
//! hardly changes, whose leading terms are summed in pairs. In f32 the same is computed in f64, with fewer terms and without
//! pairs. The coefficients are those of `tests/remez.py`.

use crate::exp::{Format, exp_reduced, reduce, scales};
use crate::function::Function1;
use crate::lane::{Bits, Lane, Single};
use crate::pair::{Pair, fast_two_sum, halves, horner, horner_pairs, product, two_product, two_sum};

/// The error function.
pub struct Erf;
/// One minus the error function.
pub struct Erfc;
/// `x` times the cumulative normal distribution at `x`.
pub struct Gelu;

impl Function1 for Erf {
    const NAME: &'static str = "erf";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        let one = x.lit(1.0);
        let small = horner(x * x, &SMALL).fma(x, x);
        // At 6 the tail is nothing beside 1.
        let a = at_most(x.abs(), 6.0);
        let r = reduce::<f64, V>(-halves(a - x.lit(MIDDLE), &MINUS_LOG_ERFC), f64::BIAS);
        let power = V::from_bits(r.k.shl(f64::MANTISSA));
        let large = (-exp_reduced::<f64, V>(&r).sum()).fma(power, one).copysign(x);
        V::select(x.abs().ge(x.lit(MIDDLE)), large, small)
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        let x = x.widen();
        let small = horner(x * x, &SMALL_SINGLE).fma(x, x);
        let a = at_most(x.abs(), 4.1);
        let tail = exp_single(-horner(a - x.lit(MIDDLE), &MINUS_LOG_ERFC_SINGLE));
        let large = (x.lit(1.0) - tail).copysign(x);
        V::narrow(Lane::select(x.abs().ge(x.lit(MIDDLE)), large, small))
    }
}

impl Function1 for Erfc {
    const NAME: &'static str = "erfc";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        // Beyond 28 it is 0.
        let a = at_most(x.abs(), 28.0);
        let (tail, scale) = ERFC.at(a, two_product(a, a));
        let negative = x.lt(x.lit(0.0));
        let tail = scaled(tail, scale, negative);
        let base = V::select(negative, x.lit(2.0), x.lit(0.0));
        let sum = fast_two_sum(base, V::select(negative, -tail.hi, tail.hi));
        sum.hi + (sum.lo - tail.lo)
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        let x = x.widen();
        let a = at_most(x.abs(), 10.2);
        let tail = ERFC.at_single(a, a * a, ERFC_SINGLE);
        V::narrow(Lane::select(x.lt(x.lit(0.0)), x.lit(2.0) - tail, tail))
    }
}

impl Function1 for Gelu {
    const NAME: &'static str = "gelu";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        let zero = x.lit(0.0);
        // Beyond 40 it is 0 or x.
        let a = at_most(x.abs(), 40.0);
        let (tail, scale) = NORMAL.at(a, two_product(a, a * x.lit(0.5)));
        let tail = scaled(product(tail, Pair::of(a)), scale, x.gt(zero));
        // The greater of x and 0, less the tail; it has the sign of x.
        let sum = fast_two_sum(V::select(x.gt(zero), x, zero), -tail.hi);
        let result = (sum.hi + (sum.lo - tail.lo)).copysign(x);
        let result = V::select(x.gt(x.lit(40.0)), x, result);
        // Below the normal range only its half is rounded once.
        V::select(a.lt(x.lit(1e-300)), x * x.lit(0.5), result)
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        let (x, zero) = (x.widen(), x.widen().lit(0.0));
        let a = at_most(x.abs(), 15.0);
        let tail = NORMAL.at_single(a, a * a * x.lit(0.5), NORMAL_SINGLE);
        V::narrow((Lane::select(x.gt(zero), x, zero) - tail * a).copysign(x))
    }
}

/// `x`, or the limit if it is beyond that; NaN stays.
#[inline(always)]
fn at_most<V: Lane>(x: V, limit: f64) -> V {
    V::select(x.gt(x.lit(limit)), x.lit(limit), x)
}

/// Times both factors; the leading number is rounded first, so that below the normal range little is rounded twice. The
/// rest is kept only where something is to be added: elsewhere it is less than half a unit, and near the end of the normal
/// range so coarse itself that it would make things worse.
#[inline(always)]
fn scaled<V: Lane>(x: Pair<V>, (a, b): (V, V), added_to: V::Mask) -> Pair<V> {
    let x = fast_two_sum(x.hi, x.lo);
    Pair { hi: x.hi * a * b, lo: V::select(added_to, x.lo * a * b, x.lo.lit(0.0)) }
}

/// A tail of the normal distribution: `exp(-square) * t * P(t - centre)` with `t = 1 / (a + shift)`.
struct Tail {
    shift: f64,
    /// So great that `t - centre` is exact or known with its rest: at least half of the greatest `t`.
    centre: f64,
    /// The coefficients of P that are needed in pairs, the constant one first.
    low: &'static [(f64, f64)],
    /// The others.
    high: &'static [f64],
}

impl Tail {
    /// The value, and two factors by which it is yet to be multiplied.
    #[inline(always)]
    fn at<V: Lane>(&self, a: V, square: Pair<V>) -> (Pair<V>, (V, V)) {
        let one = a.lit(1.0);
        let mut r = reduce::<f64, V>(-square.hi, 2 * f64::BIAS);
        r.tail = r.tail - square.lo;
        let exp = exp_reduced::<f64, V>(&r);
        let below = two_sum(a, a.lit(self.shift));
        let t = one / below.hi;
        let t = Pair { hi: t, lo: t * (-t).fma(below.lo, (-t).fma(below.hi, one)) };
        let v = fast_two_sum(a.lit(-self.centre), t.hi);
        let v = Pair { hi: v.hi, lo: v.lo + t.lo };
        let factor = horner_pairs(v, halves(v.hi, self.high), self.low);
        (product(fast_two_sum(exp.hi, exp.lo), product(t, factor)), scales::<f64, V>(r.k))
    }

    /// The value for f32, with coefficients for that.
    #[inline(always)]
    fn at_single<V: Lane, const N: usize>(&self, a: V, square: V, coefficients: [f64; N]) -> V {
        let t = a.lit(1.0) / (a + a.lit(self.shift));
        exp_single(-square) * t * horner(t - a.lit(self.centre), &coefficients)
    }
}

/// The exponential for f32, of a number from -700 to 0.
#[inline(always)]
fn exp_single<V: Lane>(x: V) -> V {
    let r = reduce::<f64, V>(x, f64::BIAS);
    let one = x.lit(1.0);
    (r.head * r.head).fma(horner(r.head, &EXP_SINGLE), one + r.head) * V::from_bits(r.k.shl(f64::MANTISSA))
}

/// Where the error function changes from its own polynomial to one for the logarithm of its complement.
const MIDDLE: f64 = 0.9375;

/// `erf(x) / x - 1` of the square, to 2^-65.1 of `erf(x) / x`.
const SMALL: [f64; 13] = [
    0.1283791670955126,
    -0.37612638903183754,
    0.11283791670955058,
    -0.026866170645114484,
    0.005223977625225789,
    -0.0008548327006795881,
    0.00012055332157246779,
    -1.492562293880688e-05,
    1.6461488324963354e-06,
    -1.6355986793219738e-07,
    1.470159001117394e-08,
    -1.1549750108090527e-09,
    6.284442999890515e-11,
];

/// `-log(erfc(MIDDLE + x))`, to 2^-58.7 of `erf`.
const MINUS_LOG_ERFC: [f64; 19] = [
    1.687953126256929,
    2.534076102213578,
    0.8350745000799911,
    0.044147959519910365,
    -0.010665571155990781,
    0.0020643542792046212,
    -0.00022265729780051016,
    -4.125609689585819e-05,
    3.2907114523689104e-05,
    -1.0889395839359416e-05,
    2.097451677407039e-06,
    -2.879622639641003e-08,
    -1.5886249230180675e-07,
    7.198206543732331e-08,
    -1.9533833599016934e-08,
    3.635870976444278e-09,
    -4.5692031626713013e-10,
    3.5090391278177006e-11,
    -1.2448100890417698e-12,
];

/// Of `erfc(a)`: to 2^-62.2.
const ERFC: Tail = Tail {
    shift: 3.0,
    centre: 0.171875,
    low: &[
        (1.1021989681276554, -5.325226114998935e-17),
        (5.527248096131599, -2.140414405691968e-16),
        (22.321554791372304, -5.563154043660382e-16),
    ],
    high: &[
        70.34458491541709,
        160.31323062018987,
        206.35001319566777,
        -88.19756519658196,
        -884.8847008318622,
        -782.5334455909517,
        3110.422507630074,
        5806.56504511754,
        -13263.3371060488,
        -33325.30452724212,
        76411.50067990573,
        176530.75089543444,
        -550908.8554482736,
        -777027.055899655,
        4272579.384397041,
        1262525.974297152,
        -31107150.874757674,
        25538488.388869457,
        182010358.19382963,
        -342227136.6633451,
        -619498383.6417724,
        1747580715.8329458,
    ],
};

/// Of half of `erfc(a / sqrt(2))`: to 2^-62.0.
const NORMAL: Tail = Tail {
    shift: 5.0,
    centre: 0.109375,
    low: &[
        (0.836197537060796, 2.9750400094132477e-18),
        (7.670907974055149, -2.0192453568361637e-17),
        (59.27831165364091, 3.9846007698032216e-16),
        (381.8411045198688, 2.4077527741956738e-14),
    ],
    high: &[
        2002.4277258469303,
        8132.614096112805,
        22524.61834473721,
        22180.53357711625,
        -127375.07225940704,
        -573743.2999670589,
        4758.49015287249,
        6501854.360158178,
        9799333.695120057,
        -71178073.97854626,
        -187816125.4274809,
        897460720.9294134,
        2884000838.7052684,
        -13669549185.847164,
        -39839926684.22299,
        234260334191.42108,
        460907412853.40686,
        -3732929376507.8057,
        -3341714754334.2886,
        37386954954132.44,
    ],
};

/// As [`SMALL`], to 2^-30.9.
const SMALL_SINGLE: [f64; 7] = [
    0.12837916652109604,
    -0.37612632639101595,
    0.11283678973224243,
    -0.026858497104800927,
    0.005198829666666828,
    -0.0008118071740550396,
    8.26744212003197e-05,
];

/// As [`MINUS_LOG_ERFC`], up to 4.1, to 2^-35.0.
const MINUS_LOG_ERFC_SINGLE: [f64; 9] = [
    1.6879531261281644,
    2.534076123126989,
    0.8350739782089113,
    0.0441527047164079,
    -0.01068631805716457,
    0.0021141207387114745,
    -0.0002929274726049726,
    1.9384674199418793e-05,
    3.445227662282321e-07,
];

/// `(exp(r) - 1 - r) / r^2`, to 2^-34.2 of `exp`.
const EXP_SINGLE: [f64; 6] = [
    0.5000000067696319,
    0.16666665868669883,
    0.04166629492098903,
    0.008333497150237828,
    0.0013944660953826818,
    0.00019790298343912185,
];

/// As those of [`ERFC`], up to 10.2, to 2^-34.7.
const ERFC_SINGLE: [f64; 12] = [
    1.1021989681449127,
    5.527248099920555,
    22.321554706712313,
    70.34457768936966,
    160.3133125408035,
    206.3537689873009,
    -88.2327101622823,
    -885.6641651246625,
    -774.922091596109,
    3176.5139617482037,
    5008.277740210366,
    -14456.670637332623,
];

/// As those of [`NORMAL`], up to 15, to 2^-33.6.
const NORMAL_SINGLE: [f64; 12] = [
    0.8361975370011563,
    7.670907977551037,
    59.278312559485116,
    381.84109069539164,
    2002.4255636204584,
    8132.632941977208,
    22526.48350130865,
    22167.141266166454,
    -128101.3197262213,
    -568596.6072534266,
    136681.36791456403,
    5531948.397450733,
];
