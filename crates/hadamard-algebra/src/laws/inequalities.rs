//! K, L, M: definiteness, rank, norms.

use super::Law;
use super::build::{law, trap};

// A table, aligned by hand.
#[rustfmt::skip]
pub(super) const ROWS: &[Law] = &[
    law("PosSemidef.hadamard", "K1", "psd(A .* B)").given("psd A, psd B").property().source("Schur 1911; mathlib"),
    law("PosDef.hadamard", "K1", "pd(A .* B)").given("pd A, pd B").property().source("Schur 1911; mathlib"),
    law("pd_hadamard_psd", "K2", "pd(A .* B)").given("pd A, psd B, nonzero_diagonal B").property(),
    law("determinant_chain", "K5", "det(A) * det(B) <= det(A) * prod(diag(B)) <= det(A .* B) <= prod(diag(A)) * prod(diag(B))")
        .given("psd A, psd B").property().source("Hadamard 1893; Oppenheim 1930"),
    law("oppenheim_schur", "K6", "det(A .* B) + det(A) * det(B) >= det(A) * prod(diag(B)) + det(B) * prod(diag(A))")
        .given("psd A, psd B").property().source("Schur 1911; Oppenheim 1930"),
    law("fiedler", "K7", "psd(A .* inv(A) - I(n))").given("pd A").property().source("Fiedler 1961"),
    law("inv_hadamard_le", "K8", "psd(inv(A) .* inv(B) - inv(A .* B))").given("pd A, pd B").property(),
    law("square_hadamard_le", "K9", "psd((A * A') .* (B * B') - (A .* B) * (A .* B)')").property(),
    trap("square_psd_of_indefinite", "K16", "psd(A .* A)").given("symmetric A").real().property()
        .note("needs A itself to be positive semidefinite"),
    trap("det_of_indefinite", "K16", "det(A .* B) >= det(A) * det(B)").given("symmetric A, symmetric B").real().property()
        .note("for positive semidefinite matrices only"),
    law("rank_hadamard_le", "L1", "rank(A .* B) <= rank(A) * rank(B)").property(),
    law("rank_hadamard_square_le", "L2", "rank(A .* A) <= rank(A) * (rank(A) + 1) / 2").property(),
    trap("rank_hadamard_ge", "L5", "rank(A .* B) >= rank(A)").property().note("a Hadamard matrix H has H .* H = J"),
    law("rank_face_split_le", "L4", "rank(A • B) <= rank(A) * rank(B)").property(),
    law("norm_hadamard_le", "M6", "norm(A .* B) <= norm(A) * norm(B)").property(),
];
