//! Indices as lists of digits. The rows of a Kronecker product are numbered by two digits, those of `vec(A)` by the
//! two indices of A: a reshape cuts indices into digits, and equating two indices cuts both until their digits agree.

/// A digit: an index that runs from 0 to below its size. Digits of size 1 are left out.
pub(super) type Var = usize;
/// The digits of one index, the most significant first.
pub(super) type Digits = Vec<Var>;

/// What has become of a digit.
#[derive(Clone, Copy)]
enum State {
    /// It runs on its own.
    Free(usize),
    /// It equals another.
    Same(Var),
    /// It has been cut in two, the more significant first.
    Cut(Var, Var),
}

/// All digits of a network.
#[derive(Clone, Default)]
pub(super) struct Vars(Vec<State>);

impl Vars {
    /// A new index of that size.
    pub fn fresh(&mut self, size: usize) -> Digits {
        if size == 1 { Vec::new() } else { vec![self.free(size)] }
    }

    fn free(&mut self, size: usize) -> Var {
        self.0.push(State::Free(size));
        self.0.len() - 1
    }

    /// The size of a free digit.
    pub fn size(&self, var: Var) -> usize {
        match self.0[var] {
            State::Free(size) => size,
            State::Same(other) => self.size(other),
            State::Cut(high, low) => self.size(high) * self.size(low),
        }
    }

    /// The free digits that these have become.
    pub fn resolve(&self, digits: &[Var]) -> Digits {
        let mut out = Digits::new();
        let mut stack: Vec<Var> = digits.iter().rev().copied().collect();
        while let Some(var) = stack.pop() {
            match self.0[var] {
                State::Free(_) => out.push(var),
                State::Same(other) => stack.push(other),
                State::Cut(high, low) => stack.extend([low, high]),
            }
        }
        out
    }

    /// Cuts a free digit so that the less significant part has the given size, which divides its own.
    fn cut(&mut self, var: Var, low: usize) -> (Var, Var) {
        let high = self.free(self.size(var) / low);
        let low = self.free(low);
        self.0[var] = State::Cut(high, low);
        (high, low)
    }

    /// Makes two indices of one length equal. `None` if their digits have no common refinement.
    pub fn equate(&mut self, a: &[Var], b: &[Var]) -> Option<()> {
        let (mut a, mut b) = (self.resolve(a), self.resolve(b));
        while let (Some(x), Some(y)) = (a.pop(), b.pop()) {
            let (m, n) = (self.size(x), self.size(y));
            // An earlier pair may have cut or equated what stands here again.
            if self.resolve(&[x]) != [x] || self.resolve(&[y]) != [y] {
                a.extend(self.resolve(&[x]));
                b.extend(self.resolve(&[y]));
            } else if m == n {
                if x != y {
                    self.0[y] = State::Same(x);
                }
            } else if m % n == 0 {
                let (high, low) = self.cut(x, n);
                a.extend([high, low]);
                b.push(y);
            } else if n % m == 0 {
                let (high, low) = self.cut(y, m);
                b.extend([high, low]);
                a.push(x);
            } else {
                return None;
            }
        }
        Some(())
    }

    /// Deals digits out to indices of the given lengths, cutting where an index ends inside a digit. `None` if it ends
    /// where no cut can be.
    pub fn regroup(&mut self, digits: &[Var], lengths: &[usize]) -> Option<Vec<Digits>> {
        let mut left = self.resolve(digits);
        let mut groups = Vec::new();
        for &length in lengths.iter().rev() {
            let (mut group, mut missing) = (Digits::new(), length);
            while missing > 1 {
                let var = left.pop()?;
                if self.resolve(&[var]) != [var] {
                    left.extend(self.resolve(&[var]));
                    continue;
                }
                let size = self.size(var);
                if missing % size == 0 {
                    group.push(var);
                    missing /= size;
                } else if size.is_multiple_of(missing) {
                    let (high, low) = self.cut(var, missing);
                    left.push(high);
                    group.push(low);
                    missing = 1;
                } else {
                    return None;
                }
            }
            group.reverse();
            groups.push(group);
        }
        groups.reverse();
        left.is_empty().then_some(groups)
    }
}
