//! Proofs of equations as a person would write them: both sides are expanded entry by entry, one definition at a time,
//! until only entries of operands are left; then the sums are simplified, and are the same but for the names of
//! indices and the order of factors.

mod check;
mod print;

pub use check::{Checked, check};
pub use print::{Style, Writer, greek};

use crate::normal::index::{Digit, Index, Indices};
use crate::normal::sum::{Base, Sum};
use crate::normal::{Condition, Expander, Facts, Outside, Reducer, Rule, difference, expand_given, free_index};
use crate::prove::Proved;
use crate::term::{Problem, TermId, TermKind};
use crate::{Fold, Map, Spectrum};

/// A proof of an equation.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The derivations of both sides.
    pub sides: [Derivation; 2],
    /// The indices of the entry that is looked at.
    pub at: Vec<Index>,
    /// The variables.
    pub indices: Indices,
    /// What was given and needed.
    pub conditions: Vec<Condition>,
    /// How the ends of both derivations are the same.
    pub closing: Closing,
}

/// How both sides come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// Both derivations end in the same sum.
    Same,
    /// The ends are the same after multiplication with denominators, which are not zero.
    Denominators,
    /// Along axes whose sizes are numbers both sides have the same normal form at each place.
    EntryByEntry,
}

/// A side, step by step.
#[derive(Clone, Debug)]
pub struct Derivation {
    /// The side.
    pub term: TermId,
    /// What its entry is, in other words at each step.
    pub steps: Vec<Step>,
}

/// A step: what the entry has become, and why.
#[derive(Clone, Debug)]
pub struct Step {
    /// Why: definitions and rules, each with its name in mathlib where it has one.
    pub reasons: Vec<(&'static str, &'static str)>,
    /// What the entry is.
    pub sum: Sum,
}

/// The proof of an equation that [`decide`](crate::prove::decide) has proved.
///
/// # Errors
/// Why the normal form leaves the fragment; an equation that was proved by it does not.
pub fn proof(problem: &Problem, left: TermId, right: TermId, proved: &Proved) -> Result<Proof, Outside> {
    let mut expander = Expander::new(&problem.terms, problem.ring);
    let mut facts = Facts::new(problem, false);
    let at = free_index(&mut expander.indices, problem, left, right);
    let conditions = proved.conditions.clone();
    if proved.by_entries {
        let sides = [left, right].map(|term| Derivation { term, steps: Vec::new() });
        return Ok(Proof { sides, at, indices: expander.indices, conditions, closing: Closing::EntryByEntry });
    }
    expand_given(problem, &mut expander, &mut facts)?;
    let mut sides = Vec::new();
    for term in [left, right] {
        let axes = problem.terms.node(term).shape.len();
        let steps = expanded(problem, &mut expander, term, &at[..axes])?;
        sides.push(Derivation { term, steps });
    }
    // Both sides are simplified after both are expanded: a split that one asks for is then known to the other.
    for side in &mut sides {
        let start = expander.entry(side.term, at[..problem.terms.node(side.term).shape.len()].to_vec());
        let sum = side.steps.last().map_or(start, |step| step.sum.clone());
        facts.rules.clear();
        let mut reducer =
            Reducer { terms: &problem.terms, ring: problem.ring, indices: &mut expander.indices, facts: &mut facts };
        let sum = reducer.reduce(sum)?;
        let reasons: Vec<_> = facts.rules.iter().map(|rule| rule.reason()).collect();
        if !reasons.is_empty() {
            side.steps.push(Step { reasons, sum });
        } else if let Some(last) = side.steps.last_mut() {
            last.sum = sum;
        }
    }
    let closing = closing(problem, left, right, &mut sides)?;
    let [a, b] = <[Derivation; 2]>::try_from(sides).map_err(|_| Outside::TooLarge)?;
    Ok(Proof { sides: [a, b], at, indices: expander.indices, conditions, closing })
}

/// Both derivations end in the sum that the left one ends in, unless denominators have to go first.
fn closing(problem: &Problem, left: TermId, right: TermId, sides: &mut [Derivation]) -> Result<Closing, Outside> {
    if difference(problem, left, right, false)?.facts.rules.contains(&Rule::Denominators) {
        return Ok(Closing::Denominators);
    }
    let end = |side: &Derivation| side.steps.last().map(|step| step.sum.clone());
    if let (Some(sum), Some(other)) = (end(&sides[0]), end(&sides[1]))
        && format!("{sum:?}") != format!("{other:?}")
    {
        sides[1].steps.push(Step { reasons: vec![("rename indices, reorder factors", "")], sum });
    }
    Ok(Closing::Same)
}

/// The steps that expand a term to entries of operands, those of one definition at a time, the outermost first.
fn expanded(problem: &Problem, expander: &mut Expander<'_>, term: TermId, at: &[Index]) -> Result<Vec<Step>, Outside> {
    let terms = &problem.terms;
    let reason_of = |term: TermId| reason(&terms.node(term).kind);
    let quiet = |term: TermId| reason_of(term).is_none();
    let mut sum = expander.entry(term, at.to_vec());
    let mut steps = Vec::new();
    loop {
        sum = expander.expand(sum, &quiet)?;
        let mut open = Vec::new();
        entries(&sum, &mut open);
        // The outermost operation has the largest number, since terms stand after their arguments.
        let Some(&outermost) = open.iter().max() else { break };
        let Some(reason) = reason_of(outermost) else { continue };
        // A product of products is one step, however deep.
        while open.iter().max().is_some_and(|&t| reason_of(t) == Some(reason)) {
            sum = expander.expand(sum, &|t| reason_of(t) == Some(reason))?;
            sum = expander.expand(sum, &quiet)?;
            open.clear();
            entries(&sum, &mut open);
        }
        steps.push(Step { reasons: vec![reason], sum: sum.clone() });
    }
    if steps.is_empty() {
        steps.push(Step { reasons: Vec::new(), sum });
    }
    Ok(steps)
}

fn entries(sum: &Sum, open: &mut Vec<TermId>) {
    for factor in sum.iter().flat_map(|m| &m.factors) {
        if let Base::Entry(term) = factor.base {
            open.push(term);
        }
        factor.base.sums().iter().for_each(|inner| entries(inner, open));
    }
}

/// The definition of an operation: what it is called, and its lemma in mathlib. Entries of operands and numbers need
/// none.
fn reason(kind: &TermKind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        TermKind::Operand(_) | TermKind::Number(_) | TermKind::Size(_) | TermKind::Literal(_) => return None,
        TermKind::Map(Map::Mul) => ("Hadamard product", "Matrix.hadamard_apply"),
        TermKind::Map(Map::Add) => ("sum of matrices", "Matrix.add_apply"),
        TermKind::Map(Map::Sub) => ("difference of matrices", "Matrix.sub_apply"),
        TermKind::Map(Map::Neg) => ("sign", "Matrix.neg_apply"),
        TermKind::Map(Map::Conj) => ("conjugate", "Matrix.map_apply"),
        TermKind::Map(Map::Div) => ("Hadamard division", ""),
        TermKind::Map(Map::Inverse) => ("Hadamard inverse", ""),
        TermKind::Map(Map::Pow | Map::Sqrt) => ("Hadamard power", ""),
        TermKind::Map(_) => ("entry by entry", "Matrix.map_apply"),
        TermKind::Fold(Fold::Sum, _) => ("sum of entries", ""),
        TermKind::Fold(Fold::Mean, _) => ("mean", ""),
        TermKind::Fold(Fold::Norm, _) => ("Frobenius norm", ""),
        TermKind::Fold(..) => ("reduction", ""),
        TermKind::MatMul => ("matrix product", "Matrix.mul_apply"),
        TermKind::MatPow(_) => ("matrix power", "pow_succ"),
        TermKind::Transpose => ("transpose", "Matrix.transpose_apply"),
        TermKind::Kron => ("Kronecker product", "Matrix.kronecker_apply"),
        TermKind::KhatriRao => ("Khatri–Rao product", ""),
        TermKind::FaceSplit => ("face-splitting product", ""),
        TermKind::Penetrating { .. } => ("penetrating face product", ""),
        TermKind::BlockProduct { .. } => ("block product", ""),
        TermKind::Outer => ("outer product", "Matrix.vecMulVec_apply"),
        TermKind::DiagBuild => ("diagonal matrix", "Matrix.diagonal_apply"),
        TermKind::DiagExtract => ("diagonal", "Matrix.diag_apply"),
        TermKind::Trace => ("trace", "Matrix.trace"),
        TermKind::Vec => ("columns stacked", ""),
        TermKind::Rvec => ("rows end to end", ""),
        TermKind::Ones => ("ones", ""),
        TermKind::Identity => ("identity matrix", "Matrix.one_apply"),
        TermKind::Commutation(..) => ("commutation matrix", ""),
        TermKind::Inv => ("inverse matrix", "Matrix.inv_def"),
        TermKind::Det => ("determinant", ""),
        TermKind::Rank => ("rank", ""),
        TermKind::Spectrum(Spectrum::Singular) => ("singular values", ""),
        TermKind::Spectrum(_) => ("eigenvalues", ""),
        TermKind::Scan(_) => ("running sum or product", ""),
        TermKind::Slice(_) => ("slice", "Matrix.submatrix_apply"),
    })
}

impl Proof {
    /// The sums of a side: first its entry as it stands, then after each step.
    pub fn states(&self, problem: &Problem, side: usize) -> Vec<Sum> {
        let derivation = &self.sides[side];
        let axes = problem.terms.node(derivation.term).shape.len();
        let expander = Expander { indices: self.indices.clone(), ..Expander::new(&problem.terms, problem.ring) };
        let start = expander.entry(derivation.term, self.at[..axes].to_vec());
        std::iter::once(start).chain(derivation.steps.iter().map(|step| step.sum.clone())).collect()
    }

    /// How many variables the entry that is looked at has.
    pub fn free(&self) -> Vec<Digit> {
        self.at.iter().flat_map(|index| self.indices.flatten(index)).collect()
    }
}
