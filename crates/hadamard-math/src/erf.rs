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
const MIDDLE: f64 = 1.0;

// All polynomials are minimax, found with Remez' algorithm.

/// `erf(x) / x - 1` of the square, to 2^-62.7 of `erf(x) / x`.
const SMALL: [f64; 13] = [
    0.1283791670955126,
    -0.3761263890318375,
    0.11283791670954857,
    -0.026866170645072903,
    0.005223977624780955,
    -0.0008548326978747125,
    0.00012055331037075004,
    -1.4925593511015418e-05,
    1.6460972881793106e-06,
    -1.635002589423797e-07,
    1.4657884256679133e-08,
    -1.1365682624527597e-09,
    5.945289257375883e-11,
];

/// `-log(erfc(MIDDLE + x))`, to 2^-59.5 of `erf`.
const MINUS_LOG_ERFC: [f64; 19] = [
    1.8496055099332482,
    2.6389675142347886,
    0.8431072563586589,
    0.04156109804218466,
    -0.01003382537847717,
    0.0019779025941172547,
    -0.00023732259089980762,
    -2.6277562101067795e-05,
    2.715847650268579e-05,
    -9.607960572356818e-06,
    2.0587451066333966e-06,
    -1.420391698427754e-07,
    -9.805521058098045e-08,
    5.226632475659399e-08,
    -1.4986324252897095e-08,
    2.8813761338743864e-09,
    -3.7092950084510306e-10,
    2.906370325329868e-11,
    -1.0494720497231194e-12,
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
