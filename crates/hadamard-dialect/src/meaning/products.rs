//! Matrix products and what systems make of vectors in them.

use super::elaborate::Typed;
use super::elements;
use super::mean::{Kind, Mean, Node, as_row, moved, transposed};
use super::value::Elem;
use crate::rules::{ListTranspose, MatMul, Rules};
use hadamard_algebra::{Diagnostic, Span};

type Result<T> = std::result::Result<T, Diagnostic>;

/// The matrix product of two arrays in a system: its meaning and the rank of the result.
pub fn matmul(a: &Typed, b: &Typed, rules: &Rules, title: &str, span: Span) -> Result<(Mean, usize)> {
    let shapes = || format!("{:?} and {:?}", a.shape(), b.shape());
    let refuse = |why: &str| {
        let error = Diagnostic::new(
            "shape-mismatch",
            span,
            format!("shapes {} have no matrix product in {title}: {why}", shapes()),
        );
        Err(error
            .label(a.mean.span, format!("shape {:?}", a.shape()))
            .label(b.mean.span, format!("shape {:?}", b.shape())))
    };
    if a.rank > 2 || b.rank > 2 {
        return Err(Diagnostic::new(
            "too-many-axes",
            span,
            format!("matrix products of more than two axes are not read ({})", shapes()),
        ));
    }
    let (ra, rb) = (a.rank, b.rank);
    if ra == 0 || rb == 0 {
        return refuse("one is a number");
    }
    match rules.matmul {
        MatMul::Matrices if ra < 2 || rb < 2 => refuse("one is no matrix"),
        MatMul::Matrices => Ok((product(&a.mean, &b.mean, rules, span, a, b)?, 2)),
        MatMul::VectorAndMatrix if ra == 1 && rb == 1 => {
            refuse("both are vectors; `dot_product(a, b)` is their sum of products")
        }
        MatMul::Vectors | MatMul::VectorAndMatrix | MatMul::Tensor => {
            let left = if ra == 1 { as_row(&a.mean, span) } else { a.mean.clone() };
            let result = product(&left, &b.mean, rules, span, a, b)?;
            // The row goes away again.
            let result = if ra == 1 && rb == 2 { moved(&result, &[1, 0], span) } else { result };
            Ok((result, ra + rb - 2))
        }
        MatMul::Columns => match (ra, rb) {
            (1, 1) => refuse("both are vectors; write x' * y or x * y'"),
            (1, 2) if b.mean.len(0) != 1 => refuse("the first is a column"),
            // The transpose of a vector times a vector is a number.
            (2, 1) if a.row => Ok((product(&a.mean, &b.mean, rules, span, a, b)?, 0)),
            (2, 1) => Ok((product(&a.mean, &b.mean, rules, span, a, b)?, 1)),
            _ => Ok((product(&a.mean, &b.mean, rules, span, a, b)?, 2)),
        },
        MatMul::Fitting => {
            let (left, right) = match (ra, rb) {
                (1, 1) if a.mean.size() == b.mean.size() => (as_row(&a.mean, span), b.mean.clone()),
                (1, 1) => (a.mean.clone(), as_row(&b.mean, span)),
                (1, 2) if a.mean.size() == b.mean.len(0) => (as_row(&a.mean, span), b.mean.clone()),
                (2, 1) if b.mean.size() != a.mean.len(1) => (a.mean.clone(), as_row(&b.mean, span)),
                _ => (a.mean.clone(), b.mean.clone()),
            };
            Ok((product(&left, &right, rules, span, a, b)?, 2))
        }
    }
}

fn product(left: &Mean, right: &Mean, rules: &Rules, span: Span, a: &Typed, b: &Typed) -> Result<Mean> {
    if left.len(1) != right.len(0) {
        let message = format!("columns and rows differ: {} against {}", left.len(1), right.len(0));
        return Err(Diagnostic::new("shape-mismatch", span, message)
            .label(a.mean.span, format!("shape {:?}", a.shape()))
            .label(b.mean.span, format!("shape {:?}", b.shape())));
    }
    let elem = common(a, b, rules, span)?;
    let torch = rules.numbers == crate::rules::Numbers::Torch;
    if torch && elem.is_bool() {
        return Err(Diagnostic::new("type-mismatch", span, "PyTorch has no matrix product of truth values"));
    }
    let overflow = if let Elem::Of(dtype) = elem {
        elements::overflow(rules.numbers, dtype)
    } else {
        super::mean::Overflow::Never
    };
    Ok(Node::make(Kind::Product(left.clone(), right.clone(), overflow), vec![left.len(0), right.len(1)], elem, span))
}

/// The type two arguments meet in.
pub fn common(a: &Typed, b: &Typed, rules: &Rules, span: Span) -> Result<Elem> {
    let complex = elements::of(a.mean.elem).is_complex() || elements::of(b.mean.elem).is_complex();
    if rules.numbers == crate::rules::Numbers::Exact && !complex {
        return Ok(Elem::Exact);
    }
    let dtype = elements::common(rules.numbers, &[a.arg(), b.arg()]);
    Ok(Elem::Of(dtype.map_err(|why| Diagnostic::new("type-mismatch", span, why))?))
}

/// The inverse of a square matrix.
pub fn inverse(a: &Typed, rules: &Rules, span: Span) -> Result<Mean> {
    square(a, span)?;
    if rules.numbers == crate::rules::Numbers::Torch && (a.mean.elem.is_int() || a.mean.elem.is_bool()) {
        return Err(Diagnostic::new("type-mismatch", span, "PyTorch inverts matrices of reals only; convert first"));
    }
    let (_, elem, _) = elements::meant(rules.numbers, crate::op::F::Recip, &[a.arg()])
        .map_err(|why| Diagnostic::new("type-mismatch", span, why))?;
    Ok(Node::make(Kind::Inverse(a.mean.clone()), a.mean.shape.clone(), elem, span))
}

/// That a matrix has as many rows as columns.
pub fn square(a: &Typed, span: Span) -> Result<usize> {
    if a.mean.len(0) != a.mean.len(1) || a.mean.shape.len() > 2 {
        let message = format!("a square matrix is needed, and this has shape {:?}", a.shape());
        return Err(Diagnostic::new("not-square", span, message).label(a.mean.span, format!("shape {:?}", a.shape())));
    }
    Ok(a.mean.len(0))
}

/// The transpose of a matrix, and what systems make of a list.
pub fn transpose(a: &Typed, rules: &Rules, title: &str, span: Span) -> Result<Typed> {
    match a.rank {
        0 => Ok(a.clone()),
        1 => Ok(match rules.list_transpose {
            ListTranspose::Same => a.clone(),
            ListTranspose::Row => Typed { mean: as_row(&a.mean, span), rank: 2, row: true, ..a.clone() },
            ListTranspose::Column => Typed { rank: 2, ..a.clone() },
        }),
        2 => {
            // The transpose of a transposed vector is the vector.
            let rank = if a.row && a.mean.len(0) == 1 { 1 } else { 2 };
            Ok(Typed { mean: transposed(&a.mean, span), rank, row: false, ..a.clone() })
        }
        _ => Err(Diagnostic::new(
            "too-many-axes",
            span,
            format!("the transpose of {} axes is not read in {title}", a.rank),
        )),
    }
}
