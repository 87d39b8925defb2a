//! Damaged files of every format: an error or an array, never a panic, never much more memory than the limit.

use cap::Cap;
use hadamard_array::{Array, Source};
use hadamard_io::{Location, ReadOptions, members, open};
use proptest::prelude::*;
use std::alloc::System;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What one array may need here, …
const LIMIT: u64 = 1 << 20;
/// … and what the whole process may: a decoder that believes a hostile length fails to allocate and aborts.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, 512 << 20);

fn goldens() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens_formats");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|f| !["py", "txt", "npz"].iter().any(|skip| f.extension().is_some_and(|e| e == *skip)));
    files.sort();
    files
}

/// Reads every array of a file with that name and content, as far as it goes.
fn try_all(name: &Path, content: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name.file_name().unwrap());
    std::fs::File::create(&path).unwrap().write_all(content).unwrap();
    let options = ReadOptions { max_bytes: Some(LIMIT), ..ReadOptions::default() };
    let location = Location::file(&path);
    let names = members(&location, &options).ok().flatten().unwrap_or_default();
    for member in std::iter::once(None).chain(names.into_iter().take(4).map(Some)) {
        let location = Location { member, ..location.clone() };
        if let Ok((opened, _)) = open(&location, &options) {
            try_read(&*opened.source);
        }
    }
}

fn try_read(source: &dyn Source) {
    // Windowed formats promise any shape: only what fits into the limit is read whole.
    let Ok(bytes) = source.shape().bytes(source.dtype()) else { return };
    if bytes as u64 <= LIMIT {
        let mut array = Array::zeros(source.dtype(), source.shape().clone()).unwrap();
        let window: Vec<_> = source.shape().iter().map(|&n| 0..n).collect();
        if let Err(error) = source.read(&window, array.bytes_mut().unwrap()) {
            assert!(!error.to_string().is_empty());
        }
    }
}

#[test]
fn truncation_at_every_length_of_small_files() {
    for file in goldens() {
        let bytes = std::fs::read(&file).unwrap();
        let step = if bytes.len() < 600 { 1 } else { bytes.len() / 100 };
        for len in (0..bytes.len()).step_by(step) {
            try_all(&file, &bytes[..len]);
        }
    }
}

/// Where to damage a file and how: mostly its beginning, where the structure is.
fn damage() -> impl Strategy<Value = Vec<(prop::sample::Index, bool, u8)>> {
    prop::collection::vec(
        (any::<prop::sample::Index>(), any::<bool>(), prop_oneof![Just(0u8), Just(255), any::<u8>()]),
        1..6,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn damaged_bytes(file in prop::sample::select(goldens()), damage in damage()) {
        let mut bytes = std::fs::read(&file).unwrap();
        for (place, near_the_start, value) in damage {
            let reach = if near_the_start { bytes.len().min(256) } else { bytes.len() };
            let at = place.index(reach);
            bytes[at] = value;
        }
        try_all(&file, &bytes);
    }
}
