//! Folding by compiled loops: what they read of the walk, and where their accumulators go. What a loop cannot do, or where
//! some entry is at fault, the general way does over.

use crate::compile::{MOST_READS, MOST_WRITES};
use crate::nest::{Place, Ready};
use crate::reduce::Part;
use crate::scratch::{Scratch, grow};
use crate::tree::{BLOCK, LANES};
use crate::walked::Walked;
use hadamard_array::Buffer;

impl Ready {
    /// How many of the next `most` points of a linear walk, the first at position `at`, are whole blocks of each fold.
    pub(crate) fn whole_blocks(&self, at: usize, most: usize) -> usize {
        if self.folding.is_none() {
            return 0;
        }
        let whole = |count: usize| match ((at % count).is_multiple_of(BLOCK), count.is_multiple_of(BLOCK)) {
            (true, true) => most,
            (true, false) => count - at % count,
            (false, _) => 0,
        };
        let whole = self.nest.folds.iter().map(|fold| whole(fold.count)).min().unwrap_or(0);
        whole.min(most) / BLOCK * BLOCK
    }

    /// Folds points `[k, k + n)` of a linear walk, whole blocks, the first at position `position` of the folds; stores
    /// land in `outs` from element `at` on.
    #[allow(clippy::too_many_arguments, reason = "as `block`, and what folds need")]
    pub(crate) fn fold_blocks(
        &self,
        walked: &Walked<'_>,
        (k, n): (usize, usize),
        scratch: &mut Scratch,
        outs: &mut [&mut [u8]],
        at: usize,
        parts: &mut [Box<dyn Part>],
        position: usize,
    ) -> Option<()> {
        let folding = self.folding.as_ref()?;
        if folding.whole {
            scratch.gather(self, walked, k, n, outs, at);
        } else {
            self.block(walked, k, n, scratch, outs, at).ok()?;
        }
        let Scratch { loads, gathered, lanes, buffers, .. } = scratch;
        let mut sources: [&[u8]; MOST_READS] = [&[]; MOST_READS];
        for (source, &(reg, _)) in sources.iter_mut().zip(&folding.reads) {
            let input = |i| self.input(walked, n, i, loads, gathered);
            *source = match self.place(reg) {
                Place::Input(i) => input(i),
                // Blocks of constants are shorter than those of a loop that is the whole.
                _ if folding.whole => return None,
                _ => self.value(n, reg, input, buffers),
            };
        }
        let lengths = || folding.lane_sizes.iter().map(|size| n / BLOCK * folding.accumulators() * size);
        grow(lanes, lengths());
        let mut targets: [&mut [u8]; MOST_WRITES] = std::array::from_fn(|_| &mut [][..]);
        let stored = if folding.whole { self.nest.stores.len() } else { 0 };
        let (stores, folds) = targets.split_at_mut(stored);
        for ((target, out), store) in stores.iter_mut().zip(outs).zip(&self.nest.stores) {
            let size = self.nest.body[store.value].dtype.size();
            *target = &mut out[at * size..(at + n) * size];
        }
        for ((target, lanes), length) in folds.iter_mut().zip(lanes.iter_mut()).zip(lengths()) {
            *target = &mut lanes.bytes_mut()[..length];
        }
        let writes = stored + self.nest.folds.len();
        folding.run(false, &sources[..folding.reads.len()], &mut targets[..writes], n)?;
        for ((part, lanes), length) in parts.iter_mut().zip(lanes.iter()).zip(lengths()) {
            part.push_blocks(&lanes.bytes()[..length], folding.accumulators(), position);
        }
        Some(())
    }

    /// Folds columns of a whole block of rows of `inner` points each: `width` of them, the first at point `k`.
    pub(crate) fn fold_rows(
        &self,
        walked: &Walked<'_>,
        (k, inner): (usize, usize),
        width: usize,
        lanes: &mut Vec<Buffer>,
        parts: &mut [Box<dyn Part>],
    ) -> Option<()> {
        let folding = self.folding.as_ref()?;
        grow(lanes, folding.lane_sizes.iter().map(|size| LANES * width * size));
        let reads = folding.reads.len() * folding.rows;
        for lane in 0..LANES {
            for group in (0..BLOCK / LANES).step_by(folding.rows) {
                let mut sources: [&[u8]; MOST_READS] = [&[]; MOST_READS];
                let rows = (group..group + folding.rows).map(|row| lane + row * LANES);
                let wanted = rows.flat_map(|row| folding.reads.iter().map(move |read| (row, read)));
                for (source, (row, &(reg, moves))) in sources.iter_mut().zip(wanted) {
                    *source = self.source(walked, reg, moves, k + row * inner, width)?;
                }
                let mut targets: [&mut [u8]; MOST_WRITES] = std::array::from_fn(|_| &mut [][..]);
                for ((target, lanes), size) in targets.iter_mut().zip(lanes.iter_mut()).zip(&folding.lane_sizes) {
                    *target = &mut lanes.bytes_mut()[lane * width * size..][..width * size];
                }
                folding.run(group > 0, &sources[..reads], &mut targets[..self.nest.folds.len()], width)?;
            }
        }
        for ((part, lanes), size) in parts.iter_mut().zip(lanes.iter()).zip(&folding.lane_sizes) {
            part.push_lanes(&lanes.bytes()[..LANES * width * size]);
        }
        Some(())
    }
}
