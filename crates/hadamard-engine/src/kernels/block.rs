//! The loops: one closure over blocks, in forms that compile to straight vector code, for the machine's own vector
//! width where it has a wider one than the compiler may assume. The compiler never contracts to fma, so the width does
//! not change results.

use super::Kernel;
use crate::fault::{Fault, Faulted};
use bytemuck::{Pod, cast_slice, cast_slice_mut};
use pulp::Arch;

/// `out[i] = f(a[i])`.
pub fn map1<A: Pod, R: Pod>(f: impl Fn(A) -> R + Send + Sync + 'static) -> Kernel {
    Box::new(move |args, out| {
        let a = cast_slice::<u8, A>(args[0]);
        Arch::new().dispatch(|| {
            for (o, &a) in cast_slice_mut(out).iter_mut().zip(a) {
                *o = f(a);
            }
        });
        Ok(())
    })
}

/// `out[i] = f(a[i], b[i])`.
pub fn map2<A: Pod, B: Pod, R: Pod>(f: impl Fn(A, B) -> R + Send + Sync + 'static) -> Kernel {
    Box::new(move |args, out| {
        let (a, b) = (cast_slice::<u8, A>(args[0]), cast_slice::<u8, B>(args[1]));
        Arch::new().dispatch(|| {
            for ((o, &a), &b) in cast_slice_mut(out).iter_mut().zip(a).zip(b) {
                *o = f(a, b);
            }
        });
        Ok(())
    })
}

/// `out[i] = f(a[i], b[i], c[i])`.
pub fn map3<A: Pod, B: Pod, C: Pod, R: Pod>(f: impl Fn(A, B, C) -> R + Send + Sync + 'static) -> Kernel {
    Box::new(move |args, out| {
        let (a, b, c) = (cast_slice::<u8, A>(args[0]), cast_slice::<u8, B>(args[1]), cast_slice::<u8, C>(args[2]));
        Arch::new().dispatch(|| {
            for (((o, &a), &b), &c) in cast_slice_mut(out).iter_mut().zip(a).zip(b).zip(c) {
                *o = f(a, b, c);
            }
        });
        Ok(())
    })
}

/// As [`map1`], but `f` also says whether the entry is at fault. The flags are gathered without a branch; only when one
/// is set the block is searched for the first.
pub fn check1<A: Pod, R: Pod>(fault: Fault, f: impl Fn(A) -> (R, bool) + Send + Sync + 'static) -> Kernel {
    Box::new(move |args, out| {
        let a = cast_slice::<u8, A>(args[0]);
        let mut bad = false;
        Arch::new().dispatch(|| {
            for (o, &a) in cast_slice_mut(out).iter_mut().zip(a) {
                let (value, flag) = f(a);
                *o = value;
                bad |= flag;
            }
        });
        first(bad, fault, || a.iter().position(|&a| f(a).1))
    })
}

/// As [`map2`] with the flags of [`check1`].
pub fn check2<A: Pod, B: Pod, R: Pod>(fault: Fault, f: impl Fn(A, B) -> (R, bool) + Send + Sync + 'static) -> Kernel {
    Box::new(move |args, out| {
        let (a, b) = (cast_slice::<u8, A>(args[0]), cast_slice::<u8, B>(args[1]));
        let mut bad = false;
        Arch::new().dispatch(|| {
            for ((o, &a), &b) in cast_slice_mut(out).iter_mut().zip(a).zip(b) {
                let (value, flag) = f(a, b);
                *o = value;
                bad |= flag;
            }
        });
        first(bad, fault, || a.iter().zip(b).position(|(&a, &b)| f(a, b).1))
    })
}

/// As [`map3`] for one dtype with the flags of [`check1`].
pub fn check3<T: Pod>(fault: Fault, f: impl Fn(T, T, T) -> (T, bool) + Send + Sync + 'static) -> Kernel {
    Box::new(move |args, out| {
        let [a, b, c] = [0, 1, 2].map(|i| cast_slice::<u8, T>(args[i]));
        let mut bad = false;
        Arch::new().dispatch(|| {
            for (((o, &a), &b), &c) in cast_slice_mut(out).iter_mut().zip(a).zip(b).zip(c) {
                let (value, flag) = f(a, b, c);
                *o = value;
                bad |= flag;
            }
        });
        first(bad, fault, || a.iter().zip(b).zip(c).position(|((&a, &b), &c)| f(a, b, c).1))
    })
}

/// As [`map2`] for operations that branch anyway and may fail in more than one way.
pub fn try2<T: Pod>(f: impl Fn(T, T) -> Result<T, Fault> + Send + Sync + 'static) -> Kernel {
    Box::new(move |args, out| {
        let (a, b) = (cast_slice::<u8, T>(args[0]), cast_slice::<u8, T>(args[1]));
        for (at, ((o, &a), &b)) in cast_slice_mut(out).iter_mut().zip(a).zip(b).enumerate() {
            *o = f(a, b).map_err(|fault| Faulted { at, fault })?;
        }
        Ok(())
    })
}

/// `out` is a copy of the argument.
pub fn copy() -> Kernel {
    Box::new(|args, out| {
        out.copy_from_slice(args[0]);
        Ok(())
    })
}

/// `out` is zero whatever the argument.
pub fn zero() -> Kernel {
    Box::new(|_, out| {
        out.fill(0);
        Ok(())
    })
}

fn first(bad: bool, fault: Fault, find: impl Fn() -> Option<usize>) -> Result<(), Faulted> {
    match bad.then(find).flatten() {
        Some(at) => Err(Faulted { at, fault }),
        None => Ok(()),
    }
}
