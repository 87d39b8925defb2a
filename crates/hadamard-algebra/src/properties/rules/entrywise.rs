//! Operations on each entry.

use crate::Map;
use crate::Property::{self, *};
use crate::exact::Exact;
use crate::properties::view::{Inference, View, all, any, follows};
use crate::term::{TermId, TermKind};
use num_traits::{Signed, ToPrimitive, Zero as _};

/// What is so of each pair of mirrored entries, or of entries by their place.
const SYMMETRIES: &[Property] = &[Symmetric, Hermitian, Skew, SkewHermitian];
const PLACES: &[Property] = &[Diagonal, Lower, Upper, Tridiagonal, Zero];
const REPEATED: &[Property] = &[Toeplitz, Circulant];

fn product(view: &View<'_>, id: TermId) -> Option<(TermId, TermId)> {
    view.pair(id, Map::Mul)
}

pub(super) fn schur(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some((a, b)) = product(view, id).filter(|_| view.is_square(id)) else { return Vec::new() };
    all(&[Psd], &[a, b])
}

pub(super) fn schur_definite(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some((a, b)) = product(view, id).filter(|_| view.is_square(id)) else { return Vec::new() };
    [(a, b), (b, a)].map(|(a, b)| follows(Pd, &[(Pd, a), (Psd, b), (NonzeroDiagonal, b)])).to_vec()
}

pub(super) fn symmetry(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some((a, b)) = product(view, id).filter(|_| view.is_square(id)) else { return Vec::new() };
    let mut found = all(&[Symmetric, Hermitian], &[a, b]);
    found.push(follows(Symmetric, &[(Skew, a), (Skew, b)]));
    found.push(follows(Hermitian, &[(SkewHermitian, a), (SkewHermitian, b)]));
    for (x, y) in [(a, b), (b, a)] {
        found.push(follows(Skew, &[(Skew, x), (Symmetric, y)]));
        found.push(follows(SkewHermitian, &[(SkewHermitian, x), (Hermitian, y)]));
    }
    found
}

pub(super) fn structure(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some((a, b)) = product(view, id).filter(|_| view.is_matrix(id)) else { return Vec::new() };
    let mut found = any(PLACES, &[a, b]);
    found.extend(all(REPEATED, &[a, b]));
    found
}

pub(super) fn entries(view: &View<'_>, id: TermId) -> Vec<Inference> {
    if *view.kind(id) != TermKind::Map(Map::Mul) {
        return Vec::new();
    }
    // Also where one of them is stretched: every entry is the product of two.
    let args = &view.node(id).args;
    let mut found = all(&[Real, Nonnegative, Positive, Nonzero, ZeroOne], args);
    found.extend(any(&[Zero], args));
    if product(view, id).is_some() {
        found.extend(all(&[UnitDiagonal, NonzeroDiagonal], args));
    }
    found
}

pub(super) fn squares(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some((a, b)) = product(view, id) else { return Vec::new() };
    match (a == b, view.conj(a) == Some(b) || view.conj(b) == Some(a)) {
        (true, _) => vec![follows(Nonnegative, &[(Real, a)])],
        (_, true) => vec![follows(Nonnegative, &[])],
        _ => Vec::new(),
    }
}

pub(super) fn with_transpose(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some((a, b)) = product(view, id).filter(|_| view.is_square(id)) else { return Vec::new() };
    let mut found = Vec::new();
    if view.transposes(a, b) {
        found.push(follows(Symmetric, &[]));
    }
    found.extend(view.adjoint(a, b).map(|needs| follows(Hermitian, &needs)));
    found
}

pub(super) fn multiple(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some((k, a)) = view.scaled(id) else { return Vec::new() };
    let mut found = all(&[Real, Nonnegative, Positive, Nonzero], &[k, a]);
    found.extend(any(&[Zero], &[k, a]));
    let keeps: [&[Property]; 3] = [&[Symmetric, Skew], PLACES, REPEATED];
    found.extend(all(&keeps.concat(), &[a]));
    for property in [Hermitian, SkewHermitian] {
        found.push(follows(property, &[(Real, k), (property, a)]));
    }
    found.push(follows(Psd, &[(Nonnegative, k), (Psd, a)]));
    found.push(follows(Pd, &[(Positive, k), (Pd, a)]));
    for property in [Invertible, NonzeroDiagonal] {
        found.push(follows(property, &[(Nonzero, k), (property, a)]));
    }
    found
}

pub(super) fn negative(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some(a) = view.only(id, &TermKind::Map(Map::Neg)) else { return Vec::new() };
    let rest = [Real, Nonzero, Invertible, NonzeroDiagonal, Unitary, Orthogonal];
    all(&[SYMMETRIES, PLACES, REPEATED, &rest].concat(), &[a])
}

pub(super) fn sum(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some((a, b)) = view.pair(id, Map::Add) else { return Vec::new() };
    let mut found = all(&[SYMMETRIES, PLACES, REPEATED, &[Real, Nonnegative, Psd, Pd]].concat(), &[a, b]);
    for (a, b) in [(a, b), (b, a)] {
        found.push(follows(Pd, &[(Pd, a), (Psd, b)]));
        found.push(follows(Positive, &[(Positive, a), (Nonnegative, b)]));
    }
    found
}

pub(super) fn with_adjoint(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let mut found = Vec::new();
    if let Some((a, b)) = view.pair(id, Map::Add).filter(|_| view.is_square(id)) {
        found.extend(view.transposes(a, b).then(|| follows(Symmetric, &[])));
        found.extend(view.adjoint(a, b).map(|needs| follows(Hermitian, &needs)));
    }
    if let Some((a, b)) = view.pair(id, Map::Sub).filter(|_| view.is_square(id)) {
        found.extend(view.transposes(a, b).then(|| follows(Skew, &[])));
        found.extend(view.adjoint(a, b).map(|needs| follows(SkewHermitian, &needs)));
        found.extend((a == b).then(|| follows(Zero, &[])));
    }
    found
}

pub(super) fn difference(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some((a, b)) = view.pair(id, Map::Sub) else { return Vec::new() };
    all(&[SYMMETRIES, PLACES, REPEATED, &[Real]].concat(), &[a, b])
}

pub(super) fn power(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some((a, p)) = view.power(id) else { return Vec::new() };
    let whole = p.im.is_zero() && p.re.is_integer() && p.re.is_positive();
    let Some(p) = p.re.to_integer().to_u64().filter(|_| whole) else { return Vec::new() };
    let mut found = all(&[Real, Nonnegative, Positive, Nonzero, UnitDiagonal, NonzeroDiagonal, ZeroOne], &[a]);
    if view.is_matrix(id) {
        found.extend(all(PLACES, &[a]));
    }
    if view.is_square(id) {
        found.extend(all(&[Psd, Pd, Hermitian], &[a]));
    }
    if p % 2 == 0 {
        found.push(follows(Nonnegative, &[(Real, a)]));
        found.push(follows(Symmetric, &[(Skew, a)]));
        found.push(follows(Hermitian, &[(SkewHermitian, a)]));
    } else {
        found.extend(all(&[Skew, SkewHermitian], &[a]));
    }
    found
}

pub(super) fn root(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let real = |&(_, p): &(TermId, &Exact)| p.im.is_zero();
    let Some(a) = view.only(id, &TermKind::Map(Map::Sqrt)).or(view.power(id).filter(real).map(|(a, _)| a)) else {
        return Vec::new();
    };
    // A negative power of 0 does not exist.
    all(&[Nonnegative, Positive], &[a])
}

pub(super) fn exponential(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let series = [Map::Exp, Map::Sinh, Map::Cosh, Map::Expm1];
    let Some(a) = series.iter().find_map(|&f| view.only(id, &TermKind::Map(f))) else { return Vec::new() };
    let mut found = vec![follows(Real, &[(Real, a)]), follows(Nonnegative, &[(Nonnegative, a)])];
    if view.is_square(id) {
        found.extend(all(&[Psd, Hermitian], &[a]));
    }
    if *view.kind(id) == TermKind::Map(Map::Exp) {
        found.push(follows(Positive, &[(Real, a)]));
        found.push(follows(Nonzero, &[]));
    }
    found
}

pub(super) fn functions(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let node = view.node(id);
    let (TermKind::Map(_), &[a]) = (&node.kind, &node.args[..]) else {
        // A power by a number is a function of each entry too.
        let power = view.power(id).filter(|_| view.is_matrix(id));
        return power.map_or(Vec::new(), |(a, _)| all(&[Symmetric, Toeplitz, Circulant], &[a]));
    };
    if view.is_matrix(id) { all(&[Symmetric, Toeplitz, Circulant], &[a]) } else { Vec::new() }
}

pub(super) fn absolute(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some(a) = view.only(id, &TermKind::Map(Map::Abs)) else { return Vec::new() };
    let mut found = all(&[PLACES, &[Nonzero, UnitDiagonal, NonzeroDiagonal, ZeroOne]].concat(), &[a]);
    found.push(follows(Nonnegative, &[]));
    found.extend(SYMMETRIES.iter().map(|&s| follows(Symmetric, &[(s, a)])));
    found
}

pub(super) fn conjugate(view: &View<'_>, id: TermId) -> Vec<Inference> {
    view.conj(id).map_or(Vec::new(), |a| Property::all().flat_map(|(property, ..)| all(&[property], &[a])).collect())
}
