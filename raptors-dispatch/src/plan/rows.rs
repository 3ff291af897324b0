//! Plans for folds along the first axis: a grid of column tiles and groups of row blocks.

use super::{Plan, Work, model::Model};
use crate::machine::Machine;

/// Bytes that a column tile is a multiple of: a cache line.
const LINE: usize = 64;

/// Bytes of a row below which a column tile wastes the lines that it touches.
const LEAST_TILE: usize = 4 * LINE;

/// How a fold of `rows` rows to one would run. Each task folds [`Rows::blocks`] blocks of rows
/// over [`Rows::tile`] columns; every block's result is kept apart and combined afterwards, so the
/// grid never shows in the result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rows {
    /// Threads, time and reason; the chunk is what one task reads.
    pub plan: Plan,
    /// Columns of a task.
    pub tile: usize,
    /// Blocks of rows of a task.
    pub blocks: usize,
}

/// A plan for folding a matrix of `rows` by `cols` along its first axis, in blocks of `block`
/// rows, on at most `max_threads` threads. `work` describes all of it.
pub fn rows(
    work: &Work,
    (rows, cols): (usize, usize),
    block: usize,
    machine: &Machine,
    max_threads: usize,
) -> Rows {
    let size = work.size.max(1);
    let line = (LINE / size).max(1);
    let block = block.max(1);
    let all_blocks = rows.div_ceil(block).max(1);
    // The accumulator and the rows being added to it share the first-level cache.
    let cached = (machine.l1.bytes / 4 / size / line * line).max(line);
    let narrowest = (LEAST_TILE / size).max(1).next_multiple_of(line);
    let tile = cols.clamp(1, cached);

    let tasks = all_blocks.saturating_mul(cols.div_ceil(narrowest).max(1));
    let model = Model { work, machine };
    let least = model.chunk(max_threads);
    let chunks = tasks.min(work.elements.div_ceil(least));
    let mut plan = super::map(work, machine, 1);
    if work.weight() >= machine.small {
        plan = model.plan(max_threads, chunks, |_| least);
    }
    if plan.threads == 1 {
        return Rows {
            plan,
            tile,
            blocks: all_blocks,
        };
    }
    let wanted = (plan.threads * machine.figures.chunks_per_thread as usize)
        .min(chunks)
        .max(plan.threads);
    // Tiles only as narrow as it takes for the blocks to give every thread enough tasks.
    let across = wanted.div_ceil(all_blocks).max(cols.div_ceil(tile));
    let tile = cols
        .div_ceil(across)
        .next_multiple_of(line)
        .clamp(narrowest, cached.max(narrowest))
        .min(cols.max(1));
    let down = wanted.div_ceil(cols.div_ceil(tile)).clamp(1, all_blocks);
    let blocks = (all_blocks / down).max(1);
    plan.chunk = tile.saturating_mul(blocks).saturating_mul(block);
    Rows { plan, tile, blocks }
}
