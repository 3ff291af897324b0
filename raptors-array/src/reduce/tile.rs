//! One tile of accumulators at a time: the blocks of input that flow into it, and the fixed tree
//! in which their partial results are combined.
//!
//! The tree depends on lengths alone, so a result never depends on the number of threads: block
//! results are merged like the digits of a binary counter, and a thread takes whole subtrees.

use super::{block, moment, shape::Axis};
use crate::{Buffer, Error, Result};
use core::ops::Range;
use raptors_dispatch::plan::Halves;
use raptors_kernels::{
    Bool, DType, Level, Out, Scalar,
    fold::{self, Fold, Rows},
    moves::{self, Source},
};
use smallvec::SmallVec;

/// Bytes of accumulators in a tile over rows: they stay in the L1 cache while rows stream by.
const TILE_BYTES: usize = 16384;
/// Accumulators in a tile of runs.
const TILE_RUNS: usize = 512;
/// Rows added one after the other before partial sums are combined pairwise: keeps the error of a
/// long column near that of the pairwise sum, at the price of one more row in this many.
pub(super) const BLOCK_ROWS: usize = 128;

/// What a block adds to its accumulators.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    /// A fold of the elements.
    Fold(Fold),
    /// The squared distances from the means, one mean for each accumulator.
    Deviation(*const u8),
}

impl Step {
    /// The fold that joins two partial results.
    pub(super) fn merger(self) -> Fold {
        match self {
            Self::Fold(
                Fold::count_nonzero
                | Fold::count_nan
                | Fold::sum_abs
                | Fold::sum_squares
                | Fold::nansum,
            )
            | Self::Deviation(_) => Fold::sum,
            Self::Fold(Fold::max_abs) => Fold::max,
            Self::Fold(Fold::nanprod) => Fold::prod,
            Self::Fold(fold) => fold,
        }
    }
}

impl Step {
    /// Whether an element is what it is folded to alone.
    pub(super) const fn takes_elements(self) -> bool {
        !matches!(
            self,
            Self::Deviation(_)
                | Self::Fold(
                    Fold::count_nonzero
                        | Fold::count_nan
                        | Fold::sum_abs
                        | Fold::sum_squares
                        | Fold::max_abs
                        | Fold::nansum
                        | Fold::nanprod
                )
        )
    }
}

impl Step {
    /// What vectors of half the width are to the step on elements of `dtype`: whether they lack an instruction for
    /// them, or take longer to pack what rows of them give for `columns`, of `acc`, than to read them from afar.
    pub(crate) fn halves(self, dtype: DType, acc: DType, columns: bool) -> Halves {
        use Fold::{fmax, fmin, max, min};
        match self {
            _ if columns && 4 * acc.size() <= dtype.size() => Halves::Lacking,
            Self::Fold(min | max | fmin | fmax) => comparing(dtype),
            _ => Halves::Usable,
        }
    }

    /// Combines the values of two parts of a run.
    pub(super) fn combine(self, a: &Scalar, b: &Scalar) -> Scalar {
        match self {
            Self::Fold(fold) => fold::combine(fold, a, b),
            Self::Deviation(_) => fold::combine(Fold::sum, a, b),
        }
    }

    /// Whether no further element changes `value`.
    pub(super) fn is_decided(self, value: &Scalar) -> bool {
        let Self::Fold(fold) = self else { return false };
        let known = decides(fold, value.dtype());
        known.is_some_and(|known| value.get::<Bool>().get() == known.get())
    }
}

/// What vectors of half the width are to a loop that compares elements of `dtype`: those of AVX2 have no instruction
/// for the lesser or the greater ones of two integers of 64 bits.
pub(super) const fn comparing(dtype: DType) -> Halves {
    match dtype {
        DType::I64 | DType::U64 => Halves::Lacking,
        _ => Halves::Usable,
    }
}

/// The truth value after which the rest of a run changes nothing, where there is one.
pub(super) fn decides(fold: Fold, acc: DType) -> Option<Bool> {
    match fold {
        _ if acc != DType::Bool => None,
        Fold::any | Fold::max | Fold::fmax => Some(Bool::TRUE),
        Fold::all | Fold::min | Fold::fmin => Some(Bool::FALSE),
        _ => None,
    }
}

/// How the input of a reduction is cut up.
pub(crate) struct Job {
    pub(crate) level: Level,
    pub(crate) step: Step,
    /// The first element of the input.
    pub(crate) ptr: *const u8,
    /// Its element type.
    pub(crate) stored: DType,
    /// The element type that the folds are fed.
    pub(crate) fed: DType,
    /// The element type of the accumulators.
    pub(crate) acc: DType,
    /// The accumulators, in C order over the axes that stay.
    pub(crate) out: *mut u8,
    /// Axes that stay outside a tile.
    pub(crate) outer: SmallVec<[Axis; 4]>,
    /// Reduced axes outside a block.
    pub(crate) over: SmallVec<[Axis; 4]>,
    /// The axis along the tile (`len` 1 where nothing stays).
    pub(crate) along: Axis,
    /// The reduced axis of a block (`len` 1 where there is none).
    pub(crate) depth: Axis,
    /// Whether the reduced axis is the inner one in memory: blocks are runs, not rows.
    pub(crate) runs: bool,
    pub(crate) aligned: bool,
}

// SAFETY: a job only reads the input and writes accumulators of its own tile; the caller holds
// both arrays and gives each thread other tiles or other partial results.
unsafe impl Sync for Job {}

/// Buffers of one thread.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(super) packed: Option<Buffer>,
    pub(super) converted: Option<Buffer>,
    pub(super) means: Option<Buffer>,
    pub(super) values: Option<Buffer>,
    counter: Vec<Option<Buffer>>,
    free: Vec<Buffer>,
}

impl Scratch {
    /// Keeps a buffer of accumulators for the next tile.
    pub(crate) fn recycle(&mut self, buffer: Buffer) {
        self.free.push(buffer);
    }
}

impl Job {
    /// Cuts the axes of an input, outermost in memory first.
    pub(crate) fn cut(&mut self, axes: &[Axis]) {
        let unit = Axis {
            len: 1,
            step: 0,
            out: 0,
        };
        let mut rest: SmallVec<[Axis; 4]> = axes.into();
        self.runs = rest.last().is_none_or(Axis::reduced);
        let mut take = |reduced: bool| {
            let at = rest.iter().rposition(|axis| axis.reduced() == reduced)?;
            Some(rest.remove(at))
        };
        self.depth = take(true).unwrap_or(unit);
        self.along = take(false).unwrap_or(unit);
        (self.over, self.outer) = rest.into_iter().partition(Axis::reduced);
    }

    /// Cost of one element, in additions.
    pub(crate) const fn cost(&self) -> u32 {
        match self.step {
            Step::Fold(_) => 1,
            Step::Deviation(_) => moment::COST,
        }
    }

    /// Where the only run of a tile of one starts, and the number of its accumulator.
    pub(crate) fn run_start(&self, tile: usize) -> (*const u8, usize) {
        let (ptr, out, _) = self.tile(tile);
        (ptr, out)
    }

    /// Whether the accumulators of a tile are neighbours.
    pub(crate) fn is_dense(&self) -> bool {
        self.along.len == 1 || self.along.out == 1
    }

    /// Reduces the only block of a tile to the accumulators themselves, which are neighbours.
    pub(crate) fn in_place(&self, tile: usize, scratch: &mut Scratch) -> Result<()> {
        let (ptr, out, len) = self.tile(tile);
        let result = self.out.wrapping_add(out * self.acc.size());
        self.block(ptr, self.depth.len, self.across(len), out, result, scratch)
    }

    /// Writes one accumulator.
    pub(crate) fn store_scalar(&self, out: usize, value: &Scalar) {
        let ptr = self.out.wrapping_add(out * self.acc.size());
        // SAFETY: the caller holds the accumulators and gives each to one thread.
        let mut to = unsafe { Out::from_raw(ptr, 1, self.acc) };
        to.bytes().copy_from_slice(value.as_in().bytes());
    }

    /// Merges the results of equal shares of the blocks, in order, as the tree has it.
    pub(crate) fn merge_parts(
        &self,
        tile: usize,
        parts: impl Iterator<Item = Buffer>,
        scratch: &mut Scratch,
    ) -> Result<Buffer> {
        let (_, _, len) = self.tile(tile);
        for part in parts {
            self.count(scratch, part, len);
        }
        self.total(scratch, len)
    }

    fn tile_len(&self) -> usize {
        let most = if self.runs {
            TILE_RUNS
        } else {
            TILE_BYTES / self.acc.size()
        };
        // Rows are cut evenly, so that two threads get halves.
        self.along
            .len
            .div_ceil(self.along.len.div_ceil(most))
            .max(1)
    }

    fn block_depth(&self) -> usize {
        if self.runs {
            self.depth.len
        } else {
            BLOCK_ROWS
        }
    }

    fn blocks_deep(&self) -> usize {
        self.depth.len.div_ceil(self.block_depth().max(1)).max(1)
    }

    /// The number of tiles.
    pub(crate) fn tiles(&self) -> usize {
        let along = self.along.len.div_ceil(self.tile_len());
        self.outer.iter().map(|axis| axis.len).product::<usize>() * along
    }

    /// The number of blocks that flow into each tile.
    pub(crate) fn blocks(&self) -> usize {
        self.over.iter().map(|axis| axis.len).product::<usize>() * self.blocks_deep()
    }

    /// Where a tile starts in the input and among the accumulators, and its length.
    fn tile(&self, number: usize) -> (*const u8, usize, usize) {
        let len = self.tile_len();
        let along = self.along.len.div_ceil(len);
        let start = number % along * len;
        let (mut ptr, mut out) = (
            self.ptr.wrapping_offset(start as isize * self.along.step),
            start as isize * self.along.out,
        );
        let mut rest = number / along;
        for axis in self.outer.iter().rev() {
            let index = (rest % axis.len) as isize;
            rest /= axis.len;
            ptr = ptr.wrapping_offset(index * axis.step);
            out += index * axis.out;
        }
        (ptr, out as usize, len.min(self.along.len - start))
    }

    /// Reduces a range of the blocks of a tile, and gives the partial results.
    pub(crate) fn partial(
        &self,
        tile: usize,
        blocks: Range<usize>,
        scratch: &mut Scratch,
    ) -> Result<Buffer> {
        let (ptr, out, len) = self.tile(tile);
        scratch.counter.clear();
        if self.is_lines() {
            return self.lines(ptr, out, &blocks, scratch);
        }
        let deep = self.blocks_deep();
        for number in blocks {
            let start = number % deep * self.block_depth();
            let mut at = ptr.wrapping_offset(start as isize * self.depth.step);
            let mut rest = number / deep;
            for axis in self.over.iter().rev() {
                at = at.wrapping_offset((rest % axis.len) as isize * axis.step);
                rest /= axis.len;
            }
            let result = self.fresh(scratch)?;
            let depth = self.block_depth().min(self.depth.len - start);
            self.block(at, depth, self.across(len), out, result.as_ptr(), scratch)?;
            self.count(scratch, result, len);
        }
        self.total(scratch, len)
    }

    /// The axis of the accumulators of a tile, of which there are `len`.
    const fn across(&self, len: usize) -> Axis {
        Axis { len, ..self.along }
    }

    pub(super) fn fresh(&self, scratch: &mut Scratch) -> Result<Buffer> {
        match scratch.free.pop() {
            Some(buffer) => Ok(buffer),
            None => block::buffer(self.tile_len() * self.acc.size()),
        }
    }

    /// Adds a block's result to the binary counter: equal subtrees merge at once.
    pub(crate) fn count(&self, scratch: &mut Scratch, mut result: Buffer, len: usize) {
        for digit in &mut scratch.counter {
            match digit.take() {
                None => {
                    *digit = Some(result);
                    return;
                }
                Some(earlier) => {
                    self.merge(&earlier, &result, len);
                    scratch.free.push(core::mem::replace(&mut result, earlier));
                }
            }
        }
        scratch.counter.push(Some(result));
    }

    /// Merges what the counter holds, the latest first, as its tree has it.
    pub(crate) fn total(&self, scratch: &mut Scratch, len: usize) -> Result<Buffer> {
        let mut sum: Option<Buffer> = None;
        for earlier in scratch.counter.drain(..).flatten() {
            if let Some(later) = &sum {
                self.merge(&earlier, later, len);
            }
            if let Some(used) = sum.replace(earlier) {
                scratch.free.push(used);
            }
        }
        sum.ok_or(Error::Internal {
            what: "a reduction of no blocks",
        })
    }

    /// `earlier = earlier ∘ later`, element by element.
    fn merge(&self, earlier: &Buffer, later: &Buffer, len: usize) {
        let fold = self.step.merger();
        // SAFETY: both buffers hold at least `len` accumulators and are two.
        let (rows, acc) = unsafe {
            let rows = Rows::from_raw(later.as_ptr(), 1, 0, len, self.acc);
            (rows, Out::from_raw(earlier.as_ptr(), len, self.acc))
        };
        fold::fold_rows(fold, self.level, rows, acc);
    }

    /// Writes the results of a tile where they belong.
    pub(crate) fn store(&self, tile: usize, result: &Buffer) {
        let (_, out, len) = self.tile(tile);
        let size = self.acc.size();
        let step = self.along.out.max(1);
        let source = Source {
            ptr: result.as_ptr(),
            size,
            shape: [1, len],
            strides: [0, size as isize],
        };
        let target = moves::Target {
            ptr: self.out.wrapping_add(out * size),
            size,
            shape: [1, len],
            strides: [0, step * size as isize],
        };
        // SAFETY: the buffer holds `len` accumulators; the target is this tile's part of them.
        unsafe { moves::copy(source, target) };
    }
}
