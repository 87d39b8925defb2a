//! Exact numbers: complex numbers with rational parts.

use crate::Number;
use num_bigint::BigInt;
use num_complex::Complex;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

/// A complex number with rational parts; every number of a formula that is finite is one.
pub type Exact = Complex<BigRational>;

/// The integer as an exact number.
pub fn integer(value: impl Into<BigInt>) -> Exact {
    Complex::new(BigRational::from_integer(value.into()), BigRational::zero())
}

/// The number as written; none for infinities and NaN.
pub fn of_number(number: Number) -> Option<Exact> {
    Some(match number {
        Number::Int(v) => integer(v),
        Number::Float(v) => Complex::new(BigRational::from_float(v)?, BigRational::zero()),
        Number::Imag(v) => Complex::new(BigRational::zero(), BigRational::from_float(v)?),
        Number::Bool(v) => integer(i32::from(v)),
    })
}

/// The product. Most coefficients are small whole numbers, for which general fractions are slow.
pub fn product(a: &Exact, b: &Exact) -> Exact {
    match (whole(a), whole(b)) {
        (Some(_), _) if a.re.numer().is_one() => b.clone(),
        (_, Some(_)) if b.re.numer().is_one() => a.clone(),
        (Some(a), Some(b)) => integer(a * b),
        _ => a * b,
    }
}

/// The sum; see [`product`].
pub fn sum(a: &Exact, b: &Exact) -> Exact {
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => integer(a + b),
        _ => a + b,
    }
}

/// The whole number that it is.
fn whole(a: &Exact) -> Option<&BigInt> {
    (a.im.is_zero() && a.re.is_integer()).then(|| a.re.numer())
}

/// `a` to an integer power; none for a negative power of zero.
pub fn power(a: &Exact, exponent: i64) -> Option<Exact> {
    if exponent < 0 && a.is_zero() {
        return None;
    }
    let mut base = if exponent < 0 { inverse(a) } else { a.clone() };
    let (mut left, mut result) = (exponent.unsigned_abs(), Exact::one());
    while left > 0 {
        if left & 1 == 1 {
            result = &result * &base;
        }
        left >>= 1;
        if left > 0 {
            base = &base * &base;
        }
    }
    Some(result)
}

/// The largest integer up to a real number, if it fits.
pub fn floor(a: &Exact) -> Option<u64> {
    if a.im.is_zero() { a.re.floor().to_integer().to_u64() } else { None }
}

/// 1/a for `a` other than zero.
pub fn inverse(a: &Exact) -> Exact {
    let square = &a.re * &a.re + &a.im * &a.im;
    Complex::new(&a.re / &square, -(&a.im / &square))
}

/// `3`, `-1/2`, `2i`, `1+2i`.
pub fn text(a: &Exact) -> String {
    let imaginary = match a.im.to_string().as_str() {
        "1" => "i".to_owned(),
        "-1" => "-i".to_owned(),
        other => format!("{other}i"),
    };
    match (a.re.is_zero(), a.im.is_zero()) {
        (_, true) => a.re.to_string(),
        (true, false) => imaginary,
        (false, false) if a.im > BigRational::zero() => format!("{}+{imaginary}", a.re),
        (false, false) => format!("{}{imaginary}", a.re),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_and_texts() {
        let i = of_number(Number::Imag(1.0)).unwrap();
        assert_eq!(text(&power(&i, 2).unwrap()), "-1");
        assert_eq!(text(&power(&(integer(1) + &i), -1).unwrap()), "1/2-1/2i");
        assert_eq!(power(&integer(0), -1), None);
        assert_eq!(text(&power(&integer(0), 0).unwrap()), "1");
        assert_eq!(text(&of_number(Number::Float(0.5)).unwrap()), "1/2");
        assert_eq!(of_number(Number::Float(f64::NAN)), None);
    }
}
