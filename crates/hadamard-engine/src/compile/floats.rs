//! Float operations as primitives, in f32 and f64; the half precisions compute in f32 and round.

use super::{Lowering, truth, whole};
use hadamard_algebra::{Map, Overflow, Zeros};
use hadamard_array::DType;
use hadamard_jit::{Binary, Compare, Kind, Number, Op, Recorder, Scalar, Shift, Unary, Value};
use hadamard_math::{Bits, Lane, Single};

/// An operation of floats of one dtype (the values of `where` apart). `None` if it has no straight line.
pub(super) fn lower(to: &Lowering<'_>, map: Map, args: &[Value], dtype: DType) -> Option<Value> {
    match dtype {
        DType::F32 | DType::F64 => wide(to, map, args),
        // A fused multiply-add rounds once, which two roundings are not.
        _ if map == Map::Fma => None,
        _ => {
            let args: Vec<Value> = args.iter().map(|&a| widen(to.recorder, a, dtype)).collect();
            let value = wide(to, map, &args)?;
            // Truth values need no rounding.
            Some(if to.recorder.kind(value) == Kind::F32 { narrow(to.recorder, value, dtype) } else { value })
        }
    }
}

/// A half as f32.
pub(super) fn widen(r: &Recorder, a: Value, dtype: DType) -> Value {
    if dtype == DType::F16 {
        return r.unary(Unary::FromHalf, a);
    }
    let bits = r.unary(Unary::ZeroExtend(Kind::I32), a);
    r.unary(Unary::Bits(Kind::F32), r.op(Op::Shift(Shift::Left, bits, 16), Kind::I32))
}

/// f32 rounded to a half.
pub(super) fn narrow(r: &Recorder, a: Value, dtype: DType) -> Value {
    if dtype == DType::F16 {
        return r.unary(Unary::ToHalf, a);
    }
    // To nearest even: half of what is cut is added, one less where the kept part is even. NaN is made quiet instead.
    let bits = r.number(a).bits();
    let even = bits.shr(16) & bits.int(1);
    let rounded = bits + bits.int(0x7fff) + even;
    let quiet = bits | bits.int(0x0040_0000);
    let chosen = hadamard_jit::Integer::select(r.number(a).is_nan(), quiet, rounded);
    r.unary(Unary::Truncate(Kind::I16), chosen.shr(16).value)
}

fn wide(to: &Lowering<'_>, map: Map, args: &[Value]) -> Option<Value> {
    let r = to.recorder;
    let lane = |i: usize| r.number(args[i]);
    let faults = to.policy.zeros == Zeros::Error;
    let guarded = |divisor: Number<'_>| {
        if faults {
            r.fault(divisor.eq(divisor.lit(0.0)).value);
        }
    };
    let one = |op: Unary| Some(r.unary(op, args[0]));
    let value = match map {
        Map::Add => lane(0) + lane(1),
        Map::Sub => lane(0) - lane(1),
        Map::Mul => lane(0) * lane(1),
        Map::Div => {
            guarded(lane(1));
            lane(0) / lane(1)
        }
        Map::Inverse => {
            guarded(lane(0));
            lane(0).lit(1.0) / lane(0)
        }
        Map::SafeDiv => Lane::select(lane(1).eq(lane(1).lit(0.0)), lane(2), lane(0) / lane(1)),
        Map::Fma => lane(0).fma(lane(1), lane(2)),
        Map::Min => smaller(lane(0), lane(1)),
        Map::Max => larger(lane(0), lane(1)),
        Map::Clamp => smaller(larger(lane(0), lane(1)), lane(2)),
        Map::Relu => Lane::select(lane(0).le(lane(0).lit(0.0)), lane(0).lit(0.0), lane(0)),
        Map::Sign => {
            let x = lane(0);
            let sign = Lane::select(x.gt(x.lit(0.0)), x.lit(1.0), x.lit(-1.0));
            Lane::select(x.is_nan(), x, Lane::select(x.eq(x.lit(0.0)), x.lit(0.0), sign))
        }
        Map::Rem => remainder(r, lane(0), lane(1)),
        Map::Mod => {
            let (b, rest) = (lane(1), remainder(r, lane(0), lane(1)));
            let zero = rest.lit(0.0);
            let other = (rest.lt(zero) & !b.lt(zero)) | (!rest.lt(zero) & b.lt(zero));
            Lane::select(rest.eq(zero), zero.copysign(b), Lane::select(other, rest + b, rest))
        }
        Map::Copysign => lane(0).copysign(lane(1)),
        Map::Neg => -lane(0),
        Map::Abs => lane(0).abs(),
        Map::Sqrt => lane(0).sqrt(),
        Map::Ceil => return one(Unary::Ceil),
        Map::Floor => lane(0).floor(),
        Map::Round => lane(0).round(),
        Map::Trunc => lane(0).trunc(),
        Map::Real | Map::Conj => lane(0),
        Map::Imag => lane(0).lit(0.0),
        Map::Lt => return Some(lane(0).lt(lane(1)).value),
        Map::Le => return Some(lane(0).le(lane(1)).value),
        Map::Gt => return Some(lane(0).gt(lane(1)).value),
        Map::Ge => return Some(lane(0).ge(lane(1)).value),
        Map::Eq => return Some(lane(0).eq(lane(1)).value),
        Map::Ne => return Some((!lane(0).eq(lane(1))).value),
        Map::IsNan => return Some(lane(0).is_nan().value),
        Map::IsInf => return Some(lane(0).abs().eq(lane(0).lit(f64::INFINITY)).value),
        Map::IsFinite => return Some(lane(0).abs().lt(lane(0).lit(f64::INFINITY)).value),
        _ => return super::functions::lower(r, map, args),
    };
    Some(value.value)
}

/// The smaller one; NaN if either is; −0 is below +0.
pub(super) fn smaller<'r>(a: Number<'r>, b: Number<'r>) -> Number<'r> {
    let ordered = Lane::select(a.lt(b) | a.is_nan(), a, b);
    Lane::select(a.eq(b), Lane::from_bits(a.bits() | b.bits()), ordered)
}

/// The larger one; NaN if either is; −0 is below +0.
pub(super) fn larger<'r>(a: Number<'r>, b: Number<'r>) -> Number<'r> {
    let ordered = Lane::select(a.gt(b) | a.is_nan(), a, b);
    Lane::select(a.eq(b), Lane::from_bits(a.bits() & b.bits()), ordered)
}

/// The exact remainder with the sign of the first number. The quotient, rounded, is cut to the right integer or one beyond
/// it; where it is too large for that, or the divisor infinite, the scalar function is called.
fn remainder<'r>(r: &'r Recorder, a: Number<'r>, b: Number<'r>) -> Number<'r> {
    let kind = r.kind(a.value);
    let quotient = (a / b).trunc();
    let rest = (-quotient).fma(b, a);
    let zero = rest.lit(0.0);
    let beyond = (rest.lt(zero) & a.gt(zero)) | (rest.gt(zero) & a.lt(zero));
    let usual = Lane::select(beyond, rest + b.abs().copysign(a), rest).copysign(a);
    let whole = if kind == Kind::F32 { 8_388_608.0 } else { 4_503_599_627_370_496.0 };
    let rare = !(quotient.abs().lt(zero.lit(whole)) & b.abs().lt(zero.lit(f64::INFINITY)));
    let args = [a.value, b.value];
    let scalar = Scalar::Two(libm::fmod);
    r.number(r.op(Op::Rescue { rare: rare.value, usual: usual.value, args, scalar }, kind))
}

/// f64 to f32, rounded so that what is lost leaves the last bit set: rounded again to fewer bits, it is as the f64 would be.
pub(super) fn odd_single(r: &Recorder, a: Number<'_>) -> Value {
    let single = r.number(r.unary(Unary::Narrow, a.value));
    let (lost, zero) = (a - single.widen(), a.lit(0.0));
    let bits = single.bits();
    let one = bits.int(1);
    let inexact = lost.gt(zero) | lost.lt(zero);
    let even = (bits & one).eq(bits.int(0));
    let beyond = (lost.lt(zero) & a.gt(zero)) | (lost.gt(zero) & a.lt(zero));
    let neighbour = hadamard_jit::Integer::select(beyond, bits - one, bits + one);
    Number::from_bits(hadamard_jit::Integer::select(inexact & even, neighbour, bits)).value
}

/// The low bits of an integer that a float holds, as a kind: of doubles those below 2⁵¹ in size, of singles, for kinds of
/// at most 16 bits, those below 2²².
pub(super) fn low_bits(r: &Recorder, whole: Number<'_>, kind: Kind) -> Value {
    let magic = if r.kind(whole.value) == Kind::F32 { 12_582_912.0 } else { 6_755_399_441_055_744.0 };
    let bits = (whole + whole.lit(magic)).bits().value;
    if r.kind(bits) == kind { bits } else { r.unary(Unary::Truncate(kind), bits) }
}

/// The low 64 bits of an integer below 2⁶⁴ in size that a double holds: halves of 32 bits, each exact.
fn long_bits(whole: Number<'_>) -> Value {
    let high = (whole * whole.lit(1.0 / 4_294_967_296.0)).floor();
    let low = high.fma(whole.lit(-4_294_967_296.0), whole);
    let high = (high + high.lit(6_755_399_441_055_744.0)).bits().shl(32);
    let low = (low + low.lit(4_503_599_627_370_496.0)).bits();
    (high | (low & low.int(0xffff_ffff))).value
}

/// A float cut to an integer of a dtype.
fn to_integer(to: &Lowering<'_>, a: Value, dtype: DType) -> Option<Value> {
    let r = to.recorder;
    let kind = super::kind(dtype)?;
    let (signed, bits) = (whole::signed(dtype), 8 * dtype.size() as i32);
    // The range: above the first, or for long ones from it on, and below the second.
    let above = 2f64.powi(if signed { bits - 1 } else { bits });
    let least = if signed { -above } else { 0.0 };
    let narrow = bits <= 16 && to.policy.overflow != Overflow::Wrap && r.kind(a) == Kind::F32;
    let x = r.number(if narrow || r.kind(a) == Kind::F64 { a } else { r.unary(Unary::Widen, a) });
    let cut = |x: Number<'_>| if bits == 64 { long_bits(x.trunc()) } else { low_bits(r, x.trunc(), kind) };
    Some(match to.policy.overflow {
        Overflow::Error => {
            let high_enough = if signed && bits == 64 { x.ge(x.lit(least)) } else { x.gt(x.lit(least - 1.0)) };
            r.fault((!(high_enough & x.lt(x.lit(above)))).value);
            cut(x)
        }
        Overflow::Saturate => {
            let (_, greatest) = whole::range(dtype);
            let beyond = x.ge(x.lit(above));
            let inside = Lane::select(x.gt(x.lit(least)) & !beyond, x, x.lit(least));
            let inside = Lane::select(x.is_nan(), x.lit(0.0), inside);
            r.select(beyond.value, whole::constant(r, kind, greatest), cut(inside))
        }
        // Beyond the numbers of 64 bits entries are settled one by one.
        Overflow::Wrap => {
            r.fault((!x.abs().lt(x.lit(9.2e18))).value);
            let long = long_bits(x.trunc());
            if kind == Kind::I64 { long } else { r.unary(Unary::Truncate(kind), long) }
        }
    })
}

/// A conversion from a float dtype, or `None`.
pub(super) fn cast(lowering: &Lowering<'_>, a: Value, from: DType, to: DType) -> Option<Value> {
    let r = lowering.recorder;
    let half = |d: DType| matches!(d, DType::F16 | DType::BF16);
    let single = || if half(from) { widen(r, a, from) } else { a };
    Some(match (from, to) {
        _ if from == to => a,
        (_, DType::Bool) => {
            let lane = r.number(single());
            (!lane.eq(lane.lit(0.0))).value
        }
        (DType::F32, DType::F64) => r.unary(Unary::Widen, a),
        (DType::F64, DType::F32) => r.unary(Unary::Narrow, a),
        (_, DType::F32) if half(from) => single(),
        (_, DType::F64) if half(from) => r.unary(Unary::Widen, single()),
        (DType::F32, _) if half(to) => narrow(r, a, to),
        (DType::F64, _) if half(to) => narrow(r, odd_single(r, r.number(a)), to),
        (_, _) if half(from) && half(to) => narrow(r, single(), to),
        (_, to) if to.is_complex() => return None,
        _ => to_integer(lowering, single(), to)?,
    })
}

/// Connectives and comparisons of truth values.
pub(super) fn logic(r: &Recorder, map: Map, args: &[Value]) -> Option<Value> {
    let (a, b) = (args[0], *args.last()?);
    let not = |v| r.unary(Unary::Not, v);
    Some(match map {
        Map::And | Map::Mul | Map::Min => r.binary(Binary::And, a, b),
        Map::Or | Map::Max => r.binary(Binary::Or, a, b),
        Map::Xor | Map::Ne => r.binary(Binary::Xor, a, b),
        Map::Eq => not(r.binary(Binary::Xor, a, b)),
        Map::Lt => r.binary(Binary::And, not(a), b),
        Map::Gt => r.binary(Binary::And, a, not(b)),
        Map::Le => r.binary(Binary::Or, not(a), b),
        Map::Ge => r.binary(Binary::Or, a, not(b)),
        Map::Not => not(a),
        Map::Abs | Map::Sign | Map::Relu | Map::Real | Map::Conj => a,
        Map::Floor | Map::Ceil | Map::Round | Map::Trunc => a,
        Map::IsFinite => truth(r, true),
        Map::IsNan | Map::IsInf | Map::Imag => truth(r, false),
        Map::Clamp => r.binary(Binary::And, r.binary(Binary::Or, a, args[1]), args[2]),
        _ => return None,
    })
}

/// A comparison of integers is one of these with its arguments in order or turned.
pub(super) fn relation(map: Map) -> Option<(Compare, bool, bool)> {
    Some(match map {
        Map::Eq => (Compare::Eq, false, false),
        Map::Ne => (Compare::Eq, false, true),
        Map::Lt => (Compare::Lt, false, false),
        Map::Gt => (Compare::Lt, true, false),
        Map::Le => (Compare::Le, false, false),
        Map::Ge => (Compare::Le, true, false),
        _ => return None,
    })
}
