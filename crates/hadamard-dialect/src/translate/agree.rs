//! Whether two meanings are the same, and where at most they part.

use crate::meaning::elaborate::constant_value;
use crate::meaning::mean::{Domain, Edge, Kind, Mean, Overflow, Zero};
use crate::meaning::value::{Elem, Num, Value};
use crate::op::F;
use hadamard_array::DType;

/// Where two systems may give different values for what is otherwise the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// Division by zero.
    ZeroDivision,
    /// Functions outside the reals they are defined for.
    Domain,
    /// Zero times infinity.
    ZeroTimesInfinity,
    /// Whole numbers that need more than 53 or 64 bits.
    LargeIntegers,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Note::ZeroDivision => "the two differ where something is divided by zero",
            Note::Domain => "the two differ where a root, power or logarithm has no real value",
            Note::ZeroTimesInfinity => "the two differ where zero meets infinity",
            Note::LargeIntegers => "the two differ for whole numbers beyond 53 bits",
        })
    }
}

/// Whether two meanings are the same; notes are added for where they part.
pub fn agree(a: &Mean, b: &Mean, notes: &mut Vec<Note>) -> bool {
    if std::rc::Rc::ptr_eq(a, b) {
        return true;
    }
    if a.shape != b.shape {
        return false;
    }
    if let (Kind::Constant(x), Kind::Constant(y)) = (&a.kind, &b.kind) {
        return same_values(x, y);
    }
    if !elements(a.elem, b.elem, notes) {
        return false;
    }
    // Numbers of the formula are computed by both where one has fewer bits for them.
    if a.elem != b.elem {
        match (constant_value(a), constant_value(b)) {
            (Some(x), Some(y)) if !same_values(&x, &y) => return false,
            // One has no value where the other has.
            (Some(_), None) | (None, Some(_)) => return false,
            _ => {}
        }
    }
    let same = match (&a.kind, &b.kind) {
        (Kind::Operand(x), Kind::Operand(y)) => x == y,
        (Kind::Map { f, edge, args }, Kind::Map { f: g, edge: other, .. }) => {
            // Powers below one of whole numbers are reals, cut off, or an error.
            let whole = a.elem.is_int() || b.elem.is_int();
            let alike = a.elem.is_int() == b.elem.is_int() && edge.zero == other.zero;
            let powers = *f != F::Pow || !whole || alike || never_negative(&args[1]);
            (f == g || turned(*f) == Some(*g)) && powers && edges(*edge, *other, a.elem, notes)
        }
        (Kind::Move(_, x), Kind::Move(_, y)) => x == y,
        (Kind::Stretch(_), Kind::Stretch(_)) | (Kind::Recycle(_), Kind::Recycle(_)) => true,
        (Kind::Reshape(_, x), Kind::Reshape(_, y)) => x == y,
        (Kind::Product(_, _, x), Kind::Product(_, _, y)) => overflows(*x, *y, a.elem, notes),
        (Kind::Take(_, axis, x), Kind::Take(_, other, y)) => axis == other && x == y,
        (Kind::Power(_, x), Kind::Power(_, y)) => x == y,
        (Kind::Inverse(_), Kind::Inverse(_))
        | (Kind::Kron(..), Kind::Kron(..))
        | (Kind::KhatriRao(..), Kind::KhatriRao(..))
        | (Kind::FaceSplit(..), Kind::FaceSplit(..))
        | (Kind::Diag(_), Kind::Diag(_))
        | (Kind::Diagonal(_), Kind::Diagonal(_)) => true,
        (Kind::Fold { fold, axes, overflow, .. }, Kind::Fold { fold: g, axes: others, overflow: other, .. }) => {
            fold == g && axes == others && overflows(*overflow, *other, a.elem, notes)
        }
        (Kind::Join(_, x), Kind::Join(_, y)) => x == y,
        (Kind::Whole(x, ..), Kind::Whole(y, ..)) => x == y,
        _ => false,
    };
    let (left, right) = (a.children(), b.children());
    if !same || left.len() != right.len() {
        return false;
    }
    let before = notes.len();
    let (mut straight, mut crossed) = (true, false);
    if let (Kind::Map { f, .. }, Kind::Map { f: g, .. }) = (&a.kind, &b.kind) {
        (straight, crossed) = (f == g, turned(*f) == Some(*g));
    }
    if straight && left.iter().zip(&right).all(|(x, y)| agree(x, y, notes)) {
        return true;
    }
    notes.truncate(before);
    crossed && left.iter().zip(right.iter().rev()).all(|(x, y)| agree(x, y, notes))
}

/// The function that has the same value of the arguments the other way round.
pub(super) fn turned(f: F) -> Option<F> {
    Some(match f {
        F::Add | F::Mul | F::Eq | F::Ne | F::And | F::Or | F::Xor | F::BitXor | F::Min | F::Max => f,
        F::Lt => F::Gt,
        F::Gt => F::Lt,
        F::Le => F::Ge,
        F::Ge => F::Le,
        _ => return None,
    })
}

/// Whether it is numbers of the formula and none is below zero.
fn never_negative(mean: &Mean) -> bool {
    constant_value(mean).is_some_and(|v| v.data.iter().all(|n| n.real().is_some_and(|r| r >= 0.0)))
}

pub(super) fn same_values(x: &Value, y: &Value) -> bool {
    let same = |(a, b): (&Num, &Num)| {
        if matches!(a, Num::Missing) != matches!(b, Num::Missing) {
            return false;
        }
        let ((p, q), (r, s)) = (a.parts(), b.parts());
        (p == r || (p.is_nan() && r.is_nan())) && q == s
    };
    x.data.len() == y.data.len() && x.data.iter().zip(&y.data).all(same)
}

fn elements(a: Elem, b: Elem, notes: &mut Vec<Note>) -> bool {
    let whole = |elem: Elem| elem.is_int();
    let large = |elem: Elem| matches!(elem, Elem::Exact | Elem::Of(DType::I64 | DType::F64 | DType::C128));
    match (a, b) {
        _ if a == b => true,
        // 32 bits fit in a double; what overflows there is another matter, which edges tell.
        (Elem::Of(DType::I32), other) | (other, Elem::Of(DType::I32)) if large(other) => {
            notes.push(Note::LargeIntegers);
            true
        }
        (Elem::Of(DType::Bool), Elem::Of(DType::F64)) | (Elem::Of(DType::F64), Elem::Of(DType::Bool)) => true,
        (Elem::Of(DType::Bool), Elem::Exact) | (Elem::Exact, Elem::Of(DType::Bool)) => false,
        (Elem::Of(DType::C128), Elem::Of(_)) | (Elem::Of(_), Elem::Of(DType::C128)) => false,
        _ if large(a) && large(b) => {
            if whole(a) || whole(b) {
                notes.push(Note::LargeIntegers);
            }
            true
        }
        _ => false,
    }
}

fn overflows(a: Overflow, b: Overflow, elem: Elem, notes: &mut Vec<Note>) -> bool {
    if a == b {
        return true;
    }
    let wide = matches!(elem, Elem::Exact | Elem::Of(DType::I64 | DType::I32 | DType::F64));
    if wide {
        notes.push(Note::LargeIntegers);
    }
    wide
}

fn edges(a: Edge, b: Edge, elem: Elem, notes: &mut Vec<Note>) -> bool {
    let whole = |zero: Zero| matches!(zero, Zero::Nothing | Zero::Missing | Zero::Largest);
    if whole(a.zero) != whole(b.zero) && elem.is_int() {
        return false;
    }
    if a.zero != b.zero {
        notes.push(Note::ZeroDivision);
    }
    if a.domain != b.domain && (a.domain, b.domain) != (Domain::Nan, Domain::Nan) {
        notes.push(Note::Domain);
    }
    if a.strong_zero != b.strong_zero {
        notes.push(Note::ZeroTimesInfinity);
    }
    overflows(a.overflow, b.overflow, elem, notes)
}
