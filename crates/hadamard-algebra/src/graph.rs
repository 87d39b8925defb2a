//! The checked formula: a graph in which every node has a known dtype and shape, conversions are explicit, and
//! names, operators and defaults are resolved. Nodes stand after their arguments.

use crate::expr::Span;
use crate::ops::Op;
use crate::ops::{Fold, Map};
use hadamard_array::{Array, DType, Scalar, Shape};
use std::fmt;

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
    /// How many entries are stored, if it is a sparse matrix.
    pub stored: Option<usize>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// Which numbers a spectrum is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spectrum {
    /// Eigenvalues of a square matrix, complex, in the order of their real parts, then of their imaginary parts.
    General,
    /// Eigenvalues of a Hermitian matrix, smallest first.
    Hermitian,
    /// Singular values, largest first.
    Singular,
}

impl Spectrum {
    /// The operation that asks for it.
    pub fn name(self) -> &'static str {
        match self {
            Spectrum::General => "eigvals",
            Spectrum::Hermitian => "eigvalsh",
            Spectrum::Singular => "svdvals",
        }
    }
}

/// What is stored of a sparse matrix: one vector each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stored {
    /// The row of each entry (u32).
    Rows,
    /// The column of each entry (u32).
    Columns,
    /// The entries, row by row.
    Values,
}

/// An operation on places: vectors of indices (u32), one for each axis of what they point into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SparseOp {
    /// Of an array and places, the entries there.
    Gather,
    /// Of values and places, the array that has them there and zeros elsewhere. Values of one place are added up in their
    /// order, floats in double precision, rounded once.
    Scatter,
    /// Of two matrices and places, the entries of their product there, each summed like `sum(row .* column)`.
    Sampled,
    /// Of values, rows, columns and a matrix X, the product of the sparse matrix with X: entry `[i, j]` adds up the values
    /// of row i times the entries of column j of X, in their order, floats in double precision, rounded once.
    Product,
    /// Of a sparse matrix (values, rows, columns, in the order of rows) and places, its entries there: 0 where none is stored.
    Lookup,
}

impl SparseOp {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            SparseOp::Gather => "entries at places",
            SparseOp::Scatter => "sums by place",
            SparseOp::Sampled => "sampled product",
            SparseOp::Product => "sparse product",
            SparseOp::Lookup => "stored entries at places",
        }
    }
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
    /// Entry by entry. The arguments have the same dtype, except for `Where` (bool mask first). Only logic, `Where`,
    /// `Cast` and predicates see bools: arithmetic on them has become logic, or counts in i64. `Div` and `Inverse` may
    /// have integer arguments, so that integer zeros can be told, and then give f64.
    /// Axes are aligned from the first: argument axis k belongs to axis k of the node, and an axis of length 1 or
    /// missing is stretched.
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
    /// Determinant of a square matrix (dtypes as for the inverse; integers have been converted to f64).
    Det,
    /// Numerical rank of a matrix of any dtype.
    Rank,
    /// Eigenvalues or singular values of a matrix (f32, f64 or complex, computed in double precision).
    Spectrum(Spectrum),
    /// Each entry of a vector combined with all before it, by `Sum` or `Prod`.
    Scan(Fold),
    /// The arguments side by side along the given axis: equal lengths along all others.
    Concat(usize),
    /// A part of sparse operand number `.0`. This and the next are not written by the check, which knows sparse operands as
    /// matrices; planning takes those apart.
    Stored(usize, Stored),
    /// An operation on places.
    Sparse(SparseOp),
}

impl Graph {
    /// The node of that id.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// Without the nodes that no output needs.
    pub fn pruned(mut self) -> Graph {
        let mut needed = vec![false; self.nodes.len()];
        for output in &self.outputs {
            needed[output.node] = true;
        }
        for id in (0..self.nodes.len()).rev() {
            if needed[id] {
                for &arg in &self.nodes[id].args {
                    needed[arg] = true;
                }
            }
        }
        let mut moved = vec![0; self.nodes.len()];
        let mut nodes: Vec<Node> = Vec::new();
        for (id, mut node) in self.nodes.into_iter().enumerate().filter(|(id, _)| needed[*id]) {
            for arg in &mut node.args {
                *arg = moved[*arg];
            }
            moved[id] = nodes.len();
            nodes.push(node);
        }
        for output in &mut self.outputs {
            output.node = moved[output.node];
        }
        Graph { nodes, operands: self.operands, outputs: self.outputs }
    }
}

impl fmt::Display for Graph {
    /// One line for each node, `%3 = product f64[4, 4] %1 %2`, then one for each result.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (id, node) in self.nodes.iter().enumerate() {
            write!(f, "%{id} = ")?;
            match &node.kind {
                NodeKind::Operand(number) => write!(f, "{}", self.operands[*number].name)?,
                NodeKind::Constant(value) => write!(f, "constant {value}")?,
                NodeKind::Literal(_) => f.write_str("literal")?,
                NodeKind::Map(map) => f.write_str(Op::Map(*map).row().name)?,
                NodeKind::Fold(fold, axes) => write!(f, "{} over {axes:?}", Op::Fold(*fold).row().name)?,
                NodeKind::Permute(axes) => write!(f, "permute {axes:?}")?,
                NodeKind::Slice(slices) => {
                    f.write_str("slice [")?;
                    for (i, slice) in slices.iter().enumerate() {
                        write!(f, "{}{slice}", if i > 0 { ", " } else { "" })?;
                    }
                    f.write_str("]")?;
                }
                NodeKind::Diagonal => f.write_str("diagonal")?,
                NodeKind::Reshape => f.write_str("reshape")?,
                NodeKind::Expand(axes) => write!(f, "expand {axes:?}")?,
                NodeKind::Identity => f.write_str("identity")?,
                NodeKind::MatMul => f.write_str("matmul")?,
                NodeKind::Inv => f.write_str("inv")?,
                NodeKind::Det => f.write_str("det")?,
                NodeKind::Rank => f.write_str("rank")?,
                NodeKind::Spectrum(spectrum) => f.write_str(spectrum.name())?,
                NodeKind::Scan(fold) => write!(f, "running {}", Op::Fold(*fold).row().name)?,
                NodeKind::Concat(axis) => write!(f, "concat {axis}")?,
                NodeKind::Stored(number, part) => write!(f, "{part:?} of {}", self.operands[*number].name)?,
                NodeKind::Sparse(op) => f.write_str(op.words())?,
            }
            write!(f, " {}{}", node.dtype, node.shape)?;
            for arg in &node.args {
                write!(f, " %{arg}")?;
            }
            writeln!(f)?;
        }
        for output in &self.outputs {
            match &output.name {
                Some(name) => writeln!(f, "{name}: %{}", output.node)?,
                None => writeln!(f, "result: %{}", output.node)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for AxisSlice {
    /// `3` for an axis that disappears, else first index, count and step: `0 ×10`, `9 ×10 step -1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.drop, self.step) {
            (true, _) => write!(f, "{}", self.start),
            (false, 1) => write!(f, "{} ×{}", self.start, self.count),
            (false, step) => write!(f, "{} ×{} step {step}", self.start, self.count),
        }
    }
}
