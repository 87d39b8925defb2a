//! Copying elements of a walk run by run, and repeating elements.

use super::Pattern;
use bytemuck::Pod;
use pulp::Arch;

/// The elements of the walk of `pattern` from `k` on, as many as `out` holds.
pub(super) fn copy<T: Pod>(pattern: &Pattern, bytes: &[u8], k: usize, out: &mut [u8]) {
    let (from, out) = (bytemuck::cast_slice::<u8, T>(bytes), bytemuck::cast_slice_mut::<u8, T>(out));
    let [outer @ .., (inner, stride)] = &pattern.axes[..] else {
        return out.fill(from[pattern.base]);
    };
    let (inner, stride) = (*inner, *stride);
    Arch::new().dispatch(
        #[inline(always)]
        || walk(pattern, from, k, (inner, stride), outer.last().copied().unwrap_or((1, 0)), out),
    );
}

/// The same, the innermost axis and the one before it given.
#[inline(always)]
fn walk<T: Pod>(
    pattern: &Pattern,
    from: &[T],
    k: usize,
    (inner, stride): (usize, isize),
    (steps, step): (usize, isize),
    out: &mut [T],
) {
    let (mut k, mut rest) = (k, out);
    // Up to the end of a run.
    let skip = k % inner;
    if skip > 0 {
        let (now, later) = rest.split_at_mut((inner - skip).min(rest.len()));
        run(from, pattern.position(k), stride, now);
        k += now.len();
        rest = later;
    }
    // Whole runs, those of one pass of the next axis together.
    while rest.len() >= inner {
        let many = (steps - k / inner % steps).min(rest.len() / inner);
        let (now, later) = rest.split_at_mut(many * inner);
        runs(from, pattern.position(k), (inner, stride), step, now);
        k += now.len();
        rest = later;
    }
    if !rest.is_empty() {
        run(from, pattern.position(k), stride, rest);
    }
}

/// One run: every `stride`-th element from position `at` on.
#[inline(always)]
fn run<T: Pod>(from: &[T], at: usize, stride: isize, out: &mut [T]) {
    /// With the step known when compiled, so that the loop becomes loads of whole vectors and shuffles.
    #[inline(always)]
    fn forwards<T: Pod, const STEP: usize>(from: &[T], out: &mut [T]) {
        let (last, rest) = out.split_last_mut().expect("runs are not empty");
        for (o, x) in rest.iter_mut().zip(from.as_chunks::<STEP>().0) {
            *o = x[0];
        }
        *last = from[from.len() - 1];
    }
    let reach = (out.len() - 1) * stride.unsigned_abs();
    match stride {
        0 => out.fill(from[at]),
        1 => out.copy_from_slice(&from[at..at + out.len()]),
        2 => forwards::<T, 2>(&from[at..=at + reach], out),
        3 => forwards::<T, 3>(&from[at..=at + reach], out),
        4 => forwards::<T, 4>(&from[at..=at + reach], out),
        -1 => out.iter_mut().zip(from[at - reach..=at].iter().rev()).for_each(|(o, x)| *o = *x),
        s if s > 0 => out.iter_mut().zip(from[at..=at + reach].iter().step_by(s as usize)).for_each(|(o, x)| *o = *x),
        s => {
            let backwards = from[at - reach..=at].iter().rev().step_by(s.unsigned_abs());
            out.iter_mut().zip(backwards).for_each(|(o, x)| *o = *x);
        }
    }
}

/// Whole runs of one length, `step` apart.
#[inline(always)]
fn runs<T: Pod>(from: &[T], at: usize, (inner, stride): (usize, isize), step: isize, out: &mut [T]) {
    /// Short runs of a length known when compiled.
    #[inline(always)]
    fn short<T: Pod, const N: usize>(from: &[T], at: usize, stride: isize, step: isize, out: &mut [T]) {
        let first = |i: usize| at.wrapping_add_signed(i as isize * step);
        let runs = out.as_chunks_mut::<N>().0.iter_mut().enumerate();
        match stride {
            1 => runs.for_each(|(i, o)| o.copy_from_slice(&from[first(i)..first(i) + N])),
            -1 => runs.for_each(|(i, o)| {
                o.copy_from_slice(&from[first(i) + 1 - N..=first(i)]);
                o.reverse();
            }),
            _ => runs.for_each(|(i, o)| {
                *o = std::array::from_fn(|j| from[first(i).wrapping_add_signed(j as isize * stride)]);
            }),
        }
    }
    match inner {
        2 => short::<T, 2>(from, at, stride, step, out),
        3 => short::<T, 3>(from, at, stride, step, out),
        4 => short::<T, 4>(from, at, stride, step, out),
        5 => short::<T, 5>(from, at, stride, step, out),
        6 => short::<T, 6>(from, at, stride, step, out),
        7 => short::<T, 7>(from, at, stride, step, out),
        8 => short::<T, 8>(from, at, stride, step, out),
        _ => {
            for (i, out) in out.chunks_exact_mut(inner).enumerate() {
                run(from, at.wrapping_add_signed(i as isize * step), stride, out);
            }
        }
    }
}

/// Each element of `from`, `size` bytes, `times` times; of the first one, `skip` repetitions are left out.
pub(super) fn repeat(size: usize, from: &[u8], times: usize, skip: usize, out: &mut [u8]) {
    match size {
        1 => repeat_of::<[u8; 1]>(from, times, skip, out),
        2 => repeat_of::<[u8; 2]>(from, times, skip, out),
        4 => repeat_of::<[u8; 4]>(from, times, skip, out),
        8 => repeat_of::<[u8; 8]>(from, times, skip, out),
        _ => repeat_of::<[u8; 16]>(from, times, skip, out),
    }
}

fn repeat_of<T: Pod>(from: &[u8], times: usize, skip: usize, out: &mut [u8]) {
    /// With the number known when compiled, so that the loop becomes shuffles and stores of whole vectors.
    #[inline(always)]
    fn few<T: Pod, const N: usize>(from: &[T], out: &mut [T]) {
        Arch::new().dispatch(
            #[inline(always)]
            || {
                for (o, x) in out.as_chunks_mut::<N>().0.iter_mut().zip(from) {
                    *o = [*x; N];
                }
            },
        );
    }
    let (from, out) = (bytemuck::cast_slice::<u8, T>(from), bytemuck::cast_slice_mut::<u8, T>(out));
    let Some((&first, whole)) = from.split_first() else { return };
    let (head, out) = out.split_at_mut((times - skip).min(out.len()));
    head.fill(first);
    let many = out.len() / times;
    let (body, tail) = out.split_at_mut(many * times);
    match times {
        2 => few::<T, 2>(whole, body),
        3 => few::<T, 3>(whole, body),
        4 => few::<T, 4>(whole, body),
        5 => few::<T, 5>(whole, body),
        6 => few::<T, 6>(whole, body),
        7 => few::<T, 7>(whole, body),
        8 => few::<T, 8>(whole, body),
        _ => body.chunks_exact_mut(times).zip(whole).for_each(|(o, x)| o.fill(*x)),
    }
    if let Some(&last) = whole.get(many) {
        tail.fill(last);
    }
}
