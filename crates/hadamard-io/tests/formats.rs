//! Every format against files made by its reference library (see `goldens_formats/make.py`).

use hadamard_array::{Array, MemorySource, Source};
use hadamard_io::{Location, Opened, ReadOptions, open};
use std::path::PathBuf;

fn golden(name: &str) -> Location {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/goldens_formats");
    let mut location = Location::parse(name);
    location.path = folder.join(&location.path);
    location
}

fn opened(name: &str) -> Opened {
    open(&golden(name), &ReadOptions::default()).unwrap_or_else(|e| panic!("{name}: {e}")).0
}

/// The whole of a source.
fn whole(source: &dyn Source) -> Array {
    let mut array = Array::zeros(source.dtype(), source.shape().clone()).unwrap();
    let window: Vec<_> = source.shape().iter().map(|&n| 0..n).collect();
    source.read(&window, array.bytes_mut().unwrap()).unwrap();
    array
}

/// All elements, for messages.
fn text(array: &Array) -> String {
    let index = |k| array.shape().unravel(k);
    (0..array.shape().size()).map(|k| array.get(&index(k)).to_string()).collect::<Vec<_>>().join(" ")
}

#[test]
fn files_are_read_as_their_reference_libraries_read_them() {
    let index = std::fs::read_to_string(golden("index.txt").path).unwrap();
    let mut jpeg_difference = 0;
    for line in index.lines() {
        let (name, expected) = line.split_once(' ').unwrap();
        let (got, expected) = (opened(name).source, whole(&*opened(&format!("expected.npz#{expected}")).source));
        assert_eq!((got.dtype(), got.shape()), (expected.dtype(), expected.shape()), "{name}");
        let got = whole(&*got);
        if name.ends_with(".jpg") {
            let pairs = got.slice::<u8>().unwrap().iter().zip(expected.slice::<u8>().unwrap());
            jpeg_difference = jpeg_difference.max(pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap());
        } else if name.ends_with(".mtx") {
            // SciPy adds mirrored entries to zero, which loses the sign of -0.0.
            let index = |k| got.shape().unravel(k);
            let same = (0..got.shape().size()).all(|k| got.get(&index(k)) == expected.get(&index(k)));
            assert!(same, "{name}: {} is not {}", text(&got), text(&expected));
        } else {
            assert!(got.view().bytes() == expected.view().bytes(), "{name}: {} is not {}", text(&got), text(&expected));
        }
    }
    // The standard leaves decoders some freedom; libjpeg's pixels are at most this far.
    assert!(jpeg_difference <= 3, "{jpeg_difference}");
}

/// Bytes of a window of a source.
fn part(source: &dyn Source, window: &[std::ops::Range<usize>]) -> Vec<u8> {
    let count: usize = window.iter().map(|r| r.len()).product();
    let mut bytes = vec![0; count * source.dtype().size()];
    source.read(window, &mut bytes).unwrap();
    bytes
}

#[test]
fn windows_are_the_same_parts_of_the_whole() {
    let index = std::fs::read_to_string(golden("index.txt").path).unwrap();
    for name in index.lines().filter_map(|line| line.split(' ').next()) {
        let all = MemorySource(whole(&*opened(name).source));
        let windows: [fn(usize) -> std::ops::Range<usize>; 4] =
            [|n| 0..n, |n| n / 2..n, |n| n / 3..n - n / 3, |n| n / 2..n / 2];
        let source = opened(name).source;
        for window in windows {
            let window: Vec<_> = source.shape().iter().map(|&n| window(n)).collect();
            assert_eq!(part(&*source, &window), part(&all, &window), "{name} {window:?}");
        }
    }
}

#[test]
fn decoding_waits_for_the_first_read() {
    for name in ["photo.png", "lzw.tif", "420.jpg", "v7.mat#cube", "real.mtx", "header.csv"] {
        let source = opened(name).source;
        assert!(source.in_memory().is_none(), "{name}");
        let read = whole(&*source);
        let view = source.in_memory().expect("decoded arrays are kept");
        assert_eq!(view.bytes(), read.view().bytes(), "{name}");
    }
    let model = opened("model.safetensors#layer.f4").source;
    whole(&*model);
    assert!(model.in_memory().is_none(), "safetensors are read straight from the file");
}
