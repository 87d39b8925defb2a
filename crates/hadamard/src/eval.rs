//! From text to results in one call.

use crate::{Error, Given, Operand, Program};
use hadamard_algebra::check::{Binding, Env, check};
use hadamard_algebra::expr::Subscript;
use hadamard_algebra::{Diagnostic, Expr, ExprKind, Formula, Span};
use hadamard_array::Array;
use hadamard_engine::Settings;
use hadamard_plan::Rewriting;
use std::cell::RefCell;
use std::rc::Rc;

/// Reads a formula in the native notation.
///
/// # Errors
/// The place and reason.
pub fn parse(text: &str) -> Result<Formula, Diagnostic> {
    hadamard_notation::parse(text)
}

/// Checks a formula against its operands' names, dtypes and shapes, and plans it, in another order of products and
/// sums than written where that is predicted to take less (see [`Rewriting`]).
///
/// # Errors
/// [`Error::Formula`] with the place, the operands' facts and what to write instead.
pub fn compile(text: &str, env: &Env) -> Result<Program, Error> {
    compile_with(text, env, &Rewriting::default())
}

/// [`compile`], and says whether and how the formula may be rewritten.
///
/// # Errors
/// As [`compile`].
pub fn compile_with(text: &str, env: &Env, rewriting: &Rewriting) -> Result<Program, Error> {
    compile_formula(parse(text)?, text, env, rewriting, &[])
}

/// [`compile_with`] of a formula that has been read from `text`, which is quoted in messages. Results whose numbers are in
/// `stored` are given as the values of their stored entries if they are sparse; their places are [`Program::places`].
///
/// # Errors
/// As [`compile`].
pub fn compile_formula(
    formula: Formula,
    text: &str,
    env: &Env,
    rewriting: &Rewriting,
    stored: &[usize],
) -> Result<Program, Error> {
    let graph = check(&formula, text, env)?;
    Ok(Program::new(text, formula, graph, rewriting, stored))
}

/// Puts an expression where a formula has a name: what the name is declared to be, such as `U * V.'` for a matrix of low
/// rank, stays a formula, so that it is planned with the rest. Its places are those of the name.
pub fn define(formula: &mut Formula, name: &str, meaning: &Expr) {
    let mut stack: Vec<&mut Expr> = formula.statements.iter_mut().map(|s| &mut s.expr).collect();
    while let Some(expr) = stack.pop() {
        match &mut expr.kind {
            ExprKind::Name(of) if of == name => {
                let span = expr.span;
                *expr = meaning.clone();
                place(expr, span);
            }
            _ => stack.extend(parts(expr)),
        }
    }
}

/// Gives an expression and all its parts one place.
fn place(expr: &mut Expr, span: Span) {
    let mut stack = vec![expr];
    while let Some(expr) = stack.pop() {
        expr.span = span;
        if let ExprKind::Call { op_span, .. } = &mut expr.kind {
            *op_span = span;
        }
        stack.extend(parts(expr));
    }
}

/// The subexpressions, to be changed.
fn parts(expr: &mut Expr) -> Vec<&mut Expr> {
    match &mut expr.kind {
        ExprKind::Number(_) | ExprKind::Name(_) => Vec::new(),
        ExprKind::Matrix { rows, .. } => rows.iter_mut().flatten().collect(),
        ExprKind::Call { args, named, .. } => args.iter_mut().chain(named.iter_mut().map(|(_, _, e)| e)).collect(),
        ExprKind::Index { of, at } => {
            let mut all = vec![&mut **of];
            for subscript in at {
                match subscript {
                    Subscript::At(e) => all.push(e),
                    Subscript::Range { start, stop, step, .. } => all.extend([start, stop, step].into_iter().flatten()),
                }
            }
            all
        }
    }
}

/// Evaluates a formula; gives the result of its last statement.
///
/// # Errors
/// As [`compile`] and [`Program::execute`].
pub fn eval(text: &str, operands: &[(&str, &dyn Operand)]) -> Result<Array, Error> {
    let mut results = eval_all(text, operands, &Settings::default())?;
    Ok(results.pop().expect("a formula has at least one statement").1)
}

/// Evaluates a formula; gives the name, if any, and result of each statement.
///
/// # Errors
/// As [`compile`] and [`Program::execute`].
pub fn eval_all(
    text: &str,
    operands: &[(&str, &dyn Operand)],
    settings: &Settings,
) -> Result<Vec<(Option<String>, Array)>, Error> {
    let mut env = Env::new();
    let mut arrays: Vec<(&str, Given<'_>)> = Vec::new();
    for (name, operand) in operands {
        let given = operand.given()?;
        let (dtype, shape) = match &given {
            Given::Number(number) => {
                env.insert(*name, Binding::Number(*number));
                continue;
            }
            Given::View(view) => (view.dtype(), view.shape().clone()),
            Given::Copy(array) => (array.dtype(), array.shape().clone()),
        };
        env.insert(*name, Binding::Array { dtype, shape, source: String::new() });
        arrays.push((name, given));
    }
    // Numbers become part of a program, and equal ones may differ (0 and −0): such programs are not looked up.
    let program = if arrays.len() == operands.len() { recent(text, env)? } else { Rc::new(compile(text, &env)?) };
    let mut views = Vec::new();
    for operand in program.operands() {
        let found = arrays.iter().find(|(name, _)| Some(*name) == operand.name).map(|(_, given)| given);
        views.push(match found {
            Some(Given::View(view)) => view.clone(),
            Some(Given::Copy(array)) => array.view(),
            Some(Given::Number(_)) | None => unreachable!("a program's operands are the arrays of its environment"),
        });
    }
    let results = program.run(&views, settings)?;
    let names: Vec<Option<String>> = program.outputs().map(|o| o.name.map(str::to_string)).collect();
    Ok(names.into_iter().zip(results).collect())
}

thread_local! {
    /// The programs that this thread evaluated last, the latest first, with what they were compiled for.
    static RECENT: RefCell<Vec<(Env, Rc<Program>)>> = const { RefCell::new(Vec::new()) };
}
/// Programs a thread remembers.
const REMEMBERED: usize = 16;

/// [`compile`], or what it gave before for the same text and operands.
fn recent(text: &str, env: Env) -> Result<Rc<Program>, Error> {
    let known = RECENT.with_borrow_mut(|recent| {
        let at = recent.iter().position(|(of, program)| program.text() == text && *of == env)?;
        recent[..=at].rotate_right(1);
        Some(recent[0].1.clone())
    });
    if let Some(program) = known {
        return Ok(program);
    }
    let program = Rc::new(compile(text, &env)?);
    RECENT.with_borrow_mut(|recent| {
        recent.truncate(REMEMBERED - 1);
        recent.insert(0, (env, program.clone()));
    });
    Ok(program)
}
