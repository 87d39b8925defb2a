//! Sine, cosine and tangent.
