//! Conversions between dtypes. Floats to integers are cut towards zero, everything to floats rounds to nearest even
//! once, anything that is not zero is true, and a complex entry keeps its real part when made real.

use super::Kernel;
use super::block::{check1, copy, map1};
use super::float::{Cplx, Float};
use super::int::{Int, Whole};
use crate::fault::Fault;
use hadamard_algebra::Overflow;
use hadamard_array::{Complex, DType};

/// The conversion from one dtype to another.
pub fn cast(from: DType, to: DType, overflow: Overflow) -> Option<Kernel> {
    if from == to && from != DType::Bool {
        return Some(copy());
    }
    by_kind!(from;
        bool S => from_whole::<S>(to, overflow);
        int S => from_whole::<S>(to, overflow);
        float S => from_float::<S>(to, overflow);
        complex S => from_complex::<S>(to, overflow);
    )?
}

fn from_whole<S: Whole>(to: DType, overflow: Overflow) -> Option<Kernel> {
    by_kind!(to;
        bool T => map1(|a: S| T::from(a.low() != 0));
        int T => whole_to_int::<S, T>(overflow);
        float T => map1(|a: S| T::from_whole(a));
        complex T => map1(|a: S| Complex { re: <T as Cplx>::Part::from_whole(a), im: 0.0 });
    )
}

fn from_float<S: Float>(to: DType, overflow: Overflow) -> Option<Kernel> {
    by_kind!(to;
        bool T => map1(|a: S| T::from(a.to_f64() != 0.0));
        int T => float_to_int::<S, T>(overflow, S::to_f64);
        float T => map1(|a: S| <T as Float>::from_f64(Float::to_f64(a)));
        complex T => map1(|a: S| Complex { re: <T as Cplx>::Part::from_f64(a.to_f64()), im: 0.0 });
    )
}

fn from_complex<S: Cplx>(to: DType, overflow: Overflow) -> Option<Kernel> {
    by_kind!(to;
        bool T => map1(|a: S| {
            let z = a.to_c128();
            T::from((z.re != 0.0) | (z.im != 0.0))
        });
        int T => float_to_int::<S, T>(overflow, |a| a.to_c128().re);
        float T => map1(|a: S| <T as Float>::from_f64(a.to_c128().re));
        complex T => map1(|a: S| T::from_c128(a.to_c128()));
    )
}

fn whole_to_int<S: Whole, T: Int>(overflow: Overflow) -> Kernel {
    // Lanes of 64 bits hold either range once the sign is compared too.
    #[inline(always)]
    fn exact<S: Whole, T: Int>(a: S) -> (T, bool) {
        let value = T::from_low(a.low());
        (value, (value.low() != a.low()) | (value.is_negative() != a.is_negative()))
    }
    match overflow {
        Overflow::Error => check1(Fault::Overflow, exact::<S, T>),
        Overflow::Wrap => map1(|a: S| T::from_low(a.low())),
        Overflow::Saturate => map1(|a: S| {
            let (value, lost) = exact::<S, T>(a);
            let nearest = if a.is_negative() { T::MIN } else { T::MAX };
            if lost { nearest } else { value }
        }),
    }
}

fn float_to_int<S: hadamard_array::Element, T: Int>(
    overflow: Overflow,
    value: impl Fn(S) -> f64 + Send + Sync + 'static,
) -> Kernel {
    match overflow {
        Overflow::Error => check1(Fault::Overflow, move |a| {
            let v = value(a);
            let inside = (v > T::BELOW) & (v < T::ABOVE) | (v == T::MIN.to_f64());
            (T::saturate_f64(v), !inside)
        }),
        Overflow::Wrap => map1(move |a| wrap::<T>(value(a))),
        Overflow::Saturate => map1(move |a| T::saturate_f64(value(a))),
    }
}

/// The integer part modulo 2ⁿ; 0 for NaN and the infinities.
fn wrap<T: Int>(v: f64) -> T {
    if v.abs() < 9.2e18 {
        T::from_low(v as i64)
    } else if v.is_finite() {
        // An exact remainder, below 2⁶⁴ in magnitude, whose low bits are those of the value.
        T::from_low(libm::fmod(v, 18446744073709551616.0) as i128 as i64)
    } else {
        T::ZERO
    }
}
