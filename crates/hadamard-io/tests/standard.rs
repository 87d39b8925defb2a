//! Standard input and output, in processes of their own: this program runs itself with `copy TO`, which copies the
//! array on standard input to standard output. It has no test harness, which would print to standard output.

use hadamard_io::{Format, IoError, Location, OutputPolicy, Outputs, ReadOptions, Target, WriteOptions, formats, open};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("copy") => match copy(std::env::args().nth(2)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) if error.is_broken_pipe() => ExitCode::from(141),
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        },
        Some("--list") => {
            // what cargo-nextest asks of a program without harness
            if !std::env::args().any(|arg| arg == "--ignored") {
                println!("standard_streams: test");
            }
            ExitCode::SUCCESS
        }
        _ => {
            let folder = tempfile::tempdir().unwrap();
            let large = npy(folder.path(), 3_000_000);
            let small = npy(folder.path(), 10);
            a_pipe_and_a_file_give_the_same(&small);
            a_pipe_and_a_file_give_the_same(&large);
            the_format_is_found_from_the_content(&small);
            a_reader_that_goes_away_is_recognised(&large);
            wrong_input_is_named(&small);
            println!("standard input and output: ok");
            ExitCode::SUCCESS
        }
    }
}

/// Copies standard input to standard output, in `to` or else in the default format.
fn copy(to: Option<String>) -> Result<(), IoError> {
    let standard = Location::parse("-");
    let (opened, _): (_, &Format) = open(&standard, &ReadOptions::default())?;
    let (dtype, shape) = (opened.source.dtype(), opened.source.shape().clone());
    let whole: Vec<_> = shape.iter().map(|&n| 0..n).collect();
    let mut data = vec![0; shape.bytes(dtype).unwrap()];
    opened.source.read(&whole, &mut data).unwrap();
    let options = WriteOptions { to, ..WriteOptions::default() };
    let target = Target { location: standard, dtype, shape, options };
    let mut outputs = Outputs::create(&[target], &OutputPolicy::default())?;
    outputs.sinks()[0].write(&whole, &data).unwrap();
    outputs.finish()
}

/// A `.npy` file of that many elements, as hadamard writes it.
fn npy(folder: &Path, count: usize) -> std::path::PathBuf {
    let path = folder.join(format!("{count}.npy"));
    let target = Target {
        location: Location::file(&path),
        dtype: hadamard_array::DType::U8,
        shape: [count].into(),
        options: WriteOptions::default(),
    };
    let mut outputs = Outputs::create(&[target], &OutputPolicy::default()).unwrap();
    let data: Vec<u8> = (0..count).map(|k| (k % 251) as u8).collect();
    outputs.sinks()[0].write(std::slice::from_ref(&(0..count)), &data).unwrap();
    outputs.finish().unwrap();
    path
}

/// This program as `copy`.
fn child(to: Option<&str>) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("copy").args(to).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What `copy` makes of bytes in a pipe: its output, or its message.
fn piped(bytes: &[u8], to: Option<&str>) -> Result<Vec<u8>, String> {
    let mut running = child(to).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = running.stdin.take().unwrap();
    let bytes = bytes.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(&bytes));
    let output = running.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    if output.status.success() { Ok(output.stdout) } else { Err(String::from_utf8(output.stderr).unwrap()) }
}

fn a_pipe_and_a_file_give_the_same(path: &Path) {
    let bytes = std::fs::read(path).unwrap();
    assert!(piped(&bytes, None).unwrap() == bytes);
    let redirected = child(None).stdin(File::open(path).unwrap()).output().unwrap();
    assert!(redirected.stdout == bytes);
}

fn the_format_is_found_from_the_content(path: &Path) {
    let bytes = std::fs::read(path).unwrap();
    let archive = piped(&bytes, Some("npz")).unwrap();
    assert_eq!(formats::by_content(&archive).unwrap().name, "npz");
    assert!(piped(&archive, Some("npy")).unwrap() == bytes);
}

fn a_reader_that_goes_away_is_recognised(path: &Path) {
    let mut running = child(None).stdin(File::open(path).unwrap()).spawn().unwrap();
    let mut stdout = running.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 10]).unwrap();
    drop(stdout);
    assert_eq!(running.wait().unwrap().code(), Some(141));
}

fn wrong_input_is_named(path: &Path) {
    let message = piped(b"no\0array", None).unwrap_err();
    assert_eq!(message.trim(), "-: neither its name nor its content says which format it has");
    let message = piped(b"no table", None).unwrap_err();
    assert_eq!(message.trim(), "-: is corrupt: its only line, `no table`, holds no numbers");
    let mut bytes = std::fs::read(path).unwrap();
    bytes.pop();
    let message = piped(&bytes, None).unwrap_err();
    assert_eq!(message.trim(), "-: is truncated: its header promises 138 bytes, it has 137");
}
