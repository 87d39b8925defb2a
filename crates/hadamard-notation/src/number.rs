//! Numbers: `12 1_000 0xff 2.5 .5 2. 1e-3 2i 2.5i`.

use crate::limits::MAX_DIGITS;
use crate::notation::Notation;
use hadamard_algebra::{Diagnostic, Number, Span};

/// Whether `text` starts with a number: a digit, or a point and a digit.
pub(crate) fn starts_number(text: &str) -> bool {
    let digits = text.strip_prefix('.').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
}

/// Reads the number that `text`, at byte `at` of the formula, starts with; returns it and its length.
///
/// A point before a sign belongs to the sign: `2.*x` is `2 .* x`.
pub(crate) fn number(text: &str, at: usize, notation: &Notation) -> Result<(Number, usize), Diagnostic> {
    let shape = Shape::of(text, notation);
    let end = shape.end;
    let word = &text[..end];
    let span = Span::new(at, at + end);
    if end > MAX_DIGITS {
        let message = format!("a number has {end} characters, more than {MAX_DIGITS}");
        return Err(Diagnostic::new("literal-too-large", span, message));
    }
    let name_end = text[end..].find(|c| !notation.continues_name(c)).map_or(text.len(), |n| end + n);
    if name_end > end {
        let wrong = shorten(&text[..name_end]);
        let error = Diagnostic::new("bad-number", Span::new(at, at + name_end), format!("`{wrong}` is not a number"));
        let rest = text[end..name_end].trim_start_matches('_');
        return Err(match rest {
            "j" | "im" => error.help(format!("the imaginary unit is `i`: `{word}i`")),
            _ if rest.starts_with(|c| notation.starts_name(c)) && !shape.hex && word != "0" => {
                error.help(format!("a product needs its sign: `{word} .* {}`", shorten(rest)))
            }
            _ => error,
        });
    }
    let bad = || Diagnostic::new("bad-number", span, format!("`{word}` is not a number"));
    let digit = |c: char| if shape.hex { c.is_ascii_hexdigit() } else { c.is_ascii_digit() };
    let separated = |run: &str| !run.starts_with('_') && !run.ends_with('_') && !run.contains("__");
    if !word.split(|c| c != '_' && !digit(c)).all(separated) {
        return Err(bad().help("`_` stands between two digits: `1_000`"));
    }
    let plain = word.replace('_', "");
    if shape.hex {
        return match i128::from_str_radix(&plain[2..], 16) {
            Ok(value) => Ok((Number::Int(value), end)),
            Err(_) if plain.len() == 2 => Err(bad().help("hexadecimal digits follow `0x`: `0xff`")),
            Err(_) => Err(too_large(span, word)),
        };
    }
    if !shape.float && !shape.imaginary {
        let value =
            plain.parse().map_err(|_| too_large(span, word).help(format!("write it as a float: `{word}.0`")))?;
        return Ok((Number::Int(value), end));
    }
    let digits = plain.trim_end_matches('i');
    let value: f64 = digits.parse().map_err(|_| bad())?;
    if value.is_infinite() {
        return Err(too_large(span, word).help("infinity is written `inf`"));
    }
    let mantissa = digits.split(['e', 'E']).next().unwrap_or(digits);
    if value == 0.0 && mantissa.contains(|c| matches!(c, '1'..='9')) {
        return Err(Diagnostic::new("bad-number", span, format!("`{word}` is closer to 0 than any f64 but 0")));
    }
    Ok((if shape.imaginary { Number::Imag(value) } else { Number::Float(value) }, end))
}

/// How far a number reaches and which kind it is.
struct Shape {
    end: usize,
    hex: bool,
    float: bool,
    imaginary: bool,
}

impl Shape {
    fn of(text: &str, notation: &Notation) -> Shape {
        let bytes = text.as_bytes();
        let at = |i: usize| bytes.get(i).copied().unwrap_or(b' ');
        let run = |mut i: usize, digit: fn(&u8) -> bool| {
            while digit(&at(i)) || (at(i) == b'_') {
                i += 1;
            }
            i
        };
        if at(0) == b'0' && matches!(at(1), b'x' | b'X') {
            return Shape { end: run(2, u8::is_ascii_hexdigit), hex: true, float: false, imaginary: false };
        }
        let mut end = run(0, u8::is_ascii_digit);
        let mut float = false;
        if at(end) == b'.' && !b"*/^+-<>=!&|'(T".contains(&at(end + 1)) {
            float = true;
            end = match at(end + 1).is_ascii_digit() {
                true => run(end + 1, u8::is_ascii_digit),
                false => end + 1,
            };
        }
        if matches!(at(end), b'e' | b'E') {
            let digits = end + 1 + usize::from(matches!(at(end + 1), b'+' | b'-'));
            if at(digits).is_ascii_digit() {
                float = true;
                end = run(digits, u8::is_ascii_digit);
            }
        }
        let imaginary = at(end) == b'i' && !text[end + 1..].starts_with(|c| notation.continues_name(c));
        Shape { end: end + usize::from(imaginary), hex: false, float, imaginary }
    }
}

fn too_large(span: Span, word: &str) -> Diagnostic {
    Diagnostic::new("literal-too-large", span, format!("the number `{}` is too large", shorten(word)))
}

/// A word cut to what fits in a message.
pub(crate) fn shorten(word: &str) -> String {
    const LONGEST: usize = 40;
    match word.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &word[..cut]),
        None => word.to_string(),
    }
}
