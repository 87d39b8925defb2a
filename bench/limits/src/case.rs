//! The bytes of a case, and the fastest way found to move them.

use crate::horner;
use crate::line::Line;
use crate::memory::Buffer;
use crate::traffic::{self, Operands, Reading};
use crate::transposed::{self, Walk};
use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// What a request gives.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What is moved.
enum Movement {
    /// Whole operands, and perhaps a shorter one, to a result.
    Fill { whole: Vec<Buffer>, part: Option<Buffer>, lines: usize },
    /// Operands that are only read.
    Read { operands: Vec<Buffer> },
    /// One operand as it lies and one transposed, of elements of so many bytes, to a result.
    Transposed { a: Buffer, b: Buffer, n: usize, element: usize },
    /// One operand of elements of so many bytes to a polynomial of it, with these coefficients from the highest power down.
    Horner { a: Buffer, element: usize, coefficients: Vec<f64> },
}

/// A way to move it.
#[derive(Clone, Copy)]
enum Way {
    Fill { streaming: bool },
    Read(Reading),
    Transposed { streaming: bool, walk: Walk },
}

/// A case with the best way for existing and for fresh results.
pub struct Case {
    movement: Movement,
    result: Option<Buffer>,
    ways: Vec<Way>,
    reused: Way,
    fresh: Way,
}

/// An operand shorter than this part of the result lies in the caches and is left out.
const NEGLIGIBLE: usize = 64;
/// How often each way is tried.
const TRIALS: usize = 8;

impl Case {
    /// Makes operands and tries the ways. `words`: `fill RESULT OPERAND…` or `read OPERAND…` (bytes),
    /// `transposed N ELEMENT` (elements an axis, bytes an element), or `horner BYTES ELEMENT DEGREE` (bytes of the operand).
    pub fn prepare(words: &[&str]) -> Outcome<Case> {
        let [kind, numbers @ ..] = words else { return Err("prepare what?".into()) };
        let numbers = numbers.iter().map(|n| n.parse()).collect::<Result<Vec<usize>, _>>()?;
        let movement = match (*kind, &numbers[..]) {
            ("fill", [result, operands @ ..]) => Movement::fill(*result, operands)?,
            ("read", operands @ [_] | operands @ [_, _]) => {
                let operands = operands.iter().map(|&bytes| Buffer::filled(bytes / size_of::<Line>()));
                Movement::Read { operands: operands.collect::<Result<_, _>>()? }
            }
            ("transposed", &[n, element @ (4 | 8)]) if n % (size_of::<Line>() / element) == 0 => {
                let lines = n * n * element / size_of::<Line>();
                Movement::Transposed { a: Buffer::filled(lines)?, b: Buffer::filled(lines)?, n, element }
            }
            ("horner", &[bytes, element @ (4 | 8), degree]) => {
                let coefficients = (0..=degree).rev().map(|k| 1.0 / (k + 1) as f64).collect();
                Movement::Horner { a: Buffer::filled(bytes / size_of::<Line>())?, element, coefficients }
            }
            _ => return Err(format!("no such movement: {words:?}").into()),
        };
        let ways = movement.ways();
        let result = movement.lines().map(Buffer::filled).transpose()?;
        let mut case = Case { movement, result, reused: ways[0], fresh: ways[0], ways };
        case.choose()?;
        Ok(case)
    }

    /// Tries all ways and keeps the fastest; to be called again for another number of threads.
    pub fn choose(&mut self) -> Outcome<()> {
        let ways = self.ways.clone();
        let best = |mut time: Box<dyn FnMut(Way) -> Outcome<Duration> + '_>| -> Outcome<Way> {
            let mut least = vec![Duration::MAX; ways.len()];
            for _ in 0..TRIALS {
                for (least, &way) in least.iter_mut().zip(&ways) {
                    *least = time(way)?.min(*least);
                }
            }
            Ok(ways.iter().zip(least).min_by_key(|(_, least)| *least).map_or(ways[0], |(way, _)| *way))
        };
        self.reused = best(Box::new(|way| Ok(self.run(way))))?;
        self.fresh = best(Box::new(|way| self.run_fresh(way)))?;
        Ok(())
    }

    /// The time of one run into the result of the run before.
    pub fn reuse(&mut self) -> Duration {
        self.run(self.reused)
    }

    /// The time of one run into a mapping nobody has touched.
    pub fn fresh(&mut self) -> Outcome<Duration> {
        self.run_fresh(self.fresh)
    }

    /// The ways chosen, for people.
    pub fn ways(&self) -> String {
        format!("{} reused, {} fresh", self.reused.name(), self.fresh.name())
    }

    fn run(&mut self, way: Way) -> Duration {
        let start = Instant::now();
        self.movement.run(self.result.as_mut(), way);
        start.elapsed()
    }

    fn run_fresh(&mut self, way: Way) -> Outcome<Duration> {
        let start = Instant::now();
        let mut result = self.movement.lines().map(Buffer::fresh).transpose()?;
        self.movement.run(result.as_mut(), way);
        Ok(start.elapsed())
    }
}

impl Way {
    fn name(self) -> String {
        let stores = |streaming| if streaming { "streaming" } else { "plain" };
        match self {
            Way::Fill { streaming } => stores(streaming).to_string(),
            Way::Read(Reading { taken, run, ahead }) => {
                let taken = taken.map_or("all".into(), |lines| ((lines * size_of::<Line>()) >> 10).to_string());
                format!("read {taken} KiB, {} B, +{ahead}", run * size_of::<Line>())
            }
            Way::Transposed { streaming, walk } => format!("{} {}×{}", stores(streaming), walk.rows, walk.columns),
        }
    }
}

impl Movement {
    fn fill(result: usize, operands: &[usize]) -> Outcome<Movement> {
        let mut whole = 0;
        let mut period = None;
        for &bytes in operands.iter().filter(|&&bytes| bytes > result / NEGLIGIBLE) {
            match result / bytes {
                1 if result == bytes => whole += 1,
                times if result == bytes * times && period.is_none() => period = Some(times),
                _ => return Err(format!("an operand of {bytes} bytes does not go with {result}").into()),
            }
        }
        let group = size_of::<Line>() * period.unwrap_or(1);
        let lines = result / group * group / size_of::<Line>();
        let operands = (0..whole).map(|_| Buffer::filled(lines)).collect::<Result<_, _>>()?;
        let part = period.map(|period| Buffer::filled(lines / period)).transpose()?;
        Ok(Movement::Fill { whole: operands, part, lines })
    }

    /// Lines of the result.
    fn lines(&self) -> Option<usize> {
        match self {
            Movement::Fill { lines, .. } => Some(*lines),
            Movement::Read { .. } => None,
            Movement::Transposed { a, .. } | Movement::Horner { a, .. } => Some(a.lines().len()),
        }
    }

    fn ways(&self) -> Vec<Way> {
        let stores = [false, true];
        match self {
            Movement::Fill { .. } | Movement::Horner { .. } => stores.map(|streaming| Way::Fill { streaming }).into(),
            Movement::Read { .. } => {
                let mut ways = Vec::new();
                for taken in [None, Some(1 << 10)] {
                    for (run, ahead) in [(8, 0), (8, 64), (64, 0), (64, 64), (512, 0), (512, 64)] {
                        ways.push(Way::Read(Reading { taken, run, ahead }));
                    }
                }
                ways
            }
            Movement::Transposed { .. } => {
                let walks = [32, 128, 512].map(|rows| [32, 64, 128].map(|columns| Walk { rows, columns }));
                let walks = walks.into_iter().flatten();
                walks.flat_map(|walk| stores.map(|streaming| Way::Transposed { streaming, walk })).collect()
            }
        }
    }

    fn run(&self, result: Option<&mut Buffer>, way: Way) {
        match (self, result, way) {
            (Movement::Fill { whole, part, .. }, Some(result), Way::Fill { streaming }) => {
                let whole = whole.iter().map(Buffer::lines).collect();
                let operands = Operands { whole, part: part.as_ref().map(Buffer::lines) };
                traffic::fill(result.lines_mut(), &operands, streaming);
            }
            (Movement::Read { operands }, _, Way::Read(reading)) => {
                let operands: Vec<_> = operands.iter().map(Buffer::lines).collect();
                black_box(traffic::read(&operands, reading));
            }
            (Movement::Transposed { a, b, n, element }, Some(result), Way::Transposed { streaming, walk }) => {
                let (out, a, b) = (result.lines_mut(), a.lines(), b.lines());
                match element {
                    4 => transposed::fill::<u32, 16>(out, a, bytemuck::cast_slice(b), *n, walk, streaming),
                    _ => transposed::fill::<u64, 8>(out, a, bytemuck::cast_slice(b), *n, walk, streaming),
                }
            }
            (Movement::Horner { a, element, coefficients }, Some(result), Way::Fill { streaming }) => match element {
                4 => {
                    let coefficients: Vec<f32> = coefficients.iter().map(|&c| c as f32).collect();
                    horner::fill::<f32, 16>(result.lines_mut(), a.lines(), &coefficients, streaming);
                }
                _ => horner::fill::<f64, 8>(result.lines_mut(), a.lines(), coefficients, streaming),
            },
            _ => unreachable!("a movement has only ways of its own"),
        }
    }
}
