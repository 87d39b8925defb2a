//! Words to syntax tree: a Pratt parser that knows a notation only from its tables.

use super::lexer::{self, Kind, Token};
use super::notation::{Bracket, Group, Layout, Notation, Place, Sign};
use super::raw::{Raw, RawKind};
use hadamard_algebra::{Diagnostic, Span};

/// How deep a tree may be.
pub const MAX_DEPTH: usize = 128;

type Result<T> = std::result::Result<T, Diagnostic>;

/// A statement: an expression, and the name its result is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub name: Option<String>,
    pub raw: Raw,
}

/// Reads statements.
pub fn parse(text: &str, notation: &'static Notation) -> Result<Vec<Statement>> {
    let tokens = lexer::tokens(text, notation)?;
    let mut parser = Parser { notation, tokens, at: 0, blanks: false, depth: 0 };
    let statements = parser.statements()?;
    if statements.is_empty() {
        return Err(Diagnostic::new("empty-formula", Span::new(0, 0), "the formula is empty"));
    }
    Ok(statements)
}

/// Reads one expression that is everything.
pub fn expression(text: &str, notation: &'static Notation) -> Result<Raw> {
    let mut statements = parse(text, notation)?;
    match (statements.len(), statements.pop()) {
        (1, Some(Statement { name: None, raw })) => Ok(raw),
        _ => Err(Diagnostic::new("not-one-expression", Span::new(0, text.len()), "one expression is expected here")),
    }
}

struct Parser {
    notation: &'static Notation,
    tokens: Vec<Token>,
    at: usize,
    /// Whether blanks part entries here.
    blanks: bool,
    depth: usize,
}

/// A tree with what the parser has to remember of how it was written.
struct Part {
    raw: Raw,
    /// Whether brackets stood around it.
    closed: bool,
    /// How many nodes are above one another at its left edge.
    height: usize,
}

impl Part {
    fn new(kind: RawKind, span: Span) -> Part {
        Part { raw: Raw::new(kind, span), closed: false, height: 1 }
    }
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn is(&self, text: &str) -> bool {
        matches!(self.peek().kind, Kind::Sign(sign) if sign == text)
    }

    fn is_name(&self, text: &str) -> bool {
        matches!(&self.peek().kind, Kind::Name(name) if name == text)
    }

    fn second(&self) -> &Kind {
        &self.tokens[(self.at + 1).min(self.tokens.len() - 1)].kind
    }

    fn take(&mut self, text: &str) -> Result<Token> {
        if self.is(text) { Ok(self.next()) } else { Err(self.unexpected(&format!("`{text}`"))) }
    }

    fn newlines(&mut self) {
        while self.peek().kind == Kind::Newline {
            self.at += 1;
        }
    }

    fn unexpected(&self, wanted: &str) -> Diagnostic {
        let token = self.peek();
        let title = self.notation.title;
        let found = match &token.kind {
            Kind::End => {
                let message = format!("the formula ends where {wanted} should stand");
                return Diagnostic::new("unexpected-end", token.span, message);
            }
            Kind::Newline => "the end of the line".to_owned(),
            Kind::Number(_) => "a number".to_owned(),
            Kind::Text(text) => format!("the string `{text}`"),
            Kind::Name(name) => format!("`{name}`"),
            Kind::Hole(_) => "a hole".to_owned(),
            Kind::Sign(sign) => format!("`{sign}`"),
        };
        let message = format!("{found} stands where {wanted} should ({title})");
        let error = Diagnostic::new("unexpected-token", token.span, message);
        let foreign = self.notation.foreign.iter().find(|(text, _)| match &token.kind {
            Kind::Name(name) => name == text,
            Kind::Sign(sign) => sign == text,
            _ => false,
        });
        foreign.map_or(error.clone(), |(_, help)| error.help(*help))
    }

    fn statements(&mut self) -> Result<Vec<Statement>> {
        let mut statements = Vec::new();
        loop {
            while self.peek().kind == Kind::Newline || self.is(";") {
                self.at += 1;
            }
            if self.peek().kind == Kind::End {
                return Ok(statements);
            }
            self.refuse_keywords()?;
            let mut name = None;
            if let Kind::Name(first) = &self.peek().kind
                && let Kind::Sign(sign) = self.second()
                && self.notation.lexis.assign.contains(sign)
            {
                name = Some(first.clone());
                self.at += 2;
                self.newlines();
            }
            let raw = self.expression(0)?.raw;
            if !(self.is(";") || matches!(self.peek().kind, Kind::Newline | Kind::End)) {
                return Err(self.unexpected("a sign or the end"));
            }
            statements.push(Statement { name, raw });
        }
    }

    /// Constructs outside expressions are named and refused.
    fn refuse_keywords(&self) -> Result<()> {
        const KEYWORDS: [&str; 24] = [
            "for",
            "while",
            "if",
            "def",
            "function",
            "return",
            "import",
            "from",
            "class",
            "do",
            "end",
            "program",
            "subroutine",
            "let",
            "begin",
            "using",
            "library",
            "print",
            "printf",
            "call",
            "module",
            "integer",
            "real",
            "switch",
        ];
        let Kind::Name(name) = &self.peek().kind else { return Ok(()) };
        let followed = matches!(self.second(), Kind::Name(_) | Kind::Number(_) | Kind::Text(_) | Kind::Newline)
            || (["for", "while", "if", "function"].contains(&name.as_str()) && *self.second() == Kind::Sign("("));
        let lambda = self.notation.lexis.lambda == Some(name);
        if !KEYWORDS.contains(&name.as_str()) || !followed || lambda {
            return Ok(());
        }
        let message = format!("`{name}` begins a construct that is no formula");
        Err(Diagnostic::new("not-a-formula", self.peek().span, message)
            .help("what is read are expressions and assignments of their results, with comments")
            .help("no loops, definitions, declarations, imports or output"))
    }

    fn infix(&self) -> Option<(&'static str, u8, Group)> {
        let Kind::Sign(text) = self.peek().kind else { return None };
        self.notation.signs.iter().find_map(|sign| match sign.place {
            Place::Infix(power, group) if sign.text == text => Some((sign.text, power, group)),
            _ => None,
        })
    }

    fn sign_of(&self, wanted: impl Fn(&Sign) -> Option<u8>) -> Option<(&'static str, u8)> {
        let Kind::Sign(text) = self.peek().kind else { return None };
        self.notation.signs.iter().filter(|s| s.text == text).find_map(|s| Some((s.text, wanted(s)?)))
    }

    fn prefix(&self) -> Option<(&'static str, u8)> {
        self.sign_of(|s| if let Place::Prefix(power) = s.place { Some(power) } else { None })
    }

    fn postfix(&self) -> Option<(&'static str, u8)> {
        self.sign_of(|s| if let Place::Postfix(power) = s.place { Some(power) } else { None })
    }

    /// Whether the next word begins another entry of a row that blanks part.
    fn new_entry(&self) -> bool {
        let token = self.peek();
        self.blanks && token.before && !(self.infix().is_some() && (token.after || self.prefix().is_none()))
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Parser) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            return Err(too_deep(self.peek().span));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// An expression of signs that bind at least as tightly as `min`.
    fn expression(&mut self, min: u8) -> Result<Part> {
        self.deeper(|parser| parser.expression_here(min))
    }

    fn expression_here(&mut self, min: u8) -> Result<Part> {
        let mut left = self.operand(min)?;
        loop {
            left = self.follow(left)?;
            if left.height > MAX_DEPTH {
                return Err(too_deep(left.raw.span));
            }
            if self.new_entry() {
                return Ok(left);
            }
            if let Some((sign, _)) = self.postfix().filter(|(_, power)| *power >= min)
                && !self.postfix_is_infix()
            {
                let end = self.next().span;
                left = over(left, |raw| RawKind::Postfix(sign, Box::new(raw)), end);
                continue;
            }
            if let Some((sign, power, group)) = self.infix().filter(|(_, power, _)| *power >= min) {
                self.check_chain(&left, sign, power, group)?;
                self.next();
                self.newlines();
                let right = self.expression(self.after(power, group))?;
                let (span, height) = (left.raw.span.to(right.raw.span), left.height + 1);
                let raw = Raw::new(RawKind::Infix(sign, Box::new([left.raw, right.raw])), span);
                left = Part { raw, closed: false, height };
                continue;
            }
            if let Some(power) = self.notation.lexis.juxtaposed.filter(|power| *power >= min)
                && self.starts_operand()
            {
                let right = self.expression(power + 1)?;
                let (span, height) = (left.raw.span.to(right.raw.span), left.height + 1);
                left = Part {
                    raw: Raw::new(RawKind::Infix("", Box::new([left.raw, right.raw])), span),
                    closed: false,
                    height,
                };
                continue;
            }
            return Ok(left);
        }
    }

    /// How tightly signs on the right of one bind at least.
    fn after(&self, power: u8, group: Group) -> u8 {
        let least = if group == Group::Right { power } else { power + 1 };
        let next = &self.tokens[(self.at + 1).min(self.tokens.len() - 1)];
        let coefficient = self.notation.lexis.coefficients
            && matches!(self.peek().kind, Kind::Number(_))
            && matches!(next.kind, Kind::Name(_) | Kind::Hole(_))
            && !next.before;
        self.notation.lexis.juxtaposed.filter(|_| coefficient).map_or(least, |power| power.min(least))
    }

    /// A sign that may stand after its operand or between two: it stands between if an operand follows.
    fn postfix_is_infix(&self) -> bool {
        self.infix().is_some() && {
            let next = self.second();
            matches!(next, Kind::Number(_) | Kind::Name(_) | Kind::Hole(_))
        }
    }

    /// Whether a product without a sign may go on with the next word.
    fn starts_operand(&self) -> bool {
        match &self.peek().kind {
            Kind::Name(_) | Kind::Hole(_) => true,
            Kind::Number(_) => self.notation.lexis.latex || self.peek().before,
            Kind::Sign(sign) => self.notation.brackets.iter().any(|b| b.open == *sign && b.alone.is_some()),
            _ => false,
        }
    }

    fn check_chain(&self, left: &Part, sign: &str, power: u8, group: Group) -> Result<()> {
        let RawKind::Infix(before, _) = &left.raw.kind else { return Ok(()) };
        let level = |text: &str| {
            self.notation.signs.iter().find_map(|s| match s.place {
                Place::Infix(power, _) if s.text == text => Some(power),
                _ => None,
            })
        };
        if left.closed || level(before) != Some(power) {
            return Ok(());
        }
        match group {
            Group::Never => Err(Diagnostic::new(
                "chained-comparison",
                self.peek().span,
                format!("`{before}` and `{sign}` cannot follow one another without brackets"),
            )
            .help("write each comparison in brackets and join them")),
            Group::Alike if *before != sign => Err(Diagnostic::new(
                "mixed-products",
                self.peek().span,
                format!("`{before}` and `{sign}` have no agreed order"),
            )
            .help("put brackets around one of the two products")),
            _ => Ok(()),
        }
    }

    /// Calls, indices and members after an operand.
    fn follow(&mut self, part: Part) -> Result<Part> {
        let mut part = part;
        loop {
            if self.blanks && self.peek().before {
                return Ok(part);
            }
            let Kind::Sign(sign) = self.peek().kind else { return Ok(part) };
            if part.height > MAX_DEPTH {
                return Err(too_deep(part.raw.span));
            }
            if self.notation.lexis.members && sign == "." {
                self.next();
                let token = self.next();
                let Kind::Name(name) = token.kind else {
                    self.at -= 1;
                    return Err(self.unexpected("the name of a member"));
                };
                part = over(part, |raw| RawKind::Member(Box::new(raw), name), token.span);
                continue;
            }
            let bracket = self.notation.brackets.iter().find(|b| b.open == sign && b.follows);
            let Some(bracket) = bracket.filter(|_| self.may_be_called(&part)) else { return Ok(part) };
            self.next();
            let args = self.arguments(bracket)?;
            let end = self.take(bracket.close)?.span;
            part = over(part, |raw| RawKind::Call { open: bracket.open, head: Box::new(raw), args }, end);
        }
    }

    /// What a bracket after it calls or indexes: numbers are not called, and of LaTeX's words only commands are.
    fn may_be_called(&self, head: &Part) -> bool {
        match &head.raw.kind {
            RawKind::Number(_) => head.closed && !self.notation.lexis.latex || self.is_scripted(),
            RawKind::Name(name) if self.notation.lexis.latex => name.starts_with('\\') || self.is_scripted(),
            _ if self.notation.lexis.latex => {
                // `\\frac{a}{b}` and `\\sqrt[n]{a}` have two brackets each.
                let twice = |head: &Raw, open: &str| matches!(&head.kind, RawKind::Name(n) if n == if open == "{" { "\\frac" } else { "\\sqrt" });
                let second = self.is("{")
                    && matches!(&head.raw.kind, RawKind::Call { open: open @ ("{" | "["), head, .. } if twice(head, open));
                self.is_scripted() || second
            }
            _ => true,
        }
    }

    /// LaTeX: a superscript may stand on anything.
    fn is_scripted(&self) -> bool {
        matches!(self.peek().kind, Kind::Sign(sign) if sign.starts_with('^'))
    }

    fn arguments(&mut self, bracket: &'static Bracket) -> Result<Vec<Raw>> {
        self.inside(false, |parser| {
            let mut args = Vec::new();
            parser.newlines();
            while !parser.is(bracket.close) {
                if parser.is(",") {
                    let span = parser.next().span;
                    args.push(Raw::new(RawKind::Absent, span));
                    if parser.is(bracket.close) {
                        args.push(Raw::new(RawKind::Absent, span));
                    }
                    continue;
                }
                args.push(parser.entry()?);
                parser.newlines();
                if parser.is(bracket.close) {
                    break;
                }
                parser.take(",")?;
                if parser.is(bracket.close) {
                    let span = parser.peek().span;
                    args.push(Raw::new(RawKind::Absent, span));
                }
                parser.newlines();
            }
            Ok(args)
        })
    }

    fn inside<T>(&mut self, blanks: bool, read: impl FnOnce(&mut Parser) -> Result<T>) -> Result<T> {
        let outer = std::mem::replace(&mut self.blanks, blanks);
        let result = read(self);
        self.blanks = outer;
        result
    }

    /// An argument or an entry of a list: `name=value`, a lone `:`, or an expression.
    fn entry(&mut self) -> Result<Raw> {
        let first = self.peek().clone();
        if let Kind::Name(name) = &first.kind
            && *self.second() == Kind::Sign("=")
            && !self.notation.signs.iter().any(|s| s.text == "=")
        {
            self.at += 2;
            let value = self.expression(0)?.raw;
            let span = first.span.to(value.span);
            return Ok(Raw::new(RawKind::Named(name.clone(), Box::new(value)), span));
        }
        if first.kind == Kind::Sign(":") {
            self.next();
            return Ok(Raw::new(RawKind::Name(":".to_owned()), first.span));
        }
        let raw = self.expression(0)?.raw;
        if self.is_name("for") && !self.blanks_stop() {
            self.next();
            let token = self.next();
            let Kind::Name(name) = token.kind else {
                self.at -= 1;
                return Err(self.unexpected("the name of a variable"));
            };
            if !(self.is_name("in") || self.is("=") || self.is("in")) {
                return Err(self.unexpected("`in`"));
            }
            self.next();
            let of = self.expression(0)?.raw;
            let span = raw.span.to(of.span);
            return Ok(Raw::new(RawKind::For(Box::new(raw), name, Box::new(of)), span));
        }
        Ok(raw)
    }

    fn blanks_stop(&self) -> bool {
        matches!(self.second(), Kind::Sign(_) | Kind::End)
    }

    /// A sign before its operand, or an operand.
    fn operand(&mut self, min: u8) -> Result<Part> {
        let token = self.peek().clone();
        if let Some((sign, power)) = self.prefix() {
            if min > 0 && !self.notation.lexis.signs_meet && self.at > 0 && self.before_is_sign() {
                return Err(Diagnostic::new("adjacent-signs", token.span, format!("`{sign}` follows another sign"))
                    .help(format!("{} wants brackets here: `(-x)`", self.notation.title)));
            }
            self.next();
            self.newlines();
            let of = self.expression(power.max(min))?;
            let span = token.span.to(of.raw.span);
            return Ok(Part::new(RawKind::Prefix(sign, Box::new(of.raw)), span));
        }
        match token.kind {
            Kind::Number(number) => {
                self.next();
                let first = Raw::new(RawKind::Number(number), token.span);
                if !self.notation.lexis.strands {
                    return Ok(Part { raw: first, closed: false, height: 1 });
                }
                let mut row = vec![first];
                while let Kind::Number(number) = self.peek().kind {
                    let span = self.next().span;
                    row.push(Raw::new(RawKind::Number(number), span));
                }
                match (row.len(), row.pop()) {
                    (1, Some(one)) => Ok(Part { raw: one, closed: false, height: 1 }),
                    (_, last) => {
                        row.extend(last);
                        let span = token.span.to(row[row.len() - 1].span);
                        Ok(Part::new(RawKind::Group { open: "", listed: true, rows: vec![row] }, span))
                    }
                }
            }
            Kind::Name(ref name) if self.notation.lexis.lambda == Some(name) => self.lambda(),
            Kind::Sign(sign) if self.notation.lexis.lambda == Some(sign) => self.lambda(),
            Kind::Name(name) => {
                self.next();
                Ok(Part::new(RawKind::Name(name), token.span))
            }
            Kind::Text(text) => {
                self.next();
                Ok(Part::new(RawKind::Text(text), token.span))
            }
            Kind::Hole(hole) => {
                self.next();
                Ok(Part::new(RawKind::Hole(hole), token.span))
            }
            Kind::Sign(sign) => match self.notation.brackets.iter().find(|b| b.open == sign && b.alone.is_some()) {
                Some(Bracket { open, close, alone: Some(layout), .. }) => self.bracket(open, close, *layout),
                _ => Err(self.unexpected("an operand")),
            },
            Kind::Newline | Kind::End => Err(self.unexpected("an operand")),
        }
    }

    fn before_is_sign(&self) -> bool {
        let opens =
            |sign: &str| self.notation.brackets.iter().any(|b| b.open == sign) || [",", "=", ";"].contains(&sign);
        matches!(&self.tokens[self.at - 1].kind, Kind::Sign(sign) if !opens(sign))
    }

    /// `@(k) body`, `function(k) body`, `lambda k: body`.
    fn lambda(&mut self) -> Result<Part> {
        let start = self.next().span;
        let mut names = Vec::new();
        let parens = self.is("(");
        if parens {
            self.next();
        }
        while let Kind::Name(name) = self.peek().kind.clone() {
            self.next();
            names.push(name);
            if self.is(",") {
                self.next();
            }
        }
        self.take(if parens { ")" } else { ":" })?;
        let body = self.inside(false, |parser| parser.expression(0))?.raw;
        let span = start.to(body.span);
        Ok(Part::new(RawKind::Lambda(names, Box::new(body)), span))
    }

    /// A bracket that stands alone: grouping, or a literal.
    fn bracket(&mut self, open: &'static str, close: &'static str, layout: Layout) -> Result<Part> {
        let start = self.next().span;
        let (rows, listed) = self.inside(layout.blanks, |parser| parser.rows(close, layout))?;
        if !self.is(close) && self.peek().kind == Kind::End {
            return Err(Diagnostic::new("unclosed-bracket", start, format!("`{open}` is not closed"))
                .help(format!("add `{close}`")));
        }
        let end = self.take(close)?.span;
        let span = start.to(end);
        if open == "(" && !listed {
            let mut entries: Vec<Raw> = rows.into_iter().flatten().collect();
            let one = entries.pop().filter(|_| entries.is_empty());
            return match one {
                Some(mut raw) => {
                    raw.span = span;
                    Ok(Part { raw, closed: true, height: 1 })
                }
                None => Err(Diagnostic::new("empty-bracket", span, "there is nothing between the brackets")),
            };
        }
        Ok(Part::new(RawKind::Group { open, listed, rows }, span))
    }

    fn rows(&mut self, close: &str, layout: Layout) -> Result<(Vec<Vec<Raw>>, bool)> {
        let (mut rows, mut row, mut listed) = (Vec::new(), Vec::new(), false);
        loop {
            let ends_row = layout.row.is_some_and(|mark| self.is(mark)) || self.peek().kind == Kind::Newline;
            if self.is(close) || self.peek().kind == Kind::End {
                break;
            } else if ends_row {
                self.next();
                if !row.is_empty() {
                    rows.push(std::mem::take(&mut row));
                }
            } else if layout.item.is_some_and(|mark| self.is(mark)) {
                self.next();
                listed = true;
            } else if row.is_empty() || layout.blanks || listed {
                row.push(self.entry()?);
                if !layout.blanks
                    && !self.is(close)
                    && !layout.item.is_some_and(|mark| self.is(mark))
                    && !layout.row.is_some_and(|mark| self.is(mark))
                    && !matches!(self.peek().kind, Kind::Newline | Kind::End)
                {
                    return Err(self.unexpected(&format!("`{close}`")));
                }
            } else {
                return Err(self.unexpected(&format!("`{close}`")));
            }
        }
        if !row.is_empty() || rows.is_empty() {
            rows.push(row);
        }
        Ok((rows, listed))
    }
}

fn over(part: Part, kind: impl FnOnce(Raw) -> RawKind, end: Span) -> Part {
    let (span, height) = (part.raw.span.to(end), part.height + 1);
    Part { raw: Raw::new(kind(part.raw), span), closed: false, height }
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new("too-deep", span, format!("more than {MAX_DEPTH} operations build on one another"))
        .help("give names to intermediate results")
}
