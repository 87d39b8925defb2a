//! An array averaged down to the cells that are drawn.

use super::Drawn;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::stream;
use hadamard::array::{Element, Scalar, Source, View, dispatch};

/// Means over the cells of a `rows` × `columns` grid, one plane for each channel.
#[derive(Debug)]
pub struct Grid {
    pub rows: usize,
    pub columns: usize,
    pub channels: usize,
    /// Mean of each cell, channel last; NaN where a cell holds no number.
    pub means: Vec<f64>,
    /// Smallest and largest finite element of the whole array (not of the means).
    pub range: Option<(f64, f64)>,
}

impl Grid {
    /// Averages a source in one pass. Infinite and NaN elements are left out.
    pub fn gather(
        source: &dyn Source,
        drawn: Drawn,
        rows: usize,
        columns: usize,
        progress: &Progress,
    ) -> Result<Grid, Failure> {
        let (from_rows, from_columns, channels) = match drawn {
            Drawn::Heatmap { rows, columns } => (rows, columns, 1),
            Drawn::Image { rows, columns, channels, .. } => (rows, columns, channels),
        };
        let mut sums = vec![(0.0f64, 0u64); rows * columns * channels];
        let mut range: Option<(f64, f64)> = None;
        let mut at = 0; // boxes come in C order
        stream::lockstep([source], progress, |_, [block]| {
            each(block, |value| {
                let (row, column) = (at / channels / from_columns, at / channels % from_columns);
                let channel = at % channels;
                at += 1;
                if !value.is_finite() {
                    return;
                }
                let (low, high) = range.get_or_insert((value, value));
                *low = low.min(value);
                *high = high.max(value);
                // Each element belongs to the cell its position falls into; a grid is never finer than its array.
                let cell = (row * rows / from_rows, column * columns / from_columns);
                let sum = &mut sums[(cell.0 * columns + cell.1) * channels + channel];
                sum.0 += value;
                sum.1 += 1;
            })
        })?;
        let mean = |(sum, count): &(f64, u64)| if *count == 0 { f64::NAN } else { sum / *count as f64 };
        Ok(Grid { rows, columns, channels, means: sums.iter().map(mean).collect(), range })
    }

    /// The mean of a cell.
    pub fn get(&self, row: usize, column: usize, channel: usize) -> f64 {
        self.means[(row * self.columns + column) * self.channels + channel]
    }
}

/// Calls `visit` with every element as a real number, in C order; complex ones by their magnitude.
fn each(block: &View<'_>, mut visit: impl FnMut(f64)) -> Result<(), Failure> {
    dispatch!(block.dtype(), T => {
        for &value in block.slice::<T>()? {
            visit(real(value));
        }
    });
    Ok(())
}

fn real<T: Element>(value: T) -> f64 {
    let scalar: Scalar = value.into();
    scalar.as_f64().unwrap_or_else(|| scalar.as_c128().norm())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hadamard::array::{Array, MemorySource};

    fn grid(shape: [usize; 2], values: &[f64], rows: usize, columns: usize) -> Grid {
        let source = MemorySource(Array::from_slice(shape, values).unwrap());
        let drawn = Drawn::Heatmap { rows: shape[0], columns: shape[1] };
        Grid::gather(&source, drawn, rows, columns, &Progress::silent()).unwrap()
    }

    #[test]
    fn cells_are_means() {
        let values: Vec<f64> = (0..16).map(f64::from).collect();
        let grid = grid([4, 4], &values, 2, 2);
        assert_eq!(grid.means, [2.5, 4.5, 10.5, 12.5]);
        assert_eq!(grid.range, Some((0.0, 15.0)));
    }

    #[test]
    fn what_is_no_number_is_left_out() {
        let grid = grid([1, 4], &[f64::NAN, 3.0, f64::INFINITY, f64::NAN], 1, 2);
        assert_eq!(grid.means[0], 3.0);
        assert!(grid.means[1].is_nan());
        assert_eq!(grid.range, Some((3.0, 3.0)));
    }
}
