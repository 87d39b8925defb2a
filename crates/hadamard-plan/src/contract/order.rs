//! The order in which the factors of a network are multiplied and summed.
//!
//! Exact dynamic programming over subsets of up to twelve factors; more are first brought down to so many by joining, again
//! and again, the two whose product is cheapest. Sums are taken as soon as no other factor has their index. A subset is
//! known in two forms: *stored*, as an array, and *loose*, as an elementwise product that the nest which reads it computes on
//! the fly; what a matrix product reads is stored, and what is summed is stored afterwards.

use crate::Machine;
use hadamard_array::{DType, MAX_NDIM};

/// A set of digits, one bit each.
pub(super) type Set = u64;

/// As many factors are ordered exactly, and so many where the budget is spent.
const EXACT: usize = 12;
const LEAST: usize = 5;

/// How factors are combined.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    /// The factor of that number.
    Factor(usize),
    /// An elementwise product, computed by whatever reads it.
    Times(Box<Tree>, Box<Tree>),
    /// A sum over these digits.
    Sum(Box<Tree>, Set),
    /// A matrix product over these digits.
    MatMul(Box<Tree>, Box<Tree>, Set),
}

/// What the order depends on.
pub(super) struct Problem<'m> {
    pub machine: &'m Machine,
    pub dtype: DType,
    /// The size of each digit.
    pub sizes: Vec<f64>,
    /// The digits of the result.
    pub out: Set,
    /// The most bytes an intermediate value may have.
    pub most: f64,
}

/// A factor as the order sees it.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Its digits.
    pub digits: Set,
    /// Nanoseconds to compute one entry (0 for what lies in memory or a file).
    pub work: f64,
}

/// A part, or a subset of them, combined in the best way.
#[derive(Clone)]
struct Entry {
    /// Digits that are left.
    digits: Set,
    loose: Loose,
    stored: f64,
    loosely: How,
    storing: How,
}

/// A loose subset: time until its parts are there, bytes that reading them moves, work for each point.
#[derive(Clone, Copy)]
struct Loose {
    time: f64,
    bytes: f64,
    work: f64,
}

const NEVER: Loose = Loose { time: f64::INFINITY, bytes: f64::INFINITY, work: f64::INFINITY };

/// How a form of a subset came about; subsets are named by their first half.
#[derive(Clone, Copy, PartialEq)]
enum How {
    Never,
    Part,
    /// Loose: by reading the stored form. Stored: by storing the loose one.
    Other,
    Times(usize),
    Sum(usize, Set),
    MatMul(usize, Set),
}

impl Problem<'_> {
    fn size(&self, mut digits: Set) -> f64 {
        let mut size = 1.0;
        while digits != 0 {
            size *= self.sizes[digits.trailing_zeros() as usize];
            digits &= digits - 1;
        }
        size
    }

    fn bytes(&self, digits: Set) -> f64 {
        self.size(digits) * self.dtype.size() as f64
    }

    /// Bytes of a value that is kept: more than may be kept is out of reach, but the result has to go somewhere.
    fn kept(&self, digits: Set) -> f64 {
        let bytes = self.bytes(digits);
        if bytes > self.most && digits != self.out { f64::INFINITY } else { bytes }
    }

    /// The best order, and its predicted nanoseconds. `budget` is of ways to cut subsets in two; what the search takes is
    /// subtracted.
    pub fn solve(&self, parts: &[Part], budget: &mut usize) -> Option<(Tree, f64)> {
        let mut trees: Vec<Tree> = (0..parts.len()).map(Tree::Factor).collect();
        let mut entries: Vec<Entry> = Vec::new();
        for (k, part) in parts.iter().enumerate() {
            let others = parts.iter().enumerate().filter(|(other, _)| *other != k);
            let needed = others.fold(self.out, |set, (_, other)| set | other.digits);
            entries.push(self.single(part, needed));
            if part.digits & !needed != 0 {
                trees[k] = Tree::Sum(Box::new(Tree::Factor(k)), part.digits & !needed);
            }
        }
        let ways = |n: usize| 3usize.pow(n as u32) / 2;
        let exact = (LEAST..=EXACT).rev().find(|&n| ways(n.min(parts.len())) <= *budget).unwrap_or(LEAST);
        *budget = budget.saturating_sub(ways(exact.min(parts.len())));
        while entries.len() > exact {
            self.join_cheapest(&mut entries, &mut trees)?;
        }
        self.exact(&entries, &trees)
    }

    /// A part on its own, summed over what nobody else needs.
    fn single(&self, part: &Part, needed: Set) -> Entry {
        let digits = part.digits & needed;
        let whole = Loose { time: 0.0, bytes: self.bytes(part.digits), work: part.work };
        let mut entry = Entry { digits, loose: NEVER, stored: f64::INFINITY, loosely: How::Never, storing: How::Never };
        if digits == part.digits {
            entry.loose = whole;
            entry.loosely = How::Part;
            if part.work == 0.0 {
                entry.stored = 0.0;
                entry.storing = How::Part;
            }
        } else {
            entry.stored = self.sum(&whole, &Loose { time: 0.0, bytes: 0.0, work: 0.0 }, part.digits, digits);
            entry.storing = How::Part;
        }
        self.convert(&mut entry);
        entry
    }

    /// Each form from the other.
    fn convert(&self, entry: &mut Entry) {
        let bytes = self.kept(entry.digits);
        let points = self.size(entry.digits);
        let storing = entry.loose.time + self.machine.nest(points, entry.loose.work, entry.loose.bytes + 2.0 * bytes);
        if entry.loose.time < f64::INFINITY && storing < entry.stored {
            (entry.stored, entry.storing) = (storing, How::Other);
        }
        let read = Loose { time: entry.stored, bytes: self.bytes(entry.digits), work: 0.0 };
        if entry.storing != How::Other && self.weight(&read, points) < self.weight(&entry.loose, points) {
            (entry.loose, entry.loosely) = (read, How::Other);
        }
    }

    /// What a loose subset costs whoever reads it at so many points.
    fn weight(&self, loose: &Loose, points: f64) -> f64 {
        loose.time + loose.bytes * self.machine.byte + points * loose.work
    }

    fn sum(&self, a: &Loose, b: &Loose, over: Set, kept: Set) -> f64 {
        let work = a.work + b.work + 2.0 * self.machine.arithmetic;
        let bytes = a.bytes + b.bytes + 2.0 * self.kept(kept);
        a.time + b.time + self.machine.sum(self.size(over), work, self.size(kept), bytes)
    }

    /// Combines two disjoint subsets into `into`, if that is better than what it has.
    fn combine(&self, (first, a): (usize, &Entry), b: &Entry, into: &mut Entry) {
        let union = a.digits | b.digits;
        if union.count_ones() as usize > MAX_NDIM {
            return;
        }
        let summed = union & !into.digits;
        let time = a.loose.time + b.loose.time;
        if summed == 0 {
            let work = a.loose.work + b.loose.work + self.machine.arithmetic;
            let loose = Loose { time, bytes: a.loose.bytes + b.loose.bytes, work };
            let points = self.size(union);
            if self.weight(&loose, points) < self.weight(&into.loose, points) || into.loosely == How::Never {
                (into.loose, into.loosely) = (loose, How::Times(first));
            }
            return;
        }
        if time < into.stored {
            let time = self.sum(&a.loose, &b.loose, union, into.digits);
            if time < into.stored {
                (into.stored, into.storing) = (time, How::Sum(first, summed));
            }
        }
        let (rows, cols) = (a.digits & !b.digits, b.digits & !a.digits);
        let batch = a.digits & b.digits & into.digits;
        // Of two vectors a nest makes one sum; a matrix and a vector are a product like another.
        if batch == 0 && rows | cols != 0 && a.stored + b.stored < into.stored {
            let (m, k, n) = (self.size(rows), self.size(summed), self.size(cols));
            let time = a.stored + b.stored + self.machine.matmul(m, k, n, self.dtype);
            if time < into.stored && self.kept(into.digits) < f64::INFINITY {
                (into.stored, into.storing) = (time, How::MatMul(first, summed));
            }
        }
    }

    fn empty(digits: Set) -> Entry {
        Entry { digits, loose: NEVER, stored: f64::INFINITY, loosely: How::Never, storing: How::Never }
    }

    fn join_cheapest(&self, entries: &mut Vec<Entry>, trees: &mut Vec<Tree>) -> Option<()> {
        let mut best: Option<(f64, usize, usize, Entry)> = None;
        for i in 0..entries.len() {
            for j in 0..i {
                let others = entries.iter().enumerate().filter(|(k, _)| *k != i && *k != j);
                let needed = others.fold(self.out, |set, (_, e)| set | e.digits);
                let mut joined = Self::empty((entries[i].digits | entries[j].digits) & needed);
                self.combine((i, &entries[i]), &entries[j], &mut joined);
                self.convert(&mut joined);
                let before = entries[i].loose.time + entries[j].loose.time;
                let points = self.size(joined.digits);
                let cost = self.weight(&joined.loose, points) - before;
                if best.as_ref().is_none_or(|b| cost < b.0) {
                    best = Some((cost, i, j, joined));
                }
            }
        }
        let (_, i, j, mut joined) = best?;
        for at in [i, j] {
            entries.swap_remove(at);
        }
        let (a, b) = (Box::new(trees.swap_remove(i)), Box::new(trees.swap_remove(j)));
        let by_storing = matches!(joined.storing, How::Sum(..) | How::MatMul(..));
        trees.push(match joined.storing {
            How::MatMul(_, over) => Tree::MatMul(a, b, over),
            How::Sum(_, over) => Tree::Sum(Box::new(Tree::Times(a, b)), over),
            _ => Tree::Times(a, b),
        });
        // From here on it is a part like any other.
        joined.loosely = if by_storing { How::Other } else { How::Part };
        joined.storing = if by_storing { How::Part } else { How::Other };
        entries.push(joined);
        Some(())
    }

    fn exact(&self, parts: &[Entry], trees: &[Tree]) -> Option<(Tree, f64)> {
        let n = parts.len();
        let all = (1usize << n) - 1;
        let mut table: Vec<Entry> = Vec::with_capacity(all + 1);
        table.push(Self::empty(0));
        // The digits of each subset, to know what the rest needs.
        let mut digits = vec![0 as Set; all + 1];
        for set in 1..=all {
            let low = set & set.wrapping_neg();
            digits[set] = digits[set ^ low] | parts[low.trailing_zeros() as usize].digits;
        }
        for set in 1..=all {
            if set.is_power_of_two() {
                table.push(parts[set.trailing_zeros() as usize].clone());
                continue;
            }
            let mut entry = Self::empty(digits[set] & (self.out | digits[all ^ set]));
            // Each way to cut the set in two, once: the half with the lowest part first.
            let low = set & set.wrapping_neg();
            let rest = set ^ low;
            let mut half = rest;
            while half != 0 {
                half = (half - 1) & rest;
                let first = low | half;
                self.combine((first, &table[first]), &table[set ^ first], &mut entry);
            }
            self.convert(&mut entry);
            table.push(entry);
        }
        let best = table[all].stored;
        best.is_finite().then(|| (build(&table, trees, all, true), best))
    }
}

/// The tree behind an entry of the table.
fn build(table: &[Entry], trees: &[Tree], set: usize, stored: bool) -> Tree {
    let entry = &table[set];
    let part = || trees[set.trailing_zeros() as usize].clone();
    let loose = |half: usize| Box::new(build(table, trees, half, false));
    match if stored { entry.storing } else { entry.loosely } {
        How::Part | How::Never => part(),
        How::Other => build(table, trees, set, !stored),
        How::Times(first) => Tree::Times(loose(first), loose(set ^ first)),
        How::Sum(first, over) => Tree::Sum(Box::new(Tree::Times(loose(first), loose(set ^ first))), over),
        How::MatMul(first, over) => {
            let stored = |half: usize| Box::new(build(table, trees, half, true));
            Tree::MatMul(stored(first), stored(set ^ first), over)
        }
    }
}
