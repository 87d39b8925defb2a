//! Random formulas against NumPy: `goldens/oracle.py` writes the cases and says how each tolerance comes about.

use hadamard::array::{Buffer, Layout, Slice};
use hadamard::{Array, DType, Env, Overflow, Policy, Settings, Shape, Zeros};
use std::io::Read;
use std::num::NonZeroUsize;

/// The least number of cases that must have been compared.
const CASES: usize = 3000;

struct Case {
    formula: String,
    policy: Policy,
    tolerance: Tolerance,
    dtype: DType,
    shape: Shape,
    operands: Vec<Recipe>,
    expected: Vec<u8>,
}

/// How far a result may be from NumPy's.
enum Tolerance {
    /// The same bits; any NaN is like any other.
    Exact,
    /// So many floats away, each part.
    Ulp(u64),
    /// The difference of each part.
    Abs(f64),
    /// The difference relative to the expected entry.
    Rel(f64),
    /// No result: the formula fails with this code, at this position if it is known.
    Fault(String, Option<String>),
}

/// How an operand is made.
struct Recipe {
    name: String,
    dtype: DType,
    shape: Shape,
    layout: String,
    class: String,
    seed: u64,
}

#[test]
fn random_formulas_agree_with_numpy() {
    let (header, cases) = read();
    let mut failures = Vec::new();
    for case in &cases {
        if let Err(reason) = case.compare() {
            let operands: Vec<String> = case.operands.iter().map(Recipe::to_string).collect();
            failures.push(format!("{}\n    {}\n    {reason}", case.formula, operands.join(", ")));
        }
    }
    let count = failures.len();
    assert!(count == 0, "{header}: {count} of {} cases differ\n{}", cases.len(), failures.join("\n"));
    assert!(cases.len() >= CASES, "only {} cases", cases.len());
}

/// Names, operations, dtypes and layouts that the cases are meant to reach, so that a changed generator does not
/// lose them unseen.
#[test]
fn the_cases_reach_every_dtype_layout_and_operation() {
    use hadamard::algebra::ops::{self, Writing};
    let (_, cases) = read();
    let operands: Vec<&Recipe> = cases.iter().flat_map(|c| &c.operands).collect();
    for dtype in DType::ALL.into_iter().filter(|&d| d != DType::BF16) {
        assert!(operands.iter().filter(|o| o.dtype == dtype).count() >= 50, "{dtype}");
    }
    for layout in ["c", "f", "reversed", "strided"] {
        assert!(operands.iter().filter(|o| o.layout == layout).count() >= 200, "{layout}");
    }
    for length in [0, 1, 127, 128, 129, 1023, 1024, 1025] {
        assert!(operands.iter().any(|o| o.shape.contains(&length)), "length {length}");
    }
    assert!(operands.iter().filter(|o| o.shape.ndim() == 0).count() >= 50, "operands without axes");
    for policy in [Overflow::Error, Overflow::Wrap, Overflow::Saturate] {
        assert!(cases.iter().filter(|c| c.policy.overflow == policy).count() >= 300, "{policy:?}");
    }
    assert!(cases.iter().filter(|c| matches!(c.tolerance, Tolerance::Exact)).count() >= 2500, "cases bit for bit");
    let missing: Vec<&str> = ops::table()
        .filter(|row| {
            let call = |c: &Case| {
                c.formula.contains(&format!("{}(", row.name)) || c.formula.contains(&format!("{}.(", row.name))
            };
            let sign = |c: &Case| row.writing != Writing::Call && row.signs.iter().any(|s| c.formula.contains(s));
            !cases.iter().any(|c| call(c) || sign(c))
        })
        .map(|row| row.name)
        .collect();
    // NumPy has no bf16, and no commutation matrix: the laws about it and its examples in the table are tests of that one.
    // Spectra and running reductions have goldens of their own (`spectra.rs`).
    let untried = ["bf16", "commutation", "eigvals", "eigvalsh", "svdvals", "cumsum", "cumprod"];
    assert_eq!(missing, untried);
}

impl Case {
    /// Compares what all threads give in windows of the engine's choice, and what one thread gives in small ones.
    fn compare(&self) -> Result<(), String> {
        let policy = self.policy;
        let settings = Settings { policy, ..Settings::default() };
        self.compare_with(&settings)?;
        let small = Settings { threads: NonZeroUsize::new(1), window: Some(512), ..settings };
        self.compare_with(&small).map_err(|reason| format!("in small windows: {reason}"))
    }

    fn compare_with(&self, settings: &Settings) -> Result<(), String> {
        let result = self.evaluate(settings);
        let got = match (&self.tolerance, result) {
            (Tolerance::Fault(code, at), Err(e)) => {
                let there = at.as_ref().is_none_or(|at| e.to_string().contains(&format!(" at {at}")));
                return if e.code() == code && there {
                    Ok(())
                } else {
                    Err(format!("should fail with {code} at {at:?}: {e}"))
                };
            }
            (Tolerance::Fault(code, _), Ok(_)) => return Err(format!("should fail with {code}")),
            (_, result) => result.map_err(|e| format!("failed: {e}"))?,
        };
        if (got.dtype(), got.shape()) != (self.dtype, &self.shape) {
            return Err(format!("is {}{}, not {}{}", got.dtype(), got.shape(), self.dtype, self.shape));
        }
        let mut buffer = Buffer::zeroed(self.expected.len());
        buffer.bytes_mut().copy_from_slice(&self.expected);
        let want =
            Array::from_buffer(self.dtype, Layout::c_order(self.shape.clone()), buffer).map_err(|e| e.to_string())?;
        let wrong: Vec<Vec<usize>> = (0..self.shape.size())
            .map(|k| self.shape.unravel(k))
            .filter(|at| !self.tolerance.admits(&got, &want, at))
            .collect();
        match wrong.first() {
            None => Ok(()),
            Some(at) => {
                let (g, w) = (got.get(at), want.get(at));
                Err(format!("{g} is not NumPy's {w} at {at:?} ({} of {} entries)", wrong.len(), self.shape.size()))
            }
        }
    }

    fn evaluate(&self, settings: &Settings) -> Result<Array, hadamard::Error> {
        let mut env = Env::new();
        let mut arrays = Vec::new();
        for recipe in &self.operands {
            env = env.array(&recipe.name, recipe.dtype, recipe.shape.clone(), "");
            arrays.push((recipe.name.as_str(), recipe.array()));
        }
        let program = hadamard::compile(&self.formula, &env)?;
        let views: Vec<_> = program
            .operands()
            .filter_map(|o| arrays.iter().find(|(name, _)| Some(*name) == o.name))
            .map(|(_, array)| array.view())
            .collect();
        Ok(program.run(&views, settings)?.remove(0))
    }
}

impl Tolerance {
    fn admits(&self, got: &Array, want: &Array, at: &[usize]) -> bool {
        let (g, w) = (got.get(at), want.get(at));
        let (x, y) = (g.as_c128(), w.as_c128());
        let part = |admit: &dyn Fn(f64, f64) -> bool| admit(x.re, y.re) && admit(x.im, y.im);
        let same = |g: f64, w: f64| g == w || (g.is_nan() && w.is_nan());
        match self {
            // Doubles do not hold every 64-bit integer.
            Tolerance::Exact if g.as_int().is_some() => g == w,
            Tolerance::Exact => part(&|g, w| g.to_bits() == w.to_bits() || (g.is_nan() && w.is_nan())),
            Tolerance::Ulp(most) => part(&|g, w| same(g, w) || steps(g, w, got.dtype()) <= *most),
            Tolerance::Abs(most) => part(&|g, w| same(g, w) || (g - w).abs() <= *most),
            Tolerance::Rel(most) => part(&same) || (x - y).norm() <= most * y.norm(),
            Tolerance::Fault(..) => false,
        }
    }
}

/// How many floats of that dtype lie between two of them.
fn steps(a: f64, b: f64, dtype: DType) -> u64 {
    if a.is_nan() || b.is_nan() {
        return u64::MAX;
    }
    let place = |v: f64| {
        let (bits, width) = match dtype.real() {
            DType::F16 => (u64::from(hadamard::array::f16::from_f64(v).to_bits()), 16),
            DType::F32 => (u64::from((v as f32).to_bits()), 32),
            _ => (v.to_bits(), 64),
        };
        let magnitude = (bits & !(1 << (width - 1))) as i128;
        if v.is_sign_negative() { -magnitude } else { magnitude }
    };
    place(a).abs_diff(place(b)).try_into().unwrap_or(u64::MAX)
}

// --- Operands ---------------------------------------------------------------------------------------------------

impl std::fmt::Display for Recipe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Recipe { name, dtype, shape, layout, class, seed } = self;
        write!(f, "{name}: {dtype}{shape} {layout} {class} {seed}")
    }
}

impl Recipe {
    /// The operand, in the memory layout it is to have.
    fn array(&self) -> Array {
        let n = self.shape.size();
        let bytes: Vec<u8> = (0..n).flat_map(|k| self.entry(k)).collect();
        let size = self.dtype.size();
        let c_order = Layout::c_order(self.shape.clone());
        let (layout, room) = match self.layout.as_str() {
            "f" => (Layout::f_order(self.shape.clone()), n),
            "reversed" => {
                let back = |&n: &usize| Slice { start: n.saturating_sub(1), step: -1, count: n };
                (c_order.sliced(&self.shape.iter().map(back).collect::<Vec<_>>()), n)
            }
            "strided" => {
                let wide: Shape = self.shape.iter().map(|&n| 2 * n + 1).collect();
                let every_other = |&n: &usize| Slice { start: 1, step: 2, count: n };
                let slices: Vec<Slice> = self.shape.iter().map(every_other).collect();
                (Layout::c_order(wide.clone()).sliced(&slices), wide.size())
            }
            _ => (c_order, n),
        };
        let mut buffer = Buffer::zeroed(room * size);
        // What lies between the entries must not matter.
        buffer.bytes_mut().fill(0x55);
        for (entry, at) in bytes.chunks_exact(size).zip(layout.positions()) {
            buffer.bytes_mut()[at * size..(at + 1) * size].copy_from_slice(entry);
        }
        Array::from_buffer(self.dtype, layout, buffer).expect("the layout fits the buffer made for it")
    }

    /// The bytes of the entry at C-order position `k`, as `draw` of the generator makes them.
    fn entry(&self, k: usize) -> Vec<u8> {
        let bits = |u: u64| u >> (64 - self.dtype.size() * 8);
        match self.dtype {
            DType::Bool => vec![(self.random(k) >> 63) as u8],
            DType::C64 => (2 * k..2 * k + 2).flat_map(|k| self.float(DType::F32, self.random(k))).collect(),
            DType::C128 => (2 * k..2 * k + 2).flat_map(|k| self.float(DType::F64, self.random(k))).collect(),
            real if real.is_float() => self.float(real, self.random(k)),
            int => {
                let u = self.random(k);
                let (low, high) = int.int_range().expect("the others have been told apart");
                let small = ((u >> 33) % 7) as i128;
                let value = match self.class.as_str() {
                    "small" => small - if low < 0 { 3 } else { 0 },
                    "nonzero" => (small + 1) * if u >> 63 == 1 && low < 0 { -1 } else { 1 },
                    _ if u & 3 == 0 => [low, high, 0, 1, high - 1, low + 1][(u >> 8) as usize % 6],
                    _ => i128::from(bits(u)),
                };
                value.to_le_bytes()[..int.size()].to_vec()
            }
        }
    }

    fn float(&self, dtype: DType, u: u64) -> Vec<u8> {
        let (width, digits) = match dtype {
            DType::F16 => (16, 10),
            DType::F32 => (32, 23),
            _ => (64, 52),
        };
        let unit = (u >> (63 - digits)) as f64 * (-(digits as f64) - 1.0).exp2();
        let value = match self.class.as_str() {
            "whole" => ((u >> 33) % 7) as f64 - 3.0,
            "dyadic" => (((u >> 33) % 257) as f64 - 128.0) / 16.0,
            "unit" => unit - 0.5,
            "positive" => unit + 0.5,
            "special" if u & 3 == 0 => unit - 0.5,
            "bits" => return (u >> (64 - width)).to_le_bytes()[..width / 8].to_vec(),
            _ => {
                let top = (1u64 << (width - 1 - digits)) - 1;
                let one = (top >> 1) << digits;
                let half = 1 << (digits - 1);
                let step = 1 << digits;
                let infinity = top << digits;
                let plain = [
                    0,
                    one,
                    one | half,
                    one - step,
                    one + step + half / 2,
                    infinity,
                    infinity | half,
                    infinity - 1,
                    step,
                    step - 1,
                    1,
                    one + 1,
                ];
                let at = (u >> 8) as usize % (2 * plain.len());
                let sign = if at >= plain.len() { 1 << (width - 1) } else { 0 };
                return (plain[at % plain.len()] | sign).to_le_bytes()[..width / 8].to_vec();
            }
        };
        // For the formats below f64 the sums above are exact, so this is one rounding, as in the generator.
        match dtype {
            DType::F16 => hadamard::array::f16::from_f64(value).to_le_bytes().to_vec(),
            DType::F32 => (value as f32).to_le_bytes().to_vec(),
            _ => value.to_le_bytes().to_vec(),
        }
    }

    /// splitmix64 at position `k`.
    fn random(&self, k: usize) -> u64 {
        let z = self.seed.wrapping_add((k as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

// --- The file -----------------------------------------------------------------------------------------------------

fn read() -> (String, Vec<Case>) {
    let mut data = Vec::new();
    flate2::read::GzDecoder::new(&include_bytes!("goldens/oracle.bin.gz")[..])
        .read_to_end(&mut data)
        .expect("the goldens are a gzip file");
    let mut rest = &data[..];
    let header = line(&mut rest);
    let mut cases = Vec::new();
    while !rest.is_empty() {
        let fields = line(&mut rest);
        cases.push(case(&fields, &mut rest).unwrap_or_else(|| panic!("not a case: {fields}")));
    }
    (header, cases)
}

fn line(rest: &mut &[u8]) -> String {
    let end = rest.iter().position(|&b| b == b'\n').expect("a line ends");
    let text = String::from_utf8(rest[..end].to_vec()).expect("lines are text");
    *rest = &rest[end + 1..];
    text
}

fn case(fields: &str, rest: &mut &[u8]) -> Option<Case> {
    let mut fields = fields.split('\t');
    let formula = fields.next()?.to_string();
    let policy = fields.next()?;
    let policy = Policy {
        overflow: match policy.trim_end_matches("+ieee") {
            "error" => Overflow::Error,
            "wrap" => Overflow::Wrap,
            "saturate" => Overflow::Saturate,
            _ => return None,
        },
        zeros: if policy.ends_with("+ieee") { Zeros::Ieee } else { Zeros::ByDType },
        ..Policy::default()
    };
    let tolerance = match fields.next()?.split_once(':') {
        None => Tolerance::Exact,
        Some(("ulp", n)) => Tolerance::Ulp(n.parse().ok()?),
        Some(("abs", x)) => Tolerance::Abs(x.parse().ok()?),
        Some(("rel", x)) => Tolerance::Rel(x.parse().ok()?),
        Some(("fault", fault)) => match fault.split_once('@') {
            None => Tolerance::Fault(fault.to_string(), None),
            Some((code, at)) => Tolerance::Fault(code.to_string(), Some(at.to_string())),
        },
        Some(_) => return None,
    };
    let dtype = DType::parse(fields.next()?)?;
    let shape = shape(fields.next()?)?;
    let operands = fields.map(recipe).collect::<Option<_>>()?;
    let bytes = if let Tolerance::Fault(..) = tolerance { 0 } else { shape.size() * dtype.size() };
    let expected = rest.get(..bytes)?.to_vec();
    *rest = &rest[bytes..];
    Some(Case { formula, policy, tolerance, dtype, shape, operands, expected })
}

fn recipe(text: &str) -> Option<Recipe> {
    let mut parts = text.split(':');
    Some(Recipe {
        name: parts.next()?.to_string(),
        dtype: DType::parse(parts.next()?)?,
        shape: shape(parts.next()?)?,
        layout: parts.next()?.to_string(),
        class: parts.next()?.to_string(),
        seed: parts.next()?.parse().ok()?,
    })
}

fn shape(text: &str) -> Option<Shape> {
    match text {
        "scalar" => Some(Shape::SCALAR),
        _ => text.split('x').map(|n| n.parse().ok()).collect(),
    }
}
