//! Cache lines: what memory moves, and the two ways to write one.

use bytemuck::{Pod, Zeroable};

/// 64 bytes, aligned to 64.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C, align(64))]
pub struct Line(pub [u64; 8]);

impl Line {
    /// No bit set.
    pub const ZERO: Line = Line([0; 8]);

    /// The cheapest operation of two operands that a compiler cannot leave out.
    #[inline(always)]
    pub fn mix(self, other: Line) -> Line {
        Line(std::array::from_fn(|i| self.0[i] ^ other.0[i]))
    }
}

/// Asks for a line that will be read soon.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub fn prefetch(line: &Line) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: every processor of this architecture has the instruction, which only takes the address as a hint.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(line).cast()) }
}

/// Other machines see by themselves what is read next.
#[cfg(not(target_arch = "x86_64"))]
pub fn prefetch(_: &Line) {}

/// A way to write a line.
pub trait Store {
    /// Writes `line` to `to`.
    fn store(to: &mut Line, line: Line);
    /// Orders the stores before whatever the thread does next.
    fn finish();
}

/// Through the caches: a line is read before it is written.
pub struct Plain;

impl Store for Plain {
    #[inline(always)]
    fn store(to: &mut Line, line: Line) {
        *to = line;
    }
    fn finish() {}
}

/// Past the caches.
pub struct Streaming;

#[cfg(all(target_arch = "x86_64", target_feature = "avx512f"))]
impl Store for Streaming {
    #[inline(always)]
    fn store(to: &mut Line, line: Line) {
        use std::arch::x86_64::{__m512i, _mm512_stream_si512};
        // SAFETY: `to` is valid for a write of 64 bytes and aligned to 64; both types are 64 bytes without padding.
        unsafe { _mm512_stream_si512(std::ptr::from_mut(to).cast(), std::mem::transmute::<Line, __m512i>(line)) }
    }
    fn finish() {
        // SAFETY: every processor of this architecture has the instruction.
        unsafe { std::arch::x86_64::_mm_sfence() }
    }
}

#[cfg(all(target_arch = "x86_64", not(target_feature = "avx512f")))]
impl Store for Streaming {
    #[inline(always)]
    fn store(to: &mut Line, line: Line) {
        use std::arch::x86_64::{__m128i, _mm_stream_si128};
        // SAFETY: both types are 64 bytes without padding.
        let quarters = unsafe { std::mem::transmute::<Line, [__m128i; 4]>(line) };
        let to: *mut __m128i = std::ptr::from_mut(to).cast();
        for (i, quarter) in quarters.into_iter().enumerate() {
            // SAFETY: `to` is valid for writes of four times 16 bytes and aligned to 64.
            unsafe { _mm_stream_si128(to.add(i), quarter) }
        }
    }
    fn finish() {
        // SAFETY: every processor of this architecture has the instruction.
        unsafe { std::arch::x86_64::_mm_sfence() }
    }
}

/// Other machines have only plain stores here.
#[cfg(not(target_arch = "x86_64"))]
impl Store for Streaming {
    #[inline(always)]
    fn store(to: &mut Line, line: Line) {
        *to = line;
    }
    fn finish() {}
}
