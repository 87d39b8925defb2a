//! From operations to meanings: the rules of a system applied to the shapes and types of operands.

use super::align::{align, along};
use super::elements::{self, Arg, of};
use super::mean::{Edge, Kind, Mean, Node, Overflow, as_row, mapped, moved, reshaped, stretched, transposed};
use super::number::Met;
use super::products::{common, inverse, matmul, square, transpose};
use super::value::{Elem, Num, Value};
use crate::op::{Constant, F, Fold, Op, Over};
use crate::rules::{Numbers, Order, Rules};
use crate::syntax::notation::Notation;
use crate::syntax::raw::Number;
use crate::tree::{Tree, TreeKind};
use hadamard_algebra::{Diagnostic, Span};
use hadamard_array::DType;
use std::collections::HashMap;

type Result<T> = std::result::Result<T, Diagnostic>;

/// Largest constant array a formula may ask for.
const MAX_CONSTANT: usize = 1 << 20;

/// What is known of an operand.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// The lengths of its axes.
    pub shape: Vec<usize>,
    /// The type of its entries.
    pub elem: DType,
    /// Whether it was written down as numbers, which then are the system's usual ones.
    pub literal: bool,
}

/// A meaning with what its system still knows beside it.
#[derive(Clone, Debug)]
pub struct Typed {
    /// What it means.
    pub mean: Mean,
    /// Number of axes in the system: the meaning has as many as needed.
    pub rank: usize,
    /// Whether it is a number of the formula that takes another's type.
    pub weak: bool,
    /// Whether it is the transpose of a vector (Julia).
    pub row: bool,
    /// Whether signs work entry by entry on it (Eigen).
    pub array: bool,
}

impl Typed {
    /// The lengths of the axes in the system.
    pub fn shape(&self) -> Vec<usize> {
        (0..self.rank).map(|axis| self.mean.len(axis)).collect()
    }
    /// What rules of types need to know.
    pub fn arg(&self) -> Arg {
        Arg { elem: self.mean.elem, weak: self.weak, number: self.rank == 0 }
    }
    fn list(mean: Mean) -> Typed {
        Typed { mean, rank: 1, weak: false, row: false, array: false }
    }
    fn matrix(mean: Mean) -> Typed {
        Typed { rank: 2, ..Typed::list(mean) }
    }
}

/// What applies the rules of one system.
pub struct Elaborator<'a> {
    /// The notation.
    pub notation: &'static Notation,
    /// What is known of operands.
    pub operands: &'a dyn Fn(&str) -> Option<Facts>,
    /// Results by name.
    pub results: HashMap<String, Typed>,
    /// What the system would warn of, with the place.
    pub warnings: Vec<(Span, String)>,
}

impl<'a> Elaborator<'a> {
    /// For formulas in a notation over operands.
    pub fn new(notation: &'static Notation, operands: &'a dyn Fn(&str) -> Option<Facts>) -> Elaborator<'a> {
        Elaborator { notation, operands, results: HashMap::new(), warnings: Vec::new() }
    }

    fn rules(&self) -> &'static Rules {
        &self.notation.rules
    }

    fn numbers(&self) -> Numbers {
        self.notation.rules.numbers
    }

    /// The number of axes something of that many has in the system.
    pub fn rank(&self, rank: usize) -> usize {
        let rules = self.rules();
        match rank {
            0 if rules.one_is_number => rules.least_rank,
            0 if rules.numbers == Numbers::R => 1,
            0 => 0,
            _ => rank.max(rules.least_rank),
        }
    }

    /// The meaning of a tree.
    ///
    /// # Errors
    ///
    /// With the place: shapes or types that do not meet, unknown operands, what the system refuses.
    pub fn tree(&mut self, tree: &Tree) -> Result<Typed> {
        match &tree.kind {
            TreeKind::Number(number) => Ok(self.number(*number, tree.span)),
            TreeKind::Name(name) => self.name(name, tree.span),
            TreeKind::List(entries) => {
                let parts = entries.iter().map(|entry| self.tree(entry)).collect::<Result<Vec<_>>>()?;
                self.list(&parts, tree.span)
            }
            TreeKind::Grid(rows) => {
                let mut lines = Vec::new();
                for row in rows {
                    let parts = row.iter().map(|entry| self.tree(entry)).collect::<Result<Vec<_>>>()?;
                    lines.push(parts);
                }
                self.grid(&lines, tree.span)
            }
            TreeKind::Apply(op, args) => {
                let typed = args.iter().map(|arg| self.tree(arg)).collect::<Result<Vec<_>>>()?;
                self.apply(*op, &typed, tree.span)
            }
        }
    }

    /// A number of the formula.
    pub fn number(&self, number: Number, span: Span) -> Typed {
        let numbers = self.numbers();
        let real = |dtype: DType| if numbers == Numbers::Exact { Elem::Exact } else { Elem::Of(dtype) };
        let (num, elem) = match number {
            Number::Int(v) => (
                Num::Int(v),
                real(match numbers {
                    Numbers::Matlab | Numbers::Apl | Numbers::Double => DType::F64,
                    Numbers::R | Numbers::Fortran | Numbers::Cpp => DType::I32,
                    _ => DType::I64,
                }),
            ),
            Number::Float(v) => {
                (Num::Float(v), real(if numbers == Numbers::Fortran { DType::F32 } else { DType::F64 }))
            }
            Number::Double(v) => (Num::Float(v), real(DType::F64)),
            Number::Imag(v) => (Num::Complex(0.0, v), Elem::Of(DType::C128)),
            Number::Ratio(over, under) => (super::number::ratio(over, under), real(DType::F64)),
        };
        let num = super::number::fit(num, elem, Overflow::Promote, &mut Met::default()).unwrap_or(num);
        let weak = matches!(numbers, Numbers::Numpy | Numbers::Torch | Numbers::Cpp | Numbers::Native);
        let mean = Node::constant(Value::number(num, elem), span);
        Typed { mean, rank: self.rank(0), weak, row: false, array: false }
    }

    fn name(&self, name: &str, span: Span) -> Result<Typed> {
        if let Some(result) = self.results.get(name) {
            return Ok(result.clone());
        }
        let Some(facts) = (self.operands)(name) else {
            return Err(Diagnostic::new("unknown-operand", span, format!("nothing is known of `{name}`"))
                .help(format!("give its shape: {name}:2x3, {name}:3 or {name}: for a number")));
        };
        let elem = self.operand_elem(facts.elem, facts.literal);
        let rank = self.rank(facts.shape.len());
        let mean = Node::make(Kind::Operand(name.to_owned()), facts.shape, elem, span);
        Ok(Typed { mean, rank, weak: false, row: false, array: false })
    }

    /// The type of operands of a type of the machine in the system.
    fn operand_elem(&self, dtype: DType, literal: bool) -> Elem {
        let whole = dtype.is_int();
        Elem::Of(match self.numbers() {
            Numbers::Exact if dtype.is_complex() => DType::C128,
            Numbers::Exact => return Elem::Exact,
            Numbers::Matlab | Numbers::Cpp if literal && whole => DType::F64,
            Numbers::Fortran if literal && dtype == DType::I64 => DType::I32,
            Numbers::R if whole => {
                if literal || dtype.size() == 8 || dtype == DType::U32 {
                    DType::F64
                } else {
                    DType::I32
                }
            }
            Numbers::R | Numbers::J if dtype.is_float() => DType::F64,
            Numbers::J if whole => DType::I64,
            Numbers::Apl if dtype != DType::Bool && !dtype.is_complex() => DType::F64,
            Numbers::Double if !dtype.is_complex() => DType::F64,
            Numbers::R | Numbers::J | Numbers::Apl | Numbers::Double if dtype.is_complex() => DType::C128,
            _ => dtype,
        })
    }

    fn fail<T>(&self, code: &'static str, span: Span, message: impl Into<String>) -> Result<T> {
        Err(Diagnostic::new(code, span, message))
    }

    fn title(&self) -> &'static str {
        self.notation.title
    }

    fn is_number(&self, typed: &Typed) -> bool {
        match self.rules().one_is_number || self.numbers() == Numbers::R {
            true => typed.mean.size() == 1,
            false => typed.rank == 0,
        }
    }

    /// An operation on typed arguments.
    ///
    /// # Errors
    ///
    /// As for [`Elaborator::tree`].
    pub fn apply(&mut self, op: Op, args: &[Typed], span: Span) -> Result<Typed> {
        let title = self.title();
        let rules = self.rules();
        match (op, args) {
            (Op::Each(f), _) => self.each(f, args, span),
            (Op::ByNumber(f), [a, b]) if self.is_number(b) => self.scaled(f, a, b, span),
            (Op::ByNumber(f), [_, b]) => {
                Err(Diagnostic::new("not-a-number", span, format!("in {title} the {} is one with a number", f.words()))
                    .label(b.mean.span, format!("shape {:?}", b.shape())))
            }
            (Op::Flipped(f), [a, b]) => self.each(f, &[b.clone(), a.clone()], span),
            (Op::Strict(f), _) => {
                let numbers = args.iter().filter(|a| self.is_number(a)).count();
                if numbers != 0 && numbers != args.len() {
                    return self.fail(
                        "shape-mismatch",
                        span,
                        format!("in {title} this is defined for arrays of equal shape, and one is a number"),
                    );
                }
                let same = args.windows(2).all(|pair| {
                    pair[0].shape() == pair[1].shape()
                        || (pair[0].mean.shape == pair[1].mean.shape && rules.least_rank == 2)
                });
                if !same {
                    let shapes: Vec<String> = args.iter().map(|a| format!("{:?}", a.shape())).collect();
                    return self.fail(
                        "shape-mismatch",
                        span,
                        format!("shapes {} are not equal, as {title} wants here", shapes.join(" and ")),
                    );
                }
                self.each(f, args, span)
            }
            (Op::EachAlong(f, way), [matrix, vector]) => {
                let means = along(matrix, vector, way, rules, title, span)?;
                self.map(f, means, args, matrix.rank.max(2), span)
            }
            (Op::AlongEach(f, way), [vector, matrix]) => {
                let mut means = along(matrix, vector, way, rules, title, span)?;
                means.reverse();
                self.map(f, means, args, matrix.rank.max(2), span)
            }
            (Op::Star, [a, b]) => {
                if rules.flavours && (a.array || b.array) && !self.is_number(a) && !self.is_number(b) {
                    if a.array != b.array {
                        return self.fail(
                            "mixed-flavours",
                            span,
                            "an array and a matrix do not meet; `.array()` or `.matrix()` makes them equal",
                        );
                    }
                    return self.each(F::Mul, args, span);
                }
                if self.is_number(a) || self.is_number(b) {
                    return self.scaled(F::Mul, a, b, span);
                }
                let (mean, rank) = matmul(a, b, rules, title, span)?;
                let row = a.row && rank == 2;
                Ok(Typed { mean, rank, weak: false, row, array: false })
            }
            (Op::MatMul, [a, b]) => {
                let (mean, rank) = matmul(a, b, rules, title, span)?;
                Ok(Typed { mean, rank, weak: false, row: false, array: false })
            }
            (Op::Slash, [a, b]) if self.is_number(b) => self.scaled(F::Div, a, b, span),
            (Op::Backslash, [a, b]) if self.is_number(a) => self.scaled(F::Div, b, a, span),
            (Op::SlashLeft, [a, b]) if self.is_number(b) || self.is_number(a) => self.scaled(F::Div, a, b, span),
            (Op::Slash | Op::Backslash | Op::SlashLeft, [a, b]) => {
                let (divisor, other) = if op == Op::Backslash { (a, b) } else { (b, a) };
                if rules.flavours && a.array && b.array {
                    return self.each(F::Div, args, span);
                }
                if rules.flavours {
                    return self.fail(
                        "no-division",
                        span,
                        "matrices of Eigen have no `/`; write A.cwiseQuotient(B), or A * B.inverse()",
                    );
                }
                if divisor.mean.len(0) != divisor.mean.len(1) {
                    return Err(Diagnostic::new(
                        "least-squares",
                        span,
                        format!("in {title} this solves a least-squares problem, which is not evaluated"),
                    )
                    .label(divisor.mean.span, format!("shape {:?} is not square", divisor.shape())));
                }
                let turned = Typed { mean: inverse(divisor, rules, span)?, ..divisor.clone() };
                let (mean, rank) = if op == Op::Slash {
                    matmul(other, &turned, rules, title, span)?
                } else {
                    matmul(&turned, other, rules, title, span)?
                };
                // R's solution for a vector is a vector.
                let rank = if self.numbers() == Numbers::R { other.rank } else { rank };
                Ok(Typed { mean, rank, weak: false, row: false, array: false })
            }
            (Op::Caret | Op::MatPower, [a, b]) if op == Op::Caret && self.is_number(a) && self.is_number(b) => {
                self.each(F::Pow, args, span)
            }
            (Op::Caret | Op::MatPower, [a, b]) => self.matrix_power(a, b, span),
            (Op::Inverse, [a]) if self.is_number(a) => self.each(F::Recip, args, span),
            (Op::Inverse, [a]) => {
                if rules.flavours && a.array {
                    return self.each(F::Recip, args, span);
                }
                Ok(Typed { mean: inverse(a, rules, span)?, ..a.clone() })
            }
            (Op::MatrixFunction(f), [a]) if self.is_number(a) => self.each(f, args, span),
            (Op::MatrixFunction(f), [_]) => Err(Diagnostic::new(
                "matrix-function",
                span,
                format!(
                    "in {title} this is the {} of the matrix as a whole, not of its entries, and it is not evaluated",
                    f.words()
                ),
            )
            .help(match self.numbers() {
                Numbers::Julia => "entry by entry: f.(A)",
                Numbers::Exact if self.notation.name == "sympy" => "entry by entry: A.applyfunc(f)",
                _ => "entry by entry: apply it to every entry",
            })),
            (Op::Whole(f), [a, b]) => {
                if self.is_number(a) && self.is_number(b) {
                    return self.each(f, args, span);
                }
                let (_, elem, _) = self.meant(f, &[a.arg(), b.arg()], span)?;
                let mean = Node::make(Kind::Whole(f, a.mean.clone(), b.mean.clone()), Vec::new(), elem, span);
                Ok(Typed { mean, rank: self.rank(0), weak: false, row: false, array: false })
            }
            (Op::Transpose, [a]) => transpose(a, rules, title, span),
            (Op::Adjoint, [a]) => {
                let conjugated = if of(a.mean.elem).is_complex() { self.each(F::Conj, args, span)? } else { a.clone() };
                transpose(&conjugated, rules, title, span)
            }
            (Op::Kron, [a, b]) => self.kron(a, b, span),
            (Op::KhatriRao | Op::FaceSplit, [a, b]) => {
                let elem = common(a, b, rules, span)?;
                if a.rank != 2 || b.rank != 2 {
                    return self.fail("shape-mismatch", span, "both have to be matrices");
                }
                let axis = usize::from(op == Op::KhatriRao);
                if a.mean.len(axis) != b.mean.len(axis) {
                    let what = if axis == 1 { "columns" } else { "rows" };
                    return self.fail(
                        "shape-mismatch",
                        span,
                        format!("both need as many {what}: {} against {}", a.mean.len(axis), b.mean.len(axis)),
                    );
                }
                let other = a.mean.len(1 - axis) * b.mean.len(1 - axis);
                let (kind, shape) = match op {
                    Op::KhatriRao => (Kind::KhatriRao(a.mean.clone(), b.mean.clone()), vec![other, a.mean.len(1)]),
                    _ => (Kind::FaceSplit(a.mean.clone(), b.mean.clone()), vec![a.mean.len(0), other]),
                };
                Ok(Typed::matrix(Node::make(kind, shape, elem, span)))
            }
            (Op::Outer, [a, b]) => self.table(F::Mul, a, b, span),
            (Op::Table(f), [a, b]) => self.table(f, a, b, span),
            (Op::DiagBuild, [a]) => self.diag_build(a, span),
            (Op::DiagOf | Op::DiagOfRow, [a]) => {
                let n = a.mean.len(0).min(a.mean.len(1));
                if a.rank != 2 {
                    return self.fail(
                        "shape-mismatch",
                        span,
                        format!("a diagonal is that of a matrix, and this has shape {:?}", a.shape()),
                    );
                }
                let mean = Node::make(Kind::Diagonal(a.mean.clone()), vec![n], a.mean.elem, span);
                let mean = if op == Op::DiagOfRow { as_row(&mean, span) } else { mean };
                Ok(Typed {
                    mean,
                    rank: if op == Op::DiagOfRow { 2 } else { self.rank(1) },
                    weak: false,
                    row: false,
                    array: false,
                })
            }
            (Op::Diag, [a]) => {
                let line = a.mean.shape.iter().filter(|n| **n != 1).count() <= 1;
                match (self.numbers(), a.rank) {
                    (Numbers::R, _) if a.mean.size() == 1 && a.rank < 2 => {
                        let Some(n) = constant_int(&a.mean) else {
                            return Err(Diagnostic::new("diag-of-number", span, "diag of one number is an identity matrix of that size in R, and the number is not known here")
                                .help("write diag(v, nrow=length(v)) for the diagonal matrix"));
                        };
                        self.identity(n, span)
                    }
                    (_, 1) => self.diag_build(a, span),
                    (_, 2) if rules.least_rank == 2 && line => self.diag_build(a, span),
                    _ => self.apply(Op::DiagOf, args, span),
                }
            }
            (Op::Trace, [a]) => {
                if a.rank != 2 {
                    return self.fail(
                        "shape-mismatch",
                        span,
                        format!("a trace is that of a matrix, and this has shape {:?}", a.shape()),
                    );
                }
                let n = a.mean.len(0).min(a.mean.len(1));
                let diagonal = Node::make(Kind::Diagonal(a.mean.clone()), vec![n], a.mean.elem, span);
                self.fold(Fold::Sum, vec![0], &Typed::list(diagonal), self.rank(0), span)
            }
            (Op::Fold(fold, over), [a]) => self.over(fold, over, a, span),
            (Op::Identity, [n]) => {
                let n = self.size(n, span)?;
                self.identity(n, span)
            }
            (Op::Ones | Op::Zeros, [r, c]) => {
                let (r, c) = (self.size(r, span)?, self.size(c, span)?);
                let value = if op == Op::Ones { Num::Int(1) } else { Num::Int(0) };
                self.filled(value, self.real(), &[r, c], span)
            }
            (Op::OnesVector, [n]) => {
                let n = self.size(n, span)?;
                self.filled(Num::Int(1), self.real(), &[n], span)
            }
            (Op::Fill, [value, r, c]) => {
                let (r, c) = (self.size(r, span)?, self.size(c, span)?);
                if value.mean.size() != 1 {
                    return self.fail("shape-mismatch", span, "one value fills a matrix");
                }
                Ok(Typed::matrix(stretched(&value.mean, &[r, c], span)))
            }
            (Op::Range | Op::RangeStep | Op::RangeCount | Op::HalfOpen | Op::Iota0 | Op::Iota1, _) => {
                self.range(op, args, span)
            }
            (Op::Vec, [a]) => {
                let mean = reshaped(&a.mean, &[a.mean.size()], Order::Columns, span);
                Ok(Typed { mean, rank: self.rank(1), weak: false, row: false, array: a.array })
            }
            (Op::Flat, [a]) => {
                let mean = reshaped(&a.mean, &[a.mean.size()], rules.order, span);
                Ok(Typed { rank: self.rank(1), ..Typed::list(mean) })
            }
            (Op::Reshape | Op::ReshapeRows | Op::ReshapeColumns, [a, r, c]) => {
                let order = match op {
                    Op::ReshapeRows => Order::Rows,
                    Op::ReshapeColumns => Order::Columns,
                    _ => rules.order,
                };
                let (r, c) = (self.size(r, span)?, self.size(c, span)?);
                self.reshape(a, &[r, c], order, span)
            }
            (Op::Reshape | Op::ReshapeRows | Op::ReshapeColumns, [a, shape]) => {
                let order = match op {
                    Op::ReshapeRows => Order::Rows,
                    Op::ReshapeColumns => Order::Columns,
                    _ => rules.order,
                };
                let Some(value) = constant_value(&shape.mean) else {
                    return self.fail("shape-not-known", span, "the new shape has to be numbers");
                };
                let lengths: Option<Vec<usize>> = value
                    .data
                    .iter()
                    .map(|n| n.real().filter(|v| *v >= 0.0 && v.fract() == 0.0).map(|v| v as usize))
                    .collect();
                let Some(lengths) = lengths else {
                    return self.fail("shape-not-known", span, "the new shape has to be whole numbers");
                };
                self.reshape(a, &lengths, order, span)
            }
            (Op::Column, [a]) if a.mean.shape.len() <= 1 => Ok(Typed::matrix(a.mean.clone())),
            (Op::Row, [a]) if a.mean.shape.len() <= 1 => Ok(Typed::matrix(as_row(&a.mean, span))),
            (Op::Column, [a]) if a.mean.len(0) == 1 => Ok(Typed::matrix(transposed(&a.mean, span))),
            (Op::Row, [a]) if a.mean.len(0) == 1 => Ok(Typed::matrix(a.mean.clone())),
            (Op::Column | Op::Row, [a]) => {
                self.fail("shape-mismatch", span, format!("a vector is needed, and this has shape {:?}", a.shape()))
            }
            (Op::SpreadColumns | Op::SpreadRows, [a, n]) => {
                let n = self.size(n, span)?;
                if a.mean.shape.iter().filter(|n| **n != 1).count() > 1 {
                    return self.fail(
                        "shape-mismatch",
                        span,
                        format!("a vector is needed, and this has shape {:?}", a.shape()),
                    );
                }
                let lies_down = a.mean.len(1) == 1;
                // Lists may be either; in a system of matrices a column has to be one.
                let line = match (op, lies_down) {
                    (Op::SpreadColumns, true) => a.mean.clone(),
                    (Op::SpreadRows, false) => a.mean.clone(),
                    (Op::SpreadRows, true) if a.rank == 1 => as_row(&a.mean, span),
                    _ => {
                        return self.fail(
                            "shape-mismatch",
                            span,
                            format!("the vector lies the other way: shape {:?}", a.shape()),
                        );
                    }
                };
                let size = a.mean.size();
                let shape = if op == Op::SpreadColumns { [size, n] } else { [n, size] };
                Ok(Typed { array: a.array, ..Typed::matrix(stretched(&line, &shape, span)) })
            }
            (Op::Literal, [a]) => {
                let literal = self.strong_literal(a, span)?;
                Ok(Typed { weak: false, rank: literal.rank.max(rules.least_rank), ..literal })
            }
            (Op::LiteralReal, [a]) => {
                let elem = if self.numbers() == Numbers::Torch { Elem::Of(DType::F32) } else { self.real() };
                Ok(Typed { weak: false, ..self.converted(a, elem, span)? })
            }
            (Op::LiteralRow, [a]) => Ok(Typed::matrix(as_row(&a.mean, span))),
            (Op::Combine, parts) => {
                let flat: Vec<Typed> = parts
                    .iter()
                    .map(|part| {
                        let mean = reshaped(&part.mean, &[part.mean.size()], Order::Columns, span);
                        Typed { rank: 1, ..Typed { mean, ..part.clone() } }
                    })
                    .collect();
                let joined = self.join(&flat, 0, span)?;
                Ok(Typed { mean: joined, rank: self.rank(1), weak: false, row: false, array: false })
            }
            (Op::BindRows | Op::BindColumns, parts) => {
                let rows = op == Op::BindRows;
                let line = |part: &Typed| {
                    let mean = if part.rank < 2 && rows { as_row(&part.mean, span) } else { part.mean.clone() };
                    Typed { mean, rank: 2, ..part.clone() }
                };
                let lines: Vec<Typed> = parts.iter().map(line).collect();
                Ok(Typed::matrix(self.join(&lines, usize::from(!rows), span)?))
            }
            (Op::AsArray, [a]) => Ok(Typed { array: true, ..a.clone() }),
            (Op::AsMatrix, [a]) => Ok(Typed { array: false, ..a.clone() }),
            (Op::Constant(constant), []) => Ok(self.constant(constant, span)),
            _ => self.fail("wrong-arguments", span, format!("the {} takes another number of arguments", op.words())),
        }
    }

    fn meant(&self, f: F, args: &[Arg], span: Span) -> Result<elements::Meant> {
        elements::meant(self.numbers(), f, args).map_err(|why| Diagnostic::new("type-mismatch", span, why))
    }

    fn each(&mut self, f: F, args: &[Typed], span: Span) -> Result<Typed> {
        if args.len() != f.arity() {
            return self.fail("wrong-arguments", span, format!("the {} takes {} arguments", f.words(), f.arity()));
        }
        let met = align(args, self.rules(), self.title(), span)?;
        if let Some(warning) = met.warning {
            self.warnings.push((span, warning));
        }
        self.map(f, met.args, args, met.rank, span)
    }

    /// A matrix and a number.
    fn scaled(&mut self, f: F, a: &Typed, b: &Typed, span: Span) -> Result<Typed> {
        self.map(f, vec![a.mean.clone(), b.mean.clone()], &[a.clone(), b.clone()], a.rank.max(b.rank), span)
    }

    fn map(&mut self, f: F, means: Vec<Mean>, args: &[Typed], rank: usize, span: Span) -> Result<Typed> {
        let mut facts: Vec<Arg> = args.iter().map(Typed::arg).collect();
        // Python's and Julia's written negative exponents make reals of integers.
        let literal = match self.numbers() {
            Numbers::Julia => true,
            Numbers::Numpy | Numbers::Torch => args.iter().all(|arg| arg.weak),
            _ => false,
        };
        if f == F::Pow && literal && negative_int(&means[1]) {
            facts = facts
                .into_iter()
                .map(|fact| if fact.elem.is_int() { Arg { elem: Elem::Of(DType::F64), ..fact } } else { fact })
                .collect();
        }
        let (f, elem, edge) = self.meant(f, &facts, span)?;
        let array = args.iter().any(|arg| arg.array);
        let row = args.iter().any(|arg| arg.row);
        let weak = args.iter().all(|arg| arg.weak);
        if self.rules().flavours && args.iter().any(|arg| !arg.array && arg.rank > 0) && array {
            return self.fail(
                "mixed-flavours",
                span,
                "an array and a matrix do not meet; `.array()` or `.matrix()` makes them equal",
            );
        }
        // A number written in the formula takes the type it meets.
        let weakest = args.iter().any(|arg| arg.weak) && !weak;
        let means = means
            .into_iter()
            .zip(args)
            .map(|(mean, arg)| match mean.value() {
                Some(value) if weakest && arg.weak && !f.compares() => self.weakened(value, elem, f, mean.span),
                _ => Ok(mean),
            })
            .collect::<Result<Vec<_>>>()?;
        // Numbers of the formula are computed at once, so that `-2` is one.
        let constant = f == F::Neg && means[0].value().is_some_and(|v| v.shape.is_empty());
        if constant && let Some(value) = means[0].value() {
            let number = super::number::apply(F::Neg, edge, elem, &value.data, &mut Met::default())
                .map_err(|t| Diagnostic::new(t.code, span, t.message))?;
            return Ok(Typed {
                mean: Node::constant(Value::number(number, elem), span),
                rank,
                weak,
                row: false,
                array,
            });
        }
        let mean = normal(f, edge, means, elem, span);
        Ok(Typed { mean, rank, weak, row: row && rank == 2, array })
    }

    /// A weak number in the type it meets; integers have to fit (NumPy since version 2).
    fn weakened(&self, value: &Value, elem: Elem, f: F, span: Span) -> Result<Mean> {
        let same = f == F::Pow || elem.is_bool() || matches!(value.elem, Elem::Of(dtype) if dtype.is_complex());
        if same {
            return Ok(Node::constant(value.clone(), span));
        }
        let fits = |n: &Num| {
            super::number::fit(
                *n,
                elem,
                if self.numbers() == Numbers::Torch { Overflow::Wrap } else { Overflow::Refuse },
                &mut Met::default(),
            )
        };
        let data: std::result::Result<Vec<Num>, _> = value.data.iter().map(fits).collect();
        match data {
            Ok(data) => Ok(Node::constant(Value { data, elem, shape: value.shape.clone() }, span)),
            Err(trouble) => Err(Diagnostic::new(
                "number-out-of-range",
                span,
                format!("the number takes the array's type: {}", trouble.message),
            )),
        }
    }

    /// The system's usual real type.
    fn real(&self) -> Elem {
        match self.numbers() {
            Numbers::Exact => Elem::Exact,
            Numbers::Torch => Elem::Of(DType::F32),
            Numbers::J => Elem::Of(DType::I64),
            _ => Elem::Of(DType::F64),
        }
    }

    fn identity(&self, n: usize, span: Span) -> Result<Typed> {
        if n * n > MAX_CONSTANT {
            return self.fail("too-large", span, format!("an identity matrix of {n} rows in a formula is too large"));
        }
        let elem = match self.numbers() {
            Numbers::J => Elem::Of(DType::Bool),
            _ => self.real(),
        };
        let value = super::matrices::identity(n, elem);
        let data = value
            .data
            .iter()
            .map(|v| super::number::fit(*v, elem, Overflow::Wrap, &mut Met::default()).unwrap_or(*v))
            .collect();
        Ok(Typed::matrix(Node::constant(Value { data, ..value }, span)))
    }

    fn filled(&self, value: Num, elem: Elem, shape: &[usize], span: Span) -> Result<Typed> {
        let value = super::number::fit(value, elem, Overflow::Wrap, &mut Met::default()).unwrap_or(value);
        let one = Node::constant(Value::number(value, elem), span);
        Ok(Typed { rank: self.rank(shape.len()), ..Typed::list(stretched(&one, shape, span)) })
    }

    fn size(&self, typed: &Typed, span: Span) -> Result<usize> {
        match constant_int(&typed.mean) {
            Some(n) if n <= MAX_CONSTANT => Ok(n),
            Some(n) => self.fail("too-large", span, format!("{n} is too large here")),
            None => self.fail(
                "shape-not-known",
                typed.mean.span,
                "a whole number has to stand here, since shapes depend on it",
            ),
        }
    }

    fn reshape(&self, a: &Typed, shape: &[usize], order: Order, span: Span) -> Result<Typed> {
        let wanted: usize = shape.iter().product();
        let repeats = matches!(self.notation.name, "apl" | "j" | "r");
        if a.mean.size() != wanted {
            if a.mean.size() == 1 {
                return Ok(Typed {
                    rank: shape.len().max(self.rules().least_rank),
                    ..Typed::list(stretched(&a.mean, shape, span))
                });
            }
            let Some(value) = a.mean.value().filter(|v| repeats && !v.data.is_empty()) else {
                return self.fail(
                    "shape-mismatch",
                    span,
                    format!("{} entries do not fill the shape {shape:?}", a.mean.size()),
                );
            };
            let data = (0..wanted).map(|i| value.data[i % value.data.len()]).collect();
            let whole = Value { shape: vec![wanted], data, elem: value.elem };
            let mean = Node::constant(super::evaluate::reshaped(&whole, shape, order), span);
            return Ok(Typed { rank: shape.len(), ..Typed::list(mean) });
        }
        let mean = reshaped(&a.mean, shape, order, span);
        Ok(Typed { rank: shape.len().max(self.rules().least_rank), ..Typed::list(mean) })
    }

    fn matrix_power(&mut self, a: &Typed, b: &Typed, span: Span) -> Result<Typed> {
        let Some(n) = constant_value(&b.mean)
            .filter(|v| v.data.len() == 1)
            .and_then(|v| v.data[0].real())
            .filter(|v| v.fract() == 0.0)
        else {
            return Err(Diagnostic::new(
                "matrix-power",
                span,
                "the power of a matrix is evaluated for whole numbers that stand in the formula",
            )
            .label(b.mean.span, "this is none"));
        };
        square(a, span)?;
        if a.rank < 2 {
            return self.fail(
                "not-square",
                span,
                format!("a square matrix is needed, and this has shape {:?}", a.shape()),
            );
        }
        let elem = if n < 0.0 { inverse(a, self.rules(), span)?.elem } else { a.mean.elem };
        let mean = match n as i64 {
            1 => a.mean.clone(),
            -1 => inverse(a, self.rules(), span)?,
            n if n.abs() <= 1 << 20 => Node::make(Kind::Power(a.mean.clone(), n), a.mean.shape.clone(), elem, span),
            n => return self.fail("matrix-power", span, format!("the power {n} is too large")),
        };
        Ok(Typed::matrix(mean))
    }

    fn kron(&mut self, a: &Typed, b: &Typed, span: Span) -> Result<Typed> {
        if self.is_number(a) || self.is_number(b) {
            return self.scaled(F::Mul, a, b, span);
        }
        let elem = common(a, b, self.rules(), span)?;
        let rank = a.rank.max(b.rank);
        if rank > 2 {
            return self.fail("too-many-axes", span, "Kronecker products of more than two axes are not read");
        }
        // NumPy fills up missing axes in front: a vector beside a matrix is a row.
        let filled = |t: &Typed| {
            if t.rank < rank && self.rules().align == crate::rules::Align::Trailing {
                as_row(&t.mean, span)
            } else {
                t.mean.clone()
            }
        };
        let (x, y) = (filled(a), filled(b));
        let shape = vec![x.len(0) * y.len(0), x.len(1) * y.len(1)];
        Ok(Typed { rank, ..Typed::list(Node::make(Kind::Kron(x, y), shape, elem, span)) })
    }

    fn table(&mut self, f: F, a: &Typed, b: &Typed, span: Span) -> Result<Typed> {
        let line = |t: &Typed| t.mean.shape.iter().filter(|n| **n != 1).count() <= 1;
        if !line(a) || !line(b) {
            return self.fail("too-many-axes", span, "both have to be vectors");
        }
        let down = |t: &Typed| reshaped(&t.mean, &[t.mean.size()], Order::Rows, span);
        let means = vec![down(a), as_row(&down(b), span)];
        self.map(f, means, &[a.clone(), b.clone()], 2, span)
    }

    fn diag_build(&mut self, a: &Typed, span: Span) -> Result<Typed> {
        if a.mean.shape.iter().filter(|n| **n != 1).count() > 1 {
            return self.fail(
                "shape-mismatch",
                span,
                format!("a diagonal is a vector, and this has shape {:?}", a.shape()),
            );
        }
        let n = a.mean.size();
        let line = reshaped(&a.mean, &[n], Order::Rows, span);
        Ok(Typed::matrix(Node::make(Kind::Diag(line), vec![n, n], a.mean.elem, span)))
    }

    fn over(&mut self, fold: Fold, over: Over, a: &Typed, span: Span) -> Result<Typed> {
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

    fn fold(&mut self, fold: Fold, axes: Vec<usize>, a: &Typed, rank: usize, span: Span) -> Result<Typed> {
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
            return self.converted(&Typed { mean, rank, weak: false, row: false, array: a.array }, elem, span);
        }
        let overflow = if matches!(fold, Fold::Sum | Fold::Prod) { overflow } else { Overflow::Never };
        let mean = Node::make(Kind::Fold { fold, axes, of: a.mean.clone(), overflow }, kept, elem, span);
        let mean =
            if rank == self.rank(0) && mean.size() == 1 { reshaped(&mean, &[], Order::Rows, span) } else { mean };
        Ok(Typed { mean, rank, weak: false, row: false, array: a.array })
    }

    /// A row whose first axis is taken away.
    fn dropped(&self, mean: &Mean, span: Span, rank: usize) -> Mean {
        if rank < mean.shape.len() && mean.len(0) == 1 { moved(mean, &[1, 0], span) } else { mean.clone() }
    }

    fn converted(&mut self, a: &Typed, elem: Elem, span: Span) -> Result<Typed> {
        if a.mean.elem == elem {
            return Ok(a.clone());
        }
        if let Some(value) = a.mean.value() {
            let fit = |n: &Num| super::number::fit(*n, elem, Overflow::Wrap, &mut Met::default());
            let data = value
                .data
                .iter()
                .map(fit)
                .collect::<std::result::Result<Vec<_>, _>>()
                .map_err(|t| Diagnostic::new(t.code, span, t.message))?;
            return Ok(Typed {
                mean: Node::constant(Value { data, elem, shape: value.shape.clone() }, span),
                ..a.clone()
            });
        }
        match elem {
            Elem::Of(dtype) => {
                let edge =
                    Edge { overflow: if dtype.is_int() { Overflow::Wrap } else { Overflow::Never }, ..Edge::IEEE };
                Ok(Typed { mean: mapped(F::Cast(dtype), edge, vec![a.mean.clone()], elem, span), ..a.clone() })
            }
            Elem::Exact => Ok(a.clone()),
        }
    }

    fn range(&mut self, op: Op, args: &[Typed], span: Span) -> Result<Typed> {
        let numbers: Option<Vec<Num>> =
            args.iter().map(|a| constant_value(&a.mean).filter(|v| v.data.len() == 1).map(|v| v.data[0])).collect();
        let Some(numbers) = numbers else {
            return self.fail(
                "shape-not-known",
                span,
                "the ends of a range have to be numbers, since its length depends on them",
            );
        };
        let n = |i: usize| numbers.get(i).copied().unwrap_or(Num::Int(0));
        let real = |i: usize| n(i).real().unwrap_or(f64::NAN);
        let (start, step, count) = match op {
            Op::Range => {
                let down = self.numbers() == Numbers::R && real(1) < real(0);
                let step = if down { -1.0 } else { 1.0 };
                (n(0), Num::Int(step as i128), ((real(1) - real(0)) * step + 1e-10).floor() + 1.0)
            }
            Op::RangeStep => (n(0), n(1), ((real(2) - real(0)) / real(1) + 1e-10).floor() + 1.0),
            Op::RangeCount => (n(0), n(1), real(2)),
            Op::HalfOpen => (n(0), Num::Int(1), (real(1) - real(0)).ceil()),
            Op::Iota1 => (Num::Int(1), Num::Int(1), real(0)),
            _ => (Num::Int(0), Num::Int(1), real(0)),
        };
        if !(count.is_finite() && count <= MAX_CONSTANT as f64) {
            return self.fail("too-large", span, "this range is too long for a formula");
        }
        let whole = |n: Num| matches!(n, Num::Int(_)) || matches!(n, Num::Float(v) if v.fract() == 0.0);
        let ints = numbers.iter().all(|n| matches!(n, Num::Int(_)));
        let elem = match self.numbers() {
            Numbers::Exact => Elem::Exact,
            Numbers::R if whole(start) && matches!(op, Op::Range) => Elem::Of(DType::I32),
            Numbers::Fortran | Numbers::Cpp if ints => Elem::Of(DType::I32),
            Numbers::Numpy | Numbers::Torch | Numbers::Julia | Numbers::J | Numbers::Native if ints => {
                Elem::Of(DType::I64)
            }
            _ => Elem::Of(DType::F64),
        };
        let mut data = Vec::new();
        for i in 0..count.max(0.0) as i128 {
            let at =
                |f: F, x: Num, y: Num| super::number::apply(f, Edge::IEEE, Elem::Exact, &[x, y], &mut Met::default());
            let entry = at(F::Mul, step, Num::Int(i)).and_then(|offset| at(F::Add, start, offset));
            let entry = entry.and_then(|n| super::number::fit(n, elem, Overflow::Refuse, &mut Met::default()));
            data.push(entry.map_err(|t| Diagnostic::new(t.code, span, t.message))?);
        }
        let value = Value { shape: vec![data.len()], data, elem };
        let mean = Node::constant(value, span);
        // MATLAB's ranges are rows; GAUSS's are columns.
        let row = self.numbers() == Numbers::Matlab;
        let mean = if row { as_row(&mean, span) } else { mean };
        Ok(Typed { rank: self.rank(1), ..Typed::list(mean) })
    }

    /// A list of the system: numbers make a vector, vectors make a matrix of rows.
    fn list(&mut self, parts: &[Typed], span: Span) -> Result<Typed> {
        let rank = parts.iter().map(|part| part.rank).max().unwrap_or(0);
        if parts.iter().any(|part| part.shape() != parts[0].shape()) {
            return self.fail("ragged-list", span, "the entries of a list have different shapes");
        }
        if rank >= 2 && self.rules().least_rank < 2 && self.rules().align != crate::rules::Align::Prefix {
            return self.fail("too-many-axes", span, "lists of matrices are not read");
        }
        let base = if self.rules().least_rank == 2 && rank == 2 { 0 } else { rank };
        let parts: Vec<Typed> = parts
            .iter()
            .map(|part| {
                let mean =
                    if part.mean.shape.len() == 1 && base >= 1 { as_row(&part.mean, span) } else { part.mean.clone() };
                Typed { mean, ..part.clone() }
            })
            .collect();
        let weak = parts.iter().all(|part| part.weak);
        let mean = self.join(&parts, 0, span)?;
        Ok(Typed { mean, rank: base + 1, weak, row: false, array: false })
    }

    /// Rows of blocks put together.
    fn grid(&mut self, rows: &[Vec<Typed>], span: Span) -> Result<Typed> {
        let mut lines = Vec::new();
        // Julia's `[1; 2]` is a vector.
        let vector =
            self.rules().least_rank < 2 && rows.len() > 1 && rows.iter().all(|row| row.len() == 1 && row[0].rank <= 1);
        for row in rows {
            let mean = self.join(row, 1, span)?;
            lines.push(Typed { weak: row.iter().all(|t| t.weak), ..Typed::matrix(mean) });
        }
        if lines.windows(2).any(|pair| pair[0].mean.len(1) != pair[1].mean.len(1)) {
            return self.fail("ragged-matrix", span, "the rows have different numbers of columns");
        }
        let mean = self.join(&lines, 0, span)?;
        Ok(Typed { rank: if vector { 1 } else { 2 }, ..Typed::list(mean) })
    }

    /// Arrays one after another along an axis.
    fn join(&mut self, parts: &[Typed], axis: usize, span: Span) -> Result<Mean> {
        let Some(first) = parts.first() else {
            let value = Value { shape: vec![0], data: Vec::new(), elem: self.real() };
            return Ok(Node::constant(value, span));
        };
        if let [one] = parts {
            return Ok(one.mean.clone());
        }
        let ranks = parts.iter().map(|p| p.mean.shape.len()).max().unwrap_or(0).max(axis + 1);
        for other in 0..ranks {
            if other != axis && parts.iter().any(|p| p.mean.len(other) != first.mean.len(other)) {
                return self.fail("shape-mismatch", span, "blocks put together have different sides");
            }
        }
        let facts: Vec<Arg> = parts.iter().map(Typed::arg).collect();
        let elem = match self.numbers() {
            Numbers::Exact if facts.iter().all(|fact| !of(fact.elem).is_complex()) => Elem::Exact,
            numbers => {
                Elem::Of(elements::common(numbers, &facts).map_err(|why| Diagnostic::new("type-mismatch", span, why))?)
            }
        };
        let mut shape: Vec<usize> = (0..ranks).map(|axis| first.mean.len(axis)).collect();
        shape[axis] = parts.iter().map(|p| p.mean.len(axis)).sum();
        let means: Vec<Mean> = parts.iter().map(|p| p.mean.clone()).collect();
        let constant = means.iter().all(|mean| mean.value().is_some());
        let joined = Node::make(Kind::Join(means, axis), shape, elem, span);
        if !constant {
            return Ok(joined);
        }
        let value = super::evaluate::evaluate(&joined, &|_| None, &mut Met::default())?;
        Ok(Node::constant(value, span))
    }

    fn strong_literal(&mut self, a: &Typed, span: Span) -> Result<Typed> {
        let float = matches!(a.mean.elem, Elem::Of(dtype) if dtype.is_float());
        let int = matches!(a.mean.elem, Elem::Of(dtype) if dtype.is_int());
        match self.numbers() {
            // PyTorch's reals are float32.
            Numbers::Torch if float => self.converted(a, Elem::Of(DType::F32), span),
            // `mat{…}` and `MatrixXd{…}` hold doubles.
            Numbers::Cpp if int || float => self.converted(a, Elem::Of(DType::F64), span),
            _ => Ok(a.clone()),
        }
    }

    fn constant(&self, constant: Constant, span: Span) -> Typed {
        let number = match constant {
            Constant::Pi => Number::Double(std::f64::consts::PI),
            Constant::E => Number::Double(std::f64::consts::E),
            Constant::Infinity => Number::Double(f64::INFINITY),
            Constant::NaN => Number::Double(f64::NAN),
            Constant::ImaginaryUnit => Number::Imag(1.0),
            Constant::True | Constant::False | Constant::Missing => Number::Int(0),
        };
        let truth = |value: bool| Typed {
            mean: Node::constant(Value::number(Num::Int(i128::from(value)), Elem::Of(DType::Bool)), span),
            ..self.number(Number::Int(0), span)
        };
        match constant {
            Constant::True => truth(true),
            Constant::False => truth(false),
            Constant::Missing => Typed {
                mean: Node::constant(Value::number(Num::Missing, Elem::Of(DType::Bool)), span),
                ..self.number(Number::Int(0), span)
            },
            _ => self.number(number, span),
        }
    }
}

/// A map with squares and reciprocals as the products and quotients they are.
fn normal(f: F, edge: Edge, means: Vec<Mean>, elem: Elem, span: Span) -> Mean {
    let one = |n: i128| Node::constant(Value::number(Num::Int(n), elem), span);
    match (f, &means[..]) {
        (F::Square, [x]) => mapped(F::Mul, edge, vec![x.clone(), x.clone()], elem, span),
        (F::Cube, [x]) => {
            let square = mapped(F::Mul, edge, vec![x.clone(), x.clone()], elem, span);
            mapped(F::Mul, edge, vec![square, x.clone()], elem, span)
        }
        (F::Recip, [x]) if !elem.is_int() => mapped(F::Div, edge, vec![one(1), x.clone()], elem, span),
        _ => mapped(f, edge, means, elem, span),
    }
}

/// Whether it is a whole number below zero that stands in the formula.
fn negative_int(mean: &Mean) -> bool {
    mean.value().is_some_and(|v| matches!(v.data[..], [Num::Int(n)] if n < 0))
}

/// The whole number a constant is.
pub fn constant_int(mean: &Mean) -> Option<usize> {
    let value = constant_value(mean).filter(|v| v.data.len() == 1)?;
    let real = value.data[0].real()?;
    (real >= 0.0 && real.fract() == 0.0 && real < 1e15).then_some(real as usize)
}

/// The value of a meaning without operands, if it is small.
pub fn constant_value(mean: &Mean) -> Option<Value> {
    fn closed(mean: &Mean) -> bool {
        !matches!(mean.kind, Kind::Operand(_)) && mean.size() <= 64 && mean.children().into_iter().all(closed)
    }
    if !closed(mean) {
        return None;
    }
    super::evaluate::evaluate(mean, &|_| None, &mut Met::default()).ok()
}
