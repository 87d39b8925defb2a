//! A case that is prepared, whatever the type of its result.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// A formula over operands in memory.
pub trait Case {
    /// The time of so many runs, each with a new result; the old one is freed outside the timing.
    fn fresh(&mut self, repeats: usize) -> Duration;
    /// The time of so many runs into the result there is.
    fn reuse(&mut self, repeats: usize) -> Duration;
    /// Whether the library can compute into a result there is.
    fn has_reuse(&self) -> bool;
    /// The last result, in the order of the operands' files.
    fn bytes(&self) -> Vec<u8>;
}

/// Computes into a result there is.
type Overwrite<R> = Box<dyn Fn(&mut R)>;

/// A case of a library whose results are `R`.
pub struct Task<R> {
    result: Option<R>,
    fresh: Box<dyn Fn() -> R>,
    reuse: Option<Overwrite<R>>,
    bytes: fn(&R) -> Vec<u8>,
}

/// A case that only makes new results.
pub fn fresh<R: 'static>(fresh: impl Fn() -> R + 'static, bytes: fn(&R) -> Vec<u8>) -> Box<dyn Case> {
    Box::new(Task { result: None, fresh: Box::new(fresh), reuse: None, bytes })
}

/// A case that computes into existing results too. Both ways share the operands.
pub fn both<O: 'static, R: 'static>(
    operands: O,
    fresh: impl Fn(&O) -> R + 'static,
    reuse: impl Fn(&mut R, &O) + 'static,
    bytes: fn(&R) -> Vec<u8>,
) -> Box<dyn Case> {
    let operands = std::rc::Rc::new(operands);
    let shared = std::rc::Rc::clone(&operands);
    Box::new(Task {
        result: None,
        fresh: Box::new(move || fresh(&shared)),
        reuse: Some(Box::new(move |result| reuse(result, &operands))),
        bytes,
    })
}

impl<R> Case for Task<R> {
    fn fresh(&mut self, repeats: usize) -> Duration {
        let mut total = Duration::ZERO;
        for _ in 0..repeats {
            self.result = None;
            let start = Instant::now();
            let result = black_box((self.fresh)());
            total += start.elapsed();
            self.result = Some(result);
        }
        total
    }

    fn reuse(&mut self, repeats: usize) -> Duration {
        let Some(reuse) = &self.reuse else { return Duration::ZERO };
        let result = self.result.get_or_insert_with(&self.fresh);
        let start = Instant::now();
        for _ in 0..repeats {
            reuse(black_box(&mut *result));
        }
        start.elapsed()
    }

    fn has_reuse(&self) -> bool {
        self.reuse.is_some()
    }

    fn bytes(&self) -> Vec<u8> {
        self.result.as_ref().map_or_else(Vec::new, self.bytes)
    }
}
