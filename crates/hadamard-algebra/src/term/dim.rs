//! Sizes of axes: a number times symbols, such as `6`, `m`, `2·m·n`.

use std::hash::{Hash, Hasher};

/// A symbol of a size, an index into [`super::Terms::symbols`].
pub type Symbol = u32;

/// The size of an axis: a number times symbols. The order of the symbols is that in which they came about (that of the
/// digits of an index, the most significant first); sizes are equal whatever the order.
#[derive(Clone, Debug)]
pub struct Dim {
    number: u64,
    symbols: Vec<Symbol>,
}

impl Dim {
    /// The size 1.
    pub const ONE: Dim = Dim { number: 1, symbols: Vec::new() };

    /// A size known as a number.
    pub fn number(number: u64) -> Dim {
        Dim { number, symbols: Vec::new() }
    }
    /// A symbol.
    pub fn symbol(symbol: Symbol) -> Dim {
        Dim { number: 1, symbols: vec![symbol] }
    }
    /// The product, this size being that of the more significant digits; none if its number is beyond 64 bits.
    pub fn times(&self, other: &Dim) -> Option<Dim> {
        let number = self.number.checked_mul(other.number)?;
        let symbols = if number == 0 { Vec::new() } else { [&self.symbols[..], &other.symbols].concat() };
        Some(Dim { number, symbols })
    }
    /// The size without the factor `other`, if it has it. Of 0 by 0 the quotient is 1.
    pub fn over(&self, other: &Dim) -> Option<Dim> {
        if self == other {
            return Some(Dim::ONE);
        }
        if other.number == 0 || !self.number.is_multiple_of(other.number) {
            return None;
        }
        let mut symbols = self.symbols.clone();
        for symbol in other.symbols.iter().rev() {
            symbols.remove(symbols.iter().rposition(|s| s == symbol)?);
        }
        Some(Dim { number: self.number / other.number, symbols })
    }
    /// The size if it is a number.
    pub fn as_number(&self) -> Option<u64> {
        self.symbols.is_empty().then_some(self.number)
    }
    /// The number before the symbols.
    pub fn coefficient(&self) -> u64 {
        self.number
    }
    /// The symbols, each as often as it is a factor.
    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }
    /// Whether it is the number 1.
    pub fn is_one(&self) -> bool {
        self.as_number() == Some(1)
    }
    /// Its value where symbol k has the value `values[k]`; none beyond 64 bits.
    pub fn value(&self, values: &[u64]) -> Option<u64> {
        self.symbols.iter().try_fold(self.number, |size, &s| size.checked_mul(values[s as usize]))
    }
    /// `2·m·n`, where `names[k]` is the name of symbol k.
    pub fn text(&self, names: &[String]) -> String {
        let symbols = self.symbols.iter().map(|&s| names[s as usize].clone());
        let number = (self.number != 1 || self.symbols.is_empty()).then(|| self.number.to_string());
        number.into_iter().chain(symbols).collect::<Vec<_>>().join("·")
    }
    fn sorted(&self) -> Vec<Symbol> {
        let mut symbols = self.symbols.clone();
        symbols.sort_unstable();
        symbols
    }
}

impl PartialEq for Dim {
    fn eq(&self, other: &Dim) -> bool {
        self.number == other.number && (self.symbols == other.symbols || self.sorted() == other.sorted())
    }
}
impl Eq for Dim {}

impl Hash for Dim {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
        self.sorted().hash(state);
    }
}

impl PartialOrd for Dim {
    fn partial_cmp(&self, other: &Dim) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Dim {
    fn cmp(&self, other: &Dim) -> std::cmp::Ordering {
        self.number.cmp(&other.number).then_with(|| self.sorted().cmp(&other.sorted()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_quotients() {
        let (m, n) = (Dim::symbol(0), Dim::symbol(1));
        let mn = m.times(&n).unwrap();
        assert_eq!(mn, n.times(&m).unwrap());
        assert_eq!(mn.over(&m), Some(n.clone()));
        assert_eq!(m.over(&n), None);
        assert_eq!(Dim::number(6).times(&m).unwrap().over(&Dim::number(4)), None);
        assert_eq!(Dim::number(0).times(&m).unwrap().as_number(), Some(0));
        assert_eq!(Dim::number(0).over(&Dim::number(0)), Some(Dim::ONE));
        assert_eq!(Dim::number(2).times(&mn).unwrap().value(&[3, 5]), Some(30));
        assert_eq!(Dim::number(2).times(&mn).unwrap().text(&["m".into(), "n".into()]), "2·m·n");
        assert_eq!(Dim::number(u64::MAX).times(&Dim::number(2)), None);
    }
}
