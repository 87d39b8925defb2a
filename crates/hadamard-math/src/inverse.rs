//! Inverse trigonometric functions.

use crate::function::{Function1, Function2};
use crate::lane::{Bits, Lane, Single};
use crate::pair::{horner, power_of_two, signed};
use std::f64::consts::FRAC_PI_4;

/// What differs between f64 and f32: π/4 in two parts, the first with three zeros at its end, so that four times and
/// three times it are exact; and the polynomials, N coefficients for the arc tangent and M for the arc sine.
struct Width<const N: usize, const M: usize> {
    eighth: f64,
    eighth_low: f64,
    /// (atan √z − √z) / z√z on [0, ¼], minimax.
    tangent: [f64; N],
    /// (asin √z − √z) / z√z on [0, ¼], minimax.
    sine: [f64; M],
    /// The bits of a number over 2³ᐟ²: half of them less gives an inverse square root within 4 %.
    inverse_root: i64,
}

/// Within 2⁻⁵⁷ of the functions.
const DOUBLE: Width<12, 13> = Width {
    eighth: FRAC_PI_4,
    eighth_low: 3.061616997868383e-17,
    tangent: [
        -0.3333333333333298,
        0.199999999999031,
        -0.14285714276384467,
        0.11111110659551711,
        -0.09090896242133109,
        0.07692073865512075,
        -0.06663810082973473,
        0.05858294995318381,
        -0.05121987185285642,
        0.04186449209222748,
        -0.02743402344595678,
        0.010116173208905455,
    ],
    sine: [
        0.1666666666666676,
        0.07499999999970865,
        0.044642857174563226,
        0.030381942709723768,
        0.022372214940571882,
        0.017351612759439212,
        0.013980812528589242,
        0.011398971790102875,
        0.010779946904244954,
        0.0037074752119891675,
        0.021705036600410097,
        -0.020995877433054942,
        0.032626759491674186,
    ],
    inverse_root: 0x5fe6eb50c7b537a9,
};

/// Within 2⁻²⁷ of the functions.
const SINGLE: Width<6, 5> = Width {
    eighth: 0.785398006439209,
    eighth_low: 1.5695823932524066e-07,
    tangent: [
        -0.333333283662796,
        0.19999554753303528,
        -0.14273107051849365,
        0.10948411375284195,
        -0.08009083569049835,
        0.03904232755303383,
    ],
    sine: [0.16666752099990845, 0.074953094124794, 0.04546914994716644, 0.024184780195355415, 0.04215829819440842],
    inverse_root: 0x5f3759df,
};

/// The arc sine.
pub struct Asin;
/// The arc cosine.
pub struct Acos;
/// The arc tangent.
pub struct Atan;
/// The angle of the point (x, y), given as (y, x).
pub struct Atan2;

impl<const N: usize, const M: usize> Width<N, M> {
    /// `eighths·π/4 + main + rest`, where `main` is below the first or the first is zero.
    #[inline(always)]
    fn turn<V: Lane>(&self, eighths: V, main: V, rest: V) -> V {
        let base = eighths * main.lit(self.eighth);
        let sum = base + main;
        let lost = main - (sum - base);
        sum + (eighths.fma(main.lit(self.eighth_low), rest) + lost)
    }

    /// `eighths·π/4 ± atan(a/b)` for `0 ≤ a ≤ b`, minus if the sign bit of `sign` is set, where an `a/b` above a half is taken
    /// from π/4: `eighths` gets the whole eighths and whether there is another.
    #[inline(always)]
    fn arc_tangent<V: Lane>(&self, a: V, b: V, sign: V::Bits, eighths: impl FnOnce(V::Mask) -> V) -> V {
        let above = a.gt(b * b.lit(0.5));
        let one = V::select(above, a.lit(1.0), a.lit(0.0));
        // tan (α − π/4) = (a − b) / (a + b), where the difference is exact and the sum, of which b is the greater, a pair.
        let over = (-one).fma(b, a);
        let under = one.fma(a, b);
        let under_low = one.fma(a, b - under);
        let over = signed(over, sign);
        let inverse = a.lit(1.0) / under;
        let t = over * inverse;
        let rest = (-t).fma(under_low, (-t).fma(under, over)) * inverse;
        let square = t * t;
        // atan (t + rest) = t + t³P(t²) + rest (1 − t² + …)
        let excess = t.fma(horner(square, &self.tangent), -rest);
        self.turn(eighths(above), t, square.fma(excess, rest))
    }

    #[inline(always)]
    fn atan<V: Lane>(&self, x: V) -> V {
        let one = x.lit(1.0);
        let far = x.lit(power_of_two(60));
        let u = V::select(x.abs().gt(far), far, x.abs());
        let inverted = u.gt(one);
        let (a, b) = (V::select(inverted, one, u), V::select(inverted, u, one));
        let sign = V::select(inverted, x.lit(-0.0), x.lit(0.0)).bits();
        let whole = V::select(inverted, x.lit(2.0), x.lit(0.0));
        self.arc_tangent(a, b, sign, |above| V::select(above, one, whole)).copysign(x)
    }

    /// `big` and `small` numbers are scaled by `down` and `up`.
    #[inline(always)]
    fn atan2<V: Lane>(&self, y: V, x: V, [big, down, small, up]: [f64; 4]) -> V {
        let (one, zero) = (x.lit(1.0), x.lit(0.0));
        let steep = y.abs().gt(x.abs());
        let (a, b) = (V::select(steep, x.abs(), y.abs()), V::select(steep, y.abs(), x.abs()));
        // Infinities are as ones beside zeros, and (0, 0) is as (0, 1).
        let infinite = x.lit(f64::INFINITY);
        let a = V::select(b.eq(infinite), V::select(a.eq(infinite), one, zero), a);
        let b = V::select(b.eq(infinite) | b.eq(zero), one, b);
        let scale = V::select(b.gt(x.lit(big)), x.lit(down), V::select(a.lt(x.lit(small)), x.lit(up), one));
        let left = x.bits().int(0).gt(x.bits());
        let whole = V::select(steep, x.lit(2.0), zero);
        let sign = V::select(steep, x.lit(-0.0), zero).bits() ^ x.bits();
        let eighths = |above| {
            let eighths = V::select(above, one, whole);
            V::select(left, x.lit(4.0) - eighths, eighths)
        };
        let angle = self.arc_tangent(a * scale, b * scale, sign, eighths).copysign(y);
        V::select(x.is_nan() | y.is_nan(), x + y, angle)
    }

    /// The arc sine of |x| ≤ ½ as it is, of a greater one as that of √((1 − |x|)/2), from which it is π/2 less twice:
    /// which it is, the argument, what it has lost by rounding and its excess.
    #[inline(always)]
    fn arc_sine<V: Lane>(&self, u: V) -> (V::Mask, V, V) {
        let half = u.lit(0.5);
        let near = u.le(half);
        let w = (-half).fma(u, half);
        let root = w.sqrt();
        let square = V::select(near, u * u, w);
        // What the root has lost, over twice the root: a rough inverse of it is enough.
        let inverse = V::from_bits(w.bits().int(self.inverse_root) - w.bits().shr(1));
        let lost = (-root).fma(root, w) * (inverse * half);
        let argument = V::select(near, u, root);
        let rest = (argument * square).fma(horner(square, &self.sine), V::select(near, u.lit(0.0), lost));
        (near, argument, rest)
    }

    #[inline(always)]
    fn asin<V: Lane>(&self, x: V) -> V {
        let (near, argument, rest) = self.arc_sine(x.abs());
        let factor = V::select(near, x.lit(1.0), x.lit(-2.0));
        let eighths = V::select(near, x.lit(0.0), x.lit(2.0));
        self.turn(eighths, argument * factor, rest * factor).copysign(x)
    }

    #[inline(always)]
    fn acos<V: Lane>(&self, x: V) -> V {
        let (near, argument, rest) = self.arc_sine(x.abs());
        let factor = signed(V::select(near, x.lit(-1.0), x.lit(2.0)), x.bits());
        let far = V::select(x.lt(x.lit(0.0)), x.lit(4.0), x.lit(0.0));
        let eighths = V::select(near, x.lit(2.0), far);
        self.turn(eighths, argument * factor, rest * factor)
    }
}

impl Function1 for Asin {
    const NAME: &'static str = "asin";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        DOUBLE.asin(x)
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        SINGLE.asin(x)
    }
}

impl Function1 for Acos {
    const NAME: &'static str = "acos";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        DOUBLE.acos(x)
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        SINGLE.acos(x)
    }
}

impl Function1 for Atan {
    const NAME: &'static str = "atan";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        DOUBLE.atan(x)
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        SINGLE.atan(x)
    }
}

impl Function2 for Atan2 {
    const NAME: &'static str = "atan2";

    #[inline(always)]
    fn double<V: Lane>(y: V, x: V) -> V {
        DOUBLE.atan2(y, x, [900, -100, -900, 100].map(power_of_two))
    }

    #[inline(always)]
    fn single<V: Single>(y: V, x: V) -> V {
        SINGLE.atan2(y, x, [80, -60, -80, 40].map(power_of_two))
    }
}
