//! A: the ring of matrices under the Hadamard product.

use super::Law;
use super::build::{law, trap};

const MATHLIB: &str = "mathlib, Matrix.Hadamard";

// A table, aligned by hand.
#[rustfmt::skip]
pub(super) const ROWS: &[Law] = &[
    law("hadamard_comm", "A1", "A .* B == B .* A").exact().source(MATHLIB),
    trap("hadamard_comm_ring", "A1", "A .* B == B .* A").quaternions().note("entries must commute"),
    law("hadamard_assoc", "A2", "(A .* B) .* C == A .* (B .* C)").source(MATHLIB),
    law("hadamard_add", "A3", "A .* (B + C) == A .* B + A .* C").source(MATHLIB),
    law("add_hadamard", "A3", "(A + B) .* C == A .* C + B .* C").source(MATHLIB),
    law("smul_hadamard", "A4", "(k * A) .* B == k * (A .* B)").source(MATHLIB),
    law("hadamard_smul", "A4", "A .* (k * B) == k * (A .* B)").source(MATHLIB),
    law("hadamard_zero", "A5", "A .* (0 * J(m, n)) == 0 * J(m, n)").source(MATHLIB)
        .note("on floats only where A is finite"),
    law("hadamard_ones", "A6", "A .* J(m, n) == A").exact(),
    law("hadamard_inverse_mul", "A7", "A .^ -1 .* A == J(m, n)").given("nonzero A").guarded()
        .note("A .^ -1 exists if and only if every entry has an inverse"),
    law("transpose_hadamard", "A8", "(A .* B).' == A.' .* B.'").exact(),
    law("conj_hadamard", "A8", "conj.(A .* B) == conj.(A) .* conj.(B)").exact(),
    law("conjTranspose_hadamard", "A8", "(A .* B)' == B' .* A'").exact().source(MATHLIB),
    law("conjTranspose_hadamard_ring", "A8", "(A .* B)' == B' .* A'").quaternions().source(MATHLIB)
        .note("entries need not commute, but the order turns round"),
    trap("conjTranspose_hadamard_order", "A8", "(A .* B)' == A' .* B'").quaternions()
        .note("conjugation turns products of entries round"),
    law("submatrix_hadamard", "A9", "(A .* B)[0:2, 1:3] == A[0:2, 1:3] .* B[0:2, 1:3]").exact(),
    law("selection_hadamard", "A10", "P * (A .* B) * Q == (P * A * Q) .* (P * B * Q)")
        .given("row_selection P, column_selection Q"),
    law("permutation_hadamard", "A10", "P * (A .* B) * Q == (P * A * Q) .* (P * B * Q)")
        .given("permutation P, permutation Q"),
    trap("mul_hadamard_mul", "A10", "P * (A .* B) * Q == (P * A * Q) .* (P * B * Q)")
        .note("only for matrices that select rows and columns"),
    law("hadamard_one", "A11", "A .* I(n) == Diag(diag(A))").exact().source(MATHLIB),
    law("one_hadamard", "A11", "I(n) .* A == Diag(diag(A))").exact().source(MATHLIB),
    law("hadamard_square_add", "A12", "(A + B) .^ 2 == A .^ 2 + 2 * (A .* B) + B .^ 2").cancelling(),
    law("stdBasis_hadamard_same", "A13",
        "(I(3)[:, 0] * I(3)[:, 1].') .* (I(3)[:, 0] * I(3)[:, 1].') == I(3)[:, 0] * I(3)[:, 1].'").exact(),
    law("stdBasis_hadamard_other", "A13",
        "(I(3)[:, 0] * I(3)[:, 1].') .* (I(3)[:, 0] * I(3)[:, 2].') == 0 * J(3, 3)").exact(),
    law("hadamard_idempotent", "A14", "A .* A == A").given("zero_one A").exact(),
    trap("hadamard_idempotent_all", "A14", "A .* A == A").note("only if every entry is 0 or 1"),
];
