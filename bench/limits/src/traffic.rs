//! Moving the bytes of a formula: operands in, a result out, with no arithmetic that could cost anything.

use crate::line::{Line, Plain, Store, Streaming};
use rayon::prelude::*;

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

/// Reads all operands at once; gives something that depends on each bit.
pub fn read(operands: &[&[Line]]) -> Line {
    match *operands {
        [a] => read_from([a]),
        [a, b] => read_from([a, b]),
        _ => panic!("no kernel for {} operands", operands.len()),
    }
}

/// Independent accumulators, so that no load waits for the operation before.
const CHAINS: usize = 4;

fn read_from<const K: usize>(operands: [&[Line]; K]) -> Line {
    let share = operands[0].len().div_ceil(rayon::current_num_threads()).max(1);
    let parts = operands[0].len().div_ceil(share);
    let one = |part: usize| {
        let from = part * share;
        let to = operands[0].len().min(from + share);
        let operands = operands.map(|lines| lines[from..to].as_chunks::<CHAINS>().0);
        let mut sums = [Line::ZERO; CHAINS];
        for i in 0..operands[0].len() {
            for lines in &operands {
                for (sum, line) in sums.iter_mut().zip(lines[i]) {
                    *sum = sum.mix(line);
                }
            }
        }
        sums.into_iter().fold(Line::ZERO, Line::mix)
    };
    (0..parts).into_par_iter().map(one).reduce(|| Line::ZERO, Line::mix)
}
