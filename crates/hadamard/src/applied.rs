//! Which laws of the table a rewriting amounts to. The optimiser itself needs no single one of them: it orders the factors of
//! the normal form. But a reader knows them by name, so the formula is searched for the sides of laws.

use crate::Program;
use crate::prove::stated;
use hadamard_algebra::laws::{self, Class, Kind, Law};
use hadamard_algebra::term::{Declared, Problem, Ring, Size, TermId, TermKind, Terms};
use hadamard_algebra::{Claim, ClaimKind, Fold, Formula};
use std::sync::LazyLock;

/// Laws that say how products and sums can be reordered, with the sides to look for.
static SIDES: LazyLock<Vec<(&'static Law, Problem, Vec<TermId>)>> = LazyLock::new(|| {
    let general = |law: &&Law| {
        law.holds
            && law.kind == Kind::Normal
            && law.given.is_empty()
            && matches!(law.class, Class::Exact | Class::Reassociating)
    };
    let sides = |law: &'static Law| {
        let problem = stated(law).ok()?;
        let telling = |side: &TermId| contracts(&problem.terms, *side);
        let sides: Vec<TermId> = problem.sides.iter().copied().filter(telling).collect();
        (!sides.is_empty()).then_some((law, problem, sides))
    };
    laws::table().filter(general).filter_map(sides).collect()
});

/// Whether a side of a law pairs or sums anything: products of entries alone say nothing about an order.
fn contracts(terms: &Terms, id: TermId) -> bool {
    let node = terms.node(id);
    let own = match &node.kind {
        TermKind::MatMul => node.args.iter().any(|&a| !matches!(terms.node(a).kind, TermKind::Operand(_))),
        TermKind::Trace | TermKind::DiagExtract | TermKind::Fold(Fold::Sum, _) => {
            node.args.iter().any(|&a| !matches!(terms.node(a).kind, TermKind::Operand(_)))
        }
        _ => false,
    };
    own || node.args.iter().any(|&a| contracts(terms, a))
}

fn size(terms: &Terms, id: TermId) -> usize {
    1 + terms.node(id).args.iter().map(|&a| size(terms, a)).sum::<usize>()
}

/// The laws whose sides occur in what a program computes otherwise than written, outermost first.
pub(crate) fn applied(program: &Program, formula: &Formula) -> Vec<&'static Law> {
    let spans: Vec<_> = program.contractions().iter().map(|c| c.span).collect();
    let mut found: Vec<&'static Law> = Vec::new();
    let Some((last, definitions)) = formula.statements.split_last() else { return found };
    // Results are looked at one by one; those before are definitions where they have names.
    for (k, statement) in definitions.iter().chain([last]).enumerate() {
        let before = formula.statements[..k].iter().filter(|s| s.name.is_some()).cloned().collect();
        let sides = vec![statement.expr.clone()];
        let claim = Claim { definitions: before, sides, kind: ClaimKind::Chain(Vec::new()) };
        let declared: Vec<Declared> = program
            .operands()
            .map(|o| Declared {
                name: o.name.unwrap_or_default().into(),
                shape: o.shape.iter().map(|&n| vec![Size::Number(n as u64)]).collect(),
            })
            .collect();
        let Ok(problem) = Problem::new(&claim, &declared, &[], Ring::Complex) else { continue };
        let mut stack = problem.sides.clone();
        while let Some(term) = stack.pop() {
            let node = problem.terms.node(term);
            let rewritten = spans.iter().any(|s| s.start <= node.span.start && node.span.end <= s.end);
            let best = if rewritten { best(&problem, term) } else { None };
            match best {
                Some((law, below)) => {
                    if !found.iter().any(|l| l.name == law.name) {
                        found.push(law);
                    }
                    stack.extend(below.into_iter().filter(|&t| t != term));
                }
                None => stack.extend(node.args.iter().rev()),
            }
        }
    }
    found
}

/// The law with the largest side that a term is an instance of, and what the law's operands stand for.
fn best(problem: &Problem, term: TermId) -> Option<(&'static Law, Vec<TermId>)> {
    let mut best: Option<(usize, &'static Law, Vec<TermId>)> = None;
    for (law, stated, sides) in SIDES.iter() {
        for &side in sides {
            let size = size(&stated.terms, side);
            if best.as_ref().is_some_and(|b| b.0 >= size) {
                continue;
            }
            if let Some(bound) = laws::bindings(stated, &[side], problem, &[term]) {
                best = Some((size, law, bound.terms()));
            }
        }
    }
    best.map(|(_, law, below)| (law, below))
}
