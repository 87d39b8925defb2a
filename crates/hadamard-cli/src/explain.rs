//! `hadamard explain`: the checked formula, the loops that evaluate it, and what they cost.

use crate::args::Explain;
use crate::dialect;
use crate::eval::Watcher;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::operands::Opened;
use crate::print::describe;
use crate::progress::Progress;
use crate::sizes;
use anstyle::Style;
use hadamard::algebra::laws::Class;
use hadamard::algebra::{Graph, NodeId, NodeKind, Op};
use hadamard::array::{SourceError, Window};
use hadamard::plan::{Cost, Machine, Step};
use hadamard::{Out, Program, Sink, Source, Watch};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const TITLE: Style = Style::new().bold();
/// Levels of the tree that are indented; deeper ones stay at that depth.
const DEEPEST: usize = 40;

/// Explains a formula for operands that are files, numbers, literals or mere shapes.
pub fn run(args: &Explain, out: &mut dyn Write) -> Result<Exit, Failure> {
    if let Some(notation) = &args.notation {
        return dialect::explain(args, notation, out);
    }
    let options = args.read.options(&args.running.limits);
    let opened = Opened::open(&args.operands, &options, true)?;
    let rewriting = args.running.rewriting(&args.numbers);
    let program = opened.compile(&args.formula, &rewriting, &[])?;
    if args.dot {
        write!(out, "{}", program.explain().dot())?;
        return Ok(Exit::Ok);
    }
    let profile = if args.profile { Some(profile(args, &program, &opened)?) } else { None };
    print(&program, args.json, out)?;
    if let Some(taken) = profile {
        profiled(&program, &taken, out)?;
    }
    Ok(Exit::Ok)
}

/// Measures each step of a run whose results go nowhere.
struct Stopwatch {
    watcher: Watcher,
    taken: Mutex<Vec<Duration>>,
}

impl Watch for Stopwatch {
    fn progress(&self, done: u64, total: u64) {
        self.watcher.progress(done, total);
    }
    fn cancelled(&self) -> bool {
        self.watcher.cancelled()
    }
    fn step(&self, _: usize, taken: Duration) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).push(taken);
    }
}

struct Nowhere;

impl Sink for Nowhere {
    fn write(&mut self, _: &Window, _: &[u8]) -> Result<(), SourceError> {
        Ok(())
    }
}

fn profile(args: &Explain, program: &Program, opened: &Opened) -> Result<Vec<Duration>, Failure> {
    let sources: Vec<&dyn Source> = opened.sources.iter().flatten().map(|s| &**s).collect();
    if sources.len() != program.operands().count() {
        return Err(Failure::usage("no-data", "only a formula whose operands have data can be profiled")
            .help("give files instead of shapes: A=a.npy"));
    }
    let watcher = Watcher(Progress::new(args.running.limits.quiet));
    let stopwatch = Stopwatch { watcher, taken: Mutex::new(Vec::new()) };
    let mut nowhere: Vec<Nowhere> = program.outputs().map(|_| Nowhere).collect();
    let outs = nowhere.iter_mut().map(|sink| Out::Sink(sink)).collect();
    let settings = args.running.settings(&args.numbers);
    program.execute(&sources, outs, &settings, &stopwatch).map_err(|e| Failure::of(e, program.text()))?;
    Ok(stopwatch.taken.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// What each step took, beside what the machine's rates allow.
fn profiled(program: &Program, taken: &[Duration], out: &mut dyn Write) -> Result<(), Failure> {
    let machine = Machine::default();
    writeln!(out, "\n{TITLE}measured{TITLE:#}")?;
    for (k, (step, taken)) in program.plan().steps.iter().zip(taken).enumerate() {
        let limit = Duration::from_nanos(machine.step_time(program.plan(), step) as u64);
        let percent = 100.0 * limit.as_secs_f64() / taken.as_secs_f64().max(1e-9);
        writeln!(out, "  step {}      {}, {percent:.0}% of the limit", k + 1, time(taken.as_secs_f64()))?;
    }
    let total: Duration = taken.iter().sum();
    writeln!(out, "  all         {}", time(total.as_secs_f64()))?;
    Ok(())
}

/// A time for people.
fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.1} µs", s * 1e6),
        s if s < 1.0 => format!("{:.1} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}

/// What is computed otherwise than written, by which laws.
fn rewritten(program: &Program, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "\n{TITLE}rewritten{TITLE:#}")?;
    for contraction in program.contractions() {
        let span = contraction.span;
        let words = program.text().get(span.start..span.end).unwrap_or_default();
        writeln!(out, "  {}: {} factors in another order", words.trim(), contraction.factors)?;
    }
    let laws = program.laws();
    if laws.is_empty() && !program.contractions().is_empty() {
        writeln!(out, "  by the sum-product normal form")?;
    }
    for law in laws {
        writeln!(out, "  by {}: {}", law.name, law.statement)?;
    }
    writeln!(
        out,
        "  {}: {}",
        program.class().word(),
        match program.class() {
            Class::Cancelling => "sums are multiplied out, and digits may cancel",
            _ => "results differ by the rounding of sums in another order",
        }
    )?;
    Ok(())
}

/// What becomes of sparse operands.
fn sparse(program: &Program, out: &mut dyn Write) -> Result<(), Failure> {
    let Some(sparse) = program.sparse() else { return Ok(()) };
    writeln!(out, "\n{TITLE}sparse{TITLE:#}")?;
    if !sparse.stored {
        writeln!(out, "  all entries are stored: taken for dense, which is predicted to take less time")?;
        return Ok(());
    }
    writeln!(out, "  only stored entries are worked on; what is not stored stays zero")?;
    for span in &sparse.densified {
        let words = program.text().get(span.start..span.end).unwrap_or_default();
        writeln!(out, "  made dense: {}", words.trim())?;
    }
    for (output, places) in program.planned().outputs.iter().zip(program.places()) {
        if let Some(places) = places {
            let of = &program.planned().operands[places.operand].name;
            let turned = if places.transposed { ", transposed" } else { "" };
            let name = output.name.as_deref().unwrap_or("the result");
            writeln!(out, "  {name} is sparse: entries at the places of {of}{turned}")?;
        }
    }
    Ok(())
}

/// Prints what a program will do.
pub fn print(program: &Program, json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    if json {
        writeln!(out, "{:#}", to_json(program))?;
        return Ok(());
    }
    writeln!(out, "{TITLE}formula{TITLE:#}  {}\n", program.text().trim())?;
    tree(program, out)?;
    sparse(program, out)?;
    if program.class() != Class::Exact {
        rewritten(program, out)?;
    }
    writeln!(out, "\n{TITLE}plan{TITLE:#}\n{}", program.explain())?;
    let cost = program.plan().cost();
    writeln!(out, "{TITLE}total{TITLE:#}")?;
    let bytes = |n: u128| sizes::human(u64::try_from(n).unwrap_or(u64::MAX));
    writeln!(out, "  flops       {}", cost.flops)?;
    writeln!(out, "  read        {}", bytes(cost.read))?;
    writeln!(out, "  written     {}", bytes(cost.written))?;
    writeln!(out, "  peak memory {} besides windows of files", bytes(program.plan().temporary_bytes()))?;
    if program.class() != Class::Exact {
        let (written, chosen) = program.predicted();
        let Cost { flops, read, written: stored } = written.cost;
        let (read, stored, kept) = (bytes(read), bytes(stored), bytes(written.temporary));
        writeln!(out, "  as written  flops {flops}, read {read}, written {stored}, peak memory {kept}")?;
        writeln!(
            out,
            "  expected    {} instead of {}: {:.3}× as fast",
            time(chosen.time * 1e-9),
            time(written.time * 1e-9),
            written.time / chosen.time
        )?;
    }
    Ok(())
}

/// The checked formula: every value with its dtype and shape, below what uses it.
fn tree(program: &Program, out: &mut dyn Write) -> Result<(), Failure> {
    let graph = program.graph();
    writeln!(out, "{TITLE}checked{TITLE:#}")?;
    let mut seen = vec![false; graph.nodes.len()];
    for output in &graph.outputs {
        if let Some(name) = &output.name {
            writeln!(out, "  {name} =")?;
        }
        let mut stack = vec![(output.node, 1 + usize::from(output.name.is_some()))];
        while let Some((id, depth)) = stack.pop() {
            let node = graph.node(id);
            let again = seen[id] && !node.args.is_empty();
            let note = if again { "  (as above)" } else { "" };
            let indent = "  ".repeat(depth.min(DEEPEST));
            writeln!(out, "{indent}{}: {}{note}", label(graph, id), describe(node.dtype, &node.shape))?;
            if !again {
                stack.extend(node.args.iter().rev().map(|&arg| (arg, depth + 1)));
            }
            seen[id] = true;
        }
    }
    Ok(())
}

/// What a node does, in a few words.
fn label(graph: &Graph, id: NodeId) -> String {
    let list = |axes: &[usize]| axes.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    match &graph.node(id).kind {
        NodeKind::Operand(k) => graph.operands[*k].name.clone(),
        NodeKind::Constant(value) => value.to_string(),
        NodeKind::Literal(_) => "literal".into(),
        NodeKind::Map(map) => Op::Map(*map).spelling().into(),
        NodeKind::Fold(fold, axes) => {
            let name = Op::Fold(*fold).spelling();
            match axes.len() {
                0 => name.into(),
                1 => format!("{name} over axis {}", list(axes)),
                _ => format!("{name} over axes {}", list(axes)),
            }
        }
        NodeKind::Permute(axes) if axes[..] == [1, 0] => "transpose".into(),
        NodeKind::Permute(axes) => format!("axes in order {}", list(axes)),
        NodeKind::Slice(_) => "slice".into(),
        NodeKind::Diagonal => "diagonal".into(),
        NodeKind::Reshape => "reshape".into(),
        NodeKind::Expand(axes) => format!("spread over axes {}", list(axes)),
        NodeKind::Identity => "identity".into(),
        NodeKind::MatMul => "matrix product".into(),
        NodeKind::Inv => "inv".into(),
        NodeKind::Det => "det".into(),
        NodeKind::Rank => "rank".into(),
        NodeKind::Spectrum(spectrum) => spectrum.name().into(),
        NodeKind::Scan(fold) => format!("running {}", Op::Fold(*fold).row().name),
        NodeKind::Concat(axis) => format!("side by side along axis {axis}"),
        NodeKind::Stored(k, part) => format!("{part:?} of {}", graph.operands[*k].name).to_lowercase(),
        NodeKind::Sparse(op) => op.words().into(),
    }
}

/// The same for programs.
fn to_json(program: &Program) -> Value {
    let (graph, plan) = (program.graph(), program.plan());
    let nodes: Vec<Value> = (0..graph.nodes.len())
        .map(|id| {
            let node = graph.node(id);
            json!({
                "id": id,
                "what": label(graph, id),
                "args": node.args,
                "dtype": node.dtype.name(),
                "shape": node.shape.to_vec(),
                "span": [node.span.start, node.span.end],
            })
        })
        .collect();
    let operands: Vec<Value> = graph
        .operands
        .iter()
        .map(|o| json!({"name": o.name, "dtype": o.dtype.name(), "shape": o.shape.to_vec(), "stored": o.stored}))
        .collect();
    let results: Vec<Value> = graph.outputs.iter().map(|o| json!({"name": o.name, "node": o.node})).collect();
    let cost =
        |c: hadamard::plan::Cost| json!({"flops": size(c.flops), "read": size(c.read), "written": size(c.written)});
    let steps: Vec<Value> = plan
        .steps
        .iter()
        .map(|step| {
            let mut value = match step {
                Step::Nest(nest) => json!({
                    "kind": "nest",
                    "space": nest.space.to_vec(),
                    "reads": nest.loads.iter().map(|l| program.explain().slot_name(l.slot)).collect::<Vec<_>>(),
                    "writes": nest.stores.iter().map(|s| program.explain().slot_name(s.slot)).collect::<Vec<_>>(),
                    "folds": nest.folds.iter().map(|f| program.explain().slot_name(f.slot)).collect::<Vec<_>>(),
                    "instructions": nest.body.len(),
                }),
                Step::Dense(dense) => json!({
                    "kind": "dense",
                    "what": label(program.planned(), dense.node),
                    "reads": dense.args.iter().map(|l| program.explain().slot_name(l.slot)).collect::<Vec<_>>(),
                    "writes": [program.explain().slot_name(dense.out)],
                }),
            };
            value["cost"] = cost(plan.step_cost(step));
            value
        })
        .collect();
    let (written, chosen) = program.predicted();
    let rewritten: Vec<Value> = program
        .contractions()
        .iter()
        .map(|c| json!({"span": [c.span.start, c.span.end], "factors": c.factors}))
        .collect();
    let laws: Vec<Value> =
        program.laws().iter().map(|law| json!({"name": law.name, "statement": law.statement})).collect();
    json!({
        "formula": program.text(),
        "operands": operands,
        "nodes": nodes,
        "results": results,
        "steps": steps,
        "cost": cost(plan.cost()),
        "temporary_bytes": size(plan.temporary_bytes()),
        "predicted_nanoseconds": chosen.time,
        "as_written": {
            "cost": cost(written.cost),
            "temporary_bytes": size(written.temporary),
            "predicted_nanoseconds": written.time,
        },
        "rewritten": rewritten,
        "laws": laws,
        "exactness": program.class().word(),
        "sparse": program.sparse().map(|s| json!({
            "stored": s.stored,
            "densified": s.densified.iter().map(|span| [span.start, span.end]).collect::<Vec<_>>(),
        })),
    })
}

/// Sizes beyond what JSON readers take as integers are given as floats.
fn size(n: u128) -> Value {
    u64::try_from(n).map_or_else(|_| json!(n as f64), |n| json!(n))
}
