//! What is known of every subexpression of a formula.

use super::{contradicting, used};
use hadamard_algebra::normal::index::Indices;
use hadamard_algebra::proof::{Style, Writer};
use hadamard_algebra::properties::{Band, Derivation, Known, Rank};
use hadamard_algebra::term::{Declared, Dim, Problem, ProblemError, Ring, TermKind, Within};
use hadamard_algebra::{Claim, ClaimKind, Diagnostic, Property, Span};

/// A subexpression with what is known of it.
#[derive(Clone, Debug)]
pub struct Described {
    /// As mathematics is written.
    pub text: String,
    /// Its shape: `m×n`, `n`, `scalar`.
    pub shape: String,
    /// Its properties, each with the theorem, or `given`.
    pub properties: Vec<(Property, String)>,
    /// Bounds of the rank of a matrix, with their theorems: `≤ 6`, `≥ 2`, `full`.
    pub rank: Vec<(String, &'static str)>,
    /// The band of a matrix that is known to have one.
    pub band: Option<Band>,
}

/// Every subexpression of a formula, arguments before their users, with what follows from what is given.
///
/// ```
/// use hadamard::algebra::{Property, term::Ring};
/// let all = hadamard::prove::describe("A .* B", &[], "psd A, psd B", Ring::Complex)?;
/// let (property, why) = all.last().and_then(|d| d.properties.iter().find(|(p, _)| *p == Property::Psd)).unwrap();
/// assert_eq!(why, "Schur product theorem (K1)");
/// # Ok::<(), hadamard::algebra::term::ProblemError>(())
/// ```
///
/// # Errors
/// As [`prove`](fn@super::prove).
pub fn describe(formula: &str, operands: &[Declared], given: &str, ring: Ring) -> Result<Vec<Described>, ProblemError> {
    let within = |within| move |d: Diagnostic| ProblemError { within, diagnostic: Box::new(d) };
    let mut definitions = hadamard_notation::parse(formula).map_err(within(Within::Claim))?.statements;
    let given = hadamard_notation::parse_given(given).map_err(within(Within::Givens))?;
    let last = definitions.pop().ok_or_else(|| {
        let nothing = Diagnostic::new("empty-formula", Span::new(0, formula.len()), "there is no formula");
        within(Within::Claim)(nothing)
    })?;
    let claim = Claim { definitions, sides: vec![last.expr], kind: ClaimKind::Chain(Vec::new()) };
    used(&claim, operands, &given, formula)?;
    let problem = Problem::new(&claim, operands, &given, ring)?;
    let known = Known::infer(&problem).map_err(|found| contradicting(&problem, &found, &given))?;
    let indices = Indices::default();
    let writer = Writer::new(&problem.terms, &indices, Style::Text);
    let why = |derivation: &Derivation| derivation.rule.map_or_else(|| "given".to_owned(), ToString::to_string);
    // Terms that only what is given is about stand behind the formula.
    let of_formula = needed(&problem);
    let described = of_formula.into_iter().map(|id| {
        let node = problem.terms.node(id);
        let properties = known.properties(id).filter_map(|p| Some((p, why(&known.derivation(p, id)?))));
        let matrix = node.shape.len() == 2;
        let band = Some(known.band(id)).filter(|band| matrix && *band != Band::default());
        Described {
            text: writer.term(id),
            shape: problem.terms.shape_text(&node.shape),
            properties: properties.collect(),
            rank: if matrix { ranks(&problem, &node.shape, known.rank(id)) } else { Vec::new() },
            band,
        }
    });
    Ok(described.collect())
}

/// The terms that the formula is made of, but for numbers.
fn needed(problem: &Problem) -> Vec<usize> {
    let mut needed = vec![false; problem.terms.nodes.len()];
    problem.sides.iter().for_each(|&side| needed[side] = true);
    for id in (0..needed.len()).rev() {
        if needed[id] {
            problem.terms.node(id).args.iter().for_each(|&arg| needed[arg] = true);
        }
    }
    let number = |id: usize| matches!(problem.terms.node(id).kind, TermKind::Number(_) | TermKind::Size(_));
    (0..needed.len()).filter(|&id| needed[id] && !number(id)).collect()
}

fn ranks(problem: &Problem, shape: &[Dim], rank: &Rank) -> Vec<(String, &'static str)> {
    let least = rank.most();
    let multiple = |d: &Dim| rank.at_most.iter().any(|b| b.bound != *d && d.over(&b.bound).is_some());
    // The size of an axis goes without saying, and of numbers the least is enough.
    let telling = rank.at_most.iter().filter(|b| {
        let larger = b.bound.as_number().is_some_and(|n| Some(n) != least);
        !shape.contains(&b.bound) && !multiple(&b.bound) && !larger
    });
    let mut all: Vec<_> = telling.map(|b| (format!("≤ {}", problem.terms.dim_text(&b.bound)), b.why)).collect();
    match rank.at_least {
        Some(0) => {}
        Some(least) => all.push((format!("≥ {least}"), "from below")),
        None => all.push(("full".into(), "it is invertible")),
    }
    all
}
