//! `hadamard info`: what is in a file, from its header and one pass over its data.

use crate::args::Info;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::print::{Digits, describe};
use crate::progress::Progress;
use crate::sizes;
use crate::stats::Stats;
use crate::stream;
use anstyle::Style;
use hadamard::array::{Array, DType, Scalar, Source};
use hadamard::check::{Measured, Verdict, measure};
use hadamard::io::{Format, Location, Opened, ReadOptions};
use serde_json::{Map, Value, json};
use std::io::Write;

const TITLE: Style = Style::new().bold();

/// One array of a file.
struct Entry {
    location: Location,
    format: &'static Format,
    opened: Opened,
    stats: Option<Stats>,
    measured: Option<Measured>,
}

/// Describes every file; of an archive named without a member, every member.
pub fn run(args: &Info, out: &mut dyn Write) -> Result<Exit, Failure> {
    let options = args.read.options(&args.limits);
    let mut all = Vec::new();
    for file in &args.files {
        for location in arrays(&Location::parse(file), &options)? {
            let (opened, format) = hadamard::io::open(&location, &options)?;
            let stats = if args.headers { None } else { Some(statistics(&*opened.source, args.limits.quiet)?) };
            let measured = if args.properties { Some(measured(&*opened.source, &options)?) } else { None };
            let entry = Entry { location, format, opened, stats, measured };
            if args.json {
                all.push(entry.json());
            } else {
                entry.print(out)?;
            }
        }
    }
    if args.json {
        writeln!(out, "{:#}", Value::from(all))?;
    }
    Ok(Exit::Ok)
}

/// The arrays a location stands for.
fn arrays(location: &Location, options: &ReadOptions) -> Result<Vec<Location>, Failure> {
    if location.member.is_some() || location.is_standard() {
        return Ok(vec![location.clone()]);
    }
    Ok(match hadamard::io::members(location, options)? {
        None => vec![location.clone()],
        Some(members) => {
            members.into_iter().map(|m| Location { path: location.path.clone(), member: Some(m) }).collect()
        }
    })
}

fn statistics(source: &dyn Source, quiet: bool) -> Result<Stats, Failure> {
    let mut stats = Stats::default();
    stream::lockstep([source], &Progress::new(quiet), |_, [block]| {
        stats.add(block);
        Ok(())
    })?;
    Ok(stats)
}

/// The properties of an array, which is read into memory whole.
fn measured(source: &dyn Source, options: &ReadOptions) -> Result<Measured, Failure> {
    let bytes = source.shape().bytes(source.dtype())? as u64;
    // The entries in double precision and their bounds stand beside the array.
    let needed = bytes.saturating_add(source.shape().size() as u64 * 64);
    if let Some(limit) = options.max_bytes.or_else(crate::memory::spare).filter(|&limit| needed > limit) {
        let (needed, limit) = (sizes::human(needed), sizes::human(limit));
        return Err(Failure::data("too-large-for-memory", format!("measuring needs {needed}, more than {limit}"))
            .help("leave out --properties, or raise --max-memory"));
    }
    let mut array = Array::zeros(source.dtype(), source.shape().clone())?;
    let window: Vec<_> = source.shape().iter().map(|&n| 0..n).collect();
    source.read(&window, array.bytes_mut()?)?;
    measure(&array).map_err(|e| Failure::of(e, ""))
}

/// What was measured, a line for each kind of fact.
fn measured_lines(measured: &Measured, entries: usize) -> Vec<(&'static str, String)> {
    let words = measured.properties.iter().map(|(property, part)| match part.verdict {
        Verdict::Holds => property.to_string(),
        _ => format!("{property} (within rounding)"),
    });
    let words: Vec<String> = words.collect();
    let mut lines = vec![("is", if words.is_empty() { "nothing in particular".into() } else { words.join(", ") })];
    if let Some((smallest, largest)) = measured.eigenvalues() {
        let text = |v: f64| Digits::Most(6).text(Scalar::F64(v));
        let cholesky = if measured.cholesky == Some(true) { "; Cholesky succeeds" } else { "" };
        lines.push(("spectrum", format!("{} to {}{cholesky}", text(smallest), text(largest))));
    }
    lines.extend(measured.rank.map(|rank| ("rank", rank.to_string())));
    let diagonals = |(below, above): (usize, usize)| format!("{below} below the diagonal, {above} above");
    lines.extend(measured.band.map(|band| ("band", diagonals(band))));
    if entries > 0 {
        let share = 100.0 * (1.0 - measured.zeros as f64 / entries as f64);
        lines.push(("density", format!("{share:.4}% of the entries are not zero")));
    }
    if measured.too_large {
        lines.push(("large", "definiteness, rank and invertibility are not measured".into()));
    }
    lines
}

impl Entry {
    fn dtype(&self) -> DType {
        self.opened.source.dtype()
    }

    fn bytes(&self) -> u64 {
        (self.opened.source.shape().size() as u64).saturating_mul(self.dtype().size() as u64)
    }

    fn print(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let source = &self.opened.source;
        writeln!(out, "{TITLE}{}{TITLE:#}", self.location)?;
        let mut line = |what: &str, text: String| writeln!(out, "  {what:8} {text}");
        line("array", format!("{}, {}", describe(source.dtype(), source.shape()), sizes::human(self.bytes())))?;
        line("format", self.format.name.to_string())?;
        for (what, text) in &self.opened.facts {
            line(what, text.clone())?;
        }
        for (what, text) in self.measured.iter().flat_map(|m| measured_lines(m, source.shape().size())) {
            line(what, text)?;
        }
        let Some(stats) = &self.stats else { return Ok(()) };
        let text = |value: Scalar| Digits::Most(9).text(value);
        if let Some((low, high)) = stats.range {
            line("min", text(low))?;
            line("max", text(high))?;
        }
        if let Some(mean) = stats.mean(self.dtype()) {
            line("mean", text(mean))?;
        }
        line("zeros", stats.zeros.to_string())?;
        if self.dtype().is_float() || self.dtype().is_complex() {
            line("NaN", stats.nan.to_string())?;
            line("infinite", stats.infinite.to_string())?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let source = &self.opened.source;
        let facts: Map<String, Value> =
            self.opened.facts.iter().map(|(k, v)| (k.to_string(), Value::from(v.as_str()))).collect();
        let stats = self.stats.as_ref().map(|s| {
            json!({
                "count": s.count,
                "min": s.range.map(|(low, _)| number(low)),
                "max": s.range.map(|(_, high)| number(high)),
                "mean": s.mean(self.dtype()).map(number),
                "zeros": s.zeros,
                "nan": s.nan,
                "infinite": s.infinite,
            })
        });
        let measured = self.measured.as_ref().map(|m| {
            let properties: Vec<Value> = m
                .properties
                .iter()
                .map(|(property, part)| json!({"property": property.word(), "verdict": part.verdict.code()}))
                .collect();
            let float = |value: f64| number(Scalar::F64(value));
            json!({
                "properties": properties,
                "eigenvalues": m.eigenvalues().map(|(low, high)| [float(low), float(high)]),
                "cholesky": m.cholesky,
                "rank": m.rank,
                "band": m.band,
                "zeros": m.zeros,
                "too_large": m.too_large,
            })
        });
        json!({
            "file": self.location.path.display().to_string(),
            "member": self.location.member,
            "format": self.format.name,
            "dtype": self.dtype().name(),
            "shape": source.shape().to_vec(),
            "bytes": self.bytes(),
            "facts": facts,
            "stats": stats,
            "measured": measured,
        })
    }
}

/// A value as JSON: NaN and infinities as strings, complex numbers as pairs.
pub fn number(value: Scalar) -> Value {
    match value {
        Scalar::Bool(v) => json!(v),
        Scalar::I64(v) => json!(v),
        Scalar::U64(v) => json!(v),
        Scalar::C64(_) | Scalar::C128(_) => {
            let z = value.as_c128();
            json!([number(z.re.into()), number(z.im.into())])
        }
        // The decimal of an f32 is shorter than that of the f64 it converts to.
        _ => serde_json::from_str(&value.to_string()).unwrap_or_else(|_| json!(value.to_string())),
    }
}
