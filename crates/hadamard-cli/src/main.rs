//! The hadamard command.
fn main() {}
