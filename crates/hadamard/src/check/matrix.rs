//! A side of a claim as a matrix with the rounding of each entry.

use super::compare::Side;
use super::rounding::roundoff;
use crate::Error;
use hadamard_array::{Array, c128};

/// Entries in C order, and how far each may be from its exact value.
pub(super) struct Matrix<'s> {
    pub array: &'s Array,
    pub rows: usize,
    pub columns: usize,
    entries: Vec<c128>,
    errors: Vec<f64>,
}

impl<'s> Matrix<'s> {
    /// The side; a vector is a column, a number a matrix of one entry. Entries of floats are taken to have been
    /// rounded once when they were stored.
    pub fn of(side: &'s Side) -> Result<Matrix<'s>, Error> {
        let shape = side.value.shape();
        let rows = shape.first().copied().unwrap_or(1);
        let columns = shape.iter().skip(1).product();
        let entries = side.numbers()?;
        let stored = roundoff(side.value.dtype());
        let errors = side.explained(shape)?.iter().zip(&entries).map(|(e, z)| e + stored * z.norm()).collect();
        Ok(Matrix { array: &side.value, rows, columns, entries, errors })
    }

    pub fn at(&self, i: usize, j: usize) -> c128 {
        self.entries[i * self.columns + j]
    }

    pub fn error(&self, i: usize, j: usize) -> f64 {
        self.errors[i * self.columns + j]
    }

    /// Frobenius norm of the errors.
    pub fn total_error(&self) -> f64 {
        self.errors.iter().map(|e| e * e).sum::<f64>().sqrt()
    }

    pub fn places(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (rows, columns) = (self.rows, self.columns);
        (0..rows).flat_map(move |i| (0..columns).map(move |j| (i, j)))
    }
}
