//! Claims on data: the bounds on rounding are bounds, and verdicts are right.

use hadamard::algebra::check::check;
use hadamard::array::c128;
use hadamard::check::rounding::{Bound, bounds};
use hadamard::check::{Fact, Report, Verdict, compile};
use hadamard::{Array, DType, Env, Error, Settings, Source, Unwatched};
use proptest::prelude::*;

/// Formulas of square matrices A and B that cover every rule of the analysis.
const FORMULAS: &[&str] = &[
    "A .* B .+ A",
    "A * B - B * A",
    "(A .+ B) .* (A .- B)",
    "A ./ (B .+ 4)",
    "sum(A .* B, axis=0)",
    "mean((A .- 1) .^ 3)",
    "norm(A * B)",
    "prod(A[0, :] .+ B[0, :])",
    "diag(A * B) .+ 1",
    "exp.(A .* B) .- expm1.(A)",
    "log.(A .* A .+ 1)",
    "sqrt.(A .* A .+ B .* B .+ 1)",
    "sin.(A * B)",
    "where(A .< B, A .* B, A .+ B)",
    "max(A * B, axis=1)",
    "kron(A, B .* A)",
    "khatri_rao(A .+ B, B)",
    "inv(A .+ 9 .* I(3))",
    "det(A .* B .+ 2)",
    "clamp(A * B, -1, 1)",
    "fma.(A, B, A .* A)",
    "(A .+ 3) .^ -1",
    "block_face_split(A .* B, B, [1, 2], [1, 2], b_cols=[2, 1])",
    "tr(A * B) .* outer(A[:, 0] .* 3, B[:, 1])",
];

/// The results of a formula and their bounds, for operands of a dtype.
fn evaluate(formula: &str, dtype: DType, a: &[f64], b: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let narrow = |v: &[f64]| match dtype {
        DType::F32 => Array::from_slice([3, 3], &v.iter().map(|&x| x as f32).collect::<Vec<_>>()).unwrap(),
        _ => Array::from_slice([3, 3], v).unwrap(),
    };
    // The bound is tested as the CLI uses it: through a claim whose other side is far away.
    let env = Env::new().array("A", dtype, [3, 3], "").array("B", dtype, [3, 3], "");
    let env = if formula.contains('B') { env } else { Env::new().array("A", dtype, [3, 3], "") };
    let graph = check(&hadamard::parse(formula).unwrap(), formula, &env).unwrap();
    let (graph, found) = bounds(graph);
    assert!(matches!(found[..], [Bound::Node(_)]), "{formula} has a bound");
    let plan = std::sync::Arc::new(hadamard::plan::plan(&graph));
    let prepared = hadamard::engine::Prepared::new(plan, hadamard::Policy::default());
    let mut results: Vec<Array> = graph
        .outputs
        .iter()
        .map(|o| Array::zeros(graph.node(o.node).dtype, graph.node(o.node).shape.clone()).unwrap())
        .collect();
    let (a, b) = (narrow(a), narrow(b));
    let (a, b) = (a.view(), b.view());
    let sources: Vec<&dyn Source> = if formula.contains('B') { vec![&a, &b] } else { vec![&a] };
    let outs = results.iter_mut().map(|r| hadamard::Out::Memory(r.bytes_mut().unwrap())).collect();
    hadamard::engine::execute(&prepared, &sources, outs, &Settings::default(), &Unwatched).unwrap();
    let shape = results[0].shape().clone();
    let wide = |k: usize| results[0].get(&shape.unravel(k)).as_f64().unwrap();
    let small = results[1].shape().clone();
    let bound = |k: usize| {
        let index: Vec<usize> = shape.unravel(k).iter().zip(small.iter()).map(|(&i, &n)| i.min(n - 1)).collect();
        results[1].get(&index).as_f64().unwrap()
    };
    ((0..shape.size()).map(wide).collect(), (0..shape.size()).map(bound).collect())
}

fn entries() -> impl Strategy<Value = Vec<f64>> {
    // Numbers that f32 holds, so that both evaluations start from the same operands; zeros and repetitions too.
    let entry = prop_oneof![
        4 => (-2.0f32..2.0).prop_map(f64::from),
        1 => Just(0.0),
        1 => Just(1.0),
        1 => (-30i32..30).prop_map(|e| f64::from(2f32.powi(e % 8) * 1.1)),
    ];
    proptest::collection::vec(entry, 9)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// f64 is exact enough to stand for the truth when f32 is judged.
    #[test]
    fn rounding_stays_within_its_bound(a in entries(), b in entries()) {
        for formula in FORMULAS {
            let (narrow, bound) = evaluate(formula, DType::F32, &a, &b);
            let (wide, fine) = evaluate(formula, DType::F64, &a, &b);
            for (k, ((x, y), (e, f))) in narrow.iter().zip(&wide).zip(bound.iter().zip(&fine)).enumerate() {
                if x.is_finite() && y.is_finite() && e.is_finite() {
                    // Where a first-order bound is large against the value, it is no bound.
                    let first_order = *e > 1e-2 * (1.0 + y.abs());
                    prop_assert!(first_order || (x - y).abs() <= e + f, "{formula} [{k}]: {x} {y} bound {e}");
                    prop_assert!(*f <= *e * 1.001, "{formula} [{k}]: wider numbers have smaller bounds: {f} {e}");
                }
            }
        }
    }
}

fn test(claim: &str, operands: &[(&str, &Array)]) -> Report {
    let env = operands
        .iter()
        .fold(Env::new(), |env, (name, array)| env.array(name, array.dtype(), array.shape().clone(), ""));
    let views: Vec<_> = operands.iter().map(|(_, array)| array.view()).collect();
    let sources: Vec<&dyn Source> = views.iter().map(|v| v as &dyn Source).collect();
    compile(claim, &env).unwrap().run(&sources, &Settings::default(), &Unwatched).unwrap()
}

fn matrix(rows: usize, values: &[f64]) -> Array {
    Array::from_slice([rows, values.len() / rows], values).unwrap()
}

#[test]
fn what_differs_by_rounding_holds_and_what_differs_by_more_does_not() {
    let a = matrix(2, &[0.1, 0.2, 0.3, 0.7]);
    let b = matrix(2, &[0.3, 0.9, 0.11, 0.13]);
    let ab: &[_] = &[("A", &a), ("B", &b)];
    assert_eq!(test("A .* B == B .* A", ab).verdict(), Verdict::Holds);
    assert_eq!(test("A .+ 0.2 .+ 0.3 == A .+ (0.2 .+ 0.3)", &ab[..1]).verdict(), Verdict::WithinRounding);
    assert_eq!(test("A .+ 0.2 .+ 0.3 == A .+ (0.2 .+ 0.3) .+ 1e-14", &ab[..1]).verdict(), Verdict::Fails);
    assert_eq!(test("inv(A) * A == I(2)", &[("A", &a)]).verdict(), Verdict::WithinRounding);
    let report = test("A * B == B * A", ab);
    assert_eq!(report.verdict(), Verdict::Fails);
    assert_eq!(report.parts[0].facts[0], ("entries", Fact::Count(4)));
}

#[test]
fn integers_are_judged_exactly() {
    let a = Array::from_slice([3], &[i64::MAX, 0, -5]).unwrap();
    let b = Array::from_slice([3], &[i64::MAX - 1, 0, -5]).unwrap();
    assert_eq!(test("a == a .* 1", &[("a", &a)]).verdict(), Verdict::Holds);
    assert_eq!(test("a == b", &[("a", &a), ("b", &b)]).verdict(), Verdict::Fails);
    assert_eq!(test("b <= a", &[("b", &b), ("a", &a)]).verdict(), Verdict::Holds);
    assert_eq!(test("a <= b", &[("a", &a), ("b", &b)]).verdict(), Verdict::Fails);
}

/// ‖X − UVᵀ‖² expanded returns nothing but rounding here, and says so.
#[test]
fn cancellation_is_named() {
    let (n, noise) = (40, 1e-9);
    let u: Vec<f64> = (0..n).map(|i| (i as f64 * 0.7).sin()).collect();
    let x: Vec<f64> =
        (0..n * n).map(|k| u[k / n] * u[k % n] + noise * ((k * 7919 % 1000) as f64 / 1000.0 - 0.5)).collect();
    let (x, u) = (matrix(n, &x), matrix(n, &u));
    let claim = "sum((X - U * U.') .^ 2) == sum(X .^ 2) - 2 * sum((X * U) .* U) + sum((U.' * U) .* (U.' * U))";
    let report = test(claim, &[("X", &x), ("U", &u)]);
    assert_eq!(report.verdict(), Verdict::WithinRounding);
    assert!(report.parts[0].lines.iter().any(|l| l.contains("cancels: no digit of it is certain")), "{report:?}");
}

#[test]
fn nothing_is_not_a_number() {
    let a = matrix(1, &[f64::NAN, 1.0]);
    let inf = matrix(1, &[f64::INFINITY, 1.0]);
    assert_eq!(test("A == A", &[("A", &a)]).verdict(), Verdict::Fails);
    assert_eq!(test("A <= A", &[("A", &a)]).verdict(), Verdict::Fails);
    assert_eq!(test("A == A", &[("A", &inf)]).verdict(), Verdict::Holds);
    assert_eq!(test("symmetric(A.' * A)", &[("A", &a)]).verdict(), Verdict::Fails);
    assert_eq!(test("psd(A.' * A)", &[("A", &a)]).verdict(), Verdict::Fails);
    let nothing = Array::from_slice::<f64>([0, 0], &[]).unwrap();
    for claim in ["A == A", "psd(A)", "symmetric(A)", "invertible(A)", "unitary(A)", "circulant(A)", "positive(A)"] {
        assert_eq!(test(claim, &[("A", &nothing)]).verdict(), Verdict::Holds, "{claim}");
    }
}

#[test]
fn inequalities_have_margins() {
    let two = matrix(1, &[1.0, 2.0]);
    let report = test("A <= 3 * A <= 6", &[("A", &two)]);
    let verdicts: Vec<Verdict> = report.parts.iter().map(|p| p.verdict).collect();
    assert_eq!(verdicts, [Verdict::Holds, Verdict::WithinRounding], "3·2 ≤ 6 has no margin");
    assert!(report.parts[0].facts.contains(&("margin", Fact::Number(2.0))));
    assert_eq!(test("A >= 2", &[("A", &two)]).verdict(), Verdict::Fails);
}

#[test]
fn properties_on_data() {
    let of = |claim: &str, values: &[f64]| {
        let n = (values.len() as f64).sqrt() as usize;
        test(claim, &[("A", &matrix(n, values))]).verdict()
    };
    use Verdict::*;
    for (claim, values, verdict) in [
        ("psd(A)", &[2.0, 1.0, 1.0, 2.0][..], Holds),
        ("psd(A)", &[1.0, 1.0, 1.0, 1.0], WithinRounding),
        ("psd(A)", &[1.0, 2.0, 2.0, 1.0], Fails),
        ("psd(A)", &[1.0, 2.0, 0.0, 1.0], Fails),
        ("psd(-2 * A)", &[2.0, 1.0, 1.0, 2.0], Fails),
        ("pd(A)", &[2.0, 1.0, 1.0, 2.0], Holds),
        ("pd(A)", &[1.0, 1.0, 1.0, 1.0], Undecided),
        ("symmetric(A)", &[1.0, 2.0, 2.0, 1.0], Holds),
        ("symmetric(A)", &[1.0, 2.0, 2.0 + 2e-16 * 2.0, 1.0], WithinRounding),
        ("symmetric(A)", &[1.0, 2.0, 2.1, 1.0], Fails),
        ("skew(A)", &[0.0, 2.0, -2.0, 0.0], Holds),
        ("diagonal(A)", &[1.0, 0.0, 0.0, 2.0], Holds),
        ("lower(A)", &[1.0, 0.0, 3.0, 2.0], Holds),
        ("upper(A)", &[1.0, 0.0, 3.0, 2.0], Fails),
        ("toeplitz(A)", &[1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 5.0, 4.0, 1.0], Holds),
        ("circulant(A)", &[1.0, 2.0, 3.0, 3.0, 1.0, 2.0, 2.0, 3.0, 1.0], Holds),
        ("circulant(A)", &[1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 5.0, 4.0, 1.0], Fails),
        ("unitary(A)", &[0.6, 0.8, -0.8, 0.6], WithinRounding),
        ("orthogonal(A)", &[1.0, 1.0, 0.0, 1.0], Fails),
        ("permutation(A)", &[0.0, 1.0, 1.0, 0.0], Holds),
        ("permutation(A)", &[1.0, 0.0, 1.0, 0.0], Fails),
        ("row_selection(A)", &[1.0, 0.0, 1.0, 0.0], Holds),
        ("column_selection(A)", &[1.0, 0.0, 1.0, 0.0], Fails),
        ("zero_one(A)", &[1.0, 0.0, 1.0, 1.0], Holds),
        ("zero(A)", &[0.0; 4], Holds),
        ("nonzero(A)", &[1.0, -1.0, 2.0, 3.0], Holds),
        ("nonzero(A)", &[1.0, 0.0, 2.0, 3.0], Fails),
        ("positive(A)", &[1.0, -1.0, 2.0, 3.0], Fails),
        ("nonnegative(A)", &[1.0, 0.0, 2.0, 3.0], Holds),
        ("nonzero(A .+ 1e17 .- 1e17)", &[0.3, 0.5, 1e9, 1.0], Undecided),
        ("unit_diagonal(A)", &[1.0, 5.0, 5.0, 1.0], Holds),
        ("nonzero_diagonal(A)", &[1.0, 5.0, 5.0, 0.0], Fails),
        ("invertible(A)", &[1.0, 5.0, 5.0, 0.0], Holds),
        ("invertible(A)", &[1.0, 2.0, 2.0, 4.0], Undecided),
        ("tridiagonal(A)", &[1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 5.0, 4.0, 1.0], Fails),
        ("real(A)", &[1.0; 4], Holds),
    ] {
        assert_eq!(of(claim, values), verdict, "{claim} {values:?}");
    }
}

#[test]
fn complex_matrices_have_a_conjugate_transpose() {
    let [one, i] = [c128::new(1.0, 0.0), c128::new(0.0, 1.0)];
    let a = Array::from_slice([2, 2], &[one, i, -i, one]).unwrap();
    for (claim, verdict) in [
        ("hermitian(A)", Verdict::Holds),
        ("symmetric(A)", Verdict::Fails),
        ("psd(A)", Verdict::WithinRounding),
        ("psd(A * A')", Verdict::WithinRounding),
        ("psd(A .* A.')", Verdict::WithinRounding),
        ("real(A)", Verdict::Fails),
        ("skew_hermitian(A)", Verdict::Fails),
    ] {
        assert_eq!(test(claim, &[("A", &a)]).verdict(), verdict, "{claim}");
    }
}

#[test]
fn claims_without_meaning() {
    let env = Env::new().array("A", DType::F64, [2, 3], "").array("z", DType::C128, [2], "");
    for (claim, code) in [
        ("A == z", "shape-mismatch"),
        ("sum(A) <= sum(z)", "not-ordered"),
        ("psd(A .* z)", "needs-square"),
        ("A + z == A", "shape-mismatch"),
        ("toeplitz(z .* sum(A))", "needs-matrix"),
    ] {
        match compile(claim, &env).unwrap_err() {
            Error::Formula(d) => assert_eq!(d.code, code, "{claim}"),
            other => panic!("{claim}: {other}"),
        }
    }
}
