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

/// An operation that waits for its right operand.
enum Waiting {
    Prefix { token: Token, prefix: Prefix },
    Infix { left: Tree, token: Token, meaning: Meaning, level: Level },
}

impl Waiting {
    fn token(&self) -> Token {
        match self {
            Waiting::Prefix { token, .. } | Waiting::Infix { token, .. } => *token,
        }
    }

    /// Whether it takes the operand between itself and an infix sign of `next` level. Powers group from the right,
    /// everything else from the left.
    fn binds_before(&self, next: Level) -> bool {
        match self {
            Waiting::Prefix { .. } => PREFIX > power(next),
            Waiting::Infix { level, .. } => power(*level) > power(next) || (*level == next && next != Level::Power),
        }
    }
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

    /// An expression of signs that bind tighter than `min`.
    ///
    /// Operations that wait for their right operand stand on a stack of their own, so that only brackets use the
    /// stack of the thread.
    fn expression(&mut self, min: u8) -> Result<Tree> {
        let mut waiting = Vec::new();
        loop {
            let token = self.cursor.peek();
            if let Some(prefix) = self.cursor.sign(token).and_then(|sign| sign.prefix) {
                self.cursor.next();
                self.cursor.skip_newlines();
                self.wait(&mut waiting, Waiting::Prefix { token, prefix })?;
                continue;
            }
            let operand = self.operand()?;
            let operand = self.with_postfixes(operand)?;
            let token = self.cursor.peek();
            let infix = self.cursor.sign(token).and_then(|sign| sign.infix);
            match infix.filter(|&(_, level)| power(level) > min && !self.cursor.starts_entry(token)) {
                Some((meaning, level)) => {
                    let left = self.combine(&mut waiting, operand, Some((token, level)))?;
                    self.cursor.next();
                    self.cursor.skip_newlines();
                    self.wait(&mut waiting, Waiting::Infix { left, token, meaning, level })?;
                }
                None => return self.combine(&mut waiting, operand, None),
            }
        }
    }

    fn wait(&mut self, waiting: &mut Vec<Waiting>, operation: Waiting) -> Result<()> {
        if waiting.len() == MAX_DEPTH {
            return Err(too_deep(operation.token().span()));
        }
        waiting.push(operation);
        Ok(())
    }

    /// Gives `operand` to the waiting operations that bind it tighter than the infix sign after it does.
    fn combine(&mut self, waiting: &mut Vec<Waiting>, operand: Tree, next: Option<(Token, Level)>) -> Result<Tree> {
        let mut right = operand;
        while let Some(last) = waiting.pop_if(|last| next.is_none_or(|(_, level)| last.binds_before(level))) {
            right = match last {
                Waiting::Prefix { token, prefix: Prefix::Means(meaning) } => {
                    let span = token.span().to(right.expr.span);
                    self.operation(meaning, token, vec![right], span)?
                }
                Waiting::Prefix { token, prefix: Prefix::Nothing } => {
                    right.expr.span = token.span().to(right.expr.span);
                    right
                }
                Waiting::Infix { left, token, meaning, level } => {
                    if let Some((second, Level::Compare)) = next.filter(|_| level == Level::Compare) {
                        return Err(self.chained(left.expr.span, token, right.expr.span, second)?);
                    }
                    let span = left.expr.span.to(right.expr.span);
                    self.operation(meaning, token, vec![left, right], span)?
                }
            };
        }
        Ok(right)
    }

    fn with_postfixes(&mut self, operand: Tree) -> Result<Tree> {
        let mut tree = operand;
        loop {
            let token = self.cursor.peek();
            if token.kind == Kind::OpenBracket && !self.cursor.starts_entry(token) {
                tree = self.index(tree)?;
            } else if let Some(meaning) = self.cursor.sign(token).and_then(|sign| sign.postfix) {
                self.cursor.next();
                let span = tree.expr.span.to(token.span());
                tree = self.operation(meaning, token, vec![tree], span)?;
            } else {
                return Ok(tree);
            }
        }
    }

    /// What signs stand around: a number, a name, a call, a group or a matrix literal.
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
            _ => Err(self.unexpected_start(token)),
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
        self.count(span)?;
        if below == MAX_DEPTH {
            return Err(too_deep(span));
        }
        Ok(Tree { expr: Expr { kind, span }, depth: below + 1 })
    }

    fn count(&mut self, span: Span) -> Result<()> {
        self.nodes += 1;
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        let message = format!("the formula has more than {MAX_NODES} operands and operations");
        Err(Diagnostic::new("too-many-operands", span, message)
            .help("read large arrays from files instead of writing their entries"))
    }

    /// Parses inside a bracket, where newlines and spaces mean what `mode` says.
    fn bracketed<T>(&mut self, mode: Mode, open: Token, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.nesting == MAX_NESTING {
            let message = format!("brackets are nested more than {MAX_NESTING} deep");
            return Err(Diagnostic::new("too-deep", open.span(), message).help(NAME_PARTS));
        }
        self.nesting += 1;
        let outer = std::mem::replace(&mut self.cursor.mode, mode);
        let result = parse(self);
        self.cursor.mode = outer;
        self.nesting -= 1;
        result
    }
}

const NAME_PARTS: &str = "name intermediate results: `D = A .* B; E = D .+ C`";

fn too_deep(span: Span) -> Diagnostic {
    let message = format!("more than {MAX_DEPTH} operations build on one another");
    Diagnostic::new("too-deep", span, message).help(NAME_PARTS)
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
