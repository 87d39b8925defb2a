//! Sweeps over f32 against an f64 oracle.

use std::sync::atomic::{AtomicU64, Ordering};

/// Points done at a time.
const BLOCK: u64 = 1 << 14;
/// One block in so many is also compared with the independent oracle.
const INDEPENDENT: u64 = 64;
/// One block in so many is also compared with the scalar function.
const SCALAR: u64 = 64;

/// The worst error found, in ulps of the exact value, and where.
#[derive(Clone, Copy)]
pub struct Worst<T> {
    /// Ulps; infinite for a wrong special value.
    pub ulps: f64,
    /// The argument.
    pub at: T,
    /// Our value.
    pub got: f32,
}

impl<T: Copy> Worst<T> {
    fn new(at: T) -> Self {
        Worst { ulps: 0.0, at, got: 0.0 }
    }

    fn see(&mut self, ulps: f64, at: T, got: f32) {
        if ulps > self.ulps {
            *self = Worst { ulps, at, got };
        }
    }
}

/// The error of `got` in units of the last place of `exact`.
fn ulps(got: f32, exact: f64) -> f64 {
    if got.is_nan() || exact.is_nan() {
        return if got.is_nan() && exact.is_nan() { 0.0 } else { f64::INFINITY };
    }
    if (got == 0.0 || exact == 0.0) && got.is_sign_negative() != exact.is_sign_negative() {
        return f64::INFINITY;
    }
    // What is beyond the greatest number counts as the next power of two.
    let beyond = 2f64.powi(128);
    let (got, exact) = (f64::from(got).clamp(-beyond, beyond), exact.clamp(-beyond, beyond));
    let exponent = ((exact.to_bits() >> 52) as i32 & 0x7ff) - 1023;
    let ulp = f64::from_bits(((exponent.clamp(-126, 127) - 23 + 1023) as u64) << 52);
    (got - exact).abs() / ulp
}

/// Every f32 there is: `block` against our function in f64, `double` (whose error is measured elsewhere and nothing in
/// f32); now and then against `oracle`, and against `scalar` bit for bit.
pub fn all(
    block: fn(&[f32], &mut [f32]),
    double: fn(&[f64], &mut [f64]),
    scalar: fn(f32) -> f32,
    oracle: fn(f64) -> f64,
) -> Worst<f32> {
    parallel((1 << 32) / BLOCK, |next| {
        let mut worst = Worst::new(0.0);
        let (mut x, mut out) = (vec![0.0; BLOCK as usize], vec![0.0; BLOCK as usize]);
        let (mut wide, mut exact) = (vec![0.0; BLOCK as usize], vec![0.0; BLOCK as usize]);
        while let Some(index) = next() {
            x.iter_mut().zip(index * BLOCK..).for_each(|(x, bits)| *x = f32::from_bits(bits as u32));
            wide.iter_mut().zip(&x).for_each(|(wide, &x)| *wide = x.into());
            block(&x, &mut out);
            double(&wide, &mut exact);
            for ((&x, &got), &exact) in x.iter().zip(&out).zip(&exact) {
                // What is rounded to nearest is no worse than half a unit, which is soon found.
                if worst.ulps < 0.5 || got.to_bits() != (exact as f32).to_bits() {
                    worst.see(ulps(got, exact), x, got);
                }
            }
            if index % INDEPENDENT == 0 {
                x.iter().zip(&out).for_each(|(&x, &got)| worst.see(ulps(got, oracle(x.into())), x, got));
            }
            if index % SCALAR == 0 {
                x.iter().zip(&out).for_each(|(&x, &got)| same(scalar(x), got, &x));
            }
        }
        worst
    })
}

/// Random pairs, `points` of them (rounded to whole blocks): as [`all`], but against `oracle` everywhere.
pub fn pairs(
    points: u64,
    block: fn(&[f32], &[f32], &mut [f32]),
    scalar: fn(f32, f32) -> f32,
    oracle: fn(f64, f64) -> f64,
) -> Worst<(f32, f32)> {
    parallel(points.div_ceil(BLOCK), |next| {
        let mut worst = Worst::new((0.0, 0.0));
        let (mut x, mut y, mut out) = (vec![0.0; BLOCK as usize], vec![0.0; BLOCK as usize], vec![0.0; BLOCK as usize]);
        while let Some(index) = next() {
            let mut random = Random(index.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            x.iter_mut().zip(&mut y).for_each(|(x, y)| (*x, *y) = pair(&mut random));
            block(&x, &y, &mut out);
            for ((&x, &y), &got) in x.iter().zip(&y).zip(&out) {
                worst.see(ulps(got, oracle(x.into(), y.into())), (x, y), got);
            }
            if index % SCALAR == 0 {
                x.iter().zip(&y).zip(&out).for_each(|((&x, &y), &got)| same(scalar(x, y), got, &(x, y)));
            }
        }
        worst
    })
}

/// The bits of a NaN are not part of the contract.
fn same(scalar: f32, block: f32, at: &dyn std::fmt::Debug) {
    let same = scalar.to_bits() == block.to_bits() || (scalar.is_nan() && block.is_nan());
    assert!(same, "{scalar:e} alone, {block:e} in a block, at {at:?}");
}

/// Runs `work` on every core; its argument gives the numbers below `count`, each once.
fn parallel<T: Send + Copy>(count: u64, work: impl Fn(&dyn Fn() -> Option<u64>) -> Worst<T> + Sync) -> Worst<T> {
    let counter = AtomicU64::new(0);
    let next = || Some(counter.fetch_add(1, Ordering::Relaxed)).filter(|&index| index < count);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (1..cores).map(|_| scope.spawn(|| work(&next))).collect();
        let mut worst = work(&next);
        for thread in threads {
            match thread.join() {
                Ok(other) => worst.see(other.ulps, other.at, other.got),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        worst
    })
}

/// Splitmix64.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Of either sign, the exponent among `exponents`.
    fn number(&mut self, exponents: std::ops::Range<i32>) -> f32 {
        let bits = self.bits();
        let width = (exponents.end - exponents.start) as u64;
        let exponent = exponents.start + ((bits >> 32) % width) as i32;
        f32::from_bits((bits as u32 & 0x807f_ffff) | (((exponent + 127).clamp(0, 254) as u32) << 23))
    }
}

/// Any two numbers; or moderate ones; or of like magnitude; or one beside 1 and one large.
fn pair(random: &mut Random) -> (f32, f32) {
    match random.bits() % 4 {
        0 => (f32::from_bits(random.bits() as u32), f32::from_bits(random.bits() as u32)),
        1 => (random.number(-4..4).abs(), random.number(-8..8)),
        2 => {
            let x = random.number(-127..128);
            let exponent = (x.to_bits() >> 23 & 0xff) as i32 - 127;
            (x, random.number(exponent - 14..exponent + 15))
        }
        _ => {
            let far = (random.bits() % 24) as i32;
            (1.0 + random.number(-far - 1..-far), random.number(far - 4..far + 8))
        }
    }
}
