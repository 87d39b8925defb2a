//! Limits that keep a hostile or generated formula from exhausting memory or the stack. They hold for the tree too, so
//! that recursive passes over it, and dropping it, stay within a 2 MiB stack.

/// Bytes of a formula's text (`too-long`).
pub const MAX_LENGTH: usize = 1 << 20;
/// Brackets inside one another (`too-deep`).
pub const MAX_NESTING: usize = 100;
/// Nodes from the root of the tree to its deepest leaf (`too-deep`): `a + a + …` with n terms is n deep. A pass that
/// uses 4 KiB of stack for each level, as unoptimised builds do, needs 1 MiB for the deepest tree.
pub const MAX_DEPTH: usize = 256;
/// Nodes of all trees of a formula together (`too-many-operands`).
pub const MAX_NODES: usize = 100_000;
/// Entries of one matrix literal (`literal-too-large`).
pub const MAX_ENTRIES: usize = 1 << 16;
/// Characters of one number (`literal-too-large`).
pub const MAX_DIGITS: usize = 400;
