//! Text to tokens.

use crate::notation::Notation;
use crate::number::{number, starts_number};
use crate::token::{Kind, Token};
use hadamard_algebra::{Diagnostic, Number, Span};

/// The tokens of a text, the last of which is [`Kind::End`] or, where the text is no token, [`Kind::Bad`].
pub(crate) struct Lexed {
    pub tokens: Vec<Token>,
    pub numbers: Vec<Number>,
    /// What is wrong with the bad token. It is reported when the parser arrives there, so that the first error of a
    /// formula is the one shown.
    pub error: Option<Diagnostic>,
}

/// Splits a text into tokens. Comments and white space vanish but for newlines.
pub(crate) fn lex(text: &str, notation: &Notation) -> Lexed {
    let mut lexed = Lexed { tokens: Vec::new(), numbers: Vec::new(), error: None };
    let mut at = 0;
    let mut spaced = true;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
            spaced = true;
            continue;
        }
        if c.is_whitespace() && c != '\n' {
            at += c.len_utf8();
            spaced = true;
            continue;
        }
        let (kind, length) = match token(rest, at, c, notation, &mut lexed.numbers) {
            Ok(token) => token,
            Err(error) => {
                lexed.tokens.push(Token::new(Kind::Bad, spaced, error.span.start, error.span.end));
                lexed.error = Some(error);
                return lexed;
            }
        };
        lexed.tokens.push(Token::new(kind, spaced, at, at + length));
        at += length;
        spaced = kind == Kind::Newline;
    }
    lexed.tokens.push(Token::new(Kind::End, spaced, at, at));
    lexed
}

fn token(
    rest: &str,
    at: usize,
    first: char,
    notation: &Notation,
    numbers: &mut Vec<Number>,
) -> Result<(Kind, usize), Diagnostic> {
    if starts_number(rest) {
        let (value, length) = number(rest, at, notation)?;
        numbers.push(value);
        return Ok((Kind::Number(numbers.len() as u32 - 1), length));
    }
    if notation.starts_name(first) {
        let length = rest.find(|c| !notation.continues_name(c)).unwrap_or(rest.len());
        return Ok((Kind::Name, length));
    }
    if let Some((sign, _)) = notation.function_at(rest) {
        return Ok((Kind::Name, sign.len()));
    }
    let sign = notation.sign_at(rest).map(|i| (i, notation.signs[i].text.len()));
    let own = sign.map_or(0, |(_, length)| length);
    if let Some((text, help)) = notation.foreign_at(rest).filter(|(text, _)| text.len() > own) {
        let span = Span::new(at, at + text.len());
        let message = format!("`{text}` has no meaning in this notation");
        return Err(Diagnostic::new("unexpected-token", span, message).help(*help));
    }
    if let Some((i, length)) = sign {
        return Ok((Kind::Sign(i as u16), length));
    }
    let kind = match first {
        '(' => Kind::OpenParen,
        ')' => Kind::CloseParen,
        '[' => Kind::OpenBracket,
        ']' => Kind::CloseBracket,
        ',' => Kind::Comma,
        ';' => Kind::Semicolon,
        '\n' => Kind::Newline,
        ':' => Kind::Colon,
        '=' => Kind::Assign,
        '.' if rest.starts_with(".(") => return Ok((Kind::DotParen, 2)),
        _ => return Err(foreign(first, Span::new(at, at + first.len_utf8()))),
    };
    Ok((kind, first.len_utf8()))
}

/// A character that starts no token and that nobody is known to try.
fn foreign(c: char, span: Span) -> Diagnostic {
    let message = format!("`{}` (U+{:04X}) has no meaning here", c.escape_debug(), c as u32);
    let error = Diagnostic::new("unexpected-token", span, message);
    match c {
        '.' => error.help("a point belongs to a sign or a call: `A .* B`, `exp.(A)`"),
        _ => error,
    }
}
