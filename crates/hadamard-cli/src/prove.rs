//! `hadamard prove`: a claim about matrices of any size, decided.

use crate::args::{About, Prove, ProveFormat, RingArg};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::operands::{Operand, Value, claim_with};
use hadamard::algebra::normal::Outside;
use hadamard::algebra::normal::index::Indices;
use hadamard::algebra::proof::{Checked, Style, Writer};
use hadamard::algebra::properties::Derivation;
use hadamard::algebra::prove::{Instance, Matrix, Open, Values, Verdict};
use hadamard::algebra::term::{Declared, ProblemError, Ring, Size, TermId, Within};
use hadamard::algebra::{Expr, ExprKind, Span};
use hadamard::io::{ReadOptions, open};
use hadamard::prove::{Answer, Claimed, Equation, Format, Inference, Inferred, RankBound};
use serde_json::{Value as Json, json};
use std::io::Write;

/// Decides the claim and writes the answer.
pub fn run(args: &Prove, out: &mut dyn Write) -> Result<Exit, Failure> {
    let about = read(&args.about)?;
    let claim = claim_with(&about.definitions, &args.claim)?;
    let answer = hadamard::prove(&claim, &about.operands, &about.given, about.ring)
        .map_err(|error| about.failure(&claim, error))?;
    let checked = if args.check { answer.check() } else { Vec::new() };
    match args.format {
        ProveFormat::Json => writeln!(out, "{:#}", to_json(&answer, &checked))?,
        ProveFormat::Text => {
            write!(out, "{}", answer.write(Format::Text))?;
            for check in &checked {
                writeln!(out, "  {}", words(check))?;
            }
        }
        ProveFormat::Latex => write!(out, "{}", answer.write(Format::Latex))?,
        ProveFormat::Markdown => write!(out, "{}", answer.write(Format::Markdown))?,
    }
    if checked.iter().any(|check| !check.holds()) {
        return Err(Failure::data("proof-step-fails", "a step of the proof does not hold on random operands")
            .help("this is a bug of hadamard: please report it with the claim"));
    }
    Ok(if answer.is_proved() { Exit::Ok } else { Exit::Different })
}

/// What a statement is about, read.
pub struct Read {
    pub operands: Vec<Declared>,
    /// Names that stand for expressions.
    pub definitions: Vec<(String, Expr)>,
    pub given: String,
    pub ring: Ring,
}

/// Reads what a statement is about: shapes that are declared, those of files, and what names stand for.
pub fn read(args: &About) -> Result<Read, Failure> {
    let (mut operands, mut definitions) = (Vec::new(), Vec::new());
    for text in &args.operands {
        if text.find(['=', ':']).is_none_or(|at| text[at..].starts_with(':')) {
            operands.push(hadamard::declare(text).map_err(|d| Failure::formula(text, d))?);
            continue;
        }
        let Operand { name, value } = Operand::parse(text)?;
        let meaning = match value {
            Value::Number(number) => Some(Expr { kind: ExprKind::Number(number), span: Span::default() }),
            Value::Expression(meaning) => Some(meaning),
            Value::Literal(literal) => {
                let formula = hadamard::parse(&literal).map_err(|d| Failure::formula(&literal, d))?;
                formula.statements.into_iter().next().map(|statement| statement.expr)
            }
            Value::File(location) => {
                let source = open(&location, &ReadOptions::default())?.0.source;
                let shape = source.shape().iter().map(|&n| vec![Size::Number(n as u64)]).collect();
                operands.push(Declared { name: name.clone(), shape });
                None
            }
            Value::Shape(..) => None, // written with a colon, and declared above
        };
        definitions.extend(meaning.map(|meaning| (name, meaning)));
    }
    Ok(Read { operands, definitions, given: args.given.join(", "), ring: args.ring.into() })
}

impl From<RingArg> for Ring {
    fn from(arg: RingArg) -> Ring {
        match arg {
            RingArg::Integer => Ring::Integers,
            RingArg::Real => Ring::Reals,
            RingArg::Complex => Ring::Complex,
            RingArg::Quaternion => Ring::Quaternions,
        }
    }
}

impl Read {
    /// The failure with the text that its places are in.
    pub fn failure(&self, statement: &str, error: ProblemError) -> Failure {
        let text = if error.within == Within::Claim { statement } else { &self.given };
        Failure::formula(text, *error.diagnostic)
    }
}

fn words(check: &Checked) -> String {
    let verdict = if check.holds() { "every step holds" } else { "a step fails" };
    format!(
        "checked: {} steps on random operands, {} modulo 2^61 - 1, {} with exact fractions, {} in floating point: {verdict}",
        check.steps, check.prime, check.rational, check.rounded
    )
}

fn to_json(answer: &Answer, checked: &[Checked]) -> Json {
    let terms = &answer.problem.terms;
    let operands: Vec<Json> =
        terms.operands.iter().map(|o| json!({"name": o.name, "shape": terms.shape_text(&o.shape)})).collect();
    let equations: Vec<Json> = answer.equations.iter().map(|e| equation(answer, e)).collect();
    let mut value = json!({ "proved": answer.is_proved(), "operands": operands, "equations": equations });
    if !answer.inferences.is_empty() {
        value["inferences"] = answer.inferences.iter().map(|i| inference(answer, i)).collect();
    }
    if let Some(smaller) = &answer.smaller {
        value["at_other_sizes"] = to_json(smaller, &[]);
    }
    if !checked.is_empty() {
        let check = |c: &Checked| {
            json!({
                "steps": c.steps, "prime": c.prime, "rational": c.rational, "rounded": c.rounded, "holds": c.holds(),
            })
        };
        value["check"] = checked.iter().map(check).collect();
    }
    value
}

fn equation(answer: &Answer, equation: &Equation) -> Json {
    let indices = Indices::default();
    let text = Writer::new(&answer.problem.terms, &indices, Style::Text);
    let mut value = json!({ "left": text.term(equation.left), "right": text.term(equation.right) });
    match &equation.verdict {
        Verdict::Proved(proved) => {
            value["verdict"] = "proved".into();
            value["conditions"] = proved.conditions.iter().map(ToString::to_string).collect();
            value["law"] = equation.law.map_or(Json::Null, |law| law.name.into());
            value["proof"] = proof(answer, equation);
        }
        Verdict::Refuted(found) => {
            value["verdict"] = "refuted".into();
            value["counterexample"] = instance(&found.instance);
            value["counterexample"]["at"] = json!(found.at);
        }
        Verdict::Open(open) => {
            value["verdict"] = "open".into();
            value["reason"] = match open {
                Open::Missing(_) => "missing-condition",
                Open::Outside(Outside::Split(..)) => "index-split",
                Open::Outside(Outside::TooLarge) => "too-large",
                Open::Outside(Outside::Unsupported(_)) => "outside",
                Open::NotIdentity => "no-counterexample",
            }
            .into();
            if let Open::Missing(conditions) = open {
                value["missing"] = conditions.iter().map(ToString::to_string).collect();
            }
        }
    }
    if equation.real {
        value["holds_over_reals"] = true.into();
    }
    value
}

/// A property or an inequality.
fn inference(answer: &Answer, inference: &Inference) -> Json {
    let indices = Indices::default();
    let text = Writer::new(&answer.problem.terms, &indices, Style::Text);
    let name = |of: TermId| text.term(of);
    let mut value = match inference.claim {
        Claimed::Has(property, of) => json!({ "property": property.word(), "of": name(of) }),
        Claimed::Related(left, relation, right) => {
            json!({ "left": name(left), "relation": relation.sign(), "right": name(right) })
        }
    };
    let lines = |all: &[Derivation]| -> Json { all.iter().flat_map(|d| d.lines(&name)).collect() };
    match &inference.verdict {
        Inferred::Derived(derivation) => {
            value["verdict"] = "proved".into();
            value["derivation"] = lines(std::slice::from_ref(derivation));
        }
        Inferred::Rank(bounds) => {
            let dim = |b: &RankBound| answer.problem.terms.dim_text(&b.bound);
            let line = |b: &RankBound| format!("{}rank({}) <= {}: {}", "  ".repeat(b.depth), name(b.of), dim(b), b.why);
            value["verdict"] = "proved".into();
            value["derivation"] = bounds.iter().map(line).collect();
        }
        Inferred::Law(law, premises) => {
            value["verdict"] = "proved".into();
            value["law"] = law.name.into();
            value["derivation"] = lines(premises);
        }
        Inferred::Refuted(refutation) => {
            let operands =
                refutation.operands.iter().map(|(n, m)| (n.clone(), json!({ "shape": m.shape, "entries": m.entries })));
            value["verdict"] = "refuted".into();
            value["counterexample"] = operands.collect::<serde_json::Map<_, _>>().into();
            value["found"] = json!(refutation.found);
        }
        Inferred::Unknown(nearly) => {
            value["verdict"] = "unknown".into();
            if let Some((law, missing)) = nearly {
                value["law"] = law.name.into();
                value["missing"] = missing.iter().map(|&(p, of)| format!("{p}({})", name(of))).collect();
            }
        }
    }
    if inference.real {
        value["holds_over_reals"] = true.into();
    }
    value
}

fn proof(answer: &Answer, equation: &Equation) -> Json {
    let Some(proof) = &equation.proof else { return Json::Null };
    let terms = &answer.problem.terms;
    let writers = [Style::Text, Style::Latex].map(|style| Writer::new(terms, &proof.indices, style));
    let sides = proof.sides.iter().enumerate().map(|(side, derivation)| {
        let states = proof.states(&answer.problem, side);
        let reasons = std::iter::once(Vec::new()).chain(derivation.steps.iter().map(|step| step.reasons.clone()));
        let steps = states.iter().zip(reasons).map(|(sum, reasons)| {
            let [text, latex] = [&writers[0], &writers[1]].map(|writer| writer.sum(sum));
            let reasons: Vec<Json> =
                reasons.iter().map(|(name, lemma)| json!({"name": name, "mathlib": lemma})).collect();
            json!({ "text": text, "latex": latex, "reasons": reasons })
        });
        Json::from(steps.collect::<Vec<_>>())
    });
    Json::from(sides.collect::<Vec<_>>())
}

/// A claim with numbers put in.
pub fn instance(instance: &Instance) -> Json {
    let matrix = |m: &Matrix| json!({ "shape": m.shape, "entries": m.entries });
    let sizes: serde_json::Map<String, Json> =
        instance.sizes.iter().map(|(name, size)| (name.clone(), json!(size))).collect();
    let operands: serde_json::Map<String, Json> =
        instance.operands.iter().map(|(name, m)| (name.clone(), matrix(m))).collect();
    let sides: Vec<Json> = instance.sides.iter().map(matrix).collect();
    let values = match instance.values {
        Values::Exact => "exact",
        Values::Rounded => "rounded",
        Values::ModuloPrime => "modulo 2^61 - 1",
    };
    json!({ "sizes": sizes, "operands": operands, "sides": sides, "values": values })
}
