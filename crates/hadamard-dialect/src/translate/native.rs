//! Which formulas mean something that the engine computes: those with a text in hadamard's own notation that means exactly
//! the same, edges of numbers included.

use super::agree::same_values;
use crate::meaning::elaborate::{Elaborator, constant_value};
use crate::meaning::mean::{Kind, Mean, Overflow};
use crate::meaning::value::Elem;
use crate::op::F;
use crate::{Formula, Label, Operands};
use hadamard_array::DType;

/// A formula in hadamard's own notation that means the same.
#[derive(Clone, Debug)]
pub struct Native {
    /// The text.
    pub text: String,
    /// What integers do that do not fit, if there are any.
    pub overflow: Option<Overflow>,
    /// The types that operands written down as numbers have in the system, by name.
    pub literals: Vec<(String, DType)>,
    /// The shapes of the results in the system. Those of the native formula differ at most in ones at their ends.
    pub shapes: Vec<Vec<usize>>,
}

impl Formula {
    /// The native formula that means exactly this, for the engine to compute. `None` where the system has rules of its own:
    /// exact numbers, labels, repeated vectors, saturated quotients, complex roots, remainders by zero.
    pub fn native(&self, operands: &Operands) -> Option<Native> {
        let to = crate::notation("hadamard")?;
        let none = |_: &str| None;
        let system = Elaborator::new(self.notation.notation, &none);
        let (mut given, mut literals) = (Operands::default(), Vec::new());
        for (name, facts) in operands.iter() {
            let mut facts = facts.clone();
            if facts.literal {
                let Elem::Of(dtype) = system.operand_elem(facts.elem, true) else { return None };
                (facts.elem, facts.literal) = (dtype, false);
                literals.push((name.to_owned(), dtype));
            }
            given = given.facts(name, facts);
        }
        let translated = self.translate(to, &given).ok()?;
        let (here, warnings) = self.meaning(&given).ok()?;
        let (there, _) = translated.formula.meaning(&given).ok()?;
        let mut overflow = None;
        let same = here.iter().zip(&there).all(|((_, x), (_, y))| exactly(&x.mean, &y.mean, &mut overflow));
        let counted = |axis: &Vec<Label>| axis.iter().enumerate().all(|(at, label)| *label == Label::Number(at as i64));
        let labelled = here.iter().any(|(_, typed)| !typed.labels.iter().all(counted));
        if !same || labelled || !warnings.is_empty() {
            return None;
        }
        let shapes = here.iter().map(|(_, typed)| typed.shape()).collect();
        Some(Native { text: translated.text.replace('\n', "; "), overflow, literals, shapes })
    }
}

/// Whether a node of the native notation is the node of another system to the last bit of what it says; of integers that
/// overflow it is noted what they do, which has to be one thing in the whole formula.
fn exactly(a: &Mean, b: &Mean, overflow: &mut Option<Overflow>) -> bool {
    if a.shape != b.shape {
        return false;
    }
    if let (Kind::Constant(x), Kind::Constant(y)) = (&a.kind, &b.kind) {
        return same_values(x, y);
    }
    if a.elem != b.elem || a.elem == Elem::Exact {
        return false;
    }
    let same = match (&a.kind, &b.kind) {
        (Kind::Operand(x), Kind::Operand(y)) => x == y,
        (Kind::Map { f, edge, args }, Kind::Map { f: g, edge: other, .. }) => {
            let alike = edge.zero == other.zero && edge.domain == other.domain && edge.strong_zero == other.strong_zero;
            f == g && alike && computed(*f, a, args) && noted(edge.overflow, overflow)
        }
        (Kind::Move(_, x), Kind::Move(_, y)) => x == y,
        (Kind::Reshape(_, x), Kind::Reshape(_, y)) => x == y,
        (Kind::Product(_, _, x), Kind::Product(..)) => noted(*x, overflow),
        (Kind::Power(_, x), Kind::Power(_, y)) => x == y && !a.elem.is_int(),
        (Kind::Kron(..), Kind::Kron(..))
        | (Kind::KhatriRao(..), Kind::KhatriRao(..))
        | (Kind::FaceSplit(..), Kind::FaceSplit(..)) => !a.elem.is_int(),
        (Kind::Stretch(_), Kind::Stretch(_))
        | (Kind::Inverse(_), Kind::Inverse(_))
        | (Kind::Diag(_), Kind::Diag(_))
        | (Kind::Diagonal(_), Kind::Diagonal(_)) => true,
        (Kind::Fold { fold, axes, overflow: x, .. }, Kind::Fold { fold: g, axes: others, .. }) => {
            fold == g && axes == others && noted(*x, overflow)
        }
        _ => false,
    };
    let (left, right) = (a.children(), b.children());
    same && left.len() == right.len() && left.iter().zip(right).all(|(x, y)| exactly(x, y, overflow))
}

/// Notes what integers do; false if others in the formula do something else.
fn noted(here: Overflow, overflow: &mut Option<Overflow>) -> bool {
    match here {
        Overflow::Never => true,
        Overflow::Missing | Overflow::Promote => false,
        _ => *overflow.get_or_insert(here) == here,
    }
}

/// Whether the engine's function is that of the definition where integers meet its edges.
fn computed(f: F, node: &Mean, args: &[Mean]) -> bool {
    let whole = node.elem.is_int();
    match f {
        F::FloorDiv | F::TruncDiv | F::Mod | F::Rem | F::BitXor => !whole,
        F::Div | F::Recip => !whole,
        F::Pow if whole => constant_value(&args[1]).is_some_and(|v| v.data.iter().all(|n| n.real() >= Some(0.0))),
        // Reals beyond a type's range become whatever the processor makes of them in some systems.
        F::Cast(dtype) if dtype.is_int() => args[0].elem.is_int() || args[0].elem.is_bool(),
        _ => true,
    }
}
