//! Owned bytes, aligned so that every element type may be viewed in place.

use crate::ArrayError;
use bytemuck::{Pod, Zeroable};
use memmap2::MmapMut;

/// One cache line: the unit of allocation, which is what aligns a buffer to 64 bytes.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Line([u8; 64]);

/// Huge pages: what large buffers are aligned to.
const HUGE: usize = 2 << 20;
/// Buffers from this size on have a mapping of their own. Touching fresh memory page by page costs more than most
/// arithmetic on it; huge pages make it 512 times rarer.
const MAPPED: usize = 2 * HUGE;

/// Owned bytes aligned to 64 (large buffers to 2 MiB, in huge pages where the system has them).
///
/// Fresh buffers are zero; the pages of large ones are first touched by whoever fills them.
pub struct Buffer {
    memory: Memory,
    len: usize,
}

enum Memory {
    Lines(Vec<Line>),
    /// The bytes begin at `start`, the first multiple of [`HUGE`] in the mapping.
    Mapped {
        map: MmapMut,
        start: usize,
    },
}

impl Buffer {
    /// `len` zero bytes, for lengths the program chooses itself.
    ///
    /// # Panics
    /// If the system has no memory left; for lengths that follow from data use [`Buffer::try_zeroed`].
    pub fn zeroed(len: usize) -> Buffer {
        Buffer::try_zeroed(len).expect("the system gives a working buffer")
    }
    /// `len` zero bytes, or [`ArrayError::OutOfMemory`] if the system refuses them.
    pub fn try_zeroed(len: usize) -> Result<Buffer, ArrayError> {
        let mapped = if len >= MAPPED { Memory::mapped(len) } else { None };
        let lines = || bytemuck::allocation::try_zeroed_vec(len.div_ceil(64)).ok().map(Memory::Lines);
        let memory = mapped.or_else(lines).ok_or(ArrayError::OutOfMemory(len))?;
        Ok(Buffer { memory, len })
    }
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        match &self.memory {
            Memory::Lines(lines) => &bytemuck::cast_slice(lines)[..self.len],
            Memory::Mapped { map, start } => &map[*start..*start + self.len],
        }
    }
    /// The bytes, to be written.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        match &mut self.memory {
            Memory::Lines(lines) => &mut bytemuck::cast_slice_mut(lines)[..self.len],
            Memory::Mapped { map, start } => &mut map[*start..*start + self.len],
        }
    }
    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.len
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl Memory {
    /// A mapping of its own, if the system gives one: else the caller falls back to the allocator.
    fn mapped(len: usize) -> Option<Memory> {
        let map = MmapMut::map_anon(len.checked_add(HUGE)?).ok()?;
        // Advice only: a system without huge pages works with small ones.
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage);
        let start = (map.as_ptr() as usize).wrapping_neg() % HUGE;
        Some(Memory::Mapped { map, start })
    }
}

impl Clone for Buffer {
    fn clone(&self) -> Buffer {
        let mut copy = Buffer::zeroed(self.len);
        copy.bytes_mut().copy_from_slice(self.bytes());
        copy
    }
}

impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Buffer({} bytes)", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_zero_aligned_and_writable_at_every_size_edge() {
        for len in [0, 1, 63, 64, 65, MAPPED - 1, MAPPED, MAPPED + 1, 3 * HUGE + 17] {
            let mut buffer = Buffer::zeroed(len);
            assert_eq!(buffer.len(), len);
            assert!(buffer.bytes().iter().all(|&b| b == 0));
            if len > 0 {
                let align = if len >= MAPPED { HUGE } else { 64 };
                assert_eq!(buffer.bytes().as_ptr() as usize % align, 0, "{len}");
                buffer.bytes_mut()[len - 1] = 7;
                assert_eq!(buffer.clone().bytes()[len - 1], 7);
            }
        }
    }
}
