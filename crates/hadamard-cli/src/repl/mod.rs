//! `hadamard repl`: formulas one after the other, results kept under their names.
//!
//! On a terminal there is a prompt, history, completion and continuation lines; otherwise lines are read as they come
//! and the first error ends the session.

mod commands;
mod helper;
mod session;

use crate::args::Repl;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::print::{Digits, Look};
use crate::render;
use crate::signals;
use helper::Helper;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Config, Editor};
use session::Session;
use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

/// What a line led to.
enum After {
    Go,
    Quit,
}

/// Runs until the end of the input or `:quit`.
pub fn run(args: &Repl, columns: Option<usize>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let look = Look { digits: args.precision.map_or(Digits::DEFAULT, Digits::Most), columns };
    let mut session = Session::new(args, look)?;
    if std::io::stdin().is_terminal() { interactive(&mut session, out) } else { plain(&mut session, out) }
}

fn interactive(session: &mut Session, out: &mut dyn Write) -> Result<Exit, Failure> {
    signals::survive();
    let failed = |e: ReadlineError| Failure::data("terminal-error", format!("the terminal cannot be used: {e}"));
    let config = Config::builder().auto_add_history(true).completion_type(rustyline::CompletionType::List).build();
    let mut editor: Editor<Helper, FileHistory> = Editor::with_config(config).map_err(failed)?;
    editor.set_helper(Some(Helper::default()));
    let history = history();
    if let Some(path) = &history {
        let _ = editor.load_history(path); // there is none the first time
    }
    writeln!(out, "hadamard {} · :help for help, :quit or Ctrl-D to leave", env!("CARGO_PKG_VERSION"))?;
    loop {
        out.flush()?;
        if let Some(helper) = editor.helper_mut() {
            helper.names = session.names();
        }
        let line = match editor.readline("> ") {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => continue, // Ctrl-C empties the line
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(failed(error)),
        };
        signals::begin();
        match commands::line(session, &line, out) {
            Ok(After::Go) => {}
            Ok(After::Quit) => break,
            Err(Failure::BrokenPipe) => return Err(Failure::BrokenPipe),
            Err(failure) => {
                out.flush()?;
                // A message that cannot be shown changes nothing about the session.
                let _ = writeln!(anstream::stderr(), "{}", render::text(&failure, render::COLUMNS));
            }
        }
    }
    if let Some(path) = &history {
        let _ = editor.save_history(path); // losing the history is no reason to fail
    }
    Ok(Exit::Ok)
}

fn plain(session: &mut Session, out: &mut dyn Write) -> Result<Exit, Failure> {
    let mut pending = String::new();
    for line in std::io::stdin().lock().lines() {
        pending += &line.map_err(|e| Failure::data("system-error", format!("reading standard input failed: {e}")))?;
        if commands::is_incomplete(&pending) {
            pending.push('\n');
            continue;
        }
        let line = std::mem::take(&mut pending);
        if let After::Quit = commands::line(session, &line, out)? {
            return Ok(Exit::Ok);
        }
    }
    if !pending.trim().is_empty() {
        commands::line(session, &pending, out)?; // says what is missing
    }
    Ok(Exit::Ok)
}

/// Where the history is kept: the user's folder for state.
fn history() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let home = || absolute("HOME").map(|home| home.join(".local").join("state"));
    let folder = absolute("XDG_STATE_HOME").or_else(|| absolute("LOCALAPPDATA")).or_else(home)?.join("hadamard");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}
