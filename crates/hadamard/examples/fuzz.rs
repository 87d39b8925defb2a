//! Random formulas until the time is over: every back end has the bits of the reference, or the case is printed.
//! `fuzz [--minutes N] [--seed S]`; run by `cargo xtask fuzz`.

#[path = "../tests/random/mod.rs"]
mod random;

use random::{Bounds, Case, Outcome, check};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

const BOUNDS: Bounds = Bounds { usual: 4000, large: 140_000, huge: Some(3 << 20) };

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str| words.windows(2).find(|w| w[0] == name).and_then(|w| w[1].parse::<f64>().ok());
    let minutes = number("--minutes").unwrap_or(1.0);
    let now = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |d| d.as_secs());
    let first = number("--seed").map_or(now << 32, |seed| seed as u64);

    let start = Instant::now();
    let mut counts = [0u64; 3];
    let mut seed = first;
    while start.elapsed() < Duration::from_secs_f64(minutes * 60.0) {
        let case = Case::random(seed, &BOUNDS);
        let found = catch_unwind(AssertUnwindSafe(|| check(&case))).unwrap_or(Err("panicked".to_string()));
        match found {
            Ok(outcome) => counts[outcome as usize] += 1,
            Err(what) => {
                println!("seed {seed}: {what}\n\n{case}\n");
                println!("To keep it, add that line to crates/hadamard/tests/regressions.txt.");
                return ExitCode::FAILURE;
            }
        }
        seed += 1;
        if (seed - first).is_multiple_of(20_000) {
            report(start, first, counts);
        }
    }
    report(start, first, counts);
    ExitCode::SUCCESS
}

fn report(start: Instant, first: u64, counts: [u64; 3]) {
    let [rejected, faulted, compared] =
        [Outcome::Rejected, Outcome::Faulted, Outcome::Compared].map(|o| counts[o as usize]);
    let minutes = start.elapsed().as_secs_f64() / 60.0;
    println!("{minutes:.1} min from seed {first}: {compared} compared, {faulted} with faults, {rejected} rejected");
}
