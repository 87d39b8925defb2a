//! Sessions without a terminal.

use crate::bench::Bench;

#[test]
fn results_are_kept() {
    let bench = Bench::new();
    let script = "A = [1 2; 3 4]\n# a comment\n\nB = A .*\n  2\nsum(B)\nA = A .+ 1\nA\n:type A .* 0.5\n";
    let ran = bench.fed(&["repl"], script.as_bytes());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let expected = "A: i64[2, 2]\n  1  2\n  3  4\nB: i64[2, 2]\n  2  4\n  6  8\n20\n\
                    A: i64[2, 2]\n  2  3\n  4  5\ni64[2, 2]\n  2  3\n  4  5\nf64[2, 2]\n";
    assert_eq!(ran.out, expected);
}

#[test]
fn files_come_and_go() {
    let bench = Bench::new();
    let script = ":load X a.npy\ns = sum(X)\n:save s s.npy\n:save X .* 2 twice.npy\n:vars\n:quit\nnever reached";
    let ran = bench.fed(&["repl", "k=3"], script.as_bytes());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.ends_with("X: f64[3, 4]  (a.npy)\nk = 3\ns: f64\n"), "{}", ran.out);
    assert_eq!(bench.out(&["sum(A) .- 2 .* s", "A=twice.npy", "s=s.npy"]), "0.0\n");
}

#[test]
fn the_first_error_ends_a_script() {
    let bench = Bench::new();
    let ran = bench.fed(&["repl"], b"1 + 1\nnope .* 2\n3\n");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), "2\n"));
    assert!(ran.err.contains("unknown-name"), "{}", ran.err);
    let ran = bench.fed(&["repl"], b":load A nope.npy\n");
    assert_eq!(ran.code, Some(3));
    let ran = bench.fed(&["repl"], b":save 1 a.npy\n");
    assert!(ran.code == Some(3) && ran.err.contains("save it under another name"), "{}", ran.err);
    let ran = bench.fed(&["repl"], b"(1 + \n");
    assert_eq!(ran.code, Some(2), "unfinished input is an error");
}

#[test]
fn commands_explain_and_time() {
    let bench = Bench::empty();
    let ran = bench.fed(&["repl"], b"A = [1 2]\n:explain sum(A)\n:time sum(A)\n:help\n");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("nest over") && ran.out.contains(" best, ") && ran.out.contains(":save NAME FILE"));
}

#[test]
fn other_notations() {
    let bench = Bench::new();
    let script = "M = [1 2; 3 4]\nv = [10; 20]\n:in numpy\nv = np.array([10, 20])\nM * v # columns\n:in julia\nM .* v\n:to numpy\n\
                  M .* v\n:in hadamard\nM .* 2\n:quit\n";
    let ran = bench.fed(&["repl"], script.as_bytes());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("10  40"), "{}", ran.out);
    assert!(ran.out.contains("60  80"), "{}", ran.out);
    assert!(ran.out.contains("numpy: M * v[:, None]"), "{}", ran.out);
    assert!(ran.out.contains("numpy: M * 2"), "{}", ran.out);
}
