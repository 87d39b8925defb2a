//! Products, powers and inverses of small matrices, in whatever numbers they hold.

use super::mean::{Edge, Overflow};
use super::number::{self, Met, Trouble};
use super::value::{Elem, Num, Value};
use crate::op::F;
use hadamard_array::DType;

/// An entry of a value seen as a matrix.
pub fn entry(value: &Value, i: usize, j: usize) -> Num {
    value.data[i * columns(value) + j]
}

/// Number of rows.
pub fn rows(value: &Value) -> usize {
    value.shape.first().copied().unwrap_or(1)
}

/// Number of columns.
pub fn columns(value: &Value) -> usize {
    value.shape.get(1).copied().unwrap_or(1)
}

/// The type in which sums of products are formed before they are put into their own.
fn wide(elem: Elem) -> Elem {
    match elem {
        Elem::Of(dtype) if dtype.is_complex() => Elem::Of(DType::C128),
        Elem::Of(dtype) if dtype.is_float() => Elem::Of(DType::F64),
        _ => Elem::Exact,
    }
}

/// A sum of numbers, in the type of its result.
pub fn sum(numbers: impl Iterator<Item = Num>, elem: Elem, overflow: Overflow, met: &mut Met) -> Result<Num, Trouble> {
    let mut total = Num::Int(0);
    for n in numbers {
        total = number::apply(F::Add, Edge::IEEE, wide(elem), &[total, n], met)?;
    }
    number::fit(total, elem, overflow, met)
}

/// A product of numbers.
pub fn product_of(
    numbers: impl Iterator<Item = Num>,
    elem: Elem,
    overflow: Overflow,
    met: &mut Met,
) -> Result<Num, Trouble> {
    let mut total = Num::Int(1);
    for n in numbers {
        let product = number::apply(F::Mul, Edge::IEEE, wide(elem), &[total, n], met)?;
        total = if overflow == Overflow::Wrap || overflow == Overflow::Saturate {
            number::fit(product, elem, overflow, met)?
        } else {
            product
        };
    }
    number::fit(total, elem, overflow, met)
}

/// The product of two matrices.
pub fn product(a: &Value, b: &Value, elem: Elem, overflow: Overflow, met: &mut Met) -> Result<Value, Trouble> {
    let (m, k, n) = (rows(a), columns(a), columns(b));
    let mut data = Vec::with_capacity(m * n);
    for i in 0..m {
        for j in 0..n {
            let mut terms = Vec::with_capacity(k);
            for l in 0..k {
                terms.push(number::apply(F::Mul, Edge::IEEE, wide(elem), &[entry(a, i, l), entry(b, l, j)], met)?);
            }
            data.push(sum(terms.into_iter(), elem, overflow, met)?);
        }
    }
    Ok(Value { shape: vec![m, n], data, elem })
}

/// The identity.
pub fn identity(n: usize, elem: Elem) -> Value {
    let data = (0..n * n).map(|at| Num::Int(i128::from(at / n.max(1) == at % n.max(1)))).collect();
    Value { shape: vec![n, n], data, elem }
}

/// The power of a square matrix.
pub fn power(a: &Value, exponent: i64, elem: Elem, overflow: Overflow, met: &mut Met) -> Result<Value, Trouble> {
    let mut base = if exponent < 0 { inverse(a, elem, met)? } else { a.clone() };
    let mut result = identity(rows(a), elem);
    let mut left = exponent.unsigned_abs();
    while left > 0 {
        if left % 2 == 1 {
            result = product(&result, &base, elem, overflow, met)?;
        }
        left /= 2;
        if left > 0 {
            base = product(&base, &base, elem, overflow, met)?;
        }
    }
    Ok(result)
}

/// The inverse of a square matrix, by elimination with the largest pivot.
pub fn inverse(a: &Value, elem: Elem, met: &mut Met) -> Result<Value, Trouble> {
    let n = rows(a);
    let elem_wide = wide(elem);
    let mut left: Vec<Vec<Num>> = (0..n).map(|i| (0..n).map(|j| entry(a, i, j)).collect()).collect();
    let eye = identity(n, elem);
    let mut right: Vec<Vec<Num>> = (0..n).map(|i| (0..n).map(|j| entry(&eye, i, j)).collect()).collect();
    let size = |n: Num| {
        let (re, im) = n.parts();
        re.hypot(im)
    };
    let mut calc = |f: F, x: Num, y: Num| number::apply(f, Edge::IEEE, elem_wide, &[x, y], met);
    for column in 0..n {
        let pivot =
            (column..n).max_by(|i, k| size(left[*i][column]).total_cmp(&size(left[*k][column]))).unwrap_or(column);
        if size(left[pivot][column]) == 0.0 {
            return Err(Trouble { code: "singular-matrix", message: "the matrix has no inverse".to_owned() });
        }
        left.swap(column, pivot);
        right.swap(column, pivot);
        let divisor = left[column][column];
        for j in 0..n {
            left[column][j] = calc(F::Div, left[column][j], divisor)?;
            right[column][j] = calc(F::Div, right[column][j], divisor)?;
        }
        for i in (0..n).filter(|i| *i != column) {
            let factor = left[i][column];
            for j in 0..n {
                let step = calc(F::Mul, factor, left[column][j])?;
                left[i][j] = calc(F::Sub, left[i][j], step)?;
                let step = calc(F::Mul, factor, right[column][j])?;
                right[i][j] = calc(F::Sub, right[i][j], step)?;
            }
        }
    }
    Ok(Value { shape: vec![n, n], data: right.into_iter().flatten().collect(), elem })
}
