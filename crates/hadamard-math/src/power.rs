//! Powers: `pow`.
