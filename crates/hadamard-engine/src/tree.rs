//! The one summation tree, the same for every thread count and window size.
//!
//! The elements of one result are taken in C order of the reduced axes and cut into blocks of [`BLOCK`]. Inside a
//! block, [`LANES`] lanes each combine every `LANES`-th element in order; the lanes are combined as a balanced tree.
//! Blocks are combined by the aligned binary tree over their indices: a node at level k covers the blocks
//! `[j·2^k, (j+1)·2^k)`; the ragged right edge is folded from the right.
//!
//! A [`Tree`] may cover any run of blocks, so that threads and windows work on parts and [`Tree::absorb`] joins them:
//! every node that two parts would share is left open until both sides are there.

/// Elements of a block.
pub const BLOCK: usize = 128;
/// Lanes inside a block.
pub const LANES: usize = 16;

/// Calls `combine(l, m)` — lane `l` takes in lane `m` — for the balanced tree over `lanes` lanes: l with l+8, l+4, l+2,
/// l+1. Missing lanes leave their partner unchanged; lane 0 holds the result.
#[inline(always)]
pub fn lane_pairs(lanes: usize, mut combine: impl FnMut(usize, usize)) {
    let mut half = LANES / 2;
    while half > 0 {
        for l in 0..half {
            if l + half < lanes.min(2 * half) {
                combine(l, l + half);
            }
        }
        half /= 2;
    }
}

/// Combines the lanes of a block in place; `lanes` is not empty.
#[inline(always)]
pub fn combine_lanes<A: Copy>(lanes: &mut [A], combine: impl Fn(A, A) -> A) -> A {
    lane_pairs(lanes.len(), |l, m| lanes[l] = combine(lanes[l], lanes[m]));
    lanes[0]
}

/// Combined blocks of a run, as far as their own positions allow.
#[derive(Clone, Debug)]
pub struct Tree<A> {
    /// Index of the next block.
    next: u64,
    /// Nodes left to right with their levels.
    nodes: Vec<(u32, A)>,
}

impl<A> Tree<A> {
    /// A tree whose first block will have that index.
    pub fn starting_at(block: u64) -> Tree<A> {
        Tree { next: block, nodes: Vec::new() }
    }

    /// Adds the result of the next block.
    pub fn push(&mut self, block: A, combine: impl Fn(A, A) -> A) {
        self.push_node(0, block, &combine);
    }

    /// Adds the node over the next 2^level blocks, which begin at a multiple of as many.
    pub fn push_node(&mut self, level: u32, value: A, combine: &impl Fn(A, A) -> A) {
        let (mut level, mut value) = (level, value);
        self.next += 1 << level;
        let mut index = (self.next >> level) - 1;
        while index & 1 == 1 && self.nodes.last().is_some_and(|n| n.0 == level) {
            let (_, left) = self.nodes.pop().expect("just seen");
            value = combine(left, value);
            index >>= 1;
            level += 1;
        }
        self.nodes.push((level, value));
    }

    /// Adds all blocks of a tree that starts where this one ends.
    pub fn absorb(&mut self, right: Tree<A>, combine: impl Fn(A, A) -> A) {
        for (level, value) in right.nodes {
            self.push_node(level, value, &combine);
        }
    }

    /// The value of the whole, if there were any blocks.
    pub fn finish(&mut self, combine: impl Fn(A, A) -> A) -> Option<A> {
        let mut value = self.nodes.pop()?.1;
        while let Some((_, left)) = self.nodes.pop() {
            value = combine(left, value);
        }
        self.next = 0;
        Some(value)
    }

    /// Whether no block has arrived.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, written recursively: the value of blocks `[from, to)` of an aligned subtree of `2^level`.
    fn by_definition(leaves: &[String]) -> String {
        let combine = |a: &str, b: &str| format!("({a}{b})");
        let mut parts = Vec::new();
        let mut from = 0;
        while from < leaves.len() {
            let mut size = 1usize << (usize::BITS - 1 - (leaves.len() - from).leading_zeros());
            while from % size != 0 {
                size /= 2;
            }
            let mut level: Vec<String> = leaves[from..from + size].to_vec();
            while level.len() > 1 {
                level = level.chunks(2).map(|p| combine(&p[0], &p[1])).collect();
            }
            parts.push(level.remove(0));
            from += size;
        }
        parts.into_iter().rev().reduce(|right, left| combine(&left, &right)).unwrap_or_default()
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same_tree(n in 0usize..70, cuts in proptest::collection::vec(0usize..70, 0..5)) {
            let leaves: Vec<String> = (0..n).map(|i| format!("{i},")).collect();
            let join = |a: String, b: String| format!("({a}{b})");
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|&c| c <= n).chain([0, n]).collect();
            cuts.sort_unstable();
            let mut whole = Tree::starting_at(0);
            for pair in cuts.windows(2) {
                let mut part = Tree::starting_at(pair[0] as u64);
                for leaf in &leaves[pair[0]..pair[1]] {
                    part.push(leaf.clone(), join);
                }
                whole.absorb(part, join);
            }
            prop_assert_eq!(whole.finish(join).unwrap_or_default(), by_definition(&leaves));
        }

        #[test]
        fn lanes_combine_as_a_balanced_tree(n in 1usize..=LANES) {
            let mut lanes: Vec<u64> = (0..n as u64).map(|l| 1 << l).collect();
            let all = combine_lanes(&mut lanes, |a, b| { assert_eq!(a & b, 0, "each lane once"); a | b });
            prop_assert_eq!(all, (1 << n) - 1);
        }
    }
}
