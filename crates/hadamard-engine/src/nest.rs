//! One nest made ready to run: loops compiled, kernels chosen, registers assigned to block buffers, constants filled;
//! evaluates blocks of its body.

use crate::compile::{self, Backend, Folding, MOST_READS, MOST_WRITES, Segment, StreamedCopy, is_large};
use crate::fault::{Fault, Faulted};
use crate::gather::Gathered;
use crate::kernels::{Kernel, kernel, splat};
use crate::scratch::Scratch;
use crate::walked::{Input, Walked};
use hadamard_algebra::{Map, Policy};
use hadamard_array::{Buffer, DType};
use hadamard_plan::{AxisIndex, InstrKind, Nest, Reg, Walk};

/// Elements of a block: a few kilobytes a register, so that all of a body's registers stay in the nearest cache.
pub const BLOCK_LEN: usize = 1024;

/// Elements of a block that goes through no buffer: enough that the calls for it do not count.
const LONG_BLOCK: usize = 32 << 10;
/// Elements of a block that is folded by a loop.
const FOLDED_BLOCK: usize = 4096;

/// Where a register's block lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    /// In input number `.0`: in the memory of a load, or where it was gathered.
    Input(usize),
    /// In constant block number `.0`.
    Constant(usize),
    /// In block buffer number `.0`.
    Buffer(usize),
    /// Nowhere: it is written to store number `.0` directly.
    Store(usize),
    /// In a register of the machine: only the loop that computes it uses it.
    Inside,
}

/// A part of the body, in order: what is neither an input nor a constant.
enum Part {
    /// One operation, by its kernel.
    Kernel { kernel: Kernel, args: Vec<Reg>, value: Reg },
    /// Several, by a compiled loop.
    Loop(Box<Segment>),
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
    /// Points of a block where every input lies in place: more than [`BLOCK_LEN`] if nothing but inputs and results is
    /// read and written.
    pub longest: usize,
    /// The loop that folds, if one does.
    pub(crate) folding: Option<Folding>,
    /// What writes large results that no loop writes.
    streamed_copy: Option<StreamedCopy>,
    places: Vec<Place>,
    constants: Vec<Buffer>,
    parts: Vec<Part>,
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
    /// Compiles loops, chooses kernels and buffers.
    pub fn new(nest: &Nest, policy: &Policy, backend: Backend) -> Ready {
        let mut identities = Vec::new();
        let mut places: Vec<Place> = Vec::with_capacity(nest.body.len());
        for instr in &nest.body {
            places.push(match &instr.kind {
                InstrKind::Load(k) => Place::Input(*k),
                InstrKind::Same(a, b) => {
                    identities.push((*a, *b, instr.dtype));
                    Place::Input(nest.loads.len() + identities.len() - 1)
                }
                _ => Place::Inside,
            });
        }
        let mut parts = parts(nest, policy, backend);
        let uses = uses(nest, &parts);
        let large = |reg: Reg| is_large(nest, reg);
        let streamed_copy = nest.stores.iter().any(|s| large(s.value)).then(|| StreamedCopy::new(backend)).flatten();
        let mut constants = Vec::new();
        for (reg, instr) in nest.body.iter().enumerate() {
            if let InstrKind::Const(value) = &instr.kind
                && !uses[reg].is_empty()
            {
                let mut block = Buffer::zeroed(BLOCK_LEN.min(nest.space.size()) * instr.dtype.size());
                splat(*value, block.bytes_mut());
                constants.push(block);
                places[reg] = Place::Constant(constants.len() - 1);
            }
        }
        let (mut free, mut buffers) = (Vec::new(), 0);
        for (p, part) in parts.iter().enumerate() {
            for &reg in part.writes() {
                places[reg] = match nest.stores.iter().position(|s| s.value == reg) {
                    // Kernels do not stream, so what they compute goes by way of a block that is copied.
                    Some(store)
                        if uses[reg].len() == 1
                            && (matches!(part, Part::Loop(_)) || streamed_copy.is_none() || !large(reg)) =>
                    {
                        Place::Store(store)
                    }
                    _ => Place::Buffer(free.pop().unwrap_or_else(|| {
                        buffers += 1;
                        buffers - 1
                    })),
                };
            }
            free.extend((0..places.len()).filter(|&r| uses[r].last() == Some(&p)).filter_map(|r| match places[r] {
                Place::Buffer(b) => Some(b),
                _ => None,
            }));
        }
        for part in &mut parts {
            if let Part::Loop(segment) = part {
                let streamed = |&reg: &Reg| matches!(places[reg], Place::Store(_)) && large(reg);
                let outputs: Vec<bool> = segment.writes.iter().map(streamed).collect();
                segment.stream(outputs);
            }
        }
        let mut input_sizes = vec![0; nest.loads.len()];
        for instr in &nest.body {
            if let InstrKind::Load(k) = instr.kind {
                input_sizes[k] = instr.dtype.size();
            }
        }
        input_sizes.extend(identities.iter().map(|i| i.2.size()));
        let widest = nest.body.iter().map(|i| i.dtype.size()).max().unwrap_or(1);
        let loops = parts.iter().all(|part| matches!(part, Part::Loop(_)));
        let plain = loops && nest.folds.is_empty() && buffers == 0 && constants.is_empty() && identities.is_empty();
        let folding = Folding::new(nest, policy, backend);
        Ready {
            longest: match &folding {
                Some(f) if f.whole && identities.is_empty() && nest.walk == Walk::Linear => FOLDED_BLOCK,
                _ if plain => LONG_BLOCK,
                _ => BLOCK_LEN,
            },
            folding,
            streamed_copy,
            nest: nest.clone(),
            policy: *policy,
            identities,
            input_sizes,
            buffers: (buffers, widest),
            places,
            constants,
            parts,
        }
    }

    /// If one loop is the whole body, and it reads nothing but loads, all but those that are one element in the order of
    /// the walk, and writes nothing but stores: the loads and stores in its order.
    pub(crate) fn sole_loop(&self) -> Option<(Vec<usize>, Vec<usize>)> {
        let [Part::Loop(segment)] = &self.parts[..] else { return None };
        let loads = segment.reads.iter().map(|&reg| match self.places[reg] {
            Place::Input(load) if load < self.nest.loads.len() => Some(load),
            _ => None,
        });
        let stores = segment.writes.iter().map(|&reg| match self.places[reg] {
            Place::Store(store) => Some(store),
            _ => None,
        });
        let (loads, stores) = (loads.collect::<Option<Vec<_>>>()?, stores.collect::<Option<Vec<_>>>()?);
        (self.constants.is_empty() && stores.len() == self.nest.stores.len()).then_some((loads, stores))
    }

    /// The loop that is the whole body, if it can be run row by row.
    pub(crate) fn row_loop(&self) -> Option<(&Segment, &compile::Row)> {
        match &self.parts[..] {
            [Part::Loop(segment)] if self.constants.is_empty() && self.nest.folds.is_empty() => {
                segment.row.as_ref().map(|row| (&**segment, row))
            }
            _ => None,
        }
    }

    /// Runs the loop of [`Ready::sole_loop`]; `None` if some entry is at fault.
    pub(crate) fn run_sole_loop(&self, sources: &[&[u8]], targets: &mut [&mut [u8]], n: usize) -> Option<()> {
        let [Part::Loop(segment)] = &self.parts[..] else { return None };
        segment.run(sources, targets, n).ok()
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
        let Scratch { buffers, loads, gathered, .. } = scratch;
        let input = |i: usize| self.input(walked, n, i, loads, gathered);
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
        for part in &self.parts {
            match part {
                Part::Kernel { kernel, args, value } => {
                    self.kernel(kernel, args, *value, n, &input, buffers, outs, at)?;
                }
                Part::Loop(segment) => self.compiled(segment, n, &input, buffers, outs, at)?,
            }
        }
        for (s, store) in self.nest.stores.iter().enumerate() {
            if self.places[store.value] != Place::Store(s) {
                let size = body[store.value].dtype.size();
                let value = self.value(n, store.value, |i| input(i), buffers);
                let out = &mut outs[s][at * size..(at + n) * size];
                match &self.streamed_copy {
                    Some(copy) if is_large(&self.nest, store.value) => copy.copy(value, out),
                    _ => out.copy_from_slice(value),
                }
            }
        }
        Ok(())
    }

    /// One operation, by its kernel.
    #[allow(clippy::too_many_arguments, reason = "a part of `evaluate`")]
    fn kernel<'s>(
        &'s self,
        kernel: &Kernel,
        args: &[Reg],
        value: Reg,
        n: usize,
        input: &impl Fn(usize) -> &'s [u8],
        buffers: &mut [Buffer],
        outs: &mut [&mut [u8]],
        at: usize,
    ) -> Result<(), Faulted> {
        let body = &self.nest.body;
        let size = body[value].dtype.size();
        let (target, left, right): (&mut [u8], &[Buffer], &[Buffer]) = match self.places[value] {
            Place::Buffer(b) => {
                let (left, rest) = buffers.split_at_mut(b);
                let (target, right) = rest.split_first_mut().expect("workers have all buffers");
                (&mut target.bytes_mut()[..n * size], left, right)
            }
            Place::Store(s) => (&mut outs[s][at * size..(at + n) * size], buffers, &[]),
            place => unreachable!("operations do not write to {place:?}"),
        };
        let mut slices: [&[u8]; 3] = [&[]; 3];
        for (slice, &arg) in slices.iter_mut().zip(args) {
            let bytes = n * body[arg].dtype.size();
            *slice = match self.places[arg] {
                Place::Input(i) => input(i),
                Place::Constant(c) => &self.constants[c].bytes()[..bytes],
                Place::Buffer(b) if b < left.len() => &left[b].bytes()[..bytes],
                Place::Buffer(b) => &right[b - left.len() - 1].bytes()[..bytes],
                place => unreachable!("operations do not read from {place:?}"),
            };
        }
        kernel(&slices[..args.len()], target)
    }

    /// Several operations, by their loop.
    fn compiled<'s>(
        &'s self,
        segment: &Segment,
        n: usize,
        input: &impl Fn(usize) -> &'s [u8],
        buffers: &mut [Buffer],
        outs: &mut [&mut [u8]],
        at: usize,
    ) -> Result<(), Faulted> {
        let bytes = |reg: Reg| n * self.nest.body[reg].dtype.size();
        let mut sources: [&[u8]; MOST_READS] = [&[]; MOST_READS];
        let mut targets: [&mut [u8]; MOST_WRITES] = std::array::from_fn(|_| &mut [][..]);
        for (source, &reg) in sources.iter_mut().zip(&segment.reads) {
            match self.places[reg] {
                Place::Input(i) => *source = input(i),
                Place::Constant(c) => *source = &self.constants[c].bytes()[..bytes(reg)],
                _ => {}
            }
        }
        // A buffer is read or written, never both: a loop's results take no buffer that it still reads.
        for (b, buffer) in buffers.iter_mut().enumerate() {
            let here = |reg: &Reg| self.places[*reg] == Place::Buffer(b);
            if let Some(w) = segment.writes.iter().position(here) {
                targets[w] = &mut buffer.bytes_mut()[..bytes(segment.writes[w])];
            } else {
                let buffer: &Buffer = buffer;
                for (source, &reg) in sources.iter_mut().zip(&segment.reads).filter(|(_, reg)| here(reg)) {
                    *source = &buffer.bytes()[..bytes(reg)];
                }
            }
        }
        for (s, out) in outs.iter_mut().enumerate() {
            if let Some(w) = segment.writes.iter().position(|&reg| self.places[reg] == Place::Store(s)) {
                let size = self.nest.body[segment.writes[w]].dtype.size();
                targets[w] = &mut out[at * size..(at + n) * size];
            }
        }
        segment.run(&sources[..segment.reads.len()], &mut targets[..segment.writes.len()], n)
    }

    /// The block of a register that is still held after [`Ready::evaluate`].
    pub(crate) fn value<'s>(
        &'s self,
        n: usize,
        reg: Reg,
        input: impl Fn(usize) -> &'s [u8],
        buffers: &'s [Buffer],
    ) -> &'s [u8] {
        let bytes = n * self.nest.body[reg].dtype.size();
        match self.places[reg] {
            Place::Input(i) => input(i),
            Place::Constant(c) => &self.constants[c].bytes()[..bytes],
            Place::Buffer(b) => &buffers[b].bytes()[..bytes],
            Place::Store(_) | Place::Inside => unreachable!("what is read later is kept in a buffer"),
        }
    }

    /// Input number `i` over the block that was gathered last.
    pub(crate) fn input<'s>(
        &self,
        walked: &Walked<'s>,
        n: usize,
        i: usize,
        loads: &'s [Gathered],
        gathered: &'s [Buffer],
    ) -> &'s [u8] {
        match walked.inputs.get(i) {
            Some(Input::Memory { bytes, .. }) => loads[i].block(bytes, n),
            Some(Input::Overwritten(_)) | None => &gathered[i].bytes()[..n * self.input_sizes[i]],
        }
    }

    /// The block of a register that some fold reads, after [`Ready::block`].
    pub fn folded<'s>(&'s self, walked: &Walked<'s>, n: usize, reg: Reg, scratch: &'s Scratch) -> &'s [u8] {
        self.value(n, reg, |i| self.input(walked, n, i, &scratch.loads, &scratch.gathered), &scratch.buffers)
    }
}

impl Part {
    /// Registers it reads from outside.
    fn reads(&self) -> &[Reg] {
        match self {
            Part::Kernel { args, .. } => args,
            Part::Loop(segment) => &segment.reads,
        }
    }
    /// Registers it writes for others.
    fn writes(&self) -> &[Reg] {
        match self {
            Part::Kernel { value, .. } => std::slice::from_ref(value),
            Part::Loop(segment) => &segment.writes,
        }
    }
}

/// The parts of a body.
fn parts(nest: &Nest, policy: &Policy, backend: Backend) -> Vec<Part> {
    let parts = compile::parts(nest, policy, backend).into_iter();
    let part = |part| match part {
        compile::Part::Loop(segment) => Part::Loop(segment),
        compile::Part::Kernel(value) => {
            let InstrKind::Map { map, args, .. } = &nest.body[value].kind else { unreachable!("only maps compute") };
            let typed = if *map == Map::Where { args[1] } else { args[0] };
            let kernel = kernel(*map, nest.body[typed].dtype, nest.body[value].dtype, policy);
            Part::Kernel { kernel, args: args.clone(), value }
        }
    };
    parts.map(part).collect()
}

/// For each register the parts that read it, in order; what is stored or folded is read by one more, at the end.
fn uses(nest: &Nest, parts: &[Part]) -> Vec<Vec<usize>> {
    let mut uses: Vec<Vec<usize>> = vec![Vec::new(); nest.body.len()];
    for (p, part) in parts.iter().enumerate() {
        part.reads().iter().for_each(|&reg| uses[reg].push(p));
    }
    let kept = nest.stores.iter().map(|s| s.value).chain(nest.folds.iter().map(|f| f.value));
    kept.for_each(|reg| uses[reg].push(parts.len()));
    uses
}
