//! Random programs and elements.

use hadamard_jit::{Binary, Compare, Kind, Op, Program, Recorder, Scalar, Shift, Unary, Value};

/// Kinds of inputs.
pub const KINDS: [Kind; 6] = [Kind::I8, Kind::I16, Kind::I32, Kind::I64, Kind::F32, Kind::F64];

/// Whether only the memory that loops touch is tested: valgrind watches it, but its machine gives some zeros other signs than
/// real ones. See `cargo xtask sanitize`.
pub fn only_memory() -> bool {
    std::env::var_os("HADAMARD_TEST_ONLY_MEMORY").is_some()
}

/// Writes random programs: every choice is a number that picks among what is possible.
struct Writer<'c> {
    recorder: Recorder,
    values: Vec<Value>,
    choices: std::slice::Iter<'c, u64>,
}

impl Writer<'_> {
    fn choose(&mut self, n: usize) -> usize {
        (self.choices.next().copied().unwrap_or(0) % n as u64) as usize
    }
    fn any(&mut self, fits: impl Fn(Kind) -> bool) -> Option<Value> {
        let candidates: Vec<Value> = self.values.iter().copied().filter(|&v| fits(self.recorder.kind(v))).collect();
        // Recent values more often, so that programs are deep.
        let n = candidates.len();
        (n > 0).then(|| candidates[if self.choose(2) == 0 { self.choose(n) } else { n - 1 - self.choose(n.min(4)) }])
    }
    fn same(&mut self, kind: Kind) -> Value {
        self.any(|k| k == kind).expect("the kind was taken from a value")
    }

    fn step(&mut self) {
        let r = self.choose(14);
        let value = match r {
            0 | 1 => self.any(Kind::is_float).map(|a| {
                let ops = [Unary::Sqrt, Unary::Neg, Unary::Abs, Unary::Round, Unary::Floor, Unary::Ceil, Unary::Trunc];
                let op = ops[self.choose(ops.len())];
                self.recorder.unary(op, a)
            }),
            2..=4 => self.any(Kind::is_float).map(|a| {
                let b = self.same(self.recorder.kind(a));
                let ops = [Binary::Add, Binary::Sub, Binary::Mul, Binary::Div, Binary::Min, Binary::Max];
                let op = ops[self.choose(ops.len())];
                self.recorder.binary(op, a, b)
            }),
            5 => self.any(Kind::is_float).map(|a| {
                let kind = self.recorder.kind(a);
                let args = [a, self.same(kind), self.same(kind)];
                let (minus_product, minus_term) = (self.choose(2) == 0, self.choose(2) == 0);
                self.recorder.op(Op::Fma { args, minus_product, minus_term }, kind)
            }),
            6 | 7 => self.any(|k| !k.is_float() && k != Kind::Mask).map(|a| {
                let kind = self.recorder.kind(a);
                let b = self.same(kind);
                let ops = [
                    Binary::Add,
                    Binary::Sub,
                    Binary::And,
                    Binary::Or,
                    Binary::Xor,
                    Binary::Min,
                    Binary::Max,
                    Binary::UnsignedMin,
                    Binary::UnsignedMax,
                    Binary::Mul,
                ];
                let op = ops[self.choose(if kind == Kind::I8 { 9 } else { 10 })];
                self.recorder.binary(op, a, b)
            }),
            8 => self.any(|k| matches!(k, Kind::I16 | Kind::I32 | Kind::I64)).map(|a| {
                let kind = self.recorder.kind(a);
                let by = [Shift::Left, Shift::Right, Shift::Arithmetic][self.choose(3)];
                let n = self.choose(8 * kind.size()) as u8;
                self.recorder.op(Op::Shift(by, a, n), kind)
            }),
            9 => self.any(|k| k != Kind::Mask).map(|a| {
                let b = self.same(self.recorder.kind(a));
                let op = [Compare::Eq, Compare::Lt, Compare::Le][self.choose(3)];
                self.recorder.compare(op, a, b)
            }),
            10 => self.any(|k| k == Kind::Mask).map(|m| {
                let n = self.same(Kind::Mask);
                match self.choose(4) {
                    0 => self.recorder.unary(Unary::Not, m),
                    k => self.recorder.binary([Binary::And, Binary::Or, Binary::Xor][k - 1], m, n),
                }
            }),
            11 => self.any(|k| k == Kind::Mask).and_then(|m| {
                let a = self.any(|_| true)?;
                let b = self.same(self.recorder.kind(a));
                Some(self.recorder.select(m, a, b))
            }),
            12 => self.any(|_| true).map(|a| self.convert(a)),
            _ => self.any(|k| k == Kind::Mask).and_then(|rare| {
                let usual = self.any(Kind::is_float)?;
                let kind = self.recorder.kind(usual);
                let args = [self.same(kind), self.same(kind)];
                let scalars = [Scalar::One(|x| x * 0.5 + 1.0), Scalar::Two(|x, y| x - 2.0 * y)];
                let scalar = scalars[self.choose(2)];
                Some(self.recorder.op(Op::Rescue { rare, usual, args, scalar }, kind))
            }),
        };
        self.values.extend(value);
    }

    fn convert(&mut self, a: Value) -> Value {
        let wider = [Kind::I16, Kind::I32, Kind::I64];
        let op = match (self.recorder.kind(a), self.choose(2) == 0) {
            (Kind::F32, true) => Unary::Widen,
            (Kind::F32, _) => [Unary::ToHalf, Unary::Bits(Kind::I32)][self.choose(2)],
            (Kind::F64, true) => Unary::Narrow,
            (Kind::F64, _) => Unary::Bits(Kind::I64),
            (Kind::Mask, _) => Unary::FromMask,
            (Kind::I8, true) => Unary::ToMask,
            (Kind::I8, _) => Unary::SignExtend(wider[self.choose(3)]),
            (Kind::I16, true) => Unary::ZeroExtend(wider[1 + self.choose(2)]),
            (Kind::I16, _) => {
                [Unary::FromHalf, Unary::SignExtend(Kind::I32), Unary::Truncate(Kind::I8)][self.choose(3)]
            }
            (Kind::I32, true) => Unary::ToFloat([Kind::F32, Kind::F64][self.choose(2)]),
            (Kind::I32, _) => [
                Unary::Bits(Kind::F32),
                Unary::ZeroExtend(Kind::I64),
                Unary::SignExtend(Kind::I64),
                Unary::Truncate(Kind::I16),
                Unary::UnsignedToFloat(Kind::F64),
                Unary::UnsignedToFloat(Kind::F32),
            ][self.choose(6)],
            (Kind::I64, true) => Unary::Bits(Kind::F64),
            (Kind::I64, _) => [
                Unary::ToFloat(Kind::F64),
                Unary::ToFloat(Kind::F32),
                Unary::UnsignedToFloat(Kind::F64),
                Unary::UnsignedToFloat(Kind::F32),
                Unary::Truncate(Kind::I8),
                Unary::Truncate(Kind::I32),
            ][self.choose(6)],
        };
        // The bits of a NaN are not part of the contract, so none may become a number.
        if self.recorder.kind(a).is_float() && matches!(op, Unary::Bits(_) | Unary::ToHalf) {
            let number = self.recorder.compare(Compare::Eq, a, a);
            let zero = self.recorder.op(Op::Const(0), self.recorder.kind(a));
            let a = self.recorder.select(number, a, zero);
            return self.recorder.unary(op, a);
        }
        self.recorder.unary(op, a)
    }
}

/// A random program over inputs of some of the kinds, some of whose elements are repeated `times` times.
pub fn program(choices: &[u64], kinds: &[Kind], times: Option<u8>) -> Program {
    let writer = written(choices, kinds, times);
    for &value in writer.values.iter().rev().filter(|&&v| writer.recorder.kind(v) != Kind::Mask).take(3) {
        writer.recorder.output(value, false);
    }
    writer.recorder.finish()
}

/// What a fold makes of two accumulators' bits.
pub type Join = fn(Kind, u64, u64) -> u64;

/// The sum of floats.
pub fn plus(kind: Kind, a: u64, b: u64) -> u64 {
    match kind {
        Kind::F32 => (f32::from_bits(a as u32) + f32::from_bits(b as u32)).to_bits().into(),
        _ => (f64::from_bits(a) + f64::from_bits(b)).to_bits(),
    }
}

/// The second float if it is greater than the first.
fn greater(kind: Kind, a: u64, b: u64) -> u64 {
    let less = match kind {
        Kind::F32 => f32::from_bits(a as u32) < f32::from_bits(b as u32),
        _ => f64::from_bits(a) < f64::from_bits(b),
    };
    if less { b } else { a }
}

/// `(a + b) xor b` of integers.
fn mixed(kind: Kind, a: u64, b: u64) -> u64 {
    (a.wrapping_add(b) ^ b) & u64::MAX >> (64 - 8 * kind.size())
}

/// A random program that folds up to two of its values, and puts out one more if asked to; and how its folds join.
pub fn folding(choices: &[u64], kinds: &[Kind], output: bool) -> (Program, Join) {
    let writer = written(choices, kinds, None);
    let r = &writer.recorder;
    let sums = choices.len().is_multiple_of(2);
    let mut values = writer.values.iter().rev().copied().filter(|&v| r.kind(v) != Kind::Mask);
    for value in values.by_ref().take(2) {
        r.fold(value, |carried| match r.kind(value) {
            Kind::F32 | Kind::F64 if sums => r.binary(Binary::Add, carried, value),
            Kind::F32 | Kind::F64 => r.select(r.compare(Compare::Lt, carried, value), value, carried),
            _ => r.binary(Binary::Xor, r.binary(Binary::Add, carried, value), value),
        });
    }
    for value in values.take(output.into()) {
        r.output(value, false);
    }
    let join: Join = match sums {
        true => |kind, a, b| if kind.is_float() { plus(kind, a, b) } else { mixed(kind, a, b) },
        false => |kind, a, b| if kind.is_float() { greater(kind, a, b) } else { mixed(kind, a, b) },
    };
    (writer.recorder.finish(), join)
}

/// A random program on pairs of floats.
pub fn of_pairs(choices: &[u64], kind: Kind) -> Program {
    let mut writer = Writer { recorder: Recorder::new(), values: Vec::new(), choices: choices.iter() };
    for _ in 0..3 {
        let k = writer.recorder.input(kind);
        writer.values.push(writer.recorder.op(Op::Input(k), kind));
    }
    for _ in 0..writer.choose(40) {
        if writer.choose(3) > 0 {
            writer.step();
            continue;
        }
        let ops = [Unary::Swap, Unary::First, Unary::Second, Unary::NegFirst, Unary::NegSecond];
        let op = ops[writer.choose(ops.len())];
        let value = writer.same(kind);
        writer.values.push(writer.recorder.unary(op, value));
    }
    for value in writer.values.iter().rev().copied().filter(|&v| writer.recorder.kind(v) != Kind::Mask).take(2) {
        writer.recorder.output(value, false);
    }
    writer.recorder.finish()
}

fn written<'c>(choices: &'c [u64], kinds: &[Kind], times: Option<u8>) -> Writer<'c> {
    let mut writer = Writer { recorder: Recorder::new(), values: Vec::new(), choices: choices.iter() };
    for &kind in kinds {
        let k = writer.recorder.input(kind);
        let op = match (writer.choose(4), times) {
            (0, _) => Op::Splat(k),
            (1, Some(times)) => Op::Repeated(k, times),
            _ => Op::Input(k),
        };
        let value = writer.recorder.op(op, kind);
        writer.values.push(value);
        let one = writer.recorder.op(Op::Const(if kind.is_float() { 1.5f64.to_bits() } else { 5 }), kind);
        writer.values.push(one);
    }
    let steps = writer.choose(60);
    (0..steps).for_each(|_| writer.step());
    if let Some(&mask) = writer.values.iter().rev().find(|&&v| writer.recorder.kind(v) == Kind::Mask) {
        let rarely = writer.recorder.op(Op::Const(0), kinds[0]);
        let first = writer.values[0];
        let zero = writer.recorder.compare(Compare::Eq, first, rarely);
        writer.recorder.fault(writer.recorder.binary(Binary::And, mask, zero));
    }
    writer
}

/// Elements that meet the special cases often.
pub fn element(kind: Kind, seed: u64) -> u64 {
    let specials = [0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 0.5, 1e300, 5e-324, 1e30, 3.0];
    let special = specials[(seed >> 8) as usize % specials.len()];
    match (kind, seed % 4) {
        (Kind::F32, 0) => (special as f32).to_bits().into(),
        (Kind::F64, 0) => special.to_bits(),
        (Kind::F32, 1) => ((seed >> 8) as i32 as f32 / 65536.0).to_bits().into(),
        (Kind::F64, 1) => ((seed >> 8) as i32 as f64 / 65536.0).to_bits(),
        (_, 2) => seed >> 60,
        _ => seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) & (u64::MAX >> (64 - 8 * kind.size())),
    }
}

/// Equal bits, or NaN both.
pub fn same(kind: Kind, a: u64, b: u64) -> bool {
    a == b
        || only_memory()
        || match kind {
            Kind::F32 => f32::from_bits(a as u32).is_nan() && f32::from_bits(b as u32).is_nan(),
            Kind::F64 => f64::from_bits(a).is_nan() && f64::from_bits(b).is_nan(),
            _ => false,
        }
}
