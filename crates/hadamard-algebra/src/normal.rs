//! The sum-product normal form. Every operation of the family only shares, pairs and sums indices, so an entry of an
//! expression is a sum of monomials Σ over bound variables Π of entries of operands. With deltas resolved, ones and
//! identities gone and bound variables named canonically, two expressions are equal at all sizes over a commutative
//! ring if and only if these sums are.
//!
//! Elementwise functions, inverses and powers that are no natural numbers are atoms, known by the normal form of their
//! arguments. An index over a product of sizes is a list of digits, split where an operation asks for it
//! ([`index`]); two splits that have no common refinement leave the fragment.

mod canon;
mod expand;
mod facts;
mod functions;
pub mod index;
mod inverse;
mod reduce;
pub mod sum;

pub use canon::{Canon, Labels, Symmetry};
pub use expand::Expander;
pub use facts::{Condition, Facts, Rule};
pub use reduce::Reducer;

use crate::term::{Dim, Problem, TermId};
use canon::BUDGET;
use index::{Digit, Index, Indices};
use std::cell::Cell;
use std::collections::BTreeSet;
use sum::{Sum, multiple};

/// Why an expression has no normal form here.
#[derive(Clone, Debug, PartialEq)]
pub enum Outside {
    /// An index would have to be split in two ways that have no common refinement.
    Split(Dim, Dim),
    /// More terms than are worth it.
    TooLarge,
    /// Something else, in words.
    Unsupported(String),
}

type Result<T> = std::result::Result<T, Outside>;

/// The difference of two sides in normal form: empty if they are equal.
pub struct Difference {
    /// What is left.
    pub sum: Sum,
    /// What was given and used, and what was assumed.
    pub facts: Facts,
    /// How many monomials the sides came to before they were simplified.
    pub monomials: usize,
}

/// Denominators that are multiplied out of a difference.
const MAX_DENOMINATORS: usize = 8;

/// The normal form of `left − right`; `liberal` assumes the conditions that rules ask for.
///
/// # Errors
/// Why there is none.
pub fn difference(problem: &Problem, left: TermId, right: TermId, liberal: bool) -> Result<Difference> {
    let mut expander = Expander::new(&problem.terms, problem.ring);
    let at = free_index(&mut expander.indices, problem, left, right);
    difference_at(problem, expander, &at, left, right, liberal)
}

/// Entries that are compared one by one, and monomials that they may come to together.
const MAX_ENTRIES: u64 = 4096;
const MAX_WRITTEN_OUT: usize = 200_000;

/// Whether both sides are equal at each place along the axes whose sizes are numbers, sums over such sizes being
/// written out; with what was given and used. This decides what has no normal form for an index that runs: slices
/// that meet, splits of a number without a common refinement, entries of literals.
///
/// # Errors
/// Why there is no normal form even so.
pub fn equal_entry_by_entry(problem: &Problem, left: TermId, right: TermId) -> Result<Option<BTreeSet<Condition>>> {
    let sizes = compared_shape(problem, left, right);
    let mut places: Vec<Vec<Option<u64>>> = vec![Vec::new()];
    for size in &sizes {
        let along: Vec<Option<u64>> = match size.as_number().filter(|&n| n != 1) {
            Some(n) if n > MAX_ENTRIES => return Err(Outside::TooLarge),
            Some(n) => (0..n).map(Some).collect(),
            None => vec![None],
        };
        places = places.iter().flat_map(|at| along.iter().map(move |&k| [&at[..], &[k]].concat())).collect();
        if places.len() as u64 > MAX_ENTRIES {
            return Err(Outside::TooLarge);
        }
    }
    let (mut used, mut written_out) = (BTreeSet::new(), 0);
    for place in places {
        let mut expander = Expander { written_out: true, ..Expander::new(&problem.terms, problem.ring) };
        let axis = |(size, at): (&Dim, &Option<u64>)| match at {
            Some(at) => Ok(vec![Digit::at(usize::try_from(*at).map_err(|_| Outside::TooLarge)?, size)]),
            None => Ok(expander.indices.fresh(size)),
        };
        let at: Vec<Index> = sizes.iter().zip(&place).map(axis).collect::<Result<_>>()?;
        let found = difference_at(problem, expander, &at, left, right, false)?;
        if !found.sum.is_empty() {
            return Ok(None);
        }
        used.extend(found.facts.used);
        written_out += found.monomials;
        if written_out > MAX_WRITTEN_OUT {
            return Err(Outside::TooLarge);
        }
    }
    Ok(Some(used))
}

fn difference_at(
    problem: &Problem,
    mut expander: Expander<'_>,
    at: &[Index],
    left: TermId,
    right: TermId,
    liberal: bool,
) -> Result<Difference> {
    let mut facts = Facts::new(problem, liberal);
    expand_given(problem, &mut expander, &mut facts)?;
    let sides = [left, right].map(|side| {
        let axes = problem.terms.node(side).shape.len();
        expander.entry(side, at[..axes].to_vec())
    });
    let [a, b] = sides;
    let minus = -crate::exact::integer(1);
    let mut sum: Sum = [a, multiple(b, &minus)].concat();
    // Arrays without entries are equal.
    if at
        .iter()
        .flatten()
        .any(|d| matches!(d, index::Digit::Var(v) if expander.indices.size(*v).as_number() == Some(0)))
    {
        sum.clear();
    }
    sum = expand_all(&mut expander, sum)?;
    let monomials = sum.len();
    let mut sum = reduce(problem, &mut expander.indices, &mut facts, sum)?;
    for _ in 0..MAX_DENOMINATORS {
        let free: Vec<_> = at.iter().flat_map(|i| expander.indices.flatten(i)).collect();
        let mut reducer =
            Reducer { terms: &problem.terms, ring: problem.ring, indices: &mut expander.indices, facts: &mut facts };
        match reducer.without_denominator(&sum, &free)? {
            Some(cleared) => sum = cleared,
            None => break,
        }
    }
    let labels = at.iter().flat_map(|i| expander.indices.flatten(i)).filter_map(|digit| match digit {
        index::Digit::Var(var) => Some(var),
        index::Digit::Slice { .. } => None,
    });
    let labels: Labels = labels.enumerate().map(|(k, var)| (var, k as u32)).collect();
    let symmetry = facts.symmetries();
    let commutative = problem.ring != crate::term::Ring::Quaternions;
    let canon = Canon { indices: &expander.indices, symmetry: &symmetry, commutative, budget: Cell::new(BUDGET) };
    let terms = canon.terms(&sum, &labels);
    let sum = terms.into_values().map(|(coefficient, monomial)| sum::Monomial { coefficient, ..monomial }).collect();
    Ok(Difference { sum, facts, monomials })
}

/// The shape in which both sides are compared: a vector is a column, and a number stands for every entry.
fn compared_shape(problem: &Problem, left: TermId, right: TermId) -> Vec<Dim> {
    let (l, r) = (&problem.terms.node(left).shape, &problem.terms.node(right).shape);
    if l.len() >= r.len() { l.clone() } else { r.clone() }
}

/// Indices of an entry of both sides.
pub(crate) fn free_index(indices: &mut Indices, problem: &Problem, left: TermId, right: TermId) -> Vec<Index> {
    compared_shape(problem, left, right).iter().map(|size| indices.fresh(size)).collect()
}

/// Expands every entry to operands.
pub fn expand_all(expander: &mut Expander<'_>, mut sum: Sum) -> Result<Sum> {
    while has_entries(&sum) {
        sum = expander.expand(sum, &|_| true)?;
    }
    Ok(sum)
}

/// Whether entries of terms are left to expand.
pub fn has_entries(sum: &Sum) -> bool {
    sum.iter()
        .flat_map(|m| &m.factors)
        .any(|f| matches!(f.base, sum::Base::Entry(_)) || f.base.sums().iter().any(has_entries))
}

fn reduce(problem: &Problem, indices: &mut Indices, facts: &mut Facts, sum: Sum) -> Result<Sum> {
    Reducer { terms: &problem.terms, ring: problem.ring, indices, facts }.reduce(sum)
}

/// Takes in what is given of expressions that are no operands.
pub(crate) fn expand_given(problem: &Problem, expander: &mut Expander<'_>, facts: &mut Facts) -> Result<()> {
    for given in &problem.givens {
        let node = problem.terms.node(given.of);
        if matches!(node.kind, crate::term::TermKind::Operand(_)) {
            continue;
        }
        let at: Vec<Index> = node.shape.iter().map(|size| expander.indices.fresh(size)).collect();
        let entry = expander.entry(given.of, at);
        let sum = expand_all(expander, entry)?;
        let sum = reduce(problem, &mut expander.indices, facts, sum)?;
        let reducer = Reducer { terms: &problem.terms, ring: problem.ring, indices: &mut expander.indices, facts };
        let key = reducer.closed_key(&sum);
        facts.expressions.push((given.property, key));
    }
    Ok(())
}
