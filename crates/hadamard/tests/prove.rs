//! Answers of the prover in every format, for every law.

use hadamard::algebra::laws::{Kind, Law, table};
use hadamard::algebra::term::{Declared, Ring};
use hadamard::prove::{Answer, Format};

fn answer(law: &Law) -> Answer {
    let operands: Vec<Declared> = law.operands.iter().map(|o| hadamard::declare(o).unwrap()).collect();
    hadamard::prove(law.statement, &operands, law.given, law.ring).unwrap_or_else(|e| panic!("{}: {e}", law.name))
}

/// Commands that the documents may use: those of LaTeX itself, amsmath and amssymb.
const COMMANDS: &[&str] = &[
    "documentclass",
    "usepackage",
    "allowdisplaybreaks",
    "begin",
    "end",
    "paragraph",
    "text",
    "circ",
    "oslash",
    "otimes",
    "ast",
    "bullet",
    "mathbin",
    "operatorname",
    "mathsf",
    "mathrm",
    "mathbf",
    "mathbb",
    "overline",
    "sum",
    "delta",
    "times",
    "tfrac",
    "quad",
    "mid",
    "textasciicircum",
    "textasciitilde",
    "textbackslash",
];

/// What a compiler would stumble over: brackets, environments, unknown commands, letters the fonts do not have, and
/// two superscripts on one thing.
fn wrong_latex(text: &str) -> Option<String> {
    let mut open = Vec::new();
    let mut environments = Vec::new();
    let mut rest = text;
    let mut last = ' ';
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let before = std::mem::replace(&mut last, c);
        match c {
            '{' => open.push(before == '^'),
            '}' => match open.pop() {
                None => return Some("a bracket closes that did not open".into()),
                Some(superscript) if superscript && rest.starts_with('^') => {
                    return Some("two superscripts".into());
                }
                Some(_) => {}
            },
            '\\' => {
                let name: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
                rest = &rest[name.len()..];
                if name.is_empty() {
                    rest = &rest[1..];
                    continue;
                }
                if !COMMANDS.contains(&name.as_str()) {
                    return Some(format!("unknown command {name}"));
                }
                if name == "begin" || name == "end" {
                    let of = rest[1..].split('}').next().unwrap_or_default().to_owned();
                    if name == "begin" {
                        environments.push(of);
                    } else if environments.pop() != Some(of) {
                        return Some("an environment ends that did not begin".into());
                    }
                }
            }
            c if !c.is_ascii() && !c.is_alphabetic() => return Some(format!("the sign {c}")),
            _ => {}
        }
    }
    (!open.is_empty() || !environments.is_empty()).then(|| "something is left open".into())
}

#[test]
fn documents_of_every_law_are_sound() {
    for law in table().filter(|law| law.kind != Kind::Property) {
        let answer = answer(law);
        let latex = answer.write(Format::Latex);
        assert_eq!(wrong_latex(&latex), None, "{}:\n{latex}", law.name);
        assert_eq!(latex.matches('$').count() % 2, 0, "{}:\n{latex}", law.name);
        for format in [Format::Text, Format::Markdown] {
            let text = answer.write(format);
            assert!(!text.contains(['\u{1}', '\u{2}']) && !text.contains("?"), "{}:\n{text}", law.name);
        }
        if answer.is_proved() && law.kind == Kind::Normal {
            assert!(answer.equations[0].law.is_some(), "{} is not recognised", law.name);
        }
    }
}

#[test]
fn the_validator_finds_what_is_wrong() {
    for text in ["{", "}", "\\begin{a}\\end{b}", "\\unknown", "A⊗B", "a^{2}^{3}"] {
        assert!(wrong_latex(text).is_some(), "{text}");
    }
    assert_eq!(wrong_latex("$A^{\\mathsf{T}} B_{ij}^{2}$"), None);
}

#[test]
fn shapes_are_declared_as_on_the_command_line() {
    let declared = |text: &str| hadamard::declare(text).map(|d| d.shape.len());
    assert_eq!(declared("A:mxn"), Ok(2));
    assert_eq!(declared("x:3"), Ok(1));
    assert_eq!(declared("B:p×n·g"), Ok(2));
    assert_eq!((declared("k:"), declared("k:scalar")), (Ok(0), Ok(0)));
    for wrong in ["A", "2:mxn", "A:m n", "A:-1", "A:mx", "A:99999999999999999999"] {
        assert_eq!(declared(wrong).unwrap_err().code, "bad-shape", "{wrong}");
    }
}

#[test]
fn chains_of_equations_and_other_claims() {
    let answer = hadamard::prove("sum(A .* B) == tr(A * B.') == tr(B.' * A)", &[], "", Ring::Complex).unwrap();
    assert!(answer.is_proved() && answer.equations.len() == 2);
    let answer = hadamard::prove("D = A .* B; D == B .* A == A * B", &[], "", Ring::Reals).unwrap();
    assert!(!answer.is_proved() && answer.equations[0].proof.is_some());
    let error = hadamard::prove("A == ", &[], "", Ring::Reals).unwrap_err();
    assert_eq!(error.diagnostic.code, "unexpected-end");
    let error = hadamard::prove("A == A", &[], "psd", Ring::Reals).unwrap_err();
    assert_eq!(error.within, hadamard::algebra::term::Within::Givens);
}
