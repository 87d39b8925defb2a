//! Sums, products, signs, minima and maxima.

use super::Kernel;
use super::block::{check1, check2, check3, copy, map1, map2, map3};
use super::float::{Cplx, Float, Wide, multiply};
use super::int::{Int, Whole};
use crate::fault::Fault;
use crate::math;
use hadamard_algebra::Overflow;
use hadamard_array::{Bool, DType};

fn int1<T: Int>(
    overflow: Overflow,
    exact: impl Fn(T) -> (T, bool) + Copy + Send + Sync + 'static,
    saturated: impl Fn(T) -> T + Send + Sync + 'static,
) -> Kernel {
    match overflow {
        Overflow::Error => check1(Fault::Overflow, exact),
        Overflow::Wrap => map1(move |a| exact(a).0),
        Overflow::Saturate => map1(saturated),
    }
}

fn int2<T: Int>(
    overflow: Overflow,
    exact: impl Fn(T, T) -> (T, bool) + Copy + Send + Sync + 'static,
    saturated: impl Fn(T, T) -> T + Send + Sync + 'static,
) -> Kernel {
    match overflow {
        Overflow::Error => check2(Fault::Overflow, exact),
        Overflow::Wrap => map2(move |a, b| exact(a, b).0),
        Overflow::Saturate => map2(saturated),
    }
}

/// a + b
pub fn add(arg: DType, overflow: Overflow) -> Option<Kernel> {
    by_kind!(arg;
        int T => int2::<T>(overflow, T::add, <T as Int>::saturating_add);
        float T => map2(|a: T, b: T| T::narrow(a.widen() + b.widen()));
        complex T => map2(|a: T, b: T| a + b);
    )
}

/// a − b
pub fn sub(arg: DType, overflow: Overflow) -> Option<Kernel> {
    by_kind!(arg;
        int T => int2::<T>(overflow, T::sub, <T as Int>::saturating_sub);
        float T => map2(|a: T, b: T| T::narrow(a.widen() - b.widen()));
        complex T => map2(|a: T, b: T| a - b);
    )
}

/// a b
pub fn mul(arg: DType, overflow: Overflow) -> Option<Kernel> {
    by_kind!(arg;
        bool T => map2(|a: T, b: T| Bool::from(a.get() & b.get()));
        int T => int2::<T>(overflow, T::mul, <T as Int>::saturating_mul);
        float T => map2(|a: T, b: T| T::narrow(a.widen() * b.widen()));
        complex T => map2(|a: T, b: T| T::of(multiply(a, b)));
    )
}

/// −a
pub fn neg(arg: DType, overflow: Overflow) -> Option<Kernel> {
    by_kind!(arg;
        int T => int1::<T>(overflow, T::neg, |a| <T as Int>::saturating_sub(0, a));
        float T => map1(|a: T| T::narrow(-a.widen()));
        complex T => map1(|a: T| -a);
    )
}

/// |a|, the modulus of a complex entry
pub fn abs(arg: DType, overflow: Overflow) -> Option<Kernel> {
    by_kind!(arg;
        bool T => { let _: Option<T> = None; copy() };
        int T => int1::<T>(overflow, <T as Int>::abs, |a| if a.is_negative() { <T as Int>::saturating_sub(0, a) } else { a });
        float T => map1(|a: T| T::narrow(a.widen().abs()));
        complex T => map1(|a: T| {
            let z = a.to_c128();
            <T as Cplx>::Part::from_f64(math::hypot(z.re, z.im))
        });
    )
}

/// −1, 0, 1 or NaN
pub fn sign(arg: DType) -> Option<Kernel> {
    by_kind!(arg;
        bool T => { let _: Option<T> = None; copy() };
        int T => map1(|a: T| T::from_low(i64::from(a > T::ZERO) - i64::from(a.is_negative())));
        float T => map1(|a: T| T::narrow(a.widen().sign()));
    )
}

/// a b + c with one rounding
pub fn fma(arg: DType, overflow: Overflow) -> Option<Kernel> {
    by_kind!(arg;
        int T => match overflow {
            Overflow::Error => check3::<T>(Fault::Overflow, T::fma),
            Overflow::Wrap => map3(|a: T, b: T, c: T| a.fma(b, c).0),
            Overflow::Saturate => map3(T::saturating_fma),
        };
        float T => map3(|a: T, b: T, c: T| T::fused(a, b, c));
    )
}

/// max(a, 0)
pub fn relu(arg: DType) -> Option<Kernel> {
    by_kind!(arg;
        bool T => { let _: Option<T> = None; copy() };
        int T => map1(|a: T| if a.is_negative() { T::ZERO } else { a });
        float T => map1(|a: T| {
            let a = a.widen();
            T::narrow(if a <= Wide::ZERO { Wide::ZERO } else { a })
        });
    )
}

/// The smaller one
pub fn min(arg: DType) -> Option<Kernel> {
    by_kind!(arg;
        bool T => map2(|a: T, b: T| Bool::from(a.get() & b.get()));
        int T => map2(|a: T, b: T| a.min(b));
        float T => map2(|a: T, b: T| T::narrow(a.widen().smaller(b.widen())));
    )
}

/// The larger one
pub fn max(arg: DType) -> Option<Kernel> {
    by_kind!(arg;
        bool T => map2(|a: T, b: T| Bool::from(a.get() | b.get()));
        int T => map2(|a: T, b: T| a.max(b));
        float T => map2(|a: T, b: T| T::narrow(a.widen().larger(b.widen())));
    )
}

/// min(max(a, low), high)
pub fn clamp(arg: DType) -> Option<Kernel> {
    by_kind!(arg;
        bool T => map3(|a: T, low: T, high: T| Bool::from((a.get() | low.get()) & high.get()));
        int T => map3(|a: T, low: T, high: T| a.max(low).min(high));
        float T => map3(|a: T, low: T, high: T| {
            T::narrow(a.widen().larger(low.widen()).smaller(high.widen()))
        });
    )
}
