//! Sparse matrices: the checked graph, in which they are matrices like others, rewritten to work on their stored entries.
//!
//! A value is *sparse* if all its entries that can differ from zero stand at the places that one operand stores: then it is
//! the vector of its values at those places. What is sparse:
//!
//! - an operand that is; its transpose;
//! - sparse ∘ anything, and sparse ⊘ anything: the other argument is taken at the places only. Elementwise formulas and
//!   products of matrices are taken there entry by entry, so S ∘ (U Vᵀ) never forms U Vᵀ;
//! - what keeps zeros: sums and differences of values at the same places, `-S`, `abs.(S)`, `sqrt.(S)`, `S ./ 2`, …
//!
//! Sums and norms of a sparse value read its values; sums over one axis and products with matrices add up by row or column;
//! their results are dense. Every other use makes the matrix dense. What is not stored is zero by structure: it stays zero
//! even against what is not finite. Which values are sparse is a matter of the formula, not of cost, so that what zeros give
//! does not depend on the plan; only how the others are computed is chosen.

use crate::contract::{Builder, Rewriting, diagonal_of, reassociates};
use hadamard_algebra::{Fold, Graph, Map, Node, NodeId, NodeKind, SparseOp, Stored};
use hadamard_array::{Array, DType, Shape};

/// The places of a sparse value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// The operand that stores them.
    pub operand: usize,
    /// Whether its rows are the value's columns.
    pub transposed: bool,
}

/// A graph that works on stored entries.
pub(crate) struct Rewritten {
    pub graph: Graph,
    /// For each result, its places, if it is sparse.
    pub places: Vec<Option<Places>>,
    /// Nodes of the graph given that are sparse and had to be made dense.
    pub densified: Vec<NodeId>,
}

/// Elementwise formulas are followed to this depth; deeper ones are computed whole and then read at the places.
const MAX_DEPTH: usize = 64;
/// The most matrices of a chain whose order is sought.
const MAX_CHAIN: usize = 24;

/// The graph on stored entries; `None` if no operand is sparse. Results listed in `wanted` that are sparse are left as the
/// vectors of their values. Where nothing may be rewritten, products are evaluated in the order written, each whole.
pub(crate) fn rewritten(graph: &Graph, wanted: &[usize], rewriting: &Rewriting) -> Option<Rewritten> {
    graph.operands.iter().any(|o| o.stored.is_some()).then(|| {
        let mut rewriter = Rewriter {
            graph,
            rewriting,
            build: Builder::default(),
            forms: Vec::with_capacity(graph.nodes.len()),
            densified: Vec::new(),
        };
        for id in 0..graph.nodes.len() {
            let form = rewriter.form(id);
            rewriter.forms.push(form);
        }
        rewriter.finish(wanted)
    })
}

/// What a node of the old graph has become.
#[derive(Clone, Copy)]
enum Form {
    /// Not made before somebody needs it, since most products are only needed at some places.
    Later,
    Dense(NodeId),
    /// The values at places.
    Sparse(NodeId, Places),
}

impl Form {
    fn sparse(self) -> Option<(NodeId, Places)> {
        match self {
            Form::Sparse(values, at) => Some((values, at)),
            Form::Later | Form::Dense(_) => None,
        }
    }
}

/// An index along an axis: a vector of the new graph, or 0 along axes of length 1.
type Along = Option<NodeId>;

struct Rewriter<'g> {
    graph: &'g Graph,
    rewriting: &'g Rewriting,
    build: Builder,
    forms: Vec<Form>,
    densified: Vec<NodeId>,
}

impl Rewriter<'_> {
    fn finish(mut self, wanted: &[usize]) -> Rewritten {
        let mut outputs = self.graph.outputs.clone();
        let mut places = Vec::new();
        for (k, output) in outputs.iter_mut().enumerate() {
            let sparse = self.forms[output.node].sparse();
            output.node = match sparse {
                Some((values, _)) if wanted.contains(&k) => values,
                _ => self.dense(output.node),
            };
            places.push(sparse.map(|(_, at)| at));
        }
        let graph = Graph { nodes: self.build.nodes, operands: self.graph.operands.clone(), outputs }.pruned();
        Rewritten { graph, places, densified: self.densified }
    }

    /// The rows and columns of places.
    fn indices(&mut self, at: Places) -> [NodeId; 2] {
        let count = self.graph.operands[at.operand].stored.unwrap_or(0);
        let mut part = |part| self.build.push(NodeKind::Stored(at.operand, part), vec![], DType::U32, [count].into());
        let (rows, columns) = (part(Stored::Rows), part(Stored::Columns));
        if at.transposed { [columns, rows] } else { [rows, columns] }
    }

    fn count(&self, at: Places) -> usize {
        self.graph.operands[at.operand].stored.unwrap_or(0)
    }

    /// What a node becomes, as far as its arguments decide it.
    fn form(&mut self, id: NodeId) -> Form {
        let graph = self.graph;
        let node = graph.node(id);
        self.build.span = node.span;
        let argument = |me: &Self, k: usize| me.forms[node.args[k]].sparse();
        match &node.kind {
            NodeKind::Operand(k) => match graph.operands[*k].stored {
                Some(count) => {
                    let kind = NodeKind::Stored(*k, Stored::Values);
                    let values = self.build.push(kind, vec![], node.dtype, [count].into());
                    Form::Sparse(values, Places { operand: *k, transposed: false })
                }
                None => Form::Later,
            },
            NodeKind::Permute(axes) if axes[..] == [1, 0] => match argument(self, 0) {
                Some((values, at)) => Form::Sparse(values, Places { transposed: !at.transposed, ..at }),
                None => Form::Later,
            },
            NodeKind::Map(Map::Mul) => self.product(node).unwrap_or(Form::Later),
            NodeKind::Map(map) => {
                let quotient = |me: &mut Self| if *map == Map::Div { me.quotient(node) } else { None };
                self.keeps_zeros(*map, node).or_else(|| quotient(self)).unwrap_or(Form::Later)
            }
            NodeKind::Fold(fold, axes) => match argument(self, 0) {
                Some((values, at)) => self.fold(*fold, axes, node, values, at).map_or(Form::Later, Form::Dense),
                None => Form::Later,
            },
            NodeKind::Diagonal => match argument(self, 0) {
                Some((values, at)) if graph.node(node.args[0]).shape[0] == graph.node(node.args[0]).shape[1] => {
                    let on = self.on_diagonal(values, at);
                    let [rows, _] = self.indices(at);
                    Form::Dense(self.scatter(vec![on, rows], node))
                }
                _ => Form::Later,
            },
            NodeKind::MatMul => self.scaled(node).unwrap_or(Form::Later),
            _ => Form::Later,
        }
    }

    /// Sparse ∘ anything. Of two sparse factors, the places of the one with fewer are kept.
    fn product(&mut self, node: &Node) -> Option<Form> {
        let whole = |me: &Self, k: usize| {
            me.forms[node.args[k]].sparse().filter(|_| me.graph.node(node.args[k]).shape == node.shape)
        };
        let (a, b) = (whole(self, 0), whole(self, 1));
        let first = match (a, b) {
            (Some((_, a)), Some((_, b))) => self.count(a) <= self.count(b),
            (a, _) => a.is_some(),
        };
        let (_, at) = if first { a } else { b }?;
        let axes = self.indices(at).map(Some);
        // In the order written: products of complex numbers have signed zeros that tell.
        let args = [0, 1].map(|k| self.at_places(node.args[k], node, &axes, at, 0));
        Some(Form::Sparse(self.values(NodeKind::Map(Map::Mul), args.to_vec(), node.dtype, at), at))
    }

    /// Sparse ⊘ anything that is not sparse itself: there 0 ⊘ 0 would be met at every place that neither stores.
    fn quotient(&mut self, node: &Node) -> Option<Form> {
        let (_, at) = self.forms[node.args[0]].sparse()?;
        let whole = self.graph.node(node.args[0]).shape == node.shape;
        if !whole || self.forms[node.args[1]].sparse().is_some() {
            return None;
        }
        let constant = |v: &hadamard_array::Scalar| v.is_zero() || v.as_f64().is_some_and(f64::is_nan);
        if matches!(&self.graph.node(node.args[1]).kind, NodeKind::Constant(v) if constant(v)) {
            return None;
        }
        let axes = self.indices(at).map(Some);
        let args = [0, 1].map(|k| self.at_places(node.args[k], node, &axes, at, 0));
        Some(Form::Sparse(self.values(NodeKind::Map(Map::Div), args.to_vec(), node.dtype, at), at))
    }

    fn values(&mut self, kind: NodeKind, args: Vec<NodeId>, dtype: DType, at: Places) -> NodeId {
        let count = self.count(at);
        self.build.push(kind, args, dtype, [count].into())
    }

    /// Operations that make zeros of zeros, at the same places.
    fn keeps_zeros(&mut self, map: Map, node: &Node) -> Option<Form> {
        let mut at = None;
        for &arg in &node.args {
            match self.forms[arg] {
                Form::Sparse(_, places) if self.graph.node(arg).shape == node.shape => {
                    if at.is_some_and(|at| at != places) {
                        return None;
                    }
                    at = Some(places);
                }
                _ if matches!(self.graph.node(arg).kind, NodeKind::Constant(_)) => {}
                _ => return None,
            }
        }
        let at = at?;
        let constant = |k: usize| match &self.graph.node(node.args[k]).kind {
            NodeKind::Constant(value) => value.as_f64(),
            _ => None,
        };
        let sparse = |k: usize| !matches!(self.graph.node(node.args[k]).kind, NodeKind::Constant(_));
        let keeps = match map {
            Map::Neg | Map::Abs | Map::Sign | Map::Sqrt | Map::Cbrt | Map::Expm1 | Map::Log1p | Map::Sin | Map::Tan => {
                true
            }
            Map::Asin | Map::Atan | Map::Sinh | Map::Tanh | Map::Asinh | Map::Atanh | Map::Relu | Map::Gelu => true,
            Map::Erf | Map::Floor | Map::Ceil | Map::Round | Map::Trunc | Map::Real | Map::Imag | Map::Conj => true,
            Map::IsNan | Map::IsInf | Map::Cast(_) => true,
            Map::Add | Map::Sub | Map::Min | Map::Max | Map::Hypot => sparse(0) && sparse(1),
            Map::Div => constant(1).is_some_and(|c| c != 0.0 && !c.is_nan()),
            Map::Pow => sparse(0) && constant(1).is_some_and(|c| c > 0.0),
            _ => false,
        };
        if !keeps {
            return None;
        }
        let axes = self.indices(at).map(Some);
        let args = node.args.iter().map(|&arg| self.at_places(arg, node, &axes, at, 0)).collect();
        Some(Form::Sparse(self.values(NodeKind::Map(map), args, node.dtype, at), at))
    }

    /// A reduction of a sparse value, where its zeros add nothing.
    fn fold(&mut self, fold: Fold, axes: &[usize], node: &Node, values: NodeId, at: Places) -> Option<NodeId> {
        let argument = self.graph.node(node.args[0]);
        let all = axes.len() == 2;
        let floats = node.dtype.is_float() || node.dtype.is_complex();
        match fold {
            Fold::Sum | Fold::Norm | Fold::Count | Fold::Any if all => {
                Some(self.build.push(NodeKind::Fold(fold, vec![0]), vec![values], node.dtype, Shape::SCALAR))
            }
            Fold::Mean if floats && argument.dtype == node.dtype => {
                let sum = match all {
                    true => {
                        self.build.push(NodeKind::Fold(Fold::Sum, vec![0]), vec![values], node.dtype, Shape::SCALAR)
                    }
                    false => self.sum_along(axes[0], node, values, at),
                };
                let count: usize = axes.iter().map(|&a| argument.shape[a]).product();
                let divisor = self.build.constant(count as f64, node.dtype);
                (reassociates(node.dtype) && count > 0).then(|| {
                    self.build.push(NodeKind::Map(Map::Div), vec![sum, divisor], node.dtype, node.shape.clone())
                })
            }
            Fold::Sum => Some(self.sum_along(axes[0], node, values, at)),
            _ => None,
        }
    }

    fn sum_along(&mut self, axis: usize, node: &Node, values: NodeId, at: Places) -> NodeId {
        let kept = self.indices(at)[1 - axis];
        let values = match self.build.nodes[values].dtype == node.dtype {
            true => values,
            false => self.values(NodeKind::Map(Map::Cast(node.dtype)), vec![values], node.dtype, at),
        };
        self.scatter(vec![values, kept], node)
    }

    /// The values on the diagonal, others zero.
    fn on_diagonal(&mut self, values: NodeId, at: Places) -> NodeId {
        let [rows, columns] = self.indices(at);
        let on = self.values(NodeKind::Map(Map::Eq), vec![rows, columns], DType::Bool, at);
        let dtype = self.build.nodes[values].dtype;
        let zero = NodeKind::Constant(Array::zeros(dtype, Shape::SCALAR).expect("one entry").get(&[]));
        let zero = self.build.push(zero, vec![], dtype, Shape::SCALAR);
        self.values(NodeKind::Map(Map::Where), vec![on, values, zero], dtype, at)
    }

    fn scatter(&mut self, args: Vec<NodeId>, node: &Node) -> NodeId {
        self.build.push(NodeKind::Sparse(SparseOp::Scatter), args, node.dtype, node.shape.clone())
    }

    /// `Diag(x) * S` and `S * Diag(x)` scale rows and columns.
    fn scaled(&mut self, node: &Node) -> Option<Form> {
        for k in 0..2 {
            let Form::Sparse(values, at) = self.forms[node.args[k]] else { continue };
            let other = self.graph.node(node.args[1 - k]);
            let NodeKind::Map(Map::Where) = other.kind else { continue };
            let Some(spread) = diagonal_of(self.graph, other) else { continue };
            let NodeKind::Expand(_) = self.graph.node(spread).kind else { continue };
            let entries = self.graph.node(spread).args[0];
            let index = self.indices(at)[1 - k];
            let factor = self.gather(entries, &[Some(index)], at, 0);
            let args = if k == 0 { vec![values, factor] } else { vec![factor, values] };
            return Some(Form::Sparse(self.values(NodeKind::Map(Map::Mul), args, node.dtype, at), at));
        }
        None
    }

    /// An argument of an elementwise node at the places of that node.
    fn at_places(&mut self, arg: NodeId, node: &Node, axes: &[Along], at: Places, depth: usize) -> NodeId {
        let shape = &self.graph.node(arg).shape;
        let along: Vec<Along> = shape
            .iter()
            .zip(node.shape.iter())
            .zip(axes)
            .map(|((&a, &n), &index)| if a == 1 && n != 1 { None } else { index })
            .collect();
        self.gather(arg, &along, at, depth)
    }

    /// The entries of a node where each axis follows an index: a vector, or a scalar if none does.
    fn gather(&mut self, id: NodeId, axes: &[Along], at: Places, depth: usize) -> NodeId {
        let graph = self.graph;
        let node = graph.node(id);
        if let (Form::Sparse(values, own), &[Some(row), Some(column)]) = (self.forms[id], axes) {
            if self.indices(own) == [row, column] && own == at {
                return values;
            }
            // In the order of its rows.
            let [rows, columns] = self.indices(Places { transposed: false, ..own });
            let (row, column) = if own.transposed { (column, row) } else { (row, column) };
            let args = vec![values, rows, columns, row, column];
            return self.values(NodeKind::Sparse(SparseOp::Lookup), args, node.dtype, at);
        }
        if depth < MAX_DEPTH {
            match &node.kind {
                NodeKind::Constant(_) => return self.dense(id),
                NodeKind::Map(map) => {
                    let args: Vec<NodeId> =
                        node.args.iter().map(|&arg| self.at_places(arg, node, axes, at, depth + 1)).collect();
                    let one = args.iter().all(|&a| self.build.shape(a).ndim() == 0);
                    let shape = if one { Shape::SCALAR } else { [self.count(at)].into() };
                    return self.build.push(NodeKind::Map(*map), args, node.dtype, shape);
                }
                NodeKind::Permute(order) => {
                    let mut of = vec![None; axes.len()];
                    order.iter().zip(axes).for_each(|(&axis, &index)| of[axis] = index);
                    return self.gather(node.args[0], &of, at, depth + 1);
                }
                NodeKind::Expand(order) => {
                    let lengths = &graph.node(node.args[0]).shape;
                    let of =
                        |(&axis, &n): (&usize, &usize)| if n == 1 && node.shape[axis] != 1 { None } else { axes[axis] };
                    let of: Vec<Along> = order.iter().zip(lengths.iter()).map(of).collect();
                    return self.gather(node.args[0], &of, at, depth + 1);
                }
                NodeKind::MatMul if self.samples(id, at) => {
                    if let &[Some(row), Some(column)] = axes {
                        let [a, b] = self.halves(id);
                        let args = vec![a, b, row, column];
                        return self.values(NodeKind::Sparse(SparseOp::Sampled), args, node.dtype, at);
                    }
                }
                _ => {}
            }
        }
        let dense = self.dense(id);
        // Axes that stand still have length 1 and go; an index along an axis of length 1 is 0.
        let moving: Vec<NodeId> =
            axes.iter().zip(node.shape.iter()).filter(|(_, n)| **n != 1).filter_map(|(index, _)| *index).collect();
        let squeezed = self.build.squeeze(dense);
        if moving.is_empty() {
            return squeezed;
        }
        let args = [vec![squeezed], moving].concat();
        self.values(NodeKind::Sparse(SparseOp::Gather), args, node.dtype, at)
    }

    /// Whether the entries of a product at places are computed one by one, rather than read from the whole product: not
    /// if it is there already, or is formed in less time and fits.
    fn samples(&self, id: NodeId, at: Places) -> bool {
        let node = self.graph.node(id);
        let Rewriting { allowed, memory, ref machine, .. } = *self.rewriting;
        if !allowed || !reassociates(node.dtype) || matches!(self.forms[id], Form::Dense(_)) {
            return false;
        }
        let chain = self.chain(id);
        let inner = self.inner(&chain, self.cut(&chain)) as f64;
        let (m, n, count) = (node.shape[0] as f64, node.shape[1] as f64, self.count(at) as f64);
        let bytes = m * n * node.dtype.size() as f64;
        let formed = machine.matmul(m, inner, n, node.dtype) + machine.gather(count, bytes);
        let fits = memory.is_none_or(|limit| bytes <= limit as f64 / 2.0);
        !fits || machine.sampled(count, (m, inner, n), node.dtype) <= formed
    }

    /// Where a chain is cut in two so that sampling the product of the halves costs least.
    fn cut(&self, chain: &[NodeId]) -> usize {
        (1..chain.len()).min_by_key(|&cut| self.inner(chain, cut)).unwrap_or(1)
    }

    fn inner(&self, chain: &[NodeId], cut: usize) -> usize {
        self.graph.node(chain[cut]).shape[0]
    }

    /// A product of matrices as a product of two, to be sampled.
    fn halves(&mut self, id: NodeId) -> [NodeId; 2] {
        let chain = self.chain(id);
        let cut = self.cut(&chain);
        [self.chained(&chain[..cut]), self.chained(&chain[cut..])]
    }

    /// The factors of a product of products; the product itself where its order may not be changed.
    fn chain(&self, id: NodeId) -> Vec<NodeId> {
        let (mut chain, mut stack) = (Vec::new(), vec![id]);
        while let Some(id) = stack.pop() {
            let node = self.graph.node(id);
            let product = matches!(node.kind, NodeKind::MatMul) && !matches!(self.forms[id], Form::Sparse(..));
            let opens = product && self.rewriting.allowed && reassociates(node.dtype);
            match opens && chain.len() + stack.len() < MAX_CHAIN {
                true => stack.extend(node.args.iter().rev()),
                false => chain.push(id),
            }
        }
        chain
    }

    /// The product of a chain in the order that takes least, by dynamic programming over its parts.
    fn chained(&mut self, chain: &[NodeId]) -> NodeId {
        let n = chain.len();
        let size = |k: usize, axis: usize| self.graph.node(chain[k]).shape[axis] as f64;
        let count = |k: usize| self.forms[chain[k]].sparse().map(|(_, at)| self.count(at) as f64);
        let dtype = self.graph.node(chain[0]).dtype;
        let mut best = vec![vec![(0.0f64, 0usize); n]; n];
        for length in 1..n {
            for from in 0..n - length {
                let to = from + length;
                let cost = |cut: usize| {
                    let (m, k, p) = (size(from, 0), size(cut, 1), size(to, 1));
                    let own = match (cut == from, cut + 1 == to) {
                        (true, _) if count(from).is_some() => {
                            self.rewriting.machine.sparse_product(count(from).unwrap_or(0.0), p, m)
                        }
                        (_, true) if count(to).is_some() => {
                            self.rewriting.machine.sparse_product(count(to).unwrap_or(0.0), m, p)
                        }
                        _ => self.rewriting.machine.matmul(m, k, p, dtype),
                    };
                    best[from][cut].0 + best[cut + 1][to].0 + own
                };
                best[from][to] =
                    (from..to).map(|cut| (cost(cut), cut)).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default();
            }
        }
        self.multiplied(chain, &best, 0, n - 1)
    }

    fn multiplied(&mut self, chain: &[NodeId], best: &[Vec<(f64, usize)>], from: usize, to: usize) -> NodeId {
        if from == to {
            return self.dense(chain[from]);
        }
        let cut = best[from][to].1;
        let (m, p) = (self.graph.node(chain[from]).shape[0], self.graph.node(chain[to]).shape[1]);
        let dtype = self.graph.node(chain[from]).dtype;
        let left = self.forms[chain[from]].sparse().filter(|_| cut == from);
        let right = self.forms[chain[to]].sparse().filter(|_| cut + 1 == to);
        let product = NodeKind::Sparse(SparseOp::Product);
        match (left, right) {
            (Some((values, at)), _) => {
                let other = self.multiplied(chain, best, cut + 1, to);
                let [rows, columns] = self.indices(at);
                self.build.push(product, vec![values, rows, columns, other], dtype, [m, p].into())
            }
            (None, Some((values, at))) => {
                // X S = (Sᵀ Xᵀ)ᵀ
                let other = self.multiplied(chain, best, from, cut);
                let [rows, columns] = self.indices(at);
                let turned = self.build.permute(other, vec![1, 0]);
                let turned = self.build.push(product, vec![values, columns, rows, turned], dtype, [p, m].into());
                self.build.permute(turned, vec![1, 0])
            }
            (None, None) => {
                let args = vec![self.multiplied(chain, best, from, cut), self.multiplied(chain, best, cut + 1, to)];
                self.build.push(NodeKind::MatMul, args, dtype, [m, p].into())
            }
        }
    }

    /// A node whole.
    fn dense(&mut self, id: NodeId) -> NodeId {
        // Arguments first, without calling oneself: a formula may be deep.
        let mut stack = vec![id];
        while let Some(&id) = stack.last() {
            let Form::Later = self.forms[id] else {
                stack.pop();
                continue;
            };
            let (before, parts) = (stack.len(), self.parts(id).0);
            stack.extend(parts.into_iter().filter(|&a| matches!(self.forms[a], Form::Later)));
            if stack.len() == before {
                stack.pop();
                let made = self.whole(id);
                self.forms[id] = Form::Dense(made);
            }
        }
        match self.forms[id] {
            Form::Dense(made) => made,
            Form::Sparse(values, at) => {
                if !self.densified.contains(&id) {
                    self.densified.push(id);
                }
                let [rows, columns] = self.indices(at);
                let node = self.graph.node(id).clone();
                self.scatter(vec![values, rows, columns], &node)
            }
            Form::Later => unreachable!("made above"),
        }
    }

    /// What a node is made of, and whether that is a chain of matrices with a sparse one among them.
    fn parts(&self, id: NodeId) -> (Vec<NodeId>, bool) {
        let node = self.graph.node(id);
        if matches!(node.kind, NodeKind::MatMul) {
            let chain = self.chain(id);
            if chain.len() > 1 && chain.iter().any(|&k| matches!(self.forms[k], Form::Sparse(..))) {
                return (chain, true);
            }
        }
        let products = node.args.iter().any(|&a| matches!(self.forms[a], Form::Sparse(..)));
        (node.args.clone(), products && matches!(node.kind, NodeKind::MatMul))
    }

    /// A node made of its parts, which are ready.
    fn whole(&mut self, id: NodeId) -> NodeId {
        let node = self.graph.node(id).clone();
        self.build.span = node.span;
        let (parts, chain) = self.parts(id);
        if chain {
            return self.chained(&parts);
        }
        let args = parts.into_iter().map(|a| self.dense(a)).collect();
        self.build.push(node.kind, args, node.dtype, node.shape)
    }
}
