//! `cargo xtask fuzz [--minutes N] [--seed S]`: random formulas on random operands, optimised, every back end against the
//! reference. What fails is printed with the line that keeps it as a regression.

use crate::run::{Outcome, cargo, run};

/// Runs the example that does it; `--dialects` makes texts in the notations of other systems instead.
pub fn fuzz(arguments: &[&str]) -> Outcome {
    if let ["--dialects", rest @ ..] = arguments {
        let build = ["run", "--release", "--locked", "-p", "hadamard-dialect", "--example", "fuzz", "--"];
        return run(&mut cargo(&[&build, rest].concat()));
    }
    let build = ["run", "--release", "--locked", "-p", "hadamard", "--example", "fuzz", "--"];
    run(&mut cargo(&[&build, arguments].concat()))
}
