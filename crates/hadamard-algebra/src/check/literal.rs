//! Matrix literals, and the integers that sizes, axes and subscripts must be.

use super::builder::array_of;
use super::constants::Constant;
use super::facts::literal_range;
use super::types::promote;
use super::{Arg, Checker, Value};
use crate::{Diagnostic, NodeKind};
use hadamard_array::{DType, Shape};

impl Checker<'_> {
    /// `[1 2; 3 4]`: an array that is as weak as the numbers in it.
    pub(super) fn literal(&mut self, rows: usize, vector: bool, entries: &[Arg<'_>]) -> Result<Value, Diagnostic> {
        let mut constants = Vec::with_capacity(entries.len());
        for entry in entries {
            match entry.value {
                Value::Number(constant) => constants.push(constant),
                Value::Node { .. } => {
                    let message = "the entries of a matrix literal must be numbers known beforehand";
                    return Err(self.fail_with("literal-entry", entry.expr.span, message, &[entry]));
                }
            }
        }
        let dtype = constants.iter().map(|c| c.dtype()).reduce(|a, b| promote(a, b).unwrap_or(DType::F64));
        let dtype = dtype.unwrap_or(DType::I64);
        let shape: Shape = match vector {
            true => [entries.len()].into(),
            false => [rows, entries.len().checked_div(rows).unwrap_or(0)].into(),
        };
        if let Some(bad) = entries.iter().zip(&constants).find(|(_, c)| c.scalar(dtype).is_none()) {
            return Err(literal_range(*bad.1, dtype, bad.0.expr.span));
        }
        let array = array_of(&constants, shape.clone(), dtype).expect("every entry fits its dtype");
        let id = self.build.push(NodeKind::Literal(array), vec![], dtype, shape)?;
        Ok(Value::node(id, true))
    }

    /// One integer known now; `what` it is for stands in the message.
    pub(super) fn integer(&self, arg: &Arg<'_>, what: &str) -> Result<i128, Diagnostic> {
        match arg.value {
            Value::Number(constant) => constant.whole().ok_or_else(|| {
                let message = format!("{what} must be an integer, not {constant}");
                self.fail("needs-integer", arg.expr.span, message)
            }),
            Value::Node { .. } => {
                let message = format!("{what} must be a number known before data is read");
                Err(self.fail_with("needs-constant", arg.expr.span, message, &[arg]))
            }
        }
    }

    /// One integer or a list of them.
    pub(super) fn integers(&self, arg: &Arg<'_>, what: &str) -> Result<Vec<i128>, Diagnostic> {
        let literal = match arg.value {
            Value::Node { id, .. } => match &self.build.node(id).kind {
                NodeKind::Literal(array) => Some(array),
                _ => None,
            },
            Value::Number(_) => None,
        };
        let Some(array) = literal else { return Ok(vec![self.integer(arg, what)?]) };
        (0..array.shape().size())
            .map(|k| {
                let constant = Constant::of(array.get(&array.shape().unravel(k)));
                constant.whole().ok_or_else(|| {
                    let message = format!("{what} must be an integer, not {constant}");
                    self.fail("needs-integer", arg.expr.span, message)
                })
            })
            .collect()
    }

    /// The length of an axis.
    pub(super) fn size(&self, arg: &Arg<'_>) -> Result<usize, Diagnostic> {
        let value = self.integer(arg, "a size")?;
        self.as_size(value, arg)
    }

    /// The lengths in a list.
    pub(super) fn sizes(&self, arg: &Arg<'_>) -> Result<Vec<usize>, Diagnostic> {
        self.integers(arg, "a size")?.into_iter().map(|v| self.as_size(v, arg)).collect()
    }

    fn as_size(&self, value: i128, arg: &Arg<'_>) -> Result<usize, Diagnostic> {
        match isize::try_from(value) {
            Ok(size) if size >= 0 => Ok(size as usize),
            Ok(_) => {
                Err(self.fail("bad-size", arg.expr.span, format!("a size cannot be negative, and this is {value}")))
            }
            Err(_) => {
                Err(self.fail("bad-size", arg.expr.span, format!("the size {value} is beyond the address space")))
            }
        }
    }
}
