//! `cargo xtask check`: everything that must hold before a change goes in, cheapest first.

use crate::run::{Outcome, cargo, run};
use crate::{generate, instructions, tests};

/// Format, lints, tests, generated files, documentation; stops at the first that fails.
pub fn check() -> Outcome {
    step("format");
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    step("clippy");
    run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))?;
    step("tests");
    let summary = tests::run_all()?;
    step("instruction counts");
    instructions::check()?;
    step("generated files");
    generate::check()?;
    step("documentation");
    run(cargo(&["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings"))?;
    step("all checks passed");
    println!("{summary}");
    Ok(())
}

fn step(name: &str) {
    println!("── {name}");
}
