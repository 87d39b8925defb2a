//! What the optimiser leaves as written: promised orders of sums, integers, small floats, and whatever could cancel.

use hadamard::algebra::laws::Class;
use hadamard::plan::Machine;
use hadamard::{Array, DType, Env, Program, Rewriting, Settings};

fn compile(text: &str, operands: &[(&str, &[usize])], dtype: DType) -> Program {
    let env = operands.iter().fold(Env::new(), |env, (name, shape)| env.array(name, dtype, *shape, ""));
    hadamard::compile(text, &env).unwrap_or_else(|e| panic!("{text}: {e:?}"))
}

#[test]
fn sums_of_elementwise_formulas_keep_their_tree() {
    let square: &[(&str, &[usize])] = &[("A", &[2000, 2000]), ("B", &[2000, 2000])];
    for text in ["sum(A .* B)", "sum(kron(A[0:40, 0:40], B[0:40, 0:40]))", "sum(A .* B, axis=1)", "tr(A .* B)"] {
        assert!(compile(text, square, DType::F64).contractions().is_empty(), "{text}");
    }
    // Below a matrix product such a sum stays whole.
    let program = compile("sum(A .* B) * (A * B) * x", &[square, &[("x", &[2000])]].concat(), DType::F64);
    assert!(!program.contractions().is_empty());
    assert!(program.explain().to_string().contains("over 4000000"), "{}", program.explain());
}

#[test]
fn integers_and_small_floats_are_evaluated_as_written() {
    let shapes: &[(&str, &[usize])] = &[("A", &[500, 500]), ("B", &[500, 500])];
    for dtype in [DType::I32, DType::I64, DType::U8, DType::F16, DType::BF16] {
        assert!(compile("tr(A * B.')", shapes, dtype).contractions().is_empty(), "{dtype}");
    }
    for dtype in [DType::F32, DType::F64, DType::C64, DType::C128] {
        assert!(!compile("tr(A * B.')", shapes, dtype).contractions().is_empty(), "{dtype}");
    }
}

#[test]
fn no_rewriting_gives_the_plan_as_written() {
    let env = Env::new().array("A", DType::F64, [900, 900], "").array("B", DType::F64, [900, 900], "");
    let program = hadamard::compile_with("tr(A * B.')", &env, &Rewriting::none()).unwrap();
    let (written, chosen) = program.predicted();
    assert!(program.contractions().is_empty() && written == chosen);
    assert!(program.explain().to_string().contains("matrix product"));
    // What takes no time is not worth a search.
    let env = Env::new().array("A", DType::F64, [9, 9], "").array("B", DType::F64, [9, 9], "");
    assert!(hadamard::compile("tr(A * B.')", &env).unwrap().contractions().is_empty());
}

fn pseudo_random(seed: u64, n: usize) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    };
    (0..n).map(|_| next()).collect()
}

/// ‖X − U Vᵀ‖² for X = U Vᵀ + noise of 1e-9: expanded it is a difference of numbers around 10⁴, and nothing is left.
#[test]
fn a_squared_loss_is_never_expanded() {
    let (m, n, r) = (300, 200, 5);
    let (u, v, noise) = (pseudo_random(1, m * r), pseudo_random(2, n * r), pseudo_random(3, m * n));
    let noise: Vec<f64> = noise.iter().map(|e| e * 1e-9).collect();
    let product = |i: usize, j: usize| (0..r).map(|k| u[i * r + k] * v[j * r + k]).sum::<f64>();
    let x: Vec<f64> = (0..m * n).map(|k| product(k / n, k % n) + noise[k]).collect();
    let truth: f64 = noise.iter().map(|e| e * e).sum();
    let arrays = [
        Array::from_slice([m, n], &x).unwrap(),
        Array::from_slice([m, r], &u).unwrap(),
        Array::from_slice([n, r], &v).unwrap(),
    ];
    let env =
        ["X", "U", "V"].iter().zip(&arrays).fold(Env::new(), |e, (n, a)| e.array(n, a.dtype(), a.shape().clone(), ""));
    let rewriting = Rewriting { worth: 0.0, ..Rewriting::default() };
    let value = |text: &str| {
        let program = hadamard::compile_with(text, &env, &rewriting).unwrap();
        let views: Vec<_> = arrays.iter().map(Array::view).collect();
        program.run(&views, &Settings::default()).unwrap()[0].slice::<f64>().unwrap()[0]
    };
    for text in ["sum((X - U * V') .^ 2)", "D = X - U * V'; s = sum(D .* D)"] {
        let program = hadamard::compile_with(text, &env, &rewriting).unwrap();
        let views: Vec<_> = arrays.iter().map(Array::view).collect();
        let found = program.run(&views, &Settings::default()).unwrap().pop().unwrap().slice::<f64>().unwrap()[0];
        assert!((found / truth - 1.0).abs() < 1e-3, "{text}: {found} for {truth}");
    }
    // Where it was asked for, sums are multiplied out, and the plan says so.
    let program = hadamard::compile_with(
        "sum((X - U * V') .^ 2)",
        &env,
        &Rewriting { cancelling: true, machine: Machine { step: 0.0, ..Machine::default() }, ..rewriting.clone() },
    )
    .unwrap();
    assert_eq!(program.class(), Class::Cancelling, "{}", program.explain());
    let views: Vec<_> = arrays.iter().map(Array::view).collect();
    let found = program.run(&views, &Settings::default()).unwrap().pop().unwrap().slice::<f64>().unwrap()[0];
    assert!((found / truth - 1.0).abs() > 0.1, "{found}");
    // Written out by hand it is what was asked for, and is lost.
    let expanded = value("sum(X .^ 2) - 2 * sum(X .* (U * V')) + sum((U' * U) .* (V' * V))");
    assert!((expanded / truth - 1.0).abs() > 0.1, "{expanded}");
}

/// The names in a formula.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).collect()
}

/// An entry that depends on an entry that is not finite is not finite, in whatever order it is computed, and no other.
#[test]
fn what_is_not_finite_stays_so_and_spreads_no_further() {
    let n = 60;
    let formulas = [
        "tr(A * B.')",
        "diag(A * B.')",
        "(A .* (x * y.')) * y",
        "((A * B) .* (B * A)) * x",
        "A * (B * x)",
        "(A * B) * x",
        "sum(A * B)",
        "sum(A * B, axis=1)",
        "kron(A, B[0:3, 0:3]) * rvec(A[:, 0:3])",
        "2 * (A * B) .* A",
    ];
    for bad in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        for (k, text) in formulas.iter().enumerate() {
            let mut a = pseudo_random(k as u64, n * n);
            a[7 * n + 11] = bad;
            // Zeros meet infinities.
            let b: Vec<f64> = pseudo_random(99, n * n).iter().map(|&v| if v < -0.2 { 0.0 } else { v }).collect();
            let all = [
                ("A", Array::from_slice([n, n], &a).unwrap()),
                ("B", Array::from_slice([n, n], &b).unwrap()),
                ("x", Array::from_slice([n], &pseudo_random(5, n)).unwrap()),
                ("y", Array::from_slice([n], &pseudo_random(6, n)).unwrap()),
            ];
            let used: Vec<_> = all.iter().filter(|(name, _)| words(text).contains(name)).collect();
            let env = used.iter().fold(Env::new(), |e, (n, a)| e.array(n, a.dtype(), a.shape().clone(), ""));
            let finite = |rewriting: &Rewriting| -> (bool, Vec<bool>) {
                let program = hadamard::compile_with(text, &env, rewriting).unwrap();
                let views: Vec<_> = program
                    .operands()
                    .map(|o| used.iter().find(|(name, _)| Some(*name) == o.name).unwrap().1.view())
                    .collect();
                let result = program.run(&views, &Settings::default()).unwrap().pop().unwrap();
                let entries = result.slice::<f64>().unwrap().iter().map(|v| v.is_finite()).collect();
                (!program.contractions().is_empty(), entries)
            };
            let machine = Machine { step: 0.0, ..Default::default() };
            let (_, written) = finite(&Rewriting::none());
            let (_, rewritten) = finite(&Rewriting { worth: 0.0, machine, ..Rewriting::default() });
            assert_eq!(rewritten, written, "{text} with {bad}");
        }
    }
}
