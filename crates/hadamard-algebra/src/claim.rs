//! What can be claimed of expressions: that they are equal or ordered, or that one of them has a property.

use crate::{Expr, Property, Span};
use std::fmt;

/// A statement that holds or does not.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// `a == b`, `a <= b <= c`: each relation stands between the sides around it.
    Chain {
        /// The sides, one more than there are relations.
        sides: Vec<Expr>,
        /// The relations in order, with their places.
        relations: Vec<(Relation, Span)>,
    },
    /// `psd(A .* B)`
    Has {
        /// The property.
        property: Property,
        /// Where its name stands.
        at: Span,
        /// What is said to have it.
        of: Expr,
    },
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

impl Claim {
    /// The expressions it is about, in the order of the text.
    pub fn sides(&self) -> &[Expr] {
        match self {
            Claim::Chain { sides, .. } => sides,
            Claim::Has { of, .. } => std::slice::from_ref(of),
        }
    }
}
