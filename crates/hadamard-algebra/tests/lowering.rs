//! What operations become: evaluated by the oracle, against their definitions and the laws of the family.

mod common;
#[path = "common/interpret.rs"]
mod interpret;

use common::{graph_in, result, try_check};
use hadamard_algebra::{Env, NodeKind};
use hadamard_array::{DType, Shape};
use interpret::{Dense, interpret};
use proptest::prelude::*;
use std::collections::HashMap;

/// Small integers that differ from entry to entry.
fn entries(seed: u64, shape: &[usize]) -> Dense {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    Dense::new(shape, |_| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((state >> 33) % 19) as f64 - 9.0
    })
}

struct World(Env, HashMap<String, Dense>);

impl World {
    fn new(arrays: &[(&str, &[usize])]) -> World {
        let (mut env, mut values) = (Env::new(), HashMap::new());
        for (k, (name, shape)) in arrays.iter().enumerate() {
            env = env.array(name, DType::I64, *shape, "");
            values.insert(name.to_string(), entries(k as u64 + 1, shape));
        }
        World(env, values)
    }
    fn eval(&self, text: &str) -> Dense {
        interpret(&graph_in(text, &self.0), &self.1)
    }
    fn value(&self, name: &str) -> &Dense {
        &self.1[name]
    }
}

/// The tables of examples, as far as the oracle knows their operations.
#[test]
fn structural_examples_of_the_table_hold() {
    let names = [
        "product",
        "add",
        "subtract",
        "plus",
        "minus",
        "matmul",
        "over",
        "matpow",
        "transpose",
        "kron",
        "khatri_rao",
        "face_split",
        "penetrating",
        "penetrating_v",
        "block_face_split",
        "block_khatri_rao",
        "outer",
        "Diag",
        "diag",
        "tr",
        "vec",
        "rvec",
        "J",
        "ones",
        "I",
        "sum",
    ];
    let none = HashMap::new();
    for row in hadamard_algebra::ops::table().filter(|row| names.contains(&row.name)) {
        for (left, right) in row.examples {
            let (a, b) = (graph_in(left, &Env::new()), graph_in(right, &Env::new()));
            assert_eq!(interpret(&a, &none), interpret(&b, &none), "{left} against {right}");
        }
    }
}

#[test]
fn structured_products_are_their_definitions() {
    let w = World::new(&[("A", &[2, 3]), ("B", &[4, 5]), ("C", &[4, 3]), ("D", &[2, 5]), ("a", &[2]), ("b", &[4])]);
    let (a, b, c, d) = (w.value("A"), w.value("B"), w.value("C"), w.value("D"));
    let (x, y) = (w.value("a"), w.value("b"));
    assert_eq!(
        w.eval("kron(A, B)"),
        Dense::from_fn([8, 15], |i| a.at(&[i[0] / 4, i[1] / 5]) * b.at(&[i[0] % 4, i[1] % 5]))
    );
    assert_eq!(
        w.eval("khatri_rao(A, C)"),
        Dense::from_fn([8, 3], |i| a.at(&[i[0] / 4, i[1]]) * c.at(&[i[0] % 4, i[1]]))
    );
    assert_eq!(
        w.eval("face_split(A, D)"),
        Dense::from_fn([2, 15], |i| a.at(&[i[0], i[1] / 5]) * d.at(&[i[0], i[1] % 5]))
    );
    assert_eq!(w.eval("kron(a, b)"), Dense::from_fn([8], |i| x.at(&[i[0] / 4]) * y.at(&[i[0] % 4])));
    assert_eq!(w.eval("kron(a, B)"), Dense::from_fn([8, 5], |i| x.at(&[i[0] / 4]) * b.at(&[i[0] % 4, i[1]])));
    assert_eq!(w.eval("outer(a, b)"), Dense::from_fn([2, 4], |i| x.at(&i[..1]) * y.at(&i[1..])));
    assert_eq!(w.eval("a * b.'"), w.eval("outer(a, b)"));
    assert_eq!(w.eval("Diag(a)"), Dense::from_fn([2, 2], |i| if i[0] == i[1] { x.at(&i[..1]) } else { 0.0 }));
    assert_eq!(w.eval("vec(A)"), Dense::from_fn([6], |i| a.at(&[i[0] % 2, i[0] / 2])));
    assert_eq!(w.eval("rvec(A)"), Dense::from_fn([6], |i| a.at(&[i[0] / 3, i[0] % 3])));
}

#[test]
fn penetrating_products_are_their_definitions() {
    let w = World::new(&[("A", &[2, 3]), ("B", &[2, 12]), ("V", &[8, 3]), ("c", &[2])]);
    let (a, b, v) = (w.value("A"), w.value("B"), w.value("V"));
    let across = Dense::from_fn([2, 12], |i| a.at(&[i[0], i[1] % 3]) * b.at(i));
    let down = Dense::from_fn([8, 3], |i| a.at(&[i[0] % 2, i[1]]) * v.at(i));
    assert_eq!(w.eval("penetrating(A, B)"), across);
    assert_eq!(w.eval("penetrating(B, A)"), across);
    assert_eq!(w.eval("penetrating_v(A, V)"), down);
    assert_eq!(w.eval("penetrating_v(V, A)"), down);
    assert_eq!(w.eval("penetrating(c, B)"), w.eval("Diag(c) * B"));
}

/// The worked example of the article.
#[test]
fn the_penetrating_face_example() {
    let text = "penetrating([1 2 3; 4 5 6; 7 8 9], [1 4 7 2 8 14 3 12 21; 8 20 5 10 25 40 12 30 6; 2 8 3 2 4 2 7 3 9])";
    let expected = "[1 8 21 2 16 42 3 24 63; 32 100 30 40 125 240 48 150 36; 14 64 27 14 32 18 49 24 81]";
    let none = HashMap::new();
    assert_eq!(interpret(&graph_in(text, &Env::new()), &none), interpret(&graph_in(expected, &Env::new()), &none));
}

#[test]
fn block_products_are_their_definitions() {
    // Rows 2 + 1; A's columns 1 + 3, B's 2 + 2 or 3 + 1.
    let w = World::new(&[("A", &[3, 4]), ("B", &[3, 4])]);
    let by_hand = |b_cut: usize| {
        let part = |rows: &str| {
            format!(
                "face_split(A[{rows}, 0:1], B[{rows}, 0:{b_cut}]); R = face_split(A[{rows}, 1:4], B[{rows}, {b_cut}:4])"
            )
        };
        let top = w.eval(&format!("L = {}; L", part("0:2")));
        let right = w.eval(&part("0:2"));
        let (low, low_right) = (w.eval(&format!("L = {}; L", part("2:3"))), w.eval(&part("2:3")));
        let width = top.shape[1] + right.shape[1];
        Dense::from_fn([3, width], |i| match (i[0] < 2, i[1] < top.shape[1]) {
            (true, true) => top.at(i),
            (true, false) => right.at(&[i[0], i[1] - top.shape[1]]),
            (false, true) => low.at(&[0, i[1]]),
            (false, false) => low_right.at(&[0, i[1] - top.shape[1]]),
        })
    };
    assert_eq!(w.eval("block_face_split(A, B, [2, 1], [1, 3])"), by_hand(2));
    assert_eq!(w.eval("block_face_split(A, B, [2, 1], [1, 3], [3, 1])"), by_hand(3));
    assert_eq!(w.eval("block_face_split(A, B, rows=[2, 1], cols=[1, 3], b_cols=[3, 1])"), by_hand(3));
    // The transposition law.
    let transposed = w.eval("block_khatri_rao(A.', B.', rows=[1, 3], cols=[2, 1], b_rows=[3, 1])");
    assert_eq!(transposed, w.eval("block_face_split(A, B, [2, 1], [1, 3], [3, 1]).'"));
    assert_eq!(w.eval("block_face_split(A, B, 3, 4)"), w.eval("face_split(A, B)"));
}

#[test]
fn matrix_products_and_powers() {
    let w = World::new(&[("S", &[3, 3]), ("A", &[2, 3]), ("x", &[3]), ("y", &[2]), ("R", &[1, 3])]);
    assert_eq!(w.eval("S ^ 5"), w.eval("S * S * S * S * S"));
    assert_eq!(w.eval("S ^ 1"), *w.value("S"));
    assert_eq!(w.eval("S ^ 0"), w.eval("I(3)"));
    // Transposed vectors: scalars and rows, whatever the lengths; a matrix of one row stays a matrix.
    for (text, shape) in [
        ("x.' * x", &[][..]),
        ("y.' * A * x", &[]),
        ("(2 * y.') * (A * x)", &[]),
        ("y.' * A", &[1, 3]),
        ("A * x", &[2]),
        ("R * x", &[1]),
        ("x * R", &[3, 3]),
        ("x'", &[1, 3]),
        ("x''", &[3]),
        ("x.'[:, ::-1] * x", &[]),
        ("exp.(x.') * x", &[]),
        ("kron(x.', x.') * kron(x, x)", &[]),
        ("2 * x", &[3]),
        ("x / 2", &[3]),
    ] {
        assert_eq!(result(&graph_in(text, &w.0)).shape, Shape::from(shape), "{text}");
    }
    assert_eq!(w.eval("x.' * x"), w.eval("sum(x .* x)"));
    assert_eq!(w.eval("x''"), *w.value("x"));
    assert_eq!(w.eval("S * x"), w.eval("sum(S .* x.', axis=1)"));
    assert_eq!(w.eval("tr(S)"), w.eval("sum(diag(S))"));
}

/// Identities of the family, on every entry.
#[test]
fn identities_hold() {
    let w = World::new(&[
        ("A", &[3, 3]),
        ("B", &[3, 3]),
        ("C", &[3, 3]),
        ("D", &[3, 3]),
        ("x", &[3]),
        ("y", &[3]),
        ("P", &[2, 3]),
        ("Q", &[2, 3]),
    ]);
    for (left, right) in [
        ("A .* B", "B .* A"),
        ("A .* (B .* C)", "(A .* B) .* C"),
        ("A .* (B + C)", "A .* B + A .* C"),
        ("(2 * A) .* B", "2 * (A .* B)"),
        ("A .* J(3)", "A"),
        ("A .* I(3)", "Diag(diag(A))"),
        ("x .* A", "Diag(x) * A"),
        ("A .* x.'", "A * Diag(x)"),
        ("(A .* B).'", "A.' .* B.'"),
        ("Diag(x) * A * Diag(y)", "(x * y.') .* A"),
        ("sum(A .* B)", "tr(A * B.')"),
        ("sum(A .* B, axis=1)", "diag(A * B.')"),
        ("x.' * (A .* B) * y", "tr(Diag(x) * A * Diag(y) * B.')"),
        ("kron(A, B) .* kron(C, D)", "kron(A .* C, B .* D)"),
        ("kron(A, B) * kron(C, D)", "kron(A * C, B * D)"),
        ("face_split(A, B) * kron(C, D)", "face_split(A * C, B * D)"),
        ("face_split(A, B) * khatri_rao(C, D)", "(A * C) .* (B * D)"),
        ("face_split(P, Q).'", "khatri_rao(P.', Q.')"),
        ("khatri_rao(A, B).' * khatri_rao(C, D)", "(A.' * C) .* (B.' * D)"),
        ("vec(A * B * C)", "kron(C.', A) * vec(B)"),
        ("rvec(A * B * C.')", "kron(A, C) * rvec(B)"),
        ("face_split(x, A)", "Diag(x) * A"),
        ("face_split(P, P)", "penetrating(P, kron(P, ones(3).'))"),
        ("penetrating(P, kron(x.', Q))", "kron(x.', P .* Q)"),
        ("face_split(A, B) * kron(x, y)", "(A * x) .* (B * y)"),
        ("outer(x, y) .* outer(y, x)", "outer(x .* y, y .* x)"),
    ] {
        assert_eq!(w.eval(left), w.eval(right), "{left} against {right}");
    }
}

#[test]
fn equal_subexpressions_are_one_node_and_dead_ones_are_gone() {
    let env = common::operands();
    let graph = graph_in("(A .* C) .+ (A .* C) .* sum(A .* C)", &env);
    assert_eq!(
        graph.to_string(),
        "%0 = A f64[3, 4]\n%1 = C f64[3, 4]\n%2 = product f64[3, 4] %0 %1\n%3 = sum over [0, 1] f64[] %2\n\
         %4 = product f64[3, 4] %2 %3\n%5 = add f64[3, 4] %2 %4\nresult: %5\n"
    );
    // Zero has two signs, which are two constants.
    let graph = graph_in("(A .+ 0.0) .* (A .+ -0.0)", &env);
    assert_eq!(graph.nodes.iter().filter(|n| matches!(n.kind, NodeKind::Constant(_))).count(), 2);
    // The literal as i64, before it met f32, is not in the graph.
    assert_eq!(graph_in("F .* [1 2 3 4]", &env).nodes.len(), 3);
}

#[test]
fn several_results_share_the_graph() {
    let env = common::operands();
    let graph = graph_in("D = A .* C; t = sum(D); D ./ t", &env);
    let names: Vec<_> = graph.outputs.iter().map(|o| o.name.as_deref()).collect();
    assert_eq!(names, [Some("D"), Some("t"), None]);
    assert_eq!(graph.operands.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(), ["A", "C"]);
    assert_eq!(graph.node(graph.outputs[2].node).args, [graph.outputs[0].node, graph.outputs[1].node]);
    for (id, node) in graph.nodes.iter().enumerate() {
        assert!(node.args.iter().all(|&arg| arg < id), "arguments stand before their users");
    }
}

#[test]
fn free_names_are_what_a_formula_reads() {
    let names = |text: &str| -> Vec<String> {
        hadamard_notation::parse(text).unwrap().free_names().iter().map(|n| n.to_string()).collect()
    };
    assert_eq!(names("D = A .* B; s = sum(D); B ./ s .+ c[i, 0:j]"), ["A", "B", "c", "i", "j"]);
    assert_eq!(names("sum(x, axis=k) .+ [1 a]"), ["x", "k", "a"]);
    // Read before it is defined: the first use is of an operand.
    assert_eq!(names("D = A; A = D"), ["A"]);
}

/// Slices against the definition: the indices Python's `range(*slice.indices(n))` gives.
fn python_slice(start: Option<i64>, stop: Option<i64>, step: i64, n: i64) -> Vec<usize> {
    let (low, high) = if step > 0 { (0, n) } else { (-1, n - 1) };
    let place = |p: i64| (if p < 0 { p + n } else { p }).max(low).min(high);
    let mut at = start.map_or(if step > 0 { low } else { high }, place);
    let stop = stop.map_or(if step > 0 { high } else { low }, place);
    let mut out = Vec::new();
    while (step > 0 && at < stop) || (step < 0 && at > stop) {
        out.push(at as usize);
        at += step;
    }
    out
}

proptest! {
    #[test]
    fn slices_take_what_python_takes(
        n in 0usize..7,
        start in prop::option::of(-9i64..10),
        stop in prop::option::of(-9i64..10),
        step in prop::sample::select(vec![-9i64, -3, -2, -1, 1, 2, 3, 9]),
    ) {
        let show = |v: Option<i64>| v.map_or(String::new(), |v| v.to_string());
        let w = World::new(&[("x", &[n])]);
        let got = w.eval(&format!("x[{}:{}:{step}]", show(start), show(stop)));
        let wanted: Vec<f64> = python_slice(start, stop, step, n as i64).iter().map(|&i| w.value("x").data[i]).collect();
        prop_assert_eq!(got.data, wanted);
    }

    #[test]
    fn an_index_counts_from_either_end(n in 1usize..6, at in -7i64..7) {
        let w = World::new(&[("A", &[n, 2])]);
        let checked = try_check(&format!("A[{at}]"), &w.0);
        let place = if at < 0 { at + n as i64 } else { at };
        match checked {
            Ok(graph) => {
                let got = interpret(&graph, &w.1);
                let a = w.value("A");
                prop_assert_eq!(got, Dense::from_fn([2], |i| a.at(&[place as usize, i[0]])));
            }
            Err(error) => {
                prop_assert_eq!(error.code, "index-range");
                prop_assert!(place < 0 || place >= n as i64);
            }
        }
    }

    #[test]
    fn structured_products_of_any_size(m in 0usize..4, n in 0usize..4, p in 0usize..4, q in 0usize..4) {
        let w = World::new(&[("A", &[m, n]), ("B", &[p, q]), ("C", &[p, n]), ("D", &[m, q])]);
        prop_assert_eq!(&w.eval("kron(A, B)").shape[..], [m * p, n * q]);
        prop_assert_eq!(w.eval("khatri_rao(A, C)"), w.eval("face_split(A.', C.').'"));
        prop_assert_eq!(&w.eval("face_split(A, D)").shape[..], [m, n * q]);
        prop_assert_eq!(w.eval("kron(A, B).'"), w.eval("kron(A.', B.')"));
        prop_assert_eq!(result(&graph_in("A.' * D", &w.0)).shape.to_vec(), [n, q]);
    }
}
