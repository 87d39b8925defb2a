//! Matrix products of integers: exact sums, judged once by the overflow policy.

use super::exact::ExactSum;
use crate::fault::{Fault, Faulted};
use crate::kernels::int::Int;
use hadamard_algebra::Overflow;
use hadamard_array::{Array, Scalar, Shape, View};

/// A b in the dtype `T`.
pub fn product<T: Int>(a: &View<'_>, b: &View<'_>, overflow: Overflow) -> Result<Array, Faulted> {
    let (rows, inner, columns) = (a.shape()[0], a.shape()[1], b.shape()[1]);
    let (a, b) = (a.to_array(), b.to_array());
    let a: &[T] = a.slice().expect("a copy is in C order");
    let b: &[T] = b.slice().expect("a copy is in C order");
    let mut out = vec![T::ZERO; rows * columns];
    if out.is_empty() {
        return Ok(array(rows, columns, &out));
    }
    let row = |i: usize| &a[i * inner..(i + 1) * inner];
    let size = size_of::<T>();
    for (i, out) in out.chunks_exact_mut(columns).enumerate() {
        let fault = match overflow {
            Overflow::Wrap => accumulate(
                row(i),
                b,
                out,
                overflow,
                |sum: &mut i64, a: T, b: T| {
                    *sum = sum.wrapping_add(a.low().wrapping_mul(b.low()));
                },
                |sum| (T::from_low(sum), false, false),
            ),
            // 2³¹ products of 16-bit numbers fit 64 bits, 2⁶³ of 32-bit numbers fit 128.
            _ if size <= 2 && inner < 1 << 31 => accumulate(
                row(i),
                b,
                out,
                overflow,
                |sum: &mut i64, a: T, b: T| {
                    *sum += a.low() * b.low();
                },
                |sum| judged(i128::from(sum)),
            ),
            _ if size <= 4 => accumulate(
                row(i),
                b,
                out,
                overflow,
                |sum: &mut i128, a: T, b: T| {
                    *sum += i128::from(a.low()) * i128::from(b.low());
                },
                judged,
            ),
            _ => accumulate(
                row(i),
                b,
                out,
                overflow,
                |sum: &mut ExactSum, a: T, b: T| {
                    sum.add_product(exact(a), exact(b));
                },
                |sum| match sum.value() {
                    Some(v) => judged(v),
                    None => (T::from_low(sum.low() as i64), true, sum.is_negative()),
                },
            ),
        };
        if let Some(j) = fault {
            return Err(Faulted { at: i * columns + j, fault: Fault::Overflow });
        }
    }
    Ok(array(rows, columns, &out))
}

/// One row of the product; the first column whose sum is lost, where that is an error.
fn accumulate<T: Int, S: Default + Copy>(
    row: &[T],
    b: &[T],
    out: &mut [T],
    overflow: Overflow,
    add: impl Fn(&mut S, T, T),
    finish: impl Fn(S) -> (T, bool, bool),
) -> Option<usize> {
    let mut sums = vec![S::default(); out.len()];
    for (&a, b) in row.iter().zip(b.chunks_exact(out.len())) {
        for (sum, &b) in sums.iter_mut().zip(b) {
            add(sum, a, b);
        }
    }
    for (j, (o, &sum)) in out.iter_mut().zip(&sums).enumerate() {
        let (value, lost, negative) = finish(sum);
        *o = match (lost, overflow) {
            (false, _) | (_, Overflow::Wrap) => value,
            (true, Overflow::Error) => return Some(j),
            (true, Overflow::Saturate) => {
                if negative {
                    T::MIN
                } else {
                    T::MAX
                }
            }
        };
    }
    None
}

/// The low bits, whether the value was lost, and whether it is negative.
fn judged<T: Int>(v: i128) -> (T, bool, bool) {
    let value = T::from_low(v as i64);
    (value, exact(value) != v, v < 0)
}

fn exact<T: Int>(v: T) -> i128 {
    let scalar: Scalar = v.into();
    scalar.as_int().expect("an integer")
}

fn array<T: Int>(rows: usize, columns: usize, entries: &[T]) -> Array {
    Array::from_slice(Shape::from([rows, columns]), entries).expect("as many entries as the shape has")
}
