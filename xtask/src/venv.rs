//! Python environments under `target/`, each with the packages of a file of requirements.

use crate::run::{Failed, Outcome, command, root, run, target};
use std::path::PathBuf;

/// The interpreter of the environment with the reference libraries of `xtask/requirements.txt`.
pub fn python() -> Outcome<PathBuf> {
    made("venv", "xtask/requirements.txt", false)
}

/// The interpreter of the environment with the Python systems whose notations are read.
pub fn dialects() -> Outcome<PathBuf> {
    made("venv-dialects", "xtask/requirements-dialects.txt", true)
}

/// The interpreter of the environment with the peers of `bench/requirements.txt`, those that can be installed here.
pub fn peers() -> Outcome<PathBuf> {
    made("venv-bench", "bench/requirements.txt", true)
}

/// The interpreter of an environment, which is made or brought up to date first if its requirements have changed.
/// `optional`: a package that cannot be installed is left out.
fn made(folder: &str, requirements: &str, optional: bool) -> Outcome<PathBuf> {
    let requirements = root().join(requirements);
    let wanted = std::fs::read_to_string(&requirements)
        .map_err(|error| Failed(format!("could not read {}: {error}", requirements.display())))?;
    let folder = target().join(folder);
    let python = folder.join("bin/python");
    let stamp = folder.join("requirements.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    run(command("python3", &["-m", "venv"]).arg(&folder))?;
    let pip = || command(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    if optional {
        for package in wanted.lines().filter(|line| !line.starts_with('#')) {
            if run(pip().arg(package)).is_err() {
                println!("{package} is left out");
            }
        }
    } else {
        run(pip().arg("-r").arg(&requirements))?;
    }
    std::fs::write(&stamp, wanted).map_err(|error| Failed(format!("could not write {}: {error}", stamp.display())))?;
    Ok(python)
}
