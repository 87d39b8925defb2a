//! Sigmoid and softplus.
