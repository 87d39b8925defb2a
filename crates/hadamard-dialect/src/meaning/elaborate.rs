//! From operations to meanings: the rules of a system applied to the shapes and types of operands.

mod apply;
mod construct;
mod entries;
mod folds;
mod labels;
mod products;

use super::elements::Arg;
use super::mean::{Kind, Mean, Node, Overflow};
use super::number::Met;
use super::value::{Elem, Num, Value};
use crate::rules::{Numbers, Rules};
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
    /// The labels along each axis, where they are not 0, 1, 2 … (pandas).
    pub labels: Vec<Vec<Label>>,
}

/// A label of a row or column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Label::Number(number) => write!(f, "{number}"),
            Label::Text(text) => f.write_str(text),
        }
    }
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
    /// The labels along each axis; none of a number or an array without labels (pandas).
    pub labels: Vec<Vec<Label>>,
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
        Typed { mean, rank: 1, weak: false, row: false, array: false, labels: Vec::new() }
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
        Typed { mean, rank: self.rank(0), weak, row: false, array: false, labels: Vec::new() }
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
        let labels = self.labels_of(&facts);
        let rank = self.rank(facts.shape.len());
        let mean = Node::make(Kind::Operand(name.to_owned()), facts.shape, elem, span);
        Ok(Typed { mean, rank, weak: false, row: false, array: false, labels })
    }

    /// The type of operands of a type of the machine in the system.
    pub(crate) fn operand_elem(&self, dtype: DType, literal: bool) -> Elem {
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
