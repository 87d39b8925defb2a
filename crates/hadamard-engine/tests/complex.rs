//! Complex functions against mpmath, and against NumPy at zeros, infinities and NaN.

use hadamard_algebra::{Map, Policy};
use hadamard_array::{DType, Scalar, c128};
use hadamard_engine::reference::apply;

const GOLDENS: &[u8] = include_bytes!("goldens/complex.bin");
/// The special points, after the others.
const SPECIAL: usize = 49;

fn map(name: &str) -> Map {
    match name {
        "Exp" => Map::Exp,
        "Log" => Map::Log,
        "Sqrt" => Map::Sqrt,
        "Sin" => Map::Sin,
        "Cos" => Map::Cos,
        "Pow" => Map::Pow,
        other => panic!("{other}"),
    }
}

#[test]
fn complex_functions_are_near_the_exact_values() {
    let mut rest = GOLDENS;
    let mut wrong = Vec::new();
    while !rest.is_empty() {
        let end = rest.iter().position(|&b| b == b'\n').unwrap();
        let line = std::str::from_utf8(&rest[..end]).unwrap();
        rest = &rest[end + 1..];
        let fields: Vec<&str> = line.split(' ').collect();
        let (map, arity, count) =
            (map(fields[0]), fields[1].parse::<usize>().unwrap(), fields[2].parse::<usize>().unwrap());
        let mut take = || {
            let (bytes, after) = rest.split_at(count * 16);
            rest = after;
            let part = |b: &[u8]| f64::from_le_bytes(b.try_into().unwrap());
            bytes.chunks_exact(16).map(|b| c128::new(part(&b[..8]), part(&b[8..]))).collect::<Vec<_>>()
        };
        let args: Vec<Vec<c128>> = (0..arity).map(|_| take()).collect();
        let exact = take();
        let special = if arity == 1 { count - SPECIAL } else { count };
        let mut worst: f64 = 0.0;
        for k in 0..count {
            let of: Vec<Scalar> = args.iter().map(|a| Scalar::C128(a[k])).collect();
            let got = apply(map, &of, DType::C128, &Policy::default()).unwrap().as_c128();
            if k >= special {
                let close = |x: f64, y: f64| (x - y).abs() <= 2.0 * f64::EPSILON * y.abs();
                let same = |x: f64, y: f64| (x.is_nan() && y.is_nan()) || x == y || close(x, y);
                if !same(got.re, exact[k].re) || !same(got.im, exact[k].im) {
                    wrong.push(format!("{map:?} of {}: {got}, NumPy {}", args[0][k], exact[k]));
                }
                continue;
            }
            let error = (got - exact[k]).norm() / exact[k].norm() / f64::EPSILON;
            worst = if error.is_nan() { f64::INFINITY } else { worst.max(error) };
        }
        println!("{map:?}: {worst:.2} ε");
        // A power carries the error of the logarithm times the exponent.
        let bound = if map == Map::Pow { 40.0 } else { 2.0 };
        if worst > bound {
            wrong.push(format!("{map:?}: {worst:.2} ε, not within {bound}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
