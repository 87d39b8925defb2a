//! Everything in brackets: groups, arguments, subscripts, matrix literals.

use super::{Mode, Parser, Result, Tree};
use crate::limits::MAX_ENTRIES;
use crate::notation::LOOSEST;
use crate::token::{Kind, Token};
use hadamard_algebra::{Diagnostic, Expr, ExprKind, Op, Span, Subscript, ops};

impl Parser<'_> {
    /// `( expression )`. The parentheses count into its place.
    pub(super) fn group(&mut self) -> Result<Tree> {
        let open = self.cursor.next();
        self.bracketed(Mode::Group, open, |parser| {
            parser.not_at_end(open)?;
            let mut tree = parser.expression(LOOSEST)?;
            let close = parser.close(open, Kind::CloseParen, "`)`")?;
            tree.expr.span = open.span().to(close.span());
            Ok(tree)
        })
    }

    /// `name(arguments)` or `name.(arguments)`, the name just taken.
    pub(super) fn call(&mut self, name: Token) -> Result<Tree> {
        let open = self.cursor.next();
        let dotted = open.kind == Kind::DotParen;
        let op = self.function(name, dotted).ok_or_else(|| self.unknown_function(name, open))?;
        let (mut args, mut named) = (Vec::new(), Vec::new());
        let mut depth = 0;
        let close = self.bracketed(Mode::Group, open, |parser| {
            parser.not_at_end(open)?;
            if let Some(close) = parser.cursor.take(Kind::CloseParen) {
                return Ok(close);
            }
            loop {
                let first = parser.cursor.peek();
                let is_named = first.kind == Kind::Name && parser.cursor.peek_second().kind == Kind::Assign;
                if is_named {
                    parser.cursor.next();
                    parser.cursor.next();
                }
                let value = parser.expression(LOOSEST)?;
                depth = depth.max(value.depth);
                if is_named {
                    named.push((parser.cursor.text(first).to_string(), first.span(), value.expr));
                } else if named.is_empty() {
                    args.push(value.expr);
                } else {
                    let message = "an argument without a name stands after one with a name";
                    return Err(Diagnostic::new("positional-after-named", value.expr.span, message)
                        .help("put the arguments with names last: `sum(A, axis=0)`"));
                }
                if parser.cursor.take(Kind::Comma).is_none() {
                    return parser.close(open, Kind::CloseParen, "a sign, `,` or `)`");
                }
            }
        })?;
        let kind = ExprKind::Call { op, op_span: name.span(), dotted, args, named };
        self.node(kind, name.span().to(close.span()), depth)
    }

    fn function(&self, name: Token, dotted: bool) -> Option<Op> {
        let text = self.cursor.text(name);
        let sign = self.cursor.notation.function_at(text).map(|(_, op)| op);
        sign.or_else(|| ops::by_name(text, dotted))
    }

    /// `of[subscripts]`.
    pub(super) fn index(&mut self, of: Tree) -> Result<Tree> {
        let open = self.cursor.next();
        let mut depth = of.depth;
        let (at, close) = self.bracketed(Mode::Group, open, |parser| {
            parser.not_at_end(open)?;
            if let Some(close) = parser.cursor.take(Kind::CloseBracket) {
                let span = open.span().to(close.span());
                return Err(Diagnostic::new("empty-index", span, "the index is empty")
                    .help("write one subscript for each axis: `A[0]`, `A[0:10, :]`"));
            }
            let mut at = Vec::new();
            loop {
                at.push(parser.subscript(&mut depth)?);
                if parser.cursor.take(Kind::Comma).is_none() {
                    return Ok((at, parser.close(open, Kind::CloseBracket, "a sign, `:`, `,` or `]`")?));
                }
            }
        })?;
        let span = of.expr.span.to(close.span());
        self.node(ExprKind::Index { of: Box::new(of.expr), at }, span, depth)
    }

    /// `i`, or `start:stop:step` with each part optional.
    fn subscript(&mut self, depth: &mut usize) -> Result<Subscript> {
        let mut span = self.cursor.peek().span();
        self.count(span)?;
        let mut parts = Vec::new();
        loop {
            parts.push(self.subscript_part(depth)?);
            let colon = self.cursor.peek();
            if colon.kind != Kind::Colon || parts.len() == 3 {
                break;
            }
            self.cursor.next();
            span = span.to(colon.span());
        }
        subscript_of(parts, span).ok_or_else(|| self.unexpected(self.cursor.peek(), "a subscript"))
    }

    fn subscript_part(&mut self, depth: &mut usize) -> Result<Option<Expr>> {
        if matches!(self.cursor.peek().kind, Kind::Colon | Kind::Comma | Kind::CloseBracket) {
            return Ok(None);
        }
        let part = self.expression(LOOSEST)?;
        *depth = part.depth.max(*depth);
        Ok(Some(part.expr))
    }

    /// `[1 2; 3 4]`. Spaces or commas between entries, `;` or newlines between rows. One list with commas, or one
    /// entry in each row, is a vector; it is kept as one row.
    pub(super) fn matrix(&mut self) -> Result<Tree> {
        let open = self.cursor.next();
        let mut depth = 0;
        let (mut rows, spaces, close) = self.bracketed(Mode::Entries, open, |parser| parser.rows(open, &mut depth))?;
        let vector = match rows.len() {
            1 => !spaces,
            _ => rows[0].len() == 1,
        };
        if vector {
            rows = vec![rows.into_iter().flatten().collect()];
        }
        self.node(ExprKind::Matrix { rows, vector }, open.span().to(close.span()), depth)
    }

    /// The rows, whether a space alone separates some entries, and the closing bracket.
    fn rows(&mut self, open: Token, depth: &mut usize) -> Result<(Vec<Vec<Expr>>, bool, Token)> {
        self.cursor.skip_newlines();
        self.not_at_end(open)?;
        if let Some(close) = self.cursor.take(Kind::CloseBracket) {
            let span = open.span().to(close.span());
            return Err(Diagnostic::new("empty-matrix", span, "a matrix literal has at least one entry")
                .help("write `J(0, n)` for a matrix without rows"));
        }
        let (mut rows, mut row, mut spaces, mut entries) = (Vec::new(), Vec::new(), false, 0);
        loop {
            let entry = self.expression(LOOSEST)?;
            *depth = entry.depth.max(*depth);
            entries += 1;
            if entries > MAX_ENTRIES {
                let message = format!("a matrix literal has more than {MAX_ENTRIES} entries");
                return Err(Diagnostic::new("literal-too-large", open.span(), message)
                    .help("read large arrays from files instead of writing their entries"));
            }
            row.push(entry.expr);
            let token = self.cursor.peek();
            match token.kind {
                Kind::Comma => {
                    self.cursor.next();
                    self.cursor.skip_newlines();
                    self.not_at_end(open)?;
                }
                Kind::Semicolon | Kind::Newline | Kind::CloseBracket => {
                    rows.push(std::mem::take(&mut row));
                    same_length(&rows)?;
                    self.cursor.skip_newlines();
                    self.cursor.take(Kind::Semicolon);
                    self.cursor.skip_newlines();
                    self.not_at_end(open)?;
                    if let Some(close) = self.cursor.take(Kind::CloseBracket) {
                        return Ok((rows, spaces, close));
                    }
                }
                _ if token.spaced && self.starts_operand(token) => spaces = true,
                _ => return Err(self.unclosed(open, token, "a sign, `,`, `;` or `]`")),
            }
        }
    }

    fn starts_operand(&self, token: Token) -> bool {
        match token.kind {
            Kind::Number(_) | Kind::Name | Kind::OpenParen | Kind::OpenBracket => true,
            _ => self.cursor.sign(token).is_some_and(|sign| sign.prefix.is_some()),
        }
    }

    fn close(&mut self, open: Token, kind: Kind, expected: &str) -> Result<Token> {
        self.cursor.take(kind).ok_or_else(|| self.unclosed(open, self.cursor.peek(), expected))
    }

    /// Says that a bracket is unclosed where the text ends just after it or one of its separators.
    fn not_at_end(&self, open: Token) -> Result<()> {
        let token = self.cursor.peek();
        match token.kind {
            Kind::End => Err(self.unclosed(open, token, "an operand")),
            _ => Ok(()),
        }
    }
}

/// The subscript of one part, or the range of several.
fn subscript_of(parts: Vec<Option<Expr>>, colons: Span) -> Option<Subscript> {
    let span = parts.iter().flatten().fold(colons, |span, part| span.to(part.span));
    let is_range = parts.len() > 1;
    let mut parts = parts.into_iter();
    let mut part = || parts.next().flatten();
    match is_range {
        true => Some(Subscript::Range { start: part(), stop: part(), step: part(), span }),
        false => part().map(Subscript::At),
    }
}

/// The last row must be as long as the first.
fn same_length(rows: &[Vec<Expr>]) -> Result<()> {
    let (first, last) = (&rows[0], &rows[rows.len() - 1]);
    if first.len() == last.len() {
        return Ok(());
    }
    let fact = |i: usize, row: &[Expr]| match row.len() {
        1 => format!("row {i} has 1 entry"),
        n => format!("row {i} has {n} entries"),
    };
    let place = |row: &[Expr]| row.iter().map(|entry| entry.span).reduce(Span::to).unwrap_or_default();
    let (a, b) = (fact(0, first), fact(rows.len() - 1, last));
    Err(Diagnostic::new("ragged-matrix", place(last), format!("{a}, but {b}"))
        .label(place(first), a)
        .label(place(last), b)
        .help("rows of a matrix literal have one length; spaces separate entries: `[1 -2]` has two, `[1 - 2]` one"))
}
