//! Broadcasting: axes are aligned from the first.

mod common;

use common::{graph_in, result, try_check};
use hadamard_algebra::Env;
use hadamard_array::{DType, Shape};
use proptest::prelude::*;

fn shape() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(prop::sample::select(vec![0, 1, 2, 3]), 0..4)
}

/// By the definition: an index of the result is an index of an argument, cut to its axes, 0 where it has length 1.
fn fits(argument: &[usize], result: &[usize]) -> bool {
    argument.len() <= result.len() && argument.iter().zip(result).all(|(a, r)| a == r || *a == 1)
}

proptest! {
    #[test]
    fn the_result_is_the_smallest_shape_both_fit(a in shape(), b in shape()) {
        let env = Env::new().array("A", DType::F64, a.clone(), "").array("B", DType::F64, b.clone(), "");
        let expected: Option<Vec<usize>> = (0..a.len().max(b.len()))
            .map(|k| match (a.get(k), b.get(k)) {
                (Some(m), Some(n)) if m == n || *n == 1 => Some(*m),
                (Some(m), Some(n)) => (*m == 1).then_some(*n),
                (m, n) => m.or(n).copied(),
            })
            .collect();
        match try_check("A .* B", &env) {
            Ok(graph) => {
                let shape = &result(&graph).shape;
                prop_assert_eq!(Some(shape.to_vec()), expected);
                prop_assert!(fits(&a, shape) && fits(&b, shape));
            }
            Err(error) => {
                prop_assert_eq!(error.code, "shape-mismatch");
                prop_assert_eq!(expected, None);
            }
        }
    }

    #[test]
    fn order_and_grouping_do_not_matter(a in shape(), b in shape(), c in shape()) {
        let env = Env::new().array("A", DType::F64, a, "").array("B", DType::F64, b, "").array("C", DType::F64, c, "");
        let of = |text: &str| -> Option<Shape> { try_check(text, &env).ok().map(|g| result(&g).shape.clone()) };
        prop_assert_eq!(of("fma.(A, B, C)"), of("fma.(C, A, B)"));
        // Grouping may refuse nothing that the three together allow, nor allow more.
        prop_assert_eq!(of("(A .* B) .* C"), of("A .* (B .* C)"));
        prop_assert_eq!(of("A .* B .* C"), of("fma.(A, B, C)"));
    }

    #[test]
    fn undotted_sums_need_equal_shapes_or_a_scalar(a in shape(), b in shape()) {
        let env = Env::new().array("A", DType::F64, a.clone(), "").array("B", DType::F64, b.clone(), "");
        let allowed = a == b || a.is_empty() || b.is_empty();
        prop_assert_eq!(try_check("A + B", &env).is_ok(), allowed);
        prop_assert_eq!(try_check("A - B", &env).is_ok(), allowed);
    }
}

#[test]
fn a_vector_scales_rows_and_a_mask_covers_channels() {
    let env = Env::new()
        .array("A", DType::F64, [1000, 50], "")
        .array("x", DType::F64, [1000], "")
        .array("w", DType::F64, [50], "")
        .array("photo", DType::U8, [480, 640, 3], "")
        .array("mask", DType::F32, [480, 640], "");
    assert_eq!(&result(&graph_in("x .* A .* w.'", &env)).shape[..], [1000, 50]);
    let graph = graph_in("photo .* mask", &env);
    assert_eq!((result(&graph).dtype, &result(&graph).shape[..]), (DType::F32, &[480, 640, 3][..]));
}
