//! TIFF: images of 8 to 64-bit samples as `[H, W]` or `[H, W, C]` arrays; u8 and u16 are written.
//!
//! Strips and tiles, chunky and planar, uncompressed, LZW, deflate and PackBits, big TIFF. Each picture of a file of
//! several is a member, counted from 0: `stack.tif#2`. Grey whose zero is white is turned so that zero is black.

use super::image::{self, Channels};
use super::lazy::{self, Handle};
use crate::{Encode, Format, Input, IoError, Opened, Problem, WriteError, WriteOptions, Writer};
use hadamard_array::{Array, ArrayError, DType, Shape};
use std::io::{BufReader, Cursor, Write};
use tiff::decoder::{BufferLayoutPreference, Decoder, DecodingSampleType, Limits};
use tiff::encoder::{TiffEncoder, colortype};
use tiff::tags::{CompressionMethod, Tag};
use tiff::{ColorType, TiffError, TiffUnsupportedError};

/// The TIFF format.
pub static FORMAT: Format = Format {
    name: "tiff",
    extensions: &["tif", "tiff"],
    summary: "TIFF image: [H, W] or [H, W, C] of u8 or u16; pages are members: x.tif#1",
    signature: Some(|head| [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|magic| head.starts_with(*magic))),
    read: Some(read),
    members: Some(members),
    write: Some(Writer { check, encode: Encode::Whole(write), sparse: None }),
};

/// Most pages a file may have: enough for any honest stack, and an end to a hostile one.
const MAX_PAGES: usize = 1 << 16;

type Pages = Decoder<BufReader<crate::Reader>>;

/// What the directory of one page says.
struct Page {
    dtype: DType,
    height: usize,
    width: usize,
    channels: usize,
    /// Each channel is stored as an image of its own.
    planar: bool,
    /// Name of the colour model.
    colour: &'static str,
    compression: Option<&'static str>,
}

fn members(input: &Input<'_>) -> Result<Vec<String>, IoError> {
    pages(input).map_err(|problem| input.fail(problem))
}

fn pages(input: &Input<'_>) -> Result<Vec<String>, Problem> {
    let mut reader = reader(&Handle::of(input), lazy::limit(input), 0)?;
    let mut count = 1;
    while reader.more_images() {
        if count == MAX_PAGES {
            return Err(Problem::Corrupt(format!("it claims more than {MAX_PAGES} pages")));
        }
        reader.next_image().map_err(problem)?;
        count += 1;
    }
    Ok((0..count).map(|page| page.to_string()).collect())
}

fn read(input: &Input<'_>) -> Result<Opened, IoError> {
    let limit = lazy::limit(input);
    let open = || -> Result<Opened, Problem> {
        let pages = pages(input)?;
        let index = match input.member {
            None if pages.len() > 1 => return Err(Problem::MemberNeeded { members: pages }),
            None => 0,
            Some(name) => match pages.iter().position(|page| page == name) {
                Some(index) => index,
                None => return Err(Problem::NoSuchMember { name: name.to_owned(), members: pages }),
            },
        };
        let page = page(&mut reader(&Handle::of(input), limit, index)?)?;
        lazy::check_size(page.dtype, &page.shape(), limit)?;
        let mut facts = vec![("colour", page.colour.to_owned()), ("bits", (8 * page.dtype.size()).to_string())];
        if let Some(compression) = page.compression {
            facts.push(("compression", compression.to_owned()));
        }
        if pages.len() > 1 {
            facts.push(("page", format!("{index} of {}", pages.len())));
        }
        let (dtype, shape) = (page.dtype, page.shape());
        let decode = move |handle: &Handle| decode(&mut reader(handle, limit, index)?, limit);
        Ok(lazy::opened(input, dtype, shape, facts, decode))
    };
    open().map_err(|problem| input.fail(problem))
}

/// A reader that has read the directory of page `index`.
fn reader(handle: &Handle, limit: u64, index: usize) -> Result<Pages, Problem> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut limits = Limits::default();
    (limits.decoding_buffer_size, limits.intermediate_buffer_size) = (limit, limit);
    let mut reader = Decoder::new(handle.reader()).map_err(problem)?.with_limits(limits);
    if index > 0 {
        reader.seek_to_image(index).map_err(problem)?;
    }
    Ok(reader)
}

impl Page {
    fn shape(&self) -> Shape {
        let (height, width) = (self.height, self.width);
        if self.channels == 1 { [height, width].into() } else { [height, width, self.channels].into() }
    }
}

/// A TIFF of a kind that is not read.
fn unsupported(what: impl std::fmt::Display) -> Problem {
    let advice = "convert it to grey or RGB of 8 or 16 bits, uncompressed or LZW or deflate";
    Problem::Unsupported(format!("is a TIFF with {what}, which is not read here: {advice}"))
}

fn page(reader: &mut Pages) -> Result<Page, Problem> {
    let (width, height) = reader.dimensions().map_err(problem)?;
    let (colour, channels) = match reader.colortype().map_err(problem)? {
        ColorType::Gray(_) => ("grey", 1),
        ColorType::GrayA(_) => ("grey + alpha", 2),
        ColorType::RGB(_) => ("RGB", 3),
        ColorType::RGBA(_) => ("RGBA", 4),
        ColorType::Multiband { num_samples, .. } => ("bands", num_samples as usize),
        ColorType::Palette(_) => return Err(unsupported("a colour palette")),
        other => return Err(unsupported(format!("{other:?} samples"))),
    };
    let compression = match reader.find_tag_unsigned(Tag::Compression).map_err(problem)? {
        None => CompressionMethod::None,
        Some(code) => CompressionMethod::from_u16_exhaustive(code),
    };
    let compression = match compression {
        CompressionMethod::None => None,
        CompressionMethod::LZW => Some("LZW"),
        CompressionMethod::Deflate | CompressionMethod::OldDeflate => Some("deflate"),
        CompressionMethod::PackBits => Some("PackBits"),
        other => return Err(unsupported(format!("{other:?} compression"))),
    };
    let bits = reader.colortype().map_err(problem)?.bit_depth();
    let layout = reader.image_buffer_layout().map_err(problem)?;
    let Some(dtype) = layout.sample_type.map(dtype).filter(|dtype| dtype.size() * 8 == bits as usize) else {
        return Err(unsupported(format!("{bits}-bit samples")));
    };
    let (height, width, planar) = (height as usize, width as usize, layout.planes > 1);
    let page = Page { dtype, height, width, channels, planar, colour, compression };
    let BufferLayoutPreference { complete_len, planes, .. } = layout;
    if page.shape().bytes(dtype)? != complete_len || (page.planar && planes != channels) {
        return Err(unsupported("extra samples beside its colours"));
    }
    Ok(page)
}

fn dtype(sample: DecodingSampleType) -> DType {
    match sample {
        DecodingSampleType::U8 => DType::U8,
        DecodingSampleType::U16 => DType::U16,
        DecodingSampleType::U32 => DType::U32,
        DecodingSampleType::U64 => DType::U64,
        DecodingSampleType::F16 => DType::F16,
        DecodingSampleType::F32 => DType::F32,
        DecodingSampleType::F64 => DType::F64,
        DecodingSampleType::I8 => DType::I8,
        DecodingSampleType::I16 => DType::I16,
        DecodingSampleType::I32 => DType::I32,
        DecodingSampleType::I64 => DType::I64,
    }
}

fn decode(reader: &mut Pages, limit: u64) -> Result<Array, Problem> {
    let page = page(reader)?;
    let shape = if page.planar { [page.channels, page.height, page.width].into() } else { page.shape() };
    lazy::check_size(page.dtype, &shape, limit)?;
    let mut array = Array::zeros(page.dtype, shape)?;
    reader.read_image_bytes(array.bytes_mut()?).map_err(problem)?;
    if page.planar {
        array = array.with_layout(array.layout().permuted(&[1, 2, 0]))?;
    }
    Ok(array)
}

fn problem(error: TiffError) -> Problem {
    match error {
        TiffError::IoError(error) => lazy::io_problem(error),
        TiffError::UnsupportedError(TiffUnsupportedError::InterpretationWithBits(colours, _)) => {
            unsupported(format!("{colours:?} colours"))
        }
        TiffError::UnsupportedError(what) => Problem::Unsupported(format!("is a TIFF of a kind not read here: {what}")),
        TiffError::LimitsExceeded => Problem::Corrupt("decoding it needs more memory than allowed".into()),
        other => Problem::Corrupt(other.to_string()),
    }
}

fn check(dtype: DType, shape: &Shape, _: &WriteOptions) -> Result<(), WriteError> {
    image::check("TIFF", dtype, shape, &[1, 3, 4]).map(|_| ())
}

fn write(array: &Array, out: &mut dyn Write, _: &WriteOptions) -> Result<(), WriteError> {
    let Channels { width, height, channels } = image::check("TIFF", array.dtype(), array.shape(), &[1, 3, 4])?;
    // The encoder goes back to fill in its directory, which a pipe does not let it.
    let mut file = Cursor::new(Vec::new());
    let wrong = |e: ArrayError| WriteError::Unsupported(e.to_string());
    let mut encoder = TiffEncoder::new(&mut file).map_err(refusal)?;
    let written = if array.dtype() == DType::U8 {
        let data = array.slice::<u8>().map_err(wrong)?;
        match channels {
            1 => encoder.write_image::<colortype::Gray8>(width, height, data),
            3 => encoder.write_image::<colortype::RGB8>(width, height, data),
            _ => encoder.write_image::<colortype::RGBA8>(width, height, data),
        }
    } else {
        let data = array.slice::<u16>().map_err(wrong)?;
        match channels {
            1 => encoder.write_image::<colortype::Gray16>(width, height, data),
            3 => encoder.write_image::<colortype::RGB16>(width, height, data),
            _ => encoder.write_image::<colortype::RGBA16>(width, height, data),
        }
    };
    written.map_err(refusal)?;
    Ok(out.write_all(file.get_ref())?)
}

fn refusal(error: TiffError) -> WriteError {
    match error {
        TiffError::IoError(error) => WriteError::Os(error),
        other => WriteError::Unsupported(other.to_string()),
    }
}
