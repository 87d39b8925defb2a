//! Comparisons, logic, predicates and selection.

use super::Kernel;
use super::block::{map1, map2, map3};
use super::float::{Float, Wide};
use hadamard_array::{Bool, DType, Element, bf16, f16};

/// A real element as something that compares.
trait Key: Element {
    type Key: PartialOrd;
    fn key(self) -> Self::Key;
}
macro_rules! key {
    ($($T:ty => $K:ty, $v:ident: $key:expr;)*) => {$(
        impl Key for $T {
            type Key = $K;
            #[inline(always)]
            fn key(self) -> $K { let $v = self; $key }
        }
    )*};
}
key! {
    Bool => bool, v: v.get();
    i8 => i8, v: v; i16 => i16, v: v; i32 => i32, v: v; i64 => i64, v: v;
    u8 => u8, v: v; u16 => u16, v: v; u32 => u32, v: v; u64 => u64, v: v;
    f16 => f32, v: v.to_f32(); bf16 => f32, v: v.to_f32(); f32 => f32, v: v; f64 => f64, v: v;
}

macro_rules! order {
    ($($(#[$doc:meta])* $name:ident $sign:tt;)*) => {$(
        $(#[$doc])*
        pub fn $name(arg: DType) -> Option<Kernel> {
            fn of<T: Key>() -> Kernel {
                map2(|a: T, b: T| Bool::from(a.key() $sign b.key()))
            }
            by_kind!(arg; bool T => of::<T>(); int T => of::<T>(); float T => of::<T>();)
        }
    )*};
}
order! {
    /// a < b
    lt <;
    /// a ≤ b
    le <=;
    /// a > b
    gt >;
    /// a ≥ b
    ge >=;
}

/// a = b
pub fn eq(arg: DType) -> Option<Kernel> {
    fn of<T: Key>() -> Kernel {
        map2(|a: T, b: T| Bool::from(a.key() == b.key()))
    }
    by_kind!(arg; bool T => of::<T>(); int T => of::<T>(); float T => of::<T>();
        complex T => map2(|a: T, b: T| Bool::from(a == b));)
}

/// a ≠ b
pub fn ne(arg: DType) -> Option<Kernel> {
    fn of<T: Key>() -> Kernel {
        map2(|a: T, b: T| Bool::from(a.key() != b.key()))
    }
    by_kind!(arg; bool T => of::<T>(); int T => of::<T>(); float T => of::<T>();
        complex T => map2(|a: T, b: T| Bool::from(a != b));)
}

/// A connective of two booleans
pub fn logic(f: impl Fn(bool, bool) -> bool + Send + Sync + 'static) -> Kernel {
    map2(move |a: Bool, b: Bool| Bool::from(f(a.get(), b.get())))
}

/// Not a
pub fn not() -> Kernel {
    map1(|a: Bool| Bool::from(!a.get()))
}

/// The second where the mask is true, else the third: a copy of bits, so it depends on the size of the dtype only
pub fn select(values: DType) -> Kernel {
    // Blending with masks instead of choosing lets the loop vectorise although mask and values differ in width.
    macro_rules! blend {
        ($T:ty) => {
            map3(|mask: Bool, a: $T, b: $T| {
                let taken = <$T>::from(mask.get()).wrapping_neg();
                (a & taken) | (b & !taken)
            })
        };
    }
    match values.size() {
        1 => blend!(u8),
        2 => blend!(u16),
        4 => blend!(u32),
        8 => blend!(u64),
        _ => map3(|mask: Bool, a: [u64; 2], b: [u64; 2]| if mask.get() { a } else { b }),
    }
}

/// The same answer for every entry
fn constant(answer: bool) -> Kernel {
    Box::new(move |_, out| {
        out.fill(answer as u8);
        Ok(())
    })
}

/// NaN in either part
pub fn is_nan(arg: DType) -> Option<Kernel> {
    if !arg.is_float() && !arg.is_complex() {
        return Some(constant(false));
    }
    by_kind!(arg;
        float T => map1(|a: T| Bool::from(a.is_nan()));
        complex T => map1(|a: T| Bool::from(a.re.is_nan() | a.im.is_nan()));
    )
}

/// Infinite in either part
pub fn is_inf(arg: DType) -> Option<Kernel> {
    if !arg.is_float() && !arg.is_complex() {
        return Some(constant(false));
    }
    by_kind!(arg;
        float T => map1(|a: T| Bool::from(Wide::is_infinite(a.widen())));
        complex T => map1(|a: T| Bool::from(a.re.is_infinite() | a.im.is_infinite()));
    )
}

/// Neither NaN nor infinite
pub fn is_finite(arg: DType) -> Option<Kernel> {
    if !arg.is_float() && !arg.is_complex() {
        return Some(constant(true));
    }
    by_kind!(arg;
        float T => map1(|a: T| Bool::from(a.is_finite()));
        complex T => map1(|a: T| Bool::from(a.re.is_finite() & a.im.is_finite()));
    )
}
