//! Starting other programs, and saying which one failed.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{Sender, channel};

/// Why a command of xtask did not succeed.
#[derive(Debug)]
pub struct Failed(pub String);

/// What every step gives.
pub type Outcome<T = ()> = Result<T, Failed>;

/// The root of the workspace: as cargo says at run time, because clones may share a target folder and so this binary.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        Path::new(&own).parent().map_or_else(PathBuf::new, Path::to_path_buf)
    });
    &ROOT
}

/// Where builds go, and everything else that is not committed.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// A program to be run in the root of the workspace.
pub fn command(program: impl AsRef<Path>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program.as_ref());
    command.args(arguments).current_dir(root());
    command
}

/// Cargo, the one that started us.
pub fn cargo(arguments: &[&str]) -> Command {
    command(std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from), arguments)
}

/// Runs a program to its end with its output shown.
pub fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| could_not(command, &error))?;
    if status.success() { Ok(()) } else { Err(failed(command)) }
}

/// What a program writes to standard output.
pub fn output(command: &mut Command) -> Outcome<String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| could_not(command, &error))?;
    if !output.status.success() {
        return Err(failed(command));
    }
    String::from_utf8(output.stdout).map_err(|_| Failed(format!("{} wrote no text", line(command))))
}

/// Runs a program to its end, shows what it writes and hands over every line too, with whether it succeeded.
pub fn watched(command: &mut Command, mut each: impl FnMut(&str)) -> Outcome<bool> {
    fn forward(pipe: impl Read + Send + 'static, lines: Sender<String>) {
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
                // The receiver only goes away when the program is given up.
                let _ = lines.send(String::from_utf8_lossy(&line).into_owned());
            }
        });
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| could_not(command, &error))?;
    let (sender, lines) = channel();
    if let Some(pipe) = child.stdout.take() {
        forward(pipe, sender.clone());
    }
    if let Some(pipe) = child.stderr.take() {
        forward(pipe, sender.clone());
    }
    drop(sender);
    for line in lines {
        println!("{line}");
        each(&line);
    }
    Ok(child.wait().map_err(|error| could_not(command, &error))?.success())
}

/// The failure of a program that ran.
pub fn failed(command: &Command) -> Failed {
    Failed(format!("this failed: {}", line(command)))
}

fn could_not(command: &Command, error: &std::io::Error) -> Failed {
    Failed(format!("could not run {}: {error}", line(command)))
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = [program].into_iter().chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
