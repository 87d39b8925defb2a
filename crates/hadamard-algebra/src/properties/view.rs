//! Terms as the rules look at them.

use super::Property;
use crate::exact::Exact;
use crate::term::{Ring, Term, TermId, TermKind, Terms};
use crate::{AxisSlice, Map};

/// A property of a term that a rule needs.
pub(super) type Need = (Property, TermId);

/// What follows if all of its needs are known.
#[derive(Clone, Debug)]
pub(super) struct Inference {
    pub gives: Property,
    pub needs: Vec<Need>,
}

/// The terms with questions that rules ask.
#[derive(Clone, Copy)]
pub(super) struct View<'t> {
    pub terms: &'t Terms,
    pub ring: Ring,
}

impl<'t> View<'t> {
    pub fn node(&self, id: TermId) -> &'t Term {
        &self.terms.nodes[id]
    }

    pub fn kind(&self, id: TermId) -> &'t TermKind {
        &self.node(id).kind
    }

    pub fn is_square(&self, id: TermId) -> bool {
        matches!(&self.node(id).shape[..], [m, n] if m == n)
    }

    pub fn is_matrix(&self, id: TermId) -> bool {
        self.node(id).shape.len() == 2
    }

    /// The arguments of an elementwise operation of two arguments of the shape of the result.
    pub fn pair(&self, id: TermId, map: Map) -> Option<(TermId, TermId)> {
        let node = self.node(id);
        match node.args[..] {
            [a, b] if node.kind == TermKind::Map(map) => {
                let alike = |x: TermId| self.node(x).shape == node.shape;
                (alike(a) && alike(b)).then_some((a, b))
            }
            _ => None,
        }
    }

    /// The number and the array of `k .* A` or `k * A`.
    pub fn scaled(&self, id: TermId) -> Option<(TermId, TermId)> {
        let node = self.node(id);
        if !matches!(node.kind, TermKind::Map(Map::Mul) | TermKind::MatMul) || node.shape.is_empty() {
            return None;
        }
        let [a, b] = node.args[..] else { return None };
        let number = |x: TermId| self.node(x).shape.is_empty();
        match (number(a), number(b)) {
            (true, false) => Some((a, b)),
            (false, true) => Some((b, a)),
            _ => None,
        }
    }

    /// The argument of an operation of one.
    pub fn only(&self, id: TermId, kind: &TermKind) -> Option<TermId> {
        match self.node(id).args[..] {
            [a] if self.kind(id) == kind => Some(a),
            _ => None,
        }
    }

    /// Factors of a matrix product; a column counts as a matrix.
    pub fn product(&self, id: TermId) -> Option<(TermId, TermId)> {
        match (self.kind(id), &self.node(id).args[..]) {
            (TermKind::MatMul, &[a, b]) if self.scaled(id).is_none() => Some((a, b)),
            _ => None,
        }
    }

    pub fn transpose(&self, id: TermId) -> Option<TermId> {
        self.only(id, &TermKind::Transpose)
    }

    pub fn conj(&self, id: TermId) -> Option<TermId> {
        self.only(id, &TermKind::Map(Map::Conj))
    }

    /// What must be real for `b` to be the conjugate transpose of `a`; none if it is not.
    pub fn adjoint(&self, a: TermId, b: TermId) -> Option<Vec<Need>> {
        let plain = |x: TermId, y: TermId| {
            let through = |inner: Option<TermId>| inner.and_then(|t| self.conj(t)).is_some_and(|c| c == x);
            let outer = |inner: Option<TermId>| inner.and_then(|t| self.transpose(t)).is_some_and(|c| c == x);
            through(self.transpose(y)) || outer(self.conj(y))
        };
        if plain(a, b) || plain(b, a) {
            return Some(Vec::new());
        }
        self.transposes(a, b).then(|| vec![(Property::Real, a)])
    }

    /// Whether one is the transpose of the other.
    pub fn transposes(&self, a: TermId, b: TermId) -> bool {
        self.transpose(b) == Some(a) || self.transpose(a) == Some(b)
    }

    /// The exact number a term is.
    pub fn number(&self, id: TermId) -> Option<&'t Exact> {
        match self.kind(id) {
            TermKind::Number(value) => Some(value),
            _ => None,
        }
    }

    /// The array and the exponent of a power of each entry by a number.
    pub fn power(&self, id: TermId) -> Option<(TermId, &'t Exact)> {
        match (self.kind(id), &self.node(id).args[..]) {
            (TermKind::Map(Map::Pow), &[a, p]) => Some((a, self.number(p)?)),
            _ => None,
        }
    }

    /// The argument of a slice, and whether it takes the same indices along both axes of a square matrix.
    pub fn slice(&self, id: TermId) -> Option<(TermId, bool)> {
        let TermKind::Slice(slices) = self.kind(id) else { return None };
        let arg = *self.node(id).args.first()?;
        let same = |a: &Option<AxisSlice>, b: &Option<AxisSlice>| a == b && !a.is_some_and(|s| s.drop);
        let principal = matches!(&slices[..], [a, b] if same(a, b)) && self.is_square(arg);
        Some((arg, principal))
    }
}

/// Conclusions that each need the same of every argument: `A` and `B` symmetric make `A .* B` symmetric.
pub(super) fn all(properties: &[Property], args: &[TermId]) -> Vec<Inference> {
    let one = |&gives: &Property| Inference { gives, needs: args.iter().map(|&a| (gives, a)).collect() };
    properties.iter().map(one).collect()
}

/// Conclusions for which one of the arguments is enough: `A` diagonal makes `A .* B` diagonal.
pub(super) fn any(properties: &[Property], args: &[TermId]) -> Vec<Inference> {
    let one = |&gives: &Property| args.iter().map(move |&a| Inference { gives, needs: vec![(gives, a)] });
    properties.iter().flat_map(one).collect()
}

/// One conclusion.
pub(super) fn follows(gives: Property, needs: &[Need]) -> Inference {
    Inference { gives, needs: needs.to_vec() }
}
