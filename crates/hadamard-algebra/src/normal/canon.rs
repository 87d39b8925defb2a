//! Canonical names for sums: two sums get the same key iff they differ only in the names of bound variables, the order
//! of terms, and (where entries commute) of factors.
//!
//! Bound variables are told apart by colour refinement: a variable's colour says in which factors, at which places and
//! beside which colours it occurs. Where ties are left, each variable of the smallest tie is tried as the first, and
//! the least key wins. Parts of a monomial that share no bound variable are labelled apart from each other, so that
//! ties multiply only within a part.

use super::index::{Digit, Index, Indices, Var};
use super::sum::{Base, Factor, Monomial, Sum};
use crate::exact::{self, Exact};
use crate::term::{Dim, Symbol};
use num_traits::{One, Zero};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// What exchanging the indices of a matrix does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symmetry {
    /// Another entry.
    None,
    /// The same entry.
    Symmetric,
    /// The entry with the other sign.
    Skew,
}

/// The names of variables that are not bound inside.
pub type Labels = HashMap<Var, u32>;

/// Makes keys.
pub struct Canon<'a> {
    /// The variables.
    pub indices: &'a Indices,
    /// The symmetry of each operand.
    pub symmetry: &'a [Symmetry],
    /// Whether factors commute.
    pub commutative: bool,
    /// Labellings that may still be tried. With none left the first is taken, and equal sums may get different keys.
    pub budget: Cell<u32>,
}

type Colours = HashMap<Var, u64>;

/// Labellings tried for one key.
pub(super) const BUDGET: u32 = 20_000;

impl Canon<'_> {
    /// Terms by their keys, equal ones added up.
    pub fn terms(&self, sum: &Sum, labels: &Labels) -> BTreeMap<String, (Exact, Monomial)> {
        let mut terms: BTreeMap<String, (Exact, Monomial)> = BTreeMap::new();
        for monomial in sum {
            let Some((key, minus)) = self.monomial(monomial, labels) else { continue };
            let coefficient = if minus { -&monomial.coefficient } else { monomial.coefficient.clone() };
            let entry = terms.entry(key).or_insert_with(|| (Exact::zero(), monomial.clone()));
            entry.0 = exact::sum(&entry.0, &coefficient);
        }
        terms.retain(|_, (coefficient, _)| !coefficient.is_zero());
        terms
    }

    /// The key of a sum.
    pub fn sum(&self, sum: &Sum, labels: &Labels) -> String {
        let terms = self.terms(sum, labels);
        let terms = terms.iter().map(|(key, (coefficient, _))| format!("{}*{key}", exact::text(coefficient)));
        format!("({})", terms.collect::<Vec<_>>().join("+"))
    }

    /// The key of a monomial but for its coefficient, and whether the sign changes with it; none if it is zero because
    /// it equals its own negative.
    pub fn monomial(&self, monomial: &Monomial, labels: &Labels) -> Option<(String, bool)> {
        let (monomial, sizes) = self.merged(monomial);
        let mut key = String::new();
        for (symbol, power) in &monomial.sizes {
            let _ = write!(key, "s{symbol}^{power} ");
        }
        let mut deltas: Vec<String> = Vec::new();
        for (a, b) in &monomial.deltas {
            let (a, b) = (self.index_text(a, labels), self.index_text(b, labels));
            deltas.push(if a <= b { format!("[{a}={b}]") } else { format!("[{b}={a}]") });
        }
        deltas.sort();
        key += &deltas.concat();
        let mut minus = false;
        let mut parts = Vec::new();
        for part in self.parts(&monomial) {
            let (text, sign) = self.part(&part, &sizes, labels)?;
            minus ^= sign;
            parts.push(text);
        }
        if self.commutative {
            parts.sort();
        }
        Some((key + &parts.concat(), minus))
    }

    /// The monomial with digits that always stand together made one variable, and the sizes of its bound variables.
    fn merged(&self, monomial: &Monomial) -> (Monomial, HashMap<Var, Dim>) {
        let mut monomial = monomial.clone();
        let mut sizes: HashMap<Var, Dim> = monomial.bound.iter().map(|&v| (v, self.indices.size(v).clone())).collect();
        loop {
            // For each bound variable what stands after it, and for each what stands before; none if it varies.
            let mut after: HashMap<Var, Option<Var>> = HashMap::new();
            let mut before: HashMap<Var, Option<Var>> = HashMap::new();
            let note = |map: &mut HashMap<Var, Option<Var>>, of: Var, is: Option<Var>| {
                map.entry(of).and_modify(|known| *known = known.filter(|k| Some(*k) == is)).or_insert(is);
            };
            monomial.each_index(&mut |index| {
                each_list(index, &mut |list| {
                    for (k, digit) in list.iter().enumerate() {
                        let var = |d: Option<&Digit>| match d {
                            Some(Digit::Var(v)) if sizes.contains_key(v) => Some(*v),
                            _ => None,
                        };
                        if let Some(v) = var(Some(digit)) {
                            note(&mut after, v, var(list.get(k + 1)));
                            note(&mut before, v, k.checked_sub(1).and_then(|k| var(list.get(k))));
                        }
                    }
                })
            });
            let pair = monomial.bound.iter().find_map(|&v| {
                let w = after.get(&v).copied().flatten()?;
                (v != w && before.get(&w).copied().flatten() == Some(v)).then_some((v, w))
            });
            let Some((v, w)) = pair else { return (monomial, sizes) };
            let Some(size) = sizes[&v].times(&sizes[&w]) else { return (monomial, sizes) };
            sizes.insert(v, size);
            sizes.remove(&w);
            monomial.bound.retain(|x| *x != w);
            monomial.each_index(&mut |index| drop_var(index, w));
        }
    }

    /// Factors that share bound variables, with those.
    fn parts(&self, monomial: &Monomial) -> Vec<(Vec<Var>, Vec<Factor>)> {
        if !self.commutative {
            return vec![(monomial.bound.clone(), monomial.factors.clone())];
        }
        let mut parts: Vec<(Vec<Var>, Vec<Factor>)> = Vec::new();
        for factor in &monomial.factors {
            let mut vars = Vec::new();
            factor.each_variable(&mut |v| {
                if monomial.bound.contains(&v) && !vars.contains(&v) {
                    vars.push(v);
                }
            });
            let (joined, apart): (Vec<_>, Vec<_>) =
                parts.into_iter().partition(|(bound, _)| bound.iter().any(|v| vars.contains(v)));
            let mut part = (vars, vec![factor.clone()]);
            for (bound, factors) in joined {
                part.0.extend(bound.into_iter().filter(|v| !part.0.contains(v)).collect::<Vec<_>>());
                part.1.extend(factors);
            }
            parts = apart;
            parts.push(part);
        }
        parts
    }

    fn part(
        &self,
        (bound, factors): &(Vec<Var>, Vec<Factor>),
        sizes: &HashMap<Var, Dim>,
        labels: &Labels,
    ) -> Option<(String, bool)> {
        if !self.commutative {
            return Some(self.in_order(bound, factors, sizes, labels));
        }
        let mut colours: Colours = labels.iter().map(|(&v, &label)| (v, mix(7, u64::from(label)))).collect();
        colours.extend(bound.iter().map(|v| (*v, size_hash(&sizes[v]))));
        self.refine(bound, factors, &mut colours);
        self.least(bound, factors, sizes, labels, &colours)
    }

    /// The least key over the labellings that the colours allow.
    fn least(
        &self,
        bound: &[Var],
        factors: &[Factor],
        sizes: &HashMap<Var, Dim>,
        labels: &Labels,
        colours: &Colours,
    ) -> Option<(String, bool)> {
        let mut cells: BTreeMap<u64, Vec<Var>> = BTreeMap::new();
        for &var in bound {
            cells.entry(colours[&var]).or_default().push(var);
        }
        let tie = cells.values().filter(|cell| cell.len() > 1).min_by_key(|cell| cell.len());
        let Some(tie) = tie else {
            let order = cells.values().map(|cell| cell[0]);
            return Some(self.labelled(order, factors, sizes, labels));
        };
        let mut best: Option<(String, bool)> = None;
        for &first in tie {
            if self.budget.get() == 0 && best.is_some() {
                break;
            }
            self.budget.set(self.budget.get().saturating_sub(1));
            let mut colours = colours.clone();
            colours.insert(first, mix(colours[&first], 1));
            self.refine(bound, factors, &mut colours);
            let (key, minus) = self.least(bound, factors, sizes, labels, &colours)?;
            match &best {
                // The same term with both signs is zero.
                Some((known, sign)) if *known == key && *sign != minus => return None,
                Some((known, _)) if *known <= key => {}
                _ => best = Some((key, minus)),
            }
        }
        best
    }

    /// The key where bound variables are named in that order.
    fn labelled(
        &self,
        order: impl Iterator<Item = Var>,
        factors: &[Factor],
        sizes: &HashMap<Var, Dim>,
        labels: &Labels,
    ) -> (String, bool) {
        let mut labels = labels.clone();
        let mut key = String::from("{");
        for var in order {
            let label = next(&labels);
            labels.insert(var, label);
            let _ = write!(key, "{label}:{} ", size_text(&sizes[&var]));
        }
        let mut minus = false;
        let mut texts = Vec::new();
        for factor in factors {
            let (text, sign) = self.factor(factor, &labels);
            texts.push(text);
            minus ^= sign;
        }
        texts.sort();
        (key + &texts.concat() + "}", minus)
    }

    /// Where factors do not commute their order names the variables.
    fn in_order(
        &self,
        bound: &[Var],
        factors: &[Factor],
        sizes: &HashMap<Var, Dim>,
        labels: &Labels,
    ) -> (String, bool) {
        let mut labels = labels.clone();
        let mut key = String::from("{");
        let mut texts = String::new();
        let mut minus = false;
        for factor in factors {
            factor.each_variable(&mut |var| {
                if bound.contains(&var) && !labels.contains_key(&var) {
                    let label = next(&labels);
                    labels.insert(var, label);
                    let _ = write!(key, "{label}:{} ", size_text(&sizes[&var]));
                }
            });
            let (text, sign) = self.factor(factor, &labels);
            texts += &text;
            minus ^= sign;
        }
        (key + &texts + "}", minus)
    }

    /// A factor whose variables all have labels, and whether its sign changes.
    pub fn factor(&self, factor: &Factor, labels: &Labels) -> (String, bool) {
        let mut axes: Vec<String> = factor.index.iter().map(|index| self.index_text(index, labels)).collect();
        let mut minus = false;
        if let ([a, b], true) = (&axes[..], self.symmetry_of(&factor.base) != Symmetry::None)
            && a > b
        {
            minus = self.symmetry_of(&factor.base) == Symmetry::Skew && !(factor.exponent.numer() % 2).is_zero();
            axes.swap(0, 1);
        }
        let base = match &factor.base {
            Base::Entry(term) => format!("E{term}"),
            Base::Operand(n) => format!("A{n}"),
            Base::Inverse(n) => format!("V{n}"),
            Base::Literal(term) => format!("L{term}"),
            Base::Function(map, args) => {
                let args: Vec<String> = args.iter().map(|arg| self.sum(arg, labels)).collect();
                format!("{map:?}{}", args.concat())
            }
            Base::Group(sum) => self.sum(sum, labels),
            Base::Whole(whole, abstraction) => {
                let mut inner = labels.clone();
                let mut sizes = String::new();
                for digit in abstraction.params.iter().flatten() {
                    if let Digit::Var(var) = digit {
                        let label = next(&inner);
                        inner.insert(*var, label);
                    }
                }
                for index in &abstraction.params {
                    let _ = write!(sizes, "{};", self.index_text(index, &inner));
                }
                format!("{whole:?}<{sizes}{}>", self.sum(&abstraction.body, &inner))
            }
        };
        let conj = if factor.conj { "'" } else { "" };
        let power = if factor.exponent.is_one() { String::new() } else { format!("^{}", factor.exponent) };
        (format!("{base}{conj}{power}[{}]", axes.join("|")), minus)
    }

    fn symmetry_of(&self, base: &Base) -> Symmetry {
        match base {
            Base::Operand(n) | Base::Inverse(n) => self.symmetry.get(*n).copied().unwrap_or(Symmetry::None),
            _ => Symmetry::None,
        }
    }

    fn index_text(&self, index: &[Digit], labels: &Labels) -> String {
        let digits = index.iter().map(|digit| match digit {
            Digit::Var(var) => labels.get(var).map_or_else(|| format!("?{var}"), u32::to_string),
            Digit::Slice { start, step, of, .. } => format!("{start}+{step}({})", self.index_text(of, labels)),
        });
        digits.collect::<Vec<_>>().join(",")
    }

    /// Colours that no longer change when each variable takes in those of its neighbours.
    fn refine(&self, bound: &[Var], factors: &[Factor], colours: &mut Colours) {
        let distinct = |colours: &Colours| {
            let mut all: Vec<u64> = bound.iter().map(|v| colours[v]).collect();
            all.sort_unstable();
            all.dedup();
            all.len()
        };
        let mut known = 0;
        loop {
            let now = distinct(colours);
            if now == known || bound.is_empty() {
                return;
            }
            known = now;
            let mut next = colours.clone();
            for &var in bound {
                let own = colours[&var];
                colours.insert(var, mix(own, 3));
                let mut beside: Vec<u64> =
                    factors.iter().filter(|f| occurs(f, var)).map(|f| self.factor_hash(f, colours)).collect();
                colours.insert(var, own);
                beside.sort_unstable();
                next.insert(var, beside.into_iter().fold(mix(own, 11), mix));
            }
            *colours = next;
        }
    }

    fn factor_hash(&self, factor: &Factor, colours: &Colours) -> u64 {
        let mut axes: Vec<u64> = factor.index.iter().map(|index| index_hash(index, colours)).collect();
        if self.symmetry_of(&factor.base) != Symmetry::None {
            axes.sort_unstable();
        }
        let base = match &factor.base {
            Base::Entry(term) => mix(20, *term as u64),
            Base::Operand(n) => mix(21, *n as u64),
            Base::Inverse(n) => mix(22, *n as u64),
            Base::Literal(term) => mix(23, *term as u64),
            Base::Function(map, args) => {
                args.iter().fold(text_hash(&format!("{map:?}")), |h, arg| mix(h, self.sum_hash(arg, colours)))
            }
            Base::Group(sum) => mix(24, self.sum_hash(sum, colours)),
            Base::Whole(whole, abstraction) => {
                let mut inner = colours.clone();
                for (k, digit) in abstraction.params.iter().flatten().enumerate() {
                    if let Digit::Var(var) = digit {
                        inner.insert(*var, mix(25, k as u64));
                    }
                }
                mix(text_hash(&format!("{whole:?}")), self.sum_hash(&abstraction.body, &inner))
            }
        };
        let power = mix(*factor.exponent.numer() as u64, *factor.exponent.denom() as u64);
        axes.into_iter().fold(mix(mix(base, u64::from(factor.conj)), power), mix)
    }

    fn sum_hash(&self, sum: &Sum, colours: &Colours) -> u64 {
        let mut terms: Vec<u64> = sum
            .iter()
            .map(|monomial| {
                let mut inner = colours.clone();
                inner.extend(monomial.bound.iter().map(|v| (*v, size_hash(self.indices.size(*v)))));
                self.refine(&monomial.bound, &monomial.factors, &mut inner);
                let mut factors: Vec<u64> = monomial.factors.iter().map(|f| self.factor_hash(f, &inner)).collect();
                if self.commutative {
                    factors.sort_unstable();
                }
                let mut deltas: Vec<u64> = monomial
                    .deltas
                    .iter()
                    .map(|(a, b)| index_hash(a, &inner).wrapping_add(index_hash(b, &inner)))
                    .collect();
                deltas.sort_unstable();
                let front = text_hash(&format!("{} {:?}", exact::text(&monomial.coefficient), monomial.sizes));
                deltas.into_iter().chain(factors).fold(front, mix)
            })
            .collect();
        terms.sort_unstable();
        terms.into_iter().fold(26, mix)
    }
}

fn occurs(factor: &Factor, var: Var) -> bool {
    let mut found = false;
    factor.each_variable(&mut |v| found |= v == var);
    found
}

/// Calls `visit` with a list of digits and those inside its slices.
fn each_list(index: &Index, visit: &mut dyn FnMut(&Index)) {
    visit(index);
    for digit in index {
        if let Digit::Slice { of, .. } = digit {
            each_list(of, visit);
        }
    }
}

fn drop_var(index: &mut Index, var: Var) {
    index.retain(|digit| *digit != Digit::Var(var));
    for digit in index {
        if let Digit::Slice { of, .. } = digit {
            drop_var(of, var);
        }
    }
}

fn next(labels: &Labels) -> u32 {
    labels.values().max().map_or(0, |label| label + 1)
}

fn index_hash(index: &[Digit], colours: &Colours) -> u64 {
    index.iter().fold(27, |hash, digit| match digit {
        Digit::Var(var) => mix(hash, colours.get(var).copied().unwrap_or(u64::from(*var))),
        Digit::Slice { start, step, of, .. } => {
            mix(mix(mix(hash, *start as u64), *step as u64), index_hash(of, colours))
        }
    })
}

fn size_text(size: &Dim) -> String {
    let mut symbols: Vec<Symbol> = size.symbols().to_vec();
    symbols.sort_unstable();
    format!("{}{symbols:?}", size.coefficient())
}

fn size_hash(size: &Dim) -> u64 {
    text_hash(&size_text(size))
}

fn text_hash(text: &str) -> u64 {
    text.bytes().fold(28, |hash, byte| mix(hash, u64::from(byte)))
}

/// A fixed mixing function, so that keys are the same in every run.
fn mix(a: u64, b: u64) -> u64 {
    let x = (a.rotate_left(23) ^ b).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^ (x >> 29)
}
