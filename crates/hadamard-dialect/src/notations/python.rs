//! What the notations of Python have in common: words, signs, brackets, and the spellings that NumPy, pandas and PyTorch
//! share but for the name of the module.

use super::prelude::*;

/// Python's signs: powers bind tighter than a sign before them and looser than one after them.
pub const PYTHON_SIGNS: &[Sign] = &[
    right("**", 70),
    prefix("-", 60),
    prefix("+", 60),
    prefix("~", 60),
    left("*", 50),
    left("@", 50),
    left("/", 50),
    left("//", 50),
    left("%", 50),
    left("+", 40),
    left("-", 40),
    left("&", 36),
    left("^", 34),
    left("|", 32),
    never("==", 30),
    never("!=", 30),
    never("<", 30),
    never("<=", 30),
    never(">", 30),
    never(">=", 30),
    prefix("not", 26),
    left("and", 24),
    left("or", 22),
];

/// Python's brackets.
pub const PYTHON_BRACKETS: &[Bracket] = &[PARENS, Bracket { open: "[", close: "]", alone: Some(LIST), follows: true }];

/// Python's words.
pub const PYTHON: Lexis = Lexis {
    comments: &[("#", "\n")],
    quotes: "'\"",
    continuation: Some("\\"),
    imaginary: &["j"],
    members: true,
    lambda: Some("lambda"),
    reserved: &[
        "and", "as", "def", "del", "for", "from", "if", "in", "is", "lambda", "not", "or", "pass", "try", "while",
        "with",
    ],
    ..PLAIN
};

/// What people try in Python and means nothing there.
pub const PYTHON_FOREIGN: &[(&str, &str)] = &[
    (".*", "the product of arrays entry by entry is `A * B`"),
    ("'", "the transpose is `A.T`"),
    ("and", "truth values of arrays are joined with `&`: (a > 0) & (b > 0)"),
    ("or", "truth values of arrays are joined with `|`: (a > 0) | (b > 0)"),
    ("not", "truth values of arrays are negated with `~`"),
    ("!", "truth values of arrays are negated with `~`"),
    ("&&", "truth values of arrays are joined with `&`"),
];

/// The spellings that NumPy, pandas and PyTorch share; the functions are those of a module, of whatever `$of` makes of them.
macro_rules! python {
    ($module:literal, $of:path) => {
        &[
            (Each(Mul), "§0 * §1"),
            (Each(Div), "§0 / §1"),
            (Each(FloorDiv), "§0 // §1"),
            (Each(Mod), "§0 % §1"),
            (Each(Pow), "§0 ** §1"),
            (Each(Add), "§0 + §1"),
            (Each(Sub), "§0 - §1"),
            (Each(Neg), "-§0"),
            (Each(BitXor), "§0 ^ §1"),
            (Each(Eq), "§0 == §1"),
            (Each(Ne), "§0 != §1"),
            (Each(Lt), "§0 < §1"),
            (Each(Le), "§0 <= §1"),
            (Each(Gt), "§0 > §1"),
            (Each(Ge), "§0 >= §1"),
            (Each(And), "§0 & §1"),
            (Each(Or), "§0 | §1"),
            (Each(Not), "~§0"),
            (MatMul, "§0 @ §1"),
            (Transpose, "§0.T"),
            (Constant(C::True), "True"),
            (Constant(C::False), "False"),
            ($of(Min), concat!($module, ".minimum(§0, §1)")),
            ($of(Max), concat!($module, ".maximum(§0, §1)")),
            ($of(Abs), concat!($module, ".abs(§0)")),
            (Each(Abs), "abs(§0)"),
            ($of(Signum), concat!($module, ".sign(§0)")),
            ($of(Sqrt), concat!($module, ".sqrt(§0)")),
            ($of(Exp), concat!($module, ".exp(§0)")),
            ($of(Log), concat!($module, ".log(§0)")),
            ($of(Log2), concat!($module, ".log2(§0)")),
            ($of(Log10), concat!($module, ".log10(§0)")),
            ($of(Sin), concat!($module, ".sin(§0)")),
            ($of(Cos), concat!($module, ".cos(§0)")),
            ($of(Tan), concat!($module, ".tan(§0)")),
            ($of(Sinh), concat!($module, ".sinh(§0)")),
            ($of(Cosh), concat!($module, ".cosh(§0)")),
            ($of(Tanh), concat!($module, ".tanh(§0)")),
            ($of(Floor), concat!($module, ".floor(§0)")),
            ($of(Ceil), concat!($module, ".ceil(§0)")),
            ($of(Trunc), concat!($module, ".trunc(§0)")),
            ($of(Square), concat!($module, ".square(§0)")),
            (MatPower, concat!($module, ".linalg.matrix_power(§0, §1)")),
            (Inverse, concat!($module, ".linalg.inv(§0)")),
            (Kron, concat!($module, ".kron(§0, §1)")),
            (Outer, concat!($module, ".outer(§0, §1)")),
            (Diag, concat!($module, ".diag(§0)")),
            (Trace, concat!($module, ".trace(§0)")),
            (Constant(C::Pi), concat!($module, ".pi")),
            (Constant(C::E), concat!($module, ".e")),
            (Constant(C::Infinity), concat!($module, ".inf")),
            (Constant(C::NaN), concat!($module, ".nan")),
        ]
    };
}
pub(super) use python;
