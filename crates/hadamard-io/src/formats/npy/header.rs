//! The header of a `.npy` file: a magic string, a version, a length and a Python dictionary.
//!
//! Headers are read from hostile files: nothing is evaluated, nothing recurses, every length has a limit.

use crate::Problem;
use crate::stored::Order;
use hadamard_array::{DType, Shape};
use std::io::{self, Read};

/// The first bytes of every `.npy` file.
pub(super) const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// The longest header taken, in bytes; version 1 cannot say more than 64 KiB anyway.
const LONGEST: u64 = 1 << 20;
/// NumPy starts the data at a multiple of this.
const ALIGN: usize = 64;
/// NumPy leaves room to rewrite the length of the first axis in place, up to this many digits.
const GROWTH_DIGITS: usize = 21;

/// What a header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Format version, major and minor.
    pub version: (u8, u8),
    pub dtype: DType,
    pub big_endian: bool,
    pub order: Order,
    pub shape: Shape,
    /// Where the data starts, in bytes from the magic string.
    pub data_offset: u64,
}

impl Header {
    /// Reads a header from the start of a `.npy` file of `len` bytes.
    pub fn read(reader: &mut dyn Read, len: u64) -> Result<Header, Problem> {
        let mut prefix = [0; 8];
        fill(reader, &mut prefix, len, 8)?;
        if &prefix[..6] != MAGIC {
            return Err(Problem::Corrupt("it does not start with the signature of .npy".into()));
        }
        let version = (prefix[6], prefix[7]);
        let width = match version {
            (1, 0) => 2,
            (2, 0) | (3, 0) => 4,
            (a, b) => return Err(Problem::Unsupported(format!(".npy version {a}.{b} is not known (1.0 to 3.0 are)"))),
        };
        let mut length = [0; 4];
        fill(reader, &mut length[..width], len, 8 + width as u64)?;
        let length = u64::from(u32::from_le_bytes(length));
        if length > LONGEST {
            return Err(Problem::OversizedHeader { bytes: length, limit: LONGEST });
        }
        let data_offset = 8 + width as u64 + length;
        if data_offset > len {
            return Err(Problem::Truncated { needed: data_offset, has: len });
        }
        let mut text = vec![0; length as usize];
        fill(reader, &mut text, len, data_offset)?;
        let text = match version {
            (3, 0) => String::from_utf8(text).map_err(|_| corrupt("its header is not UTF-8"))?,
            _ => text.iter().map(|&b| char::from(b)).collect(),
        };
        let fields = fields(&text)?;
        let (dtype, big_endian) = dtype(fields.descr)?;
        let shape = shape(fields.shape)?;
        shape.bytes(dtype)?;
        let order = match fields.fortran_order {
            "True" => Order::Fortran,
            "False" => Order::C,
            other => return Err(corrupt(format!("fortran_order is `{}`, not True or False", brief(other)))),
        };
        Ok(Header { version, dtype, big_endian, order, shape, data_offset })
    }

    /// Bytes of the whole file: header and data.
    pub fn file_len(&self) -> u64 {
        self.data_offset + (self.shape.size() as u64) * (self.dtype.size() as u64)
    }
}

/// The header NumPy writes for a little-endian C-order array, byte for byte.
pub(crate) fn encode(dtype: DType, shape: &Shape) -> Vec<u8> {
    let dims: String = match &shape[..] {
        [] => "()".into(),
        [n] => format!("({n},)"),
        many => format!("({})", many.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
    };
    let descr = descr(dtype);
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {dims}, }}");
    if let Some(first) = shape.first() {
        text.push_str(&" ".repeat(GROWTH_DIGITS.saturating_sub(first.to_string().len())));
    }
    let used = MAGIC.len() + 4 + text.len() + 1;
    text.push_str(&" ".repeat(ALIGN - used % ALIGN));
    text.push('\n');
    let length = u16::try_from(text.len()).expect("sixteen axes of twenty digits are far below 64 KiB");
    [MAGIC.as_slice(), &[1, 0], &length.to_le_bytes(), text.as_bytes()].concat()
}

/// How NumPy names a little-endian dtype; bf16 as `ml_dtypes` names it, two opaque bytes.
fn descr(dtype: DType) -> &'static str {
    match dtype {
        DType::Bool => "|b1",
        DType::I8 => "|i1",
        DType::I16 => "<i2",
        DType::I32 => "<i4",
        DType::I64 => "<i8",
        DType::U8 => "|u1",
        DType::U16 => "<u2",
        DType::U32 => "<u4",
        DType::U64 => "<u8",
        DType::F16 => "<f2",
        DType::BF16 => "<V2",
        DType::F32 => "<f4",
        DType::F64 => "<f8",
        DType::C64 => "<c8",
        DType::C128 => "<c16",
    }
}

/// The dtype a description names, and whether it is big-endian.
fn dtype(text: &str) -> Result<(DType, bool), Problem> {
    let unsupported = |what: &str| Problem::UnsupportedDType { given: format!("{} ({what})", brief(text)) };
    let Some(name) = unquoted(text) else {
        return Err(match text.as_bytes().first() {
            Some(b'[' | b'(') => unsupported("records of several fields"),
            _ => corrupt(format!("descr is {}, which describes no dtype", brief(text))),
        });
    };
    if name == "bfloat16" {
        return Ok((DType::BF16, false));
    }
    let (big_endian, code) = match name.as_bytes().first() {
        Some(b'<' | b'|' | b'=') => (false, &name[1..]),
        Some(b'>') => (true, &name[1..]),
        _ => (false, name),
    };
    let found = DType::ALL.into_iter().find(|&d| descr(d)[1..] == *code);
    if let Some(dtype) = found {
        return Ok((dtype, big_endian && dtype.size() > 1));
    }
    Err(match code.as_bytes().first() {
        Some(b'O') => unsupported("Python objects"),
        Some(b'U' | b'S' | b'a') => unsupported("text"),
        Some(b'M' | b'm') => unsupported("dates and times"),
        Some(b'V') => unsupported("opaque bytes"),
        Some(b'f' | b'c') => unsupported("extended precision"),
        _ => unsupported("no dtype of NumPy"),
    })
}

/// The shape a Python tuple of whole numbers names.
fn shape(text: &str) -> Result<Shape, Problem> {
    let bad = |why: &str| Problem::BadShape(format!("{} {why}", brief(text)));
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).ok_or_else(|| bad("is not a tuple"))?;
    let inner = inner.trim();
    if inner.is_empty() {
        return Ok(Shape::SCALAR);
    }
    let (body, closed) = match inner.strip_suffix(',') {
        Some(body) => (body, true),
        None => (inner, false),
    };
    let parts: Vec<&str> = body.split(',').map(str::trim).collect();
    if parts.len() == 1 && !closed {
        return Err(bad("is not a tuple"));
    }
    parts
        .into_iter()
        .map(|part| {
            let digits = part.strip_suffix('L').unwrap_or(part); // Python 2 wrote long integers so
            let magnitude = digits.strip_prefix('-').unwrap_or(digits);
            if magnitude.is_empty() || !magnitude.bytes().all(|b| b.is_ascii_digit()) {
                return Err(bad(&format!("has the length `{}`, which is no whole number", brief(part))));
            }
            if magnitude.len() < digits.len() && magnitude.bytes().any(|b| b != b'0') {
                return Err(bad(&format!("has the negative length {}", brief(part))));
            }
            let length = magnitude
                .parse::<isize>()
                .map_err(|_| bad(&format!("has the length {}, which is too large", brief(part))))?;
            Ok(length as usize)
        })
        .collect()
}

/// The raw text of the three values of a header.
struct Fields<'a> {
    descr: &'a str,
    fortran_order: &'a str,
    shape: &'a str,
}

/// Splits a Python dictionary literal into the values of its three keys.
fn fields(text: &str) -> Result<Fields<'_>, Problem> {
    let body = text.trim().strip_prefix('{').ok_or_else(|| corrupt("its header is not a Python dictionary"))?;
    let (mut descr, mut fortran_order, mut shape) = (None, None, None);
    let mut rest = body.trim_start();
    while !rest.starts_with('}') {
        let (key, after) = value(rest, b':')?;
        let after = after.strip_prefix(':').ok_or_else(|| corrupt(format!("no `:` follows the key {}", brief(key))))?;
        let (text, after) = value(after, b',')?;
        let slot = match unquoted(key) {
            Some("descr") => &mut descr,
            Some("fortran_order") => &mut fortran_order,
            Some("shape") => &mut shape,
            _ => return Err(corrupt(format!("its header has the unknown key {}", brief(key)))),
        };
        if slot.replace(text).is_some() {
            return Err(corrupt(format!("its header has the key {} twice", brief(key))));
        }
        rest = after.strip_prefix(',').unwrap_or(after).trim_start();
    }
    if !rest[1..].trim_matches(['\0', ' ', '\n', '\r', '\t']).is_empty() {
        return Err(corrupt("text follows the dictionary of its header"));
    }
    let missing = |key: &str| corrupt(format!("its header has no '{key}'"));
    Ok(Fields {
        descr: descr.ok_or_else(|| missing("descr"))?,
        fortran_order: fortran_order.ok_or_else(|| missing("fortran_order"))?,
        shape: shape.ok_or_else(|| missing("shape"))?,
    })
}

/// Splits `text` at the first `end` (or closing brace) outside quotes and brackets: the trimmed value, and the rest
/// from there on.
fn value(text: &str, end: u8) -> Result<(&str, &str), Problem> {
    let mut depth = 0usize;
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(' | b'[' | b'{') => depth += 1,
            (None, b')' | b']' | b'}') if depth > 0 => depth -= 1,
            (None, _) if byte == b'}' || (byte == end && depth == 0) => {
                return Ok((text[..at].trim(), &text[at..]));
            }
            _ => {}
        }
    }
    Err(corrupt("the dictionary of its header does not end"))
}

/// The inside of a Python string literal without escapes.
fn unquoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let inner = text[1..].strip_suffix(quote)?;
    (!inner.contains([quote, '\\'])).then_some(inner)
}

/// A piece of a hostile header, fit for a message.
fn brief(text: &str) -> String {
    const SHOWN: usize = 60;
    let mut shown: String = text.chars().take(SHOWN).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

fn corrupt(what: impl Into<String>) -> Problem {
    Problem::Corrupt(what.into())
}

/// Fills `buffer` from a file of `len` bytes of which `needed` must be there.
fn fill(reader: &mut dyn Read, buffer: &mut [u8], len: u64, needed: u64) -> Result<(), Problem> {
    reader.read_exact(buffer).map_err(|e| match e.kind() {
        io::ErrorKind::UnexpectedEof => Problem::Truncated { needed, has: len },
        _ => Problem::os("reading", e),
    })
}
