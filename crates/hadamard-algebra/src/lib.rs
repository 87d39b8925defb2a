//! hadamard-algebra
