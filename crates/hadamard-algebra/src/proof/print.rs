//! Terms and sums as mathematics is written, in plain text or LaTeX.

use crate::exact::Exact;
use crate::normal::index::{Digit, Index, Indices, Var};
use crate::normal::sum::{Base, Exponent, Factor, Monomial, Sum, Whole};
use crate::ops::Op;
use crate::term::{Dim, TermId, TermKind, Terms};
use crate::{Fold, Map, exact};
use num_traits::{One, Signed, Zero};
use std::cell::RefCell;
use std::collections::HashMap;

/// How mathematics is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Plain text.
    Text,
    /// LaTeX, to stand in a formula.
    Latex,
}

/// How tight an expression binds.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Tight {
    Sum,
    Product,
    /// Things written side by side.
    Beside,
    Prefix,
    Power,
    Atom,
}

/// Writes terms and sums; each variable keeps its letter.
pub struct Writer<'a> {
    terms: &'a Terms,
    indices: &'a Indices,
    style: Style,
    letters: RefCell<HashMap<Var, String>>,
}

/// Letters for indices.
const LETTERS: [&str; 18] = ["i", "j", "k", "l", "p", "q", "r", "s", "t", "u", "v", "w", "a", "b", "c", "d", "e", "f"];

impl<'a> Writer<'a> {
    /// A writer.
    pub fn new(terms: &'a Terms, indices: &'a Indices, style: Style) -> Writer<'a> {
        Writer { terms, indices, style, letters: RefCell::new(HashMap::new()) }
    }

    fn latex(&self) -> bool {
        self.style == Style::Latex
    }

    fn either(&self, text: &str, latex: &str) -> String {
        if self.latex() { latex.into() } else { text.into() }
    }

    /// A name, as a symbol.
    fn name(&self, name: &str) -> String {
        if !self.latex() {
            return name.into();
        }
        let letter = |c: char| greek(c).map_or_else(|| c.to_string(), |command| format!("\\{command} "));
        match name.chars().count() {
            1 => name.chars().map(letter).collect(),
            _ => format!("\\mathrm{{{}}}", name.replace('_', "\\_").chars().map(letter).collect::<String>()),
        }
    }

    fn call(&self, function: &str, inside: &str) -> String {
        match self.latex() {
            true => format!("\\operatorname{{{}}}({inside})", function.replace('_', "\\_")),
            false => format!("{function}({inside})"),
        }
    }

    /// A size.
    pub fn dim(&self, dim: &Dim) -> String {
        let symbols = dim.symbols().iter().map(|&s| self.name(&self.terms.symbols[s as usize]));
        let number = (dim.coefficient() != 1 || dim.symbols().is_empty()).then(|| dim.coefficient().to_string());
        number.into_iter().chain(symbols).collect::<Vec<_>>().join(if self.latex() { "" } else { "·" })
    }

    /// A shape: `m×n`.
    pub fn shape(&self, shape: &[Dim]) -> String {
        let times = self.either("×", " \\times ");
        shape.iter().map(|d| self.dim(d)).collect::<Vec<_>>().join(&times)
    }

    /// A term.
    pub fn term(&self, id: TermId) -> String {
        self.term_tight(id).0
    }

    fn tight(&self, id: TermId, least: Tight) -> String {
        let (text, tight) = self.term_tight(id);
        if tight >= least { text } else { format!("({text})") }
    }

    fn term_tight(&self, id: TermId) -> (String, Tight) {
        let node = self.terms.node(id);
        let arg = |k: usize| self.term(node.args[k]);
        let left = |k: usize, least| self.tight(node.args[k], least);
        let infix =
            |sign: &str, tight: Tight, next: Tight| (format!("{} {sign} {}", left(0, tight), left(1, next)), tight);
        let beside = || (format!("{} {}", left(0, Tight::Beside), left(1, Tight::Power)), Tight::Beside);
        // A chain of one product needs no brackets; different ones do, since no convention ranks them.
        let product = |text: &str, latex: &str| {
            let chain = node.args.first().is_some_and(|&a| self.terms.node(a).kind == node.kind);
            let least = if chain { Tight::Product } else { Tight::Beside };
            (format!("{} {} {}", left(0, least), self.either(text, latex), left(1, Tight::Beside)), Tight::Product)
        };
        // Not an atom: LaTeX sets no second exponent beside the first, and an index would seem to belong to the base.
        let power = |exponent: &str| (format!("{}{}", left(0, Tight::Atom), self.superscript(exponent)), Tight::Power);
        let call = |name: &str| {
            let args: Vec<String> = (0..node.args.len()).map(arg).collect();
            (self.call(name, &args.join(", ")), Tight::Atom)
        };
        let scalar = |k: usize| self.terms.node(node.args[k]).shape.is_empty();
        match &node.kind {
            TermKind::Operand(n) => (self.name(&self.terms.operands[*n].name), Tight::Atom),
            TermKind::Number(value) => self.number(value),
            TermKind::Size(size) => (self.dim(size), Tight::Product),
            TermKind::Literal(entries) => (self.literal(entries, &node.shape), Tight::Atom),
            TermKind::Map(map) => match (map, node.args.len()) {
                (Map::Mul, 2) if scalar(0) || scalar(1) => beside(),
                (Map::Mul, 2) => product("∘", "\\circ"),
                (Map::Div, 2) if scalar(1) => infix("/", Tight::Beside, Tight::Power),
                (Map::Div, 2) => product("⊘", "\\oslash"),
                (Map::Add, 2) => infix("+", Tight::Sum, Tight::Product),
                (Map::Sub, 2) => infix("-", Tight::Sum, Tight::Product),
                (Map::Neg, 1) => (format!("-{}", left(0, Tight::Prefix)), Tight::Prefix),
                (Map::Inverse, 1) => power(&self.either("∘-1", "\\circ -1")),
                (Map::Pow, 2) => {
                    let circle = if scalar(0) { "" } else { &self.either("∘", "\\circ ") };
                    power(&format!("{circle}{}", arg(1)))
                }
                (Map::Conj, 1) if self.latex() => (format!("\\overline{{{}}}", arg(0)), Tight::Atom),
                (Map::Abs, 1) => (format!("|{}|", arg(0)), Tight::Atom),
                (map, _) => call(Op::Map(*map).row().name),
            },
            TermKind::Fold(fold, axes) => {
                let name = Op::Fold(*fold).row().name;
                let whole = self.terms.node(node.args[0]).shape.len() == axes.len();
                let axes: Vec<String> = axes.iter().map(usize::to_string).collect();
                match whole {
                    true => call(name),
                    false => (self.call(name, &format!("{}, axis={}", arg(0), axes.join(","))), Tight::Atom),
                }
            }
            TermKind::MatMul => beside(),
            TermKind::MatPow(k) => power(&k.to_string()),
            TermKind::Transpose => match &self.terms.node(node.args[0]).kind {
                TermKind::Map(Map::Conj) => {
                    let inner = self.terms.node(node.args[0]).args[0];
                    (self.tight(inner, Tight::Atom) + &self.superscript("*"), Tight::Power)
                }
                _ if self.latex() => power("\\mathsf{T}"),
                _ => (left(0, Tight::Atom) + "ᵀ", Tight::Power),
            },
            TermKind::Kron => product("⊗", "\\otimes"),
            TermKind::KhatriRao => product("∗", "\\ast"),
            TermKind::FaceSplit => product("•", "\\bullet"),
            TermKind::Penetrating { stacked: false } => product("[∘]", "\\mathbin{[\\circ]}"),
            TermKind::Penetrating { stacked: true } => product("[∘]ᵥ", "\\mathbin{[\\circ]_{v}}"),
            TermKind::BlockProduct { by_columns: false, .. } => product("[•]", "\\mathbin{[\\bullet]}"),
            TermKind::BlockProduct { by_columns: true, .. } => product("[∗]", "\\mathbin{[\\ast]}"),
            TermKind::Outer => call("outer"),
            TermKind::DiagBuild => call("Diag"),
            TermKind::DiagExtract => call("diag"),
            TermKind::Trace => call("tr"),
            TermKind::Vec => call("vec"),
            TermKind::Rvec => call("rvec"),
            TermKind::Det => call("det"),
            TermKind::Rank => call("rank"),
            TermKind::Spectrum(spectrum) => call(spectrum.name()),
            TermKind::Scan(fold) => call(running(*fold)),
            TermKind::Inv => power("-1"),
            TermKind::Ones => match (&node.shape[..], self.latex()) {
                ([n], false) => (format!("1_{}", self.subscript_size(n)), Tight::Power),
                ([n], true) => (format!("\\mathbf{{1}}_{{{}}}", self.dim(n)), Tight::Power),
                (shape, _) => (format!("J_{{{}}}", self.shape(shape)), Tight::Power),
            },
            TermKind::Identity => (format!("I_{}", self.subscript_size(&node.shape[0])), Tight::Power),
            TermKind::Commutation(m, n) => (format!("K_{{{},{}}}", self.dim(m), self.dim(n)), Tight::Power),
            TermKind::Slice(slices) => {
                let axis = |slice: &Option<crate::AxisSlice>| match slice {
                    None => ":".to_owned(),
                    Some(s) if s.drop => s.start.to_string(),
                    Some(s) if s.step == 1 => format!("{}:{}", s.start, s.start + s.count),
                    Some(s) => format!("{}:{}:{}", s.start, s.start as isize + s.step * s.count as isize, s.step),
                };
                let axes: Vec<String> = slices.iter().map(axis).collect();
                (format!("{}[{}]", left(0, Tight::Atom), axes.join(", ")), Tight::Atom)
            }
        }
    }

    fn subscript_size(&self, size: &Dim) -> String {
        let text = self.dim(size);
        if text.chars().count() == 1 { text } else { format!("{{{text}}}") }
    }

    fn superscript(&self, text: &str) -> String {
        match (self.latex(), text) {
            (true, _) => format!("^{{{text}}}"),
            (false, "-1") => "⁻¹".into(),
            (false, "*") => "*".into(),
            (false, "2") => "²".into(),
            (false, "3") => "³".into(),
            (false, text) if text.chars().count() == 1 || text.starts_with('∘') => format!("^{text}"),
            (false, text) => format!("^({text})"),
        }
    }

    fn number(&self, value: &Exact) -> (String, Tight) {
        let text = match (self.latex(), value.im.is_zero(), value.re.is_integer()) {
            (true, true, false) => {
                let sign = if value.re.is_negative() { "-" } else { "" };
                format!("{sign}\\tfrac{{{}}}{{{}}}", value.re.numer().magnitude(), value.re.denom())
            }
            _ => exact::text(value),
        };
        let tight = match () {
            () if !value.re.is_zero() && !value.im.is_zero() => Tight::Sum,
            () if text.starts_with('-') => Tight::Prefix,
            () if text.contains('/') => Tight::Product,
            () => Tight::Atom,
        };
        (text, tight)
    }

    fn literal(&self, entries: &[Exact], shape: &[Dim]) -> String {
        let cols = shape.get(1).and_then(Dim::as_number).unwrap_or(1).max(1) as usize;
        let (between, rows) = if self.latex() { (" & ", " \\\\ ") } else { (" ", "; ") };
        let row = |row: &[Exact]| row.iter().map(|e| self.number(e).0).collect::<Vec<_>>().join(between);
        let text = entries.chunks(cols).map(row).collect::<Vec<_>>().join(rows);
        match self.latex() {
            true => format!("\\begin{{pmatrix}}{text}\\end{{pmatrix}}"),
            false => format!("[{text}]"),
        }
    }

    /// A letter for a variable.
    fn letter(&self, var: Var) -> String {
        let mut letters = self.letters.borrow_mut();
        if let Some(known) = letters.get(&var) {
            return known.clone();
        }
        let taken = |letter: &str| {
            letters.values().any(|l| l == letter)
                || self.terms.operands.iter().any(|o| o.name == letter)
                || self.terms.symbols.iter().any(|s| s == letter)
        };
        let numbered = (1..).flat_map(|n| ["i", "j", "k", "l"].map(|l| format!("{l}{n}")));
        let mut all = LETTERS.iter().map(|l| l.to_string()).chain(numbered);
        let letter = all.find(|l| !taken(l)).unwrap_or_default();
        letters.insert(var, letter.clone());
        letter
    }

    /// The digits of an index: `i`, or `(i,k)` for several.
    pub fn index(&self, index: &Index) -> String {
        let digits = self.indices.flatten(index);
        let texts: Vec<String> = digits
            .iter()
            .map(|digit| match digit {
                Digit::Var(var) => {
                    let letter = self.letter(*var);
                    match self.latex() && letter.len() > 1 {
                        true => format!("{}_{{{}}}", &letter[..1], &letter[1..]),
                        false => letter,
                    }
                }
                Digit::Slice { start, of, .. } if of.is_empty() => start.to_string(),
                Digit::Slice { start, step, of, .. } => {
                    let step = if *step == 1 { String::new() } else { format!("{step}") };
                    let of = self.index(of);
                    if *start == 0 { format!("{step}{of}") } else { format!("{start}+{step}{of}") }
                }
            })
            .collect();
        match &texts[..] {
            [] => "0".into(),
            [one] => one.clone(),
            several => format!("({})", several.join(",")),
        }
    }

    fn subscript(&self, index: &[Index]) -> String {
        let axes: Vec<String> = index.iter().map(|i| self.index(i)).collect();
        if axes.is_empty() {
            return String::new();
        }
        let simple = axes.iter().all(|axis| axis.chars().count() == 1);
        let text = if simple { axes.concat() } else { axes.join(",") };
        match self.latex() {
            true => format!("_{{{text}}}"),
            false if simple || axes.len() == 1 => format!("_{text}"),
            false => format!("_[{text}]"),
        }
    }

    /// A sum of monomials.
    pub fn sum(&self, sum: &Sum) -> String {
        if sum.is_empty() {
            return "0".into();
        }
        let mut text = String::new();
        for (k, monomial) in sum.iter().enumerate() {
            let term = self.monomial(monomial);
            match term.strip_prefix('-') {
                Some(rest) if k > 0 => text += &format!(" - {rest}"),
                _ if k > 0 => text += &format!(" + {term}"),
                _ => text += &term,
            }
        }
        text
    }

    fn monomial(&self, monomial: &Monomial) -> String {
        let mut parts = Vec::new();
        let negative = monomial.coefficient.im.is_zero() && monomial.coefficient.re.is_negative();
        let magnitude = if negative { -&monomial.coefficient } else { monomial.coefficient.clone() };
        let bare = monomial.factors.is_empty() && monomial.deltas.is_empty();
        for (&symbol, &power) in &monomial.sizes {
            let name = self.name(&self.terms.symbols[symbol as usize]);
            parts.push(if power == 1 { name } else { name + &self.superscript(&power.to_string()) });
        }
        let digits: Index = monomial.bound.iter().map(|v| Digit::Var(*v)).collect();
        let bound: Vec<String> = self.indices.flatten(&digits).into_iter().map(|d| self.index(&vec![d])).collect();
        if !bound.is_empty() {
            let letters = bound.join(if bound.iter().all(|b| b.len() == 1) { "" } else { "," });
            parts.push(match self.latex() {
                true => format!("\\sum_{{{}}}", bound.join(",")),
                false => format!("Σ_{letters}"),
            });
        }
        for (a, b) in &monomial.deltas {
            let pair = [a.clone(), b.clone()];
            parts.push(format!("{}{}", self.either("δ", "\\delta"), self.subscript(&pair)));
        }
        parts.extend(monomial.factors.iter().map(|factor| self.factor(factor)));
        let number = match magnitude.is_one() && !(bare && parts.is_empty()) {
            true => None,
            false => {
                let (text, tight) = self.number(&magnitude);
                Some(if tight == Tight::Sum && !parts.is_empty() { format!("({text})") } else { text })
            }
        };
        let sign = if negative { "-" } else { "" };
        sign.to_owned() + &number.into_iter().chain(parts).collect::<Vec<_>>().join(" ")
    }

    fn factor(&self, factor: &Factor) -> String {
        let subscript = self.subscript(&factor.index);
        let text = match &factor.base {
            Base::Entry(term) if factor.index.is_empty() && factor.exponent.is_one() => {
                self.tight(*term, Tight::Product)
            }
            Base::Entry(term) | Base::Literal(term) => self.tight(*term, Tight::Atom) + &subscript,
            Base::Operand(n) => self.name(&self.terms.operands[*n].name) + &subscript,
            Base::Inverse(n) => {
                format!("({}{}){subscript}", self.name(&self.terms.operands[*n].name), self.superscript("-1"))
            }
            Base::Function(Map::Abs, args) => format!("|{}|", self.sum(&args[0])),
            Base::Function(Map::Pow, args) => {
                format!("({}){}", self.sum(&args[0]), self.superscript(&self.sum(&args[1])))
            }
            Base::Function(map, args) => {
                let args: Vec<String> = args.iter().map(|a| self.sum(a)).collect();
                self.call(Op::Map(*map).row().name, &args.join(", "))
            }
            Base::Group(sum) => format!("({})", self.sum(sum)),
            Base::Whole(whole, abstraction) => {
                let params: Vec<String> = abstraction.params.iter().map(|p| self.index(p)).collect();
                let body = format!("{}{}", self.sum(&abstraction.body), self.over(&params));
                match whole {
                    Whole::Inv => format!("({body}){}{subscript}", self.superscript("-1")),
                    Whole::Det => self.call("det", &body),
                    Whole::Rank => self.call("rank", &body),
                    Whole::Spectrum(spectrum) => self.call(spectrum.name(), &body) + &subscript,
                    Whole::Scan(fold) => self.call(running(*fold), &body) + &subscript,
                    Whole::Fold(fold) => self.call(Op::Fold(*fold).row().name, &body),
                }
            }
        };
        let text = match (factor.conj, self.latex()) {
            (true, true) => format!("\\overline{{{text}}}"),
            (true, false) => format!("conj({text})"),
            (false, _) => text,
        };
        // What ends in an exponent takes no second one.
        let raised = matches!(factor.base, Base::Function(Map::Pow, _) | Base::Whole(Whole::Inv, _)) && !factor.conj;
        match (factor.exponent.is_one(), raised) {
            (true, _) => text,
            (false, false) => text + &self.superscript(&exponent_text(&factor.exponent)),
            (false, true) => format!("({text}){}", self.superscript(&exponent_text(&factor.exponent))),
        }
    }

    fn over(&self, params: &[String]) -> String {
        match (params.is_empty(), self.latex()) {
            (true, _) => String::new(),
            (false, true) => format!("\\mid {}", params.join(",")),
            (false, false) => format!(" | {}", params.join(",")),
        }
    }
}

/// The command of a Greek letter that has one in LaTeX.
pub fn greek(letter: char) -> Option<&'static str> {
    const NAMES: [&str; 25] = [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
        "xi", "omicron", "pi", "rho", "varsigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ];
    match letter {
        'ο' => Some("mathit{o}"),
        'α'..='ω' => NAMES.get(letter as usize - 'α' as usize).copied(),
        'Γ' => Some("Gamma"),
        'Δ' => Some("Delta"),
        'Θ' => Some("Theta"),
        'Λ' => Some("Lambda"),
        'Ξ' => Some("Xi"),
        'Π' => Some("Pi"),
        'Σ' => Some("Sigma"),
        'Υ' => Some("Upsilon"),
        'Φ' => Some("Phi"),
        'Ψ' => Some("Psi"),
        'Ω' => Some("Omega"),
        _ => None,
    }
}

/// The operation that combines each entry with all before it.
fn running(fold: Fold) -> &'static str {
    if fold == Fold::Prod { "cumprod" } else { "cumsum" }
}

fn exponent_text(exponent: &Exponent) -> String {
    match exponent.is_integer() {
        true => exponent.numer().to_string(),
        false => format!("{}/{}", exponent.numer(), exponent.denom()),
    }
}
