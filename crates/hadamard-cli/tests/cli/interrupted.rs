//! Runs that are killed half-way.
#![cfg(unix)]

use crate::bench::{Bench, zeros};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// Entries of the streamed operand: large enough that a run lasts longer than the longest wait.
const SHAPE: [usize; 2] = [8 << 10, 4 << 10];

fn job(bench: &Bench) -> Command {
    let mut command = bench.command(&["sin.(A) .+ exp.(A .* k)", "A=big.npy", "k=0.5", "-o", "out.npy", "--force"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn a_killed_run_leaves_the_old_target_or_the_complete_new_one() {
    let bench = Bench::empty();
    zeros(&bench.path("big.npy"), SHAPE);
    assert_eq!(job(&bench).status().unwrap().code(), Some(0));
    let complete = bench.read("out.npy");
    for round in 0..10u64 {
        bench.write("out.npy", b"old");
        let mut child = job(&bench).spawn().unwrap();
        // Scattered over the run without a pattern; a run that is faster ends complete.
        sleep(Duration::from_millis(3 + round * round * 7 % 211));
        let _ = child.kill(); // it may have ended
        child.wait().unwrap();
        let found = bench.read("out.npy");
        assert!(found == b"old" || found == complete, "round {round}: {} bytes", found.len());
    }
}

#[test]
fn signals_end_a_run_without_a_trace() {
    for signal in ["INT", "TERM"] {
        let bench = Bench::empty();
        zeros(&bench.path("big.npy"), [4 * SHAPE[0], SHAPE[1]]);
        bench.write("out.npy", b"old");
        let mut child = job(&bench).spawn().unwrap();
        sleep(Duration::from_millis(150));
        assert!(child.try_wait().unwrap().is_none(), "the run is too short to interrupt");
        let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
        assert_eq!(bench.read("out.npy"), b"old");
        assert_eq!(bench.files(), ["big.npy", "out.npy"], "{signal} left something");
    }
}
