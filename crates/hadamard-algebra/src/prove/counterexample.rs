//! The smallest counterexample found: sizes in order of how many entries they make, operands of small integers, then
//! every entry as simple as the sides stay different.

use super::operands::{Random, given, operand};
use crate::evaluate::{Dense, Evaluator, Quaternion, Scalar};
use crate::exact::{self, Exact};
use crate::term::{Problem, Ring, TermId};
use crate::{Property, evaluate};
use num_complex::Complex;
use num_rational::BigRational;
use num_traits::Zero;
use std::collections::BTreeSet;

/// Operands for which two sides differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterexample {
    /// What the symbols of sizes stand for.
    pub sizes: Vec<(String, u64)>,
    /// The operands.
    pub operands: Vec<(String, Matrix)>,
    /// The left side.
    pub left: Matrix,
    /// The right side.
    pub right: Matrix,
    /// Where they first differ.
    pub at: Vec<usize>,
    /// Whether the sides were computed in floating point, where they have no rational values.
    pub rounded: bool,
}

/// A matrix as text, entry by entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The lengths of its axes.
    pub shape: Vec<usize>,
    /// Its entries in row-major order.
    pub entries: Vec<String>,
}

/// How many sizes are tried, and how many operands at each.
const SIZES: usize = 40;
const TRIES: usize = 10;

/// Relative differences of floating-point results that are taken for rounding.
const TOLERANCE: f64 = 1e-7;

/// The entries tried, the simplest first.
trait Small: Scalar {
    fn entry(random: &mut Random, wide: bool) -> Self;
    fn positive(random: &mut Random) -> Self;
    fn text(&self) -> String;
    /// In floating point, for functions without exact values.
    fn float(&self) -> Option<Complex<f64>>;
}

impl Small for Exact {
    fn entry(random: &mut Random, wide: bool) -> Exact {
        let real = [0, 1, -1, 2, -2, 3][random.below(6) as usize];
        let imaginary = if wide { [0, 1, -1][random.below(3) as usize] } else { 0 };
        Complex::new(BigRational::from_integer(real.into()), BigRational::from_integer(imaginary.into()))
    }
    fn positive(random: &mut Random) -> Exact {
        exact::integer(1 + random.below(4))
    }
    fn text(&self) -> String {
        exact::text(self)
    }
    fn float(&self) -> Option<Complex<f64>> {
        Complex::from_exact(self)
    }
}

impl Small for Quaternion {
    fn entry(random: &mut Random, _: bool) -> Quaternion {
        let mut parts = std::array::from_fn(|_| BigRational::zero());
        parts[random.below(4) as usize] = BigRational::from_integer([0, 1, 1, -1][random.below(4) as usize].into());
        Quaternion(parts)
    }
    fn positive(random: &mut Random) -> Quaternion {
        Quaternion::from_exact(&exact::integer(1 + random.below(3))).unwrap_or_else(Self::one)
    }
    fn text(&self) -> String {
        self.to_string()
    }
    fn float(&self) -> Option<Complex<f64>> {
        None
    }
}

/// A counterexample to the equation of two terms, if one is found.
pub(super) fn search(problem: &Problem, left: TermId, right: TermId) -> Option<Counterexample> {
    match problem.ring {
        Ring::Quaternions => Search::<Quaternion>::new(problem, left, right)?.run(&[false]),
        Ring::Complex => Search::<Exact>::new(problem, left, right)?.run(&[false, true]),
        Ring::Integers | Ring::Reals => Search::<Exact>::new(problem, left, right)?.run(&[false]),
    }
}

struct Search<'a, T> {
    problem: &'a Problem,
    left: TermId,
    right: TermId,
    given: Vec<BTreeSet<Property>>,
    random: Random,
    kind: std::marker::PhantomData<T>,
}

/// Both sides, and where they differ.
struct Found {
    left: Matrix,
    right: Matrix,
    at: Vec<usize>,
    rounded: bool,
}

impl<'a, T: Small> Search<'a, T> {
    fn new(problem: &'a Problem, left: TermId, right: TermId) -> Option<Search<'a, T>> {
        let given = given(problem)?;
        Some(Search { problem, left, right, given, random: Random(1), kind: std::marker::PhantomData })
    }

    fn run(&mut self, wide: &[bool]) -> Option<Counterexample> {
        for sizes in sizes(self.problem) {
            for &wide in wide {
                for _ in 0..TRIES {
                    let Some(operands) = self.operands(&sizes, wide) else { continue };
                    if self.differ(&sizes, &operands).is_some() {
                        return self.shrunk(&sizes, operands);
                    }
                }
            }
        }
        None
    }

    fn operands(&mut self, sizes: &[u64], wide: bool) -> Option<Vec<Dense<T>>> {
        let (problem, random) = (self.problem, &mut self.random);
        let each = problem.terms.operands.iter().zip(&self.given).map(|(variable, given)| {
            let shape: Option<Vec<usize>> =
                variable.shape.iter().map(|d| usize::try_from(d.value(sizes)?).ok()).collect();
            operand(&shape?, given, random, &|random| T::entry(random, wide), &T::positive)
        });
        each.collect()
    }

    /// Both sides if they exist, differ, and what is given holds.
    fn differ(&self, sizes: &[u64], operands: &[Dense<T>]) -> Option<Found> {
        let terms = &self.problem.terms;
        let mut evaluator = Evaluator::new(terms, sizes, operands);
        for given in &self.problem.givens {
            if given.property == Property::Nonzero && evaluator.value(given.of)?.data.iter().any(Scalar::is_zero) {
                return None;
            }
            if given.property == Property::Invertible {
                evaluate::inverse(&evaluator.value(given.of)?)?;
            }
        }
        if let (Some(left), Some(right)) = (evaluator.value(self.left), evaluator.value(self.right)) {
            let at = first_difference(&left, &right, &|a, b| a == b)?;
            return Some(Found { left: matrix(&left), right: matrix(&right), at, rounded: false });
        }
        self.differ_rounded(sizes, operands)
    }

    fn differ_rounded(&self, sizes: &[u64], operands: &[Dense<T>]) -> Option<Found> {
        let floats = |array: &Dense<T>| {
            let data = array.data.iter().map(Small::float).collect::<Option<Vec<_>>>()?;
            Some(Dense { shape: array.shape.clone(), data })
        };
        let operands: Vec<_> = operands.iter().map(floats).collect::<Option<_>>()?;
        let mut evaluator = Evaluator::new(&self.problem.terms, sizes, &operands);
        let (left, right) = (evaluator.value(self.left)?, evaluator.value(self.right)?);
        if self.problem.ring != Ring::Complex && left.data.iter().chain(&right.data).any(|a| a.im != 0.0) {
            // A root of a negative number: the sides have no real value here.
            return None;
        }
        let scale = left.data.iter().chain(&right.data).fold(1.0, |m: f64, a| m.max(a.norm()));
        let at = first_difference(&left, &right, &|a, b| (a - b).norm() <= TOLERANCE * scale)?;
        let text = |array: &Dense<Complex<f64>>| Matrix {
            shape: array.shape.clone(),
            entries: array.data.iter().map(float_text).collect(),
        };
        Some(Found { left: text(&left), right: text(&right), at, rounded: true })
    }

    /// The same with every entry as simple as may be.
    fn shrunk(&self, sizes: &[u64], mut operands: Vec<Dense<T>>) -> Option<Counterexample> {
        use Property::*;
        for n in 0..operands.len() {
            let free = |p: &Property| matches!(p, Nonzero | Positive | Nonnegative | Real | ZeroOne | Invertible);
            if !self.given[n].iter().all(free) {
                continue;
            }
            for k in 0..operands[n].data.len() {
                for simple in [T::zero(), T::one()] {
                    let zero = simple.is_zero();
                    if zero && self.given[n].iter().any(|p| matches!(p, Nonzero | Positive)) {
                        continue;
                    }
                    if operands[n].data[k] == simple {
                        break;
                    }
                    let old = std::mem::replace(&mut operands[n].data[k], simple);
                    if self.differ(sizes, &operands).is_some() {
                        break;
                    }
                    operands[n].data[k] = old;
                }
            }
        }
        let found = self.differ(sizes, &operands)?;
        let terms = &self.problem.terms;
        let names = terms.operands.iter().map(|o| o.name.clone());
        Some(Counterexample {
            sizes: terms.symbols.iter().cloned().zip(sizes.iter().copied()).collect(),
            operands: names.zip(operands.iter().map(matrix)).collect(),
            left: found.left,
            right: found.right,
            at: found.at,
            rounded: found.rounded,
        })
    }
}

/// Values for the symbols of sizes, those with the fewest entries first.
fn sizes(problem: &Problem) -> Vec<Vec<u64>> {
    let terms = &problem.terms;
    let mut all: Vec<Vec<u64>> = vec![Vec::new()];
    for &least in &terms.least {
        let values = least.max(1)..=least.max(1) + 2;
        all = all.into_iter().flat_map(|s| values.clone().map(move |v| [&s[..], &[v]].concat())).take(2000).collect();
    }
    let entries = |sizes: &Vec<u64>| {
        let each = terms
            .operands
            .iter()
            .map(|o| o.shape.iter().map(|d| d.value(sizes).unwrap_or(u64::MAX)).fold(1u64, u64::saturating_mul));
        (each.fold(0, u64::saturating_add), sizes.iter().sum::<u64>())
    };
    all.sort_by_key(entries);
    // Sizes of 1 rarely tell sides apart, so a few of them leave room for others.
    let (small, large): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|s| s.iter().filter(|v| **v > 1).count() * 2 < s.len());
    let kept = small.len().min(SIZES / 2);
    small.into_iter().take(kept).chain(large).take(SIZES).collect()
}

/// Six digits are enough to see a difference.
fn float_text(a: &Complex<f64>) -> String {
    let part = |x: f64| {
        let text = format!("{x:.6}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        if text == "-0" { "0".to_owned() } else { text.to_owned() }
    };
    match (part(a.re), part(a.im)) {
        (re, im) if im == "0" => re,
        (re, im) if re == "0" => format!("{im}i"),
        (re, im) if im.starts_with('-') => format!("{re}{im}i"),
        (re, im) => format!("{re}+{im}i"),
    }
}

fn matrix<T: Small>(array: &Dense<T>) -> Matrix {
    Matrix { shape: array.shape.clone(), entries: array.data.iter().map(Small::text).collect() }
}

/// The first index at which two arrays differ; one without axes is compared with every entry of the other, and a
/// vector is a column.
pub(super) fn first_difference<T: Scalar>(
    a: &Dense<T>,
    b: &Dense<T>,
    same: &dyn Fn(&T, &T) -> bool,
) -> Option<Vec<usize>> {
    let longer = if a.shape.len() >= b.shape.len() { a } else { b };
    let entry = |of: &Dense<T>, at: &[usize], k: usize| match of.shape.len() {
        0 => of.data.first().cloned(),
        _ if of.data.len() == longer.data.len() => of.data.get(k).cloned(),
        _ => of.checked(&at[..of.shape.len()]),
    };
    let mut all = evaluate::indices(&longer.shape).enumerate();
    all.find(|(k, at)| match (entry(a, at, *k), entry(b, at, *k)) {
        (Some(x), Some(y)) => !same(&x, &y),
        _ => true,
    })
    .map(|(_, at)| at)
}
