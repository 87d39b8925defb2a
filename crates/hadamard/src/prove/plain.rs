//! Answers for a terminal.

use super::Block;
use hadamard_algebra::prove::Matrix;
use std::fmt::Write;

pub(super) fn write(blocks: &[Block]) -> String {
    let mut out = String::new();
    let mut after_chain = false;
    for block in blocks {
        // Writing to a string does not fail.
        let _ = match block {
            Block::Verdict(word, sides) => writeln!(out, "{word}: {sides}"),
            Block::Sentence(text) if after_chain => writeln!(out, "\n  {}", text.replace(['\u{1}', '\u{2}'], "")),
            Block::Sentence(text) => writeln!(out, "  {}", text.replace(['\u{1}', '\u{2}'], "")),
            Block::Chain(start, steps) => chain(&mut out, start, steps),
            Block::Matrices(matrices) => matrices.iter().try_for_each(|(name, matrix)| {
                writeln!(out, "    {name} = {}", matrix_text(matrix, name.chars().count() + 7))
            }),
        };
        after_chain = matches!(block, Block::Chain(..));
    }
    out
}

/// The start on a line of its own, then a line for each step with its reason in a column.
fn chain(out: &mut String, start: &str, steps: &[(String, String)]) -> std::fmt::Result {
    writeln!(out, "\n    {start}")?;
    let width = steps.iter().map(|(text, _)| text.chars().count()).filter(|&w| w <= 60).max().unwrap_or(0);
    for (text, reason) in steps {
        let line = format!("      = {text:width$}  {reason}");
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// A matrix of numbers: one line for each row, those after the first indented by `indent`.
pub fn matrix_text(matrix: &Matrix, indent: usize) -> String {
    let cols = match matrix.shape[..] {
        [] => return matrix.entries.concat(),
        [_] => 1,
        [_, n, ..] => n,
    };
    if matrix.entries.is_empty() {
        return format!("empty {:?}", matrix.shape);
    }
    let width = matrix.entries.iter().map(|e| e.chars().count()).max().unwrap_or(0);
    let row = |row: &[String]| {
        let entries: Vec<String> = row.iter().map(|e| format!("{e:>width$}")).collect();
        format!("[{}]", entries.join(" "))
    };
    let rows: Vec<String> = matrix.entries.chunks(cols.max(1)).map(row).collect();
    rows.join(&format!("\n{}", " ".repeat(indent)))
}
