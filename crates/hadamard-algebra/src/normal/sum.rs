//! Sums of monomials Σ over bound variables of a product of factors, and their arithmetic.

use super::index::{Digit, Index, Var, replace, variables};
use crate::exact::{self, Exact};
use crate::term::{Dim, Symbol, TermId};
use crate::{Fold, Map, Spectrum};
use num_rational::Ratio;
use num_traits::{One, Zero};
use std::collections::BTreeMap;

/// A sum of monomials.
pub type Sum = Vec<Monomial>;

/// The exponent of a factor.
pub type Exponent = Ratio<i64>;

/// `coefficient · sizes · Σ over bound Π deltas Π factors`.
#[derive(Clone, Debug)]
pub struct Monomial {
    /// The number in front.
    pub coefficient: Exact,
    /// Symbols of sizes as numbers, with their powers.
    pub sizes: BTreeMap<Symbol, i64>,
    /// The variables it sums over.
    pub bound: Vec<Var>,
    /// Pairs of indices that must be equal.
    pub deltas: Vec<(Index, Index)>,
    /// The factors, in their order (which matters where entries do not commute).
    pub factors: Vec<Factor>,
}

/// A power of an entry of something.
#[derive(Clone, Debug)]
pub struct Factor {
    /// Of what.
    pub base: Base,
    /// At which index, axis by axis.
    pub index: Vec<Index>,
    /// Whether it is conjugated.
    pub conj: bool,
    /// Its power.
    pub exponent: Exponent,
}

/// What factors are entries of.
#[derive(Clone, Debug)]
pub enum Base {
    /// A term that is not yet expanded.
    Entry(TermId),
    /// An operand.
    Operand(usize),
    /// The inverse of a matrix operand.
    Inverse(usize),
    /// A matrix of numbers; the term it is.
    Literal(TermId),
    /// An elementwise function of numbers; variables of the surrounding monomial may occur in them.
    Function(Map, Vec<Sum>),
    /// A sum as a number, under a power.
    Group(Sum),
    /// A function of a whole array.
    Whole(Whole, Box<Abstraction>),
}

/// Functions of whole arrays that are not polynomials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Whole {
    /// Inverse matrix.
    Inv,
    /// Determinant.
    Det,
    /// Rank.
    Rank,
    /// Eigenvalues or singular values.
    Spectrum(Spectrum),
    /// Running sums or products.
    Scan(Fold),
    /// A reduction.
    Fold(Fold),
}

/// An array as a function of its indices.
#[derive(Clone, Debug)]
pub struct Abstraction {
    /// The indices, axis by axis.
    pub params: Vec<Index>,
    /// The entry there.
    pub body: Sum,
}

impl Monomial {
    /// A number.
    pub fn number(coefficient: Exact) -> Monomial {
        Monomial { coefficient, sizes: BTreeMap::new(), bound: Vec::new(), deltas: Vec::new(), factors: Vec::new() }
    }
    /// A factor alone.
    pub fn factor(factor: Factor) -> Monomial {
        Monomial { factors: vec![factor], ..Monomial::number(Exact::one()) }
    }
    /// Multiplies with a power of a size, which is not 0 if the power is negative.
    pub fn times_size(&mut self, size: &Dim, power: i64) {
        let number = exact::integer(size.coefficient());
        let number = exact::power(&number, power).unwrap_or_else(Exact::zero);
        self.coefficient = exact::product(&self.coefficient, &number);
        for &symbol in size.symbols() {
            let exponent = self.sizes.entry(symbol).or_insert(0);
            *exponent += power;
            if *exponent == 0 {
                self.sizes.remove(&symbol);
            }
        }
    }
    /// The product, this one's factors first.
    pub fn times(&self, other: &Monomial) -> Monomial {
        let mut product = self.clone();
        product.multiply(other);
        product
    }
    /// Multiplies, the factors of `other` behind its own.
    pub fn multiply(&mut self, other: &Monomial) {
        self.coefficient = exact::product(&self.coefficient, &other.coefficient);
        for (&symbol, &power) in &other.sizes {
            self.times_size(&Dim::symbol(symbol), power);
        }
        self.bound.extend(&other.bound);
        self.deltas.extend(other.deltas.iter().cloned());
        self.factors.extend(other.factors.iter().cloned());
    }
    /// Calls `visit` with every variable that occurs, in deltas, factors and their arguments.
    pub fn each_variable(&self, visit: &mut dyn FnMut(Var)) {
        for (a, b) in &self.deltas {
            variables(a, visit);
            variables(b, visit);
        }
        for factor in &self.factors {
            factor.each_variable(visit);
        }
    }
    /// Calls `change` with every index, those in arguments too.
    pub fn each_index(&mut self, change: &mut dyn FnMut(&mut Index)) {
        for (a, b) in &mut self.deltas {
            change(a);
            change(b);
        }
        self.factors.iter_mut().for_each(|factor| factor.each_index(change));
    }
    /// Replaces a variable everywhere.
    pub fn replace(&mut self, from: Var, to: &Digit) {
        self.each_index(&mut |index| replace(index, from, to));
    }
}

impl Factor {
    /// An entry to the power 1.
    pub fn new(base: Base, index: Vec<Index>) -> Factor {
        Factor { base, index, conj: false, exponent: Exponent::one() }
    }
    /// Calls `visit` with every variable that occurs.
    pub fn each_variable(&self, visit: &mut dyn FnMut(Var)) {
        self.index.iter().for_each(|index| variables(index, visit));
        self.base.sums().iter().flatten().for_each(|monomial| monomial.each_variable(visit));
    }
    /// Calls `change` with every index, those in arguments too.
    pub fn each_index(&mut self, change: &mut dyn FnMut(&mut Index)) {
        self.index.iter_mut().for_each(&mut *change);
        if let Base::Whole(_, abstraction) = &mut self.base {
            abstraction.params.iter_mut().for_each(&mut *change);
        }
        self.base.sums_mut().iter_mut().flatten().for_each(|monomial| monomial.each_index(change));
    }
}

impl Base {
    /// The sums it contains.
    pub fn sums(&self) -> &[Sum] {
        match self {
            Base::Entry(_) | Base::Operand(_) | Base::Inverse(_) | Base::Literal(_) => &[],
            Base::Function(_, args) => args,
            Base::Group(sum) => std::slice::from_ref(sum),
            Base::Whole(_, abstraction) => std::slice::from_ref(&abstraction.body),
        }
    }
    /// The sums it contains.
    pub fn sums_mut(&mut self) -> &mut [Sum] {
        match self {
            Base::Entry(_) | Base::Operand(_) | Base::Inverse(_) | Base::Literal(_) => &mut [],
            Base::Function(_, args) => args,
            Base::Group(sum) => std::slice::from_mut(sum),
            Base::Whole(_, abstraction) => std::slice::from_mut(&mut abstraction.body),
        }
    }
}

/// A number as a sum.
pub fn number(coefficient: Exact) -> Sum {
    if coefficient.is_zero() { Sum::new() } else { vec![Monomial::number(coefficient)] }
}

/// The product of two sums, the left one's factors first.
pub fn product(a: &Sum, b: &Sum) -> Sum {
    a.iter().flat_map(|x| b.iter().map(move |y| x.times(y))).collect()
}

/// A multiple of a sum.
pub fn multiple(mut sum: Sum, coefficient: &Exact) -> Sum {
    for monomial in &mut sum {
        monomial.coefficient = exact::product(&monomial.coefficient, coefficient);
    }
    sum.retain(|m| !m.coefficient.is_zero());
    sum
}

/// The conjugate: of a product in reverse order, since entries may not commute.
pub fn conjugate(mut sum: Sum) -> Sum {
    for monomial in &mut sum {
        monomial.coefficient = monomial.coefficient.conj();
        monomial.factors.reverse();
        for factor in &mut monomial.factors {
            factor.conj = !factor.conj;
        }
    }
    sum
}
