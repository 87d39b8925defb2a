//! What a session remembers: arrays and numbers by name, and how to evaluate with them.

use crate::args::Repl;
use crate::dialect;
use crate::eval::{Watcher, execute};
use crate::failure::Failure;
use crate::operands::{Opened, Operand};
use crate::print::{self, Glance, Look};
use crate::progress::Progress;
use hadamard::algebra::{Expr, ExprKind, Statement};
use hadamard::array::Sparse;
use hadamard::dialect::{self as notations, Operands, Spelled};
use hadamard::io::{Outputs, ReadOptions, Target, WriteOptions};
use hadamard::{Array, Binding, Env, Formula, Out, Program, Rewriting, Settings, Source};
use std::collections::BTreeMap;
use std::io::Write;

/// The state of a session.
pub struct Session {
    variables: BTreeMap<String, Variable>,
    /// Names that stand for expressions, with what was written for them.
    definitions: BTreeMap<String, (Expr, String)>,
    options: ReadOptions,
    settings: Settings,
    rewriting: Rewriting,
    look: Look,
    quiet: bool,
    /// The notation formulas are in, and the one they are written in too; none is hadamard's.
    notations: [Option<&'static Spelled>; 2],
}

/// A name's value, and where it came from.
struct Variable {
    binding: Binding,
    /// How many entries a sparse matrix stores.
    stored: Option<usize>,
    /// The data; none for a number.
    source: Option<Box<dyn Source>>,
}

impl Session {
    /// A session with the operands of the command line.
    pub fn new(args: &Repl, look: Look) -> Result<Session, Failure> {
        let mut session = Session {
            variables: BTreeMap::new(),
            definitions: BTreeMap::new(),
            options: args.read.options(&args.running.limits),
            settings: args.running.settings(&args.numbers),
            rewriting: args.running.rewriting(&args.numbers),
            look,
            quiet: args.running.limits.quiet,
            notations: [None; 2],
        };
        for operand in &args.operands {
            session.load(operand)?;
        }
        Ok(session)
    }

    /// Binds `NAME=VALUE` as on the command line.
    pub fn load(&mut self, text: &str) -> Result<(), Failure> {
        let name = Operand::parse(text)?.name;
        let opened = Opened::open(&[text.to_owned()], &self.options, false)?;
        if let Some((_, meaning)) = opened.definitions.into_iter().next() {
            if self.meaning(meaning.clone()).1.contains(&name) {
                return Err(Failure::usage(
                    "bad-operand",
                    format!("`{name}` cannot stand for an expression of itself"),
                )
                .help("give the expression another name"));
            }
            let written = text[text.find('=').map_or(0, |at| at + 1)..].trim().to_owned();
            self.variables.remove(&name);
            self.definitions.insert(name, (meaning, written));
            return Ok(());
        }
        let binding = opened.env.iter().next().map(|(_, binding)| binding.clone());
        let source = opened.sources.into_iter().next().flatten();
        if let Some(binding) = binding {
            let stored = source.as_deref().map(Source::stored).transpose()?.flatten().map(Sparse::count);
            self.bind(name, Variable { binding, stored, source });
        }
        Ok(())
    }

    fn bind(&mut self, name: String, variable: Variable) {
        self.definitions.remove(&name);
        self.variables.insert(name, variable);
    }

    /// An expression with the names in it that stand for expressions replaced, and all names that were in it on the way.
    fn meaning(&self, expr: Expr) -> (Expr, Vec<String>) {
        let mut formula = Formula { statements: vec![Statement { name: None, expr }] };
        let mut met = names_in(&formula.statements[0].expr);
        // No definition leads back to itself, so each round has names that no round before had.
        while let Some((name, (meaning, _))) =
            names_in(&formula.statements[0].expr).iter().find_map(|name| self.definitions.get_key_value(name))
        {
            hadamard::define(&mut formula, name, meaning);
            met.extend(names_in(meaning));
        }
        (formula.statements.remove(0).expr, met)
    }

    /// The names that have values.
    pub fn names(&self) -> Vec<String> {
        self.variables.keys().chain(self.definitions.keys()).cloned().collect()
    }

    /// Lists the names with their dtypes, shapes and origins.
    pub fn list(&self, out: &mut dyn Write) -> Result<(), Failure> {
        for (name, variable) in &self.variables {
            match &variable.binding {
                Binding::Number(number) => writeln!(out, "{name} = {number}")?,
                Binding::Array { dtype, shape, source } => {
                    let from = if source.is_empty() { String::new() } else { format!("  ({source})") };
                    writeln!(out, "{name}: {}{from}", print::describe(*dtype, shape))?;
                }
            }
        }
        for (name, (_, written)) in &self.definitions {
            writeln!(out, "{name} = {written}")?;
        }
        Ok(())
    }

    /// Compiles a formula for the variables it uses; gives the names its results shall have.
    ///
    /// `A = A .* 2` reads the old `A`, so for the check the result has no name and only the session knows it.
    pub fn compile(&self, text: &str) -> Result<(Program, Vec<Option<String>>), Failure> {
        let mut formula = hadamard::parse(text).map_err(|d| Failure::formula(text, d))?;
        let names: Vec<Option<String>> =
            formula.statements.iter().map(|s| s.name.as_ref().map(|(name, _)| name.clone())).collect();
        // Per statement, the names it reads, those that stand for expressions among them.
        let mut reads: Vec<Vec<String>> = Vec::new();
        for statement in &mut formula.statements {
            let (meaning, read) = self.meaning(statement.expr.clone());
            statement.expr = meaning;
            reads.push(read);
        }
        let mut env = Env::new();
        for name in self.names() {
            let assigned = names.iter().position(|n| n.as_ref() == Some(&name));
            let read = |range: &[Vec<String>]| range.iter().flatten().any(|n| *n == name);
            let needed = read(&reads[..assigned.map_or(reads.len(), |at| at + 1)]);
            if !needed {
                continue; // an old value at most
            }
            if let Some(at) = assigned {
                if read(&reads[at + 1..]) {
                    return Err(Failure::usage(
                        "reassigned-name",
                        format!("`{name}` would mean two values in one formula"),
                    )
                    .help("give the result another name, or write the statements on lines of their own"));
                }
                formula.statements[at].name = None;
            }
            if let Some(variable) = self.variables.get(&name) {
                env.insert(name.clone(), variable.binding.clone());
                if let Some(stored) = variable.stored {
                    env.sparse(name, stored);
                }
            }
        }
        let program = hadamard::compile_formula(formula, text, &env, &self.rewriting, &[])
            .map_err(|e| unbound(Failure::of(e, text)))?;
        Ok((program, names))
    }

    /// Reads formulas in a notation from now on.
    pub fn read_in(&mut self, name: &str) -> Result<(), Failure> {
        self.notations[0] = Some(dialect::notation(name)?).filter(|s| s.notation.name != "hadamard");
        Ok(())
    }

    /// Writes formulas in a notation too from now on.
    pub fn write_in(&mut self, name: &str) -> Result<(), Failure> {
        self.notations[1] = Some(dialect::notation(name)?).filter(|s| s.notation.name != "hadamard");
        Ok(())
    }

    /// A formula of another notation, or one that is to be written in another.
    fn foreign(&mut self, text: &str, out: &mut dyn Write) -> Result<bool, Failure> {
        let [from, to] = self.notations;
        let of = |d| Failure::formula(text, d);
        let formula = match notations::Formula::read(text, from.map_or_else(|| dialect::notation("hadamard"), Ok)?) {
            Err(error) if error.code == "empty-formula" => return Ok(true),
            read => read.map_err(of)?,
        };
        let mut operands = Operands::default();
        for (name, variable) in &self.variables {
            let value = match (&variable.binding, &variable.source) {
                (Binding::Number(number), _) => dialect::number(*number),
                (_, Some(source)) => dialect::whole(&**source)?,
                (Binding::Array { .. }, None) => continue,
            };
            let literal = matches!(variable.binding, Binding::Number(_));
            operands = operands.value(name, notations::Value::of_array(&value), literal);
        }
        if let Some(to) = to {
            match formula.translate(to, &operands) {
                Ok(translated) => writeln!(out, "{}: {}", to.notation.name, translated.text)?,
                Err(error) => writeln!(out, "{}: — {}", to.notation.name, error.message)?,
            }
        }
        if from.is_none() {
            return Ok(false);
        }
        for (name, value) in formula.evaluate(&operands).map_err(of)?.results {
            let array =
                value.to_array().ok_or_else(|| Failure::data("too-large", "the result does not fit in memory"))?;
            self.keep(name, array, out)?;
        }
        Ok(true)
    }

    /// Prints a result, and keeps it if it has a name.
    fn keep(&mut self, name: Option<String>, array: Array, out: &mut dyn Write) -> Result<(), Failure> {
        let glance = Glance::of(&array, false)?;
        out.write_all(print::text(name.as_deref(), &glance, self.look).as_bytes())?;
        if let Some(name) = name {
            let (dtype, shape) = (array.dtype(), array.shape().clone());
            let binding = Binding::Array { dtype, shape, source: String::new() };
            let source: Option<Box<dyn Source>> = Some(Box::new(hadamard::array::MemorySource(array)));
            self.bind(name, Variable { binding, stored: None, source });
        }
        Ok(())
    }

    /// Evaluates a formula: named results are kept, the others printed.
    pub fn evaluate(&mut self, text: &str, out: &mut dyn Write) -> Result<(), Failure> {
        if self.notations.iter().any(Option::is_some) && self.foreign(text, out)? {
            return Ok(());
        }
        let (program, names) = self.compile(text)?;
        for (name, array) in names.into_iter().zip(self.run(&program)?) {
            self.keep(name, array, out)?;
        }
        Ok(())
    }

    /// Runs a program compiled by this session.
    pub fn run(&self, program: &Program) -> Result<Vec<Array>, Failure> {
        let watcher = Watcher(Progress::new(self.quiet));
        let named = |name: Option<&str>| self.variables.get(name.unwrap_or_default()).and_then(|v| v.source.as_deref());
        let sources: Vec<&dyn Source> = program.operands().filter_map(|o| named(o.name)).collect();
        let mut results: Vec<Array> =
            program.outputs().map(|o| Array::zeros(o.dtype, o.shape.clone())).collect::<Result<_, _>>()?;
        let mut outs = Vec::new();
        for array in &mut results {
            outs.push(Out::Memory(array.bytes_mut()?));
        }
        execute(program, &sources, outs, &self.settings, &watcher)?;
        Ok(results)
    }

    /// Writes a variable, or the value of any expression, to a file.
    pub fn save(&self, expression: &str, location: &str) -> Result<(), Failure> {
        let (program, names) = self.compile(expression)?;
        let Some(array) = self.run(&program)?.pop() else { return Ok(()) };
        let location = hadamard::io::Location::parse(location);
        let (dtype, shape) = (array.dtype(), array.shape().clone());
        let member = names.last().and_then(|n| n.as_deref()).unwrap_or(expression);
        let options = WriteOptions {
            member: crate::operands::is_name(member).then(|| member.to_owned()),
            delimiter: self.options.delimiter,
            ..WriteOptions::default()
        };
        let target = Target { location, dtype, shape: shape.clone(), options };
        let mut outputs = Outputs::create(&[target], &Default::default()).map_err(|error| match error.code() {
            // A session has no --force to advise.
            "output-exists" => Failure::data("output-exists", error.to_string()).help("save it under another name"),
            _ => error.into(),
        })?;
        let window: Vec<_> = shape.iter().map(|&n| 0..n).collect();
        let view = array.view();
        for sink in outputs.sinks() {
            sink.write(&window, &view.bytes()[..shape.bytes(dtype)?])?;
        }
        outputs.finish()?;
        Ok(())
    }
}

/// In a session a name gets its value in another way than on the command line.
fn unbound(mut failure: Failure) -> Failure {
    if let Failure::Formula { diagnostic, .. } = &mut failure
        && diagnostic.code == "unknown-name"
    {
        diagnostic.help.retain(|help| !help.starts_with("give it a value"));
        diagnostic.help.push("`:load NAME FILE` binds a name to a file, `NAME = …` to a value".into());
    }
    failure
}

/// The names an expression reads.
fn names_in(expr: &Expr) -> Vec<String> {
    let (mut names, mut stack) = (Vec::new(), vec![expr]);
    while let Some(expr) = stack.pop() {
        if let ExprKind::Name(name) = &expr.kind {
            names.push(name.clone());
        }
        stack.extend(expr.children());
    }
    names
}
