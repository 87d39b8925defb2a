//! Complex operations as primitives: numbers lie as pairs of lanes, real part first.

use super::Lowering;
use hadamard_algebra::Map;
use hadamard_jit::{Binary, Unary, Value};

/// An operation whose operands and result are complex numbers of one dtype. `None` if it has no straight line.
pub(super) fn lower(to: &Lowering<'_>, map: Map, args: &[Value]) -> Option<Value> {
    let r = to.recorder;
    let (a, b) = (*args.first()?, *args.last()?);
    Some(match map {
        Map::Add => r.binary(Binary::Add, a, b),
        Map::Sub => r.binary(Binary::Sub, a, b),
        Map::Neg => r.unary(Unary::Neg, a),
        Map::Conj => r.unary(Unary::NegSecond, a),
        // (a b − c d, a d + b c) with the products of the first part of `a` on the left.
        Map::Mul => {
            let left = r.binary(Binary::Mul, r.unary(Unary::First, a), b);
            let right = r.binary(Binary::Mul, r.unary(Unary::Second, a), r.unary(Unary::Swap, b));
            r.binary(Binary::Add, left, r.unary(Unary::NegFirst, right))
        }
        _ => return None,
    })
}
