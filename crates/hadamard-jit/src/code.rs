//! Programs as machine code: compiled once, run over slices.
#![allow(unsafe_code, reason = "machine code made here is called here")]

use crate::program::{BLOCK, Program};
use crate::x86::{Isa, Loops, emit};
use memmap2::{Mmap, MmapMut};
use std::mem::MaybeUninit;

type Entry = unsafe extern "sysv64" fn(pointers: *mut *mut u8, n: usize) -> u64;

/// How an output or input lies: bytes of an element (none of an input that is not read), whether one element stands for
/// all, and whether an output is read before it is written.
#[derive(Clone, Copy, Debug, Default)]
struct Lie {
    size: usize,
    splat: bool,
    streamed: bool,
    read: bool,
    /// How often each element of an input is repeated.
    times: usize,
}

impl Lie {
    /// Bytes of so many elements, from the first of a repetition on.
    #[inline]
    fn bytes(self, n: usize) -> usize {
        match (self.splat, self.times) {
            (true, _) => self.size,
            // A division costs as much as the loop over a small array.
            (_, 0 | 1) => n * self.size,
            (_, times) => n.div_ceil(times) * self.size,
        }
    }
}

/// A compiled program. Immutable: any number of threads may run it at once.
pub struct Compiled {
    code: Mmap,
    /// Lanes of a vector, a power of two.
    lanes: usize,
    /// Where the loop over single vectors begins.
    single: usize,
    /// Where the loop over several vectors begins, and over how many.
    unrolled: (usize, usize),
    inputs: Vec<Lie>,
    outputs: Vec<Lie>,
    /// How many of the last outputs are accumulators of folds, and how many of them each block has.
    folds: usize,
    accumulators: usize,
    /// Whether elements of some input are repeated, and whether some output is streamed.
    repeats: bool,
    streams: bool,
    isa: Isa,
}

/// Pointers of a run.
const POINTERS: usize = 32;
/// Bytes of the longest vector.
const VECTOR: usize = 64;
/// Vectors of the longest iteration, but for those over blocks that are folded.
const MOST_VECTORS: usize = 8;

/// What is wrong in some lane of the elements run over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault;

impl Compiled {
    /// Compiles for an instruction set that the machine has. `None` if it cannot run the program, or the system gives
    /// no memory for code.
    ///
    /// # Panics
    /// If the machine lacks the instruction set.
    pub fn new(program: &Program, isa: Isa) -> Option<Compiled> {
        assert!(Isa::available().any(|i| i == isa), "this machine has no {isa:?}");
        let program = program.pruned();
        let Loops { code, lanes, single, unrolled, accumulators } = emit(&program, isa)?;
        let mut memory = MmapMut::map_anon(code.len()).ok()?;
        memory.copy_from_slice(&code);
        let code = memory.make_exec().ok()?;
        let inputs = program.inputs.iter().enumerate().map(|(k, kind)| {
            let (one, all) = (program.reads_one(k), program.reads_all(k));
            let times = program.repeats(k);
            let read = one || all || times.is_some();
            let times = usize::from(times.unwrap_or(1));
            Lie { size: if read { kind.size() } else { 0 }, splat: one, times, ..Lie::default() }
        });
        let outputs = program.outputs.iter().enumerate().map(|(k, o)| Lie {
            size: program.kind(o.value).size(),
            streamed: o.streamed,
            read: program.reads_output(k),
            ..Lie::default()
        });
        let folds = program.folds.iter().map(|f| Lie { size: program.kind(f.value).size(), ..Lie::default() });
        let (inputs, outputs): (Vec<Lie>, Vec<Lie>) = (inputs.collect(), outputs.chain(folds).collect());
        let repeats = inputs.iter().any(|lie| lie.times > 1);
        let streams = outputs.iter().any(|lie| lie.streamed);
        let folds = program.folds.len();
        Some(Compiled { inputs, outputs, folds, accumulators, repeats, streams, code, lanes, single, unrolled, isa })
    }

    /// Lanes of one iteration.
    pub fn lanes(&self) -> usize {
        self.lanes
    }
    /// How many accumulators a fold puts out for a block: [`LANES`](crate::LANES), or as many as a vector has lanes, the second
    /// half having been joined to the first until they were so few.
    pub fn accumulators(&self) -> usize {
        self.accumulators
    }
    /// The instruction set it was compiled for.
    pub fn isa(&self) -> Isa {
        self.isa
    }
    /// Bytes of code and constants.
    pub fn bytes(&self) -> usize {
        self.code.len()
    }

    /// Runs over `n` elements: reads the first `n` of each input (one, of splats; of repeated elements as many as `n`
    /// need), writes the first `n` of each output (having read them, where it [carries](crate::Op::Carried) without
    /// folds), and behind the outputs, for each fold, the [accumulators](Compiled::accumulators) of each [`BLOCK`] of elements.
    ///
    /// # Errors
    /// [`Fault`] if some lane is at fault; the outputs' contents are then unspecified.
    ///
    /// # Panics
    /// If the number of slices is not the program's, one is too short, or a streamed output is not aligned to 64 bytes;
    /// if there are folds and `n` is not a multiple of [`BLOCK`].
    #[inline]
    pub fn run(&self, inputs: &[&[u8]], outputs: &mut [&mut [u8]], n: usize) -> Result<(), Fault> {
        self.over(outputs).run(inputs, 0, n)
    }

    /// Begins several runs over parts of the same outputs: cheaper than as many of [`Compiled::run`].
    ///
    /// # Panics
    /// If the number of slices is not the program's.
    #[inline]
    pub fn over<'r, 'o>(&'r self, outputs: &'r mut [&'o mut [u8]]) -> Runs<'r, 'o> {
        assert!(outputs.len() == self.outputs.len(), "slices for each output");
        Runs { code: self, outputs }
    }

    fn entry(&self, at: usize) -> Entry {
        // SAFETY: the mapping holds the code of a function of this type there, made by `emit`, and lives as long as
        // `self`.
        unsafe { std::mem::transmute::<*const u8, Entry>(self.code[at..].as_ptr()) }
    }
}

/// Runs over parts of outputs, which are complete when this is dropped.
#[derive(Debug)]
pub struct Runs<'r, 'o> {
    code: &'r Compiled,
    outputs: &'r mut [&'o mut [u8]],
}

impl Runs<'_, '_> {
    /// As [`Compiled::run`], but writes elements `[at, at + n)` of each output.
    ///
    /// # Errors
    /// [`Fault`] if some lane is at fault; the outputs' contents are then unspecified.
    ///
    /// # Panics
    /// As [`Compiled::run`]; if there are folds and `at` is not 0.
    pub fn run(&mut self, inputs: &[&[u8]], at: usize, n: usize) -> Result<(), Fault> {
        let code = self.code;
        assert!(inputs.len() == code.inputs.len(), "slices for each input");
        // Not cleared: that takes as long as a small loop.
        let mut pointers = [const { MaybeUninit::<*mut u8>::uninit() }; POINTERS];
        let (first, last) = pointers.split_at_mut(inputs.len());
        for ((to, from), lie) in first.iter_mut().zip(inputs).zip(&code.inputs) {
            assert!(from.len() >= lie.bytes(n), "inputs are long enough");
            to.write(from.as_ptr().cast_mut());
        }
        assert!(code.folds == 0 || (n.is_multiple_of(BLOCK) && at == 0), "blocks are folded whole");
        let folded = code.outputs.len() - code.folds;
        for (k, ((to, from), lie)) in last.iter_mut().zip(self.outputs.iter_mut()).zip(&code.outputs).enumerate() {
            let elements = if k < folded { n } else { n / BLOCK * code.accumulators };
            let part = &mut from[at * lie.size..][..elements * lie.size];
            to.write(part.as_mut_ptr());
            assert!(!lie.streamed || part.as_ptr().addr().is_multiple_of(VECTOR), "streamed outputs are aligned");
        }
        let step = code.lanes * code.unrolled.1;
        let many = if step.is_power_of_two() { n & !(step - 1) } else { n / step * step };
        let whole = if code.repeats { many } else { n & !(code.lanes - 1) };
        let mut fault = 0;
        if many > 0 {
            // SAFETY: the pointers that the code uses, those of inputs and outputs, were written above (and may be changed by
            // it, those it advances). The code reads and writes `many` elements behind each pointer, one of splats, fewer of repeated
            // ones, as many as folds put out, all of which the slices have (checked above); outputs are exclusive, as
            // they are borrowed mutably until what was streamed is fenced.
            fault = unsafe { code.entry(code.unrolled.0)(pointers.as_mut_ptr().cast(), many) };
        }
        if many < whole && fault == 0 {
            let lies = code.inputs.iter().chain(&code.outputs);
            for (pointer, lie) in pointers.iter_mut().zip(lies).filter(|(_, lie)| !lie.splat) {
                // SAFETY: the pointers of inputs and outputs, as many as there are `lies`, were written above.
                let from = unsafe { pointer.assume_init() };
                pointer.write(from.wrapping_add(many * lie.size));
            }
            // SAFETY: as above, `many` elements further on.
            fault = unsafe { code.entry(code.single)(pointers.as_mut_ptr().cast(), whole - many) };
        }
        if whole < n && fault == 0 {
            fault = match code.repeats {
                true => self.rest::<MOST_VECTORS>(inputs, at, whole, n),
                false => self.rest::<1>(inputs, at, whole, n),
            };
        }
        if fault == 0 { Ok(()) } else { Err(Fault) }
    }

    /// The last elements, fewer than an iteration of `VECTORS` vectors or less has, by way of vectors on the stack, filled
    /// up with the last element (which is at fault only if it is).
    fn rest<const VECTORS: usize>(&mut self, inputs: &[&[u8]], at: usize, from: usize, n: usize) -> u64 {
        let Runs { code, outputs } = self;
        let (entry, count) = if VECTORS == 1 { (code.single, 1) } else { code.unrolled };
        let step = code.lanes * count;
        let mut vectors = [Aligned([[0u8; VECTOR]; VECTORS]); POINTERS];
        let mut pointers = [std::ptr::null_mut::<u8>(); POINTERS];
        for (((vector, input), lie), pointer) in vectors.iter_mut().zip(inputs).zip(&code.inputs).zip(&mut pointers) {
            let vector = vector.0.as_flattened_mut();
            let rest = if lie.splat { &input[..lie.size] } else { &input[lie.bytes(from)..lie.bytes(n)] };
            vector[..rest.len()].copy_from_slice(rest);
            if lie.size > 0 && !lie.splat {
                let (_, filled) = vector[..lie.bytes(step)].split_at_mut(rest.len());
                filled.chunks_exact_mut(lie.size).for_each(|e| e.copy_from_slice(&rest[rest.len() - lie.size..]));
            }
            *pointer = vector.as_mut_ptr();
        }
        let results = inputs.len()..inputs.len() + outputs.len();
        let all = vectors[results.clone()].iter_mut().zip(&mut pointers[results.clone()]);
        for (((vector, pointer), output), lie) in all.zip(outputs.iter()).zip(&code.outputs) {
            let vector = vector.0.as_flattened_mut();
            if lie.read {
                let rest = &output[(at + from) * lie.size..(at + n) * lie.size];
                vector[..rest.len()].copy_from_slice(rest);
            }
            *pointer = vector.as_mut_ptr();
        }
        // SAFETY: each pointer is that of vectors of its own on the stack, which hold the elements of one iteration.
        let fault = unsafe { code.entry(entry)(pointers.as_mut_ptr(), step) };
        for ((vector, output), lie) in vectors[results].iter().zip(outputs.iter_mut()).zip(&code.outputs) {
            let bytes = (n - from) * lie.size;
            output[(at + from) * lie.size..(at + n) * lie.size].copy_from_slice(&vector.0.as_flattened()[..bytes]);
        }
        fault
    }
}

impl Drop for Runs<'_, '_> {
    fn drop(&mut self) {
        if self.code.streams {
            // SAFETY: every x86-64 has the instruction. It makes streamed stores visible before any later one.
            unsafe { std::arch::x86_64::_mm_sfence() };
        }
    }
}

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Aligned<const VECTORS: usize>([[u8; VECTOR]; VECTORS]);

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Compiled({:?}, {} bytes)", self.isa, self.code.len())
    }
}
