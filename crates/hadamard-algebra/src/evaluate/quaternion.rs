//! Quaternions with rational parts: numbers whose products depend on the order.

use super::Scalar;
use super::scalar::integer_power;
use crate::Map;
use crate::exact::Exact;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};

/// a + bi + cj + dk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quaternion(pub [BigRational; 4]);

impl std::fmt::Display for Quaternion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut first = true;
        for (part, unit) in self.0.iter().zip(["", "i", "j", "k"]) {
            if part.is_zero() {
                continue;
            }
            let text = part.to_string();
            let text = match (text.as_str(), unit) {
                ("1", u) if !u.is_empty() => String::new(),
                ("-1", u) if !u.is_empty() => "-".into(),
                _ => text,
            };
            let plus = if first || text.starts_with('-') { "" } else { "+" };
            write!(f, "{plus}{text}{unit}")?;
            first = false;
        }
        if first { f.write_str("0") } else { Ok(()) }
    }
}

impl Scalar for Quaternion {
    const COMMUTATIVE: bool = false;

    fn from_exact(value: &Exact) -> Option<Quaternion> {
        // The i of formulas would commute, and no quaternion outside ℝ does.
        let zero = BigRational::zero;
        value.im.is_zero().then(|| Quaternion([value.re.clone(), zero(), zero(), zero()]))
    }
    fn plus(&self, other: &Quaternion) -> Quaternion {
        Quaternion(std::array::from_fn(|k| &self.0[k] + &other.0[k]))
    }
    fn times(&self, other: &Quaternion) -> Quaternion {
        let ([a, b, c, d], [p, q, r, s]) = (&self.0, &other.0);
        Quaternion([
            a * p - b * q - c * r - d * s,
            a * q + b * p + c * s - d * r,
            a * r - b * s + c * p + d * q,
            a * s + b * r - c * q + d * p,
        ])
    }
    fn negative(&self) -> Quaternion {
        Quaternion(std::array::from_fn(|k| -&self.0[k]))
    }
    fn conjugate(&self) -> Quaternion {
        Quaternion(std::array::from_fn(|k| if k == 0 { self.0[0].clone() } else { -&self.0[k] }))
    }
    fn inverse(&self) -> Option<Quaternion> {
        let norm: BigRational = self.0.iter().map(|x| x * x).sum();
        let conjugate = self.conjugate();
        (!norm.is_zero()).then(|| Quaternion(std::array::from_fn(|k| &conjugate.0[k] / &norm)))
    }
    fn function(map: Map, args: &[Quaternion]) -> Option<Quaternion> {
        match (map, args) {
            (Map::Pow, [a, b]) if b.0[1..].iter().all(Zero::is_zero) && b.0[0].is_integer() => {
                integer_power(a, b.0[0].to_integer().to_i64()?)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_depend_on_the_order() {
        let unit = |k: usize| {
            let mut parts = std::array::from_fn(|_| BigRational::zero());
            parts[k] = BigRational::from_integer(1.into());
            Quaternion(parts)
        };
        assert_eq!(unit(1).times(&unit(2)), unit(3));
        assert_eq!(unit(2).times(&unit(1)), unit(3).negative());
        let q = unit(0).plus(&unit(2));
        assert_eq!(q.times(&q.inverse().unwrap()), unit(0));
        assert_eq!((q.to_string(), unit(3).negative().to_string()), ("1+j".into(), "-k".into()));
    }
}
