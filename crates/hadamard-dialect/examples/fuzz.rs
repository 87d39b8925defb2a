//! Random texts in every notation: whatever is read is evaluated, printed, read again and translated. A panic ends it with
//! the text, and so does a text that takes longer than two seconds (`--slow N`, where the machine is busy). `--minutes N`, `--seed S`, `--family NAME` for texts of one
//! family of lexers.
//!
//! Texts are made of the notation's own words: its signs, brackets and spellings, cut, joined and nested, and of bytes.

use hadamard_dialect::{Formula, Operands, Spelled, notations};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// xorshift64*
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % n
    }
    fn of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }
}

/// A formula in the notation: a spelling with formulas in its places.
fn formula(random: &mut Random, notation: &Spelled, depth: usize) -> String {
    let spellings: Vec<_> = notation.notation.spellings().collect();
    if depth == 0 || random.below(4) == 0 {
        const LEAVES: [&str; 14] =
            ["M", "A", "v", "u", "s", "i", "b", "z", "1", "2.5", "0", "3", "1e300", "9223372036854775807"];
        return random.of(&LEAVES).to_owned();
    }
    let (_, text) = spellings[random.below(spellings.len())];
    let mut out = String::new();
    let mut holes = text.split('§');
    out.push_str(holes.next().unwrap_or_default());
    let parts: Vec<String> = (0..3).map(|_| formula(random, notation, depth - 1)).collect();
    for rest in holes {
        let (which, after) = rest.split_at(1);
        let part = which.parse().map_or(0, |n: usize| n % 3);
        match random.below(3) {
            0 => out.push_str(&format!("({})", parts[part])),
            _ => out.push_str(&parts[part]),
        }
        out.push_str(after);
    }
    out
}

/// Words one after another.
fn words(random: &mut Random, notation: &Spelled) -> String {
    let table = notation.notation;
    let mut text = String::new();
    for _ in 0..=random.below(24) {
        match random.below(6) {
            0 => text.push_str(table.signs[random.below(table.signs.len())].text),
            1 => {
                let bracket = &table.brackets[random.below(table.brackets.len())];
                text.push_str(random.of(&[bracket.open, bracket.close]));
            }
            2 => text.push_str(table.spellings().nth(random.below(table.spellings().count())).map_or("", |row| row.1)),
            3 => {
                text.push_str(random.of(&["M", "v", "1", "2.5", "_", "¯", "é", "\\frac", "1e", ".", "0x", "''", "\"a"]))
            }
            4 => text.push_str(random.of(&[" ", "\n", ",", ";", "=", ":", "%", "#", "...", "\\", "§", "$", "~"])),
            _ => text.push(char::from_u32(random.below(0x2500) as u32).unwrap_or('x')),
        }
    }
    text
}

/// A formula with a piece cut out, doubled or exchanged.
fn broken(random: &mut Random, notation: &Spelled) -> String {
    let text = formula(random, notation, 4);
    let chars: Vec<char> = text.chars().collect();
    let (a, b) = (random.below(chars.len() + 1), random.below(chars.len() + 1));
    let (a, b) = (a.min(b), a.max(b));
    let piece: String = chars[a..b].iter().collect();
    let (before, after): (String, String) = (chars[..a].iter().collect(), chars[b..].iter().collect());
    match random.below(3) {
        0 => before + &after,
        1 => format!("{before}{piece}{piece}{after}"),
        _ => format!("{before}{}{after}", words(random, notation)),
    }
}

fn tried(text: &str, notation: &'static Spelled, to: &'static Spelled, operands: &Operands) -> bool {
    let Ok(formula) = Formula::read(text, notation) else { return false };
    let _ = formula.evaluate(operands);
    if let Some(printed) = formula.print() {
        let _ = Formula::read(&printed, notation);
    }
    let _ = formula.translate(to, operands);
    true
}

/// Notations whose texts become words in the same way.
const FAMILIES: [(&str, &[&str]); 6] = [
    ("brackets", &["hadamard", "matlab", "octave", "julia", "gauss"]),
    ("python", &["numpy", "pytorch", "pandas", "sympy"]),
    ("members", &["eigen", "armadillo"]),
    ("strands", &["apl", "j"]),
    ("calls", &["r", "fortran", "wolfram", "hpprime"]),
    ("latex", &["latex", "latex-kolda"]),
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str, usual: u64| {
        let at = arguments.iter().position(|word| word == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(usual)
    };
    let minutes = value("--minutes", 1);
    let mut random = Random(value("--seed", 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let operands = Operands::default()
        .value("M", hadamard_dialect::Value::floats(&[2, 2], &[1.5, 2.0, -0.5, 4.0]), false)
        .value("A", hadamard_dialect::Value::floats(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), false)
        .value("v", hadamard_dialect::Value::floats(&[2], &[2.0, 3.0]), false)
        .value("u", hadamard_dialect::Value::floats(&[0], &[]), false)
        .value("s", hadamard_dialect::Value::floats(&[], &[2.5]), false);
    let all: Vec<&'static Spelled> = notations().iter().collect();
    let family = arguments.iter().position(|word| word == "--family").and_then(|at| arguments.get(at + 1));
    let names = family.and_then(|wanted| FAMILIES.iter().find(|(name, _)| name == wanted));
    assert!(family.is_none() || names.is_some(), "the families are {:?}", FAMILIES.map(|(name, _)| name));
    let of_family = |s: &&'static Spelled| names.is_none_or(|(_, names)| names.contains(&s.notation.name));
    let sources: Vec<&'static Spelled> = notations().iter().filter(of_family).collect();
    let end = Instant::now() + Duration::from_secs(60 * minutes);
    let (mut texts, mut read) = (0u64, 0u64);
    while Instant::now() < end {
        let (notation, to) = (random.of(&sources), random.of(&all));
        let text = match random.below(3) {
            0 => formula(&mut random, notation, 3),
            1 => words(&mut random, notation),
            _ => broken(&mut random, notation),
        };
        let begun = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| tried(&text, notation, to, &operands)));
        let name = notation.notation.name;
        match result {
            Ok(was_read) => read += u64::from(was_read),
            Err(_) => {
                println!(
                    "a panic, keep it in tests/crashes.txt:\n{name}\t{}\t{}",
                    to.notation.name,
                    text.escape_default()
                );
                std::process::exit(1);
            }
        }
        // What is slow is tried again, since the machine may have been busy.
        let slow = Duration::from_secs(value("--slow", 2));
        if begun.elapsed() > slow && {
            let again = Instant::now();
            tried(&text, notation, to, &operands);
            again.elapsed() > slow
        } {
            println!("{:?} for\n{name}\t{}\t{}", begun.elapsed(), to.notation.name, text.escape_default());
            std::process::exit(1);
        }
        texts += 1;
    }
    println!("{texts} texts, {read} of them formulas, in {minutes} minutes: no panic, none slow");
}
