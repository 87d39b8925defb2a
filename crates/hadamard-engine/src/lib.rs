//! hadamard-engine

pub mod dense;
pub mod fault;
pub mod kernels;
pub mod math;
pub mod reference;
