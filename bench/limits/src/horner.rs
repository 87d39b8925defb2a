//! A polynomial of every element by Horner's rule, in the order written and without fused operations: where arithmetic and
//! not memory is the limit, the limit is this loop.

use crate::line::{Line, Plain, Store, Streaming};
use bytemuck::Pod;
use rayon::prelude::*;
use std::ops::{Add, Mul};

/// Lines that are computed together: a product and a sum depend on each other, so several must be under way.
const TOGETHER: usize = 4;

/// `out[i] = ((c₀ a[i] + c₁) a[i] + …)` for elements `T` with `N` to a line.
pub fn fill<T: Pod + Add<Output = T> + Mul<Output = T> + Send + Sync, const N: usize>(
    out: &mut [Line],
    a: &[Line],
    coefficients: &[T],
    streaming: bool,
) {
    let share = out.len().div_ceil(rayon::current_num_threads()).next_multiple_of(TOGETHER).max(TOGETHER);
    out.par_chunks_mut(share).zip(a.par_chunks(share)).for_each(|(out, a)| {
        if streaming {
            range::<T, N, Streaming>(out, a, coefficients);
        } else {
            range::<T, N, Plain>(out, a, coefficients);
        }
    });
}

fn range<T: Pod + Add<Output = T> + Mul<Output = T>, const N: usize, S: Store>(
    out: &mut [Line],
    a: &[Line],
    coefficients: &[T],
) {
    let (Some((&first, rest)), groups) = (coefficients.split_first(), a.as_chunks::<TOGETHER>().0) else { return };
    for (out, a) in out.as_chunks_mut::<TOGETHER>().0.iter_mut().zip(groups) {
        let x: [[T; N]; TOGETHER] = bytemuck::cast::<_, [[T; N]; TOGETHER]>(*a);
        let mut value = [[first; N]; TOGETHER];
        for &coefficient in rest {
            for (value, x) in value.iter_mut().zip(&x) {
                for (value, &x) in value.iter_mut().zip(x) {
                    *value = *value * x + coefficient;
                }
            }
        }
        for (out, value) in out.iter_mut().zip(value) {
            S::store(out, bytemuck::cast::<[T; N], Line>(value));
        }
    }
    S::finish();
}
