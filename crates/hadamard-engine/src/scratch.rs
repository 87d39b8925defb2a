//! A worker's block buffers. Every thread keeps its own from run to run, so that small runs allocate nothing.

use crate::gather::{Gathered, Order};
use crate::nest::Ready;
use crate::reference;
use crate::walked::{Input, Walked};
use hadamard_algebra::{Map, Policy};
use hadamard_array::{Buffer, DType, Element, Scalar, dispatch};
use std::cell::Cell;

/// A worker's block buffers.
#[derive(Default)]
pub struct Scratch {
    /// Of the body's registers.
    pub buffers: Vec<Buffer>,
    /// Of the loads that lie in memory; the others' are not used.
    pub loads: Vec<Gathered>,
    /// Of the inputs that are copied or generated block by block; the others' are not used.
    pub gathered: Vec<Buffer>,
    /// Of the accumulators of folds.
    pub lanes: Vec<Buffer>,
}

thread_local! {
    static KEPT: Cell<Scratch> = Cell::default();
}

impl Scratch {
    /// Lends this thread's buffers, large enough for blocks of `len` points of a nest.
    pub fn lend<R>(ready: &Ready, len: usize, body: impl FnOnce(&mut Scratch) -> R) -> R {
        // Taken, not borrowed: whoever is called while they are out finds none, and makes its own.
        let mut scratch = KEPT.take();
        let (buffers, widest) = ready.buffers;
        grow(&mut scratch.buffers, (0..buffers).map(|_| len * widest));
        grow(&mut scratch.gathered, ready.input_sizes.iter().map(|size| len * size));
        let result = body(&mut scratch);
        KEPT.set(scratch);
        result
    }

    /// Lends them for a walk in that order in blocks of at most `len` points.
    pub fn walk<R>(
        ready: &Ready,
        walked: &Walked<'_>,
        order: Order,
        len: usize,
        body: impl FnOnce(&mut Scratch) -> R,
    ) -> R {
        Scratch::lend(ready, len, |scratch| {
            if scratch.loads.len() < walked.inputs.len() {
                scratch.loads.resize_with(walked.inputs.len(), Gathered::default);
            }
            for (input, load) in walked.inputs.iter().zip(&mut scratch.loads) {
                if let Input::Memory { bytes, pattern } = input {
                    load.begin(pattern, bytes, order, len);
                }
            }
            body(scratch)
        })
    }

    /// Brings points `[k, k + n)` of the inputs into the order of the walk; `outs` holds what
    /// the stores overwrite, from element `at` on.
    pub fn gather(&mut self, ready: &Ready, walked: &Walked<'_>, k: usize, n: usize, outs: &[&mut [u8]], at: usize) {
        for (i, input) in walked.inputs.iter().enumerate() {
            match input {
                Input::Overwritten(s) => {
                    let size = ready.input_sizes[i];
                    let copied = &mut self.gathered[i].bytes_mut()[..n * size];
                    copied.copy_from_slice(&outs[*s][at * size..(at + n) * size]);
                }
                Input::Memory { bytes, .. } => self.loads[i].bring(bytes, k, n),
            }
        }
        for ((a, b, dtype), buffer) in ready.identities.iter().zip(&mut self.gathered[walked.inputs.len()..]) {
            let units = [false, true].map(|one| unit(*dtype, one));
            let mut index = walked.index(k);
            for j in 0..n {
                put(units[usize::from(a.at(&index) == b.at(&index))], buffer.bytes_mut(), j);
                walked.step(&mut index);
            }
        }
    }
}

/// Sees to a buffer of at least that many bytes for each of `sizes`.
pub(crate) fn grow(buffers: &mut Vec<Buffer>, sizes: impl Iterator<Item = usize>) {
    for (i, size) in sizes.enumerate() {
        match buffers.get_mut(i) {
            Some(buffer) if buffer.len() >= size => {}
            Some(buffer) => *buffer = Buffer::zeroed(size),
            None => buffers.push(Buffer::zeroed(size)),
        }
    }
}

/// One, or zero, of a dtype.
pub(crate) fn unit(dtype: DType, one: bool) -> Scalar {
    let cast = reference::apply(Map::Cast(dtype), &[Scalar::Bool(one)], dtype, &Policy::default());
    cast.expect("every dtype holds 0 and 1")
}

/// Writes a value as element `j`.
pub(crate) fn put(value: Scalar, out: &mut [u8], j: usize) {
    dispatch!(value.dtype(), T => {
        let size = std::mem::size_of::<T>();
        let v = T::from_scalar(value).expect("dispatched on the scalar's dtype");
        out[j * size..(j + 1) * size].copy_from_slice(bytemuck::bytes_of(&v));
    });
}
