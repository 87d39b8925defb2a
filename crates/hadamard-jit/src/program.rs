//! A straight line of primitives over the lanes of vectors.

/// What a lane holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An integer of 8 bits.
    I8,
    /// An integer of 16 bits.
    I16,
    /// An integer of 32 bits.
    I32,
    /// An integer of 64 bits.
    I64,
    /// An IEEE single.
    F32,
    /// An IEEE double.
    F64,
    /// A truth value; lies in no memory.
    Mask,
}

impl Kind {
    /// Bytes of a lane (0 for masks).
    pub fn size(self) -> usize {
        match self {
            Kind::I8 => 1,
            Kind::I16 => 2,
            Kind::I32 | Kind::F32 => 4,
            Kind::I64 | Kind::F64 => 8,
            Kind::Mask => 0,
        }
    }
    /// Whether it is a float.
    pub fn is_float(self) -> bool {
        matches!(self, Kind::F32 | Kind::F64)
    }
    /// The integer as wide as it.
    pub fn bits(self) -> Kind {
        match self {
            Kind::F32 => Kind::I32,
            Kind::F64 => Kind::I64,
            other => other,
        }
    }
}

/// A value of a program: the number of the operation that computes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(pub(crate) u32);

impl Value {
    pub(crate) fn at(self) -> usize {
        self.0 as usize
    }
    /// Its place among the bits that [`Program::interpret`] gives.
    pub fn number(self) -> usize {
        self.at()
    }
}

/// Operations of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// The square root of a float.
    Sqrt,
    /// −a of a float: its sign bit turned.
    Neg,
    /// |a| of a float: its sign bit cleared.
    Abs,
    /// The nearest integer of a float, ties to even.
    Round,
    /// The integer not above.
    Floor,
    /// The integer not below.
    Ceil,
    /// The integer towards zero.
    Trunc,
    /// f32 to f64.
    Widen,
    /// f64 to f32, rounded.
    Narrow,
    /// f16 (an I16) to f32.
    FromHalf,
    /// f32 to f16 (an I16), rounded.
    ToHalf,
    /// An integer to the next wider kinds, with its sign.
    SignExtend(Kind),
    /// An integer to the next wider kinds, with zeros.
    ZeroExtend(Kind),
    /// The low bits of an integer.
    Truncate(Kind),
    /// A signed integer of 32 or 64 bits to a float, rounded.
    ToFloat(Kind),
    /// An unsigned integer of 32 or 64 bits to a float, rounded.
    UnsignedToFloat(Kind),
    /// The same bits as another kind of the same size.
    Bits(Kind),
    /// Whether an I8 is not zero.
    ToMask,
    /// 1 or 0 as an I8.
    FromMask,
    /// The other truth value.
    Not,
    /// The float of the neighbouring lane: lanes are pairs, such as real and imaginary parts.
    Swap,
    /// The float of the pair's first lane.
    First,
    /// The float of the pair's second lane.
    Second,
    /// The float, negated in the first lane of each pair.
    NegFirst,
    /// The float, negated in the second lane of each pair.
    NegSecond,
}

/// Operations of two arguments of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// a + b, integers wrapping.
    Add,
    /// a − b, integers wrapping.
    Sub,
    /// a · b, integers (16 bits or more) wrapping.
    Mul,
    /// The product of the low halves of integers of 64 bits, unsigned and exact.
    MulLow,
    /// a / b of floats.
    Div,
    /// Bits, or masks, in both.
    And,
    /// Bits, or masks, in either.
    Or,
    /// Bits, or masks, in one of them.
    Xor,
    /// The smaller signed integer; of floats a if a < b, else b.
    Min,
    /// The larger signed integer; of floats a if a > b, else b.
    Max,
    /// The smaller unsigned integer.
    UnsignedMin,
    /// The larger unsigned integer.
    UnsignedMax,
}

/// Comparisons; those of floats are false for NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compare {
    /// a = b.
    Eq,
    /// a < b, integers signed.
    Lt,
    /// a ≤ b, integers signed.
    Le,
}

/// Shifts of integers by a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shift {
    /// To the left.
    Left,
    /// To the right, zeros from the left.
    Right,
    /// To the right, the sign from the left.
    Arithmetic,
}

/// A scalar function that a rare lane calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(unpredictable_function_pointer_comparisons, reason = "equal pointers are equal functions; others cost a copy")]
pub enum Scalar {
    /// Of one f64 (for F32 lanes: widened, the result rounded).
    One(fn(f64) -> f64),
    /// Of two.
    Two(fn(f64, f64) -> f64),
}

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// The elements of input `.0`.
    Input(usize),
    /// The one element of input `.0`, in every lane.
    Splat(usize),
    /// The elements of input `.0`, each `.1` times in a row (2 to 8; in one program always as often).
    Repeated(usize, u8),
    /// Lanes of a vector whose elements are repeated, each `times` times: those that fall into vector `phase` of as many.
    Spread {
        /// The vector.
        of: Value,
        /// How often each of its elements.
        times: u8,
        /// Which of the vectors that it fills.
        phase: u8,
    },
    /// These bits in every lane.
    Const(u64),
    /// What fold `.0` has accumulated of the elements before; where there are no folds, what lies where output `.0` will.
    Carried(usize),
    /// An operation of one argument.
    Unary(Unary, Value),
    /// An operation of two arguments.
    Binary(Binary, Value, Value),
    /// `±(a · b) ± c` of floats, rounded once.
    Fma {
        /// Factors and term.
        args: [Value; 3],
        /// Whether the product is subtracted.
        minus_product: bool,
        /// Whether the term is subtracted.
        minus_term: bool,
    },
    /// A shift by a number of bits.
    Shift(Shift, Value, u8),
    /// A comparison.
    Compare(Compare, Value, Value),
    /// The second where the mask holds, else the third.
    Select(Value, Value, Value),
    /// `usual`, but where the mask holds the scalar function of the arguments (the second is the first again, where
    /// there is one).
    Rescue {
        /// Where.
        rare: Value,
        /// The value elsewhere.
        usual: Value,
        /// The arguments.
        args: [Value; 2],
        /// The function.
        scalar: Scalar,
    },
}

impl Op {
    /// The arguments.
    pub fn args(&self) -> impl Iterator<Item = Value> {
        let (args, n) = match *self {
            Op::Input(_) | Op::Splat(_) | Op::Repeated(..) | Op::Const(_) | Op::Carried(_) => ([Value(0); 4], 0),
            Op::Unary(_, a) | Op::Shift(_, a, _) | Op::Spread { of: a, .. } => ([a, a, a, a], 1),
            Op::Binary(_, a, b) | Op::Compare(_, a, b) => ([a, b, b, b], 2),
            Op::Fma { args: [a, b, c], .. } | Op::Select(a, b, c) => ([a, b, c, c], 3),
            Op::Rescue { rare, usual, args: [a, b], .. } => ([rare, usual, a, b], 4),
        };
        args.into_iter().take(n)
    }
}

impl Op {
    /// With other arguments.
    pub(crate) fn with_args(&self, to: impl Fn(Value) -> Value) -> Op {
        match *self {
            op @ (Op::Input(_) | Op::Splat(_) | Op::Repeated(..) | Op::Const(_) | Op::Carried(_)) => op,
            Op::Spread { of, times, phase } => Op::Spread { of: to(of), times, phase },
            Op::Unary(o, a) => Op::Unary(o, to(a)),
            Op::Shift(o, a, n) => Op::Shift(o, to(a), n),
            Op::Binary(o, a, b) => Op::Binary(o, to(a), to(b)),
            Op::Compare(o, a, b) => Op::Compare(o, to(a), to(b)),
            Op::Select(m, a, b) => Op::Select(to(m), to(a), to(b)),
            Op::Fma { args, minus_product, minus_term } => Op::Fma { args: args.map(to), minus_product, minus_term },
            Op::Rescue { rare, usual, args, scalar } => {
                Op::Rescue { rare: to(rare), usual: to(usual), args: args.map(&to), scalar }
            }
        }
    }
}

/// An output: a value, one element for each lane. Masks cannot be put out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Output {
    /// The value.
    pub value: Value,
    /// Whether to write past the caches.
    pub streamed: bool,
}

/// Elements that are folded together: of each [`BLOCK`], [`LANES`] accumulators take every `LANES`-th.
pub const BLOCK: usize = 128;
/// Accumulators of a block, before they are joined.
pub const LANES: usize = 16;

/// A fold: the first of the elements an accumulator takes is `value` itself; each further one makes it `next`, which is
/// computed from `value` and what was [carried](Op::Carried).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fold {
    /// The element. Masks cannot be folded.
    pub value: Value,
    /// The accumulator with the element.
    pub next: Value,
}

/// A straight line of operations, inputs, and outputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Program {
    pub(crate) ops: Vec<Op>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) inputs: Vec<Kind>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) folds: Vec<Fold>,
    pub(crate) faults: Vec<Value>,
}

impl Program {
    /// The kinds of the inputs.
    pub fn inputs(&self) -> &[Kind] {
        &self.inputs
    }
    /// The outputs.
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }
    /// The folds.
    pub fn folds(&self) -> &[Fold] {
        &self.folds
    }
    /// The kind of a value.
    pub fn kind(&self, value: Value) -> Kind {
        self.kinds[value.at()]
    }
    /// Whether one element of input `k` stands for all.
    pub fn reads_one(&self, k: usize) -> bool {
        self.ops.contains(&Op::Splat(k))
    }
    /// Whether the elements of input `k` are read.
    pub fn reads_all(&self, k: usize) -> bool {
        self.ops.contains(&Op::Input(k))
    }
    /// How often the elements of input `k` are repeated, if they are.
    pub fn repeats(&self, k: usize) -> Option<u8> {
        self.ops.iter().find_map(|op| match *op {
            Op::Repeated(input, times) if input == k => Some(times),
            _ => None,
        })
    }
    /// Whether output `k` is read before it is written.
    pub fn reads_output(&self, k: usize) -> bool {
        self.folds.is_empty() && self.ops.contains(&Op::Carried(k))
    }
    /// The same program with some outputs written past the caches.
    pub fn streaming(&self, outputs: &[bool]) -> Program {
        let mut program = self.clone();
        program.outputs.iter_mut().zip(outputs).for_each(|(output, &streamed)| output.streamed = streamed);
        program
    }
    /// Number of operations.
    pub fn len(&self) -> usize {
        self.ops.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// For each operation, whether it depends on what is carried.
    pub(crate) fn carries(&self) -> Vec<bool> {
        let mut carries: Vec<bool> = Vec::with_capacity(self.ops.len());
        for op in &self.ops {
            let carried = matches!(op, Op::Carried(_)) || op.args().any(|a| carries[a.at()]);
            carries.push(carried);
        }
        carries
    }

    /// The program that folds so many rows below each other, element by element: its inputs are those of the first row,
    /// then those of the next. It puts out the accumulators, into which it takes what its outputs hold if the rows are
    /// `later` ones. `None` if it has outputs of its own.
    pub fn over_rows(&self, rows: usize, later: bool) -> Option<Program> {
        let mut all = Program { inputs: self.inputs.repeat(rows), ..Program::default() };
        let mut accumulators: Vec<Option<Value>> = vec![None; self.folds.len()];
        for row in 0..rows {
            let mut numbers: Vec<Value> = Vec::with_capacity(self.ops.len());
            for (&op, &kind) in self.ops.iter().zip(&self.kinds) {
                let below = |k: usize| k + row * self.inputs.len();
                let op = match op {
                    Op::Carried(fold) if accumulators[fold].is_some() => {
                        numbers.extend(accumulators[fold]);
                        continue;
                    }
                    Op::Input(k) => Op::Input(below(k)),
                    Op::Splat(k) => Op::Splat(below(k)),
                    Op::Repeated(k, times) => Op::Repeated(below(k), times),
                    op => op.with_args(|a| numbers[a.at()]),
                };
                numbers.push(Value(all.ops.len() as u32));
                all.ops.push(op);
                all.kinds.push(kind);
            }
            all.faults.extend(self.faults.iter().map(|fault| numbers[fault.at()]));
            for (accumulator, fold) in accumulators.iter_mut().zip(&self.folds) {
                let last = if later || row > 0 { fold.next } else { fold.value };
                *accumulator = Some(numbers[last.at()]);
            }
        }
        all.outputs = accumulators.into_iter().flatten().map(|value| Output { value, streamed: false }).collect();
        self.outputs.is_empty().then(|| all.pruned())
    }

    /// The operations that outputs, folds and faults need, in order, renumbered.
    pub(crate) fn pruned(&self) -> Program {
        let mut needed = vec![false; self.ops.len()];
        let folded = self.folds.iter().flat_map(|f| [f.value, f.next]);
        for value in self.outputs.iter().map(|o| o.value).chain(folded).chain(self.faults.iter().copied()) {
            needed[value.at()] = true;
        }
        for i in (0..self.ops.len()).rev() {
            if needed[i] {
                self.ops[i].args().for_each(|a| needed[a.at()] = true);
            }
        }
        let mut number = vec![Value(u32::MAX); self.ops.len()];
        let mut pruned = Program { inputs: self.inputs.clone(), ..Program::default() };
        for i in (0..self.ops.len()).filter(|&i| needed[i]) {
            let op = self.ops[i].with_args(|v| number[v.at()]);
            number[i] = Value(pruned.ops.len() as u32);
            pruned.ops.push(op);
            pruned.kinds.push(self.kinds[i]);
        }
        let to = |v: Value| number[v.at()];
        pruned.outputs = self.outputs.iter().map(|o| Output { value: to(o.value), streamed: o.streamed }).collect();
        pruned.folds = self.folds.iter().map(|f| Fold { value: to(f.value), next: to(f.next) }).collect();
        pruned.faults = self.faults.iter().map(|&f| to(f)).collect();
        pruned
    }
}
