//! `hadamard check`: whether a claim holds on data, judged against what rounding can have done.

use crate::args::Check;
use crate::eval::Watcher;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::info::number;
use crate::operands::Opened;
use crate::progress::Progress;
use anstyle::{AnsiColor, Style};
use hadamard::check::{Fact, Part, Report, Verdict};
use hadamard::{Scalar, Settings, Source};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::num::NonZeroUsize;

/// Tests a claim.
pub fn run(args: &Check, out: &mut dyn Write) -> Result<Exit, Failure> {
    let options = args.read.options(&args.running.limits);
    let opened = Opened::open(&args.operands, &options, false)?;
    let claim = opened.claim(&args.claim)?;
    let test = hadamard::check::compile(&claim, &opened.env).map_err(|e| Failure::of(e, &claim))?;
    let sources: Vec<&dyn Source> = opened.sources.iter().flatten().map(|s| &**s).collect();
    let watcher = Watcher(Progress::new(args.running.limits.quiet));
    let report = test.run(&sources, &settings(args), &watcher).map_err(|e| Failure::of(e, &claim))?;
    drop(watcher);
    if args.json {
        writeln!(out, "{:#}", json(&claim, &report))?;
    } else {
        report.parts.iter().try_for_each(|part| print(part, out))?;
    }
    Ok(if report.verdict().holds() { Exit::Ok } else { Exit::Different })
}

fn settings(args: &Check) -> Settings {
    let threads = args.running.threads.and_then(|n| NonZeroUsize::new(n.into()));
    let max_memory = args.running.limits.max_memory.or_else(crate::memory::spare);
    Settings { threads, max_memory, ..Settings::default() }
}

fn print(part: &Part, out: &mut dyn Write) -> Result<(), Failure> {
    let colour = match part.verdict {
        Verdict::Holds | Verdict::WithinRounding => AnsiColor::Green,
        Verdict::Undecided => AnsiColor::Yellow,
        Verdict::Fails => AnsiColor::Red,
    };
    let style = Style::new().bold().fg_color(Some(colour.into()));
    writeln!(out, "{style}{}{style:#}: {}", part.verdict.words(), part.statement)?;
    for line in &part.lines {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

fn json(claim: &str, report: &Report) -> Value {
    let parts: Vec<Value> = report
        .parts
        .iter()
        .map(|part| {
            let facts: Map<String, Value> = part.facts.iter().map(|(k, v)| (k.to_string(), fact(v))).collect();
            json!({"statement": part.statement, "verdict": part.verdict.code(), "facts": facts, "lines": part.lines})
        })
        .collect();
    let verdict = report.verdict();
    json!({"claim": claim, "holds": verdict.holds(), "verdict": verdict.code(), "parts": parts})
}

fn fact(fact: &Fact) -> Value {
    match fact {
        Fact::Number(value) => number(Scalar::F64(*value)),
        Fact::Entry(value) => number(*value),
        Fact::Count(count) => json!(count),
        Fact::Place(place) => json!(place),
    }
}
