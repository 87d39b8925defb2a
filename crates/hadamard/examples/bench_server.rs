//! Our side of `cargo xtask bench`: times formulas on request, so that the driver (`bench/side_by_side.py`) can
//! alternate between engines within one session.
//!
//! Requests are lines of tab-separated words on standard input; each is answered by one line on standard output:
//!
//! | request | answer |
//! |---|---|
//! | `prepare FORMULA NAME=FILE …` | `ok`: the formula is compiled and its operands lie in memory |
//! | `fresh` | nanoseconds of one run into newly allocated results |
//! | `reuse` | nanoseconds of one run into the results of the run before |
//! | `save FILE` | `ok`: the last result is written as `.npy` |
//! | `threads` | how many threads a run may use |

use hadamard::io::{Location, OutputPolicy, Outputs, ReadOptions, Target, WriteOptions, open};
use hadamard::{Array, Env, Program, Settings, View, compile};
use std::error::Error;
use std::io::{BufRead, Write};
use std::time::Instant;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A compiled formula with everything a run needs.
struct Case {
    program: Program,
    operands: Vec<Array>,
    results: Vec<Array>,
}

impl Case {
    fn prepare(words: &[&str]) -> Outcome<Case> {
        let [formula, operands @ ..] = words else { return Err("prepare needs a formula".into()) };
        let mut env = Env::new();
        let mut arrays = Vec::new();
        for operand in operands {
            let (name, path) = operand.split_once('=').ok_or("operands are NAME=FILE")?;
            let array = load(path)?;
            env = env.array(name, array.dtype(), array.shape().clone(), path);
            arrays.push(array);
        }
        Ok(Case { program: compile(formula, &env)?, operands: arrays, results: Vec::new() })
    }

    fn fresh(&mut self) -> Outcome<u128> {
        self.results.clear();
        let views: Vec<View<'_>> = self.operands.iter().map(Array::view).collect();
        let start = Instant::now();
        self.results = self.program.run(&views, &Settings::default())?;
        Ok(start.elapsed().as_nanos())
    }

    fn reuse(&mut self) -> Outcome<u128> {
        if self.results.is_empty() {
            self.fresh()?;
        }
        let views: Vec<View<'_>> = self.operands.iter().map(Array::view).collect();
        let mut results: Vec<_> = self.results.iter_mut().map(Array::view_mut).collect();
        let start = Instant::now();
        self.program.run_into(&views, &mut results, &Settings::default())?;
        Ok(start.elapsed().as_nanos())
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

fn load(path: &str) -> Outcome<Array> {
    let source = open(&Location::file(path), &ReadOptions::default())?.0.source;
    let mut array = Array::zeros(source.dtype(), source.shape().clone())?;
    let whole: Vec<_> = source.shape().iter().map(|&n| 0..n).collect();
    source.read(&whole, array.bytes_mut()?)?;
    Ok(array)
}

fn answer(case: &mut Option<Case>, words: &[&str]) -> Outcome<String> {
    let ok = "ok".to_string();
    match (words, case) {
        (["prepare", words @ ..], case) => {
            *case = None;
            *case = Some(Case::prepare(words)?);
            Ok(ok)
        }
        (["threads"], _) => Ok(std::thread::available_parallelism()?.to_string()),
        (["fresh"], Some(case)) => Ok(case.fresh()?.to_string()),
        (["reuse"], Some(case)) => Ok(case.reuse()?.to_string()),
        (["save", path], Some(case)) => case.save(path).map(|()| ok),
        _ => Err(format!("no such request, or nothing is prepared: {words:?}").into()),
    }
}

fn main() -> Outcome<()> {
    let mut case = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split('\t').collect();
        writeln!(out, "{}", answer(&mut case, &words)?)?;
        out.flush()?;
    }
    Ok(())
}
