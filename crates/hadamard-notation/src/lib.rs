//! hadamard-notation
