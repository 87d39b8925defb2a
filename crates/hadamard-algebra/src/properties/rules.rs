//! The one table of inference rules. A rule looks at one term and says what follows for it from properties of its
//! arguments, or from other properties of its own; each cites its theorem.
//!
//! What is deliberately absent: a negative multiple of a semidefinite matrix, A Aᵀ of a complex A, definiteness of X X*,
//! invertibility of a sum, |A| of a semidefinite A, semidefiniteness of C∘C for an indefinite C, and A∘B for two
//! matrices of which only one is semidefinite: none of these holds.

mod entrywise;
mod leaves;
mod logic;
mod matrices;

use super::view::{Inference, View};
use crate::term::TermId;
use std::fmt;

/// An inference rule.
pub struct Rule {
    /// Its name, or what it says in a few words.
    pub name: &'static str,
    /// Letter and number in the catalogue of the Hadamard family; empty for what every textbook has.
    pub code: &'static str,
    pub(super) infer: fn(&View<'_>, TermId) -> Vec<Inference>,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rule({self})")
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            "" => f.write_str(self.name),
            code => write!(f, "{} ({code})", self.name),
        }
    }
}

// A table, aligned by hand.
#[rustfmt::skip]
/// Every rule.
pub const RULES: &[Rule] = &[
    Rule { name: "numbers of the ring", code: "", infer: leaves::ring },
    Rule { name: "a number", code: "", infer: leaves::number },
    Rule { name: "entries of a literal", code: "", infer: leaves::literal },
    Rule { name: "the matrix of ones is 1 1ᵀ", code: "A6", infer: leaves::ones },
    Rule { name: "the identity matrix", code: "", infer: leaves::identity },
    Rule { name: "a commutation matrix is a permutation", code: "", infer: leaves::commutation },
    Rule { name: "by definition", code: "", infer: logic::definitions },
    Rule { name: "a definite matrix is invertible with a positive diagonal", code: "", infer: logic::definite },
    Rule { name: "a triangular matrix is invertible iff its diagonal has no zero", code: "", infer: logic::triangular },
    Rule { name: "a diagonal matrix has its entries as eigenvalues", code: "", infer: logic::diagonal },
    Rule { name: "Schur product theorem", code: "K1", infer: entrywise::schur },
    Rule { name: "Schur product theorem for a definite factor", code: "K2", infer: entrywise::schur_definite },
    Rule { name: "symmetry of a Hadamard product", code: "H9", infer: entrywise::symmetry },
    Rule { name: "structure of a Hadamard product", code: "H9", infer: entrywise::structure },
    Rule { name: "entries of a Hadamard product", code: "", infer: entrywise::entries },
    Rule { name: "squares are not negative", code: "", infer: entrywise::squares },
    Rule { name: "a matrix times its transpose, entry by entry", code: "", infer: entrywise::with_transpose },
    Rule { name: "a multiple", code: "A4", infer: entrywise::multiple },
    Rule { name: "the negative", code: "", infer: entrywise::negative },
    Rule { name: "sums keep it", code: "", infer: entrywise::sum },
    Rule { name: "a matrix and its transpose", code: "", infer: entrywise::with_adjoint },
    Rule { name: "differences keep it", code: "", infer: entrywise::difference },
    Rule { name: "integer Hadamard powers are Hadamard products", code: "K13", infer: entrywise::power },
    Rule { name: "power series with coefficients ≥ 0 keep it entry by entry", code: "K12", infer: entrywise::exponential },
    Rule { name: "functions of each entry keep what is repeated", code: "", infer: entrywise::functions },
    Rule { name: "absolute values", code: "J11", infer: entrywise::absolute },
    Rule { name: "conjugation", code: "A8", infer: entrywise::conjugate },
    Rule { name: "transposition", code: "A8", infer: matrices::transpose },
    Rule { name: "x*(A A*)x = ‖A*x‖²", code: "", infer: matrices::gram },
    Rule { name: "congruence: x*(C P C*)x = (C*x)*P(C*x)", code: "", infer: matrices::congruence },
    Rule { name: "products of matrices keep it", code: "", infer: matrices::product },
    Rule { name: "Kronecker products keep it", code: "D16", infer: matrices::kronecker },
    Rule { name: "entries of products of entries", code: "", infer: matrices::rearranged },
    Rule { name: "an outer product", code: "", infer: matrices::outer },
    Rule { name: "a diagonal matrix of a vector", code: "", infer: matrices::diagonal_of },
    Rule { name: "the diagonal of a matrix", code: "", infer: matrices::diagonal_from },
    Rule { name: "traces and sums", code: "", infer: matrices::sums },
    Rule { name: "the determinant is the product of the eigenvalues", code: "", infer: matrices::determinant },
    Rule { name: "the inverse", code: "", infer: matrices::inverse },
    Rule { name: "eigenvalues and singular values", code: "", infer: matrices::spectra },
    Rule { name: "running sums and products", code: "", infer: matrices::running },
    Rule { name: "roots of what is not negative", code: "J2", infer: entrywise::root },
    Rule { name: "powers of a matrix", code: "", infer: matrices::power },
    Rule { name: "the same entries in another arrangement", code: "", infer: matrices::arrangement },
    Rule { name: "a principal submatrix", code: "A9", infer: matrices::submatrix },
];
