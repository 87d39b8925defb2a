//! Indexing and slicing. Where the size of an axis is a symbol, positions count from the start, and the statement is
//! about sizes that reach that far.

use super::{Arg, Dim, Inference, Result, TermKind, Value, integer};
use crate::check::slice;
use crate::{AxisSlice, Diagnostic, Expr, Span, Subscript};

impl Inference<'_> {
    pub(super) fn index(&mut self, of: &Arg<'_>, at: &[Subscript], span: Span) -> Result<Value> {
        let shape: Vec<Dim> = self.shape(of.value).iter().map(|d| self.sizes.resolve(d)).collect();
        if at.len() > shape.len() {
            let message = format!("too many subscripts: {} for {} axes", at.len(), shape.len());
            return Err(self.fail("too-many-subscripts", span, message, &[of]));
        }
        let mut slices = Vec::with_capacity(shape.len());
        let mut kept = Vec::new();
        for (axis, size) in shape.iter().enumerate() {
            let slice = match at.get(axis) {
                None => None,
                Some(Subscript::At(position)) => Some(self.position(of, axis, size, position)?),
                Some(Subscript::Range { start, stop, step, span }) => {
                    let part = |e: &Option<Expr>| e.as_ref().map(|e| integer(e, "a slice bound")).transpose();
                    let (start, stop, step) = (part(start)?, part(stop)?, part(step)?.unwrap_or(1));
                    if step == 0 {
                        return Err(Diagnostic::new("zero-step", *span, "a slice cannot have step 0"));
                    }
                    self.range(size, (start, stop, step), *span)?
                }
            };
            match &slice {
                None => kept.push(size.clone()),
                Some(slice) if !slice.drop => kept.push(Dim::number(slice.count as u64)),
                Some(_) => {}
            }
            slices.push(slice);
        }
        if slices.iter().all(Option::is_none) {
            return Ok(of.value);
        }
        let row = of.value.row && kept.len() == 2 && kept[0].is_one();
        Ok(Value { row, ..self.push(TermKind::Slice(slices), vec![of.value.id], kept, span) })
    }

    fn position(&mut self, of: &Arg<'_>, axis: usize, size: &Dim, position: &Expr) -> Result<AxisSlice> {
        let index = integer(position, "an index")?;
        let from_start = match (index, size.as_number()) {
            (0.., _) => Some(index),
            (_, Some(n)) => i64::try_from(n).ok().map(|n| index + n).filter(|i| *i >= 0),
            (_, None) => return Err(needs_size(position.span)),
        };
        let inside = |i: &i64| size.as_number().is_none_or(|n| (*i as u64) < n);
        let Some(start) = from_start.filter(inside) else {
            let message = format!("index {index} is outside axis {axis}");
            return Err(self.fail("index-range", position.span, message, &[of]));
        };
        self.reached.push((size.clone(), start as u64 + 1, position.span));
        Ok(AxisSlice { start: start as usize, step: 1, count: 1, drop: true })
    }

    fn range(
        &mut self,
        size: &Dim,
        (start, stop, step): (Option<i64>, Option<i64>, i64),
        span: Span,
    ) -> Result<Option<AxisSlice>> {
        if step == 1 && start.unwrap_or(0) == 0 && stop.is_none() {
            return Ok(None);
        }
        let length = match (size.as_number(), start, stop) {
            (Some(n), ..) => n,
            (None, Some(0..) | None, Some(stop @ 0..)) if step > 0 => {
                self.reached.push((size.clone(), stop as u64, span));
                stop as u64
            }
            _ => return Err(needs_size(span)),
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let taken = slice(start.map(i128::from), stop.map(i128::from), i128::from(step), length);
        let whole = taken.step == 1 && Dim::number(taken.count as u64) == *size;
        Ok((!whole).then_some(taken))
    }
}

fn needs_size(span: Span) -> Diagnostic {
    Diagnostic::new("needs-constant", span, "the size of this axis is not known, and the index counts from its end")
        .help("declare the shape in numbers, such as A:4x6")
}
