//! The error function, its complement and gelu.

use crate::function::Function1;
use crate::lane::{Bits, Lane, Single};
use crate::pair::horner;

/// The error function.
pub struct Erf;

impl Function1 for Erf {
    const NAME: &'static str = "erf";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        let square = x * x;
        let small = horner(square, SMALL).fma(x, x);
        let a = x.abs();
        let a = V::select(a.lt(x.lit(6.0)), a, x.lit(6.0));
        let (rest, power) = reduced(-horner(a - x.lit(MIDDLE), MINUS_LOG_ERFC));
        let tail = (rest * rest).fma(horner(rest, EXP), rest) + x.lit(1.0);
        let large = (-tail).fma(power, x.lit(1.0)).copysign(x);
        V::select(x.abs().ge(x.lit(MIDDLE)), large, small)
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        V::narrow(Self::double(x.widen()))
    }
}

/// Where the error function changes from its own polynomial to one for the logarithm of its complement.
const MIDDLE: f64 = 0.9375;

// All polynomials are minimax, found with Remez' algorithm.

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

/// `(exp(x) - 1 - x) / x^2` where |x| is at most half of log 2, to 2^-64 of `exp`.
const EXP: [f64; 11] = [
    0.5,
    0.16666666666666682,
    0.041666666666666095,
    0.008333333333317034,
    0.0013888888889115546,
    0.00019841269896387275,
    2.4801586926697848e-05,
    2.755723485804999e-06,
    2.7557581831237533e-07,
    2.511203826843971e-08,
    2.082662643711417e-09,
];

/// The number as a multiple of log 2 and a rest; with two to the power of the multiple, which must be a normal number.
#[inline(always)]
fn reduced<V: Lane>(x: V) -> (V, V) {
    // Adding this leaves a whole number in the low bits.
    let whole = x.lit(6755399441055744.0);
    let times = x.fma(x.lit(std::f64::consts::LOG2_E), whole);
    let k = times - whole;
    let rest = k.fma(x.lit(-2.319046813846299e-17), k.fma(x.lit(-std::f64::consts::LN_2), x));
    let one = x.lit(1.0).bits();
    (rest, V::from_bits(times.bits().shl(52) + one))
}
