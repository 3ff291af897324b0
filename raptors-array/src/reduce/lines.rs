//! Runs that flow into one accumulator or a few: many are folded at once, each to a value, and the
//! values joined in the tree that the counter of blocks has.

use super::{
    block,
    shape::Axis,
    tile::{Job, Scratch, Step},
};
use crate::{Buffer, Error, Result};
use core::ops::Range;
use raptors_kernels::{
    DType, Level, Out, Scalar,
    fold::{self, Rows},
};

/// Runs whose values are joined before the next are folded: a power of two, so that they are a whole
/// subtree.
pub(super) const GROUP: usize = 512;
/// Accumulators up to which each is looked after alone: setting up a block of a run for each of them takes
/// as long as folding so many short runs does.
const FEW: usize = 16;

impl Job {
    /// Whether the blocks of a tile are runs that flow into few accumulators.
    pub(super) fn is_lines(&self) -> bool {
        self.runs && self.along.len <= FEW && !self.over.is_empty()
    }

    /// Reduces a range of the blocks of a tile, as [`Job::partial`] does, where they are such runs: the
    /// tile starts at `ptr`, and its first accumulator is number `out`.
    pub(super) fn lines(
        &self,
        ptr: *const u8,
        out: usize,
        blocks: &Range<usize>,
        scratch: &mut Scratch,
    ) -> Result<Buffer> {
        let size = self.acc.size();
        // Two lists of values: those of one level of the tree, and those of the next.
        let values = block::room(&mut scratch.values, 2 * GROUP * size)?;
        let mut start = blocks.start;
        while start < blocks.end {
            let end = blocks.end.min(start + GROUP);
            let result = self.fresh(scratch)?;
            for i in 0..self.along.len {
                let ptr = ptr.wrapping_offset(i as isize * self.along.step);
                let out = out + i * self.along.out.unsigned_abs();
                let (mut number, mut n) = (start, 0);
                while number < end {
                    let (at, runs) = self.line(ptr, number, end);
                    let to = values.wrapping_add(n * size);
                    if self.joined_runs(at, runs, to, scratch)? {
                        n += 1;
                    } else {
                        self.block(at, self.depth.len, runs, out, to, scratch)?;
                        n += runs.len;
                    }
                    number += runs.len;
                }
                let spare = values.wrapping_add(GROUP * size);
                // SAFETY: both lists have room for a group, of which `n` values were written to the first,
                // and are this thread's own.
                let value = unsafe { joined(self.step, self.level, self.acc, [values, spare], n) }?;
                let ptr = result.as_ptr().wrapping_add(i * size);
                // SAFETY: the buffer has room for the accumulators of the tile, and is this thread's own.
                let mut to = unsafe { Out::from_raw(ptr, 1, self.acc) };
                to.bytes().copy_from_slice(value.as_in().bytes());
                if self.along.len == 1 && self.step.is_decided(&value) {
                    return Ok(result);
                }
            }
            self.count(scratch, result, self.along.len);
            start = end;
        }
        self.total(scratch, self.along.len)
    }

    /// Where run `number` of a tile at `ptr` starts, and the axis of those after it along the innermost
    /// axis of runs, up to run `end`.
    fn line(&self, ptr: *const u8, number: usize, end: usize) -> (*const u8, Axis) {
        let mut at = ptr;
        let mut rest = number;
        let mut runs = self.depth;
        for (i, axis) in self.over.iter().rev().enumerate() {
            let index = rest % axis.len;
            at = at.wrapping_offset(index as isize * axis.step);
            rest /= axis.len;
            if i == 0 {
                runs = Axis {
                    len: (axis.len - index).min(end - number),
                    ..*axis
                };
            }
        }
        (at, runs)
    }
}

/// The `n` values of type `acc` in the first of two lists, joined as the counter joins blocks: neighbours,
/// then neighbours of those, and what is left over from the last to the first. They are written over.
///
/// # Safety
///
/// The first list has the values, the second room for half as many; nobody else uses them.
pub(super) unsafe fn joined(
    step: Step,
    level: Level,
    acc: DType,
    [mut from, mut to]: [*mut u8; 2],
    n: usize,
) -> Result<Scalar> {
    let size = acc.size();
    let mut n = n;
    let mut last: Option<Scalar> = None;
    while n > 0 {
        if n % 2 == 1 {
            n -= 1;
            let mut value = Scalar::zero(acc);
            // SAFETY: `from` has more than `n` values.
            let bytes = unsafe { core::slice::from_raw_parts(from.add(n * size), size) };
            value.as_out().bytes().copy_from_slice(bytes);
            last = Some(match &last {
                Some(last) => step.combine(&value, last),
                None => value,
            });
        }
        n /= 2;
        // SAFETY: `from` has twice as many values, and `to`, which is other memory, room for these.
        let (pairs, half) = unsafe {
            let row = 2 * size;
            (
                Rows::from_raw(from, n, row as isize, 2, acc),
                Out::from_raw(to, n, acc),
            )
        };
        fold::fold_inner(step.merger(), level, pairs, half);
        core::mem::swap(&mut from, &mut to);
    }
    last.ok_or(Error::Internal {
        what: "a reduction of no runs",
    })
}
