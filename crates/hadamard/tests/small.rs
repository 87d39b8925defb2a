//! Small runs allocate nothing, and give what large ones do.

use hadamard::{Array, DType, Env, Layout, Program, Settings, View, ViewMut};

const FORMULAS: [&str; 9] = [
    "a .* b .+ c",
    "a",
    "a .* 2.5 .- b",
    "a ./ x",
    "a .* x .+ x.'",
    "a .+ b.'",
    "a[::-1, ::-1] .* b",
    "where(a .> b, a, c)",
    "a .* b; b .- c",
];

fn compile(formula: &str, n: usize) -> Program {
    let used = |name: &&str| formula.split(|c: char| !c.is_alphanumeric()).any(|w| w == *name);
    let env = ["a", "b", "c", "x"]
        .iter()
        .filter(|name| used(name))
        .fold(Env::new(), |env, name| env.array(name, DType::F64, if *name == "x" { vec![n] } else { vec![n, n] }, ""));
    hadamard::compile(formula, &env).unwrap()
}

fn operands(program: &Program) -> Vec<Array> {
    let operand = |(k, signature): (usize, hadamard::Signature<'_>)| {
        let values: Vec<f64> = (0..signature.shape.size()).map(|i| ((i * 7 + k * 3) % 11) as f64 - 4.5).collect();
        Array::from_slice(signature.shape.clone(), &values).unwrap()
    };
    program.operands().enumerate().map(operand).collect()
}

#[test]
fn small_runs_allocate_nothing() {
    for formula in FORMULAS {
        for n in [1, 4, 33, 70] {
            let program = compile(formula, n);
            let operands = operands(&program);
            let views: Vec<View> = operands.iter().map(Array::view).collect();
            let mut results: Vec<Vec<f64>> = program.outputs().map(|o| vec![0.0; o.shape.size()]).collect();
            let mut outs: Vec<ViewMut> = results
                .iter_mut()
                .zip(program.outputs())
                .map(|(r, o)| ViewMut::new(r, Layout::c_order(o.shape.clone())).unwrap())
                .collect();
            let settings = Settings::default();
            // The first run gives this thread its buffers.
            program.run_into(&views, &mut outs, &settings).unwrap();
            let made = allocation_counter::measure(|| program.run_into(&views, &mut outs, &settings).unwrap());
            assert_eq!(made.count_total, 0, "{formula} {n}");
        }
    }
}

#[test]
fn small_runs_equal_those_on_arrays_with_gaps() {
    for formula in FORMULAS {
        for n in [1, 2, 31, 32, 33, 70] {
            let program = compile(formula, n);
            let operands = operands(&program);
            let views: Vec<View> = operands.iter().map(Array::view).collect();
            let small = program.run(&views, &Settings::default()).unwrap();
            // Every element twice.
            let doubled: Vec<Array> = operands
                .iter()
                .map(|a| {
                    let twice: Vec<f64> = a.slice::<f64>().unwrap().iter().flat_map(|&v| [v, v]).collect();
                    let c = Layout::c_order(a.shape().clone());
                    let strides = c.strides().iter().map(|s| 2 * s).collect();
                    let layout = Layout::new(a.shape().clone(), strides, 1, twice.len()).unwrap();
                    Array::from_slice([twice.len()], &twice).unwrap().with_layout(layout).unwrap()
                })
                .collect();
            let views: Vec<View> = doubled.iter().map(Array::view).collect();
            let general = program.run(&views, &Settings::default()).unwrap();
            for (s, g) in small.iter().zip(&general) {
                assert_eq!(s.slice::<f64>().unwrap(), g.slice::<f64>().unwrap(), "{formula} {n}");
            }
        }
    }
}

#[test]
fn a_fault_in_a_small_run_has_its_place_and_a_guarded_one_does_not_count() {
    let env = Env::new().array("a", DType::I32, [40], "");
    let a = Array::from_slice([40], &(0..40).collect::<Vec<i32>>()).unwrap();
    let run = |formula: &str| hadamard::compile(formula, &env).unwrap().run(&[a.view()], &Settings::default());
    let error = run("a .* 100000000").unwrap_err().to_string();
    assert!(error.contains("[22]"), "{error}");
    let guarded = run("where(a .< 21, a .* 100000000, a)").unwrap();
    assert_eq!(guarded[0].slice::<i32>().unwrap()[20..23], [2_000_000_000, 21, 22]);
}

/// An array of any bits, or of small numbers.
fn of_bits(dtype: DType, n: usize, wild: bool, seed: u64) -> Array {
    let mut array = Array::zeros(dtype, [n]).unwrap();
    for (i, byte) in array.bytes_mut().unwrap().iter_mut().enumerate() {
        let hashed = ((i as u64 + seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as u8;
        *byte = match wild {
            true => hashed,
            false if i % dtype.size() == 0 => hashed % 12,
            false => 0,
        };
    }
    array
}

/// The entries as they print, which tells numbers and signs of zeros apart, but no NaN from another.
fn entries(array: &Array) -> Vec<String> {
    (0..array.shape().size()).map(|k| array.get(&[k]).to_string()).collect()
}

#[test]
fn eager_products_are_those_of_programs() {
    let mut faults = 0;
    for dtype in DType::ALL {
        for n in [0, 1, 15, 16, 17, 255, 513, 4097] {
            for wild in [false, true] {
                let [a, b] = [1, 1000].map(|seed| of_bits(dtype, n, wild, seed));
                let env = Env::new().array("a", dtype, [n], "").array("b", dtype, [n], "");
                let program = hadamard::compile("a .* b", &env).unwrap();
                match (hadamard::product(&a, &b), program.run(&[a.view(), b.view()], &Settings::default())) {
                    (Ok(eager), Ok(program)) => {
                        assert_eq!((eager.dtype(), eager.shape()), (dtype, a.shape()));
                        assert_eq!(entries(&eager), entries(&program[0]), "{dtype} {n}");
                    }
                    (eager, program) => {
                        assert_eq!(eager.unwrap_err().to_string(), program.unwrap_err().to_string());
                        faults += 1;
                    }
                }
            }
        }
    }
    assert!(faults > 0, "some of these products of integers do not fit");
}
