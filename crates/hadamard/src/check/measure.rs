//! The properties an array has, measured on its data.

use super::compare::Side;
use super::property::{self, of_matrix};
use super::report::{Fact, Part};
use crate::Error;
use hadamard_algebra::Property;
use hadamard_array::{Array, DType, Scalar, dispatch};
use hadamard_engine::dense;

/// Rows and columns up to which eigenvalues and singular values are measured: their work grows with the cube.
const MAX_SPECTRUM: usize = 2048;

/// What was measured of an array.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The properties it has, exactly or within rounding of its entries, with what was found of each.
    pub properties: Vec<(Property, Part)>,
    /// The numerical rank of a matrix: singular values above max(m, n) ε σ_max. None for what is no matrix, or too large.
    pub rank: Option<usize>,
    /// How many diagonals below and above the main one have an entry that is not zero; of a matrix with such an entry.
    pub band: Option<(usize, usize)>,
    /// Entries that are zero.
    pub zeros: usize,
    /// Whether the Cholesky factorisation succeeds; of a Hermitian matrix.
    pub cholesky: Option<bool>,
    /// Whether it is too large for definiteness, rank and invertibility to be measured.
    pub too_large: bool,
}

/// Measures an array. Its entries are taken as rounded once, when they were stored.
///
/// # Errors
/// An array that is not in C order.
pub fn measure(array: &Array) -> Result<Measured, Error> {
    let shape = array.shape();
    let square = shape.ndim() == 2 && shape[0] == shape[1];
    let too_large = shape.ndim() == 2 && shape[0].max(shape[1]) > MAX_SPECTRUM;
    let side = Side { words: "A".into(), value: array.clone(), error: None, untracked: None };
    let mut properties: Vec<(Property, Part)> = Vec::new();
    for (property, ..) in Property::all() {
        let spectral = matches!(property, Property::Psd | Property::Pd | Property::Invertible | Property::Unitary);
        let fits = (square || !property.is_of_square()) && (shape.ndim() == 2 || !of_matrix(property));
        let trivial = property == Property::Real && !array.dtype().is_complex();
        if !fits || trivial || too_large && (spectral || property == Property::Orthogonal) {
            continue;
        }
        let part = property::test(property, &side)?;
        if part.verdict.holds() {
            properties.push((property, part));
        }
    }
    let hermitian = properties.iter().any(|(p, _)| *p == Property::Hermitian);
    let nonzero: Vec<bool> = dispatch!(array.dtype(), T => {
        let nonzero = |&v: &T| {
            let scalar: Scalar = v.into();
            !scalar.is_zero()
        };
        array.slice::<T>()?.iter().map(nonzero).collect()
    });
    let places = nonzero.iter().enumerate().filter(|(_, nonzero)| **nonzero).map(|(k, _)| k);
    let band = match shape[..] {
        [_, columns] => places.fold(None, |band: Option<(usize, usize)>, k| {
            let (i, j) = (k / columns, k % columns);
            let (below, above) = band.unwrap_or_default();
            Some((below.max(i.saturating_sub(j)), above.max(j.saturating_sub(i))))
        }),
        _ => None,
    };
    let rank = match shape.ndim() == 2 && !too_large {
        true => dense::rank(&array.view()).ok().and_then(|r| r.get(&[]).as_int()).and_then(|r| usize::try_from(r).ok()),
        false => None,
    };
    let cholesky =
        (hermitian && !too_large && array.dtype() != DType::Bool).then(|| dense::has_cholesky(&array.view()));
    let zeros = nonzero.iter().filter(|nonzero| !**nonzero).count();
    Ok(Measured { properties, rank, band, zeros, cholesky, too_large })
}

impl Measured {
    /// The smallest eigenvalue and the largest, where the matrix is definite or semidefinite.
    pub fn eigenvalues(&self) -> Option<(f64, f64)> {
        let (_, part) = self.properties.iter().find(|(p, _)| *p == Property::Psd)?;
        let fact = |name: &str| {
            part.facts.iter().find_map(|(n, fact)| match fact {
                Fact::Number(value) if *n == name => Some(*value),
                _ => None,
            })
        };
        Some((fact("smallest_eigenvalue")?, fact("largest_eigenvalue")?))
    }
}
