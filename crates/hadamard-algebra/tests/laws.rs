//! Every row of the table of laws.

use hadamard_algebra::laws::{Kind, Law, table};
use hadamard_algebra::normal::difference;
use hadamard_algebra::term::{Declared, Problem, Size};

pub fn problem(law: &Law) -> Problem {
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
fn normal_forms() {
    let mut bad = 0;
    for law in table().filter(|l| matches!(l.kind, Kind::Normal | Kind::Guarded)) {
        let p = problem(law);
        let t = std::time::Instant::now();
        let result = difference(&p, p.sides[0], p.sides[1], false);
        let t = t.elapsed();
        match result {
            Ok(d) if d.sum.is_empty() == law.holds => {}
            Ok(d) => {
                bad += 1;
                println!(
                    "{} {} {}: left {} {t:?}\n {:?}",
                    law.code,
                    law.name,
                    law.statement,
                    d.sum.len(),
                    d.sum.first()
                );
            }
            Err(e) => {
                bad += 1;
                println!("{} {} {}: {e:?} {t:?}", law.code, law.name, law.statement);
            }
        }
    }
    assert_eq!(bad, 0);
}
