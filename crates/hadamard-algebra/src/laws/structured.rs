//! H and N: low-rank and structured operands, and identities of statistics.

use super::Law;
use super::build::{law, trap};

// A table, aligned by hand.
#[rustfmt::skip]
pub(super) const ROWS: &[Law] = &[
    law("lowrank_hadamard_lowrank", "H1", "(U * V.') .* (W * Z.') == (U • W) * (V • Z).'"),
    law("lowrank_hadamard_lowrank_adjoint", "H1", "(U * V') .* (W * Z') == (U • W) * (V • Z)'"),
    law("hadamard_lowrank_mulVec", "H2", "(A .* (U * V.')) * y == ((A * (Diag(y) * V)) .* U) * ones(r)"),
    law("hadamard_lowrank", "H2",
        "A .* (U * V.') == Diag(U[:, 0]) * A * Diag(V[:, 0]) + Diag(U[:, 1]) * A * Diag(V[:, 1])")
        .operands(&["U:mx2", "V:nx2"]).note("here with rank 2"),
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
    law("sampled_product", "H8", "(Z .* W) .* (U * V.') == Z .* ((Z .* W) .* (Z .* (U * V.')))").given("zero_one Z").exact()
        .note("only the entries that Z stores are needed of U * V.'"),
    law("diagonal_hadamard_any", "H9", "diagonal(A .* B)").given("diagonal A").property(),
    law("tridiagonal_hadamard", "H9", "tridiagonal(A .* B)").given("tridiagonal A").property()
        .note("a band is as narrow as the narrower; so with sparse, block diagonal and arrowhead matrices"),
    law("lower_hadamard", "H9", "lower(A .* B)").given("lower A").property(),
    law("upper_hadamard", "H9", "upper(A .* B)").given("upper A").property(),
    law("toeplitz_hadamard", "H9", "toeplitz(A .* B)").given("toeplitz A, toeplitz B").property()
        .note("so with Hankel matrices"),
    law("dominant_hadamard", "H9", "sum(abs.(A .* B), axis=1) <= 2 * abs.(diag(A .* B))")
        .given("nonnegative(2 * abs.(diag(A)) - sum(abs.(A), axis=1)), nonnegative(2 * abs.(diag(B)) - sum(abs.(B), axis=1))")
        .operands(&["A:nxn", "B:nxn"]).property().note("diagonal dominance by rows"),
    law("circulant_hadamard", "H10", "circulant(A .* B)").given("circulant A, circulant B").property(),
    law("circulant_hadamard_eigenvalues", "H10",
        "F = [1 1; 1 -1]; F * (a .* b) == (1/2) * ([1 0 0 1; 0 1 1 0] * ((F * a) ⊗ (F * b)))").operands(&["a:2", "b:2"])
        .note("eigenvalues F * a of the circulant with first column a: their cyclic convolution over n, here with n = 2"),
    law("skew_hadamard_skew", "H9", "(A .* B).' == A .* B").given("skew A, skew B"),
    law("skew_hadamard_symmetric", "H9", "(A .* B).' == -(A .* B)").given("skew A, symmetric B"),
    law("symmetric_hadamard", "H9", "(A .* B).' == A .* B").given("symmetric A, symmetric B"),
    law("hermitian_hadamard", "H9", "(A .* B)' == A .* B").given("hermitian A, hermitian B"),
    law("covariance_of_product", "N1",
        "S .* T + Diag(x) * T * Diag(x) + Diag(y) * S * Diag(y) == \
         (S + x * x.') .* (T + y * y.') - (x .* y) * (x .* y).'").given("symmetric S, symmetric T").real().cancelling()
        .note("covariance of x .* y for independent x and y with these means and covariances S and T"),
    law("gaussian_product_mean", "N2", "(X • Y) * vec(I(k)) == diag(X * Y.')").real()
        .note("x = X g and y = Y g for a standard normal g: E[x .* y] = diag(S_xy), as E[g ⊗ g] = vec(I)"),
    law("gaussian_product_covariance", "N2",
        "(X • Y) * (I(k * k) + commutation(k, k) + vec(I(k)) * vec(I(k)).') * (X • Y).' \
         - diag(X * Y.') * diag(X * Y.').' == (X * X.') .* (Y * Y.') + (X * Y.') .* (Y * X.')").real().source("Isserlis 1918")
        .note("x = X g, y = Y g: the fourth moments of a standard normal g are I + K + vec(I) vec(I).'"),
    law("gaussian_square_covariance", "N3",
        "(X • X) * (I(k * k) + commutation(k, k)) * (X • X).' + 4 * Diag(u) * (X * X.') * Diag(u) == \
         2 * (X * X.') .* (X * X.') + 4 * Diag(u) * (X * X.') * Diag(u)").real().source("Isserlis 1918")
        .note("covariance of x .* x for x = u + X g"),
    law("correlation", "N4", "S ./ (s * s.') == Diag(s .^ -1) * S * Diag(s .^ -1)").given("nonzero s").guarded(),
    law("correlation_diagonal", "N4", "diag(S ./ (sqrt.(diag(S)) * sqrt.(diag(S)).')) == ones(n)").given("positive(diag(S))")
        .real().guarded(),
    law("convolution_theorem", "N6",
        "F = [1 1 1 1; 1 -1i -1 1i; 1 -1 1 -1; 1 1i -1 -1i]; \
         C = [1 0 0 0 0 0 0 1 0 0 1 0 0 1 0 0; 0 1 0 0 1 0 0 0 0 0 0 1 0 0 1 0; \
              0 0 1 0 0 1 0 0 1 0 0 0 0 0 0 1; 0 0 0 1 0 0 1 0 0 1 0 0 1 0 0 0]; \
         F * (C * (x ⊗ y)) == (F * x) .* (F * y)").operands(&["x:4", "y:4"])
        .note("F is the discrete Fourier transform and C the cyclic convolution, here of length 4"),
    law("lyapunov", "N5",
        "A = Q * Diag(x) * Q.'; X = Q * ((Q.' * C * Q) ./ (x * ones(n).' + ones(n) * x.')) * Q.'; A * X + X * A == C")
        .given("orthogonal Q, positive x").real().numeric(),
];
