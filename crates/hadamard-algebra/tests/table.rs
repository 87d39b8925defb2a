//! The table of operations is complete, unambiguous, and its examples check.

mod common;

use common::{graph, result};
use hadamard_algebra::ops::{by_name, table};
use hadamard_algebra::{Fold, Form, Map, Op};
use hadamard_array::DType;

/// All variants, and a match that stops compiling when one is missing here.
macro_rules! variants {
    ($name:ident: $Enum:ident { $($V:ident),* $(,)? } $($rest:pat)?) => {
        fn $name() -> Vec<$Enum> {
            fn listed(op: $Enum) {
                match op {
                    $($Enum::$V => {})*
                    $($rest => {})?
                }
            }
            let all = vec![$($Enum::$V),*];
            all.iter().copied().for_each(listed);
            all
        }
    };
}
variants!(maps: Map {
    Mul, Div, Pow, Root, Inverse, SafeDiv, Add, Sub, Neg, Lt, Le, Gt, Ge, Eq, Ne, And, Or, Xor, Not, Where, Abs, Sign,
    Sqrt, Cbrt, Exp, Expm1, Exp2, Log, Log1p, Log2, Log10, Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh, Asinh,
    Acosh, Atanh, Atan2, Hypot, Sigmoid, Softplus, Relu, Gelu, Erf, Erfc, Gamma, Lgamma, Floor, Ceil, Round, Trunc, Min,
    Max, Clamp, Mod, Rem, Fma, Copysign, Real, Imag, Conj, Angle, IsNan, IsInf, IsFinite,
} Map::Cast(_));
variants!(folds: Fold { Sum, Prod, Mean, Min, Max, All, Any, Count, Norm, Argmin, Argmax });
variants!(forms: Form {
    Plus, Minus, MatMul, Over, MatPow, Transpose, Adjoint, Kron, KhatriRao, FaceSplit, Penetrating, PenetratingV,
    BlockFaceSplit, BlockKhatriRao, Outer, DiagBuild, DiagExtract, Trace, Vec, Rvec, J, Ones, I, Commutation, Inv,
    Det, Rank, Eigvals, Eigvalsh, Svdvals, Cumsum, Cumprod,
});

fn every_operation() -> Vec<Op> {
    let casts = DType::ALL.into_iter().map(|d| Op::Map(Map::Cast(d)));
    let maps = maps().into_iter().map(Op::Map).chain(casts);
    maps.chain(folds().into_iter().map(Op::Fold)).chain(forms().into_iter().map(Op::Form)).collect()
}

#[test]
fn every_operation_has_exactly_one_row() {
    let all = every_operation();
    for &op in &all {
        assert_eq!(table().filter(|row| row.op == op).count(), 1, "{op:?}");
    }
    assert_eq!(table().count(), all.len());
}

#[test]
fn names_are_unique_within_dotted_and_undotted_calls() {
    for row in table() {
        let same: Vec<Op> = table().filter(|r| r.name == row.name).map(|r| r.op).collect();
        let maps = same.iter().filter(|op| matches!(op, Op::Map(_))).count();
        assert!(maps <= 1 && same.len() - maps <= 1, "{} names {same:?}", row.name);
        assert_eq!(by_name(row.name, matches!(row.op, Op::Map(_))), Some(row.op), "{}", row.name);
    }
}

#[test]
fn signs_are_unique_within_their_place() {
    let place = |w: hadamard_algebra::ops::Writing| match w {
        hadamard_algebra::ops::Writing::Prefix => "prefix",
        _ => "after an operand",
    };
    for row in table() {
        for sign in row.signs {
            let hits = table().filter(|r| r.signs.contains(sign) && place(r.writing) == place(row.writing));
            assert_eq!(hits.count(), 1, "{sign}");
        }
    }
}

#[test]
fn rows_are_filled_in() {
    for row in table() {
        assert!(!row.doc.is_empty() && row.doc.ends_with('.'), "{}: {}", row.name, row.doc);
        assert!(!row.shapes.is_empty(), "{}", row.name);
        assert!(row.required <= row.params.len(), "{}", row.name);
        assert!(!row.examples.is_empty(), "{}", row.name);
    }
}

#[test]
fn both_sides_of_every_example_have_one_type() {
    for row in table() {
        for (left, right) in row.examples {
            let (a, b) = (graph(left), graph(right));
            let (a, b) = (result(&a), result(&b));
            assert_eq!((a.dtype, &a.shape), (b.dtype, &b.shape), "{left} against {right}");
        }
    }
}

#[test]
fn cast_rows_are_named_by_their_dtype() {
    for dtype in DType::ALL {
        assert_eq!(Op::Map(Map::Cast(dtype)).row().name, dtype.name());
    }
}
