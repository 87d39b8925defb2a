//! How a window of a C-order array lies in it: equally long runs of neighbouring elements.

use hadamard_array::{ArrayError, Shape, Window};

/// The runs of a window of a C-order array, in C order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Runs {
    /// Elements of each run.
    pub len: usize,
    /// How many runs there are.
    pub count: usize,
    /// How many neighbouring runs start at equal distances.
    pub row: usize,
    /// That distance, in elements.
    pub pitch: usize,
    /// Length and stride of each axis along which runs are counted, outermost first.
    outer: Vec<(usize, usize)>,
    /// Position of the first element.
    first: usize,
}

impl Runs {
    /// The runs of `window` in an array of `shape`; an error if the window leaves the array.
    pub fn new(shape: &[usize], window: &Window) -> Result<Runs, ArrayError> {
        let inside = |r: &std::ops::Range<usize>, n: usize| r.start <= r.end && r.end <= n;
        if window.len() != shape.len() || !window.iter().zip(shape).all(|(r, &n)| inside(r, n)) {
            return Err(ArrayError::OutOfBounds(Shape::from(shape).to_string()));
        }
        if window.iter().any(|r| r.is_empty()) {
            return Ok(Runs { len: 0, count: 0, row: 0, pitch: 0, outer: Vec::new(), first: 0 });
        }
        let (mut first, mut len, mut stride, mut whole) = (0, 1, 1, true);
        let mut outer: Vec<(usize, usize)> = Vec::new();
        for (r, &n) in window.iter().zip(shape).rev() {
            first += r.start * stride;
            if whole {
                len *= r.len();
            } else if r.len() > 1 {
                match outer.last_mut() {
                    Some((count, pitch)) if *count * *pitch == stride => *count *= r.len(),
                    _ => outer.push((r.len(), stride)),
                }
            }
            whole &= r.len() == n;
            stride *= n;
        }
        outer.reverse();
        let (row, pitch) = outer.last().copied().unwrap_or((1, len));
        Ok(Runs { len, count: outer.iter().map(|o| o.0).product(), row, pitch, outer, first })
    }

    /// The position of the first element of each run.
    pub fn starts(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.count).map(|mut k| {
            let mut at = self.first;
            for &(count, stride) in self.outer.iter().rev() {
                at += k % count * stride;
                k /= count;
            }
            at
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(shape: &[usize], window: &Window) -> (usize, Vec<usize>) {
        let runs = Runs::new(shape, window).unwrap();
        (runs.len, runs.starts().collect())
    }

    #[test]
    fn neighbours_join() {
        assert_eq!(runs(&[4, 5], &[0..4, 0..5]), (20, vec![0]));
        assert_eq!(runs(&[4, 5], &[1..3, 0..5]), (10, vec![5]));
        assert_eq!(runs(&[4, 5], &[1..3, 2..4]), (2, vec![7, 12]));
        assert_eq!(runs(&[2, 3, 4], &[0..2, 1..3, 0..4]), (8, vec![4, 16]));
        assert_eq!(runs(&[2, 3, 4], &[0..2, 0..3, 1..2]), (1, vec![1, 5, 9, 13, 17, 21]));
        let merged = Runs::new(&[2, 3, 4], &[0..2, 0..3, 1..2]).unwrap();
        assert_eq!((merged.row, merged.pitch), (6, 4));
        assert_eq!(runs(&[3, 1, 4], &[0..3, 0..1, 0..2]), (2, vec![0, 4, 8]));
        assert_eq!(runs(&[], &[]), (1, vec![0]));
        assert_eq!(runs(&[3, 0], &[0..3, 0..0]), (0, vec![]));
    }

    #[test]
    fn windows_outside_are_refused() {
        assert!(Runs::new(&[4, 4], &[0..4, 0..5]).is_err());
        assert!(Runs::new(&[4], &[0..4, 0..1]).is_err());
        let backwards = std::ops::Range { start: 3, end: 2 };
        assert!(Runs::new(&[4, 4], &[0..1, backwards]).is_err());
    }
}
