//! The Rust front door: `ndarray` arrays and views of every kind in, arrays out; programs shared between threads.

use hadamard::{Array, DType, Env, Error, Layout, Program, Scalar, Settings, ViewMut, eval, to_ndarray};
use ndarray::{Array2, ArrayView2, Axis, Slice, array};

/// Part of a view, by one slice for each axis.
fn part(a: &Array2<i64>, rows: Slice, columns: Slice) -> ArrayView2<'_, i64> {
    let mut view = a.view();
    view.slice_axis_inplace(Axis(0), rows);
    view.slice_axis_inplace(Axis(1), columns);
    view
}

fn ints(m: usize, n: usize) -> Array2<i64> {
    Array2::from_shape_fn((m, n), |(i, j)| (10 * i + j) as i64)
}

#[test]
fn views_of_every_layout_are_read_as_ndarray_reads_them() {
    let a = ints(6, 5);
    let mut reversed = a.view();
    reversed.invert_axis(Axis(0));
    let views = [
        a.view(),
        a.t(),
        reversed,
        part(&a, Slice::new(0, None, 2), Slice::from(..)),
        part(&a, Slice::from(1..4), Slice::new(0, None, -2)),
        part(&a, Slice::from(2..2), Slice::from(..)),
        part(&a, Slice::from(3..4), Slice::from(2..3)),
    ];
    for view in views {
        let doubled = eval("A .* 2", &[("A", &view)]).unwrap();
        assert_eq!(to_ndarray::<i64>(&doubled).unwrap(), (&view * 2).into_dyn());
    }
}

#[test]
fn numbers_are_weak_and_booleans_are_masks() {
    let a = array![1.5f32, -2.0];
    let mask = array![true, false];
    let r = eval("where(m, A .* k, 0)", &[("A", &a), ("m", &mask), ("k", &2.5)]).unwrap();
    assert_eq!(to_ndarray::<f32>(&r).unwrap(), array![3.75f32, 0.0].into_dyn());
    let positive = eval("A .> 0", &[("A", &a)]).unwrap();
    assert_eq!(to_ndarray::<bool>(&positive).unwrap(), array![true, false].into_dyn());
    assert!(matches!(to_ndarray::<f64>(&r), Err(Error::Array(_))));
}

#[test]
fn a_program_runs_from_many_threads_at_once() {
    fn shared<T: Send + Sync>(_: &T) {}
    let env = Env::new().array("A", DType::F64, [300, 200], "");
    let program: Program = hadamard::compile("sum(A .* A, axis=0)", &env).unwrap();
    shared(&program);
    let a = Array::from_slice([300, 200], &(0..60_000).map(|k| (k % 17) as f64).collect::<Vec<_>>()).unwrap();
    let expected = program.run(&[a.view()], &Settings::default()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let got = program.run(&[a.view()], &Settings::default()).unwrap();
                    assert_eq!(got[0].slice::<f64>().unwrap(), expected[0].slice::<f64>().unwrap());
                }
            });
        }
    });
}

#[test]
fn results_go_into_existing_arrays_of_any_strides() {
    let env = Env::new().array("A", DType::I64, [2, 3], "");
    let program = hadamard::compile("A .* A; sum(A)", &env).unwrap();
    let a = Array::from_slice([2, 3], &[1i64, 2, 3, 4, 5, 6]).unwrap();
    for layout in [Layout::c_order([2, 3].into()), Layout::f_order([2, 3].into())] {
        let (mut squares, mut total) = ([0i64; 6], [0i64]);
        let mut outs = [
            ViewMut::new(&mut squares, layout.clone()).unwrap(),
            ViewMut::new(&mut total, Layout::c_order([].into())).unwrap(),
        ];
        program.run_into(&[a.view()], &mut outs, &Settings::default()).unwrap();
        let read: Vec<i64> = layout.positions().map(|p| squares[p]).collect();
        assert_eq!((read, total), (vec![1, 4, 9, 16, 25, 36], [21]));
    }
}

#[test]
fn what_does_not_fit_a_program_is_refused_before_anything_is_written() {
    let env = Env::new().array("A", DType::F64, [2], "");
    let program = hadamard::compile("A .* 2", &env).unwrap();
    let wrong = Array::from_slice([3], &[1.0, 2.0, 3.0]).unwrap();
    assert!(matches!(program.run(&[wrong.view()], &Settings::default()), Err(Error::Operand { .. })));
    assert!(matches!(program.run(&[], &Settings::default()), Err(Error::Number { .. })));
    let right = Array::from_slice([2], &[1.0, 2.0]).unwrap();
    let mut small = [9.0f32; 2];
    let mut outs = [ViewMut::new(&mut small, Layout::c_order([2].into())).unwrap()];
    assert!(program.run_into(&[right.view()], &mut outs, &Settings::default()).is_err());
    assert_eq!(small, [9.0; 2]);
}

#[test]
fn faults_name_the_first_position_whatever_the_threads() {
    let mut values = vec![1i32; 3 << 20];
    values[2_000_001] = i32::MAX;
    values[3_000_000] = i32::MAX;
    let a = Array::from_slice([3, 1 << 20], &values).unwrap();
    let env = Env::new().array("A", DType::I32, [3, 1 << 20], "");
    let program = hadamard::compile("A .+ 1", &env).unwrap();
    for threads in [1, 2, 5] {
        let settings = Settings { threads: std::num::NonZeroUsize::new(threads), ..Settings::default() };
        let error = program.run(&[a.view()], &settings).unwrap_err();
        assert_eq!(error.code(), "integer-overflow");
        let position = format!("[{}, {}]", 2_000_001 >> 20, 2_000_001 & ((1 << 20) - 1));
        assert!(error.to_string().contains(&position), "{error}");
    }
    // The branch a `where` does not take cannot fail.
    let guarded = hadamard::compile("where(A .< 2, A .+ 1, 0); sum(where(A .< 2, A .+ 1, 0))", &env).unwrap();
    let results = guarded.run(&[a.view()], &Settings::default()).unwrap();
    assert_eq!(results[1].get(&[]), Scalar::I64(2 * ((3 << 20) - 2)));
    assert_eq!(results[0].slice::<i32>().unwrap()[2_000_001], 0);
    // Not even if it depends on so few entries that it would otherwise be computed once, ahead of the rest.
    let (x, mask) = (array![1, 0, 4], Array2::from_shape_fn((3, 100), |(i, _)| i != 1));
    let guarded = eval("where(M, 8 ./ x, -1.0)", &[("M", &mask), ("x", &x)]).unwrap();
    assert_eq!([0, 1, 2].map(|i| guarded.get(&[i, 7])), [8.0, -1.0, 2.0].map(Scalar::F64));
}
