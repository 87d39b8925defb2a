//! Running sums and products of a vector.

use super::{complex, complex_entries, entries, real};
use crate::fault::{Fault, Faulted};
use hadamard_algebra::{Fold, Overflow, Policy};
use hadamard_array::{Array, DType, View, c128};

/// Entry k of the result combines entries 0 to k of the vector, by `Sum` or `Prod`, in order. Floats are combined in
/// double precision and rounded once; integers exactly, and the first result that does not fit is judged by the policy.
///
/// [`Fault::Overflow`] at the first result that does not fit.
pub fn scan(fold: Fold, a: &View<'_>, out: DType, policy: &Policy) -> Result<Array, Faulted> {
    let product = fold == Fold::Prod;
    let shape = a.shape().clone();
    if out.is_int() {
        let integers = (0..shape.size()).map(|k| a.get(&[k]).as_int().unwrap_or_default());
        let values = running(integers, product, out, policy.overflow)?;
        let array = match out {
            DType::U64 => Array::from_slice(shape, &values.iter().map(|&v| v as u64).collect::<Vec<_>>()),
            _ => Array::from_slice(shape, &values.iter().map(|&v| v as i64).collect::<Vec<_>>()),
        };
        return Ok(array.expect("as many entries as the shape has"));
    }
    if out.is_complex() {
        let start = c128::new(f64::from(u8::from(product)), 0.0);
        let values = complex_entries(a).scan(start, |sum, z| {
            *sum = if product { *sum * z } else { *sum + z };
            Some(*sum)
        });
        return Ok(complex(out, shape, values));
    }
    let values = entries(a).scan(f64::from(u8::from(product)), |sum, x| {
        *sum = if product { *sum * x } else { *sum + x };
        Some(*sum)
    });
    Ok(real(out, shape, values))
}

fn running(
    entries: impl Iterator<Item = i128>,
    product: bool,
    out: DType,
    overflow: Overflow,
) -> Result<Vec<i128>, Faulted> {
    let (least, most) = out.int_range().expect("an integer dtype");
    // The exact value while it is known, its low bits, and its sign.
    let (mut exact, mut low, mut negative) = (Some(i128::from(product)), i128::from(product), false);
    let mut values = Vec::new();
    for (at, v) in entries.enumerate() {
        low = if product { low.wrapping_mul(v) } else { low.wrapping_add(v) };
        exact = match product {
            true if v == 0 => Some(0),
            true => exact.and_then(|e| e.checked_mul(v)),
            false => exact.and_then(|e| e.checked_add(v)),
        };
        negative = exact.map_or(negative ^ (v < 0), |e| e < 0);
        values.push(match (exact.filter(|e| (least..=most).contains(e)), overflow) {
            (Some(value), _) => value,
            (None, Overflow::Error) => return Err(Faulted { at, fault: Fault::Overflow }),
            (None, Overflow::Wrap) => low,
            (None, Overflow::Saturate) if negative => least,
            (None, Overflow::Saturate) => most,
        });
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_sums_and_products() {
        let policy = Policy::default();
        let x = Array::from_slice([3], &[1.5f64, -2.0, 4.0]).unwrap();
        let sums = scan(Fold::Sum, &x.view(), DType::F64, &policy).unwrap();
        assert_eq!(sums.slice::<f64>().unwrap(), [1.5, -0.5, 3.5]);
        let products = scan(Fold::Prod, &x.view(), DType::F64, &policy).unwrap();
        assert_eq!(products.slice::<f64>().unwrap(), [1.5, -3.0, -12.0]);
        let nothing = Array::from_slice::<f64>([0], &[]).unwrap();
        assert_eq!(scan(Fold::Sum, &nothing.view(), DType::F64, &policy).unwrap().shape().size(), 0);
    }

    #[test]
    fn integers_are_exact_and_judged() {
        let x = Array::from_slice([4], &[i64::MAX, 2, -1, 0]).unwrap();
        let of = |overflow| scan(Fold::Prod, &x.view(), DType::I64, &Policy { overflow, ..Policy::default() });
        assert_eq!(of(Overflow::Error).unwrap_err(), Faulted { at: 1, fault: Fault::Overflow });
        assert_eq!(of(Overflow::Wrap).unwrap().slice::<i64>().unwrap(), [i64::MAX, -2, 2, 0]);
        assert_eq!(of(Overflow::Saturate).unwrap().slice::<i64>().unwrap(), [i64::MAX, i64::MAX, i64::MIN, 0]);
    }
}
