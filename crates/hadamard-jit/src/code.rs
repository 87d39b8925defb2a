//! Programs as machine code: compiled once, run over slices.
#![allow(unsafe_code, reason = "machine code made here is called here")]

use crate::program::Program;
use crate::x86::{Isa, Loops, emit};
use memmap2::{Mmap, MmapMut};

type Entry = unsafe extern "sysv64" fn(pointers: *const *mut u8, n: usize) -> u64;

/// How an output or input lies: bytes of an element (none of an input that is not read), and whether one element stands
/// for all.
#[derive(Clone, Copy, Debug)]
struct Lie {
    size: usize,
    splat: bool,
    streamed: bool,
}

/// A compiled program. Immutable: any number of threads may run it at once.
pub struct Compiled {
    code: Mmap,
    /// Lanes of a vector.
    lanes: usize,
    /// Where the loop over single vectors begins.
    single: usize,
    /// Where the loop over several vectors begins, and over how many.
    unrolled: (usize, usize),
    inputs: Vec<Lie>,
    outputs: Vec<Lie>,
    isa: Isa,
}

/// Pointers of a run.
const POINTERS: usize = 32;
/// Bytes of the longest vector.
const VECTOR: usize = 64;

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
        let Loops { code, lanes, single, unrolled } = emit(&program, isa)?;
        let mut memory = MmapMut::map_anon(code.len()).ok()?;
        memory.copy_from_slice(&code);
        let code = memory.make_exec().ok()?;
        let inputs = program.inputs.iter().enumerate().map(|(k, kind)| {
            let (one, all) = (program.reads_one(k), program.reads_all(k));
            Lie { size: if one || all { kind.size() } else { 0 }, splat: one, streamed: false }
        });
        let outputs = program.outputs.iter().map(|o| Lie {
            size: program.kind(o.value).size(),
            splat: false,
            streamed: o.streamed,
        });
        let (inputs, outputs) = (inputs.collect(), outputs.collect());
        Some(Compiled { inputs, outputs, code, lanes, single, unrolled, isa })
    }

    /// Lanes of one iteration.
    pub fn lanes(&self) -> usize {
        self.lanes
    }
    /// The instruction set it was compiled for.
    pub fn isa(&self) -> Isa {
        self.isa
    }
    /// Bytes of code and constants.
    pub fn bytes(&self) -> usize {
        self.code.len()
    }

    /// Runs over `n` elements: reads the first `n` of each input (one, of splats), writes the first `n` of each output.
    ///
    /// # Errors
    /// [`Fault`] if some lane is at fault; the outputs' contents are then unspecified.
    ///
    /// # Panics
    /// If the number of slices is not the program's, one is too short, or a streamed output is not aligned to 64 bytes.
    pub fn run(&self, inputs: &[&[u8]], outputs: &mut [&mut [u8]], n: usize) -> Result<(), Fault> {
        assert!(inputs.len() == self.inputs.len() && outputs.len() == self.outputs.len(), "slices for each pointer");
        let mut pointers = [std::ptr::null_mut::<u8>(); POINTERS];
        let (first, last) = pointers.split_at_mut(inputs.len());
        for ((to, from), lie) in first.iter_mut().zip(inputs).zip(&self.inputs) {
            assert!(from.len() >= if lie.splat { lie.size } else { n * lie.size }, "inputs are long enough");
            *to = from.as_ptr().cast_mut();
        }
        for ((to, from), lie) in last.iter_mut().zip(outputs.iter_mut()).zip(&self.outputs) {
            assert!(from.len() >= n * lie.size, "outputs are long enough");
            *to = from.as_mut_ptr();
            assert!(!lie.streamed || to.addr().is_multiple_of(VECTOR), "streamed outputs are aligned");
        }
        let step = self.lanes * self.unrolled.1;
        let (many, whole) = (n / step * step, n / self.lanes * self.lanes);
        let mut fault = 0;
        if many > 0 {
            // SAFETY: the code reads and writes `many` elements behind each pointer, which the slices have (checked
            // above), one of splats; outputs are exclusive, as they are borrowed mutably.
            fault = unsafe { self.entry(self.unrolled.0)(pointers.as_ptr(), many) };
        }
        if many < whole && fault == 0 {
            let lies = self.inputs.iter().chain(&self.outputs);
            for (pointer, lie) in pointers.iter_mut().zip(lies).filter(|(_, lie)| !lie.splat) {
                *pointer = pointer.wrapping_add(many * lie.size);
            }
            // SAFETY: as above, `many` elements further on.
            fault = unsafe { self.entry(self.single)(pointers.as_ptr(), whole - many) };
        }
        if whole < n && fault == 0 {
            fault = self.rest(inputs, outputs, whole, n);
        }
        if fault == 0 { Ok(()) } else { Err(Fault) }
    }

    /// The last elements, fewer than an iteration has lanes, by way of vectors on the stack, filled up with the last
    /// element (which is at fault only if it is).
    fn rest(&self, inputs: &[&[u8]], outputs: &mut [&mut [u8]], from: usize, n: usize) -> u64 {
        let mut vectors = [Aligned([0u8; VECTOR]); POINTERS];
        let mut pointers = [std::ptr::null_mut::<u8>(); POINTERS];
        for (((vector, input), lie), pointer) in vectors.iter_mut().zip(inputs).zip(&self.inputs).zip(&mut pointers) {
            if lie.splat {
                vector.0[..lie.size].copy_from_slice(&input[..lie.size]);
            } else {
                let rest = &input[from * lie.size..n * lie.size];
                vector.0[..rest.len()].copy_from_slice(rest);
                for lane in n - from..self.lanes {
                    vector.0[lane * lie.size..(lane + 1) * lie.size].copy_from_slice(&rest[rest.len() - lie.size..]);
                }
            }
            *pointer = vector.0.as_mut_ptr();
        }
        let results = inputs.len()..inputs.len() + outputs.len();
        for (vector, pointer) in vectors[results.clone()].iter_mut().zip(&mut pointers[results.clone()]) {
            *pointer = vector.0.as_mut_ptr();
        }
        // SAFETY: each pointer is that of a vector of its own on the stack, which holds the lanes of one iteration.
        let fault = unsafe { self.entry(self.single)(pointers.as_ptr(), self.lanes) };
        for ((vector, output), lie) in vectors[results].iter().zip(outputs).zip(&self.outputs) {
            let bytes = (n - from) * lie.size;
            output[from * lie.size..n * lie.size].copy_from_slice(&vector.0[..bytes]);
        }
        fault
    }

    fn entry(&self, at: usize) -> Entry {
        // SAFETY: the mapping holds the code of a function of this type there, made by `emit`, and lives as long as
        // `self`.
        unsafe { std::mem::transmute::<*const u8, Entry>(self.code[at..].as_ptr()) }
    }
}

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Aligned([u8; VECTOR]);

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Compiled({:?}, {} bytes)", self.isa, self.code.len())
    }
}
