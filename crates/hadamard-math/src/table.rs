//! Every function, for those who go through all of them.

use crate::function::{Function1, Function2};

/// What is done with each function.
pub trait Visit {
    /// With a function of one number.
    fn one<F: Function1 + 'static>(&mut self);
    /// With a function of two numbers.
    fn two<F: Function2 + 'static>(&mut self);
}

/// Visits each function once.
pub fn visit(visitor: &mut impl Visit) {
    use crate::erf;
    visitor.one::<erf::Erf>();
}
