//! Tokens: the words of a formula.

use hadamard_algebra::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number: an index into the lexer's numbers.
    Number(u32),
    /// A name of an operand, a function or a constant.
    Name,
    /// A sign: an index into the notation's signs.
    Sign(u16),
    OpenParen,
    /// `.(`, which makes a call elementwise.
    DotParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    Comma,
    Semicolon,
    Newline,
    Colon,
    Assign,
    /// Text that is no token; the lexer keeps the error and stops.
    Bad,
    End,
}

/// A token and its place. Texts are shorter than 4 GiB ([`crate::limits::MAX_LENGTH`]).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub kind: Kind,
    /// Whether white space (or the start of the text) stands before it.
    pub spaced: bool,
    start: u32,
    end: u32,
}

impl Token {
    pub fn new(kind: Kind, spaced: bool, start: usize, end: usize) -> Token {
        Token { kind, spaced, start: start as u32, end: end as u32 }
    }

    pub fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }
}
