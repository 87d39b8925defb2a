//! Whether an equation is an instance of a law: the law's operands stand for terms.

use crate::term::{Problem, TermId, TermKind, Terms};
use std::collections::HashMap;

/// Whether the equation `left == right` of `problem` is that of `law`, in either direction.
pub fn is_instance(problem: &Problem, left: TermId, right: TermId, law: &Problem) -> bool {
    let [a, b] = law.sides[..] else { return false };
    let fits = |x: TermId, y: TermId| {
        let mut bound = HashMap::new();
        matches(&law.terms, a, &problem.terms, x, &mut bound) && matches(&law.terms, b, &problem.terms, y, &mut bound)
    };
    problem.ring == law.ring && (fits(left, right) || fits(right, left))
}

fn matches(law: &Terms, pattern: TermId, terms: &Terms, term: TermId, bound: &mut HashMap<usize, TermId>) -> bool {
    let (p, t) = (law.node(pattern), terms.node(term));
    if let TermKind::Operand(n) = p.kind {
        return p.shape.len() == t.shape.len() && *bound.entry(n).or_insert(term) == term;
    }
    let same = match (&p.kind, &t.kind) {
        (TermKind::Size(_), TermKind::Size(_)) | (TermKind::Commutation(..), TermKind::Commutation(..)) => true,
        (a, b) => a == b,
    };
    same && p.shape.len() == t.shape.len()
        && p.args.len() == t.args.len()
        && p.args.iter().zip(&t.args).all(|(&a, &b)| matches(law, a, terms, b, bound))
}
