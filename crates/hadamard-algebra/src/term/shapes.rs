//! How many axes the names of a statement have where that is not declared: the likeliest choice under which every
//! operation has a meaning.

use super::problem::{Declared, ProblemError};
use crate::{Claim, Expr, ExprKind, Form, Formula, Op, Property, Statement};
use std::collections::HashMap;

/// A factor of a declared size.
#[derive(Clone, Debug, PartialEq)]
pub enum Size {
    /// A number.
    Number(u64),
    /// A symbol.
    Symbol(String),
}

/// The number of axes of each name that has no declared shape.
pub(super) type Axes = HashMap<String, usize>;

/// Choices that are tried before giving up.
const TRIES: usize = 2000;
/// What an axis forced to length 1 costs, beside choices that are not the first of a name: less than the second
/// change of mind about a name, more than the first.
const FORCED: u32 = 2;

/// Tries choices in the order of what they cost; `attempt` gives a result with the number of axes it forced to 1.
/// The error is that of the first choice.
pub(super) fn search<T>(
    claim: &Claim,
    declared: &[Declared],
    givens: &[(Property, Expr)],
    mut attempt: impl FnMut(&Axes) -> Result<(T, u32), ProblemError>,
) -> Result<T, ProblemError> {
    let names = undeclared(claim, declared, givens);
    let mut best: Option<(u32, T)> = None;
    let mut first_error = None;
    let mut tries = 0;
    let many: Vec<usize> = names.iter().map(|n| preference(n).len()).collect();
    let highest = many.iter().map(|&m| COSTS[m - 1]).sum::<u32>();
    'costs: for cost in 0..=highest {
        if best.as_ref().is_some_and(|(b, _)| *b <= cost) {
            break;
        }
        for choice in choices(&many, cost) {
            tries += 1;
            if tries > TRIES {
                break 'costs;
            }
            let axes = names.iter().zip(&choice).map(|(n, &c)| (n.clone(), preference(n)[c])).collect();
            match attempt(&axes) {
                Ok((result, ones)) => {
                    let total = cost + FORCED * ones;
                    if best.as_ref().is_none_or(|(b, _)| total < *b) {
                        best = Some((total, result));
                    }
                }
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
    }
    match (best, first_error) {
        (Some((_, result)), _) => Ok(result),
        (None, Some(error)) => Err(error),
        (None, None) => unreachable!("the first choice is always tried"),
    }
}

/// Numbers of axes, the likeliest first. A capital letter is never a number.
fn preference(name: &str) -> &'static [usize] {
    if name.starts_with(char::is_uppercase) { &[2, 1] } else { &[1, 0, 2] }
}

/// What the second and the third choice of a name cost.
const COSTS: [u32; 3] = [0, 1, 3];

/// Every choice among `many[k]` for name k that costs exactly so much.
fn choices(many: &[usize], cost: u32) -> Vec<Vec<usize>> {
    let Some((&first, rest)) = many.split_first() else {
        return if cost == 0 { vec![Vec::new()] } else { Vec::new() };
    };
    let mut all = Vec::new();
    for (choice, &own) in COSTS[..first].iter().enumerate() {
        if own > cost || all.len() > TRIES {
            break;
        }
        all.extend(choices(rest, cost - own).into_iter().map(|rest| [&[choice], &rest[..]].concat()));
    }
    all
}

fn undeclared(claim: &Claim, declared: &[Declared], givens: &[(Property, Expr)]) -> Vec<String> {
    let sides = claim.sides.iter().map(|side| Statement { name: None, expr: side.clone() });
    let formula = Formula { statements: claim.definitions.iter().cloned().chain(sides).collect() };
    let mut names: Vec<String> = formula.free_names().into_iter().map(str::to_owned).collect();
    let (mut sizes, mut defined): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for statement in &formula.statements {
        size_names(&statement.expr, &mut sizes);
        defined.extend(statement.name.as_ref().map(|(n, _)| n.as_str()));
    }
    for (_, expr) in givens {
        size_names(expr, &mut sizes);
        let mut stack = vec![expr];
        while let Some(expr) = stack.pop() {
            if let ExprKind::Name(name) = &expr.kind
                && !names.contains(name)
                && !defined.contains(&name.as_str())
            {
                names.push(name.clone());
            }
            stack.extend(expr.children());
        }
    }
    let symbols = declared.iter().flat_map(|d| d.shape.iter().flatten()).filter_map(|size| match size {
        Size::Symbol(name) => Some(name.as_str()),
        Size::Number(_) => None,
    });
    sizes.extend(symbols);
    names.retain(|n| !sizes.contains(&n.as_str()) && !declared.iter().any(|d| d.name == *n));
    names
}

/// The names in places of sizes.
fn size_names<'e>(expr: &'e Expr, found: &mut Vec<&'e str>) {
    let mut stack = vec![(expr, false)];
    while let Some((expr, in_size)) = stack.pop() {
        if let (ExprKind::Name(name), true) = (&expr.kind, in_size) {
            found.push(name);
        }
        let in_size = in_size || matches!(&expr.kind, ExprKind::Call { op: Op::Form(form), .. } if takes_sizes(*form));
        // Block products take sizes after their matrices.
        let blocks =
            matches!(&expr.kind, ExprKind::Call { op: Op::Form(Form::BlockFaceSplit | Form::BlockKhatriRao), .. });
        let children = expr.children().into_iter().enumerate();
        stack.extend(children.map(|(k, child)| (child, in_size || blocks && k >= 2)));
    }
}

/// Whether every argument of the operation is a size.
pub(super) fn takes_sizes(form: Form) -> bool {
    matches!(form, Form::J | Form::Ones | Form::I | Form::Commutation)
}
