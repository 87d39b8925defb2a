//! Arguments of a call matched with the parameters of its row, and what the dot means.

use super::facts::one_of;
use super::maps::takes_arrays;
use super::{Arg, Checker};
use crate::ops::{Op, Row, Writing, similar};
use crate::{Diagnostic, Fold, Map, Span};

/// Where and how an operation was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) op: Op,
    pub(super) op_span: Span,
    pub(super) dotted: bool,
    pub(super) span: Span,
}

/// A named argument with its value.
pub(super) type Named<'n, 'e> = ((&'n str, Span), Arg<'e>);

impl Checker<'_> {
    /// One argument or none for each parameter of the row, in order.
    pub(super) fn bind<'e>(
        &self,
        call: &Call,
        args: &[Arg<'e>],
        named: &[Named<'_, 'e>],
    ) -> Result<Vec<Option<Arg<'e>>>, Diagnostic> {
        let row = call.op.row();
        if args.len() > row.params.len() {
            return Err(self.arity(call, args));
        }
        let mut bound: Vec<Option<Arg<'e>>> = args.iter().copied().map(Some).collect();
        bound.resize(row.params.len(), None);
        for ((name, span), arg) in named {
            let Some(position) = row.params.iter().position(|p| p == name) else {
                return Err(self.unknown_argument(row, name, *span));
            };
            if bound[position].is_some() {
                return Err(self.fail("repeated-argument", *span, format!("`{name}` is given twice")));
            }
            bound[position] = Some(*arg);
        }
        if bound[..row.required].iter().any(Option::is_none) {
            return Err(self.arity(call, args));
        }
        Ok(bound)
    }

    fn arity(&self, call: &Call, args: &[Arg<'_>]) -> Diagnostic {
        let (row, given) = (call.op.row(), args.len());
        let plural = if row.params.len() == 1 { "" } else { "s" };
        let takes = match row.params.len() {
            most if most == row.required => most.to_string(),
            most => format!("{} to {most}", row.required),
        };
        let message = format!("`{}` takes {takes} argument{plural}, {given} given", row.name);
        let error = self.fail("arity", call.span, message);
        match call.op {
            Op::Map(Map::Min | Map::Max) if given == 1 => {
                error.help(format!("without a dot it reduces: {}({})", row.name, self.words(&args[0])))
            }
            _ => error.help(signature(row)),
        }
    }

    fn unknown_argument(&self, row: &Row, name: &str, span: Span) -> Diagnostic {
        let error = self.fail("unknown-argument", span, format!("`{}` has no argument named `{name}`", row.name));
        match similar(name, row.params.iter().copied()).as_slice() {
            [] => error.help(signature(row)),
            close => error.help(format!("did you mean {}?", one_of(close))),
        }
    }

    /// An operation on whole arrays may be written as a sign, but not as a dotted call.
    pub(super) fn refuse_dot(&self, call: &Call, args: &[Arg<'_>]) -> Result<(), Diagnostic> {
        let row = call.op.row();
        let sign = self.text.get(call.op_span.start..call.op_span.end).is_some_and(|t| row.signs.contains(&t.trim()));
        let as_sign = row.writing != Writing::Call && (sign || self.text.is_empty());
        if !call.dotted || as_sign {
            return Ok(());
        }
        let given: Vec<String> = args.iter().map(|a| self.words(a)).collect();
        Err(self
            .fail("no-dot", call.span, format!("`{}` works on whole arrays, so it takes no dot", row.name))
            .help(format!("write {}({})", row.name, given.join(", "))))
    }

    /// Axes are named, so that `max(A, 0)` is not read as an axis by one and as a bound by another.
    pub(super) fn refuse_positional_axis(&self, fold: Fold, call: &Call, args: &[Arg<'_>]) -> Result<(), Diagnostic> {
        let [a, b] = args else { return Ok(()) };
        let (name, a, b) = (Op::Fold(fold).row().name, self.words(a), self.words(b));
        let entrywise = matches!(fold, Fold::Min | Fold::Max);
        let mut error =
            self.fail("axis-name", call.span, format!("`{name}` reduces one array; an axis is given by name"));
        if args[1].value.is_weak() {
            error = error.help(format!("to reduce over an axis: {name}({a}, axis={b})"));
        }
        if entrywise {
            error = error.help(format!("to compare entry by entry: {name}.({a}, {b})"));
        }
        Err(error)
    }
}

/// How an operation is called: `where(mask, a, b)`.
fn signature(row: &Row) -> String {
    let params: Vec<String> = row
        .params
        .iter()
        .enumerate()
        .map(|(i, p)| if i < row.required { p.to_string() } else { format!("{p}=…") })
        .collect();
    let dot = match row.op {
        Op::Map(map) if !takes_arrays(map) => ".",
        _ => "",
    };
    let call = format!("{}{dot}({})", row.name, params.join(", "));
    match (row.writing, row.signs.first()) {
        (Writing::Infix(_), Some(sign)) => {
            format!("it is written {} {sign} {}, or {call}", row.params[0], row.params[1])
        }
        _ => format!("it is called {call}"),
    }
}
