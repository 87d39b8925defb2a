//! One pass over an array that may be larger than memory: boxes of a bounded size in C order.

use crate::failure::Failure;
use crate::progress::Progress;
use hadamard::array::{Array, Layout, Shape, Source, View};
use std::ops::Range;

/// Bytes of one box.
const BLOCK: usize = 4 << 20;

/// Boxes that tile a shape in C order, each of about `elements` elements: contiguous runs as long as possible.
pub fn boxes(shape: &Shape, elements: usize) -> impl Iterator<Item = Vec<Range<usize>>> {
    let elements = elements.max(1);
    // Axes after `axis` are taken whole, `axis` in runs of `step`, axes before it one index at a time.
    let mut inner = 1usize;
    let mut axis = shape.ndim();
    while axis > 0 && inner.saturating_mul(shape[axis - 1]) <= elements {
        axis -= 1;
        inner = inner.saturating_mul(shape[axis].max(1));
    }
    let empty = shape.size() == 0;
    let (outer, step) = match axis {
        0 => (Shape::SCALAR, 1),
        _ => {
            let step = (elements / inner).max(1);
            let mut outer: Shape = shape[..axis].into();
            outer[axis - 1] = shape[axis - 1].div_ceil(step);
            (outer, step)
        }
    };
    let shape = shape.clone();
    (0..if empty { 0 } else { outer.size() }).map(move |k| {
        let at = outer.unravel(k);
        let last = outer.ndim().wrapping_sub(1);
        (0..shape.ndim())
            .map(|i| match at.get(i) {
                None => 0..shape[i],
                Some(&n) if i == last => n * step..((n + 1) * step).min(shape[i]),
                Some(&n) => n..n + 1,
            })
            .collect()
    })
}

/// Shows every box of the sources (all of one shape) to `visit`, with the position of its first element.
pub fn lockstep<const N: usize>(
    sources: [&dyn Source; N],
    progress: &Progress,
    mut visit: impl FnMut(&[Range<usize>], [&View<'_>; N]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let shape = sources[0].shape();
    let widest = sources.iter().map(|s| s.dtype().size()).max().unwrap_or(1);
    progress.total(sources.iter().map(|s| (shape.size() * s.dtype().size()) as u64).sum());
    for window in boxes(shape, BLOCK / widest) {
        let lens: Shape = window.iter().map(|r| r.len()).collect();
        let mut blocks = Vec::with_capacity(N);
        for source in sources {
            let mut block = Array::zeros(source.dtype(), lens.clone())?;
            let bytes = block.bytes_mut()?;
            source.read(&window, bytes)?;
            progress.add(bytes.len() as u64);
            blocks.push(block);
        }
        let views: [View<'_>; N] = std::array::from_fn(|i| blocks[i].view());
        visit(&window, std::array::from_fn(|i| &views[i]))?;
    }
    Ok(())
}

/// A C-order view of bytes that may lie anywhere: copied only if they are not aligned.
pub fn with_view<T>(
    dtype: hadamard::array::DType,
    shape: Shape,
    data: &[u8],
    then: impl FnOnce(&View<'_>) -> T,
) -> Result<T, Failure> {
    if let Ok(view) = View::from_bytes(dtype, data, Layout::c_order(shape.clone())) {
        return Ok(then(&view));
    }
    let mut copy = Array::zeros(dtype, shape)?;
    copy.bytes_mut()?.copy_from_slice(data);
    Ok(then(&copy.view()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hadamard::array::{MemorySource, Scalar};

    #[test]
    fn boxes_tile_in_order() {
        for (shape, elements) in [
            (vec![], 1),
            (vec![7], 3),
            (vec![4, 5], 20),
            (vec![4, 5], 10),
            (vec![4, 5], 3),
            (vec![2, 3, 4], 5),
            (vec![3, 1, 2], 1),
        ] {
            let shape: Shape = shape.into();
            let mut next = 0;
            for window in boxes(&shape, elements) {
                let lens: Shape = window.iter().map(|r| r.len()).collect();
                assert!(lens.size() <= elements && lens.size() > 0, "{shape} {window:?}");
                for k in 0..lens.size() {
                    let index: Vec<usize> = lens.unravel(k).iter().zip(&window).map(|(i, r)| i + r.start).collect();
                    assert_eq!(index, shape.unravel(next), "{shape} {elements}");
                    next += 1;
                }
            }
            assert_eq!(next, shape.size());
        }
    }

    #[test]
    fn empty_arrays_have_no_boxes() {
        assert_eq!(boxes(&[3, 0, 2].into(), 4).count(), 0);
        assert_eq!(boxes(&[0].into(), 4).count(), 0);
    }

    #[test]
    fn lockstep_reads_everything_once() {
        let values: Vec<i32> = (0..3 << 20).collect();
        let source = MemorySource(Array::from_slice([3, 1 << 20], &values).unwrap());
        let (mut next, mut calls) = (0, 0);
        lockstep([&source, &source], &Progress::silent(), |_, [a, b]| {
            calls += 1;
            assert_eq!(a.slice::<i32>()?, b.slice::<i32>()?);
            for &v in a.slice::<i32>()? {
                assert_eq!(v, next);
                next += 1;
            }
            Ok(())
        })
        .unwrap();
        assert_eq!((next as usize, calls), (values.len(), 3));
    }

    #[test]
    fn unaligned_bytes_are_seen_too() {
        let mut bytes = [0u8; 17];
        bytes[1..].copy_from_slice(&[1.5f64.to_le_bytes(), 2.5f64.to_le_bytes()].concat());
        let second = with_view(hadamard::array::DType::F64, [2].into(), &bytes[1..], |v| v.get(&[1])).unwrap();
        assert_eq!(second, Scalar::F64(2.5));
    }
}
