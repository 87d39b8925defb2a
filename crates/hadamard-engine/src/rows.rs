//! Operands that are broadcast: where a column or a row is spread over a matrix, every row of the space is one run of a loop
//! that reads each operand where it lies; where the last axis is as short as that of a colour image, a loop repeats
//! elements itself.

use crate::compile::{MOST_READS, MOST_WRITES, Moves, SHORTEST_ROW, STREAM_ALIGNMENT};
use crate::gather::Pattern;
use crate::nest::{Place, Ready};
use crate::walked::{Input, Walked};
use hadamard_plan::Reg;
use std::ops::Range;

impl Ready {
    /// Tasks of a walk are to begin at multiples of this.
    pub(crate) fn grain(&self) -> usize {
        self.row_loop().and_then(|(_, row)| row.short).map_or(1, usize::from)
    }

    /// Evaluates those points without blocks, into `outs`; `None` if the body or what it reads does not allow it, or some
    /// entry is at fault.
    pub(crate) fn run_by_rows(&self, walked: &Walked<'_>, points: Range<usize>, outs: &mut [&mut [u8]]) -> Option<()> {
        let (segment, row) = self.row_loop()?;
        let mut sources: [&[u8]; MOST_READS] = [&[]; MOST_READS];
        let sources = &mut sources[..segment.reads.len()];
        let mut targets: [&mut [u8]; MOST_WRITES] = std::array::from_fn(|_| &mut [][..]);
        for (s, out) in outs.iter_mut().enumerate() {
            let w = segment.writes.iter().position(|&reg| self.place(reg) == Place::Store(s))?;
            targets[w] = out;
        }
        let targets = &mut targets[..segment.writes.len()];
        if let Some(times) = row.short {
            points.start.is_multiple_of(times.into()).then_some(())?;
            self.row_sources(walked, points.start, points.len(), sources)?;
            return row.run(sources, targets, points.len());
        }
        let (length, aligned) = self.row_length(walked)?;
        let mut runs = row.over(targets, aligned && points.start.is_multiple_of(length));
        let mut k = points.start;
        while k < points.end {
            let n = (length - k % length).min(points.end - k);
            self.row_sources(walked, k, n, sources)?;
            runs.run(sources, k - points.start, n).ok()?;
            k += n;
        }
        Some(())
    }

    /// What a loop reads for points `[k, k + n)` of one row, or of short ones.
    fn row_sources<'w>(&self, walked: &Walked<'w>, k: usize, n: usize, sources: &mut [&'w [u8]]) -> Option<()> {
        let (segment, row) = self.row_loop()?;
        for ((source, &reg), &moves) in sources.iter_mut().zip(&segment.reads).zip(&row.moves) {
            *source = self.source(walked, reg, moves, k, n)?;
        }
        Some(())
    }

    /// What a loop reads of a register that moves so for points `[k, k + n)`, if it lies in memory as the loop wants it.
    pub(crate) fn source<'w>(
        &self,
        walked: &Walked<'w>,
        reg: Reg,
        moves: Moves,
        k: usize,
        n: usize,
    ) -> Option<&'w [u8]> {
        let (bytes, pattern) = self.in_memory(walked, reg)?;
        match moves {
            Moves::On => pattern.slice(bytes, k, n),
            Moves::Every(times) => pattern.repeated(bytes, times.into(), k, n),
            Moves::Not => Some(pattern.element(bytes, k)),
        }
    }

    /// Where a register that is an input lies, if in memory.
    fn in_memory<'w, 'p>(&self, walked: &'p Walked<'w>, reg: Reg) -> Option<(&'w [u8], &'p Pattern)> {
        let Place::Input(i) = self.place(reg) else { return None };
        let Input::Memory { bytes, pattern } = walked.inputs.get(i)? else { return None };
        Some((bytes, pattern))
    }

    /// How many points a row of the box has, if it can be run row by row, and whether the results of every row are aligned
    /// if those of the first are.
    fn row_length(&self, walked: &Walked<'_>) -> Option<(usize, bool)> {
        let (segment, row) = self.row_loop()?;
        let mut lengths = Vec::with_capacity(segment.reads.len());
        for (&reg, &moves) in segment.reads.iter().zip(&row.moves) {
            lengths.push(self.in_memory(walked, reg)?.1.row(moves == Moves::Not)?);
        }
        let shortest = lengths.iter().copied().min()?;
        let fits = |&n: &usize| n == usize::MAX || n.is_multiple_of(shortest);
        if !(SHORTEST_ROW..usize::MAX).contains(&shortest) || !lengths.iter().all(fits) {
            return None;
        }
        let bytes = |reg: usize| shortest * self.nest.body[reg].dtype.size();
        Some((shortest, self.nest.stores.iter().all(|s| bytes(s.value).is_multiple_of(STREAM_ALIGNMENT))))
    }
}
