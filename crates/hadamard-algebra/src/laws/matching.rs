//! Whether an equation is an instance of a law: the law's operands stand for terms.

use crate::Map;
use crate::term::{Dim, Problem, Symbol, TermId, TermKind, Terms};
use std::collections::HashMap;

/// What the operands and sizes of a law stand for.
#[derive(Clone, Debug, Default)]
pub struct Bound {
    operands: HashMap<usize, TermId>,
    sizes: HashMap<Symbol, Dim>,
}

impl Bound {
    /// The terms that the law's operands stand for, in their order.
    pub fn terms(&self) -> Vec<TermId> {
        let mut bound: Vec<(usize, TermId)> = self.operands.iter().map(|(&n, &term)| (n, term)).collect();
        bound.sort_unstable();
        bound.into_iter().map(|(_, term)| term).collect()
    }

    /// Whether operand `n` of the law may stand for a term: it does already, or its shape is that of the term.
    fn operand(&mut self, law: &Terms, n: usize, terms: &Terms, term: TermId) -> bool {
        let (stated, shape) = (&law.operands[n].shape, &terms.node(term).shape);
        if stated.len() != shape.len() || *self.operands.entry(n).or_insert(term) != term {
            return false;
        }
        stated.iter().zip(shape).all(|(stated, size)| match (stated.as_number(), stated.symbols()) {
            (Some(_), _) => stated == size,
            (None, &[symbol]) if stated.coefficient() == 1 => self.sizes.entry(symbol).or_insert(size.clone()) == size,
            // A product of symbols fits if its symbols do where they stand alone.
            _ => true,
        })
    }
}

/// Whether the equation `left == right` of `problem` is that of `law`, in either direction.
pub fn is_instance(problem: &Problem, left: TermId, right: TermId, law: &Problem) -> bool {
    let [a, b] = law.sides[..] else { return false };
    let fits = |x: TermId, y: TermId| {
        let mut bound = Bound::default();
        matches(&law.terms, a, &problem.terms, x, &mut bound) && matches(&law.terms, b, &problem.terms, y, &mut bound)
    };
    problem.ring == law.ring && (fits(left, right) || fits(right, left))
}

/// What the operands of `law` stand for if the terms `stated` of it are the terms `claimed` of `problem`, up to the
/// order of sums and products of entries.
pub fn bindings(law: &Problem, stated: &[TermId], problem: &Problem, claimed: &[TermId]) -> Option<Bound> {
    let mut bound = Bound::default();
    let fits = stated.len() == claimed.len()
        && stated.iter().zip(claimed).all(|(&p, &t)| reordered(&law.terms, p, &problem.terms, t, &mut bound));
    fits.then_some(bound)
}

/// The term of `problem` that is the term `of` of a law whose operands stand for these terms.
pub fn found(law: &Problem, of: TermId, problem: &Problem, bound: &Bound) -> Option<TermId> {
    let is = |&id: &TermId| reordered(&law.terms, of, &problem.terms, id, &mut bound.clone());
    (0..problem.terms.nodes.len()).find(is)
}

/// As [`matches`], with the arguments of sums and products in either order.
fn reordered(law: &Terms, pattern: TermId, terms: &Terms, term: TermId, bound: &mut Bound) -> bool {
    let (p, t) = (law.node(pattern), terms.node(term));
    let [a, b] = p.args[..] else {
        let one = p.args.len() == 1 && p.kind == t.kind && t.args.len() == 1;
        return match one {
            true => reordered(law, p.args[0], terms, t.args[0], bound),
            false => matches(law, pattern, terms, term, bound),
        };
    };
    if p.kind != t.kind || t.args.len() != 2 {
        return false;
    }
    let before = bound.clone();
    let both = |x: TermId, y: TermId, bound: &mut Bound| {
        reordered(law, a, terms, x, bound) && reordered(law, b, terms, y, bound)
    };
    let (x, y) = (t.args[0], t.args[1]);
    both(x, y, bound)
        || matches!(p.kind, TermKind::Map(Map::Mul | Map::Add)) && {
            *bound = before;
            both(y, x, bound)
        }
}

fn matches(law: &Terms, pattern: TermId, terms: &Terms, term: TermId, bound: &mut Bound) -> bool {
    let (p, t) = (law.node(pattern), terms.node(term));
    if let TermKind::Operand(n) = p.kind {
        return bound.operand(law, n, terms, term);
    }
    let same = match (&p.kind, &t.kind) {
        (TermKind::Size(_), TermKind::Size(_)) | (TermKind::Commutation(..), TermKind::Commutation(..)) => true,
        (a, b) => a == b,
    };
    same && p.shape.len() == t.shape.len()
        && p.args.len() == t.args.len()
        && p.args.iter().zip(&t.args).all(|(&a, &b)| matches(law, a, terms, b, bound))
}
