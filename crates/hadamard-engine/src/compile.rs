//! From the arithmetic of a nest to compiled loops: runs of instructions that have a straight line of primitives become
//! one loop each; what has none (complex numbers, exact remainders) stays with the block kernels between them.

mod floats;
mod functions;
mod whole;

use crate::fault::{Fault, Faulted};
use hadamard_algebra::{Map, Policy};
use hadamard_array::{DType, Element, Scalar, dispatch};
use hadamard_jit::{Compiled, Isa, Kind, Op, Program, Recorder, Unary, Value};
use hadamard_plan::{Instr, InstrKind, Nest, Reg};
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
    code: Arc<Compiled>,
    /// The loop that writes some of them past the caches, and which.
    streaming: Option<(Arc<Compiled>, Vec<bool>)>,
    program: Program,
    isa: Isa,
}

/// Registers a loop reads and writes at most.
pub(crate) const MOST_READS: usize = 24;
/// See [`MOST_READS`].
pub(crate) const MOST_WRITES: usize = 8;
/// Where streamed elements must begin.
pub(crate) const STREAM_ALIGNMENT: usize = 64;

impl Segment {
    /// Writes those outputs past the caches from now on, where they are aligned.
    pub fn stream(&mut self, outputs: Vec<bool>) {
        let code = compiled(self.program.streaming(&outputs), self.isa);
        self.streaming = code.map(|code| (code, outputs));
    }

    /// Runs over `n` elements; the place of a fault is not known.
    pub fn run(&self, reads: &[&[u8]], writes: &mut [&mut [u8]], n: usize) -> Result<(), Faulted> {
        let aligned = |out: &[u8]| out.as_ptr().addr().is_multiple_of(STREAM_ALIGNMENT);
        let code = match &self.streaming {
            Some((code, outputs)) if writes.iter().zip(outputs).all(|(out, &streamed)| !streamed || aligned(out)) => {
                code
            }
            _ => &self.code,
        };
        code.run(reads, writes, n).map_err(|_| Faulted { at: 0, fault: Fault::Overflow })
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
            _ => input(&recorder, instr.dtype, false),
        }) else {
            return false;
        };
        values.push(value);
    }
    to.instr(nest, *map, args, &values, nest.body[reg].dtype).is_some()
}

/// A group as one loop; `None` if it is empty, has too many results, or the instruction set cannot run it.
fn segment(nest: &Nest, policy: &Policy, isa: Isa, group: &[Reg]) -> Option<Segment> {
    let recorder = Recorder::new();
    let to = Lowering { recorder: &recorder, policy };
    let mut known: HashMap<Reg, Value> = HashMap::new();
    let reads = reads(nest, group);
    for &reg in &reads {
        let constant = match nest.body[reg].kind {
            InstrKind::Load(k) => nest.loads[k].access.0.iter().all(|index| index.along.is_none()),
            _ => false,
        };
        known.insert(reg, input(&recorder, nest.body[reg].dtype, constant)?);
    }
    for &reg in group {
        let InstrKind::Map { map, args, .. } = &nest.body[reg].kind else { return None };
        let mut values = Vec::new();
        for &a in args {
            values.push(match (&nest.body[a].kind, known.get(&a)) {
                (_, Some(&value)) => value,
                (InstrKind::Const(value), _) => literal(&recorder, *value)?,
                _ => return None,
            });
        }
        known.insert(reg, to.instr(nest, *map, args, &values, nest.body[reg].dtype)?);
    }
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
    for reg in &writes {
        let value = known[reg];
        let value = if recorder.kind(value) == Kind::Mask { recorder.unary(Unary::FromMask, value) } else { value };
        recorder.output(value, false);
    }
    let program = recorder.finish();
    let code = compiled(program.clone(), isa)?;
    Some(Segment { reads, writes, code, streaming: None, program, isa })
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
        match map {
            Map::Where => {
                kind(out)?;
                Some(r.select(values[0], values[1], values[2]))
            }
            Map::Cast(into) if dtype.is_float() => floats::cast(r, values[0], dtype, into),
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

/// How elements of a dtype lie in lanes; `None` for complex ones.
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

fn input(r: &Recorder, dtype: DType, splat: bool) -> Option<Value> {
    let kind = kind(dtype)?;
    let k = r.input(kind);
    let value = r.op(if splat { Op::Splat(k) } else { Op::Input(k) }, kind);
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
