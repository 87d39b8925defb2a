//! What a plan will cost, and its text for `explain`.

use crate::{Access, DenseOp, InstrKind, Load, Nest, Origin, Plan, SlotId, Step, Walk};
use hadamard_algebra::{Fold, Graph, Map, Op, SparseOp, Spectrum, Stored};
use std::fmt;

/// Predicted work of a step or plan. Bytes are counted as STREAM does: each operand read once, each result written once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Arithmetic operations on elements (a function call counts as one).
    pub flops: u128,
    /// Bytes read.
    pub read: u128,
    /// Bytes written.
    pub written: u128,
}

impl std::ops::Add for Cost {
    type Output = Cost;
    fn add(self, o: Cost) -> Cost {
        Cost { flops: self.flops + o.flops, read: self.read + o.read, written: self.written + o.written }
    }
}

impl Plan {
    fn bytes(&self, slot: SlotId) -> u128 {
        let slot = &self.slots[slot];
        slot.shape.size() as u128 * slot.dtype.size() as u128
    }

    /// Bytes an access touches: axes that stand still do not multiply.
    fn touched(&self, load: &Load, space: &[usize]) -> u128 {
        let mut dims: Vec<usize> = load.access.0.iter().filter_map(|a| a.along.map(|(d, _)| d)).collect();
        dims.sort_unstable();
        dims.dedup();
        dims.iter().map(|&d| space[d] as u128).product::<u128>() * self.slots[load.slot].dtype.size() as u128
    }

    /// The predicted work of one step.
    pub fn step_cost(&self, step: &Step) -> Cost {
        match step {
            Step::Nest(nest) => {
                let points = nest.space.size() as u128;
                let operations = nest.body.iter().filter(|i| match i.kind {
                    InstrKind::Map { map, .. } => !matches!(map, Map::Cast(_)),
                    _ => false,
                });
                Cost {
                    flops: points * (operations.count() + nest.folds.len()) as u128,
                    read: nest.loads.iter().map(|l| self.touched(l, &nest.space)).sum(),
                    written: nest.stores.iter().map(|s| self.bytes(s.slot)).sum::<u128>()
                        + nest.folds.iter().map(|f| self.bytes(f.slot)).sum::<u128>(),
                }
            }
            Step::Dense(dense) => {
                let shape = |k: usize| dense.shapes[k].clone();
                let out = self.slots[dense.out].shape.size() as u128;
                let n = dense.args.first().map_or(0, |_| shape(0).iter().copied().max().unwrap_or(0)) as u128;
                let flops = match dense.op {
                    DenseOp::MatMul => {
                        let inner = shape(0).size() as u128 * shape(1).size() as u128;
                        2 * ((inner * out) as f64).sqrt() as u128
                    }
                    DenseOp::Inv => 2 * n * n * n,
                    DenseOp::Det => 2 * n * n * n / 3,
                    DenseOp::Rank | DenseOp::Spectrum(Spectrum::Singular) => 4 * n * n * n,
                    DenseOp::Spectrum(Spectrum::Hermitian) => 4 * n * n * n / 3,
                    DenseOp::Spectrum(Spectrum::General) => 10 * n * n * n,
                    DenseOp::Scan(_) => n,
                    DenseOp::Concat(_) => 0,
                    DenseOp::Sparse(op) => match op {
                        SparseOp::Gather | SparseOp::Lookup => 0,
                        SparseOp::Scatter => shape(0).size() as u128,
                        SparseOp::Sampled => 2 * out * shape(0)[1] as u128,
                        SparseOp::Product => 2 * shape(0).size() as u128 * shape(3)[1] as u128,
                    },
                };
                let read = match dense.op {
                    // Of what is gathered from, no more than is gathered.
                    DenseOp::Sparse(SparseOp::Gather) => {
                        let picked = out * self.slots[dense.out].dtype.size() as u128;
                        let places: u128 = dense.args[1..].iter().map(|l| self.bytes(l.slot)).sum();
                        places + picked.min(self.bytes(dense.args[0].slot))
                    }
                    _ => dense.args.iter().map(|l| self.bytes(l.slot)).sum(),
                };
                Cost { flops, read, written: self.bytes(dense.out) }
            }
        }
    }

    /// The predicted work of the whole plan.
    pub fn cost(&self) -> Cost {
        self.steps.iter().map(|s| self.step_cost(s)).fold(Cost::default(), |a, b| a + b)
    }

    /// Bytes of all values that are kept in memory whole between steps (operands and streamed results are not).
    pub fn temporary_bytes(&self) -> u128 {
        let kept = |s: &SlotId| matches!(self.slots[*s].origin, Origin::Temporary);
        (0..self.slots.len()).filter(kept).map(|s| self.bytes(s)).sum()
    }
}

/// A plan beside the graph it came from, for people: prints top to bottom.
pub struct Explanation<'a> {
    /// The checked graph.
    pub graph: &'a Graph,
    /// Its plan.
    pub plan: &'a Plan,
}

impl Explanation<'_> {
    /// The name of a slot: an operand's or result's name, or `t3`.
    pub fn slot_name(&self, id: SlotId) -> String {
        let result = self.plan.results.iter().position(|&r| r == id);
        match (&self.plan.slots[id].origin, result) {
            (Origin::Operand(k), _) => self.graph.operands[*k].name.clone(),
            (Origin::Stored(k, part), _) => {
                let name = &self.graph.operands[*k].name;
                match part {
                    Stored::Rows => format!("rows({name})"),
                    Stored::Columns => format!("columns({name})"),
                    Stored::Values => format!("stored({name})"),
                }
            }
            (_, Some(k)) => self.graph.outputs[k].name.clone().unwrap_or_else(|| "result".into()),
            (Origin::Reshaped(of), None) => format!("{}{}", self.slot_name(*of), self.plan.slots[id].shape),
            (Origin::Literal(_), _) => format!("literal{id}"),
            _ => format!("t{id}"),
        }
    }

    /// What a step is, in words.
    pub(crate) fn words(&self, step: &Step) -> &'static str {
        match step {
            Step::Nest(_) => "nest",
            Step::Dense(dense) => match dense.op {
                DenseOp::MatMul => "matrix product",
                DenseOp::Inv => "inverse",
                DenseOp::Det => "determinant",
                DenseOp::Rank => "rank",
                DenseOp::Spectrum(spectrum) => spectrum.name(),
                DenseOp::Scan(Fold::Prod) => "running product",
                DenseOp::Scan(_) => "running sum",
                DenseOp::Concat(_) => "side by side",
                DenseOp::Sparse(op) => op.words(),
            },
        }
    }

    fn access(&self, f: &mut fmt::Formatter<'_>, access: &Access) -> fmt::Result {
        f.write_str("[")?;
        for (k, index) in access.0.iter().enumerate() {
            if k > 0 {
                f.write_str(", ")?;
            }
            match index.along {
                None => write!(f, "{}", index.start)?,
                Some((dim, step)) => {
                    let name = index_name(dim);
                    match (index.start, step) {
                        (0, 1) => write!(f, "{name}")?,
                        (start, 1) => write!(f, "{name}+{start}")?,
                        (0, step) => write!(f, "{step}{name}")?,
                        (start, step) => write!(f, "{start}{step:+}{name}")?,
                    }
                }
            }
        }
        f.write_str("]")
    }

    fn nest(&self, f: &mut fmt::Formatter<'_>, nest: &Nest) -> fmt::Result {
        write!(f, "nest over")?;
        for (d, n) in nest.space.iter().enumerate() {
            write!(f, " {}:{n}", index_name(d))?;
        }
        if nest.space.ndim() == 0 {
            write!(f, " one point")?;
        }
        match nest.walk {
            Walk::Rows { .. } => writeln!(f, ", row by row")?,
            Walk::Linear => writeln!(f)?,
        }
        for (i, instr) in nest.body.iter().enumerate() {
            write!(f, "    r{i}: {} = ", instr.dtype)?;
            match &instr.kind {
                InstrKind::Load(k) => {
                    let load = &nest.loads[*k];
                    write!(f, "load {}", self.slot_name(load.slot))?;
                    self.access(f, &load.access)?;
                }
                InstrKind::Const(value) => write!(f, "{value}")?,
                InstrKind::Same(a, b) => {
                    write!(f, "same ")?;
                    self.access(f, &Access(vec![*a, *b]))?;
                }
                InstrKind::Map { map, args, .. } => {
                    write!(f, "{}", Op::Map(*map).row().name)?;
                    for a in args {
                        write!(f, " r{a}")?;
                    }
                }
            }
            writeln!(f)?;
        }
        for store in &nest.stores {
            writeln!(f, "    store r{} to {}", store.value, self.slot_name(store.slot))?;
        }
        for fold in &nest.folds {
            let name = Op::Fold(fold.fold).row().name;
            let (count, slot) = (fold.count, self.slot_name(fold.slot));
            writeln!(f, "    {name} r{} over {count} to {slot}", fold.value)?;
        }
        Ok(())
    }
}

fn index_name(dim: usize) -> String {
    match "ijklmnpq".chars().nth(dim) {
        Some(c) => c.to_string(),
        None => format!("i{dim}"),
    }
}

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, step) in self.plan.steps.iter().enumerate() {
            write!(f, "step {}: ", k + 1)?;
            match step {
                Step::Nest(nest) => self.nest(f, nest)?,
                Step::Dense(dense) => {
                    let name = self.words(step);
                    let args: Vec<String> = dense.args.iter().map(|l| self.slot_name(l.slot)).collect();
                    writeln!(f, "{name} of {} to {}", args.join(", "), self.slot_name(dense.out))?;
                }
            }
            let cost = self.plan.step_cost(step);
            writeln!(f, "    flops {}, bytes read {}, written {}", cost.flops, cost.read, cost.written)?;
        }
        Ok(())
    }
}
