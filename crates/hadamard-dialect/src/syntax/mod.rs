//! Text and syntax tree: lexer, Pratt parser, printer, and spellings as patterns.

pub mod lexer;
pub mod notation;
pub mod parser;
pub mod print;
pub mod raw;
pub mod spelling;
