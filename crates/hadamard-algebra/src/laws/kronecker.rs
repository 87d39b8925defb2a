//! D: Kronecker products.

use super::Law;
use super::build::{law, trap};

const MATHLIB: &str = "mathlib, Matrix.Kronecker";

// A table, aligned by hand.
#[rustfmt::skip]
pub(super) const ROWS: &[Law] = &[
    law("kronecker_hadamard_kronecker", "D1", "(A ⊗ B) .* (C ⊗ E) == (A .* C) ⊗ (B .* E)"),
    law("hadamard_in_kronecker", "D2", "A .* B == (I(m) ∗ I(m)).' * (A ⊗ B) * (I(n) ∗ I(n))")
        .note("a principal submatrix only where A is square"),
    law("mul_kronecker_mul", "D3", "(A ⊗ B) * (C ⊗ E) == (A * C) ⊗ (B * E)").source(MATHLIB),
    trap("mul_kronecker_mul_ring", "D3", "(A ⊗ B) * (C ⊗ E) == (A * C) ⊗ (B * E)").quaternions()
        .note("entries must commute"),
    law("vec_mul", "D4", "vec(A * X * B) == (B.' ⊗ A) * vec(X)"),
    law("rvec_mul", "D4", "rvec(A * X * B.') == (A ⊗ B) * rvec(X)"),
    law("transpose_kronecker", "D5", "(A ⊗ B).' == A.' ⊗ B.'").exact(),
    law("conjTranspose_kronecker", "D5", "(A ⊗ B)' == A' ⊗ B'").exact().source(MATHLIB),
    law("conj_kronecker", "D5", "conj.(A ⊗ B) == conj.(A) ⊗ conj.(B)").exact(),
    law("kronecker_eq_hadamard", "D6", "A ⊗ B == (A ⊗ J(p, q)) .* (J(m, n) ⊗ B)").exact(),
    law("diag_kronecker", "D7", "diag(A ⊗ B) == diag(A) ⊗ diag(B)").exact(),
    law("trace_kronecker", "D7", "tr(A ⊗ B) == tr(A) * tr(B)").source(MATHLIB),
    law("det_kronecker", "D7", "det(A ⊗ B) == det(A) ^ p * det(B) ^ n").operands(&["A:nxn", "B:pxp"]).numeric()
        .source(MATHLIB),
    law("inv_kronecker", "D8", "inv(A ⊗ B) == inv(A) ⊗ inv(B)").operands(&["A:nxn", "B:pxp"])
        .given("invertible A, invertible B").guarded().source(MATHLIB),
    law("rank_kronecker", "D8", "rank(A ⊗ B) == rank(A) * rank(B)").numeric(),
    law("norm_kronecker", "D8", "norm(A ⊗ B) ^ 2 == norm(A) ^ 2 * norm(B) ^ 2"),
    law("spectral_norm_kronecker", "D8", "max(svdvals(A ⊗ B)) == max(svdvals(A)) * max(svdvals(B))").numeric(),
    law("kronecker_root", "D9", "(A ⊗ B) .^ (1/2) == A .^ (1/2) ⊗ B .^ (1/2)").given("nonnegative A, nonnegative B").real()
        .guarded(),
    law("kronecker_pow", "D9", "(A ⊗ B) .^ 3 == A .^ 3 ⊗ B .^ 3"),
    law("vec_hadamard", "D10", "vec(A .* B) == vec(A) .* vec(B)").exact(),
    law("vec_hadamard_diagonal", "D10", "vec(A .* B) == Diag(vec(A)) * vec(B)"),
    law("sum_kronecker", "D11", "sum(A ⊗ B) == sum(A) * sum(B)"),
    law("diagonal_kronecker_diagonal", "D12", "Diag(a) ⊗ Diag(b) == Diag(a ⊗ b)").source(MATHLIB),
    law("one_kronecker_one", "D12", "I(m) ⊗ I(n) == I(m * n)").exact().source(MATHLIB),
    law("kronecker_assoc", "D12", "(A ⊗ B) ⊗ C == A ⊗ (B ⊗ C)").source(MATHLIB),
    law("kronecker_commutation", "D13", "B ⊗ A == commutation(p, m) * (A ⊗ B) * commutation(n, q)")
        .operands(&["A:mxn", "B:pxq"]),
    trap("kronecker_commutation_order", "D13", "B ⊗ A == commutation(m, p) * (A ⊗ B) * commutation(q, n)")
        .operands(&["A:mxn", "B:pxq"]).note("the order of the sizes matters"),
    trap("kronecker_comm", "D13", "A ⊗ B == B ⊗ A").operands(&["A:nxn", "B:nxn"]),
    law("vec_transpose", "D13", "commutation(m, n) * vec(A) == vec(A.')").operands(&["A:mxn"]).exact(),
    law("sum_kronecker_hadamard", "D14",
        "sum((A ⊗ B) .* X) == (rvec(A) ⊗ rvec(B)).' * (I(m) ⊗ commutation(n, p) ⊗ I(q)) * rvec(X)")
        .operands(&["A:mxn", "B:pxq"]).source("Van Loan and Pitsianis 1993"),
    law("trace_kronecker_mul_kronecker", "D15", "tr((A ⊗ B) * (C ⊗ E)) == tr(A * C) * tr(B * E)")
        .operands(&["A:mxn", "B:pxq", "C:nxm", "E:qxp"]),
    law("PosSemidef.kronecker", "D16", "psd(A ⊗ B)").given("psd A, psd B").property().source(MATHLIB),
    law("PosDef.kronecker", "D16", "pd(A ⊗ B)").given("pd A, pd B").property().source(MATHLIB),
    law("hermitian_kronecker", "D16", "hermitian(A ⊗ B)").given("hermitian A, hermitian B").property(),
    law("unitary_kronecker", "D16", "unitary(A ⊗ B)").given("unitary A, unitary B").property(),
    law("diagonal_kronecker", "D16", "diagonal(A ⊗ B)").given("diagonal A, diagonal B").property(),
    law("permutation_kronecker", "D16", "permutation(A ⊗ B)").given("permutation A, permutation B").property(),
];
