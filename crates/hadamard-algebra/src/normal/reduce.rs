//! From expanded sums to sums in which nothing is left to simplify: deltas resolved, powers merged, what is given of
//! operands used.

use super::canon::{BUDGET, Canon, Labels};
use super::expand::MAX_MONOMIALS;
use super::facts::{Facts, Rule};
use super::index::{Digit, Index, Indices, Var, fixed};
use super::sum::{Base, Exponent, Factor, Monomial, Sum, number, product};
use super::{Outside, Result, functions};
use crate::exact;
use crate::proof::{Style, Writer};
use crate::term::{Ring, TermKind, Terms};
use crate::{Map, Property};
use num_traits::{One, Signed, Zero};
use std::cell::Cell;

/// Simplifies sums.
pub struct Reducer<'a> {
    /// The terms, for the names in conditions.
    pub terms: &'a Terms,
    /// The numbers entries are.
    pub ring: Ring,
    /// The variables in use.
    pub indices: &'a mut Indices,
    /// What is given.
    pub facts: &'a mut Facts,
}

/// What became of a monomial.
enum Step {
    /// Nothing more to do.
    Done(Monomial),
    /// It has become a sum, to be reduced again.
    Again(Sum),
}

impl Reducer<'_> {
    /// Reduces a sum. Splits of indices that one monomial asks for are seen by all.
    pub fn reduce(&mut self, sum: Sum) -> Result<Sum> {
        let mut sum = sum;
        loop {
            let splits = self.indices.count();
            sum = self.pass(sum)?;
            if self.indices.count() == splits {
                return Ok(self.collected(sum));
            }
        }
    }

    fn pass(&mut self, sum: Sum) -> Result<Sum> {
        let mut todo: Vec<Monomial> = sum.into_iter().rev().collect();
        let mut done = Sum::new();
        let mut steps = 0;
        while let Some(monomial) = todo.pop() {
            steps += 1;
            if steps > 20 * MAX_MONOMIALS {
                return Err(Outside::TooLarge);
            }
            match self.monomial(monomial)? {
                Step::Done(monomial) if monomial.coefficient.is_zero() => {}
                Step::Done(monomial) => done.push(monomial),
                Step::Again(sum) => todo.extend(sum.into_iter().rev()),
            }
        }
        Ok(done)
    }

    /// Equal terms added up. Variables that are not bound are told apart by their numbers.
    fn collected(&self, sum: Sum) -> Sum {
        if sum.len() < 2 {
            return sum;
        }
        let labels = outer(&sum);
        let terms = self.facts_canon(|canon| canon.terms(&sum, &labels));
        let signed = terms.into_iter().map(|(_, (coefficient, mut monomial))| {
            monomial.coefficient = coefficient;
            monomial
        });
        signed.collect()
    }

    pub(super) fn facts_canon<T>(&self, with: impl FnOnce(&Canon<'_>) -> T) -> T {
        let symmetry = self.facts.symmetries();
        let commutative = self.commutative();
        with(&Canon { indices: self.indices, symmetry: &symmetry, commutative, budget: Cell::new(BUDGET) })
    }

    pub(super) fn commutative(&self) -> bool {
        self.ring != Ring::Quaternions
    }

    pub(super) fn is_real(&self) -> bool {
        matches!(self.ring, Ring::Integers | Ring::Reals)
    }

    fn monomial(&mut self, mut monomial: Monomial) -> Result<Step> {
        if monomial.coefficient.is_zero() {
            return Ok(Step::Done(monomial));
        }
        monomial.each_index(&mut |index| *index = self.indices.flatten(index));
        monomial.bound = self.flat_bound(&monomial.bound);
        let nothing = monomial.bound.iter().any(|&v| self.indices.size(v).as_number() == Some(0));
        if nothing || !self.deltas(&mut monomial)? {
            monomial.coefficient = exact::integer(0);
            return Ok(Step::Done(monomial));
        }
        for k in 0..monomial.factors.len() {
            let mut factor = monomial.factors[k].clone();
            for sum in factor.base.sums_mut() {
                *sum = self.reduce(std::mem::take(sum))?;
            }
            if let Some(sum) = functions::simplify(self, factor.clone())? {
                return Ok(Step::Again(around(&monomial, k, &sum)));
            }
            monomial.factors[k] = factor;
        }
        if self.properties(&mut monomial) || self.contract(&mut monomial) || self.merge(&mut monomial)? {
            return Ok(Step::Again(vec![monomial]));
        }
        self.unused(&mut monomial);
        Ok(Step::Done(monomial))
    }

    fn flat_bound(&self, bound: &[Var]) -> Vec<Var> {
        let digits: Index = bound.iter().map(|v| Digit::Var(*v)).collect();
        let vars = self.indices.flatten(&digits).into_iter().filter_map(|digit| match digit {
            Digit::Var(var) => Some(var),
            Digit::Slice { .. } => None,
        });
        vars.collect()
    }

    /// Puts equal indices equal; false if they cannot be.
    fn deltas(&mut self, monomial: &mut Monomial) -> Result<bool> {
        let mut open = std::mem::take(&mut monomial.deltas);
        let mut kept: Vec<(Digit, Digit)> = Vec::new();
        while let Some((a, b)) = open.pop() {
            let pairs = self.indices.align(&a, &b)?;
            // Aligning may have split variables that stand elsewhere too.
            monomial.each_index(&mut |index| *index = self.indices.flatten(index));
            monomial.bound = self.flat_bound(&monomial.bound);
            for (x, y) in pairs {
                if x == y {
                    continue;
                }
                let bound = |d: &Digit| matches!(d, Digit::Var(v) if monomial.bound.contains(v));
                let (from, to) = match (&x, &y) {
                    (Digit::Var(v), _) if bound(&x) => (*v, y.clone()),
                    (_, Digit::Var(w)) if bound(&y) => (*w, x.clone()),
                    // Of two that are free the one with the smaller number stands for both.
                    (Digit::Var(v), Digit::Var(w)) => {
                        kept.push((x.clone().min(y.clone()), x.clone().max(y.clone())));
                        ((*v).max(*w), Digit::Var((*v).min(*w)))
                    }
                    // A free index at a fixed place.
                    (Digit::Var(v), Digit::Slice { of, .. }) if of.is_empty() => {
                        kept.push((x.clone(), y.clone()));
                        (*v, y.clone())
                    }
                    (Digit::Slice { of, .. }, Digit::Var(v)) if of.is_empty() => {
                        kept.push((y.clone(), x.clone()));
                        (*v, x.clone())
                    }
                    (Digit::Slice { start: s, step: p, of: i, .. }, Digit::Slice { start: t, step: q, of: j, .. }) => {
                        match (i.is_empty(), j.is_empty()) {
                            (true, true) if s == t => continue,
                            (true, true) => return Ok(false),
                            (false, false) if s == t && p == q => {
                                open.push((i.clone(), j.clone()));
                                continue;
                            }
                            _ => return Err(slices()),
                        }
                    }
                    _ => return Err(slices()),
                };
                self.facts.rules.insert(Rule::Delta);
                monomial.replace(from, &to);
                let one = |index: &mut Index| super::index::replace(index, from, &to);
                open.iter_mut().for_each(|(a, b)| {
                    one(a);
                    one(b);
                });
                monomial.bound.retain(|v| *v != from);
            }
        }
        kept.sort();
        kept.dedup();
        monomial.deltas = kept.into_iter().map(|(a, b)| (vec![a], vec![b])).collect();
        // Deltas that were resolved earlier in the loop may name a variable that a later one replaced.
        Ok(self.chained(monomial))
    }

    /// Deltas among free variables say which are equal: each class is written as pairs with its smallest member. False
    /// if two of a class are fixed at different places.
    fn chained(&self, monomial: &mut Monomial) -> bool {
        let mut classes: Vec<Vec<Digit>> = Vec::new();
        for (a, b) in &monomial.deltas {
            let (touched, mut apart): (Vec<_>, Vec<_>) = std::mem::take(&mut classes)
                .into_iter()
                .partition(|c: &Vec<Digit>| c.contains(&a[0]) || c.contains(&b[0]));
            let mut class: Vec<Digit> = touched.concat();
            class.extend([a[0].clone(), b[0].clone()]);
            class.sort();
            class.dedup();
            apart.push(class);
            classes = apart;
        }
        classes.sort();
        monomial.deltas.clear();
        for class in classes {
            let mut fixed = class.iter().filter(|digit| matches!(digit, Digit::Slice { .. }));
            let place = fixed.next().cloned();
            if fixed.next().is_some() {
                return false;
            }
            let first = place.as_ref().unwrap_or(&class[0]);
            for other in &class[1..] {
                monomial.deltas.push((vec![class[0].clone()], vec![other.clone()]));
            }
            for digit in class.iter().filter(|digit| *digit != first) {
                if let Digit::Var(var) = digit {
                    monomial.factors.iter_mut().for_each(|f| {
                        f.each_index(&mut |index| super::index::replace(index, *var, first));
                    });
                }
            }
        }
        true
    }

    /// Entries of operands that are known. True if something has changed.
    fn properties(&mut self, monomial: &mut Monomial) -> bool {
        let real = self.is_real();
        let mut changed = false;
        let mut deltas = Vec::new();
        for factor in &mut monomial.factors {
            if real && factor.conj && !matches!(factor.base, Base::Group(_)) {
                self.facts.rules.insert(Rule::Conjugate);
                factor.conj = false;
                changed = true;
            }
            if let Base::Literal(term) = factor.base
                && let Some(value) = literal_entry(self.terms, term, &factor.index)
            {
                let value = if factor.conj { value.conj() } else { value };
                if let Some(power) = factor.exponent.is_integer().then(|| factor.exponent.to_integer())
                    && let Some(value) = exact::power(&value, power)
                {
                    monomial.coefficient = &monomial.coefficient * &value;
                    factor.exponent = Exponent::zero();
                    changed = true;
                }
            }
            let (Base::Operand(n) | Base::Inverse(n)) = factor.base else { continue };
            if factor.conj && self.facts.has(n, Property::Real) {
                self.facts.rules.insert(Rule::Conjugate);
                factor.conj = false;
                changed = true;
            }
            if factor.conj && self.facts.has(n, Property::Hermitian) && factor.index.len() == 2 {
                self.facts.rules.insert(Rule::Entry);
                factor.conj = false;
                factor.index.swap(0, 1);
                changed = true;
            }
            let [a, b] = &factor.index[..] else {
                continue;
            };
            if self.facts.has(n, Property::Diagonal) && a != b {
                self.facts.rules.insert(Rule::Entry);
                deltas.push((a.clone(), b.clone()));
                factor.index[1] = a.clone();
                changed = true;
            } else if matches!(factor.base, Base::Operand(_)) {
                let zero = self.facts.has(n, Property::Zero) || (self.facts.has(n, Property::Skew) && a == b);
                if zero && factor.exponent.is_positive() {
                    self.facts.rules.insert(Rule::Entry);
                    monomial.coefficient = exact::integer(0);
                    return true;
                }
                if self.facts.has(n, Property::UnitDiagonal) && a == b && !factor.exponent.is_zero() {
                    self.facts.rules.insert(Rule::Entry);
                    factor.exponent = Exponent::zero();
                    changed = true;
                }
                if self.facts.has(n, Property::ZeroOne) && factor.exponent > Exponent::one() {
                    self.facts.rules.insert(Rule::Entry);
                    factor.exponent = Exponent::one();
                    changed = true;
                }
            }
        }
        monomial.factors.retain(|f| !f.exponent.is_zero());
        monomial.deltas.extend(deltas);
        changed
    }

    /// Pairs of factors that a sum over their shared index turns into a delta: A A⁻¹ = I, Q* Q = I, selections.
    fn contract(&mut self, monomial: &mut Monomial) -> bool {
        if !self.commutative() {
            return false;
        }
        let count = monomial.factors.len();
        for x in 0..count {
            if self.selection_sum(monomial, x) {
                return true;
            }
            for y in 0..count {
                if x != y && (self.inverse_pair(monomial, x, y) || self.selection_pair(monomial, x, y)) {
                    return true;
                }
            }
        }
        false
    }

    fn inverse_pair(&mut self, monomial: &mut Monomial, x: usize, y: usize) -> bool {
        let (f, g) = (&monomial.factors[x], &monomial.factors[y]);
        let (Base::Operand(n), true, true) = (&f.base, f.exponent.is_one(), g.exponent.is_one()) else { return false };
        let n = *n;
        let ([a, b], [c, d]) = (&f.index[..], &g.index[..]) else { return false };
        let symmetric = self.facts.has(n, Property::Symmetric);
        // The shared index, and the two that are put equal.
        let candidates: Vec<(&Index, &Index, &Index, &Index)> = match g.base {
            // A_ab V_bd and V_ca A_ab; a symmetric matrix may be read either way.
            Base::Inverse(m) if m == n && f.conj == g.conj => match symmetric {
                false => vec![(b, c, a, d), (a, d, c, b)],
                true => vec![(b, c, a, d), (a, d, c, b), (a, c, b, d), (b, d, a, c)],
            },
            Base::Operand(m) if m == n && x < y => {
                let unitary = self.facts.has(n, Property::Unitary) && f.conj != g.conj;
                let orthogonal = self.facts.has(n, Property::Orthogonal) && f.conj == g.conj;
                match unitary || orthogonal || (self.is_real() && self.facts.has(n, Property::Unitary)) {
                    true => vec![(a, c, b, d), (b, d, a, c)],
                    false => return false,
                }
            }
            _ => return false,
        };
        let inverse = matches!(g.base, Base::Inverse(_));
        let found = candidates.into_iter().find(|(s, t, ..)| s == t && sums_over(monomial, s, &[x, y]));
        let Some((shared, _, p, q)) = found.map(|(s, t, p, q)| (s.clone(), t, p.clone(), q.clone())) else {
            return false;
        };
        if inverse && !self.facts.need(n, Property::Invertible) {
            return false;
        }
        self.facts.rules.insert(if inverse { Rule::Inverse } else { Rule::Unitary });
        remove_bound(monomial, &shared);
        monomial.deltas.push((p, q));
        remove_factors(monomial, &[x, y]);
        true
    }

    /// P_ij P_ik is P_ij where j = k, else 0, if row i has a single 1.
    fn selection_pair(&mut self, monomial: &mut Monomial, x: usize, y: usize) -> bool {
        let (f, g) = (&monomial.factors[x], &monomial.factors[y]);
        let (Base::Operand(n), Base::Operand(m)) = (&f.base, &g.base) else { return false };
        let one = f.exponent.is_one() && g.exponent.is_one();
        let ([a, b], [c, d], true, true) = (&f.index[..], &g.index[..], n == m && x < y, one) else { return false };
        let delta = if a == c && b != d && self.facts.has(*n, Property::RowSelection) {
            (b.clone(), d.clone())
        } else if b == d && a != c && self.facts.has(*n, Property::ColumnSelection) {
            (a.clone(), c.clone())
        } else {
            return false;
        };
        self.facts.rules.insert(Rule::Selection);
        monomial.deltas.push(delta);
        remove_factors(monomial, &[y]);
        true
    }

    /// Σ_j P_ij = 1 if row i has a single 1.
    fn selection_sum(&mut self, monomial: &mut Monomial, x: usize) -> bool {
        let factor = &monomial.factors[x];
        let (Base::Operand(n), [a, b], true) = (&factor.base, &factor.index[..], factor.exponent.is_one()) else {
            return false;
        };
        let over = |index: &Index, property| {
            self.facts.has(*n, property) && !index.is_empty() && sums_over(monomial, index, &[x])
        };
        let shared = match () {
            () if over(b, Property::RowSelection) => b.clone(),
            () if over(a, Property::ColumnSelection) => a.clone(),
            () => return false,
        };
        self.facts.rules.insert(Rule::Selection);
        remove_bound(monomial, &shared);
        remove_factors(monomial, &[x]);
        true
    }

    /// Powers of one base become one factor. True if something has changed.
    fn merge(&mut self, monomial: &mut Monomial) -> Result<bool> {
        if !self.commutative() {
            return Ok(false);
        }
        for x in 0..monomial.factors.len() {
            for y in x + 1..monomial.factors.len() {
                let (f, g) = (monomial.factors[x].clone(), monomial.factors[y].clone());
                if let Some(merged) = functions::merge_exponentials(self, &f, &g) {
                    self.facts.rules.insert(Rule::Exponential);
                    monomial.factors[x] = merged;
                    monomial.factors.remove(y);
                    return Ok(true);
                }
                if !self.same_base(&f, &g) {
                    continue;
                }
                let exponent = f.exponent + g.exponent;
                // x·x⁻¹ = 1 needs x to have an inverse; so does x²·x⁻¹ = x.
                let cancels = f.exponent.is_positive() != g.exponent.is_positive();
                if cancels && !self.need(&f, Property::Nonzero) {
                    continue;
                }
                self.facts.rules.insert(if cancels { Rule::Cancel } else { Rule::Exponents });
                monomial.factors.remove(y);
                match exponent.is_zero() {
                    true => drop(monomial.factors.remove(x)),
                    false => monomial.factors[x].exponent = exponent,
                }
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A difference multiplied with the denominator of one of its terms, a sum that depends on free variables alone;
    /// none if there is none, or it may be zero. The difference is zero if what this gives is.
    pub(super) fn without_denominator(&mut self, sum: &Sum, free: &[Digit]) -> Result<Option<Sum>> {
        if !self.commutative() {
            return Ok(None);
        }
        let free_only = |factor: &Factor| {
            let entry = vec![Monomial::factor(factor.clone())];
            free_variables(&entry).iter().all(|v| free.contains(&Digit::Var(*v)))
        };
        let fraction = |f: &&Factor| {
            matches!(f.base, Base::Group(_))
                && f.exponent.is_integer()
                && f.exponent.is_negative()
                && !f.conj
                && free_only(f)
        };
        let Some(denominator) = sum.iter().flat_map(|m| &m.factors).find(fraction).cloned() else { return Ok(None) };
        if !self.need(&denominator, Property::Nonzero) {
            return Ok(None);
        }
        self.facts.rules.insert(Rule::Denominators);
        let power = -denominator.exponent;
        let mut cleared = Sum::new();
        for monomial in sum {
            let mut monomial = monomial.clone();
            let known = monomial.factors.iter().position(|f| self.same_base(f, &denominator));
            match known {
                Some(k) if (monomial.factors[k].exponent + power).is_zero() => drop(monomial.factors.remove(k)),
                Some(k) => monomial.factors[k].exponent += power,
                None => monomial.factors.push(Factor { exponent: power, ..denominator.clone() }),
            }
            cleared.push(monomial);
        }
        self.reduce(cleared).map(Some)
    }

    fn same_base(&self, f: &Factor, g: &Factor) -> bool {
        let kind = |base: &Base| std::mem::discriminant(base);
        if f.conj != g.conj || kind(&f.base) != kind(&g.base) || f.index.len() != g.index.len() {
            return false;
        }
        let bare = |factor: &Factor| Factor { exponent: Exponent::one(), ..factor.clone() };
        self.factor_key(&bare(f)) == self.factor_key(&bare(g))
    }

    /// The key of a factor with its variables told apart by their numbers.
    fn factor_key(&self, factor: &Factor) -> String {
        let labels = outer(&vec![Monomial::factor(factor.clone())]);
        self.facts_canon(|canon| canon.factor(factor, &labels).0)
    }

    /// Whether what the factor is a power of has the property.
    pub(super) fn need(&mut self, factor: &Factor, property: Property) -> bool {
        match &factor.base {
            Base::Operand(n) => {
                let diagonal = matches!(&factor.index[..], [a, b] if a == b) && property == Property::Nonzero;
                if self.facts.has(*n, property) {
                    return self.facts.need(*n, property);
                }
                // Something may be given of just these entries.
                let bare = Factor { exponent: Exponent::one(), conj: false, ..factor.clone() };
                let entry = vec![Monomial::factor(bare)];
                let key = self.closed_key(&entry);
                if self.facts.knows(&key, property) {
                    let (terms, indices) = (self.terms, &*self.indices);
                    let text = || Writer::new(terms, indices, Style::Text).sum(&entry);
                    return self.facts.need_of(&key, text, property);
                }
                self.facts.need(*n, if diagonal { Property::NonzeroDiagonal } else { property })
            }
            Base::Function(Map::Exp, _) if matches!(property, Property::Nonzero) || self.is_real() => true,
            Base::Function(Map::Abs, _) if property == Property::Nonnegative => true,
            _ => {
                let bare = Factor { exponent: Exponent::one(), conj: false, ..factor.clone() };
                let key = match &bare.base {
                    Base::Group(sum) => self.closed_key(sum),
                    _ => self.closed_key(&vec![Monomial::factor(bare.clone())]),
                };
                let inside = match &bare.base {
                    Base::Group(sum) => sum.clone(),
                    _ => vec![Monomial::factor(bare.clone())],
                };
                let (terms, indices) = (self.terms, &*self.indices);
                let text = || Writer::new(terms, indices, Style::Text).sum(&inside);
                self.facts.need_of(&key, text, property)
            }
        }
    }

    /// Whether that is known without assuming anything.
    pub(super) fn need_quietly(&mut self, factor: &Factor, property: Property) -> bool {
        let liberal = std::mem::replace(&mut self.facts.liberal, false);
        let known = self.need(factor, property);
        self.facts.liberal = liberal;
        known
    }

    /// Fresh variables over the same sizes.
    pub(super) fn fresh_like(&mut self, index: &Index) -> Index {
        let mut fresh = Index::new();
        for digit in index {
            if let Digit::Var(var) = digit {
                let size = self.indices.size(*var).clone();
                fresh.extend(self.indices.fresh(&size));
            }
        }
        fresh
    }

    /// The key of an entry whatever its indices are called.
    pub(super) fn closed_key(&self, sum: &Sum) -> String {
        let entry = Monomial::factor(Factor::new(Base::Group(sum.clone()), vec![]));
        let closed = Monomial { bound: free_variables(sum), ..entry };
        self.facts_canon(|canon| canon.sum(&vec![closed], &Labels::new()))
    }

    /// Bound variables that occur nowhere count how many values they take.
    fn unused(&mut self, monomial: &mut Monomial) {
        let mut used = Vec::new();
        monomial.each_variable(&mut |v| used.push(v));
        let (kept, unused): (Vec<Var>, Vec<Var>) = monomial.bound.iter().partition(|v| used.contains(v));
        monomial.bound = kept;
        for var in unused {
            self.facts.rules.insert(Rule::Count);
            let size = self.indices.size(var).clone();
            monomial.times_size(&size, 1);
        }
    }

    /// A power with its exponent, multiplied out.
    pub(super) fn powers_of(&mut self, sum: &Sum, exponent: i64) -> Result<Sum> {
        let mut result = number(exact::integer(1));
        for _ in 0..exponent {
            result = product(&result, &self.renamed(sum));
            if result.len() > MAX_MONOMIALS {
                return Err(Outside::TooLarge);
            }
            // (x + y)^k has k + 1 terms, and 2^k before equal ones are added up.
            result = self.collected(result);
        }
        Ok(result)
    }

    /// The sum with fresh bound variables.
    pub(super) fn renamed(&mut self, sum: &Sum) -> Sum {
        let mut sum = sum.clone();
        for monomial in &mut sum {
            for k in 0..monomial.bound.len() {
                let old = monomial.bound[k];
                let size = self.indices.size(old).clone();
                if let [Digit::Var(new)] = self.indices.fresh(&size)[..] {
                    monomial.replace(old, &Digit::Var(new));
                    monomial.bound[k] = new;
                }
            }
        }
        sum
    }
}

/// The entry of a literal at a fixed place.
fn literal_entry(terms: &Terms, term: crate::term::TermId, index: &[Index]) -> Option<exact::Exact> {
    let TermKind::Literal(entries) = &terms.node(term).kind else { return None };
    let shape = &terms.node(term).shape;
    let position = index.iter().zip(shape).try_fold(0usize, |position, (index, size)| {
        let (at, _) = fixed(index)?;
        Some(position * usize::try_from(size.as_number()?).ok()? + at)
    })?;
    entries.get(position).cloned()
}

fn slices() -> Outside {
    Outside::Unsupported("these slices meet in a way that only given sizes decide".into())
}

/// The monomial with factor `k` replaced by a sum.
fn around(monomial: &Monomial, k: usize, by: &Sum) -> Sum {
    let before = Monomial { factors: monomial.factors[..k].to_vec(), ..monomial.clone() };
    let mut after = Monomial::number(exact::integer(1));
    after.factors = monomial.factors[k + 1..].to_vec();
    product(&product(&vec![before], by), &vec![after])
}

/// Whether the digits of `index` are bound and occur only in those factors, once in each.
fn sums_over(monomial: &Monomial, index: &Index, factors: &[usize]) -> bool {
    let vars: Vec<Var> = index
        .iter()
        .map_while(|digit| match digit {
            Digit::Var(var) => Some(*var),
            Digit::Slice { .. } => None,
        })
        .collect();
    if vars.len() != index.len() || vars.iter().any(|v| !monomial.bound.contains(v)) {
        return false;
    }
    let mut seen = 0;
    let mut count = |v: Var| seen += usize::from(vars.contains(&v));
    monomial.each_variable(&mut count);
    let inside = factors.len() * vars.len();
    let mut distinct = vars.clone();
    distinct.sort_unstable();
    distinct.dedup();
    seen == inside && distinct.len() == vars.len()
}

fn remove_bound(monomial: &mut Monomial, index: &Index) {
    monomial.bound.retain(|v| !index.contains(&Digit::Var(*v)));
}

fn remove_factors(monomial: &mut Monomial, which: &[usize]) {
    let mut k = 0;
    monomial.factors.retain(|_| {
        k += 1;
        !which.contains(&(k - 1))
    });
}

/// The variables of a sum that it does not bind.
pub(super) fn free_variables(sum: &Sum) -> Vec<Var> {
    let mut free = Vec::new();
    for monomial in sum {
        monomial.each_variable(&mut |v| {
            if !free.contains(&v) {
                free.push(v);
            }
        });
    }
    let mut bound = Vec::new();
    collect_bound(sum, &mut bound);
    free.retain(|v| !bound.contains(v));
    free
}

fn collect_bound(sum: &Sum, bound: &mut Vec<Var>) {
    for monomial in sum {
        bound.extend(&monomial.bound);
        for factor in &monomial.factors {
            if let Base::Whole(_, abstraction) = &factor.base {
                abstraction.params.iter().for_each(|p| super::index::variables(p, &mut |v| bound.push(v)));
            }
            factor.base.sums().iter().for_each(|s| collect_bound(s, bound));
        }
    }
}

/// Labels that tell the free variables of a sum apart.
pub(super) fn outer(sum: &Sum) -> Labels {
    free_variables(sum).into_iter().map(|v| (v, v)).collect()
}
