//! The meaning tree: arrays whose axes are matched from the first and have as many further axes of length 1 as one
//! likes, so that a vector of NumPy, a column of MATLAB and a list of J are the same thing, and nothing is implied.

use super::value::{Elem, Value};
use crate::op::{F, Fold};
use crate::rules::Order;
use hadamard_algebra::Span;
use std::rc::Rc;

/// What an integer operation does with a result that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// There are no integers in it, or they have no bounds.
    Never,
    /// The low bits stay.
    Wrap,
    /// The nearest value that fits.
    Saturate,
    /// NA.
    Missing,
    /// A real.
    Promote,
    /// An error.
    Refuse,
}

/// What division by zero gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zero {
    /// Infinity, or NaN for 0/0.
    Ieee,
    /// An error.
    Refuse,
    /// 0/0 is 0, else infinity (J).
    Zero,
    /// 0/0 is 1, else an error (APL).
    One,
    /// 0 (NumPy's integers).
    Nothing,
    /// NA (R's integers).
    Missing,
    /// The largest value, 0/0 is 0 (Octave's integers).
    Largest,
}

/// What a function gives outside the reals it is defined for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// NaN.
    Nan,
    /// A complex number.
    Complex,
    /// An error.
    Refuse,
}

/// What an operation does at its edges. Fields that cannot matter have the first variant, so that equal meanings are
/// equal trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Of integers.
    pub overflow: Overflow,
    /// Of division.
    pub zero: Zero,
    /// Of functions.
    pub domain: Domain,
    /// Whether 0 times infinity is 0.
    pub strong_zero: bool,
}

impl Edge {
    /// The edges of IEEE 754.
    pub const IEEE: Edge =
        Edge { overflow: Overflow::Never, zero: Zero::Ieee, domain: Domain::Nan, strong_zero: false };
}

/// A meaning: shared, since translations keep many.
pub type Mean = Rc<Node>;

/// A node of the meaning tree. Nodes are equal if they mean the same, whatever part of the text they came from.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// The lengths of its axes, without ones at the end.
    pub shape: Vec<usize>,
    /// The type of its entries.
    pub elem: Elem,
    /// Where it stands in the formula.
    pub span: Span,
}

impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        self.shape == other.shape && self.elem == other.elem && self.kind == other.kind
    }
}

/// What a meaning is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// An operand.
    Operand(String),
    /// Numbers that stand in the formula.
    Constant(Value),
    /// A function of each entry. Arguments stretch along axes in which they have length 1.
    Map {
        /// Which.
        f: F,
        /// What it does at its edges.
        edge: Edge,
        /// Arguments.
        args: Vec<Mean>,
    },
    /// The same entries with axes in other places: where each axis goes, `None` if it has length 1.
    Move(Mean, Vec<Option<usize>>),
    /// Copies along axes of length 1.
    Stretch(Mean),
    /// The same entries, taken in an order, in another shape.
    Reshape(Mean, Order),
    /// The entries again and again, column by column.
    Recycle(Mean),
    /// The entries along an axis at other places, NaN where there is none (alignment by labels).
    Take(Mean, usize, Vec<Option<usize>>),
    /// The product of two matrices, of integers with that overflow.
    Product(Mean, Mean, Overflow),
    /// The power of a square matrix.
    Power(Mean, i64),
    /// The inverse of a square matrix.
    Inverse(Mean),
    /// The Kronecker product.
    Kron(Mean, Mean),
    /// The column-wise Kronecker product.
    KhatriRao(Mean, Mean),
    /// The row-wise Kronecker product.
    FaceSplit(Mean, Mean),
    /// The square matrix with that diagonal.
    Diag(Mean),
    /// The diagonal.
    Diagonal(Mean),
    /// Entries taken together along axes, which go away.
    Fold {
        /// What is made of them.
        fold: Fold,
        /// Along which axes.
        axes: Vec<usize>,
        /// Of what.
        of: Mean,
        /// Of integers.
        overflow: Overflow,
    },
    /// Arrays one after another along an axis.
    Join(Vec<Mean>, usize),
    /// Whether two arrays are equal as wholes.
    Whole(F, Mean, Mean),
}

/// A shape without ones at its end.
pub fn stripped(mut shape: Vec<usize>) -> Vec<usize> {
    while shape.last() == Some(&1) {
        shape.pop();
    }
    shape
}

impl Node {
    /// A node whose shape loses the ones at its end.
    pub fn make(kind: Kind, shape: Vec<usize>, elem: Elem, span: Span) -> Mean {
        Rc::new(Node { kind, shape: stripped(shape), elem, span })
    }

    /// A constant.
    pub fn constant(value: Value, span: Span) -> Mean {
        let (shape, elem) = (stripped(value.shape.clone()), value.elem);
        let value = Value { shape: shape.clone(), ..value };
        Rc::new(Node { kind: Kind::Constant(value), shape, elem, span })
    }

    /// The length of an axis: 1 beyond the last.
    pub fn len(&self, axis: usize) -> usize {
        self.shape.get(axis).copied().unwrap_or(1)
    }

    /// Number of entries.
    pub fn size(&self) -> usize {
        self.shape.iter().fold(1, |size: usize, n| size.saturating_mul(*n))
    }

    /// The value, if it is a constant.
    pub fn value(&self) -> Option<&Value> {
        if let Kind::Constant(value) = &self.kind { Some(value) } else { None }
    }

    /// The nodes right below.
    pub fn children(&self) -> Vec<&Mean> {
        match &self.kind {
            Kind::Operand(_) | Kind::Constant(_) => Vec::new(),
            Kind::Map { args, .. } | Kind::Join(args, _) => args.iter().collect(),
            Kind::Move(of, _) | Kind::Stretch(of) | Kind::Reshape(of, _) | Kind::Recycle(of) | Kind::Take(of, ..) => {
                vec![of]
            }
            Kind::Power(of, _) | Kind::Inverse(of) | Kind::Diag(of) | Kind::Diagonal(of) | Kind::Fold { of, .. } => {
                vec![of]
            }
            Kind::Product(a, b, _)
            | Kind::Kron(a, b)
            | Kind::KhatriRao(a, b)
            | Kind::FaceSplit(a, b)
            | Kind::Whole(_, a, b) => vec![a, b],
        }
    }
}

/// Axes in other places: axis k of `of` becomes axis `to[k]`. Nothing is left where nothing moves, and two moves are one.
pub fn moved(of: &Mean, to: &[usize], span: Span) -> Mean {
    let (base, before): (&Mean, Vec<Option<usize>>) = match &of.kind {
        Kind::Move(base, before) => (base, before.clone()),
        _ => (of, (0..of.shape.len()).map(Some).collect()),
    };
    let target = |axis: usize| to.get(axis).copied().unwrap_or(axis);
    let places: Vec<Option<usize>> = (0..base.shape.len())
        .map(|axis| before.get(axis).copied().flatten().filter(|_| base.len(axis) != 1).map(target))
        .collect();
    if places.iter().enumerate().all(|(axis, place)| place.is_none_or(|place| place == axis)) {
        return base.clone();
    }
    let longest = places.iter().flatten().max().map_or(0, |axis| axis + 1);
    let mut shape = vec![1; longest];
    for (axis, place) in places.iter().enumerate() {
        if let Some(place) = place {
            shape[*place] = base.len(axis);
        }
    }
    if let Some(value) = base.value() {
        let value = super::evaluate::moved(value, &places, &shape);
        return Node::constant(value, span);
    }
    Node::make(Kind::Move(base.clone(), places), shape, of.elem, span)
}

/// The transpose of the first two axes.
pub fn transposed(of: &Mean, span: Span) -> Mean {
    moved(of, &[1, 0], span)
}

/// A vector that lay along the first axis as a row.
pub fn as_row(of: &Mean, span: Span) -> Mean {
    moved(of, &[1, 0], span)
}

/// A function of each entry, with stretches that it implies taken away.
pub fn mapped(f: F, edge: Edge, args: Vec<Mean>, elem: Elem, span: Span) -> Mean {
    let shape = |args: &[Mean]| {
        let ranks = args.iter().map(|a| a.shape.len()).max().unwrap_or(0);
        let len = |axis: usize| args.iter().map(|a| a.len(axis)).find(|n| *n != 1).unwrap_or(1);
        (0..ranks).map(len).collect::<Vec<usize>>()
    };
    let whole = shape(&args);
    let mut args = args;
    for i in 0..args.len() {
        if let Kind::Stretch(of) = &args[i].kind {
            let mut fewer = args.clone();
            fewer[i] = of.clone();
            if shape(&fewer) == whole {
                args = fewer;
            }
        }
    }
    Node::make(Kind::Map { f, edge, args }, whole, elem, span)
}

/// Copies along axes of length 1, up to a shape.
pub fn stretched(of: &Mean, shape: &[usize], span: Span) -> Mean {
    let shape = stripped(shape.to_vec());
    if of.shape == shape {
        return of.clone();
    }
    let base = if let Kind::Stretch(base) = &of.kind { base } else { of };
    let elem = of.elem;
    Node::make(Kind::Stretch(base.clone()), shape, elem, span)
}

/// The same entries, taken in an order, in another shape.
pub fn reshaped(of: &Mean, shape: &[usize], order: Order, span: Span) -> Mean {
    let shape = stripped(shape.to_vec());
    if of.shape == shape {
        return of.clone();
    }
    // Where at most one axis is longer than 1 on both sides, entries only change places of axes.
    let long = |shape: &[usize]| shape.iter().filter(|n| **n != 1).count();
    if long(&of.shape) == 1 && long(&shape) == 1 {
        let from = of.shape.iter().position(|n| *n != 1).unwrap_or(0);
        let to = shape.iter().position(|n| *n != 1).unwrap_or(0);
        let mut places: Vec<usize> = (0..=from.max(to)).collect();
        places.swap(from, to);
        return moved(of, &places, span);
    }
    if let Some(value) = of.value() {
        return Node::constant(super::evaluate::reshaped(value, &shape, order), span);
    }
    Node::make(Kind::Reshape(of.clone(), order), shape, of.elem, span)
}
