//! Which operations of the target could express a node, and in which forms its parts may be handed to them.

use super::agree::turned;
use super::{Writer, Written};
use crate::Spelled;
use crate::meaning::mean::{Kind, Mean};
use crate::op::{Along, F, Fold, Op, Over, Sides};
use crate::rules::{Numbers, Order};
use crate::syntax::raw::Number;
use crate::tree::{Tree, TreeKind};
use hadamard_algebra::{Diagnostic, Span};

impl Writer<'_> {
    /// Tries the operations that could express `node`, and keeps what means `wanted`.
    pub(super) fn by_operation(
        &mut self,
        found: &mut Vec<Written>,
        wanted: &Mean,
        node: &Mean,
    ) -> Result<(), Diagnostic> {
        match &node.kind {
            Kind::Operand(_) | Kind::Constant(_) | Kind::Move(..) => {}
            Kind::Map { f, args, .. } => self.map(found, wanted, node, *f, &args.clone())?,
            Kind::Product(a, b, _) => {
                if let Kind::Inverse(of) = &b.kind {
                    self.combine(found, wanted, &[a, of], &[Op::Slash])?;
                }
                if let Kind::Inverse(of) = &a.kind {
                    self.combine(found, wanted, &[of, b], &[Op::Backslash])?;
                }
                if found.is_empty() {
                    self.combine(found, wanted, &[a, b], &[Op::MatMul, Op::Star])?;
                }
            }
            Kind::Power(of, n) => {
                let exponent = Tree::number(Number::Int(i128::from(n.abs())));
                let exponent = if *n < 0 { Tree::apply(Op::Each(F::Neg), vec![exponent]) } else { exponent };
                for (tree, _) in self.write(of)? {
                    for op in [Op::MatPower, Op::Caret] {
                        self.attempt(found, wanted, Tree::apply(op, vec![tree.clone(), exponent.clone()]));
                    }
                    // Where there is no power, a product.
                    if found.is_empty() && (2..=4).contains(n) {
                        for op in [Op::MatMul, Op::Star] {
                            let product =
                                (1..*n).fold(tree.clone(), |left, _| Tree::apply(op, vec![left, tree.clone()]));
                            if self.to.to_raw(&product).is_ok() && n == &2 {
                                self.attempt(found, wanted, product);
                            }
                        }
                    }
                }
            }
            Kind::Inverse(of) => {
                self.combine(found, wanted, &[of], &[Op::Inverse])?;
                if found.is_empty() {
                    for (tree, _) in self.write(of)? {
                        for op in [Op::Caret, Op::MatPower] {
                            let minus = Tree::apply(Op::Each(F::Neg), vec![Tree::int(1)]);
                            self.attempt(found, wanted, Tree::apply(op, vec![tree.clone(), minus]));
                        }
                    }
                }
            }
            Kind::Kron(a, b) => self.combine(found, wanted, &[a, b], &[Op::Kron])?,
            Kind::KhatriRao(a, b) => self.combine(found, wanted, &[a, b], &[Op::KhatriRao])?,
            Kind::FaceSplit(a, b) => self.combine(found, wanted, &[a, b], &[Op::FaceSplit])?,
            Kind::Diag(of) => self.combine(found, wanted, &[of], &[Op::Diag, Op::DiagBuild])?,
            Kind::Diagonal(of) => self.combine(found, wanted, &[of], &[Op::Diag, Op::DiagOf, Op::DiagOfRow])?,
            Kind::Fold { fold, of, .. } => {
                if let (Fold::Sum, Kind::Diagonal(matrix)) = (fold, &of.kind) {
                    self.combine(found, wanted, &[matrix], &[Op::Trace])?;
                }
                if found.is_empty() {
                    let over = [
                        Over::All,
                        Over::Axis(0),
                        Over::Axis(1),
                        Over::First,
                        Over::Last,
                        Over::FirstLong,
                        Over::Keep(0),
                        Over::Keep(1),
                        Over::Axis(2),
                        Over::Keep(2),
                    ];
                    let mut ops: Vec<Op> =
                        over.iter().flat_map(|over| [Op::Fold(*fold, *over), Op::Skipping(*fold, *over)]).collect();
                    ops.extend(over.map(Op::Count));
                    self.combine(found, wanted, &[of], &ops)?;
                }
            }
            Kind::Reshape(of, order) => {
                let (r, c) = (node.len(0), node.len(1));
                let ops = match order {
                    Order::Rows => [Op::ReshapeRows, Op::Reshape],
                    Order::Columns => [Op::ReshapeColumns, Op::Reshape],
                };
                for (tree, _) in self.write(of)? {
                    for op in [Op::Vec, Op::Flat] {
                        self.attempt(found, wanted, Tree::apply(op, vec![tree.clone()]));
                    }
                    for op in ops {
                        self.attempt(found, wanted, Tree::apply(op, vec![tree.clone(), Tree::int(r), Tree::int(c)]));
                        let shape = Tree::new(TreeKind::List(vec![Tree::int(r), Tree::int(c)]), Span::default());
                        self.attempt(found, wanted, Tree::apply(op, vec![tree.clone(), shape]));
                    }
                }
            }
            Kind::Stretch(of) => self.stretch(found, wanted, node, of)?,
            // Labels are pandas' own: what was aligned by them has no text elsewhere.
            Kind::Take(..) => {}
            Kind::Recycle(of) => self.combine(found, wanted, &[of], &[])?,
            Kind::Join(parts, axis) => self.join(found, wanted, parts, *axis)?,
            Kind::Whole(f, a, b) => self.combine(found, wanted, &[a, b], &[Op::Whole(*f)])?,
        }
        Ok(())
    }

    /// Every operation on every form of its parts.
    fn combine(
        &mut self,
        found: &mut Vec<Written>,
        wanted: &Mean,
        parts: &[&Mean],
        ops: &[Op],
    ) -> Result<(), Diagnostic> {
        let ops: Vec<Op> = ops.iter().copied().filter(|op| self.to.has(*op)).collect();
        if ops.is_empty() {
            return Ok(());
        }
        let forms = parts.iter().map(|part| self.forms(part)).collect::<Result<Vec<_>, _>>()?;
        for choice in choices(&forms) {
            for op in &ops {
                self.attempt(found, wanted, Tree::apply(*op, choice.clone()));
            }
        }
        Ok(())
    }

    /// The forms in which a part may be handed over: as it is, and, if it lies along another axis, without that.
    fn forms(&mut self, part: &Mean) -> Result<Vec<Tree>, Diagnostic> {
        let mut forms: Vec<Tree> = Vec::new();
        if let Kind::Move(base, _) | Kind::Recycle(base) | Kind::Reshape(base, _) = &part.kind
            && let Ok(texts) = self.write(base)
        {
            forms.extend(texts.into_iter().map(|(tree, _)| tree));
        }
        match self.write(part) {
            Ok(texts) => forms.extend(texts.into_iter().map(|(tree, _)| tree)),
            Err(error) if forms.is_empty() => return Err(error),
            Err(_) => {}
        }
        if let [one] = &forms[..]
            && one.as_int().is_some()
        {
            return Ok(forms);
        }
        forms.dedup();
        Ok(forms)
    }

    /// A function of each entry; where its arguments fit only the other way round, so.
    fn map(
        &mut self,
        found: &mut Vec<Written>,
        wanted: &Mean,
        node: &Mean,
        f: F,
        args: &[Mean],
    ) -> Result<(), Diagnostic> {
        self.map_in_order(found, wanted, node, f, args)?;
        match (turned(f), args) {
            (Some(g), [a, b]) if found.is_empty() => self.map_in_order(found, wanted, node, g, &[b.clone(), a.clone()]),
            _ => Ok(()),
        }
    }

    fn map_in_order(
        &mut self,
        found: &mut Vec<Written>,
        wanted: &Mean,
        node: &Mean,
        f: F,
        args: &[Mean],
    ) -> Result<(), Diagnostic> {
        let mut forms = Vec::new();
        for arg in args {
            forms.push(self.forms(arg)?);
        }
        let mut ops = vec![Op::Strict(f), Op::OfArray(f), Op::Each(f)];
        if !self.to.notation.rules.flavours {
            ops.rotate_right(1);
        }
        if f == F::Mul {
            ops.push(Op::Star);
        }
        if f == F::Div || f == F::TruncDiv {
            ops.extend([Op::ByNumber(F::Div), Op::Slash, Op::SlashLeft, Op::Each(F::Div)]);
        }
        if f == F::Pow {
            ops.push(Op::Caret);
            ops.extend(self.to.notation.rules.flavours.then_some(Op::MatPower));
        }
        // Truth values have their own arithmetic in some systems.
        match f {
            F::And => ops.extend([Op::Each(F::Mul), Op::Each(F::Min)]),
            F::Or => ops.extend([Op::Each(F::Add), Op::Each(F::Max)]),
            _ => {}
        }
        ops.splice(0..0, Sides::ALL.map(|sides| Op::Only(f, sides)));
        ops.extend([Op::MatrixFunction(f), Op::Whole(f), Op::OnDiagonal(f)]);
        if f == F::Conj && matches!(wanted.kind, Kind::Move(..)) {
            ops.insert(0, Op::Adjoint);
        }
        let square = f == F::Mul && args.len() == 2 && args[0] == args[1];
        if square {
            for form in forms[0].clone() {
                self.attempt(found, wanted, Tree::apply(Op::Each(F::Square), vec![form]));
            }
        }
        self.try_all(found, wanted, &forms, &ops);
        if found.is_empty()
            && f == F::Div
            && args[0].value().is_some_and(|v| v.data.len() == 1 && v.data[0].real() == Some(1.0))
        {
            for form in forms[1].clone() {
                self.attempt(found, wanted, Tree::apply(Op::Each(F::Recip), vec![form]));
            }
        }
        if !found.is_empty() {
            return Ok(());
        }
        // A vector down the columns or along the rows, where the system has words for it.
        let tables = if f == F::Mul { vec![Op::Outer, Op::Table(f)] } else { vec![Op::Table(f)] };
        let mut along = tables;
        for way in [Along::Down, Along::Across] {
            along.extend([Op::EachAlong(f, way), Op::AlongEach(f, way)]);
        }
        self.try_all(found, wanted, &forms, &along);
        if !found.is_empty() {
            return Ok(());
        }
        // Columns and rows instead of lists, then copies.
        let (r, c) = (node.len(0), node.len(1));
        let turned: Vec<Vec<Tree>> = forms
            .iter()
            .map(|forms| {
                let mut more = forms.clone();
                for tree in forms {
                    more.push(Tree::apply(Op::Column, vec![tree.clone()]));
                    more.push(Tree::apply(Op::Row, vec![tree.clone()]));
                }
                more
            })
            .collect();
        self.try_all(found, wanted, &turned, &ops);
        if !found.is_empty() {
            return Ok(());
        }
        self.try_all(found, wanted, &turned, &along);
        if !found.is_empty() {
            return Ok(());
        }
        let copied: Vec<Vec<Tree>> = turned
            .iter()
            .zip(args)
            .map(|(forms, arg)| {
                let mut more = forms.clone();
                if arg.shape != node.shape && !arg.shape.is_empty() {
                    for tree in forms {
                        more.push(Tree::apply(Op::SpreadColumns, vec![tree.clone(), Tree::int(c)]));
                        more.push(Tree::apply(Op::SpreadRows, vec![tree.clone(), Tree::int(r)]));
                    }
                }
                if arg.shape.is_empty() && !node.shape.is_empty() {
                    for tree in forms {
                        more.push(Tree::apply(Op::Fill, vec![tree.clone(), Tree::int(r), Tree::int(c)]));
                    }
                }
                more
            })
            .collect();
        self.try_all(found, wanted, &copied, &ops);
        Ok(())
    }

    fn try_all(&mut self, found: &mut Vec<Written>, wanted: &Mean, forms: &[Vec<Tree>], ops: &[Op]) {
        let ops: Vec<Op> = ops.iter().copied().filter(|op| self.to.has(*op)).collect();
        // Whoever writes signs between arrays entry by entry in Eigen says so first.
        let flavours = self.to.notation.rules.flavours;
        for choice in choices(forms) {
            for op in &ops {
                self.attempt(found, wanted, Tree::apply(*op, choice.clone()));
            }
            if flavours && found.is_empty() {
                let arrays: Vec<Tree> = choice.iter().map(|tree| self.as_array(tree)).collect();
                for op in &ops {
                    let inner = Tree::apply(*op, arrays.clone());
                    self.attempt(found, wanted, Tree::apply(Op::AsMatrix, vec![inner.clone()]));
                    // Comparisons and masks stay arrays.
                    self.attempt(found, wanted, inner);
                }
            }
            if !found.is_empty() {
                return;
            }
        }
    }

    fn as_array(&mut self, tree: &Tree) -> Tree {
        match self.elaborator.tree(tree) {
            Ok(typed) if typed.rank > 0 && !typed.array => Tree::apply(Op::AsArray, vec![tree.clone()]),
            _ => tree.clone(),
        }
    }

    fn stretch(&mut self, found: &mut Vec<Written>, wanted: &Mean, node: &Mean, of: &Mean) -> Result<(), Diagnostic> {
        let (r, c) = (Tree::int(node.len(0)), Tree::int(node.len(1)));
        if of.shape.is_empty() {
            self.attempt(found, wanted, Tree::apply(Op::Ones, vec![r.clone(), c.clone()]));
            self.attempt(found, wanted, Tree::apply(Op::Zeros, vec![r.clone(), c.clone()]));
            if node.shape.len() == 1 {
                self.attempt(found, wanted, Tree::apply(Op::OnesVector, vec![r.clone()]));
            }
            if !found.is_empty() {
                return Ok(());
            }
        }
        for tree in self.forms(of)? {
            for op in [Op::Fill, Op::ReshapeColumns, Op::Reshape] {
                self.attempt(found, wanted, Tree::apply(op, vec![tree.clone(), r.clone(), c.clone()]));
            }
            self.attempt(found, wanted, Tree::apply(Op::SpreadColumns, vec![tree.clone(), c.clone()]));
            self.attempt(found, wanted, Tree::apply(Op::SpreadRows, vec![tree.clone(), r.clone()]));
        }
        Ok(())
    }

    fn join(&mut self, found: &mut Vec<Written>, wanted: &Mean, parts: &[Mean], axis: usize) -> Result<(), Diagnostic> {
        let forms = parts.iter().map(|part| self.forms(part)).collect::<Result<Vec<_>, _>>()?;
        let firsts: Vec<Tree> = forms.iter().map(|forms| forms[0].clone()).collect();
        let lasts: Vec<Tree> = forms.iter().map(|forms| forms[forms.len() - 1].clone()).collect();
        for trees in [firsts, lasts] {
            let op = if axis == 0 { Op::BindRows } else { Op::BindColumns };
            self.attempt(found, wanted, Tree::apply(op, trees.clone()));
            self.attempt(found, wanted, Tree::apply(Op::Combine, trees.clone()));
            let rows = if axis == 0 { trees.iter().map(|t| vec![t.clone()]).collect() } else { vec![trees.clone()] };
            self.attempt(found, wanted, Tree::new(TreeKind::Grid(rows), Span::default()));
            let list = Tree::new(TreeKind::List(trees), Span::default());
            self.attempt(found, wanted, Tree::apply(Op::Literal, vec![list.clone()]));
            self.attempt(found, wanted, list);
        }
        Ok(())
    }
}

/// Every choice of one form for each part, the first forms first; bounded, since forms are few.
fn choices(forms: &[Vec<Tree>]) -> Vec<Vec<Tree>> {
    let mut all: Vec<Vec<Tree>> = vec![Vec::new()];
    for part in forms {
        all = all
            .into_iter()
            .flat_map(|before| {
                part.iter().map(move |tree| {
                    let mut with = before.clone();
                    with.push(tree.clone());
                    with
                })
            })
            .collect();
        all.truncate(64);
    }
    all
}

/// What a node is called in a refusal.
pub(super) fn words(mean: &Mean) -> String {
    match &mean.kind {
        Kind::Operand(name) => format!("operand `{name}`"),
        Kind::Constant(_) => "constant".to_owned(),
        Kind::Map { f, args, .. } => {
            let shapes: Vec<String> = args.iter().map(|arg| format!("{:?}", arg.shape)).collect();
            format!("{} entry by entry (of shapes {})", f.words(), shapes.join(", "))
        }
        Kind::Move(..) => "transpose".to_owned(),
        Kind::Stretch(_) => "array of copies".to_owned(),
        Kind::Reshape(..) => "reshape".to_owned(),
        Kind::Recycle(_) => "recycled vector".to_owned(),
        Kind::Take(..) => "alignment by labels".to_owned(),
        Kind::Product(..) => Op::MatMul.words(),
        Kind::Power(..) => Op::MatPower.words(),
        Kind::Inverse(_) => Op::Inverse.words(),
        Kind::Kron(..) => Op::Kron.words(),
        Kind::KhatriRao(..) => Op::KhatriRao.words(),
        Kind::FaceSplit(..) => Op::FaceSplit.words(),
        Kind::Diag(_) => Op::DiagBuild.words(),
        Kind::Diagonal(_) => Op::DiagOf.words(),
        Kind::Fold { fold, axes, .. } => match &axes[..] {
            [axis] => Op::Fold(*fold, Over::Axis(*axis as u8)).words(),
            _ => Op::Fold(*fold, Over::All).words(),
        },
        Kind::Join(..) => "array put together".to_owned(),
        Kind::Whole(f, ..) => Op::Whole(*f).words(),
    }
}

/// Why the target has no text for a node, where that can be said.
pub(super) fn reason(mean: &Mean, to: &Spelled) -> Option<String> {
    let numbers = to.notation.rules.numbers;
    let title = to.notation.title;
    match &mean.kind {
        Kind::Map { f, .. } if mean.elem.is_int() => Some(
            format!("whole numbers of {} follow other rules in {title} (overflow, division or promotion)", mean.elem)
                .replace("  ", " ")
                + &format!("; this is the {}", f.words()),
        ),
        Kind::Map { f, .. } if !to.has(Op::Each(*f)) && !to.has(Op::Strict(*f)) => {
            Some(format!("{title} has no {}", f.words()))
        }
        Kind::Map { .. } => Some(format!("in {title} the shapes or types meet otherwise")),
        Kind::Operand(_) => Some(format!("{title} has no numbers of type {}", mean.elem)),
        _ if numbers == Numbers::Cpp && mean.elem.is_int() => {
            Some("arrays of whole numbers are other types there".to_owned())
        }
        _ => None,
    }
}
