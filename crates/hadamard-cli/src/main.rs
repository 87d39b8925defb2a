//! The `hadamard` command: `main` → `run` → one match over the subcommands.

mod args;
mod check;
mod dialect;
mod diff;
mod eval;
mod exit;
mod explain;
mod failure;
mod info;
mod laws;
mod memory;
mod operands;
mod ops;
mod print;
mod progress;
mod properties;
mod prove;
mod render;
mod repl;
mod show;
mod signals;
mod sizes;
mod stats;
mod stream;
mod targets;
mod words;

use anstream::ColorChoice;
use args::{Cli, Command, When};
use clap::{CommandFactory, FromArgMatches};
use exit::Exit;
use failure::Failure;
use std::io::{BufWriter, IsTerminal, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(bug));
    signals::listen();
    let mut command = Cli::command();
    command.build();
    let words = words::normalise(std::env::args_os().collect(), &command);
    let parsed = Cli::command().try_get_matches_from(words).and_then(|m| Cli::from_arg_matches(&m));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return usage(&error).into(),
    };
    match cli.color {
        When::Auto => {}
        When::Always => ColorChoice::Always.write_global(),
        When::Never => ColorChoice::Never.write_global(),
    }
    let result = run(&cli);
    match result {
        Ok(exit) => exit,
        Err(failure) => report(&failure, cli.command.json()),
    }
    .into()
}

/// Runs a subcommand; standard output is flushed even if it fails half-way.
fn run(cli: &Cli) -> Result<Exit, Failure> {
    let stdout = anstream::AutoStream::auto(std::io::stdout());
    let colours = stdout.current_choice() != ColorChoice::Never;
    let mut out = BufWriter::new(stdout);
    let result = match &cli.command {
        Command::Eval(args) => eval::run(args, columns(), &mut out),
        Command::Explain(args) => explain::run(args, &mut out),
        Command::Translate(args) => dialect::translate(args, &mut out),
        Command::Notations(args) => dialect::notations(args, &mut out),
        Command::Prove(args) => prove::run(args, &mut out),
        Command::Properties(args) => properties::run(args, &mut out),
        Command::Laws(args) => laws::run(args, &mut out),
        Command::Check(args) => check::run(args, &mut out),
        Command::Ops(args) => ops::run(args, &mut out),
        Command::Info(args) => info::run(args, &mut out),
        Command::Show(args) => show::run(args, colours, columns(), &mut out),
        Command::Diff(args) => diff::run(args, &mut out),
        Command::Repl(args) => repl::run(args, columns(), &mut out),
        Command::Completions(args) => completions(args.shell, &mut out),
        Command::Man(args) => manual(args.command.as_deref(), &mut out),
    };
    out.flush()?;
    result
}

/// Width of the terminal, if standard output is one.
fn columns() -> Option<usize> {
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    width.filter(|_| std::io::stdout().is_terminal())
}

fn completions(shell: clap_complete::Shell, out: &mut dyn Write) -> Result<Exit, Failure> {
    // The generators panic if they cannot write; memory always takes it.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "hadamard", &mut script);
    out.write_all(&script)?;
    Ok(Exit::Ok)
}

fn manual(subcommand: Option<&str>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let mut command = Cli::command();
    command.build();
    if let Some(name) = subcommand {
        let found = command.find_subcommand(name).cloned();
        let names: Vec<&str> = command.get_subcommands().map(|c| c.get_name()).collect();
        let unknown = || {
            Failure::usage("unknown-command", format!("there is no subcommand `{name}`"))
                .help(format!("the subcommands are {}", names.join(", ")))
        };
        command = found.ok_or_else(unknown)?;
    }
    clap_mangen::Man::new(command).render(out)?;
    Ok(Exit::Ok)
}

/// A panic is always a mistake of ours, never the user's; the backtrace is there for those who ask for it.
fn bug(panic: &std::panic::PanicHookInfo<'_>) {
    let what = panic.payload_as_str().unwrap_or("something impossible happened");
    let place = panic.location().map_or(String::new(), |place| format!(" ({}:{})", place.file(), place.line()));
    let failure = Failure::data("internal-error", format!("{what}{place}"))
        .help("this is a bug of hadamard: please report it with the command that led to it");
    // There is nothing left to do if even this cannot be said.
    let _ = writeln!(anstream::stderr(), "{}", render::text(&failure, render::COLUMNS));
    if std::env::var_os("RUST_BACKTRACE").is_some_and(|v| v != "0") {
        let _ = writeln!(anstream::stderr(), "{}", std::backtrace::Backtrace::force_capture());
    }
}

/// Prints what clap has to say: help and version are no errors.
fn usage(error: &clap::Error) -> Exit {
    // If even that cannot be printed, the exit code still tells.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Ok }
}

/// Prints why a command failed, and says it in the exit code.
fn report(failure: &Failure, json: bool) -> Exit {
    let exit = failure.exit();
    // A reader that has gone away is no error of ours, and there is nobody left to tell.
    let _ = match failure {
        Failure::BrokenPipe => Ok(()),
        failure if json => writeln!(anstream::stdout(), "{:#}", render::json(failure)),
        failure => writeln!(anstream::stderr(), "{}", render::text(failure, render::COLUMNS)),
    };
    exit
}
