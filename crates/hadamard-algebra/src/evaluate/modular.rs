//! Integers modulo the prime p = 2⁶¹ − 1, with an i: as p is 3 modulo 4, −1 is no square, and a + bi is a field.

use super::Scalar;
use super::scalar::integer_power;
use crate::Map;
use crate::exact::Exact;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;

const P: u64 = (1 << 61) - 1;

/// a + bi modulo p.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modular {
    /// a
    pub re: u64,
    /// b
    pub im: u64,
}

fn times(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(P)) as u64
}

fn plus(a: u64, b: u64) -> u64 {
    (a + b) % P
}

fn negative(a: u64) -> u64 {
    (P - a) % P
}

/// By Fermat: a^(p−2) is 1/a.
fn inverse(a: u64) -> Option<u64> {
    let (mut base, mut left, mut result) = (a, P - 2, 1);
    while left > 0 {
        if left & 1 == 1 {
            result = times(result, base);
        }
        base = times(base, base);
        left >>= 1;
    }
    (a != 0).then_some(result)
}

fn of(value: &BigRational) -> Option<u64> {
    let p = BigInt::from(P);
    let modulo = |n: &BigInt| (((n % &p) + &p) % &p).to_u64();
    Some(times(modulo(value.numer())?, inverse(modulo(value.denom())?)?))
}

impl Modular {
    /// The number with these parts, taken modulo p.
    pub fn new(re: u64, im: u64) -> Modular {
        Modular { re: re % P, im: im % P }
    }
}

impl Scalar for Modular {
    const COMMUTATIVE: bool = true;

    fn from_exact(value: &Exact) -> Option<Modular> {
        Some(Modular { re: of(&value.re)?, im: of(&value.im)? })
    }
    fn plus(&self, other: &Modular) -> Modular {
        Modular { re: plus(self.re, other.re), im: plus(self.im, other.im) }
    }
    fn times(&self, other: &Modular) -> Modular {
        let re = plus(times(self.re, other.re), negative(times(self.im, other.im)));
        Modular { re, im: plus(times(self.re, other.im), times(self.im, other.re)) }
    }
    fn negative(&self) -> Modular {
        Modular { re: negative(self.re), im: negative(self.im) }
    }
    fn conjugate(&self) -> Modular {
        Modular { re: self.re, im: negative(self.im) }
    }
    fn inverse(&self) -> Option<Modular> {
        let norm = inverse(plus(times(self.re, self.re), times(self.im, self.im)))?;
        Some(Modular { re: times(self.re, norm), im: times(negative(self.im), norm) })
    }
    fn function(map: Map, args: &[Modular]) -> Option<Modular> {
        match (map, args) {
            // The exponent is meant as an integer; those written are small.
            (Map::Pow, [a, b]) if b.im == 0 && b.re < 1000 => integer_power(a, b.re as i64),
            (Map::Pow, [a, b]) if b.im == 0 && P - b.re < 1000 => integer_power(a, -((P - b.re) as i64)),
            (Map::Real, [a]) => Some(Modular { re: a.re, im: 0 }),
            (Map::Imag, [a]) => Some(Modular { re: a.im, im: 0 }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact;

    #[test]
    fn a_field_with_i() {
        let i = Modular::new(0, 1);
        assert_eq!(i.times(&i), Modular::one().negative());
        let a = Modular::new(12345, 678);
        assert_eq!(a.times(&a.inverse().unwrap()), Modular::one());
        assert_eq!(Modular::zero().inverse(), None);
        let half = exact::power(&exact::integer(2), -1).unwrap();
        let half = Modular::from_exact(&half).unwrap();
        assert_eq!(half.plus(&half), Modular::one());
        assert_eq!(Modular::function(Map::Pow, &[a, Modular::one().negative()]), a.inverse());
    }
}
