//! From a checked graph to a plan: a short list of steps over slots.
//!
//! A step is a fused [`Nest`] (one pass over an index space: loads, a straight-line body, stores and folds) or a
//! [`Dense`] kernel. Everything elementwise between two materialised values is one nest together with its
//! reductions; a subexpression that depends on far fewer entries than the nest it feeds is computed once at its own
//! rank. Knows nothing of how a loop runs.

mod access;
mod contract;
mod dot;
mod explain;
mod lower;
mod machine;
mod sparse;
mod verify;

pub use access::{Access, AxisIndex};
pub use contract::{Contraction, Optimised, Prediction, Rewriting, Sparsity, optimise};
pub use explain::{Cost, Explanation};
pub use lower::plan;
pub use machine::Machine;
pub use sparse::Places;

use hadamard_algebra::{Fold, Map, NodeId, SparseOp, Spectrum, Stored};
use hadamard_array::{Array, DType, Scalar, Shape};

/// Index into [`Plan::slots`].
pub type SlotId = usize;
/// Index into a nest's body.
pub type Reg = usize;

/// What to do, in order.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Everything that is read or written.
    pub slots: Vec<Slot>,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// For each result of the graph, the slot that holds it.
    pub results: Vec<SlotId>,
}

/// Something that is read or written.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Element type.
    pub dtype: DType,
    /// Lengths of the axes; data is in C order unless it is an operand.
    pub shape: Shape,
    /// Where its data comes from or goes to.
    pub origin: Origin,
    /// The node of the graph it holds.
    pub node: NodeId,
}

/// Where a slot's data comes from or goes to.
#[derive(Clone, Debug)]
pub enum Origin {
    /// The operand of that number.
    Operand(usize),
    /// A part of the sparse operand of that number.
    Stored(usize, Stored),
    /// A literal of the formula.
    Literal(Array),
    /// The entries of another slot, an operand's in C order, with another shape of the same size: nothing is moved.
    Reshaped(SlotId),
    /// Written by one step and read by later ones, in memory.
    Temporary,
    /// Written by one step and read by none: may be streamed out.
    Result,
}

/// One step.
#[derive(Clone, Debug)]
pub enum Step {
    /// A fused loop nest.
    Nest(Nest),
    /// A dense kernel.
    Dense(Dense),
}

/// A kernel on whole matrices.
#[derive(Clone, Debug)]
pub struct Dense {
    /// Which.
    pub op: DenseOp,
    /// Its arguments.
    pub args: Vec<Load>,
    /// The shape of each argument: what its load walks, which may be a part of the slot.
    pub shapes: Vec<Shape>,
    /// Where the result goes.
    pub out: SlotId,
    /// The node of the graph it computes, for error messages.
    pub node: NodeId,
}

/// Kernels on whole matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum DenseOp {
    MatMul,
    Inv,
    Det,
    Rank,
    /// Eigenvalues or singular values.
    Spectrum(Spectrum),
    /// Each entry of a vector combined with all before it.
    Scan(Fold),
    /// The arguments side by side along an axis.
    Concat(usize),
    /// An operation on places.
    Sparse(SparseOp),
}

/// A value read from a slot: for each axis of the slot, the index as a function of the index space.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// The slot.
    pub slot: SlotId,
    /// One entry for each axis of the slot.
    pub access: Access,
}

/// One pass over an index space.
#[derive(Clone, Debug)]
pub struct Nest {
    /// Lengths of the axes of the index space, walked in C order.
    pub space: Shape,
    /// What is read.
    pub loads: Vec<Load>,
    /// The straight-line body: instruction `i` writes register `i`.
    pub body: Vec<Instr>,
    /// Values kept for every point.
    pub stores: Vec<Store>,
    /// Values reduced over axes.
    pub folds: Vec<FoldOut>,
    /// How folds walk the space.
    pub walk: Walk,
}

/// How a nest with folds walks its space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// In C order; reduced axes are the trailing ones.
    Linear,
    /// The space is `outer × reduced × inner`: blocks along `inner` are added row by row.
    Rows {
        /// Product of the reduced axes.
        reduced: usize,
        /// Product of the axes after the reduced ones.
        inner: usize,
        /// The first reduced axis.
        axis: usize,
    },
}

/// One instruction of a body.
#[derive(Clone, Debug)]
pub struct Instr {
    /// What it computes.
    pub kind: InstrKind,
    /// Element type of its register.
    pub dtype: DType,
}

/// What an instruction computes.
#[derive(Clone, Debug)]
pub enum InstrKind {
    /// Load number `.0` of the nest.
    Load(usize),
    /// The same value everywhere.
    Const(Scalar),
    /// Whether two indices are equal (true as 1 in the register's dtype).
    Same(AxisIndex, AxisIndex),
    /// An elementwise operation on earlier registers.
    Map {
        /// Which.
        map: Map,
        /// Arguments.
        args: Vec<Reg>,
        /// Where the value stands in its own node: for the positions in error messages.
        access: Access,
        /// The node it computes.
        node: NodeId,
    },
}

/// A register stored for every point of the space.
#[derive(Clone, Debug)]
pub struct Store {
    /// Which register.
    pub value: Reg,
    /// Where: as many elements as the space, in the same C order.
    pub slot: SlotId,
}

/// A register reduced over axes of the space.
#[derive(Clone, Debug)]
pub struct FoldOut {
    /// Which register.
    pub value: Reg,
    /// How.
    pub fold: Fold,
    /// Number of elements reduced into each result.
    pub count: usize,
    /// Where: the kept axes in C order.
    pub slot: SlotId,
    /// The node it computes, for error messages.
    pub node: NodeId,
}
