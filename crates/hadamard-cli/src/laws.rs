//! `hadamard laws`: the table of laws, listed, searched, or one law in full with numbers put in.

use crate::args::Laws;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::prove::instance as instance_json;
use anstyle::Style;
use hadamard::algebra::laws::{self, Law};
use hadamard::algebra::prove::{Instance, Verdict, decide, equations, instance};
use hadamard::prove::{matrix_text, stated};
use serde_json::{Value, json};
use std::io::Write;

const TITLE: Style = Style::new().bold();

/// Lists laws, or describes those of a name.
pub fn run(args: &Laws, out: &mut dyn Write) -> Result<Exit, Failure> {
    let rows = match (&args.name, &args.search) {
        (Some(name), _) => find(name)?,
        (None, Some(words)) => laws::search(words),
        (None, None) => laws::table().collect(),
    };
    if args.json {
        let rows: Vec<Value> = rows.iter().map(|law| to_json(law)).collect();
        writeln!(out, "{:#}", Value::from(rows))?;
    } else if args.name.is_some() {
        rows.iter().try_for_each(|law| describe(out, law))?;
    } else {
        let width = rows.iter().map(|law| law.name.chars().count()).max().unwrap_or(0);
        for law in &rows {
            let mark = if law.holds { " " } else { "✗" };
            writeln!(out, "{:4} {mark} {:width$}  {}", law.code, law.name, law.statement)?;
        }
        writeln!(out, "\n{} laws; ✗ marks statements that are false. `hadamard laws NAME` tells more.", rows.len())?;
    }
    Ok(if rows.is_empty() { Exit::Different } else { Exit::Ok })
}

fn find(name: &str) -> Result<Vec<&'static Law>, Failure> {
    let rows = laws::find(name);
    if !rows.is_empty() {
        return Ok(rows);
    }
    let failure = Failure::usage("unknown-law", format!("there is no law `{name}`"));
    Err(match laws::suggest(name)[..] {
        [] => failure.help("`hadamard laws` lists all of them, `hadamard laws --search WORD` those with a word"),
        ref near => failure.help(format!("did you mean {}?", near.join(", "))),
    })
}

/// What is known of a law besides its statement.
fn facts(law: &Law) -> Vec<(&'static str, String)> {
    use hadamard::algebra::term::Ring;
    let mut facts = vec![("code", law.code.to_string())];
    let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
    facts.extend(some(law.given).map(|given| ("given", given)));
    facts.extend(some(&law.operands.join(" ")).map(|operands| ("operands", operands)));
    let ring = match law.ring {
        Ring::Integers => "ℤ",
        Ring::Reals => "ℝ",
        Ring::Complex => "ℂ",
        Ring::Quaternions => "ℍ, where products depend on the order",
    };
    facts.push(("numbers", ring.into()));
    facts.push(("class", law.class.word().into()));
    facts.push(("known", if law.holds { law.kind.words().into() } else { "false: see the counterexample".into() }));
    facts.extend(some(law.source).map(|source| ("source", source)));
    facts.extend(some(law.note).map(|note| ("note", note)));
    facts
}

/// Numbers put in: a counterexample for what is false.
fn example(law: &Law) -> Option<Instance> {
    let problem = stated(law).ok()?;
    if !law.holds {
        let (left, right) = *equations(&problem)?.first()?;
        return match decide(&problem, left, right) {
            Verdict::Refuted(found) => Some(found.instance),
            Verdict::Proved(_) | Verdict::Open(_) => None,
        };
    }
    instance(&problem)
}

fn describe(out: &mut dyn Write, law: &Law) -> Result<(), Failure> {
    writeln!(out, "{TITLE}{}{TITLE:#}\n  {}\n", law.name, law.statement)?;
    for (what, text) in facts(law) {
        writeln!(out, "  {what:9} {text}")?;
    }
    if let Some(example) = example(law) {
        let sizes: Vec<String> = example.sizes.iter().map(|(name, size)| format!("{name} = {size}")).collect();
        let what = if law.holds { "for example" } else { "counterexample" };
        writeln!(out, "\n  {what}{}{}", if sizes.is_empty() { "" } else { ", " }, sizes.join(", "))?;
        for (name, matrix) in &example.operands {
            writeln!(out, "    {name} = {}", matrix_text(matrix, name.chars().count() + 7))?;
        }
        let names = if example.sides.len() == 2 { vec!["left side", "right side"] } else { Vec::new() };
        for (k, side) in example.sides.iter().enumerate() {
            let name = names.get(k).map_or_else(|| format!("side {}", k + 1), |n| n.to_string());
            writeln!(out, "    {name} = {}", matrix_text(side, name.chars().count() + 7))?;
        }
    }
    writeln!(out)?;
    Ok(())
}

fn to_json(law: &Law) -> Value {
    json!({
        "name": law.name,
        "code": law.code,
        "statement": law.statement,
        "operands": law.operands,
        "given": law.given,
        "class": law.class.word(),
        "known": law.kind.words(),
        "holds": law.holds,
        "source": law.source,
        "note": law.note,
        "example": example(law).as_ref().map(instance_json),
    })
}
