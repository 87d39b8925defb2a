//! A plan as a graph for Graphviz: what is read and written as boxes, steps as ellipses between them.

use crate::{Explanation, Origin, Plan, SlotId, Step};
use std::fmt::Write;

impl Explanation<'_> {
    /// The plan in the language of Graphviz.
    pub fn dot(&self) -> String {
        let mut text = String::from("digraph plan {\n  rankdir=LR;\n");
        let (plan, mut seen) = (self.plan, vec![false; self.plan.slots.len()]);
        for (k, step) in plan.steps.iter().enumerate() {
            let (reads, writes) = ends(step);
            let cost = plan.step_cost(step);
            let words = self.words(step);
            let _ = writeln!(text, "  s{k} [label=\"{}: {words}\\n{} flops\"];", k + 1, cost.flops);
            let reads: Vec<SlotId> = reads.into_iter().map(|slot| base(plan, slot)).collect();
            for &slot in reads.iter().chain(&writes) {
                if !std::mem::replace(&mut seen[slot], true) {
                    let of = &plan.slots[slot];
                    let name = self.slot_name(slot).replace('"', "\\\"");
                    let _ = writeln!(text, "  v{slot} [shape=box, label=\"{name}\\n{}{}\"];", of.dtype, of.shape);
                }
            }
            for slot in reads {
                let _ = writeln!(text, "  v{slot} -> s{k};");
            }
            for slot in writes {
                let _ = writeln!(text, "  s{k} -> v{slot};");
            }
        }
        text.push_str("}\n");
        text
    }
}

/// The slot whose entries another one shows.
fn base(plan: &Plan, slot: SlotId) -> SlotId {
    match plan.slots[slot].origin {
        Origin::Reshaped(of) => base(plan, of),
        _ => slot,
    }
}

/// What a step reads, each once, and writes.
fn ends(step: &Step) -> (Vec<SlotId>, Vec<SlotId>) {
    let (mut reads, writes): (Vec<SlotId>, Vec<SlotId>) = match step {
        Step::Nest(nest) => {
            let folds = nest.folds.iter().map(|f| f.slot);
            (nest.loads.iter().map(|l| l.slot).collect(), nest.stores.iter().map(|s| s.slot).chain(folds).collect())
        }
        Step::Dense(dense) => (dense.args.iter().map(|l| l.slot).collect(), vec![dense.out]),
    };
    reads.sort_unstable();
    reads.dedup();
    (reads, writes)
}
