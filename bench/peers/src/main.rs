//! Rust libraries that compute what the engine computes, one to a process, as servers for the driver of
//! `cargo xtask bench`. The library is the only argument: `ndarray`, `par_azip`, `nalgebra` or `faer`.
//!
//! Requests are lines of tab-separated words on standard input; each is answered by one line on standard output.
//! Times are in nanoseconds.
//!
//! | request | answer |
//! |---|---|
//! | `prepare CASE NAME=DTYPE=SHAPE=FILE…` | `ok` and the modes there are (`fresh`, `reuse`), or `no` and why |
//! | `fresh N` | the time of N runs, each with a new result |
//! | `reuse N` | the time of N runs into the result of the run before |
//! | `save FILE` | `ok`: the result's bytes are in the file |
//! | `release` | `ok`: the memory of the case is given back |

mod case;
mod faer_zip;
mod nalgebra_matrix;
mod ndarray_operators;
mod ndarray_parallel;
mod operands;

use case::Case;
use operands::{Number, Operands};
use std::error::Error;
use std::io::{BufRead, Write};

/// What a request gives.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// The case as the library computes it, if it can.
fn prepare<T: Number>(library: &str, name: &str, operands: &Operands) -> Outcome<Option<Box<dyn Case>>> {
    match library {
        "ndarray" => ndarray_operators::case::<T>(name, operands),
        "par_azip" => ndarray_parallel::case::<T>(name, operands),
        "nalgebra" => nalgebra_matrix::case::<T>(name, operands),
        "faer" => faer_zip::case::<T>(name, operands),
        _ => Err(format!("no library is called {library}").into()),
    }
}

fn answer(library: &str, words: &[&str], case: &mut Option<Box<dyn Case>>) -> Outcome<String> {
    match (words, case.as_mut()) {
        (["prepare", variant, operands @ ..], _) => {
            *case = None; // its memory first
            let (name, dtype) = variant.rsplit_once('-').ok_or("a case without a dtype")?;
            let operands = Operands::read(operands)?;
            *case = match dtype {
                "f64" => prepare::<f64>(library, name, &operands)?,
                "f32" => prepare::<f32>(library, name, &operands)?,
                _ => None,
            };
            Ok(match case {
                Some(case) if case.has_reuse() => "ok fresh reuse".into(),
                Some(_) => "ok fresh".into(),
                None => format!("no {variant} in {library}"),
            })
        }
        (["fresh", repeats], Some(case)) => Ok(case.fresh(repeats.parse()?).as_nanos().to_string()),
        (["reuse", repeats], Some(case)) => Ok(case.reuse(repeats.parse()?).as_nanos().to_string()),
        (["save", path], Some(case)) => {
            std::fs::write(path, case.bytes())?;
            Ok("ok".into())
        }
        (["release"], _) => {
            *case = None;
            Ok("ok".into())
        }
        _ => Err(format!("no such request, or nothing is prepared: {words:?}").into()),
    }
}

fn main() -> Outcome<()> {
    let library = std::env::args().nth(1).ok_or("which library?")?;
    let mut case = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split('\t').collect();
        writeln!(out, "{}", answer(&library, &words, &mut case)?)?;
        out.flush()?;
    }
    Ok(())
}
