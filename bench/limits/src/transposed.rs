//! One operand as it lies and one transposed: square matrices, walked in tiles.

use crate::line::{Line, Plain, Store, Streaming};
use bytemuck::Pod;
use rayon::prelude::*;
use std::ops::BitXor;

/// The tiles in which a matrix is walked, along the rows of the result within each.
#[derive(Clone, Copy)]
pub struct Walk {
    /// Rows of the result in a tile.
    pub rows: usize,
    /// Columns of the result in a tile.
    pub columns: usize,
}

/// `out[i, j] = a[i, j] ^ b[j, i]`, all `n`×`n` of elements `T` with `N` to a line.
pub fn fill<T: Pod + BitXor<Output = T> + Send + Sync, const N: usize>(
    out: &mut [Line],
    a: &[Line],
    b: &[T],
    n: usize,
    walk: Walk,
    streaming: bool,
) {
    let width = n / N;
    let share = n.div_ceil(rayon::current_num_threads());
    out.par_chunks_mut(share * width).enumerate().for_each(|(part, out)| {
        let a = &a[part * share * width..][..out.len()];
        if streaming {
            range::<T, N, Streaming>(out, a, b, n, part * share, walk);
        } else {
            range::<T, N, Plain>(out, a, b, n, part * share, walk);
        }
    });
}

fn range<T: Pod + BitXor<Output = T>, const N: usize, S: Store>(
    out: &mut [Line],
    a: &[Line],
    b: &[T],
    n: usize,
    first: usize,
    walk: Walk,
) {
    let width = n / N;
    let rows = out.len() / width;
    let mut one = |i: usize, c: usize| {
        let other: [T; N] = std::array::from_fn(|k| b[(c * N + k) * n + first + i]);
        let at = i * width + c;
        S::store(&mut out[at], a[at].mix(bytemuck::cast::<[T; N], Line>(other)));
    };
    for top in (0..rows).step_by(walk.rows) {
        let tile_rows = top..rows.min(top + walk.rows);
        for left in (0..width).step_by(walk.columns / N) {
            let tile_columns = left..width.min(left + walk.columns / N);
            tile_rows.clone().for_each(|i| tile_columns.clone().for_each(|c| one(i, c)));
        }
    }
    S::finish();
}
