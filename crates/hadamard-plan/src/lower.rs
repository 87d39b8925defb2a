//! Lowering: which nodes are materialised, in which order, and the fused nests between them.

use crate::{
    Access, AxisIndex, Dense, DenseOp, FoldOut, Instr, InstrKind, Load, Nest, Origin, Plan, Reg, Slot, SlotId, Step,
    Store, Walk, verify,
};
use hadamard_algebra::{Graph, Map, Node, NodeId, NodeKind};
use hadamard_array::Shape;
use std::collections::HashMap;

/// A value is computed once at its own rank, not inline, when the nest that uses it has this many times its entries.
const HOIST_RATIO: usize = 8;
/// A reduction walks row by row when at least this many kept entries lie behind the reduced axes; else it gathers.
const MIN_ROW: usize = 32;

/// Makes the plan of a checked graph.
pub fn plan(graph: &Graph) -> Plan {
    let mut lowering = Lowering::new(graph);
    lowering.choose_slots();
    lowering.emit();
    let plan = lowering.plan;
    verify::verify(&plan);
    plan
}

/// Something a step must produce.
#[derive(Clone, Copy)]
enum Root {
    /// The node's entries into the slot.
    Store(NodeId, SlotId),
    /// The fold node's results into the slot.
    Fold(NodeId, SlotId),
    /// The dense node's result into the slot.
    Dense(NodeId, SlotId),
}

struct Lowering<'g> {
    graph: &'g Graph,
    plan: Plan,
    /// Nodes whose entries later steps read from a slot.
    slots: HashMap<NodeId, SlotId>,
    /// For each node, the number of the last step it waits for.
    stage: Vec<usize>,
    /// What has to be produced, with the stage it belongs to.
    roots: Vec<(usize, Root)>,
    /// Nodes that feed much larger nests.
    hoisted: Vec<bool>,
}

impl<'g> Lowering<'g> {
    fn new(graph: &'g Graph) -> Self {
        let n = graph.nodes.len();
        let plan = Plan { slots: Vec::new(), steps: Vec::new(), results: Vec::new() };
        let mut hoisted = vec![false; n];
        for node in &graph.nodes {
            if matches!(node.kind, NodeKind::Map(_) | NodeKind::Expand(_)) {
                for &arg in &node.args {
                    let small = graph.node(arg).shape.size().saturating_mul(HOIST_RATIO) <= node.shape.size();
                    hoisted[arg] |= small && matches!(graph.node(arg).kind, NodeKind::Map(_));
                }
            }
        }
        keep_branches_inline(graph, &mut hoisted);
        Lowering { graph, plan, slots: HashMap::new(), stage: vec![0; n], roots: Vec::new(), hoisted }
    }

    fn slot(&mut self, node: NodeId, origin: Origin) -> SlotId {
        let Node { dtype, shape, .. } = self.graph.node(node);
        self.plan.slots.push(Slot { dtype: *dtype, shape: shape.clone(), origin, node });
        self.plan.slots.len() - 1
    }

    /// A reduction of everything does not see the shape of what it reduces.
    fn fold_argument(&self, node: &Node, axes: &[usize]) -> (NodeId, Vec<usize>) {
        let mut arg = node.args[0];
        if axes.len() < self.graph.node(arg).shape.ndim() {
            return (arg, axes.to_vec());
        }
        while matches!(self.graph.node(arg).kind, NodeKind::Reshape) {
            arg = self.graph.node(arg).args[0];
        }
        (arg, (0..self.graph.node(arg).shape.ndim()).collect())
    }

    /// The stage after which a node's entries lie in a slot, materialising it if they otherwise would not.
    fn materialise(&mut self, id: NodeId) -> usize {
        if !self.slots.contains_key(&id) && !self.is_view_of_slot(id) {
            let stage = self.stage[id] + 1;
            let slot = self.slot(id, Origin::Temporary);
            self.slots.insert(id, slot);
            self.roots.push((stage, Root::Store(id, slot)));
            self.stage[id] = stage;
        }
        self.stage[id]
    }

    /// Whether a chain of views leads to a slot, so that a dense kernel can read it in place.
    fn is_view_of_slot(&self, id: NodeId) -> bool {
        let node = self.graph.node(id);
        self.slots.contains_key(&id)
            || matches!(node.kind, NodeKind::Permute(_) | NodeKind::Slice(_) | NodeKind::Diagonal | NodeKind::Expand(_))
                && self.is_view_of_slot(node.args[0])
    }

    /// Only nodes that some result needs.
    fn reachable(&self) -> Vec<bool> {
        let mut live = vec![false; self.graph.nodes.len()];
        for output in &self.graph.outputs {
            live[output.node] = true;
        }
        for id in (0..live.len()).rev() {
            if live[id] {
                let node = self.graph.node(id);
                match &node.kind {
                    NodeKind::Fold(_, axes) => live[self.fold_argument(node, axes).0] = true,
                    _ => node.args.iter().for_each(|&a| live[a] = true),
                }
            }
        }
        live
    }

    fn choose_slots(&mut self) {
        let live = self.reachable();
        for (id, node) in self.graph.nodes.iter().enumerate().filter(|(id, _)| live[*id]) {
            let below = |me: &Self| node.args.iter().map(|&a| me.stage[a]).max().unwrap_or(0);
            match &node.kind {
                NodeKind::Operand(k) => {
                    let slot = self.slot(id, Origin::Operand(*k));
                    self.slots.insert(id, slot);
                }
                NodeKind::Stored(k, part) => {
                    let slot = self.slot(id, Origin::Stored(*k, *part));
                    self.slots.insert(id, slot);
                }
                NodeKind::Literal(array) => {
                    let slot = self.slot(id, Origin::Literal(array.clone()));
                    self.slots.insert(id, slot);
                }
                NodeKind::Fold(_, axes) => {
                    let (arg, _) = self.fold_argument(node, axes);
                    self.stage[id] = self.stage[arg] + 1;
                    let slot = self.slot(id, Origin::Temporary);
                    self.slots.insert(id, slot);
                    self.roots.push((self.stage[id], Root::Fold(id, slot)));
                }
                NodeKind::MatMul
                | NodeKind::Inv
                | NodeKind::Det
                | NodeKind::Rank
                | NodeKind::Spectrum(_)
                | NodeKind::Scan(_)
                | NodeKind::Concat(_)
                | NodeKind::Sparse(_) => {
                    let ready = node.args.iter().map(|&a| self.materialise(a)).max().unwrap_or(0);
                    self.stage[id] = ready + 1;
                    let slot = self.slot(id, Origin::Temporary);
                    self.slots.insert(id, slot);
                    self.roots.push((self.stage[id], Root::Dense(id, slot)));
                }
                NodeKind::Reshape if self.slots.contains_key(&node.args[0]) => {
                    self.stage[id] = below(self);
                    let slot = self.slot(id, Origin::Reshaped(self.slots[&node.args[0]]));
                    self.slots.insert(id, slot);
                }
                NodeKind::Reshape => {
                    self.stage[id] = below(self) + 1;
                    let slot = self.slot(id, Origin::Temporary);
                    self.slots.insert(id, slot);
                    self.roots.push((self.stage[id], Root::Store(node.args[0], slot)));
                }
                NodeKind::Constant(_)
                | NodeKind::Identity
                | NodeKind::Permute(_)
                | NodeKind::Slice(_)
                | NodeKind::Diagonal
                | NodeKind::Expand(_)
                | NodeKind::Map(_) => {
                    self.stage[id] = below(self);
                    if self.hoisted[id] {
                        self.materialise(id);
                    }
                }
            }
        }
        self.choose_results(&live);
    }

    /// Results: a slot only a step writes becomes the result itself; anything else is stored once more.
    fn choose_results(&mut self, live: &[bool]) {
        let mut readers = vec![0usize; self.graph.nodes.len()];
        for (_, node) in self.graph.nodes.iter().enumerate().filter(|(id, _)| live[*id]) {
            match &node.kind {
                NodeKind::Fold(_, axes) => readers[self.fold_argument(node, axes).0] += 1,
                _ => node.args.iter().for_each(|&a| readers[a] += 1),
            }
        }
        for k in 0..self.graph.outputs.len() {
            let id = self.graph.outputs[k].node;
            let taken = self.slots.get(&id).copied().filter(|s| !self.plan.results.contains(s));
            let result = match taken {
                Some(slot) if matches!(self.plan.slots[slot].origin, Origin::Temporary) => {
                    let again = self.graph.outputs.iter().filter(|o| o.node == id).count() > 1;
                    if readers[id] == 0 && !again {
                        self.plan.slots[slot].origin = Origin::Result;
                    }
                    slot
                }
                // What a step keeps in memory is delivered from there in any shape.
                Some(slot) if self.is_reshaped_temporary(slot) => slot,
                _ => {
                    let slot = self.slot(id, Origin::Result);
                    self.roots.push((self.stage[id] + 1, Root::Store(id, slot)));
                    slot
                }
            };
            self.plan.results.push(result);
        }
    }

    fn is_reshaped_temporary(&self, slot: SlotId) -> bool {
        match self.plan.slots[slot].origin {
            Origin::Reshaped(of) => {
                self.is_reshaped_temporary(of) || matches!(self.plan.slots[of].origin, Origin::Temporary)
            }
            _ => false,
        }
    }

    fn emit(&mut self) {
        let last = self.roots.iter().map(|r| r.0).max().unwrap_or(0);
        for stage in 1..=last {
            let mut nests: Vec<(Nest, Builder)> = Vec::new();
            let roots: Vec<Root> = self.roots.iter().filter(|r| r.0 == stage).map(|r| r.1).collect();
            // Reductions first: stores join the walk they need.
            for root in roots.iter().filter(|r| matches!(r, Root::Fold(..))) {
                self.add_fold(&mut nests, *root, stage);
            }
            for root in roots.iter().filter(|r| matches!(r, Root::Store(..))) {
                self.add_store(&mut nests, *root, stage);
            }
            self.plan.steps.extend(nests.into_iter().map(|(nest, _)| Step::Nest(nest)));
            for root in roots {
                if let Root::Dense(id, slot) = root {
                    let dense = self.dense(id, slot);
                    self.plan.steps.push(Step::Dense(dense));
                }
            }
        }
    }

    fn add_store(&self, nests: &mut Vec<(Nest, Builder)>, root: Root, stage: usize) {
        let Root::Store(id, slot) = root else { return };
        let shape = &self.graph.node(id).shape;
        let found = nests.iter().position(|(n, b)| n.space == *shape && b.natural);
        let at = found.unwrap_or_else(|| {
            nests.push(new_nest(shape.clone(), Walk::Linear, true, stage));
            nests.len() - 1
        });
        let (nest, builder) = &mut nests[at];
        let access = Access::identity(shape.ndim());
        let value = if self.slots.get(&id) == Some(&slot) {
            self.compute(nest, builder, id, &access)
        } else {
            self.lower(nest, builder, id, &access)
        };
        nest.stores.push(Store { value, slot });
    }

    fn add_fold(&self, nests: &mut Vec<(Nest, Builder)>, root: Root, stage: usize) {
        let Root::Fold(id, slot) = root else { return };
        let node = self.graph.node(id);
        let NodeKind::Fold(fold, axes) = &node.kind else { return };
        let (arg, axes) = self.fold_argument(node, axes);
        let shape = &self.graph.node(arg).shape;
        let ndim = shape.ndim();
        let count = axes.iter().map(|&a| shape[a]).product();
        let trailing = axes.iter().rev().enumerate().all(|(back, &a)| a + 1 + back == ndim);
        let adjacent = axes.windows(2).all(|w| w[1] == w[0] + 1);
        let inner: usize = axes.last().map_or(1, |&a| shape[a + 1..].iter().product());
        let (walk, order): (Walk, Vec<usize>) = if trailing {
            (Walk::Linear, (0..ndim).collect())
        } else if adjacent && inner >= MIN_ROW {
            (Walk::Rows { reduced: count, inner, axis: axes[0] }, (0..ndim).collect())
        } else {
            let kept = (0..ndim).filter(|a| !axes.contains(a));
            (Walk::Linear, kept.chain(axes.iter().copied()).collect())
        };
        let natural = order.iter().enumerate().all(|(i, &a)| i == a);
        let space: Shape = order.iter().map(|&a| shape[a]).collect();
        let found = nests.iter().position(|(n, b)| b.natural && natural && n.space == space && n.walk == walk);
        let at = found.unwrap_or_else(|| {
            nests.push(new_nest(space, walk, natural, stage));
            nests.len() - 1
        });
        let (nest, builder) = &mut nests[at];
        // Axis `order[d]` of the argument follows dimension `d` of the space.
        let mut access = vec![AxisIndex::fixed(0); ndim];
        for (d, &a) in order.iter().enumerate() {
            access[a] = AxisIndex::dim(d);
        }
        let value = self.lower(nest, builder, arg, &Access(access));
        nest.folds.push(FoldOut { value, fold: *fold, count, slot, node: id });
    }

    fn dense(&self, id: NodeId, out: SlotId) -> Dense {
        let node = self.graph.node(id);
        let op = match node.kind {
            NodeKind::MatMul => DenseOp::MatMul,
            NodeKind::Inv => DenseOp::Inv,
            NodeKind::Det => DenseOp::Det,
            NodeKind::Rank => DenseOp::Rank,
            NodeKind::Spectrum(spectrum) => DenseOp::Spectrum(spectrum),
            NodeKind::Scan(fold) => DenseOp::Scan(fold),
            NodeKind::Concat(axis) => DenseOp::Concat(axis),
            NodeKind::Sparse(op) => DenseOp::Sparse(op),
            _ => unreachable!("only dense nodes become dense roots"),
        };
        let args =
            node.args.iter().map(|&a| self.view(a, &Access::identity(self.graph.node(a).shape.ndim()))).collect();
        let shapes = node.args.iter().map(|&a| self.graph.node(a).shape.clone()).collect();
        Dense { op, args, shapes, out, node: id }
    }

    /// The load a chain of views leads to.
    fn view(&self, id: NodeId, access: &Access) -> Load {
        let node = self.graph.node(id);
        match self.slots.get(&id) {
            Some(&slot) => Load { slot, access: access.clone() },
            None => self.view(node.args[0], &through_view(node, access)),
        }
    }

    /// Emits what computes `id` under `access`, once for each distinct pair.
    fn lower(&self, nest: &mut Nest, builder: &mut Builder, id: NodeId, access: &Access) -> Reg {
        let key = (id, access.clone());
        if let Some(&reg) = builder.memo.get(&key) {
            return reg;
        }
        // What is written in this very stage, for a later one, is computed here too.
        let written = self.slots.get(&id).filter(|_| self.stage[id] < builder.stage);
        let reg = if let Some(&slot) = written {
            nest.loads.push(Load { slot, access: access.clone() });
            let kind = InstrKind::Load(nest.loads.len() - 1);
            nest.body.push(Instr { kind, dtype: self.graph.node(id).dtype });
            nest.body.len() - 1
        } else {
            self.compute(nest, builder, id, access)
        };
        builder.memo.insert(key, reg);
        reg
    }

    /// Emits what computes `id` from its arguments, whether or not it also has a slot.
    fn compute(&self, nest: &mut Nest, builder: &mut Builder, id: NodeId, access: &Access) -> Reg {
        let node = self.graph.node(id);
        let kind = match &node.kind {
            NodeKind::Constant(value) => InstrKind::Const(*value),
            NodeKind::Identity => InstrKind::Same(access.0[0], access.0[1]),
            NodeKind::Map(map) => {
                let args = node.args.iter().map(|&a| {
                    let argument = access.broadcast(&self.graph.node(a).shape, &node.shape);
                    self.lower(nest, builder, a, &argument)
                });
                InstrKind::Map { map: *map, args: args.collect(), access: access.clone(), node: id }
            }
            _ => return self.lower(nest, builder, node.args[0], &through_view(node, access)),
        };
        nest.body.push(Instr { kind, dtype: node.dtype });
        nest.body.len() - 1
    }
}

/// A branch that `where` does not take must not fail, so what may fail there stays in the nest that knows the mask.
fn keep_branches_inline(graph: &Graph, hoisted: &mut [bool]) {
    let mut guarded = vec![false; hoisted.len()];
    for (id, node) in graph.nodes.iter().enumerate().rev() {
        let NodeKind::Map(map) = node.kind else { continue };
        let may_fail = node.dtype.is_int() || matches!(map, Map::Div | Map::Inverse);
        hoisted[id] &= !(guarded[id] && may_fail);
        for (k, &arg) in node.args.iter().enumerate() {
            guarded[arg] |= guarded[id] || (map == Map::Where && k > 0);
        }
    }
}

/// The access of a view's argument.
fn through_view(node: &Node, access: &Access) -> Access {
    match &node.kind {
        NodeKind::Permute(axes) => access.permute(axes),
        NodeKind::Slice(slices) => access.slice(slices),
        NodeKind::Diagonal => Access(vec![access.0[0]; 2]),
        NodeKind::Expand(axes) => access.expand(axes),
        _ => unreachable!("every other node has a slot or is an instruction"),
    }
}

/// What a nest under construction remembers.
struct Builder {
    memo: HashMap<(NodeId, Access), Reg>,
    /// Whether the space is the shape of its values, not a permutation of it: then stores may join.
    natural: bool,
    /// The stage it belongs to: it reads what earlier ones have written.
    stage: usize,
}

fn new_nest(space: Shape, walk: Walk, natural: bool, stage: usize) -> (Nest, Builder) {
    let nest = Nest { space, loads: vec![], body: vec![], stores: vec![], folds: vec![], walk };
    (nest, Builder { memo: HashMap::new(), natural, stage })
}

impl Nest {
    /// Whether an untaken branch of a `where` may hide a fault of its computation.
    pub fn has_select(&self) -> bool {
        self.body.iter().any(|i| matches!(i.kind, InstrKind::Map { map: Map::Where, .. }))
    }
}
