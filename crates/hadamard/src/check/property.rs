//! Properties tested on data: how far a matrix is from having one, and whether rounding explains it.

use super::compare::Side;
use super::matrix::Matrix;
use super::report::{Fact, Part, Verdict, at, few};
use crate::Error;
use hadamard_algebra::Property;
use hadamard_array::c128;
use hadamard_engine::dense;

/// Whether the property is one of matrices, and not of arrays of any number of axes.
pub(super) fn of_matrix(property: Property) -> bool {
    use Property::*;
    property.is_of_square() || matches!(property, Toeplitz | RowSelection | ColumnSelection)
}

/// Tests whether a side, whose shape the property fits, has it.
pub(super) fn test(property: Property, side: &Side) -> Result<Part, Error> {
    let matrix = Matrix::of(side)?;
    let mut part = Part {
        statement: format!("{property}({})", side.words),
        verdict: Verdict::Holds,
        lines: Vec::new(),
        facts: Vec::new(),
    };
    match property {
        Property::Psd | Property::Pd => {
            deviates(&mut part, deviations(Property::Hermitian, &matrix), "from its conjugate transpose");
            if part.verdict != Verdict::Fails {
                definite(&mut part, &matrix, property == Property::Pd);
            }
        }
        Property::Invertible => invertible(&mut part, &matrix),
        _ => deviates(&mut part, deviations(property, &matrix), &format!("from being {property}")),
    }
    if let Some(words) = &side.untracked {
        part.lines.push(format!("the rounding of `{words}` is not tracked: the bound is a guess"));
    }
    Ok(part)
}

/// An entry that is not as the property asks: its place, by how much, and what rounding explains.
struct Deviation {
    at: (usize, usize),
    size: f64,
    explained: f64,
    /// Whether the property asks for a difference that rounding could hide: `nonzero`, `positive`.
    strict: bool,
}

/// Every entry with its deviation.
fn deviations(property: Property, m: &Matrix<'_>) -> Vec<Deviation> {
    let zero = c128::new(0.0, 0.0);
    let one = c128::new(1.0, 0.0);
    let near = |at: (usize, usize), size: f64, explained: f64| Deviation { at, size, explained, strict: false };
    // Each entry against another entry or a number.
    let against = |other: &dyn Fn(usize, usize) -> Option<(c128, f64)>| -> Vec<Deviation> {
        let deviation = |(i, j): (usize, usize)| {
            let (expected, error) = other(i, j)?;
            Some(near((i, j), (m.at(i, j) - expected).norm(), m.error(i, j) + error))
        };
        m.places().filter_map(deviation).collect()
    };
    let zero_where = |outside: &dyn Fn(usize, usize) -> bool| against(&|i, j| outside(i, j).then_some((zero, 0.0)));
    let strict = |at: (usize, usize), size: f64, explained: f64| Deviation { at, size, explained, strict: true };
    match property {
        Property::Symmetric => against(&|i, j| Some((m.at(j, i), m.error(j, i)))),
        Property::Skew => against(&|i, j| Some((-m.at(j, i), m.error(j, i)))),
        Property::Hermitian | Property::Psd | Property::Pd => against(&|i, j| Some((m.at(j, i).conj(), m.error(j, i)))),
        Property::SkewHermitian => against(&|i, j| Some((-m.at(j, i).conj(), m.error(j, i)))),
        Property::Diagonal => zero_where(&|i, j| i != j),
        Property::Lower => zero_where(&|i, j| i < j),
        Property::Upper => zero_where(&|i, j| i > j),
        Property::Tridiagonal => zero_where(&|i, j| i.abs_diff(j) > 1),
        Property::Zero => zero_where(&|_, _| true),
        Property::Toeplitz => against(&|i, j| (i > 0 && j > 0).then(|| (m.at(i - 1, j - 1), m.error(i - 1, j - 1)))),
        Property::Circulant => against(&|i, j| {
            let before = (j + m.columns - 1) % m.columns;
            (i > 0).then(|| (m.at(i - 1, before), m.error(i - 1, before)))
        }),
        Property::Unitary => gram(m, true),
        Property::Orthogonal => gram(m, false),
        Property::ZeroOne => m
            .places()
            .map(|(i, j)| near((i, j), m.at(i, j).norm().min((m.at(i, j) - one).norm()), m.error(i, j)))
            .collect(),
        Property::Permutation => [deviations(Property::RowSelection, m), deviations(Property::ColumnSelection, m)]
            .into_iter()
            .flatten()
            .collect(),
        Property::RowSelection => selection(m, m.rows, m.columns, |i, j| (i, j)),
        Property::ColumnSelection => selection(m, m.columns, m.rows, |j, i| (i, j)),
        Property::Real => m.places().map(|(i, j)| near((i, j), m.at(i, j).im.abs(), m.error(i, j))).collect(),
        Property::Nonnegative => m
            .places()
            .map(|(i, j)| near((i, j), (-m.at(i, j).re).max(0.0) + m.at(i, j).im.abs(), m.error(i, j)))
            .collect(),
        // Sizes of strict properties are negative where they hold: how far the entry is on the right side.
        Property::Positive => {
            m.places().map(|(i, j)| strict((i, j), m.at(i, j).im.abs() - m.at(i, j).re, m.error(i, j))).collect()
        }
        Property::Nonzero => m.places().map(|(i, j)| strict((i, j), -m.at(i, j).norm(), m.error(i, j))).collect(),
        Property::NonzeroDiagonal => (0..m.rows).map(|i| strict((i, i), -m.at(i, i).norm(), m.error(i, i))).collect(),
        Property::UnitDiagonal => (0..m.rows).map(|i| near((i, i), (m.at(i, i) - one).norm(), m.error(i, i))).collect(),
        // By a singular value, elsewhere.
        Property::Invertible => Vec::new(),
    }
}

/// One 1 in each line, else 0: entries that are neither, then lines whose sum is not 1.
fn selection(
    m: &Matrix<'_>,
    lines: usize,
    length: usize,
    place: impl Fn(usize, usize) -> (usize, usize),
) -> Vec<Deviation> {
    let mut all = deviations(Property::ZeroOne, m);
    for line in 0..lines {
        let entries = (0..length).map(|k| place(line, k));
        let (sum, error) =
            entries.fold((c128::new(-1.0, 0.0), 0.0), |(sum, error), (i, j)| (sum + m.at(i, j), error + m.error(i, j)));
        all.push(Deviation { at: place(line, 0), size: sum.norm(), explained: error, strict: false });
    }
    all
}

/// A* A (or Aᵀ A) against I.
fn gram(m: &Matrix<'_>, conjugate: bool) -> Vec<Deviation> {
    let n = m.columns;
    let mut all = Vec::with_capacity(n * n);
    for i in 0..n {
        for j in 0..n {
            let mut sum = c128::new(if i == j { -1.0 } else { 0.0 }, 0.0);
            let mut explained = 0.0;
            for k in 0..m.rows {
                let (a, b) = (m.at(k, i), m.at(k, j));
                sum += if conjugate { a.conj() * b } else { a * b };
                let (ea, eb) = (m.error(k, i), m.error(k, j));
                // And what this sum rounds itself.
                explained += a.norm() * (eb + m.rows as f64 * f64::EPSILON * b.norm()) + ea * (b.norm() + eb);
            }
            all.push(Deviation { at: (i, j), size: sum.norm(), explained, strict: false });
        }
    }
    all
}

/// Judges deviations, and says which is the worst.
fn deviates(part: &mut Part, all: Vec<Deviation>, from: &str) {
    let count = all.len();
    let nan = |d: &Deviation| d.size.is_nan() || d.size == f64::INFINITY;
    let beyond = |d: &Deviation| {
        nan(d) || d.size > 0.0 && d.size > d.explained || d.strict && d.size == 0.0 && d.explained == 0.0
    };
    let wrong = all.iter().filter(|d| beyond(d)).count();
    let key = |d: &Deviation| {
        if nan(d) {
            f64::INFINITY
        } else if wrong > 0 {
            d.size - d.explained
        } else {
            d.size
        }
    };
    let Some(worst) = all.iter().max_by(|a, b| key(a).total_cmp(&key(b))) else { return };
    let hidden = |d: &Deviation| d.strict && d.size + d.explained >= 0.0;
    part.verdict = if wrong > 0 {
        Verdict::Fails
    } else if all.iter().any(hidden) {
        Verdict::Undecided
    } else if worst.size > 0.0 {
        Verdict::WithinRounding
    } else {
        Verdict::Holds
    };
    let place = [worst.at.0, worst.at.1];
    let (size, explained) = (few(worst.size.abs()), few(worst.explained));
    let line = match part.verdict {
        Verdict::Holds if worst.strict => format!("the closest entry is {size} away from failing{}", at(&place)),
        Verdict::Holds => "exactly".to_string(),
        Verdict::WithinRounding => {
            format!("largest deviation {from} {size}{}; rounding explains up to {explained} there", at(&place))
        }
        Verdict::Undecided => format!("rounding may change the entry{} by {explained}, and it is {size}", at(&place)),
        Verdict::Fails => {
            let many = format!("{wrong} of {count} entries deviate {from}");
            format!("{many}, most clearly by {size}{}; rounding explains {explained} of it", at(&place))
        }
    };
    part.lines.push(line);
    part.facts.extend([
        ("deviation", Fact::Number(worst.size)),
        ("at", Fact::Place(place.to_vec())),
        ("rounding", Fact::Number(worst.explained)),
        ("beyond_rounding", Fact::Count(wrong)),
    ]);
}

/// Rounding of an eigenvalue or singular value: that of the entries (Weyl), and that of the solver.
fn spectral_error(m: &Matrix<'_>, largest: f64) -> f64 {
    m.total_error() + 4.0 * m.rows.max(m.columns) as f64 * f64::EPSILON * largest
}

/// Judges definiteness by the smallest eigenvalue.
fn definite(part: &mut Part, m: &Matrix<'_>, strict: bool) {
    // Entries that are not finite have deviated from the conjugate transpose already.
    let Ok(values) = dense::hermitian_eigenvalues(&m.array.view()) else {
        part.verdict = Verdict::Fails;
        part.lines.push("there are entries that are not finite".into());
        return;
    };
    let (Some(&largest), Some(&smallest)) = (values.first(), values.last()) else {
        part.lines.push("there are no eigenvalues".into());
        return;
    };
    let explained = spectral_error(m, largest.abs().max(smallest.abs()));
    let verdict = match (smallest > explained, smallest < -explained) {
        (true, _) => Verdict::Holds,
        (_, true) => Verdict::Fails,
        _ if strict => Verdict::Undecided,
        _ => Verdict::WithinRounding,
    };
    part.verdict = part.verdict.max(verdict);
    part.lines = vec![
        format!("smallest eigenvalue {}, largest {}", few(smallest), few(largest)),
        match verdict {
            Verdict::Holds => {
                format!(
                    "relative margin {}: rounding moves eigenvalues by at most {}",
                    few(smallest / largest),
                    few(explained)
                )
            }
            Verdict::Fails => format!("rounding moves eigenvalues by at most {}", few(explained)),
            _ => format!("rounding moves eigenvalues by up to {}, so it cannot be told from 0", few(explained)),
        },
    ];
    part.facts.extend([
        ("smallest_eigenvalue", Fact::Number(smallest)),
        ("largest_eigenvalue", Fact::Number(largest)),
        ("eigenvalue_rounding", Fact::Number(explained)),
    ]);
}

/// Judges invertibility by the smallest singular value.
fn invertible(part: &mut Part, m: &Matrix<'_>) {
    let Ok(values) = dense::singular_values(&m.array.view()) else {
        part.verdict = Verdict::Fails;
        part.lines.push("there are entries that are not finite".into());
        return;
    };
    let (Some(&largest), Some(&smallest)) = (values.first(), values.last()) else {
        part.lines.push("the matrix without entries is its own inverse".into());
        return;
    };
    let explained = spectral_error(m, largest);
    part.verdict = match smallest {
        _ if largest == 0.0 => Verdict::Fails,
        s if s > explained => Verdict::Holds,
        _ => Verdict::Undecided,
    };
    part.lines.push(format!(
        "smallest singular value {}, largest {}; rounding moves them by at most {}",
        few(smallest),
        few(largest),
        few(explained)
    ));
    part.facts.extend([
        ("smallest_singular_value", Fact::Number(smallest)),
        ("largest_singular_value", Fact::Number(largest)),
        ("singular_value_rounding", Fact::Number(explained)),
    ]);
}
