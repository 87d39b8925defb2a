//! `cargo xtask test`: unit and integration tests by nextest where it is installed, else by cargo; then the examples in
//! the documentation, which nextest does not run.

use crate::run::{Failed, Outcome, cargo, command, failed, watched};
use std::fmt;
use std::process::{Command, Stdio};

/// Runs all tests and shows the summary.
pub fn test() -> Outcome {
    println!("{}", run_all()?);
    Ok(())
}

/// Runs all tests; an error if one fails.
pub fn run_all() -> Outcome<Summary> {
    let mut summary = Summary::default();
    let flags = ["--workspace", "--locked", "--color", "never"];
    if has_nextest() {
        let mut nextest = cargo(&[&["nextest", "run", "--no-fail-fast"], &flags[..]].concat());
        // Says only what failed, and the summary.
        run_one(nextest.env("NEXTEST_STATUS_LEVEL", "fail"), "Summary [", &mut summary)?;
    } else {
        let mut tests = cargo(&[&["test", "--all-targets", "--no-fail-fast"], &flags[..]].concat());
        run_one(&mut tests, CARGO_CLOSES, &mut summary)?;
    }
    run_one(&mut cargo(&[&["test", "--doc"], &flags[..]].concat()), CARGO_CLOSES, &mut summary)?;
    Ok(summary)
}

/// How the last line of each of cargo's test programs begins.
const CARGO_CLOSES: &str = "test result:";

/// Runs a runner whose closing lines begin with `closes`.
fn run_one(runner: &mut Command, closes: &str, summary: &mut Summary) -> Outcome {
    let before = summary.passed;
    if !watched(runner, |line| summary.add(line, closes))? {
        println!("{summary}");
        return Err(failed(runner));
    }
    if summary.passed == before {
        return Err(Failed("the runner reported no test that passed".into()));
    }
    Ok(())
}

fn has_nextest() -> bool {
    let mut probe = command("cargo-nextest", &["nextest", "--version"]);
    probe.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// What the runners said at their ends.
#[derive(Debug, Default, PartialEq)]
pub struct Summary {
    lines: Vec<String>,
    passed: usize,
    failed: usize,
}

impl Summary {
    /// Takes in a line of output if it is a runner's closing line.
    fn add(&mut self, line: &str, closes: &str) {
        let line = line.trim();
        if !line.starts_with(closes) {
            return;
        }
        self.lines.push(line.to_owned());
        self.passed += count(line, "passed");
        self.failed += count(line, "failed") + count(line, "timed out");
    }
}

/// The number before a word.
fn count(line: &str, word: &str) -> usize {
    let before = line.split(word).next().filter(|before| before.len() < line.len());
    before.and_then(|b| b.split_whitespace().last()).and_then(|n| n.parse().ok()).unwrap_or(0)
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.lines.iter().filter(|line| count(line, "passed") + count(line, "failed") > 0) {
            writeln!(f, "{line}")?;
        }
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn closing_lines_are_counted() {
        let mut summary = Summary::default();
        let nextest = "Summary [";
        summary.add("     Summary [   1.204s] 14 tests run: 12 passed (1 slow), 2 failed, 3 skipped", nextest);
        summary.add("    test result: FAILED. 0 passed; 1 failed; 0 ignored, quoted of a test that failed", nextest);
        summary.add("test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out", CARGO_CLOSES);
        summary.add("test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out", CARGO_CLOSES);
        assert_eq!((summary.passed, summary.failed), (17, 2));
        let text = summary.to_string();
        assert!(text.ends_with("17 passed, 2 failed") && text.lines().count() == 3, "{text}");
    }
}
