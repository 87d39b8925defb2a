//! Meanings in words, and what the same text means elsewhere.

use crate::meaning::elaborate::Typed;
use crate::meaning::mean::{Domain, Kind, Mean, Overflow, Zero};
use crate::op::F;
use crate::rules::Order;
use crate::translate::agree;
use crate::{Formula, Operands, Spelled, notations};
use hadamard_algebra::Diagnostic;

impl Formula {
    /// What each statement means, node by node, and what the same text means in the other notations.
    ///
    /// # Errors
    ///
    /// As for [`Formula::meaning`].
    pub fn explain(&self, text: &str, operands: &Operands) -> Result<String, Diagnostic> {
        let (meanings, warnings) = self.meaning(operands)?;
        let mut out = format!("In {}:\n", self.notation.notation.title);
        for (name, typed) in &meanings {
            if let Some(name) = name {
                out.push_str(&format!("{name} is\n"));
            }
            node(&mut out, &typed.mean, 1);
        }
        for (_, warning) in warnings {
            out.push_str(&format!("  {} warns: {warning}\n", self.notation.notation.title));
        }
        if let Some((_, last)) = meanings.last() {
            out.push_str(&self.elsewhere(text, operands, last));
        }
        Ok(out)
    }

    /// The same text in the other notations: where it means the same, something else, or nothing.
    fn elsewhere(&self, text: &str, operands: &Operands, here: &Typed) -> String {
        let (mut same, mut none) = (Vec::new(), Vec::new());
        let mut other: Vec<(String, Vec<&str>)> = Vec::new();
        for spelled in notations().iter().filter(|s| s.notation.name != self.notation.notation.name) {
            let title = spelled.notation.title;
            match last_meaning(text, spelled, operands) {
                Some(there) if agree(&here.mean, &there.mean, &mut Vec::new()) => same.push(title),
                Some(there) => {
                    let what = headline(&there.mean);
                    match other.iter_mut().find(|(known, _)| *known == what) {
                        Some((_, titles)) => titles.push(title),
                        None => other.push((what, vec![title])),
                    }
                }
                None => none.push(title),
            }
        }
        let mut out = "\nThe same text elsewhere:\n".to_owned();
        if !same.is_empty() {
            out.push_str(&format!("  the same in {}\n", same.join(", ")));
        }
        for (what, titles) in other {
            out.push_str(&format!("  {what} in {}\n", titles.join(", ")));
        }
        if !none.is_empty() {
            out.push_str(&format!("  an error or unread in {}\n", none.join(", ")));
        }
        out
    }
}

fn last_meaning(text: &str, spelled: &'static Spelled, operands: &Operands) -> Option<Typed> {
    let formula = Formula::read(text, spelled).ok()?;
    Some(formula.meaning(operands).ok()?.0.pop()?.1)
}

fn node(out: &mut String, mean: &Mean, depth: usize) {
    out.push_str(&"  ".repeat(depth));
    out.push_str(&headline(mean));
    out.push('\n');
    if depth < 40 {
        mean.children().into_iter().for_each(|child| node(out, child, depth + 1));
    }
}

fn shape(lengths: &[usize]) -> String {
    match lengths {
        [] => "a number".to_owned(),
        [n] => format!("{n} entries"),
        _ => lengths.iter().map(usize::to_string).collect::<Vec<_>>().join("×"),
    }
}

/// One line for a node: what is done, to what, and what is decided silently.
fn headline(mean: &Mean) -> String {
    let of = shape(&mean.shape);
    let what = match &mean.kind {
        Kind::Operand(name) => format!("{name}: {of}"),
        Kind::Constant(value) if value.shape.is_empty() => format!("the number {}", value.data[0]),
        Kind::Constant(_) => format!("a literal: {of}"),
        Kind::Map { f, args, .. } => map(mean, *f, args),
        Kind::Move(inner, _) if inner.shape.len() == 1 => "laid along the rows, as a row".to_owned(),
        Kind::Move(inner, _) if inner.shape.first() == Some(&1) => "the row as a column".to_owned(),
        Kind::Move(..) => "the transpose".to_owned(),
        Kind::Stretch(_) => format!("copies up to {of}"),
        Kind::Take(_, axis, picks) => {
            let missing = picks.iter().filter(|pick| pick.is_none()).count();
            format!("aligned by the labels of axis {axis}: {} places, {missing} of them without a value", picks.len())
        }
        Kind::Reshape(_, Order::Rows) => format!("the same entries, row by row, as {of}"),
        Kind::Reshape(_, Order::Columns) => format!("the same entries, column by column, as {of}"),
        Kind::Recycle(inner) => format!("the {} entries again and again, column by column, up to {of}", inner.size()),
        Kind::Product(a, b, _) => format!("the matrix product of {} and {}", shape(&a.shape), shape(&b.shape)),
        Kind::Power(_, n) => format!("the matrix power {n}"),
        Kind::Inverse(_) => "the inverse matrix".to_owned(),
        Kind::Kron(..) => format!("the Kronecker product: {of}"),
        Kind::KhatriRao(..) => format!("the column-wise Kronecker (Khatri–Rao) product: {of}"),
        Kind::FaceSplit(..) => format!("the row-wise Kronecker (face-splitting) product: {of}"),
        Kind::Diag(_) => "the diagonal matrix of".to_owned(),
        Kind::Diagonal(_) => "the diagonal of".to_owned(),
        Kind::Fold { fold, axes, of: inner, .. } => {
            let what = format!("{fold:?}").to_lowercase();
            match &axes[..] {
                _ if axes.len() == inner.shape.len() => format!("the {what} of all entries"),
                [0] => format!("the {what} of each column"),
                [1] => format!("the {what} of each row"),
                _ => format!("the {what} along axes {axes:?}"),
            }
        }
        Kind::Join(_, axis) => format!("put together along axis {axis}: {of}"),
        Kind::Whole(f, ..) => format!("one truth value: the {} of the arrays as wholes", f.words()),
    };
    format!("{what}{}", edges(mean))
}

fn map(mean: &Mean, f: F, args: &[Mean]) -> String {
    let of = shape(&mean.shape);
    let partial = args.iter().find(|arg| arg.shape != mean.shape && !arg.shape.is_empty());
    let how = match partial {
        _ if mean.shape.is_empty() => String::new(),
        Some(vector) if vector.len(0) == mean.len(0) && vector.len(1) == 1 && mean.shape.len() == 2 => {
            ", entry i of the vector with row i: rows are scaled".replace("rows are scaled", verb(f, "rows"))
        }
        Some(vector) if vector.len(0) == 1 && vector.len(1) == mean.len(1) => {
            ", entry j of the vector with column j: columns are scaled"
                .replace("columns are scaled", verb(f, "columns"))
        }
        Some(_) => ", axes of length 1 stretched".to_owned(),
        None if args.len() > 1 && args.iter().any(|arg| arg.shape.is_empty()) => {
            ", the number with every entry".to_owned()
        }
        None => ", entry by entry".to_owned(),
    };
    format!("the {} as {of} of {}{how}", f.words(), mean.elem)
}

fn verb(f: F, lines: &str) -> &'static str {
    match (f, lines) {
        (F::Mul | F::Div, "rows") => "rows are scaled",
        (F::Mul | F::Div, _) => "columns are scaled",
        (_, "rows") => "the same along a row",
        _ => "the same down a column",
    }
}

/// What the node does at its edges, where the system decides something of its own.
fn edges(mean: &Mean) -> String {
    let Kind::Map { edge, .. } = &mean.kind else { return String::new() };
    let mut notes = Vec::new();
    match edge.overflow {
        Overflow::Wrap => notes.push("what does not fit wraps around"),
        Overflow::Saturate => notes.push("what does not fit saturates"),
        Overflow::Missing => notes.push("what does not fit is NA"),
        Overflow::Promote => notes.push("what does not fit becomes a real"),
        Overflow::Refuse => notes.push("what does not fit is an error"),
        Overflow::Never => {}
    }
    match edge.zero {
        Zero::Ieee => {}
        Zero::Refuse => notes.push("zero divisors are errors"),
        Zero::Zero => notes.push("0/0 is 0"),
        Zero::One => notes.push("0/0 is 1"),
        Zero::Nothing => notes.push("division by zero gives 0"),
        Zero::Missing => notes.push("division by zero gives NA"),
        Zero::Largest => notes.push("division by zero gives the largest value"),
    }
    match edge.domain {
        Domain::Nan => {}
        Domain::Complex => notes.push("complex where no real value is"),
        Domain::Refuse => notes.push("an error where no real value is"),
    }
    if edge.strong_zero {
        notes.push("0 times infinity is 0");
    }
    if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) }
}
