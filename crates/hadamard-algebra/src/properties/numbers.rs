//! Bounds that are numbers: the rank of a matrix, and how wide its band is.

use super::known::Known;
use super::view::View;
use crate::Map;
use crate::Property::*;
use crate::term::{Dim, TermId, TermKind};
use num_traits::{Signed, ToPrimitive};

/// What is known of the rank of a matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Rank {
    /// Bounds from above, each with its reason; the size of an axis is one. None where nothing is known.
    pub at_most: Vec<AtMost>,
    /// A bound from below; `None` says that the rank is full, whatever the size is.
    pub at_least: Option<u64>,
}

/// A bound on a rank.
#[derive(Clone, Debug, PartialEq)]
pub struct AtMost {
    /// The bound.
    pub bound: Dim,
    /// The theorem.
    pub why: &'static str,
    /// The terms whose bounds it comes from.
    pub from: Vec<(TermId, Dim)>,
}

/// How many diagonals below and above the main one may have entries that are not zero; `None` for any number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Band {
    /// Below.
    pub below: Option<u64>,
    /// Above.
    pub above: Option<u64>,
}

/// Bounds kept for one matrix.
const MAX_BOUNDS: usize = 6;

impl Rank {
    /// Nothing is known.
    pub(super) const UNKNOWN: Rank = Rank { at_most: Vec::new(), at_least: Some(0) };

    /// The least number among the bounds from above.
    pub fn most(&self) -> Option<u64> {
        self.at_most.iter().filter_map(|b| b.bound.as_number()).min()
    }

    /// The bound that says that the rank is at most `limit`.
    pub fn within(&self, limit: &Dim) -> Option<&AtMost> {
        self.at_most.iter().find(|b| {
            let numbers = b.bound.as_number().zip(limit.as_number());
            b.bound == *limit || numbers.is_some_and(|(bound, limit)| bound <= limit)
        })
    }

    fn add(&mut self, bound: Dim, why: &'static str, from: Vec<(TermId, Dim)>) {
        let better = |known: &AtMost| {
            known.bound == bound
                || known.bound.as_number().zip(bound.as_number()).is_some_and(|(known, new)| known <= new)
        };
        if !self.at_most.iter().any(better) && self.at_most.len() < MAX_BOUNDS {
            self.at_most.push(AtMost { bound, why, from });
        }
    }
}

/// The rank of a term whose arguments' ranks are known.
pub(super) fn rank(view: &View<'_>, id: TermId, known: &Known) -> Rank {
    let node = view.node(id);
    let mut rank = Rank::UNKNOWN;
    if node.shape.is_empty() || node.shape.len() > 2 {
        return rank;
    }
    let args = &node.args[..];
    let of = |k: usize| known.rank(args[k]).at_most.iter().map(move |b| (args[k], b.bound.clone()));
    let mut add = |bound: Option<Dim>, why, from: Vec<(TermId, Dim)>| {
        if let Some(bound) = bound {
            rank.add(bound, why, from);
        }
    };
    let zero = known.has(Zero, id);
    add(zero.then(|| Dim::number(0)), "a matrix of zeros", Vec::new());
    add((node.shape.len() == 1).then_some(Dim::ONE), "a vector is one column", Vec::new());
    match (&node.kind, args) {
        (TermKind::Ones, _) => add(Some(Dim::ONE), "the matrix of ones is 1 1ᵀ", Vec::new()),
        (TermKind::Outer, _) => add(Some(Dim::ONE), "an outer product", Vec::new()),
        (TermKind::MatMul | TermKind::Map(Map::Mul), _) if view.scaled(id).is_some() => {
            if let Some((_, a)) = view.scaled(id) {
                let k = usize::from(args[1] == a);
                of(k).for_each(|b| add(Some(b.1.clone()), "a multiple has no greater rank", vec![b]));
            }
        }
        (TermKind::MatMul, [_, _]) => {
            for b in of(0).chain(of(1)) {
                add(Some(b.1.clone()), "a product has no greater rank than its factors", vec![b]);
            }
        }
        (TermKind::Map(Map::Mul), [_, _]) if view.pair(id, Map::Mul).is_some() => {
            for a in of(0) {
                for b in of(1) {
                    add(a.1.times(&b.1), "rank of a Hadamard product (L1)", vec![a.clone(), b]);
                }
            }
            // A ∘ A is spanned by products of pairs: r(r + 1)/2 of them.
            if args[0] == args[1] {
                for a in of(0) {
                    add(powers(&a.1, 2), "rank of a Hadamard square (L2)", vec![a]);
                }
            }
        }
        (TermKind::Map(Map::Pow), _) => {
            if let Some((_, p)) = view.power(id)
                && p.im == num_rational::BigRational::from_integer(0.into())
                && p.re.is_integer()
                && p.re.is_positive()
                && let Some(k) = p.re.to_integer().to_u64()
            {
                for a in of(0) {
                    add(powers(&a.1, k), "rank of a Hadamard power (L2)", vec![a]);
                }
            }
        }
        (TermKind::Map(Map::Add | Map::Sub), [_, _]) if args.iter().all(|&a| view.node(a).shape == node.shape) => {
            for a in of(0) {
                for b in of(1) {
                    let sum = a.1.as_number().zip(b.1.as_number()).and_then(|(a, b)| a.checked_add(b));
                    add(sum.map(Dim::number), "rank of a sum", vec![a.clone(), b]);
                }
            }
        }
        (TermKind::Map(Map::Neg | Map::Conj) | TermKind::Transpose, [_]) => {
            of(0).for_each(|b| add(Some(b.1.clone()), "the same rank", vec![b]));
        }
        (TermKind::Slice(_), [_]) => of(0).for_each(|b| add(Some(b.1.clone()), "a part of a matrix", vec![b])),
        (TermKind::Kron, [_, _]) => {
            for a in of(0) {
                for b in of(1) {
                    add(a.1.times(&b.1), "rank of a Kronecker product (D8)", vec![a.clone(), b]);
                }
            }
        }
        (TermKind::KhatriRao | TermKind::FaceSplit, [_, _]) => {
            for a in of(0) {
                for b in of(1) {
                    add(a.1.times(&b.1), "rank of a face-splitting product (L4)", vec![a.clone(), b]);
                }
            }
        }
        _ => {}
    }
    for size in &node.shape {
        add(Some(size.clone()), "no more than rows and columns", Vec::new());
    }
    rank.at_least = at_least(view, id, known);
    rank
}

/// C(r + k − 1, k): how many products of k of r numbers there are.
fn powers(rank: &Dim, k: u64) -> Option<Dim> {
    let r = rank.as_number()?;
    if rank.is_one() || r == 0 {
        return Some(rank.clone());
    }
    let mut count: u64 = 1;
    for j in 0..k {
        // Each step is a binomial coefficient itself, so the division is exact.
        count = count.checked_mul(r.checked_add(j)?)? / (j + 1);
    }
    Some(Dim::number(count))
}

/// A bound from below; `None` for full rank at a size that is a symbol.
fn at_least(view: &View<'_>, id: TermId, known: &Known) -> Option<u64> {
    let node = view.node(id);
    let least = node.shape.iter().map(Dim::as_number).min().flatten();
    if known.has(Invertible, id) || node.kind == TermKind::Identity {
        return node.shape[0].as_number();
    }
    let args = &node.args[..];
    let entry =
        |id: TermId| known.has(Nonzero, id) && view.node(id).shape.iter().all(|n| n.as_number().is_some_and(|n| n > 0));
    let mut bound = u64::from(entry(id));
    let keeps = matches!(node.kind, TermKind::Transpose | TermKind::Map(Map::Neg | Map::Conj));
    if let (true, Some(of)) = (keeps, args.first().and_then(|&a| known.rank(a).at_least)) {
        bound = bound.max(of);
    }
    if let (TermKind::Kron, &[a, b]) = (&node.kind, args)
        && let (Some(a), Some(b)) = (known.rank(a).at_least, known.rank(b).at_least)
    {
        bound = bound.max(a.saturating_mul(b));
    }
    // A Hadamard product of semidefinite matrices without zeros on their diagonals has the rank of either (L3).
    if let Some((a, b)) = view.pair(id, Map::Mul)
        && [a, b].iter().all(|&x| known.has(Psd, x) && known.has(NonzeroDiagonal, x))
    {
        let ranks = [a, b].into_iter().filter_map(|x| known.rank(x).at_least);
        bound = ranks.fold(bound, u64::max);
    }
    Some(least.map_or(bound, |least| bound.min(least)))
}

/// The band of a term whose arguments' bands are known.
pub(super) fn band(view: &View<'_>, id: TermId, known: &Known) -> Band {
    let node = view.node(id);
    let args = &node.args[..];
    let of = |k: usize| known.band(args[k]);
    let both = |f: &dyn Fn(u64, u64) -> Option<u64>, a: Option<u64>, b: Option<u64>| f(a?, b?);
    let narrower = |a: Option<u64>, b: Option<u64>| a.into_iter().chain(b).min();
    let wider = |a, b| both(&|a, b| Some(a.max(b)), a, b);
    let added = |a, b| both(&u64::checked_add, a, b);
    let mut band = match (&node.kind, args) {
        (TermKind::Map(Map::Mul) | TermKind::MatMul, _) if view.scaled(id).is_some() => {
            view.scaled(id).map_or(Band::default(), |(_, a)| known.band(a))
        }
        (TermKind::Map(Map::Mul), [_, _]) if view.pair(id, Map::Mul).is_some() => {
            Band { below: narrower(of(0).below, of(1).below), above: narrower(of(0).above, of(1).above) }
        }
        (TermKind::Map(Map::Add | Map::Sub), [_, _]) if args.iter().all(|&a| view.node(a).shape == node.shape) => {
            Band { below: wider(of(0).below, of(1).below), above: wider(of(0).above, of(1).above) }
        }
        (TermKind::MatMul, &[a, b]) if view.is_matrix(a) && view.is_matrix(b) => {
            Band { below: added(of(0).below, of(1).below), above: added(of(0).above, of(1).above) }
        }
        (TermKind::Transpose, &[a]) if view.is_matrix(a) => Band { below: of(0).above, above: of(0).below },
        // Functions with f(0) = 0 keep zeros.
        (
            TermKind::Map(Map::Neg | Map::Conj | Map::Abs | Map::Sqrt | Map::Real | Map::Imag | Map::Sin | Map::Tan),
            [_],
        )
        | (TermKind::Map(Map::Sinh | Map::Tanh | Map::Expm1), [_]) => of(0),
        (TermKind::Map(Map::Pow), _) => match view.power(id) {
            Some((a, p)) if p.re.is_positive() => known.band(a),
            _ => Band::default(),
        },
        (TermKind::Literal(entries), []) => literal(entries, node.shape.get(1)),
        _ => Band::default(),
    };
    let limit = |side: &mut Option<u64>, most: u64| *side = Some(side.map_or(most, |known| known.min(most)));
    let facts =
        [(Diagonal, Some(0), Some(0)), (Lower, None, Some(0)), (Upper, Some(0), None), (Tridiagonal, Some(1), Some(1))];
    for (property, below, above) in facts {
        if known.has(property, id) {
            below.into_iter().for_each(|most| limit(&mut band.below, most));
            above.into_iter().for_each(|most| limit(&mut band.above, most));
        }
    }
    band
}

fn literal(entries: &[crate::exact::Exact], columns: Option<&Dim>) -> Band {
    let Some(columns) = columns.and_then(Dim::as_number).filter(|&n| n > 0) else { return Band::default() };
    let places = (0u64..).zip(entries).filter(|(_, z)| !num_traits::Zero::is_zero(*z));
    let (below, above) = places.fold((0, 0), |(below, above): (u64, u64), (k, _)| {
        let (i, j) = (k / columns, k % columns);
        (below.max(i.saturating_sub(j)), above.max(j.saturating_sub(i)))
    });
    Band { below: Some(below), above: Some(above) }
}
