//! Operands of the command line: what `NAME=VALUE` and `NAME:SHAPE` stand for. Opening reads headers only.

use crate::failure::Failure;
use crate::sizes;
use hadamard::algebra::{Expr, ExprKind, Op, Statement, ops};
use hadamard::array::MemorySource;
use hadamard::io::{self, Location, ReadOptions};
use hadamard::{Binding, DType, Env, Formula, Number, Program, Rewriting, Shape, Source};
use std::path::PathBuf;

/// A name and what it stands for.
#[derive(Debug)]
pub struct Operand {
    /// Its name in the formula.
    pub name: String,
    /// What was written for it.
    pub value: Value,
}

/// What can be written for an operand.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `a.npy`, `z.npz#x`, `-`
    File(Location),
    /// `2.5`
    Number(Number),
    /// `[1 2; 3 4]`
    Literal(String),
    /// `1000x500:f32`, and for `1000x500:sparse(2000)` how many entries are stored
    Shape(DType, Shape, Option<usize>),
    /// `lowrank(U, V)`, `kron(A, B)`: an expression of other operands
    Expression(Expr),
}

impl Operand {
    /// Reads `NAME=VALUE` or `NAME:SHAPE[:DTYPE]`.
    pub fn parse(text: &str) -> Result<Operand, Failure> {
        let Some(at) = text.find(['=', ':']) else {
            let value = if text.contains(char::is_whitespace) { "FILE" } else { text };
            return Err(Failure::usage("bad-operand", format!("`{text}` is not an operand"))
                .help(format!("write NAME=VALUE, such as A={value}")));
        };
        let (name, value) = (text[..at].trim(), text[at + 1..].trim());
        if !is_name(name) {
            return Err(Failure::usage(
                "bad-operand",
                format!("`{name}` in `{text}` cannot be the name of an operand"),
            )
            .help("names are letters, digits and _, and begin with a letter"));
        }
        let value = if text[at..].starts_with('=') { self::value(name, value)? } else { shape(text, value)? };
        Ok(Operand { name: name.to_owned(), value })
    }
}

/// Whether a formula can use the text as a name.
pub fn is_name(text: &str) -> bool {
    match hadamard::parse(text) {
        Ok(formula) => match &formula.statements[..] {
            [one] => one.name.is_none() && one.expr.kind == ExprKind::Name(text.to_owned()),
            _ => false,
        },
        Err(_) => false,
    }
}

fn value(name: &str, text: &str) -> Result<Value, Failure> {
    if text.is_empty() {
        return Err(Failure::usage("bad-operand", format!("nothing is given for `{name}`"))
            .help(format!("write {name}=FILE, {name}=NUMBER or '{name}=[1 2; 3 4]'")));
    }
    if text.starts_with('[') {
        return Ok(Value::Literal(text.to_owned()));
    }
    Ok(match number(text) {
        Some(number) => Value::Number(number),
        None => match expression(text) {
            Some(expression) => Value::Expression(expression),
            None => Value::File(Location::parse(text)),
        },
    })
}

/// The call of an operation that a text is, and no file. `lowrank(U, V)` is U Vᵀ.
fn expression(text: &str) -> Option<Expr> {
    if !text.ends_with(')') || std::path::Path::new(text).exists() {
        return None;
    }
    let product = text.strip_prefix("lowrank(").and_then(|rest| {
        let (u, v) = rest.strip_suffix(')')?.split_once(',')?;
        Some(format!("({u}) * ({v}).'"))
    });
    let formula = hadamard::parse(product.as_deref().unwrap_or(text)).ok()?;
    let [statement] = &formula.statements[..] else { return None };
    let call = matches!(statement.expr.kind, ExprKind::Call { .. }) && statement.name.is_none();
    call.then(|| statement.expr.clone())
}

/// The number a text is, if it is one and nothing else.
fn number(text: &str) -> Option<Number> {
    let numeric = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    if !numeric && !["inf", "nan", "true", "false", "pi"].contains(&text) {
        return None;
    }
    let formula = hadamard::parse(text.strip_prefix('+').unwrap_or(text)).ok()?;
    let [statement] = &formula.statements[..] else { return None };
    match &statement.expr.kind {
        ExprKind::Number(number) => Some(*number),
        ExprKind::Call { op: Op::Map(ops::Map::Neg), args, .. } => match args[..] {
            [hadamard::algebra::Expr { kind: ExprKind::Number(number), .. }] => match number {
                Number::Int(v) => Some(Number::Int(-v)),
                Number::Float(v) => Some(Number::Float(-v)),
                Number::Imag(v) => Some(Number::Imag(-v)),
                Number::Bool(_) => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn shape(whole: &str, text: &str) -> Result<Value, Failure> {
    let fail = |why: String| {
        Failure::usage("bad-shape", format!("in `{whole}`: {why}"))
            .help("write NAME:1000x500, NAME:500:f32 or NAME:1000x500:sparse(2000)")
    };
    let (text, stored) = match text.strip_suffix(')').and_then(|t| t.rsplit_once(":sparse(")) {
        Some((text, count)) => {
            let count = count.parse().map_err(|_| fail(format!("`{count}` is no number of stored entries")))?;
            (text, Some(count))
        }
        None => (text, None),
    };
    let (shape, dtype) = text.split_once(':').unwrap_or((text, "f64"));
    let dtype = sizes::dtype(dtype).map_err(fail)?;
    let shape = if shape.is_empty() { Shape::SCALAR } else { sizes::shape(shape).map_err(fail)? };
    match stored {
        Some(count) if shape.ndim() != 2 => Err(fail(format!("{count} entries of a matrix, and {shape} is none"))),
        Some(count) if count > shape.size() => Err(fail(format!("{count} entries are more than {shape} has"))),
        _ => Ok(Value::Shape(dtype, shape, stored)),
    }
}

/// A claim with what names stand for said before it: `L = U * V.'; L == …`.
pub fn claim_with(definitions: &[(String, Expr)], text: &str) -> Result<String, Failure> {
    let claim = hadamard::notation::parse_claim(text).map_err(|d| Failure::formula(text, d))?;
    let sides = claim.sides.into_iter().map(|expr| Statement { name: None, expr });
    said_before(definitions, text, claim.definitions.into_iter().chain(sides).collect(), "claim")
}

/// As [`claim_with`], for a formula.
pub fn formula_with(definitions: &[(String, Expr)], text: &str) -> Result<String, Failure> {
    let formula = hadamard::parse(text).map_err(|d| Failure::formula(text, d))?;
    said_before(definitions, text, formula.statements, "formula")
}

fn said_before(
    definitions: &[(String, Expr)],
    text: &str,
    statements: Vec<Statement>,
    whole: &str,
) -> Result<String, Failure> {
    let (mut formula, mut said) = (Formula { statements }, String::new());
    // Later definitions may use earlier ones.
    for (name, meaning) in definitions.iter().rev() {
        if !formula.free_names().contains(&name.as_str()) {
            return Err(unused(name, whole));
        }
        formula.statements.push(Statement { name: None, expr: meaning.clone() });
        said = format!("{name} = {}; {said}", hadamard::notation::print_expr(meaning));
    }
    Ok(said + text)
}

fn unused(name: &str, whole: &str) -> Failure {
    let message = format!("the operand `{name}` is given, but the {whole} does not use it");
    Failure::usage("unused-operand", message).help(format!("use `{name}` in the {whole} or leave it out"))
}

/// Operands whose dtypes and shapes are known, in the order given.
#[derive(Default)]
pub struct Opened {
    /// What the check of a formula needs to know.
    pub env: Env,
    /// The data of each array, in the order of the arrays in `env`; none for a mere shape.
    pub sources: Vec<Option<Box<dyn Source>>>,
    /// The files among them.
    pub files: Vec<PathBuf>,
    /// Names that stand for expressions.
    pub definitions: Vec<(String, Expr)>,
}

impl Opened {
    /// Opens operands; `shapes` says whether a shape without data will do.
    pub fn open(texts: &[String], options: &ReadOptions, shapes: bool) -> Result<Opened, Failure> {
        let operands: Vec<Operand> = texts.iter().map(|text| Operand::parse(text)).collect::<Result<_, _>>()?;
        let standard = |o: &&Operand| matches!(&o.value, Value::File(location) if location.is_standard());
        if let Some(second) = operands.iter().filter(standard).nth(1) {
            return Err(Failure::usage(
                "stdin-twice",
                format!("standard input is read once, but `{}=-` asks for it again", second.name),
            )
            .help("use one name for it in the formula, or files"));
        }
        for (i, second) in operands.iter().enumerate() {
            if let Some(first) = operands[..i].iter().position(|o| o.name == second.name) {
                let (name, first, second) = (&second.name, &texts[first], &texts[i]);
                return Err(Failure::usage("operand-twice", format!("`{name}` is given twice: {first} and {second}"))
                    .help("give each operand once, or another name"));
            }
        }
        let mut opened = Opened::default();
        for operand in operands {
            opened.add(operand, options, shapes)?;
        }
        Ok(opened)
    }

    /// Opens one more operand.
    fn add(&mut self, operand: Operand, options: &ReadOptions, shapes: bool) -> Result<(), Failure> {
        let Operand { name, value } = operand;
        match value {
            Value::Number(number) => self.env.insert(name, Binding::Number(number)),
            Value::File(location) => {
                let source = io::open(&location, options)?.0.source;
                if !location.is_standard() {
                    self.files.push(location.path.clone());
                }
                if let Some(matrix) = source.stored()? {
                    self.env.sparse(&name, matrix.count());
                }
                self.array(name, location.to_string(), source);
            }
            Value::Literal(text) => {
                let array = hadamard::eval(&text, &[]).map_err(|e| Failure::of(e, &text).within(&name))?;
                self.array(name, String::new(), Box::new(MemorySource(array)));
            }
            Value::Expression(expression) => self.definitions.push((name, expression)),
            Value::Shape(dtype, shape, stored) if shapes => {
                if let Some(stored) = stored {
                    self.env.sparse(&name, stored);
                }
                self.env.insert(name, Binding::Array { dtype, shape, source: String::new() });
                self.sources.push(None);
            }
            Value::Shape(..) => {
                return Err(Failure::usage(
                    "shape-without-data",
                    format!("`{name}` is given as a shape, without data"),
                )
                .help(format!("write {name}=FILE, or add --dry-run to check the formula without data")));
            }
        }
        Ok(())
    }

    /// Compiles a formula for these operands: names that stand for expressions are replaced by them.
    pub fn compile(&self, text: &str, rewriting: &Rewriting, stored: &[usize]) -> Result<Program, Failure> {
        let formula = self.formula(text)?;
        hadamard::compile_formula(formula, text, &self.env, rewriting, stored).map_err(|e| Failure::of(e, text))
    }

    /// The formula of a text, with the names that stand for expressions replaced.
    fn formula(&self, text: &str) -> Result<Formula, Failure> {
        let mut formula = hadamard::parse(text).map_err(|d| Failure::formula(text, d))?;
        // Later definitions may use earlier ones.
        for (name, meaning) in self.definitions.iter().rev() {
            if !formula.free_names().contains(&name.as_str()) {
                return Err(unused(name, "formula"));
            }
            hadamard::define(&mut formula, name, meaning);
        }
        Ok(formula)
    }

    /// A claim about these operands: what names stand for is said before it.
    pub fn claim(&self, text: &str) -> Result<String, Failure> {
        claim_with(&self.definitions, text)
    }

    fn array(&mut self, name: String, from: String, source: Box<dyn Source>) {
        let (dtype, shape) = (source.dtype(), source.shape().clone());
        self.env.insert(name, Binding::Array { dtype, shape, source: from });
        self.sources.push(Some(source));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        Operand::parse(text).unwrap().value
    }

    #[test]
    fn the_forms_of_an_operand() {
        let file = |path: &str, member: Option<&str>| {
            Value::File(Location { path: path.into(), member: member.map(str::to_owned) })
        };
        assert_eq!(value("A=a.npy"), file("a.npy", None));
        assert_eq!(value("A=z.npz#x"), file("z.npz", Some("x")));
        assert_eq!(value("A=-"), file("-", None));
        assert_eq!(value("A=2024.npy"), file("2024.npy", None));
        assert_eq!(value("A=./5"), file("./5", None));
        assert_eq!(value("A=c:/x.npy"), file("c:/x.npy", None));
        assert_eq!(value("k=5"), Value::Number(Number::Int(5)));
        assert_eq!(value("k=-2.5"), Value::Number(Number::Float(-2.5)));
        assert_eq!(value("k=1e-3"), Value::Number(Number::Float(1e-3)));
        assert_eq!(value("k=2i"), Value::Number(Number::Imag(2.0)));
        assert_eq!(value("k=true"), Value::Number(Number::Bool(true)));
        assert_eq!(value("k=inf"), Value::Number(Number::Float(f64::INFINITY)));
        assert_eq!(value("Q=[1 2; 3 4]"), Value::Literal("[1 2; 3 4]".into()));
        assert_eq!(value("A:10x5"), Value::Shape(DType::F64, [10, 5].into(), None));
        assert_eq!(value("S:9x9:f32:sparse(4)"), Value::Shape(DType::F32, [9, 9].into(), Some(4)));
        assert!(matches!(value("L=lowrank(U, V)"), Value::Expression(_)));
        assert_eq!(value("L=photo (2)"), file("photo (2)", None));
        assert_eq!(value("x:7:u8"), Value::Shape(DType::U8, [7].into(), None));
    }

    #[test]
    fn what_is_no_operand() {
        let code = |text: &str| match Operand::parse(text).unwrap_err() {
            Failure::Usage(note) => note.code,
            other => panic!("{other}"),
        };
        assert_eq!(code("a.npy"), "bad-operand");
        assert_eq!(code("A="), "bad-operand");
        assert_eq!(code("2=a.npy"), "bad-operand");
        assert_eq!(code("true=a.npy"), "bad-operand");
        assert_eq!(code("A B=a.npy"), "bad-operand");
        assert_eq!(code("A:mxn"), "bad-shape");
        assert_eq!(code("A:3x4:float"), "bad-shape");
        assert_eq!(code("A:3x4:sparse(13)"), "bad-shape");
        assert_eq!(code("A:3:sparse(1)"), "bad-shape");
    }
}
