//! Runs that all flow into one accumulator: many are folded at once, each to a value, and the values
//! joined in the tree that the counter of blocks has.

use super::{
    block,
    shape::Axis,
    tile::{Job, Scratch},
};
use crate::{Buffer, Error, Result};
use core::ops::Range;
use raptors_kernels::{
    Out, Scalar,
    fold::{self, Rows},
};

/// Runs whose values are joined before the next are folded: a power of two, so that they are a whole
/// subtree.
const GROUP: usize = 512;

impl Job {
    /// Whether the blocks of a tile are runs that all flow into one accumulator.
    pub(super) fn is_lines(&self) -> bool {
        self.runs && self.along.len == 1 && !self.over.is_empty()
    }

    /// Reduces a range of the blocks of a tile, as [`Job::partial`] does, where they are such runs: the
    /// tile starts at `ptr`, and its accumulator is number `out`.
    pub(super) fn lines(
        &self,
        ptr: *const u8,
        out: usize,
        blocks: Range<usize>,
        scratch: &mut Scratch,
    ) -> Result<Buffer> {
        let size = self.acc.size();
        // Two lists of values: those of one level of the tree, and those of the next.
        let values = block::room(&mut scratch.values, 2 * GROUP * size)?;
        let mut start = blocks.start;
        while start < blocks.end {
            let end = blocks.end.min(start + GROUP);
            let mut number = start;
            while number < end {
                let (at, count) = self.line(ptr, number, end);
                let to = values.wrapping_add((number - start) * size);
                self.block(at, self.depth.len, count, out, to, scratch)?;
                number += count.len;
            }
            let result = self.fresh(scratch)?;
            let value = self.joined(values, end - start)?;
            // SAFETY: the buffer has room for the accumulator of the tile, and is this thread's own.
            let mut to = unsafe { Out::from_raw(result.as_ptr(), 1, self.acc) };
            to.bytes().copy_from_slice(value.as_in().bytes());
            self.count(scratch, result, 1);
            start = end;
        }
        self.total(scratch, 1)
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

    /// The `n` values at `values`, joined as the counter joins blocks: neighbours, then neighbours of
    /// those, and what is left over from the last to the first. They are written over.
    fn joined(&self, values: *mut u8, n: usize) -> Result<Scalar> {
        let (fold, size) = (self.step.merger(), self.acc.size());
        let (mut from, mut to) = (values, values.wrapping_add(GROUP * size));
        let mut n = n;
        let mut last: Option<Scalar> = None;
        while n > 0 {
            if n % 2 == 1 {
                n -= 1;
                let value = self.value(from, n);
                last = Some(match &last {
                    Some(last) => self.combine(&value, last),
                    None => value,
                });
            }
            n /= 2;
            // SAFETY: both lists have room for a group, and this thread has both to itself.
            let (pairs, joined) = unsafe {
                let row = 2 * size;
                (
                    Rows::from_raw(from, n, row as isize, 2, self.acc),
                    Out::from_raw(to, n, self.acc),
                )
            };
            fold::fold_inner(fold, self.level, pairs, joined);
            core::mem::swap(&mut from, &mut to);
        }
        last.ok_or(Error::Internal {
            what: "a reduction of no runs",
        })
    }

    /// The value at place `i` of a list.
    fn value(&self, list: *const u8, i: usize) -> Scalar {
        let mut value = Scalar::zero(self.acc);
        let size = self.acc.size();
        // SAFETY: the caller has written so many accumulators to the list.
        let bytes = unsafe { core::slice::from_raw_parts(list.add(i * size), size) };
        value.as_out().bytes().copy_from_slice(bytes);
        value
    }
}
