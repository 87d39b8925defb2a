//! Small runs: one elementwise nest over contiguous arrays, too small for threads. How its operands are read is known
//! before they are there, so a run only compares, slices and computes; it allocates nothing.

use crate::exec::access_layout;
use crate::gather::{Gathered, Order, Pattern};
use crate::nest::{BLOCK_LEN, Ready};
use crate::scratch::Scratch;
use crate::walk::TASK_BYTES;
use hadamard_array::{Layout, View, ViewMut};
use hadamard_plan::{Origin, Plan, Walk};

/// Loads and results that a run keeps on its stack.
const MOST: usize = 8;

/// What a small run needs to know beside its nest.
pub(crate) struct Small {
    /// For each load the operand's number, and how the nest walks it.
    loads: Vec<(usize, Pattern)>,
    points: usize,
    /// Where one compiled loop over whole operands is all there is: the operands in the order of its inputs and the
    /// results in the order of its outputs.
    direct: Option<(Vec<usize>, Vec<usize>)>,
}

impl Small {
    /// If the plan's only step allows it.
    pub(crate) fn new(plan: &Plan, ready: &Ready) -> Option<Small> {
        let nest = &ready.nest;
        let points = nest.space.size();
        let sizes = nest.stores.iter().map(|s| nest.body[s.value].dtype.size());
        let bytes = points.saturating_mul(sizes.chain(ready.input_sizes.iter().copied()).sum());
        let fits = nest.loads.len() <= MOST && nest.stores.len() <= MOST;
        let elementwise = nest.walk == Walk::Linear && nest.folds.is_empty() && ready.identities.is_empty();
        let in_order = plan.results.iter().copied().eq(nest.stores.iter().map(|s| s.slot));
        if !fits || !elementwise || !in_order || points == 0 || bytes >= 2 * TASK_BYTES {
            return None;
        }
        let mut loads = Vec::new();
        for load in &nest.loads {
            let slot = &plan.slots[load.slot];
            let Origin::Operand(operand) = slot.origin else { return None };
            let whole = Layout::c_order(slot.shape.clone());
            let layout =
                access_layout(load, &whole, &vec![0; slot.shape.ndim()], &vec![0; nest.space.ndim()], &nest.space);
            loads.push((operand, Pattern::new(&layout, slot.dtype.size())));
        }
        let direct = ready.sole_loop().and_then(|(reads, writes)| {
            // The loop reads what no axis moves as one element, anything else element by element.
            let whole = |&load: &usize| {
                let (operand, pattern) = &loads[load];
                let one = nest.loads[load].access.0.iter().all(|index| index.along.is_none());
                (one || (pattern.is_ordered() && pattern.len() == points)).then_some((*operand, pattern))
            };
            let reads: Option<Vec<_>> = reads.iter().map(whole).collect();
            let from_start = |(operand, pattern): (usize, &Pattern)| pattern.begins_at(0).then_some(operand);
            Some((reads?.into_iter().map(from_start).collect::<Option<Vec<usize>>>()?, writes))
        });
        Some(Small { loads, points, direct })
    }

    /// The loop over the arrays as they are.
    fn run_direct(
        &self,
        (reads, writes): &(Vec<usize>, Vec<usize>),
        ready: &Ready,
        operands: &[View<'_>],
        results: &mut [ViewMut<'_>],
    ) -> Option<()> {
        let mut sources: [&[u8]; MOST] = [&[]; MOST];
        for (source, &operand) in sources.iter_mut().zip(reads) {
            *source = operands[operand].slice_bytes()?;
        }
        let mut targets: [&mut [u8]; MOST] = Default::default();
        for (result, out) in results.iter_mut().enumerate() {
            let at = writes.iter().position(|&w| w == result)?;
            targets[at] = out.slice_bytes_mut().ok()?;
        }
        ready.run_sole_loop(&sources[..reads.len()], &mut targets[..writes.len()], self.points)
    }

    /// Runs; `None` if something does not lie in C order without gaps, or an entry is at fault: then the general way
    /// does it over.
    pub(crate) fn run(&self, ready: &Ready, operands: &[View<'_>], results: &mut [ViewMut<'_>]) -> Option<()> {
        if let Some(direct) = &self.direct {
            return self.run_direct(direct, ready, operands, results);
        }
        let mut bytes: [&[u8]; MOST] = [&[]; MOST];
        for (bytes, (operand, _)) in bytes.iter_mut().zip(&self.loads) {
            *bytes = operands[*operand].slice_bytes()?;
        }
        let mut outs: [&mut [u8]; MOST] = Default::default();
        let stores = results.len();
        for (out, result) in outs.iter_mut().zip(results) {
            *out = result.slice_bytes_mut().ok()?;
        }
        let len = BLOCK_LEN.min(self.points);
        Scratch::lend(ready, len, |scratch| {
            let order = Order::Linear { from: 0, to: self.points };
            if scratch.loads.len() < self.loads.len() {
                scratch.loads.resize_with(self.loads.len(), Gathered::default);
            }
            let Scratch { buffers, loads, .. } = scratch;
            for (((_, pattern), bytes), load) in self.loads.iter().zip(&bytes).zip(loads.iter_mut()) {
                load.begin(pattern, bytes, order, len);
            }
            for k in (0..self.points).step_by(len) {
                let n = len.min(self.points - k);
                for (load, bytes) in loads.iter_mut().zip(&bytes).take(self.loads.len()) {
                    load.bring(bytes, k, n);
                }
                ready.evaluate(n, |i| loads[i].block(bytes[i], n), buffers, &mut outs[..stores], k).ok()?;
            }
            Some(())
        })
    }
}
