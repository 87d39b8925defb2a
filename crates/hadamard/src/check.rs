//! Claims checked on data: `A .* B == B .* A`, `det(A) * det(B) <= det(A .* B)`, `psd(A .* B)`.
//!
//! A claim on floating-point data is seldom true to the last bit, and a fixed tolerance says nothing. So the residual is
//! judged against what rounding can have done: [`rounding`] bounds it for every entry of every side, from the formula and
//! the data. A difference below that bound proves nothing against the claim, one above it refutes it.
//!
//! ```
//! use hadamard::{Array, DType, Env, Settings, Unwatched};
//! let env = Env::new().array("A", DType::F64, [2, 2], "").array("B", DType::F64, [2, 2], "");
//! let test = hadamard::check::compile("det(A) * det(B) <= det(A .* B)", &env)?;
//! let a = Array::from_slice([2, 2], &[2.0, 1.0, 1.0, 2.0])?;
//! let b = Array::from_slice([2, 2], &[3.0, 1.0, 1.0, 1.0])?;
//! let report = test.run(&[&a.view(), &b.view()], &Settings::default(), &Unwatched)?;
//! assert!(report.verdict().holds());
//! # Ok::<(), hadamard::Error>(())
//! ```

mod compare;
mod matrix;
mod measure;
mod property;
mod report;
pub mod rounding;

pub use measure::{Measured, measure};
pub use report::{Fact, Part, Report, Verdict};

use crate::{Error, Program, Signature};
use compare::Side;
use hadamard_algebra::check::{Env, check};
use hadamard_algebra::{Claim, ClaimKind, Diagnostic, Formula, Relation, Statement};
use hadamard_array::{Array, Source};
use hadamard_engine::{Out, Settings, Watch};
use hadamard_plan::Rewriting;
use rounding::Bound;

/// A claim checked against its operands' names, dtypes and shapes, ready to be tested on data.
#[derive(Clone, Debug)]
pub struct Test {
    claim: Claim,
    /// The definitions, then the sides, then the bounds of the sides that have one.
    program: Program,
    /// One for each side.
    bounds: Vec<Bound>,
}

/// Checks a claim against its operands, and plans its sides with the bounds on their rounding.
///
/// # Errors
/// [`Error::Formula`] with the place and what to write instead.
pub fn compile(text: &str, env: &Env) -> Result<Test, Error> {
    let claim = hadamard_notation::parse_claim(text)?;
    let sides = claim.sides.iter().map(|side| Statement { name: None, expr: side.clone() });
    let formula = Formula { statements: claim.definitions.iter().cloned().chain(sides).collect() };
    let mut graph = check(&formula, text, env)?;
    graph.outputs.drain(..claim.definitions.len());
    let (graph, bounds) = rounding::bounds(graph);
    let test = Test { program: Program::new(text, formula, graph, &Rewriting::none(), &[]), claim, bounds };
    test.comparable()?;
    Ok(test)
}

impl Test {
    /// What computes the sides; its operands are those to be given.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The sides must have one shape, or be numbers; only real numbers have an order.
    fn comparable(&self) -> Result<(), Diagnostic> {
        let shown: Vec<Signature<'_>> = self.program.outputs().take(self.claim.sides.len()).collect();
        let sides = &self.claim.sides;
        let fact = |k: usize| {
            let words = self.words(sides[k].span);
            (sides[k].span, format!("{words}: {}{}", shown[k].dtype, shown[k].shape))
        };
        match &self.claim.kind {
            ClaimKind::Has(property, at) => {
                let shape = shown[0].shape;
                let square = shape.ndim() == 2 && shape[0] == shape[1];
                if property.is_of_square() && !square || shape.ndim() != 2 && property::of_matrix(*property) {
                    let kind = if property.is_of_square() { "square matrices" } else { "matrices" };
                    let (span, words) = fact(0);
                    let code = if shape.ndim() == 2 { "needs-square" } else { "needs-matrix" };
                    return Err(
                        Diagnostic::new(code, *at, format!("`{property}` is a property of {kind}")).label(span, words)
                    );
                }
            }
            ClaimKind::Chain(relations) => {
                for (k, (relation, at)) in relations.iter().enumerate() {
                    let (left, right) = (shown[k], shown[k + 1]);
                    let number = left.shape.ndim() == 0 || right.shape.ndim() == 0;
                    let mut error = None;
                    if left.shape != right.shape && !number {
                        let message = format!("the sides of `{relation}` have different shapes");
                        error = Some(Diagnostic::new("shape-mismatch", *at, message));
                    } else if *relation != Relation::Equal && (left.dtype.is_complex() || right.dtype.is_complex()) {
                        let message = format!("complex numbers have no order, so `{relation}` has no meaning");
                        let help = "compare real numbers: `real.(a) <= real.(b)`, `abs.(a) <= abs.(b)`";
                        error = Some(Diagnostic::new("not-ordered", *at, message).help(help));
                    }
                    if let Some(error) = error {
                        return Err([fact(k), fact(k + 1)].into_iter().fold(error, |e, (s, t)| e.label(s, t)));
                    }
                }
            }
        }
        Ok(())
    }

    fn words(&self, span: hadamard_algebra::Span) -> &str {
        self.program.text().get(span.start..span.end).unwrap_or_default()
    }

    /// Tests the claim. The sides are computed in memory.
    ///
    /// # Errors
    /// As [`Program::execute`].
    pub fn run(&self, sources: &[&dyn Source], settings: &Settings, watch: &dyn Watch) -> Result<Report, Error> {
        let mut results = self
            .program
            .outputs()
            .map(|o| Ok(Array::zeros(o.dtype, o.shape.clone())?))
            .collect::<Result<Vec<_>, Error>>()?;
        let outs = results.iter_mut().map(|r| Ok(Out::Memory(r.bytes_mut()?))).collect::<Result<Vec<_>, Error>>()?;
        self.program.execute(sources, outs, settings, watch)?;
        let mut bounds = results.split_off(self.claim.sides.len()).into_iter();
        let mut sides = Vec::new();
        for ((value, bound), expr) in results.into_iter().zip(&self.bounds).zip(&self.claim.sides) {
            let (error, untracked) = match bound {
                Bound::Exact => (None, None),
                Bound::Node(_) => (bounds.next(), None),
                Bound::Unknown(span) => (None, Some(self.words(*span).to_string())),
            };
            sides.push(Side { words: self.words(expr.span).to_string(), value, error, untracked });
        }
        let parts = match &self.claim.kind {
            ClaimKind::Chain(relations) => relations
                .iter()
                .enumerate()
                .map(|(k, (relation, _))| compare::compare(&sides[k], *relation, &sides[k + 1]))
                .collect::<Result<_, _>>()?,
            ClaimKind::Has(property, _) => vec![property::test(*property, &sides[0])?],
        };
        Ok(Report { parts })
    }
}
