//! Logarithms.
