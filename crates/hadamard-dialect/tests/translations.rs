//! Translations people look up, each with the text that must come out.

use hadamard_dialect::{Formula, Operands, notation};

fn translate(from: &str, to: &str, text: &str) -> String {
    let operands = Operands::default()
        .shape("A", &[2, 3])
        .shape("B", &[2, 3])
        .shape("C", &[3, 2])
        .shape("M", &[2, 2])
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
        ("numpy", "sympy", "A * B", "HadamardProduct(A, B)"),
        ("sympy", "r", "A * C", "A %*% C"),
        ("sympy", "wolfram", "A * C", "A . C"),
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
