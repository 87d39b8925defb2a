//! Reading blocks of a load: in place when its elements lie in the order of the walk, else gathered into a block.

use bytemuck::Pod;
use hadamard_array::Layout;

/// How the elements of a load lie, seen along the C-order walk of a box.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Bytes of an element.
    size: usize,
    /// Position of the first element.
    base: usize,
    /// Coalesced lengths and strides, outermost first; neighbouring axes that step evenly are one.
    axes: Vec<(usize, isize)>,
}

impl Pattern {
    /// The pattern of a layout that has the shape of the box (broadcast axes have stride 0).
    pub fn new(layout: &Layout, size: usize) -> Pattern {
        let mut axes: Vec<(usize, isize)> = Vec::new();
        for (&n, &stride) in layout.shape().iter().zip(layout.strides()) {
            match axes.last_mut() {
                _ if n == 1 => {}
                Some((len, outer)) if *outer == stride * n as isize => {
                    *len *= n;
                    *outer = stride;
                }
                _ => axes.push((n, stride)),
            }
        }
        Pattern { size, base: layout.offset(), axes }
    }

    /// Whether every element of the walk is the same one.
    pub fn is_constant(&self) -> bool {
        self.axes.iter().all(|a| a.1 == 0)
    }

    /// The bytes of elements `[k, k + n)` of the walk if they lie in order.
    pub fn in_place<'a>(&self, bytes: &'a [u8], k: usize, n: usize) -> Option<&'a [u8]> {
        let ordered = matches!(self.axes[..], [] | [(_, 1)]);
        ordered.then(|| {
            let from = if n == 0 { 0 } else { (self.base + k) * self.size };
            &bytes[from..from + n * self.size]
        })
    }

    /// Copies elements `[k, k + n)` of the walk to `out`.
    pub fn gather(&self, bytes: &[u8], k: usize, out: &mut [u8]) {
        match self.size {
            1 => self.copy::<[u8; 1]>(bytes, k, out),
            2 => self.copy::<[u8; 2]>(bytes, k, out),
            4 => self.copy::<[u8; 4]>(bytes, k, out),
            8 => self.copy::<[u8; 8]>(bytes, k, out),
            _ => self.copy::<[u8; 16]>(bytes, k, out),
        }
    }

    fn copy<T: Pod>(&self, bytes: &[u8], k: usize, out: &mut [u8]) {
        let (from, out) = (bytemuck::cast_slice::<u8, T>(bytes), bytemuck::cast_slice_mut::<u8, T>(out));
        let Some((&(inner, stride), outer)) = self.axes.split_last() else {
            return out.fill(from[self.base]);
        };
        // Odometer over the outer axes; `at` is the position of the current run's first element.
        let mut index = vec![0usize; outer.len()];
        let mut rest = k / inner;
        for (i, &(n, _)) in index.iter_mut().zip(outer).rev() {
            *i = rest % n;
            rest /= n;
        }
        let mut at = index.iter().zip(outer).fold(self.base as isize, |p, (&i, a)| p + i as isize * a.1);
        let (mut skip, mut done) = (k % inner, 0);
        while done < out.len() {
            let run = (inner - skip).min(out.len() - done);
            let first = at + skip as isize * stride;
            let target = &mut out[done..done + run];
            match stride {
                0 => target.fill(from[first as usize]),
                1 => target.copy_from_slice(&from[first as usize..first as usize + run]),
                _ => {
                    for (j, t) in target.iter_mut().enumerate() {
                        *t = from[(first + j as isize * stride) as usize];
                    }
                }
            }
            done += run;
            skip = 0;
            for (i, &(n, step)) in index.iter_mut().zip(outer).rev() {
                *i += 1;
                at += step;
                if *i < n {
                    break;
                }
                at -= n as isize * step;
                *i = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hadamard_array::{Shape, Slice};
    use proptest::prelude::*;

    proptest! {
        /// Any block of any strided, reversed, permuted or broadcast layout equals the element-by-element walk.
        #[test]
        fn blocks_equal_the_walk(
            dims in proptest::collection::vec(1usize..6, 0..4), steps in proptest::collection::vec(-2isize..3, 4),
            swap in any::<bool>(), cut in 0usize..200, len in 0usize..200,
        ) {
            // A parent twice as long along each axis, sliced by the steps (0: broadcast).
            let parent: Shape = dims.iter().map(|n| 2 * n).collect();
            let data: Vec<u32> = (0..parent.size() as u32).collect();
            let slices: Vec<Slice> = dims.iter().zip(&steps).map(|(&n, &step)| match step {
                s if s < 0 => Slice { start: 2 * n - 1, step: s, count: n },
                s => Slice { start: 0, step: s.max(1), count: n },
            }).collect();
            let mut layout = Layout::c_order(parent.clone()).sliced(&slices);
            let strides: Vec<isize> =
                layout.strides().iter().zip(&steps).map(|(&s, &step)| if step == 0 { 0 } else { s }).collect();
            layout = Layout::new(layout.shape().clone(), strides, layout.offset(), data.len()).unwrap();
            if swap {
                layout = layout.permuted(&(0..dims.len()).rev().collect::<Vec<_>>());
            }
            let walk: Vec<u32> = layout.positions().map(|p| data[p]).collect();
            let from = cut.min(walk.len());
            let n = len.min(walk.len() - from);
            if n > 0 {
                let pattern = Pattern::new(&layout, 4);
                let bytes = bytemuck::cast_slice(&data);
                let mut out = vec![0u32; n];
                pattern.gather(bytes, from, bytemuck::cast_slice_mut(&mut out));
                prop_assert_eq!(&out[..], &walk[from..from + n]);
                if let Some(place) = pattern.in_place(bytes, from, n) {
                    prop_assert_eq!(place, bytemuck::cast_slice::<u32, u8>(&out));
                }
                if pattern.is_constant() {
                    prop_assert!(out.iter().all(|v| *v == out[0]));
                }
            }
        }
    }
}
