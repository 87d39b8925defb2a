//! Our side of `cargo xtask bench`: times formulas on request, so that the driver (`bench/side_by_side.py`) can
//! alternate between engines within one session.
//!
//! Requests are lines of tab-separated words on standard input; each is answered by one line on standard output:
//!
//! | request | answer |
//! |---|---|
//! | `prepare FORMULA NAME=FILE …` | `ok`: the formula is compiled and its operands lie in memory |
//! | `fresh N` | nanoseconds of N runs into newly allocated results, which may lie where results dropped before lay |
//! | `cold N` | nanoseconds of N runs into results in memory not touched before |
//! | `reuse N` | nanoseconds of N runs into the results of the run before |
//! | `save FILE` | `ok`: the last result is written as `.npy` |
//! | `threads N` | `ok`: from now on so many threads |

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
    settings: Settings,
}

/// More results than the engine keeps the memory of, at the sizes the driver asks for.
const HELD: usize = 8;

impl Case {
    fn prepare(words: &[&str], settings: Settings) -> Outcome<Case> {
        let [formula, operands @ ..] = words else { return Err("prepare needs a formula".into()) };
        let mut env = Env::new();
        let mut arrays = Vec::new();
        for operand in operands {
            let (name, path) = operand.split_once('=').ok_or("operands are NAME=FILE")?;
            let array = load(path)?;
            env = env.array(name, array.dtype(), array.shape().clone(), path);
            arrays.push(array);
        }
        Ok(Case { program: compile(formula, &env)?, operands: arrays, results: Vec::new(), settings })
    }

    fn fresh(&mut self) -> Outcome<u128> {
        self.results.clear();
        let views: Vec<View<'_>> = self.operands.iter().map(Array::view).collect();
        let start = Instant::now();
        self.results = self.program.run(&views, &self.settings)?;
        Ok(start.elapsed().as_nanos())
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
        let views: Vec<View<'_>> = self.operands.iter().map(Array::view).collect();
        let mut results: Vec<_> = self.results.iter_mut().map(Array::view_mut).collect();
        let start = Instant::now();
        self.program.run_into(&views, &mut results, &self.settings)?;
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
            (["prepare", words @ ..], case) => {
                *case = None; // its memory first
                *case = Some(Case::prepare(words, self.settings.clone())?);
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
