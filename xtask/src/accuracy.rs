//! `cargo xtask accuracy`: the elementary functions against multiple precision (f64) and over every f32.

use crate::run::{Outcome, cargo, command, root, run, target};
use crate::venv;

/// Builds our side and passes the arguments on to the driver.
pub fn accuracy(arguments: &[&str]) -> Outcome {
    run(&mut cargo(&["build", "--release", "--locked", "--package", "hadamard-math", "--example", "accuracy"]))?;
    let python = venv::python()?;
    let mut driver = command(python, &["crates/hadamard-math/examples/accuracy/accuracy.py", "--server"]);
    driver.arg(target().join("release/examples/accuracy"));
    driver.arg("--out").arg(root().join("crates/hadamard-math/ACCURACY.md"));
    run(driver.args(arguments))
}
