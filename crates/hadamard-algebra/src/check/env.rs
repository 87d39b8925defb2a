//! What the names of a formula stand for.

use crate::Number;
use hadamard_array::{DType, Shape};

/// What a name stands for, as far as it matters before data is read.
#[derive(Clone, Debug, PartialEq)]
pub enum Binding {
    /// An array.
    Array {
        /// Its element type.
        dtype: DType,
        /// The lengths of its axes.
        shape: Shape,
        /// Where it comes from, as shown in messages: `a.npy`. May be empty.
        source: String,
    },
    /// A number, weak like a literal.
    Number(Number),
}

/// The operands given for a formula, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Env {
    operands: Vec<(String, Binding)>,
    /// Which of the arrays are sparse, and how many entries they store.
    sparse: Vec<(String, usize)>,
}

impl Env {
    /// No operands.
    pub fn new() -> Env {
        Env::default()
    }
    /// Adds an operand; a name given twice is reported by the check.
    pub fn insert(&mut self, name: impl Into<String>, binding: Binding) {
        self.operands.push((name.into(), binding));
    }
    /// With an array.
    pub fn array(mut self, name: &str, dtype: DType, shape: impl Into<Shape>, source: &str) -> Env {
        self.insert(name, Binding::Array { dtype, shape: shape.into(), source: source.into() });
        self
    }
    /// Says that the matrix of that name is sparse, and how many entries it stores.
    pub fn sparse(&mut self, name: impl Into<String>, stored: usize) {
        self.sparse.push((name.into(), stored));
    }
    /// How many entries the operand of that name stores, if it is a sparse matrix.
    pub fn stored(&self, name: &str) -> Option<usize> {
        self.sparse.iter().find(|(n, _)| n == name).map(|(_, stored)| *stored)
    }
    /// With a number.
    pub fn number(mut self, name: &str, number: Number) -> Env {
        self.insert(name, Binding::Number(number));
        self
    }
    /// What `name` stands for.
    pub fn get(&self, name: &str) -> Option<&Binding> {
        self.position(name).map(|i| self.binding(i))
    }
    /// Names and what they stand for, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Binding)> {
        self.operands.iter().map(|(name, binding)| (name.as_str(), binding))
    }
    /// How many operands there are.
    pub fn len(&self) -> usize {
        self.operands.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.operands.is_empty()
    }

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.operands.iter().position(|(n, _)| n == name)
    }
    pub(super) fn name(&self, position: usize) -> &str {
        &self.operands[position].0
    }
    pub(super) fn binding(&self, position: usize) -> &Binding {
        &self.operands[position].1
    }
    /// The number of the operand at `position` among the arrays: the index in `Graph::operands`.
    pub(super) fn array_number(&self, position: usize) -> usize {
        self.operands[..position].iter().filter(|(_, b)| matches!(b, Binding::Array { .. })).count()
    }
}
