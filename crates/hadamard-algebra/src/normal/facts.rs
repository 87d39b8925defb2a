//! What is given of operands and expressions, and what a proof had to ask of them.

use super::canon::Symmetry;
use crate::Property;
use crate::term::{Problem, Ring, TermKind, Terms};
use std::collections::BTreeSet;

/// A property of an operand or an expression that a step needs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Condition {
    /// Which.
    pub property: Property,
    /// Of what, as text.
    pub of: String,
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = &self.of;
        match self.property {
            Property::Nonzero => write!(f, "no entry of {of} is zero"),
            Property::NonzeroDiagonal => write!(f, "no diagonal entry of {of} is zero"),
            Property::Invertible => write!(f, "{of} is invertible"),
            Property::Nonnegative => write!(f, "no entry of {of} is negative"),
            Property::Positive => write!(f, "every entry of {of} is positive"),
            other => write!(f, "{of} is {other}"),
        }
    }
}

/// Rules that simplify expanded sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// Σ_j δ_ij x_j = x_i.
    Delta,
    /// Conjugation reaches the entries.
    Conjugate,
    /// Entries that are known from what is given: 0 off a diagonal, 1 on a unit diagonal, 0 and 1 are idempotent.
    Entry,
    /// A A⁻¹ = I.
    Inverse,
    /// Q* Q = I.
    Unitary,
    /// One 1 in a row or column.
    Selection,
    /// Σ_i 1 = n.
    Count,
    /// (xy)^p = x^p y^p, (x^p)^q = x^pq.
    Power,
    /// x^p x^q = x^(p+q).
    Exponents,
    /// x x⁻¹ = 1.
    Cancel,
    /// e^x e^y = e^(x+y).
    Exponential,
    /// |xy| = |x||y|.
    Absolute,
    /// log xy = log x + log y.
    Logarithm,
    /// Multiplication with a denominator.
    Denominators,
}

impl Rule {
    /// What it is called, and its lemma in mathlib where it has one.
    pub fn reason(self) -> (&'static str, &'static str) {
        match self {
            Rule::Delta => ("a delta puts indices equal", "Finset.sum_ite_eq"),
            Rule::Conjugate => ("conjugate of products and sums", "star_mul"),
            Rule::Entry => ("entries known from what is given", ""),
            Rule::Inverse => ("A A⁻¹ = I", "Matrix.mul_nonsing_inv"),
            Rule::Unitary => ("Q* Q = I", "Matrix.mem_unitaryGroup_iff"),
            Rule::Selection => ("one 1 in each row or column of a selection", ""),
            Rule::Count => ("Σ_i 1 is the size", "Finset.sum_const"),
            Rule::Power => ("powers of products and powers", "mul_pow"),
            Rule::Exponents => ("exponents of one base add", "pow_add"),
            Rule::Cancel => ("x x⁻¹ = 1", "mul_inv_cancel₀"),
            Rule::Exponential => ("e^x e^y = e^(x+y)", "Complex.exp_add"),
            Rule::Absolute => ("|xy| = |x||y|", "norm_mul"),
            Rule::Logarithm => ("log xy = log x + log y", "Real.log_mul"),
            Rule::Denominators => ("multiply with the denominator", "mul_right_cancel₀"),
        }
    }
}

/// What is known of the operands, and what was asked.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    operands: Vec<BTreeSet<Property>>,
    names: Vec<String>,
    /// Properties of expressions: the key of the entry with all its indices renamed.
    pub(super) expressions: Vec<(Property, String)>,
    real: bool,
    /// Whether what is not given is assumed.
    pub(super) liberal: bool,
    /// The rules that were applied.
    pub rules: BTreeSet<Rule>,
    /// What is given and was used.
    pub used: BTreeSet<Condition>,
    /// What is not given and was assumed.
    pub assumed: BTreeSet<Condition>,
}

impl Facts {
    /// The facts of a problem; `liberal` assumes what is missing and remembers it.
    pub fn new(problem: &Problem, liberal: bool) -> Facts {
        let mut facts = Facts::of_terms(&problem.terms, problem.ring);
        facts.liberal = liberal;
        for given in &problem.givens {
            if let TermKind::Operand(n) = problem.terms.node(given.of).kind {
                facts.operands[n].extend(consequences(given.property, facts.real));
            }
        }
        facts
    }

    /// Nothing but that there are these operands.
    pub fn of_terms(terms: &Terms, ring: Ring) -> Facts {
        Facts {
            operands: vec![BTreeSet::new(); terms.operands.len()],
            names: terms.operands.iter().map(|o| o.name.clone()).collect(),
            real: matches!(ring, Ring::Integers | Ring::Reals),
            ..Facts::default()
        }
    }

    /// Whether an operand is given to have the property. Nothing is assumed.
    pub fn has(&self, operand: usize, property: Property) -> bool {
        self.operands.get(operand).is_some_and(|all| all.contains(&property))
    }

    /// Whether an operand has the property, given or, if that is allowed, assumed.
    pub fn need(&mut self, operand: usize, property: Property) -> bool {
        let known = self.has(operand, property);
        let condition = Condition { property, of: self.names.get(operand).cloned().unwrap_or_default() };
        self.note(condition, known)
    }

    /// The same of an expression, by its key and its text.
    pub fn need_of(&mut self, key: &str, text: impl FnOnce() -> String, property: Property) -> bool {
        let known = self.knows(key, property);
        self.note(Condition { property, of: text() }, known)
    }

    /// Whether the property is given of the expression with that key. Nothing is assumed.
    pub fn knows(&self, key: &str, property: Property) -> bool {
        self.expressions.iter().any(|(p, k)| k == key && consequences(*p, self.real).contains(&property))
    }

    fn note(&mut self, condition: Condition, known: bool) -> bool {
        if known {
            self.used.insert(condition);
        } else if self.liberal {
            self.assumed.insert(condition);
        }
        known || self.liberal
    }

    /// What exchanging the indices of each operand does.
    pub fn symmetries(&self) -> Vec<Symmetry> {
        let of = |all: &BTreeSet<Property>| match () {
            () if all.contains(&Property::Symmetric) => Symmetry::Symmetric,
            () if all.contains(&Property::Skew) => Symmetry::Skew,
            () => Symmetry::None,
        };
        self.operands.iter().map(of).collect()
    }
}

/// A property with those that follow from it.
fn consequences(property: Property, real: bool) -> Vec<Property> {
    use Property::*;
    let mut all = vec![property];
    let mut k = 0;
    while k < all.len() {
        let more: &[Property] = match all[k] {
            Pd => &[Psd, Invertible, NonzeroDiagonal],
            UnitDiagonal => &[NonzeroDiagonal],
            Psd => &[Hermitian],
            Hermitian if real => &[Symmetric],
            Symmetric if real => &[Hermitian],
            SkewHermitian if real => &[Skew],
            Unitary if real => &[Orthogonal, Invertible],
            Unitary => &[Invertible],
            Orthogonal if real => &[Unitary, Invertible],
            Orthogonal => &[Invertible],
            Diagonal => &[Symmetric],
            Permutation => &[RowSelection, ColumnSelection, Orthogonal, Invertible],
            RowSelection | ColumnSelection => &[ZeroOne],
            ZeroOne => &[Nonnegative],
            Positive => &[Nonnegative, Nonzero],
            Nonnegative => &[Real],
            _ => &[],
        };
        for &property in more {
            if !all.contains(&property) {
                all.push(property);
            }
        }
        k += 1;
    }
    all
}
