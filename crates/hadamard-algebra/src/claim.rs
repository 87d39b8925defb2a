//! What can be claimed of expressions: that they are equal or ordered, or that one of them has a property.

use crate::{Expr, Property, Span, Statement};
use std::fmt;

/// A statement that holds or does not.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What is named before it: `D = A .* B`.
    pub definitions: Vec<Statement>,
    /// The expressions it is about, in the order of the text.
    pub sides: Vec<Expr>,
    /// What it says of them.
    pub kind: ClaimKind,
}

/// What a claim says of its sides.
#[derive(Clone, Debug, PartialEq)]
pub enum ClaimKind {
    /// `a == b`, `a <= b <= c`: the relations between the sides around them with their places, one fewer than there
    /// are sides.
    Chain(Vec<(Relation, Span)>),
    /// `psd(A .* B)`: a property, and where its name stands. There is one side.
    Has(Property, Span),
}

/// How two sides of a claim are related, entry by entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// `==`
    Equal,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
}

impl Relation {
    /// All of them.
    pub const ALL: [Relation; 3] = [Relation::Equal, Relation::AtMost, Relation::AtLeast];

    /// Its sign.
    pub fn sign(self) -> &'static str {
        match self {
            Relation::Equal => "==",
            Relation::AtMost => "<=",
            Relation::AtLeast => ">=",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sign())
    }
}
