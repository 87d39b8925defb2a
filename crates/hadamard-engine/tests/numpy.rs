//! Kernels and reference against NumPy, bit for bit, from goldens that `goldens/numpy_goldens.py` writes.

use hadamard_algebra::{Map, Op, Overflow, Policy, Zeros, ops};
use hadamard_array::{Array, DType, Scalar, Shape};
use hadamard_engine::kernels::kernel;
use hadamard_engine::reference;

const GOLDENS: &[u8] = include_bytes!("goldens/numpy.bin");

struct Record {
    map: Map,
    args: Vec<Array>,
    result: Array,
}

fn records() -> Vec<Record> {
    let mut rest = GOLDENS;
    let mut all = Vec::new();
    while !rest.is_empty() {
        let end = rest.iter().position(|&b| b == b'\n').unwrap();
        let line = std::str::from_utf8(&rest[..end]).unwrap();
        rest = &rest[end + 1..];
        let fields: Vec<&str> = line.split(' ').collect();
        let [name, arg, out, arity, count] = fields[..] else { panic!("{line}") };
        let (arg, out) = (DType::parse(arg).unwrap(), DType::parse(out).unwrap());
        let (arity, count): (usize, usize) = (arity.parse().unwrap(), count.parse().unwrap());
        let mut take = |dtype: DType| {
            let (bytes, after) = rest.split_at(count * dtype.size());
            rest = after;
            let mut array = Array::zeros(dtype, Shape::from([count])).unwrap();
            array.bytes_mut().unwrap().copy_from_slice(bytes);
            array
        };
        let args = (0..arity).map(|_| take(arg)).collect();
        all.push(Record { map: map(name), args, result: take(out) });
    }
    all
}

fn map(name: &str) -> Map {
    if let Some(target) = name.strip_prefix("Cast:") {
        return Map::Cast(DType::parse(target).unwrap());
    }
    let found = ops::table().find_map(|r| match r.op {
        Op::Map(m) if format!("{m:?}") == name => Some(m),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no operation {name}"))
}

fn same(a: Scalar, b: Scalar) -> bool {
    let part = |x: f64, y: f64| (x.is_nan() && y.is_nan()) || x.to_bits() == y.to_bits();
    let (x, y) = (a.as_c128(), b.as_c128());
    a.as_int() == b.as_int() && part(x.re, y.re) && part(x.im, y.im)
}

#[test]
fn numpy_agrees_bit_for_bit() {
    let policy = Policy { overflow: Overflow::Wrap, zeros: Zeros::Ieee, ..Policy::default() };
    let (mut compared, mut wrong) = (0, Vec::new());
    for Record { map, args, result } in records() {
        let (arg, out) = (args[0].dtype(), result.dtype());
        let views: Vec<_> = args.iter().map(|a| a.view()).collect();
        let blocks: Vec<&[u8]> = views.iter().map(|v| v.bytes()).collect();
        let mut got = Array::zeros(out, result.shape().clone()).unwrap();
        kernel(map, arg, out, &policy)(&blocks, got.bytes_mut().unwrap()).unwrap();
        for k in 0..result.shape().size() {
            let of: Vec<Scalar> = args.iter().map(|a| a.get(&[k])).collect();
            let want = result.get(&[k]);
            let reference = reference::apply(map, &of, out, &policy).unwrap();
            compared += 1;
            if !same(got.get(&[k]), want) || !same(reference, want) {
                wrong.push(format!(
                    "{map:?} {of:?}: NumPy {want:?}, kernel {:?}, reference {reference:?}",
                    got.get(&[k])
                ));
            }
        }
    }
    assert!(compared > 10_000, "only {compared} entries compared");
    assert!(wrong.is_empty(), "{} of {compared} differ:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}
