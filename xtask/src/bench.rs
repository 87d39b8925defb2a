//! `cargo xtask bench`: builds our side, then `bench/side_by_side.py` times all engines in one session.

use crate::run::{Outcome, cargo, command, root, run, target};
use crate::venv;

/// Passes the arguments on to the driver.
pub fn bench(arguments: &[&str]) -> Outcome {
    run(&mut cargo(&["build", "--release", "--locked", "--package", "hadamard", "--example", "bench_server"]))?;
    let python = venv::python()?;
    let mut driver = command(python, &["bench/side_by_side.py", "--server"]);
    driver.arg(target().join("release/examples/bench_server"));
    driver.arg("--work").arg(target().join("bench"));
    driver.arg("--out").arg(root().join("bench/results.md"));
    run(driver.args(arguments))
}
