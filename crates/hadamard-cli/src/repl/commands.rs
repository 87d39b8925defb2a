//! What a line of a session means: a formula, or a command that begins with a colon.

use super::After;
use super::session::Session;
use crate::explain;
use crate::failure::Failure;
use crate::print::describe;
use std::io::Write;
use std::time::{Duration, Instant};

/// The commands with what follows them and what they do.
pub const COMMANDS: [(&str, &str, &str); 10] = [
    (":type", "EXPR", "dtype and shape, without evaluating"),
    (":explain", "EXPR", "how it would be evaluated"),
    (":time", "EXPR", "how long it takes"),
    (":load", "NAME FILE", "bind a name to a file, a member of one, a number or a literal"),
    (":save", "NAME FILE", "write a value to a file"),
    (":in", "NOTATION", "read formulas as numpy, julia, … does; hadamard ends it"),
    (":to", "NOTATION", "write every formula in a notation too; hadamard ends it"),
    (":vars", "", "the names that have values"),
    (":help", "", "this list"),
    (":quit", "", "leave"),
];

/// `:time` repeats until this much time has passed.
const LONG_ENOUGH: Duration = Duration::from_millis(200);

/// Does what a line says.
pub fn line(session: &mut Session, line: &str, out: &mut dyn Write) -> Result<After, Failure> {
    let line = line.trim();
    if !line.starts_with(':') {
        if !is_blank(line) {
            session.evaluate(line, out)?;
        }
        return Ok(After::Go);
    }
    let (command, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let matching: Vec<_> = COMMANDS.iter().filter(|(name, _, _)| name.starts_with(command)).collect();
    let &[(name, takes, _)] = &matching[..] else { return Err(unknown(command)) };
    if takes.is_empty() != rest.is_empty() {
        let usage = format!("{name} {takes}");
        return Err(Failure::usage("bad-command", format!("write it as  {}", usage.trim_end())));
    }
    match *name {
        ":type" => types(session, rest, out)?,
        ":explain" => explain::print(&session.compile(rest)?.0, false, out)?,
        ":time" => time(session, rest, out)?,
        ":load" => {
            // A name has no blanks, a file or an expression may.
            let (name, file) = two(rest.split_once(char::is_whitespace), ":load NAME FILE")?;
            session.load(&format!("{name}={file}"))?;
        }
        ":save" => {
            let (name, file) = two(rest.rsplit_once(char::is_whitespace), ":save NAME FILE")?;
            session.save(name, file)?;
        }
        ":in" => session.read_in(rest)?,
        ":to" => session.write_in(rest)?,
        ":vars" => session.list(out)?,
        ":help" => help(out)?,
        _ => return Ok(After::Quit),
    }
    Ok(After::Go)
}

/// Whether more lines may complete a formula.
pub fn is_incomplete(text: &str) -> bool {
    if text.trim_start().starts_with(':') || is_blank(text) {
        return false;
    }
    hadamard::parse(text).is_err_and(|error| hadamard::notation::is_incomplete(&error))
}

/// Whether there is nothing but white space and comments.
fn is_blank(text: &str) -> bool {
    text.lines().all(|line| line.trim_start().is_empty() || line.trim_start().starts_with('#'))
}

fn unknown(command: &str) -> Failure {
    let names = COMMANDS.map(|(name, _, _)| name);
    let failure = Failure::usage("unknown-command", format!("there is no command `{command}`"));
    match hadamard::algebra::ops::similar(command, names.into_iter()).first() {
        Some(near) => failure.help(format!("did you mean {near}?")),
        None => failure.help(format!("the commands are {}", names.join(" "))),
    }
}

fn two<'a>(words: Option<(&'a str, &'a str)>, usage: &str) -> Result<(&'a str, &'a str), Failure> {
    match words.map(|(first, second)| (first.trim(), second.trim())) {
        None | Some(("", _) | (_, "")) => Err(Failure::usage("bad-command", format!("write it as  {usage}"))),
        Some(words) => Ok(words),
    }
}

fn types(session: &Session, text: &str, out: &mut dyn Write) -> Result<(), Failure> {
    let (program, names) = session.compile(text)?;
    for (output, name) in program.outputs().zip(names) {
        let name = name.map_or(String::new(), |name| format!("{name}: "));
        writeln!(out, "{name}{}", describe(output.dtype, output.shape))?;
    }
    Ok(())
}

/// The best and the median of as many runs as fit into a moment.
fn time(session: &Session, text: &str, out: &mut dyn Write) -> Result<(), Failure> {
    let (program, _) = session.compile(text)?;
    let begun = Instant::now();
    let mut times = Vec::new();
    while times.is_empty() || begun.elapsed() < LONG_ENOUGH {
        let start = Instant::now();
        session.run(&program)?;
        times.push(start.elapsed());
    }
    times.sort();
    let (best, median) = (times[0], times[times.len() / 2]);
    writeln!(out, "{best:.2?} best, {median:.2?} median of {} runs", times.len())?;
    Ok(())
}

fn help(out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "Write a formula to see its value; `D = A .* B` keeps it. Unfinished lines go on.\n")?;
    for (name, takes, what) in COMMANDS {
        writeln!(out, "  {:18} {what}", format!("{name} {takes}"))?;
    }
    writeln!(out, "\n`hadamard ops` lists the operations.")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_lines() {
        for text in ["A .*", "[1 2", "sum(A", "x = "] {
            assert!(is_incomplete(text), "{text}");
        }
        for text in ["", "# note", "A .* B", "A .* )", ":type A .*"] {
            assert!(!is_incomplete(text), "{text}");
        }
    }
}
