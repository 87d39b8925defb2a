//! `nalgebra`: matrices that are added and multiplied entry by entry, on one thread.
//!
//! Its matrices lie column by column, so they hold the transposes of the files' ones: the same to what is computed here.

use crate::Outcome;
use crate::case::{Case, both, fresh};
use crate::ndarray_operators::number;
use crate::operands::{Number, Operands};
use bytemuck::Pod;
use nalgebra::{DMatrix, Scalar};

fn matrix<T: Pod + Scalar>(operands: &Operands, name: &str) -> Outcome<DMatrix<T>> {
    let (rows, columns, elements) = operands.matrix(name)?;
    Ok(DMatrix::from_vec(columns, rows, elements))
}

fn bytes<T: Number>(matrix: &DMatrix<T>) -> Vec<u8> {
    bytemuck::cast_slice(matrix.as_slice()).to_vec()
}

/// The case, if the library can express it.
pub fn case<T: Number>(name: &str, operands: &Operands) -> Outcome<Option<Box<dyn Case>>> {
    let load = |name| matrix::<T>(operands, name);
    Ok(Some(match name {
        "product" => both(
            (load("a")?, load("b")?),
            |(a, b)| a.component_mul(b),
            |out, (a, b)| out.zip_zip_apply(a, b, |out, a, b| *out = a * b),
            bytes,
        ),
        "product-sum" => {
            let (a, b, c, d) = (load("a")?, load("b")?, load("c")?, load("d")?);
            fresh(move || a.component_mul(&b) + c.component_div(&d), bytes)
        }
        "where" => {
            let (m, a, b, c) = (matrix::<u8>(operands, "m")?, load("a")?, load("b")?, load("c")?);
            fresh(move || m.zip_zip_map(&a, &b.component_div(&c), |m, a, b| if m != 0 { a } else { b }), bytes)
        }
        "clamp" => {
            both(load("a")?, |a| a.map(T::clamped), |out, a| out.zip_apply(a, |out, a| *out = a.clamped()), bytes)
        }
        "transposed" => {
            let (a, b) = (load("a")?, load("b")?);
            fresh(move || a.component_mul(&b.transpose()), bytes)
        }
        "sum" => {
            let (a, b) = (load("a")?, load("b")?);
            fresh(move || a.dot(&b), number)
        }
        "norm" => {
            let a = load("a")?;
            fresh(move || a.norm(), number)
        }
        "max-abs" => {
            let (a, b) = (load("a")?, load("b")?);
            fresh(move || (&a - &b).amax(), number)
        }
        _ => return Ok(None),
    }))
}
