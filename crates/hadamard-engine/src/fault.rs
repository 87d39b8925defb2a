//! What can go wrong at one entry while numbers are computed.

use std::fmt;

/// A reason why one entry has no value under the user's policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The exact value does not fit the integer dtype of the result.
    Overflow,
    /// A divisor is zero where that is an error.
    ZeroDivisor,
    /// An integer raised to a negative power.
    NegativeExponent,
    /// The smallest or largest of no entries.
    Empty,
    /// A matrix that has no inverse.
    Singular,
    /// An infinity or NaN where only finite entries make sense.
    NotFinite,
    /// An entry that is not the conjugate of its mirror image where a Hermitian matrix is asked for.
    NotHermitian,
}

impl Fault {
    /// Stable kebab-case code of the fault.
    pub fn code(self) -> &'static str {
        match self {
            Fault::Overflow => "integer-overflow",
            Fault::ZeroDivisor => "zero-divisor",
            Fault::NegativeExponent => "negative-exponent",
            Fault::Empty => "empty-reduction",
            Fault::Singular => "singular-matrix",
            Fault::NotFinite => "not-finite",
            Fault::NotHermitian => "not-hermitian",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::Overflow => "the value does not fit the integer dtype",
            Fault::ZeroDivisor => "division by zero",
            Fault::NegativeExponent => "an integer to a negative power is not an integer",
            Fault::Empty => "there is no smallest or largest of no entries",
            Fault::Singular => "the matrix is singular",
            Fault::NotFinite => "the entry is not finite",
            Fault::NotHermitian => "the matrix is not Hermitian",
        })
    }
}

/// A fault and the entry that caused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Faulted {
    /// Index of the first faulting entry: in the block of a kernel, or the C-order position in a whole array.
    pub at: usize,
    /// What is wrong there.
    pub fault: Fault,
}
