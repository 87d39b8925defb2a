//! Code for x86-64: AVX2 (with FMA) and AVX-512.

mod assembler;
mod emit;
mod isa;
mod operations;
mod registers;
mod support;

pub use emit::emit;
pub use isa::Isa;
pub use support::lanes;
