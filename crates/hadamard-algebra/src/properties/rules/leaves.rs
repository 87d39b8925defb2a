//! Operands, numbers and matrices with a name.

use crate::Property::{self, *};
use crate::exact::Exact;
use crate::properties::view::{Inference, View, follows};
use crate::term::{Ring, TermId, TermKind};
use num_traits::{One, Signed, Zero as _};

fn facts(properties: &[Property]) -> Vec<Inference> {
    properties.iter().map(|&p| follows(p, &[])).collect()
}

pub(super) fn ring(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let real = matches!(view.ring, Ring::Integers | Ring::Reals);
    if real && matches!(view.kind(id), TermKind::Operand(_)) { facts(&[Real]) } else { Vec::new() }
}

/// What is so of every one of some entries.
fn of_entries(entries: &[&Exact]) -> Vec<Property> {
    let real = entries.iter().all(|z| z.im.is_zero());
    let every = |test: &dyn Fn(&Exact) -> bool| entries.iter().all(|z| test(z));
    let mut found = Vec::new();
    let mut add = |yes: bool, property: Property| found.extend(yes.then_some(property));
    add(real, Real);
    add(real && every(&|z| !z.re.is_negative()), Nonnegative);
    add(real && every(&|z| z.re.is_positive()), Positive);
    add(every(&|z| !z.is_zero()), Nonzero);
    add(every(&|z| z.is_zero()), Zero);
    add(every(&|z| z.is_zero() || z.is_one()), ZeroOne);
    found
}

pub(super) fn number(view: &View<'_>, id: TermId) -> Vec<Inference> {
    match view.kind(id) {
        TermKind::Number(value) => facts(&of_entries(&[value])),
        TermKind::Size(_) => facts(&[Real, Nonnegative]),
        _ => Vec::new(),
    }
}

pub(super) fn literal(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let TermKind::Literal(entries) = view.kind(id) else { return Vec::new() };
    let mut found = of_entries(&entries.iter().collect::<Vec<_>>());
    let n = match view.node(id).shape[..] {
        [ref m, ref n] if m == n => m.as_number().and_then(|n| usize::try_from(n).ok()),
        _ => None,
    };
    if let Some(n) = n.filter(|n| n * n == entries.len()) {
        let at = |i: usize, j: usize| &entries[i * n + j];
        let places = || (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
        let mut add = |yes: bool, property: Property| found.extend(yes.then_some(property));
        add(places().all(|(i, j)| at(i, j) == at(j, i)), Symmetric);
        add(places().all(|(i, j)| *at(i, j) == at(j, i).conj()), Hermitian);
        add(places().all(|(i, j)| i == j || at(i, j).is_zero()), Diagonal);
        add(places().all(|(i, j)| i >= j || at(i, j).is_zero()), Lower);
        add(places().all(|(i, j)| i <= j || at(i, j).is_zero()), Upper);
        add((0..n).all(|i| at(i, i).is_one()), UnitDiagonal);
        add((0..n).all(|i| !at(i, i).is_zero()), NonzeroDiagonal);
    }
    facts(&found)
}

pub(super) fn ones(view: &View<'_>, id: TermId) -> Vec<Inference> {
    match view.kind(id) {
        TermKind::Ones if view.is_square(id) => {
            facts(&[Real, Positive, ZeroOne, Symmetric, Psd, Toeplitz, Circulant, UnitDiagonal])
        }
        TermKind::Ones => facts(&[Real, Positive, ZeroOne]),
        _ => Vec::new(),
    }
}

pub(super) fn identity(view: &View<'_>, id: TermId) -> Vec<Inference> {
    match view.kind(id) {
        TermKind::Identity => facts(&[Real, Permutation, Diagonal, Pd, Circulant, UnitDiagonal]),
        _ => Vec::new(),
    }
}

pub(super) fn commutation(view: &View<'_>, id: TermId) -> Vec<Inference> {
    match view.kind(id) {
        TermKind::Commutation(..) => facts(&[Permutation]),
        _ => Vec::new(),
    }
}
