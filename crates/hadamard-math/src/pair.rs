//! Numbers of twice the precision as unevaluated sums of two lanes, polynomials, and other small tools.
//!
//! The error-free transformations are Dekker's, Knuth's and (with fma) Ogita, Rump and Oishi's.

use crate::lane::Lane;

/// `hi + lo`, where `hi` is the sum rounded.
#[derive(Clone, Copy)]
pub struct Pair<V> {
    /// The sum, rounded.
    pub hi: V,
    /// What the rounding lost.
    pub lo: V,
}

/// `a + b` exactly.
#[inline(always)]
pub fn two_sum<V: Lane>(a: V, b: V) -> Pair<V> {
    let hi = a + b;
    let rest = hi - a;
    Pair { hi, lo: (a - (hi - rest)) + (b - rest) }
}

/// `a + b` exactly, where `|a| ≥ |b|` or `a = 0`.
#[inline(always)]
pub fn fast_two_sum<V: Lane>(a: V, b: V) -> Pair<V> {
    let hi = a + b;
    Pair { hi, lo: b - (hi - a) }
}

/// `a · b` exactly, unless it over- or underflows.
#[inline(always)]
pub fn two_product<V: Lane>(a: V, b: V) -> Pair<V> {
    let hi = a * b;
    Pair { hi, lo: a.fma(b, -hi) }
}

#[expect(clippy::should_implement_trait, reason = "operators would hide what a pair costs")]
impl<V: Lane> Pair<V> {
    /// A single number.
    #[inline(always)]
    pub fn of(hi: V) -> Self {
        Pair { hi, lo: hi.lit(0.0) }
    }
    /// A constant.
    #[inline(always)]
    pub fn lit(at: V, hi: f64, lo: f64) -> Self {
        Pair { hi: at.lit(hi), lo: at.lit(lo) }
    }
    /// Plus a number.
    #[inline(always)]
    pub fn plus(self, b: V) -> Self {
        let sum = two_sum(self.hi, b);
        fast_two_sum(sum.hi, sum.lo + self.lo)
    }
    /// The sum.
    #[inline(always)]
    pub fn add(self, b: Self) -> Self {
        let sum = two_sum(self.hi, b.hi);
        fast_two_sum(sum.hi, sum.lo + (self.lo + b.lo))
    }
    /// Times a number.
    #[inline(always)]
    pub fn times(self, b: V) -> Self {
        let product = two_product(self.hi, b);
        fast_two_sum(product.hi, self.lo.fma(b, product.lo))
    }
    /// The product.
    #[inline(always)]
    pub fn mul(self, b: Self) -> Self {
        let product = two_product(self.hi, b.hi);
        fast_two_sum(product.hi, self.hi.fma(b.lo, self.lo.fma(b.hi, product.lo)))
    }
    /// The quotient.
    #[inline(always)]
    pub fn div(self, b: Self) -> Self {
        let q = self.hi / b.hi;
        let rest = (-q).fma(b.hi, self.hi) + ((-q).fma(b.lo, self.lo));
        fast_two_sum(q, rest / b.hi)
    }
    /// With the sign turned.
    #[inline(always)]
    pub fn neg(self) -> Self {
        Pair { hi: -self.hi, lo: -self.lo }
    }
    /// Rounded to one number.
    #[inline(always)]
    pub fn sum(self) -> V {
        self.hi + self.lo
    }
}

/// The polynomial with these coefficients (at least two), the constant one first: its even and its odd powers by Horner's
/// rule with fma, side by side, as a chain of all of them would keep the processor waiting.
#[inline(always)]
pub fn polynomial<V: Lane>(x: V, coefficients: &[f64]) -> V {
    let square = x * x;
    let half = |first: usize| {
        let mut high = coefficients.iter().skip(first).step_by(2).rev();
        let highest = x.lit(high.next().copied().unwrap_or(0.0));
        high.fold(highest, |sum, &c| sum.fma(square, x.lit(c)))
    };
    half(1).fma(x, half(0))
}

/// The polynomial with these coefficients (at least one), the constant one first, by Horner's rule with fma.
#[inline(always)]
pub fn horner<V: Lane>(x: V, coefficients: &[f64]) -> V {
    let mut high = coefficients.iter().rev();
    let highest = x.lit(high.next().copied().unwrap_or(0.0));
    high.fold(highest, |sum, &c| sum.fma(x, x.lit(c)))
}

/// The polynomial with these coefficients, the constant one first: even and odd powers apart, which halves the wait.
#[inline(always)]
pub fn halves<V: Lane>(x: V, coefficients: &[f64]) -> V {
    let square = x * x;
    let part = |first: usize| {
        let mut high = coefficients[first..].iter().step_by(2).rev();
        let start = x.lit(high.next().copied().unwrap_or(0.0));
        high.fold(start, |sum, &c| sum.fma(square, x.lit(c)))
    };
    part(1).fma(x, part(0))
}

/// The product, its rest perhaps more than the rounding of the sum.
#[inline(always)]
pub fn product<V: Lane>(a: Pair<V>, b: Pair<V>) -> Pair<V> {
    let exact = two_product(a.hi, b.hi);
    Pair { hi: exact.hi, lo: a.hi.fma(b.lo, a.lo.fma(b.hi, exact.lo)) }
}

/// Goes on with Horner's rule in pairs: the sum so far, and the coefficients left, the constant one first.
#[inline(always)]
pub fn horner_pairs<V: Lane>(x: Pair<V>, start: V, coefficients: &[(f64, f64)]) -> Pair<V> {
    horner_by(x, start, coefficients, two_sum)
}

/// As [`horner_pairs`], where each coefficient is greater than what is added to it.
#[inline(always)]
pub fn horner_pairs_falling<V: Lane>(x: Pair<V>, start: V, coefficients: &[(f64, f64)]) -> Pair<V> {
    horner_by(x, start, coefficients, fast_two_sum)
}

#[inline(always)]
fn horner_by<V: Lane>(x: Pair<V>, start: V, coefficients: &[(f64, f64)], sum: impl Fn(V, V) -> Pair<V>) -> Pair<V> {
    let next = |product: V, rest: V, (hi, lo): (f64, f64)| {
        let next = sum(x.hi.lit(hi), product);
        Pair { hi: next.hi, lo: next.lo + (rest + x.hi.lit(lo)) }
    };
    let mut left = coefficients.iter().rev();
    let Some(&first) = left.next() else { return Pair::of(start) };
    let product = two_product(start, x.hi);
    left.fold(next(product.hi, start.fma(x.lo, product.lo), first), |sum, &c| {
        let product = two_product(sum.hi, x.hi);
        next(product.hi, sum.hi.fma(x.lo, sum.lo.fma(x.hi, product.lo)), c)
    })
}

/// 2ᵉ, for constants; e is that of a normal number.
pub const fn power_of_two(e: i64) -> f64 {
    f64::from_bits(((e + 1023) as u64) << 52)
}

/// `value`, with its sign turned where the sign bit of `sign` is set.
#[inline(always)]
pub fn signed<V: Lane>(value: V, sign: V::Bits) -> V {
    let bits = value.bits();
    V::from_bits(bits ^ (sign & value.lit(-0.0).bits()))
}
