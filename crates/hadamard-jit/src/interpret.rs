//! The meaning of a program, one lane at a time: what the compiled code is compared with.

use crate::program::{Binary, Compare, Kind, Op, Program, Scalar, Shift, Unary, Value};

impl Program {
    /// The bits of every operation's value for one element of each input (its bits), and whether the lane is at fault.
    /// Masks are 0 and 1. After the inputs come those of what is
    /// [carried](crate::Op::Carried), if anything is.
    ///
    /// # Panics
    /// If the program has operations on pairs: [`Program::interpret_pair`] knows these.
    pub fn interpret(&self, inputs: &[u64]) -> (Vec<u64>, bool) {
        let mut bits = Vec::with_capacity(self.ops.len());
        for (op, &kind) in self.ops.iter().zip(&self.kinds) {
            let value = self.step(*op, kind, inputs, &bits);
            bits.push(value & low(kind));
        }
        let fault = self.faults.iter().any(|f| bits[f.at()] != 0);
        (bits, fault)
    }

    /// The same for both lanes of a pair.
    pub fn interpret_pair(&self, inputs: [&[u64]; 2]) -> [(Vec<u64>, bool); 2] {
        let mut bits: [Vec<u64>; 2] = Default::default();
        for (op, &kind) in self.ops.iter().zip(&self.kinds) {
            let of = |lane: usize| match *op {
                Op::Unary(Unary::Swap, a) => bits[1 - lane][a.at()],
                Op::Unary(Unary::First, a) => bits[0][a.at()],
                Op::Unary(Unary::Second, a) => bits[1][a.at()],
                Op::Unary(Unary::NegFirst, a) => bits[lane][a.at()] ^ if lane == 0 { top(kind) } else { 0 },
                Op::Unary(Unary::NegSecond, a) => bits[lane][a.at()] ^ if lane == 1 { top(kind) } else { 0 },
                op => self.step(op, kind, inputs[lane], &bits[lane]) & low(kind),
            };
            let values = [of(0), of(1)];
            bits.iter_mut().zip(values).for_each(|(bits, value)| bits.push(value));
        }
        bits.map(|bits| {
            let fault = self.faults.iter().any(|f| bits[f.at()] != 0);
            (bits, fault)
        })
    }

    fn step(&self, op: Op, kind: Kind, inputs: &[u64], known: &[u64]) -> u64 {
        let get = |v: Value| known[v.at()];
        let signed = |v: Value| sign_extended(get(v), self.kind(v));
        let float = |v: Value| to_f64(get(v), self.kind(v));
        match op {
            Op::Input(k) | Op::Splat(k) | Op::Repeated(k, _) => inputs[k],
            Op::Spread { of, .. } => get(of),
            Op::Const(bits) => bits,
            Op::Carried(fold) => inputs[self.inputs.len() + fold],
            Op::Unary(op, a) => match op {
                Unary::Sqrt => of_float(kind, get(a), f64::sqrt, f32::sqrt),
                Unary::Neg => get(a) ^ top(kind),
                Unary::Abs => get(a) & !top(kind),
                Unary::Round => of_float(kind, get(a), f64::round_ties_even, f32::round_ties_even),
                Unary::Floor => of_float(kind, get(a), f64::floor, f32::floor),
                Unary::Ceil => of_float(kind, get(a), f64::ceil, f32::ceil),
                Unary::Trunc => of_float(kind, get(a), f64::trunc, f32::trunc),
                Unary::Widen => float(a).to_bits(),
                Unary::Narrow => (float(a) as f32).to_bits().into(),
                Unary::FromHalf => half_to_f32(get(a) as u16).to_bits().into(),
                Unary::ToHalf => f32_to_half(f32::from_bits(get(a) as u32)).into(),
                Unary::SignExtend(_) => signed(a) as u64,
                Unary::ZeroExtend(_) | Unary::Truncate(_) | Unary::Bits(_) | Unary::FromMask => get(a),
                Unary::ToFloat(Kind::F32) => (signed(a) as f32).to_bits().into(),
                Unary::ToFloat(_) => (signed(a) as f64).to_bits(),
                Unary::UnsignedToFloat(Kind::F32) => (get(a) as f32).to_bits().into(),
                Unary::UnsignedToFloat(_) => (get(a) as f64).to_bits(),
                Unary::ToMask => (get(a) != 0).into(),
                Unary::Not => get(a) ^ 1,
                Unary::Swap | Unary::First | Unary::Second | Unary::NegFirst | Unary::NegSecond => {
                    panic!("a lane alone is no pair")
                }
            },
            Op::Binary(op, a, b) if kind.is_float() => {
                let (x, y) = (get(a), get(b));
                match op {
                    Binary::Add => of_floats(kind, x, y, |a, b| a + b, |a, b| a + b),
                    Binary::Sub => of_floats(kind, x, y, |a, b| a - b, |a, b| a - b),
                    Binary::Mul => of_floats(kind, x, y, |a, b| a * b, |a, b| a * b),
                    Binary::Div => of_floats(kind, x, y, |a, b| a / b, |a, b| a / b),
                    Binary::Min => {
                        if float(a) < float(b) {
                            x
                        } else {
                            y
                        }
                    }
                    Binary::Max => {
                        if float(a) > float(b) {
                            x
                        } else {
                            y
                        }
                    }
                    _ => unreachable!("floats have no {op:?}"),
                }
            }
            Op::Binary(op, a, b) => match op {
                Binary::Add => get(a).wrapping_add(get(b)),
                Binary::Sub => get(a).wrapping_sub(get(b)),
                Binary::Mul => get(a).wrapping_mul(get(b)),
                Binary::MulLow => (get(a) & 0xffff_ffff) * (get(b) & 0xffff_ffff),
                Binary::And => get(a) & get(b),
                Binary::Or => get(a) | get(b),
                Binary::Xor => get(a) ^ get(b),
                Binary::Min => signed(a).min(signed(b)) as u64,
                Binary::Max => signed(a).max(signed(b)) as u64,
                Binary::UnsignedMin => get(a).min(get(b)),
                Binary::UnsignedMax => get(a).max(get(b)),
                Binary::Div => unreachable!("integers do not divide"),
            },
            Op::Fma { args: [a, b, c], minus_product, minus_term } => {
                let product = if minus_product { get(a) ^ top(kind) } else { get(a) };
                let term = if minus_term { get(c) ^ top(kind) } else { get(c) };
                match kind {
                    Kind::F32 => {
                        let [a, b, c] = [product, get(b), term].map(|v| f32::from_bits(v as u32));
                        a.mul_add(b, c).to_bits().into()
                    }
                    _ => {
                        let [a, b, c] = [product, get(b), term].map(f64::from_bits);
                        a.mul_add(b, c).to_bits()
                    }
                }
            }
            Op::Shift(by, a, n) => match by {
                Shift::Left => get(a) << n,
                Shift::Right => get(a) >> n,
                Shift::Arithmetic => (signed(a) >> n) as u64,
            },
            Op::Compare(op, a, b) => {
                let holds = if self.kind(a).is_float() {
                    let (a, b) = (float(a), float(b));
                    match op {
                        Compare::Eq => a == b,
                        Compare::Lt => a < b,
                        Compare::Le => a <= b,
                    }
                } else {
                    let (a, b) = (signed(a), signed(b));
                    match op {
                        Compare::Eq => a == b,
                        Compare::Lt => a < b,
                        Compare::Le => a <= b,
                    }
                };
                holds.into()
            }
            Op::Select(mask, a, b) => get(if get(mask) != 0 { a } else { b }),
            Op::Rescue { rare, usual, args: [a, b], scalar } => {
                if get(rare) == 0 {
                    return get(usual);
                }
                let value = match scalar {
                    Scalar::One(f) => f(float(a)),
                    Scalar::Two(f) => f(float(a), float(b)),
                };
                if kind == Kind::F32 { (value as f32).to_bits().into() } else { value.to_bits() }
            }
        }
    }
}

/// The bits that a lane of that kind has.
fn low(kind: Kind) -> u64 {
    match kind {
        Kind::Mask => 1,
        _ => u64::MAX >> (64 - 8 * kind.size()),
    }
}

fn top(kind: Kind) -> u64 {
    1 << (8 * kind.size() - 1)
}

fn sign_extended(bits: u64, kind: Kind) -> i64 {
    let unused = 64 - 8 * kind.size();
    (bits << unused) as i64 >> unused
}

fn to_f64(bits: u64, kind: Kind) -> f64 {
    if kind == Kind::F32 { f32::from_bits(bits as u32).into() } else { f64::from_bits(bits) }
}

fn of_float(kind: Kind, a: u64, double: fn(f64) -> f64, single: fn(f32) -> f32) -> u64 {
    match kind {
        Kind::F32 => single(f32::from_bits(a as u32)).to_bits().into(),
        _ => double(f64::from_bits(a)).to_bits(),
    }
}

fn of_floats(kind: Kind, a: u64, b: u64, double: fn(f64, f64) -> f64, single: fn(f32, f32) -> f32) -> u64 {
    match kind {
        Kind::F32 => single(f32::from_bits(a as u32), f32::from_bits(b as u32)).to_bits().into(),
        _ => double(f64::from_bits(a), f64::from_bits(b)).to_bits(),
    }
}

fn half_to_f32(bits: u16) -> f32 {
    half::f16::from_bits(bits).to_f32()
}

fn f32_to_half(value: f32) -> u16 {
    half::f16::from_f32(value).to_bits()
}
