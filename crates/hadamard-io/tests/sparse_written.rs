//! Sparse results in files: what is written reads back with the same places and bits, and is what SciPy has read.

use hadamard_array::{Array, Bool, DType, Element, Sparse, View, bf16, c64, c128, f16};
use hadamard_io::{Location, OutputPolicy, Outputs, Pattern, ReadOptions, Target, WriteOptions, open};
use proptest::prelude::*;
use std::path::Path;
use std::sync::Arc;

/// Writes values at the places of a matrix to a file of that name in `folder`.
fn write(folder: &Path, name: &str, of: &Sparse, values: View<'_>, transposed: bool) -> Result<Location, String> {
    let location = Location::parse(folder.join(name).to_str().unwrap());
    let pattern = Pattern { of: Arc::new(of.clone()), transposed };
    let options = WriteOptions { sparse: Some(pattern), ..WriteOptions::default() };
    let (dtype, shape) = (values.dtype(), values.shape().clone());
    let count = shape[0];
    let target = Target { location: location.clone(), dtype, shape, options };
    let mut outputs = Outputs::create(&[target], &OutputPolicy { force: true, ..OutputPolicy::default() })
        .map_err(|e| e.problem.to_string())?;
    let whole = values.to_array();
    // In two windows, as a plan may give it.
    let (bytes, middle) = (whole.view().bytes().to_vec(), count / 2);
    for range in [0..middle, middle..count] {
        let part = &bytes[range.start * dtype.size()..range.end * dtype.size()];
        outputs.sinks()[0].write(&[range], part).map_err(|e| e.to_string())?;
    }
    outputs.finish().map_err(|e| e.problem.to_string())?;
    Ok(location)
}

fn read(location: &Location) -> Sparse {
    let source = open(location, &ReadOptions::default()).unwrap_or_else(|e| panic!("{e}")).0.source;
    source.stored().unwrap().expect("a sparse matrix").clone()
}

fn assert_same(name: &str, found: &Sparse, expected: &Sparse) {
    assert_eq!(found.shape(), expected.shape(), "{name}");
    let parts = |s: &Sparse| [s.rows(), s.columns(), s.values()].map(|a| (a.dtype(), a.view().bytes().to_vec()));
    assert_eq!(parts(found), parts(expected), "{name}");
}

/// A Matrix Market file has numbers as text, which reads back as the widest of their kind: places and texts are the same.
fn assert_same_text(name: &str, found: &Sparse, expected: &Sparse) {
    let parts = |s: &Sparse| [s.rows(), s.columns()].map(|a| a.view().bytes().to_vec());
    let texts = |s: &Sparse| (0..s.count()).map(|k| s.values().get(&[k]).to_string()).collect::<Vec<_>>();
    assert_eq!((found.shape(), parts(found)), (expected.shape(), parts(expected)), "{name}");
    assert_eq!(texts(found), texts(expected), "{name}");
}

fn vector<T: Element>(all: &[i8], of: impl Fn(i8) -> T) -> Array {
    Array::from_slice([all.len()], &all.iter().map(|&v| of(v)).collect::<Vec<T>>()).unwrap()
}

/// The numbers in a dtype, divided by 7 where it has fractions.
fn numbers(dtype: DType, all: &[i8]) -> Array {
    let f = |v: i8| f64::from(v) / 7.0;
    match dtype {
        DType::Bool => vector(all, |v| Bool::from(v > 0)),
        DType::I8 => vector(all, |v| v),
        DType::I16 => vector(all, |v| i16::from(v) * 200),
        DType::I32 => vector(all, |v| i32::from(v) << 20),
        DType::I64 => vector(all, |v| i64::from(v) << 50),
        DType::U8 => vector(all, |v| v.unsigned_abs()),
        DType::U16 => vector(all, |v| u16::from(v.unsigned_abs()) << 8),
        DType::U32 => vector(all, |v| u32::from(v.unsigned_abs()) << 20),
        DType::U64 => vector(all, |v| u64::from(v.unsigned_abs()) << 50),
        DType::F16 => vector(all, |v| f16::from_f64(f(v))),
        DType::BF16 => vector(all, |v| bf16::from_f64(f(v))),
        DType::F32 => vector(all, |v| f(v) as f32),
        DType::F64 => vector(all, f),
        DType::C64 => vector(all, |v| c64::new(f(v) as f32, v.into())),
        DType::C128 => vector(all, |v| c128::new(f(v), -0.0)),
    }
}

/// Dtypes that `.npz` files of SciPy hold and Matrix Market reads back as wider ones.
const DTYPES: [DType; 12] = [
    DType::I8,
    DType::I16,
    DType::I32,
    DType::I64,
    DType::U8,
    DType::U16,
    DType::U32,
    DType::F16,
    DType::F32,
    DType::F64,
    DType::C64,
    DType::C128,
];

proptest! {
    #[test]
    fn what_is_written_reads_back(
        (rows, columns) in (1usize..9, 1usize..9),
        entries in prop::collection::vec((0u32..8, 0u32..8, any::<i8>()), 0..20),
        dtype in prop::sample::select(&DTYPES[..]),
        transposed in any::<bool>(),
    ) {
        let (mut r, mut c) = (Vec::new(), Vec::new());
        for &(i, j, _) in &entries {
            let place = (i % rows as u32, j % columns as u32);
            if !r.iter().zip(&c).any(|p| (*p.0, *p.1) == place) {
                r.push(place.0);
                c.push(place.1);
            }
        }
        let of = Sparse::new([rows, columns], r.clone(), c, Array::zeros(DType::F64, [r.len()]).unwrap()).unwrap();
        let values = numbers(dtype, &entries.iter().map(|e| e.2).take(r.len()).collect::<Vec<_>>());
        let folder = tempfile::tempdir().unwrap();
        let expected = of.with_values(values.clone(), transposed).unwrap();
        let found = |name| read(&write(folder.path(), name, &of, values.view(), transposed).unwrap());
        assert_same(&format!("npz of {dtype}"), &found("x.npz"), &expected);
        assert_same_text(&format!("mtx of {dtype}"), &found("x.mtx"), &expected);
    }
}

#[test]
fn numbers_at_the_edges_keep_their_bits() {
    let edges = [0.0, -0.0, f64::MAX, 5e-324, f64::INFINITY, f64::NEG_INFINITY, 0.1, 1e-7, 123456789012345680.0];
    let n = edges.len() as u32;
    let values = Array::from_slice([edges.len()], &edges).unwrap();
    let of = Sparse::new([1, edges.len()], vec![0; edges.len()], (0..n).collect(), values.clone()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for name in ["x.npz", "x.mtx"] {
        let location = write(folder.path(), name, &of, values.view(), false).unwrap();
        assert_same(name, &read(&location), &of);
        let location = write(folder.path(), name, &of, values.view(), true).unwrap();
        assert_same(name, &read(&location), &of.with_values(values.clone(), true).unwrap());
    }
}

#[test]
fn other_formats_hold_no_sparse_matrices() {
    let values = Array::from_slice([1], &[2.0f64]).unwrap();
    let of = Sparse::new([2, 3], vec![1], vec![2], values.clone()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for name in ["x.npy", "x.csv", "x.safetensors"] {
        let error = write(folder.path(), name, &of, values.view(), false).unwrap_err();
        assert!(error.contains("sparse"), "{name}: {error}");
    }
}

/// Each golden of SciPy's written again has the bytes of a file that `make.py` has had SciPy read;
/// `UPDATE_WRITTEN=1` writes them before it is run.
#[test]
fn scipy_has_read_what_is_written() {
    let goldens = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens_formats");
    let folder = tempfile::tempdir().unwrap();
    for kind in ["f8", "f4", "i8", "u1", "c16", "b1"] {
        let matrix = read(&Location::parse(goldens.join(format!("sparse_csc_{kind}.npz")).to_str().unwrap()));
        for ending in ["npz", "mtx"] {
            if (kind, ending) == ("b1", "mtx") {
                continue;
            }
            let name = format!("written_{kind}.{ending}");
            let written = write(folder.path(), &name, &matrix, matrix.values().view(), false).unwrap();
            let (bytes, golden) = (std::fs::read(&written.path).unwrap(), goldens.join(&name));
            if std::env::var_os("UPDATE_WRITTEN").is_some() {
                std::fs::write(&golden, &bytes).unwrap();
            }
            assert!(std::fs::read(&golden).unwrap() == bytes, "{name} is written otherwise than SciPy has read it");
        }
    }
}
