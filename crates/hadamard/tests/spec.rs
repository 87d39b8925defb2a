//! The specification in `spec/` is run: each ```` ```hadamard ```` block is a session whose answers must be those written.
//!
//! A line `> formula` is evaluated, with the names that the block has given before, and the lines after it are the answer.
//! `> :overflow wrap` and `> :zeros error` change what the rest of the block does about numbers; `> :array a u8 2 3` makes
//! an operand of that dtype and shape whose entries count up from 0.
//! `UPDATE_SPEC=1` writes the answers that are given now into the files, to be reviewed.

use hadamard::{Array, DType, Operand, Overflow, Policy, Settings, Shape, Zeros, eval, eval_all};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The least number of formulas that must have been run.
const FORMULAS: usize = 250;

#[test]
fn every_answer_of_the_specification_is_given() {
    let update = std::env::var_os("UPDATE_SPEC").is_some();
    let (mut wrong, mut formulas) = (String::new(), 0);
    for path in chapters() {
        let text = read(&path);
        let mut answered = String::new();
        for part in parts(&text) {
            match part {
                Part::Prose(line) => answered += line,
                Part::Block(block) => {
                    formulas += block.matches("\n> ").count() + usize::from(block.starts_with("> "));
                    let given = answer(block);
                    if given != block {
                        let _ = write!(wrong, "{}: the block\n{block}gives\n{given}\n", path.display());
                    }
                    answered += &given;
                }
            }
        }
        if update && answered != text {
            std::fs::write(&path, answered).expect("the specification can be written");
        }
    }
    assert!(wrong.is_empty() || update, "{wrong}");
    assert!(formulas >= FORMULAS, "only {formulas} formulas");
}

#[test]
fn the_specification_names_every_operation_and_links_every_chapter() {
    let text: String = chapters().iter().map(|path| read(path)).collect();
    let blocks: Vec<&str> =
        parts(&text).into_iter().filter_map(|p| if let Part::Block(b) = p { Some(b) } else { None }).collect();
    for row in hadamard::algebra::ops::table() {
        let written = |block: &&str| {
            block.contains(&format!("{}(", row.name))
                || block.contains(&format!("{}.(", row.name))
                || row.signs.iter().any(|sign| block.contains(sign))
        };
        assert!(blocks.iter().any(written), "no example of {}", row.name);
    }
    let first = read(&folder().join("README.md"));
    assert!(first.contains("0-based") && first.contains("half-open"));
    for path in chapters() {
        let name = path.file_name().and_then(|n| n.to_str()).expect("chapters have plain names");
        assert!(name == "README.md" || first.contains(&format!("({name})")), "{name} is not in the contents");
    }
}

#[test]
fn the_limits_are_those_of_the_table() {
    use hadamard::notation::limits::{MAX_DEPTH, MAX_DIGITS, MAX_ENTRIES, MAX_LENGTH, MAX_NESTING, MAX_NODES};
    let text = read(&folder().join("10-limits.md"));
    for (what, limit) in [
        ("bytes of a formula", MAX_LENGTH),
        ("brackets inside one another", MAX_NESTING),
        ("operations that build on one another", MAX_DEPTH),
        ("operands and operations", MAX_NODES),
        ("entries of a matrix in brackets", MAX_ENTRIES),
        ("characters of a number", MAX_DIGITS),
        ("axes of an array", hadamard::array::MAX_NDIM),
    ] {
        let row = text.lines().find(|line| line.starts_with(&format!("| {what} |"))).expect("the limit has a row");
        let digits: String = row.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(digits, limit.to_string(), "{what}");
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec")
}

fn chapters() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).expect("the specification is in the repository");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

enum Part<'a> {
    /// A line outside blocks, with its end.
    Prose(&'a str),
    /// The lines between the fences of a block.
    Block(&'a str),
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let (line, after) = rest.split_at(end);
        parts.push(Part::Prose(line));
        rest = after;
        if line.trim_end() == "```hadamard" {
            let (block, after) = rest.split_at(rest.find("```").expect("a block is closed"));
            parts.push(Part::Block(block));
            rest = after;
        }
    }
    parts
}

/// The block with the answers its formulas give.
fn answer(block: &str) -> String {
    let mut settings = Settings::default();
    let (mut given, mut names) = (String::new(), String::new());
    let mut arrays: Vec<(&str, Array)> = Vec::new();
    for line in block.lines().filter(|line| line.starts_with("> ") || line.is_empty()) {
        let _ = writeln!(given, "{line}");
        let Some(formula) = line.strip_prefix("> ") else { continue };
        if let Some(array) = formula.strip_prefix(":array ") {
            arrays.push(counting(array));
            continue;
        }
        if let Some(setting) = formula.strip_prefix(':') {
            set(&mut settings.policy, setting);
            continue;
        }
        let text = format!("{names}{formula}");
        let used = arrays.iter().filter(|(name, _)| text.contains(name));
        let operands: Vec<(&str, &dyn Operand)> = used.map(|(name, array)| (*name, array as &dyn Operand)).collect();
        match eval_all(&text, &operands, &settings) {
            Ok(mut results) => {
                let (name, array) = results.pop().expect("a formula has a result");
                match name {
                    Some(_) => names += &format!("{formula}\n"),
                    None => given += &show(&array),
                }
            }
            Err(error) => {
                let (message, help) = match &error {
                    hadamard::Error::Formula(d) | hadamard::Error::Entry(d) => (d.message.clone(), d.help.clone()),
                    other => (other.to_string(), Vec::new()),
                };
                let _ = writeln!(given, "error[{}]: {message}", error.code());
                for help in help {
                    let _ = writeln!(given, "help: {help}");
                }
            }
        }
    }
    given
}

/// The operand that `name dtype length…` describes.
fn counting(words: &str) -> (&str, Array) {
    let mut words = words.split(' ');
    let name = words.next().expect("an operand has a name");
    let dtype = words.next().and_then(DType::parse).expect("an operand has a dtype");
    let shape: Shape = words.map(|n| n.parse::<usize>().expect("a length is a number")).collect();
    let entries: Vec<i64> = (0..shape.size() as i64).collect();
    let entries = Array::from_slice(shape, &entries).expect("as many entries as the shape has");
    let array = eval(&format!("{dtype}.(a)"), &[("a", &entries)]).expect("small numbers are in every dtype");
    (name, array)
}

fn set(policy: &mut Policy, setting: &str) {
    match setting {
        "overflow wrap" => policy.overflow = Overflow::Wrap,
        "overflow saturate" => policy.overflow = Overflow::Saturate,
        "zeros error" => policy.zeros = Zeros::Error,
        "zeros ieee" => policy.zeros = Zeros::Ieee,
        _ => panic!("unknown setting {setting}"),
    }
}

/// `i64[2, 2] [1 2; 3 4]`, as one line that a formula could contain; more than two axes as the list of their entries.
fn show(array: &Array) -> String {
    let shape = array.shape();
    let entry = |at: &[usize]| array.get(at).to_string();
    let list = |n: usize| (0..n).map(|k| entry(&shape.unravel(k))).collect::<Vec<_>>().join(", ");
    let value = match shape[..] {
        [] => return format!("{} {}\n", array.dtype(), entry(&[])),
        [m, n] => {
            let row = |i: usize| (0..n).map(|j| entry(&[i, j])).collect::<Vec<_>>().join(" ");
            (0..m).map(row).collect::<Vec<_>>().join("; ")
        }
        _ => list(shape.size()),
    };
    format!("{}{shape} [{value}]\n", array.dtype())
}
