//! pandas: arrays with labels meet where the labels are equal, and what one lacks is NaN.

use super::{Elaborator, Facts, Label, Result, Typed};
use crate::meaning::mean::{Edge, Kind, Mean, Node, Zero, mapped};
use crate::meaning::number;
use crate::meaning::value::{Elem, Num, Value};
use crate::op::{Along, F, Fold, Op, Over};
use crate::rules::Align;
use hadamard_algebra::{Diagnostic, Span};
use hadamard_array::DType;
use std::collections::{BTreeSet, HashMap};

type Axis = Vec<Label>;

/// The labels that are there without being given.
fn counted(n: usize) -> Axis {
    (0..n as i64).map(Label::Number).collect()
}

impl Elaborator<'_> {
    /// The labels of an operand: those given, or 0, 1, 2 ….
    pub(super) fn labels_of(&self, facts: &Facts) -> Vec<Axis> {
        if self.rules().align != Align::Labels {
            return Vec::new();
        }
        let given = |axis: usize| facts.labels.get(axis).filter(|labels| labels.len() == facts.shape[axis]).cloned();
        (0..facts.shape.len()).map(|axis| given(axis).unwrap_or_else(|| counted(facts.shape[axis]))).collect()
    }

    /// An operation where labels count; `None` if it is NumPy's, on entries without labels.
    pub(super) fn labelled(&mut self, op: Op, args: &[Typed], span: Span) -> Option<Result<Typed>> {
        let any = args.iter().any(|arg| !arg.labels.is_empty());
        Some(match (op, args) {
            (Op::Unlabelled, [a]) if !a.labels.is_empty() => Ok(Typed { labels: Vec::new(), ..a.clone() }),
            (Op::Unlabelled | Op::EachAlong(..) | Op::Filled(_) | Op::Flipped(_), [a, ..]) if a.labels.is_empty() => {
                self.fail(
                    "no-labels",
                    span,
                    "this is a method of DataFrames and Series, and here is an array or a number",
                )
            }
            (Op::AlongEach(..), [_, b]) if b.labels.is_empty() => self.fail(
                "no-labels",
                span,
                "this is a method of DataFrames and Series, and here is an array or a number",
            ),
            (Op::Series | Op::Literal, [a]) if a.rank == if op == Op::Series { 1 } else { 2 } => {
                let labels = a.shape().into_iter().map(counted).collect();
                Ok(Typed { labels, weak: false, ..a.clone() })
            }
            (Op::Series | Op::Literal, _) => {
                self.fail("wrong-rank", span, "a Series is of a list, a DataFrame of rows")
            }
            // What has no labels is NumPy's, whose folds are of all entries if no axis is named.
            (Op::Skipping(fold, Over::First), [a]) if a.labels.is_empty() => self.over(fold, Over::All, a, span),
            (Op::Skipping(fold, over), [a]) if a.labels.is_empty() => self.over(fold, over, a, span),
            (Op::Fold(..), [a]) if a.labels.is_empty() => {
                self.fail("no-labels", span, "arrays without labels have neither `to_numpy()` nor `skipna`")
            }
            _ if !any => return None,
            (Op::Each(f), [a]) => self.each_labelled(f, a, span),
            (Op::Each(F::Where), [mask, a, b]) => {
                let same = |t: &Typed| t.rank == 0 || t.labels == a.labels;
                if !same(mask) || !same(b) {
                    return Some(self.fail("labels-differ", span, "mask and value need the labels of the array here"));
                }
                let args = [mask.clone(), a.clone(), b.clone()];
                self.each(F::Where, &args, span).map(|t| Typed { labels: a.labels.clone(), ..t })
            }
            (Op::Each(F::Min | F::Max), [a, b]) if a.labels.len() + b.labels.len() == 3 => {
                self.fail("shape-mismatch", span, "NumPy's functions take no DataFrame with a Series")
            }
            (Op::Each(f), [a, b]) => {
                let exact = f.compares() || f.is_logic();
                if exact && a.rank > 0 && b.rank > 0 && !self.same_labels(a, b) {
                    let message = "comparisons and masks need the same labels on both sides".to_owned();
                    return Some(Err(Diagnostic::new("labels-differ", span, message)
                        .help("`.eq`, `.ne`, `.lt`, … align first, and `.where` chooses")));
                }
                self.two(f, a, b, 1, None, span)
            }
            (Op::Flipped(f), [a, b]) => self.two(f, b, a, 1, None, span),
            (Op::Filled(f), [a, b, fill]) => self.two(f, a, b, 1, Some(fill), span),
            (Op::EachAlong(..), [a, b]) if a.rank < b.rank => self.fail(
                "shape-mismatch",
                span,
                "a method of a Series takes no DataFrame; write it the other way round",
            ),
            (Op::AlongEach(f, way), [a, b]) if a.rank == 1 && b.rank == 2 => {
                self.two(f, a, b, usize::from(way == Along::Across), None, span)
            }
            (Op::AlongEach(..), [_, _]) => self.fail("shape-mismatch", span, "a vector goes along a DataFrame here"),
            (Op::EachAlong(f, way), [a, b]) => self.two(f, a, b, usize::from(way == Along::Across), None, span),
            (Op::Transpose, [a]) => {
                let labels = a.labels.iter().rev().cloned().collect();
                crate::meaning::products::transpose(a, self.rules(), self.title(), span).map(|t| Typed { labels, ..t })
            }
            (Op::MatMul, [a, b]) => self.product_labelled(a, b, span),
            (Op::Fold(fold, over), [a]) => self.fold_labelled(fold, over, a, false, span),
            (Op::Skipping(fold, over), [a]) => self.fold_labelled(fold, over, a, true, span),
            _ => return None,
        })
    }

    fn same_labels(&self, a: &Typed, b: &Typed) -> bool {
        match (a.labels.len(), b.labels.len()) {
            (2, 1) => a.labels[1] == b.labels[0],
            (1, 2) => b.labels[1] == a.labels[0],
            (0, _) | (_, 0) => true,
            _ => a.labels == b.labels,
        }
    }

    fn each_labelled(&mut self, f: F, a: &Typed, span: Span) -> Result<Typed> {
        let f = if f == F::Neg && a.mean.elem.is_bool() { F::Not } else { f };
        let result = self.each(f, std::slice::from_ref(a), span)?;
        Ok(Typed { labels: a.labels.clone(), ..result })
    }

    /// A function of two arrays; `axis` is that of the frame a series meets.
    fn two(&mut self, f: F, a: &Typed, b: &Typed, axis: usize, fill: Option<&Typed>, span: Span) -> Result<Typed> {
        let bools = a.mean.elem.is_bool() && b.mean.elem.is_bool();
        if bools && matches!(f, F::Div | F::FloorDiv | F::Pow | F::Mod) {
            return self.fail("type-mismatch", span, format!("pandas has no {} of truth values", f.words()));
        }
        let (x, y, labels) = self.aligned(a, b, axis, span)?;
        let (x, y) = match fill {
            Some(fill) => (self.filled_in(&x, &y, fill, span)?, self.filled_in(&y, &x, fill, span)?),
            None => (x, y),
        };
        let result = self.each(f, &[x, y], span)?;
        // Where NumPy's whole numbers give 0, pandas changes to reals: whether it does depends on the values.
        let mut node = (*result.mean).clone();
        if let Kind::Map { edge, .. } = &mut node.kind
            && edge.zero == Zero::Nothing
        {
            edge.zero = Zero::Refuse;
            return Ok(Typed { mean: node.into(), labels, ..result });
        }
        Ok(Typed { labels, ..result })
    }

    /// The value `fill` where the first is NaN and the second is not.
    fn filled_in(&mut self, x: &Typed, other: &Typed, fill: &Typed, span: Span) -> Result<Typed> {
        let nan = |e: &mut Self, t: &Typed| e.each(F::Ne, &[t.clone(), t.clone()], span);
        let (missing, there) = (nan(self, x)?, nan(self, other)?);
        let there = self.each(F::Not, &[there], span)?;
        let mask = self.each(F::And, &[missing, there], span)?;
        self.each(F::Where, &[mask, fill.clone(), x.clone()], span)
    }

    /// Both with the same labels along every axis they share, and these labels.
    fn aligned(&self, a: &Typed, b: &Typed, axis: usize, span: Span) -> Result<(Typed, Typed, Vec<Axis>)> {
        if a.rank == 0 || b.rank == 0 {
            let labels = if a.rank == 0 { &b.labels } else { &a.labels };
            return Ok((a.clone(), b.clone(), labels.clone()));
        }
        match (a.labels.len(), b.labels.len()) {
            (0, _) | (_, 0) => {
                let (with, without) = if a.labels.is_empty() { (b, a) } else { (a, b) };
                let (whole, part) = (with.shape(), without.shape());
                let fits = match (&whole[..], &part[..]) {
                    ([n], [m]) => n == m,
                    ([_, c], [m]) => c == m,
                    ([r, c], [p, q]) => (p == r || *p == 1) && (q == c || *q == 1),
                    _ => false,
                };
                if !fits {
                    return self.fail(
                        "shape-mismatch",
                        span,
                        format!("shapes {whole:?} and {part:?} do not meet in pandas"),
                    );
                }
                Ok((a.clone(), b.clone(), with.labels.clone()))
            }
            (2, 1) => self.frame_and_series(a, b, axis, span),
            (1, 2) => self.frame_and_series(b, a, axis, span).map(|(frame, series, labels)| (series, frame, labels)),
            (rank, _) => {
                let (mut x, mut y, mut labels) = (a.clone(), b.clone(), Vec::new());
                for axis in 0..rank {
                    let both = self.union(&a.labels[axis], &b.labels[axis], span)?;
                    x = self.taken(&x, axis, &a.labels[axis], &both, span)?;
                    y = self.taken(&y, axis, &b.labels[axis], &both, span)?;
                    labels.push(both);
                }
                Ok((x, y, labels))
            }
        }
    }

    fn frame_and_series(
        &self,
        frame: &Typed,
        series: &Typed,
        axis: usize,
        span: Span,
    ) -> Result<(Typed, Typed, Vec<Axis>)> {
        let both = self.union(&frame.labels[axis], &series.labels[0], span)?;
        let wide = self.taken(frame, axis, &frame.labels[axis], &both, span)?;
        let line = self.taken(series, 0, &series.labels[0], &both, span)?;
        // Down the columns it is a column.
        let line = if axis == 0 { Typed { rank: 2, ..line } } else { line };
        let mut labels = frame.labels.clone();
        labels[axis] = both;
        Ok((wide, line, labels))
    }

    /// Equal labels as they are, others joined and sorted.
    fn union(&self, a: &Axis, b: &Axis, span: Span) -> Result<Axis> {
        if a == b {
            return Ok(a.clone());
        }
        let all: BTreeSet<&Label> = a.iter().chain(b).collect();
        let twice = |axis: &Axis| axis.iter().collect::<BTreeSet<_>>().len() != axis.len();
        if twice(a) || twice(b) {
            return self.fail("labels-twice", span, "a label occurs twice, and labels that differ are to be aligned");
        }
        let texts = all.iter().filter(|label| matches!(label, Label::Text(_))).count();
        if texts != 0 && texts != all.len() {
            return self.fail("labels-mixed", span, "numbers and texts are labels of one axis, and have no order");
        }
        Ok(all.into_iter().cloned().collect())
    }

    fn taken(&self, of: &Typed, axis: usize, from: &Axis, to: &Axis, span: Span) -> Result<Typed> {
        if from == to {
            return Ok(of.clone());
        }
        let places: HashMap<&Label, usize> = from.iter().enumerate().map(|(place, label)| (label, place)).collect();
        let picks: Vec<Option<usize>> = to.iter().map(|label| places.get(label).copied()).collect();
        let elem = match of.mean.elem {
            _ if picks.iter().all(Option::is_some) => of.mean.elem,
            Elem::Of(DType::Bool) => {
                return self.fail(
                    "labels-differ",
                    span,
                    "truth values with missing labels become objects, which have no arithmetic",
                );
            }
            Elem::Of(dtype) if dtype.is_int() => Elem::Of(DType::F64),
            elem => elem,
        };
        let mut shape: Vec<usize> = (0..of.rank).map(|k| of.mean.len(k)).collect();
        shape[axis] = to.len();
        Ok(Typed {
            mean: Node::make(Kind::Take(of.mean.clone(), axis, picks), shape, elem, span),
            weak: false,
            ..of.clone()
        })
    }

    fn product_labelled(&mut self, a: &Typed, b: &Typed, span: Span) -> Result<Typed> {
        if a.labels.is_empty() || a.rank == 0 || b.rank == 0 {
            return self.fail("no-labels", span, "a product of matrices begins with a DataFrame or Series");
        }
        let (inner, rows) = (&a.labels[a.rank - 1], b.labels.first());
        let b = match rows {
            Some(rows) => {
                let set = |axis: &Axis| axis.iter().cloned().collect::<BTreeSet<_>>();
                if set(inner) != set(rows) || inner.len() != rows.len() {
                    return Err(Diagnostic::new(
                        "labels-differ",
                        span,
                        "matrices are not aligned: the columns of the first are not the index of the second",
                    ));
                }
                self.taken(b, 0, rows, inner, span)?
            }
            None => b.clone(),
        };
        let (mean, rank) = crate::meaning::products::matmul(a, &b, self.rules(), self.title(), span)?;
        let mut labels: Vec<Axis> = a.labels[..a.rank - 1].to_vec();
        match b.labels.get(1) {
            Some(columns) => labels.push(columns.clone()),
            None if b.rank == 2 => labels.push(counted(b.mean.len(1))),
            None => {}
        }
        Ok(Typed { mean, rank, weak: false, row: false, array: false, labels })
    }

    fn fold_labelled(&mut self, fold: Fold, over: Over, a: &Typed, skip: bool, span: Span) -> Result<Typed> {
        let axis = match over {
            Over::First => 0,
            Over::Axis(axis) => usize::from(axis),
            Over::All if !skip => return self.over(fold, over, &Typed { labels: Vec::new(), ..a.clone() }, span),
            _ => return self.fail("no-such-axis", span, "pandas folds along the index or the columns"),
        };
        let rank = a.rank.min(a.labels.len());
        if axis >= rank {
            return self.fail("no-such-axis", span, format!("axis {axis} is asked for, and this has {rank} axes"));
        }
        let mut labels = a.labels.clone();
        labels.remove(axis);
        let bare = Typed { labels: Vec::new(), ..a.clone() };
        let over = Over::Axis(axis as u8);
        let reals = matches!(a.mean.elem, Elem::Of(dtype) if dtype.is_float() || dtype.is_complex());
        if !skip || !reals || matches!(fold, Fold::Any | Fold::All) {
            return self.over(fold, over, &bare, span).map(|t| Typed { labels, ..t });
        }
        let elem = a.mean.elem;
        let one = |value: f64| -> Mean {
            let number = number::fit(
                Num::Float(value),
                elem,
                crate::meaning::mean::Overflow::Never,
                &mut number::Met::default(),
            );
            Node::constant(Value::number(number.unwrap_or(Num::Float(value)), elem), span)
        };
        let truth = Elem::Of(DType::Bool);
        let missing = mapped(F::Ne, Edge::IEEE, vec![a.mean.clone(), a.mean.clone()], truth, span);
        let neutral = match fold {
            Fold::Prod => 1.0,
            Fold::Min => f64::INFINITY,
            Fold::Max => f64::NEG_INFINITY,
            _ => 0.0,
        };
        let kept = mapped(F::Where, Edge::IEEE, vec![missing.clone(), one(neutral), a.mean.clone()], elem, span);
        let kept = Typed { mean: kept, ..bare.clone() };
        let folded = match fold {
            Fold::Sum | Fold::Prod => self.over(fold, over, &kept, span)?,
            _ => {
                let there = mapped(F::Not, Edge::IEEE, vec![missing], truth, span);
                let there = Typed { mean: there, ..bare };
                match fold {
                    Fold::Mean => {
                        let total = self.over(Fold::Sum, over, &kept, span)?;
                        let there = self.converted(&there, elem, span)?;
                        let count = self.over(Fold::Sum, over, &there, span)?;
                        self.each(F::Div, &[total, count], span)?
                    }
                    _ => {
                        let best = self.over(fold, over, &kept, span)?;
                        let any = self.over(Fold::Any, over, &there, span)?;
                        let nan = Typed { mean: one(f64::NAN), rank: 0, ..best.clone() };
                        self.each(F::Where, &[any, best, nan], span)?
                    }
                }
            }
        };
        Ok(Typed { labels, ..folded })
    }
}
