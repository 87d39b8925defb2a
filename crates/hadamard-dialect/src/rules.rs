//! What systems differ in beyond spelling, as data: a notation's file fills it in.

/// How the arguments of an elementwise operation meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Axes from the first; lengths 1 and missing axes stretch (Julia, MATLAB).
    Leading,
    /// Axes from the last; lengths 1 and missing axes stretch (NumPy, PyTorch).
    Trailing,
    /// The shape of one is the beginning of the other's; lengths 1 do not stretch (J, Wolfram).
    Prefix,
    /// Equal shapes, or a number (Fortran, Eigen, Armadillo, SymPy).
    Equal,
    /// Equal shapes, or one entry of any rank (APL).
    OneEntry,
    /// The shorter is repeated in the order of storage (R).
    Recycle,
    /// By the labels of the axes (pandas).
    Labels,
}

/// How matrix products treat what is no matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatMul {
    /// Matrices only, of at least two axes.
    Matrices,
    /// A vector is a row on the left and a column on the right, and goes away again.
    Vectors,
    /// As `Vectors`, but not two of them (Fortran).
    VectorAndMatrix,
    /// A vector is a column; between vectors only through a transpose (Julia).
    Columns,
    /// A vector becomes what fits (R).
    Fitting,
    /// The last axis of the first with the first axis of the second, of any rank.
    Tensor,
}

/// The families of element types and their arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// NumPy: weak Python numbers, wrapping integers.
    Numpy,
    /// PyTorch: categories, wrapping integers, float32 by default.
    Torch,
    /// MATLAB and Octave: double by default, saturating integers.
    Matlab,
    /// Julia: wrapping integers, errors outside domains.
    Julia,
    /// R: double, integer with NA.
    R,
    /// Integers and fractions without bounds.
    Exact,
    /// Fortran: integers divide by cutting off.
    Fortran,
    /// C++ libraries: one element type in an expression.
    Cpp,
    /// J: integers become reals when they do not fit.
    J,
    /// APL: one kind of number.
    Apl,
    /// Everything is a double.
    Double,
    /// hadamard's own.
    Native,
}

/// In which order reshapes take entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Row by row.
    Rows,
    /// Column by column.
    Columns,
}

/// What the transpose of a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListTranspose {
    /// The list (NumPy).
    Same,
    /// A row (Julia).
    Row,
    /// A matrix of one column (giac).
    Column,
}

/// What a system does with shapes and numbers.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Fewest axes of an array: 2 where there are only matrices.
    pub least_rank: usize,
    /// Whether a matrix of one entry is the same as a number.
    pub one_is_number: bool,
    /// How elementwise operations align.
    pub align: Align,
    /// How products of matrices treat vectors.
    pub matmul: MatMul,
    /// Element types and their arithmetic.
    pub numbers: Numbers,
    /// The order of storage.
    pub order: Order,
    /// The first index.
    pub base: u8,
    /// What the transpose of a list is.
    pub list_transpose: ListTranspose,
    /// Whether signs between arrays are elementwise only after `.array()` (Eigen).
    pub flavours: bool,
}
