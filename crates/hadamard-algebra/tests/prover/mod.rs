//! Problems from text.
#![allow(dead_code, reason = "each test file uses its own part")]

use hadamard_algebra::laws::Law;
use hadamard_algebra::term::{Declared, Problem, Ring, Size};

/// `A:mxn`, as the command line reads it.
pub fn declared(text: &str) -> Declared {
    let (name, shape) = text.split_once(':').unwrap();
    let size = |f: &str| f.parse().map_or_else(|_| Size::Symbol(f.into()), Size::Number);
    let shape = shape.split('x').filter(|s| !s.is_empty());
    Declared { name: name.into(), shape: shape.map(|s| s.split('*').map(size).collect()).collect() }
}

pub fn problem_of(claim: &str, operands: &[&str], given: &str, ring: Ring) -> Problem {
    let parsed = hadamard_notation::parse_claim(claim).unwrap_or_else(|e| panic!("{claim}: {e}"));
    let given = hadamard_notation::parse_given(given).unwrap_or_else(|e| panic!("{given}: {e}"));
    let operands: Vec<Declared> = operands.iter().map(|o| declared(o)).collect();
    Problem::new(&parsed, &operands, &given, ring).unwrap_or_else(|e| panic!("{claim}: {e}"))
}

/// What a law states.
pub fn stated(law: &Law) -> Problem {
    problem_of(law.statement, law.operands, law.given, law.ring)
}
