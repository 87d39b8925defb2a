//! Polynomials in the entries of operands, to compare two sides at given sizes for all operands at once.

use super::Scalar;
use crate::Map;
use crate::exact::{self, Exact};
use num_traits::{ToPrimitive, Zero};
use std::collections::BTreeMap;

/// A polynomial: for each monomial (variables with exponents, ascending) its coefficient.
#[derive(Clone, Debug, PartialEq)]
pub struct Polynomial(BTreeMap<Vec<(u32, u32)>, Exact>);

/// The mark of variables that are their own conjugates.
const REAL: u32 = 1 << 31;
/// The most terms that are multiplied out; larger products have no value.
const MAX_TERMS: usize = 20_000;

impl Polynomial {
    /// Variable `k` (even), whose conjugate is variable `k + 1` unless it is real.
    pub fn variable(k: u32, real: bool) -> Polynomial {
        let k = if real { k | REAL } else { k };
        Polynomial(BTreeMap::from([(vec![(k, 1)], exact::integer(1))]))
    }

    fn constant(&self) -> Option<Exact> {
        match self.0.len() {
            0 => Some(exact::integer(0)),
            1 => self.0.get(&Vec::new()).cloned(),
            _ => None,
        }
    }
}

impl Scalar for Polynomial {
    const COMMUTATIVE: bool = true;

    fn from_exact(value: &Exact) -> Option<Polynomial> {
        let mut terms = BTreeMap::new();
        if !Zero::is_zero(value) {
            terms.insert(Vec::new(), value.clone());
        }
        Some(Polynomial(terms))
    }
    fn plus(&self, other: &Polynomial) -> Polynomial {
        let mut terms = self.0.clone();
        for (key, value) in &other.0 {
            let sum = terms.get(key).map_or_else(|| value.clone(), |known| known + value);
            match Zero::is_zero(&sum) {
                true => terms.remove(key),
                false => terms.insert(key.clone(), sum),
            };
        }
        Polynomial(terms)
    }
    fn times(&self, other: &Polynomial) -> Polynomial {
        let mut terms: BTreeMap<Vec<(u32, u32)>, Exact> = BTreeMap::new();
        for (p, a) in &self.0 {
            for (q, b) in &other.0 {
                let mut powers: BTreeMap<u32, u32> = p.iter().copied().collect();
                for (variable, power) in q {
                    *powers.entry(*variable).or_insert(0) += power;
                }
                let entry = terms.entry(powers.into_iter().collect()).or_insert_with(|| exact::integer(0));
                *entry = &*entry + a * b;
            }
        }
        terms.retain(|_, value| !Zero::is_zero(value));
        Polynomial(terms)
    }
    fn negative(&self) -> Polynomial {
        Polynomial(self.0.iter().map(|(key, value)| (key.clone(), -value)).collect())
    }
    fn conjugate(&self) -> Polynomial {
        let conjugate = |key: &Vec<(u32, u32)>| {
            let mut key: Vec<(u32, u32)> =
                key.iter().map(|(k, power)| (if k & REAL == 0 { k ^ 1 } else { *k }, *power)).collect();
            key.sort_unstable();
            key
        };
        Polynomial(self.0.iter().map(|(key, value)| (conjugate(key), value.conj())).collect())
    }
    fn inverse(&self) -> Option<Polynomial> {
        Polynomial::from_exact(&exact::power(&self.constant()?, -1)?)
    }
    fn function(map: Map, args: &[Polynomial]) -> Option<Polynomial> {
        match (map, args) {
            (Map::Pow, [a, b]) => {
                let k = b.constant().filter(|k| k.im.is_zero() && k.re.is_integer())?.re.to_integer().to_u32()?;
                let mut power = Polynomial::one();
                for _ in 0..k.min(64) {
                    power = (power.0.len() * a.0.len() <= MAX_TERMS).then(|| power.times(a))?;
                }
                (k <= 64).then_some(power)
            }
            _ => None,
        }
    }
}
