//! What kernels ask of floats. f16 and bf16 compute in f32 and round once: with 24 bits between, the result of one
//! operation is the correctly rounded one.

use super::int::Whole;
use hadamard_array::{Complex, Element, bf16, c64, c128, f16};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// f32 and f64, in which arithmetic happens.
pub trait Wide:
    Element
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// The correctly rounded square root.
    fn sqrt(self) -> Self;
    /// |a|.
    fn abs(self) -> Self;
    /// Integer below, above, nearest (ties to even), towards zero.
    fn floor(self) -> Self;
    /// See [`Wide::floor`].
    fn ceil(self) -> Self;
    /// See [`Wide::floor`].
    fn round(self) -> Self;
    /// See [`Wide::floor`].
    fn trunc(self) -> Self;
    /// Exact remainder with the sign of a.
    fn rem(self, b: Self) -> Self;
    /// The magnitude of a with the sign of b.
    fn copysign(self, b: Self) -> Self;
    /// Either bits set: the smaller of two equal zeros.
    fn or(self, b: Self) -> Self;
    /// Both bits set: the larger of two equal zeros.
    fn and(self, b: Self) -> Self;
    /// Not a number.
    fn is_nan(self) -> bool;
    /// Not finite, and not NaN.
    fn is_infinite(self) -> bool;

    /// The smaller one; NaN if either is; −0 is below +0.
    #[inline(always)]
    fn smaller(self, b: Self) -> Self {
        // A NaN in b is taken because no comparison with it holds.
        let ordered = if (self < b) | self.is_nan() { self } else { b };
        if self == b { self.or(b) } else { ordered }
    }
    /// The larger one; NaN if either is; −0 is below +0.
    #[inline(always)]
    fn larger(self, b: Self) -> Self {
        // A NaN in b is taken because no comparison with it holds.
        let ordered = if (self > b) | self.is_nan() { self } else { b };
        if self == b { self.and(b) } else { ordered }
    }
    /// −1, 0 or 1; NaN stays.
    #[inline(always)]
    fn sign(self) -> Self {
        let sign = if self > Self::ZERO { Self::ONE } else { -Self::ONE };
        let zero = if self == Self::ZERO { Self::ZERO } else { sign };
        if self.is_nan() { self } else { zero }
    }
    /// Remainder with the sign of b, as NumPy's: a zero remainder takes b's sign.
    #[inline(always)]
    fn modulo(self, b: Self) -> Self {
        let r = self.rem(b);
        if r == Self::ZERO {
            Self::ZERO.copysign(b)
        } else if (r < Self::ZERO) != (b < Self::ZERO) {
            r + b
        } else {
            r
        }
    }
}

macro_rules! wide {
    ($($T:ident $fmod:path;)*) => {$(
        impl Wide for $T {
            const ZERO: $T = 0.0;
            const ONE: $T = 1.0;
            #[inline(always)]
            fn sqrt(self) -> $T { self.sqrt() }
            #[inline(always)]
            fn abs(self) -> $T { self.abs() }
            #[inline(always)]
            fn floor(self) -> $T { self.floor() }
            #[inline(always)]
            fn ceil(self) -> $T { self.ceil() }
            #[inline(always)]
            fn round(self) -> $T { self.round_ties_even() }
            #[inline(always)]
            fn trunc(self) -> $T { self.trunc() }
            #[inline(always)]
            fn rem(self, b: $T) -> $T { $fmod(self, b) }
            #[inline(always)]
            fn copysign(self, b: $T) -> $T { self.copysign(b) }
            #[inline(always)]
            fn or(self, b: $T) -> $T { $T::from_bits(self.to_bits() | b.to_bits()) }
            #[inline(always)]
            fn and(self, b: $T) -> $T { $T::from_bits(self.to_bits() & b.to_bits()) }
            #[inline(always)]
            fn is_infinite(self) -> bool { self.is_infinite() }
            #[inline(always)]
            fn is_nan(self) -> bool { self.is_nan() }
        }
    )*};
}
wide! { f32 libm::fmodf; f64 libm::fmod; }

/// The four float dtypes.
pub trait Float: Element {
    /// Where its arithmetic happens.
    type Wide: Wide;
    /// Exact conversion.
    fn widen(self) -> Self::Wide;
    /// Rounding to nearest even.
    fn narrow(v: Self::Wide) -> Self;
    /// Exact conversion.
    fn to_f64(self) -> f64;
    /// Rounding to nearest even, once.
    fn from_f64(v: f64) -> Self;
    /// The nearest value to an integer.
    fn from_whole<W: Whole>(v: W) -> Self;
    /// a b + c with one rounding.
    fn fused(a: Self, b: Self, c: Self) -> Self;
    /// The result of an elementary function: rounded to f32 on its way to the half precisions, as documented.
    fn from_function(v: f64) -> Self;
}

impl Float for f64 {
    type Wide = f64;
    #[inline(always)]
    fn widen(self) -> f64 {
        self
    }
    #[inline(always)]
    fn narrow(v: f64) -> f64 {
        v
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
    #[inline(always)]
    fn from_f64(v: f64) -> f64 {
        v
    }
    #[inline(always)]
    fn from_whole<W: Whole>(v: W) -> f64 {
        v.to_f64()
    }
    #[inline(always)]
    fn from_function(v: f64) -> f64 {
        v
    }
    #[inline(always)]
    fn fused(a: f64, b: f64, c: f64) -> f64 {
        libm::fma(a, b, c)
    }
}
impl Float for f32 {
    type Wide = f32;
    #[inline(always)]
    fn widen(self) -> f32 {
        self
    }
    #[inline(always)]
    fn narrow(v: f32) -> f32 {
        v
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self as f64
    }
    #[inline(always)]
    fn from_f64(v: f64) -> f32 {
        v as f32
    }
    #[inline(always)]
    fn from_whole<W: Whole>(v: W) -> f32 {
        v.to_f32()
    }
    #[inline(always)]
    fn from_function(v: f64) -> f32 {
        v as f32
    }
    #[inline(always)]
    fn fused(a: f32, b: f32, c: f32) -> f32 {
        libm::fmaf(a, b, c)
    }
}
/// The exact value of a half, without a branch, so that loops vectorise.
#[inline(always)]
fn widen_f16(half: f16) -> f32 {
    let bits = u32::from(half.to_bits());
    let magnitude = (bits & 0x7fff) << 13;
    // With the exponent of f32 the magnitude is 2¹¹² times too small, subnormal or not.
    let scaled = f32::from_bits(magnitude) * f32::from_bits((127 + 112) << 23);
    let special = if magnitude >= (0x7c00 << 13) { 0xff << 23 } else { 0 };
    f32::from_bits(scaled.to_bits() | special | ((bits & 0x8000) << 16))
}

/// The nearest half, ties to even, without a branch.
#[inline(always)]
fn narrow_f16(v: f32) -> f16 {
    let bits = v.to_bits();
    let magnitude = bits & 0x7fff_ffff;
    // Half of what is cut is added, one less where the kept part is even; a carry moves on to the exponent.
    let normal = magnitude.wrapping_sub(112 << 23).wrapping_add(0xfff + ((magnitude >> 13) & 1)) >> 13;
    // Below 2⁻¹⁴ the last place is that of 0.5 in f32, where the addition rounds.
    let small = (f32::from_bits(magnitude) + 0.5).to_bits().wrapping_sub(0.5f32.to_bits());
    let finite = if magnitude < (113 << 23) { small } else { normal };
    let large = if magnitude > (0xff << 23) { 0x7e00 } else { 0x7c00 };
    // 65520, half way from the largest half to the next power of two.
    let rounded = if magnitude >= 0x477f_f000 { large } else { finite };
    f16::from_bits((rounded | ((bits >> 16) & 0x8000)) as u16)
}

macro_rules! half {
    ($($T:ident $widen:path, $narrow:path;)*) => {$(
        impl Float for $T {
            type Wide = f32;
            #[inline(always)]
            fn widen(self) -> f32 { $widen(self) }
            #[inline(always)]
            fn narrow(v: f32) -> $T { $narrow(v) }
            #[inline(always)]
            fn to_f64(self) -> f64 { $widen(self) as f64 }
            #[inline(always)]
            fn from_f64(v: f64) -> $T { $narrow(to_f32_odd(v)) }
            #[inline(always)]
            fn from_whole<W: Whole>(v: W) -> $T { <$T as Float>::from_f64(v.to_f64_odd()) }
            #[inline(always)]
            fn from_function(v: f64) -> $T { $narrow(v as f32) }
            #[inline(always)]
            fn fused(a: $T, b: $T, c: $T) -> $T {
                // The product is exact in f64; the sum may not be, so what it lost is folded into its last bit.
                let product = $widen(a) as f64 * $widen(b) as f64;
                <$T as Float>::from_f64(add_odd(product, $widen(c) as f64))
            }
        }
    )*};
}
half! { f16 widen_f16, narrow_f16; bf16 bf16::to_f32, bf16::from_f32; }

/// f64 → f32 rounded to odd, so that a further rounding to a shorter format gives the correctly rounded value.
#[inline(always)]
fn to_f32_odd(v: f64) -> f32 {
    let near = v as f32;
    let back = near as f64;
    if back == v || v.is_nan() || v.is_infinite() {
        return near;
    }
    let bits = near.to_bits();
    // Step back towards zero if rounding went away from it, then mark the lost digits in the last bit.
    let cut = if back.abs() > v.abs() { bits - 1 } else { bits };
    f32::from_bits(cut | 1)
}

/// a + b rounded to odd in f64 (see [`to_f32_odd`]).
#[inline(always)]
fn add_odd(a: f64, b: f64) -> f64 {
    let sum = a + b;
    let part = sum - a;
    let lost = (a - (sum - part)) + (b - part);
    if lost == 0.0 || !sum.is_finite() || sum.to_bits() & 1 == 1 {
        return sum;
    }
    // The last bit is even, so the neighbour on the side of the lost part is odd.
    let away = (lost > 0.0) == (sum > 0.0);
    f64::from_bits(if away { sum.to_bits() + 1 } else { sum.to_bits() - 1 })
}

/// The two complex dtypes.
pub trait Cplx: Element {
    /// The dtype of the parts.
    type Part: Float<Wide = Self::Part> + Wide;
    /// As its parts.
    fn parts(self) -> Complex<Self::Part>;
    /// From its parts.
    fn of(z: Complex<Self::Part>) -> Self;
    /// Exact conversion.
    #[inline(always)]
    fn to_c128(self) -> c128 {
        let z = self.parts();
        Complex::new(z.re.to_f64(), z.im.to_f64())
    }
    /// Each part rounded.
    #[inline(always)]
    fn from_c128(z: c128) -> Self {
        Self::of(Complex::new(Self::Part::from_f64(z.re), Self::Part::from_f64(z.im)))
    }
}
macro_rules! cplx {
    ($($T:ident $P:ident)*) => {$(
        impl Cplx for $T {
            type Part = $P;
            #[inline(always)]
            fn parts(self) -> Complex<$P> { self }
            #[inline(always)]
            fn of(z: Complex<$P>) -> $T { z }
        }
    )*};
}
cplx! { c64 f32 c128 f64 }

/// (ac − bd) + (ad + bc)i, each operation rounded.
#[inline(always)]
pub fn multiply<P: Wide>(a: Complex<P>, b: Complex<P>) -> Complex<P> {
    Complex { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re }
}

/// Smith's division with one reciprocal, as NumPy computes it.
#[inline(always)]
pub fn divide<P: Wide>(a: Complex<P>, b: Complex<P>) -> Complex<P> {
    let (re, im) = (b.re.abs(), b.im.abs());
    if re >= im {
        if re == P::ZERO && im == P::ZERO {
            return Complex { re: a.re / re, im: a.im / re };
        }
        let ratio = b.im / b.re;
        let scale = P::ONE / (b.re + b.im * ratio);
        Complex { re: (a.re + a.im * ratio) * scale, im: (a.im - a.re * ratio) * scale }
    } else {
        let ratio = b.re / b.im;
        let scale = P::ONE / (b.im + b.re * ratio);
        Complex { re: (a.re * ratio + a.im) * scale, im: (a.im * ratio - a.re) * scale }
    }
}

/// 1 / a by Smith's method, as NumPy's reciprocal.
#[inline(always)]
pub fn invert<P: Wide>(a: Complex<P>) -> Complex<P> {
    if a.im.abs() <= a.re.abs() {
        let ratio = a.im / a.re;
        let scale = a.re + a.im * ratio;
        Complex { re: P::ONE / scale, im: -ratio / scale }
    } else {
        let ratio = a.re / a.im;
        let scale = a.re * ratio + a.im;
        Complex { re: ratio / scale, im: -P::ONE / scale }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_widens_and_narrows_back() {
        for bits in 0..=u16::MAX {
            let half = f16::from_bits(bits);
            let wide = widen_f16(half);
            assert!(wide.to_bits() == half.to_f32().to_bits() || wide.is_nan() && half.is_nan(), "{bits:#x}");
            assert!(narrow_f16(wide) == half || half.is_nan() && narrow_f16(wide).is_nan(), "{bits:#x}");
        }
    }

    #[test]
    fn f32_rounds_to_the_nearest_half() {
        // Around every half and every midpoint of two, and across all exponents.
        let near = (0..=0x7c00u32).flat_map(|h| {
            let (low, high) = (f16::from_bits(h as u16).to_f32(), f16::from_bits((h + 1).min(0x7c00) as u16).to_f32());
            let middle = if high.is_finite() { low / 2.0 + high / 2.0 } else { 65520.0 };
            [low, middle].map(f32::to_bits).into_iter().flat_map(|b| b.saturating_sub(2)..=b + 2)
        });
        for bits in near.chain((0..=u32::MAX >> 12).map(|b| (b << 12) | (b >> 8))) {
            let v = f32::from_bits(bits);
            for v in [v, -v] {
                let (ours, half) = (narrow_f16(v), f16::from_f32(v));
                assert!(ours.to_bits() == half.to_bits() || ours.is_nan() && half.is_nan(), "{v:e}: {ours:e} {half:e}");
            }
        }
    }
}
