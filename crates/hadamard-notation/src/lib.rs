//! Formulas as text: [`parse`] makes a tree of a text, [`print()`] a text of a tree.
//!
//! A notation is a table of signs with their binding powers (`notation.rs`); one file names one notation (`native.rs`).
//! The lexer, the Pratt parser and the printer read that table and know no signs of their own. The native table is
//! derived from the table of operations, so a new operation with a sign is parsed and printed without a change here.
//!
//! A printed tree parses back to the same tree but for its places; the printer writes only needed parentheses.
//!
//! # Choices of the native notation
//!
//! - A point between a digit and a sign belongs to the sign: `2.*x` is `2 .* x`, `1.-x` is `1 .- x`.
//! - In a matrix literal a sign with a space before and none after starts the next entry: `[1 -2]` has two entries,
//!   `[1 - 2]` and `[1-2]` one; `[f (x)]` has two, `[f(x)]` one.
//! - `[1, 2]` and `[1; 2]` are vectors, `[1 2]` is a 1×2 matrix, `[1]` a vector of one entry.
//! - A line goes on when it ends with a sign, or inside brackets.
//! - `true false inf nan pi` are constants. Every other name that is not called is an operand, `max` and `I` too.
//! - Comparisons cannot be chained.
//! - A text, its nesting and its tree have bounds ([`limits`]), so that no formula exhausts memory or the stack.
//!
//! # Errors
//!
//! Every error is a [`Diagnostic`] with one of these codes: `empty-formula`, `unexpected-token`, `unexpected-end`,
//! `unclosed-bracket`, `unmatched-bracket`, `mismatched-bracket`, `bad-number`, `literal-too-large`, `empty-matrix`,
//! `ragged-matrix`, `empty-index`, `unknown-function`, `positional-after-named`, `reserved-name`,
//! `chained-comparison`, `too-long`, `too-deep`, `too-many-operands`; of claims also `no-claim`, `unknown-property`.

mod claim;
mod lexer;
pub mod limits;
mod native;
mod notation;
mod number;
mod parser;
mod print;
mod token;

pub use claim::{parse_claim, parse_given};
use hadamard_algebra::{Diagnostic, Expr, Formula};

/// Reads a formula in the native notation.
///
/// ```
/// let formula = hadamard_notation::parse("C = A .* B .+ k ./ (1 .+ D); s = sum(C, axis=0)")?;
/// assert_eq!(formula.statements.len(), 2);
///
/// let error = hadamard_notation::parse("A @ B").unwrap_err();
/// assert_eq!(error.code, "unexpected-token");
/// assert_eq!(error.help, ["the matrix product is written `A * B`"]);
/// # Ok::<(), hadamard_algebra::Diagnostic>(())
/// ```
///
/// # Errors
///
/// A [`Diagnostic`] with the first error in the text; see the crate's documentation for the codes.
pub fn parse(text: &str) -> Result<Formula, Diagnostic> {
    parser::parse(text, &native::NATIVE)
}

/// Whether an error of [`parse`] says only that the text stops too early, so that more lines may complete it.
///
/// ```
/// use hadamard_notation::{is_incomplete, parse};
/// assert!(is_incomplete(&parse("[1 2\n 3 4").unwrap_err()));
/// assert!(!is_incomplete(&parse("[1 2)").unwrap_err()));
/// ```
pub fn is_incomplete(error: &Diagnostic) -> bool {
    matches!(error.code, "unexpected-end" | "unclosed-bracket")
}

/// Writes a formula in the native notation on one line.
///
/// ```
/// let formula = hadamard_notation::parse("((A⊙B)) ⊘ (C ⊗ D)\nkron(A, B)")?;
/// assert_eq!(hadamard_notation::print(&formula), "A .* B ./ (C ⊗ D); A ⊗ B");
/// # Ok::<(), hadamard_algebra::Diagnostic>(())
/// ```
pub fn print(formula: &Formula) -> String {
    let mut out = String::new();
    print::formula(&mut out, formula, &native::NATIVE).expect("writing to a string does not fail");
    out
}

/// Writes an expression in the native notation.
pub fn print_expr(expr: &Expr) -> String {
    let mut out = String::new();
    print::expression(&mut out, expr, &native::NATIVE).expect("writing to a string does not fail");
    out
}
