//! The obviously right evaluator: one entry at a time, every node a full array. It is the oracle of the tests of the
//! engine and is written apart from the block kernels; only the elementary functions and the dense solvers are shared.

mod apply;
pub mod fold;
mod number;

pub use apply::apply;

use crate::dense;
use crate::fault::{Fault, Faulted};
use hadamard_algebra::{Graph, Node, NodeId, NodeKind, Policy};
use hadamard_array::{Array, DType, Element, Scalar, Shape, dispatch};

/// A fault of the reference evaluator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferenceFault {
    /// The node.
    pub node: NodeId,
    /// C-order position of the entry in the node's result.
    pub position: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// The outputs of a checked graph, in order; `operands` as the graph lists them.
pub fn evaluate(graph: &Graph, operands: &[Array], policy: &Policy) -> Result<Vec<Array>, ReferenceFault> {
    let mut values: Vec<Values> = Vec::with_capacity(graph.nodes.len());
    for (id, node) in graph.nodes.iter().enumerate() {
        let args: Vec<&Values> = node.args.iter().map(|&a| &values[a]).collect();
        let entries = entries(node, &args, operands, policy).map_err(|Faulted { at, fault }| ReferenceFault {
            node: id,
            position: at,
            fault,
        })?;
        values.push(Values { shape: node.shape.clone(), dtype: node.dtype, entries });
    }
    Ok(graph.outputs.iter().map(|o| values[o.node].to_array()).collect())
}

/// A node's entries in C order.
struct Values {
    shape: Shape,
    dtype: DType,
    entries: Vec<Scalar>,
}

impl Values {
    /// The entry at an index; an axis of length 1 is stretched.
    fn at(&self, index: &[usize]) -> Scalar {
        let position = self.shape.iter().zip(index).fold(0, |p, (&n, &i)| p * n + if n == 1 { 0 } else { i });
        self.entries[position]
    }
    fn to_array(&self) -> Array {
        dispatch!(self.dtype, T => {
            let all: Vec<T> = self.entries.iter().map(|&v| T::from_scalar(v).expect("entries have the node's dtype")).collect();
            Array::from_slice(self.shape.clone(), &all).expect("as many entries as the shape has")
        })
    }
}

fn scalars(array: &Array) -> Vec<Scalar> {
    let shape = array.shape();
    (0..shape.size()).map(|k| array.get(&shape.unravel(k))).collect()
}

fn entries(node: &Node, args: &[&Values], operands: &[Array], policy: &Policy) -> Result<Vec<Scalar>, Faulted> {
    // Most nodes are one entry of an argument for each index of the result.
    let pick = |find: &dyn Fn(&[usize]) -> Scalar| -> Result<Vec<Scalar>, Faulted> {
        Ok((0..node.shape.size()).map(|k| find(&node.shape.unravel(k))).collect())
    };
    match &node.kind {
        NodeKind::Operand(i) => Ok(scalars(&operands[*i])),
        NodeKind::Constant(v) => Ok(vec![*v]),
        NodeKind::Literal(array) => Ok(scalars(array)),
        NodeKind::Map(map) => (0..node.shape.size())
            .map(|k| {
                let index = node.shape.unravel(k);
                let of: Vec<Scalar> = args.iter().map(|a| a.at(&index)).collect();
                apply(*map, &of, node.dtype, policy).map_err(|fault| Faulted { at: k, fault })
            })
            .collect(),
        NodeKind::Fold(fold, axes) => {
            let a = args[0];
            let kept: Vec<usize> = (0..a.shape.ndim()).filter(|k| !axes.contains(k)).collect();
            let inner: Shape = axes.iter().map(|&k| a.shape[k]).collect();
            (0..node.shape.size())
                .map(|k| {
                    let outer = node.shape.unravel(k);
                    let reduced: Vec<Scalar> = (0..inner.size())
                        .map(|j| {
                            let mut index = vec![0; a.shape.ndim()];
                            kept.iter().zip(&outer).for_each(|(&axis, &i)| index[axis] = i);
                            axes.iter().zip(inner.unravel(j)).for_each(|(&axis, i)| index[axis] = i);
                            a.at(&index)
                        })
                        .collect();
                    fold::fold(*fold, &reduced, a.dtype, node.dtype, policy).map_err(|fault| Faulted { at: k, fault })
                })
                .collect()
        }
        NodeKind::Permute(axes) => pick(&|index| {
            let mut from = vec![0; index.len()];
            axes.iter().zip(index).for_each(|(&axis, &i)| from[axis] = i);
            args[0].at(&from)
        }),
        NodeKind::Slice(slices) => pick(&|index| {
            let mut rest = index.iter();
            let from: Vec<usize> = slices
                .iter()
                .map(|s| {
                    let i = if s.drop { 0 } else { *rest.next().expect("one index for each kept axis") };
                    s.start.wrapping_add_signed(i as isize * s.step)
                })
                .collect();
            args[0].at(&from)
        }),
        NodeKind::Diagonal => pick(&|index| args[0].at(&[index[0], index[0]])),
        NodeKind::Reshape => Ok(args[0].entries.clone()),
        NodeKind::Expand(axes) => pick(&|index| {
            let from: Vec<usize> = axes.iter().map(|&axis| index[axis]).collect();
            args[0].at(&from)
        }),
        NodeKind::Identity => pick(&|index| number::int(node.dtype, i128::from(index[0] == index[1]))),
        NodeKind::Concat(axis) => pick(&|index| {
            let mut index = index.to_vec();
            for a in args {
                if index[*axis] < a.shape[*axis] {
                    return a.at(&index);
                }
                index[*axis] -= a.shape[*axis];
            }
            unreachable!("the lengths of the arguments add up to the node's")
        }),
        NodeKind::MatMul => {
            let (a, b) = (args[0], args[1]);
            (0..node.shape.size())
                .map(|k| {
                    let (i, j) = (k / node.shape[1], k % node.shape[1]);
                    let pairs = (0..a.shape[1]).map(|l| (a.at(&[i, l]), b.at(&[l, j])));
                    dot(pairs, node.dtype, policy).map_err(|fault| Faulted { at: k, fault })
                })
                .collect()
        }
        NodeKind::Stored(..) | NodeKind::Sparse(_) => unreachable!("the check knows sparse operands as matrices"),
        NodeKind::Inv => Ok(scalars(&dense::inv(&args[0].to_array().view())?)),
        NodeKind::Det => Ok(scalars(&dense::det(&args[0].to_array().view()))),
        NodeKind::Rank => Ok(scalars(&dense::rank(&args[0].to_array().view())?)),
        NodeKind::Spectrum(kind) => Ok(scalars(&dense::spectrum(*kind, &args[0].to_array().view())?)),
        NodeKind::Scan(fold) => Ok(scalars(&dense::scan(*fold, &args[0].to_array().view(), node.dtype, policy)?)),
    }
}

/// Σ aₗ bₗ in order, in double precision or exactly, rounded once at the end.
fn dot(pairs: impl Iterator<Item = (Scalar, Scalar)>, out: DType, policy: &Policy) -> Result<Scalar, Fault> {
    if out.is_complex() {
        let sum = pairs.fold(Scalar::C128(Default::default()).as_c128(), |sum, (a, b)| {
            let (a, b) = (a.as_c128(), b.as_c128());
            sum + hadamard_array::c128::new(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
        });
        return Ok(number::complex(out, sum));
    }
    if out.is_float() {
        let sum = pairs.fold(0.0, |sum, (a, b)| sum + number::double(a) * number::double(b));
        return Ok(number::real(out, sum));
    }
    let mut sum = dense::ExactSum::default();
    pairs.for_each(|(a, b)| sum.add_product(number::whole(a), number::whole(b)));
    number::judge(sum.value(), sum.low() as i128, sum.is_negative(), out, policy.overflow)
}
