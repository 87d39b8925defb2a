//! `hadamard properties`: what is known of every part of a formula, and by which theorem.

use crate::args::Properties;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::operands::formula_with;
use crate::prove::read;
use anstyle::Style;
use hadamard::prove::{Described, describe};
use serde_json::{Value, json};
use std::io::Write;

const TITLE: Style = Style::new().bold();

/// Describes the parts of a formula, the arguments before their users.
pub fn run(args: &Properties, out: &mut dyn Write) -> Result<Exit, Failure> {
    let about = read(&args.about)?;
    let formula = formula_with(&about.definitions, &args.formula)?;
    let all = describe(&formula, &about.operands, &about.given, about.ring)
        .map_err(|error| about.failure(&formula, error))?;
    if args.json {
        writeln!(out, "{:#}", Value::from(all.iter().map(to_json).collect::<Vec<_>>()))?;
        return Ok(Exit::Ok);
    }
    for part in &all {
        print(part, out)?;
    }
    Ok(Exit::Ok)
}

fn print(part: &Described, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "{TITLE}{}{TITLE:#}: {}", part.text, part.shape)?;
    let mut rows: Vec<(String, String)> = part.properties.iter().map(|(p, why)| (p.to_string(), why.clone())).collect();
    rows.extend(part.rank.iter().map(|(bound, why)| (format!("rank {bound}"), (*why).to_string())));
    if let Some(band) = part.band {
        let side = |n: Option<u64>| n.map_or_else(|| "any".into(), |n| n.to_string());
        let text = format!("{} below the diagonal, {} above", side(band.below), side(band.above));
        rows.push(("band".into(), text));
    }
    let width = rows.iter().map(|(what, _)| what.chars().count()).max().unwrap_or(0);
    for (what, why) in rows {
        writeln!(out, "  {what:width$}  {why}")?;
    }
    Ok(())
}

fn to_json(part: &Described) -> Value {
    let pairs = |all: Vec<(String, &str)>| -> Vec<Value> {
        all.into_iter().map(|(what, why)| json!({ "is": what, "why": why })).collect()
    };
    json!({
        "expression": part.text,
        "shape": part.shape,
        "properties": pairs(part.properties.iter().map(|(p, why)| (p.to_string(), why.as_str())).collect()),
        "rank": pairs(part.rank.iter().map(|(bound, why)| (bound.clone(), *why)).collect()),
        "band": part.band.map(|b| json!({ "below": b.below, "above": b.above })),
    })
}
