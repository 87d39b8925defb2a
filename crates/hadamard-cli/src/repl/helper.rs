//! What the line editor knows: names to complete, and when a formula goes on on the next line.

use super::commands::{self, COMMANDS};
use hadamard::algebra::ops;
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper as Help, Highlighter, Hinter, Result};

/// Completion and validation.
#[derive(Default, Highlighter, Hinter)]
pub struct Helper {
    /// Names that have values now.
    pub names: Vec<String>,
    files: FilenameCompleter,
}

impl Help for Helper {}

impl Completer for Helper {
    type Candidate = Pair;

    fn complete(&self, line: &str, at: usize, context: &Context<'_>) -> Result<(usize, Vec<Pair>)> {
        let takes_file = [":load ", ":save "].iter().any(|c| line.starts_with(c));
        if takes_file && line[..at].split_whitespace().count() + usize::from(line[..at].ends_with(' ')) > 2 {
            return self.files.complete(line, at, context);
        }
        Ok(self.words(line, at))
    }
}

impl Helper {
    /// Commands at the beginning of a line, names and operations everywhere.
    fn words(&self, line: &str, at: usize) -> (usize, Vec<Pair>) {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let start =
            line[..at].rfind(|c| !is_part(c)).map_or(0, |i| i + line[i..].chars().next().map_or(1, char::len_utf8));
        if line[..at].starts_with(':') && !line[..at].contains(' ') {
            let names = COMMANDS.iter().map(|(name, _, _)| *name).filter(|name| name.starts_with(&line[..at]));
            return (0, names.map(|name| pair(name, name)).collect());
        }
        let word = &line[start..at];
        let mut found: Vec<Pair> = self.names.iter().filter(|n| n.starts_with(word)).map(|n| pair(n, n)).collect();
        let mut rows: Vec<_> = ops::table().filter(|r| !word.is_empty() && r.name.starts_with(word)).collect();
        rows.dedup_by_key(|row| row.name);
        for row in rows {
            let dot = if matches!(row.op, ops::Op::Map(_)) { "." } else { "" };
            found.push(pair(row.name, &format!("{}{dot}(", row.name)));
        }
        (start, found)
    }
}

fn pair(display: &str, replacement: &str) -> Pair {
    Pair { display: display.to_owned(), replacement: replacement.to_owned() }
}

impl Validator for Helper {
    fn validate(&self, context: &mut ValidationContext<'_>) -> Result<ValidationResult> {
        Ok(match commands::is_incomplete(context.input()) {
            true => ValidationResult::Incomplete,
            false => ValidationResult::Valid(None),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(line: &str) -> (usize, Vec<String>) {
        let helper = Helper { names: vec!["signal".into(), "A".into()], ..Helper::default() };
        let (start, pairs) = helper.words(line, line.len());
        (start, pairs.into_iter().map(|p| p.replacement).collect())
    }

    #[test]
    fn names_operations_and_commands() {
        assert_eq!(complete("A .* sig"), (5, vec!["signal".into(), "sign.(".into(), "sigmoid.(".into()]));
        assert_eq!(complete("A ⊙ A"), (6, vec!["A".into()]));
        assert_eq!(complete(":ty"), (0, vec![":type".into()]));
        assert_eq!(complete(":type tran"), (6, vec!["transpose(".into()]));
        assert_eq!(complete("A .* "), (5, vec!["signal".into(), "A".into()]));
    }
}
