//! The notations: one file each, named here and nowhere else.

mod apl;
mod armadillo;
mod eigen;
mod fortran;
mod gauss;
mod hadamard;
mod hpprime;
mod j;
mod julia;
mod latex;
mod matlab;
mod numpy;
mod pandas;
mod prelude;
mod python;
mod pytorch;
mod r;
mod sympy;
mod wolfram;

use crate::syntax::notation::Notation;

/// All notations in the order of tables.
pub const ALL: &[&Notation] = &[
    &hadamard::HADAMARD,
    &matlab::MATLAB,
    &matlab::OCTAVE,
    &julia::JULIA,
    &numpy::NUMPY,
    &pytorch::PYTORCH,
    &pandas::PANDAS,
    &r::R,
    &sympy::SYMPY,
    &latex::LATEX,
    &latex::LATEX_KOLDA,
    &fortran::FORTRAN,
    &eigen::EIGEN,
    &armadillo::ARMADILLO,
    &wolfram::WOLFRAM,
    &apl::APL,
    &j::J,
    &gauss::GAUSS,
    &hpprime::HPPRIME,
];
