//! Every error code, with what it says and what it proposes.

mod common;

use common::{error, operands, try_check};
use hadamard_algebra::check::codes::CODES;
use hadamard_algebra::{Env, Number};
use hadamard_array::DType;

/// Formula, code, message, and a help line (empty: any).
const WRONG: &[(&str, &str, &str, &str)] = &[
    // Names.
    (
        "Aa .* B",
        "unknown-name",
        "there is no operand or earlier result named `Aa`",
        "give it a value: Aa=FILE, Aa=2.5, or define it in an earlier statement",
    ),
    ("imgs .* 2", "unknown-name", "there is no operand or earlier result named `imgs`", ""),
    (
        "total = sum(A); totl .* 2",
        "unknown-name",
        "there is no operand or earlier result named `totl`",
        "did you mean `total`?",
    ),
    (
        "exp .* A",
        "unknown-name",
        "there is no operand or earlier result named `exp`",
        "`exp` is an operation; call it: exp(…), or exp.(…) entry by entry",
    ),
    ("D = A .* 2; A = B", "name-taken", "`A` is already the name of an operand", "give the result another name"),
    ("D = A; D = B", "name-taken", "`D` is already the name of an earlier result", ""),
    // Dots.
    ("exp(A)", "needs-dot", "`exp` without a dot is for numbers, and `A` is an array", "entry by entry: exp.(A)"),
    (
        "atan2(A, C)",
        "needs-dot",
        "`atan2` without a dot is for numbers, and `A` is an array",
        "entry by entry: atan2.(A, C)",
    ),
    ("A < C", "needs-dot", "`<` without a dot is for numbers, and `A` is an array", "entry by entry: A .< C"),
    ("f32(A)", "needs-dot", "`f32` without a dot is for numbers, and `A` is an array", "entry by entry: f32.(A)"),
    ("sum.(A)", "no-dot", "`sum` works on whole arrays, so it takes no dot", "write sum(A)"),
    ("kron.(A, B)", "no-dot", "`kron` works on whole arrays, so it takes no dot", "write kron(A, B)"),
    // Arguments.
    ("atan2.(A)", "arity", "`atan2` takes 2 arguments, 1 given", "it is called atan2.(y, x)"),
    ("exp.(A, C)", "arity", "`exp` takes 1 argument, 2 given", "it is called exp.(a)"),
    ("max.(A)", "arity", "`max` takes 2 arguments, 1 given", "without a dot it reduces: max(A)"),
    ("product.(A)", "arity", "`product` takes 2 arguments, 1 given", "it is written a .* b, or product.(a, b)"),
    ("J()", "arity", "`J` takes 1 to 2 arguments, 0 given", "it is called J(m, n=…)"),
    ("sum(A, axs=0)", "unknown-argument", "`sum` has no argument named `axs`", "did you mean `axis`?"),
    ("exp.(A, foo=0)", "unknown-argument", "`exp` has no argument named `foo`", "it is called exp.(a)"),
    ("clamp(A, 0, low=1)", "repeated-argument", "`low` is given twice", ""),
    (
        "sum(A, 0)",
        "axis-name",
        "`sum` reduces one array; an axis is given by name",
        "to reduce over an axis: sum(A, axis=0)",
    ),
    (
        "min(A, C)",
        "axis-name",
        "`min` reduces one array; an axis is given by name",
        "to compare entry by entry: min.(A, C)",
    ),
    (
        "max(A, 0)",
        "axis-name",
        "`max` reduces one array; an axis is given by name",
        "to compare entry by entry: max.(A, 0)",
    ),
    // Shapes.
    (
        "A .* y",
        "shape-mismatch",
        "operands of `.*` do not broadcast (axis 0: 3 against 4)",
        "`y` fits axis 1 of `A`; write  A .* y.'",
    ),
    (
        "y .* A",
        "shape-mismatch",
        "operands of `.*` do not broadcast (axis 0: 4 against 3)",
        "`y` fits axis 1 of `A`; write  y.' .* A",
    ),
    (
        "A .+ (y .* 2)",
        "shape-mismatch",
        "operands of `.+` do not broadcast (axis 0: 3 against 4)",
        "`(y .* 2)` fits axis 1 of `A`; write  A .+ (y .* 2).'",
    ),
    (
        "A .* A.'",
        "shape-mismatch",
        "operands of `.*` do not broadcast (axis 0: 3 against 4)",
        "the shapes fit after transposing; write  A .* A",
    ),
    (
        "x .* y",
        "shape-mismatch",
        "operands of `.*` do not broadcast (axis 0: 3 against 4)",
        "for every pair of entries write  x .* y.'",
    ),
    (
        "A .* B",
        "shape-mismatch",
        "operands of `.*` do not broadcast (axis 0: 3 against 4)",
        "axes are aligned from the first; an axis that is missing or of length 1 stretches",
    ),
    ("where(M, A, y)", "shape-mismatch", "operands of `where` do not broadcast (axis 0: 3 against 4)", ""),
    (
        "A + x",
        "shape-mismatch",
        "`+` needs equal shapes or a scalar",
        "to repeat the smaller one along the other's axes: A .+ x",
    ),
    ("A - y", "shape-mismatch", "`-` needs equal shapes or a scalar", "`y` fits axis 1 of `A`; write  A .- y.'"),
    (
        "A * C",
        "shape-mismatch",
        "`*` needs as many columns on the left as rows on the right: 4 against 3",
        "the shapes fit entry by entry: A .* C",
    ),
    ("B * A", "shape-mismatch", "`*` needs as many columns on the left as rows on the right: 5 against 3", ""),
    (
        "A * x",
        "shape-mismatch",
        "`*` needs as many columns on the left as rows on the right: 4 against 3",
        "the matrix product fits with the left side transposed: A.' * x",
    ),
    (
        "A * F",
        "shape-mismatch",
        "`*` needs as many columns on the left as rows on the right: 4 against 3",
        "the matrix product fits with the right side transposed: A * F.'",
    ),
    (
        "x * v",
        "vector-product",
        "`*` of two vectors could mean an inner, an entrywise or an outer product",
        "inner: x.' * v",
    ),
    (
        "x * y",
        "vector-product",
        "`*` of two vectors could mean an inner, an entrywise or an outer product",
        "outer: outer(x, y)",
    ),
    ("khatri_rao(A, B)", "shape-mismatch", "`khatri_rao` pairs columns: 4 against 5", ""),
    ("khatri_rao(B, S)", "shape-mismatch", "`khatri_rao` pairs columns: 5 against 4", "to pair rows: face_split(B, S)"),
    ("face_split(A, S)", "shape-mismatch", "`face_split` pairs rows: 3 against 4", "to pair columns: khatri_rao(A, S)"),
    (
        "penetrating(A, S)",
        "shape-mismatch",
        "`penetrating` needs as many rows on both sides, and columns of one that divide those of the other",
        "",
    ),
    ("A / C", "needs-scalar", "`/` divides by a scalar", "entry by entry: A ./ C"),
    ("A / S", "needs-scalar", "`/` divides by a scalar", "by the matrix: A * inv(S)"),
    ("S ^ A", "needs-scalar", "the exponent of `^` is a scalar", "entry by entry: S .^ A"),
    ("A ^ 2", "needs-square", "`^` is the power of a square matrix", "entry by entry: A .^ 2"),
    ("inv(A)", "needs-square", "`inv` is of a square matrix, not 3×4", ""),
    (
        "tr(A)",
        "needs-square",
        "`tr` is of a square matrix, not 3×4",
        "the sum of the diagonal of any matrix: sum(diag(A))",
    ),
    ("det(x)", "needs-matrix", "`det` is of a matrix", ""),
    ("diag(x)", "needs-matrix", "`diag` is of a matrix", "to build a diagonal matrix: Diag(x)"),
    ("img * A", "needs-matrix", "`*` is the product of matrices and vectors", "entry by entry: img .* A"),
    (
        "img.'",
        "needs-matrix",
        "a transpose is of a matrix or vector, not of 3 axes",
        "take matrices out of it: img[:, :, 0].'",
    ),
    ("kron(img, A)", "needs-matrix", "`kron` is a product of matrices and vectors", ""),
    ("Diag(A)", "needs-vector", "`Diag` builds a matrix from a vector", "the diagonal of a matrix is diag(A)"),
    ("Diag(x.')", "needs-vector", "`Diag` builds a matrix from a vector", "make it a vector: Diag(vec(x.'))"),
    ("outer(A, x)", "needs-vector", "`outer` is a product of two vectors", "make it a vector: vec(A)"),
    // Dtypes.
    ("K .+ P", "no-common-dtype", "no integer dtype holds both i64 and u64", "convert one of them: i64.(P) or f64.(P)"),
    ("P .== K", "no-common-dtype", "no integer dtype holds both i64 and u64", ""),
    (
        "U .* 300",
        "literal-range",
        "300 is outside the range of u8 (0 to 255)",
        "convert the array it meets to a dtype that holds 300, such as i64.(U) or f64.(U)",
    ),
    ("P .< -1", "literal-range", "-1 is outside the range of u64 (0 to 18446744073709551615)", ""),
    (
        "H .* 1e6",
        "literal-range",
        "1000000.0 is outside the range of f16 (±65504)",
        "convert the array it meets to a wider dtype: f64.(H)",
    ),
    ("U .+ [1, 2, 999]", "literal-range", "999 is outside the range of u8 (0 to 255)", ""),
    (
        "99999999999999999999 + 1",
        "literal-range",
        "100000000000000000000 is outside the range of i64 (-9223372036854775808 to 9223372036854775807)",
        "write it as a float: 100000000000000000000.0",
    ),
    (
        "[99999999999999999999 1]",
        "literal-range",
        "99999999999999999999 is outside the range of i64 (-9223372036854775808 to 9223372036854775807)",
        "",
    ),
    (
        "Z .< 1",
        "not-ordered",
        "complex numbers have no order for `.<`",
        "compare their moduli or real parts: abs.(Z) or real.(Z)",
    ),
    ("max(Z)", "not-ordered", "complex numbers have no order for `max`", ""),
    ("clamp(Z, 0, 1)", "not-ordered", "complex numbers have no order for `clamp`", ""),
    ("erf.(Z)", "complex-argument", "`erf` is for real numbers", "take a part of it: real.(Z), imag.(Z) or abs.(Z)"),
    ("floor.(Z)", "complex-argument", "`floor` is for real numbers", ""),
    (
        "f64.(Z)",
        "complex-to-real",
        "a conversion of complex numbers to f64 would drop their imaginary parts",
        "say which real number is meant: f64.(real.(Z)) or f64.(abs.(Z))",
    ),
    (
        "A .& M",
        "needs-bool",
        "`.&` takes truth values, and `A` is f64",
        "say what counts as true: A .!= 0, or bool.(A)",
    ),
    ("where(A, 1, 0)", "needs-bool", "the mask of `where` must be bool, and `A` is f64", ""),
    ("!A", "needs-bool", "`!` takes truth values, and `A` is f64", ""),
    // Numbers known beforehand.
    ("J(x, 2)", "needs-constant", "a size must be a number known before data is read", ""),
    ("A[s]", "needs-constant", "an index must be a number known before data is read", ""),
    ("S ^ 0.5", "needs-integer", "the exponent of a matrix must be an integer, not 0.5", "entry by entry: S .^ 0.5"),
    ("J(2.5)", "needs-integer", "a size must be an integer, not 2.5", ""),
    ("sum(A, axis=0.5)", "needs-integer", "an axis must be an integer, not 0.5", ""),
    ("J(-1)", "bad-size", "a size cannot be negative, and this is -1", ""),
    ("J(10^30)", "bad-size", "the size 1000000000000000000000000000000 is beyond the address space", ""),
    ("S ^ 5000", "bad-size", "the exponent of a matrix is at most 1024", ""),
    ("block_face_split(A, C, [1, 1], [4])", "bad-size", "the blocks must cover all 3 rows of `A`", ""),
    (
        "block_face_split(A, C, [3], [1, 1, 2])",
        "bad-size",
        "the 4 columns of B do not split evenly into 3 blocks",
        "give their sizes: b_cols=[…]",
    ),
    (
        "2^200",
        "constant-overflow",
        "the number does not fit 128 bits",
        "write one of the numbers as a float, such as 10.0",
    ),
    (
        "1 / 0",
        "zero-divisor",
        "an integer divided by zero has no value",
        "write `inf`, or a float divisor 0.0 for the rules of IEEE 754",
    ),
    ("0 ^ -1", "zero-divisor", "an integer divided by zero has no value", ""),
    ("[1 s]", "literal-entry", "the entries of a matrix literal must be numbers known beforehand", ""),
    // Axes and subscripts.
    (
        "sum(A, axis=2)",
        "axis-range",
        "there is no axis 2 in an array of 2 axes",
        "axes count from 0 to 1, or from -1 back to -2",
    ),
    ("sum(s, axis=0)", "axis-range", "there is no axis 0 in an array of 0 axes", "a scalar is reduced without an axis"),
    ("sum(A, axis=[0, -2])", "axis-range", "axis -2 is given twice", ""),
    ("argmax(img, axis=[0, 1])", "axis-range", "`argmax` takes one axis or the whole array", ""),
    ("max(E)", "empty-reduction", "`max` of no entries has no value", ""),
    ("argmin(E, axis=0)", "empty-reduction", "`argmin` of no entries has no value", ""),
    (
        "A[3]",
        "index-range",
        "index 3 is outside axis 0, which has length 3",
        "indices count from 0 to 2, or from -1 back to -3",
    ),
    ("A[0, -5]", "index-range", "index -5 is outside axis 1, which has length 4", ""),
    ("A[0, 0, 0]", "too-many-subscripts", "too many subscripts: 3 for 2 axes", ""),
    ("k[0]", "too-many-subscripts", "too many subscripts: 1 for 0 axes", ""),
    ("A[::0]", "zero-step", "a slice cannot have step 0", ""),
    // Sizes.
    (
        "J(2^40, 2^40)",
        "too-large",
        "an array of shape [1099511627776, 1099511627776] and dtype i64 is larger than the address space",
        "",
    ),
    (
        "kron(J(2^31, 2^31), J(2^31, 2^31))",
        "too-large",
        "an array of shape [2147483648, 2147483648] and dtype i64 is larger than the address space",
        "",
    ),
];

#[test]
fn each_wrong_formula_gets_its_answer() {
    let mut wrong = Vec::new();
    for &(text, code, message, help) in WRONG {
        let Err(error) = try_check(text, &operands()) else {
            wrong.push(format!("{text}\n  was accepted"));
            continue;
        };
        let helped = help.is_empty() || error.help.iter().any(|h| h == help);
        if error.code != code || error.message != message || !helped {
            wrong.push(format!("{text}\n  {}: {}\n  help: {:?}", error.code, error.message, error.help));
        }
        assert!(error.span.end <= text.len() && error.span.start <= error.span.end, "{text}");
        assert!(error.labels.iter().all(|(span, _)| text.get(span.start..span.end).is_some()), "{text}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_formula_and_every_answer_a_code() {
    let elsewhere = ["unused-operand", "too-many-operations"];
    for (code, meaning) in CODES {
        assert!(elsewhere.contains(code) || WRONG.iter().any(|w| w.1 == *code), "no formula answers {code}");
        assert!(!meaning.is_empty() && CODES.iter().filter(|c| c.0 == *code).count() == 1, "{code}");
        assert!(code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code}");
    }
    for (text, code, ..) in WRONG {
        assert!(CODES.iter().any(|c| c.0 == *code), "{text}: {code}");
    }
}

#[test]
fn labels_carry_dtype_shape_and_source() {
    let error = error("(A .* y) .+ B");
    let labels: Vec<&str> = error.labels.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(labels, ["A: f64[3, 4]  (a.npy)", "y: f64[4]  (y.npy)"]);
    assert_eq!((error.span.start, error.span.end), (0, 8));
    let error = common::error("U .* 300");
    assert_eq!(error.labels[0].1, "U: u8[3, 4]  (u.npy)");
}

#[test]
fn an_operand_that_is_not_used_is_an_error() {
    let text = "A .* 2";
    let formula = hadamard_notation::parse(text).unwrap();
    let env = Env::new().array("A", DType::F64, [2], "").number("scale", Number::Int(1));
    let error = hadamard_algebra::check(&formula, text, &env).unwrap_err();
    assert_eq!(
        (error.code, error.message.as_str()),
        ("unused-operand", "the operand `scale` is given, but the formula does not use it")
    );
    let twice = Env::new().array("A", DType::F64, [2], "").array("A", DType::F64, [3], "");
    assert_eq!(hadamard_algebra::check(&formula, text, &twice).unwrap_err().code, "name-taken");
}

#[test]
fn a_formula_that_explodes_is_refused() {
    // Each block of a grid needs a few nodes: 300 × 300 of them are too many.
    let ones = format!("[{}]", vec!["1"; 300].join(", "));
    let env = operands().array("W", DType::F32, [300, 300], "");
    let error = try_check(&format!("block_face_split(W, W, {ones}, {ones})"), &env).unwrap_err();
    assert_eq!(error.code, "too-many-operations");
}

#[test]
fn depth_costs_no_stack() {
    use hadamard_algebra::{Expr, ExprKind, Formula, Map, Op, Span, Statement};
    let depth = 20_000;
    let mut expr = Expr { kind: ExprKind::Name("A".into()), span: Span::default() };
    for _ in 0..depth {
        let kind = ExprKind::Call {
            op: Op::Map(Map::Sin),
            op_span: Span::default(),
            dotted: true,
            args: vec![expr],
            named: Vec::new(),
        };
        expr = Expr { kind, span: Span::default() };
    }
    let formula = Formula { statements: vec![Statement { name: None, expr }] };
    let env = Env::new().array("A", DType::F64, [2], "");
    let small = std::thread::Builder::new().stack_size(256 << 10);
    let checked = small.spawn(move || {
        let nodes = hadamard_algebra::check(&formula, "", &env).map(|g| g.nodes.len());
        // Dropping a tree this deep is the caller's matter: parsers bound it.
        std::mem::forget(formula);
        nodes
    });
    assert_eq!(checked.unwrap().join().unwrap().unwrap(), depth + 1);
}
