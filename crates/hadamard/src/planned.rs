//! Plans that were made before. Formulas that compute the same from operands of the same dtypes and shapes, whatever names and
//! spaces they are written with, have one checked graph but for the places of its nodes in the text: the plan for it is
//! searched once, and put at the places of the formula at hand.

use hadamard_algebra::{Graph, NodeKind, Span};
use hadamard_plan::{Optimised, Rewriting, optimise};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What was planned, and what came of it.
struct Known {
    graph: Graph,
    rewriting: Rewriting,
    wanted: Vec<usize>,
    optimised: Optimised,
}

/// The plans made last, the latest first.
static KNOWN: Mutex<Vec<Arc<Known>>> = Mutex::new(Vec::new());
/// So many are kept.
const KEPT: usize = 64;

/// [`optimise`], or what it gave before for the same graph.
pub fn optimised(graph: &Graph, rewriting: &Rewriting, wanted: &[usize]) -> Optimised {
    if let Some(known) = recalled(graph, rewriting, wanted) {
        return placed(&known, graph);
    }
    let optimised = optimise(graph, rewriting, wanted);
    // Of what is predicted to be quick no plan is searched.
    let searched = rewriting.allowed && optimised.written.time >= rewriting.worth;
    if searched && graph.nodes.iter().all(|node| !matches!(node.kind, NodeKind::Literal(_))) {
        let (graph, rewriting, wanted) = (graph.clone(), rewriting.clone(), wanted.to_vec());
        let known = Arc::new(Known { graph, rewriting, wanted, optimised: optimised.clone() });
        let mut all = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        all.truncate(KEPT - 1);
        all.insert(0, known);
    }
    optimised
}

fn recalled(graph: &Graph, rewriting: &Rewriting, wanted: &[usize]) -> Option<Arc<Known>> {
    let mut all = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let same = |known: &Arc<Known>| {
        known.wanted == wanted && known.rewriting == *rewriting && computes_the_same(&known.graph, graph)
    };
    let at = all.iter().position(same)?;
    all[..=at].rotate_right(1);
    Some(all[0].clone())
}

/// Whether graphs differ in names and places only. Neither has literals, whose text does not tell all of them.
fn computes_the_same(a: &Graph, b: &Graph) -> bool {
    let operands = || a.operands.iter().zip(&b.operands);
    let nodes = || a.nodes.iter().zip(&b.nodes);
    a.nodes.len() == b.nodes.len()
        && a.operands.len() == b.operands.len()
        && a.outputs.iter().map(|o| o.node).eq(b.outputs.iter().map(|o| o.node))
        && operands().all(|(a, b)| a.dtype == b.dtype && a.shape == b.shape && a.stored == b.stored)
        && nodes().all(|(a, b)| a.args == b.args && a.dtype == b.dtype && a.shape == b.shape)
        && nodes().all(|(a, b)| !matches!(b.kind, NodeKind::Literal(_)) && words(&a.kind) == words(&b.kind))
}

/// Text tells 0 from −0, and no two NaNs that a formula can hold apart.
fn words(kind: &NodeKind) -> String {
    format!("{kind:?}")
}

/// What was planned for another formula, with the names and at the places of this one.
fn placed(known: &Known, graph: &Graph) -> Optimised {
    let spans: HashMap<Span, Span> =
        known.graph.nodes.iter().zip(&graph.nodes).map(|(from, to)| (from.span, to.span)).collect();
    let moved = |span: &mut Span| *span = spans.get(span).copied().unwrap_or_default();
    let mut optimised = known.optimised.clone();
    if let Some(planned) = &mut optimised.graph {
        planned.operands.clone_from(&graph.operands);
        planned.nodes.iter_mut().for_each(|node| moved(&mut node.span));
        planned.outputs.iter_mut().zip(&graph.outputs).for_each(|(to, from)| to.name.clone_from(&from.name));
    }
    optimised.contractions.iter_mut().for_each(|contraction| moved(&mut contraction.span));
    optimised.sparse.iter_mut().flat_map(|sparse| &mut sparse.densified).for_each(moved);
    optimised
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DType, Env, parse};
    use hadamard_algebra::check::check;

    fn graph(text: &str, names: [&str; 3], rows: usize) -> Graph {
        let [a, b, x] = names;
        let env = Env::new().array(a, DType::F64, [rows, 300], "").array(b, DType::F64, [300, rows], "");
        check(&parse(text).unwrap(), text, &env.array(x, DType::F64, [rows], "")).unwrap()
    }

    #[test]
    fn a_plan_is_found_again_under_other_names_and_put_at_their_places() {
        let rewriting = Rewriting { worth: 12_345.0, ..Rewriting::default() };
        let first = graph("y = A * B * x", ["A", "B", "x"], 2001);
        assert!(recalled(&first, &rewriting, &[]).is_none());
        let planned = optimised(&first, &rewriting, &[]);
        let text = "result =   (P * Q)*v";
        let again = graph(text, ["P", "Q", "v"], 2001);
        assert!(recalled(&again, &rewriting, &[]).is_some());
        let found = optimised(&again, &rewriting, &[]);
        let searched = optimise(&again, &rewriting, &[]);
        assert_eq!(format!("{:?}", found.plan), format!("{:?}", searched.plan));
        assert_eq!(format!("{:?}", found.plan), format!("{:?}", planned.plan));
        let places = |o: &Optimised| o.contractions.iter().map(|c| &text[c.span.start..c.span.end]).collect::<Vec<_>>();
        assert_eq!(found.contractions.len(), searched.contractions.len());
        assert!(places(&found).iter().all(|words| words.contains("P * Q")), "{:?}", places(&found));
        let named = found.graph.unwrap();
        assert_eq!(named.outputs, searched.graph.as_ref().unwrap().outputs);
        assert_eq!(named.operands, searched.graph.unwrap().operands);
        // Another size, another operation, other settings: others.
        assert!(recalled(&graph(text, ["P", "Q", "v"], 2002), &rewriting, &[]).is_none());
        assert!(recalled(&graph("P * Q * (2 .* v)", ["P", "Q", "v"], 2001), &rewriting, &[]).is_none());
        assert!(recalled(&again, &Rewriting { memory: Some(5), ..rewriting }, &[]).is_none());
    }
}
