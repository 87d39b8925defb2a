//! What the image formats share: `[H, W]` and `[H, W, C]` shapes, and what they refuse.

use crate::WriteError;
use hadamard_array::{DType, Shape};

/// `[H, W]` for one channel, `[H, W, C]` for more.
pub(super) fn shape(height: u32, width: u32, channels: usize) -> Shape {
    let (height, width) = (height as usize, width as usize);
    if channels == 1 { [height, width].into() } else { [height, width, channels].into() }
}

/// The measures of an image.
pub(super) struct Channels {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Samples in a pixel.
    pub channels: usize,
}

/// The measures of an array as an image with one of the `allowed` numbers of channels, or what to write instead.
pub(super) fn check(format: &str, dtype: DType, shape: &Shape, allowed: &[usize]) -> Result<Channels, WriteError> {
    let refuse = |text: String| Err(WriteError::Unsupported(text));
    match dtype {
        DType::U8 | DType::U16 => {}
        DType::Bool => {
            return refuse(format!(
                "{format} holds u8 or u16 samples, not bool: write the levels you want, for example `where(mask, u8.(255), u8.(0))`"
            ));
        }
        dtype if dtype.is_complex() => {
            return refuse(format!(
                "{format} holds u8 or u16 samples, not {dtype}: take a real part first, such as `u8.(round.(abs.(…)))`"
            ));
        }
        dtype if dtype.is_float() => {
            return refuse(format!(
                "{format} holds u8 or u16 samples, not {dtype}: write an explicit cast such as `u8.(round.(…))`, or pass `--clip`"
            ));
        }
        dtype => {
            return refuse(format!(
                "{format} holds u8 or u16 samples, not {dtype}: write an explicit cast such as `u8.(…)`, or pass `--clip`"
            ));
        }
    }
    let (height, width, channels) = match shape[..] {
        [height, width] => (height, width, 1),
        [height, width, channels] if allowed.contains(&channels) => (height, width, channels),
        _ => {
            let counts: Vec<String> = allowed.iter().map(usize::to_string).collect();
            return refuse(format!(
                "{format} holds images of shape [H, W] or [H, W, C] with C one of {}, not {shape}",
                counts.join(", ")
            ));
        }
    };
    match (u32::try_from(height), u32::try_from(width)) {
        (Ok(1..=0x7fff_ffff), Ok(1..=0x7fff_ffff)) => {
            Ok(Channels { width: width as u32, height: height as u32, channels })
        }
        _ => refuse(format!("{format} holds images of 1 to 2147483647 pixels a side, not {shape}")),
    }
}
