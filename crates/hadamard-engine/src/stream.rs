//! Running a nest: the space is walked in windows (one, if everything lies in memory), each window by all threads.
//!
//! A window is contiguous in the C order of the space, so results come out in order, and reductions are joined from
//! left to right whatever the windows are. Results that leave memory are written while the next window is read.

use crate::exec::{Out, Run, RunError, Value, access_layout};
use crate::gather::Pattern;
use crate::nest::Ready;
use crate::reduce::{self, Geometry, Reduction};
use crate::walk::{Stop, TASK_BYTES, walk};
use crate::walked::{Input, Walked};
use crate::windows::{Window, boxes, linear, windows};
use crate::workers::Workers;
use hadamard_array::{Array, Buffer, Layout, Shape, Sink, Source};
use hadamard_plan::{InstrKind, Load, Nest, Origin, Slot, SlotId, Walk};
use std::ops::Range;

/// Bytes read and written per window unless the settings ask for another size: few enough to stay in a cache between
/// reading, computing and writing, enough to be worth waking threads for.
const WINDOW_BYTES: u64 = 8 << 20;

/// About so many bytes of an operand are read at once, so that threads share the reading of a window evenly.
const PIECE_BYTES: usize = 1 << 20;

/// Where a store's or fold's bytes go.
enum Target<'o> {
    /// Into the memory of a result.
    Memory(&'o mut [u8]),
    /// To the sink of result `.0`, window by window.
    Sink(usize, &'o mut dyn Sink),
    /// Into an array kept for later steps.
    Kept(Array),
}

/// An operand's window: the part of the slot it holds, and the bytes.
struct Held {
    hull: Option<Window>,
    bytes: Buffer,
}

/// The part of the space whose results wait to be written: first point and number of points.
#[derive(Clone, Copy)]
struct Done {
    origin: usize,
    points: usize,
}

/// Runs one nest.
pub(crate) fn run_nest(run: &mut Run<'_, '_>, ready: &Ready) -> Result<(), RunError> {
    let nest = &ready.nest;
    let mut stores = Vec::new();
    for store in &nest.stores {
        stores.push(target(run, store.slot)?);
    }
    let mut results = Vec::new();
    for fold in &nest.folds {
        results.push(target(run, fold.slot)?);
    }
    if nest.space.size() == 0 {
        empty_folds(run, nest, &mut results)?;
    } else {
        stream(run, ready, &mut stores, &mut results)?;
    }
    let slots = nest.stores.iter().map(|s| s.slot).chain(nest.folds.iter().map(|f| f.slot));
    for (slot, target) in slots.zip(stores.into_iter().chain(results)) {
        if let Target::Kept(array) = target {
            run.values[slot] = Value::Memory(array);
        }
    }
    Ok(())
}

/// Where a slot goes: a result nothing else reads goes out at once; anything else is kept.
fn target<'o>(run: &mut Run<'_, 'o>, slot: SlotId) -> Result<Target<'o>, RunError> {
    let result = run.plan.results.iter().position(|&r| r == slot);
    let kind = &run.plan.slots[slot];
    match (result, &kind.origin) {
        (Some(k), Origin::Result) => Ok(match std::mem::replace(&mut run.outs[k], Out::Memory(&mut [])) {
            Out::Memory(bytes) => Target::Memory(bytes),
            Out::Sink(sink) => Target::Sink(k, sink),
        }),
        _ => Ok(Target::Kept(Array::for_overwriting(kind.dtype, kind.shape.clone())?)),
    }
}

fn stream(
    run: &mut Run<'_, '_>,
    ready: &Ready,
    stores: &mut [Target<'_>],
    results: &mut [Target<'_>],
) -> Result<(), RunError> {
    let nest = &ready.nest;
    let mut folds: Vec<Box<dyn Reduction>> = Vec::new();
    for fold in &nest.folds {
        let (arg, out) = (nest.body[fold.value].dtype, run.plan.slots[fold.slot].dtype);
        let inner = match nest.walk {
            Walk::Linear => 1,
            Walk::Rows { inner, .. } => inner,
        };
        let geometry = Geometry { count: fold.count, inner };
        folds.push(reduce::reduction(fold.fold, arg, out, run.prepared.policy.overflow, geometry));
    }
    let mut delivered = vec![0usize; folds.len()];
    let mut held: Vec<Held> = nest.loads.iter().map(|_| Held { hull: None, bytes: Buffer::zeroed(0) }).collect();
    let mut spare: Vec<Buffer> = stores.iter().map(|_| Buffer::zeroed(0)).collect();
    let mut done: Option<Done> = None;
    for window in choose_windows(run, nest, stores)? {
        if run.watch.cancelled() {
            return Err(RunError::Cancelled);
        }
        let read = match done {
            None => read(&run.values, run.workers, nest, &window, &mut held)?,
            Some(done) => {
                let (values, slots, workers) = (&run.values, &run.plan.slots, run.workers);
                let (written, read) = workers.both(
                    || write_stores(nest, slots, stores, &spare, done),
                    || read(values, workers, nest, &window, &mut held),
                );
                written.and(read)?
            }
        };
        let start: Vec<usize> = window.iter().map(|r| r.start).collect();
        let lens: Shape = window.iter().map(Range::len).collect();
        let (origin, points) = (linear(&nest.space, &start), lens.size());
        let sizes = nest.stores.iter().map(|s| nest.body[s.value].dtype.size());
        let mut outs: Vec<&mut [u8]> = Vec::new();
        for ((target, spare), size) in stores.iter_mut().zip(&mut spare).zip(sizes) {
            let range = origin * size..(origin + points) * size;
            outs.push(match target {
                Target::Memory(bytes) => &mut bytes[range],
                Target::Kept(array) => &mut array.bytes_mut().expect("kept arrays are contiguous")[range],
                Target::Sink(..) => {
                    if spare.len() < points * size {
                        *spare = Buffer::for_overwriting(points * size)?;
                    }
                    &mut spare.bytes_mut()[..points * size]
                }
            });
        }
        let inputs = nest.loads.iter().zip(&held).map(|(load, held)| input(run, load, held, &start, &lens)).collect();
        let walked = Walked { inputs, start, lens };
        let stopped = walk(ready, &walked, origin, outs, &mut folds, run.workers);
        stopped.map_err(|stop| locate(run, nest, &walked, stop))?;
        drop(walked);

        let mut written: usize = nest.stores.iter().map(|s| points * nest.body[s.value].dtype.size()).sum();
        done = Some(Done { origin, points });
        for (((fold, target), delivered), reduction) in
            nest.folds.iter().zip(results.iter_mut()).zip(&mut delivered).zip(&mut folds)
        {
            let slot = &run.plan.slots[fold.slot];
            let bytes = reduction.take();
            let at = *delivered;
            *delivered += bytes.len();
            written += bytes.len();
            put(target, &slot.shape, slot.dtype.size(), at, &bytes)?;
        }
        run.advance(read + written as u64);
    }
    done.map_or(Ok(()), |done| write_stores(nest, &run.plan.slots, stores, &spare, done))
}

/// Writes a window's results to the stores' sinks.
fn write_stores(
    nest: &Nest,
    slots: &[Slot],
    stores: &mut [Target<'_>],
    spare: &[Buffer],
    done: Done,
) -> Result<(), RunError> {
    for ((store, target), spare) in nest.stores.iter().zip(stores).zip(spare) {
        if let Target::Sink(k, sink) = target {
            let slot = &slots[store.slot];
            let size = slot.dtype.size();
            write(*k, *sink, &slot.shape, size, done.origin, &spare.bytes()[..done.points * size])?;
        }
    }
    Ok(())
}

/// Writes finished results at a byte position of their slot.
fn put(target: &mut Target<'_>, shape: &Shape, size: usize, at: usize, bytes: &[u8]) -> Result<(), RunError> {
    match target {
        Target::Memory(out) => out[at..at + bytes.len()].copy_from_slice(bytes),
        Target::Kept(array) => {
            array.bytes_mut().expect("kept arrays are contiguous")[at..at + bytes.len()].copy_from_slice(bytes)
        }
        Target::Sink(k, sink) => write(*k, *sink, shape, size, at / size, bytes)?,
    }
    Ok(())
}

/// Writes the elements from C-order position `from` on to a sink.
fn write(
    result: usize,
    sink: &mut dyn Sink,
    shape: &Shape,
    size: usize,
    from: usize,
    bytes: &[u8],
) -> Result<(), RunError> {
    let mut rest = bytes;
    for window in boxes(shape, from, from + bytes.len() / size) {
        let (now, later) = rest.split_at(window.iter().map(Range::len).product::<usize>() * size);
        sink.write(&window, now).map_err(|error| RunError::Sink { result, error })?;
        rest = later;
    }
    Ok(())
}

/// The part of a slot that a load needs over a window.
fn hull(load: &Load, window: &Window) -> Window {
    load.access.0.iter().map(|index| index.hull(window)).collect()
}

fn size_of(window: &Window) -> usize {
    window.iter().map(Range::len).product()
}

fn choose_windows(run: &Run<'_, '_>, nest: &Nest, stores: &[Target<'_>]) -> Result<Vec<Window>, RunError> {
    let dtype = |slot: SlotId| run.plan.slots[slot].dtype.size();
    let bytes = |window: &Window| -> u64 {
        let windowed =
            |l: &&Load| matches!(run.values[l.slot], Value::Source(_, source) if source.in_memory().is_none());
        let read = nest.loads.iter().filter(windowed);
        let read: usize = read.map(|l| size_of(&hull(l, window)) * dtype(l.slot)).sum();
        let streamed = nest.stores.iter().zip(stores).filter(|(_, t)| matches!(t, Target::Sink(..)));
        let streamed: usize = streamed.map(|(s, _)| size_of(window) * dtype(s.slot)).sum();
        (read + streamed) as u64
    };
    let free = run.free_memory();
    // Half of what is free: the other half is for block buffers, formats that buffer, and the allocator.
    let budget = run.settings.window.unwrap_or(WINDOW_BYTES).min(free.map_or(u64::MAX, |f| f / 2));
    let cut = windows(nest, budget, bytes);
    let needed = cut.iter().map(bytes).max().unwrap_or(0);
    match free {
        Some(limit) if needed > limit => {
            Err(RunError::Memory { what: "the smallest window of this formula".into(), needed, limit })
        }
        _ => Ok(cut),
    }
}

/// Reads the operands' parts for a window; what is already held is kept. Returns the bytes read.
fn read(
    values: &[Value<'_>],
    workers: Workers,
    nest: &Nest,
    window: &Window,
    held: &mut [Held],
) -> Result<u64, RunError> {
    let (mut pieces, mut total) = (Vec::new(), 0);
    for (load, held) in nest.loads.iter().zip(held) {
        let Value::Source(operand, source) = values[load.slot] else { continue };
        let part = hull(load, window);
        if source.in_memory().is_some() || held.hull.as_ref() == Some(&part) {
            continue;
        }
        let bytes = size_of(&part) * source.dtype().size();
        if held.bytes.len() < bytes {
            held.bytes = Buffer::for_overwriting(bytes)?;
        }
        let out = &mut held.bytes.bytes_mut()[..bytes];
        pieces.extend(slabs(&part, out).into_iter().map(|(window, out)| (operand, source, window, out)));
        held.hull = Some(part);
        total += bytes as u64;
    }
    // An error ends the run, so that nobody sees what is held then.
    let fill = |(operand, source, window, out): (usize, &dyn Source, Window, &mut [u8])| {
        source.read(&window, out).map_err(|error| RunError::Source { operand, error })
    };
    if size_of(window) < TASK_BYTES {
        pieces.into_iter().try_for_each(fill)?;
    } else {
        workers.map(pieces, fill).into_iter().collect::<Result<(), _>>()?;
    }
    Ok(total)
}

/// Cuts a window and its bytes in C order into slabs of about [`PIECE_BYTES`].
fn slabs<'o>(window: &Window, out: &'o mut [u8]) -> Vec<(Window, &'o mut [u8])> {
    let axis = window.iter().position(|r| r.len() > 1).filter(|_| out.len() >= 2 * PIECE_BYTES);
    let Some(axis) = axis else { return vec![(window.clone(), out)] };
    let row = out.len() / window[axis].len();
    let rows = (PIECE_BYTES / row).max(1);
    let cut = |(from, out): (usize, &'o mut [u8])| {
        let mut slab = window.clone();
        slab[axis] = from..window[axis].end.min(from + rows);
        (slab, out)
    };
    window[axis].clone().step_by(rows).zip(out.chunks_mut(rows * row)).map(cut).collect()
}

/// A load over a window, in memory or in the bytes held for it.
fn input<'r>(run: &'r Run<'_, '_>, load: &Load, held: &'r Held, start: &[usize], lens: &Shape) -> Input<'r> {
    if let Value::Overwritten = run.values[load.slot] {
        // By the only store there is.
        return Input::Overwritten(0);
    }
    let size = run.plan.slots[load.slot].dtype.size();
    match (run.values[load.slot].view(), &held.hull) {
        // A source may come to lie in memory by being read: then what is held is out of date.
        (Some(view), _) => {
            let corner = vec![0; view.shape().ndim()];
            let layout = access_layout(load, view.layout(), &corner, start, lens);
            let whole = view.bytes().len() / size * size;
            Input::Memory { bytes: &view.bytes()[..whole], pattern: Pattern::new(&layout, size) }
        }
        (None, Some(hull)) => {
            let shape: Shape = hull.iter().map(Range::len).collect();
            let corner: Vec<usize> = hull.iter().map(|r| r.start).collect();
            let layout = access_layout(load, &Layout::c_order(shape), &corner, start, lens);
            Input::Memory { bytes: held.bytes.bytes(), pattern: Pattern::new(&layout, size) }
        }
        (None, None) => unreachable!("operands that are not in memory were read"),
    }
}

/// Turns a fault of the walk into a place in the formula's own arrays.
fn locate(run: &Run<'_, '_>, nest: &Nest, walked: &Walked<'_>, stop: Stop) -> RunError {
    match stop {
        Stop::Entry(fault) => {
            let index = walked.index(fault.at);
            let InstrKind::Map { access, node, .. } = &nest.body[fault.instr].kind else {
                unreachable!("only maps fault")
            };
            RunError::Fault { fault: fault.fault, node: *node, position: access.at(&index) }
        }
        Stop::Fold(k, (result, fault)) => {
            let fold = &nest.folds[k];
            let position = run.plan.slots[fold.slot].shape.unravel(result);
            RunError::Fault { fault, node: fold.node, position }
        }
    }
}

/// Results of reducing nothing.
fn empty_folds(run: &Run<'_, '_>, nest: &Nest, results: &mut [Target<'_>]) -> Result<(), RunError> {
    for (fold, target) in nest.folds.iter().zip(results) {
        let slot = &run.plan.slots[fold.slot];
        let results = slot.shape.size();
        if results > 0 {
            let one = reduce::empty(fold.fold, nest.body[fold.value].dtype, slot.dtype, run.prepared.policy.overflow)
                .map_err(|fault| RunError::Fault { fault, node: fold.node, position: slot.shape.unravel(0) })?;
            put(target, &slot.shape, slot.dtype.size(), 0, &one.repeat(results))?;
        }
    }
    Ok(())
}
