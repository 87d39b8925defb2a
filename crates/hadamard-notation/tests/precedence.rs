//! Formulas and what they mean, fully parenthesised.

use hadamard_algebra::{Expr, ExprKind, Formula, Subscript, ops};
use hadamard_notation::{parse, print};

/// Text, meaning with every operation in parentheses, and the minimal printed form.
const TABLE: &[(&str, &str, &str)] = &[
    // Power: right-associative, tighter than a sign on its left, with a sign allowed on its right.
    ("-A.^2", "(-(A .^ 2))", "-A .^ 2"),
    ("(-A).^2", "((-A) .^ 2)", "(-A) .^ 2"),
    ("2^-1", "(2 ^ (-1))", "2 ^ -1"),
    ("A.^-1", "(A .^ (-1))", "A .^ -1"),
    ("a.^-b.*c", "((a .^ (-b)) .* c)", "a .^ -b .* c"),
    ("a.^-b.^c", "(a .^ (-(b .^ c)))", "a .^ -b .^ c"),
    ("a.^(-b).^c", "(a .^ ((-b) .^ c))", "a .^ (-b) .^ c"),
    ("(a.^-b).^c", "((a .^ (-b)) .^ c)", "(a .^ -b) .^ c"),
    ("2^3^2", "(2 ^ (3 ^ 2))", "2 ^ 3 ^ 2"),
    ("(2^3)^2", "((2 ^ 3) ^ 2)", "(2 ^ 3) ^ 2"),
    ("a.^b'", "(a .^ (b'))", "a .^ b'"),
    ("(a.^b)'", "((a .^ b)')", "(a .^ b)'"),
    ("A^∘-1", "(A .^ (-1))", "A .^ -1"),
    ("A^∘(1/2)", "(A .^ (1 / 2))", "A .^ (1 / 2)"),
    ("A^∘2", "(A .^ 2)", "A .^ 2"),
    ("--a", "(-(-a))", "--a"),
    ("-!a", "(-(!a))", "-!a"),
    ("+a", "a", "a"),
    ("a - -b", "(a - (-b))", "a - -b"),
    ("-a'", "(-(a'))", "-a'"),
    ("-a .* b", "((-a) .* b)", "-a .* b"),
    ("-(a .* b)", "(-(a .* b))", "-(a .* b)"),
    // Products and divisions: one level from the left.
    ("a .* b ./ c * d / e", "((((a .* b) ./ c) * d) / e)", "a .* b ./ c * d / e"),
    ("a ./ (b .* c)", "(a ./ (b .* c))", "a ./ (b .* c)"),
    (
        "a ⊙ b ∘ c ⊘ d ⊗ e ∗ f • g [∘] h",
        "(((((((a .* b) .* c) ./ d) ⊗ e) ∗ f) • g) [∘] h)",
        "a .* b .* c ./ d ⊗ e ∗ f • g [∘] h",
    ),
    ("A[∘]B", "(A [∘] B)", "A [∘] B"),
    ("A∘B'", "(A .* (B'))", "A .* B'"),
    // Sums, comparisons, logic.
    ("a + b .* c - d", "((a + (b .* c)) - d)", "a + b .* c - d"),
    ("a - (b - c)", "(a - (b - c))", "a - (b - c)"),
    ("a .- b .+ c", "((a .- b) .+ c)", "a .- b .+ c"),
    ("a − b", "(a - b)", "a - b"),
    ("−b", "(-b)", "-b"),
    ("a .+ b .< c .* d", "((a .+ b) .< (c .* d))", "a .+ b .< c .* d"),
    ("a .< b .& c .>= d .| !e", "(((a .< b) .& (c .>= d)) .| (!e))", "a .< b .& c .>= d .| !e"),
    ("a .& (b .| c)", "(a .& (b .| c))", "a .& (b .| c)"),
    ("!a .== b", "((!a) .== b)", "!a .== b"),
    ("(a .< b) .< c", "((a .< b) .< c)", "(a .< b) .< c"),
    ("a ≤ b .& c ≥ d .& e ≠ f", "(((a .<= b) .& (c .>= d)) .& (e .!= f))", "a .<= b .& c .>= d .& e .!= f"),
    ("a == b", "(a == b)", "a == b"),
    ("a<b", "(a < b)", "a < b"),
    (
        "a != b .| a<=b .| a>b .| a>=b",
        "((((a != b) .| (a <= b)) .| (a > b)) .| (a >= b))",
        "a != b .| a <= b .| a > b .| a >= b",
    ),
    // Points next to numbers belong to the sign.
    ("2.*x", "(2 .* x)", "2 .* x"),
    ("1.-x", "(1 .- x)", "1 .- x"),
    ("A .-1", "(A .- 1)", "A .- 1"),
    ("A.-B", "(A .- B)", "A .- B"),
    ("2.'", "(2.')", "2.'"),
    ("2.5.*x", "(2.5 .* x)", "2.5 .* x"),
    ("2..*x", "(2.0 .* x)", "2.0 .* x"),
    ("1./.5", "(1 ./ 0.5)", "1 ./ 0.5"),
    ("1.<2", "(1 .< 2)", "1 .< 2"),
    ("1.==2", "(1 .== 2)", "1 .== 2"),
    ("1.!=2", "(1 .!= 2)", "1 .!= 2"),
    ("a.&b.|c", "((a .& b) .| c)", "a .& b .| c"),
    // Postfix signs, calls, indices.
    ("A'.'", "((A').')", "A'.'"),
    ("Aᵀ * Bᵀ", "((A.') * (B.'))", "A.' * B.'"),
    ("A.' .* B", "((A.') .* B)", "A.' .* B"),
    ("A.'*B", "((A.') * B)", "A.' * B"),
    ("A[0:10, :]", "A[0:10, :]", "A[0:10, :]"),
    ("A[i, j]'", "(A[i, j]')", "A[i, j]'"),
    ("A'[0]", "(A')[0]", "A'[0]"),
    ("(A + B)[0]", "(A + B)[0]", "(A + B)[0]"),
    ("A[::2, -1]", "A[::2, (-1)]", "A[::2, -1]"),
    ("A[::-1]", "A[::(-1)]", "A[::-1]"),
    ("A[1:]", "A[1:]", "A[1:]"),
    ("A[:n-1:2][0]", "A[:(n - 1):2][0]", "A[:n - 1:2][0]"),
    ("sum(A, axis=0)", "sum(A, axis=0)", "sum(A, axis=0)"),
    ("f32.(A) ./ 255", "(f32.(A) ./ 255)", "f32.(A) ./ 255"),
    ("max.(A, 0)", "max.(A, 0)", "max.(A, 0)"),
    ("max(A)", "max(A)", "max(A)"),
    ("max .* I", "(max .* I)", "max .* I"),
    ("where(a .> b, a, b)", "where((a .> b), a, b)", "where(a .> b, a, b)"),
    ("kron(A, B)", "(A ⊗ B)", "A ⊗ B"),
    ("𝟙(n)", "ones(n)", "ones(n)"),
    ("𝟙 (3) * 𝟙(3)ᵀ", "(ones(3) * (ones(3).'))", "ones(3) * ones(3).'"),
    ("power(A, 2)", "power(A, 2)", "power(A, 2)"),
    ("power.(A, 2)", "(A .^ 2)", "A .^ 2"),
    // Numbers and constants.
    ("1_000 + 0xff + 1e-3 + 2.", "(((1000 + 255) + 0.001) + 2.0)", "1000 + 255 + 0.001 + 2.0"),
    ("2i + 2.5i", "(2.0i + 2.5i)", "2.0i + 2.5i"),
    ("1e3i", "1000.0i", "1000.0i"),
    ("inf + nan + pi", "((inf + nan) + 3.141592653589793)", "inf + nan + 3.141592653589793"),
    ("true .& false", "(true .& false)", "true .& false"),
    (
        "170141183460469231731687303715884105727",
        "170141183460469231731687303715884105727",
        "170141183460469231731687303715884105727",
    ),
    // Matrix literals.
    ("[1 2; 3 4]", "[1 2; 3 4]", "[1 2; 3 4]"),
    ("[1, 2; 3, 4]", "[1 2; 3 4]", "[1 2; 3 4]"),
    ("[1 2\n 3 4]", "[1 2; 3 4]", "[1 2; 3 4]"),
    ("[\n1 2;\n3 4;\n]", "[1 2; 3 4]", "[1 2; 3 4]"),
    ("[1, 2, 3]", "[1, 2, 3]", "[1, 2, 3]"),
    ("[1, 2,\n 3]", "[1, 2, 3]", "[1, 2, 3]"),
    ("[1; 2; 3]", "[1, 2, 3]", "[1, 2, 3]"),
    ("[1\n2]", "[1, 2]", "[1, 2]"),
    ("[1 2 3]", "[1 2 3]", "[1 2 3]"),
    ("[1]", "[1]", "[1]"),
    ("[1 -2]", "[1 (-2)]", "[1 -2]"),
    ("[1 - 2]", "[(1 - 2)]", "[1 - 2]"),
    ("[1-2]", "[(1 - 2)]", "[1 - 2]"),
    ("[1 +2]", "[1 2]", "[1 2]"),
    ("[1 .-2]", "[(1 .- 2)]", "[1 .- 2]"),
    ("[a !b]", "[a (!b)]", "[a !b]"),
    ("[a' b']", "[(a') (b')]", "[a' b']"),
    ("[a' b.']", "[(a') (b.')]", "[a' b.']"),
    ("[1+2i 3]", "[(1 + 2.0i) 3]", "[1 + 2.0i 3]"),
    ("[1 - 2 3]", "[(1 - 2) 3]", "[1 - 2 3]"),
    ("[(1 -2) 3]", "[(1 - 2) 3]", "[1 - 2 3]"),
    ("[A [1]]", "[A [1]]", "[A [1]]"),
    ("[A[1]]", "[A[1]]", "[A[1]]"),
    ("[x (y)]", "[x y]", "[x y]"),
    ("[sum(x) sum(y)]", "[sum(x) sum(y)]", "[sum(x) sum(y)]"),
    ("[[1 2] [3 4]]", "[[1 2] [3 4]]", "[[1 2] [3 4]]"),
    ("[2 3 1; 0 8 -2] .* [3 1 4; 7 9 5]", "([2 3 1; 0 8 (-2)] .* [3 1 4; 7 9 5])", "[2 3 1; 0 8 -2] .* [3 1 4; 7 9 5]"),
    ("[1 2][0, 1]", "[1 2][0, 1]", "[1 2][0, 1]"),
    // Statements, lines, comments.
    ("D = A .* B; s = sum(D)", "D = (A .* B); s = sum(D)", "D = A .* B; s = sum(D)"),
    (
        "\n# product\nD = A .* # entry by entry\n  B\n\ns = sum(D);;\n",
        "D = (A .* B); s = sum(D)",
        "D = A .* B; s = sum(D)",
    ),
    ("C =\n A", "C = A", "C = A"),
    ("(A\n+ B\n)", "(A + B)", "A + B"),
    ("sum(A,\n axis=\n0\n)", "sum(A, axis=0)", "sum(A, axis=0)"),
    ("a\r\nb", "a; b", "a; b"),
    ("a\n-b", "a; (-b)", "a; -b"),
    ("Größe .* λ₁", "(Größe .* λ₁)", "Größe .* λ₁"),
];

/// Prints every operation with signs in parentheses: an independent account of how a formula was grouped.
fn parenthesised(formula: &Formula) -> String {
    let statements = formula.statements.iter().map(|s| match &s.name {
        Some((name, _)) => format!("{name} = {}", full(&s.expr)),
        None => full(&s.expr),
    });
    statements.collect::<Vec<_>>().join("; ")
}

fn full(expr: &Expr) -> String {
    let join = |items: &[Expr], by: &str| items.iter().map(full).collect::<Vec<_>>().join(by);
    match &expr.kind {
        ExprKind::Number(value) => value.to_string(),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Matrix { rows, vector: true } => format!("[{}]", join(&rows[0], ", ")),
        ExprKind::Matrix { rows, vector: false } => {
            format!("[{}]", rows.iter().map(|row| join(row, " ")).collect::<Vec<_>>().join("; "))
        }
        ExprKind::Index { of, at } => {
            let part = |part: &Option<Expr>| part.as_ref().map(full).unwrap_or_default();
            let subscripts = at.iter().map(|s| match s {
                Subscript::At(at) => full(at),
                Subscript::Range { start, stop, step: None, .. } => format!("{}:{}", part(start), part(stop)),
                Subscript::Range { start, stop, step, .. } => format!("{}:{}:{}", part(start), part(stop), part(step)),
            });
            format!("{}[{}]", full(of), subscripts.collect::<Vec<_>>().join(", "))
        }
        ExprKind::Call { op, dotted, args, named, .. } => {
            let row = op.row();
            let by_sign = named.is_empty() && *dotted == matches!(op, hadamard_algebra::Op::Map(_));
            match (row.writing, args.as_slice()) {
                (ops::Writing::Infix(_), [a, b]) if by_sign => format!("({} {} {})", full(a), row.signs[0], full(b)),
                (ops::Writing::Infix(ops::Level::Compare), [a, b]) if named.is_empty() => {
                    format!("({} {} {})", full(a), &row.signs[0][1..], full(b))
                }
                (ops::Writing::Prefix, [a]) if by_sign => format!("({}{})", row.signs[0], full(a)),
                (ops::Writing::Postfix, [a]) if by_sign => format!("({}{})", full(a), row.signs[0]),
                _ => {
                    let named = named.iter().map(|(name, _, value)| format!("{name}={}", full(value)));
                    let all = args.iter().map(full).chain(named).collect::<Vec<_>>().join(", ");
                    format!("{}{}({all})", row.name, if *dotted { "." } else { "" })
                }
            }
        }
    }
}

#[test]
fn formulas_mean_what_the_table_says() {
    for (text, meaning, printed) in TABLE {
        let formula = parse(text).unwrap_or_else(|e| panic!("{text:?}: {e}"));
        assert_eq!(&parenthesised(&formula), meaning, "meaning of {text:?}");
        assert_eq!(&print(&formula), printed, "printed form of {text:?}");
        let again = parse(printed).unwrap_or_else(|e| panic!("{printed:?}: {e}"));
        assert_eq!(&parenthesised(&again), meaning, "meaning of the printed form of {text:?}");
    }
}

/// The place of a node is the text that means the node; the place of an operation is its sign or name.
#[test]
fn places_are_the_text_of_what_stands_there() {
    for (text, ..) in TABLE.iter().filter(|(text, ..)| !text.contains('\n')) {
        for statement in parse(text).unwrap().statements {
            if let Some((name, span)) = &statement.name {
                assert_eq!(&text[span.start..span.end], name);
            }
            placed(text, &statement.expr);
        }
    }
}

fn placed(text: &str, expr: &Expr) {
    let own = &text[expr.span.start..expr.span.end];
    let alone = parse(own).unwrap_or_else(|e| panic!("{own:?} in {text:?}: {e}"));
    let statement = hadamard_algebra::Statement { name: None, expr: expr.clone() };
    assert_eq!(print(&alone), print(&Formula { statements: vec![statement] }), "{own:?} in {text:?}");
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::Name(_) => {}
        ExprKind::Matrix { rows, .. } => rows.iter().flatten().for_each(|entry| placed(text, entry)),
        ExprKind::Call { op, op_span, args, named, .. } => {
            let sign = &text[op_span.start..op_span.end];
            let bare = sign.replace('−', "-").replace("^∘", ".^");
            let row = op.row();
            let undotted = row.signs.iter().any(|own| own.strip_prefix('.') == Some(&bare));
            assert!(
                row.name == bare || row.signs.contains(&&*bare) || undotted,
                "{sign:?} of {:?} in {text:?}",
                row.op
            );
            args.iter().for_each(|arg| placed(text, arg));
            for (name, span, value) in named {
                assert_eq!(&text[span.start..span.end], name);
                placed(text, value);
            }
        }
        ExprKind::Index { of, at } => {
            placed(text, of);
            for subscript in at {
                match subscript {
                    Subscript::At(at) => placed(text, at),
                    Subscript::Range { start, stop, step, span } => {
                        let again = parse(&format!("A[{}]", &text[span.start..span.end])).unwrap();
                        let ExprKind::Index { at, .. } = &again.statements[0].expr.kind else { panic!("{text:?}") };
                        assert!(matches!(at[..], [Subscript::Range { .. }]), "{text:?}");
                        [start, stop, step].into_iter().flatten().for_each(|part| placed(text, part));
                    }
                }
            }
        }
    }
}

#[test]
fn every_row_and_example_of_the_table_of_operations_parses() {
    for row in hadamard_algebra::ops::table() {
        for (left, right) in row.examples {
            for text in [left, right] {
                parse(text).unwrap_or_else(|e| panic!("{text:?}: {e}"));
            }
        }
        for sign in row.signs {
            use hadamard_algebra::ops::Writing;
            let text = match row.writing {
                Writing::Call => format!("{sign}(a)"),
                Writing::Infix(_) => format!("a{sign}b"),
                Writing::Prefix => format!("{sign}a"),
                Writing::Postfix => format!("a{sign}"),
            };
            let formula = parse(&text).unwrap_or_else(|e| panic!("{text:?}: {e}"));
            match &formula.statements[0].expr.kind {
                hadamard_algebra::ExprKind::Call { op, .. } => assert_eq!(*op, row.op, "{text:?}"),
                other => panic!("{text:?} is {other:?}"),
            }
        }
    }
}
