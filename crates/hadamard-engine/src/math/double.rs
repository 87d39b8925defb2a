//! Pairs of doubles: about 100 binary digits of a number as an unevaluated sum. Roots are
//! computed with them and rounded once, because formulas in plain doubles round several times.

use std::f64::consts;
use std::ops::{Add, Div, Mul, Sub};

/// `hi + lo`, where `lo` is at most half a unit in the last place of `hi`.
#[derive(Clone, Copy)]
pub struct Pair {
    /// The number rounded to a double.
    pub hi: f64,
    /// What that leaves over.
    pub lo: f64,
}

/// ln 2 to 31 binary digits, so that its product with an exponent is exact, and what a double holds beyond.
const LN_2_SHORT: f64 = f64::from_bits(consts::LN_2.to_bits() & !0x3f_ffff);
const LN_2_REST: f64 = consts::LN_2 - LN_2_SHORT;

impl Pair {
    /// A double.
    pub fn new(v: f64) -> Pair {
        Pair { hi: v, lo: 0.0 }
    }
    /// a + b for |a| ≥ |b|.
    fn quick(a: f64, b: f64) -> Pair {
        let hi = a + b;
        Pair { hi, lo: b - (hi - a) }
    }
    /// a + b.
    pub fn sum(a: f64, b: f64) -> Pair {
        let hi = a + b;
        let part = hi - a;
        Pair { hi, lo: (a - (hi - part)) + (b - part) }
    }
    /// a b.
    pub fn product(a: f64, b: f64) -> Pair {
        let hi = a * b;
        Pair { hi, lo: libm::fma(a, b, -hi) }
    }
    /// a times a power of two, exactly.
    pub fn scaled(self, power_of_two: f64) -> Pair {
        Pair { hi: self.hi * power_of_two, lo: self.lo * power_of_two }
    }
    /// Rounded to a double.
    pub fn round(self) -> f64 {
        self.hi + self.lo
    }
}

impl Add for Pair {
    type Output = Pair;
    fn add(self, b: Pair) -> Pair {
        let (high, low) = (Pair::sum(self.hi, b.hi), Pair::sum(self.lo, b.lo));
        let middle = Pair::quick(high.hi, high.lo + low.hi);
        Pair::quick(middle.hi, middle.lo + low.lo)
    }
}
impl Sub for Pair {
    type Output = Pair;
    fn sub(self, b: Pair) -> Pair {
        self + b.scaled(-1.0)
    }
}
impl Mul for Pair {
    type Output = Pair;
    fn mul(self, b: Pair) -> Pair {
        let high = Pair::product(self.hi, b.hi);
        Pair::quick(high.hi, high.lo + (self.hi * b.lo + self.lo * b.hi))
    }
}
impl Div for Pair {
    type Output = Pair;
    fn div(self, b: Pair) -> Pair {
        let first = self.hi / b.hi;
        let rest = self - b * Pair::new(first);
        Pair::quick(first, rest.hi / b.hi)
    }
}

/// eᵃ = 2ᵏ (1 + p): k and p, for |a| < 2000.
fn exponential(a: Pair) -> (i32, Pair) {
    let k = (a.hi / consts::LN_2).round();
    let r = (Pair::sum(a.hi - k * LN_2_SHORT, -(k * LN_2_REST)) + Pair::new(a.lo - k * 2.319_046_813_846_299_6e-17))
        .scaled(1.0 / 64.0);
    // e^r − 1 for |r| < 0.0055: two terms to full precision; the rest is below 2⁻¹⁷ of them, so doubles do.
    let t = r.hi;
    let tail = t * t * t * (1.0 / 6.0 + t * (1.0 / 24.0 + t * (1.0 / 120.0 + t * (1.0 / 720.0 + t / 5040.0))));
    let mut p = r + (r * r).scaled(0.5) + Pair::new(tail);
    for _ in 0..6 {
        p = p.scaled(2.0) + p * p;
    }
    (k as i32, p)
}

/// eᵃ, rounded.
pub fn exp(a: Pair) -> f64 {
    let (k, p) = exponential(a);
    libm::ldexp((Pair::new(1.0) + p).round(), k)
}

/// log a for finite a > 0: one Newton step from the double.
pub fn log(a: f64) -> Pair {
    let near = libm::log(a);
    let (k, p) = exponential(Pair::new(near));
    let one = Pair::new(1.0) + p;
    // The exponent of a, or one beside it, so that neither scaling leaves the normal range.
    let half = k / 2;
    let scaled = libm::ldexp(libm::ldexp(a, -half), half - k);
    Pair::sum(near, (Pair::new(scaled) - one).hi / one.hi)
}
