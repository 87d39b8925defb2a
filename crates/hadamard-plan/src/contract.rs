//! The optimiser: sums of products are taken apart into factors and put together again in the cheapest order.
//!
//! The matrix product, ∘, ⊗, ∗, •, transposes, `Diag`, `diag`, traces, sums and reshapes only share, pair and sum indices. A
//! part of a checked graph made of them is one [network](network::Network) of factors, whatever it was written as, and any
//! order of multiplying and summing its factors computes it. The [order](order) is searched exactly, and the result is a
//! checked graph again, which lowering turns into nests and matrix products like any other.
//!
//! What may change: only the order of sums that nobody promised, those of a matrix product of floats and what stands around
//! it. A sum with no matrix product below it keeps its tree, and is a leaf. So are sums of terms, powers and functions:
//! taking those apart could cancel digits, and is done on
//! request only. Integers, whose overflow would be met elsewhere, and floats below 32 bits, which
//! round elsewhere, stay as written.

mod build;
mod distribute;
mod emit;
mod factor;
mod index;
mod network;
mod order;

use crate::sparse::{self, Places, Rewritten};
use crate::{Cost, Machine, Plan, plan};
pub(crate) use build::Builder;
use emit::Emitter;
use hadamard_algebra::laws::Class;
use hadamard_algebra::{Graph, NodeId, NodeKind, Operand, Span};
use hadamard_array::MAX_NDIM;
use index::{Digits, Var};
use network::{Expander, Network, with_products};
pub(crate) use network::{diagonal_of, reassociates};
use order::{Part, Problem, Set, Tree};
use std::collections::HashMap;
use std::rc::Rc;

/// Whether and how formulas are rewritten.
#[derive(Clone, Debug, PartialEq)]
pub struct Rewriting {
    /// Whether anything is rewritten at all.
    pub allowed: bool,
    /// Formulas that are predicted to take fewer nanoseconds as written are left alone.
    pub worth: f64,
    /// The most bytes that the values kept between steps may take, if a plan is to be chosen over the one as written.
    pub memory: Option<u64>,
    /// Whether sums may be multiplied out, which can lose digits.
    pub cancelling: bool,
    /// The rates by which plans are compared.
    pub machine: Machine,
}

impl Default for Rewriting {
    fn default() -> Self {
        Rewriting { allowed: true, worth: 50_000.0, memory: None, cancelling: false, machine: Machine::default() }
    }
}

impl Rewriting {
    /// Every formula is evaluated as written.
    pub fn none() -> Rewriting {
        Rewriting { allowed: false, ..Rewriting::default() }
    }
}

/// What a plan is predicted to take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// Arithmetic and traffic.
    pub cost: Cost,
    /// Nanoseconds.
    pub time: f64,
    /// Bytes kept between steps.
    pub temporary: u128,
}

impl Prediction {
    fn of(plan: &Plan, machine: &Machine) -> Prediction {
        Prediction { cost: plan.cost(), time: machine.time(plan), temporary: plan.temporary_bytes() }
    }
}

/// A part of the formula that is evaluated in another order.
#[derive(Clone, Debug, PartialEq)]
pub struct Contraction {
    /// Where it stands in the formula.
    pub span: Span,
    /// How many factors were found.
    pub factors: usize,
    /// The node of the graph that was put in order.
    node: NodeId,
}

/// A formula with the plan that was chosen for it.
#[derive(Clone, Debug)]
pub struct Optimised {
    /// The graph the plan computes, if it is another than the one as written.
    pub graph: Option<Graph>,
    /// The plan.
    pub plan: Plan,
    /// What the plan as written is predicted to take.
    pub written: Prediction,
    /// What the chosen plan is predicted to take; never more.
    pub chosen: Prediction,
    /// What was put in another order.
    pub contractions: Vec<Contraction>,
    /// What the plan does to floats, compared with the one as written: exact for that one itself.
    pub class: Class,
    /// For each result, the places of its entries, if it is sparse.
    pub places: Vec<Option<Places>>,
    /// What becomes of sparse operands, if there are any.
    pub sparse: Option<Sparsity>,
}

/// What a plan does with sparse operands.
#[derive(Clone, Debug, PartialEq)]
pub struct Sparsity {
    /// Whether their stored entries are worked on: not if all entries are stored and it is predicted to take less time to
    /// take the operands for dense ones.
    pub stored: bool,
    /// Sparse parts of the formula that are made dense all the same.
    pub densified: Vec<Span>,
}

/// Chooses a plan for a checked graph. The plan as written is always a candidate. Results listed in `wanted` are given as the
/// values of their stored entries if they are sparse.
///
/// Operands that store every entry may be taken for dense matrices. Others never are: there a zero that is not stored would be
/// a number, and give NaN against what is not finite.
pub fn optimise(graph: &Graph, rewriting: &Rewriting, wanted: &[usize]) -> Optimised {
    let as_written = Rewriting { allowed: false, ..rewriting.clone() };
    let Some(written) = sparse::rewritten(graph, wanted, &as_written) else { return ordered(graph, rewriting) };
    let best = on_stored(graph, written, &as_written, Class::Exact);
    if !rewriting.allowed || best.chosen.time < rewriting.worth {
        return best;
    }
    let given = wanted.iter().any(|&k| best.places[k].is_some());
    let fits = |bytes: u64| rewriting.memory.is_none_or(|limit| bytes <= limit / 2);
    let bytes = |o: &Operand| o.shape.size() as u64 * o.dtype.size() as u64;
    let whole = graph.operands.iter().all(|o| o.stored.is_none_or(|n| n == o.shape.size()));
    let dense = whole && !given && fits(graph.operands.iter().filter(|o| o.stored.is_some()).map(bytes).sum());
    let dense = dense.then(|| {
        let sparse = best.sparse.clone().map(|s| Sparsity { stored: false, ..s });
        Optimised { places: best.places.clone(), class: Class::Reassociating, sparse, ..ordered(graph, rewriting) }
    });
    let stored = sparse::rewritten(graph, wanted, rewriting);
    let stored = stored.map(|found| on_stored(graph, found, rewriting, Class::Reassociating));
    [stored, dense].into_iter().flatten().fold(best, |best, other| best.or(other, rewriting))
}

/// The plan for a graph rewritten to work on stored entries.
fn on_stored(graph: &Graph, found: Rewritten, rewriting: &Rewriting, class: Class) -> Optimised {
    let Rewritten { graph: stored, places, densified } = found;
    let densified = densified.iter().map(|&id| graph.node(id).span).collect();
    let sparse = Some(Sparsity { stored: true, densified });
    let plan = ordered(&stored, rewriting);
    let class = if plan.class == Class::Cancelling { plan.class } else { class };
    Optimised { graph: Some(plan.graph.unwrap_or(stored)), places, class, sparse, ..plan }
}

impl Optimised {
    /// The better of a plan and another for the same results.
    fn or(self, other: Optimised, rewriting: &Rewriting) -> Optimised {
        let over = |p: &Prediction| rewriting.memory.is_some_and(|limit| p.temporary > u128::from(limit));
        let (old, new) = (&self.chosen, &other.chosen);
        // Memory first: what does not fit cannot run, however quick it would be.
        let chosen = match (over(old), over(new)) {
            (true, false) => new.time <= self.written.time,
            (false, true) => false,
            (true, true) => new.time < old.time && new.temporary <= old.temporary,
            (false, false) => new.time < old.time,
        };
        if chosen { Optimised { written: self.written, ..other } } else { self }
    }
}

/// The plan for a graph as it is, or with its products in another order.
fn ordered(graph: &Graph, rewriting: &Rewriting) -> Optimised {
    let plan = plan(graph);
    let written = Prediction::of(&plan, &rewriting.machine);
    let contractions = Vec::new();
    let class = Class::Exact;
    let places = vec![None; graph.outputs.len()];
    let mut best = Optimised { graph: None, plan, written, chosen: written, contractions, class, places, sparse: None };
    let products = graph.nodes.iter().any(|n| matches!(n.kind, NodeKind::MatMul) && reassociates(n.dtype));
    let empty = graph.nodes.iter().any(|n| n.shape.size() == 0);
    if !rewriting.allowed || !products || empty || written.time < rewriting.worth {
        return best;
    }
    let factored = factor::factored(graph).map(|g| (g, Class::Reassociating));
    let distributed = if rewriting.cancelling { distribute::distributed(graph) } else { None };
    let distributed = distributed.map(|g| (g, Class::Cancelling));
    for (graph, class) in [Some((graph.clone(), Class::Reassociating)), factored, distributed].into_iter().flatten() {
        for kept in kept_whole(&graph) {
            best = better(best, &graph, class, &kept, rewriting);
        }
    }
    best
}

/// Which nodes may be leaves because they are needed whole anyway: none, or all that several others read.
fn kept_whole(graph: &Graph) -> Vec<Vec<bool>> {
    let mut readers = vec![0usize; graph.nodes.len()];
    for arg in graph.nodes.iter().flat_map(|n| &n.args).chain(graph.outputs.iter().map(|o| &o.node)) {
        readers[*arg] += 1;
    }
    let none = vec![false; graph.nodes.len()];
    let shared: Vec<bool> = readers.iter().map(|&n| n > 1).collect();
    let differ = graph.nodes.iter().zip(&shared).any(|(n, &s)| s && matches!(n.kind, NodeKind::MatMul));
    if differ { vec![none, shared] } else { vec![none] }
}

/// The best of a plan and the rewritings with these nodes kept whole: with all networks, and without each that does not help.
fn better(best: Optimised, graph: &Graph, class: Class, kept: &[bool], rewriting: &Rewriting) -> Optimised {
    let mut left = vec![false; graph.nodes.len()];
    let mut search = Search { graph, class, kept, rewriting, ordered: HashMap::new(), budget: BUDGET };
    let mut candidate = |left: &[bool]| search.candidate(left);
    let Some(all) = candidate(&left) else { return best };
    let mut current = all.clone();
    for contraction in all.contractions.iter().take(MAX_TRIED) {
        left[contraction.node] = true;
        match candidate(&left) {
            Some(other) if other.chosen.time < current.chosen.time => current = other,
            _ => left[contraction.node] = false,
        }
    }
    best.or(current, rewriting)
}

/// Ways to cut subsets in two that are looked at for one graph; when they are spent, more factors are joined greedily.
const BUDGET: usize = 1 << 20;
/// So many networks are tried left alone.
const MAX_TRIED: usize = 16;

/// Candidates for one graph: orders do not depend on which networks are left alone, and are sought once.
struct Search<'g> {
    graph: &'g Graph,
    class: Class,
    kept: &'g [bool],
    rewriting: &'g Rewriting,
    ordered: HashMap<NodeId, Option<Rc<Ordered>>>,
    budget: usize,
}

impl Search<'_> {
    fn ordered(&mut self, expander: &Expander<'_>, id: NodeId) -> Option<Rc<Ordered>> {
        if let Some(known) = self.ordered.get(&id) {
            return known.clone();
        }
        let network = expander.network(id);
        let found = network.and_then(|n| Ordered::of(n, self.graph, id, self.rewriting, &mut self.budget)).map(Rc::new);
        self.ordered.insert(id, found.clone());
        found
    }

    /// The graph with its networks put in order, but for those rooted at `left` nodes, and its plan. `None` if there is
    /// nothing to put in order.
    fn candidate(&mut self, left: &[bool]) -> Option<Optimised> {
        let graph = self.graph;
        let with_products = with_products(graph, self.kept);
        let expander = Expander { graph, with_products: &with_products, kept: self.kept };
        let mut needed = vec![false; graph.nodes.len()];
        graph.outputs.iter().for_each(|o| needed[o.node] = true);
        let mut ordered: Vec<Option<Rc<Ordered>>> = vec![None; graph.nodes.len()];
        for id in (0..graph.nodes.len()).rev() {
            if !needed[id] {
                continue;
            }
            if with_products[id] && !left[id] {
                ordered[id] = self.ordered(&expander, id);
            }
            match &ordered[id] {
                Some(found) => found.network.factors.iter().for_each(|f| needed[f.node] = true),
                None => graph.node(id).args.iter().for_each(|&a| needed[a] = true),
            }
        }
        if ordered.iter().all(Option::is_none) {
            return None;
        }
        Some(self.written(&needed, &ordered))
    }

    /// The candidate with these networks in order.
    fn written(&self, needed: &[bool], ordered: &[Option<Rc<Ordered>>]) -> Optimised {
        let graph = self.graph;
        let mut build = Builder::default();
        let mut moved = vec![0; graph.nodes.len()];
        let mut contractions = Vec::new();
        for (id, node) in graph.nodes.iter().enumerate().filter(|(id, _)| needed[*id]) {
            build.span = node.span;
            moved[id] = match ordered[id].as_deref() {
                Some(Ordered { network, tree, numbered }) => {
                    let leaves: Vec<NodeId> = network.factors.iter().map(|f| moved[f.node]).collect();
                    contractions.push(Contraction { span: node.span, factors: network.factors.len(), node: id });
                    let emitter = Emitter { build: &mut build, network, leaves: &leaves, numbered, dtype: node.dtype };
                    emitter.emit(tree, &node.shape)
                }
                None => {
                    let args = node.args.iter().map(|&a| moved[a]).collect();
                    build.push(node.kind.clone(), args, node.dtype, node.shape.clone())
                }
            };
        }
        let mut outputs = graph.outputs.clone();
        outputs.iter_mut().for_each(|o| o.node = moved[o.node]);
        let graph = Graph { nodes: build.nodes, operands: graph.operands.clone(), outputs }.pruned();
        let plan = plan(&graph);
        let chosen = Prediction::of(&plan, &self.rewriting.machine);
        let places = vec![None; graph.outputs.len()];
        let class = self.class;
        Optimised { graph: Some(graph), plan, written: chosen, chosen, contractions, class, places, sparse: None }
    }
}

/// A network with the order of its factors.
struct Ordered {
    network: Network,
    tree: Tree,
    /// The digits in the order of their bits.
    numbered: Digits,
}

impl Ordered {
    fn of(network: Network, graph: &Graph, id: NodeId, rewriting: &Rewriting, budget: &mut usize) -> Option<Ordered> {
        let mut numbered = Digits::new();
        let wanted: Digits = network.out.iter().flatten().copied().collect();
        for &var in network.factors.iter().flat_map(|f| f.axes.iter().flatten()).chain(&wanted) {
            if !numbered.contains(&var) {
                numbered.push(var);
            }
        }
        // A digit that a factor has twice is a diagonal, which is a view of matrices only.
        let viewed = network.factors.iter().all(|f| {
            let digits: Digits = f.axes.iter().flatten().copied().collect();
            let distinct = (1..digits.len()).all(|k| !digits[..k].contains(&digits[k]));
            digits.len() <= MAX_NDIM && (distinct || matches!(digits[..], [_, _]))
        });
        if numbered.len() > Set::BITS as usize || wanted.len() > MAX_NDIM || !viewed || network.factors.is_empty() {
            return None;
        }
        network.repeats()?;
        let bit = |var: Var| numbered.iter().position(|&v| v == var).map_or(0, |b| 1 << b);
        let set = |digits: &mut dyn Iterator<Item = &Var>| digits.fold(0, |set: Set, &var| set | bit(var));
        let node = graph.node(id);
        let parts: Vec<Part> = network
            .factors
            .iter()
            .map(|f| Part { digits: set(&mut f.axes.iter().flatten()), work: work(graph, f.node, &rewriting.machine) })
            .collect();
        let problem = Problem {
            machine: &rewriting.machine,
            dtype: node.dtype,
            sizes: numbered.iter().map(|&var| network.vars.size(var) as f64).collect(),
            out: set(&mut wanted.iter()),
            most: rewriting.memory.map_or(f64::INFINITY, |limit| limit as f64),
        };
        let (tree, _) = problem.solve(&parts, budget)?;
        Some(Ordered { network, tree, numbered })
    }
}

/// Nanoseconds to compute an entry of a leaf where it is read; nothing for what lies in a slot.
fn work(graph: &Graph, id: NodeId, machine: &Machine) -> f64 {
    let (mut total, mut stack) = (0.0, vec![id]);
    while let Some(id) = stack.pop() {
        let node = graph.node(id);
        match &node.kind {
            NodeKind::Map(map) => {
                total += machine.work(*map);
                // What is computed again and again is counted, up to a depth at which it no longer matters.
                if total < 1000.0 {
                    stack.extend(&node.args);
                }
            }
            NodeKind::Permute(_) | NodeKind::Slice(_) | NodeKind::Diagonal | NodeKind::Expand(_) => {
                stack.extend(&node.args);
            }
            _ => {}
        }
    }
    total
}
