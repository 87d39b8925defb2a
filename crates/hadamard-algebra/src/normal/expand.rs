//! Entries of terms by the definitions of their operations: one step replaces an entry of a term by sums and products
//! of entries of its arguments.

use super::index::{Digit, Index, Indices};
use super::inverse;
use super::sum::{Abstraction, Base, Exponent, Factor, Monomial, Sum, Whole, conjugate, multiple, number, product};
use super::{Outside, Result};
use crate::exact::{self, Exact};
use crate::term::{Dim, Ring, TermId, TermKind, Terms};
use crate::{AxisSlice, Fold, Map};
use num_complex::Complex;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

/// The most monomials a sum may have.
pub(super) const MAX_MONOMIALS: usize = 10_000;

/// Expands entries of terms.
pub struct Expander<'a> {
    /// The terms.
    pub terms: &'a Terms,
    /// The numbers entries are.
    pub ring: Ring,
    /// The variables in use.
    pub indices: Indices,
    /// Whether sums over sizes that are numbers are written out, term by term.
    pub written_out: bool,
}

impl<'a> Expander<'a> {
    /// An expander with no variables in use.
    pub fn new(terms: &'a Terms, ring: Ring) -> Expander<'a> {
        Expander { terms, ring, indices: Indices::default(), written_out: false }
    }
}

impl Expander<'_> {
    /// The entry of a term that is not yet expanded.
    pub fn entry(&self, term: TermId, index: Vec<Index>) -> Sum {
        vec![Monomial::factor(Factor::new(Base::Entry(term), index))]
    }

    /// Expands entries inside the sum whose terms `choose` wants, once each.
    pub fn expand(&mut self, sum: Sum, choose: &dyn Fn(TermId) -> bool) -> Result<Sum> {
        let mut expanded = Sum::new();
        for mut monomial in sum {
            let factors = std::mem::take(&mut monomial.factors);
            let mut parts = vec![monomial];
            for factor in factors {
                let by = self.expand_factor(factor, choose)?;
                match &by[..] {
                    [one] => parts.iter_mut().for_each(|part| part.multiply(one)),
                    _ => parts = product(&parts, &by),
                }
                if parts.len() + expanded.len() > MAX_MONOMIALS {
                    return Err(Outside::TooLarge);
                }
            }
            expanded.extend(parts);
        }
        Ok(expanded)
    }

    fn expand_factor(&mut self, mut factor: Factor, choose: &dyn Fn(TermId) -> bool) -> Result<Sum> {
        if let Base::Entry(term) = factor.base {
            if !choose(term) {
                return Ok(vec![Monomial::factor(factor)]);
            }
            let sum = self.definition(term, &factor.index)?;
            return Ok(if factor.conj { conjugate(sum) } else { sum });
        }
        for sum in factor.base.sums_mut() {
            *sum = self.expand(std::mem::take(sum), choose)?;
        }
        Ok(vec![Monomial::factor(factor)])
    }

    /// The entry of `term` at `at` by the definition of its operation.
    fn definition(&mut self, term: TermId, at: &[Index]) -> Result<Sum> {
        let node = self.terms.node(term).clone();
        let shape = |k: usize| self.terms.node(node.args[k]).shape.clone();
        let a = node.args.first().copied().unwrap_or(term);
        let b = node.args.get(1).copied().unwrap_or(term);
        let row = at.first().cloned().unwrap_or_default();
        let col = at.get(1).cloned().unwrap_or_default();
        Ok(match node.kind {
            TermKind::Operand(n) => vec![Monomial::factor(Factor::new(Base::Operand(n), at.to_vec()))],
            TermKind::Literal(_) => vec![Monomial::factor(Factor::new(Base::Literal(term), at.to_vec()))],
            TermKind::Number(value) => {
                if self.ring == Ring::Quaternions && !value.im.is_zero() {
                    return Err(Outside::Unsupported("i is not a number that commutes with quaternions".into()));
                }
                number(value)
            }
            TermKind::Size(size) => {
                let mut monomial = Monomial::number(Exact::one());
                monomial.times_size(&size, 1);
                vec![monomial]
            }
            TermKind::Map(map) => self.map(map, term, at)?,
            TermKind::Fold(fold, axes) => self.fold(fold, &axes, a, at)?,
            TermKind::MatMul => {
                let inner = self.inner(a);
                self.sum_over(&[inner], &mut |me, k| {
                    let left = me.matrix_entry(a, row.clone(), k[0].clone());
                    Ok(product(&left, &me.matrix_entry(b, k[0].clone(), col.clone())))
                })?
            }
            TermKind::MatPow(power) => {
                let base = self.terms.node(a).shape[0].clone();
                if power == 0 {
                    return Ok(delta(row, col));
                }
                let between = vec![base; power.unsigned_abs() as usize - 1];
                self.sum_over(&between, &mut |me, over| {
                    let mut chain = number(Exact::one());
                    let mut from = row.clone();
                    for to in over.iter().chain([&col]) {
                        let link = match power > 0 {
                            true => me.entry(a, vec![from, to.clone()]),
                            false => inverse::entry(me, a, from, to.clone())?,
                        };
                        chain = product(&chain, &link);
                        from = to.clone();
                    }
                    Ok(chain)
                })?
            }
            TermKind::Transpose => match (shape(0).len(), at.len()) {
                (1, _) => self.entry(a, vec![col]),
                (_, 1) => self.entry(a, vec![Index::new(), row]),
                _ => self.entry(a, vec![col, row]),
            },
            TermKind::Kron => {
                let ([m, n], [p, q]) = (self.sizes(a), self.sizes(b));
                let (i, k) = self.indices.split(&row, &m, &p)?;
                let (j, l) = self.indices.split(&col, &n, &q)?;
                product(&self.matrix_entry(a, i, j), &self.matrix_entry(b, k, l))
            }
            TermKind::KhatriRao => {
                let ([m, _], [p, _]) = (self.sizes(a), self.sizes(b));
                let (i, k) = self.indices.split(&row, &m, &p)?;
                product(&self.matrix_entry(a, i, col.clone()), &self.matrix_entry(b, k, col))
            }
            TermKind::FaceSplit => {
                let ([_, n], [_, q]) = (self.sizes(a), self.sizes(b));
                let (j, l) = self.indices.split(&col, &n, &q)?;
                product(&self.matrix_entry(a, row.clone(), j), &self.matrix_entry(b, row, l))
            }
            TermKind::Penetrating { stacked } => {
                let ([m, n], [p, q]) = (self.sizes(a), self.sizes(b));
                let (part, whole) = if stacked { (m, p) } else { (n, q) };
                let blocks = whole.over(&part).unwrap_or(Dim::ONE);
                let along = if stacked { &row } else { &col };
                let (_, inside) = self.indices.split(along, &blocks, &part)?;
                let block = match stacked {
                    true => self.matrix_entry(a, inside, col.clone()),
                    false => self.matrix_entry(a, row.clone(), inside),
                };
                product(&block, &self.matrix_entry(b, row, col))
            }
            TermKind::BlockProduct { by_columns, rows, cols, other } => {
                let parts = if by_columns { rows } else { cols };
                self.block_product(a, b, by_columns, &parts, &other, row, col)?
            }
            TermKind::Outer => product(&self.entry(a, vec![row]), &self.entry(b, vec![col])),
            TermKind::DiagBuild => product(&delta(row.clone(), col), &self.entry(a, vec![row])),
            TermKind::DiagExtract => {
                let sizes = shape(0);
                let along = |size: &Dim| match *size == node.shape[0] || size.is_one() {
                    true if size.is_one() => Index::new(),
                    true => row.clone(),
                    false => vec![Digit::Slice { start: 0, step: 1, of: row.clone(), size: size.clone() }],
                };
                self.entry(a, vec![along(&sizes[0]), along(&sizes[1])])
            }
            TermKind::Trace => {
                let size = shape(0)[0].clone();
                self.sum_over(&[size], &mut |me, i| Ok(me.entry(a, vec![i[0].clone(), i[0].clone()])))?
            }
            TermKind::Vec | TermKind::Rvec => {
                let by_columns = node.kind == TermKind::Vec;
                let mut sizes = shape(0);
                if by_columns {
                    sizes.reverse();
                }
                let mut rest = row;
                let mut index = Vec::new();
                for (k, size) in sizes.iter().enumerate() {
                    let low = sizes[k + 1..].iter().try_fold(Dim::ONE, |n, d| n.times(d)).ok_or(Outside::TooLarge)?;
                    let (digit, below) = self.indices.split(&rest, size, &low)?;
                    index.push(digit);
                    rest = below;
                }
                if by_columns {
                    index.reverse();
                }
                self.entry(a, index)
            }
            TermKind::Ones => number(Exact::one()),
            TermKind::Identity => delta(row, col),
            TermKind::Commutation(m, n) => {
                let (i, j) = self.indices.split(&row, &m, &n)?;
                let (l, k) = self.indices.split(&col, &n, &m)?;
                product(&delta(i, k), &delta(j, l))
            }
            TermKind::Inv => inverse::entry(self, a, row, col)?,
            TermKind::Det => self.whole(Whole::Det, a, vec![]),
            TermKind::Rank => self.whole(Whole::Rank, a, vec![]),
            TermKind::Spectrum(spectrum) => self.whole(Whole::Spectrum(spectrum), a, vec![row]),
            TermKind::Scan(fold) => self.whole(Whole::Scan(fold), a, vec![row]),
            TermKind::Slice(slices) => self.slice(&slices, a, at),
        })
    }

    /// Rows and columns, a vector being a column.
    pub(super) fn sizes(&self, term: TermId) -> [Dim; 2] {
        match &self.terms.node(term).shape[..] {
            [] => [Dim::ONE, Dim::ONE],
            [m] => [m.clone(), Dim::ONE],
            [m, n, ..] => [m.clone(), n.clone()],
        }
    }

    /// The size that a matrix product with this term on the left sums over.
    fn inner(&self, left: TermId) -> Dim {
        let [_, inner] = self.sizes(left);
        inner
    }

    /// The entry of a matrix, or of a vector as a column.
    pub(super) fn matrix_entry(&self, term: TermId, row: Index, col: Index) -> Sum {
        let index = match self.terms.node(term).shape.len() {
            0 => vec![],
            1 => vec![row],
            _ => vec![row, col],
        };
        self.entry(term, index)
    }

    /// The sum of what `body` gives for indices over these sizes.
    pub(super) fn sum_over(
        &mut self,
        sizes: &[Dim],
        body: &mut dyn FnMut(&mut Self, &[Index]) -> Result<Sum>,
    ) -> Result<Sum> {
        self.sum_from(sizes, &mut Vec::new(), body)
    }

    fn sum_from(
        &mut self,
        sizes: &[Dim],
        before: &mut Vec<Index>,
        body: &mut dyn FnMut(&mut Self, &[Index]) -> Result<Sum>,
    ) -> Result<Sum> {
        let Some(size) = sizes.get(before.len()) else {
            let mut sum = body(self, before)?;
            let variables = |digit: &Digit| match digit {
                Digit::Var(var) => Some(*var),
                Digit::Slice { .. } => None,
            };
            for monomial in &mut sum {
                monomial.bound.extend(before.iter().flatten().filter_map(variables));
            }
            return Ok(sum);
        };
        let count = if self.written_out { size.as_number().filter(|&n| n != 1) } else { None };
        let Some(count) = count else {
            before.push(self.indices.fresh(size));
            let sum = self.sum_from(sizes, before, body);
            before.pop();
            return sum;
        };
        let mut sum = Sum::new();
        for position in 0..count {
            before.push(vec![Digit::at(usize::try_from(position).map_err(|_| Outside::TooLarge)?, size)]);
            sum.extend(self.sum_from(sizes, before, body)?);
            before.pop();
            if sum.len() > MAX_MONOMIALS {
                return Err(Outside::TooLarge);
            }
        }
        Ok(sum)
    }

    /// A function of a whole array, at an index of what it gives.
    pub(super) fn whole(&mut self, whole: Whole, of: TermId, index: Vec<Index>) -> Sum {
        let params: Vec<Index> = self.terms.node(of).shape.clone().iter().map(|d| self.indices.fresh(d)).collect();
        let body = self.entry(of, params.clone());
        let base = Base::Whole(whole, Box::new(Abstraction { params, body }));
        vec![Monomial::factor(Factor::new(base, index))]
    }

    fn fold(&mut self, fold: Fold, axes: &[usize], of: TermId, at: &[Index]) -> Result<Sum> {
        let shape = self.terms.node(of).shape.clone();
        let sizes: Vec<Dim> = axes.iter().map(|&axis| shape[axis].clone()).collect();
        // The index of the argument where the axes that disappear are at `over`.
        let index = |over: &[Index]| -> Vec<Index> {
            let (mut kept, mut over) = (at.iter(), over.iter());
            let axis = |axis| if axes.contains(&axis) { over.next() } else { kept.next() };
            (0..shape.len()).map(axis).map(|index| index.cloned().unwrap_or_default()).collect()
        };
        Ok(match fold {
            Fold::Sum => self.sum_over(&sizes, &mut |me, over| Ok(me.entry(of, index(over))))?,
            Fold::Mean if sizes.iter().any(|size| size.coefficient() == 0) => {
                return Err(Outside::Unsupported("there is no mean of nothing".into()));
            }
            Fold::Mean => {
                let mut sum = self.sum_over(&sizes, &mut |me, over| Ok(me.entry(of, index(over))))?;
                for monomial in &mut sum {
                    sizes.iter().for_each(|size| monomial.times_size(size, -1));
                }
                sum
            }
            Fold::Norm => {
                let squares = self.sum_over(&sizes, &mut |me, over| {
                    let entry = me.entry(of, index(over));
                    Ok(product(&conjugate(entry.clone()), &entry))
                })?;
                let group = Factor::new(Base::Group(squares), vec![]);
                vec![Monomial::factor(Factor { exponent: Exponent::new(1, 2), ..group })]
            }
            _ => {
                let over: Vec<Index> = sizes.iter().map(|size| self.indices.fresh(size)).collect();
                let entry = self.entry(of, index(&over));
                let base = Base::Whole(Whole::Fold(fold), Box::new(Abstraction { params: over, body: entry }));
                vec![Monomial::factor(Factor::new(base, vec![]))]
            }
        })
    }

    /// Products block by block: along one axis the blocks of both matrices stand side by side and split their index, the
    /// other axis they share.
    #[expect(
        clippy::too_many_arguments,
        reason = "the two operands, how they are cut, and the two indices of the entry"
    )]
    fn block_product(
        &mut self,
        a: TermId,
        b: TermId,
        by_columns: bool,
        parts: &[Dim],
        other: &[Dim],
        row: Index,
        col: Index,
    ) -> Result<Sum> {
        let (along, shared) = if by_columns { (row, col) } else { (col, row) };
        let place = |inner: Index| if by_columns { vec![inner, shared.clone()] } else { vec![shared.clone(), inner] };
        let (Some(p), Some(q)) = (parts.first(), other.first()) else { return Ok(Sum::new()) };
        if parts.iter().all(|x| x == p) && other.iter().all(|x| x == q) {
            let blocks = Dim::number(parts.len() as u64);
            let inside = p.times(q).ok_or(Outside::TooLarge)?;
            let (block, inside) = self.indices.split(&along, &blocks, &inside)?;
            let (i, k) = self.indices.split(&inside, p, q)?;
            let left = self.entry(a, place([&block[..], &i].concat()));
            return Ok(product(&left, &self.entry(b, place([&block[..], &k].concat()))));
        }
        // Blocks of different sizes are numbers: one term for each position.
        let numbers = |sizes: &[Dim]| -> Result<Vec<usize>> {
            let number = |size: &Dim| size.as_number().and_then(|n| usize::try_from(n).ok());
            sizes.iter().map(number).collect::<Option<_>>().ok_or(Outside::TooLarge)
        };
        let (parts, other) = (numbers(parts)?, numbers(other)?);
        let total = |sizes: &[usize]| Dim::number(sizes.iter().sum::<usize>() as u64);
        let full = Dim::number(parts.iter().zip(&other).map(|(p, q)| p * q).sum::<usize>() as u64);
        let (width, other_width) = (total(&parts), total(&other));
        let (mut left, mut right, mut sum) = (0, 0, Sum::new());
        for (p, q) in parts.into_iter().zip(other) {
            for (i, k) in (0..p).flat_map(|i| (0..q).map(move |k| (i, k))) {
                let here = delta(along.clone(), vec![Digit::at(sum.len(), &full)]);
                let first = self.entry(a, place(vec![Digit::at(left + i, &width)]));
                let second = self.entry(b, place(vec![Digit::at(right + k, &other_width)]));
                sum.extend(product(&here, &product(&first, &second)));
                if sum.len() > MAX_MONOMIALS {
                    return Err(Outside::TooLarge);
                }
            }
            (left, right) = (left + p, right + q);
        }
        Ok(sum)
    }

    fn slice(&mut self, slices: &[Option<AxisSlice>], of: TermId, at: &[Index]) -> Sum {
        let shape = self.terms.node(of).shape.clone();
        let mut kept = at.iter();
        let index = slices.iter().zip(&shape).map(|(slice, size)| match slice {
            None => kept.next().cloned().unwrap_or_default(),
            Some(AxisSlice { start, step, drop, .. }) => {
                let of = if *drop { Index::new() } else { kept.next().cloned().unwrap_or_default() };
                match size.is_one() {
                    true => Index::new(),
                    false => vec![Digit::Slice { start: *start, step: *step, of, size: size.clone() }],
                }
            }
        });
        let index = index.collect();
        self.entry(of, index)
    }

    fn map(&mut self, map: Map, term: TermId, at: &[Index]) -> Result<Sum> {
        let node = self.terms.node(term).clone();
        let entries: Vec<Sum> = node
            .args
            .iter()
            .map(|&arg| {
                let shape = &self.terms.node(arg).shape;
                let along = |k: usize| if shape[k].is_one() { Index::new() } else { at[k].clone() };
                self.entry(arg, (0..shape.len()).map(along).collect())
            })
            .collect();
        let real = matches!(self.ring, Ring::Integers | Ring::Reals);
        let half = |re: bool| match re {
            true => Complex::new(BigRational::new(1.into(), 2.into()), BigRational::zero()),
            false => Complex::new(BigRational::zero(), BigRational::new((-1).into(), 2.into())),
        };
        let sum = |mut a: Sum, b: Sum| {
            a.extend(b);
            a
        };
        let minus = -Exact::one();
        Ok(match (map, &entries[..]) {
            (Map::Mul, [a, b]) => product(a, b),
            (Map::Fma, [a, b, c]) => sum(product(a, b), c.clone()),
            (Map::Add, [a, b]) => sum(a.clone(), b.clone()),
            (Map::Sub, [a, b]) => sum(a.clone(), multiple(b.clone(), &minus)),
            (Map::Neg, [a]) => multiple(a.clone(), &minus),
            (Map::Conj, [a]) => conjugate(a.clone()),
            (Map::Div, [a, b]) => product(a, &power(b.clone(), Exponent::from_integer(-1))),
            (Map::Inverse, [a]) => power(a.clone(), Exponent::from_integer(-1)),
            (Map::Pow, [a, b]) => match self.rational(node.args[1]) {
                Some(exponent) if exponent.is_zero() => number(Exact::one()),
                Some(exponent) if exponent.is_one() => a.clone(),
                Some(exponent) => power(a.clone(), exponent),
                None => vec![Monomial::factor(Factor::new(Base::Function(map, vec![a.clone(), b.clone()]), vec![]))],
            },
            (Map::Sqrt, [a]) => power(a.clone(), Exponent::new(1, 2)),
            (Map::Real, [a]) if real => a.clone(),
            (Map::Imag, [_]) if real => Sum::new(),
            (Map::Real, [a]) if self.ring == Ring::Complex => {
                multiple(sum(a.clone(), conjugate(a.clone())), &half(true))
            }
            (Map::Imag, [a]) if self.ring == Ring::Complex => {
                multiple(sum(a.clone(), multiple(conjugate(a.clone()), &minus)), &half(false))
            }
            (map, args) => vec![Monomial::factor(Factor::new(Base::Function(map, args.to_vec()), vec![]))],
        })
    }

    /// The term as a rational number, if it is a small one.
    fn rational(&self, term: TermId) -> Option<Exponent> {
        let node = self.terms.node(term);
        let of = |k: usize| self.rational(node.args[k]);
        Some(match &node.kind {
            TermKind::Number(value) if value.im.is_zero() => {
                Exponent::new(value.re.numer().to_i64()?, value.re.denom().to_i64()?)
            }
            TermKind::Map(Map::Neg) => -of(0)?,
            TermKind::Map(Map::Div) => {
                let divisor = of(1)?;
                (!divisor.is_zero()).then(|| of(0))?? / divisor
            }
            _ => return None,
        })
    }
}

/// 1 where both indices are equal, else 0.
pub(super) fn delta(a: Index, b: Index) -> Sum {
    vec![Monomial { deltas: vec![(a, b)], ..Monomial::number(exact::integer(1)) }]
}

/// A power of a sum as one factor.
pub(super) fn power(sum: Sum, exponent: Exponent) -> Sum {
    vec![Monomial::factor(Factor { exponent, ..Factor::new(Base::Group(sum), vec![]) })]
}
