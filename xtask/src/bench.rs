//! `cargo xtask bench`: builds the servers, then `bench/side_by_side` times our engine, its peers and the limits of the
//! machine in one session.

use crate::run::{Failed, Outcome, cargo, command, root, run, target};
use crate::venv;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Passes the arguments on to the driver.
pub fn bench(arguments: &[&str]) -> Outcome {
    run(&mut cargo(&["build", "--release", "--locked", "--package", "hadamard", "--example", "bench_server"]))?;
    run(&mut cargo(&["build", "--release", "--locked", "--package", "hadamard-cli"]))?;
    // What ours is compared with may use everything this processor has; ours finds that out as it runs.
    let native = target().join("native");
    let both = ["--package", "hadamard-limits", "--package", "hadamard-peers"];
    let mut others = cargo(&["build", "--release", "--locked", "--target-dir"]);
    run(others.arg(&native).args(both).env("RUSTFLAGS", "-C target-cpu=native"))?;
    let servers = target().join("bench/servers");
    place(&servers, "ours", target().join("release/examples/bench_server"))?;
    place(&servers, "hadamard", target().join("release/hadamard"))?;
    place(&servers, "limits", native.join("release/hadamard-limits"))?;
    place(&servers, "peers", native.join("release/hadamard-peers"))?;
    for (name, header) in [("eigen", "eigen3/Eigen/Core"), ("armadillo", "armadillo")] {
        compile(&servers, name, header)?;
    }
    let mut driver = command(venv::peers()?, &["bench/side_by_side"]);
    driver.arg("--servers").arg(servers);
    driver.arg("--work").arg(target().join("bench"));
    driver.arg("--out").arg(root().join("bench/results.md"));
    run(driver.args(arguments))
}

/// Compiles a C++ peer; without the compiler or the library's headers there is no such server, and the driver says so.
fn compile(folder: &Path, name: &str, header: &str) -> Outcome {
    let program = folder.join(name);
    let _ = std::fs::remove_file(&program); // of a session that had what is missing now
    let compiler = || Command::new("g++");
    let syntax = ["-fsyntax-only", "-x", "c++", "-include", header, "/dev/null"];
    if !compiler().args(syntax).stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    let source = root().join("bench/peers/cpp").join(name).with_extension("cpp");
    let options = ["-O3", "-march=native", "-fopenmp", "-std=c++17"];
    run(compiler().args(options).arg(source).arg("-o").arg(program))
}

/// Copies a program to where the driver looks for it, so that a build beside it cannot change it under way.
fn place(folder: &Path, name: &str, from: PathBuf) -> Outcome {
    let copy = || {
        std::fs::create_dir_all(folder)?;
        std::fs::copy(&from, folder.join(name))
    };
    copy().map(drop).map_err(|error| Failed(format!("could not copy {}: {error}", from.display())))
}
