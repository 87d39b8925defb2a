//! Wrong formulas and what is said about them: code, place, message and help, reviewed in the snapshot.

use hadamard_notation::{is_incomplete, parse};
use std::fmt::Write;

const WRONG: &[&str] = &[
    // Nothing, or not everything.
    "",
    "  # only a comment\n ;",
    "A .*",
    "C =",
    "-",
    "(A",
    "(",
    "sum(A,",
    "sum(",
    "[1 2",
    "[1 2;",
    "[",
    "A[0, ",
    "A[",
    "A[0:",
    "exp.(A",
    "[1 2; (3",
    // Brackets.
    "A)",
    "(A]",
    "[1 2)",
    "sum(A]",
    "A[0)",
    "()",
    "(A; B)",
    // What stands where.
    "A B",
    "2 (A)",
    "A 2",
    "(A)(B)",
    "A !B",
    "[1 2(3)]",
    "A .* .* B",
    "A .* / B",
    "* A",
    "A,B",
    "A = B = C",
    "A + B = C",
    "2 = A",
    "(A = B)",
    "pi = 3",
    "𝟙 = 3",
    "𝟙",
    "A :",
    "sum(axis=0, A)",
    "sum(A,)",
    "sum(, A)",
    "A\n.* B",
    "= A",
    "A .< B .< C",
    "A == B == C + 1",
    "0 .<= (x + 1) .< n",
    // Functions and indices.
    "expp(A)",
    "sume(A, axis=0)",
    "Sqrt.(A)",
    "A(0)",
    "A(:, 1)",
    "A(1, f(2))",
    "foo.(A",
    "A[]",
    "A[0,]",
    "A[,0]",
    "A[0:1:2:3]",
    "A.shape",
    "A.",
    // Numbers.
    "2x",
    "2.5e",
    "1__0",
    "1_",
    "0x",
    "0xfg",
    "0b11",
    "1e999",
    "1e-999",
    "170141183460469231731687303715884105728",
    "0xffffffffffffffffffffffffffffffffff",
    "1.2.3",
    "3im",
    // Matrix literals.
    "[]",
    "[1 2; 3]",
    "[1 2; 3 4 5; 6]",
    "[1 -2; 3 - 4]",
    "[1,,2]",
    "[1;;2]",
    "[1, 2,]",
    "[;1]",
    "[1:3]",
    "[a=1]",
    // Signs of other notations.
    "A × B",
    "A · B",
    "A ⋅ B",
    "A ◦ B",
    "A ** 2",
    "A @ B",
    "A % B",
    "A && B",
    "A & B",
    "A || B",
    "A | B",
    "~A",
    "¬A",
    "A := B",
    "A^T",
    "A.T",
    "A^H",
    "A²",
    "A⁻¹",
    "A^*",
    "A†",
    "A \\ b",
    "A // B",
    "A ~= B",
    "A <> B",
    "A += B",
    "√A",
    "A’",
    "\"A\"",
    "{A}",
    "A ? B : C",
    "A[..., 0]",
    "A – B",
    "A $ B",
    "\u{feff}A",
    "A\u{200b}B",
];

#[test]
fn wrong_formulas_are_explained() {
    let mut all = String::new();
    for text in WRONG {
        let error = parse(text).expect_err(text);
        let marks = |start: usize, end: usize| {
            let width = text[start..end].chars().count().max(1);
            format!("{}{}", " ".repeat(text[..start].chars().count()), "^".repeat(width))
        };
        writeln!(all, "  {}", text.replace('\n', "⏎")).unwrap();
        writeln!(all, "  {}", marks(error.span.start, error.span.end)).unwrap();
        let incomplete = if is_incomplete(&error) { " (incomplete)" } else { "" };
        writeln!(all, "error[{}]: {}{incomplete}", error.code, error.message).unwrap();
        for (span, label) in &error.labels {
            writeln!(all, "  at `{}`: {label}", &text[span.start..span.end]).unwrap();
        }
        for help in &error.help {
            writeln!(all, "help: {help}").unwrap();
        }
        all.push('\n');
    }
    insta::assert_snapshot!(all);
}

#[test]
fn only_a_text_that_can_go_on_is_incomplete() {
    for (text, incomplete) in
        [("(A", true), ("A .*", true), ("[1 2\n", true), ("A)", false), ("(A @", false), ("", false)]
    {
        assert_eq!(is_incomplete(&parse(text).expect_err(text)), incomplete, "{text:?}");
    }
}
