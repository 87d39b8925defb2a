//! What is written can be read back, bit for bit; what a format cannot hold is refused with what to write instead.

use hadamard_array::{Array, Bool, DType, Element, Source, bf16, c64, c128, f16};
use hadamard_io::{Location, OutputPolicy, Outputs, ReadOptions, Target, WriteOptions, open};
use proptest::prelude::*;
use std::path::Path;

/// Writes an array to a file of that name in `folder`.
fn write(folder: &Path, name: &str, array: &Array) -> Result<Location, String> {
    let mut location = Location::parse(name);
    location.path = folder.join(&location.path);
    let (dtype, shape) = (array.dtype(), array.shape().clone());
    let target = Target { location: location.clone(), dtype, shape, options: WriteOptions::default() };
    let mut outputs = Outputs::create(&[target], &OutputPolicy { force: true, ..OutputPolicy::default() })
        .map_err(|e| e.problem.to_string())?;
    let window: Vec<_> = array.shape().iter().map(|&n| 0..n).collect();
    outputs.sinks()[0].write(&window, array.to_c_order().view().bytes()).map_err(|e| e.to_string())?;
    outputs.finish().map_err(|e| e.problem.to_string())?;
    Ok(location)
}

fn read(location: &Location) -> Array {
    let source = open(location, &ReadOptions::default()).unwrap_or_else(|e| panic!("{e}")).0.source;
    whole(&*source)
}

fn whole(source: &dyn Source) -> Array {
    let mut array = Array::zeros(source.dtype(), source.shape().clone()).unwrap();
    let window: Vec<_> = source.shape().iter().map(|&n| 0..n).collect();
    source.read(&window, array.bytes_mut().unwrap()).unwrap();
    array
}

/// Writes and reads; `expected` is what comes back.
fn round_trip(name: &str, array: &Array, expected: &Array) {
    let folder = tempfile::tempdir().unwrap();
    let back = read(&write(folder.path(), name, array).unwrap());
    assert_eq!((back.dtype(), back.shape()), (expected.dtype(), expected.shape()), "{name}");
    assert_eq!(back.view().bytes(), expected.view().bytes(), "{name}");
}

fn same(name: &str, array: &Array) {
    round_trip(name, array, array);
}

fn array<T: Element>(shape: &[usize], values: &[T]) -> Array {
    Array::from_slice(shape, values).unwrap()
}

/// As many bytes as the shape needs, all different at first.
fn bytes(shape: &[usize]) -> Array {
    let count = shape.iter().product();
    array(shape, &(0..count).map(|k| (k * 37 + 11) as u8).collect::<Vec<_>>())
}

fn words(shape: &[usize]) -> Array {
    let count = shape.iter().product();
    array(shape, &(0..count).map(|k| (k * 7919 + 11) as u16).collect::<Vec<_>>())
}

fn refusal(name: &str, dtype: DType, shape: &[usize]) -> String {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), name, &Array::zeros(dtype, shape).unwrap()).unwrap_err()
}

#[test]
fn images_round_trip() {
    for shape in [&[1, 1][..], &[5, 7], &[1, 9], &[9, 1], &[5, 7, 3], &[5, 7, 4], &[300, 2, 3]] {
        for name in ["x.png", "x.tif"] {
            same(name, &bytes(shape));
            same(name, &words(shape));
        }
    }
    same("x.png", &bytes(&[5, 7, 2]));
    same("x.png", &words(&[5, 7, 2]));
    for name in ["x.png", "x.tiff"] {
        round_trip(name, &bytes(&[5, 7, 1]), &bytes(&[5, 7]));
    }
}

#[test]
fn images_refuse_what_they_cannot_hold() {
    for name in ["x.png", "x.tif"] {
        let float = refusal(name, DType::F32, &[2, 2]);
        assert!(
            float.contains("not f32") && float.contains("`u8.(round.(…))`") && float.contains("`--clip`"),
            "{float}"
        );
        assert!(refusal(name, DType::Bool, &[2, 2]).contains("where(mask, u8.(255), u8.(0))"));
        assert!(refusal(name, DType::C64, &[2, 2]).contains("not c64"));
        assert!(refusal(name, DType::I64, &[2, 2]).contains("`u8.(…)`"));
        assert!(refusal(name, DType::U8, &[2, 2, 5]).contains("[2, 2, 5]"));
        assert!(refusal(name, DType::U8, &[2]).contains("[H, W]"));
        assert!(refusal(name, DType::U8, &[0, 2]).contains("1 to 2147483647 pixels"));
    }
    assert!(refusal("x.tif", DType::U8, &[2, 2, 2]).contains("C one of 1, 3, 4"));
    assert!(refusal("x.jpg", DType::U8, &[2, 2]).contains("jpeg files can be read, not written"));
    assert!(refusal("x.mat", DType::F64, &[2, 2]).contains("mat files can be read, not written"));
}

#[test]
fn tables_round_trip() {
    let specials = [0.0, -0.0, 1.0, -1.5, 1e300, 5e-324, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, 0.1];
    for name in ["x.csv", "x.tsv", "x.csv.gz", "x.tsv.gz"] {
        same(name, &array(&[5, 2], &specials));
        same(name, &array(&[2, 3], &[i64::MIN, -1, 0, 1, 2, i64::MAX]));
        same(name, &array(&[1, 2], &[0, u64::MAX]));
        same(name, &array(&[2, 2], &[true, false, false, true].map(Bool::from)));
        same(name, &array(&[1, 3], &[c128::new(1.0, -0.0), c128::new(-1e-7, 1e7), c128::new(f64::INFINITY, -2.5)]));
    }
    round_trip("x.csv", &array(&[3], &[1.5, 2.0, 3.0]), &array(&[3, 1], &[1.5, 2.0, 3.0]));
    round_trip("x.csv", &array(&[], &[2.5]), &array(&[1, 1], &[2.5]));
    round_trip("x.csv", &array(&[2], &[0.1f32, 3.0]), &array(&[2, 1], &[0.1, 3.0]));
    assert!(refusal("x.csv", DType::F64, &[2, 2, 2]).contains("A[:, :, 0]"));
    assert!(refusal("x.csv", DType::F64, &[0, 2]).contains("empty shape [0, 2]"));
}

#[test]
fn nan_is_written_as_nan() {
    let folder = tempfile::tempdir().unwrap();
    let location = write(folder.path(), "x.csv", &array(&[1, 3], &[1.0, f64::NAN, -2.5])).unwrap();
    assert_eq!(std::fs::read_to_string(&location.path).unwrap(), "1.0,nan,-2.5\n");
    assert!(read(&location).slice::<f64>().unwrap()[1].is_nan());
}

#[test]
fn matrices_round_trip() {
    same("x.mtx", &array(&[2, 3], &[1.5, -0.0, 1e300, 5e-324, f64::INFINITY, 0.1]));
    same("x.mtx", &array(&[2, 2], &[i64::MIN, -1, 0, i64::MAX]));
    same("x.mtx", &array(&[2, 1], &[c128::new(1.0, -0.0), c128::new(-1e-7, 1e7)]));
    same("x.mtx", &array::<f64>(&[0, 3], &[]));
    round_trip("x.mtx", &array(&[3], &[1.5, 2.0, 3.0]), &array(&[3, 1], &[1.5, 2.0, 3.0]));
    round_trip("x.mtx", &array(&[], &[2.5f32]), &array(&[1, 1], &[2.5]));
    round_trip("x.mtx", &array(&[1, 2], &[true, false].map(Bool::from)), &array(&[1, 2], &[1i64, 0]));
    assert!(refusal("x.mtx", DType::F64, &[2, 2, 2]).contains("A[:, :, 0]"));
    let folder = tempfile::tempdir().unwrap();
    assert!(write(folder.path(), "x.mtx", &array(&[1], &[u64::MAX])).unwrap_err().contains("18446744073709551615"));
}

#[test]
fn tensors_round_trip() {
    for dtype in DType::ALL {
        let zeros = Array::zeros(dtype, [2, 3]).unwrap();
        if dtype == DType::C128 {
            assert!(refusal("x.safetensors", dtype, &[2, 3]).contains("c64"));
        } else {
            same("x.safetensors#layer.0", &zeros);
        }
    }
    same("x.safetensors", &array(&[2, 1, 2], &[1.5f32, f32::NAN, -0.0, 3.0]));
    same("x.safetensors", &array(&[], &[bf16::from_f32(1.5)]));
    same("x.safetensors", &array(&[3], &[f16::from_f32(1.5), f16::NAN, f16::MAX]));
    same("x.safetensors", &array(&[2], &[c64::new(1.0, -2.0), c64::new(0.5, 4.0)]));
    same("x.safetensors", &array::<f64>(&[0, 3], &[]));
}

proptest! {
    #[test]
    fn any_double_survives_text(values in proptest::collection::vec(any::<f64>(), 1..40)) {
        let numbers: Vec<f64> = values.into_iter().filter(|v| !v.is_nan()).chain([0.5]).collect();
        let column = array(&[numbers.len(), 1], &numbers);
        same("x.csv", &column);
        same("x.mtx", &column);
    }

    #[test]
    fn any_pixels_survive(height in 1usize..20, width in 1usize..20, channels in 1usize..5, seed in any::<u16>()) {
        let shape = if channels == 1 { vec![height, width] } else { vec![height, width, channels] };
        let pixels: Vec<u16> = (0..shape.iter().product()).map(|k: usize| seed.wrapping_mul(k as u16 | 1)).collect();
        same("x.png", &array(&shape, &pixels));
        if channels != 2 {
            same("x.tif", &array(&shape, &pixels));
        }
    }
}
