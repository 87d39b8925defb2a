//! Hostile and generated formulas: a clear error or a tree, on a small stack, in bounded time.

mod common;

use hadamard_notation::limits::{MAX_DEPTH, MAX_DIGITS, MAX_ENTRIES, MAX_LENGTH, MAX_NESTING, MAX_NODES};
use hadamard_notation::{parse, print};
use proptest::prelude::*;

/// Runs on a stack of 1 MiB, half of what a thread usually has.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
}

fn fill(unit: &str) -> String {
    unit.repeat(MAX_LENGTH / unit.len())
}

fn code(text: &str) -> &'static str {
    match parse(text) {
        Ok(_) => "ok",
        Err(error) => {
            assert!(text.get(error.span.start..error.span.end).is_some(), "{:?} outside the text", error.span);
            error.code
        }
    }
}

#[test]
fn a_mebibyte_of_one_thing_is_a_clear_error() {
    on_a_small_stack(|| {
        let cases = [
            ("(", "too-deep"),
            ("[", "too-deep"),
            ("[[1 ", "too-deep"),
            ("A[", "too-deep"),
            ("-", "too-deep"),
            ("!", "too-deep"),
            ("+", "too-deep"),
            ("sum(", "too-deep"),
            ("exp.(", "too-deep"),
            ("a.^", "too-deep"),
            ("a^-", "too-deep"),
            ("A.*", "too-deep"),
            ("A + ", "too-deep"),
            ("(a .| b .& c .< d + e .* -f .^ ", "too-deep"),
            ("[a .| b .& c .< d + e .* -f .^ g[", "too-deep"),
            ("a .< (", "too-deep"),
            ("a<b<(", "too-deep"),
            ("a<b<[1 -sum(A[:", "too-deep"),
            ("[1, (", "too-deep"),
            (")", "unexpected-token"),
            ("1 ", "unexpected-token"),
            ("a;", "too-many-operands"),
            ("a\n", "too-many-operands"),
            (";", "empty-formula"),
            ("\n", "empty-formula"),
            ("#", "empty-formula"),
            (" ", "empty-formula"),
            ("a", "ok"),
            ("9", "literal-too-large"),
            ("0x", "bad-number"),
            ("ᵀ", "unexpected-token"),
            ("é", "ok"),
            ("\0", "unexpected-token"),
        ];
        for (unit, expected) in cases {
            assert_eq!(code(&fill(unit)), expected, "a mebibyte of {unit:?}");
        }
        assert_eq!(code(&format!("a{}", fill("'"))), "too-long");
        assert_eq!(code(&format!("a{}", "'".repeat(MAX_LENGTH - 1))), "too-deep");
        assert_eq!(code(&format!("a{}", "[0]".repeat(MAX_LENGTH / 4))), "too-deep");
        assert_eq!(code(&format!("[{}", "1 ".repeat(MAX_LENGTH / 2 - 1))), "literal-too-large");
        assert_eq!(code(&format!("sum({}", "1,".repeat(MAX_LENGTH / 2 - 4))), "too-many-operands");
        assert_eq!(code(&format!("A[{}", ":,".repeat(MAX_LENGTH / 2 - 4))), "too-many-operands");
        assert_eq!(code(&format!("{}(0)", "a".repeat(MAX_LENGTH - 3))), "unknown-function");
    });
}

#[test]
fn limits_hold_exactly() {
    on_a_small_stack(|| {
        let nested = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
        assert_eq!(code(&nested(MAX_NESTING)), "ok");
        assert_eq!(code(&nested(MAX_NESTING + 1)), "too-deep");
        let chain = |n: usize| format!("a{}", " .* a".repeat(n - 1));
        assert_eq!(code(&chain(MAX_DEPTH)), "ok");
        assert_eq!(code(&chain(MAX_DEPTH + 1)), "too-deep");
        let list = |n: usize| format!("[1{}]", ", 1".repeat(n - 1));
        assert_eq!(code(&list(MAX_ENTRIES)), "ok");
        assert_eq!(code(&list(MAX_ENTRIES + 1)), "literal-too-large");
        assert_eq!(code(&"a;".repeat(MAX_NODES)), "ok");
        assert_eq!(code(&"a;".repeat(MAX_NODES + 1)), "too-many-operands");
        let digits = |n: usize| format!("0.{}", "1".repeat(n - 2));
        assert_eq!(code(&digits(MAX_DIGITS)), "ok");
        assert_eq!(code(&digits(MAX_DIGITS + 1)), "literal-too-large");
    });
}

#[test]
fn the_deepest_trees_print_and_read_back_on_a_small_stack() {
    on_a_small_stack(|| {
        let texts = [
            format!("a{}", " .* a".repeat(MAX_DEPTH - 1)),
            format!("a{}", "'".repeat(MAX_DEPTH - 1)),
            format!("{}a", "-".repeat(MAX_DEPTH - 1)),
            format!("{}a", "a .^ ".repeat(MAX_DEPTH - 1)),
            format!("{}a{}", "[1, ".repeat(MAX_NESTING), "]".repeat(MAX_NESTING)),
            format!("{}a{}", "A[".repeat(MAX_NESTING), "]".repeat(MAX_NESTING)),
            format!("{}a{}", "divide.(b, ".repeat(MAX_NESTING), ")".repeat(MAX_NESTING)),
            format!("{}a{}", "(a .| b .& c .< d + e .* f .^ ".repeat(MAX_DEPTH / 6), ")".repeat(MAX_DEPTH / 6)),
            format!("{}a{}", "(a .^ -".repeat(MAX_NESTING - 1), ")".repeat(MAX_NESTING - 1)),
        ];
        for text in texts {
            let start = &text[..20];
            let tree = parse(&text).unwrap_or_else(|e| panic!("{start}…: {e}"));
            let again = parse(&print(&tree)).unwrap_or_else(|e| panic!("{start}… printed: {e}"));
            assert_eq!(common::without_spans(again), common::without_spans(tree), "{start}…");
        }
    });
}

/// Pieces that meet at every boundary of the grammar.
const PIECES: &[&str] = &[
    "A", "x", "sum", "exp", "foo", "axis=", "2", "1.5", ".5", "2.", "3i", "0x1", "1e5", "pi", "true", "(", ")", "[",
    "]", ".(", ",", ";", "\n", ":", "=", " ", "+", "-", ".+", ".-", "*", "/", ".*", "./", ".^", "^", "^∘", "∘", "⊙",
    "⊗", "∗", "•", "[∘]", "'", ".'", "ᵀ", "!", ".<", "<", "==", ".==", ".&", ".|", "≤", "𝟙", "#", "@", "**", "×", ".T",
    "^T", "²", ".", "_", "é", "\u{301}", "−", "'",
];

fn sound(text: &str) -> Result<(), TestCaseError> {
    match parse(text) {
        Err(error) => {
            let places = error.labels.iter().map(|(span, _)| *span).chain([error.span]);
            for span in places {
                prop_assert!(text.get(span.start..span.end).is_some(), "{:?} outside {text:?}", span);
            }
            prop_assert!(!error.message.is_empty());
        }
        Ok(formula) => {
            let printed = print(&formula);
            let again = parse(&printed).map_err(|e| TestCaseError::fail(format!("{printed:?}: {e}")))?;
            // Two NaN are not equal, their text is.
            prop_assert_eq!(
                format!("{:?}", common::without_spans(again)),
                format!("{:?}", common::without_spans(formula))
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn any_text_is_read_or_explained(text in "\\PC*") {
        sound(&text)?;
    }

    #[test]
    fn any_bytes_are_read_or_explained(text in any::<String>()) {
        sound(&text)?;
    }

    #[test]
    fn any_soup_of_tokens_is_read_or_explained(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..14)) {
        sound(&pieces.concat())?;
    }
}
