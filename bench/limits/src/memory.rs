//! Buffers as the engine has them: mappings of their own in huge pages, aligned to 2 MiB.

use crate::line::Line;
use memmap2::{Advice, MmapMut};
use rayon::prelude::*;
use std::io;

const HUGE: usize = 2 << 20;

/// Lines in a mapping of their own.
pub struct Buffer {
    map: MmapMut,
    start: usize,
    lines: usize,
}

impl Buffer {
    /// Lines whose pages nobody has touched yet.
    pub fn fresh(lines: usize) -> io::Result<Buffer> {
        let map = MmapMut::map_anon(lines * size_of::<Line>() + HUGE)?;
        // Advice only: a system without huge pages measures its limit with small ones.
        let _ = map.advise(Advice::HugePage);
        let start = (map.as_ptr() as usize).wrapping_neg() % HUGE;
        Ok(Buffer { map, start, lines })
    }

    /// Lines that hold something, touched by the threads that will read them.
    pub fn filled(lines: usize) -> io::Result<Buffer> {
        let mut buffer = Buffer::fresh(lines)?;
        let part = lines.div_ceil(rayon::current_num_threads()).max(1);
        buffer.lines_mut().par_chunks_mut(part).for_each(|part| part.fill(Line([0x3FF0_0000_0000_0000; 8])));
        Ok(buffer)
    }

    /// The lines.
    pub fn lines(&self) -> &[Line] {
        bytemuck::cast_slice(&self.map[self.start..][..self.lines * size_of::<Line>()])
    }

    /// The lines, to be written.
    pub fn lines_mut(&mut self) -> &mut [Line] {
        bytemuck::cast_slice_mut(&mut self.map[self.start..][..self.lines * size_of::<Line>()])
    }
}
