//! What each reduction accumulates: how an element is lifted, how two accumulators combine, what comes out.

use crate::fault::Fault;
use crate::kernels::float::{Float, Wide};
use crate::tree::{BLOCK, LANES, combine_lanes};
use hadamard_algebra::{Fold, Overflow};
use hadamard_array::{Bool, DType, Element, Scalar, bf16, c64, c128, f16};

/// A reduction of elements of one type.
pub trait Folding: Copy + Send + Sync + 'static {
    /// Element type.
    type T: Element;
    /// Accumulator.
    type Acc: Copy + Send + Sync;
    /// The accumulator of one element at its position among the reduced ones.
    fn lift(self, x: Self::T, at: u64) -> Self::Acc;
    /// The accumulator of two runs, the left one first.
    fn combine(self, a: Self::Acc, b: Self::Acc) -> Self::Acc;
    /// The result from the accumulator of all `count` elements, `None` if there were none.
    fn finish(self, acc: Option<Self::Acc>, count: u64) -> Result<Scalar, Fault>;

    /// The accumulator of a block of 1 to [`BLOCK`] elements, the first at position `at`.
    #[inline(always)]
    fn block(self, x: &[Self::T], at: u64) -> Self::Acc {
        by_lanes(self, x, at)
    }

    /// What a compiled loop accumulates in a lane of a block.
    type Lane: bytemuck::Pod;
    /// What two such lanes accumulate together, the left one first.
    fn join(self, a: Self::Lane, b: Self::Lane) -> Self::Lane;
    /// That as accumulator.
    fn of_lane(self, lane: Self::Lane) -> Self::Acc;

    /// The accumulator of a block from its elements, already lifted.
    fn block_lifted(self, x: &[Self::Acc]) -> Self::Acc {
        let mut lanes = [x[0]; LANES];
        for (k, &v) in x.iter().enumerate() {
            let lane = &mut lanes[k % LANES];
            *lane = if k < LANES { v } else { self.combine(*lane, v) };
        }
        combine_lanes(&mut lanes[..x.len().min(LANES)], |a, b| self.combine(a, b))
    }
}

/// The definition of [`Folding::block`]: lane by lane.
#[inline(always)]
fn by_lanes<F: Folding>(folding: F, x: &[F::T], at: u64) -> F::Acc {
    debug_assert!(!x.is_empty() && x.len() <= BLOCK);
    if let Ok(x) = <&[F::T; BLOCK]>::try_from(x) {
        let mut lanes: [F::Acc; LANES] = std::array::from_fn(|l| folding.lift(x[l], at + l as u64));
        for (t, row) in x.as_chunks::<LANES>().0.iter().enumerate().skip(1) {
            for (l, lane) in lanes.iter_mut().enumerate() {
                *lane = folding.combine(*lane, folding.lift(row[l], at + (t * LANES + l) as u64));
            }
        }
        return combine_lanes(&mut lanes, |a, b| folding.combine(a, b));
    }
    let first = folding.lift(x[0], at);
    let mut lanes = [first; LANES];
    for (k, &v) in x.iter().enumerate() {
        let v = folding.lift(v, at + k as u64);
        let lane = &mut lanes[k % LANES];
        *lane = if k < LANES { v } else { folding.combine(*lane, v) };
    }
    combine_lanes(&mut lanes[..x.len().min(LANES)], |a, b| folding.combine(a, b))
}

/// A conversion between an element type and its accumulator.
pub trait Lift<A>: Element {
    /// The element as accumulator.
    fn lift(self) -> A;
    /// The accumulator rounded to the element type.
    fn lower(acc: A) -> Scalar;
}
macro_rules! lift {
    ($($T:ty, $A:ty, $x:ident => $up:expr, $a:ident => $down:expr;)*) => {$(
        impl Lift<$A> for $T {
            #[inline(always)] fn lift(self) -> $A { let $x = self; $up }
            fn lower($a: $A) -> Scalar { ($down).into() }
        }
    )*};
}
// `from_f64` is the one that rounds once; that of the types themselves cuts the last digits off first.
lift! {
    f16, f64, x => Float::to_f64(x), a => <f16 as Float>::from_f64(one_nan(a));
    bf16, f64, x => Float::to_f64(x), a => <bf16 as Float>::from_f64(one_nan(a));
    f32, f64, x => x as f64, a => one_nan(a) as f32;
    f64, f64, x => x, a => one_nan(a);
    c64, c128, x => c128::new(x.re as f64, x.im as f64), a => c64::new(one_nan(a.re) as f32, one_nan(a.im) as f32);
    c128, c128, x => x, a => c128::new(one_nan(a.re), one_nan(a.im));
    Bool, i128, x => x.get() as i128, a => a as i64;
    i8, i128, x => x as i128, a => a as i64;
    i16, i128, x => x as i128, a => a as i64;
    i32, i128, x => x as i128, a => a as i64;
    i64, i128, x => x as i128, a => a as i64;
    u8, i128, x => x as i128, a => a as u64;
    u16, i128, x => x as i128, a => a as u64;
    u32, i128, x => x as i128, a => a as u64;
    u64, i128, x => x as i128, a => a as u64;
}

/// Which NaN a sum of several gives depends on the order of the operands of each addition, which the hardware does not
/// promise; so all are made the same one.
fn one_nan(v: f64) -> f64 {
    if v.is_nan() { f64::NAN } else { v }
}

/// Rounds a real double to a real float dtype.
fn round_to(dtype: DType, v: f64) -> Scalar {
    let v = one_nan(v);
    match dtype {
        DType::F16 => <f16 as Float>::from_f64(v).into(),
        DType::BF16 => <bf16 as Float>::from_f64(v).into(),
        DType::F32 | DType::C64 => (v as f32).into(),
        _ => v.into(),
    }
}

/// An exact integer in the accumulating dtype (`i64`, or `u64` for unsigned elements), under the overflow policy.
fn integer(v: i128, element: DType, overflow: Overflow) -> Result<Scalar, Fault> {
    let unsigned = element.kind() == hadamard_array::Kind::Unsigned;
    let (low, high) = if unsigned { (0, u64::MAX as i128) } else { (i64::MIN as i128, i64::MAX as i128) };
    let v = match overflow {
        Overflow::Error if !(low..=high).contains(&v) => return Err(Fault::Overflow),
        Overflow::Saturate => v.clamp(low, high),
        Overflow::Error | Overflow::Wrap => v,
    };
    Ok(if unsigned { Scalar::U64(v as u64) } else { Scalar::I64(v as i64) })
}

/// Integers whose blocks add up exactly in lanes narrower than 128 bits, in any order.
pub trait Total: Element {
    /// The sum of at most [`BLOCK`] elements.
    fn total(x: &[Self]) -> i128;
}
macro_rules! total {
    ($($T:ty: $x:ident => $lane:expr, $L:ty;)*) => {$(
        impl Total for $T {
            #[inline(always)]
            fn total(x: &[$T]) -> i128 {
                x.iter().fold(0, |sum: $L, &$x| sum + $lane as $L) as i128
            }
        }
    )*};
}
total! {
    Bool: x => x.get(), u32; i8: x => x, i32; u8: x => x, u32; i16: x => x, i32; u16: x => x, u32; i32: x => x, i64;
    u32: x => x, u64;
}
macro_rules! total_of_halves {
    ($($T:ty)*) => {$(
        impl Total for $T {
            #[inline(always)]
            fn total(x: &[$T]) -> i128 {
                let add = |(low, high): (u64, i64), &x: &$T| (low + (x as u64 & 0xffff_ffff), high + (x >> 32) as i64);
                let (low, high) = x.iter().fold((0, 0), add);
                ((high as i128) << 32) + low as i128
            }
        }
    )*};
}
total_of_halves! { i64 u64 }

macro_rules! folding {
    ($(#[$doc:meta])* $Name:ident <$T:ident: $($bound:path),+> -> $Acc:ty { $($field:ident: $F:ty),* }
     lift($ls:ident, $x:ident, $at:ident) $lift:expr; combine($cs:ident, $a:ident, $b:ident) $combine:expr;
     $(block($bs:ident, $bx:ident, $bat:ident) $block:expr;)?
     $(lane($L:ty, $lane:ident) $of_lane:expr; join($left:ident, $right:ident) $join:expr;)?
     finish($fs:ident, $acc:ident, $count:ident) $finish:expr) => {
        $(#[$doc])*
        pub struct $Name<$T> { $(pub $field: $F,)* pub element: std::marker::PhantomData<fn($T)> }
        impl<$T> Clone for $Name<$T> { fn clone(&self) -> Self { *self } }
        impl<$T> Copy for $Name<$T> {}
        impl<$T: $($bound +)+ 'static> Folding for $Name<$T> {
            type T = $T;
            type Acc = $Acc;
            folding! { @lane $($L, $lane => $of_lane; $left, $right => $join)? }
            #[inline(always)] fn lift(self, $x: $T, $at: u64) -> $Acc { let $ls = self; let _ = ($ls, $at); $lift }
            #[inline(always)] fn combine(self, $a: $Acc, $b: $Acc) -> $Acc { let $cs = self; let _ = $cs; $combine }
            $(#[inline(always)] fn block(self, $bx: &[$T], $bat: u64) -> $Acc {
                let $bs = self; let _ = ($bs, $bat); $block
            })?
            fn finish(self, $acc: Option<$Acc>, $count: u64) -> Result<Scalar, Fault> {
                let $fs = self; let _ = ($fs, $count); $finish
            }
        }
    };
    (@lane) => { folding! { @lane u8, _lane => unreachable!("no compiled loop folds this"); _a, _b => _a } };
    (@lane $L:ty, $lane:ident => $of_lane:expr; $left:ident, $right:ident => $join:expr) => {
        type Lane = $L;
        #[inline(always)] fn of_lane(self, $lane: $L) -> Self::Acc { $of_lane }
        #[inline(always)] fn join(self, $left: $L, $right: $L) -> $L { $join }
    };
}

folding! {
    /// Sum of floats in double precision.
    FloatSum<T: Lift<f64>> -> f64 {}
    lift(_s, x, at) x.lift(); combine(_s, a, b) a + b; lane(f64, sum) sum; join(a, b) a + b;
    finish(_s, acc, count) Ok(T::lower(acc.unwrap_or(0.0)))
}
folding! {
    /// Sum of complex numbers in double precision.
    ComplexSum<T: Lift<c128>> -> c128 {}
    lift(_s, x, at) x.lift(); combine(_s, a, b) a + b;
    finish(_s, acc, count) Ok(T::lower(acc.unwrap_or(c128::new(0.0, 0.0))))
}
folding! {
    /// Exact sum of integers.
    IntSum<T: Lift<i128>, Total> -> i128 { overflow: Overflow }
    lift(_s, x, at) x.lift(); combine(_s, a, b) a + b; block(_s, x, at) T::total(x);
    finish(s, acc, count) integer(acc.unwrap_or(0), T::DTYPE, s.overflow)
}
folding! {
    /// Product of floats in double precision.
    FloatProd<T: Lift<f64>> -> f64 {}
    lift(_s, x, at) x.lift(); combine(_s, a, b) a * b; lane(f64, product) product; join(a, b) a * b;
    finish(_s, acc, count) Ok(T::lower(acc.unwrap_or(1.0)))
}
folding! {
    /// Product of complex numbers in double precision.
    ComplexProd<T: Lift<c128>> -> c128 {}
    lift(_s, x, at) x.lift();
    combine(_s, a, b) c128::new(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
    finish(_s, acc, count) Ok(T::lower(acc.unwrap_or(c128::new(1.0, 0.0))))
}
folding! {
    /// Exact product of integers: values beyond 128 bits stay at the end of the range with their sign until a zero
    /// factor, so that the product overflows exactly when its true value does.
    IntProd<T: Lift<i128>> -> i128 { overflow: Overflow }
    lift(_s, x, at) x.lift();
    combine(s, a, b) match s.overflow {
        Overflow::Wrap => a.wrapping_mul(b),
        Overflow::Error | Overflow::Saturate => a.saturating_mul(b),
    };
    finish(s, acc, count) integer(acc.unwrap_or(1), T::DTYPE, s.overflow)
}
folding! {
    /// Mean of floats.
    FloatMean<T: Lift<f64>> -> f64 {}
    lift(_s, x, at) x.lift(); combine(_s, a, b) a + b; lane(f64, sum) sum; join(a, b) a + b;
    finish(_s, acc, count) Ok(T::lower(acc.unwrap_or(0.0) / count as f64))
}
folding! {
    /// Mean of complex numbers.
    ComplexMean<T: Lift<c128>> -> c128 {}
    lift(_s, x, at) x.lift(); combine(_s, a, b) a + b;
    finish(_s, acc, count) {
        let sum = acc.unwrap_or(c128::new(0.0, 0.0));
        Ok(T::lower(c128::new(sum.re / count as f64, sum.im / count as f64)))
    }
}
folding! {
    /// Mean of integers: the exact sum, then one division.
    IntMean<T: Lift<i128>, Total> -> i128 {}
    lift(_s, x, at) x.lift(); combine(_s, a, b) a + b; block(_s, x, at) T::total(x);
    finish(_s, acc, count) Ok((acc.unwrap_or(0) as f64 / count as f64).into())
}

/// Sums of squares of moduli in three ranges, so that none overflows or vanishes (Blue's method): `mid` for ordinary
/// moduli, `big` scaled down by 2^600 and `small` scaled up by 2^600 before squaring.
#[derive(Clone, Copy)]
pub struct Squares {
    mid: f64,
    big: f64,
    small: f64,
}

const SCALE: f64 = f64::from_bits((1023 + 600) << 52);
const SCALE_BACK: f64 = f64::from_bits((1023 - 600) << 52);
/// Moduli outside 2^±500 go to the scaled sums.
pub(crate) const BIG: f64 = f64::from_bits((1023 + 500) << 52);
/// See [`BIG`].
pub(crate) const SMALL: f64 = f64::from_bits((1023 - 500) << 52);

impl Squares {
    #[inline(always)]
    fn of(x: f64) -> Squares {
        let m = x.abs();
        // NaN and infinity stay in `mid`, where they decide the result.
        let big = m > BIG && m < f64::INFINITY;
        let small = m < SMALL;
        let pick = |yes: bool, v: f64| if yes { v * v } else { 0.0 };
        Squares { mid: pick(!big && !small, m), big: pick(big, m * SCALE_BACK), small: pick(small, m * SCALE) }
    }
    #[inline(always)]
    fn plus(self, o: Squares) -> Squares {
        Squares { mid: self.mid + o.mid, big: self.big + o.big, small: self.small + o.small }
    }
    /// Of moduli that all count in `mid`.
    #[inline(always)]
    fn ordinary(mid: f64) -> Squares {
        Squares { mid, big: 0.0, small: 0.0 }
    }
    /// Whether a modulus counts in `big` or `small`; of zero all sums are the same.
    #[inline(always)]
    fn extreme(x: f64) -> bool {
        let m = x.abs();
        ((m > BIG) & (m < f64::INFINITY)) | ((m < SMALL) & (m != 0.0))
    }
    fn root(self) -> f64 {
        if self.mid.is_nan() || self.mid.is_infinite() {
            self.mid
        } else if self.big > 0.0 {
            (self.big + self.mid * SCALE_BACK * SCALE_BACK).sqrt() * SCALE
        } else if self.mid > 0.0 || self.small == 0.0 {
            // What is left out is below half a unit of any ordinary sum.
            (self.mid + self.small * SCALE_BACK * SCALE_BACK).sqrt()
        } else {
            self.small.sqrt() * SCALE_BACK
        }
    }
}

/// The real parts whose squares make up a modulus.
pub trait Parts: Element {
    /// Real part and, for complex elements, imaginary part.
    fn parts(self) -> (f64, Option<f64>);
}
macro_rules! parts {
    ($($T:ty: $x:ident => $re:expr, $im:expr;)*) => {$(
        impl Parts for $T {
            #[inline(always)] fn parts(self) -> (f64, Option<f64>) { let $x = self; ($re, $im) }
        }
    )*};
}
parts! {
    f16: x => Float::to_f64(x), None; bf16: x => Float::to_f64(x), None; f32: x => x as f64, None; f64: x => x, None;
    c64: x => x.re as f64, Some(x.im as f64); c128: x => x.re, Some(x.im);
    Bool: x => x.get() as u8 as f64, None; i8: x => x as f64, None; i16: x => x as f64, None;
    i32: x => x as f64, None; i64: x => x as f64, None; u8: x => x as f64, None; u16: x => x as f64, None;
    u32: x => x as f64, None; u64: x => x as f64, None;
}
folding! {
    /// Euclidean norm in double precision.
    Norm<T: Parts> -> Squares { out: DType }
    lift(_s, x, at) match x.parts() {
        (re, None) => Squares::of(re),
        (re, Some(im)) => Squares::of(re).plus(Squares::of(im)),
    };
    combine(_s, a, b) a.plus(b);
    block(s, x, at) {
        // Most blocks need the middle sum alone.
        let (mut extreme, mut lanes) = (false, [0.0; LANES]);
        for row in x.as_chunks::<LANES>().0 {
            for (lane, x) in lanes.iter_mut().zip(row) {
                let (re, im) = x.parts();
                extreme |= Squares::extreme(re) | im.is_some_and(Squares::extreme);
                *lane += im.map_or(re * re, |im| re * re + im * im);
            }
        }
        if extreme || x.len() != BLOCK {
            return by_lanes(s, x, at);
        }
        Squares::ordinary(combine_lanes(&mut lanes, |a, b| a + b))
    };
    lane(f64, sum) Squares::ordinary(sum); join(a, b) a + b;
    finish(s, acc, count) Ok(round_to(s.out, acc.map_or(0.0, Squares::root)))
}

/// Elements with an order in which NaN comes first of all: it wins every comparison.
pub trait Ordered: Element {
    /// What is compared.
    type Key: bytemuck::Pod + Send + Sync;
    /// The element to compare.
    fn key(self) -> Self::Key;
    /// The element that was compared.
    fn value(key: Self::Key) -> Scalar;
    /// The smaller (or larger) one; the first if they are the same.
    fn first(largest: bool, a: Self::Key, b: Self::Key) -> Self::Key;
    /// Whether `a` is smaller (or larger) than `b`; −0 and +0 are equal.
    fn beats(largest: bool, a: Self::Key, b: Self::Key) -> bool;
}
macro_rules! ordered {
    ($($T:ty: $x:ident => $key:expr, $K:ty, $k:ident => $value:expr;)*) => {$(
        impl Ordered for $T {
            type Key = $K;
            #[inline(always)]
            fn key(self) -> $K { let $x = self; $key }
            fn value($k: $K) -> Scalar { ($value).into() }
            #[inline(always)]
            fn first(largest: bool, a: $K, b: $K) -> $K { if largest { a.max(b) } else { a.min(b) } }
            #[inline(always)]
            fn beats(largest: bool, a: $K, b: $K) -> bool { if largest { a > b } else { a < b } }
        }
    )*};
}
macro_rules! ordered_floats {
    ($($T:ty: $k:ident => $value:expr;)*) => {$(
        impl Ordered for $T {
            type Key = <$T as Float>::Wide;
            #[inline(always)]
            fn key(self) -> Self::Key { self.widen() }
            fn value($k: Self::Key) -> Scalar { ($value).into() }
            #[inline(always)]
            fn first(largest: bool, a: Self::Key, b: Self::Key) -> Self::Key {
                if largest { a.larger(b) } else { a.smaller(b) }
            }
            #[inline(always)]
            fn beats(largest: bool, a: Self::Key, b: Self::Key) -> bool {
                let ahead = if largest { a > b } else { a < b };
                !b.is_nan() & (a.is_nan() | ahead)
            }
        }
    )*};
}
ordered! {
    Bool: x => x.get() as u8, u8, k => k != 0;
    i8: x => x, i8, k => k; i16: x => x, i16, k => k; i32: x => x, i32, k => k; i64: x => x, i64, k => k;
    u8: x => x, u8, k => k; u16: x => x, u16, k => k; u32: x => x, u32, k => k; u64: x => x, u64, k => k;
}
ordered_floats! { f16: k => f16::narrow(k); bf16: k => bf16::narrow(k); f32: k => k; f64: k => k; }

folding! {
    /// Smallest entry; NaN wins; −0 is below +0.
    Smallest<T: Ordered> -> T::Key {}
    lift(_s, x, at) x.key(); combine(_s, a, b) T::first(false, a, b);
    lane(T::Key, key) key; join(a, b) T::first(false, a, b);
    finish(_s, acc, count) acc.map(T::value).ok_or(Fault::Empty)
}
folding! {
    /// Largest entry; NaN wins; −0 is below +0.
    Largest<T: Ordered> -> T::Key {}
    lift(_s, x, at) x.key(); combine(_s, a, b) T::first(true, a, b);
    lane(T::Key, key) key; join(a, b) T::first(true, a, b);
    finish(_s, acc, count) acc.map(T::value).ok_or(Fault::Empty)
}
folding! {
    /// Position of the first smallest (or largest) entry; the first NaN wins; −0 and +0 are equal.
    ArgExtreme<T: Ordered> -> (T::Key, u64) { largest: bool }
    lift(_s, x, at) (x.key(), at);
    combine(s, a, b) {
        // Lanes interleave positions, so ties are decided by position, not by side.
        let (left, right) = (T::beats(s.largest, a.0, b.0), T::beats(s.largest, b.0, a.0));
        if right || (!left && b.1 < a.1) { b } else { a }
    };
    block(s, x, at) {
        // Which value, then where: both are loops over vectors.
        let mut lanes = [x[0].key(); LANES];
        let (rows, rest) = x.as_chunks::<LANES>();
        for row in rows {
            for (lane, x) in lanes.iter_mut().zip(row) {
                *lane = T::first(s.largest, *lane, x.key());
            }
        }
        let key = lanes.into_iter().chain(rest.iter().map(|x| x.key())).reduce(|a, b| T::first(s.largest, a, b));
        let key = key.expect("there are lanes");
        let same = |x: &T| !T::beats(s.largest, key, x.key());
        let row = rows.iter().position(|row| row.iter().fold(false, |any, x| any | same(x))).unwrap_or(rows.len());
        let found = row * LANES + x[row * LANES..].iter().position(same).expect("one of them is the key");
        (key, at + found as u64)
    };
    finish(_s, acc, count) acc.map(|a| Scalar::I64(a.1 as i64)).ok_or(Fault::Empty)
}

/// What is asked of booleans.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// Every one is true.
    All,
    /// Some one is true.
    Any,
    /// How many are true.
    Count,
}
/// Reductions of booleans: all three follow from the number of true entries.
#[derive(Clone, Copy)]
pub struct Truths(pub Truth);
impl Folding for Truths {
    type T = Bool;
    type Acc = u64;
    type Lane = u8;
    #[inline(always)]
    fn of_lane(self, lane: u8) -> u64 {
        lane.into()
    }
    #[inline(always)]
    fn join(self, a: u8, b: u8) -> u8 {
        a + b // at most the elements of a block
    }
    #[inline(always)]
    fn lift(self, x: Bool, _: u64) -> u64 {
        x.get() as u64
    }
    #[inline(always)]
    fn combine(self, a: u64, b: u64) -> u64 {
        a + b
    }
    #[inline(always)]
    fn block(self, x: &[Bool], _: u64) -> u64 {
        Bool::total(x) as u64
    }
    fn finish(self, acc: Option<u64>, count: u64) -> Result<Scalar, Fault> {
        let trues = acc.unwrap_or(0);
        Ok(match self.0 {
            Truth::All => Scalar::Bool(trues == count),
            Truth::Any => Scalar::Bool(trues > 0),
            Truth::Count => Scalar::I64(trues as i64),
        })
    }
}

/// Code to run with the reduction of a fold over a dtype.
pub trait WithFolding {
    /// What it gives.
    type Out;
    /// The code.
    fn run<F: Folding>(self, folding: F) -> Self::Out;
}

/// Runs `then` with the reduction `fold` makes of elements of `dtype`, the result being of dtype `out`.
///
/// # Panics
/// For combinations the checker refuses: ordering complex numbers, truth of anything but booleans.
pub fn with_folding<W: WithFolding>(fold: Fold, dtype: DType, out: DType, overflow: Overflow, then: W) -> W::Out {
    macro_rules! run {
        ($Name:ident { $($field:ident),* }, $T:ty) => {
            then.run($Name::<$T> { $($field,)* element: std::marker::PhantomData })
        };
    }
    macro_rules! by_kind {
        ($float:tt $ff:tt, $complex:tt $cf:tt, $int:tt $if:tt) => {
            match dtype {
                DType::F16 => run!($float $ff, f16),
                DType::BF16 => run!($float $ff, bf16),
                DType::F32 => run!($float $ff, f32),
                DType::F64 => run!($float $ff, f64),
                DType::C64 => run!($complex $cf, c64),
                DType::C128 => run!($complex $cf, c128),
                DType::Bool => run!($int $if, Bool),
                DType::I8 => run!($int $if, i8),
                DType::I16 => run!($int $if, i16),
                DType::I32 => run!($int $if, i32),
                DType::I64 => run!($int $if, i64),
                DType::U8 => run!($int $if, u8),
                DType::U16 => run!($int $if, u16),
                DType::U32 => run!($int $if, u32),
                DType::U64 => run!($int $if, u64),
            }
        };
    }
    macro_rules! by_order {
        ($Name:tt $fields:tt) => {
            match dtype {
                DType::F16 => run!($Name $fields, f16),
                DType::BF16 => run!($Name $fields, bf16),
                DType::F32 => run!($Name $fields, f32),
                DType::F64 => run!($Name $fields, f64),
                DType::Bool => run!($Name $fields, Bool),
                DType::I8 => run!($Name $fields, i8),
                DType::I16 => run!($Name $fields, i16),
                DType::I32 => run!($Name $fields, i32),
                DType::I64 => run!($Name $fields, i64),
                DType::U8 => run!($Name $fields, u8),
                DType::U16 => run!($Name $fields, u16),
                DType::U32 => run!($Name $fields, u32),
                DType::U64 => run!($Name $fields, u64),
                DType::C64 | DType::C128 => unreachable!("the checker refuses to order complex numbers"),
            }
        };
    }
    match fold {
        Fold::Sum => by_kind!(FloatSum {}, ComplexSum {}, IntSum { overflow }),
        Fold::Prod => by_kind!(FloatProd {}, ComplexProd {}, IntProd { overflow }),
        Fold::Mean => by_kind!(FloatMean {}, ComplexMean {}, IntMean {}),
        Fold::Norm => by_kind!(Norm { out }, Norm { out }, Norm { out }),
        Fold::Min => by_order!(Smallest {}),
        Fold::Max => by_order!(Largest {}),
        Fold::Argmin | Fold::Argmax => {
            let largest = fold == Fold::Argmax;
            by_order!(ArgExtreme { largest })
        }
        Fold::All => then.run(Truths(Truth::All)),
        Fold::Any => then.run(Truths(Truth::Any)),
        Fold::Count => then.run(Truths(Truth::Count)),
    }
}
