//! The goldens' files and operands.

#![allow(dead_code, reason = "each test uses its part")]

use hadamard_dialect::{Elem, Label, Num, Operands, Value};
use serde_json::Value as Json;

/// Where the goldens are.
pub fn folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens")
}

/// A file of them.
pub fn json(file: &str) -> Json {
    let text = std::fs::read_to_string(folder().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{file}: {e}"))
}

/// A number of theirs.
pub fn num(json: &Json) -> Num {
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

/// A shape of theirs.
pub fn lengths(json: &Json) -> Vec<usize> {
    json.as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect()
}

/// The operands they are over.
pub fn operands() -> Operands {
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
