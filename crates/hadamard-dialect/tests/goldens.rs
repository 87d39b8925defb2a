//! What the systems themselves say: every golden of `tests/goldens/SYSTEM.json` is read, evaluated and compared in shape,
//! type and values; what a system refuses is refused.

use hadamard_dialect::{Elem, Formula, Label, Num, Operands, Value, notation};
use serde_json::Value as Json;

fn folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens")
}

fn json(file: &str) -> Json {
    let text = std::fs::read_to_string(folder().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{file}: {e}"))
}

fn num(json: &Json) -> Num {
    match json {
        Json::String(text) if text == "NA" => Num::Missing,
        Json::String(text) => Num::Float(text.parse().unwrap_or(f64::NAN)),
        Json::Array(parts) => {
            Num::Complex(num(&parts[0]).real().unwrap_or(f64::NAN), num(&parts[1]).real().unwrap_or(f64::NAN))
        }
        Json::Bool(v) => Num::Int(i128::from(*v)),
        Json::Number(n) if n.is_f64() => Num::Float(n.as_f64().unwrap()),
        Json::Number(n) => Num::Int(n.as_i128().unwrap()),
        _ => panic!("{json} is no number"),
    }
}

fn lengths(json: &Json) -> Vec<usize> {
    json.as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect()
}

fn operands() -> Operands {
    let (plain, frames) = (json("operands.json"), json("frames.json"));
    let both = plain.as_object().unwrap().iter().chain(frames.as_object().unwrap());
    both.fold(Operands::default(), |operands, (name, row)| {
        let dtype = hadamard_array::DType::parse(row[0].as_str().unwrap()).unwrap();
        let data = row[2].as_array().unwrap().iter().map(num).collect();
        let operands = operands.value(name, Value { shape: lengths(&row[1]), data, elem: Elem::Of(dtype) }, false);
        let Some(axes) = row.get(3).and_then(|axes| axes.as_array()) else { return operands };
        let label = |label: &serde_json::Value| match label.as_i64() {
            Some(number) => Label::Number(number),
            None => Label::Text(label.as_str().unwrap().to_owned()),
        };
        operands.labels(name, axes.iter().map(|axis| axis.as_array().unwrap().iter().map(label).collect()).collect())
    })
}

/// Whether two numbers agree as far as sums and functions may differ.
fn close(ours: Num, theirs: Num, single: bool) -> bool {
    if ours == Num::Missing || theirs == Num::Missing {
        return ours == theirs;
    }
    let tolerance = if single { 1e-6 } else { 1e-12 };
    let near = |a: f64, b: f64| {
        a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= tolerance * (1.0 + a.abs().max(b.abs()))
    };
    let ((a, b), (c, d)) = (ours.parts(), theirs.parts());
    near(a, c) && near(b, d)
}

/// What systems call types, as ours.
fn dtype_matches(theirs: &str, ours: Elem) -> bool {
    let name = match theirs {
        "float64" | "double" => "f64",
        "float32" | "single" => "f32",
        "float16" => "f16",
        "complex128" | "complex{float64}" => "c128",
        "complex64" => "c64",
        "bool" | "logical" => "bool",
        "int8" => "i8",
        "int16" => "i16",
        "int32" | "integer" => "i32",
        "int64" => "i64",
        "uint8" => "u8",
        "uint16" => "u16",
        "uint32" => "u32",
        "uint64" => "u64",
        // Complex values of systems whose reals become complex by themselves, and what has no type of ours.
        _ => return true,
    };
    format!("{ours}") == name
}

fn check(system: &str, least_here: usize) -> usize {
    let goldens = json(&format!("{system}.json"));
    // MATLAB's goldens are Octave's.
    let spelled = notation(goldens["system"].as_str().unwrap()).unwrap();
    let operands = operands();
    let mut wrong = Vec::new();
    let cases = goldens["cases"].as_array().unwrap();
    for case in cases {
        let formula = case["formula"].as_str().unwrap();
        let ours = Formula::read(formula, spelled).and_then(|f| f.evaluate(&operands));
        // The system answers, and the answer is not what is written: it has to be refused.
        if case.get("refused").is_some() {
            if let Ok(value) = ours {
                wrong.push(format!("{formula}: {:?} where it should be refused", value.results));
            }
            continue;
        }
        match (ours, case.get("error")) {
            (Err(_), Some(_)) => {}
            (Ok(value), Some(error)) => {
                wrong.push(format!("{formula}: {:?} where {system} says {error}", value.results))
            }
            (Err(error), None) => wrong.push(format!("{formula}: {error} where {system} gives {case}")),
            (Ok(evaluated), None) => {
                let ours = &evaluated.results.last().unwrap().1;
                let theirs: Vec<Num> = case["values"].as_array().unwrap().iter().map(num).collect();
                let dtype = case["dtype"].as_str().unwrap_or("");
                let single = ["float32", "single", "float16"].contains(&dtype);
                let same = ours.data.len() == theirs.len()
                    && ours.data.iter().zip(&theirs).all(|(a, b)| close(*a, *b, single));
                let labels = case.get("labels").map(|axes| {
                    let axes = axes.as_array().unwrap().iter();
                    axes.map(|axis| axis.as_array().unwrap().iter().map(|l| l.as_str().unwrap().to_owned()).collect())
                });
                let labels: Option<Vec<Vec<String>>> = labels.map(Iterator::collect);
                let shown = evaluated.labels.last().unwrap().iter().map(|axis| axis.iter().map(ToString::to_string));
                let shown: Vec<Vec<String>> = shown.map(Iterator::collect).collect();
                let same = same && labels.is_none_or(|labels| labels == shown);
                if !same || ours.shape != lengths(&case["shape"]) || !dtype_matches(dtype, ours.elem) {
                    wrong.push(format!(
                        "{formula}: {:?} {} {:?}\n    {system}: {case}",
                        ours.shape, ours.elem, ours.data
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    // Where no system runs, every case says which page it is of.
    let documented = goldens["version"].as_str().unwrap().starts_with("by documentation");
    let cited = cases.iter().all(|case| case["cite"].as_str().is_some_and(|cite| !cite.is_empty()));
    assert!(!documented || cited, "{system} has a case without its page");
    let least = if documented { 40 } else { least_here };
    assert!(cases.len() >= least, "{system} has only {} goldens", cases.len());
    cases.len()
}

macro_rules! systems {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            check(stringify!($name), 60);
        })*
    };
}

systems! { numpy pytorch octave r sympy j wolfram fortran eigen armadillo julia pandas hpprime apl latex gauss }

/// Formulas translated from other notations, run by the systems themselves: their values are ours.
#[test]
fn translated() {
    for system in ["armadillo", "eigen", "julia", "numpy", "octave"] {
        check(&format!("translated_{system}"), 30);
    }
}
