//! `--in`, `translate` and `notations`: formulas in the notations of other systems.

use crate::args::{Convention, Eval, Explain, Notations, Translate};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::operands::{Operand, Value};
use crate::print::{self, Digits, Glance, Look};
use anstyle::Style;
use hadamard::array::Array;
use hadamard::dialect::{self, Facts, Formula, Operands, Spelled};
use hadamard::io::{self, ReadOptions};
use hadamard::{Number, Shape, Source};
use std::io::Write;

const TITLE: Style = Style::new().bold();

/// The notation of that name.
pub fn notation(name: &str) -> Result<&'static Spelled, Failure> {
    let names: Vec<&str> = dialect::notations().iter().map(|s| s.notation.name).collect();
    dialect::notation(name).ok_or_else(|| {
        let failure = Failure::usage("unknown-notation", format!("there is no notation `{name}`"))
            .help(format!("the notations are {}", names.join(", ")));
        match hadamard::algebra::ops::similar(name, names.iter().copied()).first() {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure,
        }
    })
}

/// Operands with their values, or only their shapes.
fn operands(texts: &[String], options: &ReadOptions, shapes: bool) -> Result<Operands, Failure> {
    let mut operands = Operands::default();
    for text in texts {
        let Operand { name, value } = Operand::parse(text)?;
        if operands.get(&name).is_some() {
            return Err(Failure::usage("operand-twice", format!("`{name}` is given twice")));
        }
        operands = match value {
            Value::Number(value) => operands.value(&name, dialect::Value::of_array(&number(value)), true),
            Value::Literal(text) => {
                let array = hadamard::eval(&text, &[]).map_err(|e| Failure::of(e, &text).within(&name))?;
                operands.value(&name, dialect::Value::of_array(&array), true)
            }
            Value::File(location) => {
                let source = io::open(&location, options)?.0.source;
                if shapes {
                    let shape: Vec<usize> = source.shape().iter().copied().collect();
                    operands.facts(&name, Facts { shape, elem: source.dtype(), literal: false, labels: Vec::new() })
                } else {
                    operands.value(&name, dialect::Value::of_array(&whole(&*source)?), false)
                }
            }
            Value::Expression(_) => {
                let message =
                    format!("`{name}` is given as an expression, which formulas of other notations do not take");
                return Err(Failure::usage("bad-operand", message).help(format!("write {name}=FILE")));
            }
            Value::Shape(elem, shape, _) if shapes => operands.facts(
                &name,
                Facts { shape: shape.iter().copied().collect(), elem, literal: false, labels: Vec::new() },
            ),
            Value::Shape(..) => {
                let message = format!("`{name}` is given as a shape, without data");
                return Err(Failure::usage("shape-without-data", message).help(format!("write {name}=FILE")));
            }
        };
    }
    Ok(operands)
}

/// A number as an array without axes.
pub fn number(number: Number) -> Array {
    Array::scalar(match number {
        Number::Int(v) => match i64::try_from(v) {
            Ok(v) => hadamard::Scalar::I64(v),
            Err(_) => hadamard::Scalar::F64(v as f64),
        },
        Number::Float(v) => hadamard::Scalar::F64(v),
        Number::Imag(v) => hadamard::Scalar::C128(hadamard::array::c128::new(0.0, v)),
        Number::Bool(v) => hadamard::Scalar::Bool(v),
    })
}

/// All of a source.
pub fn whole(source: &dyn Source) -> Result<Array, Failure> {
    let shape: Shape = source.shape().clone();
    let mut array = Array::zeros(source.dtype(), shape.clone())?;
    let window: Vec<_> = shape.iter().map(|&n| 0..n).collect();
    source.read(&window, array.bytes_mut()?)?;
    Ok(array)
}

/// That every operand given is used: else it is nearly always a misspelling.
fn all_used(formula: &Formula, operands: &Operands) -> Result<(), Failure> {
    let names = formula.names();
    match operands.iter().find(|(name, _)| !names.contains(&(*name).to_owned())) {
        Some((name, _)) => Err(Failure::usage("unused-operand", format!("the formula does not use `{name}`"))),
        None => Ok(()),
    }
}

/// Evaluates a formula with the rules of its system.
pub fn eval(args: &Eval, columns: Option<usize>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let spelled = notation(args.notation.as_deref().unwrap_or("hadamard"))?;
    let of = |d| Failure::formula(&args.formula, d);
    let formula = Formula::read(&args.formula, spelled).map_err(of)?;
    let options = args.read.options(&args.running.limits);
    let operands = operands(&args.operands, &options, false)?;
    all_used(&formula, &operands)?;
    let evaluated = formula.evaluate(&operands).map_err(of)?;
    for (_, warning) in &evaluated.warnings {
        // A warning that cannot be written is no reason to fail.
        let _ = writeln!(anstream::stderr(), "warning ({}): {warning}", spelled.notation.title);
    }
    let last = evaluated.results.len() - 1;
    let shown = evaluated.results.iter().enumerate().filter(|(i, (name, _))| name.is_some() || *i == last);
    let mut json = Vec::new();
    for (at, (name, value)) in shown {
        let labels = &evaluated.labels[at];
        if !args.json && labels.iter().any(|axis| !is_counted(axis)) {
            for (axis, what) in labels.iter().zip(["index", "columns"]) {
                let axis: Vec<String> = axis.iter().map(ToString::to_string).collect();
                writeln!(out, "{what}: {}", axis.join(" "))?;
            }
        }
        if value.data.contains(&dialect::Num::Missing) {
            let entries: Vec<String> = value.data.iter().map(ToString::to_string).collect();
            writeln!(
                out,
                "{}{} {:?}\n  {}",
                name.as_ref().map_or(String::new(), |n| format!("{n}: ")),
                value.elem,
                value.shape,
                entries.join("  ")
            )?;
            continue;
        }
        let array = value.to_array().ok_or_else(|| Failure::data("too-large", "the result does not fit in memory"))?;
        let glance = Glance::of(&array, args.full || args.json)?;
        if args.json {
            let mut text = Vec::new();
            print::write_json(&mut text, name.as_deref(), glance.values())?;
            json.push(String::from_utf8_lossy(&text).into_owned());
            continue;
        }
        let usual = if array.shape().ndim() == 0 { Digits::All } else { Digits::DEFAULT };
        let digits = if args.full { Digits::All } else { args.digits().unwrap_or(usual) };
        let look = Look { digits, columns: columns.filter(|_| !args.full) };
        out.write_all(print::text(name.as_deref(), &glance, look).as_bytes())?;
    }
    if args.json {
        writeln!(out, "{{\"results\":[{}]}}", json.join(","))?;
    }
    Ok(Exit::Ok)
}

/// Says in words what a formula means.
pub fn explain(args: &Explain, name: &str, out: &mut dyn Write) -> Result<Exit, Failure> {
    let spelled = notation(name)?;
    let of = |d| Failure::formula(&args.formula, d);
    let formula = Formula::read(&args.formula, spelled).map_err(of)?;
    let operands = operands(&args.operands, &args.read.options(&args.running.limits), true)?;
    write!(out, "{}", formula.explain(&args.formula, &operands).map_err(of)?)?;
    Ok(Exit::Ok)
}

/// The length of axes that only letters tell of.
const LENGTH: usize = 7;

/// With the operands that were not given, by their first letters: a–g numbers, h–z vectors, A–Z square matrices.
fn lettered(formula: &Formula, operands: Operands, n: usize) -> Operands {
    let missing = formula.names().into_iter().filter(|name| operands.get(name).is_none()).collect::<Vec<_>>();
    missing.into_iter().fold(operands, |operands, name| match name.chars().next() {
        Some('a'..='g') => operands.shape(&name, &[]),
        Some('h'..='z') => operands.shape(&name, &[n]),
        Some('A'..='Z') => operands.shape(&name, &[n, n]),
        _ => operands,
    })
}

/// Writes a formula in another notation, or in all.
pub fn translate(args: &Translate, out: &mut dyn Write) -> Result<Exit, Failure> {
    let named = |name: &str| match (name, args.convention) {
        ("latex", Convention::Kolda) => notation("latex-kolda"),
        _ => notation(name),
    };
    let from = named(&args.from)?;
    let of = |d| Failure::formula(&args.formula, d);
    let formula = Formula::read(&args.formula, from).map_err(of)?;
    let mut operands = operands(&args.operands, &ReadOptions::default(), true)?;
    all_used(&formula, &operands)?;
    if args.letters {
        operands = lettered(&formula, operands, LENGTH);
    }
    if args.to == "all" {
        // What is wrong by itself is said once.
        formula.meaning(&operands).map_err(of)?;
        for spelled in dialect::notations().iter().filter(|s| s.notation.name != from.notation.name) {
            let name = spelled.notation.name;
            match formula.translate(spelled, &operands) {
                Ok(translated) => {
                    writeln!(out, "{TITLE}{name:<10}{TITLE:#} {}", translated.text.replace('\n', "; "))?;
                    for note in translated.notes {
                        writeln!(out, "           ({note})")?;
                    }
                }
                Err(error) => writeln!(out, "{TITLE}{name:<10}{TITLE:#} — {}", error.message)?,
            }
        }
        return Ok(Exit::Ok);
    }
    let to = named(&args.to)?;
    let translated = formula.translate(to, &operands).map_err(of)?;
    if args.letters {
        let other = formula.translate(to, &lettered(&formula, operands.clone(), LENGTH + 1)).map_err(of)?;
        if other.text != translated.text {
            return Err(Failure::usage("shapes-needed", "the text depends on the lengths of the operands")
                .help("give their shapes: A:2x3"));
        }
    }
    for note in &translated.notes {
        // A note that cannot be written is no reason to fail.
        let _ = writeln!(anstream::stderr(), "note: {note}");
    }
    match args.wrap {
        true => {
            let program = translated.formula.wrap(&operands);
            let program = program.ok_or_else(|| Failure::usage("no-program", "a result has no text"))?;
            writeln!(out, "{program}")?;
        }
        false => writeln!(out, "{}", translated.text)?,
    }
    Ok(Exit::Ok)
}

/// The table of notations, or every spelling of one.
pub fn notations(args: &Notations, out: &mut dyn Write) -> Result<Exit, Failure> {
    if let Some(name) = &args.name {
        let spelled = notation(name)?;
        writeln!(out, "{TITLE}{}{TITLE:#}", spelled.notation.title)?;
        for (op, text) in spelled.notation.spellings() {
            writeln!(out, "  {:<48} {}", op.words(), shown(text))?;
        }
        return Ok(Exit::Ok);
    }
    for row in dialect::comparison() {
        writeln!(out, "{TITLE}{}{TITLE:#}", row.what)?;
        for (names, text) in row.texts {
            writeln!(out, "  {text:<40} {}", names.join(", "))?;
        }
    }
    Ok(Exit::Ok)
}

/// Whether labels are 0, 1, 2 ….
fn is_counted(axis: &[dialect::Label]) -> bool {
    axis.iter().enumerate().all(|(at, label)| *label == dialect::Label::Number(at as i64))
}

/// A spelling with letters for its operands.
fn shown(text: &str) -> String {
    dialect::lettered(text)
}
