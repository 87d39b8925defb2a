//! Powers of matrices and Kronecker products.

use super::{Elaborator, Result, Typed, constant_value};
use crate::meaning::mean::{Kind, Node, as_row};
use crate::meaning::products::{common, inverse, square};
use crate::op::F;
use crate::rules::Align;
use hadamard_algebra::{Diagnostic, Span};

impl Elaborator<'_> {
    pub(super) fn matrix_power(&mut self, a: &Typed, b: &Typed, span: Span) -> Result<Typed> {
        let Some(n) = constant_value(&b.mean)
            .filter(|v| v.data.len() == 1)
            .and_then(|v| v.data[0].real())
            .filter(|v| v.fract() == 0.0)
            .map(|v| v.clamp(-1e9, 1e9))
        else {
            return Err(Diagnostic::new(
                "matrix-power",
                span,
                "the power of a matrix is evaluated for whole numbers that stand in the formula",
            )
            .label(b.mean.span, "this is none"));
        };
        square(a, span)?;
        if a.rank < 2 {
            return self.fail(
                "not-square",
                span,
                format!("a square matrix is needed, and this has shape {:?}", a.shape()),
            );
        }
        let elem = if n < 0.0 { inverse(a, self.rules(), span)?.elem } else { a.mean.elem };
        let mean = match n as i64 {
            1 => a.mean.clone(),
            -1 => inverse(a, self.rules(), span)?,
            n if n.abs() <= 1 << 20 => Node::make(Kind::Power(a.mean.clone(), n), a.mean.shape.clone(), elem, span),
            _ => return self.fail("matrix-power", span, "this power is too large"),
        };
        Ok(Typed::matrix(mean))
    }

    pub(super) fn kron(&mut self, a: &Typed, b: &Typed, span: Span) -> Result<Typed> {
        if self.is_number(a) || self.is_number(b) {
            return self.scaled(F::Mul, a, b, span);
        }
        let elem = common(a, b, self.rules(), span)?;
        let rank = a.rank.max(b.rank);
        if rank > 2 {
            return self.fail("too-many-axes", span, "Kronecker products of more than two axes are not read");
        }
        // NumPy fills up missing axes in front: a vector beside a matrix is a row.
        let filled = |t: &Typed| {
            if t.rank < rank && self.rules().align == Align::Trailing { as_row(&t.mean, span) } else { t.mean.clone() }
        };
        let (x, y) = (filled(a), filled(b));
        let shape = vec![x.len(0).saturating_mul(y.len(0)), x.len(1).saturating_mul(y.len(1))];
        Ok(Typed { rank, ..Typed::list(Node::make(Kind::Kron(x, y), shape, elem, span)) })
    }
}
