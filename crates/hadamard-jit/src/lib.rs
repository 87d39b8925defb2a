//! Straight-line lane programs, compiled to vector loops at run time.
//!
//! A [`Program`] is a straight line of primitives: IEEE arithmetic, integer operations on bits, comparisons, selections,
//! conversions. [`Recorder`] writes one, and hands out lanes with which the functions of `hadamard-math` record
//! themselves. [`Program::interpret`] says what it means; [`Compiled`] is a loop of machine code over slices with the
//! same bits. Nothing is contracted, reordered or approximated on the way.

#[cfg(target_arch = "x86_64")]
mod code;
#[cfg(not(target_arch = "x86_64"))]
mod elsewhere;
mod interpret;
mod program;
#[cfg(target_arch = "x86_64")]
mod rare;
mod recorder;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "x86_64")]
pub use code::{Compiled, Fault, Runs};
#[cfg(not(target_arch = "x86_64"))]
pub use elsewhere::{Compiled, Fault, Isa, Runs};
pub use program::{BLOCK, Binary, Compare, Fold, Kind, LANES, Op, Output, Program, Scalar, Shift, Unary, Value};
pub use recorder::{Integer, Number, Recorder, Truth};
#[cfg(target_arch = "x86_64")]
pub use x86::Isa;
