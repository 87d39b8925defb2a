//! What every test of the check needs: operands of every kind, and a formula's graph or error.
#![allow(dead_code, reason = "each test file uses its own part")]

use hadamard_algebra::{Diagnostic, Env, Graph, Node, Number, check};
use hadamard_array::DType::*;

/// The operands of `env` that the formula reads, so that none is unused.
pub fn try_check(text: &str, env: &Env) -> Result<Graph, Diagnostic> {
    let formula = hadamard_notation::parse(text).unwrap_or_else(|e| panic!("`{text}` does not parse: {e}"));
    let names = formula.free_names();
    let mut read = Env::new();
    for (name, binding) in env.iter().filter(|(name, _)| names.contains(name)) {
        read.insert(name, binding.clone());
    }
    check(&formula, text, &read)
}

pub fn graph_in(text: &str, env: &Env) -> Graph {
    try_check(text, env).unwrap_or_else(|e| panic!("`{text}`: {e}"))
}

pub fn graph(text: &str) -> Graph {
    graph_in(text, &operands())
}

pub fn error(text: &str) -> Diagnostic {
    match try_check(text, &operands()) {
        Ok(graph) => panic!("`{text}` was accepted:\n{graph}"),
        Err(error) => error,
    }
}

/// The node of the last result.
pub fn result(graph: &Graph) -> &Node {
    graph.node(graph.outputs.last().expect("at least one result").node)
}

/// `f64[3, 4]` of the last result.
pub fn type_of(text: &str) -> String {
    let graph = graph(text);
    let node = result(&graph);
    format!("{}{}", node.dtype, node.shape)
}

/// Upper case: matrices; lower case: vectors, scalars, and one image.
pub fn operands() -> Env {
    Env::new()
        .array("A", F64, [3, 4], "a.npy")
        .array("B", F64, [4, 5], "b.npy")
        .array("C", F64, [3, 4], "c.npy")
        .array("S", F64, [4, 4], "s.npy")
        .array("F", F32, [3, 4], "f.npy")
        .array("H", F16, [3, 4], "h.npy")
        .array("G", BF16, [3, 4], "g.npy")
        .array("K", I64, [3, 4], "k.npy")
        .array("N", I32, [4, 4], "n.npy")
        .array("P", U64, [3, 4], "p.npy")
        .array("U", U8, [3, 4], "u.npy")
        .array("M", Bool, [3, 4], "m.npy")
        .array("L", Bool, [3, 4], "l.npy")
        .array("Z", C64, [3, 4], "z.npy")
        .array("E", F64, [0, 4], "e.npy")
        .array("x", F64, [3], "x.npy")
        .array("y", F64, [4], "y.npy")
        .array("v", F64, [3], "v.npy")
        .array("s", F64, [], "s0.npy")
        .array("img", U8, [2, 3, 3], "img.png")
        .number("k", Number::Float(2.5))
        .number("n", Number::Int(2))
}
