//! Owned bytes, aligned so that every element type may be viewed in place.

use crate::ArrayError;
use bytemuck::{Pod, Zeroable};
use memmap2::MmapMut;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One cache line: the unit of allocation, which is what aligns a buffer to 64 bytes.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Line([u8; 64]);

/// Huge pages: what large buffers are aligned to.
const HUGE: usize = 2 << 20;
/// Buffers from this size on have a mapping of their own. Touching fresh memory page by page costs more than most
/// arithmetic on it; huge pages make it 512 times rarer.
const MAPPED: usize = 2 * HUGE;
/// Freed mappings kept for the next result, at most so many bytes, those freed last: the system clears fresh pages, which
/// takes as long as computing simple formulas does.
const KEPT: usize = 256 << 20;

/// In the order in which they were freed.
static FREED: Mutex<Vec<Mapping>> = Mutex::new(Vec::new());

/// Owned bytes aligned to 64 (large buffers to 2 MiB, in huge pages where the system has them).
///
/// Fresh buffers are zero; the pages of large ones are first touched by whoever fills them.
pub struct Buffer {
    memory: Memory,
    len: usize,
}

enum Memory {
    Lines(Vec<Line>),
    /// `None` only while being dropped.
    Mapped(Option<Mapping>),
}

/// A mapping of which the bytes from `start`, the first multiple of [`HUGE`], are used.
struct Mapping {
    map: MmapMut,
    start: usize,
}

const DROPPED: &str = "a buffer has its mapping until it is dropped";

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
        let mapped = if len >= MAPPED { Mapping::new(len).map(|m| Memory::Mapped(Some(m))) } else { None };
        let lines = || bytemuck::allocation::try_zeroed_vec(len.div_ceil(64)).ok().map(Memory::Lines);
        let memory = mapped.or_else(lines).ok_or(ArrayError::OutOfMemory(len))?;
        Ok(Buffer { memory, len })
    }
    /// `len` bytes of any content, to be overwritten as a whole: large ones may be those of a buffer dropped before, whose
    /// pages need not be cleared again.
    pub fn for_overwriting(len: usize) -> Result<Buffer, ArrayError> {
        // A mapping more than a quarter larger would hold back memory from the rest of the program.
        let fits = |m: &Mapping| (len..=len.saturating_add(len / 4)).contains(&m.capacity());
        let freed = if len >= MAPPED { take(fits) } else { None };
        match freed {
            Some(mapping) => Ok(Buffer { memory: Memory::Mapped(Some(mapping)), len }),
            None => Buffer::try_zeroed(len),
        }
    }
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        match &self.memory {
            Memory::Lines(lines) => &bytemuck::cast_slice(lines)[..self.len],
            Memory::Mapped(mapping) => {
                let Mapping { map, start } = mapping.as_ref().expect(DROPPED);
                &map[*start..*start + self.len]
            }
        }
    }
    /// The bytes, to be written.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        match &mut self.memory {
            Memory::Lines(lines) => &mut bytemuck::cast_slice_mut(lines)[..self.len],
            Memory::Mapped(mapping) => {
                let Mapping { map, start } = mapping.as_mut().expect(DROPPED);
                &mut map[*start..*start + self.len]
            }
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

impl Mapping {
    /// A mapping of its own, if the system gives one: else the caller falls back to the allocator.
    fn new(len: usize) -> Option<Mapping> {
        let map = MmapMut::map_anon(len.checked_add(HUGE)?).ok()?;
        // Advice only: a system without huge pages works with small ones.
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage);
        let start = (map.as_ptr() as usize).wrapping_neg() % HUGE;
        Some(Mapping { map, start })
    }

    fn capacity(&self) -> usize {
        self.map.len() - HUGE
    }
}

/// The freed mappings; a panic elsewhere cannot leave them in disorder.
fn lock() -> MutexGuard<'static, Vec<Mapping>> {
    FREED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the freed mapping that fits and was freed last: others may never have been touched.
fn take(fits: impl Fn(&Mapping) -> bool) -> Option<Mapping> {
    let mut freed = lock();
    let found = freed.iter().rposition(fits)?;
    Some(freed.remove(found))
}

/// Keeps a mapping, and gives back those freed longest ago that this leaves no room for: of results whose size nobody asks
/// for any more.
fn keep(mapping: Mapping) -> Vec<Mapping> {
    let mut freed = lock();
    freed.push(mapping);
    let mut held: usize = freed.iter().map(Mapping::capacity).sum();
    let too_many = |mapping: &&Mapping| {
        let too_many = held > KEPT;
        held -= mapping.capacity();
        too_many
    };
    let count = freed.iter().take_while(too_many).count();
    freed.drain(..count).collect()
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Memory::Mapped(mapping) = &mut self.memory
            && let Some(mapping) = mapping.take()
        {
            // The system takes mappings back when no lock is held any more.
            drop(keep(mapping));
        }
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

    #[test]
    fn freed_buffers_are_used_again_but_never_where_zeros_are_promised() {
        // A size that only this test uses, so that only its mapping fits.
        let len = 11 * HUGE + 12_345;
        let mut first = Buffer::try_zeroed(len).unwrap();
        first.bytes_mut().fill(7);
        let place = first.bytes().as_ptr() as usize;
        drop(first);
        let zeroed = Buffer::zeroed(len);
        assert!(zeroed.bytes().iter().all(|&b| b == 0));
        let again = Buffer::for_overwriting(len - 100).unwrap();
        assert_eq!((again.bytes().as_ptr() as usize, again.len()), (place, len - 100));
        let other = Buffer::for_overwriting(len - 100).unwrap();
        assert_ne!(other.bytes().as_ptr() as usize, place);

        // Freed buffers make room for later ones. (Not a test of its own: it would take from this one what it freed.)
        let large = KEPT / 2 + 3 * HUGE;
        drop([Buffer::zeroed(large), Buffer::zeroed(large)]);
        let small = Buffer::zeroed(13 * HUGE + 7);
        let place = small.bytes().as_ptr() as usize;
        drop(small);
        assert_eq!(Buffer::for_overwriting(13 * HUGE + 7).unwrap().bytes().as_ptr() as usize, place);
        drop(Buffer::zeroed(KEPT + HUGE));
        assert!(lock().iter().map(Mapping::capacity).sum::<usize>() <= KEPT);
    }
}
