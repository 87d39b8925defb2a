//! Owned arrays and borrowed views of them, with the dtype known at run time.

use crate::{ArrayError, Buffer, DType, Element, Layout, Scalar, Shape, dispatch};
use std::sync::Arc;

/// An owned array: shared bytes and a layout over them. Cloning shares the bytes.
#[derive(Clone, Debug)]
pub struct Array {
    dtype: DType,
    layout: Layout,
    buffer: Arc<Buffer>,
}

impl Array {
    /// An array of zeros in C order.
    pub fn zeros(dtype: DType, shape: impl Into<Shape>) -> Result<Array, ArrayError> {
        let shape = shape.into();
        let buffer = Buffer::try_zeroed(shape.bytes(dtype)?)?;
        Ok(Array { dtype, layout: Layout::c_order(shape), buffer: Arc::new(buffer) })
    }
    /// An array of any content in C order, to be overwritten as a whole (see [`Buffer::for_overwriting`]).
    pub fn for_overwriting(dtype: DType, shape: impl Into<Shape>) -> Result<Array, ArrayError> {
        let shape = shape.into();
        let buffer = Buffer::for_overwriting(shape.bytes(dtype)?)?;
        Ok(Array { dtype, layout: Layout::c_order(shape), buffer: Arc::new(buffer) })
    }
    /// An array over existing bytes.
    pub fn from_buffer(dtype: DType, layout: Layout, buffer: Buffer) -> Result<Array, ArrayError> {
        let len = buffer.len() / dtype.size();
        let layout = Layout::new(layout.shape().clone(), layout.strides().to_vec(), layout.offset(), len)?;
        Ok(Array { dtype, layout, buffer: Arc::new(buffer) })
    }
    /// A C-order array of the given elements.
    pub fn from_slice<T: Element>(shape: impl Into<Shape>, values: &[T]) -> Result<Array, ArrayError> {
        let shape = shape.into();
        if values.len() != shape.size() {
            return Err(ArrayError::WrongLength {
                given: values.len(),
                needed: shape.size(),
                shape: shape.to_string(),
            });
        }
        let mut array = Array::zeros(T::DTYPE, shape)?;
        array.slice_mut::<T>()?.copy_from_slice(values);
        Ok(array)
    }
    /// An array without axes.
    pub fn scalar(value: Scalar) -> Array {
        dispatch!(value.dtype(), T => {
            let v = T::from_scalar(value).expect("dispatched on the scalar's dtype");
            Array::from_slice(Shape::SCALAR, &[v]).expect("one element fills a scalar")
        })
    }
    /// The element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }
    /// The lengths of the axes.
    pub fn shape(&self) -> &Shape {
        self.layout.shape()
    }
    /// The layout over the bytes.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }
    /// The same bytes seen through another layout, which must stay inside them.
    pub fn with_layout(&self, layout: Layout) -> Result<Array, ArrayError> {
        let len = self.buffer.len() / self.dtype.size();
        let layout = Layout::new(layout.shape().clone(), layout.strides().to_vec(), layout.offset(), len)?;
        Ok(Array { dtype: self.dtype, layout, buffer: Arc::clone(&self.buffer) })
    }
    /// A borrowed view of the whole.
    pub fn view(&self) -> View<'_> {
        View { dtype: self.dtype, layout: self.layout.clone(), bytes: self.buffer.bytes() }
    }
    /// The elements of a C-contiguous array as a slice.
    pub fn slice<T: Element>(&self) -> Result<&[T], ArrayError> {
        self.view().slice()
    }
    /// The elements of a C-contiguous array to be written; copies first if the bytes are shared.
    pub fn slice_mut<T: Element>(&mut self) -> Result<&mut [T], ArrayError> {
        let (from, count) = (self.layout.offset(), self.shape().size());
        check(self.dtype, T::DTYPE, &self.layout)?;
        let bytes = Arc::make_mut(&mut self.buffer).bytes_mut();
        Ok(&mut bytemuck::cast_slice_mut(bytes)[from..from + count])
    }
    /// The bytes of a C-contiguous array, to be written; copies first if they are shared.
    pub fn bytes_mut(&mut self) -> Result<&mut [u8], ArrayError> {
        check(self.dtype, self.dtype, &self.layout)?;
        let size = self.dtype.size();
        let (from, count) = (self.layout.offset() * size, self.shape().size() * size);
        Ok(&mut Arc::make_mut(&mut self.buffer).bytes_mut()[from..from + count])
    }
    /// A view to be written through; copies first if the bytes are shared.
    pub fn view_mut(&mut self) -> ViewMut<'_> {
        let (dtype, layout) = (self.dtype, self.layout.clone());
        ViewMut { dtype, layout, bytes: Arc::make_mut(&mut self.buffer).bytes_mut() }
    }
    /// One element.
    pub fn get(&self, index: &[usize]) -> Scalar {
        self.view().get(index)
    }
    /// The same elements in C order without gaps (shares the bytes if they already are).
    pub fn to_c_order(&self) -> Array {
        if self.layout.is_c_contiguous() && self.layout.offset() == 0 {
            return self.clone();
        }
        self.view().to_array()
    }
}

fn check(have: DType, asked: DType, layout: &Layout) -> Result<(), ArrayError> {
    if have != asked {
        Err(ArrayError::WrongDType { have, asked })
    } else if !layout.is_c_contiguous() {
        Err(ArrayError::OutOfBounds(layout.shape().to_string()))
    } else {
        Ok(())
    }
}

/// A borrowed array of any strides, read only.
#[derive(Clone, Debug)]
pub struct View<'a> {
    dtype: DType,
    layout: Layout,
    bytes: &'a [u8],
}

impl<'a> View<'a> {
    /// A view of a slice of elements through a layout that must stay inside it.
    pub fn new<T: Element>(elements: &'a [T], layout: Layout) -> Result<View<'a>, ArrayError> {
        let layout = Layout::new(layout.shape().clone(), layout.strides().to_vec(), layout.offset(), elements.len())?;
        Ok(View { dtype: T::DTYPE, layout, bytes: bytemuck::cast_slice(elements) })
    }
    /// A view of raw bytes, which must be aligned for the dtype.
    pub fn from_bytes(dtype: DType, bytes: &'a [u8], layout: Layout) -> Result<View<'a>, ArrayError> {
        dispatch!(dtype, T => {
            let whole = bytes.len() / dtype.size() * dtype.size();
            let elements: &[T] = bytemuck::try_cast_slice(&bytes[..whole])
                .map_err(|_| ArrayError::OutOfBounds(layout.shape().to_string()))?;
            View::new(elements, layout)
        })
    }
    /// The element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }
    /// The lengths of the axes.
    pub fn shape(&self) -> &Shape {
        self.layout.shape()
    }
    /// The layout over the elements.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }
    /// All elements the layout may point into, in memory order.
    pub fn elements<T: Element>(&self) -> Result<&'a [T], ArrayError> {
        if self.dtype != T::DTYPE {
            return Err(ArrayError::WrongDType { have: self.dtype, asked: T::DTYPE });
        }
        Ok(bytemuck::cast_slice(self.bytes))
    }
    /// All bytes the layout may point into (the layout counts in elements).
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
    /// The elements of a C-contiguous view.
    pub fn slice<T: Element>(&self) -> Result<&'a [T], ArrayError> {
        check(self.dtype, T::DTYPE, &self.layout)?;
        let count = self.shape().size();
        let from = if count == 0 { 0 } else { self.layout.offset() };
        Ok(&self.elements()?[from..from + count])
    }
    /// The bytes of a C-contiguous view; `None` for any other.
    pub fn slice_bytes(&self) -> Option<&'a [u8]> {
        let count = self.shape().size() * self.dtype.size();
        let from = if count == 0 { 0 } else { self.layout.offset() * self.dtype.size() };
        self.layout.is_c_contiguous().then(|| &self.bytes[from..from + count])
    }
    /// One element.
    ///
    /// # Panics
    /// If the index is outside the shape.
    pub fn get(&self, index: &[usize]) -> Scalar {
        assert!(index.len() == self.shape().ndim() && index.iter().zip(self.shape().iter()).all(|(i, n)| i < n));
        let at = self.layout.position(index);
        dispatch!(self.dtype, T => bytemuck::cast_slice::<u8, T>(self.bytes)[at].into())
    }
    /// The same bytes through another layout, which must stay inside them.
    pub fn with_layout(&self, layout: Layout) -> Result<View<'a>, ArrayError> {
        let len = self.bytes.len() / self.dtype.size();
        let layout = Layout::new(layout.shape().clone(), layout.strides().to_vec(), layout.offset(), len)?;
        Ok(View { layout, ..*self })
    }
    /// An owned C-order copy.
    pub fn to_array(&self) -> Array {
        let mut out = Array::zeros(self.dtype, self.shape().clone()).expect("a view's shape has been checked");
        dispatch!(self.dtype, T => {
            let from: &[T] = bytemuck::cast_slice(self.bytes);
            let to = out.slice_mut::<T>().expect("fresh arrays are contiguous");
            if let Ok(slice) = self.slice::<T>() {
                to.copy_from_slice(slice);
            } else {
                for (t, at) in to.iter_mut().zip(self.layout.positions()) {
                    *t = from[at];
                }
            }
        });
        out
    }
}

/// A borrowed array of any strides, to be written.
#[derive(Debug)]
pub struct ViewMut<'a> {
    dtype: DType,
    layout: Layout,
    bytes: &'a mut [u8],
}

impl<'a> ViewMut<'a> {
    /// A view of a slice of elements through a layout that must stay inside it.
    pub fn new<T: Element>(elements: &'a mut [T], layout: Layout) -> Result<ViewMut<'a>, ArrayError> {
        let layout = Layout::new(layout.shape().clone(), layout.strides().to_vec(), layout.offset(), elements.len())?;
        Ok(ViewMut { dtype: T::DTYPE, layout, bytes: bytemuck::cast_slice_mut(elements) })
    }
    /// The element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }
    /// The lengths of the axes.
    pub fn shape(&self) -> &Shape {
        self.layout.shape()
    }
    /// The layout over the elements.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }
    /// All elements the layout may point into, in memory order.
    pub fn elements_mut<T: Element>(&mut self) -> Result<&mut [T], ArrayError> {
        if self.dtype != T::DTYPE {
            return Err(ArrayError::WrongDType { have: self.dtype, asked: T::DTYPE });
        }
        Ok(bytemuck::cast_slice_mut(self.bytes))
    }
    /// The bytes of a C-contiguous view.
    pub fn slice_bytes_mut(&mut self) -> Result<&mut [u8], ArrayError> {
        check(self.dtype, self.dtype, &self.layout)?;
        let size = self.dtype.size();
        let count = self.layout.shape().size() * size;
        let from = if count == 0 { 0 } else { self.layout.offset() * size };
        Ok(&mut self.bytes[from..from + count])
    }
    /// The same elements to be read.
    pub fn as_view(&self) -> View<'_> {
        View { dtype: self.dtype, layout: self.layout.clone(), bytes: self.bytes }
    }
    /// Copies a view of the same dtype and shape into this one.
    pub fn assign(&mut self, from: &View<'_>) -> Result<(), ArrayError> {
        if self.dtype != from.dtype() {
            return Err(ArrayError::WrongDType { have: from.dtype(), asked: self.dtype });
        }
        if self.shape() != from.shape() {
            let (given, needed) = (from.shape().size(), self.shape().size());
            return Err(ArrayError::WrongLength { given, needed, shape: self.shape().to_string() });
        }
        let layout = self.layout.clone();
        dispatch!(self.dtype, T => {
            let source: &[T] = from.elements()?;
            let target: &mut [T] = self.elements_mut()?;
            for (t, s) in layout.positions().zip(from.layout().positions()) {
                target[t] = source[s];
            }
        });
        Ok(())
    }
}
