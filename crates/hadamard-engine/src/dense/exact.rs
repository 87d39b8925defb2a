//! Exact arithmetic on integers that do not fit machine words.

/// A sum of products of 64-bit integers, exact for more terms than memory holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExactSum {
    /// The value is `high` 2⁶⁴ + `low`, where `low` collects the lower words without carrying.
    high: i128,
    low: u128,
}

impl ExactSum {
    /// Adds a b, both within 64 bits (signed or unsigned).
    #[inline]
    pub fn add_product(&mut self, a: i128, b: i128) {
        let magnitude = a.unsigned_abs() * b.unsigned_abs();
        let (high, low) = ((magnitude >> 64) as i128, magnitude as u64);
        if (a < 0) == (b < 0) {
            self.high += high;
            self.low += u128::from(low);
        } else {
            // −(h 2⁶⁴ + l) = −(h + 1) 2⁶⁴ + (2⁶⁴ − l)
            self.high -= high + 1;
            self.low += (1 << 64) - u128::from(low);
        }
    }
    /// The words of the value above the lowest 64 bits.
    fn carried(&self) -> i128 {
        self.high + (self.low >> 64) as i128
    }
    /// The lowest 64 bits.
    pub fn low(&self) -> u64 {
        self.low as u64
    }
    /// Whether the sum is below zero.
    pub fn is_negative(&self) -> bool {
        self.carried() < 0
    }
    /// The sum, if an i128 holds it.
    pub fn value(&self) -> Option<i128> {
        let high = i64::try_from(self.carried()).ok()?;
        Some((i128::from(high) << 64) | i128::from(self.low()))
    }
}

/// Determinant of a matrix of integer-valued doubles in C order by fraction-free elimination (Bareiss); `None` if an
/// entry is not an integer or an intermediate minor does not fit 128 bits.
pub fn determinant(entries: &[f64], n: usize) -> Option<i128> {
    // Beyond 2⁵³ a double stands for a range of integers rather than for one.
    let whole = |&v: &f64| (v.fract() == 0.0 && v.abs() <= 9007199254740992.0).then_some(v as i128);
    let mut m: Vec<i128> = entries.iter().map(whole).collect::<Option<_>>()?;
    let (mut sign, mut previous) = (1, 1i128);
    for k in 0..n {
        let Some(pivot) = (k..n).find(|&i| m[i * n + k] != 0) else { return Some(0) };
        if pivot != k {
            (0..n).for_each(|j| m.swap(k * n + j, pivot * n + j));
            sign = -sign;
        }
        for i in k + 1..n {
            for j in k + 1..n {
                let minor =
                    m[i * n + j].checked_mul(m[k * n + k])?.checked_sub(m[i * n + k].checked_mul(m[k * n + j])?)?;
                m[i * n + j] = minor / previous;
            }
        }
        previous = m[k * n + k];
    }
    Some(sign * previous)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_of_products_are_exact(terms in prop::collection::vec((any::<i64>(), any::<i32>()), 0..20)) {
            let mut sum = ExactSum::default();
            let mut expected = 0i128;
            for &(a, b) in &terms {
                sum.add_product(a as i128, b as i128);
                expected += a as i128 * b as i128;
            }
            prop_assert_eq!(sum.value(), Some(expected));
            prop_assert_eq!(sum.is_negative(), expected < 0);
            prop_assert_eq!(sum.low(), expected as u64);
        }
    }

    #[test]
    fn the_largest_products_cancel() {
        let mut sum = ExactSum::default();
        for _ in 0..5 {
            sum.add_product(u64::MAX as i128, u64::MAX as i128);
        }
        assert_eq!((sum.value(), sum.is_negative()), (None, false));
        for _ in 0..5 {
            sum.add_product(-(u64::MAX as i128), u64::MAX as i128);
        }
        assert_eq!(sum.value(), Some(0));
    }

    #[test]
    fn determinants_of_integers() {
        assert_eq!(determinant(&[], 0), Some(1));
        assert_eq!(determinant(&[1.0, 2.0, 3.0, 4.0], 2), Some(-2));
        assert_eq!(determinant(&[0.0, 1.0, 1.0, 0.0], 2), Some(-1));
        assert_eq!(determinant(&[1.0, 2.0, 2.0, 4.0], 2), Some(0));
        assert_eq!(determinant(&[2.0, -1.0, 0.0, -1.0, 2.0, -1.0, 0.0, -1.0, 2.0], 3), Some(4));
        assert_eq!(determinant(&[0.5], 1), None);
        assert_eq!(determinant(&[9e15, 1.0, 1.0, 9e15], 2), Some(81_000_000_000_000_000_000_000_000_000_000 - 1));
    }
}
