//! `cargo xtask bench`: builds the servers, then `bench/side_by_side` times our engine, its peers and the limits of the
//! machine in one session.

use crate::run::{Failed, Outcome, cargo, command, root, run, target};
use crate::venv;
use std::path::PathBuf;

/// Passes the arguments on to the driver.
pub fn bench(arguments: &[&str]) -> Outcome {
    run(&mut cargo(&["build", "--release", "--locked", "--package", "hadamard", "--example", "bench_server"]))?;
    run(&mut cargo(&["build", "--release", "--locked", "--package", "hadamard-cli"]))?;
    // What ours is compared with may use everything this processor has; ours finds that out as it runs.
    let native = target().join("native");
    let mut limits = cargo(&["build", "--release", "--locked", "--package", "hadamard-limits", "--target-dir"]);
    run(limits.arg(&native).env("RUSTFLAGS", "-C target-cpu=native"))?;
    let servers = target().join("bench/servers");
    place(&servers, "ours", target().join("release/examples/bench_server"))?;
    place(&servers, "hadamard", target().join("release/hadamard"))?;
    place(&servers, "limits", native.join("release/hadamard-limits"))?;
    let mut driver = command(venv::peers()?, &["bench/side_by_side"]);
    driver.arg("--servers").arg(servers);
    driver.arg("--work").arg(target().join("bench"));
    driver.arg("--out").arg(root().join("bench/results.md"));
    run(driver.args(arguments))
}

/// Copies a program to where the driver looks for it, so that a build beside it cannot change it under way.
fn place(folder: &std::path::Path, name: &str, from: PathBuf) -> Outcome {
    let copy = || {
        std::fs::create_dir_all(folder)?;
        std::fs::copy(&from, folder.join(name))
    };
    copy().map(drop).map_err(|error| Failed(format!("could not copy {}: {error}", from.display())))
}
