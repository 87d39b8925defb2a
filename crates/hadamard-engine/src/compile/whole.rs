//! Integer operations as primitives.
//!
//! A fault mask may be true where nothing is lost: the block is then settled entry by entry. It is never false where
//! something is.

use super::floats::relation;
use super::{Lowering, truth};
use hadamard_algebra::{Map, Overflow, Zeros};
use hadamard_array::DType;
use hadamard_jit::{Binary, Compare, Kind, Op, Recorder, Unary, Value};

/// Whether a dtype has negative numbers.
fn signed(dtype: DType) -> bool {
    matches!(dtype, DType::I8 | DType::I16 | DType::I32 | DType::I64)
}

/// A constant of a kind.
fn constant(r: &Recorder, kind: Kind, value: i64) -> Value {
    r.op(Op::Const(value as u64 & (u64::MAX >> (64 - 8 * kind.size()))), kind)
}

/// The least and greatest number of a dtype, as bits of 64.
fn range(dtype: DType) -> (i64, i64) {
    let bits = 8 * dtype.size() as u32;
    match (signed(dtype), bits) {
        (true, _) => (i64::MIN >> (64 - bits), i64::MAX >> (64 - bits)),
        (false, 64) => (0, -1),
        (false, _) => (0, (1i64 << bits) - 1),
    }
}

/// `a < b` or `a ≤ b` as numbers of that dtype.
fn compare(r: &Recorder, op: Compare, a: Value, b: Value, dtype: DType) -> Value {
    if signed(dtype) || op == Compare::Eq {
        return r.compare(op, a, b);
    }
    // With the top bit turned, unsigned numbers compare as signed ones.
    let kind = r.kind(a);
    let top = constant(r, kind, i64::MIN >> (64 - 8 * kind.size()));
    r.compare(op, r.binary(Binary::Xor, a, top), r.binary(Binary::Xor, b, top))
}

/// An operation of integers of one dtype. `None` if it has no straight line.
pub(super) fn lower(to: &Lowering<'_>, map: Map, args: &[Value], dtype: DType) -> Option<Value> {
    let r = to.recorder;
    let (a, b) = (args[0], *args.last()?);
    let kind = r.kind(a);
    if let Some((op, turned, not)) = relation(map) {
        let (a, b) = if turned { (b, a) } else { (a, b) };
        let holds = compare(r, op, a, b, dtype);
        return Some(if not { r.unary(Unary::Not, holds) } else { holds });
    }
    let zero = || constant(r, kind, 0);
    let (min, max) = match signed(dtype) {
        true => (Binary::Min, Binary::Max),
        false => (Binary::UnsignedMin, Binary::UnsignedMax),
    };
    let checked = match to.policy.overflow {
        Overflow::Error => true,
        Overflow::Wrap => false,
        Overflow::Saturate if matches!(map, Map::Add | Map::Sub | Map::Mul | Map::Neg | Map::Abs) => return None,
        Overflow::Saturate => false,
    };
    let negative = |v: Value| r.compare(Compare::Lt, v, zero());
    Some(match map {
        Map::Add => {
            let sum = r.binary(Binary::Add, a, b);
            if checked {
                r.fault(match signed(dtype) {
                    true => {
                        let (x, y) = (r.binary(Binary::Xor, a, sum), r.binary(Binary::Xor, b, sum));
                        negative(r.binary(Binary::And, x, y))
                    }
                    false => compare(r, Compare::Lt, sum, a, dtype),
                });
            }
            sum
        }
        Map::Sub => {
            let difference = r.binary(Binary::Sub, a, b);
            if checked {
                r.fault(match signed(dtype) {
                    true => {
                        let (x, y) = (r.binary(Binary::Xor, a, b), r.binary(Binary::Xor, a, difference));
                        negative(r.binary(Binary::And, x, y))
                    }
                    false => compare(r, Compare::Lt, a, b, dtype),
                });
            }
            difference
        }
        Map::Mul => product(r, a, b, dtype, checked)?,
        Map::Neg | Map::Abs => {
            let least = constant(r, kind, range(dtype).0);
            let turned = r.binary(Binary::Sub, zero(), a);
            match (map, signed(dtype)) {
                (Map::Abs, false) => a,
                (_, is_signed) => {
                    if checked {
                        let lost = r.compare(Compare::Eq, a, least);
                        r.fault(if is_signed { lost } else { r.unary(Unary::Not, lost) });
                    }
                    if map == Map::Neg { turned } else { r.select(negative(a), turned, a) }
                }
            }
        }
        Map::Min => r.binary(min, a, b),
        Map::Max => r.binary(max, a, b),
        Map::Clamp => r.binary(min, r.binary(max, a, args[1]), args[2]),
        Map::Relu if signed(dtype) => r.binary(Binary::Max, a, zero()),
        Map::Relu | Map::Real | Map::Conj | Map::Floor | Map::Ceil | Map::Round | Map::Trunc => a,
        Map::Imag => zero(),
        Map::IsFinite => truth(r, true),
        Map::IsNan | Map::IsInf => truth(r, false),
        Map::Div | Map::Inverse => {
            let divisor = b;
            if to.policy.zeros != Zeros::Ieee {
                r.fault(r.compare(Compare::Eq, divisor, zero()));
            }
            let divisor = float(r, divisor, dtype, Kind::F64);
            let number = match map {
                Map::Div => float(r, a, dtype, Kind::F64),
                _ => r.op(Op::Const(1f64.to_bits()), Kind::F64),
            };
            r.binary(Binary::Div, number, divisor)
        }
        _ => return None,
    })
}

fn product(r: &Recorder, a: Value, b: Value, dtype: DType, checked: bool) -> Option<Value> {
    let kind = r.kind(a);
    if dtype.size() <= 2 {
        // In twice as many bits the product is exact.
        let twice = if dtype.size() == 1 { Kind::I16 } else { Kind::I32 };
        let (wide_a, wide_b) = (widened(r, a, dtype, twice), widened(r, b, dtype, twice));
        let wide = r.binary(Binary::Mul, wide_a, wide_b);
        let low = r.unary(Unary::Truncate(kind), wide);
        if checked {
            let back = r.compare(Compare::Eq, widened(r, low, dtype, twice), wide);
            r.fault(r.unary(Unary::Not, back));
        }
        return Some(low);
    }
    let low = r.binary(Binary::Mul, a, b);
    if checked {
        // A product of floats as wide as the integers, themselves rounded, is within 2⁻²² of the exact one (f64: 2⁻⁵¹), so
        // nothing is lost where it is that far inside the range.
        let (float_kind, limit): (Kind, f64) = match dtype {
            DType::I32 => (Kind::F32, 2_147_483_136.0),
            DType::U32 => (Kind::F32, 4_294_966_272.0),
            DType::I64 => (Kind::F64, 9.21e18),
            _ => (Kind::F64, 1.84e19),
        };
        let size = r.binary(Binary::Mul, float(r, a, dtype, float_kind), float(r, b, dtype, float_kind));
        let bits = if float_kind == Kind::F32 { (limit as f32).to_bits().into() } else { limit.to_bits() };
        let inside = r.compare(Compare::Lt, r.unary(Unary::Abs, size), r.op(Op::Const(bits), float_kind));
        r.fault(r.unary(Unary::Not, inside));
    }
    Some(low)
}

/// An integer in more bits.
fn widened(r: &Recorder, a: Value, dtype: DType, kind: Kind) -> Value {
    r.unary(if signed(dtype) { Unary::SignExtend(kind) } else { Unary::ZeroExtend(kind) }, a)
}

/// An integer or truth value as a float, rounded once.
pub(super) fn float(r: &Recorder, a: Value, dtype: DType, kind: Kind) -> Value {
    let literal = |v: f64| {
        let bits = if kind == Kind::F32 { (v as f32).to_bits().into() } else { v.to_bits() };
        r.op(Op::Const(bits), kind)
    };
    match dtype {
        DType::Bool => r.select(a, literal(1.0), literal(0.0)),
        DType::I8 | DType::I16 | DType::U8 | DType::U16 => {
            r.unary(Unary::ToFloat(kind), widened(r, a, dtype, Kind::I32))
        }
        DType::I32 | DType::I64 => r.unary(Unary::ToFloat(kind), a),
        _ => r.unary(Unary::UnsignedToFloat(kind), a),
    }
}

/// A conversion from an integer or truth value, or `None`.
pub(super) fn cast(to: &Lowering<'_>, a: Value, from: DType, into: DType) -> Option<Value> {
    let r = to.recorder;
    let kind = super::kind(into)?;
    match into {
        _ if from == into => return Some(a),
        DType::F64 | DType::F32 => return Some(float(r, a, from, kind)),
        DType::F16 | DType::BF16 => return None,
        DType::Bool => {
            let zero = constant(r, r.kind(a), 0);
            return Some(r.unary(Unary::Not, r.compare(Compare::Eq, a, zero)));
        }
        _ => {}
    }
    if from == DType::Bool {
        return Some(r.select(a, constant(r, kind, 1), constant(r, kind, 0)));
    }
    let value = match into.size().cmp(&from.size()) {
        std::cmp::Ordering::Equal => a,
        std::cmp::Ordering::Less => r.unary(Unary::Truncate(kind), a),
        std::cmp::Ordering::Greater if signed(from) => r.unary(Unary::SignExtend(kind), a),
        std::cmp::Ordering::Greater => r.unary(Unary::ZeroExtend(kind), a),
    };
    let ((least, greatest), (low, high)) = (range(from), range(into));
    // Ranges as numbers beyond 64 bits, so that u64 compares with the others.
    let number = |v: i64, d: DType| if signed(d) { v.into() } else { i128::from(v as u64) };
    let below = number(least, from) < number(low, into);
    let above = number(greatest, from) > number(high, into);
    match to.policy.overflow {
        Overflow::Wrap => {}
        Overflow::Saturate if below || above => return None,
        Overflow::Saturate => {}
        Overflow::Error => {
            let bound = |v: i64| constant(r, r.kind(a), v);
            if below {
                r.fault(compare(r, Compare::Lt, a, bound(low), from));
            }
            if above {
                r.fault(compare(r, Compare::Lt, bound(high), a, from));
            }
        }
    }
    Some(value)
}
