//! The obviously right evaluator.

use crate::fault::Fault;
use hadamard_algebra::{Graph, Map, NodeId, Policy};
use hadamard_array::{Array, DType, Scalar};

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

/// One entry of an elementwise operation.
pub fn apply(map: Map, args: &[Scalar], out: DType, policy: &Policy) -> Result<Scalar, Fault> {
    let _ = (map, args, out, policy);
    unimplemented!()
}

/// The outputs of a checked graph, in order.
pub fn evaluate(graph: &Graph, operands: &[Array], policy: &Policy) -> Result<Vec<Array>, ReferenceFault> {
    let _ = (graph, operands, policy);
    unimplemented!()
}
