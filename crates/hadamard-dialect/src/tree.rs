//! The tree of a formula in operations: the same kinds of nodes for every notation.

use crate::op::Op;
use crate::syntax::raw::Number;
use hadamard_algebra::Span;

/// A node with its place in the text. Nodes are equal if they say the same in different places.
#[derive(Clone, Debug)]
pub struct Tree {
    /// What it is.
    pub kind: TreeKind,
    /// Where it stands.
    pub span: Span,
}

impl PartialEq for Tree {
    fn eq(&self, other: &Tree) -> bool {
        self.kind == other.kind
    }
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum TreeKind {
    /// A number.
    Number(Number),
    /// An operand or an earlier result.
    Name(String),
    /// An operation on operands.
    Apply(Op, Vec<Tree>),
    /// Entries in a list of the system.
    List(Vec<Tree>),
    /// Rows of blocks in a bracket.
    Grid(Vec<Vec<Tree>>),
}

impl Tree {
    /// A node.
    pub fn new(kind: TreeKind, span: Span) -> Tree {
        Tree { kind, span }
    }
    /// An operation without a place.
    pub fn apply(op: Op, args: Vec<Tree>) -> Tree {
        Tree::new(TreeKind::Apply(op, args), Span::default())
    }
    /// A number without a place.
    pub fn number(number: Number) -> Tree {
        Tree::new(TreeKind::Number(number), Span::default())
    }
    /// A whole number without a place.
    pub fn int(value: usize) -> Tree {
        Tree::number(Number::Int(value as i128))
    }
    /// The whole number a node is, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match &self.kind {
            TreeKind::Number(Number::Int(v)) => i64::try_from(*v).ok(),
            TreeKind::Number(Number::Float(v) | Number::Double(v)) if v.fract() == 0.0 && v.abs() < 1e15 => {
                Some(*v as i64)
            }
            TreeKind::Apply(Op::Each(crate::op::F::Neg) | Op::Strict(crate::op::F::Neg), args) => {
                Some(-args.first()?.as_int()?)
            }
            _ => None,
        }
    }
    /// The names it reads, each once, in order.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.visit(&mut |tree| {
            if let TreeKind::Name(name) = &tree.kind
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        });
        names
    }
    /// Calls `f` for every node from the top.
    pub fn visit(&self, f: &mut impl FnMut(&Tree)) {
        f(self);
        match &self.kind {
            TreeKind::Number(_) | TreeKind::Name(_) => {}
            TreeKind::Apply(_, args) | TreeKind::List(args) => args.iter().for_each(|arg| arg.visit(f)),
            TreeKind::Grid(rows) => rows.iter().flatten().for_each(|arg| arg.visit(f)),
        }
    }
}
