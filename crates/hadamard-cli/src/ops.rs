//! `hadamard ops`: the table of operations, for people, programs and the reference page.

use crate::args::Ops;
use crate::exit::Exit;
use crate::failure::Failure;
use anstyle::Style;
use hadamard::algebra::Op;
use hadamard::algebra::ops::{self, Accuracy, DTypes, Facts, NO_FACTS, Row, Writing};
use serde_json::{Value, json};
use std::io::Write;

const TITLE: Style = Style::new().bold();

/// Prints the table or one row.
pub fn run(args: &Ops, out: &mut dyn Write) -> Result<Exit, Failure> {
    let rows: Vec<&Row> = match &args.name {
        Some(name) => find(name)?,
        None => ops::table().collect(),
    };
    if args.json {
        let rows: Vec<Value> = rows.iter().map(|row| to_json(row)).collect();
        writeln!(out, "{:#}", Value::from(rows))?;
    } else if args.markdown {
        markdown(out, &rows)?;
    } else if args.name.is_some() {
        for row in rows {
            describe(out, row)?;
        }
    } else {
        list(out, &rows)?;
    }
    Ok(Exit::Ok)
}

/// The rows of that name or sign.
fn find(name: &str) -> Result<Vec<&'static Row>, Failure> {
    let rows: Vec<&Row> = ops::table().filter(|r| r.name == name || r.signs.contains(&name)).collect();
    if !rows.is_empty() {
        return Ok(rows);
    }
    let failure = Failure::usage("unknown-operation", format!("there is no operation `{name}`"));
    Err(match ops::suggest(name)[..] {
        [] => failure.help("`hadamard ops` lists all of them"),
        ref near => failure.help(format!("did you mean {}?", near.join(", "))),
    })
}

fn class(row: &Row) -> &'static str {
    match row.op {
        Op::Map(_) => "Entry by entry",
        Op::Fold(_) => "Reductions",
        Op::Form(_) => "Matrices as wholes",
    }
}

/// How a call is written: `clamp(a, low, high)`, `sum(a[, axis])`.
fn signature(row: &Row) -> String {
    let mut text = format!("{}{}(", row.name, if matches!(row.op, Op::Map(_)) { "." } else { "" });
    for (i, param) in row.params.iter().enumerate() {
        let comma = if i > 0 { ", " } else { "" };
        text += &match i < row.required {
            true => format!("{comma}{param}"),
            false => format!("[{comma}{param}]"),
        };
    }
    text + ")"
}

/// How its signs are written: `a .* b`.
fn written(row: &Row) -> Vec<String> {
    let first = row.params.first().copied().unwrap_or("a");
    let second = row.params.get(1).copied().unwrap_or("b");
    let one = |sign: &&str| match row.writing {
        Writing::Call => sign.to_string(),
        Writing::Infix(_) => format!("{first} {sign} {second}"),
        Writing::Prefix => format!("{sign}{first}"),
        Writing::Postfix => format!("{first}{sign}"),
    };
    row.signs.iter().map(one).collect()
}

fn list(out: &mut dyn Write, rows: &[&Row]) -> Result<(), Failure> {
    let heads: Vec<String> = rows.iter().map(|r| written(r).first().cloned().unwrap_or_else(|| signature(r))).collect();
    let width = heads.iter().map(|h| h.chars().count()).max().unwrap_or(0);
    let mut last = "";
    for (row, head) in rows.iter().zip(&heads) {
        if class(row) != last {
            last = class(row);
            writeln!(out, "{}{TITLE}{last}{TITLE:#}", if std::ptr::eq(*row, rows[0]) { "" } else { "\n" })?;
        }
        writeln!(out, "  {head:width$}  {}", row.doc)?;
    }
    writeln!(out, "\n`hadamard ops NAME` tells more about one.")?;
    Ok(())
}

fn describe(out: &mut dyn Write, row: &Row) -> Result<(), Failure> {
    writeln!(out, "{TITLE}{}{TITLE:#}", signature(row))?;
    writeln!(out, "  {}\n", row.doc)?;
    for (what, text) in properties(row) {
        writeln!(out, "  {what:9} {text}")?;
    }
    if !row.examples.is_empty() {
        writeln!(out)?;
    }
    for (formula, value) in row.examples {
        writeln!(out, "  hadamard {}\n    {value}", quoted(formula))?;
    }
    writeln!(out)?;
    Ok(())
}

/// A formula as a word of a shell.
fn quoted(formula: &str) -> String {
    match formula.contains('\'') {
        true => format!("\"{}\"", formula.replace('$', "\\$")),
        false => format!("'{formula}'"),
    }
}

/// What is known of an operation besides its documentation, in the order it is shown.
fn properties(row: &Row) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    if !row.signs.is_empty() {
        all.push(("written", written(row).join("   ")));
    }
    all.push(("shape", row.shapes.to_string()));
    all.push(("dtype", dtype_rule(row.dtypes).to_string()));
    let facts = fact_list(&row.facts);
    if !facts.is_empty() {
        all.push(("facts", facts.join(", ")));
    }
    all.push(("accuracy", accuracy(row.accuracy)));
    all
}

fn dtype_rule(rule: DTypes) -> &'static str {
    match rule {
        DTypes::Arithmetic => "any; the promoted dtype of the arguments",
        DTypes::RealArithmetic => "any real; the promoted dtype of the arguments",
        DTypes::Float => "integers and bools become f64; floats and complex keep theirs",
        DTypes::RealFloat => "integers and bools become f64; floats keep theirs",
        DTypes::Compare => "any; gives bool",
        DTypes::Logic => "bool; gives bool",
        DTypes::Predicate => "any; gives bool",
        DTypes::RealPart => "any; complex gives its real dtype",
        DTypes::Select => "a bool mask; the promoted dtype of the two values",
        DTypes::Cast => "any; gives the dtype it is named after",
        DTypes::Accumulate => "integers and bools give i64 or u64; floats keep theirs",
        DTypes::Average => "integers and bools give f64; floats keep theirs",
        DTypes::Position => "any; gives i64",
        DTypes::Keep => "that of its arguments",
    }
}

fn fact_list(facts: &Facts) -> Vec<String> {
    let mut list = Vec::new();
    if facts.commutative {
        list.push("commutative".to_string());
    }
    if facts.associative {
        list.push("associative".into());
    }
    list.extend(facts.identity.map(|e| format!("identity {e}")));
    list.extend(facts.absorbing.map(|z| format!("absorbing {z}")));
    if !facts.distributes_over.is_empty() {
        let over: Vec<&str> = facts.distributes_over.iter().map(|op| op.spelling()).collect();
        list.push(format!("distributes over {}", over.join(" ")));
    }
    list
}

fn accuracy(accuracy: Accuracy) -> String {
    match accuracy {
        Accuracy::Exact => "exact or correctly rounded".into(),
        Accuracy::Ulp(ulp) => format!("within {ulp} ulp"),
        Accuracy::Algorithm(how) => how.into(),
    }
}

fn to_json(row: &Row) -> Value {
    let facts = (row.facts != NO_FACTS).then(|| {
        json!({
            "commutative": row.facts.commutative,
            "associative": row.facts.associative,
            "identity": row.facts.identity,
            "absorbing": row.facts.absorbing,
            "distributes_over": row.facts.distributes_over.iter().map(|op| op.row().name).collect::<Vec<_>>(),
        })
    });
    let examples: Vec<Value> =
        row.examples.iter().map(|(formula, value)| json!({"formula": formula, "value": value})).collect();
    json!({
        "name": row.name,
        "class": match row.op { Op::Map(_) => "map", Op::Fold(_) => "fold", Op::Form(_) => "form" },
        "signs": row.signs,
        "params": row.params,
        "required": row.required,
        "shapes": row.shapes,
        "dtypes": dtype_rule(row.dtypes),
        "facts": facts,
        "accuracy": accuracy(row.accuracy),
        "doc": row.doc,
        "examples": examples,
    })
}

fn markdown(out: &mut dyn Write, rows: &[&Row]) -> Result<(), Failure> {
    writeln!(out, "# Operations\n\nGenerated by `hadamard ops --markdown` from the one table of operations.")?;
    let mut last = "";
    for row in rows {
        if class(row) != last {
            last = class(row);
            writeln!(out, "\n## {last}")?;
        }
        writeln!(out, "\n### `{}`\n\n{}\n", signature(row), row.doc)?;
        for (what, text) in properties(row) {
            let text = if what == "written" { format!("`{text}`") } else { text };
            writeln!(out, "- {what}: {text}")?;
        }
        if !row.examples.is_empty() {
            writeln!(out, "\n```")?;
            for (formula, value) in row.examples {
                writeln!(out, "{formula}  # {value}")?;
            }
            writeln!(out, "```")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(args: Ops) -> String {
        let mut out = Vec::new();
        run(&args, &mut out).unwrap();
        anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string()
    }

    #[test]
    fn every_row_is_listed_in_every_form() {
        let list = output(Ops { name: None, json: false, markdown: false });
        let page = output(Ops { name: None, json: false, markdown: true });
        let rows: Value = serde_json::from_str(&output(Ops { name: None, json: true, markdown: false })).unwrap();
        assert_eq!(rows.as_array().unwrap().len(), ops::table().count());
        for row in ops::table() {
            assert!(list.contains(row.doc), "{}", row.name);
            assert!(page.contains(&signature(row)), "{}", row.name);
        }
    }

    #[test]
    fn one_operation_by_name_or_sign() {
        insta::assert_snapshot!(output(Ops { name: Some(".*".into()), json: false, markdown: false }));
        let both = output(Ops { name: Some("min".into()), json: false, markdown: false });
        assert!(both.contains("min.(a, b)") && both.contains("min(a[, axis])"), "{both}");
    }

    #[test]
    fn a_misspelt_name_is_guessed() {
        let failure =
            run(&Ops { name: Some("sigmoyd".into()), json: false, markdown: false }, &mut Vec::new()).unwrap_err();
        let Failure::Usage(note) = failure else { panic!("not a usage error") };
        assert_eq!((note.code, note.help[0].as_str()), ("unknown-operation", "did you mean sigmoid, sign?"));
    }
}
