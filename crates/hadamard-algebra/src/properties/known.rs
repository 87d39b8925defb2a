//! Facts with their reasons, found by applying rules until nothing new follows.

use super::Property;
use super::numbers::{self, Band, Rank};
use super::rules::{RULES, Rule};
use super::view::{Need, View};
use crate::term::{Given, Problem, Ring, TermId, Terms};
use std::collections::BTreeMap;

/// Why something is known.
#[derive(Clone, Debug)]
pub enum Why {
    /// It was given.
    Given,
    /// A rule says so, if other things are known.
    Rule(&'static Rule, Vec<(Property, TermId)>),
}

/// What is known of every term.
#[derive(Clone, Debug)]
pub struct Known {
    facts: Vec<BTreeMap<Property, Why>>,
    ranks: Vec<Rank>,
    bands: Vec<Band>,
}

/// Two facts of one term that exclude each other.
#[derive(Clone, Debug, thiserror::Error)]
#[error("a term is both {first} and {second}")]
pub struct Contradiction {
    /// Which term.
    pub of: TermId,
    /// One fact.
    pub first: Property,
    /// The other.
    pub second: Property,
    /// Whether something given is needed for one of them; else a rule is wrong.
    pub from_givens: bool,
}

/// A fact with everything it rests on.
#[derive(Clone, Debug)]
pub struct Derivation {
    /// The property.
    pub property: Property,
    /// Of which term.
    pub of: TermId,
    /// The rule; none if it was given.
    pub rule: Option<&'static Rule>,
    /// What the rule needed.
    pub premises: Vec<Derivation>,
}

/// Properties that no matrix with at least one row has together.
const EXCLUSIVE: &[(Property, Property)] = &[
    (Property::Zero, Property::Nonzero),
    (Property::Zero, Property::Positive),
    (Property::Zero, Property::Invertible),
    (Property::Zero, Property::UnitDiagonal),
    (Property::Zero, Property::NonzeroDiagonal),
    (Property::Skew, Property::NonzeroDiagonal),
    (Property::Skew, Property::Positive),
];

impl Known {
    /// Everything that follows from what is given.
    ///
    /// # Errors
    /// A [`Contradiction`].
    pub fn infer(problem: &Problem) -> Result<Known, Contradiction> {
        Known::of(&problem.terms, problem.ring, &problem.givens)
    }

    /// Everything that follows for these terms.
    ///
    /// # Errors
    /// A [`Contradiction`].
    pub fn of(terms: &Terms, ring: Ring, givens: &[Given]) -> Result<Known, Contradiction> {
        let count = terms.nodes.len();
        let mut known =
            Known { facts: vec![BTreeMap::new(); count], ranks: Vec::new(), bands: vec![Band::default(); count] };
        for given in givens {
            known.facts[given.of].insert(given.property, Why::Given);
        }
        // Theorems here are about commuting entries.
        if ring == Ring::Quaternions {
            known.ranks = vec![Rank::UNKNOWN; count];
            return Ok(known);
        }
        let view = View { terms, ring };
        let mut changed = true;
        while changed {
            changed = false;
            for id in 0..terms.nodes.len() {
                for rule in RULES {
                    for inference in (rule.infer)(&view, id) {
                        let news = !known.has(inference.gives, id);
                        if news && inference.needs.iter().all(|&(p, of)| known.has(p, of)) {
                            known.facts[id].insert(inference.gives, Why::Rule(rule, inference.needs));
                            changed = true;
                        }
                    }
                }
            }
        }
        known.consistent(terms)?;
        // Arguments stand before their users.
        for id in 0..count {
            let rank = numbers::rank(&view, id, &known);
            known.ranks.push(rank);
            known.bands[id] = numbers::band(&view, id, &known);
        }
        Ok(known)
    }

    /// What is known of the rank of a matrix.
    pub fn rank(&self, of: TermId) -> &Rank {
        &self.ranks[of]
    }

    /// How far from the diagonal a matrix may have entries that are not zero.
    pub fn band(&self, of: TermId) -> Band {
        self.bands[of]
    }

    /// Whether a term is known to have a property.
    pub fn has(&self, property: Property, of: TermId) -> bool {
        self.facts[of].contains_key(&property)
    }

    /// Everything known of a term.
    pub fn properties(&self, of: TermId) -> impl Iterator<Item = Property> + '_ {
        self.facts[of].keys().copied()
    }

    /// Why a term has a property, if it is known to.
    pub fn derivation(&self, property: Property, of: TermId) -> Option<Derivation> {
        let why = self.facts[of].get(&property)?;
        let (rule, needs): (_, &[Need]) = match why {
            Why::Given => (None, &[]),
            Why::Rule(rule, needs) => (Some(*rule), needs),
        };
        // A fact's needs were known before it, so this ends.
        let premises = needs.iter().filter_map(|&(p, t)| self.derivation(p, t)).collect();
        Some(Derivation { property, of, rule, premises })
    }

    fn consistent(&self, terms: &Terms) -> Result<(), Contradiction> {
        for (of, node) in terms.nodes.iter().enumerate() {
            // Of a matrix without entries both are true.
            let entries = node.shape.iter().all(|n| n.coefficient() > 0);
            for &(first, second) in EXCLUSIVE {
                let both = self.derivation(first, of).zip(self.derivation(second, of));
                if let Some((a, b)) = both.filter(|_| entries) {
                    let from_givens = a.rests_on_givens() || b.rests_on_givens();
                    return Err(Contradiction { of, first, second, from_givens });
                }
            }
        }
        Ok(())
    }
}

impl Derivation {
    fn rests_on_givens(&self) -> bool {
        self.rule.is_none() || self.premises.iter().any(Derivation::rests_on_givens)
    }

    /// The tree as lines, what is derived before what it is derived from; `name` writes a term.
    pub fn lines(&self, name: &dyn Fn(TermId) -> String) -> Vec<String> {
        let mut lines = Vec::new();
        self.write(0, name, &mut lines);
        lines
    }

    fn write(&self, depth: usize, name: &dyn Fn(TermId) -> String, lines: &mut Vec<String>) {
        let why = match self.rule {
            None => "given".to_string(),
            Some(rule) => rule.to_string(),
        };
        lines.push(format!("{}{}({}): {why}", "  ".repeat(depth), self.property, name(self.of)));
        self.premises.iter().for_each(|p| p.write(depth + 1, name, lines));
    }
}
