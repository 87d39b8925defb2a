//! How failures look: for people with the place in the formula, for programs as JSON.

use crate::failure::{Failure, Note};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use hadamard::algebra::{Diagnostic, Span};
use serde_json::{Value, json};
use std::ops::Range;

/// Width of rendered errors: wide enough that a formula is rarely cut.
pub const COLUMNS: usize = 120;

/// The failure for people; colours are stripped by the stream if it does not want them.
pub fn text(failure: &Failure, columns: usize) -> String {
    let renderer = Renderer::styled().term_width(columns);
    match failure {
        Failure::Formula { text, diagnostic } | Failure::Numbers { text, diagnostic } => {
            let mut report = vec![snippet(text, diagnostic)];
            report.extend(diagnostic.help.iter().map(|h| help(h)));
            renderer.render(&report)
        }
        Failure::File(error) => note(&renderer, error.code(), &error.to_string(), error.help().as_slice()),
        Failure::Usage(Note { code, message, help }) | Failure::Data(Note { code, message, help }) => {
            note(&renderer, code, message, help)
        }
        Failure::Interrupted => note(&renderer, "interrupted", "interrupted; nothing was written", &[]),
        Failure::BrokenPipe => String::new(),
    }
}

fn note(renderer: &Renderer, code: &str, message: &str, helps: &[String]) -> String {
    let mut report = vec![Group::with_title(Level::ERROR.primary_title(message).id(code))];
    report.extend(helps.iter().map(|h| help(h)));
    renderer.render(&report)
}

fn help(text: &str) -> Group<'_> {
    Group::with_title(Level::HELP.secondary_title(text))
}

fn snippet<'a>(text: &'a str, diagnostic: &'a Diagnostic) -> Group<'a> {
    let primary = sign_between(text, diagnostic).unwrap_or_else(|| place(text, diagnostic.span));
    // A label on the very place of the error is the error's own label: two marks at one place would be drawn twice.
    let (own, others): (Vec<_>, Vec<_>) = diagnostic.labels.iter().partition(|(s, _)| place(text, *s) == primary);
    let own: Vec<&str> = own.iter().map(|(_, label)| label.as_str()).collect();
    let mut mark = AnnotationKind::Primary.span(primary);
    if !own.is_empty() {
        mark = mark.label(own.join("; "));
    }
    let contexts = others.iter().map(|(span, label)| AnnotationKind::Context.span(place(text, *span)).label(label));
    Level::ERROR.primary_title(&diagnostic.message).id(diagnostic.code).element(
        Snippet::source(text).line_numbering(text.trim_end().contains('\n')).annotation(mark).annotations(contexts),
    )
}

/// The sign of an operation whose two operands are labelled: it says more than a mark under all of it.
fn sign_between(text: &str, diagnostic: &Diagnostic) -> Option<Range<usize>> {
    let [(left, _), (right, _)] = &diagnostic.labels[..] else { return None };
    let (whole, left, right) = (place(text, diagnostic.span), place(text, *left), place(text, *right));
    if left.start != whole.start || right.end != whole.end || left.end >= right.start {
        return None;
    }
    let gap = &text[left.end..right.start];
    let sign = gap.trim_matches(|c: char| c.is_whitespace() || "()".contains(c));
    let start = left.end + gap.find(sign)?;
    (!sign.is_empty()).then_some(start..start + sign.len())
}

/// A byte range that lies inside the text on character boundaries, whatever the span says.
fn place(text: &str, span: Span) -> Range<usize> {
    let floor = |at: usize| (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let (start, end) = (floor(span.start), floor(span.end));
    start..end.max(start)
}

/// The failure for programs.
pub fn json(failure: &Failure) -> Value {
    let error = match failure {
        Failure::Formula { text, diagnostic: d } | Failure::Numbers { text, diagnostic: d } => json!({
            "code": d.code,
            "message": d.message,
            "formula": text,
            "span": span(d.span),
            "labels": d.labels.iter().map(|(s, label)| json!({"span": span(*s), "text": label})).collect::<Vec<_>>(),
            "help": d.help,
        }),
        Failure::File(error) => json!({
            "code": error.code(),
            "message": error.to_string(),
            "file": error.path.display().to_string(),
            "help": error.help().as_slice(),
        }),
        Failure::Usage(note) | Failure::Data(note) => {
            json!({"code": note.code, "message": note.message, "help": note.help})
        }
        Failure::Interrupted => json!({"code": "interrupted", "message": "interrupted", "help": []}),
        Failure::BrokenPipe => json!({"code": "broken-pipe", "message": "broken pipe", "help": []}),
    };
    json!({ "error": error })
}

fn span(span: Span) -> Value {
    json!([span.start, span.end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(failure: &Failure) -> String {
        anstream::adapter::strip_str(&text(failure, 100)).to_string()
    }

    fn mismatch() -> Failure {
        let diagnostic = Diagnostic::new("shape-mismatch", Span::new(3, 5), "operands of `.*` do not broadcast")
            .label(Span::new(1, 2), "A: f64[1000, 50]  (a.npy)")
            .label(Span::new(6, 7), "w: f64[50]  (w.npy)")
            .help("`w` fits axis 1 of `A`; write  A .* w.'");
        Failure::formula("(A .* w) .+ B", diagnostic)
    }

    #[test]
    fn a_formula_shows_the_place_and_both_operands() {
        insta::assert_snapshot!(plain(&mismatch()));
    }

    #[test]
    fn programs_get_the_same_facts() {
        let value = json(&mismatch());
        assert_eq!(value["error"]["code"], "shape-mismatch");
        assert_eq!(value["error"]["span"], json!([3, 5]));
        assert_eq!(value["error"]["labels"][1]["text"], "w: f64[50]  (w.npy)");
        assert_eq!(value["error"]["help"][0], "`w` fits axis 1 of `A`; write  A .* w.'");
    }

    #[test]
    fn notes_have_code_and_help() {
        let failure = Failure::usage("operand-twice", "`A` is given twice").help("give each operand once");
        insta::assert_snapshot!(plain(&failure));
    }

    #[test]
    fn places_outside_or_inside_characters_are_tamed() {
        let failure =
            Failure::formula("A ⊙ é", Diagnostic::new("x", Span::new(3, 99), "m").label(Span::new(4, 2), "l"));
        assert!(plain(&failure).contains("A ⊙ é"));
    }
}
