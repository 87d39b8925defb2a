//! Random small operands that are as given.

use crate::Property;
use crate::evaluate::{self, Dense, Evaluator, Modular, Quaternion, Scalar};
use crate::exact::{self, Exact};
use crate::term::{Problem, Ring, TermKind};
use num_complex::Complex;
use num_rational::BigRational;
use num_traits::Zero;
use std::collections::BTreeSet;

/// A small generator of random numbers (splitmix64), the same in every run.
pub(crate) struct Random(pub u64);

impl Random {
    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n.max(1)
    }
}

/// Numbers that operands can be made of.
pub(crate) trait Sample: Scalar {
    /// Any number; `complex` ones where the ring has them.
    fn entry(random: &mut Random, complex: bool) -> Self;
    /// A positive number.
    fn positive(random: &mut Random) -> Self {
        Self::from_exact(&exact::integer(1 + random.below(4))).unwrap_or_else(Self::one)
    }
    /// Whether two results are the same but for rounding.
    fn is_close(&self, other: &Self) -> bool {
        self == other
    }
}

impl Sample for Exact {
    fn entry(random: &mut Random, complex: bool) -> Exact {
        let real = [0, 1, -1, 2, -2, 3][random.below(6) as usize];
        let imaginary = if complex { [0, 1, -1][random.below(3) as usize] } else { 0 };
        Complex::new(BigRational::from_integer(real.into()), BigRational::from_integer(imaginary.into()))
    }
}

impl Sample for Quaternion {
    fn entry(random: &mut Random, _: bool) -> Quaternion {
        let mut parts = std::array::from_fn(|_| BigRational::zero());
        parts[random.below(4) as usize] = BigRational::from_integer([0, 1, 1, -1][random.below(4) as usize].into());
        Quaternion(parts)
    }
}

impl Sample for Modular {
    fn entry(random: &mut Random, complex: bool) -> Modular {
        Modular::new(random.below(u64::MAX), if complex { random.below(u64::MAX) } else { 0 })
    }
}

impl Sample for Complex<f64> {
    fn entry(random: &mut Random, complex: bool) -> Complex<f64> {
        let mut part = || random.below(4000) as f64 / 1000.0 - 2.0;
        Complex::new(part(), if complex { part() } else { 0.0 })
    }
    fn is_close(&self, other: &Complex<f64>) -> bool {
        (self - other).norm() <= TOLERANCE * (1.0 + self.norm())
    }
}

/// Relative differences of floating-point results that are taken for rounding.
const TOLERANCE: f64 = 1e-7;

/// Random operands at these sizes; none if what is given cannot be met here.
pub(crate) fn operands<T: Sample>(
    problem: &Problem,
    sizes: &[u64],
    random: &mut Random,
    complex: bool,
) -> Option<Vec<Dense<T>>> {
    let given = given(problem)?;
    let each = problem.terms.operands.iter().zip(&given).map(|(variable, given)| {
        let shape: Option<Vec<usize>> = variable.shape.iter().map(|d| usize::try_from(d.value(sizes)?).ok()).collect();
        operand(&shape?, given, random, &|random| T::entry(random, complex), &T::positive)
    });
    let operands: Vec<Dense<T>> = each.collect::<Option<_>>()?;
    as_given(problem, sizes, &operands).then_some(operands)
}

/// Whether what is given holds, as far as operands were not made to have it.
pub(crate) fn as_given<T: Scalar>(problem: &Problem, sizes: &[u64], operands: &[Dense<T>]) -> bool {
    let mut evaluator = Evaluator::new(&problem.terms, sizes, operands);
    problem.givens.iter().all(|given| match (given.property, evaluator.value(given.of)) {
        (_, None) => false,
        (Property::Nonzero, Some(value)) => !value.data.iter().any(Scalar::is_zero),
        (Property::Invertible, Some(value)) => evaluate::inverse(&value).is_some(),
        _ => true,
    })
}

/// Whether entries of the ring may be complex.
pub(crate) fn is_complex(ring: Ring) -> bool {
    ring == Ring::Complex
}

/// What is given of each operand; none if something is given of an expression that is not checked here.
pub(crate) fn given(problem: &Problem) -> Option<Vec<BTreeSet<Property>>> {
    let mut all = vec![BTreeSet::new(); problem.terms.operands.len()];
    for given in &problem.givens {
        match problem.terms.node(given.of).kind {
            TermKind::Operand(n) => {
                all[n].insert(given.property);
            }
            _ if matches!(given.property, Property::Nonzero | Property::Invertible) => {}
            _ => return None,
        }
    }
    Some(all)
}

/// An operand of that shape with these properties; none if they ask for something that is not made here.
fn operand<T: Scalar>(
    shape: &[usize],
    given: &BTreeSet<Property>,
    random: &mut Random,
    entry: &dyn Fn(&mut Random) -> T,
    positive: &dyn Fn(&mut Random) -> T,
) -> Option<Dense<T>> {
    use Property::*;
    let has = |property| given.contains(&property);
    let n = shape.first().copied().unwrap_or(1);
    let size: usize = shape.iter().product();
    let mut data: Vec<T> = (0..size)
        .map(|_| match () {
            () if has(Zero) => T::zero(),
            () if has(Positive) => positive(random),
            () if has(ZeroOne) => T::indicator(random.below(2) == 1),
            () if has(Nonnegative) => {
                if random.below(4) == 0 {
                    T::zero()
                } else {
                    positive(random)
                }
            }
            () if has(Nonzero) => nonzero(random, entry),
            () => entry(random),
        })
        .collect();
    if has(Real) {
        data.iter_mut().for_each(|a| *a = if a.conjugate() == *a { a.clone() } else { T::one() });
    }
    let mut array = Dense { shape: shape.to_vec(), data };
    let matrix = |f: &dyn Fn(usize, usize) -> T| Dense::from_fn(shape, |at| f(at[0], at[1]));
    let get = |of: &Dense<T>, i: usize, j: usize| of.data[i * n + j].clone();
    if shape.len() != 2 {
        return Some(array);
    }
    let cols = shape[1];
    if has(Permutation) {
        let mut order: Vec<usize> = (0..n).collect();
        for k in (1..n).rev() {
            order.swap(k, random.below(k as u64 + 1) as usize);
        }
        return Some(matrix(&|i, j| T::indicator(order[i] == j)));
    }
    if has(Unitary) || has(Orthogonal) {
        let mut order: Vec<usize> = (0..n).collect();
        order.rotate_left(random.below(n as u64) as usize);
        let signs: Vec<bool> = (0..n).map(|_| random.below(2) == 1).collect();
        let signed = |i: usize| if signs[i] { T::one().negative() } else { T::one() };
        return Some(matrix(&|i, j| if order[i] == j { signed(i) } else { T::zero() }));
    }
    if has(RowSelection) {
        let chosen: Vec<usize> = (0..n).map(|_| random.below(cols as u64) as usize).collect();
        return Some(matrix(&|i, j| T::indicator(chosen[i] == j)));
    }
    if has(ColumnSelection) {
        let chosen: Vec<usize> = (0..cols).map(|_| random.below(n as u64) as usize).collect();
        return Some(matrix(&|i, j| T::indicator(chosen[j] == i)));
    }
    if has(Psd) || has(Pd) {
        let shift = T::indicator(has(Pd));
        let gram = |i: usize, j: usize| {
            (0..n).fold(if i == j { shift.clone() } else { T::zero() }, |sum, k| {
                sum.plus(&get(&array, i, k).times(&get(&array, j, k).conjugate()))
            })
        };
        return Some(matrix(&gram));
    }
    if has(Toeplitz) || has(Circulant) || has(Tridiagonal) {
        return None;
    }
    let triangle = |low: &dyn Fn(&T) -> T, diagonal: &dyn Fn(&T) -> T, array: &Dense<T>| {
        Dense::from_fn(shape, |at| {
            let (i, j) = (at[0], at[1]);
            match i.cmp(&j) {
                std::cmp::Ordering::Less => array.data[i * cols + j].clone(),
                std::cmp::Ordering::Equal => diagonal(&array.data[i * cols + j]),
                std::cmp::Ordering::Greater => low(&array.data[j * cols + i]),
            }
        })
    };
    let same = |a: &T| a.clone();
    let real = |a: &T| if a.conjugate() == *a { a.clone() } else { T::one() };
    if has(Symmetric) {
        array = triangle(&same, &same, &array);
    } else if has(Hermitian) {
        array = triangle(&|a| a.conjugate(), &real, &array);
    } else if has(Skew) {
        array = triangle(&|a| a.negative(), &|_| T::zero(), &array);
    } else if has(SkewHermitian) {
        array = triangle(&|a| a.conjugate().negative(), &|_| T::zero(), &array);
    }
    for (k, entry) in array.data.iter_mut().enumerate() {
        let (i, j) = (k / cols, k % cols);
        if (has(Diagonal) && i != j) || (has(Lower) && i < j) || (has(Upper) && i > j) {
            *entry = T::zero();
        }
        if has(UnitDiagonal) && i == j {
            *entry = T::one();
        }
        if has(NonzeroDiagonal) && i == j && entry.is_zero() {
            *entry = T::one();
        }
    }
    Some(array)
}

fn nonzero<T: Scalar>(random: &mut Random, entry: &dyn Fn(&mut Random) -> T) -> T {
    (0..8).map(|_| entry(random)).find(|a| !a.is_zero()).unwrap_or_else(T::one)
}
