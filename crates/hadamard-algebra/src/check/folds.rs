//! Reductions: axes, dtypes, and what a reduction of nothing is.

use super::bind::{Call, Named};
use super::{Arg, Checker, Value};
use crate::ops::{Fold, Op};
use crate::{Diagnostic, NodeKind};
use hadamard_array::{DType, Kind, Shape};

impl Checker<'_> {
    pub(super) fn fold_call<'e>(
        &mut self,
        fold: Fold,
        call: &Call,
        args: &[Arg<'e>],
        named: &[Named<'_, 'e>],
    ) -> Result<Value, Diagnostic> {
        self.refuse_dot(call, args)?;
        self.refuse_positional_axis(fold, call, args)?;
        let bound = self.bind(call, args, named)?;
        let (arg, axis) = (bound[0].expect("the array is required"), bound[1]);
        let axes = self.axes(&arg, axis.as_ref())?;
        self.fold(fold, call, &arg, axes)
    }

    /// The axes to reduce, ascending: all of them unless some are named.
    fn axes(&self, of: &Arg<'_>, axis: Option<&Arg<'_>>) -> Result<Vec<usize>, Diagnostic> {
        let ndim = self.shape(of.value).ndim();
        let Some(axis) = axis else { return Ok((0..ndim).collect()) };
        let mut axes = Vec::new();
        for k in self.integers(axis, "an axis")? {
            let from_start = if k < 0 { k + ndim as i128 } else { k };
            let fits = usize::try_from(from_start).ok().filter(|&a| a < ndim);
            let Some(a) = fits else {
                let message = format!("there is no axis {k} in an array of {ndim} axes");
                let error = self.fail_with("axis-range", axis.expr.span, message, &[of]);
                return Err(match ndim {
                    0 => error.help("a scalar is reduced without an axis"),
                    _ => error.help(format!("axes count from 0 to {}, or from -1 back to -{ndim}", ndim - 1)),
                });
            };
            if axes.contains(&a) {
                return Err(self.fail_with("axis-range", axis.expr.span, format!("axis {k} is given twice"), &[of]));
            }
            axes.push(a);
        }
        if axes.is_empty() {
            return Err(self.fail("axis-range", axis.expr.span, "an empty list of axes reduces nothing"));
        }
        axes.sort_unstable();
        Ok(axes)
    }

    fn fold(&mut self, fold: Fold, call: &Call, arg: &Arg<'_>, axes: Vec<usize>) -> Result<Value, Diagnostic> {
        let shape = self.shape(arg.value).clone();
        let ordering = matches!(fold, Fold::Min | Fold::Max | Fold::Argmin | Fold::Argmax);
        let position = matches!(fold, Fold::Argmin | Fold::Argmax);
        let dtype = self.dtype(arg.value);
        if ordering && dtype.is_complex() {
            return Err(self.refuse_complex(Op::Fold(fold), call.span, &[*arg]));
        }
        if ordering && axes.iter().any(|&a| shape[a] == 0) {
            let message = format!("`{}` of no entries has no value", Op::Fold(fold).row().name);
            return Err(self.fail_with("empty-reduction", call.span, message, &[arg]));
        }
        if position && axes.len() != 1 && axes.len() != shape.ndim() {
            let message = format!("`{}` takes one axis or the whole array", Op::Fold(fold).row().name);
            return Err(self.fail_with("axis-range", call.span, message, &[arg]));
        }
        let (fold, argument, result) = typing(fold, dtype);
        let id = self.as_dtype(arg, argument)?;
        let kept: Shape = (0..shape.ndim()).filter(|a| !axes.contains(a)).map(|a| shape[a]).collect();
        let id = self.build.push(NodeKind::Fold(fold, axes), vec![id], result, kept)?;
        Ok(Value::node(id, arg.value.is_weak()))
    }
}

/// The reduction that is carried out, the dtype it reads and the dtype it gives.
pub(super) fn typing(fold: Fold, dtype: DType) -> (Fold, DType, DType) {
    let exact = match dtype.kind() {
        Kind::Bool | Kind::Signed => DType::I64,
        Kind::Unsigned => DType::U64,
        Kind::Float | Kind::Complex => dtype,
    };
    let average = if exact.is_int() { DType::F64 } else { exact };
    match fold {
        Fold::Sum | Fold::Prod => (fold, dtype, exact),
        Fold::Mean => (fold, dtype, average),
        Fold::Norm => (fold, dtype, average.real()),
        Fold::Min if dtype == DType::Bool => (Fold::All, dtype, dtype),
        Fold::Max if dtype == DType::Bool => (Fold::Any, dtype, dtype),
        Fold::Min | Fold::Max => (fold, dtype, dtype),
        Fold::All | Fold::Any => (fold, DType::Bool, DType::Bool),
        Fold::Count => (fold, DType::Bool, DType::I64),
        Fold::Argmin | Fold::Argmax => (fold, if dtype == DType::Bool { DType::U8 } else { dtype }, DType::I64),
    }
}
