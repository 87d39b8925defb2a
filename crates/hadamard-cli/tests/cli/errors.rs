//! The corpus of errors: every file of `tests/errors` is a command line (an argument on each line) that must fail,
//! and beside it stands what it says. Read a changed snapshot as a user would: does it name the place, the facts of
//! both operands, and what to write instead?

use crate::bench::{Bench, npy};
use std::fmt::Write;
use std::path::Path;

/// A folder with good and bad files.
fn bench() -> Bench {
    let bench = Bench::new();
    for (formula, file) in [
        ("[4 1 0; 1 3 1; 0 1 2] .* 1.0", "s.npy"),
        ("[1 2 3 4; 5 6 7 8; 9 10 11 12]", "n.npy"),
        ("u8.([1 2 3 4; 5 6 7 8; 9 10 11 12])", "u8.npy"),
        ("u64.([1 2 3 4; 5 6 7 8; 9 10 11 12])", "u64.npy"),
        ("[1 0 3 4; 5 6 7 8; 9 10 0 12] .* 1.0", "z.npy"),
        ("[1, 2, 3, 4, 5] .* 1.0", "v5.npy"),
        ("[1 2] .* 1i", "c.npy"),
        ("u8.([1 2 3 4; 5 6 7 8])", "grey.png"),
        ("kron([1 2; 3 4], [1 2 3])[:, 0:0]", "none.npy"),
    ] {
        bench.make(formula, file);
    }
    let ran = bench.run(&["x = [1 2 3]; y = [4 5]", "-o", "x=m.npz#x", "-o", "y=m.npz#y"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let f8 = |shape: &str| format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
    bench.write("t.npy", &npy(&f8("(2, 2, 2)"), &[0; 64]));
    bench.write("truncated.npy", &npy(&f8("(3, 4)"), &[0; 50]));
    bench.write("negative.npy", &npy(&f8("(3, -4)"), &[0; 96]));
    bench.write("object.npy", &npy("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", &[0; 16]));
    bench.write("corrupt.npy", &npy("{'descr': '<f8', 'shape': (3,), ", &[0; 24]));
    bench.write("really-npy.png", &bench.read("a.npy"));
    bench.write("empty.npy", b"");
    bench.write("notes.txt", b"nothing of use\n");
    bench.write("words.csv", b"1,2\n3,four\n");
    bench.write("ragged.csv", b"1,2\n3\n");
    bench.write("data.raw", &[0; 100]);
    std::fs::create_dir(bench.path("folder")).unwrap();
    bench
}

#[test]
fn every_error_says_what_where_and_what_instead() {
    let bench = bench();
    let before = bench.files();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let mut cases: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|e| e == "txt"));
    cases.sort();
    assert!(cases.len() >= 60, "the corpus has shrunk to {}", cases.len());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for case in cases {
            let text = std::fs::read_to_string(&case).unwrap();
            let args: Vec<&str> = text.strip_suffix('\n').unwrap_or(&text).split('\n').collect();
            let ran = bench.run(&args);
            let name = case.file_stem().unwrap().to_string_lossy().into_owned();
            assert!(matches!(ran.code, Some(2 | 3)), "{name} ended with {:?}: {}{}", ran.code, ran.out, ran.err);
            assert_eq!(ran.out, "", "{name} printed something");
            let mut shown = String::new();
            writeln!(shown, "exit code {}", ran.code.unwrap()).unwrap();
            write!(shown, "{}", ran.err).unwrap();
            insta::assert_snapshot!(name, shown);
        }
    });
    assert_eq!(bench.files(), before, "errors leave nothing behind");
}
