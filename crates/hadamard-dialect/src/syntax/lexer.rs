//! Characters to words. All that differs between notations is in [`Lexis`] and the table of signs.

use super::notation::{Lexis, Notation, Whole};
use super::raw::{Hole, Number};
use hadamard_algebra::{Diagnostic, Span};

/// Longest text that is read.
pub const MAX_LENGTH: usize = 1 << 16;

/// A word of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub kind: Kind,
    pub span: Span,
    /// Whether blanks stand before and after it.
    pub before: bool,
    pub after: bool,
}

/// What a word is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Number(Number),
    Text(String),
    Name(String),
    Hole(Hole),
    /// A sign, bracket or mark of the table.
    Sign(&'static str),
    Newline,
    End,
}

/// Marks every notation has.
const MARKS: [&str; 5] = [",", ";", "=", ".", ":"];

/// Cuts a text into words.
pub fn tokens(text: &str, notation: &'static Notation) -> Result<Vec<Token>, Diagnostic> {
    if text.len() > MAX_LENGTH {
        let message = format!("the formula has {} bytes, more than {MAX_LENGTH}", text.len());
        return Err(Diagnostic::new("too-long", Span::new(0, 0), message));
    }
    let mut lexer = Lexer { text, at: 0, notation, lexis: &notation.lexis, tokens: Vec::new(), open: Vec::new() };
    lexer.run()?;
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    notation: &'static Notation,
    lexis: &'static Lexis,
    tokens: Vec<Token>,
    /// The open brackets.
    open: Vec<&'static str>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn run(&mut self) -> Result<(), Diagnostic> {
        let mut blank = true;
        loop {
            let start = self.at;
            self.skip()?;
            blank |= self.at > start;
            if blank && let Some(last) = self.tokens.last_mut() {
                last.after = true;
            }
            let at = self.at;
            let Some(first) = self.rest().chars().next() else { break };
            let kind = if first == '\n' {
                self.at += 1;
                Kind::Newline
            } else {
                self.token(first, blank)?
            };
            if let Kind::Sign(sign) = kind {
                self.track(sign);
            }
            // Inside brackets that blanks do not part, lines go on.
            let dropped = kind == Kind::Newline && self.open.last().is_some_and(|_| !self.in_matrix());
            if !dropped {
                self.tokens.push(Token { kind, span: Span::new(at, self.at), before: blank, after: false });
            }
            blank = dropped;
        }
        let end = Span::new(self.text.len(), self.text.len());
        self.tokens.push(Token { kind: Kind::End, span: end, before: true, after: true });
        Ok(())
    }

    fn track(&mut self, sign: &'static str) {
        let bracket = |b: &&super::notation::Bracket| b.open == sign;
        if self.notation.brackets.iter().any(|b| bracket(&b)) {
            self.open.push(sign);
        } else if self.notation.brackets.iter().any(|b| b.close == sign) {
            self.open.pop();
        }
    }

    /// Whether blanks part entries in the innermost bracket.
    fn in_matrix(&self) -> bool {
        let innermost = self.open.last();
        self.notation.brackets.iter().any(|b| Some(&b.open) == innermost && b.alone.is_some_and(|l| l.blanks))
    }

    /// Skips blanks and comments.
    fn skip(&mut self) -> Result<(), Diagnostic> {
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\u{a0}']).len();
            if blanks > 0 {
                self.at += blanks;
            } else if let Some(word) = self.lexis.continuation.filter(|word| rest.starts_with(*word)) {
                let line = rest.find('\n').map_or(rest.len(), |end| end + 1);
                // Fortran's `&` ends its line, MATLAB's `...` hides what is after it.
                self.at += if word == "..." || rest[word.len()..line].trim().is_empty() { line } else { return Ok(()) };
            } else if let Some((begin, end)) = self.lexis.comments.iter().find(|(begin, _)| rest.starts_with(begin)) {
                let inside = &rest[begin.len()..];
                self.at += begin.len()
                    + match (inside.find(end), *end) {
                        (Some(at), "\n") => at,
                        (Some(at), _) => at + end.len(),
                        (None, "\n") => inside.len(),
                        (None, _) => {
                            let span = Span::new(self.at, self.at + begin.len());
                            return Err(Diagnostic::new("unclosed-comment", span, "this comment does not end")
                                .help(format!("end it with `{end}`")));
                        }
                    };
            } else if self.lexis.latex
                && let Some(space) = ["\\,", "\\;", "\\!", "\\:", "\\left", "\\right", "~", "$", "\\quad"]
                    .iter()
                    .find(|s| rest.starts_with(**s) && !rest[s.len()..].starts_with("arrow"))
            {
                self.at += space.len();
            } else {
                return Ok(());
            }
        }
    }

    fn token(&mut self, first: char, blank: bool) -> Result<Kind, Diagnostic> {
        if first == '§' {
            self.at += first.len_utf8();
            let hole = self.rest().chars().next();
            if let Some(digit) = hole.and_then(|c| c.to_digit(10)) {
                self.at += 1;
                return Ok(Kind::Hole(Hole::One(digit as usize)));
            }
            if hole == Some('*') {
                self.at += 1;
                return Ok(Kind::Hole(Hole::Rest));
            }
            return Err(self.unknown('§', self.at - first.len_utf8()));
        }
        let negative = self.lexis.minus.is_some_and(|minus| first == minus);
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let second = self.rest().chars().nth(1);
        if first.is_ascii_digit() || (first == '.' && digit(second) && !self.after_operand(blank)) || negative {
            return self.number(negative);
        }
        if self.lexis.quotes.contains(first)
            && !(self.lexis.quote_is_sign && first == '\'' && self.after_operand(blank))
        {
            return self.string(first);
        }
        if self.lexis.latex && first == '\\' {
            return Ok(self.command());
        }
        if let Some(word) = self.lexis.words.iter().find(|word| self.rest().to_lowercase().starts_with(**word)) {
            self.at += word.len();
            return Ok(Kind::Name((*word).to_owned()));
        }
        if let Some((length, sign)) = self.sign() {
            self.at += length;
            return Ok(Kind::Sign(sign));
        }
        if first.is_alphabetic() || first == '_' || (first == '%' && second.is_some_and(char::is_alphabetic)) {
            return Ok(self.name());
        }
        Err(self.unknown(first, self.at))
    }

    fn unknown(&self, c: char, at: usize) -> Diagnostic {
        let span = Span::new(at, at + c.len_utf8());
        let foreign = self.notation.foreign.iter().filter(|(sign, _)| self.text[at..].starts_with(sign));
        let message = format!("`{c}` has no meaning in {} formulas", self.notation.title);
        let error = Diagnostic::new("unexpected-character", span, message);
        match foreign.max_by_key(|(sign, _)| sign.len()) {
            Some((_, help)) => error.help(*help),
            None => error,
        }
    }

    /// Whether an operand ends right before: then a quote is a transposition and a point no number.
    fn after_operand(&self, blank: bool) -> bool {
        if blank && self.in_matrix() {
            return false;
        }
        let ends = |sign: &str| {
            self.notation.brackets.iter().any(|b| b.close == sign)
                || self
                    .notation
                    .signs
                    .iter()
                    .any(|s| s.text == sign && matches!(s.place, super::notation::Place::Postfix(_)))
        };
        self.tokens.last().is_some_and(|token| match &token.kind {
            Kind::Number(_) | Kind::Text(_) | Kind::Name(_) | Kind::Hole(_) => true,
            Kind::Sign(sign) => ends(sign),
            Kind::Newline | Kind::End => false,
        })
    }

    /// The longest sign here. Words must end where the sign does; a blank in a sign stands for any number of blanks.
    fn sign(&self) -> Option<(usize, &'static str)> {
        let rest = self.rest();
        let signs = self.notation.signs.iter().map(|s| s.text);
        let brackets = self.notation.brackets.iter().flat_map(|b| [b.open, b.close]);
        let layouts = self.notation.brackets.iter().filter_map(|b| b.alone);
        let marks = layouts.flat_map(|l| [l.item, l.row]).flatten();
        let others = self.lexis.assign.iter().copied().chain(MARKS).chain(self.lexis.lambda);
        let all = signs.chain(brackets).chain(marks).chain(others).filter(|text| !text.is_empty());
        all.filter_map(|text| Some((matched(rest, text)?, text))).max_by_key(|(length, _)| *length)
    }

    fn name(&mut self) -> Kind {
        let rest = self.rest();
        if self.lexis.latex {
            let mut length = rest.chars().next().map_or(0, char::len_utf8);
            let mut name = rest[..length].to_owned();
            if let Some(sub) = rest[length..].strip_prefix('_') {
                let (inside, whole) = braced(sub).unwrap_or_else(|| {
                    let one = sub.chars().next().map_or(0, char::len_utf8);
                    (&sub[..one], one)
                });
                name = format!("{name}_{inside}");
                length += 1 + whole;
            }
            self.at += length;
            return Kind::Name(name);
        }
        let mut length = rest.chars().next().map_or(0, char::len_utf8);
        loop {
            let tail = &rest[length..];
            let word = |c: char| c.is_alphanumeric() || c == '_';
            if let Some(c) = tail.chars().next().filter(|&c| word(c) && !self.is_sign_letter(c)) {
                length += c.len_utf8();
            } else if let Some(mark) = self.lexis.in_names.iter().find(|mark| {
                tail.strip_prefix(**mark).is_some_and(|after| after.starts_with(|c: char| c.is_alphabetic()))
            }) {
                length += mark.len();
            } else {
                break;
            }
        }
        let name = &rest[..length];
        // Where case means nothing, the system's own words are those of the table.
        let lower = name.to_lowercase();
        let own = self.lexis.any_case
            && self
                .notation
                .spellings()
                .any(|(_, text)| text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == lower));
        let name = if own { lower } else { name.to_owned() };
        self.at += length;
        Kind::Name(name)
    }

    /// Letters such as `ᵀ` that are signs of the notation.
    fn is_sign_letter(&self, c: char) -> bool {
        !c.is_ascii() && self.notation.signs.iter().any(|s| s.text.starts_with(c))
    }

    /// A LaTeX command: a sign, or the name of a function, a symbol or an operand in a typeface.
    fn command(&mut self) -> Kind {
        if let Some((length, sign)) = self.sign() {
            self.at += length;
            return Kind::Sign(sign);
        }
        let rest = self.rest();
        let letters = rest[1..].find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len() - 1);
        let one = rest[1..].chars().next().map_or(0, char::len_utf8);
        let word = &rest[..1 + if letters == 0 { one } else { letters }];
        let typeface = ["\\mathbf", "\\mathrm", "\\mathit", "\\boldsymbol", "\\text", "\\operatorname", "\\mathsf"];
        if typeface.contains(&word) {
            let after = rest[word.len()..].trim_start();
            let skipped = rest.len() - after.len();
            let (inside, length) = braced(after).unwrap_or_else(|| {
                let one = after.chars().next().map_or(0, char::len_utf8);
                (&after[..one], one)
            });
            let name = match word {
                "\\operatorname" => format!("\\{inside}"),
                "\\mathbf" if inside.starts_with(|c: char| c.is_ascii_digit()) => format!("\\mathbf{{{inside}}}"),
                _ => inside.replace("\\_", "_"),
            };
            self.at += skipped + length;
            return Kind::Name(name);
        }
        let name = word.to_owned();
        self.at += word.len();
        Kind::Name(name)
    }

    fn string(&mut self, quote: char) -> Result<Kind, Diagnostic> {
        let inside = &self.rest()[quote.len_utf8()..];
        match inside.find([quote, '\n']) {
            Some(end) if inside[end..].starts_with(quote) => {
                let text = inside[..end].to_owned();
                self.at += 2 * quote.len_utf8() + end;
                Ok(Kind::Text(text))
            }
            _ => {
                let span = Span::new(self.at, self.at + quote.len_utf8());
                Err(Diagnostic::new("unclosed-string", span, "this string does not end"))
            }
        }
    }

    fn number(&mut self, negative: bool) -> Result<Kind, Diagnostic> {
        let start = self.at;
        if negative {
            self.at += self.lexis.minus.map_or(0, char::len_utf8);
        }
        let sign = if negative { -1.0 } else { 1.0 };
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let mut length = digits(self.rest());
        if negative && length == 0 && !self.rest().starts_with('.') {
            // J: `_` alone is infinity, `__` minus infinity.
            if self.lexis.minus == Some('_') {
                let double = self.rest().starts_with('_');
                self.at += usize::from(double);
                return Ok(Kind::Number(Number::Float(if double { f64::NEG_INFINITY } else { f64::INFINITY })));
            }
            return Err(self.bad_number(start));
        }
        let rest = self.rest();
        let mut point = false;
        let after = &rest[length..];
        // A point before a sign that begins with one belongs to the sign: `2.*x`.
        let own =
            |text: &str| self.notation.signs.iter().any(|s| s.text.starts_with('.') && matched(text, s.text).is_some());
        let letter = |c: char| {
            let suffix = "eE".contains(c) || self.lexis.imaginary.iter().any(|i| i.starts_with(c));
            c.is_alphabetic() && !suffix
        };
        let member = self.lexis.members && after.strip_prefix('.').is_some_and(|after| after.starts_with(letter));
        if self.lexis.coefficients && after.starts_with('.') && own(after) {
            let span = Span::new(start, self.at + length + 1);
            let message = format!("a number right before a point is not clear in {}", self.notation.title);
            return Err(Diagnostic::new("bad-number", span, message).help("leave a blank before the dotted sign"));
        }
        if after.starts_with('.') && !own(after) && !member {
            point = true;
            length += 1 + digits(&after[1..]);
        }
        let mut mantissa = rest[..length].to_owned();
        let mut double = false;
        let exponent =
            rest[length..].chars().next().filter(|c| "eE".contains(*c) || (self.lexis.double && "dD".contains(*c)));
        if let Some(letter) = exponent {
            let after = &rest[length + 1..];
            let signed =
                usize::from(after.starts_with(['+', '-']) || self.lexis.minus.is_some_and(|m| after.starts_with(m)));
            let signed = if signed == 1 { after.chars().next().map_or(0, char::len_utf8) } else { 0 };
            let count = digits(&after[signed..]);
            if count > 0 {
                let minus = signed > 0 && !after.starts_with('+');
                mantissa = format!("{mantissa}e{}{}", if minus { "-" } else { "" }, &after[signed..signed + count]);
                length += 1 + signed + count;
                point = true;
                double = "dD".contains(letter);
            }
        }
        let tail = &rest[length..];
        let whole = |text: &str| text.parse::<i128>().ok();
        let real: f64 = mantissa.parse().map_err(|_| self.bad_number(start))?;
        let imaginary = self.lexis.imaginary.iter().find(|suffix| {
            let after = tail.strip_prefix(**suffix);
            after.is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric()))
        });
        let number = if let Some(suffix) = imaginary {
            length += suffix.len();
            Number::Imag(sign * real)
        } else if !self.lexis.int_suffix.is_empty() && tail.starts_with(self.lexis.int_suffix) {
            length += self.lexis.int_suffix.len();
            Number::Int(whole(&mantissa).unwrap_or(real as i128))
        } else if self.lexis.minus == Some('_') && tail.starts_with('r') && digits(&tail[1..]) > 0 {
            let count = digits(&tail[1..]);
            let (over, under) = (whole(&mantissa), whole(&tail[1..1 + count]));
            length += 1 + count;
            let (over, under) = over.zip(under).filter(|(_, u)| *u != 0).ok_or_else(|| self.bad_number(start))?;
            Number::Ratio(if negative { -over } else { over }, under)
        } else if double {
            Number::Double(sign * real)
        } else if point || self.lexis.whole == Whole::Float {
            Number::Float(sign * real)
        } else {
            let value = whole(&mantissa).ok_or_else(|| self.bad_number(start))?;
            Number::Int(if negative { -value } else { value })
        };
        self.at += length;
        let tail = self.rest();
        if self.lexis.juxtaposed.is_none()
            && !self.lexis.latex
            && tail.starts_with(|c: char| c.is_alphabetic() && !self.is_sign_letter(c))
            && self.sign().is_none()
        {
            return Err(self.bad_number(start));
        }
        Ok(Kind::Number(number))
    }

    fn bad_number(&self, start: usize) -> Diagnostic {
        let tail = self.text[start..].find(|c: char| !(c.is_alphanumeric() || "._".contains(c)));
        let end = tail.map_or(self.text.len(), |length| start + length).max(start + 1);
        let end = (end..=self.text.len()).find(|&i| self.text.is_char_boundary(i)).unwrap_or(self.text.len());
        let text = &self.text[start..end];
        Diagnostic::new(
            "bad-number",
            Span::new(start, end),
            format!("`{text}` is not a number of {}", self.notation.title),
        )
    }
}

/// What is between braces at the beginning, and the length with them.
fn braced(text: &str) -> Option<(&str, usize)> {
    let inside = text.strip_prefix('{')?;
    let end = inside.find('}')?;
    Some((&inside[..end], end + 2))
}

/// How much of `text` a sign takes, if it stands there.
fn matched(text: &str, sign: &str) -> Option<usize> {
    let mut rest = text;
    for c in sign.chars() {
        if c == ' ' {
            rest = rest.trim_start_matches([' ', '\t']);
        } else {
            rest = rest.strip_prefix(c)?;
        }
    }
    let word = sign.ends_with(|c: char| c.is_ascii_alphabetic());
    let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    // LaTeX's commands end at the first character that is no letter.
    let goes_on = if sign.starts_with('\\') { rest.starts_with(|c: char| c.is_ascii_alphabetic()) } else { goes_on };
    // A rank of J goes on with further numbers: `"1 0`.
    let rank = sign.ends_with(|c: char| c.is_ascii_digit())
        && rest.trim_start_matches(' ').starts_with(|c: char| c.is_ascii_digit() || c == '_');
    (!(rank || word && goes_on)).then_some(text.len() - rest.len())
}
