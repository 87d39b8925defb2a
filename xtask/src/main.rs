//! Developer commands, run as `cargo xtask COMMAND`. Plain standard library; each command in its own file.

mod accuracy;
mod bench;
mod check;
mod fuzz;
mod generate;
mod goldens;
mod instructions;
mod latex;
mod memory;
mod photo;
mod run;
mod sanitize;
mod tests;
mod venv;

use run::Failed;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  check          everything CI checks: format, clippy, tests, generated files, documentation
  test           the tests only
  gen [--check]  write the generated files, or fail if one is not up to date
  instructions [--update]
                 instructions of fixed pieces of work, against bench/instructions.toml

Not part of CI:
  photo          redo the pictures of examples/photo, and compare the result with NumPy's
  goldens        redo the goldens with the reference libraries of xtask/requirements.txt
  latex          compile the LaTeX of the proof or counterexample of every law (needs pdflatex)
  memory         three files of 1 GiB under --max-memory 256MiB: peak memory, and every element of the result
  bench [CASE…] [--peers NAME,…] [--rounds N] [--size small] [--threads N] [--list]
                 time formulas beside their peers and the limits of this machine, write bench/results.md
  fuzz [--dialects] [--minutes N] [--seed S]
                 random formulas, every back end against the reference; or texts in the notations of other systems
  sanitize       tests of the engine under AddressSanitizer, and without machine code under Miri, where nightly has them
  accuracy [ARGS]
                 errors of the elementary functions: f64 against multiple precision, f32 at all inputs
                 (ARGS: FUNCTION…, --points N, --f32, --f64, --write)";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = match words[..] {
        ["check"] => check::check(),
        ["test"] => tests::test(),
        ["gen"] => generate::write(),
        ["gen", "--check"] => generate::check(),
        ["instructions"] => instructions::check(),
        ["instructions", "--update"] => instructions::update(),
        ["photo"] => photo::photo(),
        ["goldens", ref systems @ ..] => goldens::goldens(systems),
        ["latex"] => latex::latex(),
        ["memory"] => memory::memory(),
        ["accuracy", ref arguments @ ..] => accuracy::accuracy(arguments),
        ["fuzz", ref arguments @ ..] => fuzz::fuzz(arguments),
        ["sanitize"] => sanitize::sanitize(),
        ["bench", ref arguments @ ..] => bench::bench(arguments),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(Failed(format!("there is no command `{}`\n\n{HELP}", words.join(" ")))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed(why)) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
