//! The syntax tree of a formula: what brackets, signs and words make of the text, before any of them means anything.

use hadamard_algebra::Span;

/// A number as it is written in a formula.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number of the system's integer type.
    Int(i128),
    /// A number of the system's usual real type.
    Float(f64),
    /// A real that says it is double where that is not the usual one (Fortran's `1d0`).
    Double(f64),
    /// An imaginary number.
    Imag(f64),
    /// A fraction written as one literal (J's `1r2`).
    Ratio(i128, i128),
}

/// A node of the syntax tree with its place in the text. Two nodes are equal if they say the same in different places.
#[derive(Clone, Debug)]
pub struct Raw {
    pub kind: RawKind,
    pub span: Span,
}

impl PartialEq for Raw {
    fn eq(&self, other: &Raw) -> bool {
        self.kind == other.kind
    }
}

/// What a node of the syntax tree is. Signs and brackets are the texts of the notation's table.
#[derive(Clone, Debug, PartialEq)]
pub enum RawKind {
    Number(Number),
    Text(String),
    Name(String),
    /// A place for an operand: in spellings only.
    Hole(Hole),
    Infix(&'static str, Box<[Raw; 2]>),
    Prefix(&'static str, Box<Raw>),
    Postfix(&'static str, Box<Raw>),
    /// `head(args)`, `head.(args)`, `head[args]`.
    Call {
        open: &'static str,
        head: Box<Raw>,
        args: Vec<Raw>,
    },
    /// `of.name`
    Member(Box<Raw>, String),
    /// A bracket that stands alone: a list, a matrix, a tuple. `listed` says that commas part the entries where
    /// blanks could.
    Group {
        open: &'static str,
        listed: bool,
        rows: Vec<Vec<Raw>>,
    },
    /// `axis=0` among arguments.
    Named(String, Box<Raw>),
    /// An argument left out, as in `A[, 1]`.
    Absent,
    /// A function without a name, and the names of its parameters.
    Lambda(Vec<String>, Box<Raw>),
    /// `[body for name in of]`
    For(Box<Raw>, String, Box<Raw>),
}

/// What stands for operands in a spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hole {
    /// `§0`: the operand of that number.
    One(usize),
    /// `§*`: any number of operands.
    Rest,
}

impl Raw {
    pub fn new(kind: RawKind, span: Span) -> Raw {
        Raw { kind, span }
    }

    /// The nodes right below.
    pub fn children(&self) -> Vec<&Raw> {
        match &self.kind {
            RawKind::Number(_) | RawKind::Text(_) | RawKind::Name(_) | RawKind::Hole(_) | RawKind::Absent => Vec::new(),
            RawKind::Infix(_, sides) => sides.iter().collect(),
            RawKind::Prefix(_, of) | RawKind::Postfix(_, of) | RawKind::Member(of, _) => vec![of],
            RawKind::Named(_, of) | RawKind::Lambda(_, of) => vec![of],
            RawKind::Call { head, args, .. } => std::iter::once(&**head).chain(args).collect(),
            RawKind::Group { rows, .. } => rows.iter().flatten().collect(),
            RawKind::For(body, _, of) => vec![body, of],
        }
    }

    /// Number of nodes that are no holes: the more, the more special a spelling is.
    pub fn weight(&self) -> usize {
        let own = usize::from(!matches!(self.kind, RawKind::Hole(_)));
        own + self.children().into_iter().map(Raw::weight).sum::<usize>()
    }
}
