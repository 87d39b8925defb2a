//! Claims that are no equations: every row of the table of laws is answered as it says, and what is a law holds for
//! matrices that are as given, complex ones and singular ones among them.

use hadamard::algebra::laws::{Kind, table};
use hadamard::algebra::term::Ring;
use hadamard::algebra::{ClaimKind, Formula, Statement};
use hadamard::prove::{Answer, Inferred, refute, stated};
use hadamard::{Array, Env, Settings, Source, Unwatched};

fn answer(claim: &str, operands: &[&str], given: &str, ring: Ring) -> Answer {
    let operands: Vec<_> = operands.iter().map(|o| hadamard::prove::declare(o).unwrap()).collect();
    hadamard::prove(claim, &operands, given, ring).unwrap_or_else(|e| panic!("{claim}: {e}"))
}

/// What is answered about each part of a claim: `derived`, `rank`, `law NAME`, `refuted`, `unknown`.
fn words(claim: &str, operands: &[&str], given: &str, ring: Ring) -> Vec<String> {
    let word = |verdict: &Inferred| match verdict {
        Inferred::Derived(_) => "derived".into(),
        Inferred::Rank(_) => "rank".into(),
        Inferred::Law(law, _) => format!("law {}", law.name),
        Inferred::Refuted(_) => "refuted".into(),
        Inferred::Unknown(_) => "unknown".into(),
    };
    answer(claim, operands, given, ring).inferences.iter().map(|i| word(&i.verdict)).collect()
}

#[test]
fn every_law_that_is_no_equation_is_proved_and_every_trap_refuted() {
    for law in table().filter(|law| law.kind == Kind::Property) {
        let answer = answer(law.statement, law.operands, law.given, law.ring);
        assert_eq!(answer.is_proved(), law.holds, "{} {}: {:?}", law.code, law.name, answer.inferences);
        let refuted = answer.inferences.iter().any(|i| matches!(i.verdict, Inferred::Refuted(_)));
        assert_eq!(refuted, !law.holds, "{} {}: {:?}", law.code, law.name, answer.inferences);
    }
}

/// Each law of the catalogue that no proof stands behind is tried on matrices that are as given.
#[test]
fn no_law_has_a_counterexample() {
    try_laws(40);
}

#[test]
#[ignore = "minutes: cargo test -p hadamard --test claims -- --ignored"]
fn no_law_has_a_counterexample_among_many() {
    try_laws(1000);
}

fn try_laws(trials: usize) {
    for law in table().filter(|law| law.kind == Kind::Property && law.holds) {
        let problem = stated(law).unwrap();
        if let Some(found) = refute(&problem, law.statement, trials) {
            panic!("{} {}: {}: {found:?}", law.code, law.name, law.statement);
        }
    }
}

/// They are compiled and tested, so that no counterexample says something: complex examples are among them.
#[test]
fn claims_of_laws_can_be_checked() {
    for law in table().filter(|law| law.kind == Kind::Property) {
        let problem = stated(law).unwrap();
        let sizes = vec![3; problem.terms.symbols.len()];
        let claim = hadamard::notation::parse_claim(law.statement).unwrap();
        let sides = claim.sides.into_iter().map(|expr| Statement { name: None, expr });
        let formula = Formula { statements: claim.definitions.into_iter().chain(sides).collect() };
        let mut env = Env::new();
        for operand in &problem.terms.operands {
            let shape: Vec<usize> = operand.shape.iter().map(|d| d.value(&sizes).unwrap() as usize).collect();
            env = env.array(&operand.name, hadamard::DType::F64, shape, "");
        }
        for symbol in problem.terms.symbols.iter().filter(|s| formula.free_names().contains(&s.as_str())) {
            env.insert(symbol.clone(), hadamard::algebra::Binding::Number(hadamard::algebra::Number::Int(3)));
        }
        if let Err(error) = hadamard::check::compile(law.statement, &env) {
            panic!("{} {}: {error}", law.name, law.statement);
        }
        assert!(matches!(problem.kind, ClaimKind::Has(..) | ClaimKind::Chain(_)));
    }
}

#[test]
fn answers() {
    use Ring::{Complex, Reals};
    let table: &[(&str, &[&str], &str, Ring, &str)] = &[
        ("rank(A .* B) <= 6", &["A:9x2", "B:9x2"], "", Complex, "rank"),
        ("rank((U * V.') .* (W * Z.')) <= 6", &["U:9x2", "V:9x2", "W:9x3", "Z:9x3"], "", Complex, "rank"),
        ("rank((U * V.') .* (W * Z.')) <= 5", &["U:9x2", "V:9x2", "W:9x3", "Z:9x3"], "", Complex, "refuted"),
        ("rank(U * V.') <= r", &["U:mxr", "V:nxr"], "", Complex, "rank"),
        ("rank(x * y.') <= 1", &[], "", Complex, "rank"),
        ("7 >= rank(A)", &["A:5x7"], "", Complex, "rank"),
        ("rank(A .* B) <= rank(B) * rank(A)", &[], "", Complex, "law rank_hadamard_le"),
        ("det(A .* B) >= 0", &[], "psd A, psd B", Complex, "derived"),
        ("0 <= norm(A)", &[], "", Complex, "derived"),
        ("det(A) >= 0", &[], "symmetric A", Reals, "refuted"),
        ("det(A .* B) >= det(A) * det(B)", &[], "pd A, pd B", Complex, "law determinant_chain"),
        ("det(A .* B) >= det(A) * det(B)", &[], "hermitian A, hermitian B", Complex, "refuted"),
        ("psd(A .* C - B .* E)", &[], "psd(A - B), pd B, psd(C - E), psd E", Complex, "law loewner_monotone"),
        ("psd(A .* C - B .* E)", &[], "psd(A - B), psd(C - E)", Complex, "refuted"),
        ("psd(A * A.')", &[], "", Reals, "derived"),
        ("psd(A * A.')", &[], "", Complex, "refuted"),
        ("max(svdvals(A .* B)) <= max(svdvals(B)) * max(svdvals(A))", &[], "", Complex, "law spectral_norm_hadamard"),
        (
            "cumprod(eigvalsh(A .* B)) >= cumprod(real.(eigvals(A * B)))",
            &[],
            "pd A, pd B",
            Complex,
            "law eigenvalue_products",
        ),
        ("norm(A .* B) >= norm(A)", &[], "", Complex, "refuted"),
        ("psd(A - B)", &[], "psd A, psd B", Complex, "refuted"),
        ("pd(X * X')", &[], "", Complex, "refuted"),
        ("invertible(A + B)", &[], "invertible A", Complex, "refuted"),
    ];
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|&(claim, operands, given, ring, expected)| {
            let found = words(claim, operands, given, ring);
            (found != [expected]).then(|| format!("{claim} given '{given}': {found:?}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(answer("psd(A * A.')", &[], "", Complex).inferences[0].real, "over the reals it holds");
}

#[test]
fn contradictions_are_errors() {
    let error = hadamard::prove("psd(A .* A)", &[], "zero A, nonzero A", Ring::Complex).unwrap_err();
    assert_eq!(error.diagnostic.code, "contradiction");
    assert!(error.to_string().contains("both zero and nonzero"), "{error}");
}

/// The eigenvalue product inequality for each k, on data.
#[test]
fn eigenvalue_products_on_data() {
    let env = Env::new().array("A", hadamard::DType::F64, [3, 3], "").array("B", hadamard::DType::F64, [3, 3], "");
    let test = hadamard::check::compile("cumprod(eigvalsh(A .* B)) >= cumprod(real.(eigvals(A * B)))", &env).unwrap();
    let run = |a: &[f64], b: &[f64]| {
        let [a, b] = [a, b].map(|v| Array::from_slice([3, 3], v).unwrap());
        let (a, b) = (a.view(), b.view());
        let sources: [&dyn Source; 2] = [&a, &b];
        test.run(&sources, &Settings::default(), &Unwatched).unwrap()
    };
    let a = [4.0, 1.0, 0.0, 1.0, 3.0, 1.0, 0.0, 1.0, 2.0];
    let b = [2.0, -1.0, 0.5, -1.0, 3.0, 0.0, 0.5, 0.0, 1.0];
    assert!(run(&a, &b).verdict().holds());
    let indefinite = [1.0, 2.0, 0.0, 2.0, 1.0, 0.0, 0.0, 0.0, 1.0];
    assert!(!run(&indefinite, &indefinite).verdict().holds());
}
