//! NumPy's `.npy`: one array, uncompressed, so that windows of it are read and written in place.
//!
//! Read: versions 1.0 to 3.0, C and Fortran order, either byte order. Written: version 1.0, C order, little-endian,
//! the bytes `numpy.save` writes. bf16, which NumPy does not know, is written as two opaque bytes (`<V2`), exactly
//! as NumPy with the `ml_dtypes` package does; there `numpy.load(f).view(ml_dtypes.bfloat16)` reads it. In return,
//! `<V2`, `|V2` and `bfloat16` are read as bf16.

mod header;

pub(crate) use header::{Header, encode};

use super::lazy::no_member;
use crate::positioned::write_all_at;
use crate::stored::{Order, StoredArray, StoredSink};
use crate::{Encode, Format, Input, IoError, Opened, Problem, Writer};
use std::sync::Arc;

/// NumPy's array file.
pub static FORMAT: Format = Format {
    name: "npy",
    extensions: &["npy"],
    summary: "NumPy array (.npy), read and written a window at a time",
    signature: Some(|head| head.starts_with(header::MAGIC)),
    read: Some(read),
    members: None,
    write: Some(Writer {
        check: |_, _, _| Ok(()),
        encode: Encode::Windowed {
            sink: |file, dtype, shape, _| {
                let header = encode(dtype, shape);
                write_all_at(&file, &header, 0)?;
                Ok(Box::new(StoredSink { file, offset: header.len() as u64, dtype, shape: shape.clone() }))
            },
            len: |dtype, shape, _| (encode(dtype, shape).len() + shape.size() * dtype.size()) as u64,
        },
        sparse: None,
    }),
};

fn read(input: &Input<'_>) -> Result<Opened, IoError> {
    let header = no_member(input, FORMAT.name)
        .and_then(|()| Header::read(&mut std::io::BufReader::new(input.reader()), input.len))
        .map_err(|problem| input.fail(problem))?;
    let needed = header.file_len();
    if input.len < needed {
        return Err(input.fail(Problem::Truncated { needed, has: input.len }));
    }
    let mut facts = facts(&header);
    if input.len > needed {
        facts.push(("ignored", format!("{} bytes after the data", input.len - needed)));
    }
    Ok(Opened { source: Box::new(stored(input, header, 0)), facts })
}

/// What `info` tells of a header.
pub(super) fn facts(header: &Header) -> Vec<(&'static str, String)> {
    let order = match header.order {
        Order::C => "C",
        Order::Fortran => "Fortran",
    };
    let bytes = if header.big_endian { "big-endian" } else { "little-endian" };
    vec![
        ("version", format!("{}.{}", header.version.0, header.version.1)),
        ("order", order.into()),
        ("byte order", bytes.into()),
    ]
}

/// The array of a header that lies `at` bytes into the input.
pub(super) fn stored(input: &Input<'_>, header: Header, at: u64) -> StoredArray {
    StoredArray {
        file: Arc::clone(&input.file),
        path: input.path.to_owned(),
        offset: at + header.data_offset,
        dtype: header.dtype,
        shape: header.shape,
        order: header.order,
        big_endian: header.big_endian,
    }
}
