//! Integer operations as primitives.
//!
//! A fault mask may be true where nothing is lost: the block is then settled entry by entry. It is never false where
//! something is.

use super::floats::relation;
use super::{Lowering, truth};
use hadamard_algebra::{Map, Overflow, Zeros};
use hadamard_array::DType;
use hadamard_jit::{Binary, Compare, Kind, Op, Recorder, Unary, Value};
use hadamard_math::Lane;

/// Whether a dtype has negative numbers.
pub(super) fn signed(dtype: DType) -> bool {
    matches!(dtype, DType::I8 | DType::I16 | DType::I32 | DType::I64)
}

/// A constant of a kind.
pub(super) fn constant(r: &Recorder, kind: Kind, value: i64) -> Value {
    r.op(Op::Const(value as u64 & (u64::MAX >> (64 - 8 * kind.size()))), kind)
}

/// The least and greatest number of a dtype, as bits of 64.
pub(super) fn range(dtype: DType) -> (i64, i64) {
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
    let negative = |v: Value| r.compare(Compare::Lt, v, zero());
    let bound = |v: i64| constant(r, kind, v);
    let (least, greatest) = range(dtype);
    // A result whose exact value is lost where the mask holds, beyond the least number or the greatest.
    let judged = |value: Value, lost: Value, nearest: &dyn Fn() -> Value| match to.policy.overflow {
        Overflow::Wrap => value,
        Overflow::Saturate => r.select(lost, nearest(), value),
        Overflow::Error => {
            r.fault(lost);
            value
        }
    };
    Some(match map {
        Map::Add if signed(dtype) => {
            let sum = r.binary(Binary::Add, a, b);
            let (x, y) = (r.binary(Binary::Xor, a, sum), r.binary(Binary::Xor, b, sum));
            let nearest = || r.select(negative(a), bound(least), bound(greatest));
            judged(sum, negative(r.binary(Binary::And, x, y)), &nearest)
        }
        Map::Add => {
            let sum = r.binary(Binary::Add, a, b);
            judged(sum, compare(r, Compare::Lt, sum, a, dtype), &|| bound(greatest))
        }
        Map::Sub if signed(dtype) => {
            let difference = r.binary(Binary::Sub, a, b);
            let (x, y) = (r.binary(Binary::Xor, a, b), r.binary(Binary::Xor, a, difference));
            let nearest = || r.select(negative(a), bound(least), bound(greatest));
            judged(difference, negative(r.binary(Binary::And, x, y)), &nearest)
        }
        Map::Sub => judged(r.binary(Binary::Sub, a, b), compare(r, Compare::Lt, a, b, dtype), &zero),
        Map::Mul => product(to, a, b, None, dtype)?,
        Map::Fma => product(to, a, args[1], Some(args[2]), dtype)?,
        Map::Pow => power(to, a, b, dtype)?,
        Map::Abs if !signed(dtype) => a,
        Map::Neg if !signed(dtype) => {
            let nonzero = r.unary(Unary::Not, r.compare(Compare::Eq, a, zero()));
            judged(r.binary(Binary::Sub, zero(), a), nonzero, &zero)
        }
        Map::Neg | Map::Abs => {
            let lost = r.compare(Compare::Eq, a, bound(least));
            let turned = judged(r.binary(Binary::Sub, zero(), a), lost, &|| bound(greatest));
            if map == Map::Neg { turned } else { r.select(negative(a), turned, a) }
        }
        Map::Sign => {
            let positive = r.select(r.compare(Compare::Eq, a, zero()), zero(), bound(1));
            if signed(dtype) { r.select(negative(a), bound(-1), positive) } else { positive }
        }
        Map::Rem | Map::Mod => remainder(r, map, a, b, dtype)?,
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

/// `a b + c`, judged as a whole.
fn product(to: &Lowering<'_>, a: Value, b: Value, c: Option<Value>, dtype: DType) -> Option<Value> {
    let r = to.recorder;
    let kind = r.kind(a);
    let plus = |product: Value, c: Option<Value>| c.map_or(product, |c| r.binary(Binary::Add, product, c));
    let overflow = to.policy.overflow;
    if dtype.size() <= 2 || (dtype.size() == 4 && (overflow == Overflow::Saturate || c.is_some())) {
        // In twice as many bits it is exact.
        let twice = [Kind::I16, Kind::I32, Kind::I64][dtype.size().trailing_zeros() as usize];
        let wide = |v: Value| widened(r, v, dtype, twice);
        let exact = plus(r.binary(Binary::Mul, wide(a), wide(b)), c.map(wide));
        let low = |v: Value| r.unary(Unary::Truncate(kind), v);
        return Some(match overflow {
            Overflow::Wrap => low(exact),
            Overflow::Error => {
                let low = low(exact);
                r.fault(r.unary(Unary::Not, r.compare(Compare::Eq, wide(low), exact)));
                low
            }
            Overflow::Saturate => {
                let (least, greatest) = range(dtype);
                let bound = |v: i64| constant(r, twice, v);
                low(match signed(dtype) {
                    true => r.binary(Binary::Min, r.binary(Binary::Max, exact, bound(least)), bound(greatest)),
                    false => r.binary(Binary::UnsignedMin, exact, bound(greatest)),
                })
            }
        });
    }
    let low = plus(r.binary(Binary::Mul, a, b), c);
    if overflow == Overflow::Wrap {
        return Some(low);
    }
    if c.is_some() && overflow == Overflow::Saturate {
        return None;
    }
    // In floats as wide as the integers, themselves rounded, it is within 2⁻²¹ of the exact size (f64: 2⁻⁵⁰), or of what is
    // at least that large: nothing is lost where that is so far inside the range, and something is where it is so far outside.
    let (float_kind, inside, outside): (Kind, f64, f64) = match dtype {
        DType::I32 => (Kind::F32, 2_147_482_624.0, f64::INFINITY),
        DType::U32 => (Kind::F32, 4_294_965_248.0, f64::INFINITY),
        DType::I64 => (Kind::F64, 9.22e18, 9.23e18),
        _ => (Kind::F64, 1.844e19, 1.845e19),
    };
    let literal = |v: f64| {
        let bits = if float_kind == Kind::F32 { (v as f32).to_bits().into() } else { v.to_bits() };
        r.op(Op::Const(bits), float_kind)
    };
    let size_of = |v: Value| r.unary(Unary::Abs, v);
    let in_floats = |v: Value| float(r, v, dtype, float_kind);
    let size = size_of(r.binary(Binary::Mul, in_floats(a), in_floats(b)));
    let size = plus(size, c.map(|c| size_of(in_floats(c))));
    let lost = r.unary(Unary::Not, r.compare(Compare::Lt, size, literal(inside)));
    if overflow == Overflow::Error {
        r.fault(lost);
        return Some(low);
    }
    let surely = r.compare(Compare::Lt, literal(outside), size);
    r.fault(r.binary(Binary::Xor, lost, surely));
    let (least, greatest) = range(dtype);
    let greatest = constant(r, kind, greatest);
    let nearest = match signed(dtype) {
        true => {
            let signs = r.binary(Binary::Xor, a, b);
            r.select(r.compare(Compare::Lt, signs, constant(r, kind, 0)), constant(r, kind, least), greatest)
        }
        false => greatest,
    };
    Some(r.select(surely, nearest, low))
}

/// Powers whose exponent is a small constant: squares and products.
fn power(to: &Lowering<'_>, a: Value, exponent: Value, dtype: DType) -> Option<Value> {
    /// Exponents of loops at most: kernels stop where the exponent ends, too.
    const MOST: u64 = 16;
    let r = to.recorder;
    let Op::Const(mut e) = r.operation(exponent) else { return None };
    if e == 0 || e > MOST || to.policy.overflow == Overflow::Saturate {
        return None;
    }
    let (mut base, mut result) = (a, None);
    loop {
        if e & 1 == 1 {
            result = Some(result.map_or(Some(base), |so_far| product(to, so_far, base, None, dtype))?);
        }
        e >>= 1;
        if e == 0 {
            return result;
        }
        base = product(to, base, base, None, dtype)?;
    }
}

/// Remainders of integers of at most 32 bits, by a quotient of doubles: it is never so near an integer that its rounding
/// matters. `None` for longer ones.
fn remainder(r: &Recorder, map: Map, a: Value, b: Value, dtype: DType) -> Option<Value> {
    if dtype.size() > 4 {
        return None;
    }
    r.fault(r.compare(Compare::Eq, b, constant(r, r.kind(b), 0)));
    let [x, y] = [a, b].map(|v| r.number(float(r, v, dtype, Kind::F64)));
    let rest = (-(x / y).trunc()).fma(y, x);
    let zero = rest.lit(0.0);
    let other = (rest.lt(zero) & y.gt(zero)) | (rest.gt(zero) & y.lt(zero));
    let rest = if map == Map::Mod { Lane::select(other, rest + y, rest) } else { rest };
    Some(super::floats::low_bits(r, rest, r.kind(a)))
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
        // Integers of 64 bits would round twice.
        DType::F16 | DType::BF16 => {
            return match from {
                DType::I64 | DType::U64 => None,
                DType::I32 | DType::U32 => {
                    let double = r.number(float(r, a, from, Kind::F64));
                    Some(super::floats::narrow(r, super::floats::odd_single(r, double), into))
                }
                _ => Some(super::floats::narrow(r, float(r, a, from, Kind::F32), into)),
            };
        }
        DType::Bool => {
            let zero = constant(r, r.kind(a), 0);
            return Some(r.unary(Unary::Not, r.compare(Compare::Eq, a, zero)));
        }
        _ => {}
    }
    if from == DType::Bool {
        return Some(r.select(a, constant(r, kind, 1), constant(r, kind, 0)));
    }
    let ((least, greatest), (low, high)) = (range(from), range(into));
    // Ranges as numbers beyond 64 bits, so that u64 compares with the others.
    let number = |v: i64, d: DType| if signed(d) { v.into() } else { i128::from(v as u64) };
    let below = number(least, from) < number(low, into);
    let above = number(greatest, from) > number(high, into);
    let bound = |v: i64| constant(r, r.kind(a), v);
    let mut a = a;
    match to.policy.overflow {
        Overflow::Wrap => {}
        Overflow::Saturate => {
            if below {
                a = r.binary(Binary::Max, a, bound(low));
            }
            if above {
                a = r.binary(if signed(from) { Binary::Min } else { Binary::UnsignedMin }, a, bound(high));
            }
        }
        Overflow::Error => {
            if below {
                r.fault(compare(r, Compare::Lt, a, bound(low), from));
            }
            if above {
                r.fault(compare(r, Compare::Lt, bound(high), a, from));
            }
        }
    }
    Some(match into.size().cmp(&from.size()) {
        std::cmp::Ordering::Equal => a,
        std::cmp::Ordering::Less => r.unary(Unary::Truncate(kind), a),
        std::cmp::Ordering::Greater if signed(from) => r.unary(Unary::SignExtend(kind), a),
        std::cmp::Ordering::Greater => r.unary(Unary::ZeroExtend(kind), a),
    })
}
