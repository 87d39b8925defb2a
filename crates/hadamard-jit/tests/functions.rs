//! Every elementary function recorded, compiled and run on each instruction set of the machine has the bits of the same
//! function at one number (any NaN equals any).

use hadamard_jit::{Binary, Compiled, Isa, Kind, Op, Recorder, Value};
use hadamard_math::table::{Visit, visit};
use hadamard_math::{Function1, Function2};

/// Points of each function: some more than whole vectors.
const POINTS: usize = 12_007;
/// Values that live from before a function to after it: few, so that several vectors are run at a time, and more than
/// there are registers, so that some are spilled. All must survive the call for rare lanes.
const ALIVE: [usize; 2] = [1, 34];

/// A float type in which functions are compared.
trait Number: Copy + PartialEq + std::fmt::Debug {
    const KIND: Kind;
    /// The nearest to an f64.
    fn of(v: f64) -> Self;
    /// Any bits.
    fn of_bits(v: u64) -> Self;
    fn to_bits(self) -> u64;
    fn is_nan(self) -> bool;
    /// `Σ k·self` for k up to `alive`, rounded at each step.
    fn sum(self, alive: usize) -> Self;
    fn bytes(all: &[Self]) -> Vec<u8>;
    fn at1<F: Function1>(x: Self) -> Self;
    fn at2<F: Function2>(x: Self, y: Self) -> Self;
}

macro_rules! number {
    ($T:ident $bits:ident $kind:ident $at:ident) => {
        impl Number for $T {
            const KIND: Kind = Kind::$kind;
            fn of(v: f64) -> Self {
                v as $T
            }
            fn of_bits(v: u64) -> Self {
                $T::from_bits(v as $bits)
            }
            fn to_bits(self) -> u64 {
                self.to_bits().into()
            }
            fn is_nan(self) -> bool {
                self.is_nan()
            }
            fn sum(self, alive: usize) -> Self {
                (1..=alive).map(|k| self * k as $T).reduce(|a, b| a + b).expect("there are some")
            }
            fn bytes(all: &[Self]) -> Vec<u8> {
                all.iter().flat_map(|v| v.to_le_bytes()).collect()
            }
            fn at1<F: Function1>(x: Self) -> Self {
                F::$at(x)
            }
            fn at2<F: Function2>(x: Self, y: Self) -> Self {
                F::$at(x, y)
            }
        }
    };
}
number! { f64 u64 F64 at }
number! { f32 u32 F32 at_single }

/// xorshift64.
struct Random(u64);
impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    /// In [-1, 1).
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

/// Where functions change: zeros, poles, edges of overflow and underflow, ties, and the ends of both formats.
fn specials<T: Number>() -> Vec<T> {
    let positive = [
        0.0,
        f64::from_bits(1),
        f64::from(f32::from_bits(1)),
        f64::MIN_POSITIVE,
        f64::from(f32::MIN_POSITIVE),
        1e-40,
        1e-310,
        1e-20,
        1e-9,
        0.125,
        0.25,
        0.5,
        1.0 - f64::EPSILON / 2.0,
        1.0 - f64::from(f32::EPSILON) / 2.0,
        1.0,
        1.0 + f64::EPSILON,
        1.0 + f64::from(f32::EPSILON),
        1.5,
        2.0,
        std::f64::consts::PI / 4.0,
        std::f64::consts::PI / 2.0,
        std::f64::consts::PI,
        3.0,
        10.0,
        34.0,
        35.04,
        36.0,
        88.7,
        89.4,
        103.97,
        127.0,
        128.0,
        149.5,
        171.6,
        172.0,
        709.78,
        709.79,
        745.1,
        746.0,
        1023.5,
        1024.0,
        1075.0,
        8_388_609.5,
        16_777_217.0,
        4_503_599_627_370_496.5,
        9_007_199_254_740_993.0,
        1e19,
        1e22,
        f64::from(f32::MAX),
        1e300,
        f64::MAX,
        f64::INFINITY,
    ];
    positive.iter().flat_map(|&v| [T::of(v), T::of(-v)]).chain([T::of(f64::NAN)]).collect()
}

/// Points of all ranges, in stretches of one range (so that whole vectors have no rare lane, or nothing else) and mixed.
fn points<T: Number>(seed: u64) -> Vec<T> {
    let mut random = Random(seed | 1);
    let specials = specials::<T>();
    let mut points = specials.clone();
    while points.len() < POINTS {
        let (range, mixed) = (random.next() >> 20, random.next() >> 20 & 1 == 0);
        for _ in 0..48 {
            let range = if mixed { random.next() >> 20 } else { range };
            points.push(match range % 9 {
                0 => specials[(random.next() >> 20) as usize % specials.len()],
                1 => T::of_bits(random.next()),
                2 => T::of(random.unit()),
                3 => T::of(random.unit() * 20.0),
                4 => T::of(random.unit() * 800.0),
                5 => T::of(1.0 + random.unit() * 1e-3),
                6 => T::of((random.unit() * 200.0).round() / 2.0),
                7 => T::of(random.unit() * 10f64.powf(random.unit() * 300.0)),
                _ => T::of(random.unit() * 1e8),
            });
        }
    }
    points.truncate(POINTS);
    points
}

/// Compiles a function of some arguments among values that live around it, runs it, and compares with what is wanted.
fn check<T: Number>(name: &str, args: &[Argument<T>], wanted: &[T], function: impl Fn(&Recorder, &[Value]) -> Value) {
    let inputs: Vec<&[T]> = args.iter().filter_map(Argument::elements).collect();
    let bytes: Vec<Vec<u8>> = inputs.iter().map(|i| T::bytes(i)).collect();
    let sources: Vec<&[u8]> = bytes.iter().map(|b| &b[..]).collect();
    for (alive, isa) in ALIVE.into_iter().flat_map(|alive| Isa::available().map(move |isa| (alive, isa))) {
        let r = Recorder::new();
        let values: Vec<Value> = args.iter().map(|a| a.record(&r)).collect();
        let product = |k: usize| r.binary(Binary::Mul, values[0], r.op(Op::Const(T::of(k as f64).to_bits()), T::KIND));
        let products: Vec<Value> = (1..=alive).map(product).collect();
        r.output(function(&r, &values), false);
        let sum = products.into_iter().reduce(|a, b| r.binary(Binary::Add, a, b)).expect("there are some");
        r.output(sum, false);

        let code = Compiled::new(&r.finish(), isa).unwrap_or_else(|| panic!("{isa:?} runs {name}"));
        let mut outputs = vec![vec![0u8; wanted.len() * T::KIND.size()]; 2];
        let mut slices: Vec<&mut [u8]> = outputs.iter_mut().map(|o| &mut o[..]).collect();
        code.run(&sources, &mut slices, wanted.len()).expect("functions have no faults");
        let sums: Vec<T> = inputs[0].iter().map(|x| x.sum(alive)).collect();
        for (output, wanted) in outputs.iter().zip([wanted, &sums]) {
            for (i, (found, wanted)) in output.chunks(T::KIND.size()).zip(wanted).enumerate() {
                let mut bits = [0; 8];
                bits[..found.len()].copy_from_slice(found);
                let found = T::of_bits(u64::from_le_bytes(bits));
                assert!(
                    found.to_bits() == wanted.to_bits() || found.is_nan() && wanted.is_nan(),
                    "{isa:?} {:?} {name}{:?}: {found:?} for {wanted:?}",
                    T::KIND,
                    args.iter().map(|a| a.at(i)).collect::<Vec<T>>()
                );
            }
        }
    }
}

/// An argument of a function.
enum Argument<T> {
    Each(Vec<T>),
    /// The same in every lane.
    Splat([T; 1]),
    Const(T),
}

impl<T: Number> Argument<T> {
    fn elements(&self) -> Option<&[T]> {
        match self {
            Argument::Each(all) => Some(all),
            Argument::Splat(one) => Some(one),
            Argument::Const(_) => None,
        }
    }
    fn at(&self, i: usize) -> T {
        match self {
            Argument::Each(all) => all[i],
            Argument::Splat([v]) | Argument::Const(v) => *v,
        }
    }
    fn record(&self, r: &Recorder) -> Value {
        match self {
            Argument::Each(_) => r.op(Op::Input(r.input(T::KIND)), T::KIND),
            Argument::Splat(_) => r.op(Op::Splat(r.input(T::KIND)), T::KIND),
            Argument::Const(v) => r.op(Op::Const(v.to_bits()), T::KIND),
        }
    }
}

fn one<F: Function1, T: Number>() {
    let x = points::<T>(0x9e37_79b9_7f4a_7c15);
    let wanted: Vec<T> = x.iter().map(|&x| T::at1::<F>(x)).collect();
    check(F::NAME, &[Argument::Each(x)], &wanted, |r, args| r.function1::<F>(args[0]));
}

fn two<F: Function2, T: Number>() {
    let function = |r: &Recorder, args: &[Value]| r.function2::<F>(args[0], args[1]);
    let specials = specials::<T>();
    let pairs = || specials.iter().flat_map(|&x| specials.iter().map(move |&y| (x, y)));
    let x: Vec<T> = pairs().map(|p| p.0).chain(points(0x9e37_79b9_7f4a_7c15)).collect();
    let y: Vec<T> = pairs().map(|p| p.1).chain(points(0xd134_2543_de82_ef95)).collect();
    let wanted: Vec<T> = x.iter().zip(&y).map(|(&x, &y)| T::at2::<F>(x, y)).collect();
    check(F::NAME, &[Argument::Each(x), Argument::Each(y)], &wanted, function);
    for y in [2.5, -3.0, 0.0, 1e30, f64::NAN].map(T::of) {
        let x = points::<T>(7);
        let wanted: Vec<T> = x.iter().map(|&x| T::at2::<F>(x, y)).collect();
        check(F::NAME, &[Argument::Each(x.clone()), Argument::Splat([y])], &wanted, function);
        check(F::NAME, &[Argument::Each(x), Argument::Const(y)], &wanted, function);
    }
}

struct All<T>(std::marker::PhantomData<T>);

impl<T: Number> Visit for All<T> {
    fn one<F: Function1 + 'static>(&mut self) {
        one::<F, T>();
    }
    fn two<F: Function2 + 'static>(&mut self) {
        two::<F, T>();
    }
}

#[test]
fn functions_in_f64() {
    visit(&mut All(std::marker::PhantomData::<f64>));
}

#[test]
fn functions_in_f32() {
    visit(&mut All(std::marker::PhantomData::<f32>));
}
