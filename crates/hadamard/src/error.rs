//! Everything that can go wrong, with its place in the formula where it has one.

use crate::Program;
use hadamard_algebra::{Diagnostic, Graph, Map, Node, NodeId, NodeKind};
use hadamard_array::ArrayError;
use hadamard_engine::RunError;
use hadamard_engine::fault::Fault;

/// Why a formula could not be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The formula is wrong for its operands; nothing was read. Also: an entry has no value (overflow, a zero
    /// divisor), which is a fact about the data but has its place in the formula.
    #[error("{0}")]
    Formula(Box<Diagnostic>),
    /// An entry has no value under the policy: found while running.
    #[error("{0}")]
    Entry(Box<Diagnostic>),
    /// The run stopped for a reason outside the formula.
    #[error(transparent)]
    Run(RunError),
    /// An array is not what it was said to be.
    #[error(transparent)]
    Array(#[from] ArrayError),
    /// The operands handed over are not those the program was compiled for.
    #[error("operand `{name}` was compiled as {compiled} and is now {given}")]
    Operand {
        /// Its name.
        name: String,
        /// Dtype and shape at compilation.
        compiled: String,
        /// Dtype and shape handed over.
        given: String,
    },
    /// A sparse operand could not be read.
    #[error("operand `{name}`: {error}")]
    Source {
        /// Its name.
        name: String,
        /// What its owner says.
        error: hadamard_array::SourceError,
    },
    /// The wrong number of operands or results was handed over.
    #[error("the program has {needed} {what}, {given} were given")]
    Number {
        /// `operands` or `results`.
        what: &'static str,
        /// How many the program has.
        needed: usize,
        /// How many were handed over.
        given: usize,
    },
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Error {
        Error::Formula(Box::new(diagnostic))
    }
}

impl Error {
    /// Stable kebab-case code.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Formula(d) | Error::Entry(d) => d.code,
            Error::Run(e) => e.code(),
            Error::Array(_) => "bad-array",
            Error::Operand { .. } => "operand-changed",
            Error::Source { .. } => "operand-unreadable",
            Error::Number { .. } => "wrong-number",
        }
    }

    /// An error of a run, with its place in the program's formula.
    pub(crate) fn of_run(error: RunError, program: &Program) -> Error {
        let RunError::Fault { fault, node, position } = error else { return Error::Run(error) };
        let (id, position) = shown(program.planned(), node, position);
        let node = program.planned().node(id);
        let written = program.text().get(node.span.start..node.span.end).unwrap_or_default();
        let stored = program.sparse().is_some_and(|s| s.stored) && {
            let as_written = program.graph().nodes.iter().filter(|n| n.span == node.span);
            position.len() == 1
                && as_written.clone().count() > 0
                && as_written.into_iter().all(|n| n.shape != node.shape)
        };
        let place = match position.len() {
            0 => String::new(),
            1 if stored => format!(" at stored entry {}", position[0]),
            _ => format!(" at {position:?}"),
        };
        let facts = format!("{}{}", node.dtype, node.shape);
        let diagnostic = match fault {
            Fault::Overflow => {
                let help = match (&node.kind, node.dtype.int_range()) {
                    (NodeKind::Map(Map::Cast(to)), Some((low, high))) => {
                        format!(
                            "{to} holds {low} to {high} and no NaN: replace what lies outside first, as with `clamp`"
                        )
                    }
                    _ => wider(node.dtype),
                };
                Diagnostic::new(fault.code(), node.span, format!("`{written}` does not fit {}{place}", node.dtype))
                    .help(help)
                    .help("or choose `--overflow wrap` (keep the low bits) or `--overflow saturate` (nearest value)")
            }
            Fault::ZeroDivisor => {
                let zero =
                    Diagnostic::new(fault.code(), node.span, format!("the divisor of `{written}` is zero{place}"));
                match node.kind {
                    NodeKind::Map(Map::Div | Map::Inverse) => zero.help(
                        "`safe_div(a, b, else)` gives another value there; `--zeros ieee` gives inf or nan in `./`",
                    ),
                    _ => zero.help("choose another value there: `where(b .!= 0, …, else)`"),
                }
            }
            Fault::NegativeExponent => Diagnostic::new(
                fault.code(),
                node.span,
                format!("`{written}` raises an integer to a negative power{place}"),
            )
            .help("convert the base: `f64.(a) .^ p`"),
            Fault::Empty => Diagnostic::new(fault.code(), node.span, format!("`{written}` reduces no entries{place}")),
            Fault::Singular => {
                Diagnostic::new(fault.code(), node.span, format!("`{written}` does not exist: the matrix is singular"))
                    .help("`rank(A)` says how far it is from full rank")
            }
            Fault::NotFinite => {
                Diagnostic::new(fault.code(), node.span, format!("`{written}` needs finite entries{place}"))
                    .help("replace them first: `where(isfinite.(A), A, 0)`")
            }
            Fault::NotHermitian => {
                Diagnostic::new(fault.code(), node.span, format!("`{written}` is of a Hermitian matrix{place}"))
                    .help("eigenvalues of any square matrix, as complex numbers: `eigvals(A)`")
            }
        };
        // The facts of the operands, where they stand apart from the whole; else of the whole.
        let mut labels = Vec::new();
        for arg in operands(program.planned(), id) {
            if arg.span != node.span && !labels.iter().any(|(span, _)| *span == arg.span) {
                let name = program.text().get(arg.span.start..arg.span.end).unwrap_or_default();
                labels.push((arg.span, format!("{name}: {}{}", arg.dtype, arg.shape)));
            }
        }
        if labels.is_empty() {
            labels.push((node.span, facts));
        }
        let labelled = labels.into_iter().fold(diagnostic, |d, (span, text)| d.label(span, text));
        Error::Entry(Box::new(labelled))
    }
}

/// The arguments of a node as they were written: conversions the checker put in are looked through.
fn operands(graph: &Graph, id: NodeId) -> impl Iterator<Item = &Node> {
    graph.node(id).args.iter().map(|&arg| {
        let node = graph.node(arg);
        match node.kind {
            NodeKind::Map(Map::Cast(_)) if graph.node(node.args[0]).span == node.span => graph.node(node.args[0]),
            _ => node,
        }
    })
}

/// Where an entry stands in the value that the formula shows: structured products are computed over more axes than
/// they have, products with vectors as matrices, and then reshaped.
fn shown(graph: &Graph, mut id: NodeId, mut position: Vec<usize>) -> (NodeId, Vec<usize>) {
    let reshaped = |id: NodeId| {
        let span = graph.node(id).span;
        graph.nodes.iter().position(|n| matches!(n.kind, NodeKind::Reshape) && n.args == [id] && n.span == span)
    };
    while let Some(next) = reshaped(id).filter(|_| position.len() == graph.node(id).shape.ndim()) {
        let at = graph.node(id).shape.iter().zip(&position).fold(0, |at, (&n, &i)| at * n + i);
        (id, position) = (next, graph.node(next).shape.unravel(at));
    }
    (id, position)
}

fn wider(dtype: hadamard_array::DType) -> String {
    use hadamard_array::DType::*;
    let to = match dtype {
        I8 => "i16",
        U8 => "u16",
        I16 => "i32",
        U16 => "u32",
        I32 => "i64",
        U32 => "u64",
        _ => "f64",
    };
    format!("convert an operand to a wider dtype: `{to}.(…)`")
}
