//! Block kernels: one elementwise operation over typed blocks of equal length.

use crate::fault::Faulted;
use hadamard_algebra::{Map, Policy};
use hadamard_array::{DType, Scalar};

/// Computes one operation over blocks of equal element count: arguments first, then the result.
///
/// Blocks are bytes aligned for their dtype. On a fault the contents of the result are unspecified.
pub type Kernel = Box<dyn Fn(&[&[u8]], &mut [u8]) -> Result<(), Faulted> + Send + Sync>;

/// The kernel of `map` for arguments of dtype `arg` (the values of `Where`, the source of `Cast`) and result `out`.
pub fn kernel(map: Map, arg: DType, out: DType, policy: &Policy) -> Kernel {
    let _ = (map, arg, out, policy);
    unimplemented!()
}

/// Fills a block with one value, which must have the block's dtype.
pub fn splat(value: Scalar, out: &mut [u8]) {
    let _ = (value, out);
    unimplemented!()
}
