//! What can be known of a matrix: symmetry, definiteness, structure, sign, rank.

mod property;

pub use property::Property;
