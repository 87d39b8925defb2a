//! Claims that are no equations: properties, by the property engine; inequalities, by the laws whose conditions it
//! finds; and counterexamples among small matrices of small integers, on which `check` says that the claim fails.

use super::stated;
use crate::check;
use hadamard_algebra::evaluate::{Dense, Scalar};
use hadamard_algebra::exact::{self, Exact};
use hadamard_algebra::laws::{self, Bound, Law, bindings};
use hadamard_algebra::properties::{Derivation, Known};
use hadamard_algebra::prove::{Matrix, examples, over};
use hadamard_algebra::term::{Dim, Problem, Ring, TermId, TermKind};
use hadamard_algebra::{Binding, Claim, ClaimKind, Env, Formula, Number, Property, Relation, Statement};
use hadamard_array::{Array, Shape, Source, c128};
use hadamard_engine::{Settings, Unwatched};
use std::sync::LazyLock;

/// What is known of a claim, or of one relation of a chain, that is no equation.
#[derive(Clone, Debug)]
pub struct Inference {
    /// What is claimed.
    pub claim: Claimed,
    /// The answer.
    pub verdict: Inferred,
    /// Whether it is proved over ℝ, where it was not over ℂ.
    pub real: bool,
}

/// A property of a term, or a relation between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// `psd(A .* B)`
    Has(Property, TermId),
    /// `det(A) <= det(B)`
    Related(TermId, Relation, TermId),
}

/// The answer about such a claim.
#[derive(Clone, Debug)]
pub enum Inferred {
    /// The rules of the property engine lead there.
    Derived(Derivation),
    /// Bounds on ranks lead there, from the claimed one on.
    Rank(Vec<RankBound>),
    /// It is a law, whose conditions are known.
    Law(&'static Law, Vec<Derivation>),
    /// It fails.
    Refuted(Refutation),
    /// It would be a law if this were given, or nothing is known.
    Unknown(Option<(&'static Law, Vec<(Property, TermId)>)>),
}

/// `rank(of) ≤ bound`, with the theorem; bounds it comes from stand behind it, one level deeper.
#[derive(Clone, Debug)]
pub struct RankBound {
    /// How deep it stands in the tree.
    pub depth: usize,
    /// The matrix.
    pub of: TermId,
    /// The bound.
    pub bound: Dim,
    /// The theorem.
    pub why: &'static str,
}

/// Operands that are as given, on which a claim fails.
#[derive(Clone, Debug)]
pub struct Refutation {
    /// Their names and entries.
    pub operands: Vec<(String, Matrix)>,
    /// What was found of the claim, in sentences.
    pub found: Vec<String>,
}

impl Inferred {
    /// Whether the claim is proved.
    pub fn is_proved(&self) -> bool {
        matches!(self, Inferred::Derived(_) | Inferred::Rank(_) | Inferred::Law(..))
    }
}

/// The laws that are no equations, with what they state.
static LAWS: LazyLock<Vec<(&'static Law, Problem)>> = LazyLock::new(|| {
    let rows = laws::table().filter(|l| l.holds && l.class == laws::Class::Inequality);
    rows.filter_map(|l| Some((l, stated(l).ok()?))).collect()
});

/// Answers a claim that is not made of equations alone; `text` is what it was read from.
pub(super) fn inferences(problem: &Problem, known: &Known, text: &str) -> Vec<Inference> {
    let claims: Vec<Claimed> = match &problem.kind {
        ClaimKind::Has(property, _) => vec![Claimed::Has(*property, problem.sides[0])],
        ClaimKind::Chain(relations) => relations
            .iter()
            .zip(problem.sides.windows(2))
            .map(|((relation, _), sides)| Claimed::Related(sides[0], *relation, sides[1]))
            .collect(),
    };
    let reals = over(problem, Ring::Reals);
    let known_over_reals = Known::infer(&reals).ok().filter(|_| problem.ring == Ring::Complex);
    let answer = |claim| {
        let verdict = infer(problem, known, claim);
        let real = !verdict.is_proved()
            && known_over_reals.as_ref().is_some_and(|known| infer(&reals, known, claim).is_proved());
        Inference { claim, verdict, real }
    };
    let mut answers: Vec<Inference> = claims.into_iter().map(answer).collect();
    if answers.iter().any(|a| !a.verdict.is_proved())
        && let Some(refutation) = refute(problem, text, TRIALS)
        && let Some(open) = answers.iter_mut().find(|a| !a.verdict.is_proved())
    {
        open.verdict = Inferred::Refuted(refutation);
    }
    answers
}

fn infer(problem: &Problem, known: &Known, claim: Claimed) -> Inferred {
    let derived = match claim {
        Claimed::Has(property, of) => known.derivation(property, of),
        Claimed::Related(left, Relation::AtLeast, right) => not_negative(problem, known, left, right),
        Claimed::Related(left, Relation::AtMost, right) => not_negative(problem, known, right, left),
        Claimed::Related(_, Relation::Equal, _) => None,
    };
    if let Some(derivation) = derived {
        return Inferred::Derived(derivation);
    }
    if let Some(bounds) = rank_bounds(problem, known, claim) {
        return Inferred::Rank(bounds);
    }
    let mut nearly = None;
    for (law, stated) in LAWS.iter().filter(|(_, stated)| holds_over(stated.ring, problem.ring)) {
        let Some(bound) = instance(problem, claim, stated) else { continue };
        let needs: Option<Vec<(Property, TermId)>> =
            stated.givens.iter().map(|g| Some((g.property, laws::found(stated, g.of, problem, &bound)?))).collect();
        let Some(needs) = needs else { continue };
        let premises: Vec<Derivation> = needs.iter().filter_map(|&(p, t)| known.derivation(p, t)).collect();
        if premises.len() == needs.len() {
            return Inferred::Law(law, premises);
        }
        let missing = needs.into_iter().filter(|&(p, t)| !known.has(p, t)).collect();
        nearly.get_or_insert((*law, missing));
    }
    Inferred::Unknown(nearly)
}

/// `larger >= 0`, from the sign.
fn not_negative(problem: &Problem, known: &Known, larger: TermId, smaller: TermId) -> Option<Derivation> {
    let zero = matches!(&problem.terms.node(smaller).kind, TermKind::Number(k) if *k == exact::integer(0));
    if zero { known.derivation(Property::Nonnegative, larger) } else { None }
}

/// `rank(A) <= k` for a number or a size k.
fn rank_bounds(problem: &Problem, known: &Known, claim: Claimed) -> Option<Vec<RankBound>> {
    let (smaller, larger) = match claim {
        Claimed::Related(a, Relation::AtMost, b) => (a, b),
        Claimed::Related(a, Relation::AtLeast, b) => (b, a),
        Claimed::Related(_, Relation::Equal, _) | Claimed::Has(..) => return None,
    };
    let node = problem.terms.node(smaller);
    let of = *node.args.first().filter(|_| node.kind == TermKind::Rank)?;
    let limit = match &problem.terms.node(larger).kind {
        TermKind::Size(size) => size.clone(),
        // Of a fraction the integer below.
        TermKind::Number(k) => Dim::number(exact::floor(k)?),
        _ => return None,
    };
    let bound = known.rank(of).within(&limit)?.bound.clone();
    let mut tree = Vec::new();
    unfold(known, of, &bound, 0, &mut tree);
    Some(tree)
}

fn unfold(known: &Known, of: TermId, bound: &Dim, depth: usize, tree: &mut Vec<RankBound>) {
    let Some(found) = known.rank(of).at_most.iter().find(|b| b.bound == *bound) else { return };
    tree.push(RankBound { depth, of, bound: bound.clone(), why: found.why });
    // Bounds come from terms that stand before.
    found.from.iter().for_each(|(arg, bound)| unfold(known, *arg, bound, depth + 1, tree));
}

/// Whether what holds over one ring holds over another.
fn holds_over(law: Ring, asked: Ring) -> bool {
    let rank = |ring: Ring| match ring {
        Ring::Integers => 0,
        Ring::Reals => 1,
        Ring::Complex => 2,
        Ring::Quaternions => 3,
    };
    rank(asked) <= rank(law)
}

/// What a law's operands stand for, if the claim is what it states, or a relation of the chain it states.
fn instance(problem: &Problem, claim: Claimed, law: &Problem) -> Option<Bound> {
    match (claim, &law.kind) {
        (Claimed::Has(property, of), ClaimKind::Has(stated, _)) if property == *stated => {
            bindings(law, &law.sides, problem, &[of])
        }
        (Claimed::Related(left, relation, right), ClaimKind::Chain(relations)) => {
            let sides: Vec<TermId> = match relation {
                Relation::AtLeast => vec![right, left],
                Relation::AtMost | Relation::Equal => vec![left, right],
            };
            // The relations of a chain of one direction hold between any two of its sides.
            let ordered = |wanted: Relation| relations.iter().all(|(r, _)| *r == wanted);
            let stated: Vec<TermId> = match (ordered(Relation::AtMost), ordered(Relation::AtLeast)) {
                (true, _) => law.sides.clone(),
                (_, true) => law.sides.iter().rev().copied().collect(),
                _ => return None,
            };
            if relation == Relation::Equal {
                return None;
            }
            (0..stated.len())
                .flat_map(|i| (i + 1..stated.len()).map(move |j| (i, j)))
                .find_map(|(i, j)| bindings(law, &[stated[i], stated[j]], problem, &sides))
        }
        _ => None,
    }
}

/// How many examples are tried before nothing is known.
const TRIALS: usize = 400;

/// Small operands that are as given, on which a claim fails: matrices of small integers, complex ones too where entries
/// are, judged by [`check`]. `text` is what the problem's claim was read from; at most `trials` examples are tried.
pub fn refute(problem: &Problem, text: &str, trials: usize) -> Option<Refutation> {
    if problem.ring == Ring::Quaternions {
        return None;
    }
    let claim = hadamard_notation::parse_claim(text).ok()?;
    let known = Known::infer(problem).ok()?;
    let free = free_names(&claim);
    examples(problem, trials).find_map(|example| {
        let terms = &problem.terms;
        let mut env = Env::new();
        let mut arrays = Vec::new();
        for (operand, dense) in terms.operands.iter().zip(&example.operands).filter(|(o, _)| free.contains(&o.name)) {
            let array = array(dense)?;
            env = env.array(&operand.name, array.dtype(), array.shape().clone(), "");
            arrays.push((operand.name.clone(), array, shown(dense)));
        }
        for (symbol, &size) in terms.symbols.iter().zip(&example.sizes).filter(|(s, _)| free.contains(s)) {
            env.insert(symbol.clone(), Binding::Number(Number::Int(size.into())));
        }
        let complex = arrays.iter().any(|(_, array, _)| array.dtype().is_complex());
        let real = problem.sides.iter().all(|&side| known.has(Property::Real, side));
        let text = match claim.kind {
            ClaimKind::Chain(_) if complex && real => real_parts(&claim),
            // What has no order is not tested.
            ClaimKind::Chain(_) if complex => return None,
            ClaimKind::Chain(_) | ClaimKind::Has(..) => text.to_string(),
        };
        let report = tested(&text, &env, &arrays)?;
        let mut found = match report.verdict() {
            check::Verdict::Holds | check::Verdict::WithinRounding => return None,
            check::Verdict::Undecided => vec![singular(&claim, &env, &arrays)?],
            check::Verdict::Fails => Vec::new(),
        };
        found.extend(report.parts.iter().max_by_key(|p| p.verdict)?.lines.iter().cloned());
        let operands = arrays.into_iter().map(|(name, _, matrix)| (name, matrix)).collect();
        Some(Refutation { operands, found })
    })
}

/// Entries in double precision; complex if any is.
fn array(dense: &Dense<Exact>) -> Option<Array> {
    let entries: Vec<c128> = dense.data.iter().map(<c128 as Scalar>::from_exact).collect::<Option<_>>()?;
    let shape = Shape::from(&dense.shape[..]);
    match entries.iter().all(|z| z.im == 0.0) {
        true => Array::from_slice(shape, &entries.iter().map(|z| z.re).collect::<Vec<_>>()).ok(),
        false => Array::from_slice(shape, &entries).ok(),
    }
}

fn shown(dense: &Dense<Exact>) -> Matrix {
    Matrix { shape: dense.shape.clone(), entries: dense.data.iter().map(exact::text).collect() }
}

/// The claim with the real parts of its sides, which are real but for their dtype.
fn real_parts(claim: &Claim) -> String {
    let ClaimKind::Chain(relations) = &claim.kind else { return String::new() };
    let mut text = String::new();
    for statement in &claim.definitions {
        let name = statement.name.as_ref().map_or(String::new(), |(name, _)| format!("{name} = "));
        text += &format!("{name}{}; ", hadamard_notation::print_expr(&statement.expr));
    }
    for (k, side) in claim.sides.iter().enumerate() {
        let sign = k.checked_sub(1).and_then(|k| relations.get(k)).map_or(String::new(), |(r, _)| format!(" {r} "));
        text += &format!("{sign}real.({})", hadamard_notation::print_expr(side));
    }
    text
}

/// Rounding hides whether a matrix is definite or invertible; the determinant of one of integers is exact.
fn singular(claim: &Claim, env: &Env, arrays: &[(String, Array, Matrix)]) -> Option<String> {
    let ClaimKind::Has(Property::Pd | Property::Invertible, _) = claim.kind else { return None };
    let matrix = hadamard_notation::print_expr(&claim.sides[0]);
    let zero = format!("det({matrix}) == 0");
    let known = claim.definitions.is_empty() && tested(&zero, env, arrays)?.verdict() == check::Verdict::Holds;
    known.then(|| "its determinant is 0".to_string())
}

fn free_names(claim: &Claim) -> Vec<String> {
    let sides = claim.sides.iter().map(|s| Statement { name: None, expr: s.clone() });
    let formula = Formula { statements: claim.definitions.iter().cloned().chain(sides).collect() };
    formula.free_names().into_iter().map(str::to_owned).collect()
}

/// The report of a claim on the operands it uses.
fn tested(claim: &str, env: &Env, arrays: &[(String, Array, Matrix)]) -> Option<check::Report> {
    let used = free_names(&hadamard_notation::parse_claim(claim).ok()?);
    let mut own = Env::new();
    env.iter().filter(|(name, _)| used.iter().any(|u| u == name)).for_each(|(n, b)| own.insert(n, b.clone()));
    let test = check::compile(claim, &own).ok()?;
    let views: Vec<_> = arrays.iter().filter(|(name, ..)| used.contains(name)).map(|(_, a, _)| a.view()).collect();
    let sources: Vec<&dyn Source> = views.iter().map(|v| v as &dyn Source).collect();
    test.run(&sources, &Settings::default(), &Unwatched).ok()
}
