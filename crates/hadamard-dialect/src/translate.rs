//! From a meaning to a text of another system with the same meaning.
//!
//! Every node tries the operations that could express it, in all ways the system may hold the parts (a list, a column, a row,
//! copies), and keeps the first whose meaning by the rules of that system is the node. So a translation is right because it
//! was read again, not because of how it was found.

mod agree;
mod candidates;
mod literal;
mod native;

use crate::meaning::elaborate::{Elaborator, Typed};
use crate::meaning::mean::{Kind, Mean, Node, moved};
use crate::op::Op;
use crate::syntax::print::print;
use crate::tree::{Tree, TreeKind};
use crate::{Facts, Formula, Operands, Spelled, Statement};
pub use agree::{Note, agree};
use hadamard_algebra::{Diagnostic, Span};
pub use native::Native;
use std::collections::HashMap;

/// A formula in another notation.
#[derive(Clone, Debug)]
pub struct Translated {
    /// The text.
    pub text: String,
    /// The same, read.
    pub formula: Formula,
    /// Where the two systems may give different values, in a sentence each.
    pub notes: Vec<Note>,
}

/// A tree of the target with its meaning there.
type Written = (Tree, Typed);

impl Formula {
    /// Writes the formula in another notation so that it means the same for these operands.
    ///
    /// # Errors
    ///
    /// As for [`Formula::meaning`]; `no-translation`, with the place, for an operation that the other system has no text for.
    pub fn translate(&self, to: &'static Spelled, operands: &Operands) -> Result<Translated, Diagnostic> {
        let (meanings, _) = self.meaning(operands)?;
        self.callable(to)?;
        let known = |name: &str| -> Option<Facts> { operands.get(name) };
        let mut writer =
            Writer { to, elaborator: Elaborator::new(to.notation, &known), named: Vec::new(), written: HashMap::new() };
        let mut statements = Vec::new();
        let mut notes = Vec::new();
        for (name, source) in &meanings {
            let (tree, typed) = writer.best(&source.mean)?;
            agree(&source.mean, &typed.mean, &mut notes);
            if let Some(name) = name {
                let typed = Typed { weak: false, ..typed };
                writer.elaborator.results.insert(name.clone(), typed);
                writer.named.push((source.mean.clone(), name.clone()));
            }
            statements.push(Statement { name: name.clone(), tree });
        }
        let formula = Formula { notation: to, statements };
        // The tree means the same; the text counts only if what is read from it does too.
        let refused = || {
            let message = format!("no text of {} is read back as this formula", to.notation.title);
            Diagnostic::new("no-translation", Span::default(), message)
        };
        let text = formula.print().ok_or_else(refused)?;
        let (there, _) = Formula::read(&text, to).and_then(|read| read.meaning(operands)).map_err(|_| refused())?;
        let mut both = there.iter().zip(&meanings);
        if !both.all(|((_, there), (_, here))| agree(&here.mean, &there.mean, &mut notes)) {
            return Err(refused());
        }
        notes.sort();
        notes.dedup();
        Ok(Translated { text, formula, notes })
    }

    /// That the names of the formula can be names in another notation.
    fn callable(&self, to: &'static Spelled) -> Result<(), Diagnostic> {
        let lexis = &to.notation.lexis;
        let names: Vec<String> =
            self.names().into_iter().chain(self.statements.iter().filter_map(|s| s.name.clone())).collect();
        let clash = |(k, name): (usize, &String)| {
            let twin =
                names[..k].iter().find(|other| lexis.any_case && *other != name && other.eq_ignore_ascii_case(name));
            twin.map(|other| format!("{} has one name for `{other}` and `{name}`", to.notation.title))
        };
        let word = |name: &String| {
            let taken = lexis.reserved.contains(&name.as_str());
            taken.then(|| format!("`{name}` is a word of {} and cannot name an operand", to.notation.title))
        };
        match names.iter().find_map(word).or_else(|| names.iter().enumerate().find_map(clash)) {
            Some(message) => {
                Err(Diagnostic::new("reserved-name", Span::default(), message).help("call the operand something else"))
            }
            None => Ok(()),
        }
    }
}

struct Writer<'a> {
    to: &'static Spelled,
    elaborator: Elaborator<'a>,
    /// Results of earlier statements.
    named: Vec<(Mean, String)>,
    /// What was found for a node, which is kept so that its address stays its own.
    written: HashMap<*const Node, (Mean, Result<Vec<Written>, Diagnostic>)>,
}

impl Writer<'_> {
    /// The text of a meaning that is preferred.
    fn best(&mut self, mean: &Mean) -> Result<Written, Diagnostic> {
        let mut all = self.write(mean)?;
        Ok(all.swap_remove(0))
    }

    /// Texts that mean that in the target, at least one.
    fn write(&mut self, mean: &Mean) -> Result<Vec<Written>, Diagnostic> {
        if let Some((_, name)) = self.named.iter().find(|(known, _)| std::rc::Rc::ptr_eq(known, mean)) {
            let tree = Tree::new(TreeKind::Name(name.clone()), mean.span);
            let typed = self.elaborator.tree(&tree)?;
            return Ok(vec![(tree, typed)]);
        }
        let address = std::rc::Rc::as_ptr(mean);
        if let Some((_, known)) = self.written.get(&address) {
            return known.clone();
        }
        let found =
            self.search(mean).and_then(|found| if found.is_empty() { Err(self.refusal(mean)) } else { Ok(found) });
        self.written.insert(address, (mean.clone(), found.clone()));
        found
    }

    fn search(&mut self, mean: &Mean) -> Result<Vec<Written>, Diagnostic> {
        let mut found = Vec::new();
        if let Kind::Operand(name) = &mean.kind {
            let tree = Tree::new(TreeKind::Name(name.clone()), mean.span);
            let typed = self.elaborator.tree(&tree)?;
            self.keep(&mut found, mean, tree, typed);
            return Ok(found);
        }
        if let Kind::Constant(value) = &mean.kind {
            for tree in self.literals(value) {
                self.attempt(&mut found, mean, tree);
            }
            return Ok(found);
        }
        let base = if let Kind::Move(of, _) = &mean.kind { Some(of.clone()) } else { None };
        // What lies along another axis may come out so by itself, or be turned.
        if let Some(base) = &base {
            self.by_operation(&mut found, mean, base)?;
            if found.is_empty() {
                for (tree, _) in self.write(base)? {
                    for op in [Op::Transpose, Op::Row, Op::Column, Op::Flat] {
                        self.attempt(&mut found, mean, Tree::apply(op, vec![tree.clone()]));
                    }
                }
            }
            return Ok(found);
        }
        self.by_operation(&mut found, mean, mean)?;
        // Systems of matrices give rows where others give lists.
        if found.is_empty() && mean.shape.len() == 1 {
            let row = moved(mean, &[1, 0], mean.span);
            self.by_operation(&mut found, &row, mean)?;
            let rows = std::mem::take(&mut found);
            for (tree, _) in rows {
                for op in [Op::Flat, Op::Vec, Op::Transpose, Op::Column] {
                    self.attempt(&mut found, mean, Tree::apply(op, vec![tree.clone()]));
                }
            }
        }
        Ok(found)
    }

    /// Keeps a tree if it means what is wanted.
    fn attempt(&mut self, found: &mut Vec<Written>, mean: &Mean, tree: Tree) {
        if self.to.to_raw(&tree).is_err() {
            return;
        }
        if let Ok(typed) = self.elaborator.tree(&tree) {
            self.keep(found, mean, tree, typed);
        }
    }

    fn keep(&self, found: &mut Vec<Written>, mean: &Mean, tree: Tree, typed: Typed) {
        let different = |(_, other): &Written| {
            other.rank != typed.rank
                || other.array != typed.array
                || other.weak != typed.weak
                || other.mean.elem != typed.mean.elem
        };
        if agree(mean, &typed.mean, &mut Vec::new()) && found.iter().all(different) {
            found.push((tree, typed));
        }
    }

    fn refusal(&self, mean: &Mean) -> Diagnostic {
        let what = candidates::words(mean);
        let message = format!("{} has no text that means the same as this {what}", self.to.notation.title);
        let error = Diagnostic::new("no-translation", mean.span, message);
        match candidates::reason(mean, self.to) {
            Some(reason) => error.help(reason),
            None => error,
        }
    }
}

/// The text of a tree.
pub fn text(tree: &Tree, spelled: &'static Spelled) -> Option<String> {
    Some(print(&spelled.to_raw(tree).ok()?, spelled.notation))
}
