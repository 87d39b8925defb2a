//! J: powers, roots, inverses, division, functions.

use super::Law;
use super::build::{law, trap};

// A table, aligned by hand.
#[rustfmt::skip]
pub(super) const ROWS: &[Law] = &[
    law("hadamard_pow_add", "J1", "A .^ p .* A .^ q == A .^ (p + q)").operands(&["p:", "q:"]).given("positive A").real()
        .guarded(),
    law("hadamard_pow_add_nat", "J1", "A .^ 2 .* A .^ 3 == A .^ 5"),
    law("hadamard_pow_add_int", "J1", "A .^ -1 .* A .^ 3 == A .^ 2").given("nonzero A").guarded(),
    law("hadamard_mul_pow", "J2", "(A .* B) .^ 3 == A .^ 3 .* B .^ 3"),
    law("hadamard_mul_root", "J2", "(A .* B) .^ (1/2) == A .^ (1/2) .* B .^ (1/2)").given("nonnegative A, nonnegative B")
        .real().guarded(),
    trap("hadamard_mul_root_all", "J2", "(A .* B) .^ (1/2) == A .^ (1/2) .* B .^ (1/2)")
        .note("principal roots: (-1 · -1)^½ = 1, and i · i = -1"),
    law("hadamard_mul_rpow", "J2", "(A .* B) .^ p == A .^ p .* B .^ p").operands(&["p:"])
        .given("positive A, positive B").real().numeric(),
    law("hadamard_rpow_mul", "J3", "(A .^ p) .^ q == A .^ (p * q)").operands(&["p:", "q:"]).given("positive A").real()
        .numeric(),
    law("hadamard_pow_mul", "J3", "(A .^ 2) .^ 3 == A .^ 6"),
    law("hadamard_root_square", "J3", "(A .^ 2) .^ (1/2) == abs.(A)").real().guarded(),
    law("hadamard_square_root", "J3", "(A .^ (1/2)) .^ 2 == A").given("nonnegative A").real().guarded(),
    trap("hadamard_root_square_all", "J3", "(A .^ 2) .^ (1/2) == A").real().note("the root of a square is |a|"),
    law("hadamard_pow_zero", "J4", "A .^ 0 == J(m, n)").note("with 0⁰ = 1"),
    law("hadamard_mul_inverse", "J5", "A .* A .^ -1 == J(m, n)").given("nonzero A").guarded(),
    law("hadamard_division", "J6", "A ./ B == A .* B .^ -1").given("nonzero B").guarded(),
    law("hadamard_div_mul", "J6", "A ./ (B .* C) == (A ./ B) ./ C").given("nonzero B, nonzero C").guarded(),
    law("hadamard_div_div", "J6", "A ./ (B ./ C) == (A .* C) ./ B").given("nonzero B, nonzero C").guarded(),
    law("hadamard_div_add_div", "J6", "A ./ B + C ./ E == (A .* E + C .* B) ./ (B .* E)").given("nonzero B, nonzero E")
        .guarded(),
    law("hadamard_div_outer", "J7", "A ./ (x * y.') == Diag(x .^ -1) * A * Diag(y .^ -1)").given("nonzero x, nonzero y")
        .guarded(),
    law("outer_pow", "J8", "(x * y.') .^ 3 == x .^ 3 * (y .^ 3).'"),
    law("outer_root", "J8", "(x * y.') .^ (1/2) == x .^ (1/2) * (y .^ (1/2)).'").given("nonnegative x, nonnegative y")
        .real().guarded(),
    law("diagonal_pow", "J9", "(Diag(d) * A * Diag(e)) .^ 3 == Diag(d .^ 3) * A .^ 3 * Diag(e .^ 3)"),
    law("hadamard_exp_add", "J10", "exp.(A + B) == exp.(A) .* exp.(B)").guarded(),
    law("hadamard_log_mul", "J10", "log.(A .* B) == log.(A) + log.(B)").given("positive A, positive B").real().guarded(),
    law("hadamard_abs_mul", "J11", "abs.(A .* B) == abs.(A) .* abs.(B)").guarded(),
    law("hadamard_abs_square", "J11", "abs.(A) .^ 2 == A .* conj.(A)").guarded(),
    trap("inv_hadamard", "J12", "inv(A .* B) == inv(A) .* inv(B)"),
    trap("hadamard_square_is_square", "J13", "A .^ 2 == A ^ 2"),
    trap("mul_square", "J13", "(A * B) .^ 2 == A .^ 2 * B .^ 2"),
    law("softmax_rows", "J14", "exp.(X) ./ sum(exp.(X), axis=1) == exp.(X) ./ (exp.(X) * ones(n) * ones(n).')").guarded(),
];
