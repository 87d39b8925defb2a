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
use hadamard::array::{DType, Scalar, Source};
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
}

/// Describes every file; of an archive named without a member, every member.
pub fn run(args: &Info, out: &mut dyn Write) -> Result<Exit, Failure> {
    let options = args.read.options(&args.limits);
    let mut all = Vec::new();
    for file in &args.files {
        for location in arrays(&Location::parse(file), &options)? {
            let (opened, format) = hadamard::io::open(&location, &options)?;
            let stats = if args.headers { None } else { Some(statistics(&*opened.source, args.limits.quiet)?) };
            let entry = Entry { location, format, opened, stats };
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
        json!({
            "file": self.location.path.display().to_string(),
            "member": self.location.member,
            "format": self.format.name,
            "dtype": self.dtype().name(),
            "shape": source.shape().to_vec(),
            "bytes": self.bytes(),
            "facts": facts,
            "stats": stats,
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
