//! Translations people look up, each with the text that must come out.

use hadamard_dialect::{Formula, Operands, notation};

fn translate(from: &str, to: &str, text: &str) -> String {
    let operands = Operands::default()
        .shape("A", &[2, 3])
        .shape("B", &[2, 3])
        .shape("C", &[3, 2])
        .shape("M", &[2, 2])
        .shape("F", &[3, 2])
        .shape("Q", &[2, 2])
        .shape("N", &[2, 2])
        .shape("v", &[2])
        .shape("w", &[3])
        .shape("s", &[]);
    let formula = Formula::read(text, notation(from).unwrap()).unwrap_or_else(|e| panic!("{text}: {e}"));
    match formula.translate(notation(to).unwrap(), &operands) {
        Ok(translated) => translated.text,
        Err(error) => format!("— {}", error.message),
    }
}

#[test]
fn what_comes_out() {
    let rows = [
        ("julia", "numpy", "v .* M", "v[:, None] * M"),
        ("numpy", "julia", "v * M", "transpose(v) .* M"),
        ("numpy", "julia", "A * B @ C", "A .* B * C"),
        ("matlab", "numpy", "A * C", "A @ C"),
        ("matlab", "numpy", "2^3^2", "(2 ** 3) ** 2"),
        ("numpy", "matlab", "A * w", "A .* w.'"),
        ("numpy", "r", "A * w", "sweep(A, 2, w, '*')"),
        ("r", "numpy", "v * A", "v[:, None] * A"),
        ("r", "matlab", "A %*% C", "A * C"),
        ("numpy", "fortran", "A * w", "A * spread(w, 1, 2)"),
        ("numpy", "eigen", "A * B", "A.cwiseProduct(B)"),
        ("numpy", "armadillo", "A * B", "A % B"),
        ("numpy", "armadillo", "A * w", "A.each_row() % w.st()"),
        ("numpy", "j", "A @ C", "A +/ . * C"),
        ("j", "numpy", "v * A", "v[:, None] * A"),
        ("numpy", "apl", "A * B ** 2", "A × B * 2"),
        ("numpy", "latex", "A * B", "A \\odot B"),
        ("latex", "numpy", "A \\odot B", "A * B"),
        ("latex", "numpy", "A C", "A @ C"),
        ("numpy", "sympy", "A * B", "A.multiply_elementwise(B)"),
        ("sympy", "r", "A * C", "A %*% C"),
        ("sympy", "wolfram", "A * F", "A . F"),
        ("sympy", "fortran", "A * C", "matmul(A, C)"),
        ("numpy", "hadamard", "A * w", "A .* w.'"),
        ("numpy", "gauss", "A * w", "A .* w.'"),
        ("numpy", "wolfram", "A * B", "A * B"),
        ("matlab", "julia", "sum(A, 1)", "sum(A, dims=1)"),
        ("numpy", "matlab", "A.sum(axis=1)", "sum(A, 2)"),
        (
            "numpy",
            "matlab",
            "np.einsum('ij,ik->ijk', A, B).reshape(A.shape[0], -1)",
            "cell2mat(arrayfun(@(k) kron(A(k, :), B(k, :)), (1:size(A, 1))', 'UniformOutput', false))",
        ),
    ];
    let wrong: Vec<String> = rows
        .iter()
        .map(|(from, to, text, wanted)| (from, to, text, wanted, translate(from, to, text)))
        .filter(|(_, _, _, wanted, got)| **wanted != got.as_str())
        .map(|(from, to, text, wanted, got)| format!("{from} → {to}: {text}\n    {got}\n    wanted {wanted}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What SymPy's own printers get wrong without a word: the Hadamard product or a matrix product under the other's sign.
#[test]
fn what_sympy_prints_wrong() {
    let rows = [
        ("HadamardProduct(A, B)", "wolfram", "A * B"),
        ("HadamardProduct(A, B)", "r", "A * B"),
        ("HadamardProduct(A, B)", "fortran", "A * B"),
        ("M * Q", "wolfram", "M . Q"),
        ("M * Q", "r", "M %*% Q"),
        ("M * Q", "fortran", "matmul(M, Q)"),
        ("M ** 2", "wolfram", "MatrixPower[M, 2]"),
        ("M ** 2", "r", "matrixcalc::matrix.power(M, 2L)"),
        ("HadamardPower(M, 2)", "octave", "M .^ 2"),
        ("HadamardPower(M, 2)", "julia", "M .^ 2"),
        ("HadamardPower(M, 2)", "numpy", "M ** 2"),
        ("kronecker_product(M, Q)", "octave", "kron(M, Q)"),
    ];
    for (text, to, wanted) in rows {
        assert_eq!(translate("sympy", to, text), wanted, "{text} to {to}");
    }
}

/// Words of a language cannot name operands there, and where case means nothing, `A` and `a` are one name.
#[test]
fn names_the_target_cannot_have() {
    for (to, text, refused) in [
        ("wolfram", "A * C", true),
        ("hpprime", "e * A", true),
        ("fortran", "A * a", true),
        ("fortran", "A * B", false),
    ] {
        let operands = Operands::default().shape("A", &[2, 2]).shape("B", &[2, 2]).shape("C", &[2, 2]);
        let operands = operands.shape("a", &[2, 2]).shape("e", &[2, 2]);
        let formula = Formula::read(text, notation("numpy").unwrap()).unwrap();
        let code = formula.translate(notation(to).unwrap(), &operands).err().map(|error| error.code);
        assert_eq!(code == Some("reserved-name"), refused, "{text} to {to}: {code:?}");
    }
}

/// The two conventions of LaTeX swap the signs of two products, and mixed signs have no order.
#[test]
fn conventions_of_latex() {
    assert_eq!(translate("latex", "numpy", "A \\odot B"), "A * B");
    assert_eq!(translate("latex-kolda", "numpy", "A \\ast B"), "A * B");
    assert_eq!(translate("latex-kolda", "latex", "A \\odot B"), "A \\ast B");
    assert_eq!(translate("latex", "latex-kolda", "A \\odot B"), "A \\ast B");
    let mixed = Formula::read("M \\odot N \\otimes M", notation("latex").unwrap()).unwrap_err();
    assert_eq!(mixed.code, "mixed-products");
    assert!(Formula::read("M \\odot (N \\otimes M)", notation("latex").unwrap()).is_ok());
}

/// Errors name the place in the text they were written in.
#[test]
fn errors_have_their_place() {
    let operands = Operands::default().shape("A", &[2, 3]).shape("v", &[2]).shape("M", &[2, 2]);
    for (name, text, wanted) in [
        ("numpy", "1 + A * v", "A * v"),
        ("matlab", "1 + A * A", "A * A"),
        ("julia", "1 .+ (A * A)", "A * A"),
        ("r", "1 + (A %*% A)", "A %*% A"),
        ("fortran", "1 + matmul(A, A)", "matmul(A, A)"),
        ("armadillo", "1 + (A % M)", "A % M"),
        ("apl", "1 + A × M", "A × M"),
        ("latex", "M + A \\odot M", "A \\odot M"),
        ("pandas", "1 + A @ A", "A @ A"),
        ("numpy", "A $ v", "$"),
        ("armadillo", "schur(A, A)", "schur(A, A)"),
    ] {
        let error = Formula::read(text, notation(name).unwrap()).and_then(|f| f.evaluate(&operands)).unwrap_err();
        let place = &text[error.span.start..error.span.end];
        assert!(
            place.trim_matches(['(', ')']) == wanted.trim_matches(['(', ')']),
            "{name}: {text}: {error} at `{place}`"
        );
    }
}
