//! One value of any dtype.

use crate::{Bool, DType, bf16, c64, c128, f16};
use std::fmt;

/// One value of any dtype.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Scalar {
    Bool(bool),
    I8(i8),
    I16(i16),
    I32(i32),
    I64(i64),
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    F16(f16),
    BF16(bf16),
    F32(f32),
    F64(f64),
    C64(c64),
    C128(c128),
}

impl Scalar {
    /// The dtype of the value.
    pub fn dtype(self) -> DType {
        match self {
            Scalar::Bool(_) => DType::Bool,
            Scalar::I8(_) => DType::I8,
            Scalar::I16(_) => DType::I16,
            Scalar::I32(_) => DType::I32,
            Scalar::I64(_) => DType::I64,
            Scalar::U8(_) => DType::U8,
            Scalar::U16(_) => DType::U16,
            Scalar::U32(_) => DType::U32,
            Scalar::U64(_) => DType::U64,
            Scalar::F16(_) => DType::F16,
            Scalar::BF16(_) => DType::BF16,
            Scalar::F32(_) => DType::F32,
            Scalar::F64(_) => DType::F64,
            Scalar::C64(_) => DType::C64,
            Scalar::C128(_) => DType::C128,
        }
    }

    /// The value of an integer or bool, exactly.
    pub fn as_int(self) -> Option<i128> {
        Some(match self {
            Scalar::Bool(v) => v as i128,
            Scalar::I8(v) => v as i128,
            Scalar::I16(v) => v as i128,
            Scalar::I32(v) => v as i128,
            Scalar::I64(v) => v as i128,
            Scalar::U8(v) => v as i128,
            Scalar::U16(v) => v as i128,
            Scalar::U32(v) => v as i128,
            Scalar::U64(v) => v as i128,
            _ => return None,
        })
    }

    /// The value as a double: exact for everything but large 64-bit integers; `None` for complex.
    pub fn as_f64(self) -> Option<f64> {
        match self {
            Scalar::F16(v) => Some(v.to_f64()),
            Scalar::BF16(v) => Some(v.to_f64()),
            Scalar::F32(v) => Some(v as f64),
            Scalar::F64(v) => Some(v),
            Scalar::C64(_) | Scalar::C128(_) => None,
            int => int.as_int().map(|v| v as f64),
        }
    }

    /// The value as a double-precision complex number.
    pub fn as_c128(self) -> c128 {
        match self {
            Scalar::C64(v) => c128::new(v.re as f64, v.im as f64),
            Scalar::C128(v) => v,
            real => c128::new(real.as_f64().unwrap_or(f64::NAN), 0.0),
        }
    }

    /// Whether the value is a NaN (in either part).
    pub fn is_nan(self) -> bool {
        let z = self.as_c128();
        z.re.is_nan() || z.im.is_nan()
    }

    /// Whether the value equals zero.
    pub fn is_zero(self) -> bool {
        let z = self.as_c128();
        z.re == 0.0 && z.im == 0.0
    }
}

macro_rules! from {
    ($($T:ty => $V:ident),* $(,)?) => {$(
        impl From<$T> for Scalar {
            fn from(v: $T) -> Scalar { Scalar::$V(v) }
        }
    )*};
}
from! {
    bool => Bool, i8 => I8, i16 => I16, i32 => I32, i64 => I64, u8 => U8, u16 => U16, u32 => U32, u64 => U64,
    f16 => F16, bf16 => BF16, f32 => F32, f64 => F64, c64 => C64, c128 => C128,
}
impl From<Bool> for Scalar {
    fn from(v: Bool) -> Scalar {
        Scalar::Bool(v.get())
    }
}

/// A float that always shows it is one: `2` prints as `2.0`, large and tiny values in exponent form.
fn float(f: &mut fmt::Formatter<'_>, short: String, v: f64) -> fmt::Result {
    if v.is_nan() {
        f.write_str("nan")
    } else if v.is_infinite() {
        f.write_str(if v > 0.0 { "inf" } else { "-inf" })
    } else {
        f.write_str(&short)
    }
}

/// The fewest digits that `reads_back` accepts; whole numbers have all of theirs.
fn shortest(v: f32, reads_back: impl Fn(f32) -> bool) -> String {
    if v.fract() == 0.0 {
        return format!("{v:?}");
    }
    let short = (0..9).filter_map(|digits| format!("{v:.digits$e}").parse().ok()).find(|&short| reads_back(short));
    format!("{:?}", short.unwrap_or(v))
}

impl fmt::Display for Scalar {
    /// The shortest decimal that reads back as the same value of the same dtype.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        macro_rules! complex {
            ($z:expr, $V:ident) => {{
                let im = $z.im.abs();
                let sign = if $z.im.is_sign_negative() && !$z.im.is_nan() { '-' } else { '+' };
                write!(f, "{}{}{}i", Scalar::$V($z.re), sign, Scalar::$V(im))
            }};
        }
        match *self {
            Scalar::Bool(v) => write!(f, "{v}"),
            Scalar::F16(v) => float(f, shortest(v.to_f32(), |s| f16::from_f32(s) == v), v.to_f64()),
            Scalar::BF16(v) => float(f, shortest(v.to_f32(), |s| bf16::from_f32(s) == v), v.to_f64()),
            Scalar::F32(v) => float(f, format!("{v:?}"), v as f64),
            Scalar::F64(v) => float(f, format!("{v:?}"), v),
            Scalar::C64(z) => complex!(z, F32),
            Scalar::C128(z) => complex!(z, F64),
            int => write!(f, "{}", int.as_int().expect("the rest are integers")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_floats_print_the_digits_they_have_and_read_back() {
        for (v, text) in [(0.1, "0.1"), (-0.3333, "-0.3333"), (65504.0, "65504.0"), (6e-8, "6e-8"), (-0.0, "-0.0")] {
            assert_eq!(Scalar::F16(f16::from_f32(v)).to_string(), text);
        }
        assert_eq!(Scalar::BF16(bf16::from_f32(0.1)).to_string(), "0.1");
        for bits in 0..=u16::MAX {
            let (half, brain) = (f16::from_bits(bits), bf16::from_bits(bits));
            if !half.is_nan() {
                assert_eq!(Scalar::F16(half).to_string().parse::<f32>().map(f16::from_f32), Ok(half));
            }
            if !brain.is_nan() {
                assert_eq!(Scalar::BF16(brain).to_string().parse::<f32>().map(bf16::from_f32), Ok(brain));
            }
        }
    }
}
