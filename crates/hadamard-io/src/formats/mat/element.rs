//! The smallest parts of a MAT file: tagged runs of numbers, stored in any type that holds them.

use crate::Problem;
use crate::formats::lazy;
use hadamard_array::{Bool, Element, Scalar};
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
}

impl<R: Read> Elements<R> {
    pub(super) fn new(reader: R, big_endian: bool) -> Elements<R> {
        Elements { reader, big_endian, padding: 0 }
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
        Ok(bytes)
    }

    fn u32(&mut self) -> Result<u32, Problem> {
        let mut bytes = [0; 4];
        self.reader.read_exact(&mut bytes).map_err(lazy::io_problem)?;
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
    pub(super) fn numbers<T: Number>(&mut self, count: usize, put: impl FnMut(usize, T)) -> Result<(), Problem> {
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
        let tag = self.tag()?;
        let size = size(tag.kind)? as u64;
        let count = (tag.len / size) as usize;
        if tag.len % size != 0 || count > most {
            return Err(Problem::Corrupt(format!("{} bytes of data where at most {most} numbers belong", tag.len)));
        }
        let mut out = Vec::with_capacity(count);
        self.each(tag.kind, count, |_, value| out.push(value))?;
        Ok(out)
    }

    fn each<T: Number>(&mut self, kind: u32, count: usize, mut put: impl FnMut(usize, T)) -> Result<(), Problem> {
        const CHUNK: usize = 1 << 13;
        let size = size(kind)?;
        let mut buffer = vec![0; CHUNK.min(count) * size];
        for from in (0..count).step_by(CHUNK) {
            let bytes = &mut buffer[..CHUNK.min(count - from) * size];
            self.reader.read_exact(bytes).map_err(lazy::io_problem)?;
            if self.big_endian != cfg!(target_endian = "big") {
                bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
            }
            let stored = bytes.chunks_exact(size).zip(from..);
            if T::KIND == Some(kind) {
                stored.for_each(|(bytes, at)| put(at, bytemuck::pod_read_unaligned(bytes)));
                continue;
            }
            for (bytes, at) in stored {
                let stored = scalar(kind, bytes);
                let value = T::convert(stored);
                let misfit = || Problem::Corrupt(format!("the value {stored} does not fit {}", T::DTYPE));
                put(at, value.ok_or_else(misfit)?);
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
    /// How it is stored when it is stored as itself.
    const KIND: Option<u32>;
    /// From a number stored as another type.
    fn convert(stored: Scalar) -> Option<Self>;
}

impl Number for Bool {
    const KIND: Option<u32> = None;
    fn convert(stored: Scalar) -> Option<Bool> {
        Some((!stored.is_zero()).into())
    }
}
impl Number for f32 {
    const KIND: Option<u32> = Some(kind::F32);
    fn convert(stored: Scalar) -> Option<f32> {
        stored.as_f64().map(|v| v as f32)
    }
}
impl Number for f64 {
    const KIND: Option<u32> = Some(kind::F64);
    fn convert(stored: Scalar) -> Option<f64> {
        stored.as_f64()
    }
}

macro_rules! integers {
    ($($T:ty => $kind:ident),*) => {$(
        impl Number for $T {
            const KIND: Option<u32> = Some(kind::$kind);
            fn convert(stored: Scalar) -> Option<$T> {
                stored.as_int()?.try_into().ok()
            }
        }
    )*};
}
integers! { i8 => I8, u8 => U8, i16 => I16, u16 => U16, i32 => I32, u32 => U32, i64 => I64, u64 => U64 }
