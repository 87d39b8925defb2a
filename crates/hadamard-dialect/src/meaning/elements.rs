//! Which type an operation's result has, and what it does at its edges: the arithmetic of each family of systems.

use super::mean::{Domain, Edge, Overflow, Zero};
use super::value::Elem;
use crate::op::{F, Fold};
use crate::rules::Numbers;
use hadamard_array::DType::{self, *};
use hadamard_array::Kind::{Bool as BoolKind, Complex, Float, Signed, Unsigned};

/// What is known of an argument's entries.
#[derive(Clone, Copy, Debug)]
pub struct Arg {
    /// Their type.
    pub elem: Elem,
    /// Whether it is a number written in the formula that takes another's type.
    pub weak: bool,
    /// Whether it has no axes.
    pub number: bool,
}

/// The function that is meant, the type of its result, and its edges.
pub type Meant = (F, Elem, Edge);

type Result<T> = std::result::Result<T, String>;

/// What a function of arguments of those types is in a system.
pub fn meant(numbers: Numbers, f: F, args: &[Arg]) -> Result<Meant> {
    if numbers == Numbers::Exact {
        let complex = args.iter().any(|arg| of(arg.elem).is_complex());
        let arithmetic = !f.is_logic() && !f.compares() && f != F::Where;
        if arithmetic && args.iter().any(|arg| arg.elem.is_bool()) {
            return Err("truth values are no numbers in a system of exact numbers".to_owned());
        }
        return exact(f, complex);
    }
    if let F::Cast(to) = f {
        let overflow = match numbers {
            _ if !to.is_int() => Overflow::Never,
            Numbers::Matlab => Overflow::Saturate,
            Numbers::Julia | Numbers::Native => Overflow::Refuse,
            Numbers::R => Overflow::Missing,
            _ => Overflow::Wrap,
        };
        return Ok((f, Elem::Of(to), Edge { overflow, ..Edge::IEEE }));
    }
    let types: Vec<DType> = args.iter().map(|arg| of(arg.elem)).collect();
    if f == F::Where {
        let value = common(numbers, &args[1..])?;
        if numbers == Numbers::Fortran && of(args[1].elem) != of(args[2].elem) {
            return Err("the two values of `merge` are of one type and kind in Fortran".to_owned());
        }
        return Ok((f, Elem::Of(value), Edge::IEEE));
    }
    if f.is_logic() {
        return logic(numbers, f, &types);
    }
    if f.compares() {
        common(numbers, args)?;
        let elem = if numbers == Numbers::Double { F64 } else { Bool };
        return Ok((f, Elem::Of(elem), Edge::IEEE));
    }
    match args.len() {
        1 => unary(numbers, f, types[0]),
        _ => binary(numbers, f, args, &types),
    }
}

/// The machine type of an element type.
pub fn of(elem: Elem) -> DType {
    match elem {
        Elem::Of(dtype) => dtype,
        Elem::Exact => F64,
    }
}

fn exact(f: F, complex: bool) -> Result<Meant> {
    let number = if complex && !matches!(f, F::Abs | F::Real | F::Imag) { Elem::Of(C128) } else { Elem::Exact };
    let edge = Edge { zero: Zero::Refuse, domain: Domain::Complex, ..Edge::IEEE };
    let (elem, edge) = match f {
        F::Div | F::Recip => (number, Edge { domain: Domain::Nan, ..edge }),
        F::Pow => (number, edge),
        F::Sqrt | F::Log | F::Log2 | F::Log10 | F::Asin | F::Acos => (number, Edge { zero: Zero::Ieee, ..edge }),
        _ if f.compares() || f.is_logic() => (Elem::Of(Bool), Edge::IEEE),
        _ => (number, Edge::IEEE),
    };
    Ok((f, elem, edge))
}

fn logic(numbers: Numbers, f: F, types: &[DType]) -> Result<Meant> {
    let counts_any = matches!(numbers, Numbers::Matlab | Numbers::R | Numbers::Double | Numbers::Cpp);
    if !counts_any && let Some(other) = types.iter().find(|dtype| **dtype != Bool) {
        return Err(format!(
            "the {} of {} values is one of bits or not defined; compare first",
            f.words(),
            other.name()
        ));
    }
    let elem = if numbers == Numbers::Double { F64 } else { Bool };
    Ok((f, Elem::Of(elem), Edge::IEEE))
}

/// The type two or more arguments meet in.
pub fn common(numbers: Numbers, args: &[Arg]) -> Result<DType> {
    let mut args = args.to_vec();
    // What is written in the formula gives way to what is not.
    args.sort_by_key(|arg| arg.weak);
    let first = args.first().map_or(F64, |arg| of(arg.elem));
    let mut whole = Arg { elem: Elem::Of(first), ..args[0] };
    for arg in &args[1..] {
        let (a, b) = (of(whole.elem), of(arg.elem));
        let met = pair(numbers, a, b, whole, *arg)?;
        whole = Arg { elem: Elem::Of(met), weak: whole.weak && arg.weak, number: whole.number && arg.number };
    }
    Ok(of(whole.elem))
}

fn pair(numbers: Numbers, a: DType, b: DType, x: Arg, y: Arg) -> Result<DType> {
    let refuse = || Err(format!("{} and {} do not meet in one type", a.name(), b.name()));
    Ok(match numbers {
        Numbers::Numpy if y.weak && !x.weak => weak(a, b, F64, I64),
        Numbers::Numpy => numpy(a, b),
        Numbers::Torch if y.weak && !x.weak => weak(a, b, F32, I64),
        Numbers::Torch if x.number != y.number && !x.weak && !y.weak => {
            let (number, array) = if x.number { (a, b) } else { (b, a) };
            if category(number) > category(array) { torch(number, array) } else { array }
        }
        Numbers::Torch => torch(a, b),
        Numbers::Matlab => match (a.is_int(), b.is_int()) {
            (true, true) if a != b => return refuse(),
            (true, _) | (_, true) if a.is_complex() || b.is_complex() => return refuse(),
            (true, _) => a,
            (_, true) => b,
            _ if a == F32 || b == F32 || a == C64 || b == C64 => {
                if a.is_complex() || b.is_complex() {
                    C64
                } else {
                    F32
                }
            }
            _ if a.is_complex() || b.is_complex() => C128,
            _ if a == Bool && b == Bool => Bool,
            _ => F64,
        },
        Numbers::Julia => julia(a, b),
        Numbers::R => {
            let rank = |dtype: DType| match dtype {
                Bool => 0,
                dtype if dtype.is_int() => 1,
                dtype if dtype.is_complex() => 3,
                _ => 2,
            };
            [Bool, I32, F64, C128][rank(a).max(rank(b))]
        }
        Numbers::Fortran => match (a == Bool, b == Bool) {
            (true, true) => Bool,
            (true, _) | (_, true) => return refuse(),
            _ if a.is_int() && b.is_int() => wider(a, b),
            _ if a.is_int() => b,
            _ if b.is_int() => a,
            _ => numpy(a, b),
        },
        Numbers::Cpp if a == b => a,
        // Numbers of C++ meet in the wider type; arrays of truth values meet nothing else.
        Numbers::Cpp if x.number && y.number && !a.is_complex() && !b.is_complex() => {
            if a.is_float() || b.is_float() {
                wider(if a.is_float() { a } else { b }, if b.is_float() { b } else { a })
            } else {
                I32
            }
        }
        Numbers::Cpp if a == Bool || b == Bool => return refuse(),
        Numbers::Cpp if y.weak && (b.is_int() || a.is_float() || a.is_complex()) => a,
        Numbers::Cpp if x.weak && (a.is_int() || b.is_float() || b.is_complex()) => b,
        Numbers::Cpp => return refuse(),
        Numbers::J => match (a.kind(), b.kind()) {
            (Complex, _) | (_, Complex) => C128,
            (Float, _) | (_, Float) => F64,
            (BoolKind, BoolKind) => Bool,
            _ => I64,
        },
        Numbers::Apl | Numbers::Double | Numbers::Exact => {
            if a.is_complex() || b.is_complex() {
                C128
            } else if a == Bool && b == Bool {
                Bool
            } else {
                F64
            }
        }
        Numbers::Native if y.weak && !x.weak => match (a.kind(), b.kind()) {
            (BoolKind, _) => b,
            (Signed | Unsigned, Float) => F64,
            (Signed | Unsigned | Float, Complex) => {
                if a == F32 {
                    C64
                } else {
                    C128
                }
            }
            _ => a,
        },
        Numbers::Native => match hadamard_algebra::promote(a, b) {
            Some(dtype) => dtype,
            None => return refuse(),
        },
    })
}

/// A number of Python or of a formula beside an array.
fn weak(array: DType, number: DType, float: DType, int: DType) -> DType {
    match (array.kind(), number.kind()) {
        (_, BoolKind) => array,
        (BoolKind, Signed | Unsigned) => int,
        (BoolKind | Signed | Unsigned, Float) => float,
        (Float, Complex) if matches!(array, F64) => C128,
        (Float, Complex) => C64,
        (_, Complex) if array.is_complex() => array,
        (_, Complex) => {
            if float == F32 {
                C64
            } else {
                C128
            }
        }
        _ => array,
    }
}

fn category(dtype: DType) -> u8 {
    match dtype.kind() {
        BoolKind => 0,
        Signed | Unsigned => 1,
        Float => 2,
        Complex => 3,
    }
}

fn wider(a: DType, b: DType) -> DType {
    if a.size() >= b.size() { a } else { b }
}

fn signed_above(size: usize) -> Option<DType> {
    match size {
        1 => Some(I16),
        2 => Some(I32),
        4 => Some(I64),
        _ => None,
    }
}

/// NumPy's promotion of two arrays.
fn numpy(a: DType, b: DType) -> DType {
    let (low, high) = if a.kind() <= b.kind() { (a, b) } else { (b, a) };
    let float_of_int = |size: usize| match size {
        1 => F16,
        2 => F32,
        _ => F64,
    };
    let complex = |real: DType| if real == F64 { C128 } else { C64 };
    match (low.kind(), high.kind()) {
        _ if low == high => low,
        (BoolKind, _) => high,
        (Unsigned, Signed) if low.size() < high.size() => high,
        (Unsigned, Signed) => signed_above(low.size()).unwrap_or(F64),
        (Unsigned | Signed, Float) => wider(high, float_of_int(low.size())),
        (Float, Float) if low.size() == high.size() => F32,
        (Unsigned | Signed, Complex) => complex(wider(high.real(), float_of_int(low.size()))),
        (Float, Complex) => complex(wider(high.real(), low)),
        _ => wider(low, high),
    }
}

/// PyTorch's promotion of two tensors of the same standing.
fn torch(a: DType, b: DType) -> DType {
    let (low, high) = if a.kind() <= b.kind() { (a, b) } else { (b, a) };
    match (low.kind(), high.kind()) {
        _ if low == high => low,
        (BoolKind, _) | (Unsigned | Signed, Float | Complex) => high,
        (Unsigned, Signed) if low.size() < high.size() => high,
        (Unsigned, Signed) => signed_above(low.size()).unwrap_or(F32),
        (Float, Float) if low.size() == high.size() => F32,
        (Float, Complex) if low == F64 => C128,
        _ => wider(low, high),
    }
}

fn julia(a: DType, b: DType) -> DType {
    let (low, high) = if a.kind() <= b.kind() { (a, b) } else { (b, a) };
    match (low.kind(), high.kind()) {
        _ if low == high => low,
        (BoolKind, _) | (Unsigned | Signed, Float | Complex) => high,
        (Unsigned, Signed) if low.size() >= high.size() => low,
        (Unsigned, Signed) => high,
        (Float, Complex) if low == F64 => C128,
        (Float, Float) if low.size() == high.size() => F32,
        _ => wider(low, high),
    }
}

/// The type of reals a function of that type has.
fn float_of(numbers: Numbers, dtype: DType) -> Result<DType> {
    Ok(match (numbers, dtype.kind()) {
        (_, Float | Complex) => dtype,
        (Numbers::Numpy, Signed | Unsigned | BoolKind) => match dtype.size() {
            1 => F16,
            2 => F32,
            _ => F64,
        },
        (Numbers::Torch, _) => F32,
        (Numbers::Matlab, BoolKind) => F64,
        (Numbers::Matlab | Numbers::Fortran | Numbers::Cpp, _) => {
            return Err(format!("this function has no meaning for {}", dtype.name()));
        }
        _ => F64,
    })
}

fn domain(numbers: Numbers) -> Domain {
    match numbers {
        Numbers::Matlab | Numbers::J | Numbers::Apl | Numbers::Exact => Domain::Complex,
        Numbers::Julia => Domain::Refuse,
        _ => Domain::Nan,
    }
}

/// What integers of that type do when a result does not fit.
pub fn overflow(numbers: Numbers, dtype: DType) -> Overflow {
    if !dtype.is_int() {
        return Overflow::Never;
    }
    match numbers {
        Numbers::Matlab => Overflow::Saturate,
        Numbers::R => Overflow::Missing,
        Numbers::J => Overflow::Promote,
        Numbers::Native => Overflow::Refuse,
        _ => Overflow::Wrap,
    }
}

fn unary(numbers: Numbers, f: F, dtype: DType) -> Result<Meant> {
    let same = |dtype: DType| {
        let overflow =
            if matches!(f, F::Neg | F::Abs | F::Square | F::Cube) { overflow(numbers, dtype) } else { Overflow::Never };
        Ok((f, Elem::Of(dtype), Edge { overflow, ..Edge::IEEE }))
    };
    let counted = match numbers {
        Numbers::Matlab | Numbers::Double | Numbers::Apl => F64,
        Numbers::R => I32,
        _ => I64,
    };
    if numbers == Numbers::Cpp && dtype == Bool {
        return Err("functions of truth values are truth values again in C++ libraries; convert them first".to_owned());
    }
    if numbers == Numbers::Torch && dtype == Bool {
        match f {
            F::Abs | F::Floor | F::Ceil | F::Trunc | F::RoundEven => {
                return Err(format!("PyTorch has no {} of truth values", f.words()));
            }
            F::Signum => return same(Bool),
            _ => {}
        }
    }
    match f {
        F::Neg if dtype == Bool && matches!(numbers, Numbers::Numpy | Numbers::Torch | Numbers::Fortran) => {
            Err("truth values have no negative; `~` negates them".to_owned())
        }
        F::Square | F::Cube if dtype == Bool && numbers == Numbers::Numpy && f == F::Square => same(I8),
        F::Neg | F::Square | F::Cube if dtype == Bool => same(counted),
        F::Abs | F::Real | F::Imag if dtype.is_complex() => same(dtype.real()),
        F::Neg | F::Abs | F::Square | F::Cube | F::Conj | F::Real | F::Imag => same(dtype),
        F::Signum | F::Floor | F::Ceil | F::Trunc | F::RoundEven | F::RoundAway => match (dtype, numbers) {
            (_, Numbers::R) if !dtype.is_float() && !dtype.is_complex() => same(F64),
            (Bool, Numbers::Numpy) if f == F::Signum => Err("truth values have no sign in NumPy".to_owned()),
            (Bool, Numbers::Numpy) if f == F::RoundEven => same(F16),
            (Bool, Numbers::Numpy | Numbers::Julia) => same(Bool),
            (Bool, _) => same(counted),
            _ => same(dtype),
        },
        F::Recip if dtype.is_int() && numbers == Numbers::Numpy => {
            Ok((f, Elem::Of(dtype), Edge { zero: Zero::Nothing, overflow: Overflow::Wrap, ..Edge::IEEE }))
        }
        F::Recip => {
            let (_, elem, edge) = binary_types(numbers, F::Div, if dtype == Bool { counted } else { dtype })?;
            Ok((f, elem, edge))
        }
        _ => {
            let elem = float_of(numbers, dtype)?;
            let partial = matches!(f, F::Sqrt | F::Log | F::Log2 | F::Log10 | F::Asin | F::Acos) && !elem.is_complex();
            let domain = if partial { domain(numbers) } else { Domain::Nan };
            Ok((f, Elem::Of(elem), Edge { domain, ..Edge::IEEE }))
        }
    }
}

fn binary(numbers: Numbers, f: F, args: &[Arg], types: &[DType]) -> Result<Meant> {
    let both_bool = types.iter().all(|dtype| *dtype == Bool);
    if numbers == Numbers::Julia && f == F::Pow && types[0].is_int() && types[1].is_int() {
        // The exponent's type does not count.
        return binary_types(numbers, f, types[0]);
    }
    let same = types.windows(2).all(|pair| pair[0] == pair[1]);
    if numbers == Numbers::Fortran && !same && matches!(f, F::Min | F::Max | F::Mod | F::Rem) {
        return Err(format!("the {} of Fortran is of numbers of one type and kind", f.words()));
    }
    if numbers == Numbers::Torch {
        let truths = args.iter().any(|arg| of(arg.elem) == Bool && !arg.weak);
        let lacks = f == F::Sub || both_bool && matches!(f, F::FloorDiv | F::Mod | F::Rem);
        if truths && lacks {
            return Err(format!("PyTorch has no {} of truth values", f.words()));
        }
    }
    if numbers == Numbers::Cpp
        && f == F::Pow
        && args.iter().all(|arg| arg.number)
        && types.iter().all(|t| !t.is_complex())
    {
        // `std::pow` of whole numbers is a double.
        return binary_types(numbers, f, F64);
    }
    let mut dtype = common(numbers, args)?;
    if numbers == Numbers::Matlab && f == F::Pow && types.iter().any(|dtype| dtype.is_int()) {
        return binary_types(numbers, f, dtype);
    }
    if both_bool {
        match (numbers, f) {
            (Numbers::Numpy | Numbers::Torch, F::Sub) => {
                return Err("truth values have no difference; use `^`".to_owned());
            }
            (Numbers::Numpy | Numbers::Torch, F::Add | F::Max) => return Ok((F::Or, Elem::Of(Bool), Edge::IEEE)),
            (Numbers::Numpy | Numbers::Torch | Numbers::Julia | Numbers::Native, F::Mul | F::Min) => {
                return Ok((F::And, Elem::Of(Bool), Edge::IEEE));
            }
            (Numbers::Numpy | Numbers::Torch, F::BitXor) => return Ok((F::Xor, Elem::Of(Bool), Edge::IEEE)),
            (Numbers::Numpy, F::Pow | F::FloorDiv | F::Mod) => dtype = I8,
            (Numbers::Fortran, _) => return Err("truth values have no arithmetic in Fortran".to_owned()),
            (Numbers::Matlab | Numbers::Double | Numbers::Apl, _) => dtype = F64,
            (Numbers::R, _) => dtype = I32,
            (Numbers::Cpp, _) => return Err("truth values have no arithmetic here".to_owned()),
            _ => dtype = I64,
        }
    }
    if dtype == Bool {
        dtype = I64;
    }
    let (f, elem, edge) = binary_types(numbers, f, dtype)?;
    // Julia's `false` is a zero that even infinity and NaN do not undo.
    let strong = numbers == Numbers::Julia && f == F::Mul && dtype.is_float() && types.contains(&Bool);
    Ok((f, elem, Edge { strong_zero: edge.strong_zero || strong, ..edge }))
}

fn binary_types(numbers: Numbers, f: F, dtype: DType) -> Result<Meant> {
    let int = dtype.is_int();
    let overflow = overflow(numbers, dtype);
    let plain = Edge { overflow, ..Edge::IEEE };
    let strong_zero = numbers == Numbers::J && f == F::Mul && !int;
    Ok(match f {
        F::Add | F::Sub => (f, Elem::Of(dtype), plain),
        F::Mul => (f, Elem::Of(dtype), Edge { strong_zero, ..plain }),
        F::Min | F::Max => (f, Elem::Of(dtype), Edge::IEEE),
        F::BitXor if int => (f, Elem::Of(dtype), Edge::IEEE),
        F::BitXor => {
            return Err(format!(
                "`^` is exclusive or of bits here, and {} numbers have none; a power is written `**`",
                dtype.name()
            ));
        }
        F::Div => match numbers {
            Numbers::Fortran | Numbers::Cpp if int => {
                (F::TruncDiv, Elem::Of(dtype), Edge { zero: Zero::Refuse, ..plain })
            }
            Numbers::Matlab if int => (f, Elem::Of(dtype), Edge { zero: Zero::Largest, ..plain }),
            Numbers::J => {
                (f, Elem::Of(if dtype.is_complex() { C128 } else { F64 }), Edge { zero: Zero::Zero, ..Edge::IEEE })
            }
            Numbers::Apl => (f, Elem::Of(dtype), Edge { zero: Zero::One, ..Edge::IEEE }),
            Numbers::Torch if int => (f, Elem::Of(F32), Edge::IEEE),
            _ if int => (f, Elem::Of(F64), Edge::IEEE),
            _ => (f, Elem::Of(dtype), Edge::IEEE),
        },
        F::FloorDiv | F::Mod | F::Rem | F::TruncDiv if int => {
            let zero = match numbers {
                Numbers::Numpy => Zero::Nothing,
                Numbers::R => Zero::Missing,
                _ => Zero::Refuse,
            };
            (f, Elem::Of(dtype), Edge { zero, ..plain })
        }
        F::FloorDiv | F::Mod | F::Rem | F::TruncDiv => (f, Elem::Of(dtype), Edge::IEEE),
        F::Pow => match numbers {
            Numbers::R if int => (f, Elem::Of(F64), Edge { domain: Domain::Nan, ..Edge::IEEE }),
            Numbers::J | Numbers::Apl | Numbers::Double => {
                let domain = domain(numbers);
                (f, Elem::Of(if dtype.is_complex() { C128 } else { F64 }), Edge { domain, ..Edge::IEEE })
            }
            Numbers::Cpp if int => (f, Elem::Of(dtype), plain),
            // Fortran's integers cut off what is below one; the others refuse negative powers.
            Numbers::Fortran if int => (f, Elem::Of(dtype), plain),
            Numbers::Matlab if int => (f, Elem::Of(dtype), plain),
            _ if int => (f, Elem::Of(dtype), Edge { zero: Zero::Refuse, ..plain }),
            _ if dtype.is_complex() => (f, Elem::Of(dtype), Edge::IEEE),
            _ => (f, Elem::Of(dtype), Edge { domain: domain(numbers), ..Edge::IEEE }),
        },
        _ => return Err(format!("the {} has another number of arguments", f.words())),
    })
}

/// The type of a fold's result.
pub fn folded(numbers: Numbers, fold: Fold, elem: Elem) -> Result<Elem> {
    if matches!(fold, Fold::Any | Fold::All) {
        return Ok(Elem::Of(if numbers == Numbers::Double { F64 } else { Bool }));
    }
    let Elem::Of(dtype) = elem else { return Ok(elem) };
    Ok(Elem::Of(match fold {
        Fold::Min | Fold::Max if dtype == Bool && numbers == Numbers::R => I32,
        Fold::Min | Fold::Max => dtype,
        Fold::Mean if dtype.is_int() && numbers == Numbers::Fortran => return Err("Fortran has no mean".to_owned()),
        Fold::Mean if (dtype.is_int() || dtype == Bool) && numbers == Numbers::Torch => {
            return Err("PyTorch has means of reals only; convert first".to_owned());
        }
        Fold::Mean if dtype.is_int() || dtype == Bool => F64,
        Fold::Mean => dtype,
        _ => match (numbers, dtype.kind()) {
            // Eigen's sum of truth values is a truth value.
            (Numbers::Cpp, BoolKind) => {
                return Err("sums of truth values are not counted; convert them first".to_owned());
            }
            (Numbers::Fortran, BoolKind) => {
                return Err("Fortran's sums are of numbers; `count` counts truth values".to_owned());
            }
            (Numbers::R, BoolKind) => I32,
            (Numbers::R, Signed) if fold == Fold::Prod => F64,
            (Numbers::Matlab | Numbers::Double | Numbers::Apl, BoolKind) => F64,
            (Numbers::Matlab, Signed | Unsigned) => F64,
            (_, BoolKind) => I64,
            (Numbers::Numpy | Numbers::Julia | Numbers::Native, Signed) | (Numbers::Torch, Signed | Unsigned) => I64,
            (Numbers::Numpy | Numbers::Julia | Numbers::Native, Unsigned) => U64,
            _ => dtype,
        },
    }))
}
