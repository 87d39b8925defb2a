//! Instructions for operations.

use super::assembler::{Length, Operand};
use super::emit::{Cold, Emitter};
use super::isa::{self, Code, Isa};
use crate::program::{Binary, Compare, Kind, Op, Scalar, Shift, Unary, Value};

const MASK_NOT: Code = Code { prefix: 0, map: 1, byte: 0x44, wide: true };
const MASK_TEST: Code = Code { prefix: 0, map: 1, byte: 0x98, wide: true };
const ONES: u64 = u64::MAX;

impl Emitter<'_> {
    /// One operation: its arguments found, its instructions, its value in a register.
    pub(super) fn operation(&mut self, op: Op) {
        let kind = self.program.kinds[self.now];
        match op {
            Op::Input(k) => {
                let vector = self.body.vector[self.now];
                // Else read by the first operation that needs it.
                if self.in_memory(Value(self.now as u32)).is_none() {
                    let register = self.result();
                    self.input(k, kind, register, vector);
                }
                self.prefetch(k, kind, vector);
            }
            Op::Repeated(..) => unreachable!("unrolled programs say which vector is spread"),
            Op::Spread { of, times, phase } => self.spread(op, of, usize::from(times), usize::from(phase), kind),
            // Loaded or found in the pool when used.
            Op::Splat(_) | Op::Const(_) => {}
            Op::Carried(k) => {
                let register = self.result();
                self.input(self.program.inputs.len() + k, kind, register, self.body.vector[self.now]);
            }
            Op::Unary(unary, a) => self.unary(op, unary, a, kind),
            Op::Binary(binary, a, b) => self.binary(op, binary, a, b, kind),
            Op::Fma { args, minus_product, minus_term } => {
                self.fma(op, args, isa::fma(kind, minus_product, minus_term));
            }
            Op::Shift(by, a, n) => self.shift(op, by, a, n, kind),
            Op::Compare(compare, a, b) => self.compare(op, compare, a, b),
            Op::Select(mask, a, b) => self.select(op, mask, a, b),
            Op::Rescue { rare, usual, args, scalar } => self.rescue(op, rare, usual, args, scalar),
        }
    }

    /// Picks the elements of one of the vectors that `times` of each fill.
    fn spread(&mut self, op: Op, of: Value, times: usize, phase: usize, kind: Kind) {
        // Numbers of bytes, or of elements of 32 bits.
        let short = self.isa == Isa::Avx2 && self.length(kind) == Length::X;
        let (code, unit) = match self.isa {
            Isa::Avx512 => (isa::PICK_BYTES, 1),
            Isa::Avx2 if short => (isa::SHUFFLE_BYTES, 1),
            Isa::Avx2 => (isa::PICK, 4),
        };
        let parts = kind.size() / unit;
        let numbers = (0..self.lanes * parts).map(|i| (phase * self.lanes + i / parts) / times * parts + i % parts);
        let table: Vec<u8> = numbers.flat_map(|n| (n as u32).to_le_bytes()[..unit].to_vec()).collect();
        let at = self.asm.constant(&table);
        let length = self.length(kind);
        let numbers = Operand::Pool { at, broadcast: false };
        let picked = self.allocate(kind);
        if short {
            let source = self.source(of);
            self.asm.vector(code, length, picked, source, numbers, None);
        } else {
            self.asm.vector(isa::LOAD, length, picked, 0, numbers, None);
            let source = Operand::Reg(self.source(of));
            self.asm.vector(code, length, picked, picked, source, None);
        }
        self.release(op);
        self.hold(picked);
    }

    fn unary(&mut self, op: Op, unary: Unary, a: Value, kind: Kind) {
        let from = self.program.kind(a);
        match unary {
            Unary::Bits(_) => self.rename(op, a),
            Unary::Neg | Unary::Abs => {
                let top = 1u64 << (8 * kind.size() - 1);
                let (code, bits) = if unary == Unary::Neg { (isa::XOR, top) } else { (isa::AND, top - 1) };
                let source = self.source(a);
                let constant = self.pooled(bits, kind.bits());
                self.release(op);
                let to = self.result();
                self.asm.vector(code.of(kind), self.length(kind), to, source, constant, None);
            }
            Unary::Swap | Unary::First | Unary::Second => {
                let (code, order) = match (unary, kind) {
                    (Unary::Swap, Kind::F64) => (isa::ORDER_DOUBLES, 0x55),
                    (Unary::First, Kind::F64) => (isa::ORDER_DOUBLES, 0x00),
                    (_, Kind::F64) => (isa::ORDER_DOUBLES, 0xff),
                    (Unary::Swap, _) => (isa::ORDER_SINGLES, 0xb1),
                    (Unary::First, _) => (isa::ORDER_SINGLES, 0xa0),
                    _ => (isa::ORDER_SINGLES, 0xf5),
                };
                // Doubles have a bit for each element of 256 bits and the wide bit only in EVEX.
                let code = if self.isa == Isa::Avx2 { Code { wide: false, ..code } } else { code };
                let source = Operand::Reg(self.source(a));
                self.release(op);
                let to = self.result();
                self.asm.vector(code, self.length(kind), to, 0, source, Some(order));
            }
            Unary::NegFirst | Unary::NegSecond => {
                let mut pair = vec![0; 2 * kind.size()];
                pair[if unary == Unary::NegFirst { kind.size() } else { 2 * kind.size() } - 1] = 0x80;
                let at = self.asm.constant(&pair.repeat(self.isa.bytes() / pair.len()));
                let source = self.source(a);
                self.release(op);
                let to = self.result();
                let signs = Operand::Pool { at, broadcast: false };
                self.asm.vector(isa::XOR.of(kind), self.length(kind), to, source, signs, None);
            }
            Unary::ToMask => self.mask_of(op, a),
            Unary::FromMask => self.bytes_of(op, a),
            Unary::Not if self.isa == Isa::Avx512 => {
                let source = self.source(a);
                self.release(op);
                let to = self.result();
                self.asm.mask(MASK_NOT, Length::X, to, 0, Operand::Reg(source));
            }
            Unary::Not => {
                let source = self.source(a);
                let ones = self.pooled(ONES, Kind::I64);
                self.release(op);
                let to = self.result();
                self.asm.vector(isa::XOR, self.full(), to, source, ones, None);
            }
            Unary::Truncate(_) if self.isa == Isa::Avx2 => self.narrow(op, a, from, kind),
            // The result is the last operand of these.
            Unary::ToHalf | Unary::Truncate(_) => {
                let source = self.source(a);
                self.release(op);
                let to = self.result();
                let (code, immediate) = match unary {
                    Unary::ToHalf => (isa::F32_TO_F16, Some(0)),
                    _ => (isa::truncate(from, kind), None),
                };
                self.asm.vector(code, self.length(from), source, 0, Operand::Reg(to), immediate);
            }
            _ => {
                let (code, immediate) = conversion(unary, from, kind);
                // Conversions are as long as their longer side.
                let longer = if from.size() > kind.size() { from } else { kind };
                let source = Operand::Reg(self.source(a));
                self.release(op);
                let to = self.result();
                self.asm.vector(code, self.length(longer), to, 0, source, immediate);
            }
        }
    }

    /// The low bits of integers: in each 128 bits the bytes that stay, where they will be, then both halves together.
    fn narrow(&mut self, op: Op, a: Value, from: Kind, kind: Kind) {
        let half = 16 / from.size();
        let mut table = [0x80u8; 32];
        for element in 0..2 * half {
            for byte in 0..kind.size() {
                let place = element / half * 16 + element * kind.size() + byte;
                table[place] = (element % half * from.size() + byte) as u8;
            }
        }
        let (at, length) = (self.asm.constant(&table), self.length(from));
        let source = self.source(a);
        let to = self.allocate(kind);
        self.asm.vector(isa::SHUFFLE_BYTES, length, to, source, Operand::Pool { at, broadcast: false }, None);
        if length == Length::Y {
            let high = self.allocate(kind);
            self.asm.vector(isa::EXTRACT_HIGH, Length::Y, to, 0, Operand::Reg(high), Some(1));
            self.asm.vector(isa::OR, Length::X, to, to, Operand::Reg(high), None);
        }
        self.release(op);
        self.hold(to);
    }

    /// The same bits under another kind: the register changes hands, or is copied if it is needed again.
    fn rename(&mut self, op: Op, a: Value) {
        let dies = self.dies(a);
        let source = self.source(a);
        if dies {
            self.release(op);
            self.hold(source);
        } else {
            let to = self.allocate(self.program.kinds[self.now]);
            self.asm.vector(isa::LOAD, self.full(), to, 0, Operand::Reg(source), None);
            self.release(op);
            self.hold(to);
        }
    }

    fn mask_of(&mut self, op: Op, a: Value) {
        let source = self.source(a);
        match self.isa {
            Isa::Avx512 => {
                self.release(op);
                let to = self.result();
                let length = self.length(Kind::I8);
                self.asm.vector(isa::TEST_BYTES, length, to, source, Operand::Reg(source), None);
            }
            Isa::Avx2 => {
                let to = self.allocate(Kind::Mask);
                let lane = if self.lanes == 4 { Kind::I64 } else { Kind::I32 };
                let mut widen = isa::extend(Kind::I8, lane);
                widen.byte += 0x10;
                let zero = self.allocate(Kind::Mask);
                self.asm.vector(widen, Length::Y, to, 0, Operand::Reg(source), None);
                self.asm.vector(isa::XOR, Length::Y, zero, zero, Operand::Reg(zero), None);
                self.asm.vector(isa::greater(lane), Length::Y, to, to, Operand::Reg(zero), None);
                self.release(op);
                self.hold(to);
            }
        }
    }

    fn bytes_of(&mut self, op: Op, a: Value) {
        let source = self.source(a);
        let to = self.allocate(Kind::I8);
        let own = Operand::Reg(to);
        match self.isa {
            Isa::Avx512 => {
                let length = self.length(Kind::I8);
                self.asm.vector(isa::MASK_TO_BYTES, length, to, 0, Operand::Reg(source), None);
                self.asm.vector(isa::ABS_BYTES, length, to, 0, own, None);
            }
            Isa::Avx2 => {
                // The lanes of the upper half behind those of the lower, ever narrower, then one bit of each.
                let ones = self.pooled(0x0101_0101_0101_0101, Kind::I64);
                self.asm.vector(isa::EXTRACT_HIGH, Length::Y, source, 0, own, Some(1));
                if self.lanes == 4 {
                    self.asm.vector(isa::SHUFFLE_SINGLES, Length::X, to, source, own, Some(0x88));
                    self.asm.vector(isa::PACK_DWORDS, Length::X, to, to, own, None);
                } else {
                    self.asm.vector(isa::PACK_DWORDS, Length::X, to, source, own, None);
                }
                self.asm.vector(isa::PACK_WORDS, Length::X, to, to, own, None);
                self.asm.vector(isa::AND, Length::X, to, to, ones, None);
            }
        }
        self.release(op);
        self.hold(to);
    }

    fn binary(&mut self, op: Op, binary: Binary, a: Value, b: Value, kind: Kind) {
        if self.in_masks(kind) {
            let (x, y) = (self.source(a), self.source(b));
            self.release(op);
            let to = self.result();
            return self.connect(binary, to, x, y);
        }
        let code = match (binary, kind.is_float()) {
            (Binary::Add, true) => isa::ADD.float(kind),
            (Binary::Sub, true) => isa::SUB.float(kind),
            (Binary::Mul, true) => isa::MUL.float(kind),
            (Binary::Div, _) => isa::DIV.float(kind),
            (Binary::Min, true) => isa::SMALLER.float(kind),
            (Binary::Max, true) => isa::LARGER.float(kind),
            (Binary::Add, _) => isa::add(kind),
            (Binary::Sub, _) => isa::sub(kind),
            (Binary::Mul, _) => isa::mul(kind).expect("bytes do not multiply"),
            (Binary::MulLow, _) => isa::MUL_LOW,
            (Binary::And, _) => isa::AND.of(kind),
            (Binary::Or, _) => isa::OR.of(kind),
            (Binary::Xor, _) => isa::XOR.of(kind),
            (Binary::Min, _) => isa::min(kind),
            (Binary::Max, _) => isa::max(kind),
            (Binary::UnsignedMin, _) => isa::unsigned_min(kind),
            (Binary::UnsignedMax, _) => isa::unsigned_max(kind),
        };
        let in_order = matches!(binary, Binary::Sub | Binary::Div);
        let register = |e: &Self, v: Value| e.places[v.at()].register.is_some();
        // Sums and products of numbers give the same bits either way round; NaN operands do not, of which the first
        // counts, so floats keep their order.
        let swap = !in_order && !kind.is_float() && !register(self, a) && register(self, b);
        let (first, second) = if swap { (b, a) } else { (a, b) };
        let first = self.source(first);
        let second = self.operand(second);
        self.release(op);
        let to = self.result();
        self.asm.vector(code, self.length(kind), to, first, second, None);
    }

    /// The form that overwrites an argument that is not needed any more, or a copy of the term.
    fn fma(&mut self, op: Op, [a, b, c]: [Value; 3], form132: Code) {
        let form = |further: u8| Code { byte: form132.byte + further, ..form132 };
        let length = self.length(self.program.kinds[self.now]);
        if self.dies(c) {
            let to = self.source(c);
            let a = self.source(a);
            let b = self.operand(b);
            self.release(op);
            self.hold(to);
            return self.asm.vector(form(0x20), length, to, a, b, None);
        }
        let dying = [(a, b), (b, a)].into_iter().find(|&(x, _)| self.dies(x));
        if let Some((x, y)) = dying {
            let to = self.source(x);
            let register = self.places[y.at()].register.is_some();
            if !register && self.places[c.at()].register.is_some() {
                let c = self.source(c);
                let y = self.operand(y);
                self.release(op);
                self.hold(to);
                return self.asm.vector(form(0), length, to, c, y, None);
            }
            let y = self.source(y);
            let c = self.operand(c);
            self.release(op);
            self.hold(to);
            return self.asm.vector(form(0x10), length, to, y, c, None);
        }
        let (x, y) = if self.places[a.at()].register.is_some() { (a, b) } else { (b, a) };
        let x = self.source(x);
        // What an operand in memory needs no register for is found before the copy takes one.
        let y = self.operand(y);
        let to = self.allocate(self.program.kinds[self.now]);
        self.fill(c, to);
        self.release(op);
        self.hold(to);
        self.asm.vector(form(0x20), length, to, x, y, None);
    }

    fn shift(&mut self, op: Op, by: Shift, a: Value, n: u8, kind: Kind) {
        let source = self.source(a);
        let length = self.length(kind);
        let direction = match by {
            Shift::Left => 6,
            Shift::Right => 2,
            Shift::Arithmetic => 4,
        };
        if by == Shift::Arithmetic && kind == Kind::I64 && self.isa == Isa::Avx2 {
            // Shifted without the sign, which is then carried up through the emptied bits.
            let sign = self.pooled(1 << (63 - n), Kind::I64);
            self.release(op);
            let to = self.result();
            self.asm.vector(isa::shift(kind, false), length, 2, to, Operand::Reg(source), Some(n));
            self.asm.vector(isa::XOR, length, to, to, sign, None);
            return self.asm.vector(isa::sub(kind), length, to, to, sign, None);
        }
        self.release(op);
        let to = self.result();
        let code = isa::shift(kind, by == Shift::Arithmetic);
        self.asm.vector(code, length, direction, to, Operand::Reg(source), Some(n));
    }

    fn compare(&mut self, op: Op, compare: Compare, a: Value, b: Value) {
        let kind = self.program.kind(a);
        let length = self.length(kind);
        if kind.is_float() || self.isa == Isa::Avx512 {
            let (code, relation) = match (kind.is_float(), compare) {
                (true, Compare::Eq) => (isa::COMPARE.float(kind), 0x00),
                (true, Compare::Lt) => (isa::COMPARE.float(kind), 0x11),
                (true, Compare::Le) => (isa::COMPARE.float(kind), 0x12),
                (false, Compare::Eq) => (isa::compare(kind), 0),
                (false, Compare::Lt) => (isa::compare(kind), 1),
                (false, Compare::Le) => (isa::compare(kind), 2),
            };
            let first = self.source(a);
            let second = self.operand(b);
            self.release(op);
            let to = self.result();
            return self.asm.vector(code, length, to, first, second, Some(relation));
        }
        // AVX2 knows equal and greater: a < b is b > a, a ≤ b is not a > b.
        let (code, first, second) = match compare {
            Compare::Eq => (isa::equal(kind), a, b),
            Compare::Lt => (isa::greater(kind), b, a),
            Compare::Le => (isa::greater(kind), a, b),
        };
        let first = self.source(first);
        let second = self.operand(second);
        let ones = self.pooled(ONES, Kind::I64);
        self.release(op);
        let to = self.result();
        self.asm.vector(code, length, to, first, second, None);
        if compare == Compare::Le {
            self.asm.vector(isa::XOR, length, to, to, ones, None);
        }
    }

    fn select(&mut self, op: Op, mask: Value, a: Value, b: Value) {
        let kind = self.program.kinds[self.now];
        if self.in_masks(kind) {
            // (a and m) or (b and not m), as b xor ((a xor b) and m).
            let (m, x, y) = (self.source(mask), self.source(a), self.source(b));
            let to = self.allocate(kind);
            self.connect(Binary::Xor, to, x, y);
            self.connect(Binary::And, to, to, m);
            self.connect(Binary::Xor, to, to, y);
            self.release(op);
            return self.hold(to);
        }
        let m = self.source(mask);
        let otherwise = self.source(b);
        let taken = self.operand(a);
        let length = self.length(kind);
        self.release(op);
        let to = self.result();
        match self.isa {
            Isa::Avx512 => self.asm.masked(isa::blend(kind), length, to, otherwise, taken, None, m),
            Isa::Avx2 => self.asm.vector(isa::BLEND_BYTES, length, to, otherwise, taken, Some(m << 4)),
        }
    }

    fn rescue(&mut self, op: Op, rare: Value, usual: Value, args: [Value; 2], scalar: Scalar) {
        let kind = self.program.kinds[self.now];
        let rare = self.source(rare);
        let args = args.map(|a| self.source(a));
        let dies = self.dies(usual);
        let from = self.source(usual);
        let result = if dies {
            from
        } else {
            let to = self.allocate(kind);
            self.asm.vector(isa::LOAD, self.full(), to, 0, Operand::Reg(from), None);
            to
        };
        let (label, back) = (self.asm.label(), self.asm.label());
        match self.isa {
            Isa::Avx512 => {
                let tested = self.allocate(Kind::Mask);
                self.connect(Binary::And, tested, rare, super::emit::ALL);
                self.asm.mask(MASK_TEST, Length::X, tested, 0, Operand::Reg(tested));
            }
            Isa::Avx2 => self.asm.test_vector(rare),
        }
        self.asm.jump_nonzero(label);
        self.asm.place(back);
        let (scalar, caller) = crate::rare::addresses(scalar, kind);
        self.cold.push(Cold { label, back, args, result, rare, scalar, caller });
        self.release(op);
        self.hold(result);
    }
}

/// Code and immediate of an operation that goes from one vector to another.
fn conversion(unary: Unary, from: Kind, to: Kind) -> (Code, Option<u8>) {
    let code = match unary {
        Unary::Sqrt => isa::SQRT.float(to),
        Unary::Round => return (isa::round(to), Some(0x08)),
        Unary::Floor => return (isa::round(to), Some(0x09)),
        Unary::Ceil => return (isa::round(to), Some(0x0a)),
        Unary::Trunc => return (isa::round(to), Some(0x0b)),
        Unary::Widen => isa::F32_TO_F64,
        Unary::Narrow => isa::F64_TO_F32,
        Unary::FromHalf => isa::F16_TO_F32,
        Unary::SignExtend(_) => isa::extend(from, to),
        Unary::ZeroExtend(_) => {
            let signed = isa::extend(from, to);
            Code { byte: signed.byte + 0x10, ..signed }
        }
        Unary::ToFloat(_) => match (from, to) {
            (Kind::I32, Kind::F32) => isa::I32_TO_F32,
            (Kind::I32, _) => isa::I32_TO_F64,
            (_, Kind::F32) => isa::I64_TO_F32,
            _ => isa::I64_TO_F64,
        },
        Unary::UnsignedToFloat(_) => match (from, to) {
            (Kind::I32, Kind::F32) => isa::U32_TO_F32,
            (Kind::I32, _) => isa::U32_TO_F64,
            (_, Kind::F32) => isa::U64_TO_F32,
            _ => isa::U64_TO_F64,
        },
        Unary::Neg
        | Unary::Abs
        | Unary::Swap
        | Unary::First
        | Unary::Second
        | Unary::NegFirst
        | Unary::NegSecond
        | Unary::Bits(_)
        | Unary::ToMask
        | Unary::FromMask
        | Unary::Not
        | Unary::ToHalf
        | Unary::Truncate(_) => unreachable!("{unary:?} has a form of its own"),
    };
    (code, None)
}
