//! Cube root and hypotenuse.
