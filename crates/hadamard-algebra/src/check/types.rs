//! Which dtype comes of two.

use hadamard_array::{DType, Kind};

/// The dtype two arrays share: bool < integers < floats < complex.
///
/// Integers take the smallest dtype that holds both (`None` for u64 with a signed one); a float meeting an integer
/// keeps its own width; f16 with bf16 gives f32; complex is as wide as its widest part.
pub fn promote(a: DType, b: DType) -> Option<DType> {
    let (low, high) = if a.kind() <= b.kind() { (a, b) } else { (b, a) };
    match (low.kind(), high.kind()) {
        _ if low == high => Some(low),
        (Kind::Bool, _) => Some(high),
        (Kind::Unsigned, Kind::Signed) => signed(2 * low.size()).map(|s| wider(s, high)),
        (Kind::Unsigned | Kind::Signed, Kind::Float | Kind::Complex) => Some(high),
        (Kind::Float, Kind::Float) if low.size() == high.size() => Some(DType::F32),
        (Kind::Float, Kind::Complex) => Some(if low == DType::F64 { DType::C128 } else { high }),
        _ => Some(wider(low, high)),
    }
}

/// The dtype of an expression made of literals, of dtype `weak`, once it meets an array of dtype `strong`.
pub(super) fn meet(weak: DType, strong: DType) -> DType {
    match (weak.kind(), strong.kind()) {
        (Kind::Bool, _) => strong,
        (Kind::Unsigned | Kind::Signed, Kind::Bool) => DType::I64,
        (Kind::Unsigned | Kind::Signed, _) => strong,
        (Kind::Float, Kind::Float | Kind::Complex) => strong,
        (Kind::Float, _) => DType::F64,
        (Kind::Complex, Kind::Complex) => strong,
        (Kind::Complex, Kind::Float) if strong != DType::F64 => DType::C64,
        (Kind::Complex, _) => DType::C128,
    }
}

/// The dtype in which a function that only knows floats computes: integers and bools in f64.
pub(super) fn float(dtype: DType) -> DType {
    match dtype.kind() {
        Kind::Bool | Kind::Unsigned | Kind::Signed => DType::F64,
        Kind::Float | Kind::Complex => dtype,
    }
}

/// The dtype in which arithmetic counts: bools in i64.
pub(super) fn counting(dtype: DType) -> DType {
    if dtype == DType::Bool { DType::I64 } else { dtype }
}

fn wider(a: DType, b: DType) -> DType {
    if a.size() >= b.size() { a } else { b }
}

fn signed(bytes: usize) -> Option<DType> {
    [DType::I8, DType::I16, DType::I32, DType::I64].into_iter().find(|d| d.size() == bytes)
}
