//! Matrix products and the structured products of the Hadamard family.

use super::{Arg, Dim, Inference, Map, Result, TermKind, Value};
use crate::{Diagnostic, Expr, ExprKind, Span};

impl Inference<'_> {
    pub(super) fn matmul(&mut self, a: &Arg<'_>, b: &Arg<'_>, span: Span) -> Result<Value> {
        let (sa, sb) = (self.shape(a.value).to_vec(), self.shape(b.value).to_vec());
        if sa.is_empty() || sb.is_empty() {
            return self.map(Map::Mul, &[*a, *b], span);
        }
        if sa.len() > 2 || sb.len() > 2 {
            return Err(self.fail("needs-matrix", span, "`*` is the product of matrices and vectors", &[a, b]));
        }
        if sa.len() == 1 && sb.len() == 1 {
            let message = "`*` of two vectors could mean an inner, an entrywise or an outer product";
            let error = self.fail("vector-product", span, message, &[a, b]);
            return Err(error.help("inner: x.' * y").help("entry by entry: x .* y").help("outer: x * y.'"));
        }
        let inner = sa.get(1).cloned().unwrap_or(Dim::ONE);
        let what = "`*` needs as many columns on the left as rows on the right";
        self.equal(&inner, &sb[0], span, what, &[a, b])?;
        let m = sa[0].clone();
        let (shape, row) = match (a.value.row, sb.get(1)) {
            (true, None) => (vec![], false),
            (false, None) => (vec![m], false),
            (row, Some(n)) => (vec![m, n.clone()], row),
        };
        Ok(Value { row, ..self.push(TermKind::MatMul, vec![a.value.id, b.value.id], shape, span) })
    }

    /// Rows and columns of both operands, vectors being columns, and whether both are vectors.
    fn pair(&self, name: &str, span: Span, a: &Arg<'_>, b: &Arg<'_>) -> Result<([Dim; 2], [Dim; 2], bool)> {
        let as_matrix = |arg: &Arg<'_>| match self.shape(arg.value) {
            [m] => Ok([m.clone(), Dim::ONE]),
            [m, n] => Ok([m.clone(), n.clone()]),
            _ => Err(self.fail("needs-matrix", span, format!("`{name}` is a product of matrices and vectors"), &[arg])),
        };
        Ok((as_matrix(a)?, as_matrix(b)?, self.ndim(a) == 1 && self.ndim(b) == 1))
    }

    fn product(&mut self, kind: TermKind, a: &Arg<'_>, b: &Arg<'_>, shape: [Dim; 2], vectors: bool) -> Value {
        let [m, n] = shape;
        let row = a.value.row && b.value.row && m.is_one();
        let shape = if vectors { vec![m] } else { vec![m, n] };
        Value { row, ..self.push(kind, vec![a.value.id, b.value.id], shape, self.span) }
    }

    pub(super) fn kron(&mut self, a: &Arg<'_>, b: &Arg<'_>, span: Span) -> Result<Value> {
        if self.ndim(a) == 0 || self.ndim(b) == 0 {
            return self.map(Map::Mul, &[*a, *b], span);
        }
        let ([m, n], [p, q], vectors) = self.pair("kron", span, a, b)?;
        let shape = [self.times(&m, &p, span)?, self.times(&n, &q, span)?];
        Ok(self.product(TermKind::Kron, a, b, shape, vectors))
    }

    pub(super) fn khatri_rao(&mut self, a: &Arg<'_>, b: &Arg<'_>, span: Span) -> Result<Value> {
        let ([m, n], [p, q], vectors) = self.pair("khatri_rao", span, a, b)?;
        self.equal(&n, &q, span, "`khatri_rao` pairs columns", &[a, b])?;
        let shape = [self.times(&m, &p, span)?, n];
        Ok(self.product(TermKind::KhatriRao, a, b, shape, vectors))
    }

    pub(super) fn face_split(&mut self, a: &Arg<'_>, b: &Arg<'_>, span: Span) -> Result<Value> {
        let ([m, n], [p, q], vectors) = self.pair("face_split", span, a, b)?;
        self.equal(&m, &p, span, "`face_split` pairs rows", &[a, b])?;
        let shape = [m, self.times(&n, &q, span)?];
        Ok(self.product(TermKind::FaceSplit, a, b, shape, vectors))
    }

    /// Either operand may be the block matrix; sizes decide, and where they do not it is the second.
    pub(super) fn penetrating(&mut self, a: &Arg<'_>, b: &Arg<'_>, stacked: bool, span: Span) -> Result<Value> {
        let name = if stacked { "penetrating_v" } else { "penetrating" };
        let (x, y, vectors) = self.pair(name, span, a, b)?;
        let (across, along) = if stacked { (1, 0) } else { (0, 1) };
        let what = if stacked { "columns" } else { "rows" };
        self.equal(&x[across], &y[across], span, &format!("`{name}` needs as many {what} on both sides"), &[a, b])?;
        let (part, all) = (self.sizes.resolve(&x[along]), self.sizes.resolve(&y[along]));
        let swapped = all.over(&part).is_none() && part.over(&all).is_some();
        let (block, whole, shape) = if swapped { (b, a, x) } else { (a, b, y) };
        if !swapped && all.over(&part).is_none() {
            let blocks = self.sizes.fresh();
            let blocks = self.times(&blocks, &part, span)?;
            let what = format!("`{name}` needs the size of the blocks to divide that of the matrix");
            self.equal(&all, &blocks, span, &what, &[a, b])?;
        }
        Ok(self.product(TermKind::Penetrating { stacked }, block, whole, shape, vectors))
    }

    pub(super) fn outer(&mut self, a: &Arg<'_>, b: &Arg<'_>, span: Span) -> Result<Value> {
        if let Some(other) = [a, b].into_iter().find(|arg| self.ndim(arg) != 1) {
            return Err(self.fail("needs-vector", span, "`outer` is a product of two vectors", &[other]));
        }
        let shape = vec![self.shape(a.value)[0].clone(), self.shape(b.value)[0].clone()];
        Ok(self.push(TermKind::Outer, vec![a.value.id, b.value.id], shape, span))
    }

    /// Products block by block. The blocks along an axis are all of one size, which may be a symbol, or of sizes that are
    /// numbers.
    pub(super) fn block_product(&mut self, args: &[Option<&Expr>], by_columns: bool, span: Span) -> Result<Value> {
        let name = if by_columns { "block_khatri_rao" } else { "block_face_split" };
        let [Some(a), Some(b), Some(rows), Some(cols), other] = args else {
            return Err(Diagnostic::new("arity", span, format!("`{name}` takes two matrices and their grid")));
        };
        let (rows_at, cols_at) = (rows.span, cols.span);
        let (a, b) = (self.arg(a)?, self.arg(b)?);
        let (x, y, _) = self.pair(name, span, &a, &b)?;
        let (rows, cols) = (self.block_sizes(rows)?, self.block_sizes(cols)?);
        let (height, width) = (self.covered(&rows, rows_at)?, self.covered(&cols, cols_at)?);
        self.equal(&x[0], &height, span, "the blocks must cover all rows", &[&a])?;
        self.equal(&x[1], &width, span, "the blocks must cover all columns", &[&a])?;
        let (shared, free, parts) = if by_columns { (1, 0, &rows) } else { (0, 1, &cols) };
        self.equal(&x[shared], &y[shared], span, "the blocks of both matrices must match", &[&a, &b])?;
        let (other, other_at) = match other {
            Some(list) => (self.block_sizes(list)?, list.span),
            None => (self.even_blocks(&y[free], parts.len(), span, &b)?, span),
        };
        if other.len() != parts.len() {
            return Err(self.fail("bad-size", span, "the matrices have different numbers of blocks", &[&a, &b]));
        }
        let other_length = self.covered(&other, other_at)?;
        self.equal(&y[free], &other_length, span, "the blocks must cover all of it", &[&b])?;
        let products: Vec<Dim> =
            parts.iter().zip(&other).map(|(p, q)| self.times(p, q, span)).collect::<Result<_>>()?;
        let total = self.covered(&products, span)?;
        let shape = if by_columns { vec![total, width] } else { vec![height, total] };
        let kind = TermKind::BlockProduct { by_columns, rows, cols, other };
        Ok(self.push(kind, vec![a.value.id, b.value.id], shape, span))
    }

    /// A list of block sizes.
    fn block_sizes(&mut self, expr: &Expr) -> Result<Vec<Dim>> {
        let entries: Vec<&Expr> = match &expr.kind {
            ExprKind::Matrix { rows, .. } => rows.iter().flatten().collect(),
            _ => vec![expr],
        };
        entries.into_iter().map(|e| self.size(e)).collect()
    }

    /// What blocks of these sizes cover together.
    fn covered(&self, sizes: &[Dim], span: Span) -> Result<Dim> {
        if let (Some(first), true) = (sizes.first(), alike(sizes)) {
            return self.times(&Dim::number(sizes.len() as u64), first, span);
        }
        let numbers: Option<Vec<u64>> = sizes.iter().map(Dim::as_number).collect();
        let Some(numbers) = numbers else {
            let message = "blocks of sizes that are symbols must be all alike";
            return Err(Diagnostic::new("bad-size", span, message).help("write numbers, or one symbol: [p, p]"));
        };
        let sum = numbers.iter().try_fold(0u64, |sum, &n| sum.checked_add(n)).map(Dim::number);
        sum.ok_or_else(|| Diagnostic::new("too-large", span, "the blocks are larger than the address space"))
    }

    /// Blocks of one size along an axis.
    fn even_blocks(&mut self, length: &Dim, count: usize, span: Span, b: &Arg<'_>) -> Result<Vec<Dim>> {
        let blocks = Dim::number(count as u64);
        let size = match self.sizes.resolve(length).over(&blocks) {
            Some(size) => size,
            None => self.sizes.fresh(),
        };
        let covered = self.times(&blocks, &size, span)?;
        if self.sizes.equal(length, &covered).is_err() {
            let error = self.fail("bad-size", span, "the second matrix does not split evenly into blocks", &[b]);
            return Err(error.help("give the sizes of its blocks with `b_cols` or `b_rows`"));
        }
        Ok(vec![size; count])
    }
}

fn alike(sizes: &[Dim]) -> bool {
    sizes.windows(2).all(|pair| pair[0] == pair[1])
}
