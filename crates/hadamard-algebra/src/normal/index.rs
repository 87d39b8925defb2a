//! Indices as lists of digits. A variable that runs over a product of sizes may be split into digits, the most
//! significant first, and is then the list of them wherever it stands: so a split that one operation asks for is seen
//! by all others.

use super::Outside;
use crate::term::Dim;

/// A variable, an index into [`Indices`].
pub type Var = u32;

/// One digit of an index.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Digit {
    /// A variable.
    Var(Var),
    /// `start + step · of` along an axis of that size; a fixed position if `of` is empty.
    Slice {
        /// First position.
        start: usize,
        /// Step.
        step: isize,
        /// The index of the slice.
        of: Index,
        /// The size of the axis.
        size: Dim,
    },
}

impl Digit {
    /// A fixed position along an axis of that size.
    pub fn at(position: usize, size: &Dim) -> Digit {
        Digit::Slice { start: position, step: 1, of: Index::new(), size: size.clone() }
    }

    /// The position, if it is fixed.
    fn position(&self) -> Option<usize> {
        match self {
            Digit::Slice { start, of, .. } if of.is_empty() => Some(*start),
            _ => None,
        }
    }
}

/// The position that an index of fixed digits stands for, and the size it runs over, where that is a number.
pub(super) fn fixed(index: &[Digit]) -> Option<(usize, usize)> {
    index.iter().try_fold((0usize, 1usize), |(position, count), digit| {
        let Digit::Slice { size, .. } = digit else { return None };
        let size = usize::try_from(size.as_number()?).ok()?;
        Some((position.checked_mul(size)?.checked_add(digit.position()?)?, count.checked_mul(size)?))
    })
}

/// The only index of an axis of size 1 has no digits.
fn fixed_index(position: usize, size: &Dim) -> Index {
    if size.is_one() { Index::new() } else { vec![Digit::at(position, size)] }
}

/// An index: its digits, the most significant first. The only index of an axis of size 1 has none.
pub type Index = Vec<Digit>;

/// The variables: over which size each runs, and into which digits it has been split.
#[derive(Clone, Debug, Default)]
pub struct Indices {
    vars: Vec<(Dim, Option<Index>)>,
}

impl Indices {
    /// A variable over `0..size`; of a size 1 there is nothing to run over.
    pub fn fresh(&mut self, size: &Dim) -> Index {
        if size.is_one() {
            return Index::new();
        }
        self.vars.push((size.clone(), None));
        vec![Digit::Var(self.vars.len() as Var - 1)]
    }

    /// The size a variable runs over.
    pub fn size(&self, var: Var) -> &Dim {
        &self.vars[var as usize].0
    }

    /// How many variables there are: a change says that something has been split.
    pub fn count(&self) -> usize {
        self.vars.len()
    }

    fn digit_size(&self, digit: &Digit) -> Dim {
        match digit {
            Digit::Var(var) => self.size(*var).clone(),
            Digit::Slice { size, .. } => size.clone(),
        }
    }

    /// The digits that are not split further.
    pub fn flatten(&self, index: &[Digit]) -> Index {
        let mut flat = Index::with_capacity(index.len());
        for digit in index {
            match digit {
                Digit::Var(var) => match &self.vars[*var as usize].1 {
                    Some(parts) => flat.extend(self.flatten(parts)),
                    None => flat.push(digit.clone()),
                },
                Digit::Slice { start, step, of, size } => {
                    let of = self.flatten(of);
                    // A fixed position of a slice is a fixed position of what it is a slice of.
                    let at = fixed(&of).and_then(|(k, _)| {
                        let along = step.checked_mul(isize::try_from(k).ok()?)?;
                        start.checked_add_signed(along)
                    });
                    flat.push(match at {
                        Some(at) => Digit::at(at, size),
                        None => Digit::Slice { start: *start, step: *step, of, size: size.clone() },
                    });
                }
            }
        }
        flat
    }

    /// Cuts an index into one over `high` and one over what is left of its size.
    pub fn split(&mut self, index: &[Digit], high: &Dim, low: &Dim) -> Result<(Index, Index), Outside> {
        let digits = self.flatten(index);
        if let (Some((at, count)), Some(parts)) = (fixed(&digits), low.as_number().filter(|&n| n > 0))
            && let Ok(parts) = usize::try_from(parts)
            && count.is_multiple_of(parts)
            && high.as_number() == u64::try_from(count / parts).ok()
            && !digits.is_empty()
        {
            return Ok((fixed_index(at / parts, high), fixed_index(at % parts, low)));
        }
        let mut left = high.clone();
        let mut front = Index::new();
        for (k, digit) in digits.iter().enumerate() {
            if left.is_one() {
                return Ok((front, digits[k..].to_vec()));
            }
            let size = self.digit_size(digit);
            if let Some(rest) = left.over(&size) {
                front.push(digit.clone());
                left = rest;
                continue;
            }
            let conflict = || Outside::Split(size.clone(), left.clone());
            let rest = size.over(&left).ok_or_else(conflict)?;
            if let (Some(at), parts) = (digit.position(), rest.as_number()) {
                // Position 0 has digits 0 whatever the sizes are.
                let parts = match (at, parts.and_then(|n| usize::try_from(n).ok())) {
                    (_, Some(parts @ 1..)) => parts,
                    (0, _) => 1,
                    _ => return Err(conflict()),
                };
                front.extend(fixed_index(at / parts, &left));
                return Ok((front, [&fixed_index(at % parts, &rest)[..], &digits[k + 1..]].concat()));
            }
            let Digit::Var(var) = digit else { return Err(conflict()) };
            let parts = [self.fresh(&left), self.fresh(&rest)].concat();
            self.vars[*var as usize].1 = Some(parts.clone());
            front.push(parts[0].clone());
            return Ok((front, [&parts[1..], &digits[k + 1..]].concat()));
        }
        // An empty axis has indices of any digits; of others all digits have been used.
        if left.is_one() || low.as_number() == Some(0) {
            Ok((front, Index::new()))
        } else {
            Err(Outside::Split(left, low.clone()))
        }
    }

    /// Two indices of one axis as pairs of digits that are equal if the indices are.
    pub fn align(&mut self, a: &[Digit], b: &[Digit]) -> Result<Vec<(Digit, Digit)>, Outside> {
        let (mut a, mut b) = (self.flatten(a), self.flatten(b));
        if let (Some((i, m)), Some((j, n))) = (fixed(&a), fixed(&b))
            && m == n
            && let Ok(size) = u64::try_from(m).map(Dim::number)
        {
            return Ok(vec![(Digit::at(i, &size), Digit::at(j, &size))]);
        }
        let mut pairs = Vec::new();
        while let (Some(x), Some(y)) = (a.first().cloned(), b.first().cloned()) {
            let (p, q) = (self.digit_size(&x), self.digit_size(&y));
            if p == q {
                pairs.push((x, y));
                a.remove(0);
                b.remove(0);
            } else if let Some(rest) = q.over(&p) {
                let (front, back) = self.split(&b, &p, &rest)?;
                pairs.push((x, front[0].clone()));
                a.remove(0);
                (a, b) = (self.flatten(&a), back);
            } else if let Some(rest) = p.over(&q) {
                let (front, back) = self.split(&a, &q, &rest)?;
                pairs.push((front[0].clone(), y));
                b.remove(0);
                (a, b) = (back, self.flatten(&b));
            } else {
                return Err(Outside::Split(p, q));
            }
        }
        Ok(pairs)
    }
}

/// Calls `visit` with every variable of an index.
pub fn variables(index: &[Digit], visit: &mut dyn FnMut(Var)) {
    for digit in index {
        match digit {
            Digit::Var(var) => visit(*var),
            Digit::Slice { of, .. } => variables(of, visit),
        }
    }
}

/// The index with variables replaced.
pub fn replace(index: &mut Index, from: Var, to: &Digit) {
    for digit in index {
        match digit {
            Digit::Var(var) if *var == from => *digit = to.clone(),
            Digit::Var(_) => {}
            Digit::Slice { of, .. } => replace(of, from, to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_split_is_seen_everywhere() {
        let (m, n) = (Dim::symbol(0), Dim::symbol(1));
        let mut indices = Indices::default();
        let i = indices.fresh(&m.times(&n).unwrap());
        let (a, b) = indices.split(&i, &m, &n).unwrap();
        assert_eq!(indices.flatten(&i), [a.clone(), b].concat());
        // The same split again makes nothing new, and another order does not fit.
        let count = indices.count();
        assert_eq!(indices.split(&i, &m, &n).unwrap().0, a);
        assert_eq!(indices.count(), count);
        assert!(indices.split(&i, &n, &m).is_err());
    }

    #[test]
    fn equal_indices_are_aligned_digit_by_digit() {
        let (m, n) = (Dim::symbol(0), Dim::symbol(1));
        let mut indices = Indices::default();
        let mn = m.times(&n).unwrap();
        let (i, j) = (indices.fresh(&mn), indices.fresh(&mn));
        indices.split(&i, &m, &n).unwrap();
        assert_eq!(indices.align(&i, &j).unwrap().len(), 2);
        assert_eq!(indices.flatten(&j).len(), 2);
        let six = indices.fresh(&Dim::number(6));
        indices.split(&six, &Dim::number(2), &Dim::number(3)).unwrap();
        assert!(indices.split(&six, &Dim::number(3), &Dim::number(2)).is_err());
        assert_eq!(indices.fresh(&Dim::ONE), []);
    }
}
