//! Elementary functions against mpmath: the error in units in the last place, held to the bound stated in each row.

use hadamard_algebra::{Map, Op, Policy, ops};
use hadamard_array::{DType, Scalar};
use hadamard_engine::reference::apply;

const GOLDENS: &[u8] = include_bytes!("goldens/accuracy.bin");

struct Record {
    map: Map,
    args: Vec<Vec<f64>>,
    high: Vec<f64>,
    low: Vec<f64>,
}

fn records() -> Vec<Record> {
    let mut rest = GOLDENS;
    let mut all = Vec::new();
    while !rest.is_empty() {
        let end = rest.iter().position(|&b| b == b'\n').unwrap();
        let line = std::str::from_utf8(&rest[..end]).unwrap();
        rest = &rest[end + 1..];
        let fields: Vec<&str> = line.split(' ').collect();
        let [name, arity, count] = fields[..] else { panic!("{line}") };
        let count: usize = count.parse().unwrap();
        let map = ops::table()
            .find_map(|r| match r.op {
                Op::Map(m) if format!("{m:?}") == name => Some(m),
                _ => None,
            })
            .unwrap();
        let mut take = || {
            let (bytes, after) = rest.split_at(count * 8);
            rest = after;
            bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect::<Vec<f64>>()
        };
        let args = (0..arity.parse().unwrap()).map(|_| take()).collect();
        all.push(Record { map, args, high: take(), low: take() });
    }
    all
}

/// The error of `got` in units in the last place of a format of that many digits, around the exact value.
fn ulps(got: f64, high: f64, low: f64, digits: i32, smallest: i32) -> f64 {
    let unit = libm::ldexp(1.0, (libm::ilogb(high) - digits + 1).max(smallest));
    ((got - high) - low).abs() / unit
}

fn bound(map: Map) -> f64 {
    match ops::row(Op::Map(map)).accuracy {
        ops::Accuracy::Ulp(bound) => bound,
        other => panic!("{map:?} states {other:?}"),
    }
}

#[test]
fn functions_keep_their_bounds() {
    let mut report = Vec::new();
    for Record { map, args, high, low } in records() {
        let (mut worst32, mut worst64) = ((0.0, vec![]), (0.0, vec![]));
        for k in 0..high.len() {
            let of: Vec<f64> = args.iter().map(|a| a[k]).collect();
            let run = |dtype: DType, make: fn(f64) -> Scalar| {
                let scalars: Vec<Scalar> = of.iter().map(|&v| make(v)).collect();
                apply(map, &scalars, dtype, &Policy::default()).unwrap().as_f64().unwrap()
            };
            let error = ulps(run(DType::F64, Scalar::F64), high[k], low[k], 53, -1074);
            if error.is_nan() || error > worst64.0 {
                worst64 = (error, of.clone());
            }
            let exact32 = of.iter().all(|&v| v as f32 as f64 == v);
            if exact32 && high[k].abs() < f32::MAX as f64 {
                let error = ulps(run(DType::F32, |v| Scalar::F32(v as f32)), high[k], low[k], 24, -149);
                if error.is_nan() || error > worst32.0 {
                    worst32 = (error, of);
                }
            }
        }
        println!("{map:?}: f32 {:.3} at {:?}, f64 {:.3} at {:?}", worst32.0, worst32.1, worst64.0, worst64.1);
        for (name, worst) in [("f32", worst32), ("f64", worst64)] {
            if worst.0.is_nan() || worst.0 > bound(map) {
                report.push(format!("{map:?} {name}: {:.3} ulp at {:?}, stated {}", worst.0, worst.1, bound(map)));
            }
        }
    }
    assert!(report.is_empty(), "{}", report.join("\n"));
}

/// Values where a formula rather than an accuracy is at stake, as C and NumPy define them.
#[test]
fn special_values() {
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    const PI: f64 = std::f64::consts::PI;
    let cases: &[(Map, &[f64], f64)] = &[
        (Map::Exp, &[INF], INF),
        (Map::Exp, &[-INF], 0.0),
        (Map::Log, &[0.0], -INF),
        (Map::Log, &[-1.0], NAN),
        (Map::Log1p, &[-1.0], -INF),
        (Map::Sinh, &[-INF], -INF),
        (Map::Sinh, &[-0.0], -0.0),
        (Map::Sinh, &[711.0], INF),
        (Map::Cosh, &[-INF], INF),
        (Map::Cosh, &[0.0], 1.0),
        (Map::Cosh, &[710.0], 1.1169973830808555e308),
        (Map::Tanh, &[INF], 1.0),
        (Map::Tanh, &[-0.0], -0.0),
        (Map::Tanh, &[NAN], NAN),
        (Map::Asinh, &[-INF], -INF),
        (Map::Asinh, &[f64::MAX], 710.475860073944),
        (Map::Acosh, &[1.0], 0.0),
        (Map::Acosh, &[0.5], NAN),
        (Map::Acosh, &[INF], INF),
        (Map::Atanh, &[1.0], INF),
        (Map::Atanh, &[-1.0], -INF),
        (Map::Atanh, &[1.5], NAN),
        (Map::Atan2, &[0.0, -0.0], PI),
        (Map::Atan2, &[-0.0, 1.0], -0.0),
        (Map::Hypot, &[INF, NAN], INF),
        (Map::Hypot, &[3e300, 4e300], 5e300),
        (Map::Sigmoid, &[-INF], 0.0),
        (Map::Sigmoid, &[INF], 1.0),
        (Map::Sigmoid, &[NAN], NAN),
        (Map::Softplus, &[-INF], 0.0),
        (Map::Softplus, &[INF], INF),
        (Map::Softplus, &[1000.0], 1000.0),
        (Map::Gelu, &[-INF], -0.0),
        (Map::Gelu, &[INF], INF),
        (Map::Gelu, &[NAN], NAN),
        (Map::Gamma, &[0.0], INF),
        (Map::Gamma, &[-0.0], -INF),
        (Map::Gamma, &[-3.0], NAN),
        (Map::Gamma, &[-INF], NAN),
        (Map::Gamma, &[5.0], 24.0),
        (Map::Lgamma, &[-3.0], INF),
        (Map::Lgamma, &[-INF], INF),
        (Map::Pow, &[0.0, 0.0], 1.0),
        (Map::Pow, &[NAN, 0.0], 1.0),
        (Map::Pow, &[1.0, NAN], 1.0),
        (Map::Pow, &[-8.0, 1.0 / 3.0], NAN),
        (Map::Pow, &[-2.0, 3.0], -8.0),
        (Map::Root, &[-8.0, 3.0], -2.0),
        (Map::Root, &[-32.0, 5.0], -2.0),
        (Map::Root, &[-16.0, 4.0], NAN),
        (Map::Root, &[16.0, 4.0], 2.0),
        (Map::Root, &[16.0, -4.0], 0.5),
        (Map::Root, &[0.0, 5.0], 0.0),
        (Map::Root, &[-0.0, 5.0], -0.0),
        (Map::Root, &[-INF, 5.0], -INF),
        (Map::Root, &[f64::MAX, 1.0], f64::MAX),
        (Map::Root, &[5e-324, 1074.0], 0.5),
        (Map::Root, &[0.5, 0.0], 0.0),
        (Map::Root, &[1.0, 0.0], 1.0),
        (Map::Root, &[2.0, 0.0], INF),
        (Map::Root, &[NAN, 5.0], NAN),
    ];
    for &(map, args, want) in cases {
        let scalars: Vec<Scalar> = args.iter().map(|&v| Scalar::F64(v)).collect();
        let got = apply(map, &scalars, DType::F64, &Policy::default()).unwrap().as_f64().unwrap();
        let same = (got.is_nan() && want.is_nan()) || got.to_bits() == want.to_bits();
        assert!(same, "{map:?} of {args:?}: {got:?}, not {want:?}");
    }
}
