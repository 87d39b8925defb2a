//! The properties that have a name: declared with `--given`, claimed in `prove` and `check`, measured by `info`.

use std::fmt;

/// A property a matrix has or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Property {
    /// Every entry is real.
    Real,
    /// A = Aᵀ.
    Symmetric,
    /// A = A*.
    Hermitian,
    /// A = −Aᵀ.
    Skew,
    /// A = −A*.
    SkewHermitian,
    /// Hermitian, and x*Ax ≥ 0 for every x.
    Psd,
    /// Hermitian, and x*Ax > 0 for every x ≠ 0.
    Pd,
    /// Zero off the diagonal.
    Diagonal,
    /// Zero above the diagonal.
    Lower,
    /// Zero below the diagonal.
    Upper,
    /// Zero but for the diagonal and its two neighbours.
    Tridiagonal,
    /// Constant along each diagonal.
    Toeplitz,
    /// Toeplitz, and each row is the one above it moved on by one.
    Circulant,
    /// Every entry is real and ≥ 0.
    Nonnegative,
    /// Every entry is real and > 0.
    Positive,
    /// No entry is 0.
    Nonzero,
    /// Every diagonal entry is 1.
    UnitDiagonal,
    /// No diagonal entry is 0.
    NonzeroDiagonal,
    /// Has an inverse.
    Invertible,
    /// A*A = I.
    Unitary,
    /// Every entry is 0.
    Zero,
}

impl Property {
    /// All of them.
    pub const ALL: [Property; 21] = [
        Property::Real,
        Property::Symmetric,
        Property::Hermitian,
        Property::Skew,
        Property::SkewHermitian,
        Property::Psd,
        Property::Pd,
        Property::Diagonal,
        Property::Lower,
        Property::Upper,
        Property::Tridiagonal,
        Property::Toeplitz,
        Property::Circulant,
        Property::Nonnegative,
        Property::Positive,
        Property::Nonzero,
        Property::UnitDiagonal,
        Property::NonzeroDiagonal,
        Property::Invertible,
        Property::Unitary,
        Property::Zero,
    ];

    /// Its name in claims.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// What it says, in words that follow `A`: `is positive semidefinite`.
    pub fn words(self) -> &'static str {
        self.row().1
    }

    /// Whether only square matrices can have it.
    pub fn needs_square(self) -> bool {
        use Property::*;
        matches!(self, Symmetric | Hermitian | Skew | SkewHermitian | Psd | Pd | Circulant | Invertible | Unitary)
    }

    /// The property of that name.
    pub fn by_name(name: &str) -> Option<Property> {
        Property::ALL.into_iter().find(|p| p.name() == name)
    }

    fn row(self) -> (&'static str, &'static str) {
        match self {
            Property::Real => ("real", "is real"),
            Property::Symmetric => ("symmetric", "is symmetric"),
            Property::Hermitian => ("hermitian", "is Hermitian"),
            Property::Skew => ("skew", "is skew-symmetric"),
            Property::SkewHermitian => ("skew_hermitian", "is skew-Hermitian"),
            Property::Psd => ("psd", "is positive semidefinite"),
            Property::Pd => ("pd", "is positive definite"),
            Property::Diagonal => ("diagonal", "is diagonal"),
            Property::Lower => ("lower", "is lower triangular"),
            Property::Upper => ("upper", "is upper triangular"),
            Property::Tridiagonal => ("tridiagonal", "is tridiagonal"),
            Property::Toeplitz => ("toeplitz", "is Toeplitz"),
            Property::Circulant => ("circulant", "is circulant"),
            Property::Nonnegative => ("nonnegative", "has no negative entry"),
            Property::Positive => ("positive", "has only positive entries"),
            Property::Nonzero => ("nonzero", "has no zero entry"),
            Property::UnitDiagonal => ("unit_diagonal", "has ones on its diagonal"),
            Property::NonzeroDiagonal => ("nonzero_diagonal", "has no zero on its diagonal"),
            Property::Invertible => ("invertible", "is invertible"),
            Property::Unitary => ("unitary", "is unitary"),
            Property::Zero => ("zero", "is zero"),
        }
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for (i, property) in Property::ALL.into_iter().enumerate() {
            assert_eq!(Property::by_name(property.name()), Some(property));
            assert_eq!(property as usize, i, "ALL is complete and in order");
        }
    }
}
