//! Operations on matrices as wholes.

use crate::Property::{self, *};
use crate::properties::view::{Inference, View, all, any, follows};
use crate::term::{TermId, TermKind};
use crate::{Fold, Map, Spectrum};

const SIGNS: &[Property] = &[Real, Nonnegative, Positive, Nonzero];
const SYMMETRIES: &[Property] = &[Symmetric, Hermitian, Skew, SkewHermitian];

pub(super) fn transpose(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some(a) = view.transpose(id) else { return Vec::new() };
    let kept = Property::all().map(|(property, ..)| match property {
        Lower => follows(Upper, &[(Lower, a)]),
        Upper => follows(Lower, &[(Upper, a)]),
        RowSelection => follows(ColumnSelection, &[(RowSelection, a)]),
        ColumnSelection => follows(RowSelection, &[(ColumnSelection, a)]),
        // The transpose of a Hermitian matrix is its conjugate, which has the same eigenvalues.
        same => follows(same, &[(same, a)]),
    });
    kept.collect()
}

pub(super) fn gram(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some((a, b)) = view.product(id).filter(|_| view.is_square(id)) else { return Vec::new() };
    let mut found = Vec::new();
    if let Some(needs) = view.adjoint(a, b) {
        found.push(follows(Psd, &needs));
        let mut invertible = needs;
        invertible.push((Invertible, a));
        found.push(follows(Pd, &invertible));
    }
    if view.transposes(a, b) {
        found.push(follows(Symmetric, &[]));
    }
    found
}

pub(super) fn congruence(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some((left, right)) = view.product(id).filter(|_| view.is_square(id)) else { return Vec::new() };
    // (C P) C* or C (P C*)
    let inner = [view.product(left).map(|(c, p)| (c, p, right)), view.product(right).map(|(p, d)| (left, p, d))];
    let mut found = Vec::new();
    for (c, p, d) in inner.into_iter().flatten() {
        if let Some(needs) = view.adjoint(c, d).filter(|_| view.is_square(p)) {
            for property in [Psd, Hermitian, SkewHermitian] {
                found.push(follows(property, &[needs.as_slice(), &[(property, p)]].concat()));
            }
            found.push(follows(Pd, &[needs.as_slice(), &[(Pd, p), (Invertible, c)]].concat()));
        }
        if view.transposes(c, d) {
            found.extend(all(&[Symmetric, Skew], &[p]));
        }
    }
    found
}

pub(super) fn product(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some((a, b)) = view.product(id) else { return Vec::new() };
    let mut found = all(&[Real, Nonnegative, RowSelection, ColumnSelection], &[a, b]);
    found.extend(any(&[Zero], &[a, b]));
    if view.is_square(a) && view.is_square(b) {
        found.extend(all(&[Diagonal, Lower, Upper, Circulant, Unitary, Orthogonal, Permutation, Invertible], &[a, b]));
    }
    found
}

pub(super) fn kronecker(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let (TermKind::Kron, &[a, b]) = (view.kind(id), &view.node(id).args[..]) else { return Vec::new() };
    let kept = [Psd, Pd, Unitary, Orthogonal, Permutation, RowSelection, ColumnSelection, Invertible];
    let mut found = all(&[&kept[..], SIGNS, &[ZeroOne, Symmetric, Hermitian]].concat(), &[a, b]);
    found.extend(any(&[Zero], &[a, b]));
    if view.is_square(a) && view.is_square(b) {
        found.extend(all(&[Diagonal, Lower, Upper, UnitDiagonal, NonzeroDiagonal], &[a, b]));
        found.push(follows(Symmetric, &[(Skew, a), (Skew, b)]));
        found.push(follows(Hermitian, &[(SkewHermitian, a), (SkewHermitian, b)]));
        for (x, y) in [(a, b), (b, a)] {
            found.push(follows(Skew, &[(Skew, x), (Symmetric, y)]));
            found.push(follows(SkewHermitian, &[(SkewHermitian, x), (Hermitian, y)]));
        }
    }
    found
}

pub(super) fn rearranged(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let args = &view.node(id).args;
    match view.kind(id) {
        TermKind::KhatriRao | TermKind::FaceSplit | TermKind::Outer => {
            [all(&[SIGNS, &[ZeroOne]].concat(), args), any(&[Zero], args)].concat()
        }
        TermKind::Penetrating { .. } | TermKind::BlockProduct { .. } => all(&[SIGNS, &[ZeroOne]].concat(), args),
        _ => Vec::new(),
    }
}

pub(super) fn outer(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let (TermKind::Outer, &[x, y]) = (view.kind(id), &view.node(id).args[..]) else { return Vec::new() };
    let mut found = Vec::new();
    if x == y {
        found.extend([follows(Symmetric, &[]), follows(Psd, &[(Real, x)])]);
    }
    if view.conj(y) == Some(x) || view.conj(x) == Some(y) {
        found.push(follows(Psd, &[]));
    }
    found
}

pub(super) fn diagonal_of(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some(x) = view.only(id, &TermKind::DiagBuild) else { return Vec::new() };
    let mut found = all(&[Real, Nonnegative, ZeroOne, Zero], &[x]);
    found.push(follows(Diagonal, &[]));
    found.push(follows(Hermitian, &[(Real, x)]));
    found.push(follows(NonzeroDiagonal, &[(Nonzero, x)]));
    found
}

pub(super) fn diagonal_from(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some(m) = view.only(id, &TermKind::DiagExtract) else { return Vec::new() };
    let mut found = all(&[SIGNS, &[ZeroOne, Zero]].concat(), &[m]);
    found.push(follows(Real, &[(Hermitian, m)]));
    found.push(follows(Nonnegative, &[(Psd, m)]));
    found.push(follows(Positive, &[(Pd, m)]));
    found.push(follows(Nonzero, &[(NonzeroDiagonal, m)]));
    found
}

pub(super) fn sums(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some(&a) = view.node(id).args.first() else { return Vec::new() };
    match view.kind(id) {
        TermKind::Trace => {
            let mut found = all(&[Real, Nonnegative, Zero], &[a]);
            found.push(follows(Real, &[(Hermitian, a)]));
            found.push(follows(Nonnegative, &[(Psd, a)]));
            found.push(follows(Zero, &[(Skew, a)]));
            found
        }
        TermKind::Fold(Fold::Sum, axes) => {
            let mut found = all(&[Real, Nonnegative, Zero], &[a]);
            // 1ᵀ A 1 is a value of the form.
            if view.is_square(a) && axes.len() == 2 {
                found.push(follows(Nonnegative, &[(Psd, a)]));
                found.push(follows(Real, &[(Hermitian, a)]));
            }
            found
        }
        TermKind::Fold(Fold::Prod | Fold::Min | Fold::Max, _) => all(SIGNS, &[a]),
        TermKind::Fold(Fold::Mean, _) => all(&[Real, Nonnegative, Positive, Zero], &[a]),
        TermKind::Fold(Fold::Norm, _) => vec![follows(Nonnegative, &[])],
        _ => Vec::new(),
    }
}

pub(super) fn determinant(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some(a) = view.only(id, &TermKind::Det) else {
        let rank = matches!(view.kind(id), TermKind::Rank);
        return if rank { vec![follows(Nonnegative, &[])] } else { Vec::new() };
    };
    vec![
        follows(Real, &[(Real, a)]),
        follows(Real, &[(Hermitian, a)]),
        follows(Nonnegative, &[(Psd, a)]),
        follows(Positive, &[(Pd, a)]),
        follows(Nonzero, &[(Invertible, a)]),
    ]
}

pub(super) fn inverse(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let Some(a) = view.only(id, &TermKind::Inv) else { return Vec::new() };
    let kept = [Real, Pd, Diagonal, Lower, Upper, Circulant, Unitary, Orthogonal, Permutation, Invertible];
    let mut found = all(&[SYMMETRIES, &kept].concat(), &[a]);
    // An inverse that exists is of an invertible matrix.
    found.push(follows(Pd, &[(Psd, a), (Invertible, a)]));
    found
}

pub(super) fn spectra(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let (TermKind::Spectrum(spectrum), &[a]) = (view.kind(id), &view.node(id).args[..]) else { return Vec::new() };
    match spectrum {
        Spectrum::Singular => vec![follows(Nonnegative, &[]), follows(Positive, &[(Invertible, a)])],
        Spectrum::General | Spectrum::Hermitian => {
            let mut found = vec![
                follows(Real, &[(Hermitian, a)]),
                follows(Nonnegative, &[(Psd, a)]),
                follows(Positive, &[(Pd, a)]),
                follows(Nonzero, &[(Invertible, a)]),
            ];
            found.extend((*spectrum == Spectrum::Hermitian).then(|| follows(Real, &[])));
            found
        }
    }
}

pub(super) fn running(view: &View<'_>, id: TermId) -> Vec<Inference> {
    match (view.kind(id), &view.node(id).args[..]) {
        (TermKind::Scan(Fold::Prod), &[x]) => all(SIGNS, &[x]),
        (TermKind::Scan(_), &[x]) => all(&[Real, Nonnegative, Positive, Zero], &[x]),
        _ => Vec::new(),
    }
}

pub(super) fn power(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let (&TermKind::MatPow(k), &[a]) = (view.kind(id), &view.node(id).args[..]) else { return Vec::new() };
    let kept = [Real, Hermitian, Symmetric, Pd, Diagonal, Lower, Upper, Circulant, Unitary, Orthogonal, Invertible];
    let mut found = all(&kept, &[a]);
    if k >= 0 {
        found.extend(all(&[Psd, Nonnegative], &[a]));
    }
    if k >= 0 && k % 2 == 0 {
        found.push(follows(Psd, &[(Hermitian, a)]));
        found.push(follows(Symmetric, &[(Skew, a)]));
    }
    found
}

pub(super) fn arrangement(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let keeps = [SIGNS, &[ZeroOne, Zero]].concat();
    let arg = view.only(id, &TermKind::Vec).or(view.only(id, &TermKind::Rvec)).or(view.slice(id).map(|(a, _)| a));
    let parts = [Map::Real, Map::Imag].iter().find_map(|&m| view.only(id, &TermKind::Map(m)));
    let mut found = arg.map_or(Vec::new(), |a| all(&keeps, &[a]));
    found.extend(parts.map(|_| follows(Real, &[])));
    found
}

pub(super) fn submatrix(view: &View<'_>, id: TermId) -> Vec<Inference> {
    match view.slice(id) {
        Some((a, true)) => all(&[SYMMETRIES, &[Psd, Pd, Diagonal, UnitDiagonal, NonzeroDiagonal]].concat(), &[a]),
        _ => Vec::new(),
    }
}
