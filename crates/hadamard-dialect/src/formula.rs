//! Formulas and their operands: what a user of this crate holds.

use crate::meaning::elaborate::{Elaborator, Facts, Typed};
use crate::meaning::evaluate::evaluate;
use crate::meaning::mean::stripped;
use crate::meaning::number::Met;
use crate::meaning::value::Value;
use crate::syntax::{parser, print};
use crate::tree::Tree;
use crate::{Elem, Spelled};
use hadamard_algebra::{Diagnostic, Span};
use hadamard_array::DType;
use std::collections::BTreeMap;

/// Operands by name: what is known of them, and their values where they are.
#[derive(Clone, Debug, Default)]
pub struct Operands {
    facts: BTreeMap<String, Facts>,
    values: BTreeMap<String, Value>,
}

impl Operands {
    /// With an operand of doubles of that shape.
    pub fn shape(self, name: &str, shape: &[usize]) -> Operands {
        self.facts(name, Facts { shape: shape.to_vec(), elem: DType::F64, literal: false, labels: Vec::new() })
    }
    /// With an operand of which that is known.
    pub fn facts(mut self, name: &str, facts: Facts) -> Operands {
        self.facts.insert(name.to_owned(), facts);
        self
    }
    /// With an operand of that value; `literal` says that it was written down as numbers.
    pub fn value(mut self, name: &str, value: Value, literal: bool) -> Operands {
        let elem = if let Elem::Of(dtype) = value.elem { dtype } else { DType::F64 };
        self.values.insert(name.to_owned(), Value { shape: stripped(value.shape.clone()), ..value.clone() });
        self.facts(name, Facts { shape: value.shape, elem, literal, labels: Vec::new() })
    }
    /// With labels along the axes of an operand that is there already.
    pub fn labels(mut self, name: &str, labels: Vec<Vec<crate::Label>>) -> Operands {
        if let Some(facts) = self.facts.get_mut(name) {
            facts.labels = labels;
        }
        self
    }
    /// What is known of an operand.
    pub fn get(&self, name: &str) -> Option<Facts> {
        self.facts.get(name).cloned()
    }
    /// The value of an operand.
    pub fn get_value(&self, name: &str) -> Option<Value> {
        self.values.get(name).cloned()
    }
    /// Number of entries of all operands.
    pub fn size(&self) -> usize {
        self.facts.values().map(|facts| facts.shape.iter().product::<usize>()).sum()
    }
    /// Names and what is known, in the order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Facts)> {
        self.facts.iter().map(|(name, facts)| (name.as_str(), facts))
    }
}

/// A statement: an expression, and the name of its result.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The name it is given.
    pub name: Option<String>,
    /// The expression.
    pub tree: Tree,
}

/// A formula in a notation.
#[derive(Clone, Debug)]
pub struct Formula {
    /// The notation it is written in.
    pub notation: &'static Spelled,
    /// Its statements, at least one.
    pub statements: Vec<Statement>,
}

/// What a formula is worth.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// Each result with its name; the shape has the axes of the system.
    pub results: Vec<(Option<String>, Value)>,
    /// The labels along the axes of each result (pandas).
    pub labels: Vec<Vec<Vec<crate::Label>>>,
    /// What the system would warn of, with the place.
    pub warnings: Vec<(Span, String)>,
    /// The edges that were met.
    pub met: Met,
}

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    ///
    /// With the place in the text: what the notation has no meaning for, and everything that is no formula.
    pub fn read(text: &str, notation: &'static Spelled) -> Result<Formula, Diagnostic> {
        let statements = parser::parse(text, notation.notation)?;
        let statement = |s: &parser::Statement| Ok(Statement { name: s.name.clone(), tree: notation.to_tree(&s.raw)? });
        Ok(Formula { notation, statements: statements.iter().map(statement).collect::<Result<_, Diagnostic>>()? })
    }

    /// The formula as text. `None` if the notation has none: a text counts only if it is read, and then written the same.
    pub fn print(&self) -> Option<String> {
        let text = self.written()?;
        let read = Formula::read(&text, self.notation).ok()?;
        (read.written()? == text).then_some(text)
    }

    fn written(&self) -> Option<String> {
        let assign = self.notation.notation.lexis.assign.first().copied().unwrap_or("=");
        let line = |s: &Statement| {
            let text = print::print(&self.notation.to_raw(&s.tree).ok()?, self.notation.notation);
            Some(s.name.as_ref().map_or(text.clone(), |name| format!("{name} {assign} {text}")))
        };
        Some(self.statements.iter().map(line).collect::<Option<Vec<_>>>()?.join("\n"))
    }

    /// The names it reads from outside.
    pub fn names(&self) -> Vec<String> {
        let (mut names, mut known): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for statement in &self.statements {
            for name in statement.tree.names() {
                if !known.contains(&name) && !names.contains(&name) {
                    names.push(name);
                }
            }
            known.extend(statement.name.clone());
        }
        names
    }

    /// What each statement means for operands of which that is known, and what the system would warn of.
    ///
    /// # Errors
    ///
    /// With the place: unknown operands, shapes and types the system refuses.
    #[expect(clippy::type_complexity, reason = "results and warnings, once")]
    pub fn meaning(
        &self,
        operands: &Operands,
    ) -> Result<(Vec<(Option<String>, Typed)>, Vec<(Span, String)>), Diagnostic> {
        let known = |name: &str| operands.get(name);
        let mut elaborator = Elaborator::new(self.notation.notation, &known);
        let mut results = Vec::new();
        for statement in &self.statements {
            let typed = elaborator.tree(&statement.tree)?;
            if let Some(name) = &statement.name {
                elaborator.results.insert(name.clone(), Typed { weak: false, ..typed.clone() });
            }
            results.push((statement.name.clone(), typed));
        }
        Ok((results, elaborator.warnings))
    }

    /// What it is worth.
    ///
    /// # Errors
    ///
    /// As for [`Formula::meaning`], and what has no value in the system.
    pub fn evaluate(&self, operands: &Operands) -> Result<Evaluated, Diagnostic> {
        let (meanings, warnings) = self.meaning(operands)?;
        let mut met = Met::default();
        let (mut results, mut labels) = (Vec::new(), Vec::new());
        for (name, typed) in meanings {
            labels.push(typed.labels.clone());
            let value = evaluate(&typed.mean, &|name| operands.get_value(name), &mut met)?;
            results.push((name, Value { shape: typed.shape(), ..value }));
        }
        Ok(Evaluated { results, labels, warnings, met })
    }
}
