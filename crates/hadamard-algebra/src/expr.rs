//! The tree of a formula as it was written: operations are resolved to rows of the table, nothing else is.

use crate::Op;
use std::fmt;

/// A byte range of the formula's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to `end`.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }
    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A number as written. Numbers are weak: they take the dtype of the array they meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// `2`: fits any numeric dtype that holds it.
    Int(i128),
    /// `2.5`, `1e-3`, `inf`, `nan`.
    Float(f64),
    /// `2.5i`: an imaginary number.
    Imag(f64),
    /// `true`, `false`.
    Bool(bool),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Int(v) => write!(f, "{v}"),
            Number::Float(v) => write!(f, "{}", hadamard_array::Scalar::F64(*v)),
            Number::Imag(v) => write!(f, "{}i", hadamard_array::Scalar::F64(*v)),
            Number::Bool(v) => write!(f, "{v}"),
        }
    }
}

/// A node of the tree with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// What a node of the tree is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A number.
    Number(Number),
    /// An operand or an earlier result.
    Name(String),
    /// `[1 2; 3 4]`: rows of entries. `vector` says that it was written as one list
    /// (`[1, 2, 3]` or `[1; 2; 3]`) and so has one axis.
    Matrix {
        /// The rows, all of one length.
        rows: Vec<Vec<Expr>>,
        /// One axis instead of two.
        vector: bool,
    },
    /// An operation: infix, prefix, postfix and calls all arrive here.
    Call {
        /// Which.
        op: Op,
        /// Where its sign or name stands.
        op_span: Span,
        /// Whether it was written with a dot (`f.(x)`, `.*`): signs such as `⊙` count as dotted.
        dotted: bool,
        /// Positional arguments in order.
        args: Vec<Expr>,
        /// Named arguments such as `axis=0`.
        named: Vec<(String, Span, Expr)>,
    },
    /// `A[i, 0:10, :]`: one subscript for each axis.
    Index {
        /// What is indexed.
        of: Box<Expr>,
        /// The subscripts.
        at: Vec<Subscript>,
    },
}

/// One subscript.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "subscripts are few, and boxes would clutter every match on them")]
pub enum Subscript {
    /// `i`: takes one index and drops the axis; negative counts from the end.
    At(Expr),
    /// `start:stop:step`, half-open, each part optional; negative positions count from the end.
    Range {
        /// First index.
        start: Option<Expr>,
        /// One past the last.
        stop: Option<Expr>,
        /// Step, may be negative.
        step: Option<Expr>,
        /// Where it stands.
        span: Span,
    },
}

/// One statement: `D = A .* B` or a bare expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The name of the result, if it was given one.
    pub name: Option<(String, Span)>,
    /// The expression.
    pub expr: Expr,
}

/// A whole formula: at least one statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// The statements in order.
    pub statements: Vec<Statement>,
}

impl Expr {
    /// The subexpressions in the order of the text: positional arguments, then named ones; what is indexed, then the
    /// parts of its subscripts.
    pub fn children(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Number(_) | ExprKind::Name(_) => Vec::new(),
            ExprKind::Matrix { rows, .. } => rows.iter().flatten().collect(),
            ExprKind::Call { args, named, .. } => args.iter().chain(named.iter().map(|(_, _, e)| e)).collect(),
            ExprKind::Index { of, at } => {
                let mut children = vec![&**of];
                for subscript in at {
                    match subscript {
                        Subscript::At(e) => children.push(e),
                        Subscript::Range { start, stop, step, .. } => {
                            children.extend([start, stop, step].into_iter().flatten());
                        }
                    }
                }
                children
            }
        }
    }
}

impl Formula {
    /// From the first statement to the last.
    pub fn span(&self) -> Span {
        let spans =
            self.statements.iter().map(|s| s.name.as_ref().map_or(s.expr.span, |(_, span)| span.to(s.expr.span)));
        spans.reduce(Span::to).unwrap_or_default()
    }

    /// The names it reads from outside, each once, in order of first use.
    pub fn free_names(&self) -> Vec<&str> {
        let (mut free, mut defined) = (Vec::new(), Vec::new());
        for statement in &self.statements {
            let mut stack = vec![&statement.expr];
            while let Some(expr) = stack.pop() {
                if let ExprKind::Name(name) = &expr.kind
                    && !defined.contains(&name.as_str())
                    && !free.contains(&name.as_str())
                {
                    free.push(name);
                }
                stack.extend(expr.children().into_iter().rev());
            }
            defined.extend(statement.name.as_ref().map(|(name, _)| name.as_str()));
        }
        free
    }
}
