//! Terms evaluated on arrays by the definitions of their operations, over any kind of number: the oracle of the prover.
//! It shares no code with the normal form: a counterexample, and each step of a proof, is judged here.

mod array;
mod matrices;
mod modular;
mod quaternion;
mod scalar;
mod spectra;

pub use array::Dense;
pub(crate) use array::indices;
pub(crate) use matrices::{eliminate, inverse};
pub use modular::Modular;
pub use quaternion::Quaternion;
pub use scalar::Scalar;

use crate::term::{Dim, Term, TermId, TermKind, Terms};
use crate::{Fold, Map};
use num_complex::Complex;
use std::collections::HashMap;

/// Evaluates terms at given sizes and operands.
pub struct Evaluator<'a, T> {
    /// The terms.
    pub terms: &'a Terms,
    /// What each symbol of a size stands for.
    pub sizes: &'a [u64],
    /// The operands.
    pub operands: &'a [Dense<T>],
    known: HashMap<TermId, Option<Dense<T>>>,
}

impl<'a, T: Scalar> Evaluator<'a, T> {
    /// An evaluator of terms.
    pub fn new(terms: &'a Terms, sizes: &'a [u64], operands: &'a [Dense<T>]) -> Evaluator<'a, T> {
        Evaluator { terms, sizes, operands, known: HashMap::new() }
    }

    /// The value of a term; none where it has none (an inverse of zero) or where this kind of number does not know the
    /// operation.
    pub fn value(&mut self, id: TermId) -> Option<Dense<T>> {
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        // Arguments stand before their users, so a loop over what is needed would do as well; terms are not deep.
        let node = self.terms.node(id).clone();
        let args: Option<Vec<Dense<T>>> = node.args.iter().map(|&arg| self.value(arg)).collect();
        let value = args.and_then(|args| self.apply(&node, args));
        self.known.insert(id, value.clone());
        value
    }

    fn shape(&self, shape: &[Dim]) -> Option<Vec<usize>> {
        shape.iter().map(|d| usize::try_from(d.value(self.sizes)?).ok()).collect()
    }

    fn apply(&self, node: &Term, args: Vec<Dense<T>>) -> Option<Dense<T>> {
        let shape = self.shape(&node.shape)?;
        let a = args.first();
        let result = match &node.kind {
            TermKind::Operand(n) => self.operands.get(*n)?.clone(),
            TermKind::Number(value) => Dense::scalar(T::from_exact(value)?),
            TermKind::Size(size) => Dense::scalar(T::from_exact(&crate::exact::integer(size.value(self.sizes)?))?),
            TermKind::Literal(entries) => {
                Dense { shape, data: entries.iter().map(T::from_exact).collect::<Option<_>>()? }
            }
            TermKind::Map(map) => map_entries(*map, &args, &shape)?,
            TermKind::Fold(fold, axes) => fold_entries(*fold, axes, a?, &shape)?,
            TermKind::Ones => Dense::from_fn(&shape, |_| T::one()),
            TermKind::Identity => Dense::from_fn(&shape, |at| T::indicator(at[0] == at[1])),
            TermKind::Commutation(m, n) => {
                let (m, n) = (m.value(self.sizes)? as usize, n.value(self.sizes)? as usize);
                // Row i n + j has its 1 in column j m + i.
                Dense::from_fn(&shape, |at| T::indicator(n > 0 && at[1] == (at[0] % n) * m + at[0] / n))
            }
            TermKind::Slice(slices) => {
                let given: Vec<_> = slices.iter().map(|s| s.map(|s| (s.start as isize, s.step, s.drop))).collect();
                let a = a?;
                Dense::try_from_fn(&shape, |at| {
                    let mut at = at.iter();
                    let mut index = Vec::with_capacity(given.len());
                    for slice in &given {
                        index.push(match slice {
                            None => *at.next()?,
                            Some((start, _, true)) => *start as usize,
                            Some((start, step, false)) => {
                                usize::try_from(start + step * (*at.next()? as isize)).ok()?
                            }
                        });
                    }
                    a.checked(&index)
                })?
            }
            TermKind::BlockProduct { by_columns, rows, cols, other } => {
                let numbers = |sizes: &[Dim]| sizes.iter().map(|d| d.value(self.sizes)).collect::<Option<Vec<u64>>>();
                let lists = [&numbers(rows)?[..], &numbers(cols)?, &numbers(other)?];
                matrices::block_product(a?, args.get(1)?, *by_columns, lists)?.with_shape(shape)?
            }
            kind => matrices::apply(kind, &args, &shape)?.with_shape(shape)?,
        };
        Some(result)
    }
}

impl Evaluator<'_, Complex<f64>> {
    /// The largest modulus of any value on the way: rounding errors are relative to it.
    pub fn magnitude(&self) -> f64 {
        let entries = self.known.values().flatten().flat_map(|value| &value.data);
        entries.map(|entry| entry.norm()).fold(1.0, f64::max)
    }
}

/// Entry by entry; axes are aligned from the first, those of length 1 stretch.
fn map_entries<T: Scalar>(map: Map, args: &[Dense<T>], shape: &[usize]) -> Option<Dense<T>> {
    Dense::try_from_fn(shape, |at| {
        let entries: Vec<T> = args
            .iter()
            .map(|arg| {
                let index: Vec<usize> = arg.shape.iter().zip(at).map(|(&n, &i)| if n == 1 { 0 } else { i }).collect();
                arg.checked(&index)
            })
            .collect::<Option<_>>()?;
        entry(map, &entries)
    })
}

fn entry<T: Scalar>(map: Map, args: &[T]) -> Option<T> {
    Some(match (map, args) {
        (Map::Mul, [a, b]) => a.times(b),
        (Map::Add, [a, b]) => a.plus(b),
        (Map::Sub, [a, b]) => a.plus(&b.negative()),
        (Map::Neg, [a]) => a.negative(),
        (Map::Fma, [a, b, c]) => a.times(b).plus(c),
        (Map::Div, [a, b]) => a.times(&b.inverse()?),
        (Map::Inverse, [a]) => a.inverse()?,
        (Map::Conj, [a]) => a.conjugate(),
        (map, args) => T::function(map, args)?,
    })
}

fn fold_entries<T: Scalar>(fold: Fold, axes: &[usize], of: &Dense<T>, shape: &[usize]) -> Option<Dense<T>> {
    let over: Vec<usize> = axes.iter().map(|&axis| of.shape[axis]).collect();
    Dense::try_from_fn(shape, |at| {
        let mut entries = Vec::new();
        for inner in indices(&over) {
            let (mut kept, mut inner) = (at.iter(), inner.into_iter());
            let index: Option<Vec<usize>> = (0..of.shape.len())
                .map(|k| if axes.contains(&k) { inner.next() } else { kept.next().copied() })
                .collect();
            entries.push(of.checked(&index?)?);
        }
        T::reduce(fold, &entries)
    })
}
