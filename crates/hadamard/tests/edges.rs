//! Operations on the numbers at the edges of their dtypes: loops and kernels, under every policy, give what the reference
//! gives, entry by entry, or the same fault.

use hadamard::array::{Element, bf16, dispatch, f16};
use hadamard::engine::{Backend, Prepared, execute, reference};
use hadamard::{Array, DType, Env, Out, Overflow, Policy, Scalar, Settings, Source, Unwatched, View, Zeros};
use std::sync::Arc;

const INTEGERS: [DType; 8] =
    [DType::I8, DType::I16, DType::I32, DType::I64, DType::U8, DType::U16, DType::U32, DType::U64];
const FLOATS: [DType; 4] = [DType::F16, DType::BF16, DType::F32, DType::F64];
const POLICIES: [Overflow; 3] = [Overflow::Error, Overflow::Wrap, Overflow::Saturate];

/// Numbers around powers of two and at both ends.
fn integers(dtype: DType) -> Vec<Scalar> {
    let powers = (0..64).step_by(5).chain([7, 8, 15, 16, 31, 32, 52, 53, 62, 63]);
    let near = powers.flat_map(|k| [-1, 0, 1].map(|d| (1i128 << k) + d));
    let both = near.flat_map(|v| [v, -v]).chain([i64::MIN.into(), u64::MAX.into(), 3, -7, 1000, -999_999_937]);
    let mut fit: Vec<i128> = both.filter(|&v| integer(dtype, v).is_some()).collect();
    fit.sort_unstable();
    fit.dedup();
    fit.into_iter().filter_map(|v| integer(dtype, v)).collect()
}

fn integer(dtype: DType, v: i128) -> Option<Scalar> {
    Some(match dtype {
        DType::I8 => Scalar::I8(v.try_into().ok()?),
        DType::I16 => Scalar::I16(v.try_into().ok()?),
        DType::I32 => Scalar::I32(v.try_into().ok()?),
        DType::I64 => Scalar::I64(v.try_into().ok()?),
        DType::U8 => Scalar::U8(v.try_into().ok()?),
        DType::U16 => Scalar::U16(v.try_into().ok()?),
        DType::U32 => Scalar::U32(v.try_into().ok()?),
        _ => Scalar::U64(v.try_into().ok()?),
    })
}

/// Numbers around the ends of integers and of floats.
fn floats(dtype: DType) -> Vec<Scalar> {
    let ends = [7, 8, 15, 16, 23, 24, 31, 32, 52, 53, 62, 63, 64, 127].map(|k| 2f64.powi(k));
    let near = ends.into_iter().flat_map(|v| [v.next_down(), v - 1.0, v - 0.5, v, v + 0.5, v + 1.0, v.next_up()]);
    let small = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 1e-3, 1e-40, 5e-324, 65_504.0, 65_519.9, 65_520.0, 1e300, f64::INFINITY];
    // Halfway between two halves, and a little beyond.
    let ties = [1.0 + 2f64.powi(-11), 1.0 + 2f64.powi(-11) + 2f64.powi(-40), 1.0 + 2f64.powi(-8) + 2f64.powi(-45)];
    let sizes = near.chain(small).chain(ties).chain([f64::NAN]);
    let both = sizes.flat_map(|v| [v, -v]);
    both.map(|v| match dtype {
        DType::F16 => Scalar::F16(f16::from_f64(v)),
        DType::BF16 => Scalar::BF16(bf16::from_f64(v)),
        DType::F32 => Scalar::F32(v as f32),
        _ => Scalar::F64(v),
    })
    .collect()
}

fn array(values: &[Scalar]) -> Array {
    dispatch!(values[0].dtype(), T => {
        let values: Vec<T> = values.iter().map(|&v| T::from_scalar(v).unwrap()).collect();
        Array::from_slice([values.len()], &values).unwrap()
    })
}

/// What a back end makes of a formula of `a` and `b`, or the fault and where it is.
fn run(
    program: &hadamard::Program,
    arrays: &[Array],
    policy: Policy,
    backend: Option<Backend>,
) -> Result<Vec<u8>, String> {
    let Some(backend) = backend else {
        let found = reference::evaluate(program.graph(), arrays, &policy);
        return match found {
            Ok(mut arrays) => Ok(arrays.remove(0).bytes_mut().unwrap().to_vec()),
            Err(fault) => Err(format!("{:?} at [{}]", fault.fault, fault.position)),
        };
    };
    let prepared = Prepared::with_backend(Arc::new(program.plan().clone()), policy, backend);
    let views: Vec<View<'_>> = arrays.iter().map(Array::view).collect();
    let sources: Vec<&dyn Source> = views.iter().map(|v| v as &dyn Source).collect();
    let output = program.outputs().next().unwrap();
    let mut result = Array::zeros(output.dtype, output.shape.clone()).unwrap();
    let settings = Settings { policy, ..Settings::default() };
    let outs = vec![Out::Memory(result.bytes_mut().unwrap())];
    match execute(&prepared, &sources, outs, &settings, &Unwatched) {
        Ok(()) => Ok(result.bytes_mut().unwrap().to_vec()),
        Err(hadamard::engine::RunError::Fault { fault, position, .. }) => Err(format!("{fault:?} at {position:?}")),
        Err(other) => panic!("{other}"),
    }
}

/// Holds all back ends to the reference on those operands as a whole, and on the entries that have no fault.
fn check(formula: &str, operands: &[(&str, Vec<Scalar>)], overflow: Overflow) -> usize {
    let policy = Policy { overflow, zeros: Zeros::ByDType, ..Policy::default() };
    let compile = |n: usize| {
        let env = operands.iter().fold(Env::new(), |env, (name, v)| env.array(name, v[0].dtype(), [n], ""));
        hadamard::compile(formula, &env).unwrap_or_else(|e| panic!("{formula}: {e:?}"))
    };
    let arrays = |pick: &[usize]| -> Vec<Array> {
        operands.iter().map(|(_, v)| array(&pick.iter().map(|&k| v[k]).collect::<Vec<_>>())).collect()
    };
    let all: Vec<usize> = (0..operands[0].1.len()).collect();
    let one = compile(1);
    let valued: Vec<usize> = all.iter().copied().filter(|&k| run(&one, &arrays(&[k]), policy, None).is_ok()).collect();
    for entries in [&all, &valued].into_iter().filter(|entries| !entries.is_empty()) {
        let (program, arrays) = (compile(entries.len()), arrays(entries));
        let wanted = run(&program, &arrays, policy, None);
        let dtype = program.outputs().next().unwrap().dtype;
        for backend in Backend::available() {
            let found = run(&program, &arrays, policy, Some(backend));
            let context = || format!("{formula} of {:?}, {overflow:?}, {}", operands[0].1[0].dtype(), backend.name());
            match (&wanted, &found) {
                (Ok(wanted), Ok(found)) => {
                    for (i, (w, f)) in wanted.chunks(dtype.size()).zip(found.chunks(dtype.size())).enumerate() {
                        let of: Vec<Scalar> = operands.iter().map(|(_, v)| v[entries[i]]).collect();
                        assert!(w == f || nan(dtype, w) && nan(dtype, f), "{}: {f:?} for {w:?} of {of:?}", context());
                    }
                }
                _ => assert_eq!(wanted, found, "{}", context()),
            }
        }
    }
    valued.len()
}

fn nan(dtype: DType, bytes: &[u8]) -> bool {
    match dtype {
        DType::F16 => f16::from_le_bytes(bytes.try_into().unwrap()).is_nan(),
        DType::BF16 => bf16::from_le_bytes(bytes.try_into().unwrap()).is_nan(),
        DType::F32 => f32::from_le_bytes(bytes.try_into().unwrap()).is_nan(),
        DType::F64 => f64::from_le_bytes(bytes.try_into().unwrap()).is_nan(),
        _ => false,
    }
}

/// Each of some numbers with each.
fn pairs(values: &[Scalar]) -> [(&'static str, Vec<Scalar>); 2] {
    let all = || values.iter().flat_map(|&a| values.iter().map(move |&b| (a, b)));
    [("a", all().map(|(a, _)| a).collect()), ("b", all().map(|(_, b)| b).collect())]
}

#[test]
fn conversions() {
    let mut valued = 0;
    for from in INTEGERS.into_iter().chain(FLOATS) {
        let values = if from.is_float() { floats(from) } else { integers(from) };
        for to in INTEGERS.into_iter().chain(FLOATS).chain([DType::Bool]) {
            for overflow in POLICIES {
                valued += check(&format!("{to}.(a)"), &[("a", values.clone())], overflow);
            }
        }
    }
    assert!(valued > 10_000, "{valued}");
}

#[test]
fn integers_in_pairs() {
    let mut valued = 0;
    for dtype in INTEGERS {
        let values = integers(dtype);
        for formula in [
            "a .+ b",
            "a .- b",
            "a .* b",
            "rem.(a, b)",
            "mod.(a, b)",
            "fma.(a, b, a)",
            "min.(a, b)",
            "max.(a, b)",
            "a .< b",
        ] {
            for overflow in POLICIES {
                valued += check(formula, &pairs(&values), overflow);
            }
        }
        for formula in
            ["-a", "abs.(a)", "sign.(a)", "a .^ 2", "a .^ 3", "a .^ 7", "f32.(a) .* 2", "where(a .> 3, a, 1)"]
        {
            for overflow in POLICIES {
                valued += check(formula, &[("a", values.clone())], overflow);
            }
        }
    }
    assert!(valued > 100_000, "{valued}");
}

#[test]
fn remainders_of_floats() {
    for dtype in FLOATS {
        let all = floats(dtype);
        let some: Vec<Scalar> = all.iter().step_by(3).copied().collect();
        for formula in ["rem.(a, b)", "mod.(a, b)"] {
            check(formula, &pairs(&some), Overflow::Error);
        }
    }
}
