//! Values to hold functions against, and the error in units in the last place.

#![allow(dead_code, reason = "each file of tests is its own crate, and none asks for all of it")]

use hadamard_math::{Function1, Function2};

/// The values of one function that a script in `goldens` wrote.
pub struct Record<'a> {
    name: &'a str,
    args: Vec<Vec<f64>>,
    high: Vec<f64>,
    low: Vec<f64>,
}

impl Record<'_> {
    /// The name of the function.
    pub fn name(&self) -> &str {
        self.name
    }

    /// The points of a function of one number: its argument, and the exact value as a sum.
    pub fn points(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        self.args[0].iter().zip(&self.high).zip(&self.low).map(|((&x, &high), &low)| (x, high, low))
    }
}

/// A file's records: a line `name arity count`, then doubles: each argument's, the nearest doubles to the exact values,
/// and what those leave over.
pub fn records(mut rest: &[u8]) -> Vec<Record<'_>> {
    let mut all = Vec::new();
    while !rest.is_empty() {
        let end = rest.iter().position(|&b| b == b'\n').unwrap();
        let line = std::str::from_utf8(&rest[..end]).unwrap();
        rest = &rest[end + 1..];
        let fields: Vec<&str> = line.split(' ').collect();
        let [name, arity, count] = fields[..] else { panic!("{line}") };
        let count: usize = count.parse().unwrap();
        let mut take = || {
            let (bytes, after) = rest.split_at(count * 8);
            rest = after;
            bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect::<Vec<f64>>()
        };
        let args = (0..arity.parse().unwrap()).map(|_| take()).collect();
        all.push(Record { name, args, high: take(), low: take() });
    }
    all
}

/// A unit in the last place of a format of so many digits, beside `value`, of which none is below 2^`least`.
fn unit(value: f64, digits: i32, least: i32) -> f64 {
    let magnitude = value.abs().max(f64::MIN_POSITIVE);
    let exponent = ((magnitude.to_bits() >> 52) as i32 - 1022 - digits).max(least);
    // In two steps, as the power may be subnormal.
    2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2)
}

/// The error of `got` in units in the last place of f64 at the exact value `high + low`.
pub fn ulps(got: f64, high: f64, low: f64) -> f64 {
    // Where that rounds up to a power of two, the units are those below it.
    let below = low != 0.0 && (low < 0.0) == (high > 0.0) && high.abs().to_bits() << 12 == 0;
    let beside = if below { high / 2.0 } else { high };
    ((got - high) - low).abs() / unit(beside, 53, -1074)
}

/// The error of `got` in units in the last place of f32 at `exact`.
pub fn ulps_single(got: f32, exact: f64) -> f64 {
    (f64::from(got) - exact).abs() / unit(exact, 24, -149)
}

/// Holds the values over a record's points to bounds in units in the last place; those in f32 where the points are f32
/// numbers and the value is in f32's range. Prints the worst.
fn hold(record: &Record, bounds: [f64; 2], double: impl Fn(&[f64]) -> f64, single: impl Fn(&[f32]) -> f32) {
    let mut worst = [(0.0, vec![]), (0.0, vec![])];
    let mut singles = 0;
    for (k, (&high, &low)) in record.high.iter().zip(&record.low).enumerate() {
        let of: Vec<f64> = record.args.iter().map(|a| a[k]).collect();
        let of_single: Vec<f32> = of.iter().map(|&v| v as f32).collect();
        let error = ulps(double(&of), high, low);
        if error.is_nan() || error > worst[0].0 {
            worst[0] = (error, of.clone());
        }
        if of.iter().zip(&of_single).all(|(&v, &s)| f64::from(s) == v) && high.abs() < f32::MAX.into() {
            singles += 1;
            let error = ulps_single(single(&of_single), high);
            if error.is_nan() || error > worst[1].0 {
                worst[1] = (error, of);
            }
        }
    }
    println!(
        "{}: {} points, f64 {:.3?}; {singles} points, f32 {:.3?}",
        record.name,
        record.high.len(),
        worst[0],
        worst[1]
    );
    assert!(singles > 50, "{}", record.name);
    for ((error, at), bound) in worst.iter().zip(bounds) {
        assert!(*error <= bound, "{} at {at:?}: {error} units in the last place, not {bound}", record.name);
    }
}

/// Holds a function of one number to bounds, in f64 and in f32; also its blocks to its values.
pub fn hold1<F: Function1>(records: &[Record], bounds: [f64; 2]) {
    let record = records.iter().find(|r| r.name == F::NAME).unwrap();
    hold(record, bounds, |x| F::at(x[0]), |x| F::at_single(x[0]));
    let mut out = vec![0.0; record.high.len()];
    F::block(&record.args[0], &mut out);
    assert!(record.args[0].iter().zip(&out).all(|(&x, out)| F::at(x).to_bits() == out.to_bits()));
}

/// As [`hold1`], for a function of two numbers.
pub fn hold2<F: Function2>(records: &[Record], bounds: [f64; 2]) {
    let record = records.iter().find(|r| r.name == F::NAME).unwrap();
    hold(record, bounds, |x| F::at(x[0], x[1]), |x| F::at_single(x[0], x[1]));
    let mut out = vec![0.0; record.high.len()];
    F::block(&record.args[0], &record.args[1], &mut out);
    let same = |((&x, &y), out): ((&f64, &f64), &f64)| F::at(x, y).to_bits() == out.to_bits();
    assert!(record.args[0].iter().zip(&record.args[1]).zip(&out).all(same));
}
