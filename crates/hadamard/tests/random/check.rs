//! One case by every back end, in every way there is to run it.

use super::Case;
use hadamard::array::{MemorySink, SourceError, Window};
use hadamard::engine::fault::Fault;
use hadamard::engine::reference::{self, ReferenceFault};
use hadamard::engine::{Backend, Prepared, execute, execute_in_place};
use hadamard::{Array, DType, Env, Out, Program, RunError, Settings, Shape, Sink, Source, Unwatched, View, ViewMut};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// What became of a case that found nothing wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The formula does not fit the dtypes or shapes.
    Rejected,
    /// An entry has no value.
    Faulted,
    /// Results were compared.
    Compared,
}

/// An operand that does not lie in memory as far as the engine can see: it must be read in windows.
pub struct Windowed<'a>(pub View<'a>);
impl Source for Windowed<'_> {
    fn dtype(&self) -> DType {
        self.0.dtype()
    }
    fn shape(&self) -> &Shape {
        View::shape(&self.0)
    }
    fn read(&self, w: &Window, out: &mut [u8]) -> Result<(), SourceError> {
        Source::read(&self.0, w, out)
    }
}

fn bytes(array: &Array) -> Vec<u8> {
    let array = array.to_c_order();
    let n = array.shape().size() * array.dtype().size();
    array.view().bytes()[..n].to_vec()
}

/// The first element where they differ, any NaN being like any other.
fn difference(a: &[u8], b: &[u8], dtype: DType) -> Option<usize> {
    if a == b {
        return None;
    }
    // Numbers that an element consists of.
    let part = if dtype.is_complex() { dtype.size() / 2 } else { dtype.size() };
    let nan = |v: &[u8]| match (dtype, part) {
        (DType::F16, _) => hadamard::array::f16::from_le_bytes([v[0], v[1]]).is_nan(),
        (DType::BF16, _) => hadamard::array::bf16::from_le_bytes([v[0], v[1]]).is_nan(),
        (DType::F32 | DType::C64, _) => f32::from_le_bytes([v[0], v[1], v[2], v[3]]).is_nan(),
        (DType::F64 | DType::C128, _) => v.try_into().is_ok_and(|v| f64::from_le_bytes(v).is_nan()),
        _ => false,
    };
    let differ = |(a, b): (&[u8], &[u8])| a != b && !(nan(a) && nan(b));
    a.chunks(part).zip(b.chunks(part)).position(differ).map(|k| k * part / dtype.size())
}

/// A program made ready for a back end.
struct Runner<'p> {
    program: &'p Program,
    prepared: Prepared,
    operands: &'p [Array],
    settings: Settings,
    shift: usize,
}

/// What lies before and behind results.
const GUARD: u8 = 0xa5;

impl Runner<'_> {
    /// Results between guards, which must not be touched.
    fn guarded(&self, run: impl FnOnce(&mut [&mut [u8]]) -> Result<(), RunError>) -> Result<Vec<Vec<u8>>, Stop> {
        let outputs: Vec<_> = self.program.outputs().collect();
        let mut arrays: Vec<Array> = Vec::new();
        for o in &outputs {
            let mut array = Array::zeros(o.dtype, [o.shape.size() + 16]).map_err(|e| Stop::Wrong(e.to_string()))?;
            array.bytes_mut().map_err(|e| Stop::Wrong(e.to_string()))?.fill(GUARD);
            arrays.push(array);
        }
        let ranges: Vec<_> = outputs
            .iter()
            .map(|o| {
                let from = self.shift * o.dtype.size();
                from..from + o.shape.size() * o.dtype.size()
            })
            .collect();
        let mut slices: Vec<&mut [u8]> = Vec::new();
        for (array, range) in arrays.iter_mut().zip(&ranges) {
            slices.push(&mut array.bytes_mut().map_err(|e| Stop::Wrong(e.to_string()))?[range.clone()]);
        }
        let outcome = run(&mut slices);
        for (array, range) in arrays.iter().zip(&ranges) {
            let all = bytes(array);
            if all[..range.start].iter().chain(&all[range.end..]).any(|&b| b != GUARD) {
                return Err(Stop::Wrong("bytes beside a result were written".to_string()));
            }
        }
        outcome.map_err(Stop::Run)?;
        Ok(arrays.iter().zip(ranges).map(|(array, range)| bytes(array)[range].to_vec()).collect())
    }

    /// Operands and results in memory.
    fn in_memory(&self) -> Result<Vec<Vec<u8>>, Stop> {
        let views: Vec<View> = self.operands.iter().map(Array::view).collect();
        let sources: Vec<&dyn Source> = views.iter().map(|v| v as &dyn Source).collect();
        self.guarded(|slices| {
            let outs = slices.iter_mut().map(|s| Out::Memory(s)).collect();
            execute(&self.prepared, &sources, outs, &self.settings, &Unwatched)
        })
    }

    /// Operands and results in windows.
    fn in_windows(&self) -> Result<Vec<Vec<u8>>, Stop> {
        let hidden: Vec<Windowed> = self.operands.iter().map(|a| Windowed(a.view())).collect();
        let sources: Vec<&dyn Source> = hidden.iter().map(|w| w as &dyn Source).collect();
        let outputs = self.program.outputs();
        let zeros = outputs.map(|o| Array::zeros(o.dtype, o.shape.clone()).map(MemorySink));
        let mut sinks = zeros.collect::<Result<Vec<_>, _>>().map_err(|e| Stop::Wrong(e.to_string()))?;
        let outs = sinks.iter_mut().map(|s| Out::Sink(s as &mut dyn Sink)).collect();
        execute(&self.prepared, &sources, outs, &self.settings, &Unwatched).map_err(Stop::Run)?;
        Ok(sinks.iter().map(|s| bytes(&s.0)).collect())
    }

    /// At once, if the plan is for small arrays.
    fn small(&self) -> Option<Result<Vec<Vec<u8>>, Stop>> {
        let views: Vec<View> = self.operands.iter().map(Array::view).collect();
        let zeros = self.program.outputs().map(|o| Array::zeros(o.dtype, o.shape.clone()));
        let mut results: Vec<Array> = zeros.collect::<Result<_, _>>().ok()?;
        let mut out: Vec<ViewMut> = results.iter_mut().map(Array::view_mut).collect();
        let ran = self.prepared.run_small(&views, &mut out);
        drop(out);
        ran.then(|| Ok(results.iter().map(bytes).collect()))
    }

    /// In the place of operand `k`.
    fn in_place(&self, k: usize) -> Result<Vec<Vec<u8>>, Stop> {
        let views: Vec<View> = self.operands.iter().map(Array::view).collect();
        let others = views.iter().enumerate().filter(|(o, _)| *o != k);
        let others: Vec<&dyn Source> = others.map(|(_, v)| v as &dyn Source).collect();
        let own = bytes(&self.operands[k]);
        self.guarded(|slices| {
            slices[0].copy_from_slice(&own);
            execute_in_place(&self.prepared, k, slices[0], &others, &self.settings, &Unwatched)
        })
    }
}

enum Stop {
    Run(RunError),
    Wrong(String),
}

/// The bytes of each result, or why there are none.
type Given = Result<Vec<Vec<u8>>, Stop>;

/// Runs a program by a back end in every way that the case allows: what each way gives.
fn ways(runner: &Runner<'_>, windowed: bool) -> Vec<(String, Given)> {
    let mut ways = vec![("in memory".to_string(), runner.in_memory())];
    if windowed {
        ways.push(("in windows".to_string(), runner.in_windows()));
    }
    ways.extend(runner.small().map(|result| ("at once".to_string(), result)));
    let in_place = (0..runner.operands.len()).find(|&k| runner.prepared.works_in_place(k));
    ways.extend(in_place.map(|k| (format!("in the place of operand {k}"), runner.in_place(k))));
    ways
}

/// Holds every back end to the reference; says what is wrong.
pub fn check(case: &Case) -> Result<Outcome, String> {
    let arrays: Vec<Array> = case.operands.iter().map(|g| g.array()).collect();
    let env = case.operands.iter().fold(Env::new(), |env, g| env.array(&g.name, g.dtype, g.shape.clone(), ""));
    // That the checker says what does not fit is tested elsewhere.
    let Ok(program) = hadamard::compile(&case.formula, &env) else { return Ok(Outcome::Rejected) };
    let place = |name: Option<&str>| case.operands.iter().position(|g| Some(&g.name[..]) == name);
    let operands: Vec<Array> = program.operands().filter_map(|o| place(o.name)).map(|k| arrays[k].clone()).collect();
    let policy = case.policy();
    let expected = reference::evaluate(program.graph(), &operands, &policy);
    let plan = Arc::new(program.plan().clone());
    for backend in Backend::available() {
        let prepared = Prepared::with_backend(Arc::clone(&plan), policy, backend);
        let threads = NonZeroUsize::new(case.threads);
        let settings = Settings { policy, threads, window: case.window, ..Settings::default() };
        let runner = Runner { program: &program, prepared, operands: &operands, settings, shift: case.shift };
        for (way, found) in ways(&runner, case.window.is_some()) {
            compare(case, &program, &expected, found).map_err(|what| format!("{} {way}: {what}", backend.name()))?;
        }
    }
    Ok(if expected.is_ok() { Outcome::Compared } else { Outcome::Faulted })
}

fn compare(
    case: &Case,
    program: &Program,
    expected: &Result<Vec<Array>, ReferenceFault>,
    found: Result<Vec<Vec<u8>>, Stop>,
) -> Result<(), String> {
    // The reference computes both branches of a `where`; the engine only the one taken, and meets fewer faults.
    let guarded = case.formula.contains("where");
    match (expected, found) {
        (Ok(expected), Ok(found)) => {
            for (k, (array, found)) in expected.iter().zip(&found).enumerate() {
                let (wanted, size) = (bytes(array), array.dtype().size());
                if let Some(i) = difference(&wanted, found, array.dtype()) {
                    let hex =
                        |v: &[u8]| v[i * size..][..size].iter().rev().map(|b| format!("{b:02x}")).collect::<String>();
                    let (index, dtype) = (array.shape().unravel(i), array.dtype());
                    return Err(format!(
                        "result {k}{index:?} ({dtype}): {} for {} ({})",
                        hex(found),
                        hex(&wanted),
                        array.get(&index)
                    ));
                }
            }
            Ok(())
        }
        (Err(wanted), Err(Stop::Run(RunError::Fault { fault, node, position }))) => {
            // With several faulting nodes any may be met first; in one, it is the first entry in C order, unless a nest
            // is walked in the order of a reduction: then another entry's fault, which need not be of the same kind.
            let shape = &program.graph().node(wanted.node).shape;
            let first = shape.ndim() == 0 || position == shape.unravel(wanted.position);
            let same = if first { fault == wanted.fault } else { case.formula.contains("axis=") };
            if guarded || node != wanted.node || same {
                return Ok(());
            }
            Err(format!("{fault:?} at {position:?}, for {:?} at {:?}", wanted.fault, shape.unravel(wanted.position)))
        }
        (Err(_), Ok(_)) if guarded => Ok(()),
        // Of an array without entries the engine computes nothing; the reference does compute what has no axes.
        (Err(wanted), Ok(_)) if wanted.fault != Fault::Empty && case.operands.iter().any(|g| g.bytes() == 0) => Ok(()),
        (_, Err(Stop::Wrong(what))) => Err(what),
        (Ok(_), Err(Stop::Run(error))) => Err(format!("stopped, but has a value: {error}")),
        (Err(wanted), Ok(_)) => Err(format!("has a value, for {:?} at entry {}", wanted.fault, wanted.position)),
        (Err(_), Err(Stop::Run(error))) => Err(format!("stopped otherwise: {error}")),
    }
}
