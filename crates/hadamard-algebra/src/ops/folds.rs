//! Reductions, whole or by axis.

use super::DTypes::{Accumulate, Average, Position, Predicate, RealArithmetic};
use super::Fold::*;
use super::Row;
use super::build::fold;

// A table, aligned by hand.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    fold(Sum, "sum", Accumulate,
        "Sum of all entries, or over the given axis.",
        &[("sum([1 2; 3 4])", "10"), ("sum([1 2; 3 4], axis=0)", "[4, 6]")])
        .algorithm("pairwise tree over fixed blocks"),
    fold(Prod, "prod", Accumulate,
        "Product of all entries, or over the given axis.", &[("prod([1 2; 3 4])", "24")])
        .algorithm("pairwise tree over fixed blocks"),
    fold(Mean, "mean", Average,
        "Arithmetic mean; integers give f64. NaN of nothing.", &[("mean([1 2; 3 6])", "3.0")])
        .algorithm("sum, then one division"),
    fold(Min, "min", RealArithmetic,
        "Smallest entry; NaN if any is NaN; an error of nothing. min.(a, b) compares entry by entry.",
        &[("min([3 1 2])", "1")]),
    fold(Max, "max", RealArithmetic,
        "Largest entry; NaN if any is NaN; an error of nothing.", &[("max([3 1 2])", "3")]),
    fold(All, "all", Predicate,
        "Whether every entry is true (not zero).", &[("all([true false])", "false")]),
    fold(Any, "any", Predicate,
        "Whether some entry is true (not zero).", &[("any([true false])", "true")]),
    fold(Count, "count", Position,
        "How many entries are true (not zero).", &[("count([1 0 2])", "2")]),
    fold(Norm, "norm", Average,
        "Euclidean (Frobenius) norm.", &[("norm([3.0 4.0])", "5.0")])
        .algorithm("sqrt of the tree sum of squared moduli, scaled when that leaves the range"),
    fold(Argmin, "argmin", Position,
        "Position of the first smallest entry: C-order position over the whole, index along an axis. The first NaN if any.",
        &[("argmin([3 1 2])", "1")]),
    fold(Argmax, "argmax", Position,
        "Position of the first largest entry. The first NaN if any.", &[("argmax([3 1 2])", "0")]),
];
