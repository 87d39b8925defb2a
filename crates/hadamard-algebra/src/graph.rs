//! The checked formula: a graph in which every node has a known dtype and shape, conversions are explicit, and
//! names, operators and defaults are resolved. Nodes stand after their arguments.

use crate::expr::Span;
use crate::ops::{Fold, Map};
use hadamard_array::{Array, DType, Scalar, Shape};

/// Index of a node in [`Graph::nodes`].
pub type NodeId = usize;

/// A formula with every question of meaning answered.
#[derive(Clone, Debug)]
pub struct Graph {
    /// The nodes; arguments stand before their users.
    pub nodes: Vec<Node>,
    /// The operands, in the order of [`NodeKind::Operand`].
    pub operands: Vec<Operand>,
    /// The results: one for each statement, in order.
    pub outputs: Vec<Output>,
}

/// An operand the formula reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// Its name in the formula.
    pub name: String,
    /// Its element type.
    pub dtype: DType,
    /// The lengths of its axes.
    pub shape: Shape,
}

/// A result of the formula.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The name given by `name = …`.
    pub name: Option<String>,
    /// The node that computes it.
    pub node: NodeId,
}

/// One value of the graph.
#[derive(Clone, Debug)]
pub struct Node {
    /// What computes it.
    pub kind: NodeKind,
    /// Its arguments.
    pub args: Vec<NodeId>,
    /// Its element type.
    pub dtype: DType,
    /// The lengths of its axes.
    pub shape: Shape,
    /// The place in the formula it comes from.
    pub span: Span,
}

/// One axis of a view of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AxisSlice {
    /// First index taken; `start < length` unless `count` is 0.
    pub start: usize,
    /// Step between indices (may be negative, never 0).
    pub step: isize,
    /// How many are taken.
    pub count: usize,
    /// Whether the axis disappears (`A[3, :]`); then `count` is 1.
    pub drop: bool,
}

/// What computes a node.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// Reads operand number `.0`.
    Operand(usize),
    /// A number; its node has no axes.
    Constant(Scalar),
    /// A matrix literal.
    Literal(Array),
    /// Entry by entry. The arguments have the same dtype, except: `Where` (bool mask first), `Cast`, and integer
    /// `Pow`/`Root` as documented at the row. Axes are aligned from the first: argument axis k belongs to axis k of
    /// the node, and an axis of length 1 or missing is stretched.
    Map(Map),
    /// Reduces the listed axes (ascending, at least one unless the argument has none); they disappear.
    Fold(Fold, Vec<usize>),
    /// Axis `i` of the node is axis `.0[i]` of the argument.
    Permute(Vec<usize>),
    /// One slice for each axis of the argument.
    Slice(Vec<AxisSlice>),
    /// The diagonal of a matrix: entry i is `[i, i]`.
    Diagonal,
    /// The same entries in C order with another shape of the same size.
    Reshape,
    /// Axis k of the argument becomes axis `.0[k]` of the node (ascending); the other axes repeat it.
    /// Together with [`NodeKind::Reshape`] this is how Kronecker, Khatri–Rao, face-splitting and penetrating
    /// products are elementwise products: `kron(A, B)` is A over axes 0, 2 times B over axes 1, 3, reshaped.
    Expand(Vec<usize>),
    /// 1 where all indices along the two axes of the node are equal, else 0, in the node's dtype (the identity matrix;
    /// `Diag(x)` is `Where(Identity, Expand(x), 0)`).
    Identity,
    /// Matrix product of two matrices (two axes each).
    MatMul,
    /// Inverse of a square matrix (f64 or c128, or f32/c64 computed in double precision).
    Inv,
    /// Determinant of a square matrix.
    Det,
    /// Numerical rank.
    Rank,
    /// The arguments side by side along the given axis: equal lengths along all others.
    Concat(usize),
}

impl Graph {
    /// The node of that id.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }
}
