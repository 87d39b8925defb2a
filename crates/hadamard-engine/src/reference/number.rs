//! Numbers of the reference evaluator: integers are i128, reals are f64 rounded to their dtype after each operation.
//! Double precision has more than twice the digits of the shorter formats, so rounding twice is harmless.

use crate::fault::Fault;
use hadamard_algebra::Overflow;
use hadamard_array::{DType, Scalar, bf16, c64, c128, f16};

/// The value of an integer or bool.
pub fn whole(v: Scalar) -> i128 {
    v.as_int().expect("an integer")
}

/// The value of a real number.
pub fn double(v: Scalar) -> f64 {
    v.as_f64().expect("a real number")
}

/// An integer that fits the dtype, as a scalar of any dtype.
pub fn int(dtype: DType, v: i128) -> Scalar {
    match dtype {
        DType::Bool => Scalar::Bool(v != 0),
        DType::I8 => Scalar::I8(v as i8),
        DType::I16 => Scalar::I16(v as i16),
        DType::I32 => Scalar::I32(v as i32),
        DType::I64 => Scalar::I64(v as i64),
        DType::U8 => Scalar::U8(v as u8),
        DType::U16 => Scalar::U16(v as u16),
        DType::U32 => Scalar::U32(v as u32),
        DType::U64 => Scalar::U64(v as u64),
        DType::F32 => Scalar::F32(v as f32),
        DType::F64 => Scalar::F64(v as f64),
        DType::F16 | DType::BF16 => real(dtype, odd(v)),
        DType::C64 => Scalar::C64(c64::new(v as f32, 0.0)),
        DType::C128 => Scalar::C128(c128::new(v as f64, 0.0)),
    }
}

/// A 64-bit integer as a double with a trace of every digit that did not fit, for rounding to a shorter format.
fn odd(v: i128) -> f64 {
    if v.unsigned_abs() < 1 << 53 {
        return v as f64;
    }
    let top = v.unsigned_abs() / 4096;
    let magnitude = (top * 2 + u128::from(top * 4096 != v.unsigned_abs())) as f64 * 2048.0;
    if v < 0 { -magnitude } else { magnitude }
}

/// An exact integer result under the overflow policy: `exact` is `None` if it does not even fit an i128.
pub fn judge(exact: Option<i128>, low: i128, negative: bool, out: DType, overflow: Overflow) -> Result<Scalar, Fault> {
    let (min, max) = out.int_range().expect("an integer dtype");
    match (exact, overflow) {
        (Some(v), _) if (min..=max).contains(&v) => Ok(int(out, v)),
        (_, Overflow::Error) => Err(Fault::Overflow),
        (_, Overflow::Wrap) => Ok(int(out, low)),
        (_, Overflow::Saturate) => Ok(int(out, if negative { min } else { max })),
    }
}

/// A double rounded to a float dtype.
pub fn real(dtype: DType, v: f64) -> Scalar {
    match dtype {
        DType::F64 => Scalar::F64(v),
        DType::F32 => Scalar::F32(v as f32),
        DType::F16 => Scalar::F16(f16::from_f64(quantised(v, 11, -14, 15))),
        DType::BF16 => Scalar::BF16(bf16::from_f64(quantised(v, 8, -126, 127))),
        _ => unreachable!("a float dtype"),
    }
}

/// Rounds to `digits` binary digits with exponents from `low` to `high`, ties to even: the result is a value of the
/// format, so converting it is exact.
fn quantised(v: f64, digits: i32, low: i32, high: i32) -> f64 {
    if v == 0.0 || !v.is_finite() {
        return v;
    }
    let exponent = libm::ilogb(v).max(low);
    let quantum = libm::ldexp(1.0, exponent - digits + 1);
    let rounded = (v / quantum).round_ties_even() * quantum;
    if rounded.abs() >= libm::ldexp(1.0, high + 1) { f64::INFINITY.copysign(v) } else { rounded }
}

/// A double-precision complex number rounded to a complex dtype.
pub fn complex(dtype: DType, z: c128) -> Scalar {
    match dtype {
        DType::C64 => Scalar::C64(c64::new(z.re as f32, z.im as f32)),
        DType::C128 => Scalar::C128(z),
        _ => unreachable!("a complex dtype"),
    }
}

/// The result of an elementary function: on the way to the half precisions it is rounded to f32, as documented.
pub fn function(dtype: DType, v: f64) -> Scalar {
    match dtype {
        DType::F16 | DType::BF16 => real(dtype, v as f32 as f64),
        _ => real(dtype, v),
    }
}
