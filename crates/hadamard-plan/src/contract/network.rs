//! From a node of a checked graph to the sum of products it stands for: factors that share, pair and sum indices.
//!
//! Expanded from the outside in: the entry of a node at an index is written down by the definition of its operation, until
//! only entries of leaves are left. Whatever is not such a definition (functions, sums of terms, slices, inverses) is a leaf.

use super::index::{Digits, Var, Vars};
use hadamard_algebra::{Fold, Graph, Map, Node, NodeId, NodeKind};
use hadamard_array::DType;

/// The most factors a network may have.
const MAX_FACTORS: usize = 40;
/// The deepest expression that is expanded.
const MAX_DEPTH: usize = 200;

/// One factor: an entry of a leaf.
#[derive(Clone)]
pub(super) struct Factor {
    /// The leaf.
    pub node: NodeId,
    /// Whether the entry is conjugated.
    pub conjugate: bool,
    /// The index along each axis of the leaf.
    pub axes: Vec<Digits>,
}

/// A sum of products: the entries of a node at [`Network::out`].
#[derive(Clone)]
pub(super) struct Network {
    /// The digits of all indices.
    pub vars: Vars,
    /// What is multiplied.
    pub factors: Vec<Factor>,
    /// The index along each axis of the node.
    pub out: Vec<Digits>,
    /// The digits that are summed over.
    pub summed: Digits,
    /// Whether the sign is changed at the end.
    pub negative: bool,
    /// What the sum is divided by (for means).
    pub divisor: usize,
}

/// Whether reassociating a value of this dtype keeps it within what is promised: floats of 32 bits and more, whose products
/// are rounded alike wherever they are formed.
pub(crate) fn reassociates(dtype: DType) -> bool {
    matches!(dtype, DType::F32 | DType::F64 | DType::C64 | DType::C128)
}

/// `Diag(x)` as the checker writes it: the index pair of the identity, and the entries.
pub(crate) fn diagonal_of(graph: &Graph, node: &Node) -> Option<NodeId> {
    let [mask, entries, zero] = node.args[..] else { return None };
    let zero = match &graph.node(zero).kind {
        NodeKind::Constant(value) => value.is_zero(),
        _ => false,
    };
    let same = matches!(graph.node(mask).kind, NodeKind::Identity) && graph.node(mask).shape == node.shape;
    (zero && same).then_some(entries)
}

/// Whether the node is written in terms of its arguments' entries, and has one of the dtypes that may be reassociated.
pub(super) fn expands(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    reassociates(node.dtype)
        && match &node.kind {
            NodeKind::MatMul | NodeKind::Permute(_) | NodeKind::Reshape | NodeKind::Expand(_) | NodeKind::Identity => {
                true
            }
            NodeKind::Fold(fold, _) => matches!(fold, Fold::Sum | Fold::Mean),
            NodeKind::Diagonal => graph.node(node.args[0]).shape[0] == graph.node(node.args[0]).shape[1],
            NodeKind::Map(map) => match map {
                Map::Mul | Map::Neg | Map::Conj => true,
                Map::Where => diagonal_of(graph, node).is_some(),
                _ => false,
            },
            NodeKind::Operand(_)
            | NodeKind::Constant(_)
            | NodeKind::Literal(_)
            | NodeKind::Slice(_)
            | NodeKind::Inv
            | NodeKind::Det
            | NodeKind::Rank
            | NodeKind::Spectrum(_)
            | NodeKind::Scan(_)
            | NodeKind::Concat(_)
            | NodeKind::Stored(..)
            | NodeKind::Sparse(_) => false,
        }
}

/// For each node, whether a matrix product would be taken apart on the way down from it.
pub(super) fn with_products(graph: &Graph, kept: &[bool]) -> Vec<bool> {
    let mut found = vec![false; graph.nodes.len()];
    for (id, node) in graph.nodes.iter().enumerate() {
        found[id] = expands(graph, id)
            && (matches!(node.kind, NodeKind::MatMul) || node.args.iter().any(|&a| found[a] && !kept[a]));
    }
    found
}

/// Expands networks of one graph.
pub(super) struct Expander<'g> {
    pub graph: &'g Graph,
    /// What [`with_products`] found: sums without a product below keep their promised order, and stay whole.
    pub with_products: &'g [bool],
    /// Nodes that are leaves although they could be expanded, because they are needed whole elsewhere.
    pub kept: &'g [bool],
}

impl Expander<'_> {
    /// The network of a node; `None` if it has too many factors or digits that do not fit.
    pub fn network(&self, id: NodeId) -> Option<Network> {
        let mut vars = Vars::default();
        let out: Vec<Digits> = self.graph.node(id).shape.iter().map(|&n| vars.fresh(n)).collect();
        let mut network =
            Network { vars, factors: Vec::new(), out: out.clone(), summed: Digits::new(), negative: false, divisor: 1 };
        self.define(&mut network, id, out, false, 0)?;
        network.settle();
        Some(network)
    }

    /// Multiplies by an entry of a node.
    fn factor(
        &self,
        network: &mut Network,
        id: NodeId,
        index: Vec<Digits>,
        conjugate: bool,
        depth: usize,
    ) -> Option<()> {
        let node = self.graph.node(id);
        let sums = matches!(node.kind, NodeKind::Fold(..));
        if depth < MAX_DEPTH && expands(self.graph, id) && !self.kept[id] && (!sums || self.with_products[id]) {
            let before = network.clone();
            match self.define(network, id, index.clone(), conjugate, depth) {
                Some(()) => return Some(()),
                None if network.factors.len() >= MAX_FACTORS => return None,
                // Digits that do not fit: the node stays whole.
                None => *network = before,
            }
        }
        if network.factors.len() >= MAX_FACTORS {
            return None;
        }
        network.factors.push(Factor { node: id, conjugate: conjugate && node.dtype.is_complex(), axes: index });
        Some(())
    }

    /// Multiplies by an entry of a node, written by its definition.
    fn define(
        &self,
        network: &mut Network,
        id: NodeId,
        index: Vec<Digits>,
        conjugate: bool,
        depth: usize,
    ) -> Option<()> {
        let node = self.graph.node(id);
        let shape = |arg: NodeId| &self.graph.node(arg).shape;
        let go = |network: &mut Network, arg: usize, index: Vec<Digits>| {
            self.factor(network, node.args[arg], index, conjugate, depth + 1)
        };
        // Axes of an argument of length 1 stand still.
        let stretched = |arg: NodeId| -> Vec<Digits> {
            let along = |(&n, index): (&usize, &Digits)| if n == 1 { Digits::new() } else { index.clone() };
            shape(arg).iter().zip(&index).map(along).collect()
        };
        match &node.kind {
            NodeKind::Map(Map::Mul) => {
                go(network, 0, stretched(node.args[0]))?;
                go(network, 1, stretched(node.args[1]))
            }
            NodeKind::Map(Map::Neg) => {
                network.negative = !network.negative;
                go(network, 0, index)
            }
            NodeKind::Map(Map::Conj) => self.factor(network, node.args[0], index, !conjugate, depth + 1),
            NodeKind::Map(Map::Where) => {
                network.vars.equate(&index[0], &index[1])?;
                go(network, 1, stretched(node.args[1]))
            }
            NodeKind::Identity => network.vars.equate(&index[0], &index[1]),
            NodeKind::MatMul => {
                let inner = network.vars.fresh(shape(node.args[0])[1]);
                network.summed.extend(&inner);
                go(network, 0, vec![index[0].clone(), inner.clone()])?;
                go(network, 1, vec![inner, index[1].clone()])
            }
            NodeKind::Fold(fold, axes) => {
                let mut kept = index.into_iter();
                let mut full = Vec::new();
                for (axis, &n) in shape(node.args[0]).iter().enumerate() {
                    full.push(if axes.contains(&axis) {
                        let summed = network.vars.fresh(n);
                        network.summed.extend(&summed);
                        if *fold == Fold::Mean {
                            network.divisor = network.divisor.checked_mul(n)?;
                        }
                        summed
                    } else {
                        kept.next()?
                    });
                }
                go(network, 0, full)
            }
            NodeKind::Permute(axes) => {
                let mut from = vec![Digits::new(); axes.len()];
                for (index, &axis) in index.into_iter().zip(axes) {
                    from[axis] = index;
                }
                go(network, 0, from)
            }
            NodeKind::Expand(axes) => {
                let along = |(k, &axis): (usize, &usize)| match shape(node.args[0])[k] {
                    1 => Digits::new(),
                    _ => index[axis].clone(),
                };
                go(network, 0, axes.iter().enumerate().map(along).collect())
            }
            NodeKind::Diagonal => go(network, 0, vec![index[0].clone(), index[0].clone()]),
            NodeKind::Reshape => {
                let digits: Digits = index.into_iter().flatten().collect();
                let lengths = shape(node.args[0]);
                let index = network.vars.regroup(&digits, lengths)?;
                go(network, 0, index)
            }
            _ => unreachable!("only what expands is defined"),
        }
    }
}

impl Network {
    /// Writes every index in digits that are left, and joins digits that always stand together.
    fn settle(&mut self) {
        let vars = &self.vars;
        let lists = self.factors.iter_mut().flat_map(|f| &mut f.axes).chain(&mut self.out);
        lists.for_each(|digits| *digits = vars.resolve(digits));
        let mut summed = Digits::new();
        for var in vars.resolve(&self.summed) {
            // A sum over an index that equals one of the result is no sum.
            if !summed.contains(&var) && !self.out.iter().any(|o| o.contains(&var)) {
                summed.push(var);
            }
        }
        self.summed = summed;
        while let Some((high, low)) = self.inseparable() {
            self.join(high, low);
        }
    }

    fn lists(&self) -> impl Iterator<Item = &Digits> {
        self.factors.iter().flat_map(|f| &f.axes).chain(&self.out)
    }

    /// Two digits of which each stands beside the other wherever it occurs.
    fn inseparable(&self) -> Option<(Var, Var)> {
        let pairs = self.lists().flat_map(|digits| digits.windows(2).map(|w| (w[0], w[1])));
        pairs.into_iter().find(|&(high, low)| {
            high != low
                && self.lists().all(|digits| {
                    digits.iter().enumerate().all(|(at, &var)| {
                        (var != high || digits.get(at + 1) == Some(&low))
                            && (var != low || at > 0 && digits[at - 1] == high)
                    })
                })
        })
    }

    fn join(&mut self, high: Var, low: Var) {
        let size = self.vars.size(high) * self.vars.size(low);
        let joined = self.vars.fresh(size);
        let lists = self.factors.iter_mut().flat_map(|f| &mut f.axes).chain(&mut self.out);
        let replace = |digits: &mut Digits| {
            digits.retain(|&var| var != low);
            digits.iter_mut().filter(|var| **var == high).for_each(|var| *var = joined[0]);
        };
        lists.for_each(replace);
        replace(&mut self.summed);
    }

    /// The product of the sizes of summed digits that no factor has: the sum repeats its terms so often.
    pub fn repeats(&self) -> Option<usize> {
        let free = |var: &&Var| !self.factors.iter().any(|f| f.axes.iter().any(|axis| axis.contains(var)));
        self.summed.iter().filter(free).try_fold(1usize, |n, &var| n.checked_mul(self.vars.size(var)))
    }
}
