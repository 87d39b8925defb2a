//! hadamard-engine
