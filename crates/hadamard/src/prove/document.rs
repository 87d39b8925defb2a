//! An answer as blocks of text and formulas, whatever they are written in.

use super::{Answer, Claimed, Inference, Inferred};
use hadamard_algebra::Relation;
use hadamard_algebra::normal::Outside;
use hadamard_algebra::normal::index::Indices;
use hadamard_algebra::proof::{Closing, Proof, Style, Writer};
use hadamard_algebra::prove::{Counterexample, Matrix, Open, Values, Verdict};
use hadamard_algebra::term::{Problem, Ring, TermId};

/// A part of a document. Formulas are in the style that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// What is answered: `proved`, `refuted`, `open`; and the equation.
    Verdict(&'static str, String),
    /// A sentence, with formulas in it between `\u{1}` and `\u{2}`.
    Sentence(String),
    /// A formula and what it becomes, with the reasons.
    Chain(String, Vec<(String, String)>),
    /// Matrices of numbers with their names.
    Matrices(Vec<(String, Matrix)>),
}

/// Marks a formula inside a sentence.
fn formula(text: &str) -> String {
    format!("\u{1}{text}\u{2}")
}

/// The answer in blocks.
pub fn document(answer: &Answer, style: Style) -> Vec<Block> {
    let problem = &answer.problem;
    let mut blocks = Vec::new();
    for equation in &answer.equations {
        let indices = Indices::default();
        let writer = Writer::new(&problem.terms, &indices, style);
        let word = match &equation.verdict {
            Verdict::Proved(_) => "proved",
            Verdict::Refuted(_) => "refuted",
            Verdict::Open(_) => "not provable generically",
        };
        let sides = format!("{} = {}", writer.term(equation.left), writer.term(equation.right));
        blocks.push(Block::Verdict(word, sides));
        blocks.push(Block::Sentence(operands(problem, &writer)));
        match &equation.verdict {
            Verdict::Proved(proved) => {
                if !proved.conditions.is_empty() {
                    let all: Vec<String> = proved.conditions.iter().map(ToString::to_string).collect();
                    blocks.push(Block::Sentence(format!("Given and used: {}.", all.join("; "))));
                }
                if let Some(law) = equation.law {
                    let source = if law.source.is_empty() { String::new() } else { format!(", {}", law.source) };
                    blocks.push(Block::Sentence(format!("This is {} ({}{source}).", law.name, law.code)));
                }
                if let Some(proof) = &equation.proof {
                    blocks.extend(proof_blocks(problem, proof, style));
                }
            }
            Verdict::Refuted(found) => blocks.extend(counterexample(found, style)),
            Verdict::Open(open) => blocks.push(Block::Sentence(reason(problem, open))),
        }
        blocks.extend(over_reals(equation.real));
    }
    for inference in &answer.inferences {
        blocks.extend(inferred(problem, inference, style));
    }
    if let Some(smaller) = &answer.smaller {
        let sentence =
            "These sizes are too large to search for counterexamples. With others in their place it is false:";
        blocks.push(Block::Sentence(sentence.into()));
        blocks.extend(document(smaller, style));
    }
    blocks
}

/// A property or an inequality with what is known of it.
fn inferred(problem: &Problem, inference: &Inference, style: Style) -> Vec<Block> {
    let indices = Indices::default();
    let writer = Writer::new(&problem.terms, &indices, style);
    let name = |of: TermId| formula(&writer.term(of));
    let word = match &inference.verdict {
        Inferred::Derived(_) | Inferred::Rank(_) | Inferred::Law(..) => "proved",
        Inferred::Refuted(_) => "refuted",
        Inferred::Unknown(_) => "not known",
    };
    let claim = claim_text(inference.claim, &writer, style);
    let mut blocks = vec![Block::Verdict(word, claim), Block::Sentence(operands(problem, &writer))];
    let mut say = |text: String| blocks.push(Block::Sentence(text));
    match &inference.verdict {
        Inferred::Derived(derivation) => derivation.lines(&name).into_iter().for_each(say),
        Inferred::Rank(bounds) => bounds.iter().for_each(|b| {
            let indent = "  ".repeat(b.depth);
            let at_most = if style == Style::Latex { "\\le" } else { "≤" };
            let bound = formula(&format!("rank({}) {at_most} {}", writer.term(b.of), writer.dim(&b.bound)));
            say(format!("{indent}{bound}: {}", b.why));
        }),
        Inferred::Law(law, premises) => {
            let source = if law.source.is_empty() { String::new() } else { format!(", {}", law.source) };
            say(format!("This is {} ({}{source}).", law.name, law.code));
            premises.iter().flat_map(|p| p.lines(&name)).for_each(say);
        }
        Inferred::Refuted(refutation) => {
            say("These operands are as given, and it does not hold:".into());
            blocks.push(Block::Matrices(refutation.operands.clone()));
            blocks.extend(refutation.found.iter().cloned().map(Block::Sentence));
        }
        Inferred::Unknown(Some((law, missing))) => {
            let missing: Vec<String> = missing.iter().map(|&(p, of)| format!("{p}({})", name(of))).collect();
            say(format!("It would be {} ({}) if this were known: {}.", law.name, law.code, missing.join(", ")));
        }
        Inferred::Unknown(None) => {
            say("No rule and no law leads there, and no counterexample was found among small matrices of integers."
                .into());
        }
    }
    blocks.extend(over_reals(inference.real));
    blocks
}

fn claim_text(claim: Claimed, writer: &Writer<'_>, style: Style) -> String {
    match (claim, style) {
        (Claimed::Has(property, of), Style::Text) => format!("{property}({})", writer.term(of)),
        (Claimed::Has(property, of), Style::Latex) => {
            format!("\\operatorname{{{}}}\\left({}\\right)", property.word().replace('_', "\\ "), writer.term(of))
        }
        (Claimed::Related(a, relation, b), style) => {
            let sign = match (relation, style) {
                (Relation::Equal, _) => "=",
                (Relation::AtMost, Style::Text) => "≤",
                (Relation::AtLeast, Style::Text) => "≥",
                (Relation::AtMost, Style::Latex) => "\\le",
                (Relation::AtLeast, Style::Latex) => "\\ge",
            };
            format!("{} {sign} {}", writer.term(a), writer.term(b))
        }
    }
}

/// For all A, B: m×n, x: n over ℂ.
fn operands(problem: &Problem, writer: &Writer<'_>) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for operand in &problem.terms.operands {
        let shape = match &operand.shape[..] {
            [] => "a number".to_owned(),
            shape => formula(&writer.shape(shape)),
        };
        match groups.iter_mut().find(|(s, _)| *s == shape) {
            Some((_, names)) => names.push(operand.name.clone()),
            None => groups.push((shape, vec![operand.name.clone()])),
        }
    }
    let ring = match problem.ring {
        Ring::Integers => "ℤ",
        Ring::Reals => "ℝ",
        Ring::Complex => "ℂ",
        Ring::Quaternions => "ℍ",
    };
    let groups: Vec<String> =
        groups.into_iter().map(|(shape, names)| format!("{}: {shape}", names.join(", "))).collect();
    match groups.is_empty() {
        true => format!("Over {ring}."),
        false => format!("For {} over {ring}.", groups.join("; ")),
    }
}

fn proof_blocks(problem: &Problem, proof: &Proof, style: Style) -> Vec<Block> {
    if proof.closing == Closing::EntryByEntry {
        let sentence = "Written out at each place along the axes whose sizes are numbers, both sides are the same \
                        expressions in the entries of the operands.";
        return vec![Block::Sentence(sentence.into())];
    }
    let writer = Writer::new(&problem.terms, &proof.indices, style);
    // The free indices get the first letters.
    proof.at.iter().for_each(|index| {
        writer.index(index);
    });
    let mut blocks = Vec::new();
    for (side, derivation) in proof.sides.iter().enumerate() {
        let states = proof.states(problem, side);
        let texts: Vec<String> = states.iter().map(|sum| writer.sum(sum)).collect();
        let mut steps: Vec<(String, String)> = Vec::new();
        for (step, text) in derivation.steps.iter().zip(&texts[1..]) {
            let reasons: Vec<String> = step
                .reasons
                .iter()
                .map(|(name, lemma)| if lemma.is_empty() { name.to_string() } else { format!("{name} ({lemma})") })
                .collect();
            let before = steps.last().map_or(&texts[0], |(text, _)| text);
            match before == text {
                // What looks the same is not shown twice.
                true => match steps.last_mut() {
                    Some((_, known)) if !reasons.is_empty() => *known = format!("{known}; {}", reasons.join(", ")),
                    _ => {}
                },
                false => steps.push((text.clone(), reasons.join(", "))),
            }
        }
        blocks.push(Block::Chain(texts[0].clone(), steps));
    }
    blocks.push(Block::Sentence(match proof.closing {
        Closing::Same => "Both sides are the same sum.".into(),
        Closing::Denominators => {
            "Multiplied with the denominators, which are not zero, both sides are the same sum.".to_owned()
        }
        Closing::EntryByEntry => unreachable!("answered above"),
    }));
    blocks
}

fn counterexample(found: &Counterexample, style: Style) -> Vec<Block> {
    let instance = &found.instance;
    let sizes: Vec<String> = instance.sizes.iter().map(|(name, size)| format!("{name} = {size}")).collect();
    let mut blocks = Vec::new();
    let at = match sizes.is_empty() {
        true => "The smallest counterexample found:".to_owned(),
        false => format!("The smallest counterexample found, at {}:", formula(&sizes.join(", "))),
    };
    blocks.push(Block::Sentence(at));
    blocks.push(Block::Matrices(instance.operands.clone()));
    let names = match style {
        Style::Text => ["left side", "right side"],
        Style::Latex => ["\\text{left side}", "\\text{right side}"],
    };
    let sides = names.iter().map(|n| n.to_string()).zip(instance.sides.iter().cloned()).collect();
    blocks.push(Block::Matrices(sides));
    if !found.at.is_empty() && found.instance.sides.iter().any(|side| side.entries.len() > 1) {
        blocks.push(Block::Sentence(format!("They first differ at {:?}.", found.at)));
    }
    match instance.values {
        Values::Exact => {}
        Values::Rounded => blocks.push(Block::Sentence("The sides were computed in floating point.".into())),
        Values::ModuloPrime => blocks.push(Block::Sentence(format!(
            "The numbers are modulo the prime {}: sides that differ there are not the same polynomials.",
            (1u64 << 61) - 1
        ))),
    }
    blocks
}

fn reason(problem: &Problem, open: &Open) -> String {
    match open {
        Open::Missing(conditions) => {
            let all: Vec<String> = conditions.iter().map(ToString::to_string).collect();
            let given: Vec<String> = conditions.iter().map(|c| format!("{} {}", c.property, c.of)).collect();
            // A condition on an expression is told entry by entry, which is not how it would be given.
            let named = conditions.iter().all(|c| problem.terms.operands.iter().any(|o| o.name == c.of));
            let help = if named { format!(" To prove it, add --given '{}'.", given.join(", ")) } else { String::new() };
            format!("True if {}.{help}", all.join(" and "))
        }
        Open::Outside(Outside::Split(a, b)) => format!(
            "An index would have to be split in two ways, {} against {}; no counterexample was found among small matrices.",
            problem.terms.dim_text(a),
            problem.terms.dim_text(b)
        ),
        Open::Outside(Outside::TooLarge) => {
            "The sides have too many terms; no counterexample was found among small matrices.".into()
        }
        Open::Outside(Outside::Unsupported(why)) => {
            format!("Outside what is decided: {why}; no counterexample was found among small matrices.")
        }
        Open::NotIdentity => "The normal forms differ, and no counterexample was found among small matrices.".into(),
    }
}

fn over_reals(holds: bool) -> Option<Block> {
    holds.then(|| Block::Sentence("Over ℝ it holds: --ring real.".into()))
}
