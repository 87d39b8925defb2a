//! Numbers and arrays that stand in a formula, as the target writes them.

use super::Writer;
use crate::meaning::value::{Elem, Num, Value};
use crate::op::{Constant, F, Op};
use crate::syntax::notation::{Literal, Whole};
use crate::syntax::raw::Number;
use crate::tree::{Tree, TreeKind};
use hadamard_algebra::Span;
use hadamard_array::DType;

/// Most numbers that are written one by one.
const MAX_LISTED: usize = 4096;

impl Writer<'_> {
    /// Ways to write a constant, the preferred first.
    pub(super) fn literals(&self, value: &Value) -> Vec<Tree> {
        if value.shape.is_empty() {
            return self.numbers(value.data[0], value.elem);
        }
        let mut ways = Vec::new();
        let len = |axis: usize| value.shape.get(axis).copied().unwrap_or(1);
        let all = |wanted: f64| value.data.iter().all(|n| n.real() == Some(wanted));
        let (r, c) = (len(0), len(1));
        if value.data.is_empty() {
            return vec![
                Tree::apply(Op::Zeros, vec![Tree::int(r), Tree::int(c)]),
                Tree::apply(Op::OnesVector, vec![Tree::int(r)]),
            ];
        }
        if r == c && r > 1 {
            ways.push(Tree::apply(Op::Identity, vec![Tree::int(r)]));
        }
        if all(0.0) {
            ways.push(Tree::apply(Op::Zeros, vec![Tree::int(r), Tree::int(c)]));
        }
        let first = value.data[0].real().filter(|v| v.fract() == 0.0 && (0.0..1e15).contains(v));
        if let Some(first) = first {
            let (a, n) = (first as usize, value.data.len());
            let steps = value.data.iter().enumerate().all(|(i, v)| v.real() == Some(first + i as f64));
            if steps && n > 1 && value.data.len() == r.max(c) {
                if a == 0 {
                    ways.push(Tree::apply(Op::Iota0, vec![Tree::int(n)]));
                }
                if a == 1 {
                    ways.push(Tree::apply(Op::Iota1, vec![Tree::int(n)]));
                }
                ways.push(Tree::apply(Op::Range, vec![Tree::int(a), Tree::int(a + n - 1)]));
                ways.push(Tree::apply(Op::HalfOpen, vec![Tree::int(a), Tree::int(a + n)]));
            }
        }
        let ways_so_far = ways.clone();
        ways.extend(ways_so_far.into_iter().map(|way| Tree::apply(Op::Transpose, vec![way])));
        for real in [false, true] {
            ways.extend(self.arrays(value, r, c, real));
        }
        ways
    }

    fn arrays(&self, value: &Value, r: usize, c: usize, real: bool) -> Vec<Tree> {
        // Numbers without a text make no array, and nobody reads a list of thousands.
        if value.data.len() > MAX_LISTED || value.data.iter().any(|n| self.numbers(*n, value.elem).is_empty()) {
            return Vec::new();
        }
        let number = |n: &Num| {
            let ways = self.numbers(*n, value.elem);
            if real && ways.len() > 1 { ways[1].clone() } else { ways[0].clone() }
        };
        let entries: Vec<Tree> = value.data.iter().map(number).collect();
        let list = |entries: Vec<Tree>| Tree::new(TreeKind::List(entries), Span::default());
        let rows: Vec<Vec<Tree>> = entries.chunks(c.max(1)).map(<[Tree]>::to_vec).collect();
        let grid = Tree::new(TreeKind::Grid(rows.clone()), Span::default());
        let lists = list(rows.iter().cloned().map(list).collect());
        let vector = value.shape.len() == 1;
        let literal = self.to.notation.literals.first().map(|(_, literal)| *literal);
        let mut ways = Vec::new();
        let flat = if self.to.has(Op::Combine) && literal.is_none() {
            Tree::apply(Op::Combine, entries.clone())
        } else {
            list(entries.clone())
        };
        if vector {
            ways.push(Tree::apply(Op::Literal, vec![flat.clone()]));
            ways.push(Tree::apply(Op::LiteralReal, vec![flat.clone()]));
            ways.push(Tree::apply(Op::Series, vec![flat.clone()]));
            if !self.to.has(Op::Literal) {
                ways.push(flat.clone());
            }
        }
        if r == 1 {
            ways.push(Tree::apply(Op::LiteralRow, vec![flat.clone()]));
        }
        if literal == Some(Literal::Grid) || self.to.notation.brackets.iter().any(|b| b.alone.is_some_and(|l| l.blanks))
        {
            ways.push(grid);
        }
        ways.push(Tree::apply(Op::Literal, vec![lists.clone()]));
        ways.push(Tree::apply(Op::LiteralReal, vec![lists.clone()]));
        if !self.to.has(Op::Literal) {
            ways.push(lists);
        }
        if value.shape.len() <= 2 {
            let shape = list(vec![Tree::int(r), Tree::int(c)]);
            for op in [Op::ReshapeRows, Op::Reshape] {
                ways.push(Tree::apply(op, vec![flat.clone(), Tree::int(r), Tree::int(c)]));
                ways.push(Tree::apply(op, vec![flat.clone(), shape.clone()]));
            }
        }
        ways
    }

    fn numbers(&self, n: Num, elem: Elem) -> Vec<Tree> {
        let sign = |number: Number, negative: bool| {
            let tree = Tree::number(number);
            if negative { Tree::apply(Op::Each(F::Neg), vec![tree]) } else { tree }
        };
        let lexis = &self.to.notation.lexis;
        let own_minus = lexis.minus.is_some();
        if elem == Elem::Of(DType::Bool)
            && let Num::Int(v) = n
        {
            let constant = if v != 0 { Constant::True } else { Constant::False };
            return vec![Tree::apply(Op::Constant(constant), Vec::new()), Tree::number(Number::Int(v))];
        }
        let real = |v: f64| {
            let negative = v.is_sign_negative() && !own_minus;
            let size = if own_minus { v } else { v.abs() };
            let mut ways = Vec::new();
            if v.fract() == 0.0 && v.abs() < 1e15 {
                let int = if lexis.whole == Whole::Int { Number::Int(size as i128) } else { Number::Float(size) };
                ways.push(sign(int, negative));
            }
            ways.push(sign(Number::Float(size), negative));
            if lexis.double {
                ways.push(sign(Number::Double(size), negative));
            }
            ways
        };
        match n {
            Num::Int(v) => {
                let size = if own_minus { v } else { v.abs() };
                let mut ways = vec![sign(Number::Int(size), v < 0 && !own_minus)];
                if lexis.whole == Whole::Float {
                    ways.insert(0, sign(Number::Float(size as f64), v < 0 && !own_minus));
                } else {
                    ways.push(sign(Number::Float(size as f64), v < 0 && !own_minus));
                }
                if elem.is_int() && lexis.whole == Whole::Float && !lexis.int_suffix.is_empty() {
                    ways.swap(0, 1);
                }
                ways
            }
            Num::Float(v) if v == f64::INFINITY => vec![Tree::apply(Op::Constant(Constant::Infinity), Vec::new())],
            Num::Float(v) if v == f64::NEG_INFINITY => {
                vec![Tree::apply(Op::Each(F::Neg), vec![Tree::apply(Op::Constant(Constant::Infinity), Vec::new())])]
            }
            Num::Float(v) if v.is_nan() => vec![Tree::apply(Op::Constant(Constant::NaN), Vec::new())],
            Num::Float(v) if v == std::f64::consts::PI => {
                let mut ways = vec![Tree::apply(Op::Constant(Constant::Pi), Vec::new())];
                ways.extend(real(v));
                ways
            }
            Num::Float(v) if v == std::f64::consts::E && self.to.has(Op::Constant(Constant::E)) => {
                vec![Tree::apply(Op::Constant(Constant::E), Vec::new())]
            }
            Num::Float(v) => real(v),
            Num::Ratio(over, under) => {
                let quotient = |op: Op| {
                    let parts = vec![Tree::number(Number::Int(over.abs())), Tree::number(Number::Int(under))];
                    let tree = Tree::apply(op, parts);
                    if over < 0 { Tree::apply(Op::Each(F::Neg), vec![tree]) } else { tree }
                };
                let mut ways = vec![quotient(Op::Each(F::Div)), quotient(Op::Slash)];
                ways.extend(real(over as f64 / under as f64));
                ways
            }
            Num::Complex(re, im) if re == 0.0 && !lexis.imaginary.is_empty() => {
                vec![sign(Number::Imag(im.abs()), im < 0.0)]
            }
            Num::Complex(0.0, im) => vec![Tree::apply(
                Op::Star,
                vec![Tree::number(Number::Float(im)), Tree::apply(Op::Constant(Constant::ImaginaryUnit), Vec::new())],
            )],
            Num::Complex(..) => Vec::new(),
            Num::Missing => vec![Tree::apply(Op::Constant(Constant::Missing), Vec::new())],
        }
    }
}
