//! Random small operands that are as given.

use crate::Map;
use crate::Property;
use crate::evaluate::{self, Dense, Evaluator, Modular, Quaternion, Scalar};
use crate::exact::{self, Exact};
use crate::term::{Given, Problem, Ring, TermKind};
use num_complex::Complex;
use num_rational::BigRational;
use num_traits::Zero;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// A small generator of random numbers (splitmix64), the same in every run.
pub(crate) struct Random {
    state: u64,
    /// Whether numbers are large: what vanishes for all small ones is then told from zero.
    pub wide: bool,
}

impl Random {
    /// A generator of small numbers.
    pub fn new(seed: u64) -> Random {
        Random { state: seed, wide: false }
    }
    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n.max(1)
    }
}

/// Numbers that operands can be made of.
pub(crate) trait Sample: Scalar {
    /// Whether results are not rounded.
    const EXACT: bool = true;
    /// Any number; `complex` ones where the ring has them.
    fn entry(random: &mut Random, complex: bool) -> Self;
    /// A positive number.
    fn positive(random: &mut Random) -> Self {
        let most = if random.wide { WIDE } else { 4 };
        Self::from_exact(&exact::integer(1 + random.below(most))).unwrap_or_else(Self::one)
    }
    /// Whether real numbers of this kind have an order.
    const ORDERED: bool = false;
    /// The sign of a real number of a kind that has an order.
    fn sign(&self) -> Option<Ordering> {
        None
    }
    /// Whether two results are the same but for rounding.
    fn is_close(&self, other: &Self) -> bool {
        self == other
    }
}

impl Sample for Exact {
    const ORDERED: bool = true;
    fn entry(random: &mut Random, complex: bool) -> Exact {
        let (wide, span) = (random.wide, WIDE as i64);
        let mut part = |small: &[i64]| match wide {
            true => random.below(2 * WIDE + 1) as i64 - span,
            false => small[random.below(small.len() as u64) as usize],
        };
        let real = part(&[0, 1, -1, 2, -2, 3]);
        let imaginary = if complex { part(&[0, 1, -1]) } else { 0 };
        Complex::new(BigRational::from_integer(real.into()), BigRational::from_integer(imaginary.into()))
    }
    fn sign(&self) -> Option<Ordering> {
        self.im.is_zero().then(|| self.re.cmp(&BigRational::zero()))
    }
}

/// The largest of numbers that are not small.
const WIDE: u64 = 1000;

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
    const EXACT: bool = false;
    const ORDERED: bool = true;
    fn entry(random: &mut Random, complex: bool) -> Complex<f64> {
        let mut part = || random.below(4000) as f64 / 1000.0 - 2.0;
        Complex::new(part(), if complex { part() } else { 0.0 })
    }
    fn sign(&self) -> Option<Ordering> {
        (self.im == 0.0).then(|| self.re.total_cmp(&0.0))
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
    let given = given(problem);
    let each = problem.terms.operands.iter().zip(&given).map(|(variable, given)| {
        let shape: Option<Vec<usize>> = variable.shape.iter().map(|d| usize::try_from(d.value(sizes)?).ok()).collect();
        Some(operand(&shape?, given, random, &|random| T::entry(random, complex), &T::positive))
    });
    let mut operands: Vec<Dense<T>> = each.collect::<Option<_>>()?;
    for given in &problem.givens {
        solved(problem, given, sizes, random, complex, &mut operands);
    }
    as_given(problem, sizes, &operands).then_some(operands)
}

/// Of a property given of `X - Y`, where nothing is given of the operand X alone: Y and what has the property make X.
fn solved<T: Sample>(
    problem: &Problem,
    given: &Given,
    sizes: &[u64],
    random: &mut Random,
    complex: bool,
    operands: &mut [Dense<T>],
) {
    let node = problem.terms.node(given.of);
    let (TermKind::Map(Map::Sub), &[x, y]) = (&node.kind, &node.args[..]) else { return };
    let TermKind::Operand(n) = problem.terms.node(x).kind else { return };
    let free = problem.givens.iter().all(|g| g.of != x);
    let Some(other) = Evaluator::new(&problem.terms, sizes, operands).value(y).filter(|_| free) else { return };
    let property = BTreeSet::from([given.property]);
    let difference = operand(&operands[n].shape, &property, random, &|random| T::entry(random, complex), &T::positive);
    if other.data.len() == difference.data.len() {
        let sum = other.data.iter().zip(&difference.data).map(|(a, b)| a.plus(b));
        operands[n].data = sum.collect();
    }
}

/// Whether what is given holds.
pub(crate) fn as_given<T: Sample>(problem: &Problem, sizes: &[u64], operands: &[Dense<T>]) -> bool {
    if problem.givens.is_empty() {
        return true;
    }
    let mut evaluator = Evaluator::new(&problem.terms, sizes, operands);
    problem.givens.iter().all(|given| evaluator.value(given.of).is_some_and(|value| has(given.property, &value)))
}

/// Whether a matrix has a property. Kinds of numbers without an order have every sign.
fn has<T: Sample>(property: Property, a: &Dense<T>) -> bool {
    use Property::*;
    let (m, n) = a.sides();
    let places = || (0..m).flat_map(|i| (0..n).map(move |j| (i, j)));
    let each = |test: &dyn Fn(usize, usize) -> bool| places().all(|(i, j)| test(i, j));
    let square = |test: &dyn Fn(usize, usize) -> bool| m == n && each(test);
    let same = |i: usize, j: usize, other: T| a.at(i, j).is_close(&other);
    let zero = |i: usize, j: usize| a.at(i, j).is_close(&T::zero());
    let one = |i: usize, j: usize| a.at(i, j).is_close(&T::one());
    let sign = |test: &dyn Fn(Ordering) -> bool| each(&|i, j| !T::ORDERED || a.at(i, j).sign().is_some_and(test));
    let single = |count: usize, at: &dyn Fn(usize) -> bool| (0..count).filter(|&k| at(k)).count() == 1;
    let gram = |conjugate: bool| {
        let entry = |k: usize, i: usize| if conjugate { a.at(k, i).conjugate() } else { a.at(k, i) };
        let product = |i: usize, j: usize| (0..m).fold(T::zero(), |sum, k| sum.plus(&entry(k, i).times(&a.at(k, j))));
        square(&|i, j| product(i, j).is_close(&T::indicator(i == j)))
    };
    match property {
        Symmetric => square(&|i, j| same(i, j, a.at(j, i))),
        Skew => square(&|i, j| same(i, j, a.at(j, i).negative())),
        Hermitian => square(&|i, j| same(i, j, a.at(j, i).conjugate())),
        SkewHermitian => square(&|i, j| same(i, j, a.at(j, i).conjugate().negative())),
        Psd => has(Hermitian, a) && minors(a, false),
        Pd => has(Hermitian, a) && minors(a, true),
        Diagonal => square(&|i, j| i == j || zero(i, j)),
        Lower => square(&|i, j| i >= j || zero(i, j)),
        Upper => square(&|i, j| i <= j || zero(i, j)),
        Tridiagonal => square(&|i, j| i.abs_diff(j) <= 1 || zero(i, j)),
        Toeplitz => each(&|i, j| i == 0 || j == 0 || same(i, j, a.at(i - 1, j - 1))),
        Circulant => square(&|i, j| same(i, j, a.at(0, (j + n - i) % n))),
        Unitary => gram(true),
        Orthogonal => gram(false),
        Permutation => m == n && has(RowSelection, a) && has(ColumnSelection, a),
        RowSelection => has(ZeroOne, a) && (0..m).all(|i| single(n, &|j| one(i, j))),
        ColumnSelection => has(ZeroOne, a) && (0..n).all(|j| single(m, &|i| one(i, j))),
        ZeroOne => each(&|i, j| zero(i, j) || one(i, j)),
        Zero => each(&zero),
        Nonzero => each(&|i, j| !a.at(i, j).is_zero()),
        Positive => sign(&|order| order.is_gt()),
        Nonnegative => sign(&|order| order.is_ge()),
        Real => each(&|i, j| same(i, j, a.at(i, j).conjugate())),
        Invertible => m == n && evaluate::inverse(a).is_some(),
        UnitDiagonal => m == n && (0..n).all(|i| one(i, i)),
        NonzeroDiagonal => m == n && (0..n).all(|i| !a.at(i, i).is_zero()),
    }
}

/// Whether no principal minor of a Hermitian matrix is negative; or every leading one is positive.
fn minors<T: Sample>(a: &Dense<T>, strict: bool) -> bool {
    let n = a.sides().0;
    let minor = |chosen: &[usize]| {
        let part = Dense::from_fn(&[chosen.len(), chosen.len()], |at| a.at(chosen[at[0]], chosen[at[1]]));
        evaluate::eliminate(&part).and_then(|(_, det)| det.sign())
    };
    let has = |sign: Option<Ordering>, test: &dyn Fn(Ordering) -> bool| !T::ORDERED || sign.is_some_and(test);
    if strict {
        return (1..=n).all(|k| has(minor(&(0..k).collect::<Vec<_>>()), &Ordering::is_gt));
    }
    // Rounding hides the sign of a minor that is zero; such operands are made to be semidefinite.
    !T::EXACT
        || (1u32..1 << n.min(8)).all(|set| {
            let chosen: Vec<usize> = (0..n).filter(|&k| set >> k & 1 == 1).collect();
            has(minor(&chosen), &Ordering::is_ge)
        })
}

/// Whether an exact matrix has a property, by the property's definition: the oracle of the rules that infer it.
pub fn has_property(property: Property, matrix: &Dense<Exact>) -> bool {
    has(property, matrix)
}

/// The rank of an exact matrix.
pub fn rank(matrix: &Dense<Exact>) -> usize {
    evaluate::eliminate(matrix).map_or(0, |(rank, _)| rank)
}

/// Whether entries of the ring may be complex.
pub(crate) fn is_complex(ring: Ring) -> bool {
    ring == Ring::Complex
}

/// What is given of each operand.
pub(crate) fn given(problem: &Problem) -> Vec<BTreeSet<Property>> {
    let mut all = vec![BTreeSet::new(); problem.terms.operands.len()];
    for given in &problem.givens {
        if let TermKind::Operand(n) = problem.terms.node(given.of).kind {
            all[n].insert(given.property);
        }
    }
    all
}

/// An operand of that shape, made so that it has these properties where chance would hardly give them. Where several
/// are given together, it may lack one.
fn operand<T: Scalar>(
    shape: &[usize],
    given: &BTreeSet<Property>,
    random: &mut Random,
    entry: &dyn Fn(&mut Random) -> T,
    positive: &dyn Fn(&mut Random) -> T,
) -> Dense<T> {
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
    if shape.len() != 2 {
        return array;
    }
    let cols = shape[1];
    let matrix = |f: &dyn Fn(usize, usize) -> T| Dense::from_fn(shape, |at| f(at[0], at[1]));
    let get = |of: &Dense<T>, i: usize, j: usize| of.data[i * n + j].clone();
    if has(Permutation) {
        let mut order: Vec<usize> = (0..n).collect();
        for k in (1..n).rev() {
            order.swap(k, random.below(k as u64 + 1) as usize);
        }
        return matrix(&|i, j| T::indicator(order[i] == j));
    }
    if has(Unitary) || has(Orthogonal) {
        let mut order: Vec<usize> = (0..n).collect();
        order.rotate_left(random.below(n as u64) as usize);
        let signs: Vec<bool> = (0..n).map(|_| random.below(2) == 1).collect();
        let signed = |i: usize| if signs[i] { T::one().negative() } else { T::one() };
        return matrix(&|i, j| if order[i] == j { signed(i) } else { T::zero() });
    }
    if has(RowSelection) {
        let chosen: Vec<usize> = (0..n).map(|_| random.below(cols as u64) as usize).collect();
        return matrix(&|i, j| T::indicator(chosen[i] == j));
    }
    if has(ColumnSelection) {
        let chosen: Vec<usize> = (0..cols).map(|_| random.below(n as u64) as usize).collect();
        return matrix(&|i, j| T::indicator(chosen[j] == i));
    }
    if (has(Psd) || has(Pd)) && has(UnitDiagonal) {
        // A correlation matrix: the Gram matrix of vectors along axes, either way.
        let axes: Vec<(u64, bool)> =
            (0..n).map(|k| (if has(Pd) { k as u64 } else { random.below(n as u64) }, random.below(2) == 1)).collect();
        let entry = |i: usize, j: usize| {
            let product = T::indicator(axes[i].0 == axes[j].0);
            if axes[i].1 == axes[j].1 { product } else { product.negative() }
        };
        return matrix(&entry);
    }
    if has(Psd) || has(Pd) {
        let shift = T::indicator(has(Pd));
        let gram = |i: usize, j: usize| {
            (0..n).fold(if i == j { shift.clone() } else { T::zero() }, |sum, k| {
                sum.plus(&get(&array, i, k).times(&get(&array, j, k).conjugate()))
            })
        };
        return matrix(&gram);
    }
    if has(Circulant) {
        array = matrix(&|i, j| array.data[(j + n - i) % n].clone());
    } else if has(Toeplitz) {
        array = matrix(&|i, j| if i > j { array.data[(i - j) * cols].clone() } else { array.data[j - i].clone() });
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
        if (has(Diagonal) && i != j)
            || (has(Lower) && i < j)
            || (has(Upper) && i > j)
            || (has(Tridiagonal) && i.abs_diff(j) > 1)
        {
            *entry = T::zero();
        }
        if has(UnitDiagonal) && i == j {
            *entry = T::one();
        }
        if has(NonzeroDiagonal) && i == j && entry.is_zero() {
            *entry = T::one();
        }
    }
    array
}

fn nonzero<T: Scalar>(random: &mut Random, entry: &dyn Fn(&mut Random) -> T) -> T {
    (0..8).map(|_| entry(random)).find(|a| !a.is_zero()).unwrap_or_else(T::one)
}
