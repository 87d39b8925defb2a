//! Formulas and their printed results.

use crate::bench::Bench;
use std::process::Stdio;

#[test]
fn eval_is_the_default() {
    let bench = Bench::new();
    let sum = "6.5\n";
    assert_eq!(bench.out(&["sum(A) ./ 6", "A=a.npy"]), sum);
    assert_eq!(bench.out(&["eval", "sum(A) ./ 6", "A=a.npy"]), sum);
    assert_eq!(bench.out(&["--quiet", "sum(A) ./ 6", "A=a.npy"]), sum);
}

#[test]
fn formulas_and_numbers_may_be_negative() {
    let bench = Bench::new();
    assert_eq!(bench.out(&["-sum(A)", "A=a.npy"]), "-39.0\n");
    assert_eq!(bench.out(&["eval", "-sum(A)", "A=a.npy"]), "-39.0\n");
    assert_eq!(bench.out(&["sum(A) .* k", "A=a.npy", "k=-2"]), "-78.0\n");
    assert_eq!(bench.out(&["-2.5"]), "-2.5\n");
    assert_eq!(bench.out(&["explain", "-A", "A:2"]).lines().next(), Some("formula  -A"));
}

#[test]
fn operands_of_every_kind() {
    let bench = Bench::new();
    let npz = bench.run(&["x = [1 2 3]; y = [4 5]", "-o", "x=m.npz#x", "-o", "y=m.npz#y"]);
    assert_eq!(npz.code, Some(0), "{}", npz.err);
    assert_eq!(bench.out(&["sum(x)", "x=m.npz#x"]), "6\n");
    assert_eq!(bench.out(&["sum(y)", "y=m.npz#y"]), "9\n");
    assert_eq!(bench.out(&["Q * Q", "Q=[1 2; 3 4]"]), "i64[2, 2]\n   7  10\n  15  22\n");
    let ran = bench.fed(&["sum(A)", "A=-"], &bench.read("a.npy"));
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "39.0\n"), "{}", ran.err);
    bench.write("raw.bin", &[1, 2, 3, 4, 5, 6]);
    assert_eq!(bench.out(&["A", "A=raw.bin", "--raw", "u8:2x3"]), "u8[2, 3]\n  1  2  3\n  4  5  6\n");
    bench.write("headless.csv", b"1,2\n3,4\n");
    assert_eq!(bench.out(&["sum(A)", "A=headless.csv", "--header", "no"]), "10\n");
    assert_eq!(bench.out(&["sum(A)", "A=headless.csv", "--header", "yes"]), "7\n");
    bench.write("numbers.txt", b"1,2\n3,4\n");
    assert_eq!(bench.out(&["sum(A)", "A=numbers.txt", "--from", "csv"]), "10\n");
    bench.write("table.csv", b"x;y\n1;2\n3;4\n");
    assert_eq!(bench.out(&["sum(A)", "A=table.csv", "--delimiter", ";"]), "10\n");
}

#[test]
fn results_are_printed_by_size() {
    let bench = Bench::new();
    assert_eq!(
        bench.out(&["A .* w.'", "A=a.npy", "w=w.npy"]),
        "f64[3, 4]\n  0.5  10.0  150.0  2000.0\n  2.5  30.0  350.0  4000.0\n  4.5  50.0  550.0  6000.0\n"
    );
    let large = bench.out(&["J(100, 100) .* 0.25"]);
    assert!(large.contains('…') && large.contains("min 0.25 · max 0.25 · mean 0.25"), "{large}");
    assert_eq!(bench.out(&["J(100, 100) .* 0.25", "--full"]).lines().count(), 101);
}

#[test]
fn a_number_alone_has_all_its_digits() {
    let bench = Bench::empty();
    assert_eq!(bench.out(&["1 ./ 3"]), "0.3333333333333333\n");
    assert_eq!(bench.out(&["1 ./ 3", "--precision", "3"]), "0.333\n");
    assert_eq!(bench.out(&["s = 1 ./ 3"]), "0.3333333333333333\n");
    assert_eq!(bench.out(&["[1 2] ./ 3"]), "f64[1, 2]\n  0.333333  0.666667\n");
}

#[test]
fn several_statements_print_the_named_and_the_last() {
    let bench = Bench::empty();
    assert_eq!(bench.out(&["D = [1 2] .* 2; sum(D)"]), "D: i64[1, 2]\n  2  4\n6\n");
    assert_eq!(bench.out(&["D = [1 2] .* 2; s = sum(D)"]), "D: i64[1, 2]\n  2  4\ns = 6\n");
    assert_eq!(bench.out(&["1; 2"]), "2\n");
}

#[test]
fn programs_get_json() {
    let bench = Bench::empty();
    assert_eq!(
        bench.out(&["D = [1.0 2; 3 4] ./ [1 0; 2 0]; s = sum([1 2])", "--json"]),
        concat!(
            r#"{"results":[{"name":"D","dtype":"f64","shape":[2,2],"data":[[1.0,"inf"],[1.5,"inf"]]},"#,
            r#"{"name":"s","dtype":"i64","shape":[],"data":3}]}"#,
            "\n"
        )
    );
    let ran = bench.run(&["A .* 2", "--json"]);
    let error: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, error["error"]["code"].as_str()), (Some(2), Some("unknown-name")));
    assert_eq!(error["error"]["span"], serde_json::json!([0, 1]));
}

#[test]
fn policies_for_numbers() {
    let bench = Bench::empty();
    let product = ["u8.([200 3]) .* u8.([2 2])"];
    assert!(bench.err(&product, 3).contains("error[integer-overflow]"));
    assert_eq!(bench.out(&[product[0], "--overflow", "wrap"]), "u8[1, 2]\n  144  6\n");
    assert_eq!(bench.out(&[product[0], "--overflow", "saturate"]), "u8[1, 2]\n  255  6\n");
    assert_eq!(bench.out(&["[1.0 2.0] ./ [0 1]"]), "f64[1, 2]\n  inf  2.0\n");
    assert!(bench.err(&["[1.0 2.0] ./ [0 1]", "--zeros", "error"], 3).contains("[0, 0]"));
    assert_eq!(bench.out(&["sum([1.0 2.0])", "--math", "fast"]), "3.0\n");
}

#[test]
fn threads_and_memory_change_no_bit() {
    let bench = Bench::empty();
    bench.make("sin.(kron(J(300, 1) .* 0.37, [1 2 3; 4 5 6]))", "big.npy");
    let formula = "s = sum(A .* A, axis=0); exp.(A) .- s.'";
    let one = bench.run(&[formula, "A=big.npy", "-o", "one.npy", "--threads", "1"]);
    let many = bench.run(&[formula, "A=big.npy", "-o", "many.npy", "--threads", "7", "--max-memory", "1MiB"]);
    assert_eq!((one.code, many.code), (Some(0), Some(0)), "{}{}", one.err, many.err);
    assert_eq!(bench.read("one.npy"), bench.read("many.npy"));
}

#[test]
fn a_dry_run_reads_and_writes_nothing() {
    let bench = Bench::new();
    let before = bench.files();
    let out = bench.out(&["D = A .* B", "A=a.npy", "B:3x4:f32", "-o", "d.npy", "--dry-run"]);
    assert!(out.contains("checked") && out.contains("nest over"), "{out}");
    assert_eq!(bench.files(), before);
    assert!(bench.err(&["A .* B", "A=a.npy", "B:9x9", "--dry-run"], 2).contains("9, 9"));
    let json: serde_json::Value =
        serde_json::from_str(&bench.out(&["A .* 2", "A=a.npy", "--dry-run", "--json"])).unwrap();
    assert_eq!(json["operands"][0]["shape"], serde_json::json!([3, 4]));
}

#[test]
fn nothing_is_read_before_everything_is_checked() {
    let bench = Bench::new();
    // The data of this file is missing: only reading it would tell.
    crate::bench::zeros(&bench.path("big.npy"), [1 << 20, 1 << 10]);
    let begun = std::time::Instant::now();
    assert!(bench.err(&["A .* B", "A=big.npy", "B=b.npy"], 2).contains("[1048576, 1024]"));
    assert!(bench.err(&["A .* 2", "A=big.npy", "-o", "b.npy"], 3).contains("output-exists"));
    assert!(begun.elapsed() < std::time::Duration::from_secs(5));
}

#[test]
fn colours_only_where_they_are_wanted() {
    let bench = Bench::new();
    let is_coloured = |args: &[&str], no_color: bool| {
        let mut command = bench.command(args);
        if no_color {
            command.env("NO_COLOR", "1");
        }
        command.output().unwrap().stderr.contains(&0x1b)
    };
    assert!(!is_coloured(&["A .*"], false));
    assert!(is_coloured(&["A .*", "--color", "always"], false));
    assert!(is_coloured(&["--color=always", "A .*"], false));
    assert!(!is_coloured(&["A .*", "--color", "never"], false));
    assert!(!is_coloured(&["A .*"], true));
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let bench = Bench::empty();
    for args in [&["J(1000, 1000)", "--full"][..], &["ops", "--markdown"], &["J(2000, 2000)", "-o", "-"]] {
        let mut child = bench.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
}
