//! hadamard-engine

pub mod dense;
mod exec;
pub mod fault;
mod folding;
mod gather;
pub mod kernels;
pub mod math;
mod nest;
mod reduce;
pub mod reference;
mod stream;
mod tree;
mod walk;
mod windows;

pub use exec::{Out, RunError, Settings, Unwatched, Watch, execute};
