//! The typed term: a statement of matrix algebra whose sizes are symbols, as the prover, the property engine and the
//! optimiser see it.
//!
//! A [`Problem`] is made from a [`Claim`](crate::Claim) by inferring the most general shapes: an operand whose shape is not
//! declared gets the one its use asks for. A name with a capital letter is a matrix and any other a vector, unless
//! that cannot be or would force an axis to have length 1; then it is a number, or whatever fits. Names in places of
//! sizes (`J(m, n)`, `I(n)`) are symbols that stand for any size, and numbers elsewhere.
//!
//! Differences to the checked [`Graph`](crate::Graph): sizes are [`Dim`]s instead of numbers, numbers are exact, there
//! are no dtypes but one field for all, and operations keep their algebraic meaning instead of being lowered.
//! Equal terms are one node, and nodes stand after their arguments.

mod dim;
mod infer;
mod problem;
mod shapes;
mod unify;

pub use dim::{Dim, Symbol};
pub use problem::{Declared, Given, Problem, ProblemError, Within};
pub use shapes::Size;

use crate::exact::Exact;
use crate::{AxisSlice, Fold, Map, Span, Spectrum};

/// Index of a term in [`Terms::nodes`].
pub type TermId = usize;

/// The numbers that entries are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ring {
    /// ℤ: a commutative ring; division leaves it.
    Integers,
    /// ℝ: conjugation changes nothing.
    Reals,
    /// ℂ
    Complex,
    /// ℍ: products of entries do not commute, and conjugation turns them round.
    Quaternions,
}

/// Terms with their shapes, and the names in them.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// The terms; arguments stand before their users.
    pub nodes: Vec<Term>,
    /// The operands, in the order of [`TermKind::Operand`].
    pub operands: Vec<Variable>,
    /// The names of the symbols of sizes.
    pub symbols: Vec<String>,
    /// The least size each symbol can stand for: slices reach that far.
    pub least: Vec<u64>,
}

/// An operand of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its shape: no axes for a number, one for a vector (a column), two for a matrix.
    pub shape: Vec<Dim>,
}

/// A term.
#[derive(Clone, Debug)]
pub struct Term {
    /// What it is.
    pub kind: TermKind,
    /// Its arguments.
    pub args: Vec<TermId>,
    /// The sizes of its axes.
    pub shape: Vec<Dim>,
    /// Where it was first written.
    pub span: Span,
}

/// What a term is. A vector counts as a column wherever a matrix is expected; a result may have fewer axes than the
/// definition says where those have size 1 (`x.' * y` is a number).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TermKind {
    /// Operand number `.0`.
    Operand(usize),
    /// A number.
    Number(Exact),
    /// A size as a number: `n` in `n * J(m, n)`.
    Size(Dim),
    /// A matrix of numbers, row by row.
    Literal(Vec<Exact>),
    /// Entry by entry; axes are aligned from the first, and one that is missing or of length 1 is stretched.
    /// Conversions do nothing here, and are not kept.
    Map(Map),
    /// Reduces the listed axes (ascending).
    Fold(Fold, Vec<usize>),
    /// Product of matrices.
    MatMul,
    /// Power of a square matrix; negative ones are of the inverse.
    MatPow(i64),
    /// Axes in reverse order; a vector becomes one row. The conjugate transpose is the transpose of `conj`.
    Transpose,
    /// Kronecker product.
    Kron,
    /// Column-wise Khatri–Rao product.
    KhatriRao,
    /// Face-splitting product, by rows.
    FaceSplit,
    /// Penetrating face product: the first argument is the block, the second the matrix of blocks side by side, or
    /// stacked.
    Penetrating {
        /// Whether the blocks stand one above the other.
        stacked: bool,
    },
    /// Block face-splitting product, or block Khatri–Rao product `by_columns`.
    BlockProduct {
        /// Blocks are multiplied by columns.
        by_columns: bool,
        /// Heights of the block rows of the first argument: all alike, or numbers. So are the other lists.
        rows: Vec<Dim>,
        /// Widths of the block columns of the first argument.
        cols: Vec<Dim>,
        /// Sizes of the blocks of the second argument along the axis that is not shared.
        other: Vec<Dim>,
    },
    /// x_i y_j.
    Outer,
    /// Diagonal matrix of a vector.
    DiagBuild,
    /// Diagonal of a matrix.
    DiagExtract,
    /// Trace.
    Trace,
    /// Columns stacked.
    Vec,
    /// Rows end to end.
    Rvec,
    /// Ones in every entry.
    Ones,
    /// Identity matrix.
    Identity,
    /// Commutation matrix K(m, n): K vec(A) = vec(A.') for A m×n. `.0` and `.1` are m and n.
    Commutation(Dim, Dim),
    /// Inverse of a square matrix.
    Inv,
    /// Determinant.
    Det,
    /// Rank.
    Rank,
    /// Eigenvalues or singular values, in the order that [`Spectrum`] says.
    Spectrum(Spectrum),
    /// Each entry of a vector combined with all before it, by `Sum` or `Prod`.
    Scan(Fold),
    /// One slice for each axis of the argument; `None` takes the axis whole.
    Slice(Vec<Option<AxisSlice>>),
}

impl Terms {
    /// The term of that id.
    pub fn node(&self, id: TermId) -> &Term {
        &self.nodes[id]
    }
    /// A size as text.
    pub fn dim_text(&self, dim: &Dim) -> String {
        dim.text(&self.symbols)
    }
    /// A shape as text: `m×n`, `n`, `scalar`.
    pub fn shape_text(&self, shape: &[Dim]) -> String {
        match shape {
            [] => "scalar".into(),
            axes => axes.iter().map(|d| self.dim_text(d)).collect::<Vec<_>>().join("×"),
        }
    }
}
