//! The elementary functions of operations: which of `hadamard-math` each is, and how they run over numbers and blocks.

use crate::kernels::Kernel;
use crate::kernels::float::Float;
use bytemuck::{Pod, cast_slice, cast_slice_mut};
use hadamard_algebra::Map;
use hadamard_array::{DType, Scalar, bf16, f16};
use hadamard_math::{Function1, Function2, Lane, Single};
use hadamard_math::{erf, exp, gamma, hyperbolic, inverse, log, logistic, power, root, trig};
use pulp::{Arch, NullaryFnOnce};
use std::marker::PhantomData;

/// What is done with the function of an operation.
pub(crate) trait With {
    /// What comes of it.
    type Output;
    /// With a function of one number.
    fn one<F: Function1 + 'static>(self) -> Self::Output;
    /// With a function of two numbers.
    fn two<F: Function2 + 'static>(self) -> Self::Output;
}

/// Does it with the function of an operation; `None` if the operation is none.
pub(crate) fn with<W: With>(map: Map, what: W) -> Option<W::Output> {
    Some(match map {
        Map::Exp => what.one::<exp::Exp>(),
        Map::Expm1 => what.one::<exp::Expm1>(),
        Map::Exp2 => what.one::<exp::Exp2>(),
        Map::Log => what.one::<log::Log>(),
        Map::Log1p => what.one::<log::Log1p>(),
        Map::Log2 => what.one::<log::Log2>(),
        Map::Log10 => what.one::<log::Log10>(),
        Map::Sin => what.one::<trig::Sin>(),
        Map::Cos => what.one::<trig::Cos>(),
        Map::Tan => what.one::<trig::Tan>(),
        Map::Asin => what.one::<inverse::Asin>(),
        Map::Acos => what.one::<inverse::Acos>(),
        Map::Atan => what.one::<inverse::Atan>(),
        Map::Atan2 => what.two::<inverse::Atan2>(),
        Map::Sinh => what.one::<hyperbolic::Sinh>(),
        Map::Cosh => what.one::<hyperbolic::Cosh>(),
        Map::Tanh => what.one::<hyperbolic::Tanh>(),
        Map::Asinh => what.one::<hyperbolic::Asinh>(),
        Map::Acosh => what.one::<hyperbolic::Acosh>(),
        Map::Atanh => what.one::<hyperbolic::Atanh>(),
        Map::Sigmoid => what.one::<logistic::Sigmoid>(),
        Map::Softplus => what.one::<logistic::Softplus>(),
        Map::Cbrt => what.one::<root::Cbrt>(),
        Map::Hypot => what.two::<root::Hypot>(),
        Map::Erf => what.one::<erf::Erf>(),
        Map::Erfc => what.one::<erf::Erfc>(),
        Map::Gelu => what.one::<erf::Gelu>(),
        Map::Gamma => what.one::<gamma::Gamma>(),
        Map::Lgamma => what.one::<gamma::Lgamma>(),
        Map::Pow => what.two::<Power>(),
        _ => return None,
    })
}

/// aᵖ. Squares and inverses are the IEEE operations.
pub(crate) struct Power;

impl Function2 for Power {
    const NAME: &'static str = power::Pow::NAME;
    const SLOW: Option<fn(f64, f64) -> f64> = power::Pow::SLOW;

    #[inline(always)]
    fn double<V: Lane>(x: V, y: V) -> V {
        exactly(x, y, power::Pow::double(x, y))
    }
    #[inline(always)]
    fn single<V: Single>(x: V, y: V) -> V {
        exactly(x, y, power::Pow::single(x, y))
    }
    #[inline(always)]
    fn rare<V: Lane>(x: V, y: V) -> Option<V::Mask> {
        power::Pow::rare(x, y)
    }
    #[inline(always)]
    fn rare_single<V: Single>(x: V, y: V) -> Option<V::Mask> {
        power::Pow::rare_single(x, y)
    }
}

#[inline(always)]
fn exactly<V: Lane>(x: V, y: V, power: V) -> V {
    let inverse = V::select(y.eq(y.lit(-1.0)), x.lit(1.0) / x, power);
    V::select(y.eq(y.lit(2.0)), x * x, inverse)
}

/// The value at scalars of one float dtype: halves by way of f32.
pub(crate) struct At<'a>(pub &'a [Scalar]);

impl With for At<'_> {
    type Output = Option<Scalar>;

    fn one<F: Function1>(self) -> Option<Scalar> {
        Some(match self.0[0] {
            Scalar::F64(x) => Scalar::F64(F::at(x)),
            Scalar::F32(x) => Scalar::F32(F::at_single(x)),
            Scalar::F16(x) => Scalar::F16(f16::from_f32(F::at_single(x.to_f32()))),
            Scalar::BF16(x) => Scalar::BF16(bf16::from_f32(F::at_single(x.to_f32()))),
            _ => return None,
        })
    }
    fn two<F: Function2>(self) -> Option<Scalar> {
        Some(match (self.0[0], self.0[1]) {
            (Scalar::F64(x), Scalar::F64(y)) => Scalar::F64(F::at(x, y)),
            (Scalar::F32(x), Scalar::F32(y)) => Scalar::F32(F::at_single(x, y)),
            (Scalar::F16(x), Scalar::F16(y)) => Scalar::F16(f16::from_f32(F::at_single(x.to_f32(), y.to_f32()))),
            (Scalar::BF16(x), Scalar::BF16(y)) => Scalar::BF16(bf16::from_f32(F::at_single(x.to_f32(), y.to_f32()))),
            _ => return None,
        })
    }
}

/// The block kernel for a dtype; `None` for dtypes that are not floats.
pub(crate) struct Block(pub DType);

/// A loop over blocks in the machine's widest vectors. A type of its own, since what is called in closures is not always
/// inlined into the code for those vectors, and then runs one number at a time.
struct Loop<'b, F, T> {
    args: [&'b [T]; 2],
    out: &'b mut [T],
    function: PhantomData<F>,
}

macro_rules! loops {
    ($Function:ident $block:ident $T:ty, $self:ident => $run:expr) => {
        impl<F: $Function> NullaryFnOnce for Loop<'_, $block<F>, $T> {
            type Output = ();
            #[inline(always)]
            fn call($self) {
                $run
            }
        }
    };
}
/// A function of one number, to be told from one of two.
struct One<F>(PhantomData<F>);
/// A function of two numbers.
struct Two<F>(PhantomData<F>);
loops! { Function1 One f64, self => F::block(self.args[0], self.out) }
loops! { Function1 One f32, self => F::block_single(self.args[0], self.out) }
loops! { Function2 Two f64, self => F::block(self.args[0], self.args[1], self.out) }
loops! { Function2 Two f32, self => F::block_single(self.args[0], self.args[1], self.out) }

fn run<'b, F, T>(args: [&'b [T]; 2], out: &'b mut [T])
where
    Loop<'b, F, T>: NullaryFnOnce<Output = ()>,
{
    Arch::new().dispatch(Loop { args, out, function: PhantomData });
}

/// The kernel whose loop over f64 and over f32 these are.
fn kernel(dtype: DType, double: Run<f64>, single: Run<f32>) -> Option<Kernel> {
    Some(match dtype {
        DType::F64 => direct(double),
        DType::F32 => direct(single),
        DType::F16 => halves::<f16>(single),
        DType::BF16 => halves::<bf16>(single),
        _ => return None,
    })
}

type Run<T> = for<'b> fn([&'b [T]; 2], &'b mut [T]);

fn direct<T: Pod>(run: Run<T>) -> Kernel {
    Box::new(move |args, out| {
        run([cast_slice(args[0]), cast_slice(args[args.len() - 1])], cast_slice_mut(out));
        Ok(())
    })
}

impl With for Block {
    type Output = Option<Kernel>;

    fn one<F: Function1 + 'static>(self) -> Option<Kernel> {
        kernel(self.0, |args, out| run::<One<F>, f64>(args, out), |args, out| run::<One<F>, f32>(args, out))
    }
    fn two<F: Function2 + 'static>(self) -> Option<Kernel> {
        kernel(self.0, |args, out| run::<Two<F>, f64>(args, out), |args, out| run::<Two<F>, f32>(args, out))
    }
}

/// A kernel of halves by way of f32, some at a time.
fn halves<T: Float<Wide = f32>>(run: Run<f32>) -> Kernel {
    const SOME: usize = 128;
    Box::new(move |args, out| {
        let (first, last) = (cast_slice::<u8, T>(args[0]), cast_slice::<u8, T>(args[args.len() - 1]));
        let (mut x, mut y, mut value) = ([0f32; SOME], [0f32; SOME], [0f32; SOME]);
        for ((out, a), b) in
            cast_slice_mut::<u8, T>(out).chunks_mut(SOME).zip(first.chunks(SOME)).zip(last.chunks(SOME))
        {
            let n = a.len();
            x.iter_mut().zip(a).for_each(|(x, a)| *x = a.widen());
            y.iter_mut().zip(b).for_each(|(y, b)| *y = b.widen());
            run([&x[..n], &y[..n]], &mut value[..n]);
            out.iter_mut().zip(&value).for_each(|(out, value)| *out = T::narrow(*value));
        }
        Ok(())
    })
}
