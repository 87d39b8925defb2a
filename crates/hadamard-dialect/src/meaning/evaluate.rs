//! What a meaning is worth: the definition of each node, entry by entry. It knows no notation and no system.

use super::matrices::{self, columns, entry, rows};
use super::mean::{Edge, Kind, Mean, Overflow, stripped};
use super::number::{self, Met, Trouble};
use super::value::{Num, Value};
use crate::op::{F, Fold};
use crate::rules::Order;
use hadamard_algebra::Diagnostic;

/// Most entries of a value.
pub const MAX_SIZE: usize = 1 << 24;

/// Evaluates a meaning; `operand` gives the values of operands, of the shapes the meaning was made for.
///
/// # Errors
///
/// An error with the place of the operation that has no value: an overflow that is refused, a zero divisor, a singular
/// matrix, a function outside its domain.
pub fn evaluate(mean: &Mean, operand: &dyn Fn(&str) -> Option<Value>, met: &mut Met) -> Result<Value, Diagnostic> {
    if mean.size() > MAX_SIZE {
        let message = format!("the result has {} entries, more than {MAX_SIZE}", mean.size());
        return Err(Diagnostic::new("too-large", mean.span, message));
    }
    let mut parts = Vec::new();
    for child in mean.children() {
        parts.push(evaluate(child, operand, met)?);
    }
    let here = |trouble: Trouble| Diagnostic::new(trouble.code, mean.span, trouble.message);
    let missing = || Diagnostic::new("unknown-operand", mean.span, "an operand has no value");
    let shape = &mean.shape;
    let value = |data: Vec<Num>| Value { shape: shape.clone(), data, elem: mean.elem };
    let mut result = match (&mean.kind, &parts[..]) {
        (Kind::Operand(name), _) => {
            let given = operand(name).ok_or_else(missing)?;
            let mut data = Vec::with_capacity(given.data.len());
            for n in given.data {
                data.push(number::fit(n, mean.elem, Overflow::Wrap, met).map_err(here)?);
            }
            value(data)
        }
        (Kind::Constant(constant), _) => constant.clone(),
        (Kind::Map { f, edge, .. }, args) => {
            let mut data = Vec::with_capacity(mean.size());
            let steps: Vec<Vec<usize>> = args.iter().map(|arg| strides(&arg.shape, shape.len(), shape)).collect();
            let mut entries = vec![Num::Int(0); args.len()];
            for index in Indices::new(shape) {
                for (k, arg) in args.iter().enumerate() {
                    entries[k] = arg.data[at(&index, &steps[k])];
                }
                let result = number::apply(*f, *edge, mean.elem, &entries, met);
                data.push(result.map_err(|t| {
                    let place = if index.is_empty() { String::new() } else { format!(" at {index:?}") };
                    here(Trouble { message: format!("{}{place}", t.message), ..t })
                })?);
            }
            value(data)
        }
        (Kind::Move(_, places), [of]) => moved(of, places, shape),
        (Kind::Stretch(_), [of]) => {
            let steps = strides(&of.shape, shape.len(), shape);
            value(Indices::new(shape).map(|index| of.data[at(&index, &steps)]).collect())
        }
        (Kind::Take(_, axis, picks), [of]) => {
            let mut whole = of.shape_padded(axis + 1);
            let steps = strides(&whole, whole.len(), &whole);
            whole[*axis] = picks.len();
            let mut data = Vec::with_capacity(mean.size());
            for mut index in Indices::new(&whole) {
                let taken = picks[index[*axis]].map(|place| {
                    index[*axis] = place;
                    of.data[at(&index, &steps)]
                });
                data.push(
                    number::fit(taken.unwrap_or(Num::Float(f64::NAN)), mean.elem, Overflow::Wrap, met).map_err(here)?,
                );
            }
            value(data)
        }
        (Kind::Reshape(_, order), [of]) => reshaped(of, shape, *order),
        (Kind::Recycle(_), [of]) => {
            let source = by_columns(of);
            if shape.first().is_some_and(|_| !source.is_empty() && !mean.size().is_multiple_of(source.len())) {
                met.uneven = true;
            }
            let cycle: Vec<Num> = (0..mean.size()).map(|i| source[i % source.len().max(1)]).collect();
            from_columns(cycle, shape, mean.elem)
        }
        (Kind::Product(_, _, overflow), [a, b]) => matrices::product(a, b, mean.elem, *overflow, met).map_err(here)?,
        (Kind::Power(_, n), [a]) => matrices::power(a, *n, mean.elem, Overflow::Wrap, met).map_err(here)?,
        (Kind::Inverse(_), [a]) => matrices::inverse(a, mean.elem, met).map_err(here)?,
        (Kind::Kron(..), [a, b]) => pairs(mean, a, b, met, |i, j| {
            let (p, q) = (rows(b), columns(b));
            ((i / p, j / q), (i % p, j % q))
        })
        .map_err(here)?,
        (Kind::KhatriRao(..), [a, b]) => {
            pairs(mean, a, b, met, |i, j| ((i / rows(b), j), (i % rows(b), j))).map_err(here)?
        }
        (Kind::FaceSplit(..), [a, b]) => {
            pairs(mean, a, b, met, |i, j| ((i, j / columns(b)), (i, j % columns(b)))).map_err(here)?
        }
        (Kind::Diag(_), [of]) => {
            let n = of.data.len();
            value(
                (0..n * n)
                    .map(|at| if at / n == at % n { of.data[at / n] } else { Num::Int(0) })
                    .map(|n| as_type(n, mean, met))
                    .collect::<Result<_, _>>()
                    .map_err(here)?,
            )
        }
        (Kind::Diagonal(_), [of]) => value((0..mean.size()).map(|i| entry(of, i, i)).collect()),
        (Kind::Fold { fold, axes, overflow, .. }, [of]) => {
            folded(mean, of, *fold, axes, *overflow, met).map_err(here)?
        }
        (Kind::Join(_, axis), parts) => joined(mean, parts, *axis, met).map_err(here)?,
        (Kind::Whole(f, ..), [a, b]) => {
            let same = stripped(a.shape.clone()) == stripped(b.shape.clone()) && {
                let mut same = true;
                for (x, y) in a.data.iter().zip(&b.data) {
                    let result = number::apply(*f, Edge::IEEE, mean.elem, &[*x, *y], met).map_err(here)?;
                    same &= number::truth(result) == Some(true);
                }
                same
            };
            value(vec![Num::Int(i128::from(same))])
        }
        _ => return Err(Diagnostic::new("internal-meaning", mean.span, "a meaning has the wrong parts")),
    };
    result.shape = shape.clone();
    Ok(result)
}

fn as_type(n: Num, mean: &Mean, met: &mut Met) -> Result<Num, Trouble> {
    number::fit(n, mean.elem, Overflow::Wrap, met)
}

/// All indices of a shape in C order.
pub struct Indices {
    shape: Vec<usize>,
    next: Option<Vec<usize>>,
}

impl Indices {
    /// From the first.
    pub fn new(shape: &[usize]) -> Indices {
        let empty = shape.contains(&0);
        Indices { shape: shape.to_vec(), next: (!empty).then(|| vec![0; shape.len()]) }
    }
}

impl Iterator for Indices {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        let current = self.next.clone()?;
        let mut following = current.clone();
        let mut axis = self.shape.len();
        self.next = loop {
            if axis == 0 {
                break None;
            }
            axis -= 1;
            following[axis] += 1;
            if following[axis] < self.shape[axis] {
                break Some(following);
            }
            following[axis] = 0;
        };
        Some(current)
    }
}

/// Steps through an array for indices of a larger shape: 0 along axes that stretch.
fn strides(shape: &[usize], rank: usize, whole: &[usize]) -> Vec<usize> {
    let mut steps = vec![0; rank];
    let mut step = 1;
    for axis in (0..shape.len()).rev() {
        if axis < rank && !(shape[axis] == 1 && whole[axis] != 1) {
            steps[axis] = step;
        }
        step *= shape[axis];
    }
    steps
}

fn at(index: &[usize], steps: &[usize]) -> usize {
    index.iter().zip(steps).map(|(i, s)| i * s).sum()
}

/// A value with its axes in other places.
pub fn moved(of: &Value, places: &[Option<usize>], shape: &[usize]) -> Value {
    let steps = strides(&of.shape, of.shape.len(), &of.shape);
    let mut moved = vec![0; shape.len()];
    for (axis, place) in places.iter().enumerate() {
        if let Some(place) = place {
            moved[*place] = steps[axis];
        }
    }
    let data = Indices::new(shape).map(|index| of.data[at(&index, &moved)]).collect();
    Value { shape: shape.to_vec(), data, elem: of.elem }
}

/// A value's entries, column by column.
fn by_columns(of: &Value) -> Vec<Num> {
    let reversed: Vec<usize> = of.shape.iter().rev().copied().collect();
    let steps = strides(&of.shape, of.shape.len(), &of.shape);
    Indices::new(&reversed)
        .map(|index| {
            let index: Vec<usize> = index.into_iter().rev().collect();
            of.data[at(&index, &steps)]
        })
        .collect()
}

/// An array whose entries come column by column.
fn from_columns(entries: Vec<Num>, shape: &[usize], elem: super::value::Elem) -> Value {
    let mut steps = Vec::new();
    let mut step = 1;
    for n in shape {
        steps.push(step);
        step *= n;
    }
    let data = Indices::new(shape).map(|index| entries[at(&index, &steps)]).collect();
    Value { shape: shape.to_vec(), data, elem }
}

/// The same entries, taken in an order, in another shape.
pub fn reshaped(of: &Value, shape: &[usize], order: Order) -> Value {
    match order {
        Order::Rows => Value { shape: shape.to_vec(), ..of.clone() },
        Order::Columns => from_columns(by_columns(of), shape, of.elem),
    }
}

/// A matrix whose entries are products of an entry of each of two.
fn pairs(
    mean: &Mean,
    a: &Value,
    b: &Value,
    met: &mut Met,
    which: impl Fn(usize, usize) -> ((usize, usize), (usize, usize)),
) -> Result<Value, Trouble> {
    let (m, n) = (mean.len(0), mean.len(1));
    let mut data = Vec::with_capacity(m * n);
    for i in 0..m {
        for j in 0..n {
            let ((p, q), (r, s)) = which(i, j);
            let edge = Edge { overflow: Overflow::Wrap, ..Edge::IEEE };
            data.push(number::apply(F::Mul, edge, mean.elem, &[entry(a, p, q), entry(b, r, s)], met)?);
        }
    }
    Ok(Value { shape: mean.shape.clone(), data, elem: mean.elem })
}

fn folded(
    mean: &Mean,
    of: &Value,
    fold: Fold,
    axes: &[usize],
    overflow: Overflow,
    met: &mut Met,
) -> Result<Value, Trouble> {
    let rank = of.shape.len().max(axes.iter().map(|a| a + 1).max().unwrap_or(0));
    let mut full = of.shape.clone();
    full.resize(rank, 1);
    let kept: Vec<usize> = (0..rank).filter(|axis| !axes.contains(axis)).collect();
    let outer: Vec<usize> = kept.iter().map(|axis| full[*axis]).collect();
    let inner: Vec<usize> = axes.iter().map(|axis| full[*axis]).collect();
    let steps = strides(&full, rank, &full);
    let mut data = Vec::new();
    for index in Indices::new(&outer) {
        let base: usize = index.iter().zip(&kept).map(|(i, axis)| i * steps[*axis]).sum();
        let entries = Indices::new(&inner)
            .map(|inner| base + inner.iter().zip(axes).map(|(i, axis)| i * steps[*axis]).sum::<usize>());
        let entries: Vec<Num> = entries.map(|at| of.data[at]).collect();
        data.push(fold_entries(mean, fold, &entries, overflow, met)?);
    }
    Ok(Value { shape: mean.shape.clone(), data, elem: mean.elem })
}

fn fold_entries(mean: &Mean, fold: Fold, entries: &[Num], overflow: Overflow, met: &mut Met) -> Result<Num, Trouble> {
    let elem = mean.elem;
    match fold {
        Fold::Sum => matrices::sum(entries.iter().copied(), elem, overflow, met),
        Fold::Prod => matrices::product_of(entries.iter().copied(), elem, overflow, met),
        Fold::Mean => {
            let wide = if elem == super::value::Elem::Exact {
                elem
            } else {
                super::value::Elem::Of(hadamard_array::DType::F64)
            };
            let total = matrices::sum(entries.iter().copied(), wide, overflow, met)?;
            number::apply(F::Div, Edge::IEEE, elem, &[total, Num::Int(entries.len() as i128)], met)
        }
        Fold::Min | Fold::Max => {
            let f = if fold == Fold::Min { F::Min } else { F::Max };
            let mut entries = entries.iter().copied();
            let Some(mut best) = entries.next() else {
                return Err(Trouble {
                    code: "empty-fold",
                    message: "there is no smallest or largest of no entries".to_owned(),
                });
            };
            for n in entries {
                best = number::apply(f, Edge::IEEE, elem, &[best, n], met)?;
            }
            number::fit(best, elem, overflow, met)
        }
        Fold::Any | Fold::All => {
            let known: Vec<Option<bool>> = entries.iter().map(|n| number::truth(*n)).collect();
            let decisive = fold == Fold::Any;
            Ok(if known.contains(&Some(decisive)) {
                Num::Int(i128::from(decisive))
            } else if known.contains(&None) {
                Num::Missing
            } else {
                Num::Int(i128::from(!decisive))
            })
        }
    }
}

fn joined(mean: &Mean, parts: &[Value], axis: usize, met: &mut Met) -> Result<Value, Trouble> {
    let mut starts = Vec::new();
    let mut total = 0;
    for part in parts {
        starts.push(total);
        total += part.shape.get(axis).copied().unwrap_or(1);
    }
    let mut shape = mean.shape.clone();
    shape.resize(shape.len().max(axis + 1), 1);
    let mut data = Vec::new();
    for mut index in Indices::new(&shape) {
        let which = starts.iter().rposition(|start| *start <= index[axis]).unwrap_or(0);
        index[axis] -= starts[which];
        let part = &parts[which];
        let steps = strides(&part.shape, shape.len().max(part.shape.len()), &part.shape_padded(shape.len()));
        data.push(number::fit(part.data[at(&index, &steps)], mean.elem, Overflow::Wrap, met)?);
    }
    Ok(Value { shape: mean.shape.clone(), data, elem: mean.elem })
}

impl Value {
    /// The shape with ones up to a rank.
    pub fn shape_padded(&self, rank: usize) -> Vec<usize> {
        let mut shape = self.shape.clone();
        shape.resize(rank.max(shape.len()), 1);
        shape
    }
}
