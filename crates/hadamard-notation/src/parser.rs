//! Tokens to tree: a Pratt parser that knows the signs of a formula only from its notation.

mod bracket;
mod cursor;
mod errors;

use crate::limits::{MAX_DEPTH, MAX_LENGTH, MAX_NESTING, MAX_NODES};
use crate::notation::{LOOSEST, Meaning, Notation, PREFIX, Prefix, power};
use crate::token::{Kind, Token};
use cursor::{Cursor, Mode};
use hadamard_algebra::ops::Level;
use hadamard_algebra::{Diagnostic, Expr, ExprKind, Formula, Number, Span, Statement};

type Result<T> = std::result::Result<T, Diagnostic>;

/// Reads a formula in a notation.
pub(crate) fn parse(text: &str, notation: &Notation) -> Result<Formula> {
    if text.len() > MAX_LENGTH {
        let message = format!("the formula has {} bytes, more than {MAX_LENGTH}", text.len());
        return Err(Diagnostic::new("too-long", Span::new(0, 0), message)
            .help("read large arrays from files instead of writing their entries"));
    }
    Parser { cursor: Cursor::new(text, notation), nesting: 0, nodes: 0 }.formula()
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    nesting: usize,
    nodes: usize,
}

/// A finished part of the tree and how deep it is.
struct Tree {
    expr: Expr,
    depth: usize,
}

impl Parser<'_> {
    fn formula(mut self) -> Result<Formula> {
        let mut statements = Vec::new();
        loop {
            while matches!(self.cursor.peek().kind, Kind::Semicolon | Kind::Newline) {
                self.cursor.next();
            }
            if self.cursor.peek().kind == Kind::End {
                break;
            }
            statements.push(self.statement()?);
            let after = self.cursor.peek();
            if !matches!(after.kind, Kind::Semicolon | Kind::Newline | Kind::End) {
                return Err(self.unexpected_after_statement(after));
            }
        }
        if statements.is_empty() {
            return Err(Diagnostic::new("empty-formula", self.cursor.peek().span(), "the formula is empty")
                .help("write an expression such as `A .* B`"));
        }
        Ok(Formula { statements })
    }

    fn statement(&mut self) -> Result<Statement> {
        let first = self.cursor.peek();
        if first.kind != Kind::Name || self.cursor.peek_second().kind != Kind::Assign {
            return Ok(Statement { name: None, expr: self.expression(LOOSEST)?.expr });
        }
        let name = self.cursor.text(first);
        if constant(name).is_some() || self.cursor.notation.function_at(name).is_some() {
            let message = format!("`{name}` has a fixed meaning and cannot name a result");
            return Err(Diagnostic::new("reserved-name", first.span(), message));
        }
        self.cursor.next();
        self.cursor.next();
        self.cursor.skip_newlines();
        Ok(Statement { name: Some((name.to_string(), first.span())), expr: self.expression(LOOSEST)?.expr })
    }

    /// An expression of postfix signs and of infix signs that bind tighter than `min`.
    fn expression(&mut self, min: u8) -> Result<Tree> {
        let mut left = self.operand()?;
        let mut compared: Option<(Token, Span)> = None;
        loop {
            let token = self.cursor.peek();
            if self.cursor.starts_entry(token) {
                return Ok(left);
            }
            if token.kind == Kind::OpenBracket {
                left = self.index(left)?;
                continue;
            }
            let Some(sign) = self.cursor.sign(token) else { return Ok(left) };
            if let Some(meaning) = sign.postfix {
                self.cursor.next();
                let span = left.expr.span.to(token.span());
                left = self.operation(meaning, token, vec![left], span)?;
                continue;
            }
            let Some((meaning, level)) = sign.infix.filter(|&(_, level)| power(level) > min) else { return Ok(left) };
            self.cursor.next();
            self.cursor.skip_newlines();
            let right = match level {
                Level::Power => self.nested(token, |parser| parser.expression(power(level) - 1))?,
                _ => self.expression(power(level))?,
            };
            if level == Level::Compare {
                if let Some((first, middle)) = compared {
                    return Err(self.chained(left.expr.span, first, middle, token, right.expr.span));
                }
                compared = Some((token, right.expr.span));
            }
            let span = left.expr.span.to(right.expr.span);
            left = self.operation(meaning, token, vec![left, right], span)?;
        }
    }

    /// What stands between infix signs: a number, a name, a call, a bracket, or a prefix sign and its operand.
    fn operand(&mut self) -> Result<Tree> {
        let token = self.cursor.peek();
        match token.kind {
            Kind::Number(i) => {
                self.cursor.next();
                self.leaf(ExprKind::Number(self.cursor.number(i)), token)
            }
            Kind::Name => {
                self.cursor.next();
                let name = self.cursor.text(token);
                if self.cursor.calls(self.cursor.peek()) {
                    return self.call(token);
                }
                if self.cursor.notation.function_at(name).is_some() {
                    return Err(self.unexpected(self.cursor.peek(), &format!("`(` after `{name}`")));
                }
                match constant(name) {
                    Some(value) => self.leaf(ExprKind::Number(value), token),
                    None => self.leaf(ExprKind::Name(name.to_string()), token),
                }
            }
            Kind::OpenParen => self.group(),
            Kind::OpenBracket => self.matrix(),
            _ => match self.cursor.sign(token).and_then(|sign| sign.prefix) {
                Some(prefix) => self.prefixed(token, prefix),
                None => Err(self.unexpected(token, "an operand")),
            },
        }
    }

    fn prefixed(&mut self, token: Token, prefix: Prefix) -> Result<Tree> {
        self.cursor.next();
        self.cursor.skip_newlines();
        let mut operand = self.nested(token, |parser| parser.expression(PREFIX))?;
        let span = token.span().to(operand.expr.span);
        match prefix {
            Prefix::Means(meaning) => self.operation(meaning, token, vec![operand], span),
            Prefix::Nothing => {
                operand.expr.span = span;
                Ok(operand)
            }
        }
    }

    fn operation(&mut self, meaning: Meaning, sign: Token, args: Vec<Tree>, span: Span) -> Result<Tree> {
        let depth = args.iter().map(|arg| arg.depth).max().unwrap_or(0);
        let kind = ExprKind::Call {
            op: meaning.op,
            op_span: sign.span(),
            dotted: meaning.dotted,
            args: args.into_iter().map(|arg| arg.expr).collect(),
            named: Vec::new(),
        };
        self.node(kind, span, depth)
    }

    fn leaf(&mut self, kind: ExprKind, token: Token) -> Result<Tree> {
        self.node(kind, token.span(), 0)
    }

    /// A node over parts `below` deep: the one place where trees grow, and so where they are kept in bounds.
    fn node(&mut self, kind: ExprKind, span: Span, below: usize) -> Result<Tree> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let message = format!("the formula has more than {MAX_NODES} operands and operations");
            return Err(Diagnostic::new("too-many-operands", span, message)
                .help("read large arrays from files instead of writing their entries"));
        }
        if below >= MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} operations build on one another");
            return Err(
                Diagnostic::new("too-deep", span, message).help("name intermediate results: `D = A .* B; E = D .+ C`")
            );
        }
        Ok(Tree { expr: Expr { kind, span }, depth: below + 1 })
    }

    /// Parses one level further inside, where there is room on the stack for it.
    fn nested<T>(&mut self, at: Token, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.nesting == MAX_NESTING {
            let message = format!("brackets, signs or powers are nested more than {MAX_NESTING} deep");
            return Err(Diagnostic::new("too-deep", at.span(), message)
                .help("name intermediate results: `D = A .* B; E = D .+ C`"));
        }
        self.nesting += 1;
        let result = parse(self);
        self.nesting -= 1;
        result
    }

    /// As [`Self::nested`], inside a bracket where newlines and spaces mean what `mode` says.
    fn bracketed<T>(&mut self, mode: Mode, open: Token, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let outer = std::mem::replace(&mut self.cursor.mode, mode);
        let result = self.nested(open, parse);
        self.cursor.mode = outer;
        result
    }
}

/// The constants: names with a fixed value.
fn constant(name: &str) -> Option<Number> {
    Some(match name {
        "true" => Number::Bool(true),
        "false" => Number::Bool(false),
        "inf" => Number::Float(f64::INFINITY),
        "nan" => Number::Float(f64::NAN),
        "pi" => Number::Float(std::f64::consts::PI),
        _ => return None,
    })
}
