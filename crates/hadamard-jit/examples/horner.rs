//! Nanoseconds an element of Horner's rule in cache, on each instruction set.

use hadamard_jit::{Binary, Compiled, Isa, Kind, Op, Recorder};
use std::time::Instant;

fn main() {
    for degree in [1, 8, 24] {
        for (kind, n) in [(Kind::F64, 16384usize), (Kind::F32, 32768)] {
            let r = Recorder::new();
            let k = r.input(kind);
            let x = r.op(Op::Input(k), kind);
            let lit = |v: f64| {
                r.op(Op::Const(if kind == Kind::F32 { (v as f32).to_bits().into() } else { v.to_bits() }), kind)
            };
            let mut sum = lit(0.3);
            for d in 0..degree {
                sum = r.binary(Binary::Add, r.binary(Binary::Mul, sum, x), lit(0.5 + 0.01 * d as f64));
            }
            r.output(sum, false);
            let start = Instant::now();
            let program = r.finish();
            for isa in Isa::available() {
                let code = Compiled::new(&program, isa).expect("arithmetic compiles");
                let compile = start.elapsed();
                let input = vec![0u8; n * kind.size()];
                let mut out = vec![0u8; n * kind.size()];
                let mut best = f64::MAX;
                for _ in 0..200 {
                    let start = Instant::now();
                    code.run(&[&input], &mut [&mut out], n).expect("no faults");
                    best = best.min(start.elapsed().as_secs_f64());
                }
                println!(
                    "degree {degree:2} {kind:?} {isa:?}: {:.3} ns an element; {} bytes, compiled within {compile:?}",
                    best * 1e9 / n as f64,
                    code.bytes()
                );
            }
        }
    }
}
