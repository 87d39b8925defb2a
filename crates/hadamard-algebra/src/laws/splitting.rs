//! E and F: column-wise Khatri–Rao products and face-splitting products.

use super::Law;
use super::build::{law, trap};

const SLYUSAR: &str = "Slyusar 1998, 1999";

// A table, aligned by hand.
#[rustfmt::skip]
pub(super) const ROWS: &[Law] = &[
    law("khatri_rao_gram", "E1", "(A ∗ B).' * (C ∗ E) == (A.' * C) .* (B.' * E)"),
    law("khatri_rao_gram_adjoint", "E1", "(A ∗ B)' * (C ∗ E) == (A' * C) .* (B' * E)"),
    law("kronecker_mul_khatri_rao", "E2", "(A ⊗ B) * (C ∗ E) == (A * C) ∗ (B * E)"),
    law("khatri_rao_hadamard_khatri_rao", "E3", "(A ∗ B) .* (C ∗ E) == (A .* C) ∗ (B .* E)"),
    law("khatri_rao_assoc", "E4", "(A ∗ B) ∗ C == A ∗ (B ∗ C)"),
    law("khatri_rao_add", "E4", "A ∗ (B + C) == A ∗ B + A ∗ C"),
    law("khatri_rao_commutation", "E4", "B ∗ A == commutation(p, m) * (A ∗ B)").operands(&["A:mxn", "B:pxn"]),
    trap("khatri_rao_comm", "E4", "A ∗ B == B ∗ A").operands(&["A:mxn", "B:mxn"]).note("rows come in another order"),
    law("khatri_rao_mulVec_vec", "E5", "(A ∗ B) * x == vec(B * Diag(x) * A.')"),
    law("khatri_rao_mulVec_rvec", "E5", "(A ∗ B) * x == rvec(A * Diag(x) * B.')"),
    law("khatri_rao_mul_diagonal", "E6", "(A ∗ B) * Diag(x) == (A * Diag(x)) ∗ B"),
    law("khatri_rao_mul_diagonal_right", "E6", "(A ∗ B) * Diag(x) == A ∗ (B * Diag(x))"),
    law("khatri_rao_transpose_mulVec", "E7", "(A ∗ B).' * (x ⊗ y) == (A.' * x) .* (B.' * y)"),
    law("khatri_rao_in_kronecker", "E8", "A ∗ B == (A ⊗ B) * (I(n) ∗ I(n))"),
    law("khatri_rao_eq_hadamard", "E8", "A ∗ B == (A ⊗ ones(p)) .* (ones(m) ⊗ B)").exact(),
    law("row_khatri_rao", "E9", "a.' ∗ B == B * Diag(a)"),
    law("khatri_rao_pseudoinverse", "E10", "P = inv((A' * A) .* (B' * B)) * (A ∗ B)'; P * (A ∗ B) == I(n)")
        .given("invertible((A' * A) .* (B' * B))").numeric()
        .note("the pseudoinverse of A ∗ B from a Gram matrix of n×n"),
    law("khatri_rao_norm", "E11",
        "norm(A ∗ B) ^ 2 == sum(sum(conj.(A) .* A, axis=0) .* sum(conj.(B) .* B, axis=0))"),
    law("mttkrp", "E12", "X * (B ∗ C) == X * (B ⊗ C) * (I(r) ∗ I(r))"),
    law("kronecker_khatri_rao_kronecker", "E13",
        "(A ⊗ B) ∗ (C ⊗ E) == (I(m) ⊗ commutation(p, r) ⊗ I(s)) * ((A ∗ C) ⊗ (B ∗ E))")
        .operands(&["A:mxn", "B:pxq", "C:rxn", "E:sxq"]),
    law("rank_khatri_rao_ge", "E14", "rank(A ∗ B) >= rank(A)").given("nonzero B").property()
        .note("it is enough that no column of B is zero"),
    trap("rank_khatri_rao_ge_all", "E14", "rank(A ∗ B) >= rank(A)").property().note("a column of B may be zero"),

    law("face_split_transpose", "F1", "(A • B).' == A.' ∗ B.'").exact().source(SLYUSAR),
    law("face_split_mul_khatri_rao", "F2", "(A • B) * (C ∗ E) == (A * C) .* (B * E)").source(SLYUSAR),
    law("face_split_hadamard_face_split", "F3", "(A • B) .* (C • E) == (A .* C) • (B .* E)").source(SLYUSAR),
    law("face_split_mul_kronecker", "F4", "(A • B) * (C ⊗ E) == (A * C) • (B * E)").source(SLYUSAR),
    law("face_split_mulVec_kronecker", "F5", "(A • B) * (c ⊗ d) == (A * c) .* (B * d)"),
    law("face_split_gram", "F6", "(A • B) * (C • E).' == (A * C.') .* (B * E.')"),
    law("face_split_rvec", "F7", "(A • B) * rvec(X) == diag(A * X * B.')"),
    law("face_split_rvec_sums", "F7", "(A • B) * rvec(X) == ((A * X) .* B) * ones(q)"),
    law("face_split_transpose_mulVec", "F8", "(A • B).' * w == rvec(A.' * Diag(w) * B)"),
    law("face_split_transpose_vec", "F8", "(A • B).' * w == vec(B.' * Diag(w) * A)"),
    law("diagonal_mul_face_split", "F9", "Diag(x) * (A • B) == (Diag(x) * A) • B"),
    law("diagonal_mul_face_split_right", "F9", "Diag(x) * (A • B) == A • (Diag(x) * B)"),
    law("face_split_eq_hadamard", "F10", "A • B == (A ⊗ ones(q).') .* (ones(n).' ⊗ B)").exact(),
    law("face_split_in_kronecker", "F10", "A • B == (I(m) ∗ I(m)).' * (A ⊗ B)"),
    law("vector_face_split", "F11", "c • M == Diag(c) * M").source(SLYUSAR),
    law("face_split_assoc", "F12", "(A • B) • C == A • (B • C)").source(SLYUSAR),
    law("face_split_add", "F12", "A • (B + C) == A • B + A • C").source(SLYUSAR),
    law("face_split_commutation", "F12", "B • A == (A • B) * commutation(n, p)").operands(&["A:mxn", "B:mxp"]),
    trap("face_split_comm", "F12", "A • B == B • A").operands(&["A:mxn", "B:mxn"]).note("columns come in another order"),
    law("row_kronecker_face_split", "F13", "a.' ⊗ (B • C) == (a.' ⊗ B) • C").source(SLYUSAR)
        .note("a one-row matrix; with more rows the sizes do not fit"),
    law("kronecker_face_split", "F13", "A ⊗ (B • C) == (A ⊗ B) • (ones(r) ⊗ C)").operands(&["A:rxn"]),
    law("face_split_weighted_gram", "F14",
        "rvec((A • B).' * Diag(w) * (A • B)) == \
         (I(n) ⊗ commutation(p, n) ⊗ I(p)) * rvec((A • A).' * Diag(w) * (B • B))")
        .operands(&["A:mxn", "B:mxp"]).source("Currie, Durbán and Eilers 2006")
        .note("the Gram matrix of a row-tensor design without the design"),
    law("face_split_chain", "F15", "(A • L) * (B ⊗ M) * (C ⊗ S) * (K ∗ T) == (A * B * C * K) .* (L * M * S * T)")
        .source(SLYUSAR),
    law("khatri_rao_row_swap", "F16", "(A ∗ c.') * d == (A ∗ d.') * c").source(SLYUSAR),
    law("face_split_row_swap", "F16", "d.' * (c • A.') == c.' * (d • A.')").source(SLYUSAR),
    law("vec_row_khatri_rao", "F17", "vec((w.' ∗ A) * B) == (B.' ∗ A) * w").source(SLYUSAR),
    law("vec_row_khatri_rao_diagonal", "F17", "vec((w.' ∗ A) * B) == vec(A * Diag(w) * B)").source(SLYUSAR),
    law("vec_face_split", "F17", "vec(A.' * (w • C)) == (C • A).' * w").source(SLYUSAR),
    law("vec_face_split_diagonal", "F17", "vec(A.' * (w • C)) == vec(A.' * Diag(w) * C)").source(SLYUSAR),
    law("count_sketch", "F18", "((F * C) * x) .* ((F * S) * y) == ((F * C) • (F * S)) * (x ⊗ y)")
        .source("Pham and Pagh 2013").note("F is the discrete Fourier transform, C and S are sketches"),
    law("block_face_split_transpose", "F19",
        "block_face_split(A, B, [p, p], [g, g, g], [h, h, h]).' == block_khatri_rao(A.', B.', [g, g, g], [p, p], [h, h, h])")
        .exact().source(SLYUSAR).note("here with 2×3 blocks of p×g and p×h"),
    law("block_face_split_transpose_uneven", "F19",
        "block_face_split(A, B, [1, 2], [2, 1]).' == block_khatri_rao(A.', B.', [2, 1], [1, 2])")
        .operands(&["A:3x3", "B:3x4"]).exact().source(SLYUSAR),
];
