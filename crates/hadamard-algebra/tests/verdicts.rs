//! Verdicts at the edges: sizes 0 and 1, numbers, literals, slices, conditions, rings, and what is left open.

mod prover;

use hadamard_algebra::normal::Outside;
use hadamard_algebra::prove::{Open, Verdict, decide, equations};
use hadamard_algebra::term::Ring::{self, Complex, Integers, Quaternions, Reals};
use prover::problem_of;

/// `proved`, `proved by entries`, `refuted`, or why it is open.
fn verdict(claim: &str, operands: &str, given: &str, ring: Ring) -> String {
    let operands: Vec<&str> = operands.split_whitespace().collect();
    let problem = problem_of(claim, &operands, given, ring);
    let (left, right) = equations(&problem).unwrap()[0];
    match decide(&problem, left, right) {
        Verdict::Proved(proved) if proved.by_entries => "proved by entries".into(),
        Verdict::Proved(_) => "proved".into(),
        Verdict::Refuted(_) => "refuted".into(),
        Verdict::Open(Open::Missing(conditions)) => {
            let all: Vec<String> = conditions.iter().map(ToString::to_string).collect();
            format!("true if {}", all.join(" and "))
        }
        Verdict::Open(Open::Outside(Outside::Split(..))) => "split".into(),
        Verdict::Open(Open::Outside(Outside::TooLarge)) => "too large".into(),
        Verdict::Open(Open::Outside(Outside::Unsupported(_))) => "outside".into(),
        Verdict::Open(Open::NotIdentity) => "no counterexample".into(),
    }
}

#[track_caller]
fn table(rows: &[(&str, &str, &str, Ring, &str)]) {
    let wrong = rows.iter().filter_map(|(claim, operands, given, ring, expected)| {
        let answer = verdict(claim, operands, given, *ring);
        (answer != *expected).then(|| format!("{claim} {operands} given '{given}': {answer}, not {expected}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sizes_zero_and_one() {
    table(&[
        ("sum(A) == 0", "A:0xn", "", Complex, "proved"),
        ("A == B", "A:0xn B:0xn", "", Complex, "proved"),
        ("tr(A) == sum(A)", "A:1x1", "", Complex, "proved"),
        ("A * B == B * A", "A:1x1 B:1x1", "", Complex, "proved"),
        ("A * B == B * A", "A:1x1 B:1x1", "", Quaternions, "refuted"),
        ("A ⊗ B == B ⊗ A", "A:1x1 B:mxn", "", Complex, "proved"),
        ("A .* x == Diag(x) * A", "A:mx1 x:m", "", Complex, "proved"),
        ("mean(A) == 0", "A:0x0", "", Complex, "outside"),
    ]);
}

#[test]
fn numbers_and_sizes() {
    table(&[
        ("J(m, n) * J(n, p) == n * J(m, p)", "", "", Complex, "proved"),
        ("tr(I(n)) == n", "", "", Complex, "proved"),
        ("sum(J(m, n)) == m * n", "", "", Complex, "proved"),
        ("sum(I(n)) == n ^ 2", "", "", Complex, "refuted"),
        ("mean(A) == sum(A) / (m * n)", "A:mxn", "", Complex, "proved"),
        ("A / 2 + A / 2 == A", "A:mxn", "", Complex, "proved"),
        ("0.1 * A + 0.2 * A == 0.3 * A", "A:mxn", "", Complex, "refuted"),
        ("(1 + 2i) * (1 - 2i) * A == 5 * A", "A:mxn", "", Complex, "proved"),
        ("real.(A) + 1i * imag.(A) == A", "A:mxn", "", Complex, "proved"),
        ("conj.(A) == A", "A:mxn", "", Complex, "refuted"),
        ("conj.(A) == A", "A:mxn", "", Reals, "proved"),
        ("2i * A == A * 2i", "A:mxn", "", Quaternions, "outside"),
        ("A - A == 0", "A:mxn", "", Integers, "proved"),
        ("[1 2; 3 4] * [0 1; 1 0] == [2 1; 4 3]", "", "", Complex, "proved by entries"),
        ("[1 2; 3 4] * A == A * [1 2; 3 4]", "A:2x2", "", Complex, "refuted"),
    ]);
}

#[test]
fn slices_and_splits() {
    table(&[
        ("(A * B)[0:2, :] == A[0:2, :] * B", "A:mxk B:kxn", "", Complex, "proved"),
        ("(A ⊗ B)[::3, ::3] == A .* B", "A:2x2 B:2x2", "", Complex, "proved by entries"),
        ("A[0, :] == A[1, :]", "A:mxn", "", Complex, "refuted"),
        ("I(3)[0, :] == I(3)[:, 0]", "", "", Complex, "proved"),
        ("vec(A) == rvec(A)", "A:mxn", "", Complex, "refuted"),
        ("sum(vec(A) .* rvec(B)) == sum(vec(A .* B))", "A:mxn B:mxn", "", Complex, "refuted"),
        ("sum(vec(A)) == sum(rvec(A))", "A:mxn", "", Complex, "proved"),
        ("I(3)[0:2, 1:3] == [0 0; 1 0]", "", "", Complex, "proved by entries"),
        ("(I(n)[:, 0:2].' * A)[0:2, :] == A[0:2, :]", "A:nxm", "", Complex, "proved"),
        ("(A * B)[0:2, 1:3] == A[0:2, :] * B[:, 1:3]", "A:mxk B:kxn", "", Complex, "proved"),
        ("(A * B)[0:2, 1:3] == A[0:2, :] * B[:, 0:2]", "A:mxk B:kxn", "", Complex, "refuted"),
        ("A[0:2, :][0, :] == A[0, :]", "A:mxn", "", Complex, "proved"),
        ("A[::-1, :][::-1, :] == A", "A:3xn", "", Complex, "proved by entries"),
        ("[1 0; 0 1] * A == A", "A:2xn", "", Complex, "proved by entries"),
        ("[0 1; 1 0] * A * B == (A * B)[::-1, :]", "A:2xk B:kxn", "", Complex, "proved by entries"),
        ("exp.([0 1; 1 0] * A) == exp.(A)[::-1, :]", "A:2xn", "", Complex, "proved by entries"),
        ("vec(A)[0:2] == A[0:2, 0]", "A:2xn", "", Complex, "proved by entries"),
        ("sum(A[0:2, :]) == sum(A[0, :]) + sum(A[1, :])", "A:mxn", "", Complex, "proved by entries"),
        ("commutation(2, 3) * commutation(3, 2) == I(6)", "", "", Complex, "proved"),
        ("(A ⊗ B) * (I(2) ⊗ J(3, 3)) == (A ⊗ B) * (J(3, 3) ⊗ I(2))", "A:mx2 B:px3", "", Complex, "refuted"),
    ]);
}

#[test]
fn block_products() {
    let blocks = "block_face_split(A, B, [p, p], [g, g], [h, h])";
    table(&[
        (&format!("{blocks}.' == block_khatri_rao(A.', B.', [g, g], [p, p], [h, h])"), "", "", Complex, "proved"),
        (&format!("{blocks} == block_face_split(B, A, [p, p], [h, h], [g, g])"), "", "", Complex, "refuted"),
        (
            "block_face_split(A, B + C, [p, p], [g, g]) == block_face_split(A, B, [p, p], [g, g]) \
             + block_face_split(A, C, [p, p], [g, g])",
            "",
            "",
            Complex,
            "proved",
        ),
        ("block_face_split(A, B, [p], [g]) == A • B", "", "", Complex, "proved"),
        (
            "block_face_split(A, B, [1, 2], [2, 1]).' == block_khatri_rao(A.', B.', [2, 1], [1, 2])",
            "A:3x3 B:3x4",
            "",
            Complex,
            "proved",
        ),
        (
            "block_face_split(A, B, [m], [2, 1], [1, 2])[:, 0:2] == A[:, 0:2] • B[:, 0:1]",
            "A:mx3 B:mx3",
            "",
            Complex,
            "proved by entries",
        ),
    ]);
}

/// What vanishes for all small integers is told from zero.
#[test]
fn numbers_that_small_ones_do_not_tell_apart() {
    let roots = "(A .- 1) .* (A .+ 1) .* (A .- 2) .* (A .+ 2) .* (A .- 3) .* A";
    table(&[
        (&format!("{roots} == 0 * A"), "A:mxn", "", Reals, "refuted"),
        (
            &format!("{roots} == A .^ 6 - 3 * A .^ 5 - 5 * A .^ 4 + 15 * A .^ 3 + 4 * A .^ 2 - 12 * A"),
            "A:mxn",
            "",
            Complex,
            "proved",
        ),
    ]);
}

/// Operands have everything that is given of them, or there is no counterexample.
#[test]
fn counterexamples_are_as_given() {
    table(&[
        ("abs.(A) == A", "A:nxn", "psd A, nonnegative A", Reals, "proved"),
        ("A .* A == A", "A:nxn", "symmetric A, zero_one A", Complex, "proved"),
        ("A == I(n)", "A:nxn", "permutation A, symmetric A", Complex, "refuted"),
        ("A * B == B * A", "A:nxn B:nxn", "circulant A, circulant B", Complex, "no counterexample"),
        ("A * B == B * A", "A:nxn B:nxn", "toeplitz A, toeplitz B", Complex, "refuted"),
        ("A == A.'", "A:nxn", "tridiagonal A", Complex, "refuted"),
        ("A == 0", "A:nxn", "psd(A - I(n)), psd(I(n) - A)", Reals, "refuted"),
    ]);
}

#[test]
fn conditions_are_asked_for() {
    table(&[
        ("B .* B .^ -1 == J(m, n)", "B:mxn", "", Complex, "true if no entry of B is zero"),
        ("B .* B .^ -1 == J(m, n)", "B:mxn", "nonzero B", Complex, "proved"),
        ("B .* B .^ -1 == J(m, n)", "B:mxn", "positive B", Reals, "proved"),
        ("A * inv(A) == I(n)", "A:nxn", "", Complex, "true if A is invertible"),
        ("A * inv(A) == I(n)", "A:nxn", "pd A", Complex, "proved"),
        ("inv(A).' == inv(A.')", "A:nxn", "", Complex, "proved"),
        ("inv(A * B) == inv(B) * inv(A)", "A:nxn B:nxn", "", Complex, "proved"),
        ("inv(A * B) == inv(A) * inv(B)", "A:nxn B:nxn", "", Complex, "refuted"),
        ("Q' * Q == I(n)", "Q:nxn", "unitary Q", Complex, "proved"),
        ("Q.' * Q == I(n)", "Q:nxn", "unitary Q", Reals, "proved"),
        ("A == A.'", "A:nxn", "symmetric A", Complex, "proved"),
        ("A == A.'", "A:nxn", "hermitian A", Complex, "refuted"),
        ("x.' * A * x == 0", "A:nxn x:n", "skew A", Complex, "proved"),
        ("x.' * A * x == 0", "A:nxn x:n", "symmetric A", Complex, "refuted"),
        ("D * A == diag(D) .* A", "D:nxn A:nxm", "diagonal D", Complex, "proved"),
        ("P * P.' == I(n)", "P:nxn", "permutation P", Complex, "proved"),
        ("(A .^ 2) .^ (1/2) == A", "A:mxn", "nonnegative A", Reals, "proved"),
        ("log.(exp.(A)) == A", "A:mxn", "", Reals, "proved"),
        ("(A + B) .* (A + B) .^ -1 == J(m, n)", "A:mxn B:mxn", "nonzero(B + A)", Complex, "proved"),
    ]);
}

#[test]
fn functions_are_atoms() {
    table(&[
        ("exp.(A .* B) == exp.(B .* A)", "", "", Complex, "proved"),
        ("sin.(A * B).' == sin.(B.' * A.')", "", "", Complex, "proved"),
        ("exp.(A * B) == exp.(A) * exp.(B)", "", "", Complex, "refuted"),
        ("sum(exp.(A)) == sum(exp.(A.'))", "", "", Complex, "proved"),
        ("max(A) == max(A.')", "", "", Reals, "no counterexample"),
        ("det(A) == det(A.')", "", "", Complex, "no counterexample"),
        ("det(A .* B) == det(B .* A)", "", "", Complex, "proved"),
        ("exp.(A) .* exp.(-A) == J(m, n)", "A:mxn", "", Complex, "proved"),
    ]);
}

#[test]
fn quaternions_keep_the_order() {
    table(&[
        ("(A * B)' == B' * A'", "", "", Quaternions, "proved"),
        ("(A * B).' == B.' * A.'", "", "", Quaternions, "refuted"),
        ("(A * B) * C == A * (B * C)", "", "", Quaternions, "proved"),
        ("A .* (B + C) == A .* B + A .* C", "", "", Quaternions, "proved"),
        ("tr(A * B) == tr(B * A)", "", "", Quaternions, "refuted"),
        ("x.' * y == y.' * x", "", "", Quaternions, "refuted"),
        ("x' * y == (y' * x)'", "", "", Quaternions, "proved"),
        ("Diag(x) * A == x .* A", "", "", Quaternions, "proved"),
        ("A * Diag(x) == x.' .* A", "", "", Quaternions, "refuted"),
        ("(A .* B) .^ -1 == B .^ -1 .* A .^ -1", "", "", Quaternions, "proved"),
    ]);
}

/// Sizes grow fast in some claims; the answer must come anyway.
#[test]
fn large_claims_end() {
    let chain = ["A"; 20].join(" .* ");
    assert_eq!(verdict(&format!("{chain} == A .^ 20"), "A:mxn", "", Complex), "proved");
    let sum = "(A + B + C)";
    assert_eq!(verdict(&format!("{sum} .^ 12 == {sum} .^ 6 .* {sum} .^ 6"), "", "", Complex), "proved");
    let trace = ["A"; 12].join(" * ");
    assert_eq!(verdict(&format!("tr({trace}) == tr(A ^ 12)"), "", "", Complex), "proved");
    let ties = ["sum(A)"; 8].join(" * ");
    assert_eq!(verdict(&format!("{ties} == sum(A) ^ 8"), "A:mxn", "", Complex), "proved");
}

/// Rounding is no counterexample: these hold, and are judged in floating point, with large numbers that cancel.
#[test]
fn rounding_does_not_refute() {
    for claim in [
        "max(exp.(10 * A)) - max(exp.(10 * A.')) == 0",
        "max(A) == max(A.')",
        "max(A .+ exp.(J(m, n) * 20)) == max(A.' .+ exp.(J(n, m) * 20))",
    ] {
        assert_ne!(verdict(claim, "A:mxn", "", Reals), "refuted", "{claim}");
    }
}
