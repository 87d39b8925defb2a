//! Sizes under inference: symbols that stand for sizes not yet known, and the equations between them.

use super::dim::{Dim, Symbol};

/// Two sizes that cannot be equal, as far as they were known.
#[derive(Clone, Debug)]
pub(super) struct Conflict(pub Dim, pub Dim);

/// The symbols and what is known of them. A symbol with a name is fixed: it stands for any size, so it equals nothing
/// but itself. One without is a question.
#[derive(Default)]
pub(super) struct Sizes {
    symbols: Vec<(Option<String>, Option<Dim>)>,
    /// Equations between products that can be met in several ways.
    open: Vec<(Dim, Dim)>,
    /// How many questions were answered by 1: such shapes are rarely what was meant.
    pub ones: u32,
}

impl Sizes {
    /// A size not yet known.
    pub fn fresh(&mut self) -> Dim {
        self.symbols.push((None, None));
        Dim::symbol(self.symbols.len() as Symbol - 1)
    }

    /// The size of that name.
    pub fn named(&mut self, name: &str) -> Dim {
        let known = self.symbols.iter().position(|(n, _)| n.as_deref() == Some(name));
        Dim::symbol(known.unwrap_or_else(|| {
            self.symbols.push((Some(name.to_owned()), None));
            self.symbols.len() - 1
        }) as Symbol)
    }

    /// The size with everything known put in.
    pub fn resolve(&self, dim: &Dim) -> Dim {
        let mut result = Dim::number(dim.coefficient());
        for &symbol in dim.symbols() {
            let factor = match &self.symbols[symbol as usize].1 {
                Some(value) => self.resolve(value),
                None => Dim::symbol(symbol),
            };
            // Beyond 64 bits there is no array, and any size will do for the message that says so.
            result = result.times(&factor).unwrap_or(Dim::number(u64::MAX));
        }
        result
    }

    fn is_open(&self, symbol: Symbol) -> bool {
        let (name, value) = &self.symbols[symbol as usize];
        name.is_none() && value.is_none()
    }

    fn answer(&mut self, symbol: Symbol, value: Dim) {
        self.ones += u32::from(value.is_one());
        self.symbols[symbol as usize].1 = Some(value);
    }

    /// Makes two sizes equal.
    pub fn equal(&mut self, a: &Dim, b: &Dim) -> Result<(), Conflict> {
        let (whole_a, whole_b) = (self.resolve(a), self.resolve(b));
        if whole_a == whole_b {
            return Ok(());
        }
        let conflict = || Conflict(whole_a.clone(), whole_b.clone());
        let (a, b) = cancel(&whole_a, &whole_b);
        for (x, y) in [(&a, &b), (&b, &a)] {
            let &[symbol] = x.symbols() else { continue };
            if x.coefficient() == 1 && self.is_open(symbol) && !y.symbols().contains(&symbol) {
                self.answer(symbol, y.clone());
                return Ok(());
            }
        }
        for (x, y) in [(&a, &b), (&b, &a)] {
            // A product is 1 only if each factor is.
            if x.is_one() {
                if y.coefficient() != 1 || !y.symbols().iter().all(|&s| self.is_open(s)) {
                    return Err(conflict());
                }
                for &symbol in y.symbols() {
                    if self.is_open(symbol) {
                        self.answer(symbol, Dim::ONE);
                    }
                }
                return Ok(());
            }
        }
        if a.symbols().iter().chain(b.symbols()).any(|&s| self.is_open(s)) {
            self.open.push((a, b));
            return Ok(());
        }
        Err(conflict())
    }

    /// Answers what is left: products are met factor by factor in the order of the digits.
    pub fn settle(&mut self) -> Result<(), Conflict> {
        while let Some((a, b)) = self.open.pop() {
            let (whole_a, whole_b) = (self.resolve(&a), self.resolve(&b));
            let (a, b) = cancel(&whole_a, &whole_b);
            let known = self.open.len();
            self.equal(&a, &b)?;
            if self.open.len() == known {
                continue;
            }
            self.open.pop();
            let factors = |dim: &Dim| {
                let number = (dim.coefficient() != 1).then(|| Dim::number(dim.coefficient()));
                number.into_iter().chain(dim.symbols().iter().map(|&s| Dim::symbol(s))).collect::<Vec<_>>()
            };
            let (left, right) = (factors(&a), factors(&b));
            let pair = left.iter().zip(&right).find(|(x, y)| {
                let open = |d: &Dim| d.symbols().iter().any(|&s| self.is_open(s));
                open(x) || open(y)
            });
            let Some((x, y)) = pair else { return Err(Conflict(whole_a, whole_b)) };
            let (x, y) = (x.clone(), y.clone());
            self.equal(&x, &y)?;
            self.open.push((a, b));
        }
        Ok(())
    }

    /// The names of the symbols that are left, with letters for those without a name; `taken` are not used.
    /// Questions are named in the order of `first`, those answered get no name.
    pub fn names(&self, first: &[Symbol], taken: &[&str]) -> Vec<String> {
        let given: Vec<&str> = self.symbols.iter().filter_map(|(n, _)| n.as_deref()).collect();
        let letters = ["m", "n", "p", "q", "r", "s", "t", "u", "v", "w", "g", "h"];
        let numbered = (1..).flat_map(|k| letters.iter().map(move |l| format!("{l}{k}")));
        let mut free = letters.iter().map(|l| l.to_string()).chain(numbered);
        let mut names: Vec<Option<String>> = self.symbols.iter().map(|(n, _)| n.clone()).collect();
        let all: Vec<Symbol> = first.iter().copied().chain(0..self.symbols.len() as Symbol).collect();
        for symbol in all {
            if self.is_open(symbol) && names[symbol as usize].is_none() {
                names[symbol as usize] = free.find(|l| !taken.contains(&l.as_str()) && !given.contains(&l.as_str()));
            }
        }
        names.into_iter().map(Option::unwrap_or_default).collect()
    }
}

/// Both sizes without their common factors.
fn cancel(a: &Dim, b: &Dim) -> (Dim, Dim) {
    let (mut left, mut right) = (a.clone(), b.clone());
    for &symbol in a.symbols() {
        let factor = Dim::symbol(symbol);
        if let (Some(l), Some(r)) = (left.over(&factor), right.over(&factor)) {
            (left, right) = (l, r);
        }
    }
    let common = Dim::number(gcd(left.coefficient(), right.coefficient()).max(1));
    match (left.over(&common), right.over(&common)) {
        (Some(l), Some(r)) => (l, r),
        _ => (left, right),
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_met_by_factors() {
        let mut sizes = Sizes::default();
        let [a, b, c, d] = [0; 4].map(|_| sizes.fresh());
        sizes.equal(&a.times(&b).unwrap(), &c.times(&d).unwrap()).unwrap();
        sizes.settle().unwrap();
        assert_eq!((sizes.resolve(&a), sizes.resolve(&b)), (sizes.resolve(&c), sizes.resolve(&d)));
    }

    #[test]
    fn a_later_equation_may_decide_an_earlier_one() {
        let mut sizes = Sizes::default();
        let [a, b, c, d] = [0; 4].map(|_| sizes.fresh());
        sizes.equal(&a.times(&b).unwrap(), &c.times(&d).unwrap()).unwrap();
        sizes.equal(&a, &d).unwrap();
        sizes.settle().unwrap();
        assert_eq!(sizes.resolve(&b), sizes.resolve(&c));
    }

    #[test]
    fn what_cannot_be() {
        let mut sizes = Sizes::default();
        let (m, n, a) = (sizes.named("m"), sizes.named("n"), sizes.fresh());
        assert!(sizes.equal(&m, &n).is_err());
        assert!(sizes.equal(&m, &Dim::number(3)).is_err());
        assert!(sizes.equal(&m.times(&Dim::number(2)).unwrap(), &m).is_err());
        // m·a = m says that a is 1.
        sizes.equal(&m.times(&a).unwrap(), &m).unwrap();
        assert!(sizes.resolve(&a).is_one());
        assert_eq!(sizes.ones, 1);
    }
}
