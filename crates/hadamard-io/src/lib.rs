//! hadamard-io
