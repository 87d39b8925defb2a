//! What the parser says when it cannot go on.

use super::{Mode, Parser, Result};
use crate::notation::{Meaning, power};
use crate::number::shorten;
use crate::token::{Kind, Token};
use hadamard_algebra::ops::{self, Level};
use hadamard_algebra::{Diagnostic, Span};

const SIDE_BY_SIDE: &str = "two operands stand side by side; a product needs its sign: `A .* B` entry by entry, `A * B` \
                            for the matrix product";

impl Parser<'_> {
    /// A token where something else was expected.
    pub(super) fn unexpected(&self, token: Token, expected: &str) -> Diagnostic {
        let span = token.span();
        if let (Kind::Bad, Some(error)) = (token.kind, self.cursor.error()) {
            return error.clone();
        }
        let text = self.cursor.text(token);
        match token.kind {
            Kind::End => Diagnostic::new("unexpected-end", span, format!("expected {expected}, but the formula ends")),
            Kind::Newline => {
                Diagnostic::new("unexpected-token", span, format!("expected {expected}, but the line ends"))
            }
            _ => {
                let message = format!("expected {expected}, found `{}`", shorten(text));
                Diagnostic::new("unexpected-token", span, message)
            }
        }
    }

    /// A token after a complete statement.
    pub(super) fn unexpected_after_statement(&self, token: Token) -> Diagnostic {
        let text = self.cursor.text(token);
        match token.kind {
            Kind::CloseParen | Kind::CloseBracket => {
                Diagnostic::new("unmatched-bracket", token.span(), format!("`{text}` closes nothing"))
            }
            Kind::Assign => {
                Diagnostic::new("unexpected-token", token.span(), "`=` stands only after the name of a result")
                    .help("write `C = A .* B; D = C`; to compare write `A .== B`")
            }
            _ => self.unexpected_in(token, "a sign, `;` or the end"),
        }
    }

    /// A token after a complete expression.
    pub(super) fn unexpected_in(&self, token: Token, expected: &str) -> Diagnostic {
        let error = self.unexpected(token, expected);
        match token.kind {
            Kind::Number(_) | Kind::Name | Kind::OpenParen | Kind::DotParen | Kind::OpenBracket => {
                error.help(SIDE_BY_SIDE)
            }
            Kind::Sign(_) if self.cursor.sign(token).is_some_and(|sign| sign.infix.is_none()) => {
                error.help(SIDE_BY_SIDE)
            }
            Kind::Colon if self.cursor.mode != Mode::Group => {
                error.help("a range stands only in a subscript: `A[0:10, :]`")
            }
            Kind::Assign => error.help("to compare write `A .== B`"),
            _ => error,
        }
    }

    /// A bracket that the text does not close, or closes with another.
    pub(super) fn unclosed(&self, open: Token, found: Token, expected: &str) -> Diagnostic {
        let bracket = self.cursor.text(open);
        match found.kind {
            Kind::End => Diagnostic::new("unclosed-bracket", open.span(), format!("`{bracket}` is never closed")),
            Kind::CloseParen | Kind::CloseBracket => {
                let close = self.cursor.text(found);
                let message = format!("`{bracket}` is closed by `{close}`");
                Diagnostic::new("mismatched-bracket", found.span(), message).label(open.span(), "opened here")
            }
            _ => self.unexpected_in(found, expected),
        }
    }

    /// A token where an operand should start.
    pub(super) fn unexpected_start(&self, token: Token) -> Diagnostic {
        let error = self.unexpected(token, "an operand");
        let infix = self.cursor.sign(token).is_some_and(|sign| sign.infix.is_some());
        match infix && self.cursor.after_newline() {
            true => error.help("a line goes on when it ends with a sign, or inside parentheses"),
            false => error,
        }
    }

    /// `a .< b .< c`, read up to the second sign; the places are those of `a` and `b`.
    pub(super) fn chained(&mut self, left: Span, first: Token, middle: Span, second: Token) -> Result<Diagnostic> {
        self.cursor.next();
        self.cursor.skip_newlines();
        let right = self.expression(power(Level::Compare))?.expr.span;
        let sign = |token| {
            let (meaning, _) = self.cursor.sign(token)?.infix?;
            Some(self.cursor.notation.infix(Meaning { dotted: true, ..meaning })?.0)
        };
        let (a, b) = (sign(first).unwrap_or_default(), sign(second).unwrap_or_default());
        let [x, y, z] = [left, middle, right].map(|span| shorten(&self.cursor.source()[span.start..span.end]));
        let message = format!("`{}` and `{}` cannot be chained", self.cursor.text(first), self.cursor.text(second));
        Ok(Diagnostic::new("chained-comparison", left.to(right), message)
            .help(format!("write `({x} {a} {y}) .& ({y} {b} {z})`")))
    }

    /// A call of a name that is no function; `open` is its parenthesis, just taken.
    pub(super) fn unknown_function(&self, name: Token, open: Token) -> Diagnostic {
        let text = shorten(self.cursor.text(name));
        let mut error = Diagnostic::new("unknown-function", name.span(), format!("there is no function `{text}`"));
        let similar = ops::suggest(&text);
        if !similar.is_empty() {
            let names: Vec<String> = similar.iter().map(|name| format!("`{name}`")).collect();
            error = error.help(format!("did you mean {}?", names.join(" or ")));
        }
        if open.kind == Kind::DotParen {
            return error;
        }
        let inside = self.cursor.inside(open).map_or("0".to_string(), |inside| shorten(inside.trim()));
        error.help(format!("if `{text}` is an operand: parentheses do not index, write `{text}[{inside}]`"))
    }
}
