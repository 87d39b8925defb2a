//! Arrays that formulas make: of one value, ranges, literals, blocks put together.

use super::{Elaborator, MAX_CONSTANT, Result, Typed, constant_int, constant_value};
use crate::meaning::elements::{self, Arg, of};
use crate::meaning::evaluate;
use crate::meaning::matrices;
use crate::meaning::mean::{Edge, Kind, Mean, Node, Overflow, as_row, reshaped, stretched};
use crate::meaning::number::{self, Met};
use crate::meaning::value::{Elem, Num, Value};
use crate::op::{Constant, F, Op};
use crate::rules::{Align, Numbers, Order};
use crate::syntax::raw::Number;
use hadamard_algebra::{Diagnostic, Span};
use hadamard_array::DType;

impl Elaborator<'_> {
    /// The system's usual real type.
    pub(super) fn real(&self) -> Elem {
        match self.numbers() {
            Numbers::Exact => Elem::Exact,
            Numbers::Torch => Elem::Of(DType::F32),
            Numbers::J => Elem::Of(DType::I64),
            _ => Elem::Of(DType::F64),
        }
    }

    pub(super) fn identity(&self, n: usize, span: Span) -> Result<Typed> {
        if n * n > MAX_CONSTANT {
            return self.fail("too-large", span, format!("an identity matrix of {n} rows in a formula is too large"));
        }
        let elem = match self.numbers() {
            Numbers::J => Elem::Of(DType::Bool),
            _ => self.real(),
        };
        let value = matrices::identity(n, elem);
        let data = value
            .data
            .iter()
            .map(|v| number::fit(*v, elem, Overflow::Wrap, &mut Met::default()).unwrap_or(*v))
            .collect();
        Ok(Typed::matrix(Node::constant(Value { data, ..value }, span)))
    }

    pub(super) fn filled(&self, value: Num, elem: Elem, shape: &[usize], span: Span) -> Result<Typed> {
        let value = number::fit(value, elem, Overflow::Wrap, &mut Met::default()).unwrap_or(value);
        let one = Node::constant(Value::number(value, elem), span);
        Ok(Typed { rank: self.rank(shape.len()), ..Typed::list(stretched(&one, shape, span)) })
    }

    pub(super) fn size(&self, typed: &Typed, span: Span) -> Result<usize> {
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

    pub(super) fn reshape(&self, a: &Typed, shape: &[usize], order: Order, span: Span) -> Result<Typed> {
        let wanted = shape.iter().fold(1, |size: usize, n| size.saturating_mul(*n));
        let repeats = matches!(self.notation.name, "apl" | "j" | "r");
        if a.mean.size() != wanted {
            if a.mean.size() == 1 {
                return Ok(Typed {
                    rank: shape.len().max(self.rules().least_rank),
                    ..Typed::list(stretched(&a.mean, shape, span))
                });
            }
            let repeated = repeats && wanted <= MAX_CONSTANT;
            let Some(value) = a.mean.value().filter(|v| repeated && !v.data.is_empty()) else {
                return self.fail(
                    "shape-mismatch",
                    span,
                    format!("{} entries do not fill the shape {shape:?}", a.mean.size()),
                );
            };
            let data = (0..wanted).map(|i| value.data[i % value.data.len()]).collect();
            let whole = Value { shape: vec![wanted], data, elem: value.elem };
            let mean = Node::constant(evaluate::reshaped(&whole, shape, order), span);
            return Ok(Typed { rank: shape.len(), ..Typed::list(mean) });
        }
        let mean = reshaped(&a.mean, shape, order, span);
        Ok(Typed { rank: shape.len().max(self.rules().least_rank), ..Typed::list(mean) })
    }

    pub(super) fn diag_build(&mut self, a: &Typed, span: Span) -> Result<Typed> {
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

    pub(super) fn range(&mut self, op: Op, args: &[Typed], span: Span) -> Result<Typed> {
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
            Numbers::Fortran if ints => Elem::Of(DType::I32),
            Numbers::Numpy | Numbers::Torch | Numbers::Julia | Numbers::J | Numbers::Native if ints => {
                Elem::Of(DType::I64)
            }
            _ => Elem::Of(DType::F64),
        };
        let mut data = Vec::new();
        for i in 0..count.max(0.0) as i128 {
            let at = |f: F, x: Num, y: Num| number::apply(f, Edge::IEEE, Elem::Exact, &[x, y], &mut Met::default());
            let entry = at(F::Mul, step, Num::Int(i)).and_then(|offset| at(F::Add, start, offset));
            let entry = entry.and_then(|n| number::fit(n, elem, Overflow::Refuse, &mut Met::default()));
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
    pub(super) fn list(&mut self, parts: &[Typed], span: Span) -> Result<Typed> {
        let rank = parts.iter().map(|part| part.rank).max().unwrap_or(0);
        if parts.iter().any(|part| part.shape() != parts[0].shape()) {
            return self.fail("ragged-list", span, "the entries of a list have different shapes");
        }
        if rank >= 2 && self.rules().least_rank < 2 && self.rules().align != Align::Prefix {
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
        Ok(Typed { mean, rank: base + 1, weak, row: false, array: false, labels: Vec::new() })
    }

    /// Rows of blocks put together.
    pub(super) fn grid(&mut self, rows: &[Vec<Typed>], span: Span) -> Result<Typed> {
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
    pub(super) fn join(&mut self, parts: &[Typed], axis: usize, span: Span) -> Result<Mean> {
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
        shape[axis] = parts.iter().fold(0usize, |sum, p| sum.saturating_add(p.mean.len(axis)));
        let means: Vec<Mean> = parts.iter().map(|p| p.mean.clone()).collect();
        let constant = means.iter().all(|mean| mean.value().is_some());
        let joined = Node::make(Kind::Join(means, axis), shape, elem, span);
        if !constant {
            return Ok(joined);
        }
        let value = evaluate::evaluate(&joined, &|_| None, &mut Met::default())?;
        Ok(Node::constant(value, span))
    }

    pub(super) fn strong_literal(&mut self, a: &Typed, span: Span) -> Result<Typed> {
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

    pub(super) fn constant(&self, constant: Constant, span: Span) -> Typed {
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
