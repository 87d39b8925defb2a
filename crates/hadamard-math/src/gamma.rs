//! The gamma function and its logarithm.
