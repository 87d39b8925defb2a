//! Random trees: what is printed reads back as the same tree.

mod common;

use hadamard_algebra::ops::{self, Writing};
use hadamard_algebra::{Expr, ExprKind, Formula, Number, Op, Span, Statement, Subscript};
use hadamard_notation::{parse, print, print_expr};
use proptest::prelude::*;

fn expr(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::default() }
}

fn call(op: Op, dotted: bool, args: Vec<Expr>, named: Vec<(String, Expr)>) -> Expr {
    let named = named.into_iter().map(|(name, value)| (name, Span::default(), value)).collect();
    expr(ExprKind::Call { op, op_span: Span::default(), dotted, args, named })
}

/// Any operation with a dot or without, as far as its name can be written so.
fn meaning() -> impl Strategy<Value = (Op, bool)> {
    let all: Vec<(Op, bool)> = ops::table()
        .flat_map(|row| [(row.op, false), (row.op, true)])
        .filter(|&(op, dotted)| ops::by_name(op.row().name, dotted) == Some(op))
        .collect();
    prop::sample::select(all)
}

/// An operation written with a sign.
fn signed(writing: fn(Writing) -> bool) -> impl Strategy<Value = (Op, bool)> {
    let all: Vec<(Op, bool)> = ops::table()
        .filter(|row| writing(row.writing) && !row.signs.is_empty())
        .map(|row| (row.op, matches!(row.op, Op::Map(_))))
        .collect();
    prop::sample::select(all)
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        (0..=i128::MAX).prop_map(Number::Int),
        (0..100i128).prop_map(Number::Int),
        any::<f64>().prop_filter("NaN is not equal to itself", |v| !v.is_nan()).prop_map(|v| Number::Float(v.abs())),
        any::<f64>().prop_filter("finite", |v| v.is_finite()).prop_map(|v| Number::Imag(v.abs())),
        any::<bool>().prop_map(Number::Bool),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["A", "B", "x", "max", "I", "axis", "e1", "_a", "i", "λ₁", "Größe", "名", "x_1"])
        .prop_map(String::from)
}

fn subscript(part: BoxedStrategy<Expr>) -> impl Strategy<Value = Subscript> {
    let optional = prop::option::of(part.clone());
    prop_oneof![
        part.prop_map(Subscript::At),
        (optional.clone(), optional.clone(), optional).prop_map(|(start, stop, step)| Subscript::Range {
            start,
            stop,
            step,
            span: Span::default()
        }),
    ]
}

fn tree() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        number().prop_map(|value| expr(ExprKind::Number(value))),
        name().prop_map(|name| expr(ExprKind::Name(name))),
    ];
    leaf.prop_recursive(6, 48, 4, |part| {
        let part = part.boxed();
        let entries = (1..4usize, 2..4usize).prop_flat_map({
            let part = part.clone();
            move |(m, n)| prop::collection::vec(prop::collection::vec(part.clone(), n), m)
        });
        let infix = signed(|w| matches!(w, Writing::Infix(_)));
        prop_oneof![
            6 => (infix, part.clone(), part.clone()).prop_map(|((op, dotted), a, b)| call(op, dotted, vec![a, b], vec![])),
            2 => (signed(|w| w == Writing::Prefix), part.clone()).prop_map(|((op, dotted), a)| call(op, dotted, vec![a], vec![])),
            2 => (signed(|w| w == Writing::Postfix), part.clone()).prop_map(|((op, dotted), a)| call(op, dotted, vec![a], vec![])),
            2 => (meaning(), prop::collection::vec(part.clone(), 0..4), prop::collection::vec((name(), part.clone()), 0..2))
                .prop_map(|((op, dotted), args, named)| call(op, dotted, args, named)),
            1 => entries.prop_map(|rows| expr(ExprKind::Matrix { rows, vector: false })),
            1 => prop::collection::vec(part.clone(), 1..4)
                .prop_map(|row| expr(ExprKind::Matrix { rows: vec![row], vector: true })),
            2 => (part.clone(), prop::collection::vec(subscript(part.clone()), 1..3))
                .prop_map(|(of, at)| expr(ExprKind::Index { of: Box::new(of), at })),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn printed_trees_read_back(statements in prop::collection::vec((prop::option::of(name()), tree()), 1..3)) {
        let statements = statements
            .into_iter()
            .map(|(name, expr)| Statement { name: name.map(|name| (name, Span::default())), expr })
            .collect();
        let formula = Formula { statements };
        let text = print(&formula);
        let again = parse(&text).map_err(|e| TestCaseError::fail(format!("{text:?}: {e}")))?;
        prop_assert_eq!(common::without_spans(again), formula, "{}", text);
    }
}

/// Numbers below zero come from folding constants, never from a text; they read back as the negation.
#[test]
fn negative_numbers_are_printed_where_a_sign_can_stand() {
    let minus = |v: i128| expr(ExprKind::Number(Number::Int(v)));
    let pow = ops::by_name("power", true).unwrap();
    assert_eq!(print_expr(&call(pow, true, vec![minus(-2), minus(-3)], vec![])), "(-2) .^ -3");
    let times = ops::by_name("product", true).unwrap();
    assert_eq!(print_expr(&call(times, true, vec![minus(-2), minus(-3)], vec![])), "-2 .* -3");
    let transpose = ops::by_name("transpose", false).unwrap();
    let zero = expr(ExprKind::Number(Number::Float(-0.0)));
    assert_eq!(print_expr(&call(transpose, false, vec![zero], vec![])), "(-0.0).'");
}
