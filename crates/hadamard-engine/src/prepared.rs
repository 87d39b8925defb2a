//! A plan made ready to run: everything that can be decided before the operands are there.

use crate::compile::Backend;
use crate::nest::Ready;
use crate::small::Small;
use hadamard_algebra::Policy;
use hadamard_array::{View, ViewMut};
use hadamard_plan::{AxisIndex, Dense, Load, Origin, Plan, SlotId, Step};
use std::sync::Arc;

/// A plan made ready to run under one policy: kernels chosen, registers assigned. Immutable: any number of threads may
/// run it at once, and share nothing that is locked.
pub struct Prepared {
    pub(crate) plan: Arc<Plan>,
    pub(crate) policy: Policy,
    pub(crate) steps: Vec<ReadyStep>,
    /// Slots that several steps read.
    pub(crate) shared: Vec<SlotId>,
    /// Bytes the whole plan moves.
    pub(crate) moved: u64,
    /// Bytes of the values kept between steps.
    pub(crate) kept: u64,
    small: Option<Small>,
}

/// One step.
pub(crate) enum ReadyStep {
    /// A fused loop nest.
    Nest(Box<Ready>),
    /// A dense kernel, and the bytes it moves.
    Dense(Dense, u64),
}

impl Prepared {
    /// Prepares a plan for the machine's best back end ([`Backend::chosen`]).
    pub fn new(plan: Arc<Plan>, policy: Policy) -> Prepared {
        Prepared::with_backend(plan, policy, Backend::chosen())
    }

    /// Prepares a plan for a back end.
    pub fn with_backend(plan: Arc<Plan>, policy: Policy, backend: Backend) -> Prepared {
        let saturated = |bytes: u128| u64::try_from(bytes).unwrap_or(u64::MAX);
        let ready = |step: &Step| match step {
            Step::Nest(nest) => ReadyStep::Nest(Box::new(Ready::new(nest, &policy, backend))),
            Step::Dense(dense) => {
                let cost = plan.step_cost(step);
                ReadyStep::Dense(dense.clone(), saturated(cost.read + cost.written))
            }
        };
        let reads = |step: &Step, id: SlotId| match step {
            Step::Nest(nest) => nest.loads.iter().any(|l| l.slot == id),
            Step::Dense(dense) => dense.args.iter().any(|l| l.slot == id),
        };
        let cost = plan.cost();
        let steps: Vec<ReadyStep> = plan.steps.iter().map(ready).collect();
        let small = match &steps[..] {
            [ReadyStep::Nest(ready)] => Small::new(&plan, ready),
            _ => None,
        };
        Prepared {
            steps,
            small,
            shared: (0..plan.slots.len())
                .filter(|&id| plan.steps.iter().filter(|step| reads(step, id)).count() > 1)
                .collect(),
            moved: saturated(cost.read + cost.written),
            kept: saturated(plan.temporary_bytes()),
            policy,
            plan,
        }
    }

    /// Runs on arrays in memory if they have the dtypes and shapes of the plan's operands and results and that can be done
    /// at once, on this thread and without allocation. Otherwise says `false`, and [`execute`](crate::execute) is to do
    /// it: for anything large, reductions, arrays with gaps, and to find the place of a fault.
    pub fn run_small(&self, operands: &[View<'_>], results: &mut [ViewMut<'_>]) -> bool {
        match (&self.small, &self.steps[..]) {
            (Some(small), [ReadyStep::Nest(ready)]) => small.run(ready, operands, results).is_some(),
            _ => false,
        }
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether the only result may lie where operand `k` lies while the plan runs ([`execute_in_place`]): whether every
    /// entry of the operand is read only for the same entry of the result.
    ///
    /// [`execute_in_place`]: crate::execute_in_place
    pub fn works_in_place(&self, k: usize) -> bool {
        let [Step::Nest(nest)] = &self.plan.steps[..] else { return false };
        let [store] = &nest.stores[..] else { return false };
        let (result, space) = (&self.plan.slots[store.slot], &nest.space);
        let own = |load: &Load| {
            let slot = &self.plan.slots[load.slot];
            let reshaped = matches!(slot.origin, Origin::Reshaped(_));
            let stays = |d: usize| load.access.0[d] == AxisIndex::dim(d) || space[d] == 1;
            !reshaped && !matches!(slot.origin, Origin::Operand(o) if o == k)
                || (slot.dtype == result.dtype && slot.shape == *space && (0..space.ndim()).all(stays))
        };
        self.plan.results == [store.slot] && nest.folds.is_empty() && nest.loads.iter().all(own)
    }

    /// What it was prepared for.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("plan", &self.plan).field("policy", &self.policy).finish_non_exhaustive()
    }
}
