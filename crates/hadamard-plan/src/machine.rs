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
    /// For one multiplication with its addition, of doubles, in the product of a matrix and a vector.
    pub vector: f64,
    /// For each result of a sum over one axis of a nest, besides its additions.
    pub result: f64,
    /// For an entry read or written at a place of its own, in an array that the caches hold.
    pub place: f64,
    /// The same in an array that they do not hold.
    pub miss: f64,
    /// For starting a step.
    pub step: f64,
}

impl Default for Machine {
    /// Two cores of a server, measured (those of the first four with AVX-512 and 20 GB/s, the others with AVX2 and 30 GB/s, by
    /// runs of single steps); others differ by factors that hardly change a choice.
    fn default() -> Self {
        Machine {
            byte: 0.05,
            arithmetic: 0.12,
            function: 1.0,
            product: 0.02,
            vector: 0.12,
            result: 20.0,
            place: 1.2,
            miss: 10.0,
            step: 3000.0,
        }
    }
}

/// Arrays of more bytes are taken not to lie in the caches.
const CACHED: f64 = (8 << 20) as f64;

impl Machine {
    /// A nest over `points` points, `work` nanoseconds of arithmetic at each, that moves `bytes` bytes.
    pub fn nest(&self, points: f64, work: f64, bytes: f64) -> f64 {
        self.step + (points * work).max(bytes * self.byte)
    }

    /// A sum over some axes of such a nest, with so many results.
    pub fn sum(&self, points: f64, work: f64, results: f64, bytes: f64) -> f64 {
        self.step + (points * work + results * self.result).max(bytes * self.byte)
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
        let time = match m == 1.0 || n == 1.0 {
            true => m * k * n * self.vector * factor,
            false => tile(m) * tile(k) * tile(n) * self.product * factor,
        };
        self.step + time.max(bytes * self.byte)
    }

    /// An entry at a place of its own in an array of so many bytes.
    fn place(&self, bytes: f64) -> f64 {
        if bytes > CACHED { self.miss } else { self.place }
    }

    /// A sparse matrix of so many stored entries times a dense one of `columns` columns; the other side has `others` rows.
    pub fn sparse_product(&self, count: f64, columns: f64, others: f64) -> f64 {
        let row = self.place(others * columns * 8.0) + columns * 3.0 * self.arithmetic;
        self.step + count * row + others * columns * 8.0 * self.byte
    }

    /// Entries of an array of so many bytes at so many places.
    pub fn gather(&self, count: f64, bytes: f64) -> f64 {
        self.step + count * self.place(bytes)
    }

    /// So many entries of the product of an m×k and a k×n matrix, each a sum.
    pub fn sampled(&self, count: f64, (m, k, n): (f64, f64, f64), dtype: DType) -> f64 {
        let touched = (count.min(m) + count.min(n)) * k * dtype.size() as f64;
        self.step + count * (2.0 * self.place + k * self.arithmetic) + touched * self.byte
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
            Step::Nest(nest) => {
                let (points, work) = (nest.space.size() as f64, self.body(nest));
                let results = nest.folds.iter().map(|fold| points / fold.count.max(1) as f64).sum();
                self.sum(points, work, results, bytes)
            }
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
                let bytes_of = |k: usize| size(k) * plan.slots[dense.args[k].slot].dtype.size() as f64;
                let out = plan.slots[dense.out].shape.size() as f64;
                match op {
                    SparseOp::Gather => self.gather(out, bytes_of(0)),
                    SparseOp::Scatter => {
                        let written = out * dtype.size() as f64;
                        self.step + size(0) * self.place(written) + written * self.byte
                    }
                    SparseOp::Sampled => {
                        let (m, k, n) = (dense.shapes[0][0], dense.shapes[0][1], dense.shapes[1][1]);
                        self.sampled(out, (m as f64, k as f64, n as f64), dtype)
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
