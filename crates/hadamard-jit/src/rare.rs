//! What compiled code calls for rare lanes.

use crate::program::{Kind, Scalar};

/// Addresses of the function and of the loop over lanes that calls it.
pub(crate) fn addresses(scalar: Scalar, kind: Kind) -> (u64, u64) {
    let (function, caller) = match (scalar, kind) {
        (Scalar::One(f), Kind::F32) => (f as usize, one::<f32> as *const () as usize),
        (Scalar::One(f), _) => (f as usize, one::<f64> as *const () as usize),
        (Scalar::Two(f), Kind::F32) => (f as usize, two::<f32> as *const () as usize),
        (Scalar::Two(f), _) => (f as usize, two::<f64> as *const () as usize),
    };
    (function as u64, caller as u64)
}

trait Float: Copy {
    fn to_f64(self) -> f64;
    fn of_f64(v: f64) -> Self;
}
impl Float for f64 {
    fn to_f64(self) -> f64 {
        self
    }
    fn of_f64(v: f64) -> f64 {
        v
    }
}
impl Float for f32 {
    fn to_f64(self) -> f64 {
        self.into()
    }
    fn of_f64(v: f64) -> f32 {
        v as f32
    }
}

/// The lanes whose bit is set.
fn lanes(mask: u64) -> impl Iterator<Item = usize> {
    (0..64).filter(move |lane| mask >> lane & 1 == 1)
}

/// `result[lane] = f(x[lane])` for the lanes of the mask.
#[allow(unsafe_code, reason = "compiled code passes the addresses of vectors in its frame")]
extern "sysv64" fn one<T: Float>(f: *const (), x: *const T, _: *const T, result: *mut T, mask: u64) {
    // SAFETY: compiled code passes the function whose address `addresses` gave it together with this caller's.
    let f = unsafe { std::mem::transmute::<*const (), fn(f64) -> f64>(f) };
    for lane in lanes(mask) {
        // SAFETY: compiled code passes vectors with a lane for each bit that may be set in the mask.
        unsafe { *result.add(lane) = T::of_f64(f((*x.add(lane)).to_f64())) }
    }
}

/// `result[lane] = f(x[lane], y[lane])` for the lanes of the mask.
#[allow(unsafe_code, reason = "compiled code passes the addresses of vectors in its frame")]
extern "sysv64" fn two<T: Float>(f: *const (), x: *const T, y: *const T, result: *mut T, mask: u64) {
    // SAFETY: as in `one`.
    let f = unsafe { std::mem::transmute::<*const (), fn(f64, f64) -> f64>(f) };
    for lane in lanes(mask) {
        // SAFETY: as in `one`.
        unsafe { *result.add(lane) = T::of_f64(f((*x.add(lane)).to_f64(), (*y.add(lane)).to_f64())) }
    }
}
