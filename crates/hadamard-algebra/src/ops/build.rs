//! How a row of the table is written: a constructor for each class with what most rows of it share, and a word for each
//! thing that differs.

use super::{Accuracy, DTypes, Fold, Form, Level, Map, NO_FACTS, Op, Row, Writing};

/// Formulas and what they equal.
type Examples = &'static [(&'static str, &'static str)];

const fn row(
    op: Op,
    name: &'static str,
    params: &'static [&'static str],
    dtypes: DTypes,
    doc: &'static str,
    examples: Examples,
) -> Row {
    Row {
        op,
        name,
        signs: &[],
        writing: Writing::Call,
        params,
        required: params.len(),
        dtypes,
        shapes: "broadcast",
        facts: NO_FACTS,
        accuracy: Accuracy::Exact,
        doc,
        examples,
    }
}

/// An elementwise operation.
pub(super) const fn map(
    map: Map,
    name: &'static str,
    params: &'static [&'static str],
    dtypes: DTypes,
    doc: &'static str,
    examples: Examples,
) -> Row {
    row(Op::Map(map), name, params, dtypes, doc, examples)
}

/// A reduction.
pub(super) const fn fold(fold: Fold, name: &'static str, dtypes: DTypes, doc: &'static str, examples: Examples) -> Row {
    let row = row(Op::Fold(fold), name, &["a", "axis"], dtypes, doc, examples);
    row.required(1).shapes("whole → scalar; axis=k → without axis k")
}

/// An operation on matrices.
pub(super) const fn form(
    form: Form,
    name: &'static str,
    params: &'static [&'static str],
    dtypes: DTypes,
    doc: &'static str,
    examples: Examples,
) -> Row {
    row(Op::Form(form), name, params, dtypes, doc, examples)
}

impl Row {
    pub(super) const fn infix(mut self, level: Level, signs: &'static [&'static str]) -> Row {
        self.writing = Writing::Infix(level);
        self.signs = signs;
        self
    }
    pub(super) const fn prefix(mut self, signs: &'static [&'static str]) -> Row {
        self.writing = Writing::Prefix;
        self.signs = signs;
        self
    }
    pub(super) const fn postfix(mut self, signs: &'static [&'static str]) -> Row {
        self.writing = Writing::Postfix;
        self.signs = signs;
        self
    }
    /// Another spelling of the name in calls.
    pub(super) const fn sign(mut self, signs: &'static [&'static str]) -> Row {
        self.signs = signs;
        self
    }
    pub(super) const fn required(mut self, required: usize) -> Row {
        self.required = required;
        self
    }
    pub(super) const fn shapes(mut self, shapes: &'static str) -> Row {
        self.shapes = shapes;
        self
    }
    pub(super) const fn commutative(mut self) -> Row {
        self.facts.commutative = true;
        self
    }
    pub(super) const fn associative(mut self) -> Row {
        self.facts.associative = true;
        self
    }
    pub(super) const fn identity(mut self, identity: f64) -> Row {
        self.facts.identity = Some(identity);
        self
    }
    pub(super) const fn absorbing(mut self, absorbing: f64) -> Row {
        self.facts.absorbing = Some(absorbing);
        self
    }
    pub(super) const fn distributes_over(mut self, over: &'static [Op]) -> Row {
        self.facts.distributes_over = over;
        self
    }
    pub(super) const fn ulp(mut self, ulp: f64) -> Row {
        self.accuracy = Accuracy::Ulp(ulp);
        self
    }
    pub(super) const fn algorithm(mut self, words: &'static str) -> Row {
        self.accuracy = Accuracy::Algorithm(words);
        self
    }
}
