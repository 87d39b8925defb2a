//! Every identity and worked example of the two encyclopaedia articles on the Hadamard product, on evaluated results:
//! integer and Gaussian-integer matrices exactly, inequalities on random positive-semidefinite ones.

use hadamard::array::c128;
use hadamard::{Array, Operand, Policy, Scalar, Settings, Zeros, eval, eval_all};
use proptest::prelude::*;

// --- What the tests are written in --------------------------------------------------------------------------------

type Operands<'a> = &'a [(&'a str, &'a dyn Operand)];

fn entries(array: &Array) -> Vec<Scalar> {
    (0..array.shape().size()).map(|k| array.get(&array.shape().unravel(k))).collect()
}

/// That all formulas give the same dtype, shape and entries.
#[track_caller]
fn equal(formulas: &[&str], operands: Operands<'_>) {
    let results: Vec<Array> = formulas
        .iter()
        .map(|formula| {
            // Each formula gets the operands it uses.
            let named = |name: &str| {
                let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
                formula.match_indices(name).any(|(at, _)| {
                    !letter(formula[..at].chars().next_back()) && !letter(formula[at + name.len()..].chars().next())
                })
            };
            let used: Vec<_> = operands.iter().copied().filter(|(name, _)| named(name)).collect();
            eval(formula, &used).unwrap_or_else(|e| panic!("{formula}: {e}"))
        })
        .collect();
    for (formula, result) in formulas.iter().zip(&results).skip(1) {
        let show = |a: &Array| format!("{}{} {:?}", a.dtype(), a.shape(), entries(a));
        let same = (result.dtype(), result.shape()) == (results[0].dtype(), results[0].shape())
            && entries(result) == entries(&results[0]);
        assert!(same, "{} = {}\n{formula} = {}", formulas[0], show(&results[0]), show(result));
    }
}

/// A source of random matrices that a seed reproduces.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn whole(&mut self) -> i64 {
        (self.next() % 19) as i64 - 9
    }
    /// Integers from -9 to 9.
    fn integers<const N: usize>(&mut self, shape: [usize; N]) -> Array {
        let entries: Vec<i64> = (0..shape.iter().product()).map(|_| self.whole()).collect();
        Array::from_slice(shape, &entries).unwrap()
    }
    /// Gaussian integers: complex arithmetic on them is exact.
    fn gaussian<const N: usize>(&mut self, shape: [usize; N]) -> Array {
        let mut part = || self.whole() as f64;
        let entries: Vec<c128> = (0..shape.iter().product()).map(|_| c128::new(part(), part())).collect();
        Array::from_slice(shape, &entries).unwrap()
    }
    /// Uniform between -1 and 1.
    fn reals<const N: usize>(&mut self, shape: [usize; N]) -> Array {
        let mut entry = || (self.next() >> 11) as f64 / (1u64 << 52) as f64 - 1.0;
        Array::from_slice(shape, &(0..shape.iter().product()).map(|_| entry()).collect::<Vec<f64>>()).unwrap()
    }
    /// A positive-semidefinite n×n matrix of that rank (if not larger than n).
    fn semidefinite(&mut self, n: usize, rank: usize) -> Array {
        let g = self.reals([n, rank]);
        eval("G * G.'", &[("G", &g)]).unwrap()
    }
    /// A positive-definite matrix.
    fn definite(&mut self, n: usize) -> Array {
        let s = self.semidefinite(n, n);
        let name = format!("S + 0.1 * I({n})");
        eval(&name, &[("S", &s)]).unwrap()
    }
}

fn number(formula: &str, operands: Operands<'_>) -> f64 {
    eval(formula, operands).unwrap_or_else(|e| panic!("{formula}: {e}")).get(&[]).as_f64().expect("a real number")
}

fn dense(a: &Array) -> faer::Mat<f64> {
    faer::Mat::from_fn(a.shape()[0], a.shape()[1], |i, j| a.get(&[i, j]).as_f64().expect("a real matrix"))
}

/// The eigenvalues of a symmetric matrix, largest first.
fn eigenvalues(a: &Array) -> Vec<f64> {
    let mut values = dense(a).self_adjoint_eigenvalues(faer::Side::Lower).expect("the iteration converges");
    values.sort_by(|a, b| b.total_cmp(a));
    values
}

// --- Worked examples, as printed ----------------------------------------------------------------------------------

#[test]
fn the_example_of_two_2x3_matrices() {
    equal(&["[2 3 1; 0 8 -2] ∘ [3 1 4; 7 9 5]", "[2*3 3*1 1*4; 0*7 8*9 -2*5]", "[6 3 4; 0 72 -10]"], &[]);
}

#[test]
fn the_julia_matlab_and_python_example() {
    let results = eval_all("A = [1 2 3; 4 5 6]; B = [2 2 2; 2 2 2]; A.*B", &[], &Settings::default()).unwrap();
    assert_eq!(results[2].1.slice::<i64>().unwrap(), [2, 4, 6, 8, 10, 12]);
    assert_eq!(*results[2].1.shape(), [2, 3].into());
}

#[test]
fn the_example_of_the_penetrating_face_product() {
    let a = Array::from_slice([3, 3], &[1i64, 2, 3, 4, 5, 6, 7, 8, 9]).unwrap();
    let b = [1i64, 4, 7, 2, 8, 14, 3, 12, 21, 8, 20, 5, 10, 25, 40, 12, 30, 6, 2, 8, 3, 2, 4, 2, 7, 3, 9];
    let b = Array::from_slice([3, 9], &b).unwrap();
    let printed = "[1 8 21 2 16 42 3 24 63; 32 100 30 40 125 240 48 150 36; 14 64 27 14 32 18 49 24 81]";
    equal(&["A [∘] B", "penetrating(A, B)", "B [∘] A", printed], &[("A", &a), ("B", &b)]);
}

#[test]
fn matrices_of_different_dimensions_have_no_product() {
    let (a, b) = (Random(1).integers([2, 3]), Random(2).integers([3, 2]));
    assert_eq!(eval("A ∘ B", &[("A", &a), ("B", &b)]).unwrap_err().code(), "shape-mismatch");
}

// --- Identities -----------------------------------------------------------------------------------------------------

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn definition_entry_by_entry(m in 1..6usize, n in 1..6usize, seed: u64) {
        let mut random = Random(seed);
        let (a, b) = (random.integers([m, n]), random.integers([m, n]));
        let c = eval("A ⊙ B", &[("A", &a), ("B", &b)]).unwrap();
        for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
            let entry = |x: &Array| x.get(&[i, j]).as_int().unwrap();
            prop_assert_eq!(entry(&c), entry(&a) * entry(&b));
        }
    }

    #[test]
    fn commutative_associative_distributive(m in 0..6usize, n in 1..6usize, seed: u64) {
        let mut random = Random(seed);
        let (a, b, c) = (random.integers([m, n]), random.integers([m, n]), random.integers([m, n]));
        let k = random.whole();
        let with: Operands<'_> = &[("A", &a), ("B", &b), ("C", &c), ("k", &k)];
        equal(&["A ∘ B", "B ∘ A"], with);
        equal(&["A ∘ (B ∘ C)", "(A ∘ B) ∘ C"], with);
        equal(&["A ∘ (B + C)", "A ∘ B + A ∘ C"], with);
        equal(&["(k * A) ∘ B", "A ∘ (k * B)", "k * (A ∘ B)"], with);
    }

    #[test]
    fn zero_absorbs(m in 1..6usize, n in 1..6usize, seed: u64) {
        let a = Random(seed).integers([m, n]);
        let zero = Array::zeros(hadamard::DType::I64, [m, n]).unwrap();
        equal(&["A ∘ O", "O ∘ A", "A ∘ 0", "0 ∘ A", "O"], &[("A", &a), ("O", &zero)]);
    }

    /// The identity is J, not I.
    #[test]
    fn the_identity_is_all_ones(m in 1..6usize, n in 1..6usize, seed: u64) {
        let mut random = Random(seed);
        let (a, s) = (random.integers([m, n]), random.integers([n, n]));
        equal(&[&format!("A ∘ J({m}, {n})"), &format!("J({m}, {n}) ∘ A"), "A"], &[("A", &a)]);
        equal(&[&format!("S ∘ I({n})"), "Diag(diag(S))"], &[("S", &s)]);
    }

    /// An inverse exists if and only if no entry is zero. Powers of two make it exact.
    #[test]
    fn inverse_exists_iff_no_entry_is_zero(m in 1..6usize, n in 1..6usize, seed: u64, spoil: bool) {
        let mut random = Random(seed);
        let mut entries: Vec<f64> = (0..m * n).map(|_| (random.whole() as f64).exp2()).collect();
        let at = random.next() as usize % (m * n);
        if spoil {
            entries[at] = 0.0;
        }
        let a = Array::from_slice([m, n], &entries).unwrap();
        let policy = Policy { zeros: Zeros::Error, ..Policy::default() };
        let inverse = eval_all("A^∘-1", &[("A", &a)], &Settings { policy, ..Settings::default() });
        match inverse {
            Ok(results) => {
                prop_assert!(!spoil);
                equal(&["A ∘ B", &format!("f64.(J({m}, {n}))")], &[("A", &a), ("B", &results[0].1)]);
            }
            Err(e) => {
                prop_assert!(spoil);
                prop_assert_eq!(e.code(), "zero-divisor");
                let position = format!("[{}, {}]", at / n, at % n);
                prop_assert!(e.to_string().contains(&position), "{} does not name {}", e, position);
            }
        }
    }

    #[test]
    fn product_of_vectors_is_a_diagonal_matrix_times_a_vector(n in 1..8usize, seed: u64) {
        let mut random = Random(seed);
        let (x, y) = (random.integers([n]), random.integers([n]));
        equal(&["x ∘ y", "Diag(x) * y", "Diag(y) * x"], &[("x", &x), ("y", &y)]);
    }

    /// A vector multiplies each column of a matrix.
    #[test]
    fn product_of_a_vector_and_a_matrix(m in 1..6usize, n in 1..6usize, seed: u64) {
        let mut random = Random(seed);
        let (x, y) = (random.integers([m]), random.integers([m, n]));
        equal(&["x ∘ Y", "Diag(x) * Y"], &[("x", &x), ("Y", &y)]);
        for j in 0..n {
            equal(&[&format!("(x ∘ Y)[:, {j}]"), &format!("x ∘ Y[:, {j}]")], &[("x", &x), ("Y", &y)]);
        }
    }

    #[test]
    fn diagonal_factors_move_freely(m in 1..6usize, n in 1..6usize, seed: u64) {
        let mut random = Random(seed);
        let (a, b, d, e) = (random.integers([m, n]), random.integers([m, n]), random.integers([m]), random.integers([n]));
        let (d, e) = (eval("Diag(d)", &[("d", &d)]).unwrap(), eval("Diag(e)", &[("e", &e)]).unwrap());
        equal(
            &["D * (A ∘ B) * E", "(D * A * E) ∘ B", "(D * A) ∘ (B * E)", "(A * E) ∘ (D * B)", "A ∘ (D * B * E)"],
            &[("A", &a), ("B", &b), ("D", &d), ("E", &e)],
        );
    }

    #[test]
    fn a_diagonal_matrix_from_an_outer_product(n in 1..8usize, seed: u64) {
        let a = Random(seed).integers([n]);
        equal(&["Diag(a)", &format!("(a * 𝟙({n}).') ∘ I({n})")], &[("a", &a)]);
    }

    #[test]
    fn bilinear_form_is_a_trace(m in 1..5usize, n in 1..5usize, seed: u64) {
        let mut random = Random(seed);
        let formulas = ["x' * (A ∘ B) * y", "tr(Diag(x)' * A * Diag(y) * B.')"];
        let (a, b, x, y) = (random.integers([m, n]), random.integers([m, n]), random.integers([m]), random.integers([n]));
        equal(&formulas, &[("A", &a), ("B", &b), ("x", &x), ("y", &y)]);
        // Over the complex numbers too, with a plain transpose on B.
        let (a, b, x, y) = (random.gaussian([m, n]), random.gaussian([m, n]), random.gaussian([m]), random.gaussian([n]));
        equal(&formulas, &[("A", &a), ("B", &b), ("x", &x), ("y", &y)]);
    }

    /// The article's prose says "the trace of AB"; its formula has the transpose, without which it is false.
    #[test]
    fn sum_of_all_entries_is_a_trace(m in 1..6usize, n in 1..6usize, seed: u64) {
        let mut random = Random(seed);
        let (a, b) = (random.integers([m, n]), random.integers([m, n]));
        equal(
            &["tr(A * B.')", &format!("𝟙({m}).' * (A ∘ B) * 𝟙({n})"), "sum(A ∘ B)", "tr(A.' * B)"],
            &[("A", &a), ("B", &b)],
        );
    }

    /// Row sums are the diagonal of ABᵀ and column sums that of BᵀA, for rectangular matrices too.
    #[test]
    fn row_sums_and_column_sums(m in 1..6usize, n in 1..6usize, seed: u64) {
        let mut random = Random(seed);
        let (a, b) = (random.integers([m, n]), random.integers([m, n]));
        equal(&["sum(A ∘ B, axis=1)", "diag(A * B.')"], &[("A", &a), ("B", &b)]);
        equal(&["sum(A ∘ B, axis=0)", "diag(B.' * A)", "diag(A.' * B)"], &[("A", &a), ("B", &b)]);
    }

    #[test]
    fn outer_products_scale_rows_and_columns(m in 1..6usize, n in 1..6usize, seed: u64) {
        let mut random = Random(seed);
        let (a, y, x) = (random.gaussian([m, n]), random.gaussian([m]), random.gaussian([n]));
        equal(&["(y * x') ∘ A", "Diag(y) * A * Diag(x)'"], &[("A", &a), ("x", &x), ("y", &y)]);
    }

    #[test]
    fn product_applied_to_a_vector_is_a_diagonal(m in 1..6usize, n in 1..6usize, seed: u64) {
        let mut random = Random(seed);
        let (a, b, y) = (random.gaussian([m, n]), random.gaussian([m, n]), random.gaussian([n]));
        equal(&["(A ∘ B) * y", "diag(A * Diag(y) * B.')"], &[("A", &a), ("B", &b), ("y", &y)]);
    }

    /// Rows (i, i) and columns (j, j) of the Kronecker product: a principal submatrix where A and B are square.
    #[test]
    fn submatrix_of_the_kronecker_product(m in 1..6usize, n in 1..6usize, seed: u64) {
        let mut random = Random(seed);
        let (a, b) = (random.integers([m, n]), random.integers([m, n]));
        equal(&["A ∘ B", &format!("(A ⊗ B)[::{}, ::{}]", m + 1, n + 1)], &[("A", &a), ("B", &b)]);
    }

    #[test]
    fn mixed_products(m in 1..4usize, n in 1..4usize, p in 1..4usize, q in 1..4usize, seed: u64) {
        let mut random = Random(seed);
        let (a, b, c, d) = (random.integers([m, n]), random.integers([p, q]), random.integers([m, n]), random.integers([p, q]));
        equal(&["(A ⊗ B) ∘ (C ⊗ D)", "(A ∘ C) ⊗ (B ∘ D)"], &[("A", &a), ("B", &b), ("C", &c), ("D", &d)]);
        let (b, d) = (random.integers([m, q]), random.integers([m, q]));
        equal(&["(A • B) ∘ (C • D)", "(A ∘ C) • (B ∘ D)"], &[("A", &a), ("B", &b), ("C", &c), ("D", &d)]);
        let (c, d) = (random.integers([n, p]), random.integers([q, p]));
        equal(&["(A • B) * (C ∗ D)", "(A * C) ∘ (B * D)"], &[("A", &a), ("B", &b), ("C", &c), ("D", &d)]);
    }

    #[test]
    fn powers_roots_inverses_and_quotients(m in 1..6usize, n in 1..6usize, seed: u64) {
        let mut random = Random(seed);
        let a = random.integers([m, n]);
        equal(&["A^∘2", "A .^ 2", "A ∘ A"], &[("A", &a)]);
        // Squares of integers have exact roots.
        let a = eval("f64.(abs.(A))", &[("A", &a)]).unwrap();
        equal(&["(A^∘2)^∘(1/2)", "root(A .^ 2, 2)", "sqrt.(A ∘ A)", "A"], &[("A", &a)]);
        let b = eval("A .+ 1", &[("A", &a)]).unwrap();
        equal(&["B^∘-1", "B .^ -1", "1 ⊘ B", "inverse.(B)"], &[("B", &b)]);
        let quotient = eval("A ⊘ B", &[("A", &a), ("B", &b)]).unwrap();
        for ((q, a), b) in entries(&quotient).iter().zip(entries(&a)).zip(entries(&b)) {
            prop_assert_eq!(q.as_f64(), Some(a.as_f64().unwrap() / b.as_f64().unwrap()));
        }
    }

    /// Which operand is written first does not matter: the sizes say which one has the blocks.
    #[test]
    fn penetrating_face_product(p in 1..5usize, g in 1..5usize, n in 1..4usize, seed: u64) {
        let mut random = Random(seed);
        let (a, b, c) = (random.integers([p, g]), random.integers([p, g * n]), random.integers([p]));
        equal(&["A [∘] B", "B [∘] A"], &[("A", &a), ("B", &b)]);
        for k in 0..n {
            let block = format!("{}:{}", k * g, (k + 1) * g);
            equal(&[&format!("(A [∘] B)[:, {block}]"), &format!("A ∘ B[:, {block}]")], &[("A", &a), ("B", &b)]);
        }
        equal(&["(A [∘] B).'", "penetrating_v(A.', B.')"], &[("A", &a), ("B", &b)]);
        equal(&["A • A", &format!("A [∘] (A ⊗ 𝟙({g}).')")], &[("A", &a)]);
        equal(&["c • A", "c [∘] A", "Diag(c) * A"], &[("A", &a), ("c", &c)]);
    }
}

/// The article chains the two sums as if they were equal; on this example they are not.
#[test]
fn the_chained_equality_of_row_and_column_sums_is_false() {
    let a = Array::from_slice([2, 2], &[1i64, 2, 3, 4]).unwrap();
    let b = Array::from_slice([2, 2], &[5i64, 6, 7, 8]).unwrap();
    equal(&["diag(B.' * A)", "[26, 44]"], &[("A", &a), ("B", &b)]);
    equal(&["diag(A * B.')", "[17, 53]"], &[("A", &a), ("B", &b)]);
}

// --- Inequalities ---------------------------------------------------------------------------------------------------

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn rank_of_a_product(m in 1..7usize, n in 1..7usize, r in 1..3usize, s in 1..3usize, seed: u64) {
        let mut random = Random(seed);
        let mut of_rank = |r: usize| {
            let (u, v) = (random.integers([m, r]), random.integers([r, n]));
            eval("U * V", &[("U", &u), ("V", &v)]).unwrap()
        };
        let (a, b) = (of_rank(r), of_rank(s));
        let rank = |formula, operands: Operands<'_>| number(formula, operands);
        let product = rank("rank(A ∘ B)", &[("A", &a), ("B", &b)]);
        prop_assert!(product <= rank("rank(A)", &[("A", &a)]) * rank("rank(B)", &[("B", &b)]));
        prop_assert!(rank("rank(A)", &[("A", &a)]) <= r as f64);
    }

    /// ∏ᵢ₌ₖⁿ λᵢ(A∘B) ≥ ∏ᵢ₌ₖⁿ λᵢ(AB) for positive-definite A, B. The eigenvalues of AB are those of LᵀBL, with A = LLᵀ.
    #[test]
    fn products_of_the_smallest_eigenvalues(n in 1..6usize, seed: u64) {
        let mut random = Random(seed);
        let (a, b) = (random.definite(n), random.definite(n));
        let factor = dense(&a).llt(faer::Side::Lower).expect("a positive-definite matrix has a factor");
        let lower: Vec<f64> = (0..n * n).map(|k| factor.L()[(k / n, k % n)]).collect();
        let l = Array::from_slice([n, n], &lower).unwrap();
        let similar = eigenvalues(&eval("L.' * B * L", &[("L", &l), ("B", &b)]).unwrap());
        let trace = number("tr(A * B)", &[("A", &a), ("B", &b)]);
        prop_assert!((similar.iter().sum::<f64>() - trace).abs() <= 1e-10 * trace);
        let hadamard = eigenvalues(&eval("A ∘ B", &[("A", &a), ("B", &b)]).unwrap());
        for k in 0..n {
            let (left, right): (f64, f64) = (hadamard[k..].iter().product(), similar[k..].iter().product());
            prop_assert!(left >= right * (1.0 - 1e-8), "k = {}: {left} < {right}", k + 1);
        }
    }

    /// The Schur product theorem.
    #[test]
    fn product_of_semidefinite_matrices_is_semidefinite(n in 1..7usize, r in 1..7usize, s in 1..7usize, seed: u64) {
        let mut random = Random(seed);
        let (a, b) = (random.semidefinite(n, r), random.semidefinite(n, s));
        let values = eigenvalues(&eval("A ∘ B", &[("A", &a), ("B", &b)]).unwrap());
        prop_assert!(values[n - 1] >= -1e-12 * values[0], "{values:?}");
        let (a, b) = (random.definite(n), random.definite(n));
        let product = eval("A ∘ B", &[("A", &a), ("B", &b)]).unwrap();
        prop_assert!(dense(&product).llt(faer::Side::Lower).is_ok());
    }

    /// det(A∘B) ≥ det A · det B, on integer Gram matrices, whose determinants are exact.
    #[test]
    fn determinant_of_a_product(n in 1..4usize, r in 1..5usize, seed: u64) {
        let mut random = Random(seed);
        let (g, h) = (random.integers([n, r]), random.integers([n, n]));
        let (a, b) = (eval("G * G.'", &[("G", &g)]).unwrap(), eval("H * H.'", &[("H", &h)]).unwrap());
        let product = number("det(A ∘ B)", &[("A", &a), ("B", &b)]);
        prop_assert!(product >= number("det(A)", &[("A", &a)]) * number("det(B)", &[("B", &b)]));
    }
}

/// The last two inequalities ask for semidefinite matrices: an indefinite one breaks them.
#[test]
fn the_determinant_inequality_needs_semidefinite_matrices() {
    let b = Array::from_slice([2, 2], &[1i64, 2, 2, 1]).unwrap();
    assert_eq!(number("det(B ∘ B)", &[("B", &b)]), -15.0);
    assert_eq!(number("det(B) ^ 2", &[("B", &b)]), 9.0);
}
