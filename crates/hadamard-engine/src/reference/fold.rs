//! What a reduction is. This file is the contract the engine keeps, bit for bit, for every thread count and block.
//!
//! The reduced entries x₀ … x₍K₋₁₎ of a result are taken in C order of the reduced axes.
//!
//! **Float sums, products, means and norms** accumulate in f64 (c128 for complex) along one fixed tree:
//! - blocks of [`BLOCK`] consecutive entries; inside a block lane l of [`LANES`] takes x₍LANES·t+l₎ in order of t, starting
//!   from its first entry (not from 0);
//! - the lanes are combined pairwise: l with l + LANES/2, then with l + LANES/4, … ; an absent lane (a short last
//!   block) leaves its partner unchanged;
//! - the block results are combined by the aligned binary tree over block numbers: a node of level k covers the blocks
//!   [j·2ᵏ, (j+1)·2ᵏ). At a ragged right edge the perfect subtrees, from left to right, are folded from the right.
//!
//! Results are rounded to their dtype at the end. Of no entries the sum is 0, the product 1, the mean NaN, the norm 0,
//! `all` true, `any` false, the count 0; the smallest and largest do not exist.
//!
//! **Integer sums and products** are exact, and the result is judged by the overflow policy. **Norm** squares the moduli
//! in f64; when that sum is not finite although all entries are, or lies below [`NORM_TINY`] although some entry is not
//! zero, it is computed again on entries scaled by the power of two of the largest part.

use super::apply::{larger, smaller};
use super::number::{complex, double, int, judge, real, whole};
use crate::fault::Fault;
use crate::kernels::float::multiply;
use hadamard_algebra::{Fold, Policy};
use hadamard_array::{DType, Scalar, c128};

/// Consecutive entries of one leaf of the tree.
pub const BLOCK: usize = 128;
/// Accumulators inside a block.
pub const LANES: usize = 16;
/// Below this sum of squares digits may have been lost to underflow: 2⁻⁹⁷⁰.
pub const NORM_TINY: f64 = f64::from_bits((1023 - 970) << 52);

/// One reduction of entries of dtype `arg` to a result of dtype `out`.
pub fn fold(fold: Fold, entries: &[Scalar], arg: DType, out: DType, policy: &Policy) -> Result<Scalar, Fault> {
    let count = entries.len();
    let integers = !arg.is_float() && !arg.is_complex();
    match fold {
        Fold::Sum if integers => {
            let sum: i128 = entries.iter().map(|&v| whole(v)).sum();
            judge(Some(sum), sum, sum < 0, out, policy.overflow)
        }
        Fold::Prod if integers => product(entries, out, policy),
        Fold::Sum => Ok(result(out, sum(entries.iter().map(|v| v.as_c128())))),
        Fold::Prod if arg.is_complex() => {
            let product = tree(entries.iter().map(|v| v.as_c128()), multiply);
            Ok(result(out, product.unwrap_or(c128::new(1.0, 0.0))))
        }
        Fold::Prod => {
            let product = tree(entries.iter().map(|&v| double(v)), |a, b| a * b);
            Ok(real(out, product.unwrap_or(1.0)))
        }
        Fold::Mean if integers => {
            let sum: i128 = entries.iter().map(|&v| whole(v)).sum();
            Ok(real(out, sum as f64 / count as f64))
        }
        Fold::Mean => {
            let sum = sum(entries.iter().map(|v| v.as_c128()));
            Ok(result(out, c128::new(sum.re / count as f64, sum.im / count as f64)))
        }
        Fold::Norm => Ok(real(out, norm(entries))),
        Fold::Min => entries.iter().copied().reduce(smaller).ok_or(Fault::Empty),
        Fold::Max => entries.iter().copied().reduce(larger).ok_or(Fault::Empty),
        Fold::All => Ok(Scalar::Bool(entries.iter().all(|v| !v.is_zero()))),
        Fold::Any => Ok(Scalar::Bool(entries.iter().any(|v| !v.is_zero()))),
        Fold::Count => Ok(int(out, entries.iter().filter(|v| !v.is_zero()).count() as i128)),
        Fold::Argmin => position(entries, out, |o| o.is_lt()),
        Fold::Argmax => position(entries, out, |o| o.is_gt()),
    }
}

/// The fixed tree over any operation; `None` of no entries.
pub fn tree<T: Copy>(entries: impl Iterator<Item = T>, combine: impl Fn(T, T) -> T) -> Option<T> {
    let entries: Vec<T> = entries.collect();
    let mut blocks: Vec<T> = entries.chunks(BLOCK).map(|block| leaf(block, &combine)).collect();
    // Perfect subtrees of the widest size first, then what is left, folded from the right.
    let mut subtrees = Vec::new();
    while !blocks.is_empty() {
        let width = 1 << blocks.len().ilog2();
        let rest = blocks.split_off(width);
        subtrees.push(perfect(&blocks, &combine));
        blocks = rest;
    }
    subtrees.into_iter().rev().reduce(|acc, previous| combine(previous, acc))
}

fn leaf<T: Copy>(block: &[T], combine: &impl Fn(T, T) -> T) -> T {
    let mut lanes: Vec<Option<T>> =
        (0..LANES).map(|l| block.iter().skip(l).step_by(LANES).copied().reduce(combine)).collect();
    while lanes.len() > 1 {
        let right = lanes.split_off(lanes.len() / 2);
        for (l, r) in lanes.iter_mut().zip(right) {
            *l = match (*l, r) {
                (Some(l), Some(r)) => Some(combine(l, r)),
                (l, None) => l,
                (None, r) => r,
            };
        }
    }
    lanes[0].expect("a block has an entry, and lane 0 has the first")
}

fn perfect<T: Copy>(blocks: &[T], combine: &impl Fn(T, T) -> T) -> T {
    match blocks {
        [one] => *one,
        _ => {
            let (left, right) = blocks.split_at(blocks.len() / 2);
            combine(perfect(left, combine), perfect(right, combine))
        }
    }
}

fn sum(entries: impl Iterator<Item = c128>) -> c128 {
    tree(entries, |a, b| a + b).unwrap_or_default()
}

fn result(out: DType, z: c128) -> Scalar {
    if out.is_complex() { complex(out, z) } else { real(out, z.re) }
}

/// The exact product: past 64 bits only its low bits and sign are kept, unless a zero comes.
fn product(entries: &[Scalar], out: DType, policy: &Policy) -> Result<Scalar, Fault> {
    if entries.iter().any(|v| v.is_zero()) {
        return Ok(int(out, 0));
    }
    let low = entries.iter().fold(1i128, |p, &v| p.wrapping_mul(whole(v)));
    let exact = entries.iter().try_fold(1i128, |p, &v| p.checked_mul(whole(v)));
    let negative = entries.iter().filter(|&&v| whole(v) < 0).count() % 2 == 1;
    judge(exact, low, negative, out, policy.overflow)
}

/// The Euclidean norm in double precision.
fn norm(entries: &[Scalar]) -> f64 {
    let squares = |scale: f64| {
        let moduli = entries.iter().map(|v| {
            let z = v.as_c128() * scale;
            if v.dtype().is_complex() { z.re * z.re + z.im * z.im } else { z.re * z.re }
        });
        tree(moduli, |a, b| a + b).unwrap_or(0.0)
    };
    let plain = squares(1.0);
    let parts = || entries.iter().map(|v| v.as_c128()).flat_map(|z| [z.re.abs(), z.im.abs()]);
    let largest = parts().fold(0.0, f64::max);
    let finite = parts().all(f64::is_finite);
    if !finite || largest == 0.0 || (NORM_TINY..f64::INFINITY).contains(&plain) {
        return plain.sqrt();
    }
    let exponent = norm_exponent(largest);
    libm::ldexp(squares(libm::ldexp(1.0, -exponent)).sqrt(), exponent)
}

/// The exponent of the scale of a norm whose largest part is `largest` (finite, not zero), kept where neither the
/// scale nor its inverse leaves the normal range.
pub fn norm_exponent(largest: f64) -> i32 {
    libm::ilogb(largest).clamp(-1000, 1000)
}

/// The first entry that no other one beats; the first NaN beats all.
fn position(entries: &[Scalar], out: DType, beats: fn(std::cmp::Ordering) -> bool) -> Result<Scalar, Fault> {
    let key = |v: Scalar| v.as_int().map_or_else(|| Key::Real(double(v)), Key::Whole);
    let mut best: Option<usize> = None;
    for (i, &v) in entries.iter().enumerate() {
        if v.is_nan() {
            best = Some(i);
            break;
        }
        if best.is_none_or(|b| key(v).partial_cmp(&key(entries[b])).is_some_and(beats)) {
            best = Some(i);
        }
    }
    best.map(|i| int(out, i as i128)).ok_or(Fault::Empty)
}

#[derive(PartialEq, PartialOrd)]
enum Key {
    Whole(i128),
    Real(f64),
}
