//! Statements about matrices of any size: proved, refuted by a counterexample, or left open with the reason.

mod describe;
mod document;
mod inference;
mod latex;
mod markdown;
mod plain;

pub use describe::{Described, describe};
pub use document::{Block, document};
pub use inference::{Claimed, Inference, Inferred, RankBound, Refutation, refute};
pub use plain::matrix_text;

use hadamard_algebra::laws::{self, Law};
use hadamard_algebra::normal::index::Indices;
use hadamard_algebra::proof::{self, Checked, Proof, Style, Writer};
use hadamard_algebra::properties::{Contradiction, Known};
use hadamard_algebra::prove::{Verdict, decide, equations, over};
use hadamard_algebra::term::{Declared, Problem, ProblemError, Ring, Size, TermId, Within};
use hadamard_algebra::{Claim, Diagnostic, Expr, Formula, Property, Span, Statement};
use std::sync::LazyLock;

/// The answer to a claim.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The claim with the shapes that were declared or inferred.
    pub problem: Problem,
    /// The equations it consists of, in order; none if it claims something else.
    pub equations: Vec<Equation>,
    /// What else it claims: properties and inequalities, in order; all relations of a chain that is not of equations alone.
    pub inferences: Vec<Inference>,
    /// Where the declared sizes are too large for counterexamples and nothing was decided: the same claim with symbols
    /// in their place, refuted.
    pub smaller: Option<Box<Answer>>,
}

/// An equation of a claim with its verdict.
#[derive(Clone, Debug)]
pub struct Equation {
    /// Its left side.
    pub left: TermId,
    /// Its right side.
    pub right: TermId,
    /// What is known of it.
    pub verdict: Verdict,
    /// The proof of one that is proved.
    pub proof: Option<Proof>,
    /// The law it is an instance of.
    pub law: Option<&'static Law>,
    /// Whether it holds over ℝ, where it was not proved over ℂ.
    pub real: bool,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    Text,
    /// A document for a LaTeX compiler.
    Latex,
    /// Markdown with formulas between dollar signs.
    Markdown,
}

/// Decides a claim.
///
/// ```
/// use hadamard::algebra::term::Ring;
/// let answer = hadamard::prove("tr(A * B.') == sum(A .* B)", &[], "", Ring::Complex)?;
/// assert!(answer.is_proved());
/// let answer = hadamard::prove("tr(A * B) == sum(A .* B)", &[], "", Ring::Complex)?;
/// assert!(!answer.is_proved());
/// # Ok::<(), hadamard::algebra::term::ProblemError>(())
/// ```
///
/// # Errors
/// The claim or what is given cannot be read, or has no meaning under any shapes.
pub fn prove(claim: &str, operands: &[Declared], given: &str, ring: Ring) -> Result<Answer, ProblemError> {
    let within = |within| move |d: Diagnostic| ProblemError { within, diagnostic: Box::new(d) };
    let parsed = hadamard_notation::parse_claim(claim).map_err(within(Within::Claim))?;
    let given_text = given;
    let given = hadamard_notation::parse_given(given).map_err(within(Within::Givens))?;
    used(&parsed, operands, &given, claim)?;
    let problem = Problem::new(&parsed, operands, &given, ring)?;
    let known = Known::infer(&problem).map_err(|c| contradicting(&problem, &c, &given))?;
    let (equations, inferences) = match equations(&problem) {
        Some(pairs) => (pairs.into_iter().map(|(left, right)| equation(&problem, left, right)).collect(), Vec::new()),
        None => (Vec::new(), inference::inferences(&problem, &known, claim)),
    };
    let mut answer = Answer { problem, equations, inferences, smaller: None };
    if !answer.is_proved() && !answer.is_refuted() {
        answer.smaller = smaller(claim, operands, given_text, ring);
    }
    Ok(answer)
}

/// Sizes beyond which a number is taken for a symbol.
const LARGE: u64 = 8;

/// The claim with large declared sizes made symbols, if that is refuted.
fn smaller(claim: &str, operands: &[Declared], given: &str, ring: Ring) -> Option<Box<Answer>> {
    let symbol = |size: &Size| match size {
        Size::Number(n) if *n > LARGE => Size::Symbol(format!("n{n}")),
        other => other.clone(),
    };
    let axes = |d: &Declared| d.shape.iter().map(|axis| axis.iter().map(symbol).collect()).collect();
    let all: Vec<Declared> = operands.iter().map(|d| Declared { name: d.name.clone(), shape: axes(d) }).collect();
    if all == operands {
        return None;
    }
    let answer = prove(claim, &all, given, ring).ok()?;
    answer.is_refuted().then(|| Box::new(answer))
}

/// What is declared or given occurs in the claim; else it is nearly always misspelt.
fn used(claim: &Claim, declared: &[Declared], given: &[(Property, Expr)], text: &str) -> Result<(), ProblemError> {
    let sides = claim.sides.iter().map(|side| Statement { name: None, expr: side.clone() });
    let formula = Formula { statements: claim.definitions.iter().cloned().chain(sides).collect() };
    let names = formula.free_names();
    let unused = |name: &str, verb: &str, span: Span, within: Within| {
        let message = format!("`{name}` is {verb}, and does not occur in the claim");
        let others = if names.is_empty() { "no names".into() } else { names.join(", ") };
        let diagnostic = Diagnostic::new("unused-operand", span, message).help(format!("the claim has {others}"));
        ProblemError { within, diagnostic: Box::new(diagnostic) }
    };
    let whole = Span::new(0, text.len());
    if let Some(operand) = declared.iter().find(|d| !names.contains(&d.name.as_str())) {
        return Err(unused(&operand.name, "declared", whole, Within::Claim));
    }
    for (_, expr) in given {
        let own = Formula { statements: vec![Statement { name: None, expr: expr.clone() }] };
        let defined = |name: &&str| formula.statements.iter().any(|s| s.name.as_ref().is_some_and(|(n, _)| n == name));
        // Names of sizes stand in what is given as they do in the claim.
        if !own.free_names().iter().any(|name| names.contains(name) || defined(name)) && !own.free_names().is_empty() {
            return Err(unused(own.free_names()[0], "given", expr.span, Within::Givens));
        }
    }
    Ok(())
}

/// What is given has no example: everything would follow from it.
fn contradicting(problem: &Problem, found: &Contradiction, given: &[(Property, Expr)]) -> ProblemError {
    let indices = Indices::default();
    let of = Writer::new(&problem.terms, &indices, Style::Text).term(found.of);
    let message = format!("what is given cannot be: {of} would be both {} and {}", found.first, found.second);
    let spans = given.iter().zip(&problem.givens).filter(|(_, g)| g.of == found.of).map(|((_, expr), _)| expr.span);
    let all = given.iter().map(|(_, expr)| expr.span);
    let span = spans.reduce(Span::to).or(all.reduce(Span::to)).unwrap_or_default();
    ProblemError { within: Within::Givens, diagnostic: Box::new(Diagnostic::new("contradiction", span, message)) }
}

fn equation(problem: &Problem, left: TermId, right: TermId) -> Equation {
    let verdict = decide(problem, left, right);
    let (proof, law, real) = match &verdict {
        Verdict::Proved(proved) => (proof::proof(problem, left, right, proved).ok(), law(problem, left, right), false),
        _ if problem.ring == Ring::Complex => {
            let real = decide(&over(problem, Ring::Reals), left, right);
            (None, None, matches!(real, Verdict::Proved(_)))
        }
        _ => (None, None, false),
    };
    Equation { left, right, verdict, proof, law, real }
}

/// The law that an equation is an instance of.
fn law(problem: &Problem, left: TermId, right: TermId) -> Option<&'static Law> {
    static LAWS: LazyLock<Vec<(&'static Law, Problem)>> =
        LazyLock::new(|| laws::table().filter(|l| l.holds).filter_map(|l| Some((l, stated(l).ok()?))).collect());
    let fitting = LAWS.iter().filter(|(_, stated)| laws::is_instance(problem, left, right, stated));
    // The one that says most: with the most operations, of the fewest operands; of several the first.
    let detail = |stated: &Problem| {
        let operands = stated.terms.operands.len();
        (stated.terms.nodes.len() - operands, std::cmp::Reverse(operands))
    };
    fitting.rev().max_by_key(|(_, stated)| detail(stated)).map(|(law, _)| *law)
}

/// What a law states, as a problem.
///
/// # Errors
/// None for the laws of the table, which a test reads.
pub fn stated(law: &Law) -> Result<Problem, ProblemError> {
    let within = |within| move |d: Diagnostic| ProblemError { within, diagnostic: Box::new(d) };
    let claim = hadamard_notation::parse_claim(law.statement).map_err(within(Within::Claim))?;
    let given = hadamard_notation::parse_given(law.given).map_err(within(Within::Givens))?;
    let declared: Result<Vec<Declared>, Diagnostic> = law.operands.iter().map(|text| declare(text)).collect();
    Problem::new(&claim, &declared.map_err(within(Within::Claim))?, &given, law.ring)
}

/// Reads a declared shape: `A:mxn`, `x:n`, `B:3xm*n`, `k:` or `k:scalar` for a number.
///
/// # Errors
/// `bad-shape` with what is expected.
pub fn declare(text: &str) -> Result<Declared, Diagnostic> {
    let span = Span::new(0, text.len());
    let fail = |message: String| {
        Diagnostic::new("bad-shape", span, message)
            .help("write NAME:mxn, NAME:n, NAME:3xm*n, or NAME:scalar for a number")
    };
    let Some((name, shape)) = text.split_once(':') else {
        return Err(fail(format!("`{text}` declares no shape")));
    };
    let (name, shape) = (name.trim(), shape.trim());
    let word =
        |w: &str| w.starts_with(|c: char| c.is_alphabetic()) && w.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !word(name) {
        return Err(fail(format!("`{name}` cannot be the name of an operand")));
    }
    if shape.is_empty() || shape == "scalar" {
        return Ok(Declared { name: name.into(), shape: Vec::new() });
    }
    let size = |factor: &str| match factor.trim() {
        number if !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()) => {
            number.parse().map(Size::Number).map_err(|_| fail(format!("the size {number} is beyond 64 bits")))
        }
        symbol if word(symbol) => Ok(Size::Symbol(symbol.into())),
        other => Err(fail(format!("`{other}` is no size"))),
    };
    let axis = |axis: &str| axis.split(['*', '·']).map(size).collect::<Result<Vec<Size>, Diagnostic>>();
    let shape = shape.split(['x', '×']).map(axis).collect::<Result<_, _>>()?;
    Ok(Declared { name: name.into(), shape })
}

impl Answer {
    /// Whether everything claimed was proved.
    pub fn is_proved(&self) -> bool {
        self.equations.iter().all(|e| matches!(e.verdict, Verdict::Proved(_)))
            && self.inferences.iter().all(|i| i.verdict.is_proved())
    }

    /// Whether a part of what is claimed was refuted.
    pub fn is_refuted(&self) -> bool {
        self.equations.iter().any(|e| matches!(e.verdict, Verdict::Refuted(_)))
            || self.inferences.iter().any(|i| matches!(i.verdict, Inferred::Refuted(_)))
    }

    /// Replays every step of every proof on random operands.
    pub fn check(&self) -> Vec<Checked> {
        let proofs = self.equations.iter().filter_map(|e| e.proof.as_ref());
        proofs.map(|proof| proof::check(&self.problem, proof)).collect()
    }

    /// The answer as a document.
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Text => plain::write(&document(self, proof::Style::Text)),
            Format::Latex => latex::write(&document(self, proof::Style::Latex)),
            Format::Markdown => markdown::write(&document(self, proof::Style::Latex)),
        }
    }
}
