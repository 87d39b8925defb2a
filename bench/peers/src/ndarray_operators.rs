//! `ndarray` with its operators: one pass for each operation, on one thread.

use crate::Outcome;
use crate::case::{Case, fresh};
use crate::operands::{Number, Operands};
use bytemuck::Pod;
use ndarray::Array2;

/// An operand as an array.
pub fn array<T: Pod>(operands: &Operands, name: &str) -> Outcome<Array2<T>> {
    let (rows, columns, elements) = operands.matrix(name)?;
    Ok(Array2::from_shape_vec((rows, columns), elements)?)
}

/// The bytes of an array in C order.
pub fn bytes<T: Pod>(array: &Array2<T>) -> Vec<u8> {
    array.iter().flat_map(|x| bytemuck::bytes_of(x).to_vec()).collect()
}

/// The bytes of a number.
pub fn number<T: Pod>(number: &T) -> Vec<u8> {
    bytemuck::bytes_of(number).to_vec()
}

/// The case, if operators can express it.
pub fn case<T: Number>(name: &str, operands: &Operands) -> Outcome<Option<Box<dyn Case>>> {
    let load = |name| array::<T>(operands, name);
    Ok(Some(match name {
        "product" => {
            let (a, b) = (load("a")?, load("b")?);
            fresh(move || &a * &b, bytes)
        }
        "product-sum" => {
            let (a, b, c, d) = (load("a")?, load("b")?, load("c")?, load("d")?);
            fresh(move || &a * &b + &c / &d, bytes)
        }
        "scaling" => {
            let (x, a, y) = (load("x")?, load("a")?, load("y")?);
            fresh(move || &x * &a * &y, bytes)
        }
        "clamp" => {
            let a = load("a")?;
            fresh(move || a.mapv(T::clamped), bytes)
        }
        "sum" => {
            let (a, b) = (load("a")?, load("b")?);
            fresh(move || (&a * &b).sum(), number)
        }
        "norm" => {
            let a = load("a")?;
            fresh(move || Number::root((&a * &a).sum()), number)
        }
        "max-abs" => {
            let (a, b) = (load("a")?, load("b")?);
            fresh(move || (&a - &b).fold(T::ZERO, |most, &x| most.larger(x.distance(T::ZERO))), number)
        }
        "transposed" => {
            let (a, b) = (load("a")?, load("b")?);
            fresh(move || &a * &b.t(), bytes)
        }
        _ => return Ok(None),
    }))
}
