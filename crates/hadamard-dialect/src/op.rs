//! The operations formulas are made of, whatever the notation. A notation spells those that its system has.

use hadamard_array::DType;

/// A function of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum F {
    Add,
    Sub,
    Mul,
    Div,
    /// Division rounded down.
    FloorDiv,
    /// Division cut off towards zero.
    TruncDiv,
    Pow,
    /// The remainder with the sign of the divisor.
    Mod,
    /// The remainder with the sign of the dividend.
    Rem,
    Min,
    Max,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    And,
    Or,
    Xor,
    /// Exclusive or of the bits.
    BitXor,
    Not,
    Neg,
    Abs,
    Signum,
    Sqrt,
    Exp,
    Log,
    Log2,
    Log10,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Floor,
    Ceil,
    Trunc,
    /// To the nearest whole number, ties to even.
    RoundEven,
    /// To the nearest whole number, ties away from zero.
    RoundAway,
    Conj,
    Real,
    Imag,
    Square,
    Cube,
    Recip,
    /// `where(mask, a, b)`
    Where,
    /// A conversion.
    Cast(DType),
}

impl F {
    /// Number of arguments.
    pub fn arity(self) -> usize {
        match self {
            F::Add
            | F::Sub
            | F::Mul
            | F::Div
            | F::FloorDiv
            | F::TruncDiv
            | F::Pow
            | F::Mod
            | F::Rem
            | F::Min
            | F::Max => 2,
            F::Eq | F::Ne | F::Lt | F::Le | F::Gt | F::Ge | F::And | F::Or | F::Xor | F::BitXor => 2,
            F::Where => 3,
            _ => 1,
        }
    }
    /// Whether it compares.
    pub fn compares(self) -> bool {
        matches!(self, F::Eq | F::Ne | F::Lt | F::Le | F::Gt | F::Ge)
    }
    /// Whether it joins truth values.
    pub fn is_logic(self) -> bool {
        matches!(self, F::And | F::Or | F::Xor | F::Not)
    }
    /// What it is called in sentences.
    pub fn words(self) -> String {
        match self {
            F::Add => "sum",
            F::Sub => "difference",
            F::Mul => "product",
            F::Div => "quotient",
            F::FloorDiv => "quotient rounded down",
            F::TruncDiv => "quotient cut off towards zero",
            F::Pow => "power",
            F::Mod => "remainder with the divisor's sign",
            F::Rem => "remainder with the dividend's sign",
            F::Min => "smaller",
            F::Max => "larger",
            F::Eq => "comparison ==",
            F::Ne => "comparison !=",
            F::Lt => "comparison <",
            F::Le => "comparison <=",
            F::Gt => "comparison >",
            F::Ge => "comparison >=",
            F::And => "conjunction",
            F::Or => "disjunction",
            F::Xor => "exclusive or",
            F::BitXor => "exclusive or of the bits",
            F::Not => "negation of truth values",
            F::Neg => "negation",
            F::Abs => "absolute value",
            F::Signum => "sign",
            F::Sqrt => "square root",
            F::Exp => "exponential",
            F::Log => "natural logarithm",
            F::Log2 => "binary logarithm",
            F::Log10 => "decimal logarithm",
            F::Sin => "sine",
            F::Cos => "cosine",
            F::Tan => "tangent",
            F::Asin => "arc sine",
            F::Acos => "arc cosine",
            F::Atan => "arc tangent",
            F::Sinh => "hyperbolic sine",
            F::Cosh => "hyperbolic cosine",
            F::Tanh => "hyperbolic tangent",
            F::Floor => "rounding down",
            F::Ceil => "rounding up",
            F::Trunc => "rounding towards zero",
            F::RoundEven => "rounding, ties to even",
            F::RoundAway => "rounding, ties away from zero",
            F::Conj => "conjugate",
            F::Real => "real part",
            F::Imag => "imaginary part",
            F::Square => "square",
            F::Cube => "cube",
            F::Recip => "reciprocal",
            F::Where => "choice by a mask",
            F::Cast(dtype) => return format!("conversion to {}", dtype.name()),
        }
        .to_owned()
    }
}

/// What a fold makes of many entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Fold {
    Sum,
    Prod,
    Min,
    Max,
    Mean,
    Any,
    All,
}

/// Which entries a fold takes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Over {
    /// All.
    All,
    /// Those along an axis, which goes away.
    Axis(u8),
    /// Those along an axis, which stays with length 1.
    Keep(u8),
    /// Along the first axis whose length is not 1 (MATLAB's default).
    FirstLong,
    /// Along the first axis (J's `+/`).
    First,
    /// Along the last axis (APL's `+/`).
    Last,
}

/// How an elementwise operation aligns its arguments, where that is not the system's usual way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Along {
    /// A vector goes down the columns: entry i meets row i.
    Down,
    /// A vector goes along the rows: entry j meets column j.
    Across,
}

/// Which arguments are arrays and which are numbers, where not any may be either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sides {
    /// All are arrays.
    Arrays,
    /// All are numbers.
    Numbers,
    /// The first is an array, the second a number.
    ArrayNumber,
    /// The first is a number, the second an array.
    NumberArray,
    /// The first is an array, or both are numbers.
    Led,
    /// Arrays of equal shape, or one is a number.
    Conforming,
    /// Arrays or numbers, but none that is written in the formula (PyTorch's tensors).
    Tensors,
}

impl Sides {
    /// All there are.
    pub const ALL: [Sides; 7] = [
        Sides::Led,
        Sides::Arrays,
        Sides::Numbers,
        Sides::ArrayNumber,
        Sides::NumberArray,
        Sides::Conforming,
        Sides::Tensors,
    ];

    /// What is wanted, in words.
    pub fn words(self) -> &'static str {
        match self {
            Sides::Arrays => "of arrays, not of numbers",
            Sides::Numbers => "of numbers",
            Sides::ArrayNumber => "of an array and a number",
            Sides::NumberArray => "of a number and an array",
            Sides::Led => "of an array first, or of numbers",
            Sides::Conforming => "of arrays of equal shape, or of an array and a number",
            Sides::Tensors => "of tensors, and a number that is written down is none",
        }
    }
}

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    /// A function of each entry; arguments align as the system aligns them.
    Each(F),
    /// The same with the arguments the other way round (`.\`, `.rdiv`).
    Flipped(F),
    /// A function of each entry of arguments of equal shape, or of numbers: no expansion.
    Strict(F),
    /// A function of each entry that is written down but not evaluated (SymPy's `HadamardProduct`).
    Unevaluated(F),
    /// A function of each entry of arguments that have to be such.
    Only(F, Sides),
    /// A function of each entry of an array, not of a matrix or a number (Eigen).
    OfArray(F),
    /// A function of each entry of two arrays aligned by labels; a third argument stands where one of them is missing.
    Filled(F),
    /// A sum or difference of arrays of equal shape; a number beside a matrix is one times the identity matrix (giac).
    OnDiagonal(F),
    /// Entries taken together, NaN left out.
    Skipping(Fold, Over),
    /// The entries without labels.
    Unlabelled,
    /// A list as a labelled vector.
    Series,
    /// A function of each entry with a number as the second argument: anything else is refused.
    ByNumber(F),
    /// The second argument is a vector that goes along an axis of the first.
    EachAlong(F, Along),
    /// The first argument is the vector, the second the matrix.
    AlongEach(F, Along),
    /// The system's product sign whose meaning depends on the arguments: of matrices, of a matrix and a number.
    Star,
    /// A quotient by a matrix: A·B⁻¹, or entry by entry by a number.
    Slash,
    /// A quotient the other way round: A⁻¹·B.
    Backslash,
    /// GAUSS's and the HP Prime's quotient of matrices: B⁻¹·A.
    SlashLeft,
    /// The power of a square matrix, or of a number.
    Caret,
    /// The matrix product.
    MatMul,
    /// The power of a square matrix.
    MatPower,
    /// The inverse of a matrix.
    Inverse,
    /// A function of a square matrix as a whole; of a number the usual one.
    MatrixFunction(F),
    /// Whether two arrays are equal as wholes.
    Whole(F),
    /// The transpose.
    Transpose,
    /// The transpose of the conjugates.
    Adjoint,
    /// The Kronecker product.
    Kron,
    /// The column-wise Kronecker product.
    KhatriRao,
    /// The row-wise Kronecker product.
    FaceSplit,
    /// Every entry of one vector times every entry of another.
    Outer,
    /// A function of every entry of one with every entry of the other.
    Table(F),
    /// A diagonal matrix of a vector.
    DiagBuild,
    /// The diagonal of a matrix as a vector.
    DiagOf,
    /// The diagonal as a matrix of one row.
    DiagOfRow,
    /// Builds from a vector, takes from a matrix.
    Diag,
    /// The sum of the diagonal.
    Trace,
    /// Takes entries together.
    Fold(Fold, Over),
    /// How many truth values are true (Fortran, whose `sum` has no truth values).
    Count(Over),
    /// The identity matrix.
    Identity,
    /// A matrix of ones.
    Ones,
    /// A vector of ones.
    OnesVector,
    /// A matrix of zeros.
    Zeros,
    /// A matrix of one value: value, rows, columns.
    Fill,
    /// From a to b, both included.
    Range,
    /// From a in steps to b: a, step, b.
    RangeStep,
    /// From a in n steps: a, step, n.
    RangeCount,
    /// From a up to but not b.
    HalfOpen,
    /// 0 … n−1.
    Iota0,
    /// 1 … n.
    Iota1,
    /// All columns below one another as one vector.
    Vec,
    /// Data, rows, columns: filled in the system's order.
    Reshape,
    /// Data, rows, columns: filled row by row.
    ReshapeRows,
    /// Data, rows, columns: filled column by column.
    ReshapeColumns,
    /// The same entries as a matrix of one column.
    Column,
    /// The same entries as a matrix of one row.
    Row,
    /// The same entries as a list.
    Flat,
    /// A copy of the vector for each of n columns.
    SpreadColumns,
    /// A copy of the vector, as a row, for each of n rows.
    SpreadRows,
    /// A list of lists as an array.
    Literal,
    /// A list of lists of reals as an array.
    LiteralReal,
    /// Entries as a row.
    LiteralRow,
    /// Entries one after another (R's `c`).
    Combine,
    /// Arguments below one another.
    BindRows,
    /// Arguments beside one another.
    BindColumns,
    /// The same matrix, whose signs now work entry by entry (Eigen).
    AsArray,
    /// The same array, whose signs now are those of matrices (Eigen).
    AsMatrix,
    /// A named number.
    Constant(Constant),
}

/// Numbers with names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Constant {
    True,
    False,
    Pi,
    E,
    Infinity,
    NaN,
    Missing,
    ImaginaryUnit,
}

impl Op {
    /// What it is called in the table of notations and in refusals.
    pub fn words(self) -> String {
        let text = match self {
            Op::Each(f) | Op::Strict(f) | Op::OfArray(f) => return format!("{} entry by entry", f.words()),
            Op::Unevaluated(f) => return format!("{} entry by entry, not evaluated yet", f.words()),
            Op::Only(f, sides) => return format!("{} entry by entry, {}", f.words(), sides.words()),
            Op::Count(over) => return format!("count of true entries: {}", Op::Fold(Fold::Sum, over).words()),
            Op::Filled(f) => return format!("{} by labels, with a value for what is missing", f.words()),
            Op::OnDiagonal(f) => return format!("{}, of a number on the diagonal", f.words()),
            Op::Skipping(fold, over) => return format!("{}, NaN left out", Op::Fold(fold, over).words()),
            Op::Unlabelled => "entries without labels",
            Op::Series => "labelled vector",
            Op::ByNumber(f) => return format!("{} with a number", f.words()),
            Op::Flipped(f) => return format!("{} entry by entry, arguments swapped", f.words()),
            Op::EachAlong(f, Along::Down) | Op::AlongEach(f, Along::Down) => {
                return format!("{} with a vector down the columns", f.words());
            }
            Op::EachAlong(f, Along::Across) | Op::AlongEach(f, Along::Across) => {
                return format!("{} with a vector along the rows", f.words());
            }
            Op::Star => "product of matrices or numbers",
            Op::Slash => "product with the inverse of a matrix",
            Op::Backslash => "product of an inverse with a matrix",
            Op::SlashLeft => "product of the second's inverse with the first",
            Op::Caret | Op::MatPower => "power of a matrix",
            Op::MatMul => "matrix product",
            Op::Inverse => "inverse of a matrix",
            Op::MatrixFunction(f) => return format!("{} of a matrix as a whole", f.words()),
            Op::Whole(f) => return format!("{} of arrays as wholes", f.words()),
            Op::Transpose => "transpose",
            Op::Adjoint => "conjugate transpose",
            Op::Kron => "Kronecker product",
            Op::KhatriRao => "Khatri–Rao product",
            Op::FaceSplit => "face-splitting product",
            Op::Outer => "outer product",
            Op::Table(f) => return format!("{} of every pair of entries", f.words()),
            Op::DiagBuild => "diagonal matrix of a vector",
            Op::DiagOf => "diagonal of a matrix",
            Op::DiagOfRow => "diagonal of a matrix as a row",
            Op::Diag => "diagonal, both ways",
            Op::Trace => "trace",
            Op::Fold(fold, over) => {
                let what = match fold {
                    Fold::Sum => "sum",
                    Fold::Prod => "product",
                    Fold::Min => "minimum",
                    Fold::Max => "maximum",
                    Fold::Mean => "mean",
                    Fold::Any => "any",
                    Fold::All => "all",
                };
                let over = match over {
                    Over::All => "of all entries".to_owned(),
                    Over::Axis(0) => "of each column".to_owned(),
                    Over::Axis(1) => "of each row".to_owned(),
                    Over::Axis(n) => format!("along axis {n}"),
                    Over::Keep(0) => "of each column, as a row".to_owned(),
                    Over::Keep(1) => "of each row, as a column".to_owned(),
                    Over::Keep(n) => format!("along axis {n}, which stays"),
                    Over::FirstLong => "along the first axis longer than 1".to_owned(),
                    Over::First => "along the first axis".to_owned(),
                    Over::Last => "along the last axis".to_owned(),
                };
                return format!("{what} {over}");
            }
            Op::Identity => "identity matrix",
            Op::Ones => "matrix of ones",
            Op::OnesVector => "vector of ones",
            Op::Zeros => "matrix of zeros",
            Op::Fill => "matrix of one value",
            Op::Range => "range with both ends",
            Op::RangeStep => "range in steps",
            Op::RangeCount => "range of so many steps",
            Op::HalfOpen => "range without its end",
            Op::Iota0 => "0 to n-1",
            Op::Iota1 => "1 to n",
            Op::Vec => "columns below one another",
            Op::Reshape => "another shape",
            Op::ReshapeRows => "another shape, row by row",
            Op::ReshapeColumns => "another shape, column by column",
            Op::Column => "as a column",
            Op::Row => "as a row",
            Op::Flat => "as a list",
            Op::SpreadColumns => "copies of a vector beside one another",
            Op::SpreadRows => "copies of a vector below one another",
            Op::Literal | Op::LiteralReal | Op::LiteralRow => "array literal",
            Op::Combine => "entries one after another",
            Op::BindRows => "rows below one another",
            Op::BindColumns => "columns beside one another",
            Op::AsArray => "entry by entry from here",
            Op::AsMatrix => "as matrices from here",
            Op::Constant(_) => "constant",
        };
        text.to_owned()
    }
}
