//! MAT files of MATLAB v5 and v7 (`-v6` and `-v7` of its `save`): the numeric variables, real or complex, dense or
//! sparse, plain or compressed, of either byte order. Read only. Plain values are read a window at a time.
//!
//! The crate `matfile` was weighed and not taken: it drops the logical flag, skips what it cannot read without a word
//! (so a name is "missing"), knows no sparse matrices, takes one integer class for another, and reads all variables
//! to give one.

mod element;
mod matrix;

use super::lazy::{self, Handle};
use crate::stored::{Order, StoredArray};
use crate::{Format, Input, IoError, Opened, Problem};
use element::{Elements, kind, own_kind};
use flate2::read::ZlibDecoder;
use hadamard_array::DType;
use matrix::Header;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

/// The MAT format.
pub static FORMAT: Format = Format {
    name: "mat",
    extensions: &["mat"],
    summary: "MATLAB v5/v7 file (read only): variables are members: x.mat#A",
    signature: Some(|head| is_v5(head) || is_v4(head)),
    read: Some(read),
    members: Some(members),
    write: None,
};

/// Bytes before the first variable.
const START: u64 = 128;

fn is_v5(head: &[u8]) -> bool {
    head.starts_with(b"MATLAB") && matches!(head.get(126..128), Some(b"IM" | b"MI"))
}

/// A v4 file has no signature: it begins with five numbers and the name of its first variable.
fn is_v4(head: &[u8]) -> bool {
    let Some((numbers, text)) = head.split_at_checked(20) else { return false };
    let words: Vec<[u8; 4]> = numbers.chunks_exact(4).map(|b| [b[0], b[1], b[2], b[3]]).collect();
    [u32::from_le_bytes, u32::from_be_bytes].into_iter().any(|word| {
        let (code, imaginary, len) = (word(words[0]), word(words[3]), word(words[4]) as usize);
        let digits = [code / 1000, code / 100 % 10, code / 10 % 10, code % 10];
        let name = if (2..=64).contains(&len) { text.get(..len) } else { None };
        let named = name.and_then(<[u8]>::split_last).is_some_and(|(end, name)| {
            *end == 0 && name[0].is_ascii_alphabetic() && name.iter().all(|c| c.is_ascii_alphanumeric() || *c == b'_')
        });
        digits[0] <= 4 && digits[1] == 0 && digits[2] <= 5 && digits[3] <= 2 && imaginary <= 1 && named
    })
}

/// A variable and where it lies.
struct Variable {
    header: Header,
    place: Place,
}

/// Where a variable lies in the file.
#[derive(Clone, Copy)]
struct Place {
    /// Position of its first byte after its tag.
    at: u64,
    len: u64,
    packed: bool,
    big_endian: bool,
}

impl Place {
    /// The header of the variable, and what follows it.
    fn open(self, handle: &Handle) -> Result<(Header, Elements<Box<dyn Read>>), Problem> {
        let mut file = handle.reader();
        file.seek(SeekFrom::Start(self.at)).map_err(lazy::io_problem)?;
        let bytes = file.take(self.len);
        let reader: Box<dyn Read> = if self.packed { Box::new(ZlibDecoder::new(bytes)) } else { Box::new(bytes) };
        let mut elements = Elements::new(reader, self.big_endian);
        if self.packed && elements.tag()?.kind != kind::MATRIX {
            return Err(Problem::Corrupt("a compressed element that is no variable".into()));
        }
        Ok((Header::read(&mut elements)?, elements))
    }
}

fn read(input: &Input<'_>) -> Result<Opened, IoError> {
    let open = || -> Result<Opened, Problem> {
        let handle = Handle::of(input);
        let Variable { header, place } = choose(variables(input, &handle)?, input.member)?;
        let Some(dtype) = header.dtype() else {
            let kind = header.class_name();
            return Err(Problem::Unsupported(format!("holds `{}` as {kind}, which is no numeric array", header.name)));
        };
        let mut facts = vec![("variable", header.name.clone()), ("class", header.class_name().to_owned())];
        facts.push(("order", "Fortran".into()));
        if let Some(entries) = header.sparse() {
            facts.push(("stored", format!("sparse, room for {entries} entries")));
        }
        if place.packed {
            facts.push(("compression", "zlib".into()));
        }
        if let Some(offset) = plain_data(&handle, place, dtype)? {
            let source = StoredArray {
                file: Arc::clone(&input.file),
                path: input.path.to_owned(),
                offset,
                dtype,
                shape: header.shape,
                order: Order::Fortran,
                big_endian: place.big_endian,
            };
            return Ok(Opened { source: Box::new(source), facts });
        }
        header.check(dtype, lazy::limit(input))?;
        let decode = move |handle: &Handle| {
            let (header, mut elements) = place.open(handle)?;
            let array = header.values(&mut elements)?;
            elements.finish()?;
            Ok(array)
        };
        Ok(lazy::opened(input, dtype, header.shape, facts, decode))
    };
    open().map_err(|problem| input.fail(problem))
}

/// Where the values of a variable lie in the file, if they lie there just as they are.
fn plain_data(handle: &Handle, place: Place, dtype: DType) -> Result<Option<u64>, Problem> {
    let (header, mut elements) = place.open(handle)?;
    if place.packed || header.sparse().is_some() || header.dtype().is_some_and(DType::is_complex) {
        return Ok(None);
    }
    let bytes = header.shape.bytes(dtype)? as u64;
    let tag = elements.tag()?;
    let inside = elements.position() + tag.len <= place.len;
    let plain = Some(tag.kind) == own_kind(dtype) && tag.len == bytes && inside;
    Ok(plain.then_some(place.at + elements.position()))
}

fn members(input: &Input<'_>) -> Result<Vec<String>, IoError> {
    let list = variables(input, &Handle::of(input)).map_err(|problem| input.fail(problem))?;
    Ok(numeric(&list))
}

/// The names of the variables that can be read.
fn numeric(variables: &[Variable]) -> Vec<String> {
    variables.iter().filter(|v| v.header.dtype().is_some()).map(|v| v.header.name.clone()).collect()
}

/// The variable of that name, or the only one that can be read.
fn choose(mut variables: Vec<Variable>, member: Option<&str>) -> Result<Variable, Problem> {
    let names = numeric(&variables);
    let wanted = match member {
        Some(name) => variables.iter().position(|v| v.header.name == name),
        None if names.len() > 1 => return Err(Problem::MemberNeeded { members: names }),
        None => variables.iter().position(|v| v.header.dtype().is_some()),
    };
    match (wanted, member) {
        (Some(at), _) => Ok(variables.swap_remove(at)),
        (None, Some(name)) => Err(Problem::NoSuchMember { name: name.to_owned(), members: names }),
        (None, None) if variables.is_empty() => Err(Problem::NoMembers),
        (None, None) => {
            let all: Vec<String> =
                variables.iter().map(|v| format!("`{}` ({})", v.header.name, v.header.class_name())).collect();
            Err(Problem::Unsupported(format!("holds no numeric array, only {}", all.join(", "))))
        }
    }
}

/// All variables, by their headers.
fn variables(input: &Input<'_>, handle: &Handle) -> Result<Vec<Variable>, Problem> {
    let mut reader = handle.reader();
    let mut head = [0; START as usize];
    if input.len < 20 || reader.by_ref().take(START).read(&mut head).is_err() {
        return Err(Problem::Truncated { needed: START, has: input.len });
    }
    if !is_v5(&head) && is_v4(&head) {
        return Err(Problem::Unsupported(
            "is a MATLAB v4 file, a format of before 1996: load it there and save it with -v7".into(),
        ));
    }
    if input.len < START {
        return Err(Problem::Truncated { needed: START, has: input.len });
    }
    let big_endian = match &head[126..128] {
        b"IM" => false,
        b"MI" => true,
        _ => return Err(Problem::Corrupt("its header does not end with the mark of a MAT file".into())),
    };
    let version = if big_endian { head[124] } else { head[125] };
    if version == 2 {
        return Err(Problem::Unsupported(
            "is a MATLAB v7.3 file, which is HDF5 and not read here: save it with -v7, or convert it to .npy".into(),
        ));
    }
    let mut list: Vec<Variable> = Vec::new();
    let mut at = START;
    while at < input.len {
        if input.len - at < 8 {
            return Err(Problem::Truncated { needed: at + 8, has: input.len });
        }
        reader.seek(SeekFrom::Start(at)).map_err(lazy::io_problem)?;
        let tag = Elements::new(&mut reader, big_endian).tag()?;
        let place = Place { at: at + 8, len: tag.len, packed: tag.kind == kind::COMPRESSED, big_endian };
        let end = place.at + place.len;
        if end > input.len {
            return Err(Problem::Truncated { needed: end, has: input.len });
        }
        if !matches!(tag.kind, kind::MATRIX | kind::COMPRESSED) {
            return Err(Problem::Corrupt(format!("an element of type {} where a variable belongs", tag.kind)));
        }
        let (header, _) = place.open(handle)?;
        // MATLAB appends nameless data of its own to files with objects.
        if !header.name.is_empty() {
            list.push(Variable { header, place });
        }
        at = if place.packed { end } else { end.next_multiple_of(8) };
    }
    Ok(list)
}
