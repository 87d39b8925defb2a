//! Bytes of instructions: VEX and EVEX encodings, the few general ones a loop needs, jumps and the pool of constants.

use super::isa::{Code, Isa};

/// Length of the vectors of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// 16 bytes (or the low part of them).
    X = 0,
    /// 32 bytes.
    Y = 1,
    /// 64 bytes.
    Z = 2,
}

impl Length {
    /// The shortest that holds so many bytes.
    pub fn of(bytes: usize) -> Length {
        match bytes {
            0..=16 => Length::X,
            17..=32 => Length::Y,
            _ => Length::Z,
        }
    }
}

/// A general register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gpr(pub u8);

pub const RAX: Gpr = Gpr(0);
pub const RCX: Gpr = Gpr(1);
pub const RDX: Gpr = Gpr(2);
pub const RBX: Gpr = Gpr(3);
pub const RSP: Gpr = Gpr(4);
pub const RBP: Gpr = Gpr(5);
pub const RSI: Gpr = Gpr(6);
pub const RDI: Gpr = Gpr(7);
pub const R8: Gpr = Gpr(8);
pub const R9: Gpr = Gpr(9);
pub const R10: Gpr = Gpr(10);
pub const R11: Gpr = Gpr(11);
pub const R12: Gpr = Gpr(12);
pub const R13: Gpr = Gpr(13);
pub const R14: Gpr = Gpr(14);
pub const R15: Gpr = Gpr(15);

/// The last operand of an instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operand {
    /// A register.
    Reg(u8),
    /// `[base + index · 2^scale + displacement]`.
    Memory {
        /// Base.
        base: Gpr,
        /// Index and log₂ of its scale.
        index: Option<(Gpr, u8)>,
        /// Bytes.
        displacement: i32,
    },
    /// A constant of the pool, at that place in it.
    Pool {
        /// Bytes from the pool's start.
        at: usize,
        /// One element for all lanes (AVX-512).
        broadcast: bool,
    },
}

/// A size to be filled in.
#[derive(Clone, Copy, Debug)]
pub struct Reserved(usize);

/// A place in the code to jump to.
#[derive(Clone, Copy, Debug)]
pub struct Label(usize);

/// The bytes so far.
pub struct Assembler {
    isa: Isa,
    code: Vec<u8>,
    pool: Vec<u8>,
    /// Places of displacements into the pool, and where their instructions end.
    pool_uses: Vec<(usize, usize)>,
    labels: Vec<Option<usize>>,
    jumps: Vec<(usize, Label)>,
}

impl Assembler {
    /// No code yet.
    pub fn new(isa: Isa) -> Assembler {
        Assembler {
            isa,
            code: Vec::new(),
            pool: Vec::new(),
            pool_uses: Vec::new(),
            labels: Vec::new(),
            jumps: Vec::new(),
        }
    }

    /// Puts a constant of the pool, which must be a power of two bytes long, at a place aligned to its length.
    pub fn constant(&mut self, bytes: &[u8]) -> usize {
        let at = self.pool.len().next_multiple_of(bytes.len());
        self.pool.resize(at, 0);
        self.pool.extend_from_slice(bytes);
        at
    }

    /// A label to be placed later.
    pub fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() - 1)
    }
    /// Places a label here.
    pub fn place(&mut self, label: Label) {
        self.labels[label.0] = Some(self.code.len());
    }
    /// Fills up to a multiple of 64 bytes.
    pub fn align(&mut self) {
        self.code.resize(self.code.len().next_multiple_of(64), 0x90);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.code.extend_from_slice(bytes);
    }

    /// A vector instruction: `reg`, the register in the prefix (0 where there is none), the last operand.
    pub fn vector(&mut self, code: Code, length: Length, reg: u8, second: u8, last: Operand, immediate: Option<u8>) {
        self.masked(code, length, reg, second, last, immediate, 0);
    }

    /// As [`Assembler::vector`] under a mask register (AVX-512; 0: no mask).
    #[allow(clippy::too_many_arguments, reason = "the fields of an instruction")]
    pub fn masked(
        &mut self,
        code: Code,
        length: Length,
        reg: u8,
        second: u8,
        last: Operand,
        immediate: Option<u8>,
        mask: u8,
    ) {
        // The prefixes hold these bits inverted.
        let (index, base) = match last {
            Operand::Reg(r) => (r >> 4 & 1, r >> 3 & 1),
            Operand::Memory { base, index, .. } => (index.map_or(0, |(i, _)| i.0 >> 3), base.0 >> 3),
            Operand::Pool { .. } => (0, 0),
        };
        let broadcast = matches!(last, Operand::Pool { broadcast: true, .. });
        match self.isa {
            Isa::Avx512 => {
                let p0 = (!reg >> 3 & 1) << 7 | (!index & 1) << 6 | (!base & 1) << 5 | (!reg >> 4 & 1) << 4 | code.map;
                let p1 = u8::from(code.wide) << 7 | (!second & 15) << 3 | 4 | code.prefix;
                let p2 = (length as u8) << 5 | u8::from(broadcast) << 4 | (!second >> 4 & 1) << 3 | mask;
                self.bytes(&[0x62, p0, p1, p2, code.byte]);
            }
            Isa::Avx2 => {
                // VEX ignores the wide bit where the opcode says it all; valgrind knows these only without it.
                let ignored = code.map == 1 || code.map == 2 && (0x1c..=0x3f).contains(&code.byte);
                self.vex(Code { wide: code.wide && !ignored, ..code }, length, reg, second, index, base);
            }
        }
        self.operand(reg & 7, last, immediate);
    }

    /// An instruction on mask registers (AVX-512, always VEX): operands as in [`Assembler::vector`].
    pub fn mask(&mut self, code: Code, length: Length, reg: u8, second: u8, last: Operand) {
        let (index, base) = match last {
            Operand::Reg(r) => (0, r >> 3 & 1),
            Operand::Memory { base, index, .. } => (index.map_or(0, |(i, _)| i.0 >> 3), base.0 >> 3),
            Operand::Pool { .. } => (0, 0),
        };
        self.vex(code, length, reg, second, index, base);
        self.operand(reg & 7, last, None);
    }

    fn vex(&mut self, code: Code, length: Length, reg: u8, second: u8, index: u8, base: u8) {
        let p0 = (!reg >> 3 & 1) << 7 | (!index & 1) << 6 | (!base & 1) << 5 | code.map;
        let p1 = u8::from(code.wide) << 7 | (!second & 15) << 3 | (length as u8) << 2 | code.prefix;
        self.bytes(&[0xc4, p0, p1, code.byte]);
    }

    /// The bytes after the opcode: ModRM, SIB, displacement, immediate.
    fn operand(&mut self, reg: u8, last: Operand, immediate: Option<u8>) {
        let reg = reg << 3;
        let mut pool = None;
        match last {
            Operand::Reg(r) => self.bytes(&[0xc0 | reg | r & 7]),
            Operand::Memory { base, index, displacement } => {
                // Displacements of one byte are scaled in EVEX, so there are none or four bytes.
                let mode = if displacement == 0 && base.0 & 7 != 5 { 0x00 } else { 0x80 };
                let (index, scale) = index.map_or((4, 0), |(i, s)| (i.0 & 7, s));
                self.bytes(&[mode | reg | 4, scale << 6 | index << 3 | base.0 & 7]);
                if mode != 0 {
                    self.bytes(&displacement.to_le_bytes());
                }
            }
            Operand::Pool { at, .. } => {
                self.bytes(&[reg | 5]);
                pool = Some(self.code.len());
                self.bytes(&(at as u32).to_le_bytes());
            }
        }
        self.code.extend(immediate);
        self.pool_uses.extend(pool.map(|at| (at, self.code.len())));
    }

    /// A 64-bit general instruction: opcode, ModRM register field, last operand.
    pub fn general(&mut self, opcode: &[u8], reg: u8, last: Operand) {
        let (index, base) = match last {
            Operand::Reg(r) => (0, r >> 3),
            Operand::Memory { base, index, .. } => (index.map_or(0, |(i, _)| i.0 >> 3), base.0 >> 3),
            Operand::Pool { .. } => (0, 0),
        };
        self.bytes(&[0x48 | (reg >> 3) << 2 | index << 1 | base]);
        self.bytes(opcode);
        self.operand(reg & 7, last, None);
    }

    /// `to = [base + displacement]`.
    pub fn load(&mut self, to: Gpr, base: Gpr, displacement: i32) {
        self.general(&[0x8b], to.0, Operand::Memory { base, index: None, displacement });
    }
    /// `[base + displacement] = from`.
    pub fn store(&mut self, base: Gpr, displacement: i32, from: Gpr) {
        self.general(&[0x89], from.0, Operand::Memory { base, index: None, displacement });
    }
    /// `to = base + displacement`.
    pub fn lea(&mut self, to: Gpr, base: Gpr, displacement: i32) {
        self.general(&[0x8d], to.0, Operand::Memory { base, index: None, displacement });
    }
    /// `to = from`.
    pub fn copy(&mut self, to: Gpr, from: Gpr) {
        self.general(&[0x8b], to.0, Operand::Reg(from.0));
    }
    /// `to = value`.
    pub fn immediate(&mut self, to: Gpr, value: u64) {
        self.bytes(&[0x48 | to.0 >> 3, 0xb8 | to.0 & 7]);
        self.bytes(&value.to_le_bytes());
    }
    /// `to += value`.
    pub fn add(&mut self, to: Gpr, value: i32) {
        self.general(&[0x81], 0, Operand::Reg(to.0));
        self.bytes(&value.to_le_bytes());
    }
    /// Takes a number of bytes that is not known yet off a stack pointer.
    pub fn reserve(&mut self, stack: Gpr) -> Reserved {
        self.general(&[0x81], 5, Operand::Reg(stack.0));
        self.bytes(&[0; 4]);
        Reserved(self.code.len() - 4)
    }
    /// Says how many.
    pub fn fill_reserved(&mut self, at: Reserved, bytes: usize) {
        self.code[at.0..at.0 + 4].copy_from_slice(&(bytes as u32).to_le_bytes());
    }
    /// `to &= value`.
    pub fn and(&mut self, to: Gpr, value: i32) {
        self.general(&[0x81], 4, Operand::Reg(to.0));
        self.bytes(&value.to_le_bytes());
    }
    /// Compares for a jump.
    pub fn compare(&mut self, a: Gpr, b: Gpr) {
        self.general(&[0x3b], a.0, Operand::Reg(b.0));
    }
    /// Tests whether a vector of 256 bits is zero, for a jump (AVX2).
    pub fn test_vector(&mut self, register: u8) {
        let code = Code { prefix: 1, map: 2, byte: 0x17, wide: false };
        self.vector(code, Length::Y, register, 0, Operand::Reg(register), None);
    }
    /// Pushes.
    pub fn push(&mut self, r: Gpr) {
        self.bytes(&[0x40 | r.0 >> 3, 0x50 | r.0 & 7]);
    }
    /// Pops.
    pub fn pop(&mut self, r: Gpr) {
        self.bytes(&[0x40 | r.0 >> 3, 0x58 | r.0 & 7]);
    }
    /// Calls the function at the address in a register.
    pub fn call(&mut self, r: Gpr) {
        self.bytes(&[0x40 | r.0 >> 3, 0xff, 0xd0 | r.0 & 7]);
    }
    /// Returns.
    pub fn ret(&mut self) {
        self.bytes(&[0xc3]);
    }
    /// Clears the upper halves, so that code without wide vectors runs at full speed.
    pub fn zero_upper(&mut self) {
        self.bytes(&[0xc5, 0xf8, 0x77]);
    }
    /// Jumps if below (unsigned) in the last comparison.
    pub fn jump_below(&mut self, to: Label) {
        self.bytes(&[0x0f, 0x82]);
        self.jump_target(to);
    }
    /// Jumps if the last test was not zero.
    pub fn jump_nonzero(&mut self, to: Label) {
        self.bytes(&[0x0f, 0x85]);
        self.jump_target(to);
    }
    /// Jumps.
    pub fn jump(&mut self, to: Label) {
        self.bytes(&[0xe9]);
        self.jump_target(to);
    }
    fn jump_target(&mut self, to: Label) {
        self.jumps.push((self.code.len(), to));
        self.bytes(&[0; 4]);
    }

    /// The code with the pool behind it and every displacement filled in.
    pub fn finish(mut self) -> Vec<u8> {
        let pool = self.code.len().next_multiple_of(64);
        for (at, label) in self.jumps {
            let target = self.labels[label.0].expect("labels are placed");
            let distance = target as i32 - (at as i32 + 4);
            self.code[at..at + 4].copy_from_slice(&distance.to_le_bytes());
        }
        for (at, end) in self.pool_uses {
            let field: [u8; 4] = self.code[at..at + 4].try_into().expect("four bytes");
            let distance = pool as i32 + i32::from_le_bytes(field) - end as i32;
            self.code[at..at + 4].copy_from_slice(&distance.to_le_bytes());
        }
        self.code.resize(pool, 0xcc);
        self.code.extend_from_slice(&self.pool);
        self.code
    }
}
