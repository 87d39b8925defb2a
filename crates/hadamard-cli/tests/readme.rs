//! The documents of the project, replayed: every command in a ```` ```console ```` block is run and must print what the
//! document shows. With `UPDATE_README=1` in the environment the documents are rewritten instead.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The command by which the README runs our program from a fresh clone.
const FROM_CLONE: &str = "cargo run --release -p hadamard-cli -- ";

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// A folder with a copy of `examples/`, in which commands may write.
fn playground() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("examples/photo")).unwrap();
    for name in ["china.jpg", "vignette.png"] {
        let path = format!("examples/photo/{name}");
        fs::copy(root().join(&path), folder.path().join(&path)).unwrap();
    }
    folder
}

/// Both outputs of a shell command, in the order written.
fn shell(command: &str, folder: &Path) -> String {
    let ours = PathBuf::from(env!("CARGO_BIN_EXE_hadamard"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [ours.parent().unwrap().to_path_buf()].into_iter().chain(std::env::split_paths(&path));
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(folder)
        .env("PATH", std::env::join_paths(folders).unwrap())
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The document with what its commands print now, run one after another in the folder.
fn replayed(document: &str, folder: &Path) -> (String, usize) {
    let mut text = String::new();
    let mut commands = 0;
    let mut lines = document.lines().peekable();
    let mut inside = false;
    while let Some(line) = lines.next() {
        text += &format!("{line}\n");
        if line.starts_with("```") {
            inside = !inside && line == "```console";
        }
        let Some(command) = line.strip_prefix("$ ").filter(|_| inside) else { continue };
        for printed in shell(command, folder).lines() {
            text += &format!("{}\n", printed.trim_end());
        }
        while lines.next_if(|line| !line.starts_with("$ ") && *line != "```").is_some() {}
        commands += 1;
    }
    (text, commands)
}

fn replay(name: &str, inside: &str, commands: usize) {
    let path = root().join(name);
    let document = fs::read_to_string(&path).unwrap();
    let folder = playground();
    let (now, run) = replayed(&document, &folder.path().join(inside));
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, &now).unwrap();
    } else {
        let pairs = (1..).zip(document.lines().zip(now.lines()));
        if let Some((line, (shown, printed))) = pairs.into_iter().find(|(_, (a, b))| a != b) {
            panic!(
                "{name}, line {line}, shows\n  {shown}\nwhere its command prints\n  {printed}\nIf that is right: UPDATE_README=1"
            );
        }
        assert_eq!(now.lines().count(), document.lines().count(), "{name} shows fewer lines than its commands print");
    }
    assert!(run >= commands, "{name} has {run} commands in ```console blocks");
}

#[test]
fn readme() {
    replay("README.md", "", 8);
}

#[test]
fn photograph_example() {
    replay("examples/photo/README.md", "examples/photo", 2);
}

/// The first command of the README, from the block that a fresh clone starts with.
fn main_job() -> String {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    readme.lines().find_map(|line| line.strip_prefix(FROM_CLONE)).expect("the README runs the main job").to_owned()
}

#[test]
fn the_main_job_gives_the_pixels_of_its_formula() {
    let folder = playground();
    assert_eq!(shell(&format!("hadamard {}", main_job()), folder.path()), "");
    let read = |path: &str| {
        let location = hadamard::io::Location::file(folder.path().join(path));
        let source = hadamard::io::open(&location, &Default::default()).unwrap().0.source;
        let mut bytes = vec![0; source.shape().size()];
        let whole: Vec<_> = source.shape().iter().map(|&n| 0..n).collect();
        source.read(&whole, &mut bytes).unwrap();
        (source.shape().to_vec(), bytes)
    };
    let (shape, photo) = read("examples/photo/china.jpg");
    let (mask_shape, mask) = read("examples/photo/vignette.png");
    let (out_shape, out) = read("examples/photo/out.png");
    assert_eq!((&shape[..], &mask_shape[..]), (&[427, 640, 3][..], &[427, 640][..]));
    assert_eq!(out_shape, shape);
    for (k, (&p, &ours)) in photo.iter().zip(&out).enumerate() {
        let expected = (f64::from(p) * (f64::from(mask[k / 3]) / 255.0)).round_ties_even();
        assert_eq!(f64::from(ours), expected, "channel value {k}");
    }
    let brightness = |pixels: &[u8]| pixels.iter().map(|&p| u64::from(p)).sum::<u64>();
    assert!(brightness(&out) < brightness(&photo), "the corners are darker");
}

#[test]
fn continuous_integration_runs_the_second_command_of_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let script = fs::read_to_string(root().join(".ci/run")).unwrap();
    let command = script.lines().last().unwrap();
    assert!(command.starts_with("cargo xtask "), "{command}");
    assert!(readme.lines().any(|line| line == command), "the README does not show `{command}`");
}

#[test]
fn the_rust_example_of_the_readme_is_run_as_one_of_the_library() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("```rust\n").expect("the README has an example in Rust");
    let (example, _) = rest.split_once("```").unwrap();
    let library = fs::read_to_string(root().join("crates/hadamard/src/lib.rs")).unwrap();
    let documentation: String =
        library.lines().filter_map(|line| line.strip_prefix("//! ")).map(|line| format!("{line}\n")).collect();
    assert!(documentation.contains(example), "the examples of the library do not contain the README's:\n{example}");
}
