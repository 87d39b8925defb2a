//! Numbers known before any data is read, and arithmetic on them.

use crate::Number;
use crate::ops::Map;
use hadamard_array::{DType, Scalar, bf16, c64, c128, f16};

/// A number known now. It is weak: it takes the dtype of the array it meets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Constant {
    Bool(bool),
    Int(i128),
    Float(f64),
    Complex(c128),
}

/// Why arithmetic on numbers has no result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Undefined {
    /// Larger than 128 bits.
    Overflow,
    /// An integer divided by the integer 0.
    ZeroDivisor,
}

impl From<Number> for Constant {
    fn from(number: Number) -> Constant {
        match number {
            Number::Bool(v) => Constant::Bool(v),
            Number::Int(v) => Constant::Int(v),
            Number::Float(v) => Constant::Float(v),
            Number::Imag(v) => Constant::Complex(c128::new(0.0, v)),
        }
    }
}

impl std::fmt::Display for Constant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Constant::Bool(v) => write!(f, "{v}"),
            Constant::Int(v) => write!(f, "{v}"),
            Constant::Float(v) => write!(f, "{}", Scalar::F64(v)),
            Constant::Complex(v) => write!(f, "{}", Scalar::C128(v)),
        }
    }
}

impl Constant {
    /// The dtype it has when it meets no array.
    pub(super) fn dtype(self) -> DType {
        match self {
            Constant::Bool(_) => DType::Bool,
            Constant::Int(_) => DType::I64,
            Constant::Float(_) => DType::F64,
            Constant::Complex(_) => DType::C128,
        }
    }

    /// The value of a scalar of one of those dtypes, or of any other.
    pub(super) fn of(scalar: Scalar) -> Constant {
        match scalar {
            Scalar::Bool(v) => Constant::Bool(v),
            other => match (other.as_int(), other.as_f64()) {
                (Some(v), _) => Constant::Int(v),
                (None, Some(v)) => Constant::Float(v),
                (None, None) => Constant::Complex(other.as_c128()),
            },
        }
    }

    /// The number in `dtype`, rounded if it is a float; `None` if it leaves the range, or is of a kind that `dtype`
    /// does not hold.
    pub(super) fn scalar(self, dtype: DType) -> Option<Scalar> {
        macro_rules! int {
            ($($V:ident),*) => {
                match dtype {
                    DType::Bool => match self {
                        Constant::Bool(v) => Some(Scalar::Bool(v)),
                        _ => None,
                    },
                    $(DType::$V => self.as_int()?.try_into().ok().map(Scalar::$V),)*
                    DType::F16 => self.float(f16::from_f64, f16::is_infinite).map(Scalar::F16),
                    DType::BF16 => self.float(bf16::from_f64, bf16::is_infinite).map(Scalar::BF16),
                    // Straight from the integer, since rounding twice could miss the nearest.
                    DType::F32 => match self {
                        Constant::Int(v) => Some(Scalar::F32(v as f32)),
                        _ => self.float(|v| v as f32, f32::is_infinite).map(Scalar::F32),
                    },
                    DType::F64 => self.float(|v| v, |_| false).map(Scalar::F64),
                    DType::C64 => {
                        let wide = self.as_c128();
                        let narrow = c64::new(wide.re as f32, wide.im as f32);
                        let fits = |narrow: f32, wide: f64| !narrow.is_infinite() || wide.is_infinite();
                        (fits(narrow.re, wide.re) && fits(narrow.im, wide.im)).then_some(Scalar::C64(narrow))
                    }
                    DType::C128 => Some(Scalar::C128(self.as_c128())),
                }
            };
        }
        int!(I8, I16, I32, I64, U8, U16, U32, U64)
    }

    /// The value of an integer or bool.
    pub(super) fn as_int(self) -> Option<i128> {
        match self {
            Constant::Bool(v) => Some(v as i128),
            Constant::Int(v) => Some(v),
            _ => None,
        }
    }

    /// The integer it equals, also where it came out as a float (`4/2`).
    pub(super) fn whole(self) -> Option<i128> {
        match self {
            Constant::Int(v) => Some(v),
            Constant::Float(v) if v.fract() == 0.0 && v.abs() <= 9007199254740992.0 => Some(v as i128),
            _ => None,
        }
    }

    fn as_f64(self) -> Option<f64> {
        match self {
            Constant::Float(v) => Some(v),
            other => other.as_int().map(|v| v as f64),
        }
    }

    fn as_c128(self) -> c128 {
        match self {
            Constant::Complex(z) => z,
            real => c128::new(real.as_f64().unwrap_or(f64::NAN), 0.0),
        }
    }

    /// Rounded to a float; a finite number that would become infinite does not fit.
    fn float<T: Copy>(self, round: impl Fn(f64) -> T, infinite: impl Fn(T) -> bool) -> Option<T> {
        let exact = self.as_f64()?;
        let rounded = round(exact);
        (!infinite(rounded) || exact.is_infinite()).then_some(rounded)
    }
}

/// The result of `map` on numbers where that is exact or one IEEE operation; `None` leaves it to the engine.
pub(super) fn fold(map: Map, args: &[Constant]) -> Option<Result<Constant, Undefined>> {
    use Constant::*;
    match (map, args) {
        (Map::Neg, &[a]) => match a {
            Float(v) => Some(Ok(Float(-v))),
            Complex(v) => Some(Ok(Complex(-v))),
            _ => int(0i128.checked_sub(a.as_int()?)),
        },
        (Map::Not, &[Bool(a)]) => Some(Ok(Bool(!a))),
        (Map::And | Map::Mul, &[Bool(a), Bool(b)]) => Some(Ok(Bool(a & b))),
        (Map::Or, &[Bool(a), Bool(b)]) => Some(Ok(Bool(a | b))),
        (Map::Xor, &[Bool(a), Bool(b)]) => Some(Ok(Bool(a ^ b))),
        (Map::Add, &[a, b]) => arithmetic(a, b, i128::checked_add, |a, b| a + b, |a, b| a + b),
        (Map::Sub, &[a, b]) => arithmetic(a, b, i128::checked_sub, |a, b| a - b, |a, b| a - b),
        (Map::Mul, &[a, b]) => arithmetic(a, b, i128::checked_mul, |a, b| a * b, |a, b| a * b),
        (Map::Div, &[a, b]) => {
            if a.as_int().is_some() && b.as_int() == Some(0) {
                return Some(Err(Undefined::ZeroDivisor));
            }
            Some(Ok(Float(a.as_f64()? / b.as_f64()?)))
        }
        (Map::Pow, &[a, b]) => power(a.as_int()?, b.as_int()?),
        (Map::Lt | Map::Le | Map::Gt | Map::Ge | Map::Eq | Map::Ne, &[a, b]) => compare(map, a, b).map(|v| Ok(Bool(v))),
        _ => None,
    }
}

fn int(value: Option<i128>) -> Option<Result<Constant, Undefined>> {
    Some(value.map(Constant::Int).ok_or(Undefined::Overflow))
}

fn arithmetic(
    a: Constant,
    b: Constant,
    ints: fn(i128, i128) -> Option<i128>,
    floats: fn(f64, f64) -> f64,
    complexes: fn(c128, c128) -> c128,
) -> Option<Result<Constant, Undefined>> {
    if let (Some(a), Some(b)) = (a.as_int(), b.as_int()) {
        int(ints(a, b))
    } else if let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) {
        Some(Ok(Constant::Float(floats(a, b))))
    } else {
        Some(Ok(Constant::Complex(complexes(a.as_c128(), b.as_c128()))))
    }
}

/// A negative exponent gives the correctly rounded reciprocal.
fn power(a: i128, b: i128) -> Option<Result<Constant, Undefined>> {
    let magnitude = u32::try_from(b.unsigned_abs()).ok().and_then(|k| a.checked_pow(k));
    match magnitude {
        None => Some(Err(Undefined::Overflow)),
        Some(0) if b < 0 => Some(Err(Undefined::ZeroDivisor)),
        Some(v) if b < 0 => Some(Ok(Constant::Float(1.0 / v as f64))),
        v => int(v),
    }
}

fn compare(map: Map, a: Constant, b: Constant) -> Option<bool> {
    if let (Constant::Complex(_), _) | (_, Constant::Complex(_)) = (a, b) {
        return match map {
            Map::Eq => Some(a.as_c128() == b.as_c128()),
            Map::Ne => Some(a.as_c128() != b.as_c128()),
            _ => None,
        };
    }
    let order = match (a.as_int(), b.as_int()) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    };
    Some(match map {
        Map::Lt => order.is_some_and(|o| o.is_lt()),
        Map::Le => order.is_some_and(|o| o.is_le()),
        Map::Gt => order.is_some_and(|o| o.is_gt()),
        Map::Ge => order.is_some_and(|o| o.is_ge()),
        Map::Eq => order.is_some_and(|o| o.is_eq()),
        _ => !order.is_some_and(|o| o.is_eq()),
    })
}
