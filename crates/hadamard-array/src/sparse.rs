//! Sparse matrices: the entries that are stored, each with its row and column. What is not stored is zero by structure.

use crate::{Array, ArrayError, DType, Element, Scalar, Shape, Source, SourceError, Window, c64, c128, dispatch};

/// A matrix of which only some entries are stored: row by row, in a row by column, no place twice.
///
/// ```
/// use hadamard_array::{Array, Sparse};
/// let values = Array::from_slice([3], &[5.0, 7.0, 1.0])?;
/// // Entries may come in any order, and those of one place are added up.
/// let matrix = Sparse::new([2, 3], vec![1, 0, 1], vec![2, 1, 2], values)?;
/// assert_eq!(matrix.rows().slice::<u32>()?, [0, 1]);
/// assert_eq!(matrix.columns().slice::<u32>()?, [1, 2]);
/// assert_eq!(matrix.values().slice::<f64>()?, [7.0, 6.0]);
/// # Ok::<(), hadamard_array::ArrayError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sparse {
    shape: Shape,
    rows: Array,
    columns: Array,
    values: Array,
}

impl Sparse {
    /// From entries in any order; those of one place are added up, in their order.
    ///
    /// # Errors
    /// [`ArrayError::OutOfBounds`] for an entry outside the shape or a side of 2³² and more,
    /// [`ArrayError::WrongLength`] if there are not as many rows, columns and values,
    /// [`ArrayError::SumOverflow`] if integers of one place add up to more than their dtype holds.
    pub fn new(shape: [usize; 2], rows: Vec<u32>, columns: Vec<u32>, values: Array) -> Result<Sparse, ArrayError> {
        let outside = || ArrayError::OutOfBounds(Shape::from(shape).to_string());
        let count = rows.len();
        if columns.len() != count || values.shape()[..] != [count] {
            let shape = values.shape().to_string();
            return Err(ArrayError::WrongLength {
                given: columns.len().max(count),
                needed: values.shape().size(),
                shape,
            });
        }
        let inside = |index: &[u32], n: usize| index.iter().all(|&i| (i as usize) < n);
        if shape.iter().any(|&n| u32::try_from(n).is_err()) || !inside(&rows, shape[0]) || !inside(&columns, shape[1]) {
            return Err(outside());
        }
        let place = |k: usize| (rows[k], columns[k]);
        if (1..count).all(|k| place(k - 1) < place(k)) {
            return Sparse::in_order(shape.into(), &rows, &columns, values.to_c_order());
        }
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|&k| place(k));
        let values = values.to_c_order();
        dispatch!(values.dtype(), T => {
            let from = values.slice::<T>()?;
            let (mut r, mut c, mut v): (Vec<u32>, Vec<u32>, Vec<T>) = (Vec::new(), Vec::new(), Vec::new());
            for k in order {
                match v.last_mut() {
                    Some(last) if (r[r.len() - 1], c[c.len() - 1]) == place(k) => {
                        *last = plus((*last).into(), from[k].into()).and_then(T::from_scalar).ok_or(
                            ArrayError::SumOverflow { row: rows[k] as usize, column: columns[k] as usize, dtype: T::DTYPE },
                        )?;
                    }
                    _ => {
                        r.push(rows[k]);
                        c.push(columns[k]);
                        v.push(from[k]);
                    }
                }
            }
            Sparse::in_order(shape.into(), &r, &c, Array::from_slice([v.len()], &v)?)
        })
    }

    fn in_order(shape: Shape, rows: &[u32], columns: &[u32], values: Array) -> Result<Sparse, ArrayError> {
        let vector = |v: &[u32]| Array::from_slice([v.len()], v);
        Ok(Sparse { shape, rows: vector(rows)?, columns: vector(columns)?, values })
    }

    /// The lengths of the two axes.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }
    /// How many entries are stored.
    pub fn count(&self) -> usize {
        self.values.shape().size()
    }
    /// The row of each entry, a vector of u32.
    pub fn rows(&self) -> &Array {
        &self.rows
    }
    /// The column of each entry, a vector of u32.
    pub fn columns(&self) -> &Array {
        &self.columns
    }
    /// The stored entries, a vector.
    pub fn values(&self) -> &Array {
        &self.values
    }

    /// The same places with other values; `transposed` says that rows and columns change places.
    ///
    /// # Errors
    /// [`ArrayError::WrongLength`] if there is not one value for each place.
    pub fn with_values(&self, values: Array, transposed: bool) -> Result<Sparse, ArrayError> {
        let [rows, columns] = [&self.rows, &self.columns].map(|a| a.slice::<u32>().map(<[u32]>::to_vec));
        let (rows, columns, [m, n]) = (rows?, columns?, [self.shape[0], self.shape[1]]);
        if transposed { Sparse::new([n, m], columns, rows, values) } else { Sparse::new([m, n], rows, columns, values) }
    }
}

/// The sum of two numbers of one dtype; `None` if an integer does not hold it. Bools are added as truth values.
fn plus(a: Scalar, b: Scalar) -> Option<Scalar> {
    Some(match (a, b) {
        (Scalar::Bool(a), Scalar::Bool(b)) => Scalar::Bool(a || b),
        (Scalar::I8(a), Scalar::I8(b)) => Scalar::I8(a.checked_add(b)?),
        (Scalar::I16(a), Scalar::I16(b)) => Scalar::I16(a.checked_add(b)?),
        (Scalar::I32(a), Scalar::I32(b)) => Scalar::I32(a.checked_add(b)?),
        (Scalar::I64(a), Scalar::I64(b)) => Scalar::I64(a.checked_add(b)?),
        (Scalar::U8(a), Scalar::U8(b)) => Scalar::U8(a.checked_add(b)?),
        (Scalar::U16(a), Scalar::U16(b)) => Scalar::U16(a.checked_add(b)?),
        (Scalar::U32(a), Scalar::U32(b)) => Scalar::U32(a.checked_add(b)?),
        (Scalar::U64(a), Scalar::U64(b)) => Scalar::U64(a.checked_add(b)?),
        (Scalar::F16(a), Scalar::F16(b)) => Scalar::F16(a + b),
        (Scalar::BF16(a), Scalar::BF16(b)) => Scalar::BF16(a + b),
        (Scalar::F32(a), Scalar::F32(b)) => Scalar::F32(a + b),
        (Scalar::F64(a), Scalar::F64(b)) => Scalar::F64(a + b),
        (Scalar::C64(a), Scalar::C64(b)) => Scalar::C64(c64::new(a.re + b.re, a.im + b.im)),
        (Scalar::C128(a), Scalar::C128(b)) => Scalar::C128(c128::new(a.re + b.re, a.im + b.im)),
        _ => return None,
    })
}

impl Source for Sparse {
    fn dtype(&self) -> DType {
        self.values.dtype()
    }
    fn shape(&self) -> &Shape {
        &self.shape
    }
    /// Zeros, and the stored entries that lie in the window.
    fn read(&self, window: &Window, out: &mut [u8]) -> Result<(), SourceError> {
        let [rows, columns] = window else {
            return Err(ArrayError::OutOfBounds(self.shape.to_string()).into());
        };
        if rows.end > self.shape[0] || columns.end > self.shape[1] {
            return Err(ArrayError::OutOfBounds(self.shape.to_string()).into());
        }
        out.fill(0);
        let size = self.dtype().size();
        let (at, across) = (self.rows.slice::<u32>()?, self.columns.slice::<u32>()?);
        let values = self.values.slice_bytes().ok_or_else(|| ArrayError::OutOfBounds(self.shape.to_string()))?;
        let first = at.partition_point(|&r| (r as usize) < rows.start);
        let last = at.partition_point(|&r| (r as usize) < rows.end);
        for k in first..last {
            let (row, column) = (at[k] as usize, across[k] as usize);
            if columns.contains(&column) {
                let to = (row - rows.start) * columns.len() + column - columns.start;
                out[to * size..][..size].copy_from_slice(&values[k * size..][..size]);
            }
        }
        Ok(())
    }
    fn stored(&self) -> Result<Option<&Sparse>, SourceError> {
        Ok(Some(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn windows_are_those_of_the_sum_of_the_entries(
            entries in prop::collection::vec((0u32..5, 0u32..4, -9i64..9), 0..30),
            (top, left) in (0usize..5, 0usize..4),
        ) {
            let mut dense = [[0i64; 4]; 5];
            entries.iter().for_each(|&(r, c, v)| dense[r as usize][c as usize] += v);
            let (rows, columns) = (entries.iter().map(|e| e.0).collect(), entries.iter().map(|e| e.1).collect());
            let values: Vec<i64> = entries.iter().map(|e| e.2).collect();
            let sparse = Sparse::new([5, 4], rows, columns, Array::from_slice([values.len()], &values)?)?;
            let mut out = vec![0; (5 - top) * (4 - left) * 8];
            sparse.read(&[top..5, left..4], &mut out).unwrap();
            let expected: Vec<i64> = dense[top..].iter().flat_map(|row| row[left..].to_vec()).collect();
            prop_assert_eq!(bytemuck::pod_collect_to_vec::<u8, i64>(&out), expected);
        }
    }

    #[test]
    fn what_is_no_sparse_matrix() {
        let values = |v: &[i8]| Array::from_slice([v.len()], v).unwrap();
        assert!(matches!(Sparse::new([2, 2], vec![2], vec![0], values(&[1])), Err(ArrayError::OutOfBounds(_))));
        assert!(matches!(Sparse::new([2, 2], vec![0], vec![0], values(&[1, 2])), Err(ArrayError::WrongLength { .. })));
        let twice = Sparse::new([2, 2], vec![0, 0], vec![1, 1], values(&[100, 100]));
        assert!(matches!(twice, Err(ArrayError::SumOverflow { row: 0, column: 1, dtype: DType::I8 })));
    }
}
