//! `.npz` against archives NumPy made, and hostile ones.

use crate::common::{golden, read, read_all, refused, whole};
use hadamard_array::{DType, Shape};
use hadamard_io::{IoError, Location, Opened, OutputPolicy, Outputs, ReadOptions, Target, WriteOptions, members, open};
use std::fs;

fn member(file: &str, name: &str) -> Result<Opened, IoError> {
    let location = Location { path: golden(file), member: Some(name.into()) };
    open(&location, &ReadOptions::default()).map(|(opened, _)| opened)
}

fn floats(values: impl IntoIterator<Item = f32>) -> Vec<u8> {
    values.into_iter().flat_map(f32::to_le_bytes).collect()
}

fn ints(values: impl IntoIterator<Item = i32>) -> Vec<u8> {
    values.into_iter().flat_map(i32::to_le_bytes).collect()
}

#[test]
fn members_by_name_with_and_without_ending() {
    for name in ["a", "a.npy"] {
        let opened = member("two.npz", name).unwrap();
        assert_eq!((opened.source.dtype(), opened.source.shape()), (DType::F32, &Shape::from([2, 3])));
        assert_eq!(read_all(&*opened.source), floats((0..6).map(|k| k as f32)));
    }
    for file in ["two.npz", "packed.npz"] {
        let opened = member(file, "b").unwrap();
        assert_eq!(read_all(&*opened.source), ints(0..12), "Fortran order, big-endian");
        assert_eq!(read(&*opened.source, &[1..3, 2..4]), ints([6, 7, 10, 11]));
        assert!(opened.facts.contains(&("order", "Fortran".into())));
    }
    assert_eq!(read_all(&*member("packed.npz", "c").unwrap().source), [1, 0, 1]);
}

#[test]
fn members_are_listed() {
    let list = |file: &str| members(&Location::file(golden(file)), &ReadOptions::default()).unwrap();
    assert_eq!(list("packed.npz").unwrap(), ["a", "b", "c"]);
    assert_eq!(list("other.npz").unwrap(), [""; 0]);
}

#[test]
fn a_single_member_needs_no_name_several_do() {
    let options = ReadOptions::default();
    let (opened, format) = open(&Location::file(golden("one.npz")), &options).unwrap();
    assert_eq!((format.name, opened.source.shape()), ("npz", &Shape::from([2, 3])));
    let error = refused(&golden("two.npz"), &options);
    assert_eq!(error.code(), "member-needed");
    assert!(error.help().unwrap().contains("two.npz#a; it holds a, b"));
    let Err(error) = member("packed.npz", "bb") else { panic!("there is no bb") };
    assert_eq!(error.code(), "no-such-member");
    assert!(error.help().unwrap().contains("it holds a, b, c") || error.help().unwrap().contains("did you mean"));
}

#[test]
fn wrong_archives_say_what_is_wrong() {
    for (file, code) in [
        ("empty.npz", "empty-archive"),
        ("other.npz", "empty-archive"),
        ("text.npz", "unsupported-dtype"),
        ("lzma.npz", "unsupported-feature"),
        ("long.npz", "corrupt-file"),
    ] {
        assert_eq!(refused(&golden(file), &ReadOptions::default()).code(), code, "{file}");
    }
}

/// The error of reading a member that opens.
fn reading(location: &Location) -> IoError {
    let (opened, _) = open(location, &ReadOptions::default()).unwrap();
    let window = whole(opened.source.shape());
    let mut out = vec![0; opened.source.shape().bytes(opened.source.dtype()).unwrap()];
    *opened.source.read(&window, &mut out).unwrap_err().downcast().unwrap()
}

#[test]
fn a_member_that_unpacks_to_more_than_it_declares_is_a_bomb() {
    assert_eq!(reading(&Location::file(golden("bomb.npz"))).code(), "zip-bomb");
}

#[test]
fn decoded_members_keep_the_memory_limit() {
    let options = ReadOptions { max_bytes: Some(1000), ..ReadOptions::default() };
    let location = Location { path: golden("packed.npz"), member: Some("a".into()) };
    let Err(error) = open(&location, &options) else { panic!("80,000 bytes must not be taken") };
    assert_eq!(error.code(), "too-large-for-memory");
}

#[test]
fn damaged_data_is_found_by_its_checksum() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npz");
    let mut file = fs::read(golden("one.npz")).unwrap();
    let end_of_data = file.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    file[end_of_data - 1] ^= 0x40;
    fs::write(&path, file).unwrap();
    assert_eq!(reading(&Location::file(&path)).code(), "checksum-mismatch");
}

#[test]
fn every_byte_of_an_archive_flipped_never_panics() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npz");
    for original in ["two.npz", "packed.npz"].map(|name| fs::read(golden(name)).unwrap()) {
        let broken = (0..original.len()).flat_map(|at| [(at, 0x01), (at, 0x80), (at, 0xFF)]);
        let mut refused = 0;
        for (at, flip) in broken {
            let mut file = original.clone();
            file[at] ^= flip;
            fs::write(&path, file).unwrap();
            let location = Location { path: path.clone(), member: Some("b".into()) };
            let Ok((opened, _)) = open(&location, &ReadOptions::default()) else {
                refused += 1;
                continue;
            };
            let mut out = vec![0; opened.source.shape().bytes(opened.source.dtype()).unwrap()];
            refused += usize::from(opened.source.read(&whole(opened.source.shape()), &mut out).is_err());
        }
        assert!(refused > 100, "{refused}");
        for len in 0..original.len() {
            fs::write(&path, &original[..len]).unwrap();
            assert!(open(&Location { path: path.clone(), member: Some("b".into()) }, &ReadOptions::default()).is_err());
        }
    }
}

#[test]
fn large_stored_members_are_read_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.npz");
    let (rows, columns) = (1100, 1 << 16); // more than is read whole
    let member = |name: &str, shape: [usize; 2]| Target {
        location: Location { path: path.clone(), member: Some(name.into()) },
        dtype: DType::U8,
        shape: shape.into(),
        options: WriteOptions::default(),
    };
    let targets = [member("small", [1, 1]), member("large", [rows, columns])];
    let mut outputs = Outputs::create(&targets, &OutputPolicy::default()).unwrap();
    for row in 0..rows {
        outputs.sinks()[1].write(&[row..row + 1, 0..columns], &vec![(row % 251) as u8; columns]).unwrap();
    }
    outputs.finish().unwrap();
    let options = ReadOptions { max_bytes: Some(1 << 20), ..ReadOptions::default() };
    let location = Location { path: path.clone(), member: Some("large".into()) };
    let opened = open(&location, &options).unwrap().0;
    assert!(opened.facts.iter().any(|fact| fact.1.contains("a window at a time")));
    let window = read(&*opened.source, &[1000..1003, 65_530..65_536]);
    assert_eq!(window, [[247u8; 6], [248; 6], [249; 6]].concat());
}

#[test]
fn results_of_one_archive_are_written_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.npz");
    let target = |member: &str, dtype, shape: Shape| Target {
        location: Location { path: path.clone(), member: Some(member.into()) },
        dtype,
        shape,
        options: WriteOptions::default(),
    };
    let targets = [target("x", DType::F32, [2, 3].into()), target("empty", DType::BF16, [0, 3].into())];
    let mut outputs = Outputs::create(&targets, &OutputPolicy::default()).unwrap();
    let mut sinks = outputs.sinks();
    sinks[0].write(&[0..2, 1..3], &floats([1., 2., 4., 5.])).unwrap();
    sinks[0].write(&[0..2, 0..1], &floats([0., 3.])).unwrap();
    outputs.finish().unwrap();
    let listed = members(&Location::file(&path), &ReadOptions::default()).unwrap().unwrap();
    assert_eq!(listed, ["x", "empty"]);
    let read = |name: &str| {
        let location = Location { path: path.clone(), member: Some(name.into()) };
        open(&location, &ReadOptions::default()).unwrap().0
    };
    assert_eq!(read_all(&*read("x").source), floats((0..6).map(|k| k as f32)));
    assert_eq!(read("empty").source.shape(), &Shape::from([0, 3]));

    let twice = [target("x", DType::F32, [1].into()), target("x", DType::F32, [1].into())];
    let Err(error) = Outputs::create(&twice, &OutputPolicy { force: true, ..OutputPolicy::default() }) else {
        panic!("the same member twice")
    };
    assert_eq!(error.code(), "output-twice");
}
