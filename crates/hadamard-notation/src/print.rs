//! Tree to text, with the same table of signs as the parser and no parentheses but the needed ones.

use crate::notation::{LOOSEST, Meaning, Notation, POSTFIX, PREFIX, power};
use hadamard_algebra::ops::Level;
use hadamard_algebra::{Expr, ExprKind, Formula, Number, Op, Span, Subscript};
use std::fmt::{self, Write};

/// Binding power of what needs no parentheses anywhere.
const ATOM: u8 = u8::MAX;

/// Writes a formula, its statements separated by `; `.
pub(crate) fn formula(out: &mut dyn Write, formula: &Formula, notation: &Notation) -> fmt::Result {
    for (i, statement) in formula.statements.iter().enumerate() {
        if i > 0 {
            out.write_str("; ")?;
        }
        if let Some((name, _)) = &statement.name {
            write!(out, "{name} = ")?;
        }
        expression(out, &statement.expr, notation)?;
    }
    Ok(())
}

/// Writes an expression.
pub(crate) fn expression(out: &mut dyn Write, expr: &Expr, notation: &Notation) -> fmt::Result {
    Printer { out, notation }.tighter(expr, LOOSEST)
}

struct Printer<'a> {
    out: &'a mut dyn Write,
    notation: &'a Notation,
}

/// How an operation is written.
enum Form<'a> {
    Infix(&'static str, Level, &'a Expr, &'a Expr),
    Prefix(&'static str, &'a Expr),
    Postfix(&'static str, &'a Expr),
    Call,
}

impl Printer<'_> {
    /// Writes an expression in a place where only signs that bind at least as tight as `min` need no parentheses.
    fn tighter(&mut self, expr: &Expr, min: u8) -> fmt::Result {
        if self.power(expr) >= min {
            return self.bare(expr);
        }
        self.out.write_char('(')?;
        self.bare(expr)?;
        self.out.write_char(')')
    }

    fn power(&self, expr: &Expr) -> u8 {
        match self.form(expr) {
            Some(Form::Infix(_, level, ..)) => power(level),
            Some(Form::Prefix(..)) => PREFIX,
            Some(Form::Postfix(..)) => POSTFIX,
            Some(Form::Call) => ATOM,
            None if is_negative(expr) => PREFIX,
            None => ATOM,
        }
    }

    /// How a call is written; none if the expression is something else.
    fn form<'e>(&self, expr: &'e Expr) -> Option<Form<'e>> {
        let ExprKind::Call { op, dotted, args, named, .. } = &expr.kind else { return None };
        let meaning = Meaning { op: *op, dotted: *dotted };
        let form = match args.as_slice() {
            _ if !named.is_empty() => None,
            [a, b] => self.notation.infix(meaning).map(|(sign, level)| Form::Infix(sign, level, a, b)),
            [a] => {
                let prefix = self.notation.prefix(meaning).map(|sign| Form::Prefix(sign, a));
                prefix.or_else(|| self.notation.postfix(meaning).map(|sign| Form::Postfix(sign, a)))
            }
            _ => None,
        };
        Some(form.unwrap_or(Form::Call))
    }

    fn bare(&mut self, expr: &Expr) -> fmt::Result {
        match self.form(expr) {
            Some(Form::Infix(sign, level, left, right)) => self.infix(sign, level, left, right),
            Some(Form::Prefix(sign, operand)) => {
                self.out.write_str(sign)?;
                self.tighter(operand, PREFIX)
            }
            Some(Form::Postfix(sign, operand)) => {
                self.tighter(operand, POSTFIX)?;
                self.out.write_str(sign)
            }
            _ => self.other(expr),
        }
    }

    fn infix(&mut self, sign: &str, level: Level, left: &Expr, right: &Expr) -> fmt::Result {
        let (own, tighter) = (power(level), power(level) + 1);
        let (on_left, on_right) = match level {
            Level::Power => (tighter, own),
            Level::Compare => (tighter, tighter),
            Level::Or | Level::And | Level::Sum | Level::Product => (own, tighter),
        };
        self.tighter(left, on_left)?;
        write!(self.out, " {sign} ")?;
        // A prefix sign right after an infix one needs no parentheses: `2 ^ -1`.
        match self.power(right) {
            PREFIX => self.bare(right),
            _ => self.tighter(right, on_right),
        }
    }

    fn other(&mut self, expr: &Expr) -> fmt::Result {
        match &expr.kind {
            ExprKind::Number(value) => write!(self.out, "{value}"),
            ExprKind::Name(name) => self.out.write_str(name),
            ExprKind::Matrix { rows, vector } => self.matrix(rows, *vector),
            ExprKind::Call { op, dotted, args, named, .. } => self.call(*op, *dotted, args, named),
            ExprKind::Index { of, at } => {
                self.tighter(of, POSTFIX)?;
                self.out.write_char('[')?;
                self.list(at, ", ", Self::subscript)?;
                self.out.write_char(']')
            }
        }
    }

    fn call(&mut self, op: Op, dotted: bool, args: &[Expr], named: &[(String, Span, Expr)]) -> fmt::Result {
        write!(self.out, "{}{}(", op.row().name, if dotted { "." } else { "" })?;
        self.list(args, ", ", |printer, arg| printer.tighter(arg, LOOSEST))?;
        if !args.is_empty() && !named.is_empty() {
            self.out.write_str(", ")?;
        }
        self.list(named, ", ", |printer, (name, _, value)| {
            write!(printer.out, "{name}=")?;
            printer.tighter(value, LOOSEST)
        })?;
        self.out.write_char(')')
    }

    fn matrix(&mut self, rows: &[Vec<Expr>], vector: bool) -> fmt::Result {
        let between = if vector { ", " } else { " " };
        self.out.write_char('[')?;
        self.list(rows, "; ", |printer, row| {
            printer.list(row, between, |printer, entry| printer.tighter(entry, LOOSEST))
        })?;
        self.out.write_char(']')
    }

    fn subscript(&mut self, subscript: &Subscript) -> fmt::Result {
        match subscript {
            Subscript::At(position) => self.tighter(position, LOOSEST),
            Subscript::Range { start, stop, step, .. } => {
                self.optional(start)?;
                self.out.write_char(':')?;
                self.optional(stop)?;
                if step.is_some() {
                    self.out.write_char(':')?;
                }
                self.optional(step)
            }
        }
    }

    fn optional(&mut self, part: &Option<Expr>) -> fmt::Result {
        part.as_ref().map_or(Ok(()), |part| self.tighter(part, LOOSEST))
    }

    fn list<T>(&mut self, items: &[T], between: &str, write: impl Fn(&mut Self, &T) -> fmt::Result) -> fmt::Result {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.write_str(between)?;
            }
            write(self, item)?;
        }
        Ok(())
    }
}

/// Whether a number prints with a minus before it. The parser makes none, but constant folding does.
fn is_negative(expr: &Expr) -> bool {
    match expr.kind {
        ExprKind::Number(Number::Int(v)) => v < 0,
        ExprKind::Number(Number::Float(v) | Number::Imag(v)) => v.is_sign_negative() && !v.is_nan(),
        _ => false,
    }
}
