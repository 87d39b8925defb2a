//! Indexing and slicing: 0-based, half-open, negative positions from the end; slices are clamped as NumPy clamps them.

use super::{Arg, Checker, Value};
use crate::{AxisSlice, Diagnostic, NodeKind, Subscript};
use hadamard_array::Shape;

impl Checker<'_> {
    /// `of[at]`; `parts` are the values of the subscripts' expressions in order.
    pub(super) fn index(&mut self, of: &Arg<'_>, at: &[Subscript], parts: &[Arg<'_>]) -> Result<Value, Diagnostic> {
        let shape = self.shape(of.value).clone();
        if at.len() > shape.ndim() {
            let (given, have) = (at.len(), shape.ndim());
            let message = format!("too many subscripts: {given} for {have} axes");
            return Err(self.fail_with("too-many-subscripts", of.expr.span, message, &[of]));
        }
        let mut parts = parts.iter();
        let mut slices = Vec::with_capacity(shape.ndim());
        for (axis, subscript) in at.iter().enumerate() {
            slices.push(match subscript {
                Subscript::At(_) => {
                    let part = parts.next().expect("each subscript has its value");
                    self.position(of, axis, shape[axis], part)?
                }
                Subscript::Range { start, stop, step, .. } => {
                    let mut bound = |given: &Option<_>| -> Result<Option<(i128, &Arg<'_>)>, Diagnostic> {
                        if given.is_none() {
                            return Ok(None);
                        }
                        let part = parts.next().expect("each bound has its value");
                        Ok(Some((self.integer(part, "a slice bound")?, part)))
                    };
                    let (start, stop, step) = (bound(start)?, bound(stop)?, bound(step)?);
                    if let Some((0, part)) = step {
                        return Err(self.fail("zero-step", part.expr.span, "a slice cannot have step 0"));
                    }
                    slice(start.map(|s| s.0), stop.map(|s| s.0), step.map_or(1, |s| s.0), shape[axis])
                }
            });
        }
        slices.extend(shape[at.len()..].iter().map(|&n| AxisSlice { start: 0, step: 1, count: n, drop: false }));
        let weak = of.value.is_weak();
        let id = self.as_dtype(of, self.dtype(of.value))?;
        let whole = |(s, &n): (&AxisSlice, &usize)| !s.drop && s.step == 1 && s.count == n;
        if slices.iter().zip(shape.iter()).all(whole) {
            return Ok(of.value);
        }
        let kept: Shape = slices.iter().filter(|s| !s.drop).map(|s| s.count).collect();
        let dtype = self.build.node(id).dtype;
        let row = of.value.is_row() && kept.ndim() == 2 && kept[0] == 1;
        let id = self.build.push(NodeKind::Slice(slices), vec![id], dtype, kept)?;
        Ok(Value::Node { id, weak, row })
    }

    fn position(&self, of: &Arg<'_>, axis: usize, n: usize, part: &Arg<'_>) -> Result<AxisSlice, Diagnostic> {
        let index = self.integer(part, "an index")?;
        let from_start = if index < 0 { index + n as i128 } else { index };
        match usize::try_from(from_start).ok().filter(|&i| i < n) {
            Some(start) => Ok(AxisSlice { start, step: 1, count: 1, drop: true }),
            None => {
                let message = format!("index {index} is outside axis {axis}, which has length {n}");
                let error = self.fail_with("index-range", part.expr.span, message, &[of]);
                Err(match n {
                    0 => error,
                    _ => error.help(format!("indices count from 0 to {}, or from -1 back to -{n}", n - 1)),
                })
            }
        }
    }
}

/// The entries of `start:stop:step` along an axis of length `n`.
pub(crate) fn slice(start: Option<i128>, stop: Option<i128>, step: i128, n: usize) -> AxisSlice {
    let n = n as i128;
    // Positions outside the axis are clamped to its ends, the end before index 0 being -1 for a backward slice.
    let (low, high) = if step > 0 { (0, n) } else { (-1, n - 1) };
    let clamp = |position: i128| if position < 0 { position.saturating_add(n) } else { position }.clamp(low, high);
    let (first, last) = if step > 0 { (low, high) } else { (high, low) };
    let (start, stop) = (start.map_or(first, clamp), stop.map_or(last, clamp));
    let distance = if step > 0 { stop - start } else { start - stop };
    let magnitude = i128::try_from(step.unsigned_abs()).unwrap_or(i128::MAX);
    let count = if distance <= 0 { 0 } else { (distance - 1) / magnitude + 1 };
    match count {
        0 => AxisSlice { start: 0, step: 1, count: 0, drop: false },
        1 => AxisSlice { start: start as usize, step: 1, count: 1, drop: false },
        // More than one entry lies in the axis, so the step is shorter than it.
        _ => AxisSlice { start: start as usize, step: step as isize, count: count as usize, drop: false },
    }
}
