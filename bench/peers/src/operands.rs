//! Operands as their files hold them, and what their elements have to be for all libraries.

use crate::Outcome;
use bytemuck::Pod;
use std::collections::HashMap;

/// An element type that every library computes with.
pub trait Number: Pod + ndarray::NdFloat + nalgebra::RealField + faer::traits::RealField {
    /// The case `clamp`.
    fn clamped(self) -> Self;
    /// The case `max-abs`, one element.
    fn distance(self, other: Self) -> Self;
    /// The larger; a NaN is never chosen.
    fn larger(self, other: Self) -> Self;
    /// The square root.
    fn root(self) -> Self;
    /// Zero.
    const ZERO: Self;
}

macro_rules! number {
    ($($type:ident)*) => {$(
        impl Number for $type {
            #[inline(always)]
            fn clamped(self) -> Self {
                $type::clamp(self, 0.75, 1.25)
            }
            #[inline(always)]
            fn distance(self, other: Self) -> Self {
                $type::abs(self - other)
            }
            #[inline(always)]
            fn larger(self, other: Self) -> Self {
                $type::max(self, other)
            }
            fn root(self) -> Self {
                $type::sqrt(self)
            }
            const ZERO: Self = 0.0;
        }
    )*};
}
number!(f64 f32);

/// The operands of a case by name: shape and bytes in C order.
pub struct Operands(HashMap<String, (Vec<usize>, Vec<u8>)>);

impl Operands {
    /// Reads operands given as `NAME=DTYPE=SHAPE=FILE`, the file in `.npy`.
    pub fn read(words: &[&str]) -> Outcome<Operands> {
        let mut operands = HashMap::new();
        for word in words {
            let [name, _, shape, path] = word.splitn(4, '=').collect::<Vec<_>>()[..] else {
                return Err(format!("not an operand: {word}").into());
            };
            let shape = shape.split('x').map(str::parse).collect::<Result<_, _>>()?;
            let mut bytes = std::fs::read(path)?;
            let header = bytes.get(8..10).ok_or("not an .npy file")?;
            let start = 10 + usize::from(u16::from_le_bytes([header[0], header[1]]));
            bytes.drain(..start.min(bytes.len()));
            operands.insert(name.to_string(), (shape, bytes));
        }
        Ok(Operands(operands))
    }

    /// Rows, columns and elements of a matrix, in C order.
    pub fn matrix<T: Pod>(&self, name: &str) -> Outcome<(usize, usize, Vec<T>)> {
        let (shape, bytes) = self.0.get(name).ok_or_else(|| format!("no operand is called {name}"))?;
        let [rows, columns] = shape[..] else { return Err(format!("{name} is not a matrix").into()) };
        let elements: Vec<T> = bytes.chunks_exact(size_of::<T>()).map(bytemuck::pod_read_unaligned).collect();
        if elements.len() != rows * columns {
            return Err(format!("{name} has {} elements", elements.len()).into());
        }
        Ok((rows, columns, elements))
    }
}
