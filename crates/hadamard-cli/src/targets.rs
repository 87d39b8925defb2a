//! Which results of a formula go where, and how they are made to fit an image.

use crate::args::Clip;
use crate::failure::Failure;
use crate::operands;
use hadamard::algebra::ops::similar;
use hadamard::io::{Location, formats};
use hadamard::{Binding, DType, Env, Formula, Program};

/// A result and the place it goes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// The number of the statement that gives it.
    pub statement: usize,
    /// Where it goes.
    pub location: Location,
}

/// Reads the values of `-o`: `OUT` takes the last result, `NAME=OUT` the one of that name.
pub fn wanted(outputs: &[String], program: &Program) -> Result<Vec<Wanted>, Failure> {
    let names: Vec<Option<&str>> = program.outputs().map(|o| o.name).collect();
    let mut bare = false;
    let mut all = Vec::new();
    for text in outputs {
        let named = text.split_once('=').filter(|(name, _)| operands::is_name(name));
        let (statement, path) = match named {
            Some((name, path)) => match names.iter().position(|n| *n == Some(name)) {
                Some(statement) => (statement, path),
                None => return Err(no_result(name, text, &names)),
            },
            None if bare => {
                return Err(Failure::usage(
                    "output-twice",
                    "two outputs without a name would both take the last result",
                )
                .help("name the results in the formula and the outputs: 'D = …; s = …' -o D=d.npy -o s=s.npy"));
            }
            None => {
                bare = true;
                (names.len() - 1, text.as_str())
            }
        };
        if path.is_empty() {
            return Err(Failure::usage("bad-output", format!("`-o {text}` names no file")));
        }
        all.push(Wanted { statement, location: Location::parse(path) });
    }
    Ok(all)
}

/// The results that are sparse and go only to files that hold sparse matrices: Matrix Market, and `.npz` without a member.
pub fn sparse(program: &Program, wanted: &[Wanted], to: Option<&str>) -> Vec<usize> {
    let holds = |wanted: &Wanted| {
        let name = wanted.location.path.to_string_lossy();
        let format = match to {
            Some(to) => formats::by_name(to).map(|(format, _)| format),
            None => formats::by_file_name(&name).map(|(format, _)| format),
        };
        wanted.location.member.is_none() && format.and_then(|f| f.write).is_some_and(|w| w.sparse.is_some())
    };
    let asked = |statement: &usize| {
        let mut outputs = wanted.iter().filter(|w| w.statement == *statement).peekable();
        outputs.peek().is_some() && outputs.all(holds)
    };
    (0..program.places().len()).filter(|&k| program.places()[k].is_some()).filter(asked).collect()
}

fn no_result(name: &str, text: &str, names: &[Option<&str>]) -> Failure {
    let failure = Failure::usage("no-such-result", format!("`-o {text}`: the formula has no result named `{name}`"));
    let known: Vec<&str> = names.iter().flatten().copied().collect();
    match (similar(name, known.iter().copied())[..].first(), &known[..]) {
        (Some(near), _) => failure.help(format!("did you mean `{near}`?")),
        (None, []) => failure.help(format!("no result has a name: write '{name} = …' in the formula")),
        (None, known) => failure.help(format!("the results are {}", known.join(", "))),
    }
}

/// The formula with the results that go to images rounded and clamped to what an image holds; nothing else changes.
///
/// A result without a name is wrapped where it stands; one with a name may be used by later statements, so its
/// clipped form is a statement of its own.
pub fn clip(
    clip: Clip,
    text: &str,
    formula: &Formula,
    program: &Program,
    env: &Env,
    to: Option<&str>,
    wanted: &mut [Wanted],
) -> Result<String, Failure> {
    let dtype = clip.dtype().unwrap_or_else(|| sample(env));
    let most = if dtype == DType::U16 { u16::MAX } else { u8::MAX.into() };
    let mut text = text.to_owned();
    let mut added = formula.statements.len();
    let results: Vec<DType> = program.outputs().map(|o| o.dtype).collect();
    if !wanted.iter().any(|w| is_image(&w.location, to)) {
        let message = "--clip rounds and clamps results for images, but no output is one";
        return Err(Failure::usage("clip-needs-image", message)
            .help(format!("leave --clip out, or write the rounding yourself: {dtype}.(clamp(round.(…), 0, {most}))")));
    }
    for wanted in wanted.iter_mut().filter(|w| is_image(&w.location, to)) {
        let from = results[wanted.statement];
        if !(from.is_float() || from.is_int()) || matches!(from, DType::U8 | DType::U16) && clip.dtype().is_none() {
            continue; // fits already, or the format will say why it cannot hold it
        }
        let statement = &formula.statements[wanted.statement];
        match &statement.name {
            Some((name, _)) => {
                // On a line of its own: the last one may end with a comment.
                text += &format!("\n{dtype}.(clamp(round.({name}), 0, {most}))");
                wanted.statement = added;
                added += 1;
            }
            None => {
                // Only the last statement can be wanted without a name, so no other place moves.
                let span = statement.expr.span;
                let expr = &text[span.start..span.end];
                text =
                    format!("{}{dtype}.(clamp(round.({expr}), 0, {most})){}", &text[..span.start], &text[span.end..]);
            }
        }
    }
    Ok(text)
}

/// What a clipped result still cannot be is NaN; the usual advice on overflow does not help there.
pub fn unclippable(failure: Failure) -> Failure {
    let is_clip = |text: &str| ["u8.(clamp(round.(", "u16.(clamp(round.("].iter().any(|clip| text.starts_with(clip));
    match failure {
        Failure::Numbers { text, mut diagnostic } if text.get(diagnostic.span.start..).is_some_and(is_clip) => {
            diagnostic.help =
                vec!["an image has no place for NaN: replace it first, as in `where(isnan.(x), 0, x)`".into()];
            Failure::Numbers { text, diagnostic }
        }
        other => other,
    }
}

/// The sample dtype of images made from these operands: 16 bits if one of them has it.
fn sample(env: &Env) -> DType {
    let is_u16 = |binding: &Binding| matches!(binding, Binding::Array { dtype: DType::U16, .. });
    if env.iter().any(|(_, binding)| is_u16(binding)) { DType::U16 } else { DType::U8 }
}

fn is_image(location: &Location, to: Option<&str>) -> bool {
    let name = location.path.to_string_lossy();
    let format = match to {
        Some(to) => formats::by_name(to).map(|(format, _)| format),
        None => formats::by_file_name(&name).map(|(format, _)| format),
    };
    format.is_some_and(|format| ["png", "tiff"].contains(&format.name))
}
