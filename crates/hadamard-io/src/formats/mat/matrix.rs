//! One variable of a MAT file: its header, and its values.

use super::element::{Elements, Number, kind};
use crate::Problem;
use crate::formats::lazy;
use hadamard_array::{Array, Bool, Complex, DType, Element, MAX_NDIM, Shape};
use std::io::Read;

/// The longest variable name that is read (MATLAB's own limit is 63).
const MAX_NAME: u64 = 4096;

const SPARSE: u32 = 5;
/// Objects of newer MATLABs, which have no dimensions.
const OPAQUE: u32 = 17;
const COMPLEX: u32 = 0x0800;
const LOGICAL: u32 = 0x0200;

/// What a variable says of itself before its values.
#[derive(Clone)]
pub(super) struct Header {
    pub name: String,
    class: u32,
    complex: bool,
    logical: bool,
    /// Entries a sparse matrix has room for.
    room: u32,
    pub shape: Shape,
}

impl Header {
    /// Reads the header of a variable whose own tag has been read.
    pub(super) fn read<R: Read>(elements: &mut Elements<R>) -> Result<Header, Problem> {
        let [flags, room] = elements.flags()?;
        let class = flags & 0xff;
        let (complex, logical) = (flags & COMPLEX != 0, flags & LOGICAL != 0);
        let mut tag = elements.tag()?;
        let mut shape = Shape::SCALAR;
        if matches!(tag.kind, kind::I32 | kind::U32) {
            shape = dimensions(elements, tag.len)?;
            tag = elements.tag()?;
        } else if class != OPAQUE {
            return Err(Problem::Corrupt("a variable without dimensions".into()));
        }
        if !matches!(tag.kind, kind::I8 | kind::UTF8) || tag.len > MAX_NAME {
            return Err(Problem::Corrupt("a variable has no name where one belongs".into()));
        }
        let name = String::from_utf8_lossy(&elements.bytes(tag.len)?).into_owned();
        Ok(Header { name, class, complex, logical, room, shape })
    }

    /// MATLAB's name of the class.
    pub(super) fn class_name(&self) -> &'static str {
        const NAMES: [&str; 17] = [
            "cell",
            "struct",
            "object",
            "char",
            "sparse",
            "double",
            "single",
            "int8",
            "uint8",
            "int16",
            "uint16",
            "int32",
            "uint32",
            "int64",
            "uint64",
            "function handle",
            "object",
        ];
        if self.logical {
            return "logical";
        }
        (self.class as usize).checked_sub(1).and_then(|at| NAMES.get(at)).unwrap_or(&"unknown class")
    }

    /// Entries a sparse matrix has room for, if it is one.
    pub(super) fn sparse(&self) -> Option<usize> {
        (self.class == SPARSE).then_some(self.room as usize)
    }

    /// The dtype of the values, if they are numbers.
    pub(super) fn dtype(&self) -> Option<DType> {
        let real = match self.class {
            SPARSE..=15 if self.logical => DType::Bool,
            SPARSE | 6 => DType::F64,
            7 => DType::F32,
            8 => DType::I8,
            9 => DType::U8,
            10 => DType::I16,
            11 => DType::U16,
            12 => DType::I32,
            13 => DType::U32,
            14 => DType::I64,
            15 => DType::U64,
            _ => return None,
        };
        match (self.complex, real) {
            (false, real) => Some(real),
            (true, DType::F64) => Some(DType::C128),
            (true, DType::F32) => Some(DType::C64),
            (true, _) => None,
        }
    }

    /// Refuses a variable that needs more memory than allowed.
    pub(super) fn check(&self, dtype: DType, limit: u64) -> Result<(), Problem> {
        match (self.sparse(), &self.shape[..]) {
            (Some(room), &[rows, columns]) => {
                // What is read before the dense matrix is made must fit as well.
                lazy::check_size(DType::I32, &[columns + 1].into(), limit)?;
                lazy::check_size(dtype, &[room, 2].into(), limit)?;
                lazy::check_dense(dtype, rows, columns, room as u64, limit)
            }
            (Some(_), _) => Err(Problem::Corrupt("a sparse matrix without rows and columns".into())),
            (None, _) => lazy::check_size(dtype, &self.shape, limit),
        }
    }

    /// Reads the values that follow the header.
    pub(super) fn values<R: Read>(&self, elements: &mut Elements<R>) -> Result<Array, Problem> {
        match self.dtype() {
            Some(DType::Bool) => self.real::<Bool, R>(elements),
            Some(DType::I8) => self.real::<i8, R>(elements),
            Some(DType::U8) => self.real::<u8, R>(elements),
            Some(DType::I16) => self.real::<i16, R>(elements),
            Some(DType::U16) => self.real::<u16, R>(elements),
            Some(DType::I32) => self.real::<i32, R>(elements),
            Some(DType::U32) => self.real::<u32, R>(elements),
            Some(DType::I64) => self.real::<i64, R>(elements),
            Some(DType::U64) => self.real::<u64, R>(elements),
            Some(DType::F32) => self.real::<f32, R>(elements),
            Some(DType::F64) => self.real::<f64, R>(elements),
            Some(DType::C64) => self.complex::<f32, R>(elements),
            Some(DType::C128) => self.complex::<f64, R>(elements),
            _ => Err(Problem::Corrupt(format!("`{}` is no numeric array", self.name))),
        }
    }

    fn real<T: Number, R: Read>(&self, elements: &mut Elements<R>) -> Result<Array, Problem> {
        if let Some(room) = self.sparse() {
            let places = Places::read(self, elements)?;
            return places.dense(&self.shape, &elements.some_numbers::<T>(room)?);
        }
        let mut array = Array::zeros(T::DTYPE, self.shape.clone())?;
        let values = array.slice_mut::<T>()?;
        let mut places = file_order(&self.shape);
        elements.numbers(values.len(), |value| places.next().into_iter().for_each(|at| values[at] = value))?;
        Ok(array)
    }

    fn complex<T: Number, R: Read>(&self, elements: &mut Elements<R>) -> Result<Array, Problem>
    where
        Complex<T>: Element,
    {
        if let Some(room) = self.sparse() {
            let places = Places::read(self, elements)?;
            let (re, im) = (elements.some_numbers::<T>(room)?, elements.some_numbers::<T>(room)?);
            if re.len() != im.len() {
                return Err(Problem::Corrupt("its real and imaginary parts differ in number".into()));
            }
            let both: Vec<Complex<T>> = re.into_iter().zip(im).map(|(re, im)| Complex::new(re, im)).collect();
            return places.dense(&self.shape, &both);
        }
        let mut array = Array::zeros(Complex::<T>::DTYPE, self.shape.clone())?;
        let values = array.slice_mut::<Complex<T>>()?;
        let mut places = file_order(&self.shape);
        elements.numbers(values.len(), |re| places.next().into_iter().for_each(|at| values[at].re = re))?;
        let mut places = file_order(&self.shape);
        elements.numbers(values.len(), |im| places.next().into_iter().for_each(|at| values[at].im = im))?;
        Ok(array)
    }
}

/// The C-order position of each element, in the Fortran order of the file.
fn file_order(shape: &Shape) -> impl Iterator<Item = usize> {
    let strides = shape.c_strides();
    let (count, step) = (shape[0], strides[0] as usize);
    let outer: Shape = shape[1..].iter().rev().copied().collect();
    (0..outer.size()).flat_map(move |column| {
        let index = outer.unravel(column);
        let first: usize = index.iter().zip(strides[1..].iter().rev()).map(|(i, &stride)| i * stride as usize).sum();
        (0..count).map(move |row| first + row * step)
    })
}

fn dimensions<R: Read>(elements: &mut Elements<R>, len: u64) -> Result<Shape, Problem> {
    let count = len / 4;
    if !len.is_multiple_of(4) || count < 2 {
        return Err(Problem::BadShape(format!("{len} bytes of dimensions")));
    }
    if count > MAX_NDIM as u64 {
        return Err(Problem::BadShape(format!("{count} axes, more than {MAX_NDIM}")));
    }
    (0..count)
        .map(|_| {
            let n = elements.i32()?;
            usize::try_from(n).map_err(|_| Problem::BadShape(format!("an axis of length {n}")))
        })
        .collect()
}

/// Where the entries of a sparse matrix lie: the row of each, and the first entry of each column.
struct Places {
    rows: Vec<i32>,
    starts: Vec<i32>,
}

impl Places {
    fn read<R: Read>(header: &Header, elements: &mut Elements<R>) -> Result<Places, Problem> {
        let columns = header.shape.get(1).copied().unwrap_or(0);
        let rows = elements.some_numbers(header.room as usize)?;
        let starts = elements.some_numbers(columns + 1)?;
        if starts.len() != columns + 1 {
            return Err(Problem::Corrupt(format!("a sparse matrix of {columns} columns with {} starts", starts.len())));
        }
        Ok(Places { rows, starts })
    }

    fn dense<T: Element>(&self, shape: &Shape, values: &[T]) -> Result<Array, Problem> {
        let wrong = || Problem::Corrupt("the entries of a sparse matrix lie outside it".into());
        let mut array = Array::zeros(T::DTYPE, shape.clone())?;
        let (height, width) = (shape[0], shape[1]);
        let out = array.slice_mut::<T>()?;
        for (column, ends) in self.starts.windows(2).enumerate() {
            let (from, to) = (usize::try_from(ends[0]), usize::try_from(ends[1]));
            let range = from.map_err(|_| wrong())?..to.map_err(|_| wrong())?;
            let rows = self.rows.get(range.clone()).ok_or_else(wrong)?;
            for (&row, &value) in rows.iter().zip(values.get(range).ok_or_else(wrong)?) {
                let row = usize::try_from(row).ok().filter(|&row| row < height).ok_or_else(wrong)?;
                out[row * width + column] = value;
            }
        }
        Ok(array)
    }
}
