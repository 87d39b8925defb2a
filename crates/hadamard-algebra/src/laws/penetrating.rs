//! G: penetrating face products. B is written with n blocks side by side.

use super::Law;
use super::build::law;

const SLYUSAR: &str = "Slyusar 1998";
const SHAPES: &[&str] = &["A:pxg", "B:pxn*g"];

// A table, aligned by hand.
#[rustfmt::skip]
pub(super) const ROWS: &[Law] = &[
    law("penetrating_eq_hadamard", "G1", "A [∘] B == (ones(n).' ⊗ A) .* B").operands(SHAPES).exact(),
    law("penetrating_order", "G2", "A [∘] B == B [∘] A").operands(SHAPES).exact().source(SLYUSAR)
        .note("a convention: the sizes say which is the block matrix"),
    law("face_split_self", "G3", "M • M == M [∘] (M ⊗ ones(g).')").operands(&["M:pxg"]).source(SLYUSAR),
    law("face_split_eq_penetrating", "G3", "A • B == B [∘] (A ⊗ ones(h).')").operands(&["A:pxg", "B:pxh"]),
    law("vector_penetrating", "G4", "c • M == c [∘] M").source(SLYUSAR),
    law("vector_penetrating_diagonal", "G4", "c [∘] M == Diag(c) * M").source(SLYUSAR),
    law("penetrating_hadamard_penetrating", "G5", "(A [∘] B) .* (C [∘] E) == (A .* C) [∘] (B .* E)")
        .operands(&["A:pxg", "B:pxn*g", "C:pxg", "E:pxn*g"]),
    law("penetrating_penetrating", "G6", "A [∘] (C [∘] B) == (A .* C) [∘] B").operands(&["A:pxg", "B:pxn*g", "C:pxg"]),
    law("penetrating_add", "G7", "A [∘] (B + C) == A [∘] B + A [∘] C").operands(&["A:pxg", "B:pxn*g", "C:pxn*g"]),
    law("add_penetrating", "G7", "(A + C) [∘] B == A [∘] B + C [∘] B").operands(&["A:pxg", "B:pxn*g", "C:pxg"]),
    law("diagonal_penetrating", "G8", "Diag(x) * (A [∘] B) * (I(n) ⊗ Diag(y)) == (Diag(x) * A * Diag(y)) [∘] B")
        .operands(SHAPES),
    law("penetrating_mul_vector", "G9", "(A [∘] B) * (x ⊗ I(g)) == A .* (B * (x ⊗ I(g)))").operands(SHAPES)
        .note("one Hadamard product instead of n"),
    law("outer_penetrating", "G10", "(u * v.') [∘] B == Diag(u) * B * (I(n) ⊗ Diag(v))")
        .operands(&["u:p", "v:g", "B:pxn*g"]),
    law("penetrating_kronecker", "G11", "A [∘] (b.' ⊗ C) == b.' ⊗ (A .* C)").operands(&["A:pxg", "C:pxg", "b:n"]),
    law("penetrating_face_split", "G12", "A [∘] (B • C) == B • (A .* C)").operands(&["A:pxg", "B:pxn", "C:pxg"]),
    law("penetrating_gram", "G13",
        "F = B * ([1, 0] ⊗ I(2)); S = B * ([0, 1] ⊗ I(2)); \
         (A [∘] B) * (A [∘] B)' == (A .* F) * (A .* F)' + (A .* S) * (A .* S)'").operands(&["A:2x2", "B:2x4"])
        .note("here with two blocks of 2×2"),
    law("penetrating_transpose", "G14", "(A [∘] B).' == penetrating_v(A.', B.')").operands(SHAPES).exact(),
];
