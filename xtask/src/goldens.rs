//! `cargo xtask goldens`: runs every Python script among the tests of the crates; each writes its goldens beside itself.

use crate::run::{Failed, Outcome, command, root, run};
use crate::venv;
use std::path::{Path, PathBuf};

/// Runs the scripts, then shows which goldens changed.
pub fn goldens() -> Outcome {
    let python = venv::python()?;
    run(&mut command(&python, &["-m", "pip", "freeze", "--disable-pip-version-check"]))?;
    let mut scripts = Vec::new();
    for name in entries(&root().join("crates"))? {
        find(&name.join("tests"), &mut scripts)?;
    }
    scripts.sort();
    for script in &scripts {
        println!("── {}", script.strip_prefix(root()).unwrap_or(script).display());
        // Those that need a photograph take it as their argument.
        run(command(&python, &[]).arg(script).arg("examples/photo/china.jpg"))?;
    }
    println!("── changed");
    run(&mut command("git", &["status", "--short", "--", "crates/*/tests"]))
}

/// The Python scripts in a folder, which need not exist.
fn find(folder: &Path, scripts: &mut Vec<PathBuf>) -> Outcome {
    if !folder.is_dir() {
        return Ok(());
    }
    for path in entries(folder)? {
        if path.is_dir() {
            find(&path, scripts)?;
        } else if path.extension().is_some_and(|e| e == "py") {
            scripts.push(path);
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let failed = |error: std::io::Error| Failed(format!("could not read {}: {error}", folder.display()));
    std::fs::read_dir(folder).map_err(failed)?.map(|e| e.map(|e| e.path()).map_err(failed)).collect()
}
