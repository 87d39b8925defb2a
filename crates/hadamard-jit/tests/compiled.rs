//! Compiled code equals the interpreter, bit for bit (any NaN equals any), on every instruction set of the machine.

use hadamard_jit::{Binary, Compare, Compiled, Isa, Kind, Op, Program, Recorder, Scalar, Shift, Unary, Value};
use proptest::prelude::*;

const KINDS: [Kind; 6] = [Kind::I8, Kind::I16, Kind::I32, Kind::I64, Kind::F32, Kind::F64];

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
                let op = [Binary::Add, Binary::Sub, Binary::Mul, Binary::Div][self.choose(4)];
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

/// A random program over inputs of some of the kinds.
fn program(choices: &[u64], kinds: &[Kind]) -> Program {
    let mut writer = Writer { recorder: Recorder::new(), values: Vec::new(), choices: choices.iter() };
    for &kind in kinds {
        let k = writer.recorder.input(kind);
        let op = if writer.choose(4) == 0 { Op::Splat(k) } else { Op::Input(k) };
        let value = writer.recorder.op(op, kind);
        writer.values.push(value);
        let one = writer.recorder.op(Op::Const(if kind.is_float() { 1.5f64.to_bits() } else { 5 }), kind);
        writer.values.push(one);
    }
    let steps = writer.choose(60);
    (0..steps).for_each(|_| writer.step());
    for &value in writer.values.iter().rev().filter(|&&v| writer.recorder.kind(v) != Kind::Mask).take(3) {
        writer.recorder.output(value, false);
    }
    if let Some(&mask) = writer.values.iter().rev().find(|&&v| writer.recorder.kind(v) == Kind::Mask) {
        let rarely = writer.recorder.op(Op::Const(0), kinds[0]);
        let first = writer.values[0];
        let zero = writer.recorder.compare(Compare::Eq, first, rarely);
        writer.recorder.fault(writer.recorder.binary(Binary::And, mask, zero));
    }
    writer.recorder.finish()
}

/// Elements that meet the special cases often.
fn element(kind: Kind, seed: u64) -> u64 {
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

fn same(kind: Kind, a: u64, b: u64) -> bool {
    a == b
        || match kind {
            Kind::F32 => f32::from_bits(a as u32).is_nan() && f32::from_bits(b as u32).is_nan(),
            Kind::F64 => f64::from_bits(a).is_nan() && f64::from_bits(b).is_nan(),
            _ => false,
        }
}

fn check(program: &Program, n: usize, seed: u64) -> Result<usize, TestCaseError> {
    let seeds = |k: usize, i: usize| (seed ^ (k as u64) << 40 ^ (i as u64) << 7).wrapping_mul(0xd134_2543_de82_ef95);
    let inputs: Vec<Vec<u64>> = program
        .inputs()
        .iter()
        .enumerate()
        .map(|(k, &kind)| (0..n.max(1)).map(|i| element(kind, seeds(k, i))).collect())
        .collect();
    let bytes: Vec<Vec<u8>> = inputs
        .iter()
        .zip(program.inputs())
        .map(|(values, kind)| values.iter().flat_map(|v| v.to_le_bytes()[..kind.size()].to_vec()).collect())
        .collect();
    let splat: Vec<bool> = (0..inputs.len()).map(|k| program.reads_one(k)).collect();
    let mut compiled = 0;
    for isa in Isa::available() {
        let Some(code) = Compiled::new(program, isa) else { continue };
        compiled += 1;
        let mut outputs: Vec<Vec<u8>> =
            program.outputs().iter().map(|o| vec![0xaa; n * program.kind(o.value).size() + 1]).collect();
        let mut slices: Vec<&mut [u8]> = outputs.iter_mut().map(|o| &mut o[..]).collect();
        let sources: Vec<&[u8]> = bytes.iter().map(|b| &b[..]).collect();
        let result = code.run(&sources, &mut slices, n);
        let mut fault = false;
        for i in 0..n {
            // What a run with a fault leaves behind is unspecified.
            let entry: Vec<u64> = inputs.iter().zip(&splat).map(|(v, &one)| v[if one { 0 } else { i }]).collect();
            let (values, at_fault) = program.interpret(&entry);
            fault |= at_fault;
            for (output, bytes) in program.outputs().iter().zip(&outputs).filter(|_| result.is_ok()) {
                let kind = program.kind(output.value);
                let mut found = [0; 8];
                found[..kind.size()].copy_from_slice(&bytes[i * kind.size()..(i + 1) * kind.size()]);
                let (found, wanted) = (u64::from_le_bytes(found), values[output.value.number()]);
                prop_assert!(
                    same(kind, found, wanted),
                    "{isa:?} entry {i} of {n}: {found:x} for {wanted:x} ({kind:?})"
                );
            }
        }
        prop_assert_eq!(result.is_err(), fault, "{:?}", isa);
        prop_assert!(outputs.iter().all(|o| *o.last().unwrap() == 0xaa), "{:?} wrote past the end", isa);
    }
    Ok(compiled)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_programs(
        choices in proptest::collection::vec(any::<u64>(), 0..400), n in 0usize..300, seed in any::<u64>(),
        kinds in proptest::collection::vec(0usize..6, 1..5),
    ) {
        let kinds: Vec<Kind> = kinds.iter().map(|&k| KINDS[k]).collect();
        check(&program(&choices, &kinds), n, seed)?;
    }

    /// One kind of float, as most programs: AVX2 runs all of these too.
    #[test]
    fn random_programs_of_one_kind(
        choices in proptest::collection::vec(any::<u64>(), 0..700), n in 0usize..300, seed in any::<u64>(), double in any::<bool>(),
    ) {
        let kind = if double { Kind::F64 } else { Kind::F32 };
        check(&program(&choices, &[kind; 4]), n, seed)?;
    }
}
