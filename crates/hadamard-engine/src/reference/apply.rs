//! One entry of an elementwise operation.

use super::number::{complex, double, function, int, judge, real, whole};
use crate::fault::Fault;
use crate::functions::{At, with};
use crate::kernels::float::Float;
use crate::math;
use hadamard_algebra::{Map, Overflow, Policy, Zeros};
use hadamard_array::{DType, Scalar, c128};

/// One entry of an elementwise operation with the result dtype `out`.
///
/// # Panics
/// If the arguments are not ones the checker of formulas admits.
pub fn apply(map: Map, args: &[Scalar], out: DType, policy: &Policy) -> Result<Scalar, Fault> {
    let a = args[0];
    let overflow = policy.overflow;
    let real2 = |f: fn(f64, f64) -> f64| Ok(function(out, f(double(a), double(args[1]))));
    let elementary = || Ok(with(map, At(args)).flatten().expect("elementary functions take floats of one dtype"));
    let compare = |f: fn(Option<std::cmp::Ordering>) -> bool| Ok(Scalar::Bool(f(order(a, args[1]))));
    let logic = |f: fn(bool, bool) -> bool| Ok(Scalar::Bool(f(!a.is_zero(), !args[1].is_zero())));
    let rounded = |f: fn(f64) -> f64| if a.dtype().is_float() { Ok(real(out, f(double(a)))) } else { Ok(a) };
    match map {
        Map::Add => {
            ring(args, out, overflow, |a, b| (a.checked_add(b), a.wrapping_add(b)), |a, b| a + b, |_, a, b| a + b)
        }
        Map::Sub => {
            ring(args, out, overflow, |a, b| (a.checked_sub(b), a.wrapping_sub(b)), |a, b| a - b, |_, a, b| a - b)
        }
        Map::Mul if out == DType::Bool => logic(|a, b| a && b),
        Map::Mul => ring(
            args,
            out,
            overflow,
            |a, b| (a.checked_mul(b), a.wrapping_mul(b)),
            |a, b| a * b,
            |r, a, b| c128::new(r(a.re * b.re) - r(a.im * b.im), r(a.re * b.im) + r(a.im * b.re)),
        ),
        Map::Neg => match out {
            _ if out.is_complex() => Ok(complex(out, -a.as_c128())),
            _ if out.is_float() => Ok(real(out, -double(a))),
            _ => judge(Some(-whole(a)), -whole(a), whole(a) > 0, out, overflow),
        },
        Map::Abs => match a.dtype() {
            d if d.is_complex() => Ok(real(out, math::hypot(a.as_c128().re, a.as_c128().im))),
            d if d.is_float() => Ok(real(out, double(a).abs())),
            DType::Bool => Ok(a),
            _ => judge(Some(whole(a).abs()), whole(a).abs(), false, out, overflow),
        },
        Map::Sign => match a.dtype().is_float() {
            true if double(a) > 0.0 => Ok(real(out, 1.0)),
            true if double(a) < 0.0 => Ok(real(out, -1.0)),
            true if double(a) == 0.0 => Ok(real(out, 0.0)),
            true => Ok(a),
            false => Ok(int(out, whole(a).signum())),
        },
        Map::Fma => fused(args, out, overflow),
        Map::Relu => match a.dtype().is_float() {
            true if double(a) <= 0.0 => Ok(real(out, 0.0)),
            true => Ok(a),
            false => Ok(int(out, whole(a).max(0))),
        },
        Map::Min => Ok(smaller(a, args[1])),
        Map::Max => Ok(larger(a, args[1])),
        Map::Clamp => Ok(smaller(larger(a, args[1]), args[2])),
        Map::Div => {
            guard(args[1], policy.zeros)?;
            Ok(quotient(a, args[1], out))
        }
        Map::Inverse => {
            guard(a, policy.zeros)?;
            Ok(inverse(a, out))
        }
        Map::SafeDiv => match args[1].is_zero() {
            true => apply(Map::Cast(out), &args[2..], out, policy),
            false => Ok(quotient(a, args[1], out)),
        },
        Map::Mod | Map::Rem => remainder(map, a, args[1], out),
        Map::Pow => match out {
            _ if out.is_complex() => Ok(complex(out, math::complex::pow(a.as_c128(), args[1].as_c128()))),
            _ if out.is_float() => elementary(),
            _ => power(whole(a), whole(args[1]), out, overflow),
        },
        Map::Lt => compare(|o| o == Some(std::cmp::Ordering::Less)),
        Map::Le => compare(|o| o.is_some_and(|o| o.is_le())),
        Map::Gt => compare(|o| o == Some(std::cmp::Ordering::Greater)),
        Map::Ge => compare(|o| o.is_some_and(|o| o.is_ge())),
        Map::Eq => Ok(Scalar::Bool(a == args[1])),
        Map::Ne => Ok(Scalar::Bool(a != args[1])),
        Map::And => logic(|a, b| a && b),
        Map::Or => logic(|a, b| a || b),
        Map::Xor => logic(|a, b| a != b),
        Map::Not => Ok(Scalar::Bool(a.is_zero())),
        Map::Where => Ok(if a.is_zero() { args[2] } else { args[1] }),
        Map::IsNan => Ok(Scalar::Bool(a.is_nan())),
        Map::IsInf => Ok(Scalar::Bool(a.as_c128().re.is_infinite() || a.as_c128().im.is_infinite())),
        Map::IsFinite => Ok(Scalar::Bool(a.as_c128().re.is_finite() && a.as_c128().im.is_finite())),
        Map::Sqrt if out.is_complex() => Ok(complex(out, math::complex::sqrt(a.as_c128()))),
        Map::Sqrt => Ok(real(out, double(a).sqrt())),
        Map::Exp if out.is_complex() => Ok(complex(out, math::complex::exp(a.as_c128()))),
        Map::Log if out.is_complex() => Ok(complex(out, math::complex::log(a.as_c128()))),
        Map::Sin if out.is_complex() => Ok(complex(out, math::complex::sin(a.as_c128()))),
        Map::Cos if out.is_complex() => Ok(complex(out, math::complex::cos(a.as_c128()))),
        Map::Root => real2(math::root),
        Map::Floor => rounded(f64::floor),
        Map::Ceil => rounded(f64::ceil),
        Map::Round => rounded(f64::round_ties_even),
        Map::Trunc => rounded(f64::trunc),
        Map::Copysign => Ok(real(out, double(a).copysign(double(args[1])))),
        Map::Real => Ok(if a.dtype().is_complex() { real(out, a.as_c128().re) } else { a }),
        Map::Imag => Ok(if a.dtype().is_complex() { real(out, a.as_c128().im) } else { int(out, 0) }),
        Map::Conj => Ok(if a.dtype().is_complex() { complex(out, a.as_c128().conj()) } else { a }),
        Map::Angle => Ok(function(out, math::atan2(a.as_c128().im, a.as_c128().re))),
        Map::Cast(to) => cast(a, to, overflow),
        _ => elementary(),
    }
}

/// Addition, subtraction or multiplication in the dtype `out`. The complex rule gets the rounding of a part.
fn ring(
    args: &[Scalar],
    out: DType,
    overflow: Overflow,
    exact: fn(i128, i128) -> (Option<i128>, i128),
    float: fn(f64, f64) -> f64,
    pair: fn(&dyn Fn(f64) -> f64, c128, c128) -> c128,
) -> Result<Scalar, Fault> {
    let (a, b) = (args[0], args[1]);
    if out.is_complex() {
        return Ok(complex(out, pair(&part(out), a.as_c128(), b.as_c128())));
    }
    if out.is_float() {
        return Ok(real(out, float(double(a), double(b))));
    }
    let (value, low) = exact(whole(a), whole(b));
    // Only a product of two large unsigned numbers leaves i128, and upwards.
    judge(value, low, value.is_some_and(|v| v < 0), out, overflow)
}

/// Rounding to the parts of a complex dtype.
fn part(dtype: DType) -> impl Fn(f64) -> f64 {
    move |v| double(real(dtype.real(), v))
}

fn fused(args: &[Scalar], out: DType, overflow: Overflow) -> Result<Scalar, Fault> {
    match (args[0], args[1], args[2]) {
        (Scalar::F64(a), Scalar::F64(b), Scalar::F64(c)) => Ok(Scalar::F64(f64::fused(a, b, c))),
        (Scalar::F32(a), Scalar::F32(b), Scalar::F32(c)) => Ok(Scalar::F32(f32::fused(a, b, c))),
        (Scalar::F16(a), Scalar::F16(b), Scalar::F16(c)) => Ok(Scalar::F16(Float::fused(a, b, c))),
        (Scalar::BF16(a), Scalar::BF16(b), Scalar::BF16(c)) => Ok(Scalar::BF16(Float::fused(a, b, c))),
        (a, b, c) => {
            let (a, b, c) = (whole(a), whole(b), whole(c));
            let value = a.checked_mul(b).and_then(|v| v.checked_add(c));
            judge(value, a.wrapping_mul(b).wrapping_add(c), value.is_some_and(|v| v < 0), out, overflow)
        }
    }
}

fn order(a: Scalar, b: Scalar) -> Option<std::cmp::Ordering> {
    match (a.as_int(), b.as_int()) {
        (Some(a), Some(b)) => a.partial_cmp(&b),
        _ => double(a).partial_cmp(&double(b)),
    }
}

/// The smaller of two reals: NaN if either is, and −0 before +0.
pub fn smaller(a: Scalar, b: Scalar) -> Scalar {
    match order(a, b) {
        None => {
            if a.is_nan() {
                a
            } else {
                b
            }
        }
        Some(std::cmp::Ordering::Less) => a,
        Some(std::cmp::Ordering::Greater) => b,
        Some(std::cmp::Ordering::Equal) => {
            if double(a).is_sign_negative() {
                a
            } else {
                b
            }
        }
    }
}

/// The larger of two reals: NaN if either is, and +0 after −0.
pub fn larger(a: Scalar, b: Scalar) -> Scalar {
    match order(a, b) {
        None => {
            if a.is_nan() {
                a
            } else {
                b
            }
        }
        Some(std::cmp::Ordering::Less) => b,
        Some(std::cmp::Ordering::Greater) => a,
        Some(std::cmp::Ordering::Equal) => {
            if double(a).is_sign_negative() {
                b
            } else {
                a
            }
        }
    }
}

fn guard(divisor: Scalar, zeros: Zeros) -> Result<(), Fault> {
    let fails = match zeros {
        Zeros::ByDType => divisor.as_int().is_some(),
        Zeros::Error => true,
        Zeros::Ieee => false,
    };
    if fails && divisor.is_zero() { Err(Fault::ZeroDivisor) } else { Ok(()) }
}

fn quotient(a: Scalar, b: Scalar, out: DType) -> Scalar {
    if !out.is_complex() {
        return real(out, double(a) / double(b));
    }
    let r = part(out);
    let (a, b) = (a.as_c128(), b.as_c128());
    let (re, im) = (b.re.abs(), b.im.abs());
    if re == 0.0 && im == 0.0 {
        return complex(out, c128::new(a.re / re, a.im / re));
    }
    let z = if re >= im {
        let ratio = r(b.im / b.re);
        let scale = r(1.0 / r(b.re + r(b.im * ratio)));
        c128::new(r(a.re + r(a.im * ratio)) * scale, r(a.im - r(a.re * ratio)) * scale)
    } else {
        let ratio = r(b.re / b.im);
        let scale = r(1.0 / r(b.im + r(b.re * ratio)));
        c128::new(r(r(a.re * ratio) + a.im) * scale, r(r(a.im * ratio) - a.re) * scale)
    };
    complex(out, z)
}

fn inverse(a: Scalar, out: DType) -> Scalar {
    if !out.is_complex() {
        return real(out, 1.0 / double(a));
    }
    let r = part(out);
    let a = a.as_c128();
    let z = if a.im.abs() <= a.re.abs() {
        let ratio = r(a.im / a.re);
        let scale = r(a.re + r(a.im * ratio));
        c128::new(1.0 / scale, -ratio / scale)
    } else {
        let ratio = r(a.re / a.im);
        let scale = r(r(a.re * ratio) + a.im);
        c128::new(ratio / scale, -1.0 / scale)
    };
    complex(out, z)
}

fn remainder(map: Map, a: Scalar, b: Scalar, out: DType) -> Result<Scalar, Fault> {
    let floored = map == Map::Mod;
    if let (Some(a), Some(b)) = (a.as_int(), b.as_int()) {
        if b == 0 {
            return Err(Fault::ZeroDivisor);
        }
        let r = a % b;
        return Ok(int(out, if floored && r != 0 && (r < 0) != (b < 0) { r + b } else { r }));
    }
    let (a, b) = (double(a), double(b));
    let r = a % b;
    Ok(real(
        out,
        match floored {
            false => r,
            true if r == 0.0 => 0f64.copysign(b),
            true if (r < 0.0) != (b < 0.0) => r + b,
            true => r,
        },
    ))
}

/// aᵉ by e multiplications' worth of reasoning: the exact value as long as it fits, then only its low bits and sign.
fn power(a: i128, e: i128, out: DType, overflow: Overflow) -> Result<Scalar, Fault> {
    if e < 0 {
        return Err(Fault::NegativeExponent);
    }
    let exact = match a {
        0 => Some(i128::from(e == 0)),
        1 => Some(1),
        -1 => Some(if e % 2 == 0 { 1 } else { -1 }),
        _ => u32::try_from(e).ok().and_then(|e| a.checked_pow(e)),
    };
    let (mut low, mut square, mut rest) = (1i128, a, e);
    while rest > 0 {
        if rest % 2 == 1 {
            low = low.wrapping_mul(square);
        }
        square = square.wrapping_mul(square);
        rest /= 2;
    }
    judge(exact, low, a < 0 && e % 2 == 1, out, overflow)
}

fn cast(a: Scalar, to: DType, overflow: Overflow) -> Result<Scalar, Fault> {
    if to == DType::Bool {
        return Ok(Scalar::Bool(!a.is_zero()));
    }
    if let Some(v) = a.as_int() {
        return if to.is_int() { judge(Some(v), v, v < 0, to, overflow) } else { Ok(int(to, v)) };
    }
    if to.is_complex() {
        return Ok(complex(to, a.as_c128()));
    }
    let v = a.as_c128().re;
    if to.is_float() {
        return Ok(real(to, v));
    }
    if v.is_nan() {
        return if overflow == Overflow::Error { Err(Fault::Overflow) } else { Ok(int(to, 0)) };
    }
    // Anything beyond i128 is a multiple of 2⁶⁴, so its low bits are zero.
    let exact = if v.abs() < 1e38 { Some(v.trunc() as i128) } else { None };
    judge(exact, exact.unwrap_or(0), v < 0.0, to, overflow)
}
