//! The properties that have a word: declared with `--given`, claimed in `prove` and `check`, measured by `info`.

use std::fmt;

/// A property a matrix has or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Property {
    /// A = A.'.
    Symmetric,
    /// A = -A.'.
    Skew,
    /// A = A'.
    Hermitian,
    /// A = -A'.
    SkewHermitian,
    /// Hermitian with eigenvalues ≥ 0.
    Psd,
    /// Hermitian with eigenvalues > 0.
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
    /// Toeplitz, each row the one above it moved on by one.
    Circulant,
    /// A' A = A A' = I.
    Unitary,
    /// A.' A = A A.' = I.
    Orthogonal,
    /// One 1 in each row and each column, else 0.
    Permutation,
    /// One 1 in each row, else 0: A X takes rows of X.
    RowSelection,
    /// One 1 in each column, else 0: X A takes columns of X.
    ColumnSelection,
    /// Every entry is 0 or 1.
    ZeroOne,
    /// Every entry is 0.
    Zero,
    /// No entry is 0.
    Nonzero,
    /// Every entry is real and > 0.
    Positive,
    /// Every entry is real and ≥ 0.
    Nonnegative,
    /// Every entry is real.
    Real,
    /// Square with an inverse.
    Invertible,
    /// Every diagonal entry is 1.
    UnitDiagonal,
    /// No diagonal entry is 0.
    NonzeroDiagonal,
}

/// Property, the word it is declared with, and what it says.
const WORDS: &[(Property, &str, &str)] = &[
    (Property::Symmetric, "symmetric", "A = A.'"),
    (Property::Skew, "skew", "A = -A.'"),
    (Property::Hermitian, "hermitian", "A = A'"),
    (Property::SkewHermitian, "skew_hermitian", "A = -A'"),
    (Property::Psd, "psd", "Hermitian with eigenvalues ≥ 0"),
    (Property::Pd, "pd", "Hermitian with eigenvalues > 0"),
    (Property::Diagonal, "diagonal", "zero off the diagonal"),
    (Property::Lower, "lower", "zero above the diagonal"),
    (Property::Upper, "upper", "zero below the diagonal"),
    (Property::Tridiagonal, "tridiagonal", "zero but for the diagonal and its two neighbours"),
    (Property::Toeplitz, "toeplitz", "constant along each diagonal"),
    (Property::Circulant, "circulant", "Toeplitz, each row the one above it moved on by one"),
    (Property::Unitary, "unitary", "A' A = A A' = I"),
    (Property::Orthogonal, "orthogonal", "A.' A = A A.' = I"),
    (Property::Permutation, "permutation", "one 1 in each row and each column, else 0"),
    (Property::RowSelection, "row_selection", "one 1 in each row, else 0: A X takes rows of X"),
    (Property::ColumnSelection, "column_selection", "one 1 in each column, else 0: X A takes columns of X"),
    (Property::ZeroOne, "zero_one", "every entry is 0 or 1"),
    (Property::Zero, "zero", "every entry is 0"),
    (Property::Nonzero, "nonzero", "no entry is 0"),
    (Property::Positive, "positive", "every entry is real and > 0"),
    (Property::Nonnegative, "nonnegative", "every entry is real and ≥ 0"),
    (Property::Real, "real", "every entry is real"),
    (Property::Invertible, "invertible", "square with an inverse"),
    (Property::UnitDiagonal, "unit_diagonal", "every diagonal entry is 1"),
    (Property::NonzeroDiagonal, "nonzero_diagonal", "no diagonal entry is 0"),
];

impl Property {
    /// Every property with its word and its meaning.
    pub fn all() -> impl Iterator<Item = (Property, &'static str, &'static str)> {
        WORDS.iter().copied()
    }
    /// The property of that word.
    pub fn by_word(word: &str) -> Option<Property> {
        WORDS.iter().find(|(_, w, _)| *w == word).map(|(p, ..)| *p)
    }
    /// The word it is declared with.
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(p, ..)| *p == self).map_or("", |(_, word, _)| word)
    }
    /// What it says.
    pub fn meaning(self) -> &'static str {
        WORDS.iter().find(|(p, ..)| *p == self).map_or("", |(.., meaning)| meaning)
    }
    /// Whether it is one of square matrices only.
    pub fn is_of_square(self) -> bool {
        use Property::*;
        match self {
            Symmetric | Skew | Hermitian | SkewHermitian | Psd | Pd | Diagonal | Lower | Upper | Tridiagonal
            | Circulant | Unitary | Orthogonal | Permutation | Invertible | UnitDiagonal | NonzeroDiagonal => true,
            Toeplitz | RowSelection | ColumnSelection | ZeroOne | Zero | Nonzero | Positive | Nonnegative | Real => {
                false
            }
        }
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_property_has_one_word() {
        for (i, (property, word, meaning)) in Property::all().enumerate() {
            assert_eq!((Property::by_word(word), property.word()), (Some(property), word));
            assert_eq!((property as usize, property.meaning()), (i, meaning), "the table is complete and in order");
        }
    }
}
