//! O: derivatives. A rule for differentials is stated as the expansion in a number t, whose linear part it is.

use super::Law;
use super::build::law;

// A table, aligned by hand.
#[rustfmt::skip]
pub(super) const ROWS: &[Law] = &[
    law("hadamard_derivative", "O1", "(A + t * X) .* (B + t * Y) == A .* B + t * (X .* B + A .* Y) + t ^ 2 * (X .* Y)")
        .operands(&["t:"]).note("d(A .* B) = dA .* B + A .* dB"),
    law("kronecker_derivative", "O1", "(A + t * X) ⊗ (B + t * Y) == A ⊗ B + t * (X ⊗ B + A ⊗ Y) + t ^ 2 * (X ⊗ Y)")
        .operands(&["t:"]),
    law("khatri_rao_derivative", "O1", "(A + t * X) ∗ (B + t * Y) == A ∗ B + t * (X ∗ B + A ∗ Y) + t ^ 2 * (X ∗ Y)")
        .operands(&["t:"]),
    law("face_split_derivative", "O1", "(A + t * X) • (B + t * Y) == A • B + t * (X • B + A • Y) + t ^ 2 * (X • Y)")
        .operands(&["t:"]),
    law("penetrating_derivative", "O1",
        "(A + t * X) [∘] (B + t * Y) == A [∘] B + t * (X [∘] B + A [∘] Y) + t ^ 2 * (X [∘] Y)")
        .operands(&["A:pxg", "X:pxg", "B:pxn*g", "Y:pxn*g", "t:"]),
    law("hadamard_gradient", "O1", "sum(conj.(C) .* (X .* B)) == sum(conj.(C .* conj.(B)) .* X)")
        .note("back propagation: the gradient C of the product gives C .* conj.(B) for its first factor"),
    law("hadamard_jacobian", "O2", "vec(A .* X) == Diag(vec(A)) * vec(X)"),
    law("gradient_of_form", "O3", "sum(C .* (A * W * B)) == sum((A.' * C * B.') .* W)")
        .note("the gradient with respect to W is A.' * C * B.'"),
    law("gradient_of_weighted_squares", "O3",
        "sum(A .* (X + t * Y) .* (X + t * Y)) == sum(A .* X .* X) + t * sum(2 * A .* X .* Y) + t ^ 2 * sum(A .* Y .* Y)")
        .operands(&["t:"]).note("the gradient of sum(A .* X .* X) is 2 * A .* X"),
    law("power_derivative", "O4", "(A + t * X) .^ 3 == A .^ 3 + t * (3 * A .^ 2 .* X) + t ^ 2 * (3 * A .* X .^ 2) + t ^ 3 * X .^ 3")
        .operands(&["t:"]).note("d(A .^ p) = p * A .^ (p - 1) .* dA"),
    law("division_derivative", "O4", "(A + t * X) ./ (B + t * Y) - A ./ B == t * (X - (A ./ B) .* Y) ./ (B + t * Y)")
        .operands(&["t:"]).given("nonzero B, nonzero(B + t * Y)").guarded()
        .note("d(A ./ B) = (dA - (A ./ B) .* dB) ./ B"),
    law("daleckii_krein_square", "O5",
        "A = Q * Diag(x) * Q.'; A * X + X * A == Q * ((x * ones(n).' + ones(n) * x.') .* (Q.' * X * Q)) * Q.'")
        .given("orthogonal Q").real().source("Daleckii and Krein 1965")
        .note("d f(A) = Q * (F .* (Q.' * dA * Q)) * Q.' with the divided differences F, here of f(x) = x²"),
    law("eigenvector_derivative", "O6",
        "G = (J(n, n) - I(n)) .* W ./ (ones(n) * x.' - x * ones(n).' + I(n)); \
         Diag(x) * G + W - G * Diag(x) == Diag(diag(W))")
        .given("nonzero(ones(n) * x.' - x * ones(n).' + I(n))").guarded()
        .note("W = Q.' * dA * Q for different eigenvalues x: dx = diag(W), dQ = Q * G"),
    law("cholesky_derivative", "O7",
        "M = [1/2 0 0; 1 1/2 0; 1 1 1/2]; E = L * (M .* P); E * L.' + L * E.' == L * P * L.'").operands(&["L:3x3", "P:3x3"])
        .given("symmetric P").source("Murray 2016")
        .note("dL = L * (M .* P) with P = inv(L) * dA * inv(L).', here for 3×3"),
];
