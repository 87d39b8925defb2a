//! Reading ahead in a load whose neighbouring elements lie far apart, such as a transposed matrix.
//!
//! Element by element such a walk takes one element of each cache line, and comes back for the line's next one only a
//! row later, when the line has left the cache. A panel holds several rows, gathered together so that each line is used
//! whole; the walk then reads the panel in order.

use super::{Order, Pattern, grow};
use crate::tree::BLOCK;
use bytemuck::Pod;
use hadamard_array::Buffer;
use pulp::Arch;
use std::ops::Range;

/// Bytes of a panel: what stays in a core's second cache beside another panel and the blocks.
const PANEL: usize = 512 << 10;
/// Bytes that a panel may take if a cache line's worth of rows needs them.
const LARGEST: usize = 8 << 20;
/// Walks of fewer bytes stay in the nearest cache anyway.
const SMALL: usize = 16 << 10;
/// Bytes of a cache line.
const LINE: usize = 64;
/// Columns gathered together. Their lines may all fall into one set of the nearest cache, which has at least 8 ways.
const COLUMNS: usize = 8;

/// Rows of a walk gathered together.
pub(super) struct Panel {
    rows: Rows,
    /// Most rows held.
    most: usize,
    order: Order,
    /// The elements of the walk that are held, from the first on: a run of them, or some columns of some rows.
    first: usize,
    held: usize,
    columns: usize,
}

/// The rows of a pattern along the axis whose elements lie near each other.
#[derive(Clone, Copy)]
struct Rows {
    stride: isize,
    count: usize,
    /// Elements of a row: the axes after that one.
    len: usize,
}

impl Panel {
    /// A panel for blocks of at most `len` elements, if it makes the walk of `pattern` in that order faster.
    pub fn new(pattern: &Pattern, order: Order, len: usize, room: &mut Buffer) -> Option<Panel> {
        let (inner, outer) = pattern.axes.split_last()?;
        let bytes = |stride: isize| stride.unsigned_abs().saturating_mul(pattern.size);
        let near = |axis: &usize| (1..=LINE / 2).contains(&bytes(outer[*axis].1));
        let axis = (0..outer.len()).filter(near).min_by_key(|&axis| bytes(outer[axis].1))?;
        let (count, stride) = outer[axis];
        let rows = Rows { stride, count, len: pattern.axes[axis + 1..].iter().map(|a| a.0).product() };
        let (most, columns, spare) = match order {
            Order::Linear { from, to } => {
                let (width, line) = (rows.len.saturating_mul(pattern.size), LINE / bytes(stride));
                // Whole lines, where there is room for more than one; no more rows than are walked.
                let most = (PANEL / width).max((LARGEST / width).min(line));
                let most = if most > line { most / line * line } else { most };
                let walked = to - from;
                let few = walked * pattern.size < SMALL || walked < 2 * rows.len;
                (if few { 0 } else { most.min(count).min(walked / rows.len + 2) }, rows.len, len)
            }
            Order::Rows { row, rows: walked, columns, .. } => {
                (if (row, walked) == (rows.len, count) { BLOCK.min(count) } else { 0 }, columns, 0)
            }
        };
        if most < 2 || bytes(inner.1) < LINE {
            return None;
        }
        // One row more, for the one in which a walk begins.
        grow(room, ((most + 1) * columns + spare) * pattern.size)?;
        Some(Panel { rows, most, order, first: 0, held: 0, columns })
    }

    /// The byte of the panel from which elements `[k, k + n)` of the walk lie; gathers them if they are not held.
    pub fn find(&mut self, pattern: &Pattern, bytes: &[u8], k: usize, n: usize, room: &mut [u8]) -> usize {
        let at = match self.order {
            Order::Linear { to, .. } => {
                if k < self.first || k + n > self.first + self.held {
                    self.read_on(pattern, bytes, k..k + n, to, room);
                }
                k - self.first
            }
            Order::Rows { phase, .. } => match self.inside(k, n) {
                Some(at) => at,
                None => {
                    self.read_tile(pattern, bytes, k..k + n, phase, room);
                    0
                }
            },
        };
        at * pattern.size
    }

    /// Holds a run that begins with the block and reads ahead, not beyond the row in which `last` lies.
    fn read_on(&mut self, pattern: &Pattern, bytes: &[u8], block: Range<usize>, last: usize, room: &mut [u8]) {
        let (size, rows, k) = (pattern.size, self.rows, block.start);
        if (self.first..self.first + self.held).contains(&k) {
            // What is left of the last panel comes before the next one.
            let (from, to) = ((k - self.first) * size, self.held * size);
            room.copy_within(from..to, 0);
            (self.first, self.held) = (k, self.first + self.held - k);
        } else {
            (self.first, self.held) = (k / rows.len * rows.len, 0);
        }
        while self.first + self.held < block.end {
            let at = self.first + self.held;
            let row = at / rows.len % rows.count;
            let ahead = (last - at).div_ceil(rows.len);
            let count = (self.most - row % self.most).min(rows.count - row).min(ahead);
            let room = &mut room[self.held * size..][..count * rows.len * size];
            rows.gather(pattern, bytes, at, (count, rows.len), room);
            self.held += count * rows.len;
        }
    }

    /// The place of a block in the tile held.
    fn inside(&self, k: usize, n: usize) -> Option<usize> {
        let ahead = k.checked_sub(self.first)?;
        let (row, column) = (ahead / self.rows.len, ahead % self.rows.len);
        (row < self.held && column + n <= self.columns).then_some(row * self.columns + column)
    }

    /// Holds the tile that begins with the block.
    fn read_tile(&mut self, pattern: &Pattern, bytes: &[u8], block: Range<usize>, phase: usize, room: &mut [u8]) {
        let row = block.start / self.rows.len % self.rows.count;
        (self.first, self.columns) = (block.start, block.len());
        self.held = (BLOCK - (row + phase) % BLOCK).min(self.rows.count - row);
        let room = &mut room[..self.held * self.columns * pattern.size];
        self.rows.gather(pattern, bytes, self.first, (self.held, self.columns), room);
    }
}

impl Rows {
    /// Gathers `columns` elements from `k` on, and those of as many rows after that one as are wanted.
    fn gather(&self, pattern: &Pattern, bytes: &[u8], k: usize, shape: (usize, usize), out: &mut [u8]) {
        match pattern.size {
            1 => self.copy::<[u8; 1]>(pattern, bytes, k, shape, out),
            2 => self.copy::<[u8; 2]>(pattern, bytes, k, shape, out),
            4 => self.copy::<[u8; 4]>(pattern, bytes, k, shape, out),
            8 => self.copy::<[u8; 8]>(pattern, bytes, k, shape, out),
            _ => self.copy::<[u8; 16]>(pattern, bytes, k, shape, out),
        }
    }

    fn copy<T: Pod>(&self, pattern: &Pattern, bytes: &[u8], k: usize, shape: (usize, usize), out: &mut [u8]) {
        let (from, out) = (bytemuck::cast_slice::<u8, T>(bytes), bytemuck::cast_slice_mut::<u8, T>(out));
        let (count, columns) = shape;
        let (inner, step) = pattern.axes[pattern.axes.len() - 1];
        let mut column = 0;
        while column < columns {
            let run = (inner - (k + column) % inner).min(columns - column);
            let at = pattern.position(k + column);
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    let mut done = 0;
                    while done < run {
                        let now = COLUMNS.min(run - done);
                        let at = at.wrapping_add_signed(done as isize * step);
                        self.tiles(from, at, (step, now), count, columns, &mut out[column + done..]);
                        done += now;
                    }
                },
            );
            column += run;
        }
    }

    /// Some columns, `step` apart, of all rows.
    #[inline(always)]
    fn tiles<T: Pod>(
        &self,
        from: &[T],
        at: usize,
        (step, now): (isize, usize),
        count: usize,
        width: usize,
        out: &mut [T],
    ) {
        if now == COLUMNS && self.stride.unsigned_abs() == 1 {
            // Where rows are neighbours, each column is a slice.
            let low = if self.stride == 1 { at } else { at + 1 - count };
            let lines: [&[T]; COLUMNS] =
                std::array::from_fn(|c| &from[low.wrapping_add_signed(c as isize * step)..][..count]);
            for r in 0..count {
                let place = if self.stride == 1 { r } else { count - 1 - r };
                out[r * width..][..COLUMNS].copy_from_slice(&lines.map(|line| line[place]));
            }
        } else {
            for r in 0..count {
                let at = at.wrapping_add_signed(r as isize * self.stride);
                for (c, o) in out[r * width..][..now].iter_mut().enumerate() {
                    *o = from[at.wrapping_add_signed(c as isize * step)];
                }
            }
        }
    }
}
