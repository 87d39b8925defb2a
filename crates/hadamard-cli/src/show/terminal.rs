//! Drawing in a terminal: two cells in a character by half blocks, or a ramp of signs where there are no colours.

use super::Drawn;
use super::grid::Grid;
use super::palette::{Rgb, Scale};
use crate::failure::Failure;
use crate::print::Digits;
use anstyle::{Ansi256Color, Color, RgbColor, Style};
use hadamard::array::Scalar;
use std::io::Write;
use std::sync::LazyLock;

/// From little to much.
const RAMP: [char; 10] = [' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'];
/// Where there is no number.
const NOTHING: char = '?';
/// Most rows of cells: a tall matrix is squeezed rather than scrolled away.
const ROWS: usize = 96;
/// A narrow matrix is widened up to so many columns for each of its own.
const WIDEN: usize = 2;

/// The grid for a width in characters: cells are about square.
pub fn cells(drawn: Drawn, columns: usize, colours: bool) -> (usize, usize) {
    let (from_rows, from_columns) = match drawn {
        Drawn::Heatmap { rows, columns } => (rows, columns),
        Drawn::Image { rows, columns, .. } => (rows, columns),
    };
    // A half block is about as wide as it is high; a sign of the ramp is about twice as high as wide.
    let stretch = if colours { 1.0 } else { 0.5 };
    let columns = columns.clamp(1, from_columns.max(1));
    let scale = columns as f64 / from_columns.max(1) as f64;
    let rows = (from_rows as f64 * scale * stretch).ceil() as usize;
    (rows.clamp(1, ROWS.min(from_rows.max(1))), columns)
}

/// Draws a grid and, for a heatmap, its scale.
pub fn draw(drawn: Drawn, grid: &Grid, colours: bool, magnitudes: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let scale = match drawn {
        Drawn::Heatmap { .. } => Scale::of(grid.range),
        Drawn::Image { white, .. } => Scale::of(Some((0.0, white))),
    };
    let colour = |row: usize, column: usize| -> Rgb {
        match drawn {
            Drawn::Heatmap { .. } => scale.colour(grid.get(row, column, 0)),
            Drawn::Image { channels, .. } => {
                let level =
                    |c: usize| scale.fraction(grid.get(row, column, c)).map_or(0, |t| (t * 255.0).round() as u8);
                if channels < 3 { [level(0); 3] } else { [level(0), level(1), level(2)] }
            }
        }
    };
    let widen = if grid.columns <= 20 { WIDEN } else { 1 };
    if colours {
        for top in (0..grid.rows).step_by(2) {
            for column in 0..grid.columns {
                let above = to_colour(colour(top, column));
                if top + 1 < grid.rows {
                    let style = Style::new().fg_color(Some(above)).bg_color(Some(to_colour(colour(top + 1, column))));
                    write!(out, "{style}{}{style:#}", "▀".repeat(widen))?;
                } else {
                    let style = Style::new().fg_color(Some(above));
                    write!(out, "{style}{}{style:#}", "▀".repeat(widen))?;
                }
            }
            writeln!(out)?;
        }
    } else {
        for row in 0..grid.rows {
            for column in 0..grid.columns {
                let value = match drawn {
                    Drawn::Heatmap { .. } => grid.get(row, column, 0),
                    Drawn::Image { channels: 0..=2, .. } => grid.get(row, column, 0),
                    Drawn::Image { .. } => luma(|c| grid.get(row, column, c)),
                };
                let sign = scale.fraction(value).map_or(NOTHING, |t| RAMP[((t * 10.0) as usize).min(9)]);
                write!(out, "{}", sign.to_string().repeat(widen))?;
            }
            writeln!(out)?;
        }
    }
    if matches!(drawn, Drawn::Heatmap { .. }) {
        legend(grid, scale, colours, magnitudes, out)?;
    }
    Ok(())
}

/// Rec. 709 luminance of red, green and blue.
fn luma(channel: impl Fn(usize) -> f64) -> f64 {
    0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2)
}

/// The colour as the terminal can show it: exactly, or the nearest of the 6 × 6 × 6 cube of 256 colours.
fn to_colour(rgb: Rgb) -> Color {
    static EXACT: LazyLock<bool> =
        LazyLock::new(|| std::env::var("COLORTERM").is_ok_and(|v| v.contains("truecolor") || v.contains("24bit")));
    if *EXACT {
        return RgbColor(rgb[0], rgb[1], rgb[2]).into();
    }
    // The levels of the cube are 0, 95, 135, 175, 215, 255.
    let [r, g, b] = rgb.map(|v| {
        if v < 48 {
            0
        } else if v < 115 {
            1
        } else {
            (v - 35) / 40
        }
    });
    Ansi256Color(16 + 36 * r + 6 * g + b).into()
}

fn legend(grid: &Grid, scale: Scale, colours: bool, magnitudes: bool, out: &mut dyn Write) -> Result<(), Failure> {
    const STEPS: usize = 20;
    let text = |value: f64| Digits::Most(5).text(Scalar::F64(value));
    let what = if magnitudes { " (magnitudes)" } else { "" };
    let Some((low, high)) = grid.range else {
        writeln!(out, "no finite element")?;
        return Ok(());
    };
    write!(out, "{} ", text(scale.low))?;
    for k in 0..STEPS {
        let t = k as f64 / (STEPS - 1) as f64;
        if colours {
            let value = scale.low * (1.0 - t) + scale.high * t;
            let style = Style::new().fg_color(Some(to_colour(scale.colour(value))));
            write!(out, "{style}█{style:#}")?;
        } else {
            write!(out, "{}", RAMP[((t * 10.0) as usize).min(9)])?;
        }
    }
    writeln!(out, " {}   min {}  max {}{what}", text(scale.high), text(low), text(high))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_keep_the_proportions() {
        let heatmap = |rows, columns| Drawn::Heatmap { rows, columns };
        assert_eq!(cells(heatmap(1000, 1000), 80, true), (80, 80));
        assert_eq!(cells(heatmap(1000, 1000), 80, false), (40, 80));
        assert_eq!(cells(heatmap(2, 3), 80, true), (2, 3));
        assert_eq!(cells(heatmap(1, 1_000_000), 80, true), (1, 80));
        assert_eq!(cells(heatmap(1_000_000, 1), 80, true), (96, 1));
    }

    #[test]
    fn plain_drawing() {
        let means = (0..100).map(|k| if k == 55 { f64::NAN } else { f64::from(k % 10) }).collect();
        let grid = Grid { rows: 2, columns: 50, channels: 1, means, range: Some((0.0, 9.0)) };
        let mut out = Vec::new();
        draw(Drawn::Heatmap { rows: 2, columns: 50 }, &grid, false, false, &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap());
    }
}
