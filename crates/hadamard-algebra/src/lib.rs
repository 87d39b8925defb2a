//! The algebra of the Hadamard family: the tree of a formula, the one table of operations, and the rules by which a
//! tree becomes a checked graph whose every node has a known dtype and shape.
//!
//! Knows nothing of text, files or memory. The phases are different types: [`Formula`] (as written) →
//! [`check`](fn@check) → [`Graph`] (dtypes and shapes known, conversions explicit).

pub mod check;
pub mod claim;
pub mod diagnostic;
pub mod evaluate;
pub mod exact;
pub mod expr;
pub mod graph;
pub mod laws;
pub mod normal;
pub mod ops;
pub mod policy;
pub mod proof;
pub mod properties;
pub mod prove;
pub mod term;

pub use check::{Binding, Env, check, promote};
pub use claim::{Claim, ClaimKind, Relation};
pub use diagnostic::Diagnostic;
pub use expr::{Expr, ExprKind, Formula, Number, Span, Statement, Subscript};
pub use graph::{AxisSlice, Graph, Node, NodeId, NodeKind, Operand, Output, SparseOp, Spectrum, Stored};
pub use ops::{Fold, Form, Map, Op};
pub use policy::{Math, Overflow, Policy, Zeros};
pub use properties::Property;
