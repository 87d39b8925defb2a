//! Operations on matrices as wholes, lowered to the nodes of the graph.

use super::bind::{Call, Named};
use super::folds::typing;
use super::types::{counting, float};
use super::{Arg, Checker, Value};
use crate::ops::{Form, Op};
use crate::{Diagnostic, Fold, Map, NodeId, NodeKind, Span, Spectrum};
use hadamard_array::{DType, Kind, Scalar, Shape};

/// The largest exponent of a matrix power, either sign.
const MAX_POWER: u128 = 1024;

impl Checker<'_> {
    pub(super) fn form_call<'e>(
        &mut self,
        form: Form,
        call: &Call,
        args: &[Arg<'e>],
        named: &[Named<'_, 'e>],
    ) -> Result<Value, Diagnostic> {
        self.refuse_dot(call, args)?;
        let bound = self.bind(call, args, named)?;
        let args: Vec<Arg<'e>> = bound.into_iter().flatten().collect();
        // Every form has an argument; the second is the first again where it may be left out: J(n) is J(n, n).
        let (a, b) = (&args[0], args.get(1).unwrap_or(&args[0]));
        let span = call.span;
        match form {
            Form::Plus => self.plus(Map::Add, call, &args),
            Form::Minus => self.plus(Map::Sub, call, &args),
            Form::MatMul => self.times(span, a, b),
            Form::Over => self.over(call, &args),
            Form::MatPow => self.matrix_power(call, a, b),
            Form::Transpose => self.transpose(a, false),
            Form::Adjoint => self.transpose(a, true),
            Form::Kron => self.kron(span, a, b),
            Form::KhatriRao => self.khatri_rao(span, a, b),
            Form::FaceSplit => self.face_split(span, a, b),
            Form::Penetrating => self.penetrating(span, a, b, false),
            Form::PenetratingV => self.penetrating(span, a, b, true),
            Form::BlockFaceSplit => self.block_product(span, a, b, &args[2..], false),
            Form::BlockKhatriRao => self.block_product(span, a, b, &args[2..], true),
            Form::Outer => self.outer(span, a, b),
            Form::DiagBuild => self.diag_build(span, a),
            Form::DiagExtract => self.diag_extract(span, a),
            Form::Trace => self.trace(span, a),
            Form::Vec => self.vec(a, true),
            Form::Rvec => self.vec(a, false),
            Form::J => self.ones(&[self.size(a)?, self.size(b)?]),
            Form::Ones => self.ones(&[self.size(a)?]),
            Form::I => self.identity(a),
            Form::Commutation => self.commutation(span, a, b),
            Form::Inv => self.square_function(NodeKind::Inv, call, a),
            Form::Det => self.square_function(NodeKind::Det, call, a),
            Form::Rank => self.rank(span, a),
            Form::Eigvals => self.spectrum(Spectrum::General, call, a),
            Form::Eigvalsh => self.spectrum(Spectrum::Hermitian, call, a),
            Form::Svdvals => self.spectrum(Spectrum::Singular, call, a),
            Form::Cumsum => self.scan(Fold::Sum, call, a),
            Form::Cumprod => self.scan(Fold::Prod, call, a),
        }
    }

    /// Undotted sums: equal shapes, or a scalar.
    fn plus(&mut self, map: Map, call: &Call, args: &[Arg<'_>]) -> Result<Value, Diagnostic> {
        let (a, b) = (self.shape(args[0].value), self.shape(args[1].value));
        if a == b || a.ndim() == 0 || b.ndim() == 0 {
            return self.map(map, call.span, args);
        }
        let (sign, dotted) = (call.op.spelling(), Op::Map(map).spelling());
        // Shapes that do not even broadcast are reported by the broadcast itself, which may know a transposition that fits.
        let message = format!("`{sign}` needs equal shapes or a scalar");
        self.broadcast(dotted, call.span, args).map_err(|error| Diagnostic { message: message.clone(), ..error })?;
        let write = format!("{} {dotted} {}", self.operand(&args[0]), self.operand(&args[1]));
        Err(self
            .fail_with("shape-mismatch", call.span, message, &[&args[0], &args[1]])
            .help(format!("to repeat the smaller one along the other's axes: {write}")))
    }

    /// Division by a scalar.
    fn over(&mut self, call: &Call, args: &[Arg<'_>]) -> Result<Value, Diagnostic> {
        if self.shape(args[1].value).ndim() == 0 {
            return self.map(Map::Div, call.span, args);
        }
        let (a, b) = (self.operand(&args[0]), self.operand(&args[1]));
        let error = self.fail_with("needs-scalar", call.span, "`/` divides by a scalar", &[&args[0], &args[1]]);
        let error = error.help(format!("entry by entry: {a} ./ {b}"));
        let shape = self.shape(args[1].value);
        Err(if shape.ndim() == 2 && shape[0] == shape[1] {
            error.help(format!("by the matrix: {a} * inv({})", self.words(&args[1])))
        } else {
            error
        })
    }

    /// Powers of square matrices by repeated squaring; of scalars, the power.
    fn matrix_power(&mut self, call: &Call, a: &Arg<'_>, k: &Arg<'_>) -> Result<Value, Diagnostic> {
        let (base, exponent) = (self.shape(a.value).clone(), self.shape(k.value).clone());
        if base.ndim() == 0 && exponent.ndim() == 0 {
            return self.map(Map::Pow, call.span, &[*a, *k]);
        }
        let entrywise = format!("entry by entry: {} .^ {}", self.operand(a), self.operand(k));
        if exponent.ndim() > 0 {
            let message = "the exponent of `^` is a scalar";
            return Err(self.fail_with("needs-scalar", call.span, message, &[a, k]).help(entrywise));
        }
        if base.ndim() != 2 || base[0] != base[1] {
            let message = "`^` is the power of a square matrix";
            return Err(self.fail_with("needs-square", call.span, message, &[a]).help(entrywise));
        }
        let k = match self.integer(k, "the exponent of a matrix") {
            Ok(k) if k.unsigned_abs() <= MAX_POWER => k,
            Ok(_) => {
                let message = format!("the exponent of a matrix is at most {MAX_POWER}");
                return Err(self.fail("bad-size", k.expr.span, message));
            }
            Err(error) => return Err(error.help(entrywise)),
        };
        let kept = if k < 0 { float(self.dtype(a.value)) } else { counting(self.dtype(a.value)) };
        let dtype = if k < 0 { double(kept) } else { kept };
        let mut square = self.as_dtype(a, dtype)?;
        if k < 0 {
            square = self.build.push(NodeKind::Inv, vec![square], dtype, base.clone())?;
        }
        let mut left = k.unsigned_abs();
        let mut power = None;
        while left > 0 {
            if left & 1 == 1 {
                power = Some(match power {
                    None => square,
                    Some(p) => self.build.push(NodeKind::MatMul, vec![p, square], dtype, base.clone())?,
                });
            }
            left >>= 1;
            if left > 0 {
                square = self.build.push(NodeKind::MatMul, vec![square, square], dtype, base.clone())?;
            }
        }
        let id = match power {
            Some(id) => id,
            None => self.build.push(NodeKind::Identity, vec![], dtype, base)?,
        };
        let id = self.build.cast(id, kept)?;
        Ok(Value::node(id, a.value.is_weak()))
    }

    fn transpose(&mut self, a: &Arg<'_>, conjugate: bool) -> Result<Value, Diagnostic> {
        let shape = self.shape(a.value).clone();
        if let (Value::Number(_), false) = (a.value, conjugate) {
            return Ok(a.value);
        }
        if shape.ndim() > 2 {
            let message = format!("a transpose is of a matrix or vector, not of {} axes", shape.ndim());
            let error = self.fail_with("needs-matrix", self.build.span, message, &[a]);
            return Err(error.help(format!("take matrices out of it: {}[:, :, 0].'", self.operand(a))));
        }
        let mut id = self.as_dtype(a, self.dtype(a.value))?;
        let dtype = self.build.node(id).dtype;
        if conjugate && dtype.is_complex() {
            id = self.build.map(Map::Conj, vec![id], dtype, shape.clone())?;
        }
        let (id, row) = match shape.ndim() {
            0 => (id, false),
            1 => (self.build.expand(id, &[1], &[1, shape[0]].into())?, true),
            // A vector transposed twice is the vector again.
            _ if a.value.is_row() => (self.build.reshape(id, [shape[1]])?, false),
            _ => (self.build.permute(id, vec![1, 0])?, false),
        };
        Ok(Value::Node { id, weak: a.value.is_weak(), row })
    }

    fn diag_build(&mut self, span: Span, x: &Arg<'_>) -> Result<Value, Diagnostic> {
        let shape = self.shape(x.value).clone();
        if shape.ndim() != 1 {
            let error = self.fail_with("needs-vector", span, "`Diag` builds a matrix from a vector", &[x]);
            let words = self.words(x);
            return Err(match shape.ndim() {
                2 if shape[0] == 1 => error.help(format!("make it a vector: Diag(vec({words}))")),
                2 => error.help(format!("the diagonal of a matrix is diag({words})")),
                _ => error,
            });
        }
        let square: Shape = [shape[0], shape[0]].into();
        let dtype = self.dtype(x.value);
        let x_id = self.as_dtype(x, dtype)?;
        let entries = self.build.expand(x_id, &[0], &square)?;
        let mask = self.build.push(NodeKind::Identity, vec![], DType::Bool, square.clone())?;
        let zero = self.build.constant(zero(dtype))?;
        let id = self.build.map(Map::Where, vec![mask, entries, zero], dtype, square)?;
        Ok(Value::node(id, x.value.is_weak()))
    }

    fn diagonal(&mut self, m: &Arg<'_>) -> Result<NodeId, Diagnostic> {
        let id = self.as_dtype(m, self.dtype(m.value))?;
        let node = self.build.node(id);
        let (dtype, n) = (node.dtype, node.shape[0].min(node.shape[1]));
        self.build.push(NodeKind::Diagonal, vec![id], dtype, [n].into())
    }

    fn diag_extract(&mut self, span: Span, m: &Arg<'_>) -> Result<Value, Diagnostic> {
        self.need_matrix("diag", span, m)?;
        Ok(Value::node(self.diagonal(m)?, m.value.is_weak()))
    }

    fn trace(&mut self, span: Span, m: &Arg<'_>) -> Result<Value, Diagnostic> {
        self.need_square("tr", span, m)?;
        let diagonal = self.diagonal(m)?;
        let dtype = self.build.node(diagonal).dtype;
        let result = match dtype.kind() {
            Kind::Bool | Kind::Signed => DType::I64,
            Kind::Unsigned => DType::U64,
            Kind::Float | Kind::Complex => dtype,
        };
        let id = self.build.push(NodeKind::Fold(Fold::Sum, vec![0]), vec![diagonal], result, Shape::SCALAR)?;
        Ok(Value::node(id, m.value.is_weak()))
    }

    /// The columns stacked, or the rows end to end; with more axes, the first axis fastest or the last.
    fn vec(&mut self, a: &Arg<'_>, by_columns: bool) -> Result<Value, Diagnostic> {
        let shape = self.shape(a.value).clone();
        let mut id = self.as_dtype(a, self.dtype(a.value))?;
        if by_columns && shape.ndim() > 1 {
            id = self.build.permute(id, (0..shape.ndim()).rev().collect())?;
        }
        let id = self.build.reshape(id, [shape.size()])?;
        Ok(Value::node(id, a.value.is_weak()))
    }

    /// Ones of a shape, weak like the literal 1.
    fn ones(&mut self, shape: &[usize]) -> Result<Value, Diagnostic> {
        let one = self.build.constant(Scalar::I64(1))?;
        let id = self.build.expand(one, &[], &shape.into())?;
        Ok(Value::node(id, true))
    }

    fn identity(&mut self, n: &Arg<'_>) -> Result<Value, Diagnostic> {
        let n = self.size(n)?;
        let id = self.build.push(NodeKind::Identity, vec![], DType::I64, [n, n].into())?;
        Ok(Value::node(id, true))
    }

    /// Row i n + j of the identity's row j m + i: the digits of its row index exchanged.
    fn commutation(&mut self, span: Span, m: &Arg<'_>, n: &Arg<'_>) -> Result<Value, Diagnostic> {
        let (m, n) = (self.size(m)?, self.size(n)?);
        let Some(size) = m.checked_mul(n) else {
            return Err(self.fail("too-large", span, "the matrix is larger than the address space"));
        };
        let id = self.build.push(NodeKind::Identity, vec![], DType::I64, [size, size].into())?;
        let id = self.build.reshape(id, [n, m, size])?;
        let id = self.build.permute(id, vec![1, 0, 2])?;
        Ok(Value::node(self.build.reshape(id, [size, size])?, true))
    }

    fn rank(&mut self, span: Span, a: &Arg<'_>) -> Result<Value, Diagnostic> {
        self.need_matrix("rank", span, a)?;
        let id = self.as_dtype(a, self.dtype(a.value))?;
        let id = self.build.push(NodeKind::Rank, vec![id], DType::I64, Shape::SCALAR)?;
        Ok(Value::node(id, a.value.is_weak()))
    }

    fn spectrum(&mut self, spectrum: Spectrum, call: &Call, a: &Arg<'_>) -> Result<Value, Diagnostic> {
        let name = call.op.row().name;
        match spectrum {
            Spectrum::General | Spectrum::Hermitian => self.need_square(name, call.span, a)?,
            Spectrum::Singular => self.need_matrix(name, call.span, a)?,
        }
        let kept = float(self.dtype(a.value));
        let dtype = double(kept);
        let id = self.as_dtype(a, dtype)?;
        let count = self.build.node(id).shape.iter().copied().min().unwrap_or(0);
        // Eigenvalues in general are complex; those of narrow floats keep single precision.
        let (result, kept) = match (spectrum, dtype.real()) {
            (Spectrum::General, DType::F32) => (DType::C64, DType::C64),
            (Spectrum::General, _) => (DType::C128, DType::C128),
            (_, real) => (real, kept.real()),
        };
        let id = self.build.push(NodeKind::Spectrum(spectrum), vec![id], result, [count].into())?;
        Ok(Value::node(self.build.cast(id, kept)?, a.value.is_weak()))
    }

    fn scan(&mut self, fold: Fold, call: &Call, a: &Arg<'_>) -> Result<Value, Diagnostic> {
        let name = call.op.row().name;
        if self.shape(a.value).ndim() != 1 {
            let error = self.fail_with("needs-vector", call.span, format!("`{name}` is of a vector"), &[a]);
            return Err(error.help(format!("all entries row by row: {name}(rvec({}))", self.words(a))));
        }
        let (fold, argument, result) = typing(fold, self.dtype(a.value));
        let id = self.as_dtype(a, argument)?;
        let shape = self.build.node(id).shape.clone();
        let id = self.build.push(NodeKind::Scan(fold), vec![id], result, shape)?;
        Ok(Value::node(id, a.value.is_weak()))
    }

    fn square_function(&mut self, kind: NodeKind, call: &Call, a: &Arg<'_>) -> Result<Value, Diagnostic> {
        self.need_square(call.op.row().name, call.span, a)?;
        let kept = float(self.dtype(a.value));
        let dtype = double(kept);
        let id = self.as_dtype(a, dtype)?;
        let shape = if matches!(kind, NodeKind::Det) { Shape::SCALAR } else { self.build.node(id).shape.clone() };
        let id = self.build.push(kind, vec![id], dtype, shape)?;
        Ok(Value::node(self.build.cast(id, kept)?, a.value.is_weak()))
    }

    pub(super) fn need_matrix(&self, name: &str, span: Span, a: &Arg<'_>) -> Result<(), Diagnostic> {
        if self.shape(a.value).ndim() == 2 {
            return Ok(());
        }
        let error = self.fail_with("needs-matrix", span, format!("`{name}` is of a matrix"), &[a]);
        Err(match (name, self.shape(a.value).ndim()) {
            ("diag", 1) => error.help(format!("to build a diagonal matrix: Diag({})", self.words(a))),
            _ => error,
        })
    }

    fn need_square(&self, name: &str, span: Span, a: &Arg<'_>) -> Result<(), Diagnostic> {
        self.need_matrix(name, span, a)?;
        let shape = self.shape(a.value);
        if shape[0] == shape[1] {
            return Ok(());
        }
        let message = format!("`{name}` is of a square matrix, not {}×{}", shape[0], shape[1]);
        let error = self.fail_with("needs-square", span, message, &[a]);
        Err(match name {
            "tr" => error.help(format!("the sum of the diagonal of any matrix: sum(diag({}))", self.words(a))),
            _ => error,
        })
    }
}

/// The dtype of dense factorisations of floats: single or double precision.
fn double(dtype: DType) -> DType {
    match dtype {
        DType::F16 | DType::BF16 => DType::F32,
        other => other,
    }
}

fn zero(dtype: DType) -> Scalar {
    super::constants::Constant::Bool(false).scalar(dtype).expect("zero is in every dtype")
}
