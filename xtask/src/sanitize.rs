//! `cargo xtask sanitize`: the tests that reach memory by their own means, with everything watched. Under AddressSanitizer
//! (nightly has it) what is written in Rust; under valgrind the loops that are compiled at run time, which a sanitizer does
//! not see; under Miri what it can run, without machine code. What is not installed is left out, and said so.

use crate::run::{Outcome, command, run, target};
use std::process::{Command, Stdio};

const TRIPLE: &str = "x86_64-unknown-linux-gnu";

/// Runs all three.
pub fn sanitize() -> Outcome {
    if has(&mut nightly(&["--version"])) {
        println!("── AddressSanitizer");
        let packages = ["-p", "hadamard-array", "-p", "hadamard-jit", "-p", "hadamard-engine"];
        run(&mut address(&[&packages[..], &["--tests"]].concat()))?;
        run(&mut address(&["-p", "hadamard", "--test", "engine", "--test", "in_place"]))?;
    } else {
        println!("── AddressSanitizer: there is no nightly toolchain");
    }
    if has(&mut command("valgrind", &["--version"])) {
        println!("── valgrind");
        run(&mut valgrind(&["-p", "hadamard-jit", "--tests"]))?;
        run(&mut valgrind(&["-p", "hadamard", "--test", "engine", "edges_of_blocks", "--", "--test-threads=1"]))?;
    } else {
        println!("── valgrind: not installed");
    }
    if has(&mut nightly(&["miri", "--version"])) {
        println!("── Miri");
        run(nightly(&["miri", "test", "--tests", "-p", "hadamard-array"])
            .env("CARGO_TARGET_DIR", target().join("miri")))?;
    } else {
        println!("── Miri: nightly has no such component");
    }
    Ok(())
}

fn has(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn nightly(arguments: &[&str]) -> Command {
    command("rustup", &[&["run", "nightly", "cargo"], arguments].concat())
}

fn address(tests: &[&str]) -> Command {
    let mut tests = nightly(&[&["test", "--locked", "--target", TRIPLE], tests].concat());
    tests.env("RUSTFLAGS", "-Zsanitizer=address").env("CARGO_TARGET_DIR", target().join("address"));
    tests
}

/// Valgrind knows no AVX-512, and says so to those who ask the processor. Some of its zeros have other
/// signs than the processor's, so the loops' own tests compare no values there.
fn valgrind(tests: &[&str]) -> Command {
    let mut tests = crate::run::cargo(&[&["test", "--locked"], tests].concat());
    tests.env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", "valgrind --quiet --error-exitcode=1");
    tests.env("HADAMARD_TEST_ONLY_MEMORY", "1");
    tests
}
