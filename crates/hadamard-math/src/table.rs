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
    use crate::{erf, exp, gamma, hyperbolic, inverse, log, logistic, power, root, trig};
    visitor.one::<exp::Exp>();
    visitor.one::<exp::Expm1>();
    visitor.one::<exp::Exp2>();
    visitor.one::<log::Log>();
    visitor.one::<log::Log1p>();
    visitor.one::<log::Log2>();
    visitor.one::<log::Log10>();
    visitor.two::<power::Pow>();
    visitor.one::<trig::Sin>();
    visitor.one::<trig::Cos>();
    visitor.one::<trig::Tan>();
    visitor.one::<inverse::Asin>();
    visitor.one::<inverse::Acos>();
    visitor.one::<inverse::Atan>();
    visitor.two::<inverse::Atan2>();
    visitor.one::<root::Cbrt>();
    visitor.two::<root::Hypot>();
    visitor.one::<hyperbolic::Sinh>();
    visitor.one::<hyperbolic::Cosh>();
    visitor.one::<hyperbolic::Tanh>();
    visitor.one::<hyperbolic::Asinh>();
    visitor.one::<hyperbolic::Acosh>();
    visitor.one::<hyperbolic::Atanh>();
    visitor.one::<logistic::Sigmoid>();
    visitor.one::<logistic::Softplus>();
    visitor.one::<erf::Erf>();
    visitor.one::<erf::Erfc>();
    visitor.one::<erf::Gelu>();
    visitor.one::<gamma::Gamma>();
    visitor.one::<gamma::Lgamma>();
}
