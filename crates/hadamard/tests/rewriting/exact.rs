//! Random formulas with small integers for entries, of which every order of products and sums gives the same floats: the
//! rewritten plan gives what exact evaluation of the formula as written gives, and is never predicted to take longer.

use crate::formula::{Random, formula};
use hadamard::engine::reference;
use hadamard::plan::Machine;
use hadamard::{Array, DType, Env, Policy, Rewriting, Settings};
use hadamard_array::{Scalar, c128};

/// Machines on which different orders are the best: rewriting happens at sizes a reference evaluator can follow.
fn machine(k: usize) -> Machine {
    let fair = Machine { step: 0.0, ..Machine::default() };
    match k {
        0 => fair,
        1 => Machine { product: 1e3, ..fair },
        2 => Machine { product: 1e-6, arithmetic: 1e2, ..fair },
        _ => Machine { byte: 1e3, ..fair },
    }
}

fn operand(random: &mut Random, shape: &[usize], dtype: DType) -> Array {
    let size = shape.iter().product();
    let mut entry = || random.below(5) as f64 - 2.0;
    match dtype {
        DType::C128 => {
            let values: Vec<c128> = (0..size).map(|_| c128::new(entry(), entry())).collect();
            Array::from_slice(shape, &values).unwrap()
        }
        DType::I64 => {
            let values: Vec<i64> = (0..size).map(|_| entry() as i64).collect();
            Array::from_slice(shape, &values).unwrap()
        }
        _ => {
            let values: Vec<f64> = (0..size).map(|_| entry()).collect();
            Array::from_slice(shape, &values).unwrap()
        }
    }
}

/// Exact entries, as the reference evaluator gives them; real ones by way of integers.
fn exact(text: &str, operands: &[(String, Array)], real: bool) -> Vec<c128> {
    let converted: Vec<(String, Array)> = operands
        .iter()
        .map(|(name, array)| {
            let integers = || {
                let values: Vec<i64> = array.slice::<f64>().unwrap().iter().map(|&v| v as i64).collect();
                Array::from_slice(array.shape().clone(), &values).unwrap()
            };
            (name.clone(), if real { integers() } else { array.clone() })
        })
        .collect();
    let env = converted.iter().fold(Env::new(), |e, (n, a)| e.array(n, a.dtype(), a.shape().clone(), ""));
    let program = hadamard::compile_with(text, &env, &Rewriting::none()).unwrap();
    let arrays: Vec<Array> = program
        .operands()
        .map(|o| converted.iter().find(|(name, _)| Some(&name[..]) == o.name).unwrap().1.clone())
        .collect();
    let result = reference::evaluate(program.graph(), &arrays, &Policy::default()).unwrap().pop().unwrap();
    let view = result.view();
    (0..result.shape().size()).map(|k| view.get(&result.shape().unravel(k)).as_c128()).collect()
}

#[test]
fn a_thousand_random_formulas_give_what_exact_evaluation_gives() {
    let (mut rewritten, mut networks) = (0, 0);
    for seed in 0..1000 {
        let mut random = Random(seed);
        let made = formula(&mut random);
        let dtype = if random.below(3) == 0 { DType::C128 } else { DType::F64 };
        let operands: Vec<(String, Array)> =
            made.operands.iter().map(|(n, shape)| (n.clone(), operand(&mut random, shape, dtype))).collect();
        let env = operands.iter().fold(Env::new(), |e, (n, a)| e.array(n, a.dtype(), a.shape().clone(), ""));
        let rewriting = Rewriting { worth: 0.0, machine: machine(random.below(4)), ..Rewriting::default() };
        let program = hadamard::compile_with(&made.text, &env, &rewriting)
            .unwrap_or_else(|e| panic!("seed {seed}: {}: {e:?}", made.text));
        let (written, chosen) = program.predicted();
        assert!(chosen.time <= written.time, "seed {seed}: {}", made.text);
        rewritten += usize::from(!program.contractions().is_empty());
        networks += program.contractions().len();
        let arrays: Vec<Array> = program
            .operands()
            .map(|o| operands.iter().find(|(name, _)| Some(&name[..]) == o.name).unwrap().1.clone())
            .collect();
        let views: Vec<_> = arrays.iter().map(Array::view).collect();
        let found = program.run(&views, &Settings::default()).unwrap().pop().unwrap();
        let expected = exact(&made.text, &operands, dtype == DType::F64);
        let view = found.view();
        for (k, expected) in expected.iter().enumerate() {
            let index = found.shape().unravel(k);
            let entry: Scalar = view.get(&index);
            assert_eq!(
                entry.as_c128(),
                *expected,
                "seed {seed}: {} at {index:?}\n{:?}\n{}\n{}",
                made.text,
                made.operands,
                program.planned(),
                program.explain()
            );
        }
    }
    assert!(rewritten >= 400, "only {rewritten} formulas were rewritten, {networks} networks");
}
