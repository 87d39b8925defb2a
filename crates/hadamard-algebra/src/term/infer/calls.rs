//! Operations: elementwise, reductions, and those on matrices that are no products.

use super::{Arg, Dim, Inference, Map, Result, TermKind, Value, integer};
use crate::ops::{Op, Row};
use crate::term::shapes::takes_sizes;
use crate::{Diagnostic, Expr, ExprKind, Fold, Form, Span, Spectrum};
use hadamard_array::DType;

/// Named arguments as written.
type Named = [(String, Span, Expr)];

/// The largest exponent of a matrix power.
const MAX_POWER: i64 = 64;

impl Inference<'_> {
    pub(super) fn call(&mut self, op: Op, dotted: bool, args: &[Expr], named: &Named, span: Span) -> Result<Value> {
        let outer = std::mem::replace(&mut self.span, span);
        let bound = bind(op.row(), args, named, span)?;
        let value = match op {
            Op::Form(form) if takes_sizes(form) => self.constant_matrix(form, &bound, span),
            Op::Form(Form::BlockFaceSplit) => self.block_product(&bound, false, span),
            Op::Form(Form::BlockKhatriRao) => self.block_product(&bound, true, span),
            Op::Fold(fold) => self.fold(fold, bound[0], bound.get(1).copied().flatten(), span),
            Op::Form(Form::MatPow) => self.power(bound[0], bound[1], span),
            _ => {
                let args = bound.iter().flatten().map(|e| self.arg(e)).collect::<Result<Vec<_>>>()?;
                match op {
                    Op::Map(map) => self.map_call(map, dotted, &args, span),
                    Op::Form(form) => self.form(form, &args, span),
                    Op::Fold(_) => unreachable!("reductions are matched above"),
                }
            }
        };
        self.span = outer;
        value
    }

    fn map_call(&mut self, map: Map, dotted: bool, args: &[Arg<'_>], span: Span) -> Result<Value> {
        let array = args.iter().find(|a| self.ndim(a) > 0);
        if let (false, false, Some(array)) = (dotted, crate::check::takes_arrays(map), array) {
            let name = Op::Map(map).row().name;
            let message = format!("`{name}` without a dot is for numbers");
            return Err(self.fail("needs-dot", span, message, &[array]));
        }
        self.map(map, args, span)
    }

    /// Entry by entry.
    pub(super) fn map(&mut self, map: Map, args: &[Arg<'_>], span: Span) -> Result<Value> {
        if let Map::Cast(dtype) = map
            && !matches!(dtype, DType::Bool)
            && dtype.int_range().is_none()
        {
            return Ok(args[0].value);
        }
        let mut shape: Vec<Dim> = Vec::new();
        for arg in args {
            for (axis, size) in self.shape(arg.value).to_vec().iter().enumerate() {
                let size = self.sizes.resolve(size);
                match shape.get(axis).map(|s| self.sizes.resolve(s)) {
                    None => shape.push(size),
                    Some(common) if common.is_one() => shape[axis] = size,
                    Some(_) if size.is_one() => {}
                    Some(common) => {
                        let what = format!("operands of `{}` do not broadcast (axis {axis})", Op::Map(map).spelling());
                        let all: Vec<&Arg<'_>> = args.iter().collect();
                        self.equal(&common, &size, span, &what, &all)?;
                    }
                }
            }
        }
        let arrays: Vec<_> = args.iter().filter(|a| self.ndim(a) > 0).collect();
        let row = !arrays.is_empty() && arrays.iter().all(|a| a.value.row) && shape[0].is_one();
        let ids = args.iter().map(|a| a.value.id).collect();
        Ok(Value { row, ..self.push(TermKind::Map(map), ids, shape, span) })
    }

    fn fold(&mut self, fold: Fold, of: Option<&Expr>, axis: Option<&Expr>, span: Span) -> Result<Value> {
        let Some(of) = of else { return Err(Diagnostic::new("arity", span, "a reduction needs an argument")) };
        let of = self.arg(of)?;
        let ndim = self.ndim(&of);
        let axes = match axis {
            None => (0..ndim).collect(),
            Some(axis) => {
                let listed: Vec<&Expr> = match &axis.kind {
                    ExprKind::Matrix { rows, .. } => rows.iter().flatten().collect(),
                    _ => vec![axis],
                };
                let mut axes = Vec::new();
                for entry in listed {
                    let k = integer(entry, "an axis")?;
                    let from_start = if k < 0 { k + ndim as i64 } else { k };
                    let Some(a) = usize::try_from(from_start).ok().filter(|a| *a < ndim && !axes.contains(a)) else {
                        let message = format!("there is no axis {k} here");
                        return Err(self.fail("axis-range", entry.span, message, &[&of]));
                    };
                    axes.push(a);
                }
                axes.sort_unstable();
                axes
            }
        };
        let kept = self.shape(of.value).iter().enumerate().filter(|(k, _)| !axes.contains(k));
        let shape = kept.map(|(_, d)| d.clone()).collect();
        Ok(self.push(TermKind::Fold(fold, axes), vec![of.value.id], shape, span))
    }

    /// `J`, `ones`, `I` and commutation matrices.
    fn constant_matrix(&mut self, form: Form, args: &[Option<&Expr>], span: Span) -> Result<Value> {
        let mut sizes = args.iter().flatten().map(|e| self.size(e)).collect::<Result<Vec<Dim>>>()?;
        if matches!(form, Form::J | Form::I) && sizes.len() == 1 {
            sizes.push(sizes[0].clone());
        }
        let kind = match (form, &sizes[..]) {
            (Form::Commutation, [m, n]) => {
                let size = self.times(m, n, span)?;
                let kind = TermKind::Commutation(m.clone(), n.clone());
                sizes = vec![size.clone(), size];
                kind
            }
            (Form::I, _) => TermKind::Identity,
            _ => TermKind::Ones,
        };
        Ok(self.leaf(kind, sizes, span))
    }

    /// A size: a number, a symbol, or a product of them.
    pub(super) fn size(&mut self, expr: &Expr) -> Result<Dim> {
        match &expr.kind {
            ExprKind::Name(name) => {
                let taken =
                    self.declared.iter().any(|d| d.name == *name) || self.operands.iter().any(|o| o.name == *name);
                if taken || self.defined.iter().any(|(n, _)| n == name) {
                    let message = format!("`{name}` is an operand, and stands here for a size");
                    return Err(Diagnostic::new("name-taken", expr.span, message));
                }
                Ok(self.sizes.named(name))
            }
            ExprKind::Call { op: Op::Form(Form::MatMul) | Op::Map(Map::Mul), args, .. } => {
                let sizes = args.iter().map(|e| self.size(e)).collect::<Result<Vec<Dim>>>()?;
                sizes.iter().try_fold(Dim::ONE, |a, b| self.times(&a, b, expr.span))
            }
            _ => match u64::try_from(integer(expr, "a size")?) {
                Ok(size) => Ok(Dim::number(size)),
                Err(_) => Err(Diagnostic::new("bad-size", expr.span, "a size cannot be negative")),
            },
        }
    }

    fn power(&mut self, base: Option<&Expr>, exponent: Option<&Expr>, span: Span) -> Result<Value> {
        let (Some(base), Some(exponent)) = (base, exponent) else {
            return Err(Diagnostic::new("arity", span, "a power needs a base and an exponent"));
        };
        let a = self.arg(base)?;
        if self.ndim(&a) == 0 {
            let k = self.arg(exponent)?;
            return self.map(Map::Pow, &[a, k], span);
        }
        self.square("^", span, &a)?;
        let k = integer(exponent, "the exponent of a matrix")?;
        if k.abs() > MAX_POWER {
            let message = format!("the exponent of a matrix is at most {MAX_POWER} in a statement");
            return Err(Diagnostic::new("bad-size", exponent.span, message));
        }
        let shape = self.shape(a.value).to_vec();
        Ok(self.push(TermKind::MatPow(k), vec![a.value.id], shape, span))
    }

    fn form(&mut self, form: Form, args: &[Arg<'_>], span: Span) -> Result<Value> {
        let a = &args[0];
        match form {
            Form::Plus => self.plus(Map::Add, args, span),
            Form::Minus => self.plus(Map::Sub, args, span),
            Form::Over => {
                if self.ndim(&args[1]) > 0 {
                    return Err(self.fail("needs-scalar", span, "`/` divides by a number", &[&args[1]]));
                }
                self.map(Map::Div, args, span)
            }
            Form::Transpose => self.transpose(a, span),
            Form::Adjoint => {
                let value = Value { row: a.value.row, ..self.map(Map::Conj, &[*a], span)? };
                self.transpose(&Arg { value, expr: a.expr }, span)
            }
            Form::DiagBuild => {
                let [n] = self.shape(a.value) else {
                    return Err(self.fail("needs-vector", span, "`Diag` builds a matrix from a vector", &[a]));
                };
                let shape = vec![n.clone(), n.clone()];
                Ok(self.push(TermKind::DiagBuild, vec![a.value.id], shape, span))
            }
            Form::DiagExtract => {
                let length = self.shorter("diag", a, span)?;
                Ok(self.push(TermKind::DiagExtract, vec![a.value.id], vec![length], span))
            }
            Form::Trace => {
                self.square("tr", span, a)?;
                Ok(self.push(TermKind::Trace, vec![a.value.id], vec![], span))
            }
            Form::Vec | Form::Rvec => {
                let sizes = self.shape(a.value).to_vec();
                let kind = if form == Form::Vec { TermKind::Vec } else { TermKind::Rvec };
                // The digits of the index: by columns the last axis is the most significant.
                let digits: Vec<&Dim> =
                    if form == Form::Vec { sizes.iter().rev().collect() } else { sizes.iter().collect() };
                let length = digits.into_iter().try_fold(Dim::ONE, |n, d| self.times(&n, d, span))?;
                Ok(self.push(kind, vec![a.value.id], vec![length], span))
            }
            Form::Inv => {
                self.square("inv", span, a)?;
                let shape = self.shape(a.value).to_vec();
                Ok(self.push(TermKind::Inv, vec![a.value.id], shape, span))
            }
            Form::Det => {
                self.square("det", span, a)?;
                Ok(self.push(TermKind::Det, vec![a.value.id], vec![], span))
            }
            Form::Rank => {
                self.matrix("rank", span, a)?;
                Ok(self.push(TermKind::Rank, vec![a.value.id], vec![], span))
            }
            Form::Eigvals => self.spectrum(Spectrum::General, a, span),
            Form::Eigvalsh => self.spectrum(Spectrum::Hermitian, a, span),
            Form::Svdvals => self.spectrum(Spectrum::Singular, a, span),
            Form::Cumsum => self.scan(Fold::Sum, "cumsum", a, span),
            Form::Cumprod => self.scan(Fold::Prod, "cumprod", a, span),
            Form::MatMul => self.matmul(a, &args[1], span),
            Form::Kron => self.kron(a, &args[1], span),
            Form::KhatriRao => self.khatri_rao(a, &args[1], span),
            Form::FaceSplit => self.face_split(a, &args[1], span),
            Form::Penetrating => self.penetrating(a, &args[1], false, span),
            Form::PenetratingV => self.penetrating(a, &args[1], true, span),
            Form::Outer => self.outer(a, &args[1], span),
            Form::J | Form::Ones | Form::I | Form::Commutation => unreachable!("their arguments are sizes"),
            Form::MatPow | Form::BlockFaceSplit | Form::BlockKhatriRao => unreachable!("matched with their arguments"),
        }
    }

    /// The smaller of rows and columns. The smaller of two symbols is none, so such a matrix is taken to be square.
    fn shorter(&mut self, name: &str, a: &Arg<'_>, span: Span) -> Result<Dim> {
        let (m, n) = self.matrix(name, span, a)?;
        if let (Some(m), Some(n)) = (self.sizes.resolve(&m).as_number(), self.sizes.resolve(&n).as_number()) {
            return Ok(Dim::number(m.min(n)));
        }
        let what = format!("`{name}` of a matrix that is not square needs sizes as numbers");
        self.equal(&m, &n, span, &what, &[a])?;
        Ok(m)
    }

    fn spectrum(&mut self, spectrum: Spectrum, a: &Arg<'_>, span: Span) -> Result<Value> {
        let name = spectrum.name();
        if spectrum != Spectrum::Singular {
            self.square(name, span, a)?;
        }
        let length = self.shorter(name, a, span)?;
        Ok(self.push(TermKind::Spectrum(spectrum), vec![a.value.id], vec![length], span))
    }

    fn scan(&mut self, fold: Fold, name: &str, a: &Arg<'_>, span: Span) -> Result<Value> {
        let [n] = self.shape(a.value) else {
            return Err(self.fail("needs-vector", span, format!("`{name}` is of a vector"), &[a]));
        };
        let shape = vec![n.clone()];
        Ok(self.push(TermKind::Scan(fold), vec![a.value.id], shape, span))
    }

    fn plus(&mut self, map: Map, args: &[Arg<'_>], span: Span) -> Result<Value> {
        let (a, b) = (self.ndim(&args[0]), self.ndim(&args[1]));
        if a > 0 && b > 0 {
            let what = format!("`{}` needs equal shapes or a number", if map == Map::Add { "+" } else { "-" });
            if a != b {
                return Err(self.fail("shape-mismatch", span, what, &[&args[0], &args[1]]));
            }
            for axis in 0..a {
                let (x, y) = (self.shape(args[0].value)[axis].clone(), self.shape(args[1].value)[axis].clone());
                self.equal(&x, &y, span, &what, &[&args[0], &args[1]])?;
            }
        }
        self.map(map, args, span)
    }

    fn transpose(&mut self, a: &Arg<'_>, span: Span) -> Result<Value> {
        let (shape, row) = match self.shape(a.value) {
            [] => return Ok(a.value),
            [n] => (vec![Dim::ONE, n.clone()], true),
            [_, n] if a.value.row => (vec![n.clone()], false),
            [m, n] => (vec![n.clone(), m.clone()], false),
            _ => return Err(self.fail("needs-matrix", span, "a transpose is of a matrix or vector", &[a])),
        };
        Ok(Value { row, ..self.push(TermKind::Transpose, vec![a.value.id], shape, span) })
    }

    pub(super) fn matrix(&self, name: &str, span: Span, a: &Arg<'_>) -> Result<(Dim, Dim)> {
        match self.shape(a.value) {
            [m, n] => Ok((m.clone(), n.clone())),
            _ => Err(self.fail("needs-matrix", span, format!("`{name}` is of a matrix"), &[a])),
        }
    }

    pub(super) fn square(&mut self, name: &str, span: Span, a: &Arg<'_>) -> Result<()> {
        let (m, n) = self.matrix(name, span, a)?;
        if self.sizes.equal(&m, &n).is_ok() {
            return Ok(());
        }
        let message = format!("`{name}` is of a square matrix, not {}×{}", self.text(&m), self.text(&n));
        Err(self.fail("needs-square", span, message, &[a]))
    }
}

/// One argument or none for each parameter of the row, in order.
fn bind<'e>(row: &Row, args: &'e [Expr], named: &'e Named, span: Span) -> Result<Vec<Option<&'e Expr>>> {
    let arity = || {
        let message = format!("`{}` takes {} arguments, {} given", row.name, row.params.len(), args.len());
        Diagnostic::new("arity", span, message).help(format!("{}({})", row.name, row.params.join(", ")))
    };
    if args.len() > row.params.len() {
        return Err(arity());
    }
    let mut bound: Vec<Option<&Expr>> = args.iter().map(Some).collect();
    bound.resize(row.params.len(), None);
    for (name, at, value) in named {
        let Some(position) = row.params.iter().position(|p| p == name) else {
            let message = format!("`{}` has no argument named `{name}`", row.name);
            return Err(Diagnostic::new("unknown-argument", *at, message));
        };
        if bound[position].replace(value).is_some() {
            return Err(Diagnostic::new("repeated-argument", *at, format!("`{name}` is given twice")));
        }
    }
    if bound[..row.required].iter().any(Option::is_none) {
        return Err(arity());
    }
    Ok(bound)
}
