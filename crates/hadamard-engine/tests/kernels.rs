//! Block kernels against the reference, bit for bit: every operation × dtype × policy it admits.

use hadamard_algebra::{Map, Op, Overflow, Policy, Zeros, ops};
use hadamard_array::{Array, DType, Element, Kind, Scalar, Shape, bf16, dispatch, f16};
use hadamard_engine::fault::{Fault, Faulted};
use hadamard_engine::kernels::{kernel, splat};
use hadamard_engine::reference;
use proptest::prelude::*;

/// Argument and result dtypes that the checker gives an operation, as the table's rule says.
fn result(map: Map, arg: DType) -> Option<DType> {
    use ops::DTypes::*;
    let real = !arg.is_complex();
    let inexact = arg.is_float() || arg.is_complex();
    match (ops::row(Op::Map(map)).dtypes, map) {
        (_, Map::Cast(to)) => Some(to),
        (_, Map::Div | Map::Inverse) => Some(if inexact { arg } else { DType::F64 }),
        (_, Map::Angle) if !inexact => Some(DType::F64),
        (Arithmetic, Map::Mul) => Some(arg),
        (RealArithmetic, Map::Min | Map::Max) => real.then_some(arg),
        (Arithmetic, _) => (arg != DType::Bool).then_some(arg),
        (RealArithmetic, _) => (real && arg != DType::Bool).then_some(arg),
        (Float, _) => inexact.then_some(arg),
        (RealFloat, _) => arg.is_float().then_some(arg),
        (Compare, Map::Eq | Map::Ne) => Some(DType::Bool),
        (Compare, _) => real.then_some(DType::Bool),
        (Logic, _) => (arg == DType::Bool).then_some(arg),
        (Predicate, _) => Some(DType::Bool),
        (RealPart, _) => Some(arg.real()),
        (Select, _) => Some(arg),
        (rule, _) => panic!("{map:?} has the rule {rule:?}"),
    }
}

fn arity(map: Map) -> usize {
    ops::row(Op::Map(map)).params.len()
}

fn maps() -> Vec<Map> {
    ops::table().filter_map(|r| if let Op::Map(m) = r.op { Some(m) } else { None }).collect()
}

/// Scalars equal in every bit, except that any NaN is any other NaN.
fn same(a: Scalar, b: Scalar) -> bool {
    let part = |x: f64, y: f64| (x.is_nan() && y.is_nan()) || x.to_bits() == y.to_bits();
    match (a.as_int(), b.as_int()) {
        (Some(x), Some(y)) => a.dtype() == b.dtype() && x == y,
        _ => {
            let (x, y) = (a.as_c128(), b.as_c128());
            a.dtype() == b.dtype() && part(x.re, y.re) && part(x.im, y.im)
        }
    }
}

/// Entries of a dtype: specials, small numbers and random bits.
fn entries(dtype: DType, seed: u64, n: usize) -> Vec<Scalar> {
    let mut state = seed | 1;
    let mut next = move || {
        // xorshift64*, good enough to mix cases.
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_F491_4F6C_DD1D)
    };
    const SPECIALS: [f64; 20] = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        2.0,
        3.0,
        -3.0,
        0.5,
        1.5,
        -2.5,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        5e-324,
        -1e-40,
        6e-8,
        65504.0,
        65520.0,
        1e300,
        9.3e18,
    ];
    let mut float = move || match next() % 4 {
        0 => SPECIALS[(next() % 20) as usize],
        1 => (next() % 2001) as f64 / 8.0 - 125.0,
        2 => f64::from_bits(next()),
        _ => (next() as i32) as f64 / 3.0,
    };
    let mut mix = seed.rotate_left(17) | 1;
    let mut bits = move || {
        mix = mix.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let (high, kind) = (mix >> 20, (mix >> 60) % 4);
        match kind {
            0 => (high % 7) as i64 - 3,
            1 => [i64::MIN, i64::MAX, i32::MIN as i64, i32::MAX as i64, 127, -128, 255, 65535][(high % 8) as usize],
            2 => (high % 300) as i64 - 150,
            _ => mix.rotate_left(32) as i64,
        }
    };
    (0..n)
        .map(|_| match dtype {
            DType::Bool => Scalar::Bool(bits() & 1 == 1),
            DType::I8 => Scalar::I8(bits() as i8),
            DType::I16 => Scalar::I16(bits() as i16),
            DType::I32 => Scalar::I32(bits() as i32),
            DType::I64 => Scalar::I64(bits()),
            DType::U8 => Scalar::U8(bits() as u8),
            DType::U16 => Scalar::U16(bits() as u16),
            DType::U32 => Scalar::U32(bits() as u32),
            DType::U64 => Scalar::U64(bits() as u64),
            DType::F16 => {
                Scalar::F16(if bits() & 3 == 0 { f16::from_bits(bits() as u16) } else { f16::from_f32(float() as f32) })
            }
            DType::BF16 => Scalar::BF16(if bits() & 3 == 0 {
                bf16::from_bits(bits() as u16)
            } else {
                bf16::from_f32(float() as f32)
            }),
            DType::F32 => Scalar::F32(if bits() & 3 == 0 { f32::from_bits(bits() as u32) } else { float() as f32 }),
            DType::F64 => Scalar::F64(float()),
            DType::C64 => Scalar::C64(hadamard_array::c64::new(float() as f32, float() as f32)),
            DType::C128 => Scalar::C128(hadamard_array::c128::new(float(), float())),
        })
        .collect()
}

fn array(dtype: DType, values: &[Scalar]) -> Array {
    dispatch!(dtype, T => {
        let all: Vec<T> = values.iter().map(|&v| T::from_scalar(v).unwrap()).collect();
        Array::from_slice(Shape::from([all.len()]), &all).unwrap()
    })
}

/// Runs the kernel and the reference on the same entries and compares values and faults.
fn agree(map: Map, arg: DType, out: DType, policy: &Policy, seed: u64, n: usize) -> Result<(), String> {
    let columns: Vec<Vec<Scalar>> = (0..arity(map))
        .map(|i| {
            let dtype = if map == Map::Where && i == 0 { DType::Bool } else { arg };
            entries(dtype, seed ^ (i as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15), n)
        })
        .collect();
    let arrays: Vec<Array> = columns
        .iter()
        .enumerate()
        .map(|(i, c)| array(if map == Map::Where && i == 0 { DType::Bool } else { arg }, c))
        .collect();
    let views: Vec<_> = arrays.iter().map(|a| a.view()).collect();
    let blocks: Vec<&[u8]> = views.iter().map(|v| v.bytes()).collect();
    let mut target = Array::zeros(out, [n]).unwrap();
    let ran = kernel(map, arg, out, policy)(&blocks, target.bytes_mut().unwrap());
    let expected: Vec<Result<Scalar, Fault>> =
        (0..n).map(|k| reference::apply(map, &columns.iter().map(|c| c[k]).collect::<Vec<_>>(), out, policy)).collect();
    let first = expected.iter().position(|e| e.is_err());
    let place =
        |k: usize| format!("{map:?} of {:?} under {policy:?}", columns.iter().map(|c| c[k]).collect::<Vec<_>>());
    match (ran, first) {
        (Ok(()), None) => {
            for (k, e) in expected.iter().enumerate() {
                let (got, want) = (target.get(&[k]), e.unwrap());
                if !same(got, want) {
                    return Err(format!("{}: {got:?}, not {want:?}", place(k)));
                }
            }
            Ok(())
        }
        (Err(Faulted { at, fault }), Some(k)) if at == k && Err(fault) == expected[k] => Ok(()),
        (ran, first) => {
            Err(format!("{ran:?}, but the reference faults at {first:?}: {}", first.map_or(String::new(), place)))
        }
    }
}

fn policies(map: Map) -> Vec<Policy> {
    let overflows = [Overflow::Error, Overflow::Wrap, Overflow::Saturate];
    let zeros = [Zeros::ByDType, Zeros::Error, Zeros::Ieee];
    match map {
        Map::Div | Map::Inverse => zeros.iter().map(|&zeros| Policy { zeros, ..Policy::default() }).collect(),
        _ => overflows.iter().map(|&overflow| Policy { overflow, ..Policy::default() }).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn every_kernel_agrees_with_the_reference(seed in any::<u64>(), length in prop::sample::select(vec![0usize, 1, 2, 7, 33, 1023, 1024])) {
        for map in maps() {
            for arg in DType::ALL {
                let Some(out) = result(map, arg) else { continue };
                for policy in policies(map) {
                    if let Err(what) = agree(map, arg, out, &policy, seed, length) {
                        prop_assert!(false, "{}", what);
                    }
                }
            }
        }
    }

    /// Long blocks nearly always hold a fault somewhere, so values without one are tried entry by entry too.
    #[test]
    fn every_kernel_agrees_on_single_entries(seed in any::<u64>()) {
        for map in maps() {
            for arg in DType::ALL {
                let Some(out) = result(map, arg) else { continue };
                for policy in policies(map) {
                    for k in 0..24u64 {
                        if let Err(what) = agree(map, arg, out, &policy, seed.wrapping_add(k * 77), 1) {
                            prop_assert!(false, "{}", what);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn every_operation_has_some_kernel() {
    for map in maps() {
        assert!(DType::ALL.iter().any(|&d| result(map, d).is_some()), "{map:?}");
    }
    assert!(DType::ALL.iter().all(|d| d.kind() != Kind::Bool || *d == DType::Bool));
}

#[test]
fn booleans_are_any_byte_that_is_not_zero() {
    let mut out = [9u8; 4];
    kernel(Map::And, DType::Bool, DType::Bool, &Policy::default())(&[&[0, 2, 4, 1], &[1, 4, 0, 255]], &mut out)
        .unwrap();
    assert_eq!(out, [0, 1, 0, 1]);
    kernel(Map::Cast(DType::Bool), DType::Bool, DType::Bool, &Policy::default())(&[&[0, 2, 255, 1]], &mut out).unwrap();
    assert_eq!(out, [0, 1, 1, 1]);
}

#[test]
fn blocks_are_filled_with_one_value() {
    for dtype in DType::ALL {
        let value = entries(dtype, 5, 1)[0];
        let mut block = Array::zeros(dtype, [5]).unwrap();
        splat(value, block.bytes_mut().unwrap());
        assert!((0..5).all(|k| same(block.get(&[k]), value)), "{dtype}");
    }
}
