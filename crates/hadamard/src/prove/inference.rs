//! Claims that are no equations: properties, by the property engine; inequalities, by the laws whose conditions it
//! finds; and counterexamples among small matrices of small integers, on which `check` says that the claim fails.

use super::stated;
use crate::check;
use hadamard_algebra::laws::{self, Law, bindings};
use hadamard_algebra::properties::{Derivation, Known};
use hadamard_algebra::prove::Matrix;
use hadamard_algebra::term::{Problem, Ring, TermId, TermKind};
use hadamard_algebra::{Binding, Claim, ClaimKind, Env, Expr, Formula, Number, Property, Relation, Statement};
use hadamard_array::{Array, Shape, Source};
use hadamard_engine::{Settings, Unwatched};
use std::sync::LazyLock;

/// What is known of a claim, or of one relation of a chain, that is no equation.
#[derive(Clone, Debug)]
pub struct Inference {
    /// What is claimed.
    pub claim: Claimed,
    /// The answer.
    pub verdict: Inferred,
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
    /// It is a law, whose conditions are known.
    Law(&'static Law, Vec<Derivation>),
    /// It fails.
    Refuted(Refutation),
    /// It would be a law if this were given, or nothing is known.
    Unknown(Option<(&'static Law, Vec<(Property, TermId)>)>),
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
        matches!(self, Inferred::Derived(_) | Inferred::Law(..))
    }
}

/// The laws that are no equations, with what they state.
static LAWS: LazyLock<Vec<(&'static Law, Problem)>> = LazyLock::new(|| {
    let rows = laws::table().filter(|l| l.holds && l.class == laws::Class::Inequality);
    rows.filter_map(|l| Some((l, stated(l).ok()?))).collect()
});

/// Answers a claim that is not made of equations alone; `text` is what it was read from.
pub(super) fn inferences(problem: &Problem, text: &str, given: &[(Property, Expr)]) -> Vec<Inference> {
    let claims: Vec<Claimed> = match &problem.kind {
        ClaimKind::Has(property, _) => vec![Claimed::Has(*property, problem.sides[0])],
        ClaimKind::Chain(relations) => relations
            .iter()
            .zip(problem.sides.windows(2))
            .map(|((relation, _), sides)| Claimed::Related(sides[0], *relation, sides[1]))
            .collect(),
    };
    // What contradicts itself has no example, and everything follows: nothing is claimed then.
    let Ok(known) = Known::infer(problem) else { return claims.into_iter().map(unknown).collect() };
    let mut answers: Vec<Inference> = claims.into_iter().map(|claim| infer(problem, &known, claim)).collect();
    if answers.iter().any(|a| !a.verdict.is_proved())
        && let Some(refutation) = refute(problem, text, given)
        && let Some(open) = answers.iter_mut().find(|a| !a.verdict.is_proved())
    {
        open.verdict = Inferred::Refuted(refutation);
    }
    answers
}

fn unknown(claim: Claimed) -> Inference {
    Inference { claim, verdict: Inferred::Unknown(None) }
}

fn infer(problem: &Problem, known: &Known, claim: Claimed) -> Inference {
    let derived = match claim {
        Claimed::Has(property, of) => known.derivation(property, of),
        Claimed::Related(..) => None,
    };
    if let Some(derivation) = derived {
        return Inference { claim, verdict: Inferred::Derived(derivation) };
    }
    let mut nearly = None;
    for (law, stated) in LAWS.iter().filter(|(_, stated)| holds_over(stated.ring, problem.ring)) {
        let Some(bound) = instance(problem, claim, stated) else { continue };
        let needs: Option<Vec<(Property, TermId)>> =
            stated.givens.iter().map(|g| Some((g.property, operand(stated, g.of, &bound)?))).collect();
        let Some(needs) = needs else { continue };
        let premises: Vec<Derivation> = needs.iter().filter_map(|&(p, t)| known.derivation(p, t)).collect();
        if premises.len() == needs.len() {
            return Inference { claim, verdict: Inferred::Law(law, premises) };
        }
        let missing = needs.into_iter().filter(|&(p, t)| !known.has(p, t)).collect();
        nearly.get_or_insert((*law, missing));
    }
    Inference { claim, verdict: Inferred::Unknown(nearly) }
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

type Bound = std::collections::HashMap<usize, TermId>;

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

/// The term that an operand of a law stands for.
fn operand(law: &Problem, id: TermId, bound: &Bound) -> Option<TermId> {
    match law.terms.nodes[id].kind {
        TermKind::Operand(n) => bound.get(&n).copied(),
        _ => None,
    }
}

/// How many matrices are tried.
const TRIALS: u64 = 400;

/// Small matrices of small integers that are as given, on which the claim fails.
fn refute(problem: &Problem, text: &str, givens: &[(Property, Expr)]) -> Option<Refutation> {
    if problem.ring == Ring::Quaternions {
        return None;
    }
    let claim = hadamard_notation::parse_claim(text).ok()?;
    let free = free_names(&claim);
    (0..TRIALS).find_map(|trial| {
        let mut random = Random(trial.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        // Small sizes first.
        let size = 1 + trial * 3 / TRIALS;
        let sizes: Vec<u64> = problem.terms.least.iter().map(|&least| least.max(size)).collect();
        let mut env = Env::new();
        let mut arrays = Vec::new();
        for operand in problem.terms.operands.iter().filter(|o| free.contains(&o.name)) {
            let shape: Option<Vec<usize>> =
                operand.shape.iter().map(|d| usize::try_from(d.value(&sizes)?).ok()).collect();
            let property = problem.givens.iter().find(|g| is_operand(problem, g.of, &operand.name)).map(|g| g.property);
            let array = sample(&shape?, property, &mut random)?;
            env = env.array(&operand.name, array.dtype(), array.shape().clone(), "");
            arrays.push((operand.name.clone(), array));
        }
        for (symbol, &size) in problem.terms.symbols.iter().zip(&sizes).filter(|(s, _)| free.contains(s)) {
            env.insert(symbol.clone(), Binding::Number(Number::Int(size.into())));
        }
        let as_given = givens.iter().all(|(property, expr)| {
            let claim = format!("{property}({})", hadamard_notation::print_expr(expr));
            tested(&claim, &env, &arrays).is_some_and(|report| report.verdict().holds())
        });
        let report = tested(text, &env, &arrays).filter(|_| as_given)?;
        let mut found = match report.verdict() {
            check::Verdict::Holds | check::Verdict::WithinRounding => return None,
            check::Verdict::Undecided => vec![singular(&claim, &env, &arrays)?],
            check::Verdict::Fails => Vec::new(),
        };
        found.extend(report.parts.iter().max_by_key(|p| p.verdict)?.lines.iter().cloned());
        let matrix = |array: &Array| Matrix {
            shape: array.shape().to_vec(),
            entries: array.slice::<f64>().map_or(Vec::new(), |v| v.iter().map(|x| format!("{x}")).collect()),
        };
        let operands = arrays.iter().map(|(name, array)| (name.clone(), matrix(array))).collect();
        Some(Refutation { operands, found })
    })
}

/// Rounding hides whether a matrix is definite or invertible; the determinant of one of integers is exact.
fn singular(claim: &Claim, env: &Env, arrays: &[(String, Array)]) -> Option<String> {
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

fn is_operand(problem: &Problem, id: TermId, name: &str) -> bool {
    let kind = &problem.terms.nodes[id].kind;
    matches!(kind, TermKind::Operand(n) if problem.terms.operands[*n].name == name)
}

/// The report of a claim on the operands it uses.
fn tested(claim: &str, env: &Env, arrays: &[(String, Array)]) -> Option<check::Report> {
    let used = free_names(&hadamard_notation::parse_claim(claim).ok()?);
    let mut own = Env::new();
    env.iter().filter(|(name, _)| used.iter().any(|u| u == name)).for_each(|(n, b)| own.insert(n, b.clone()));
    let test = check::compile(claim, &own).ok()?;
    let views: Vec<_> = arrays.iter().filter(|(name, _)| used.contains(name)).map(|(_, a)| a.view()).collect();
    let sources: Vec<&dyn Source> = views.iter().map(|v| v as &dyn Source).collect();
    test.run(&sources, &Settings::default(), &Unwatched).ok()
}

struct Random(u64);

impl Random {
    /// A small integer, 0 and 1 most often.
    fn entry(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        [0.0, 1.0, 1.0, 0.0, 2.0, -1.0, 2.0, -2.0, 3.0][(self.0 >> 33) as usize % 9]
    }
}

/// A matrix of small integers, made so that it has the property where chance would hardly give it.
fn sample(shape: &[usize], property: Option<Property>, random: &mut Random) -> Option<Array> {
    let count = shape.iter().product();
    let base: Vec<f64> = (0..count).map(|_| random.entry()).collect();
    let &[n, columns] = shape else { return Array::from_slice(Shape::from(shape), &base).ok() };
    if n != columns {
        return Array::from_slice(Shape::from(shape), &base).ok();
    }
    let entry = |i: usize, j: usize| base[i * n + j];
    let gram = |i: usize, j: usize| (0..n).map(|k| entry(i, k) * entry(j, k)).sum::<f64>();
    let unit = |i: usize, j: usize| f64::from(u8::from(i == j));
    let value = |i: usize, j: usize| match property {
        Some(Property::Psd) => gram(i, j),
        Some(Property::Pd) => gram(i, j) + unit(i, j),
        Some(Property::Symmetric | Property::Hermitian) => entry(i.min(j), i.max(j)),
        Some(Property::Skew | Property::SkewHermitian) => entry(i, j) - entry(j, i),
        Some(Property::Diagonal) => entry(i, j) * unit(i, j),
        Some(Property::Lower) if i < j => 0.0,
        Some(Property::Upper) if i > j => 0.0,
        Some(Property::Circulant) => entry(0, (j + n - i) % n),
        Some(Property::Nonnegative) => entry(i, j).abs(),
        Some(Property::Positive | Property::Nonzero) => entry(i, j).abs() + 1.0,
        Some(Property::UnitDiagonal) if i == j => 1.0,
        _ => entry(i, j),
    };
    let entries: Vec<f64> = (0..n * n).map(|k| value(k / n, k % n)).collect();
    Array::from_slice(Shape::from(shape), &entries).ok()
}
