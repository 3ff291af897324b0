//! Folds whose order makes no difference. Of every second element, what lies between the elements is joined beside
//! them and left out in the end; runs that flow into one result are joined column by column before that is found.

use super::{
    block,
    shape::Axis,
    tile::{Job, Scratch, Step},
};
use crate::Result;
use core::ops::RangeInclusive;
use raptors_kernels::{
    Out,
    fold::{self, Fold, Rows},
    moves::{self, Source},
};

/// Bytes of columns that runs are joined to: some vectors, which stay in a 32 KiB L1 cache beside a few rows.
const COLUMNS: RangeInclusive<usize> = 256..=8 << 10;
/// Runs from which their columns are joined first.
const RUNS: usize = 8;

impl Job {
    /// The fold, if its order makes no difference, and elements in one piece are taken as they are.
    fn free(&self) -> Option<Fold> {
        match self.step {
            Step::Fold(fold) if self.acc == self.fed && fold::is_free(fold, self.fed) => Some(fold),
            _ => None,
        }
    }

    /// Folds `runs` from `at` on to one value, if they are of the length, the number and the fold for which that
    /// takes less than folding each: whether they are.
    pub(super) fn joined_runs(
        &self,
        at: *const u8,
        runs: Axis,
        to: *mut u8,
        scratch: &mut Scratch,
    ) -> Result<bool> {
        let (len, size) = (self.depth.len, self.acc.size());
        let Some(fold) = self.free().filter(|_| {
            runs.len >= RUNS && COLUMNS.contains(&(len * size)) && self.is_direct(self.depth.step)
        }) else {
            return Ok(false);
        };
        let columns = block::room(&mut scratch.packed, len * size)?;
        // SAFETY: runs of the input, whose elements are dense, aligned and of the fold's type, and room for an
        // accumulator of each of their columns.
        let (rows, acc) = unsafe {
            (
                Rows::from_raw(at, runs.len, runs.step, len, self.fed),
                Out::from_raw(columns, len, self.acc),
            )
        };
        self.down(fold, rows, acc);
        // SAFETY: the accumulators of the columns, and a place for one that is this thread's own.
        let (row, value) = unsafe {
            (
                Rows::from_raw(columns, 1, 0, len, self.acc),
                Out::from_raw(to, 1, self.acc),
            )
        };
        fold::fold_inner(fold, self.level, row, value);
        Ok(true)
    }

    /// Folds rows down to new accumulators.
    fn down(&self, fold: Fold, rows: Rows<'_>, mut acc: Out<'_>) {
        let rows = if block::start(self.step, rows, &mut acc) {
            rows.rest()
        } else {
            rows
        };
        fold::fold_rows(fold, self.level, rows, acc);
    }

    /// The fold, if elements `step` bytes apart are every second ones and it takes those.
    pub(super) fn seconds(&self, step: isize) -> Option<Fold> {
        let lies = self.aligned && self.stored == self.fed;
        self.free()
            .filter(|_| lies && step == 2 * self.fed.size() as isize)
    }

    /// Folds runs of every second of the elements from `at` on, each of `depth` of them, to one of the results.
    pub(super) fn second_runs(
        &self,
        fold: Fold,
        at: *const u8,
        depth: usize,
        across: Axis,
        result: *mut u8,
    ) {
        // SAFETY: runs of the input, whose aligned elements are of the fold's type, from the first to the last;
        // the result has room for as many accumulators and is this thread's own.
        let (rows, acc) = unsafe {
            (
                Rows::from_raw(at, across.len, across.step, 2 * depth - 1, self.fed),
                Out::from_raw(result, across.len, self.acc),
            )
        };
        fold::fold_seconds(fold, self.level, rows, acc);
    }

    /// Folds `depth` rows of every second of the elements from `at` on down to the results.
    pub(super) fn second_rows(
        &self,
        fold: Fold,
        at: *const u8,
        depth: usize,
        across: Axis,
        result: *mut u8,
        scratch: &mut Scratch,
    ) -> Result<()> {
        let (len, size) = (2 * across.len - 1, self.acc.size());
        let wide = block::room(&mut scratch.packed, len * size)?;
        // SAFETY: rows of the input, whose aligned elements are of the fold's type, from the first to the last,
        // and room for an accumulator of each of their columns.
        let (rows, acc) = unsafe {
            (
                Rows::from_raw(at, depth, self.depth.step, len, self.fed),
                Out::from_raw(wide, len, self.acc),
            )
        };
        self.down(fold, rows, acc);
        let source = Source {
            ptr: wide,
            size,
            shape: [1, across.len],
            strides: [0, 2 * size as isize],
        };
        // SAFETY: every second of these accumulators, and a result that has room for them.
        unsafe { moves::pack(source, result) };
        Ok(())
    }
}
