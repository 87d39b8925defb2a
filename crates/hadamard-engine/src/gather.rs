//! Bringing a load's elements into the order of the walk, block by block: where they lie if they lie in order, else copied
//! into a buffer of the worker.

mod copy;
mod panel;
mod pattern;

pub use pattern::Pattern;

use copy::repeat;
use hadamard_array::Buffer;
use panel::Panel;

/// Most elements of what repeats along the walk (a row that every row takes, say) that are laid out beforehand.
const TABLE: usize = 4096;

/// In which order a worker asks for the blocks of a walk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    /// One after the other, from element `from` up to `to`.
    Linear {
        /// First element.
        from: usize,
        /// One past the last element.
        to: usize,
    },
    /// Blocks of rows ([`BLOCK`](crate::tree::BLOCK) of them) in tiles of columns: all rows of a tile before the next tile.
    Rows {
        /// Elements of a row.
        row: usize,
        /// How many rows the box has for each index of the axes before them.
        rows: usize,
        /// Columns of a tile.
        columns: usize,
        /// The place of the box's first row in its block of rows.
        phase: usize,
    },
}

/// What a worker keeps of one load, from walk to walk.
pub struct Gathered {
    /// The load without the repetition of each element.
    base: Pattern,
    /// Each element of the base so many times in a row.
    times: usize,
    way: Way,
    /// What is laid out: a table, a panel, or base elements of a block that do not lie in order.
    laid: Buffer,
    /// Repeated elements, and the bytes of the longest block of them.
    repeated: Buffer,
    room: usize,
    /// The base element of which `repeated` holds nothing else.
    same: Option<usize>,
    lies: Lies,
}

/// How base elements are brought.
enum Way {
    /// In place where they lie in order, else laid out block by block.
    Direct,
    /// Laid out beforehand; they come again after so many.
    Table(usize),
    /// Runs of so many elements that come again up to the end of a span, then others: one span's run is laid out, over and
    /// over, for as long as blocks lie in that span. A block across two spans is laid out behind it.
    Runs { run: usize, span: usize, laid: Option<usize>, room: usize },
    /// Several rows together.
    Panel(Panel),
}

/// Where elements lie: from that byte on.
#[derive(Clone, Copy)]
enum Lies {
    Input(usize),
    Laid(usize),
    Repeated,
}

impl Default for Gathered {
    fn default() -> Gathered {
        Gathered {
            base: Pattern::default(),
            times: 1,
            way: Way::Direct,
            laid: Buffer::zeroed(0),
            repeated: Buffer::zeroed(0),
            room: 0,
            same: None,
            lies: Lies::Laid(0),
        }
    }
}

impl Gathered {
    /// Begins a walk in blocks of at most `len` elements of the load that `pattern` finds in `bytes`.
    ///
    /// # Panics
    /// If the system has no memory left for blocks.
    pub fn begin(&mut self, pattern: &Pattern, bytes: &[u8], order: Order, len: usize) {
        const BLOCKS: &str = "the system gives a working buffer";
        (self.base.size, self.base.base) = (pattern.size, pattern.base);
        self.base.axes.clone_from(&pattern.axes);
        (self.times, self.way, self.same) = (1, Way::Direct, None);
        if pattern.is_ordered() {
            return;
        }
        let (size, walk) = (pattern.size, pattern.len());
        let period = match pattern.axes[..] {
            [(_, 0), ref again @ ..] => again.iter().map(|a| a.0).product(),
            _ => walk,
        };
        let in_place = matches!(pattern.axes[..], [.., (inner, 1)] if inner >= 2 * len);
        if period <= TABLE && !in_place {
            let table = walk.min(period + len) * size;
            grow(&mut self.laid, table).expect(BLOCKS);
            pattern.gather(bytes, 0, &mut self.laid.bytes_mut()[..table]);
            self.way = Way::Table(period);
            return;
        }
        if let Some(&(times, 0)) = pattern.axes.last() {
            self.base.axes.pop();
            self.times = times;
            self.room = len * size;
            grow(&mut self.repeated, self.room).expect(BLOCKS);
        }
        let times = self.times;
        // A block that begins and ends inside a repetition has one more element.
        let len = len.div_ceil(times) + 1;
        let order = match order {
            Order::Linear { from, to } => Some(Order::Linear { from: from / times, to: to.div_ceil(times) }),
            Order::Rows { .. } => (times == 1).then_some(order),
        };
        if let [.., (again, 0), (run, 1)] = self.base.axes[..]
            && run < 2 * len
            && again * run >= 4 * len
        {
            let room = run + len;
            grow(&mut self.laid, (room + len) * size).expect(BLOCKS);
            self.way = Way::Runs { run, span: again * run, laid: None, room };
            return;
        }
        match order.and_then(|order| Panel::new(&self.base, order, len, &mut self.laid)) {
            Some(panel) => self.way = Way::Panel(panel),
            None => grow(&mut self.laid, len * size).expect(BLOCKS),
        }
    }

    /// Makes elements `[k, k + n)` of the walk, at least one, the block.
    pub fn bring(&mut self, bytes: &[u8], k: usize, n: usize) {
        if self.times == 1 {
            self.lies = self.find(bytes, k, n);
            return;
        }
        let (first, last) = (k / self.times, (k + n - 1) / self.times);
        self.lies = Lies::Repeated;
        if first == last && self.same == Some(first) {
            return;
        }
        // One element alone fills the buffer, because the next blocks are often of the same one.
        let (skip, room) = if first == last { (0, self.room) } else { (k % self.times, n * self.base.size) };
        self.same = (first == last).then_some(first);
        let lies = self.find(bytes, first, last - first + 1);
        let mut repeated = std::mem::replace(&mut self.repeated, Buffer::zeroed(0));
        let from = self.at(lies, bytes, (last - first + 1) * self.base.size);
        let times = if first == last { usize::MAX } else { self.times };
        repeat(self.base.size, from, times, skip, &mut repeated.bytes_mut()[..room]);
        self.repeated = repeated;
    }

    /// The first `n` elements of the block.
    pub fn block<'s>(&'s self, bytes: &'s [u8], n: usize) -> &'s [u8] {
        self.at(self.lies, bytes, n * self.base.size)
    }

    fn at<'s>(&'s self, lies: Lies, bytes: &'s [u8], length: usize) -> &'s [u8] {
        match lies {
            Lies::Input(at) => &bytes[at..at + length],
            Lies::Laid(at) => &self.laid.bytes()[at..at + length],
            Lies::Repeated => &self.repeated.bytes()[..length],
        }
    }

    /// Where base elements `[k, k + n)` lie; lays them out if they lie nowhere in order.
    fn find(&mut self, bytes: &[u8], k: usize, n: usize) -> Lies {
        let size = self.base.size;
        match &mut self.way {
            Way::Table(period) => Lies::Laid(k % *period * size),
            Way::Runs { run, span, laid, room } => {
                let of = k / *span;
                if (k + n - 1) / *span != of {
                    self.base.gather(bytes, k, &mut self.laid.bytes_mut()[*room * size..][..n * size]);
                    return Lies::Laid(*room * size);
                }
                if *laid != Some(of) {
                    self.base.gather(bytes, of * *span, &mut self.laid.bytes_mut()[..(*room).min(*span) * size]);
                    *laid = Some(of);
                }
                Lies::Laid(k % *run * size)
            }
            Way::Panel(panel) => Lies::Laid(panel.find(&self.base, bytes, k, n, self.laid.bytes_mut())),
            Way::Direct => match self.base.run(k, n) {
                Some(at) => Lies::Input(at * size),
                None => {
                    self.base.gather(bytes, k, &mut self.laid.bytes_mut()[..n * size]);
                    Lies::Laid(0)
                }
            },
        }
    }
}

/// Sees to at least that many bytes; their contents may be lost.
fn grow(buffer: &mut Buffer, bytes: usize) -> Option<()> {
    if buffer.len() < bytes {
        *buffer = Buffer::for_overwriting(bytes).ok()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::BLOCK;
    use hadamard_array::{Layout, Shape, Slice};
    use proptest::prelude::*;

    /// A parent of elements of `size` bytes, twice as long along each axis, sliced by the steps (0: broadcast) and permuted.
    fn load(dims: &[usize], steps: &[isize], rotate: usize, size: usize) -> (Vec<u8>, Layout) {
        let parent: Shape = dims.iter().map(|n| 2 * n).collect();
        let data: Vec<u8> =
            (0..parent.size() * size).map(|i| (i as u32).wrapping_mul(0x9e37_79b1) as u8 ^ (i >> 7) as u8).collect();
        let slice = |(&n, &step): (&usize, &isize)| match step {
            s if s < 0 => Slice { start: 2 * n - 1, step: s, count: n },
            s => Slice { start: 0, step: s.max(1), count: n },
        };
        let slices: Vec<Slice> = dims.iter().zip(steps).map(slice).collect();
        let layout = Layout::c_order(parent.clone()).sliced(&slices);
        let strides = layout.strides().iter().zip(steps).map(|(&s, &step)| if step == 0 { 0 } else { s }).collect();
        let layout = Layout::new(layout.shape().clone(), strides, layout.offset(), parent.size()).unwrap();
        let mut axes: Vec<usize> = (0..dims.len()).rev().collect();
        axes.rotate_left(rotate % dims.len().max(1));
        (data, layout.permuted(&axes))
    }

    fn by_definition(data: &[u8], layout: &Layout, size: usize) -> Vec<u8> {
        layout.positions().flat_map(|p| &data[p * size..(p + 1) * size]).copied().collect()
    }

    /// Axes of any length, some short, some longer than a cache line or a block.
    fn axis() -> impl Strategy<Value = usize> {
        prop_oneof![1usize..10, 10usize..80, Just(64), Just(128)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// Blocks in order, from anywhere, of any strided, reversed, permuted or broadcast load equal the walk element by
        /// element.
        #[test]
        fn blocks_in_order(
            dims in proptest::collection::vec(axis(), 0..4), steps in proptest::collection::vec(-2isize..3, 4),
            rotate in 0usize..3, width in 0u32..5, from in any::<prop::sample::Index>(),
            lens in proptest::collection::vec(1usize..200, 1..20),
        ) {
            prop_assume!(dims.iter().product::<usize>() < 60_000);
            let size = 1 << width;
            let (data, layout) = load(&dims, &steps, rotate, size);
            let wanted = by_definition(&data, &layout, size);
            let all = layout.shape().size();
            let from = from.index(all);
            let pattern = Pattern::new(&layout, size);
            let most = *lens.iter().max().unwrap();
            let mut gathered = Gathered::default();
            gathered.begin(&pattern, &data, Order::Linear { from, to: all }, most);
            let (mut k, mut lens) = (from, lens.iter().cycle());
            while k < all {
                let n = lens.next().unwrap().min(&(all - k)).to_owned();
                gathered.bring(&data, k, n);
                prop_assert_eq!(gathered.block(&data, n), &wanted[k * size..(k + n) * size], "from {} on", k);
                k += n;
            }
        }

        /// Tiles of columns of blocks of rows, each lane's rows together.
        #[test]
        fn blocks_of_rows(
            before in 1usize..3, rows in 1usize..300, row in axis(), columns in 1usize..70, phase in 0usize..200,
            steps in proptest::collection::vec(-2isize..3, 3), swap in any::<bool>(), width in 0u32..5,
        ) {
            prop_assume!(before * rows * row < 30_000);
            let (size, phase) = (1 << width, if before == 1 { phase % BLOCK } else { 0 });
            // Permuted back by `load`: the rows are the axis whose elements are neighbours, or the columns are.
            let dims = if swap { [rows, row, before] } else { [row, rows, before] };
            let (data, layout) = load(&dims, &steps, 0, size);
            let layout = if swap { layout.permuted(&[0, 2, 1]) } else { layout };
            let wanted = by_definition(&data, &layout, size);
            let pattern = Pattern::new(&layout, size);
            let mut gathered = Gathered::default();
            gathered.begin(&pattern, &data, Order::Rows { row, rows, columns, phase }, columns);
            for first in (0..before).map(|b| b * rows) {
                let mut r = 0;
                while r < rows {
                    let block = (BLOCK - (phase + r) % BLOCK).min(rows - r);
                    for column in (0..row).step_by(columns) {
                        let n = columns.min(row - column);
                        for lane in 0..16 {
                            for r in (r + lane..r + block).step_by(16) {
                                let k = (first + r) * row + column;
                                gathered.bring(&data, k, n);
                                prop_assert_eq!(gathered.block(&data, n), &wanted[k * size..(k + n) * size]);
                            }
                        }
                    }
                    r += block;
                }
            }
        }
    }
}
