//! Which programs an instruction set can run, and in how many lanes.

use super::isa::{self, Isa};
use crate::program::{Binary, Kind, Op, Program, Shift, Unary};

/// Pointers a loop takes at most.
pub const MOST_POINTERS: usize = 32;

/// The lanes of an iteration: as many as a vector has of the widest kind. `None` if the instruction set lacks an
/// operation.
pub fn lanes(program: &Program, isa: Isa) -> Option<usize> {
    let widest = program.kinds.iter().map(|k| k.size()).max().filter(|&size| size > 0)?;
    let pointers = program.inputs.len() + program.outputs.len() + program.folds.len();
    let mut times =
        program.ops.iter().filter_map(|op| if let Op::Repeated(_, times) = op { Some(times) } else { None });
    let first = times.next();
    let fine = pointers <= MOST_POINTERS
        && first.is_none_or(|first| program.folds.is_empty() && times.all(|times| times == first))
        && program.ops.iter().zip(&program.kinds).all(|(op, &kind)| supported(program, op, kind, isa, widest));
    fine.then(|| isa.bytes() / widest)
}

fn supported(program: &Program, op: &Op, kind: Kind, isa: Isa, widest: usize) -> bool {
    // Without mask registers a mask is a vector of lanes of the widest kind: others would not fit it.
    let full = |kind: Kind| isa == Isa::Avx512 || kind == Kind::Mask || kind.size() == widest;
    let everywhere = |kind: Kind| isa == Isa::Avx512 || kind != Kind::I64;
    match *op {
        Op::Input(_) | Op::Splat(_) | Op::Const(_) | Op::Carried(_) => true,
        Op::Repeated(..) | Op::Spread { .. } => match isa {
            Isa::Avx512 => isa::permutes_bytes() && isa.bytes() / widest * kind.size() >= 16,
            // Bytes are put in order within 128 bits.
            Isa::Avx2 => isa.bytes() / widest * kind.size() <= 16 || kind.size() == widest && widest >= 4,
        },
        Op::Unary(op, a) => match op {
            Unary::ToFloat(_) => everywhere(program.kind(a)),
            Unary::UnsignedToFloat(_) => isa == Isa::Avx512,
            // Pairs must not be cut, nor lie in less than a register of 128 bits.
            Unary::Swap | Unary::First | Unary::Second | Unary::NegFirst | Unary::NegSecond => {
                isa.bytes() / widest * kind.size() >= 16
            }
            Unary::ToMask | Unary::FromMask => isa == Isa::Avx512 || widest >= 4,
            _ => true,
        },
        Op::Binary(op, _, _) => match op {
            Binary::Mul => kind != Kind::I8 && everywhere(kind),
            Binary::Min | Binary::Max | Binary::UnsignedMin | Binary::UnsignedMax => everywhere(kind),
            _ => true,
        },
        Op::Shift(by, _, _) => kind != Kind::I8 && (by != Shift::Arithmetic || kind.size() < 8 || full(kind)),
        Op::Compare(_, a, _) => full(program.kind(a)),
        Op::Select(_, a, _) => full(program.kind(a)),
        Op::Rescue { .. } => full(kind),
        Op::Fma { .. } => true,
    }
}
