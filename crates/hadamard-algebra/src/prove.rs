//! Whether two expressions are equal at all sizes, for all operands.
//!
//! An equation is **proved** if the difference of its sides has the normal form 0. Else a counterexample is searched
//! among small matrices of small integers, and the equation is **refuted** if there is one. What is neither is
//! **open**, with the reason: a condition that is missing, or where the statement leaves the fragment that the normal
//! form decides. Where all sizes are numbers, sides that have no normal form are compared as polynomials in the
//! entries of their operands.
//!
//! Inequalities and properties are no equations: [`equations`] says of a claim whether it is for here.

mod counterexample;
pub(crate) mod operands;

pub use counterexample::{Counterexample, Example, Instance, Matrix, Values, examples, instance};

pub use operands::{has_property, rank};

use crate::claim::{ClaimKind, Relation};
use crate::normal::{Condition, Difference, Outside, difference, equal_entry_by_entry};
use crate::term::{Problem, Ring, TermId};

/// The answer about an equation.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It holds for all operands that are as given, at all sizes.
    Proved(Proved),
    /// It does not.
    Refuted(Box<Counterexample>),
    /// Neither is known.
    Open(Open),
}

/// How an equation was proved.
#[derive(Clone, Debug, Default)]
pub struct Proved {
    /// What was given and needed.
    pub conditions: Vec<Condition>,
    /// Whether it was proved place by place along axes whose sizes are numbers.
    pub by_entries: bool,
}

/// Why an equation was neither proved nor refuted.
#[derive(Clone, Debug)]
pub enum Open {
    /// It holds under conditions that are not given.
    Missing(Vec<Condition>),
    /// It leaves the fragment that is decided, and no counterexample was found.
    Outside(Outside),
    /// It is inside, is no identity of all matrices, and no counterexample was found.
    NotIdentity,
}

/// The equations a claim consists of; none if it claims something else too.
pub fn equations(problem: &Problem) -> Option<Vec<(TermId, TermId)>> {
    let ClaimKind::Chain(relations) = &problem.kind else { return None };
    let equal = relations.iter().all(|(relation, _)| *relation == Relation::Equal);
    equal.then(|| problem.sides.windows(2).map(|pair| (pair[0], pair[1])).collect())
}

/// Decides an equation between two terms of a problem.
pub fn decide(problem: &Problem, left: TermId, right: TermId) -> Verdict {
    // What is false at random operands need not be expanded to be refuted.
    if counterexample::differ_at_random(problem, left, right)
        && let Some(found) = counterexample::search(problem, left, right)
    {
        return Verdict::Refuted(Box::new(found));
    }
    let strict = difference(problem, left, right, false);
    if let Ok(Difference { sum, facts, .. }) = &strict
        && sum.is_empty()
    {
        let conditions = facts.used.iter().cloned().collect();
        return Verdict::Proved(Proved { conditions, by_entries: false });
    }
    if let Ok(Some(used)) = equal_entry_by_entry(problem, left, right) {
        return Verdict::Proved(Proved { conditions: used.into_iter().collect(), by_entries: true });
    }
    if let Some(found) = counterexample::search(problem, left, right) {
        return Verdict::Refuted(Box::new(found));
    }
    Verdict::Open(match (strict, difference(problem, left, right, true)) {
        (_, Ok(Difference { sum, facts, .. })) if sum.is_empty() => Open::Missing(facts.assumed.into_iter().collect()),
        (Err(outside), _) => Open::Outside(outside),
        (Ok(_), _) => Open::NotIdentity,
    })
}

/// The same problem over another ring.
pub fn over(problem: &Problem, ring: Ring) -> Problem {
    Problem { ring, ..problem.clone() }
}
