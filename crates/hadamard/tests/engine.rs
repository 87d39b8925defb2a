//! The engine against the reference interpreter, bit for bit, by every back end of the machine: random formulas, dtypes,
//! layouts, window sizes and thread counts.

mod random;

use hadamard::engine::{Backend, Prepared, execute};
use hadamard::{Array, DType, Env, Out, Overflow, Settings, Source, Unwatched, View, Zeros};
use proptest::prelude::*;
use random::check::Windowed;
use random::values::{Given, operand};
use random::{Bounds, Case, Outcome, check};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// Formulas over A, B (m×n), x (m), y (n), M (bool m×n).
const FORMULAS: &[&str] = &[
    "A .* B",
    "A .* B .+ A .- B",
    "x .* A .* y.'",
    "A.' .* B.'",
    "A[::-1, :] .+ B[:, ::-1]",
    "where(M, A, B)",
    "sum(A)",
    "sum(A .* B, axis=0)",
    "sum(A .* B, axis=1)",
    "mean(A, axis=0)",
    "prod(A[0:2, 0:2])",
    "norm(A)",
    "count(A .== B)",
    "any(M, axis=0)",
    "all(M, axis=1)",
    "C = A .* B; s = sum(C); t = sum(C, axis=0); u = sum(C, axis=1); D = C .- A",
    "A .- sum(A, axis=1)",
    "(A .* B)[1:, :]",
    "outer(x, y) .+ A",
    "kron(A[0:3, 0:2], B[0:2, 0:3])",
    "khatri_rao(A[0:3, :], B[0:4, :])",
    "face_split(A[:, 0:3], B[:, 0:2])",
    "sum(kron(A[0:9, 0:3], B[0:2, 0:7]))",
    "vec(A) .+ rvec(B)",
    "Diag(x) .+ 1",
    "diag(A .* B)",
    "A .* A",
    "x .* x[::-1]",
    "bool.(A) .& M",
    "sum(A.', axis=0)",
    "A .== A.'.'",
];
const ORDERED: &[&str] = &[
    "max(A)",
    "min(A .+ B, axis=0)",
    "max(A, axis=1)",
    "argmax(A)",
    "argmin(A, axis=0)",
    "min.(A, B)",
    "clamp(A, -2, 3)",
    "A .< B",
    "relu.(A) .* sign.(B)",
    "f32.(A) .+ 1",
    "sqrt.(abs.(A)) ./ 2",
    "exp.(A) .* sin.(B)",
    "A ./ B",
    "where(B .!= 0, A ./ B, 0)",
    "safe_div(A, B, -1)",
    "mod.(A, 7)",
    "x ./ sum(x)",
];

/// A formula of the lists on operands of those dtypes, shapes and layouts.
fn listed(formula: &str, dtypes: (DType, DType), (m, n): (usize, usize), layouts: usize, seed: u64) -> Case {
    let all = [
        ("A", dtypes.0, vec![m, n]),
        ("B", dtypes.1, vec![m, n]),
        ("x", dtypes.0, vec![m]),
        ("y", dtypes.1, vec![n]),
        ("M", DType::Bool, vec![m, n]),
    ];
    let word = |name: &str| formula.split(|c: char| !c.is_alphanumeric()).any(|w| w == name);
    let given = |(k, (name, dtype, shape)): (usize, (&str, DType, Vec<usize>))| Given {
        name: name.to_string(),
        dtype,
        shape,
        layout: layouts / 6usize.pow(k as u32),
        seed: seed + 4 * k as u64,
    };
    Case {
        formula: formula.to_string(),
        operands: all.into_iter().enumerate().map(given).filter(|g| word(&g.name)).collect(),
        overflow: Overflow::Error,
        zeros: Zeros::ByDType,
        threads: 1,
        window: None,
        shift: 0,
    }
}

/// The case holds, or fails the test with the line that is to be kept in `regressions.txt`.
fn holds(case: &Case) -> Result<Outcome, TestCaseError> {
    check(case).map_err(|what| TestCaseError::fail(format!("{what}\n{case}")))
}

fn dtype() -> impl Strategy<Value = DType> {
    proptest::sample::select(DType::ALL.to_vec())
}
fn size() -> impl Strategy<Value = usize> {
    prop_oneof![Just(0usize), Just(1), 2usize..12, Just(31), Just(33), Just(127), Just(128), Just(129), Just(300),]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn listed_formulas(
        formula in proptest::sample::select([FORMULAS, ORDERED].concat()), a in dtype(), b in dtype(), alike in 0..3,
        m in size(), n in size(), layouts in 0usize..7776, seed in 0..u64::MAX / 2,
        threads in proptest::sample::select(vec![1, 2, 3, 8]),
        overflow in proptest::sample::select(vec![Overflow::Error, Overflow::Wrap, Overflow::Saturate]),
        window in proptest::option::of(1u64..5000),
    ) {
        let b = if alike > 0 { a } else { b };
        // Mostly small values: faults end everything.
        let case = Case { threads, overflow, window, ..listed(formula, (a, b), (m, n), layouts, seed & !3) };
        holds(&case)?;
    }
}

/// Formulas that nobody thought of. Their seeds are fixed, so that a failure comes back; `cargo xtask fuzz` takes others.
#[test]
fn random_formulas() {
    let bounds = Bounds { usual: 2100, large: 33_000, huge: None };
    let mut compared = 0;
    for seed in 0..800 {
        match holds(&Case::random(seed, &bounds)) {
            Ok(outcome) => compared += usize::from(outcome == Outcome::Compared),
            Err(what) => panic!("seed {seed}: {what}"),
        }
    }
    assert!(compared > 600, "most formulas are to have values, not {compared}");
}

/// What once was wrong.
#[test]
fn regressions() {
    for line in include_str!("regressions.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let case: Case = line.parse().unwrap();
        assert_eq!(case.to_string(), line);
        let outcome = check(&case).unwrap_or_else(|what| panic!("{what}\n{line}"));
        assert_ne!(outcome, Outcome::Rejected, "{line}");
    }
}

/// Elements of blocks, of long blocks, of results that are written past the caches: one less, as many, one more.
#[test]
fn edges_of_blocks() {
    let mut cases = Vec::new();
    for edge in [1024, 2048, 32768] {
        for n in edge - 1..=edge + 1 {
            for (formula, dtypes) in [
                ("A .* B .+ A .- B", (DType::F64, DType::F64)),
                ("exp.(A) .* sin.(B)", (DType::F32, DType::F32)),
                ("where(M, A, B)", (DType::U8, DType::U8)),
                ("A .* B", (DType::I32, DType::I32)),
            ] {
                cases.push(Case { shift: n % 3, ..listed(formula, dtypes, (1, n), 0, 4) });
                cases.push(Case { threads: 3, ..listed(formula, dtypes, (n, 1), 4, 8) });
            }
        }
    }
    for (formula, shift) in [("A .* B", 0), ("A .* B", 3), ("C = A .* B; D = C .- A", 0)] {
        let n = (1 << 18) + 1 + shift;
        cases.push(Case { shift, threads: 2, ..listed(formula, (DType::F64, DType::F64), (8, n), 0, 4) });
    }
    for case in cases {
        assert_eq!(holds(&case).unwrap(), Outcome::Compared, "{case}");
    }
}

/// Rows long enough for loops of their own, short enough to be repeated, and folds of whole blocks: around the edges of all.
#[test]
fn rows_and_blocks() {
    let mut compared = 0;
    let broadcast = ["x .* A .* y.'", "A .- x", "where(M, x, A)", "C = A .+ x; D = y.' .- A", "x .* A .* x"];
    let folded = [
        "sum(A .* B, axis=0)",
        "C = A .* B; s = sum(C); t = norm(A, axis=1)",
        "min(A .- B, axis=0)",
        "max(A)",
        "mean(A, axis=1)",
        "prod(A, axis=0)",
        "norm(A .- B)",
        "count(A .< B, axis=1)",
        "any(A .> B, axis=0)",
        "sum(A .* x)",
        "sum(A .* y.', axis=0)",
    ];
    let long = [(3, 1023), (5, 1024), (2, 1025), (2, 8193)];
    let short = [(1000, 2), (1025, 3), (341, 6), (700, 7), (300, 8), (200, 9)];
    let blocks = [(1, 4096), (2, 4225), (4, 600), (3, 640), (128, 513), (129, 1024), (257, 530)];
    let dtypes = [DType::F64, DType::F32, DType::F16, DType::U8, DType::I32, DType::C128, DType::C64];
    let mut case = |formula: &str, dtype: DType, (m, n): (usize, usize)| {
        for (threads, window, layouts, shift) in
            [(1, None, 0, 0), (2, None, 0, 3), (2, Some(40_000), 0, 0), (1, None, 4, 0)]
        {
            let seed = 4 * (m + n) as u64;
            let case = Case {
                threads,
                window,
                shift,
                overflow: Overflow::Wrap,
                ..listed(formula, (dtype, dtype), (m, n), layouts, seed)
            };
            compared += usize::from(holds(&case).unwrap() == Outcome::Compared);
        }
    };
    for dtype in dtypes {
        for formula in broadcast {
            long.into_iter().chain(short).for_each(|shape| case(formula, dtype, shape));
        }
    }
    for dtype in [DType::F64, DType::F32, DType::BF16] {
        for formula in folded {
            blocks.into_iter().for_each(|shape| case(formula, dtype, shape));
        }
    }
    assert_eq!(compared, 4 * (7 * 5 * 10 + 3 * 11 * 7));
}

/// Arrays large enough that several threads really work, at sizes around block and row edges: the bits of one thread
/// and one window are the bits of any number of both.
#[test]
fn large_arrays_have_the_same_bits_on_every_thread_count_and_window() {
    let backends: Vec<Backend> = Backend::available().collect();
    for formula in [
        "C = A .* B; s = sum(C); u = sum(C, axis=1)",
        "sum(A .* B, axis=0)",
        "norm(A)",
        "max(abs.(A .- B))",
        "argmax(A .* B)",
        "mean(A .+ B, axis=0)",
        "sum(A.' .* A.', axis=1)",
    ] {
        for (m, n) in [(33, 17), (1025, 511), (3, 200_003), (200_003, 3), (700, 1024)] {
            // Windows of a byte are one entry each.
            let smallest = if m * n < 1000 { 1 } else { 1000 };
            let [a, b] = [4, 8].map(|seed| operand(DType::F64, &[m, n], 0, seed));
            let env = Env::new().array("A", DType::F64, [m, n], "");
            let env = if formula.contains('B') { env.array("B", DType::F64, [m, n], "") } else { env };
            let program = hadamard::compile(formula, &env).unwrap();
            let views: Vec<View> = [a.view(), b.view()].into_iter().take(program.operands().count()).collect();
            let one = Settings { threads: NonZeroUsize::new(1), ..Settings::default() };
            let expected = program.run(&views, &one).unwrap();
            let runs = [(2, None), (3, Some(100_000)), (8, Some(3_000_000)), (2, Some(smallest))];
            for (&backend, (threads, window)) in backends.iter().cycle().zip(runs) {
                let prepared = Prepared::with_backend(Arc::new(program.plan().clone()), one.policy, backend);
                let settings = Settings { threads: NonZeroUsize::new(threads), window, ..Settings::default() };
                let hidden: Vec<Windowed> = views.iter().cloned().map(Windowed).collect();
                let sources: Vec<&dyn Source> = hidden.iter().map(|w| w as &dyn Source).collect();
                let mut results: Vec<Array> =
                    program.outputs().map(|o| Array::zeros(o.dtype, o.shape.clone()).unwrap()).collect();
                let outs = results.iter_mut().map(|r| Out::Memory(r.bytes_mut().unwrap())).collect();
                execute(&prepared, &sources, outs, &settings, &Unwatched).unwrap();
                for (e, r) in expected.iter().zip(&results) {
                    let same = e.view().bytes() == r.view().bytes();
                    assert!(same, "{} {formula} {m}x{n} threads {threads} window {window:?}", backend.name());
                }
            }
        }
    }
}
