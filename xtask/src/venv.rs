//! A Python environment under `target/` with the reference libraries of `xtask/requirements.txt`.

use crate::run::{Failed, Outcome, command, root, run, target};
use std::path::PathBuf;

/// The interpreter of the environment, which is made or brought up to date first if its requirements have changed.
pub fn python() -> Outcome<PathBuf> {
    let requirements = root().join("xtask/requirements.txt");
    let wanted = std::fs::read_to_string(&requirements)
        .map_err(|error| Failed(format!("could not read {}: {error}", requirements.display())))?;
    let folder = target().join("venv");
    let python = folder.join("bin/python");
    let stamp = folder.join("requirements.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    run(command("python3", &["-m", "venv"]).arg(&folder))?;
    run(command(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&requirements))?;
    std::fs::write(&stamp, wanted).map_err(|error| Failed(format!("could not write {}: {error}", stamp.display())))?;
    Ok(python)
}
