//! Runnable programs around translated formulas.

use crate::{Formula, Operands};

impl Formula {
    /// A program of the notation's system that declares the operands with made-up values of their shapes, computes the
    /// formula and prints the last result.
    pub fn wrap(&self, operands: &Operands) -> Option<String> {
        let wrap = &self.notation.notation.wrap;
        let mut lines: Vec<String> = vec![wrap.head.to_owned()];
        for name in self.names() {
            let facts = operands.get(&name)?;
            let len = |axis: usize| facts.shape.get(axis).copied().unwrap_or(1).to_string();
            let form = wrap.declare[facts.shape.len().min(2)];
            lines.push(form.replace("{name}", &name).replace("{rows}", &len(0)).replace("{columns}", &len(1)));
        }
        let mut last = String::new();
        for (k, statement) in self.statements.iter().enumerate() {
            last = statement.name.clone().unwrap_or_else(|| format!("result{}", k + 1));
            let text = crate::translate::text(&statement.tree, self.notation)?;
            lines.push(wrap.result.replace("{name}", &last).replace("{formula}", &text));
        }
        lines.push(wrap.tail.replace("{name}", &last));
        lines.retain(|line| !line.is_empty());
        Some(lines.join("\n"))
    }
}
