//! Folds as primitives: what is accumulated of each element, and how. The same as `folding` says of the kernels, for those
//! that lanes of one kind can accumulate.

use super::{Lowering, floats};
use crate::folding::{BIG, SMALL};
use hadamard_algebra::Fold;
use hadamard_array::DType;
use hadamard_jit::{Binary, Kind, Number, Unary, Value};
use hadamard_math::{Bits, Lane};

/// Folds a value of that dtype. `None` if no loop does.
pub(super) fn lower<'r>(to: &Lowering<'r>, fold: Fold, dtype: DType, value: Value) -> Option<()> {
    let r = to.recorder;
    if !dtype.is_float() && dtype != DType::Bool {
        return None;
    }
    let half = matches!(dtype, DType::F16 | DType::BF16);
    let single = || if half { floats::widen(r, value, dtype) } else { value };
    let double = || if dtype == DType::F64 { value } else { r.unary(Unary::Widen, single()) };
    match fold {
        Fold::Sum | Fold::Mean if dtype.is_float() => {
            let x = double();
            r.fold(x, |sum| r.binary(Binary::Add, sum, x));
        }
        Fold::Prod if dtype.is_float() => {
            let x = double();
            r.fold(x, |product| r.binary(Binary::Mul, product, x));
        }
        // Doubles whose squares could overflow or vanish are faults: then the kernels do it over, in three ranges.
        Fold::Norm if dtype.is_float() => {
            let x = r.number(double());
            if dtype == DType::F64 {
                let m = x.abs();
                r.fault(m.gt(m.lit(BIG)).value);
                // Small ones, but not 0: one less makes the bits of 0 the greatest unsigned number; less 2^63, unsigned
                // numbers compare as signed ones. Together that is 2^63 - 1 more.
                let bits = m.bits();
                let turned = bits + bits.int(i64::MAX);
                r.fault(bits.int(i64::MIN + SMALL.to_bits() as i64 - 1).gt(turned).value);
            }
            let square = (x * x).value;
            r.fold(square, |sum| r.binary(Binary::Add, sum, square));
        }
        // NaN is a fault: it wins, which the kernels see to. Of equal numbers, which are zeros then, each order of the
        // arguments gives the second one, and both together the sign.
        Fold::Min | Fold::Max if dtype.is_float() => {
            let x = r.number(single());
            r.fault(x.is_nan().value);
            r.fold(x.value, |first| {
                let first = r.number(first);
                let bits = if fold == Fold::Min {
                    let smaller = |a: Number<'r>, b: Number<'r>| Lane::select(a.lt(b), a, b).bits();
                    smaller(first, x) | smaller(x, first)
                } else {
                    let larger = |a: Number<'r>, b: Number<'r>| Lane::select(a.gt(b), a, b).bits();
                    larger(first, x) & larger(x, first)
                };
                Number::from_bits(bits).value
            });
        }
        Fold::All | Fold::Any | Fold::Count if r.kind(value) == Kind::Mask => {
            let one = r.unary(Unary::FromMask, value);
            r.fold(one, |count| r.binary(Binary::Add, count, one));
        }
        _ => return None,
    }
    Some(())
}
