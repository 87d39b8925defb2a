//! `ndarray` views in, arrays out.

use crate::Error;
use hadamard_algebra::Number;
use hadamard_array::{Array, ArrayError, DType, Element, Layout, Shape, View, bf16, c64, c128, f16};
use ndarray::{ArrayBase, ArrayD, Data, Dimension};

/// An element of an `ndarray` array that hadamard reads in place.
pub trait NdElement: Copy {
    /// Its dtype.
    const DTYPE: DType;
    /// The elements as bytes.
    fn bytes(elements: &[Self]) -> &[u8];
    /// The element from a typed array, at a position.
    fn read(view: &View<'_>, at: usize) -> Result<Self, ArrayError>;
}

macro_rules! nd_elements {
    ($($T:ty),*) => {$(
        impl NdElement for $T {
            const DTYPE: DType = <$T as Element>::DTYPE;
            fn bytes(elements: &[Self]) -> &[u8] {
                bytemuck::cast_slice(elements)
            }
            fn read(view: &View<'_>, at: usize) -> Result<Self, ArrayError> {
                Ok(view.elements::<$T>()?[at])
            }
        }
    )*};
}
nd_elements!(i8, i16, i32, i64, u8, u16, u32, u64, f16, bf16, f32, f64, c64, c128);

impl NdElement for bool {
    const DTYPE: DType = DType::Bool;
    fn bytes(elements: &[bool]) -> &[u8] {
        bytemuck::cast_slice(elements)
    }
    fn read(view: &View<'_>, at: usize) -> Result<bool, ArrayError> {
        Ok(view.elements::<hadamard_array::Bool>()?[at].get())
    }
}

/// What an operand turns out to be.
pub enum Given<'a> {
    /// A number, weak as a literal is: it takes the dtype of the array it meets.
    Number(Number),
    /// An array read in place.
    View(View<'a>),
    /// A copy of an array that could not be read in place.
    Copy(Array),
}

/// An array whose elements lie in C order without gaps, borrowed as it is.
pub struct InOrder<'a> {
    /// The element type.
    pub dtype: DType,
    /// The lengths of the axes.
    pub shape: &'a [usize],
    /// The elements.
    pub bytes: &'a [u8],
}

/// Something a formula may read: an `ndarray` array or view, an [`Array`], a [`View`], or a number.
///
/// Arrays whose elements lie without gaps, in any axis order and direction, are read in place; views with gaps (every
/// second row of a larger array) are copied.
pub trait Operand {
    /// The number or array.
    ///
    /// # Errors
    /// An array of more axes than hadamard supports.
    fn given(&self) -> Result<Given<'_>, ArrayError>;

    /// The array, if its elements lie in C order without gaps: what small arrays can be computed from at once.
    fn in_order(&self) -> Option<InOrder<'_>> {
        None
    }
}

impl<T: NdElement, S: Data<Elem = T>, D: Dimension> Operand for ArrayBase<S, D> {
    fn given(&self) -> Result<Given<'_>, ArrayError> {
        let shape = Shape::from(self.shape());
        shape.bytes(T::DTYPE)?;
        let Some(elements) = self.as_slice_memory_order() else {
            let elements: Vec<T> = self.iter().copied().collect();
            let copy = View::from_bytes(T::DTYPE, T::bytes(&elements), Layout::c_order(shape))?.to_array();
            return Ok(Given::Copy(copy));
        };
        // Where element [0, 0, …] stands among them: not at the front if an axis is reversed.
        let first = (self.as_ptr() as usize).wrapping_sub(elements.as_ptr() as usize) / T::DTYPE.size();
        let offset = if shape.size() == 0 { 0 } else { first };
        let layout = Layout::new(shape, self.strides().into(), offset, elements.len())?;
        View::from_bytes(T::DTYPE, T::bytes(elements), layout).map(Given::View)
    }
    fn in_order(&self) -> Option<InOrder<'_>> {
        self.as_slice().map(|elements| InOrder { dtype: T::DTYPE, shape: self.shape(), bytes: T::bytes(elements) })
    }
}

impl Operand for Array {
    fn given(&self) -> Result<Given<'_>, ArrayError> {
        Ok(Given::View(self.view()))
    }
    fn in_order(&self) -> Option<InOrder<'_>> {
        self.slice_bytes().map(|bytes| InOrder { dtype: self.dtype(), shape: self.shape(), bytes })
    }
}

impl Operand for View<'_> {
    fn given(&self) -> Result<Given<'_>, ArrayError> {
        Ok(Given::View(self.clone()))
    }
    fn in_order(&self) -> Option<InOrder<'_>> {
        self.slice_bytes().map(|bytes| InOrder { dtype: self.dtype(), shape: self.shape(), bytes })
    }
}

macro_rules! numbers {
    ($($T:ty, $x:ident => $number:expr);* $(;)?) => {$(
        impl Operand for $T {
            fn given(&self) -> Result<Given<'_>, ArrayError> {
                let $x = *self;
                Ok(Given::Number($number))
            }
        }
    )*};
}
numbers! {
    f64, x => Number::Float(x);
    i64, x => Number::Int(x as i128);
    i32, x => Number::Int(x as i128);
    bool, x => Number::Bool(x);
}

/// A result as an `ndarray` array of the element type it has.
///
/// # Errors
/// [`ArrayError::WrongDType`] if the result has another dtype than `T`.
pub fn to_ndarray<T: NdElement>(array: &Array) -> Result<ArrayD<T>, Error> {
    if array.dtype() != T::DTYPE {
        return Err(ArrayError::WrongDType { have: array.dtype(), asked: T::DTYPE }.into());
    }
    let view = array.view();
    let elements: Vec<T> = array.layout().positions().map(|at| T::read(&view, at)).collect::<Result<_, _>>()?;
    let wrong = ArrayError::WrongLength {
        given: elements.len(),
        needed: array.shape().size(),
        shape: array.shape().to_string(),
    };
    ArrayD::from_shape_vec(array.shape().to_vec(), elements).map_err(|_| wrong.into())
}
