//! Affine access: how the index of a slot or node follows from the index of a nest. Transposes, slices, diagonals
//! and broadcasts all compose into this form, so none of them moves data.

use hadamard_algebra::AxisSlice;
use hadamard_array::Shape;
use std::ops::Range;

/// The index along one axis: `start + step · i[dim]`, or just `start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AxisIndex {
    /// Index where the nest's index is 0.
    pub start: usize,
    /// The axis of the nest it follows, with its step.
    pub along: Option<(usize, isize)>,
}

impl AxisIndex {
    /// Always the same index.
    pub fn fixed(start: usize) -> AxisIndex {
        AxisIndex { start, along: None }
    }
    /// The index of the nest along `dim`.
    pub fn dim(dim: usize) -> AxisIndex {
        AxisIndex { start: 0, along: Some((dim, 1)) }
    }
    /// The value at an index of the nest.
    pub fn at(&self, index: &[usize]) -> usize {
        match self.along {
            None => self.start,
            Some((dim, step)) => self.start.wrapping_add_signed(step * index[dim] as isize),
        }
    }
    /// The smallest range that holds all values over a non-empty box of the nest.
    pub fn hull(&self, window: &[Range<usize>]) -> Range<usize> {
        match self.along {
            None => self.start..self.start + 1,
            Some((dim, step)) => {
                let ends =
                    [window[dim].start, window[dim].end - 1].map(|i| self.start.wrapping_add_signed(step * i as isize));
                ends[0].min(ends[1])..ends[0].max(ends[1]) + 1
            }
        }
    }
}

/// One [`AxisIndex`] for each axis of what is accessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Access(pub Vec<AxisIndex>);

impl Access {
    /// The access of something that has the shape of the nest itself.
    pub fn identity(ndim: usize) -> Access {
        Access((0..ndim).map(AxisIndex::dim).collect())
    }
    /// Access of an argument of an elementwise node: axes are aligned from the first; those of length 1 stand still.
    pub fn broadcast(&self, argument: &Shape, node: &Shape) -> Access {
        let axes = argument.iter().zip(node.iter()).zip(&self.0);
        Access(axes.map(|((&a, &n), &index)| if a == n { index } else { AxisIndex::fixed(0) }).collect())
    }
    /// Access of the argument of a permutation: node axis `i` is argument axis `axes[i]`.
    pub fn permute(&self, axes: &[usize]) -> Access {
        let mut out = vec![AxisIndex::fixed(0); axes.len()];
        for (index, &axis) in self.0.iter().zip(axes) {
            out[axis] = *index;
        }
        Access(out)
    }
    /// Access of the argument of a slicing.
    pub fn slice(&self, slices: &[AxisSlice]) -> Access {
        let mut kept = self.0.iter();
        let through = |s: &AxisSlice| {
            if s.drop {
                return AxisIndex::fixed(s.start);
            }
            let index = kept.next().copied().unwrap_or(AxisIndex::fixed(0));
            AxisIndex {
                start: s.start.wrapping_add_signed(s.step * index.start as isize),
                along: index.along.map(|(dim, step)| (dim, step * s.step)),
            }
        };
        Access(slices.iter().map(through).collect())
    }
    /// Access of the argument of an expansion: argument axis `k` is node axis `axes[k]`.
    pub fn expand(&self, axes: &[usize]) -> Access {
        Access(axes.iter().map(|&a| self.0[a]).collect())
    }
    /// The multi-index at an index of the nest.
    pub fn at(&self, index: &[usize]) -> Vec<usize> {
        self.0.iter().map(|a| a.at(index)).collect()
    }
}
