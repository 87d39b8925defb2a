//! How far rounding may have moved each entry of a result: a running error analysis, written as more nodes of the
//! formula's own graph so that the engine computes it beside the values.
//!
//! Every node gets a bound on |computed − exact|, where *exact* means exact arithmetic on the operands as given. The
//! rules are those of N. J. Higham, *Accuracy and Stability of Numerical Algorithms*, ch. 3: the errors of the
//! arguments are carried through by absolute values, and what the operation itself rounds is added. Products keep
//! their second-order term; functions, division and inverses are of first order. Factorisations are judged by norm.

use hadamard_algebra::ops::{Accuracy, Op};
use hadamard_algebra::{Fold, Graph, Map, Node, NodeId, NodeKind, Output, Span, Spectrum};
use hadamard_array::{DType, Scalar, Shape};
use std::collections::HashMap;

/// What is known of the rounding error of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// There is none.
    Exact,
    /// At most what this f64 node says, entry by entry; it may have fewer axes than the value.
    Node(NodeId),
    /// No bound is known: the operation at this place jumps, or has no rule.
    Unknown(Span),
}

/// Adds to the graph, as outputs behind the given ones, a bound for each of them where there is one.
pub fn bounds(graph: Graph) -> (Graph, Vec<Bound>) {
    let count = graph.nodes.len();
    let mut analysis = Analysis { graph, bounds: Vec::with_capacity(count), magnitudes: HashMap::new() };
    for id in 0..count {
        let bound = analysis.of(id);
        analysis.bounds.push(bound);
    }
    let Analysis { mut graph, bounds, .. } = analysis;
    let found: Vec<Bound> = graph.outputs.iter().map(|o| bounds[o.node]).collect();
    for bound in &found {
        if let Bound::Node(node) = bound {
            graph.outputs.push(Output { name: None, node: *node });
        }
    }
    // Bounds were made for every node of the formula.
    (graph.pruned(), found)
}

/// Unit roundoff: half the distance from 1 to the next number. Complex products round a few times.
pub fn roundoff(dtype: DType) -> f64 {
    match dtype {
        DType::F16 => 2f64.powi(-11),
        DType::BF16 => 2f64.powi(-8),
        DType::F32 => 2f64.powi(-24),
        DType::F64 => 2f64.powi(-53),
        DType::C64 => 2f64.powi(-22),
        DType::C128 => 2f64.powi(-51),
        _ => 0.0,
    }
}

struct Analysis {
    graph: Graph,
    /// One for each node of the formula; bounds themselves have none.
    bounds: Vec<Bound>,
    /// The nodes |value| in f64.
    magnitudes: HashMap<NodeId, NodeId>,
}

impl Analysis {
    fn of(&mut self, id: NodeId) -> Bound {
        let node = self.graph.node(id).clone();
        let args: Vec<Bound> = node.args.iter().map(|&a| self.bounds[a]).collect();
        if let Some(unknown) = args.iter().find(|b| matches!(b, Bound::Unknown(_))) {
            return *unknown;
        }
        let exact = args.iter().all(|b| *b == Bound::Exact);
        let errors: Vec<Option<NodeId>> = args
            .iter()
            .map(|b| match b {
                Bound::Node(e) => Some(*e),
                Bound::Exact | Bound::Unknown(_) => None,
            })
            .collect();
        let bound = match &node.kind {
            NodeKind::Operand(_) | NodeKind::Constant(_) | NodeKind::Literal(_) | NodeKind::Identity => None,
            // Integers and bools are computed exactly, if they come from what is exact.
            _ if roundoff(node.dtype) == 0.0 => {
                return if exact { Bound::Exact } else { Bound::Unknown(node.span) };
            }
            NodeKind::Map(map) => match self.map(*map, id, &node, &errors) {
                Some(bound) => bound,
                None => return Bound::Unknown(node.span),
            },
            NodeKind::Fold(fold, axes) => self.fold(*fold, axes, id, &node, errors[0]),
            NodeKind::MatMul => Some(self.product(&node, errors[0], errors[1])),
            NodeKind::Inv => Some(self.inverse(id, &node, errors[0])),
            NodeKind::Det => Some(self.determinant(&node, errors[0])),
            NodeKind::Rank => None,
            // Planning makes these of a graph that has been bounded.
            NodeKind::Stored(..) | NodeKind::Sparse(_) => return Bound::Unknown(node.span),
            // Eigenvalues of matrices that are not Hermitian may move by more than any norm says.
            NodeKind::Spectrum(Spectrum::General) => return Bound::Unknown(node.span),
            NodeKind::Spectrum(_) => Some(self.spectrum(id, &node, errors[0])),
            NodeKind::Scan(fold) => Some(self.scan(*fold, id, &node, errors[0])),
            NodeKind::Concat(_) if !exact => {
                let parts = node.args.iter().zip(&errors).map(|(&a, e)| (a, *e)).collect::<Vec<_>>();
                let args = parts.into_iter().map(|(a, e)| self.full(a, e)).collect();
                Some(self.push(node.kind.clone(), args, node.shape.clone(), &node))
            }
            NodeKind::Permute(_)
            | NodeKind::Slice(_)
            | NodeKind::Diagonal
            | NodeKind::Reshape
            | NodeKind::Expand(_)
            | NodeKind::Concat(_) => errors[0].map(|e| {
                let e = self.full(node.args[0], Some(e));
                self.push(node.kind.clone(), vec![e], node.shape.clone(), &node)
            }),
        };
        bound.map_or(Bound::Exact, Bound::Node)
    }

    /// The outer option says whether there is a rule, the inner one whether there is an error.
    fn map(&mut self, map: Map, id: NodeId, node: &Node, errors: &[Option<NodeId>]) -> Option<Option<NodeId>> {
        let own = self.rounded(map, id, node);
        let error = |k: usize| errors.get(k).copied().flatten();
        let carried = match map {
            Map::Add | Map::Sub | Map::Min | Map::Max | Map::Clamp | Map::Hypot => self.sum(errors.iter().flatten()),
            Map::Mul => self.product_error(node, 0, 1, error(0), error(1)),
            Map::Fma => {
                let product = self.product_error(node, 0, 1, error(0), error(1));
                self.sum([product, error(2)].iter().flatten())
            }
            Map::Div => {
                // |a/b − a'/b'| ≤ (ea + |a/b| eb) / |b|
                let (value, divisor) = (self.magnitude(id), self.magnitude(node.args[1]));
                let through = error(1).map(|e| self.apply(Map::Mul, &[value, e]));
                let above = self.sum([error(0), through].iter().flatten());
                above.map(|above| self.apply(Map::Div, &[above, divisor]))
            }
            Map::Where => match error(0) {
                Some(_) => return None,
                None if errors.iter().flatten().count() == 0 => None,
                None => {
                    let [a, b] = [1, 2].map(|k| self.full(node.args[k], error(k)));
                    let args = vec![node.args[0], a, b];
                    Some(self.push(NodeKind::Map(Map::Where), args, node.shape.clone(), node))
                }
            },
            Map::Pow => self.power(node, error(0), error(1))?,
            Map::Neg | Map::Abs | Map::Conj | Map::Real | Map::Imag | Map::Cast(_) => error(0),
            _ if errors.iter().flatten().count() == 0 => None,
            map => {
                let slope = self.slope(map, id, node.args[0])?;
                error(0).map(|e| self.apply(Map::Mul, &[slope, e]))
            }
        };
        Some(self.sum([carried, own].iter().flatten()))
    }

    /// What an elementwise operation rounds by itself.
    fn rounded(&mut self, map: Map, id: NodeId, node: &Node) -> Option<NodeId> {
        let exact = match map {
            Map::Neg | Map::Conj | Map::Real | Map::Imag | Map::Min | Map::Max | Map::Clamp | Map::Where => true,
            Map::Floor | Map::Ceil | Map::Round | Map::Trunc | Map::Sign | Map::Copysign | Map::Relu => true,
            Map::Abs => !self.graph.node(node.args[0]).dtype.is_complex(),
            Map::Cast(to) => {
                let from = self.graph.node(node.args[0]).dtype;
                from.is_float() && roundoff(from) >= roundoff(to) || small_integer(from, to)
            }
            _ => false,
        };
        let ulps = match Op::Map(map).row().accuracy {
            Accuracy::Exact | Accuracy::Algorithm(_) => 1.0,
            Accuracy::Ulp(ulps) => 2.0 * ulps,
        };
        (!exact).then(|| {
            let value = self.magnitude(id);
            self.scaled(value, ulps * roundoff(node.dtype))
        })
    }

    /// (|a| + ea) eb + ea |b|
    fn product_error(
        &mut self,
        node: &Node,
        a: usize,
        b: usize,
        ea: Option<NodeId>,
        eb: Option<NodeId>,
    ) -> Option<NodeId> {
        let first = eb.map(|eb| {
            let reach = self.reach(node.args[a], ea);
            self.apply(Map::Mul, &[reach, eb])
        });
        let second = ea.map(|ea| {
            let other = self.magnitude(node.args[b]);
            self.apply(Map::Mul, &[ea, other])
        });
        self.sum([first, second].iter().flatten())
    }

    /// A power with a constant exponent: |p| |a|^(p−1) ea.
    fn power(&mut self, node: &Node, base: Option<NodeId>, exponent: Option<NodeId>) -> Option<Option<NodeId>> {
        let Some(base) = base else { return exponent.is_none().then_some(None) };
        let NodeKind::Constant(p) = self.graph.node(node.args[1]).kind else { return None };
        let p = p.as_f64().filter(|_| exponent.is_none())?;
        if p == 0.0 {
            return Some(None);
        }
        let a = self.magnitude(node.args[0]);
        let below = self.constant(p - 1.0);
        let slope = self.apply(Map::Pow, &[a, below]);
        let slope = self.scaled(slope, p.abs());
        Some(Some(self.apply(Map::Mul, &[slope, base])))
    }

    /// A bound on |f'| at the argument, to first order.
    fn slope(&mut self, map: Map, id: NodeId, a: NodeId) -> Option<NodeId> {
        Some(match map {
            Map::Exp => self.magnitude(id),
            Map::Expm1 => {
                let (one, v) = (self.constant(1.0), self.magnitude(id));
                self.apply(Map::Add, &[v, one])
            }
            Map::Log => {
                let a = self.magnitude(a);
                self.apply(Map::Inverse, &[a])
            }
            Map::Inverse => {
                let v = self.magnitude(id);
                self.apply(Map::Mul, &[v, v])
            }
            Map::Sqrt => {
                let v = self.magnitude(id);
                let half = self.apply(Map::Inverse, &[v]);
                self.scaled(half, 0.5)
            }
            Map::Sin | Map::Cos if !self.graph.node(a).dtype.is_complex() => self.constant(1.0),
            Map::Tanh | Map::Sigmoid | Map::Softplus | Map::Relu | Map::Atan | Map::Asinh
                if !self.graph.node(a).dtype.is_complex() =>
            {
                self.constant(1.0)
            }
            // 2/√π, rounded up.
            Map::Erf | Map::Erfc => self.constant(1.13),
            _ => return None,
        })
    }

    fn fold(&mut self, fold: Fold, axes: &[usize], id: NodeId, node: &Node, error: Option<NodeId>) -> Option<NodeId> {
        let arg = node.args[0];
        let over = |me: &mut Self, fold: Fold, of: NodeId| {
            me.push(NodeKind::Fold(fold, axes.to_vec()), vec![of], node.shape.clone(), node)
        };
        let error = error.map(|e| self.full(arg, Some(e)));
        let count: usize = axes.iter().map(|&a| self.graph.node(arg).shape[a]).product();
        // The summation tree: blocks of 128 in 16 lanes, then halves; narrow floats are summed in double precision.
        let depth = (count.max(1) as f64).log2().ceil().min(count.saturating_sub(1) as f64) + 7f64.min(count as f64);
        let u = roundoff(if node.dtype.is_complex() { DType::C128 } else { DType::F64 }).min(roundoff(node.dtype));
        let last = |me: &mut Self| {
            let value = me.magnitude(id);
            me.scaled(value, 2.0 * roundoff(node.dtype))
        };
        match fold {
            Fold::Sum | Fold::Mean => {
                let all = self.magnitude(arg);
                let all = over(self, fold, all);
                let own = self.scaled(all, depth * u);
                let carried = error.map(|e| over(self, fold, e));
                let last = last(self);
                self.sum([Some(own), carried, Some(last)].iter().flatten())
            }
            Fold::Norm => {
                let value = self.magnitude(id);
                let own = self.scaled(value, (depth + 3.0) * u);
                let carried = error.map(|e| over(self, Fold::Norm, e));
                let last = last(self);
                self.sum([Some(own), carried, Some(last)].iter().flatten())
            }
            Fold::Prod => {
                // ∏(|a| + e) − ∏|a|, and one rounding for each factor.
                let plain = self.magnitude(arg);
                let plain = over(self, Fold::Prod, plain);
                let own = self.scaled(plain, (count as f64 + 2.0) * roundoff(node.dtype));
                let carried = error.map(|e| {
                    let reach = self.reach(arg, Some(e));
                    let reach = over(self, Fold::Prod, reach);
                    self.apply(Map::Sub, &[reach, plain])
                });
                self.sum([Some(own), carried].iter().flatten())
            }
            Fold::Min | Fold::Max => error.map(|e| over(self, Fold::Max, e)),
            // These give bools and positions, which the caller has settled.
            Fold::All | Fold::Any | Fold::Count | Fold::Argmin | Fold::Argmax => None,
        }
    }

    /// (|A| + Ea) Eb + Ea |B| + γ |A||B|
    fn product(&mut self, node: &Node, ea: Option<NodeId>, eb: Option<NodeId>) -> NodeId {
        let (a, b) = (node.args[0], node.args[1]);
        let inner = self.graph.node(a).shape[1] as f64;
        let (left, right) = (self.magnitude(a), self.magnitude(b));
        let both = self.matmul(left, right, node);
        let own = self.scaled(both, (inner + 1.0) * roundoff(node.dtype));
        let (ea, eb) = (ea.map(|e| self.full(a, Some(e))), eb.map(|e| self.full(b, Some(e))));
        let first = eb.map(|eb| {
            let reach = self.reach(a, ea);
            self.matmul(reach, eb, node)
        });
        let second = ea.map(|ea| self.matmul(ea, right, node));
        self.sum([Some(own), first, second].iter().flatten()).expect("the product rounds")
    }

    /// |A⁻¹| (E + c n u ‖A‖ J) |A⁻¹|: LU with partial pivoting has a small backward error by norm, not by entry.
    fn inverse(&mut self, id: NodeId, node: &Node, error: Option<NodeId>) -> NodeId {
        let n = node.shape[0] as f64;
        let (matrix, value) = (self.magnitude(node.args[0]), self.magnitude(id));
        let norm = self.push(NodeKind::Fold(Fold::Norm, vec![0, 1]), vec![matrix], Shape::SCALAR, node);
        let backward = self.scaled(norm, 8.0 * n * double(node.dtype));
        let all = self.sum([Some(backward), error].iter().flatten()).expect("LU rounds");
        let all = self.full(node.args[0], Some(all));
        let half = self.matmul(value, all, node);
        let through = self.matmul(half, value, node);
        let last = self.scaled(value, roundoff(node.dtype));
        self.apply(Map::Add, &[through, last])
    }

    /// ∏(‖aᵢ‖ + ‖eᵢ‖) − ∏‖aᵢ‖ over the rows (a determinant is linear in each row, and Hadamard's inequality), and as
    /// much for the backward error of LU.
    fn determinant(&mut self, node: &Node, error: Option<NodeId>) -> NodeId {
        let matrix = node.args[0];
        let n = self.graph.node(matrix).shape[0];
        let rows =
            |me: &mut Self, of: NodeId| me.push(NodeKind::Fold(Fold::Norm, vec![1]), vec![of], Shape::from([n]), node);
        let all =
            |me: &mut Self, of: NodeId| me.push(NodeKind::Fold(Fold::Prod, vec![0]), vec![of], Shape::SCALAR, node);
        let size = self.magnitude(matrix);
        let size = rows(self, size);
        let backward = self.scaled(size, 8.0 * n as f64 * double(node.dtype));
        let error = error.map(|e| {
            let e = self.full(matrix, Some(e));
            rows(self, e)
        });
        let moved = self.sum([Some(size), Some(backward), error].iter().flatten()).expect("LU rounds");
        let (plain, moved) = (all(self, size), all(self, moved));
        let difference = self.apply(Map::Sub, &[moved, plain]);
        let last = self.scaled(plain, roundoff(node.dtype));
        self.apply(Map::Add, &[difference, last])
    }

    /// ‖E‖ + c n u ‖A‖ (Weyl): each eigenvalue of a Hermitian matrix and each singular value moves by no more.
    fn spectrum(&mut self, id: NodeId, node: &Node, error: Option<NodeId>) -> NodeId {
        let matrix = node.args[0];
        let n = self.graph.node(matrix).shape.iter().copied().max().unwrap_or(0) as f64;
        let norm =
            |me: &mut Self, of: NodeId| me.push(NodeKind::Fold(Fold::Norm, vec![0, 1]), vec![of], Shape::SCALAR, node);
        let size = self.magnitude(matrix);
        let size = norm(self, size);
        let own = self.scaled(size, 8.0 * n * roundoff(DType::F64));
        let moved = error.map(|e| {
            let e = self.full(matrix, Some(e));
            norm(self, e)
        });
        let value = self.magnitude(id);
        let last = self.scaled(value, roundoff(node.dtype));
        self.sum([Some(own), moved, Some(last)].iter().flatten()).expect("the solver rounds")
    }

    /// Running sums carry the running sums of errors; of products, ∏(|a| + e) − ∏|a|. Both round once for each entry.
    fn scan(&mut self, fold: Fold, id: NodeId, node: &Node, error: Option<NodeId>) -> NodeId {
        let arg = node.args[0];
        let count = node.shape.size() as f64;
        let running = |me: &mut Self, of: NodeId| me.push(NodeKind::Scan(fold), vec![of], node.shape.clone(), node);
        let size = self.magnitude(arg);
        let plain = running(self, size);
        let own = self.scaled(plain, (count + 1.0) * double(node.dtype));
        let carried = error.map(|e| {
            let e = self.full(arg, Some(e));
            if fold == Fold::Sum {
                return running(self, e);
            }
            let reach = self.reach(arg, Some(e));
            let reach = running(self, reach);
            self.apply(Map::Sub, &[reach, plain])
        });
        let value = self.magnitude(id);
        let last = self.scaled(value, roundoff(node.dtype));
        self.sum([Some(own), carried, Some(last)].iter().flatten()).expect("running sums round")
    }

    /// |value| in f64.
    fn magnitude(&mut self, id: NodeId) -> NodeId {
        if let Some(&known) = self.magnitudes.get(&id) {
            return known;
        }
        let node = self.graph.node(id).clone();
        let (kept, real) = if node.dtype.is_complex() {
            (self.typed(Map::Abs, id, node.dtype.real(), &node), true)
        } else {
            (id, false)
        };
        let dtype = self.graph.node(kept).dtype;
        let wide = if dtype == DType::F64 { kept } else { self.typed(Map::Cast(DType::F64), kept, DType::F64, &node) };
        let size = if real { wide } else { self.typed(Map::Abs, wide, DType::F64, &node) };
        self.magnitudes.insert(id, size);
        size
    }

    /// |value| + error.
    fn reach(&mut self, id: NodeId, error: Option<NodeId>) -> NodeId {
        let size = self.magnitude(id);
        self.sum([Some(size), error].iter().flatten()).expect("there is a size")
    }

    /// The error with all the axes of its value; zeros if there is none.
    fn full(&mut self, id: NodeId, error: Option<NodeId>) -> NodeId {
        let node = self.graph.node(id).clone();
        let error = error.unwrap_or_else(|| self.constant(0.0));
        if self.graph.node(error).shape == node.shape {
            return error;
        }
        let zero = self.constant(0.0);
        let ndim = self.graph.node(error).shape.ndim();
        let stretched = (0..ndim).all(|k| self.graph.node(error).shape[k] == node.shape[k]);
        if stretched {
            return self.push(NodeKind::Expand((0..ndim).collect()), vec![error], node.shape.clone(), &node);
        }
        // An axis of length 1 is stretched by meeting the zeros of the full shape.
        let zeros = self.push(NodeKind::Expand(vec![]), vec![zero], node.shape.clone(), &node);
        self.apply(Map::Add, &[error, zeros])
    }

    fn sum<'a>(&mut self, terms: impl Iterator<Item = &'a NodeId>) -> Option<NodeId> {
        terms.copied().reduce(|a, b| self.apply(Map::Add, &[a, b]))
    }

    fn scaled(&mut self, id: NodeId, by: f64) -> NodeId {
        let factor = self.constant(by);
        self.apply(Map::Mul, &[id, factor])
    }

    fn constant(&mut self, value: f64) -> NodeId {
        let span = self.graph.nodes.last().map_or_else(Default::default, |n| n.span);
        let kind = NodeKind::Constant(Scalar::F64(value));
        self.graph.nodes.push(Node { kind, args: vec![], dtype: DType::F64, shape: Shape::SCALAR, span });
        self.graph.nodes.len() - 1
    }

    /// An elementwise operation on f64 nodes, with broadcasting.
    fn apply(&mut self, map: Map, args: &[NodeId]) -> NodeId {
        let shapes: Vec<Shape> = args.iter().map(|&a| self.graph.node(a).shape.clone()).collect();
        let ndim = shapes.iter().map(|s| s.ndim()).max().unwrap_or(0);
        // 1 stretches to anything, also to nothing.
        let length = |k: usize| shapes.iter().filter_map(|s| s.get(k)).copied().find(|&n| n != 1).unwrap_or(1);
        let like = self.graph.node(args[0]).clone();
        self.push(NodeKind::Map(map), args.to_vec(), (0..ndim).map(length).collect(), &like)
    }

    fn typed(&mut self, map: Map, arg: NodeId, dtype: DType, like: &Node) -> NodeId {
        let shape = self.graph.node(arg).shape.clone();
        self.graph.nodes.push(Node { kind: NodeKind::Map(map), args: vec![arg], dtype, shape, span: like.span });
        self.graph.nodes.len() - 1
    }

    fn matmul(&mut self, a: NodeId, b: NodeId, like: &Node) -> NodeId {
        self.push(NodeKind::MatMul, vec![a, b], like.shape.clone(), like)
    }

    /// An f64 node at the place of another.
    fn push(&mut self, kind: NodeKind, args: Vec<NodeId>, shape: Shape, like: &Node) -> NodeId {
        self.graph.nodes.push(Node { kind, args, dtype: DType::F64, shape, span: like.span });
        self.graph.nodes.len() - 1
    }
}

/// Unit roundoff of the double precision in which factorisations are computed.
fn double(dtype: DType) -> f64 {
    roundoff(if dtype.is_complex() { DType::C128 } else { DType::F64 })
}

/// Whether every integer of a dtype is a number of the float dtype.
fn small_integer(from: DType, to: DType) -> bool {
    let digits = -roundoff(to.real()).log2();
    from == DType::Bool || from.int_range().is_some_and(|(_, high)| high.ilog2() as f64 + 1.0 <= digits)
}
