//! hadamard evaluates formulas of elementwise matrix algebra: the Hadamard product A ∘ B and its family.
//!
//! A formula is checked (names, dtypes, shapes) before any data is touched, then evaluated in one fused pass,
//! without temporaries, by all cores.
//!
//! ```
//! use ndarray::array;
//! let a = array![[1.0, 2.0], [3.0, 4.0]];
//! let w = array![10.0, 100.0];
//! // A vector scales the rows of a matrix: axes are aligned from the first.
//! let c = hadamard::eval("A .* w", &[("A", &a), ("w", &w)])?;
//! assert_eq!(hadamard::to_ndarray::<f64>(&c)?, array![[10.0, 20.0], [300.0, 400.0]].into_dyn());
//! # Ok::<(), hadamard::Error>(())
//! ```
//!
//! A program compiled once may be run many times, from many threads:
//!
//! ```
//! use hadamard::{Array, DType, Env, Settings};
//! let env = Env::new().array("A", DType::F64, [2, 2], "").array("B", DType::F64, [2, 2], "");
//! let program = hadamard::compile("C = A .* B; s = sum(C)", &env)?;
//! let a = Array::from_slice([2, 2], &[1.0, 2.0, 3.0, 4.0])?;
//! let results = program.run(&[a.view(), a.view()], &Settings::default())?;
//! assert_eq!(results[0].slice::<f64>()?, [1.0, 4.0, 9.0, 16.0]);
//! assert_eq!(results[1].get(&[]), hadamard::Scalar::F64(30.0));
//! # Ok::<(), hadamard::Error>(())
//! ```
//!
//! Each operation is also a function: [`product`], [`divide`], [`kron`], [`khatri_rao`], [`face_splitting`], …
//!
//! The house: [`notation`] (text ⇄ tree) → [`algebra`] (types, laws) → [`plan`] (fused loop nests) → [`engine`]
//! (memory, threads) ← [`io`] (files).

mod applied;
pub mod check;
mod convert;
mod eager;
mod error;
mod eval;
mod planned;
mod program;
pub mod prove;

pub use convert::{Given, NdElement, Operand, to_ndarray};
pub use eager::*;
pub use error::Error;
pub use eval::{compile, compile_formula, compile_with, define, eval, eval_all, parse};
pub use program::{Program, Signature};
pub use prove::{declare, prove};

pub use hadamard_algebra as algebra;
pub use hadamard_array as array;
pub use hadamard_dialect as dialect;
pub use hadamard_engine as engine;
pub use hadamard_io as io;
pub use hadamard_notation as notation;
pub use hadamard_plan as plan;

pub use hadamard_algebra::check::{Binding, Env};
pub use hadamard_algebra::{Diagnostic, Formula, Math, Number, Overflow, Policy, Span, Zeros};
pub use hadamard_array::{Array, DType, Layout, Scalar, Shape, Sink, Source, View, ViewMut};
pub use hadamard_engine::{Out, RunError, Settings, Unwatched, Watch};
pub use hadamard_plan::Rewriting;
