//! Two sides compared entry by entry, against what rounding explains.

use super::report::{Fact, Part, Verdict, at, few};
use super::rounding::roundoff;
use crate::Error;
use hadamard_algebra::Relation;
use hadamard_array::{Array, DType, Scalar, Shape, c128, dispatch};

/// A side of a claim, computed.
pub(super) struct Side {
    /// As written.
    pub words: String,
    /// Its entries.
    pub value: Array,
    /// The bound on the rounding error of each entry (of fewer axes if they are all alike); none if it is exact.
    pub error: Option<Array>,
    /// The part of the formula for which no bound is known.
    pub untracked: Option<String>,
}

/// Units in the last place of the largest entry that are allowed where no bound is known.
const UNTRACKED: f64 = 1000.0;

/// Entries of an inequality of vectors that are told one by one.
const MAX_LISTED: usize = 16;

/// The entries of an array.
enum Entries {
    Integers(Vec<i128>),
    Numbers(Vec<c128>),
}

impl Side {
    fn entries(&self, exact: bool) -> Result<Entries, Error> {
        let dtype = self.value.dtype();
        Ok(dispatch!(dtype, T => {
            let scalars = self.value.slice::<T>()?.iter().map(|&v| -> Scalar { v.into() });
            match exact {
                true => Entries::Integers(scalars.filter_map(Scalar::as_int).collect()),
                false => Entries::Numbers(scalars.map(Scalar::as_c128).collect()),
            }
        }))
    }

    /// What rounding explains for each entry of `shape`.
    pub fn explained(&self, shape: &Shape) -> Result<Vec<f64>, Error> {
        let count = shape.size();
        if self.untracked.is_some() {
            let largest = self.numbers()?.iter().map(|z| z.norm()).filter(|v| v.is_finite()).fold(0.0, f64::max);
            return Ok(vec![UNTRACKED * roundoff(self.value.dtype()).max(roundoff(DType::F64)) * largest; count]);
        }
        let Some(error) = &self.error else { return Ok(vec![0.0; count]) };
        let slice = error.slice::<f64>()?;
        // A bound that is no number explains nothing.
        let number = |v: f64| if v.is_nan() { 0.0 } else { v };
        Ok((0..count).map(|k| number(slice[position(error.shape(), shape, k)])).collect())
    }

    /// The entries as double-precision complex numbers.
    pub fn numbers(&self) -> Result<Vec<c128>, Error> {
        match self.entries(false)? {
            Entries::Numbers(numbers) => Ok(numbers),
            Entries::Integers(_) => unreachable!("numbers were asked for"),
        }
    }

    fn is_exact(&self) -> bool {
        let dtype = self.value.dtype();
        dtype.is_int() || dtype == DType::Bool
    }

    fn scalar(&self, shape: &Shape, k: usize) -> Scalar {
        self.value.get(&self.value.shape().unravel(position(self.value.shape(), shape, k)))
    }
}

/// Where entry `k` of an array of shape `full` stands in one whose axes are stretched to it.
fn position(small: &Shape, full: &Shape, k: usize) -> usize {
    if small == full {
        return k;
    }
    let index = full.unravel(k);
    small.iter().zip(&index).fold(0, |at, (&n, &i)| at * n + if n == 1 { 0 } else { i })
}

/// The entry that speaks most against a relation.
#[derive(Clone, Copy)]
struct Worst {
    excess: f64,
    explained: f64,
    at: usize,
}

/// Compares `left` with `right`, which have one shape, or of which one is a number.
pub(super) fn compare(left: &Side, relation: Relation, right: &Side) -> Result<Part, Error> {
    let shape = if left.value.shape().ndim() == 0 { right.value.shape() } else { left.value.shape() }.clone();
    let statement = format!("{} {relation} {}", left.words, right.words);
    let count = shape.size();
    let excesses = excesses(left, relation, right, &shape)?;
    let (of_left, of_right) = (left.explained(&shape)?, right.explained(&shape)?);
    let (mut beyond, mut off, mut tight) = (0usize, 0usize, false);
    let (mut largest, mut least_explained): (Option<Worst>, Option<Worst>) = (None, None);
    for (k, &excess) in excesses.iter().enumerate() {
        let here = Worst { excess, explained: of_left[k] + of_right[k], at: k };
        off += usize::from(excess > 0.0);
        // An infinite bound explains a wrong number, but not a missing one.
        beyond += usize::from(excess > here.explained || excess == f64::INFINITY);
        tight |= excess + here.explained > 0.0;
        if largest.is_none_or(|w| excess > w.excess) {
            largest = Some(here);
        }
        if least_explained.is_none_or(|w| excess - here.explained > w.excess - w.explained) {
            least_explained = Some(here);
        }
    }
    let verdict = match (beyond, relation) {
        (1.., _) => Verdict::Fails,
        (0, Relation::Equal) if off == 0 => Verdict::Holds,
        (0, Relation::AtMost | Relation::AtLeast) if !tight => Verdict::Holds,
        (0, _) => Verdict::WithinRounding,
    };
    let mut part = Part { statement, verdict, lines: Vec::new(), facts: vec![("entries", Fact::Count(count))] };
    let Some(largest) = largest else {
        part.lines.push("there are no entries to compare".into());
        return Ok(part);
    };
    // Of what is refuted, the clearest case; otherwise the closest.
    let worst = if beyond > 0 { least_explained.unwrap_or(largest) } else { largest };
    let shown = Shown { left, right, relation, shape: &shape, worst, count, off, beyond };
    shown.into(&mut part);
    Ok(part)
}

/// By how much each entry is on the wrong side; for equality, how far the two are apart.
fn excesses(left: &Side, relation: Relation, right: &Side, shape: &Shape) -> Result<Vec<f64>, Error> {
    let exact = left.is_exact() && right.is_exact();
    let (from, to) = (left.value.shape(), right.value.shape());
    let pairs = (0..shape.size()).map(|k| (position(from, shape, k), position(to, shape, k)));
    Ok(match (left.entries(exact)?, right.entries(exact)?) {
        (Entries::Integers(l), Entries::Integers(r)) => pairs
            .map(|(i, j)| match relation {
                Relation::Equal => l[i].abs_diff(r[j]) as f64,
                Relation::AtMost => (l[i] - r[j]) as f64,
                Relation::AtLeast => (r[j] - l[i]) as f64,
            })
            .collect(),
        (Entries::Numbers(l), Entries::Numbers(r)) => pairs.map(|(i, j)| excess(l[i], relation, r[j])).collect(),
        _ => unreachable!("both sides were asked for in the same way"),
    })
}

fn excess(l: c128, relation: Relation, r: c128) -> f64 {
    let excess = match relation {
        _ if l == r => 0.0,
        Relation::Equal => (l - r).norm(),
        Relation::AtMost => l.re - r.re,
        Relation::AtLeast => r.re - l.re,
    };
    // What is no number satisfies nothing.
    if excess.is_nan() { f64::INFINITY } else { excess }
}

/// What is said of a comparison.
struct Shown<'a> {
    left: &'a Side,
    right: &'a Side,
    relation: Relation,
    shape: &'a Shape,
    worst: Worst,
    count: usize,
    off: usize,
    beyond: usize,
}

impl Shown<'_> {
    fn into(self, part: &mut Part) {
        let Worst { excess, explained, at: k } = self.worst;
        let place = self.shape.unravel(k);
        let (l, r) = (self.left.scalar(self.shape, k), self.right.scalar(self.shape, k));
        let many = |n: usize| if self.count == 1 { String::new() } else { format!("{n} of {} entries ", self.count) };
        let where_ = at(&place);
        match self.relation {
            Relation::Equal if self.off == 0 => {
                let all =
                    if self.count == 1 { "the sides are".into() } else { format!("all {} entries are", self.count) };
                part.lines
                    .push(format!("{all} equal{}", if self.count == 1 { format!(": {l}") } else { String::new() }));
            }
            Relation::Equal => {
                let which = if self.beyond > 0 { "clearest" } else { "largest" };
                let which = if self.count == 1 { "" } else { which };
                let line = format!("{which} difference {}{where_}: {l} against {r}", few(excess));
                part.lines.push(line.trim_start().into());
            }
            Relation::AtMost | Relation::AtLeast if excess > 0.0 => {
                part.lines.push(format!(
                    "{}on the wrong side, by {}{where_}: {l} against {r}",
                    many(self.off),
                    few(excess)
                ));
            }
            Relation::AtMost | Relation::AtLeast => {
                part.lines.push(format!("margin {}{where_}: {l} against {r}", few(-excess)));
            }
        }
        if self.off > 0 || self.relation != Relation::Equal {
            part.lines.push(self.explanation(part.verdict));
        }
        part.lines.extend(self.lost(k, l.as_c128(), self.left));
        part.lines.extend(self.lost(k, r.as_c128(), self.right));
        for side in [self.left, self.right] {
            if let Some(words) = &side.untracked {
                part.lines.push(format!(
                    "the rounding of `{words}` is not tracked: {UNTRACKED} units in the last place of the largest entry are allowed"
                ));
            }
        }
        part.lines.extend(self.entries());
        part.facts.push(match self.relation {
            Relation::Equal => ("difference", Fact::Number(excess)),
            Relation::AtMost | Relation::AtLeast => ("margin", Fact::Number(-excess)),
        });
        part.facts.extend([
            ("at", Fact::Place(place)),
            ("left", Fact::Entry(l)),
            ("right", Fact::Entry(r)),
            ("rounding", Fact::Number(explained)),
            ("off", Fact::Count(self.off)),
            ("beyond_rounding", Fact::Count(self.beyond)),
        ]);
    }

    /// Each entry of an inequality of short vectors: the sums or products of the k smallest eigenvalues, for each k.
    fn entries(&self) -> Vec<String> {
        let short = self.shape.ndim() == 1 && (2..=MAX_LISTED).contains(&self.count);
        if self.relation == Relation::Equal || !short {
            return Vec::new();
        }
        let sign = if self.relation == Relation::AtMost { "≤" } else { "≥" };
        let line = |k: usize| {
            let (l, r) = (self.left.scalar(self.shape, k), self.right.scalar(self.shape, k));
            let holds = excess(l.as_c128(), self.relation, r.as_c128()) <= 0.0;
            format!("[{k}] {l} {}{sign} {r}", if holds { "" } else { "not " })
        };
        (0..self.count).map(line).collect()
    }

    fn explanation(&self, verdict: Verdict) -> String {
        let Worst { excess, explained, .. } = self.worst;
        let untracked = self.left.untracked.is_some() || self.right.untracked.is_some();
        let exact = explained == 0.0 && !untracked;
        match verdict {
            Verdict::Fails if exact => match self.count {
                1 => "both sides are computed exactly".into(),
                _ => {
                    format!("{} of {} entries are wrong, and both sides are computed exactly", self.beyond, self.count)
                }
            },
            Verdict::Fails => {
                let many = if self.count == 1 {
                    String::new()
                } else {
                    format!("{} of {} entries: ", self.beyond, self.count)
                };
                format!("{many}rounding explains at most {} of it", few(explained))
            }
            _ if exact => "both sides are computed exactly".into(),
            Verdict::Holds => format!("rounding changes the sides by at most {}", few(explained)),
            Verdict::WithinRounding | Verdict::Undecided if excess > 0.0 => {
                format!("rounding explains up to {} there, {:.1} times as much", few(explained), explained / excess)
            }
            Verdict::WithinRounding | Verdict::Undecided => {
                format!("rounding may change the sides by {}, more than the margin", few(explained))
            }
        }
    }

    /// Says it where a side has no digit left that rounding could not have changed.
    fn lost(&self, k: usize, value: c128, side: &Side) -> Option<String> {
        let error = side.error.as_ref()?;
        let bound = error.slice::<f64>().ok()?[position(error.shape(), self.shape, k)];
        (bound > value.norm() && bound > 0.0 && self.off + self.beyond > 0).then(|| {
            format!("`{}` cancels: no digit of it is certain, rounding may change it by {}", side.words, few(bound))
        })
    }
}
