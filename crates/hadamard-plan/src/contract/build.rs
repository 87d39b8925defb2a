//! The rewritten graph under construction: equal nodes are one node, so that results share what they have in common.

use hadamard_algebra::{AxisSlice, Fold, Map, Node, NodeId, NodeKind, Span};
use hadamard_array::{DType, Scalar, Shape};
use std::collections::HashMap;

/// A graph that grows.
#[derive(Default)]
pub(crate) struct Builder {
    pub nodes: Vec<Node>,
    known: HashMap<(String, Vec<NodeId>, DType, Shape), NodeId>,
    /// The place in the formula that new nodes come from.
    pub span: Span,
}

impl Builder {
    /// The node that computes this; a new one only if there is none yet.
    pub fn push(&mut self, kind: NodeKind, args: Vec<NodeId>, dtype: DType, shape: Shape) -> NodeId {
        // Literals are told apart by the node they come from, and that is copied once.
        let words = match &kind {
            NodeKind::Literal(_) => format!("literal {}", self.nodes.len()),
            // Text tells 0 from −0, and no two NaNs that a formula can hold apart.
            other => format!("{other:?}"),
        };
        let key = (words, args, dtype, shape);
        if let Some(&id) = self.known.get(&key) {
            return id;
        }
        let (args, shape) = (key.1.clone(), key.3.clone());
        self.nodes.push(Node { kind, args, dtype, shape, span: self.span });
        self.known.insert(key, self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    pub fn shape(&self, id: NodeId) -> &Shape {
        &self.nodes[id].shape
    }

    /// A view or elementwise operation of one argument.
    pub fn unary(&mut self, kind: NodeKind, of: NodeId, shape: Shape) -> NodeId {
        let dtype = self.nodes[of].dtype;
        self.push(kind, vec![of], dtype, shape)
    }

    pub fn reshape(&mut self, id: NodeId, shape: Shape) -> NodeId {
        if *self.shape(id) == shape { id } else { self.unary(NodeKind::Reshape, id, shape) }
    }

    /// Axis i of the result is axis `axes[i]`.
    pub fn permute(&mut self, id: NodeId, axes: Vec<usize>) -> NodeId {
        if axes.iter().enumerate().all(|(i, &a)| i == a) {
            return id;
        }
        let shape = axes.iter().map(|&a| self.shape(id)[a]).collect();
        self.unary(NodeKind::Permute(axes), id, shape)
    }

    /// Axis k becomes axis `axes[k]` of `shape`; the others repeat.
    pub fn expand(&mut self, id: NodeId, axes: Vec<usize>, shape: Shape) -> NodeId {
        if axes.len() == shape.ndim() { id } else { self.unary(NodeKind::Expand(axes), id, shape) }
    }

    /// Without the axes of length 1.
    pub fn squeeze(&mut self, id: NodeId) -> NodeId {
        let shape = self.shape(id).clone();
        if !shape.contains(&1) {
            return id;
        }
        let slices = shape.iter().map(|&n| AxisSlice { start: 0, step: 1, count: n, drop: n == 1 }).collect();
        let kept = shape.iter().copied().filter(|&n| n != 1).collect();
        self.unary(NodeKind::Slice(slices), id, kept)
    }

    pub fn map(&mut self, map: Map, args: Vec<NodeId>, shape: Shape) -> NodeId {
        let dtype = self.nodes[args[args.len() - 1]].dtype;
        self.push(NodeKind::Map(map), args, dtype, shape)
    }

    /// The sum over these axes, ascending.
    pub fn sum(&mut self, id: NodeId, axes: Vec<usize>) -> NodeId {
        let kept = self.shape(id).iter().enumerate().filter(|(a, _)| !axes.contains(a)).map(|(_, &n)| n).collect();
        self.unary(NodeKind::Fold(Fold::Sum, axes), id, kept)
    }

    pub fn constant(&mut self, value: f64, dtype: DType) -> NodeId {
        use hadamard_array::{c64, c128};
        let scalar = match dtype {
            DType::F32 => Scalar::F32(value as f32),
            DType::C64 => Scalar::C64(c64::new(value as f32, 0.0)),
            DType::C128 => Scalar::C128(c128::new(value, 0.0)),
            _ => Scalar::F64(value),
        };
        self.push(NodeKind::Constant(scalar), vec![], scalar.dtype(), Shape::SCALAR)
    }
}
