//! How the elements of a load lie, seen along the C-order walk of a box.

use super::copy;
use hadamard_array::Layout;

/// Coalesced axes and the position of the first element.
#[derive(Clone, Debug, Default)]
pub struct Pattern {
    /// Bytes of an element.
    pub(super) size: usize,
    /// Position of the first element.
    pub(super) base: usize,
    /// Lengths and strides, outermost first; neighbouring axes that step evenly are one, and none has length 1.
    pub(super) axes: Vec<(usize, isize)>,
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

    /// Whether the elements of the walk lie in its order, all of them.
    pub fn is_ordered(&self) -> bool {
        matches!(self.axes[..], [] | [(_, 1)])
    }

    /// Whether the first element of the walk lies at that position.
    pub fn begins_at(&self, position: usize) -> bool {
        self.base == position
    }

    /// The position of element `k` of the walk if the `n > 0` elements from there on lie in order.
    pub(super) fn run(&self, k: usize, n: usize) -> Option<usize> {
        match *self.axes {
            [] if n == 1 => Some(self.base),
            [(_, 1)] => Some(self.base + k),
            [.., (inner, 1)] if k % inner + n <= inner => Some(self.position(k)),
            _ => None,
        }
    }

    /// Elements `[k, k + n)` of the walk where they lie, if they lie in order.
    pub fn slice<'b>(&self, bytes: &'b [u8], k: usize, n: usize) -> Option<&'b [u8]> {
        let at = self.run(k, n)?;
        Some(&bytes[at * self.size..(at + n) * self.size])
    }

    /// Element `k` of the walk.
    pub fn element<'b>(&self, bytes: &'b [u8], k: usize) -> &'b [u8] {
        &bytes[self.position(k) * self.size..][..self.size]
    }

    /// The elements for points `[k, k + n)`, each for `times` of them, if they lie in order; `k` is a multiple of that.
    pub fn repeated<'b>(&self, bytes: &'b [u8], times: usize, k: usize, n: usize) -> Option<&'b [u8]> {
        let at = match self.axes[..] {
            [(_, 1), (t, 0)] if t == times => self.base + k / times,
            [(t, 0)] if t == times => self.base,
            _ => return None,
        };
        Some(&bytes[at * self.size..(at + n.div_ceil(times)) * self.size])
    }

    /// How many elements along the innermost axis lie in order, or are the same one (`still`). `None` if they do
    /// not; all of them if the walk has one axis.
    pub fn row(&self, still: bool) -> Option<usize> {
        match self.axes[..] {
            [] => Some(usize::MAX),
            [(_, 1)] if !still => Some(usize::MAX),
            [.., (n, stride)] if stride == isize::from(!still) => Some(n),
            _ => None,
        }
    }

    /// The position of element `k` of the walk.
    pub(super) fn position(&self, k: usize) -> usize {
        let (mut rest, mut at) = (k, self.base as isize);
        for &(n, stride) in self.axes.iter().rev() {
            at += (rest % n) as isize * stride;
            rest /= n;
        }
        at as usize
    }

    /// How many elements the walk has.
    pub fn len(&self) -> usize {
        self.axes.iter().map(|a| a.0).product()
    }

    /// Copies elements `[k, k + n)` of the walk to `out`, which has room for exactly those.
    pub fn gather(&self, bytes: &[u8], k: usize, out: &mut [u8]) {
        match self.size {
            1 => copy::copy::<[u8; 1]>(self, bytes, k, out),
            2 => copy::copy::<[u8; 2]>(self, bytes, k, out),
            4 => copy::copy::<[u8; 4]>(self, bytes, k, out),
            8 => copy::copy::<[u8; 8]>(self, bytes, k, out),
            _ => copy::copy::<[u8; 16]>(self, bytes, k, out),
        }
    }
}
