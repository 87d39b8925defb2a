//! The nodes of a checked graph as terms, so that the rules of the property engine speak of them.
//!
//! A graph has forgotten some of what was written: a Kronecker product is an elementwise product of spread operands, laid
//! out anew. Those are found again; what has no meaning for the rules becomes an operand of its own.

use super::{Band, Contradiction, Known, Property, Rank};
use crate::exact;
use crate::term::{Dim, Given, Ring, Term, TermId, TermKind, Terms, Variable};
use crate::{Graph, Map, NodeId, NodeKind, Number};
use hadamard_array::{DType, Scalar, Shape};
use num_traits::One;

/// The most entries of a literal that are looked at.
const MAX_LITERAL: usize = 4096;

/// What is known of the nodes of a checked graph, whose values are taken as exact.
#[derive(Clone, Debug)]
pub struct OfGraph {
    /// The nodes as terms, equal ones as one.
    pub terms: Terms,
    /// What is known of the terms.
    pub known: Known,
    ids: Vec<TermId>,
}

impl OfGraph {
    /// What follows from properties given of operands, by their names, and from dtypes: entries that are not complex are
    /// real, unsigned ones not negative, and bools 0 or 1.
    ///
    /// # Errors
    /// A [`Contradiction`].
    pub fn infer(graph: &Graph, given: &[(&str, Property)]) -> Result<OfGraph, Contradiction> {
        let mut made = Made { graph, terms: Terms::default(), ids: Vec::new(), givens: Vec::new() };
        for id in 0..graph.nodes.len() {
            let term = made.node(id);
            made.ids.push(term);
        }
        let Made { terms, ids, mut givens, .. } = made;
        for (of, node) in terms.nodes.iter().enumerate() {
            if let TermKind::Operand(k) = node.kind {
                let own = given.iter().filter(|(name, _)| *name == terms.operands[k].name);
                givens.extend(own.map(|&(_, property)| Given { property, of }));
            }
        }
        // What is real is given as such, operand by operand.
        let known = Known::of(&terms, Ring::Complex, &givens)?;
        Ok(OfGraph { terms, known, ids })
    }

    /// The term of a node.
    pub fn term(&self, node: NodeId) -> TermId {
        self.ids[node]
    }

    /// Whether a node is known to have a property.
    pub fn has(&self, property: Property, node: NodeId) -> bool {
        self.known.has(property, self.ids[node])
    }

    /// What is known of the rank of a node.
    pub fn rank(&self, node: NodeId) -> &Rank {
        self.known.rank(self.ids[node])
    }

    /// How far from the diagonal a node may have entries that are not zero.
    pub fn band(&self, node: NodeId) -> Band {
        self.known.band(self.ids[node])
    }
}

struct Made<'g> {
    graph: &'g Graph,
    terms: Terms,
    ids: Vec<TermId>,
    givens: Vec<Given>,
}

impl Made<'_> {
    fn node(&mut self, id: NodeId) -> TermId {
        let node = self.graph.node(id);
        let args: Vec<TermId> = node.args.iter().map(|&a| self.ids[a]).collect();
        let kind = match &node.kind {
            NodeKind::Operand(k) => {
                let name = self.graph.operands[*k].name.clone();
                return self.operand(id, name);
            }
            NodeKind::Constant(value) => match number(*value) {
                Some(value) => TermKind::Number(value),
                None => return self.operand(id, format!("%{id}")),
            },
            NodeKind::Literal(array) => {
                let entries = (0..array.shape().size()).map(|k| number(array.get(&array.shape().unravel(k))));
                let few = array.shape().size() <= MAX_LITERAL;
                match few.then(|| entries.collect::<Option<Vec<_>>>()).flatten() {
                    Some(entries) => TermKind::Literal(entries),
                    None => return self.operand(id, format!("%{id}")),
                }
            }
            // Conversions that keep the value are no operations of algebra.
            NodeKind::Map(Map::Cast(to)) if keeps(self.graph.node(node.args[0]).dtype, *to) => return args[0],
            NodeKind::Map(Map::Where) => match self.diagonal(id) {
                Some(x) => return self.push(id, TermKind::DiagBuild, vec![x]),
                None => TermKind::Map(Map::Where),
            },
            NodeKind::Map(map) => TermKind::Map(*map),
            NodeKind::Fold(fold, axes) => TermKind::Fold(*fold, axes.clone()),
            NodeKind::Permute(axes) if axes[..] == [1, 0] => TermKind::Transpose,
            NodeKind::Slice(slices) => TermKind::Slice(slices.iter().map(|s| Some(*s)).collect()),
            NodeKind::Diagonal => TermKind::DiagExtract,
            NodeKind::Reshape => match self.kronecker(id) {
                Some(factors) => return self.push(id, TermKind::Kron, factors),
                None => TermKind::Rvec,
            },
            NodeKind::Expand(_) if matches!(&self.terms.nodes[args[0]].kind, TermKind::Number(one) if one.is_one()) => {
                return self.push(id, TermKind::Ones, Vec::new());
            }
            // The same entries in another arrangement.
            NodeKind::Permute(_) | NodeKind::Expand(_) => TermKind::Rvec,
            NodeKind::Identity => TermKind::Identity,
            NodeKind::MatMul => TermKind::MatMul,
            NodeKind::Inv => TermKind::Inv,
            NodeKind::Det => TermKind::Det,
            NodeKind::Rank => TermKind::Rank,
            NodeKind::Spectrum(spectrum) => TermKind::Spectrum(*spectrum),
            NodeKind::Scan(fold) => TermKind::Scan(*fold),
            NodeKind::Concat(_) | NodeKind::Stored(..) | NodeKind::Sparse(_) => {
                return self.operand(id, format!("%{id}"));
            }
        };
        self.push(id, kind, args)
    }

    fn push(&mut self, id: NodeId, kind: TermKind, args: Vec<TermId>) -> TermId {
        let node = self.graph.node(id);
        let shape = dims(&node.shape);
        let same = |t: &Term| t.kind == kind && t.args == args && t.shape == shape;
        if let Some(known) = self.terms.nodes.iter().position(same) {
            return known;
        }
        self.terms.nodes.push(Term { kind, args, shape, span: node.span });
        self.terms.nodes.len() - 1
    }

    fn operand(&mut self, id: NodeId, name: String) -> TermId {
        let node = self.graph.node(id);
        self.terms.operands.push(Variable { name, shape: dims(&node.shape) });
        let of = self.push(id, TermKind::Operand(self.terms.operands.len() - 1), Vec::new());
        let by_dtype = match node.dtype {
            DType::Bool => Some(Property::ZeroOne),
            DType::U8 | DType::U16 | DType::U32 | DType::U64 => Some(Property::Nonnegative),
            dtype if !dtype.is_complex() => Some(Property::Real),
            _ => None,
        };
        self.givens.extend(by_dtype.map(|property| Given { property, of }));
        of
    }

    /// The vector of `where(I, x spread, 0)`.
    fn diagonal(&self, id: NodeId) -> Option<TermId> {
        let &[mask, value, other] = &self.graph.node(id).args[..] else { return None };
        let zero = self.graph.node(other);
        let (NodeKind::Identity, NodeKind::Expand(_)) = (&self.graph.node(mask).kind, &self.graph.node(value).kind)
        else {
            return None;
        };
        let NodeKind::Constant(constant) = &zero.kind else { return None };
        let x = self.graph.node(value).args[0];
        (constant.is_zero() && self.graph.node(x).shape.ndim() == 1).then(|| self.ids[x])
    }

    /// The factors of A over axes 0, 2 times B over axes 1, 3.
    fn kronecker(&self, id: NodeId) -> Option<Vec<TermId>> {
        let product = self.graph.node(self.graph.node(id).args[0]);
        let (NodeKind::Map(Map::Mul), &[a, b], 4) = (&product.kind, &product.args[..], product.shape.ndim()) else {
            return None;
        };
        let spread = |of: NodeId, axes: [usize; 2]| match &self.graph.node(of).kind {
            NodeKind::Expand(list) if list[..] == axes => Some(self.ids[self.graph.node(of).args[0]]),
            _ => None,
        };
        Some(vec![spread(a, [0, 2])?, spread(b, [1, 3])?])
    }
}

fn dims(shape: &Shape) -> Vec<Dim> {
    shape.iter().map(|&n| Dim::number(n as u64)).collect()
}

fn number(value: Scalar) -> Option<exact::Exact> {
    let z = value.as_c128();
    let part = |x: f64| exact::of_number(Number::Float(x));
    match value.as_int() {
        Some(int) => Some(exact::integer(int)),
        None => Some(part(z.re)? + exact::of_number(Number::Imag(z.im))?),
    }
}

/// Whether every value of one dtype is one of the other, but for rounding.
fn keeps(from: DType, to: DType) -> bool {
    match (from.int_range(), to.int_range()) {
        (Some((low, high)), Some((least, most))) => least <= low && high <= most,
        (None, Some(_)) => from == DType::Bool && to != DType::Bool,
        (_, None) => to != DType::Bool && (to.is_complex() || !from.is_complex()),
    }
}
