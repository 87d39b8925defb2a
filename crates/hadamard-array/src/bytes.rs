//! The bytes of an array.

use crate::{ArrayError, Buffer};
use std::cell::RefCell;
use std::sync::Arc;

/// Up to so many bytes are few: copying them costs hardly more than counting who shares them.
const FEW: usize = 4 << 10;
const BLOCK: usize = size_of::<u128>();

/// Owned bytes, aligned for every dtype.
#[derive(Clone, Debug)]
pub(crate) enum Bytes {
    /// One piece of memory, which clones copy.
    Few(Few),
    /// A buffer, which clones share.
    Shared(Arc<Buffer>),
}

/// A piece of memory of few bytes.
#[derive(Clone, Debug)]
pub(crate) struct Few {
    blocks: Box<[u128]>,
    len: usize,
}

/// Pieces of dropped arrays that a thread keeps at most.
const KEPT: usize = 8;

thread_local! {
    /// Memory of dropped arrays: to ask the system for some and to clear it takes longer than what is done with few bytes.
    static DROPPED: RefCell<Vec<Box<[u128]>>> = const { RefCell::new(Vec::new()) };
}

impl Few {
    /// Of any content.
    #[inline]
    fn new(len: usize) -> Few {
        let count = len.div_ceil(BLOCK);
        // A thread that ends has nothing to lend.
        let kept = DROPPED.try_with(|dropped| {
            let mut dropped = dropped.borrow_mut();
            let at = dropped.iter().position(|blocks| blocks.len() == count)?;
            Some(dropped.swap_remove(at))
        });
        Few { blocks: kept.ok().flatten().unwrap_or_else(|| vec![0; count].into()), len }
    }
}

impl Drop for Few {
    #[inline]
    fn drop(&mut self) {
        let blocks = std::mem::take(&mut self.blocks);
        // What a thread that ends, or one that has enough, cannot keep is freed.
        let _ = DROPPED.try_with(|dropped| {
            let mut dropped = dropped.borrow_mut();
            if dropped.len() < KEPT && !blocks.is_empty() {
                dropped.push(blocks);
            }
        });
    }
}

impl Bytes {
    /// `len` zeros.
    pub fn zeroed(len: usize) -> Result<Bytes, ArrayError> {
        if len > FEW {
            return Buffer::try_zeroed(len).map(Bytes::from);
        }
        let mut few = Few::new(len);
        few.blocks.fill(0);
        Ok(Bytes::Few(few))
    }
    /// `len` bytes of any content, to be overwritten as a whole (see [`Buffer::for_overwriting`]).
    #[inline]
    pub fn for_overwriting(len: usize) -> Result<Bytes, ArrayError> {
        if len > FEW { Buffer::for_overwriting(len).map(Bytes::from) } else { Ok(Bytes::Few(Few::new(len))) }
    }
    /// To be read.
    pub fn get(&self) -> &[u8] {
        match self {
            Bytes::Few(Few { blocks, len }) => &bytemuck::cast_slice(blocks)[..*len],
            Bytes::Shared(buffer) => buffer.bytes(),
        }
    }
    /// To be written; copies first if they are shared.
    #[inline]
    pub fn get_mut(&mut self) -> &mut [u8] {
        match self {
            Bytes::Few(Few { blocks, len }) => &mut bytemuck::cast_slice_mut(blocks)[..*len],
            Bytes::Shared(buffer) => Arc::make_mut(buffer).bytes_mut(),
        }
    }
}

impl From<Buffer> for Bytes {
    fn from(buffer: Buffer) -> Bytes {
        Bytes::Shared(Arc::new(buffer))
    }
}
