//! A graph evaluated one entry at a time over f64, straight from the documentation of each node: the oracle for how
//! operations are lowered. Integers stay far below 2^53, so equality is exact.

use hadamard_algebra::{Fold, Graph, Map, Node, NodeKind};
use hadamard_array::Shape;
use std::collections::HashMap;

/// Entries in C order.
#[derive(Clone, Debug, PartialEq)]
pub struct Dense {
    pub shape: Shape,
    pub data: Vec<f64>,
}

impl Dense {
    pub fn new(shape: impl Into<Shape>, entry: impl FnMut(usize) -> f64) -> Dense {
        let shape = shape.into();
        let data = (0..shape.size()).map(entry).collect();
        Dense { shape, data }
    }
    /// By multi-index.
    pub fn from_fn(shape: impl Into<Shape>, mut entry: impl FnMut(&[usize]) -> f64) -> Dense {
        let shape = shape.into();
        Dense::new(shape.clone(), |k| entry(&shape.unravel(k)))
    }
    pub fn at(&self, index: &[usize]) -> f64 {
        assert_eq!(index.len(), self.shape.ndim());
        let linear = index.iter().zip(self.shape.iter()).fold(0, |sum, (i, n)| {
            assert!(i < n, "index {index:?} outside {}", self.shape);
            sum * n + i
        });
        self.data[linear]
    }
    /// With axes aligned from the first, length 1 or missing stretched.
    fn stretched(&self, index: &[usize]) -> f64 {
        let cut: Vec<usize> = self.shape.iter().zip(index).map(|(&n, &i)| if n == 1 { 0 } else { i }).collect();
        self.at(&cut)
    }
}

/// The value of the last result.
pub fn interpret(graph: &Graph, operands: &HashMap<String, Dense>) -> Dense {
    let mut values: Vec<Dense> = Vec::new();
    for node in &graph.nodes {
        let args: Vec<&Dense> = node.args.iter().map(|&id| &values[id]).collect();
        let value = match &node.kind {
            NodeKind::Operand(number) => operands[&graph.operands[*number].name].clone(),
            _ => evaluate(node, &args),
        };
        assert_eq!(value.shape, node.shape, "{:?}", node.kind);
        values.push(value);
    }
    values[graph.outputs.last().expect("a result").node].clone()
}

fn evaluate(node: &Node, args: &[&Dense]) -> Dense {
    let shape = node.shape.clone();
    match &node.kind {
        NodeKind::Constant(value) => Dense::new(shape, |_| value.as_f64().expect("real")),
        NodeKind::Literal(array) => Dense::from_fn(shape, |i| array.get(i).as_f64().expect("real")),
        NodeKind::Map(map) => Dense::from_fn(shape, |i| {
            let x: Vec<f64> = args.iter().map(|a| a.stretched(i)).collect();
            match (map, x.as_slice()) {
                (Map::Mul, [a, b]) => a * b,
                (Map::Add, [a, b]) => a + b,
                (Map::Sub, [a, b]) => a - b,
                (Map::Div, [a, b]) => a / b,
                (Map::Pow, [a, b]) => a.powf(*b),
                (Map::Inverse, [a]) => 1.0 / a,
                (Map::Neg, [a]) => -a,
                (Map::Gt, [a, b]) => f64::from(a > b),
                (Map::And, [a, b]) => f64::from(*a != 0.0 && *b != 0.0),
                (Map::Where, [m, a, b]) => {
                    if *m != 0.0 {
                        *a
                    } else {
                        *b
                    }
                }
                (Map::Cast(_), [a]) => *a,
                _ => panic!("{map:?} is not needed by these tests"),
            }
        }),
        NodeKind::Fold(Fold::Sum, axes) => {
            let mut out = Dense::new(shape, |_| 0.0);
            for k in 0..args[0].shape.size() {
                let index = args[0].shape.unravel(k);
                let kept: Vec<usize> = (0..index.len()).filter(|a| !axes.contains(a)).map(|a| index[a]).collect();
                let to = kept.iter().zip(out.shape.iter()).fold(0, |sum, (i, n)| sum * n + i);
                out.data[to] += args[0].data[k];
            }
            out
        }
        NodeKind::Permute(axes) => Dense::from_fn(shape, |i| {
            let mut from = vec![0; i.len()];
            axes.iter().zip(i).for_each(|(&axis, &k)| from[axis] = k);
            args[0].at(&from)
        }),
        NodeKind::Slice(slices) => Dense::from_fn(shape, |i| {
            let mut rest = i.iter();
            let from: Vec<usize> = slices
                .iter()
                .map(|s| {
                    let k = if s.drop { 0 } else { *rest.next().expect("an index for each kept axis") };
                    s.start.checked_add_signed(k as isize * s.step).expect("inside the axis")
                })
                .collect();
            args[0].at(&from)
        }),
        NodeKind::Diagonal => Dense::from_fn(shape, |i| args[0].at(&[i[0], i[0]])),
        NodeKind::Reshape => Dense::new(shape, |k| args[0].data[k]),
        NodeKind::Expand(axes) => {
            Dense::from_fn(shape, |i| args[0].at(&axes.iter().map(|&axis| i[axis]).collect::<Vec<_>>()))
        }
        NodeKind::Identity => Dense::from_fn(shape, |i| f64::from(i[0] == i[1])),
        NodeKind::MatMul => {
            let inner = args[0].shape[1];
            assert_eq!(inner, args[1].shape[0]);
            Dense::from_fn(shape, |i| (0..inner).map(|k| args[0].at(&[i[0], k]) * args[1].at(&[k, i[1]])).sum())
        }
        NodeKind::Concat(axis) => Dense::from_fn(shape, |i| {
            let mut index = i.to_vec();
            for part in args {
                if index[*axis] < part.shape[*axis] {
                    return part.at(&index);
                }
                index[*axis] -= part.shape[*axis];
            }
            panic!("{i:?} is outside every part")
        }),
        other => panic!("{other:?} is not needed by these tests"),
    }
}
