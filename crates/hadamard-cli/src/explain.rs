//! `hadamard explain`: the checked formula, the loops that evaluate it, and what they cost.

use crate::args::Explain;
use crate::dialect;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::operands::Opened;
use crate::print::describe;
use crate::sizes;
use anstyle::Style;
use hadamard::Program;
use hadamard::algebra::{Graph, NodeId, NodeKind};
use hadamard::plan::Step;
use serde_json::{Value, json};
use std::io::Write;

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
    let program = hadamard::compile(&args.formula, &opened.env).map_err(|e| Failure::of(e, &args.formula))?;
    print(&program, args.json, out)?;
    Ok(Exit::Ok)
}

/// Prints what a program will do.
pub fn print(program: &Program, json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    if json {
        writeln!(out, "{:#}", to_json(program))?;
        return Ok(());
    }
    writeln!(out, "{TITLE}formula{TITLE:#}  {}\n", program.text().trim())?;
    tree(program, out)?;
    writeln!(out, "\n{TITLE}plan{TITLE:#}\n{}", program.explain())?;
    let cost = program.plan().cost();
    writeln!(out, "{TITLE}total{TITLE:#}")?;
    let bytes = |n: u128| sizes::human(u64::try_from(n).unwrap_or(u64::MAX));
    writeln!(out, "  flops       {}", cost.flops)?;
    writeln!(out, "  read        {}", bytes(cost.read))?;
    writeln!(out, "  written     {}", bytes(cost.written))?;
    writeln!(out, "  peak memory {} besides windows of files", bytes(program.plan().temporary_bytes()))?;
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
        NodeKind::Map(map) => hadamard::algebra::Op::Map(*map).spelling().into(),
        NodeKind::Fold(fold, axes) => {
            let name = hadamard::algebra::Op::Fold(*fold).spelling();
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
        NodeKind::Concat(axis) => format!("side by side along axis {axis}"),
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
        .map(|o| json!({"name": o.name, "dtype": o.dtype.name(), "shape": o.shape.to_vec()}))
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
                    "what": label(graph, dense.node),
                    "reads": dense.args.iter().map(|l| program.explain().slot_name(l.slot)).collect::<Vec<_>>(),
                    "writes": [program.explain().slot_name(dense.out)],
                }),
            };
            value["cost"] = cost(plan.step_cost(step));
            value
        })
        .collect();
    json!({
        "formula": program.text(),
        "operands": operands,
        "nodes": nodes,
        "results": results,
        "steps": steps,
        "cost": cost(plan.cost()),
        "temporary_bytes": size(plan.temporary_bytes()),
    })
}

/// Sizes beyond what JSON readers take as integers are given as floats.
fn size(n: u128) -> Value {
    u64::try_from(n).map_or_else(|_| json!(n as f64), |n| json!(n))
}
