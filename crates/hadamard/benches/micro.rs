//! What a formula costs before and beside its arithmetic, and single kernels on data that stays in a cache:
//! `cargo bench -p hadamard`.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use hadamard::{Array, DType, Env, Layout, Settings, View, ViewMut, compile, product};
use std::hint::black_box;
use std::num::NonZeroUsize;

/// Ten operations over two operands.
const TEN: &str = "a .* b .+ a ./ b .- sqrt.(a) .* (b .+ 1) .- abs.(a) .* 2";

/// Formulas of `a` and `b` that stand for kernels.
const KERNELS: [&str; 8] = [
    "a .* b",
    "a .* b .+ a ./ b",
    "where(a .> b, a, b)",
    "a .* b.'",
    "sum(a .* b)",
    "sum(a, axis=0)",
    "exp.(a)",
    "a .^ b",
];

fn matrix(n: usize, step: f64) -> ndarray::Array2<f64> {
    ndarray::Array2::from_shape_fn((n, n), |(i, j)| 0.5 + step * ((i * n + j) % 97) as f64)
}

fn environment(names: &[&str], n: usize) -> Env {
    names.iter().fold(Env::new(), |env, name| env.array(name, DType::F64, [n, n], ""))
}

/// Runs a formula of square matrices into results that are there, on one thread.
fn run_into(criterion: &mut Criterion, label: &str, formula: &str, names: &[&str], n: usize) {
    let program = compile(formula, &environment(names, n)).expect("the formula is well-formed");
    let operands: Vec<Array> = (1..=names.len())
        .map(|k| {
            Array::from_slice([n, n], matrix(n, k as f64 * 0.01).as_slice().expect("C order")).expect("n² elements")
        })
        .collect();
    let views: Vec<View<'_>> = operands.iter().map(Array::view).collect();
    let shape = program.outputs().next().expect("one result").shape.clone();
    let mut result = vec![0.0f64; shape.size()];
    let mut outs = [ViewMut::new(&mut result, Layout::c_order(shape)).expect("the result's elements")];
    let settings = Settings { threads: NonZeroUsize::new(1), ..Settings::default() };
    criterion.bench_function(label, |bencher| {
        bencher.iter(|| program.run_into(black_box(&views), &mut outs, &settings).expect("nothing to refuse"));
    });
}

/// From text to a program that is ready to run.
fn compiling(criterion: &mut Criterion) {
    let make = || environment(&["a", "b"], 64);
    criterion.bench_function("compile ten operations", |bencher| {
        bencher.iter_batched(make, |env| compile(black_box(TEN), &env).expect("well-formed"), BatchSize::SmallInput);
    });
    // Another number each time, so that the loop is none that was compiled before.
    let mut k = 1;
    let mut other = || {
        k += 1;
        (format!("{TEN}.{k}"), make())
    };
    criterion.bench_function("compile ten operations, machine code included", |bencher| {
        let compile = |(text, env): (String, Env)| compile(black_box(&text), &env).expect("well-formed");
        bencher.iter_batched(&mut other, compile, BatchSize::SmallInput);
    });
}

fn small(criterion: &mut Criterion) {
    run_into(criterion, "run_into 4×4 a .* b .+ c", "a .* b .+ c", &["a", "b", "c"], 4);
    for n in [4, 16] {
        let (a, b) = (matrix(n, 0.01), matrix(n, 0.02));
        criterion.bench_function(&format!("eager {n}×{n}: hadamard::product"), |bencher| {
            bencher.iter(|| product(black_box(&a), black_box(&b)).expect("equal shapes"));
        });
        criterion.bench_function(&format!("eager {n}×{n}: ndarray's &a * &b"), |bencher| {
            bencher.iter(|| black_box(&a) * black_box(&b));
        });
    }
}

fn kernels(criterion: &mut Criterion) {
    for formula in KERNELS {
        // Only names that occur may be given.
        let names: &[&str] = if formula.contains('b') { &["a", "b"] } else { &["a"] };
        run_into(criterion, &format!("128×128 {formula}"), formula, names, 128);
    }
}

criterion_group!(micro, compiling, small, kernels);
criterion_main!(micro);
