//! `hadamard laws`: the table of laws, listed, searched, or one law in full with numbers put in.

use crate::args::Laws;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::prove::instance as instance_json;
use anstyle::Style;
use hadamard::algebra::laws::{self, Law};
use hadamard::algebra::prove::{Instance, Verdict, decide, equations, instance, over};
use hadamard::algebra::term::Ring;
use hadamard::prove::{Refutation, matrix_text, refute, stated};
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
        let ring = args.ring.map(Ring::from);
        let rows: Vec<Value> = rows.iter().map(|law| to_json(law, ring)).collect();
        writeln!(out, "{:#}", Value::from(rows))?;
    } else if args.name.is_some() {
        rows.iter().try_for_each(|law| describe(out, law))?;
    } else if let Some(ring) = args.ring {
        over_ring(out, &rows, ring.into())?;
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
    let mut facts = vec![("code", law.code.to_string())];
    let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
    facts.extend(some(law.given).map(|given| ("given", given)));
    facts.extend(some(&law.operands.join(" ")).map(|operands| ("operands", operands)));
    facts.push(("numbers", sign(law.ring).into()));
    facts.push(("class", law.class.word().into()));
    facts.push(("known", if law.holds { law.kind.words().into() } else { "false: see the counterexample".into() }));
    facts.extend(some(law.source).map(|source| ("source", source)));
    facts.extend(some(law.note).map(|note| ("note", note)));
    facts
}

/// Numbers put in, for what holds and for an equation that does not.
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

/// Operands for which a property or an inequality fails that is often taken for a law.
fn refutation(law: &Law) -> Option<Refutation> {
    let problem = stated(law).ok().filter(|_| !law.holds)?;
    if equations(&problem).is_some() { None } else { refute(&problem, law.statement, 400) }
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
    if let Some(refutation) = refutation(law) {
        writeln!(out, "\n  counterexample")?;
        for (name, matrix) in &refutation.operands {
            writeln!(out, "    {name} = {}", matrix_text(matrix, name.chars().count() + 7))?;
        }
        refutation.found.iter().try_for_each(|line| writeln!(out, "    {line}"))?;
    }
    writeln!(out)?;
    Ok(())
}

/// Whether an equation holds over another ring; none of what is no equation, or false anyway.
fn holds_over(law: &Law, ring: Ring) -> Option<&'static str> {
    let problem = over(&stated(law).ok().filter(|_| law.holds)?, ring);
    let (left, right) = *equations(&problem)?.first()?;
    Some(match decide(&problem, left, right) {
        Verdict::Proved(_) => "holds",
        Verdict::Refuted(_) => "fails",
        Verdict::Open(_) => "open",
    })
}

/// Lists the equations with what becomes of them over a ring.
fn over_ring(out: &mut dyn Write, rows: &[&'static Law], ring: Ring) -> Result<(), Failure> {
    let width = rows.iter().map(|law| law.name.chars().count()).max().unwrap_or(0);
    let mut counts = [("holds", 0), ("fails", 0), ("open", 0)];
    for law in rows {
        let Some(word) = holds_over(law, ring) else { continue };
        counts.iter_mut().filter(|(w, _)| *w == word).for_each(|(_, count)| *count += 1);
        writeln!(out, "{word:5}  {:4} {:width$}  {}", law.code, law.name, law.statement)?;
    }
    let [(_, holds), (_, fails), (_, open)] = counts;
    writeln!(out, "\n{holds} equations hold, {fails} fail, {open} are neither proved nor refuted over {}", sign(ring))?;
    Ok(())
}

fn sign(ring: Ring) -> &'static str {
    match ring {
        Ring::Integers => "ℤ",
        Ring::Reals => "ℝ",
        Ring::Complex => "ℂ",
        Ring::Quaternions => "ℍ, where products depend on the order",
    }
}

fn to_json(law: &Law, ring: Option<Ring>) -> Value {
    json!({
        "over": ring.and_then(|ring| holds_over(law, ring)),
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
        "counterexample": refutation(law).map(|r| json!({
            "operands": r.operands.iter().map(|(n, m)| (n.clone(), json!({ "shape": m.shape, "entries": m.entries })))
                .collect::<serde_json::Map<_, _>>(),
            "found": r.found,
        })),
        "example": example(law).as_ref().map(instance_json),
    })
}
