//! Choosing windows: boxes that are contiguous in the C order of a nest's space and small enough for the memory limit.

use crate::tree::BLOCK;
use hadamard_array::Shape;
use hadamard_plan::{Nest, Walk};
use std::ops::Range;

/// A box of a space.
pub(crate) type Window = Vec<Range<usize>>;

/// The whole space.
pub(crate) fn whole(space: &Shape) -> Window {
    space.iter().map(|&n| 0..n).collect()
}

/// C-order position of an index.
pub(crate) fn linear(space: &Shape, index: &[usize]) -> usize {
    index.iter().zip(space.iter()).fold(0, |k, (&i, &n)| k * n + i)
}

/// Cuts a nest's space into windows of at most `budget` bytes each, as counted by `bytes`, or as small as the walk
/// allows: row walks are only cut between blocks of rows.
pub(crate) fn windows(nest: &Nest, budget: u64, bytes: impl Fn(&Window) -> u64) -> Vec<Window> {
    let space = &nest.space;
    let all = whole(space);
    if bytes(&all) <= budget || space.ndim() == 0 {
        return vec![all];
    }
    let (cuttable, reduced) = match nest.walk {
        Walk::Linear => (space.ndim(), None),
        Walk::Rows { reduced, axis, .. } => (axis + 1, Some((axis, reduced / space[axis].max(1)))),
    };
    // The outermost axis whose slabs fit, or the innermost that may be cut.
    let slab = |d: usize, count: usize| -> Window {
        space
            .iter()
            .enumerate()
            .map(|(a, &n)| {
                0..if a < d {
                    1
                } else if a == d {
                    count.min(n)
                } else {
                    n
                }
            })
            .collect()
    };
    let d = (0..cuttable).find(|&d| bytes(&slab(d, 1)) <= budget).unwrap_or(cuttable - 1);
    let unit = match reduced {
        Some((first, behind)) if first == d => BLOCK / gcd(BLOCK, behind.max(1)),
        _ => 1,
    };
    let mut count = (budget / bytes(&slab(d, 1)).max(1)).clamp(1, space[d] as u64) as usize;
    while count > 1 && bytes(&slab(d, count)) > budget {
        count /= 2;
    }
    count = (count / unit * unit).max(unit);
    let leading: Shape = space[..d].into();
    let mut out = Vec::new();
    for k in 0..leading.size() {
        let fixed = leading.unravel(k);
        for from in (0..space[d]).step_by(count) {
            let mut window = all.clone();
            fixed.iter().enumerate().for_each(|(a, &i)| window[a] = i..i + 1);
            window[d] = from..(from + count).min(space[d]);
            out.push(window);
        }
    }
    out
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The boxes that make up the elements `[from, to)` of the C order of a shape, in order.
pub(crate) fn boxes(shape: &Shape, from: usize, to: usize) -> Vec<Window> {
    let mut out = Vec::new();
    let mut at = from;
    while at < to {
        // The largest aligned slab that starts here and fits.
        let index = shape.unravel(at);
        let mut d = shape.ndim();
        let mut slab = 1;
        while d > 0 && index[d - 1] == 0 && at + slab * shape[d - 1] <= to {
            d -= 1;
            slab *= shape[d];
        }
        let mut window: Window = index.iter().map(|&i| i..i + 1).collect();
        (d..shape.ndim()).for_each(|a| window[a] = 0..shape[a]);
        if d > 0 {
            // Several such slabs side by side along the axis before.
            let count = ((to - at) / slab).min(shape[d - 1] - index[d - 1]);
            window[d - 1] = index[d - 1]..index[d - 1] + count;
            slab *= count;
        }
        out.push(window);
        at += slab;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn positions(shape: &Shape, window: &Window) -> Vec<usize> {
        let lens: Shape = window.iter().map(Range::len).collect();
        let shift = |k| lens.unravel(k).iter().zip(window).map(|(i, r)| i + r.start).collect::<Vec<_>>();
        (0..lens.size()).map(|k| linear(shape, &shift(k))).collect()
    }

    proptest! {
        #[test]
        fn boxes_cover_a_range_in_order(dims in proptest::collection::vec(1usize..5, 0..4), a in 0usize..200, b in 0usize..200) {
            let shape = Shape::from(dims);
            let (a, b) = (a.min(shape.size()), b.min(shape.size()));
            let (from, to) = (a.min(b), a.max(b));
            let covered: Vec<usize> = boxes(&shape, from, to).iter().flat_map(|w| positions(&shape, w)).collect();
            prop_assert_eq!(covered, (from..to).collect::<Vec<_>>());
        }

        #[test]
        fn windows_cover_the_space_in_order(dims in proptest::collection::vec(1usize..7, 1..4), budget in 1u64..100) {
            let space = Shape::from(dims);
            let nest = Nest { space: space.clone(), loads: vec![], body: vec![], stores: vec![], folds: vec![], walk: Walk::Linear };
            let bytes = |w: &Window| w.iter().map(Range::len).product::<usize>() as u64;
            let cut = windows(&nest, budget, bytes);
            prop_assert!(cut.iter().all(|w| bytes(w) <= budget));
            let covered: Vec<usize> = cut.iter().flat_map(|w| positions(&space, w)).collect();
            prop_assert_eq!(covered, (0..space.size()).collect::<Vec<_>>());
        }
    }
}
