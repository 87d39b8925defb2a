//! What every plan promises, checked in debug builds after lowering.

use crate::{InstrKind, Plan, Step};

pub(crate) fn verify(plan: &Plan) {
    if !cfg!(debug_assertions) {
        return;
    }
    for step in &plan.steps {
        let Step::Nest(nest) = step else { continue };
        for (i, instr) in nest.body.iter().enumerate() {
            match &instr.kind {
                InstrKind::Load(k) => {
                    let slot = &plan.slots[nest.loads[*k].slot];
                    assert_eq!(slot.dtype, instr.dtype, "a load has its slot's dtype");
                    assert_eq!(slot.shape.ndim(), nest.loads[*k].access.0.len(), "one index for each axis");
                }
                InstrKind::Const(value) => assert_eq!(value.dtype(), instr.dtype, "a constant has its node's dtype"),
                InstrKind::Map { args, .. } => assert!(args.iter().all(|&a| a < i), "arguments stand before users"),
                InstrKind::Same(..) => {}
            }
        }
        for store in &nest.stores {
            assert_eq!(plan.slots[store.slot].shape.size(), nest.space.size(), "a store fills its slot");
        }
        for fold in &nest.folds {
            let kept = nest.space.size().checked_div(fold.count);
            assert!(kept.is_none_or(|kept| kept == plan.slots[fold.slot].shape.size()), "a fold fills its slot");
        }
    }
}
