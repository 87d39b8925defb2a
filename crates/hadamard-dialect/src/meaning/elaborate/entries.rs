//! Functions of entries: types, edges, and numbers that take the type they meet.

use super::{Elaborator, Result, Typed};
use crate::meaning::align::align;
use crate::meaning::elements::{self, Arg};
use crate::meaning::mean::{Domain, Edge, Kind, Mean, Node, Overflow, as_row, mapped, reshaped};
use crate::meaning::number::{self, Met};
use crate::meaning::value::{Elem, Num, Value};
use crate::op::F;
use crate::rules::{Numbers, Order};
use hadamard_algebra::{Diagnostic, Span};
use hadamard_array::DType;

impl Elaborator<'_> {
    pub(super) fn meant(&self, f: F, args: &[Arg], span: Span) -> Result<elements::Meant> {
        elements::meant(self.numbers(), f, args).map_err(|why| Diagnostic::new("type-mismatch", span, why))
    }

    pub(super) fn each(&mut self, f: F, args: &[Typed], span: Span) -> Result<Typed> {
        if args.len() != f.arity() {
            return self.fail("wrong-arguments", span, format!("the {} takes {} arguments", f.words(), f.arity()));
        }
        let met = align(args, self.rules(), self.title(), span)?;
        // R's `pmax` and `ifelse` have the dimensions of their first argument.
        let by_first = self.numbers() == Numbers::R && matches!(f, F::Min | F::Max | F::Where);
        let longest = args.iter().map(|arg| arg.mean.size()).max();
        if by_first && (args[0].rank < met.rank || f == F::Where && Some(args[0].mean.size()) != longest) {
            let message = format!("in R the {} has the shape of its first argument", f.words());
            return Err(Diagnostic::new("shape-mismatch", span, message)
                .label(args[0].mean.span, format!("shape {:?}", args[0].shape())));
        }
        if let Some(warning) = met.warning {
            self.warnings.push((span, warning));
        }
        let result = self.map(f, met.args, args, met.rank, span)?;
        // Of a transposed vector of Julia only the negative and the conjugate are one again; a dotted call gives a matrix.
        Ok(Typed { row: result.row && matches!(f, F::Neg | F::Conj), ..result })
    }

    /// Eigen's signs and functions without a method's point: of arrays and numbers entry by entry, of matrices only what
    /// matrix algebra has.
    pub(super) fn flavoured(&mut self, f: F, args: &[Typed], span: Span) -> Result<Typed> {
        let number = |t: &Typed| t.rank == 0;
        let matrices = match f {
            F::Where => false,
            F::Neg => false,
            _ => args.iter().any(|t| !t.array && !number(t)),
        };
        match f {
            F::Add | F::Sub if matrices && !args.iter().any(number) => {}
            F::Eq | F::Ne if matrices && args.iter().all(|t| !t.array && !number(t)) => {
                let elem = Elem::Of(DType::Bool);
                if args[0].shape() != args[1].shape() {
                    return self.fail("shape-mismatch", span, "Eigen compares matrices of equal shape");
                }
                let (a, b) = (args[0].mean.clone(), args[1].mean.clone());
                let same = Node::make(Kind::Whole(F::Eq, a, b), Vec::new(), elem, span);
                let mean = if f == F::Eq { same } else { mapped(F::Not, Edge::IEEE, vec![same], elem, span) };
                return Ok(Typed { mean, rank: 0, weak: false, row: false, array: false, labels: Vec::new() });
            }
            _ if f.is_logic() && args.iter().any(|t| !number(t) && !t.mean.elem.is_bool()) => {
                let message = format!("in Eigen the {} is one of arrays of truth values", f.words());
                return Err(Diagnostic::new("type-mismatch", span, message).help("compare first: `A.array() != 0`"));
            }
            _ if matrices => {
                let message = format!("matrices of Eigen have no {} entry by entry", f.words());
                return Err(Diagnostic::new("no-array", span, message).help("`A.array()` makes a matrix an array"));
            }
            _ => {}
        }
        let result = self.each(f, args, span)?;
        // A choice is what it chooses from.
        let array = if f == F::Where { args[1..].iter().any(|t| t.array) } else { result.array };
        Ok(Typed { array, ..result })
    }

    /// A matrix and a number.
    pub(super) fn scaled(&mut self, f: F, a: &Typed, b: &Typed, span: Span) -> Result<Typed> {
        self.map(f, vec![a.mean.clone(), b.mean.clone()], &[a.clone(), b.clone()], a.rank.max(b.rank), span)
    }

    pub(super) fn map(&mut self, f: F, means: Vec<Mean>, args: &[Typed], rank: usize, span: Span) -> Result<Typed> {
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
        let (f, mut elem, mut edge) = self.meant(f, &facts, span)?;
        let python = matches!(self.numbers(), Numbers::Numpy | Numbers::Torch) && args.iter().all(|arg| arg.weak);
        if python && self.python(f, &means, span)? {
            (elem, edge.domain) = (Elem::Of(DType::C128), Domain::Complex);
        }
        let array = args.iter().any(|arg| arg.array);
        let row = args.iter().any(|arg| arg.row);
        let weak = args.iter().all(|arg| arg.weak);
        let mixed = if f == F::Where { &args[1..] } else { args };
        if self.rules().flavours
            && mixed.iter().any(|arg| !arg.array && arg.rank > 0)
            && mixed.iter().any(|arg| arg.array)
        {
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
            let number = number::apply(F::Neg, edge, elem, &value.data, &mut Met::default())
                .map_err(|t| Diagnostic::new(t.code, span, t.message))?;
            return Ok(Typed {
                mean: Node::constant(Value::number(number, elem), span),
                rank,
                weak,
                row: false,
                array,
                labels: Vec::new(),
            });
        }
        let mean = normal(f, edge, means, elem, span);
        Ok(Typed { mean, rank, weak, row: row && rank == 2, array, labels: Vec::new() })
    }

    /// What Python does with numbers that are written down: quotients by zero are errors, roots of negative numbers complex,
    /// which is answered.
    fn python(&self, f: F, means: &[Mean], span: Span) -> Result<bool> {
        let value = |k: usize| means.get(k).and_then(super::constant_value).and_then(|v| v.data.first()?.real());
        let (base, other) = (value(0), value(1));
        let by_zero = match f {
            F::Div | F::FloorDiv | F::Mod => other == Some(0.0),
            F::Pow => base == Some(0.0) && other.is_some_and(|n| n < 0.0),
            _ => false,
        };
        if by_zero {
            return self.fail("zero-divisor", span, "Python's numbers have no quotient by zero");
        }
        Ok(f == F::Pow && base.is_some_and(|n| n < 0.0) && other.is_some_and(|n| n.fract() != 0.0))
    }

    /// A weak number in the type it meets; integers have to fit (NumPy since version 2).
    pub(super) fn weakened(&self, value: &Value, elem: Elem, f: F, span: Span) -> Result<Mean> {
        let same = f == F::Pow || elem.is_bool() || matches!(value.elem, Elem::Of(dtype) if dtype.is_complex());
        if same {
            return Ok(Node::constant(value.clone(), span));
        }
        let fits = |n: &Num| {
            number::fit(
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

    pub(super) fn table(&mut self, f: F, a: &Typed, b: &Typed, span: Span) -> Result<Typed> {
        let line = |t: &Typed| t.mean.shape.iter().filter(|n| **n != 1).count() <= 1;
        if !line(a) || !line(b) {
            return self.fail("too-many-axes", span, "both have to be vectors");
        }
        let down = |t: &Typed| reshaped(&t.mean, &[t.mean.size()], Order::Rows, span);
        let means = vec![down(a), as_row(&down(b), span)];
        self.map(f, means, &[a.clone(), b.clone()], 2, span)
    }

    pub(super) fn converted(&mut self, a: &Typed, elem: Elem, span: Span) -> Result<Typed> {
        if a.mean.elem == elem {
            return Ok(a.clone());
        }
        if let Some(value) = a.mean.value() {
            let fit = |n: &Num| number::fit(*n, elem, Overflow::Wrap, &mut Met::default());
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
