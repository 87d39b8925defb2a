//! Walking one window of a nest with all threads: cuts it into tasks, evaluates blocks, feeds stores and reductions.

use crate::compile::STREAM_ALIGNMENT;
use crate::gather::Order;
use crate::nest::{BLOCK_LEN, NestFault, Ready};
use crate::reduce::{FoldFault, Part, Reduction};
use crate::scratch::Scratch;
use crate::tree::{BLOCK, LANES};
use crate::walked::{Input, Walked};
use crate::workers::Workers;
use hadamard_plan::Walk;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Less work than this is not worth waking a thread for.
pub(crate) const TASK_BYTES: usize = 512 << 10;

/// Columns that a loop folds together: their rows are read in long runs, and their accumulators stay in the second cache.
const FOLDED_COLUMNS: usize = 4096;

/// Why a walk stopped.
pub(crate) enum Stop {
    /// At an entry of the body.
    Entry(NestFault),
    /// At a result of fold number `.0`.
    Fold(usize, FoldFault),
}

struct Task<'o> {
    from: usize,
    to: usize,
    outs: Vec<&'o mut [u8]>,
    parts: Vec<Box<dyn Part>>,
}

/// Walks a window whose first point is point `origin` of the space. `outs` holds each store's bytes for the window.
pub(crate) fn walk(
    ready: &Ready,
    walked: &Walked<'_>,
    origin: usize,
    outs: Vec<&mut [u8]>,
    folds: &mut [Box<dyn Reduction>],
    workers: Workers,
) -> Result<(), Stop> {
    let points = walked.lens.size();
    let nest = &ready.nest;
    let loads = walked.inputs.iter().zip(&ready.input_sizes);
    let loaded: usize = loads.filter(|(input, _)| !input.is_constant()).map(|(_, size)| size).sum();
    let stored: usize = nest.stores.iter().map(|s| nest.body[s.value].dtype.size()).sum();
    let worth = points.saturating_mul((loaded + stored).max(1)) / TASK_BYTES;
    let tasks = if worth < 2 { 1 } else { worth.min(workers.tasks()) };
    let tasks = cut(ready, origin, points, tasks, outs, folds);

    // Tasks after the first that faults cannot matter any more.
    let first_fault = AtomicUsize::new(usize::MAX);
    let run = |mut task: Task<'_>| {
        if task.from > first_fault.load(Ordering::Relaxed) {
            return Ok(Vec::new());
        }
        if ready.run_by_rows(walked, task.from..task.to, &mut task.outs).is_some() {
            return Ok(task.parts);
        }
        let order = order(nest.walk, walked, origin, task.from..task.to);
        let straight = |input: &Input<'_>| matches!(input, Input::Memory { pattern, .. } if pattern.is_ordered() || pattern.is_constant());
        let longest = if walked.inputs.iter().all(straight) { ready.longest } else { BLOCK_LEN };
        let len = longest.min(task.to - task.from);
        let result = Scratch::walk(ready, walked, order, len, |scratch| match nest.walk {
            Walk::Linear => run_linear(ready, walked, origin, &mut task, scratch, len),
            Walk::Rows { reduced, inner, .. } => run_rows(ready, walked, origin, (reduced, inner), &mut task, scratch),
        });
        if result.is_err() {
            first_fault.fetch_min(task.from, Ordering::Relaxed);
        }
        result.map(|()| task.parts)
    };
    // In order, so that the first fault met is the first of all.
    for parts in workers.map(tasks, run) {
        for (k, (fold, part)) in folds.iter_mut().zip(parts.map_err(Stop::Entry)?).enumerate() {
            fold.join(part).map_err(|fault| Stop::Fold(k, fault))?;
        }
    }
    Ok(())
}

/// Cuts `points` points into about `count` tasks at places that suit the folds.
fn cut<'o>(
    ready: &Ready,
    origin: usize,
    points: usize,
    count: usize,
    outs: Vec<&'o mut [u8]>,
    folds: &[Box<dyn Reduction>],
) -> Vec<Task<'o>> {
    let nest = &ready.nest;
    let grain = BLOCK_LEN * ready.grain();
    let mut cuts: Vec<usize> = (1..count)
        .map(|t| origin + (points as u128 * t as u128 / count as u128) as usize)
        .map(|at| match nest.walk {
            Walk::Rows { reduced, inner, .. } => {
                let result = at / (reduced * inner) * (reduced * inner);
                result + (at - result) / inner / BLOCK * BLOCK * inner
            }
            Walk::Linear => match nest.folds.iter().map(|f| f.count).min() {
                Some(r) if r <= BLOCK_LEN => at / r * r,
                Some(r) => at / r * r + at % r / BLOCK_LEN * BLOCK_LEN,
                None => origin + (at - origin) / grain * grain,
            },
        })
        .filter(|&at| at > origin)
        .map(|at| at - origin)
        .chain([0, points])
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    if cuts.len() == 1 {
        cuts.push(points);
    }
    let mut rest = outs;
    let mut tasks = Vec::new();
    for pair in cuts.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let mut mine = Vec::new();
        for (slice, store) in rest.iter_mut().zip(&nest.stores) {
            let bytes = (to - from) * nest.body[store.value].dtype.size();
            mine.push(slice.split_off_mut(..bytes).expect("stores fill their slices"));
        }
        let parts = folds.iter().map(|f| f.part(origin + from)).collect();
        tasks.push(Task { from, to, outs: mine, parts });
    }
    tasks
}

/// In which order a task asks for its blocks.
fn order(walk: Walk, walked: &Walked<'_>, origin: usize, task: Range<usize>) -> Order {
    match walk {
        Walk::Rows { reduced, inner, .. } if inner > BLOCK_LEN / 2 => {
            let rows = (walked.lens.size() / inner).min(reduced);
            let phase = origin / inner % reduced % BLOCK;
            Order::Rows { row: inner, rows, columns: inner.min(BLOCK_LEN), phase }
        }
        Walk::Rows { .. } | Walk::Linear => Order::Linear { from: task.start, to: task.end },
    }
}

fn run_linear(
    ready: &Ready,
    walked: &Walked<'_>,
    origin: usize,
    task: &mut Task<'_>,
    scratch: &mut Scratch,
    len: usize,
) -> Result<(), NestFault> {
    // Where no fold minds, the first block is so short that the others begin where results can be streamed.
    let lead = match (ready.nest.stores.first(), task.outs.first()) {
        (Some(store), Some(out)) => {
            let beyond = out.as_ptr().addr() % STREAM_ALIGNMENT;
            (STREAM_ALIGNMENT - beyond) % STREAM_ALIGNMENT / ready.nest.body[store.value].dtype.size()
        }
        _ => 0,
    };
    let smallest = ready.nest.folds.iter().map(|f| f.count).min();
    let (mut k, mut at_fault) = (task.from, task.from);
    while k < task.to {
        let at = origin + k;
        let n = if k < at_fault { 0 } else { ready.whole_blocks(at, len.min(task.to - k)) };
        if n > 0 {
            let (outs, parts, from) = (&mut task.outs, &mut task.parts, k - task.from);
            match ready.fold_blocks(walked, (k, n), scratch, outs, from, parts, at) {
                Some(()) => k += n,
                None => at_fault = k + n,
            }
            continue;
        }
        // Blocks end where the smallest reduction's results or tree blocks end.
        let room = match smallest {
            Some(r) if r <= BLOCK_LEN => {
                let whole = BLOCK_LEN / r * r;
                whole - at % whole
            }
            Some(r) => (BLOCK_LEN - at % r % BLOCK_LEN).min(r - at % r),
            None if k == task.from && lead > 0 => lead.min(len),
            None => len,
        };
        let n = room.min(task.to - k);
        ready.block(walked, k, n, scratch, &mut task.outs, k - task.from)?;
        for (fold, part) in ready.nest.folds.iter().zip(&mut task.parts) {
            part.push(ready.folded(walked, n, fold.value, scratch), at);
        }
        k += n;
    }
    Ok(())
}

fn run_rows(
    ready: &Ready,
    walked: &Walked<'_>,
    origin: usize,
    (reduced, inner): (usize, usize),
    task: &mut Task<'_>,
    scratch: &mut Scratch,
) -> Result<(), NestFault> {
    let mut k = task.from;
    while k < task.to {
        let (outer, row) = ((origin + k) / (reduced * inner), (origin + k) / inner % reduced);
        let rows = (BLOCK - row % BLOCK).min(reduced - row).min((task.to - k) / inner);
        let mut column = 0;
        while column < inner {
            let mut width = FOLDED_COLUMNS.min(inner - column);
            let (first, parts) = ((k + column, inner), &mut task.parts);
            if !(rows == BLOCK && ready.fold_rows(walked, first, width, &mut scratch.lanes, parts).is_some()) {
                width = BLOCK_LEN.min(inner - column);
                block_rows(ready, walked, first, (row, rows, width), task, scratch)?;
            }
            column += width;
        }
        for part in &mut task.parts {
            part.end_rows(outer, row + rows - 1);
        }
        k += rows * inner;
    }
    Ok(())
}

/// Columns of some rows of one block, `width` of them, the first at point `k`, by kernels.
fn block_rows(
    ready: &Ready,
    walked: &Walked<'_>,
    (k, inner): (usize, usize),
    (row, rows, width): (usize, usize, usize),
    task: &mut Task<'_>,
    scratch: &mut Scratch,
) -> Result<(), NestFault> {
    // Narrow rows are evaluated several at a time, in order; others lane by lane, so that one lane's accumulators stay
    // close while its rows stream past.
    let rows_at_once = (BLOCK_LEN / inner).max(1);
    let lanes = if rows_at_once > 1 { 1 } else { LANES };
    let starts = (0..lanes).flat_map(|lane| (lane..rows).step_by(lanes.max(rows_at_once)));
    for r in starts {
        let together = rows_at_once.min(rows - r);
        let at = k + r * inner;
        let n = if together > 1 { together * inner } else { width };
        ready.block(walked, at, n, scratch, &mut task.outs, at - task.from)?;
        for (fold, part) in ready.nest.folds.iter().zip(&mut task.parts) {
            let values = ready.folded(walked, n, fold.value, scratch);
            for (i, values) in values.chunks_exact(values.len() / together).enumerate() {
                part.push_row(values, row + r + i);
            }
        }
    }
    task.parts.iter_mut().for_each(|part| part.end_columns());
    Ok(())
}
