//! Which meaning each operation has in the system.

use super::{Elaborator, Result, Typed, constant_int, constant_value};
use crate::meaning::align::along;
use crate::meaning::elements::of;
use crate::meaning::mean::{Kind, Node, as_row, reshaped, stretched, transposed};
use crate::meaning::products::{common, inverse, matmul, transpose};
use crate::meaning::value::{Elem, Num};
use crate::op::{F, Fold, Op, Sides};
use crate::rules::{Align, Numbers, Order};
use hadamard_algebra::{Diagnostic, Span};
use hadamard_array::DType;

impl Elaborator<'_> {
    /// An operation on typed arguments.
    ///
    /// # Errors
    ///
    /// As for [`Elaborator::tree`].
    pub fn apply(&mut self, op: Op, args: &[Typed], span: Span) -> Result<Typed> {
        if self.rules().align == Align::Labels
            && let Some(labelled) = self.labelled(op, args, span)
        {
            return labelled;
        }
        // What goes on from here has no labels any more.
        let bare: Vec<Typed> = args.iter().map(|arg| Typed { labels: Vec::new(), ..arg.clone() }).collect();
        let args = &bare[..];
        let title = self.title();
        let rules = self.rules();
        match (op, args) {
            (Op::Each(f), _) if rules.flavours => self.flavoured(f, args, span),
            (Op::Each(f), _) => self.each(f, args, span),
            (Op::Unevaluated(f), [a, b]) if f == F::Pow || !self.is_number(a) && !self.is_number(b) => {
                let result = self.each(f, args, span)?;
                Ok(Typed { array: result.rank > 0, ..result })
            }
            // SymPy's `sum` of a product that is not evaluated is 0, and other functions have no such argument.
            (Op::Fold(..) | Op::Whole(_) | Op::DiagOfRow | Op::Vec | Op::ReshapeRows, [a, ..])
                if !rules.flavours && (a.array || args.last().is_some_and(|b| b.array)) =>
            {
                let message = format!("the {} is of matrices that are evaluated, and this one is not yet", op.words());
                Err(Diagnostic::new("unevaluated", span, message).help("`.doit()` evaluates it"))
            }
            (Op::Only(f, sides), _) if self.are(sides, args) => self.each(f, args, span),
            (Op::Only(f, sides), _) => {
                let message = format!("in {title} this {} is {}", f.words(), sides.words());
                let error = Diagnostic::new("wrong-arguments", span, message);
                Err(args.iter().fold(error, |error, a| error.label(a.mean.span, format!("shape {:?}", a.shape()))))
            }
            _ if self.needs_arrays(op) && args.iter().any(|a| a.rank == 0) => {
                let message = format!("in {title} the {} is one of arrays, not of numbers", op.words());
                Err(Diagnostic::new("wrong-arguments", span, message))
            }
            (Op::OfArray(f), [a, ..]) if a.array && a.rank > 0 => self.each(f, args, span),
            (Op::OfArray(f), _) => {
                let message = format!("in {title} the {} is one of arrays", f.words());
                Err(Diagnostic::new("no-array", span, message).help("`A.array()` makes a matrix an array"))
            }
            (Op::OnDiagonal(f), [a, b]) if self.is_number(a) != self.is_number(b) => {
                let (matrix, number) = if self.is_number(b) { (a, b) } else { (b, a) };
                let unit = self.identity(crate::meaning::products::square(matrix, span)?, span)?;
                let unit = self.scaled(F::Mul, &unit, number, span)?;
                let sides = if self.is_number(b) { [a.clone(), unit] } else { [unit, b.clone()] };
                self.each(f, &sides, span)
            }
            (Op::OnDiagonal(f), _) => self.apply(Op::Strict(f), args, span),
            (Op::ByNumber(f), [a, b]) if self.is_number(b) => self.scaled(f, a, b, span),
            (Op::ByNumber(f), [_, b]) => {
                Err(Diagnostic::new("not-a-number", span, format!("in {title} the {} is one with a number", f.words()))
                    .label(b.mean.span, format!("shape {:?}", b.shape())))
            }
            (Op::Flipped(f), [a, b]) => self.each(f, &[b.clone(), a.clone()], span),
            (Op::Strict(f), _) => {
                let numbers = args.iter().filter(|a| self.is_number(a)).count();
                // C++ libraries have functions and methods of arrays: `max(M, 1)` is a fold, and numbers have none.
                let only_arrays = self.numbers() == Numbers::Cpp;
                if numbers != 0 && (only_arrays || numbers != args.len()) {
                    return self.fail(
                        "shape-mismatch",
                        span,
                        format!("in {title} this is defined for arrays of equal shape, and there is a number"),
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
                let result = self.each(f, args, span)?;
                Ok(Typed { row: result.row || args.iter().all(|a| a.row), ..result })
            }
            // A rank of APL takes the vector on either side.
            (Op::EachAlong(f, way), [a, b]) if rules.align == Align::OneEntry && a.rank < b.rank => {
                self.apply(Op::AlongEach(f, way), args, span)
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
                Ok(Typed { mean, rank, weak: false, row, array: false, labels: Vec::new() })
            }
            (Op::MatMul, [a, b]) => {
                let (mean, rank) = matmul(a, b, rules, title, span)?;
                Ok(Typed { mean, rank, weak: false, row: false, array: false, labels: Vec::new() })
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
                Ok(Typed { mean, rank, weak: false, row: false, array: false, labels: Vec::new() })
            }
            (Op::Caret | Op::MatPower, [a, b]) if op == Op::Caret && self.is_number(a) && self.is_number(b) => {
                self.each(F::Pow, args, span)
            }
            (Op::MatPower, [a, _]) if rules.flavours && a.array => self.each(F::Pow, args, span),
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
                Ok(Typed { mean, rank: self.rank(0), weak: false, row: false, array: false, labels: Vec::new() })
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
                let other = a.mean.len(1 - axis).saturating_mul(b.mean.len(1 - axis));
                let (kind, shape) = match op {
                    Op::KhatriRao => (Kind::KhatriRao(a.mean.clone(), b.mean.clone()), vec![other, a.mean.len(1)]),
                    _ => (Kind::FaceSplit(a.mean.clone(), b.mean.clone()), vec![a.mean.len(0), other]),
                };
                Ok(Typed::matrix(Node::make(kind, shape, elem, span)))
            }
            // NumPy's `outer` makes lists of whatever it is given; tables of others have the axes of both.
            (Op::Outer, [a, b]) if self.numbers() == Numbers::Numpy => self.table(F::Mul, a, b, span),
            (Op::Outer | Op::Table(_), [a, b]) if rules.least_rank < 2 && (a.rank != 1 || b.rank != 1) => self.fail(
                "shape-mismatch",
                span,
                format!("tables of two vectors are read, and these have shapes {:?} and {:?}", a.shape(), b.shape()),
            ),
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
                    labels: Vec::new(),
                })
            }
            (Op::Diag, [a]) => {
                let line = a.mean.shape.iter().filter(|n| **n != 1).count() <= 1;
                match (self.numbers(), a.rank) {
                    // giac builds from a list and from a matrix of one column.
                    (Numbers::Exact, 2) if a.mean.len(1) == 1 => self.diag_build(a, span),
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
            (Op::Trace, [a]) if self.numbers() == Numbers::Torch && a.mean.elem.is_bool() => {
                self.fail("type-mismatch", span, "PyTorch has no trace of truth values")
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
            (Op::Count(over), [a]) if a.mean.elem.is_bool() => {
                let whole = self.converted(a, Elem::Of(DType::I32), span)?;
                self.over(Fold::Sum, over, &whole, span)
            }
            (Op::Count(_), [_]) => self.fail("type-mismatch", span, "only truth values are counted"),
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
                Ok(Typed { mean, rank: self.rank(1), weak: false, row: false, array: a.array, labels: Vec::new() })
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
            (Op::Column | Op::Row, [a]) if a.rank == 0 => {
                self.fail("shape-mismatch", span, "a vector is needed, and this is a number")
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
                if a.rank == 0 || a.mean.shape.iter().filter(|n| **n != 1).count() > 1 {
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
            (Op::LiteralRow, [a]) => {
                let literal = self.strong_literal(a, span)?;
                Ok(Typed::matrix(as_row(&literal.mean, span)))
            }
            (Op::Combine, parts) => {
                let flat: Vec<Typed> = parts
                    .iter()
                    .map(|part| {
                        let mean = reshaped(&part.mean, &[part.mean.size()], Order::Columns, span);
                        Typed { rank: 1, ..Typed { mean, ..part.clone() } }
                    })
                    .collect();
                let joined = self.join(&flat, 0, span)?;
                let combined = Typed {
                    mean: joined,
                    rank: self.rank(1),
                    weak: false,
                    row: false,
                    array: false,
                    labels: Vec::new(),
                };
                if self.numbers() == Numbers::Cpp { self.strong_literal(&combined, span) } else { Ok(combined) }
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

    /// Whether arguments are what an operation is of.
    fn are(&self, sides: Sides, args: &[Typed]) -> bool {
        let number: Vec<bool> = args.iter().map(|a| self.is_number(a)).collect();
        match sides {
            Sides::Arrays => !number.contains(&true),
            Sides::Numbers => !number.contains(&false),
            Sides::ArrayNumber => number[..] == [false, true],
            Sides::NumberArray => number[..] == [true, false],
            Sides::Led => number[..] != [true, false],
            Sides::Conforming => {
                number.contains(&true) || args.windows(2).all(|pair| pair[0].shape() == pair[1].shape())
            }
            Sides::Tensors => args.iter().all(|a| !a.weak),
        }
    }

    /// Whether an operation is one of arrays in a system where numbers are something else.
    fn needs_arrays(&self, op: Op) -> bool {
        let strict = match self.numbers() {
            Numbers::Fortran | Numbers::Cpp => true,
            Numbers::Exact => self.notation.name != "hpprime",
            _ => false,
        };
        match op {
            Op::Transpose
            | Op::Adjoint
            | Op::Inverse
            | Op::Trace
            | Op::Fold(..)
            | Op::Count(_)
            | Op::Vec
            | Op::Flat => strict,
            Op::DiagBuild => true,
            _ => false,
        }
    }
}
