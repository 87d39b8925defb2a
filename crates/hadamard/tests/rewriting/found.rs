//! What the optimiser must find: bounds on flops and memory of formulas at sizes where the plan as written is hopeless.

use hadamard::algebra::laws::Class;
use hadamard::{DType, Env, Program, Rewriting};

fn compile(text: &str, operands: &[(&str, &[usize])]) -> Program {
    let env = operands.iter().fold(Env::new(), |env, (name, shape)| env.array(name, DType::F64, *shape, ""));
    hadamard::compile(text, &env).unwrap_or_else(|e| panic!("{text}: {e:?}"))
}

/// A formula, its operands, and the most flops and bytes between steps that its plan may take.
type Target = (&'static str, &'static [(&'static str, &'static [usize])], u128, u128);

#[rustfmt::skip]
const TARGETS: &[Target] = &[
    ("tr(A * B.')", &[("A", &[8000, 8000]), ("B", &[8000, 8000])], 2 * 64_000_000, 0),
    ("diag(A * B.')", &[("A", &[8000, 8000]), ("B", &[8000, 8000])], 2 * 64_000_000, 0),
    ("diag(X * S * X')", &[("X", &[1_000_000, 50]), ("S", &[50, 50])], 5_200_000_000, 400_000_000),
    ("x' * (A .* B) * y", &[("x", &[3000]), ("y", &[4000]), ("A", &[3000, 4000]), ("B", &[3000, 4000])], 50_000_000, 100_000),
    ("sum((U * V') .* (S * T'))", &[("U", &[8000, 10]), ("V", &[8000, 10]), ("S", &[8000, 10]), ("T", &[8000, 10])],
        3_300_000, 2_000),
    ("(A .* (u * v')) * x", &[("A", &[3000, 4000]), ("u", &[3000]), ("v", &[4000]), ("x", &[4000])], 25_000_000, 100_000),
    ("(A • B) * (C ∗ E)", &[("A", &[3000, 100]), ("B", &[3000, 120]), ("C", &[100, 500]), ("E", &[120, 500])],
        700_000_000, 24_100_000),
    ("(A • B) * rvec(X)", &[("A", &[400_000, 500]), ("B", &[400_000, 25]), ("X", &[500, 25])], 10_100_000_000, 81_000_000),
    ("(A • B) * x", &[("A", &[400_000, 500]), ("B", &[400_000, 25]), ("x", &[12_500])], 10_100_000_000, 81_000_000),
    ("(A • B)' * y", &[("A", &[400_000, 500]), ("B", &[400_000, 25]), ("y", &[400_000])], 10_100_000_000, 81_000_000),
    ("((U * V') .* (W * Z')) * x",
        &[("U", &[8000, 10]), ("V", &[8000, 10]), ("W", &[8000, 10]), ("Z", &[8000, 10]), ("x", &[8000])], 4_000_000, 2_000_000),
    ("X * (B ∗ C)", &[("X", &[200, 40_000]), ("B", &[200, 32]), ("C", &[200, 32])], 520_000_000, 11_000_000),
    ("kron(A, B) * x", &[("A", &[400, 400]), ("B", &[500, 500]), ("x", &[200_000])], 361_000_000, 3_300_000),
    ("kron(A, kron(B, C)) * x",
        &[("A", &[100, 100]), ("B", &[150, 150]), ("C", &[200, 200]), ("x", &[3_000_000])], 2_701_000_000, 100_000_000),
    ("sum(A * B)", &[("A", &[2000, 3000]), ("B", &[3000, 2500])], 16_000_000, 100_000),
    ("A ^ 16 * x", &[("A", &[1000, 1000]), ("x", &[1000])], 33_000_000, 200_000),
    ("mean(A * B)", &[("A", &[2000, 3000]), ("B", &[3000, 2500])], 16_000_000, 100_000),
    ("tr(kron(A, B) * kron(C, E))", &[("A", &[300, 300]), ("B", &[200, 200]), ("C", &[300, 300]), ("E", &[200, 200])],
        1_000_000, 100),
    // Closures under the Hadamard product: ⊗ ∘ ⊗ is the ⊗ of products, diag ∘ A is diagonal.
    ("(kron(A, B) .* kron(C, E)) * x",
        &[("A", &[100, 100]), ("B", &[80, 80]), ("C", &[100, 100]), ("E", &[80, 80]), ("x", &[8000])], 4_000_000, 400_000),
    ("(Diag(w) .* A) * x", &[("w", &[4000]), ("A", &[4000, 4000]), ("x", &[4000])], 20_000, 100_000),
];

#[test]
fn targets_take_no_more_than_by_hand() {
    for &(text, operands, flops, temporary) in TARGETS {
        let program = compile(text, operands);
        let (_, chosen) = program.predicted();
        assert!(
            chosen.cost.flops <= flops && chosen.temporary <= temporary,
            "{text}: {} flops, {} bytes between steps\n{}",
            chosen.cost.flops,
            chosen.temporary,
            program.explain()
        );
    }
}

/// A number written in a formula, shared subexpressions and several results.
#[test]
fn what_several_results_need_whole_is_computed_once() {
    let shapes: &[(&str, &[usize])] = &[("U", &[2000, 20]), ("V", &[2000, 20]), ("y", &[2000])];
    let program = compile("P = U * V.'; q = P * y", shapes);
    let (_, chosen) = program.predicted();
    assert!(chosen.cost.flops < 170_000_000, "{}", program.explain());
    let products = |p: &Program| p.explain().to_string().matches("matrix product").count();
    let shapes = &shapes[..2];
    let twice = compile("t = tr((U * V.') * (V * U.')); q = (U.' * U) * (V.' * V)", shapes);
    assert!(products(&twice) <= 3, "{}", twice.explain());
}

#[test]
fn common_factors_of_sums_are_taken_out() {
    let shapes: &[(&str, &[usize])] = &[("A", &[800, 900]), ("B", &[800, 900]), ("C", &[900, 700]), ("E", &[800, 900])];
    let program = compile("A * C + B * C - E * C", shapes);
    assert_eq!(program.explain().to_string().matches("matrix product").count(), 1, "{}", program.explain());
    let program = compile("A * x - B * x", &[("A", &[3000, 3000]), ("B", &[3000, 3000]), ("x", &[3000])]);
    let (written, chosen) = program.predicted();
    assert!(chosen.cost.read + chosen.cost.written <= written.cost.read + written.cost.written);
}

/// A low-rank correction is applied term by term only where cancellation is allowed.
#[test]
fn sums_are_multiplied_out_only_on_request() {
    let env = Env::new().array("A", DType::F64, [3000, 3000], "").array("x", DType::F64, [3000], "");
    let env = env.array("U", DType::F64, [3000, 5], "").array("V", DType::F64, [3000, 5], "");
    let text = "(A + U * V') * x";
    let careful = hadamard::compile(text, &env).unwrap();
    let asked = hadamard::compile_with(text, &env, &Rewriting { cancelling: true, ..Rewriting::default() }).unwrap();
    assert_ne!(careful.class(), Class::Cancelling);
    assert_eq!(asked.class(), Class::Cancelling);
    assert!(asked.predicted().1.temporary < 200_000, "{}", asked.explain());
}

#[test]
fn memory_is_a_bound() {
    let env = [("A", [20_000, 100]), ("B", [20_000, 120]), ("C", [100, 500]), ("E", [120, 500])]
        .iter()
        .fold(Env::new(), |env, (name, shape)| env.array(name, DType::F64, *shape, ""));
    let tight = Rewriting { memory: Some(100 << 20), ..Rewriting::default() };
    let program = hadamard::compile_with("(A • B) * (C ∗ E)", &env, &tight).unwrap();
    let (written, chosen) = program.predicted();
    assert!(chosen.temporary <= 100 << 20 || chosen.temporary <= written.temporary, "{}", program.explain());
}

/// Twenty factors that stay one loop, and a dozen with Kronecker and face-splitting products among them.
#[test]
fn long_products_are_ordered_quickly() {
    let names: Vec<String> = (0..20).map(|k| format!("A{k}")).collect();
    let env = names.iter().fold(Env::new(), |env, name| env.array(name, DType::F64, [2000, 2000], ""));
    let chain = format!("({}) * x", names.join(" .* "));
    let mut formulas = vec![(chain, env.array("x", DType::F64, [2000], ""))];
    let env = ["A", "B", "C", "E"].iter().fold(Env::new(), |env, name| env.array(name, DType::F64, [30, 30], ""));
    let env = ["K", "L"].iter().fold(env, |env, name| env.array(name, DType::F64, [900, 30], ""));
    let env = ["P", "Q", "R", "S"].iter().fold(env, |env, name| env.array(name, DType::F64, [30, 30], ""));
    let env = env.array("x", DType::F64, [900], "").array("y", DType::F64, [900], "");
    formulas.push(("y.' * kron(A, B) * Diag(x) * (K • L) * kron(C, E) * (P ⊗ Q) * rvec(R * S)".into(), env));
    for (text, env) in formulas {
        let as_written = hadamard::compile_with(&text, &env, &Rewriting::none()).unwrap();
        let start = std::time::Instant::now();
        let optimised = hadamard::plan::optimise(as_written.graph(), &Rewriting::default(), &[]);
        let taken = start.elapsed();
        println!("{taken:?} for {text}");
        // The budget is of an optimised build.
        let budget = if cfg!(debug_assertions) { 400 } else { 20 };
        assert!(taken.as_millis() < budget, "{text}: {taken:?}");
        assert!(optimised.chosen.time <= optimised.written.time);
    }
}
