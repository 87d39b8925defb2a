//! What is known of each subexpression, and why: the property engine.
//!
//! [`Known::infer`] starts from what is given and applies the one table of [`RULES`] until nothing new follows. Each
//! fact keeps the rule it came by and what that rule needed, so that a [`Derivation`] can be printed as a tree. A rule
//! cites its theorem; what no rule says is not known, and that is the only answer besides yes.
//!
//! Two facts that exclude each other are a contradiction: of what was given if that is where they come from, else a
//! mistake in a rule.

mod known;
mod property;
mod rules;
mod view;

pub use known::{Contradiction, Derivation, Known, Why};
pub use property::Property;
pub use rules::{RULES, Rule};
