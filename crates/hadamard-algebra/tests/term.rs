//! The shapes that statements get where nothing is declared, and what is refused.

use hadamard_algebra::term::{Declared, Dim, Problem, ProblemError, Ring, Size, TermKind};
use hadamard_algebra::{ClaimKind, Property};

/// `A:mxn` as the command line will write it.
fn declared(text: &str) -> Declared {
    let (name, shape) = text.split_once(':').unwrap();
    let size = |f: &str| f.parse().map_or_else(|_| Size::Symbol(f.into()), Size::Number);
    let shape = shape.split('x').filter(|s| !s.is_empty());
    Declared { name: name.into(), shape: shape.map(|s| s.split('*').map(size).collect()).collect() }
}

fn statement(text: &str, operands: &[&str]) -> Result<Problem, ProblemError> {
    let claim = hadamard_notation::parse_claim(text).unwrap();
    let operands: Vec<Declared> = operands.iter().map(|o| declared(o)).collect();
    Problem::new(&claim, &operands, &[], Ring::Complex)
}

/// `A:m×n B:m×n -> m×n`
fn shapes(text: &str, operands: &[&str]) -> String {
    let s = statement(text, operands).unwrap_or_else(|e| panic!("{text}: {e}"));
    let operands = s.terms.operands.iter().map(|o| format!("{}:{}", o.name, s.terms.shape_text(&o.shape)));
    let left = s.terms.shape_text(&s.terms.node(s.sides[0]).shape);
    operands.chain(["->".into(), left]).collect::<Vec<_>>().join(" ")
}

#[test]
fn most_general_shapes() {
    for (text, expected) in [
        ("A .* B == B .* A", "A:m×n B:m×n -> m×n"),
        ("tr(A * B.') == sum(A .* B)", "A:m×n B:m×n -> scalar"),
        ("x' * (A .* B) * y == tr(Diag(x)' * A * Diag(y) * B.')", "x:m A:m×n B:m×n y:n -> scalar"),
        ("(k * A) .* B == k * (A .* B)", "k:scalar A:m×n B:m×n -> m×n"),
        ("(A ⊗ B) * (C ⊗ E) == (A * C) ⊗ (B * E)", "A:m×n B:p×q C:n×r E:q×s -> m·p×r·s"),
        ("(A • B) * (C ∗ D) == (A * C) .* (B * D)", "A:m×n B:m×p C:n×q D:p×q -> m×q"),
        ("(A • B) * rvec(X) == diag(A * X * B.')", "A:m×n B:m×p X:n×p -> m"),
        ("vec(A * X * B) == (B.' ⊗ A) * vec(X)", "A:m×n X:n×p B:p×q -> q·m"),
        ("A [∘] B == (ones(n).' ⊗ A) .* B", "A:m×p B:m×n·p -> m×n·p"),
        ("A [∘] B == B [∘] A", "A:m×n B:m×p·n -> m×p·n"),
        ("A ⊗ (B • C) == (A ⊗ B) • C", "A:1×m B:n×p C:n×q -> n×m·p·q"),
        ("c • M == Diag(c) * M", "c:m M:m×n -> m×n"),
        ("A .* J(m, n) == A", "A:m×n -> m×n"),
        ("J(m, n) * J(n, p) == n * J(m, p)", "-> m×p"),
        ("commutation(m, n) * vec(A) == vec(A.')", "A:m×n -> m·n"),
        ("x.' * y == sum(x .* y)", "x:m y:m -> scalar"),
        ("Diag(x .* y) == Diag(x) * Diag(y)", "x:m y:m -> m×m"),
        ("A .* 0 == 0", "A:m×n -> m×n"),
        ("D = A .* B; sum(D) == tr(A * B.')", "A:m×n B:m×n -> scalar"),
        ("(A .* B)[0:2, :] == A[0:2, :] .* B[0:2, :]", "A:m×n B:m×n -> 2×n"),
        ("mean(A) == sum(A) / (m * n)", "A:p×q m:scalar n:scalar -> scalar"),
    ] {
        assert_eq!(shapes(text, &[]), expected, "{text}");
    }
}

#[test]
fn declared_shapes_are_kept() {
    assert_eq!(shapes("A .* B == B .* A", &["A:3x4"]), "A:3×4 B:3×4 -> 3×4");
    assert_eq!(shapes("sum(A) == sum(B)", &["A:pxq", "B:p*qxp"]), "A:p×q B:p·q×p -> scalar");
    assert_eq!(shapes("mean(A) == sum(A) / (m * n)", &["A:mxn"]), "A:m×n -> scalar");
    assert_eq!(shapes("k * A == A * k", &["k:"]), "k:scalar A:m×n -> m×n");
    assert_eq!(shapes("A[-1, :] == A[2, :]", &["A:3xn"]), "A:3×n -> n");
}

#[test]
fn what_has_no_meaning() {
    for (text, operands, code, message) in [
        ("A == B", &["A:mxn", "B:nxm"][..], "shape-mismatch", "the sides have different shapes (axis 0: m against n)"),
        ("A ⊗ (B • C) == (A ⊗ B) • C", &["A:2xn"], "shape-mismatch", "`face_split` pairs rows: 2·m against m"),
        ("A * B == B * A", &["A:2x3"], "shape-mismatch", "the sides have different shapes (axis 0: 2 against 3)"),
        ("x * y == y * x", &["x:m", "y:m"], "vector-product", ""),
        ("A[5, 0] == A[0, 0]", &["A:3x3"], "index-range", "index 5 is outside axis 0"),
        ("A[-1, 0] == A[0, 0]", &[], "needs-constant", ""),
        ("A == nan", &[], "not-finite", ""),
        ("exp(A) == A", &["A:mxn"], "needs-dot", ""),
        ("det(A) == det(A.')", &["A:2x3"], "needs-square", "`det` is of a square matrix, not 2×3"),
        ("A = B; A == A", &["A:mxn"], "name-taken", ""),
        ("J(m, n) == m", &["m:n"], "name-taken", ""),
    ] {
        let error = statement(text, operands).expect_err(text).diagnostic;
        assert_eq!(error.code, code, "{text}: {error}");
        assert!(error.message.starts_with(message), "{text}: {error}");
    }
}

#[test]
fn equal_terms_are_one_and_stand_after_their_arguments() {
    let s = statement("(A * B) .* (A * B) == (A * B) .^ 2", &[]).unwrap();
    let products = s.terms.nodes.iter().filter(|n| n.kind == TermKind::MatMul).count();
    assert_eq!(products, 1);
    for (id, node) in s.terms.nodes.iter().enumerate() {
        assert!(node.args.iter().all(|&a| a < id));
    }
}

#[test]
fn slices_say_how_far_they_reach() {
    let s = statement("A[3, :] == A[3, :]", &["A:mxn"]).unwrap();
    assert_eq!((s.terms.symbols, s.terms.least), (vec!["m".into(), "n".into()], vec![4, 0]));
}

#[test]
fn givens_and_properties_are_typed_too() {
    let claim = hadamard_notation::parse_claim("psd(A .* B)").unwrap();
    let given = hadamard_notation::parse_given("psd A").unwrap();
    let s = Problem::new(&claim, &[], &given, Ring::Reals).unwrap();
    assert!(matches!(s.kind, ClaimKind::Has(Property::Psd, _)));
    assert_eq!(s.terms.node(s.sides[0]).shape, [Dim::symbol(0), Dim::symbol(0)]);
    assert_eq!(s.terms.node(s.givens[0].of).kind, TermKind::Operand(0));
}
