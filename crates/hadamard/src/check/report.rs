//! What a check found: for people as sentences, for programs as named facts.

use hadamard_array::Scalar;

/// What the data says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It holds, and rounding could not have made it seem so.
    Holds,
    /// It holds as far as rounding lets one tell.
    WithinRounding,
    /// It asks for a strict difference, and rounding hides whether there is one.
    Undecided,
    /// It does not hold, and rounding cannot be the reason.
    Fails,
}

impl Verdict {
    /// Whether nothing speaks against the claim.
    pub fn holds(self) -> bool {
        matches!(self, Verdict::Holds | Verdict::WithinRounding)
    }
    /// Stable kebab-case word.
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::WithinRounding => "holds-within-rounding",
            Verdict::Undecided => "undecided",
            Verdict::Fails => "fails",
        }
    }
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::WithinRounding => "holds within rounding",
            Verdict::Undecided => "undecided",
            Verdict::Fails => "does not hold",
        }
    }
}

/// A measured value.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A number.
    Number(f64),
    /// An entry of an array, in its dtype.
    Entry(Scalar),
    /// How many.
    Count(usize),
    /// The position of an entry.
    Place(Vec<usize>),
}

/// What was found of one relation of a claim, or of the property it claims.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The relation as written.
    pub statement: String,
    /// Whether it holds.
    pub verdict: Verdict,
    /// Sentences for people.
    pub lines: Vec<String>,
    /// The same for programs, by stable names.
    pub facts: Vec<(&'static str, Fact)>,
}

/// What was found of a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Its relations in order.
    pub parts: Vec<Part>,
}

impl Report {
    /// The worst verdict of its parts.
    pub fn verdict(&self) -> Verdict {
        self.parts.iter().map(|p| p.verdict).max().unwrap_or(Verdict::Holds)
    }
}

/// A number as a sentence shows it: a few digits, in exponent form where it is small or large.
pub(super) fn few(value: f64) -> String {
    if value == 0.0 {
        "0".to_string()
    } else if (1e-3..1e6).contains(&value.abs()) {
        let text = format!("{value:.6}");
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        format!("{value:.2e}")
    }
}

/// The place of an entry in words; nothing for a number.
pub(super) fn at(place: &[usize]) -> String {
    if place.is_empty() { String::new() } else { format!(" at {place:?}") }
}
