//! Helpers of the tests.

use hadamard_algebra::{Expr, ExprKind, Formula, Span, Subscript};

/// The same formula with every place at 0.
pub fn without_spans(mut formula: Formula) -> Formula {
    for statement in &mut formula.statements {
        if let Some((_, span)) = &mut statement.name {
            *span = Span::default();
        }
        strip(&mut statement.expr);
    }
    formula
}

fn strip(expr: &mut Expr) {
    expr.span = Span::default();
    match &mut expr.kind {
        ExprKind::Number(_) | ExprKind::Name(_) => {}
        ExprKind::Matrix { rows, .. } => rows.iter_mut().flatten().for_each(strip),
        ExprKind::Call { op_span, args, named, .. } => {
            *op_span = Span::default();
            args.iter_mut().for_each(strip);
            for (_, span, value) in named {
                *span = Span::default();
                strip(value);
            }
        }
        ExprKind::Index { of, at } => {
            strip(of);
            for subscript in at {
                match subscript {
                    Subscript::At(at) => strip(at),
                    Subscript::Range { start, stop, step, span } => {
                        *span = Span::default();
                        [start, stop, step].into_iter().flatten().for_each(strip);
                    }
                }
            }
        }
    }
}
