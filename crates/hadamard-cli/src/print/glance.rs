//! What is kept of a result that is only printed: all of a small array, the corners of a large one.

use crate::stats::Stats;
use crate::stream;
use hadamard::array::{Array, ArrayError, DType, Scalar, Shape, Sink, SourceError, Window, dispatch};

/// Arrays up to so many elements are shown whole.
const WHOLE: usize = 1000;
/// So many indices are kept at each end of the last two axes of a larger one, …
const EDGE: usize = 3;
/// … and so many of the axes before them.
const OUTER_EDGE: usize = 1;

/// The elements of an array that are shown, and statistics of all of them. It takes the array a window at a time, so
/// a result that is only looked at never lies in memory whole.
pub struct Glance {
    shape: Shape,
    /// Ascending indices kept of each axis.
    kept: Vec<Vec<usize>>,
    values: Array,
    stats: Stats,
}

impl Glance {
    /// Keeps the corners of a large array, or everything if `full`.
    pub fn new(dtype: DType, shape: &Shape, full: bool) -> Result<Glance, ArrayError> {
        let everything = full || shape.size() <= WHOLE;
        let keep = |(axis, &n): (usize, &usize)| -> Vec<usize> {
            let edge = if axis + 2 < shape.ndim() { OUTER_EDGE } else { EDGE };
            if everything || n <= 2 * edge { (0..n).collect() } else { (0..edge).chain(n - edge..n).collect() }
        };
        let kept: Vec<Vec<usize>> = shape.iter().enumerate().map(keep).collect();
        let values = Array::zeros(dtype, kept.iter().map(Vec::len).collect::<Shape>())?;
        Ok(Glance { shape: shape.clone(), kept, values, stats: Stats::default() })
    }
    /// An array that is in memory already.
    pub fn of(array: &Array, full: bool) -> Result<Glance, SourceError> {
        let mut glance = Glance::new(array.dtype(), array.shape(), full)?;
        let packed = array.to_c_order();
        let window: Vec<_> = array.shape().iter().map(|&n| 0..n).collect();
        let bytes = packed.view().bytes();
        glance.write(&window, &bytes[..packed.shape().bytes(packed.dtype())?])?;
        Ok(glance)
    }
    /// Element type of the whole array.
    pub fn dtype(&self) -> DType {
        self.values.dtype()
    }
    /// Shape of the whole array.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }
    /// Indices kept of an axis.
    pub fn kept(&self, axis: usize) -> &[usize] {
        &self.kept[axis]
    }
    /// Whether every element is kept.
    pub fn is_whole(&self) -> bool {
        self.values.shape() == &self.shape
    }
    /// The kept elements.
    pub fn values(&self) -> &Array {
        &self.values
    }
    /// The kept element at that multi-index into the kept indices.
    pub fn get(&self, at: &[usize]) -> Scalar {
        self.values.get(at)
    }
    /// Statistics of all elements.
    pub fn stats(&self) -> &Stats {
        &self.stats
    }
}

impl Sink for Glance {
    fn write(&mut self, window: &Window, data: &[u8]) -> Result<(), SourceError> {
        let dtype = self.values.dtype();
        let lens: Shape = window.iter().map(|r| r.len()).collect();
        let (values, kept, stats) = (&mut self.values, &self.kept, &mut self.stats);
        stream::with_view(dtype, lens, data, |block| -> Result<(), ArrayError> {
            stats.add(block);
            // The part of each axis' kept indices that lies inside the window.
            let inside: Vec<_> = kept
                .iter()
                .zip(window)
                .map(|(k, r)| k.partition_point(|&i| i < r.start)..k.partition_point(|&i| i < r.end))
                .collect();
            let parts: Shape = inside.iter().map(|r| r.len()).collect();
            let to_layout = values.layout().clone();
            dispatch!(dtype, T => {
                let from = block.slice::<T>()?;
                let to = values.slice_mut::<T>()?;
                for k in 0..parts.size() {
                    let at: Vec<usize> = parts.unravel(k).iter().zip(&inside).map(|(i, r)| i + r.start).collect();
                    let source: Vec<usize> =
                        at.iter().enumerate().map(|(axis, &i)| kept[axis][i] - window[axis].start).collect();
                    to[to_layout.position(&at)] = from[block.layout().position(&source)];
                }
            });
            Ok(())
        })??;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_and_statistics_come_from_windows() {
        let (m, n) = (40usize, 50usize);
        let values: Vec<f64> = (0..m * n).map(|k| k as f64).collect();
        let array = Array::from_slice([m, n], &values).unwrap();
        let mut glance = Glance::new(DType::F64, array.shape(), false).unwrap();
        for window in stream::boxes(array.shape(), 17) {
            let lens: Vec<usize> = window.iter().map(|r| r.len()).collect();
            let data: Vec<f64> = (0..lens[0] * lens[1])
                .map(|k| values[(window[0].start + k / lens[1]) * n + window[1].start + k % lens[1]])
                .collect();
            glance.write(&window, &data.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>()).unwrap();
        }
        assert_eq!(glance.values().shape(), &[6, 6].into());
        assert!(!glance.is_whole());
        for (i, &row) in glance.kept(0).iter().enumerate() {
            for (j, &column) in glance.kept(1).iter().enumerate() {
                assert_eq!(glance.get(&[i, j]), Scalar::F64((row * n + column) as f64));
            }
        }
        assert_eq!(glance.stats().range, Some((Scalar::F64(0.0), Scalar::F64(1999.0))));
        let at_once = Glance::of(&array, false).unwrap();
        assert_eq!(at_once.values().slice::<f64>(), glance.values().slice::<f64>());
    }

    #[test]
    fn small_and_full_arrays_are_whole() {
        for (shape, full) in [(vec![1000], false), (vec![], false), (vec![0, 9], false), (vec![40, 50], true)] {
            let array = Array::zeros(DType::U8, shape).unwrap();
            let glance = Glance::of(&array, full).unwrap();
            assert!(glance.is_whole());
            assert_eq!(glance.stats().count as usize, array.shape().size());
        }
        assert!(!Glance::of(&Array::zeros(DType::U8, [1001]).unwrap(), false).unwrap().is_whole());
    }
}
