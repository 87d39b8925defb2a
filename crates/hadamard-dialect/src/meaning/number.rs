//! Functions of numbers, exactly where numbers are exact, and what they do at their edges.

use super::mean::{Domain, Edge, Overflow, Zero};
use super::value::{Elem, Num};
use crate::op::F;
use hadamard_array::{DType, bf16, f16};

/// Which edges an evaluation met. Translations whose systems differ only there say so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Met {
    /// A function outside its domain.
    pub domain: bool,
    /// A division by zero.
    pub zero: bool,
    /// Zero times infinity.
    pub strong_zero: bool,
    /// An integer beyond 64 bits where there are no bounds.
    pub large: bool,
    /// An integer that did not fit its type.
    pub overflow: bool,
    /// A vector that was repeated and did not come out even (R).
    pub uneven: bool,
    /// An NA that arithmetic made.
    pub missing: bool,
}

/// Why a number has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Stable kebab-case code.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
}

fn trouble<T>(code: &'static str, message: impl Into<String>) -> Result<T, Trouble> {
    Err(Trouble { code, message: message.into() })
}

/// A fraction in lowest terms.
pub fn ratio(over: i128, under: i128) -> Num {
    if under == 0 {
        return Num::Float(over as f64 / 0.0);
    }
    let (mut a, mut b) = (over.unsigned_abs(), under.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let divisor = a.max(1) as i128;
    let sign = if under < 0 { -1 } else { 1 };
    match (sign * (over / divisor), sign * (under / divisor)) {
        (over, 1) => Num::Int(over),
        (over, under) => Num::Ratio(over, under),
    }
}

/// A function of numbers, put into the element type of its result.
pub fn apply(f: F, edge: Edge, elem: Elem, args: &[Num], met: &mut Met) -> Result<Num, Trouble> {
    let missing = args.contains(&Num::Missing);
    if missing && f != F::Where {
        return Ok(missing_result(f, args));
    }
    let raw = match (f, args) {
        (F::Where, [mask, a, b]) => match truth(*mask) {
            Some(true) => *a,
            Some(false) => *b,
            None => Num::Missing,
        },
        (_, [a]) => one(f, edge, elem, *a, met)?,
        (_, [a, b]) => two(f, edge, elem, *a, *b, met)?,
        _ => return trouble("internal-arity", "wrong number of arguments"),
    };
    let rounds = matches!(f, F::Cast(_)) && edge.overflow != Overflow::Saturate;
    let raw = if rounds { cut(raw, elem) } else { raw };
    fit(raw, elem, edge.overflow, met)
}

/// What R makes of NA: it stays, unless the other argument decides alone.
fn missing_result(f: F, args: &[Num]) -> Num {
    let known = |wanted: bool| args.iter().any(|n| *n != Num::Missing && truth(*n) == Some(wanted));
    match (f, args) {
        (F::And, _) if known(false) => Num::Int(0),
        (F::Or, _) if known(true) => Num::Int(1),
        (F::Pow, [_, b]) if *b == Num::Int(0) || *b == Num::Float(0.0) => Num::Float(1.0),
        (F::Pow, [a, _]) if *a == Num::Int(1) || *a == Num::Float(1.0) => Num::Float(1.0),
        _ => Num::Missing,
    }
}

/// Whether a number counts as true.
pub fn truth(number: Num) -> Option<bool> {
    match number {
        Num::Int(v) => Some(v != 0),
        Num::Ratio(..) => Some(true),
        Num::Float(v) => Some(v != 0.0),
        Num::Complex(re, im) => Some(re != 0.0 || im != 0.0),
        Num::Missing => None,
    }
}

/// Cut off towards zero where the type holds whole numbers.
fn cut(number: Num, elem: Elem) -> Num {
    match (elem, number) {
        (Elem::Of(dtype), Num::Float(v)) if dtype.is_int() && v.is_finite() => Num::Int(v.trunc() as i128),
        (Elem::Of(dtype), Num::Ratio(over, under)) if dtype.is_int() => Num::Int(over / under),
        _ => number,
    }
}

/// A number as one of a type.
pub fn fit(number: Num, elem: Elem, overflow: Overflow, met: &mut Met) -> Result<Num, Trouble> {
    let Elem::Of(dtype) = elem else {
        if let Num::Int(v) = number {
            met.large |= i64::try_from(v).is_err();
        }
        return Ok(number);
    };
    if number == Num::Missing {
        return Ok(number);
    }
    if dtype == DType::Bool {
        return Ok(Num::Int(i128::from(truth(number) == Some(true))));
    }
    let Some((low, high)) = dtype.int_range() else {
        return Ok(match number {
            Num::Complex(re, im) => Num::Complex(round_to(re, dtype.real()), round_to(im, dtype.real())),
            other if dtype.is_complex() => Num::Complex(round_to(other.real().unwrap_or(f64::NAN), dtype.real()), 0.0),
            other => Num::Float(round_to(other.real().unwrap_or(f64::NAN), dtype)),
        });
    };
    let value = match number {
        Num::Int(v) => v,
        Num::Ratio(over, under) => {
            // To the nearest, ties away from zero: Octave's integers.
            let (whole, rest) = (over / under, (over % under).abs());
            if 2 * rest >= under { whole + over.signum() } else { whole }
        }
        Num::Float(v) if v.is_nan() => match overflow {
            Overflow::Saturate => 0,
            Overflow::Missing => return Ok(Num::Missing),
            _ => return trouble("not-an-integer", format!("NaN cannot be converted to {dtype}", dtype = dtype.name())),
        },
        Num::Float(v) if v.is_infinite() && overflow == Overflow::Saturate => {
            if v > 0.0 {
                high
            } else {
                low
            }
        }
        Num::Float(v) if v.is_infinite() => {
            return trouble("not-an-integer", format!("infinity cannot be converted to {}", dtype.name()));
        }
        Num::Float(v) => v.round() as i128,
        Num::Complex(..) => {
            return trouble("not-an-integer", format!("a complex number cannot be converted to {}", dtype.name()));
        }
        Num::Missing => return Ok(Num::Missing),
    };
    // R keeps its smallest integer for NA.
    let low = if overflow == Overflow::Missing { low + 1 } else { low };
    if (low..=high).contains(&value) {
        return Ok(Num::Int(value));
    }
    met.overflow = true;
    Ok(match overflow {
        Overflow::Wrap => {
            let range = high - low + 1;
            let rest = value.rem_euclid(range);
            Num::Int(if rest > high { rest - range } else { rest })
        }
        Overflow::Saturate => Num::Int(value.clamp(low, high)),
        Overflow::Missing => {
            met.missing = true;
            Num::Missing
        }
        Overflow::Promote => Num::Float(value as f64),
        Overflow::Never | Overflow::Refuse => {
            return trouble("integer-overflow", format!("{value} does not fit {}", dtype.name()));
        }
    })
}

/// A real rounded to a type of reals.
pub fn round_to(value: f64, dtype: DType) -> f64 {
    match dtype {
        DType::F16 => f16::from_f64(value).to_f64(),
        DType::BF16 => bf16::from_f64(value).to_f64(),
        DType::F32 => f64::from(value as f32),
        _ => value,
    }
}

fn bool_of(value: bool) -> Num {
    Num::Int(i128::from(value))
}

fn float(number: Num) -> f64 {
    number.real().unwrap_or(f64::NAN)
}

fn one(f: F, edge: Edge, elem: Elem, a: Num, met: &mut Met) -> Result<Num, Trouble> {
    if f == F::Not {
        return Ok(bool_of(truth(a) == Some(false)));
    }
    if let F::Cast(_) = f {
        return Ok(a);
    }
    if f == F::Square {
        return two(F::Mul, edge, elem, a, a, met);
    }
    if f == F::Cube {
        let square = two(F::Mul, edge, elem, a, a, met)?;
        return two(F::Mul, edge, elem, fit(square, elem, edge.overflow, met)?, a, met);
    }
    if f == F::Recip {
        return two(if elem.is_int() { F::TruncDiv } else { F::Div }, edge, elem, Num::Int(1), a, met);
    }
    if let Num::Complex(re, im) = a {
        return complex_one(f, re, im);
    }
    if let Num::Int(v) = a {
        match f {
            F::Neg => return Ok(Num::Int(-v)),
            F::Abs => return Ok(Num::Int(v.abs())),
            F::Signum => return Ok(Num::Int(v.signum())),
            F::Floor | F::Ceil | F::Trunc | F::RoundEven | F::RoundAway | F::Conj | F::Real => return Ok(a),
            F::Imag => return Ok(Num::Int(0)),
            F::Sqrt if elem == Elem::Exact && v >= 0 => {
                let root = (v as f64).sqrt().round() as i128;
                if root.checked_mul(root) == Some(v) {
                    return Ok(Num::Int(root));
                }
            }
            F::Exp | F::Sin | F::Tan | F::Atan | F::Sinh | F::Tanh | F::Asin if elem == Elem::Exact && v == 0 => {
                return Ok(Num::Int(if f == F::Exp { 1 } else { 0 }));
            }
            _ => {}
        }
    }
    if let Num::Ratio(over, under) = a {
        let floor = over.div_euclid(under);
        match f {
            F::Neg => return Ok(Num::Ratio(-over, under)),
            F::Abs => return Ok(Num::Ratio(over.abs(), under)),
            F::Signum => return Ok(Num::Int(over.signum())),
            F::Floor => return Ok(Num::Int(floor)),
            F::Ceil => return Ok(Num::Int(floor + 1)),
            F::Trunc => return Ok(Num::Int(over / under)),
            F::Conj | F::Real => return Ok(a),
            F::Imag => return Ok(Num::Int(0)),
            _ => {}
        }
    }
    let x = float(a);
    let outside = match f {
        F::Sqrt | F::Log | F::Log2 | F::Log10 => x < 0.0,
        F::Asin | F::Acos => x.abs() > 1.0,
        _ => false,
    };
    if outside {
        met.domain = true;
        match edge.domain {
            Domain::Nan => return Ok(Num::Float(f64::NAN)),
            Domain::Complex => return complex_one(f, x, 0.0),
            Domain::Refuse => return trouble("outside-domain", format!("the {} of {x} is not real", f.words())),
        }
    }
    // f32 functions are those of doubles, rounded once.
    Ok(Num::Float(match f {
        F::Neg => -x,
        F::Abs => x.abs(),
        F::Signum => {
            if x > 0.0 {
                1.0
            } else if x < 0.0 {
                -1.0
            } else {
                x
            }
        }
        F::Sqrt => x.sqrt(),
        F::Exp => x.exp(),
        F::Log => x.ln(),
        F::Log2 => x.log2(),
        F::Log10 => x.log10(),
        F::Sin => x.sin(),
        F::Cos => x.cos(),
        F::Tan => x.tan(),
        F::Asin => x.asin(),
        F::Acos => x.acos(),
        F::Atan => x.atan(),
        F::Sinh => x.sinh(),
        F::Cosh => x.cosh(),
        F::Tanh => x.tanh(),
        F::Floor => x.floor(),
        F::Ceil => x.ceil(),
        F::Trunc => x.trunc(),
        F::RoundEven => x.round_ties_even(),
        F::RoundAway => x.round(),
        F::Conj | F::Real => x,
        F::Imag => 0.0,
        _ => return trouble("internal-arity", format!("the {} needs other arguments", f.words())),
    }))
}

fn complex_one(f: F, re: f64, im: f64) -> Result<Num, Trouble> {
    let (modulus, angle) = (re.hypot(im), im.atan2(re));
    let log = |scale: f64| Num::Complex(modulus.ln() / scale, angle / scale);
    Ok(match f {
        F::Neg => Num::Complex(-re, -im),
        F::Conj => Num::Complex(re, -im),
        F::Real => Num::Float(re),
        F::Imag => Num::Float(im),
        F::Abs => Num::Float(modulus),
        F::Signum if modulus == 0.0 => Num::Complex(0.0, 0.0),
        F::Signum => Num::Complex(re / modulus, im / modulus),
        F::Sqrt => {
            let root = ((modulus + re.abs()) / 2.0).sqrt();
            if root == 0.0 {
                Num::Complex(0.0, 0.0)
            } else if re >= 0.0 {
                Num::Complex(root, im / (2.0 * root))
            } else {
                Num::Complex(im.abs() / (2.0 * root), root.copysign(im))
            }
        }
        F::Exp => Num::Complex(re.exp() * im.cos(), re.exp() * im.sin()),
        F::Log => log(1.0),
        F::Log2 => log(std::f64::consts::LN_2),
        F::Log10 => log(std::f64::consts::LN_10),
        F::Sin => Num::Complex(re.sin() * im.cosh(), re.cos() * im.sinh()),
        F::Cos => Num::Complex(re.cos() * im.cosh(), -re.sin() * im.sinh()),
        F::Sinh => Num::Complex(re.sinh() * im.cos(), re.cosh() * im.sin()),
        F::Cosh => Num::Complex(re.cosh() * im.cos(), re.sinh() * im.sin()),
        _ => return trouble("no-complex", format!("the {} of complex numbers is not computed", f.words())),
    })
}

fn two(f: F, edge: Edge, elem: Elem, a: Num, b: Num, met: &mut Met) -> Result<Num, Trouble> {
    match f {
        F::And => return Ok(bool_of(truth(a) == Some(true) && truth(b) == Some(true))),
        F::Or => return Ok(bool_of(truth(a) == Some(true) || truth(b) == Some(true))),
        F::Xor => return Ok(bool_of(truth(a) != truth(b))),
        F::BitXor => {
            return match (a, b) {
                (Num::Int(x), Num::Int(y)) => Ok(Num::Int(x ^ y)),
                _ => trouble("no-bits", "exclusive or needs integers"),
            };
        }
        _ => {}
    }
    if matches!(a, Num::Complex(..)) || matches!(b, Num::Complex(..)) {
        return complex_two(f, a.parts(), b.parts());
    }
    if let Some((p, q)) = exact(a).zip(exact(b))
        && let Some(result) = exact_two(f, edge, elem, p, q, met)?
    {
        return Ok(result);
    }
    let (x, y) = (float(a), float(b));
    if f.compares() {
        return Ok(bool_of(compare(f, x.partial_cmp(&y))));
    }
    Ok(match f {
        F::Add => Num::Float(x + y),
        F::Sub => Num::Float(x - y),
        F::Mul => {
            let strong = (x == 0.0 && !y.is_finite()) || (y == 0.0 && !x.is_finite());
            met.strong_zero |= strong;
            if edge.strong_zero && strong { Num::Float(0.0) } else { Num::Float(x * y) }
        }
        F::Div => {
            if y == 0.0 {
                met.zero = true;
                if let Some(result) = by_zero(edge.zero, x == 0.0, x < 0.0)? {
                    return Ok(result);
                }
            }
            Num::Float(x / y)
        }
        F::FloorDiv => Num::Float((x / y).floor()),
        F::TruncDiv => Num::Float((x / y).trunc()),
        F::Mod if y.is_infinite() && x.is_finite() => {
            Num::Float(if x == 0.0 || (x < 0.0) == (y < 0.0) { x } else { y })
        }
        F::Mod => {
            let rest = x % y;
            Num::Float(if rest != 0.0 && (rest < 0.0) != (y < 0.0) { rest + y } else { rest })
        }
        F::Rem => Num::Float(x % y),
        // NumPy's NaN spreads; IEEE's minimum ignores it.
        F::Min => Num::Float(if x.is_nan() || y.is_nan() { f64::NAN } else { x.min(y) }),
        F::Max => Num::Float(if x.is_nan() || y.is_nan() { f64::NAN } else { x.max(y) }),
        F::Pow => {
            if x < 0.0 && y.fract() != 0.0 && y.is_finite() {
                met.domain = true;
                match edge.domain {
                    Domain::Nan => return Ok(Num::Float(f64::NAN)),
                    Domain::Complex => return complex_two(F::Pow, (x, 0.0), (y, 0.0)),
                    Domain::Refuse => {
                        return trouble("outside-domain", format!("{x} to the power {y} is not real"));
                    }
                }
            }
            met.zero |= x == 0.0 && y < 0.0;
            Num::Float(x.powf(y))
        }
        _ => return trouble("internal-arity", format!("the {} needs other arguments", f.words())),
    })
}

/// Numerator and denominator.
fn exact(number: Num) -> Option<(i128, i128)> {
    match number {
        Num::Int(v) => Some((v, 1)),
        Num::Ratio(over, under) => Some((over, under)),
        _ => None,
    }
}

fn compare(f: F, order: Option<std::cmp::Ordering>) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    match f {
        F::Eq => order == Some(Equal),
        F::Ne => order != Some(Equal),
        F::Lt => order == Some(Less),
        F::Le => matches!(order, Some(Less | Equal)),
        F::Gt => order == Some(Greater),
        _ => matches!(order, Some(Greater | Equal)),
    }
}

/// What division by zero gives, if it is not IEEE's answer.
fn by_zero(zero: Zero, both: bool, negative: bool) -> Result<Option<Num>, Trouble> {
    Ok(match zero {
        Zero::Ieee => None,
        Zero::Refuse => return trouble("zero-divisor", "a divisor is zero"),
        Zero::Zero => both.then_some(Num::Int(0)),
        Zero::One if both => Some(Num::Int(1)),
        Zero::One => return trouble("zero-divisor", "a divisor is zero (DOMAIN ERROR)"),
        Zero::Nothing => Some(Num::Int(0)),
        Zero::Missing => Some(Num::Missing),
        Zero::Largest if both => Some(Num::Int(0)),
        Zero::Largest => Some(Num::Int(if negative { i128::from(i64::MIN) } else { i128::from(i64::MAX) })),
    })
}

/// Arithmetic of fractions; `None` where the result is a real.
fn exact_two(
    f: F,
    edge: Edge,
    elem: Elem,
    p: (i128, i128),
    q: (i128, i128),
    met: &mut Met,
) -> Result<Option<Num>, Trouble> {
    let large = || Trouble { code: "number-too-large", message: "a whole number needs more than 127 bits".to_owned() };
    let times = |a: i128, b: i128| a.checked_mul(b).ok_or_else(large);
    let ((a, b), (c, d)) = (p, q);
    // Machine reals are computed as reals.
    let inexact = matches!(elem, Elem::Of(dtype) if dtype.is_float() || dtype.is_complex());
    if f.compares() {
        return Ok(Some(bool_of(compare(f, Some(times(a, d)?.cmp(&times(c, b)?))))));
    }
    let whole = b == 1 && d == 1;
    Ok(match f {
        F::Add => Some(ratio(times(a, d)?.checked_add(times(c, b)?).ok_or_else(large)?, times(b, d)?)),
        F::Sub => Some(ratio(times(a, d)?.checked_sub(times(c, b)?).ok_or_else(large)?, times(b, d)?)),
        F::Mul => Some(ratio(times(a, c)?, times(b, d)?)),
        F::Min => Some(if times(a, d)? <= times(c, b)? { ratio(a, b) } else { ratio(c, d) }),
        F::Max => Some(if times(a, d)? >= times(c, b)? { ratio(a, b) } else { ratio(c, d) }),
        F::Div | F::FloorDiv | F::TruncDiv | F::Mod | F::Rem if c == 0 => {
            met.zero = true;
            match by_zero(edge.zero, a == 0, a < 0)? {
                Some(result) => Some(result),
                None if elem.is_int() => return trouble("zero-divisor", "an integer is divided by zero"),
                None => None,
            }
        }
        F::Div if inexact => None,
        F::Div => Some(ratio(times(a, d)?, times(b, c)?)),
        F::FloorDiv if whole => Some(Num::Int(floor_div(a, c))),
        F::TruncDiv if whole => Some(Num::Int(a / c)),
        F::Mod if whole => Some(Num::Int(a - c * floor_div(a, c))),
        F::Rem if whole => Some(Num::Int(a % c)),
        F::Pow if d == 1 && !inexact => Some(exact_power(edge, elem, (a, b), c)?),
        _ => None,
    })
}

fn floor_div(a: i128, b: i128) -> i128 {
    let quotient = a / b;
    if a % b != 0 && ((a < 0) != (b < 0)) { quotient - 1 } else { quotient }
}

fn exact_power(edge: Edge, elem: Elem, (a, b): (i128, i128), n: i128) -> Result<Num, Trouble> {
    if n < 0 {
        if a == 0 {
            return trouble("zero-divisor", "zero to a negative power");
        }
        if elem == Elem::Exact {
            let turned = if a < 0 { (-b, -a) } else { (b, a) };
            return exact_power(edge, elem, turned, -n);
        }
        // Integers of the machine: the quotient, as the type rounds it.
        return match edge.overflow {
            Overflow::Saturate => match exact_power(edge, Elem::Exact, (a, 1), -n)? {
                Num::Int(power) => Ok(ratio(1, power)),
                _ => Ok(Num::Int(0)),
            },
            Overflow::Wrap if edge.zero == Zero::Ieee => Ok(Num::Int(match a {
                1 => 1,
                -1 => {
                    if n % 2 == 0 {
                        1
                    } else {
                        -1
                    }
                }
                _ => 0,
            })),
            _ => trouble("negative-power", "an integer to a negative power is no integer"),
        };
    }
    let (low, high) = match elem {
        Elem::Of(dtype) => dtype.int_range().unwrap_or((i128::MIN, i128::MAX)),
        Elem::Exact => (i128::MIN, i128::MAX),
    };
    // Integers that wrap are multiplied modulo a power of two as they go.
    let wraps = edge.overflow == Overflow::Wrap && elem.is_int();
    let wrap = |v: i128| if wraps { (v - low).rem_euclid(high - low + 1) + low } else { v };
    let mut result = (1i128, 1i128);
    let mut base = (wrap(a), b);
    let mut left = n;
    while left > 0 {
        let times = |x: i128, y: i128| x.checked_mul(y).map(wrap);
        if left % 2 == 1 {
            match times(result.0, base.0).zip(times(result.1, base.1)) {
                Some(next) => result = next,
                None if elem == Elem::Exact => {
                    return trouble("number-too-large", "a whole number needs more than 127 bits");
                }
                None => {
                    let sign = if a < 0 && n % 2 == 1 { -1.0 } else { 1.0 };
                    return Ok(Num::Float(sign * f64::MAX));
                }
            }
        }
        left /= 2;
        if left > 0 {
            match times(base.0, base.0).zip(times(base.1, base.1)) {
                Some(next) => base = next,
                None if elem == Elem::Exact => {
                    return trouble("number-too-large", "a whole number needs more than 127 bits");
                }
                None => {
                    let sign = if a < 0 && n % 2 == 1 { -1.0 } else { 1.0 };
                    return Ok(Num::Float(sign * f64::MAX));
                }
            }
        }
    }
    Ok(ratio(result.0, result.1))
}

fn complex_two(f: F, (a, b): (f64, f64), (c, d): (f64, f64)) -> Result<Num, Trouble> {
    Ok(match f {
        F::Add => Num::Complex(a + c, b + d),
        F::Sub => Num::Complex(a - c, b - d),
        F::Mul => Num::Complex(a * c - b * d, a * d + b * c),
        F::Div => {
            let scale = c * c + d * d;
            Num::Complex((a * c + b * d) / scale, (b * c - a * d) / scale)
        }
        F::Pow if d == 0.0 && c.fract() == 0.0 && c.abs() <= 64.0 => {
            let (mut re, mut im) = (1.0, 0.0);
            for _ in 0..c.abs() as u32 {
                (re, im) = (re * a - im * b, re * b + im * a);
            }
            if c < 0.0 {
                return complex_two(F::Div, (1.0, 0.0), (re, im));
            }
            Num::Complex(re, im)
        }
        F::Pow if a == 0.0 && b == 0.0 => Num::Complex(0.0, 0.0),
        F::Pow => {
            let (log, angle) = (a.hypot(b).ln(), b.atan2(a));
            let (re, im) = (c * log - d * angle, c * angle + d * log);
            Num::Complex(re.exp() * im.cos(), re.exp() * im.sin())
        }
        F::Eq => bool_of(a == c && b == d),
        F::Ne => bool_of(a != c || b != d),
        _ => return trouble("no-complex", format!("the {} of complex numbers has no meaning", f.words())),
    })
}
