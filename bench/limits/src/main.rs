//! The limits of this machine as a server: moves the bytes of a case on request, so that the driver of
//! `cargo xtask bench` can alternate between engines within one session.
//!
//! Requests are lines of tab-separated words on standard input; each is answered by one line on standard output.
//! Times are in nanoseconds.
//!
//! | request | answer |
//! |---|---|
//! | `prepare MOVEMENT NUMBER…` | the stores that are fastest here, see [`case::Case::prepare`] |
//! | `fresh N` | the time of N runs into memory not touched before |
//! | `reuse N` | the time of N runs into the result of the run before |
//! | `threads N` | `ok`: from now on so many threads |

mod case;
mod horner;
mod line;
mod memory;
mod traffic;
mod transposed;

use case::{Case, Outcome};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::io::{BufRead, Write};
use std::time::Duration;

struct Server {
    pool: ThreadPool,
    case: Option<Case>,
}

/// The nanoseconds of so many runs.
fn sum(repeats: &str, mut run: impl FnMut() -> Outcome<Duration>) -> Outcome<String> {
    let mut total = Duration::ZERO;
    for _ in 0..repeats.parse::<usize>()? {
        total += run()?;
    }
    Ok(total.as_nanos().to_string())
}

impl Server {
    fn answer(&mut self, words: &[&str]) -> Outcome<String> {
        match (words, &mut self.case) {
            (["prepare", words @ ..], case) => {
                *case = None; // its memory first
                let new = self.pool.install(|| Case::prepare(words))?;
                Ok(case.insert(new).ways())
            }
            (["threads", number], case) => {
                self.pool = ThreadPoolBuilder::new().num_threads(number.parse()?).build()?;
                if let Some(case) = case {
                    self.pool.install(|| case.choose())?;
                }
                Ok("ok".into())
            }
            (["fresh", repeats], Some(case)) => self.pool.install(|| sum(repeats, || case.fresh())),
            (["reuse", repeats], Some(case)) => self.pool.install(|| sum(repeats, || Ok(case.reuse()))),
            _ => Err(format!("no such request, or nothing is prepared: {words:?}").into()),
        }
    }
}

fn main() -> Outcome<()> {
    let mut server = Server { pool: ThreadPoolBuilder::new().build()?, case: None };
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split('\t').collect();
        writeln!(out, "{}", server.answer(&words)?)?;
        out.flush()?;
    }
    Ok(())
}
