//! The primitives: what a lane can do.

use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Sub};

/// A truth value for each lane.
pub trait Mask: Copy + BitAnd<Output = Self> + BitOr<Output = Self> + Not<Output = Self> {}

/// The integer behind a lane: as wide as it, two's complement, wrapping.
pub trait Bits:
    Copy + Add<Output = Self> + Sub<Output = Self> + BitAnd<Output = Self> + BitOr<Output = Self> + BitXor<Output = Self>
{
    /// Truth values.
    type Mask: Mask;

    /// A constant (its low bits, where lanes are narrower than 64 bits).
    fn int(self, value: i64) -> Self;
    /// Shifted left by `n` bits, fewer than the lane has.
    fn shl(self, n: u32) -> Self;
    /// Shifted right by `n` bits, zeros from the left.
    fn shr(self, n: u32) -> Self;
    /// Shifted right by `n` bits, the sign from the left.
    fn sar(self, n: u32) -> Self;
    /// Equal.
    fn eq(self, other: Self) -> Self::Mask;
    /// Greater, as signed integers.
    fn gt(self, other: Self) -> Self::Mask;
    /// `a` where the mask holds, else `b`.
    fn select(mask: Self::Mask, a: Self, b: Self) -> Self;
}

/// A number of a vector: f64 or f32.
///
/// The operators are the IEEE operations, rounded to nearest; nothing is contracted, reordered or flushed.
pub trait Lane:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// Truth values.
    type Mask: Mask;
    /// The integer as wide as the lane.
    type Bits: Bits<Mask = Self::Mask>;

    /// A constant, rounded to the lane's type. (`self` only says of which kind and where.)
    fn lit(self, value: f64) -> Self;
    /// `self · b + c`, rounded once.
    fn fma(self, b: Self, c: Self) -> Self;
    /// The square root.
    fn sqrt(self) -> Self;
    /// Without its sign.
    fn abs(self) -> Self;
    /// With the sign of `sign`.
    fn copysign(self, sign: Self) -> Self;
    /// The nearest integer, ties to even.
    fn round(self) -> Self;
    /// The greatest integer not above.
    fn floor(self) -> Self;
    /// The integer towards zero.
    fn trunc(self) -> Self;
    /// The bits as an integer.
    fn bits(self) -> Self::Bits;
    /// The number with these bits.
    fn from_bits(bits: Self::Bits) -> Self;
    /// Less; false for NaN.
    fn lt(self, other: Self) -> Self::Mask;
    /// Less or equal; false for NaN.
    fn le(self, other: Self) -> Self::Mask;
    /// Equal; false for NaN.
    fn eq(self, other: Self) -> Self::Mask;
    /// `a` where the mask holds, else `b`.
    fn select(mask: Self::Mask, a: Self, b: Self) -> Self;

    /// Greater; false for NaN.
    fn gt(self, other: Self) -> Self::Mask {
        other.lt(self)
    }
    /// Greater or equal; false for NaN.
    fn ge(self, other: Self) -> Self::Mask {
        other.le(self)
    }
    /// Whether it is NaN.
    fn is_nan(self) -> Self::Mask {
        !self.eq(self)
    }
}

/// A lane of f32, which has a lane of f64 beside it.
pub trait Single: Lane {
    /// The f64 lane.
    type Double: Lane;

    /// Exactly, in f64.
    fn widen(self) -> Self::Double;
    /// Rounded to f32.
    fn narrow(wide: Self::Double) -> Self;
}
