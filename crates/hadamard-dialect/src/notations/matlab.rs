//! MATLAB and GNU Octave: matrices only, every sign but the dotted ones that of matrix algebra, all of one direction.

use super::prelude::*;

/// Powers and transpositions share one level and group to the left.
macro_rules! signs {
    ($($more:expr),*) => {
        &[
            left(".^", 70), left("^", 70), postfix("'", 70), postfix(".'", 70),
            prefix("-", 60), prefix("+", 60), prefix("~", 60),
            left(".*", 50), left("*", 50), left("./", 50), left("/", 50), left(".\\", 50), left("\\", 50),
            left("+", 40), left("-", 40), left(":", 38),
            left("==", 30), left("~=", 30), left("<", 30), left("<=", 30), left(">", 30), left(">=", 30),
            left("&", 24), left("|", 22), left("&&", 20), left("||", 18),
            $($more),*
        ]
    };
}

macro_rules! spellings {
    ($($more:expr),*) => {
        &[
            (Each(Mul), "§0 .* §1"), (Each(Mul), "times(§0, §1)"),
            (Each(Div), "§0 ./ §1"), (Each(Div), "rdivide(§0, §1)"),
            (Flipped(Div), "§0 .\\ §1"), (Flipped(Div), "ldivide(§0, §1)"),
            (Each(Pow), "§0 .^ §1"), (Each(Pow), "power(§0, §1)"),
            (Each(Add), "§0 + §1"), (Each(Add), "plus(§0, §1)"),
            (Each(Sub), "§0 - §1"), (Each(Sub), "minus(§0, §1)"),
            (Each(Neg), "-§0"), (Each(Neg), "uminus(§0)"),
            (Each(Mod), "mod(§0, §1)"), (Each(Rem), "rem(§0, §1)"),
            (Each(Min), "min(§0, §1)"), (Each(Max), "max(§0, §1)"),
            (Each(Eq), "§0 == §1"), (Each(Ne), "§0 ~= §1"), (Each(Lt), "§0 < §1"), (Each(Le), "§0 <= §1"),
            (Each(Gt), "§0 > §1"), (Each(Ge), "§0 >= §1"),
            (Each(Eq), "eq(§0, §1)"), (Each(Ne), "ne(§0, §1)"), (Each(Lt), "lt(§0, §1)"), (Each(Le), "le(§0, §1)"),
            (Each(Gt), "gt(§0, §1)"), (Each(Ge), "ge(§0, §1)"),
            (Each(And), "§0 & §1"), (Each(And), "and(§0, §1)"), (Each(Or), "§0 | §1"), (Each(Or), "or(§0, §1)"),
            (Each(Xor), "xor(§0, §1)"), (Each(Not), "~§0"), (Each(Not), "not(§0)"),
            (Each(Abs), "abs(§0)"), (Each(Signum), "sign(§0)"), (Each(Sqrt), "sqrt(§0)"), (Each(Exp), "exp(§0)"),
            (Each(Log), "log(§0)"), (Each(Log2), "log2(§0)"), (Each(Log10), "log10(§0)"), (Each(Sin), "sin(§0)"),
            (Each(Cos), "cos(§0)"), (Each(Tan), "tan(§0)"), (Each(Asin), "asin(§0)"), (Each(Acos), "acos(§0)"),
            (Each(Atan), "atan(§0)"), (Each(Sinh), "sinh(§0)"), (Each(Cosh), "cosh(§0)"), (Each(Tanh), "tanh(§0)"),
            (Each(Floor), "floor(§0)"), (Each(Ceil), "ceil(§0)"), (Each(Trunc), "fix(§0)"),
            (Each(RoundAway), "round(§0)"), (Each(Conj), "conj(§0)"), (Each(Real), "real(§0)"),
            (Each(Imag), "imag(§0)"),
            (Each(Cast(DType::F64)), "double(§0)"), (Each(Cast(DType::F32)), "single(§0)"),
            (Each(Cast(DType::Bool)), "logical(§0)"),
            (Each(Cast(DType::I8)), "int8(§0)"), (Each(Cast(DType::I16)), "int16(§0)"),
            (Each(Cast(DType::I32)), "int32(§0)"), (Each(Cast(DType::I64)), "int64(§0)"),
            (Each(Cast(DType::U8)), "uint8(§0)"), (Each(Cast(DType::U16)), "uint16(§0)"),
            (Each(Cast(DType::U32)), "uint32(§0)"), (Each(Cast(DType::U64)), "uint64(§0)"),
            (Star, "§0 * §1"), (Star, "mtimes(§0, §1)"), (Slash, "§0 / §1"), (Slash, "mrdivide(§0, §1)"),
            (Backslash, "§0 \\ §1"), (Backslash, "mldivide(§0, §1)"), (Caret, "§0 ^ §1"), (Caret, "mpower(§0, §1)"),
            (Inverse, "inv(§0)"), (Transpose, "§0.'"), (Transpose, "transpose(§0)"), (Adjoint, "§0'"),
            (Adjoint, "ctranspose(§0)"),
            (Kron, "kron(§0, §1)"),
            (KhatriRao, "cell2mat(arrayfun(@(k) kron(§0(:, k), §1(:, k)), 1:size(§0, 2), 'UniformOutput', false))"),
            (FaceSplit, "cell2mat(arrayfun(@(k) kron(§0(k, :), §1(k, :)), (1:size(§0, 1))', 'UniformOutput', false))"),
            (Diag, "diag(§0)"), (Trace, "trace(§0)"),
            (sum(FirstLong), "sum(§0)"), (sum(Keep(0)), "sum(§0, 1)"), (sum(Keep(1)), "sum(§0, 2)"),
            (sum(All), "sum(§0(:))"), (prod(FirstLong), "prod(§0)"),
            (prod(Keep(0)), "prod(§0, 1)"), (prod(Keep(1)), "prod(§0, 2)"), (prod(All), "prod(§0(:))"),
            (min(FirstLong), "min(§0)"), (min(Keep(0)), "min(§0, [], 1)"), (min(Keep(1)), "min(§0, [], 2)"),
            (min(All), "min(§0(:))"), (max(FirstLong), "max(§0)"),
            (max(Keep(0)), "max(§0, [], 1)"), (max(Keep(1)), "max(§0, [], 2)"), (max(All), "max(§0(:))"),
            (mean(FirstLong), "mean(§0)"), (mean(Keep(0)), "mean(§0, 1)"), (mean(Keep(1)), "mean(§0, 2)"),
            (mean(All), "mean(§0(:))"),
            (any(FirstLong), "any(§0)"), (any(All), "any(§0(:))"),
            (all(FirstLong), "all(§0)"), (all(All), "all(§0(:))"),
            (Identity, "eye(§0)"), (Ones, "ones(§0, §1)"), (Zeros, "zeros(§0, §1)"), (Fill, "repmat(§0, §1, §2)"),
            (RangeStep, "§0:§1:§2"), (Op::Range, "§0:§1"),
            (Reshape, "reshape(§0, §1, §2)"), (Reshape, "reshape(§0, [§1, §2])"), (Op::Vec, "§0(:)"), (Op::Vec, "reshape(§0, [], 1)"),
            (SpreadColumns, "repmat(§0, 1, §1)"), (SpreadRows, "repmat(§0, §1, 1)"),
            (BindRows, "vertcat(§*)"), (BindColumns, "horzcat(§*)"),
            (Constant(C::True), "true"), (Constant(C::False), "false"), (Constant(C::Pi), "pi"),
            (Constant(C::Infinity), "Inf"), (Constant(C::NaN), "NaN"),
            $($more),*
        ]
    };
}

const BRACKETS: &[Bracket] = &[PARENS, Bracket { open: "[", close: "]", alone: Some(MATRIX), follows: false }];

const RULES: Rules = Rules {
    least_rank: 2,
    one_is_number: true,
    align: Align::Leading,
    matmul: Products::Matrices,
    numbers: Numbers::Matlab,
    order: Order::Columns,
    base: 1,
    list_transpose: ListTranspose::Row,
    flavours: false,
};

const WORDS: Lexis = Lexis {
    comments: &[("%{", "%}"), ("%", "\n")],
    quotes: "'\"",
    quote_is_sign: true,
    continuation: Some("..."),
    whole: Whole::Float,
    imaginary: &["i", "j"],
    lambda: Some("@"),
    ..PLAIN
};

const WRAP: Wrap = Wrap {
    head: "",
    declare: ["{name} = 2;", "{name} = (1:{rows})';", "{name} = reshape(1:{rows}*{columns}, {rows}, {columns});"],
    result: "{name} = {formula}",
    tail: "",
};

pub static MATLAB: Notation = Notation {
    name: "matlab",
    title: "MATLAB",
    lexis: Lexis { of_names: &["("], ..WORDS },
    signs: signs!(),
    brackets: BRACKETS,
    literals: &[("[", Literal::Grid)],
    shared: &[],
    spellings: spellings!(
        (sum(All), "sum(§0, 'all')"),
        (prod(All), "prod(§0, 'all')"),
        (min(All), "min(§0, [], 'all')"),
        (max(All), "max(§0, [], 'all')"),
        (mean(All), "mean(§0, 'all')"),
        (any(All), "any(§0, 'all')"),
        (all(All), "all(§0, 'all')")
    ),
    foreign: &[
        ("!", "truth values are negated with `~` in MATLAB; Octave takes `!`"),
        ("!=", "unequal is `~=` in MATLAB; Octave takes `!=`"),
        ("#", "a comment begins with `%` in MATLAB; Octave takes `#`"),
        ("**", "a power is `.^` or `^`"),
    ],
    rules: RULES,
    wrap: WRAP,
};

pub static OCTAVE: Notation = Notation {
    name: "octave",
    title: "Octave",
    lexis: Lexis { comments: &[("%{", "%}"), ("#{", "#}"), ("%", "\n"), ("#", "\n")], ..WORDS },
    signs: signs!(prefix("!", 60), left("!=", 30), left("**", 70), left(".**", 70)),
    brackets: BRACKETS,
    literals: &[("[", Literal::Grid)],
    shared: &[],
    spellings: spellings!(
        (Each(Not), "!§0"),
        (Each(Ne), "§0 != §1"),
        (Caret, "§0 ** §1"),
        (Each(Pow), "§0 .** §1"),
        (Each(Where), "merge(§0, §1, §2)"),
        (Each(Where), "ifelse(§0, §1, §2)")
    ),
    foreign: &[("i", "the imaginary unit is written `1i`")],
    rules: RULES,
    wrap: WRAP,
};
