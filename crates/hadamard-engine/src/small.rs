//! Small runs: one elementwise nest over contiguous arrays, too small for threads. How its operands are read is known
//! before they are there, so a run only compares, slices and computes; it allocates nothing.

use crate::exec::access_layout;
use crate::gather::{Gathered, Order, Pattern};
use crate::nest::{BLOCK_LEN, Ready};
use crate::scratch::Scratch;
use crate::walk::TASK_BYTES;
use hadamard_array::{DType, Layout, View, ViewMut};
use hadamard_plan::{Origin, Plan, Slot, Walk};

/// Loads and results that a run keeps on its stack.
const MOST: usize = 8;
/// Those of one loop over arrays as they are: to clear room for more takes as long as the loop.
const MOST_DIRECT: usize = 4;

/// An operand or result as the plan knows it.
struct Whole {
    dtype: DType,
    c_order: Layout,
    size: usize,
}

impl Whole {
    fn new(slot: &Slot) -> Whole {
        Whole { dtype: slot.dtype, c_order: Layout::c_order(slot.shape.clone()), size: slot.shape.size() }
    }
    /// The bytes; `None` of what is of another dtype or shape, or has gaps.
    #[inline]
    fn bytes<'a>(&self, view: &View<'a>) -> Option<&'a [u8]> {
        view.bytes_as(self.dtype, &self.c_order, self.size)
    }
    /// As `bytes`, to be written.
    #[inline]
    fn bytes_mut<'a>(&self, view: &'a mut ViewMut<'_>) -> Option<&'a mut [u8]> {
        view.bytes_as(self.dtype, &self.c_order, self.size)
    }
}

/// What a small run needs to know beside its nest.
pub(crate) struct Small {
    operands: Vec<Whole>,
    results: Vec<Whole>,
    /// For each load the operand's number, and how the nest walks it.
    loads: Vec<(usize, Pattern)>,
    points: usize,
    /// Where one compiled loop over whole operands is all there is.
    direct: Option<Direct>,
}

/// See [`Small::direct`].
struct Direct {
    /// Operands in the order of the loop's inputs.
    reads: Vec<usize>,
    /// Operands that it does not read.
    unread: Vec<usize>,
    /// For each result, which output of the loop it is.
    writes: Vec<usize>,
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
        let is = |slot: &&Slot, k: usize| matches!(slot.origin, Origin::Operand(o) if o == k);
        let origin = |k: usize| plan.slots.iter().find(|slot| is(slot, k));
        let operands: Vec<Whole> = (0..).map_while(origin).map(Whole::new).collect();
        if plan.slots.iter().any(|slot| matches!(slot.origin, Origin::Operand(k) if k >= operands.len())) {
            return None;
        }
        let results = plan.results.iter().map(|&slot| Whole::new(&plan.slots[slot])).collect();
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
            let reads = reads?.into_iter().map(from_start).collect::<Option<Vec<usize>>>()?;
            let unread = (0..operands.len()).filter(|k| !reads.contains(k)).collect();
            if reads.len().max(writes.len()) > MOST_DIRECT {
                return None;
            }
            let output = |result: usize| writes.iter().position(|&w| w == result);
            Some(Direct { reads, unread, writes: (0..writes.len()).map(output).collect::<Option<_>>()? })
        });
        Some(Small { operands, results, loads, points, direct })
    }

    /// The loop over the arrays as they are.
    fn run_direct(
        &self,
        direct: &Direct,
        ready: &Ready,
        operands: &[View<'_>],
        results: &mut [ViewMut<'_>],
    ) -> Option<()> {
        let Direct { reads, unread, writes } = direct;
        let mut sources: [&[u8]; MOST_DIRECT] = [&[]; MOST_DIRECT];
        for (source, &operand) in sources.iter_mut().zip(reads) {
            *source = self.operands[operand].bytes(&operands[operand])?;
        }
        unread.iter().try_for_each(|&operand| self.operands[operand].bytes(&operands[operand]).map(|_| ()))?;
        let mut targets: [&mut [u8]; MOST_DIRECT] = Default::default();
        for ((whole, out), &at) in self.results.iter().zip(results).zip(writes) {
            targets[at] = whole.bytes_mut(out)?;
        }
        ready.run_sole_loop(&sources[..reads.len()], &mut targets[..writes.len()], self.points)
    }

    /// Runs; `None` if these are not arrays it was compiled for, something does not lie in C order without gaps, or an
    /// entry is at fault: then the general way says so, or does it over.
    pub(crate) fn run(&self, ready: &Ready, operands: &[View<'_>], results: &mut [ViewMut<'_>]) -> Option<()> {
        if (operands.len(), results.len()) != (self.operands.len(), self.results.len()) {
            return None;
        }
        if let Some(direct) = &self.direct {
            return self.run_direct(direct, ready, operands, results);
        }
        self.run_blocks(ready, operands, results)
    }

    /// Block by block, by way of buffers.
    fn run_blocks(&self, ready: &Ready, operands: &[View<'_>], results: &mut [ViewMut<'_>]) -> Option<()> {
        for (whole, operand) in self.operands.iter().zip(operands) {
            whole.bytes(operand)?;
        }
        let mut bytes: [&[u8]; MOST] = [&[]; MOST];
        for (bytes, (operand, _)) in bytes.iter_mut().zip(&self.loads) {
            *bytes = self.operands[*operand].bytes(&operands[*operand])?;
        }
        let mut outs: [&mut [u8]; MOST] = Default::default();
        let stores = results.len();
        for ((out, whole), result) in outs.iter_mut().zip(&self.results).zip(results) {
            *out = whole.bytes_mut(result)?;
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
