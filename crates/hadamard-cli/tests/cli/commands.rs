//! The other subcommands.

use crate::bench::{Bench, npy};
use serde_json::{Value, json};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn explain_for_people_and_programs() {
    let bench = Bench::new();
    let out = bench.out(&["explain", "D = A .* w; sum(D)", "A:1000x50", "w:1000:f32"]);
    for part in ["D =", ".*: f64[1000, 50]", "w: f32[1000]", "nest over", "flops"] {
        assert!(out.contains(part), "{part} is missing:\n{out}");
    }
    let plan = json(&bench.out(&["explain", "A .* B", "A=a.npy", "B=b.npy", "--json"]));
    assert_eq!(plan["steps"].as_array().unwrap().len(), 1);
    assert_eq!(plan["cost"], json!({"flops": 12, "read": 192, "written": 96}));
}

#[test]
fn explain_says_what_is_rewritten_and_what_that_saves() {
    let bench = Bench::new();
    let trace = ["explain", "tr(A * B.')", "A:2000x3000", "B:2000x3000"];
    let out = bench.out(&trace);
    for part in
        ["2 factors in another order", "sum_hadamard_eq", "reassociating", "as written  flops 24000002000", "× as fast"]
    {
        assert!(out.contains(part), "{part} is missing:\n{out}");
    }
    assert!(!out.contains("matrix product of"), "{out}");
    let plan = json(&bench.out(&[&trace[..], &["--json"]].concat()));
    assert_eq!((&plan["exactness"], &plan["laws"][0]["name"]), (&json!("reassociating"), &json!("sum_hadamard_eq")));
    let predicted = |plan: &Value| plan["predicted_nanoseconds"].as_f64().unwrap();
    assert!(predicted(&plan) < predicted(&plan["as_written"]));
    let written = bench.out(&[&trace[..], &["--no-rewrite"]].concat());
    assert!(written.contains("matrix product of") && !written.contains("rewritten"), "{written}");
    let dot = bench.out(&[&trace[..], &["--dot"]].concat());
    assert!(dot.starts_with("digraph plan {") && dot.matches("->").count() == 3, "{dot}");
}

#[test]
fn explain_multiplies_sums_out_only_on_request() {
    let bench = Bench::empty();
    let low_rank = ["explain", "(A + U * V') * x", "A:3000x3000", "U:3000x5", "V:3000x5", "x:3000"];
    assert!(!bench.out(&low_rank).contains("cancelling"));
    let out = bench.out(&[&low_rank[..], &["--allow", "cancelling"]].concat());
    assert!(out.contains("cancelling: sums are multiplied out"), "{out}");
}

#[test]
fn explain_measures_each_step() {
    let bench = Bench::new();
    let out = bench.out(&["explain", "sum(A .* B)", "A=a.npy", "B=b.npy", "--profile"]);
    assert!(out.contains("step 1") && out.contains("of the limit") && out.contains("µs"), "{out}");
    assert!(
        bench.err(&["explain", "sum(A)", "A:3x4", "--profile"], 2).contains("only a formula whose operands have data")
    );
}

#[test]
fn ops_lists_and_describes() {
    let bench = Bench::empty();
    let list = bench.out(&["ops"]);
    assert!(list.contains("a .* b") && list.contains("sigmoid.(x)") || list.contains("sigmoid.(a)"), "{list}");
    assert!(bench.out(&["ops", "⊙"]).starts_with("product.(a, b)"));
    assert!(json(&bench.out(&["ops", "--json"])).as_array().unwrap().len() > 100);
    assert!(bench.err(&["ops", "sigmod"], 2).contains("did you mean sigmoid"));
}

#[test]
fn info_tells_header_and_statistics() {
    let bench = Bench::new();
    let fortran = "{'descr': '<f8', 'fortran_order': True, 'shape': (1, 4), }";
    let values = [1.0, f64::NAN, 0.0, f64::INFINITY].map(f64::to_le_bytes).concat();
    bench.write("f.npy", &npy(fortran, &values));
    let out = bench.out(&["info", "a.npy", "f.npy"]);
    assert!(out.contains("f64[3, 4], 96 B") && out.contains("Fortran"), "{out}");
    let facts = json(&bench.out(&["info", "f.npy", "--json"]));
    let stats = &facts[0]["stats"];
    assert_eq!((&facts[0]["format"], &facts[0]["shape"]), (&json!("npy"), &json!([1, 4])));
    assert_eq!(
        stats,
        &json!({"count": 4, "min": 0.0, "max": "inf", "mean": "nan", "zeros": 1, "nan": 1, "infinite": 1})
    );
    assert_eq!(json(&bench.out(&["info", "a.npy", "--json", "--headers"]))[0]["stats"], Value::Null);
}

#[test]
fn info_lists_the_members_of_archives() {
    let bench = Bench::empty();
    bench.out(&["x = [1 2 3]; y = [4.5 5]", "-o", "x=m.npz#x", "-o", "y=m.npz#y"]);
    let facts = json(&bench.out(&["info", "m.npz", "--json"]));
    let members: Vec<&str> = facts.as_array().unwrap().iter().map(|f| f["member"].as_str().unwrap()).collect();
    assert_eq!(members, ["x", "y"]);
    assert_eq!(json(&bench.out(&["info", "m.npz#y", "--json"]))[0]["dtype"], "f64");
}

#[test]
fn diff_says_how_far_and_where() {
    let bench = Bench::new();
    bench.make("[1 2 3 4; 5 6 7 8; 9 10 11 12.5] .* 0.5", "c.npy");
    let equal = bench.run(&["diff", "a.npy", "a.npy"]);
    assert_eq!((equal.code, equal.out.as_str()), (Some(0), "equal: 12 elements of f64[3, 4]\n"));
    let ran = bench.run(&["diff", "a.npy", "c.npy"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("1 of 12 elements") && ran.out.contains("at [2, 3]: 6.0 against 6.25"), "{}", ran.out);
    assert_eq!(bench.run(&["diff", "a.npy", "c.npy", "--atol", "0.25"]).code, Some(0));
    assert_eq!(bench.run(&["diff", "a.npy", "c.npy", "--rtol", "0.01"]).code, Some(1));
    assert_eq!(bench.run(&["diff", "a.npy", "c.npy", "--rtol", "0.05"]).code, Some(0));
    bench.make("1.0 .+ 2.0 .^ -52", "next.npy");
    bench.make("1.0", "one.npy");
    assert_eq!(bench.run(&["diff", "next.npy", "one.npy"]).code, Some(1));
    assert_eq!(bench.run(&["diff", "next.npy", "one.npy", "--ulp", "1"]).code, Some(0));
    let report = json(&bench.run(&["diff", "a.npy", "c.npy", "--json"]).out);
    assert_eq!(report["max_abs"], json!({"value": 0.25, "at": [2, 3], "a": 6.0, "b": 6.25}));
}

#[test]
fn other_shapes_and_dtypes_differ() {
    let bench = Bench::new();
    bench.make("f32.([1 2])", "f32.npy");
    bench.make("[1.0 2.0]", "f64.npy");
    let ran = bench.run(&["diff", "f32.npy", "f64.npy"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), "dtypes differ: f32.npy is f32[1, 2], f64.npy is f64[1, 2]\n"));
    let ran = bench.run(&["diff", "a.npy", "w.npy", "--json"]);
    assert_eq!((ran.code, &json(&ran.out)["differ_in"]), (Some(1), &json!("shapes")));
}

#[test]
fn show_draws_and_writes_pictures() {
    let bench = Bench::new();
    let plain = bench.out(&["show", "a.npy"]);
    assert!(plain.contains("min 0.5  max 6.0") && !plain.contains('\x1b'), "{plain}");
    assert!(bench.out(&["show", "a.npy", "--color", "always"]).contains("▀"));
    bench.make("J(50, 200)", "wide.npy");
    assert!(bench.out(&["show", "wide.npy"]).lines().nth(1).is_some_and(|line| line.chars().count() == 80));
    assert!(bench.out(&["show", "wide.npy", "--width", "40"]).lines().nth(1).is_some_and(|l| l.chars().count() == 40));
    bench.out(&["show", "a.npy", "-o", "heat.png"]);
    let facts = json(&bench.out(&["info", "heat.png", "--json"]));
    assert_eq!((facts[0]["dtype"].as_str(), facts[0]["shape"][2].as_u64()), (Some("u8"), Some(3)));
    assert!(bench.err(&["show", "a.npy", "-o", "heat.png"], 3).contains("output-exists"));
}

#[test]
fn scripts_for_shells_and_the_manual() {
    let bench = Bench::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(bench.out(&["completions", shell]).contains("hadamard"), "{shell}");
    }
    assert!(bench.out(&["man"]).contains(".TH hadamard"));
    assert!(bench.out(&["man", "eval"]).contains("max\\-memory"));
    assert!(bench.err(&["man", "evil"], 2).contains("the subcommands are eval, explain"));
}

#[test]
fn help_and_version_are_no_errors() {
    let bench = Bench::empty();
    assert!(bench.out(&["--help"]).contains("hadamard 'FORMULA' NAME=VALUE…"));
    assert!(bench.out(&["eval", "--help"]).contains("--max-memory"));
    assert!(bench.out(&["--version"]).starts_with("hadamard "));
    assert!(bench.err(&[], 2).contains("Usage"));
}

#[test]
fn check_judges_claims_against_rounding() {
    let bench = Bench::new();
    bench.make("[2.5 1 0.3; 1 3.1 1; 0.3 1 2]", "p.npy");
    bench.make("[1.1 0.5 0; 0.5 1.3 0.2; 0 0.2 0.7]", "q.npy");
    let mut shown = String::new();
    for (claim, code) in [
        ("P .* Q == Q .* P", 0),
        ("P * Q == Q * P", 1),
        ("inv(P .* Q) * (P .* Q) == I(3)", 0),
        ("psd(P .* Q)", 0),
        ("psd(P - 2 * Q)", 1),
        ("symmetric(P * Q)", 1),
        ("D = P .* Q; det(P) * det(Q) <= det(P) * prod(diag(Q)) <= det(D) <= prod(diag(D))", 0),
        ("floor.(exp.(P .* Q)) <= exp.(P .* Q)", 0),
    ] {
        let ran = bench.run(&["check", claim, "P=p.npy", "Q=q.npy"]);
        assert_eq!(ran.code, Some(code), "{claim}: {}{}", ran.out, ran.err);
        shown += &format!("$ hadamard check '{claim}' P=p.npy Q=q.npy\n{}\n", ran.out);
    }
    insta::assert_snapshot!(shown);
    let ran = bench.run(&["check", "-P <= P", "P=p.npy", "--json"]);
    let report = json(&ran.out);
    assert_eq!((ran.code, &report["verdict"], &report["holds"]), (Some(0), &json!("holds"), &json!(true)));
    assert_eq!(report["parts"][0]["facts"]["margin"], json!(0.6));
    assert!(bench.err(&["check", "P .* Q", "P=p.npy", "Q=q.npy"], 2).contains("no-claim"));
    assert!(bench.err(&["check", "psd(A)", "A=a.npy"], 2).contains("needs-square"));
}

#[test]
fn info_measures_properties() {
    let bench = Bench::new();
    bench.make("[2.5 1 0; 1 3.1 1; 0 1 2]", "p.npy");
    bench.make("[1.0 1; 1 1]", "singular.npy");
    let mut shown = String::new();
    for file in ["p.npy", "singular.npy", "a.npy"] {
        shown += &bench.out(&["info", "--properties", file]);
    }
    insta::assert_snapshot!(shown);
    let facts = json(&bench.out(&["info", "p.npy", "--properties", "--json"]));
    let measured = &facts[0]["measured"];
    assert_eq!(
        (&measured["rank"], &measured["band"], &measured["cholesky"]),
        (&json!(3), &json!([1, 1]), &json!(true))
    );
    assert_eq!(json(&bench.out(&["info", "p.npy", "--json"]))[0]["measured"], Value::Null);
}
