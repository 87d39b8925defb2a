//! What kernels ask of integers. Every operation returns its low bits and whether the exact value was lost, written
//! so that the flag vectorises (std's overflow intrinsics keep the loop scalar on some targets).

use hadamard_array::{Bool, Element};

/// Integers and booleans as numbers.
pub trait Whole: Element {
    /// The value modulo 2⁶⁴.
    fn low(self) -> i64;
    /// Whether the value is below zero.
    fn is_negative(self) -> bool;
    /// Nearest f32, ties to even.
    fn to_f32(self) -> f32;
    /// Nearest f64, ties to even.
    fn to_f64(self) -> f64;
    /// A double that rounds to any format of at most 50 bits as the exact value does: the bits that do not fit are
    /// folded into the last one.
    #[inline(always)]
    fn to_f64_odd(self) -> f64 {
        let (low, negative) = (self.low(), self.is_negative());
        let magnitude = if negative { low.unsigned_abs() } else { low as u64 };
        if magnitude >> 53 == 0 {
            return self.to_f64();
        }
        let folded = (magnitude >> 11) | u64::from(magnitude & 0x7ff != 0);
        let value = folded as f64 * 2048.0;
        if negative { -value } else { value }
    }
}

/// Integers.
pub trait Int: Whole + Ord {
    /// Smallest value.
    const MIN: Self;
    /// Largest value.
    const MAX: Self;
    /// The largest double whose integer part is below [`Int::MIN`].
    const BELOW: f64;
    /// One more than [`Int::MAX`].
    const ABOVE: f64;
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;
    /// The low bits.
    fn from_low(low: i64) -> Self;
    /// Nearest value to the integer part; 0 for NaN.
    fn saturate_f64(v: f64) -> Self;
    /// a + b.
    fn add(self, b: Self) -> (Self, bool);
    /// a − b.
    fn sub(self, b: Self) -> (Self, bool);
    /// a b.
    fn mul(self, b: Self) -> (Self, bool);
    /// −a.
    fn neg(self) -> (Self, bool);
    /// |a|.
    fn abs(self) -> (Self, bool);
    /// a b + c, judged as a whole.
    fn fma(self, b: Self, c: Self) -> (Self, bool);
    /// Nearest value to a + b.
    fn saturating_add(self, b: Self) -> Self;
    /// Nearest value to a − b.
    fn saturating_sub(self, b: Self) -> Self;
    /// Nearest value to a b.
    fn saturating_mul(self, b: Self) -> Self;
    /// Nearest value to a b + c.
    fn saturating_fma(self, b: Self, c: Self) -> Self;
    /// Remainder with the sign of a; b is not 0.
    fn rem(self, b: Self) -> Self;
    /// Remainder with the sign of b; b is not 0.
    fn modulo(self, b: Self) -> Self;
}

macro_rules! whole {
    ($T:ty, $v:ident => $value:expr, $negative:expr) => {
        impl Whole for $T {
            #[inline(always)]
            fn low(self) -> i64 {
                let $v = self;
                $value as i64
            }
            #[inline(always)]
            fn is_negative(self) -> bool {
                let $v = self;
                $negative
            }
            #[inline(always)]
            fn to_f32(self) -> f32 {
                let $v = self;
                $value as f32
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                let $v = self;
                $value as f64
            }
        }
    };
}

/// What signed and unsigned integers share; `$W` holds any product plus a term exactly.
macro_rules! common {
    ($T:ident, $W:ty) => {
        const MIN: $T = $T::MIN;
        const MAX: $T = $T::MAX;
        const ABOVE: f64 = ($T::MAX / 2 + 1) as f64 * 2.0;
        const ZERO: $T = 0;
        const ONE: $T = 1;
        #[inline(always)]
        fn from_low(low: i64) -> $T {
            low as $T
        }
        #[inline(always)]
        fn saturate_f64(v: f64) -> $T {
            v as $T
        }
        #[inline(always)]
        fn mul(self, b: $T) -> ($T, bool) {
            let wide = self as $W * b as $W;
            (wide as $T, wide as $T as $W != wide)
        }
        #[inline(always)]
        fn fma(self, b: $T, c: $T) -> ($T, bool) {
            let wide = self as $W * b as $W + c as $W;
            (wide as $T, wide as $T as $W != wide)
        }
        #[inline(always)]
        fn saturating_add(self, b: $T) -> $T {
            $T::saturating_add(self, b)
        }
        #[inline(always)]
        fn saturating_sub(self, b: $T) -> $T {
            $T::saturating_sub(self, b)
        }
        #[inline(always)]
        fn saturating_mul(self, b: $T) -> $T {
            $T::saturating_mul(self, b)
        }
        #[inline(always)]
        fn saturating_fma(self, b: $T, c: $T) -> $T {
            let wide = self as $W * b as $W + c as $W;
            wide.clamp($T::MIN as $W, $T::MAX as $W) as $T
        }
        #[inline(always)]
        fn rem(self, b: $T) -> $T {
            self.wrapping_rem(b)
        }
    };
}

macro_rules! signed {
    ($($T:ident $W:ty, $below:expr;)*) => {$(
        whole!($T, v => v, v < 0);
        impl Int for $T {
            common!($T, $W);
            const BELOW: f64 = $below;
            #[inline(always)]
            fn add(self, b: $T) -> ($T, bool) {
                let r = self.wrapping_add(b);
                (r, (self ^ r) & (b ^ r) < 0)
            }
            #[inline(always)]
            fn sub(self, b: $T) -> ($T, bool) {
                let r = self.wrapping_sub(b);
                (r, (self ^ b) & (self ^ r) < 0)
            }
            #[inline(always)]
            fn neg(self) -> ($T, bool) {
                (self.wrapping_neg(), self == $T::MIN)
            }
            #[inline(always)]
            fn abs(self) -> ($T, bool) {
                (self.wrapping_abs(), self == $T::MIN)
            }
            #[inline(always)]
            fn modulo(self, b: $T) -> $T {
                let r = self.wrapping_rem(b);
                if r != 0 && (r < 0) != (b < 0) { r + b } else { r }
            }
        }
    )*};
}
macro_rules! unsigned {
    ($($T:ident $W:ty;)*) => {$(
        whole!($T, v => v, { let _ = v; false });
        impl Int for $T {
            common!($T, $W);
            const BELOW: f64 = -1.0;
            #[inline(always)]
            fn add(self, b: $T) -> ($T, bool) {
                let r = self.wrapping_add(b);
                (r, r < self)
            }
            #[inline(always)]
            fn sub(self, b: $T) -> ($T, bool) {
                (self.wrapping_sub(b), self < b)
            }
            #[inline(always)]
            fn neg(self) -> ($T, bool) {
                (self.wrapping_neg(), self != 0)
            }
            #[inline(always)]
            fn abs(self) -> ($T, bool) {
                (self, false)
            }
            #[inline(always)]
            fn modulo(self, b: $T) -> $T {
                self % b
            }
        }
    )*};
}
signed! {
    i8 i32, -129.0;
    i16 i64, -32769.0;
    i32 i64, -2147483649.0;
    i64 i128, -9223372036854777856.0;
}
unsigned! { u8 u32; u16 u64; u32 u64; u64 u128; }
whole!(Bool, v => v.get() as u8, { let _ = v; false });

/// aᵉ by repeated squaring: the low bits, and whether the exact value was lost.
pub fn power<T: Int>(a: T, mut e: u64) -> (T, bool) {
    let (mut result, mut base, mut lost) = (T::ONE, a, false);
    while e > 0 {
        if e & 1 == 1 {
            let (r, l) = result.mul(base);
            (result, lost) = (r, lost | l);
        }
        e >>= 1;
        // The last square is not part of the power, so it must not be judged.
        if e > 0 {
            let (b, l) = base.mul(base);
            (base, lost) = (b, lost | l);
        }
    }
    (result, lost)
}
