//! Owned arrays and borrowed views of them, with the dtype known at run time.

use crate::bytes::Bytes;
use crate::{ArrayError, Buffer, DType, Element, Layout, Scalar, Shape, dispatch};
use std::ops::Range;

/// An owned array: bytes and a layout over them. Clones share the bytes, unless they are few.
#[derive(Clone, Debug)]
pub struct Array {
    dtype: DType,
    layout: Layout,
    bytes: Bytes,
}

impl Array {
    /// An array of zeros in C order.
    pub fn zeros(dtype: DType, shape: impl Into<Shape>) -> Result<Array, ArrayError> {
        let shape = shape.into();
        let bytes = Bytes::zeroed(shape.bytes(dtype)?)?;
        Ok(Array { dtype, layout: Layout::c_order(shape), bytes })
    }
    /// An array of any content in C order, to be overwritten as a whole (see [`Buffer::for_overwriting`]).
    pub fn for_overwriting(dtype: DType, shape: impl Into<Shape>) -> Result<Array, ArrayError> {
        let shape = shape.into();
        let bytes = Bytes::for_overwriting(shape.bytes(dtype)?)?;
        Ok(Array { dtype, layout: Layout::c_order(shape), bytes })
    }
    /// An array in C order whose bytes `fill` writes, all of them; `None` if it cannot, or there is no room for them.
    #[inline]
    pub fn filled(dtype: DType, shape: Shape, fill: impl FnOnce(&mut [u8]) -> Option<()>) -> Option<Array> {
        let mut bytes = Bytes::for_overwriting(shape.bytes(dtype).ok()?).ok()?;
        fill(bytes.get_mut())?;
        Some(Array { dtype, layout: Layout::c_order(shape), bytes })
    }
    /// An array over existing bytes.
    pub fn from_buffer(dtype: DType, layout: Layout, buffer: Buffer) -> Result<Array, ArrayError> {
        let len = buffer.len() / dtype.size();
        Ok(Array { dtype, layout: layout.within(len)?, bytes: buffer.into() })
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
    #[inline]
    pub fn dtype(&self) -> DType {
        self.dtype
    }
    /// The lengths of the axes.
    #[inline]
    pub fn shape(&self) -> &Shape {
        self.layout.shape()
    }
    /// The layout over the bytes.
    #[inline]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }
    /// The same bytes seen through another layout, which must stay inside them.
    pub fn with_layout(&self, layout: Layout) -> Result<Array, ArrayError> {
        let len = self.bytes.get().len() / self.dtype.size();
        Ok(Array { dtype: self.dtype, layout: layout.within(len)?, bytes: self.bytes.clone() })
    }
    /// A borrowed view of the whole.
    pub fn view(&self) -> View<'_> {
        View { dtype: self.dtype, layout: self.layout.clone(), bytes: self.bytes.get() }
    }
    /// The bytes of a C-contiguous array; `None` for any other.
    #[inline]
    pub fn slice_bytes(&self) -> Option<&[u8]> {
        self.layout.c_range().map(|positions| &self.bytes.get()[scaled(positions, self.dtype.size())])
    }
    /// The elements of a C-contiguous array as a slice.
    pub fn slice<T: Element>(&self) -> Result<&[T], ArrayError> {
        self.view().slice()
    }
    /// The elements of a C-contiguous array to be written; copies first if the bytes are shared.
    pub fn slice_mut<T: Element>(&mut self) -> Result<&mut [T], ArrayError> {
        let positions = positions(self.dtype, T::DTYPE, &self.layout)?;
        Ok(&mut bytemuck::cast_slice_mut(self.bytes.get_mut())[positions])
    }
    /// The bytes of a C-contiguous array, to be written; copies first if they are shared.
    pub fn bytes_mut(&mut self) -> Result<&mut [u8], ArrayError> {
        let positions = positions(self.dtype, self.dtype, &self.layout)?;
        Ok(&mut self.bytes.get_mut()[scaled(positions, self.dtype.size())])
    }
    /// A view to be written through; copies first if the bytes are shared.
    pub fn view_mut(&mut self) -> ViewMut<'_> {
        let (dtype, layout) = (self.dtype, self.layout.clone());
        ViewMut { dtype, layout, bytes: self.bytes.get_mut() }
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

/// The positions of the elements of an array of the dtype asked for that lies in C order without gaps.
#[inline]
fn positions(have: DType, asked: DType, layout: &Layout) -> Result<Range<usize>, ArrayError> {
    if have != asked {
        return Err(ArrayError::WrongDType { have, asked });
    }
    layout.c_range().ok_or_else(|| ArrayError::OutOfBounds(layout.shape().to_string()))
}

/// Where elements of that size lie in bytes.
#[inline]
fn scaled(positions: Range<usize>, size: usize) -> Range<usize> {
    positions.start * size..positions.end * size
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
        Ok(View { dtype: T::DTYPE, layout: layout.within(elements.len())?, bytes: bytemuck::cast_slice(elements) })
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
    #[inline]
    pub fn dtype(&self) -> DType {
        self.dtype
    }
    /// The lengths of the axes.
    #[inline]
    pub fn shape(&self) -> &Shape {
        self.layout.shape()
    }
    /// The layout over the elements.
    #[inline]
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
        let positions = positions(self.dtype, T::DTYPE, &self.layout)?;
        Ok(&self.elements()?[positions])
    }
    /// The bytes of a C-contiguous view; `None` for any other.
    #[inline]
    pub fn slice_bytes(&self) -> Option<&'a [u8]> {
        self.layout.c_range().map(|positions| &self.bytes[scaled(positions, self.dtype.size())])
    }
    /// The bytes of a view that [lies as](Layout::lies_as) `c_order`, a layout of `size` elements of that dtype; `None` for any
    /// other.
    #[inline]
    pub fn bytes_as(&self, dtype: DType, c_order: &Layout, size: usize) -> Option<&'a [u8]> {
        // Nothing may lie anywhere.
        let from = if size == 0 { 0 } else { self.layout.offset() };
        (self.dtype == dtype && self.layout.lies_as(c_order))
            .then(|| &self.bytes[scaled(from..from + size, dtype.size())])
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
        Ok(View { layout: layout.within(len)?, ..*self })
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
        Ok(ViewMut {
            dtype: T::DTYPE,
            layout: layout.within(elements.len())?,
            bytes: bytemuck::cast_slice_mut(elements),
        })
    }
    /// The element type.
    #[inline]
    pub fn dtype(&self) -> DType {
        self.dtype
    }
    /// The lengths of the axes.
    #[inline]
    pub fn shape(&self) -> &Shape {
        self.layout.shape()
    }
    /// The layout over the elements.
    #[inline]
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
    #[inline]
    pub fn slice_bytes_mut(&mut self) -> Result<&mut [u8], ArrayError> {
        let positions = positions(self.dtype, self.dtype, &self.layout)?;
        Ok(&mut self.bytes[scaled(positions, self.dtype.size())])
    }
    /// As [`View::bytes_as`], to be written.
    #[inline]
    pub fn bytes_as(&mut self, dtype: DType, c_order: &Layout, size: usize) -> Option<&mut [u8]> {
        // Nothing may lie anywhere.
        let from = if size == 0 { 0 } else { self.layout.offset() };
        (self.dtype == dtype && self.layout.lies_as(c_order))
            .then(|| &mut self.bytes[scaled(from..from + size, dtype.size())])
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
