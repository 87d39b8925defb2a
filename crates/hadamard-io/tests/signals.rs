//! What a signal handler does. In a process of its own, because it is the end of all outputs.

use hadamard_array::DType;
use hadamard_io::{Location, OutputPolicy, Outputs, Target, WriteOptions, remove_temporaries};
use std::fs;

#[test]
fn a_signal_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    fs::write(&path, "old").unwrap();
    let target = |name: &str| Target {
        location: Location::file(folder.path().join(name)),
        dtype: DType::F32,
        shape: [10].into(),
        options: WriteOptions::default(),
    };
    let policy = OutputPolicy { force: true, ..OutputPolicy::default() };
    let mut outputs = Outputs::create(&[target("a.npy"), target("b.npz")], &policy).unwrap();
    outputs.sinks()[0].write(std::slice::from_ref(&(0..10)), &[0; 40]).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    remove_temporaries();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    outputs.finish().unwrap_err();
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert!(Outputs::create(&[target("c.npy")], &policy).is_err(), "too late for new outputs");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
