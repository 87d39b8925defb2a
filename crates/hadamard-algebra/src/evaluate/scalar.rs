//! What the evaluator asks of a kind of number.

use super::{Dense, spectra};
use crate::exact::{self, Exact};
use crate::{Fold, Map, Spectrum};
use num_complex::Complex;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// A kind of number. Products may depend on the order.
pub trait Scalar: Clone + PartialEq + std::fmt::Debug {
    /// The exact number, if this kind has it.
    fn from_exact(value: &Exact) -> Option<Self>;
    /// Sum.
    fn plus(&self, other: &Self) -> Self;
    /// Product, this factor first.
    fn times(&self, other: &Self) -> Self;
    /// The number with the other sign.
    fn negative(&self) -> Self;
    /// Conjugate.
    fn conjugate(&self) -> Self;
    /// 1 over it, if it has an inverse.
    fn inverse(&self) -> Option<Self>;
    /// An elementwise function, if this kind has its values.
    fn function(map: Map, args: &[Self]) -> Option<Self>;
    /// Eigenvalues or singular values of a matrix, if this kind has them.
    fn spectrum(_: Spectrum, _: &Dense<Self>) -> Option<Vec<Self>> {
        None
    }
    /// Whether factors commute, as determinants need.
    const COMMUTATIVE: bool;

    /// 0
    fn zero() -> Self {
        Self::from_exact(&exact::integer(0)).expect("every kind of number has 0")
    }
    /// 1
    fn one() -> Self {
        Self::from_exact(&exact::integer(1)).expect("every kind of number has 1")
    }
    /// 1 or 0.
    fn indicator(truth: bool) -> Self {
        if truth { Self::one() } else { Self::zero() }
    }
    /// Whether it is zero, as far as pivots go.
    fn is_zero(&self) -> bool {
        *self == Self::zero()
    }
    /// A reduction of entries, if this kind has its values.
    fn reduce(fold: Fold, entries: &[Self]) -> Option<Self> {
        let sum = |terms: &mut dyn Iterator<Item = Self>| terms.fold(Self::zero(), |a, b| a.plus(&b));
        match fold {
            Fold::Sum => Some(sum(&mut entries.iter().cloned())),
            Fold::Prod => Some(entries.iter().fold(Self::one(), |a, b| a.times(b))),
            Fold::Mean => {
                let count = Self::from_exact(&exact::integer(entries.len()))?.inverse()?;
                Some(sum(&mut entries.iter().cloned()).times(&count))
            }
            Fold::Norm => {
                let squares = sum(&mut entries.iter().map(|a| a.conjugate().times(a)));
                Self::function(Map::Sqrt, &[squares])
            }
            _ => None,
        }
    }
}

/// `a` to an integer power by repeated multiplication.
pub(super) fn integer_power<T: Scalar>(a: &T, exponent: i64) -> Option<T> {
    let base = if exponent < 0 { a.inverse()? } else { a.clone() };
    (exponent.unsigned_abs() <= 1000).then(|| (0..exponent.unsigned_abs()).fold(T::one(), |p, _| p.times(&base)))
}

impl Scalar for Exact {
    const COMMUTATIVE: bool = true;

    fn from_exact(value: &Exact) -> Option<Exact> {
        Some(value.clone())
    }
    fn plus(&self, other: &Exact) -> Exact {
        self + other
    }
    fn times(&self, other: &Exact) -> Exact {
        self * other
    }
    fn negative(&self) -> Exact {
        -self
    }
    fn conjugate(&self) -> Exact {
        self.conj()
    }
    fn inverse(&self) -> Option<Exact> {
        exact::power(self, -1)
    }
    fn function(map: Map, args: &[Exact]) -> Option<Exact> {
        let real = |re: BigRational| Complex::new(re, BigRational::zero());
        match (map, args) {
            (Map::Pow, [a, b]) if b.im.is_zero() && b.re.is_integer() => integer_power(a, b.re.to_integer().to_i64()?),
            (Map::Pow, [a, b]) if b.im.is_zero() && *b.re.denom() == 2.into() => {
                integer_power(&root(a)?, b.re.numer().to_i64()?)
            }
            (Map::Sqrt, [a]) => root(a),
            (Map::Abs, [a]) => root(&real(&a.re * &a.re + &a.im * &a.im)),
            (Map::Real, [a]) => Some(real(a.re.clone())),
            (Map::Imag, [a]) => Some(real(a.im.clone())),
            (Map::Exp, [a]) if Zero::is_zero(a) => Some(One::one()),
            (Map::Log, [a]) if a.is_one() => Some(Zero::zero()),
            _ => None,
        }
    }
}

/// The principal square root where it is rational, or rational times i.
fn root(a: &Exact) -> Option<Exact> {
    if !a.im.is_zero() {
        return None;
    }
    let magnitude = a.re.abs();
    let (p, q) = (magnitude.numer().sqrt(), magnitude.denom().sqrt());
    let root = BigRational::new(p, q);
    (&root * &root == magnitude).then(|| match a.re.is_negative() {
        true => Complex::new(BigRational::zero(), root),
        false => Complex::new(root, BigRational::zero()),
    })
}

impl Scalar for Complex<f64> {
    const COMMUTATIVE: bool = true;

    fn from_exact(value: &Exact) -> Option<Complex<f64>> {
        Some(Complex::new(value.re.to_f64()?, value.im.to_f64()?))
    }
    fn plus(&self, other: &Self) -> Self {
        self + other
    }
    fn times(&self, other: &Self) -> Self {
        self * other
    }
    fn negative(&self) -> Self {
        -self
    }
    fn conjugate(&self) -> Self {
        self.conj()
    }
    fn inverse(&self) -> Option<Self> {
        (self.norm() > 1e-12).then(|| self.inv())
    }
    fn is_zero(&self) -> bool {
        self.norm() < 1e-9
    }
    fn function(map: Map, args: &[Self]) -> Option<Self> {
        let value = match (map, args) {
            (Map::Exp, [a]) => a.exp(),
            (Map::Log, [a]) => a.ln(),
            (Map::Sqrt, [a]) => a.sqrt(),
            (Map::Pow, [_, b]) if *b == Complex::ZERO => Complex::ONE,
            (Map::Pow, [a, b]) if *a == Complex::ZERO => (b.re > 0.0).then_some(Complex::ZERO)?,
            (Map::Pow, [a, b]) if b.im == 0.0 && b.re.fract() == 0.0 && b.re.abs() < 100.0 => a.powi(b.re as i32),
            (Map::Pow, [a, b]) => a.powc(*b),
            (Map::Abs, [a]) => a.norm().into(),
            (Map::Real, [a]) => a.re.into(),
            (Map::Imag, [a]) => a.im.into(),
            (Map::Sin, [a]) => a.sin(),
            (Map::Cos, [a]) => a.cos(),
            (Map::Tan, [a]) => a.tan(),
            (Map::Sinh, [a]) => a.sinh(),
            (Map::Cosh, [a]) => a.cosh(),
            (Map::Tanh, [a]) => a.tanh(),
            (Map::Sign, [a]) if a.im == 0.0 => a.re.partial_cmp(&0.0).map_or(0.0, |o| f64::from(o as i8)).into(),
            (Map::Sigmoid, [a]) => ((-a).exp() + 1.0).inv(),
            (Map::Relu, [a]) if a.im == 0.0 => a.re.max(0.0).into(),
            (Map::Max, [a, b]) if a.im == 0.0 && b.im == 0.0 => a.re.max(b.re).into(),
            (Map::Min, [a, b]) if a.im == 0.0 && b.im == 0.0 => a.re.min(b.re).into(),
            (Map::Floor, [a]) if a.im == 0.0 => a.re.floor().into(),
            (Map::Ceil, [a]) if a.im == 0.0 => a.re.ceil().into(),
            (Map::Round, [a]) if a.im == 0.0 => a.re.round_ties_even().into(),
            _ => return None,
        };
        (value.re.is_finite() && value.im.is_finite()).then_some(value)
    }
    fn spectrum(kind: Spectrum, matrix: &Dense<Self>) -> Option<Vec<Self>> {
        spectra::spectrum(kind, matrix)
    }
    fn reduce(fold: Fold, entries: &[Self]) -> Option<Self> {
        let reals: Option<Vec<f64>> = entries.iter().map(|a| (a.im == 0.0).then_some(a.re)).collect();
        match fold {
            Fold::Sum => Some(entries.iter().sum()),
            Fold::Prod => Some(entries.iter().product()),
            Fold::Mean if entries.is_empty() => None,
            Fold::Mean => Some(entries.iter().sum::<Self>() / entries.len() as f64),
            Fold::Norm => Some(entries.iter().map(|a| a.norm_sqr()).sum::<f64>().sqrt().into()),
            Fold::Max => reals?.into_iter().reduce(f64::max).map(Into::into),
            Fold::Min => reals?.into_iter().reduce(f64::min).map(Into::into),
            _ => None,
        }
    }
}
