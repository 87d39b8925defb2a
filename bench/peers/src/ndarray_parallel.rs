//! `ndarray` with `par_azip!` and its relatives: one pass for the whole formula, on all threads.

use crate::Outcome;
use crate::case::{Case, both, fresh};
use crate::ndarray_operators::{array, bytes, number};
use crate::operands::{Number, Operands};
use ndarray::{Zip, par_azip};

/// The case, if closures over all entries can express it.
pub fn case<T: Number>(name: &str, operands: &Operands) -> Outcome<Option<Box<dyn Case>>> {
    let load = |name| array::<T>(operands, name);
    Ok(Some(match name {
        "product" => both(
            (load("a")?, load("b")?),
            |(a, b)| Zip::from(a).and(b).par_map_collect(|&a, &b| a * b),
            |out, (a, b)| par_azip!((out in out, &a in a, &b in b) *out = a * b),
            bytes,
        ),
        "product-sum" => both(
            (load("a")?, load("b")?, load("c")?, load("d")?),
            |(a, b, c, d)| Zip::from(a).and(b).and(c).and(d).par_map_collect(|&a, &b, &c, &d| a * b + c / d),
            |out, (a, b, c, d)| {
                par_azip!((out in out, &a in a, &b in b, &c in c, &d in d) *out = a * b + c / d);
            },
            bytes,
        ),
        "where" => both(
            (array::<u8>(operands, "m")?, load("a")?, load("b")?, load("c")?),
            |(m, a, b, c)| {
                let choose = |&m: &u8, &a: &T, &b: &T, &c: &T| if m != 0 { a } else { b / c };
                Zip::from(m).and(a).and(b).and(c).par_map_collect(choose)
            },
            |out, (m, a, b, c)| {
                par_azip!((out in out, &m in m, &a in a, &b in b, &c in c) *out = if m != 0 { a } else { b / c });
            },
            bytes,
        ),
        "clamp" => both(
            load("a")?,
            |a| Zip::from(a).par_map_collect(|a| a.clamped()),
            |out, a| par_azip!((out in out, a in a) *out = a.clamped()),
            bytes,
        ),
        "transposed" => both(
            (load("a")?, load("b")?),
            |(a, b)| Zip::from(a).and(b.t()).par_map_collect(|&a, &b| a * b),
            |out, (a, b)| par_azip!((out in out, &a in a, &b in b.t()) *out = a * b),
            bytes,
        ),
        "sum" => {
            let (a, b) = (load("a")?, load("b")?);
            let add = |x: T, y: T| x + y;
            fresh(move || Zip::from(&a).and(&b).par_fold(|| T::ZERO, |sum, &a, &b| sum + a * b, add), number)
        }
        "norm" => {
            let a = load("a")?;
            let add = |x: T, y: T| x + y;
            fresh(move || Number::root(Zip::from(&a).par_fold(|| T::ZERO, |sum, &a| sum + a * a, add)), number)
        }
        "max-abs" => {
            let (a, b) = (load("a")?, load("b")?);
            let most = |most: T, &a: &T, &b: &T| most.larger(a.distance(b));
            fresh(move || Zip::from(&a).and(&b).par_fold(|| T::ZERO, most, T::larger), number)
        }
        _ => return Ok(None),
    }))
}
