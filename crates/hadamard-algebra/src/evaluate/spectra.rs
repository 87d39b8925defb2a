//! Eigenvalues and singular values of small matrices in floating point, by methods that are short and sure: Jacobi
//! rotations, and the QR iteration with shifts. The engine computes those of data.

use super::Dense;
use crate::Spectrum;
use num_complex::Complex;

type C = Complex<f64>;

/// Sweeps and steps after which there is no answer.
const MAX_SWEEPS: usize = 100;
const MAX_STEPS: usize = 2000;

/// The spectrum of a matrix; none where it is not Hermitian and should be, or where an iteration does not end.
pub(super) fn spectrum(kind: Spectrum, a: &Dense<C>) -> Option<Vec<C>> {
    let (m, n) = a.sides();
    let reals = |values: Vec<f64>| values.into_iter().map(Complex::from).collect();
    match kind {
        Spectrum::Singular => {
            // The eigenvalues of [0 A; A* 0] are the singular values, their negatives, and zeros.
            let values = hermitian(m + n, &|i, j| match (i < m, j < m) {
                (true, false) => a.at(i, j - m),
                (false, true) => a.at(j, i - m).conj(),
                _ => C::ZERO,
            })?;
            Some(reals(values.into_iter().rev().take(m.min(n)).map(|v| v.max(0.0)).collect()))
        }
        Spectrum::Hermitian => is_hermitian(a).then(|| hermitian(n, &|i, j| a.at(i, j)))?.map(reals),
        Spectrum::General if is_hermitian(a) => hermitian(n, &|i, j| a.at(i, j)).map(reals),
        Spectrum::General => {
            let mut values = general(a)?;
            values.sort_by(|x, y| x.re.total_cmp(&y.re).then(x.im.total_cmp(&y.im)));
            Some(values)
        }
    }
}

fn is_hermitian(a: &Dense<C>) -> bool {
    let n = a.sides().0;
    let largest = a.data.iter().map(|z| z.norm()).fold(0.0, f64::max);
    (0..n).all(|i| (0..n).all(|j| (a.at(i, j) - a.at(j, i).conj()).norm() <= 1e-8 * largest))
}

/// Eigenvalues of a Hermitian matrix, smallest first: those of the symmetric [Re −Im; Im Re], which has each twice.
fn hermitian(n: usize, entry: &dyn Fn(usize, usize) -> C) -> Option<Vec<f64>> {
    let part = |i: usize, j: usize| {
        let z = entry(i % n, j % n);
        match (i < n, j < n) {
            (true, false) => -z.im,
            (false, true) => z.im,
            _ => z.re,
        }
    };
    let twice = 2 * n;
    let mut a: Vec<Vec<f64>> =
        (0..twice).map(|i| (0..twice).map(|j| f64::midpoint(part(i, j), part(j, i))).collect()).collect();
    for _ in 0..MAX_SWEEPS {
        let off: f64 = (0..twice).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a[i][j] * a[i][j]).sum();
        let all: f64 = a.iter().flatten().map(|x| x * x).sum();
        if off <= 1e-32 * all {
            let mut values: Vec<f64> = (0..twice).map(|i| a[i][i]).collect();
            values.sort_by(f64::total_cmp);
            return Some(values.chunks(2).map(|pair| f64::midpoint(pair[0], pair[1])).collect());
        }
        for p in 0..twice {
            for q in p + 1..twice {
                rotate(&mut a, p, q);
            }
        }
    }
    None
}

/// The rotation of rows and columns p and q that makes entry (p, q) zero.
fn rotate(a: &mut [Vec<f64>], p: usize, q: usize) {
    if a[p][q] == 0.0 {
        return;
    }
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let t = if theta == 0.0 { 1.0 } else { t };
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    for row in a.iter_mut() {
        let (x, y) = (row[p], row[q]);
        (row[p], row[q]) = (c * x - s * y, s * x + c * y);
    }
    let (above, below) = a.split_at_mut(q);
    for (x, y) in above[p].iter_mut().zip(&mut below[0]) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
}

/// Eigenvalues of any square matrix: A − σ = QR, A ← RQ + σ, from the last row up.
fn general(a: &Dense<C>) -> Option<Vec<C>> {
    let mut n = a.sides().0;
    let mut rows: Vec<Vec<C>> = (0..n).map(|i| (0..n).map(|j| a.at(i, j)).collect()).collect();
    let scale = a.data.iter().map(|z| z.norm()).fold(0.0, f64::max);
    let mut values = Vec::new();
    let mut steps = 0;
    while n > 0 {
        let off: f64 = rows[n - 1][..n - 1].iter().map(|z| z.norm()).sum();
        if off <= 1e-15 * scale {
            values.push(rows[n - 1][n - 1]);
            n -= 1;
            rows.truncate(n);
            rows.iter_mut().for_each(|row| row.truncate(n));
            continue;
        }
        steps += 1;
        if steps > MAX_STEPS {
            return None;
        }
        // Wilkinson's shift, and an odd one now and then where that one cycles.
        let (p, q, r, s) = (rows[n - 2][n - 2], rows[n - 2][n - 1], rows[n - 1][n - 2], rows[n - 1][n - 1]);
        let half = (p + s) * 0.5;
        let root = (half * half - (p * s - q * r)).sqrt();
        let nearer = if (half + root - s).norm() < (half - root - s).norm() { half + root } else { half - root };
        let shift = if steps % 17 == 0 { nearer + C::new(off, off) } else { nearer };
        qr_step(&mut rows, shift);
    }
    Some(values)
}

fn qr_step(rows: &mut [Vec<C>], shift: C) {
    let n = rows.len();
    (0..n).for_each(|i| rows[i][i] -= shift);
    // Q by columns (Gram and Schmidt, twice), R = Q* A.
    let mut q: Vec<Vec<C>> = Vec::new();
    for j in 0..n {
        let mut column: Vec<C> = rows.iter().map(|row| row[j]).collect();
        let before = norm(&column);
        for _ in 0..2 {
            for known in &q {
                let along: C = known.iter().zip(&column).map(|(u, x)| u.conj() * x).sum();
                column.iter_mut().zip(known).for_each(|(x, u)| *x -= along * u);
            }
        }
        let mut length = norm(&column);
        let mut unit = 0;
        // A column that depends on those before it gives any direction that is left.
        while length <= 1e-14 * before || length == 0.0 {
            column = (0..n).map(|i| C::from(f64::from(u8::from(i == unit)))).collect();
            unit += 1;
            for _ in 0..2 {
                for known in &q {
                    let along: C = known.iter().zip(&column).map(|(u, x)| u.conj() * x).sum();
                    column.iter_mut().zip(known).for_each(|(x, u)| *x -= along * u);
                }
            }
            length = norm(&column);
            if length > 1e-6 {
                break;
            }
            length = 0.0;
        }
        q.push(column.into_iter().map(|x| x / length).collect());
    }
    let r: Vec<Vec<C>> =
        (0..n).map(|i| (0..n).map(|j| (0..n).map(|k| q[i][k].conj() * rows[k][j]).sum()).collect()).collect();
    for (i, row) in rows.iter_mut().enumerate() {
        for (j, entry) in row.iter_mut().enumerate() {
            *entry = (0..n).map(|k| r[i][k] * q[j][k]).sum::<C>();
            if i == j {
                *entry += shift;
            }
        }
    }
}

fn norm(x: &[C]) -> f64 {
    x.iter().map(|z| z.norm_sqr()).sum::<f64>().sqrt()
}
