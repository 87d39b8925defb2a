//! Writing a program: a recorder, and lanes that record what is done with them.

use crate::program::{Binary, Compare, Fold, Kind, Op, Output, Program, Scalar, Shift, Unary, Value};
use hadamard_math::{Bits, Function1, Function2, Lane, Mask, Single};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Sub};

/// A program being written. Equal operations are recorded once.
#[derive(Default)]
pub struct Recorder {
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    program: Program,
    known: HashMap<(Op, Kind), Value>,
}

impl Recorder {
    /// An empty program.
    pub fn new() -> Recorder {
        Recorder::default()
    }

    /// Another input; its number.
    pub fn input(&self, kind: Kind) -> usize {
        let mut state = self.state.borrow_mut();
        state.program.inputs.push(kind);
        state.program.inputs.len() - 1
    }

    /// Records an operation whose value is of that kind.
    pub fn op(&self, op: Op, kind: Kind) -> Value {
        let State { program, known } = &mut *self.state.borrow_mut();
        *known.entry((op, kind)).or_insert_with(|| {
            program.ops.push(op);
            program.kinds.push(kind);
            Value(program.ops.len() as u32 - 1)
        })
    }

    /// The kind of a value.
    pub fn kind(&self, value: Value) -> Kind {
        self.state.borrow().program.kind(value)
    }

    /// The operation that computes a value.
    pub fn operation(&self, value: Value) -> Op {
        self.state.borrow().program.ops[value.at()]
    }

    /// The value as a lane of floats.
    pub fn number(&self, value: Value) -> Number<'_> {
        Number { at: self, value }
    }

    /// The value as a lane of integers.
    pub fn integer(&self, value: Value) -> Integer<'_> {
        Integer { at: self, value }
    }

    /// The value as a mask.
    pub fn truth(&self, value: Value) -> Truth<'_> {
        Truth { at: self, value }
    }

    /// An operation of one argument.
    pub fn unary(&self, op: Unary, a: Value) -> Value {
        let from = self.kind(a);
        let kind = match op {
            Unary::Widen => Kind::F64,
            Unary::Narrow | Unary::FromHalf => Kind::F32,
            Unary::ToHalf => Kind::I16,
            Unary::SignExtend(to)
            | Unary::ZeroExtend(to)
            | Unary::Truncate(to)
            | Unary::ToFloat(to)
            | Unary::UnsignedToFloat(to)
            | Unary::Bits(to) => to,
            Unary::ToMask => Kind::Mask,
            Unary::FromMask => Kind::I8,
            Unary::Sqrt
            | Unary::Neg
            | Unary::Abs
            | Unary::Round
            | Unary::Floor
            | Unary::Ceil
            | Unary::Trunc
            | Unary::Not
            | Unary::Swap
            | Unary::First
            | Unary::Second
            | Unary::NegFirst
            | Unary::NegSecond => from,
        };
        self.op(Op::Unary(op, a), kind)
    }

    /// An operation of two arguments.
    pub fn binary(&self, op: Binary, a: Value, b: Value) -> Value {
        self.op(Op::Binary(op, a, b), self.kind(a))
    }

    /// A comparison.
    pub fn compare(&self, op: Compare, a: Value, b: Value) -> Value {
        self.op(Op::Compare(op, a, b), Kind::Mask)
    }

    /// The second where the mask holds, else the third.
    pub fn select(&self, mask: Value, a: Value, b: Value) -> Value {
        if self.kind(a).is_float()
            && let Op::Compare(Compare::Lt, less, than) = self.operation(mask)
        {
            if (less, than) == (a, b) {
                return self.binary(Binary::Min, a, b);
            }
            if (less, than) == (b, a) {
                return self.binary(Binary::Max, a, b);
            }
        }
        self.op(Op::Select(mask, a, b), self.kind(a))
    }

    /// A function of one number, with its rare lanes.
    pub fn function1<F: Function1>(&self, a: Value) -> Value {
        let x = self.number(a);
        let (usual, rare) = match self.kind(a) {
            Kind::F32 => (F::single(x), F::rare_single(x)),
            _ => (F::double(x), F::rare(x)),
        };
        self.rescue(usual.value, rare, [a, a], F::SLOW.map(Scalar::One))
    }

    /// A function of two numbers, with its rare lanes.
    pub fn function2<F: Function2>(&self, a: Value, b: Value) -> Value {
        let (x, y) = (self.number(a), self.number(b));
        let (usual, rare) = match self.kind(a) {
            Kind::F32 => (F::single(x, y), F::rare_single(x, y)),
            _ => (F::double(x, y), F::rare(x, y)),
        };
        self.rescue(usual.value, rare, [a, b], F::SLOW.map(Scalar::Two))
    }

    fn rescue(&self, usual: Value, rare: Option<Truth<'_>>, args: [Value; 2], scalar: Option<Scalar>) -> Value {
        match (rare, scalar) {
            (Some(rare), Some(scalar)) => {
                self.op(Op::Rescue { rare: rare.value, usual, args, scalar }, self.kind(usual))
            }
            _ => usual,
        }
    }

    /// Lanes where the mask holds are faults.
    pub fn fault(&self, mask: Value) {
        self.state.borrow_mut().program.faults.push(mask);
    }

    /// Another output; its number.
    ///
    /// # Panics
    /// If the value is a mask.
    pub fn output(&self, value: Value, streamed: bool) -> usize {
        assert!(self.kind(value) != Kind::Mask, "masks are put out as `FromMask`");
        let mut state = self.state.borrow_mut();
        state.program.outputs.push(Output { value, streamed });
        state.program.outputs.len() - 1
    }

    /// Another fold of a value; `next` says how what was accumulated takes it in. Its number.
    ///
    /// # Panics
    /// If the value is a mask.
    pub fn fold(&self, value: Value, next: impl FnOnce(Value) -> Value) -> usize {
        let kind = self.kind(value);
        assert!(kind != Kind::Mask, "masks are folded as `FromMask`");
        let number = self.state.borrow().program.folds.len();
        let next = next(self.op(Op::Carried(number), kind));
        self.state.borrow_mut().program.folds.push(Fold { value, next });
        number
    }

    /// The program.
    pub fn finish(self) -> Program {
        self.state.into_inner().program
    }
}

/// A lane of floats that records.
#[derive(Clone, Copy)]
pub struct Number<'r> {
    at: &'r Recorder,
    /// Its value.
    pub value: Value,
}

/// A lane of integers that records.
#[derive(Clone, Copy)]
pub struct Integer<'r> {
    at: &'r Recorder,
    /// Its value.
    pub value: Value,
}

/// A mask that records.
#[derive(Clone, Copy)]
pub struct Truth<'r> {
    at: &'r Recorder,
    /// Its value.
    pub value: Value,
}

macro_rules! operators {
    ($($T:ident: $($Trait:ident $method:ident),*;)*) => {$($(
        impl<'r> $Trait for $T<'r> {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                Self { value: self.at.binary(operators!(@ $Trait), self.value, other.value), ..self }
            }
        }
    )*)*};
    (@ Add) => { Binary::Add };
    (@ Sub) => { Binary::Sub };
    (@ Mul) => { Binary::Mul };
    (@ Div) => { Binary::Div };
    (@ BitAnd) => { Binary::And };
    (@ BitOr) => { Binary::Or };
    (@ BitXor) => { Binary::Xor };
}
operators! {
    Number: Add add, Sub sub, Mul mul, Div div;
    Integer: Add add, Sub sub, BitAnd bitand, BitOr bitor, BitXor bitxor;
    Truth: BitAnd bitand, BitOr bitor;
}

impl Not for Truth<'_> {
    type Output = Self;
    fn not(self) -> Self {
        Truth { value: self.at.unary(Unary::Not, self.value), ..self }
    }
}
impl Mask for Truth<'_> {}

impl Integer<'_> {
    fn shift(self, by: Shift, n: u32) -> Self {
        Integer { value: self.at.op(Op::Shift(by, self.value, n as u8), self.at.kind(self.value)), ..self }
    }
}

impl<'r> Bits for Integer<'r> {
    type Mask = Truth<'r>;

    fn int(self, value: i64) -> Self {
        let kind = self.at.kind(self.value);
        let bits = value as u64 & (u64::MAX >> (64 - 8 * kind.size()));
        Integer { value: self.at.op(Op::Const(bits), kind), ..self }
    }
    fn shl(self, n: u32) -> Self {
        self.shift(Shift::Left, n)
    }
    fn shr(self, n: u32) -> Self {
        self.shift(Shift::Right, n)
    }
    fn sar(self, n: u32) -> Self {
        self.shift(Shift::Arithmetic, n)
    }
    fn eq(self, other: Self) -> Truth<'r> {
        Truth { at: self.at, value: self.at.compare(Compare::Eq, self.value, other.value) }
    }
    fn gt(self, other: Self) -> Truth<'r> {
        Truth { at: self.at, value: self.at.compare(Compare::Lt, other.value, self.value) }
    }
    fn select(mask: Truth<'r>, a: Self, b: Self) -> Self {
        Integer { value: a.at.select(mask.value, a.value, b.value), ..a }
    }
}

impl Neg for Number<'_> {
    type Output = Self;
    fn neg(self) -> Self {
        self.unary(Unary::Neg)
    }
}

impl Number<'_> {
    fn unary(self, op: Unary) -> Self {
        Number { value: self.at.unary(op, self.value), ..self }
    }

    /// Without a negation, and whether there was one: signs of a product go into the fused operation.
    fn signed(self) -> (Value, bool) {
        match self.at.state.borrow().program.ops[self.value.at()] {
            Op::Unary(Unary::Neg, a) => (a, true),
            _ => (self.value, false),
        }
    }
}

impl<'r> Lane for Number<'r> {
    type Mask = Truth<'r>;
    type Bits = Integer<'r>;

    fn lit(self, value: f64) -> Self {
        let kind = self.at.kind(self.value);
        let bits = if kind == Kind::F32 { (value as f32).to_bits().into() } else { value.to_bits() };
        Number { value: self.at.op(Op::Const(bits), kind), ..self }
    }
    fn fma(self, b: Self, c: Self) -> Self {
        let ((a, minus_a), (b, minus_b), (c, minus_term)) = (self.signed(), b.signed(), c.signed());
        let op = Op::Fma { args: [a, b, c], minus_product: minus_a != minus_b, minus_term };
        Number { value: self.at.op(op, self.at.kind(a)), ..self }
    }
    fn sqrt(self) -> Self {
        self.unary(Unary::Sqrt)
    }
    fn abs(self) -> Self {
        self.unary(Unary::Abs)
    }
    fn copysign(self, sign: Self) -> Self {
        let top = self.bits().int(if self.at.kind(self.value) == Kind::F32 { i32::MIN.into() } else { i64::MIN });
        Self::from_bits(self.abs().bits() | (sign.bits() & top))
    }
    fn round(self) -> Self {
        self.unary(Unary::Round)
    }
    fn floor(self) -> Self {
        self.unary(Unary::Floor)
    }
    fn trunc(self) -> Self {
        self.unary(Unary::Trunc)
    }
    fn bits(self) -> Integer<'r> {
        let to = self.at.kind(self.value).bits();
        Integer { at: self.at, value: self.at.unary(Unary::Bits(to), self.value) }
    }
    fn from_bits(bits: Integer<'r>) -> Self {
        let to = if bits.at.kind(bits.value) == Kind::I32 { Kind::F32 } else { Kind::F64 };
        Number { at: bits.at, value: bits.at.unary(Unary::Bits(to), bits.value) }
    }
    fn lt(self, other: Self) -> Truth<'r> {
        Truth { at: self.at, value: self.at.compare(Compare::Lt, self.value, other.value) }
    }
    fn le(self, other: Self) -> Truth<'r> {
        Truth { at: self.at, value: self.at.compare(Compare::Le, self.value, other.value) }
    }
    fn eq(self, other: Self) -> Truth<'r> {
        Truth { at: self.at, value: self.at.compare(Compare::Eq, self.value, other.value) }
    }
    fn select(mask: Truth<'r>, a: Self, b: Self) -> Self {
        Number { value: a.at.select(mask.value, a.value, b.value), ..a }
    }
}

impl<'r> Single for Number<'r> {
    type Double = Number<'r>;
    fn widen(self) -> Number<'r> {
        self.unary(Unary::Widen)
    }
    fn narrow(wide: Number<'r>) -> Self {
        wide.unary(Unary::Narrow)
    }
}
