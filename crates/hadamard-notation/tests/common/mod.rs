//! Helpers of the tests.

use hadamard_algebra::{Expr, ExprKind, Formula, Subscript, ops};

/// Prints every operation with signs in parentheses: an independent account of how a formula was grouped.
pub fn parenthesised(formula: &Formula) -> String {
    let statements = formula.statements.iter().map(|s| match &s.name {
        Some((name, _)) => format!("{name} = {}", full(&s.expr)),
        None => full(&s.expr),
    });
    statements.collect::<Vec<_>>().join("; ")
}

fn full(expr: &Expr) -> String {
    let join = |items: &[Expr], by: &str| items.iter().map(full).collect::<Vec<_>>().join(by);
    match &expr.kind {
        ExprKind::Number(value) => value.to_string(),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Matrix { rows, vector: true } => format!("[{}]", join(&rows[0], ", ")),
        ExprKind::Matrix { rows, vector: false } => {
            format!("[{}]", rows.iter().map(|row| join(row, " ")).collect::<Vec<_>>().join("; "))
        }
        ExprKind::Index { of, at } => {
            let part = |part: &Option<Expr>| part.as_ref().map(full).unwrap_or_default();
            let subscripts = at.iter().map(|s| match s {
                Subscript::At(at) => full(at),
                Subscript::Range { start, stop, step: None, .. } => format!("{}:{}", part(start), part(stop)),
                Subscript::Range { start, stop, step, .. } => format!("{}:{}:{}", part(start), part(stop), part(step)),
            });
            format!("{}[{}]", full(of), subscripts.collect::<Vec<_>>().join(", "))
        }
        ExprKind::Call { op, dotted, args, named, .. } => {
            let row = op.row();
            let by_sign = named.is_empty() && *dotted == matches!(op, hadamard_algebra::Op::Map(_));
            match (row.writing, args.as_slice()) {
                (ops::Writing::Infix(_), [a, b]) if by_sign => format!("({} {} {})", full(a), row.signs[0], full(b)),
                (ops::Writing::Infix(ops::Level::Compare), [a, b]) if named.is_empty() => {
                    format!("({} {} {})", full(a), &row.signs[0][1..], full(b))
                }
                (ops::Writing::Prefix, [a]) if by_sign => format!("({}{})", row.signs[0], full(a)),
                (ops::Writing::Postfix, [a]) if by_sign => format!("({}{})", full(a), row.signs[0]),
                _ => {
                    let named = named.iter().map(|(name, _, value)| format!("{name}={}", full(value)));
                    let all = args.iter().map(full).chain(named).collect::<Vec<_>>().join(", ");
                    format!("{}{}({all})", row.name, if *dotted { "." } else { "" })
                }
            }
        }
    }
}
