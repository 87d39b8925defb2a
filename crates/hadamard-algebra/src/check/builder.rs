//! The graph under construction: equal nodes are one node, and no node is larger than the address space.

use super::constants::Constant;
use super::facts;
use crate::ops::Map;
use crate::{Diagnostic, Graph, Node, NodeId, NodeKind, Operand, Output, Span};
use hadamard_array::{Array, DType, Scalar, Shape, dispatch};
use std::collections::HashMap;

/// The most nodes a graph may have.
const MAX_NODES: usize = 65_536;

/// What makes two nodes the same: the kind in words, the bits of its numbers, arguments, dtype and shape.
type Key = (String, Vec<u8>, Vec<NodeId>, DType, Shape);

#[derive(Default)]
pub(super) struct Builder {
    nodes: Vec<Node>,
    known: HashMap<Key, NodeId>,
    /// The place new nodes come from.
    pub(super) span: Span,
}

impl Builder {
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// The node that computes this; a new one only if there is none yet.
    pub(super) fn push(
        &mut self,
        kind: NodeKind,
        args: Vec<NodeId>,
        dtype: DType,
        shape: Shape,
    ) -> Result<NodeId, Diagnostic> {
        if let Err(error) = shape.bytes(dtype) {
            return Err(Diagnostic::new("too-large", self.span, error.to_string()));
        }
        let (words, bits) = match &kind {
            NodeKind::Constant(value) => ("constant".into(), Array::scalar(*value).view().bytes().to_vec()),
            NodeKind::Literal(array) => ("literal".into(), array.view().bytes().to_vec()),
            other => (format!("{other:?}"), Vec::new()),
        };
        let key = (words, bits, args, dtype, shape);
        if let Some(&id) = self.known.get(&key) {
            return Ok(id);
        }
        if self.nodes.len() >= MAX_NODES {
            let message = format!("the formula needs more than {MAX_NODES} operations");
            return Err(Diagnostic::new("too-many-operations", self.span, message));
        }
        let id = self.nodes.len();
        let (args, shape) = (key.2.clone(), key.4.clone());
        self.nodes.push(Node { kind, args, dtype, shape, span: self.span });
        self.known.insert(key, id);
        Ok(id)
    }

    pub(super) fn constant(&mut self, value: Scalar) -> Result<NodeId, Diagnostic> {
        self.push(NodeKind::Constant(value), vec![], value.dtype(), Shape::SCALAR)
    }

    /// An elementwise operation on nodes whose shapes have been found to broadcast to `shape`.
    pub(super) fn map(
        &mut self,
        map: Map,
        args: Vec<NodeId>,
        dtype: DType,
        shape: Shape,
    ) -> Result<NodeId, Diagnostic> {
        self.push(NodeKind::Map(map), args, dtype, shape)
    }

    /// An explicit conversion, unless the node has the dtype already.
    pub(super) fn cast(&mut self, id: NodeId, dtype: DType) -> Result<NodeId, Diagnostic> {
        if self.node(id).dtype == dtype {
            return Ok(id);
        }
        let shape = self.node(id).shape.clone();
        self.map(Map::Cast(dtype), vec![id], dtype, shape)
    }

    /// The same entries with another shape of the same size.
    pub(super) fn reshape(&mut self, id: NodeId, shape: impl Into<Shape>) -> Result<NodeId, Diagnostic> {
        let (shape, node) = (shape.into(), self.node(id));
        if node.shape == shape {
            return Ok(id);
        }
        let dtype = node.dtype;
        self.push(NodeKind::Reshape, vec![id], dtype, shape)
    }

    /// Axis k becomes axis `axes[k]` of `shape`; the others repeat.
    pub(super) fn expand(&mut self, id: NodeId, axes: &[usize], shape: &Shape) -> Result<NodeId, Diagnostic> {
        let dtype = self.node(id).dtype;
        self.push(NodeKind::Expand(axes.to_vec()), vec![id], dtype, shape.clone())
    }

    /// Axis i of the result is axis `axes[i]`.
    pub(super) fn permute(&mut self, id: NodeId, axes: Vec<usize>) -> Result<NodeId, Diagnostic> {
        let node = self.node(id);
        let (dtype, shape) = (node.dtype, axes.iter().map(|&a| node.shape[a]).collect());
        self.push(NodeKind::Permute(axes), vec![id], dtype, shape)
    }

    /// A node made of literals in the dtype of what it met: the literals themselves change where only their places
    /// have been changed since, so that nothing is left to convert.
    pub(super) fn adopt(&mut self, id: NodeId, dtype: DType) -> Result<NodeId, Diagnostic> {
        // A chain of structural nodes down to a literal, then rebuilt upwards.
        let mut chain = vec![id];
        loop {
            let node = self.node(chain[chain.len() - 1]);
            match node.kind {
                NodeKind::Expand(_)
                | NodeKind::Permute(_)
                | NodeKind::Reshape
                | NodeKind::Slice(_)
                | NodeKind::Diagonal => chain.push(node.args[0]),
                _ => break,
            }
        }
        let leaf = self.node(chain[chain.len() - 1]).clone();
        let mut converted = match &leaf.kind {
            _ if leaf.dtype == dtype => return Ok(id),
            // Which numbers are true is a question about each, not about the range.
            _ if dtype == DType::Bool => return self.cast(id, dtype),
            NodeKind::Constant(value) => {
                let constant = Constant::of(*value);
                let scalar = constant.scalar(dtype).ok_or_else(|| facts::literal_range(constant, dtype, leaf.span))?;
                self.constant(scalar)?
            }
            NodeKind::Literal(array) => {
                let array = convert(array, dtype, leaf.span)?;
                self.push(NodeKind::Literal(array), vec![], dtype, leaf.shape)?
            }
            NodeKind::Identity => self.push(NodeKind::Identity, vec![], dtype, leaf.shape)?,
            _ => return self.cast(id, dtype),
        };
        for &above in chain[..chain.len() - 1].iter().rev() {
            let Node { kind, shape, .. } = self.node(above).clone();
            converted = self.push(kind, vec![converted], dtype, shape)?;
        }
        Ok(converted)
    }

    /// The graph of what the outputs need, without what was only tried on the way.
    pub(super) fn finish(self, operands: Vec<Operand>, outputs: Vec<Output>) -> Graph {
        Graph { nodes: self.nodes, operands, outputs }.pruned()
    }
}

/// A literal's entries in another dtype.
fn convert(array: &Array, dtype: DType, span: Span) -> Result<Array, Diagnostic> {
    let view = array.view();
    let constants: Vec<Constant> =
        (0..array.shape().size()).map(|k| Constant::of(view.get(&array.shape().unravel(k)))).collect();
    array_of(&constants, array.shape().clone(), dtype).map_err(|c| facts::literal_range(c, dtype, span))
}

/// An array of numbers in C order; the first that does not fit the dtype is the error.
pub(super) fn array_of(constants: &[Constant], shape: Shape, dtype: DType) -> Result<Array, Constant> {
    dispatch!(dtype, T => {
        let values = constants
            .iter()
            .map(|c| c.scalar(dtype).and_then(<T as hadamard_array::Element>::from_scalar).ok_or(*c))
            .collect::<Result<Vec<T>, Constant>>()?;
        Ok(Array::from_slice(shape, &values).expect("one number for each entry"))
    })
}
