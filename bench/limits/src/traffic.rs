//! Moving the bytes of a formula: operands in, a result out, with no arithmetic that could cost anything.

use crate::line::{Line, Plain, Store, Streaming, prefetch};
use rayon::BroadcastContext;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Operands as long as the result, and perhaps one shorter by a whole factor (narrower elements, or repeated along an
/// axis), of which a line serves several lines of the result.
pub struct Operands<'m> {
    /// Each as long as the result.
    pub whole: Vec<&'m [Line]>,
    /// The shorter one.
    pub part: Option<&'m [Line]>,
}

/// Fills `out` from the operands, each thread a contiguous range of its own.
pub fn fill(out: &mut [Line], operands: &Operands<'_>, streaming: bool) {
    match operands.whole.len() {
        0 => fill_from::<0>(out, operands, streaming),
        1 => fill_from::<1>(out, operands, streaming),
        2 => fill_from::<2>(out, operands, streaming),
        3 => fill_from::<3>(out, operands, streaming),
        4 => fill_from::<4>(out, operands, streaming),
        12 => fill_from::<12>(out, operands, streaming),
        n => panic!("no kernel for {n} operands"),
    }
}

fn fill_from<const K: usize>(out: &mut [Line], operands: &Operands<'_>, streaming: bool) {
    let whole: [&[Line]; K] = std::array::from_fn(|k| operands.whole[k]);
    let period = operands.part.map_or(1, |part| out.len() / part.len());
    let groups = out.len() / period;
    let share = groups.div_ceil(rayon::current_num_threads()).max(1);
    out.par_chunks_mut(share * period).enumerate().for_each(|(i, out)| {
        let whole = whole.map(|lines| &lines[i * share * period..][..out.len()]);
        let part = operands.part.map(|lines| &lines[i * share..][..out.len() / period]);
        match (streaming, part) {
            (false, None) => each::<Plain, K>(out, whole),
            (true, None) => each::<Streaming, K>(out, whole),
            (false, Some(part)) => grouped::<Plain, K>(out, whole, part, period),
            (true, Some(part)) => grouped::<Streaming, K>(out, whole, part, period),
        }
    });
}

fn each<S: Store, const K: usize>(out: &mut [Line], whole: [&[Line]; K]) {
    let whole = whole.map(|lines| &lines[..out.len()]);
    for i in 0..out.len() {
        S::store(&mut out[i], whole.iter().fold(Line::ZERO, |line, lines| line.mix(lines[i])));
    }
    S::finish();
}

fn grouped<S: Store, const K: usize>(out: &mut [Line], whole: [&[Line]; K], part: &[Line], period: usize) {
    for (g, first) in part.iter().enumerate() {
        let at = g * period;
        let out = &mut out[at..][..period];
        let whole = whole.map(|lines| &lines[at..][..period]);
        for i in 0..period {
            S::store(&mut out[i], whole.iter().fold(*first, |line, lines| line.mix(lines[i])));
        }
    }
    S::finish();
}

/// How operands are read.
#[derive(Clone, Copy)]
pub struct Reading {
    /// Lines of each operand that a thread takes at a time, always the next ones; without it, each has a range of its own.
    pub taken: Option<usize>,
    /// Lines of one operand that are read before those of the next.
    pub run: usize,
    /// How many lines ahead of a load its line is asked for; 0 for not at all.
    pub ahead: usize,
}

/// Reads all operands at once; gives something that depends on each bit.
pub fn read(operands: &[&[Line]], reading: Reading) -> Line {
    match *operands {
        [a] => read_from([a], reading),
        [a, b] => read_from([a, b], reading),
        _ => panic!("no kernel for {} operands", operands.len()),
    }
}

/// Independent accumulators, so that no load waits for the operation before.
const CHAINS: usize = 8;

fn read_from<const K: usize>(operands: [&[Line]; K], reading: Reading) -> Line {
    let len = operands[0].len();
    let taken = reading.taken.unwrap_or_else(|| len.div_ceil(rayon::current_num_threads()).max(1));
    let next = AtomicUsize::new(0);
    let one = |_: BroadcastContext<'_>| {
        let mut sums = [Line::ZERO; CHAINS];
        loop {
            let from = next.fetch_add(taken, Ordering::Relaxed);
            if from >= len {
                return sums.into_iter().fold(Line::ZERO, Line::mix);
            }
            let to = len.min(from + taken);
            for at in (from..to).step_by(reading.run) {
                for lines in operands {
                    add(&mut sums, lines, at..to.min(at + reading.run), reading.ahead);
                }
            }
        }
    };
    rayon::broadcast(one).into_iter().fold(Line::ZERO, Line::mix)
}

#[inline(always)]
fn add(sums: &mut [Line; CHAINS], lines: &[Line], range: Range<usize>, ahead: usize) {
    let (groups, rest) = lines[range.clone()].as_chunks::<CHAINS>();
    if ahead == 0 {
        for group in groups {
            mix(sums, group);
        }
    } else {
        for (k, group) in groups.iter().enumerate() {
            let at = range.start + k * CHAINS + ahead;
            lines.get(at..at + CHAINS).into_iter().flatten().for_each(prefetch);
            mix(sums, group);
        }
    }
    mix(sums, rest);
}

#[inline(always)]
fn mix(sums: &mut [Line; CHAINS], lines: &[Line]) {
    for (sum, line) in sums.iter_mut().zip(lines) {
        *sum = sum.mix(*line);
    }
}
