//! From expressions to terms: shapes by unification, operations by what they mean for shapes.

mod calls;
mod index;
mod products;

use super::dim::{Dim, Symbol};
use super::shapes::{Axes, Size};
use super::unify::Sizes;
use super::{Declared, Term, TermId, TermKind, Terms, Variable};
use crate::exact::{self, Exact};
use crate::{Diagnostic, Expr, ExprKind, Map, Property, Span};
use std::collections::HashMap;

type Result<T> = std::result::Result<T, Diagnostic>;

/// A term under inference.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    id: TermId,
    /// Whether it is the transpose of a vector: a row times a vector is a number, a 1×n matrix times one is not.
    row: bool,
}

/// A value with the place it comes from.
#[derive(Clone, Copy)]
struct Arg<'e> {
    value: Value,
    expr: &'e Expr,
}

pub(super) struct Inference<'a> {
    pub(super) sizes: Sizes,
    declared: &'a [Declared],
    axes: &'a Axes,
    nodes: Vec<Term>,
    operands: Vec<Variable>,
    defined: Vec<(String, Value)>,
    /// Sizes that slices reach up to.
    reached: Vec<(Dim, u64, Span)>,
    span: Span,
}

impl<'a> Inference<'a> {
    pub(super) fn new(declared: &'a [Declared], axes: &'a Axes) -> Inference<'a> {
        Inference {
            sizes: Sizes::default(),
            declared,
            axes,
            nodes: Vec::new(),
            operands: Vec::new(),
            defined: Vec::new(),
            reached: Vec::new(),
            span: Span::default(),
        }
    }

    /// A definition: the name stands for the expression from here on.
    pub(super) fn define(&mut self, name: &str, span: Span, expr: &Expr) -> Result<()> {
        let operand = self.declared.iter().any(|d| d.name == name) || self.operands.iter().any(|o| o.name == name);
        if operand || self.defined.iter().any(|(n, _)| n == name) {
            return Err(Diagnostic::new("name-taken", span, format!("`{name}` already has a meaning")));
        }
        let value = self.expr(expr)?;
        self.defined.push((name.to_owned(), value));
        Ok(())
    }

    /// The term a property is given or claimed of.
    pub(super) fn property(&mut self, property: Property, expr: &Expr) -> Result<TermId> {
        let value = self.expr(expr)?;
        if property.is_of_square() {
            let arg = Arg { value, expr };
            self.square(property.word(), expr.span, &arg)?;
        }
        Ok(value.id)
    }

    /// The sides of comparisons, which have one shape. A number is compared with every entry, and a vector is a column.
    pub(super) fn sides(&mut self, sides: &[Expr]) -> Result<Vec<TermId>> {
        let args = sides.iter().map(|side| self.arg(side)).collect::<Result<Vec<_>>>()?;
        for pair in args.windows(2) {
            let (left, right) = (&pair[0], &pair[1]);
            let (l, r) = (self.shape(left.value).to_vec(), self.shape(right.value).to_vec());
            if [left, right].iter().any(|side| matches!(side.expr.kind, ExprKind::Number(_))) {
                continue;
            }
            for axis in 0..l.len().max(r.len()) {
                let size = |shape: &[Dim]| shape.get(axis).cloned().unwrap_or(Dim::ONE);
                let (x, y) = (size(&l), size(&r));
                if self.sizes.equal(&x, &y).is_err() {
                    let (x, y) = (self.text(&x), self.text(&y));
                    let message = format!("the sides have different shapes (axis {axis}: {x} against {y})");
                    let span = left.expr.span.to(right.expr.span);
                    return Err(self.fail("shape-mismatch", span, message, &[left, right]));
                }
            }
        }
        Ok(args.iter().map(|a| a.value.id).collect())
    }

    fn arg<'e>(&mut self, expr: &'e Expr) -> Result<Arg<'e>> {
        Ok(Arg { value: self.expr(expr)?, expr })
    }

    fn expr(&mut self, expr: &Expr) -> Result<Value> {
        match &expr.kind {
            ExprKind::Number(number) => {
                let Some(exact) = exact::of_number(*number) else {
                    let message = format!("{number} is no number of algebra");
                    return Err(Diagnostic::new("not-finite", expr.span, message));
                };
                Ok(self.leaf(TermKind::Number(exact), vec![], expr.span))
            }
            ExprKind::Name(name) => self.name(name, expr.span),
            ExprKind::Matrix { rows, vector } => self.literal(rows, *vector, expr.span),
            ExprKind::Call { op, dotted, args, named, .. } => self.call(*op, *dotted, args, named, expr.span),
            ExprKind::Index { of, at } => {
                let of = self.arg(of)?;
                self.index(&of, at, expr.span)
            }
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Result<Value> {
        if let Some((_, value)) = self.defined.iter().find(|(n, _)| n == name) {
            return Ok(*value);
        }
        let known = self.operands.iter().position(|o| o.name == name);
        let number = match known {
            Some(number) => number,
            None => {
                let shape = match (self.declared.iter().find(|d| d.name == name), self.axes.get(name)) {
                    (Some(declared), _) => {
                        declared.shape.iter().map(|f| self.declared_size(f, span)).collect::<Result<_>>()?
                    }
                    (None, Some(&ndim)) => (0..ndim).map(|_| self.sizes.fresh()).collect(),
                    (None, None) => {
                        let size = self.sizes.named(name);
                        return Ok(self.leaf(TermKind::Size(size), vec![], span));
                    }
                };
                self.operands.push(Variable { name: name.to_owned(), shape });
                self.operands.len() - 1
            }
        };
        let shape = self.operands[number].shape.clone();
        Ok(self.leaf(TermKind::Operand(number), shape, span))
    }

    fn declared_size(&mut self, factors: &[Size], span: Span) -> Result<Dim> {
        factors.iter().try_fold(Dim::ONE, |size, factor| {
            let factor = match factor {
                Size::Number(number) => Dim::number(*number),
                Size::Symbol(name) => self.sizes.named(name),
            };
            self.times(&size, &factor, span)
        })
    }

    fn literal(&mut self, rows: &[Vec<Expr>], vector: bool, span: Span) -> Result<Value> {
        let mut entries = Vec::new();
        for entry in rows.iter().flatten() {
            entries.push(constant(entry).ok_or_else(|| {
                let message = "the entries of a matrix literal must be numbers known beforehand";
                Diagnostic::new("literal-entry", entry.span, message)
            })?);
        }
        let (height, count) = (rows.len() as u64, entries.len() as u64);
        let shape = match vector {
            true => vec![Dim::number(count)],
            false => vec![Dim::number(height), Dim::number(count.checked_div(height).unwrap_or(0))],
        };
        Ok(self.leaf(TermKind::Literal(entries), shape, span))
    }

    fn leaf(&mut self, kind: TermKind, shape: Vec<Dim>, span: Span) -> Value {
        self.push(kind, vec![], shape, span)
    }

    fn push(&mut self, kind: TermKind, args: Vec<TermId>, shape: Vec<Dim>, span: Span) -> Value {
        self.nodes.push(Term { kind, args, shape, span });
        Value { id: self.nodes.len() - 1, row: false }
    }

    fn shape(&self, value: Value) -> &[Dim] {
        &self.nodes[value.id].shape
    }

    fn ndim(&self, arg: &Arg<'_>) -> usize {
        self.shape(arg.value).len()
    }

    fn times(&self, a: &Dim, b: &Dim, span: Span) -> Result<Dim> {
        a.times(b).ok_or_else(|| Diagnostic::new("too-large", span, "the array is larger than the address space"))
    }

    /// A size as it is known now.
    fn text(&self, dim: &Dim) -> String {
        self.sizes.resolve(dim).text(&self.names())
    }

    fn names(&self) -> Vec<String> {
        let mut first: Vec<Symbol> = Vec::new();
        for dim in self.operands.iter().flat_map(|o| &o.shape) {
            first.extend(self.sizes.resolve(dim).symbols());
        }
        let taken: Vec<&str> = self.operands.iter().map(|o| o.name.as_str()).collect();
        self.sizes.names(&first, &taken)
    }

    /// An error with the shapes of the arguments it is about.
    fn fail(&self, code: &'static str, span: Span, message: impl Into<String>, args: &[&Arg<'_>]) -> Diagnostic {
        let names = self.names();
        args.iter().fold(Diagnostic::new(code, span, message), |error, arg| {
            let shape: Vec<String> = self.shape(arg.value).iter().map(|d| self.sizes.resolve(d).text(&names)).collect();
            let shape = if shape.is_empty() { "a number".into() } else { shape.join("×") };
            match &arg.expr.kind {
                ExprKind::Name(name) => error.label(arg.expr.span, format!("{name}: {shape}")),
                _ => error.label(arg.expr.span, shape),
            }
        })
    }

    /// Makes two sizes equal, or says whose they are.
    fn equal(&mut self, a: &Dim, b: &Dim, span: Span, what: &str, args: &[&Arg<'_>]) -> Result<()> {
        if self.sizes.equal(a, b).is_ok() {
            return Ok(());
        }
        let message = format!("{what}: {} against {}", self.text(a), self.text(b));
        Err(self.fail("shape-mismatch", span, message, args))
    }

    /// Settles what is left of the shapes.
    pub(super) fn settle(&mut self, whole: Span) -> Result<()> {
        if let Err(conflict) = self.sizes.settle() {
            let (a, b) = (self.text(&conflict.0), self.text(&conflict.1));
            return Err(Diagnostic::new("shape-mismatch", whole, format!("no shapes fit: {a} against {b}")));
        }
        for (dim, reach, span) in &self.reached {
            let size = self.sizes.resolve(dim);
            if size.as_number().is_some_and(|n| n < *reach) {
                let message = format!("the index reaches {reach} entries, and the axis has {}", self.text(&size));
                return Err(Diagnostic::new("index-range", *span, message));
            }
        }
        Ok(())
    }

    /// The terms with their final shapes, equal ones as one, and where each has gone.
    pub(super) fn finish(self) -> (Terms, Vec<TermId>) {
        let names = self.names();
        let mut terms = Terms::default();
        let mut renumbered: HashMap<Symbol, Symbol> = HashMap::new();
        let mut renumber = |dim: &Dim| {
            let dim = self.sizes.resolve(dim);
            dim.symbols().iter().fold(Dim::number(dim.coefficient()), |size, symbol| {
                let next = renumbered.len() as Symbol;
                let new = *renumbered.entry(*symbol).or_insert(next);
                if new == next {
                    terms.symbols.push(names[*symbol as usize].clone());
                }
                size.times(&Dim::symbol(new)).unwrap_or(Dim::number(u64::MAX))
            })
        };
        for operand in &self.operands {
            let shape = operand.shape.iter().map(&mut renumber).collect();
            terms.operands.push(Variable { name: operand.name.clone(), shape });
        }
        let mut known: HashMap<(TermKind, Vec<TermId>, Vec<Dim>), TermId> = HashMap::new();
        let mut ids = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let kind = match &node.kind {
                TermKind::Size(size) => {
                    let size = renumber(size);
                    match size.as_number() {
                        Some(number) => TermKind::Number(exact::integer(number)),
                        None => TermKind::Size(size),
                    }
                }
                TermKind::Commutation(m, n) => TermKind::Commutation(renumber(m), renumber(n)),
                TermKind::BlockProduct { by_columns, rows, cols, other } => {
                    let [rows, cols, other] = [rows, cols, other].map(|list| list.iter().map(&mut renumber).collect());
                    TermKind::BlockProduct { by_columns: *by_columns, rows, cols, other }
                }
                other => other.clone(),
            };
            let args: Vec<TermId> = node.args.iter().map(|&a| ids[a]).collect();
            let shape: Vec<Dim> = node.shape.iter().map(&mut renumber).collect();
            let id = *known.entry((kind, args, shape)).or_insert_with_key(|(kind, args, shape)| {
                let (kind, args, shape) = (kind.clone(), args.clone(), shape.clone());
                terms.nodes.push(Term { kind, args, shape, span: node.span });
                terms.nodes.len() - 1
            });
            ids.push(id);
        }
        terms.least = vec![0; terms.symbols.len()];
        for (dim, reach, _) in &self.reached {
            for &symbol in self.sizes.resolve(dim).symbols() {
                let least = &mut terms.least[renumbered[&symbol] as usize];
                *least = (*least).max(*reach);
            }
        }
        (terms, ids)
    }
}

/// The value of an expression of numbers alone.
fn constant(expr: &Expr) -> Option<Exact> {
    use crate::{Form, Op};
    match &expr.kind {
        ExprKind::Number(number) => exact::of_number(*number),
        ExprKind::Call { op, args, named, .. } if named.is_empty() => {
            let values: Vec<Exact> = args.iter().map(constant).collect::<Option<_>>()?;
            match (op, &values[..]) {
                (Op::Map(Map::Neg), [a]) => Some(-a),
                (Op::Map(Map::Add) | Op::Form(Form::Plus), [a, b]) => Some(a + b),
                (Op::Map(Map::Sub) | Op::Form(Form::Minus), [a, b]) => Some(a - b),
                (Op::Map(Map::Mul) | Op::Form(Form::MatMul), [a, b]) => Some(a * b),
                (Op::Map(Map::Div) | Op::Form(Form::Over), [a, b]) => Some(a * exact::power(b, -1)?),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The integer an expression of numbers comes to.
fn integer(expr: &Expr, what: &str) -> Result<i64> {
    use num_traits::{ToPrimitive, Zero};
    let Some(value) = constant(expr) else {
        return Err(Diagnostic::new("needs-constant", expr.span, format!("{what} must be a number known beforehand")));
    };
    let whole = (value.re.is_integer() && value.im.is_zero()).then(|| value.re.to_integer().to_i64()).flatten();
    whole.ok_or_else(|| Diagnostic::new("needs-integer", expr.span, format!("{what} must be an integer")))
}
