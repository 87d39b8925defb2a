//! One nest made ready to run: kernels chosen, registers assigned to block buffers, constants filled; evaluates blocks
//! of its body.

use crate::fault::{Fault, Faulted};
use crate::kernels::{Kernel, kernel, splat};
use crate::scratch::Scratch;
use crate::walked::Walked;
use hadamard_algebra::{Map, Policy};
use hadamard_array::{Buffer, DType};
use hadamard_plan::{AxisIndex, InstrKind, Nest, Reg};

/// Elements of a block: a few kilobytes a register, so that all of a body's registers stay in the nearest cache.
pub const BLOCK_LEN: usize = 1024;

/// Where a register's block lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    /// In input number `.0`: in the memory of a load, or where it was gathered.
    Input(usize),
    /// In constant block number `.0`.
    Constant(usize),
    /// In block buffer number `.0`.
    Buffer(usize),
    /// Nowhere: the kernel writes it to store number `.0` directly.
    Store(usize),
}

/// An operation of the body: everything else is an input or a constant.
struct Op {
    kernel: Kernel,
    args: Vec<Reg>,
    value: Reg,
}

/// A nest ready to run. Immutable; shared by all threads.
pub struct Ready {
    /// The nest.
    pub nest: Nest,
    /// What the kernels were chosen for.
    pub policy: Policy,
    /// Inputs beyond the loads: whether two indices are equal, generated block by block.
    pub identities: Vec<(AxisIndex, AxisIndex, DType)>,
    /// Bytes of an element of each input.
    pub input_sizes: Vec<usize>,
    /// Block buffers a worker needs, and bytes of the largest element among the registers.
    pub buffers: (usize, usize),
    places: Vec<Place>,
    constants: Vec<Buffer>,
    ops: Vec<Op>,
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

impl Ready {
    /// Chooses kernels and buffers.
    pub fn new(nest: &Nest, policy: &Policy) -> Ready {
        let mut identities = Vec::new();
        let mut constants = Vec::new();
        let mut ops = Vec::new();
        let mut places: Vec<Place> = Vec::with_capacity(nest.body.len());
        let (last_use, uses) = uses(nest);
        let (mut free, mut buffers) = (Vec::new(), 0);
        for (i, instr) in nest.body.iter().enumerate() {
            places.push(match &instr.kind {
                InstrKind::Load(k) => Place::Input(*k),
                InstrKind::Same(a, b) => {
                    identities.push((*a, *b, instr.dtype));
                    Place::Input(nest.loads.len() + identities.len() - 1)
                }
                InstrKind::Const(value) => {
                    let mut block = Buffer::zeroed(BLOCK_LEN.min(nest.space.size()) * instr.dtype.size());
                    splat(*value, block.bytes_mut());
                    constants.push(block);
                    Place::Constant(constants.len() - 1)
                }
                InstrKind::Map { map, args, .. } => {
                    let value = if *map == Map::Where { args[1] } else { args[0] };
                    let kernel = kernel(*map, nest.body[value].dtype, instr.dtype, policy);
                    ops.push(Op { kernel, args: args.clone(), value: i });
                    match nest.stores.iter().position(|s| s.value == i) {
                        Some(store) if uses[i] == 1 => Place::Store(store),
                        _ => Place::Buffer(free.pop().unwrap_or_else(|| {
                            buffers += 1;
                            buffers - 1
                        })),
                    }
                }
            });
            free.extend((0..=i).filter(|&r| last_use[r] == i).filter_map(|r| match places[r] {
                Place::Buffer(b) => Some(b),
                _ => None,
            }));
        }
        let mut input_sizes = vec![0; nest.loads.len()];
        for instr in &nest.body {
            if let InstrKind::Load(k) = instr.kind {
                input_sizes[k] = instr.dtype.size();
            }
        }
        input_sizes.extend(identities.iter().map(|i| i.2.size()));
        let widest = nest.body.iter().map(|i| i.dtype.size()).max().unwrap_or(1);
        Ready {
            nest: nest.clone(),
            policy: *policy,
            identities,
            input_sizes,
            buffers: (buffers, widest),
            places,
            constants,
            ops,
        }
    }

    /// Where a register's block lies.
    pub(crate) fn place(&self, reg: Reg) -> Place {
        self.places[reg]
    }

    /// Evaluates points `[k, k + n)` of the walk. What is stored lands in `outs`, one for each store, from element
    /// `at` on; what is folded can be had from [`Ready::folded`] afterwards.
    pub fn block(
        &self,
        walked: &Walked<'_>,
        k: usize,
        n: usize,
        scratch: &mut Scratch,
        outs: &mut [&mut [u8]],
        at: usize,
    ) -> Result<(), NestFault> {
        scratch.gather(self, walked, k, n, outs, at);
        let Scratch { buffers, gathered } = scratch;
        let input = |i: usize| self.input(walked, k, n, i, gathered);
        match self.evaluate(n, input, buffers, outs, at) {
            Ok(()) => Ok(()),
            Err(Faulted { .. }) => self.settle(walked, k, n, scratch, outs, at),
        }
    }

    /// The heart: the body over `n` points whose inputs are given as blocks in the order of the walk. On a fault,
    /// which need not be the first, the contents of `buffers` and `outs` are unspecified.
    pub fn evaluate<'s>(
        &'s self,
        n: usize,
        input: impl Fn(usize) -> &'s [u8],
        buffers: &mut [Buffer],
        outs: &mut [&mut [u8]],
        at: usize,
    ) -> Result<(), Faulted> {
        let body = &self.nest.body;
        for op in &self.ops {
            let size = body[op.value].dtype.size();
            let (target, left, right): (&mut [u8], &[Buffer], &[Buffer]) = match self.places[op.value] {
                Place::Buffer(b) => {
                    let (left, rest) = buffers.split_at_mut(b);
                    let (target, right) = rest.split_first_mut().expect("workers have all buffers");
                    (&mut target.bytes_mut()[..n * size], left, right)
                }
                Place::Store(s) => (&mut outs[s][at * size..(at + n) * size], buffers, &[]),
                Place::Input(_) | Place::Constant(_) => unreachable!("only operations compute"),
            };
            let mut args: [&[u8]; 3] = [&[]; 3];
            for (slice, &arg) in args.iter_mut().zip(&op.args) {
                let bytes = n * body[arg].dtype.size();
                *slice = match self.places[arg] {
                    Place::Input(i) => input(i),
                    Place::Constant(c) => &self.constants[c].bytes()[..bytes],
                    Place::Buffer(b) if b < left.len() => &left[b].bytes()[..bytes],
                    Place::Buffer(b) => &right[b - left.len() - 1].bytes()[..bytes],
                    Place::Store(_) => unreachable!("a value stored directly has no other use"),
                };
            }
            (op.kernel)(&args[..op.args.len()], target)?;
        }
        for (s, store) in self.nest.stores.iter().enumerate() {
            if self.places[store.value] != Place::Store(s) {
                let size = body[store.value].dtype.size();
                let value = self.value(n, store.value, |i| input(i), buffers);
                outs[s][at * size..(at + n) * size].copy_from_slice(value);
            }
        }
        Ok(())
    }

    /// The block of a register that is still held after [`Ready::evaluate`].
    fn value<'s>(&'s self, n: usize, reg: Reg, input: impl Fn(usize) -> &'s [u8], buffers: &'s [Buffer]) -> &'s [u8] {
        let bytes = n * self.nest.body[reg].dtype.size();
        match self.places[reg] {
            Place::Input(i) => input(i),
            Place::Constant(c) => &self.constants[c].bytes()[..bytes],
            Place::Buffer(b) => &buffers[b].bytes()[..bytes],
            Place::Store(_) => unreachable!("a value stored directly has no other use"),
        }
    }

    /// Input number `i` over a block: in place, or as it was gathered.
    fn input<'s>(&self, walked: &Walked<'s>, k: usize, n: usize, i: usize, gathered: &'s [Buffer]) -> &'s [u8] {
        let in_place = walked.inputs.get(i).and_then(|input| input.in_place(k, n));
        in_place.unwrap_or_else(|| &gathered[i].bytes()[..n * self.input_sizes[i]])
    }

    /// The block of a register that some fold reads, after [`Ready::block`].
    pub fn folded<'s>(&'s self, walked: &Walked<'s>, k: usize, n: usize, reg: Reg, scratch: &'s Scratch) -> &'s [u8] {
        self.value(n, reg, |i| self.input(walked, k, n, i, &scratch.gathered), &scratch.buffers)
    }
}

/// For each register the last instruction that reads it, and how many do; what is stored or folded is kept to the end.
fn uses(nest: &Nest) -> (Vec<usize>, Vec<usize>) {
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
    (last_use, uses)
}
