//! Spellings: patterns of the notation itself, read and written with the same parser and printer as formulas.

use super::notation::{Literal, Notation};
use super::parser;
use super::raw::{Hole, Raw, RawKind};
use crate::op::Op;
use crate::tree::{Tree, TreeKind};
use hadamard_algebra::{Diagnostic, Span};
use std::collections::HashMap;

/// A notation with its spellings read.
#[derive(Debug)]
pub struct Spelled {
    pub notation: &'static Notation,
    rows: Vec<Spelling>,
    by_key: HashMap<String, Vec<usize>>,
}

/// One way to write an operation.
#[derive(Debug)]
struct Spelling {
    op: Op,
    pattern: Raw,
    operands: usize,
}

/// What the holes of a pattern stand for.
#[derive(Default)]
struct Found<'a> {
    holes: Vec<Option<&'a Raw>>,
    rest: &'a [Raw],
    /// Names bound in the pattern, with the names in the text.
    bound: Vec<(&'a str, &'a str)>,
}

impl Spelled {
    /// Reads the spellings of a notation.
    ///
    /// # Panics
    ///
    /// If one cannot be read: the table is wrong, and a test says so for each.
    pub fn new(notation: &'static Notation) -> Spelled {
        let mut wrong = Vec::new();
        let mut rows = Vec::new();
        for (op, text) in notation.spellings() {
            match parser::expression(text, notation) {
                Ok(pattern) => rows.push(Spelling { op: *op, operands: holes(&pattern), pattern }),
                Err(error) => wrong.push(format!("the spelling `{text}` of {}: {error}", notation.name)),
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, row) in rows.iter().enumerate() {
            by_key.entry(key(&row.pattern)).or_default().push(i);
        }
        Spelled { notation, rows, by_key }
    }

    /// The operations it has spellings for, with the first spelling of each.
    pub fn operations(&self) -> impl Iterator<Item = (Op, &'static str)> + '_ {
        let first = |i: &usize| self.rows[..*i].iter().all(|row| row.op != self.rows[*i].op);
        let all = self.notation.spellings().enumerate();
        all.filter(move |(i, _)| first(i)).map(|(_, (op, text))| (*op, *text))
    }

    /// Whether an operation has a spelling.
    pub fn has(&self, op: Op) -> bool {
        self.rows.iter().any(|row| row.op == op)
    }

    /// A syntax tree as operations.
    pub fn to_tree(&self, raw: &Raw) -> Result<Tree, Diagnostic> {
        let open = if let RawKind::Call { open, .. } = &raw.kind { format!(" {open}") } else { String::new() };
        // Spellings that call or index an operand may match whatever is called.
        let called = self.by_key.get(&open).filter(|_| !open.is_empty());
        let mut rows: Vec<usize> = self.by_key.get(&key(raw)).into_iter().chain(called).flatten().copied().collect();
        rows.sort_by_key(|&i| (std::cmp::Reverse(self.rows[i].pattern.weight()), i));
        rows.dedup();
        for i in rows {
            let row = &self.rows[i];
            let mut found = Found { holes: vec![None; row.operands], ..Found::default() };
            if matches(&row.pattern, raw, &mut found) {
                let named = |n: usize| found.holes[n].is_none_or(|raw| matches!(raw.kind, RawKind::Name(_)));
                if asks_names(&row.pattern, self.notation.lexis.of_names, &named) {
                    continue;
                }
                let args = found.holes.into_iter().flatten().chain(found.rest);
                let mut args = args.map(|arg| self.to_tree(arg)).collect::<Result<Vec<_>, _>>()?;
                if takes_entries(row.op) && has_rest(&row.pattern) {
                    args = vec![Tree::new(TreeKind::List(args), raw.span)];
                }
                return Ok(Tree::new(TreeKind::Apply(row.op, args), raw.span));
            }
        }
        let kind = match &raw.kind {
            RawKind::Number(number) => TreeKind::Number(*number),
            RawKind::Name(name) => TreeKind::Name(name.clone()),
            RawKind::Group { open, rows, listed } => return self.literal(open, *listed, rows, raw.span),
            _ => return Err(self.unread(raw)),
        };
        Ok(Tree::new(kind, raw.span))
    }

    fn literal(&self, open: &str, listed: bool, rows: &[Vec<Raw>], span: Span) -> Result<Tree, Diagnostic> {
        let entries = |row: &[Raw]| row.iter().map(|entry| self.to_tree(entry)).collect::<Result<Vec<_>, _>>();
        let literal = self.notation.literals.iter().find(|(o, _)| *o == open).map(|(_, literal)| *literal);
        let mixed = self.notation.brackets.iter().any(|b| b.open == open && b.alone.is_some_and(|l| l.blanks));
        Ok(match literal {
            // Where commas and blanks differ, a list with commas is a list.
            Some(Literal::List) if rows.len() == 1 && (listed || !mixed || rows[0].len() == 1) => {
                Tree::new(TreeKind::List(entries(&rows[0])?), span)
            }
            Some(_) => Tree::new(TreeKind::Grid(rows.iter().map(|row| entries(row)).collect::<Result<_, _>>()?), span),
            None => Tree::new(
                TreeKind::List(rows.iter().flatten().map(|e| self.to_tree(e)).collect::<Result<_, _>>()?),
                span,
            ),
        })
    }

    /// What to say of something that no spelling covers.
    fn unread(&self, raw: &Raw) -> Diagnostic {
        let title = self.notation.title;
        let what = super::print::print(raw, self.notation);
        let short: String = what.chars().take(40).collect();
        let error = Diagnostic::new("unread", raw.span, format!("`{short}` is not among what is read of {title}"));
        let head = match &raw.kind {
            RawKind::Call { head, .. } => super::print::print(head, self.notation),
            RawKind::Member(_, name) => name.clone(),
            RawKind::Prefix(sign, _) | RawKind::Postfix(sign, _) | RawKind::Infix(sign, _) => (*sign).to_owned(),
            _ => return error,
        };
        let mut error = error;
        for (text, help) in self.notation.foreign {
            if *text == head {
                error = error.help(*help);
            }
        }
        let same = self.notation.spellings().filter(|(_, text)| text.contains(&head) && head.chars().count() > 1);
        let known: Vec<&str> = same.map(|(_, text)| *text).take(4).collect();
        if !known.is_empty() {
            let known: Vec<String> = known.iter().map(|text| text.replace("§*", "…").replace('§', "#")).collect();
            error = error.help(format!("`{head}` is read as {}", known.join(" or ")));
        }
        error.help(format!("`hadamard notations {}` lists everything that is read", self.notation.name))
    }

    /// Operations as a syntax tree; an operation without a spelling is returned, and one whose spelling repeats its operands
    /// so often that the text would have no end.
    pub fn to_raw(&self, tree: &Tree) -> Result<Raw, Op> {
        Ok(self.sized(tree)?.0)
    }

    /// The syntax tree and its number of nodes.
    fn sized(&self, tree: &Tree) -> Result<(Raw, usize), Op> {
        let many = |trees: &[Tree]| -> Result<(Vec<Raw>, usize), Op> {
            let all = trees.iter().map(|t| self.sized(t)).collect::<Result<Vec<_>, _>>()?;
            let size = all.iter().map(|(_, size)| size).sum();
            Ok((all.into_iter().map(|(raw, _)| raw).collect(), size))
        };
        let (kind, size) = match &tree.kind {
            TreeKind::Number(number) => (RawKind::Number(*number), 1),
            TreeKind::Name(name) => (RawKind::Name(name.clone()), 1),
            TreeKind::List(entries) => {
                let (entries, size) = many(entries)?;
                let open = self.notation.literals.iter().find(|(_, l)| *l == Literal::List).map(|(open, _)| *open);
                let open = if self.notation.lexis.strands { Some("") } else { open };
                (RawKind::Group { open: open.ok_or(Op::Literal)?, listed: true, rows: vec![entries] }, size + 1)
            }
            TreeKind::Grid(rows) => {
                let rows = rows.iter().map(|row| many(row)).collect::<Result<Vec<_>, _>>()?;
                let size = rows.iter().map(|(_, size)| size).sum::<usize>();
                let rows: Vec<Vec<Raw>> = rows.into_iter().map(|(row, _)| row).collect();
                let open = self.notation.literals.first().map(|(open, _)| *open);
                let blanks = self
                    .notation
                    .brackets
                    .iter()
                    .any(|b| Some(b.open) == open && b.alone.is_some_and(|l| l.blanks || l.item == Some("&")));
                if !blanks {
                    return Err(Op::Literal);
                }
                let amps = self.notation.lexis.latex && rows.iter().any(|r| r.len() > 1);
                (RawKind::Group { open: open.ok_or(Op::Literal)?, listed: amps, rows }, size + 1)
            }
            TreeKind::Apply(op, args) => {
                let named = |n: usize| args.get(n).is_none_or(|arg| matches!(arg.kind, TreeKind::Name(_)));
                let fits = |row: &&Spelling| {
                    row.op == *op
                        && (row.operands == args.len() || has_rest(&row.pattern))
                        && !asks_names(&row.pattern, self.notation.lexis.of_names, &named)
                };
                let row = self.rows.iter().find(fits).ok_or(*op)?;
                // A word before a bracket takes the entries of a list, not the list.
                let args = match &args[..] {
                    [Tree { kind: TreeKind::List(entries), .. }] if takes_entries(*op) && has_rest(&row.pattern) => {
                        entries
                    }
                    _ => args,
                };
                let sized = args.iter().map(|arg| self.sized(arg)).collect::<Result<Vec<_>, _>>()?;
                let repeated = sized.iter().enumerate().map(|(n, (_, size))| uses(&row.pattern, n).max(1) * size);
                let size = row.pattern.weight() + repeated.sum::<usize>();
                if size > MAX_NODES {
                    return Err(*op);
                }
                let args: Vec<Raw> = sized.into_iter().map(|(raw, _)| raw).collect();
                return Ok((filled(&row.pattern, &args, row.operands), size));
            }
        };
        Ok((Raw::new(kind, tree.span), size))
    }
}

/// Whether a pattern asks of an operand what only names have, and the operand is none.
fn asks_names(pattern: &Raw, of_names: &[&str], named: &dyn Fn(usize) -> bool) -> bool {
    let asked = match &pattern.kind {
        RawKind::Call { head, open, .. } if of_names.contains(open) => Some(&head.kind),
        RawKind::Member(of, name) if of_names.contains(&name.as_str()) => Some(&of.kind),
        _ => None,
    };
    let own = matches!(asked, Some(RawKind::Hole(Hole::One(n))) if !named(*n));
    own || pattern.children().into_iter().any(|child| asks_names(child, of_names, named))
}

/// Literals whose word may stand right before the entries: `mat{…}`.
fn takes_entries(op: Op) -> bool {
    matches!(op, Op::Literal | Op::LiteralReal | Op::LiteralRow)
}

/// Most nodes of a text that is written.
const MAX_NODES: usize = 1 << 14;

/// How often a pattern has a place for an operand.
fn uses(pattern: &Raw, operand: usize) -> usize {
    let own = usize::from(pattern.kind == RawKind::Hole(Hole::One(operand)));
    own + pattern.children().into_iter().map(|child| uses(child, operand)).sum::<usize>()
}

fn filled(pattern: &Raw, args: &[Raw], operands: usize) -> Raw {
    let one = |raw: &Raw| Box::new(filled(raw, args, operands));
    let many = |list: &[Raw]| -> Vec<Raw> {
        let each = |raw: &Raw| match raw.kind {
            RawKind::Hole(Hole::Rest) => args[operands..].to_vec(),
            _ => vec![filled(raw, args, operands)],
        };
        list.iter().flat_map(each).collect()
    };
    let kind = match &pattern.kind {
        RawKind::Hole(Hole::One(n)) => return args[*n].clone(),
        RawKind::Infix(sign, sides) => {
            RawKind::Infix(sign, Box::new([filled(&sides[0], args, operands), filled(&sides[1], args, operands)]))
        }
        RawKind::Prefix(sign, of) => RawKind::Prefix(sign, one(of)),
        RawKind::Postfix(sign, of) => RawKind::Postfix(sign, one(of)),
        RawKind::Call { open, head, args } => RawKind::Call { open, head: one(head), args: many(args) },
        RawKind::Member(of, name) => RawKind::Member(one(of), name.clone()),
        RawKind::Group { open, listed, rows } => {
            RawKind::Group { open, listed: *listed, rows: rows.iter().map(|row| many(row)).collect() }
        }
        RawKind::Named(name, value) => RawKind::Named(name.clone(), one(value)),
        RawKind::Lambda(names, body) => RawKind::Lambda(names.clone(), one(body)),
        RawKind::For(body, name, of) => RawKind::For(one(body), name.clone(), one(of)),
        RawKind::Number(_) | RawKind::Text(_) | RawKind::Name(_) | RawKind::Hole(_) | RawKind::Absent => {
            pattern.kind.clone()
        }
    };
    Raw::new(kind, pattern.span)
}

/// Number of operands a pattern has places for.
fn holes(pattern: &Raw) -> usize {
    let own = if let RawKind::Hole(Hole::One(n)) = pattern.kind { n + 1 } else { 0 };
    pattern.children().into_iter().map(holes).fold(own, usize::max)
}

fn has_rest(pattern: &Raw) -> bool {
    pattern.kind == RawKind::Hole(Hole::Rest) || pattern.children().into_iter().any(has_rest)
}

/// What a node and the patterns that may match it have in common.
fn key(raw: &Raw) -> String {
    match &raw.kind {
        RawKind::Infix(sign, _) => format!("infix {sign}"),
        RawKind::Prefix(sign, _) => format!("prefix {sign}"),
        RawKind::Postfix(sign, _) => format!("postfix {sign}"),
        RawKind::Call { open, head, .. } => format!("{} {open}", key(head)),
        RawKind::Member(_, name) => format!(".{name}"),
        RawKind::Name(name) => name.clone(),
        RawKind::Group { open, .. } => format!("group {open}"),
        RawKind::Number(_) => "number".to_owned(),
        _ => String::new(),
    }
}

fn matches<'a>(pattern: &'a Raw, raw: &'a Raw, found: &mut Found<'a>) -> bool {
    match (&pattern.kind, &raw.kind) {
        (RawKind::Hole(Hole::One(n)), _) => {
            if matches!(raw.kind, RawKind::Absent | RawKind::Named(..)) {
                return false;
            }
            match found.holes[*n] {
                Some(earlier) => earlier == raw,
                None => {
                    found.holes[*n] = Some(raw);
                    true
                }
            }
        }
        (RawKind::Infix(a, left), RawKind::Infix(b, right)) => {
            a == b && matches(&left[0], &right[0], found) && matches(&left[1], &right[1], found)
        }
        (RawKind::Prefix(a, left), RawKind::Prefix(b, right))
        | (RawKind::Postfix(a, left), RawKind::Postfix(b, right)) => a == b && matches(left, right, found),
        (RawKind::Call { open: a, head: x, args: left }, RawKind::Call { open: b, head: y, args: right }) => {
            a == b && matches(x, y, found) && all_match(left, right, found)
        }
        (RawKind::Member(x, a), RawKind::Member(y, b)) => a == b && matches(x, y, found),
        (RawKind::Group { open: a, rows: left, listed: x }, RawKind::Group { open: b, rows: right, listed: y }) => {
            let any = left.iter().any(|row| matches!(row.last(), Some(Raw { kind: RawKind::Hole(Hole::Rest), .. })));
            let same = a == b && (x == y || any) && left.len() == right.len();
            same && left.iter().zip(right).all(|(left, right)| all_match(left, right, found))
        }
        (RawKind::Named(a, x), RawKind::Named(b, y)) => a == b && matches(x, y, found),
        (RawKind::Lambda(a, x), RawKind::Lambda(b, y)) => {
            if a.len() != b.len() {
                return false;
            }
            let before = found.bound.len();
            found.bound.extend(a.iter().map(String::as_str).zip(b.iter().map(String::as_str)));
            let same = matches(x, y, found);
            found.bound.truncate(before);
            same
        }
        (RawKind::For(x, a, of), RawKind::For(y, b, other)) => {
            if !matches(of, other, found) {
                return false;
            }
            found.bound.push((a, b));
            let same = matches(x, y, found);
            found.bound.pop();
            same
        }
        (RawKind::Name(a), RawKind::Name(b)) => {
            match found.bound.iter().rev().find(|(pattern, text)| pattern == a || text == b) {
                Some((pattern, text)) => pattern == a && text == b,
                None => a == b,
            }
        }
        (a, b) => a == b,
    }
}

fn all_match<'a>(pattern: &'a [Raw], raw: &'a [Raw], found: &mut Found<'a>) -> bool {
    if let Some((RawKind::Hole(Hole::Rest), before)) = pattern.split_last().map(|(last, before)| (&last.kind, before)) {
        if raw.len() < before.len() || raw.iter().any(|r| matches!(r.kind, RawKind::Named(..) | RawKind::Absent)) {
            return false;
        }
        found.rest = &raw[before.len()..];
        return before.iter().zip(raw).all(|(p, r)| matches(p, r, found));
    }
    pattern.len() == raw.len() && pattern.iter().zip(raw).all(|(p, r)| matches(p, r, found))
}
