//! Every row of the table of laws.

use hadamard_algebra::laws::{Kind, Law, table};
use hadamard_algebra::prove::{Verdict, decide, equations};
use hadamard_algebra::term::{Declared, Problem, Size};

fn problem(law: &Law) -> Problem {
    let claim = hadamard_notation::parse_claim(law.statement).unwrap_or_else(|e| panic!("{}: {e}", law.name));
    let given = hadamard_notation::parse_given(law.given).unwrap_or_else(|e| panic!("{}: {e}", law.name));
    let declared: Vec<Declared> = law
        .operands
        .iter()
        .map(|text| {
            let (name, shape) = text.split_once(':').unwrap();
            let size = |f: &str| f.parse().map_or_else(|_| Size::Symbol(f.into()), Size::Number);
            let shape = shape.split('x').filter(|s| !s.is_empty());
            Declared { name: name.into(), shape: shape.map(|s| s.split('*').map(size).collect()).collect() }
        })
        .collect();
    Problem::new(&claim, &declared, &given, law.ring).unwrap_or_else(|e| panic!("{}: {e}", law.name))
}

#[test]
fn every_equation_is_decided() {
    let mut wrong = Vec::new();
    let mut times = Vec::new();
    for law in table().filter(|l| l.kind != Kind::Property) {
        let p = problem(law);
        let start = std::time::Instant::now();
        let (left, right) = equations(&p).unwrap()[0];
        let verdict = decide(&p, left, right);
        let took = start.elapsed();
        if law.kind == Kind::Normal && law.holds {
            times.push((took, law.name));
        }
        let right = match &verdict {
            Verdict::Proved(_) => law.holds,
            Verdict::Refuted(_) => !law.holds,
            Verdict::Open(_) => law.kind == Kind::Numeric && law.holds,
        };
        if !right {
            wrong.push(format!("{} {}: {} {verdict:?}", law.code, law.name, law.statement));
        }
        if !law.holds {
            println!("{} {:?} {took:?}", law.name, verdict);
        }
    }
    times.sort();
    println!("{:?}", &times[times.len() - 8..]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
