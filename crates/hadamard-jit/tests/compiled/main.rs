//! Compiled code equals the interpreter, bit for bit (any NaN equals any), on every instruction set of the machine.

mod folds;
mod random;

use hadamard_jit::{Compiled, Isa, Kind, Program};
use proptest::prelude::*;
use random::{KINDS, element, of_pairs, only_memory, program, same};

fn check(program: &Program, n: usize, seed: u64, pairs: bool) -> Result<usize, TestCaseError> {
    let seeds = |k: usize, i: usize| (seed ^ (k as u64) << 40 ^ (i as u64) << 7).wrapping_mul(0xd134_2543_de82_ef95);
    let inputs: Vec<Vec<u64>> = program
        .inputs()
        .iter()
        .enumerate()
        .map(|(k, &kind)| (0..n.max(1)).map(|i| element(kind, seeds(k, i))).collect())
        .collect();
    let bytes: Vec<Vec<u8>> = inputs
        .iter()
        .zip(program.inputs())
        .map(|(values, kind)| values.iter().flat_map(|v| v.to_le_bytes()[..kind.size()].to_vec()).collect())
        .collect();
    let place = |k: usize, i: usize| match program.repeats(k) {
        _ if program.reads_one(k) => 0,
        times => i / usize::from(times.unwrap_or(1)),
    };
    let mut compiled = 0;
    for isa in Isa::available() {
        let Some(code) = Compiled::new(program, isa) else { continue };
        compiled += 1;
        let mut outputs: Vec<Vec<u8>> =
            program.outputs().iter().map(|o| vec![0xaa; n * program.kind(o.value).size() + 1]).collect();
        let mut slices: Vec<&mut [u8]> = outputs.iter_mut().map(|o| &mut o[..]).collect();
        let sources: Vec<&[u8]> = bytes.iter().map(|b| &b[..]).collect();
        let result = code.run(&sources, &mut slices, n);
        let mut fault = false;
        for i in 0..n {
            // What a run with a fault leaves behind is unspecified.
            let entry = |i: usize| inputs.iter().enumerate().map(|(k, v)| v[place(k, i)]).collect::<Vec<u64>>();
            let (values, at_fault) = if pairs {
                let [first, second] = program.interpret_pair([&entry(i / 2 * 2), &entry(i / 2 * 2 + 1)]);
                if i % 2 == 0 { first } else { second }
            } else {
                program.interpret(&entry(i))
            };
            fault |= at_fault;
            for (output, bytes) in program.outputs().iter().zip(&outputs).filter(|_| result.is_ok()) {
                let kind = program.kind(output.value);
                let mut found = [0; 8];
                found[..kind.size()].copy_from_slice(&bytes[i * kind.size()..(i + 1) * kind.size()]);
                let (found, wanted) = (u64::from_le_bytes(found), values[output.value.number()]);
                prop_assert!(
                    same(kind, found, wanted),
                    "{isa:?} entry {i} of {n}: {found:x} for {wanted:x} ({kind:?})"
                );
            }
        }
        prop_assert!(result.is_err() == fault || only_memory(), "{isa:?}");
        prop_assert!(outputs.iter().all(|o| *o.last().unwrap() == 0xaa), "{:?} wrote past the end", isa);
    }
    Ok(compiled)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_programs(
        choices in proptest::collection::vec(any::<u64>(), 0..400), n in 0usize..300, seed in any::<u64>(),
        kinds in proptest::collection::vec(0usize..6, 1..5),
    ) {
        let kinds: Vec<Kind> = kinds.iter().map(|&k| KINDS[k]).collect();
        check(&program(&choices, &kinds, None), n, seed, false)?;
    }

    /// Every instruction set has every operation, if need be by others.
    #[test]
    fn short_programs_compile_everywhere(
        choices in proptest::collection::vec(any::<u64>(), 0..60), n in 0usize..100, seed in any::<u64>(),
        kinds in proptest::collection::vec(0usize..6, 1..5),
    ) {
        let kinds: Vec<Kind> = kinds.iter().map(|&k| KINDS[k]).collect();
        let compiled = check(&program(&choices, &kinds, None), n, seed, false)?;
        prop_assert_eq!(compiled, Isa::available().count());
    }

    /// One kind of float, as most programs; more inputs, too, than have their pointers in registers.
    #[test]
    fn random_programs_of_one_kind(
        choices in proptest::collection::vec(any::<u64>(), 0..700), n in 0usize..300, seed in any::<u64>(), double in any::<bool>(),
        inputs in 1usize..16,
    ) {
        let kind = if double { Kind::F64 } else { Kind::F32 };
        check(&program(&choices, &vec![kind; inputs], None), n, seed, false)?;
    }

    #[test]
    fn random_programs_of_repeated_elements(
        choices in proptest::collection::vec(any::<u64>(), 0..300), n in 0usize..1200, seed in any::<u64>(), times in 2u8..9,
        kinds in proptest::collection::vec(0usize..6, 1..5),
    ) {
        let kinds: Vec<Kind> = kinds.iter().map(|&k| KINDS[k]).collect();
        check(&program(&choices, &kinds, Some(times)), n, seed, false)?;
    }

    #[test]
    fn random_programs_of_pairs(
        choices in proptest::collection::vec(any::<u64>(), 0..300), n in 0usize..150, seed in any::<u64>(), double in any::<bool>(),
    ) {
        check(&of_pairs(&choices, if double { Kind::F64 } else { Kind::F32 }), 2 * n, seed, true)?;
    }
}
