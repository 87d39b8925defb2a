//! The smallest parts of a MAT file: tagged runs of numbers, stored in any type that holds them.

use crate::Problem;
use crate::formats::lazy;
use hadamard_array::{Bool, DType, Element, Scalar};
use std::io::{self, Read};

/// What the format calls its number types.
pub(super) mod kind {
    pub const I8: u32 = 1;
    pub const U8: u32 = 2;
    pub const I16: u32 = 3;
    pub const U16: u32 = 4;
    pub const I32: u32 = 5;
    pub const U32: u32 = 6;
    pub const F32: u32 = 7;
    pub const F64: u32 = 9;
    pub const I64: u32 = 12;
    pub const U64: u32 = 13;
    pub const MATRIX: u32 = 14;
    pub const COMPRESSED: u32 = 15;
    pub const UTF8: u32 = 16;
}

/// The head of an element: what its bytes are, and how many.
#[derive(Clone, Copy)]
pub(super) struct Tag {
    pub kind: u32,
    pub len: u64,
}

/// Reads one element after another.
pub(super) struct Elements<R> {
    reader: R,
    big_endian: bool,
    /// Bytes between the data of the last element and the next one.
    padding: u64,
    /// Bytes read so far.
    position: u64,
}

impl<R: Read> Elements<R> {
    pub(super) fn new(reader: R, big_endian: bool) -> Elements<R> {
        Elements { reader, big_endian, padding: 0, position: 0 }
    }

    /// Bytes read so far.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// The tag of the next element; its data must then be read completely.
    pub(super) fn tag(&mut self) -> Result<Tag, Problem> {
        self.bytes(self.padding)?;
        let word = self.u32()?;
        let tag = match word >> 16 {
            0 => Tag { kind: word, len: self.u32()?.into() },
            // Up to four bytes of data share the eight bytes of the tag.
            len @ 1..=4 => {
                self.padding = u64::from(4 - len);
                return Ok(Tag { kind: word & 0xffff, len: len.into() });
            }
            len => return Err(Problem::Corrupt(format!("it has a small element of {len} bytes"))),
        };
        self.padding = tag.len.next_multiple_of(8) - tag.len;
        Ok(tag)
    }

    /// The data of an element, as far as it is there.
    pub(super) fn bytes(&mut self, len: u64) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        (&mut self.reader).take(len).read_to_end(&mut bytes).map_err(lazy::io_problem)?;
        if (bytes.len() as u64) < len {
            return Err(lazy::io_problem(io::ErrorKind::UnexpectedEof.into()));
        }
        self.position += len;
        Ok(bytes)
    }

    /// Reads what is left, which is no more than padding: that makes a compressed element check its checksum.
    pub(super) fn finish(&mut self) -> Result<(), Problem> {
        match io::copy(&mut (&mut self.reader).take(9), &mut io::sink()) {
            Ok(0..9) => Ok(()),
            Ok(_) => Err(Problem::Corrupt("a variable is longer than its shape needs".into())),
            Err(error) => Err(lazy::io_problem(error)),
        }
    }

    fn read_exact(&mut self, bytes: &mut [u8]) -> Result<(), Problem> {
        self.reader.read_exact(bytes).map_err(lazy::io_problem)?;
        self.position += bytes.len() as u64;
        Ok(())
    }

    fn u32(&mut self) -> Result<u32, Problem> {
        let mut bytes = [0; 4];
        self.read_exact(&mut bytes)?;
        Ok(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// A signed number.
    pub(super) fn i32(&mut self) -> Result<i32, Problem> {
        self.u32().map(u32::cast_signed)
    }

    /// Two unsigned numbers: the flags of a matrix.
    pub(super) fn flags(&mut self) -> Result<[u32; 2], Problem> {
        let tag = self.tag()?;
        if tag.kind != kind::U32 || tag.len != 8 {
            return Err(Problem::Corrupt("a matrix does not begin with its flags".into()));
        }
        Ok([self.u32()?, self.u32()?])
    }

    /// Hands an element of exactly `count` numbers to `put`, one by one, converted from how they are stored.
    pub(super) fn numbers<T: Number>(&mut self, count: usize, put: impl FnMut(T)) -> Result<(), Problem> {
        let tag = self.tag()?;
        let size = size(tag.kind)?;
        if tag.len != (count * size) as u64 {
            let what = format!("{} bytes of data where {count} numbers of {size} bytes belong", tag.len);
            return Err(Problem::Corrupt(what));
        }
        self.each(tag.kind, count, put)
    }

    /// An element of at most `most` numbers, which are as many as it holds.
    pub(super) fn some_numbers<T: Number>(&mut self, most: usize) -> Result<Vec<T>, Problem> {
        let mut tag = self.tag()?;
        // MATLAB stores the values of a sparse logical matrix as bytes, and calls them doubles.
        if T::DTYPE == DType::Bool && tag.kind == kind::F64 {
            tag.kind = kind::U8;
        }
        let size = size(tag.kind)? as u64;
        let count = (tag.len / size) as usize;
        if tag.len % size != 0 || count > most {
            return Err(Problem::Corrupt(format!("{} bytes of data where at most {most} numbers belong", tag.len)));
        }
        let mut out = Vec::with_capacity(count);
        self.each(tag.kind, count, |value| out.push(value))?;
        Ok(out)
    }

    fn each<T: Number>(&mut self, kind: u32, count: usize, mut put: impl FnMut(T)) -> Result<(), Problem> {
        const CHUNK: usize = 1 << 13;
        let size = size(kind)?;
        let mut buffer = vec![0; CHUNK.min(count) * size];
        for from in (0..count).step_by(CHUNK) {
            let bytes = &mut buffer[..CHUNK.min(count - from) * size];
            self.read_exact(bytes)?;
            if self.big_endian != cfg!(target_endian = "big") {
                bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
            }
            if T::DTYPE != DType::Bool && own_kind(T::DTYPE) == Some(kind) {
                bytes.chunks_exact(size).for_each(|bytes| put(bytemuck::pod_read_unaligned(bytes)));
                continue;
            }
            for bytes in bytes.chunks_exact(size) {
                let stored = scalar(kind, bytes);
                let value = T::convert(stored);
                let misfit = || Problem::Corrupt(format!("the value {stored} does not fit {}", T::DTYPE));
                put(value.ok_or_else(misfit)?);
            }
        }
        Ok(())
    }
}

/// Bytes of a number of that kind.
fn size(kind: u32) -> Result<usize, Problem> {
    Ok(match kind {
        kind::I8 | kind::U8 | kind::UTF8 => 1,
        kind::I16 | kind::U16 => 2,
        kind::I32 | kind::U32 | kind::F32 => 4,
        kind::F64 | kind::I64 | kind::U64 => 8,
        other => return Err(Problem::Corrupt(format!("an element of type {other} where numbers belong"))),
    })
}

/// The kind of number that holds a dtype as it is.
pub(super) fn own_kind(dtype: DType) -> Option<u32> {
    Some(match dtype {
        DType::I8 => kind::I8,
        DType::U8 | DType::Bool => kind::U8,
        DType::I16 => kind::I16,
        DType::U16 => kind::U16,
        DType::I32 => kind::I32,
        DType::U32 => kind::U32,
        DType::I64 => kind::I64,
        DType::U64 => kind::U64,
        DType::F32 => kind::F32,
        DType::F64 => kind::F64,
        DType::F16 | DType::BF16 | DType::C64 | DType::C128 => return None,
    })
}

/// The number in bytes of native order; the number of bytes is the kind's.
fn scalar(kind: u32, bytes: &[u8]) -> Scalar {
    use bytemuck::pod_read_unaligned as read;
    match kind {
        kind::I8 => Scalar::I8(read(bytes)),
        kind::I16 => Scalar::I16(read(bytes)),
        kind::U16 => Scalar::U16(read(bytes)),
        kind::I32 => Scalar::I32(read(bytes)),
        kind::U32 => Scalar::U32(read(bytes)),
        kind::F32 => Scalar::F32(read(bytes)),
        kind::F64 => Scalar::F64(read(bytes)),
        kind::I64 => Scalar::I64(read(bytes)),
        kind::U64 => Scalar::U64(read(bytes)),
        _ => Scalar::U8(read(bytes)),
    }
}

/// A number type that an array of a MAT file can have.
pub(super) trait Number: Element {
    /// From a number stored as another type.
    fn convert(stored: Scalar) -> Option<Self>;
}

impl Number for Bool {
    fn convert(stored: Scalar) -> Option<Bool> {
        Some((!stored.is_zero()).into())
    }
}
impl Number for f32 {
    fn convert(stored: Scalar) -> Option<f32> {
        stored.as_f64().map(|v| v as f32)
    }
}
impl Number for f64 {
    fn convert(stored: Scalar) -> Option<f64> {
        stored.as_f64()
    }
}

macro_rules! integers {
    ($($T:ty),*) => {$(
        impl Number for $T {
                    fn convert(stored: Scalar) -> Option<$T> {
                stored.as_int()?.try_into().ok()
            }
        }
    )*};
}
integers! { i8, u8, i16, u16, i32, u32, i64, u64 }
