//! Which programs an instruction set can run, and in how many lanes.

use super::isa::{self, Isa};
use crate::program::{Binary, Kind, Op, Program, Unary};

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
        && program.ops.iter().zip(&program.kinds).all(|(op, &kind)| supported(op, kind, isa, widest));
    fine.then(|| isa.bytes() / widest)
}

fn supported(op: &Op, kind: Kind, isa: Isa, widest: usize) -> bool {
    match *op {
        Op::Repeated(..) | Op::Spread { .. } => match isa {
            Isa::Avx512 => isa::permutes_bytes() && isa.bytes() / widest * kind.size() >= 16,
            // Bytes are put in order within 128 bits.
            Isa::Avx2 => isa.bytes() / widest * kind.size() <= 16 || kind.size() == widest && widest >= 4,
        },
        // Pairs must not be cut, nor lie in less than a register of 128 bits.
        Op::Unary(Unary::Swap | Unary::First | Unary::Second | Unary::NegFirst | Unary::NegSecond, _) => {
            isa.bytes() / widest * kind.size() >= 16
        }
        Op::Binary(Binary::Mul, ..) | Op::Shift(..) => kind != Kind::I8,
        _ => true,
    }
}
