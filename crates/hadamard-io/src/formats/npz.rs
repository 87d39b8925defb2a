//! NumPy's `.npz`: a zip archive of `.npy` members.
//!
//! Stored members are read a window at a time straight from the archive, as `numpy.savez` writes them; small ones
//! and deflated ones (`numpy.savez_compressed`) are decoded whole, and their checksum is verified. Written archives
//! hold stored members, so that hadamard can window them again.

use super::lazy::{self, Handle};
use super::npy::{self, Header};
use super::scipy;
use crate::positioned::Reader;
use crate::stored::{Order, to_native};
use crate::{Encode, Format, Input, IoError, Opened, Problem, WriteError, WriteOptions, Writer};
use hadamard_array::{Array, Buffer, Layout};
use std::io::{self, BufReader, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter, result::ZipError};

/// NumPy's archive of arrays.
pub static FORMAT: Format = Format {
    name: "npz",
    extensions: &["npz"],
    summary: "NumPy archive (.npz): arrays by name, x.npz#name; stored or compressed",
    signature: Some(|head| head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")),
    read: Some(read),
    members: Some(members),
    write: Some(Writer { check: |_, _, _| Ok(()), encode: Encode::Archive(write), sparse: Some(scipy::write) }),
};

/// Stored members up to this many bytes are read whole, so that their checksum is verified.
const VERIFIED: u64 = 64 << 20;
/// Deflate cannot pack better than this.
const BEST_RATIO: u64 = 1032;
/// Without `--max-memory`, members that unpack to more than this …
const LARGE: u64 = 1 << 30;
/// … are refused if they are packed better than this.
const SUSPICIOUS_RATIO: u64 = 100;

/// What the zip reader says of a wrong checksum, and of data longer than declared: it has no types for them.
const WRONG_CHECKSUM: &str = "Invalid checksum";
const TOO_LONG: &str = "File is larger than its declared uncompressed size";

pub(super) type Archive = ZipArchive<BufReader<Reader>>;

fn members(input: &Input<'_>) -> Result<Vec<String>, IoError> {
    open(&Handle::of(input)).map(|archive| names(&archive)).map_err(|problem| input.fail(problem))
}

fn read(input: &Input<'_>) -> Result<Opened, IoError> {
    read_member(input).map_err(|problem| input.fail(problem))
}

fn open(handle: &Handle) -> Result<Archive, Problem> {
    ZipArchive::new(handle.reader()).map_err(|error| problem("its directory", error))
}

/// The names of the arrays, without `.npy`.
fn names(archive: &Archive) -> Vec<String> {
    let names = (0..archive.len()).filter_map(|i| archive.name_for_index(i)?.ok());
    names.filter_map(|name| name.strip_suffix(".npy").map(str::to_owned)).collect()
}

/// The entry of the member asked for, or of the only one, and its name without `.npy`.
fn find(archive: &Archive, member: Option<&str>) -> Result<(usize, String), Problem> {
    let names = names(archive);
    let name = match (member, names.as_slice()) {
        (Some(member), _) => member.strip_suffix(".npy").unwrap_or(member),
        (None, [only]) => only,
        (None, []) => return Err(Problem::NoMembers),
        (None, _) => return Err(Problem::MemberNeeded { members: names }),
    };
    match archive.index_for_name(&format!("{name}.npy")) {
        Some(index) => Ok((index, name.to_owned())),
        None => Err(Problem::NoSuchMember { name: name.to_owned(), members: names }),
    }
}

fn read_member(input: &Input<'_>) -> Result<Opened, Problem> {
    let mut archive = open(&Handle::of(input))?;
    if input.member.is_none() && scipy::is_sparse(&names(&archive)) {
        return scipy::opened(input, archive);
    }
    let (index, name) = find(&archive, input.member)?;
    let Member { header, stored, packed, start } = member(input, &mut archive, index, &name)?;
    let len = header.file_len();
    let mut facts = npy::facts(&header);
    facts.push(("member", name.clone()));
    if stored && len > VERIFIED {
        facts.push(("stored", "uncompressed, read a window at a time (checksum not verified)".into()));
        return Ok(Opened { source: Box::new(npy::stored(input, header, start)), facts });
    }
    let how = if stored { "uncompressed".into() } else { format!("deflated to {packed} bytes") };
    facts.push(("stored", how));
    lazy::check_size(header.dtype, &header.shape, lazy::limit(input))?;
    let (dtype, shape) = (header.dtype, header.shape.clone());
    Ok(lazy::opened(input, dtype, shape, facts, move |handle| decode(handle, index, &name, &header)))
}

/// An array of an archive, whose header has been read and held against its length.
pub(super) struct Member {
    pub header: Header,
    /// Whether it is not compressed.
    pub stored: bool,
    /// Its bytes in the archive.
    pub packed: u64,
    /// Where they begin.
    pub start: u64,
}

/// Reads the header of an array.
pub(super) fn member(input: &Input<'_>, archive: &mut Archive, index: usize, name: &str) -> Result<Member, Problem> {
    let mut entry = archive.by_index(index).map_err(|error| problem(name, error))?;
    let (packed, len) = (entry.compressed_size(), entry.size());
    let stored = match entry.compression() {
        CompressionMethod::Stored => true,
        CompressionMethod::Deflated => false,
        other => return Err(Problem::Unsupported(format!("`{name}` is compressed with {other}; deflate is read"))),
    };
    let start = entry.data_start().ok_or_else(|| Problem::Corrupt(format!("`{name}` has no data")))?;
    let end = start.saturating_add(packed);
    if end > input.len {
        return Err(Problem::Truncated { needed: end, has: input.len });
    }
    let ratio = len / packed.max(1);
    if ratio > BEST_RATIO || (input.options.max_bytes.is_none() && len > LARGE && ratio > SUSPICIOUS_RATIO) {
        return Err(Problem::ZipBomb { member: name.to_owned(), packed, unpacked: len });
    }
    let header = Header::read(&mut entry, len).map_err(|error| inside(name, error))?;
    let needed = header.file_len();
    if needed != len || (stored && packed != len) {
        let what = format!("`{name}` has {len} bytes, but its own header promises {needed}");
        return Err(Problem::Corrupt(what));
    }
    Ok(Member { header, stored, packed, start })
}

/// Unpacks a member, never more than its header promised, and verifies its checksum.
pub(super) fn decode(handle: &Handle, index: usize, name: &str, header: &Header) -> Result<Array, Problem> {
    let mut archive = open(handle)?;
    let mut entry = archive.by_index(index).map_err(|error| problem(name, error))?;
    Header::read(&mut entry, header.file_len()).map_err(|error| inside(name, error))?;
    let mut buffer = Buffer::zeroed(header.shape.bytes(header.dtype)?);
    let (packed, unpacked) = (entry.compressed_size(), header.file_len() + 1);
    let bomb = || Problem::ZipBomb { member: name.into(), packed, unpacked };
    entry.read_exact(buffer.bytes_mut()).map_err(|error| problem(name, error.into()))?;
    match entry.read(&mut [0]) {
        Ok(0) => {} // only now the checksum has been compared
        Ok(_) => return Err(bomb()),
        Err(error) if error.to_string() == TOO_LONG => return Err(bomb()),
        Err(error) => return Err(problem(name, error.into())),
    }
    to_native(header.dtype, header.big_endian, buffer.bytes_mut());
    let shape = header.shape.clone();
    let layout = match header.order {
        Order::C => Layout::c_order(shape),
        Order::Fortran => Layout::f_order(shape),
    };
    Ok(Array::from_buffer(header.dtype, layout, buffer)?)
}

/// What the zip reader says, about a member or the archive itself.
pub(super) fn problem(member: &str, error: ZipError) -> Problem {
    match error {
        ZipError::Io(error) if error.to_string() == WRONG_CHECKSUM => Problem::Checksum(member.into()),
        ZipError::Io(error) => match error.kind() {
            io::ErrorKind::UnexpectedEof => Problem::Corrupt(format!("the data of {member} ends too early")),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Problem::Corrupt(format!("{member}: {error}")),
            _ => Problem::os("reading", error),
        },
        ZipError::InvalidArchive(what) => Problem::Corrupt(format!("{member}: {what}")),
        ZipError::UnsupportedArchive(what) => Problem::Unsupported(format!("{member}: {what}")),
        error => Problem::Corrupt(format!("{member}: {error}")),
    }
}

/// A problem of a member's own header, which names the member.
fn inside(member: &str, problem: Problem) -> Problem {
    match problem {
        Problem::Corrupt(what) => Problem::Corrupt(format!("`{member}`: {what}")),
        Problem::BadShape(what) => Problem::BadShape(format!("`{member}`: {what}")),
        Problem::UnsupportedDType { given } => Problem::UnsupportedDType { given: format!("{given} in `{member}`") },
        Problem::Os { error, .. } => self::problem(member, ZipError::Io(error)),
        other => other,
    }
}

fn write(arrays: &[(String, Array)], out: &mut dyn Write, _: &WriteOptions) -> Result<(), WriteError> {
    let system = |error: ZipError| match error {
        ZipError::Io(error) => WriteError::Os(error),
        error => WriteError::Unsupported(format!("the archive cannot be written: {error}")),
    };
    let mut archive = ZipWriter::new_stream(out);
    for (name, array) in arrays {
        let header = npy::encode(array.dtype(), array.shape());
        let array = array.to_c_order();
        let data = array.view();
        let bytes = &data.bytes()[..array.shape().size() * array.dtype().size()];
        let large = (header.len() + bytes.len()) as u64 >= u64::from(u32::MAX);
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(large);
        let file = if name.ends_with(".npy") { name.clone() } else { format!("{name}.npy") };
        archive.start_file(file, options).map_err(system)?;
        archive.write_all(&header)?;
        archive.write_all(bytes)?;
    }
    archive.finish().map_err(system)?;
    Ok(())
}
