//! `faer::zip!`: one pass for the whole formula, on one thread.
//!
//! Its matrices lie column by column, so they hold the transposes of the files' ones: the same to what is computed here.

use crate::Outcome;
use crate::case::{Case, both, fresh};
use crate::ndarray_operators::number;
use crate::operands::{Number, Operands};
use bytemuck::Pod;
use faer::{Mat, MatRef, unzip, zip};

fn matrix<T: Pod>(operands: &Operands, name: &str) -> Outcome<Mat<T>> {
    let (rows, columns, elements) = operands.matrix::<T>(name)?;
    let view = MatRef::from_column_major_slice(&elements, columns, rows);
    Ok(Mat::from_fn(columns, rows, |i, j| view[(i, j)]))
}

fn bytes<T: Number>(matrix: &Mat<T>) -> Vec<u8> {
    let columns = (0..matrix.ncols()).flat_map(|j| (0..matrix.nrows()).map(move |i| matrix[(i, j)]));
    bytemuck::cast_slice(&columns.collect::<Vec<T>>()).to_vec()
}

/// The case, if closures over all entries can express it.
pub fn case<T: Number>(name: &str, operands: &Operands) -> Outcome<Option<Box<dyn Case>>> {
    let load = |name| matrix::<T>(operands, name);
    Ok(Some(match name {
        "product" => both(
            (load("a")?, load("b")?),
            |(a, b)| zip!(a, b).map(|unzip!(a, b)| *a * *b),
            |out, (a, b)| zip!(out, a, b).for_each(|unzip!(out, a, b)| *out = *a * *b),
            bytes,
        ),
        "product-sum" => both(
            (load("a")?, load("b")?, load("c")?, load("d")?),
            |(a, b, c, d)| zip!(a, b, c, d).map(|unzip!(a, b, c, d)| *a * *b + *c / *d),
            |out, (a, b, c, d)| zip!(out, a, b, c, d).for_each(|unzip!(out, a, b, c, d)| *out = *a * *b + *c / *d),
            bytes,
        ),
        "where" => both(
            (matrix::<u8>(operands, "m")?, load("a")?, load("b")?, load("c")?),
            |(m, a, b, c)| zip!(m, a, b, c).map(|unzip!(m, a, b, c)| if *m != 0 { *a } else { *b / *c }),
            |out, (m, a, b, c)| {
                zip!(out, m, a, b, c).for_each(|unzip!(out, m, a, b, c)| *out = if *m != 0 { *a } else { *b / *c });
            },
            bytes,
        ),
        "clamp" => both(
            load("a")?,
            |a| zip!(a).map(|unzip!(a)| a.clamped()),
            |out, a| zip!(out, a).for_each(|unzip!(out, a)| *out = a.clamped()),
            bytes,
        ),
        "transposed" => both(
            (load("a")?, load("b")?),
            |(a, b)| zip!(a, b.transpose()).map(|unzip!(a, b)| *a * *b),
            |out, (a, b)| zip!(out, a, b.transpose()).for_each(|unzip!(out, a, b)| *out = *a * *b),
            bytes,
        ),
        "sum" => {
            let (a, b) = (load("a")?, load("b")?);
            fresh(
                move || {
                    let mut sum = T::ZERO;
                    zip!(&a, &b).for_each(|unzip!(a, b)| sum += *a * *b);
                    sum
                },
                number,
            )
        }
        "max-abs" => {
            let (a, b) = (load("a")?, load("b")?);
            fresh(
                move || {
                    let mut most = T::ZERO;
                    zip!(&a, &b).for_each(|unzip!(a, b)| most = most.larger(a.distance(*b)));
                    most
                },
                number,
            )
        }
        _ => return Ok(None),
    }))
}
