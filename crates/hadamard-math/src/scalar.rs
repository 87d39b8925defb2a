//! Plain numbers as lanes.

use crate::lane::{Bits, Lane, Mask, Single};

impl Mask for bool {}

macro_rules! scalar {
    ($float:ident $int:ident $unsigned:ident) => {
        impl Bits for Wrapped<$int> {
            type Mask = bool;

            #[inline(always)]
            fn int(self, value: i64) -> Self {
                Wrapped(value as $int)
            }
            #[inline(always)]
            fn shl(self, n: u32) -> Self {
                Wrapped(self.0 << n)
            }
            #[inline(always)]
            fn shr(self, n: u32) -> Self {
                Wrapped((self.0 as $unsigned >> n) as $int)
            }
            #[inline(always)]
            fn sar(self, n: u32) -> Self {
                Wrapped(self.0 >> n)
            }
            #[inline(always)]
            fn eq(self, other: Self) -> bool {
                self.0 == other.0
            }
            #[inline(always)]
            fn gt(self, other: Self) -> bool {
                self.0 > other.0
            }
            #[inline(always)]
            fn select(mask: bool, a: Self, b: Self) -> Self {
                if mask { a } else { b }
            }
        }

        impl Lane for $float {
            type Mask = bool;
            type Bits = Wrapped<$int>;

            #[inline(always)]
            fn lit(self, value: f64) -> Self {
                value as $float
            }
            #[inline(always)]
            fn fma(self, b: Self, c: Self) -> Self {
                self.mul_add(b, c)
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                <$float>::sqrt(self)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                <$float>::abs(self)
            }
            #[inline(always)]
            fn copysign(self, sign: Self) -> Self {
                <$float>::copysign(self, sign)
            }
            #[inline(always)]
            fn round(self) -> Self {
                self.round_ties_even()
            }
            #[inline(always)]
            fn floor(self) -> Self {
                <$float>::floor(self)
            }
            #[inline(always)]
            fn trunc(self) -> Self {
                <$float>::trunc(self)
            }
            #[inline(always)]
            fn bits(self) -> Wrapped<$int> {
                Wrapped(self.to_bits() as $int)
            }
            #[inline(always)]
            fn from_bits(bits: Wrapped<$int>) -> Self {
                <$float>::from_bits(bits.0 as $unsigned)
            }
            #[inline(always)]
            fn lt(self, other: Self) -> bool {
                self < other
            }
            #[inline(always)]
            fn le(self, other: Self) -> bool {
                self <= other
            }
            #[inline(always)]
            fn eq(self, other: Self) -> bool {
                self == other
            }
            #[inline(always)]
            fn select(mask: bool, a: Self, b: Self) -> Self {
                if mask { a } else { b }
            }
        }
    };
}

/// An integer whose arithmetic wraps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wrapped<T>(pub T);

macro_rules! wrapping {
    ($int:ident: $($op:ident $method:ident = $by:expr;)*) => {$(
        impl std::ops::$op for Wrapped<$int> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                let by: fn($int, $int) -> $int = $by;
                Wrapped(by(self.0, other.0))
            }
        }
    )*};
}
macro_rules! integer {
    ($($int:ident)*) => {$(
        wrapping! { $int:
            Add add = |a, b| a.wrapping_add(b);
            Sub sub = |a, b| a.wrapping_sub(b);
            BitAnd bitand = |a, b| a & b;
            BitOr bitor = |a, b| a | b;
            BitXor bitxor = |a, b| a ^ b;
        }
    )*};
}
integer! { i32 i64 }
scalar! { f64 i64 u64 }
scalar! { f32 i32 u32 }

impl Single for f32 {
    type Double = f64;

    #[inline(always)]
    fn widen(self) -> f64 {
        self as f64
    }
    #[inline(always)]
    fn narrow(wide: f64) -> f32 {
        wide as f32
    }
}
