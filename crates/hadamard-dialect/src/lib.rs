//! Formulas of the Hadamard family in the notations of other systems: read, evaluated, explained and translated with the
//! meaning they have there.
//!
//! The same text means different things: `A*B` is the Hadamard product in NumPy and the matrix product in MATLAB, and
//! `v*M` scales columns in NumPy and rows in R. So a text is never taken over; it goes through three trees:
//!
//! 1. **Syntax** (`syntax`): words and signs of one notation. A [`Notation`](syntax::notation::Notation) is tables: how
//!    characters make words, signs with binding powers, brackets, and *spellings*, which are patterns in the notation
//!    itself (`np.where(§0, §1, §2)`, `sweep(§0, 2, §1, "*")`). Reading matches the patterns, writing fills them in, and the
//!    printer puts the brackets that the signs make necessary.
//! 2. **Operations** ([`tree::Tree`]): the same kinds of nodes for every notation, without its text.
//! 3. **Meaning** ([`meaning::mean`]): the rules of the system ([`rules::Rules`]) applied to the shapes and types of operands.
//!    Axes are matched from the first and end with as many of length 1 as one likes, conversions and edges are explicit, and
//!    nothing of the system is left: equal trees mean the same whatever they were read from.
//!
//! A translation is a text of the other system whose meaning, made by the rules of that system, is the same tree; what has
//! no such text is refused.
//!
//! ```
//! use hadamard_dialect::{Operands, Formula, notation};
//! let julia = notation("julia").unwrap();
//! let operands = Operands::default().shape("v", &[2]).shape("M", &[2, 3]);
//! let formula = Formula::read("v .* M", julia)?;
//! assert_eq!(formula.translate(notation("numpy").unwrap(), &operands)?.text, "v[:, None] * M");
//! # Ok::<(), hadamard_algebra::Diagnostic>(())
//! ```

mod comparison;
pub mod explain;
mod formula;
pub mod meaning;
mod notations;
pub mod op;
pub mod rules;
#[allow(missing_docs, reason = "tables and trees whose fields are named by what they are")]
pub mod syntax;
pub mod translate;
pub mod tree;
mod wrap;

pub use comparison::{Row, comparison, lettered, reference};
pub use formula::{Evaluated, Formula, Operands, Statement};
pub use hadamard_algebra::{Diagnostic, Span};
pub use meaning::elaborate::{Facts, Label};
pub use meaning::mean::Overflow;
pub use meaning::value::{Elem, Num, Value};
pub use syntax::spelling::Spelled;
pub use translate::Native;

use std::sync::LazyLock;

static SPELLED: LazyLock<Vec<Spelled>> = LazyLock::new(|| notations::ALL.iter().map(|n| Spelled::new(n)).collect());

/// All notations, with their spellings read.
pub fn notations() -> &'static [Spelled] {
    &SPELLED
}

/// The notation of that name.
pub fn notation(name: &str) -> Option<&'static Spelled> {
    SPELLED.iter().find(|spelled| spelled.notation.name == name)
}
