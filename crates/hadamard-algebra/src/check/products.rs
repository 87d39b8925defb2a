//! Matrix products and the structured products of the Hadamard family. Kronecker, Khatri–Rao, face-splitting and
//! penetrating products are elementwise products of operands laid out over more axes, reshaped.

use super::broadcast::broadcast;
use super::types::counting;
use super::{Arg, Checker, Value};
use crate::{AxisSlice, Diagnostic, Map, NodeId, NodeKind, Span};
use hadamard_array::{DType, Shape};

/// A matrix operand: vectors count as columns.
#[derive(Clone, Copy)]
struct Matrix {
    id: NodeId,
    rows: usize,
    cols: usize,
}

impl Checker<'_> {
    /// Undotted `*`: scaling, or the matrix product. A vector is a column; its transpose times a vector is a scalar.
    pub(super) fn times(&mut self, span: Span, a: &Arg<'_>, b: &Arg<'_>) -> Result<Value, Diagnostic> {
        let (sa, sb) = (self.shape(a.value).clone(), self.shape(b.value).clone());
        if sa.ndim() == 0 || sb.ndim() == 0 {
            return self.map(Map::Mul, span, &[*a, *b]);
        }
        if sa.ndim() > 2 || sb.ndim() > 2 {
            let error = self.fail_with("needs-matrix", span, "`*` is the product of matrices and vectors", &[a, b]);
            return Err(error.help(format!("entry by entry: {} .* {}", self.operand(a), self.operand(b))));
        }
        if sa.ndim() == 1 && sb.ndim() == 1 {
            return Err(self.vector_product(span, a, b));
        }
        let inner = (sa.get(1).copied().unwrap_or(1), sb[0]);
        if inner.0 != inner.1 {
            return Err(self.no_product(span, a, b, inner));
        }
        let dtype = counting(self.common(span, &[*a, *b])?);
        let (ia, ib) = (self.as_dtype(a, dtype)?, self.as_dtype(b, dtype)?);
        let weak = a.value.is_weak() && b.value.is_weak();
        let (m, n) = (sa[0], sb.get(1).copied().unwrap_or(1));
        let ib = self.build.reshape(ib, [inner.1, n])?;
        let id = match sa.ndim() {
            // Column times row: one product for each entry, no sum.
            1 => self.build.map(Map::Mul, vec![ia, ib], dtype, [m, n].into())?,
            _ => self.build.push(NodeKind::MatMul, vec![ia, ib], dtype, [m, n].into())?,
        };
        let (id, row) = match (a.value.is_row(), sb.ndim()) {
            (true, 1) => (self.build.reshape(id, Shape::SCALAR)?, false),
            (false, 1) => (self.build.reshape(id, [m])?, false),
            (row, _) => (id, row),
        };
        Ok(Value::Node { id, weak, row })
    }

    fn vector_product(&self, span: Span, a: &Arg<'_>, b: &Arg<'_>) -> Diagnostic {
        let (x, y) = (self.operand(a), self.operand(b));
        let message = "`*` of two vectors could mean an inner, an entrywise or an outer product";
        let error = self.fail_with("vector-product", span, message, &[a, b]);
        let error = match self.shape(a.value) == self.shape(b.value) {
            true => error.help(format!("inner: {x}.' * {y}")).help(format!("entry by entry: {x} .* {y}")),
            false => error,
        };
        error.help(format!("outer: outer({}, {})", self.words(a), self.words(b)))
    }

    fn no_product(&self, span: Span, a: &Arg<'_>, b: &Arg<'_>, (cols, rows): (usize, usize)) -> Diagnostic {
        let (wa, wb) = (self.operand(a), self.operand(b));
        let (sa, sb) = (self.shape(a.value), self.shape(b.value));
        let message = format!("`*` needs as many columns on the left as rows on the right: {cols} against {rows}");
        let mut error = self.fail_with("shape-mismatch", span, message, &[a, b]);
        if broadcast([sa, sb]).is_ok() {
            error = error.help(format!("the shapes fit entry by entry: {wa} .* {wb}"));
        }
        if sb.ndim() == 2 && sb[1] == cols {
            error = error
                .help(format!("the matrix product fits with the right side transposed: {wa} * {}", self.turned(b)));
        }
        if sa[0] == rows {
            error =
                error.help(format!("the matrix product fits with the left side transposed: {} * {wb}", self.turned(a)));
        }
        error
    }

    /// Both operands as matrices of one dtype, and whether both were vectors.
    fn pair(&mut self, name: &str, span: Span, a: &Arg<'_>, b: &Arg<'_>) -> Result<(Matrix, Matrix, bool), Diagnostic> {
        for arg in [a, b] {
            let ndim = self.shape(arg.value).ndim();
            if !(1..=2).contains(&ndim) {
                let message = format!("`{name}` is a product of matrices and vectors");
                return Err(self.fail_with("needs-matrix", span, message, &[arg]));
            }
        }
        let vectors = self.shape(a.value).ndim() == 1 && self.shape(b.value).ndim() == 1;
        let dtype = self.common(span, &[*a, *b])?;
        Ok((self.matrix(a, dtype)?, self.matrix(b, dtype)?, vectors))
    }

    fn matrix(&mut self, arg: &Arg<'_>, dtype: DType) -> Result<Matrix, Diagnostic> {
        let id = self.as_dtype(arg, dtype)?;
        let shape = &self.build.node(id).shape;
        let (rows, cols) = (shape[0], shape.get(1).copied().unwrap_or(1));
        Ok(Matrix { id: self.build.reshape(id, [rows, cols])?, rows, cols })
    }

    /// `a` over some axes times `b` over others, then reshaped to `rows`×`cols` (to a vector if both were).
    fn spread(
        &mut self,
        (a, a_axes): (NodeId, &[usize]),
        (b, b_axes): (NodeId, &[usize]),
        over: &[usize],
        (rows, cols): (Option<usize>, Option<usize>),
        span: Span,
    ) -> Result<Matrix, Diagnostic> {
        let (Some(rows), Some(cols)) = (rows, cols) else {
            return Err(self.fail("too-large", span, "the product is larger than the address space"));
        };
        let over: Shape = over.into();
        let a = self.lay_out(a, a_axes, &over)?;
        let b = self.lay_out(b, b_axes, &over)?;
        let product = self.product(a, b, over)?;
        Ok(Matrix { id: self.build.reshape(product, [rows, cols])?, rows, cols })
    }

    fn lay_out(&mut self, id: NodeId, axes: &[usize], over: &Shape) -> Result<NodeId, Diagnostic> {
        if axes.len() == over.ndim() { Ok(id) } else { self.build.expand(id, axes, over) }
    }

    fn finish(&mut self, product: Matrix, vectors: bool, a: &Arg<'_>, b: &Arg<'_>) -> Result<Value, Diagnostic> {
        let id = if vectors { self.build.reshape(product.id, [product.rows])? } else { product.id };
        let weak = a.value.is_weak() && b.value.is_weak();
        Ok(Value::Node { id, weak, row: a.value.is_row() && b.value.is_row() && product.rows == 1 })
    }

    pub(super) fn kron(&mut self, span: Span, a: &Arg<'_>, b: &Arg<'_>) -> Result<Value, Diagnostic> {
        if self.shape(a.value).ndim() == 0 || self.shape(b.value).ndim() == 0 {
            return self.map(Map::Mul, span, &[*a, *b]);
        }
        let (x, y, vectors) = self.pair("kron", span, a, b)?;
        let over = [x.rows, y.rows, x.cols, y.cols];
        let size = (x.rows.checked_mul(y.rows), x.cols.checked_mul(y.cols));
        let product = self.spread((x.id, &[0, 2]), (y.id, &[1, 3]), &over, size, span)?;
        self.finish(product, vectors, a, b)
    }

    pub(super) fn khatri_rao(&mut self, span: Span, a: &Arg<'_>, b: &Arg<'_>) -> Result<Value, Diagnostic> {
        let (x, y, vectors) = self.pair("khatri_rao", span, a, b)?;
        if x.cols != y.cols {
            let message = format!("`khatri_rao` pairs columns: {} against {}", x.cols, y.cols);
            let error = self.fail_with("shape-mismatch", span, message, &[a, b]);
            return Err(match x.rows == y.rows {
                true => error.help(format!("to pair rows: face_split({}, {})", self.words(a), self.words(b))),
                false => error,
            });
        }
        let product = self.columns(x, y, span)?;
        self.finish(product, vectors, a, b)
    }

    fn columns(&mut self, x: Matrix, y: Matrix, span: Span) -> Result<Matrix, Diagnostic> {
        let size = (x.rows.checked_mul(y.rows), Some(x.cols));
        self.spread((x.id, &[0, 2]), (y.id, &[1, 2]), &[x.rows, y.rows, x.cols], size, span)
    }

    pub(super) fn face_split(&mut self, span: Span, a: &Arg<'_>, b: &Arg<'_>) -> Result<Value, Diagnostic> {
        let (x, y, vectors) = self.pair("face_split", span, a, b)?;
        if x.rows != y.rows {
            let message = format!("`face_split` pairs rows: {} against {}", x.rows, y.rows);
            let error = self.fail_with("shape-mismatch", span, message, &[a, b]);
            return Err(match x.cols == y.cols {
                true => error.help(format!("to pair columns: khatri_rao({}, {})", self.words(a), self.words(b))),
                false => error,
            });
        }
        let product = self.rows(x, y, span)?;
        self.finish(product, vectors, a, b)
    }

    fn rows(&mut self, x: Matrix, y: Matrix, span: Span) -> Result<Matrix, Diagnostic> {
        let size = (Some(x.rows), x.cols.checked_mul(y.cols));
        self.spread((x.id, &[0, 1]), (y.id, &[0, 2]), &[x.rows, x.cols, y.cols], size, span)
    }

    /// `[A∘B_1 | … | A∘B_n]`, or the blocks stacked. Either operand may be the block matrix: sizes decide.
    pub(super) fn penetrating(
        &mut self,
        span: Span,
        a: &Arg<'_>,
        b: &Arg<'_>,
        stacked: bool,
    ) -> Result<Value, Diagnostic> {
        let name = if stacked { "penetrating_v" } else { "penetrating" };
        let (x, y, vectors) = self.pair(name, span, a, b)?;
        let blocks = |block: Matrix, whole: Matrix| {
            let (same, part, all) = match stacked {
                true => (block.cols == whole.cols, block.rows, whole.rows),
                false => (block.rows == whole.rows, block.cols, whole.cols),
            };
            match (same, part, all) {
                (true, 0, 0) => Some(1),
                (true, 1.., _) if all % part == 0 => Some(all / part),
                _ => None,
            }
        };
        let (block, whole, n) = match (blocks(x, y), blocks(y, x)) {
            (Some(n), _) => (x, y, n),
            (None, Some(n)) => (y, x, n),
            (None, None) => {
                let (along, across) = if stacked { ("rows", "columns") } else { ("columns", "rows") };
                let message = format!(
                    "`{name}` needs as many {across} on both sides, and {along} of one that divide those of the other"
                );
                return Err(self.fail_with("shape-mismatch", span, message, &[a, b]));
            }
        };
        let size = (Some(whole.rows), Some(whole.cols));
        let product = if stacked {
            let parts = [n, block.rows, block.cols];
            let whole = self.build.reshape(whole.id, parts)?;
            self.spread((block.id, &[1, 2]), (whole, &[0, 1, 2]), &parts, size, span)?
        } else {
            let parts = [block.rows, n, block.cols];
            let whole = self.build.reshape(whole.id, parts)?;
            self.spread((block.id, &[0, 2]), (whole, &[0, 1, 2]), &parts, size, span)?
        };
        self.finish(product, vectors, a, b)
    }

    pub(super) fn outer(&mut self, span: Span, x: &Arg<'_>, y: &Arg<'_>) -> Result<Value, Diagnostic> {
        for arg in [x, y] {
            if self.shape(arg.value).ndim() != 1 {
                let error = self.fail_with("needs-vector", span, "`outer` is a product of two vectors", &[arg]);
                return Err(match self.shape(arg.value).ndim() {
                    0 => error,
                    _ => error.help(format!("make it a vector: vec({})", self.words(arg))),
                });
            }
        }
        let (a, b, _) = self.pair("outer", span, x, y)?;
        let (m, n) = (a.rows, b.rows);
        let (a, b) = (self.build.reshape(a.id, [m])?, self.build.reshape(b.id, [n])?);
        let product = self.spread((a, &[0]), (b, &[1]), &[m, n], (Some(m), Some(n)), span)?;
        self.finish(product, false, x, y)
    }

    /// Block face-splitting (`rows` shared, `cols` of A, optionally `b_cols`), or its transposed form by columns
    /// (`rows` of A, `cols` shared, optionally `b_rows`).
    pub(super) fn block_product(
        &mut self,
        span: Span,
        a: &Arg<'_>,
        b: &Arg<'_>,
        grid: &[Arg<'_>],
        by_columns: bool,
    ) -> Result<Value, Diagnostic> {
        let name = if by_columns { "block_khatri_rao" } else { "block_face_split" };
        let (x, y, _) = self.pair(name, span, a, b)?;
        let (rows, cols) = (self.sizes(&grid[0])?, self.sizes(&grid[1])?);
        self.covers(&grid[0], &rows, x.rows, "rows", a)?;
        self.covers(&grid[1], &cols, x.cols, "columns", a)?;
        // The partition of B along the axis that is not shared.
        let (parts, length, what) =
            if by_columns { (rows.len(), y.rows, "rows") } else { (cols.len(), y.cols, "columns") };
        let other = match grid.get(2) {
            Some(arg) => {
                let sizes = self.sizes(arg)?;
                self.covers(arg, &sizes, length, what, b)?;
                if sizes.len() != parts {
                    let message = format!("A has {parts} blocks along this axis and B {}", sizes.len());
                    return Err(self.fail_with("bad-size", arg.expr.span, message, &[a, b]));
                }
                sizes
            }
            None if parts > 0 && length % parts == 0 => vec![length / parts; parts],
            None => {
                let message = format!("the {length} {what} of B do not split evenly into {parts} blocks");
                let parameter = if by_columns { "b_rows" } else { "b_cols" };
                let error = self.fail_with("bad-size", span, message, &[b]);
                return Err(error.help(format!("give their sizes: {parameter}=[…]")));
            }
        };
        let (y_rows, y_cols) = if by_columns { (&other, &cols) } else { (&rows, &other) };
        if by_columns {
            self.covers(&grid[1], &cols, y.cols, "columns", b)?;
        } else {
            self.covers(&grid[0], &rows, y.rows, "rows", b)?;
        }
        let mut stacked = Vec::new();
        let (mut top, mut y_top) = (0, 0);
        for (&height, &y_height) in rows.iter().zip(y_rows) {
            let mut beside = Vec::new();
            let (mut left, mut y_left) = (0, 0);
            for (&width, &y_width) in cols.iter().zip(y_cols) {
                let block = self.block(x, (top, height), (left, width))?;
                let y_block = self.block(y, (y_top, y_height), (y_left, y_width))?;
                beside.push(match by_columns {
                    true => self.columns(block, y_block, span)?,
                    false => self.rows(block, y_block, span)?,
                });
                (left, y_left) = (left + width, y_left + y_width);
            }
            stacked.push(self.concat(beside, 1, span)?);
            (top, y_top) = (top + height, y_top + y_height);
        }
        let product = self.concat(stacked, 0, span)?;
        self.finish(product, false, a, b)
    }

    /// Block sizes must add up to the length of the axis they divide.
    fn covers(
        &self,
        arg: &Arg<'_>,
        sizes: &[usize],
        length: usize,
        what: &str,
        of: &Arg<'_>,
    ) -> Result<(), Diagnostic> {
        let total = sizes.iter().try_fold(0usize, |sum, &n| sum.checked_add(n));
        if total == Some(length) && !sizes.is_empty() {
            return Ok(());
        }
        let message = format!("the blocks must cover all {length} {what} of `{}`", self.words(of));
        Err(self.fail_with("bad-size", arg.expr.span, message, &[of]))
    }

    fn block(&mut self, of: Matrix, rows: (usize, usize), cols: (usize, usize)) -> Result<Matrix, Diagnostic> {
        let (height, width) = (rows.1, cols.1);
        if (height, width) == (of.rows, of.cols) {
            return Ok(of);
        }
        let slices = [rows, cols].map(|(start, count)| match count {
            0 => AxisSlice { start: 0, step: 1, count, drop: false },
            _ => AxisSlice { start, step: 1, count, drop: false },
        });
        let dtype = self.build.node(of.id).dtype;
        let id = self.build.push(NodeKind::Slice(slices.to_vec()), vec![of.id], dtype, [height, width].into())?;
        Ok(Matrix { id, rows: height, cols: width })
    }

    fn concat(&mut self, parts: Vec<Matrix>, axis: usize, span: Span) -> Result<Matrix, Diagnostic> {
        if let [single] = parts[..] {
            return Ok(single);
        }
        let along = |m: &Matrix| if axis == 0 { m.rows } else { m.cols };
        let Some(total) = parts.iter().map(along).try_fold(0usize, usize::checked_add) else {
            return Err(self.fail("too-large", span, "the product is larger than the address space"));
        };
        let (rows, cols) = if axis == 0 { (total, parts[0].cols) } else { (parts[0].rows, total) };
        let dtype = self.build.node(parts[0].id).dtype;
        let ids = parts.iter().map(|m| m.id).collect();
        let id = self.build.push(NodeKind::Concat(axis), ids, dtype, [rows, cols].into())?;
        Ok(Matrix { id, rows, cols })
    }
}
