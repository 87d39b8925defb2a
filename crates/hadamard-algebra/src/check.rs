//! From the tree as written to the checked graph: every name, dtype, shape and default is settled here, before any
//! data is read.
//!
//! - **Numbers are weak.** Literals, number operands, arithmetic on them, matrix literals, `J`, `I` and `ones` take the
//!   dtype of the array they meet; a number that does not fit it is an error. A float makes integers f64. Alone they are
//!   bool, i64, f64 or c128. Arithmetic on numbers happens here, integers exactly.
//! - **Vectors are columns.** The transpose of a vector is a 1×n matrix that is remembered as such: `x.' * y` and
//!   `x.' * A * y` are scalars, whereas a 1×n matrix times a vector is a vector of one entry, whatever n.
//! - **Axes are given by name** (`sum(A, axis=0)`, `axis=[0, 1]`, negative from the end), so that `max(A, 0)` has no
//!   second meaning.
//! - **Slices are clamped** to their axis as NumPy clamps them; a single index outside is an error.
//! - **Operands must be used**: one that is not is more often a misspelling than a wish. A caller with a stock of names
//!   passes those in [`Formula::free_names`].
//!
//! The tree is walked with a stack of its own, so a deep formula costs no call stack.

mod bind;
mod broadcast;
mod builder;
pub mod codes;
mod constants;
mod env;
mod facts;
mod folds;
mod forms;
mod index;
mod literal;
mod maps;
mod products;
mod types;

use crate::ops::{Op, similar};
use crate::{Diagnostic, Expr, ExprKind, Formula, Graph, NodeId, NodeKind, Operand, Output, Span, ops};
use builder::Builder;
use constants::Constant;
pub use env::{Binding, Env};
use hadamard_array::{DType, Shape};
pub(crate) use index::slice;
pub(crate) use maps::takes_arrays;
pub use types::promote;

/// What a subexpression turned out to be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Value {
    /// A number known now. It becomes a node once its dtype is settled by what it meets.
    Number(Constant),
    /// A node of the graph.
    Node {
        /// Which.
        id: NodeId,
        /// Whether only literals went into it, so that it takes the dtype of what it meets.
        weak: bool,
        /// Whether it is the transpose of a vector: a row times a vector is a scalar, a 1×n matrix times one is not.
        row: bool,
    },
}

/// A subexpression with its value.
#[derive(Clone, Copy, Debug)]
struct Arg<'e> {
    value: Value,
    expr: &'e Expr,
}

/// Checks `formula`, whose source is `text`, against its operands. The text is only quoted in messages.
///
/// # Errors
/// A [`Diagnostic`] with the first error; [`codes::CODES`] lists the codes.
pub fn check(formula: &Formula, text: &str, env: &Env) -> Result<Graph, Diagnostic> {
    let mut checker = Checker { text, env, build: Builder::default(), results: Vec::new(), used: Vec::new() };
    checker.formula(formula)
}

struct Checker<'a> {
    text: &'a str,
    env: &'a Env,
    build: Builder,
    /// Named results of earlier statements.
    results: Vec<(&'a str, Value)>,
    /// Which operands of the environment have been read.
    used: Vec<bool>,
}

impl<'a> Checker<'a> {
    fn formula(&mut self, formula: &'a Formula) -> Result<Graph, Diagnostic> {
        let whole = formula.span();
        self.used = vec![false; self.env.len()];
        for (i, (name, _)) in self.env.iter().enumerate() {
            if self.env.iter().take(i).any(|(earlier, _)| earlier == name) {
                return Err(self.fail("name-taken", whole, format!("the operand `{name}` is given twice")));
            }
        }
        let mut outputs = Vec::new();
        for statement in &formula.statements {
            if let Some((name, span)) = &statement.name {
                self.check_free(name, *span)?;
            }
            let value = self.expr(&statement.expr)?;
            let arg = Arg { value, expr: &statement.expr };
            self.build.span = statement.expr.span;
            let node = self.as_dtype(&arg, self.dtype(value))?;
            if let Some((name, _)) = &statement.name {
                self.results.push((name, value));
            }
            outputs.push(Output { name: statement.name.as_ref().map(|(n, _)| n.clone()), node });
        }
        self.check_all_used(whole)?;
        let operands = self
            .env
            .iter()
            .filter_map(|(name, binding)| match binding {
                Binding::Array { dtype, shape, .. } => {
                    let stored = self.env.stored(name);
                    Some(Operand { name: name.to_string(), dtype: *dtype, shape: shape.clone(), stored })
                }
                Binding::Number(_) => None,
            })
            .collect();
        Ok(std::mem::take(&mut self.build).finish(operands, outputs))
    }

    /// A result may not take the name of an operand or of another result.
    fn check_free(&self, name: &str, span: Span) -> Result<(), Diagnostic> {
        let what = if self.env.get(name).is_some() {
            "an operand"
        } else if self.results.iter().any(|(n, _)| *n == name) {
            "an earlier result"
        } else {
            return Ok(());
        };
        Err(self
            .fail("name-taken", span, format!("`{name}` is already the name of {what}"))
            .help("give the result another name"))
    }

    fn check_all_used(&self, whole: Span) -> Result<(), Diagnostic> {
        let Some(unused) = self.used.iter().position(|used| !used) else { return Ok(()) };
        let name = self.env.name(unused);
        let mut error = self.fail(
            "unused-operand",
            whole,
            format!("the operand `{name}` is given, but the formula does not use it"),
        );
        if let Some(result) = self.results.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
            error = error.help(format!("names are case-sensitive: the formula has `{}`", result.0));
        }
        Err(error.help(format!("use `{name}` in the formula or leave it out")))
    }

    fn expr(&mut self, root: &Expr) -> Result<Value, Diagnostic> {
        enum Step<'e> {
            Enter(&'e Expr),
            Leave(&'e Expr),
        }
        let mut steps = vec![Step::Enter(root)];
        let mut values = Vec::new();
        while let Some(step) = steps.pop() {
            match step {
                Step::Enter(expr) => {
                    steps.push(Step::Leave(expr));
                    steps.extend(expr.children().into_iter().rev().map(Step::Enter));
                }
                Step::Leave(expr) => {
                    let children = expr.children();
                    let given = values.split_off(values.len() - children.len());
                    let args = children.into_iter().zip(given).map(|(expr, value)| Arg { value, expr }).collect();
                    self.build.span = expr.span;
                    values.push(self.apply(expr, args)?);
                }
            }
        }
        Ok(values.pop().expect("the root leaves its value"))
    }

    /// The value of `expr`, whose children in order have become `args`.
    fn apply(&mut self, expr: &Expr, args: Vec<Arg<'_>>) -> Result<Value, Diagnostic> {
        match &expr.kind {
            ExprKind::Number(number) => Ok(Value::Number((*number).into())),
            ExprKind::Name(name) => self.name(name, expr.span),
            ExprKind::Matrix { rows, vector } => self.literal(rows.len(), *vector, &args),
            ExprKind::Index { at, .. } => self.index(&args[0], at, &args[1..]),
            ExprKind::Call { op, op_span, dotted, named, args: positional } => {
                let call = bind::Call { op: *op, op_span: *op_span, dotted: *dotted, span: expr.span };
                let (args, by_name) = args.split_at(positional.len());
                let named: Vec<_> =
                    named.iter().map(|(n, s, _)| (n.as_str(), *s)).zip(by_name.iter().copied()).collect();
                match op {
                    Op::Map(map) => self.map_call(*map, &call, args, &named),
                    Op::Fold(fold) => self.fold_call(*fold, &call, args, &named),
                    Op::Form(form) => self.form_call(*form, &call, args, &named),
                }
            }
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Result<Value, Diagnostic> {
        if let Some((_, value)) = self.results.iter().find(|(n, _)| *n == name) {
            return Ok(*value);
        }
        let Some(position) = self.env.position(name) else { return Err(self.unknown_name(name, span)) };
        self.used[position] = true;
        match self.env.binding(position) {
            Binding::Number(number) => Ok(Value::Number((*number).into())),
            Binding::Array { dtype, shape, .. } => {
                let number = self.env.array_number(position);
                let id = self.build.push(NodeKind::Operand(number), vec![], *dtype, shape.clone())?;
                Ok(Value::Node { id, weak: false, row: false })
            }
        }
    }

    fn unknown_name(&self, name: &str, span: Span) -> Diagnostic {
        let error = self.fail("unknown-name", span, format!("there is no operand or earlier result named `{name}`"));
        let known = self.env.iter().map(|(n, _)| n).chain(self.results.iter().map(|(n, _)| *n));
        let close = similar(name, known);
        if ops::table().any(|row| row.name == name) {
            error.help(format!("`{name}` is an operation; call it: {name}(…), or {name}.(…) entry by entry"))
        } else if close.is_empty() {
            error.help(format!("give it a value: {name}=FILE, {name}=2.5, or define it in an earlier statement"))
        } else {
            error.help(format!("did you mean {}?", facts::one_of(&close)))
        }
    }

    fn dtype(&self, value: Value) -> DType {
        match value {
            Value::Number(constant) => constant.dtype(),
            Value::Node { id, .. } => self.build.node(id).dtype,
        }
    }

    fn shape(&self, value: Value) -> &Shape {
        static SCALAR: Shape = Shape::SCALAR;
        match value {
            Value::Number(_) => &SCALAR,
            Value::Node { id, .. } => &self.build.node(id).shape,
        }
    }

    /// The value as a node of that dtype, converted if it has another.
    fn as_dtype(&mut self, arg: &Arg<'_>, dtype: DType) -> Result<NodeId, Diagnostic> {
        let natural = self.dtype(arg.value);
        match arg.value {
            Value::Number(_) if dtype == DType::Bool && natural != dtype => {
                let id = self.as_dtype(arg, natural)?;
                self.build.cast(id, dtype)
            }
            Value::Number(constant) => match constant.scalar(dtype) {
                Some(scalar) => self.build.constant(scalar),
                None => Err(facts::literal_range(constant, dtype, arg.expr.span)),
            },
            Value::Node { id, weak: true, .. } => self.build.adopt(id, dtype),
            Value::Node { id, weak: false, .. } => self.build.cast(id, dtype),
        }
    }
}

impl Value {
    /// A node that is not a transposed vector.
    fn node(id: NodeId, weak: bool) -> Value {
        Value::Node { id, weak, row: false }
    }
    fn is_weak(self) -> bool {
        matches!(self, Value::Number(_) | Value::Node { weak: true, .. })
    }
    fn is_row(self) -> bool {
        matches!(self, Value::Node { row: true, .. })
    }
}
