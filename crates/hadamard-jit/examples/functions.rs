//! Nanoseconds a vector of every function in cache, on each instruction set: `cargo run --release -p hadamard-jit --example
//! functions [NAME…]`.

use hadamard_jit::{Compiled, Isa, Kind, Op, Program, Recorder};
use hadamard_math::table::{Visit, visit};
use hadamard_math::{Function1, Function2};
use std::time::Instant;

/// Elements of an operand.
const N: usize = 4096;

struct Time {
    only: Vec<String>,
}

impl Time {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|n| n == name)
    }
}

impl Visit for Time {
    fn one<F: Function1 + 'static>(&mut self) {
        if self.wants(F::NAME) {
            let [double, single] = [Kind::F64, Kind::F32].map(|kind| {
                let r = Recorder::new();
                let input = r.input(kind);
                let x = r.op(Op::Input(input), kind);
                r.output(r.function1::<F>(x), false);
                r.finish()
            });
            print(F::NAME, &double, &single);
        }
    }
    fn two<F: Function2 + 'static>(&mut self) {
        if self.wants(F::NAME) {
            let [double, single] = [Kind::F64, Kind::F32].map(|kind| {
                let r = Recorder::new();
                let (x, y) = (r.input(kind), r.input(kind));
                let (x, y) = (r.op(Op::Input(x), kind), r.op(Op::Input(y), kind));
                r.output(r.function2::<F>(x, y), false);
                r.finish()
            });
            print(F::NAME, &double, &single);
        }
    }
}

fn print(name: &str, double: &Program, single: &Program) {
    for isa in Isa::available() {
        let of = |program: &Program, bytes: fn(f64) -> Vec<u8>| {
            let Some(code) = Compiled::new(program, isa) else { return "–".to_owned() };
            let input: Vec<u8> = (0..N).flat_map(|i| bytes(0.51 + 0.013 * (i * 7 % 37) as f64)).collect();
            let inputs = vec![&input[..]; program.inputs().len()];
            let mut out = vec![0u8; input.len()];
            let mut best = f64::MAX;
            for _ in 0..300 {
                let start = Instant::now();
                code.run(&inputs, &mut [&mut out], N).expect("no faults");
                best = best.min(start.elapsed().as_secs_f64());
            }
            let vectors = N / code.lanes();
            format!("{:6.2} ns ({} operations, {} bytes)", best * 1e9 / vectors as f64, program.len(), code.bytes())
        };
        let double = of(double, |x| x.to_le_bytes().to_vec());
        let single = of(single, |x| (x as f32).to_le_bytes().to_vec());
        println!("{name:9} {isa:?}: f64 {double:40} f32 {single}");
    }
}

fn main() {
    visit(&mut Time { only: std::env::args().skip(1).collect() });
}
