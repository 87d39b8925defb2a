//! What an instruction set lacks, by what it has: programs are rewritten before they are emitted, bit for bit.
//!
//! AVX2 has no products, extremes or conversions of 64-bit integers, none of unsigned ones to floats, and no mask
//! registers: a mask is a vector of the widest lanes, so what compares or selects narrower ones is done on wide ones.

use super::isa::Isa;
use crate::program::{Binary, Compare, Fold, Kind, Op, Output, Program, Shift, Unary, Value};
use crate::recorder::Recorder;
use std::borrow::Cow;

/// The same program in operations that the instruction set has, where that is known to be possible.
pub fn legal(program: &Program, isa: Isa) -> Cow<'_, Program> {
    match isa {
        Isa::Avx512 => Cow::Borrowed(program),
        Isa::Avx2 => Cow::Owned(by_avx2(program)),
    }
}

fn by_avx2(program: &Program) -> Program {
    let widest = program.kinds.iter().max_by_key(|kind| kind.size()).map_or(Kind::I8, |kind| kind.bits());
    let lowering = Lowering { r: Recorder::new(), widest };
    let mut numbers: Vec<Value> = Vec::with_capacity(program.ops.len());
    for (op, &kind) in program.ops.iter().zip(&program.kinds) {
        let op = op.with_args(|a| numbers[a.at()]);
        numbers.push(lowering.lower(op, kind));
    }
    let to = |v: Value| numbers[v.at()];
    let mut legal = lowering.r.finish();
    legal.inputs = program.inputs.clone();
    legal.outputs = program.outputs.iter().map(|o| Output { value: to(o.value), ..*o }).collect();
    legal.folds = program.folds.iter().map(|f| Fold { value: to(f.value), next: to(f.next) }).collect();
    legal.faults = program.faults.iter().map(|&f| to(f)).collect();
    legal.pruned()
}

struct Lowering {
    r: Recorder,
    /// The widest kind of the program, as an integer: masks have lanes of it.
    widest: Kind,
}

impl Lowering {
    fn lower(&self, op: Op, kind: Kind) -> Value {
        let r = &self.r;
        match op {
            Op::Unary(unary, a) => self.unary(unary, a, kind),
            Op::Binary(binary, a, b) if kind == Kind::I64 => match binary {
                Binary::Mul => self.product(a, b),
                Binary::Min => self.smaller(a, b, [a, b]),
                Binary::Max => self.smaller(a, b, [b, a]),
                Binary::UnsignedMin => self.smaller(self.turned(a), self.turned(b), [a, b]),
                Binary::UnsignedMax => self.smaller(self.turned(a), self.turned(b), [b, a]),
                _ => r.op(op, kind),
            },
            Op::Compare(compare, a, b) if self.narrow(r.kind(a)) => r.compare(compare, self.wide(a), self.wide(b)),
            Op::Select(mask, a, b) if self.narrow(kind) => {
                let bits = |v| r.unary(Unary::SignExtend(self.widest), r.unary(Unary::Bits(kind.bits()), v));
                let chosen = r.op(Op::Select(mask, bits(a), bits(b)), self.widest);
                r.unary(Unary::Bits(kind), r.unary(Unary::Truncate(kind.bits()), chosen))
            }
            Op::Rescue { rare, usual, args, scalar } if self.narrow(kind) => {
                let args = args.map(|a| r.unary(Unary::Widen, a));
                let wide = Op::Rescue { rare, usual: r.unary(Unary::Widen, usual), args, scalar };
                r.unary(Unary::Narrow, r.op(wide, Kind::F64))
            }
            op => r.op(op, kind),
        }
    }

    /// Whether lanes of a kind are narrower than those of masks.
    fn narrow(&self, kind: Kind) -> bool {
        kind != Kind::Mask && kind.size() < self.widest.size()
    }

    /// A number, as wide as masks; its order among others stays.
    fn wide(&self, a: Value) -> Value {
        let op = if self.r.kind(a).is_float() { Unary::Widen } else { Unary::SignExtend(self.widest) };
        self.r.unary(op, a)
    }

    fn unary(&self, unary: Unary, a: Value, kind: Kind) -> Value {
        let r = &self.r;
        let from = r.kind(a);
        match unary {
            Unary::ToMask if self.widest.size() < 4 => {
                let wide = if self.narrow(from) { self.wide(a) } else { a };
                r.unary(Unary::Not, r.compare(Compare::Eq, wide, self.constant(self.widest, 0)))
            }
            Unary::FromMask if self.widest.size() < 4 => {
                let bits = |bit| self.constant(self.widest, bit);
                let chosen = r.op(Op::Select(a, bits(1), bits(0)), self.widest);
                if self.widest == Kind::I8 { chosen } else { r.unary(Unary::Truncate(Kind::I8), chosen) }
            }
            Unary::ToFloat(_) | Unary::UnsignedToFloat(_) if from == Kind::I64 => {
                let signed = matches!(unary, Unary::ToFloat(_));
                let halves = self.halves(a, signed);
                if kind == Kind::F64 { r.binary(Binary::Add, halves.0, halves.1) } else { self.rounded_once(halves) }
            }
            Unary::UnsignedToFloat(Kind::F64) => {
                let bits = r.binary(Binary::Or, r.unary(Unary::ZeroExtend(Kind::I64), a), self.double_bits(TWO_52));
                let number = r.unary(Unary::Bits(Kind::F64), bits);
                r.binary(Binary::Sub, number, self.double(TWO_52))
            }
            // Both halves are exact, and so is the product: only the sum rounds.
            Unary::UnsignedToFloat(_) => {
                let high = r.op(Op::Shift(Shift::Right, a, 16), Kind::I32);
                let low = r.binary(Binary::And, a, self.constant(Kind::I32, 0xffff));
                let [high, low] = [high, low].map(|v| r.unary(Unary::ToFloat(Kind::F32), v));
                let scale = r.op(Op::Const(65536f32.to_bits().into()), Kind::F32);
                r.binary(Binary::Add, r.binary(Binary::Mul, high, scale), low)
            }
            _ => r.op(Op::Unary(unary, a), kind),
        }
    }

    /// The low 64 bits of a product, by products of halves: `a₀b₀ + 2³²(a₁b₀ + a₀b₁)`.
    fn product(&self, a: Value, b: Value) -> Value {
        let r = &self.r;
        let high = |v| r.op(Op::Shift(Shift::Right, v, 32), Kind::I64);
        let times = |a, b| r.binary(Binary::MulLow, a, b);
        let cross = r.binary(Binary::Add, times(high(a), b), times(a, high(b)));
        r.binary(Binary::Add, times(a, b), r.op(Op::Shift(Shift::Left, cross, 32), Kind::I64))
    }

    /// The first of two numbers if `a < b`, else the second.
    fn smaller(&self, a: Value, b: Value, [first, second]: [Value; 2]) -> Value {
        self.r.op(Op::Select(self.r.compare(Compare::Lt, a, b), first, second), Kind::I64)
    }

    /// With the top bit turned, unsigned numbers compare as signed ones.
    fn turned(&self, a: Value) -> Value {
        self.r.binary(Binary::Xor, a, self.constant(Kind::I64, i64::MIN as u64))
    }

    /// An integer of 64 bits as the sum of two doubles, the greater one a multiple of 2³²: its halves are put into the
    /// significands of numbers from which their offsets are then taken, all exactly.
    fn halves(&self, a: Value, signed: bool) -> (Value, Value) {
        let r = &self.r;
        let high = r.op(Op::Shift(Shift::Right, a, 32), Kind::I64);
        let low = r.binary(Binary::And, a, self.constant(Kind::I64, 0xffff_ffff));
        // As a signed number the high half has 2³¹ added.
        let (mark, offset) = match signed {
            true => (TWO_84.to_bits() ^ 0x8000_0000, TWO_84 + TWO_63),
            false => (TWO_84.to_bits(), TWO_84),
        };
        let high = r.binary(Binary::Xor, high, self.constant(Kind::I64, mark));
        let low = r.binary(Binary::Or, low, self.double_bits(TWO_52));
        let [high, low] = [high, low].map(|v| r.unary(Unary::Bits(Kind::F64), v));
        (r.binary(Binary::Sub, high, self.double(offset)), r.binary(Binary::Sub, low, self.double(TWO_52)))
    }

    /// The sum of two doubles, the first at least as large in size or zero, rounded once to f32: rounded to f64 so that what
    /// is lost leaves the last bit set, it has more than two bits beyond those of f32, which then round as the sum would.
    fn rounded_once(&self, (high, low): (Value, Value)) -> Value {
        let r = &self.r;
        let sum = r.binary(Binary::Add, high, low);
        let lost = r.binary(Binary::Sub, low, r.binary(Binary::Sub, sum, high));
        let zero = self.double(0.0);
        let bits = r.unary(Unary::Bits(Kind::I64), sum);
        let one = self.constant(Kind::I64, 1);
        let towards_zero = r.binary(Binary::Xor, r.compare(Compare::Lt, lost, zero), r.compare(Compare::Lt, sum, zero));
        let neighbours = Op::Select(towards_zero, r.binary(Binary::Sub, bits, one), r.binary(Binary::Add, bits, one));
        let even = r.compare(Compare::Eq, r.binary(Binary::And, bits, one), self.constant(Kind::I64, 0));
        let inexact = r.unary(Unary::Not, r.compare(Compare::Eq, lost, zero));
        let odd = Op::Select(r.binary(Binary::And, inexact, even), r.op(neighbours, Kind::I64), bits);
        let bits = r.op(odd, Kind::I64);
        r.unary(Unary::Narrow, r.unary(Unary::Bits(Kind::F64), bits))
    }

    fn constant(&self, kind: Kind, bits: u64) -> Value {
        self.r.op(Op::Const(bits), kind)
    }
    fn double(&self, value: f64) -> Value {
        self.constant(Kind::F64, value.to_bits())
    }
    fn double_bits(&self, value: f64) -> Value {
        self.constant(Kind::I64, value.to_bits())
    }
}

const TWO_52: f64 = (1u64 << 52) as f64;
const TWO_63: f64 = (1u64 << 63) as f64;
const TWO_84: f64 = (1u128 << 84) as f64;
