//! Several vectors at a time: their operations interleaved, so that none waits for the one before it.

use super::isa::Isa;
use crate::program::{Op, Output, Program, Value};

/// A program for several vectors in turn.
pub struct Unrolled {
    /// Its operations.
    pub program: Program,
    /// For each operation, which of the vectors it belongs to.
    pub vector: Vec<usize>,
    /// For each output, which output of the original it is, and of which vector.
    pub outputs: Vec<(usize, usize)>,
    /// How many vectors.
    pub count: usize,
}

/// Operations of an unrolled body at most: it is to stay in the cache of decoded instructions.
const MOST_OPERATIONS: usize = 1200;

/// As many vectors as leave their values in registers: eight, four, two or one. A sum or product takes four cycles and two
/// begin in each, so a chain of them needs eight to keep the machine busy.
pub fn count(program: &Program, isa: Isa) -> usize {
    let live = most_live(program);
    let fits = |n: &usize| n * live + 3 <= usize::from(isa.registers()) && n * program.ops.len() <= MOST_OPERATIONS;
    [8, 4, 2].into_iter().find(fits).unwrap_or(1)
}

/// The most values that are needed at one time, constants not counted.
fn most_live(program: &Program) -> usize {
    let n = program.ops.len();
    let mut last = vec![0; n];
    for (i, op) in program.ops.iter().enumerate() {
        op.args().for_each(|a| last[a.at()] = i);
    }
    program.outputs.iter().map(|o| o.value).chain(program.faults.iter().copied()).for_each(|v| last[v.at()] = n);
    let mut ends = vec![0usize; n + 1];
    let (mut live, mut most) = (0usize, 0);
    for i in 0..n {
        if !matches!(program.ops[i], Op::Const(_) | Op::Splat(_)) {
            live += 1;
            ends[last[i]] += 1;
        }
        most = most.max(live);
        live -= ends[i];
    }
    most
}

/// The program for `count` vectors.
pub fn unroll(program: &Program, count: usize) -> Unrolled {
    let mut all = Program { inputs: program.inputs.clone(), ..Program::default() };
    let mut vector = Vec::new();
    let mut numbers: Vec<Vec<Value>> = Vec::with_capacity(program.ops.len());
    for (op, &kind) in program.ops.iter().zip(&program.kinds) {
        let shared = matches!(op, Op::Const(_) | Op::Splat(_));
        let mut write = |op: Op, v: usize| {
            all.ops.push(op);
            all.kinds.push(kind);
            vector.push(v);
            Value(all.ops.len() as u32 - 1)
        };
        let mine = if shared {
            vec![write(*op, 0); count]
        } else {
            (0..count).map(|v| write(op.with_args(|a| numbers[a.at()][v]), v)).collect()
        };
        numbers.push(mine);
    }
    let mut outputs = Vec::new();
    for (k, output) in program.outputs.iter().enumerate() {
        for (v, &value) in numbers[output.value.at()].iter().enumerate() {
            all.outputs.push(Output { value, ..*output });
            outputs.push((k, v));
        }
    }
    all.faults = program.faults.iter().flat_map(|f| numbers[f.at()].iter().copied()).collect();
    all.faults.dedup();
    Unrolled { program: all, vector, outputs, count }
}
