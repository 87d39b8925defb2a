//! C: traces, row sums, bilinear forms.

use super::Law;
use super::build::{law, trap};

// A table, aligned by hand.
#[rustfmt::skip]
pub(super) const ROWS: &[Law] = &[
    law("bilinear_hadamard", "C1", "x' * (A .* B) * y == tr(Diag(x)' * A * Diag(y) * B.')")
        .note("a plain transpose of B, over ℂ too"),
    law("dotProduct_vecMul_hadamard", "C1", "v.' * (A .* B) * w == tr((Diag(v) * A) * (B * Diag(w)).')")
        .source("mathlib, Matrix.Hadamard"),
    trap("bilinear_hadamard_adjoint", "C1", "x' * (A .* B) * y == tr(Diag(x)' * A * Diag(y) * B')")
        .note("over ℂ the transpose of B is not conjugated"),
    law("sum_hadamard_eq", "C2", "sum(A .* B) == tr(A * B.')").source("mathlib, Matrix.Hadamard"),
    law("sum_hadamard_eq_transpose_mul", "C2", "sum(A .* B) == tr(A.' * B)"),
    law("sum_hadamard_eq_forms", "C2", "ones(m).' * (A .* B) * ones(n) == tr(B.' * A)"),
    trap("sum_hadamard_eq_trace_mul", "C2", "sum(A .* B) == tr(A * B)")
        .note("the trace is of A * B.'; A * B is a misprint in circulation"),
    law("row_sums_hadamard", "C3", "(A .* B) * ones(n) == diag(A * B.')"),
    law("row_sums_axis", "C3", "sum(A .* B, axis=1) == diag(A * B.')"),
    law("column_sums_hadamard", "C4", "sum(A .* B, axis=0) == diag(A.' * B)"),
    law("column_sums_swapped", "C4", "sum(A .* B, axis=0) == diag(B.' * A)"),
    trap("row_sums_are_column_sums", "C4", "sum(A .* B, axis=0) == diag(A * B.')").operands(&["A:nxn", "B:nxn"])
        .note("row sums are diag(A * B.'), column sums diag(A.' * B): a chained equation in circulation mixes them"),
    law("hadamard_mulVec", "C5", "(A .* B) * y == diag(A * Diag(y) * B.')"),
    law("diag_mul_diagonal_mul", "C6", "diag(A * Diag(y) * B) == (A .* B.') * y"),
    law("diag_mul", "C6", "diag(A * B) == (A .* B.') * ones(n)"),
    law("trace_mul", "C7", "tr(A * B) == sum(A .* B.')"),
    law("trace_diagonal_mul", "C7", "tr(Diag(x) * A * Diag(y) * B) == x.' * (A .* B.') * y"),
    law("frobenius_inner", "C8", "tr(A' * B) == sum(conj.(A) .* B)"),
    law("frobenius_norm", "C8", "norm(A) ^ 2 == sum(conj.(A) .* A)"),
    law("trace_hadamard_mul", "C9", "tr((A .* B) * C.') == tr(A * (B .* C).')"),
    law("diag_hadamard_mul", "C9", "diag((A .* B) * C.') == diag(A * (B .* C).')"),
    law("trace_hadamard", "C10", "tr(A .* B) == diag(A).' * diag(B)"),
    law("diag_congruence", "C11", "diag(X * A * X.') == ((X * A) .* X) * ones(n)"),
    law("diag_bilinear", "C11", "diag(X * A * Y.') == ((X * A) .* Y) * ones(n)"),
    law("sum_outer_hadamard", "C12", "sum((u * v.') .* A) == u.' * A * v"),
    law("form_outer_hadamard", "C13", "x.' * ((u * v.') .* A) * y == (x .* u).' * A * (v .* y)"),
    law("sum_mul", "C14", "sum(X * Y) == (ones(m).' * X) * (Y * ones(n))"),
    law("sum_mul_hadamard", "C15", "sum((A * B) .* C) == tr(A * B * C.')"),
    law("diag_similarity", "C16", "diag(S * Diag(x) * inv(S)) == (S .* inv(S).') * x").given("invertible S").guarded(),
    law("relative_gain_rows", "C17", "sum(A .* inv(A).', axis=1) == ones(n)").given("invertible A").guarded(),
    law("relative_gain_columns", "C17", "sum(A .* inv(A).', axis=0) == ones(n)").given("invertible A").guarded(),
    law("relative_gain_scaling", "C17",
        "D = Diag(x) * A * Diag(y); D .* inv(D).' == A .* inv(A).'")
        .given("invertible A, nonzero x, nonzero y").guarded(),
    law("squared_distances", "C18",
        "r = (X .* X) * ones(k); s = (Y .* Y) * ones(k); \
         ((X ⊗ ones(n)) - (ones(m) ⊗ Y)) .^ 2 * ones(k) == rvec(r * ones(n).' + ones(m) * s.' - 2 * X * Y.')")
        .cancelling().note("loses digits where points are close"),
    law("hat_matrix_diagonal", "C19", "H = X * inv(X.' * X); diag(H * X.') == (H .* X) * ones(p)").real(),
];
