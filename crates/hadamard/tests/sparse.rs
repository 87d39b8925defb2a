//! Sparse operands: what is computed on stored entries is what the same matrices give as dense ones.

use hadamard::array::{Sparse, c128};
use hadamard::plan::{Machine, Rewriting};
use hadamard::{Array, DType, Env, Out, Settings, Source, Unwatched, compile_formula, parse};
use proptest::prelude::*;
use std::num::NonZeroUsize;

/// However small; sparse matrices are never taken for dense ones, nor products formed that could be sampled.
fn stored_only() -> Rewriting {
    Rewriting { memory: Some(0), worth: 0.0, ..Rewriting::default() }
}

/// The last result; sparse operands are told to be sparse, or not.
fn run(text: &str, operands: &[(&str, &dyn Source)], sparse: bool, threads: usize) -> Array {
    run_with(&stored_only(), text, operands, sparse, threads)
}

fn run_with(
    rewriting: &Rewriting,
    text: &str,
    operands: &[(&str, &dyn Source)],
    sparse: bool,
    threads: usize,
) -> Array {
    let mut env = Env::new();
    for (name, source) in operands {
        env = env.array(name, source.dtype(), source.shape().clone(), "");
        if let Some(matrix) = source.stored().unwrap().filter(|_| sparse) {
            env.sparse(*name, matrix.count());
        }
    }
    let program = compile_formula(parse(text).unwrap(), text, &env, rewriting, &[]).unwrap();
    let whole = |k: usize| operands[k].1.stored().unwrap().is_none_or(|m| m.count() == m.shape().size());
    match program.sparse() {
        Some(found) => assert!(found.stored || (0..operands.len()).all(whole), "{text}"),
        None => assert!(!sparse, "{text}"),
    }
    let sources: Vec<&dyn Source> = operands.iter().map(|(_, s)| *s).collect();
    let mut results: Vec<Array> = program.outputs().map(|o| Array::zeros(o.dtype, o.shape.clone()).unwrap()).collect();
    let outs = results.iter_mut().map(|a| Out::Memory(a.bytes_mut().unwrap())).collect();
    let settings = Settings { threads: NonZeroUsize::new(threads), ..Settings::default() };
    program.execute(&sources, outs, &settings, &Unwatched).unwrap_or_else(|e| panic!("{text}: {e}"));
    results.pop().unwrap()
}

/// Whole numbers, so that sums are exact in any order, and a few stored zeros.
fn matrix(rows: usize, columns: usize) -> impl Strategy<Value = Sparse> {
    let entry = (0..rows as u32, 0..columns as u32, -4i32..5);
    prop::collection::vec(entry, 0..3 * rows).prop_map(move |entries| {
        let values: Vec<f64> = entries.iter().map(|e| e.2.into()).collect();
        let (r, c) = (entries.iter().map(|e| e.0).collect(), entries.iter().map(|e| e.1).collect());
        Sparse::new([rows, columns], r, c, Array::from_slice([values.len()], &values).unwrap()).unwrap()
    })
}

fn dense(shape: &'static [usize]) -> impl Strategy<Value = Array> {
    let size = shape.iter().product::<usize>();
    prop::collection::vec(-4i32..5, size)
        .prop_map(move |v| Array::from_slice(shape, &v.into_iter().map(f64::from).collect::<Vec<_>>()).unwrap())
}

const FORMULAS: &[&str] = &[
    "S",
    "S.'",
    "S .* A",
    "A .* S .* 2",
    "S .* T",
    "T .* S .* A",
    "S.' .* A.'",
    "S .* (U * V.')",
    "S .* (U * V.') .* (2 .* A .+ 1)",
    "S .* ((U * V.') .* (A * V * V.'))",
    "S.' .* (V * U.')",
    "sum(S .* (U * V.'))",
    "sum(S .* (U * V.'), axis=0)",
    "sum(S .* (U * V.'), axis=1)",
    "mean(S .* (U * V.'))",
    "sum(S, axis=0)",
    "sum(S.', axis=0)",
    "mean(S, axis=1)",
    "norm(S)",
    "count(S)",
    "max(S)",
    "y .* S",
    "S .* x.'",
    "Diag(y) * S",
    "S * Diag(x)",
    "S .* outer(y, x)",
    "S .* (y .+ x.')",
    "S * x",
    "S.' * y",
    "S * V",
    "U.' * S",
    "S * T.'",
    "S .+ S .* 3",
    "S .+ T",
    "S .- A",
    "abs.(S) .+ sqrt.(abs.(S))",
    "-S ./ 4",
    "S .^ 2",
    "S ./ (1 .+ A .^ 2)",
    "exp.(S)",
    "tr(S * T.')",
    "diag(S * T.')",
    "tr(Q)",
    "diag(Q)",
    "Q * Q",
    "where(S .> 0, S, A)",
    "kron(S, T)",
    "S[1:5, :]",
    "i64.(S)",
    "sum(i64.(S), axis=1)",
    "S .* J(7, 5)",
    "S .* I(7)[:, 0:5]",
];

/// Products of several matrices, whose order is chosen.
const CHAINS: &[&str] = &["y.' * S * x", "S * V * U.' * S", "U * V.' * S.' * U", "S .* (U * V.' * S.' * U * V.')"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn stored_entries_give_what_dense_matrices_give(
        (s, t, q) in (matrix(7, 5), matrix(7, 5), matrix(6, 6)),
        (a, u, v) in (dense(&[7, 5]), dense(&[7, 3]), dense(&[5, 3])),
        (x, y) in (dense(&[5]), dense(&[7])),
    ) {
        let views = [("A", a.view()), ("U", u.view()), ("V", v.view()), ("x", x.view()), ("y", y.view())];
        let all = [("S", &s as &dyn Source), ("T", &t), ("Q", &q)].into_iter().chain(views.iter().map(|(n, v)| (*n, v as &dyn Source)));
        let all: Vec<_> = all.collect();
        for text in FORMULAS.iter().chain(CHAINS) {
            let used = used(text, &all);
            let expected = run(text, &used, false, 1);
            for rewriting in [stored_only(), Rewriting::none()] {
                let found = run_with(&rewriting, text, &used, true, 1);
                prop_assert!(near(&expected, &found), "{}: {:?} instead of {:?}", text, found, expected);
            }
        }
    }

    /// What is not finite meets what is not stored: it gives zero however the plan was chosen, on machines where reading at
    /// places is dear or cheap, and as written.
    #[test]
    fn the_value_does_not_depend_on_the_plan(
        (s, t, q, full) in (matrix(7, 5), matrix(7, 5), matrix(6, 6), any::<bool>()),
        (a, u, v) in (wild(&[7, 5]), wild(&[7, 3]), wild(&[5, 3])),
        (x, y) in (wild(&[5]), wild(&[7])),
    ) {
        let s = if full { filled(&s) } else { s };
        let views = [("A", a.view()), ("U", u.view()), ("V", v.view()), ("x", x.view()), ("y", y.view())];
        let all = [("S", &s as &dyn Source), ("T", &t), ("Q", &q)].into_iter().chain(views.iter().map(|(n, v)| (*n, v as &dyn Source)));
        let all: Vec<_> = all.collect();
        let machine = |place, product| Machine { place, product, ..Machine::default() };
        let other = |machine| Rewriting { worth: 0.0, machine, ..Rewriting::default() };
        for text in FORMULAS {
            let used = used(text, &all);
            let expected = run(text, &used, true, 1);
            for rewriting in [Rewriting::none(), other(machine(0.0, 1e6)), other(machine(1e6, 0.0)), other(Machine::default())] {
                let found = run_with(&rewriting, text, &used, true, 1);
                prop_assert!(near(&expected, &found), "{} by {:?}: {:?} instead of {:?}", text, rewriting, found, expected);
            }
        }
    }
}

/// Those operands that the formula names.
fn used<'a>(text: &str, all: &[(&'static str, &'a dyn Source)]) -> Vec<(&'static str, &'a dyn Source)> {
    let formula = parse(text).unwrap();
    all.iter().copied().filter(|(n, _)| formula.free_names().contains(n)).collect()
}

/// Entries that are not finite stand at the same places, and others hardly differ.
fn near(expected: &Array, found: &Array) -> bool {
    let same = |(e, f): (&c128, &c128)| match e.is_finite() && f.is_finite() {
        true => (e - f).norm() <= 1e-12 * e.norm().max(1.0),
        false => !e.is_finite() && !f.is_finite(),
    };
    expected.shape() == found.shape() && values(expected).iter().zip(&values(found)).all(same)
}

/// Every place stored.
fn filled(s: &Sparse) -> Sparse {
    let [m, n] = [0, 1].map(|axis| s.shape()[axis]);
    let every = |k: usize| ((k / n) as u32, (k % n) as u32);
    let (r, c) = (0..m * n).map(every).unzip();
    let ones = Array::from_slice([m * n], &vec![1.0; m * n]).unwrap();
    Sparse::new([m, n], r, c, ones).unwrap()
}

/// Whole numbers, and a few that are none.
fn wild(shape: &'static [usize]) -> impl Strategy<Value = Array> {
    let entry = prop_oneof![8 => (-4i32..5).prop_map(f64::from), 1 => Just(f64::INFINITY), 1 => Just(f64::NAN)];
    prop::collection::vec(entry, shape.iter().product::<usize>())
        .prop_map(move |v| Array::from_slice(shape, &v).unwrap())
}

fn values(array: &Array) -> Vec<c128> {
    (0..array.shape().size()).map(|k| array.get(&array.shape().unravel(k)).as_c128()).collect()
}

/// A large matrix with some entries of each row.
fn large(rows: usize, columns: usize, each: usize) -> Sparse {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize
    };
    let (mut r, mut c, mut v) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..rows {
        for _ in 0..each {
            r.push(row as u32);
            c.push((next() % columns) as u32);
            v.push(next() as f64 / 1e9 - 1.0);
        }
    }
    Sparse::new([rows, columns], r, c, Array::from_slice([v.len()], &v).unwrap()).unwrap()
}

fn noise(shape: &[usize]) -> Array {
    let v: Vec<f64> = (0..shape.iter().product()).map(|k: usize| ((k * 7919) % 1009) as f64 / 1009.0 - 0.4).collect();
    Array::from_slice(shape, &v).unwrap()
}

#[test]
fn the_bits_do_not_depend_on_threads() {
    let s = large(3000, 2000, 9);
    let (u, v, x) = (noise(&[3000, 150]), noise(&[2000, 150]), noise(&[2000]));
    let (u, v, x) = (u.view(), v.view(), x.view());
    let all: [(&str, &dyn Source); 4] = [("S", &s), ("U", &u), ("V", &v), ("x", &x)];
    for text in [
        "sum(S .* (U * V.'), axis=0)",
        "sum(S .* (U * V.'), axis=1)",
        "sum(S .* (U * V.'))",
        "S * x",
        "S.' * U",
        "S * V",
    ] {
        let formula = parse(text).unwrap();
        let used: Vec<_> = all.iter().copied().filter(|(n, _)| formula.free_names().contains(n)).collect();
        let one = run(text, &used, true, 1);
        for threads in [2, 3, 8] {
            let more = run(text, &used, true, threads);
            assert_eq!(one.slice_bytes(), more.slice_bytes(), "{text} by {threads}");
        }
    }
}

#[test]
fn an_entry_of_a_sampled_product_has_the_bits_of_the_sum_of_its_row_and_column() {
    for inner in [1, 5, 16, 40, 128, 129, 300] {
        let s = Sparse::new([3, 2], vec![0, 2], vec![1, 0], Array::from_slice([2], &[1.0f64, 1.0]).unwrap()).unwrap();
        let (u, v) = (noise(&[3, inner]), noise(&[2, inner]));
        let (u, v) = (u.view(), v.view());
        let sampled = run("S .* (U * V.')", &[("S", &s), ("U", &u), ("V", &v)], true, 1);
        let summed = |i: usize, j: usize| {
            let text = format!("sum(U[{i}, :] .* V[{j}, :])");
            hadamard::eval(&text, &[("U", &u.to_array()), ("V", &v.to_array())]).unwrap().get(&[])
        };
        assert_eq!(sampled.get(&[0, 1]), summed(0, 1), "inner length {inner}");
        assert_eq!(sampled.get(&[2, 0]), summed(2, 0), "inner length {inner}");
    }
}

#[test]
fn what_is_not_stored_is_zero_even_against_what_is_not_finite() {
    let s = Sparse::new([2, 2], vec![0], vec![0], Array::from_slice([1], &[3.0f64]).unwrap()).unwrap();
    let a = Array::from_slice([2, 2], &[1.0, f64::INFINITY, f64::NAN, 1.0]).unwrap();
    let found = run("S .* A", &[("S", &s), ("A", &a.view())], true, 1);
    assert_eq!(found.slice::<f64>().unwrap(), [3.0, 0.0, 0.0, 0.0]);
}

#[test]
fn products_that_are_never_formed_and_choices() {
    let ranked = |stored: usize, rank: usize| {
        let mut env = Env::new().array("S", DType::F64, [20_000, 20_000], "");
        env.sparse("S", stored);
        env.array("U", DType::F64, [20_000, rank], "").array("V", DType::F64, [20_000, rank], "")
    };
    let env = |stored: usize| ranked(stored, 32);
    let compile =
        |text: &str, env: &Env| compile_formula(parse(text).unwrap(), text, env, &Rewriting::default(), &[]).unwrap();
    let program = compile("sum(S .* (U * V.'), axis=1)", &env(40_000));
    assert!(program.sparse().unwrap().stored && program.sparse().unwrap().densified.is_empty());
    assert!(program.plan().temporary_bytes() < 1 << 20, "{}", program.explain());
    assert!(program.explain().to_string().contains("sampled product of U, V, rows(S), columns(S)"));
    // With half of the entries stored and long sums the product is formed and read at them; with all, S is a dense matrix.
    let half = compile("sum(S .* (U * V.'), axis=1)", &ranked(200_000_000, 128));
    assert!(half.sparse().unwrap().stored && !half.explain().to_string().contains("sampled"), "{}", half.explain());
    assert!(!compile("sum(S .* (U * V.'), axis=1)", &env(400_000_000)).sparse().unwrap().stored);
    // Without rewriting, products are formed whole and from left to right.
    let none = |text: &str| compile_formula(parse(text).unwrap(), text, &env(40_000), &Rewriting::none(), &[]).unwrap();
    assert!(none("S .* (U * V.')").plan().temporary_bytes() >= 3_200_000_000);
    let left = none("S * (U * V.') * U");
    assert!(left.plan().temporary_bytes() >= 6_400_000_000, "{}", left.explain());
    // The chain is multiplied from the side that stays small.
    let chain = compile("S * (U * V.') * U", &env(40_000));
    assert!(chain.plan().temporary_bytes() < 64 << 20, "{}", chain.explain());
}

#[test]
fn overflow_and_operands_that_changed_are_errors() {
    let s = Sparse::new([2, 2], vec![1], vec![0], Array::from_slice([1], &[100i8]).unwrap()).unwrap();
    let mut env = Env::new().array("S", DType::I8, [2, 2], "");
    env.sparse("S", 1);
    let text = "S .* 2";
    let program = compile_formula(parse(text).unwrap(), text, &env, &stored_only(), &[]).unwrap();
    let mut out = [0; 4];
    let error = program.execute(&[&s], vec![Out::Memory(&mut out)], &Settings::default(), &Unwatched).unwrap_err();
    assert_eq!(error.code(), "integer-overflow");
    assert!(error.to_string().contains("at stored entry 0"), "{error}");
    let dense = Array::zeros(DType::I8, [2, 2]).unwrap();
    let error = program.execute(&[&dense.view()], vec![Out::Memory(&mut out)], &Settings::default(), &Unwatched);
    assert_eq!(error.unwrap_err().code(), "operand-changed");
}
