//! `cargo xtask latex`: the answer about every law of the table as a LaTeX document, compiled. Needs `pdflatex` with
//! `amsmath`; Debian has them in `texlive-latex-base`.

use crate::run::{Outcome, cargo, run};

/// Writes the documents under the target folder and compiles each.
pub fn latex() -> Outcome {
    let test =
        ["test", "--locked", "--package", "hadamard", "--test", "latex", "--", "--include-ignored", "--nocapture"];
    run(&mut cargo(&test))
}
