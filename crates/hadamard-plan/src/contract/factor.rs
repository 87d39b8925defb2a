//! Common factors of sums of matrix products: A C + B C is (A + B) C, one product instead of two.
//!
//! Its error is no larger: A + B is rounded once, where both products were.

use super::build::Builder;
use super::network::reassociates;
use hadamard_algebra::{Graph, Map, NodeId, NodeKind};

/// The graph with common factors taken out; `None` if there are none.
pub(super) fn factored(graph: &Graph) -> Option<Graph> {
    let mut build = Builder::default();
    let mut moved: Vec<NodeId> = Vec::new();
    let mut found = false;
    for node in &graph.nodes {
        build.span = node.span;
        let args: Vec<NodeId> = node.args.iter().map(|&a| moved[a]).collect();
        let sum = match node.kind {
            NodeKind::Map(map @ (Map::Add | Map::Sub)) if reassociates(node.dtype) => {
                common(&mut build, map, args[0], args[1])
            }
            _ => None,
        };
        found |= sum.is_some();
        moved.push(sum.unwrap_or_else(|| build.push(node.kind.clone(), args, node.dtype, node.shape.clone())));
    }
    let mut outputs = graph.outputs.clone();
    outputs.iter_mut().for_each(|o| o.node = moved[o.node]);
    found.then(|| Graph { nodes: build.nodes, operands: graph.operands.clone(), outputs }.pruned())
}

/// The sum or difference of two products that share a factor.
fn common(build: &mut Builder, map: Map, a: NodeId, b: NodeId) -> Option<NodeId> {
    let (x, y) = (build.nodes[a].clone(), build.nodes[b].clone());
    if x.shape != y.shape {
        return None;
    }
    match (&x.kind, &y.kind) {
        // A product with a vector is that with a matrix of one column.
        (NodeKind::Reshape, NodeKind::Reshape) => {
            let sum = common(build, map, x.args[0], y.args[0])?;
            Some(build.reshape(sum, x.shape))
        }
        (NodeKind::MatMul, NodeKind::MatMul) => {
            let side = (0..2).find(|&k| x.args[1 - k] == y.args[1 - k])?;
            let shape = build.shape(x.args[side]).clone();
            let sum = build.map(map, vec![x.args[side], y.args[side]], shape);
            let mut args = x.args;
            args[side] = sum;
            Some(build.push(NodeKind::MatMul, args, x.dtype, x.shape))
        }
        _ => None,
    }
}
