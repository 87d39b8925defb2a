//! Our side of `cargo xtask accuracy`: names, values for points, and sweeps over f32.
//!
//! - `accuracy names` lists the functions, each with its number of arguments;
//! - `accuracy double NAME` reads f64 (x, or x and y by turns) from standard input and writes the values;
//! - `accuracy single NAME PAIRS` sweeps over f32 (all of them, or so many pairs) and prints: points, worst error in
//!   ulps, argument, our value there.

mod oracle;
mod single;

use hadamard_math::table::{self, Visit};
use hadamard_math::{Function1, Function2};
use pulp::{Simd, WithSimd};
use std::io::{Read, Write};
use std::marker::PhantomData;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut run = Run { name: "", task: Task::Names, found: false };
    match words[..] {
        ["names"] => {}
        ["double", name] => (run.name, run.task) = (name, Task::Double),
        ["single", name, pairs] => (run.name, run.task) = (name, Task::Single(pairs.parse().unwrap_or(0))),
        _ => {}
    }
    table::visit(&mut run);
    if run.found { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

enum Task {
    Names,
    Double,
    Single(u64),
}

struct Run<'a> {
    name: &'a str,
    task: Task,
    found: bool,
}

impl Visit for Run<'_> {
    fn one<F: Function1 + 'static>(&mut self) {
        match self.task {
            Task::Names => println!("{} 1", F::NAME),
            _ if F::NAME != self.name => return,
            Task::Double => values(|points| {
                let mut out = vec![0.0; points.len()];
                pulp::Arch::new().dispatch(One::<F, f64>(points, &mut out, PhantomData));
                points.iter().zip(&out).for_each(|(&x, &y)| same(F::at(x), y, &x));
                out
            }),
            Task::Single(_) => {
                let Some(oracle) = oracle::one(F::NAME) else { return };
                let block = |x: &[f32], out: &mut [f32]| pulp::Arch::new().dispatch(One::<F, f32>(x, out, PhantomData));
                let double =
                    |x: &[f64], out: &mut [f64]| pulp::Arch::new().dispatch(One::<F, f64>(x, out, PhantomData));
                let worst = single::all(block, double, F::at_single, oracle);
                println!("{} {} {:e} {:e}", 1u64 << 32, worst.ulps, worst.at, worst.got);
            }
        }
        self.found = true;
    }

    fn two<F: Function2 + 'static>(&mut self) {
        match self.task {
            Task::Names => println!("{} 2", F::NAME),
            _ if F::NAME != self.name => return,
            Task::Double => values(|points| {
                let (x, y): (Vec<f64>, Vec<f64>) = points.chunks_exact(2).map(|pair| (pair[0], pair[1])).unzip();
                let mut out = vec![0.0; x.len()];
                pulp::Arch::new().dispatch(Two::<F, f64>(&x, &y, &mut out, PhantomData));
                x.iter().zip(&y).zip(&out).for_each(|((&x, &y), &z)| same(F::at(x, y), z, &(x, y)));
                out
            }),
            Task::Single(points) => {
                let Some(oracle) = oracle::two(F::NAME) else { return };
                let block = |x: &[f32], y: &[f32], out: &mut [f32]| {
                    pulp::Arch::new().dispatch(Two::<F, f32>(x, y, out, PhantomData));
                };
                let worst = single::pairs(points, block, F::at_single, oracle);
                println!("{points} {} {:e},{:e} {:e}", worst.ulps, worst.at.0, worst.at.1, worst.got);
            }
        }
        self.found = true;
    }
}

/// A function of one number over a block, inlined where the vectors of the machine are known (a closure need not be).
struct One<'a, F, T>(&'a [T], &'a mut [T], PhantomData<F>);

impl<F: Function1> WithSimd for One<'_, F, f64> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        F::block(self.0, self.1);
    }
}

impl<F: Function1> WithSimd for One<'_, F, f32> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        F::block_single(self.0, self.1);
    }
}

/// A function of two numbers over a block.
struct Two<'a, F, T>(&'a [T], &'a [T], &'a mut [T], PhantomData<F>);

impl<F: Function2> WithSimd for Two<'_, F, f64> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        F::block(self.0, self.1, self.2);
    }
}

impl<F: Function2> WithSimd for Two<'_, F, f32> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        F::block_single(self.0, self.1, self.2);
    }
}

fn same(scalar: f64, block: f64, at: &dyn std::fmt::Debug) {
    assert!(scalar.to_bits() == block.to_bits(), "{scalar:e} alone, {block:e} in a block, at {at:?}");
}

/// Reads numbers from standard input to its end, and writes what is made of them.
fn values(make: impl Fn(&[f64]) -> Vec<f64>) {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).expect("standard input can be read");
    let points: Vec<f64> =
        bytes.chunks_exact(8).map(|b| f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]])).collect();
    let bytes: Vec<u8> = make(&points).iter().flat_map(|value| value.to_le_bytes()).collect();
    std::io::stdout().write_all(&bytes).expect("standard output can be written");
}
