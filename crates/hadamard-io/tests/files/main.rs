//! Reading and writing through the crate's own door: `open`, `members`, `Outputs`.

mod common;
mod npy;
mod npz;
mod opening;
mod output;
