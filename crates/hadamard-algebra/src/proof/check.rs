//! The check of a proof: every step is replayed on random operands, over a large prime field and over ℚ. The sums of
//! two neighbouring steps must have the same value at every index. Nothing here is shared with what made the proof:
//! sums are added up term by term, and entries of terms come from the evaluator.

use super::Proof;
use crate::evaluate::{self, Dense, Evaluator, Modular, Quaternion, Scalar, indices};
use crate::exact::Exact;
use crate::normal::index::{Digit, Index, Indices, Var};
use crate::normal::sum::{Base, Factor, Monomial, Sum, Whole};
use crate::prove::operands::{self, Random, Sample};
use crate::term::{Problem, Ring, Symbol};
use crate::{Map, exact};
use num_complex::Complex;
use std::collections::HashMap;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many steps were replayed.
    pub steps: usize,
    /// How many of them over the prime field, over ℚ (or rational quaternions), and in floating point only, where
    /// functions have no other values.
    pub prime: usize,
    /// Over ℚ.
    pub rational: usize,
    /// In floating point.
    pub rounded: usize,
    /// Steps whose sides differ, and steps that could not be evaluated at all: side and number.
    pub failed: Vec<(usize, usize)>,
}

impl Checked {
    /// Whether every step was replayed and held.
    pub fn holds(&self) -> bool {
        self.failed.is_empty()
    }
}

/// Sizes the symbols take, one after the other: unequal ones, so that a wrong index does not fit by accident.
const SIZES: [u64; 6] = [2, 3, 2, 1, 3, 2];
/// Operands tried until one is as given.
const TRIES: usize = 20;
/// How often each step is replayed.
const ROUNDS: u64 = 2;

/// Replays a proof.
pub fn check(problem: &Problem, proof: &Proof) -> Checked {
    let mut checked = Checked::default();
    let mut chains: Vec<(usize, Vec<Sum>)> = (0..2).map(|side| (side, proof.states(problem, side))).collect();
    // The ends meet: the last states of both sides are one more step.
    let ends: Vec<Sum> = chains.iter().filter_map(|(_, states)| states.last().cloned()).collect();
    chains.push((2, ends));
    for (side, states) in &chains {
        for (k, pair) in states.windows(2).enumerate() {
            checked.steps += 1;
            let prime = replay::<Modular>(problem, proof, &pair[0], &pair[1]);
            let rational = match problem.ring {
                Ring::Quaternions => replay::<Quaternion>(problem, proof, &pair[0], &pair[1]),
                _ => replay::<Exact>(problem, proof, &pair[0], &pair[1]),
            };
            let prime = if problem.ring == Ring::Quaternions { None } else { prime };
            let rounded = match (prime, rational) {
                (None, None) => replay::<Complex<f64>>(problem, proof, &pair[0], &pair[1]),
                _ => None,
            };
            checked.prime += usize::from(prime.is_some());
            checked.rational += usize::from(rational.is_some());
            checked.rounded += usize::from(rounded.is_some());
            let results = [prime, rational, rounded];
            let differs = results.contains(&Some(false));
            if differs || results.iter().all(Option::is_none) {
                checked.failed.push((*side, k));
            }
        }
    }
    checked
}

/// Whether two sums agree everywhere; none if they have no values of this kind.
fn replay<T: Sample>(problem: &Problem, proof: &Proof, a: &Sum, b: &Sum) -> Option<bool> {
    let mut any = None;
    for round in 0..ROUNDS {
        let mut sizes: Vec<u64> =
            (0..problem.terms.symbols.len()).map(|k| SIZES[(k + round as usize) % SIZES.len()]).collect();
        for (size, least) in sizes.iter_mut().zip(&problem.terms.least) {
            *size = (*size).max(*least);
        }
        let mut random = Random::new(round + 1);
        let complex = operands::is_complex(problem.ring);
        let mut tries = (0..TRIES).map(|_| operands::operands::<T>(problem, &sizes, &mut random, complex));
        let Some(operands) = tries.find_map(|operands| operands) else { continue };
        let mut adder = Adder {
            indices: &proof.indices,
            sizes: &sizes,
            operands: &operands,
            evaluator: Evaluator::new(&problem.terms, &sizes, &operands),
            values: HashMap::new(),
        };
        if let Some(same) = adder.agree(proof, a, b) {
            any = Some(same);
            if !same {
                return any;
            }
        }
    }
    any
}

/// Adds up sums at given values of their variables.
struct Adder<'a, T> {
    indices: &'a Indices,
    sizes: &'a [u64],
    operands: &'a [Dense<T>],
    evaluator: Evaluator<'a, T>,
    values: HashMap<Var, usize>,
}

impl<T: Sample> Adder<'_, T> {
    fn agree(&mut self, proof: &Proof, a: &Sum, b: &Sum) -> Option<bool> {
        let free: Index = proof.free();
        let ranges = self.ranges(&free)?;
        for at in indices(&ranges) {
            self.assign(&free, &at);
            let (x, y) = (self.sum(a)?, self.sum(b)?);
            if !x.is_close(&y) {
                return Some(false);
            }
        }
        Some(true)
    }

    fn ranges(&self, digits: &[Digit]) -> Option<Vec<usize>> {
        let size = |digit: &Digit| match digit {
            Digit::Var(var) => usize::try_from(self.indices.size(*var).value(self.sizes)?).ok(),
            Digit::Slice { .. } => None,
        };
        digits.iter().map(size).collect()
    }

    fn assign(&mut self, digits: &[Digit], at: &[usize]) {
        for (digit, &value) in digits.iter().zip(at) {
            if let Digit::Var(var) = digit {
                self.values.insert(*var, value);
            }
        }
    }

    /// The number an index stands for.
    fn position(&self, index: &[Digit]) -> Option<usize> {
        let mut position = 0;
        for digit in self.indices.flatten(index) {
            let (value, size) = match &digit {
                Digit::Var(var) => (*self.values.get(var)?, self.indices.size(*var)),
                Digit::Slice { start, step, of, size } => {
                    let inner = self.position(of)? as isize;
                    (usize::try_from(*start as isize + step * inner).ok()?, size)
                }
            };
            position = position * usize::try_from(size.value(self.sizes)?).ok()? + value;
        }
        Some(position)
    }

    fn sum(&mut self, sum: &Sum) -> Option<T> {
        let mut total = T::zero();
        for monomial in sum {
            total = total.plus(&self.monomial(monomial)?);
        }
        Some(total)
    }

    fn monomial(&mut self, monomial: &Monomial) -> Option<T> {
        let bound: Index = monomial.bound.iter().map(|v| Digit::Var(*v)).collect();
        let bound = self.indices.flatten(&bound);
        let ranges = self.ranges(&bound)?;
        let mut total = T::zero();
        for at in indices(&ranges) {
            self.assign(&bound, &at);
            let mut equal = true;
            for (a, b) in &monomial.deltas {
                equal &= self.position(a)? == self.position(b)?;
            }
            if !equal {
                continue;
            }
            let mut product = T::one();
            for factor in &monomial.factors {
                product = product.times(&self.factor(factor)?);
            }
            total = total.plus(&product);
        }
        let mut front = T::from_exact(&monomial.coefficient)?;
        for (&symbol, &power) in &monomial.sizes {
            front = front.times(&self.size(symbol, power)?);
        }
        Some(front.times(&total))
    }

    fn size(&self, symbol: Symbol, power: i64) -> Option<T> {
        T::from_exact(&exact::power(&exact::integer(self.sizes[symbol as usize]), power)?)
    }

    fn factor(&mut self, factor: &Factor) -> Option<T> {
        let at: Vec<usize> = factor.index.iter().map(|index| self.position(index)).collect::<Option<_>>()?;
        let value = match &factor.base {
            Base::Entry(term) | Base::Literal(term) => self.evaluator.value(*term)?.checked(&at)?,
            Base::Operand(n) => self.operands[*n].checked(&at)?,
            Base::Inverse(n) => of_whole(Whole::Inv, &self.operands[*n])?.checked(&at)?,
            Base::Function(map, args) => {
                let args: Vec<T> = args.iter().map(|arg| self.sum(arg)).collect::<Option<_>>()?;
                T::function(*map, &args)?
            }
            Base::Group(sum) => self.sum(sum)?,
            Base::Whole(whole, abstraction) => {
                let digits: Index = abstraction.params.iter().flat_map(|p| self.indices.flatten(p)).collect();
                let ranges = self.ranges(&digits)?;
                let mut data = Vec::new();
                for inner in indices(&ranges) {
                    self.assign(&digits, &inner);
                    data.push(self.sum(&abstraction.body)?);
                }
                let shape: Vec<usize> = abstraction
                    .params
                    .iter()
                    .map(|p| self.ranges(&self.indices.flatten(p)).map(|r| r.iter().product()))
                    .collect::<Option<_>>()?;
                let result = of_whole(*whole, &Dense { shape, data })?;
                result.checked(&at)?
            }
        };
        let value = if factor.conj { value.conjugate() } else { value };
        let exponent =
            num_rational::BigRational::new((*factor.exponent.numer()).into(), (*factor.exponent.denom()).into());
        if exponent == num_rational::BigRational::from_integer(1.into()) {
            return Some(value);
        }
        let exponent = T::from_exact(&Complex::new(exponent, num_traits::Zero::zero()))?;
        T::function(Map::Pow, &[value, exponent])
    }
}

/// A function of a whole array.
fn of_whole<T: Scalar>(whole: Whole, of: &Dense<T>) -> Option<Dense<T>> {
    match whole {
        Whole::Inv => evaluate::inverse(of),
        Whole::Det if T::COMMUTATIVE => Some(Dense::scalar(evaluate::eliminate(of)?.1)),
        Whole::Rank if T::COMMUTATIVE => {
            Some(Dense::scalar(T::from_exact(&exact::integer(evaluate::eliminate(of)?.0))?))
        }
        Whole::Det | Whole::Rank => None,
        Whole::Spectrum(kind) => {
            let data = T::spectrum(kind, of)?;
            Some(Dense { shape: vec![data.len()], data })
        }
        Whole::Scan(fold) => {
            let data = (1..=of.data.len()).map(|count| T::reduce(fold, &of.data[..count])).collect::<Option<_>>()?;
            Some(Dense { shape: vec![of.data.len()], data })
        }
        Whole::Fold(fold) => Some(Dense::scalar(T::reduce(fold, &of.data)?)),
    }
}
