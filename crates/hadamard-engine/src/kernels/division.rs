//! Divisions, inverses and remainders. Integers divide as f64.

use super::Kernel;
use super::block::{check1, check2, map1, map2, map3, try2};
use super::float::{Float, Wide, divide, invert};
use super::int::{Int, Whole};
use crate::fault::Fault;
use hadamard_algebra::Zeros;
use hadamard_array::{Complex, DType, Element};

/// An element that can divide: integers as f64, f16 and bf16 in f32.
trait Quotient: Element {
    type Result: Element;
    fn divide(self, b: Self) -> Self::Result;
    fn invert(self) -> Self::Result;
    fn is_zero(self) -> bool;
    fn result(self) -> Self::Result;
}

macro_rules! whole {
    ($($T:ty)*) => {$(
        impl Quotient for $T {
            type Result = f64;
            #[inline(always)]
            fn divide(self, b: $T) -> f64 { self.to_f64() / b.to_f64() }
            #[inline(always)]
            fn invert(self) -> f64 { 1.0 / self.to_f64() }
            #[inline(always)]
            fn is_zero(self) -> bool { self.low() == 0 }
            #[inline(always)]
            fn result(self) -> f64 { self.to_f64() }
        }
    )*};
}
macro_rules! float {
    ($($T:ty)*) => {$(
        impl Quotient for $T {
            type Result = $T;
            #[inline(always)]
            fn divide(self, b: $T) -> $T { <$T>::narrow(self.widen() / b.widen()) }
            #[inline(always)]
            fn invert(self) -> $T { <$T>::narrow(<$T as Float>::Wide::ONE / self.widen()) }
            #[inline(always)]
            fn is_zero(self) -> bool { self.widen() == <$T as Float>::Wide::ZERO }
            #[inline(always)]
            fn result(self) -> $T { self }
        }
    )*};
}
macro_rules! complex {
    ($($T:ty)*) => {$(
        impl Quotient for $T {
            type Result = $T;
            #[inline(always)]
            fn divide(self, b: $T) -> $T { divide(self, b) }
            #[inline(always)]
            fn invert(self) -> $T { invert(self) }
            #[inline(always)]
            fn is_zero(self) -> bool { self == Complex { re: 0.0, im: 0.0 } }
            #[inline(always)]
            fn result(self) -> $T { self }
        }
    )*};
}
whole! { hadamard_array::Bool i8 i16 i32 i64 u8 u16 u32 u64 }
float! { hadamard_array::f16 hadamard_array::bf16 f32 f64 }
complex! { hadamard_array::c64 hadamard_array::c128 }

/// Whether a zero divisor of that dtype is a fault.
pub fn zero_faults(arg: DType, zeros: Zeros) -> bool {
    match zeros {
        Zeros::ByDType => !arg.is_float() && !arg.is_complex(),
        Zeros::Error => true,
        Zeros::Ieee => false,
    }
}

/// a / b
pub fn div(arg: DType, zeros: Zeros) -> Option<Kernel> {
    fn of<T: Quotient>(faults: bool) -> Kernel {
        match faults {
            true => check2(Fault::ZeroDivisor, |a: T, b: T| (a.divide(b), b.is_zero())),
            false => map2(T::divide),
        }
    }
    let faults = zero_faults(arg, zeros);
    by_kind!(arg; bool T => of::<T>(faults); int T => of::<T>(faults); float T => of::<T>(faults);
        complex T => of::<T>(faults);)
}

/// 1 / a
pub fn inverse(arg: DType, zeros: Zeros) -> Option<Kernel> {
    fn of<T: Quotient>(faults: bool) -> Kernel {
        match faults {
            true => check1(Fault::ZeroDivisor, |a: T| (a.invert(), a.is_zero())),
            false => map1(T::invert),
        }
    }
    let faults = zero_faults(arg, zeros);
    by_kind!(arg; bool T => of::<T>(faults); int T => of::<T>(faults); float T => of::<T>(faults);
        complex T => of::<T>(faults);)
}

/// a / b, or the third argument where b is zero; never a fault
pub fn safe_div(arg: DType) -> Option<Kernel> {
    fn of<T: Quotient>() -> Kernel {
        map3(|a: T, b: T, other: T| if b.is_zero() { other.result() } else { a.divide(b) })
    }
    by_kind!(arg; bool T => of::<T>(); int T => of::<T>(); float T => of::<T>(); complex T => of::<T>();)
}

/// Remainder with the sign of b
pub fn modulo(arg: DType) -> Option<Kernel> {
    by_kind!(arg;
        int T => try2(|a: T, b: T| if b == 0 { Err(Fault::ZeroDivisor) } else { Ok(a.modulo(b)) });
        float T => map2(|a: T, b: T| T::narrow(a.widen().modulo(b.widen())));
    )
}

/// Remainder with the sign of a
pub fn rem(arg: DType) -> Option<Kernel> {
    by_kind!(arg;
        int T => try2(|a: T, b: T| if b == 0 { Err(Fault::ZeroDivisor) } else { Ok(Int::rem(a, b)) });
        float T => map2(|a: T, b: T| T::narrow(Wide::rem(a.widen(), b.widen())));
    )
}
