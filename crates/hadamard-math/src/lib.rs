//! Elementary functions as straight lines of primitives, written once.
//!
//! A function takes a [`Lane`]: one number of a vector, of which nothing is known but the primitives that every back
//! end has (IEEE arithmetic, fused multiply-add, comparisons, selection, integer operations on the bits). With `f64` or
//! `f32` as the lane it is an ordinary function, and a loop over it compiles to vector code of any width; with a
//! recorder as the lane it becomes a graph that a compiler of loops fuses with its surroundings. As each primitive is
//! exactly determined, the bits of the result are the same everywhere.
//!
//! What a straight line cannot do cheaply (the reduction of a huge argument of the sine, say) is left to a scalar
//! function, [`Function1::SLOW`], for the lanes that [`Function1::rare`] names.

pub mod erf;
pub mod exp;
mod function;
pub mod gamma;
pub mod hyperbolic;
pub mod inverse;
mod lane;
pub mod log;
pub mod logistic;
pub mod pair;
pub mod power;
pub mod root;
mod scalar;
pub mod table;
pub mod trig;

pub use function::{Function1, Function2};
pub use lane::{Bits, Lane, Mask, Single};
