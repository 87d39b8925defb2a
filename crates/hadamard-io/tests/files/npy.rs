//! `.npy` against files NumPy made, random windows, and hostile bytes.

use crate::common::{golden, open_file, read, read_all, refused, whole};
use hadamard_array::{DType, Shape, Source};
use hadamard_io::{IoError, Location, OutputPolicy, Outputs, ReadOptions, Target, WriteOptions, open};
use proptest::prelude::*;
use std::fs;
use std::ops::Range;
use std::path::Path;

/// One file of the pack.
struct Golden {
    label: String,
    dtype: DType,
    shape: Shape,
    file: Vec<u8>,
    elements: Vec<u8>,
}

fn goldens() -> Vec<Golden> {
    let pack = fs::read(golden("npy.bin")).unwrap();
    let list = fs::read_to_string(golden("npy.txt")).unwrap();
    let parse = |line: &str| {
        let fields: Vec<&str> = line.split(' ').collect();
        let at = |i: usize| fields[i].parse::<usize>().unwrap();
        let shape = match fields[2] {
            "-" => Shape::SCALAR,
            text => text.split('x').map(|n| n.parse::<usize>().unwrap()).collect(),
        };
        Golden {
            label: fields[0].into(),
            dtype: DType::parse(fields[1]).unwrap(),
            shape,
            file: pack[at(3)..at(4)].to_vec(),
            elements: pack[at(4)..at(5)].to_vec(),
        }
    };
    let goldens: Vec<Golden> = list.lines().map(parse).collect();
    assert!(goldens.len() > 150);
    goldens
}

#[test]
fn every_file_of_numpy_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for golden in goldens() {
        let path = folder.path().join("a.npy");
        fs::write(&path, &golden.file).unwrap();
        let opened = open_file(&path).unwrap_or_else(|e| panic!("{}: {e}", golden.label));
        assert_eq!(opened.source.dtype(), golden.dtype, "{}", golden.label);
        assert_eq!(opened.source.shape(), &golden.shape, "{}", golden.label);
        assert_eq!(read_all(&*opened.source), golden.elements, "{}", golden.label);
        let version = opened.facts.iter().find(|f| f.0 == "version").unwrap();
        assert_eq!(version.1, format!("{}.0", golden.file[6]));
    }
}

/// Writes an array's elements through an output, in windows along the first axis.
fn write(path: &Path, dtype: DType, shape: &Shape, elements: &[u8]) -> Result<(), IoError> {
    let (location, options) = (Location::file(path), WriteOptions::default());
    let target = Target { location, dtype, shape: shape.clone(), options };
    let mut outputs = Outputs::create(&[target], &OutputPolicy { force: true, ..OutputPolicy::default() })?;
    let mut sinks = outputs.sinks();
    let rows = shape.first().copied().unwrap_or(1);
    let row = elements.len() / rows.max(1);
    for start in (0..rows).step_by(2) {
        let end = rows.min(start + 2);
        let mut window = whole(shape);
        if let Some(first) = window.first_mut() {
            *first = start..end;
        }
        sinks[0].write(&window, &elements[start * row..end * row]).unwrap();
    }
    outputs.finish()
}

#[test]
fn written_files_are_byte_for_byte_those_of_numpy() {
    let folder = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for golden in goldens() {
        let same_layout = golden.label.ends_with("-C-le-v1") || golden.label.ends_with("-C-f64");
        if same_layout {
            let path = folder.path().join("a.npy");
            write(&path, golden.dtype, &golden.shape, &golden.elements).unwrap();
            assert_eq!(fs::read(&path).unwrap(), golden.file, "{}", golden.label);
            compared += 1;
        }
    }
    assert_eq!(compared, DType::ALL.len() + 10);
}

/// A `.npy` file whose element at position k of the file has the value k, for elements of 8 bytes.
fn counting(folder: &Path, shape: &[usize], fortran: bool, descr: &str) -> std::path::PathBuf {
    let dims: String = shape.iter().map(|n| format!("{n},")).collect();
    let order = if fortran { "True" } else { "False" };
    let text = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({dims}), }}\n");
    let mut file = [b"\x93NUMPY\x01\x00", &(text.len() as u16).to_le_bytes()[..], text.as_bytes()].concat();
    let count: usize = shape.iter().product();
    file.extend((0..count as u64).flat_map(|k| if descr.starts_with('>') { k.to_be_bytes() } else { k.to_le_bytes() }));
    let path = folder.join("counting.npy");
    fs::write(&path, file).unwrap();
    path
}

/// What a window of such a file must hold.
fn expected(shape: &[usize], fortran: bool, window: &[Range<usize>]) -> Vec<u64> {
    let shape = Shape::from(shape);
    let strides = if fortran { shape.f_strides() } else { shape.c_strides() };
    let lens: Shape = window.iter().map(|r| r.len()).collect();
    let position = |k: usize| {
        let index = lens.unravel(k);
        index.iter().zip(window).zip(&strides).map(|((i, r), &s)| ((i + r.start) as isize * s) as u64).sum()
    };
    (0..lens.size()).map(position).collect()
}

fn numbers(bytes: &[u8]) -> Vec<u64> {
    bytes.as_chunks::<8>().0.iter().map(|b| u64::from_le_bytes(*b)).collect()
}

fn check_window(source: &dyn Source, fortran: bool, window: &[Range<usize>]) {
    let got = numbers(&read(source, window));
    assert!(got == expected(source.shape(), fortran, window), "{:?} fortran {fortran} {window:?}", source.shape());
}

#[test]
fn large_windows_in_every_order() {
    // Larger than the scratch buffers, with runs on both sides of every limit.
    let folder = tempfile::tempdir().unwrap();
    for shape in [&[1000, 700][..], &[90, 80, 100], &[5, 3, 40_000], &[700_000], &[1, 600_000], &[3, 1, 511, 513]] {
        for fortran in [false, true] {
            let path = counting(folder.path(), shape, fortran, if shape.len() == 3 { ">i8" } else { "<i8" });
            let opened = open_file(path).unwrap();
            let inner: Vec<_> = shape.iter().map(|&n| n / 3..n - n / 4).collect();
            let first: Vec<_> = shape.iter().enumerate().map(|(i, &n)| if i == 0 { n / 2..n } else { 0..n }).collect();
            let last_axis = shape.len() - 1;
            let last: Vec<_> =
                shape.iter().enumerate().map(|(i, &n)| 0..if i == last_axis { n.min(3) } else { n }).collect();
            for window in [whole(&Shape::from(shape)), inner, first, last] {
                check_window(&*opened.source, fortran, &window);
            }
        }
    }
}

#[test]
fn threads_read_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open_file(counting(folder.path(), &[400, 300], true, "<i8")).unwrap();
    let source = &opened.source;
    std::thread::scope(|scope| {
        for thread in 0..8 {
            scope.spawn(move || {
                for start in (thread..360).step_by(8) {
                    check_window(&**source, true, &[start..start + 40, thread..300]);
                }
            });
        }
    });
}

fn shape_and_window() -> impl Strategy<Value = (Vec<usize>, Vec<Range<usize>>)> {
    prop::collection::vec(0usize..9, 0..5).prop_flat_map(|shape| {
        let window: Vec<_> =
            shape.iter().map(|&n| (0..=n, 0..=n).prop_map(|(a, b)| a.min(b)..a.max(b)).boxed()).collect();
        (Just(shape), window)
    })
}

proptest! {
    #[test]
    fn windows_equal_slices((shape, window) in shape_and_window(), fortran: bool, big: bool) {
        let folder = tempfile::tempdir().unwrap();
        let path = counting(folder.path(), &shape, fortran, if big { ">u8" } else { "<u8" });
        check_window(&*open_file(path).unwrap().source, fortran, &window);
    }

    #[test]
    fn broken_bytes_never_panic(
        which in 0usize..150,
        changes in prop::collection::vec((0usize..140, any::<u8>()), 1..4),
        cut in prop::option::of(0usize..200),
    ) {
        let mut file = goldens().swap_remove(which).file;
        for (at, byte) in changes {
            if let Some(b) = file.get_mut(at) { *b = byte }
        }
        file.truncate(cut.unwrap_or(usize::MAX));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        fs::write(&path, &file).unwrap();
        match open_file(&path) {
            Ok(opened) => prop_assert!(read_all(&*opened.source).len() < file.len()),
            Err(error) => {
                prop_assert!(error.to_string().contains("a.npy"));
                prop_assert!(!error.code().is_empty());
            }
        }
    }
}

#[test]
fn every_byte_of_a_header_flipped_never_panics() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    let original = goldens().swap_remove(0).file;
    for at in 0..128 {
        for flip in [0x01, 0x20, 0x80, 0xFF] {
            let mut file = original.clone();
            file[at] ^= flip;
            fs::write(&path, &file).unwrap();
            if let Ok(opened) = open_file(&path) {
                assert!(read_all(&*opened.source).len() <= file.len());
            }
        }
    }
    for len in 0..original.len() {
        fs::write(&path, &original[..len]).unwrap();
        assert!(open_file(&path).is_err(), "cut to {len} bytes");
    }
}

/// The code and message of the error that a header text causes.
fn header_error(text: &str) -> (&'static str, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    let length = (text.len() as u16).to_le_bytes();
    fs::write(&path, [b"\x93NUMPY\x01\x00", &length[..], text.as_bytes(), &[0; 64]].concat()).unwrap();
    let error = refused(&path, &ReadOptions::default());
    (error.code(), error.problem.to_string())
}

#[test]
fn wrong_headers_say_what_is_wrong() {
    let shape = |shape: &str| header_error(&format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}"));
    let descr = |descr: &str| header_error(&format!("{{'descr': {descr}, 'fortran_order': False, 'shape': (2,)}}"));
    let cases = [
        (shape("(-3,)"), "bad-shape", "negative length -3"),
        (shape("(nan, 2)"), "bad-shape", "`nan`, which is no whole number"),
        (shape("(2.5,)"), "bad-shape", "2.5"),
        (shape("(99999999999999999999,)"), "bad-shape", "too large"),
        (shape("(4294967296, 4294967296)"), "bad-shape", "larger than the address space"),
        (shape("(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)"), "bad-shape", "17 axes"),
        (shape("3"), "bad-shape", "not a tuple"),
        (shape("(3)"), "bad-shape", "not a tuple"),
        (shape("(3,,)"), "bad-shape", "no whole number"),
        (shape("(1000,)"), "truncated-file", "promises"),
        (descr("'|O'"), "unsupported-dtype", "Python objects"),
        (descr("'<U5'"), "unsupported-dtype", "text"),
        (descr("'<M8[ns]'"), "unsupported-dtype", "dates and times"),
        (descr("'<f16'"), "unsupported-dtype", "extended precision"),
        (descr("'|V8'"), "unsupported-dtype", "opaque bytes"),
        (descr("[('a', '<f4'), ('b}', '<i4')]"), "unsupported-dtype", "records"),
        (descr("7"), "corrupt-file", "describes no dtype"),
        (header_error("{'descr': '<f8', 'shape': (2,)}"), "corrupt-file", "no 'fortran_order'"),
        (header_error("{'descr': '<f8', 'descr': '<f8'}"), "corrupt-file", "twice"),
        (header_error("{'order': 'C'}"), "corrupt-file", "unknown key 'order'"),
        (header_error("{'descr': '<f8', 'fortran_order': 1, 'shape': (2,)}"), "corrupt-file", "not True or False"),
        (header_error("[1, 2]"), "corrupt-file", "not a Python dictionary"),
        (header_error("{'descr': '<f8"), "corrupt-file", "does not end"),
        (header_error(&format!("{{'descr': {}", "(".repeat(60_000))), "corrupt-file", "does not end"),
        (header_error("{'descr'}"), "corrupt-file", "no `:`"),
    ];
    for ((code, message), expected_code, part) in cases {
        assert_eq!(code, expected_code, "{message}");
        assert!(message.contains(part), "{message} should say {part}");
    }
}

#[test]
fn oversized_headers_and_unknown_versions_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    fs::write(&path, b"\x93NUMPY\x02\x00\xff\xff\xff\x7f{}").unwrap();
    assert_eq!(refused(&path, &ReadOptions::default()).code(), "oversized-header");
    fs::write(&path, b"\x93NUMPY\x04\x00\x02\x00{}").unwrap();
    assert_eq!(refused(&path, &ReadOptions::default()).code(), "unsupported-feature");
}

#[test]
fn headers_of_python_2_and_bytes_after_the_data_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    let text = "{'shape': (2L, 1L), 'fortran_order': False, 'descr': \"|b1\", }  \n";
    let length = (text.len() as u16).to_le_bytes();
    fs::write(&path, [b"\x93NUMPY\x01\x00", &length[..], text.as_bytes(), &[0, 7, 9, 9, 9]].concat()).unwrap();
    let opened = open_file(&path).unwrap();
    assert_eq!(read_all(&*opened.source), [0, 1], "every true is a 1");
    assert!(opened.facts.contains(&("ignored", "3 bytes after the data".into())));
}

#[test]
fn a_file_that_shrinks_while_open_is_an_error_of_the_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = counting(folder.path(), &[100], false, "<i8");
    let (opened, format) = open(&Location::file(&path), &ReadOptions::default()).unwrap();
    assert_eq!(format.name, "npy");
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(200).unwrap();
    let error = opened.source.read(&[0..100], &mut [0; 800]).unwrap_err();
    assert_eq!(error.downcast::<IoError>().unwrap().code(), "truncated-file");
    assert!(opened.source.read(&[0..100], &mut [0; 16]).is_err(), "a buffer of the wrong size");
    assert!(opened.source.read(&[90..101], &mut [0; 88]).is_err(), "a window outside");
}
