//! The texts that mean different things in different systems, or surprise in one: each has a golden, that is an answer of
//! the system itself (or of its documentation, where none runs), which `goldens.rs` holds us to.

mod common;

use common::json;

/// What surprises, the system, and the formulas that show it.
type Trap = (&'static str, &'static [(&'static str, &'static str)]);

const SAME_TEXT: &[Trap] = &[
    (
        "`A * B` is the product entry by entry",
        &[
            ("numpy", "A * B"),
            ("pytorch", "A * B"),
            ("r", "A * B"),
            ("fortran", "A * B"),
            ("j", "A * B"),
            ("wolfram", "A*B"),
            ("apl", "A × B"),
        ],
    ),
    (
        "`A * B` is the matrix product",
        &[
            ("octave", "A * T"),
            ("julia", "A * T"),
            ("sympy", "A * T"),
            ("eigen", "A * T"),
            ("armadillo", "A * T"),
            ("gauss", "A * T"),
            ("hpprime", "A * T"),
        ],
    ),
    ("`A * B` aligns labels", &[("pandas", "F * G")]),
    ("`A * B` of arrays of Eigen is entry by entry", &[("eigen", "A.array() * B.array()")]),
    ("lists of giac have a dot product", &[("hpprime", "[1,2] * [3,4]")]),
    ("`A ^ 2` is the power of each entry", &[("r", "A^2"), ("gauss", "A ^ 2"), ("j", "A ^ 2"), ("wolfram", "A^2")]),
    ("`A ^ 2` is the power of a matrix", &[("octave", "M^2"), ("julia", "M^2"), ("hpprime", "M ^ 2")]),
    (
        "`^` is exclusive or",
        &[("numpy", "i ^ j"), ("numpy", "A ^ 2"), ("pytorch", "i ^ j"), ("pandas", "i ^ j"), ("pandas", "A ^ 2")],
    ),
    ("`^` is no sign of matrices in C++", &[("eigen", "A ^ B"), ("armadillo", "A ^ B")]),
    (
        "`A ** 2` is the power of each entry",
        &[("numpy", "A ** 2"), ("pytorch", "A ** 2"), ("pandas", "A ** 2"), ("fortran", "A ** 2"), ("r", "A ** 2")],
    ),
    ("`A ** 2` is the power of a matrix", &[("sympy", "M ** 2"), ("octave", "M ** 2")]),
    ("`**` is another product", &[("wolfram", "A ** B")]),
    (
        "`A / B` is the quotient entry by entry",
        &[
            ("numpy", "A / B"),
            ("pytorch", "A / B"),
            ("pandas", "A / B"),
            ("r", "A / B"),
            ("fortran", "A / B"),
            ("j", "A % B"),
            ("wolfram", "A/B"),
            ("armadillo", "A / B"),
        ],
    ),
    ("`A / B` multiplies by the inverse", &[("octave", "M / N"), ("julia", "M / N")]),
    ("`A / B` has the inverse on the left, or means two things", &[("gauss", "v / M"), ("hpprime", "M / N")]),
    ("`A / B` of matrices is an error", &[("sympy", "M / N"), ("eigen", "M / N")]),
    (
        "`A % B` is a product, a remainder, a comment or nothing",
        &[
            ("armadillo", "A % B"),
            ("numpy", "A % B"),
            ("pytorch", "A % B"),
            ("octave", "A % B"),
            ("r", "i %% j"),
            ("octave", "mod(A, B)"),
        ],
    ),
    ("`A'` is the conjugate transpose", &[("octave", "z'"), ("julia", "z'"), ("gauss", "A'")]),
    ("`A'` is a derivative", &[("hpprime", "A'")]),
    ("`.` is the matrix product", &[("wolfram", "v.M"), ("wolfram", "M.v"), ("j", "A +/ . * T")]),
    (
        "`.*` is the product entry by entry, or nothing",
        &[("octave", "A .* B"), ("julia", "A .* B"), ("gauss", "A .* B"), ("hpprime", "A .* B"), ("numpy", "A .* B")],
    ),
    ("`∘` composes functions", &[("julia", "A ∘ B")]),
    ("`∘` and `⊙` are signs of the family", &[("latex", "A \\circ B"), ("latex", "A \\odot B"), ("julia", "A ⊙ B")]),
];

const VECTOR_AND_MATRIX: &[Trap] = &[
    (
        "a vector scales rows",
        &[
            ("julia", "v .* M"),
            ("octave", "v .* M"),
            ("r", "v * M"),
            ("j", "v * M"),
            ("wolfram", "v*M"),
            ("hpprime", "v .* M"),
            ("gauss", "v .* M"),
            ("latex", "v \\odot M"),
        ],
    ),
    (
        "a vector scales columns",
        &[("numpy", "v * M"), ("pytorch", "v * M"), ("pandas", "v * M"), ("octave", "v' .* M")],
    ),
    (
        "a vector and a matrix do not meet",
        &[
            ("apl", "v × M"),
            ("fortran", "v * M"),
            ("eigen", "v * M"),
            ("armadillo", "v % M"),
            ("sympy", "HadamardProduct(v, M)"),
        ],
    ),
    ("lengths that do not fit are an error, or are recycled", &[("numpy", "A * v"), ("r", "A * w")]),
];

const PRECEDENCE: &[Trap] = &[
    ("powers group to the left", &[("octave", "2^3^2"), ("octave", "2.^3.^2"), ("gauss", "2 ^ 3 ^ 2")]),
    (
        "powers group to the right",
        &[
            ("julia", "2^3^2"),
            ("julia", "2.0 .^ 3 .^ 2"),
            ("r", "2^3^2"),
            ("numpy", "2 ** 3 ** 2"),
            ("pytorch", "2 ** 3 ** 2"),
            ("pandas", "2 ** 3 ** 2"),
            ("sympy", "2 ** 3 ** 2"),
            ("fortran", "2 ** 3 ** 2"),
            ("j", "2 ^ 3 ^ 2"),
            ("apl", "2 * 3 * 2"),
            ("wolfram", "2^3^2"),
            ("hpprime", "2 ^ 3 ^ 2"),
        ],
    ),
    (
        "a sign before a power stands before the whole",
        &[
            ("octave", "-2^2"),
            ("julia", "-2^2"),
            ("r", "-2^2"),
            ("numpy", "-2 ** 2"),
            ("pytorch", "-2 ** 2"),
            ("pandas", "-2 ** 2"),
            ("sympy", "-2 ** 2"),
            ("fortran", "-2 ** 2"),
            ("wolfram", "-2^2"),
            ("hpprime", "-2 ^ 2"),
            ("gauss", "-2 ^ 2"),
            ("j", "- 2 ^ 2"),
            ("apl", "-2 * 2"),
        ],
    ),
    ("the sign of a literal is part of it", &[("j", "_2 ^ 2"), ("apl", "¯2 * 2")]),
    (
        "a negative power of whole numbers",
        &[
            ("octave", "2^-1"),
            ("julia", "2^-1"),
            ("r", "2^-1"),
            ("numpy", "2 ** -1"),
            ("j", "2 ^ _1"),
            ("apl", "2 * ¯1"),
            ("wolfram", "2^-1"),
            ("hpprime", "2 ^ -1"),
            ("fortran", "2 ** (-1)"),
            ("fortran", "2 ** -1"),
            ("octave", "int32(2)^-1"),
            ("numpy", "i ** -1"),
            ("pytorch", "i ** -1"),
            ("pandas", "i ** -1"),
            ("julia", "i .^ -j"),
        ],
    ),
    (
        "a sign in an exponent ends the power",
        &[("octave", "2^-2^2"), ("octave", "2^-1^2"), ("julia", "2^-2^2"), ("hpprime", "2 ^ -2 ^ 2")],
    ),
    ("a transpose after a power", &[("octave", "M .^ v'"), ("julia", "M .^ v'")]),
    (
        "negation of truth values binds tightly or loosely",
        &[("octave", "!b == d"), ("julia", "!b == d"), ("r", "!b == d"), ("fortran", ".not. A > 2")],
    ),
    (
        "a sign before a product",
        &[
            ("numpy", "-A @ T"),
            ("pytorch", "-A @ T"),
            ("octave", "-A * T"),
            ("julia", "-v' * u"),
            ("r", "-A %*% T"),
            ("fortran", "-A * B"),
        ],
    ),
    (
        "products of both kinds share one level",
        &[
            ("octave", "M * N .* M"),
            ("octave", "M .* N * M"),
            ("julia", "M * N .* M"),
            ("gauss", "M * N .* M"),
            ("hpprime", "M * N .* M"),
            ("numpy", "M * N @ M"),
            ("armadillo", "M % N * M"),
            ("armadillo", "M * N % M"),
        ],
    ),
    ("R's matrix product binds tighter than `*`", &[("r", "M * N %*% M"), ("r", "M %*% 1:2"), ("r", "2 * 1:3")]),
    ("Wolfram's `.` binds tighter than `*`", &[("wolfram", "M*M.v")]),
    ("a sum in a range", &[("octave", "1:3 + 1"), ("julia", "1:3+1"), ("r", "1:3 + 1")]),
    ("a product without a sign", &[("julia", "1/2s"), ("wolfram", "1/2 s"), ("julia", "2M^2"), ("julia", "2^2s")]),
    (
        "blanks part entries",
        &[
            ("octave", "[1 -2]"),
            ("octave", "[1 - 2]"),
            ("julia", "[1 -2]"),
            ("julia", "[1 - 2]"),
            ("octave", "[u' v']"),
        ],
    ),
    ("a point after a number", &[("octave", "2.*v"), ("julia", "2.*A")]),
    (
        "no precedence at all, from right to left",
        &[("j", "2 - 3 - 4"), ("j", "2 * 3 + 4"), ("apl", "2 - 3 - 4"), ("apl", "2 × 3 + 4")],
    ),
    (
        "bits bind tighter than comparisons",
        &[("numpy", "b & d == d"), ("numpy", "(A > 2) & (B < 1)"), ("pytorch", "(A > 2) & (B < 1)")],
    ),
    ("dotted negation and ranges", &[("julia", "!b .& d"), ("julia", "1:3 .+ w")]),
];

const ENTRIES: &[Trap] = &[
    (
        "quotients of whole numbers",
        &[
            ("fortran", "7 / 2"),
            ("fortran", "(-7) / 2"),
            ("eigen", "i.array() / j.array()"),
            ("armadillo", "i / j"),
            ("octave", "i ./ j"),
            ("numpy", "i / j"),
            ("julia", "i ./ j"),
            ("r", "i / j"),
            ("pytorch", "i / j"),
            ("wolfram", "7/2"),
            ("hpprime", "7 / 2"),
            ("sympy", "s / 2"),
        ],
    ),
    (
        "bytes that overflow",
        &[
            ("numpy", "p * 2"),
            ("numpy", "p * 200"),
            ("pytorch", "p * 200"),
            ("julia", "p .* Int8(2)"),
            ("julia", "Int8(100) * 2"),
            ("julia", "p * 200"),
            ("octave", "p * 2"),
            ("pandas", "p * 200"),
        ],
    ),
    ("integers of R become NA", &[("r", "2147483647L + 1L")]),
    (
        "integers of 64 bits that overflow",
        &[("j", "9223372036854775807 + 1"), ("julia", "9223372036854775807 + 1"), ("numpy", "np.array([2**62]) * 4")],
    ),
    (
        "unsigned numbers below zero",
        &[("octave", "q - 5"), ("numpy", "q - 5"), ("pytorch", "q - 5"), ("julia", "q .- UInt8(5)")],
    ),
    (
        "0/0 and 1/0",
        &[
            ("numpy", "o / o"),
            ("octave", "o ./ o"),
            ("r", "o / o"),
            ("pytorch", "o / o"),
            ("pandas", "o / o"),
            ("j", "o % o"),
            ("j", "v % o"),
            ("apl", "0 ÷ 0"),
            ("apl", "1 ÷ 0"),
            ("julia", "0 / 0"),
            ("julia", "1 / 0"),
            ("numpy", "i // 0"),
            ("pytorch", "i // 0"),
            ("r", "i %/% 0L"),
            ("octave", "i ./ 0"),
            ("armadillo", "o / o"),
            ("eigen", "o.array() / o.array()"),
            ("numpy", "1 / 0"),
        ],
    ),
    (
        "zero times infinity",
        &[("j", "0 * _"), ("julia", "false .* Inf"), ("julia", "false * NaN"), ("octave", "0 * Inf")],
    ),
    (
        "arithmetic of truth values",
        &[
            ("octave", "b .* d"),
            ("numpy", "b * d"),
            ("numpy", "b + d"),
            ("numpy", "b - d"),
            ("pytorch", "b * d"),
            ("pytorch", "b - d"),
            ("pandas", "b * d"),
            ("pandas", "b - d"),
            ("julia", "b .* d"),
            ("julia", "b .+ d"),
            ("r", "b * d"),
            ("fortran", "d * d"),
        ],
    ),
    (
        "roots of negative numbers",
        &[
            ("octave", "sqrt(o)"),
            ("j", "%: o"),
            ("wolfram", "Sqrt[o]"),
            ("sympy", "o.applyfunc(sqrt)"),
            ("numpy", "np.sqrt(o)"),
            ("r", "sqrt(o)"),
            ("pytorch", "torch.sqrt(o)"),
            ("armadillo", "sqrt(o)"),
            ("julia", "sqrt.(o)"),
        ],
    ),
    (
        "cube roots of negative numbers",
        &[("octave", "(-8)^(1/3)"), ("r", "(-8)^(1/3)"), ("numpy", "(B - 4) ** (1 / 3)"), ("julia", "(-8.0)^(1/3)")],
    ),
    (
        "types that meet",
        &[
            ("numpy", "i * h"),
            ("numpy", "p * h"),
            ("numpy", "h * 2.5"),
            ("pytorch", "h * s"),
            ("pytorch", "i * h"),
            ("octave", "i * 0.5"),
            ("octave", "p + i"),
            ("octave", "h + v"),
            ("r", "i * 0.5"),
            ("r", "b + d"),
            ("eigen", "i + A"),
            ("eigen", "s * i"),
            ("fortran", "i * 2.5d0"),
            ("fortran", "p + 1"),
            ("armadillo", "i + A"),
        ],
    ),
    (
        "a matrix and a number",
        &[
            ("octave", "M + 1"),
            ("numpy", "A.sum(axis=0) + 1"),
            ("j", "A + 1"),
            ("wolfram", "A+1"),
            ("armadillo", "A + 1"),
            ("hpprime", "M + 1"),
            ("hpprime", "M .+ 1"),
            ("sympy", "M + 1"),
            ("julia", "M + 1"),
            ("eigen", "M + 1"),
        ],
    ),
    (
        "functions of entries, and of the matrix as a whole",
        &[
            ("octave", "sqrt(A)"),
            ("numpy", "np.sqrt(A)"),
            ("fortran", "sqrt(A)"),
            ("wolfram", "Sqrt[A]"),
            ("julia", "sqrt(A)"),
            ("julia", "exp(M)"),
            ("hpprime", "exp(M)"),
            ("sympy", "exp(M)"),
        ],
    ),
    ("the absolute value of a matrix is a norm", &[("hpprime", "abs(M)"), ("numpy", "np.abs(B)")]),
    (
        "what a sum is over",
        &[
            ("octave", "sum(A)"),
            ("gauss", "sumc(A)"),
            ("numpy", "A.sum()"),
            ("pytorch", "A.sum()"),
            ("julia", "sum(A)"),
            ("r", "sum(A)"),
            ("armadillo", "sum(A, 0)"),
            ("hpprime", "sum(A)"),
            ("apl", "+/ A"),
            ("j", "+/ A"),
            ("wolfram", "Total[A]"),
            ("pandas", "A.sum()"),
        ],
    ),
    (
        "what `diag` builds or takes",
        &[
            ("octave", "diag(v)"),
            ("octave", "diag(M)"),
            ("numpy", "np.diag(v)"),
            ("pytorch", "torch.diag(M)"),
            ("julia", "diagm(v)"),
            ("r", "diag(3)"),
            ("r", "diag(v, nrow=length(v))"),
            ("sympy", "M.diagonal()"),
        ],
    ),
    (
        "equality of entries and of wholes",
        &[
            ("octave", "A == B"),
            ("r", "A == B"),
            ("j", "A = B"),
            ("armadillo", "A == B"),
            ("eigen", "A.array() == B.array()"),
            ("fortran", "A == B"),
            ("julia", "A == B"),
            ("sympy", "M == N"),
            ("wolfram", "M == M"),
            ("gauss", "A == B"),
            ("gauss", "A .== B"),
        ],
    ),
    (
        "in which order entries are stored",
        &[
            ("octave", "reshape(A, 3, 2)"),
            ("julia", "reshape(1:6, 2, 3)"),
            ("r", "matrix(c(1, 2, 3, 4), 2, 2) * M"),
            ("armadillo", "reshape(A, 3, 2)"),
            ("numpy", "A.reshape(3, 2)"),
            ("j", "2 3 $ 1 2 3 4 5 6"),
            ("apl", "2 2 ⍴ 1 2 3 4"),
            ("gauss", "reshape(A, 3, 2)"),
            ("fortran", "reshape([1, 2, 3, 4], [2, 2]) * M"),
        ],
    ),
];

const BY_SYSTEM: &[Trap] = &[
    ("NumPy's arrays have no method `multiply`", &[("numpy", "A.multiply(B)"), ("pytorch", "A.multiply(B)")]),
    ("the transpose of a list", &[("numpy", "w.T"), ("julia", "transpose(v) * u"), ("hpprime", "tran(v)")]),
    ("reciprocals of whole numbers", &[("numpy", "np.reciprocal(i)"), ("pytorch", "torch.reciprocal(i)")]),
    ("labels that are not there are NaN", &[("pandas", "F * G"), ("pandas", "X * Y")]),
    ("comparisons want equal labels", &[("pandas", "F == G")]),
    ("products want matching labels", &[("pandas", "F @ G")]),
    ("R's function of the article recycles", &[("r", "hadamard.prod(A, B)"), ("r", "hadamard.prod(A, T)")]),
    ("J's lists of one entry do not extend", &[("j", "v * w"), ("j", "r * A")]),
    ("APL's single entries extend", &[("apl", "A × s"), ("apl", "A × c")]),
    ("shapes that giac cuts silently", &[("hpprime", "w .* v"), ("hpprime", "A .* M")]),
    ("giac adds a list to a matrix as polynomials", &[("hpprime", "M .+ u")]),
    ("SymPy's sum of a product that is not evaluated is 0", &[("sympy", "sum(HadamardProduct(M, N))")]),
    ("numbers have no methods of matrices", &[("sympy", "s.applyfunc(sqrt)"), ("pytorch", "torch.sqrt(2)")]),
    ("R's functions keep the shape of their first argument", &[("r", "pmax(2, A)"), ("r", "pmax(A, 2)")]),
    ("only names are indexed", &[("fortran", "sum([(abs(M)(i, i), i=1, size(M, 1))])")]),
    ("extremes of Fortran are of one type", &[("fortran", "max(A, 2)"), ("fortran", "max(A, 2d0)")]),
    ("`each_col` is of matrices, not of expressions", &[("armadillo", "mat(M + 1).each_col() % v")]),
];

/// Every trap has its golden.
#[test]
fn every_trap_has_a_golden() {
    let mut missing = Vec::new();
    for (what, rows) in [SAME_TEXT, VECTOR_AND_MATRIX, PRECEDENCE, ENTRIES, BY_SYSTEM].into_iter().flatten() {
        for (system, formula) in *rows {
            let goldens = json(&format!("{system}.json"));
            let mut cases = goldens["cases"].as_array().unwrap().iter();
            if !cases.any(|case| case["formula"] == *formula) {
                missing.push(format!("{system}: {formula} ({what})"));
            }
        }
    }
    assert!(missing.is_empty(), "{} traps without a golden:\n{}", missing.len(), missing.join("\n"));
}
