//! Trees of operations are printed and read again, in every notation; translations are evaluated by both systems.

mod common;

use hadamard_dialect::op::{F, Fold, Op, Over};
use hadamard_dialect::tree::{Tree, TreeKind};
use hadamard_dialect::{Formula, Num, Operands, Span, Spelled, Statement, Value, notations};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::RngSeed;

/// Operations that mean something on square matrices in most systems.
const UNARY: &[Op] = &[
    Op::Each(F::Neg),
    Op::Each(F::Abs),
    Op::Each(F::Sqrt),
    Op::Each(F::Exp),
    Op::Each(F::Floor),
    Op::Transpose,
    Op::Adjoint,
    Op::Inverse,
    Op::Fold(Fold::Sum, Over::All),
    Op::Fold(Fold::Sum, Over::Axis(0)),
    Op::Fold(Fold::Sum, Over::Keep(1)),
    Op::Fold(Fold::Sum, Over::Last),
    Op::Diag,
    Op::Trace,
    Op::Vec,
];
const BINARY: &[Op] = &[
    Op::Each(F::Mul),
    Op::Each(F::Div),
    Op::Each(F::Add),
    Op::Each(F::Sub),
    Op::Each(F::Pow),
    Op::Each(F::Max),
    Op::Each(F::Lt),
    Op::Each(F::Eq),
    Op::Each(F::And),
    Op::Strict(F::Mul),
    Op::Strict(F::Add),
    Op::Star,
    Op::Slash,
    Op::Caret,
    Op::MatMul,
    Op::Kron,
    Op::KhatriRao,
    Op::FaceSplit,
    Op::Outer,
];

fn tree() -> impl Strategy<Value = Tree> {
    let name = |name: &'static str| Tree::new(TreeKind::Name(name.to_owned()), Span::default());
    let leaf = prop_oneof![
        prop::sample::select(vec!["M", "N", "v", "u", "s"]).prop_map(name),
        (1..9usize).prop_map(Tree::int),
    ];
    leaf.prop_recursive(5, 24, 2, |inner| {
        prop_oneof![
            (prop::sample::select(UNARY), inner.clone()).prop_map(|(op, a)| Tree::apply(op, vec![a])),
            (prop::sample::select(BINARY), inner.clone(), inner).prop_map(|(op, a, b)| Tree::apply(op, vec![a, b])),
        ]
    })
}

/// The tree with numbers as the notation has them, if it spells every operation.
fn spelled(tree: &Tree, notation: &'static Spelled) -> Option<Tree> {
    notation.to_raw(tree).ok()?;
    Some(match &tree.kind {
        TreeKind::Apply(op, args) => {
            Tree::apply(*op, args.iter().map(|arg| spelled(arg, notation)).collect::<Option<_>>()?)
        }
        TreeKind::Number(hadamard_dialect::syntax::raw::Number::Int(v))
            if notation.notation.lexis.whole == hadamard_dialect::syntax::notation::Whole::Float
                && notation.notation.lexis.int_suffix.is_empty() =>
        {
            Tree::number(hadamard_dialect::syntax::raw::Number::Float(*v as f64))
        }
        _ => tree.clone(),
    })
}

fn operands() -> Operands {
    let square = |data: &[f64]| Value::floats(&[2, 2], data);
    Operands::default()
        .value("M", square(&[1.5, 2.0, -0.5, 4.0]), false)
        .value("N", square(&[3.0, -1.0, 2.0, 0.25]), false)
        .value("v", Value::floats(&[2], &[2.0, 3.0]), false)
        .value("u", Value::floats(&[2], &[-1.0, 0.5]), false)
        .value("s", Value::floats(&[], &[2.5]), false)
}

fn near(a: Num, b: Num) -> bool {
    let ((p, q), (r, s)) = (a.parts(), b.parts());
    let near =
        |x: f64, y: f64| x == y || (x.is_nan() && y.is_nan()) || (x - y).abs() <= 1e-9 * (1.0 + x.abs().max(y.abs()));
    near(p, r) && near(q, s)
}

fn stripped(shape: &[usize]) -> Vec<usize> {
    let mut shape = shape.to_vec();
    while shape.last() == Some(&1) {
        shape.pop();
    }
    shape
}

fn seed() -> RngSeed {
    let given = std::env::var("PROPTEST_RNG_SEED").ok().and_then(|seed| seed.parse().ok());
    RngSeed::Fixed(given.unwrap_or(1))
}

/// Whether a formula and its translation have the same value, each by its own system; `None` if it was refused.
fn agrees(formula: &Formula, to: &'static Spelled, operands: &Operands) -> Result<Option<()>, String> {
    let text = formula.print().unwrap_or_default();
    let Ok(translated) = formula.translate(to, operands) else { return Ok(None) };
    let read = Formula::read(&translated.text, to).map_err(|e| format!("{text} → {}: {e}", translated.text))?;
    let Ok(ours) = formula.evaluate(operands) else { return Ok(None) };
    let met = ours.met;
    let noted = met.zero || met.domain || met.strong_zero || met.large || met.overflow;
    let theirs = match read.evaluate(operands) {
        Ok(theirs) => theirs,
        Err(_) if noted && !translated.notes.is_empty() => return Ok(None),
        Err(error) => return Err(format!("{text} → {}: {error}", translated.text)),
    };
    let (a, b) = (&ours.results[0].1, &theirs.results[0].1);
    let same = stripped(&a.shape) == stripped(&b.shape) && a.data.iter().zip(&b.data).all(|(x, y)| near(*x, *y));
    let edge = noted && !translated.notes.is_empty();
    if same || edge {
        return Ok(Some(()));
    }
    Err(format!("{text} → {}\n  {a:?}\n  {b:?}", translated.text))
}

/// Of the trees a notation spells, the share it may have no readable text for: what stands where another spelling is read
/// (Fortran's `transpose(conjg(transpose(A)))`).
const UNPRINTED: f64 = 0.004;

/// A tree is printed and read again; `None` if the notation does not spell it, `Some(false)` if it has no text.
fn printed(tree: &Tree, notation: &'static Spelled, operands: &Operands) -> Result<Option<bool>, String> {
    let Some(tree) = spelled(tree, notation) else { return Ok(None) };
    let formula = Formula { notation, statements: vec![Statement { name: None, tree: tree.clone() }] };
    let Some(text) = formula.print() else { return Ok(Some(false)) };
    let name = notation.notation.name;
    let read = Formula::read(&text, notation).map_err(|e| format!("{name}: {text}: {e}"))?;
    // Spellings may be more special than what was printed, and print the same again.
    let again = read.print().unwrap_or_default();
    if again != text {
        return Err(format!("{name}: {text} came back as {again}"));
    }
    if read.statements[0].tree != tree {
        let value = |f: &Formula| f.evaluate(operands).map(|e| e.results[0].1.data.clone()).ok();
        if let (Some(a), Some(b)) = (value(&formula), value(&read))
            && !(a.len() == b.len() && a.iter().zip(&b).all(|(x, y)| near(*x, *y)))
        {
            return Err(format!("{name}: {text} is another tree: {:?}", read.statements[0].tree));
        }
    }
    Ok(Some(true))
}

/// Random trees, the same each time unless `PROPTEST_RNG_SEED` says otherwise.
fn trees(count: usize) -> impl Iterator<Item = Tree> {
    let config = ProptestConfig { failure_persistence: None, rng_seed: seed(), ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    (0..count).map(move |_| tree().new_tree(&mut runner).expect("the strategy refuses nothing").current())
}

/// Prints and reads `count` trees in every notation, and says how many each has no text for.
fn print_and_read(count: usize) {
    let operands = operands();
    let (mut wrong, mut tried, mut refused) =
        (Vec::new(), vec![0usize; notations().len()], vec![0usize; notations().len()]);
    for tree in trees(count) {
        for (k, notation) in notations().iter().enumerate() {
            match printed(&tree, notation, &operands) {
                Ok(None) => {}
                Ok(Some(has_text)) => {
                    tried[k] += 1;
                    refused[k] += usize::from(!has_text);
                }
                Err(error) => wrong.push(error),
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} trees:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    for (k, notation) in notations().iter().enumerate() {
        let name = notation.notation.name;
        println!("{name}: {} trees printed and read, {} without a text", tried[k], refused[k]);
        assert!(tried[k] * 20 > count, "{name} spells only {} of {count} trees", tried[k]);
        let bound = (tried[k] as f64 * UNPRINTED).ceil() as usize;
        assert!(refused[k] <= bound, "{name} has no text for {} of {} trees, more than {bound}", refused[k], tried[k]);
    }
}

/// Translates trees that mean something, `count` of each notation, to all others.
fn translate_and_compare(count: usize) {
    let operands = operands();
    for (from, notation) in notations().iter().enumerate() {
        let (mut meant, mut same, mut refused, mut wrong) = (0, 0, 0, Vec::new());
        let mut all = trees(count * 200).skip(from);
        while meant < count {
            let tree = all.next().expect("one tree in 200 means something");
            let Some(tree) = spelled(&tree, notation) else { continue };
            let formula = Formula { notation, statements: vec![Statement { name: None, tree }] };
            if formula.meaning(&operands).is_err() {
                continue;
            }
            meant += 1;
            for to in notations() {
                match agrees(&formula, to, &operands) {
                    Ok(Some(())) => same += 1,
                    Ok(None) => refused += 1,
                    Err(error) => wrong.push(format!("{} to {}: {error}", notation.notation.name, to.notation.name)),
                }
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
        println!(
            "{}: {meant} trees, {same} translations with the same value, {refused} refused",
            notation.notation.name
        );
        assert!(same * 4 > meant * notations().len(), "{}: only {same} translations", notation.notation.name);
    }
}

#[test]
fn printed_trees_are_read_again() {
    print_and_read(400);
}

#[test]
fn translations_have_the_value_of_their_source() {
    translate_and_compare(30);
}

/// `cargo test --release -p hadamard-dialect --test round_trips -- --ignored --nocapture`
#[test]
#[ignore = "minutes: 10,000 trees a notation"]
fn at_length() {
    let count = std::env::var("TREES").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    print_and_read(20 * count);
    translate_and_compare(count);
}

/// The systems that run, by the names of their notations; MATLAB's formulas are run by Octave.
const RUNNABLE: &[&str] = &[
    "numpy",
    "pytorch",
    "pandas",
    "sympy",
    "octave",
    "julia",
    "r",
    "fortran",
    "eigen",
    "armadillo",
    "wolfram",
    "j",
    "hpprime",
    "apl",
];

/// Writes formulas translated from other notations for the systems that run (or `SYSTEM`), `ROWS` each; `cargo xtask goldens` then asks
/// the systems. Left out are only texts without an operand, repeated or long ones, values that are not finite reals, and
/// operands for which the notes say that the systems differ.
#[test]
#[ignore = "writes tests/goldens/translated_*.txt"]
fn write_translations() {
    let operands = common::operands();
    let rows = std::env::var("ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    let only = std::env::var("SYSTEM").ok();
    for system in RUNNABLE.iter().filter(|system| only.as_ref().is_none_or(|only| only == *system)) {
        let to = hadamard_dialect::notation(system).unwrap();
        let mut texts: Vec<String> = Vec::new();
        for (n, tree) in trees(1000 * rows).enumerate() {
            let notation = &notations()[n % notations().len()];
            let Some(tree) = spelled(&tree, notation).filter(|_| notation.notation.name != *system) else { continue };
            let formula = Formula { notation, statements: vec![Statement { name: None, tree }] };
            let Ok(translated) = formula.translate(to, &operands) else { continue };
            let Ok(value) = formula.evaluate(&operands) else { continue };
            let finite = |n: &Num| n.parts().0.abs() < 1e9 && n.parts().1 == 0.0;
            let long = translated.text.chars().count() > 100 || translated.text.chars().count() < 6;
            let known = texts.contains(&translated.text) || translated.formula.names().is_empty();
            // Where the notes say that the two differ there, and it is there, they may.
            let met = value.met;
            let noted = met.zero || met.domain || met.strong_zero || met.large || met.overflow;
            let differs = noted && !translated.notes.is_empty();
            if long || known || differs || !value.results[0].1.data.iter().all(finite) {
                continue;
            }
            texts.push(translated.text);
            if texts.len() == rows {
                break;
            }
        }
        assert_eq!(texts.len(), rows, "{system} has too few translations");
        std::fs::write(common::folder().join(format!("translated_{system}.txt")), texts.join("\n") + "\n").unwrap();
    }
}

/// What a fuzz run found: notation, target, text.
#[test]
fn what_once_went_wrong() {
    let operands =
        operands().value("A", Value::floats(&[2, 3], &[1.0; 6]), false).value("u", Value::floats(&[0], &[]), false);
    for line in include_str!("crashes.txt").lines().filter(|line| !line.starts_with('#')) {
        let [from, to, text] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let (from, to) = (hadamard_dialect::notation(from).unwrap(), hadamard_dialect::notation(to).unwrap());
        let Ok(formula) = Formula::read(&text.replace("\\n", "\n"), from) else { continue };
        // That these come back, with a value or an error, is what is tested.
        let _ = formula.evaluate(&operands);
        let _ = formula.translate(to, &operands);
        if let Some(printed) = formula.print() {
            assert!(Formula::read(&printed, from).is_ok(), "{line}: {printed}");
        }
    }
}

#[test]
fn any_text_is_read_or_refused() {
    let pieces = [
        "(", ")", "[", "]", "{", "}", "A", "1", "2.5", "'", "\"", ".*", "*", "^", "⊙", "\\frac", "§0", "é", "_", "¯",
        " ", "\n", "%", "@", "function", "-", "==", ",",
    ];
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    for _ in 0..4000 {
        let mut text = String::new();
        for _ in 0..12 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text.push_str(pieces[(state % pieces.len() as u64) as usize]);
        }
        for notation in notations() {
            if let Ok(formula) = Formula::read(&text, notation) {
                // Whatever is read has a meaning or an error, and no panic.
                let _ = formula.evaluate(&operands());
            }
        }
    }
    for deep in
        ["(".repeat(5000), "-".repeat(5000), "A+".repeat(5000) + "A", "A^".repeat(5000) + "A", "A'".repeat(3000)]
    {
        for notation in notations() {
            assert!(
                Formula::read(&deep, notation)
                    .map_or(true, |f| f.evaluate(&operands()).is_err() || f.print().is_some())
            );
        }
    }
}
