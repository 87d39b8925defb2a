//! Block kernels: one elementwise operation over typed blocks of equal length.
//!
//! Strict semantics: every IEEE operation in the order written, no contraction. What is not an IEEE operation comes
//! from [`math`], entry by entry, so results depend on nothing but the entries.

/// Runs the arm of the dtype's kind with the element type bound; `None` for kinds without an arm.
macro_rules! by_kind {
    ($dtype:expr; $(bool $B:ident => $b:expr;)? $(int $I:ident => $i:expr;)? $(float $F:ident => $f:expr;)?
     $(complex $C:ident => $c:expr;)?) => {
        match $dtype {
            $(DType::Bool => { type $B = hadamard_array::Bool; Some($b) })?
            $(DType::I8 => { type $I = i8; Some($i) }
            DType::I16 => { type $I = i16; Some($i) }
            DType::I32 => { type $I = i32; Some($i) }
            DType::I64 => { type $I = i64; Some($i) }
            DType::U8 => { type $I = u8; Some($i) }
            DType::U16 => { type $I = u16; Some($i) }
            DType::U32 => { type $I = u32; Some($i) }
            DType::U64 => { type $I = u64; Some($i) })?
            $(DType::F16 => { type $F = hadamard_array::f16; Some($f) }
            DType::BF16 => { type $F = hadamard_array::bf16; Some($f) }
            DType::F32 => { type $F = f32; Some($f) }
            DType::F64 => { type $F = f64; Some($f) })?
            $(DType::C64 => { type $C = hadamard_array::c64; Some($c) }
            DType::C128 => { type $C = hadamard_array::c128; Some($c) })?
            // Not reached where every kind has its arm.
            #[allow(unreachable_patterns)]
            _ => None,
        }
    };
}

mod arithmetic;
mod block;
mod cast;
mod compare;
mod division;
pub(crate) mod float;
mod functions;
pub(crate) mod int;

use crate::fault::Faulted;
use crate::math;
use hadamard_algebra::{Map, Policy};
use hadamard_array::{DType, Element, Scalar, dispatch};

/// Computes one operation over blocks of equal element count: arguments first, then the result.
///
/// Blocks are bytes aligned for their dtype. On a fault the contents of the result are unspecified.
pub type Kernel = Box<dyn Fn(&[&[u8]], &mut [u8]) -> Result<(), Faulted> + Send + Sync>;

/// The kernel of `map` for arguments of dtype `arg` (the values of `Where`, the source of `Cast`) and result `out`.
///
/// # Panics
/// If the operation does not take that dtype, which the checker of formulas rules out.
pub fn kernel(map: Map, arg: DType, out: DType, policy: &Policy) -> Kernel {
    find(map, arg, policy).unwrap_or_else(|| panic!("no kernel for {map:?} of {arg} to {out}"))
}

fn find(map: Map, arg: DType, policy: &Policy) -> Option<Kernel> {
    use {arithmetic as a, compare as c, division as d, functions as f};
    let overflow = policy.overflow;
    match map {
        Map::Mul => a::mul(arg, overflow),
        Map::Add => a::add(arg, overflow),
        Map::Sub => a::sub(arg, overflow),
        Map::Neg => a::neg(arg, overflow),
        Map::Abs => a::abs(arg, overflow),
        Map::Fma => a::fma(arg, overflow),
        Map::Sign => a::sign(arg),
        Map::Relu => a::relu(arg),
        Map::Min => a::min(arg),
        Map::Max => a::max(arg),
        Map::Clamp => a::clamp(arg),
        Map::Div => d::div(arg, policy.zeros),
        Map::Inverse => d::inverse(arg, policy.zeros),
        Map::SafeDiv => d::safe_div(arg),
        Map::Mod => d::modulo(arg),
        Map::Rem => d::rem(arg),
        Map::Lt => c::lt(arg),
        Map::Le => c::le(arg),
        Map::Gt => c::gt(arg),
        Map::Ge => c::ge(arg),
        Map::Eq => c::eq(arg),
        Map::Ne => c::ne(arg),
        Map::And => Some(c::logic(|a, b| a & b)),
        Map::Or => Some(c::logic(|a, b| a | b)),
        Map::Xor => Some(c::logic(|a, b| a ^ b)),
        Map::Not => Some(c::not()),
        Map::Where => Some(c::select(arg)),
        Map::IsNan => c::is_nan(arg),
        Map::IsInf => c::is_inf(arg),
        Map::IsFinite => c::is_finite(arg),
        Map::Pow => f::pow(arg, overflow),
        Map::Sqrt => f::sqrt(arg),
        Map::Exp => f::field(map, arg, math::complex::exp),
        Map::Log => f::field(map, arg, math::complex::log),
        Map::Sin => f::field(map, arg, math::complex::sin),
        Map::Cos => f::field(map, arg, math::complex::cos),
        Map::Root => f::real2(arg, math::root),
        Map::Copysign => f::copysign(arg),
        Map::Floor => f::floor(arg),
        Map::Ceil => f::ceil(arg),
        Map::Round => f::round(arg),
        Map::Trunc => f::trunc(arg),
        Map::Real => f::real_part(arg),
        Map::Imag => f::imaginary_part(arg),
        Map::Conj => f::conj(arg),
        Map::Angle => f::angle(arg),
        Map::Cast(to) => cast::cast(arg, to, overflow),
        _ => f::real(map, arg),
    }
}

/// Fills a block with one value, which must have the block's dtype.
pub fn splat(value: Scalar, out: &mut [u8]) {
    dispatch!(value.dtype(), T => {
        let v = T::from_scalar(value).expect("dispatched on the value's dtype");
        bytemuck::cast_slice_mut::<u8, T>(out).fill(v);
    })
}
