//! No text makes the readers panic.

use hadamard_dialect::{Formula, Operands, Value, notations};

fn operands() -> Operands {
    let square = |data: &[f64]| Value::floats(&[2, 2], data);
    Operands::default().value("A", square(&[1.5, 2.0, -0.5, 4.0]), false)
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
