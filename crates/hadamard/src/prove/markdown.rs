//! Answers as Markdown, with formulas between dollar signs.

use super::{Block, latex};
use std::fmt::Write;

pub(super) fn write(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        // Writing to a string does not fail.
        let _ = match block {
            Block::Verdict(word, sides) => writeln!(out, "**{word}**\n\n$$ {sides} $$\n"),
            Block::Sentence(text) => writeln!(out, "{}\n", text.replace(['\u{1}', '\u{2}'], "$")),
            Block::Chain(start, steps) => {
                writeln!(out, "$$ {start} $$\n\n| | |\n|---|---|").and_then(|()| {
                    steps.iter().try_for_each(|(text, reason)| {
                        // A bar would end the cell.
                        let text = text.replace('|', "\\vert ");
                        writeln!(out, "| $= {text}$ | {} |", reason.replace('|', "\\|"))
                    })?;
                    writeln!(out)
                })
            }
            Block::Matrices(matrices) => {
                let all: Vec<String> =
                    matrices.iter().map(|(name, m)| format!("{name} = {}", latex::matrix(m))).collect();
                writeln!(out, "$$ {} $$\n", all.join(", \\quad "))
            }
        };
    }
    out
}
