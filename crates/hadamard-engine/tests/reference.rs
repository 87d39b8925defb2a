//! The reference evaluator on small graphs whose results are known, and the fixed tree of reductions.

use hadamard_algebra::graph::{AxisSlice, Operand, Output};
use hadamard_algebra::{Fold, Graph, Map, Node, NodeKind, Overflow, Policy, Span};
use hadamard_array::{Array, DType, Scalar, Shape, c128};
use hadamard_engine::fault::Fault;
use hadamard_engine::reference::fold::{BLOCK, LANES, fold, tree};
use hadamard_engine::reference::{ReferenceFault, evaluate};

/// A graph of operand 0 under one node.
fn one(kind: NodeKind, array: &Array, dtype: DType, shape: impl Into<Shape>) -> Result<Array, ReferenceFault> {
    let node = |kind, args, dtype, shape| Node { kind, args, dtype, shape, span: Span::default() };
    let graph = Graph {
        nodes: vec![
            node(NodeKind::Operand(0), vec![], array.dtype(), array.shape().clone()),
            node(kind, vec![0], dtype, shape.into()),
        ],
        operands: vec![Operand { name: "a".into(), dtype: array.dtype(), shape: array.shape().clone(), stored: None }],
        outputs: vec![Output { name: None, node: 1 }],
    };
    Ok(evaluate(&graph, std::slice::from_ref(array), &Policy::default())?.remove(0))
}

fn counting(shape: [usize; 2]) -> Array {
    let all: Vec<i32> = (0..(shape[0] * shape[1]) as i32).collect();
    Array::from_slice(shape, &all).unwrap()
}

fn ints(array: &Array) -> Vec<i32> {
    array.slice::<i32>().unwrap().to_vec()
}

#[test]
fn views_move_entries() {
    let a = counting([2, 3]);
    let run = |kind, shape: &[usize]| ints(&one(kind, &a, DType::I32, shape).unwrap());
    assert_eq!(run(NodeKind::Permute(vec![1, 0]), &[3, 2]), [0, 3, 1, 4, 2, 5]);
    assert_eq!(run(NodeKind::Reshape, &[3, 2]), [0, 1, 2, 3, 4, 5]);
    assert_eq!(run(NodeKind::Diagonal, &[2]), [0, 4]);
    assert_eq!(run(NodeKind::Expand(vec![0, 2]), &[2, 2, 3]), [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5]);
    let keep = AxisSlice { start: 2, step: -1, count: 2, drop: false };
    let drop = AxisSlice { start: 1, step: 1, count: 1, drop: true };
    assert_eq!(run(NodeKind::Slice(vec![drop, keep]), &[2]), [5, 4]);
    assert_eq!(run(NodeKind::Identity, &[2, 2]), [1, 0, 0, 1]);
    assert_eq!(run(NodeKind::Concat(0), &[2, 3]), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn folds_reduce_their_axes() {
    let a = counting([2, 3]);
    let sum = |axes: &[usize], shape: &[usize]| {
        let result = one(NodeKind::Fold(Fold::Sum, axes.to_vec()), &a, DType::I64, shape).unwrap();
        result.slice::<i64>().unwrap().to_vec()
    };
    assert_eq!(sum(&[0], &[3]), [3, 5, 7]);
    assert_eq!(sum(&[1], &[2]), [3, 12]);
    assert_eq!(sum(&[0, 1], &[]), [15]);
}

#[test]
fn a_fault_names_node_and_position() {
    let a = Array::from_slice([4], &[1i8, -128, 2, -128]).unwrap();
    let fault = one(NodeKind::Map(Map::Neg), &a, DType::I8, [4]).unwrap_err();
    assert_eq!(fault, ReferenceFault { node: 1, position: 1, fault: Fault::Overflow });
}

fn reduce(which: Fold, entries: &[Scalar], out: DType, overflow: Overflow) -> Result<Scalar, Fault> {
    let policy = Policy { overflow, ..Policy::default() };
    let arg = entries.first().map_or(DType::F64, |v| v.dtype());
    fold(which, entries, arg, out, &policy)
}

fn doubles(values: &[f64]) -> Vec<Scalar> {
    values.iter().map(|&v| Scalar::F64(v)).collect()
}

#[test]
fn nothing_reduces_to_the_neutral_element() {
    let run = |which, out| reduce(which, &[], out, Overflow::Error);
    assert_eq!(run(Fold::Sum, DType::F64), Ok(Scalar::F64(0.0)));
    assert_eq!(run(Fold::Prod, DType::F64), Ok(Scalar::F64(1.0)));
    assert_eq!(run(Fold::Norm, DType::F64), Ok(Scalar::F64(0.0)));
    assert!(run(Fold::Mean, DType::F64).unwrap().is_nan());
    assert_eq!(run(Fold::All, DType::Bool), Ok(Scalar::Bool(true)));
    assert_eq!(run(Fold::Any, DType::Bool), Ok(Scalar::Bool(false)));
    assert_eq!(run(Fold::Count, DType::I64), Ok(Scalar::I64(0)));
    assert_eq!(run(Fold::Min, DType::F64), Err(Fault::Empty));
    assert_eq!(run(Fold::Argmax, DType::I64), Err(Fault::Empty));
}

#[test]
fn the_tree_has_the_written_shape() {
    // Combining labels shows the order of every operation.
    let tree = |n: usize| tree_of_labels(n);
    assert_eq!(tree(1), "0");
    assert_eq!(tree(2), "(0 1)");
    assert_eq!(tree(LANES + 1), format!("{}", tree(LANES).replacen("(0 8)", "((0 16) 8)", 1)));
    let (one, two) = (tree(BLOCK), tree(2 * BLOCK));
    assert_eq!(two, format!("({one} {})", shifted(BLOCK, BLOCK)));
    // Three blocks: a perfect pair, then the one left.
    assert_eq!(tree(3 * BLOCK), format!("({two} {})", shifted(BLOCK, 2 * BLOCK)));
    // Seven blocks: 4 + (2 + 1).
    let (four, last_two, last) = (tree(4 * BLOCK), shifted(2 * BLOCK, 4 * BLOCK), shifted(BLOCK, 6 * BLOCK));
    assert_eq!(tree(7 * BLOCK), format!("({four} ({last_two} {last}))"));
}

fn tree_of_labels(n: usize) -> String {
    shifted(n, 0)
}

/// The tree over the labels `from`, `from + 1`, … .
fn shifted(n: usize, from: usize) -> String {
    let labels: Vec<String> = (from..from + n).map(|i| i.to_string()).collect();
    // Labels are interned because the tree wants entries that are Copy.
    let store = std::cell::RefCell::new(labels);
    let root = tree(0..n, |a, b| {
        let mut store = store.borrow_mut();
        let joined = format!("({} {})", store[a], store[b]);
        store.push(joined);
        store.len() - 1
    });
    let root = root.unwrap();
    store.into_inner().swap_remove(root)
}

#[test]
fn sums_are_near_the_exact_ones() {
    let values: Vec<f64> = (0..1000).map(|i| 1.0 / (i as f64 + 1.0)).collect();
    // H₁₀₀₀ = 7.485470860550344912656518…
    let Ok(Scalar::F64(sum)) = reduce(Fold::Sum, &doubles(&values), DType::F64, Overflow::Error) else { panic!() };
    assert!((sum - 7.485_470_860_550_345).abs() < 4e-15);
}

#[test]
fn integers_are_judged_by_their_exact_result() {
    let big: Vec<Scalar> = [i64::MAX, i64::MAX, -i64::MAX].map(Scalar::I64).to_vec();
    assert_eq!(reduce(Fold::Sum, &big, DType::I64, Overflow::Error), Ok(Scalar::I64(i64::MAX)));
    let run = |overflow| reduce(Fold::Sum, &big[..2], DType::I64, overflow);
    assert_eq!(run(Overflow::Error), Err(Fault::Overflow));
    assert_eq!(run(Overflow::Wrap), Ok(Scalar::I64(-2)));
    assert_eq!(run(Overflow::Saturate), Ok(Scalar::I64(i64::MAX)));
    let powers = vec![Scalar::I64(-2); 63];
    assert_eq!(reduce(Fold::Prod, &powers, DType::I64, Overflow::Error), Ok(Scalar::I64(i64::MIN)));
    let mut with_zero = vec![Scalar::I64(i64::MAX); 9];
    assert_eq!(reduce(Fold::Prod, &with_zero, DType::I64, Overflow::Error), Err(Fault::Overflow));
    with_zero.push(Scalar::I64(0));
    assert_eq!(reduce(Fold::Prod, &with_zero, DType::I64, Overflow::Error), Ok(Scalar::I64(0)));
}

#[test]
fn norms_keep_their_range() {
    let norm = |v: &[f64]| reduce(Fold::Norm, &doubles(v), DType::F64, Overflow::Error).unwrap();
    assert_eq!(norm(&[3.0, -4.0]), Scalar::F64(5.0));
    assert_eq!(norm(&[3.0 * 2f64.powi(700), 4.0 * 2f64.powi(700)]), Scalar::F64(5.0 * 2f64.powi(700)));
    assert_eq!(norm(&[3.0 * 2f64.powi(-1060), 4.0 * 2f64.powi(-1060)]), Scalar::F64(5.0 * 2f64.powi(-1060)));
    assert_eq!(norm(&[f64::INFINITY, 1.0]), Scalar::F64(f64::INFINITY));
    assert!(norm(&[f64::NAN, 1.0]).is_nan());
    let z = [Scalar::C128(c128::new(3.0, 4.0)), Scalar::C128(c128::new(0.0, 12.0))];
    assert_eq!(reduce(Fold::Norm, &z, DType::F64, Overflow::Error), Ok(Scalar::F64(13.0)));
}

#[test]
fn the_first_extreme_wins_and_nan_beats_all() {
    let run = |which, v: &[f64]| reduce(which, &doubles(v), DType::I64, Overflow::Error).unwrap();
    assert_eq!(run(Fold::Argmin, &[2.0, 1.0, 1.0]), Scalar::I64(1));
    assert_eq!(run(Fold::Argmax, &[2.0, 3.0, 3.0]), Scalar::I64(1));
    assert_eq!(run(Fold::Argmax, &[2.0, f64::NAN, f64::INFINITY, f64::NAN]), Scalar::I64(1));
    let least = reduce(Fold::Min, &doubles(&[0.0, -0.0, 1.0]), DType::F64, Overflow::Error).unwrap();
    assert!(least.as_f64().unwrap().is_sign_negative());
    assert!(reduce(Fold::Max, &doubles(&[1.0, f64::NAN]), DType::F64, Overflow::Error).unwrap().is_nan());
}
