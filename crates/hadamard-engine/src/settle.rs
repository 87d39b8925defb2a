//! Blocks in which some kernel found a fault, entry by entry: a fault in a branch that `where` does not take does not
//! count; any other is reported at its first position.

use crate::nest::{NestFault, Place, Ready};
use crate::reference;
use crate::scratch::{Scratch, put, unit};
use crate::walked::{Input, Walked};
use hadamard_algebra::Map;
use hadamard_array::{Buffer, DType, Scalar, dispatch};
use hadamard_plan::{InstrKind, Reg};

impl Ready {
    /// Points `[k, k + n)` of the walk, whose inputs have been gathered, with results as of [`Ready::block`].
    pub(crate) fn settle(
        &self,
        walked: &Walked<'_>,
        k: usize,
        n: usize,
        scratch: &mut Scratch,
        outs: &mut [&mut [u8]],
        at: usize,
    ) -> Result<(), NestFault> {
        let Scratch { buffers, gathered, .. } = scratch;
        for j in 0..n {
            let mut entries = Entries { ready: self, walked, gathered, k, j, known: vec![None; self.nest.body.len()] };
            for (store, out) in self.nest.stores.iter().zip(outs.iter_mut()) {
                put(entries.entry(store.value)?, out, at + j);
            }
            for fold in &self.nest.folds {
                let value = entries.entry(fold.value)?;
                if let Place::Buffer(b) = self.place(fold.value) {
                    put(value, buffers[b].bytes_mut(), j);
                }
            }
        }
        Ok(())
    }
}

/// The registers at point `j` of the block that begins at point `k`, as far as they have been asked for.
struct Entries<'a> {
    ready: &'a Ready,
    walked: &'a Walked<'a>,
    gathered: &'a [Buffer],
    k: usize,
    j: usize,
    known: Vec<Option<Scalar>>,
}

impl Entries<'_> {
    /// One register, computing only what it needs.
    fn entry(&mut self, reg: Reg) -> Result<Scalar, NestFault> {
        if let Some(value) = self.known[reg] {
            return Ok(value);
        }
        let instr = &self.ready.nest.body[reg];
        let (at, size) = (self.k + self.j, instr.dtype.size());
        let value = match &instr.kind {
            InstrKind::Const(value) => *value,
            InstrKind::Load(l) => {
                let mut one = Buffer::zeroed(size);
                match &self.walked.inputs[*l] {
                    Input::Memory { bytes, pattern } => pattern.gather(bytes, at, one.bytes_mut()),
                    Input::Overwritten(_) => {
                        one.bytes_mut().copy_from_slice(&self.gathered[*l].bytes()[self.j * size..][..size])
                    }
                }
                scalar(instr.dtype, one.bytes())
            }
            InstrKind::Same(a, b) => {
                let index = self.walked.index(at);
                unit(instr.dtype, a.at(&index) == b.at(&index))
            }
            InstrKind::Map { map: Map::Where, args, .. } => {
                let taken = self.entry(args[0])? == Scalar::Bool(true);
                self.entry(args[if taken { 1 } else { 2 }])?
            }
            InstrKind::Map { map, args, .. } => {
                let mut values = Vec::with_capacity(args.len());
                for &a in args {
                    values.push(self.entry(a)?);
                }
                reference::apply(*map, &values, instr.dtype, &self.ready.policy).map_err(|fault| NestFault {
                    at,
                    instr: reg,
                    fault,
                })?
            }
        };
        self.known[reg] = Some(value);
        Ok(value)
    }
}

/// The element that aligned bytes hold.
fn scalar(dtype: DType, bytes: &[u8]) -> Scalar {
    dispatch!(dtype, T => bytemuck::cast_slice::<u8, T>(bytes)[0].into())
}
