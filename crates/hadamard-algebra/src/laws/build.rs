//! How a row is written: a constructor with what most rows share, and a word for each thing that differs.

use super::{Class, Kind, Law};
use crate::term::Ring;

/// An equation decided by the normal form, over any commutative ring with conjugation.
pub(super) const fn law(name: &'static str, code: &'static str, statement: &'static str) -> Law {
    Law {
        name,
        code,
        statement,
        operands: &[],
        given: "",
        ring: Ring::Complex,
        class: Class::Reassociating,
        kind: Kind::Normal,
        holds: true,
        source: "",
        note: "",
    }
}

/// A statement that is often taken for a law and is false.
pub(super) const fn trap(name: &'static str, code: &'static str, statement: &'static str) -> Law {
    let mut row = law(name, code, statement);
    row.holds = false;
    row
}

impl Law {
    /// Shapes that the statement alone does not tell.
    pub(super) const fn operands(mut self, operands: &'static [&'static str]) -> Law {
        self.operands = operands;
        self
    }
    /// Conditions.
    pub(super) const fn given(mut self, given: &'static str) -> Law {
        self.given = given;
        self
    }
    /// Holds for real numbers.
    pub(super) const fn real(mut self) -> Law {
        self.ring = Ring::Reals;
        self
    }
    /// Is about entries that do not commute.
    pub(super) const fn quaternions(mut self) -> Law {
        self.ring = Ring::Quaternions;
        self
    }
    /// Gives the same bits.
    pub(super) const fn exact(mut self) -> Law {
        self.class = Class::Exact;
        self
    }
    /// Can lose digits.
    pub(super) const fn cancelling(mut self) -> Law {
        self.class = Class::Cancelling;
        self
    }
    /// Is an inequality or a property, inferred by the property engine.
    pub(super) const fn property(mut self) -> Law {
        self.class = Class::Inequality;
        self.kind = Kind::Property;
        self
    }
    /// Needs rules with conditions.
    pub(super) const fn guarded(mut self) -> Law {
        self.kind = Kind::Guarded;
        self
    }
    /// Checked on numbers only.
    pub(super) const fn numeric(mut self) -> Law {
        self.kind = Kind::Numeric;
        self
    }
    /// Where it comes from.
    pub(super) const fn source(mut self, source: &'static str) -> Law {
        self.source = source;
        self
    }
    /// What to mind.
    pub(super) const fn note(mut self, note: &'static str) -> Law {
        self.note = note;
        self
    }
}
