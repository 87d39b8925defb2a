//! Several vectors at a time: their operations interleaved, so that none waits for the one before it.

use super::isa::Isa;
use crate::program::{BLOCK, LANES, Op, Output, Program, Value};
use std::collections::HashMap;

/// A program for several vectors in turn.
pub struct Unrolled {
    /// Its operations.
    pub program: Program,
    /// For each operation, which of the vectors it belongs to.
    pub vector: Vec<usize>,
    /// For each output, which output of the original it is, and of which vector. After the outputs of the original come
    /// its folds.
    pub outputs: Vec<(usize, usize)>,
    /// How many of the original's outputs are folds, and how many accumulators each puts out for a block.
    pub folds: usize,
    /// See `folds`.
    pub accumulators: usize,
    /// For each input, how often its elements are repeated, if they are.
    pub repeated: Vec<Option<u8>>,
    /// How many vectors.
    pub count: usize,
}

/// Operations of an unrolled body at most: it is to stay in the cache of decoded instructions.
const MOST_OPERATIONS: usize = 1200;

/// How often the elements of some input are repeated, if they are.
pub fn times(program: &Program) -> Option<usize> {
    program.ops.iter().find_map(|op| if let Op::Repeated(_, times) = op { Some(usize::from(*times)) } else { None })
}

/// By how many operations each vector is behind the one before it where not all fit into the registers: then they do not
/// all need the most registers at one time. (Anything from 3 to 12 measures alike, 0 takes 5 to 25% longer.)
const DELAY: usize = 6;

/// How many vectors, and by how many operations each is behind the one before it.
///
/// A sum or product takes four cycles and two begin in each, so a chain of them needs eight to keep the machine busy: eight
/// or four, if their values fit into the registers together. Long bodies, whose values do not, are taken four at a time
/// all the same: the chain through one of them is longer than what the processor looks ahead, and waiting for it costs
/// more than the spilled values do, as long as these are few (`examples/functions.rs`: 20 to 40% less time than one after
/// the other).
pub fn together(program: &Program, isa: Isa) -> (usize, usize) {
    let live = most_live(program);
    let short = |n: &usize| n * program.ops.len() <= MOST_OPERATIONS;
    let registers = usize::from(isa.registers());
    let fits = |n: &usize| n * live + 3 <= registers && short(n);
    if let Some(times) = times(program) {
        // As many vectors as whole ones of the repeated elements fill.
        return ((1..=8 / times).rev().map(|n| n * times).find(fits).unwrap_or(times), 0);
    }
    match [8, 4].into_iter().find(fits) {
        Some(count) => (count, 0),
        None => ([4, 2].into_iter().find(|n| n * live <= 4 * registers && short(n)).unwrap_or(1), DELAY),
    }
}

/// The most values that are needed at one time, constants not counted.
fn most_live(program: &Program) -> usize {
    let n = program.ops.len();
    let mut last = vec![0; n];
    for (i, op) in program.ops.iter().enumerate() {
        op.args().for_each(|a| last[a.at()] = i);
    }
    program.faults.iter().for_each(|fault| last[fault.at()] = last[fault.at()].max(fault.at()));
    program.outputs.iter().for_each(|output| last[output.value.at()] = n);
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

/// The program for `count` vectors, each `delay` operations behind the one before it.
pub fn unroll(program: &Program, count: usize, delay: usize) -> Unrolled {
    let mut all = Program { inputs: program.inputs.clone(), ..Program::default() };
    let mut vector = Vec::new();
    let n = program.ops.len();
    let mut numbers = vec![vec![Value(u32::MAX); count]; n];
    let mut order: Vec<(usize, usize)> = (0..n).flat_map(|i| (0..count).map(move |v| (i, v))).collect();
    order.sort_by_key(|&(i, v)| (i + v * delay, i, v));
    for (i, v) in order {
        let mut write = |op: Op, v: usize| {
            all.ops.push(op);
            all.kinds.push(program.kinds[i]);
            vector.push(v);
            Value(all.ops.len() as u32 - 1)
        };
        match program.ops[i] {
            // Once for all.
            Op::Const(_) | Op::Splat(_) | Op::Repeated(..) if v > 0 => {}
            op @ (Op::Const(_) | Op::Splat(_)) => numbers[i] = vec![write(op, 0); count],
            Op::Repeated(k, times) => {
                let whole: Vec<Value> = (0..count / usize::from(times)).map(|v| write(Op::Input(k), v)).collect();
                let spread = |v: usize| Op::Spread { of: whole[v / usize::from(times)], times, phase: v as u8 % times };
                numbers[i] = (0..count).map(|v| write(spread(v), v)).collect();
            }
            op => numbers[i][v] = write(op.with_args(|a| numbers[a.at()][v]), v),
        }
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
    let repeated = (0..program.inputs.len()).map(|k| program.repeats(k)).collect();
    Unrolled { program: all, vector, outputs, folds: 0, accumulators: 0, repeated, count }
}

/// The program for one [`BLOCK`] of elements, whose folds put out the accumulators: those that a vector has, if what a fold
/// says of an element it can say of an accumulator, else all [`LANES`]. `None` if it is too long for that, or
/// a vector has more lanes than a block has accumulators.
pub fn block(program: &Program, isa: Isa, lanes: usize) -> Option<Unrolled> {
    let (width, count) = (LANES.checked_div(lanes).filter(|&width| width > 0)?, BLOCK / lanes);
    if count * program.ops.len() > MOST_OPERATIONS {
        return None;
    }
    // A row of accumulators at a time, or as many as keep the machine busy.
    let together = self::together(program, isa).0.max(width);
    let carries = program.carries();
    let mut all = Program { inputs: program.inputs.clone(), ..Program::default() };
    let mut vector = Vec::new();
    let mut numbers = vec![vec![Value(u32::MAX); count]; program.ops.len()];
    let mut accumulators = vec![Vec::new(); program.folds.len()];
    for first in (0..count).step_by(together) {
        let mut write = |i: usize, v: usize, numbers: &mut [Vec<Value>], accumulators: &[Vec<Value>]| {
            numbers[i][v] = match program.ops[i] {
                Op::Carried(fold) => accumulators[fold][v % width],
                Op::Const(_) | Op::Splat(_) if v > 0 => numbers[i][0],
                op => {
                    all.ops.push(op.with_args(|a| numbers[a.at()][v]));
                    all.kinds.push(program.kinds[i]);
                    vector.push(v);
                    Value(all.ops.len() as u32 - 1)
                }
            };
        };
        let group = first..first + together;
        for i in (0..program.ops.len()).filter(|&i| !carries[i]) {
            group.clone().for_each(|v| write(i, v, &mut numbers, &accumulators));
        }
        for row in group.step_by(width) {
            let vectors = row..row + width;
            if row > 0 {
                for i in (0..program.ops.len()).filter(|&i| carries[i]) {
                    vectors.clone().for_each(|v| write(i, v, &mut numbers, &accumulators));
                }
            }
            for (accumulators, fold) in accumulators.iter_mut().zip(&program.folds) {
                let last = if row == 0 { fold.value } else { fold.next };
                *accumulators = vectors.clone().map(|v| numbers[last.at()][v]).collect();
            }
        }
    }
    let joins: Option<Vec<Vec<usize>>> = (0..program.folds.len()).map(|k| join(program, k)).collect();
    let accumulators_of_a_block = if joins.is_some() { lanes } else { LANES };
    for ((accumulators, fold), join) in accumulators.iter_mut().zip(&program.folds).zip(joins.unwrap_or_default()) {
        while accumulators.len() > 1 {
            let (left, right) = accumulators.split_at(accumulators.len() / 2);
            let joined = left.iter().zip(right).map(|(&left, &right)| {
                let mut known: HashMap<usize, Value> = HashMap::from([(fold.value.at(), right)]);
                for &i in &join {
                    let value = match program.ops[i] {
                        Op::Carried(_) => left,
                        Op::Const(_) | Op::Splat(_) => numbers[i][0],
                        op => {
                            all.ops.push(op.with_args(|a| known[&a.at()]));
                            all.kinds.push(program.kinds[i]);
                            vector.push(0);
                            Value(all.ops.len() as u32 - 1)
                        }
                    };
                    known.insert(i, value);
                }
                known[&fold.next.at()]
            });
            *accumulators = joined.collect();
        }
    }
    let mut outputs = Vec::new();
    for (k, output) in program.outputs.iter().enumerate() {
        for (v, &value) in numbers[output.value.at()].iter().enumerate() {
            all.outputs.push(Output { value, ..*output });
            outputs.push((k, v));
        }
    }
    for (k, accumulators) in accumulators.iter().enumerate() {
        for (v, &value) in accumulators.iter().enumerate() {
            all.outputs.push(Output { value, streamed: false });
            outputs.push((program.outputs.len() + k, v));
        }
    }
    let written = |f: &Value| numbers[f.at()].iter().copied().filter(|v| *v != Value(u32::MAX)).collect::<Vec<_>>();
    all.faults = program.faults.iter().flat_map(written).collect();
    all.faults.dedup();
    let (folds, accumulators) = (program.folds.len(), accumulators_of_a_block);
    Some(Unrolled { program: all, vector, outputs, folds, accumulators, repeated: Vec::new(), count })
}

/// The operations, in order, that make `next` of what fold `k` carries and its `value`. `None` if it needs anything else but
/// constants: then it does not say how two accumulators are joined.
fn join(program: &Program, k: usize) -> Option<Vec<usize>> {
    let fold = program.folds[k];
    let mut needed = vec![false; program.ops.len()];
    needed[fold.next.at()] = true;
    for i in (0..program.ops.len()).rev().filter(|&i| i != fold.value.at()) {
        if !needed[i] {
            continue;
        }
        match program.ops[i] {
            Op::Input(_) | Op::Repeated(..) | Op::Spread { .. } => return None,
            Op::Carried(other) if other != k => return None,
            op => op.args().for_each(|a| needed[a.at()] = true),
        }
    }
    Some((0..program.ops.len()).filter(|&i| needed[i] && i != fold.value.at()).collect())
}
