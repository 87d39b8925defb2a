//! Broadcasting: axes are aligned from the first, and an axis that is missing or of length 1 stretches.

use super::{Arg, Checker};
use crate::{Diagnostic, Span};
use hadamard_array::Shape;

/// The common shape, or the first axis on which two lengths differ.
pub(super) fn broadcast<'s>(shapes: impl IntoIterator<Item = &'s Shape>) -> Result<Shape, usize> {
    let mut common: Vec<usize> = Vec::new();
    for shape in shapes {
        for (axis, &n) in shape.iter().enumerate() {
            match common.get_mut(axis) {
                None => common.push(n),
                Some(c) if *c == 1 => *c = n,
                Some(c) if n != 1 && n != *c => return Err(axis),
                Some(_) => {}
            }
        }
    }
    Ok(common.into())
}

impl Checker<'_> {
    /// The shape of an elementwise operation on `args`; `sign` names it in the message.
    pub(super) fn broadcast(&self, sign: &str, span: Span, args: &[Arg<'_>]) -> Result<Shape, Diagnostic> {
        match broadcast(args.iter().map(|a| self.shape(a.value))) {
            Ok(shape) => Ok(shape),
            Err(axis) => Err(self.no_broadcast(sign, span, args, axis)),
        }
    }

    fn no_broadcast(&self, sign: &str, span: Span, args: &[Arg<'_>], axis: usize) -> Diagnostic {
        let long: Vec<&Arg<'_>> =
            args.iter().filter(|a| self.shape(a.value).get(axis).is_some_and(|&n| n != 1)).collect();
        let first = long[0];
        let length = |a: &Arg<'_>| self.shape(a.value)[axis];
        let second = long.iter().find(|a| length(a) != length(first)).expect("two lengths differ on this axis");
        let message = format!(
            "operands of `{sign}` do not broadcast (axis {axis}: {} against {})",
            length(first),
            length(second)
        );
        let error = self.fail_with("shape-mismatch", span, message, &[first, second]);
        match self.fit_by_transposing(sign, first, second) {
            Some(help) => error.help(help),
            None => error.help("axes are aligned from the first; an axis that is missing or of length 1 stretches"),
        }
    }

    /// What to write where one operand transposed would fit.
    fn fit_by_transposing(&self, sign: &str, a: &Arg<'_>, b: &Arg<'_>) -> Option<String> {
        let (sa, sb) = (self.shape(a.value), self.shape(b.value));
        let (wa, wb) = (self.operand(a), self.operand(b));
        // Only a sign between two operands is written out; of a function with more arguments, the argument alone.
        let infix = |left: &str, right: &str, changed: &str| {
            if sign.starts_with('.') { format!("{left} {sign} {right}") } else { changed.to_string() }
        };
        match (sa.ndim(), sb.ndim()) {
            (2, 1) if sb[0] == sa[1] => {
                let row = self.turned(b);
                Some(format!("`{wb}` fits axis 1 of `{wa}`; write  {}", infix(&wa, &row, &row)))
            }
            (1, 2) if sa[0] == sb[1] => {
                let row = self.turned(a);
                Some(format!("`{wa}` fits axis 1 of `{wb}`; write  {}", infix(&row, &wb, &row)))
            }
            (2, 2) if sa[0] == sb[1] && sa[1] == sb[0] => {
                let turned = self.turned(b);
                Some(format!("the shapes fit after transposing; write  {}", infix(&wa, &turned, &turned)))
            }
            (1, 1) => {
                let row = self.turned(b);
                Some(format!("for every pair of entries write  {}", infix(&wa, &row, &row)))
            }
            _ => None,
        }
    }
}
