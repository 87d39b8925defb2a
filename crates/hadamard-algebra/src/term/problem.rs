//! A problem: a claim about terms, with what is given.

use super::infer::Inference;
use super::shapes::{self, Size};
use super::{Ring, TermId, Terms};
use crate::claim::{Claim, ClaimKind};
use crate::{Diagnostic, Expr, Property, Span};

/// A claim about terms, with what is given.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The terms in it.
    pub terms: Terms,
    /// What the claim is about, in the order of the text.
    pub sides: Vec<TermId>,
    /// What it says of them.
    pub kind: ClaimKind,
    /// What is given.
    pub givens: Vec<Given>,
    /// The numbers its entries are.
    pub ring: Ring,
}

/// A property given of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Which.
    pub property: Property,
    /// Of what.
    pub of: TermId,
}

/// An operand's shape as declared: sizes are products of names and numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// The name of the operand.
    pub name: String,
    /// The factors of the size of each axis.
    pub shape: Vec<Vec<Size>>,
}

/// The text that the places of a [`ProblemError`] are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// That of the claim.
    Claim,
    /// That of what is given.
    Givens,
}

/// Why a claim has no meaning.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{diagnostic}")]
pub struct ProblemError {
    /// Which text the places are in.
    pub within: Within,
    /// What is wrong.
    pub diagnostic: Box<Diagnostic>,
}

impl Problem {
    /// The claim under the shapes that are most likely meant.
    ///
    /// # Errors
    /// The first place without meaning.
    pub fn new(
        claim: &Claim,
        declared: &[Declared],
        givens: &[(Property, Expr)],
        ring: Ring,
    ) -> Result<Problem, ProblemError> {
        shapes::search(claim, declared, givens, |axes| {
            let mut inference = Inference::new(declared, axes);
            let within = |within| move |d: Diagnostic| ProblemError { within, diagnostic: Box::new(d) };
            let sides = inference.claim(claim).map_err(within(Within::Claim))?;
            let mut given = Vec::with_capacity(givens.len());
            for (property, expr) in givens {
                let of = inference.property(*property, expr).map_err(within(Within::Givens))?;
                given.push(Given { property: *property, of });
            }
            let whole = claim.sides.iter().map(|s| s.span).reduce(Span::to).unwrap_or_default();
            inference.settle(whole).map_err(within(Within::Claim))?;
            let ones = inference.sizes.ones;
            let (terms, ids) = inference.finish();
            let sides = sides.into_iter().map(|id| ids[id]).collect();
            let givens = given.into_iter().map(|g| Given { of: ids[g.of], ..g }).collect();
            Ok((Problem { terms, sides, kind: claim.kind.clone(), givens, ring }, ones))
        })
    }
}

impl Inference<'_> {
    fn claim(&mut self, claim: &Claim) -> Result<Vec<TermId>, Diagnostic> {
        for statement in &claim.definitions {
            if let Some((name, span)) = &statement.name {
                self.define(name, *span, &statement.expr)?;
            }
        }
        match &claim.kind {
            ClaimKind::Has(property, _) => claim.sides.iter().map(|side| self.property(*property, side)).collect(),
            ClaimKind::Chain(_) => self.sides(&claim.sides),
        }
    }
}
