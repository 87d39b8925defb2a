//! The instructions used, in one table: prefix, opcode map, opcode and element width, which VEX and EVEX share.

use crate::program::Kind;

/// An instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isa {
    /// 256-bit vectors, with FMA and half-precision conversions (x86-64-v3).
    Avx2,
    /// 512-bit vectors and mask registers (x86-64-v4).
    Avx512,
}

impl Isa {
    /// Those that this machine has, widest first.
    pub fn available() -> impl Iterator<Item = Isa> {
        [Isa::Avx512, Isa::Avx2].into_iter().filter(|isa| match isa {
            Isa::Avx2 => has_avx2(),
            Isa::Avx512 => has_avx2() && has_avx512(),
        })
    }
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Isa::Avx2 => "avx2",
            Isa::Avx512 => "avx512",
        }
    }
    /// Bytes of a vector.
    pub fn bytes(self) -> usize {
        match self {
            Isa::Avx2 => 32,
            Isa::Avx512 => 64,
        }
    }
    /// Number of vector registers.
    pub fn registers(self) -> u8 {
        match self {
            Isa::Avx2 => 16,
            Isa::Avx512 => 32,
        }
    }
}

/// Whether bytes of AVX-512 vectors can be picked in any order.
pub fn permutes_bytes() -> bool {
    is_x86_feature_detected!("avx512vbmi")
}

fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("f16c")
}

fn has_avx512() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
}

/// How an instruction is told from the others.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// 0: none, 1: 66, 2: F3, 3: F2.
    pub prefix: u8,
    /// 1: 0F, 2: 0F38, 3: 0F3A.
    pub map: u8,
    /// The opcode.
    pub byte: u8,
    /// Elements of 64 bits rather than 32.
    pub wide: bool,
}

const fn code(prefix: u8, map: u8, byte: u8) -> Code {
    Code { prefix, map, byte, wide: false }
}

impl Code {
    /// With elements of 64 bits.
    pub const fn w(self) -> Code {
        Code { wide: true, ..self }
    }
    /// For elements of that kind: arithmetic on singles has no prefix, on doubles 66 and the wide bit.
    pub fn float(self, kind: Kind) -> Code {
        if kind == Kind::F64 { Code { prefix: 1, wide: true, ..self } } else { self }
    }
    /// The wide bit set for elements of 64 bits.
    pub fn of(self, kind: Kind) -> Code {
        Code { wide: kind.size() == 8, ..self }
    }
}

/// Float arithmetic: completed by [`Code::float`].
pub const ADD: Code = code(0, 1, 0x58);
pub const SMALLER: Code = code(0, 1, 0x5d);
pub const LARGER: Code = code(0, 1, 0x5f);
pub const MUL: Code = code(0, 1, 0x59);
pub const SUB: Code = code(0, 1, 0x5c);
pub const DIV: Code = code(0, 1, 0x5e);
pub const SQRT: Code = code(0, 1, 0x51);
pub const COMPARE: Code = code(0, 1, 0xc2);

/// Bitwise: completed by [`Code::of`] (which matters for broadcast operands only).
pub const AND: Code = code(1, 1, 0xdb);
pub const OR: Code = code(1, 1, 0xeb);
pub const XOR: Code = code(1, 1, 0xef);

/// The product of the low halves of integers of 64 bits, unsigned.
pub const MUL_LOW: Code = code(1, 1, 0xf4).w();

/// Moves.
pub const LOAD: Code = code(2, 1, 0x6f);
pub const STORE: Code = code(2, 1, 0x7f);
pub const STREAM: Code = code(1, 1, 0xe7);
pub const LOAD_8: Code = code(2, 1, 0x7e).w();
pub const STORE_8: Code = code(1, 1, 0xd6).w();
pub const LOAD_4: Code = code(1, 1, 0x6e);
pub const STORE_4: Code = code(1, 1, 0x7e);

/// Elements of each 128 bits in an order given by a number.
pub const ORDER_SINGLES: Code = code(1, 3, 0x04);
pub const ORDER_DOUBLES: Code = code(1, 3, 0x05).w();

/// Bytes (AVX-512), or elements of 32 bits (AVX2), picked by numbers.
pub const PICK_BYTES: Code = code(1, 2, 0x8d);
pub const PICK: Code = code(1, 2, 0x36);
/// Bytes of each 128 bits, put in the order of numbers (0x80: zero).
pub const SHUFFLE_BYTES: Code = code(1, 2, 0x00);

/// Conversions.
pub const F32_TO_F64: Code = code(0, 1, 0x5a);
pub const F64_TO_F32: Code = code(1, 1, 0x5a).w();
pub const F16_TO_F32: Code = code(1, 2, 0x13);
pub const F32_TO_F16: Code = code(1, 3, 0x1d);
pub const I32_TO_F64: Code = code(2, 1, 0xe6);
pub const I32_TO_F32: Code = code(0, 1, 0x5b);
pub const I64_TO_F64: Code = code(2, 1, 0xe6).w();
pub const I64_TO_F32: Code = code(0, 1, 0x5b).w();
pub const U32_TO_F64: Code = code(2, 1, 0x7a);
pub const U32_TO_F32: Code = code(3, 1, 0x7a);
pub const U64_TO_F64: Code = code(2, 1, 0x7a).w();
pub const U64_TO_F32: Code = code(3, 1, 0x7a).w();

/// Masks (AVX-512): vectors to masks and back.
pub const TEST_BYTES: Code = code(1, 2, 0x26);
pub const MASK_TO_BYTES: Code = code(2, 2, 0x28);
pub const ABS_BYTES: Code = code(1, 2, 0x1c);

/// Byte blends by a vector (AVX2), and shuffles that narrow a mask.
pub const BLEND_BYTES: Code = code(1, 3, 0x4c);
pub const EXTRACT_HIGH: Code = code(1, 3, 0x39);
pub const SHUFFLE_SINGLES: Code = code(0, 1, 0xc6);
pub const PACK_DWORDS: Code = code(1, 1, 0x6b);
pub const PACK_WORDS: Code = code(1, 1, 0x63);
pub const SIGNS_OF_BYTES: Code = code(1, 1, 0xd7);
pub const SIGNS_OF_SINGLES: Code = code(0, 1, 0x50);
pub const SIGNS_OF_DOUBLES: Code = code(1, 1, 0x50);

/// Rounding to integers, with the way as an immediate.
pub fn round(kind: Kind) -> Code {
    if kind == Kind::F64 { code(1, 3, 0x09).w() } else { code(1, 3, 0x08) }
}

/// Fused multiply-add in its form 132; the forms 213 and 231 are 0x10 and 0x20 further.
pub fn fma(kind: Kind, minus_product: bool, minus_term: bool) -> Code {
    code(1, 2, 0x98 + 2 * u8::from(minus_term) + 4 * u8::from(minus_product)).of(kind)
}

/// Integer addition.
pub fn add(kind: Kind) -> Code {
    pick(kind, [code(1, 1, 0xfc), code(1, 1, 0xfd), code(1, 1, 0xfe), code(1, 1, 0xd4)])
}
/// Integer subtraction.
pub fn sub(kind: Kind) -> Code {
    pick(kind, [code(1, 1, 0xf8), code(1, 1, 0xf9), code(1, 1, 0xfa), code(1, 1, 0xfb)])
}
/// Integer multiplication, low half (not of bytes; of 64 bits with AVX-512).
pub fn mul(kind: Kind) -> Option<Code> {
    match kind {
        Kind::I16 => Some(code(1, 1, 0xd5)),
        Kind::I32 | Kind::I64 => Some(code(1, 2, 0x40).of(kind)),
        _ => None,
    }
}
/// Signed minimum (64 bits with AVX-512).
pub fn min(kind: Kind) -> Code {
    pick(kind, [code(1, 2, 0x38), code(1, 1, 0xea), code(1, 2, 0x39), code(1, 2, 0x39)])
}
/// Signed maximum (64 bits with AVX-512).
pub fn max(kind: Kind) -> Code {
    pick(kind, [code(1, 2, 0x3c), code(1, 1, 0xee), code(1, 2, 0x3d), code(1, 2, 0x3d)])
}
/// Unsigned minimum (64 bits with AVX-512).
pub fn unsigned_min(kind: Kind) -> Code {
    pick(kind, [code(1, 1, 0xda), code(1, 2, 0x3a), code(1, 2, 0x3b), code(1, 2, 0x3b)])
}
/// Unsigned maximum (64 bits with AVX-512).
pub fn unsigned_max(kind: Kind) -> Code {
    pick(kind, [code(1, 1, 0xde), code(1, 2, 0x3e), code(1, 2, 0x3f), code(1, 2, 0x3f)])
}
/// Equality of integers as a vector (AVX2).
pub fn equal(kind: Kind) -> Code {
    pick(kind, [code(1, 1, 0x74), code(1, 1, 0x75), code(1, 1, 0x76), code(1, 2, 0x29)])
}
/// Greater, signed, as a vector (AVX2).
pub fn greater(kind: Kind) -> Code {
    pick(kind, [code(1, 1, 0x64), code(1, 1, 0x65), code(1, 1, 0x66), code(1, 2, 0x37)])
}
/// A signed comparison into a mask, with the relation as an immediate (AVX-512).
pub fn compare(kind: Kind) -> Code {
    let byte = if kind.size() < 4 { 0x3f } else { 0x1f };
    Code { wide: matches!(kind.size(), 2 | 8), ..code(1, 3, byte) }
}
/// A blend by a mask (AVX-512).
pub fn blend(kind: Kind) -> Code {
    let byte = if kind.size() < 4 { 0x66 } else { 0x64 };
    Code { wide: matches!(kind.size(), 2 | 8), ..code(1, 2, byte) }
}
/// Every lane from one element in memory.
pub fn broadcast(kind: Kind, isa: Isa) -> Code {
    let code = pick(kind, [code(1, 2, 0x78), code(1, 2, 0x79), code(1, 2, 0x58), code(1, 2, 0x59)]);
    // The one instruction whose wide bit VEX has otherwise.
    Code { wide: code.wide && isa == Isa::Avx512, ..code }
}
/// Shifts by an immediate, the direction in the register field: its opcode (64 bits arithmetic with AVX-512).
pub fn shift(kind: Kind, arithmetic: bool) -> Code {
    match kind.size() {
        2 => code(1, 1, 0x71),
        4 => code(1, 1, 0x72),
        _ if arithmetic => code(1, 1, 0x72).w(),
        _ => code(1, 1, 0x73).w(),
    }
}
/// Integers made wider: with the sign; with zeros it is 0x10 further.
pub fn extend(from: Kind, to: Kind) -> Code {
    let byte = match (from.size(), to.size()) {
        (1, 2) => 0x20,
        (1, 4) => 0x21,
        (1, _) => 0x22,
        (2, 4) => 0x23,
        (2, _) => 0x24,
        _ => 0x25,
    };
    code(1, 2, byte)
}
/// The low bits of integers (AVX-512).
pub fn truncate(from: Kind, to: Kind) -> Code {
    let byte = match (from.size(), to.size()) {
        (2, _) => 0x30,
        (4, 1) => 0x31,
        (4, _) => 0x33,
        (_, 1) => 0x32,
        (_, 2) => 0x34,
        _ => 0x35,
    };
    code(2, 2, byte)
}

fn pick(kind: Kind, codes: [Code; 4]) -> Code {
    match kind.size() {
        1 => codes[0],
        2 => codes[1],
        4 => codes[2],
        _ => codes[3].w(),
    }
}
