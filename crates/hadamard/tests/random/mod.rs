//! Random formulas on random operands: every back end has the bits of the reference. Shared by `tests/engine.rs` and
//! `examples/fuzz.rs`.
//!
//! A [`Case`] is all that a run depends on, and a line of text: what fails is kept in `tests/regressions.txt`.

pub mod check;
mod formula;
pub mod values;

pub use check::{Outcome, check};
pub use formula::Bounds;

use hadamard::{DType, Overflow, Policy, Zeros};
use std::fmt;
use values::Given;

/// A formula, its operands, and how it is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub formula: String,
    pub operands: Vec<Given>,
    pub overflow: Overflow,
    pub zeros: Zeros,
    pub threads: usize,
    /// Bytes of a window: then operands and results are files, as far as the engine can see.
    pub window: Option<u64>,
    /// Elements by which results begin after an aligned place.
    pub shift: usize,
}

impl Case {
    /// The case of a seed.
    pub fn random(seed: u64, bounds: &Bounds) -> Case {
        let mut random = Random(seed);
        let (formula, operands) = formula::random(&mut random, bounds);
        let bytes: usize = operands.iter().map(Given::bytes).sum();
        // At most some hundred windows.
        let window = (bytes / 300) as u64 + 1 + random.below(5000) as u64;
        Case {
            formula,
            operands,
            overflow: *random.pick(&[Overflow::Error, Overflow::Wrap, Overflow::Saturate]),
            zeros: *random.pick(&[Zeros::ByDType, Zeros::ByDType, Zeros::Error, Zeros::Ieee]),
            threads: *random.pick(&[1, 1, 2, 3, 8]),
            window: random.one_in(4).then_some(window),
            shift: if random.one_in(2) { 0 } else { random.below(8) },
        }
    }

    /// The policy that it is run under.
    pub fn policy(&self) -> Policy {
        Policy { overflow: self.overflow, zeros: self.zeros, ..Policy::default() }
    }
}

const OVERFLOWS: [(Overflow, &str); 3] =
    [(Overflow::Error, "error"), (Overflow::Wrap, "wrap"), (Overflow::Saturate, "saturate")];
const ZEROS: [(Zeros, &str); 3] = [(Zeros::ByDType, "by-dtype"), (Zeros::Error, "error"), (Zeros::Ieee, "ieee")];

fn name<T: PartialEq>(names: &[(T, &'static str)], value: T) -> &'static str {
    names.iter().find(|(v, _)| *v == value).map_or("", |(_, name)| name)
}

/// One line, its parts separated by tabs: the formula, the operands, the settings.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operands: Vec<String> = self.operands.iter().map(Given::to_string).collect();
        write!(f, "{}\t{}\t", self.formula, operands.join(" "))?;
        write!(f, "overflow={} zeros={} ", name(&OVERFLOWS, self.overflow), name(&ZEROS, self.zeros))?;
        write!(f, "threads={} window={} shift={}", self.threads, self.window.unwrap_or(0), self.shift)
    }
}

impl std::str::FromStr for Case {
    type Err = String;

    fn from_str(line: &str) -> Result<Case, String> {
        let wrong = || format!("not a case: {line}");
        let [formula, operands, settings] = line.split('\t').collect::<Vec<_>>()[..] else { return Err(wrong()) };
        let value = |key: &str| {
            let words = settings.split(' ').filter_map(|word| word.split_once('='));
            words.into_iter().find(|(k, _)| *k == key).map(|(_, value)| value).ok_or_else(wrong)
        };
        let number = |key: &str| value(key)?.parse::<usize>().map_err(|_| wrong());
        let overflow = value("overflow")?;
        let zeros = value("zeros")?;
        Ok(Case {
            formula: formula.to_string(),
            operands: operands.split_whitespace().map(|g| g.parse()).collect::<Result<_, _>>()?,
            overflow: OVERFLOWS.iter().find(|(_, name)| *name == overflow).ok_or_else(wrong)?.0,
            zeros: ZEROS.iter().find(|(_, name)| *name == zeros).ok_or_else(wrong)?.0,
            threads: number("threads")?,
            window: Some(number("window")? as u64).filter(|&w| w > 0),
            shift: number("shift")?,
        })
    }
}

/// splitmix64.
pub struct Random(pub u64);

impl Random {
    /// 64 random bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }
    /// Below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
    /// Whether something happens that does once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
    /// One of them.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
    /// In [-1, 1).
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

/// The dtypes of numbers that are not complex.
pub const REAL: [DType; 12] = [
    DType::I8,
    DType::I16,
    DType::I32,
    DType::I64,
    DType::U8,
    DType::U16,
    DType::U32,
    DType::U64,
    DType::F16,
    DType::BF16,
    DType::F32,
    DType::F64,
];
