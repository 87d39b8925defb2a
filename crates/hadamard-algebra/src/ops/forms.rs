//! Operations on matrices as wholes: products, transposes, diagonals, inverses.

use super::DTypes::{Accumulate, Arithmetic, Float, Keep, Position};
use super::Form::*;
use super::build::form;
use super::{Level, Row};

// A table, aligned by hand.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    form(Plus, "plus", &["a", "b"], Arithmetic,
        "Matrix sum: equal shapes, or a scalar. `.+` broadcasts.",
        &[("[1 2] + [3 4]", "[4 6]"), ("[1 2] + 1", "[2 3]")])
        .infix(Level::Sum, &["+"]).shapes("m×n, m×n → m×n, or a scalar").commutative().associative().identity(0.0),
    form(Minus, "minus", &["a", "b"], Arithmetic,
        "Matrix difference: equal shapes, or a scalar. `.-` broadcasts.", &[("[1 2] - [3 5]", "[-2 -3]")])
        .infix(Level::Sum, &["-"]).shapes("m×n, m×n → m×n, or a scalar"),
    form(MatMul, "matmul", &["a", "b"], Arithmetic,
        "Matrix product; with a scalar, scaling. Vectors are columns: x.' * y is their inner product, a scalar.",
        &[("[1 2; 3 4] * [5 6; 7 8]", "[19 22; 43 50]"), ("2 * [1 2]", "[2 4]"), ("[1 2; 3 4] * [1, 1]", "[3, 7]"),
          ("[1, 2].' * [3, 4]", "11")])
        .infix(Level::Product, &["*"]).shapes("m×k, k×n → m×n, or a scalar")
        .algorithm("dot products; their order of summation is not promised"),
    form(Over, "over", &["a", "k"], Float,
        "Division by a scalar; `./` divides entry by entry.", &[("[2 4] / 2", "[1.0 2.0]")])
        .infix(Level::Product, &["/"]).shapes("m×n, scalar → m×n"),
    form(MatPow, "matpow", &["a", "k"], Arithmetic,
        "Matrix power with an integer exponent (negative: of the inverse); of scalars, the power.",
        &[("[1 1; 0 1] ^ 3", "[1 3; 0 1]"), ("2 ^ 3 ^ 2", "512")])
        .infix(Level::Power, &["^"]).shapes("n×n, integer → n×n").algorithm("repeated matrix products"),
    form(Transpose, "transpose", &["a"], Keep,
        "Transpose.", &[("[1 2; 3 4].'", "[1 3; 2 4]"), ("[1, 2].'", "[1 2]")])
        .postfix(&[".'", "ᵀ"]).shapes("m×n → n×m; a vector m → 1×m"),
    form(Adjoint, "adjoint", &["a"], Keep,
        "Conjugate transpose.", &[("[1+2i 3+1i]'", "[1-2i; 3-1i] .* J(2, 1)")])
        .postfix(&["'"]).shapes("m×n → n×m; a vector m → 1×m"),
    form(Kron, "kron", &["a", "b"], Arithmetic,
        "Kronecker product: a_ij b_kl at (i p + k, j q + l).", &[("kron([1 2], [1; 10] .* J(2, 1))", "[1 2; 10 20]")])
        .infix(Level::Product, &["⊗"]).shapes("m×n, p×q → mp×nq"),
    form(KhatriRao, "khatri_rao", &["a", "b"], Arithmetic,
        "Column-wise Khatri–Rao product: columns a_j ⊗ b_j.", &[("khatri_rao([1 2], [3 4; 5 6])", "[3 8; 5 12]")])
        .infix(Level::Product, &["∗"]).shapes("m×n, p×n → mp×n"),
    form(FaceSplit, "face_split", &["a", "b"], Arithmetic,
        "Face-splitting product (row-wise): rows a_i ⊗ b_i.",
        &[("face_split([1 2; 3 4], [1 10; 1 10])", "[1 10 2 20; 3 30 4 40]")])
        .infix(Level::Product, &["•"]).shapes("m×n, m×p → m×np"),
    form(Penetrating, "penetrating", &["a", "b"], Arithmetic,
        "Penetrating face product: [A∘B_1 | … | A∘B_n] over the p×g blocks of B.",
        &[("penetrating([1 2], [1 2 3 4])", "[1 4 3 8]")])
        .infix(Level::Product, &["[∘]"]).shapes("p×g, p×gn → p×gn"),
    form(PenetratingV, "penetrating_v", &["a", "b"], Arithmetic,
        "Penetrating face product over stacked blocks: [A∘B_1; …; A∘B_n].",
        &[("penetrating_v([1 2], [1 2; 3 4])", "[1 4; 3 8]")]).shapes("p×g, pn×g → pn×g"),
    form(BlockFaceSplit, "block_face_split", &["a", "b", "rows", "cols", "b_cols"], Arithmetic,
        "Block face-splitting product A[•]B: `rows` lists the heights of the block rows, \
         `cols` the widths of the block columns of A; B's columns split evenly into as many \
         blocks, or as `b_cols` says.",
        &[("block_face_split([1 2; 3 4], [1 10; 1 10], [1, 1], [1, 1])", "[1 20; 3 40]")])
        .required(4).shapes("equal block grids → blocks A_ij • B_ij"),
    form(BlockKhatriRao, "block_khatri_rao", &["a", "b", "rows", "cols", "b_rows"], Arithmetic,
        "Transposed block face-splitting product A[∗]B: `rows` lists the heights of the \
         block rows of A, `cols` the widths of the block columns; B's rows split evenly into as many \
         blocks, or as `b_rows` says.",
        &[("block_khatri_rao([1 2; 3 4], [1 10; 1 10], [1, 1], [1, 1])", "[1 20; 3 40]")])
        .required(4).shapes("equal block grids → blocks A_ij ∗ B_ij"),
    form(Outer, "outer", &["x", "y"], Arithmetic,
        "Outer product x_i y_j (no conjugation).", &[("outer([1, 2], [3, 4])", "[3 4; 6 8]")]).shapes("m, n → m×n"),
    form(DiagBuild, "Diag", &["x"], Keep,
        "Square matrix with the vector x on its diagonal.", &[("Diag([1, 2])", "[1 0; 0 2]")]).shapes("n → n×n"),
    form(DiagExtract, "diag", &["m"], Keep,
        "The diagonal of a matrix as a vector.", &[("diag([1 2; 3 4])", "[1, 4]")]).shapes("m×n → min(m, n)"),
    form(Trace, "tr", &["m"], Accumulate,
        "Trace: the sum of the diagonal of a square matrix.", &[("tr([1 2; 3 4])", "5")])
        .shapes("n×n → scalar").algorithm("pairwise tree over fixed blocks"),
    form(Vec, "vec", &["a"], Keep,
        "The columns stacked into one vector (column-major).", &[("vec([1 2; 3 4])", "[1, 3, 2, 4]")])
        .shapes("m×n → mn"),
    form(Rvec, "rvec", &["a"], Keep,
        "The rows laid end to end as one vector (row-major).", &[("rvec([1 2; 3 4])", "[1, 2, 3, 4]")])
        .shapes("m×n → mn"),
    form(J, "J", &["m", "n"], Keep,
        "The all-ones matrix: the identity of the Hadamard product.", &[("J(2, 3) .* 7", "[7 7 7; 7 7 7]")])
        .required(1).shapes("→ m×n (J(n): n×n)"),
    form(Ones, "ones", &["n"], Keep,
        "The vector of n ones, also written 𝟙(n).", &[("ones(3)", "[1, 1, 1]")]).sign(&["𝟙"]).shapes("→ n"),
    form(I, "I", &["n"], Keep,
        "The identity matrix.", &[("I(2)", "[1 0; 0 1]")]).shapes("→ n×n"),
    form(Commutation, "commutation", &["m", "n"], Keep,
        "The commutation matrix: commutation(m, n) * vec(A) is vec(A.') for A m×n.",
        &[("commutation(2, 3) * vec([1 2 3; 4 5 6])", "vec([1 2 3; 4 5 6].')")]).shapes("→ mn×mn"),
    form(Inv, "inv", &["a"], Float,
        "Matrix inverse; an error for a singular matrix. The Hadamard inverse is a .^ -1.",
        &[("inv([2.0 0.0; 0.0 4.0])", "[0.5 0.0; 0.0 0.25]")])
        .shapes("n×n → n×n").algorithm("LU with partial pivoting in double precision"),
    form(Det, "det", &["a"], Float,
        "Determinant.", &[("det([1 2; 3 4])", "-2.0")]).shapes("n×n → scalar")
        .algorithm("LU with partial pivoting in double precision; integers exactly by fraction-free elimination, then rounded"),
    form(Rank, "rank", &["a"], Position,
        "Numerical rank.", &[("rank([1 2; 2 4])", "1")])
        .shapes("m×n → scalar").algorithm("singular values above max(m, n) ε σ_max in double precision"),
    form(Eigvals, "eigvals", &["a"], Float,
        "Eigenvalues of a square matrix as complex numbers (c64 of single precision, else c128), in the order of their real parts, then of their imaginary parts.",
        &[("real.(eigvals([3.0 0.0; 0.0 1.0]))", "[1.0, 3.0]")])
        .shapes("n×n → n").algorithm("Hessenberg form and shifted QR in double precision; Hermitian matrices as by eigvalsh"),
    form(Eigvalsh, "eigvalsh", &["a"], Float,
        "Eigenvalues of a Hermitian matrix, real and smallest first; an error where it is not Hermitian.",
        &[("eigvalsh([3.0 0.0; 0.0 1.0])", "[1.0, 3.0]")])
        .shapes("n×n → n").algorithm("tridiagonal form and implicit QR in double precision"),
    form(Svdvals, "svdvals", &["a"], Float,
        "Singular values, largest first: the first is the spectral norm, their sum the nuclear norm.",
        &[("svdvals([3.0 0.0; 0.0 4.0])", "[4.0, 3.0]")])
        .shapes("m×n → min(m, n)").algorithm("bidiagonal form and implicit QR in double precision"),
    form(Cumsum, "cumsum", &["x"], Accumulate,
        "Running sums of a vector: entry k is the sum of entries 0 to k.", &[("cumsum([1, 2, 3])", "[1, 3, 6]")])
        .shapes("n → n").algorithm("sums in order, in double precision, or exactly for integers"),
    form(Cumprod, "cumprod", &["x"], Accumulate,
        "Running products of a vector: entry k is the product of entries 0 to k.",
        &[("cumprod([1, 2, 3])", "[1, 2, 6]")])
        .shapes("n → n").algorithm("products in order, in double precision, or exactly for integers"),
];
