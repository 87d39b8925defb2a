//! Syntax tree to text, with the brackets the same table makes necessary and no others.

use super::notation::{Group, Notation, Place, Whole};
use super::raw::{Hole, Number, Raw, RawKind};

/// Writes a tree.
pub fn print(raw: &Raw, notation: &'static Notation) -> String {
    let mut printer = Printer { notation, out: String::new() };
    printer.node(raw, 0);
    printer.out
}

/// Binding power of what needs no brackets anywhere.
const ATOM: u8 = 255;

struct Printer {
    notation: &'static Notation,
    out: String,
}

impl Printer {
    fn infix(&self, text: &str) -> (u8, Group) {
        if text.is_empty() {
            return (self.notation.lexis.juxtaposed.unwrap_or(0), Group::Left);
        }
        let found = self.notation.signs.iter().find_map(|s| match s.place {
            Place::Infix(power, group) if s.text == text => Some((power, group)),
            _ => None,
        });
        found.unwrap_or((0, Group::Left))
    }

    fn single(&self, text: &str, prefix: bool) -> u8 {
        let found = self.notation.signs.iter().find_map(|s| match s.place {
            Place::Prefix(power) if prefix && s.text == text => Some(power),
            Place::Postfix(power) if !prefix && s.text == text => Some(power),
            _ => None,
        });
        found.unwrap_or(0)
    }

    /// Writes `raw` where the parser reads signs that bind at least as tightly as `min`.
    fn node(&mut self, raw: &Raw, min: u8) {
        match &raw.kind {
            RawKind::Infix(sign, sides) => {
                let (power, group) = self.infix(sign);
                self.within(power < min, |p| p.between(sign, power, group, &sides[0], &sides[1]));
            }
            RawKind::Prefix(sign, of) => {
                let power = self.single(sign, true);
                let min = if power < min { 0 } else { min };
                self.out.push_str(sign);
                if sign.ends_with(|c: char| c.is_alphanumeric() || ".:".contains(c)) || self.spaced_prefix() {
                    self.out.push(' ');
                }
                self.node_after_prefix(of, power.max(min));
            }
            RawKind::Postfix(sign, of) => {
                let power = self.single(sign, false);
                self.within(power < min, |p| {
                    p.left(of, power);
                    p.out.push_str(sign);
                });
            }
            _ => self.atom(raw),
        }
    }

    fn node_after_prefix(&mut self, of: &Raw, min: u8) {
        // Two signs before an operand could be read as one.
        let rank = self.out.trim_end().ends_with(|c: char| c.is_ascii_digit()) && begins_with_number(of);
        let doubled = rank || matches!(&of.kind, RawKind::Prefix(..)) && !self.spaced_prefix();
        self.within(doubled, |p| p.node(of, if doubled { 0 } else { min }));
    }

    /// Right-to-left notations have room between signs.
    fn spaced_prefix(&self) -> bool {
        self.notation.lexis.strands
    }

    fn within(&mut self, brackets: bool, write: impl FnOnce(&mut Printer)) {
        let (open, close) = if self.notation.lexis.latex { ("\\left(", "\\right)") } else { ("(", ")") };
        if brackets {
            self.out.push_str(open);
        }
        write(self);
        if brackets {
            self.out.push_str(close);
        }
    }

    fn between(&mut self, sign: &str, power: u8, group: Group, left: &Raw, right: &Raw) {
        let other = matches!(&left.kind, RawKind::Infix(s, _) if group == Group::Alike && *s != sign && self.infix(s).0 == power);
        let chained = matches!(&left.kind, RawKind::Infix(s, _) if group == Group::Never && self.infix(s).0 == power);
        let min = if group == Group::Right || other || chained { power + 1 } else { power };
        self.left(left, min);
        let tight = self.notation.lexis.tight(sign);
        if sign.is_empty() {
            self.out.push(' ');
        } else if tight {
            self.out.push_str(sign);
        } else {
            self.out.push(' ');
            self.out.push_str(sign);
            self.out.push(' ');
        }
        let min = if group == Group::Right { power } else { power + 1 };
        let prefixed = match &right.kind {
            RawKind::Prefix(sign, _) => self.single(sign, true) < min || !self.notation.lexis.signs_meet,
            _ => false,
        };
        // A number after a name would be read as part of it only without blanks; before a product without a sign a
        // number or a sign would be read otherwise.
        let rank = sign.ends_with(|c: char| c.is_ascii_digit()) && begins_with_number(right);
        let glued = rank || sign.is_empty() && matches!(right.kind, RawKind::Number(_) | RawKind::Prefix(..));
        self.within(prefixed || glued, |p| p.node(right, if prefixed || glued { 0 } else { min }));
    }

    /// Writes what stands before a sign of that power: a sign before it must not swallow the sign.
    fn left(&mut self, raw: &Raw, power: u8) {
        let swallows = match &raw.kind {
            RawKind::Prefix(sign, _) => self.single(sign, true) <= power,
            RawKind::Lambda(..) => true,
            _ => false,
        };
        let negative = matches!(raw.kind, RawKind::Number(n) if is_negative(n) && self.notation.lexis.minus.is_none());
        let list = matches!(&raw.kind, RawKind::Group { open: "", .. }) && power == ATOM;
        self.within(swallows || negative || list, |p| p.node(raw, if swallows { 0 } else { power }));
    }

    fn head(&mut self, raw: &Raw) {
        // LaTeX's numbers take superscripts, and nothing else calls them.
        let number = matches!(raw.kind, RawKind::Number(_)) && !self.notation.lexis.latex;
        let text = matches!(&raw.kind, RawKind::Group { open: "", .. });
        self.within(number || text, |p| if number || text { p.node(raw, 0) } else { p.left(raw, ATOM) });
    }

    fn atom(&mut self, raw: &Raw) {
        match &raw.kind {
            RawKind::Number(number) => self.number(*number),
            RawKind::Text(text) => {
                let quote = self.notation.lexis.quotes.chars().next().unwrap_or('"');
                self.out.push(quote);
                self.out.push_str(text);
                self.out.push(quote);
            }
            RawKind::Name(name) => self.name(name),
            RawKind::Hole(Hole::One(n)) => self.out.push_str(&format!("§{n}")),
            RawKind::Hole(Hole::Rest) => self.out.push_str("§*"),
            RawKind::Call { open, head, args } => {
                self.head(head);
                self.out.push_str(open);
                if open.ends_with(char::is_alphabetic) {
                    self.out.push(' ');
                }
                for (i, arg) in args.iter().enumerate() {
                    if i > 0 {
                        self.out.push_str(", ");
                    }
                    self.node(arg, 0);
                }
                // `A[, 1]` and `(1,)` keep their marks.
                self.close(open);
            }
            RawKind::Member(of, name) => {
                self.head(of);
                self.out.push('.');
                self.out.push_str(name);
            }
            RawKind::Group { open, listed, rows } => self.group(open, *listed, rows),
            RawKind::Named(name, value) => {
                self.out.push_str(name);
                self.out.push('=');
                self.node(value, 0);
            }
            RawKind::Absent => {}
            RawKind::Lambda(names, body) => {
                let word = self.notation.lexis.lambda.unwrap_or("");
                self.out.push_str(word);
                match word {
                    "lambda" => self.out.push_str(&format!(" {}: ", names.join(", "))),
                    _ => self.out.push_str(&format!("({}) ", names.join(", "))),
                }
                self.node(body, 0);
            }
            RawKind::For(body, name, of) => {
                self.node(body, 0);
                self.out.push_str(&format!(" for {name} in "));
                self.node(of, 0);
            }
            RawKind::Infix(..) | RawKind::Prefix(..) | RawKind::Postfix(..) => self.node(raw, 0),
        }
    }

    fn close(&mut self, open: &str) {
        let bracket = self.notation.brackets.iter().find(|b| b.open == open);
        self.out.push_str(bracket.map_or("", |b| b.close));
    }

    fn group(&mut self, open: &'static str, listed: bool, rows: &[Vec<Raw>]) {
        let layout = self.notation.brackets.iter().find(|b| b.open == open).and_then(|b| b.alone);
        let item = layout.and_then(|l| l.item).unwrap_or(",");
        let blanks = open.is_empty() || layout.is_some_and(|l| l.item.is_none() || (l.blanks && !listed));
        let item = match (blanks, item) {
            (true, _) => " ".to_owned(),
            (_, ",") => ", ".to_owned(),
            (_, other) => format!(" {other} "),
        };
        self.out.push_str(open);
        let row_mark = layout.and_then(|l| l.row).unwrap_or(";");
        for (i, row) in rows.iter().enumerate() {
            if i > 0 {
                self.out.push_str(if row_mark == "\\\\" {
                    " \\\\ "
                } else if row_mark == "," {
                    ", "
                } else {
                    "; "
                });
            } else if self.notation.lexis.latex {
                self.out.push(' ');
            }
            for (k, entry) in row.iter().enumerate() {
                if k > 0 {
                    self.out.push_str(&item);
                }
                self.node(entry, 0);
            }
            // A tuple of one keeps its comma.
            if open == "(" && listed && row.len() == 1 {
                self.out.push(',');
            }
        }
        if self.notation.lexis.latex {
            self.out.push(' ');
        }
        self.close(open);
    }

    fn name(&mut self, name: &str) {
        if !self.notation.lexis.latex || name.starts_with('\\') || name.chars().count() == 1 {
            self.out.push_str(name);
            // LaTeX's words end at the first character that is no letter.
            if self.notation.lexis.latex
                && name.len() > 1
                && name.starts_with('\\')
                && name.ends_with(char::is_alphabetic)
            {
                self.latex_function(name);
            }
        } else {
            let (first, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
            match rest.strip_prefix('_') {
                Some(sub) if !sub.is_empty() && !sub.contains('_') => self.out.push_str(&format!("{first}_{{{sub}}}")),
                _ => self.out.push_str(&format!("\\mathit{{{}}}", name.replace('_', "\\_"))),
            }
        }
    }

    /// Names LaTeX has no command for are written upright.
    fn latex_function(&mut self, name: &str) {
        const COMMANDS: [&str; 27] = [
            "\\sin", "\\cos", "\\tan", "\\exp", "\\log", "\\ln", "\\sinh", "\\cosh", "\\tanh", "\\arcsin", "\\arccos",
            "\\arctan", "\\max", "\\min", "\\det", "\\sqrt", "\\frac", "\\pi", "\\sum", "\\infty", "\\alpha", "\\beta",
            "\\gamma", "\\lambda", "\\sigma", "\\top", "\\mathbf",
        ];
        if !COMMANDS.contains(&name) {
            let at = self.out.len() - name.len();
            self.out.truncate(at);
            self.out.push_str(&format!("\\operatorname{{{}}}", &name[1..]));
        }
    }

    fn number(&mut self, number: Number) {
        let lexis = &self.notation.lexis;
        let text = match number {
            Number::Int(value) if lexis.whole == Whole::Float => format!("{value}{}", lexis.int_suffix),
            Number::Int(value) => value.to_string(),
            Number::Float(value) => self.float(value),
            Number::Double(value) if lexis.double => {
                let text = format!("{value:?}");
                if text.contains('e') { text.replace('e', "d") } else { format!("{text}d0") }
            }
            Number::Double(value) => self.float(value),
            Number::Imag(value) => {
                let suffix = lexis.imaginary.first().copied().unwrap_or("i");
                if suffix.starts_with('J') || suffix == "j" && lexis.minus.is_some() {
                    format!("0{suffix}{value}")
                } else {
                    format!("{value}{suffix}")
                }
            }
            Number::Ratio(over, under) => format!("{over}r{under}"),
        };
        match lexis.minus {
            Some(minus) => self.out.push_str(&text.replace('-', &minus.to_string())),
            None => self.out.push_str(&text),
        }
    }

    fn float(&self, value: f64) -> String {
        if value.is_infinite() && self.notation.lexis.minus == Some('_') {
            return if value > 0.0 { "_".to_owned() } else { "__".to_owned() };
        }
        let whole = value.fract() == 0.0 && value.abs() < 1e15;
        match (whole, self.notation.lexis.whole) {
            (true, Whole::Float) => format!("{value}"),
            _ => format!("{value:?}"),
        }
    }
}

/// Whether the text of a node begins with a number.
fn begins_with_number(raw: &Raw) -> bool {
    match &raw.kind {
        RawKind::Number(_) | RawKind::Group { open: "", .. } => true,
        RawKind::Infix(_, sides) => begins_with_number(&sides[0]),
        _ => false,
    }
}

fn is_negative(number: Number) -> bool {
    match number {
        Number::Int(v) => v < 0,
        Number::Float(v) | Number::Double(v) | Number::Imag(v) => v.is_sign_negative(),
        Number::Ratio(v, _) => v < 0,
    }
}

impl super::notation::Lexis {
    /// Signs printed without blanks around them.
    fn tight(&self, sign: &str) -> bool {
        [":", "^", "**", "."].contains(&sign) && !self.strands && sign != "**" && sign != "."
    }
}
