//! hadamard-plan
