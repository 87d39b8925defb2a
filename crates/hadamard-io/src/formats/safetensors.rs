//! safetensors: named tensors behind a JSON header, read a window at a time straight from the file.

use super::lazy::Handle;
use crate::stored::{Order, StoredArray};
use crate::{Encode, Format, Input, IoError, Opened, Problem, WriteError, WriteOptions, Writer};
use hadamard_array::{Array, DType, Shape};
use safetensors::tensor::{Dtype, Metadata, TensorInfo, TensorView};
use std::io::{Read, Write};
use std::sync::Arc;

/// The safetensors format.
pub static FORMAT: Format = Format {
    name: "safetensors",
    extensions: &["safetensors"],
    summary: "safetensors: named tensors, x.safetensors#layer.0",
    // A length below 2^40, then the JSON header.
    signature: Some(|head| head.get(5..9) == Some(b"\0\0\0{")),
    read: Some(read),
    members: Some(members),
    write: Some(Writer { check, encode: Encode::Archive(write), sparse: None }),
};

/// The longest header the format allows.
const MAX_HEADER: u64 = 100_000_000;

/// The header and the position of the first byte after it.
fn header(input: &Input<'_>) -> Result<(Metadata, u64), Problem> {
    let mut reader = Handle::of(input).reader();
    let mut length = [0; 8];
    reader.read_exact(&mut length).map_err(|_| Problem::Truncated { needed: 8, has: input.len })?;
    let length = u64::from_le_bytes(length);
    if length > MAX_HEADER {
        return Err(Problem::OversizedHeader { bytes: length, limit: MAX_HEADER });
    }
    let start = 8 + length;
    if start > input.len {
        return Err(Problem::Truncated { needed: start, has: input.len });
    }
    let mut text = vec![0; length as usize];
    reader.read_exact(&mut text).map_err(|e| Problem::os("reading", e))?;
    let header: Metadata =
        serde_json::from_slice(&text).map_err(|e| Problem::Corrupt(format!("its header is wrong: {e}")))?;
    let needed = start.saturating_add(header.data_len() as u64);
    match input.len {
        has if has < needed => Err(Problem::Truncated { needed, has }),
        has if has > needed => {
            Err(Problem::Corrupt(format!("{} bytes follow its last tensor, which the format forbids", has - needed)))
        }
        _ => Ok((header, start)),
    }
}

fn members(input: &Input<'_>) -> Result<Vec<String>, IoError> {
    header(input).map(|(header, _)| header.offset_keys()).map_err(|problem| input.fail(problem))
}

fn read(input: &Input<'_>) -> Result<Opened, IoError> {
    let open = || -> Result<Opened, Problem> {
        let (header, start) = header(input)?;
        let (name, info) = choose(&header, input.member)?;
        let dtype = dtype(info.dtype)?;
        let shape = Shape::from(info.shape.clone());
        shape.bytes(dtype)?;
        let source = StoredArray {
            file: Arc::clone(&input.file),
            path: input.path.to_owned(),
            offset: start + info.data_offsets.0 as u64,
            dtype,
            shape,
            order: Order::C,
            big_endian: false,
        };
        Ok(Opened { source: Box::new(source), facts: vec![("tensor", name)] })
    };
    open().map_err(|problem| input.fail(problem))
}

/// The tensor of that name, or the only one.
fn choose<'a>(header: &'a Metadata, member: Option<&str>) -> Result<(String, &'a TensorInfo), Problem> {
    let mut names = header.offset_keys();
    let name = match member {
        Some(name) => name.to_owned(),
        None if names.len() == 1 => names.remove(0),
        None if names.is_empty() => return Err(Problem::NoMembers),
        None => return Err(Problem::MemberNeeded { members: names }),
    };
    match header.info(&name) {
        Some(info) => Ok((name, info)),
        None => Err(Problem::NoSuchMember { name, members: names }),
    }
}

fn dtype(stored: Dtype) -> Result<DType, Problem> {
    Ok(match stored {
        Dtype::BOOL => DType::Bool,
        Dtype::I8 => DType::I8,
        Dtype::I16 => DType::I16,
        Dtype::I32 => DType::I32,
        Dtype::I64 => DType::I64,
        Dtype::U8 => DType::U8,
        Dtype::U16 => DType::U16,
        Dtype::U32 => DType::U32,
        Dtype::U64 => DType::U64,
        Dtype::F16 => DType::F16,
        Dtype::BF16 => DType::BF16,
        Dtype::F32 => DType::F32,
        Dtype::F64 => DType::F64,
        Dtype::C64 => DType::C64,
        other => return Err(Problem::UnsupportedDType { given: other.to_string() }),
    })
}

/// How the format calls a dtype: it has one for each but c128.
fn stored(dtype: DType) -> Result<Dtype, WriteError> {
    Ok(match dtype {
        DType::Bool => Dtype::BOOL,
        DType::I8 => Dtype::I8,
        DType::I16 => Dtype::I16,
        DType::I32 => Dtype::I32,
        DType::I64 => Dtype::I64,
        DType::U8 => Dtype::U8,
        DType::U16 => Dtype::U16,
        DType::U32 => Dtype::U32,
        DType::U64 => Dtype::U64,
        DType::F16 => Dtype::F16,
        DType::BF16 => Dtype::BF16,
        DType::F32 => Dtype::F32,
        DType::F64 => Dtype::F64,
        DType::C64 => Dtype::C64,
        DType::C128 => {
            return Err(WriteError::Unsupported(
                "safetensors has no double-precision complex type: write `real.(…)` and `imag.(…)` as two tensors, or c64".into(),
            ));
        }
    })
}

fn check(dtype: DType, _: &Shape, _: &WriteOptions) -> Result<(), WriteError> {
    stored(dtype).map(|_| ())
}

fn write(arrays: &[(String, Array)], out: &mut dyn Write, _: &WriteOptions) -> Result<(), WriteError> {
    let wrong = |e: &dyn std::fmt::Display| WriteError::Unsupported(e.to_string());
    let mut views = Vec::with_capacity(arrays.len());
    for (name, array) in arrays {
        let (shape, size) = (array.shape().to_vec(), array.dtype().size());
        let (from, len) = (array.layout().offset() * size, array.shape().size() * size);
        let view = TensorView::new(stored(array.dtype())?, shape, &array.view().bytes()[from..from + len]);
        views.push((name, view.map_err(|e| wrong(&e))?));
    }
    let bytes = safetensors::serialize(views, None).map_err(|e| wrong(&e))?;
    Ok(out.write_all(&bytes)?)
}
