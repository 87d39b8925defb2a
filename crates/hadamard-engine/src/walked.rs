//! The box of a nest's space that is being walked, and what is read over it.

use crate::gather::Pattern;
use hadamard_array::Shape;

/// The box being walked and what is read over it.
pub struct Walked<'a> {
    /// One for each load.
    pub inputs: Vec<Input<'a>>,
    /// First index along each axis of the space.
    pub start: Vec<usize>,
    /// Lengths of the box.
    pub lens: Shape,
}

/// The elements of one load over the box being walked.
pub enum Input<'a> {
    /// They lie in memory.
    Memory {
        /// Bytes the pattern points into.
        bytes: &'a [u8],
        /// How they lie along the walk of the box.
        pattern: Pattern,
    },
    /// They are what store number `.0` will overwrite, each at its own point.
    Overwritten(usize),
}

impl Input<'_> {
    /// Whether every point reads the same element.
    pub fn is_constant(&self) -> bool {
        match self {
            Input::Memory { pattern, .. } => pattern.is_constant(),
            Input::Overwritten(_) => false,
        }
    }
}

impl Walked<'_> {
    /// The index in the whole space of point `at` of the box.
    pub fn index(&self, at: usize) -> Vec<usize> {
        let mut index = self.lens.unravel(at);
        index.iter_mut().zip(&self.start).for_each(|(i, s)| *i += s);
        index
    }

    /// Moves an index to the next point of the box.
    pub fn step(&self, index: &mut [usize]) {
        for ((i, &n), &start) in index.iter_mut().zip(self.lens.iter()).zip(&self.start).rev() {
            *i += 1;
            if *i < start + n {
                break;
            }
            *i = start;
        }
    }
}
