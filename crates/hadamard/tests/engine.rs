//! The fast engine against the reference interpreter, bit for bit: random formulas, dtypes, layouts, window sizes and
//! thread counts.

use hadamard::array::{Layout, Slice, c64, c128};
use hadamard::engine::reference;
use hadamard::{Array, DType, Env, Out, Overflow, Policy, Settings, Shape, Sink, Source, Unwatched, View};
use proptest::prelude::*;
use std::num::NonZeroUsize;

/// An operand that does not lie in memory as far as the engine can see: it must be read in windows.
struct Windowed<'a>(View<'a>);
impl Source for Windowed<'_> {
    fn dtype(&self) -> DType {
        self.0.dtype()
    }
    fn shape(&self) -> &Shape {
        View::shape(&self.0)
    }
    fn read(&self, w: &hadamard::array::Window, out: &mut [u8]) -> Result<(), hadamard::array::SourceError> {
        Source::read(&self.0, w, out)
    }
}

/// Deterministic values of any dtype: small, so that integer arithmetic seldom overflows, with specials for floats.
fn values(dtype: DType, n: usize, seed: u64) -> Array {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut float = {
        let mut n = 0u64;
        move |r: u64| {
            n += 1;
            match r % 29 {
                0 => 0.0,
                1 => -0.0,
                2 if n.is_multiple_of(5) => f64::NAN,
                3 if n.is_multiple_of(3) => f64::INFINITY,
                _ => ((r >> 11) as f64 / (1u64 << 53) as f64 - 0.5) * 8.0,
            }
        }
    };
    let raw: Vec<u64> = (0..n).map(|_| next()).collect();
    macro_rules! make {
        ($($V:ident => |$r:ident| $e:expr;)*) => {
            match dtype {
                $(DType::$V => Array::from_slice([n], &raw.iter().map(|&$r| $e).collect::<Vec<_>>()),)*
            }
        };
    }
    make! {
        Bool => |r| hadamard::array::Bool((r % 2) as u8);
        I8 => |r| (r % 11) as i8 - 5;
        I16 => |r| (r % 101) as i16 - 50;
        I32 => |r| (r % 1001) as i32 - 500;
        I64 => |r| (r % 10001) as i64 - 5000;
        U8 => |r| (r % 15) as u8;
        U16 => |r| (r % 200) as u16;
        U32 => |r| (r % 2000) as u32;
        U64 => |r| r % 20000;
        F16 => |r| hadamard::array::f16::from_f64(float(r));
        BF16 => |r| hadamard::array::bf16::from_f64(float(r));
        F32 => |r| float(r) as f32;
        F64 => |r| float(r);
        C64 => |r| c64::new(float(r) as f32, float(r >> 7) as f32);
        C128 => |r| c128::new(float(r), float(r >> 7));
    }
    .expect("as many values as elements")
}

/// An array of that shape in one of several layouts.
fn operand(dtype: DType, shape: &[usize], layout: usize, seed: u64) -> Array {
    let shape = Shape::from(shape);
    match layout % 4 {
        0 => {
            let flat = values(dtype, shape.size(), seed);
            flat.with_layout(Layout::c_order(shape)).unwrap()
        }
        1 => {
            let flat = values(dtype, shape.size(), seed);
            flat.with_layout(Layout::f_order(shape)).unwrap()
        }
        more => {
            // Every second element of a larger array, forwards or backwards.
            let wide: Shape = shape.iter().map(|n| 2 * n + 1).collect();
            let flat = values(dtype, wide.size(), seed);
            let slices: Vec<Slice> = shape
                .iter()
                .map(|&n| match more {
                    2 => Slice { start: 1, step: 2, count: n },
                    _ => Slice { start: 2 * n, step: -2, count: n },
                })
                .collect();
            flat.with_layout(Layout::c_order(wide).sliced(&slices)).unwrap()
        }
    }
}

/// Formulas over A, B (m×n), x (m), y (n), M (bool m×n).
const FORMULAS: &[&str] = &[
    "A .* B",
    "A .* B .+ A .- B",
    "x .* A .* y.'",
    "A.' .* B.'",
    "A[::-1, :] .+ B[:, ::-1]",
    "where(M, A, B)",
    "sum(A)",
    "sum(A .* B, axis=0)",
    "sum(A .* B, axis=1)",
    "mean(A, axis=0)",
    "prod(A[0:2, 0:2])",
    "norm(A)",
    "count(A .== B)",
    "any(M, axis=0)",
    "all(M, axis=1)",
    "C = A .* B; s = sum(C); t = sum(C, axis=0); u = sum(C, axis=1); D = C .- A",
    "A .- sum(A, axis=1)",
    "(A .* B)[1:, :]",
    "outer(x, y) .+ A",
    "kron(A[0:3, 0:2], B[0:2, 0:3])",
    "khatri_rao(A[0:3, :], B[0:4, :])",
    "face_split(A[:, 0:3], B[:, 0:2])",
    "sum(kron(A[0:9, 0:3], B[0:2, 0:7]))",
    "vec(A) .+ rvec(B)",
    "Diag(x) .+ 1",
    "diag(A .* B)",
    "A .* A",
    "x .* x[::-1]",
    "bool.(A) .& M",
    "sum(A.', axis=0)",
    "A .== A.'.'",
];
const ORDERED: &[&str] = &[
    "max(A)",
    "min(A .+ B, axis=0)",
    "max(A, axis=1)",
    "argmax(A)",
    "argmin(A, axis=0)",
    "min.(A, B)",
    "clamp(A, -2, 3)",
    "A .< B",
    "relu.(A) .* sign.(B)",
    "f32.(A) .+ 1",
    "sqrt.(abs.(A)) ./ 2",
    "exp.(A) .* sin.(B)",
    "A ./ B",
    "where(B .!= 0, A ./ B, 0)",
    "safe_div(A, B, -1)",
    "mod.(A, 7)",
    "x ./ sum(x)",
];

fn bits(array: &Array) -> Vec<u8> {
    let array = array.to_c_order();
    let n = array.shape().size() * array.dtype().size();
    array.view().bytes()[..n].to_vec()
}

/// The same bits, any NaN being like any other.
fn same(a: &Array, b: &Array) -> bool {
    let nan = |x: &Array, k: usize| x.get(&x.shape().unravel(k)).is_nan();
    a.dtype() == b.dtype()
        && a.shape() == b.shape()
        && (bits(a) == bits(b)
            || (0..a.shape().size()).all(|k| {
                let size = a.dtype().size();
                bits(a)[k * size..(k + 1) * size] == bits(b)[k * size..(k + 1) * size] || nan(a, k) && nan(b, k)
            }))
}

fn compare(
    formula: &str,
    dtypes: (DType, DType),
    (m, n): (usize, usize),
    layouts: usize,
    seed: u64,
    settings: &Settings,
    windowed: bool,
) -> Result<(), TestCaseError> {
    let all = [
        ("A", operand(dtypes.0, &[m, n], layouts, seed)),
        ("B", operand(dtypes.1, &[m, n], layouts / 4, seed + 1)),
        ("x", operand(dtypes.0, &[m], layouts / 16, seed + 2)),
        ("y", operand(dtypes.1, &[n], layouts / 64, seed + 3)),
        ("M", operand(DType::Bool, &[m, n], layouts / 256, seed + 4)),
    ];
    let word = |name: &str| formula.split(|c: char| !c.is_alphanumeric()).any(|w| w == name);
    let used: Vec<&(&str, Array)> = all.iter().filter(|(name, _)| word(name)).collect();
    let mut env = Env::new();
    for (name, a) in &used {
        env = env.array(name, a.dtype(), a.shape().clone(), "");
    }
    let Ok(program) = hadamard::compile(formula, &env) else {
        // The formula does not fit these dtypes or shapes; that the checker says so is tested elsewhere.
        return Ok(());
    };
    let find = |name: Option<&str>| used.iter().find(|(n, _)| Some(*n) == name).unwrap().1.clone();
    let operands: Vec<Array> = program.operands().map(|o| find(o.name)).collect();
    let expected = reference::evaluate(program.graph(), &operands, &settings.policy);
    let views: Vec<View> = operands.iter().map(|a| a.view()).collect();
    let mut results: Vec<Array> = program.outputs().map(|o| Array::zeros(o.dtype, o.shape.clone()).unwrap()).collect();
    let hidden: Vec<Windowed> = views.iter().cloned().map(Windowed).collect();
    let sources: Vec<&dyn Source> = if windowed {
        hidden.iter().map(|w| w as &dyn Source).collect()
    } else {
        views.iter().map(|v| v as &dyn Source).collect()
    };
    let outcome = if windowed {
        let mut sinks: Vec<_> = results.drain(..).map(hadamard::array::MemorySink).collect();
        let outs = sinks.iter_mut().map(|s| Out::Sink(s as &mut dyn Sink)).collect();
        let outcome = program.execute(&sources, outs, settings, &Unwatched);
        results = sinks.into_iter().map(|s| s.0).collect();
        outcome
    } else {
        let outs = results.iter_mut().map(|a| Out::Memory(a.bytes_mut().unwrap())).collect();
        program.execute(&sources, outs, settings, &Unwatched)
    };
    match (expected, outcome) {
        (Ok(expected), Ok(())) => {
            for (k, (e, r)) in expected.iter().zip(&results).enumerate() {
                prop_assert!(
                    same(e, r),
                    "{formula} {dtypes:?} {m}x{n} result {k}\nreference {:?}\nengine    {:?}",
                    &bits(e)[..bits(e).len().min(64)],
                    &bits(r)[..bits(r).len().min(64)]
                );
            }
        }
        (Err(e), Err(hadamard::Error::Entry(d))) => {
            prop_assert_eq!(e.fault.code(), d.code, "{}", formula);
            // With several faulting nodes either may be met first; with one, the position is the first in C order.
            let node = program.graph().node(e.node);
            let here = d.span == node.span && node.shape.ndim() > 0;
            let position = format!("{:?}", node.shape.unravel(e.position));
            prop_assert!(!here || d.message.contains(&position), "{formula}: {} / {position}", d.message);
        }
        // The reference computes both branches of a `where`; the engine only the one taken.
        (Err(_), Ok(())) if formula.contains("where") => {}
        (e, r) => prop_assert!(false, "{formula} {dtypes:?} {m}x{n}: reference {e:?}, engine {r:?}"),
    }
    Ok(())
}

fn dtype() -> impl Strategy<Value = DType> {
    proptest::sample::select(DType::ALL.to_vec())
}
fn size() -> impl Strategy<Value = usize> {
    prop_oneof![Just(0usize), Just(1), 2usize..12, Just(31), Just(33), Just(127), Just(128), Just(129), Just(300),]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn engine_equals_reference(
        formula in proptest::sample::select([FORMULAS, ORDERED].concat()), a in dtype(), b in dtype(), alike in 0..3,
        m in size(), n in size(), layouts in 0usize..1024, seed in any::<u64>(), threads in 1usize..4,
        overflow in proptest::sample::select(vec![Overflow::Error, Overflow::Wrap, Overflow::Saturate]),
        window in proptest::option::of(1u64..5000),
    ) {
        let b = if alike > 0 { a } else { b };
        let settings = Settings {
            policy: Policy { overflow, ..Policy::default() },
            threads: NonZeroUsize::new(threads),
            window,
            ..Settings::default()
        };
        compare(formula, (a, b), (m, n), layouts, seed, &settings, window.is_some())?;
    }
}

/// Arrays large enough that several threads really work, at sizes around block and row edges: the bits of one thread
/// and one window are the bits of any number of both.
#[test]
fn large_arrays_have_the_same_bits_on_every_thread_count_and_window() {
    for formula in [
        "C = A .* B; s = sum(C); u = sum(C, axis=1)",
        "sum(A .* B, axis=0)",
        "norm(A)",
        "max(abs.(A .- B))",
        "argmax(A .* B)",
        "mean(A .+ B, axis=0)",
        "sum(A.' .* A.', axis=1)",
    ] {
        for (m, n) in [(1025, 511), (3, 200_003), (200_003, 3), (700, 1024)] {
            let [a, b] = [1, 2].map(|seed| operand(DType::F64, &[m, n], 0, seed));
            let env = Env::new().array("A", DType::F64, [m, n], "");
            let env = if formula.contains('B') { env.array("B", DType::F64, [m, n], "") } else { env };
            let program = hadamard::compile(formula, &env).unwrap();
            let views: Vec<View> = [a.view(), b.view()].into_iter().take(program.operands().count()).collect();
            let one = Settings { threads: NonZeroUsize::new(1), ..Settings::default() };
            let expected = program.run(&views, &one).unwrap();
            for (threads, window) in [(2, None), (3, Some(100_000)), (8, Some(3_000_000)), (2, Some(1))] {
                let settings = Settings { threads: NonZeroUsize::new(threads), window, ..Settings::default() };
                let hidden: Vec<Windowed> = views.iter().cloned().map(Windowed).collect();
                let sources: Vec<&dyn Source> = hidden.iter().map(|w| w as &dyn Source).collect();
                let mut results: Vec<Array> =
                    program.outputs().map(|o| Array::zeros(o.dtype, o.shape.clone()).unwrap()).collect();
                let outs = results.iter_mut().map(|r| Out::Memory(r.bytes_mut().unwrap())).collect();
                program.execute(&sources, outs, &settings, &Unwatched).unwrap();
                for (e, r) in expected.iter().zip(&results) {
                    assert!(bits(e) == bits(r), "{formula} {m}x{n} threads {threads} window {window:?}");
                }
            }
        }
    }
}
