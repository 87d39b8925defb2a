//! Hyperbolic functions and their inverses.
