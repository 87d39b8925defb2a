//! From an ordered network back to nodes: matrix products of reshaped and permuted arguments, and elementwise products that
//! are summed, which lowering fuses.

use super::build::Builder;
use super::index::{Digits, Var};
use super::network::Network;
use super::order::{Set, Tree};
use hadamard_algebra::{Map, NodeId, NodeKind};
use hadamard_array::{DType, Shape};

/// A node with one axis for each of its digits.
#[derive(Clone)]
struct Tensor {
    node: NodeId,
    digits: Digits,
}

/// Who reads a value that is being written down.
enum Reader<'a> {
    /// The result, whose digits stand in this order.
    Result(&'a [Var]),
    /// A nest, which reads any order.
    Nest,
    /// A matrix product over these digits.
    MatMul(Set),
}

/// Writes one network's order into a graph.
pub(super) struct Emitter<'a> {
    pub build: &'a mut Builder,
    pub network: &'a Network,
    /// The node of the new graph behind each factor.
    pub leaves: &'a [NodeId],
    /// The digits that have a bit in the order's sets, by bit.
    pub numbered: &'a [Var],
    pub dtype: DType,
}

impl Emitter<'_> {
    /// The node that has the network's result in the shape of the node it replaces.
    pub fn emit(mut self, tree: &Tree, shape: &Shape) -> NodeId {
        let wanted: Digits = self.network.out.iter().flatten().copied().collect();
        let core = self.tree(tree, &Reader::Result(&wanted));
        let scaled = self.scale(core);
        self.finish(scaled, &wanted, shape)
    }

    fn size(&self, var: Var) -> usize {
        self.network.vars.size(var)
    }

    fn sizes(&self, digits: &[Var]) -> Shape {
        digits.iter().map(|&var| self.size(var)).collect()
    }

    fn has(&self, set: Set, var: Var) -> bool {
        self.numbered.iter().position(|&v| v == var).is_some_and(|bit| set >> bit & 1 == 1)
    }

    fn tree(&mut self, tree: &Tree, reader: &Reader<'_>) -> Tensor {
        match tree {
            Tree::Factor(k) => self.leaf(*k),
            Tree::Times(..) => {
                let mut parts = Vec::new();
                self.parts(tree, &mut parts);
                self.product(parts, reader)
            }
            Tree::Sum(inner, over) => {
                let mut parts = Vec::new();
                self.parts(inner, &mut parts);
                let whole = self.product(parts, &Reader::Nest);
                let summed = |var: &Var| self.has(*over, *var);
                let axes = (0..whole.digits.len()).filter(|&a| summed(&whole.digits[a])).collect();
                let digits = whole.digits.iter().copied().filter(|var| !summed(var)).collect();
                Tensor { node: self.build.sum(whole.node, axes), digits }
            }
            Tree::MatMul(a, b, over) => {
                let (a, b) = (self.tree(a, &Reader::MatMul(*over)), self.tree(b, &Reader::MatMul(*over)));
                self.matmul(a, b, *over, reader)
            }
        }
    }

    /// The arrays of an elementwise product.
    fn parts(&mut self, tree: &Tree, into: &mut Vec<Tensor>) {
        match tree {
            Tree::Times(a, b) => {
                self.parts(a, into);
                self.parts(b, into);
            }
            other => into.push(self.tree(other, &Reader::Nest)),
        }
    }

    /// A factor with one axis for each digit.
    fn leaf(&mut self, k: usize) -> Tensor {
        let factor = &self.network.factors[k];
        let mut node = self.leaves[k];
        let mut digits: Digits = factor.axes.iter().flatten().copied().collect();
        if factor.axes.iter().any(|axis| axis.len() > 1) {
            node = self.build.reshape(node, self.sizes(&digits));
        } else {
            node = self.build.squeeze(node);
        }
        if let [i, j] = digits[..]
            && i == j
        {
            node = self.build.unary(NodeKind::Diagonal, node, self.sizes(&[i]));
            digits = vec![i];
        }
        if factor.conjugate {
            node = self.build.map(Map::Conj, vec![node], self.sizes(&digits));
        }
        Tensor { node, digits }
    }

    fn permuted(&mut self, tensor: Tensor, order: &[Var]) -> Tensor {
        let place = |var: &Var| tensor.digits.iter().position(|v| v == var).expect("the same digits in another order");
        let axes = order.iter().map(place).collect();
        Tensor { node: self.build.permute(tensor.node, axes), digits: order.to_vec() }
    }

    /// The elementwise product, over all digits of its parts. They stand in the order in which the largest part lies in
    /// memory, or as the result has them.
    fn product(&mut self, mut parts: Vec<Tensor>, reader: &Reader<'_>) -> Tensor {
        parts.sort_by_key(|part| self.sizes(&part.digits).size());
        let largest = parts.last().map(|part| part.digits.clone()).unwrap_or_default();
        let mut order: Digits = largest;
        for part in parts.iter().rev() {
            let more: Digits = part.digits.iter().copied().filter(|var| !order.contains(var)).collect();
            order.splice(0..0, more);
        }
        if let Reader::Result(wanted) = reader {
            let place = |var: &Var| wanted.iter().position(|w| w == var).unwrap_or(usize::MAX);
            order.sort_by_key(place);
        }
        let mut parts = parts.into_iter();
        let mut product = parts.next().expect("a product has factors");
        for part in parts {
            let both: Digits =
                order.iter().copied().filter(|var| product.digits.contains(var) || part.digits.contains(var)).collect();
            let shape = self.sizes(&both);
            let args = [product, part].map(|tensor| self.laid_out(tensor, &both));
            product = Tensor { node: self.build.map(Map::Mul, args.to_vec(), shape), digits: both };
        }
        if product.digits == order { product } else { self.permuted(product, &order) }
    }

    /// A tensor over more digits.
    fn laid_out(&mut self, tensor: Tensor, over: &[Var]) -> NodeId {
        let own: Digits = over.iter().copied().filter(|var| tensor.digits.contains(var)).collect();
        let tensor = self.permuted(tensor, &own);
        let axes = (0..over.len()).filter(|&k| own.contains(&over[k])).collect();
        self.build.expand(tensor.node, axes, self.sizes(over))
    }

    fn matmul(&mut self, a: Tensor, b: Tensor, over: Set, reader: &Reader<'_>) -> Tensor {
        let inner =
            |me: &Self, t: &Tensor| -> Digits { t.digits.iter().copied().filter(|v| me.has(over, *v)).collect() };
        let outer =
            |me: &Self, t: &Tensor| -> Digits { t.digits.iter().copied().filter(|v| !me.has(over, *v)).collect() };
        let (of_a, of_b) = (outer(self, &a), outer(self, &b));
        let joined = |x: &[Var], y: &[Var]| -> Digits { x.iter().chain(y).copied().collect() };
        // The product turned round, where its reader then needs no copy.
        let turned = !self.suits(&joined(&of_a, &of_b), reader) && self.suits(&joined(&of_b, &of_a), reader);
        let (first, second) = if turned { (b, a) } else { (a, b) };
        let summed = match self.sizes(&first.digits).size() >= self.sizes(&second.digits).size() {
            true => inner(self, &first),
            false => inner(self, &second),
        };
        let (rows, cols) = (outer(self, &first), outer(self, &second));
        let shape = |me: &Self, digits: &[Var]| me.sizes(digits).size();
        let (m, k, n) = (shape(self, &rows), shape(self, &summed), shape(self, &cols));
        let left = self.matrix(first, (&rows, m), (&summed, k));
        let right = self.matrix(second, (&summed, k), (&cols, n));
        let product = self.build.push(NodeKind::MatMul, vec![left, right], self.dtype, [m, n].into());
        let digits: Digits = rows.into_iter().chain(cols).collect();
        Tensor { node: self.build.reshape(product, self.sizes(&digits)), digits }
    }

    /// Whether the reader takes digits in that order as they lie.
    fn suits(&self, digits: &[Var], reader: &Reader<'_>) -> bool {
        match reader {
            Reader::Nest => true,
            Reader::Result(wanted) => digits == *wanted,
            Reader::MatMul(over) => {
                let count = digits.iter().filter(|v| self.has(*over, **v)).count();
                let (front, back) = (&digits[..count], &digits[digits.len() - count..]);
                [front, back].iter().any(|end| end.iter().all(|v| self.has(*over, *v)))
            }
        }
    }

    /// A tensor as a matrix of these rows and columns: where it lies the other way round, as a transpose, which costs nothing.
    fn matrix(&mut self, tensor: Tensor, rows: (&[Var], usize), cols: (&[Var], usize)) -> NodeId {
        let order = |a: &[Var], b: &[Var]| -> Digits { a.iter().chain(b).copied().collect() };
        if tensor.digits == order(cols.0, rows.0) && tensor.digits != order(rows.0, cols.0) {
            let matrix = self.build.reshape(tensor.node, [cols.1, rows.1].into());
            return self.build.permute(matrix, vec![1, 0]);
        }
        let tensor = self.permuted(tensor, &order(rows.0, cols.0));
        self.build.reshape(tensor.node, [rows.1, cols.1].into())
    }

    /// Sign, repetitions and divisors of means.
    fn scale(&mut self, tensor: Tensor) -> Tensor {
        let Tensor { mut node, digits } = tensor;
        let shape = self.sizes(&digits);
        let repeats = self.network.repeats().expect("counted before the order was sought");
        if repeats != 1 {
            let factor = self.build.constant(repeats as f64, self.dtype);
            node = self.build.map(Map::Mul, vec![factor, node], shape.clone());
        }
        if self.network.divisor != 1 {
            let divisor = self.build.constant(self.network.divisor as f64, self.dtype);
            node = self.build.push(NodeKind::Map(Map::Div), vec![node, divisor], self.dtype, shape.clone());
        }
        if self.network.negative {
            node = self.build.map(Map::Neg, vec![node], shape);
        }
        Tensor { node, digits }
    }

    /// In the order and shape wanted: an index that no factor has repeats the entries, one that stands twice leaves zeros
    /// beside the diagonal.
    fn finish(&mut self, tensor: Tensor, wanted: &[Var], shape: &Shape) -> NodeId {
        let all = self.sizes(wanted);
        let mut node = tensor.node;
        if tensor.digits != wanted {
            let firsts: Vec<usize> = (0..wanted.len())
                .filter(|&k| tensor.digits.contains(&wanted[k]) && !wanted[..k].contains(&wanted[k]))
                .collect();
            let order: Digits = firsts.iter().map(|&k| wanted[k]).collect();
            let tensor = self.permuted(tensor, &order);
            node = self.build.expand(tensor.node, firsts, all.clone());
            for k in 0..wanted.len() {
                let Some(first) = wanted[..k].iter().position(|v| *v == wanted[k]) else { continue };
                let n = self.size(wanted[k]);
                let square = self.build.push(NodeKind::Identity, vec![], DType::Bool, [n, n].into());
                let mask = self.build.expand(square, vec![first, k], all.clone());
                let zero = self.build.constant(0.0, self.dtype);
                node = self.build.map(Map::Where, vec![mask, node, zero], all.clone());
            }
        }
        self.build.reshape(node, shape.clone())
    }
}
