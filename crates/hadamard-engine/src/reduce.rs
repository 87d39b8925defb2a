//! Reductions under way: what a thread accumulates over its part of a walk, and how parts are joined in order.

use crate::fault::Fault;
use crate::folding::{Folding, WithFolding, with_folding};
use crate::tree::{BLOCK, LANES, Tree, combine_lanes, lane_pairs};
use hadamard_algebra::{Fold, Overflow};
use hadamard_array::{DType, Element, Scalar, dispatch};
use pulp::{Arch, NullaryFnOnce};
use std::any::Any;

/// A fault in result number `.0`.
pub type FoldFault = (usize, Fault);

/// A thread's accumulation over a run of the walk.
pub trait Part: Any + Send {
    /// Adds the values of the walk from position `k` on (linear walks), which follow those already added.
    fn push(&mut self, values: &[u8], k: usize);
    /// Adds blocks of values from position `k` on, which is a block's first (linear walks): so many accumulators of each
    /// block's lanes (16, 8 or 4), as compiled loops leave them.
    fn push_blocks(&mut self, lanes: &[u8], of_a_block: usize, k: usize);
    /// Adds columns of a whole block of rows (row walks): the accumulators of each lane in turn, as compiled loops leave
    /// them. Columns come from left to right.
    fn push_lanes(&mut self, lanes: &[u8]);
    /// Adds columns of a row, the reduced index of which is `row` (row walks); rows of a lane come in order.
    fn push_row(&mut self, values: &[u8], row: usize);
    /// Says that these columns of all rows of a block have been added; the next rows are of those to the right.
    fn end_columns(&mut self);
    /// Says that all columns of a block of rows, the last of them `row`, have been added.
    fn end_rows(&mut self, outer: usize, row: usize);
    /// For joining.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// The whole reduction: hands out parts and joins them in walk order.
pub trait Reduction: Send + Sync {
    /// A part that begins at that position of a linear walk.
    fn part(&self, k: usize) -> Box<dyn Part>;
    /// Joins the next part; results that are complete go to `finished`.
    fn join(&mut self, part: Box<dyn Part>) -> Result<(), FoldFault>;
    /// Bytes of the results completed since last asked.
    fn take(&mut self) -> Vec<u8>;
}

/// The geometry of a reduction over its walk.
#[derive(Clone, Copy, Debug)]
pub struct Geometry {
    /// Elements reduced into one result.
    pub count: usize,
    /// Results side by side (1 for linear walks).
    pub inner: usize,
}

/// Starts a reduction of values of dtype `arg` to results of dtype `out`.
pub fn reduction(fold: Fold, arg: DType, out: DType, overflow: Overflow, geometry: Geometry) -> Box<dyn Reduction> {
    struct Start(Geometry);
    impl WithFolding for Start {
        type Out = Box<dyn Reduction>;
        fn run<F: Folding>(self, folding: F) -> Box<dyn Reduction> {
            if self.0.inner == 1 {
                Box::new(Linear { folding, count: self.0.count, open: None, done: Done::default() })
            } else {
                Box::new(Rows { folding, geometry: self.0, open: None, done: Done::default() })
            }
        }
    }
    with_folding(fold, arg, out, overflow, Start(geometry))
}

/// The result of reducing nothing, in bytes.
pub fn empty(fold: Fold, arg: DType, out: DType, overflow: Overflow) -> Result<Vec<u8>, Fault> {
    struct Empty;
    impl WithFolding for Empty {
        type Out = Result<Scalar, Fault>;
        fn run<F: Folding>(self, folding: F) -> Self::Out {
            folding.finish(None, 0)
        }
    }
    let mut bytes = Vec::new();
    push_scalar(&mut bytes, with_folding(fold, arg, out, overflow, Empty)?);
    Ok(bytes)
}

fn push_scalar(bytes: &mut Vec<u8>, value: Scalar) {
    dispatch!(value.dtype(), T => {
        let v = T::from_scalar(value).expect("dispatched on the scalar's dtype");
        bytes.extend_from_slice(bytemuck::bytes_of(&v));
    })
}

/// Results completed, in order.
#[derive(Default)]
struct Done {
    bytes: Vec<u8>,
    results: usize,
}

impl Done {
    fn push(&mut self, value: Result<Scalar, Fault>) -> Result<(), FoldFault> {
        push_scalar(&mut self.bytes, value.map_err(|fault| (self.results, fault))?);
        self.results += 1;
        Ok(())
    }
}

/// Blocks that are combined before they enter the tree, where so many arrive together.
const NODE: usize = 8;

/// The accumulators of blocks from those of their lanes. In loops over all blocks, which are vectors where the lanes of one
/// block are too few; and in loops, since the functions of arrays are not inlined into the code for the machine's vectors.
#[inline(always)]
fn of_blocks<F: Folding, const W: usize>(folding: F, blocks: &[[F::Lane; W]; NODE]) -> [F::Acc; NODE] {
    let (none, lanes) = (blocks[0][0], blocks.as_flattened());
    let (mut eight, mut four, mut two, mut one) = ([none; 8 * NODE], [none; 4 * NODE], [none; 2 * NODE], [none; NODE]);
    match W {
        16 => halve::<F, 8>(folding, lanes, &mut eight),
        8 => eight.copy_from_slice(lanes),
        _ => four.copy_from_slice(lanes),
    }
    if W >= 8 {
        halve::<F, 4>(folding, &eight, &mut four);
    }
    halve::<F, 2>(folding, &four, &mut two);
    halve::<F, 1>(folding, &two, &mut one);
    let mut accumulators = [folding.of_lane(none); NODE];
    accumulators.iter_mut().zip(one).for_each(|(accumulator, lane)| *accumulator = folding.of_lane(lane));
    accumulators
}

/// Joins the second `N` lanes of each `2 N` to the first.
#[inline(always)]
fn halve<F: Folding, const N: usize>(folding: F, from: &[F::Lane], to: &mut [F::Lane]) {
    for (joined, pair) in to.as_chunks_mut::<N>().0.iter_mut().zip(from.as_chunks::<N>().0.as_chunks::<2>().0) {
        for (l, joined) in joined.iter_mut().enumerate() {
            *joined = folding.join(pair[0][l], pair[1][l]);
        }
    }
}

/// One result under way: complete blocks in a tree, incomplete ones at both ends element by element.
struct Single<F: Folding> {
    /// Elements before the first block boundary, when the run began inside a block.
    head: Vec<F::Acc>,
    tree: Tree<F::Acc>,
    tail: Vec<F::Acc>,
    /// Position, among the elements of the result, of the next element.
    at: u64,
    in_head: bool,
}

impl<F: Folding> Single<F> {
    fn starting_at(at: u64) -> Self {
        let block = BLOCK as u64;
        let tree = Tree::starting_at(at.div_ceil(block));
        Single { head: Vec::new(), tree, tail: Vec::new(), at, in_head: !at.is_multiple_of(block) }
    }

    #[inline(always)]
    fn push(&mut self, folding: F, mut values: &[F::T]) {
        let combine = |a, b| folding.combine(a, b);
        while !values.is_empty() {
            if self.at.is_multiple_of((NODE * BLOCK) as u64)
                && let Some((now, later)) = values.split_at_checked(NODE * BLOCK)
            {
                let at = |i: usize| self.at + (i * BLOCK) as u64;
                let blocks = std::array::from_fn(|i| folding.block(&now[i * BLOCK..(i + 1) * BLOCK], at(i)));
                self.push_node(folding, blocks);
                values = later;
                continue;
            }
            let room = BLOCK - (self.at % BLOCK as u64) as usize;
            let (now, later) = values.split_at(room.min(values.len()));
            if now.len() == BLOCK {
                self.tree.push(folding.block(now, self.at), combine);
            } else {
                let lifted = now.iter().enumerate().map(|(i, &v)| folding.lift(v, self.at + i as u64));
                if self.in_head { self.head.extend(lifted) } else { self.tail.extend(lifted) }
            }
            self.advance(folding, now.len());
            values = later;
        }
    }

    /// Moves past `n` elements; closes the head or the tail at a block boundary.
    fn advance(&mut self, folding: F, n: usize) {
        self.at += n as u64;
        if self.at.is_multiple_of(BLOCK as u64) {
            self.in_head = false;
            if !self.tail.is_empty() {
                self.tree.push(folding.block_lifted(&self.tail), |a, b| folding.combine(a, b));
                self.tail.clear();
            }
        }
    }

    fn push_lifted(&mut self, folding: F, values: Vec<F::Acc>) {
        for v in values {
            if self.in_head {
                self.head.push(v)
            } else {
                self.tail.push(v)
            }
            self.advance(folding, 1);
        }
    }

    /// Joins the run that follows.
    fn absorb(&mut self, folding: F, right: Single<F>) {
        self.push_lifted(folding, right.head);
        let blocks = right.at - right.tail.len() as u64;
        if blocks > self.at {
            self.tree.absorb(right.tree, |a, b| folding.combine(a, b));
            self.at = blocks;
            self.in_head = false;
        }
        self.push_lifted(folding, right.tail);
    }

    /// Adds blocks that are a node of the tree, at a boundary of such.
    #[inline(always)]
    fn push_node(&mut self, folding: F, mut blocks: [F::Acc; NODE]) {
        let mut count = NODE;
        while count > 1 {
            count /= 2;
            (0..count).for_each(|i| blocks[i] = folding.combine(blocks[2 * i], blocks[2 * i + 1]));
        }
        self.in_head = false;
        self.tree.push_node(NODE.ilog2(), blocks[0], &|a, b| folding.combine(a, b));
        self.at += (NODE * BLOCK) as u64;
    }

    /// Adds a block, at a block boundary.
    #[inline(always)]
    fn push_block(&mut self, folding: F, block: F::Acc) {
        self.in_head = false;
        self.tree.push(block, |a, b| folding.combine(a, b));
        self.at += BLOCK as u64;
    }

    /// The value of a result all of whose elements have arrived; ready for the next result afterwards.
    fn finish(&mut self, folding: F) -> Option<F::Acc> {
        let combine = |a, b| folding.combine(a, b);
        if !self.tail.is_empty() {
            let last = folding.block_lifted(&self.tail);
            self.tail.clear();
            if self.tree.is_empty() {
                self.at = 0;
                return Some(last);
            }
            self.tree.push(last, combine);
        }
        self.at = 0;
        self.tree.finish(combine)
    }
}

/// Reductions whose results come one after the other along the walk.
struct Linear<F: Folding> {
    folding: F,
    count: usize,
    open: Option<Single<F>>,
    done: Done,
}

struct LinearPart<F: Folding> {
    folding: F,
    count: usize,
    /// The end of a result that began before this part, once it is complete.
    first: Option<Single<F>>,
    /// Whether `current` began before this part.
    joins_left: bool,
    current: Single<F>,
    done: Done,
    fault: Option<FoldFault>,
}

impl<F: Folding> Part for LinearPart<F> {
    fn push(&mut self, values: &[u8], k: usize) {
        let values: &[F::T] = bytemuck::cast_slice(values);
        Arch::new().dispatch(
            #[inline(always)]
            || self.push_values(values, k % self.count),
        );
    }
    fn push_blocks(&mut self, lanes: &[u8], of_a_block: usize, k: usize) {
        let lanes = bytemuck::cast_slice::<u8, F::Lane>(lanes);
        let at = k % self.count;
        match of_a_block {
            4 => Arch::new().dispatch(Blocks::<F, 4> { part: self, blocks: lanes.as_chunks().0, at }),
            8 => Arch::new().dispatch(Blocks::<F, 8> { part: self, blocks: lanes.as_chunks().0, at }),
            LANES => Arch::new().dispatch(Blocks::<F, LANES> { part: self, blocks: lanes.as_chunks().0, at }),
            _ => unreachable!("vectors have 4, 8 or 16 lanes"),
        }
    }
    fn push_lanes(&mut self, _: &[u8]) {
        unreachable!("a linear walk has no rows")
    }
    fn push_row(&mut self, _: &[u8], _: usize) {
        unreachable!("a linear walk has no rows")
    }
    fn end_columns(&mut self) {
        unreachable!("a linear walk has no rows")
    }
    fn end_rows(&mut self, _: usize, _: usize) {
        unreachable!("a linear walk has no rows")
    }
    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// Blocks of lanes for a part. A type of its own, as [`Columns`], since what closures do is not always inlined into the code
/// for the machine's vectors.
struct Blocks<'p, F: Folding, const W: usize> {
    part: &'p mut LinearPart<F>,
    blocks: &'p [[F::Lane; W]],
    /// Where in its result the first one begins.
    at: usize,
}

impl<F: Folding, const W: usize> NullaryFnOnce for Blocks<'_, F, W> {
    type Output = ();
    #[inline(always)]
    fn call(self) {
        let Blocks { part, mut blocks, mut at } = self;
        let folding = part.folding;
        while let [first, later @ ..] = blocks {
            let fits = at.is_multiple_of(NODE * BLOCK) && at + NODE * BLOCK <= part.count;
            match blocks.split_first_chunk::<NODE>().filter(|_| fits) {
                Some((now, later)) => {
                    part.current.push_node(folding, of_blocks(folding, now));
                    (at, blocks) = (at + NODE * BLOCK, later);
                }
                None => {
                    let lane = combine_lanes(&mut { *first }, |a, b| folding.join(a, b));
                    part.current.push_block(folding, folding.of_lane(lane));
                    (at, blocks) = (at + BLOCK, later);
                }
            }
            if at == part.count {
                part.end();
                at = 0;
            }
        }
    }
}

/// Columns of lanes that become blocks.
struct Columns<'p, F: Folding> {
    folding: F,
    block: &'p mut Vec<F::Acc>,
    lanes: &'p [F::Lane],
}

impl<F: Folding> NullaryFnOnce for Columns<'_, F> {
    type Output = ();
    #[inline(always)]
    fn call(self) {
        /// Columns whose lanes are joined together: a few vectors of each.
        const TOGETHER: usize = 64;
        let Columns { folding, block, lanes } = self;
        let width = lanes.len() / LANES;
        for from in (0..width).step_by(TOGETHER) {
            let n = TOGETHER.min(width - from);
            let mut now = [[lanes[from]; TOGETHER]; LANES];
            for (l, now) in now.iter_mut().enumerate() {
                now[..n].copy_from_slice(&lanes[l * width + from..][..n]);
            }
            lane_pairs(LANES, |l, m| {
                let right = now[m];
                now[l].iter_mut().zip(right).for_each(|(l, r)| *l = folding.join(*l, r));
            });
            block.extend(now[0][..n].iter().map(|&lane| folding.of_lane(lane)));
        }
    }
}

impl<F: Folding> LinearPart<F> {
    /// Values from position `at` of a result on.
    #[inline(always)]
    fn push_values(&mut self, mut values: &[F::T], mut at: usize) {
        while !values.is_empty() {
            let (now, later) = values.split_at((self.count - at).min(values.len()));
            let ends = at + now.len() == self.count;
            if ends && at == 0 && now.len() <= BLOCK {
                let value = self.folding.finish(Some(self.folding.block(now, 0)), self.count as u64);
                self.keep(value);
            } else {
                self.current.push(self.folding, now);
                if ends {
                    self.end();
                }
            }
            values = later;
            at = 0;
        }
    }

    /// Ends the current result.
    #[inline(always)]
    fn end(&mut self) {
        if self.joins_left {
            self.joins_left = false;
            self.first = Some(std::mem::replace(&mut self.current, Single::starting_at(0)));
        } else {
            let acc = self.current.finish(self.folding);
            self.keep(self.folding.finish(acc, self.count as u64));
        }
    }

    fn keep(&mut self, value: Result<Scalar, Fault>) {
        if self.fault.is_none() {
            self.fault = self.done.push(value).err();
        }
    }
}

impl<F: Folding> Reduction for Linear<F> {
    fn part(&self, k: usize) -> Box<dyn Part> {
        let at = k % self.count;
        Box::new(LinearPart {
            folding: self.folding,
            count: self.count,
            first: None,
            joins_left: at != 0,
            current: Single::starting_at(at as u64),
            done: Done::default(),
            fault: None,
        })
    }
    fn join(&mut self, part: Box<dyn Part>) -> Result<(), FoldFault> {
        let part: Box<LinearPart<F>> = part.into_any().downcast().expect(OWN_PART);
        let LinearPart { first, joins_left, current, done, fault, .. } = *part;
        if joins_left {
            // The whole part lies inside one result.
            self.open.as_mut().expect(LEFT_FIRST).absorb(self.folding, current);
            return Ok(());
        }
        if let Some(end) = first {
            let mut open = self.open.take().expect(LEFT_FIRST);
            open.absorb(self.folding, end);
            let acc = open.finish(self.folding);
            self.done.push(self.folding.finish(acc, self.count as u64))?;
        }
        if let Some((at, fault)) = fault {
            return Err((self.done.results + at, fault));
        }
        self.done.bytes.extend_from_slice(&done.bytes);
        self.done.results += done.results;
        if current.at > 0 {
            self.open = Some(current);
        }
        Ok(())
    }
    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.done.bytes)
    }
}

const OWN_PART: &str = "parts return to the reduction they came from";
const LEFT_FIRST: &str = "parts are joined from left to right";

/// Reductions of rows: `inner` results side by side, each reduced over rows.
struct Rows<F: Folding> {
    folding: F,
    geometry: Geometry,
    /// The results under way and how many rows they have taken in.
    open: Option<(Tree<Vec<F::Acc>>, usize)>,
    done: Done,
}

struct RowsPart<F: Folding> {
    folding: F,
    geometry: Geometry,
    /// For each outer index in order, the blocks of rows.
    runs: Vec<RowRun<F::Acc>>,
    /// The columns under way: `lanes[l][c]`.
    lanes: Vec<Vec<F::Acc>>,
    /// The block under way: its columns so far.
    block: Vec<F::Acc>,
}

/// Blocks of rows of one outer index.
struct RowRun<A> {
    outer: usize,
    blocks: Tree<Vec<A>>,
    /// One past the last row.
    end: usize,
}

fn combine_rows<F: Folding>(folding: F, mut left: Vec<F::Acc>, right: Vec<F::Acc>) -> Vec<F::Acc> {
    left.iter_mut().zip(right).for_each(|(l, r)| *l = folding.combine(*l, r));
    left
}

impl<F: Folding> Part for RowsPart<F> {
    fn push(&mut self, _: &[u8], _: usize) {
        unreachable!("a row walk has no linear runs")
    }
    fn push_blocks(&mut self, _: &[u8], _: usize, _: usize) {
        unreachable!("a row walk has no linear runs")
    }
    fn push_lanes(&mut self, lanes: &[u8]) {
        let lanes = bytemuck::cast_slice(lanes);
        Arch::new().dispatch(Columns { folding: self.folding, block: &mut self.block, lanes });
    }
    fn push_row(&mut self, values: &[u8], row: usize) {
        let values: &[F::T] = bytemuck::cast_slice(values);
        let lane = row % BLOCK % LANES;
        if self.lanes.len() <= lane {
            self.lanes.push(Vec::with_capacity(values.len()));
        }
        let (folding, at) = (self.folding, row as u64);
        let accumulators = &mut self.lanes[lane];
        Arch::new().dispatch(
            #[inline(always)]
            || {
                if accumulators.is_empty() {
                    accumulators.extend(values.iter().map(|&v| folding.lift(v, at)));
                } else {
                    for (a, &v) in accumulators.iter_mut().zip(values) {
                        *a = folding.combine(*a, folding.lift(v, at));
                    }
                }
            },
        );
    }
    fn end_columns(&mut self) {
        let (folding, lanes) = (self.folding, &mut self.lanes);
        let taken = lanes.iter().position(Vec::is_empty).unwrap_or(lanes.len());
        lane_pairs(taken, |l, m| {
            let (left, right) = lanes.split_at_mut(m);
            left[l].iter_mut().zip(&right[0]).for_each(|(l, r)| *l = folding.combine(*l, *r));
        });
        self.block.extend_from_slice(&lanes[0]);
        lanes.iter_mut().for_each(Vec::clear);
    }
    fn end_rows(&mut self, outer: usize, row: usize) {
        let folding = self.folding;
        let done = std::mem::replace(&mut self.block, Vec::with_capacity(self.geometry.inner));
        let block = (row / BLOCK) as u64;
        if self.runs.last().is_none_or(|run| run.outer != outer) {
            self.runs.push(RowRun { outer, blocks: Tree::starting_at(block), end: 0 });
        }
        let run = self.runs.last_mut().expect("just pushed");
        run.blocks.push(done, |a, b| combine_rows(folding, a, b));
        run.end = row + 1;
    }
    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

impl<F: Folding> Reduction for Rows<F> {
    fn part(&self, _: usize) -> Box<dyn Part> {
        let (folding, geometry) = (self.folding, self.geometry);
        Box::new(RowsPart { folding, geometry, runs: Vec::new(), lanes: Vec::new(), block: Vec::new() })
    }
    fn join(&mut self, part: Box<dyn Part>) -> Result<(), FoldFault> {
        let part: Box<RowsPart<F>> = part.into_any().downcast().expect(OWN_PART);
        let folding = self.folding;
        for RowRun { blocks, end: rows, .. } in part.runs {
            let open = self.open.get_or_insert_with(|| (Tree::starting_at(0), 0));
            open.0.absorb(blocks, |a, b| combine_rows(folding, a, b));
            open.1 = rows;
            if rows == self.geometry.count {
                let whole = open.0.finish(|a, b| combine_rows(folding, a, b)).unwrap_or_default();
                self.open = None;
                for acc in whole {
                    self.done.push(folding.finish(Some(acc), rows as u64))?;
                }
            }
        }
        Ok(())
    }
    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.done.bytes)
    }
}
