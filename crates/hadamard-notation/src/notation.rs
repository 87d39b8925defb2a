//! What a notation is to the lexer, the parser and the printer: a table of signs with their binding powers.

use hadamard_algebra::Op;
use hadamard_algebra::ops::Level;
use std::collections::HashMap;

/// Binding power of the start of an expression: anything goes on.
pub(crate) const LOOSEST: u8 = 0;
/// Binding power of a sign before its operand: looser than a power, tighter than a product.
pub(crate) const PREFIX: u8 = 60;
/// Binding power of a sign after its operand, a call and an index.
pub(crate) const POSTFIX: u8 = 80;

/// Binding power of an infix sign; its tighter side binds one more.
pub(crate) fn power(level: Level) -> u8 {
    match level {
        Level::Or => 10,
        Level::And => 20,
        Level::Compare => 30,
        Level::Sum => 40,
        Level::Product => 50,
        Level::Power => 70,
    }
}

/// The operation a sign stands for, and whether the tree is to call it dotted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub op: Op,
    pub dotted: bool,
}

/// A sign and what it means in each position.
#[derive(Clone, Debug)]
pub(crate) struct Sign {
    pub text: &'static str,
    pub infix: Option<(Meaning, Level)>,
    pub prefix: Option<Prefix>,
    pub postfix: Option<Meaning>,
}

/// A sign before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prefix {
    Means(Meaning),
    /// `+a` is `a`.
    Nothing,
}

/// A sign of other notations, and what to write here.
pub(crate) type Foreign = (&'static str, &'static str);

/// A notation. A file names one; the lexer, parser and printer know no signs of their own but brackets, `, ; : =`.
#[derive(Debug)]
pub(crate) struct Notation {
    /// In order of preference: the first sign of a meaning is the one printed.
    pub signs: Vec<Sign>,
    /// Signs that are called like functions, such as `𝟙(n)`.
    functions: Vec<(&'static str, Op)>,
    /// Signs that have no meaning here but are often tried.
    foreign: &'static [Foreign],
    /// The same by their first character.
    by_first: HashMap<char, Starting>,
}

/// The signs that start with one character, as indices.
#[derive(Debug, Default)]
struct Starting {
    signs: Vec<usize>,
    functions: Vec<usize>,
    foreign: Vec<usize>,
}

impl Notation {
    pub fn new(signs: Vec<Sign>, functions: Vec<(&'static str, Op)>, foreign: &'static [Foreign]) -> Notation {
        let mut by_first: HashMap<char, Starting> = HashMap::new();
        let mut of = |text: &str, list: fn(&mut Starting) -> &mut Vec<usize>, i: usize| {
            for first in text.chars().take(1) {
                list(by_first.entry(first).or_default()).push(i);
            }
        };
        signs.iter().enumerate().for_each(|(i, sign)| of(sign.text, |s| &mut s.signs, i));
        functions.iter().enumerate().for_each(|(i, (text, _))| of(text, |s| &mut s.functions, i));
        foreign.iter().enumerate().for_each(|(i, (text, _))| of(text, |s| &mut s.foreign, i));
        Notation { signs, functions, foreign, by_first }
    }

    fn starting(&self, text: &str) -> Option<&Starting> {
        self.by_first.get(&text.chars().next()?)
    }

    /// The longest own sign that `text` starts with, as an index into `signs`.
    pub fn sign_at(&self, text: &str) -> Option<usize> {
        let starting = self.starting(text)?.signs.iter().copied();
        let matching = starting.filter(|&i| text.starts_with(self.signs[i].text));
        matching.max_by_key(|&i| self.signs[i].text.len())
    }

    /// The longest foreign sign that `text` starts with. One that ends in a letter (`^T`) must end the word too.
    pub fn foreign_at(&self, text: &str) -> Option<&'static Foreign> {
        let ends = |sign: &str| {
            let word = sign.ends_with(|c: char| c.is_ascii_alphabetic());
            !(word && text[sign.len()..].starts_with(|c| self.continues_name(c)))
        };
        let starting = self.starting(text)?.foreign.iter().map(|&i| &self.foreign[i]);
        let matching = starting.filter(|(sign, _)| text.starts_with(sign) && ends(sign));
        matching.max_by_key(|(sign, _)| sign.len())
    }

    /// The function sign that `text` starts with.
    pub fn function_at(&self, text: &str) -> Option<(&'static str, Op)> {
        let mut starting = self.starting(text)?.functions.iter().map(|&i| self.functions[i]);
        starting.find(|(sign, _)| text.starts_with(sign))
    }

    /// Whether a name can start with `c`: a letter of any script or `_`, unless it is a sign.
    pub fn starts_name(&self, c: char) -> bool {
        c == '_' || (c.is_alphabetic() && self.continues_name(c))
    }

    /// Whether a name goes on with `c`. Letters such as `ᵀ` and digits such as `²` are signs, not parts of names.
    pub fn continues_name(&self, c: char) -> bool {
        match c.is_ascii() {
            true => c.is_ascii_alphanumeric() || c == '_',
            false => c.is_alphanumeric() && !self.by_first.contains_key(&c),
        }
    }

    /// The infix sign printed for a meaning.
    pub fn infix(&self, meaning: Meaning) -> Option<(&'static str, Level)> {
        let mut infix = self.signs.iter().filter_map(|s| s.infix.map(|(m, level)| (m, s.text, level)));
        infix.find(|&(m, ..)| m == meaning).map(|(_, text, level)| (text, level))
    }

    /// The prefix sign printed for a meaning.
    pub fn prefix(&self, meaning: Meaning) -> Option<&'static str> {
        self.signs.iter().find(|s| s.prefix == Some(Prefix::Means(meaning))).map(|s| s.text)
    }

    /// The postfix sign printed for a meaning.
    pub fn postfix(&self, meaning: Meaning) -> Option<&'static str> {
        self.signs.iter().find(|s| s.postfix == Some(meaning)).map(|s| s.text)
    }
}
