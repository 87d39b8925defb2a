//! Entries taken together along axes.

use super::{Elaborator, Result, Typed};
use crate::meaning::elements;
use crate::meaning::mean::{Kind, Mean, Node, Overflow, moved, reshaped};
use crate::meaning::value::Elem;
use crate::op::{Fold, Over};
use crate::rules::Order;
use hadamard_algebra::{Diagnostic, Span};

impl Elaborator<'_> {
    pub(super) fn over(&mut self, fold: Fold, over: Over, a: &Typed, span: Span) -> Result<Typed> {
        let rank = a.rank;
        let axis = match over {
            Over::All => {
                let axes = (0..rank.max(a.mean.shape.len())).collect();
                return self.fold(fold, axes, a, self.rank(0), span);
            }
            Over::Axis(n) | Over::Keep(n) => usize::from(n),
            Over::FirstLong => a.mean.shape.iter().position(|n| *n != 1).unwrap_or(0),
            Over::First => 0,
            Over::Last => rank.saturating_sub(1),
        };
        if axis >= rank && rank < 2 && !(rank == 0 && matches!(over, Over::First | Over::Last)) {
            return self.fail(
                "no-such-axis",
                span,
                format!("axis {axis} is asked for, and this has shape {:?}", a.shape()),
            );
        }
        let keeps = matches!(over, Over::Keep(_) | Over::FirstLong);
        let result = self.fold(fold, vec![axis], a, rank.saturating_sub(1), span)?;
        if !keeps {
            return Ok(Typed { rank: self.rank(rank.saturating_sub(1)), ..result });
        }
        // The axis stays with length 1: what came after it goes back.
        let places: Vec<usize> = (0..result.mean.shape.len()).map(|k| if k >= axis { k + 1 } else { k }).collect();
        Ok(Typed { mean: moved(&result.mean, &places, span), rank, ..result })
    }

    pub(super) fn fold(&mut self, fold: Fold, axes: Vec<usize>, a: &Typed, rank: usize, span: Span) -> Result<Typed> {
        let elem = elements::folded(self.numbers(), fold, a.mean.elem)
            .map_err(|why| Diagnostic::new("type-mismatch", span, why))?;
        let overflow = match elem {
            Elem::Of(dtype) => elements::overflow(self.numbers(), dtype),
            Elem::Exact => Overflow::Never,
        };
        let rank_of = a.mean.shape.len();
        // Axes of length 1 fold away by themselves.
        let axes: Vec<usize> = axes.into_iter().filter(|axis| *axis < rank_of && a.mean.len(*axis) != 1).collect();
        let kept: Vec<usize> = (0..rank_of).filter(|axis| !axes.contains(axis)).map(|axis| a.mean.len(axis)).collect();
        let gone: Vec<usize> = (0..rank_of).filter(|axis| a.mean.len(*axis) == 1).collect();
        if axes.is_empty() {
            let mean = if gone.is_empty() { a.mean.clone() } else { self.dropped(&a.mean, span, rank) };
            return self.converted(
                &Typed { mean, rank, weak: false, row: false, array: a.array, labels: Vec::new() },
                elem,
                span,
            );
        }
        let overflow = if matches!(fold, Fold::Sum | Fold::Prod) { overflow } else { Overflow::Never };
        let mean = Node::make(Kind::Fold { fold, axes, of: a.mean.clone(), overflow }, kept, elem, span);
        let mean =
            if rank == self.rank(0) && mean.size() == 1 { reshaped(&mean, &[], Order::Rows, span) } else { mean };
        Ok(Typed { mean, rank, weak: false, row: false, array: a.array, labels: Vec::new() })
    }

    /// A row whose first axis is taken away.
    pub(super) fn dropped(&self, mean: &Mean, span: Span, rank: usize) -> Mean {
        if rank < mean.shape.len() && mean.len(0) == 1 { moved(mean, &[1, 0], span) } else { mean.clone() }
    }
}
