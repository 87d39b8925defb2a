//! Raw: nothing but elements, little-endian, in C order. Dtype and shape are said with `--raw f32:1000x500`.

use super::lazy::no_member;
use crate::stored::{Order, StoredArray, StoredSink};
use crate::{Encode, Format, Input, IoError, Opened, Problem, RawSpec, Writer};
use hadamard_array::{DType, Shape};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Elements without a header.
pub static FORMAT: Format = Format {
    name: "raw",
    extensions: &["raw", "bin"],
    summary: "Raw elements, little-endian in C order, with --raw DTYPE:SHAPE; read and written a window at a time",
    signature: None,
    read: Some(read),
    members: None,
    write: Some(Writer {
        check: |_, _, _| Ok(()),
        encode: Encode::Windowed {
            sink: |file, dtype, shape, _| Ok(Box::new(StoredSink { file, offset: 0, dtype, shape: shape.clone() })),
            len: |dtype, shape, _| (shape.size() * dtype.size()) as u64,
        },
        sparse: None,
    }),
};

fn read(input: &Input<'_>) -> Result<Opened, IoError> {
    no_member(input, FORMAT.name).map_err(|problem| input.fail(problem))?;
    let spec = input.options.raw.as_ref().ok_or_else(|| input.fail(Problem::RawSpecNeeded))?;
    let expected = spec.shape.bytes(spec.dtype).map_err(|error| input.fail(error.into()))? as u64;
    if expected != input.len {
        return Err(input.fail(Problem::RawSize { spec: spec.to_string(), expected, actual: input.len }));
    }
    let source = StoredArray {
        file: Arc::clone(&input.file),
        path: input.path.to_owned(),
        offset: 0,
        dtype: spec.dtype,
        shape: spec.shape.clone(),
        order: Order::C,
        big_endian: false,
    };
    Ok(Opened { source: Box::new(source), facts: vec![("order", "C".into())] })
}

impl FromStr for RawSpec {
    type Err = String;

    /// `f32:1000x500`: a dtype and the lengths of the axes.
    fn from_str(text: &str) -> Result<RawSpec, String> {
        let (dtype, lengths) =
            text.split_once(':').ok_or_else(|| format!("`{text}` is not DTYPE:SHAPE, as in f32:1000x500"))?;
        let dtype = DType::parse(dtype).ok_or_else(|| {
            let names: Vec<_> = DType::ALL.iter().map(|d| d.name()).collect();
            format!("`{dtype}` is no dtype; those are {}", names.join(", "))
        })?;
        let length = |part: &str| {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            part.parse::<isize>().ok().filter(|_| digits).map(|n| n as usize)
        };
        let shape: Shape = lengths
            .split(['x', '×'])
            .map(|part| length(part).ok_or_else(|| format!("`{part}` in `{text}` is not the length of an axis")))
            .collect::<Result<_, _>>()?;
        shape.bytes(dtype).map_err(|error| error.to_string())?;
        Ok(RawSpec { dtype, shape })
    }
}

impl fmt::Display for RawSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lengths: Vec<_> = self.shape.iter().map(usize::to_string).collect();
        write!(f, "{}:{}", self.dtype, lengths.join("x"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs_parse_and_print() {
        for text in ["f32:1000x500", "c128:3", "bool:0x7", "u8:2x3x4"] {
            assert_eq!(text.parse::<RawSpec>().unwrap().to_string(), text);
        }
        assert_eq!("f64:3×4".parse::<RawSpec>().unwrap().shape, Shape::from([3, 4]));
    }

    #[test]
    fn wrong_specs_say_why() {
        let why = |text: &str| text.parse::<RawSpec>().unwrap_err();
        assert!(why("f32").contains("DTYPE:SHAPE"));
        assert!(why("float:3").contains("bf16"));
        assert!(why("f32:3x").contains("length of an axis"));
        assert!(why("f32:-3").contains("-3"));
        assert!(why("f32:+3").contains("+3"));
        assert!(why("f64:9223372036854775807x2").contains("address space"));
    }
}
