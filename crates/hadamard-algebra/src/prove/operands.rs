//! Random small operands that are as given.

use crate::Property;
use crate::evaluate::{Dense, Scalar};
use crate::term::{Problem, TermKind};
use std::collections::BTreeSet;

/// A small generator of random numbers (splitmix64), the same in every run.
pub(super) struct Random(pub u64);

impl Random {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n.max(1)
    }
}

/// What is given of each operand; none if something is given of an expression that only a search by rejection could
/// meet and that is not checked here.
pub(super) fn given(problem: &Problem) -> Option<Vec<BTreeSet<Property>>> {
    let mut all = vec![BTreeSet::new(); problem.terms.operands.len()];
    for given in &problem.givens {
        match problem.terms.node(given.of).kind {
            TermKind::Operand(n) => {
                all[n].insert(given.property);
            }
            _ if given.property == Property::Nonzero => {}
            _ => return None,
        }
    }
    Some(all)
}

/// An operand of that shape with these properties; none if they ask for something that is not made here.
pub(super) fn operand<T: Scalar>(
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
