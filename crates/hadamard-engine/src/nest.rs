//! One nest made ready to run: kernels chosen, registers assigned to block buffers; evaluates blocks of its body.

use crate::fault::{Fault, Faulted};
use crate::gather::Pattern;
use crate::kernels::{Kernel, kernel, splat};
use crate::reference;
use hadamard_algebra::{Map, Policy};
use hadamard_array::{Buffer, DType, Element, Scalar, Shape, dispatch};
use hadamard_plan::{InstrKind, Nest, Reg};

/// Elements of a block: a few kilobytes a register, so that all of a body's registers stay in the nearest cache.
pub const BLOCK_LEN: usize = 1024;

/// Where a register's block lies.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// In load number `.0`, or its gather buffer.
    Load(usize),
    /// In block buffer number `.0`.
    Buffer(usize),
    /// Nowhere: the kernel writes it to store number `.0` directly.
    Store(usize),
}

/// A nest ready to run.
pub struct Ready<'p> {
    /// The nest.
    pub nest: &'p Nest,
    places: Vec<Place>,
    kernels: Vec<Option<Kernel>>,
    buffers: usize,
    /// Bytes of the largest element among the registers.
    widest: usize,
    policy: Policy,
}

/// The elements of one load over the box being walked.
pub struct Input<'a> {
    /// Bytes the pattern points into.
    pub bytes: &'a [u8],
    /// How they lie along the walk of the box.
    pub pattern: Pattern,
}

/// A worker's block buffers.
pub struct Scratch {
    buffers: Vec<Buffer>,
    gathered: Vec<Option<Buffer>>,
}

/// The box being walked and what is read over it.
pub struct Walked<'a> {
    /// One for each load.
    pub inputs: Vec<Input<'a>>,
    /// First index along each axis of the space.
    pub start: Vec<usize>,
    /// Lengths of the box.
    pub lens: Shape,
}

impl Walked<'_> {
    /// The index in the whole space of point `at` of the box.
    pub fn index(&self, at: usize) -> Vec<usize> {
        let mut index = self.lens.unravel(at);
        index.iter_mut().zip(&self.start).for_each(|(i, s)| *i += s);
        index
    }

    /// Moves an index to the next point of the box.
    fn step(&self, index: &mut [usize]) {
        for ((i, &n), &start) in index.iter_mut().zip(self.lens.iter()).zip(&self.start).rev() {
            *i += 1;
            if *i < start + n {
                break;
            }
            *i = start;
        }
    }
}

/// A fault with the instruction and the position in the box where it first occurs.
#[derive(Clone, Copy, Debug)]
pub struct NestFault {
    /// C-order position in the box.
    pub at: usize,
    /// Index in the body.
    pub instr: usize,
    /// What is wrong there.
    pub fault: Fault,
}

impl<'p> Ready<'p> {
    /// Chooses kernels and buffers.
    pub fn new(nest: &'p Nest, policy: &Policy) -> Ready<'p> {
        let mut last_use: Vec<usize> = (0..nest.body.len()).collect();
        let mut uses = vec![0usize; nest.body.len()];
        for (i, instr) in nest.body.iter().enumerate() {
            if let InstrKind::Map { args, .. } = &instr.kind {
                for &a in args {
                    last_use[a] = i;
                    uses[a] += 1;
                }
            }
        }
        let kept = nest.stores.iter().map(|s| s.value).chain(nest.folds.iter().map(|f| f.value));
        for reg in kept {
            last_use[reg] = usize::MAX;
            uses[reg] += 1;
        }
        let mut places: Vec<Place> = Vec::with_capacity(nest.body.len());
        let (mut free, mut buffers) = (Vec::new(), 0);
        for (i, instr) in nest.body.iter().enumerate() {
            let store = nest.stores.iter().position(|s| s.value == i);
            let place = match (&instr.kind, store) {
                (InstrKind::Load(k), _) => Place::Load(*k),
                (InstrKind::Map { .. }, Some(store)) if uses[i] == 1 => Place::Store(store),
                (kind, _) => {
                    // A constant is filled once, so it shares its buffer with no other register.
                    let shared = if matches!(kind, InstrKind::Const(_)) { None } else { free.pop() };
                    Place::Buffer(shared.unwrap_or_else(|| {
                        buffers += 1;
                        buffers - 1
                    }))
                }
            };
            places.push(place);
            let ended = (0..=i).filter(|&r| last_use[r] == i && !matches!(nest.body[r].kind, InstrKind::Const(_)));
            free.extend(ended.filter_map(|r| match places[r] {
                Place::Buffer(b) => Some(b),
                _ => None,
            }));
        }
        let kernels = nest.body.iter().map(|instr| match &instr.kind {
            InstrKind::Map { map, args, .. } => {
                let value = if *map == Map::Where { args[1] } else { args[0] };
                Some(kernel(*map, nest.body[value].dtype, instr.dtype, policy))
            }
            _ => None,
        });
        let kernels = kernels.collect();
        let widest = nest.body.iter().map(|i| i.dtype.size()).max().unwrap_or(1);
        Ready { nest, places, kernels, buffers, widest, policy: *policy }
    }

    /// Buffers for a worker that evaluates blocks of at most `len` elements.
    pub fn scratch(&self, walked: &Walked<'_>, len: usize) -> Scratch {
        let mut buffers: Vec<Buffer> = (0..self.buffers).map(|_| Buffer::zeroed(len * self.widest)).collect();
        for (instr, place) in self.nest.body.iter().zip(&self.places) {
            if let (InstrKind::Const(value), Place::Buffer(b)) = (&instr.kind, place) {
                splat(*value, &mut buffers[*b].bytes_mut()[..len * instr.dtype.size()]);
            }
        }
        let gathered = walked.inputs.iter().map(|input| {
            if input.pattern.in_place(&[], 0, 0).is_some() {
                return None;
            }
            let mut buffer = Buffer::zeroed(len * input.pattern.element_size());
            if input.pattern.is_constant() {
                input.pattern.gather(input.bytes, 0, buffer.bytes_mut());
            }
            Some(buffer)
        });
        Scratch { gathered: gathered.collect(), buffers }
    }

    /// Evaluates elements `[k, k + n)` of the walk; stored values that go nowhere else land in `outs` (one for each
    /// store, exactly `n` elements).
    pub fn block(
        &self,
        walked: &Walked<'_>,
        k: usize,
        n: usize,
        scratch: &mut Scratch,
        outs: &mut [&mut [u8]],
    ) -> Result<(), NestFault> {
        let Scratch { buffers, gathered } = scratch;
        for (input, buffer) in walked.inputs.iter().zip(gathered.iter_mut()) {
            if let Some(buffer) = buffer
                && !input.pattern.is_constant()
            {
                let size = input.pattern.element_size();
                input.pattern.gather(input.bytes, k, &mut buffer.bytes_mut()[..n * size]);
            }
        }
        for (i, instr) in self.nest.body.iter().enumerate() {
            let bytes = n * instr.dtype.size();
            match &instr.kind {
                InstrKind::Load(_) | InstrKind::Const(_) => {}
                InstrKind::Same(a, b) => {
                    let Place::Buffer(place) = self.places[i] else { unreachable!("only maps are stored directly") };
                    let mut index = walked.index(k);
                    let same = || {
                        let same = a.at(&index) == b.at(&index);
                        walked.step(&mut index);
                        same
                    };
                    identity(instr.dtype, &mut buffers[place].bytes_mut()[..bytes], same);
                }
                InstrKind::Map { args, .. } => {
                    let run = self.kernels[i].as_ref().expect("maps have kernels");
                    let mut target = match self.places[i] {
                        Place::Buffer(b) => std::mem::replace(&mut buffers[b], Buffer::zeroed(0)),
                        _ => Buffer::zeroed(0),
                    };
                    let mut slices: [&[u8]; 3] = [&[]; 3];
                    for (slice, &a) in slices.iter_mut().zip(args) {
                        *slice = self.value(walked, k, n, a, buffers, gathered);
                    }
                    let arguments = &slices[..args.len()];
                    let result = match self.places[i] {
                        Place::Store(s) => run(arguments, outs[s]),
                        _ => run(arguments, &mut target.bytes_mut()[..bytes]),
                    };
                    if let Place::Buffer(b) = self.places[i] {
                        buffers[b] = target;
                    }
                    if let Err(Faulted { .. }) = result {
                        return self.settle(walked, k, n, scratch, outs);
                    }
                }
            }
        }
        for (s, store) in self.nest.stores.iter().enumerate() {
            if self.places[store.value] != Place::Store(s) {
                outs[s].copy_from_slice(self.value(walked, k, n, store.value, buffers, gathered));
            }
        }
        Ok(())
    }

    fn value<'s>(
        &self,
        walked: &'s Walked<'_>,
        k: usize,
        n: usize,
        reg: Reg,
        buffers: &'s [Buffer],
        gathered: &'s [Option<Buffer>],
    ) -> &'s [u8] {
        let bytes = n * self.nest.body[reg].dtype.size();
        match self.places[reg] {
            Place::Buffer(b) => &buffers[b].bytes()[..bytes],
            Place::Load(l) => match &gathered[l] {
                Some(buffer) => &buffer.bytes()[..bytes],
                None => {
                    let input = &walked.inputs[l];
                    input.pattern.in_place(input.bytes, k, n).expect("loads that are not gathered lie in place")
                }
            },
            Place::Store(_) => unreachable!("a value stored directly has no other use"),
        }
    }

    /// The block of a register that some fold reads, after [`Ready::block`].
    pub fn folded<'s>(&self, walked: &'s Walked<'_>, k: usize, n: usize, reg: Reg, scratch: &'s Scratch) -> &'s [u8] {
        self.value(walked, k, n, reg, &scratch.buffers, &scratch.gathered)
    }

    /// A block in which some kernel found a fault, entry by entry: a fault in a branch that `where` does not take
    /// does not count; any other is reported at its first position.
    fn settle(
        &self,
        walked: &Walked<'_>,
        k: usize,
        n: usize,
        scratch: &mut Scratch,
        outs: &mut [&mut [u8]],
    ) -> Result<(), NestFault> {
        for j in 0..n {
            let mut known = vec![None; self.nest.body.len()];
            for (s, store) in self.nest.stores.iter().enumerate() {
                let value = self.entry(walked, k + j, store.value, &mut known)?;
                put(value, outs[s], j);
            }
            for fold in &self.nest.folds {
                let value = self.entry(walked, k + j, fold.value, &mut known)?;
                if let Place::Buffer(b) = self.places[fold.value] {
                    put(value, scratch.buffers[b].bytes_mut(), j);
                }
            }
        }
        Ok(())
    }

    /// One entry of a register, computing only what it needs.
    fn entry(
        &self,
        walked: &Walked<'_>,
        at: usize,
        reg: Reg,
        known: &mut [Option<Scalar>],
    ) -> Result<Scalar, NestFault> {
        if let Some(value) = known[reg] {
            return Ok(value);
        }
        let instr = &self.nest.body[reg];
        let value = match &instr.kind {
            InstrKind::Const(value) => *value,
            InstrKind::Load(l) => {
                let mut one = Buffer::zeroed(instr.dtype.size());
                walked.inputs[*l].pattern.gather(walked.inputs[*l].bytes, at, one.bytes_mut());
                dispatch!(instr.dtype, T => bytemuck::cast_slice::<u8, T>(one.bytes())[0].into())
            }
            InstrKind::Same(a, b) => {
                let index = walked.index(at);
                let mut one = Buffer::zeroed(instr.dtype.size());
                identity(instr.dtype, one.bytes_mut(), || a.at(&index) == b.at(&index));
                dispatch!(instr.dtype, T => bytemuck::cast_slice::<u8, T>(one.bytes())[0].into())
            }
            InstrKind::Map { map: Map::Where, args, .. } => {
                let taken = self.entry(walked, at, args[0], known)? == Scalar::Bool(true);
                self.entry(walked, at, if taken { args[1] } else { args[2] }, known)?
            }
            InstrKind::Map { map, args, .. } => {
                let mut values = Vec::with_capacity(args.len());
                for &a in args {
                    values.push(self.entry(walked, at, a, known)?);
                }
                reference::apply(*map, &values, instr.dtype, &self.policy).map_err(|fault| NestFault {
                    at,
                    instr: reg,
                    fault,
                })?
            }
        };
        known[reg] = Some(value);
        Ok(value)
    }
}

/// Ones where `same`, else zeros, in any dtype.
fn identity(dtype: DType, out: &mut [u8], mut same: impl FnMut() -> bool) {
    let (one, zero) = unit(dtype);
    for to in out.chunks_exact_mut(dtype.size()) {
        to.copy_from_slice(&if same() { one } else { zero }[..dtype.size()]);
    }
}

/// The bytes of one and zero of a dtype.
fn unit(dtype: DType) -> ([u8; 16], [u8; 16]) {
    let one = match dtype {
        DType::Bool => Scalar::Bool(true),
        DType::I8 => Scalar::I8(1),
        DType::I16 => Scalar::I16(1),
        DType::I32 => Scalar::I32(1),
        DType::I64 => Scalar::I64(1),
        DType::U8 => Scalar::U8(1),
        DType::U16 => Scalar::U16(1),
        DType::U32 => Scalar::U32(1),
        DType::U64 => Scalar::U64(1),
        DType::F16 => Scalar::F16(hadamard_array::f16::ONE),
        DType::BF16 => Scalar::BF16(hadamard_array::bf16::ONE),
        DType::F32 => Scalar::F32(1.0),
        DType::F64 => Scalar::F64(1.0),
        DType::C64 => Scalar::C64(hadamard_array::c64::new(1.0, 0.0)),
        DType::C128 => Scalar::C128(hadamard_array::c128::new(1.0, 0.0)),
    };
    let mut bytes = [0; 16];
    put(one, &mut bytes[..dtype.size()], 0);
    (bytes, [0; 16])
}

fn put(value: Scalar, out: &mut [u8], j: usize) {
    dispatch!(value.dtype(), T => {
        let size = std::mem::size_of::<T>();
        let v = T::from_scalar(value).expect("dispatched on the scalar's dtype");
        out[j * size..(j + 1) * size].copy_from_slice(bytemuck::bytes_of(&v));
    });
}
