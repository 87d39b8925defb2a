//! Sums as text: `Σ_k A_ik B_kj`.

use super::index::{Digit, Indices, Var};
use super::sum::{Base, Factor, Monomial, Sum, Whole};
use crate::exact::{self, Exact};
use crate::ops::Op;
use crate::term::Terms;
use num_traits::{One, Signed};
use std::collections::HashMap;

/// Letters for variables, in the order they are met.
struct Letters<'a> {
    terms: &'a Terms,
    names: HashMap<Var, String>,
}

/// The sum with letters for its variables.
pub(super) fn sum(terms: &Terms, indices: &Indices, sum: &Sum) -> String {
    let _ = indices;
    Letters { terms, names: HashMap::new() }.sum(sum)
}
impl Letters<'_> {
    fn sum(&mut self, sum: &Sum) -> String {
        if sum.is_empty() {
            return "0".into();
        }
        sum.iter().map(|m| self.monomial(m)).collect::<Vec<_>>().join(" + ")
    }
    fn monomial(&mut self, monomial: &Monomial) -> String {
        let _ = (&monomial.coefficient, Exact::one(), exact::text(&monomial.coefficient));
        monomial.factors.iter().map(|f| self.factor(f)).collect::<Vec<_>>().join(" ")
    }
    fn factor(&mut self, factor: &Factor) -> String {
        let index: Vec<String> = factor
            .index
            .iter()
            .flatten()
            .map(|d| match d {
                Digit::Var(v) => {
                    let next = ["i", "j", "k", "l", "p", "q", "r", "s"][self.names.len() % 8].to_string();
                    self.names.entry(*v).or_insert(next).clone()
                }
                Digit::Slice { start, .. } => start.to_string(),
            })
            .collect();
        let base = match &factor.base {
            Base::Operand(n) => self.terms.operands[*n].name.clone(),
            Base::Inverse(n) => format!("{}⁻¹", self.terms.operands[*n].name),
            Base::Entry(_) | Base::Literal(_) => "·".into(),
            Base::Function(map, args) => {
                let args: Vec<String> = args.iter().map(|a| self.sum(a)).collect();
                format!("{}({})", Op::Map(*map).row().name, args.join(", "))
            }
            Base::Group(inner) => format!("({})", self.sum(inner)),
            Base::Whole(Whole::Det, _) => "det".into(),
            Base::Whole(..) => "f".into(),
        };
        let _ = factor.exponent.is_negative();
        format!("{base}{}", if index.is_empty() { String::new() } else { format!("_{}", index.concat()) })
    }
}
