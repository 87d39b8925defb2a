//! Formulas that mostly pass the checker: each subexpression broadcasts to one shape, the frame.

use super::values::Given;
use super::{REAL, Random};
use hadamard::DType;
use hadamard::algebra::Op;
use hadamard::algebra::ops::{DTypes, Fold, Map, Row, Writing, table};

/// How large cases may be.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Elements, mostly.
    pub usual: usize,
    /// Elements of one case in twenty.
    pub large: usize,
    /// Elements of one case in some thousands: results are written past the caches then.
    pub huge: Option<usize>,
}

/// Operands at most.
const OPERANDS: usize = 8;

/// A formula and its operands.
pub fn random(random: &mut Random, bounds: &Bounds) -> (String, Vec<Given>) {
    let elements = if random.one_in(20) { bounds.large } else { bounds.usual };
    let (elements, frame) = match bounds.huge {
        Some(huge) if random.one_in(3000) => {
            let n = *random.pick(&[1, 3, 32, 1000]);
            let mut frame = vec![n, huge / n];
            frame.rotate_left(random.below(2));
            (huge, frame)
        }
        _ => (elements, frame(random, elements)),
    };
    let dtypes = palette(random);
    let complex = dtypes.iter().any(|d| d.is_complex());
    let mut writer = Writer { random, frame, dtypes, complex, operands: Vec::new(), written: Vec::new() };
    // What is large is run by the reference one entry at a time, so it is short.
    let most = if elements > 20_000 { 4 } else { *writer.random.pick(&[2, 5, 12, 12, 40]) };
    let fuel = 1 + writer.random.below(most);
    let formula = writer.formula(fuel);
    (formula, writer.operands)
}

/// A shape with about as many elements at most, its lengths around the edges of blocks and vectors.
fn frame(random: &mut Random, elements: usize) -> Vec<usize> {
    const EDGES: [usize; 9] = [1024, 2048, 32768, 65536, 128, 64, 4096, 512, 256];
    const SMALL: [usize; 14] = [1, 2, 3, 4, 5, 7, 8, 9, 12, 31, 33, 127, 129, 300];
    let ndim = *random.pick(&[1, 1, 1, 2, 2, 2, 2, 3, 3, 4]);
    if random.one_in(60) {
        return (0..ndim).map(|k| if k == 0 { 0 } else { 3 }).collect();
    }
    let mut rest = elements;
    let mut frame: Vec<usize> = (0..ndim)
        .map(|_| {
            let fitting: Vec<usize> = EDGES.into_iter().filter(|&n| n <= rest).collect();
            let n = if !fitting.is_empty() && random.one_in(ndim) {
                random.pick(&fitting) - 1 + random.below(3)
            } else {
                *random.pick(&SMALL)
            };
            let n = n.min(rest).max(1);
            rest /= n;
            n
        })
        .collect();
    let by = random.below(ndim);
    frame.rotate_left(by);
    frame
}

/// The dtypes of the operands.
fn palette(random: &mut Random) -> Vec<DType> {
    use DType::*;
    match random.below(20) {
        0..=4 => vec![F64],
        5..=8 => vec![F32],
        9..=12 => vec![*random.pick(&REAL)],
        13 => vec![C128],
        14 => vec![C64],
        15 => vec![C128, *random.pick(&REAL)],
        16 => vec![*random.pick(&[F16, BF16]), F32],
        17 => vec![*random.pick(&[F64, F32, U8]), *random.pick(&[U8, Bool, F32])],
        _ => vec![*random.pick(&REAL), *random.pick(&REAL)],
    }
}

struct Writer<'r> {
    random: &'r mut Random,
    frame: Vec<usize>,
    dtypes: Vec<DType>,
    complex: bool,
    operands: Vec<Given>,
    /// Subexpressions, to be written again.
    written: Vec<String>,
}

impl Writer<'_> {
    fn formula(&mut self, fuel: usize) -> String {
        match self.random.below(10) {
            0..=5 => self.value(fuel),
            6 | 7 => {
                let value = self.value(fuel);
                self.fold(&value)
            }
            8 => {
                let value = self.value(fuel);
                let [one, other] = [0, 1].map(|_| self.fold("P"));
                format!("P = {value}; Q = {one}; R = {other}")
            }
            _ => {
                let first = self.value(fuel.div_ceil(2));
                self.written.push("P".to_string());
                let second = self.value(fuel.div_ceil(2));
                let fold = self.fold("P");
                format!("P = {first}; Q = {second}; R = {fold}")
            }
        }
    }

    /// Numbers mostly, truth values at times.
    fn value(&mut self, fuel: usize) -> String {
        if self.random.one_in(8) { self.truth(fuel) } else { self.number(fuel) }
    }

    fn fold(&mut self, of: &str) -> String {
        let fits = |row: &&Row| match row.op {
            Op::Fold(fold) => !self.complex || !matches!(fold, Fold::Min | Fold::Max | Fold::Argmin | Fold::Argmax),
            _ => false,
        };
        let rows: Vec<&Row> = table().filter(fits).collect();
        let name = self.random.pick(&rows).name;
        let ndim = self.frame.len();
        if self.random.one_in(3) {
            format!("{name}({of})")
        } else {
            format!("{name}({of}, axis={})", self.random.below(ndim))
        }
    }

    fn number(&mut self, fuel: usize) -> String {
        let text = match self.random.below(30) {
            _ if fuel == 0 => self.leaf(false),
            0 | 1 if !self.written.is_empty() => self.random.pick(&self.written).clone(),
            2 => self.leaf(false),
            3 => {
                let (m, a, b) = (self.truth(fuel / 3), self.number(fuel / 3), self.number(fuel / 3));
                format!("where({m}, {a}, {b})")
            }
            4 if fuel < 4 => {
                let leaf = self.leaf(false);
                let fold = *self.random.pick(&["sum", "mean", "norm", "count"]);
                format!("{fold}({leaf})")
            }
            5 => self.truth(fuel),
            _ => {
                let complex = self.complex;
                let fits = |row: &&Row| match (row.op, row.dtypes) {
                    (Op::Map(Map::Where), _) => false,
                    (Op::Map(Map::Cast(into)), _) => into.is_complex() == complex && into != DType::Bool,
                    (Op::Map(_), DTypes::Arithmetic | DTypes::Float | DTypes::RealPart) => true,
                    (Op::Map(_), DTypes::RealArithmetic | DTypes::RealFloat) => !complex,
                    _ => false,
                };
                self.operation(fits, fuel, false)
            }
        };
        self.written.push(text.clone());
        text
    }

    fn truth(&mut self, fuel: usize) -> String {
        match self.random.below(8) {
            _ if fuel == 0 => self.leaf(true),
            0 => self.leaf(true),
            1 => format!("bool.({})", self.number(fuel - 1)),
            2 => self.operation(|row| row.dtypes == DTypes::Predicate && matches!(row.op, Op::Map(_)), fuel, false),
            3 | 4 => self.operation(|row| row.dtypes == DTypes::Logic, fuel, true),
            _ => {
                let complex = self.complex;
                let equality = |op| matches!(op, Op::Map(Map::Eq | Map::Ne));
                self.operation(|row| row.dtypes == DTypes::Compare && (!complex || equality(row.op)), fuel, false)
            }
        }
    }

    /// An operation of some of the table, of truth values or numbers.
    fn operation(&mut self, fits: impl Fn(&&Row) -> bool, fuel: usize, of_truths: bool) -> String {
        let rows: Vec<&Row> = table().filter(fits).collect();
        let row = *self.random.pick(&rows);
        let n = row.params.len();
        let args: Vec<String> = (0..n)
            .map(|k| match (row.op, k) {
                _ if of_truths => self.truth((fuel - 1) / n),
                (Op::Map(Map::Pow | Map::Root), 1) if !self.random.one_in(4) => {
                    self.random.pick(&["2", "3", "-1", "0.5", "-2.5", "0"]).to_string()
                }
                // The sign of a NaN that was computed is not determined; that of one which is given is.
                (Op::Map(Map::Copysign), 1) => self.leaf(false),
                _ => self.number((fuel - 1) / n),
            })
            .collect();
        match (row.writing, &args[..]) {
            (Writing::Infix(_), [a, b]) => format!("({a} {} {b})", row.signs[0]),
            (Writing::Prefix, [a]) => format!("({}{a})", row.signs[0]),
            (Writing::Postfix, [a]) => format!("({a}{})", row.signs[0]),
            _ => format!("{}.({})", row.name, args.join(", ")),
        }
    }

    /// An operand, some part of one, or a number.
    fn leaf(&mut self, truth: bool) -> String {
        if self.random.one_in(6) {
            let literals: &[&str] = match (truth, self.complex) {
                (true, _) => &["true", "false"],
                (_, true) => &["0", "1", "(-2)", "2i", "(1 + 1i)", "0.5", "inf"],
                _ => &["0", "1", "2", "3", "(-1)", "(-3)", "0.5", "2.5", "1e10", "(-0.0)", "inf", "nan", "100"],
            };
            return self.random.pick(literals).to_string();
        }
        let n = self.frame.len();
        let same = self.frame.clone();
        let (shape, around) = match self.random.below(14) {
            0 if n == 2 => (vec![same[1], same[0]], ".'".to_string()),
            1 if n == 2 => (vec![same[1]], ".'".to_string()),
            2 => (same[..self.random.below(n)].to_vec(), String::new()),
            3 => (same.iter().map(|&n| if self.random.one_in(2) { 1 } else { n }).collect(), String::new()),
            4 | 5 => {
                let mut shape = Vec::new();
                let slices: Vec<&str> = same
                    .iter()
                    .map(|&n| {
                        let (longer, slice) = match self.random.below(6) {
                            0 => (n, "::-1"),
                            1 => (n + 1, "1:"),
                            2 => (2 * n, "::2"),
                            3 => (2 * n, "1::2"),
                            4 => (2 * n, "::-2"),
                            _ => (n, ":"),
                        };
                        shape.push(longer);
                        slice
                    })
                    .collect();
                (shape, format!("[{}]", slices.join(", ")))
            }
            _ => (same, String::new()),
        };
        format!("{}{around}", self.operand(shape, truth))
    }

    /// An operand of that shape: one there is, or another.
    fn operand(&mut self, shape: Vec<usize>, truth: bool) -> String {
        let fits = |g: &&Given| g.shape == shape && (g.dtype == DType::Bool || !truth);
        let there: Vec<String> = self.operands.iter().filter(fits).map(|g| g.name.clone()).collect();
        if !there.is_empty() && (self.operands.len() >= OPERANDS || self.random.one_in(2)) {
            return self.random.pick(&there).clone();
        }
        let name = format!("x{}", self.operands.len());
        let dtype = if truth { DType::Bool } else { *self.random.pick(&self.dtypes) };
        let layout = *self.random.pick(&[0, 0, 0, 1, 2, 3, 4, 5]);
        // Small values mostly, as faults end everything.
        let seed = self.random.next() >> 20;
        let seed = if self.random.one_in(3) { seed } else { seed & !3 };
        self.operands.push(Given { name: name.clone(), dtype, shape, layout, seed });
        name
    }
}
