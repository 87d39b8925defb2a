//! PNG: 8 and 16-bit grey, grey + alpha, RGB and RGBA images as `[H, W]` or `[H, W, C]` arrays of u8 or u16.
//!
//! Samples are read as stored: no gamma, no colour profile. Palettes become RGB (RGBA if the palette has
//! transparency), 1, 2 and 4-bit grey is scaled to the full range of u8, a transparent colour becomes an alpha
//! channel. Of an animation the first picture is read.

use super::image::{self, Channels};
use super::lazy::{self, Handle};
use crate::{Encode, Format, Input, IoError, Opened, Problem, WriteError, WriteOptions, Writer};
use hadamard_array::{Array, DType, Shape};
use png::{BitDepth, ColorType, DecodingError, EncodingError, Transformations};
use std::io::{BufReader, Write};

/// The PNG format.
pub static FORMAT: Format = Format {
    name: "png",
    extensions: &["png"],
    summary: "PNG image: [H, W] or [H, W, C] of u8 or u16",
    signature: Some(|head| head.starts_with(b"\x89PNG\r\n\x1a\n")),
    read: Some(read),
    members: None,
    write: Some(Writer { check, encode: Encode::Whole(write), sparse: None }),
};

type Pixels = png::Reader<BufReader<crate::Reader>>;

fn read(input: &Input<'_>) -> Result<Opened, IoError> {
    let limit = lazy::limit(input);
    let open = || -> Result<Opened, Problem> {
        lazy::no_member(input, "PNG")?;
        let reader = reader(&Handle::of(input), limit)?;
        let (color, depth) = reader.output_color_type();
        let dtype = if depth == BitDepth::Sixteen { DType::U16 } else { DType::U8 };
        let (width, height) = reader.info().size();
        let shape = image::shape(height, width, color.samples());
        lazy::check_size(dtype, &shape, limit)?;
        let decode = move |handle: &Handle| decode(&mut self::reader(handle, limit)?, dtype);
        Ok(lazy::opened(input, dtype, shape, facts(reader.info()), decode))
    };
    open().map_err(|problem| input.fail(problem))
}

/// A reader that has read everything before the pixels.
fn reader(handle: &Handle, limit: u64) -> Result<Pixels, Problem> {
    let limits = png::Limits { bytes: usize::try_from(limit).unwrap_or(usize::MAX) };
    let mut decoder = png::Decoder::new_with_limits(handle.reader(), limits);
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.read_info().map_err(problem)
}

fn decode(reader: &mut Pixels, dtype: DType) -> Result<Array, Problem> {
    let (width, height) = reader.info().size();
    let shape = image::shape(height, width, reader.output_color_type().0.samples());
    let mut array = Array::zeros(dtype, shape)?;
    let animated = reader.info().is_animated();
    reader.next_frame(array.bytes_mut()?).map_err(problem)?;
    if !animated {
        reader.finish().map_err(problem)?;
    }
    if dtype == DType::U16 {
        array.slice_mut::<u16>()?.iter_mut().for_each(|v| *v = u16::from_be(*v));
    }
    Ok(array)
}

fn facts(info: &png::Info<'_>) -> Vec<(&'static str, String)> {
    let color = match info.color_type {
        ColorType::Grayscale => "grey",
        ColorType::GrayscaleAlpha => "grey + alpha",
        ColorType::Rgb => "RGB",
        ColorType::Rgba => "RGBA",
        ColorType::Indexed => "palette",
    };
    let mut facts = vec![("colour", color.to_owned()), ("bits", (info.bit_depth as u8).to_string())];
    if info.interlaced {
        facts.push(("interlaced", "yes".into()));
    }
    if let Some(animation) = info.animation_control() {
        facts.push(("animation", format!("{} pictures, the first is read", animation.num_frames)));
    }
    facts
}

fn problem(error: DecodingError) -> Problem {
    match error {
        DecodingError::IoError(error) => lazy::io_problem(error),
        DecodingError::LimitsExceeded => {
            Problem::Corrupt("decoding it needs more memory than its size explains".into())
        }
        other => Problem::Corrupt(other.to_string()),
    }
}

fn check(dtype: DType, shape: &Shape, _: &WriteOptions) -> Result<(), WriteError> {
    image::check("PNG", dtype, shape, &[1, 2, 3, 4]).map(|_| ())
}

fn write(array: &Array, out: &mut dyn Write, _: &WriteOptions) -> Result<(), WriteError> {
    let Channels { width, height, channels } = image::check("PNG", array.dtype(), array.shape(), &[1, 2, 3, 4])?;
    let mut encoder = png::Encoder::new(out, width, height);
    encoder.set_color(match channels {
        1 => ColorType::Grayscale,
        2 => ColorType::GrayscaleAlpha,
        3 => ColorType::Rgb,
        _ => ColorType::Rgba,
    });
    let data = if let Ok(values) = array.slice::<u16>() {
        encoder.set_depth(BitDepth::Sixteen);
        values.iter().flat_map(|v| v.to_be_bytes()).collect()
    } else {
        encoder.set_depth(BitDepth::Eight);
        array.view().slice::<u8>().map_err(|e| WriteError::Unsupported(e.to_string()))?.to_vec()
    };
    let mut writer = encoder.write_header().map_err(refusal)?;
    writer.write_image_data(&data).map_err(refusal)?;
    writer.finish().map_err(refusal)
}

fn refusal(error: EncodingError) -> WriteError {
    match error {
        EncodingError::IoError(error) => WriteError::Os(error),
        other => WriteError::Unsupported(other.to_string()),
    }
}
