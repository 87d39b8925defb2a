//! Arrays as the evaluator sees them: numbers of any kind, in C order.

use hadamard_array::{Array, DType, Scalar, Shape, c64, c128, dispatch};
use std::fmt;

/// One number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Num {
    /// A whole number; truth values are 0 and 1.
    Int(i128),
    /// A fraction in lowest terms with a positive denominator above 1.
    Ratio(i128, i128),
    /// A real.
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
    /// R's NA.
    Missing,
}

/// The element type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elem {
    /// One of the machine's types.
    Of(DType),
    /// Whole numbers and fractions without bounds; reals where they come in.
    Exact,
}

impl Elem {
    /// Whether it is whole numbers of the machine.
    pub fn is_int(self) -> bool {
        matches!(self, Elem::Of(dtype) if dtype.is_int())
    }
    /// Whether it is truth values.
    pub fn is_bool(self) -> bool {
        self == Elem::Of(DType::Bool)
    }
}

impl fmt::Display for Elem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Elem::Of(dtype) => f.write_str(dtype.name()),
            Elem::Exact => f.write_str("exact"),
        }
    }
}

/// An array, or a number if it has no axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The lengths of the axes; in meanings without ones at the end.
    pub shape: Vec<usize>,
    /// The entries in C order.
    pub data: Vec<Num>,
    /// Their type.
    pub elem: Elem,
}

impl Value {
    /// A number.
    pub fn number(number: Num, elem: Elem) -> Value {
        Value { shape: Vec::new(), data: vec![number], elem }
    }

    /// An array of reals.
    pub fn floats(shape: &[usize], data: &[f64]) -> Value {
        Value { shape: shape.to_vec(), data: data.iter().map(|v| Num::Float(*v)).collect(), elem: Elem::Of(DType::F64) }
    }

    /// An array of the engine as a value.
    pub fn of_array(array: &Array) -> Value {
        let array = array.to_c_order();
        let shape: Vec<usize> = array.shape().iter().copied().collect();
        let mut index = vec![0; shape.len()];
        let count: usize = shape.iter().product();
        let mut data = Vec::with_capacity(count);
        for _ in 0..count {
            data.push(Num::of(array.get(&index)));
            for axis in (0..shape.len()).rev() {
                index[axis] += 1;
                if index[axis] < shape[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
        Value { shape, data, elem: Elem::Of(array.dtype()) }
    }

    /// The value as an array of the engine: exact values become i64 if they all fit and f64 or c128 otherwise; what a type
    /// holds only in its system (NA, a complex number where reals were) widens it.
    pub fn to_array(&self) -> Option<Array> {
        let any = |test: fn(&Num) -> bool| self.data.iter().any(test);
        let fits = |dtype: DType| {
            let (low, high) = dtype.int_range().unwrap_or((0, 1));
            self.data.iter().all(|n| matches!(n, Num::Int(v) if (low..=high).contains(v)))
        };
        let dtype = match self.elem {
            Elem::Of(dtype) if (dtype.is_int() || dtype == DType::Bool) && fits(dtype) => dtype,
            Elem::Of(dtype) if dtype.is_complex() => dtype,
            _ if any(|n| matches!(n, Num::Complex(..))) => DType::C128,
            Elem::Of(dtype) if dtype.is_float() => dtype,
            _ if fits(DType::I64) => DType::I64,
            _ => DType::F64,
        };
        let mut array = Array::zeros(dtype, Shape::from(self.shape.clone())).ok()?;
        dispatch!(dtype, T => {
            let cells = array.slice_mut::<T>().ok()?;
            for (cell, number) in cells.iter_mut().zip(&self.data) {
                *cell = <T as hadamard_array::Element>::from_scalar(number.scalar(dtype))?;
            }
        });
        Some(array)
    }
}

impl Num {
    /// A scalar of the engine as a number.
    pub fn of(scalar: Scalar) -> Num {
        if let Some(v) = scalar.as_int() {
            return Num::Int(v);
        }
        match scalar.as_f64() {
            Some(v) => Num::Float(v),
            None => {
                let v = scalar.as_c128();
                Num::Complex(v.re, v.im)
            }
        }
    }

    /// The number as a real; `None` for complex numbers. NA is NaN.
    pub fn real(self) -> Option<f64> {
        match self {
            Num::Int(v) => Some(v as f64),
            Num::Ratio(over, under) => Some(over as f64 / under as f64),
            Num::Float(v) => Some(v),
            Num::Complex(..) => None,
            Num::Missing => Some(f64::NAN),
        }
    }

    /// Real and imaginary part.
    pub fn parts(self) -> (f64, f64) {
        match self {
            Num::Complex(re, im) => (re, im),
            other => (other.real().unwrap_or(f64::NAN), 0.0),
        }
    }

    fn scalar(self, dtype: DType) -> Scalar {
        let (re, im) = self.parts();
        let int = if let Num::Int(v) = self { v } else { 0 };
        match dtype {
            DType::Bool => Scalar::Bool(int != 0),
            DType::I8 => Scalar::I8(int as i8),
            DType::I16 => Scalar::I16(int as i16),
            DType::I32 => Scalar::I32(int as i32),
            DType::I64 => Scalar::I64(int as i64),
            DType::U8 => Scalar::U8(int as u8),
            DType::U16 => Scalar::U16(int as u16),
            DType::U32 => Scalar::U32(int as u32),
            DType::U64 => Scalar::U64(int as u64),
            DType::F16 => Scalar::F16(hadamard_array::f16::from_f64(re)),
            DType::BF16 => Scalar::BF16(hadamard_array::bf16::from_f64(re)),
            DType::F32 => Scalar::F32(re as f32),
            DType::F64 => Scalar::F64(re),
            DType::C64 => Scalar::C64(c64::new(re as f32, im as f32)),
            DType::C128 => Scalar::C128(c128::new(re, im)),
        }
    }
}

impl fmt::Display for Num {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Num::Int(v) => write!(f, "{v}"),
            Num::Ratio(over, under) => write!(f, "{over}/{under}"),
            Num::Float(v) => write!(f, "{v:?}"),
            Num::Complex(re, im) => write!(f, "{re:?}{}{:?}i", if im.is_sign_negative() { "" } else { "+" }, im),
            Num::Missing => f.write_str("NA"),
        }
    }
}
