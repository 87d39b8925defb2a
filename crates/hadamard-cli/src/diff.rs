//! `hadamard diff`: how far two arrays are apart, and where, in one pass over both.

use crate::args::Diff;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::info::number;
use crate::print::describe;
use crate::progress::Progress;
use crate::stream;
use hadamard::array::{Bool, Element, Scalar, Shape, Source, View, bf16, c64, c128, dispatch, f16};
use hadamard::io::Location;
use serde_json::{Value, json};
use std::io::Write;

/// Compares two arrays. NaN equals NaN, and 0.0 equals -0.0.
pub fn run(args: &Diff, out: &mut dyn Write) -> Result<Exit, Failure> {
    let options = args.read.options(&args.limits);
    let a = hadamard::io::open(&Location::parse(&args.a), &options)?.0.source;
    let b = hadamard::io::open(&Location::parse(&args.b), &options)?.0.source;
    if (a.dtype(), a.shape()) != (b.dtype(), b.shape()) {
        return mismatch(args, &*a, &*b, out);
    }
    let mut found = Found::default();
    let (shape, tolerance) = (a.shape().clone(), Tolerance { rtol: args.rtol, atol: args.atol, ulp: args.ulp });
    stream::lockstep([&*a, &*b], &Progress::new(args.limits.quiet), |window, [a, b]| {
        // Boxes come in C order, so the first element of a box tells how far we are.
        let start: Vec<usize> = window.iter().map(|r| r.start).collect();
        let first = start.iter().zip(shape.iter()).fold(0, |at, (&i, &n)| at * n + i);
        dispatch!(a.dtype(), T => found.compare(a.slice::<T>()?, b.slice::<T>()?, first, &tolerance));
        Ok(())
    })?;
    let report = Report { args, found: &found, shape: &shape, a: &*a, b: &*b };
    if args.json {
        writeln!(out, "{:#}", report.json()?)?;
    } else {
        report.print(out)?;
    }
    Ok(if found.beyond > 0 { Exit::Different } else { Exit::Ok })
}

/// Arrays of other dtypes or shapes are different without a look at their elements.
fn mismatch(args: &Diff, a: &dyn Source, b: &dyn Source, out: &mut dyn Write) -> Result<Exit, Failure> {
    let what = if a.shape() != b.shape() { "shapes" } else { "dtypes" };
    if args.json {
        let facts = |s: &dyn Source| json!({"dtype": s.dtype().name(), "shape": s.shape().to_vec()});
        writeln!(out, "{:#}", json!({"equal": false, "differ_in": what, "a": facts(a), "b": facts(b)}))?;
    } else {
        let facts = |s: &dyn Source| describe(s.dtype(), s.shape());
        writeln!(out, "{what} differ: {} is {}, {} is {}", args.a, facts(a), args.b, facts(b))?;
    }
    Ok(Exit::Different)
}

struct Tolerance {
    rtol: f64,
    atol: f64,
    ulp: u64,
}

/// A largest difference and the C-order position of the element.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Largest<T> {
    value: T,
    at: usize,
}

impl<T: PartialOrd> Largest<T> {
    fn offer(&mut self, value: T, at: usize) {
        if value > self.value {
            *self = Largest { value, at };
        }
    }
}

/// What was found while comparing.
#[derive(Clone, Debug, Default)]
struct Found {
    count: u64,
    /// Elements that are not equal.
    unequal: u64,
    /// Elements that differ beyond the tolerance, and the first of them.
    beyond: u64,
    first: Option<usize>,
    abs: Largest<f64>,
    rel: Largest<f64>,
    ulp: Largest<u64>,
}

/// What comparing needs to know of an element.
trait Near: Element {
    fn same(self, other: Self) -> bool;
    /// |a - b|, infinite if one of them is NaN.
    fn distance(self, other: Self) -> f64;
    fn size(self) -> f64;
    /// Representable values between the two; the larger one of complex parts.
    fn ulps(self, other: Self) -> u64;
}

macro_rules! ints {
    ($($T:ty),*) => {$(
        impl Near for $T {
            fn same(self, other: Self) -> bool { self == other }
            fn distance(self, other: Self) -> f64 { self.abs_diff(other) as f64 }
            fn size(self) -> f64 { (self as f64).abs() }
            fn ulps(self, other: Self) -> u64 { self.abs_diff(other).into() }
        }
    )*};
}
ints!(i8, i16, i32, i64, u8, u16, u32, u64);

macro_rules! floats {
    ($($T:ty, $Signed:ty, $wide:expr);*) => {$(
        impl Near for $T {
            fn same(self, other: Self) -> bool { self == other || self.is_nan() && other.is_nan() }
            fn distance(self, other: Self) -> f64 {
                let d: f64 = ($wide(self) - $wide(other)).abs();
                if self.same(other) { 0.0 } else if d.is_nan() { f64::INFINITY } else { d }
            }
            fn size(self) -> f64 { $wide(self).abs() }
            fn ulps(self, other: Self) -> u64 {
                // Bit patterns of floats in the order of their values: negative ones run backwards.
                let ordered = |v: Self| {
                    let bits = v.to_bits() as $Signed;
                    i128::from(if bits < 0 { <$Signed>::MIN - bits } else { bits })
                };
                match (self.same(other), self.is_nan() || other.is_nan()) {
                    (true, _) => 0,
                    (_, true) => u64::MAX,
                    _ => ordered(self).abs_diff(ordered(other)) as u64,
                }
            }
        }
    )*};
}
floats!(f16, i16, f16::to_f64; bf16, i16, bf16::to_f64; f32, i32, f64::from; f64, i64, f64::from);

macro_rules! complexes {
    ($($T:ty),*) => {$(
        impl Near for $T {
            fn same(self, other: Self) -> bool { self.re.same(other.re) && self.im.same(other.im) }
            fn distance(self, other: Self) -> f64 { self.re.distance(other.re).hypot(self.im.distance(other.im)) }
            fn size(self) -> f64 { f64::from(self.re).hypot(f64::from(self.im)) }
            fn ulps(self, other: Self) -> u64 { self.re.ulps(other.re).max(self.im.ulps(other.im)) }
        }
    )*};
}
complexes!(c64, c128);

impl Near for Bool {
    fn same(self, other: Self) -> bool {
        self == other
    }
    fn distance(self, other: Self) -> f64 {
        f64::from(u8::from(self != other))
    }
    fn size(self) -> f64 {
        f64::from(u8::from(self.get()))
    }
    fn ulps(self, other: Self) -> u64 {
        u64::from(self != other)
    }
}

impl Found {
    fn compare<T: Near>(&mut self, a: &[T], b: &[T], first: usize, tolerance: &Tolerance) {
        self.count += a.len() as u64;
        for (k, (&a, &b)) in a.iter().zip(b).enumerate() {
            if a.same(b) {
                continue;
            }
            let (at, distance, ulps) = (first + k, a.distance(b), a.ulps(b));
            self.unequal += 1;
            self.abs.offer(distance, at);
            // Against 0 every difference is infinitely large.
            self.rel.offer(if b.size().is_nan() { f64::INFINITY } else { distance / b.size() }, at);
            self.ulp.offer(ulps, at);
            let allowed = tolerance.atol + if tolerance.rtol > 0.0 { tolerance.rtol * b.size() } else { 0.0 };
            // An infinite value is not within any relative tolerance of a finite one.
            let close = distance <= allowed && distance.is_finite() || ulps <= tolerance.ulp;
            if !close {
                self.beyond += 1;
                self.first.get_or_insert(at);
            }
        }
    }
}

/// What was found, with the arrays at hand for the values at the places named.
struct Report<'a> {
    args: &'a Diff,
    found: &'a Found,
    shape: &'a Shape,
    a: &'a dyn Source,
    b: &'a dyn Source,
}

impl Report<'_> {
    fn value(&self, source: &dyn Source, at: usize) -> Result<Scalar, Failure> {
        let window: Vec<_> = self.shape.unravel(at).iter().map(|&i| i..i + 1).collect();
        let mut bytes = vec![0; source.dtype().size()];
        source.read(&window, &mut bytes)?;
        stream::with_view(source.dtype(), Shape::SCALAR, &bytes, |view: &View<'_>| view.get(&[]))
    }

    fn place(&self, at: usize) -> String {
        let index: Vec<String> = self.shape.unravel(at).iter().map(usize::to_string).collect();
        format!("[{}]", index.join(", "))
    }

    fn print(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let found = self.found;
        if found.unequal == 0 {
            writeln!(out, "equal: {} elements of {}", found.count, describe(self.a.dtype(), self.shape))?;
            return Ok(());
        }
        let verdict = match found.beyond {
            0 => format!("equal within tolerance: {} of {} elements differ", found.unequal, found.count),
            beyond if beyond == found.unequal => format!("different: {beyond} of {} elements", found.count),
            beyond => {
                format!("different: {beyond} of {} elements beyond tolerance ({} unequal)", found.count, found.unequal)
            }
        };
        writeln!(out, "{verdict}, {}", describe(self.a.dtype(), self.shape))?;
        let mut line = |what: &str, size: String, at: usize| -> Result<(), Failure> {
            let (a, b) = (self.value(self.a, at)?, self.value(self.b, at)?);
            writeln!(out, "  {what:8} {size:>12}  at {}: {a} against {b}", self.place(at))?;
            Ok(())
        };
        line("max abs", format!("{:.6e}", found.abs.value), found.abs.at)?;
        line("max rel", format!("{:.6e}", found.rel.value), found.rel.at)?;
        if self.has_ulps() {
            let ulps = if found.ulp.value == u64::MAX { "NaN".into() } else { found.ulp.value.to_string() };
            line("max ulp", ulps, found.ulp.at)?;
        }
        if let Some(at) = found.first {
            line("first", String::new(), at)?;
        }
        Ok(())
    }

    /// Units in the last place say something only of floats.
    fn has_ulps(&self) -> bool {
        self.a.dtype().is_float() || self.a.dtype().is_complex()
    }

    fn json(&self) -> Result<Value, Failure> {
        let found = self.found;
        let place = |at: usize, value: Value| -> Result<Value, Failure> {
            Ok(json!({
                "value": value,
                "at": self.shape.unravel(at),
                "a": number(self.value(self.a, at)?),
                "b": number(self.value(self.b, at)?),
            }))
        };
        let mut report = json!({
            "equal": found.beyond == 0,
            "dtype": self.a.dtype().name(),
            "shape": self.shape.to_vec(),
            "count": found.count,
            "unequal": found.unequal,
            "beyond_tolerance": found.beyond,
            "rtol": self.args.rtol,
            "atol": self.args.atol,
            "ulp": self.args.ulp,
        });
        if found.unequal > 0 {
            report["max_abs"] = place(found.abs.at, number(Scalar::F64(found.abs.value)))?;
            report["max_rel"] = place(found.rel.at, number(Scalar::F64(found.rel.value)))?;
            if self.has_ulps() {
                report["max_ulp"] = place(found.ulp.at, json!(found.ulp.value))?;
            }
        }
        if let Some(at) = found.first {
            report["first"] = json!(self.shape.unravel(at));
        }
        Ok(report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<T: Near>(a: &[T], b: &[T], rtol: f64, atol: f64, ulp: u64) -> Found {
        let mut found = Found::default();
        found.compare(a, b, 0, &Tolerance { rtol, atol, ulp });
        found
    }

    #[test]
    fn nan_equals_nan_and_zeros_are_equal() {
        assert_eq!(found(&[f64::NAN, 0.0, f64::INFINITY], &[f64::NAN, -0.0, f64::INFINITY], 0.0, 0.0, 0).unequal, 0);
        let one = found(&[f64::NAN, 1.0], &[1.0, 1.0], 1.0, 1e300, 1000);
        assert_eq!((one.beyond, one.abs.value, one.ulp.value, one.first), (1, f64::INFINITY, u64::MAX, Some(0)));
        assert_eq!(found(&[f64::INFINITY], &[1.0], 1.0, 0.0, 0).beyond, 1);
        assert_eq!(found(&[1.0], &[f64::INFINITY], 1.0, 0.0, 0).beyond, 1);
    }

    #[test]
    fn tolerances() {
        assert_eq!(found(&[1.1, 2.0], &[1.0, 2.0], 0.0, 0.2, 0).beyond, 0);
        assert_eq!(found(&[1.1, 2.0], &[1.0, 2.0], 0.05, 0.0, 0).beyond, 1);
        assert_eq!(found(&[110.0], &[100.0], 0.05, 5.0, 0).beyond, 0);
        assert_eq!(found(&[1.0 + f64::EPSILON], &[1.0], 0.0, 0.0, 1).beyond, 0);
        assert_eq!(found(&[1.0 + 2.0 * f64::EPSILON], &[1.0], 0.0, 0.0, 1).beyond, 1);
    }

    #[test]
    fn units_in_the_last_place() {
        assert_eq!((1.0f32).ulps(1.0 + f32::EPSILON), 1);
        assert_eq!((0.0f64).ulps(f64::from_bits(1)), 1);
        assert_eq!(f64::from_bits(1).ulps(-f64::from_bits(1)), 2);
        assert_eq!((-1.0f64).ulps(-1.0 - f64::EPSILON), 1);
        assert_eq!(f64::MAX.ulps(f64::INFINITY), 1);
        assert_eq!(f16::from_f32(1.0).ulps(f16::from_f32(1.0009766)), 1);
        assert_eq!(c64::new(1.0, 2.0).ulps(c64::new(1.0 + f32::EPSILON, 2.0 + 4.0 * f32::EPSILON)), 2);
        assert_eq!(i64::MIN.ulps(i64::MAX), u64::MAX);
    }

    #[test]
    fn the_largest_differences_and_where() {
        let found = found(&[1.0, 0.001, 100.0], &[1.0, 0.002, 101.0], 0.0, 0.0, 0);
        assert_eq!((found.abs, found.rel), (Largest { value: 1.0, at: 2 }, Largest { value: 0.5, at: 1 }));
        assert_eq!((found.unequal, found.beyond, found.first), (2, 2, Some(1)));
    }

    #[test]
    fn integers_are_exact() {
        let found = found(&[u64::MAX, 5], &[0, 5], 0.0, 0.0, 0);
        assert_eq!((found.unequal, found.abs.value), (1, u64::MAX as f64));
        assert_eq!(super::tests::found(&[Bool(1)], &[Bool(0)], 0.0, 0.0, 0).beyond, 1);
    }
}
