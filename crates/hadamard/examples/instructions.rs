//! A fixed piece of work, for counting its instructions: `instructions SCENARIO TIMES`; see `cargo xtask instructions`.
//!
//! The difference between two numbers of times is the cost of the work alone, without starting up.

use hadamard::{Array, DType, Env, Program, Settings, View, compile};
use std::error::Error;
use std::hint::black_box;
use std::num::NonZeroUsize;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A name, a formula, and the rows and columns of its operands.
type Scenario = (&'static str, &'static str, Option<(usize, usize)>);

/// Names, formulas, and the axes of the matrices `a` and `b`; without axes only compiled.
const SCENARIOS: &[Scenario] = &[
    ("compile", "a .* b .+ a ./ b .- sqrt.(a) .* (b .+ 1) .- abs.(a) .* 2", None),
    ("tiny", "a .* b", Some((4, 4))),
    ("product", "a .* b", Some((256, 256))),
    ("product-sum", "a .* b .+ a ./ b", Some((256, 256))),
    ("sum", "sum(a .* b)", Some((256, 256))),
    ("sum-0", "sum(a, axis=0)", Some((256, 256))),
    ("exp", "exp.(a)", Some((256, 256))),
    ("transposed", "a .* b.'", Some((256, 256))),
];

fn program(formula: &str, rows: usize, columns: usize) -> Outcome<Program> {
    let mut env = Env::new().array("a", DType::F64, [rows, columns], "");
    if formula.contains('b') {
        env = env.array("b", DType::F64, [rows, columns], "");
    }
    Ok(compile(formula, &env)?)
}

fn matrix(rows: usize, columns: usize, step: f64) -> Outcome<Array> {
    let values: Vec<f64> = (0..rows * columns).map(|i| 0.5 + step * (i % 97) as f64).collect();
    Ok(Array::from_slice([rows, columns], &values)?)
}

fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [scenario, times] = &words[..] else {
        SCENARIOS.iter().for_each(|(name, ..)| println!("{name}"));
        return Ok(());
    };
    let times: usize = times.parse()?;
    let (_, formula, axes) = SCENARIOS.iter().find(|(name, ..)| name == scenario).ok_or("no such scenario")?;
    let Some((rows, columns)) = *axes else {
        for _ in 0..times {
            black_box(program(formula, 64, 64)?);
        }
        return Ok(());
    };
    // One thread: how work is shared out between threads is not the same from run to run.
    let settings = Settings { threads: NonZeroUsize::new(1), ..Settings::default() };
    let program = program(formula, rows, columns)?;
    let (a, b) = (matrix(rows, columns, 0.01)?, matrix(rows, columns, 0.02)?);
    let operands: Vec<View<'_>> = if formula.contains('b') { vec![a.view(), b.view()] } else { vec![a.view()] };
    let mut results = program.run(&operands, &settings)?;
    for _ in 0..times {
        let mut views: Vec<_> = results.iter_mut().map(Array::view_mut).collect();
        program.run_into(black_box(&operands), &mut views, &settings)?;
    }
    black_box(&results);
    Ok(())
}
