//! The smallest counterexample found: sizes in order of how many entries they make, operands of small integers, then
//! every entry as simple as the sides stay different.

use super::operands::{self, Random, Sample};
use crate::evaluate::{Dense, Evaluator, Modular, Quaternion, Scalar};
use crate::exact::{self, Exact};
use crate::term::{Dim, Problem, Ring, Term, TermId, TermKind};
use crate::{Property, Spectrum, evaluate};
use num_complex::Complex;
use std::collections::BTreeSet;

/// Operands for which two sides differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterexample {
    /// The operands and both sides.
    pub instance: Instance,
    /// Where they first differ.
    pub at: Vec<usize>,
}

/// A claim with numbers put in.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// What the symbols of sizes stand for.
    pub sizes: Vec<(String, u64)>,
    /// The operands.
    pub operands: Vec<(String, Matrix)>,
    /// The values of the sides.
    pub sides: Vec<Matrix>,
    /// What the values are.
    pub values: Values,
}

/// The kind of numbers that sides were computed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// They are exact.
    Exact,
    /// Floating point, where they have no rational values.
    Rounded,
    /// Integers modulo the prime 2⁶¹ − 1, with an i: sides that differ there differ as polynomials.
    ModuloPrime,
}

/// A matrix as text, entry by entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The lengths of its axes.
    pub shape: Vec<usize>,
    /// Its entries in row-major order.
    pub entries: Vec<String>,
}

/// How many sizes are tried, of large numbers fewer, and how many operands at each.
const SIZES: usize = 40;
const WIDE_SIZES: usize = 6;
const TRIES: usize = 10;

/// Operands that are made in vain before none are thought to be as given.
const MAX_REJECTED: usize = 20_000;

/// Entries that operands of a search may have together.
const MAX_ENTRIES: u64 = 2000;

/// Entries, multiplied as often as they are, that a search may compute in all.
const WORK: u64 = 4_000_000;

/// Differences of floating-point results, relative to the largest number on the way, that are taken for rounding.
const ROUNDING: f64 = 1e-8;

const SENSITIVE: f64 = 1e-3;

/// Numbers as they are shown.
trait Shown: Sample {
    /// What values of this kind are.
    const VALUES: Values = Values::Exact;
    fn text(&self) -> String;
    /// In floating point, for functions without exact values.
    fn float(&self) -> Option<Complex<f64>>;
}

impl Shown for Exact {
    fn text(&self) -> String {
        exact::text(self)
    }
    fn float(&self) -> Option<Complex<f64>> {
        Complex::from_exact(self)
    }
}

impl Shown for Quaternion {
    fn text(&self) -> String {
        self.to_string()
    }
    fn float(&self) -> Option<Complex<f64>> {
        None
    }
}

impl Shown for Modular {
    const VALUES: Values = Values::ModuloPrime;
    fn text(&self) -> String {
        match self.im {
            0 => self.re.to_string(),
            im => format!("{}+{im}i", self.re),
        }
    }
    fn float(&self) -> Option<Complex<f64>> {
        None
    }
}

/// A counterexample to the equation of two terms, if one is found.
pub(super) fn search(problem: &Problem, left: TermId, right: TermId) -> Option<Counterexample> {
    let complexes: &[bool] = match problem.ring {
        Ring::Quaternions => return Search::<Quaternion>::new(problem, left, right).run(&[false], SIZES),
        Ring::Complex => &[false, true],
        Ring::Integers | Ring::Reals => &[false],
    };
    let small = Search::<Exact>::new(problem, left, right).run(complexes, SIZES);
    small.or_else(|| {
        // Where the sides agree for all small integers, a large field tells at once whether they are the same.
        let rank = problem.terms.nodes.iter().any(|node| node.kind == TermKind::Rank);
        let wide = &complexes[complexes.len() - 1..];
        let found = Search::<Modular>::new(problem, left, right).run(wide, WIDE_SIZES).filter(|_| !rank)?;
        let mut large = Search::<Exact>::new(problem, left, right);
        large.random.wide = true;
        Some(large.run(wide, WIDE_SIZES).unwrap_or(found))
    })
}

/// Whether the sides differ at random operands over a large field, where they have values there.
pub(super) fn differ_at_random(problem: &Problem, left: TermId, right: TermId) -> bool {
    if problem.ring == Ring::Quaternions || problem.terms.nodes.iter().any(|node| node.kind == TermKind::Rank) {
        return false;
    }
    let mut search = Search::<Modular>::new(problem, left, right);
    let sizes: Vec<u64> = problem.terms.least.iter().map(|&least| least.max(2)).collect();
    if entries(problem, &sizes).0 > MAX_ENTRIES || search.work(&sizes) > WORK {
        return false;
    }
    let operands = search.operands(&sizes, problem.ring == Ring::Complex);
    operands.is_some_and(|operands| search.differ(&sizes, &operands).is_some())
}

struct Search<'a, T> {
    problem: &'a Problem,
    left: TermId,
    right: TermId,
    given: Vec<BTreeSet<Property>>,
    random: Random,
    kind: std::marker::PhantomData<T>,
}

/// Both sides, and where they differ.
struct Found {
    sides: Vec<Matrix>,
    at: Vec<usize>,
    values: Values,
}

/// The sides of a problem for small operands that are as given; sizes are 2 where they may be chosen.
pub fn instance(problem: &Problem) -> Option<Instance> {
    match problem.ring {
        Ring::Quaternions => Search::<Quaternion>::new(problem, 0, 0).instance(),
        Ring::Integers | Ring::Reals | Ring::Complex => Search::<Exact>::new(problem, 0, 0).instance(),
    }
}

impl<'a, T: Shown> Search<'a, T> {
    fn new(problem: &'a Problem, left: TermId, right: TermId) -> Search<'a, T> {
        let given = operands::given(problem);
        Search { problem, left, right, given, random: Random::new(1), kind: std::marker::PhantomData }
    }

    fn run(&mut self, complexes: &[bool], count: usize) -> Option<Counterexample> {
        let mut all = sizes(self.problem);
        // Where there are few sizes to choose from, more operands are tried at each.
        let tries = TRIES.max(SIZES * TRIES / 2 / all.len().max(1));
        // The first sizes are the smallest; of a few all kinds are taken.
        let step = all.len().div_ceil(count).max(1);
        all = all.into_iter().step_by(step).collect();
        let mut work = 0u64;
        for sizes in all.into_iter().filter(|sizes| entries(self.problem, sizes).0 <= MAX_ENTRIES) {
            let each = self.work(&sizes);
            for &complex in complexes {
                for _ in 0..tries {
                    work = work.saturating_add(each);
                    // At least the smallest sizes are tried, unless that alone would take long.
                    if work > WORK && (work > each || each > 8 * WORK) {
                        return None;
                    }
                    let Some(operands) = self.operands(&sizes, complex) else { continue };
                    if self.differ(&sizes, &operands).is_some() {
                        return self.shrunk(&sizes, operands);
                    }
                }
            }
        }
        None
    }

    fn operands(&mut self, sizes: &[u64], complex: bool) -> Option<Vec<Dense<T>>> {
        operands::operands(self.problem, sizes, &mut self.random, complex)
    }

    /// Roughly how many multiplications the value of every term takes at these sizes.
    fn work(&self, sizes: &[u64]) -> u64 {
        let terms = &self.problem.terms;
        let lengths = |id: TermId| terms.node(id).shape.iter().map(|d| d.value(sizes).unwrap_or(u64::MAX));
        let each = (0..terms.nodes.len()).map(|id| {
            let node = terms.node(id);
            let longest = node.args.iter().flat_map(|&arg| lengths(arg)).max().unwrap_or(1);
            let entries = lengths(id).fold(1u64, u64::saturating_mul);
            let square = longest.saturating_mul(longest);
            match node.kind {
                TermKind::MatMul | TermKind::Fold(..) | TermKind::Trace => entries.saturating_mul(longest),
                TermKind::Inv | TermKind::Det | TermKind::Rank | TermKind::MatPow(_) => square.saturating_mul(longest),
                TermKind::Spectrum(_) => square.saturating_mul(longest).saturating_mul(100),
                _ => entries,
            }
        });
        each.fold(0, u64::saturating_add)
    }

    /// Both sides if they exist, differ, and what is given holds.
    fn differ(&self, sizes: &[u64], operands: &[Dense<T>]) -> Option<Found> {
        if !operands::as_given(self.problem, sizes, operands) {
            return None;
        }
        let mut evaluator = Evaluator::new(&self.problem.terms, sizes, operands);
        if let (Some(left), Some(right)) = (evaluator.value(self.left), evaluator.value(self.right)) {
            let at = first_difference(&left, &right, &|a, b| a == b)?;
            return Some(Found { sides: vec![matrix(&left), matrix(&right)], at, values: T::VALUES });
        }
        self.differ_rounded(sizes, operands)
    }

    fn differ_rounded(&self, sizes: &[u64], operands: &[Dense<T>]) -> Option<Found> {
        let operands = floats(operands)?;
        let mut evaluator = Evaluator::new(&self.problem.terms, sizes, &operands);
        let (left, right) = (evaluator.value(self.left)?, evaluator.value(self.right)?);
        if self.problem.ring != Ring::Complex && left.data.iter().chain(&right.data).any(|a| a.im != 0.0) {
            // A root of a negative number: the sides have no real value here.
            return None;
        }
        // What cancels leaves errors of the size of what cancelled.
        // Eigenvalues of what is not Hermitian may lose half of their digits and more.
        let general = |node: &Term| node.kind == TermKind::Spectrum(Spectrum::General);
        let rounding = if self.problem.terms.nodes.iter().any(general) { SENSITIVE } else { ROUNDING };
        let error = rounding * evaluator.magnitude();
        let at = first_difference(&left, &right, &|a, b| (a - b).norm() <= error)?;
        Some(Found { sides: vec![rounded(&left), rounded(&right)], at, values: Values::Rounded })
    }

    /// The same with every entry as simple as may be.
    fn shrunk(&self, sizes: &[u64], mut operands: Vec<Dense<T>>) -> Option<Counterexample> {
        use Property::*;
        for n in 0..operands.len() {
            let free = |p: &Property| matches!(p, Nonzero | Positive | Nonnegative | Real | ZeroOne | Invertible);
            if !self.given[n].iter().all(free) {
                continue;
            }
            for k in 0..operands[n].data.len() {
                for simple in [T::zero(), T::one(), T::one().negative(), T::one().plus(&T::one())] {
                    let zero = simple.is_zero();
                    let signed = simple == T::one().negative();
                    let barred = |p: &Property| match p {
                        Nonzero => zero,
                        Positive => zero || signed,
                        Nonnegative | ZeroOne => signed,
                        _ => false,
                    };
                    if self.given[n].iter().any(barred) || (operands[n].data[k] == T::one() && !zero) {
                        continue;
                    }
                    if operands[n].data[k] == simple {
                        break;
                    }
                    let old = std::mem::replace(&mut operands[n].data[k], simple);
                    if self.differ(sizes, &operands).is_some() {
                        break;
                    }
                    operands[n].data[k] = old;
                }
            }
        }
        let found = self.differ(sizes, &operands)?;
        let instance = self.described(sizes, &operands, found.sides, found.values);
        Some(Counterexample { instance, at: found.at })
    }

    fn described(&self, sizes: &[u64], operands: &[Dense<T>], sides: Vec<Matrix>, values: Values) -> Instance {
        let terms = &self.problem.terms;
        let names = terms.operands.iter().map(|o| o.name.clone());
        Instance {
            sizes: terms.symbols.iter().cloned().zip(sizes.iter().copied()).collect(),
            operands: names.zip(operands.iter().map(matrix)).collect(),
            sides,
            values,
        }
    }

    fn instance(&mut self) -> Option<Instance> {
        let terms = &self.problem.terms;
        let sizes: Vec<u64> = terms.least.iter().map(|&least| least.max(2)).collect();
        // What is given of several operands together is seldom met by chance, and soon found not to be.
        let mut found = 0;
        for _ in 0..MAX_REJECTED {
            let Some(operands) = self.operands(&sizes, false) else { continue };
            found += 1;
            if found > 4 * TRIES {
                break;
            }
            let mut exact = Evaluator::new(terms, &sizes, &operands);
            let values: Option<Vec<Matrix>> =
                self.problem.sides.iter().map(|&side| exact.value(side).map(|v| matrix(&v))).collect();
            if let Some(sides) = values {
                return Some(self.described(&sizes, &operands, sides, T::VALUES));
            }
            let Some(floats) = floats(&operands) else { continue };
            let mut float = Evaluator::new(terms, &sizes, &floats);
            let values: Option<Vec<Matrix>> =
                self.problem.sides.iter().map(|&side| float.value(side).map(|v| rounded(&v))).collect();
            if let Some(sides) = values {
                return Some(self.described(&sizes, &operands, sides, Values::Rounded));
            }
        }
        None
    }
}

fn floats<T: Shown>(operands: &[Dense<T>]) -> Option<Vec<Dense<Complex<f64>>>> {
    let float = |array: &Dense<T>| {
        let data = array.data.iter().map(Shown::float).collect::<Option<Vec<_>>>()?;
        Some(Dense { shape: array.shape.clone(), data })
    };
    operands.iter().map(float).collect()
}

/// Small operands that are as given, at small sizes first.
#[derive(Clone, Debug)]
pub struct Example {
    /// What the symbols of sizes stand for.
    pub sizes: Vec<u64>,
    /// The operands, in their order.
    pub operands: Vec<Dense<Exact>>,
}

/// At most `count` examples of the operands of a problem over ℤ, ℝ or ℂ: every other one has complex entries where the
/// ring has them.
pub fn examples(problem: &Problem, count: usize) -> impl Iterator<Item = Example> + '_ {
    let entries = move |sizes: &Vec<u64>| entries(problem, sizes).0 <= MAX_ENTRIES;
    let all: Vec<Vec<u64>> = sizes(problem).into_iter().filter(entries).collect();
    let each = count.div_ceil(all.len().max(1)).max(1);
    let mut random = Random::new(1);
    let complex = problem.ring == Ring::Complex;
    let tries = all.into_iter().flat_map(move |sizes| (0..each).map(move |k| (sizes.clone(), complex && k % 2 == 1)));
    tries.filter_map(move |(sizes, complex)| {
        // Of several properties together chance gives some only now and then.
        let mut tries = (0..TRIES).map(|_| operands::operands::<Exact>(problem, &sizes, &mut random, complex));
        let operands = tries.find_map(|operands| operands)?;
        Some(Example { sizes, operands })
    })
}

/// How many entries the operands have together at these sizes, and the sum of the sizes.
fn entries(problem: &Problem, sizes: &[u64]) -> (u64, u64) {
    let length = |d: &Dim| d.value(sizes).unwrap_or(u64::MAX);
    let each = problem.terms.operands.iter().map(|o| o.shape.iter().map(length).fold(1u64, u64::saturating_mul));
    (each.fold(0, u64::saturating_add), sizes.iter().sum::<u64>())
}

/// Values for the symbols of sizes, those with the fewest entries first.
fn sizes(problem: &Problem) -> Vec<Vec<u64>> {
    let terms = &problem.terms;
    let mut all: Vec<Vec<u64>> = vec![Vec::new()];
    for &least in &terms.least {
        let values = least.max(1)..=least.max(1) + 2;
        all = all.into_iter().flat_map(|s| values.clone().map(move |v| [&s[..], &[v]].concat())).take(2000).collect();
    }
    all.sort_by_key(|sizes| entries(problem, sizes));
    // Sizes of 1 rarely tell sides apart, so a few of them leave room for others.
    let (small, large): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|s| s.iter().filter(|v| **v > 1).count() * 2 < s.len());
    let kept = small.len().min(SIZES / 2);
    small.into_iter().take(kept).chain(large).take(SIZES).collect()
}

fn rounded(array: &Dense<Complex<f64>>) -> Matrix {
    Matrix { shape: array.shape.clone(), entries: array.data.iter().map(float_text).collect() }
}

/// Six digits are enough to see a difference.
fn float_text(a: &Complex<f64>) -> String {
    let part = |x: f64| {
        let text = format!("{x:.6}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        if text == "-0" { "0".to_owned() } else { text.to_owned() }
    };
    match (part(a.re), part(a.im)) {
        (re, im) if im == "0" => re,
        (re, im) if re == "0" => format!("{im}i"),
        (re, im) if im.starts_with('-') => format!("{re}{im}i"),
        (re, im) => format!("{re}+{im}i"),
    }
}

fn matrix<T: Shown>(array: &Dense<T>) -> Matrix {
    Matrix { shape: array.shape.clone(), entries: array.data.iter().map(Shown::text).collect() }
}

/// The first index at which two arrays differ; one without axes is compared with every entry of the other, and a
/// vector is a column.
pub(super) fn first_difference<T: Scalar>(
    a: &Dense<T>,
    b: &Dense<T>,
    same: &dyn Fn(&T, &T) -> bool,
) -> Option<Vec<usize>> {
    let longer = if a.shape.len() >= b.shape.len() { a } else { b };
    let entry = |of: &Dense<T>, at: &[usize], k: usize| match of.shape.len() {
        0 => of.data.first().cloned(),
        _ if of.data.len() == longer.data.len() => of.data.get(k).cloned(),
        _ => of.checked(&at[..of.shape.len()]),
    };
    let mut all = evaluate::indices(&longer.shape).enumerate();
    all.find(|(k, at)| match (entry(a, at, *k), entry(b, at, *k)) {
        (Some(x), Some(y)) => !same(&x, &y),
        _ => true,
    })
    .map(|(_, at)| at)
}
