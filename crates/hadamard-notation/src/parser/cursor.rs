//! A place in the tokens, and the meaning of white space there.

use crate::lexer::{Lexed, lex};
use crate::notation::{Notation, Sign};
use crate::token::{Kind, Token};
use hadamard_algebra::{Diagnostic, Number};

/// What newlines and spaces mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Outside brackets: a newline ends a statement.
    Statement,
    /// In parentheses and subscripts: neither means anything.
    Group,
    /// In a matrix literal: spaces separate entries, newlines separate rows.
    Entries,
}

pub(super) struct Cursor<'a> {
    pub notation: &'a Notation,
    pub mode: Mode,
    source: &'a str,
    lexed: Lexed,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(source: &'a str, notation: &'a Notation) -> Cursor<'a> {
        Cursor { notation, mode: Mode::Statement, source, lexed: lex(source, notation), at: 0 }
    }

    /// The next token; in a group, the next that is no newline.
    pub fn peek(&self) -> Token {
        self.lexed.tokens[self.ahead()]
    }

    /// The token after the next one.
    pub fn peek_second(&self) -> Token {
        let second = self.ahead() + 1;
        self.lexed.tokens[second.min(self.lexed.tokens.len() - 1)]
    }

    /// Takes the next token. The last one stays.
    pub fn next(&mut self) -> Token {
        let token = self.peek();
        self.at = (self.ahead() + 1).min(self.lexed.tokens.len() - 1);
        token
    }

    fn ahead(&self) -> usize {
        let mut at = self.at;
        while self.mode == Mode::Group && self.lexed.tokens[at].kind == Kind::Newline {
            at += 1;
        }
        at
    }

    pub fn skip_newlines(&mut self) {
        while self.peek().kind == Kind::Newline {
            self.next();
        }
    }

    /// Whether the next token is the first of a line other than the first.
    pub fn after_newline(&self) -> bool {
        self.at.checked_sub(1).is_some_and(|before| self.lexed.tokens[before].kind == Kind::Newline)
    }

    /// Takes the next token if it is of that kind.
    pub fn take(&mut self, kind: Kind) -> Option<Token> {
        (self.peek().kind == kind).then(|| self.next())
    }

    pub fn text(&self, token: Token) -> &'a str {
        let span = token.span();
        &self.source[span.start..span.end]
    }

    pub fn source(&self) -> &'a str {
        self.source
    }

    pub fn number(&self, i: u32) -> Number {
        self.lexed.numbers[i as usize]
    }

    /// What is wrong with the bad token.
    pub fn error(&self) -> Option<&Diagnostic> {
        self.lexed.error.as_ref()
    }

    /// The sign of the notation that a token is.
    pub fn sign(&self, token: Token) -> Option<&'a Sign> {
        match token.kind {
            Kind::Sign(i) => Some(&self.notation.signs[i as usize]),
            _ => None,
        }
    }

    /// Whether a token that could go on with the expression starts the next entry of a matrix literal instead:
    /// `[1 -2]` and `[A [1]]` have two entries, `[1 - 2]`, `[1-2]` and `[A[1]]` one.
    pub fn starts_entry(&self, token: Token) -> bool {
        if self.mode != Mode::Entries || !token.spaced {
            return false;
        }
        match self.sign(token) {
            Some(sign) => {
                let after = self.peek_second();
                sign.prefix.is_some() && !after.spaced && !matches!(after.kind, Kind::Newline | Kind::End)
            }
            None => token.kind == Kind::OpenBracket,
        }
    }

    /// Whether a token after a name makes a call of it.
    pub fn calls(&self, token: Token) -> bool {
        match token.kind {
            Kind::DotParen => true,
            Kind::OpenParen => self.mode != Mode::Entries || !token.spaced,
            _ => false,
        }
    }

    /// The text between a bracket just taken and the one that closes it, if there is one.
    pub fn inside(&self, open: Token) -> Option<&'a str> {
        let mut depth = 0usize;
        for token in &self.lexed.tokens[self.at..] {
            match token.kind {
                Kind::OpenParen | Kind::DotParen | Kind::OpenBracket => depth += 1,
                Kind::CloseParen | Kind::CloseBracket if depth == 0 => {
                    return Some(&self.source[open.span().end..token.span().start]);
                }
                Kind::CloseParen | Kind::CloseBracket => depth -= 1,
                _ => {}
            }
        }
        None
    }
}
