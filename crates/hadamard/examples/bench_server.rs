//! Our side of `cargo xtask bench`: times formulas on request, so that the driver (`bench/side_by_side.py`) can
//! alternate between engines within one session.
//!
//! Requests are lines of tab-separated words on standard input; each is answered by one line on standard output:
//!
//! | request | answer |
//! |---|---|
//! | `prepare FORMULA NAME=FILE …` | `ok`: the formula is compiled and its operands lie in memory |
//! | `stored FORMULA NAME=FILE …` | as `prepare`, and a sparse result is given as the values of its stored entries |
//! | `fresh N` | nanoseconds of N runs into newly allocated results, which may lie where results dropped before lay |
//! | `cold N` | nanoseconds of N runs into results in memory not touched before |
//! | `reuse N` | nanoseconds of N runs into the results of the run before |
//! | `save FILE` | `ok`: the last result is written as `.npy` |
//! | `threads N` | `ok`: from now on so many threads |

use hadamard::array::MemorySource;
use hadamard::io::{Location, OutputPolicy, Outputs, ReadOptions, Target, WriteOptions, open};
use hadamard::plan::Rewriting;
use hadamard::{Array, Env, Out, Program, Settings, Source, Unwatched, View, compile_formula, parse};
use std::error::Error;
use std::io::{BufRead, Write};
use std::time::Instant;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A compiled formula with everything a run needs.
struct Case {
    program: Program,
    /// In memory: arrays, and sparse matrices.
    operands: Vec<Box<dyn Source>>,
    results: Vec<Array>,
    settings: Settings,
}

/// More results than the engine keeps the memory of, at the sizes the driver asks for.
const HELD: usize = 8;

impl Case {
    fn prepare(words: &[&str], settings: Settings, stored: bool) -> Outcome<Case> {
        let [formula, operands @ ..] = words else { return Err("prepare needs a formula".into()) };
        let mut env = Env::new();
        let mut arrays = Vec::new();
        for operand in operands {
            let (name, path) = operand.split_once('=').ok_or("operands are NAME=FILE")?;
            let source = load(path)?;
            env = env.array(name, source.dtype(), source.shape().clone(), path);
            if let Some(matrix) = source.stored()? {
                env.sparse(name, matrix.count());
            }
            arrays.push(source);
        }
        let (tree, results) = (parse(formula)?, Vec::new());
        let as_values: Vec<usize> = if stored { vec![tree.statements.len() - 1] } else { Vec::new() };
        let program = compile_formula(tree, formula, &env, &Rewriting::default(), &as_values)?;
        Ok(Case { program, operands: arrays, results, settings })
    }

    /// The operands as views, if none is sparse.
    fn views(&self) -> Option<Vec<View<'_>>> {
        self.operands.iter().map(|source| source.in_memory()).collect()
    }

    fn fresh(&mut self) -> Outcome<u128> {
        self.results.clear();
        let views = self.views();
        let start = Instant::now();
        let results = match &views {
            Some(views) => self.program.run(views, &self.settings)?,
            None => self.with_sparse()?,
        };
        let taken = start.elapsed().as_nanos();
        self.results = results;
        Ok(taken)
    }

    fn with_sparse(&self) -> Outcome<Vec<Array>> {
        let results = self.program.outputs().map(|o| Array::for_overwriting(o.dtype, o.shape.clone()));
        let mut results = results.collect::<Result<Vec<_>, _>>()?;
        let outs = results.iter_mut().map(|a| Ok(Out::Memory(a.bytes_mut()?))).collect::<Outcome<_>>()?;
        let sources: Vec<&dyn Source> = self.operands.iter().map(|s| &**s).collect();
        self.program.execute(&sources, outs, &self.settings, &Unwatched)?;
        Ok(results)
    }

    /// While results are held that nobody has touched, there is no freed memory left to be used again.
    fn cold(&mut self) -> Outcome<u128> {
        self.results.clear();
        let mut held = Vec::new();
        for output in self.program.outputs() {
            for _ in 0..HELD {
                held.push(Array::for_overwriting(output.dtype, output.shape.clone())?);
            }
        }
        self.fresh()
    }

    fn reuse(&mut self) -> Outcome<u128> {
        if self.results.is_empty() {
            self.fresh()?;
        }
        let mut held = std::mem::take(&mut self.results);
        let views = self.views().ok_or("sparse operands run fresh")?;
        let mut results: Vec<_> = held.iter_mut().map(Array::view_mut).collect();
        let start = Instant::now();
        self.program.run_into(&views, &mut results, &self.settings)?;
        let taken = start.elapsed().as_nanos();
        drop(results);
        self.results = held;
        Ok(taken)
    }

    fn save(&self, path: &str) -> Outcome<()> {
        let array = self.results.last().ok_or("nothing was run")?;
        let location = Location::file(path);
        let options = WriteOptions::default();
        let target = Target { location, dtype: array.dtype(), shape: array.shape().clone(), options };
        let mut outputs = Outputs::create(&[target], &OutputPolicy { force: true, ..OutputPolicy::default() })?;
        let whole: Vec<_> = array.shape().iter().map(|&n| 0..n).collect();
        outputs.sinks()[0].write(&whole, array.view().bytes())?;
        outputs.finish()?;
        Ok(())
    }
}

fn load(path: &str) -> Outcome<Box<dyn Source>> {
    let source = open(&Location::file(path), &ReadOptions::default())?.0.source;
    if source.stored()?.is_some() {
        return Ok(source);
    }
    let mut array = Array::zeros(source.dtype(), source.shape().clone())?;
    let whole: Vec<_> = source.shape().iter().map(|&n| 0..n).collect();
    source.read(&whole, array.bytes_mut()?)?;
    Ok(Box::new(MemorySource(array)))
}

#[derive(Default)]
struct Server {
    case: Option<Case>,
    settings: Settings,
}

/// The nanoseconds of so many runs.
fn sum(repeats: &str, mut run: impl FnMut() -> Outcome<u128>) -> Outcome<String> {
    let mut total = 0;
    for _ in 0..repeats.parse::<usize>()? {
        total += run()?;
    }
    Ok(total.to_string())
}

impl Server {
    fn answer(&mut self, words: &[&str]) -> Outcome<String> {
        let ok = "ok".to_string();
        match (words, &mut self.case) {
            ([how @ ("prepare" | "stored"), words @ ..], case) => {
                *case = None; // its memory first
                *case = Some(Case::prepare(words, self.settings.clone(), *how == "stored")?);
                Ok(ok)
            }
            (["threads", number], case) => {
                self.settings.threads = Some(number.parse()?);
                if let Some(case) = case {
                    case.settings = self.settings.clone();
                }
                Ok(ok)
            }
            (["fresh", repeats], Some(case)) => sum(repeats, || case.fresh()),
            (["cold", repeats], Some(case)) => sum(repeats, || case.cold()),
            (["reuse", repeats], Some(case)) => sum(repeats, || case.reuse()),
            (["save", path], Some(case)) => case.save(path).map(|()| ok),
            _ => Err(format!("no such request, or nothing is prepared: {words:?}").into()),
        }
    }
}

fn main() -> Outcome<()> {
    let mut server = Server::default();
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split('\t').collect();
        writeln!(out, "{}", server.answer(&words)?)?;
        out.flush()?;
    }
    Ok(())
}
