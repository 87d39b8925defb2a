//! A folder to work in and the command to work with.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A temporary folder with files of many kinds, and the command run inside it.
pub struct Bench {
    folder: tempfile::TempDir,
}

/// What a command did.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Bench {
    /// An empty folder.
    pub fn empty() -> Bench {
        Bench { folder: tempfile::tempdir().unwrap() }
    }
    /// A folder with two small matrices and a vector.
    pub fn new() -> Bench {
        let bench = Bench::empty();
        bench.make("[1 2 3 4; 5 6 7 8; 9 10 11 12] .* 0.5", "a.npy");
        bench.make("[2 2 2 2; 3 3 3 3; 4 4 4 4] .* 1.0", "b.npy");
        bench.make("[1, 10, 100, 1000] .* 1.0", "w.npy");
        bench
    }
    /// Writes the value of a formula to a file of the folder.
    pub fn make(&self, formula: &str, file: &str) {
        let ran = self.run(&[formula, "-o", file]);
        assert_eq!(ran.code, Some(0), "{formula}: {}", ran.err);
    }
    /// A file of the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
    /// Writes bytes to a file of the folder.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }
    /// The bytes of a file of the folder.
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }
    /// The names of all files in the folder, hidden ones too.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
    /// The command in the folder, with an environment of its own.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hadamard"));
        command.args(args).current_dir(self.folder.path()).env_remove("NO_COLOR").stdin(Stdio::null());
        command.env("XDG_STATE_HOME", self.folder.path().join("state"));
        command
    }
    /// Runs the command to its end.
    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::from(self.command(args).output().unwrap())
    }
    /// Runs the command with that standard input.
    pub fn fed(&self, args: &[&str], input: &[u8]) -> Ran {
        let file = self.path("standard-input");
        std::fs::write(&file, input).unwrap();
        let mut cat = Command::new("cat").arg(&file).stdout(Stdio::piped()).spawn().unwrap();
        let output = self.command(args).stdin(cat.stdout.take().unwrap()).output().unwrap();
        cat.wait().unwrap();
        Ran::from(output)
    }
    /// What a successful command printed.
    #[track_caller]
    pub fn out(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.err);
        ran.out
    }
    /// What a failing command said, with the exit code it must have.
    #[track_caller]
    pub fn err(&self, args: &[&str], code: i32) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(code), "{args:?}: {}{}", ran.out, ran.err);
        ran.err
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

/// The bytes of an `.npy` file of version 1 with that header dictionary.
pub fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let mut header = header.as_bytes().to_vec();
    while !(header.len() + 11).is_multiple_of(64) {
        header.push(b' ');
    }
    header.push(b'\n');
    let length = u16::try_from(header.len()).unwrap().to_le_bytes();
    [b"\x93NUMPY\x01\x00".as_slice(), &length, &header, data].concat()
}

/// An `.npy` file of zeros, as sparse as the file system allows.
pub fn zeros(path: &Path, shape: [usize; 2]) {
    let header =
        npy(&format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}, {}), }}", shape[0], shape[1]), &[]);
    std::fs::write(path, &header).unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len((header.len() + shape[0] * shape[1] * 8) as u64).unwrap();
}
