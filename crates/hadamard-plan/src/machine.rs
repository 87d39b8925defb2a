//! How long the steps of a plan take on a machine: the model by which plans are compared.
//!
//! A nest takes the longer of its arithmetic and its traffic, a matrix product likewise with the rate of its kernel; every step
//! costs something to start. It need not be exact: it decides between plans that differ by factors.

use crate::{Dense, DenseOp, InstrKind, Nest, Plan, Step};
use hadamard_algebra::{Map, SparseOp};
use hadamard_array::DType;

/// The rates of a machine, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Machine {
    /// For a byte read or written by a nest.
    pub byte: f64,
    /// For one multiplication, addition or comparison of a nest at one point.
    pub arithmetic: f64,
    /// For one elementary function or division of a nest at one point.
    pub function: f64,
    /// For one multiplication with its addition, of doubles, in a matrix product.
    pub product: f64,
    /// For an entry read or written at a place of its own.
    pub place: f64,
    /// For starting a step.
    pub step: f64,
}

impl Default for Machine {
    /// Two cores with AVX-512 and about 20 GB/s, measured; others differ by factors that hardly change a choice.
    fn default() -> Self {
        Machine { byte: 0.05, arithmetic: 0.12, function: 1.0, product: 0.02, place: 3.0, step: 3000.0 }
    }
}

impl Machine {
    /// A nest over `points` points, `work` nanoseconds of arithmetic at each, that moves `bytes` bytes.
    pub fn nest(&self, points: f64, work: f64, bytes: f64) -> f64 {
        self.step + (points * work).max(bytes * self.byte)
    }

    /// The product of an m×k and a k×n matrix.
    pub fn matmul(&self, m: f64, k: f64, n: f64, dtype: DType) -> f64 {
        let factor = match dtype {
            DType::F32 => 0.5,
            DType::C64 => 2.0,
            DType::C128 => 4.0,
            DType::F64 => 1.0,
            // Integers are exact, small floats are computed in doubles: neither goes to the fast kernel.
            _ => 40.0,
        };
        // The kernel works on tiles: a side or depth shorter than a tile costs as much as a whole one.
        let tile = |n: f64| n.max(8.0);
        let bytes = (m * k + k * n + 2.0 * m * n) * dtype.size() as f64;
        self.step + (tile(m) * tile(k) * tile(n) * self.product * factor).max(bytes * self.byte)
    }

    /// A sparse matrix of so many stored entries times a dense one of `columns` columns; the other side has `others` rows.
    pub fn sparse_product(&self, count: f64, columns: f64, others: f64) -> f64 {
        self.step + count * (self.place + columns * self.arithmetic) + others * columns * 8.0 * self.byte
    }

    /// The nanoseconds an operation takes at one point.
    pub fn work(&self, map: Map) -> f64 {
        match map {
            Map::Cast(_) => 0.0,
            Map::Mul | Map::Add | Map::Sub | Map::Neg | Map::Conj | Map::Where | Map::Min | Map::Max | Map::Abs => {
                self.arithmetic
            }
            _ => self.function,
        }
    }

    /// The predicted nanoseconds of a plan.
    pub fn time(&self, plan: &Plan) -> f64 {
        plan.steps.iter().map(|step| self.step_time(plan, step)).sum()
    }

    /// The predicted nanoseconds of one step.
    pub fn step_time(&self, plan: &Plan, step: &Step) -> f64 {
        let cost = plan.step_cost(step);
        let bytes = (cost.read + cost.written) as f64;
        match step {
            Step::Nest(nest) => self.nest(nest.space.size() as f64, self.body(nest), bytes),
            Step::Dense(dense) => self.dense(plan, dense, bytes),
        }
    }

    fn body(&self, nest: &Nest) -> f64 {
        let work = nest.body.iter().map(|i| match i.kind {
            InstrKind::Map { map, .. } => self.work(map),
            InstrKind::Load(_) | InstrKind::Const(_) | InstrKind::Same(..) => 0.0,
        });
        work.sum::<f64>() + nest.folds.len() as f64 * self.arithmetic
    }

    fn dense(&self, plan: &Plan, dense: &Dense, bytes: f64) -> f64 {
        let n = dense.shapes.first().map_or(0.0, |s| s.iter().copied().max().unwrap_or(0) as f64);
        let dtype = plan.slots[dense.out].dtype;
        match dense.op {
            DenseOp::MatMul => {
                let (a, b) = (&dense.shapes[0], &dense.shapes[1]);
                self.matmul(a[0] as f64, a[1] as f64, b[1] as f64, dtype)
            }
            DenseOp::Inv => self.step + 2.0 * n * n * n * self.product,
            DenseOp::Det => self.step + n * n * n * self.product,
            DenseOp::Rank => self.step + 8.0 * n * n * n * self.product,
            DenseOp::Spectrum(_) => self.step + 25.0 * n * n * n * self.product,
            DenseOp::Scan(_) | DenseOp::Concat(_) => self.step + bytes * self.byte,
            DenseOp::Sparse(op) => {
                let size = |k: usize| dense.shapes[k].size() as f64;
                let out = plan.slots[dense.out].shape.size() as f64;
                match op {
                    SparseOp::Gather => self.step + out * self.place,
                    SparseOp::Scatter => self.step + size(0) * self.place + out * 8.0 * self.byte,
                    SparseOp::Sampled => {
                        self.step + out * (2.0 * self.place + dense.shapes[0][1] as f64 * self.arithmetic)
                    }
                    SparseOp::Lookup => self.step + out * self.place * size(0).max(2.0).log2(),
                    SparseOp::Product => {
                        self.sparse_product(size(0), dense.shapes[3][1] as f64, dense.shapes[3][0] as f64)
                    }
                }
            }
        }
    }
}
