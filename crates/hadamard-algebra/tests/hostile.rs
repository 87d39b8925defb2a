//! No formula makes the check panic, and what it accepts keeps the promises of the graph.

mod common;

use common::{operands, try_check};
use hadamard_algebra::NodeKind;
use hadamard_algebra::ops::table;
use proptest::prelude::*;

fn leaf() -> impl Strategy<Value = String> {
    let names = operands().iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>();
    let numbers = [
        "0",
        "1",
        "-1",
        "2",
        "-2",
        "0.5",
        "1e300",
        "2i",
        "true",
        "nan",
        "inf",
        "170141183460469231731687303715884105727",
    ];
    let literals =
        ["[1 2; 3 4]", "[1, 2, 3]", "[1 2 3 4]", "[0.5 1i]", "[true, false, true]", "J(3, 4)", "I(4)", "ones(0)"];
    prop_oneof![
        4 => prop::sample::select(names),
        2 => prop::sample::select(numbers.map(String::from).to_vec()),
        1 => prop::sample::select(literals.map(String::from).to_vec()),
    ]
}

fn formula() -> impl Strategy<Value = String> {
    let names: Vec<(&str, usize, bool)> =
        table().map(|r| (r.name, r.params.len(), matches!(r.op, hadamard_algebra::Op::Map(_)))).collect();
    let signs: Vec<&str> =
        table().flat_map(|r| r.signs.first().copied()).filter(|s| !["'", ".'", "!", "𝟙"].contains(s)).collect();
    leaf().prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            (prop::sample::select(signs.clone()), inner.clone(), inner.clone())
                .prop_map(|(s, a, b)| format!("({a}) {s} ({b})")),
            (prop::sample::select(names.clone()), prop::collection::vec(inner.clone(), 1..5)).prop_map(
                |((name, params, map), mut args)| {
                    args.truncate(params.max(1));
                    format!("{name}{}({})", if map { "." } else { "" }, args.join(", "))
                }
            ),
            (inner.clone(), prop::sample::select(vec!["'", ".'", "[0]", "[-1, :]", "[::-1]", "[1:3]", ""]))
                .prop_map(|(a, post)| format!("({a}){post}")),
            inner.clone().prop_map(|a| format!("-({a})")),
            (inner, prop::sample::select(vec!["sum", "max", "argmin", "norm", "count"]), -2i32..3)
                .prop_map(|(a, f, axis)| format!("{f}({a}, axis={axis})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn every_formula_is_checked_or_refused(text in formula()) {
        let graph = match try_check(&text, &operands()) {
            Ok(graph) => graph,
            Err(error) => {
                prop_assert!(hadamard_algebra::check::codes::CODES.iter().any(|c| c.0 == error.code));
                prop_assert!(text.get(error.span.start..error.span.end).is_some());
                return Ok(());
            }
        };
        for (id, node) in graph.nodes.iter().enumerate() {
            let shape = |k: usize| &graph.node(node.args[k]).shape;
            prop_assert!(node.args.iter().all(|&arg| arg < id));
            let same_size = || shape(0).size() == node.shape.size();
            match &node.kind {
                NodeKind::Map(_) => {
                    for k in 0..node.args.len() {
                        let fits = shape(k).iter().zip(node.shape.iter()).all(|(a, n)| a == n || *a == 1);
                        prop_assert!(fits && shape(k).ndim() <= node.shape.ndim());
                    }
                }
                NodeKind::Fold(_, axes) => {
                    prop_assert!(axes.is_sorted() && axes.iter().all(|&a| a < shape(0).ndim()));
                    prop_assert_eq!(shape(0).ndim(), node.shape.ndim() + axes.len());
                }
                NodeKind::Slice(slices) => {
                    for (s, &n) in slices.iter().zip(shape(0).iter()) {
                        let last = s.start as isize + (s.count as isize - 1) * s.step;
                        prop_assert!(s.count == 0 || (s.start < n && (0..n as isize).contains(&last)));
                        prop_assert!(s.step != 0 && (!s.drop || s.count == 1));
                    }
                    prop_assert_eq!(slices.len(), shape(0).ndim());
                }
                NodeKind::Reshape | NodeKind::Permute(_) => prop_assert!(same_size()),
                NodeKind::Expand(axes) => {
                    prop_assert_eq!(axes.len(), shape(0).ndim());
                    prop_assert!(axes.iter().zip(shape(0).iter()).all(|(&a, &n)| node.shape[a] == n));
                }
                NodeKind::MatMul => prop_assert_eq!(shape(0)[1], shape(1)[0]),
                _ => {}
            }
        }
    }
}
