//! Outputs appear complete or not at all, and what must be refused is refused before any work.

use crate::common::{open_file, read_all, whole};
use hadamard_array::{DType, Shape};
use hadamard_io::{IoError, Location, OutputPolicy, Outputs, Target, WriteOptions};
use std::fs;
use std::path::{Path, PathBuf};

fn target(path: impl AsRef<Path>) -> Target {
    Target {
        location: Location::parse(path.as_ref().to_str().unwrap()),
        dtype: DType::U8,
        shape: [2, 2].into(),
        options: WriteOptions::default(),
    }
}

fn create(path: impl AsRef<Path>, policy: &OutputPolicy) -> Result<Outputs, IoError> {
    Outputs::create(&[target(path)], policy)
}

/// The code of the refusal.
fn refusal(path: impl AsRef<Path>, policy: &OutputPolicy) -> &'static str {
    match create(path.as_ref(), policy) {
        Ok(_) => panic!("{} must be refused", path.as_ref().display()),
        Err(error) => {
            assert!(
                error.path == path.as_ref() || error.path.to_str().unwrap().len() < path.as_ref().as_os_str().len()
            );
            error.code()
        }
    }
}

fn fill(mut outputs: Outputs, data: [u8; 4]) -> Result<(), IoError> {
    for sink in outputs.sinks() {
        sink.write(&[0..2, 0..2], &data).unwrap();
    }
    outputs.finish()
}

fn forced() -> OutputPolicy {
    OutputPolicy { force: true, ..OutputPolicy::default() }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn nothing_shows_before_the_end_and_nothing_stays_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    let outputs = create(&path, &OutputPolicy::default()).unwrap();
    assert!(!path.exists() && names(folder.path()).len() == 1);
    drop(outputs);
    assert!(names(folder.path()).is_empty());
    fill(create(&path, &OutputPolicy::default()).unwrap(), [1, 2, 3, 4]).unwrap();
    assert_eq!(names(folder.path()), ["a.npy"]);
    assert_eq!(read_all(&*open_file(&path).unwrap().source), [1, 2, 3, 4]);
}

#[test]
fn existing_files_are_replaced_only_by_force() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.raw");
    fs::write(&path, "old").unwrap();
    assert_eq!(refusal(&path, &OutputPolicy::default()), "output-exists");
    let outputs = create(&path, &forced()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"old", "untouched until the end");
    fill(outputs, [5, 6, 7, 8]).unwrap();
    assert_eq!(fs::read(&path).unwrap(), [5, 6, 7, 8]);
    assert_eq!(names(folder.path()), ["a.raw"]);
}

#[test]
fn a_file_that_appears_meanwhile_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.raw");
    let outputs = create(&path, &OutputPolicy::default()).unwrap();
    fs::write(&path, "theirs").unwrap();
    assert_eq!(fill(outputs, [0; 4]).unwrap_err().code(), "output-exists");
    assert_eq!(fs::read(&path).unwrap(), b"theirs");
    assert_eq!(names(folder.path()), ["a.raw"]);
}

#[test]
fn impossible_targets_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let policy = OutputPolicy::default();
    assert_eq!(refusal(at("nowhere/a.npy"), &policy), "no-such-folder");
    assert_eq!(refusal(folder.path(), &policy), "is-a-folder");
    assert_eq!(refusal(at("a.xyz"), &policy), "unknown-format");
    assert_eq!(refusal(at("a.npy#b"), &policy), "not-an-archive");
    fs::write(at("file"), "").unwrap();
    assert_eq!(refusal(at("file/a.npy"), &policy), "no-such-folder");
    let to = |name: &str| WriteOptions { to: Some(name.into()), ..WriteOptions::default() };
    let with = |name: &str| Target { options: to(name), ..target(at("a.xyz")) };
    let Err(error) = Outputs::create(&[with("npyy")], &policy) else { panic!("there is no npyy") };
    assert_eq!((error.code(), error.help().unwrap().as_str()), ("no-such-format", "did you mean `npy`?"));
    drop(Outputs::create(&[with("npy")], &policy).unwrap());
    let huge = Target { dtype: DType::F64, shape: Shape::from([1 << 40, 1 << 40]), ..target(at("a.npy")) };
    let Err(error) = Outputs::create(&[huge], &policy) else { panic!("2^83 bytes") };
    assert_eq!(error.code(), "bad-shape");
    assert_eq!(names(folder.path()), ["file"]);
}

#[test]
fn the_disk_is_known_to_be_too_small_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    let exbibyte = Target { shape: Shape::from([1 << 30, 1 << 30]), ..target(&path) };
    let Err(error) = Outputs::create(&[exbibyte], &OutputPolicy::default()) else {
        panic!("no disk holds an exbibyte")
    };
    assert_eq!(error.code(), "disk-full");
    assert!(error.to_string().contains(path.to_str().unwrap()) && error.to_string().contains("1152921504606847104"));
    assert!(names(folder.path()).is_empty());
}

#[test]
fn formats_that_take_whole_arrays_keep_the_memory_limit() {
    let folder = tempfile::tempdir().unwrap();
    let policy = OutputPolicy { max_bytes: Some(7), ..OutputPolicy::default() };
    let target = |name: &str| target(folder.path().join(name));
    drop(Outputs::create(&[target("a.npz"), target("b.npy")], &policy).unwrap());
    let Err(error) = Outputs::create(&[target("a.npz"), target("c.npz")], &policy) else { panic!("4 + 4 bytes") };
    assert_eq!(error.code(), "too-large-for-memory");
    assert!(error.to_string().contains("c.npz: needs 8 bytes"));
}

#[test]
fn two_results_need_two_places() {
    let folder = tempfile::tempdir().unwrap();
    let (path, same) = (folder.path().join("a.npy"), folder.path().join("./a.npy"));
    let Err(error) = Outputs::create(&[target(&path), target(&same)], &OutputPolicy::default()) else {
        panic!("same file")
    };
    assert_eq!(error.code(), "output-twice");
    assert!(names(folder.path()).is_empty());
}

#[test]
fn several_files_are_finished_together() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["a.npy", "b.raw", "c.npz"].map(|n| folder.path().join(n));
    let targets = paths.each_ref().map(target);
    let outputs = Outputs::create(&targets, &OutputPolicy::default()).unwrap();
    fs::write(&paths[1], "theirs").unwrap();
    assert!(fill(outputs, [0; 4]).is_err());
    assert!(!paths[2].exists(), "nothing after the failure");
    for path in &paths {
        let _ = fs::remove_file(path);
    }
    fill(Outputs::create(&targets, &OutputPolicy::default()).unwrap(), [1, 2, 3, 4]).unwrap();
    assert_eq!(names(folder.path()), ["a.npy", "b.raw", "c.npz"]);
    assert_eq!(read_all(&*open_file(&paths[2]).unwrap().source), [1, 2, 3, 4]);
}

#[test]
fn windows_may_arrive_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.npy", "a.npz"] {
        let path = folder.path().join(name);
        let shape = Shape::from([3, 4, 5]);
        let mut outputs = Outputs::create(&[Target { shape: shape.clone(), ..target(&path) }], &forced()).unwrap();
        for (i, j) in (0..3).flat_map(|i| [(i, 2..4), (i, 0..2)]).rev() {
            let data: Vec<u8> = (0..10).map(|k| (i * 20 + j.start * 5 + k) as u8).collect();
            outputs.sinks()[0].write(&[i..i + 1, j, 0..5], &data).unwrap();
        }
        let too_short = outputs.sinks()[0].write(&whole(&shape), &[0; 3]);
        assert!(too_short.is_err());
        outputs.finish().unwrap();
        assert_eq!(read_all(&*open_file(&path).unwrap().source), (0..60).collect::<Vec<u8>>());
    }
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    fn policy(input: &Path) -> OutputPolicy {
        OutputPolicy { force: true, inputs: vec![input.to_owned()], ..OutputPolicy::default() }
    }

    #[test]
    fn an_output_that_is_an_input_is_found_under_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fill(create(at("a.npy"), &OutputPolicy::default()).unwrap(), [0; 4]).unwrap();
        symlink("a.npy", at("symbolic.npy")).unwrap();
        fs::hard_link(at("a.npy"), at("hard.npy")).unwrap();
        for name in ["a.npy", "symbolic.npy", "hard.npy"] {
            assert_eq!(refusal(at("a.npy"), &policy(&at(name))), "output-is-input", "{name}");
            assert_eq!(refusal(at(name), &policy(&at("a.npy"))), "output-is-input", "{name}");
        }
        fs::copy(at("a.npy"), at("copy.npy")).unwrap();
        drop(create(at("copy.npy"), &policy(&at("a.npy"))).unwrap());
        let in_place = OutputPolicy { in_place: true, force: false, ..policy(&at("a.npy")) };
        let input = open_file(at("a.npy")).unwrap();
        fill(create(at("a.npy"), &in_place).unwrap(), [9; 4]).unwrap();
        assert_eq!(read_all(&*input.source), [0; 4], "an open input keeps its bytes");
        assert_eq!(read_all(&*open_file(at("a.npy")).unwrap().source), [9; 4]);
        assert_eq!(refusal(at("copy.npy"), &in_place), "output-exists", "--in-place replaces inputs only");
    }

    #[test]
    fn links_are_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("there")).unwrap();
        symlink("there/new.raw", at("dangling.raw")).unwrap();
        fill(create(at("dangling.raw"), &OutputPolicy::default()).unwrap(), [1; 4]).unwrap();
        assert_eq!(fs::read(at("there/new.raw")).unwrap(), [1; 4]);
        assert_eq!(refusal(at("dangling.raw"), &OutputPolicy::default()), "output-exists");
        fill(create(at("dangling.raw"), &forced()).unwrap(), [2; 4]).unwrap();
        assert_eq!(fs::read(at("there/new.raw")).unwrap(), [2; 4]);
        assert!(fs::symlink_metadata(at("dangling.raw")).unwrap().is_symlink());
        symlink("loop.raw", at("loop.raw")).unwrap();
        assert_eq!(refusal(at("loop.raw"), &forced()), "system-error");
    }

    #[test]
    fn permissions_are_those_of_the_file_replaced_or_of_any_new_file() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        fs::write(at("plain"), "").unwrap();
        fill(create(at("a.npy"), &OutputPolicy::default()).unwrap(), [0; 4]).unwrap();
        assert_eq!(mode(at("a.npy")), mode(at("plain")));
        fs::set_permissions(at("a.npy"), fs::Permissions::from_mode(0o640)).unwrap();
        fill(create(at("a.npy"), &forced()).unwrap(), [0; 4]).unwrap();
        assert_eq!(mode(at("a.npy")), 0o640);
    }

    #[test]
    fn devices_and_pipes_are_written_not_replaced() {
        for name in ["npy", "npz"] {
            let options = WriteOptions { to: Some(name.into()), ..WriteOptions::default() };
            let outputs =
                Outputs::create(&[Target { options, ..target("/dev/null") }], &OutputPolicy::default()).unwrap();
            fill(outputs, [0; 4]).unwrap();
        }
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        let options = WriteOptions { to: Some("npy".into()), ..WriteOptions::default() };
        let outputs = Outputs::create(&[Target { options, ..target("/dev/full") }], &OutputPolicy::default()).unwrap();
        let error = fill(outputs, [0; 4]).unwrap_err();
        assert!(error.to_string().starts_with("/dev/full: "), "{error}");
        assert_eq!(error.code(), "disk-full");
    }

    #[test]
    fn the_finished_file_is_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.raw");
        fs::write(&path, "old").unwrap();
        let before = fs::metadata(&path).unwrap().ino();
        fill(create(&path, &forced()).unwrap(), [0; 4]).unwrap();
        assert_ne!(fs::metadata(&path).unwrap().ino(), before, "never written in place");
    }
}
