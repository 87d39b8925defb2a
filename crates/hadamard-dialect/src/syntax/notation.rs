//! What a notation is to the lexer, the parser, the printer and the reader of spellings: tables.

use crate::op::Op;
use crate::rules::Rules;

/// How signs of one level follow one another without brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// `a - b - c` is `(a - b) - c`.
    Left,
    /// `a ^ b ^ c` is `a ^ (b ^ c)`.
    Right,
    /// `a < b < c` is an error.
    Never,
    /// As left, but two different signs of the level are an error.
    Alike,
}

/// Where a sign stands, and how tightly it binds: more is tighter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Infix(u8, Group),
    Prefix(u8),
    Postfix(u8),
}

/// A sign. The same text may have a row for each place.
#[derive(Clone, Copy, Debug)]
pub struct Sign {
    pub text: &'static str,
    pub place: Place,
}

/// A sign between operands that groups to the left.
pub const fn left(text: &'static str, power: u8) -> Sign {
    Sign { text, place: Place::Infix(power, Group::Left) }
}
/// A sign between operands that groups to the right.
pub const fn right(text: &'static str, power: u8) -> Sign {
    Sign { text, place: Place::Infix(power, Group::Right) }
}
/// A sign between operands that cannot be chained.
pub const fn never(text: &'static str, power: u8) -> Sign {
    Sign { text, place: Place::Infix(power, Group::Never) }
}
/// A sign between operands that may only be chained with itself.
pub const fn alike(text: &'static str, power: u8) -> Sign {
    Sign { text, place: Place::Infix(power, Group::Alike) }
}
/// A sign before its operand.
pub const fn prefix(text: &'static str, power: u8) -> Sign {
    Sign { text, place: Place::Prefix(power) }
}
/// A sign after its operand.
pub const fn postfix(text: &'static str, power: u8) -> Sign {
    Sign { text, place: Place::Postfix(power) }
}

/// How the entries of a bracket are parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Between entries of a row; `None` if only blanks part them.
    pub item: Option<&'static str>,
    /// Whether blanks part entries too.
    pub blanks: bool,
    /// Between rows.
    pub row: Option<&'static str>,
}

/// A pair of brackets.
#[derive(Clone, Copy, Debug)]
pub struct Bracket {
    pub open: &'static str,
    pub close: &'static str,
    /// What it is where an operand may stand; `None` if it only follows a head.
    pub alone: Option<Layout>,
    /// Whether it may follow a head: a call or an index.
    pub follows: bool,
}

/// `(…)`: grouping, and calls where a head stands before it.
pub const PARENS: Bracket = Bracket { open: "(", close: ")", alone: Some(LIST), follows: true };
/// `(…)` for grouping only.
pub const GROUPING: Bracket = Bracket { open: "(", close: ")", alone: Some(LIST), follows: false };
/// Entries parted by commas.
pub const LIST: Layout = Layout { item: Some(","), blanks: false, row: None };
/// Entries parted by commas or blanks, rows by semicolons and line ends.
pub const MATRIX: Layout = Layout { item: Some(","), blanks: true, row: Some(";") };

/// What whole numbers without a point are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    Int,
    Float,
}

/// How the characters of a text make words.
#[derive(Clone, Copy, Debug)]
pub struct Lexis {
    /// Beginning and end of comments; the end `"\n"` is the end of the line.
    pub comments: &'static [(&'static str, &'static str)],
    /// What strings are quoted with.
    pub quotes: &'static str,
    /// Whether a quote right after an operand is a sign.
    pub quote_is_sign: bool,
    /// What makes a line go on.
    pub continuation: Option<&'static str>,
    /// What else names are made of: `.` or `::`.
    pub in_names: &'static [&'static str],
    /// What a number without a point is.
    pub whole: Whole,
    /// What makes a number an integer (R's `2L`).
    pub int_suffix: &'static str,
    /// What makes a number imaginary, the printed one first.
    pub imaginary: &'static [&'static str],
    /// The minus of negative literals, where it is part of the number.
    pub minus: Option<char>,
    /// Whether a letter (`d`) makes a double.
    pub double: bool,
    /// Whether numbers next to one another make one list.
    pub strands: bool,
    /// Whether `of.name` takes a member.
    pub members: bool,
    /// Binding power of a product written without a sign.
    pub juxtaposed: Option<u8>,
    /// Julia's numbers: right before a name they bind to it even in an exponent (`2^2x`), and a point after one is no
    /// part of a sign (`2.*x` is refused).
    pub coefficients: bool,
    /// Whether the case of names means nothing.
    pub any_case: bool,
    /// LaTeX: commands, one letter a name.
    pub latex: bool,
    /// What gives a name to a result, the printed one first.
    pub assign: &'static [&'static str],
    /// The word or sign that begins a function without a name.
    pub lambda: Option<&'static str>,
    /// Names that are made of signs.
    pub words: &'static [&'static str],
    /// Whether a sign before an operand may follow another sign.
    pub signs_meet: bool,
    /// What only names have, not what a formula computes: indices (`(`), members by their names.
    pub of_names: &'static [&'static str],
    /// Words of the language that no operand can be called.
    pub reserved: &'static [&'static str],
}

/// The lexis of a plain language; notations change what differs.
pub const PLAIN: Lexis = Lexis {
    comments: &[],
    quotes: "",
    quote_is_sign: false,
    continuation: None,
    in_names: &[],
    whole: Whole::Int,
    int_suffix: "",
    imaginary: &[],
    minus: None,
    double: false,
    strands: false,
    members: false,
    juxtaposed: None,
    coefficients: false,
    any_case: false,
    latex: false,
    assign: &["="],
    lambda: None,
    words: &[],
    signs_meet: true,
    of_names: &[],
    reserved: &[],
};

/// What a bracket that stands alone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Literal {
    /// A list of entries, which may be lists.
    List,
    /// Rows of blocks that are put together.
    Grid,
}

/// A notation: one file names one.
#[derive(Debug)]
pub struct Notation {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What people call the system, with the version whose behaviour is followed.
    pub title: &'static str,
    pub lexis: Lexis,
    pub signs: &'static [Sign],
    pub brackets: &'static [Bracket],
    /// What brackets that stand alone are.
    pub literals: &'static [(&'static str, Literal)],
    /// How operations are written in this notation and in others alike; these come before its own.
    pub shared: &'static [(Op, &'static str)],
    /// How operations are written: operations with several spellings print the first.
    pub spellings: &'static [(Op, &'static str)],
    /// What is often tried and has no meaning here, with what to say.
    pub foreign: &'static [(&'static str, &'static str)],
    pub rules: Rules,
    /// A runnable program around a formula: `{declarations}` and `{formula}` are replaced.
    pub wrap: Wrap,
}

impl Notation {
    /// All its spellings, the printed one of an operation first.
    pub fn spellings(&self) -> impl Iterator<Item = &'static (Op, &'static str)> {
        self.shared.iter().chain(self.spellings)
    }
}

/// How a formula becomes a program.
#[derive(Clone, Copy, Debug)]
pub struct Wrap {
    /// Before everything: imports.
    pub head: &'static str,
    /// A declaration of a scalar, a vector and a matrix operand; `{name}`, `{rows}`, `{columns}` are replaced.
    pub declare: [&'static str; 3],
    /// A line for a result; `{name}` and `{formula}` are replaced.
    pub result: &'static str,
    /// After everything.
    pub tail: &'static str,
}
