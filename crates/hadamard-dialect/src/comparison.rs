//! The table that compares the notations, made of their spellings.

use crate::op::{F, Fold, Op, Over};
use crate::{Spelled, notations};

/// How the notations write one operation.
#[derive(Clone, Debug)]
pub struct Row {
    /// The operation.
    pub what: String,
    /// Texts, each with the names of the notations that write it so.
    pub texts: Vec<(Vec<&'static str>, String)>,
}

/// What is compared: the family, and what goes with it. The first operation that a notation spells counts.
const ROWS: &[(&str, &[Op])] = &[
    ("Hadamard product", &[Op::Each(F::Mul), Op::Strict(F::Mul)]),
    ("Hadamard division", &[Op::Each(F::Div), Op::Strict(F::Div)]),
    ("Hadamard power", &[Op::Each(F::Pow)]),
    ("square root of each entry", &[Op::Each(F::Sqrt)]),
    ("matrix product", &[Op::MatMul, Op::Star]),
    ("matrix power", &[Op::MatPower, Op::Caret]),
    ("inverse", &[Op::Inverse]),
    ("transpose", &[Op::Transpose]),
    ("conjugate transpose", &[Op::Adjoint]),
    ("Kronecker product", &[Op::Kron]),
    ("Khatri–Rao product", &[Op::KhatriRao]),
    ("face-splitting product", &[Op::FaceSplit]),
    ("outer product", &[Op::Outer]),
    ("diagonal matrix of a vector", &[Op::Diag, Op::DiagBuild]),
    ("diagonal of a matrix", &[Op::Diag, Op::DiagOf, Op::DiagOfRow]),
    ("trace", &[Op::Trace]),
    ("sum of all entries", &[Op::Fold(Fold::Sum, Over::All)]),
    (
        "column sums",
        &[Op::Fold(Fold::Sum, Over::Axis(0)), Op::Fold(Fold::Sum, Over::Keep(0)), Op::Fold(Fold::Sum, Over::First)],
    ),
    (
        "row sums",
        &[Op::Fold(Fold::Sum, Over::Axis(1)), Op::Fold(Fold::Sum, Over::Keep(1)), Op::Fold(Fold::Sum, Over::Last)],
    ),
    ("identity matrix", &[Op::Identity]),
    ("matrix of ones", &[Op::Ones, Op::Fill]),
    ("equality of entries", &[Op::Each(F::Eq)]),
    ("conjunction of masks", &[Op::Each(F::And)]),
    ("choice by a mask", &[Op::Each(F::Where)]),
];

/// The table.
pub fn comparison() -> Vec<Row> {
    let spelling = |spelled: &Spelled, ops: &[Op]| {
        ops.iter().find_map(|op| spelled.operations().find(|(known, _)| known == op)).map(|(_, text)| lettered(text))
    };
    let row = |(what, ops): &(&str, &[Op])| {
        let mut texts: Vec<(Vec<&'static str>, String)> = Vec::new();
        for spelled in notations() {
            let text = spelling(spelled, ops).unwrap_or_else(|| "—".to_owned());
            match texts.iter_mut().find(|(_, known)| *known == text) {
                Some((names, _)) => names.push(spelled.notation.name),
                None => texts.push((vec![spelled.notation.name], text)),
            }
        }
        texts.sort_by_key(|(names, text)| (text == "—", std::cmp::Reverse(names.len())));
        Row { what: (*what).to_owned(), texts }
    };
    ROWS.iter().map(row).collect()
}

/// A spelling with letters in its places.
pub fn lettered(text: &str) -> String {
    text.replace("§0", "A").replace("§1", "B").replace("§2", "C").replace("§*", "A, B, …")
}
