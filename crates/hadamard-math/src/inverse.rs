//! Inverse trigonometric functions.
