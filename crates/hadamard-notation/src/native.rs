//! The native notation: the signs of the table of operations, a few more spellings of them, and what to answer to the
//! signs of other notations.

use crate::notation::{Foreign, Meaning, Notation, Prefix, Sign};
use hadamard_algebra::ops::{self, Level, Writing};
use hadamard_algebra::{Form, Map, Op};
use std::sync::LazyLock;

/// The native notation.
pub(crate) static NATIVE: LazyLock<Notation> = LazyLock::new(|| {
    let (mut signs, mut functions) = (Vec::new(), Vec::new());
    for row in ops::table() {
        let meaning = Meaning { op: row.op, dotted: matches!(row.op, Op::Map(_)) };
        for &text in row.signs {
            match row.writing {
                Writing::Call => functions.push((text, row.op)),
                Writing::Infix(level) => entry(&mut signs, text).infix = Some((meaning, level)),
                Writing::Prefix => entry(&mut signs, text).prefix = Some(Prefix::Means(meaning)),
                Writing::Postfix => entry(&mut signs, text).postfix = Some(meaning),
            }
        }
    }
    // Spellings beside the table's: the articles' Hadamard power and the typographic minus.
    let infix = |op, dotted, level| Some((Meaning { op, dotted }, level));
    entry(&mut signs, "^∘").infix = infix(Op::Map(Map::Pow), true, Level::Power);
    entry(&mut signs, "−").infix = infix(Op::Form(Form::Minus), false, Level::Sum);
    entry(&mut signs, "−").prefix = Some(Prefix::Means(Meaning { op: Op::Map(Map::Neg), dotted: true }));
    entry(&mut signs, "+").prefix = Some(Prefix::Nothing);
    // Comparisons without their dot, which the checker understands and explains.
    for (text, map) in
        [("<", Map::Lt), ("<=", Map::Le), (">", Map::Gt), (">=", Map::Ge), ("==", Map::Eq), ("!=", Map::Ne)]
    {
        entry(&mut signs, text).infix = infix(Op::Map(map), false, Level::Compare);
    }
    Notation::new(signs, functions, FOREIGN)
});

/// The sign of that text, added if it is new.
fn entry<'a>(signs: &'a mut Vec<Sign>, text: &'static str) -> &'a mut Sign {
    let at = signs.iter().position(|sign| sign.text == text).unwrap_or_else(|| {
        signs.push(Sign { text, infix: None, prefix: None, postfix: None });
        signs.len() - 1
    });
    &mut signs[at]
}

const PRODUCT: &str = "write `.*` for the product entry by entry, `*` for the matrix product";
const POWER: &str = "write `A .^ 2` for the power of each entry, `A ^ 2` for the matrix power";
const TRANSPOSE: &str = "write `A.'` for the transpose, `A'` for the conjugate transpose";
const AND: &str = "write `a .& b`";
const OR: &str = "write `a .| b`";
const NOT: &str = "write `!a`";
const ROOT: &str = "write `sqrt.(a)`, or `root(a, n)` for another root";
const QUOTE: &str = "a formula has no strings; the transpose is written `A.'` or `A'` with a straight quote";
const MINUS: &str = "write `-`";

const FOREIGN: &[Foreign] = &[
    ("×", PRODUCT),
    ("·", PRODUCT),
    ("⋅", PRODUCT),
    ("∙", PRODUCT),
    ("⊛", PRODUCT),
    ("◦", "this is U+25E6; the Hadamard product is `∘` (U+2218), `⊙` or `.*`"),
    ("○", "this is U+25CB; the Hadamard product is `∘` (U+2218), `⊙` or `.*`"),
    ("⋆", "the column-wise Khatri–Rao product is `∗` (U+2217) or `khatri_rao(A, B)`; the matrix product is `*`"),
    ("÷", "write `a ./ b`"),
    ("//", "write `floor.(a ./ b)`"),
    ("\\", "write `inv(A) * b`"),
    ("**", POWER),
    ("@", "the matrix product is written `A * B`"),
    ("%", "the remainder is `mod.(a, b)` or `rem.(a, b)`; a comment starts with `#`"),
    ("&&", AND),
    ("&", AND),
    ("∧", AND),
    ("||", OR),
    ("|", OR),
    ("∨", OR),
    ("~", NOT),
    ("¬", NOT),
    ("===", "write `a .== b`"),
    ("!==", "write `a .!= b`"),
    ("~=", "write `a .!= b`"),
    ("<>", "write `a .!= b`"),
    (":=", "a result is named with `=`"),
    ("+=", "write `A = A .+ B` under a new name: results are not changed"),
    ("-=", "write `A = A .- B` under a new name: results are not changed"),
    ("*=", "write `A = A .* B` under a new name: results are not changed"),
    ("/=", "write `A = A ./ B` under a new name: results are not changed; unequal is `.!=`"),
    ("^T", "write `A.'` for the transpose; to raise to the power T write `A^(T)`"),
    ("^⊤", TRANSPOSE),
    ("⊤", TRANSPOSE),
    (".T", TRANSPOSE),
    ("^H", "write `A'` for the conjugate transpose; to raise to the power H write `A^(H)`"),
    ("^*", "write `A'` for the conjugate transpose, `conj.(A)` for the conjugate"),
    ("ᴴ", "write `A'` for the conjugate transpose"),
    ("†", "write `A'` for the conjugate transpose"),
    ("⁻¹", "write `inv(A)` for the inverse of a matrix, `A .^ -1` for the inverse of each entry"),
    ("⁻", POWER),
    ("⁰", POWER),
    ("¹", POWER),
    ("²", POWER),
    ("³", POWER),
    ("⁴", POWER),
    ("⁵", POWER),
    ("⁶", POWER),
    ("⁷", POWER),
    ("⁸", POWER),
    ("⁹", POWER),
    ("√", ROOT),
    ("∛", ROOT),
    ("∑", "write `sum(A)`, with `axis=0` for one axis"),
    ("∏", "write `prod(A)`, with `axis=0` for one axis"),
    ("∞", "write `inf`"),
    ("‖", "write `norm(A)`"),
    ("–", MINUS),
    ("—", MINUS),
    ("’", QUOTE),
    ("‘", QUOTE),
    ("“", QUOTE),
    ("”", QUOTE),
    ("′", QUOTE),
    ("\"", QUOTE),
    ("`", QUOTE),
    ("{", "use `(` and `)` for grouping, `[` and `]` for matrices and indices"),
    ("}", "use `(` and `)` for grouping, `[` and `]` for matrices and indices"),
    ("?", "write `where(mask, a, b)`"),
    ("...", "a line goes on by itself when it ends with a sign or inside brackets; all indices are `:`"),
    ("…", "a line goes on by itself when it ends with a sign or inside brackets; all indices are `:`"),
];
