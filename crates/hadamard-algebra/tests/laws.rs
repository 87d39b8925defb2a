//! Every row of the table of laws: equations are proved and their proofs hold, what is false is refuted.

mod prover;

use hadamard_algebra::laws::{Kind, find, search, table};
use hadamard_algebra::proof::{check, proof};
use hadamard_algebra::prove::{Values, Verdict, decide, equations, instance};
use prover::{problem_of, stated};

#[test]
fn every_equation_is_decided() {
    for law in table().filter(|law| law.kind != Kind::Property) {
        let problem = stated(law);
        let (left, right) = equations(&problem).unwrap()[0];
        let verdict = decide(&problem, left, right);
        let as_said = match &verdict {
            Verdict::Proved(_) => law.holds && law.kind != Kind::Numeric,
            Verdict::Refuted(_) => !law.holds,
            Verdict::Open(_) => law.holds && law.kind == Kind::Numeric,
        };
        assert!(as_said, "{} {}: {}: {verdict:?}", law.code, law.name, law.statement);
    }
}

#[test]
fn every_proof_holds_step_by_step() {
    for law in table().filter(|law| law.holds && matches!(law.kind, Kind::Normal | Kind::Guarded)) {
        let problem = stated(law);
        let (left, right) = equations(&problem).unwrap()[0];
        let Verdict::Proved(proved) = decide(&problem, left, right) else { panic!("{}", law.name) };
        let proof = proof(&problem, left, right, &proved).unwrap();
        let checked = check(&problem, &proof);
        assert!(checked.holds() && checked.steps > 0, "{}: {checked:?}\n{proof:?}", law.name);
    }
}

/// Conditions are needed: without them no guarded law with a condition is proved as it stands.
#[test]
fn laws_without_their_conditions_are_not_proved() {
    for law in table().filter(|law| law.holds && !law.given.is_empty() && law.kind != Kind::Property) {
        let problem = problem_of(law.statement, law.operands, "", law.ring);
        let (left, right) = equations(&problem).unwrap()[0];
        if let Verdict::Proved(proved) = decide(&problem, left, right) {
            assert!(proved.conditions.is_empty(), "{}", law.name);
        }
    }
}

#[test]
fn every_law_has_an_instance_that_holds() {
    for law in table().filter(|law| law.holds) {
        let Some(instance) = instance(&stated(law)) else { panic!("{} has no instance", law.name) };
        if law.kind != Kind::Property && instance.values == Values::Exact {
            assert_eq!(instance.sides[0].entries, instance.sides[1].entries, "{}", law.name);
        }
    }
}

#[test]
fn names_codes_and_words_are_found() {
    for law in table() {
        assert!(find(law.name).iter().any(|l| l.statement == law.statement), "{}", law.name);
        assert!(!law.code.is_empty() && !law.statement.is_empty());
        let same = table().filter(|l| l.name == law.name).count();
        assert_eq!(same, 1, "{} is the name of {same} laws", law.name);
    }
    assert!(find("f7").len() > 1);
    assert!(search("slyusar transpose").iter().any(|law| law.name == "face_split_transpose"));
    assert!(search("no such words here").is_empty());
}

/// The checker finds a step that is wrong: each factor in turn is put twice, or its index turned round.
#[test]
fn spoiled_proofs_do_not_hold() {
    let problem = problem_of("tr(A * B.') == sum(A .* B)", &[], "", hadamard_algebra::term::Ring::Complex);
    let (left, right) = equations(&problem).unwrap()[0];
    let Verdict::Proved(proved) = decide(&problem, left, right) else { panic!("it is a law") };
    let sound = proof(&problem, left, right, &proved).unwrap();
    assert!(check(&problem, &sound).holds());
    for side in 0..2 {
        for step in 0..sound.sides[side].steps.len() {
            let mut spoiled = sound.clone();
            let monomial = &mut spoiled.sides[side].steps[step].sum[0];
            let factor = monomial.factors[0].clone();
            monomial.factors.push(factor);
            assert!(!check(&problem, &spoiled).holds(), "side {side}, step {step}: a factor twice");
            let mut spoiled = sound.clone();
            spoiled.sides[side].steps[step].sum[0].factors[0].index.reverse();
            let same = sound.sides[side].steps[step].sum[0].factors[0].index.iter().rev().eq(sound.sides[side].steps
                [step]
                .sum[0]
                .factors[0]
                .index
                .iter());
            assert_eq!(check(&problem, &spoiled).holds(), same, "side {side}, step {step}: an index turned round");
        }
    }
}

#[test]
#[ignore = "a measurement: cargo test --release -p hadamard-algebra --test laws -- --ignored --nocapture"]
fn how_long_a_decision_takes() {
    let problems: Vec<_> = table().filter(|law| law.kind == Kind::Normal && law.holds).map(stated).collect();
    // The best of several runs of each law: what is measured is the prover, not who else uses the machine.
    let decided = |problem| {
        let (left, right) = equations(problem).unwrap()[0];
        let start = std::time::Instant::now();
        let verdict = decide(problem, left, right);
        let took = start.elapsed();
        assert!(matches!(verdict, Verdict::Proved(_)));
        took
    };
    let mut times: Vec<_> = problems.iter().map(|problem| (0..20).map(|_| decided(problem)).min().unwrap()).collect();
    times.sort();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!("{} laws: median {:?}, 99th percentile {:?}, longest {:?}", times.len(), at(50), at(99), at(100));
    assert!(at(99).as_millis() < 5, "the 99th percentile is {:?}", at(99));
}
