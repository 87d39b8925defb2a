//! Dtypes: the promotion table, every row's rule on every dtype, and numbers that adapt to arrays.

mod common;

use common::{graph, graph_in, result, try_check, type_of};
use hadamard_algebra::ops::{DTypes, Writing, table};
use hadamard_algebra::{Env, Fold, Map, NodeKind, Op, promote};
use hadamard_array::{DType, Kind, Scalar};
use proptest::prelude::*;

/// Rows and columns in the order of `DType::ALL`; `-` where an error asks for a cast.
const PROMOTION: [&str; 15] = [
    "bool i8   i16  i32  i64  u8   u16  u32  u64  f16  bf16 f32  f64  c64  c128",
    "i8   i8   i16  i32  i64  i16  i32  i64  -    f16  bf16 f32  f64  c64  c128",
    "i16  i16  i16  i32  i64  i16  i32  i64  -    f16  bf16 f32  f64  c64  c128",
    "i32  i32  i32  i32  i64  i32  i32  i64  -    f16  bf16 f32  f64  c64  c128",
    "i64  i64  i64  i64  i64  i64  i64  i64  -    f16  bf16 f32  f64  c64  c128",
    "u8   i16  i16  i32  i64  u8   u16  u32  u64  f16  bf16 f32  f64  c64  c128",
    "u16  i32  i32  i32  i64  u16  u16  u32  u64  f16  bf16 f32  f64  c64  c128",
    "u32  i64  i64  i64  i64  u32  u32  u32  u64  f16  bf16 f32  f64  c64  c128",
    "u64  -    -    -    -    u64  u64  u64  u64  f16  bf16 f32  f64  c64  c128",
    "f16  f16  f16  f16  f16  f16  f16  f16  f16  f16  f32  f32  f64  c64  c128",
    "bf16 bf16 bf16 bf16 bf16 bf16 bf16 bf16 bf16 f32  bf16 f32  f64  c64  c128",
    "f32  f32  f32  f32  f32  f32  f32  f32  f32  f32  f32  f32  f64  c64  c128",
    "f64  f64  f64  f64  f64  f64  f64  f64  f64  f64  f64  f64  f64  c128 c128",
    "c64  c64  c64  c64  c64  c64  c64  c64  c64  c64  c64  c64  c128 c64  c128",
    "c128 c128 c128 c128 c128 c128 c128 c128 c128 c128 c128 c128 c128 c128 c128",
];

#[test]
fn the_promotion_table() {
    for (a, line) in DType::ALL.into_iter().zip(PROMOTION) {
        for (b, cell) in DType::ALL.into_iter().zip(line.split_whitespace()) {
            assert_eq!(promote(a, b), DType::parse(cell), "{a} with {b}");
        }
    }
}

fn dtype() -> impl Strategy<Value = DType> {
    prop::sample::select(DType::ALL.to_vec())
}

proptest! {
    #[test]
    fn promotion_is_symmetric_and_holds_both(a in dtype(), b in dtype()) {
        prop_assert_eq!(promote(a, b), promote(b, a));
        prop_assert_eq!(promote(a, a), Some(a));
        if let Some(c) = promote(a, b) {
            prop_assert_eq!(promote(a, c), Some(c));
            prop_assert!(c.kind() >= a.kind().max(b.kind()));
            for part in [a, b] {
                if let (Some((low, high)), Some((l, h))) = (c.int_range(), part.int_range()) {
                    prop_assert!(low <= l && h <= high);
                }
            }
        }
    }

    #[test]
    fn the_order_of_arguments_does_not_matter(a in dtype(), b in dtype(), c in dtype()) {
        let env = Env::new().array("A", a, [2], "").array("B", b, [2], "").array("C", c, [2], "");
        let types: Vec<_> = ["safe_div.(A, B, C)", "safe_div.(C, A, B)", "safe_div.(B, C, A)"]
            .iter()
            .map(|text| try_check(text, &env).map(|g| result(&g).dtype).map_err(|e| e.code))
            .collect();
        prop_assert_eq!(&types[0], &types[1]);
        prop_assert_eq!(&types[1], &types[2]);
    }
}

/// What a row gives for arguments all of one dtype: one cell for each of `DType::ALL`; `-` where it is refused.
fn rule(op: Op, dtypes: DTypes) -> String {
    const SAME: &str = "i64 i8 i16 i32 i64 u8 u16 u32 u64 f16 bf16 f32 f64 c64 c128";
    const FLOAT: &str = "f64 f64 f64 f64 f64 f64 f64 f64 f64 f16 bf16 f32 f64 c64 c128";
    const EXACT: &str = "i64 i64 i64 i64 i64 u64 u64 u64 u64 f16 bf16 f32 f64 c64 c128";
    const REAL_PART: &str = "i64 i8 i16 i32 i64 u8 u16 u32 u64 f16 bf16 f32 f64 f32 f64";
    const REAL_FLOAT: &str = "f64 f64 f64 f64 f64 f64 f64 f64 f64 f16 bf16 f32 f64 f32 f64";
    let bools = ["bool"; 15].join(" ");
    let real = |rule: &str| rule.replace("c64", "-").replace("c128", "-");
    let keeping_bool = |rule: &str| rule.replacen("i64", "bool", 1);
    match (op, dtypes) {
        (Op::Map(Map::Mul), _) => keeping_bool(SAME),
        (Op::Map(Map::Min | Map::Max) | Op::Fold(Fold::Min | Fold::Max), _) => real(&keeping_bool(SAME)),
        (Op::Map(Map::Angle), _) => REAL_FLOAT.into(),
        (Op::Fold(Fold::Norm), _) => REAL_FLOAT.into(),
        (Op::Fold(Fold::Argmin | Fold::Argmax), _) => format!("{} - -", ["i64"; 13].join(" ")),
        (Op::Map(Map::Eq | Map::Ne), _) => bools,
        (Op::Map(Map::Cast(to)), _) => {
            let complex = if to.is_complex() || to == DType::Bool { to.name() } else { "-" };
            format!("{} {complex} {complex}", [to.name(); 13].join(" "))
        }
        (_, DTypes::Arithmetic) => SAME.into(),
        (_, DTypes::RealArithmetic) => real(SAME),
        (_, DTypes::Float) => FLOAT.into(),
        (_, DTypes::RealFloat) => real(FLOAT),
        (_, DTypes::Compare) => format!("{} - -", ["bool"; 13].join(" ")),
        (_, DTypes::Logic) => format!("bool {}", ["-"; 14].join(" ")),
        (_, DTypes::Predicate) => bools,
        (_, DTypes::RealPart) => REAL_PART.into(),
        (_, DTypes::Select) => keeping_bool(SAME),
        (_, DTypes::Accumulate) => EXACT.into(),
        (_, DTypes::Average) => FLOAT.into(),
        (_, DTypes::Position) => ["i64"; 15].join(" "),
        (_, DTypes::Keep) => keeping_bool(SAME),
        (_, DTypes::Cast) => unreachable!("casts are listed above"),
    }
}

#[test]
fn every_map_and_fold_on_every_dtype() {
    for row in table().filter(|row| !matches!(row.op, Op::Form(_))) {
        for (dtype, cell) in DType::ALL.into_iter().zip(rule(row.op, row.dtypes).split_whitespace()) {
            let env = Env::new()
                .array("a", dtype, [3], "")
                .array("b", dtype, [3], "")
                .array("c", dtype, [3], "")
                .array("m", DType::Bool, [3], "");
            let args = match (row.op, row.required) {
                (Op::Map(Map::Where), _) => "m, a, b",
                (_, 1) => "a",
                (_, 2) => "a, b",
                _ => "a, b, c",
            };
            let dot = if matches!(row.op, Op::Map(_)) { "." } else { "" };
            let text = format!("{}{dot}({args})", row.name);
            let got = try_check(&text, &env).map(|g| result(&g).dtype).ok();
            assert_eq!(got, DType::parse(cell), "{text} of {dtype}");
        }
    }
}

#[test]
fn every_form_on_every_dtype() {
    for row in table().filter(|row| matches!(row.op, Op::Form(_))) {
        // Products keep truth values where their product is logic; sums of products count.
        let kept = "bool i8 i16 i32 i64 u8 u16 u32 u64 f16 bf16 f32 f64 c64 c128";
        let counted = kept.replace("bool", "i64");
        let factored = "f64 f64 f64 f64 f64 f64 f64 f64 f64 f16 bf16 f32 f64 c64 c128";
        let (text, cells) = match row.name {
            "plus" | "minus" | "matmul" => (format!("A {} B", row.signs[0]), counted),
            "matpow" => ("A ^ 3".into(), counted),
            "over" => ("A / x[0]".into(), factored.into()),
            "transpose" | "adjoint" => (format!("A{}", row.signs[0]), kept.into()),
            "outer" => ("outer(x, y)".into(), kept.into()),
            "Diag" => ("Diag(x)".into(), kept.into()),
            "block_face_split" | "block_khatri_rao" => (format!("{}(A, B, [1, 1], [1, 1])", row.name), kept.into()),
            "tr" => ("tr(A)".into(), "i64 i64 i64 i64 i64 u64 u64 u64 u64 f16 bf16 f32 f64 c64 c128".into()),
            "inv" | "det" => (format!("{}(A)", row.name), factored.into()),
            "eigvals" => {
                let complex =
                    DType::ALL.map(|d| if matches!(d.name(), "f16" | "bf16" | "f32" | "c64") { "c64" } else { "c128" });
                ("eigvals(A)".into(), complex.join(" "))
            }
            "eigvalsh" | "svdvals" => {
                let real = factored.replace("c64", "f32").replace("c128", "f64");
                (format!("{}(A)", row.name), real)
            }
            "cumsum" | "cumprod" => {
                let cells = "i64 i64 i64 i64 i64 u64 u64 u64 u64 f16 bf16 f32 f64 c64 c128";
                (format!("{}(x)", row.name), cells.into())
            }
            "rank" => ("rank(A)".into(), ["i64"; 15].join(" ")),
            // Ones and identities are numbers: they take the dtype of what they meet.
            "J" | "I" => (format!("A + {}(2)", row.name), counted),
            "ones" => ("x + ones(2)".into(), counted),
            "commutation" => ("A + commutation(1, 2)".into(), counted),
            name if row.params.len() == 2 => (format!("{name}(A, B)"), kept.into()),
            name => (format!("{name}(A)"), kept.into()),
        };
        for (dtype, cell) in DType::ALL.into_iter().zip(cells.split_whitespace()) {
            let env = Env::new()
                .array("A", dtype, [2, 2], "")
                .array("B", dtype, [2, 2], "")
                .array("x", dtype, [2], "")
                .array("y", dtype, [2], "");
            assert_eq!(result(&graph_in(&text, &env)).dtype.name(), cell, "{text} of {dtype}");
        }
        assert!(row.writing != Writing::Prefix, "no form is a prefix");
    }
}

/// The engine relies on this: arguments of an elementwise node share a dtype, and no arithmetic is on bools.
#[test]
fn arguments_of_elementwise_nodes_share_a_dtype() {
    for row in table().filter(|row| matches!(row.op, Op::Map(_)) && row.required == 2) {
        for a in DType::ALL {
            for b in DType::ALL {
                let env = Env::new().array("a", a, [3], "").array("b", b, [3], "");
                let Ok(graph) = try_check(&format!("{}.(a, b)", row.name), &env) else { continue };
                for node in &graph.nodes {
                    let NodeKind::Map(map) = node.kind else { continue };
                    let dtypes: Vec<DType> = node.args.iter().map(|&id| graph.node(id).dtype).collect();
                    assert!(dtypes.iter().all(|d| *d == dtypes[0]), "{} of {a} and {b}", row.name);
                    let logic = matches!(map, Map::And | Map::Or | Map::Xor | Map::Cast(_));
                    assert!(logic || dtypes[0] != DType::Bool, "{} of {a} and {b}", row.name);
                }
            }
        }
    }
}

#[test]
fn numbers_take_the_dtype_of_the_array() {
    for (text, wanted) in [
        ("U .* 2", "u8[3, 4]"),
        ("U .* 2.5", "f64[3, 4]"),
        ("F .* 2.5", "f32[3, 4]"),
        ("H .+ 1", "f16[3, 4]"),
        ("G .* 0.5", "bf16[3, 4]"),
        ("M .* 2", "i64[3, 4]"),
        ("M .* true", "bool[3, 4]"),
        ("F .* 1i", "c64[3, 4]"),
        ("A .* 1i", "c128[3, 4]"),
        ("U .* 1i", "c128[3, 4]"),
        ("Z .* (3+4i)", "c64[3, 4]"),
        ("F .* k", "f32[3, 4]"),
        ("U .* n", "u8[3, 4]"),
        ("F .* sqrt(2)", "f32[3, 4]"),
        ("F .* [1.5 2.5 3.5 4.5; 1 2 3 4; 1 2 3 4]", "f32[3, 4]"),
        ("F .* J(3, 4)", "f32[3, 4]"),
        ("U .* sum([1 2 3])", "u8[3, 4]"),
        ("U .* where(M, 1, 0)", "u8[3, 4]"),
        ("F .* f64.(2)", "f64[3, 4]"),
        ("U ./ 2", "f64[3, 4]"),
        ("U ./ 1000", "f64[3, 4]"),
        ("-1 ./ P", "f64[3, 4]"),
        ("U .^ 2", "u8[3, 4]"),
        ("U .^ -1", "f64[3, 4]"),
        ("U .^ -2", "f64[3, 4]"),
        ("U .^ 0.5", "f64[3, 4]"),
        ("F .^ (1/2)", "f32[3, 4]"),
        ("2 .^ U", "u8[3, 4]"),
        ("U .> 2.5", "bool[3, 4]"),
        ("1 + 2", "i64[]"),
        ("1 / 2", "f64[]"),
        ("1 + 2i", "c128[]"),
        ("1 .< 2", "bool[]"),
        ("sqrt(2)", "f64[]"),
        ("[1 2.5]", "f64[1, 2]"),
        ("[true 2]", "i64[1, 2]"),
        ("u64.(18446744073709551615)", "u64[]"),
    ] {
        assert_eq!(type_of(text), wanted, "{text}");
    }
}

#[test]
fn arithmetic_on_numbers_happens_at_the_check() {
    for (text, wanted) in [
        ("-2 .^ 2", Scalar::I64(-4)),
        ("2 ^ 3 ^ 2", Scalar::I64(512)),
        ("7 - 2 * 3", Scalar::I64(1)),
        ("1 / 4", Scalar::F64(0.25)),
        ("2 ^ -2", Scalar::F64(0.25)),
        ("10 ^ -3", Scalar::F64(0.001)),
        ("0.1 + 0.2", Scalar::F64(0.1 + 0.2)),
        ("(3+4i) * 1i", Scalar::C128(hadamard_array::c128::new(-4.0, 3.0))),
        ("2 .> 1", Scalar::Bool(true)),
        ("nan .== nan", Scalar::Bool(false)),
        ("!true .| (1 .!= 2)", Scalar::Bool(true)),
        ("k * n", Scalar::F64(5.0)),
        ("c = 2 * 3; c + 1", Scalar::I64(7)),
        ("f32.(0.1)", Scalar::F32(0.1)),
        ("true + true", Scalar::I64(2)),
    ] {
        let graph = graph(text);
        match &result(&graph).kind {
            NodeKind::Constant(value) => assert_eq!(*value, wanted, "{text}"),
            other => panic!("{text} is {other:?}"),
        }
    }
}

#[test]
fn literals_change_dtype_before_they_are_computed_with() {
    // No conversion is left in the graph for what is known beforehand.
    for text in ["F .* [1 2 3 4]", "F * I(4)", "F .* J(3, 4)", "U .+ [1, 2, 3]", "F .* [1, 2, 3, 4].'", "U .* n"] {
        let graph = graph(text);
        let casts = graph.nodes.iter().filter(|n| matches!(n.kind, NodeKind::Map(Map::Cast(_)))).count();
        assert_eq!(casts, 0, "{text}:\n{graph}");
    }
}

#[test]
fn integers_divide_as_integers_so_that_zeros_are_seen() {
    let graph = graph("K ./ U");
    let node = result(&graph);
    assert_eq!(node.dtype, DType::F64);
    assert!(node.args.iter().all(|&id| graph.node(id).dtype == DType::I64));
    let graph = common::graph("sqrt.(U)");
    assert_eq!(graph.node(result(&graph).args[0]).dtype.kind(), Kind::Float);
}
