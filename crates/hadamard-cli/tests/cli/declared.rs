//! Operands that are sparse files, and names that stand for expressions, wherever operands are given.

use crate::bench::Bench;

/// A sparse matrix of three entries, and the factors of one of rank 1.
fn bench() -> Bench {
    let bench = Bench::empty();
    bench.write("s.mtx", b"%%MatrixMarket matrix coordinate real general\n2 3 3\n1 1 2\n1 3 5\n2 2 -4\n");
    bench.make("[1; 2] .* 1.0", "u.npy");
    bench.make("[3; 4; 5] .* 1.0", "v.npy");
    bench
}

const LOWRANK: &str = "L=lowrank(U, V)";

#[test]
fn a_sparse_result_is_a_sparse_file_that_reads_back() {
    let bench = bench();
    for file in ["out.mtx", "out.npz"] {
        bench.out(&["S .* L", "S=s.mtx", "U=u.npy", "V=v.npy", LOWRANK, "-o", file]);
        assert!(bench.out(&["info", file]).contains("3 entries"), "{file}");
        assert_eq!(bench.out(&["count(R)", &format!("R={file}")]), "3\n");
        let found = bench.out(&["R .- [6.0 0 25; 0 -32 0]", &format!("R={file}")]);
        assert!(found.ends_with("  0.0  0.0  0.0\n  0.0  0.0  0.0\n"), "{file}: {found}");
    }
    bench.out(&["S.' .* L.'", "S=out.mtx", "U=u.npy", "V=v.npy", LOWRANK, "-o", "turned.mtx"]);
    assert!(String::from_utf8(bench.read("turned.mtx")).unwrap().contains("\n3 2 3\n"));
}

#[test]
fn what_is_not_stored_is_zero_in_every_plan() {
    let bench = bench();
    bench.make("[1 inf nan; inf 1 1]", "a.npy");
    for flag in [&[][..], &["--no-rewrite"]] {
        for formula in ["S .* A", "S ./ A"] {
            let found = bench.out(&[&[formula, "S=s.mtx", "A=a.npy"], flag].concat());
            assert!(found.contains("  2.0   0.0  nan\n  0.0  -4.0    0.0\n"), "{formula} {flag:?}: {found}");
        }
    }
}

#[test]
fn claims_are_checked_about_declared_operands() {
    let bench = bench();
    let operands = ["S=s.mtx", "U=u.npy", "V=v.npy", LOWRANK];
    let check = |claim: &str| bench.run(&[&["check", claim], &operands[..]].concat());
    let ran = check("sum(S .* L) == U.' * S * V");
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert_eq!(check("sum(S .* L) == 3 .+ U.' * S * V").code, Some(1));
    let unused = bench.err(&["check", "S == S .* 1", "S=s.mtx", "U=u.npy", "V=v.npy", LOWRANK], 2);
    assert!(unused.contains("unused-operand") && unused.contains("`L`"), "{unused}");
}

#[test]
fn claims_are_proved_about_declared_operands() {
    let bench = bench();
    let ran = bench.run(&["prove", "sum(S .* L) == U.' * S * V", LOWRANK, "U:m", "V:n"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    // Shapes of files, numbers and literals.
    let ran = bench.run(&["prove", "S .* (k * Q) == k * (S .* Q)", "S=s.mtx", "k=2", "Q=[1 2 3; 4 5 6]"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert_eq!(bench.run(&["prove", "k * S == S", "S=s.mtx", "k=2"]).code, Some(1));
    let properties = bench.out(&["properties", "P .* P", "P=kron(A, A)", "--given", "psd A"]);
    assert!(properties.contains("psd") || properties.contains("positive semidefinite"), "{properties}");
    let unused = bench.err(&["prove", "A == A", LOWRANK], 2);
    assert!(unused.contains("unused-operand"), "{unused}");
}

#[test]
fn a_session_takes_declared_operands() {
    let bench = bench();
    let script = "sum(S .* L)\n:load M kron(U.', L)\nsum(M)\n:vars\nL = 2 .* sum(L)\nL\n:explain S .* (U * V.')\n";
    let ran = bench.fed(&["repl", "S=s.mtx", "U=u.npy", "V=v.npy", LOWRANK], script.as_bytes());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.starts_with("-1.0\n108.0\n"), "{}", ran.out);
    assert!(ran.out.contains("L = lowrank(U, V)\nM = kron(U.', L)\n"), "{}", ran.out);
    assert!(ran.out.contains("L: f64\n72.0\n") || ran.out.contains("72.0"), "{}", ran.out);
    assert!(ran.out.contains("is sparse: entries at the places of S"), "{}", ran.out);
    let ran = bench.fed(&["repl", "U=u.npy"], b":load L kron(L, U)\n");
    assert!(ran.code == Some(2) && ran.err.contains("bad-operand"), "{}", ran.err);
}
