//! Ranks and bandwidths as numbers, and properties of the nodes of a checked graph.

mod common;
mod prover;

use common::graph_in;
use hadamard_algebra::properties::{Band, Known, OfGraph};
use hadamard_algebra::term::{Dim, Ring};
use hadamard_algebra::{Env, Property};
use hadamard_array::DType;
use prover::problem_of;

/// The bounds from above of the rank of a formula as text, and the one from below.
fn rank(formula: &str, operands: &[&str], given: &str) -> (Vec<String>, Option<u64>) {
    let problem = problem_of(&format!("{formula} == {formula}"), operands, given, Ring::Complex);
    let known = Known::infer(&problem).unwrap();
    let rank = known.rank(problem.sides[0]);
    let text = |d: &Dim| d.text(&problem.terms.symbols);
    (rank.at_most.iter().map(|b| text(&b.bound)).collect(), rank.at_least)
}

#[test]
fn ranks_are_bounded_from_above() {
    let most = |formula, operands: &[&str]| rank(formula, operands, "").0;
    assert_eq!(most("x * y.'", &[]), ["1", "m", "n"]);
    assert_eq!(most("U * V.'", &["U:mxr", "V:nxr"])[..], ["m", "r", "n"]);
    assert!(most("(U * V.') .* (W * Z.')", &["U:mxr", "V:nxr", "W:mxs", "Z:nxs"]).contains(&"r·s".into()));
    let number = |formula, operands: &[&str]| {
        most(formula, operands).iter().filter_map(|b| b.parse::<u64>().ok()).min().unwrap()
    };
    let factors: &[&str] = &["U:9x2", "V:8x2", "W:9x3", "Z:8x3"];
    assert_eq!(number("U * V.' + W * Z.'", factors), 5);
    assert_eq!(number("(U * V.') .* (W * Z.')", factors), 6);
    assert_eq!(number("(U * V.') .* (U * V.')", &factors[..2]), 3);
    assert_eq!(number("(U * V.') .^ 3", &factors[..2]), 4);
    assert_eq!(number("(U * V.') ⊗ J(4, 4)", &factors[..2]), 2);
    assert_eq!(number("U • W", &["U:9x2", "W:9x3"]), 6);
    assert_eq!(number("(2 * U) * V.' - 0 * (W * Z.')", factors), 2);
    assert_eq!(number("A[0:2, :]", &["A:5x7"]), 2);
}

#[test]
fn ranks_are_bounded_from_below() {
    assert_eq!(rank("A + I(5)", &["A:5x5"], "psd A").1, Some(5));
    assert_eq!(rank("A + I(n)", &["A:nxn"], "psd A").1, None, "full, whatever n is");
    assert_eq!(rank("A", &["A:4x5"], "nonzero A").1, Some(1));
    assert_eq!(rank("A", &["A:4x5"], "").1, Some(0));
    assert_eq!(rank("A .* B", &["A:4x4", "B:4x4"], "pd A, psd B, nonzero_diagonal B").1, Some(4));
    assert_eq!(rank("I(3) ⊗ A", &["A:2x2"], "nonzero A").1, Some(3));
}

fn band(formula: &str, given: &str) -> Band {
    let problem = problem_of(&format!("{formula} == {formula}"), &[], given, Ring::Complex);
    Known::infer(&problem).unwrap().band(problem.sides[0])
}

#[test]
fn bands_are_numbers() {
    let of = |below, above| Band { below, above };
    assert_eq!(band("A .* T", "tridiagonal T"), of(Some(1), Some(1)));
    assert_eq!(band("T * T + D", "tridiagonal T, diagonal D"), of(Some(2), Some(2)));
    assert_eq!(band("T * L", "tridiagonal T, lower L"), of(None, Some(1)));
    assert_eq!(band("(T * L).'", "tridiagonal T, lower L"), of(Some(1), None));
    assert_eq!(band("(T * T) .* L", "tridiagonal T, lower L"), of(Some(2), Some(0)));
    assert_eq!(band("A * T", "tridiagonal T"), of(None, None));
    assert_eq!(band("exp.(T)", "tridiagonal T"), of(None, None));
    assert_eq!(band("2 * sin.(T)", "tridiagonal T"), of(Some(1), Some(1)));
    assert_eq!(band("[1 2 0 0; 0 1 2 0; 3 0 0 1; 0 0 0 1] .* A", ""), of(Some(2), Some(1)));
}

#[test]
fn nodes_of_a_graph_have_properties() {
    let env = Env::new()
        .array("A", DType::F64, [4, 4], "")
        .array("B", DType::F32, [4, 4], "")
        .array("U", DType::F64, [4, 1], "")
        .array("x", DType::U8, [4], "")
        .array("C", DType::C128, [4, 4], "");
    let facts = |formula: &str, given: &[(&str, Property)]| {
        let graph = graph_in(formula, &env);
        let node = graph.outputs[0].node;
        (OfGraph::infer(&graph, given).unwrap(), node)
    };
    let has = |property, formula: &str, given: &[(&str, Property)]| {
        let (known, node) = facts(formula, given);
        known.has(property, node)
    };
    let psd: &[(&str, Property)] = &[("A", Property::Psd), ("B", Property::Psd)];
    assert!(has(Property::Psd, "A .* B", psd));
    assert!(has(Property::Psd, "kron(A, B) .* J(16, 16)", psd));
    assert!(has(Property::Pd, "A .* B + I(4)", psd));
    assert!(has(Property::Psd, "A * A.'", &[]), "real by its dtype");
    assert!(!has(Property::Psd, "C * C.'", &[]));
    assert!(has(Property::Psd, "C * C'", &[]));
    assert!(has(Property::Psd, "Diag(x) .* A", psd));
    assert!(has(Property::Diagonal, "Diag(x) .* C", &[]));
    assert!(!has(Property::Psd, "-A", psd));
    assert!(!has(Property::Psd, "A", &[]));
    let (known, node) = facts("(U * U.') .* A", &[]);
    assert_eq!(known.rank(node).most(), Some(4));
    let (known, node) = facts("(U * U.') .* (U * U.')", &[]);
    assert_eq!(known.rank(node).most(), Some(1));
    let (known, node) = facts("A .* C", &[("A", Property::Tridiagonal)]);
    assert_eq!(known.band(node), Band { below: Some(1), above: Some(1) });
}
