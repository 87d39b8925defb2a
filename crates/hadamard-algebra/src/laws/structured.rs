//! H and N: low-rank and structured operands, and identities of statistics.

use super::Law;
use super::build::{law, trap};

// A table, aligned by hand.
#[rustfmt::skip]
pub(super) const ROWS: &[Law] = &[
    law("lowrank_hadamard_lowrank", "H1", "(U * V.') .* (W * Z.') == (U • W) * (V • Z).'"),
    law("lowrank_hadamard_lowrank_adjoint", "H1", "(U * V') .* (W * Z') == (U • W) * (V • Z)'"),
    law("hadamard_lowrank_mulVec", "H2", "(A .* (U * V.')) * y == ((A * (Diag(y) * V)) .* U) * ones(r)"),
    law("lowrank_square", "H3", "(U * V.') .^ 2 == (U • U) * (V • V).'"),
    law("lowrank_cube", "H3", "(U * V.') .^ 3 == (U • U • U) * (V • V • V).'"),
    law("sum_lowrank_hadamard_lowrank", "H4", "sum((U * V.') .* (S * T.')) == sum((U.' * S) .* (V.' * T))"),
    law("sum_hadamard_lowrank", "H5", "sum(X .* (U * V.')) == sum((X * V) .* U)"),
    law("squared_loss", "H6",
        "sum((X - U * V.') .^ 2) == sum(X .^ 2) - 2 * sum((X * V) .* U) + sum((U.' * U) .* (V.' * V))").cancelling()
        .note("in f64 the right side gave 0.0 where the left gave 6.0e-14: 300×200, rank 5, noise 1e-9"),
    law("diagonal_plus_lowrank", "H7",
        "(Diag(d) + U * U.') .* (Diag(e) + V * V.') == \
         Diag(d .* e + d .* ((V .* V) * ones(s)) + e .* ((U .* U) * ones(r))) + (U • V) * (U • V).'"),
    trap("lowrank_hadamard_as_product", "H1", "(U * V.') .* (W * Z.') == (U .* W) * (V .* Z).'")
        .operands(&["U:mxr", "V:nxr", "W:mxr", "Z:nxr"]).note("the ranks multiply: face-splitting, not Hadamard"),
    law("skew_hadamard_skew", "H9", "(A .* B).' == A .* B").given("skew A, skew B"),
    law("skew_hadamard_symmetric", "H9", "(A .* B).' == -(A .* B)").given("skew A, symmetric B"),
    law("symmetric_hadamard", "H9", "(A .* B).' == A .* B").given("symmetric A, symmetric B"),
    law("hermitian_hadamard", "H9", "(A .* B)' == A .* B").given("hermitian A, hermitian B"),
    law("covariance_of_product", "N1",
        "S .* T + Diag(x) * T * Diag(x) + Diag(y) * S * Diag(y) == \
         (S + x * x.') .* (T + y * y.') - (x .* y) * (x .* y).'").given("symmetric S, symmetric T").real().cancelling()
        .note("covariance of x .* y for independent x and y with these means and covariances S and T"),
    law("lyapunov", "N5",
        "A = Q * Diag(x) * Q.'; X = Q * ((Q.' * C * Q) ./ (x * ones(n).' + ones(n) * x.')) * Q.'; A * X + X * A == C")
        .given("orthogonal Q, positive x").real().numeric(),
];
