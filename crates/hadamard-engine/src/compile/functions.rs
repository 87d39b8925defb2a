//! Elementary functions as primitives.

use crate::functions::{With, with};
use hadamard_algebra::Map;
use hadamard_jit::{Kind, Op, Recorder, Unary, Value};
use hadamard_math::{Function1, Function2, Lane, power, root};

/// A function of f32 or f64. `None` if it has no straight line.
pub(super) fn lower(r: &Recorder, map: Map, args: &[Value]) -> Option<Value> {
    let constant = args.get(1).and_then(|&n| number(r, n));
    match (map, constant) {
        // Where the exponent is the same everywhere, so is the way to compute it.
        (Map::Pow, Some(2.0)) => Some((r.number(args[0]) * r.number(args[0])).value),
        (Map::Pow, Some(-1.0)) => Some((r.number(args[0]).lit(1.0) / r.number(args[0])).value),
        (Map::Pow, Some(_)) => Some(r.function2::<power::Pow>(args[0], args[1])),
        (Map::Root, Some(2.0)) => Some(r.number(args[0]).sqrt().value),
        // Roots are computed in f64 and rounded.
        (Map::Root, Some(3.0)) if r.kind(args[0]) == Kind::F32 => {
            let wide = r.function1::<root::Cbrt>(r.unary(Unary::Widen, args[0]));
            Some(r.unary(Unary::Narrow, wide))
        }
        (Map::Root, Some(3.0)) => Some(r.function1::<root::Cbrt>(args[0])),
        _ => with(map, Record(r, args)),
    }
}

/// The number that a constant is.
fn number(r: &Recorder, value: Value) -> Option<f64> {
    match r.operation(value) {
        Op::Const(bits) if r.kind(value).size() == 4 => Some(f32::from_bits(bits as u32).into()),
        Op::Const(bits) => Some(f64::from_bits(bits)),
        _ => None,
    }
}

struct Record<'r>(&'r Recorder, &'r [Value]);

impl With for Record<'_> {
    type Output = Value;
    fn one<F: Function1>(self) -> Value {
        self.0.function1::<F>(self.1[0])
    }
    fn two<F: Function2>(self) -> Value {
        self.0.function2::<F>(self.1[0], self.1[1])
    }
}
