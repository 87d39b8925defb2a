//! The property engine: what it infers is true of random matrices, and what is known to be false is not inferred.

use hadamard::algebra::Property;
use hadamard::algebra::properties::Known;
use hadamard::algebra::term::{Problem, Ring};
use hadamard::array::c128;
use hadamard::check::{Fact, Verdict, compile};
use hadamard::notation::{parse_claim, parse_given};
use hadamard::{Array, DType, Env, Settings, Source, Unwatched};
use proptest::prelude::*;

/// What is inferred of a formula.
fn inferred(formula: &str, given: &str, ring: Ring) -> Vec<Property> {
    let claim = parse_claim(&format!("{formula} == {formula}")).unwrap();
    let problem =
        Problem::new(&claim, &[], &parse_given(given).unwrap(), ring).unwrap_or_else(|e| panic!("{formula}: {e}"));
    let known = Known::infer(&problem).unwrap_or_else(|e| panic!("{formula}: {e}"));
    known.properties(problem.sides[0]).collect()
}

fn known(property: Property, formula: &str, given: &str, ring: Ring) -> bool {
    inferred(formula, given, ring).contains(&property)
}

#[test]
fn what_theorems_say_is_known() {
    use Property::*;
    for (property, formula, given) in [
        (Psd, "A .* B", "psd A, psd B"),
        (Pd, "A .* B", "pd A, psd B, nonzero_diagonal B"),
        (Pd, "A .* B", "pd A, pd B"),
        (Psd, "A * A'", ""),
        (Psd, "A' * A", ""),
        (Psd, "C * P * C'", "psd P"),
        (Psd, "C' * (P .* Q) * C", "psd P, psd Q"),
        (Psd, "A ⊗ B", "psd A, psd B"),
        (Psd, "A + B .* B", "psd A, psd B"),
        (Pd, "A + I(n)", "psd A"),
        (Invertible, "A + I(n)", "psd A"),
        (Psd, "exp.(A .* B)", "psd A, psd B"),
        (Psd, "A .^ 3", "psd A"),
        (Psd, "2 * A", "psd A"),
        (Psd, "A ^ 2", "hermitian A"),
        (Symmetric, "A .* B", "skew A, skew B"),
        (Skew, "A .* B", "skew A, symmetric B"),
        (Skew, "A - A.'", ""),
        (Diagonal, "A .* D", "diagonal D"),
        (Lower, "(A .* U).'", "upper U"),
        (Circulant, "A .* B", "circulant A, circulant B"),
        (Psd, "A[0:2, 0:2]", "psd A"),
        (Nonnegative, "det(A .* B)", "psd A, psd B"),
        (Positive, "det(inv(A))", "pd A"),
        (Nonnegative, "diag(A * A')", ""),
        (Psd, "Diag(x)", "nonnegative x"),
        (Unitary, "U * V'", "unitary U, unitary V"),
        (Psd, "[2 1; 1 2] .* I(2)", ""),
    ] {
        assert!(known(property, formula, given, Ring::Complex), "{property}({formula}) given {given}");
    }
    for (property, formula, given) in [
        (Psd, "A * A.'", ""),
        (Nonnegative, "A .* A", ""),
        (Hermitian, "A .* A.'", ""),
        (Psd, "outer(x, x)", ""),
        (Positive, "exp.(A)", ""),
    ] {
        assert!(known(property, formula, given, Ring::Reals), "{property}({formula}) given {given} over ℝ");
        assert!(!known(property, formula, given, Ring::Complex), "{property}({formula}) given {given} over ℂ");
    }
}

/// Inferences that are false, and that other systems are known to make.
#[test]
fn what_is_false_is_not_inferred() {
    use Property::*;
    for (property, formula, given) in [
        // A negative multiple of a semidefinite matrix, and one whose sign is not known.
        (Psd, "-2 * A", "psd A"),
        (Psd, "-A", "psd A"),
        (Psd, "k * A", "psd A"),
        (Pd, "0 * A", "pd A"),
        // A Aᵀ of a complex matrix.
        (Psd, "A * A.'", ""),
        (Hermitian, "A * A.'", ""),
        // X Xᵀ may be singular.
        (Pd, "X * X'", ""),
        (Invertible, "X * X'", ""),
        (Pd, "X' * X", ""),
        // A sum may be singular.
        (Invertible, "A + B", "invertible A"),
        (Invertible, "A + B", "invertible A, invertible B"),
        (Invertible, "A - B", "pd A, pd B"),
        (Psd, "A - B", "psd A, psd B"),
        // The traps of the catalogue.
        (Psd, "A .* A", "symmetric A"),
        (Psd, "A .* B", "psd A"),
        (Pd, "A .* B", "pd A, psd B"),
        (Psd, "abs.(A)", "psd A"),
        (Psd, "A .^ 0.5", "psd A"),
        (Psd, "A .^ 1.5", "psd A, nonnegative A"),
        (Psd, "A * B", "psd A, psd B"),
        (Symmetric, "A * B", "symmetric A, symmetric B"),
        (Invertible, "A .* B", "invertible A, invertible B"),
        (Unitary, "A .* B", "unitary A, unitary B"),
        (Invertible, "A .* B", "nonzero A, nonzero B"),
        (Nonzero, "A + B", "nonzero A, nonzero B"),
        (Hermitian, "k * A", "hermitian A"),
        (Nonnegative, "k * A", "nonnegative A"),
        (Skew, "A .* B", "skew A, skew B"),
        (Toeplitz, "A * B", "toeplitz A, toeplitz B"),
        (Positive, "A * B", "positive A, nonzero B"),
        (Psd, "A[0:2, 1:3]", "psd A"),
        (NonzeroDiagonal, "A", "invertible A"),
    ] {
        assert!(!known(property, formula, given, Ring::Complex), "{property}({formula}) given {given}");
        // These two are true over ℝ.
        if formula != "A * A.'" && (formula != "k * A" || property != Hermitian) {
            assert!(!known(property, formula, given, Ring::Reals), "{property}({formula}) given {given} over ℝ");
        }
    }
    // Entries that do not commute have none of these theorems.
    assert!(!known(Psd, "A .* B", "psd A, psd B", Ring::Quaternions));
}

#[test]
fn derivations_name_their_theorems() {
    let claim = parse_claim("psd(C * (A .* B) * C')").unwrap();
    let problem = Problem::new(&claim, &[], &parse_given("psd A, pd B").unwrap(), Ring::Complex).unwrap();
    let known = Known::infer(&problem).unwrap();
    let tree = known.derivation(Property::Psd, problem.sides[0]).unwrap();
    let name = |t: usize| format!("t{t}");
    let lines = tree.lines(&name);
    assert!(lines[0].contains("congruence"), "{lines:#?}");
    assert!(lines[1].contains("Schur product theorem (K1)"), "{lines:#?}");
    assert!(lines.iter().filter(|l| l.ends_with(": given")).count() == 2, "{lines:#?}");
}

#[test]
fn contradictions_are_told() {
    let infer = |formula: &str, given: &str| {
        let claim = parse_claim(formula).unwrap();
        Known::infer(&Problem::new(&claim, &[], &parse_given(given).unwrap(), Ring::Reals).unwrap())
    };
    let error =
        infer("zero(A[0:2, 0:2] + [1 2; 3 4])", "zero(A[0:2, 0:2] + [1 2; 3 4]), nonzero(A[0:2, 0:2] + [1 2; 3 4])");
    assert!(error.unwrap_err().from_givens);
    // Sizes that are symbols are taken to be of matrices with entries; one without is both.
    assert!(infer("zero(A)", "zero A, nonzero A").unwrap_err().from_givens);
    assert!(infer("zero(A[0:0, 0:2])", "zero(A[0:0, 0:2]), nonzero(A[0:0, 0:2])").is_ok());
}

/// Operands of the random formulas and what is given of them.
const GIVEN: &[(&str, &str)] = &[
    ("P", "psd"),
    ("Q", "pd"),
    ("S", "symmetric"),
    ("H", "hermitian"),
    ("K", "skew"),
    ("D", "diagonal"),
    ("L", "lower"),
    ("U", "upper"),
    ("N", "nonnegative"),
    ("C", "circulant"),
    ("T", "toeplitz"),
    ("O", "unitary"),
    ("R", "permutation"),
    ("Z", "zero_one"),
    ("G", "nonzero"),
    ("A", ""),
];
/// Numbers, positive and negative and neither.
const NUMBERS: &[&str] = &["2", "(-2)", "0", "0.5", "2i"];

/// A formula of square matrices of size 3.
fn formula() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        8 => (0..GIVEN.len()).prop_map(|k| GIVEN[k].0.to_string()),
        1 => Just("I(3)".to_string()),
        1 => Just("J(3, 3)".to_string()),
        1 => Just("[1 2 0; 2 4 0; 0 0 3]".to_string()),
    ];
    leaf.prop_recursive(3, 10, 2, |inner| {
        let one = inner.clone();
        prop_oneof![
            6 => (inner.clone(), inner, proptest::sample::select(vec![".*", "+", "-", "*"]))
                .prop_map(|(a, b, sign)| format!("({a} {sign} {b})")),
            4 => (one.clone(), proptest::sample::select(vec![
                "({}).'", "({})'", "conj.({})", "-({})", "exp.({})", "({}) .^ 2", "({}) .^ 3", "abs.({})", "({}) ^ 2",
                "({}) * ({}).'", "({}) * ({})'", "({}) .* ({}).'", "({}) .* conj.({})", "Diag(diag({}))", "real.({})",
                "({}) + ({})'", "({}) - ({}).'", "Q * ({}) * Q'", "outer(diag({}), diag({}))", "kron({}, I(3))[0:3, 0:3]",
                "({})[::-1, ::-1]", "({}) .* Q",
            ])).prop_map(|(a, form)| form.replace("{}", &a)),
            2 => (one, proptest::sample::select(NUMBERS.to_vec())).prop_map(|(a, k)| format!("({k} * {a})")),
        ]
    })
}

/// A matrix of size 3 that has a property; complex if asked, where the property allows it.
fn matrix(property: &str, seed: u64, complex: bool) -> Vec<c128> {
    let n = 3;
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // Small integers, so that zeros, repetitions and rank deficiency are frequent.
        (state >> 33) as i64 % 4 - 1
    };
    let mut a: Vec<c128> =
        (0..n * n).map(|_| c128::new(next() as f64, if complex { next() as f64 } else { 0.0 })).collect();
    let base = a.clone();
    let at = |i: usize, j: usize| base[i * n + j];
    let zero = c128::new(0.0, 0.0);
    let fill = |a: &mut Vec<c128>, f: &dyn Fn(usize, usize) -> c128| {
        (0..n * n).for_each(|k| a[k] = f(k / n, k % n));
    };
    let gram = |i: usize, j: usize| (0..n - 1).map(|k| at(i, k) * at(j, k).conj()).sum::<c128>();
    match property {
        // Of rank at most 2, and zero at times.
        "psd" => fill(&mut a, &|i, j| gram(i, j)),
        "pd" => fill(&mut a, &|i, j| gram(i, j) + if i == j { 0.5 } else { 0.0 }),
        "symmetric" => fill(&mut a, &|i, j| at(i.min(j), i.max(j))),
        "hermitian" => fill(&mut a, &|i, j| at(i, j) + at(j, i).conj()),
        "skew" => fill(&mut a, &|i, j| at(i, j) - at(j, i)),
        "diagonal" => fill(&mut a, &|i, j| if i == j { at(i, j) } else { zero }),
        "lower" => fill(&mut a, &|i, j| if i >= j { at(i, j) } else { zero }),
        "upper" => fill(&mut a, &|i, j| if i <= j { at(i, j) } else { zero }),
        "nonnegative" => fill(&mut a, &|i, j| c128::new(at(i, j).re.abs(), 0.0)),
        "zero_one" => fill(&mut a, &|i, j| c128::new(at(i, j).re.abs().min(1.0), 0.0)),
        "circulant" => fill(&mut a, &|i, j| at(0, (j + n - i) % n)),
        "toeplitz" => fill(&mut a, &|i, j| if i <= j { at(0, j - i) } else { at(1, i - j) }),
        "permutation" => fill(&mut a, &|i, j| c128::new(f64::from(u8::from((i + seed as usize) % n == j)), 0.0)),
        // A product of a permutation and of units.
        "unitary" => fill(&mut a, &|i, j| {
            let unit = if complex && i == 1 { c128::new(0.6, 0.8) } else { c128::new(-1.0, 0.0) };
            if (i + seed as usize) % n == j { unit } else { zero }
        }),
        "nonzero" => fill(&mut a, &|i, j| if at(i, j) == zero { c128::new(2.0, 0.0) } else { at(i, j) }),
        _ => {}
    }
    a
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is inferred of a random formula is so for random matrices that are as given.
    #[test]
    fn whatever_is_inferred_is_so(formula in formula(), seed in any::<u64>(), complex in any::<bool>()) {
        let used: Vec<(&str, &str)> = GIVEN
            .iter()
            .copied()
            .filter(|(name, _)| formula.split(|c: char| !c.is_alphanumeric()).any(|word| word == *name))
            .collect();
        let given: Vec<String> =
            used.iter().filter(|(_, p)| !p.is_empty()).map(|(name, p)| format!("{p} {name}")).collect();
        let ring = if complex || formula.contains("2i") { Ring::Complex } else { Ring::Reals };
        let declared: Vec<_> = used
            .iter()
            .map(|(name, _)| hadamard::algebra::term::Declared {
                name: name.to_string(),
                shape: vec![vec![hadamard::algebra::term::Size::Number(3)]; 2],
            })
            .collect();
        let claim = parse_claim(&format!("{formula} == {formula}")).unwrap();
        let problem = Problem::new(&claim, &declared, &parse_given(&given.join(", ")).unwrap(), ring).unwrap();
        let known = match Known::infer(&problem) {
            Ok(known) => known,
            Err(error) => return Err(TestCaseError::fail(format!("{formula}: {error}"))),
        };
        let arrays: Vec<Array> = used
            .iter()
            .enumerate()
            .map(|(k, (_, property))| {
                let entries = matrix(property, seed.wrapping_mul(k as u64 * 2 + 1), complex);
                if complex {
                    return Array::from_slice([3, 3], &entries).unwrap();
                }
                Array::from_slice([3, 3], &entries.iter().map(|z| z.re).collect::<Vec<_>>()).unwrap()
            })
            .collect();
        let dtype = if complex { DType::C128 } else { DType::F64 };
        let env = used.iter().fold(Env::new(), |env, (name, _)| env.array(name, dtype, [3, 3], ""));
        let views: Vec<_> = arrays.iter().map(Array::view).collect();
        let sources: Vec<&dyn Source> = views.iter().map(|v| v as &dyn Source).collect();
        for property in known.properties(problem.sides[0]) {
            let claim = format!("{property}({formula})");
            let test = match compile(&claim, &env) {
                Ok(test) => test,
                // Shapes and dtypes that the engine refuses have nothing to be wrong about.
                Err(_) => continue,
            };
            let Ok(report) = test.run(&sources, &Settings::default(), &Unwatched) else { continue };
            // What overflows is no matrix of numbers any more.
            let finite = |(_, fact): &(&str, Fact)| !matches!(fact, Fact::Number(v) if !v.is_finite());
            if !report.parts.iter().all(|part| part.facts.iter().all(finite)) {
                continue;
            }
            prop_assert_ne!(report.verdict(), Verdict::Fails, "{} given {}: {:?}", claim, given.join(", "), report);
        }
    }
}
