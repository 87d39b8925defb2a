//! The error function, its complement and gelu.
