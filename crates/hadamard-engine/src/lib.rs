//! Plans on real memory: fused loop nests over windows of operands, by all cores, and the reference evaluator beside
//! them.
//!
//! A [`Plan`](hadamard_plan::Plan) is [`Prepared`] once; [`execute`] runs it from [`Source`](hadamard_array::Source)s to
//! [`Out`]s. What a nest does, inside out: `gather` brings a load's elements into the order of the walk, `nest`
//! evaluates a block of the body by compiled loops and [`kernels`] (in a thread's `scratch`; `settle` where one finds a
//! fault), `rows` does without blocks where operands are broadcast, `walk` shares a window among `workers`, `reduce`
//! accumulates (`folding` says what, `tree` in which order, `folded` by compiled loops), `windows` cuts the space,
//! `stream` moves windows in and results out, `exec` takes the steps of a plan in turn. `small` is the short way for
//! small arrays, `sparse` has the kernels on stored entries.
//!
//! [`reference`](mod@reference) defines what every result is, one entry at a time; the tests hold the rest to it bit for
//! bit. Knows nothing of text and theorems.

mod compile;
pub mod dense;
mod exec;
pub mod fault;
mod folded;
mod folding;
mod functions;
mod gather;
pub mod kernels;
pub mod math;
mod nest;
mod prepared;
mod reduce;
pub mod reference;
mod rows;
mod scratch;
mod settle;
mod small;
mod sparse;
mod stream;
mod tree;
mod walk;
mod walked;
mod windows;
mod workers;

pub use compile::Backend;
pub use exec::{Out, RunError, Settings, Unwatched, Watch, execute, execute_in_place};
pub use prepared::Prepared;
