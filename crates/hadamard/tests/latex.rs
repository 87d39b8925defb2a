//! The LaTeX of answers: it is well formed, and where LaTeX is installed it compiles.

use hadamard::algebra::laws::{Law, table};
use hadamard::algebra::term::Ring;
use hadamard::prove::{Format, declare};
use std::path::Path;
use std::process::Command;

fn document(claim: &str, operands: &[&str], given: &str, ring: Ring) -> String {
    let operands: Vec<_> = operands.iter().map(|o| declare(o).unwrap()).collect();
    let answer = hadamard::prove(claim, &operands, given, ring).unwrap_or_else(|e| panic!("{claim}: {e}"));
    answer.write(Format::Latex)
}

/// Claims of kinds that no law is of: open ones, names with several letters, literals, slices.
const OTHERS: &[(&str, &[&str], &str)] = &[
    ("B .* B .^ -1 == J(m, n)", &[], ""),
    ("max(A) == max(A.')", &[], ""),
    ("rank((U * V.') .* W) <= 12", &["U:9x2", "V:6x2", "W:9x6"], ""),
    ("weights_1 .* (design .* weights_1.') == Diag(weights_1) * design * Diag(weights_1)", &[], ""),
    ("(A .^ 2).' .^ 3 == (A .^ 3 .^ 2).'", &[], ""),
    ("((A ^ 2).' .* B) ^ 2 == ((A.' ^ 2) .* B) ^ 2", &[], ""),
    ("A[0:2, ::2] .* [1 2i; 0.5 -3] == [1 2i; 0.5 -3] .* A[0:2, ::2]", &["A:3x4"], ""),
    ("inv(inv(A)) .^ 2 == A .* A", &["A:nxn"], "invertible A"),
    ("sum(abs.(A) .^ (1/2)) == sum(abs.(A.') .^ (1/2))", &[], ""),
    ("pd(A .* B)", &[], "pd A, psd B"),
    ("psd(A .* B)", &[], "psd A"),
    ("cumsum(x) == x", &[], ""),
    ("Σ_1 .* (α * A) == α * (A .* Σ_1)", &["α:"], ""),
];

/// Brackets pair up and no exponent follows another: what LaTeX would stop at.
#[test]
fn brackets_pair_up() {
    let laws = table().map(|law| (law.statement, document(law.statement, law.operands, law.given, law.ring)));
    let others =
        OTHERS.iter().map(|&(claim, operands, given)| (claim, document(claim, operands, given, Ring::Complex)));
    for (claim, text) in laws.chain(others) {
        let mut depth = 0i32;
        for c in text.replace("\\{", "").replace("\\}", "").chars() {
            depth += i32::from(c == '{') - i32::from(c == '}');
            assert!(depth >= 0, "{claim}\n{text}");
        }
        assert_eq!(depth, 0, "{claim}\n{text}");
        let environments = ["align*", "pmatrix", "document"];
        for name in environments {
            let count = |word: &str| text.matches(&format!("\\{word}{{{name}}}")).count();
            assert_eq!(count("begin"), count("end"), "{claim}\n{text}");
        }
        assert!(!text.contains("}^{") || !doubled(&text), "two exponents in a row: {claim}\n{text}");
        assert!(!text.contains("[U+"), "a sign that is not translated: {claim}\n{text}");
    }
}

/// Whether an exponent stands right behind another one.
fn doubled(text: &str) -> bool {
    let bytes: Vec<char> = text.chars().collect();
    (0..bytes.len()).filter(|&k| bytes[k] == '^' && bytes.get(k + 1) == Some(&'{')).any(|start| {
        let mut depth = 0;
        for (k, &c) in bytes.iter().enumerate().skip(start + 1) {
            depth += i32::from(c == '{') - i32::from(c == '}');
            if depth == 0 {
                return bytes.get(k + 1) == Some(&'^');
            }
        }
        false
    })
}

fn name(law: &Law) -> String {
    law.name.replace('.', "_")
}

#[test]
#[ignore = "needs pdflatex, takes minutes: cargo xtask latex"]
fn every_document_compiles() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("latex");
    std::fs::create_dir_all(&folder).unwrap();
    let laws = table().map(|law| (name(law), document(law.statement, law.operands, law.given, law.ring)));
    let others = OTHERS
        .iter()
        .enumerate()
        .map(|(k, &(claim, operands, given))| (format!("other{k}"), document(claim, operands, given, Ring::Complex)));
    let (mut count, mut failed) = (0, Vec::new());
    for (name, text) in laws.chain(others) {
        let file = folder.join(format!("{name}.tex"));
        std::fs::write(&file, text).unwrap();
        let output = Command::new("pdflatex")
            .args(["-draftmode", "-interaction=nonstopmode", "-halt-on-error"])
            .arg(&file)
            .current_dir(&folder)
            .output()
            .expect("pdflatex is installed");
        count += 1;
        if !output.status.success() {
            let log = String::from_utf8_lossy(&output.stdout);
            let lines: Vec<&str> = log.lines().skip_while(|line| !line.starts_with('!')).take(6).collect();
            failed.push(format!("{name}: {}", lines.join("\n  ")));
        }
    }
    println!("{count} documents, {} do not compile", failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
