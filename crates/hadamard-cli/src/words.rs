//! The words of the command line before clap sees them: `eval` may be left out, and a formula may begin with `-`.

use clap::Command;
use std::ffi::OsString;

/// Subcommands whose first positional word is a formula.
const TAKE_FORMULAS: [&str; 5] = ["eval", "explain", "prove", "check", "translate"];

/// The words as clap expects them. A formula that begins with `-` gets a space before it, which changes nothing in a
/// formula and everything for clap.
pub fn normalise(mut words: Vec<OsString>, command: &Command) -> Vec<OsString> {
    let Some(first) = positional(&words, 1, command) else { return with_eval(words, command) };
    let name = words[first].to_string_lossy().into_owned();
    let subcommand = command.get_subcommands().any(|c| c.get_name() == name) || name == "help";
    let formula = match (subcommand, TAKE_FORMULAS.contains(&name.as_str())) {
        (true, false) => return words,
        (true, true) => positional(&words, first + 1, command),
        (false, _) => Some(first),
    };
    if let Some(at) = formula
        && let Some(text) = words[at].to_str().filter(|t| t.starts_with('-'))
    {
        words[at] = format!(" {text}").into();
    }
    if !subcommand {
        words.insert(1, "eval".into());
    }
    words
}

/// Without any positional word, whatever is there can only be about `eval`, unless it asks for help or the version.
fn with_eval(mut words: Vec<OsString>, command: &Command) -> Vec<OsString> {
    let asks = |word: &OsString| ["-h", "--help", "-V", "--version"].iter().any(|w| word == w);
    let ours = |word: &OsString| {
        let word = word.to_string_lossy();
        word.starts_with('-') && option(&word, command).is_none_or(|takes| takes.of_eval)
    };
    if words.len() > 1 && !words.iter().any(asks) && words[1..].iter().any(ours) {
        words.insert(1, "eval".into());
    }
    words
}

/// Index of the first word from `from` that is neither an option nor an option's value.
fn positional(words: &[OsString], from: usize, command: &Command) -> Option<usize> {
    let mut at = from;
    while at < words.len() {
        let word = words[at].to_string_lossy();
        if word == "--" {
            return (at + 1 < words.len()).then_some(at + 1);
        }
        if word == "-" || !word.starts_with('-') {
            return Some(at);
        }
        match option(&word, command) {
            Some(Takes { value: true, .. }) => at += 2,
            Some(_) => at += 1,
            None if word.starts_with("--") => at += 1, // a misspelt option: clap says so
            None => return Some(at),
        }
    }
    None
}

/// What is known of an option.
struct Takes {
    /// Whether the next word is its value.
    value: bool,
    /// Whether it belongs to `eval` rather than to the command as a whole.
    of_eval: bool,
}

/// The option a word stands for, if it is one: of the command as a whole or of `eval`, the only subcommand whose
/// options may come before its name.
fn option(word: &str, command: &Command) -> Option<Takes> {
    let eval = command.find_subcommand("eval").into_iter().flat_map(|c| c.get_arguments()).map(|a| (a, true));
    let mut known = command.get_arguments().map(|a| (a, false)).chain(eval);
    if let Some(long) = word.strip_prefix("--") {
        let (name, attached) = long.split_once('=').map_or((long, false), |(name, _)| (name, true));
        if ["help", "version"].contains(&name) {
            return Some(Takes { value: false, of_eval: false });
        }
        let (arg, of_eval) = known.find(|(a, _)| a.get_long() == Some(name))?;
        return Some(Takes { value: arg.get_action().takes_values() && !attached, of_eval });
    }
    let mut letters = word.strip_prefix('-')?.chars();
    let first = letters.next()?;
    let rest = letters.as_str();
    if "hV".contains(first) && rest.is_empty() {
        return Some(Takes { value: false, of_eval: false });
    }
    let (arg, of_eval) = known.find(|(a, _)| a.get_short() == Some(first))?;
    let takes = arg.get_action().takes_values();
    // `-oOUT` is an option with its value; `-q .* 2` is a formula.
    (takes || rest.is_empty()).then_some(Takes { value: takes && rest.is_empty(), of_eval })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use clap::CommandFactory;

    fn words(line: &[&str]) -> Vec<String> {
        let words = ["hadamard"].iter().chain(line).map(OsString::from).collect();
        let mut command = Cli::command();
        command.build();
        normalise(words, &command).into_iter().skip(1).map(|w| w.into_string().unwrap()).collect()
    }

    #[test]
    fn eval_may_be_left_out() {
        assert_eq!(words(&["A .* B", "A=a.npy"]), ["eval", "A .* B", "A=a.npy"]);
        assert_eq!(words(&["-o", "out.npy", "A"]), ["eval", "-o", "out.npy", "A"]);
        assert_eq!(words(&["--max-memory", "2G", "A"]), ["eval", "--max-memory", "2G", "A"]);
        assert_eq!(words(&["--color", "never", "A"]), ["eval", "--color", "never", "A"]);
        assert_eq!(words(&["eval", "A"]), ["eval", "A"]);
    }

    #[test]
    fn subcommands_stay() {
        assert_eq!(words(&["info", "-x"]), ["info", "-x"]);
        assert_eq!(words(&["--color=never", "ops", "abs"]), ["--color=never", "ops", "abs"]);
        assert_eq!(words(&["help"]), ["help"]);
        assert_eq!(words(&["--help"]), ["--help"]);
        assert_eq!(words(&["--version"]), ["--version"]);
        assert_eq!(words(&[]), [] as [&str; 0]);
    }

    #[test]
    fn formulas_may_begin_with_a_minus() {
        assert_eq!(words(&["-A .* B", "A=a.npy"]), ["eval", " -A .* B", "A=a.npy"]);
        assert_eq!(words(&["-q .* 2", "q=3"]), ["eval", " -q .* 2", "q=3"]);
        assert_eq!(words(&["-2"]), ["eval", " -2"]);
        assert_eq!(words(&["--quiet", "-A"]), ["eval", "--quiet", " -A"]);
        assert_eq!(words(&["explain", "--json", "-A", "A:3"]), ["explain", "--json", " -A", "A:3"]);
        assert_eq!(words(&["eval", "--", "--A"]), ["eval", "--", " --A"]);
        assert_eq!(words(&["-ofile", "A"]), ["eval", "-ofile", "A"]);
    }

    #[test]
    fn options_alone_are_about_eval() {
        assert_eq!(words(&["-o", "x.npy"]), ["eval", "-o", "x.npy"]);
        assert_eq!(words(&["--max-memry", "2G"]), ["eval", "--max-memry", "2G"]);
        assert_eq!(words(&["--color", "never"]), ["--color", "never"]);
    }
}
