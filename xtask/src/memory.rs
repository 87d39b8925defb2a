//! `cargo xtask memory`: the formula over three files of 1 GiB each under `--max-memory 256MiB`. Measures the peak of the
//! resident set as the kernel counts it, and compares every element of the result with a plain loop.
//!
//! Needs 4 GiB of disk under the target folder and Linux's `/proc`.

use crate::run::{Failed, Outcome, cargo, run, target};
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Rows and columns of each file: 1 GiB of f64.
const N: usize = 11_585;
/// What the resident set may reach.
const ALLOWED: u64 = 400 << 20;

/// Makes the files, runs the formula, reports the peak, checks the result and removes everything.
pub fn memory() -> Outcome {
    run(&mut cargo(&["build", "--release", "--locked", "--package", "hadamard-cli"]))?;
    let folder = target().join("memory");
    fs::create_dir_all(&folder).map_err(failed)?;
    for (seed, name) in ["a.npy", "b.npy", "d.npy"].iter().enumerate() {
        write(&folder.join(name), seed as u64).map_err(failed)?;
    }
    let started = Instant::now();
    let mut child = Command::new(target().join("release/hadamard"))
        .current_dir(&folder)
        .args(["A .* B .+ 0.5 ./ (1 .+ D .* D)", "A=a.npy", "B=b.npy", "D=d.npy"])
        .args(["--max-memory", "256MiB", "-o", "c.npy", "--force"])
        .spawn()
        .map_err(failed)?;
    // The peak only grows, so the last reading before the end is the peak but for its last few milliseconds.
    let mut peak = 0;
    let status = loop {
        peak = peak.max(high_water(child.id()).unwrap_or(0));
        match child.try_wait().map_err(failed)? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    println!("3 x 1 GiB to 1 GiB in {:.1} s, resident set at most {} MiB", started.elapsed().as_secs_f64(), peak >> 20);
    if !status.success() || peak == 0 || peak > ALLOWED {
        return Err(Failed(format!("{status}, peak {peak} bytes, {ALLOWED} allowed")));
    }
    let checked = check(&folder).map_err(failed)?;
    println!("{checked} elements equal those of a plain loop");
    fs::remove_dir_all(&folder).map_err(failed)
}

fn failed(error: std::io::Error) -> Failed {
    Failed(error.to_string())
}

/// Writes an `.npy` file of numbers in [-1, 1).
fn write(path: &Path, seed: u64) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({N}, {N}), }}");
    out.write_all(b"\x93NUMPY\x01\x00")?;
    out.write_all(&118u16.to_le_bytes())?;
    out.write_all(format!("{header:<117}\n").as_bytes())?;
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for _ in 0..N * N {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out.write_all(&((state >> 11) as f64 / (1u64 << 52) as f64 - 1.0).to_le_bytes())?;
    }
    out.flush()
}

/// `VmHWM` of a process, in bytes.
fn high_water(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
}

/// Compares the result with the formula element by element; gives their number.
fn check(folder: &Path) -> std::io::Result<usize> {
    let mut files = ["a.npy", "b.npy", "d.npy", "c.npy"]
        .iter()
        .map(|name| Ok(BufReader::with_capacity(1 << 20, File::open(folder.join(name))?)))
        .collect::<std::io::Result<Vec<_>>>()?;
    for file in &mut files {
        file.read_exact(&mut [0; 128])?;
    }
    for k in 0..N * N {
        let mut values = [0.0; 4];
        for (value, file) in values.iter_mut().zip(&mut files) {
            let mut bytes = [0; 8];
            file.read_exact(&mut bytes)?;
            *value = f64::from_le_bytes(bytes);
        }
        let [a, b, d, c] = values;
        let expected = a * b + 0.5 / (1.0 + d * d);
        if expected.to_bits() != c.to_bits() {
            let place = format!("element {k} is {c}, not {expected}");
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, place));
        }
    }
    Ok(N * N)
}
