//! `cargo xtask photo`: redoes the mask and the picture of `examples/photo` with the commands written there, and
//! compares the result with NumPy's.

use crate::run::{Outcome, cargo, command, run, target};
use crate::venv;

/// Builds the program and hands over to `examples/photo/check.py`.
pub fn photo() -> Outcome {
    run(&mut cargo(&["build", "--release", "--locked", "--package", "hadamard-cli"]))?;
    let python = venv::python()?;
    run(command(python, &["examples/photo/check.py"]).arg(target().join("release/hadamard")))
}
