//! Code for x86-64: AVX2 (with FMA) and AVX-512.

mod assembler;
mod emit;
mod isa;
mod legal;
mod operations;
mod registers;
mod support;
mod unroll;

pub use emit::{Loops, emit};
pub use isa::Isa;
