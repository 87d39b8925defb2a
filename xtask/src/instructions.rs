//! `cargo xtask instructions`: how many instructions fixed pieces of work take under callgrind, against the committed
//! counts. Counts do not depend on how busy the machine is, so a small change of the code can be seen in them.
//!
//! Valgrind shows programs a processor without AVX-512, whatever the real one is, so the code for AVX2 is counted. The
//! compiler and valgrind change counts too; with other versions than the committed ones nothing is compared. What is not
//! compared is said, with the reason.

use crate::run::{Failed, Outcome, cargo, command, output, root, run, target};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

const FILE: &str = "bench/instructions.toml";
/// Counts are the same from run to run but for the addresses the system gives, which hashing and alignment follow, and
/// for code the linker lays out anew after an unrelated change: a fraction of a percent. More than this is a change of
/// the work.
const TOLERANCE: f64 = 0.03;

/// Compares; fails if a piece of work takes more instructions, or one is missing from the file.
pub fn check() -> Outcome {
    let committed = Table::read()?;
    let pieces = committed.counts.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    match tools() {
        Ok(tools) if tools == committed.tools => {}
        Ok(tools) => {
            println!("NOT COMPARED: {pieces}: counted with {}, this is {tools}", committed.tools);
            return Ok(());
        }
        Err(Failed(why)) => {
            println!("NOT COMPARED: {pieces}: {why}");
            return Ok(());
        }
    }
    let mut worse = Vec::new();
    for (name, now) in count()? {
        let Some(&before) = committed.counts.get(&name) else {
            return Err(Failed(format!("{FILE} has no count of {name}. Run `cargo xtask instructions --update`.")));
        };
        let now = match now {
            Ok(now) => now,
            Err(Failed(why)) => {
                println!("NOT COMPARED: {name}: {why}");
                continue;
            }
        };
        let change = now as f64 / before as f64 - 1.0;
        println!("{name:12} {before:>12} → {now:>12}  {:+.1}%", 100.0 * change);
        if change > TOLERANCE {
            worse.push(name);
        } else if change < -TOLERANCE {
            println!("{name} takes less: `cargo xtask instructions --update` keeps it so");
        }
    }
    if worse.is_empty() {
        return Ok(());
    }
    Err(Failed(format!("more instructions than in {FILE}: {}", worse.join(", "))))
}

/// Counts and writes the file.
pub fn update() -> Outcome {
    let tools = tools()?;
    let counts = count()?.into_iter().map(|(name, count)| Ok((name, count?))).collect::<Outcome<_>>()?;
    let text = Table { tools, counts }.text();
    std::fs::write(root().join(FILE), text).map_err(|error| Failed(format!("could not write {FILE}: {error}")))
}

/// The versions of what the counts depend on, or what is missing.
fn tools() -> Outcome<String> {
    let missing = |_| Failed("valgrind is not installed".into());
    let valgrind = command("valgrind", &["--version"]).output().map_err(missing)?;
    let rustc = output(&mut command("rustc", &["--version"]))?;
    Ok(format!("{}, {}, {}", rustc.trim(), String::from_utf8_lossy(&valgrind.stdout).trim(), std::env::consts::ARCH))
}

/// Instructions by piece of work.
struct Table {
    tools: String,
    counts: BTreeMap<String, u64>,
}

impl Table {
    fn read() -> Outcome<Table> {
        let text = std::fs::read_to_string(root().join(FILE))
            .map_err(|error| Failed(format!("could not read {FILE}: {error}")))?;
        let mut table = Table { tools: String::new(), counts: BTreeMap::new() };
        for (key, value) in text.lines().filter_map(|line| line.split_once(" = ")) {
            if key == "tools" {
                table.tools = value.trim_matches('"').to_owned();
            } else {
                let count = value.parse().map_err(|_| Failed(format!("{FILE}: {key} is not a number")))?;
                table.counts.insert(key.to_owned(), count);
            }
        }
        Ok(table)
    }

    fn text(&self) -> String {
        let mut text =
            format!("# Made by `cargo xtask instructions --update`.\ntools = \"{}\"\n\n[counts]\n", self.tools);
        for (name, count) in &self.counts {
            let _ = writeln!(text, "{name} = {count}"); // a string takes everything
        }
        text
    }
}

/// How often the work is done between the two counts.
const TIMES: u64 = 4;

/// The instructions of each piece of work, or why valgrind could not run it.
fn count() -> Outcome<Vec<(String, Outcome<u64>)>> {
    run(&mut cargo(&["build", "--release", "--locked", "--package", "hadamard", "--example", "instructions"]))?;
    let program: PathBuf = target().join("release/examples/instructions");
    let one = |name: &str| {
        // Starting up, and whatever is done once, is in both.
        let (few, many) = (collected(&program, name, 1)?, collected(&program, name, 1 + TIMES)?);
        Ok(many.saturating_sub(few) / TIMES)
    };
    Ok(output(&mut command(&program, &[]))?.lines().map(|name| (name.to_owned(), one(name))).collect())
}

/// The instructions of a whole run.
fn collected(program: &Path, scenario: &str, times: u64) -> Outcome<u64> {
    let mut valgrind = command("valgrind", &["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.arg(program).args([scenario, &times.to_string()]).env_remove("HADAMARD_BACKEND");
    let result = valgrind.stdout(Stdio::null()).output().map_err(|error| Failed(format!("valgrind: {error}")))?;
    let said = String::from_utf8_lossy(&result.stderr);
    let line = said.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim().parse());
    match line {
        Some(Ok(count)) if result.status.success() => Ok(count),
        // Its own lines begin with its process number; what stopped it stands in the first of the others.
        _ => {
            let why =
                said.lines().find(|line| !line.is_empty() && !line.starts_with("==")).unwrap_or("no reason given");
            Err(Failed(format!("valgrind could not run it: {why}")))
        }
    }
}
