//! Reading and writing through the crate's own door: `open`, `members`, `Outputs`.

#![allow(clippy::single_range_in_vec_init, reason = "a window of an array of one axis is one range")]

mod common;
mod npy;
mod npz;
mod opening;
mod output;
