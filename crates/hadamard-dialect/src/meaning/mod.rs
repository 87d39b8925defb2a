//! What formulas mean once no notation is left in them, and what that is worth.

pub mod align;
pub mod elaborate;
pub mod elements;
pub mod evaluate;
pub mod matrices;
pub mod mean;
pub mod number;
pub mod products;
pub mod value;
