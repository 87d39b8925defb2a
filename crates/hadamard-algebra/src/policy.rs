//! What a user decides about numbers, apart from the formula: overflow, zero divisors, mathematics.

/// What happens when an integer result does not fit its dtype (`--overflow`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Overflow {
    /// Stop and name the first position.
    #[default]
    Error,
    /// Keep the low bits (two's complement), as NumPy does.
    Wrap,
    /// Take the nearest value the dtype holds.
    Saturate,
}

/// What happens when a Hadamard division or inverse meets a zero divisor (`--zeros`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Zeros {
    /// Floats follow IEEE 754; integer operands are an error.
    #[default]
    ByDType,
    /// Stop and name the first position.
    Error,
    /// IEEE 754 for all: infinities and NaN (integers divide as f64).
    Ieee,
}

/// How strictly functions and contractions keep to the order written (`--math`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Math {
    /// The same bits everywhere.
    #[default]
    Strict,
    /// Contraction and reassociation allowed.
    Fast,
}

/// The three decisions together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Policy {
    /// Integer overflow.
    pub overflow: Overflow,
    /// Zero divisors.
    pub zeros: Zeros,
    /// Strict or fast mathematics.
    pub math: Math,
}
