//! From the arithmetic of a nest to compiled loops: runs of instructions that have a straight line of primitives become
//! one loop each; what has none (functions of complex numbers, remainders of 64-bit integers) stays with the block kernels between them.

mod floats;
mod folds;
mod functions;
mod pairs;
mod whole;

use crate::fault::{Fault, Faulted};
use crate::nest::BLOCK_LEN;
use crate::tree::BLOCK;
use hadamard_algebra::{Map, Policy};
use hadamard_array::{DType, Element, Scalar, dispatch};
use hadamard_jit::{Compiled, Isa, Kind, Op, Program, Recorder, Runs, Unary, Value};
use hadamard_plan::{AxisIndex, Instr, InstrKind, Nest, Reg, Walk};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What evaluates the arithmetic of a nest. All give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backend {
    /// Block kernels, one instruction at a time: on every machine.
    Interpreter,
    /// Loops compiled for an instruction set that this machine has.
    Compiled(Isa),
}

impl Backend {
    /// Those of this machine, the best first.
    pub fn available() -> impl Iterator<Item = Backend> {
        Isa::available().map(Backend::Compiled).chain([Backend::Interpreter])
    }

    /// The best of this machine, or the one that the environment names: `HADAMARD_BACKEND` is `interpreter`, `avx2` or
    /// `avx512`. A name that is not known, or not of this machine, is not taken.
    pub fn chosen() -> Backend {
        static CHOSEN: std::sync::OnceLock<Backend> = std::sync::OnceLock::new();
        *CHOSEN.get_or_init(|| {
            let named = std::env::var("HADAMARD_BACKEND").ok();
            let mut available = Backend::available();
            let wanted = named.and_then(|name| Backend::available().find(|b| b.name() == name));
            wanted.or_else(|| available.next()).unwrap_or(Backend::Interpreter)
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Backend::Interpreter => "interpreter",
            Backend::Compiled(isa) => isa.name(),
        }
    }
}

/// A run of instructions as one loop.
pub(crate) struct Segment {
    /// Registers it reads, in the order of the loop's inputs.
    pub reads: Vec<Reg>,
    /// Registers it writes for others, in the order of the loop's outputs.
    pub writes: Vec<Reg>,
    code: Code,
    /// The same where some of what it reads stands still along the last axis of the space.
    pub row: Option<Row>,
}

/// A loop for what stands still along the last axis of the space, and does not along others: if that is long, over one row
/// of the space; if it is short, over any number of them, each such element being repeated.
pub(crate) struct Row {
    /// How each read moves.
    pub moves: Vec<Moves>,
    /// The length of a short last axis.
    pub short: Option<u8>,
    code: Code,
}

/// How what is read moves along the points of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moves {
    /// From element to element.
    On,
    /// To the next element after so many points.
    Every(u8),
    /// It does not.
    Not,
}

/// A loop, and another that does the same but writes some results past the caches.
struct Code {
    plain: Arc<Compiled>,
    /// The other, and which results those are.
    streaming: Option<(Arc<Compiled>, Vec<bool>)>,
    program: Program,
    isa: Isa,
    /// Lanes of an element.
    width: usize,
}

/// Registers a loop reads and writes at most.
pub(crate) const MOST_READS: usize = 24;
/// See [`MOST_READS`].
pub(crate) const MOST_WRITES: usize = 8;
/// Results of fewer elements that are not whole blocks are not folded by loops.
const FEW: usize = 4 * BLOCK;
/// Elements of a row for which a loop of its own is worth its calls.
pub(crate) const SHORTEST_ROW: usize = 1024;
/// How often loops repeat elements at most.
const LONGEST_SHORT: u8 = 8;
/// Where streamed elements must begin.
pub(crate) const STREAM_ALIGNMENT: usize = 64;

impl Code {
    fn new(program: Program, isa: Isa, width: usize) -> Option<Code> {
        Some(Code { plain: compiled(program.clone(), isa)?, streaming: None, program, isa, width })
    }

    fn stream(&mut self, outputs: Vec<bool>) {
        if outputs.contains(&true) {
            let code = compiled(self.program.streaming(&outputs), self.isa);
            self.streaming = code.map(|code| (code, outputs));
        }
    }

    /// The one that streams, if results may be written so: where they and all parts of them are aligned.
    fn chosen(&self, writes: &[&mut [u8]], parts_aligned: bool) -> &Compiled {
        let aligned = |out: &[u8]| parts_aligned && out.as_ptr().addr().is_multiple_of(STREAM_ALIGNMENT);
        match &self.streaming {
            Some((code, outputs)) if writes.iter().zip(outputs).all(|(out, &streamed)| !streamed || aligned(out)) => {
                code
            }
            _ => &self.plain,
        }
    }

    /// Runs over `n` elements; `None` if one is at fault.
    fn run(&self, reads: &[&[u8]], writes: &mut [&mut [u8]], n: usize) -> Option<()> {
        self.chosen(writes, true).run(reads, writes, n * self.width).ok()
    }
}

impl Segment {
    /// Writes those outputs past the caches from now on, where they are aligned.
    pub fn stream(&mut self, outputs: Vec<bool>) {
        if let Some(row) = &mut self.row {
            row.code.stream(outputs.clone());
        }
        self.code.stream(outputs);
    }

    /// Runs over `n` elements; the place of a fault is not known.
    pub fn run(&self, reads: &[&[u8]], writes: &mut [&mut [u8]], n: usize) -> Result<(), Faulted> {
        self.code.run(reads, writes, n).ok_or(Faulted { at: 0, fault: Fault::Overflow })
    }
}

impl Row {
    /// Runs over `n` elements; `None` if one is at fault.
    pub fn run(&self, reads: &[&[u8]], writes: &mut [&mut [u8]], n: usize) -> Option<()> {
        self.code.run(reads, writes, n)
    }

    /// Begins runs over rows, whose results are aligned where the first one's are or not.
    pub fn over<'r, 'o>(&'r self, writes: &'r mut [&'o mut [u8]], rows_aligned: bool) -> Runs<'r, 'o> {
        self.code.chosen(writes, rows_aligned).over(writes)
    }
}

/// Copies past the caches, which the machine is to keep for what is read.
pub(crate) struct StreamedCopy(Arc<Compiled>);

impl StreamedCopy {
    pub fn new(backend: Backend) -> Option<StreamedCopy> {
        let Backend::Compiled(isa) = backend else { return None };
        let recorder = Recorder::new();
        let k = recorder.input(Kind::I64);
        recorder.output(recorder.op(Op::Input(k), Kind::I64), true);
        compiled(recorder.finish(), isa).map(StreamedCopy)
    }

    /// Copies a block; the parts of it that are not aligned by ordinary means.
    pub fn copy(&self, from: &[u8], to: &mut [u8]) {
        let lead = to.as_ptr().addr().next_multiple_of(STREAM_ALIGNMENT) - to.as_ptr().addr();
        let lead = lead.min(to.len());
        let middle = (to.len() - lead) / STREAM_ALIGNMENT * STREAM_ALIGNMENT;
        let (first, rest) = to.split_at_mut(lead);
        let (streamed, last) = rest.split_at_mut(middle);
        first.copy_from_slice(&from[..lead]);
        self.0.run(&[&from[lead..lead + middle]], &mut [streamed], middle / 8).expect("copies have no faults");
        last.copy_from_slice(&from[lead + middle..]);
    }
}

/// What evaluates a part of a body, in order.
pub(crate) enum Part {
    /// The kernel of one instruction.
    Kernel(Reg),
    /// A compiled loop.
    Loop(Box<Segment>),
}

/// Where operations are written down.
struct Lowering<'r> {
    recorder: &'r Recorder,
    policy: &'r Policy,
}

/// The parts of a nest's body; loads, constants and identities are none.
pub(crate) fn parts(nest: &Nest, policy: &Policy, backend: Backend) -> Vec<Part> {
    let computed = (0..nest.body.len()).filter(|&i| matches!(nest.body[i].kind, InstrKind::Map { .. }));
    let Backend::Compiled(isa) = backend else { return computed.map(Part::Kernel).collect() };
    let mut parts = Vec::new();
    let mut group: Vec<Reg> = Vec::new();
    let close = |group: &mut Vec<Reg>, parts: &mut Vec<Part>| {
        let group = std::mem::take(group);
        match segment(nest, policy, isa, &group) {
            Some(segment) => parts.push(Part::Loop(Box::new(segment))),
            None => parts.extend(group.into_iter().map(Part::Kernel)),
        }
    };
    for i in computed {
        if has_line(nest, policy, i) {
            // Pairs of lanes, and lanes for themselves, are different loops.
            if group.first().is_some_and(|&first| is_pairs(nest, first) != is_pairs(nest, i)) {
                close(&mut group, &mut parts);
            }
            group.push(i);
            if reads(nest, &group).len() > MOST_READS {
                let last = group.pop().into_iter().collect();
                close(&mut group, &mut parts);
                group = last;
            }
        } else {
            close(&mut group, &mut parts);
            parts.push(Part::Kernel(i));
        }
    }
    close(&mut group, &mut parts);
    parts
}

/// The registers that a group reads from outside, constants excepted.
fn reads(nest: &Nest, group: &[Reg]) -> Vec<Reg> {
    let mut reads = Vec::new();
    for &reg in group {
        let InstrKind::Map { args, .. } = &nest.body[reg].kind else { continue };
        for &a in args {
            let constant = matches!(nest.body[a].kind, InstrKind::Const(_));
            if !constant && !group.contains(&a) && !reads.contains(&a) {
                reads.push(a);
            }
        }
    }
    reads
}

/// Whether an instruction is one of complex numbers alone.
fn is_pairs(nest: &Nest, reg: Reg) -> bool {
    nest.body[reg].dtype.is_complex()
}

/// Whether an instruction has a straight line.
fn has_line(nest: &Nest, policy: &Policy, reg: Reg) -> bool {
    let recorder = Recorder::new();
    let to = Lowering { recorder: &recorder, policy };
    let InstrKind::Map { map, args, .. } = &nest.body[reg].kind else { return false };
    let mut values = Vec::new();
    for &a in args {
        let instr = &nest.body[a];
        let Some(value) = (match &instr.kind {
            InstrKind::Const(value) => literal(&recorder, *value),
            _ => input(&recorder, instr.dtype, Moves::On),
        }) else {
            return false;
        };
        values.push(value);
    }
    to.instr(nest, *map, args, &values, nest.body[reg].dtype).is_some()
}

/// Writes a group's instructions down: the values of its registers and of those it reads, which move as `moves`
/// says.
fn record(
    to: &Lowering<'_>,
    nest: &Nest,
    group: &[Reg],
    reads: &[Reg],
    moves: impl Fn(Reg) -> Moves,
) -> Option<HashMap<Reg, Value>> {
    let r = to.recorder;
    let mut known: HashMap<Reg, Value> = HashMap::new();
    for &reg in reads {
        known.insert(reg, input(r, nest.body[reg].dtype, moves(reg))?);
    }
    for &reg in group {
        let InstrKind::Map { map, args, .. } = &nest.body[reg].kind else { return None };
        let mut values = Vec::new();
        for &a in args {
            values.push(match (&nest.body[a].kind, known.get(&a)) {
                (_, Some(&value)) => value,
                (InstrKind::Const(value), _) => literal(r, *value)?,
                _ => return None,
            });
        }
        known.insert(reg, to.instr(nest, *map, args, &values, nest.body[reg].dtype)?);
    }
    Some(known)
}

/// Whether a result of that register is written past the caches: it would push out what is read, and be gone itself before
/// anybody reads it. Measured by `cargo xtask bench`.
pub(crate) fn is_large(nest: &Nest, reg: Reg) -> bool {
    const STREAMED_BYTES: usize = 16 << 20;
    nest.space.size().saturating_mul(nest.body[reg].dtype.size()) >= STREAMED_BYTES
}

/// Whether a register is a load that does not move along any of the axes.
fn stands_still(nest: &Nest, reg: Reg, axes: std::ops::Range<usize>) -> bool {
    let along = |index: &AxisIndex| index.along.is_some_and(|(axis, _)| axes.contains(&axis));
    matches!(nest.body[reg].kind, InstrKind::Load(k) if !nest.loads[k].access.0.iter().any(along))
}

/// A load moves, or is the same at all points.
fn moves(nest: &Nest, reg: Reg) -> Moves {
    if stands_still(nest, reg, 0..nest.space.ndim()) { Moves::Not } else { Moves::On }
}

/// The group of [`segment`] where something stands still along the last axis.
fn row(nest: &Nest, policy: &Policy, isa: Isa, group: &[Reg], reads: &[Reg], writes: &[Reg]) -> Option<Row> {
    let last = nest.space.iter().rposition(|&n| n > 1).filter(|&last| last > 0)?;
    if is_pairs(nest, *group.first()?) {
        return None;
    }
    let short = u8::try_from(nest.space[last]).ok().filter(|&n| n <= LONGEST_SHORT);
    if short.is_none() && nest.space[last] < SHORTEST_ROW {
        return None;
    }
    let still = |reg: Reg| stands_still(nest, reg, last..nest.space.ndim());
    // A column, or a row.
    let spread = |&reg: &Reg| still(reg) != stands_still(nest, reg, 0..last);
    if !reads.iter().any(spread) {
        return None;
    }
    let moves = |reg: Reg| match short {
        _ if !still(reg) => Moves::On,
        Some(times) if !stands_still(nest, reg, 0..last) => Moves::Every(times),
        _ => Moves::Not,
    };
    let recorder = Recorder::new();
    let known = record(&Lowering { recorder: &recorder, policy }, nest, group, reads, moves)?;
    put_out(&recorder, &known, writes);
    let moves = reads.iter().map(|&reg| moves(reg)).collect();
    Some(Row { moves, short, code: Code::new(recorder.finish(), isa, 1)? })
}

/// Puts out the values of registers.
fn put_out(r: &Recorder, known: &HashMap<Reg, Value>, writes: &[Reg]) {
    for reg in writes {
        let value = known[reg];
        let value = if r.kind(value) == Kind::Mask { r.unary(Unary::FromMask, value) } else { value };
        r.output(value, false);
    }
}

/// A group as one loop; `None` if it is empty, has too many results, or the instruction set cannot run it.
fn segment(nest: &Nest, policy: &Policy, isa: Isa, group: &[Reg]) -> Option<Segment> {
    let recorder = Recorder::new();
    let reads = reads(nest, group);
    let known = record(&Lowering { recorder: &recorder, policy }, nest, group, &reads, |reg| moves(nest, reg))?;
    let kept: Vec<Reg> = nest.stores.iter().map(|s| s.value).chain(nest.folds.iter().map(|f| f.value)).collect();
    let used_later = |reg: Reg| {
        let outside = |(i, instr): (usize, &Instr)| match &instr.kind {
            InstrKind::Map { args, .. } => args.contains(&reg) && !group.contains(&i),
            _ => false,
        };
        kept.contains(&reg) || nest.body.iter().enumerate().any(outside)
    };
    let writes: Vec<Reg> = group.iter().copied().filter(|&reg| used_later(reg)).collect();
    if writes.is_empty() || writes.len() > MOST_WRITES {
        return None;
    }
    put_out(&recorder, &known, &writes);
    let row = row(nest, policy, isa, group, &reads, &writes);
    let width = if is_pairs(nest, *group.first()?) { 2 } else { 1 };
    Some(Segment { reads, writes, code: Code::new(recorder.finish(), isa, width)?, row })
}

/// The folds of a nest as one loop, as a rule with the whole body.
pub(crate) struct Folding {
    /// Whether the loop evaluates the body too, stores and all; else it reads what the body's own loops left in blocks.
    pub whole: bool,
    /// Registers it reads, in the order of the loop's inputs, and how each moves.
    pub reads: Vec<(Reg, Moves)>,
    /// Bytes of an accumulator of each fold.
    pub lane_sizes: Vec<usize>,
    code: Code,
    /// In a walk by rows, how many rows of a lane it takes at once, and the loop for those after the first.
    pub rows: usize,
    later: Option<Code>,
}

/// Rows whose accumulators a loop keeps in registers, so that memory sees them once for all of these rows: more would be
/// more streams of memory than processors follow.
const ROWS_TOGETHER: usize = 4;

impl Folding {
    /// `None` if no loop folds it.
    pub fn new(nest: &Nest, policy: &Policy, backend: Backend) -> Option<Folding> {
        let Backend::Compiled(isa) = backend else { return None };
        let complex = nest.body.iter().any(|instr| instr.dtype.is_complex());
        // What the walk would never give it whole blocks of is left to the kernels, which take several results at a time.
        let blocks = match nest.walk {
            Walk::Linear => nest.folds.iter().all(|f| f.count.is_multiple_of(BLOCK) || f.count > FEW),
            Walk::Rows { reduced, inner, .. } => reduced >= BLOCK && inner > BLOCK_LEN / 2,
        };
        if nest.folds.is_empty() || complex || !blocks {
            return None;
        }
        Self::of(nest, policy, isa, true).or_else(|| Self::of(nest, policy, isa, false))
    }

    /// `None` if something of that has no straight line, or is too long for a loop over blocks.
    fn of(nest: &Nest, policy: &Policy, isa: Isa, whole: bool) -> Option<Folding> {
        let is_map = |&i: &usize| matches!(nest.body[i].kind, InstrKind::Map { .. });
        let group: Vec<Reg> = if whole { (0..nest.body.len()).filter(is_map).collect() } else { Vec::new() };
        let writes: Vec<Reg> = if whole { nest.stores.iter().map(|s| s.value).collect() } else { Vec::new() };
        let mut reads = reads(nest, &group);
        for reg in nest.folds.iter().map(|f| f.value).chain(writes.iter().copied()) {
            if !group.contains(&reg) && !reads.contains(&reg) {
                reads.push(reg);
            }
        }
        if reads.len() > MOST_READS || writes.len() + nest.folds.len() > MOST_WRITES {
            return None;
        }
        // What the body's own loops leave in blocks has an element for each point.
        let moves = |reg| if whole { moves(nest, reg) } else { Moves::On };
        let recorder = Recorder::new();
        let to = Lowering { recorder: &recorder, policy };
        let known = record(&to, nest, &group, &reads, moves)?;
        put_out(&recorder, &known, &writes);
        for fold in &nest.folds {
            folds::lower(&to, fold.fold, nest.body[fold.value].dtype, known[&fold.value])?;
        }
        let program = recorder.finish();
        let lane_sizes = program.folds().iter().map(|f| program.kind(f.value).size()).collect();
        let reads: Vec<_> = reads.into_iter().map(|reg| (reg, moves(reg))).collect();
        if nest.walk != Walk::Linear {
            let rows = if reads.len() * ROWS_TOGETHER > MOST_READS { 1 } else { ROWS_TOGETHER };
            let (first, later) = (program.over_rows(rows, false)?, program.over_rows(rows, true)?);
            let (code, later) = (Code::new(first, isa, 1)?, Some(Code::new(later, isa, 1)?));
            return whole.then_some(Folding { whole, reads, lane_sizes, code, rows, later });
        }
        let mut code = Code::new(program, isa, 1)?;
        code.stream(writes.iter().map(|&reg| is_large(nest, reg)).chain(nest.folds.iter().map(|_| false)).collect());
        Some(Folding { whole, reads, lane_sizes, code, rows: 1, later: None })
    }

    /// How many accumulators of each block a linear walk has.
    pub fn accumulators(&self) -> usize {
        self.code.plain.accumulators()
    }

    /// Runs over `n` elements; `writes` are those of stores (if it is the whole), then the accumulators of folds: of a linear walk those of each
    /// block, of a walk by rows one for each column, which hold those of the rows before if these are `later` ones. The
    /// place of a fault is not known, nor whether it is one for the kernels.
    pub fn run(&self, later: bool, reads: &[&[u8]], writes: &mut [&mut [u8]], n: usize) -> Option<()> {
        let code = if later { self.later.as_ref()? } else { &self.code };
        code.run(reads, writes, n)
    }
}

/// Loops compiled before, by structure: looked into when a plan is prepared, never when it runs.
fn compiled(program: Program, isa: Isa) -> Option<Arc<Compiled>> {
    /// Programs kept at most.
    const KEPT: usize = 512;
    type Known = HashMap<(Program, Isa), Arc<Compiled>>;
    static CACHE: Mutex<Option<Known>> = Mutex::new(None);
    let key = (program, isa);
    let cache = || CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(code) = cache().as_ref().and_then(|c| c.get(&key)) {
        return Some(code.clone());
    }
    let code = Arc::new(Compiled::new(&key.0, isa)?);
    let mut cache = cache();
    let cache = cache.get_or_insert_default();
    if cache.len() >= KEPT {
        cache.clear();
    }
    cache.insert(key, code.clone());
    Some(code)
}

impl Lowering<'_> {
    fn instr(&self, nest: &Nest, map: Map, args: &[Reg], values: &[Value], out: DType) -> Option<Value> {
        let r = self.recorder;
        let dtype = nest.body[*args.first()?].dtype;
        if dtype.is_complex() {
            let alike = args.iter().all(|&a| nest.body[a].dtype == out);
            return if alike { pairs::lower(self, map, values) } else { None };
        }
        match map {
            Map::Where => {
                kind(out)?;
                Some(r.select(values[0], values[1], values[2]))
            }
            Map::Cast(into) if dtype.is_float() => floats::cast(self, values[0], dtype, into),
            Map::Cast(into) if kind(dtype).is_some() => whole::cast(self, values[0], dtype, into),
            _ if dtype.is_float() => floats::lower(self, map, values, dtype),
            _ if dtype == DType::Bool => floats::logic(r, map, values),
            _ => {
                kind(dtype)?;
                whole::lower(self, map, values, dtype)
            }
        }
    }
}

/// How elements of a dtype lie in lanes; `None` for complex ones, which lie in two.
fn kind(dtype: DType) -> Option<Kind> {
    Some(match dtype {
        DType::Bool | DType::I8 | DType::U8 => Kind::I8,
        DType::I16 | DType::U16 | DType::F16 | DType::BF16 => Kind::I16,
        DType::I32 | DType::U32 => Kind::I32,
        DType::I64 | DType::U64 => Kind::I64,
        DType::F32 => Kind::F32,
        DType::F64 => Kind::F64,
        DType::C64 | DType::C128 => return None,
    })
}

fn input(r: &Recorder, dtype: DType, moves: Moves) -> Option<Value> {
    let kind = match dtype {
        // One lane of a pair stands for nothing.
        DType::C64 | DType::C128 if moves != Moves::On => return None,
        DType::C64 => Kind::F32,
        DType::C128 => Kind::F64,
        _ => kind(dtype)?,
    };
    let k = r.input(kind);
    let op = match moves {
        Moves::On => Op::Input(k),
        Moves::Every(times) => Op::Repeated(k, times),
        Moves::Not => Op::Splat(k),
    };
    let value = r.op(op, kind);
    Some(if dtype == DType::Bool { r.unary(Unary::ToMask, value) } else { value })
}

fn literal(r: &Recorder, value: Scalar) -> Option<Value> {
    let kind = kind(value.dtype())?;
    let mut bytes = [0; 8];
    dispatch!(value.dtype(), T => {
        let v = T::from_scalar(value)?;
        let from = bytemuck::bytes_of(&v);
        bytes.get_mut(..from.len())?.copy_from_slice(from);
    });
    let constant = r.op(Op::Const(u64::from_le_bytes(bytes)), kind);
    Some(if value.dtype() == DType::Bool { r.unary(Unary::ToMask, constant) } else { constant })
}

fn truth(r: &Recorder, value: bool) -> Value {
    r.unary(Unary::ToMask, r.op(Op::Const(value.into()), Kind::I8))
}
