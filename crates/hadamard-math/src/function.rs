//! What a function is, and how it runs over numbers and blocks.

use crate::lane::{Lane, Single};

/// A function of one real number, in f64 and f32.
pub trait Function1 {
    /// Its name in the notation of formulas.
    const NAME: &'static str;
    /// The value where [`Function1::rare`] holds.
    const SLOW: Option<fn(f64) -> f64> = None;

    /// The value in f64 (anything where [`Function1::rare`] holds).
    fn double<V: Lane>(x: V) -> V;

    /// The value in f32 (anything where [`Function1::rare_single`] holds).
    fn single<V: Single>(x: V) -> V;

    /// Where the value is [`Function1::SLOW`]'s; `None` where the function has no such lanes.
    #[inline(always)]
    fn rare<V: Lane>(x: V) -> Option<V::Mask> {
        let _ = x;
        None
    }

    /// As [`Function1::rare`], for f32: the value is `SLOW`'s, rounded.
    #[inline(always)]
    fn rare_single<V: Single>(x: V) -> Option<V::Mask> {
        let _ = x;
        None
    }

    /// The value at one f64.
    #[inline(always)]
    fn at(x: f64) -> f64 {
        match (Self::rare(x), Self::SLOW) {
            (Some(true), Some(slow)) => slow(x),
            _ => Self::double(x),
        }
    }

    /// The value at one f32.
    #[inline(always)]
    fn at_single(x: f32) -> f32 {
        match (Self::rare_single(x), Self::SLOW) {
            (Some(true), Some(slow)) => slow(x.into()) as f32,
            _ => Self::single(x),
        }
    }

    /// `out[i] = f(x[i])`, for as many as the shorter has. To be inlined where the widest vectors may be used.
    #[inline(always)]
    fn block(x: &[f64], out: &mut [f64]) {
        let mut any = false;
        for (o, &x) in out.iter_mut().zip(x) {
            *o = Self::double(x);
            any |= Self::rare(x).unwrap_or(false);
        }
        if let (true, Some(slow)) = (any, Self::SLOW) {
            for (o, &x) in out.iter_mut().zip(x).filter(|(_, x)| Self::rare(**x).unwrap_or(false)) {
                *o = slow(x);
            }
        }
    }

    /// As [`Function1::block`], in f32.
    #[inline(always)]
    fn block_single(x: &[f32], out: &mut [f32]) {
        let mut any = false;
        for (o, &x) in out.iter_mut().zip(x) {
            *o = Self::single(x);
            any |= Self::rare_single(x).unwrap_or(false);
        }
        if let (true, Some(slow)) = (any, Self::SLOW) {
            for (o, &x) in out.iter_mut().zip(x).filter(|(_, x)| Self::rare_single(**x).unwrap_or(false)) {
                *o = slow(x.into()) as f32;
            }
        }
    }
}

/// A function of two real numbers, in f64 and f32: as [`Function1`].
pub trait Function2 {
    /// Its name in the notation of formulas.
    const NAME: &'static str;
    /// The value where [`Function2::rare`] holds.
    const SLOW: Option<fn(f64, f64) -> f64> = None;

    /// The value in f64 (anything where [`Function2::rare`] holds).
    fn double<V: Lane>(x: V, y: V) -> V;

    /// The value in f32 (anything where [`Function2::rare_single`] holds).
    fn single<V: Single>(x: V, y: V) -> V;

    /// Where the value is [`Function2::SLOW`]'s; `None` where the function has no such lanes.
    #[inline(always)]
    fn rare<V: Lane>(x: V, y: V) -> Option<V::Mask> {
        let _ = (x, y);
        None
    }

    /// As [`Function2::rare`], for f32: the value is `SLOW`'s, rounded.
    #[inline(always)]
    fn rare_single<V: Single>(x: V, y: V) -> Option<V::Mask> {
        let _ = (x, y);
        None
    }

    /// The value at one pair of f64.
    #[inline(always)]
    fn at(x: f64, y: f64) -> f64 {
        match (Self::rare(x, y), Self::SLOW) {
            (Some(true), Some(slow)) => slow(x, y),
            _ => Self::double(x, y),
        }
    }

    /// The value at one pair of f32.
    #[inline(always)]
    fn at_single(x: f32, y: f32) -> f32 {
        match (Self::rare_single(x, y), Self::SLOW) {
            (Some(true), Some(slow)) => slow(x.into(), y.into()) as f32,
            _ => Self::single(x, y),
        }
    }

    /// `out[i] = f(x[i], y[i])`, for as many as the shortest has. To be inlined where the widest vectors may be used.
    #[inline(always)]
    fn block(x: &[f64], y: &[f64], out: &mut [f64]) {
        let mut any = false;
        for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
            *o = Self::double(x, y);
            any |= Self::rare(x, y).unwrap_or(false);
        }
        if let (true, Some(slow)) = (any, Self::SLOW) {
            for ((o, &x), &y) in out.iter_mut().zip(x).zip(y).filter(|((_, x), y)| Self::rare(**x, **y) == Some(true)) {
                *o = slow(x, y);
            }
        }
    }

    /// As [`Function2::block`], in f32.
    #[inline(always)]
    fn block_single(x: &[f32], y: &[f32], out: &mut [f32]) {
        let mut any = false;
        for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
            *o = Self::single(x, y);
            any |= Self::rare_single(x, y).unwrap_or(false);
        }
        if let (true, Some(slow)) = (any, Self::SLOW) {
            let lanes = out.iter_mut().zip(x).zip(y);
            for ((o, &x), &y) in lanes.filter(|((_, x), y)| Self::rare_single(**x, **y) == Some(true)) {
                *o = slow(x.into(), y.into()) as f32;
            }
        }
    }
}
