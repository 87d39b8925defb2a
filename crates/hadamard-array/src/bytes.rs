//! The bytes of an array.

use crate::{ArrayError, Buffer};
use std::sync::Arc;

/// Up to so many bytes are few: copying them costs hardly more than counting who shares them.
const FEW: usize = 4 << 10;
const BLOCK: usize = size_of::<u128>();
static ZEROS: [u128; FEW / BLOCK] = [0; FEW / BLOCK];

/// Owned bytes, aligned for every dtype.
#[derive(Clone, Debug)]
pub(crate) enum Bytes {
    /// One piece of memory, which clones copy.
    Few { blocks: Box<[u128]>, len: usize },
    /// A buffer, which clones share.
    Shared(Arc<Buffer>),
}

impl Bytes {
    /// `len` zeros.
    pub fn zeroed(len: usize) -> Result<Bytes, ArrayError> {
        Bytes::few(len).map_or_else(|| Buffer::try_zeroed(len).map(Bytes::from), Ok)
    }
    /// `len` bytes of any content, to be overwritten as a whole (see [`Buffer::for_overwriting`]).
    #[inline]
    pub fn for_overwriting(len: usize) -> Result<Bytes, ArrayError> {
        Bytes::few(len).map_or_else(|| Buffer::for_overwriting(len).map(Bytes::from), Ok)
    }
    #[inline]
    fn few(len: usize) -> Option<Bytes> {
        ZEROS.get(..len.div_ceil(BLOCK)).map(|zeros| Bytes::Few { blocks: zeros.into(), len })
    }
    /// To be read.
    pub fn get(&self) -> &[u8] {
        match self {
            Bytes::Few { blocks, len } => &bytemuck::cast_slice(blocks)[..*len],
            Bytes::Shared(buffer) => buffer.bytes(),
        }
    }
    /// To be written; copies first if they are shared.
    #[inline]
    pub fn get_mut(&mut self) -> &mut [u8] {
        match self {
            Bytes::Few { blocks, len } => &mut bytemuck::cast_slice_mut(blocks)[..*len],
            Bytes::Shared(buffer) => Arc::make_mut(buffer).bytes_mut(),
        }
    }
}

impl From<Buffer> for Bytes {
    fn from(buffer: Buffer) -> Bytes {
        Bytes::Shared(Arc::new(buffer))
    }
}
