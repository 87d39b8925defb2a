//! The built command, as a person or a script uses it.

mod bench;
mod commands;
mod declared;
mod errors;
mod eval;
mod interrupted;
mod outputs;
mod prove;
mod repl;
