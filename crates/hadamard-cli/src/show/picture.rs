//! Drawing as a picture: cells as squares, a colour bar beside them, and its ends as numbers.

use super::Drawn;
use super::font;
use super::grid::Grid;
use super::palette::{Rgb, Scale};
use crate::print::Digits;
use hadamard::array::{Scalar, Shape};

/// Sides of the drawing, in pixels, at most …
const MOST: usize = 1024;
/// … and, for small matrices, whose cells become squares, about.
const ABOUT: usize = 512;
/// White around everything, and between drawing and bar.
const MARGIN: usize = 16;
const BAR: usize = 24;
/// Pixels of a dot of the labels.
const DOT: usize = 2;
/// Room for a label: digits of `-1.2346e-300`.
const LABEL: usize = 12 * (font::SIZE.0 + 1) * DOT;

/// The grid a picture is made of.
pub fn cells(drawn: Drawn) -> (usize, usize) {
    match drawn {
        Drawn::Image { rows, columns, .. } => (rows, columns),
        Drawn::Heatmap { rows, columns } => (rows.min(MOST), columns.min(MOST)),
    }
}

/// Pixels of a side of a cell of a heatmap.
fn side(rows: usize, columns: usize) -> usize {
    (ABOUT / rows.max(columns).max(1)).clamp(1, 64)
}

/// Shape of the picture: an image stays as it is, a heatmap gets margins, bar and labels.
pub fn shape(drawn: Drawn, rows: usize, columns: usize) -> Shape {
    match drawn {
        Drawn::Image { channels, .. } => [rows, columns, channels].into(),
        Drawn::Heatmap { .. } => {
            let side = side(rows, columns);
            let height = (rows * side).max(4 * font::SIZE.1 * DOT) + 2 * MARGIN;
            let width = columns * side + BAR + LABEL + 4 * MARGIN;
            [height, width, 3].into()
        }
    }
}

/// The pixels of the picture in C order.
pub fn paint(drawn: Drawn, grid: &Grid, shape: &Shape) -> Vec<u8> {
    if let Drawn::Image { white, .. } = drawn {
        return grid.means.iter().map(|v| (v / white * 255.0).round() as u8).collect();
    }
    let mut canvas = Canvas { width: shape[1], pixels: vec![255; shape.size()] };
    let (side, scale) = (side(grid.rows, grid.columns), Scale::of(grid.range));
    for row in 0..grid.rows {
        for column in 0..grid.columns {
            let colour = scale.colour(grid.get(row, column, 0));
            canvas.fill(MARGIN + row * side, MARGIN + column * side, side, side, colour);
        }
    }
    let (left, height) = (2 * MARGIN + grid.columns * side, shape[0] - 2 * MARGIN);
    for y in 0..height {
        let t = 1.0 - y as f64 / (height - 1).max(1) as f64;
        canvas.fill(MARGIN + y, left, 1, BAR, scale.colour(scale.low * (1.0 - t) + scale.high * t));
    }
    let text = |v: f64| Digits::Most(5).text(Scalar::F64(v));
    let labels = left + BAR + MARGIN / 2;
    canvas.write(MARGIN, labels, &text(scale.high));
    canvas.write(shape[0] - MARGIN - font::SIZE.1 * DOT, labels, &text(scale.low));
    canvas.pixels
}

/// RGB pixels.
struct Canvas {
    width: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    fn fill(&mut self, top: usize, left: usize, height: usize, width: usize, colour: Rgb) {
        for y in top..top + height {
            let row = (y * self.width + left) * 3;
            for pixel in self.pixels[row..row + width * 3].chunks_exact_mut(3) {
                pixel.copy_from_slice(&colour);
            }
        }
    }

    fn write(&mut self, top: usize, left: usize, text: &str) {
        for (k, rows) in text.chars().filter_map(font::glyph).enumerate() {
            let left = left + k * (font::SIZE.0 + 1) * DOT;
            for (y, bits) in rows.iter().enumerate() {
                for x in (0..font::SIZE.0).filter(|x| bits >> (font::SIZE.0 - 1 - x) & 1 == 1) {
                    self.fill(top + y * DOT, left + x * DOT, DOT, DOT, [0, 0, 0]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heatmap_with_bar_and_labels_fits_its_shape() {
        for (rows, columns) in [(1, 1), (3, 2), (1, 1000), (1024, 1), (700, 900)] {
            let drawn = Drawn::Heatmap { rows, columns };
            let means = (0..rows * columns).map(|k| k as f64 - 1.5).collect();
            let range = Some((-1.2345678e-300, 1.2345678e300));
            let grid = Grid { rows, columns, channels: 1, means, range };
            let shape = shape(drawn, rows, columns);
            let pixels = paint(drawn, &grid, &shape);
            assert_eq!(pixels.len(), shape.size());
            let (row, column) = (MARGIN, MARGIN);
            let first = (row * shape[1] + column) * 3;
            assert_eq!(pixels[first..first + 3], Scale::of(range).colour(-1.5));
            assert!(pixels.chunks_exact(3).any(|p| p == [0, 0, 0]), "labels are black");
        }
    }

    #[test]
    fn an_image_stays_as_it_is() {
        let drawn = Drawn::Image { rows: 1, columns: 2, channels: 3, white: 255.0 };
        let means = vec![0.0, 128.0, 255.0, 1.0, 2.0, 3.0];
        let grid = Grid { rows: 1, columns: 2, channels: 3, means, range: Some((0.0, 255.0)) };
        assert_eq!(paint(drawn, &grid, &shape(drawn, 1, 2)), [0, 128, 255, 1, 2, 3]);
    }
}
