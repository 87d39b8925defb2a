//! Results in files.

use crate::bench::Bench;

#[test]
fn the_last_result_or_the_named_ones() {
    let bench = Bench::new();
    bench.out(&["D = A .* B; s = sum(D)", "A=a.npy", "B=b.npy", "-o", "s.npy"]);
    assert_eq!(bench.out(&["x", "x=s.npy"]), "133.0\n");
    bench.out(&["D = A .* B; s = sum(D)", "A=a.npy", "B=b.npy", "-o", "D=d.npy", "-o", "s=t.npy"]);
    assert_eq!(bench.out(&["sum(D) .- t", "D=d.npy", "t=t.npy"]), "0.0\n");
    bench.out(&["D = A .* 2", "A=a.npy", "-o", "D=one.npy", "-o", "D=two.csv"]);
    assert_eq!(bench.out(&["sum(abs.(A .- B))", "A=one.npy", "B=two.csv"]), "0.0\n");
}

#[test]
fn nothing_is_replaced_unasked() {
    let bench = Bench::new();
    let before = bench.read("b.npy");
    assert!(bench.err(&["A .* 2", "A=a.npy", "-o", "b.npy"], 3).contains("add --force"));
    assert_eq!(bench.read("b.npy"), before);
    bench.out(&["A .* 2", "A=a.npy", "-o", "b.npy", "--force"]);
    assert_eq!(bench.out(&["sum(B)", "B=b.npy"]), "78.0\n");
    assert!(bench.err(&["A .* 2", "A=a.npy", "-o", "a.npy", "--force"], 3).contains("--in-place"));
    bench.out(&["A .* 2", "A=a.npy", "-o", "a.npy", "--in-place"]);
    assert_eq!(bench.out(&["sum(A)", "A=a.npy"]), "78.0\n");
    assert_eq!(bench.files(), ["a.npy", "b.npy", "w.npy"]);
}

#[test]
fn a_failing_run_leaves_nothing() {
    let bench = Bench::new();
    let before = bench.files();
    assert!(bench.err(&["u8.(A .* 100)", "A=a.npy", "-o", "out.npy"], 3).contains("integer-overflow"));
    assert_eq!(bench.files(), before);
}

#[test]
fn standard_output() {
    let bench = Bench::new();
    let piped = bench.command(&["A .* 2", "A=a.npy", "-o", "-"]).output().unwrap();
    bench.out(&["A .* 2", "A=a.npy", "-o", "file.npy"]);
    assert_eq!(piped.stdout, bench.read("file.npy"));
    assert_eq!(bench.out(&["u8.([1 2; 3 4])", "-o", "-", "--to", "csv"]), "1,2\n3,4\n");
    assert_eq!(bench.out(&["u8.([1 2; 3 4])", "-o", "-", "--to", "tsv"]), "1\t2\n3\t4\n", "an ending names its format");
}

#[test]
fn text_on_standard_input_is_a_table() {
    let bench = Bench::new();
    let ran = bench.fed(&["sum(T) .+ 0 .* sum(A)", "T=-", "A=a.npy"], b"1,2\n3,4\n");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "10.0\n"), "{}", ran.err);
    let ran = bench.fed(&["T", "T=-"], b"\0\x01\x02");
    assert_eq!(ran.code, Some(3));
    assert!(ran.err.contains("unknown-format"), "{}", ran.err);
}

#[test]
fn images_are_clipped_only_when_asked() {
    let bench = Bench::empty();
    let values = "[-5.0 0.5 1.5; 254.5 255.5 1e9]";
    assert!(bench.err(&[values, "-o", "out.png"], 3).contains("--clip"));
    bench.out(&[values, "-o", "out.png", "--clip"]);
    assert_eq!(bench.out(&["A", "A=out.png"]), "u8[2, 3]\n    0    0    2\n  254  255  255\n");
    bench.out(&[values, "-o", "wide.png", "--clip=u16"]);
    assert_eq!(bench.out(&["max(A)", "A=wide.png"]), "65535\n");
    bench.out(&["D = [300.0 2.0]; s = sum(D)", "-o", "D=named.png", "-o", "s=s.npy", "--clip"]);
    assert_eq!(bench.out(&["s", "s=s.npy"]), "302.0\n");
    assert_eq!(bench.out(&["A", "A=named.png"]), "u8[1, 2]\n  255  2\n");
}

#[test]
fn clipping_keeps_what_other_statements_see() {
    let bench = Bench::empty();
    bench.make("D = [300.0 2.0]; E = D .* 1", "unclipped.npy");
    bench.out(&["D = [300.0 2.0]; E = D ./ 2", "-o", "D=d.png", "-o", "E=e.png", "--clip"]);
    assert_eq!(bench.out(&["A", "A=e.png"]), "u8[1, 2]\n  150  1\n");
}

#[test]
fn clipping_copes_with_comments_and_names_nan() {
    let bench = Bench::empty();
    bench.out(&["D = [300.0 2.0] # a comment", "-o", "D=d.png", "--clip"]);
    bench.out(&["[300.0 2.0] # a comment", "-o", "e.png", "--clip"]);
    assert_eq!(bench.out(&["all(A .== B)", "A=d.png", "B=e.png"]), "true\n");
    let error = bench.err(&["[1.0 nan]", "-o", "f.png", "--clip"], 3);
    assert!(error.contains("at [0, 1]") && error.contains("an image has no place for NaN"), "{error}");
}

#[test]
fn sixteen_bit_images_stay_wide() {
    let bench = Bench::empty();
    bench.make("u16.([1000 40000])", "wide.png");
    bench.out(&["A .* 0.5", "A=wide.png", "-o", "half.png", "--clip"]);
    assert_eq!(bench.out(&["A", "A=half.png"]), "u16[1, 2]\n  500  20000\n");
}
