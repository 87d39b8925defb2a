//! JPEG: the pixels of baseline and progressive images as `[H, W]` or `[H, W, 3]` arrays of u8. Read only,
//! because writing would lose.
//!
//! Pixels are read as stored: no colour profile, no turning by EXIF. The standard leaves decoders some freedom: pixels differ from libjpeg's by at most 3 levels (see the tests).

use super::image;
use super::lazy::{self, Handle};
use crate::{Format, Input, IoError, Opened, Problem};
use hadamard_array::{Array, DType};
use std::io::{self, BufRead, BufReader, Read};
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZByteIoError;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The JPEG format.
pub static FORMAT: Format = Format {
    name: "jpeg",
    extensions: &["jpg", "jpeg", "jpe", "jfif"],
    summary: "JPEG image: [H, W] or [H, W, 3] of u8 (read only)",
    signature: Some(|head| head.starts_with(b"\xff\xd8\xff")),
    read: Some(read),
    members: None,
    write: None,
};

/// Decoding a progressive image keeps the coefficients of all samples until the last scan.
const COEFFICIENT_BYTES: u64 = 2;

type Decoder = JpegDecoder<BufReader<crate::Reader>>;

fn read(input: &Input<'_>) -> Result<Opened, IoError> {
    let open = || -> Result<Opened, Problem> {
        lazy::no_member(input, "JPEG")?;
        let decoder = decoder(&Handle::of(input))?;
        let channels = channels(&decoder)?;
        let info = decoder.info().ok_or_else(|| Problem::Corrupt("it has no frame header".into()))?;
        let shape = image::shape(info.height.into(), info.width.into(), channels);
        let progressive = !info.sof.is_sequential_dct();
        let bytes = shape.size() as u64 * if progressive { 1 + COEFFICIENT_BYTES } else { 1 };
        let limit = lazy::limit(input);
        if bytes > limit {
            return Err(Problem::TooLarge { bytes, limit });
        }
        let colour = if channels == 1 { "grey" } else { "RGB" };
        let facts = vec![("colour", colour.to_owned()), ("bits", "8".to_owned())];
        let promised = shape.clone();
        let decode = move |handle: &Handle| {
            let mut decoder = self::decoder(handle)?;
            let mut array = Array::zeros(DType::U8, promised.clone())?;
            if self::channels(&decoder)? != channels || decoder.output_buffer_size() != Some(promised.size()) {
                return Err(Problem::Corrupt("its header changed while it was read".into()));
            }
            decoder.decode_into(array.bytes_mut()?).map_err(problem)?;
            if !is_complete(handle).map_err(lazy::io_problem)? {
                return Err(Problem::Corrupt("it ends before its data is complete".into()));
            }
            Ok(array)
        };
        Ok(lazy::opened(input, DType::U8, shape, facts, decode))
    };
    open().map_err(|problem| input.fail(problem))
}

/// A decoder that has read the headers and gives grey for grey, RGB for colour.
fn decoder(handle: &Handle) -> Result<Decoder, Problem> {
    let options = DecoderOptions::default().set_max_width(1 << 16).set_max_height(1 << 16).set_strict_mode(true);
    let mut decoder = JpegDecoder::new_with_options(handle.reader(), options);
    decoder.decode_headers().map_err(problem)?;
    let out = if channels(&decoder)? == 1 { ColorSpace::Luma } else { ColorSpace::RGB };
    decoder.set_options(options.jpeg_set_out_colorspace(out));
    Ok(decoder)
}

/// Whether the image has its end marker: the decoder makes up the last pixels if they are missing.
fn is_complete(handle: &Handle) -> io::Result<bool> {
    let mut reader = handle.reader();
    let mut byte = [0];
    while reader.skip_until(0xff)? > 0 {
        while reader.read(&mut byte)? == 1 && byte[0] == 0xff {}
        match byte[0] {
            // An 0xff of the data, and marks without a segment: within the data, or at the start.
            0 | 1 | 0xd0..=0xd8 => {}
            0xd9 => return Ok(true),
            _ => {
                let mut length = [0; 2];
                if reader.read_exact(&mut length).is_err() {
                    return Ok(false);
                }
                let rest = u64::from(u16::from_be_bytes(length)).saturating_sub(2);
                io::copy(&mut reader.by_ref().take(rest), &mut io::sink())?;
            }
        }
    }
    Ok(false)
}

fn channels(decoder: &Decoder) -> Result<usize, Problem> {
    match decoder.input_colorspace() {
        Some(ColorSpace::Luma) => Ok(1),
        Some(ColorSpace::YCbCr | ColorSpace::RGB) => Ok(3),
        Some(ColorSpace::CMYK | ColorSpace::YCCK) => Err(Problem::Unsupported(
            "is a CMYK JPEG, whose colours mean nothing without its press profile: convert it to RGB first".into(),
        )),
        _ => Err(Problem::Unsupported("is a JPEG with an unusual number of channels: convert it to RGB first".into())),
    }
}

fn problem(error: DecodeErrors) -> Problem {
    match error {
        DecodeErrors::ExhaustedData | DecodeErrors::IoErrors(ZByteIoError::NotEnoughBytes(..)) => {
            Problem::Corrupt("it ends before its data is complete".into())
        }
        DecodeErrors::Unsupported(what) => Problem::Unsupported(format!("is a JPEG of a kind not read here: {what:?}")),
        other => Problem::Corrupt(format!("{other:?}").replace('"', "")),
    }
}
