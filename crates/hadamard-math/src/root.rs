//! Cube root and hypotenuse.

use crate::function::{Function1, Function2};
use crate::lane::{Bits, Lane, Single};
use crate::pair::{horner, power_of_two};

/// What differs between f64 and f32.
struct Width<const N: usize> {
    /// Numbers below this are too small for the rounding errors of their squares and cubes to be numbers: they are
    /// multiplied by the cube of the next, and the root divided by it.
    small: f64,
    up: f64,
    /// An integer of the mantissa's size, as a number and as bits, and how many bits such an integer lacks.
    integer: f64,
    spare: u32,
    /// The bits of a number near its inverse cube root are this less a third of the number's, as integers without
    /// their spare bits.
    inverse_cube_root: f64,
    /// (1 − e)^(−1/3) on [−0.103, 0.103], minimax.
    correction: [f64; N],
    /// As in the inverse trigonometric functions.
    inverse_root: i64,
    /// For the hypotenuse: numbers above the first are multiplied by the second, numbers below the third by the last.
    scales: [f64; 4],
}

/// The correction is within 2⁻²³.
const DOUBLE: Width<5> = Width {
    small: power_of_two(-900),
    up: power_of_two(100),
    integer: power_of_two(52),
    spare: 12,
    inverse_cube_root: 1499659093495775.2,
    correction: [1.0000000048245195, 0.3333290376896782, 0.22221477072488643, 0.17448193475624854, 0.14583624153427516],
    inverse_root: 0x5fe6eb50c7b537a9,
    scales: [power_of_two(500), power_of_two(-600), power_of_two(-450), power_of_two(700)],
};

/// The correction is within 2⁻¹⁴.
const SINGLE: Width<3> = Width {
    small: power_of_two(-80),
    up: power_of_two(40),
    integer: power_of_two(23),
    spare: 8,
    inverse_cube_root: 5546486.442666667,
    correction: [0.9999976789715754, 0.33469440908245796, 0.22379297288959052],
    inverse_root: 0x5f3759df,
    scales: [power_of_two(60), power_of_two(-80), power_of_two(-50), power_of_two(110)],
};

/// The cube root.
pub struct Cbrt;
/// √(x² + y²)
pub struct Hypot;

impl<const N: usize> Width<N> {
    #[inline(always)]
    fn cbrt<V: Lane>(&self, x: V) -> V {
        let (one, third) = (x.lit(1.0), x.lit(1.0 / 3.0));
        let small = x.abs().lt(x.lit(self.small));
        let u = x.abs() * V::select(small, x.lit(self.up * self.up * self.up), one);
        // An inverse cube root: a third of the logarithm that the bits are, then a polynomial in 1 − uy³.
        let integer = x.lit(self.integer);
        let logarithm = V::from_bits(u.bits().shr(self.spare) | integer.bits());
        let of_root = logarithm.fma(-third, x.lit(self.integer * (4.0 / 3.0) + self.inverse_cube_root));
        let y = V::from_bits(of_root.bits().shl(self.spare));
        let e = (-(u * y)).fma(y * y, one);
        let y = y * horner(e, &self.correction);
        // The cube root c = uy², and what its cube, computed with its rounding errors, lacks: with y = u^(−1/3)(1 + η),
        // r = (u − c³)y² is c(−6η − 15η²), and r/3 + 2r²y/9 all but terms of η³ of what c lacks.
        let square = y * y;
        let c = u * square;
        let c2 = c * c;
        let c2_low = c.fma(c, -c2);
        let r = (-c2_low).fma(c, (-c2).fma(c, u)) * square;
        let root = r.fma((r * y).fma(x.lit(2.0 / 9.0), third), c);
        let root = root * V::select(small, x.lit(1.0 / self.up), one);
        let usual = x.abs().gt(x.lit(0.0)) & x.abs().lt(x.lit(f64::INFINITY));
        V::select(usual, root, x).copysign(x)
    }

    #[inline(always)]
    fn hypot<V: Lane>(&self, x: V, y: V) -> V {
        let one = x.lit(1.0);
        let [big, down, small, up] = self.scales;
        let swapped = x.abs().lt(y.abs());
        let (a, b) = (V::select(swapped, y.abs(), x.abs()), V::select(swapped, x.abs(), y.abs()));
        let (is_big, is_small) = (a.gt(x.lit(big)), a.lt(x.lit(small)));
        let scale = V::select(is_big, x.lit(down), V::select(is_small, x.lit(up), one));
        let back = V::select(is_big, x.lit(1.0 / down), V::select(is_small, x.lit(1.0 / up), one));
        let (a, b) = (a * scale, b * scale);
        // The root of the rounded sum, then what is lost over twice it: a rough inverse of it is enough.
        let sum = a.fma(a, b * b);
        let root = sum.sqrt();
        let inverse = V::from_bits(sum.bits().int(self.inverse_root) - sum.bits().shr(1));
        let (root2, a2) = (root * root, a * a);
        let lost = b.fma(b, a2 - root2) + (a.fma(a, -a2) - root.fma(root, -root2));
        let root = lost.fma(inverse * x.lit(0.5), root) * back;
        let infinite = x.lit(f64::INFINITY);
        V::select(x.abs().eq(infinite) | y.abs().eq(infinite), infinite, root)
    }
}

impl Function1 for Cbrt {
    const NAME: &'static str = "cbrt";

    #[inline(always)]
    fn double<V: Lane>(x: V) -> V {
        DOUBLE.cbrt(x)
    }

    #[inline(always)]
    fn single<V: Single>(x: V) -> V {
        SINGLE.cbrt(x)
    }
}

impl Function2 for Hypot {
    const NAME: &'static str = "hypot";

    #[inline(always)]
    fn double<V: Lane>(x: V, y: V) -> V {
        DOUBLE.hypot(x, y)
    }

    #[inline(always)]
    fn single<V: Single>(x: V, y: V) -> V {
        SINGLE.hypot(x, y)
    }
}
