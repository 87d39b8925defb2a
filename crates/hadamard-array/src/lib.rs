//! The memory vocabulary of hadamard: dtypes, shapes, strides, owned arrays, borrowed views, and
//! the two traits by which arrays larger than memory are read and written a window at a time.
//!
//! Knows nothing of formulas or files. Invariants kept here so that nobody else needs to:
//! - a [`Layout`] inside an [`Array`] or a view never reaches outside its bytes;
//! - bytes of an array are aligned to 16, those of a buffer to 64, so every element type may be cast in place;
//! - a [`Bool`] is a byte of which zero means false.

mod array;
mod buffer;
mod bytes;
mod dtype;
mod layout;
mod scalar;
mod shape;
mod sparse;
mod window;

pub use array::{Array, View, ViewMut};
pub use buffer::Buffer;
pub use dtype::{Bool, DType, Element, Kind};
pub use half::{bf16, f16};
pub use layout::{Layout, Positions, Slice};
pub use num_complex::{Complex, Complex32 as c64, Complex64 as c128};
pub use scalar::Scalar;
pub use shape::{MAX_NDIM, Shape, Strides};
pub use sparse::Sparse;
pub use window::{MemorySink, MemorySource, Sink, Source, SourceError, Window};

/// What can be wrong with an array as such, independent of formulas and files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArrayError {
    /// The shape asks for more bytes than the address space holds.
    #[error("an array of shape {0} and dtype {1} is larger than the address space")]
    TooLarge(String, DType),
    /// The system refuses that many bytes.
    #[error("the system does not give {0} bytes of memory")]
    OutOfMemory(usize),
    /// More axes than [`MAX_NDIM`].
    #[error("an array of {0} axes has more than the supported {MAX_NDIM}")]
    TooManyAxes(usize),
    /// The number of bytes or elements does not fit the shape.
    #[error("{given} elements do not fill shape {shape} ({needed} elements)")]
    WrongLength {
        /// Elements handed over.
        given: usize,
        /// Elements the shape needs.
        needed: usize,
        /// The shape.
        shape: String,
    },
    /// A layout that would read outside its bytes.
    #[error("the strides of shape {0} reach outside the buffer")]
    OutOfBounds(String),
    /// Entries of a sparse matrix at one place add up to more than their dtype holds.
    #[error("the entries stored for row {row}, column {column} do not fit {dtype} together")]
    SumOverflow {
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
        /// The dtype of the entries.
        dtype: DType,
    },
    /// A typed access with another dtype than the array has.
    #[error("the array holds {have}, not {asked}")]
    WrongDType {
        /// The dtype of the array.
        have: DType,
        /// The dtype asked for.
        asked: DType,
    },
}

/// Runs `$body` with `$T` bound to the element type of `$dtype`.
///
/// ```
/// use hadamard_array::{dispatch, DType};
/// let bytes = dispatch!(DType::F32, T => std::mem::size_of::<T>());
/// assert_eq!(bytes, 4);
/// ```
#[macro_export]
macro_rules! dispatch {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype {
            $crate::DType::Bool => {
                type $T = $crate::Bool;
                $body
            }
            $crate::DType::I8 => {
                type $T = i8;
                $body
            }
            $crate::DType::I16 => {
                type $T = i16;
                $body
            }
            $crate::DType::I32 => {
                type $T = i32;
                $body
            }
            $crate::DType::I64 => {
                type $T = i64;
                $body
            }
            $crate::DType::U8 => {
                type $T = u8;
                $body
            }
            $crate::DType::U16 => {
                type $T = u16;
                $body
            }
            $crate::DType::U32 => {
                type $T = u32;
                $body
            }
            $crate::DType::U64 => {
                type $T = u64;
                $body
            }
            $crate::DType::F16 => {
                type $T = $crate::f16;
                $body
            }
            $crate::DType::BF16 => {
                type $T = $crate::bf16;
                $body
            }
            $crate::DType::F32 => {
                type $T = f32;
                $body
            }
            $crate::DType::F64 => {
                type $T = f64;
                $body
            }
            $crate::DType::C64 => {
                type $T = $crate::c64;
                $body
            }
            $crate::DType::C128 => {
                type $T = $crate::c128;
                $body
            }
        }
    };
}
