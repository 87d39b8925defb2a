//! Products and sums of sums, term by term: (A + U Vᵀ) x is A x + U (Vᵀ x), ‖X − U Vᵀ‖² is ‖X‖² − 2⟨X, U Vᵀ⟩ + ‖U Vᵀ‖².
//!
//! Each term may then be ordered on its own, but terms may be large where their sum is small: digits cancel. So this is done
//! only where it was asked for.

use super::build::Builder;
use super::network::reassociates;
use hadamard_algebra::{Fold, Graph, Map, Node, NodeId, NodeKind};

/// A node stays whole if it would have more terms.
const MAX_TERMS: usize = 32;

/// A signed term.
type Term = (bool, NodeId);

/// The graph with sums multiplied out below matrix products and sums; `None` if there is nothing to multiply out.
pub(super) fn distributed(graph: &Graph) -> Option<Graph> {
    let mut all = Distribution { graph, build: Builder::default(), terms: Vec::new(), whole: Vec::new() };
    for id in 0..graph.nodes.len() {
        all.add(id);
    }
    let found = graph.outputs.iter().any(|o| all.terms[o.node].len() > 1)
        || graph.nodes.iter().any(|n| n.args.iter().any(|&a| all.terms[a].len() > 1));
    let mut outputs = graph.outputs.clone();
    for output in &mut outputs {
        output.node = all.node(output.node);
    }
    found.then(|| Graph { nodes: all.build.nodes, operands: graph.operands.clone(), outputs }.pruned())
}

struct Distribution<'g> {
    graph: &'g Graph,
    build: Builder,
    /// The terms of each node so far.
    terms: Vec<Vec<Term>>,
    /// The node that adds them up, once something has asked for it.
    whole: Vec<Option<NodeId>>,
}

impl Distribution<'_> {
    fn add(&mut self, id: NodeId) {
        let node = self.graph.node(id);
        self.build.span = node.span;
        let terms = if reassociates(node.dtype) { self.multiplied_out(node) } else { None };
        let terms = terms.filter(|t| t.len() <= MAX_TERMS).unwrap_or_else(|| {
            let args = node.args.iter().map(|&a| self.node(a)).collect();
            vec![(false, self.build.push(node.kind.clone(), args, node.dtype, node.shape.clone()))]
        });
        self.terms.push(terms);
        self.whole.push(None);
    }

    /// The terms of a node by those of its arguments.
    fn multiplied_out(&mut self, node: &Node) -> Option<Vec<Term>> {
        let first = self.terms.get(*node.args.first()?)?.clone();
        let like = |kind: NodeKind| (kind, node.dtype, node.shape.clone());
        match &node.kind {
            NodeKind::Map(map @ (Map::Add | Map::Sub)) => {
                let same = node.args.iter().all(|&a| self.graph.node(a).shape == node.shape);
                let second = self.terms[node.args[1]].iter().map(|&(minus, id)| (minus != (*map == Map::Sub), id));
                same.then(|| first.into_iter().chain(second).collect())
            }
            NodeKind::Map(Map::Neg) => Some(first.into_iter().map(|(minus, id)| (!minus, id)).collect()),
            NodeKind::Map(Map::Pow) if self.is_two(node.args[1]) && first.len() > 1 => {
                Some(self.pairs(&first, &first, like(NodeKind::Map(Map::Mul))))
            }
            NodeKind::MatMul | NodeKind::Map(Map::Mul) => {
                let second = self.terms[node.args[1]].clone();
                Some(self.pairs(&first, &second, like(node.kind.clone())))
            }
            NodeKind::Fold(Fold::Sum, _)
            | NodeKind::Map(Map::Conj)
            | NodeKind::Permute(_)
            | NodeKind::Slice(_)
            | NodeKind::Reshape
            | NodeKind::Expand(_)
            | NodeKind::Diagonal => {
                let each =
                    |me: &mut Self, id| me.build.push(node.kind.clone(), vec![id], node.dtype, node.shape.clone());
                Some(first.into_iter().map(|(minus, id)| (minus, each(self, id))).collect())
            }
            _ => None,
        }
    }

    fn is_two(&self, id: NodeId) -> bool {
        matches!(&self.graph.node(id).kind, NodeKind::Constant(value) if value.as_f64() == Some(2.0))
    }

    fn pairs(
        &mut self,
        a: &[Term],
        b: &[Term],
        (kind, dtype, shape): (NodeKind, hadamard_array::DType, hadamard_array::Shape),
    ) -> Vec<Term> {
        if a.len() * b.len() > MAX_TERMS {
            // Too many: the caller keeps the node whole.
            return vec![(false, 0); MAX_TERMS + 1];
        }
        let mut pairs = Vec::new();
        for &(minus, x) in a {
            for &(negative, y) in b {
                let product = self.build.push(kind.clone(), vec![x, y], dtype, shape.clone());
                pairs.push((minus != negative, product));
            }
        }
        pairs
    }

    /// A node as one value: its terms added up from left to right.
    fn node(&mut self, id: NodeId) -> NodeId {
        if let Some(whole) = self.whole[id] {
            return whole;
        }
        let shape = self.graph.node(id).shape.clone();
        let mut sum: Option<NodeId> = None;
        for (minus, term) in self.terms[id].clone() {
            sum = Some(match (sum, minus) {
                (None, false) => term,
                (None, true) => self.build.map(Map::Neg, vec![term], shape.clone()),
                (Some(sum), false) => self.build.map(Map::Add, vec![sum, term], shape.clone()),
                (Some(sum), true) => self.build.map(Map::Sub, vec![sum, term], shape.clone()),
            });
        }
        let sum = sum.expect("every node has a term");
        self.whole[id] = Some(sum);
        sum
    }
}
