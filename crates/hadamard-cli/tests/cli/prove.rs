//! `hadamard prove` and `hadamard laws`.

use crate::bench::Bench;
use serde_json::Value;

/// What a claim is answered with, and the exit code.
fn prove(args: &[&str]) -> String {
    let ran = Bench::empty().run(&[&["prove"], args].concat());
    format!("exit {}\n{}{}", ran.code.unwrap_or(-1), ran.out, ran.err)
}

#[test]
fn a_proof_step_by_step() {
    insta::assert_snapshot!("trace", prove(&["tr(A * B.') == sum(A .* B)", "--check"]));
    insta::assert_snapshot!("face_split", prove(&["(A • B) * (C ∗ D) == (A * C) .* (B * D)"]));
    insta::assert_snapshot!("vec", prove(&["vec(A * X * B) == (B.' ⊗ A) * vec(X)", "A:mxn"]));
    insta::assert_snapshot!("inverse", prove(&["sum(A .* inv(A).', axis=1) == ones(n)", "--given", "invertible A"]));
}

#[test]
fn a_counterexample() {
    insta::assert_snapshot!("refuted", prove(&["sum(A .* B) == tr(A * B)"]));
    insta::assert_snapshot!("quaternions", prove(&["A .* B == B .* A", "--ring", "quaternion"]));
}

#[test]
fn open_with_the_reason() {
    insta::assert_snapshot!("missing", prove(&["B .* B .^ -1 == J(m, n)"]));
    insta::assert_snapshot!("over_reals", prove(&["tr(A * B') == sum(A .* B)"]));
    insta::assert_snapshot!("shapes", prove(&["A ⊗ (B • C) == (A ⊗ B) • C", "A:2xn"]));
    insta::assert_snapshot!("bad_shape", prove(&["A == A", "A:m by n"]));
}

#[test]
fn other_formats() {
    let claim = "diag(X * S * X.') == ((X * S) .* X) * ones(n)";
    insta::assert_snapshot!("latex", prove(&[claim, "--format", "latex"]));
    insta::assert_snapshot!("markdown", prove(&[claim, "--format", "markdown"]));
    let json = Bench::empty().out(&["prove", claim, "--format", "json", "--check"]);
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&value["proved"], &value["check"][0]["holds"]), (&true.into(), &true.into()));
    assert_eq!(value["equations"][0]["law"], "diag_congruence");
    assert!(value["equations"][0]["proof"][0].as_array().unwrap().len() > 2);
}

#[test]
fn laws_are_listed_searched_and_described() {
    let bench = Bench::empty();
    let list = bench.out(&["laws"]);
    assert!(list.contains("hadamard_comm") && list.lines().count() > 150, "{list}");
    assert!(bench.out(&["laws", "--search", "slyusar"]).contains("face_split_mul_khatri_rao"));
    insta::assert_snapshot!("law", bench.out(&["laws", "sum_hadamard_eq"]));
    insta::assert_snapshot!("trap", bench.out(&["laws", "sum_hadamard_eq_trace_mul"]));
    assert!(bench.err(&["laws", "hadamard_com"], 2).contains("did you mean hadamard_comm"));
    let rows: Value = serde_json::from_str(&bench.out(&["laws", "F7", "--json"])).unwrap();
    assert!(rows.as_array().unwrap().len() > 1 && rows[0]["example"]["sides"].is_array());
}

#[test]
fn laws_over_quaternions() {
    let list = Bench::empty().out(&["laws", "--ring", "quaternion"]);
    let word = |name: &str| {
        let line = list.lines().find(|line| line.split_whitespace().nth(2) == Some(name));
        line.and_then(|line| line.split_whitespace().next()).map(str::to_owned)
    };
    for (name, expected) in [
        ("hadamard_comm", "fails"),
        ("hadamard_assoc", "holds"),
        ("hadamard_add", "holds"),
        ("mul_kronecker_mul", "fails"),
        ("sum_hadamard_eq", "holds"),
        ("trace_mul", "holds"),
        ("sum_hadamard_eq_forms", "fails"),
        ("face_split_mul_khatri_rao", "fails"),
    ] {
        assert_eq!(word(name).as_deref(), Some(expected), "{name}");
    }
}

#[test]
fn parts_of_a_formula_are_described() {
    let run = |args: &[&str]| Bench::empty().out(&[&["properties"], args].concat());
    let shown = run(&["C * (A .* B) * C'", "--given", "psd A, psd B"]);
    let shown = shown + &run(&["(U * V.') .* T", "U:9x2", "V:9x2", "--given", "tridiagonal T"]);
    insta::assert_snapshot!("properties", shown);
    let json: Value = serde_json::from_str(&run(&["A .* B", "--given", "psd A, psd B", "--json"])).unwrap();
    let last = json.as_array().unwrap().last().unwrap();
    assert!(last["properties"].as_array().unwrap().iter().any(|p| p["is"] == "psd"), "{json}");
}

#[test]
fn what_is_wrong_is_told() {
    let mut shown = String::new();
    for args in [
        &["A .* B == B .* A", "C:2x3"][..],
        &["psd(A)", "--given", "psd Q"],
        &["psd(A)", "--given", "psd"],
        &["psd(A)", "--given", "A psd"],
        &["psd(A)", "--given", "psdd A"],
        &["psd(A)", "--given", "psd(A"],
        &["psd(A .* A)", "--given", "zero A, nonzero A"],
        &["A .* B = B .* A"],
        &["A .* B"],
        &["A .* B == B .* A", "A:2x3", "B:3x2"],
        &["block_face_split(A, B, [p, q], [g, g]) == A • B"],
        &["svdvals(A) == svdvals(A.')", "A:mx3", "--given", "psd(A[0:2, 0:1])"],
        &["cumsum(A) == A"],
    ] {
        shown += &format!("$ hadamard prove {}\n{}\n", args.join(" "), prove(args));
    }
    insta::assert_snapshot!("wrong", shown);
}

/// Sizes at which nothing can be searched are told, and others are searched in their place.
#[test]
fn large_sizes() {
    insta::assert_snapshot!("large", prove(&["A * B == B * A", "A:1000x1000", "B:1000x1000"]));
    assert!(prove(&["A .* B == B .* A", "A:99999999999x7", "B:99999999999x7"]).starts_with("exit 0"));
}

#[test]
fn properties_and_inequalities() {
    let mut shown = String::new();
    for (claim, given, code) in [
        ("psd(C * (A .* B) * C')", "psd A, psd B", 0),
        ("det(A .* B) >= det(A) * det(B)", "psd A, psd B", 0),
        ("rank(A .* B) <= rank(A) * rank(B)", "", 0),
        ("norm(A .* B) <= norm(A) * norm(B)", "", 0),
        ("psd(A .* inv(A) - I(n))", "pd A", 0),
        ("det(A .* B) >= det(A) * det(B)", "symmetric A, symmetric B", 1),
        ("psd(A .* A)", "symmetric A", 1),
        ("rank(A .* B) >= rank(A)", "", 1),
        ("psd(-2 * A)", "psd A", 1),
        ("pd(X * X')", "", 1),
        ("invertible(A + B)", "pd A, invertible B", 1),
    ] {
        let ran = Bench::empty().run(&["prove", claim, "--given", given]);
        assert_eq!(ran.code, Some(code), "{claim}: {}{}", ran.out, ran.err);
        shown += &format!("$ hadamard prove \"{claim}\" --given '{given}'\n{}\n", ran.out);
    }
    insta::assert_snapshot!("inferences", shown);
}
