//! The optimiser: what it finds, what it leaves alone, and that results stay what they are.

mod exact;
mod formula;
mod found;
mod left_alone;
