//! What messages say of operands: their text, dtype, shape and source, and the corrected formula.

use super::constants::Constant;
use super::{Arg, Checker, Value, codes};
use crate::ops::{Form, Op, Writing};
use crate::{Binding, Diagnostic, ExprKind, Span};
use hadamard_array::DType;

/// Longer subexpressions are not repeated in messages.
const LONGEST: usize = 40;

/// `` `a`, `b` or `c` ``
pub(super) fn one_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// A literal that the dtype of what it met does not hold.
pub(super) fn literal_range(constant: Constant, dtype: DType, span: Span) -> Diagnostic {
    let range = match (dtype.int_range(), dtype) {
        (Some((low, high)), _) => format!(" ({low} to {high})"),
        (None, DType::F16) => " (±65504)".into(),
        (None, DType::BF16 | DType::F32 | DType::C64) => " (±3.4e38)".into(),
        _ => String::new(),
    };
    let error = Diagnostic::new("literal-range", span, format!("{constant} is outside the range of {dtype}{range}"));
    match constant {
        Constant::Int(_) if dtype == DType::I64 => error.help(format!("write it as a float: {constant}.0")),
        Constant::Int(v) if dtype.int_range().is_some() && i64::try_from(v).is_ok() => error
            .help(format!("convert the array it meets to a dtype that holds {constant}, such as i64.(…) or f64.(…)")),
        _ => error.help("convert the array it meets to a wider dtype: f64.(…)"),
    }
}

/// `a + b` for `(a + b)`; `(a) + (b)` stays.
fn without_brackets(text: &str) -> &str {
    let Some(inside) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) else { return text };
    let mut depth = 0i32;
    for sign in inside.chars() {
        depth += match sign {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth < 0 {
            return text;
        }
    }
    without_brackets(inside.trim())
}

impl Checker<'_> {
    pub(super) fn fail(&self, code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        debug_assert!(codes::CODES.iter().any(|(c, _)| *c == code), "{code} is not in the table of codes");
        Diagnostic::new(code, span, message)
    }

    /// How messages call a subexpression: its text if that is short.
    pub(super) fn words(&self, arg: &Arg<'_>) -> String {
        match &arg.expr.kind {
            ExprKind::Name(name) => name.clone(),
            _ => match self.text.get(arg.expr.span.start..arg.expr.span.end) {
                Some(text) if !text.is_empty() && text.chars().count() <= LONGEST => without_brackets(text).to_string(),
                _ => "…".into(),
            },
        }
    }

    /// The text of a subexpression as it may stand beside a sign, in brackets where needed.
    pub(super) fn operand(&self, arg: &Arg<'_>) -> String {
        let text = self.words(arg);
        match &arg.expr.kind {
            ExprKind::Call { op, .. } => match op.row().writing {
                Writing::Call | Writing::Postfix => text,
                Writing::Infix(_) | Writing::Prefix => format!("({text})"),
            },
            _ => text,
        }
    }

    /// The text of the operand's transpose.
    pub(super) fn turned(&self, arg: &Arg<'_>) -> String {
        match &arg.expr.kind {
            ExprKind::Call { op: Op::Form(Form::Transpose), args, .. } => {
                self.operand(&Arg { value: arg.value, expr: &args[0] })
            }
            _ => format!("{}.'", self.operand(arg)),
        }
    }

    /// `A: f64[1000, 50]  (a.npy)`
    pub(super) fn fact(&self, arg: &Arg<'_>) -> String {
        let words = self.words(arg);
        if let Value::Number(constant) = arg.value {
            let shown = constant.to_string();
            return if words == shown || words == "…" {
                format!("{shown}: a number")
            } else {
                format!("{words} = {shown}")
            };
        }
        let source = match &arg.expr.kind {
            ExprKind::Name(name) => match self.env.get(name) {
                Some(Binding::Array { source, .. }) if !source.is_empty() => format!("  ({source})"),
                _ => String::new(),
            },
            _ => String::new(),
        };
        format!("{words}: {}{}{source}", self.dtype(arg.value), self.shape(arg.value))
    }

    /// An error with the facts of every operand.
    pub(super) fn fail_with(
        &self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        args: &[&Arg<'_>],
    ) -> Diagnostic {
        args.iter().fold(self.fail(code, span, message), |error, arg| error.label(arg.expr.span, self.fact(arg)))
    }
}
