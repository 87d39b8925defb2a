//! Statistics of an array, gathered a block at a time.

use hadamard::array::{Bool, DType, Element, Scalar, View, bf16, c64, c128, dispatch, f16};

/// Minimum, maximum, mean and counts of an array.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Elements seen.
    pub count: u64,
    /// Elements that are NaN (in either part).
    pub nan: u64,
    /// Elements that are infinite and not NaN.
    pub infinite: u64,
    /// Elements that are zero.
    pub zeros: u64,
    /// Smallest and largest element that is not NaN; complex numbers have no order.
    pub range: Option<(Scalar, Scalar)>,
    sum: Sum,
}

/// A sum without drift: integers exactly, floats with Neumaier's correction.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    int: i128,
    re: Compensated,
    im: Compensated,
}

#[derive(Clone, Copy, Debug, Default)]
struct Compensated {
    sum: f64,
    lost: f64,
}

impl Compensated {
    fn add(&mut self, v: f64) {
        let sum = self.sum + v;
        self.lost += if self.sum.abs() >= v.abs() { (self.sum - sum) + v } else { (v - sum) + self.sum };
        self.sum = sum;
    }
    fn total(&self) -> f64 {
        if self.lost.is_finite() { self.sum + self.lost } else { self.sum }
    }
}

/// What statistics need to know of an element.
trait Entry: Element {
    /// `(nan, infinite, zero)`
    fn facts(self) -> (bool, bool, bool);
    fn below(self, other: Self) -> bool;
    fn add_to(self, sum: &mut Sum);
}

macro_rules! ints {
    ($($T:ty),*) => {$(
        impl Entry for $T {
            fn facts(self) -> (bool, bool, bool) { (false, false, self == 0) }
            fn below(self, other: Self) -> bool { self < other }
            fn add_to(self, sum: &mut Sum) { sum.int += self as i128 }
        }
    )*};
}
ints!(i8, i16, i32, i64, u8, u16, u32, u64);

macro_rules! floats {
    ($($T:ty => $wide:expr),*) => {$(
        impl Entry for $T {
            fn facts(self) -> (bool, bool, bool) {
                let v: f64 = $wide(self);
                (v.is_nan(), v.is_infinite(), v == 0.0)
            }
            fn below(self, other: Self) -> bool { self < other }
            fn add_to(self, sum: &mut Sum) { sum.re.add($wide(self)) }
        }
    )*};
}
floats!(f16 => f16::to_f64, bf16 => bf16::to_f64, f32 => f64::from, f64 => f64::from);

macro_rules! complexes {
    ($($T:ty),*) => {$(
        impl Entry for $T {
            fn facts(self) -> (bool, bool, bool) {
                let nan = self.re.is_nan() || self.im.is_nan();
                (nan, !nan && (self.re.is_infinite() || self.im.is_infinite()), self.re == 0.0 && self.im == 0.0)
            }
            fn below(self, _: Self) -> bool { false }
            fn add_to(self, sum: &mut Sum) {
                sum.re.add(f64::from(self.re));
                sum.im.add(f64::from(self.im));
            }
        }
    )*};
}
complexes!(c64, c128);

impl Entry for Bool {
    fn facts(self) -> (bool, bool, bool) {
        (false, false, !self.get())
    }
    fn below(self, other: Self) -> bool {
        !self.get() && other.get()
    }
    fn add_to(self, sum: &mut Sum) {
        sum.int += self.get() as i128;
    }
}

impl Stats {
    /// Takes in the elements of a C-contiguous block.
    pub fn add(&mut self, block: &View<'_>) {
        dispatch!(block.dtype(), T => self.add_slice::<T>(block.slice::<T>().unwrap_or_default()));
    }

    fn add_slice<T: Entry>(&mut self, values: &[T]) {
        self.count += values.len() as u64;
        let mut range: Option<(T, T)> = None;
        for &v in values {
            let (nan, infinite, zero) = v.facts();
            self.nan += nan as u64;
            self.infinite += infinite as u64;
            self.zeros += zero as u64;
            v.add_to(&mut self.sum);
            if nan {
                continue;
            }
            let (low, high) = range.get_or_insert((v, v));
            if v.below(*low) {
                *low = v;
            }
            if high.below(v) {
                *high = v;
            }
        }
        let Some((mut low, mut high)) = range.filter(|_| !T::DTYPE.is_complex()) else { return };
        if let Some((l, h)) = self.range
            && let (Some(l), Some(h)) = (T::from_scalar(l), T::from_scalar(h))
        {
            low = if low.below(l) { low } else { l };
            high = if h.below(high) { high } else { h };
        }
        self.range = Some((low.into(), high.into()));
    }

    /// The arithmetic mean of elements of `dtype`, as f64 or c128; NaN if any element is, nothing of nothing.
    pub fn mean(&self, dtype: DType) -> Option<Scalar> {
        let n = self.count as f64;
        if self.count == 0 {
            None
        } else if dtype.is_complex() {
            Some(Scalar::C128(c128::new(self.sum.re.total() / n, self.sum.im.total() / n)))
        } else if dtype.is_float() {
            Some(Scalar::F64(self.sum.re.total() / n))
        } else {
            Some(Scalar::F64(self.sum.int as f64 / n))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hadamard::array::Array;

    fn of<T: Element>(values: &[T]) -> Stats {
        let mut stats = Stats::default();
        for part in values.chunks(3) {
            stats.add(&Array::from_slice([part.len()], part).unwrap().view());
        }
        stats
    }

    #[test]
    fn floats_with_all_kinds_of_values() {
        let stats = of(&[1.5, f64::NAN, -2.0, 0.0, -0.0, f64::INFINITY, 4.0]);
        assert_eq!((stats.count, stats.nan, stats.infinite, stats.zeros), (7, 1, 1, 2));
        assert_eq!(stats.range, Some((Scalar::F64(-2.0), Scalar::F64(f64::INFINITY))));
        assert!(stats.mean(DType::F64).unwrap().is_nan());
    }

    #[test]
    fn means_do_not_drift() {
        let mut values = vec![1e16, 1.0, -1e16, 1.0];
        assert_eq!(of(&values).mean(DType::F64), Some(Scalar::F64(0.5)));
        values = vec![0.1; 100_000];
        assert_eq!(of(&values).mean(DType::F64), Some(Scalar::F64(0.1)));
        assert_eq!(of(&[u64::MAX, u64::MAX]).mean(DType::U64), Some(Scalar::F64(u64::MAX as f64)));
        assert_eq!(of(&[f64::INFINITY, 1.0]).mean(DType::F64), Some(Scalar::F64(f64::INFINITY)));
    }

    #[test]
    fn integers_bools_and_complex() {
        assert_eq!(of(&[3u8, 0, 250]).range, Some((Scalar::U8(0), Scalar::U8(250))));
        let bools = of(&[Bool(1), Bool(0), Bool(1), Bool(1)]);
        assert_eq!((bools.zeros, bools.range), (1, Some((Scalar::Bool(false), Scalar::Bool(true)))));
        assert_eq!(bools.mean(DType::Bool), Some(Scalar::F64(0.75)));
        let complex = of(&[c128::new(1.0, 2.0), c128::new(3.0, f64::NEG_INFINITY), c128::new(0.0, 0.0)]);
        assert_eq!((complex.range, complex.infinite, complex.zeros), (None, 1, 1));
    }

    #[test]
    fn nothing_and_only_nan() {
        assert_eq!(of::<f32>(&[]).mean(DType::F32), None);
        assert_eq!(of(&[f32::NAN, f32::NAN]).range, None);
    }
}
