//! Answers as a LaTeX document.

use super::Block;
use hadamard_algebra::proof::greek;
use hadamard_algebra::prove::Matrix;
use std::fmt::Write;

const HEAD: &str = "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage[utf8]{inputenc}\n\
    \\usepackage{amsmath,amssymb}\n\\allowdisplaybreaks\n\\begin{document}\n";

pub(super) fn write(blocks: &[Block]) -> String {
    let mut out = String::from(HEAD);
    for block in blocks {
        // Writing to a string does not fail.
        let _ = match block {
            Block::Verdict(word, sides) => writeln!(out, "\\paragraph{{{word}}}\n\\[ {sides} \\]"),
            Block::Sentence(text) => writeln!(out, "{}\n", sentence(text)),
            Block::Chain(start, steps) => writeln!(out, "{}", chain(start, steps)),
            Block::Matrices(matrices) => {
                let all: Vec<String> = matrices.iter().map(|(name, m)| format!("{name} = {}", matrix(m))).collect();
                writeln!(out, "\\[ {} \\]", all.join(", \\quad "))
            }
        };
    }
    out + "\\end{document}\n"
}

/// A chain of equations with the reasons beside it.
pub(super) fn chain(start: &str, steps: &[(String, String)]) -> String {
    let mut out = format!("\\begin{{align*}}\n&{start}");
    for (text, reason) in steps {
        let reason = if reason.is_empty() { String::new() } else { format!(" && \\text{{{}}}", escaped(reason)) };
        out += &format!(" \\\\\n&\\quad = {text}{reason}");
    }
    out + "\n\\end{align*}"
}

/// A sentence with its formulas between dollar signs.
fn sentence(text: &str) -> String {
    let mut out = String::new();
    for (k, part) in text.split(['\u{1}', '\u{2}']).enumerate() {
        out += &if k % 2 == 1 { format!("${part}$") } else { escaped(part) };
    }
    out
}

/// Text with the signs that LaTeX reads as commands, or does not know, written as it wants them.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out += &format!("\\{c}"),
            '^' => out += "\\textasciicircum{}",
            '~' => out += "\\textasciitilde{}",
            '\\' => out += "\\textbackslash{}",
            'ℂ' => out += "$\\mathbb{C}$",
            'ℝ' => out += "$\\mathbb{R}$",
            'ℤ' => out += "$\\mathbb{Z}$",
            'ℍ' => out += "$\\mathbb{H}$",
            'Σ' => out += "$\\sum$",
            '⁻' => out += "$^{-}$",
            '¹' => out += "$^{1}$",
            '₀' => out += "$_{0}$",
            '⁰' => out += "$^{0}$",
            '²' => out += "$^{2}$",
            '³' => out += "$^{3}$",
            'ᵀ' => out += "$^{\\mathsf{T}}$",
            '∘' => out += "$\\circ$",
            '½' => out += "$\\tfrac12$",
            '≤' => out += "$\\le$",
            '≥' => out += "$\\ge$",
            '×' => out += "$\\times$",
            '·' => out += "$\\cdot$",
            '⊗' => out += "$\\otimes$",
            '∗' => out += "$\\ast$",
            '•' => out += "$\\bullet$",
            '⊘' => out += "$\\oslash$",
            '⊙' => out += "$\\odot$",
            '‖' => out += "$\\Vert$",
            '√' => out += "$\\surd$",
            '–' => out += "--",
            c if c.is_ascii() => out.push(c),
            c if greek(c).is_some() => out += &format!("$\\{}$", greek(c).unwrap_or_default()),
            // Letters with accents, which the input encoding knows.
            c if c.is_alphabetic() && (c as u32) < 0x180 => out.push(c),
            c => out += &format!("[U+{:04X}]", c as u32),
        }
    }
    out
}

pub(super) fn matrix(matrix: &Matrix) -> String {
    let cols = match matrix.shape[..] {
        [] => return matrix.entries.concat(),
        [_] => 1,
        [_, n, ..] => n,
    };
    let rows: Vec<String> = matrix.entries.chunks(cols.max(1)).map(|row| row.join(" & ")).collect();
    format!("\\begin{{pmatrix}} {} \\end{{pmatrix}}", rows.join(" \\\\ "))
}
