//! Entries of inverse matrices. An inverse is taken apart as far as the structure of its argument tells:
//! (AB)⁻¹ = B⁻¹A⁻¹ for square A and B, (A ⊗ B)⁻¹ = A⁻¹ ⊗ B⁻¹, (Aᵀ)⁻¹ = (A⁻¹)ᵀ, (D_x)⁻¹ = D_{1/x},
//! (A ∘ xyᵀ)⁻¹ = A⁻¹ ⊘ yxᵀ. If the whole is invertible, so are these parts.

use super::Result;
use super::expand::{Expander, delta, power};
use super::index::Index;
use super::sum::{Base, Exponent, Factor, Monomial, Sum, Whole, conjugate, product};
use crate::Map;
use crate::term::{TermId, TermKind};

/// The entry of the inverse of `of`.
pub(super) fn entry(expander: &mut Expander<'_>, of: TermId, row: Index, col: Index) -> Result<Sum> {
    let node = expander.terms.node(of).clone();
    let square = |term: TermId| matches!(&expander.terms.node(term).shape[..], [m, n] if m == n);
    let reciprocal = |sum: Sum| power(sum, Exponent::from_integer(-1));
    let pair = match node.args[..] {
        [a, b] => Some((a, b)),
        _ => None,
    };
    Ok(match (&node.kind, pair) {
        (TermKind::Operand(n), _) => vec![Monomial::factor(Factor::new(Base::Inverse(*n), vec![row, col]))],
        (TermKind::Identity, _) => delta(row, col),
        (TermKind::DiagBuild, _) => {
            product(&delta(row.clone(), col), &reciprocal(expander.entry(node.args[0], vec![row])))
        }
        (TermKind::Transpose, _) if square(node.args[0]) => entry(expander, node.args[0], col, row)?,
        (TermKind::Map(Map::Conj), _) => conjugate(entry(expander, node.args[0], row, col)?),
        (TermKind::MatMul, Some((a, b))) if square(a) && square(b) => {
            let size = expander.terms.node(a).shape[0].clone();
            expander.sum_over(&[size], &mut |me, k| {
                let left = entry(me, b, row.clone(), k[0].clone())?;
                Ok(product(&left, &entry(me, a, k[0].clone(), col.clone())?))
            })?
        }
        (TermKind::Kron, Some((a, b))) if square(a) && square(b) => {
            let ([m, _], [p, _]) = (expander.sizes(a), expander.sizes(b));
            let (i, k) = expander.indices.split(&row, &m, &p)?;
            let (j, l) = expander.indices.split(&col, &m, &p)?;
            product(&entry(expander, a, i, j)?, &entry(expander, b, k, l)?)
        }
        (TermKind::Map(Map::Mul), Some((a, b))) => match (rank_one(expander, a), rank_one(expander, b)) {
            // Entry (i, j) of the rank-one factor is one of a column times one of a row; the inverse has them swapped.
            (_, Some((x, y))) if square(a) => scaled(expander, a, (x, y), row, col)?,
            (Some((x, y)), _) if square(b) => scaled(expander, b, (x, y), row, col)?,
            _ => whole(expander, of, row, col),
        },
        _ => whole(expander, of, row, col),
    })
}

fn whole(expander: &mut Expander<'_>, of: TermId, row: Index, col: Index) -> Sum {
    expander.whole(Whole::Inv, of, vec![row, col])
}

/// Entry (row, col) of (M ∘ xyᵀ)⁻¹: M⁻¹ over y at the row and x at the column.
fn scaled(
    expander: &mut Expander<'_>,
    matrix: TermId,
    (x, y): (Option<TermId>, Option<TermId>),
    row: Index,
    col: Index,
) -> Result<Sum> {
    let mut sum = entry(expander, matrix, row.clone(), col.clone())?;
    for (vector, index) in [(y, row), (x, col)] {
        if let Some(vector) = vector {
            let at = match expander.terms.node(vector).shape.len() {
                0 => vec![],
                1 => vec![index],
                _ => vec![Index::new(), index],
            };
            sum = product(&sum, &power(expander.entry(vector, at), Exponent::from_integer(-1)));
        }
    }
    Ok(sum)
}

/// The column and the row that a term is the product of; a number is its column.
type Vectors = (Option<TermId>, Option<TermId>);

fn rank_one(expander: &Expander<'_>, term: TermId) -> Option<Vectors> {
    let node = expander.terms.node(term);
    match (&node.kind, &node.shape[..], &node.args[..]) {
        (_, [] | [_], _) => Some((Some(term), None)),
        (TermKind::Outer, ..) => Some((Some(node.args[0]), Some(node.args[1]))),
        (TermKind::MatMul, _, &[a, b]) => {
            let column = expander.terms.node(a).shape.len() == 1;
            let row = &expander.terms.node(b);
            let transposed = row.kind == TermKind::Transpose && expander.terms.node(row.args[0]).shape.len() == 1;
            (column && transposed).then(|| (Some(a), Some(row.args[0])))
        }
        (TermKind::Transpose, _, &[a]) if expander.terms.node(a).shape.len() == 1 => Some((None, Some(a))),
        _ => None,
    }
}
