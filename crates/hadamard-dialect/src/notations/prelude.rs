//! The words notation files are written in.

pub use crate::op::Along::{Across, Down};
pub use crate::op::Constant as C;
pub use crate::op::F::{self, *};
pub use crate::op::Op::{
    self, Adjoint, AlongEach, AsArray, AsMatrix, Backslash, BindColumns, BindRows, ByNumber, Caret, Column, Combine,
    Constant, Count, Diag, DiagBuild, DiagOf, DiagOfRow, Each, EachAlong, FaceSplit, Fill, Filled, Flat, Flipped,
    HalfOpen, Identity, Inverse, Iota0, Iota1, KhatriRao, Kron, LiteralReal, LiteralRow, MatMul, MatPower,
    MatrixFunction, OfArray, Ones, OnesVector, Only, Outer, RangeCount, RangeStep, Reshape, ReshapeColumns,
    ReshapeRows, Row, Slash, SlashLeft, SpreadColumns, SpreadRows, Star, Strict, Table, Trace, Transpose, Unevaluated,
    Unlabelled, Zeros,
};
pub use crate::op::Over::{self, All, Axis, First, FirstLong, Keep, Last};
pub use crate::op::Sides::{ArrayNumber, Arrays, Conforming, Led, NumberArray, Numbers as OfNumbers, Tensors};
pub use crate::rules::{Align, ListTranspose, MatMul as Products, Numbers, Order, Rules};
pub use crate::syntax::notation::{
    Bracket, GROUPING, LIST, Layout, Lexis, Literal, MATRIX, Notation, PARENS, PLAIN, Sign, Whole, Wrap, alike, left,
    never, postfix, prefix, right,
};
pub use hadamard_array::DType;

pub use crate::op::Fold;

/// The sum over entries.
pub const fn sum(over: Over) -> Op {
    Op::Fold(Fold::Sum, over)
}
/// The product over entries.
pub const fn prod(over: Over) -> Op {
    Op::Fold(Fold::Prod, over)
}
/// The smallest entry.
pub const fn min(over: Over) -> Op {
    Op::Fold(Fold::Min, over)
}
/// The largest entry.
pub const fn max(over: Over) -> Op {
    Op::Fold(Fold::Max, over)
}
/// The mean of entries.
pub const fn mean(over: Over) -> Op {
    Op::Fold(Fold::Mean, over)
}
/// Whether any entry is true.
pub const fn any(over: Over) -> Op {
    Op::Fold(Fold::Any, over)
}
/// Whether all entries are true.
pub const fn all(over: Over) -> Op {
    Op::Fold(Fold::All, over)
}
/// The fold over entries that are not NaN.
pub const fn skipping(fold: Fold, over: Over) -> Op {
    Op::Skipping(fold, over)
}
