//! Arrays for people: aligned columns, corners and statistics of large ones.

use super::{Digits, Glance};
use hadamard::array::{DType, Shape};
use std::fmt::Write;

/// How results look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Digits of floats.
    pub digits: Digits,
    /// Columns of the terminal, if standard output is one: then rows are cut in the middle instead of wrapped.
    pub columns: Option<usize>,
}

/// Width of lines of a 1-D array when nobody knows better.
const LINE: usize = 80;
const GAP: &str = "  ";
const DOTS: &str = "…";

/// `f64[2, 3]`, or `f64` for a scalar.
pub fn describe(dtype: DType, shape: &Shape) -> String {
    if shape.ndim() == 0 { dtype.to_string() } else { format!("{dtype}{shape}") }
}

/// A result with its header; a scalar without a name is its bare value.
pub fn text(name: Option<&str>, glance: &Glance, look: Look) -> String {
    if glance.shape().ndim() == 0 {
        let value = look.digits.text(glance.get(&[]));
        return name.map_or(value.clone(), |name| format!("{name} = {value}")) + "\n";
    }
    let facts = describe(glance.dtype(), glance.shape());
    let mut out = name.map_or(facts.clone(), |name| format!("{name}: {facts}")) + "\n";
    match glance.shape().ndim() {
        _ if glance.shape().size() == 0 => out.push_str("  (no elements)\n"),
        1 => vector(&mut out, glance, look),
        ndim => slices(&mut out, glance, look, ndim),
    }
    if !glance.is_whole() {
        out.push_str(&statistics(glance, look.digits));
    }
    out
}

/// A 1-D array, as many elements on a line as fit.
fn vector(out: &mut String, glance: &Glance, look: Look) {
    let kept = glance.kept(0);
    let texts: Vec<String> = (0..kept.len()).map(|i| look.digits.text(glance.get(&[i]))).collect();
    let mut cells = align(&texts);
    if let Some(at) = gap(kept) {
        cells.insert(at, DOTS.into());
    }
    let width = cells.iter().map(|c| c.chars().count()).max().unwrap_or(1) + GAP.len();
    let per_line = ((look.columns.unwrap_or(LINE).max(GAP.len() + 1) - 1) / width).max(1);
    for line in cells.chunks(per_line) {
        push_line(out, line);
    }
}

/// The matrices along the last two axes, each under its index if there are several.
fn slices(out: &mut String, glance: &Glance, look: Look, ndim: usize) {
    let outer: Shape = glance.values().shape()[..ndim - 2].into();
    let mut before: Option<Vec<usize>> = None;
    for k in 0..outer.size() {
        let at = outer.unravel(k);
        let index: Vec<usize> = at.iter().enumerate().map(|(axis, &i)| glance.kept(axis)[i]).collect();
        if before.as_ref().is_some_and(|b| skips(glance, b, &index)) {
            let _ = writeln!(out, "{GAP}{DOTS}");
        }
        if ndim > 2 {
            let shown: Vec<String> = index.iter().map(usize::to_string).collect();
            let _ = writeln!(out, "[{}, :, :]", shown.join(", "));
        }
        matrix(out, glance, look, &at);
        before = Some(index);
    }
}

/// Whether indices were left out between two outer indices that are shown one after the other.
fn skips(glance: &Glance, before: &[usize], after: &[usize]) -> bool {
    let axis = before.iter().zip(after).position(|(b, a)| b != a);
    axis.is_some_and(|axis| {
        after[axis] != before[axis] + 1
            || (axis + 1..before.len()).any(|k| before[k] + 1 != glance.shape()[k] || after[k] != 0)
    })
}

fn matrix(out: &mut String, glance: &Glance, look: Look, outer: &[usize]) {
    let ndim = outer.len() + 2;
    let (rows, columns) = (glance.kept(ndim - 2), glance.kept(ndim - 1));
    let cell = |i: usize, j: usize| look.digits.text(glance.get(&[outer, &[i, j]].concat()));
    let mut table: Vec<Vec<String>> =
        (0..columns.len()).map(|j| align(&(0..rows.len()).map(|i| cell(i, j)).collect::<Vec<_>>())).collect();
    if let Some(at) = gap(columns) {
        table.insert(at, vec![DOTS.into(); rows.len()]);
    }
    cut(&mut table, look.columns, rows.len());
    let row_gap = gap(rows);
    for i in 0..rows.len() {
        if row_gap == Some(i) {
            let _ = writeln!(out, "{GAP}{DOTS}");
        }
        push_line(out, &table.iter().map(|column| column[i].clone()).collect::<Vec<_>>());
    }
}

/// Replaces middle columns by one of dots if a line does not fit: as many as fit stay, from both ends.
fn cut(table: &mut Vec<Vec<String>>, columns: Option<usize>, rows: usize) {
    let width = |column: &Vec<String>| column.first().map_or(0, |c| c.chars().count()) + GAP.len();
    let Some(columns) = columns.filter(|&c| table.iter().map(width).sum::<usize>() > c) else { return };
    let mut room = columns.saturating_sub(GAP.len() + DOTS.chars().count());
    let (mut left, mut right) = (0, table.len());
    while left < right {
        let next = if left <= table.len() - right { left } else { right - 1 };
        let Some(rest) = room.checked_sub(width(&table[next])) else { break };
        room = rest;
        if next == left { left += 1 } else { right -= 1 }
    }
    table.splice(left..right, [vec![DOTS.into(); rows]]);
}

/// Where, among ascending indices, some are left out.
fn gap(kept: &[usize]) -> Option<usize> {
    kept.windows(2).position(|w| w[1] != w[0] + 1).map(|i| i + 1)
}

fn push_line(out: &mut String, cells: &[String]) {
    let start = out.len();
    for cell in cells {
        out.push_str(GAP);
        out.push_str(cell);
    }
    out.truncate(start.max(out.trim_end().len()));
    out.push('\n');
}

/// Pads texts to one width with their decimal points below each other.
fn align(texts: &[String]) -> Vec<String> {
    let split = |t: &str| {
        let dot = if t.ends_with('i') { None } else { t.find('.') };
        dot.unwrap_or(t.chars().count())
    };
    let before = texts.iter().map(|t| split(t)).max().unwrap_or(0);
    let after = texts.iter().map(|t| t.len() - split(t)).max().unwrap_or(0);
    texts
        .iter()
        .map(|t| {
            let at = split(t);
            format!("{:before$}{}{:after$}", "", t, "", before = before - at, after = after - (t.len() - at))
        })
        .collect()
}

fn statistics(glance: &Glance, digits: Digits) -> String {
    let stats = glance.stats();
    let mut parts = Vec::new();
    if let Some((low, high)) = stats.range {
        parts.push(format!("min {}", digits.text(low)));
        parts.push(format!("max {}", digits.text(high)));
    }
    parts.extend(stats.mean(glance.dtype()).map(|mean| format!("mean {}", digits.text(mean))));
    let zeros = if stats.zeros == 1 { "zero" } else { "zeros" };
    for (count, what) in [(stats.zeros, zeros), (stats.nan, "NaN"), (stats.infinite, "infinite")] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    format!("  {}\n", parts.join(" · "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hadamard::array::{Array, Element};

    fn show<T: Element>(name: Option<&str>, shape: &[usize], values: &[T], columns: Option<usize>) -> String {
        let glance = Glance::of(&Array::from_slice(shape, values).unwrap(), false).unwrap();
        text(name, &glance, Look { digits: Digits::Most(6), columns })
    }

    #[test]
    fn small_arrays_whole() {
        assert_eq!(show(None, &[], &[2.5], None), "2.5\n");
        assert_eq!(show(Some("s"), &[], &[3i32], None), "s = 3\n");
        assert_eq!(
            show(Some("D"), &[2, 3], &[1.0, -2.25, 300.0, 4.0, 5.5, 1.0 / 3.0], None),
            "D: f64[2, 3]\n  1.0  -2.25  300.0\n  4.0   5.5     0.333333\n"
        );
        assert_eq!(show(None, &[3], &[1u8, 20, 3], None), "u8[3]\n   1  20   3\n");
        assert_eq!(show::<f32>(None, &[0, 3], &[], None), "f32[0, 3]\n  (no elements)\n");
    }

    #[test]
    fn vectors_wrap() {
        let values: Vec<i64> = (0..30).collect();
        let out = show(None, &[30], &values, Some(20));
        assert!(out.lines().all(|line| line.chars().count() <= 20), "{out}");
        assert_eq!(out.split_whitespace().skip(1).map(|w| w.parse::<i64>().unwrap()).collect::<Vec<_>>(), values);
    }

    #[test]
    fn three_axes_are_shown_in_slices() {
        let values: Vec<i32> = (0..8).collect();
        assert_eq!(
            show(None, &[2, 2, 2], &values, None),
            "i32[2, 2, 2]\n[0, :, :]\n  0  1\n  2  3\n[1, :, :]\n  4  5\n  6  7\n"
        );
    }

    #[test]
    fn large_arrays_show_corners_and_statistics() {
        let values: Vec<f64> = (0..10_000).map(|v| v as f64 / 10.0).collect();
        insta::assert_snapshot!(show(Some("A"), &[100, 100], &values, None));
        insta::assert_snapshot!(show(None, &[10, 10, 10, 10], &values, None));
        insta::assert_snapshot!(show(None, &[10_000], &values, None));
    }

    #[test]
    fn rows_are_cut_to_the_terminal() {
        let values: Vec<i64> = (0..200).collect();
        let out = show(None, &[2, 100], &values, Some(30));
        assert!(out.lines().all(|line| line.chars().count() <= 30), "{out}");
        assert!(out.contains("  0    1") && out.contains("99\n") && out.contains(DOTS), "{out}");
        assert_eq!(out.matches(DOTS).count(), 2, "{out}");
    }
}
