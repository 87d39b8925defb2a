//! What the systems themselves say: every golden of `tests/goldens/SYSTEM.json` is read, evaluated and compared in shape,
//! type and values; what a system refuses is refused.

mod common;

use common::{json, lengths, num, operands};
use hadamard_dialect::{Elem, Formula, Num, notation};

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

fn check(system: &str, least_here: usize) {
    let wrong = differences(system, least_here);
    assert!(wrong.is_empty(), "{} of {system}:\n{}", wrong.len(), wrong.join("\n"));
}

fn differences(system: &str, least_here: usize) -> Vec<String> {
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
    // Where no system runs, every case says which page it is of.
    let documented = goldens["version"].as_str().unwrap().starts_with("by documentation");
    let cited = cases.iter().all(|case| case["cite"].as_str().is_some_and(|cite| !cite.is_empty()));
    assert!(!documented || cited, "{system} has a case without its page");
    let least = if documented { 40 } else { least_here };
    assert!(cases.len() >= least, "{system} has only {} goldens", cases.len());
    wrong
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
    let systems = [
        "apl",
        "armadillo",
        "eigen",
        "fortran",
        "hpprime",
        "j",
        "julia",
        "numpy",
        "octave",
        "pandas",
        "pytorch",
        "r",
        "sympy",
        "wolfram",
    ];
    let wrong: Vec<String> = systems
        .iter()
        .flat_map(|system| {
            differences(&format!("translated_{system}"), 30).into_iter().map(move |row| format!("{system}: {row}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}
