//! What a property of a term says of the same term.

use crate::Property::{self, *};
use crate::properties::view::{Inference, View, follows};
use crate::term::TermId;

/// Property and what it implies.
const IMPLIES: &[(&[Property], &[Property])] = &[
    (&[Pd], &[Psd]),
    (&[Psd], &[Hermitian]),
    (&[Hermitian, Real], &[Symmetric]),
    (&[Symmetric, Real], &[Hermitian]),
    (&[Skew, Real], &[SkewHermitian]),
    (&[SkewHermitian, Real], &[Skew]),
    (&[Positive], &[Nonnegative, Nonzero]),
    (&[Nonnegative], &[Real]),
    (&[Nonnegative, Nonzero], &[Positive]),
    (&[ZeroOne], &[Nonnegative]),
    (&[RowSelection], &[ZeroOne]),
    (&[ColumnSelection], &[ZeroOne]),
    (&[Permutation], &[RowSelection, ColumnSelection, Orthogonal]),
    (&[Orthogonal, Real], &[Unitary]),
    (&[Unitary, Real], &[Orthogonal]),
    (&[Unitary], &[Invertible]),
    (&[Orthogonal], &[Invertible]),
    (&[Diagonal], &[Lower, Upper, Tridiagonal, Symmetric]),
    (&[Lower, Upper], &[Diagonal]),
    (&[Circulant], &[Toeplitz]),
    (&[UnitDiagonal], &[NonzeroDiagonal]),
    (&[Zero], &[ZeroOne]),
];
/// What a square matrix of zeros is.
const ZERO: &[Property] = &[Symmetric, Hermitian, Skew, SkewHermitian, Psd, Diagonal, Circulant];

pub(super) fn definitions(view: &View<'_>, id: TermId) -> Vec<Inference> {
    let mut found = Vec::new();
    for (needs, gives) in IMPLIES {
        let needs: Vec<_> = needs.iter().map(|&p| (p, id)).collect();
        found.extend(gives.iter().map(|&g| follows(g, &needs)));
    }
    if view.is_square(id) {
        found.extend(ZERO.iter().map(|&g| follows(g, &[(Zero, id)])));
        found.push(follows(NonzeroDiagonal, &[(Nonzero, id)]));
    }
    found
}

pub(super) fn definite(_: &View<'_>, id: TermId) -> Vec<Inference> {
    vec![
        follows(Invertible, &[(Pd, id)]),
        follows(NonzeroDiagonal, &[(Pd, id)]),
        follows(Pd, &[(Psd, id), (Invertible, id)]),
    ]
}

pub(super) fn triangular(_: &View<'_>, id: TermId) -> Vec<Inference> {
    let mut found = Vec::new();
    for triangle in [Lower, Upper] {
        found.push(follows(Invertible, &[(triangle, id), (NonzeroDiagonal, id)]));
        found.push(follows(NonzeroDiagonal, &[(triangle, id), (Invertible, id)]));
    }
    found
}

pub(super) fn diagonal(_: &View<'_>, id: TermId) -> Vec<Inference> {
    vec![follows(Psd, &[(Diagonal, id), (Nonnegative, id)])]
}
