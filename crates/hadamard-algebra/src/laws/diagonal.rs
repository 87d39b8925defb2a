//! B: diagonal scaling.

use super::Law;
use super::build::law;

// A table, aligned by hand.
#[rustfmt::skip]
pub(super) const ROWS: &[Law] = &[
    law("hadamard_eq_diagonal_mulVec", "B1", "x .* y == Diag(x) * y"),
    law("hadamard_eq_mulVec_diagonal", "B1", "x .* y == Diag(y) * x"),
    law("diagonal_mul", "B2", "Diag(x) * Y == (x * ones(n).') .* Y"),
    law("mul_diagonal", "B2", "Y * Diag(x) == Y .* (ones(m) * x.')"),
    law("outer_hadamard", "B3", "(y * x') .* A == Diag(y) * A * Diag(x)'"),
    law("diagonal_hadamard_left", "B4", "Diag(d) * (A .* B) * Diag(e) == (Diag(d) * A * Diag(e)) .* B"),
    law("diagonal_hadamard_both", "B4", "Diag(d) * (A .* B) * Diag(e) == (Diag(d) * A) .* (B * Diag(e))"),
    law("diagonal_hadamard_cross", "B4", "Diag(d) * (A .* B) * Diag(e) == (A * Diag(e)) .* (Diag(d) * B)"),
    law("diagonal_hadamard_right", "B4", "Diag(d) * (A .* B) * Diag(e) == A .* (Diag(d) * B * Diag(e))"),
    law("diagonal_eq_hadamard", "B5", "Diag(a) == (a * ones(n).') .* I(n)").exact(),
    law("diag_hadamard", "B6", "diag(A .* B) == diag(A) .* diag(B)").exact(),
    law("diagonal_hadamard", "B7", "Diag(x) .* A == Diag(x .* diag(A))").exact(),
    law("diagonal_mul_diagonal", "B8", "Diag(x) * Diag(y) == Diag(x .* y)").source("mathlib, Matrix"),
    law("diagonal_hadamard_diagonal", "B8", "Diag(x) .* Diag(y) == Diag(x .* y)").exact()
        .source("mathlib, Matrix.Hadamard"),
    law("outer_hadamard_outer", "B9", "(x * y') .* (u * v') == (x .* u) * (y .* v)'"),
    law("inv_hadamard_outer", "B10", "inv(A .* (x * y.')) == inv(A) ./ (y * x.')")
        .given("invertible A, nonzero x, nonzero y").guarded(),
    law("det_hadamard_outer", "B11", "det(A .* (x * y.')) == prod(x) * prod(y) * det(A)").numeric(),
    law("rank_hadamard_outer", "B12", "rank(A .* (x * y.')) == rank(A)").given("nonzero x, nonzero y").numeric(),
    law("diagonal_commutator", "B13", "Diag(d) * A - A * Diag(d) == (d * ones(n).' - ones(n) * d.') .* A").cancelling(),
    law("sylvester_diagonal", "B14",
        "X = C ./ (d * ones(n).' + ones(m) * e.'); Diag(d) * X + X * Diag(e) == C")
        .given("nonzero(d * ones(n).' + ones(m) * e.')").guarded(),
];
