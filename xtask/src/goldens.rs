//! `cargo xtask goldens`: runs the scripts that make the tests' goldens; each writes its own beside itself.

use crate::run::{Outcome, command, run};
use crate::venv;

/// The scripts and their arguments, from the root of the workspace.
const SCRIPTS: &[(&str, &[&str])] = &[
    ("crates/hadamard/tests/goldens/oracle.py", &[]),
    ("crates/hadamard/tests/goldens/spectra.py", &[]),
    ("crates/hadamard-engine/tests/goldens/accuracy_goldens.py", &[]),
    ("crates/hadamard-engine/tests/goldens/complex_goldens.py", &[]),
    ("crates/hadamard-engine/tests/goldens/numpy_goldens.py", &[]),
    ("crates/hadamard-io/tests/goldens/make.py", &[]),
    ("crates/hadamard-math/tests/goldens/circular.py", &[]),
    ("crates/hadamard-math/tests/goldens/exponential.py", &[]),
    ("crates/hadamard-math/tests/goldens/special.py", &[]),
    ("crates/hadamard-io/tests/goldens_formats/make.py", &["examples/photo/china.jpg"]),
];

/// Makes the goldens of the notations, of the systems named or of all that are here.
const DIALECTS: &str = "crates/hadamard-dialect/tests/goldens/make.py";

/// Runs them all, then shows which goldens changed; with systems of notations named, only those.
pub fn goldens(systems: &[&str]) -> Outcome {
    if !systems.is_empty() {
        return run(command(venv::dialects()?, &[DIALECTS]).args(systems));
    }
    let python = venv::python()?;
    run(&mut command(&python, &["-m", "pip", "freeze", "--disable-pip-version-check"]))?;
    for (script, arguments) in SCRIPTS {
        println!("── {script}");
        run(command(&python, &[script]).args(*arguments))?;
    }
    println!("── {DIALECTS}");
    run(&mut command(venv::dialects()?, &[DIALECTS]))?;
    println!("── changed");
    run(&mut command("git", &["status", "--short", "--", "crates/*/tests"]))
}
