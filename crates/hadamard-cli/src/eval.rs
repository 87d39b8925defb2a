//! `hadamard eval`: check everything, open the outputs, run in one pass, finish the outputs or print.

use crate::args::{Cli, Eval};
use crate::dialect;
use crate::exit::Exit;
use crate::explain;
use crate::failure::Failure;
use crate::operands::Opened;
use crate::print::{self, Digits, Glance, Look};
use crate::progress::Progress;
use crate::signals;
use crate::sizes;
use crate::targets::{self, Wanted};
use clap::CommandFactory;
use hadamard::io::{Outputs, Pattern, Target, WriteOptions};
use hadamard::{Out, Program, Settings, Sink, Source, Watch};
use std::io::Write;

/// Evaluates a formula.
pub fn run(args: &Eval, columns: Option<usize>, out: &mut dyn Write) -> Result<Exit, Failure> {
    if args.notation.is_some() {
        return dialect::eval(args, columns, out);
    }
    let options = args.read.options(&args.running.limits);
    let formula = hadamard::parse(&args.formula).map_err(|d| Failure::formula(&args.formula, d))?;
    let opened = Opened::open(&args.operands, &options, args.dry_run).map_err(|f| misread(f, args))?;
    let rewriting = args.running.rewriting(&args.numbers);
    let mut program = opened.compile(&args.formula, &rewriting, &[])?;
    let mut wanted = targets::wanted(&args.output, &program)?;
    let sparse = targets::sparse(&program, &wanted, args.write.to.as_deref());
    if let Some(clip) = args.clip {
        let to = args.write.to.as_deref();
        let compile = |text: &str| opened.compile(text, &rewriting, &[]);
        program = compile(&targets::clip(clip, &args.formula, &formula, &program, &opened.env, to, &mut wanted)?)?;
    }
    if args.clip.is_none() && !sparse.is_empty() {
        program = opened.compile(&args.formula, &rewriting, &sparse)?;
    }
    let patterns = patterns(&program, &opened, &sparse)?;
    let policy = args.write.policy(opened.files.clone(), &args.running.limits);
    let outputs = Outputs::create(&targets(&program, &wanted, &args.write.options(&args.read), &patterns), &policy)?;
    if args.dry_run {
        drop(outputs);
        explain::print(&program, args.json, out)?;
        return Ok(Exit::Ok);
    }
    let settings = args.running.settings(&args.numbers);
    let watcher = Watcher(Progress::new(args.running.limits.quiet));
    let sources: Vec<&dyn Source> = opened.sources.iter().flatten().map(|s| &**s).collect();
    if wanted.is_empty() {
        drop(outputs);
        let printed = printed(&program);
        let mut glances = glances(&program, args.full || args.json, settings.max_memory)?;
        execute(&program, &sources, sinks(&mut glances), &settings, &watcher)?;
        drop(watcher);
        let results = Results { program: &program, glances: &glances, printed: &printed };
        if args.json { results.json(out) } else { results.text(args.digits(), columns.filter(|_| !args.full), out) }
    } else {
        let written = write(&program, &sources, outputs, &wanted, &settings, &watcher);
        if args.clip.is_some() { written.map_err(targets::unclippable) } else { written }?;
        Ok(Exit::Ok)
    }
}

/// A word that is no operand may be there because the subcommand was misspelt.
fn misread(failure: Failure, args: &Eval) -> Failure {
    let cli = Cli::command();
    let near = hadamard::algebra::ops::similar(&args.formula, cli.get_subcommands().map(|c| c.get_name()));
    match (&failure, near.first()) {
        (Failure::Usage(note), Some(near)) if note.code == "bad-operand" => {
            failure.help(format!("or did you mean `hadamard {near}`?"))
        }
        _ => failure,
    }
}

/// The outputs with the dtypes and shapes of their results.
fn targets(program: &Program, wanted: &[Wanted], options: &WriteOptions, patterns: &[(usize, Pattern)]) -> Vec<Target> {
    let results: Vec<_> = program.outputs().collect();
    let target = |wanted: &Wanted| {
        let result = &results[wanted.statement];
        let sparse = patterns.iter().find(|(statement, _)| *statement == wanted.statement).map(|(_, p)| p.clone());
        let options = WriteOptions { member: result.name.map(str::to_owned), sparse, ..options.clone() };
        Target { location: wanted.location.clone(), dtype: result.dtype, shape: result.shape.clone(), options }
    };
    wanted.iter().map(target).collect()
}

/// Where the values of the results stand that are written as sparse matrices. Without data there is nothing to write.
fn patterns(program: &Program, opened: &Opened, sparse: &[usize]) -> Result<Vec<(usize, Pattern)>, Failure> {
    let mut patterns = Vec::new();
    for &statement in sparse {
        let Some(places) = program.places()[statement] else { continue };
        let source = opened.sources.get(places.operand).and_then(Option::as_deref);
        if let Some(matrix) = source.map(Source::stored).transpose()?.flatten() {
            let of = std::sync::Arc::new(matrix.clone());
            patterns.push((statement, Pattern { of, transposed: places.transposed }));
        }
    }
    Ok(patterns)
}

/// Runs into the outputs; results that are not wanted go nowhere.
fn write(
    program: &Program,
    sources: &[&dyn Source],
    mut outputs: Outputs,
    wanted: &[Wanted],
    settings: &Settings,
    watcher: &Watcher,
) -> Result<(), Failure> {
    let count = program.outputs().count();
    let mut fans: Vec<Fan<'_>> = (0..count).map(|_| Fan(Vec::new())).collect();
    for (sink, wanted) in outputs.sinks().into_iter().zip(wanted) {
        fans[wanted.statement].0.push(sink);
    }
    execute(program, sources, fans.iter_mut().map(|fan| Out::Sink(fan)).collect(), settings, watcher)?;
    drop(fans);
    outputs.finish()?;
    Ok(())
}

/// One result for any number of outputs.
struct Fan<'a>(Vec<&'a mut dyn Sink>);

impl Sink for Fan<'_> {
    fn write(&mut self, window: &hadamard::array::Window, data: &[u8]) -> Result<(), hadamard::array::SourceError> {
        self.0.iter_mut().try_for_each(|sink| sink.write(window, data))
    }
}

/// What is kept of each result for printing: if it is everything, it must fit the memory allowed.
fn glances(program: &Program, full: bool, limit: Option<u64>) -> Result<Vec<Glance>, Failure> {
    let bytes = program.outputs().map(|o| Ok(o.shape.bytes(o.dtype)? as u64)).sum::<Result<u64, Failure>>()?;
    if let Some(limit) = limit.filter(|&limit| full && bytes > limit) {
        let (bytes, limit) = (sizes::human(bytes), sizes::human(limit));
        return Err(Failure::data(
            "too-large-for-memory",
            format!("printing everything needs {bytes}, more than {limit}"),
        )
        .help("raise --max-memory, or write the results to files with -o"));
    }
    program.outputs().map(|o| Ok(Glance::new(o.dtype, o.shape, full)?)).collect()
}

/// Glances as the engine takes them.
fn sinks(glances: &mut [Glance]) -> Vec<Out<'_>> {
    glances.iter_mut().map(|glance| Out::Sink(glance)).collect()
}

/// Runs a program.
pub fn execute(
    program: &Program,
    sources: &[&dyn Source],
    outs: Vec<Out<'_>>,
    settings: &Settings,
    watcher: &Watcher,
) -> Result<(), Failure> {
    program.execute(sources, outs, settings, watcher).map_err(|e| Failure::of(e, program.text()))
}

/// Which results are printed: every named one, and the last.
fn printed(program: &Program) -> Vec<usize> {
    let count = program.outputs().count();
    program.outputs().enumerate().filter(|(i, o)| o.name.is_some() || i + 1 == count).map(|(i, _)| i).collect()
}

struct Results<'a> {
    program: &'a Program,
    glances: &'a [Glance],
    printed: &'a [usize],
}

impl Results<'_> {
    /// A number alone needs no name and has all its digits: a script asks for it and gets it.
    fn text(&self, digits: Option<Digits>, columns: Option<usize>, out: &mut dyn Write) -> Result<Exit, Failure> {
        let names: Vec<Option<&str>> = self.program.outputs().map(|o| o.name).collect();
        for &i in self.printed {
            let alone = self.printed.len() == 1 && self.glances[i].shape().ndim() == 0;
            let name = if alone { None } else { names[i] };
            let usual = if alone { Digits::All } else { Digits::DEFAULT };
            let look = Look { digits: digits.unwrap_or(usual), columns };
            out.write_all(print::text(name, &self.glances[i], look).as_bytes())?;
        }
        Ok(Exit::Ok)
    }

    fn json(&self, out: &mut dyn Write) -> Result<Exit, Failure> {
        let names: Vec<Option<&str>> = self.program.outputs().map(|o| o.name).collect();
        write!(out, "{{\"results\":[")?;
        for (k, &i) in self.printed.iter().enumerate() {
            if k > 0 {
                write!(out, ",")?;
            }
            print::write_json(out, names[i], self.glances[i].values())?;
        }
        writeln!(out, "]}}")?;
        Ok(Exit::Ok)
    }
}

/// Shows the progress of a run and passes an interrupt on to it.
pub struct Watcher(pub Progress);

impl Watch for Watcher {
    fn progress(&self, done: u64, total: u64) {
        self.0.total(total);
        self.0.reach(done);
    }
    fn cancelled(&self) -> bool {
        signals::interrupted()
    }
}
