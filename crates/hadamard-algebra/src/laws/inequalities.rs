//! K, L, M: definiteness, eigenvalues, rank, norms. Eigenvalues stand smallest first, so that `cumprod` and `cumsum` of
//! them run over the smallest ones; singular values stand largest first.

use super::Law;
use super::build::{law, trap};

// A table, aligned by hand.
#[rustfmt::skip]
pub(super) const ROWS: &[Law] = &[
    law("PosSemidef.hadamard", "K1", "psd(A .* B)").given("psd A, psd B").property().source("Schur 1911; mathlib"),
    law("PosDef.hadamard", "K1", "pd(A .* B)").given("pd A, pd B").property().source("Schur 1911; mathlib"),
    law("pd_hadamard_psd", "K2", "pd(A .* B)").given("pd A, psd B, nonzero_diagonal B").property().source("arXiv 2004.03909"),
    trap("pd_hadamard_psd_all", "K2", "pd(A .* B)").given("pd A, psd B").property()
        .note("a zero on the diagonal of B makes a zero row"),
    law("eigenvalues_between", "K3",
        "min(eigvalsh(A)) * min(real.(diag(B))) <= eigvalsh(A .* B) <= max(eigvalsh(A)) * max(real.(diag(B)))")
        .given("psd A, psd B").property().source("Schur 1911"),
    law("loewner_monotone", "K4", "psd(A .* C - B .* E)").given("psd(A - B), psd B, psd(C - E), psd E").property(),
    law("determinant_chain", "K5", "det(A) * det(B) <= det(A) * prod(diag(B)) <= det(A .* B) <= prod(diag(A)) * prod(diag(B))")
        .given("psd A, psd B").property().source("Hadamard 1893; Oppenheim 1930"),
    law("oppenheim_schur", "K6", "det(A .* B) + det(A) * det(B) >= det(A) * prod(diag(B)) + det(B) * prod(diag(A))")
        .given("psd A, psd B").property().source("Schur 1911; Oppenheim 1930"),
    law("fiedler", "K7", "psd(A .* inv(A) - I(n))").given("pd A").property().source("Fiedler 1961"),
    law("fiedler_transpose", "K7", "psd(A .* inv(A).' - I(n))").given("pd A").property().source("Fiedler 1961"),
    law("fiedler_determinant", "K7", "det(A .* inv(A)) >= 1").given("pd A").property().source("Fiedler 1961"),
    law("inv_hadamard_le", "K8", "psd(inv(A) .* inv(B) - inv(A .* B))").given("pd A, pd B").property(),
    law("square_hadamard_le", "K9", "psd((A * A') .* (B * B') - (A .* B) * (A .* B)')").property(),
    law("square_hadamard_le_hermitian", "K9", "psd(A ^ 2 .* B ^ 2 - (A .* B) ^ 2)").given("hermitian A, hermitian B")
        .property(),
    law("eigenvalue_products", "K10", "cumprod(eigvalsh(A .* B)) >= cumprod(real.(eigvals(A * B)))")
        .given("psd A, psd B").property().source("Bapat and Sunder 1985; Ando 1995")
        .note("for each k the product of the k smallest eigenvalues; those of A * B are real"),
    law("eigenvalue_products_transpose", "K10", "cumprod(eigvalsh(A .* B)) >= cumprod(real.(eigvals(A * B.')))")
        .given("psd A, psd B").property().source("Ando 1995"),
    trap("eigenvalue_products_indefinite", "K10", "cumprod(eigvalsh(A .* B)) >= cumprod(real.(eigvals(A * B)))")
        .given("symmetric A, symmetric B").real().property().note("for positive semidefinite matrices only"),
    law("eigenvalues_majorised", "K11", "cumsum(eigvalsh(A .* B)) >= cumsum(eigvalsh(A))")
        .given("hermitian A, psd B, unit_diagonal B").property().source("Bapat and Sunder 1985")
        .note("for a correlation matrix B; the traces are equal, so the eigenvalues of A .* B are majorised"),
    law("trace_hadamard_correlation", "K11", "tr(A .* B) == tr(A)").given("unit_diagonal B"),
    law("psd_exp", "K12", "psd(exp.(A))").given("psd A").property().source("Schur 1911"),
    law("psd_cosh", "K12", "psd(cosh.(A))").given("psd A").property()
        .note("so with every power series whose coefficients are not negative"),
    law("psd_power", "K13", "psd(A .^ 3)").given("psd A").property(),
    law("psd_power_conjugate", "K13", "psd(A .^ 2 .* conj.(A) .^ 3)").given("psd A").property(),
    law("fitzgerald_horn", "K13", "psd(A .^ 1.5)").given("psd A, nonnegative A").operands(&["A:3x3"]).real().property()
        .source("FitzGerald and Horn 1977").note("n×n with entries ≥ 0: the powers p = 0, 1, …, n − 3 and all p ≥ n − 2"),
    trap("psd_root", "K13", "psd(A .^ (1/2))").given("psd A, nonnegative A").real().property()
        .note("of 3×3 matrices and larger: below n − 2 only integer powers keep it"),
    law("psd_abs_small", "K13", "psd(abs.(A))").given("psd A").operands(&["A:3x3"]).property().note("up to 3×3"),
    trap("psd_abs", "K13", "psd(abs.(A))").given("psd A").operands(&["A:4x4"]).real().property().note("from 4×4 on"),
    law("inverse_of_distances", "K14", "psd((abs.(x * ones(n).' - ones(n) * x.') + J(n, n)) .^ -1)").real().property()
        .source("Bapat 1988").note("so with every symmetric matrix of positive entries and exactly one positive eigenvalue"),
    law("spectral_radius_hadamard", "K15",
        "max(abs.(eigvals(A .* B))) <= max(abs.(eigvals(A))) * max(abs.(eigvals(B)))").given("nonnegative A, nonnegative B")
        .property(),
    law("spectral_radius_hadamard_mul", "K15", "max(abs.(eigvals(A .* B))) <= max(abs.(eigvals(A * B)))")
        .given("nonnegative A, nonnegative B").property().source("Audenaert 2010; Horn and Zhang 2010; Huang 2011"),
    law("spectral_norm_hadamard_radius", "K15", "max(svdvals(A .* B)) <= max(abs.(eigvals(A.' * B)))")
        .given("nonnegative A, nonnegative B").property().source("Huang 2011"),
    law("spectral_radius_geometric_mean", "K15",
        "max(abs.(eigvals(A .^ (1/2) .* B .^ (1/2)))) <= (max(abs.(eigvals(A))) * max(abs.(eigvals(B)))) ^ (1/2)")
        .given("nonnegative A, nonnegative B").property().source("Elsner, Johnson and Dias da Silva 1988"),
    trap("square_psd_of_indefinite", "K16", "psd(A .* A)").given("symmetric A").real().property()
        .note("needs A itself to be positive semidefinite"),
    trap("arithmetic_mean_of_indefinite", "K16", "psd((A .* A + B .* B) / 2 - A .* B)").given("symmetric A, symmetric B")
        .real().property().note("it is half the Hadamard square of A - B"),
    trap("det_of_indefinite", "K16", "det(A .* B) >= det(A) * det(B)").given("symmetric A, symmetric B").real().property()
        .note("for positive semidefinite matrices only"),
    law("m_matrix_hadamard", "K17", "nonnegative(inv(A .* inv(B)))")
        .given("nonnegative(inv(A)), nonnegative(Diag(diag(A)) - A), nonnegative(inv(B)), nonnegative(Diag(diag(B)) - B)")
        .real().property().note("A .* inv(B) is an M-matrix for M-matrices A and B"),
    law("rank_hadamard_le", "L1", "rank(A .* B) <= rank(A) * rank(B)").property(),
    law("rank_hadamard_square_le", "L2", "rank(A .* A) <= rank(A) * (rank(A) + 1) / 2").property(),
    law("rank_hadamard_cube_le", "L2", "rank(A .* A .* A) <= rank(A) * (rank(A) + 1) * (rank(A) + 2) / 6").property()
        .note("rank(A .^ k) is at most the number of k-fold products, C(r + k - 1, k)"),
    law("rank_hadamard_ge_psd", "L3", "rank(A .* B) >= rank(A)")
        .given("psd A, psd B, nonzero_diagonal A, nonzero_diagonal B").property().source("Djoković 1965"),
    trap("rank_hadamard_ge", "L5", "rank(A .* B) >= rank(A)").property().note("a Hadamard matrix H has H .* H = J"),
    law("rank_face_split_le", "L4", "rank(A • B) <= rank(A) * rank(B)").property(),
    law("spectral_norm_hadamard", "M1", "max(svdvals(A .* B)) <= max(svdvals(A)) * max(svdvals(B))").property()
        .source("Schur 1911; Davis 1962"),
    law("spectral_norm_rows_columns", "M2",
        "max(svdvals(A .* B)) <= max(sqrt.(sum(abs.(A) .^ 2, axis=1))) * max(sqrt.(sum(abs.(B) .^ 2, axis=0)))").property()
        .source("Schur 1911"),
    law("singular_values_majorised", "M3", "cumsum(svdvals(A .* B)) <= cumsum(svdvals(A) .* svdvals(B))").property()
        .source("Horn and Johnson 1987"),
    law("ando_horn_johnson", "M4",
        "max(svdvals((X' * Y) .* B)) <= max(sqrt.(sum(abs.(X) .^ 2, axis=0))) * max(sqrt.(sum(abs.(Y) .^ 2, axis=0))) \
         * max(svdvals(B))").operands(&["B:nxn"]).property().source("Ando, Horn and Johnson 1987"),
    law("spectral_norm_psd_hadamard", "M4", "max(svdvals(A .* B)) <= max(real.(diag(A))) * max(svdvals(B))").given("psd A")
        .property().source("Ando, Horn and Johnson 1987"),
    law("spectral_norm_cauchy_schwarz", "M5",
        "max(svdvals(A .* B)) ^ 2 <= max(svdvals(A .* conj.(A))) * max(svdvals(B .* conj.(B)))").property(),
    law("norm_hadamard_le", "M6", "norm(A .* B) <= norm(A) * norm(B)").property(),
    law("norm_hadamard_le_max", "M6", "norm(A .* B) <= max(abs.(A)) * norm(B)").property(),
    law("nuclear_norm_hadamard", "M6", "sum(svdvals(A .* B)) <= max(svdvals(A)) * sum(svdvals(B))").property(),
    law("column_norm_hadamard", "M6",
        "max(sum(abs.(A .* B), axis=0)) <= max(sum(abs.(A), axis=0)) * max(sum(abs.(B), axis=0))").property(),
    law("row_norm_hadamard", "M6",
        "max(sum(abs.(A .* B), axis=1)) <= max(sum(abs.(A), axis=1)) * max(sum(abs.(B), axis=1))").property(),
    law("numerical_radius_hadamard", "M7",
        "max(abs.(eigvalsh(A .* B))) <= 2 * max(abs.(eigvalsh(A))) * max(abs.(eigvalsh(B)))")
        .given("hermitian A, hermitian B").property()
        .note("of Hermitian matrices, whose numerical radius this is; for others w(A .* B) <= 2 w(A) w(B) too"),
    law("schur_multiplier", "M8", "max(svdvals((X' * X) .* B)) <= max(sum(abs.(X) .^ 2, axis=0)) * max(svdvals(B))")
        .operands(&["B:nxn"]).property()
        .note("the norm of B ↦ A .* B is the least such bound over the factorisations of A"),
];
