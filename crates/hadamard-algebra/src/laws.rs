//! The one table of laws. A row says how a law is called, what it states in the native notation, for which numbers and
//! under which conditions it holds, and how it is known here. Proofs, `hadamard laws`, the optimiser and the tests read
//! this table; a law added is one row, and is tested by being there.

mod basic;
mod build;
mod calculus;
mod diagonal;
mod inequalities;
mod kronecker;
mod matching;
mod penetrating;
mod powers;
mod splitting;
mod structured;
mod traces;

pub use matching::{Bound, bindings, found, is_instance};

use crate::ops::similar;
use crate::term::Ring;

/// What applying a law does to floating-point results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The same bits.
    Exact,
    /// Sums in another order.
    Reassociating,
    /// Differences that can lose digits.
    Cancelling,
    /// No equation.
    Inequality,
}

/// How a law is decided here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// By the normal form, at all sizes.
    Normal,
    /// By the normal form with rules that ask for conditions.
    Guarded,
    /// By the property engine.
    Property,
    /// On numbers only.
    Numeric,
}

/// A law, or a statement that is often taken for one and is false.
#[derive(Clone, Copy, Debug)]
pub struct Law {
    /// Its name: that of mathlib where there is one.
    pub name: &'static str,
    /// Letter and number in the catalogue of the Hadamard family; several rows may share one.
    pub code: &'static str,
    /// What it states, in the native notation.
    pub statement: &'static str,
    /// Shapes that the statement alone does not tell: `A:mxn`.
    pub operands: &'static [&'static str],
    /// What must be given: `nonzero A, psd B`.
    pub given: &'static str,
    /// The numbers it holds for.
    pub ring: Ring,
    /// What it does to floating-point results.
    pub class: Class,
    /// How it is decided.
    pub kind: Kind,
    /// Whether it holds: the others are traps, refuted by a counterexample.
    pub holds: bool,
    /// Where it comes from.
    pub source: &'static str,
    /// What to mind.
    pub note: &'static str,
}

/// Every row.
pub fn table() -> impl Iterator<Item = &'static Law> {
    [
        basic::ROWS,
        diagonal::ROWS,
        traces::ROWS,
        kronecker::ROWS,
        splitting::ROWS,
        penetrating::ROWS,
        structured::ROWS,
        powers::ROWS,
        inequalities::ROWS,
        calculus::ROWS,
    ]
    .into_iter()
    .flatten()
}

/// The rows of that name or code, whatever their case.
pub fn find(name: &str) -> Vec<&'static Law> {
    table().filter(|law| law.name.eq_ignore_ascii_case(name) || law.code.eq_ignore_ascii_case(name)).collect()
}

/// The rows in whose name, statement, source or note all words occur.
pub fn search(words: &str) -> Vec<&'static Law> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let text = |law: &Law| [law.name, law.statement, law.source, law.note, law.given].join(" ").to_lowercase();
    table().filter(|law| words.iter().all(|word| text(law).contains(word))).collect()
}

/// Names close to a misspelt one.
pub fn suggest(name: &str) -> Vec<&'static str> {
    similar(name, table().map(|law| law.name))
}

impl Class {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Class::Exact => "exact",
            Class::Reassociating => "reassociating",
            Class::Cancelling => "cancelling",
            Class::Inequality => "inequality",
        }
    }
}

impl Kind {
    /// How it is decided, in words.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Normal => "decided by the normal form",
            Kind::Guarded => "decided by the normal form under its conditions",
            Kind::Property => "inferred from properties",
            Kind::Numeric => "checked on numbers",
        }
    }
}
