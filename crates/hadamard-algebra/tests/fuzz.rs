//! Every rule of the property engine against exact matrices: random formulas of random sizes are inferred upon, and every
//! fact of every subexpression is tested by its definition on matrices that are as given: real and complex ones, singular
//! ones, zero, multiplied with negative numbers.

mod prover;

use hadamard_algebra::evaluate::{Dense, Evaluator};
use hadamard_algebra::exact::{Exact, integer};
use hadamard_algebra::properties::{Known, RULES};
use hadamard_algebra::prove::{Example, examples, has_property, rank};
use hadamard_algebra::term::{Problem, Ring};
use prover::problem_of;
use std::collections::{BTreeMap, BTreeSet};

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const SQUARE: &[&str] = &[
    "psd",
    "psd",
    "pd",
    "pd",
    "symmetric",
    "hermitian",
    "skew",
    "skew_hermitian",
    "diagonal",
    "lower",
    "upper",
    "tridiagonal",
    "toeplitz",
    "circulant",
    "unitary",
    "orthogonal",
    "permutation",
    "invertible",
    "unit_diagonal",
    "nonzero_diagonal",
];
const ANY: &[&str] =
    &["", "", "zero_one", "zero", "nonzero", "positive", "nonnegative", "real", "row_selection", "column_selection"];
const NUMBERS: &[&str] = &["2", "(-2)", "(-1)", "0", "0.5", "2i", "(1+1i)"];
const ONE: &[&str] = &[
    "(-{})",
    "conj.({})",
    "({}) .^ 2",
    "({}) .^ 3",
    "({}) .^ 4",
    "abs.({})",
    "real.({})",
    "imag.({})",
    "sqrt.({})",
    "({}) .^ -1",
];
const ONE_SQUARE: &[&str] = &[
    "({}).'",
    "({})'",
    "({}) * ({})'",
    "({})' * ({})",
    "({}) * ({}).'",
    "({}) .* ({}).'",
    "({}) .* ({})'",
    "({}) .* conj.({})",
    "({}) .* ({})",
    "(({}) + ({})')",
    "(({}) - ({})')",
    "(({}) + ({}).')",
    "(({}) - ({}).')",
    "(({}) - ({}))",
    "Diag(diag({}))",
    "inv({})",
    "({}) ^ 2",
    "({}) ^ 3",
    "({}) ^ -1",
    "outer(diag({}), diag({}))",
    "outer(diag({}), conj.(diag({})))",
    "(tr({}) * ({}))",
    "(det({}) * I(#))",
    "(sum({}) * J(#, #))",
    "(prod(diag({})) * ({}))",
    "({})[::-1, ::-1]",
    "Diag(vec({})[0:#])",
    "Diag(cumsum(diag({})))",
    "Diag(cumprod(diag({})))",
    "(mean({}) * J(#, #))",
    "(norm({}) * ({}))",
    "(rank({}) * ({}))",
    "Diag(rvec({})[0:#])",
    "(sum(diag({}), axis=0) * I(#))",
];

/// A formula under construction: operands with their shapes and properties.
struct Formula {
    operands: Vec<(String, [usize; 2], &'static str)>,
    random: Random,
}

impl Formula {
    fn leaf(&mut self, [m, n]: [usize; 2]) -> String {
        match self.random.below(12) {
            0 => return format!("J({m}, {n})"),
            1 if m == n => return format!("I({n})"),
            2 if m == 4 && n == 4 => return "commutation(2, 2)".into(),
            3 if n > 1 => {
                let mut row =
                    || (0..n).map(|_| ["0", "1", "-1", "2"][self.random.below(4)]).collect::<Vec<_>>().join(" ");
                let rows: Vec<String> = (0..m).map(|_| row()).collect();
                return format!("[{}]", rows.join("; "));
            }
            _ => {}
        }
        let same: Vec<&String> = self.operands.iter().filter(|o| o.1 == [m, n]).map(|o| &o.0).collect();
        if !same.is_empty() && self.random.below(2) == 0 {
            return same[self.random.below(same.len())].clone();
        }
        let square = m == n && self.random.below(3) > 0;
        let property = self.random.pick(if square { SQUARE } else { ANY });
        let name = format!("A{}", self.operands.len());
        self.operands.push((name.clone(), [m, n], property));
        name
    }

    fn expr(&mut self, shape: [usize; 2], depth: usize) -> String {
        let [m, n] = shape;
        if depth == 0 {
            return self.leaf(shape);
        }
        let sub = |me: &mut Self, shape| me.expr(shape, depth - 1);
        let one = |form: &str, inner: &str| format!("({})", form.replace("{}", inner).replace('#', &n.to_string()));
        match self.random.below(if m == n { 12 } else { 7 }) {
            0..=2 => {
                let sign = self.random.pick(&[".*", ".*", "+", "-"]);
                format!("({} {sign} {})", sub(self, shape), sub(self, shape))
            }
            3 => {
                let k = 1 + self.random.below(4);
                format!("({} * {})", sub(self, [m, k]), sub(self, [k, n]))
            }
            4 => format!("({} * {})", self.random.pick(NUMBERS), sub(self, shape)),
            5 => {
                let form = self.random.pick(ONE);
                one(form, &sub(self, shape))
            }
            6 => format!("({}).'", sub(self, [n, m])),
            7..=9 => {
                let form = self.random.pick(ONE_SQUARE);
                one(form, &sub(self, shape))
            }
            10 => {
                let (c, p) = (sub(self, shape), sub(self, shape));
                let adjoint = self.random.pick(&["'", ".'"]);
                format!("({c} * {p} * ({c}){adjoint})")
            }
            _ if n == 4 => format!("(({}) ⊗ ({}))", sub(self, [2, 2]), sub(self, [2, 2])),
            _ if n <= 3 => format!("({})[0:{n}, 0:{n}]", sub(self, [n + 1, n + 1])),
            _ => sub(self, shape),
        }
    }
}

/// Tests every fact about every term on the operands of an example; what was tested, by rule.
fn test(problem: &Problem, known: &Known, example: &Example, text: &str, tested: &mut BTreeMap<&'static str, usize>) {
    let mut evaluator = Evaluator::new(&problem.terms, &example.sizes, &example.operands);
    let name = |id: usize| format!("t{id}");
    for id in 0..problem.terms.nodes.len() {
        let Some(value) = evaluator.value(id) else { continue };
        for property in known.properties(id) {
            let derivation = known.derivation(property, id).unwrap();
            assert!(
                has_property(property, &value),
                "{text}\n{property} of {:?} = {value:?}\n{}\nfor {:?}",
                problem.terms.node(id).kind,
                derivation.lines(&name).join("\n"),
                example.operands
            );
            if let Some(rule) = derivation.rule {
                *tested.entry(rule.name).or_default() += 1;
            }
        }
        if value.shape.len() == 2 {
            bounds(known, id, &value, text);
        }
    }
}

fn bounds(known: &Known, id: usize, value: &Dense<Exact>, text: &str) {
    let actual = rank(value) as u64;
    let bound = known.rank(id);
    for most in &bound.at_most {
        assert!(most.bound.as_number().is_none_or(|most| actual <= most), "{text}: {most:?} of {value:?}");
    }
    let least = bound.at_least.unwrap_or(value.shape[0] as u64);
    assert!(least <= actual, "{text}: rank at least {least} of {value:?}");
    let band = known.band(id);
    for (k, entry) in value.data.iter().enumerate().filter(|(_, z)| **z != integer(0)) {
        let (i, j) = ((k / value.shape[1]) as u64, (k % value.shape[1]) as u64);
        let inside = band.below.is_none_or(|b| i <= j + b) && band.above.is_none_or(|a| j <= i + a);
        assert!(inside, "{text}: {band:?}, and {entry} at ({i}, {j}) of {value:?}");
    }
}

fn run(count: usize, seed: u64) -> BTreeMap<&'static str, usize> {
    let mut tested = BTreeMap::new();
    for case in 0..count {
        let mut formula = Formula { operands: Vec::new(), random: Random(seed.wrapping_add(case as u64 * 7919)) };
        let n = 1 + formula.random.below(5);
        let columns = if formula.random.below(4) == 0 { 1 + formula.random.below(4) } else { n };
        let depth = 1 + formula.random.below(3);
        let text = formula.expr([n, columns], depth);
        let declared: Vec<String> =
            formula.operands.iter().map(|(name, [m, n], _)| format!("{name}:{m}x{n}")).collect();
        let declared: Vec<&str> = declared.iter().map(String::as_str).collect();
        let given: Vec<String> = formula
            .operands
            .iter()
            .filter(|o| !o.2.is_empty())
            .map(|(name, _, property)| format!("{property} {name}"))
            .collect();
        let ring = if formula.random.below(3) == 0 { Ring::Reals } else { Ring::Complex };
        if ring == Ring::Reals && (text.contains("2i") || text.contains("1i")) {
            continue;
        }
        let problem = problem_of(&format!("{text} == {text}"), &declared, &given.join(", "), ring);
        let known = match Known::infer(&problem) {
            Ok(known) => known,
            // A product may be zero whose inverse is asked for: it has no value, and anything is true of it.
            Err(_) if text.contains("inv") || text.contains("-1") => continue,
            Err(error) => panic!("{text} given {given:?}: {error}"),
        };
        let told = format!("{text} given {} over {ring:?}", given.join(", "));
        for example in examples(&problem, 4) {
            test(&problem, &known, &example, &told, &mut tested);
        }
    }
    tested
}

/// Rules about functions without exact values: `crates/hadamard/tests/properties.rs` tests them in floating point.
const ROUNDED: &[&str] =
    &["power series with coefficients ≥ 0 keep it entry by entry", "eigenvalues and singular values"];

#[test]
fn every_fact_is_so() {
    let tested = run(600, 1);
    let missing: BTreeSet<&str> = RULES.iter().map(|r| r.name).filter(|name| !tested.contains_key(name)).collect();
    let missing: Vec<&str> = missing.into_iter().filter(|name| !ROUNDED.contains(name)).collect();
    assert!(missing.is_empty(), "rules that no formula has tried: {missing:?}");
}

#[test]
#[ignore = "minutes: cargo test -p hadamard-algebra --test fuzz -- --ignored --nocapture"]
fn every_fact_is_so_at_length() {
    let tested = run(20_000, 77);
    tested.iter().for_each(|(rule, count)| println!("{count:9} {rule}"));
    println!("{:9} facts in all", tested.values().sum::<usize>());
}
