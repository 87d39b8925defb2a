//! Compiled folds equal the interpreter, bit for bit (any NaN equals any), on every instruction set of the machine.

use crate::random::{self, Join, KINDS, element, folding, only_memory, same};
use hadamard_jit::{BLOCK, Binary, Compiled, Isa, Kind, LANES, Op, Program, Recorder};
use proptest::prelude::*;

fn elements(program: &Program, n: usize, seed: u64) -> Vec<Vec<u64>> {
    let seeds = |k: usize, i: usize| (seed ^ (k as u64) << 40 ^ (i as u64) << 7).wrapping_mul(0xd134_2543_de82_ef95);
    let of = |(k, &kind): (usize, &Kind)| (0..n).map(|i| element(kind, seeds(k, i))).collect();
    program.inputs().iter().enumerate().map(of).collect()
}

fn bytes(values: &[u64], kind: Kind) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()[..kind.size()].to_vec()).collect()
}

fn bits(bytes: &[u8], kind: Kind, i: usize) -> u64 {
    let mut bits = [0; 8];
    bits[..kind.size()].copy_from_slice(&bytes[i * kind.size()..(i + 1) * kind.size()]);
    u64::from_le_bytes(bits)
}

/// The accumulators after those elements, in order, and whether one was at fault.
fn folded(program: &Program, inputs: &[Vec<u64>], elements: impl Iterator<Item = usize>) -> (Vec<u64>, bool) {
    let (mut carried, mut fault) = (vec![0; program.folds().len()], false);
    for (step, i) in elements.enumerate() {
        let mut entry: Vec<u64> =
            inputs.iter().enumerate().map(|(k, v)| v[if program.reads_one(k) { 0 } else { i }]).collect();
        entry.extend(&carried);
        let (values, at_fault) = program.interpret(&entry);
        fault |= at_fault;
        let taken = program.folds().iter().map(|f| values[if step == 0 { f.value } else { f.next }.number()]);
        carried = taken.collect();
    }
    (carried, fault)
}

/// Blocks of elements that follow each other; whether some instruction set ran them.
fn in_blocks(program: &Program, join: Join, blocks: usize, seed: u64) -> Result<bool, TestCaseError> {
    let n = blocks * BLOCK;
    let inputs = elements(program, n.max(1), seed);
    let sources: Vec<Vec<u8>> = inputs.iter().zip(program.inputs()).map(|(v, &kind)| bytes(v, kind)).collect();
    let mut ran = false;
    for isa in Isa::available() {
        let Some(code) = Compiled::new(program, isa) else { continue };
        ran = true;
        let plain = program.outputs().iter().map(|o| vec![0xaa; n * program.kind(o.value).size() + 1]);
        let lanes = program.folds().iter().map(|f| vec![0xaa; blocks * LANES * program.kind(f.value).size() + 1]);
        let mut outputs: Vec<Vec<u8>> = plain.chain(lanes).collect();
        let mut slices: Vec<&mut [u8]> = outputs.iter_mut().map(|o| &mut o[..]).collect();
        let from: Vec<&[u8]> = sources.iter().map(|b| &b[..]).collect();
        let result = code.run(&from, &mut slices, n);
        let mut fault = false;
        let kept = code.accumulators();
        prop_assert!([4, 8, LANES].contains(&kept));
        for block in 0..blocks {
            let lane =
                |lane: usize| folded(program, &inputs, (block * BLOCK + lane..(block + 1) * BLOCK).step_by(LANES));
            let (mut wanted, faults): (Vec<Vec<u64>>, Vec<bool>) = (0..LANES).map(lane).unzip();
            fault |= faults.contains(&true);
            while wanted.len() > kept {
                let right = wanted.split_off(wanted.len() / 2);
                for (left, right) in wanted.iter_mut().zip(right) {
                    for ((left, right), fold) in left.iter_mut().zip(right).zip(program.folds()) {
                        *left = join(program.kind(fold.value), *left, right);
                    }
                }
            }
            let lanes = &outputs[program.outputs().len()..];
            for (lane, wanted) in wanted.into_iter().enumerate().filter(|_| result.is_ok()) {
                for ((fold, lanes), wanted) in program.folds().iter().zip(lanes).zip(wanted) {
                    let kind = program.kind(fold.value);
                    let found = bits(lanes, kind, block * kept + lane);
                    prop_assert!(
                        same(kind, found, wanted),
                        "{isa:?} block {block} lane {lane}: {found:x} for {wanted:x}"
                    );
                }
            }
        }
        for (output, bytes) in program.outputs().iter().zip(&outputs).filter(|_| result.is_ok()) {
            let kind = program.kind(output.value);
            for i in 0..n {
                let mut entry: Vec<u64> =
                    inputs.iter().enumerate().map(|(k, v)| v[if program.reads_one(k) { 0 } else { i }]).collect();
                entry.resize(inputs.len() + program.folds().len(), 0);
                let wanted = program.interpret(&entry).0[output.value.number()];
                prop_assert!(same(kind, bits(bytes, kind, i), wanted), "{isa:?} element {i}");
            }
        }
        prop_assert!(result.is_err() == fault || only_memory(), "{isa:?}");
        prop_assert!(outputs.iter().all(|o| *o.last().unwrap() == 0xaa), "{:?} wrote past the end", isa);
    }
    Ok(ran)
}

/// Rows below each other, so many groups of so many, folded element by element.
fn over_rows(program: &Program, (groups, together): (usize, usize), n: usize, seed: u64) -> Result<(), TestCaseError> {
    let rows = groups * together;
    let inputs = elements(program, rows * n.max(1), seed);
    let [first, later] = [false, true].map(|later| program.over_rows(together, later).expect("it has no outputs"));
    for isa in Isa::available() {
        let (Some(first), Some(later)) = (Compiled::new(&first, isa), Compiled::new(&later, isa)) else { continue };
        let outputs = program.folds().iter().map(|f| vec![0xaa; n * program.kind(f.value).size() + 1]);
        let mut outputs: Vec<Vec<u8>> = outputs.collect();
        let mut result = Ok(());
        for group in 0..groups {
            let source = |row: usize, (k, &kind): (usize, &Kind)| {
                let from = if program.reads_one(k) { 0 } else { row * n };
                bytes(&inputs[k][from..from + n.max(1)], kind)
            };
            let of_row = |row: usize| program.inputs().iter().enumerate().map(move |input| source(row, input));
            let sources: Vec<Vec<u8>> = (group * together..(group + 1) * together).flat_map(of_row).collect();
            let from: Vec<&[u8]> = sources.iter().map(|b| &b[..]).collect();
            let mut slices: Vec<&mut [u8]> = outputs.iter_mut().map(|o| &mut o[..]).collect();
            result = result.and(if group == 0 { &first } else { &later }.run(&from, &mut slices, n));
        }
        let mut fault = false;
        for column in 0..n {
            let (wanted, at_fault) = folded(program, &inputs, (0..rows).map(|row| row * n + column));
            fault |= at_fault;
            for ((fold, bytes), wanted) in program.folds().iter().zip(&outputs).zip(wanted).filter(|_| result.is_ok()) {
                let kind = program.kind(fold.value);
                let found = bits(bytes, kind, column);
                prop_assert!(same(kind, found, wanted), "{isa:?} column {column}: {found:x} for {wanted:x}");
            }
        }
        prop_assert!(result.is_err() == fault || only_memory(), "{isa:?}");
        prop_assert!(outputs.iter().all(|o| *o.last().unwrap() == 0xaa), "{:?} wrote past the end", isa);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn of_blocks(
        choices in proptest::collection::vec(any::<u64>(), 0..300), blocks in 0usize..4, seed in any::<u64>(),
        kinds in proptest::collection::vec(0usize..6, 1..5), output in any::<bool>(),
    ) {
        let kinds: Vec<Kind> = kinds.iter().map(|&k| KINDS[k]).collect();
        let (program, join) = folding(&choices, &kinds, output);
        in_blocks(&program, join, blocks, seed)?;
    }

    #[test]
    fn of_blocks_of_one_kind(
        choices in proptest::collection::vec(any::<u64>(), 0..300), blocks in 0usize..4, seed in any::<u64>(), double in any::<bool>(),
        many in 1usize..14,
    ) {
        let kind = if double { Kind::F64 } else { Kind::F32 };
        let (program, join) = folding(&choices, &vec![kind; many], false);
        in_blocks(&program, join, blocks, seed)?;
    }

    #[test]
    fn of_rows(
        choices in proptest::collection::vec(any::<u64>(), 0..200), groups in 1usize..5, together in 1usize..5,
        n in 0usize..70, seed in any::<u64>(), kinds in proptest::collection::vec(0usize..6, 1..4),
    ) {
        let kinds: Vec<Kind> = kinds.iter().map(|&k| KINDS[k]).collect();
        over_rows(&folding(&choices, &kinds, false).0, (groups, together), n, seed)?;
    }
}

/// A sum is folded on every instruction set.
#[test]
fn sums_compile() {
    let sum = |kind| {
        let r = Recorder::new();
        let x = r.op(Op::Input(r.input(kind)), kind);
        r.fold(x, |carried| r.binary(Binary::Add, carried, x));
        r.finish()
    };
    for kind in [Kind::F32, Kind::F64] {
        assert!(Isa::available().all(|isa| Compiled::new(&sum(kind), isa).is_some()));
        assert_eq!(in_blocks(&sum(kind), random::plus, 3, 1).unwrap(), Isa::available().next().is_some());
        let joined = |isa: Isa| LANES.min(isa.bytes() / kind.size());
        assert!(Isa::available().all(|isa| Compiled::new(&sum(kind), isa).unwrap().accumulators() == joined(isa)));
    }
}
