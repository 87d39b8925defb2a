//! Operations on places: stored entries of sparse matrices and what they meet.
//!
//! Every result is computed by one thread, in the order of the stored entries, so the bits do not depend on how many
//! threads there are. Floats are added up in double precision and rounded once, integers exactly and judged once.
//! An entry of a sampled product is the sum over `row .* column` in the order of the one summation [`tree`](crate::tree).

use crate::dense::ExactSum;
use crate::fault::{Fault, Faulted};
use crate::kernels::float::Float;
use crate::tree::{BLOCK, LANES, Tree, combine_lanes};
use crate::workers::Workers;
use hadamard_algebra::{Overflow, SparseOp};
use hadamard_array::{Array, Bool, DType, Element, Shape, View, bf16, c64, c128, dispatch, f16};
use pulp::Arch;
use std::borrow::Cow;
use std::ops::{Add, Mul, Range};

/// Fewer entries than this are one task.
const MIN_TASK: usize = 1 << 12;

/// Carries out an operation on places.
///
/// # Panics
/// If the arguments are not those that planning makes.
pub fn run(
    op: SparseOp,
    args: &[View<'_>],
    (dtype, shape): (DType, &Shape),
    overflow: Overflow,
    workers: Workers,
) -> Result<Array, Faulted> {
    Ok(match op {
        SparseOp::Gather => dispatch!(dtype, T => gather::<T>(&args[0], &args[1..], workers)),
        SparseOp::Lookup => dispatch!(dtype, T => lookup::<T>(args, workers)),
        SparseOp::Sampled => match dtype {
            DType::F32 => sampled::<f32, f64>(args, workers),
            DType::F64 => sampled::<f64, f64>(args, workers),
            DType::C64 => sampled::<c64, c128>(args, workers),
            DType::C128 => sampled::<c128, c128>(args, workers),
            _ => unreachable!("products of other dtypes are not sampled"),
        },
        SparseOp::Scatter => {
            dispatch!(dtype, T => add_up::<T>(&args[0], &places(&args[1..], shape), None, shape, overflow, workers)?)
        }
        SparseOp::Product => {
            let (rows, by) = (Places::Rows(index(&args[1])), Some((index(&args[2]), &args[3])));
            dispatch!(dtype, T => add_up::<T>(&args[0], &rows, by, shape, overflow, workers)?)
        }
    })
}

fn index<'a>(view: &View<'a>) -> &'a [u32] {
    view.slice::<u32>().expect("indices are vectors of u32")
}

/// The entries of an array in order; copied where they do not lie side by side.
fn entries<'a, T: Element>(view: &View<'a>) -> Cow<'a, [T]> {
    match view.slice::<T>() {
        Ok(entries) => entries.into(),
        Err(_) => view.to_array().slice::<T>().expect("a fresh copy lies in order").to_vec().into(),
    }
}

/// Cuts `0..n` into ranges worth a task.
fn ranges(n: usize, workers: Workers) -> Vec<Range<usize>> {
    let tasks = workers.tasks().min(n / MIN_TASK).max(1);
    (0..tasks).map(|t| n * t / tasks..n * (t + 1) / tasks).collect()
}

/// A vector whose entries tasks compute, range by range.
fn vector<T: Element>(n: usize, workers: Workers, fill: impl Fn(Range<usize>, &mut [T]) + Sync) -> Array {
    let mut out = Array::for_overwriting(T::DTYPE, [n]).expect("no longer than the places");
    let mut rest = out.slice_mut::<T>().expect("fresh arrays are contiguous");
    let mut tasks = Vec::new();
    for range in ranges(n, workers) {
        let (own, others) = rest.split_at_mut(range.len());
        rest = others;
        tasks.push((range, own));
    }
    workers.map(tasks, |(range, own)| fill(range, own));
    out
}

fn gather<T: Element>(from: &View<'_>, at: &[View<'_>], workers: Workers) -> Array {
    let (elements, layout) = (from.elements::<T>().expect("of the result's dtype"), from.layout());
    let (first, strides) = (layout.offset() as isize, layout.strides());
    let at: Vec<&[u32]> = at.iter().map(index).collect();
    vector(at[0].len(), workers, |range, out: &mut [T]| {
        for (k, out) in range.zip(out) {
            let position = at.iter().zip(strides).fold(first, |p, (index, &stride)| p + index[k] as isize * stride);
            *out = elements[position as usize];
        }
    })
}

fn lookup<T: Element>(args: &[View<'_>], workers: Workers) -> Array {
    let values = entries::<T>(&args[0]);
    let [rows, columns, row, column] = [1, 2, 3, 4].map(|k| index(&args[k]));
    vector(row.len(), workers, |range, out: &mut [T]| {
        for (k, out) in range.zip(out) {
            let first = rows.partition_point(|&r| r < row[k]);
            let last = first + rows[first..].partition_point(|&r| r == row[k]);
            let found = columns[first..last].binary_search(&column[k]);
            *out = found.map_or(bytemuck::Zeroable::zeroed(), |at| values[first + at]);
        }
    })
}

/// A matrix whose rows lie without gaps.
fn by_rows<'a>(view: &View<'a>, copy: &'a mut Option<Array>) -> View<'a> {
    match view.layout().strides() {
        [_, 1] => view.clone(),
        _ => copy.insert(view.to_array()).view(),
    }
}

/// The numbers that sums of `T` are made of.
trait Wide<A>: Element {
    fn widen(self) -> A;
    fn narrow(sum: A) -> Self;
}
macro_rules! wide {
    ($($t:ty, $a:ty: $widen:expr, $narrow:expr;)*) => { $(
        impl Wide<$a> for $t {
            #[inline(always)]
            fn widen(self) -> $a {
                $widen(self)
            }
            #[inline(always)]
            fn narrow(sum: $a) -> $t {
                $narrow(sum)
            }
        }
    )* };
}
wide! {
    f32, f64: f64::from, |v| v as f32;
    f64, f64: |v| v, |v| v;
    c64, c128: |z: c64| c128::new(z.re.into(), z.im.into()), |z: c128| c64::new(z.re as f32, z.im as f32);
    c128, c128: |z| z, |z| z;
}

/// What sums start from: adding to it changes nothing, not even a zero's sign. And the sum of nothing.
trait Start {
    const START: Self;
    const ZERO: Self;
}
impl Start for f64 {
    const START: f64 = -0.0;
    const ZERO: f64 = 0.0;
}
impl Start for c128 {
    const START: c128 = c128::new(-0.0, -0.0);
    const ZERO: c128 = c128::new(0.0, 0.0);
}

fn sampled<T: Wide<A>, A>(args: &[View<'_>], workers: Workers) -> Array
where
    A: Copy + Start + Add<Output = A> + Mul<Output = A> + Send + Sync,
{
    let turned = args[1].layout().permuted(&[1, 0]);
    let turned = args[1].with_layout(turned).expect("the same entries");
    let (mut first, mut second) = (None, None);
    let (a, b) = (by_rows(&args[0], &mut first), by_rows(&turned, &mut second));
    let inner = a.shape()[1];
    let row = |of: &View<'_>| (of.layout().offset(), of.layout().strides()[0]);
    let ((from_a, step_a), (from_b, step_b)) = (row(&a), row(&b));
    let (x, y) = (a.elements::<T>().expect("of the result's dtype"), b.elements::<T>().expect("of the result's dtype"));
    let (rows, columns) = (index(&args[2]), index(&args[3]));
    vector(rows.len(), workers, |range, out: &mut [T]| {
        Arch::new().dispatch(|| {
            for (k, out) in range.clone().zip(out.iter_mut()) {
                let u = (from_a as isize + rows[k] as isize * step_a) as usize;
                let v = (from_b as isize + columns[k] as isize * step_b) as usize;
                *out = T::narrow(dot(&x[u..u + inner], &y[v..v + inner]));
            }
        });
    })
}

/// The sum over the products of two rows, in the order of the tree.
#[inline(always)]
fn dot<T: Wide<A>, A: Copy + Start + Add<Output = A> + Mul<Output = A>>(u: &[T], v: &[T]) -> A {
    if u.len() <= BLOCK {
        return if u.is_empty() { A::ZERO } else { block(u, v) };
    }
    let mut tree = Tree::starting_at(0);
    for (u, v) in u.chunks(BLOCK).zip(v.chunks(BLOCK)) {
        tree.push(block(u, v), |a, b| a + b);
    }
    tree.finish(|a, b| a + b).unwrap_or(A::ZERO)
}

#[inline(always)]
fn block<T: Wide<A>, A: Copy + Start + Add<Output = A> + Mul<Output = A>>(u: &[T], v: &[T]) -> A {
    let mut lanes = [A::START; LANES];
    let (mut us, mut vs) = (u.chunks_exact(LANES), v.chunks_exact(LANES));
    for (u, v) in (&mut us).zip(&mut vs) {
        for ((lane, &u), &v) in lanes.iter_mut().zip(u).zip(v) {
            *lane = *lane + u.widen() * v.widen();
        }
    }
    for ((lane, &u), &v) in lanes.iter_mut().zip(us.remainder()).zip(vs.remainder()) {
        *lane = *lane + u.widen() * v.widen();
    }
    combine_lanes(&mut lanes, |a, b| a + b)
}

/// A sum under way.
trait Sum: Clone + Default + Send {
    type Of: Element;
    fn add(&mut self, value: Self::Of);
    fn add_product(&mut self, a: Self::Of, b: Self::Of);
    /// The sum, if the dtype holds it under the policy.
    fn value(&self, overflow: Overflow) -> Result<Self::Of, Fault>;
}

/// How sums of a dtype are made.
trait Summed: Element {
    type Sum: Sum<Of = Self>;
}

#[derive(Clone)]
struct RealSum<T>(f64, std::marker::PhantomData<T>);
impl<T> Default for RealSum<T> {
    fn default() -> Self {
        RealSum(0.0, std::marker::PhantomData)
    }
}
impl<T: Float + Element> Sum for RealSum<T> {
    type Of = T;
    #[inline(always)]
    fn add(&mut self, value: T) {
        self.0 += value.to_f64();
    }
    #[inline(always)]
    fn add_product(&mut self, a: T, b: T) {
        self.0 += a.to_f64() * b.to_f64();
    }
    fn value(&self, _: Overflow) -> Result<T, Fault> {
        Ok(T::from_f64(self.0))
    }
}

#[derive(Clone)]
struct ComplexSum<T>(c128, std::marker::PhantomData<T>);
impl<T> Default for ComplexSum<T> {
    fn default() -> Self {
        ComplexSum(c128::new(0.0, 0.0), std::marker::PhantomData)
    }
}
impl<T: Wide<c128>> Sum for ComplexSum<T> {
    type Of = T;
    fn add(&mut self, value: T) {
        self.0 += value.widen();
    }
    fn add_product(&mut self, a: T, b: T) {
        self.0 += a.widen() * b.widen();
    }
    fn value(&self, _: Overflow) -> Result<T, Fault> {
        Ok(T::narrow(self.0))
    }
}

#[derive(Clone)]
struct IntegerSum<T>(ExactSum, std::marker::PhantomData<T>);
impl<T> Default for IntegerSum<T> {
    fn default() -> Self {
        IntegerSum(ExactSum::default(), std::marker::PhantomData)
    }
}

macro_rules! summed {
    (real $($t:ty)*) => { $(impl Summed for $t { type Sum = RealSum<$t>; })* };
    (complex $($t:ty)*) => { $(impl Summed for $t { type Sum = ComplexSum<$t>; })* };
    (integer $($t:ty)*) => { $(
        impl Summed for $t { type Sum = IntegerSum<$t>; }
        impl Sum for IntegerSum<$t> {
            type Of = $t;
            fn add(&mut self, value: $t) {
                self.0.add_product(value as i128, 1);
            }
            fn add_product(&mut self, a: $t, b: $t) {
                self.0.add_product(a as i128, b as i128);
            }
            fn value(&self, overflow: Overflow) -> Result<$t, Fault> {
                match (self.0.value().and_then(|v| <$t>::try_from(v).ok()), overflow) {
                    (Some(value), _) => Ok(value),
                    (None, Overflow::Error) => Err(Fault::Overflow),
                    (None, Overflow::Wrap) => Ok(self.0.low() as $t),
                    (None, Overflow::Saturate) => Ok(if self.0.is_negative() { <$t>::MIN } else { <$t>::MAX }),
                }
            }
        }
    )* };
}
summed!(real f16 bf16 f32 f64);
summed!(complex c64 c128);
summed!(integer i8 i16 i32 i64 u8 u16 u32 u64);

/// Truth values: any.
#[derive(Clone, Default)]
struct AnySum(bool);
impl Sum for AnySum {
    type Of = Bool;
    fn add(&mut self, value: Bool) {
        self.0 |= value.get();
    }
    fn add_product(&mut self, a: Bool, b: Bool) {
        self.0 |= a.get() && b.get();
    }
    fn value(&self, _: Overflow) -> Result<Bool, Fault> {
        Ok(self.0.into())
    }
}
impl Summed for Bool {
    type Sum = AnySum;
}

/// Where entries are added: rows of the result, or single entries of a matrix.
enum Places<'a> {
    Rows(&'a [u32]),
    Entries(&'a [u32], &'a [u32]),
}

fn places<'a>(indices: &[View<'a>], shape: &Shape) -> Places<'a> {
    match indices {
        [one] => Places::Rows(index(one)),
        [rows, columns] => Places::Entries(index(rows), index(columns)),
        _ => unreachable!("places of arrays of {} axes", shape.ndim()),
    }
}

impl Places<'_> {
    fn rows(&self) -> &[u32] {
        match self {
            Places::Rows(rows) | Places::Entries(rows, _) => rows,
        }
    }
}

/// Adds values up by place. `by` is a matrix with, for each value, one of its rows: then every value times that row is
/// added to a row of the result.
fn add_up<T: Summed>(
    values: &View<'_>,
    at: &Places<'_>,
    by: Option<(&[u32], &View<'_>)>,
    shape: &Shape,
    overflow: Overflow,
    workers: Workers,
) -> Result<Array, Faulted> {
    let values = entries::<T>(values);
    let (height, width) = (shape[0], shape.iter().skip(1).product::<usize>());
    let mut out = Array::zeros(T::DTYPE, shape.clone()).expect("checked before running");
    if shape.size() == 0 {
        return Ok(out);
    }
    let by = by.map(|(which, matrix)| (which, entries::<T>(matrix)));
    let by = by.as_ref().map(|(which, matrix)| (*which, &**matrix));
    let rows = at.rows();
    let in_order = rows.is_sorted();
    let tasks = match values.len() * width / MIN_TASK {
        0 | 1 => 1,
        _ => workers.tasks().min(height),
    };
    let mut rest = out.slice_mut::<T>().expect("fresh arrays are contiguous");
    let mut parts = Vec::new();
    for t in 0..tasks {
        // Where rows are in order, every task gets as many values; where not, it looks for its own among all.
        let bound = |t: usize| match in_order && !rows.is_empty() {
            true if t == 0 => 0,
            true if t == tasks => height,
            true => rows[rows.len() * t / tasks] as usize,
            false => height * t / tasks,
        };
        let own = bound(t)..bound(t + 1);
        let (part, others) = rest.split_at_mut(own.len() * width);
        rest = others;
        let range = match in_order {
            true => {
                rows.partition_point(|&r| (r as usize) < own.start)..rows.partition_point(|&r| (r as usize) < own.end)
            }
            false => 0..rows.len(),
        };
        parts.push((own, range, part));
    }
    let fill = |(own, range, part): (Range<usize>, Range<usize>, &mut [T])| -> Result<(), Faulted> {
        let faulted = |k: usize| move |fault| Faulted { at: k, fault };
        match at {
            // Of a matrix no place occurs twice: its entries are laid down.
            Places::Entries(_, columns) => range.for_each(|k| {
                if own.contains(&(rows[k] as usize)) {
                    part[(rows[k] as usize - own.start) * width + columns[k] as usize] = values[k];
                }
            }),
            Places::Rows(_) if in_order => {
                let mut sums = vec![T::Sum::default(); width];
                let mut k = range.start;
                while k < range.end {
                    let row = rows[k];
                    let end = k + rows[k..range.end].iter().take_while(|&&r| r == row).count();
                    if width == 1 {
                        sums[0] = match by {
                            None => added(values[k..end].iter().copied()),
                            Some((which, vector)) => multiplied(
                                values[k..end].iter().zip(&which[k..end]).map(|(&v, &w)| (v, vector[w as usize])),
                            ),
                        };
                    } else {
                        sums.fill(T::Sum::default());
                        Arch::new().dispatch(|| (k..end).for_each(|k| add_row(&mut sums, values[k], by, k)));
                    }
                    k = end;
                    let first = (row as usize - own.start) * width;
                    for (j, sum) in sums.iter().enumerate() {
                        part[first + j] = sum.value(overflow).map_err(faulted(row as usize * width + j))?;
                    }
                }
            }
            Places::Rows(_) => {
                let mut sums = vec![T::Sum::default(); part.len()];
                Arch::new().dispatch(|| {
                    for k in range.clone().filter(|&k| own.contains(&(rows[k] as usize))) {
                        let first = (rows[k] as usize - own.start) * width;
                        add_row(&mut sums[first..first + width], values[k], by, k);
                    }
                });
                for (j, (part, sum)) in part.iter_mut().zip(&sums).enumerate() {
                    *part = sum.value(overflow).map_err(faulted(own.start * width + j))?;
                }
            }
        }
        Ok(())
    };
    workers.map(parts, fill).into_iter().collect::<Result<(), Faulted>>()?;
    Ok(out)
}

fn added<S: Sum>(values: impl Iterator<Item = S::Of>) -> S {
    values.fold(S::default(), |mut sum, value| {
        sum.add(value);
        sum
    })
}

fn multiplied<S: Sum>(pairs: impl Iterator<Item = (S::Of, S::Of)>) -> S {
    pairs.fold(S::default(), |mut sum, (a, b)| {
        sum.add_product(a, b);
        sum
    })
}

#[inline(always)]
fn add_row<T: Summed>(sums: &mut [T::Sum], value: T, by: Option<(&[u32], &[T])>, k: usize) {
    match by {
        None => sums[0].add(value),
        Some((which, matrix)) => {
            let row = &matrix[which[k] as usize * sums.len()..][..sums.len()];
            sums.iter_mut().zip(row).for_each(|(sum, &x)| sum.add_product(value, x));
        }
    }
}
