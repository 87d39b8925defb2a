//! Results in the place of an operand equal those beside it, whatever else the formula reads of that operand.

use hadamard::array::Slice;
use hadamard::{Array, DType, Env, Layout, Program, Settings, View, ViewMut};
use proptest::prelude::*;

/// Formulas of result dtype and shape equal to those of A (n×n f64), with whether A is read only where it is
/// overwritten.
const FORMULAS: &[(&str, bool)] = &[
    ("A", true),
    ("A .* A", true),
    ("A .* B .+ x", true),
    ("x .* A .* x.'", true),
    ("B .- 1", true),
    ("where(A .> 0, A, sqrt.(A))", true),
    ("I(7) .* A .+ A", true),
    ("A .+ mod.(A, 3) .* 2 .- A .* B", true),
    ("A.'", false),
    ("A .* A.'", false),
    ("A[::-1, :] .+ A", false),
    ("A .+ A[0, :]", false),
    ("A .- A[0:1, :]", false),
    ("A ./ sum(A)", false),
    ("A .- max(A, axis=1)", false),
    ("A .* diag(A)", false),
    ("A * B", false),
];

fn compile(formula: &str, n: usize) -> (Program, usize) {
    let word = |name: &str| formula.split(|c: char| !c.is_alphanumeric()).any(|w| w == name);
    let env = ["A", "B", "x"].iter().filter(|name| word(name)).fold(Env::new(), |used, name| {
        used.array(name, DType::F64, if *name == "x" { vec![n] } else { vec![n, n] }, "")
    });
    let program = hadamard::compile(&formula.replace('7', &n.to_string()), &env).unwrap();
    let k = program.operands().position(|o| o.name == Some("A")).unwrap_or(0);
    (program, k)
}

fn values(n: usize, seed: u64) -> Vec<f64> {
    (0..n as u64).map(|k| ((k + seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / 1e6 - 4.0).collect()
}

proptest! {
    #[test]
    fn in_place_equals_beside(
        formula in 0..FORMULAS.len(), n in prop_oneof![1usize..9, 30usize..40, Just(300)], layout in 0..4, seed in 0u64..1000,
    ) {
        let (formula, direct) = FORMULAS[formula];
        let (program, k) = compile(formula, n);
        prop_assert!(program.works_in_place(k) || !direct, "{}", formula);
        prop_assert!(!program.works_in_place(k) || direct || n == 1, "{}", formula);
        // A inside a larger array: with gaps, backwards, transposed.
        let wide = Layout::c_order([2 * n, 2 * n].into());
        let slice = |start, step| Slice { start, step, count: n };
        let layout = match layout {
            0 => Layout::c_order([n, n].into()),
            1 => Layout::f_order([n, n].into()),
            2 => wide.sliced(&[slice(0, 2), slice(1, 2)]),
            _ => wide.sliced(&[slice(2 * n - 1, -2), slice(n, 1)]),
        };
        let mut memory = values(4 * n * n, seed);
        let others: Vec<Array> = (program.operands().enumerate().filter(|(o, _)| *o != k))
            .map(|(o, s)| Array::from_slice(s.shape.clone(), &values(s.shape.size(), seed + o as u64 + 1)).unwrap())
            .collect();
        let others: Vec<View> = others.iter().map(Array::view).collect();
        let mut operands = others.clone();
        operands.insert(k, View::new(&memory, layout.clone()).unwrap());
        let expected = program.run(&operands, &Settings::default()).unwrap();
        drop(operands);

        let untouched = memory.clone();
        program.run_in_place(k, &mut ViewMut::new(&mut memory, layout.clone()).unwrap(), &others, &Settings::default())
            .unwrap();
        let inside: Vec<usize> = layout.positions().collect();
        let got: Vec<u64> = inside.iter().map(|&p| memory[p].to_bits()).collect();
        let wanted: Vec<u64> = expected[0].slice::<f64>().unwrap().iter().map(|v| v.to_bits()).collect();
        prop_assert_eq!(got, wanted, "{}", formula);
        let inside: std::collections::HashSet<usize> = inside.into_iter().collect();
        prop_assert!((0..memory.len()).all(|p| inside.contains(&p) || memory[p] == untouched[p]));
    }
}

#[test]
fn a_guarded_fault_in_place_is_settled_from_what_was_there() {
    let env = Env::new().array("A", DType::I32, [2000], "");
    let program = hadamard::compile("where(A .!= 0, 100 .* A, -1) .+ where(A .> 0, mod.(7, A), A)", &env).unwrap();
    assert!(program.works_in_place(0));
    let mut a: Vec<i32> = (0..2000).map(|k| k % 5).collect();
    let expected: Vec<i32> = a.iter().map(|&v| if v == 0 { -1 } else { 100 * v + 7 % v }).collect();
    let layout = Layout::c_order([2000].into());
    let mut view = ViewMut::new(&mut a, layout.clone()).unwrap();
    program.run_in_place(0, &mut view, &[], &Settings::default()).unwrap();
    assert_eq!(a, expected);
    a[1500] = i32::MAX;
    let mut view = ViewMut::new(&mut a, layout).unwrap();
    let error = program.run_in_place(0, &mut view, &[], &Settings::default()).unwrap_err();
    assert!(error.to_string().contains("[1500]"), "{error}");
}

#[test]
fn what_does_not_fit_is_refused() {
    let env = Env::new().array("A", DType::F64, [2], "").array("B", DType::F64, [2], "");
    let run = |formula: &str, k: usize, length: usize, others: usize| {
        let program = hadamard::compile(formula, &env).unwrap();
        let mut a = vec![1.0; length];
        let mut view = ViewMut::new(&mut a, Layout::c_order([length].into())).unwrap();
        let b = Array::from_slice([2], &[1.0, 2.0]).unwrap();
        let others = vec![b.view(); others];
        program.run_in_place(k, &mut view, &others, &Settings::default()).map_err(|e| e.code())
    };
    assert_eq!(run("A .* B", 0, 2, 1), Ok(()));
    assert_eq!(run("A .* B", 0, 3, 1), Err("operand-changed"));
    assert_eq!(run("A .* B", 2, 2, 1), Err("wrong-number"));
    assert_eq!(run("A .* B", 0, 2, 2), Err("wrong-number"));
    assert_eq!(run("A .* B; A", 0, 2, 1), Err("wrong-number"));
    assert_eq!(run("A .< B", 0, 2, 1), Err("operand-changed"));
    assert_eq!(run("sum(A .* B)", 0, 2, 1), Err("operand-changed"));
}
