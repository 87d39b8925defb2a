//! The one table of operations. A row says what an operation is called, what it takes and gives, which algebraic
//! facts hold, how accurate it is, and shows examples that are run. Whatever lists operations reads this table.
//!
//! Operations are of three classes, each an enum of its own so that code written per operation is an exhaustive
//! match: [`Map`] works entry by entry, [`Fold`] reduces axes, [`Form`] builds or contracts matrices.

mod build;
mod folds;
mod forms;
mod maps;

use hadamard_array::DType;

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    /// Entry by entry, with broadcasting.
    Map(Map),
    /// Over axes.
    Fold(Fold),
    /// On matrices as wholes.
    Form(Form),
}

/// Elementwise operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Map {
    Mul,
    Div,
    Pow,
    Root,
    Inverse,
    SafeDiv,
    Add,
    Sub,
    Neg,
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
    Ne,
    And,
    Or,
    Xor,
    Not,
    Where,
    Abs,
    Sign,
    Sqrt,
    Cbrt,
    Exp,
    Expm1,
    Exp2,
    Log,
    Log1p,
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
    Asinh,
    Acosh,
    Atanh,
    Atan2,
    Hypot,
    Sigmoid,
    Softplus,
    Relu,
    Gelu,
    Erf,
    Erfc,
    Gamma,
    Lgamma,
    Floor,
    Ceil,
    Round,
    Trunc,
    Min,
    Max,
    Clamp,
    Mod,
    Rem,
    Fma,
    Copysign,
    Real,
    Imag,
    Conj,
    Angle,
    IsNan,
    IsInf,
    IsFinite,
    /// Conversion to a dtype, spelled by its name.
    Cast(DType),
}

/// Reductions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Fold {
    Sum,
    Prod,
    Mean,
    Min,
    Max,
    All,
    Any,
    Count,
    Norm,
    Argmin,
    Argmax,
}

/// Operations on matrices as wholes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Form {
    /// Undotted `+`: equal shapes or a scalar.
    Plus,
    /// Undotted `-`.
    Minus,
    /// Undotted `*`.
    MatMul,
    /// Undotted `/`: by a scalar.
    Over,
    /// Undotted `^`.
    MatPow,
    Transpose,
    Adjoint,
    Kron,
    KhatriRao,
    FaceSplit,
    Penetrating,
    PenetratingV,
    BlockFaceSplit,
    BlockKhatriRao,
    Outer,
    DiagBuild,
    DiagExtract,
    Trace,
    Vec,
    Rvec,
    J,
    Ones,
    I,
    Commutation,
    Inv,
    Det,
    Rank,
    Eigvals,
    Eigvalsh,
    Svdvals,
    Cumsum,
    Cumprod,
}

/// How a row is written besides `name(…)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// Only as a call.
    Call,
    /// Between its operands, tighter with a larger level.
    Infix(Level),
    /// Before its operand.
    Prefix,
    /// After its operand.
    Postfix,
}

/// Precedence levels of infix signs, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `.|` and `xor`
    Or,
    /// `.&`
    And,
    /// `.<` …
    Compare,
    /// `+ -` and their dotted forms
    Sum,
    /// every product and division, one level, left-associative
    Product,
    /// `^ .^`, right-associative, tighter than unary minus on its left
    Power,
}

/// Which dtypes an operation takes and what it gives. Arguments are first promoted to one dtype.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DTypes {
    /// Any numeric; result the promoted dtype. Two bools: `.*`, `min`, `max` stay bool, the others count in i64.
    Arithmetic,
    /// Real numeric (no complex); result the promoted dtype.
    RealArithmetic,
    /// Integers and bools become f64; floats and complex keep their dtype.
    Float,
    /// As [`DTypes::Float`], but not complex.
    RealFloat,
    /// Any; promoted, result bool. Complex only for `.==` and `.!=`.
    Compare,
    /// Bools only.
    Logic,
    /// Any numeric; result bool.
    Predicate,
    /// Any numeric; complex gives its real dtype (`abs real imag angle`).
    RealPart,
    /// `where(mask, a, b)`: a bool mask, two promoted values.
    Select,
    /// To the dtype of the row.
    Cast,
    /// Sum-like: integers and bools accumulate exactly and give i64 or u64; floats keep their dtype.
    Accumulate,
    /// As [`DTypes::Accumulate`], but integers give f64 (`mean`, `norm`; complex `norm` gives the real dtype).
    Average,
    /// Any; result i64 (`count argmin argmax`).
    Position,
    /// Set by the shape rule's own code (structural operations keep their operand's dtype).
    Keep,
}

/// How close results are to the exact value in strict mode.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Accuracy {
    /// Correctly rounded or exact: the IEEE operation.
    Exact,
    /// Within so many units in the last place of f32 and f64 (f16 and bf16: computed in f32, then rounded).
    Ulp(f64),
    /// Rounding of each step of a stated algorithm (sums: pairwise tree; matrix products, inverses).
    Algorithm(&'static str),
}

/// Algebraic facts of a binary operation over a commutative ring or field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Facts {
    /// `f(a, b) = f(b, a)`.
    pub commutative: bool,
    /// `f(a, f(b, c)) = f(f(a, b), c)` (exactly for integers).
    pub associative: bool,
    /// `f(a, e) = a`.
    pub identity: Option<f64>,
    /// `f(a, z) = z` for finite `a`.
    pub absorbing: Option<f64>,
    /// Operations it distributes over.
    pub distributes_over: &'static [Op],
}

/// No facts claimed.
pub const NO_FACTS: Facts =
    Facts { commutative: false, associative: false, identity: None, absorbing: None, distributes_over: &[] };

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The operation.
    pub op: Op,
    /// Its name in calls; unique within dotted and undotted calls.
    pub name: &'static str,
    /// Signs: the first is the one printed.
    pub signs: &'static [&'static str],
    /// How the signs are placed.
    pub writing: Writing,
    /// Parameter names in order; those after `required` may be left out.
    pub params: &'static [&'static str],
    /// How many parameters must be given.
    pub required: usize,
    /// The dtype rule.
    pub dtypes: DTypes,
    /// The shape of the result, for people: `m×n, p×q → mp×nq`.
    pub shapes: &'static str,
    /// Algebraic facts.
    pub facts: Facts,
    /// Accuracy in strict mode.
    pub accuracy: Accuracy,
    /// One line of documentation.
    pub doc: &'static str,
    /// Formulas and what they equal; both sides are evaluated and compared by a test.
    pub examples: &'static [(&'static str, &'static str)],
}

/// Every row, class by class.
pub fn table() -> impl Iterator<Item = &'static Row> {
    maps::ROWS.iter().chain(folds::ROWS).chain(forms::ROWS)
}

/// The row of an operation.
pub fn row(op: Op) -> &'static Row {
    table().find(|r| r.op == op).expect("every operation has a row (tested)")
}

/// The operation of that name: `min(A)` reduces, `min.(a, b)` compares entry by entry; a name that is only
/// elementwise is found without a dot too (the checker then says what the dot means).
pub fn by_name(name: &str, dotted: bool) -> Option<Op> {
    let mut hits = table().filter(|r| r.name == name).map(|r| r.op);
    let first = hits.next()?;
    let Some(second) = hits.next() else { return Some(first) };
    let is_map = |op: &Op| matches!(op, Op::Map(_));
    [first, second].into_iter().find(|op| is_map(op) == dotted)
}

/// Names close to a misspelt one, nearest first.
pub fn suggest(name: &str) -> Vec<&'static str> {
    similar(name, table().map(|r| r.name))
}

/// The candidates close to `name`, nearest first, at most three.
pub fn similar<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let lower = name.to_lowercase();
    let mut scored: Vec<(f64, &str)> = candidates
        .map(|c| (strsim::jaro_winkler(&lower, &c.to_lowercase()), c))
        .filter(|&(score, c)| score > 0.8 || c.eq_ignore_ascii_case(name))
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, c)| c).collect()
}

impl Op {
    /// The row of the operation.
    pub fn row(self) -> &'static Row {
        row(self)
    }
    /// The sign it is printed with, or its name.
    pub fn spelling(self) -> &'static str {
        let row = row(self);
        row.signs.first().copied().unwrap_or(row.name)
    }
}
