//! What is known of each subexpression, and why: the property engine.
//!
//! [`Known::infer`] starts from what is given and applies the one table of [`RULES`] until nothing new follows. Each
//! fact keeps the rule it came by and what that rule needed, so that a [`Derivation`] can be printed as a tree. A rule
//! cites its theorem; what no rule says is not known, and that is the only answer besides yes.
//!
//! Two facts that exclude each other are a contradiction: of what was given if that is where they come from, else a
//! mistake in a rule.
//!
//! Ranks and bandwidths are numbers ([`Rank`], [`Band`]), bounded from what the rules have found. [`OfGraph`] speaks of
//! the nodes of a checked graph.

mod graph;
mod known;
mod numbers;
mod property;
mod rules;
mod view;

pub use graph::OfGraph;
pub use known::{Contradiction, Derivation, Known, Why};
pub use numbers::{AtMost, Band, Rank};
pub use property::Property;
pub use rules::{RULES, Rule};
