//! The elementary functions of operations: which of `hadamard-math` each is, and how they run over numbers and blocks.

use crate::kernels::Kernel;
use crate::kernels::float::Float;
use bytemuck::{cast_slice, cast_slice_mut};
use hadamard_algebra::Map;
use hadamard_array::{DType, Scalar, bf16, f16};
use hadamard_math::{Function1, Function2, Lane, Single};
use hadamard_math::{erf, exp, hyperbolic, inverse, log, logistic, power, root, trig};
use pulp::Arch;

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

impl With for Block {
    type Output = Option<Kernel>;

    fn one<F: Function1 + 'static>(self) -> Option<Kernel> {
        fn single<F: Function1>(x: &[f32], out: &mut [f32]) {
            Arch::new().dispatch(|| F::block_single(x, out));
        }
        Some(match self.0 {
            DType::F64 => Box::new(|args, out| {
                Arch::new().dispatch(|| F::block(cast_slice(args[0]), cast_slice_mut(out)));
                Ok(())
            }),
            DType::F32 => Box::new(|args, out| {
                single::<F>(cast_slice(args[0]), cast_slice_mut(out));
                Ok(())
            }),
            DType::F16 => halves::<f16>(|args, out| single::<F>(args[0], out)),
            DType::BF16 => halves::<bf16>(|args, out| single::<F>(args[0], out)),
            _ => return None,
        })
    }

    fn two<F: Function2 + 'static>(self) -> Option<Kernel> {
        fn single<F: Function2>(x: &[f32], y: &[f32], out: &mut [f32]) {
            Arch::new().dispatch(|| F::block_single(x, y, out));
        }
        Some(match self.0 {
            DType::F64 => Box::new(|args, out| {
                Arch::new().dispatch(|| F::block(cast_slice(args[0]), cast_slice(args[1]), cast_slice_mut(out)));
                Ok(())
            }),
            DType::F32 => Box::new(|args, out| {
                single::<F>(cast_slice(args[0]), cast_slice(args[1]), cast_slice_mut(out));
                Ok(())
            }),
            DType::F16 => halves::<f16>(|args, out| single::<F>(args[0], args[1], out)),
            DType::BF16 => halves::<bf16>(|args, out| single::<F>(args[0], args[1], out)),
            _ => return None,
        })
    }
}

/// A kernel of halves by way of f32, some at a time.
fn halves<T: Float<Wide = f32>>(f: impl Fn([&[f32]; 2], &mut [f32]) + Send + Sync + 'static) -> Kernel {
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
            f([&x[..n], &y[..n]], &mut value[..n]);
            out.iter_mut().zip(&value).for_each(|(out, value)| *out = T::narrow(*value));
        }
        Ok(())
    })
}
