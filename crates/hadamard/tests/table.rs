//! Every example in the table of operations is evaluated: both sides must give the same array.

use hadamard::algebra::ops;

#[test]
fn every_example_of_the_table_holds() {
    let mut wrong = Vec::new();
    for row in ops::table() {
        for (formula, expected) in row.examples {
            let show = |text: &str| match hadamard::eval(text, &[]) {
                Ok(a) => {
                    let values: Vec<String> =
                        (0..a.shape().size()).map(|k| a.get(&a.shape().unravel(k)).to_string()).collect();
                    format!("{}{} {}", a.dtype(), a.shape(), values.join(" "))
                }
                Err(e) => format!("error: {e}"),
            };
            let (left, right) = (show(formula), show(expected));
            if left != right || left.starts_with("error") {
                wrong.push(format!("{}: {formula} gives {left}; {expected} gives {right}", row.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
