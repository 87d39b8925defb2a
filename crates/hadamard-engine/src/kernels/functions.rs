//! Powers, roots, elementary functions, roundings and the parts of complex entries.

use super::Kernel;
use super::block::{copy, map1, map2, try2, zero};
use super::float::{Cplx, Float, Wide};
use super::int::{Int, Whole, power};
use crate::fault::Fault;
use crate::functions::{Block, with};
use crate::math;
use hadamard_algebra::{Map, Overflow};
use hadamard_array::{DType, c128};

/// A function of two real entries
pub fn real2(arg: DType, f: fn(f64, f64) -> f64) -> Option<Kernel> {
    by_kind!(arg; float T => map2(move |a: T, b: T| T::from_function(f(Float::to_f64(a), Float::to_f64(b))));)
}

/// An elementary function of real entries
pub fn real(map: Map, arg: DType) -> Option<Kernel> {
    with(map, Block(arg)).flatten()
}

/// An elementary function of real or complex entries
pub fn field(map: Map, arg: DType, complex: fn(c128) -> c128) -> Option<Kernel> {
    if !arg.is_complex() {
        return real(map, arg);
    }
    by_kind!(arg; complex T => map1(move |a: T| T::from_c128(complex(a.to_c128())));)
}

/// a to the power b: integers exactly, by squaring
pub fn pow(arg: DType, overflow: Overflow) -> Option<Kernel> {
    fn int<T: Int>(a: T, b: T, overflow: Overflow) -> Result<T, Fault> {
        if b.is_negative() {
            return Err(Fault::NegativeExponent);
        }
        let (value, lost) = power(a, b.low() as u64);
        match overflow {
            Overflow::Wrap => Ok(value),
            _ if !lost => Ok(value),
            Overflow::Error => Err(Fault::Overflow),
            Overflow::Saturate => Ok(if a.is_negative() && b.low() & 1 == 1 { T::MIN } else { T::MAX }),
        }
    }
    if arg.is_float() {
        return real(Map::Pow, arg);
    }
    by_kind!(arg;
        int T => try2(move |a: T, b: T| int(a, b, overflow));
        complex T => map2(|a: T, b: T| T::from_c128(math::complex::pow(a.to_c128(), b.to_c128())));
    )
}

/// The square root: the IEEE operation, the principal value of complex entries
pub fn sqrt(arg: DType) -> Option<Kernel> {
    by_kind!(arg;
        float T => map1(|a: T| T::narrow(Wide::sqrt(a.widen())));
        complex T => map1(|a: T| T::from_c128(math::complex::sqrt(a.to_c128())));
    )
}

/// The magnitude of a with the sign of b
pub fn copysign(arg: DType) -> Option<Kernel> {
    by_kind!(arg; float T => map2(|a: T, b: T| T::narrow(Wide::copysign(a.widen(), b.widen())));)
}

macro_rules! rounding {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        pub fn $name(arg: DType) -> Option<Kernel> {
            if !arg.is_float() {
                return (!arg.is_complex()).then(copy);
            }
            by_kind!(arg; float T => map1(|a: T| T::narrow(Wide::$name(a.widen())));)
        }
    )*};
}
rounding! {
    /// The integer not above
    floor
    /// The integer not below
    ceil
    /// The nearest integer, ties to even
    round
    /// The integer towards zero
    trunc
}

/// The real part
pub fn real_part(arg: DType) -> Option<Kernel> {
    if !arg.is_complex() {
        return Some(copy());
    }
    by_kind!(arg; complex T => map1(|a: T| a.re);)
}

/// The imaginary part
pub fn imaginary_part(arg: DType) -> Option<Kernel> {
    if !arg.is_complex() {
        return Some(zero());
    }
    by_kind!(arg; complex T => map1(|a: T| a.im);)
}

/// The complex conjugate
pub fn conj(arg: DType) -> Option<Kernel> {
    if !arg.is_complex() {
        return Some(copy());
    }
    by_kind!(arg; complex T => map1(|a: T| a.conj());)
}

/// The argument in radians: 0 or π for reals
pub fn angle(arg: DType) -> Option<Kernel> {
    by_kind!(arg;
        bool T => map1(|a: T| math::atan2(0.0, a.to_f64()));
        int T => map1(|a: T| math::atan2(0.0, Whole::to_f64(a)));
        float T => map1(|a: T| T::from_function(math::atan2(0.0, Float::to_f64(a))));
        complex T => map1(|a: T| {
            let z = a.to_c128();
            <T as Cplx>::Part::from_function(math::atan2(z.im, z.re))
        });
    )
}
