//! Operations on matrices as wholes.

use super::{Dense, Scalar};
use crate::Spectrum;
use crate::term::TermKind;

/// The value of an operation whose arguments are known. `shape` is what the result will have; where the definition
/// gives more axes of length 1, the entries are the same.
pub(super) fn apply<T: Scalar>(kind: &TermKind, args: &[Dense<T>], shape: &[usize]) -> Option<Dense<T>> {
    let a = args.first()?;
    let b = args.get(1).unwrap_or(a);
    let ((m, n), (p, q)) = (a.sides(), b.sides());
    let matrix = |rows: usize, cols: usize, entry: &dyn Fn(usize, usize) -> T| {
        Dense::from_fn(&[rows, cols], |at| entry(at[0], at[1]))
    };
    Some(match kind {
        TermKind::MatMul => product(a, b)?,
        TermKind::MatPow(k) => {
            let base = if *k < 0 { inverse(a)? } else { a.clone() };
            let one = matrix(m, m, &|i, j| T::indicator(i == j));
            (0..k.unsigned_abs()).try_fold(one, |power, _| product(&power, &base))?
        }
        TermKind::Transpose => matrix(n, m, &|i, j| a.at(j, i)),
        TermKind::Kron => matrix(m * p, n * q, &|i, j| a.at(i / p, j / q).times(&b.at(i % p, j % q))),
        TermKind::KhatriRao => matrix(m * p, n, &|i, j| a.at(i / p, j).times(&b.at(i % p, j))),
        TermKind::FaceSplit => matrix(m, n * q, &|i, j| a.at(i, j / q).times(&b.at(i, j % q))),
        TermKind::Penetrating { stacked: false } => matrix(p, q, &|i, j| a.at(i, j % n).times(&b.at(i, j))),
        TermKind::Penetrating { stacked: true } => matrix(p, q, &|i, j| a.at(i % m, j).times(&b.at(i, j))),
        TermKind::Outer => matrix(m, p, &|i, j| a.at(i, 0).times(&b.at(j, 0))),
        TermKind::DiagBuild => matrix(m, m, &|i, j| if i == j { a.at(i, 0) } else { T::zero() }),
        TermKind::DiagExtract => Dense::from_fn(shape, |at| a.at(at[0], at[0])),
        TermKind::Trace => Dense::scalar((0..m).fold(T::zero(), |sum, i| sum.plus(&a.at(i, i)))),
        TermKind::Rvec => Dense { shape: vec![a.data.len()], data: a.data.clone() },
        TermKind::Vec => Dense::from_fn(shape, |at| a.at(at[0] % m.max(1), at[0] / m.max(1))),
        TermKind::Inv => inverse(a)?,
        TermKind::Det if T::COMMUTATIVE => Dense::scalar(eliminate(a)?.1),
        TermKind::Rank if T::COMMUTATIVE => Dense::scalar(T::from_exact(&crate::exact::integer(eliminate(a)?.0))?),
        TermKind::Spectrum(kind) if *kind == Spectrum::Singular || m == n => {
            let data = T::spectrum(*kind, a)?;
            Dense { shape: vec![data.len()], data }
        }
        TermKind::Scan(fold) => {
            let data = (1..=a.data.len()).map(|count| T::reduce(*fold, &a.data[..count])).collect::<Option<_>>()?;
            Dense { shape: vec![a.data.len()], data }
        }
        _ => return None,
    })
}

fn product<T: Scalar>(a: &Dense<T>, b: &Dense<T>) -> Option<Dense<T>> {
    let ((m, n), (p, q)) = (a.sides(), b.sides());
    let entry = |i: usize, j: usize| (0..n).fold(T::zero(), |sum, k| sum.plus(&a.at(i, k).times(&b.at(k, j))));
    (n == p).then(|| Dense::from_fn(&[m, q], |at| entry(at[0], at[1])))
}

/// Rank and determinant by elimination.
pub(crate) fn eliminate<T: Scalar>(a: &Dense<T>) -> Option<(usize, T)> {
    let (m, n) = a.sides();
    let mut rows: Vec<Vec<T>> = (0..m).map(|i| (0..n).map(|j| a.at(i, j)).collect()).collect();
    let (mut rank, mut det) = (0, T::one());
    for col in 0..n {
        let Some(pivot) = (rank..m).find(|&i| !rows[i][col].is_zero() && rows[i][col].inverse().is_some()) else {
            // Without inverses of what is not zero there is no elimination.
            if (rank..m).any(|i| !rows[i][col].is_zero()) {
                return None;
            }
            det = T::zero();
            continue;
        };
        if pivot != rank {
            rows.swap(pivot, rank);
            det = det.negative();
        }
        det = det.times(&rows[rank][col]);
        let inverse = rows[rank][col].inverse()?;
        for i in rank + 1..m {
            let factor = rows[i][col].times(&inverse).negative();
            add_row(&mut rows, i, &factor, rank);
        }
        rank += 1;
        if rank == m {
            break;
        }
    }
    Some((rank, if rank == m && m == n { det } else { T::zero() }))
}

/// Adds a multiple of row `of` to row `to`.
fn add_row<T: Scalar>(rows: &mut [Vec<T>], to: usize, factor: &T, of: usize) {
    let source = rows[of].clone();
    for (entry, other) in rows[to].iter_mut().zip(&source) {
        *entry = entry.plus(&factor.times(other));
    }
}

/// The inverse by Gauss and Jordan: rows are multiplied from the left, so entries need not commute.
pub(crate) fn inverse<T: Scalar>(a: &Dense<T>) -> Option<Dense<T>> {
    let (n, m) = a.sides();
    if n != m {
        return None;
    }
    let mut rows: Vec<Vec<T>> =
        (0..n).map(|i| (0..n).map(|j| a.at(i, j)).chain((0..n).map(|j| T::indicator(i == j))).collect()).collect();
    for col in 0..n {
        let pivot = (col..n).find(|&i| rows[i][col].inverse().is_some())?;
        rows.swap(pivot, col);
        let inverse = rows[col][col].inverse()?;
        for entry in &mut rows[col] {
            *entry = inverse.times(entry);
        }
        for i in 0..n {
            if i != col && !rows[i][col].is_zero() {
                let factor = rows[i][col].negative();
                add_row(&mut rows, i, &factor, col);
            }
        }
    }
    Some(Dense::from_fn(&[n, n], |at| rows[at[0]][n + at[1]].clone()))
}

/// Products block by block, put together again.
pub(super) fn block_product<T: Scalar>(
    a: &Dense<T>,
    b: &Dense<T>,
    by_columns: bool,
    [rows, cols, other]: [&[u64]; 3],
) -> Option<Dense<T>> {
    // For each position of the result along an axis: the positions in a and in b.
    let spread = |a_sizes: &[u64], b_sizes: &[u64]| {
        let (mut left, mut top, mut positions) = (0, 0, Vec::new());
        for (&p, &q) in a_sizes.iter().zip(b_sizes) {
            for i in 0..p as usize {
                for k in 0..q as usize {
                    positions.push((left + i, top + k));
                }
            }
            (left, top) = (left + p as usize, top + q as usize);
        }
        positions
    };
    let shared = |sizes: &[u64]| (0..sizes.iter().sum::<u64>() as usize).map(|i| (i, i)).collect::<Vec<_>>();
    let (down, across) = match by_columns {
        true => (spread(rows, other), shared(cols)),
        false => (shared(rows), spread(cols, other)),
    };
    Dense::try_from_fn(&[down.len(), across.len()], |at| {
        let ((i, k), (j, l)) = (down[at[0]], across[at[1]]);
        Some(a.checked(&[i, j])?.times(&b.checked(&[k, l])?))
    })
}
