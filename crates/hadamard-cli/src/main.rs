//! The `hadamard` command: `main` → `run` → one match over the subcommands.

mod args;
mod exit;
mod failure;
mod print;
mod progress;
mod render;
mod sizes;
mod stats;
mod stream;

fn main() {}
