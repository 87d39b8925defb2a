//! How a file's format is found, and what is said when it cannot be.

use crate::common::{golden, read_all, refused};
use hadamard_array::DType;
use hadamard_io::{IoError, Location, Problem, ReadOptions, formats, members, open};
use std::collections::BTreeSet;
use std::fs;

fn from(format: &str) -> ReadOptions {
    ReadOptions { from: Some(format.into()), ..ReadOptions::default() }
}

fn raw(spec: &str) -> ReadOptions {
    ReadOptions { raw: Some(spec.parse().unwrap()), ..ReadOptions::default() }
}

fn npy() -> Vec<u8> {
    let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }\n";
    [b"\x93NUMPY\x01\x00", &(text.len() as u16).to_le_bytes()[..], text.as_bytes(), &[1, 2, 3]].concat()
}

#[test]
fn the_content_decides_where_the_name_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["array", "array.xyz", "ARRAY.NPY"] {
        let path = folder.path().join(name);
        fs::write(&path, npy()).unwrap();
        let (opened, format) = open(&Location::file(&path), &ReadOptions::default()).unwrap();
        assert_eq!((format.name, opened.source.dtype()), ("npy", DType::U8));
    }
    let path = folder.path().join("noise.xyz");
    fs::write(&path, "no format starts like this").unwrap();
    let error = refused(&path, &ReadOptions::default());
    assert_eq!(error.code(), "unknown-format");
    assert!(error.help().unwrap().contains("npy, npz"));
}

#[test]
fn a_name_that_lies_is_an_error_that_says_what_the_file_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npz");
    fs::write(&path, npy()).unwrap();
    let error = refused(&path, &ReadOptions::default());
    assert_eq!(error.code(), "wrong-extension");
    assert_eq!(error.to_string(), format!("{}: is named like npz, but its content is npy", path.display()));
    assert!(error.help().unwrap().contains("--from npy"));
    assert_eq!(open(&Location::file(&path), &from("npy")).unwrap().1.name, "npy");
    assert_eq!(refused(&path, &from("npz")).code(), "wrong-format");
    let error = refused(&path, &from("nyp"));
    assert_eq!((error.code(), error.help().unwrap().as_str()), ("no-such-format", "did you mean `npy`?"));
    fs::write(folder.path().join("b.npy"), "text").unwrap();
    assert_eq!(refused(&folder.path().join("b.npy"), &ReadOptions::default()).code(), "wrong-extension");
    fs::write(folder.path().join("c.bin"), npy()).unwrap();
    assert_eq!(refused(&folder.path().join("c.bin"), &ReadOptions::default()).code(), "wrong-extension");
}

#[test]
fn files_that_are_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture.npy");
    fs::write(&path, "").unwrap();
    assert_eq!(refused(&path, &ReadOptions::default()).code(), "empty-file");
    let error = refused(&folder.path().join("pictrue.npy"), &ReadOptions::default());
    assert_eq!(error.code(), "file-not-found");
    assert_eq!(error.help().unwrap(), format!("did you mean {}?", path.display()));
    assert_eq!(refused(folder.path(), &ReadOptions::default()).code(), "is-a-folder");
}

#[test]
fn raw_files_need_their_exact_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.raw");
    fs::write(&path, [1, 0, 2, 0, 3, 0]).unwrap();
    assert_eq!(refused(&path, &ReadOptions::default()).code(), "raw-needs-shape");
    let (opened, format) = open(&Location::file(&path), &raw("u16:3")).unwrap();
    assert_eq!((format.name, read_all(&*opened.source)), ("raw", vec![1, 0, 2, 0, 3, 0]));
    let error = refused(&path, &raw("u16:2x2"));
    assert_eq!(error.code(), "raw-size-mismatch");
    assert!(error.to_string().ends_with("has 6 bytes, but u16:2x2 needs exactly 8"));
    let other = folder.path().join("a.dat");
    fs::copy(&path, &other).unwrap();
    assert_eq!(open(&Location::file(&other), &raw("bool:6")).unwrap().1.name, "raw");
    let named = folder.path().join("a.npy");
    fs::write(&named, npy()).unwrap();
    assert_eq!(
        open(&Location::file(&named), &raw("u16:3")).unwrap().1.name,
        "npy",
        "--raw is for files without a header"
    );
    fs::write(&path, "").unwrap();
    assert_eq!(open(&Location::file(&path), &raw("u16:0x4")).unwrap().0.source.shape().len(), 2);
}

#[test]
fn members_belong_to_archives() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    fs::write(&path, npy()).unwrap();
    assert_eq!(members(&Location::file(&path), &ReadOptions::default()).unwrap(), None);
    let location = Location { path, member: Some("x".into()) };
    let Err(error) = open(&location, &ReadOptions::default()) else { panic!(".npy has no members") };
    assert_eq!(error.code(), "not-an-archive");
}

#[cfg(unix)]
#[test]
fn pipes_are_read_like_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let writer = path.clone();
    let thread = std::thread::spawn(move || fs::write(writer, fs::read(golden("one.npz")).unwrap()).unwrap());
    let (opened, format) = open(&Location::file(&path), &ReadOptions::default()).unwrap();
    thread.join().unwrap();
    assert_eq!((format.name, opened.source.dtype()), ("npz", DType::F32));
    assert_eq!(read_all(&*opened.source)[4..8], 1f32.to_le_bytes());
}

#[test]
fn the_table_of_formats_is_consistent() {
    let names: BTreeSet<_> = formats::names().into_iter().collect();
    assert_eq!(names.len(), formats::ALL.len(), "names are distinct");
    let mut endings = BTreeSet::new();
    for format in formats::ALL {
        assert_eq!(formats::by_name(format.name).unwrap().0.name, format.name);
        assert!(format.read.is_some() || format.write.is_some(), "{}", format.name);
        assert!(!format.summary.is_empty() && !format.extensions.is_empty(), "{}", format.name);
        for ending in format.extensions {
            assert!(endings.insert(*ending), "{ending} belongs to one format");
            let (found, by) = formats::by_file_name(&format!("dir.npy/file.{ending}")).unwrap();
            assert_eq!((found.name, by), (format.name, *ending));
            assert_eq!(formats::by_name(ending).unwrap().0.name, format.name, "--from {ending}");
        }
    }
    assert!(formats::by_file_name("npy").is_none() && formats::by_file_name(".npy").is_none());
}

#[test]
fn messages_name_file_problem_and_remedy() {
    let say = |problem: Problem| {
        let error: IoError = problem.at("dir/x.npz");
        format!("{} | {} | {}", error.code(), error, error.help().unwrap_or_default())
    };
    let full = say(Problem::DiskFull { needed: 10, free: Some(3) });
    assert_eq!(
        full,
        "disk-full | dir/x.npz: the disk is full: 10 bytes are needed, 3 are free | \
         free some space or write to another disk; nothing was left behind"
    );
    let many = (0..20).map(|k| format!("m{k}")).collect();
    assert!(say(Problem::MemberNeeded { members: many }).ends_with("m11, … (20 in all)"));
    let pipe = Problem::os("writing", std::io::ErrorKind::BrokenPipe.into()).at("-");
    assert!(pipe.is_broken_pipe());
}
